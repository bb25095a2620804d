/* tests/test_upward_look.c - what a county's screens and doctor say of its hub: nothing where there is none; last contact, what waits, and when somebody should see to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/upward_gather.h"
#include "core/record/upward_look.h"
#include "tests/fixture.h"
#include "tests/must.h"

static const int64_t NOON_MS = INT64_C(1767225600000);
static const int64_t DAY_MS = 86400000;

static struct world county, hub;
static char folder[] = "/tmp/upward_look.XXXXXX";

#define COUNTY (county.center.store)
#define UPWARD (hub.stations[0].store)

static void says(int64_t now_ms, bool overdue, const char *part)
{
    struct errmsg err = {{0}};
    struct upward_look look;
    struct buf text;
    must(upward_look(COUNTY, &look, &err), &err);
    buf_init(&text, 4096);
    assert_int_equal(upward_look_text(&look, now_ms, &text), overdue);
    if (strstr(buf_cstr(&text), part) == NULL)
        fail_msg("no \"%s\" in \"%s\"", part, buf_cstr(&text));
    buf_release(&text);
}

static void gather(void)
{
    struct errmsg err = {{0}};
    struct upward_gathered sum = {.more = true};
    while (sum.more)
        must(upward_gather(COUNTY, UPWARD, NOON_MS, &sum, &err), &err);
}

static void tried(int64_t at_ms, bool ok)
{
    struct errmsg err = {{0}};
    struct sync_attempt attempt = {.at_ms = at_ms, .ok = ok, .reason = "连不上"};
    must(sync_attempt_note(UPWARD, &attempt, &err), &err);
}

static void the_state_in_words(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct upward_look look;
    struct buf text;
    char path[64], noted[UPWARD_PATH_BYTES];
    assert_non_null(mkdtemp(folder));
    world_open(&county, 0, NULL);
    world_open(&hub, 1, folder);
    must(upward_look(COUNTY, &look, &err), &err);
    assert_false(look.kept);
    buf_init(&text, 256);
    assert_false(upward_look_text(&look, NOON_MS, &text)); /* no hub: nothing to say */
    assert_int_equal(text.len, 0);
    buf_release(&text);

    snprintf(path, sizeof path, "%s/1", folder);
    assert_false(upward_noted_center(UPWARD, noted));
    must(upward_note_folders(COUNTY, "/county", UPWARD, path, &err), &err);
    must(center_address_set(UPWARD, "hub.example:7474", hash_of("k", 1), &err), &err);
    assert_true(upward_noted_center(UPWARD, noted));
    assert_string_equal(noted, "/county");

    node_consult(&county.center, "张三", "甲");
    must(upward_look(COUNTY, &look, &err), &err);
    assert_true(look.kept && look.readable);
    assert_string_equal(look.hub, "hub.example:7474");
    assert_int_equal(look.waiting, 2); /* the center's org is a change, too */
    says(NOON_MS, false, "待报 2 条");
    says(NOON_MS, false, "还没有联系上过");
    gather();
    must(upward_look(COUNTY, &look, &err), &err);
    assert_int_equal(look.waiting, 0);
    assert_int_equal(look.pending, 2);
    says(NOON_MS + 2 * DAY_MS, true, "待报 2 条"); /* for two days: somebody should look */
    tried(NOON_MS + 1000, false);
    says(NOON_MS + 2000, false, "连不上");
    world_sync(&hub, 0);
    tried(NOON_MS + 3000, true);
    says(NOON_MS + 4000, false, "都报上去了");
    says(NOON_MS + 9 * DAY_MS, false, "最近联系 2026-01-01 08:00"); /* nothing waits: nothing is overdue */
    tried(NOON_MS + 5000, false);
    says(NOON_MS + 6000, false, "上次没有成功");
    must(upward_look(COUNTY, &look, &err), &err);
    assert_int_equal(look.met_ms, NOON_MS + 3000);
    assert_int_equal(look.tried_ms, NOON_MS + 5000);

    must(upward_note_folders(COUNTY, "/county", UPWARD, "/nowhere/at/all", &err), &err);
    must(upward_look(COUNTY, &look, &err), &err);
    assert_true(look.kept && !look.readable);
    says(NOON_MS, true, "/nowhere/at/all");
    world_close(&hub);
    world_close(&county);
    snprintf(path, sizeof path, "rm -rf %s", folder);
    assert_int_equal(system(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_state_in_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
