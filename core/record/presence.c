/* core/record/presence.c - see presence.h. Table presence: core/record/schema.c. */
#include "core/record/presence.h"

#include "core/base/language.h"

static enum status write_alone(struct store *store, bool patient, struct stmt *(*first)(struct store *, const void *), struct stmt *(*second)(struct store *, const void *), const void *what, struct errmsg *err)
{
    store_set_patient(store, patient);
    enum status status = store_begin(store, "presence", err);
    store_set_patient(store, true);
    if (status != STATUS_OK)
        return status;
    status = stmt_run(first(store, what), err);
    if (status == STATUS_OK && second != NULL)
        status = stmt_run(second(store, what), err);
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    return store_commit(store, err);
}

struct editing {
    const struct actor *actor;
    struct id session, record;
};

static struct stmt *keep(struct store *store, const void *what)
{
    const struct editing *editing = what;
    struct stmt *stmt = store_prepare(store, "INSERT OR REPLACE INTO presence(session, user, record, until_ms) VALUES(?1, ?2, ?3, ?4)");

    stmt_id(stmt, 1, editing->session);
    stmt_string(stmt, 2, actor_called(editing->actor));
    stmt_id(stmt, 3, editing->record);
    stmt_int(stmt, 4, editing->actor->now_ms + PRESENCE_LEASE_MS);
    return stmt;
}

/* Also what a clock that was set back left far in the future. */
static struct stmt *forget_ended(struct store *store, const void *what)
{
    const struct editing *editing = what;
    struct stmt *stmt = store_prepare(store, "DELETE FROM presence WHERE until_ms<=?1 OR until_ms>?2");

    stmt_int(stmt, 1, editing->actor->now_ms);
    stmt_int(stmt, 2, editing->actor->now_ms + 2 * PRESENCE_LEASE_MS);
    return stmt;
}

static struct stmt *leave(struct store *store, const void *what)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM presence WHERE session=?1");

    stmt_id(stmt, 1, *(const struct id *)what);
    return stmt;
}

enum status presence_keep(struct store *store, const struct actor *actor, struct id session, struct id record, struct errmsg *err)
{
    struct editing editing = {.actor = actor, .session = session, .record = record};

    return write_alone(store, false, keep, forget_ended, &editing, err);
}

enum status presence_leave(struct store *store, struct id session, struct errmsg *err)
{
    return write_alone(store, false, leave, NULL, &session, err);
}

enum status presence_end(struct store *store, struct id session, struct errmsg *err)
{
    return write_alone(store, true, leave, NULL, &session, err);
}

enum status presence_others(struct store *store, const struct actor *actor, struct id session, struct id record, struct buf *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT DISTINCT user FROM presence WHERE record=?1 AND session<>?2 AND until_ms>?3 ORDER BY user");
    struct buf third; /* by name only if nobody comes behind it */
    enum status status;
    unsigned n = 0;

    stmt_id(stmt, 1, record);
    stmt_id(stmt, 2, session);
    stmt_int(stmt, 3, actor->now_ms);
    buf_init(&third, 2 * ACTOR_NAME_MAX_BYTES);
    while (stmt_row(stmt, &status, err)) {
        n++;
        if (n <= PRESENCE_NAMED)
            buf_printf(n < PRESENCE_NAMED ? out : &third, "%s%s", n > 1 ? _("、") : "", stmt_column_text(stmt, 0, NULL));
    }
    if (n == PRESENCE_NAMED)
        buf_puts(out, buf_cstr(&third));
    else if (n > PRESENCE_NAMED)
        buf_printf(out, _(" 等 %u 人"), n);
    buf_release(&third);
    return status;
}
