/* tests/test_view_document.c - papers on the screen: preview, issuing, PDF, service, voiding; and a county's wording checked in its form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/paper/paper.h"
#include "core/base/day.h"
#include "tests/paper_case.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct paper_case made;
    struct app_context context;
    struct screen screen;
    char folder[64];
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    snprintf(desk->folder, sizeof desk->folder, "/tmp/aidpost-view-XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    world_open(&desk->world, 1, desk->folder);
    struct node *center = &desk->world.center;
    paper_case_make(center, 2, &desk->made);
    desk->context = screen_context(center);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    char command[128];
    screen_close(&desk->screen);
    paper_case_release(&desk->made);
    world_close(&desk->world);
    snprintf(command, sizeof command, "rm -r '%s'", desk->folder);
    int removed = system(command);
    free(desk);
    return removed;
}

static void show(struct desk *desk, const char *form)
{
    struct view_argument argument = {.type = "case", .id = desk->made.kase.id, .text = form};
    assert_int_equal(app_open(&desk->screen.app, &view_document, &argument), STATUS_OK);
    screen_keys(&desk->screen, "Home");
}

static void a_paper_is_read_page_by_page(void **state)
{
    struct desk *desk = *state;
    show(desk, "10");
    screen_expect(&desk->screen, 0, "10 不予法律援助决定书");
    screen_expect(&desk->screen, 0, "预览");
    screen_expect(&desk->screen, 1, "                               溧水县法律援助中心");
    screen_expect(&desk->screen, 5, "阿依古丽·买买提：");
    screen_expect(&desk->screen, 23, " F8写PDF  F2出具  F4换格式");
    screen_keys(&desk->screen, "F4 08 Enter");
    screen_expect(&desk->screen, 0, "08 法律援助审查表");
    screen_expect(&desk->screen, 22, "第 1 至 21 行，共");
    screen_keys(&desk->screen, "End");
    screen_expect_any(&desk->screen, "审查期限自收到申请之日起七日");
    screen_keys(&desk->screen, "Home");
    screen_expect(&desk->screen, 1, "法律援助审查表");
}

static void issuing_gives_the_number_and_serving_is_asked_step_by_step(void **state)
{
    struct desk *desk = *state;
    show(desk, "18");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 22, "出具这份文书");
    screen_keys(&desk->screen, "2");
    screen_expect(&desk->screen, 0, "预览");
    screen_keys(&desk->screen, "F2 1");
    screen_expect(&desk->screen, 22, "已出具 (溧)援终字〔2026〕第1号");
    screen_expect(&desk->screen, 0, "已出具");
    screen_expect_any(&desk->screen, "(溧)援终字〔2026〕第1号");
    screen_expect(&desk->screen, 23, " F8写PDF  F5送达  F4回证  F6作废");
    screen_keys(&desk->screen, "F5 03 Enter Enter Enter 拒收 Enter");
    screen_expect(&desk->screen, 21, "见证人");
    screen_keys(&desk->screen, "F5 03 Enter Enter Enter ，见证人村委会丙 Enter");
    screen_expect(&desk->screen, 22, "已登记送达");
    screen_expect(&desk->screen, 0, "已送达");
    screen_keys(&desk->screen, "F4");
    screen_expect(&desk->screen, 0, "22 送达回证");
    screen_expect_any(&desk->screen, "[x]留置送达");
    screen_keys(&desk->screen, "F10 F6 打印错误 Enter");
    screen_expect(&desk->screen, 22, "已作废");
    screen_expect_any(&desk->screen, "【已作废】");
}

static void what_is_not_decided_is_not_issued(void **state)
{
    struct desk *desk = *state;
    show(desk, "10");
    screen_keys(&desk->screen, "F2 1");
    screen_expect(&desk->screen, 22, "案件没有不予援助的决定");
    screen_expect(&desk->screen, 0, "预览");
}

static void the_pdf_goes_into_the_folder_of_papers(void **state)
{
    struct desk *desk = *state;
    char path[256], id[ID_TEXT_BYTES];
    struct stat found;
    if (!paper_has_pdf())
        skip();
    show(desk, "09");
    screen_keys(&desk->screen, "F8");
    screen_expect(&desk->screen, 22, "已写 /tmp/aidpost-view-");
    id_format(desk->made.kase.id, id);
    snprintf(path, sizeof path, "%s/0/papers/09-%.8s.pdf", desk->folder, id);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_true(found.st_size > 1000);
}

static void the_list_of_papers_opens_them(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(view_open_list(&desk->screen.app, "document"), STATUS_OK);
    screen_keys(&desk->screen, "Home Enter");
    screen_expect(&desk->screen, 0, "09 给予法律援助决定书");
    screen_expect(&desk->screen, 0, "已送达");
}

static void the_county_words_a_form_from_the_shipped_text(void **state)
{
    struct desk *desk = *state;
    show(desk, "10");
    screen_keys(&desk->screen, "F6");
    screen_expect(&desk->screen, 22, "照出厂的建一份来改");
    screen_keys(&desk->screen, "1");
    screen_expect_any(&desk->screen, "不符合给予法律援助的条件"); /* a text without the focus shows its beginning */
    screen_keys(&desk->screen, "Down Down Down Up End");
    screen_expect_any(&desk->screen, "你可以继续向本中心咨询法律问题");
    screen_keys(&desk->screen, "改过的 F2");
    screen_expect(&desk->screen, 22, "已保存");
    screen_keys(&desk->screen, "F10");
    screen_expect(&desk->screen, 0, "10 不予法律援助决定书");
    screen_keys(&desk->screen, "End");
    screen_expect_any(&desk->screen, "改过的");
    screen_keys(&desk->screen, "F6 Down Down");
    screen_expect_any(&desk->screen, "改过的");
}

static void keys_and_help_agree(void **state)
{
    struct desk *desk = *state;
    struct view_argument issued = {.type = "document", .id = desk->made.document.id};
    show(desk, "10");
    struct view *top = desk->screen.app.views[desk->screen.app.n_views - 1];
    assert_null(keymap_check(view_document.keymap(top)));
    screen_keys(&desk->screen, "F1");
    screen_expect_any(&desk->screen, "改这种文书的文字");
    screen_keys(&desk->screen, "F10 F10");
    assert_int_equal(app_open(&desk->screen.app, &view_document, &issued), STATUS_OK);
    top = desk->screen.app.views[desk->screen.app.n_views - 1];
    assert_null(keymap_check(view_document.keymap(top)));
}

static void a_countys_wording_is_checked_in_its_form(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct record template = paper_record(center, 0, "template", (const char *const[]){"form=10", "title=不予法律援助决定书", "text=# 标题\n{name}", "word=援不", NULL});
    assert_int_equal(view_open_record(&desk->screen.app, template.type, template.id), STATUS_OK);
    screen_keys(&desk->screen, "Down Down Down Up End {nmae} F2");
    screen_expect(&desk->screen, 22, "没有名为 nmae 的空格");
    char *text = node_get(center, "template", template.id, "text");
    assert_string_equal(text, "# 标题\n{name}");
    free(text);
    screen_keys(&desk->screen, "Backspace Backspace Backspace Backspace Backspace Backspace {phone} F2");
    screen_expect(&desk->screen, 22, "已保存");
    text = node_get(center, "template", template.id, "text");
    assert_non_null(strstr(text, "{phone}"));
    free(text);
    record_release(&template);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_paper_is_read_page_by_page, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(issuing_gives_the_number_and_serving_is_asked_step_by_step, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_is_not_decided_is_not_issued, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_pdf_goes_into_the_folder_of_papers, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_list_of_papers_opens_them, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_county_words_a_form_from_the_shipped_text, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(keys_and_help_agree, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_countys_wording_is_checked_in_its_form, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
