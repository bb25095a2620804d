/* core/outreach/token.h - silk banners and letters of thanks (research domain.md row 9). */
#ifndef CORE_OUTREACH_TOKEN_H
#define CORE_OUTREACH_TOKEN_H

#include "core/record/records.h"

/* Before it is saved by hand: the handler is the case's where none is named. A case that is not here is left alone. Errors: STATUS_NOMEM, storage. */
enum status token_prepare(struct store *store, const struct actor *actor, struct record *token, struct errmsg *err);

#endif /* CORE_OUTREACH_TOKEN_H */
