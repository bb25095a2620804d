/* core/quality/visit_count.c - how far the visits of a year's frame have come, as two numbers. See visit.h.
 *
 * The frame's cases go into a hash table; the visits that reached somebody mark theirs. Both are read from indexes alone, so that a report of a county with thousands of cases a year is still there at once. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/quality/visit.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 1024, SLOTS_FIRST = 256 };

struct slot {
    struct id id; /* zero: free */
    bool visited;
};

struct cases {
    struct slot *slots;
    size_t n, room; /* room: a power of two, more than twice n */
};

/* Where the id is or would go. Ids are random: their first bytes are a hash. */
static struct slot *find(const struct cases *cases, struct id id)
{
    uint64_t at;

    memcpy(&at, id.bytes, sizeof at);
    for (;; at++) {
        struct slot *slot = &cases->slots[at & (cases->room - 1)];
        if (id_is_zero(slot->id) || id_equal(slot->id, id))
            return slot;
    }
}

static enum status grow(struct cases *cases)
{
    struct cases wider = {.n = cases->n, .room = cases->room == 0 ? SLOTS_FIRST : cases->room * 4};

    wider.slots = calloc(wider.room, sizeof *wider.slots);
    if (wider.slots == NULL)
        return STATUS_NOMEM;
    for (size_t i = 0; i < cases->room; i++)
        if (!id_is_zero(cases->slots[i].id))
            *find(&wider, cases->slots[i].id) = cases->slots[i];
    free(cases->slots);
    *cases = wider;
    return STATUS_OK;
}

static enum status add(struct cases *cases, struct id id)
{
    enum status status = (cases->n + 1) * 2 > cases->room ? grow(cases) : STATUS_OK;

    if (status == STATUS_OK) {
        find(cases, id)->id = id;
        cases->n++;
    }
    return status;
}

/* Days ?1 to ?2 and the scope. */
static struct stmt *prepare(struct store *store, const struct actor *actor, const char *begin, const char *end, int32_t from, int32_t to)
{
    struct buf sql;
    int index = 3;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, begin);
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, end);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 3;
    stmt_int(stmt, 1, from);
    stmt_int(stmt, 2, to);
    row_scope_bind(actor, stmt, &index);
    return stmt;
}

static enum status read_cases(struct store *store, const struct actor *actor, int32_t from, int32_t to, struct cases *cases, struct errmsg *err)
{
    struct stmt *stmt = prepare(store, actor, "SELECT id FROM \"case\" WHERE closed_on BETWEEN ?1 AND ?2 AND case_type='02' AND gone=0", "", from, to);
    enum status status;

    while (stmt_row(stmt, &status, err)) {
        enum status added = add(cases, stmt_column_id(stmt, 0));
        if (added != STATUS_OK) {
            stmt_reset(stmt);
            return errmsg_set(err, added, "%s", status_text(added));
        }
    }
    return status;
}

/* The corrections are few and gathered once. */
static enum status read_visits(struct store *store, const struct actor *actor, int32_t from, int32_t until, struct cases *cases, int64_t *visited, struct errmsg *err)
{
    struct stmt *stmt = prepare(store, actor, "SELECT case_id FROM return_visit WHERE date BETWEEN ?1 AND ?2 AND outcome='1' AND gone=0",
                                " AND (case_id,lower(hex(id))) NOT IN (SELECT case_id,corrects FROM return_visit WHERE corrects>'' AND case_id IS NOT NULL AND gone=0)", from, until);
    enum status status;

    while (stmt_row(stmt, &status, err)) {
        size_t len;
        const char *text = stmt_column_text(stmt, 0, &len);
        struct id id;
        struct slot *slot = cases->n > 0 && id_parse(text, len, &id) == STATUS_OK ? find(cases, id) : NULL;

        if (slot == NULL || id_is_zero(slot->id) || slot->visited)
            continue;
        slot->visited = true;
        ++*visited;
    }
    return status;
}

enum status visit_count_until(struct store *store, const struct actor *actor, int year, int32_t until, struct visit_count *out, struct errmsg *err)
{
    struct cases cases = {0};
    int32_t from, to;

    *out = (struct visit_count){0};
    if (day_from_ymd(year, 1, 1, &from) != STATUS_OK || day_from_ymd(year, 12, 31, &to) != STATUS_OK)
        return errmsg_set(err, STATUS_INVALID, "没有 %d 这个年度", year);
    enum status status = read_cases(store, actor, from, to, &cases, err);
    if (status == STATUS_OK)
        status = read_visits(store, actor, from, until, &cases, &out->visited, err);
    out->frame = (int64_t)cases.n;
    free(cases.slots);
    return status;
}
