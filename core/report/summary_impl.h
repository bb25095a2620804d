/* core/report/summary_impl.h - between the parts of the summary: summary_cells.c computes, summary_words.c reads what the county wrote, summary_facts.c gathers what is listed, summary_tell.c tells, summary_check.c
 * holds what is told against the cells, summary.c keeps it. */
#ifndef CORE_REPORT_SUMMARY_IMPL_H
#define CORE_REPORT_SUMMARY_IMPL_H

#include "core/outreach/figure.h"
#include "core/paper/summary_slot.h"
#include "core/report/summary.h"

enum { SUMMARY_TEXT_MAX = 1 << 20, SUMMARY_SECTION_BYTES = 96 };

/* ---- cells ---- */

/* What the cell was a year before: as reported then, else as known now. False: not known. */
bool summary_before(const struct summary_cell *cell, int64_t *before);
/* The year whose civil cases are visited in the period. */
int summary_visit_year(const struct period *period);

/* ---- what the county wrote ---- */

struct summary_word {
    char *slot, *text; /* owned */
    bool of_period;    /* else of every period */
};

struct summary_words {
    struct summary_word *words; /* owned */
    size_t n, room;
};

/* report_text rows of the period and of every period; of several for one slot the latest. Errors: storage, STATUS_NOMEM. Release in any case. */
enum status summary_words_read(const struct form_desk *desk, const struct period *period, struct summary_words *out, struct errmsg *err);
void summary_words_release(struct summary_words *words);
/* The period's, else every period's, NULL. */
const struct summary_word *summary_words_find(const struct summary_words *words, const char *slot);

/* ---- telling ---- */

/* Where the text tells a figure. */
struct summary_place {
    const struct summary_cell *cell;
    unsigned no;                         /* 1 .. among those of the cell */
    char slot[16];                       /* of the county's words that stand there: "R1", "R1@2"; "" the figure itself */
    char told[SUMMARY_FIGURE_BYTES];       /* what stands there */
    char section[SUMMARY_SECTION_BYTES]; /* of the text: "一、宣传和咨询" */
};

struct summary_facts;

struct summary_telling {
    const struct form_desk *desk;
    const struct summary *summary;
    const struct summary_words *words;
    bool round;
    struct summary_facts *facts;  /* owned */
    struct summary_place *places; /* owned */
    size_t n_places, room;
    char *pieces[32];             /* owned: free texts made ready, by slot; NULL until asked for */
    enum status status;           /* first failure of a callback */
    struct errmsg *err;
};

/* Fill the text. Release in any case. Errors: STATUS_MALFORMED (the county's template), storage, STATUS_NOMEM. */
enum status summary_tell(struct summary_telling *telling, const struct form_desk *desk, const struct summary *summary, const struct summary_words *words, struct buf *marked, struct errmsg *err);
void summary_telling_release(struct summary_telling *telling);

/* "12", "12.35" of money in 万元. Appends. */
void summary_put_value(const struct summary_cell *cell, int64_t value, struct buf *out);
/* ---- checking ---- */

/* What the county's words tell otherwise than the cells, and words that no place uses; row may be NULL. False: row has seen enough. */
bool summary_check_places(const struct summary_telling *telling, check_failure_row row, void *context, int64_t *open);
/* These and the checks between cells. *open: what nobody explained. */
enum status summary_check_all(const struct form_desk *desk, const struct summary *summary, const struct summary_telling *telling, check_failure_row row, void *context, int64_t *open,
                              struct errmsg *err);

/* ---- facts ---- */

enum status summary_facts_new(const struct form_desk *desk, const struct summary *summary, bool round, struct summary_facts **out, struct errmsg *err);
void summary_facts_free(struct summary_facts *facts);
/* What the slot says, "" nothing; NULL: no such slot, or a failure, then *status says so. Borrowed until freed; each is gathered once. */
const char *summary_fact(struct summary_facts *facts, const char *name, enum status *status, struct errmsg *err);
/* The paragraph of a campaign. Appends. */
enum status summary_campaign_text(const struct form_desk *desk, const struct summary_campaign *campaign, bool round, struct buf *out, struct errmsg *err);

#endif /* CORE_REPORT_SUMMARY_IMPL_H */
