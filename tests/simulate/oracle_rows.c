/* tests/simulate/oracle_rows.c - a machine's rows and conflicts as lines of text, the way model.c writes them, and how two such texts, or what two machines hold, differ. See oracle.c. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/row.h"
#include "core/record/schema.h"
#include "tests/simulate/oracle_impl.h"

enum { TEXT_MAX_BYTES = 8 * 1024 * 1024, SQL_BYTES = 8192 };

static const uint64_t types[] = {1, 4, 5, 6};

enum { TYPES = sizeof types / sizeof *types };

/* Of every row of every machine: buf_printf() took a third of this file's time. */
static void put_number(struct buf *out, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do
        digits[--at] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (number < 0)
        digits[--at] = '-';
    buf_append(out, digits + at, sizeof digits - at);
}

/* As model_put_value writes it. */
static void put_store_value(struct stmt *stmt, int column, uint16_t field, struct buf *out)
{
    struct value value = stmt_column_value(stmt, column);

    buf_putc(out, ' ');
    put_number(out, field);
    buf_putc(out, '=');
    if (value.kind == VALUE_INT)
        put_number(out, value.number);
    else if (value.kind == VALUE_TEXT)
        buf_append(out, value.text, value.len);
    else
        buf_putc(out, '-');
}

static void put_extra(const uint8_t *extra, size_t len, struct buf *out)
{
    struct reader reader;
    uint64_t count;

    reader_init(&reader, extra, len);
    count = len > 0 ? cbor_map(&reader) : 0;
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(&reader);
        struct value value = value_decode(&reader);

        if (value.kind == VALUE_TEXT)
            buf_printf(out, " %llu=%.*s", (unsigned long long)no, (int)value.len, value.text);
        else if (value.kind == VALUE_INT)
            buf_printf(out, " %llu=%lld", (unsigned long long)no, (long long)value.number);
        else
            buf_printf(out, " %llu=-", (unsigned long long)no);
    }
}

/* The type's fields by number; returns how many. */
static size_t sorted_fields(const struct record_type *type, const struct field_def *fields[FIELD_MAX_COUNT])
{
    for (size_t i = 0; i < type->n_fields; i++) {
        size_t at = i;

        for (; at > 0 && fields[at - 1]->no > type->fields[i].no; at--)
            fields[at] = fields[at - 1];
        fields[at] = &type->fields[i];
    }
    return type->n_fields;
}

/* Places of rows that are not here (reach.h) are no rows. */
static void rows_of_type(struct world *world, size_t m, const struct record_type *type, struct buf *out)
{
    struct store *store = world->machines[m].store;
    const struct field_def *fields[FIELD_MAX_COUNT];
    size_t n_fields = sorted_fields(type, fields), len;
    struct stmt *stmt;
    enum status status;
    struct buf sql;
    char id[ID_TEXT_BYTES];

    buf_init(&sql, SQL_BYTES);
    buf_puts(&sql, "SELECT ");
    buf_puts(&sql, schema_row_columns(store, type));
    buf_puts(&sql, " FROM \"");
    buf_puts(&sql, type->name);
    buf_puts(&sql, "\" WHERE w_log<>0");
    stmt = store_prepare(store, buf_cstr(&sql));
    buf_release(&sql);
    while (stmt_row(stmt, &status, NULL)) {
        id_format(stmt_column_id(stmt, ROW_ID), id);
        put_number(out, type->no);
        buf_putc(out, ' ');
        buf_puts(out, id);
        buf_puts(out, " scope=");
        put_number(out, stmt_column_int(stmt, ROW_SCOPE));
        buf_puts(out, " 0=");
        put_number(out, stmt_column_int(stmt, ROW_GONE));
        for (size_t i = 0; i < n_fields; i++) {
            int column = ROW_FIELDS + (int)(fields[i] - type->fields);

            if (!stmt_column_is_null(stmt, column))
                put_store_value(stmt, column, fields[i]->no, out);
        }
        const uint8_t *extra = stmt_column_blob(stmt, ROW_EXTRA, &len);
        put_extra(extra, len, out);
        buf_putc(out, '\n');
    }
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: rows: %s", m, status_text(status));
}

void world_rows(struct world *world, size_t m, struct buf *out)
{
    for (size_t t = 0; t < TYPES; t++)
        rows_of_type(world, m, catalogue_by_no(types[t]), out);
    model_sort_lines(out);
}

void oracle_rows_of_org(const char *rows, const char *shares, int64_t org, struct buf *out)
{
    enum { ID_DIGITS = ID_TEXT_BYTES - 1 };
    char shared[96];

    for (const char *line = rows, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        const char *id = strchr(line, ' ') + 1;
        long long scope = strtoll(id + ID_DIGITS + strlen(" scope="), NULL, 10);

        snprintf(shared, sizeof shared, "%.*s with %lld\n", (int)ID_DIGITS, id, (long long)org);
        if (scope == 0 || scope == org || strstr(shares, shared) != NULL)
            buf_append(out, line, (size_t)(end + 1 - line));
    }
}

void world_conflicts(struct world *world, size_t m, int64_t scope, struct buf *out)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT c.id,c.field,c.value,h.header FROM conflict c LEFT JOIN change h ON h.log=c.log AND h.seq=c.seq WHERE ?1<0 OR c.scope IN (0,?1) OR c.id IN (SELECT id FROM share WHERE scope=?1)");
    enum status status;
    char id[ID_TEXT_BYTES];
    size_t len;

    stmt_int(stmt, 1, scope);
    while (stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 3, &len);
        struct change change = {.user = "?"};

        (void)change_decode_header(header, len, &change);
        id_format(stmt_column_id(stmt, 0), id);
        buf_printf(out, "%s by %s", id, change.user);
        put_store_value(stmt, 2, (uint16_t)stmt_column_int(stmt, 1), out);
        buf_putc(out, '\n');
    }
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: conflicts: %s", m, status_text(status));
    model_sort_lines(out);
}

/* The first line that differs. */
void oracle_compare(struct world *world, const char *what, const char *expected, const char *actual)
{
    while (*expected != 0 && *expected == *actual) {
        const char *e = strchr(expected, '\n'), *a = strchr(actual, '\n');

        if (e - expected != a - actual || memcmp(expected, actual, (size_t)(e - expected)) != 0)
            break;
        expected = e + 1;
        actual = a + 1;
    }
    if (*expected != 0 || *actual != 0)
        world_fail(world, "%s\n  expected: %.*s\n  is:       %.*s", what, (int)strcspn(expected, "\n"), expected, (int)strcspn(actual, "\n"), actual);
}

void oracle_texts_init(struct oracle_texts *texts)
{
    buf_init(&texts->rows, TEXT_MAX_BYTES);
    buf_init(&texts->conflicts, TEXT_MAX_BYTES);
    buf_init(&texts->shares, TEXT_MAX_BYTES);
    buf_init(&texts->is_rows, TEXT_MAX_BYTES);
    buf_init(&texts->is_conflicts, TEXT_MAX_BYTES);
    buf_init(&texts->is_shares, TEXT_MAX_BYTES);
}

void oracle_texts_release(struct oracle_texts *texts)
{
    buf_release(&texts->rows);
    buf_release(&texts->conflicts);
    buf_release(&texts->shares);
    buf_release(&texts->is_rows);
    buf_release(&texts->is_conflicts);
    buf_release(&texts->is_shares);
}

/* ---- what two stores hold ---- */

/* A change at its place. */
struct held {
    uint32_t uid;
    uint64_t fold;
};

struct held_list {
    struct held all[2 * UIDS_MAX];
    size_t n;
};

static void add_held(struct world *world, size_t m, const char *sql, int64_t org, struct held_list *list)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, sql);
    enum status status;
    size_t len;

    stmt_int(stmt, 1, org);
    while (stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        struct change change = {.user = "?"};

        assert(list->n < 2 * UIDS_MAX);
        (void)change_decode_header(header, len, &change);
        list->all[list->n++] = (struct held){(uint32_t)strtoul(change.user + 1, NULL, 10), (uint64_t)stmt_column_int(stmt, 1)};
    }
}

/* What the machine counts as held, or (CENTER) what there is for this org. */
static void list_held(struct world *world, size_t m, int64_t org, struct held_list *list)
{
    list->n = 0;
    add_held(world, m, m != CENTER ? "SELECT header,rseq FROM change WHERE rseq IS NOT NULL AND scope>=0 AND ?1=?1"
                                   : "SELECT header,coalesce(rseq,lsn) FROM change WHERE state<>1 AND (scope IN (0,?1) OR lsn IN (SELECT lsn FROM reach WHERE scope=?1 AND stub=0))", org, list);
}

static bool is_held(const struct held_list *list, uint32_t uid, uint64_t fold)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->all[i].uid == uid && list->all[i].fold == fold)
            return true;
    return false;
}

/* Each of these that is not among those. */
static void log_missing(struct world *world, size_t m, const char *what, const struct held_list *these, const struct held_list *those)
{
    for (size_t i = 0; i < these->n; i++)
        if (!is_held(those, these->all[i].uid, these->all[i].fold))
            world_log(world, "%zu: u%u@%llx %s", m, these->all[i].uid, (unsigned long long)these->all[i].fold, what);
}

void world_log_differences(struct world *world)
{
    static const char too_much[] = "is held, and not by the center for its org", lacking[] = "is at the center for its org, and not held";
    struct held_list *here = malloc(sizeof *here), *there = malloc(sizeof *there);

    assert(here != NULL && there != NULL);
    for (size_t m = 1; world->log_wanted && world->hub == NULL && m < world->n_machines; m++) {
        list_held(world, m, 0, here);
        list_held(world, CENTER, world->machines[m].identity.org, there);
        log_missing(world, m, too_much, here, there);
        log_missing(world, m, lacking, there, here);
    }
    free(here);
    free(there);
}

/* The center gave this number to two changes: it was put back and nobody had told it. */
static bool was_given_twice(const struct world *world, uint64_t number)
{
    const struct given_number *first = NULL;

    for (size_t i = 0; i < world->n_given; i++) {
        const struct given_number *given = &world->given[i];

        if (given->number != number)
            continue;
        if (first != NULL && first->uid != given->uid)
            return true;
        first = given;
    }
    return false;
}

static bool has_elsewhere(const struct held_list *list, uint32_t uid)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->all[i].uid == uid)
            return true;
    return false;
}

/* A machine was put back, and the center more than once. */
static bool may_have_forgotten(const struct world *world)
{
    const uint64_t *done = world->totals.done;

    return done[FAULT_RESTORE] + done[FAULT_RESTORE_DECLARED] > 0 && done[FAULT_CENTER_RESTORE] + done[FAULT_CENTER_DECLARED] > 1;
}

/* Of these the first that is not among those, and should be. Beside what a machine had handed back already when the center was put back once more (machine_sim.unpulled) three things are no fault:
 *   The number was given twice, and both agree on a later one. A machine and its center find where their orders part by samples, the greatest on which they agree and what follows it (heal_order.h); a center that was put
 *   back and went on may come to numbers at which by chance the same stands again, behind some that differ. Nobody can tell that without comparing all; that is what sums are for.
 *   The station has the same change again where the center has it: two machines wrote on in one log, the center had lost one way of it, and who writes on under a new name brings the same bytes as others' changes. Whether
 *   those are two changes or one that came twice, only the center knows, so the station keeps both until it compares (replica_station.c, find_moved).
 *   A change of the machine's own stands at another place. It was told one, was put back and forgot it; a center that had lost it gave it a second; and now the center is again one that has it at the first. That lies
 *   below all by which they find where their orders part, and to be told it the machine would have to be told everything anew: sums cost less. */
static const struct held *unexplained(struct world *world, size_t m, const struct held_list *these, const struct held_list *those, bool copies)
{
    for (size_t i = 0; i < these->n; i++) {
        const struct held *held = &these->all[i];
        bool again = false;

        if (is_held(those, held->uid, held->fold) || was_given_twice(world, held->fold))
            continue;
        if (may_have_forgotten(world))
            again = model_find(&world->model, held->uid)->machine == m && has_elsewhere(those, held->uid);
        for (size_t k = 0; k < these->n && copies; k++)
            again |= these->all[k].uid == held->uid && is_held(those, held->uid, these->all[k].fold);
        if (!again)
            return held;
    }
    return NULL;
}

void world_check_differs(struct world *world, size_t m)
{
    struct held_list *here, *there;
    const struct held *held;
    bool copies = world->totals.done[FAULT_RESTORE] + world->totals.done[FAULT_RESTORE_DECLARED] + world->totals.done[FAULT_CLONE] > 0, lacking = false;

    if (world->differed[0] != 0)
        return;
    if (world->hub != NULL) {
        if (!(oracle_has_copies(world) && world_excused(world, EXCUSE_MENDED)))
            snprintf(world->differed, sizeof world->differed, "county %zu: its copy differed from the hub's", m);
        return;
    }
    here = malloc(sizeof *here);
    there = malloc(sizeof *there);
    assert(here != NULL && there != NULL);
    world_look(world, CENTER);
    list_held(world, m, 0, here);
    list_held(world, CENTER, world->machines[m].identity.org, there);
    held = unexplained(world, m, there, here, false);
    lacking = held != NULL;
    add_held(world, CENTER, "SELECT header,fold FROM returned WHERE body IS NOT NULL AND ?1=?1", 0, there); /* for its owner: what it has of that the station keeps */
    if (held == NULL && !world->machines[m].unpulled)
        held = unexplained(world, m, here, there, copies);
    if (held != NULL)
        snprintf(world->differed, sizeof world->differed, "station %zu: its copy differs from the center's: u%u at %llx is %s", m, held->uid, (unsigned long long)held->fold, lacking ? "not here" : "not there");
    else if (!world_excused(world, EXCUSE_MENDED))
        snprintf(world->differed, sizeof world->differed, "station %zu: its copy differs from the center's", m);
    world_log_differences(world);
    free(here);
    free(there);
}
