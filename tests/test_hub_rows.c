/* tests/test_hub_rows.c - what a hub makes of what counties tell, on a real PostgreSQL: rows, inner changes counted once, report cells and the province's sums, content that it does not know, erasure by law. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "core/record/reach.h"
#include "core/record/upward.h"
#include "core/record/upward_gather.h"
#include "tests/province.h"

/* ---- rows, report cells, erasure: a real county center gathers into its upward store ---- */

struct county {
    struct world world; /* center and one station */
    struct province province;
};

static void county_open(struct county *county)
{
    world_open(&county->world, 1, NULL);
    province_open(&county->province);
}

static void county_close(struct county *county)
{
    province_close(&county->province);
    world_close(&county->world);
}

static void tell_hub(struct county *county)
{
    struct upward_gathered gathered = {0};
    struct errmsg err = {{0}};

    do {
        if (upward_gather(county->world.center.store, county->province.world.stations[0].store, 1000, &gathered, &err) != STATUS_OK)
            fail_msg("%s", err.text);
    } while (gathered.more);
    province_push_all(&county->province, 0);
}

static void check_rows(struct county *county, const char *type, int64_t rows)
{
    assert_int_equal(province_ask(&county->province, "SELECT count(*) FROM record_%s WHERE county_no=%lld", type, (long long)province_org(&county->province, 0)), rows);
}

static void test_rows_are_the_county_s(void **state)
{
    struct county county;
    struct id id;
    char hex[ID_TEXT_BYTES];

    (void)state;
    county_open(&county);
    id = node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    node_consult(&county.world.stations[0], "李强", "押金没有退");
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    check_rows(&county, "consultation", 2);
    id_format(id, hex);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM record_consultation WHERE row_id='%s' AND content='工资没有发' AND name='张文芳'", hex), 1);
    /* changed, deleted */
    node_set(&county.world.stations[0], "consultation", id, "content", "工资发了一半");
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM record_consultation WHERE row_id='%s' AND content='工资发了一半' AND name='张文芳'", hex), 1);
    check_rows(&county, "consultation", 2);
    /* each change of the county once, its logs without gaps */
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM (SELECT inner_log,count(*) n,max(inner_seq) m,min(inner_seq) s FROM change WHERE inner_log IS NOT NULL GROUP BY inner_log) x WHERE n<>m OR s<>1"), 0);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM change WHERE state<>0"), 0);
    province_check_orders(&county.province);
    county_close(&county);
}

/* An inner change that is told twice is counted once; its row is as it was told last. */
static void test_an_inner_change_is_taken_once(void **state)
{
    struct county county;
    struct world second;
    struct peer peer;

    (void)state;
    county_open(&county);
    node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    int64_t inner = province_ask(&county.province, "SELECT count(*) FROM change WHERE inner_log IS NOT NULL");
    assert_true(inner > 0);
    /* the county set up its upward store anew: another log of the same machine */
    world_open(&second, PROVINCE_COUNTIES, NULL);
    peer = county.province.world.stations[0].peer;
    struct node *fresh = &second.stations[0];
    struct upward_gathered gathered = {0};
    fresh->peer.pin = peer.pin;
    fresh->machine.incarnation[0] ^= 0x55;
    assert_int_equal(upward_gather(county.world.center.store, fresh->store, 1000, &gathered, NULL), STATUS_OK);
    struct node keep = county.province.world.stations[0];
    county.province.world.stations[0] = *fresh;
    province_push_all(&county.province, 0);
    county.province.world.stations[0] = keep;
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM change WHERE inner_log IS NOT NULL"), inner);
    assert_true(province_ask(&county.province, "SELECT count(*) FROM change") > inner);
    check_rows(&county, "consultation", 1);
    province_check_orders(&county.province);
    world_close(&second);
    county_close(&county);
}

static void test_what_is_erased_by_law_is_gone_here_too(void **state)
{
    struct county county;
    struct id id, other;
    char hex[ID_TEXT_BYTES];

    (void)state;
    county_open(&county);
    id = node_consult(&county.world.stations[0], "张文芳", "秘密的内容");
    other = node_consult(&county.world.stations[0], "李强", "押金没有退");
    (void)other;
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    node_set(&county.world.stations[0], "consultation", id, "content", "更秘密的内容");
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    id_format(id, hex);
    assert_true(province_ask(&county.province, "SELECT count(*) FROM change WHERE position('秘密的内容'::bytea in body)>0") >= 2);
    assert_int_equal(reach_erase(county.world.center.store, &county.world.center.actor, catalogue_find("consultation"), id, "本人要求删除", "何平", NULL), STATUS_OK);
    tell_hub(&county);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM change WHERE position('秘密的内容'::bytea in body)>0"), 0);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM change WHERE position('张文芳'::bytea in body)>0"), 0);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM county_row WHERE cells::text LIKE '%%张文芳%%'"), 0);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM record_consultation WHERE row_id='%s'", hex), 0);
    check_rows(&county, "consultation", 1);
    /* the county's logs are still whole: the headers were told once more */
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM (SELECT inner_log,count(*) n,max(inner_seq) m FROM change WHERE inner_log IS NOT NULL GROUP BY inner_log) x WHERE n<>m"), 0);
    province_check_orders(&county.province);
    county_close(&county);
}

/* ---- report cells ---- */

/* A change of the county's own log. */
static void tell(struct province *province, size_t county, uint64_t type_no, struct id id, const void *body, size_t len)
{
    struct node *node = &province->world.stations[county];
    struct change change = {.user = "center", .type_no = type_no, .id = id, .op = CHANGE_PUT, .scope = node->machine.org};
    int64_t lsn;

    assert_int_equal(store_begin(node->store, "test", NULL), STATUS_OK);
    assert_int_equal(changelog_append_own(node->store, false, &change, body, len, &lsn, NULL), STATUS_OK);
    assert_int_equal(store_commit(node->store, NULL), STATUS_OK);
}

static void tell_cells(struct province *province, size_t county, const char *period, int64_t org, const char *figures)
{
    struct buf body;

    buf_init(&body, 4096);
    cbor_put_map(&body, 6);
    cbor_put_uint(&body, UPWARD_CELLS_REPORT);
    cbor_put_text(&body, "summary", 7);
    cbor_put_uint(&body, UPWARD_CELLS_PERIOD);
    cbor_put_text(&body, period, strlen(period));
    cbor_put_uint(&body, UPWARD_CELLS_FROM);
    cbor_put_int(&body, 20000);
    cbor_put_uint(&body, UPWARD_CELLS_UNTIL);
    cbor_put_int(&body, 20181);
    cbor_put_uint(&body, UPWARD_CELLS_ORG);
    cbor_put_int(&body, org);
    cbor_put_uint(&body, UPWARD_CELLS_FIGURES);
    cbor_put_text(&body, figures, strlen(figures));
    tell(province, county, UPWARD_CELLS_TYPE, upward_cells_id(province->world.stations[county].machine.org, "summary", period, org), body.data, body.len);
    buf_release(&body);
}

static void test_report_cells_and_the_province_s_sum(void **state)
{
    struct province province;

    (void)state;
    province_open(&province);
    tell_cells(&province, 0, "2026H1", 0, "{\"R1\":7,\"R2\":-1.5,\"R3\":null}");
    tell_cells(&province, 0, "2026H1", 12, "{\"R1\":3}");
    tell_cells(&province, 1, "2026H1", 0, "{\"R1\":5,\"R3\":2}");
    province_push_all(&province, 0);
    province_push_all(&province, 1);
    assert_int_equal(province_ask(&province, "SELECT value::int8 FROM province_cell WHERE report='summary' AND period='2026H1' AND cell='R1'"), 12);
    assert_int_equal(province_ask(&province, "SELECT (value*10)::int8 FROM province_cell WHERE cell='R2'"), -15);
    assert_int_equal(province_ask(&province, "SELECT counties FROM province_cell WHERE cell='R3'"), 1);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM report_cell WHERE county=%lld AND org=12 AND value=3 AND until_day=20181", (long long)province_org(&province, 0)), 1);
    /* told anew: in place of what was told before */
    tell_cells(&province, 0, "2026H1", 0, "{\"R1\":8}");
    province_push_all(&province, 0);
    assert_int_equal(province_ask(&province, "SELECT value::int8 FROM province_cell WHERE cell='R1'"), 13);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM report_cell WHERE county=%lld AND org=0", (long long)province_org(&province, 0)), 1);
    /* what is no figures stays in the log and breaks nothing */
    tell_cells(&province, 0, "2026H2", 0, "{\"R1\":\"viele\"}");
    tell_cells(&province, 0, "2026H2", 12, "[1]");
    province_push_all(&province, 0);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM report_cell WHERE period='2026H2'"), 0);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change WHERE state=2"), 2);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change WHERE state=0"), 4);
    hub_world_expect_said(province.hub, "（C1）：收下了 2 条本机看不懂的变更（从第 4 条起，种类号 59）");
    /* nor does what a newer program may tell: another type, and another content of a known one */
    node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    tell(&province, 0, UPWARD_CHANGE_TYPE, (struct id){{7}}, "\xa1\x18\x63\x01", 4);
    province_push_all(&province, 0);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change WHERE state=2"), 4);
    hub_world_expect_said(province.hub, "（C1）：收下了 2 条本机看不懂的变更（从第 6 条起，种类号 4）");
    province_check_orders(&province);
    province_close(&province);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_the_county_s),
        cmocka_unit_test(test_an_inner_change_is_taken_once),
        cmocka_unit_test(test_what_is_erased_by_law_is_gone_here_too),
        cmocka_unit_test(test_report_cells_and_the_province_s_sum),
    };

    if (!hub_world_available())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
