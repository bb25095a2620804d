/* core/aid/saved_view.c - see saved_view.h. */
#include "core/aid/saved_view.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/code_book.h"

static const struct {
    const char *name, *label;
    bool number;
    const char *type;
} computed_columns[COMPUTED_COUNT] = {
    [COMPUTED_NONE] = {"", "", false, NULL},
#define COMPUTED_ROW(id, name, label, number, type) [COMPUTED_##id] = {name, label, number, type},
    COMPUTED_LIST(COMPUTED_ROW)
#undef COMPUTED_ROW
};

const char *computed_name(enum computed computed)
{
    return computed_columns[computed].name;
}

const char *computed_label(enum computed computed)
{
    return computed_columns[computed].label;
}

bool computed_is_number(enum computed computed)
{
    return computed_columns[computed].number;
}

/* COMPUTED_COUNT: there is none of that name for the type. */
static enum computed find_computed(const struct record_type *type, const char *name)
{
    for (int i = COMPUTED_NONE + 1; i < COMPUTED_COUNT; i++)
        if (strcmp(computed_columns[i].name, name) == 0)
            return type == NULL || computed_columns[i].type == NULL || strcmp(computed_columns[i].type, type->name) == 0 ? (enum computed)i : COMPUTED_COUNT;
    return COMPUTED_COUNT;
}

/* ---- columns ------------------------------------------------------------------------------------------------------ */

static enum status shown_field(const struct record_type *type, const char *name, const struct field_def **field, struct errmsg *err)
{
    *field = catalogue_field(type, name);
    if (*field == NULL)
        return errmsg_set(err, STATUS_INVALID, "%s没有字段“%s”；用 aidpost fields %s 查看全部字段", _(type->label), name, type->name);
    if ((*field)->kind == FIELD_SECRET)
        return errmsg_set(err, STATUS_FORBIDDEN, "“%s”不能列出", name);
    return STATUS_OK;
}

/* "case_id.name" */
static enum status find_through(struct view_column *column, const struct record_type *type, const char *dot, struct errmsg *err)
{
    char name[VIEW_NAME_BYTES];
    enum status status;

    snprintf(name, sizeof name, "%.*s", (int)(dot - column->name), column->name);
    status = shown_field(type, name, &column->through, err);
    if (status == STATUS_OK && column->through->kind != FIELD_REF)
        status = errmsg_set(err, STATUS_INVALID, "“%s”不指向别的记录，后面不能再写 .%s", name, dot + 1);
    if (status == STATUS_OK)
        status = shown_field(catalogue_find(column->through->codes), dot + 1, &column->field, err);
    return status;
}

static enum status resolve(struct view_column *column, const struct record_type *type, struct errmsg *err)
{
    const char *dot = strchr(column->name, '.');
    char heading[VIEW_LABEL_BYTES * 2];
    enum status status = STATUS_OK;

    if (column->name[0] == '@') {
        column->computed = find_computed(type, column->name);
        if (column->computed == COMPUTED_COUNT)
            return errmsg_set(err, STATUS_INVALID, "没有“%s”这一列", column->name);
        snprintf(heading, sizeof heading, "%s", computed_label(column->computed));
    } else if (type == NULL) { /* looked up in each record */
        snprintf(heading, sizeof heading, "%s", column->name);
    } else if (dot != NULL) {
        status = find_through(column, type, dot, err);
        if (status == STATUS_OK)
            snprintf(heading, sizeof heading, "%s%s", _(column->through->label), _(column->field->label));
    } else {
        status = shown_field(type, column->name, &column->field, err);
        if (status == STATUS_OK)
            snprintf(heading, sizeof heading, "%s", _(column->field->label));
    }
    if (status == STATUS_OK && column->label[0] == '\0')
        snprintf(column->label, sizeof column->label, "%.*s", (int)utf8_cut(heading, strlen(heading), sizeof column->label - 1), heading);
    bool number = column->computed != COMPUTED_NONE ? computed_is_number(column->computed) && column->computed != COMPUTED_DUE
                                                    : column->field == NULL || column->field->kind == FIELD_INT || column->field->kind == FIELD_MONEY;
    if (status == STATUS_OK && column->summed && !number)
        status = errmsg_set(err, STATUS_INVALID, "“%s”不是数，不能合计", column->name);
    return status;
}

/* Bytes of a comma at text: 1 for an ASCII one, 3 for a full-width one, 0. */
static size_t comma_bytes(const char *text)
{
    return *text == ',' ? 1 : strncmp(text, "，", 3) == 0 ? 3 : 0;
}

static size_t trim(const char **begin, const char *end)
{
    while (*begin < end && isspace((unsigned char)**begin))
        ++*begin;
    while (end > *begin && isspace((unsigned char)end[-1]))
        end--;
    return (size_t)(end - *begin);
}

/* One column as written, between two commas. */
static enum status parse_column(struct view_column *column, const char *begin, const char *end, struct errmsg *err)
{
    const char *colon;
    size_t len = trim(&begin, end);

    *column = (struct view_column){.summed = len > 0 && begin[len - 1] == '+'};
    end = begin + len - column->summed;
    colon = memchr(begin, ':', (size_t)(end - begin));
    if (colon != NULL) {
        const char *label = colon + 1;
        size_t label_len = trim(&label, end);
        if (label_len == 0 || label_len >= sizeof column->label)
            return errmsg_set(err, STATUS_INVALID, "“%.*s”: 标题要写 1 到 20 个字", (int)len, begin);
        memcpy(column->label, label, label_len);
        end = colon;
    }
    len = trim(&begin, end);
    if (len == 0 || len >= sizeof column->name)
        return errmsg_set(err, STATUS_INVALID, len == 0 ? "两个逗号之间缺字段名" : "字段名过长");
    memcpy(column->name, begin, len);
    return STATUS_OK;
}

static enum status parse_columns(struct view_plan *plan, const char *text, struct errmsg *err)
{
    while (true) {
        const char *end = text;
        struct view_column column;
        while (*end != '\0' && comma_bytes(end) == 0)
            end++;
        if (plan->n_columns == VIEW_COLUMNS_MAX)
            return errmsg_set(err, STATUS_TOO_LARGE, "最多 %d 列", VIEW_COLUMNS_MAX);
        enum status status = parse_column(&column, text, end, err);
        if (status == STATUS_OK)
            status = resolve(&column, plan->type, err);
        if (status != STATUS_OK)
            return status;
        plan->columns[plan->n_columns++] = column;
        if (*end == '\0')
            return STATUS_OK;
        text = end + comma_bytes(end);
    }
}

static void usual_columns(struct view_plan *plan)
{
    for (size_t i = 0; i < plan->type->n_fields && plan->n_columns < VIEW_COLUMNS_MAX; i++) {
        const struct field_def *field = &plan->type->fields[i];
        if (!(field->flags & FIELD_LIST) || field->kind == FIELD_SECRET)
            continue;
        struct view_column *column = &plan->columns[plan->n_columns++];
        *column = (struct view_column){.field = field};
        snprintf(column->name, sizeof column->name, "%s", field->name);
        snprintf(column->label, sizeof column->label, "%.*s", (int)utf8_cut(_(field->label), strlen(_(field->label)), sizeof column->label - 1), _(field->label));
    }
}

/* ---- the plan ----------------------------------------------------------------------------------------------------- */

static bool is_blank_text(const char *text)
{
    return text == NULL || strspn(text, " \t\n") == strlen(text);
}

enum status view_plan_sort(struct view_plan *plan, const char *sort, struct errmsg *err)
{
    const struct field_def *order = NULL;
    enum computed computed = COMPUTED_NONE;
    char name[VIEW_NAME_BYTES];
    bool descending;

    if (is_blank_text(sort)) {
        plan->order = NULL;
        plan->order_computed = COMPUTED_NONE;
        plan->order_name[0] = '\0';
        plan->ascending = plan->type == NULL;
        return STATUS_OK;
    }
    const char *begin = sort, *end = sort + strlen(sort);
    size_t len = trim(&begin, end);
    descending = *begin == '-';
    begin += descending;
    len -= descending;
    if (len == 0 || len >= sizeof name)
        return errmsg_set(err, STATUS_INVALID, "排序: 应写字段名，前面加 - 为从大到小");
    memcpy(name, begin, len);
    name[len] = '\0';
    if (name[0] == '@') {
        computed = find_computed(plan->type, name);
        if (computed == COMPUTED_COUNT || computed == COMPUTED_NO)
            return errmsg_set(err, STATUS_INVALID, "排序: 不能按“%s”排", name);
    } else if (plan->type != NULL) {
        enum status status = shown_field(plan->type, name, &order, err);
        if (status == STATUS_OK && order->kind == FIELD_REF)
            status = errmsg_set(err, STATUS_INVALID, "“%s”指向别的记录，不能按它排", name);
        if (status != STATUS_OK)
            return errmsg_wrap(err, status, "排序");
    }
    plan->order = order;
    plan->order_computed = computed;
    plan->ascending = !descending;
    snprintf(plan->order_name, sizeof plan->order_name, "%s", plan->type == NULL && computed == COMPUTED_NONE ? name : "");
    return STATUS_OK;
}

enum status view_plan_parse(struct view_plan *plan, const struct record_type *type, const struct code_book *codes, int32_t today, const char *condition, const char *sort, const char *columns, struct errmsg *err)
{
    enum status status;

    *plan = (struct view_plan){.type = type};
    if (is_blank_text(columns) && type != NULL) {
        usual_columns(plan);
    } else {
        status = parse_columns(plan, columns, err);
        if (status != STATUS_OK)
            return errmsg_wrap(err, status, "列");
    }
    status = view_plan_sort(plan, sort, err);
    if (status == STATUS_OK && type != NULL) {
        status = filter_parse_on(&plan->filter, type, codes, today, condition != NULL ? condition : "", err);
        if (status != STATUS_OK)
            errmsg_wrap(err, status, "条件");
    }
    return status;
}

void view_plan_release(struct view_plan *plan)
{
    filter_release(&plan->filter);
}

/* ---- a record ----------------------------------------------------------------------------------------------------- */

static bool same_row(void *context, const struct record *record, const struct list_key *key)
{
    struct id *mine = context;
    (void)key;
    if (!id_equal(record->id, *mine))
        *mine = (struct id){{0}}; /* somebody else's */
    return !id_is_zero(*mine);
}

static enum status check_name(struct store *store, const struct actor *actor, const struct record *view, struct errmsg *err)
{
    static const struct id NOBODY = {{0xff}};
    const char *name = record_text(view, "name");
    struct filter filter = {.type = view->type, .n_terms = 2};
    struct list_query query = {.type = view->type, .filter = &filter};
    struct id mine = id_is_zero(view->id) ? NOBODY : view->id;
    size_t digits = name[0] == 'L' || name[0] == 'l' ? strspn(name + 1, "0123456789.") : 0;

    if (digits > 0 && name[1 + digits] == '\0')
        return errmsg_set(err, STATUS_INVALID, "名称: “%s”是台账的代号，请换一个名称", name);
    filter.terms[0] = (struct filter_term){.field = catalogue_field(view->type, "name"), .op = FILTER_EQ, .value = value_string(name)};
    filter.terms[1] = (struct filter_term){.pseudo = FILTER_SCOPE, .op = FILTER_EQ, .value = value_int(id_is_zero(view->id) ? actor->org : view->scope)};
    enum status status = records_list(store, actor, &query, same_row, &mine, err);
    if (status == STATUS_OK && id_is_zero(mine))
        status = errmsg_set(err, STATUS_EXISTS, "名称: 已经有一个“%s”", name);
    return status;
}

enum status saved_view_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *view, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(record_text(view, "record_type"));
    struct view_plan plan;

    if (type == NULL)
        return errmsg_set(err, STATUS_INVALID, "记录类型: 没有“%s”这类记录；用 aidpost types 查看", record_text(view, "record_type"));
    enum status status = view_plan_parse(&plan, type, codes, 0 /* any day will do to see whether it is in order */, record_text(view, "condition"), record_text(view, "sort"), record_text(view, "columns"), err);
    if (status != STATUS_OK)
        return status;
    view_plan_release(&plan);
    status = check_name(store, actor, view, err);
    if (status == STATUS_OK && strcmp(type->name, record_text(view, "record_type")) != 0)
        status = record_set_text(view, "record_type", type->name);
    return status;
}
