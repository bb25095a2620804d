/* tests/test_app.c - the stack of views, Esc and its digits, questions, drafts, messages, small windows. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/screen.h"
#include "tui/edit_field.h"

/* What the views did, for the tests to look at: handed to them through app_context.extra. */
struct record_of {
    int opened, closed, idle, refreshed, ticks;
    bool stay, fail, quiet; /* quiet: no hint */
    struct view_answer answer;
    char text[64];
};

static struct record_of *record_of(struct view *view)
{
    return view->app->context->extra;
}

enum { COMMAND_ASK = COMMAND_VIEW, COMMAND_LINE, COMMAND_PICK, COMMAND_BOTH };

static const struct command own[] = {{COMMAND_ASK, "ask", "问"},
                                     {COMMAND_LINE, "line", "问一行"},
                                     {COMMAND_PICK, "pick", "选"},
                                     {COMMAND_BOTH, "both", "关了再开"},
                                     {COMMAND_NONE, NULL, NULL}};
static const struct binding bindings[] = {
    {"F5", COMMAND_NEW, "新建", 0},      {"F6", COMMAND_ASK, "问", 0},           {"F7", COMMAND_LINE, "行", 0},
    {"F4", COMMAND_PICK, "代码", 0},     {"F8", COMMAND_BOTH, "换", 0},          {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
    {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
};
static const struct keymap keymap = {bindings, own};

static const struct code codes[] = {{"s", "1", "甲", "", "j", false, 0, 0}, {"s", "2", "乙", "", "y", false, 0, 0}};

static size_t codes_count(const void *context, const char *set)
{
    (void)context, (void)set;
    return 2;
}

static const struct code *codes_at(const void *context, const char *set, size_t index)
{
    (void)context, (void)set;
    return &codes[index];
}

static bool codes_match(const struct code *code, const char *typed)
{
    return strncmp(code->code, typed, strlen(typed)) == 0 || strncmp(code->initials, typed, strlen(typed)) == 0;
}

static const struct view_class note;

static enum status open_note(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct record_of *seen = record_of(view);
    (void)argument;
    if (seen->fail)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这条记录");
    seen->opened++;
    edit_init(view->state, 50, 0, 0);
    return STATUS_OK;
}

static void close_note(struct view *view)
{
    record_of(view)->closed++;
    edit_release(view->state);
}

static bool leave_note(struct view *view)
{
    if (record_of(view)->stay)
        app_say(view->app, "请先写完");
    return !record_of(view)->stay;
}

static bool key_note(struct view *view, struct key key)
{
    return edit_key(view->state, key) != EDIT_IGNORED;
}

static bool command_note(struct view *view, int command)
{
    static const char *const answers[] = {"删除", "不删"};
    struct code_source source = {.set = "s", .count = codes_count, .at = codes_at, .matches = codes_match};
    switch (command) {
    case COMMAND_NEW:
        app_open(view->app, &note, NULL);
        return true;
    case COMMAND_ASK:
        app_ask(view->app, 7, "删除？", answers, 2, 0);
        return true;
    case COMMAND_LINE:
        app_ask_line(view->app, 8, "名字", 20, 0, "");
        return true;
    case COMMAND_PICK:
        app_pick(view->app, 9, source, "类别", "");
        return true;
    case COMMAND_BOTH:
        app_close(view->app);
        app_open(view->app, &note, NULL);
        return true;
    default:
        return false;
    }
}

static void draw_note(struct view *view, struct canvas *canvas)
{
    edit_draw(view->state, canvas, 1, 1, STYLE_NORMAL, '_', true);
}

static void title_note(struct view *view, struct buf *left, struct buf *right)
{
    (void)view;
    buf_puts(left, "便条");
    buf_puts(right, "待发 3 条");
}

static const struct keymap *keymap_note(struct view *view)
{
    (void)view;
    return &keymap;
}

static void hint_note(struct view *view, size_t columns, struct buf *out)
{
    (void)columns;
    buf_puts(out, record_of(view)->quiet ? "" : "提示在这里");
}

static void answer_note(struct view *view, const struct view_answer *answer)
{
    struct record_of *seen = record_of(view);
    seen->answer = *answer;
    strncpy(seen->text, answer->text, sizeof seen->text - 1);
    if (answer->tag == 8 && answer->text[0] != '\0')
        app_ask_line(view->app, 10, "再问", 20, 0, ""); /* an answer may ask on */
}

static void refresh_note(struct view *view)
{
    record_of(view)->refreshed++;
}

static void tick_note(struct view *view, int64_t now_ms)
{
    (void)now_ms;
    record_of(view)->ticks++;
}

static void idle_note(struct view *view)
{
    record_of(view)->idle++;
}

static const struct view_class note = {
    .name = "note",      .state_bytes = sizeof(struct edit_field), .open = open_note,     .close = close_note,
    .leave = leave_note, .key = key_note,       .command = command_note, .draw = draw_note,   .title = title_note,
    .keymap = keymap_note, .hint = hint_note,   .answer = answer_note,   .refresh = refresh_note, .tick = tick_note,
    .idle = idle_note,
};

struct world {
    struct screen screen;
    struct app_context context;
    struct record_of seen;
    struct actor actor;
    struct machine machine;
};

static void begin(struct world *world, int rows, int cols)
{
    memset(world, 0, sizeof *world);
    world->context.extra = &world->seen;
    world->context.actor = &world->actor;
    world->context.machine = &world->machine;
    screen_open(&world->screen, &world->context, &note, NULL, rows, cols);
}

static void frame(void **state)
{
    struct world w;
    (void)state;
    begin(&w, 24, 80);
    screen_keys(&w.screen, "张文芳 F9");
    screen_expect_text(&w.screen,
                       " 便条                                                                 待发 3 条\n"
                       " 张文芳______________\n"
                       "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
                       " 提示在这里\n"
                       " F5新建  F6问  F7行  F4代码  F8换  F1帮助  F10返回\n");
    screen_expect_cursor(&w.screen, 1, 7);
    assert_true(app_take_beep(&w.screen.app)); /* F9 is bound to nothing */
    assert_int_equal(w.actor.now_ms, w.screen.now_ms);
    w.machine.practice = true;
    screen_keys(&w.screen, "x");
    screen_expect(&w.screen, 0, "【练习】便条");
    screen_close(&w.screen);
    assert_int_equal(w.seen.closed, 1);
}

static bool draws_below_plane_2(void *context, uint32_t code)
{
    ++*(int *)context;
    assert_true(code >= 0x1100); /* only what is two columns wide is asked about */
    return code < 0x20000 && code != 0x4E26 && code != 0x4FBF; /* 並, and 便 in the title */
}

/* What the terminal shows as 〓 is told in words while the cursor is in its row, unless something else is to be said. */
static void characters_that_cannot_be_shown(void **state)
{
    struct world w;
    int asked = 0;
    (void)state;
    begin(&w, 24, 80);
    w.screen.app.draws = draws_below_plane_2;
    w.screen.app.draws_context = &asked;
    screen_keys(&w.screen, "张文芳");
    screen_expect(&w.screen, 22, "提示在这里");
    assert_true(asked > 0);
    screen_keys(&w.screen, "𫖯 \U00031350 𫖯");
    screen_expect(&w.screen, 22, "〓 U+2B5AF 拼音首字母 f  〓 U+31350");
    screen_keys(&w.screen, "F6");
    screen_expect_none(&w.screen, "U+2B5AF"); /* a question goes before */
    screen_keys(&w.screen, "Esc Esc Backspace Backspace Backspace");
    screen_expect(&w.screen, 22, "提示在这里");
    screen_keys(&w.screen, "\U00024D13"); /* without a reading in the table or not: its number is there */
    screen_expect(&w.screen, 22, "〓 U+24D13");
    screen_keys(&w.screen, "Backspace 並");
    screen_expect(&w.screen, 22, "〓 U+4E26 拼音首字母 b（同 并）");
    screen_keys(&w.screen, "Backspace");
    screen_expect(&w.screen, 22, "提示在这里"); /* what is missing in the title waits.. */
    w.seen.quiet = true;
    screen_keys(&w.screen, "x");
    screen_expect(&w.screen, 22, "〓 U+4FBF"); /* ..for an empty line */
    w.seen.quiet = false;
    w.screen.app.draws = NULL;
    app_touch(&w.screen.app);
    screen_keys(&w.screen, "x");
    screen_expect(&w.screen, 22, "提示在这里");
    screen_close(&w.screen);
}

static void views_stack(void **state)
{
    struct world w;
    (void)state;
    begin(&w, 24, 80);
    screen_keys(&w.screen, "一 F5 二 F5 三");
    assert_int_equal(w.seen.opened, 3);
    assert_true(w.seen.idle >= 2); /* covered views stored their drafts */
    screen_expect(&w.screen, 1, "三");
    screen_keys(&w.screen, "F10");
    assert_int_equal(w.seen.closed, 1);
    assert_int_equal(w.seen.refreshed, 1);
    screen_expect(&w.screen, 1, "二");
    screen_keys(&w.screen, "F8"); /* closes and opens in one go */
    assert_int_equal(w.seen.closed, 2);
    screen_expect(&w.screen, 1, "____");
    screen_keys(&w.screen, "F10");
    screen_expect(&w.screen, 1, "一");
    w.seen.stay = true;
    screen_keys(&w.screen, "F10");
    screen_expect(&w.screen, 22, "请先写完");
    assert_false(app_done(&w.screen.app));
    w.seen.stay = false;
    screen_keys(&w.screen, "F10");
    assert_true(app_done(&w.screen.app));
    screen_close(&w.screen);
    assert_int_equal(w.seen.closed, w.seen.opened);
}

static void esc_and_digits(void **state)
{
    struct world w;
    (void)state;
    begin(&w, 24, 80);
    screen_keys(&w.screen, "Esc 5"); /* two keys: 10 ms apart here, up to 700 in life */
    assert_int_equal(w.seen.opened, 2);
    screen_keys(&w.screen, "甲 Esc");
    assert_int_equal(w.seen.closed, 1); /* the wait is over */
    screen_keys(&w.screen, "F5");
    app_key(&w.screen.app, key_named(K_ESC, 0), w.screen.now_ms);
    app_tick(&w.screen.app, w.screen.now_ms + APP_ESC_MS - 1);
    assert_int_equal(w.seen.closed, 1);
    app_draw(&w.screen.app, &w.screen.canvas);
    screen_expect(&w.screen, 22, "再按数字");
    assert_int_equal(app_deadline(&w.screen.app), w.screen.now_ms + APP_ESC_MS);
    app_key(&w.screen.app, key_named(K_ESC, 0), w.screen.now_ms + 100); /* Esc Esc: at once */
    assert_int_equal(w.seen.closed, 2);
    screen_keys(&w.screen, "F5 Esc x"); /* back, then the letter goes to the view below */
    assert_int_equal(w.seen.closed, 3);
    screen_expect(&w.screen, 1, "x");
    screen_close(&w.screen);
}

static void questions(void **state)
{
    struct world w;
    (void)state;
    begin(&w, 24, 80);
    screen_keys(&w.screen, "F6");
    screen_expect(&w.screen, 22, "删除？  1 删除  2 不删");
    screen_expect(&w.screen, 23, "Esc取消");
    screen_keys(&w.screen, "x Enter"); /* nothing happens: not even text */
    screen_expect(&w.screen, 1, "____");
    screen_keys(&w.screen, "1");
    assert_int_equal(w.seen.answer.tag, 7);
    assert_int_equal(w.seen.answer.chosen, 1);
    screen_keys(&w.screen, "F6 F10");
    assert_true(w.seen.answer.cancelled);
    screen_keys(&w.screen, "F7 王建国");
    screen_expect(&w.screen, 22, "名字 [王建国_");
    screen_expect_cursor(&w.screen, 22, 13);
    screen_keys(&w.screen, "Enter");
    assert_string_equal(w.seen.text, "王建国");
    screen_expect(&w.screen, 22, "再问 [");
    screen_keys(&w.screen, "Esc");
    assert_int_equal(w.seen.answer.tag, 10);
    assert_true(w.seen.answer.cancelled);
    screen_keys(&w.screen, "F4 y");
    screen_expect_any(&w.screen, ">2       乙");
    screen_keys(&w.screen, "Enter");
    assert_int_equal(w.seen.answer.tag, 9);
    assert_string_equal(w.seen.text, "2");
    assert_string_equal(w.seen.answer.code->name, "乙");
    screen_keys(&w.screen, "F4"); /* closed with the question open: nothing is left behind */
    screen_close(&w.screen);
}

static void drafts_after_two_seconds(void **state)
{
    struct world w;
    (void)state;
    begin(&w, 24, 80);
    screen_keys(&w.screen, "张");
    screen_wait(&w.screen, APP_IDLE_MS - 1);
    assert_int_equal(w.seen.idle, 0);
    screen_wait(&w.screen, 1);
    assert_int_equal(w.seen.idle, 1);
    screen_wait(&w.screen, 10000); /* once is enough */
    assert_int_equal(w.seen.idle, 1);
    assert_true(w.seen.ticks >= 10);
    app_store_drafts(&w.screen.app); /* the line dropped */
    assert_int_equal(w.seen.idle, 2);
    screen_close(&w.screen);
}

static void messages(void **state)
{
    struct world w;
    (void)state;
    begin(&w, 24, 80);
    w.seen.fail = true;
    screen_keys(&w.screen, "F5");
    screen_expect(&w.screen, 22, "没有这条记录");
    assert_true(app_take_beep(&w.screen.app));
    screen_keys(&w.screen, "x");
    screen_expect(&w.screen, 22, "提示在这里");
    app_key(&w.screen.app, key_named(K_BAD, 0), w.screen.now_ms);
    assert_true(app_take_beep(&w.screen.app));
    screen_expect(&w.screen, 1, "x___");
    struct key paste = {.kind = K_PASTE, .text = "?y", .text_len = 2, .repaired = true};
    app_key(&w.screen.app, paste, w.screen.now_ms);
    assert_true(app_take_beep(&w.screen.app));
    screen_wait(&w.screen, 10);
    screen_expect(&w.screen, 22, "粘贴的有些字认不出");
    screen_expect(&w.screen, 1, "x?y_");
    screen_keys(&w.screen, "Ctrl-L");
    assert_true(app_take_repaint(&w.screen.app));
    assert_int_equal(w.seen.refreshed, 1);
    app_data_changed(&w.screen.app);
    assert_int_equal(w.seen.refreshed, 2);
    screen_close(&w.screen);
}

static void small_windows_lose_nothing(void **state)
{
    struct world w;
    (void)state;
    begin(&w, 24, 80);
    screen_keys(&w.screen, "张文芳");
    for (int rows = 30; rows >= 1; rows--) {
        for (int cols = 100; cols >= 1; cols -= 7) {
            assert_int_equal(canvas_resize(&w.screen.canvas, rows, cols), STATUS_OK);
            app_resize(&w.screen.app, rows, cols);
            app_draw(&w.screen.app, &w.screen.canvas);
            assert_null(canvas_check(&w.screen.canvas));
        }
    }
    assert_int_equal(canvas_resize(&w.screen.canvas, 10, 40), STATUS_OK);
    app_resize(&w.screen.app, 10, 40);
    app_tick(&w.screen.app, w.screen.now_ms);
    w.screen.now_ms += APP_SMALL_MS;
    screen_keys(&w.screen, "丢 失");
    screen_expect(&w.screen, 0, "窗口太小");
    assert_int_equal(canvas_resize(&w.screen.canvas, 24, 80), STATUS_OK);
    app_resize(&w.screen.app, 24, 80);
    screen_keys(&w.screen, "！");
    screen_expect(&w.screen, 1, "张文芳！");
    screen_close(&w.screen);
}

/* The size came first, the keys were pressed before it: nobody has seen yet that the window is too small. */
static void keys_that_a_small_window_overtook_wait_for_a_larger_one(void **state)
{
    struct world w;
    (void)state;
    begin(&w, 24, 80);
    screen_keys(&w.screen, "张");
    screen_resize(&w.screen, 1, 1);
    screen_keys(&w.screen, "文 芳");
    assert_false(app_take_beep(&w.screen.app));
    screen_resize(&w.screen, 10, 40); /* still too small */
    screen_expect(&w.screen, 0, "窗口太小");
    w.screen.now_ms += APP_SMALL_MS;
    screen_keys(&w.screen, "丢");
    assert_true(app_take_beep(&w.screen.app));
    screen_resize(&w.screen, 24, 80);
    screen_expect(&w.screen, 1, "张文芳_");
    screen_resize(&w.screen, 24, 79); /* and come once */
    screen_expect(&w.screen, 1, "张文芳_");
    screen_resize(&w.screen, 1, 1);
    for (int i = 0; i < APP_HELD_KEYS + 1; i++) {
        assert_false(app_take_beep(&w.screen.app));
        app_key(&w.screen.app, (struct key){.kind = K_CHAR, .code = 'a'}, w.screen.now_ms);
    }
    assert_true(app_take_beep(&w.screen.app)); /* it says what it does not take */
    screen_close(&w.screen);
}

static void keymaps_are_sound(void **state)
{
    (void)state;
    assert_null(keymap_check(&keymap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame),     cmocka_unit_test(characters_that_cannot_be_shown), cmocka_unit_test(views_stack), cmocka_unit_test(esc_and_digits),
        cmocka_unit_test(questions), cmocka_unit_test(drafts_after_two_seconds),
        cmocka_unit_test(messages),  cmocka_unit_test(small_windows_lose_nothing), cmocka_unit_test(keys_that_a_small_window_overtook_wait_for_a_larger_one), cmocka_unit_test(keymaps_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
