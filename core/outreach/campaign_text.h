/* core/outreach/campaign_text.h - a campaign told in one paragraph, for summaries and letters: when, who took part, where, what was explained, what came of it (research domain.md rows 10-15). */
#ifndef CORE_OUTREACH_CAMPAIGN_TEXT_H
#define CORE_OUTREACH_CAMPAIGN_TEXT_H

#include "core/outreach/event.h"

/* Append the paragraph. Clauses without a figure are left out. rounded: people and leaflets as summaries tell them (figure_round); sessions and cases are always exact.
 * Places of barracks are not told, only how many there were. Errors: campaign_totals's. */
enum status campaign_text(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *campaign, bool rounded, struct buf *out, struct errmsg *err);
/* "第2届法律援助宣传周", or the name alone. */
void campaign_title(const struct record *campaign, struct buf *out);

#endif /* CORE_OUTREACH_CAMPAIGN_TEXT_H */
