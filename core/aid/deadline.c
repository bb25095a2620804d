/* core/aid/deadline.c - see deadline.h: which clocks run, from the table below; the worklist of the store. */
#include "core/aid/deadline.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/record/privacy.h"
#include "core/record/row.h"

enum { PAUSED_DAYS_MAX = 9999, SQL_MAX_BYTES = 4096, ITEMS_FIRST = 64 };

enum clock_flag {
    CLOCK_PAUSES = 1,       /* paused_days do not count */
    CLOCK_STANDS = 2,       /* stands still since paused_on */
    CLOCK_INFORMATIONAL = 4 /* somebody else's right */
};

/* One line of the table in deadline.h. */
struct clock {
    const char *code;   /* also the rule's name */
    const char *states; /* separated by blanks */
    const char *from;
    const char *until; /* field whose day stops it; NULL */
    const char *given; /* field that may hold the due day itself; NULL */
    unsigned flags;
    bool (*runs)(const struct record *kase); /* further condition; NULL */
};

static bool text_is(const struct record *record, const char *field, const char *text)
{
    return strcmp(record_text(record, field), text) == 0;
}

/* False: empty, or not a day (rows of newer programs may hold anything). */
static bool day_of(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    if (value.kind != VALUE_INT || value.number < DAY_MIN || value.number > DAY_MAX)
        return false;
    *day = (int32_t)value.number;
    return true;
}

static bool is_upheld(const struct record *kase)
{
    return text_is(kase, "objection_result", "01");
}

static bool is_provisional(const struct record *kase)
{
    return text_is(kase, "decision", "03") && !text_is(kase, "urgent_ground", "");
}

static const struct clock clocks[] = {
    {"D01", "S2 S4 S5", "received_on", NULL, NULL, CLOCK_PAUSES, NULL},
    {"D01", "S2c S3", "received_on", NULL, NULL, CLOCK_PAUSES | CLOCK_STANDS, NULL},
    {"D02", "S3", "paused_on", NULL, "supplement_due", 0, NULL},
    {"D03", "S6 S6u", "decided_on", NULL, NULL, 0, NULL},
    {"D04", "S6n", "received_on", NULL, NULL, 0, NULL},
    {"D07", "S7", "assigned_on", "agreed_on", NULL, 0, NULL},
    {"D08", "X4", "decided_on", "objected_on", NULL, CLOCK_INFORMATIONAL, NULL},
    {"D08", "X5", "terminated_on", "objected_on", NULL, CLOCK_INFORMATIONAL, NULL},
    {"D09", "O1", "objected_on", NULL, NULL, 0, NULL},
    {"D10", "X4 X5", "objection_decided_on", NULL, NULL, CLOCK_INFORMATIONAL, is_upheld},
    {"D10_2", "X4 X5", "objection_decided_on", NULL, NULL, CLOCK_INFORMATIONAL, is_upheld},
    {"D11", "S7 S8", "change_asked_on", NULL, NULL, 0, NULL},
    {"D12", "X5", "terminated_on", NULL, NULL, 0, NULL},
    {"D13", "S6u S7 S8", "decided_on", NULL, NULL, 0, is_provisional},
    {"D14", "S8", "closed_on", "reported_on", NULL, 0, NULL},
    {"D15", "S9 S10", "reported_on", "paid_on", NULL, 0, NULL},
};

enum { CLOCKS = sizeof clocks / sizeof clocks[0] };

/* Before S9; in the latter ones only until the day is over. */
static const char LIMITATION_STATES[] = "S1 S2 S2c S3 S4 S5 S6 S6u S6n S7 S8 O1";
static const char LIMITATION_HANDLED[] = "S7 S8";

static bool has_state(const char *states, const char *state)
{
    size_t len = strlen(state);
    for (const char *at = states; len > 0 && (at = strstr(at, state)) != NULL; at += len) {
        if ((at == states || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
            return true;
    }
    return false;
}

const char *deadline_label(const struct rules *rules, const char *code)
{
    static const char *const others[][2] = {{"D19", "时效届满"}, {"L01", "聘期届满"}, {"M01", "会议事项"}}; /* no rule says how long they are */
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(code, others[i][0]) == 0)
            return others[i][1];
    const struct rule_def *def = rules_find(rules, code);
    return def != NULL ? def->label : "";
}

/* ---- one case ---- */

static int32_t paused_days(const struct record *kase, bool stands, int32_t today)
{
    struct value value = record_get(kase, catalogue_field(kase->type, "paused_days"));
    int64_t days = value.kind == VALUE_INT ? value.number : 0;
    int32_t since;
    days = days < 0 ? 0 : days > PAUSED_DAYS_MAX ? PAUSED_DAYS_MAX : days;
    if (stands && day_of(kase, "paused_on", &since) && today > since)
        days += today - since;
    return (int32_t)days;
}

static bool year_is_known(const struct calendar *calendar, int32_t day)
{
    int year, month, dom;
    day_to_ymd(day, &year, &month, &dom);
    return calendar_knows_year(calendar, year);
}

/* Fill a deadline whose period begins on out->from, by the rule of that day. */
static void count_period(const struct rules *rules, const struct calendar *calendar, int32_t paused, int32_t today, struct deadline *out)
{
    struct rule_term term = rules_term(rules, out->code, out->from);
    out->due = calendar_due(calendar, out->from, term, paused);
    out->days_left = out->due - today;
    out->assumed = term.unit != TERM_HOUR && !year_is_known(calendar, out->due);
}

static bool run_clock(const struct clock *clock, const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today, struct deadline *out)
{
    int32_t until;
    *out = (struct deadline){.paused = clock->flags & CLOCK_STANDS, .informational = clock->flags & CLOCK_INFORMATIONAL};
    snprintf(out->code, sizeof out->code, "%s", clock->code);
    if (!has_state(clock->states, record_text(kase, "state")) || !day_of(kase, clock->from, &out->from))
        return false;
    if (clock->until != NULL && day_of(kase, clock->until, &until) && until >= out->from)
        return false;
    if (clock->runs != NULL && !clock->runs(kase))
        return false;
    if (clock->given != NULL && day_of(kase, clock->given, &out->due))
        out->days_left = out->due - today;
    else
        count_period(rules, calendar, clock->flags & CLOCK_PAUSES ? paused_days(kase, out->paused, today) : 0, today, out);
    return !out->informational || out->days_left >= 0;
}

static bool run_limitation(const struct record *kase, int32_t today, struct deadline *out)
{
    const char *state = record_text(kase, "state");
    *out = (struct deadline){.code = "D19", .from = DEADLINE_NO_DAY};
    if (!has_state(LIMITATION_STATES, state) || !day_of(kase, "limitation_on", &out->due))
        return false;
    out->days_left = out->due - today;
    return out->days_left >= 0 || !has_state(LIMITATION_HANDLED, state);
}

static int order_deadlines(const void *a, const void *b)
{
    const struct deadline *x = a, *y = b;
    if (x->due != y->due)
        return x->due < y->due ? -1 : 1;
    return strcmp(x->code, y->code);
}

size_t deadlines_of_case(const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today, struct deadline out[DEADLINES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < CLOCKS; i++) {
        assert(n < DEADLINES_MAX);
        n += run_clock(&clocks[i], rules, calendar, kase, today, &out[n]);
    }
    n += run_limitation(kase, today, &out[n]);
    qsort(out, n, sizeof *out, order_deadlines);
    return n;
}

const struct deadline *deadline_soonest(const struct deadline *deadlines, size_t n)
{
    const struct deadline *best = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!deadlines[i].informational && (best == NULL || (best->paused && !deadlines[i].paused)))
            best = &deadlines[i];
    }
    return best;
}

bool deadline_next(const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today, struct deadline *out)
{
    struct deadline all[DEADLINES_MAX];
    const struct deadline *best = deadline_soonest(all, deadlines_of_case(rules, calendar, kase, today, all));
    if (best != NULL)
        *out = *best;
    return best != NULL;
}

bool deadline_is_urgent(const struct rules *rules, const struct record *kase, int32_t today)
{
    int32_t day;
    return day_of(kase, "limitation_on", &day) && day >= today && day - today < rules_int(rules, "urgent_days", today);
}

int32_t deadline_limitation(const struct rules *rules, const struct calendar *calendar, const char *kind_code, int32_t from_day)
{
    char name[16];
    int len = snprintf(name, sizeof name, "D19_%s", kind_code);
    const struct rule_def *def = len > 0 && (size_t)len < sizeof name ? rules_find(rules, name) : NULL;
    return def != NULL && def->kind == RULE_TERM ? calendar_due(calendar, from_day, rules_term(rules, def->name, from_day), 0) : DEADLINE_NO_DAY;
}

/* ---- with the store ---- */

/* Whether the notice of termination has reached the recipient: form 18, not voided. */
static enum status is_served(struct store *store, struct id kase, bool *served, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    enum status status;
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM document WHERE case_id=?1 AND form='18' AND served_on IS NOT NULL AND coalesce(voided,0)=0 AND gone=0");
    id_format(kase, text);
    stmt_string(stmt, 1, text);
    *served = stmt_row(stmt, &status, err);
    if (*served)
        stmt_reset(stmt);
    return *served ? STATUS_OK : status;
}

enum status deadlines_stored(struct store *store, const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today,
                             struct deadline out[DEADLINES_MAX], size_t *n, struct errmsg *err)
{
    *n = deadlines_of_case(rules, calendar, kase, today, out);
    for (size_t i = 0; i < *n; i++) {
        bool served = false;
        if (strcmp(out[i].code, "D12") != 0)
            continue;
        enum status status = is_served(store, kase->id, &served, err);
        if (status != STATUS_OK)
            return status;
        if (served) {
            memmove(&out[i], &out[i + 1], (*n - i - 1) * sizeof *out);
            --*n;
        }
        break;
    }
    return STATUS_OK;
}

/* What is due, gathered before any whole record is read. */
struct entry {
    const struct record_type *type;
    struct id id;
    struct deadline deadline;
};

struct todo {
    struct store *store;
    const struct actor *actor;
    const struct rules *rules;
    const struct calendar *calendar;
    int32_t today;
    bool informational;
    size_t limit; /* 0: all */
    struct entry *entries;
    size_t n, room;
};

static int order_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = order_deadlines(&x->deadline, &y->deadline);
    return order != 0 ? order : memcmp(&x->id, &y->id, sizeof x->id);
}

static void sort_and_cut(struct todo *todo)
{
    if (todo->n > 0)
        qsort(todo->entries, todo->n, sizeof *todo->entries, order_entries);
    if (todo->limit > 0 && todo->n > todo->limit)
        todo->n = todo->limit;
}

static enum status add(struct todo *todo, const struct record_type *type, struct id id, const struct deadline *deadline)
{
    if (deadline->informational && !todo->informational)
        return STATUS_OK;
    if (todo->n == todo->room && todo->limit > 0)
        sort_and_cut(todo); /* room is at least twice the limit, so this frees half */
    if (todo->n == todo->room) {
        size_t room = todo->room > 0 ? todo->room * 2 : ITEMS_FIRST + todo->limit * 2;
        struct entry *entries = realloc(todo->entries, room * sizeof *entries);
        if (entries == NULL)
            return STATUS_NOMEM;
        todo->entries = entries;
        todo->room = room;
    }
    todo->entries[todo->n++] = (struct entry){.type = type, .id = id, .deadline = *deadline};
    return STATUS_OK;
}

/* What deadlines_of_case reads. */
static const char *const case_fields[] = {
    "state", "received_on", "paused_on", "paused_days", "supplement_due", "decided_on", "decision", "urgent_ground", "assigned_on", "agreed_on", "change_asked_on",
    "closed_on", "reported_on", "paid_on", "objected_on", "objection_result", "objection_decided_on", "terminated_on", "limitation_on",
};

enum { CASE_FIELDS = sizeof case_fields / sizeof case_fields[0] };

static enum status read_case(struct stmt *stmt, const struct record_type *type, struct record *kase)
{
    record_init(kase, type);
    kase->id = stmt_column_id(stmt, 0);
    for (size_t i = 0; i < CASE_FIELDS; i++) {
        enum status status = record_set(kase, catalogue_field(type, case_fields[i]), stmt_column_value(stmt, (int)i + 1));
        if (status != STATUS_OK) {
            record_release(kase);
            return status;
        }
    }
    return STATUS_OK;
}

/* Drafts and cases being handled are many and mostly have no clock: they are picked by their fields. ?1 today, ?2 a day so old that no informational period
 * of before is still running. */
static void cases_sql(const struct todo *todo, struct buf *sql, int *index)
{
    buf_puts(sql, "SELECT id");
    for (size_t i = 0; i < CASE_FIELDS; i++)
        buf_printf(sql, ",%s", case_fields[i]);
    buf_puts(sql, " FROM \"case\" WHERE gone=0 AND state IN ('S1','S2','S2c','S3','S4','S5','S6','S6u','S6n','S7','S8','S9','S10','O1','X5'");
    buf_puts(sql, todo->informational ? ",'X4')" : ")");
    buf_puts(sql, " AND (state NOT IN ('S1','S8','X4') OR (state='S1' AND limitation_on IS NOT NULL)"
                  " OR (state='S8' AND (closed_on IS NOT NULL OR change_asked_on IS NOT NULL OR limitation_on>=?1 OR decision='03'))"
                  " OR (state='X4' AND (decided_on>=?2 OR objection_decided_on>=?2)))");
    *index = 3;
    row_scope_sql(todo->actor, sql, index);
    privacy_sql(todo->actor, catalogue_find("case"), sql);
}

static enum status add_case(struct todo *todo, const struct record *kase, struct errmsg *err)
{
    struct deadline deadlines[DEADLINES_MAX];
    size_t n;
    enum status status = deadlines_stored(todo->store, todo->rules, todo->calendar, kase, todo->today, deadlines, &n, err);
    for (size_t i = 0; status == STATUS_OK && i < n; i++)
        status = add(todo, kase->type, kase->id, &deadlines[i]);
    return status;
}

static enum status collect_cases(struct todo *todo, struct errmsg *err)
{
    enum { INFORMATIONAL_DAYS = 5 * 366 }; /* rule D10_2 may be 60 months */
    const struct record_type *type = catalogue_find("case");
    struct buf sql;
    int index;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    cases_sql(todo, &sql, &index);
    struct stmt *stmt = store_prepare_buf(todo->store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, todo->today);
    stmt_int(stmt, 2, (int64_t)todo->today - INFORMATIONAL_DAYS);
    index = 3;
    row_scope_bind(todo->actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        struct record kase;
        status = read_case(stmt, type, &kase);
        if (status == STATUS_OK) {
            status = add_case(todo, &kase, err);
            record_release(&kase);
        }
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* ---- registers beside the cases ---- */

enum register_flag {
    REGISTER_DUE = 1 /* the column is the last day itself, not the day a period begins */
};

/* A further register is one line here. Which rows: a worklist of the catalogue, or a condition on an indexed column. */
static const struct register_clock {
    const char *type;
    const char *worklist;              /* name of the catalogue's, which gives column and condition; NULL: the next two */
    const char *column, *where;
    const char *code;                  /* also the rule's name, unless REGISTER_DUE */
    const char *ahead;                 /* REGISTER_DUE: rule of so many days before the last one from which it is shown; NULL: always */
    unsigned flags;
} registers[] = {
    {"consultation", "letters", NULL, NULL, "D17", NULL, 0},
    {"duty_help", "applications", NULL, NULL, "D06", NULL, 0},
    {"volunteer", "leaving", NULL, NULL, "D16", NULL, 0},
    {"volunteer", NULL, "letter_to", "state='V2'", "L01", "letter_warn_days", REGISTER_DUE},
    {"meeting_action", "open", NULL, NULL, "M01", NULL, REGISTER_DUE},
    {"complaint", NULL, "date", "state='K1'", "D18", NULL, 0},
    {"complaint", NULL, "accepted_on", "state='K2'", "D18_2", NULL, 0},
};

/* The catalogue's condition word for word, so that its index is used. */
static void register_rows(const struct register_clock *clock, const char **column, const char **where)
{
    *column = clock->column;
    *where = clock->where;
    for (size_t i = 0; clock->worklist != NULL && i < catalogue_worklists(); i++) {
        const struct worklist *list = catalogue_worklist(i);
        if (strcmp(list->type, clock->type) == 0 && strcmp(list->name, clock->worklist) == 0) {
            *column = list->column;
            *where = list->where;
        }
    }
    assert(*column != NULL && *where != NULL);
}

static void run_register(const struct todo *todo, const struct register_clock *clock, int32_t day, struct deadline *out)
{
    *out = (struct deadline){.from = day};
    snprintf(out->code, sizeof out->code, "%s", clock->code);
    if (!(clock->flags & REGISTER_DUE)) {
        count_period(todo->rules, todo->calendar, 0, todo->today, out);
        return;
    }
    out->from = DEADLINE_NO_DAY;
    out->due = day;
    out->days_left = day - todo->today;
}

static enum status collect_register(struct todo *todo, const struct register_clock *clock, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(clock->type);
    const char *column, *where;
    struct buf sql;
    int index = 2;
    enum status status;
    register_rows(clock, &column, &where);
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT id,%s FROM %s WHERE %s AND %s IS NOT NULL AND %s<=?1 AND gone=0", column, clock->type, where, column, column);
    row_scope_sql(todo->actor, &sql, &index);
    privacy_sql(todo->actor, type, &sql);
    struct stmt *stmt = store_prepare_buf(todo->store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, clock->ahead != NULL ? todo->today + rules_int(todo->rules, clock->ahead, todo->today) : DAY_MAX);
    index = 2;
    row_scope_bind(todo->actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        int64_t day = stmt_column_int(stmt, 1);
        struct deadline deadline;
        if (day < DAY_MIN)
            continue;
        run_register(todo, clock, (int32_t)day, &deadline);
        status = add(todo, type, stmt_column_id(stmt, 0), &deadline);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status collect_registers(struct todo *todo, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof registers / sizeof registers[0]; i++)
        status = collect_register(todo, &registers[i], err);
    return status;
}

static enum status give_out(const struct todo *todo, todo_row row, void *context, struct errmsg *err)
{
    for (size_t i = 0; i < todo->n; i++) {
        const struct entry *entry = &todo->entries[i];
        struct record record;
        enum status status = records_get(todo->store, todo->actor, entry->type, entry->id, &record, err);
        if (status == STATUS_NOT_FOUND)
            continue; /* deleted meanwhile */
        if (status != STATUS_OK)
            return status;
        struct todo_item item = {.type = entry->type, .id = entry->id, .record = &record, .deadline = entry->deadline};
        bool more = row(context, &item);
        record_release(&record);
        if (!more)
            break;
    }
    return STATUS_OK;
}

enum status deadline_todo(struct store *store, const struct actor *actor, const struct rules *rules, const struct calendar *calendar, int32_t today, bool informational, size_t limit,
                          todo_row row, void *context, struct errmsg *err)
{
    struct todo todo = {.store = store, .actor = actor, .rules = rules, .calendar = calendar, .today = today, .informational = informational, .limit = limit};
    enum status status = collect_cases(&todo, err);
    if (status == STATUS_OK)
        status = collect_registers(&todo, err);
    if (status == STATUS_OK) {
        sort_and_cut(&todo);
        status = give_out(&todo, row, context, err);
    }
    free(todo.entries);
    return status;
}
