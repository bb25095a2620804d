/* tui/views/report_desk.h - what the screens of reports count with: rules, the forms, one reading of the tally; which period is meant; what stands on a report's head and foot.
 *
 * A desk with a tally holds a reading transaction of the store: it is opened and closed inside one callback, never kept while the person reads. */
#ifndef TUI_VIEWS_REPORT_DESK_H
#define TUI_VIEWS_REPORT_DESK_H

#include "core/aid/rule.h"
#include "core/report/report_file.h"
#include "tui/views/common.h"

struct report_desk {
    struct rules *rules;    /* owned, as the next */
    struct form_book *book;
    struct form_desk desk;  /* desk.tally owned; NULL: nothing is counted */
};

/* counts: with a tally (waiting counts are written down first when they are many). Without: for what counts in a transaction of its own (freezing, explaining), and for periods. Errors: storage, STATUS_NOMEM; then nothing to close. */
enum status report_desk_open(struct report_desk *desk, const struct view *view, bool counts, struct errmsg *err);
void report_desk_close(struct report_desk *desk);

/* The period that the text names, by the year that the rule ("period_summary") names at the period's end; NULL: the half that ended last. Errors: period_parse's. */
enum status report_desk_period(const struct report_desk *desk, const char *rule, const char *text, int32_t today, struct period *out, struct errmsg *err);
/* The one before or after it, by the rule in force there. Errors: STATUS_RANGE. */
enum status report_desk_step(const struct report_desk *desk, const char *rule, bool backwards, int32_t today, struct period *period, struct errmsg *err);

/* The office that hands reports in, who sits here, how far each station has synced. */
enum { REPORT_OFFICE_BYTES = 64 * 4 + 16 };
struct report_office {
    char office[REPORT_OFFICE_BYTES], worker[REPORT_OFFICE_BYTES];
    struct buf stations; /* owned */
};
/* Release in any case. Errors: storage. */
enum status report_office_read(struct report_office *office, const struct view *view, struct errmsg *err);
void report_office_release(struct report_office *office);
/* Borrowed from office and desk. */
struct report_head report_office_head(const struct report_office *office, const struct report_desk *desk, int32_t today, bool draft);

/* "12"; money in 万元: "12.35". */
void report_figure_text(int64_t value, bool money, char out[REPORT_WAN_BYTES]);

#endif /* TUI_VIEWS_REPORT_DESK_H */
