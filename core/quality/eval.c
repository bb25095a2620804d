/* core/quality/eval.c - see eval.h: sheets, rounds, who may judge. What is read back: eval_read.c. */
#include "core/quality/eval.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/account.h"
#include "core/base/bytes.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/code_book.h"
#include "core/record/privacy.h"

enum { NAME_MAX_BYTES = 1024, LEVEL_PASS = 3, HUNDRED_PER_LEVEL = 20 };

static const char CLOSED_STATES[] = " S9 S9r S10 S11 S12 X5 ";

static int64_t number_of(const struct record *record, const char *field, int64_t otherwise)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    return value.kind == VALUE_INT ? value.number : otherwise;
}

static bool is_five_point(const char *standard)
{
    return strncmp(standard, "level5", 6) == 0;
}

static enum status wrong(struct errmsg *err, const struct record *record, const char *field, const char *format, ...) __attribute__((format(printf, 4, 5)));
static enum status wrong(struct errmsg *err, const struct record *record, const char *field, const char *format, ...)
{
    struct buf reason;
    va_list args;
    buf_init(&reason, ERRMSG_MAX_BYTES);
    va_start(args, format);
    buf_vprintf(&reason, _(format), args);
    va_end(args);
    (void)errmsg_set(err, STATUS_INVALID, "%s: %s", _(catalogue_field(record->type, field)->label), buf_cstr(&reason));
    buf_release(&reason);
    return STATUS_INVALID;
}

/* ---- grades ---- */

const char *eval_grade(const struct rules *rules, bool five_point, int64_t total, int32_t day)
{
    if (five_point)
        return total >= 5 ? "1" : total == 4 ? "2" : total == LEVEL_PASS ? "3" : "4";
    if (total >= rules_int(rules, "grade_excellent", day))
        return "1";
    if (total >= rules_int(rules, "grade_good", day))
        return "2";
    return total >= rules_int(rules, "grade_pass", day) ? "3" : "4";
}

int64_t eval_hundred(const struct record *eval)
{
    int64_t total = number_of(eval, "total", 0);
    return is_five_point(record_text(eval, "standard")) ? total * HUNDRED_PER_LEVEL : total;
}

/* ---- people ---- */

/* The next name of a list divided by 、 , ; or /, folded into out; false at the end. */
static bool next_name(const char **at, struct buf *out)
{
    static const char *const marks[] = {"、", "，", ",", "；", ";", "/", "\n"};
    while (**at != '\0') {
        const char *end = *at + strlen(*at), *next = end;
        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
            const char *mark = strstr(*at, marks[i]);
            if (mark != NULL && mark < end) {
                end = mark;
                next = mark + strlen(marks[i]);
            }
        }
        buf_clear(out);
        enum status status = utf8_fold(*at, (size_t)(end - *at), out);
        *at = next;
        if (status == STATUS_OK && out->len > 0)
            return true;
    }
    return false;
}

/* Whether two lists have a name in common; its folded form is in `shared` then. */
static bool share_name(const char *a, const char *b, struct buf *shared)
{
    struct buf other;
    bool found = false;
    buf_init(&other, NAME_MAX_BYTES);
    while (!found && next_name(&a, shared))
        for (const char *at = b; !found && next_name(&at, &other);)
            found = strcmp(buf_cstr(shared), buf_cstr(&other)) == 0;
    buf_release(&other);
    return found;
}

static enum status check_not_handler(const struct record *eval, const struct record *kase, struct errmsg *err)
{
    const char *reviewers = record_text(eval, "reviewers");
    enum status status = STATUS_OK;
    struct buf name;
    buf_init(&name, NAME_MAX_BYTES);
    if (share_name(reviewers, record_text(kase, "handler"), &name) || share_name(reviewers, record_text(kase, "second_handler"), &name))
        status = wrong(err, eval, "reviewers", _("%s是本案的承办人，不能评估自己的案件"), buf_cstr(&name));
    buf_release(&name);
    return status;
}

/* ---- rounds ---- */

struct rounds {
    const struct record *eval; /* the one that is to be saved; or NULL */
    bool first, second;        /* done */
    char first_standard[EVAL_CODE_BYTES];
    struct errmsg *err;
    enum status status;
};

/* One round more beside the one that is to be saved. */
static enum status check_against(const struct record *eval, const struct record *other, struct errmsg *err)
{
    const char *mine = record_text(eval, "round"), *theirs = record_text(other, "round");
    enum status status = STATUS_OK;
    struct buf name;
    if (strcmp(mine, theirs) == 0)
        return wrong(err, eval, "round", _("这一轮已经评过；评错了的先删除旧的一份"));
    if ((strcmp(mine, EVAL_FIRST) == 0 && strcmp(theirs, EVAL_SECOND) == 0) || (strcmp(mine, EVAL_SECOND) == 0 && strcmp(theirs, EVAL_FIRST) == 0)) {
        int64_t order = number_of(eval, "date", 0) - number_of(other, "date", 0);
        buf_init(&name, NAME_MAX_BYTES);
        if (share_name(record_text(eval, "reviewers"), record_text(other, "reviewers"), &name))
            status = wrong(err, eval, "reviewers", _("%s两轮都评，复评要换人"), buf_cstr(&name));
        else if (strcmp(mine, EVAL_FIRST) == 0 ? order > 0 : order < 0)
            status = wrong(err, eval, "date", _("复评不能早于初评"));
        buf_release(&name);
    }
    return status;
}

static bool note_round(void *context, const struct record *row)
{
    struct rounds *rounds = context;
    const char *round = record_text(row, "round");
    if (rounds->eval != NULL && id_equal(rounds->eval->id, row->id))
        return true;
    if (strcmp(round, EVAL_FIRST) == 0 && strlen(record_text(row, "standard")) < sizeof rounds->first_standard)
        strcpy(rounds->first_standard, record_text(row, "standard"));
    rounds->first |= strcmp(round, EVAL_FIRST) == 0;
    rounds->second |= strcmp(round, EVAL_SECOND) == 0;
    if (rounds->eval != NULL)
        rounds->status = check_against(rounds->eval, row, rounds->err);
    return rounds->status == STATUS_OK;
}

static enum status check_state(const struct record *kase, const struct code_book *codes, struct errmsg *err)
{
    char state[16];
    snprintf(state, sizeof state, " %s ", record_text(kase, "state"));
    if (strstr(CLOSED_STATES, state) == NULL)
        return errmsg_set(err, STATUS_INVALID, "案件是“%s”，报结或者终止以后才能评估", _(code_book_name(codes, "case_state", record_text(kase, "state"))));
    return STATUS_OK;
}

/* State, round and reviewers. */
static enum status check_eval(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *eval, struct id kase_id, const struct record *kase,
                              struct errmsg *err)
{
    struct rounds rounds = {.eval = eval, .err = err};
    enum status status = check_state(kase, codes, err);
    if (status == STATUS_OK)
        status = check_not_handler(eval, kase, err);
    if (status == STATUS_OK)
        status = eval_list(store, actor, kase_id, note_round, &rounds, err);
    if (status == STATUS_OK)
        status = rounds.status;
    if (status == STATUS_OK && strcmp(record_text(eval, "round"), EVAL_SECOND) == 0 && !rounds.first)
        status = wrong(err, eval, "round", _("还没有初评，不能复评"));
    if (status == STATUS_OK && number_of(eval, "date", 0) > day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN))
        status = wrong(err, eval, "date", _("在今天之后；请核对日期，或先校准这台机器的时钟"));
    return status;
}

/* ---- what follows from the account and the case ---- */

/* The name people know the account by stands on the sheet, and is held against the handler's; by default it is the account's own. */
static enum status name_reviewer(struct store *store, const struct actor *actor, struct record *eval, struct errmsg *err)
{
    struct record account;
    if (strcmp(record_text(eval, "reviewers"), actor->name) != 0)
        return STATUS_OK;
    enum status status = account_find(store, actor->name, &account, err);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    const char *display = record_text(&account, "display");
    status = display[0] != '\0' ? record_set_text(eval, "reviewers", display) : STATUS_OK;
    record_release(&account);
    return status;
}

static enum status fill_from_case(struct record *eval, const struct record *kase)
{
    enum status status = record_set(eval, catalogue_field(eval->type, "handler"), record_get(kase, catalogue_field(kase->type, "handler")));
    if (status == STATUS_OK)
        status = record_set(eval, catalogue_field(eval->type, "handler_ref"), record_get(kase, catalogue_field(kase->type, "handler_ref")));
    if (status == STATUS_OK && record_text(eval, "name")[0] == '\0' && !privacy_is_sealed(kase))
        status = record_set_text(eval, "name", record_text(kase, "name"));
    return status;
}

static enum status check_rights(const struct actor *actor, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("eval");
    if (!actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s只能由县中心登记", _(type->label));
    if (!actor_may_write(actor) || !actor_is_one_of(actor, type->writers))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 的角色(%s)不能评估案件", actor->name, actor_role_label(actor->role));
    return STATUS_OK;
}

/* ---- a sheet ---- */

static enum status make_lines(struct eval_sheet *sheet)
{
    size_t n = sheet->standard->n_items;
    sheet->lines = calloc(n > 0 ? n : 1, sizeof sheet->lines[0]);
    if (sheet->lines == NULL)
        return STATUS_NOMEM;
    for (size_t i = 0; i < n; i++)
        sheet->lines[i].score = EVAL_NO_SCORE;
    return STATUS_OK;
}

/* The new row: defaults, the case, round, standard and its edition. */
static enum status begin_row(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *kase, const char *round, int32_t day,
                             struct eval_sheet *sheet, struct errmsg *err)
{
    char id[ID_TEXT_BYTES];
    enum status status = records_begin(store, actor, &sheet->eval, codes, err);
    id_format(kase->id, id);
    if (status == STATUS_OK)
        status = record_set_text(&sheet->eval, "case_id", id);
    if (status == STATUS_OK)
        status = record_set_text(&sheet->eval, "round", round);
    if (status == STATUS_OK)
        status = record_set_text(&sheet->eval, "standard", sheet->standard->code);
    if (status == STATUS_OK)
        status = record_set_int(&sheet->eval, "edition", sheet->standard->edition);
    if (status == STATUS_OK)
        status = record_set_int(&sheet->eval, "date", day);
    if (status == STATUS_OK)
        status = name_reviewer(store, actor, &sheet->eval, err);
    if (status == STATUS_OK)
        status = fill_from_case(&sheet->eval, kase);
    return status == STATUS_OK ? make_lines(sheet) : status;
}

static enum status begin_sheet(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *kase, const char *round, const char *standard,
                               int32_t day, struct eval_sheet *sheet, struct errmsg *err)
{
    struct rounds rounds = {.err = err};
    enum status status = check_state(kase, codes, err);
    if (status == STATUS_OK)
        status = eval_list(store, actor, kase->id, note_round, &rounds, err);
    if (status != STATUS_OK)
        return status;
    if (round == NULL && rounds.first && rounds.second)
        return errmsg_set(err, STATUS_INVALID, "这件案子已经初评、复评过；上级评估请写 round=上级评估");
    if (round == NULL)
        round = rounds.first ? EVAL_SECOND : EVAL_FIRST;
    if (standard == NULL)
        standard = rounds.first_standard[0] != '\0' ? rounds.first_standard : eval_standard_usual(kase);
    status = eval_standard_load(&sheet->standard, store, actor, codes, standard, 0, day, err);
    if (status == STATUS_OK)
        status = eval_standard_check(sheet->standard, codes, err);
    return status == STATUS_OK ? begin_row(store, actor, codes, kase, round, day, sheet, err) : status;
}

enum status eval_begin(struct store *store, const struct actor *actor, const struct code_book *codes, struct id kase_id, const char *round, const char *standard, int32_t day,
                       struct eval_sheet *sheet, struct errmsg *err)
{
    struct record kase;
    enum status status = check_rights(actor, err);
    if (status == STATUS_OK)
        status = records_get(store, actor, catalogue_find("case"), kase_id, &kase, err);
    if (status != STATUS_OK)
        return status;
    *sheet = (struct eval_sheet){.standard = NULL};
    record_init(&sheet->eval, catalogue_find("eval"));
    status = begin_sheet(store, actor, codes, &kase, round, standard, day, sheet, err);
    if (status != STATUS_OK)
        eval_release(sheet);
    record_release(&kase);
    return status;
}

void eval_release(struct eval_sheet *sheet)
{
    eval_standard_free(sheet->standard);
    free(sheet->lines);
    record_release(&sheet->eval);
    sheet->standard = NULL;
    sheet->lines = NULL;
}

enum status eval_score(struct eval_sheet *sheet, int number, int score, const char *reason, struct errmsg *err)
{
    const struct eval_item_def *item = eval_standard_item(sheet->standard, number);
    int least = sheet->standard->five_point ? 1 : 0;
    if (item == NULL)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有第 %d 项；这份评估表有 %zu 项", number, sheet->standard->n_items);
    if (score < least || score > item->max)
        return errmsg_set(err, STATUS_RANGE, "第 %d 项 %s: 得分应为 %d 到 %d，不是 %d", number, _(item->item), least, item->max, score);
    if (reason == NULL)
        reason = "";
    if (!utf8_valid(reason, strlen(reason)) || utf8_count(reason, strlen(reason)) > EVAL_REASON_CHARS)
        return errmsg_set(err, STATUS_TOO_LARGE, "第 %d 项 %s: 理由最多 %d 字", number, _(item->item), EVAL_REASON_CHARS);
    struct eval_line *line = &sheet->lines[item - sheet->standard->items];
    line->score = score;
    strcpy(line->reason, reason);
    return STATUS_OK;
}

static bool has_scores(const struct eval_sheet *sheet)
{
    for (size_t i = 0; i < sheet->standard->n_items; i++)
        if (sheet->lines[i].score != EVAL_NO_SCORE)
            return true;
    return false;
}

int eval_sheet_total(const struct eval_sheet *sheet)
{
    int sum = 0, full = eval_standard_sum(sheet->standard);
    for (size_t i = 0; i < sheet->standard->n_items; i++) {
        if (sheet->lines[i].score == EVAL_NO_SCORE)
            return EVAL_NO_SCORE;
        sum += sheet->lines[i].score;
    }
    if (full == 0)
        return EVAL_NO_SCORE;
    return sheet->standard->five_point ? (2 * EVAL_LEVELS * sum + full) / (2 * full) : sum;
}

bool eval_needs_reason(const struct eval_standard *standard, const struct eval_item_def *item, int score)
{
    return score != EVAL_NO_SCORE && (standard->five_point ? score < LEVEL_PASS : score < item->max);
}

static enum status check_lines(const struct eval_sheet *sheet, struct errmsg *err)
{
    for (size_t i = 0; i < sheet->standard->n_items; i++) {
        const struct eval_item_def *item = &sheet->standard->items[i];
        const struct eval_line *line = &sheet->lines[i];
        if (line->score == EVAL_NO_SCORE)
            return errmsg_set(err, STATUS_INVALID, "第 %d 项 %s: 没有打分", item->number, _(item->item));
        if (eval_needs_reason(sheet->standard, item, line->score) && line->reason[0] == '\0')
            return errmsg_set(err, STATUS_INVALID, "第 %d 项 %s: 得 %d 分，满分 %d，请写明扣分理由", item->number, _(item->item), line->score, item->max);
    }
    return STATUS_OK;
}

/* ---- saving ---- */

/* total is there: its range and the grade. */
static enum status set_grade(const struct rules *rules, const struct code_book *codes, struct record *eval, struct errmsg *err)
{
    bool five_point = is_five_point(record_text(eval, "standard"));
    int64_t total = number_of(eval, "total", EVAL_NO_SCORE);
    if (total == EVAL_NO_SCORE)
        return wrong(err, eval, "total", _("没有逐项打分的，要写总分"));
    if (five_point && (total < 1 || total > EVAL_LEVELS))
        return wrong(err, eval, "total", _("%s的总分是 1 到 5"), code_book_name(codes, "eval_standard", record_text(eval, "standard")));
    return record_set_text(eval, "grade", eval_grade(rules, five_point, total, (int32_t)number_of(eval, "date", 0)));
}

static enum status save_item(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct eval_sheet *sheet, size_t i,
                             struct errmsg *err)
{
    const struct eval_item_def *def = &sheet->standard->items[i];
    struct record item;
    char id[ID_TEXT_BYTES];
    record_init(&item, catalogue_find("eval_item"));
    id_format(sheet->eval.id, id);
    enum status status = records_begin(store, actor, &item, codes, err);
    if (status == STATUS_OK)
        status = record_set_text(&item, "eval", id);
    if (status == STATUS_OK)
        status = record_set_int(&item, "item_no", def->number);
    if (status == STATUS_OK)
        status = record_set_text(&item, "item", def->item);
    if (status == STATUS_OK)
        status = record_set_int(&item, "max_score", def->max);
    if (status == STATUS_OK)
        status = record_set_int(&item, "score", sheet->lines[i].score);
    if (status == STATUS_OK && sheet->lines[i].reason[0] != '\0')
        status = record_parse(&item, catalogue_field(item.type, "reason"), codes, sheet->lines[i].reason, strlen(sheet->lines[i].reason), err);
    if (status == STATUS_OK)
        status = records_save(store, actor, codes, random, &item, err);
    record_release(&item);
    return status;
}

/* Inside the transaction. */
static enum status write_sheet(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct eval_sheet *sheet, struct errmsg *err)
{
    size_t n = has_scores(sheet) ? sheet->standard->n_items : 0;
    struct actor acting = *actor;
    acting.acting = true;
    acting.more = n > 0 || actor->more;
    enum status status = records_save(store, &acting, codes, random, &sheet->eval, err);
    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        acting.more = i + 1 < n || actor->more;
        status = save_item(store, &acting, codes, random, sheet, i, err);
    }
    return status;
}

static enum status check_sheet(struct store *store, const struct actor *actor, const struct code_book *codes, const struct rules *rules, struct eval_sheet *sheet, struct errmsg *err)
{
    struct record kase;
    struct id id;
    const char *text = record_text(&sheet->eval, "case_id");
    if (id_parse(text, strlen(text), &id) != STATUS_OK)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这件案件");
    enum status status = records_get(store, actor, catalogue_find("case"), id, &kase, err);
    if (status != STATUS_OK)
        return status;
    status = check_eval(store, actor, codes, &sheet->eval, id, &kase, err);
    record_release(&kase);
    if (status == STATUS_OK && has_scores(sheet)) {
        status = check_lines(sheet, err);
        if (status == STATUS_OK)
            status = record_set_int(&sheet->eval, "total", eval_sheet_total(sheet));
    }
    return status == STATUS_OK ? set_grade(rules, codes, &sheet->eval, err) : status;
}

enum status eval_save(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct rules *rules, struct eval_sheet *sheet,
                      struct errmsg *err)
{
    bool own;
    enum status status = check_rights(actor, err);
    if (status == STATUS_OK)
        status = store_join(store, "eval", &own, err);
    if (status != STATUS_OK)
        return status;
    status = check_sheet(store, actor, codes, rules, sheet, err);
    if (status == STATUS_OK)
        status = write_sheet(store, actor, codes, random, sheet, err);
    return store_leave(store, own, status, err);
}

/* ---- by hand ---- */

static bool differs(const struct record *record, const char *field)
{
    size_t i = catalogue_field_index(record->type, catalogue_field(record->type, field));
    return !value_equal(record->values[i], record->loaded[i]);
}

static bool found_row(void *context, const struct record *row)
{
    bool *found = context;
    (void)row;
    *found = true;
    return false;
}

/* What was scored item by item stands as it was summed up. */
static enum status check_scored(struct store *store, const struct actor *actor, const struct record *record, struct errmsg *err)
{
    static const char *const fields[] = {"case_id", "standard", "edition", "total"};
    bool scored = false;
    if (id_is_zero(record->id))
        return STATUS_OK;
    enum status status = eval_items(store, actor, record->id, found_row, &scored, err);
    for (size_t i = 0; status == STATUS_OK && scored && i < sizeof fields / sizeof fields[0]; i++)
        if (differs(record, fields[i]))
            status = wrong(err, record, fields[i], _("逐项打过分的评估不能改它；删除后重新评估"));
    return status;
}

static enum status fill_edition(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err)
{
    struct eval_standard *standard = NULL;
    enum status status = eval_standard_load(&standard, store, actor, codes, record_text(record, "standard"), (int)number_of(record, "edition", 0),
                                            (int32_t)number_of(record, "date", 0), err);
    if (status == STATUS_OK)
        status = eval_standard_check(standard, codes, err);
    if (status == STATUS_OK)
        status = record_set_int(record, "edition", standard->edition);
    eval_standard_free(standard);
    return status;
}

static enum status prepare_with(struct store *store, const struct actor *actor, const struct code_book *codes, const struct rules *rules, struct record *record, struct errmsg *err)
{
    const char *text = record_text(record, "case_id");
    struct record kase;
    struct id id;
    if (id_parse(text, strlen(text), &id) != STATUS_OK)
        return wrong(err, record, "case_id", _("没有这件案件"));
    enum status status = records_get(store, actor, catalogue_find("case"), id, &kase, err);
    if (status != STATUS_OK)
        return status;
    if (differs(record, "case_id"))
        status = fill_from_case(record, &kase);
    if (status == STATUS_OK)
        status = check_eval(store, actor, codes, record, id, &kase, err);
    record_release(&kase);
    if (status == STATUS_OK)
        status = fill_edition(store, actor, codes, record, err);
    return status == STATUS_OK ? set_grade(rules, codes, record, err) : status;
}

enum status eval_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err)
{
    static const char *const needed[] = {"case_id", "round", "standard", "reviewers"};
    struct rules *rules = NULL;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (record_text(record, needed[i])[0] == '\0')
            return STATUS_OK; /* record_check names the empty field */
    enum status status = name_reviewer(store, actor, record, err);
    if (status == STATUS_OK)
        status = check_scored(store, actor, record, err);
    if (status == STATUS_OK)
        status = rules_load(&rules, store, actor, err);
    if (status == STATUS_OK)
        status = prepare_with(store, actor, codes, rules, record, err);
    rules_free(rules);
    return status;
}
