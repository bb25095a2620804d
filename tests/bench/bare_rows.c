/* tests/bench/bare_rows.c - how fast bare SQLite takes the very rows that a store holds: what a sync that has just brought them is measured against.
 *
 *   bare_rows STORE TYPE BATCH FOLDER [AT_MOST]      reads the rows of TYPE in STORE, inserts them into a bare table (bare_table.h) of a new store below FOLDER, BATCH a transaction (FULL), and prints one JSON object:
 *                                                    rows, rows_per_s, value_bytes (a row: its texts, four for a number), ms
 * Reading is not in the time: a thousand rows are read, then inserted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/hash.h"
#include "core/record/machine.h"
#include "core/record/record.h"
#include "core/record/row.h"
#include "core/record/schema.h"
#include "tests/bench/bare_table.h"
#include "tests/bench/measure.h"

enum { PIECE = 1000 };

struct copy {
    struct store *from, *to;
    struct bare_table table;
    struct record records[PIECE];
    size_t n, bytes;
    uint64_t rows, batch;
    int64_t last; /* n of the row read last */
    double seconds;
};

static double now_s(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void open_target(struct copy *copy, const char *folder)
{
    const struct machine machine = {.center = true, .org = 1, .name = "bench", .area = "320117"};
    char path[600], command[640];
    struct errmsg err;
    snprintf(path, sizeof path, "%s/bare_rows.store", folder);
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    if (system(command) != 0)
        exit(1);
    must(store_open(&copy->to, path, STORE_CREATE, &err), &err, path);
    store_tune_bulk(copy->to);
    must(store_begin(copy->to, "bench", &err), &err, "begin");
    must(machine_create(copy->to, &machine, &err), &err, "machine");
    must(store_commit(copy->to, &err), &err, "commit");
}

static void read_piece(struct copy *copy)
{
    char sql[8192];
    struct errmsg err;
    enum status status;
    snprintf(sql, sizeof sql, "SELECT %s FROM \"%s\" WHERE n>?1 AND gone=0 ORDER BY n LIMIT ?2", schema_row_columns(copy->from, copy->table.type), copy->table.type->name);
    struct stmt *stmt = store_prepare(copy->from, sql);
    stmt_int(stmt, 1, copy->last);
    stmt_int(stmt, 2, PIECE);
    copy->n = 0;
    while (stmt_row(stmt, &status, &err)) {
        copy->last = stmt_column_int(stmt, ROW_N);
        must(row_read(stmt, copy->table.type, &copy->records[copy->n]), NULL, "row");
        copy->n++;
    }
    must(status, &err, "read");
}

static void insert_piece(struct copy *copy)
{
    struct errmsg err;
    double begun = now_s();
    for (size_t i = 0; i < copy->n; i++) {
        if (!store_in_transaction(copy->to))
            must(store_begin(copy->to, "bare", &err), &err, "begin");
        bare_table_insert(copy->to, &copy->table, copy->records[i].id, copy->rows, copy->records[i].values);
        if (++copy->rows % copy->batch == 0)
            must(store_commit(copy->to, &err), &err, "commit");
    }
    if (copy->n < PIECE && store_in_transaction(copy->to))
        must(store_commit(copy->to, &err), &err, "commit");
    copy->seconds += now_s() - begun;
}

static void forget_piece(struct copy *copy)
{
    for (size_t i = 0; i < copy->n; i++) {
        for (size_t k = 0; k < copy->table.type->n_fields; k++) {
            const struct value *value = &copy->records[i].values[k];
            copy->bytes += value->kind == VALUE_TEXT ? value->len : value->kind == VALUE_INT ? sizeof(int32_t) : 0;
        }
        record_release(&copy->records[i]);
    }
}

int main(int argc, char **argv)
{
    static struct copy copy;
    struct errmsg err;
    uint64_t most = argc > 5 ? strtoull(argv[5], NULL, 10) : UINT64_MAX;
    const struct record_type *type = argc > 4 ? catalogue_find(argv[2]) : NULL;
    if (type == NULL || (copy.batch = strtoull(argv[3], NULL, 10)) == 0 || hash_start() != STATUS_OK) {
        fprintf(stderr, "usage: bare_rows STORE TYPE BATCH FOLDER [AT_MOST]\n");
        return 2;
    }
    must(store_open(&copy.from, argv[1], STORE_READ_ONLY, &err), &err, argv[1]);
    open_target(&copy, argv[4]);
    bare_table_make(copy.to, type, &copy.table);
    do {
        read_piece(&copy);
        insert_piece(&copy);
        forget_piece(&copy);
    } while (copy.n == PIECE && copy.rows < most);
    if (copy.rows > 0)
        printf("{\"rows\":%llu,\"rows_per_s\":%.0f,\"value_bytes\":%.0f,\"ms\":%.0f}\n", (unsigned long long)copy.rows, (double)copy.rows / copy.seconds, (double)copy.bytes / (double)copy.rows, copy.seconds * 1e3);
    bare_table_release(&copy.table);
    store_close(copy.to);
    store_close(copy.from);
    return copy.rows > 0 ? 0 : 1;
}
