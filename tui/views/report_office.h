/* tui/views/report_office.h - what stands on the head and foot of a report: the office that hands it in, who sits here, how far each station has synced. */
#ifndef TUI_VIEWS_REPORT_OFFICE_H
#define TUI_VIEWS_REPORT_OFFICE_H

#include "core/aid/rule.h"
#include "core/report/report_file.h"
#include "tui/view.h"

enum { REPORT_OFFICE_BYTES = 64 * 4 + 16 };

struct report_office {
    char office[REPORT_OFFICE_BYTES], worker[REPORT_OFFICE_BYTES];
    struct buf stations; /* owned */
};

/* Release in any case. Errors: storage. */
enum status report_office_read(struct report_office *office, const struct view *view, struct errmsg *err);
void report_office_release(struct report_office *office);
/* Borrowed from office and rules. */
struct report_head report_office_head(const struct report_office *office, const struct rules *rules, int32_t today, bool draft);

#endif /* TUI_VIEWS_REPORT_OFFICE_H */
