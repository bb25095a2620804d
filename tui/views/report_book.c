/* tui/views/report_book.c - see report_book.h. */
#include "tui/views/report_book.h"

#include <stdlib.h>

#include "tui/views/report_office.h"

enum { CHARTS_MAX = 24, HEATS = 2 };

struct book {
    struct chart charts[CHARTS_MAX];
    struct heat heats[HEATS];
    const struct chart *of_charts[CHARTS_MAX];
    const struct heat *of_heats[HEATS];
    size_t n_charts, n_heats;
};

static enum status compute(const struct form_desk *desk, const struct period *period, struct book *book, struct errmsg *err)
{
    struct period beyond;
    enum status status = STATUS_OK;
    for (; status == STATUS_OK && book->n_charts < CHARTS_MAX && chart_kind_at(book->n_charts) != NULL; book->n_charts++) {
        status = chart_compute(desk, chart_kind_at(book->n_charts), period, TALLY_ORG_ALL, &book->charts[book->n_charts], err);
        book->of_charts[book->n_charts] = &book->charts[book->n_charts];
    }
    if (period_month(period, CHART_MONTHS_MAX, &beyond))
        return status;
    for (; status == STATUS_OK && book->n_heats < HEATS; book->n_heats++) {
        status = heat_compute(desk, book->n_heats > 0, period, &book->heats[book->n_heats], err);
        book->of_heats[book->n_heats] = &book->heats[book->n_heats];
    }
    return status;
}

static enum status compute_once(struct report_desk *desk, const struct period *period, struct book *book, struct errmsg *err)
{
    enum status status = report_desk_begin(desk, err);
    if (status != STATUS_OK)
        return status;
    status = compute(&desk->desk, period, book, err);
    report_desk_end(desk);
    return status;
}

enum status report_book_write(struct view *view, struct report_desk *desk, const struct summary *summary, const struct period *period, bool draft, const char *path, struct errmsg *err)
{
    struct book *book = calloc(1, sizeof *book);
    struct report_office office;
    if (book == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    enum status status = report_office_read(&office, view, err);
    if (status == STATUS_OK)
        status = compute_once(desk, period, book, err);
    if (status == STATUS_OK) {
        struct report_head head = report_office_head(&office, desk->rules, today_of(view), draft);
        status = report_xlsx(path, NULL, NULL, 0, summary, book->of_charts, book->n_charts, book->of_heats, book->n_heats, &head, err);
    }
    report_office_release(&office);
    free(book);
    return status;
}
