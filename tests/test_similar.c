/* tests/test_similar.c - earlier consultations that are like the one being written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/similar.h"
#include "tests/fixture.h"

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world_open(world, 2, NULL);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

static void make(struct node *node, const char *day, const char *category, const char *content, const char *answer)
{
    char a[64], b[64], c[300], d[300];
    snprintf(a, sizeof a, "date=%s", day);
    snprintf(b, sizeof b, "category=%s", category);
    snprintf(c, sizeof c, "content=%s", content);
    snprintf(d, sizeof d, "answer=%s", answer);
    node_make(node, "consultation", a, b, c, d, NULL);
}

/* The answers offered, best first, joined by |. */
static void expect(struct node *node, const char *category, const char *content, size_t max, const char *answers)
{
    struct record typed;
    struct similar found[SIMILAR_MAX];
    struct buf joined;
    size_t n = 99;
    record_init(&typed, catalogue_find("consultation"));
    assert_int_equal(record_set_text(&typed, "category", category), STATUS_OK);
    assert_int_equal(record_set_text(&typed, "content", content), STATUS_OK);
    assert_int_equal(similar_find(node->store, &node->actor, node->codes, &similar_consultations, &typed, found, max, &n, NULL), STATUS_OK);
    buf_init(&joined, 4000);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&joined, "%s%s", i > 0 ? "|" : "", record_text(&found[i].record, "answer"));
        record_release(&found[i].record);
    }
    assert_string_equal(buf_cstr(&joined), answers);
    buf_release(&joined);
    record_release(&typed);
}

static void scores(void **state)
{
    (void)state;
    assert_int_equal(similar_score("拖欠工资三个月", "拖欠工资三个月"), SIMILAR_WHOLE);
    assert_int_equal(similar_score("拖欠工资，三个月。", "拖欠工资 三个月"), SIMILAR_WHOLE);
    assert_int_equal(similar_score("拖欠工资", "离婚财产"), 0);
    assert_int_equal(similar_score("", "离婚"), 0);
    assert_int_equal(similar_score("婚", "婚"), 0); /* one character is no pair */
    assert_int_equal(similar_score("abc", "ＡＢＣ"), SIMILAR_WHOLE);
    assert_true(similar_score("拖欠工资三个月", "工资拖欠三年") > similar_score("拖欠工资三个月", "工资太低"));
}

static void the_most_words_in_common_first(void **state)
{
    struct node *node = &((struct world *)*state)->stations[0];
    make(node, "2026-01-01", "劳动纠纷", "工地拖欠工资三个月没发", "保留考勤和工资条");
    make(node, "2026-02-01", "劳动纠纷", "上班路上摔伤，单位不认工伤", "一年内申请工伤认定");
    make(node, "2026-03-01", "婚姻家庭", "工地拖欠工资三个月没发，要离婚", "可以协议离婚");
    make(node, "2026-04-01", "劳动纠纷", "拖欠工资", "");
    expect(node, "02", "包工头拖欠工资三个月", 9, "保留考勤和工资条|一年内申请工伤认定");
    expect(node, "02", "摔伤了算不算工伤", 1, "一年内申请工伤认定");
    expect(node, "02", "", 9, "一年内申请工伤认定|保留考勤和工资条"); /* nothing to go by: the newest */
    expect(node, "", "要离婚", 1, "可以协议离婚");
    expect(node, "05", "拖欠工资", 9, "");
}

/* The same answer is one choice, with the record that is most like; another station's records are not seen. */
static void one_answer_is_one_choice_and_other_stations_are_not_seen(void **state)
{
    struct world *world = *state;
    struct node *node = &world->stations[0];
    for (int i = 1; i <= 9; i++) {
        char day[16];
        snprintf(day, sizeof day, "2026-01-0%d", i);
        make(node, day, "劳动纠纷", i == 3 ? "拖欠工资三个月" : "工资", "保留考勤");
    }
    make(node, "2026-01-09", "劳动纠纷", "工资太低", "可以协商");
    make(&world->stations[1], "2026-01-09", "劳动纠纷", "拖欠工资三个月", "别站的答复");
    expect(node, "02", "拖欠工资三个月", 9, "保留考勤|可以协商");
    expect(node, "02", "工资太低", 2, "可以协商|保留考勤");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores),
        cmocka_unit_test_setup_teardown(the_most_words_in_common_first, open_world, close_world),
        cmocka_unit_test_setup_teardown(one_answer_is_one_choice_and_other_stations_are_not_seen, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
