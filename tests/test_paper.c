/* tests/test_paper.c - papers laid out: as text by hand-made expectations, as PDF read back with poppler's tools where these are installed.
 *
 * AIDPOST_PAPERS=FOLDER keeps the PDF of every form there, to be looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/paper/document.h"
#include "core/paper/paper.h"
#include "core/paper/template.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/width.h"
#include "tests/paper_case.h"

/* ---- text -------------------------------------------------------------------------------------------------------- */

static void lays_out(const char *marked, int columns, const char *expected)
{
    struct errmsg err = {{0}};
    struct buf out;
    buf_init(&out, 1 << 20);
    assert_int_equal(paper_text(marked, strlen(marked), columns, &out, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void lines_stand_left_middle_and_right(void **state)
{
    (void)state;
    lays_out("# 决定书\n## 第1号\n甲：\n\n　　正文\n> 中心\n[seal]\n---\n", 40,
             "                 决定书\n"
             "                 第1号\n"
             "甲：\n"
             "\n"
             "　　正文\n"
             "                                    中心\n"
             "                                （盖章）\n"
             "----------------------------------------\n");
}

static void paragraphs_break_and_keep_marks_together(void **state)
{
    (void)state;
    /* 40 columns are twenty characters: the comma would begin a line, so the character before it goes with it. */
    lays_out("一二三四五六七八九十一二三四五六七八九十，好", 40, "一二三四五六七八九十一二三四五六七八九\n十，好\n");
    lays_out("一二三四五六七八九十一二三四五六七八九（十）", 40, "一二三四五六七八九十一二三四五六七八九\n（十）\n");
    lays_out("一二三四五六七八九十一二三四五六七八1,234.56元", 40, "一二三四五六七八九十一二三四五六七八\n1,234.56元\n");
    lays_out("　　一\\n二\\n　　三", 40, "　　一\n　　二\n　　三\n");
    lays_out("a\\|b\\\\c\\#", 40, "a|b\\c#\n");
}

static void long_words_are_cut(void **state)
{
    (void)state;
    lays_out("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee", 40, "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd\neeee\n");
}

static void tables_line_up(void **state)
{
    (void)state;
    /* 40 - 3 borders = 37 columns, shared 1:3. */
    lays_out("|=1|3|\n|姓名|阿依古丽·买买提|\n|住址|白马镇幸福村12号，邮政编码211225|\n", 40,
             "+---------+----------------------------+\n"
             "|  姓名   |      阿依古丽·买买提       |\n"
             "+---------+----------------------------+\n"
             "|  住址   |白马镇幸福村12号，邮政编码  |\n"
             "|         |211225                      |\n"
             "+---------+----------------------------+\n");
}

static void cells_join(void **state)
{
    (void)state;
    /* 40 - 4 borders = 36 columns, twelve each. */
    lays_out("|=1|1|1|\n|甲|乙|丙|\n|^|丁|\n|戊|<|己|\n", 40,
             "+------------+------------+------------+\n"
             "|     甲     |     乙     |     丙     |\n"
             "|            +------------+------------+\n"
             "|            |丁                       |\n"
             "+------------+------------+------------+\n"
             "|戊                       |     己     |\n"
             "+-------------------------+------------+\n");
}

static void cells_hold_lines_boxes_and_signatures(void **state)
{
    (void)state;
    lays_out("|=1|1|\n|意见|同意\\n> 甲|\n|□是　☑否|x|\n", 40,
             "+------------------+-------------------+\n"
             "|       意见       |同意               |\n"
             "|                  |                 甲|\n"
             "+------------------+-------------------+\n"
             "|   [ ]是　[x]否   |         x         |\n"
             "+------------------+-------------------+\n");
}

static void signatures_stand_side_by_side(void **state)
{
    (void)state;
    lays_out("[sign: 甲方][sign: 乙方]\n", 40, "甲方：____________  乙方：____________\n");
}

/* Every line of every form has its place in the terminal. */
static void no_form_is_wider_than_the_terminal(const char *form, const struct buf *marked)
{
    struct errmsg err = {{0}};
    for (int columns = 60; columns <= 100; columns += 20) {
        struct buf out;
        buf_init(&out, 1 << 20);
        assert_int_equal(paper_text(buf_cstr(marked), marked->len, columns, &out, &err), STATUS_OK);
        for (const char *at = buf_cstr(&out); *at != '\0'; at += strcspn(at, "\n") + 1) {
            size_t width = width_text(at, strcspn(at, "\n"));
            if (width > (size_t)columns)
                fail_msg("form %s, %d columns: %.*s", form, columns, (int)strcspn(at, "\n"), at);
        }
        buf_release(&out);
    }
}

/* ---- PDF --------------------------------------------------------------------------------------------------------- */

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/aidpost-paper-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    if (strncmp(folder, "/tmp/aidpost-paper-", 19) != 0)
        return 0;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static bool has_tool(const char *name)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

static void write_pdf(const char *name, const char *marked, char path[128])
{
    struct errmsg err = {{0}};
    struct buf pdf;
    int32_t day;
    assert_int_equal(day_from_ymd(2026, 3, 9, &day), STATUS_OK);
    buf_init(&pdf, 1 << 24);
    if (paper_pdf(marked, strlen(marked), name, day, &pdf, &err) != STATUS_OK)
        fail_msg("%s: %s", name, err.text);
    assert_true(pdf.len > 1000);
    assert_memory_equal(pdf.data, "%PDF-", 5);
    snprintf(path, 128, "%s/%s.pdf", folder, name);
    assert_int_equal(file_write(path, pdf.data, pdf.len, 0600, &err), STATUS_OK);
    buf_release(&pdf);
}

/* What a command prints, without line feeds and blanks: a paper's line breaks are not its text. */
static char *output(const char *command, const char *path)
{
    char line[256];
    snprintf(line, sizeof line, "%s '%s' -", command, path);
    if (strncmp(command, "pdftotext", 9) != 0)
        snprintf(line, sizeof line, "%s '%s'", command, path);
    FILE *pipe = popen(line, "r");
    char *text = NULL;
    size_t room, n = 0;
    FILE *memory = open_memstream(&text, &room);
    assert_non_null(pipe);
    for (int c; (c = fgetc(pipe)) != EOF; n++)
        if (strncmp(command, "pdftotext", 9) != 0 || (c != '\n' && c != ' '))
            fputc(c, memory);
    fclose(memory);
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static void contains(const char *path, const char *part)
{
    char *text = output("pdftotext -enc UTF-8", path);
    if (strstr(text, part) == NULL)
        fail_msg("%s lacks %s:\n%s", path, part, text);
    free(text);
}

static void rare_names_print_with_embedded_fonts(void **state)
{
    (void)state;
    char path[128];
    if (!paper_has_pdf())
        skip();
    write_pdf("names", "# 名册\n赵𫖯、㛃、䶮、阿依古丽·买买提\n|=1|1|\n|𠅤|𫓧|\n", path);
    if (!has_tool("pdftotext") || !has_tool("pdffonts"))
        skip();
    contains(path, "赵𫖯、㛃、䶮、阿依古丽·买买提");
    contains(path, "𠅤");
    contains(path, "𫓧");
    /* Behind two lines of heading each font is embedded and a subset: "yes yes". */
    char *fonts = output("pdffonts", path);
    int lines = 0;
    for (char *line = strtok(fonts, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (++lines > 2)
            assert_non_null(strstr(line, "yes yes"));
    assert_true(lines > 2);
    free(fonts);
}

static void a_hundred_characters_are_a_name_too(void **state)
{
    (void)state;
    char path[128], name[301] = "", marked[1024];
    if (!paper_has_pdf())
        skip();
    for (int i = 0; i < 100; i++)
        strcat(name, "古");
    snprintf(marked, sizeof marked, "# 决定书\n%s：\n|=1|3|\n|姓名|%s|\n", name, name);
    write_pdf("long", marked, path);
    if (!has_tool("pdftotext"))
        skip();
    contains(path, name);
}

static void a_character_no_font_has_is_named(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct buf pdf;
    const char *marked = "甲\xf3\xb0\x80\x81乙"; /* U+F0001, private use */
    if (!paper_has_pdf())
        skip();
    buf_init(&pdf, 1 << 24);
    assert_int_equal(paper_pdf(marked, strlen(marked), "x", 0, &pdf, &err), STATUS_INVALID);
    if (strstr(err.text, "U+F0001") == NULL)
        fail_msg("%s", err.text);
    buf_release(&pdf);
}

static void one_paper_gives_one_file(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct buf one, two;
    const char *marked = "# 标题\n　　正文，赵𫖯。\n|a|b|\n> 中心\n[seal]\n[sign: 甲]\n";
    if (!paper_has_pdf())
        skip();
    buf_init(&one, 1 << 24);
    buf_init(&two, 1 << 24);
    assert_int_equal(paper_pdf(marked, strlen(marked), "x", 20000, &one, &err), STATUS_OK);
    assert_int_equal(paper_pdf(marked, strlen(marked), "x", 20000, &two, &err), STATUS_OK);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.data, two.data, one.len);
    buf_release(&one);
    buf_release(&two);
}

static void a_paper_bears_its_own_day(void **state)
{
    (void)state;
    char path[128];
    if (!paper_has_pdf())
        skip();
    write_pdf("dated", "# 决定书\n", path);
    if (!has_tool("pdfinfo"))
        skip();
    char *info = output("TZ=Asia/Shanghai pdfinfo", path);
    if (strstr(info, "Mon Mar  9 00:00:00 2026") == NULL)
        fail_msg("%s", info);
    free(info);
}

/* A cell longer than a page goes on over several, and nothing of it is lost. */
static void a_long_account_goes_on(void **state)
{
    (void)state;
    char path[128];
    struct buf marked;
    if (!paper_has_pdf())
        skip();
    buf_init(&marked, 1 << 20);
    buf_puts(&marked, "# 申请表\n|=1|5|\n|姓名|甲|\n|案情|");
    for (int i = 0; i < 1500; i++)
        buf_printf(&marked, "第%d句。", i);
    buf_puts(&marked, "|\n|签名||\n");
    write_pdf("account", buf_cstr(&marked), path);
    buf_release(&marked);
    if (!has_tool("pdftotext") || !has_tool("pdfinfo"))
        skip();
    contains(path, "第0句。第1句。");
    contains(path, "第1499句。");
    char *info = output("pdfinfo", path);
    const char *pages = strstr(info, "Pages:");
    assert_non_null(pages);
    assert_true(strtol(pages + 6, NULL, 10) >= 3);
    free(info);
}

static void every_form_prints(void **state)
{
    (void)state;
    struct world world;
    struct paper_case made;
    struct rules *rules;
    const char *keep = getenv("AIDPOST_PAPERS");
    world_open(&world, 1, NULL);
    paper_case_make(&world.center, 2, &made);
    assert_int_equal(rules_load(&rules, world.center.store, &world.center.actor, NULL), STATUS_OK);
    if (keep != NULL)
        snprintf(folder, sizeof folder, "%s", keep);
    for (size_t i = 0; template_form_at(i) != NULL; i++) {
        struct errmsg err = {{0}};
        const char *form = template_form_at(i);
        struct document_source source = paper_case_source(&made, form);
        struct buf marked;
        char path[128];
        buf_init(&marked, 1 << 20);
        assert_int_equal(document_preview(world.center.store, &world.center.actor, world.codes, rules, form, &source, "(溧)援字〔2026〕第1号", &marked, &err), STATUS_OK);
        no_form_is_wider_than_the_terminal(form, &marked);
        if (paper_has_pdf())
            write_pdf(form, buf_cstr(&marked), path);
        if (paper_has_pdf() && has_tool("pdftotext") && strcmp(form, "22") != 0 && (strcmp(form, "23") < 0 || strcmp(form, "29") > 0))
            contains(path, "买买提");
        buf_release(&marked);
    }
    rules_free(rules);
    paper_case_release(&made);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_stand_left_middle_and_right),
        cmocka_unit_test(paragraphs_break_and_keep_marks_together),
        cmocka_unit_test(long_words_are_cut),
        cmocka_unit_test(tables_line_up),
        cmocka_unit_test(cells_join),
        cmocka_unit_test(cells_hold_lines_boxes_and_signatures),
        cmocka_unit_test(signatures_stand_side_by_side),
        cmocka_unit_test_setup_teardown(rare_names_print_with_embedded_fonts, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_hundred_characters_are_a_name_too, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_character_no_font_has_is_named, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(one_paper_gives_one_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_paper_bears_its_own_day, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_long_account_goes_on, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(every_form_prints, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
