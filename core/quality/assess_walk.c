/* core/quality/assess_walk.c - what each metric counts, row by row: the table of assess.h in SQL. One walk serves the figures and the lists behind them, so that they agree. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/quality/assess_impl.h"
#include "core/quality/eval.h"
#include "core/quality/visit_impl.h"
#include "core/record/code_book.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 2048, WHY_BYTES = 512, OUTCOME_REFUSED = 4, OUTCOME_DIED = 5, ORGAN_QUESTIONS = 3 };

#define NO_DAY INT32_MIN

/* What a row adds. */
struct share {
    bool counted, in_base;
    int64_t value, base;
};

static const struct share LEFT_OUT = {0};
static const struct share YES = {.counted = true, .in_base = true, .value = ASSESS_ONE, .base = 1};
static const struct share NO = {.in_base = true, .base = 1};

static struct share times(int64_t n)
{
    return (struct share){.counted = true, .value = n};
}

static void emit(struct assess_walk *walk, const char *type, struct id id, struct share share, const char *format, ...) __attribute__((format(printf, 5, 6)));
static void emit(struct assess_walk *walk, const char *type, struct id id, struct share share, const char *format, ...)
{
    char why[WHY_BYTES];
    va_list args;
    walk->value += share.value;
    walk->base += share.base;
    if (walk->fn == NULL || walk->stopped)
        return;
    va_start(args, format);
    vsnprintf(why, sizeof why, _(format), args);
    va_end(args);
    struct assess_row row = {.type = catalogue_find(type), .id = id, .counted = share.counted, .in_base = share.in_base, .why = why};
    walk->stopped = !walk->fn(walk->context, &row);
}

static int32_t day_at(struct stmt *stmt, int column)
{
    return stmt_column_is_null(stmt, column) ? NO_DAY : (int32_t)stmt_column_int(stmt, column);
}

struct day_text {
    char text[DAY_TEXT_BYTES];
};

static struct day_text text_of(int32_t day)
{
    struct day_text out;
    day_format(day, out.text);
    return out;
}

static const char *text_at(struct stmt *stmt, int column)
{
    return stmt_column_text(stmt, column, NULL);
}

static bool is_one_of(const char *code, const char *list)
{
    char word[16];
    snprintf(word, sizeof word, " %.12s ", code);
    return code[0] != '\0' && strstr(list, word) != NULL;
}

/* ---- cases of the handler's ---- */

/* id, closed_on, terminated_on, reported_on, outcome */
static const char CLOSED_COLUMNS[] = "terminated_on,reported_on,outcome";
enum { CASE_TERMINATED = 2, CASE_REPORTED, CASE_OUTCOME };

static enum status take_closed(struct assess_walk *walk, struct stmt *stmt)
{
    struct day_text day = text_of(day_at(stmt, 1));
    if (stmt_column_is_null(stmt, CASE_TERMINATED))
        emit(walk, "case", stmt_column_id(stmt, 0), times(1), _("%s 结案"), day.text);
    else
        emit(walk, "case", stmt_column_id(stmt, 0), LEFT_OUT, _("%s 终止援助，不算办结"), text_of(day_at(stmt, CASE_TERMINATED)).text);
    return STATUS_OK;
}

static enum status take_grade(struct assess_walk *walk, struct stmt *stmt)
{
    struct record eval;
    bool found;
    struct id kase = stmt_column_id(stmt, 0);
    if (!stmt_column_is_null(stmt, CASE_TERMINATED))
        return STATUS_OK;
    enum status status = eval_of_case(walk->desk->store, walk->desk->actor, kase, &eval, &found, walk->err);
    if (status != STATUS_OK)
        return status;
    if (!found) {
        emit(walk, "case", kase, LEFT_OUT, _("还没有评估"));
        return STATUS_OK;
    }
    int64_t hundred = eval_hundred(&eval);
    emit(walk, "eval", eval.id, (struct share){.counted = true, .in_base = true, .value = hundred * ASSESS_ONE / ASSESS_FULL, .base = 1}, _("%s %lld 分"),
         code_book_name(walk->desk->codes, "eval_round", record_text(&eval, "round")), (long long)hundred);
    record_release(&eval);
    return STATUS_OK;
}

/* One period: begun on `from`, done on `done` or not yet. */
static void emit_period(struct assess_walk *walk, struct id kase, const char *rule, int32_t from, int32_t done, int32_t pause, const char *begun, const char *doing)
{
    const struct assess_desk *desk = walk->desk;
    int32_t due = calendar_due(desk->calendar, from, rules_term(desk->rules, rule, from), pause);
    struct day_text first = text_of(from), last = text_of(due);
    if (done != NO_DAY && done <= due)
        emit(walk, "case", kase, YES, _("%s %s，%s %s，期限 %s"), first.text, begun, text_of(done).text, doing, last.text);
    else if (done != NO_DAY)
        emit(walk, "case", kase, NO, _("%s %s，%s %s，期限 %s，迟了 %d 天"), first.text, begun, text_of(done).text, doing, last.text, (int)(done - due));
    else if (desk->today > due)
        emit(walk, "case", kase, NO, _("%s %s，期限 %s，还没有%s，已过 %d 天"), first.text, begun, last.text, doing, (int)(desk->today - due));
    else
        emit(walk, "case", kase, LEFT_OUT, _("%s %s，期限 %s 未到"), first.text, begun, last.text);
}

static enum status take_closed_in_time(struct assess_walk *walk, struct stmt *stmt)
{
    if (stmt_column_is_null(stmt, CASE_TERMINATED))
        emit_period(walk, stmt_column_id(stmt, 0), "D14", day_at(stmt, 1), day_at(stmt, CASE_REPORTED), 0, _("结案"), _("报结"));
    return STATUS_OK;
}

/* id, assigned_on, agreed_on, terminated_on */
static enum status take_signed_in_time(struct assess_walk *walk, struct stmt *stmt)
{
    int32_t agreed = day_at(stmt, 2);
    if (agreed == NO_DAY && !stmt_column_is_null(stmt, 3))
        emit(walk, "case", stmt_column_id(stmt, 0), LEFT_OUT, _("%s 终止援助，没有签约"), text_of(day_at(stmt, 3)).text);
    else
        emit_period(walk, stmt_column_id(stmt, 0), "D07", day_at(stmt, 1), agreed, 0, _("指派"), _("签约"));
    return STATUS_OK;
}

static enum status take_returned(struct assess_walk *walk, struct stmt *stmt)
{
    struct id kase = stmt_column_id(stmt, 0);
    char id[ID_TEXT_BYTES];
    enum status status;
    if (!stmt_column_is_null(stmt, CASE_TERMINATED))
        return STATUS_OK;
    struct stmt *step = store_prepare(walk->desk->store, "SELECT date,reason FROM step WHERE case_id=?1 AND action='return-closing' AND gone=0 ORDER BY date,n LIMIT 1");
    id_format(kase, id);
    stmt_string(step, 1, id);
    if (!stmt_row(step, &status, walk->err)) {
        if (status == STATUS_OK)
            emit(walk, "case", kase, NO, _("没有退回"));
        return status;
    }
    emit(walk, "case", kase, YES, _("%s 退回补充 %s"), text_of(day_at(step, 0)).text, text_at(step, 1));
    stmt_reset(step);
    return STATUS_OK;
}

static enum status take_success(struct assess_walk *walk, struct stmt *stmt)
{
    const char *outcome = text_at(stmt, CASE_OUTCOME);
    const char *name = outcome[0] != '\0' ? code_book_name(walk->desk->codes, "outcome", outcome) : _("没有记结案方式");
    if (!stmt_column_is_null(stmt, CASE_TERMINATED))
        return STATUS_OK;
    if (is_one_of(outcome, " 01 03 04 05 08 09 "))
        emit(walk, "case", stmt_column_id(stmt, 0), YES, "%s", name);
    else if (is_one_of(outcome, " 02 10 "))
        emit(walk, "case", stmt_column_id(stmt, 0), NO, "%s", name);
    else
        emit(walk, "case", stmt_column_id(stmt, 0), LEFT_OUT, _("%s，看不出胜负"), name);
    return STATUS_OK;
}

/* ---- cases of the station's ---- */

/* id, received_on, state, decided_on, paused_days, notice_ground */
enum { CASE_STATE = 2, CASE_DECIDED, CASE_PAUSED, CASE_NOTICE };

static enum status take_received(struct assess_walk *walk, struct stmt *stmt)
{
    const char *state = text_at(stmt, CASE_STATE);
    if (is_one_of(state, " S1 X2 "))
        emit(walk, "case", stmt_column_id(stmt, 0), LEFT_OUT, "%s", code_book_name(walk->desk->codes, "case_state", state));
    else
        emit(walk, "case", stmt_column_id(stmt, 0), times(1), _("%s 收件"), text_of(day_at(stmt, 1)).text);
    return STATUS_OK;
}

static enum status take_received_in_time(struct assess_walk *walk, struct stmt *stmt)
{
    const char *state = text_at(stmt, CASE_STATE), *name = code_book_name(walk->desk->codes, "case_state", state);
    struct id kase = stmt_column_id(stmt, 0);
    int64_t paused = stmt_column_int(stmt, CASE_PAUSED);
    if (is_one_of(state, " S1 X2 "))
        return STATUS_OK;
    if (!stmt_column_is_null(stmt, CASE_NOTICE))
        emit(walk, "case", kase, LEFT_OUT, _("通知辩护、代理，不经审查"));
    else if (day_at(stmt, CASE_DECIDED) == NO_DAY && is_one_of(state, " S2c S3 X1 X3 "))
        emit(walk, "case", kase, LEFT_OUT, _("%s，不计审查期限"), name);
    else
        emit_period(walk, kase, "D01", day_at(stmt, 1), day_at(stmt, CASE_DECIDED), paused > 0 && paused <= 9999 ? (int32_t)paused : 0, _("收件"), _("决定"));
    return STATUS_OK;
}

/* ---- other registers ---- */

/* id, date, persons */
static enum status take_consultation(struct assess_walk *walk, struct stmt *stmt)
{
    int64_t persons = stmt_column_is_null(stmt, 2) ? 1 : stmt_column_int(stmt, 2);
    emit(walk, "consultation", stmt_column_id(stmt, 0), times(persons), _("%s %lld 人次"), text_of(day_at(stmt, 1)).text, (long long)persons);
    return STATUS_OK;
}

/* id, date, hours, length of the longest note of the day */
static enum status take_hours(struct assess_walk *walk, struct stmt *stmt)
{
    int32_t day = day_at(stmt, 1);
    int64_t hours = stmt_column_int(stmt, 2), most = rules_int(walk->desk->rules, "volunteer_hours_day", day);
    struct day_text on = text_of(day);
    if (day != walk->last_day)
        walk->day_sum = 0;
    walk->last_day = day;
    int64_t room = most > walk->day_sum ? most - walk->day_sum : 0, counted = stmt_column_int(stmt, 3) > 0 || hours <= room ? hours : room;
    walk->day_sum += hours;
    if (counted == hours)
        emit(walk, "service_hours", stmt_column_id(stmt, 0), times(hours), _("%s %lld 小时"), on.text, (long long)hours);
    else
        emit(walk, "service_hours", stmt_column_id(stmt, 0), counted > 0 ? times(counted) : LEFT_OUT, _("%s %lld 小时，当天超过 %lld 小时又没有说明，只计 %lld 小时"), on.text, (long long)hours,
             (long long)most, (long long)counted);
    return STATUS_OK;
}

/* id, date, kind */
static enum status take_event(struct assess_walk *walk, struct stmt *stmt)
{
    const char *kind = text_at(stmt, 2);
    struct day_text on = text_of(day_at(stmt, 1));
    if (is_one_of(kind, " 11 12 13 "))
        emit(walk, "event", stmt_column_id(stmt, 0), LEFT_OUT, _("%s %s，不算宣传活动"), on.text, code_book_name(walk->desk->codes, "event_kind", kind));
    else if (day_at(stmt, 1) > walk->desk->today)
        emit(walk, "event", stmt_column_id(stmt, 0), LEFT_OUT, _("%s 还没有举行"), on.text);
    else
        emit(walk, "event", stmt_column_id(stmt, 0), times(1), "%s %s", on.text, code_book_name(walk->desk->codes, "event_kind", kind));
    return STATUS_OK;
}

/* id, date, event, how many rows of the event came before and with this one */
static enum status take_event_served(struct assess_walk *walk, struct stmt *stmt)
{
    struct day_text on = text_of(day_at(stmt, 1));
    struct id event;
    size_t len;
    const char *text = stmt_column_text(stmt, 2, &len);
    if (id_parse(text, len, &event) != STATUS_OK)
        emit(walk, "service_hours", stmt_column_id(stmt, 0), LEFT_OUT, _("%s 不在活动中"), on.text);
    else if (stmt_column_int(stmt, 3) == 1)
        emit(walk, "event", event, times(1), _("%s 参加"), on.text);
    return STATUS_OK;
}

/* id, date, result, substitute */
static enum status take_duty(struct assess_walk *walk, struct stmt *stmt)
{
    int32_t day = day_at(stmt, 1);
    struct id id = stmt_column_id(stmt, 0);
    struct day_text on = text_of(day);
    const char *result = text_at(stmt, 2), *substitute = text_at(stmt, 3);
    bool station = strcmp(walk->kind, "station") == 0;
    if (strcmp(result, "1") != 0)
        emit(walk, "duty_shift", id, LEFT_OUT, "%s %s", on.text, result[0] != '\0' ? code_book_name(walk->desk->codes, "attendance_result", result) : _("没有记是否到岗"));
    else if (!station && substitute[0] != '\0')
        emit(walk, "duty_shift", id, LEFT_OUT, _("%s 由%s替班"), on.text, substitute);
    else if (day == walk->last_day)
        emit(walk, "duty_shift", id, LEFT_OUT, _("%s 同一天已计"), on.text);
    else {
        walk->last_day = day;
        emit(walk, "duty_shift", id, times(1), _("%s 到岗"), on.text);
    }
    return STATUS_OK;
}

/* id, date, name of the result */
static enum status take_referral(struct assess_walk *walk, struct stmt *stmt)
{
    const char *result = text_at(stmt, 2);
    emit(walk, "referral", stmt_column_id(stmt, 0), times(1), _("%s 转介 %s"), text_of(day_at(stmt, 1)).text,
         result[0] != '\0' ? code_book_name(walk->desk->codes, "referral_result", result) : _("还没有下文"));
    return STATUS_OK;
}

/* id, date, training, result */
static enum status take_training(struct assess_walk *walk, struct stmt *stmt)
{
    struct day_text on = text_of(day_at(stmt, 1));
    const char *result = text_at(stmt, 3);
    if (stmt_column_is_null(stmt, 2))
        emit(walk, "attendance", stmt_column_id(stmt, 0), LEFT_OUT, _("%s 是会议"), on.text);
    else if (strcmp(result, "1") != 0)
        emit(walk, "attendance", stmt_column_id(stmt, 0), LEFT_OUT, "%s %s", on.text, result[0] != '\0' ? code_book_name(walk->desk->codes, "attendance_result", result) : _("没有记是否到场"));
    else
        emit(walk, "attendance", stmt_column_id(stmt, 0), times(1), _("%s 到场"), on.text);
    return STATUS_OK;
}

/* id, resolved_on, finding, against_kind */
static enum status take_complaint(struct assess_walk *walk, struct stmt *stmt)
{
    const char *finding = text_at(stmt, 2), *against = text_at(stmt, 3);
    struct day_text on = text_of(day_at(stmt, 1));
    struct id id = stmt_column_id(stmt, 0);
    bool station = strcmp(walk->kind, "station") == 0, volunteer = strcmp(walk->kind, "volunteer") == 0;
    bool other = station ? !is_one_of(against, " 1 5 ") : !volunteer && is_one_of(against, " 1 4 5 ");
    if (other)
        emit(walk, "complaint", id, LEFT_OUT, _("%s 办结，投诉的是%s"), on.text, against[0] != '\0' ? code_book_name(walk->desk->codes, "complaint_against", against) : _("别人"));
    else
        emit(walk, "complaint", id, is_one_of(finding, " 1 2 ") ? times(1) : LEFT_OUT, _("%s 办结，%s"), on.text,
             finding[0] != '\0' ? code_book_name(walk->desk->codes, "complaint_result", finding) : _("没有记处理结果"));
    return STATUS_OK;
}

/* id, date, kind */
static enum status take_fault(struct assess_walk *walk, struct stmt *stmt)
{
    const char *kind = text_at(stmt, 2);
    emit(walk, "volunteer_fault", stmt_column_id(stmt, 0), strcmp(kind, "1") == 0 ? times(1) : LEFT_OUT, "%s %s", text_of(day_at(stmt, 1)).text,
         code_book_name(walk->desk->codes, "fault_kind", kind));
    return STATUS_OK;
}

/* id, date, quantity, kind */
static enum status take_token(struct assess_walk *walk, struct stmt *stmt)
{
    const char *kind = text_at(stmt, 3);
    int64_t quantity = stmt_column_int(stmt, 2);
    emit(walk, "token", stmt_column_id(stmt, 0), is_one_of(kind, " 1 2 ") ? times(quantity) : LEFT_OUT, "%s %s %lld", text_of(day_at(stmt, 1)).text,
         code_book_name(walk->desk->codes, "token_kind", kind), (long long)quantity);
    return STATUS_OK;
}

/* id, date, etiquette, skill, dedication */
static enum status take_organ(struct assess_walk *walk, struct stmt *stmt)
{
    struct share share = {.counted = true, .in_base = true};
    for (int i = 0; i < ORGAN_QUESTIONS; i++) {
        const char *answer = text_at(stmt, 2 + i);
        share.base += answer[0] != '\0';
        share.value += is_one_of(answer, " 1 2 ") ? ASSESS_ONE : 0;
    }
    share.counted = share.value > 0;
    emit(walk, "organ_opinion", stmt_column_id(stmt, 0), share, _("%s %lld 项评价，满意和基本满意 %lld 项"), text_of(day_at(stmt, 1)).text, (long long)share.base,
         (long long)(share.value / ASSESS_ONE));
    return STATUS_OK;
}

/* ---- visits, by their own module ---- */

static bool take_voice(void *context, const struct visit_voice *voice)
{
    struct assess_walk *walk = context;
    int answer = voice->answers[VISIT_OVERALL];
    char code[2] = {(char)('0' + answer), '\0'};
    struct day_text on = text_of(voice->date);
    if (voice->outcome != VISIT_OUTCOME_REACHED)
        emit(walk, "return_visit", voice->visit, LEFT_OUT, _("%s 没有访到"), on.text);
    else if (answer == 0)
        emit(walk, "return_visit", voice->visit, LEFT_OUT, _("%s 没有作总体评价"), on.text);
    else
        emit(walk, "return_visit", voice->visit, answer <= 2 ? YES : NO, "%s %s", on.text, code_book_name(walk->desk->codes, "satisfaction", code));
    return true;
}

static enum status walk_satisfaction(struct assess_walk *walk)
{
    const struct assess_desk *desk = walk->desk;
    struct visit_satisfaction sum;
    struct visit_query query = {.from = desk->from, .to = desk->to, .org = walk->owners->org};
    if (strcmp(walk->kind, "station") == 0)
        return visit_satisfaction(desk->store, desk->actor, &query, &sum, take_voice, walk, walk->err);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < walk->owners->n; i++) {
        query.handler = walk->owners->ids[i];
        status = visit_satisfaction(desk->store, desk->actor, &query, &sum, take_voice, walk, walk->err);
    }
    return status;
}

static bool take_frame_case(void *context, const struct frame_case *kase)
{
    struct assess_walk *walk = context;
    const struct visit_state *state = &kase->state;
    struct day_text closed = text_of(kase->closed_on);
    if (kase->scope != walk->owners->org)
        return true;
    if (state->reached)
        emit(walk, "case", kase->id, YES, _("%s 结案，%s 已访"), closed.text, text_of(state->voice.date).text);
    else if (state->tries > 0 && (state->voice.outcome == OUTCOME_DIED || state->voice.outcome == OUTCOME_REFUSED))
        emit(walk, "case", kase->id, LEFT_OUT, _("%s 结案，%s"), closed.text, state->voice.outcome == OUTCOME_DIED ? _("受援人已故") : _("受援人拒访"));
    else if (state->tries > 0)
        emit(walk, "case", kase->id, NO, _("%s 结案，去过 %d 次，没有访到"), closed.text, state->tries);
    else
        emit(walk, "case", kase->id, NO, _("%s 结案，没有回访"), closed.text);
    return true;
}

static enum status walk_visits(struct assess_walk *walk)
{
    return visit_walk_frame(walk->desk->store, walk->desk->actor, walk->desk->year - 1, DAY_MAX, false, take_frame_case, walk, walk->err);
}

/* ---- the table ---- */

struct source {
    const char *metric;
    unsigned kinds; /* enum assess_kind; 0: all */
    const char *table, *day, *columns; /* read after id and day */
    enum status (*take)(struct assess_walk *walk, struct stmt *stmt);
};

static const struct source sources[] = {
    {"closed", 0, "case", "closed_on", CLOSED_COLUMNS, take_closed},
    {"received", 0, "case", "received_on", "state,decided_on,paused_days,notice_ground", take_received},
    {"consultations", 0, "consultation", "date", "persons", take_consultation},
    {"hours", 0, "service_hours", "date", "hours,max(length(coalesce(note,''))) OVER (PARTITION BY date)", take_hours},
    {"events", ASSESS_STATION, "event", "date", "kind", take_event},
    {"events", ASSESS_VOLUNTEER, "service_hours", "date", "event,row_number() OVER (PARTITION BY event ORDER BY date,n)", take_event_served},
    {"duty_days", 0, "duty_shift", "date", "result,substitute", take_duty},
    {"referrals", 0, "referral", "date", "result", take_referral},
    {"training", 0, "attendance", "date", "training,result", take_training},
    {"grade", 0, "case", "closed_on", CLOSED_COLUMNS, take_grade},
    {"signed_in_time", 0, "case", "assigned_on", "agreed_on,terminated_on", take_signed_in_time},
    {"closed_in_time", 0, "case", "closed_on", CLOSED_COLUMNS, take_closed_in_time},
    {"received_in_time", 0, "case", "received_on", "state,decided_on,paused_days,notice_ground", take_received_in_time},
    {"returned", 0, "case", "closed_on", CLOSED_COLUMNS, take_returned},
    {"success", 0, "case", "closed_on", CLOSED_COLUMNS, take_success},
    {"organ", 0, "organ_opinion", "date", "etiquette,skill,dedication", take_organ},
    {"complaints", 0, "complaint", "resolved_on", "finding,against_kind", take_complaint},
    {"missed", 0, "volunteer_fault", "date", "kind", take_fault},
    {"tokens", 0, "token", "date", "quantity,kind", take_token},
};

static const struct source *find_source(const char *metric, unsigned kind)
{
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (strcmp(sources[i].metric, metric) == 0 && (sources[i].kinds == 0 || (sources[i].kinds & kind) != 0))
            return &sources[i];
    return NULL;
}

/* Rows of the year by day. ?1 whose, ?2 ?3 the year. */
static struct stmt *open_rows(struct assess_walk *walk, const struct source *source, const char *owner_column)
{
    const struct assess_desk *desk = walk->desk;
    struct buf sql;
    int index = 4;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT id,%s,%s FROM \"%s\" WHERE %s=?1 AND %s BETWEEN ?2 AND ?3 AND gone=0", source->day, source->columns, source->table, owner_column, source->day);
    row_scope_sql(desk->actor, &sql, &index);
    buf_printf(&sql, " ORDER BY %s,n", source->day);
    struct stmt *stmt = store_prepare_buf(desk->store, &sql);
    buf_release(&sql);
    if (strcmp(owner_column, "scope") == 0)
        stmt_int(stmt, 1, walk->owners->org);
    else
        stmt_string(stmt, 1, walk->owner);
    stmt_int(stmt, 2, desk->from);
    stmt_int(stmt, 3, desk->to);
    index = 4;
    row_scope_bind(desk->actor, stmt, &index);
    return stmt;
}

static enum status walk_owner(struct assess_walk *walk, const struct source *source, const char *owner_column)
{
    struct stmt *stmt = open_rows(walk, source, owner_column);
    enum status status;
    walk->last_day = NO_DAY;
    walk->day_sum = 0;
    while (stmt_row(stmt, &status, walk->err)) {
        status = source->take(walk, stmt);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status assess_walk(struct assess_walk *walk, const struct assess_metric *metric)
{
    unsigned kind = assess_kind_bit(walk->kind);
    walk->value = walk->base = 0;
    walk->stopped = false;
    if (strcmp(metric->code, "satisfaction") == 0)
        return walk_satisfaction(walk);
    if (strcmp(metric->code, "visits") == 0)
        return walk_visits(walk);
    const struct source *source = find_source(metric->code, kind);
    assert(source != NULL);
    if (kind == ASSESS_STATION)
        return walk_owner(walk, source, "scope");
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < walk->owners->n; i++) {
        id_format(walk->owners->ids[i], walk->owner);
        status = walk_owner(walk, source, kind == ASSESS_VOLUNTEER ? "volunteer" : "handler_ref");
    }
    return status;
}
