/* tests/test_pg_pipeline.c - sync/pg_pipeline.c against a real server: values both ways, batches that fail, the server killed in the middle, and what people are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <poll.h>

#include <cmocka.h>

#include "sync/pg_pipeline.h"
#include "tests/pg_server.h"

enum { NO_ECHO, NO_COUNT, NO_ADD };

static struct pg_server *server_of(void **state)
{
    return *state;
}

static struct pg_pipeline *opened(void **state)
{
    struct pg_pipeline *pg;
    char url[PG_URL_BYTES];
    struct errmsg err = {{0}};

    pg_server_url(server_of(state), NULL, "public", url);
    assert_int_equal(pg_new(&pg, url, &err), STATUS_OK);
    pg_connect(pg);
    if (pg_wait(pg, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_true(pg_is_ready(pg));
    return pg;
}

static void plain(struct pg_pipeline *pg, const char *sql)
{
    struct errmsg err = {{0}};
    struct pg_statement statement = {PG_PLAIN, sql, ""};

    if (pg_run(pg, &statement, NULL, NULL, &err) != STATUS_OK)
        fail_msg("%s: %s", sql, err.text);
}

static enum status note_int(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    (void)err;
    assert_int_equal(pg_count(rows), 1);
    *(int64_t *)context = pg_int(rows, 0, 0);
    return STATUS_OK;
}

static int64_t number(struct pg_pipeline *pg, const char *sql)
{
    struct pg_statement statement = {PG_PLAIN, sql, ""};
    int64_t n = -1;

    assert_int_equal(pg_run(pg, &statement, note_int, &n, NULL), STATUS_OK);
    return n;
}

static enum status check_echo(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    size_t len;
    char text[32];

    (void)err;
    assert_int_equal(pg_count(rows), 1);
    assert_int_equal(pg_int(rows, 0, 0), -7);
    assert_memory_equal(pg_bytes(rows, 0, 1, &len), "a\0b", 3);
    assert_int_equal(len, 3);
    pg_text(rows, 0, 2, text, sizeof text);
    assert_string_equal(text, "法援");
    pg_text(rows, 0, 2, text, 5); /* cut at a character */
    assert_string_equal(text, "法");
    assert_int_equal(pg_int(rows, 0, 3), 1);
    assert_true(pg_is_null(rows, 0, 4));
    assert_null(pg_bytes(rows, 0, 4, &len));
    assert_non_null(pg_bytes(rows, 0, 5, &len)); /* empty is not null */
    assert_int_equal(len, 0);
    assert_int_equal(pg_int(rows, 0, 6), 5);
    assert_int_equal(pg_int(rows, 0, 7), 2);
    assert_int_equal(pg_int(rows, 0, 8), 41);
    ++*(int *)context;
    return STATUS_OK;
}

static void test_values_go_and_come(void **state)
{
    static const struct pg_statement echo = {NO_ECHO, "SELECT $1,$2,$3,$4,$5,$6,(SELECT sum(n)::int8 FROM unnest($7) n),array_length($8,1)::int8,($9->>'1')::int8", "ibtftbIBj"};
    struct pg_pipeline *pg = opened(state);
    int seen = 0;

    for (int i = 0; i < 3; i++) { /* the second time it is prepared already */
        pg_put_int(pg, -7);
        pg_put_bytes(pg, "a\0b", 3);
        pg_put_text(pg, "法援");
        pg_put_bool(pg, true);
        pg_put_null(pg);
        pg_put_bytes(pg, "", 0);
        pg_put_array(pg, 2, 'I');
        pg_item_int(pg, 8);
        pg_item_int(pg, -3);
        pg_put_array(pg, 2, 'B');
        pg_item_bytes(pg, "x", 1);
        pg_item_bytes(pg, "", 0);
        pg_put_text(pg, "{\"1\":41}");
        pg_send(pg, &echo, check_echo, &seen);
    }
    pg_sync(pg);
    assert_int_equal(pg_wait(pg, NULL), STATUS_OK);
    assert_int_equal(seen, 3);
    pg_free(pg);
}

static void test_behind_a_failure_nothing_is_done(void **state)
{
    static const struct pg_statement add = {NO_ADD, "INSERT INTO spot VALUES($1)", "i"};
    static const struct pg_statement begin = {PG_PLAIN, "BEGIN", ""}, commit = {PG_PLAIN, "COMMIT", ""}, rollback = {PG_PLAIN, "ROLLBACK", ""};
    struct pg_pipeline *pg = opened(state);
    struct errmsg err = {{0}};

    plain(pg, "CREATE TABLE spot(n int8 PRIMARY KEY)");
    pg_send(pg, &begin, NULL, NULL);
    for (int64_t n = 1; n <= 3; n++) {
        pg_put_int(pg, n == 2 ? 1 : n);
        pg_send(pg, &add, NULL, NULL);
    }
    pg_send(pg, &commit, NULL, NULL);
    pg_sync(pg);
    assert_int_equal(pg_wait(pg, &err), STATUS_EXISTS);
    assert_non_null(strstr(err.text, "23505"));
    assert_null(strstr(err.text, "(1)")); /* no value in it */
    assert_false(pg_again(pg));
    assert_int_equal(pg_run(pg, &rollback, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(number(pg, "SELECT count(*) FROM spot"), 0);
    pg_put_int(pg, 4);
    assert_int_equal(pg_run(pg, &add, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(number(pg, "SELECT count(*) FROM spot"), 1);
    plain(pg, "DROP TABLE spot");
    pg_free(pg);
}

static enum status told(struct pg_pipeline *pg, const char *sql, struct errmsg *err)
{
    struct pg_statement statement = {PG_PLAIN, sql, ""};

    errmsg_clear(err);
    return pg_run(pg, &statement, NULL, NULL, err);
}

static void test_what_may_go_well_again_is_told_apart(void **state)
{
    static const struct {
        const char *code;
        enum status status;
        bool again;
    } cases[] = {{"40001", STATUS_BUSY, true}, {"40P01", STATUS_BUSY, true}, {"53100", STATUS_FULL, false}, {"53300", STATUS_BUSY, true}, {"42501", STATUS_FORBIDDEN, false}, {"22003", STATUS_INVALID, false}, {"XX000", STATUS_IO, false}};
    struct pg_pipeline *pg = opened(state);
    char sql[200];
    struct errmsg err;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(sql, sizeof sql, "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE='%s'; END $$", cases[i].code);
        assert_int_equal(told(pg, sql, &err), cases[i].status);
        assert_int_equal(pg_again(pg), cases[i].again);
        assert_non_null(strstr(err.text, cases[i].code));
    }
    assert_int_equal(told(pg, "SELECT * FROM nowhere", &err), STATUS_NOT_FOUND);
    plain(pg, "SET default_transaction_read_only=on");
    assert_int_equal(told(pg, "CREATE TABLE spot(n int8)", &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "target_session_attrs"));
    pg_free(pg);
}

static void test_an_open_transaction_dies_with_the_server(void **state)
{
    static const struct pg_statement add = {NO_ADD, "INSERT INTO spot VALUES($1)", "i"};
    struct pg_pipeline *pg = opened(state);
    struct errmsg err = {{0}};

    plain(pg, "CREATE TABLE spot(n int8 PRIMARY KEY)");
    pg_put_int(pg, 1);
    assert_int_equal(pg_run(pg, &add, NULL, NULL, NULL), STATUS_OK);
    plain(pg, "BEGIN");
    pg_put_int(pg, 2);
    assert_int_equal(pg_run(pg, &add, NULL, NULL, NULL), STATUS_OK);
    pg_server_crash(server_of(state));
    pg_put_int(pg, 3);
    assert_int_equal(pg_run(pg, &add, NULL, NULL, &err), STATUS_CLOSED);
    assert_true(pg_again(pg));
    assert_false(pg_is_ready(pg));
    pg_connect(pg); /* nobody there */
    assert_int_equal(pg_wait(pg, &err), STATUS_CLOSED);
    assert_true(pg_again(pg));
    pg_server_again(server_of(state));
    pg_connect(pg);
    assert_int_equal(pg_wait(pg, &err), STATUS_OK);
    assert_int_equal(number(pg, "SELECT sum(n)::int8 FROM spot"), 1);
    pg_put_int(pg, 4); /* prepared anew on the new connection */
    assert_int_equal(pg_run(pg, &add, NULL, NULL, NULL), STATUS_OK);
    plain(pg, "DROP TABLE spot");
    pg_free(pg);
}

/* More than the sockets hold, both ways, without ever blocking. */
static void test_never_blocking(void **state)
{
    static const struct pg_statement echo = {NO_COUNT, "SELECT length($1)::int8,$1", "b"};
    struct pg_pipeline *pg;
    int64_t lengths[8] = {0};
    char *big = calloc(1, 3000000);
    struct errmsg err = {{0}};
    bool queued = false;

    assert_int_equal(pg_new(&pg, server_of(state)->url, &err), STATUS_OK);
    pg_connect(pg);
    for (;;) {
        bool ended = pg_advance(pg);

        if (ended && queued)
            break;
        if (ended) {
            assert_int_equal(pg_batch(pg, &err), STATUS_OK);
            for (size_t i = 0; i < 8; i++) {
                pg_put_bytes(pg, big, 3000000);
                pg_send(pg, &echo, note_int, &lengths[i]);
            }
            pg_sync(pg);
            queued = true;
            continue;
        }
        struct pg_watch watch = pg_watch(pg);
        struct pollfd fd = {.fd = watch.socket, .events = (short)((watch.read ? POLLIN : 0) | (watch.write ? POLLOUT : 0))};

        assert_true(watch.socket >= 0 && fd.events != 0);
        assert_int_equal(poll(&fd, 1, 20000), 1);
    }
    assert_int_equal(pg_batch(pg, &err), STATUS_OK);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(lengths[i], 3000000);
    free(big);
    pg_free(pg);
}

static enum status connected(const char *url, struct errmsg *err)
{
    struct pg_pipeline *pg;
    enum status status = pg_new(&pg, url, err);

    if (status != STATUS_OK)
        return status;
    pg_connect(pg);
    status = pg_wait(pg, err);
    pg_free(pg);
    return status;
}

static void test_why_it_does_not_connect(void **state)
{
    const char *folder = server_of(state)->folder;
    char url[PG_URL_BYTES];
    struct errmsg err;
    struct pg_pipeline *pg = opened(state);

    plain(pg, "CREATE ROLE guarded LOGIN PASSWORD 'right'");
    pg_free(pg);
    assert_int_equal(connected("mysql://x/y", &err), STATUS_USAGE);
    snprintf(url, sizeof url, "postgresql://postgres@/nowhere?host=%s", folder);
    assert_int_equal(connected(url, &err), STATUS_NOT_FOUND);
    assert_int_equal(connected("postgresql://postgres@/postgres?host=/nowhere", &err), STATUS_CLOSED);
    snprintf(url, sizeof url, "postgresql://guarded@/postgres?host=%s&passfile=/nowhere", folder);
    assert_int_equal(connected(url, &err), STATUS_AUTH);
    assert_non_null(strstr(err.text, ".pgpass"));
    snprintf(url, sizeof url, "postgresql://guarded:wrong@/postgres?host=%s", folder);
    assert_int_equal(connected(url, &err), STATUS_AUTH);
    assert_null(strstr(err.text, "wrong"));
    snprintf(url, sizeof url, "postgresql://guarded:right@/postgres?host=%s", folder);
    assert_int_equal(connected(url, &err), STATUS_OK);
}

int main(void)
{
    static struct pg_server server;
    struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_values_go_and_come, &server),
        cmocka_unit_test_prestate(test_behind_a_failure_nothing_is_done, &server),
        cmocka_unit_test_prestate(test_what_may_go_well_again_is_told_apart, &server),
        cmocka_unit_test_prestate(test_an_open_transaction_dies_with_the_server, &server),
        cmocka_unit_test_prestate(test_never_blocking, &server),
        cmocka_unit_test_prestate(test_why_it_does_not_connect, &server),
    };
    int failed;

    if (!pg_server_start(&server))
        return 77;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    pg_server_stop(&server);
    return failed;
}
