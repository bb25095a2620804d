/* tests/trial.c - see trial.h. */
#include "tests/trial.h"
#include "tests/must.h"

#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <cmocka.h>

enum { TRIES_MAX = 20000, TEXT_MAX_BYTES = 1 << 26, ROOM_BYTES = 1 << 18, SHOWN = 300 };

static const struct stumble WAYS[] = {
    {.code = SQLITE_IOERR_READ},
    {.code = SQLITE_FULL, .for_good = true},
    {.memory = true},
    {.disk = true, .code = EIO},
    {.disk = true, .code = ENOSPC, .for_good = true},
    {.disk = true, .code = STUMBLE_SHORT, .for_good = true},
};

/* What there is at one moment. Images say at once that nothing differs; the tables are read where they do. */
struct moment {
    struct buf images[TRIAL_NODES], state, answer;
};

static void put_table(struct node *node, const char *table, struct buf *out)
{
    struct stmt *stmt = store_prepare(node->store, "SELECT group_concat('quote(\"'||name||'\")',\"||','||\") FROM pragma_table_xinfo(?1)");
    struct errmsg err = {{0}};
    enum status status;
    char sql[16384];

    stmt_string(stmt, 1, table);
    assert_true(stmt_row(stmt, &status, &err));
    snprintf(sql, sizeof sql, "SELECT %s FROM \"%s\"", stmt_column_text(stmt, 0, NULL), table);
    stmt_reset(stmt);
    stmt = store_prepare(node->store, sql);
    while (stmt_row(stmt, &status, &err))
        buf_printf(out, "%s %s\n", table, stmt_column_text(stmt, 0, NULL));
    must(status, &err);
}

void node_tables(struct node *node, struct buf *out)
{
    struct buf names;
    struct errmsg err = {{0}};
    enum status status;

    buf_init(out, TEXT_MAX_BYTES);
    buf_init(&names, TEXT_MAX_BYTES);
    struct stmt *stmt = store_prepare(node->store, "SELECT name FROM sqlite_schema WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name");
    while (stmt_row(stmt, &status, &err)) {
        buf_puts(&names, stmt_column_text(stmt, 0, NULL));
        buf_putc(&names, 0);
    }
    must(status, &err);
    for (size_t at = 0; at < names.len; at += strlen((char *)names.data + at) + 1)
        put_table(node, (char *)names.data + at, out);
    buf_release(&names);
}

/* With room, so that what act() puts into it is none of the verb's allocations. */
static void make_room(struct buf *out)
{
    buf_init(out, TEXT_MAX_BYTES);
    (void)buf_extend(out, ROOM_BYTES);
    buf_clear(out);
}

/* SQLite counts the file's commits in two places of its header: that is no difference. */
static void keep_image(struct node *node, struct buf *image)
{
    static const size_t COUNTERS[] = {24, 92};

    node_keep(node, image);
    for (size_t i = 0; i < sizeof COUNTERS / sizeof *COUNTERS; i++)
        memset(image->data + COUNTERS[i], 0, 4);
}

static void take_moment(const struct trial *trial, struct moment *moment)
{
    for (size_t i = 0; i < TRIAL_NODES; i++)
        if (trial->nodes[i] != NULL)
            keep_image(trial->nodes[i], &moment->images[i]);
        else
            buf_init(&moment->images[i], 1);
    buf_init(&moment->state, TEXT_MAX_BYTES);
    if (trial->state != NULL)
        trial->state(trial->context, &moment->state);
}

static void release_moment(struct moment *moment)
{
    for (size_t i = 0; i < TRIAL_NODES; i++)
        buf_release(&moment->images[i]);
    buf_release(&moment->state);
}

static bool same_bytes(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* From the line in which they differ on. */
static void tell_difference(const struct trial *trial, uint64_t at, const char *what, const struct buf *is, const struct buf *expected)
{
    const char *a = buf_cstr(is), *b = buf_cstr(expected);
    size_t line = 0, n = 0;

    for (; a[n] != '\0' && a[n] == b[n]; n++)
        if (a[n] == '\n')
            line = n + 1;
    fail_msg("%s, %llu: %s: %.*s\n--- expected\n%.*s", trial->name, (unsigned long long)at, what, SHOWN, a + line, SHOWN, b + line);
}

static void expect_tables(const struct trial *trial, uint64_t at, const char *what, size_t i, const struct buf *image, const struct buf *expected)
{
    struct buf is, other;

    if (same_bytes(image, expected))
        return;
    node_tables(trial->nodes[i], &is);
    node_restore(trial->nodes[i], expected);
    node_tables(trial->nodes[i], &other);
    if (!same_bytes(&is, &other))
        tell_difference(trial, at, what, &is, &other);
    node_restore(trial->nodes[i], image);
    buf_release(&is);
    buf_release(&other);
}

static void expect_moment(const struct trial *trial, uint64_t at, const char *what, const struct moment *expected)
{
    struct moment now;

    take_moment(trial, &now);
    for (size_t i = 0; i < TRIAL_NODES; i++)
        if (trial->nodes[i] != NULL)
            expect_tables(trial, at, what, i, &now.images[i], &expected->images[i]);
    if (!same_bytes(&now.state, &expected->state))
        tell_difference(trial, at, what, &now.state, &expected->state);
    release_moment(&now);
}

static void put_back(const struct trial *trial, const struct moment *before, uint64_t seed)
{
    for (size_t i = 0; i < TRIAL_NODES; i++)
        if (trial->nodes[i] != NULL)
            node_restore(trial->nodes[i], &before->images[i]);
    if (trial->seed != NULL)
        *trial->seed = seed;
    if (trial->begin != NULL)
        trial->begin(trial->context);
}

static void expect_durable(const struct trial *trial, uint64_t at)
{
    if (stumble_loose() > 0 || stumble_committed_on_loose())
        fail_msg("%s, %llu: a power cut may take a rename back%s", trial->name, (unsigned long long)at, stumble_committed_on_loose() ? ", and not what was committed upon it" : "");
}

static void expect_done(const struct trial *trial, uint64_t at, const char *what, enum status status, const struct errmsg *err, const struct buf *answer, const struct moment *after)
{
    if (status != STATUS_OK)
        fail_msg("%s, %llu: %s: %s: %s", trial->name, (unsigned long long)at, what, status_name(status), err->text);
    expect_durable(trial, at);
    if (!same_bytes(answer, &after->answer))
        tell_difference(trial, at, what, answer, &after->answer);
    expect_moment(trial, at, what, after);
}

/* What could not be read or written is not told as something that is so: that a record is not there, that somebody may not do this. */
static bool is_own_trouble(enum status status)
{
    return status == STATUS_IO || status == STATUS_FULL || status == STATUS_NOMEM || status == STATUS_BUSY || status == STATUS_PARTIAL || status == STATUS_CLOSED;
}

/* That there is no memory the status says already. */
static void expect_nothing_done(const struct trial *trial, uint64_t at, enum status status, const struct errmsg *err, const struct moment *before)
{
    if (err->text[0] == '\0' && status != STATUS_NOMEM)
        fail_msg("%s, %llu: it failed and does not say why: %s", trial->name, (unsigned long long)at, status_name(status));
    if (!is_own_trouble(status))
        fail_msg("%s, %llu: what failed is told as something else: %s: %s (%s)", trial->name, (unsigned long long)at, status_name(status), err->text, stumble_failed());
    for (size_t i = 0; i < TRIAL_NODES; i++)
        if (trial->nodes[i] != NULL && store_in_transaction(trial->nodes[i]->store))
            fail_msg("%s, %llu: its transaction is still open", trial->name, (unsigned long long)at);
    if (!trial->in_parts)
        expect_moment(trial, at, "it failed, and not everything is as before", before);
}

/* False: nothing failed any more. */
static bool try_it(const struct trial *trial, struct stumble how, uint64_t seed, const struct moment *before, const struct moment *after)
{
    struct errmsg err = {{0}};
    struct buf answer;

    make_room(&answer);
    put_back(trial, before, seed);
    stumble_begin(how);
    enum status status = trial->act(trial->context, &answer, &err);
    uint64_t fired = stumble_end();
    if (status == STATUS_OK || fired == 0) {
        expect_done(trial, how.at, "it is done otherwise", status, &err, &answer, after);
    } else {
        expect_nothing_done(trial, how.at, status, &err, before);
        stumble_told();
        buf_clear(&answer);
        if (trial->seed != NULL)
            *trial->seed = seed;
        status = trial->act(trial->context, &answer, &err);
        expect_done(trial, how.at, "done again", status, &err, &answer, after);
    }
    buf_release(&answer);
    return fired > 0;
}

static uint64_t play_way(const struct trial *trial, struct stumble how, uint64_t seed, const struct moment *before, const struct moment *after)
{
    uint64_t stride = trial->stride > 0 ? trial->stride : 1;

    how.names = trial->names;
    for (how.at = 1; how.at < TRIES_MAX; how.at += stride)
        if (!try_it(trial, how, seed, before, after))
            return (how.at - 1) / stride;
    fail_msg("%s: it does not come to an end", trial->name);
    return 0;
}

/* Images are as large as what malloc() asks the system for each time anew, which then clears it. */
static void keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, TEXT_MAX_BYTES);
    mallopt(M_TRIM_THRESHOLD, 4 * TEXT_MAX_BYTES);
}

uint64_t trial_play(const struct trial *trial)
{
    struct moment before, after;
    struct errmsg err = {{0}};

    keep_memory();
    uint64_t seed = trial->seed != NULL ? *trial->seed : 0, tries[sizeof WAYS / sizeof *WAYS];

    if (trial->begin != NULL)
        trial->begin(trial->context);
    take_moment(trial, &before);
    make_room(&after.answer);
    stumble_begin((struct stumble){.at = 0, .names = trial->names});
    enum status status = trial->act(trial->context, &after.answer, &err);
    (void)stumble_end();
    must(status, &err);
    expect_durable(trial, 0);
    take_moment(trial, &after);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++)
        tries[i] = play_way(trial, WAYS[i], seed, &before, &after);
    print_message("%s: %llu statements, %llu allocations, %llu calls on files\n", trial->name, (unsigned long long)tries[0], (unsigned long long)tries[2], (unsigned long long)tries[3]);
    put_back(trial, &before, seed);
    buf_release(&after.answer);
    release_moment(&before);
    release_moment(&after);
    return tries[0];
}
