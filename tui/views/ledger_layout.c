/* tui/views/ledger_layout.c - see ledger_layout.h. */
#include "tui/views/ledger_layout.h"

#include <assert.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/code_book.h"

/* ---- periods ------------------------------------------------------------------------------------------------------ */

static int32_t first_of(int year, int month)
{
    int32_t day = 0;
    enum status status = day_from_ymd(year, month, 1, &day);
    assert(status == STATUS_OK);
    return day;
}

static void set_months(int year, int month, int months, int32_t *from, int32_t *to)
{
    int end = month + months;
    *from = first_of(year, month);
    *to = first_of(end > 12 ? year + 1 : year, end > 12 ? end - 12 : end) - 1;
}

void ledger_period_days(enum ledger_period period, int32_t today, int32_t *from, int32_t *to)
{
    int year, month, dom;
    day_to_ymd(today, &year, &month, &dom);
    if (period == PERIOD_MONTH)
        set_months(year, month, 1, from, to);
    else if (period == PERIOD_QUARTER)
        set_months(year, (month - 1) / 3 * 3 + 1, 3, from, to);
    else if (period == PERIOD_HALF)
        set_months(year, month > 6 ? 7 : 1, 6, from, to);
    else if (period == PERIOD_YEAR || period == PERIOD_LAST_YEAR)
        set_months(period == PERIOD_YEAR ? year : year - 1, 1, 12, from, to);
    else
        *from = *to = LEDGER_NO_DAY;
}

/* ---- columns ------------------------------------------------------------------------------------------------------ */

/* The longest name of a short list of codes; long lists have long names, which are cut. */
static int code_width(const struct code_book *codes, const char *set)
{
    enum { LONG_LIST = 40, WIDEST = 12 };
    size_t n = code_book_count(codes, set), width = 0;
    for (size_t i = 0; i < n && n < LONG_LIST; i++) {
        const char *name = code_book_at(codes, set, i)->name;
        size_t of_name = width_text(name, strlen(name));
        width = of_name > width ? of_name : width;
    }
    return n >= LONG_LIST || width > WIDEST ? WIDEST : (int)width;
}

int ledger_column_width(const struct code_book *codes, const struct ledger_list *rows, size_t index)
{
    const struct report_column *column = ledger_column(rows, index);
    const struct field_def *field = ledger_plan(rows)->columns[index].field;
    int label = (int)width_text(_(column->label), strlen(_(column->label))), width = 16;
    if (column->kind == REPORT_DAY)
        width = 10;
    else if (column->kind == REPORT_MONEY)
        width = 12;
    else if (column->kind == REPORT_INT)
        width = 4;
    else if (field != NULL && field->kind == FIELD_NAME)
        width = field->max_chars >= 60 ? 20 : 10;
    else if (field != NULL && (field->kind == FIELD_PHONE || field->kind == FIELD_BOOL))
        width = field->kind == FIELD_PHONE ? 12 : 4;
    else if (field != NULL && field->kind == FIELD_CODE)
        width = code_width(codes, field->codes);
    return label > width ? label : width;
}
