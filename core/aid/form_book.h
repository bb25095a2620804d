/* core/aid/form_book.h - the Ministry's statistical forms as a table: monthly (24 columns), quarterly (54), half-year and annual forms 1-13. Research domain.md 5.2; columns after the official set.
 *
 * The columns are data: core/data/ministry_forms.tsv: form, number, key, heading ("批准情况/合计"), unit, source. A cell is named by its column: M2 (monthly), Q1 (quarterly), F6.2 (form 6 column 2).
 * SOURCE of a column:
 *   count EXPRESSION    cases and consultations (core/report/count.h), by tally
 *   sum 3+6+9           other columns of the same form and row
 *   cell F5.1+F6.2      columns of other forms (form 8), same row
 *   live NAME           small tables, read as they are (core/report/form_live.h): honours, media, trainings, staff, volunteers, stations, complaints, payments
 *   hand last           stat_entry rows: the latest on or before the period's end (an office's area)
 *   hand sum            stat_entry rows dated in the period, added up (expenses)
 * The form's last column of 未结案件 (form 6) bears no number in the official set: it is 47 here. Which columns are sums of which follows the official relations (1=2+10+11); a total that broken-down columns may
 * miss something of is counted on its own, so that the checks (core/report/report_check.h) find what was left empty.
 * Here, below the reports, since records of types stat_entry and stat_baseline name cells too. Pure. */
#ifndef CORE_AID_FORM_BOOK_H
#define CORE_AID_FORM_BOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/period.h"
#include "core/base/status.h"

struct code_book;

enum { FORM_COLUMNS_MAX = 56, FORM_CELL_BYTES = 16, FORM_NAME_BYTES = 12, FORM_HEADING_BYTES = 256 };

enum form_source { FORM_COUNT, FORM_SUM, FORM_CELL, FORM_LIVE, FORM_HAND_LAST, FORM_HAND_SUM };

struct form_column {
    int no;               /* printed number, 1.. */
    const char *key;      /* the official field name, "allApplyCivil" */
    const char *heading;  /* "批准情况/合计" */
    const char *unit;     /* 件 人次 人 个 次 平方米 ..; money: 万元, as it is printed (values are fen) */
    const char *source;   /* "sum 3+6+9" */
    enum form_source kind;
    const char *argument; /* of the source: "3+6+9"; "" for those by hand */
    bool money;
    bool by_hand;         /* FORM_HAND_LAST, FORM_HAND_SUM */
};

struct ministry_form {
    const char *name;       /* "monthly" "quarterly" "form1" .. "form13" */
    const char *prefix;     /* "M" "Q" "F1." .. */
    const char *title;      /* 法律援助统计报表六（民事法律援助） */
    const char *label;      /* 月报 季报 表一 .. 表十三 */
    const char *first;      /* heading of the first column: 单位, 地区 */
    const char *rule;       /* of its year: "period_forms" */
    enum period_kind usual; /* month, quarter, half (years as well) */
    const struct form_column *columns; /* column 1 first, without gaps */
    size_t n_columns;
};

/* The forms, in order: monthly, quarterly, form1 .. form13. Parsed once per book; all texts are the book's. */
struct form_book;
enum status form_book_new(struct form_book **out, struct errmsg *err); /* Errors: STATUS_NOMEM */
void form_book_free(struct form_book *book);
size_t form_book_count(const struct form_book *book);
const struct ministry_form *form_book_at(const struct form_book *book, size_t index);
const struct ministry_form *form_book_find(const struct form_book *book, const char *name); /* "form6", "6", "F6", "monthly", "月报", "表六", "年报表六"; NULL */
/* The column a cell's name means ("F6.2", "form6.2", "6.2", "M2", "q1", "monthly.2"); NULL: there is none. form may be NULL. */
const struct form_column *form_book_cell(const struct form_book *book, const char *cell, const struct ministry_form **form);
/* NULL: the form has no such column. */
const struct form_column *form_column_find(const struct ministry_form *form, int no);
/* The one spelling: "F6.2". */
void form_cell_name(const struct ministry_form *form, const struct form_column *column, char out[FORM_CELL_BYTES]);
/* The heading as it is printed: where the official set leaves room for the county's own topic, the name of its code (set consult_topic, 121 122 221 ..) if there is one. codes may be NULL. */
void form_column_heading(const struct form_column *column, const struct code_book *codes, char out[FORM_HEADING_BYTES]);
/* Orgs that have a row in the forms, by kind (set org_kind): center station branch point. */
bool form_is_row_kind(const char *org_kind);

#endif /* CORE_AID_FORM_BOOK_H */
