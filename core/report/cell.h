/* core/report/cell.h - one typed cell of a list that people read: text, number, day or money, whatever file or screen it ends in.
 *
 * Cells borrow their texts. What a cell says as text is decided here once: days YYYY-MM-DD, money in yuan with two decimals (the header says 元). */
#ifndef CORE_REPORT_CELL_H
#define CORE_REPORT_CELL_H

#include "core/record/record.h"

enum report_kind {
    REPORT_EMPTY,
    REPORT_TEXT,
    REPORT_INT,
    REPORT_DAY,  /* days since 1970 */
    REPORT_MONEY /* fen */
};

struct report_cell {
    enum report_kind kind;
    int64_t number;   /* REPORT_INT, REPORT_DAY, REPORT_MONEY */
    const char *text; /* REPORT_TEXT: borrowed UTF-8 */
    size_t len;
};

/* A column as files and tables need it. */
struct report_column {
    const char *label;     /* borrowed */
    enum report_kind kind; /* of its cells that are not empty; single ones may be texts in place of it ("（封存）") */
    bool summed;           /* has a total */
};

static inline struct report_cell report_int(int64_t number)
{
    return (struct report_cell){.kind = REPORT_INT, .number = number};
}

/* What the cells of a field are. */
enum report_kind report_kind_of(const struct field_def *field);
/* A field's cell: numbers, days and money as such, all else in words into `scratch`, names for codes, masked fields saying so (core/record/privacy.h). The text is borrowed from
 * scratch, which is cleared first. */
struct report_cell report_cell_of(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *scratch);
/* Appends what the cell says. */
void report_cell_text(const struct report_cell *cell, struct buf *out);
/* fen -> "12.35" 万元, to the nearest 0.01, a half away from zero. */
enum { REPORT_WAN_BYTES = 32 };
void report_wan(int64_t fen, char out[REPORT_WAN_BYTES]);
/* Label of a column, money with its unit: "补贴金额(元)". Appends. */
void report_label(const struct report_column *column, struct buf *out);

#endif /* CORE_REPORT_CELL_H */
