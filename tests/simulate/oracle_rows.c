/* tests/simulate/oracle_rows.c - a machine's rows and conflicts as lines of text, the way model.c writes them, and how two such texts, or what two machines hold, differ. See oracle.c. */
#include <stdio.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/row.h"
#include "core/record/schema.h"
#include "tests/simulate/oracle_impl.h"

enum { TEXT_MAX_BYTES = 8 * 1024 * 1024, SQL_BYTES = 8192 };

static const uint64_t types[] = {1, 4, 5, 6};

enum { TYPES = sizeof types / sizeof *types };

static void put_store_value(struct stmt *stmt, int column, uint16_t field, struct buf *out)
{
    struct value value = stmt_column_value(stmt, column);

    if (value.kind == VALUE_INT)
        buf_printf(out, " %u=%lld", field, (long long)value.number);
    else if (value.kind == VALUE_TEXT)
        buf_printf(out, " %u=%.*s", field, (int)value.len, value.text);
    else
        buf_printf(out, " %u=-", field);
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
static void rows_of_type(struct world *world, size_t m, const struct record_type *type, int64_t scope, struct buf *out)
{
    struct store *store = world->machines[m].store;
    const struct field_def *fields[FIELD_MAX_COUNT];
    size_t n_fields = sorted_fields(type, fields), len;
    struct stmt *stmt;
    enum status status;
    struct buf sql;
    char id[ID_TEXT_BYTES];

    buf_init(&sql, SQL_BYTES);
    buf_printf(&sql, "SELECT %s FROM \"%s\" WHERE w_log<>0 AND (?1<0 OR scope IN (0,?1) OR id IN (SELECT id FROM share WHERE scope=?1))", schema_row_columns(store, type), type->name);
    stmt = store_prepare(store, buf_cstr(&sql));
    buf_release(&sql);
    stmt_int(stmt, 1, scope);
    while (stmt_row(stmt, &status, NULL)) {
        id_format(stmt_column_id(stmt, ROW_ID), id);
        buf_printf(out, "%u %s scope=%lld 0=%lld", type->no, id, (long long)stmt_column_int(stmt, ROW_SCOPE), (long long)stmt_column_int(stmt, ROW_GONE));
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

void world_rows(struct world *world, size_t m, int64_t scope, struct buf *out)
{
    for (size_t t = 0; t < TYPES; t++)
        rows_of_type(world, m, catalogue_by_no(types[t]), scope, out);
    model_sort_lines(out);
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

/* What the machine counts as held with its place, or what the center holds for its org: "u17@2a". */
static void put_held(struct world *world, size_t m, int64_t org, struct buf *out)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, m != CENTER ? "SELECT header,rseq FROM change WHERE rseq IS NOT NULL AND scope>=0 AND ?1=?1"
                                                                            : "SELECT header,coalesce(rseq,lsn) FROM change WHERE state<>1 AND (scope IN (0,?1) OR lsn IN (SELECT lsn FROM reach WHERE scope=?1 AND stub=0))");
    enum status status;
    size_t len;

    stmt_int(stmt, 1, org);
    while (stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        struct change change = {.user = "?"};

        (void)change_decode_header(header, len, &change);
        buf_printf(out, "%s@%llx\n", change.user, (unsigned long long)stmt_column_int(stmt, 1));
    }
}

static void log_missing(struct world *world, size_t m, const char *what, const struct buf *these, const struct buf *those)
{
    for (const char *line = buf_cstr(these), *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char one[64], again[66];

        snprintf(one, sizeof one, "%.*s\n", (int)(end - line), line);
        snprintf(again, sizeof again, "\n%s", one);
        if (strncmp(buf_cstr(those), one, strlen(one)) != 0 && strstr(buf_cstr(those), again) == NULL)
            world_log(world, "%zu: %.*s %s", m, (int)(end - line), line, what);
    }
}

void world_log_differences(struct world *world)
{
    for (size_t m = 1; world->log_wanted && m < world->n_machines; m++) {
        struct buf here, there;

        buf_init(&here, TEXT_MAX_BYTES);
        buf_init(&there, TEXT_MAX_BYTES);
        put_held(world, m, 0, &here);
        put_held(world, CENTER, world->machines[m].identity.org, &there);
        log_missing(world, m, "is held, and not by the center for its org", &here, &there);
        log_missing(world, m, "is at the center for its org, and not held", &there, &here);
        buf_release(&here);
        buf_release(&there);
    }
}
