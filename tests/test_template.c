/* tests/test_template.c - wording of papers: what ships is whole and correct, what an office writes is checked, and slots fill as described in template.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/paper/markup.h"
#include "core/paper/template.h"
#include "core/paper/template_slot.h"
#include "tests/fixture.h"

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* ---- what ships -------------------------------------------------------------------------------------------------- */

static void every_form_has_a_template_under_its_title(void **state)
{
    (void)state;
    size_t forms = code_book_count(world.codes, "doc_form");
    for (size_t i = 0; i < forms; i++) {
        struct errmsg err = {{0}};
        struct template template;
        const struct code *form = code_book_at(world.codes, "doc_form", i);
        assert_string_equal(template_form_at(i), form->code);
        assert_int_equal(template_load(world.center.store, &world.center.actor, form->code, &template, &err), STATUS_OK);
        assert_string_equal(template.form, form->code);
        assert_string_equal(template.title, form->name);
        if (template_check(template.text, strlen(template.text), &err) != STATUS_OK)
            fail_msg("form %s: %s", form->code, err.text);
        template_release(&template);
    }
    assert_null(template_form_at(forms));
}

static void numbered_forms_have_their_words(void **state)
{
    (void)state;
    static const char *const words[][2] = {{"01", ""}, {"02", "援申"}, {"06", "援补"}, {"08", "援审"}, {"09", "援决"}, {"10", "援不"}, {"11", "援派"},
                                           {"13", "援函"}, {"18", "援终"}, {"19", "援函"}, {"20", "司援异"}, {"21", "援结"}, {"22", ""}, {"42", ""}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct template template;
        assert_int_equal(template_load(world.center.store, &world.center.actor, words[i][0], &template, NULL), STATUS_OK);
        assert_string_equal(template.word, words[i][1]);
        template_release(&template);
    }
}

static void there_is_no_form_33(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct template template;
    assert_int_equal(template_load(world.center.store, &world.center.actor, "33", &template, &err), STATUS_NOT_FOUND);
    assert_int_equal(template_load(world.center.store, &world.center.actor, "", &template, &err), STATUS_NOT_FOUND);
}

static void every_slot_has_a_source_and_a_meaning(void **state)
{
    (void)state;
    const struct slot_def *broken = slot_broken();
    if (broken != NULL)
        fail_msg("slot %s names no field", broken->slot.name);
    for (size_t i = 0; template_slot_at(i) != NULL; i++) {
        assert_true(template_slot_at(i)->label[0] != '\0');
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(template_slot_at(i)->name, template_slot_at(k)->name);
    }
}

static void the_county_words_it_its_own_way(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct template template;
    struct record record;
    record_init(&record, catalogue_find("template"));
    assert_int_equal(records_begin(center->store, &center->actor, &record, center->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "form", "09"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "title", "给予援助决定书"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "text", "# 给予援助决定书\n{name}"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "word", "法援决"), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &record, &err), STATUS_OK);
    record_release(&record);
    assert_int_equal(template_load(center->store, &center->actor, "09", &template, &err), STATUS_OK);
    assert_string_equal(template.title, "给予援助决定书");
    assert_string_equal(template.text, "# 给予援助决定书\n{name}");
    assert_string_equal(template.word, "法援决");
    template_release(&template);
    assert_int_equal(template_load(center->store, &center->actor, "10", &template, &err), STATUS_OK);
    assert_string_equal(template.title, "不予法律援助决定书");
    template_release(&template);
}

/* ---- filling ----------------------------------------------------------------------------------------------------- */

/* A few values: name and agent are set, phone is empty; two materials, no opponents. */
static bool value(void *context, const char *block, long row, const char *name, struct buf *out)
{
    static const char *const materials[] = {"身份证", "欠条"};
    (void)context;
    if (strcmp(block, "materials") == 0 && strcmp(name, "row") == 0)
        buf_printf(out, "%ld", row + 1);
    else if (strcmp(block, "materials") == 0 && strcmp(name, "name") == 0 && row < 2)
        buf_puts(out, materials[row]);
    else if (block[0] == '\0' && strcmp(name, "name") == 0)
        buf_puts(out, "赵𫖯");
    else if (strcmp(name, "agent") == 0)
        buf_puts(out, "李四");
    else if (strcmp(name, "narrative") == 0)
        buf_puts(out, "# 一|二\n> 三\\");
    return out->len > 0;
}

static long rows(void *context, const char *block)
{
    (void)context;
    return strcmp(block, "materials") == 0 ? 2 : 0;
}

static void fills(const char *text, const char *expected)
{
    struct errmsg err = {{0}};
    struct buf out;
    buf_init(&out, 1 << 16);
    assert_int_equal(template_fill(text, strlen(text), value, rows, NULL, &out, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void slots_fill(void **state)
{
    (void)state;
    fills("{name}：你好", "赵𫖯：你好");
    fills("电话{phone}。", "电话____。");
    fills("电话{phone|未留}。", "电话未留。");
    fills("{name|无}", "赵𫖯");
    fills("{agent?由{agent}代{name}申请}", "由李四代赵𫖯申请");
    fills("{phone?有}{!phone?无}{!agent?无代理}", "无");
    fills("{nothing.of.this}", "____");
    fills("|{name}|{phone}|{nothing}|", "|赵𫖯||____|");
    fills("\\{name\\}", "\\{name\\}");
}

static void lines_that_do_not_apply_vanish(void **state)
{
    (void)state;
    fills("a\n{phone?b}\nc\n", "a\nc\n");
    fills("a\n{!agent?b}\n{agent?d}\nc", "a\nd\nc");
    fills("|a|\n{phone?|b|}\n{agent?|{agent}|}\n|c|\n", "|a|\n|李四|\n|c|\n");
}

static void blocks_repeat(void **state)
{
    (void)state;
    fills("x\n{#materials}\n|{row}|{name}|\n{/materials}\ny", "x\n|1|身份证|\n|2|欠条|\ny");
    fills("{#materials 4}\n|{row}|{name}|\n{/materials}\n", "|1|身份证|\n|2|欠条|\n|3||\n|4||\n");
    fills("{#opponents}\n{name}\n{/opponents}\n完", "完");
    fills("材料：{#materials}《{name}》{/materials}。", "材料：《身份证》《欠条》。");
    fills("{#materials}{agent}{/materials}", "李四李四");
}

static void what_people_said_stays_text(void **state)
{
    (void)state;
    fills("{narrative}", "\\# 一\\|二\\n\\> 三\\\\");
    fills("|{narrative}|x|", "|\\# 一\\|二\\n\\> 三\\\\|x|");
    fills("说：{narrative}", "说：# 一\\|二\\n\\> 三\\\\");
}

/* ---- templates of another kind ---- */

static bool knows(const char *block, const char *name)
{
    static const char *const names[] = {"R1", "R2", "words", "loop", "late"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (block[0] == '\0' && strcmp(names[i], name) == 0)
            return true;
    return strcmp(block, "parts") == 0 && strcmp(name, "text") == 0;
}

static bool is_block(const char *name)
{
    return strcmp(name, "parts") == 0;
}

static const struct template_names names = {knows, is_block, "某处"};

/* Values in the order they are asked for. */
static bool figure(void *context, const char *block, long row, const char *name, struct buf *out)
{
    int *asked = context;
    (void)block, (void)row;
    ++*asked;
    if (strcmp(name, "R1") == 0)
        buf_printf(out, "1-%d", *asked);
    if (strcmp(name, "R2") == 0)
        buf_puts(out, "0");
    return out->len > 0;
}

static bool figure_holds(void *context, const char *block, long row, const char *name)
{
    (void)context, (void)block, (void)row;
    return strcmp(name, "R1") == 0 || strcmp(name, "words") == 0;
}

static bool piece(void *context, const char *name, const char **text, size_t *len)
{
    (void)context;
    *text = strcmp(name, "words") == 0 ? "{R2?没有}\n# 共{R1}件|\\{" : strcmp(name, "loop") == 0 ? "a{loop}" : NULL;
    *len = *text != NULL ? strlen(*text) : 0;
    return *text != NULL;
}

static void fills_by(const char *text, const char *expected)
{
    int asked = 0;
    const struct template_answers answers = {&names, figure, rows, figure_holds, piece, &asked};
    struct buf out;
    buf_init(&out, 1 << 16);
    assert_int_equal(template_fill_by(&answers, text, strlen(text), &out, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void other_lists_of_slots(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    fills_by("{R1}、{R1}{R1?、{R1}}", "1-1、1-2、1-3"); /* a condition asks for no value */
    fills_by("{R2}{R2?有}{!R2?无}{R2|零}", "0无零");
    fills_by("{late}|{name}", "____|____");
    fills_by("x{words}y", "x# 共1-1件|\\{y"); /* not escaped; its own line that does not apply has vanished */
    fills_by("{loop}", "aaaaaaaaa{loop}");
    fills_by("{words?{R1}}", "1-1");
    assert_int_equal(template_check_by(&names, "{R1?{words}}{#parts}{text}{/parts}", strlen("{R1?{words}}{#parts}{text}{/parts}"), &err), STATUS_OK);
    assert_int_equal(template_check_by(&names, "{name}", strlen("{name}"), &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "没有名为 name 的空格；有哪些见 某处"));
    assert_int_equal(template_check_by(&names, "{#materials}", strlen("{#materials}"), &err), STATUS_INVALID);
}

/* ---- checking ---------------------------------------------------------------------------------------------------- */

static void refuses(const char *text, const char *part)
{
    struct errmsg err = {{0}};
    assert_int_equal(template_check(text, strlen(text), &err), STATUS_INVALID);
    if (strstr(err.text, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", err.text, part);
}

static void accepts(const char *text)
{
    struct errmsg err = {{0}};
    if (template_check(text, strlen(text), &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
}

static void checking_names_line_and_slot(void **state)
{
    (void)state;
    accepts("# 标题\n{name}\n");
    accepts("");
    accepts("{#materials 3}\n|{row}|{name}|{note|无}|\n{/materials}");
    accepts("|=4|6|\n|a|b|\n|^|c|\n|a|<|");
    accepts("{agent?|a|{agent}|}");
    refuses("# 标题\n{nmae}", "第 2 行: 没有名为 nmae 的空格");
    refuses("a\n\n{name|{phon}}", "第 3 行: 没有名为 phon 的空格");
    refuses("{name", "第 1 行: { 没有对应的 }");
    refuses("name}", "第 1 行: 多了一个 }");
    refuses("{#things}\n{/things}", "第 1 行: 没有名为 things 的块");
    refuses("x\n{#materials}\n{name}", "第 2 行: 块 {#materials} 没有用 {/materials} 结束");
    refuses("{/materials}", "第 1 行: {/materials} 前面没有 {#materials}");
    refuses("{#materials}\n{#steps}\n{/steps}\n{/materials}", "第 2 行: 块 {#materials} 还没有");
    refuses("{giver}", "没有名为 giver 的空格");
    accepts("{#materials}{giver}{/materials}");
    refuses("{materials.giver}", "没有名为 materials.giver 的空格");
    refuses("{Name}", "没有名为 Name 的空格");
    refuses("a\n|甲|乙", "第 2 行: 表格的行");
    refuses("|^|乙|", "第 1 行: ^ 的上面没有格子");
    refuses("|甲|乙|\n正文\n|^|丙|", "第 3 行: ^ 的上面没有格子");
    refuses("|<|乙|", "第 1 行: 第一格不能写 <");
    refuses("|=4|x|", "第 1 行: 列宽");
    refuses("[sign: 申请人", "第 1 行: 签名处");
}

/* ---- markup ------------------------------------------------------------------------------------------------------ */

static void values_read_back_as_they_were(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "a", "# a", "> a\n> b", "a|b\\n", "\\", "^", "<", "=3", "一\n\n二\n", "[seal]", "---", "n\\", "]", "{name}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct buf line, back;
        struct markup_line read;
        struct markup_cell cells[MARKUP_CELLS_MAX];
        bool right, first = true;
        buf_init(&line, 4096);
        buf_init(&back, 4096);
        buf_puts(&line, "|");
        markup_put(texts[i], strlen(texts[i]), &line);
        buf_puts(&line, "|");
        const char *at = buf_cstr(&line);
        assert_true(markup_next(&at, at + line.len, &read));
        assert_int_equal(read.kind, MARKUP_ROW);
        assert_int_equal(markup_cells(&read, cells), 1);
        assert_int_equal(cells[0].join, MARKUP_OWN);
        at = cells[0].text;
        while (markup_segment(&at, cells[0].text + cells[0].len, &back, &right)) {
            assert_false(right);
            if (at != NULL)
                buf_putc(&back, '\n');
            first = false;
        }
        assert_false(first);
        assert_string_equal(buf_cstr(&back), texts[i]);
        buf_release(&line);
        buf_release(&back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_form_has_a_template_under_its_title, open_world, close_world),
        cmocka_unit_test_setup_teardown(numbered_forms_have_their_words, open_world, close_world),
        cmocka_unit_test_setup_teardown(there_is_no_form_33, open_world, close_world),
        cmocka_unit_test(every_slot_has_a_source_and_a_meaning),
        cmocka_unit_test_setup_teardown(the_county_words_it_its_own_way, open_world, close_world),
        cmocka_unit_test(slots_fill),
        cmocka_unit_test(lines_that_do_not_apply_vanish),
        cmocka_unit_test(blocks_repeat),
        cmocka_unit_test(what_people_said_stays_text),
        cmocka_unit_test(other_lists_of_slots),
        cmocka_unit_test(checking_names_line_and_slot),
        cmocka_unit_test(values_read_back_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
