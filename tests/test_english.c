/* tests/test_english.c - every screen in English, by the ways of tests/screen_routes.c.
 *
 * Data stay Chinese whatever the language is, so a screen is not searched for Chinese but for words of the program: each run of Chinese characters on it is looked up among
 * those that the ids of the catalogue are made of. A run that is one of them should have been shown in English, unless it is listed in `data` as what the practice county's
 * people typed. SCREEN=NAME looks at one way alone, SHOW=1 prints the screens. That the catalogue is complete is tests/language_test.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/language.h"
#include "core/base/trace.h"
#include "core/base/unit.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/data/data.h"
#include "core/data/language_choice.h"
#include "tests/fixture.h"
#include "tests/screen_routes.h"

enum { WORDS_MAX = 30000, LINE_MAX_BYTES = 1 << 14, MO_COUNT_AT = 8, MO_IDS_AT = 12, LETTERS_MIN = 2 };

static char master[PRACTICE_PATH_BYTES];

static struct {
    char *words[WORDS_MAX]; /* owned, sorted */
    size_t n;
} catalogue;

/* Screens that show official texts: papers, the Ministry's forms, summaries, laws; or what the index of the search keeps of records, which is stored text. Only their frame is looked at: title, message and keys. */
static const char *const official[] = {"document", "law", "report-form", "report-checks", "report-late", "report-summary", "report-summary-text", "campaign-text", "report-day", "search"};

/* What people of the practice county typed, or the names of places and causes, that also occur in a text of the program. */
static const char *const data[] = {"张文芳", "援决字", "居民身份证复印件", "送法进镇村", "土地承包", "工作日", "小时", "导出", "练习", "给予援助", "申请事项", "材料", "法律援助法第三十一条第", "王小明", "共同申请人", "户口簿"};

static bool is_listed(const char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

static bool is_hanzi(uint32_t code)
{
    return code >= 0x3400 && code <= 0x9FFF;
}

/* Call `take` with each run of Chinese characters. */
static void each_run(const char *text, void (*take)(void *context, const char *run), void *context)
{
    char run[LINE_MAX_BYTES];
    size_t len = strlen(text), n = 0, letters = 0;
    for (size_t at = 0; at <= len;) {
        uint32_t code = 0;
        size_t bytes = at < len ? utf8_decode(text + at, len - at, &code) : 1;
        bytes = bytes > 0 ? bytes : 1;
        if (at < len && is_hanzi(code)) {
            memcpy(run + n, text + at, bytes);
            n += bytes;
            letters++;
        } else {
            run[n] = '\0';
            if (letters >= LETTERS_MIN)
                take(context, run);
            n = letters = 0;
        }
        at += bytes;
    }
}

static void add_word(void *context, const char *run)
{
    (void)context;
    assert_true(catalogue.n < WORDS_MAX);
    catalogue.words[catalogue.n] = strdup(run);
    assert_non_null(catalogue.words[catalogue.n++]);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static uint32_t word_at(const char *bytes, size_t at)
{
    uint32_t value;
    memcpy(&value, bytes + at, sizeof value);
    return value;
}

static int make(void **state)
{
    const struct data_file *mo = data_find("en.mo");
    (void)state;
    practice_master_make(master);
    uint32_t n = word_at(mo->text, MO_COUNT_AT), ids = word_at(mo->text, MO_IDS_AT);
    for (uint32_t i = 0; i < n; i++)
        each_run(mo->text + word_at(mo->text, ids + i * 8 + 4), add_word, NULL);
    qsort(catalogue.words, catalogue.n, sizeof catalogue.words[0], compare_words);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue.n; i++)
        free(catalogue.words[i]);
    test_folder_remove(master);
    return 0;
}

static int speak_english(void **state)
{
    (void)state;
    return language_choose("en", NULL);
}

static int speak_chinese(void **state)
{
    (void)state;
    return language_choose("zh", NULL);
}

struct looking {
    const char *where;
    int row;
    size_t faults;
};

static void look_at_run(void *context, const char *run)
{
    struct looking *looking = context;
    if (is_listed(data, sizeof data / sizeof data[0], run) || bsearch(&run, catalogue.words, catalogue.n, sizeof catalogue.words[0], compare_words) == NULL)
        return;
    looking->faults++;
    print_error("%s, row %d: \"%s\" is not English\n", looking->where, looking->row, run);
}

static size_t look_at(const struct screen_route *route, struct screen *screen)
{
    struct looking looking = {.where = route->name};
    bool frame_only = is_listed(official, sizeof official / sizeof official[0], route->name);
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    for (int row = 0; row < screen->canvas.rows; row++) {
        if (frame_only && row > 0 && row < screen->canvas.rows - 2)
            continue;
        buf_clear(&line);
        canvas_row_text(&screen->canvas, row, &line);
        looking.row = row;
        each_run(buf_cstr(&line), look_at_run, &looking);
    }
    buf_release(&line);
    if (looking.faults > 0 || getenv("SHOW") != NULL)
        screen_print(screen);
    return looking.faults;
}

/* except: a way that counts on more rows of work than are left beside English menus in a small window; NULL: none. */
static void walk(int rows, int cols, const char *except)
{
    const char *only = getenv("SCREEN");
    size_t faults = 0;
    for (size_t i = 0; i < SCREEN_ROUTES_COUNT; i++) {
        struct practice_desk desk;
        struct screen screen;
        if ((only != NULL && strcmp(only, SCREEN_ROUTES[i].name) != 0) || (except != NULL && strcmp(except, SCREEN_ROUTES[i].name) == 0))
            continue;
        screen_route_go(&SCREEN_ROUTES[i], master, rows, cols, &desk, &screen);
        faults += look_at(&SCREEN_ROUTES[i], &screen);
        screen_close(&screen);
        practice_desk_close(&desk);
    }
    assert_int_equal(faults, 0);
}

static void test_every_screen_in_80_columns(void **state)
{
    (void)state;
    walk(24, 80, NULL);
}

static void test_every_screen_in_the_smallest_window(void **state)
{
    (void)state;
    walk(APP_MIN_ROWS, APP_MIN_COLS, "drafts");
}

static void test_main_screens_say_this(void **state)
{
    static const struct {
        const char *route, *text;
    } says[] = {{"home", "F10 Quit"},         {"home", "11 Quick entry"}, {"consult-entry", "Category ["}, {"list-cases", "Cause of action"}, {"case", "1Overview"},
                {"search", "scope: All"},     {"sync", "Sync"},           {"conflict", "(shown)"},             {"conflicts", "Conflicts"},         {"reports", "Days counted"},
                {"help", "Help: Quick entry"}, {"history", "History"}};
    (void)state;
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
        struct practice_desk desk;
        struct screen screen;
        screen_route_go(screen_route_find(says[i].route), master, 24, 80, &desk, &screen);
        screen_expect_any(&screen, says[i].text);
        screen_close(&screen);
        practice_desk_close(&desk);
    }
}

/* A sentence that is cut says something else, or nothing. */
static void test_sentences_are_whole_in_the_smallest_window(void **state)
{
    static const struct {
        const char *route, *text;
    } says[] = {{"conflict", "center's numbers give the order"}, {"pace", "F5 records one"}, {"outreach-material", "the new total"}, {"first-start", "for a code (72 hours)"}, {"first-start", "made-up cases, try anything"}};
    (void)state;
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
        struct practice_desk desk;
        struct screen screen;
        screen_route_go(screen_route_find(says[i].route), master, APP_MIN_ROWS, APP_MIN_COLS, &desk, &screen);
        screen_expect_any(&screen, says[i].text);
        screen_close(&screen);
        practice_desk_close(&desk);
    }
}

/* The route's screen in 80 columns says every text of the list, NULL at its end. */
static void expect_texts(const char *route, const char *const *texts)
{
    struct practice_desk desk;
    struct screen screen;
    screen_route_go(screen_route_find(route), master, 24, 80, &desk, &screen);
    for (; *texts != NULL; texts++)
        screen_expect_any(&screen, *texts);
    screen_close(&screen);
    practice_desk_close(&desk);
}

static void test_deadlines_are_told_whole(void **state)
{
    (void)state;
    expect_texts("todo", (const char *const[]){"50 d late D18", "Meeting decision 法院", "Incomplete, paused", "Pre-reviewed", NULL});
    expect_texts("list-cases", (const char *const[]){"17 d left D02", NULL});
}

static void test_codes_of_a_ledger_are_told_in_english(void **state)
{
    (void)state;
    expect_texts("ledger", (const char *const[]){"吴丽真      Female", NULL});
}

static void test_lists_cut_no_name_beside_blanks(void **state)
{
    (void)state;
    expect_texts("report-summary", (const char *const[]){"Letters of thanks  ", NULL});
    expect_texts("case-papers", (const char *const[]){"Receipt for application material  S01", NULL});
}

static void test_items_of_an_evaluation_are_told_whole(void **state)
{
    (void)state;
    expect_texts("eval-sheet", (const char *const[]){"1 Reception Agreement in time ", "Filing and preservation [", NULL});
}

static void test_one_of_a_unit(void **state)
{
    (void)state;
    assert_string_equal(unit_words("件", 1), "case");
    assert_string_equal(unit_words("件", -1), "case");
    assert_string_equal(unit_words("件", 0), "cases");
    assert_string_equal(unit_words("件", 2), "cases");
    assert_string_equal(unit_words("万元", 1), "10,000 yuan");
    expect_texts("report-summary", (const char *const[]){"more by 1 case (100.0 %)", "now 1 case.", NULL});
    speak_chinese(state);
    assert_string_equal(unit_words("件", 1), "件");
}

/* The unit is compared as it is stored, whatever the screen says. */
static void test_written_numbers_are_rounded_in_english_too(void **state)
{
    (void)state;
    expect_texts("figures", (const char *const[]){"49  persons   40余", NULL});
}

/* A log line, too: its format is looked up, its level and module stay. */
static void test_a_log_line_is_told_in_english(void **state)
{
    struct trace trace;

    (void)state;
    trace_init(&trace, TRACE_INFO, NULL, NULL);
    trace_write(&trace, TRACE_INFO, "transport", "收到信号 %d，正在停止", 15);
    assert_string_equal(trace.last[0], "info transport: signal 15: stopping");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_screen_in_80_columns, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_every_screen_in_the_smallest_window, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_main_screens_say_this, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_sentences_are_whole_in_the_smallest_window, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_deadlines_are_told_whole, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_codes_of_a_ledger_are_told_in_english, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_lists_cut_no_name_beside_blanks, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_items_of_an_evaluation_are_told_whole, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_a_log_line_is_told_in_english, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_one_of_a_unit, speak_english, speak_chinese),
        cmocka_unit_test_setup_teardown(test_written_numbers_are_rounded_in_english_too, speak_english, speak_chinese),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
