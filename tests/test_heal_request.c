/* tests/test_heal_request.c - sync/heal_request.h and heal_order.h as a store is asked: what a greeting, samples or an answer that do not hold hear, and that nothing is written for them; machines that come with a past that is
 * not theirs, from another county, with an old program, or with more than a center that was put back knows. Whole sessions: test_heal.c, test_heal_order.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/branch.h"
#include "core/record/changelog.h"
#include "sync/heal_request.h"
#include "sync/replicator.h"
#include "tests/heal_bed.h"
#include "tests/meeting.h"
#include "tests/write_sql.h"

enum { NOW_MS = 1 };

/* ---- asking ---- */

static void ask(struct node *node, const struct session_request *request, struct session_result *result)
{
    struct replicator *replicator;
    assert_int_equal(replicator_new(&replicator, node->store, NULL), STATUS_OK);
    replicator_run(replicator, request, NOW_MS, result);
    session_result_release(result);
    replicator_free(replicator);
}

/* What the station says in HELLO, as the center's store is asked. */
static struct session_request greeting_of(struct node *station)
{
    struct session_request state = {.kind = REQUEST_STATE}, request = {.kind = REQUEST_GREET, .pin = station->peer.pin, .entropy = {7}};
    struct session_result own;
    struct message_hello *hello = &request.hello;
    ask(station, &state, &own);
    assert_int_equal(own.status, STATUS_OK);
    *hello = (struct message_hello){.protocol_min = PROTOCOL_MIN, .protocol_max = PROTOCOL_MAX, .station_no = own.state.machine.station_no, .head_seq = own.state.head_seq, .have_seq = own.state.have_seq, .rcur = own.state.rcur,
                                    .org = (uint64_t)own.state.machine.org, .path_len = own.path_len};
    memcpy(hello->incarnation, own.state.machine.incarnation, INCARNATION_BYTES);
    memcpy(hello->head_hash, own.state.head_hash.bytes, HASH_BYTES);
    memcpy(hello->center_incarnation, own.state.center_incarnation, INCARNATION_BYTES);
    memcpy(hello->path, own.path, own.path_len);
    memcpy(hello->lease, own.lease, LEASE_BYTES);
    memcpy(hello->order_mark, own.order_mark, MARK_BYTES);
    request.log.station = own.state.machine.station_no;
    memcpy(request.log.incarnation, hello->incarnation, INCARNATION_BYTES);
    return request;
}

/* The answer is no, in these words, and of the store nothing changed. */
static void expect_refused(struct node *node, const struct session_request *request, enum status status, const char *word)
{
    static const char SUM[] = "SELECT (SELECT count(*) FROM log)+(SELECT count(*) FROM change)+(SELECT total(branches) FROM peer)+(SELECT count(*) FROM log WHERE lease IS NOT NULL)+"
                              "(SELECT total(value) FROM meta WHERE name='era')";
    int64_t before = node_number(node, SUM);
    struct session_result result;
    ask(node, request, &result);
    if (result.status != status || strstr(result.err.text, word) == NULL)
        fail_msg("%s: %s", status_name(result.status), result.err.text);
    assert_int_equal(node_number(node, SUM), before);
    node_verify(node);
}

static void put_path(struct session_request *request, const struct path_log *logs, size_t n)
{
    struct log_path path = {.n = n};
    memcpy(path.logs, logs, n * sizeof *logs);
    request->hello.path_len = heal_path_put(&path, request->hello.path);
}

/* ---- where a machine says that it comes from ---- */

static void test_a_path_that_does_not_hold(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    struct node *station = &world->stations[0];
    node_consult(station, "张文芳", "工资没有发");
    (void)meet(world, 0);
    node_consult(station, "王建国", "离婚");
    struct session_request good = greeting_of(station), request = good;
    put_path(&request, (struct path_log[]){{.id = good.log, .base_seq = 1}, {.id = {.station = good.log.station, .incarnation = {9}}}}, 2);
    for (size_t cut = 1; cut < PATH_ENTRY_BYTES; cut++) {
        struct session_request torn = request;
        torn.hello.path_len -= cut;
        expect_refused(&world->center, &torn, STATUS_MALFORMED, "路径不成立");
    }
    /* Another log's, and another number's. */
    put_path(&request, (struct path_log[]){{.id = {.station = good.log.station, .incarnation = {9}}}}, 1);
    expect_refused(&world->center, &request, STATUS_MALFORMED, "路径不成立");
    struct path_log other = {.id = good.log};
    other.id.station++;
    put_path(&request, &other, 1);
    expect_refused(&world->center, &request, STATUS_MALFORMED, "路径不成立");
    struct session_result result;
    ask(&world->center, &good, &result);
    assert_int_equal(result.status, STATUS_OK);
    assert_int_equal(result.have_seq, 1);
    bed_close(&bed);
}

/* Whoever knows the name of another office's log does not get its machine's changes told as his own. */
static void test_a_past_that_is_another_offices(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 2);
    node_consult(&world->stations[1], "王建国", "离婚");
    meet_all(world, 1);
    struct session_request request = greeting_of(&world->stations[0]);
    struct log_id theirs = node_log(&world->stations[1]);
    request.log.incarnation[0] ^= 1; /* a new log, so that all there is of it is what is told */
    memcpy(request.hello.incarnation, request.log.incarnation, INCARNATION_BYTES);
    request.hello.head_seq = 2;
    put_path(&request, (struct path_log[]){{.id = request.log, .base_seq = 1}, {.id = theirs}}, 2);
    expect_refused(&world->center, &request, STATUS_FORBIDDEN, "站号 2");
    /* Of a number that nobody has. */
    theirs.station = 77;
    put_path(&request, (struct path_log[]){{.id = request.log}, {.id = theirs}}, 2);
    expect_refused(&world->center, &request, STATUS_FORBIDDEN, "站号 77");
    /* That its number was nobody's here once, or is out of use, does not make it his. */
    theirs.station = 2;
    put_path(&request, (struct path_log[]){{.id = request.log, .base_seq = 1}, {.id = theirs}}, 2);
    write_sql(world->center.store, "UPDATE log SET partial=2 WHERE station=2");
    expect_refused(&world->center, &request, STATUS_FORBIDDEN, "站号 2");
    write_sql(world->center.store, "UPDATE log SET partial=1 WHERE station=2; UPDATE peer SET revoked=1 WHERE station_no=2");
    expect_refused(&world->center, &request, STATUS_FORBIDDEN, "站号 2");
    bed_close(&bed);
}

/* Enrolled anew, under another number, behind all that the center before had confirmed; and then this one has less of the old number, which nobody writes under any more. All of it comes. */
static void test_enrolled_anew_at_a_center_that_has_less(void **state)
{
    (void)state;
    for (uint64_t kept = 0; kept < 3; kept++) {
        struct bed bed;
        struct world *world = bed_open(&bed, 1);
        struct node *station = &world->stations[0], *center = &world->center;
        struct errmsg err = {{0}};
        struct log_info fresh;
        for (uint64_t i = 0; i < 3; i++) {
            if (i == kept)
                bed_keep_center(&bed);
            node_consult(station, "张文芳", i == 0 ? "工资没有发" : i == 1 ? "押金没有退" : "没有合同");
            (void)meet(world, 0);
        }
        bed_put_center_back(&bed);
        must(store_begin(center->store, "test", &err), &err);
        must(peer_add(center->store, 2, "新登记", hash_of("new", 3), NOW_MS, &station->peer, &err), &err);
        must(store_commit(center->store, &err), &err);
        struct log_id id = {.station = station->peer.station_no, .incarnation = {5, 5}};
        assert_int_not_equal(id.station, station->machine.station_no);
        must(store_begin(station->store, "test", &err), &err);
        must(changelog_branch(station->store, &id, 3, &fresh, &err), &err);
        must(store_commit(station->store, &err), &err);
        must(machine_load(station->store, &station->machine, &err), &err);
        node_consult(station, "陈志强", "土地承包");
        (void)meet(world, 0);
        assert_int_equal(node_number(center, "SELECT count(*) FROM consultation WHERE gone=0"), 4);
        assert_int_equal(node_number(station, "SELECT count(*) FROM change WHERE rseq IS NULL"), 0);
        bed_expect_agreement(world);
        bed_close(&bed);
    }
}

/* A machine whose number is nobody's any more: the center was put back to before it was enrolled, or it is revoked. Another one of its office brings what it wrote, before it comes under another number or after that. It stands once,
 * where it stood, so who wrote on in it knew it. */
struct comes_anew {
    bool revoked, first;        /* first: it comes before the other one */
    int given, office;          /* its number was given to a machine of that office: 1 after the other one came, 2 before that */
    bool tail;                  /* it does not know that its last change arrived */
};

static void enrol_anew(struct world *world, size_t station, bool tail)
{
    struct node *node = &world->stations[station], *center = &world->center;
    struct errmsg err = {{0}};
    struct session_request request = {.kind = REQUEST_STATE};
    struct session_result had;
    struct log_info fresh;
    ask(node, &request, &had);
    uint64_t base = had.state.have_seq - tail;
    struct session_request enrols = {.enrol = {.station_no = node->machine.station_no}};
    memcpy(enrols.enrol.incarnation, node->machine.incarnation, INCARNATION_BYTES);
    struct session_result heard = {.have_seq = 0};
    must(heal_request_enrol_have(center->store, &enrols, 2, &heard), &err);
    if (heard.have_seq > 0)
        base = heard.have_seq;
    must(store_begin(center->store, "test", &err), &err);
    must(peer_add(center->store, 2, "新登记", hash_of("new", 3), NOW_MS, &node->peer, &err), &err);
    must(store_commit(center->store, &err), &err);
    struct log_id id = {.station = node->peer.station_no, .incarnation = {5, 5}};
    assert_int_not_equal(id.station, node->machine.station_no);
    must(store_begin(node->store, "test", &err), &err);
    must(changelog_branch(node->store, &id, base, &fresh, &err), &err);
    must(store_commit(node->store, &err), &err);
    must(machine_load(node->store, &node->machine, &err), &err);
}

/* The next number is the one that was lost. */
static void give_number(struct node *center, int64_t office)
{
    struct errmsg err = {{0}};
    struct peer given;
    write_sql(center->store, "DELETE FROM peer WHERE station_no=12"); /* what stands for it in this test */
    must(store_begin(center->store, "test", &err), &err);
    must(peer_add(center->store, office, "新机", hash_of("given", 5), NOW_MS, &given, &err), &err);
    must(store_commit(center->store, &err), &err);
    assert_int_equal(given.station_no, 2);
}

static void comes_anew(struct comes_anew how)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct world *world = bed_open(&bed, 2);
    struct node *other = &world->stations[0], *machine = &world->stations[1], *center = &world->center;
    bed_one_org(world);
    meet_all(world, 1);
    if (!how.revoked)
        write_sql(center->store, "UPDATE peer SET station_no=station_no+10 WHERE station_no=2");
    bed_keep_center(&bed);
    if (!how.revoked)
        write_sql(center->store, "UPDATE peer SET station_no=station_no-10 WHERE station_no=12");
    struct id id = node_consult(machine, "李梅", "抚养费");
    node_set(machine, "consultation", id, "topic", "抚养");
    (void)meet(world, 1);
    (void)meet(world, 0);
    node_set(other, "consultation", id, "topic", "抚养费用");
    bed_put_center_back(&bed);
    bed_begin_era(center, 0);
    if (how.given == 2)
        give_number(center, how.office);
    if (!how.first)
        (void)meet(world, 0);
    if (how.given == 1)
        give_number(center, how.office);
    if (how.revoked)
        must(peer_revoke(center->store, 2, NOW_MS, &err), &err);
    enrol_anew(world, 1, how.tail);
    node_set(machine, "consultation", id, "answer", "可以起诉");
    (void)meet(world, 1);
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < 2; i++)
            (void)meet(world, i);
    assert_int_equal(node_number(center, "SELECT count(*)-count(DISTINCT header) FROM change"), 0);
    bed_expect(center, id, "topic", "抚养费用");
    bed_expect(center, id, "answer", "可以起诉");
    bed_expect_no_question(world);
    bed_expect_agreement(world);
    bed_close(&bed);
}

static void test_enrolled_anew_where_others_brought_what_it_wrote(void **state)
{
    (void)state;
    for (int revoked = 0; revoked < 2; revoked++)
        for (int first = 0; first < 2; first++)
            for (int tail = 0; tail < 2; tail++) {
                print_message("revoked %d, first %d, tail %d\n", revoked, first, tail);
                comes_anew((struct comes_anew){.revoked = revoked != 0, .first = first != 0, .tail = tail != 0});
            }
    for (int given = 1; given <= 2; given++)
        for (int office = 1; office <= 2; office++)
            for (int first = 0; first < 2; first++) {
                print_message("given %d, office %d, first %d\n", given, office, first);
                comes_anew((struct comes_anew){.given = given, .office = office, .first = first != 0});
            }
}

/* ---- which center it was ---- */

static void test_another_center(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    (void)meet(world, 0);
    struct session_request good = greeting_of(&world->stations[0]), request = good;
    assert_true(good.hello.rcur > 0);
    request.hello.center_incarnation[0] ^= 1;
    /* No mark tells whether the order is the same: the name has to. */
    memset(request.hello.order_mark, 0, MARK_BYTES);
    expect_refused(&world->center, &request, STATUS_FOREIGN, "另一个中心");
    request.hello.protocol_max = PROTOCOL_HEALING - 1;
    expect_refused(&world->center, &request, STATUS_FORK, "不是本站上次同步的那一个");
    /* It has the name of one that this center was, or took nothing from it. */
    request = good;
    memset(request.hello.order_mark, 0, MARK_BYTES);
    struct session_result result;
    ask(&world->center, &request, &result);
    assert_int_equal(result.status, STATUS_OK);
    request.hello.center_incarnation[0] ^= 1;
    request.hello.rcur = 0;
    ask(&world->center, &request, &result);
    assert_int_equal(result.status, STATUS_OK);
    bed_close(&bed);
}

/* Its marks tell, but not one of them is here. */
static void test_an_order_with_nothing_in_common(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    (void)meet(world, 0);
    struct session_request request = greeting_of(&world->stations[0]);
    request.hello.center_incarnation[0] ^= 1;
    request.hello.order_mark[0] ^= 1;
    struct session_result result;
    ask(&world->center, &request, &result);
    assert_int_equal(result.status, STATUS_OK);
    assert_int_equal(result.heal.compare.what, COMPARE_ORDER);
    request.kind = REQUEST_COMPARED;
    request.samples = (struct message_samples){.what = COMPARE_ORDER, .from = 1, .to = request.hello.rcur};
    heal_sample_put(&request.samples, 1, (const uint8_t[MARK_BYTES]){1});
    heal_sample_put(&request.samples, request.hello.rcur, request.hello.order_mark);
    expect_refused(&world->center, &request, STATUS_FOREIGN, "没有一处相同");
    bed_close(&bed);
}

static void test_a_program_too_old_for_a_center_that_was_put_back(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    (void)meet(world, 0);
    bed_keep_center(&bed);
    bed_tell_everybody(&world->center, "县中心（新址）");
    (void)meet(world, 0);
    struct session_request request = greeting_of(&world->stations[0]);
    bed_put_center_back(&bed);
    request.hello.protocol_max = PROTOCOL_HEALING - 1;
    expect_refused(&world->center, &request, STATUS_VERSION, "先更新本站的程序");
    /* It knew no marks: then the number is beyond what there is. */
    memset(request.hello.order_mark, 0, MARK_BYTES);
    expect_refused(&world->center, &request, STATUS_VERSION, "先更新本站的程序");
    bed_close(&bed);
}

/* ---- samples ---- */

static void test_samples_that_are_not_in_order(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    for (int i = 0; i < 3; i++)
        node_consult(&world->stations[0], "张文芳", "工资没有发");
    (void)meet(world, 0);
    struct session_request request = greeting_of(&world->stations[0]);
    request.kind = REQUEST_COMPARED;
    for (unsigned what = COMPARE_LOG; what <= COMPARE_ORDER; what++) {
        request.samples = (struct message_samples){.what = what, .from = 1, .to = 3};
        heal_sample_put(&request.samples, 3, (const uint8_t[MARK_BYTES]){0});
        heal_sample_put(&request.samples, 2, (const uint8_t[MARK_BYTES]){0});
        request.samples.samples_len -= 1;
        expect_refused(&world->center, &request, STATUS_MALFORMED, "SAMPLES");
    }
    /* A file has its samples of the order all in one; what is wrong with them stands behind some that are right. */
    struct session_request sample = {.kind = REQUEST_SAMPLE, .compare = {.what = COMPARE_ORDER, .from = 1, .to = request.hello.rcur}};
    struct session_result told;
    struct buf file;
    ask(&world->stations[0], &sample, &told);
    assert_int_equal(told.status, STATUS_OK);
    assert_true(told.samples.samples_len >= 2 * SAMPLE_BYTES);
    request.file = true;
    request.samples = (struct message_samples){.what = COMPARE_ORDER, .from = 1, .to = request.hello.rcur};
    static const struct {
        size_t first, second, len;
        uint8_t top;
    } WRONG[] = {{0, 0, 2 * SAMPLE_BYTES, 0}, {1, 0, 2 * SAMPLE_BYTES, 0}, {0, 1, 2 * SAMPLE_BYTES - 1, 0}, {0, 1, SAMPLE_BYTES + 8, 0}, {0, 1, 2 * SAMPLE_BYTES, 0x80}};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        buf_init(&file, 1 << 16);
        buf_append(&file, told.samples.samples + WRONG[i].first * SAMPLE_BYTES, SAMPLE_BYTES);
        buf_append(&file, told.samples.samples + WRONG[i].second * SAMPLE_BYTES, SAMPLE_BYTES);
        file.data[SAMPLE_BYTES] |= WRONG[i].top;
        request.packed = file.data;
        request.packed_len = WRONG[i].len;
        expect_refused(&world->center, &request, STATUS_MALFORMED, "SAMPLES");
        buf_release(&file);
    }
    bed_close(&bed);
}

/* ---- numbers that no center gave ---- */

/* The center would go on behind them, and have no more numbers to give. */
static void test_what_is_handed_back_of_an_era_that_never_was(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    (void)meet(world, 0);
    struct session_request request = greeting_of(&world->stations[0]);
    request.kind = REQUEST_TAKE_RETURNS;
    request.packed = (const uint8_t *)"\x80";
    request.packed_len = 1;
    request.returned = (struct message_return){.first = 1, .last = INT64_MAX, .count = 1, .raw_bytes = 1, .packing = PACKING_NONE};
    expect_refused(&world->center, &request, STATUS_MALFORMED, "没有一个县中心给过");
    bed_close(&bed);
}

static void test_samples_with_a_number_that_never_was(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    (void)meet(world, 0);
    struct session_request request = greeting_of(&world->stations[0]);
    struct session_result result;
    uint64_t rcur = request.hello.rcur;
    request.kind = REQUEST_COMPARED;
    request.samples = (struct message_samples){.what = COMPARE_ORDER, .from = 1, .to = INT64_MAX};
    heal_sample_put(&request.samples, rcur, request.hello.order_mark);
    heal_sample_put(&request.samples, INT64_MAX, (const uint8_t[MARK_BYTES]){1});
    request.hello.rcur = INT64_MAX;
    ask(&world->center, &request, &result);
    assert_int_equal(result.status, STATUS_OK);
    assert_true(result.heal.rewind);
    assert_int_equal(result.heal.common_order, rcur);
    assert_int_equal(node_number(&world->center, "SELECT count(*) FROM meta WHERE name='era' AND value>0"), 0);
    bed_close(&bed);
}

/* ---- what a station is told to do ---- */

static void test_a_branch_beyond_what_the_station_has(void **state)
{
    struct bed bed;
    (void)state;
    struct world *world = bed_open(&bed, 1);
    node_consult(&world->stations[0], "张文芳", "工资没有发");
    struct session_request request = {.kind = REQUEST_BRANCH, .have_seq = 2, .entropy = {1}};
    expect_refused(&world->stations[0], &request, STATUS_RANGE, "只有 1 条");
    request.have_seq = 1;
    request.entropy[0] = 0; /* chance has failed: two machines may not get one log */
    expect_refused(&world->stations[0], &request, STATUS_INVALID, "没有随机数");
    request.entropy[0] = 1;
    struct session_result result;
    ask(&world->stations[0], &request, &result);
    assert_int_equal(result.status, STATUS_OK);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_path_that_does_not_hold),
        cmocka_unit_test(test_a_past_that_is_another_offices),
        cmocka_unit_test(test_enrolled_anew_at_a_center_that_has_less),
        cmocka_unit_test(test_enrolled_anew_where_others_brought_what_it_wrote),
        cmocka_unit_test(test_another_center),
        cmocka_unit_test(test_an_order_with_nothing_in_common),
        cmocka_unit_test(test_a_program_too_old_for_a_center_that_was_put_back),
        cmocka_unit_test(test_samples_that_are_not_in_order),
        cmocka_unit_test(test_what_is_handed_back_of_an_era_that_never_was),
        cmocka_unit_test(test_samples_with_a_number_that_never_was),
        cmocka_unit_test(test_a_branch_beyond_what_the_station_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
