/* core/report/cell.c - see cell.h. */
#include "core/report/cell.h"

#include <stdio.h>

#include "core/base/day.h"
#include "core/record/privacy.h"

enum report_kind report_kind_of(const struct field_def *field)
{
    switch (field->kind) {
    case FIELD_INT:
        return REPORT_INT;
    case FIELD_DAY:
        return REPORT_DAY;
    case FIELD_MONEY:
        return REPORT_MONEY;
    default:
        return REPORT_TEXT;
    }
}

struct report_cell report_cell_of(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *scratch)
{
    struct value value = record_get(record, field);
    enum report_kind kind = report_kind_of(field);

    if (value.kind == VALUE_NULL || field->kind == FIELD_SECRET)
        return (struct report_cell){.kind = REPORT_EMPTY};
    if (kind != REPORT_TEXT && value.kind == VALUE_INT && !privacy_masks(record, field))
        return (struct report_cell){.kind = kind, .number = value.number};
    buf_clear(scratch);
    privacy_format(record, field, codes, scratch);
    return (struct report_cell){.kind = REPORT_TEXT, .text = buf_cstr(scratch), .len = scratch->len};
}

static void put_yuan(int64_t fen, struct buf *out)
{
    uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;

    buf_printf(out, "%s%llu.%02llu", fen < 0 ? "-" : "", (unsigned long long)(n / 100), (unsigned long long)(n % 100));
}

static void put_day(int64_t day, struct buf *out)
{
    char text[DAY_TEXT_BYTES];

    if (day < DAY_MIN || day > DAY_MAX) { /* rows of newer programs may hold anything */
        buf_printf(out, "%lld", (long long)day);
        return;
    }
    day_format((int32_t)day, text);
    buf_puts(out, text);
}

void report_cell_text(const struct report_cell *cell, struct buf *out)
{
    switch (cell->kind) {
    case REPORT_EMPTY:
        break;
    case REPORT_TEXT:
        buf_append(out, cell->text, cell->len);
        break;
    case REPORT_INT:
        buf_printf(out, "%lld", (long long)cell->number);
        break;
    case REPORT_DAY:
        put_day(cell->number, out);
        break;
    case REPORT_MONEY:
        put_yuan(cell->number, out);
        break;
    }
}

void report_wan(int64_t fen, char out[REPORT_WAN_BYTES])
{
    enum { FEN_PER_STEP = 10000 }; /* 0.01 万元 */
    uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;

    n = n / FEN_PER_STEP + (n % FEN_PER_STEP >= FEN_PER_STEP / 2);
    snprintf(out, REPORT_WAN_BYTES, "%s%llu.%02llu", fen < 0 && n > 0 ? "-" : "", (unsigned long long)(n / 100), (unsigned long long)(n % 100));
}

void report_label(const struct report_column *column, struct buf *out)
{
    buf_puts(out, column->label);
    if (column->kind == REPORT_MONEY)
        buf_puts(out, "(元)");
}
