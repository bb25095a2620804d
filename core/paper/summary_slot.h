/* core/paper/summary_slot.h - what the text of a half-year or annual summary is made of: its slots, the shipped templates and sentences (core/data/summary_templates.txt), and what a county may write over them
 * (records of type report_text).
 *
 * Three kinds of words may be written: whole templates (template.half, template.year); free texts (theme, opening, next_steps ..), which are filled like templates, so that they may hold figures; and how a
 * figure is told in one period ("R1": everywhere, "R1@2": where the text tells it the second time).
 * The slots that a template or free text may use are figures (R1 .. R23, R17T, each with .round 1200余, .words 比上年同期增加12件，增长17.1%, .rate 比上年同期增长17.1%, .before last year's) and what summary_name_at lists; their values: core/report/summary_text.c.
 * It stands here, below core/case, so that a report_text is checked when it is saved. */
#ifndef CORE_PAPER_SUMMARY_SLOT_H
#define CORE_PAPER_SUMMARY_SLOT_H

#include "core/paper/template.h"

enum summary_slot_kind {
    SUMMARY_TEMPLATE,
    SUMMARY_PHRASE,   /* part of a sentence: loses a full stop at its end */
    SUMMARY_SENTENCES /* one or more sentences or paragraphs: gets its full stop */
};

struct summary_slot_def {
    const char *name, *label, *help;
    enum summary_slot_kind kind;
};

/* Slots a person may fill, in the order of the text: index 0.. until NULL. Static. */
const struct summary_slot_def *summary_slot_def_at(size_t index);
const struct summary_slot_def *summary_slot_def_find(const char *name); /* NULL */
/* What ships for it; "" when nothing does. Static; not NUL-terminated. */
void summary_slot_shipped(const char *name, const char **text, size_t *len);

/* Figures by name, in order: "R1" .. "R17", "R17T", "R18" .. "R23"; until NULL. Static. */
const char *summary_figure_at(size_t index);
/* "R7", "R7.round", "R7.words", "R7.rate", "R7.before" into the figure and what stands behind the dot ("" nothing). False: no figure. *figure static, *how points into name. */
bool summary_figure_parse(const char *name, const char **figure, const char **how);
/* A slot that tells a figure: "R1" (*place 0), "R1@2" (*place 2). */
enum { SUMMARY_PLACES_MAX = 99, SUMMARY_SLOT_BYTES = 128, SUMMARY_FIGURE_BYTES = 128 /* a figure as it is told */ };
bool summary_place_parse(const char *slot, const char **figure, unsigned *place);

/* The other slots with their meanings, blocks as "campaigns.text": index 0.. until NULL. Static. */
const struct template_slot *summary_name_at(size_t index);
/* What a template may use. */
extern const struct template_names summary_names;

/* Whether the text may be written for the slot. for_period: it is of one period; how a figure is told is. Errors: STATUS_NOT_FOUND (no such slot), STATUS_INVALID naming line and slot, or what is wrong. */
enum status summary_slot_check(const char *slot, bool for_period, const char *text, size_t len, struct errmsg *err);

/* Before a report_text is saved by hand (core/case/prepare.h): the slot exists and gets its one spelling (a free text may be named by its label), the text fits it, the period gets its spelling by the county's year
 * (rule period_summary), and no other row says the same slot of the same period. Errors: STATUS_INVALID naming the field, storage. */
enum status report_text_prepare(struct store *store, const struct actor *actor, struct record *text, struct errmsg *err);

#endif /* CORE_PAPER_SUMMARY_SLOT_H */
