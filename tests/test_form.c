/* tests/test_form.c - forms, code fields, picker and prompt, driven by key names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "tui/form.h"
#include "tui/picker.h"
#include "tui/prompt.h"
#include "core/data/language_choice.h"
#include "tui/form_room.h"

/* A set with a retired code, two that share initials, and one whose code continues another's. */
static const struct code codes[] = {
    {"sex", "1", "男", "", "n", false, 0, 0},        {"sex", "2", "女", "", "n", false, 0, 0},
    {"sex", "3", "劳动争议", "", "ldzy", false, 0, 0}, {"sex", "31", "劳动报酬", "", "ldbc", false, 0, 0},
    {"sex", "8", "旧的", "", "jd", true, 0, 0},
};

static size_t codes_count(const void *context, const char *set)
{
    (void)context, (void)set;
    return sizeof codes / sizeof codes[0];
}

static const struct code *codes_at(const void *context, const char *set, size_t index)
{
    (void)context, (void)set;
    return &codes[index];
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool codes_match(const struct code *code, const char *typed)
{
    return begins(code->code, typed) || begins(code->initials, typed) || strstr(code->name, typed) != NULL;
}

static const struct code_source source = {.set = "sex", .count = codes_count, .at = codes_at, .matches = codes_match};

enum { NAME, SEX, PHONE, MANY, SHOWN, ANSWER };

static const struct form_def defs[] = {
    {"name", "姓名", FORM_TEXT, 0, 1, 0, 10, 1, 0, 20, 0, FORM_REQUIRED},
    {"sex", "类别", FORM_CODE, 0, 20, 0, 2, 1, 8, 0, 0, FORM_AUTO},
    {"phone", "电话", FORM_NUMBER, 1, 1, 0, 11, 1, 0, 11, 1, 0},
    {"many", "人群", FORM_CODES, 1, 20, 0, 8, 1, 12, 0, 1, 0},
    {"shown", "编号", FORM_SHOW, 2, 1, 0, 10, 1, 0, 0, 1, 0},
    {"answer", "答复", FORM_LINES, 3, 1, 0, 30, 2, 0, 100, 2, 0},
};

struct seen {
    size_t left[32], n_left;
    bool skip_phone;
    bool refuse_phone;
    bool jump; /* the check of the name knows where to go on */
};

static enum status validate(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct seen *seen = context;
    if (field == PHONE && seen->refuse_phone && !form_is_empty(form, field))
        return errmsg_set(err, STATUS_INVALID, "电话要 11 位");
    if (field == NAME && seen->jump)
        form_focus(form, MANY);
    return STATUS_OK;
}

static bool repeat(void *context, struct form *form, size_t field, struct buf *out)
{
    (void)context, (void)form;
    if (field == NAME)
        buf_puts(out, "上一个人");
    return field == NAME;
}

static bool pass_over(void *context, const struct form *form, size_t field)
{
    (void)form;
    return field == PHONE && ((struct seen *)context)->skip_phone;
}

static void left(void *context, struct form *form, size_t field)
{
    struct seen *seen = context;
    (void)form;
    seen->left[seen->n_left++] = field;
}

static void open_form(struct form *form, struct seen *seen)
{
    memset(seen, 0, sizeof *seen);
    assert_int_equal(form_init(form, defs, 6, (struct form_hooks){.context = seen, .validate = validate, .repeat = repeat, .skip = pass_over, .left = left}), STATUS_OK);
    form_set_source(form, SEX, source);
    form_set_source(form, MANY, source);
}

static enum form_result type(struct form *form, const char *words)
{
    enum form_result result = FORM_IGNORED;
    char word[64];
    for (const char *at = words; *at != '\0';) {
        struct key key;
        size_t n = strcspn(at, " ");
        memcpy(word, at, n);
        word[n] = '\0';
        at += n + (at[n] == ' ' ? 1 : 0);
        if (key_parse(word, &key) == STATUS_OK) {
            result = form_key(form, key);
            continue;
        }
        for (size_t i = 0; i < n;) {
            uint32_t code = 0;
            i += utf8_decode(word + i, n - i, &code);
            result = form_key(form, key_char(code));
        }
    }
    return result;
}

static void expect(const struct form *form, size_t field, const char *text)
{
    struct buf out;
    buf_init(&out, 1000);
    form_text(form, field, &out);
    assert_string_equal(buf_cstr(&out), text);
    buf_release(&out);
}

static void enter_walks_and_reports(void **state)
{
    struct form form;
    struct seen seen;
    (void)state;
    open_form(&form, &seen);
    type(&form, "张文芳 Enter");
    assert_int_equal(form.focus, SEX);
    assert_int_equal(type(&form, "31"), FORM_CHANGED); /* can't be continued: moved on by itself */
    assert_int_equal(form.focus, PHONE);
    expect(&form, SEX, "31");
    type(&form, "１３９00000000 Enter 1+ldb Enter");
    expect(&form, PHONE, "13900000000");
    expect(&form, MANY, "1,31");
    assert_int_equal(form.focus, ANSWER); /* the shown field is passed over */
    assert_int_equal(type(&form, "答 Enter"), FORM_COMPLETE);
    assert_int_equal(seen.n_left, 5);
    assert_int_equal(seen.left[4], ANSWER);
    assert_true(form.changed);
    form_release(&form);
}

static void the_check_may_say_where_to_go_on(void **state)
{
    struct form form;
    struct seen seen;
    (void)state;
    open_form(&form, &seen);
    seen.jump = true;
    assert_int_equal(type(&form, "张文芳 Enter"), FORM_MOVED);
    assert_int_equal(form.focus, MANY);
    form_release(&form);
}

/* Who ends each code with Enter and who lets it move on by itself both come to the field behind it. */
static void an_enter_behind_a_code_that_moved_on_skips_no_empty_field(void **state)
{
    static const struct form_def calm[] = {
        {"one", "一", FORM_CODE, 0, 1, 0, 2, 1, 8, 0, 0, FORM_AUTO | FORM_CALM},
        {"two", "二", FORM_CODE, 1, 1, 0, 2, 1, 8, 0, 0, FORM_AUTO | FORM_CALM},
        {"three", "三", FORM_TEXT, 2, 1, 0, 10, 1, 0, 20, 0, 0},
    };
    struct form form;
    (void)state;
    assert_int_equal(form_init(&form, calm, 3, (struct form_hooks){0}), STATUS_OK);
    form_set_source(&form, 0, source);
    form_set_source(&form, 1, source);
    assert_int_equal(type(&form, "31"), FORM_CHANGED);
    assert_int_equal(form.focus, 1);
    assert_int_equal(type(&form, "Enter"), FORM_MOVED); /* the code's own */
    assert_int_equal(form.focus, 1);
    type(&form, "Enter"); /* the second one leaves the field empty */
    assert_int_equal(form.focus, 2);
    type(&form, "Up Up 31 Down"); /* other keys mean what they say */
    assert_int_equal(form.focus, 2);
    type(&form, "Up 31 Up Up 31 Enter"); /* what is filled already is passed */
    assert_int_equal(form.focus, 2);
    form_release(&form);
}

static void back_takes_the_way_that_was_taken(void **state)
{
    struct form form;
    struct seen seen;
    (void)state;
    open_form(&form, &seen);
    seen.skip_phone = true;
    type(&form, "Enter Enter");
    assert_int_equal(form.focus, MANY);
    type(&form, "Up");
    assert_int_equal(form.focus, SEX);
    seen.skip_phone = false;
    type(&form, "Tab");
    assert_int_equal(form.focus, PHONE);
    type(&form, "Tab");
    assert_int_equal(form.focus, ANSWER);
    type(&form, "Tab");
    assert_int_equal(form.focus, NAME); /* around */
    type(&form, "Up");
    assert_int_equal(form.focus, ANSWER);
    type(&form, "Shift-Tab Shift-Tab Shift-Tab");
    assert_int_equal(form.focus, NAME);
    assert_int_equal(type(&form, "Up"), FORM_REFUSED);
    form_release(&form);
}

static void codes_by_initials_and_chinese(void **state)
{
    struct form form;
    struct seen seen;
    (void)state;
    open_form(&form, &seen);
    form_focus(&form, SEX);
    assert_int_equal(type(&form, "n Enter"), FORM_REFUSED); /* 男 and 女 */
    assert_non_null(strstr(form.message.text, "有几项"));
    assert_int_equal(form.focus, SEX);
    type(&form, "Backspace l d z Enter");
    expect(&form, SEX, "3");
    form_focus(&form, SEX);
    type(&form, "女");
    expect(&form, SEX, "2"); /* replaced what stood there, and stands for its code already */
    type(&form, "Enter");
    assert_int_equal(form.focus, PHONE);
    form_focus(&form, SEX);
    assert_int_equal(type(&form, "9 Enter"), FORM_REFUSED);
    assert_non_null(strstr(form.message.text, "没有这个代码"));
    form_set(&form, SEX, "8", 1); /* retired, from an old record: stays */
    assert_int_equal(type(&form, "Enter"), FORM_MOVED);
    form_release(&form);
}

/* Two-figure codes, one of them longer: 2 is 02 and complete, 1 may go on to 10. */
static const struct code padded[] = {{"set", "01", "甲", "", "j", false, 0, 0}, {"set", "02", "乙", "", "y", false, 0, 0}, {"set", "10", "丙", "", "b", false, 0, 0}};

static size_t padded_count(const void *context, const char *set)
{
    (void)context, (void)set;
    return sizeof padded / sizeof padded[0];
}

static const struct code *padded_at(const void *context, const char *set, size_t index)
{
    (void)context, (void)set;
    return &padded[index];
}

static void one_digit_stands_for_two(void **state)
{
    const struct code_source two = {.set = "set", .count = padded_count, .at = padded_at, .matches = codes_match};
    const struct code *code = NULL;
    (void)state;
    assert_int_equal(code_source_resolve(&two, "2", &code), CODE_ONE);
    assert_string_equal(code->code, "02");
    assert_true(code_source_is_final(&two, "2"));
    assert_int_equal(code_source_resolve(&two, "1", &code), CODE_ONE);
    assert_string_equal(code->code, "01");
    assert_false(code_source_is_final(&two, "1"));
    assert_int_equal(code_source_resolve(&two, "3", &code), CODE_NONE);
    assert_false(code_source_is_final(&two, "0"));
}

static const struct form_def tall[] = {
    {.name = "a", .label = "甲", .kind = FORM_TEXT, .row = 0, .col = 1, .label_columns = 6, .columns = 5},
    {.name = "b", .label = "乙乙", .kind = FORM_TEXT, .row = 4, .col = 1, .label_columns = 6, .columns = 5},
    {.name = "c", .label = "丙", .kind = FORM_LINES, .row = 8, .col = 1, .label_columns = 6, .columns = 5, .rows = 2},
};

static void expect_row(const struct canvas *canvas, int row, const char *text)
{
    struct buf line;
    buf_init(&line, 400);
    canvas_row_text(canvas, row, &line);
    assert_string_equal(buf_cstr(&line), text);
    buf_release(&line);
}

static void a_tall_form_scrolls_to_the_focus(void **state)
{
    struct form form;
    struct canvas canvas;
    int first = 0;
    (void)state;
    assert_int_equal(form_init(&form, tall, 3, (struct form_hooks){0}), STATUS_OK);
    assert_int_equal(canvas_init(&canvas, 12, 30), STATUS_OK);
    canvas_clear(&canvas);
    form_draw_window(&form, &canvas, 2, 0, 6, &first, true);
    expect_row(&canvas, 2, ">甲     [_____]");
    expect_row(&canvas, 6, " 乙乙   [_____]"); /* brackets below each other */
    expect_row(&canvas, 8, "");                /* what is below the window is blank */
    form_focus(&form, 2);
    canvas_clear(&canvas);
    form_draw_window(&form, &canvas, 2, 0, 6, &first, true);
    assert_int_equal(first, 4);
    expect_row(&canvas, 1, ""); /* and what is above it */
    expect_row(&canvas, 2, " 乙乙   [_____]");
    expect_row(&canvas, 7, "        [_____]");
    assert_int_equal(canvas.cursor_row, 6);
    form_focus(&form, 1);
    canvas_clear(&canvas);
    form_draw_window(&form, &canvas, 2, 0, 6, &first, true);
    assert_int_equal(first, 4); /* inside already: it does not move */
    canvas_release(&canvas);
    form_release(&form);
}

static void refusal_keeps_the_focus_going_back_does_not(void **state)
{
    struct form form;
    struct seen seen;
    (void)state;
    open_form(&form, &seen);
    seen.refuse_phone = true;
    form_focus(&form, PHONE);
    assert_int_equal(type(&form, "12 Enter"), FORM_REFUSED);
    assert_string_equal(form.message.text, "电话要 11 位");
    assert_int_equal(form.focus, PHONE);
    type(&form, "Up");
    assert_int_equal(form.focus, SEX);
    expect(&form, PHONE, "12");
    form_release(&form);
}

static void equals_repeats(void **state)
{
    struct form form;
    struct seen seen;
    (void)state;
    open_form(&form, &seen);
    assert_int_equal(type(&form, "＝"), FORM_CHANGED); /* full-width, the input method is on */
    expect(&form, NAME, "上一个人");
    type(&form, "Ctrl-Z");
    expect(&form, NAME, "");
    type(&form, "a = b");
    expect(&form, NAME, "a=b"); /* inside a text it is a sign */
    form_focus(&form, PHONE);
    assert_int_equal(type(&form, "="), FORM_REFUSED);
    form_release(&form);
}

static void check_finds_the_missing_field(void **state)
{
    struct form form;
    struct seen seen;
    struct errmsg err;
    (void)state;
    open_form(&form, &seen);
    form_focus(&form, ANSWER);
    assert_int_equal(form_check(&form, &err), STATUS_INVALID);
    assert_string_equal(err.text, "必填: 姓名");
    assert_int_equal(form.focus, NAME);
    type(&form, "王");
    assert_int_equal(form_check(&form, &err), STATUS_OK);
    form_clear(&form);
    assert_true(form_is_empty(&form, NAME));
    assert_false(form.changed);
    form_release(&form);
}

static void looks(void **state)
{
    struct form form;
    struct seen seen;
    struct canvas canvas;
    struct buf text;
    (void)state;
    buf_init(&text, 8192);
    open_form(&form, &seen);
    assert_int_equal(canvas_init(&canvas, 5, 50), STATUS_OK);
    type(&form, "张文芳 Enter 3 Enter 139 Enter 1+2");
    form_set(&form, SHOWN, "AJ-0231", 7);
    form_draw(&form, &canvas, 0, 0, true);
    canvas_text(&canvas, &text);
    assert_string_equal(buf_cstr(&text), " 姓名 [张文芳____]  类别 [3_]劳动争议\n"
                                         " 电话 [139________]>人群 [1+2_____]男，女\n"
                                         " 编号 AJ-0231\n"
                                         " 答复 [______________________________]\n"
                                         "      [______________________________]\n");
    assert_int_equal(canvas.cursor_row, 1);
    assert_int_equal(canvas.cursor_col, 29);
    buf_clear(&text);
    form_hint(&form, 70, &text);
    assert_string_equal(buf_cstr(&text), "2 女");
    buf_clear(&text);
    form_focus(&form, SEX);
    form_hint(&form, 70, &text);
    assert_string_equal(buf_cstr(&text), "1 男  2 女  3 劳动争议  31 劳动报酬");
    buf_clear(&text);
    form_hint(&form, 26, &text);
    assert_string_equal(buf_cstr(&text), "1 男  2 女  共 4 项");
    assert_int_equal(form_height(&form), 5);
    buf_release(&text);
    canvas_release(&canvas);
    form_release(&form);
}

/* ---- picker ---- */

static enum picker_result pick(struct picker *picker, const char *name)
{
    struct key key;
    assert_int_equal(key_parse(name, &key), STATUS_OK);
    return picker_key(picker, key);
}

static void picker_filters(void **state)
{
    struct picker picker;
    (void)state;
    picker_init(&picker, source, "类别", "");
    assert_int_equal(picker.count, 4); /* the retired one is not offered */
    pick(&picker, "Down");
    assert_string_equal(picker_choice(&picker)->code, "2");
    pick(&picker, "l");
    assert_int_equal(picker.count, 2);
    pick(&picker, "Down");
    assert_int_equal(pick(&picker, "Enter"), PICKER_CHOSEN);
    assert_string_equal(picker_choice(&picker)->code, "31");
    pick(&picker, "x");
    assert_null(picker_choice(&picker));
    assert_int_equal(pick(&picker, "Enter"), PICKER_REFUSED);
    assert_int_equal(pick(&picker, "Esc"), PICKER_MOVED); /* first clears */
    assert_int_equal(picker.count, 4);
    assert_int_equal(pick(&picker, "Esc"), PICKER_CANCELLED);
    picker_release(&picker);
}

static void picker_looks(void **state)
{
    struct picker picker;
    struct canvas canvas;
    struct buf text;
    (void)state;
    buf_init(&text, 8192);
    assert_int_equal(canvas_init(&canvas, 4, 60), STATUS_OK);
    picker_init(&picker, source, "类别", "l");
    pick(&picker, "Down");
    picker_draw(&picker, &canvas, 0, 0, 4, 60);
    canvas_text(&canvas, &text);
    assert_string_equal(buf_cstr(&text), "------------------------------------------------------------\n"
                                         " 类别 [l___________________]  2 项  数字 / 拼音首字母 / 汉字\n"
                                         " 3       劳动争议\n"
                                         ">31      劳动报酬\n");
    assert_int_equal(canvas.cursor_row, 1);
    buf_release(&text);
    canvas_release(&canvas);
    picker_release(&picker);
}

/* ---- prompt ---- */

static enum prompt_result answer(struct prompt *prompt, const char *name)
{
    struct key key;
    assert_int_equal(key_parse(name, &key), STATUS_OK);
    return prompt_key(prompt, key);
}

static void prompt_asks(void **state)
{
    static const char *const answers[] = {"删除", "不删"};
    struct prompt prompt;
    (void)state;
    prompt_choice(&prompt, "删除这条记录？", answers, 2, 0);
    assert_int_equal(answer(&prompt, "Enter"), PROMPT_REFUSED); /* Enter never confirms */
    assert_int_equal(answer(&prompt, "3"), PROMPT_REFUSED);
    assert_int_equal(answer(&prompt, "１"), PROMPT_DONE);
    assert_int_equal(prompt.chosen, 1);
    assert_int_equal(answer(&prompt, "Esc"), PROMPT_CANCELLED);
    prompt_release(&prompt);
    prompt_choice(&prompt, "继续？", answers, 2, 2);
    assert_int_equal(answer(&prompt, "Enter"), PROMPT_DONE);
    assert_int_equal(prompt.chosen, 2);
    prompt_release(&prompt);
    prompt_line(&prompt, "场次", 10, 0, "青石");
    assert_int_equal(answer(&prompt, "村"), PROMPT_MOVED);
    assert_int_equal(answer(&prompt, "Enter"), PROMPT_DONE);
    assert_int_equal(prompt.edit.len, 3);
    prompt_release(&prompt);
}

/* Two fields on a row whose labels grow in English (Sex, Phone): the second moves, nothing overlaps, all ends in the line. */
static void a_table_makes_room_for_longer_labels(void **state)
{
    static const struct form_def table[] = {{.name = "sex", .label = "性别", .kind = FORM_TEXT, .row = 0, .col = 1, .columns = 1, .name_columns = 6},
                                            {.name = "phone", .label = "电话", .kind = FORM_TEXT, .row = 0, .col = 17, .columns = 13, .name_columns = 50},
                                            {.name = "category", .label = "类别", .kind = FORM_TEXT, .row = 1, .col = 1, .columns = 70}};
    enum { N = sizeof table / sizeof table[0] };
    struct form_def shown[N];
    (void)state;
    memcpy(shown, table, sizeof shown);
    form_make_room(shown, N, 80);
    assert_memory_equal(shown, table, sizeof shown);
    assert_int_equal(language_choose("en", NULL), STATUS_OK);
    form_make_room(shown, N, 80);
    assert_int_equal(form_field_col(&shown[0]), form_field_col(&shown[2])); /* "Category" decides */
    assert_true(form_end_col(&shown[0]) + shown[0].name_columns <= shown[1].col);
    for (size_t i = 0; i < N; i++)
        assert_true(form_end_col(&shown[i]) + shown[i].name_columns <= 79);
    assert_int_equal(language_choose("zh", NULL), STATUS_OK);
}

/* ---- a long text at once ---- */

enum { PASTED_CHARS = 10000, PASTED_BYTES = PASTED_CHARS * 3, PIECE = 777, LINE_MOST = 200, SMALL_MOST = 4000, BIG_MOST = 20000 };

static const struct form_def long_defs[] = {
    {"line", "事由", FORM_TEXT, 0, 1, 0, 20, 1, 0, LINE_MOST, 0, 0},
    {"small", "意见", FORM_LINES, 1, 1, 0, 30, 3, 0, SMALL_MOST, 0, 0},
    {"big", "案情", FORM_LINES, 4, 1, 0, 30, 3, 0, BIG_MOST, 0, 0},
};

/* Ten thousand characters, each ten of them different, so that a lost or moved one shows. */
static void long_text(struct buf *out)
{
    buf_init(out, PASTED_BYTES + 1);
    for (uint32_t i = 0; i < PASTED_CHARS; i++) {
        char bytes[UTF8_MAX_BYTES];
        buf_append(out, bytes, utf8_encode(0x4E00 + i % 9973, bytes));
    }
}

/* The bytes as a terminal sends them, in pieces, through the decoder. *told: the message of the last key that was refused. */
static size_t send(struct form *form, const char *text, size_t len, bool bracketed, struct errmsg *told)
{
    struct key_decoder decoder;
    struct buf bytes;
    size_t refused = 0;
    buf_init(&bytes, PASTED_BYTES + 32);
    buf_puts(&bytes, bracketed ? "\033[200~" : "");
    buf_append(&bytes, text, len);
    buf_puts(&bytes, bracketed ? "\033[201~" : "");
    key_decoder_init(&decoder);
    for (size_t at = 0; at < bytes.len;) {
        struct key key;
        size_t left = bytes.len - at;
        at += key_decoder_feed(&decoder, bytes.data + at, left < PIECE ? left : PIECE, 0);
        while (key_decoder_next(&decoder, 0, &key)) {
            enum form_result result = form_key(form, key);
            assert_true(result == FORM_CHANGED || result == FORM_REFUSED);
            refused += result == FORM_REFUSED;
            if (result == FORM_REFUSED)
                *told = form->message;
        }
    }
    key_decoder_release(&decoder);
    buf_release(&bytes);
    return refused;
}

/* Nothing is lost up to the limit, and what does not fit is told: pasted in one piece, or typed by a terminal that knows no bracketed paste. */
static void ten_thousand_characters_at_once(void **state)
{
    static const size_t most[] = {LINE_MOST, SMALL_MOST, BIG_MOST};
    struct form form;
    struct buf text;
    (void)state;
    long_text(&text);
    for (int run = 0; run < 6; run++) {
        size_t field = (size_t)run / 2, fits = most[field] < PASTED_CHARS ? most[field] : PASTED_CHARS;
        bool bracketed = run % 2 == 0;
        struct errmsg told = {{0}};
        struct buf out;
        char limit[64];
        assert_int_equal(form_init(&form, long_defs, 3, (struct form_hooks){0}), STATUS_OK);
        form_focus(&form, field);
        size_t refused = send(&form, buf_cstr(&text), text.len, bracketed, &told);
        assert_int_equal(refused, fits == PASTED_CHARS ? 0 : bracketed ? 1 : PASTED_CHARS - fits);
        buf_init(&out, PASTED_BYTES + 1);
        form_text(&form, field, &out);
        assert_int_equal(utf8_count(buf_cstr(&out), out.len), fits);
        assert_memory_equal(out.data, text.data, out.len);
        snprintf(limit, sizeof limit, "%s最多 %zu 字", long_defs[field].label, most[field]);
        assert_true(refused == 0 ? told.text[0] == '\0' : strstr(told.text, limit) != NULL);
        if (bracketed && refused > 0) { /* how much is missing is told, and one Ctrl-Z takes the paste back */
            snprintf(limit, sizeof limit, "%zu 字没有放进去", PASTED_CHARS - fits);
            assert_non_null(strstr(told.text, limit));
        }
        if (bracketed) {
            assert_int_equal(form_key(&form, key_ctrl('z')), FORM_CHANGED);
            assert_true(form_is_empty(&form, field));
        }
        buf_release(&out);
        form_release(&form);
    }
    buf_release(&text);
}

/* A number that stands there gives way to what is typed or pasted over it at once; a text does not. */
static void a_paste_replaces_what_typing_would(void **state)
{
    struct form form;
    (void)state;
    for (int pasted = 0; pasted < 2; pasted++) {
        struct errmsg told = {{0}};
        struct buf out;
        assert_int_equal(form_init(&form, defs, sizeof defs / sizeof defs[0], (struct form_hooks){0}), STATUS_OK);
        assert_int_equal(form_set(&form, PHONE, "15400000001", 11), STATUS_OK);
        assert_int_equal(form_set(&form, NAME, "张", strlen("张")), STATUS_OK);
        form_focus(&form, PHONE);
        assert_int_equal(send(&form, "139", 3, pasted == 1, &told), 0);
        form_focus(&form, NAME);
        assert_int_equal(send(&form, "文", strlen("文"), pasted == 1, &told), 0);
        buf_init(&out, 256);
        form_text(&form, PHONE, &out);
        assert_string_equal(buf_cstr(&out), "139");
        buf_clear(&out);
        form_text(&form, NAME, &out);
        assert_string_equal(buf_cstr(&out), "张文");
        buf_release(&out);
        form_release(&form);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_makes_room_for_longer_labels),
        cmocka_unit_test(enter_walks_and_reports),
        cmocka_unit_test(the_check_may_say_where_to_go_on),
        cmocka_unit_test(an_enter_behind_a_code_that_moved_on_skips_no_empty_field),
        cmocka_unit_test(back_takes_the_way_that_was_taken),
        cmocka_unit_test(codes_by_initials_and_chinese),
        cmocka_unit_test(one_digit_stands_for_two),
        cmocka_unit_test(a_tall_form_scrolls_to_the_focus),
        cmocka_unit_test(refusal_keeps_the_focus_going_back_does_not),
        cmocka_unit_test(equals_repeats),
        cmocka_unit_test(check_finds_the_missing_field),
        cmocka_unit_test(ten_thousand_characters_at_once),
        cmocka_unit_test(a_paste_replaces_what_typing_would),
        cmocka_unit_test(looks),
        cmocka_unit_test(picker_filters),
        cmocka_unit_test(picker_looks),
        cmocka_unit_test(prompt_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
