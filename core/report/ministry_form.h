/* core/report/ministry_form.h - the Ministry's statistical forms: monthly (24 columns), quarterly (53), half-year and annual forms 1-13. Research domain.md 5.2; columns after the official set.
 *
 * The columns are data: core/data/ministry_forms.tsv: form, number, key, heading ("批准情况/合计"), unit, source. A cell is named by its column: M2 (monthly), Q1 (quarterly), F6.2 (form 6 column 2).
 * SOURCE of a column:
 *   count EXPRESSION    cases and consultations (core/report/count.h), by tally
 *   sum 3+6+9           other columns of the same form and row
 *   cell F5.1+F6.2      columns of other forms (form 8), same row
 *   live NAME           from small tables, each a --where expression or more over a type (form_live.c): honours, media, trainings, staff, volunteers, stations, complaints, payments
 *   hand last           stat_entry rows: the latest on or before the period's end (an office's area)
 *   hand sum            stat_entry rows dated in the period, added up (expenses)
 * To every column that is not by hand the stat_entry rows of its cell in the period are added (补报、调整): they are rows behind the cell as well. A sum's or cell's parts bring theirs along.
 * ROWS: the center and each station and branch that the actor sees (org kinds center station branch point that had opened and are open or have a figure), by number; then the total over them all.
 * Money is in fen here; printed in 万元 with two decimals. */
#ifndef CORE_REPORT_MINISTRY_FORM_H
#define CORE_REPORT_MINISTRY_FORM_H

#include "core/report/period.h"
#include "core/report/tally.h"

enum { FORM_COLUMNS_MAX = 56, FORM_CELL_BYTES = 16, FORM_NAME_BYTES = 12 };

struct form_column {
    int no;              /* printed number, 1.. */
    const char *key;     /* the official field name, "allApplyCivil" */
    const char *heading; /* "批准情况/合计" */
    const char *unit;    /* 件 人次 人 个 次 元(money, fen) 平方米 .. */
    const char *source;
    bool money;
    bool by_hand;
};

struct ministry_form {
    const char *name;    /* "monthly" "quarterly" "form1" .. "form13" */
    const char *prefix;  /* "M" "Q" "F1." .. */
    const char *title;   /* 法律援助统计报表六（民事法律援助） */
    const char *first;   /* heading of the first column: 单位, 地区 */
    const char *rule;    /* of its year: "period_forms" */
    enum period_kind usual; /* month, quarter, half (years as well) */
    const struct form_column *columns;
    size_t n_columns;
};

/* The forms, in order: monthly, quarterly, form1 .. form13. Parsed once per book. */
struct form_book;
enum status form_book_new(struct form_book **out, struct errmsg *err); /* Errors: STATUS_NOMEM */
void form_book_free(struct form_book *book);
size_t form_book_count(const struct form_book *book);
const struct ministry_form *form_book_at(const struct form_book *book, size_t index);
const struct ministry_form *form_book_find(const struct form_book *book, const char *name); /* "form6", "6", "monthly", 月报; NULL */
/* The column a cell's name means ("F6.2", "form6.2", "M2", "q1"); NULL: there is none. */
const struct form_column *form_book_cell(const struct form_book *book, const char *cell, const struct ministry_form **form);
/* The one spelling: "F6.2". */
void form_cell_name(const struct ministry_form *form, const struct form_column *column, char out[FORM_CELL_BYTES]);

struct form_row {
    int64_t org;       /* number; 0: the total */
    char name[64 * 4];
    int64_t values[FORM_COLUMNS_MAX];
    int64_t adjusted[FORM_COLUMNS_MAX]; /* of that by stat_entry, columns not by hand */
    bool missing[FORM_COLUMNS_MAX];     /* by hand, and nobody entered it */
};

struct form_sheet {
    const struct ministry_form *form;
    struct period period;
    struct form_row *rows; /* owned; the last is the total */
    size_t n_rows;
};

/* What forms are computed from; borrowed for as long as the desk is used. */
struct form_desk {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct form_book *book;
    struct tally *tally;
};

/* Errors: storage, STATUS_NOMEM. Release when done. O(columns * buckets * orgs) and what the live sources walk. */
enum status form_compute(const struct form_desk *desk, const struct ministry_form *form, const struct period *period, struct form_sheet *out, struct errmsg *err);
void form_sheet_release(struct form_sheet *sheet);
/* One cell of the total (or of one org), without the rest of the form. */
enum status form_cell(const struct form_desk *desk, const struct ministry_form *form, const struct form_column *column, const struct period *period, int64_t org, int64_t *value, struct errmsg *err);

/* The rows behind a cell: what they add up to is its value (`hand last`: the one row). org: TALLY_ORG_ALL for the total. Rows of sums and of other forms' cells: those of their parts. */
enum status form_rows(const struct form_desk *desk, const struct ministry_form *form, const struct form_column *column, const struct period *period, int64_t org, tally_row_fn row, void *context,
                      struct errmsg *err);

/* core/case/prepare.h of stat_entry and stat_baseline: the cell exists and gets its one spelling; money for money columns, else amount; stat_baseline's period gets its spelling and is no other row's with the
 * same cell and org. Errors: STATUS_INVALID naming the field. */
enum status stat_entry_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *entry, struct errmsg *err);
enum status stat_baseline_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *baseline, struct errmsg *err);

#endif /* CORE_REPORT_MINISTRY_FORM_H */
