/* core/record/filter.c - see core/record/filter.h. */
#include "core/record/filter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/bytes.h"
#include "core/base/day_span.h"
#include "core/base/id.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/code_book.h"
#include "core/record/id_card.h"
#include "core/record/record.h"
#include "core/record/row.h"
#include "core/record/store.h"

enum { TEXT_MAX_BYTES = 64 * 1024, NAME_MAX_BYTES = 96 };

/* ---- reading the expression ---- */

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\n')
        at++;
    return at;
}

static bool is_operator(char c)
{
    return c == '=' || c == '!' || c == '<' || c == '>' || c == '~';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* " in (": the word with a blank before it and a bracket behind it, so that labels may hold both. NULL, or where the bracket is. */
static const char *at_in(const char *begin, const char *at)
{
    if (at == begin || !is_blank(at[-1]) || strncasecmp(at, "in", 2) != 0)
        return NULL;
    at = skip_blanks(at + 2);
    return *at == '(' ? at : NULL;
}

/* "and" as a word of its own. */
static bool at_and(const char *at)
{
    return strncasecmp(at, "and", 3) == 0 && (at[3] == ' ' || at[3] == '\t' || at[3] == '\n' || at[3] == '\0');
}

static enum status read_name(const char **at, char name[NAME_MAX_BYTES], struct errmsg *err)
{
    const char *begin = skip_blanks(*at), *end = begin;
    while (*end != '\0' && !is_operator(*end) && at_in(begin, end) == NULL)
        end++;
    *at = end;
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (end == begin || end - begin >= NAME_MAX_BYTES)
        return errmsg_set(err, STATUS_MALFORMED, "筛选条件“%.60s”: 缺少字段名，应写成 字段=值", begin);
    memcpy(name, begin, (size_t)(end - begin));
    name[end - begin] = '\0';
    return STATUS_OK;
}

static enum status read_operator(const char **at, const char *name, enum filter_op *op, struct errmsg *err)
{
    static const struct {
        const char *text;
        enum filter_op op;
    } OPERATORS[] = {{"!=", FILTER_NE}, {"!~", FILTER_CONTAINS_NOT}, {">=", FILTER_GE}, {"<=", FILTER_LE}, {"=", FILTER_EQ}, {">", FILTER_GT}, {"<", FILTER_LT}, {"~", FILTER_CONTAINS}};

    for (size_t i = 0; i < sizeof OPERATORS / sizeof OPERATORS[0]; i++) {
        size_t n = strlen(OPERATORS[i].text);
        if (strncmp(*at, OPERATORS[i].text, n) == 0) {
            *op = OPERATORS[i].op;
            *at += n;
            return STATUS_OK;
        }
    }
    if (strncasecmp(*at, "in", 2) == 0) { /* read_name stopped at it */
        *op = FILTER_IN;
        *at = skip_blanks(*at + 2) + 1;
        return STATUS_OK;
    }
    return errmsg_set(err, STATUS_MALFORMED, "筛选条件“%s”: 缺少比较符，可用 = != >= <= > < ~ !~ 或 in (值, 值)", name);
}

/* A quoted value; *at stands behind the opening quote. */
static enum status read_quoted(const char **at, const char *name, struct buf *value, struct errmsg *err)
{
    const char *c = *at;
    for (;; c++) {
        if (*c == '\0')
            return errmsg_set(err, STATUS_MALFORMED, "筛选条件“%s”: 引号 ' 没有结束", name);
        if (*c == '\'' && *++c != '\'')
            break;
        buf_putc(value, (uint8_t)*c);
    }
    *at = c;
    return STATUS_OK;
}

/* What somebody meant who wrote a == b, or "a=1 or b=2": taken as a value it would quietly find nothing. */
static enum status check_plain(const struct buf *value, const char *name, struct errmsg *err)
{
    const char *text = buf_cstr(value);

    if (text[0] == '=')
        return errmsg_set(err, STATUS_MALFORMED, "筛选条件“%s”: 等号写一个就够；值以等号开头的加引号 '…'", name);
    for (const char *at = text; (at = strpbrk(at, " \t\n")) != NULL;) {
        at = skip_blanks(at);
        bool words = strncasecmp(at, "or", 2) == 0 && is_blank(at[2]), signs = strncmp(at, "||", 2) == 0 || strncmp(at, "&&", 2) == 0;
        if ((words || signs) && strpbrk(at + 2, "=<>~") != NULL)
            return errmsg_set(err, STATUS_MALFORMED, "筛选条件“%s”: 条件之间只能用 and；几个值任选一个写成 字段 in (值, 值)，值里本来就有 %.2s 的加引号 '…'", name, at);
    }
    return STATUS_OK;
}

static enum status read_value(const char **at, const char *name, struct buf *value, struct errmsg *err)
{
    const char *begin = skip_blanks(*at), *end = begin;
    if (*begin == '\'') {
        *at = begin + 1;
        enum status status = read_quoted(at, name, value, err);
        if (status != STATUS_OK)
            return status;
    } else {
        while (*end != '\0' && !((end == begin || end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n') && at_and(end)))
            end++;
        *at = end;
        while (end > begin && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n'))
            end--;
        buf_append(value, begin, (size_t)(end - begin));
        if (value->status == STATUS_OK)
            return check_plain(value, name, err);
    }
    return value->status == STATUS_OK ? STATUS_OK : errmsg_set(err, value->status, "筛选条件“%s”: 值过长", name);
}

/* One value of "in (..)", and the comma or bracket behind it; *last: it was the bracket. */
static enum status read_list_value(const char **at, const char *name, struct buf *value, bool *last, struct errmsg *err)
{
    const char *begin = skip_blanks(*at), *end = begin;
    enum status status = STATUS_OK;
    if (*begin == '\'') {
        *at = begin + 1;
        status = read_quoted(at, name, value, err);
    } else {
        while (*end != '\0' && *end != ',' && *end != ')')
            end++;
        *at = end;
        while (end > begin && is_blank(end[-1]))
            end--;
        buf_append(value, begin, (size_t)(end - begin));
    }
    if (status != STATUS_OK)
        return status;
    if (value->status != STATUS_OK)
        return errmsg_set(err, value->status, "筛选条件“%s”: 值过长", name);
    *at = skip_blanks(*at);
    if (**at != ',' && **at != ')')
        return errmsg_set(err, STATUS_MALFORMED, "筛选条件“%s”: 几个值写成 in (值, 值)，用逗号隔开，最后是右括号", name);
    *last = *(*at)++ == ')';
    return STATUS_OK;
}

/* ---- values ---- */

static enum status own_text(struct filter_term *term, const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy == NULL)
        return STATUS_NOMEM;
    memcpy(copy, text, len);
    copy[len] = '\0';
    term->value = value_text(copy, len);
    return STATUS_OK;
}

static bool has_codes(const struct field_def *field)
{
    return field->kind == FIELD_CODE || field->kind == FIELD_CODES;
}

/* ",11,12,": the codes whose name contains the text, or is it, so that one comparison finds them all. */
static enum status codes_named(struct filter_term *term, const struct code_book *codes, const char *text, bool whole, struct errmsg *err)
{
    struct buf list;
    buf_init(&list, TEXT_MAX_BYTES);
    buf_putc(&list, ',');
    size_t count = codes == NULL ? 0 : code_book_count(codes, term->field->codes);
    for (size_t i = 0; i < count; i++) {
        const struct code *code = code_book_at(codes, term->field->codes, i);
        if (whole ? strcmp(code->name, text) == 0 : strstr(code->name, text) != NULL)
            buf_printf(&list, "%s,", code->code);
    }
    enum status status = list.status;
    if (status == STATUS_OK && list.len == 1)
        status = errmsg_set(err, STATUS_INVALID, whole ? "没有“%s”这个代码或名称" : "没有名称含“%s”的代码", text);
    if (status == STATUS_OK)
        status = own_text(term, (const char *)list.data, list.len);
    buf_release(&list);
    return status;
}

/* Whether a name stands for several codes: one of each version of the list. */
static bool is_versioned_name(const struct code_book *codes, const char *set, const char *name)
{
    const struct code *newest = code_book_by_name(codes, set, name);
    return newest != NULL && strcmp(newest->name, name) == 0 && (newest->active_from != 0 || newest->active_to != 0);
}

static enum status one_code(struct filter_term *term, const struct code_book *codes, const char *text, struct errmsg *err)
{
    const struct code *code = codes == NULL ? NULL : code_book_find(codes, term->field->codes, text);
    if (code == NULL && codes != NULL)
        code = code_book_by_name(codes, term->field->codes, text);
    if (code == NULL)
        return errmsg_set(err, STATUS_INVALID, "没有“%s”这个代码或名称", text);
    return own_text(term, code->code, strlen(code->code));
}

/* As the record itself reads it. */
static enum status parse_as_field(struct filter_term *term, const struct record_type *type, const struct code_book *codes, const char *text, struct errmsg *err)
{
    struct record scratch;
    record_init(&scratch, type);
    enum status status = record_parse(&scratch, term->field, codes, text, strlen(text), err);
    if (status == STATUS_OK) {
        struct value value = record_get(&scratch, term->field);
        if (value.kind == VALUE_TEXT)
            status = own_text(term, value.text, value.len);
        else
            term->value = value;
    }
    record_release(&scratch);
    return status;
}

static enum status refuse_text(enum status status, struct errmsg *err)
{
    return errmsg_set(err, status, status == STATUS_NOMEM ? "内存不足" : "值不是正常的文字");
}

static enum status parse_plain(struct filter_term *term, const char *text, struct errmsg *err)
{
    struct buf clean;
    buf_init(&clean, TEXT_MAX_BYTES);
    enum status status = utf8_normalise(text, strlen(text), term->field->kind == FIELD_LONG, &clean);
    if (status == STATUS_OK)
        status = own_text(term, buf_cstr(&clean), clean.len);
    else
        (void)refuse_text(status, err);
    buf_release(&clean);
    return status;
}

/* One code; with = and != all codes of that name, since each version of a list has its own. Retired ones too: old records have them. */
static enum status parse_code_value(struct filter_term *term, const struct record_type *type, const struct code_book *codes, const char *text, struct errmsg *err)
{
    struct buf clean;
    buf_init(&clean, TEXT_MAX_BYTES);
    enum status status = utf8_normalise(text, strlen(text), false, &clean);
    const char *name = buf_cstr(&clean);
    if (status != STATUS_OK)
        (void)refuse_text(status, err);
    else if (codes != NULL && code_book_find(codes, term->field->codes, name) != NULL)
        status = own_text(term, name, clean.len);
    else if ((term->op != FILTER_EQ && term->op != FILTER_NE) || codes == NULL || !is_versioned_name(codes, term->field->codes, name))
        status = parse_as_field(term, type, codes, name, err);
    else if ((status = codes_named(term, codes, name, true, err)) == STATUS_OK)
        term->op = term->op == FILTER_EQ ? FILTER_CONTAINS : FILTER_CONTAINS_NOT;
    buf_release(&clean);
    return status;
}

/* Names, telephones, document numbers are stored in one form each: so is what is looked for, however it was typed (a small x, full-width digits, +86, another middle dot). A part of one, or what is no number, as
 * far as that goes. */
static enum status parse_one_form(struct filter_term *term, const struct record_type *type, const struct code_book *codes, bool whole, const char *text, struct errmsg *err)
{
    char folded[ID_NUMBER_BYTES];

    enum status status = whole || term->field->kind == FIELD_NAME ? parse_as_field(term, type, codes, text, NULL) : STATUS_INVALID;
    if (status == STATUS_OK)
        return STATUS_OK;
    if (status == STATUS_NOMEM) /* no matter of how it was typed: as it was typed it would be found nowhere */
        return refuse_text(status, err);
    if (term->field->kind != FIELD_NAME && id_number_fold(text, strlen(text), folded, sizeof folded, NULL) == STATUS_OK)
        text = folded;
    return parse_plain(term, text, err);
}

static enum status parse_field_value(struct filter_term *term, const struct record_type *type, const struct code_book *codes, const char *text, struct errmsg *err)
{
    enum field_kind kind = term->field->kind;
    bool number = catalogue_is_number(kind);

    if (kind == FIELD_SECRET)
        return errmsg_set(err, STATUS_FORBIDDEN, "这个字段不能用来筛选");
    if (*text == '\0') {
        if (term->op != FILTER_EQ && term->op != FILTER_NE)
            return errmsg_set(err, STATUS_INVALID, "空值只能用 = 或 != 比较");
        term->value = value_null();
        return STATUS_OK;
    }
    bool contains = term->op == FILTER_CONTAINS || term->op == FILTER_CONTAINS_NOT;
    if (contains && number)
        return errmsg_set(err, STATUS_INVALID, "~ 只能用于文字和代码");
    enum status status = has_codes(term->field) && codes != NULL ? code_book_need(codes, term->field->codes, err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (contains && has_codes(term->field))
        return kind == FIELD_CODE ? codes_named(term, codes, text, false, err) : one_code(term, codes, text, err);
    if (kind == FIELD_CODE)
        return parse_code_value(term, type, codes, text, err);
    if (number || has_codes(term->field))
        return parse_as_field(term, type, codes, text, err);
    if (kind == FIELD_NAME || kind == FIELD_PHONE || kind == FIELD_ID_NO)
        return parse_one_form(term, type, codes, term->op == FILTER_EQ || term->op == FILTER_NE, text, err);
    return parse_plain(term, text, err);
}

static enum status parse_pseudo_value(struct filter_term *term, const char *text, struct errmsg *err)
{
    size_t len = strlen(text);
    struct id id;

    if (term->pseudo == FILTER_SCOPE) {
        char *end;
        long long number = strtoll(text, &end, 10);
        if (len == 0 || *end != '\0' || term->op == FILTER_CONTAINS || term->op == FILTER_CONTAINS_NOT)
            return errmsg_set(err, STATUS_INVALID, "这里要写机构的编号，用 = != 等比较");
        term->value = value_int(number);
        return STATUS_OK;
    }
    bool whole = term->op == FILTER_EQ || term->op == FILTER_NE;
    if (!(whole ? id_parse(text, len, &id) == STATUS_OK : term->op == FILTER_CONTAINS && len > 0 && len <= 32 && strspn(text, "0123456789abcdefABCDEF") == len))
        return errmsg_set(err, STATUS_INVALID, "编号是 32 位十六进制数字；只知道开头几位时用 id~");
    return own_text(term, text, len);
}

static enum status parse_term_value(struct filter_term *term, const struct record_type *type, const struct code_book *codes, const char *text, struct errmsg *err)
{
    return term->field != NULL ? parse_field_value(term, type, codes, text, err) : parse_pseudo_value(term, text, err);
}

static void release_value(struct value *value)
{
    if (value->kind == VALUE_TEXT)
        free((char *)(uintptr_t)value->text);
    *value = value_null();
}

static void release_term(struct filter_term *term)
{
    release_value(&term->value);
    for (size_t i = 0; i < term->n_values; i++)
        release_value(&term->values[i]);
    free(term->values);
    term->values = NULL;
    term->n_values = 0;
}

/* ---- one of several ---- */

/* Takes the value over. */
static enum status add_value(struct filter_term *term, struct value value, struct errmsg *err)
{
    struct value *values = NULL;
    if (term->n_values == FILTER_LIST_MAX)
        errmsg_set(err, STATUS_TOO_LARGE, "in 里最多 %d 个值", FILTER_LIST_MAX);
    else if ((values = realloc(term->values, (term->n_values + 1) * sizeof *values)) != NULL)
        term->values = values;
    if (values == NULL) {
        enum status status = term->n_values == FILTER_LIST_MAX ? STATUS_TOO_LARGE : STATUS_NOMEM;
        release_value(&value);
        return status;
    }
    term->values[term->n_values++] = value;
    return STATUS_OK;
}

/* A code's name may stand for one code of each version: ",11,12,". */
static enum status add_codes(struct filter_term *term, struct value *list, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (const char *at = list->text + 1; status == STATUS_OK && *at != '\0'; at += strcspn(at, ",") + 1) {
        struct filter_term one = {.field = term->field};
        status = own_text(&one, at, strcspn(at, ","));
        if (status == STATUS_OK)
            status = add_value(term, one.value, err);
    }
    release_value(list);
    return status;
}

/* Each value as "=" would take it; of a field of several codes one code. */
static enum status add_parsed(struct filter_term *term, const struct record_type *type, const struct code_book *codes, const char *text, struct errmsg *err)
{
    struct filter_term one = {.field = term->field, .pseudo = term->pseudo, .op = term->field != NULL && term->field->kind == FIELD_CODES ? FILTER_CONTAINS : FILTER_EQ};
    if (*text == '\0')
        return errmsg_set(err, STATUS_INVALID, "in 里不能有空值；空着的写 字段=");
    enum status status = parse_term_value(&one, type, codes, text, err);
    if (status != STATUS_OK)
        return status;
    return one.op == FILTER_CONTAINS && term->field->kind == FIELD_CODE ? add_codes(term, &one.value, err) : add_value(term, one.value, err);
}

static enum status read_list(struct filter_term *term, const struct record_type *type, const struct code_book *codes, const char *name, const char **at, struct buf *value, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (bool last = false; status == STATUS_OK && !last;) {
        buf_clear(value);
        status = read_list_value(at, name, value, &last, err);
        if (status != STATUS_OK)
            break;
        errmsg_clear(err);
        if (strlen(buf_cstr(value)) != value->len)
            status = errmsg_set(err, STATUS_MALFORMED, "值里有不能用的字符");
        else
            status = add_parsed(term, type, codes, buf_cstr(value), err);
        if (status != STATUS_OK)
            errmsg_wrap(err, status, "筛选条件“%s”", name);
    }
    return status;
}

/* ---- terms ---- */

/* `name` may be REF.FIELD: then *type becomes the type of the record it points at. */
static enum status find_field(struct filter_term *term, const struct record_type **type, const char *name, struct errmsg *err)
{
    const char *dot = strchr(name, '.');
    char first[NAME_MAX_BYTES];

    if (dot != NULL) {
        memcpy(first, name, (size_t)(dot - name));
        first[dot - name] = '\0';
        term->via = catalogue_field(*type, first);
        if (term->via == NULL || term->via->kind != FIELD_REF)
            return errmsg_set(err, STATUS_INVALID, "%s的“%s”不指向别的记录；用 aidpost fields %s 查看全部字段", _((*type)->label), first, (*type)->name);
        *type = catalogue_find(term->via->codes);
        name = dot + 1;
    }
    term->field = catalogue_field(*type, name);
    if (term->field != NULL)
        return STATUS_OK;
    if (strcmp(name, "id") == 0)
        term->pseudo = FILTER_ID;
    else if (strcmp(name, "scope") == 0 || strcmp(name, "org") == 0)
        term->pseudo = FILTER_SCOPE;
    else
        return errmsg_set(err, STATUS_INVALID, "%s没有字段“%s”；用 aidpost fields %s 查看全部字段", _((*type)->label), name, (*type)->name);
    return STATUS_OK;
}

/* A run of days becomes its ends: = gives two terms. False: it is none, or not where one can stand. */
static bool add_days(struct filter *filter, struct filter_term term, int32_t today, const char *text, enum status *status, struct errmsg *err)
{
    int32_t from, to;
    bool first = term.op == FILTER_GE || term.op == FILTER_LT;
    if (term.field == NULL || term.field->kind != FIELD_DAY || today == FILTER_NO_TODAY || day_span_parse(text, strlen(text), today, &from, &to) != STATUS_OK)
        return false;
    bool both = from != to && term.op == FILTER_EQ;
    if (term.op == FILTER_CONTAINS || term.op == FILTER_CONTAINS_NOT || (from != to && term.op == FILTER_NE))
        *status = errmsg_set(err, STATUS_INVALID, "几天的只能用 = > >= < <= 比较");
    else if (both && filter->n_terms + 2 > FILTER_TERMS_MAX)
        *status = errmsg_set(err, STATUS_TOO_LARGE, "筛选条件最多 %d 个", FILTER_TERMS_MAX);
    else {
        *status = STATUS_OK;
        term.op = both ? FILTER_GE : term.op;
        term.value = value_int(both || first ? from : to);
        filter->terms[filter->n_terms++] = term;
        if (both) {
            term.op = FILTER_LE;
            term.value = value_int(to);
            filter->terms[filter->n_terms++] = term;
        }
    }
    return true;
}

static enum status parse_term(struct filter *filter, const struct code_book *codes, int32_t today, const char **at, struct buf *value, struct errmsg *err)
{
    char name[NAME_MAX_BYTES];
    struct filter_term term = {.pseudo = FILTER_FIELD};
    const struct record_type *type = filter->type;

    if (filter->n_terms == FILTER_TERMS_MAX)
        return errmsg_set(err, STATUS_TOO_LARGE, "筛选条件最多 %d 个", FILTER_TERMS_MAX);
    enum status status = read_name(at, name, err);
    if (status == STATUS_OK)
        status = read_operator(at, name, &term.op, err);
    if (status == STATUS_OK)
        status = find_field(&term, &type, name, err);
    if (status == STATUS_OK && term.op == FILTER_IN) {
        status = read_list(&term, type, codes, name, at, value, err);
        if (status == STATUS_OK)
            filter->terms[filter->n_terms++] = term;
        else
            release_term(&term);
        return status;
    }
    if (status == STATUS_OK)
        status = read_value(at, name, value, err);
    if (status != STATUS_OK)
        return status;
    if (strlen(buf_cstr(value)) != value->len)
        return errmsg_set(err, STATUS_MALFORMED, "筛选条件“%s”: 值里有不能用的字符", name);
    errmsg_clear(err);
    if (add_days(filter, term, today, buf_cstr(value), &status, err))
        return status == STATUS_OK ? status : errmsg_wrap(err, status, "筛选条件“%s”", name);
    status = parse_term_value(&term, type, codes, buf_cstr(value), err);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "筛选条件“%s”", name);
    filter->terms[filter->n_terms++] = term;
    return STATUS_OK;
}

enum status filter_parse(struct filter *filter, const struct record_type *type, const struct code_book *codes, const char *text, struct errmsg *err)
{
    return filter_parse_on(filter, type, codes, FILTER_NO_TODAY, text, err);
}

enum status filter_parse_on(struct filter *filter, const struct record_type *type, const struct code_book *codes, int32_t today, const char *text, struct errmsg *err)
{
    struct buf value;
    const char *at = skip_blanks(text);
    enum status status = STATUS_OK;

    *filter = (struct filter){.type = type};
    buf_init(&value, TEXT_MAX_BYTES);
    while (status == STATUS_OK && *at != '\0') {
        buf_clear(&value);
        status = parse_term(filter, codes, today, &at, &value, err);
        if (status != STATUS_OK || *(at = skip_blanks(at)) == '\0')
            break;
        if (!at_and(at))
            status = errmsg_set(err, STATUS_MALFORMED, "筛选条件“%.60s”: 几个条件之间要写 and", at);
        else if (*(at = skip_blanks(at + 3)) == '\0')
            status = errmsg_set(err, STATUS_MALFORMED, "筛选条件: and 后面还缺一个条件");
    }
    buf_release(&value);
    if (status != STATUS_OK)
        filter_release(filter);
    return status;
}

void filter_release(struct filter *filter)
{
    for (size_t i = 0; i < filter->n_terms; i++)
        release_term(&filter->terms[i]);
    filter->n_terms = 0;
}

/* ---- SQL ---- */

static const char *sql_operator(enum filter_op op)
{
    static const char *const OPERATORS[] = {[FILTER_EQ] = "=", [FILTER_NE] = "IS NOT", [FILTER_GE] = ">=", [FILTER_LE] = "<=", [FILTER_GT] = ">", [FILTER_LT] = "<"};
    assert(op < FILTER_CONTAINS);
    return OPERATORS[op];
}

static void contains_sql(const struct filter_term *term, struct buf *sql, int parameter)
{
    const char *name = term->field->name, *none = term->op == FILTER_CONTAINS_NOT ? "=0" : ">0";
    if (term->field->kind == FIELD_CODE)
        buf_printf(sql, " AND coalesce(instr(?%d, ','||\"%s\"||','),0)%s", parameter, name, none);
    else if (term->field->kind == FIELD_CODES)
        buf_printf(sql, " AND coalesce(instr(','||\"%s\"||',', ','||?%d||','),0)%s", name, parameter, none);
    else
        buf_printf(sql, " AND coalesce(instr(lower(\"%s\"), lower(?%d)),0)%s", name, parameter, none);
}

static void pseudo_sql(const struct filter_term *term, struct buf *sql, int parameter)
{
    if (term->pseudo == FILTER_SCOPE)
        buf_printf(sql, " AND scope %s ?%d", sql_operator(term->op), parameter);
    else if (term->op == FILTER_CONTAINS)
        buf_printf(sql, " AND instr(lower(hex(id)), lower(?%d))=1", parameter);
    else
        buf_printf(sql, " AND id %s ?%d", sql_operator(term->op), parameter);
}

static void in_sql(const struct filter_term *term, struct buf *sql, int *index)
{
    const char *name = term->field != NULL ? term->field->name : term->pseudo == FILTER_ID ? "id" : "scope";
    bool each = term->field != NULL && term->field->kind == FIELD_CODES;
    buf_printf(sql, each ? " AND (" : " AND \"%s\" IN (", name);
    for (size_t i = 0; i < term->n_values; i++) {
        if (each)
            buf_printf(sql, "%sinstr(','||\"%s\"||',', ','||?%d||',')>0", i > 0 ? " OR " : "", name, (*index)++);
        else
            buf_printf(sql, "%s?%d", i > 0 ? "," : "", (*index)++);
    }
    buf_puts(sql, ")");
}

static void term_sql(const struct filter_term *term, struct buf *sql, int *index)
{
    if (term->op == FILTER_IN)
        in_sql(term, sql, index);
    else if (term->field == NULL)
        pseudo_sql(term, sql, (*index)++);
    else if (term->value.kind == VALUE_NULL)
        buf_printf(sql, term->op == FILTER_EQ ? " AND coalesce(\"%s\",'')=''" : " AND coalesce(\"%s\",'')<>''", term->field->name);
    else if (term->op == FILTER_CONTAINS || term->op == FILTER_CONTAINS_NOT)
        contains_sql(term, sql, (*index)++);
    else
        buf_printf(sql, " AND \"%s\" %s ?%d", term->field->name, sql_operator(term->op), (*index)++);
}

/* Whether the term asks about the same record as the one before: both go into one look-up, which is then no wider than what they pick together. */
static bool goes_on(const struct filter *filter, size_t i)
{
    return i > 0 && i < filter->n_terms && filter->terms[i].via != NULL && filter->terms[i].via == filter->terms[i - 1].via;
}

void filter_sql(const struct filter *filter, const struct actor *actor, struct buf *sql, int *index)
{
    for (size_t i = 0; i < filter->n_terms; i++) {
        const struct filter_term *term = &filter->terms[i];
        if (term->via != NULL && !goes_on(filter, i)) {
            buf_printf(sql, " AND \"%s\" IN (SELECT lower(hex(id)) FROM \"%s\" WHERE gone=0", term->via->name, term->via->codes);
            row_scope_sql(actor, sql, index);
        }
        term_sql(term, sql, index);
        if (term->via != NULL && !goes_on(filter, i + 1))
            buf_putc(sql, ')');
    }
}

static void bind_value(struct stmt *stmt, bool whole_id, struct value value, int *index)
{
    if (whole_id) {
        struct id id = {{0}};
        enum status status = id_parse(value.text, value.len, &id);
        assert(status == STATUS_OK); /* filter_parse accepted it */
        stmt_id(stmt, (*index)++, id);
    } else if (value.kind != VALUE_NULL) {
        stmt_value(stmt, (*index)++, value);
    }
}

static void term_bind(const struct filter_term *term, struct stmt *stmt, int *index)
{
    bool whole_id = term->field == NULL && term->pseudo == FILTER_ID && term->op != FILTER_CONTAINS;
    if (term->op != FILTER_IN)
        bind_value(stmt, whole_id, term->value, index);
    for (size_t i = 0; i < term->n_values; i++)
        bind_value(stmt, whole_id, term->values[i], index);
}

void filter_bind(const struct filter *filter, const struct actor *actor, struct stmt *stmt, int *index)
{
    for (size_t i = 0; i < filter->n_terms; i++) {
        if (filter->terms[i].via != NULL && !goes_on(filter, i))
            row_scope_bind(actor, stmt, index);
        term_bind(&filter->terms[i], stmt, index);
    }
}
