/* tests/test_tally.c - figures kept by half months are what counting every row gives, whatever is written, folded, changed or cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/county_codes.h"
#include "core/record/recount.h"
#include "core/report/tally_impl.h"
#include "tests/direct_count.h"
#include "tests/fixture.h"
#include "tests/tally_bed.h"
#include "tests/write_sql.h"

static struct count_term term_of(const char *word)
{
    struct count_term terms[COUNT_TERMS_MAX];
    size_t n;
    must_do(count_parse(word, terms, &n, &err));
    assert_int_equal(n, 1);
    return terms[0];
}

/* One figure of the node, as its actor sees it. */
static int64_t figure(struct node *node, const char *word, int32_t from, int32_t to)
{
    struct count_term terms[COUNT_TERMS_MAX];
    struct tally *tally;
    int64_t sum;
    size_t n;
    must_do(count_parse(word, terms, &n, &err));
    must_do(tally_open(&tally, node->store, &node->actor, node->codes, &err));
    must_do(tally_sum(tally, terms, n, from, to, TALLY_ORG_ALL, &sum, &err));
    tally_close(tally);
    return sum;
}

static size_t lines(const struct buf *text)
{
    size_t n = 0;
    for (size_t i = 0; i < text->len; i++)
        n += text->data[i] == '\n';
    return n;
}

/* ---- buckets ---- */

static void check_split(int32_t from, int32_t to)
{
    struct tally_range edges[2];
    int32_t first, last, next = from;
    size_t n = tally_split(from, to, &first, &last, edges);
    assert_true(n <= 2);
    if (from > to) {
        assert_true(first > last);
        assert_int_equal(n, 0);
        return;
    }
    /* The parts follow each other and make up the whole. */
    for (size_t i = 0; i <= n; i++) {
        if (first <= last && tally_bucket_first(first) == next)
            next = tally_bucket_last(last) + 1;
        if (i < n && edges[i].from == next) {
            assert_true(edges[i].to >= edges[i].from);
            next = edges[i].to + 1;
        }
        if (first <= last && tally_bucket_first(first) == next)
            next = tally_bucket_last(last) + 1;
    }
    assert_int_equal(next, to + 1);
    if (first <= last) {
        assert_true(first == tally_bucket_of(from) ? tally_bucket_first(first) == from : tally_bucket_of(from) == first - 1);
        assert_true(last == tally_bucket_of(to) ? tally_bucket_last(last) == to : tally_bucket_of(to) == last + 1);
    }
}

static void test_buckets(void **state)
{
    (void)state;
    for (int32_t day = DAY_MIN; day <= DAY_MAX; day++) {
        int year, month, dom;
        int32_t bucket = tally_bucket_of(day);
        day_to_ymd(day, &year, &month, &dom);
        assert_true(tally_bucket_first(bucket) <= day && day <= tally_bucket_last(bucket));
        assert_int_equal(bucket == tally_bucket_of(day + 1), dom != 20 && day != DAY_MAX ? tally_bucket_last(bucket) != day : day == DAY_MAX);
    }
    assert_int_equal(tally_bucket_first(tally_bucket_of(tally_bed_on(2026, 2, 28))), tally_bed_on(2026, 2, 21));
    assert_int_equal(tally_bucket_last(tally_bucket_of(tally_bed_on(2024, 2, 21))), tally_bed_on(2024, 2, 29));
    assert_int_equal(tally_bucket_last(tally_bucket_of(DAY_MAX)), DAY_MAX);
    int32_t begin = tally_bed_on(2025, 11, 25);
    for (int32_t from = begin; from < begin + 70; from++)
        for (int32_t to = from - 1; to < from + 75; to++)
            check_split(from, to);
    struct tally_range edges[2];
    int32_t first, last;
    assert_int_equal(tally_split(tally_bed_on(2025, 12, 21), tally_bed_on(2026, 6, 20), &first, &last, edges), 0);
    assert_int_equal(last - first + 1, 12);
    assert_int_equal(tally_split(INT32_MIN, tally_bed_on(2026, 6, 30), &first, &last, edges), 0);
    assert_int_equal(tally_split(tally_bed_on(2026, 1, 1), INT32_MAX, &first, &last, edges), 0);
    assert_int_equal(last, tally_bucket_of(DAY_MAX));
}

/* ---- single changes ---- */

static void test_new_edited_deleted(void **state)
{
    struct node *center = &tally_bed_world.center;
    int32_t from = tally_bed_on(2025, 12, 1), to = tally_bed_on(2026, 5, 31);
    (void)state;
    for (int folded = 0; folded < 2; folded++) {
        struct id a = node_make(center, "consultation", "date=2026-01-05", "sex=女", "content=问", "persons=3", NULL);
        node_make(center, "consultation", "date=2026-02-25", "sex=男", "content=问", NULL);
        if (folded)
            must_do(tally_fold(center->store, center->codes, &err));
        assert_int_equal(figure(center, "persons", from, to), 4);
        assert_int_equal(figure(center, "persons.group:female", from, to), 3);
        node_set(center, "consultation", a, "persons", "2");
        assert_int_equal(figure(center, "persons", from, to), 3);
        assert_int_equal(figure(center, "persons", tally_bed_on(2026, 1, 5), tally_bed_on(2026, 1, 5)), 2); /* from the row */
        assert_int_equal(figure(center, "persons", tally_bed_on(2026, 1, 6), to), 1);
        node_set(center, "consultation", a, "date", "2025-11-30");
        assert_int_equal(figure(center, "persons", from, to), 1);
        assert_int_equal(figure(center, "persons", tally_bed_on(2025, 11, 1), to), 3);
        if (folded)
            must_do(tally_fold(center->store, center->codes, &err));
        must_do(records_delete(center->store, &center->actor, catalogue_find("consultation"), a, &err));
        assert_int_equal(figure(center, "persons", tally_bed_on(2025, 11, 1), to), 1);
        tally_bed_verify_clean(center);
        if (folded)
            break;
        write_sql(center->store, "DELETE FROM consultation; DELETE FROM change");
    }
    must_do(tally_fold(center->store, center->codes, &err));
    assert_int_equal(tally_bed_ask(center->store, "SELECT count(*) FROM recount_consultation"), 0);
    assert_int_equal(tally_bed_ask(center->store, "SELECT count(*) FROM tally WHERE value=0"), 0);
    assert_int_equal(figure(center, "persons", tally_bed_on(2025, 11, 1), to), 1);
}

static struct id make_case(struct node *node, const char *received, const char *decided, const char *more)
{
    return node_make(node, "case", "name=王五", "case_type=02", "source=41", "state=S5", received, "decision=01", decided, "sex=2", more, NULL);
}

/* A case counts by what stands in other rows. */
static void test_dependencies(void **state)
{
    struct node *center = &tally_bed_world.center;
    int32_t from = tally_bed_on(2026, 1, 1), to = tally_bed_on(2026, 6, 30);
    char ref[64];
    (void)state;
    struct id handler = node_make(center, "handler", "name=李律师", "kind=02", NULL);
    struct id group = node_make(center, "case_group", "title=一批", "date=2026-01-01", NULL);
    snprintf(ref, sizeof ref, "%s", node_ref("case_group", group));
    struct id first = make_case(center, "received_on=2026-01-05", "decided_on=2026-01-08", ref);
    struct id second = make_case(center, "received_on=2026-01-06", "decided_on=2026-02-08", ref);
    struct id third = node_make(center, "case", "name=赵六", "case_type=02", "source=41", "state=S5", "received_on=2026-03-01", "decision=01", "decided_on=2026-03-02", "closed_on=2026-03-25",
                                node_ref("handler_ref", handler), "aid_form=05", NULL);
    must_do(tally_fold(center->store, center->codes, &err));
    assert_int_equal(figure(center, "approved", from, to), 2);
    assert_int_equal(figure(center, "people", from, to), 3);
    assert_int_equal(figure(center, "open", from, to), 1);
    assert_int_equal(figure(center, "open", from, tally_bed_on(2026, 3, 24)), 2); /* the third ends the next day, in the same bucket */
    assert_int_equal(figure(center, "ended.civil.handler:22", from, to), 1);

    node_set(center, "handler", handler, "kind", "01");
    assert_int_equal(figure(center, "ended.civil.handler:22", from, to), 0);
    assert_int_equal(figure(center, "ended.civil.handler:12", from, to), 1);
    node_set(center, "case_group", group, "divisible", "是");
    assert_int_equal(figure(center, "approved", from, to), 3);
    node_set(center, "case_group", group, "divisible", "否");
    must_do(tally_fold(center->store, center->codes, &err));
    assert_int_equal(figure(center, "approved", from, to), 2);
    assert_int_equal(figure(center, "approved", tally_bed_on(2026, 2, 1), tally_bed_on(2026, 2, 28)), 0);
    write_sql(center->store, "UPDATE \"case\" SET gone=1 WHERE n=1"); /* then the second speaks */
    assert_int_equal(figure(center, "approved", tally_bed_on(2026, 2, 1), tally_bed_on(2026, 2, 28)), 1);
    write_sql(center->store, "UPDATE \"case\" SET gone=0, received_on=received_on+10 WHERE n=1"); /* back, but no longer the first */
    assert_int_equal(figure(center, "approved", tally_bed_on(2026, 2, 1), tally_bed_on(2026, 2, 28)), 1);
    assert_int_equal(figure(center, "approved", tally_bed_on(2026, 1, 1), tally_bed_on(2026, 1, 31)), 0);
    must_do(tally_fold(center->store, center->codes, &err));
    /* An older member joins: it speaks from now tally_bed_on. */
    make_case(center, "received_on=2026-01-02", "decided_on=2026-04-03", ref);
    assert_int_equal(figure(center, "approved", tally_bed_on(2026, 2, 1), tally_bed_on(2026, 2, 28)), 0);
    assert_int_equal(figure(center, "approved", tally_bed_on(2026, 4, 1), tally_bed_on(2026, 4, 30)), 1);

    /* The one that speaks leaves for no group: the next one speaks. */
    must_do(tally_fold(center->store, center->codes, &err));
    write_sql(center->store, "UPDATE \"case\" SET case_group=NULL WHERE n=4");
    assert_int_equal(figure(center, "approved", tally_bed_on(2026, 2, 1), tally_bed_on(2026, 2, 28)), 1);
    assert_int_equal(figure(center, "approved", tally_bed_on(2026, 4, 1), tally_bed_on(2026, 4, 30)), 1);
    assert_int_equal(figure(center, "approved", from, to), 3);

    struct id party = node_make(center, "party", node_ref("case_id", third), "role=04", "name=同来的人", NULL);
    assert_int_equal(figure(center, "people", from, to), 5);
    must_do(tally_fold(center->store, center->codes, &err));
    node_set(center, "party", party, "role", "05");
    assert_int_equal(figure(center, "people", from, to), 4);
    node_set(center, "party", party, "role", "04");
    must_do(tally_fold(center->store, center->codes, &err));
    id_format(second, ref);
    node_set(center, "party", party, "case_id", ref);
    assert_int_equal(figure(center, "people", tally_bed_on(2026, 3, 1), tally_bed_on(2026, 3, 31)), 1);
    assert_int_equal(figure(center, "people", tally_bed_on(2026, 2, 1), tally_bed_on(2026, 2, 28)), 2);
    (void)first;
    tally_bed_verify_clean(center);
}

/* The county puts a cause elsewhere: every case is counted by the new rule, and the stored figures are not shown. */
static void test_other_rules(void **state)
{
    struct node *center = &tally_bed_world.center;
    int32_t from = tally_bed_on(2026, 1, 1), to = tally_bed_on(2026, 6, 30);
    (void)state;
    must_do(code_book_put(center->codes, "cause", "M999", "本县案由", "M", false));
    make_case(center, "received_on=2026-01-05", "decided_on=2026-01-08", "cause=M999");
    must_do(tally_fold(center->store, center->codes, &err));
    int64_t rest = figure(center, "approved.civil.matter:Z1", from, to), stamp = recount_stamp(center->store);
    assert_int_equal(rest, 1);
    const struct code *pay = code_book_by_name(center->codes, "cause", "追索劳动报酬纠纷");
    assert_non_null(pay);
    must_do(code_book_put(center->codes, "cause", "M999", "本县案由", pay->code, false));
    assert_int_equal(figure(center, "approved.civil.matter:Z1", from, to), 0);
    assert_int_equal(figure(center, "approved.civil.matter:C1", from, to), 1);
    must_do(tally_fold(center->store, center->codes, &err));
    assert_int_not_equal(recount_stamp(center->store), stamp);
    assert_int_equal(figure(center, "approved.civil.matter:C1", from, to), 1);
    assert_int_equal(tally_bed_ask(center->store, "SELECT sum(value) FROM tally WHERE metric=(SELECT min(metric) FROM tally WHERE value>0)"), 1); /* counted once */
    tally_bed_verify_clean(center);
}

/* ---- rows ---- */

struct page {
    struct tally_row rows[16];
    size_t n;
};

static bool take_page(void *context, const struct tally_row *row)
{
    struct page *page = context;
    assert_true(page->n < 16);
    page->rows[page->n++] = *row;
    return true;
}

static struct page rows_of(const struct actor *actor, const char *word, int32_t from, int32_t to, const struct tally_row *after, size_t max)
{
    struct count_term term = term_of(word);
    struct page page = {.n = 0};
    struct tally *tally;
    must_do(tally_open(&tally, tally_bed_world.center.store, actor, tally_bed_world.codes, &err));
    must_do(tally_rows(tally, &term, 1, from, to, TALLY_ORG_ALL, after, max, take_page, &page, &err));
    tally_close(tally);
    return page;
}

static void test_rows_pages_and_seals(void **state)
{
    struct node *center = &tally_bed_world.center;
    int32_t from = tally_bed_on(2026, 1, 1), to = tally_bed_on(2026, 6, 30);
    struct actor clerk = {.center = true, .all_scopes = true, .role = ROLE_CLERK}, director = {.center = true, .all_scopes = true, .role = ROLE_DIRECTOR};
    (void)state;
    struct id b = make_case(center, "received_on=2026-01-05", "decided_on=2026-02-08", "sealed=1");
    struct id a = make_case(center, "received_on=2026-01-06", "decided_on=2026-01-08", NULL);
    struct id c = make_case(center, "received_on=2026-01-06", "decided_on=2026-02-08", NULL);
    make_case(center, "received_on=2025-01-06", "decided_on=2025-02-08", NULL);
    struct page page = rows_of(&director, "approved.civil", from, to, NULL, 0);
    assert_int_equal(page.n, 3);
    assert_true(id_equal(page.rows[0].id, a) && id_equal(page.rows[1].id, b) && id_equal(page.rows[2].id, c));
    assert_int_equal(page.rows[1].day, tally_bed_on(2026, 2, 8));
    assert_false(page.rows[1].sealed);
    page = rows_of(&clerk, "approved.civil", from, to, NULL, 2);
    assert_int_equal(page.n, 2);
    assert_true(page.rows[1].sealed && id_is_zero(page.rows[1].id) && page.rows[1].amount == 1);
    struct tally_row last = page.rows[1];
    page = rows_of(&clerk, "approved.civil", from, to, &last, 2);
    assert_int_equal(page.n, 1);
    assert_true(id_equal(page.rows[0].id, c));
    page = rows_of(&clerk, "open.civil", from, tally_bed_on(2026, 2, 7), NULL, 0); /* the one of 2025 is open, too */
    assert_int_equal(page.n, 2);
    assert_int_equal(page.rows[0].day, tally_bed_on(2025, 2, 8));

    struct id person = node_make(center, "person", "name=张三", "sealed=1", NULL);
    node_make(center, "consultation", "date=2026-02-03", "content=问", "persons=2", node_ref("person", person), NULL);
    page = rows_of(&clerk, "persons", from, to, NULL, 0);
    assert_int_equal(page.n, 1);
    assert_true(page.rows[0].sealed && page.rows[0].amount == 2 && id_is_zero(page.rows[0].id));
    assert_false(rows_of(&director, "persons", from, to, NULL, 0).rows[0].sealed);
    struct actor other = {.org = 3, .role = ROLE_STATION};
    assert_int_equal(rows_of(&other, "persons", from, to, NULL, 0).n, 0);
}

/* ---- sync, transactions, verify ---- */

static void compare_nodes(struct node *center, struct node *station, int64_t org)
{
    static int64_t metrics[METRICS_MAX];
    struct direct_count direct;
    struct tally *at_center, *at_station;
    direct_count_load(&direct, station->store, station->codes);
    size_t n = direct_count_metrics(&direct, metrics, METRICS_MAX);
    assert_true(n > 20);
    must_do(tally_open(&at_center, center->store, &center->actor, center->codes, &err));
    must_do(tally_open(&at_station, station->store, &station->actor, station->codes, &err));
    for (size_t i = 0; i < n; i++) {
        struct count_term term = {metrics[i], 1};
        int64_t here, there;
        must_do(tally_sum(at_center, &term, 1, DAY_MIN, DAY_MAX, org, &there, &err));
        must_do(tally_sum(at_station, &term, 1, DAY_MIN, DAY_MAX, TALLY_ORG_ALL, &here, &err));
        assert_int_equal(here, there);
        assert_int_equal(here, direct_count_sum(&direct, &station->actor, &term, 1, DAY_MIN, DAY_MAX, TALLY_ORG_ALL));
    }
    tally_close(at_center);
    tally_close(at_station);
    direct_count_release(&direct);
}

static void test_sync(void **state)
{
    struct node *center = &tally_bed_world.center, *station = &tally_bed_world.stations[0], *other = &tally_bed_world.stations[1];
    (void)state;
    world_sync(&tally_bed_world, 0);
    must_do(tally_fold(station->store, station->codes, &err));
    struct id talk = node_make(station, "consultation", "date=2026-01-05", "content=问", "persons=2", "sex=女", NULL);
    node_make(other, "consultation", "date=2026-01-05", "content=问", "persons=7", NULL);
    struct id kase = node_make(station, "case", "name=王五", "case_type=02", "source=41", "state=S1", "received_on=2026-01-05", "sex=1", "born=1950-01-01", NULL);
    world_sync(&tally_bed_world, 0);
    world_sync(&tally_bed_world, 1);
    must_do(tally_fold(center->store, center->codes, &err));
    struct id handler = node_make(center, "handler", "name=李律师", "kind=02", NULL);
    char ref[ID_TEXT_BYTES];
    id_format(handler, ref);
    center->actor.acting = true;
    node_set(center, "case", kase, "state", "S8");
    node_set(center, "case", kase, "decision", "01");
    node_set(center, "case", kase, "decided_on", "2026-01-09");
    node_set(center, "case", kase, "closed_on", "2026-02-25");
    node_set(center, "case", kase, "handler_ref", ref);
    center->actor.acting = false;
    node_set(station, "consultation", talk, "date", "2026-02-22");
    node_set(station, "consultation", talk, "handling", "代书");
    world_sync(&tally_bed_world, 0);
    world_sync(&tally_bed_world, 0);
    compare_nodes(center, station, 2);
    must_do(tally_fold(station->store, station->codes, &err));
    compare_nodes(center, station, 2);
    must_do(tally_fold(center->store, center->codes, &err));
    node_set(center, "handler", handler, "kind", "05");
    world_sync(&tally_bed_world, 0);
    compare_nodes(center, station, 2);
    assert_int_equal(figure(center, "persons", DAY_MIN, DAY_MAX), 9);
    node_verify(center);
    node_verify(station);
    tally_bed_verify_clean(center);
    tally_bed_verify_clean(station);
}

static void test_one_state_while_open(void **state)
{
    char folder[] = "/tmp/aidpost-tally-XXXXXX", path[64], command[64];
    struct store *writer;
    struct tally *tally, *nested;
    struct count_term term = term_of("persons");
    int64_t sum;
    (void)state;
    world_close(&tally_bed_world);
    assert_non_null(mkdtemp(folder));
    world_open(&tally_bed_world, 0, folder);
    struct node *center = &tally_bed_world.center;
    snprintf(path, sizeof path, "%s/0", folder);
    node_make(center, "consultation", "date=2026-01-05", "content=问", NULL);
    must_do(tally_open(&tally, center->store, &center->actor, center->codes, &err));
    must_do(store_open(&writer, path, STORE_OPEN_EXISTING, &err));
    write_sql(writer, "UPDATE consultation SET persons=50");
    must_do(tally_fold(writer, center->codes, &err));
    must_do(tally_sum(tally, &term, 1, DAY_MIN, DAY_MAX, TALLY_ORG_ALL, &sum, &err));
    assert_int_equal(sum, 1);
    must_do(tally_open(&nested, center->store, &center->actor, center->codes, &err)); /* the same state */
    must_do(tally_sum(nested, &term, 1, DAY_MIN, DAY_MAX, TALLY_ORG_ALL, &sum, &err));
    assert_int_equal(sum, 1);
    tally_close(nested);
    must_do(tally_sum(tally, &term, 1, tally_bed_on(2026, 1, 5), tally_bed_on(2026, 1, 5), TALLY_ORG_ALL, &sum, &err));
    assert_int_equal(sum, 1);
    tally_close(tally);
    assert_int_equal(figure(center, "persons", DAY_MIN, DAY_MAX), 50);
    /* In a writing transaction it sees what that has written. */
    must_do(store_begin(center->store, "test", &err));
    must_do(store_exec(center->store, "UPDATE consultation SET persons=7", &err));
    assert_int_equal(figure(center, "persons", DAY_MIN, DAY_MAX), 7);
    store_rollback(center->store);
    assert_int_equal(figure(center, "persons", DAY_MIN, DAY_MAX), 50);
    must_do(store_begin(center->store, "test", &err)); /* the reading transaction has ended */
    must_do(store_commit(center->store, &err));
    store_close(writer);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void test_verify_finds_a_wrong_cell(void **state)
{
    struct node *center = &tally_bed_world.center;
    struct buf problems;
    (void)state;
    make_case(center, "received_on=2026-01-05", "decided_on=2026-02-08", NULL);
    struct id talk = node_make(center, "consultation", "date=2026-01-05", "content=问", NULL);
    assert_int_equal(tally_bed_verify(center, &problems), 0); /* nothing is stored yet */
    assert_int_equal(problems.len, 0);
    must_do(tally_fold(center->store, center->codes, &err));
    node_set(center, "consultation", talk, "persons", "4");
    int64_t cells = tally_bed_verify(center, &problems);
    assert_true(cells > 10);
    assert_int_equal(problems.len, 0);
    char sql[160];
    snprintf(sql, sizeof sql, "UPDATE tally SET value=value+2 WHERE metric=%lld", (long long)term_of("approved.civil").metric);
    write_sql(center->store, sql);
    assert_int_equal(tally_bed_verify(center, &problems), cells);
    assert_string_equal(buf_cstr(&problems), "统计 approved.civil，2026-02-01 至 2026-02-20，机构 1: 报表用的数是 3，按记录重新数是 1\n");
    buf_release(&problems);
    write_sql(center->store, "UPDATE tally SET bucket=bucket+1, value=value-2 WHERE value=3"); /* one too many, one missing */
    (void)tally_bed_verify(center, &problems);
    assert_int_equal(lines(&problems), 2);
    buf_release(&problems);
    write_sql(center->store, "UPDATE tally SET value=value+1");
    (void)tally_bed_verify(center, &problems);
    assert_int_equal(lines(&problems), 20);
    buf_release(&problems);
}

static void test_fold_if(void **state)
{
    struct node *center = &tally_bed_world.center;
    (void)state;
    must_do(tally_fold_if(center->store, center->codes, 3, &err)); /* the first time: by other rules than ours */
    assert_int_not_equal(recount_stamp(center->store), 0);
    node_make(center, "consultation", "date=2026-01-05", "content=问", NULL);
    node_make(center, "consultation", "date=2026-01-05", "content=问", NULL);
    must_do(tally_fold_if(center->store, center->codes, 3, &err));
    assert_int_equal(recount_mark(center->store, catalogue_find("consultation")), 0);
    must_do(tally_fold_if(center->store, center->codes, 2, &err));
    assert_int_equal(recount_mark(center->store, catalogue_find("consultation")), 2);
    assert_int_equal(figure(center, "persons", DAY_MIN, DAY_MAX), 2);
}

static void test_fold_step(void **state)
{
    struct node *center = &tally_bed_world.center;
    bool more;
    size_t steps = 0;
    (void)state;
    for (int i = 0; i < 7; i++) {
        node_make(center, "consultation", "date=2026-01-05", "content=问", NULL);
        make_case(center, "received_on=2026-01-05", "decided_on=2026-01-08", NULL);
    }
    do {
        must_do(tally_fold_step(center->store, center->codes, 1, 3, &more, &err));
        steps++;
        assert_int_equal(figure(center, "persons + approved.civil", DAY_MIN, DAY_MAX), 14);
        assert_int_equal(recount_mark(center->store, catalogue_find("case")), steps * 3 > 7 ? 7 : steps * 3);
    } while (more);
    assert_int_equal(steps, 3);
    must_do(tally_forget(center->store, &err));
    assert_int_equal(recount_stamp(center->store), 0);
    assert_int_equal(tally_bed_ask(center->store, "SELECT count(*) FROM tally"), 0);
    assert_int_equal(figure(center, "persons", DAY_MIN, DAY_MAX), 7);
}

/* A program that runs since before the county changed its codes writes nothing down by the old ones. */
static void test_old_codes_are_not_written_down(void **state)
{
    struct node *center = &tally_bed_world.center;
    struct code_book *fresh;
    bool more;
    (void)state;
    make_case(center, "received_on=2026-01-05", "decided_on=2026-01-08", "cause=M205.5");
    must_do(tally_fold(center->store, center->codes, &err));
    node_make(center, "code", "set_name=cause", "code=M205.5", "name=追索劳动报酬纠纷", "parent=M9", NULL);
    must_do(county_codes_load(&fresh, center->store, &center->machine, &err));
    must_do(tally_fold(center->store, fresh, &err));
    int64_t stamp = recount_stamp(center->store);
    assert_int_not_equal(stamp, tally_stamp(center->codes));
    must_do(tally_fold_if(center->store, center->codes, 1, &err));
    must_do(tally_fold_step(center->store, center->codes, 1, 100, &more, &err));
    assert_false(more);
    assert_int_equal(recount_stamp(center->store), stamp);
    assert_int_equal(figure(center, "approved.civil", DAY_MIN, DAY_MAX), 1); /* but shown: counted tally_bed_on the way */
    code_book_free(fresh);
}

static void test_fold_if_does_not_wait(void **state)
{
    char folder[] = "/tmp/aidpost-tally-XXXXXX", path[64], command[64];
    struct store *writer;
    bool more;
    (void)state;
    world_close(&tally_bed_world);
    assert_non_null(mkdtemp(folder));
    world_open(&tally_bed_world, 0, folder);
    struct node *center = &tally_bed_world.center;
    snprintf(path, sizeof path, "%s/0", folder);
    node_make(center, "consultation", "date=2026-01-05", "content=问", NULL);
    must_do(store_open(&writer, path, STORE_OPEN_EXISTING, &err));
    must_do(store_begin(writer, "test", &err));
    assert_int_equal(tally_fold_if(center->store, center->codes, 1, NULL), STATUS_BUSY);
    assert_int_equal(tally_fold_step(center->store, center->codes, 1, 1, &more, NULL), STATUS_BUSY);
    assert_int_equal(figure(center, "persons", DAY_MIN, DAY_MAX), 1);
    store_rollback(writer);
    must_do(tally_fold_if(center->store, center->codes, 1, &err));
    store_close(writer);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buckets),
        cmocka_unit_test_setup_teardown(test_new_edited_deleted, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_dependencies, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_other_rules, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_rows_pages_and_seals, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_sync, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_one_state_while_open, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_verify_finds_a_wrong_cell, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_fold_if, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_fold_step, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_old_codes_are_not_written_down, tally_bed_open_world, tally_bed_close_world),
        cmocka_unit_test_setup_teardown(test_fold_if_does_not_wait, tally_bed_open_world, tally_bed_close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
