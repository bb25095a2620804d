/* core/report/ledger_impl.h - what an opened part of a ledger is; shared by ledger_run.c (which rows) and ledger_cell.c (what stands in them). */
#ifndef CORE_REPORT_LEDGER_IMPL_H
#define CORE_REPORT_LEDGER_IMPL_H

#include "core/aid/deadline.h"
#include "core/report/ledger.h"
#include "core/report/reference.h"

enum pick { PICK_NONE, PICK_CATEGORY, PICK_UNSATISFIED, PICK_OVERDUE };

enum { TODO_TYPES_MAX = 8, ORG_TEXT_BYTES = 128, COLUMN_TEXT_MAX_BYTES = 1 << 20 };

/* A row whose place was found before it is read. */
struct ledger_entry {
    const struct record_type *type;
    struct id id;
    struct deadline deadline; /* todo */
    bool empty;               /* nothing to sort by: smallest */
    int64_t number;
    char *text; /* owned; NULL: sorted by number */
    size_t place;
};

/* What the further condition means for one type of todo rows. */
struct todo_filter {
    const struct record_type *type;
    struct filter filter;
};

struct ledger_list {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct ledger_part *part;
    struct view_plan plan; /* its filter holds everything a condition can say: the part's, the period's, the further one */
    struct report_column columns[VIEW_COLUMNS_MAX];
    struct buf texts[VIEW_COLUMNS_MAX]; /* what the cells of a row point into */
    struct report_cell cells[VIEW_COLUMNS_MAX];
    int32_t from, to, today;
    enum pick pick;
    const char *pick_codes; /* "05,06", "D07,D14"; "": any */
    bool todo;              /* rows are periods */
    bool has_where;
    struct todo_filter todo_filters[TODO_TYPES_MAX];
    size_t n_todo_filters;
    struct references *references;
    struct rules *rules;
    struct calendar *calendar;
    bool gathers; /* entries are the rows */
    struct ledger_entry *entries;
    size_t n_entries, room_entries;
    int64_t org; /* whose name org_text is */
    char org_text[ORG_TEXT_BYTES];
};

/* Whether `codes` ("05,06") has the code. */
bool ledger_has_code(const char *codes, const char *code, size_t len);
/* The cells of a row into list->cells. deadline: of a todo row, else NULL. no: 0: unknown. Errors: storage. */
enum status ledger_fill(struct ledger_list *list, const struct record *record, const struct deadline *deadline, int64_t no, struct errmsg *err);
/* The cell of one computed column; the text is borrowed from scratch. */
enum status ledger_computed(struct ledger_list *list, enum computed computed, const struct record *record, const struct deadline *deadline, int64_t no, struct report_cell *cell,
                            struct buf *scratch, struct errmsg *err);
/* The codes of the categories of a case, those that follow from its data among them. Appends. */
void ledger_categories(const struct record *kase, struct buf *out);

#endif /* CORE_REPORT_LEDGER_IMPL_H */
