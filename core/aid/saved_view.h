/* core/aid/saved_view.h - a list as somebody wants to find it again: which records, which of them, in what order, with which columns. Read from text, checked against the catalogue.
 *
 * The shipped ledgers (core/data/ledgers.tsv) and the people's own views (records of type saved_view) are written in the same words; core/report/ledger.h runs both.
 *   condition   core/record/filter.h: "状态!=申请草稿 and 类别 in (婚姻家庭, 劳动纠纷)"
 *   sort        a field, "-" before it for the greatest first: "-date". Also a computed column: "-@hours"
 *   columns     divided by commas (also full-width ones). Each: a field by name or label; a field of the record that a reference points at: "case_id.name", "firm.name"; or a computed
 *               one, see computed_columns. Behind it may stand ":label" for another heading, and "+" for a column that is added up: "recovered:挽回损失+"
 * Columns empty: the type's usual ones. Sort empty: the type's own order, newest first. */
#ifndef CORE_AID_SAVED_VIEW_H
#define CORE_AID_SAVED_VIEW_H

#include "core/record/filter.h"
#include "core/record/records.h"

/* What no field holds: name, heading, number or text; for which type (NULL: any). */
#define COMPUTED_LIST(X)                                           \
    X(NO, "@no", "序号", true, NULL)                               \
    X(ORG, "@org", "登记单位", false, NULL)                        \
    X(TITLE, "@title", "事项", false, NULL)                        \
    X(TYPE, "@type", "种类", false, NULL)                          \
    X(DEADLINE, "@deadline", "期限", false, NULL)                  \
    X(DUE, "@due", "到期日", true, NULL)                           \
    X(DAYS_LEFT, "@days_left", "剩余天数", true, NULL)             \
    X(AGE, "@age", "年龄", true, NULL)                             \
    X(CATEGORIES, "@categories", "人群类别", false, "case")        \
    X(CONSULTED, "@consulted", "咨询人次", true, "event")          \
    X(HANDOUTS, "@handouts", "发放资料(份)", true, "event")        \
    X(ACCEPTED, "@accepted", "现场受理", true, "event")            \
    X(HOURS, "@hours", "服务时长", true, "volunteer")              \
    X(STARS, "@stars", "星级", true, "volunteer")                  \
    X(ATTENDED, "@attended", "到场人数", true, NULL)

enum computed {
    COMPUTED_NONE,
#define COMPUTED_ENUM(id, name, label, number, type) COMPUTED_##id,
    COMPUTED_LIST(COMPUTED_ENUM)
#undef COMPUTED_ENUM
        COMPUTED_COUNT
};

/* "@due" and so on; "" for COMPUTED_NONE. */
const char *computed_name(enum computed computed);
const char *computed_label(enum computed computed);
bool computed_is_number(enum computed computed);

enum { VIEW_COLUMNS_MAX = 40, VIEW_LABEL_BYTES = 64, VIEW_NAME_BYTES = 64 };

struct view_column {
    char label[VIEW_LABEL_BYTES];
    char name[VIEW_NAME_BYTES];      /* as written, without label and "+" */
    enum computed computed;          /* not COMPUTED_NONE: the fields are NULL */
    const struct field_def *through; /* a reference of the record itself; NULL: none */
    const struct field_def *field;   /* of the record, or of what `through` points at. A reference: what it points at is named */
    bool summed;
};

struct view_plan {
    const struct record_type *type; /* NULL: rows of several types (periods): fields are looked up by name in each record */
    struct filter filter;
    struct view_column columns[VIEW_COLUMNS_MAX];
    size_t n_columns;
    const struct field_def *order; /* NULL: the type's own */
    enum computed order_computed;  /* sorts by it instead */
    char order_name[VIEW_NAME_BYTES]; /* for rows of several types; "" else */
    bool ascending;
};

/* Release with view_plan_release. type NULL: then condition must be "" and columns must not. Errors: STATUS_MALFORMED, STATUS_INVALID, STATUS_TOO_LARGE, STATUS_FORBIDDEN with a message that
 * names the part: "条件: ..", "排序: ..", "列: .."; *plan needs no release then. */
enum status view_plan_parse(struct view_plan *plan, const struct record_type *type, const struct code_book *codes, int32_t today, const char *condition, const char *sort, const char *columns, struct errmsg *err);
void view_plan_release(struct view_plan *plan);
/* Another order for a parsed plan, unchanged on error. Same errors. */
enum status view_plan_sort(struct view_plan *plan, const char *sort, struct errmsg *err);

/* A record of type saved_view as it would be saved: the type exists (it gets its English name), condition, sort and columns parse, the name is free among those the actor sees and no
 * ledger's code. Errors: view_plan_parse's, STATUS_EXISTS; unchanged. */
enum status saved_view_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *view, struct errmsg *err);

#endif /* CORE_AID_SAVED_VIEW_H */
