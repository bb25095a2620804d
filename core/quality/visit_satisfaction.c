/* core/quality/visit_satisfaction.c - what people said, case by case, and the rates. See visit.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/quality/visit_impl.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 2048 };

/* Columns of a visit in the statements below; a visit that a later one of the same case puts right does not count. */
#define VISIT_COLUMNS "v.id,v.date,v.outcome,v.attitude,v.communication,v.interests,v.result,v.overall,v.money_taken"
#define NOT_CORRECTED " AND NOT EXISTS (SELECT 1 FROM return_visit w WHERE w.corrects=lower(hex(v.id)) AND w.case_id=v.case_id AND w.gone=0)"

enum { COLUMN_ANSWERS = 3, COLUMN_MONEY = COLUMN_ANSWERS + VISIT_QUESTIONS, COLUMN_CASE };

static int code_number(struct stmt *stmt, int column, int max)
{
    int number = atoi(stmt_column_text(stmt, column, NULL));
    return number >= 1 && number <= max ? number : 0;
}

static struct visit_voice read_voice(struct stmt *stmt, struct id kase)
{
    struct visit_voice voice = {.kase = kase, .visit = stmt_column_id(stmt, 0), .date = (int32_t)stmt_column_int(stmt, 1), .outcome = code_number(stmt, 2, VISIT_OUTCOMES)};
    for (int i = 0; i < VISIT_QUESTIONS; i++)
        voice.answers[i] = code_number(stmt, COLUMN_ANSWERS + i, 3);
    voice.money_taken = stmt_column_int(stmt, COLUMN_MONEY) != 0;
    return voice;
}

void visit_state_add(struct visit_state *state, const struct visit_voice *voice)
{
    bool reached = voice->outcome == VISIT_OUTCOME_REACHED;
    if (reached || !state->reached)
        state->voice = *voice;
    state->reached |= reached;
    state->tries++;
}

enum status visit_state_of(struct store *store, const struct actor *actor, struct id kase, int32_t from, int32_t until, struct visit_state *out, struct errmsg *err)
{
    struct buf sql;
    char id[ID_TEXT_BYTES];
    int index = 4;
    enum status status;
    *out = (struct visit_state){.voice = {.kase = kase}};
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT " VISIT_COLUMNS " FROM return_visit v WHERE v.case_id=?1 AND v.date BETWEEN ?2 AND ?3 AND v.gone=0" NOT_CORRECTED);
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, " ORDER BY v.date,v.id");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    id_format(kase, id);
    stmt_string(stmt, 1, id);
    stmt_int(stmt, 2, from);
    stmt_int(stmt, 3, until);
    index = 4;
    row_scope_bind(actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        struct visit_voice voice = read_voice(stmt, kase);
        visit_state_add(out, &voice);
    }
    return status;
}

void visit_satisfaction_add(struct visit_satisfaction *sum, const struct visit_state *state)
{
    if (state->tries == 0)
        return;
    if (!state->reached) {
        sum->unreachable++;
        return;
    }
    sum->visited++;
    sum->money_taken += state->voice.money_taken;
    for (size_t i = 0; i < VISIT_QUESTIONS; i++) {
        int answer = state->voice.answers[i];
        if (answer == 0)
            continue;
        sum->answered[i]++;
        sum->given[i][answer - 1]++;
    }
}

int64_t visit_rate(const struct visit_satisfaction *satisfaction, size_t question)
{
    int64_t answered = satisfaction->answered[question];
    int64_t content = satisfaction->given[question][0] + satisfaction->given[question][1];
    return answered > 0 ? (content * 20000 + answered) / (2 * answered) : -1;
}

/* ---- a query ---- */

struct hearing {
    const struct visit_query *query;
    struct visit_satisfaction *sum;
    visit_voice_row row;
    void *context;
    char handler[ID_TEXT_BYTES]; /* "": all */
};

/* False: the caller has enough. */
static bool hear(struct hearing *hearing, const struct visit_state *state)
{
    if (state->tries == 0)
        return true;
    visit_satisfaction_add(hearing->sum, state);
    return hearing->row == NULL || hearing->row(hearing->context, &state->voice);
}

static bool hear_case(void *context, const struct frame_case *kase)
{
    struct hearing *hearing = context;
    const struct visit_query *query = hearing->query;
    if ((query->org != 0 && kase->scope != query->org) || (query->town != NULL && strcmp(kase->town, query->town) != 0) ||
        (hearing->handler[0] != '\0' && strcmp(kase->handler_ref, hearing->handler) != 0))
        return true;
    return hear(hearing, &kase->state);
}

/* Visits made in a period, the cases one after the other. */
static struct stmt *period_statement(struct store *store, const struct actor *actor, const struct hearing *hearing)
{
    struct buf sql;
    int index = 5;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT " VISIT_COLUMNS ",v.case_id FROM return_visit v WHERE v.date BETWEEN ?1 AND ?2 AND v.gone=0 AND (?4=0 OR v.scope=?4)");
    buf_puts(&sql, hearing->handler[0] != '\0' ? " AND v.handler_ref=?3" NOT_CORRECTED : " AND ?3 IS NULL" NOT_CORRECTED); /* his few visits by their own index */
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, " ORDER BY v.case_id,v.date,v.id");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, hearing->query->from);
    stmt_int(stmt, 2, hearing->query->to);
    stmt_string(stmt, 3, hearing->handler[0] != '\0' ? hearing->handler : NULL);
    stmt_int(stmt, 4, hearing->query->org);
    index = 5;
    row_scope_bind(actor, stmt, &index);
    return stmt;
}

static enum status hear_period(struct store *store, const struct actor *actor, struct hearing *hearing, struct errmsg *err)
{
    struct stmt *stmt = period_statement(store, actor, hearing);
    struct visit_state state = {.tries = 0};
    bool more = true;
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct id kase;
        size_t len;
        const char *text = stmt_column_text(stmt, COLUMN_CASE, &len);
        if (id_parse(text, len, &kase) != STATUS_OK)
            continue;
        struct visit_voice voice = read_voice(stmt, kase);
        if (state.tries > 0 && !id_equal(state.voice.kase, kase)) {
            more = hear(hearing, &state);
            state = (struct visit_state){.tries = 0};
        }
        if (!more) {
            stmt_reset(stmt);
            return STATUS_OK;
        }
        visit_state_add(&state, &voice);
    }
    if (status == STATUS_OK)
        hear(hearing, &state);
    return status;
}

enum status visit_satisfaction(struct store *store, const struct actor *actor, const struct visit_query *query, struct visit_satisfaction *out, visit_voice_row row, void *context,
                               struct errmsg *err)
{
    struct hearing hearing = {.query = query, .sum = out, .row = row, .context = context};
    *out = (struct visit_satisfaction){0};
    if (!id_is_zero(query->handler))
        id_format(query->handler, hearing.handler);
    if (query->year != 0)
        return visit_walk_frame(store, actor, query->year, DAY_MAX, false, hear_case, &hearing, err);
    return hear_period(store, actor, &hearing, err);
}
