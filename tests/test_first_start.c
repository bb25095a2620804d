/* tests/test_first_start.c - a machine that is nobody yet becomes a center, or a station with a code, on the screens of the built program (tui/views/first_start.c, first_setup.c), beside a real center. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "tests/pty_screen.h"
#include "tests/screen.h"
#include "tui/doctor.h"
#include "tui/process.h"
#include "tui/views/views.h"

enum { PATH_BYTES = 256, LINE_BYTES = 512, CODE_BYTES = 32 };

struct desk {
    char folder[64], aidpost[LINE_BYTES], aidpostd[LINE_BYTES];
    pid_t center;
    char address[64];
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    const char *build = getenv("AIDPOST_BUILDDIR");

    assert_non_null(desk);
    snprintf(desk->folder, sizeof desk->folder, "/tmp/aidpost-first-XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    snprintf(desk->aidpost, sizeof desk->aidpost, "%s/aidpost", build != NULL ? build : ".");
    snprintf(desk->aidpostd, sizeof desk->aidpostd, "%s/aidpostd", build != NULL ? build : ".");
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    char command[LINE_BYTES];

    process_stop(desk->center);
    snprintf(command, sizeof command, "rm -rf '%s'", desk->folder);
    assert_int_equal(system(command), 0);
    free(desk);
    return 0;
}

static void in_folder(const struct desk *desk, const char *name, char out[PATH_BYTES])
{
    snprintf(out, PATH_BYTES, "%s/%s", desk->folder, name);
}

static void run(const char *const argv[], struct buf *out)
{
    struct buf messages;
    struct errmsg err = {{0}};
    int code = 0;

    buf_init(&messages, 65536);
    if (process_run(argv, out, &messages, &code, &err) != STATUS_OK || code != 0)
        fail_msg("%s: exit %d %s%s", argv[1], code, err.text, buf_cstr(&messages));
    buf_release(&messages);
}

/* A center with one org, listening; a code for it. */
static void start_center(struct desk *desk, char code[CODE_BYTES])
{
    static const char orgs[] = "code\tname\tkind\tarea\nS1\t永阳工作站\tstation\t320117001\n";
    char center[PATH_BYTES], list[PATH_BYTES], log[PATH_BYTES], line[128];
    const char *found;
    struct errmsg err;
    struct buf out;

    in_folder(desk, "center", center);
    in_folder(desk, "orgs.tsv", list);
    in_folder(desk, "center.log", log);
    assert_int_equal(file_write(list, orgs, strlen(orgs), 0600, NULL), STATUS_OK);
    run((const char *const[]){desk->aidpost, "init", "center", "--name", "测试中心", "--area", "320117", "--orgs", list, "--data", center, NULL}, NULL);
    if (process_start((const char *const[]){desk->aidpostd, "center", "--data", center, "--listen", "127.0.0.1:0", NULL}, log, line, sizeof line, &desk->center, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(sscanf(line, "listening on %63s", desk->address), 1);
    buf_init(&out, 65536);
    run((const char *const[]){desk->aidpostd, "enrol", "new", "--org", "S1", "--data", center, "--json", NULL}, &out);
    found = strstr(buf_cstr(&out), "\"code\":\"");
    assert_non_null(found);
    assert_int_equal(sscanf(found, "\"code\":\"%31[^\"]", code), 1);
    buf_release(&out);
}

static void open_screens(struct desk *desk, struct pty_screen *pty, const char *name, char folder[PATH_BYTES])
{
    in_folder(desk, name, folder);
    pty_screen_start(pty, &(struct pty_start){.arguments = (const char *const[]){"--data", folder, NULL}});
    pty_screen_wait(pty, "第一次使用");
}

static void test_a_machine_becomes_the_center(void **state)
{
    struct desk *desk = *state;
    struct pty_screen pty;
    char folder[PATH_BYTES];

    open_screens(desk, &pty, "new", folder);
    pty_screen_keys(&pty, "3");
    pty_screen_wait(&pty, "建立县中心");
    pty_screen_keys(&pty, "F2");
    pty_screen_wait(&pty, "县中心名称");
    pty_screen_keys(&pty, "溧 水 区 法 律 援 助 中 心 Enter 9 9 F2");
    pty_screen_wait(&pty, "六位"); /* the other program's own reason */
    pty_screen_wait(&pty, "溧水区法律援助中心");
    pty_screen_keys(&pty, "Backspace Backspace 9 9 9 9 9 9");
    pty_screen_wait(&pty, "代码表里没有"); /* told at once, and asked about before it is made */
    pty_screen_keys(&pty, "F2");
    pty_screen_wait(&pty, "仍用它");
    pty_screen_keys(&pty, "2 Enter");
    pty_screen_keys(&pty, "Up Backspace Backspace Backspace Backspace Backspace Backspace 3 2 0 1 1 7");
    pty_screen_wait(&pty, "江苏省南京市溧水区");
    pty_screen_keys(&pty, "F2");
    pty_screen_wait(&pty, "待办");
    pty_screen_wait(&pty, "溧水区法律援助中心");
    pty_screen_keys(&pty, "F10");
    pty_screen_stop(&pty, 0);
}

static void test_a_machine_becomes_a_station_with_a_code(void **state)
{
    struct desk *desk = *state;
    struct pty_screen pty;
    char folder[PATH_BYTES], code[CODE_BYTES];

    start_center(desk, code);
    open_screens(desk, &pty, "station", folder);
    pty_screen_keys(&pty, "2");
    pty_screen_wait(&pty, "登记为工作站");
    pty_screen_type(&pty, "ABCDE-FGHJK-MNPQR-STVWX");
    pty_screen_keys(&pty, "Enter");
    pty_screen_type(&pty, desk->address);
    pty_screen_keys(&pty, "F2");
    pty_screen_wait(&pty, "登记码"); /* refused, in words; what was typed stays */
    pty_screen_wait(&pty, desk->address);
    pty_screen_settle(&pty);
    assert_false(pty_screen_shows(&pty, "待办"));
    for (size_t i = 0; i < 30; i++) /* the cursor stands in the field that was wrong */
        pty_screen_keys(&pty, "Backspace");
    pty_screen_type(&pty, code);
    pty_screen_keys(&pty, "F2");
    pty_screen_wait(&pty, "待办");
    pty_screen_wait(&pty, "永阳工作站"); /* the first sync has brought the orgs */
    pty_screen_keys(&pty, "F10");
    pty_screen_stop(&pty, 0);
}

/* ---- without a terminal: what it says of the machine ---- */

static void a_poor_machine(const char *folder, int64_t now_ms, struct doctor_facts *out)
{
    *out = (struct doctor_facts){.encrypted = DOCTOR_NO, .device = "sda2", .swap_in_clear = DOCTOR_NO, .free_bytes = INT64_C(1) << 40, .store_bytes = -1, .folder_mode = -1, .now_ms = now_ms,
                                 .clock_kept = DOCTOR_NO, .utf8 = true};
    snprintf(out->folder, sizeof out->folder, "%s", folder);
}

static void test_what_is_wrong_with_the_machine_stands_on_the_first_screen(void **state)
{
    struct app_context context = {.examine = a_poor_machine};
    struct screen screen;

    (void)state;
    screen_open(&screen, &context, &view_first_start, NULL, 24, 80);
    screen_expect(&screen, 4, "1 练习");
    screen_expect(&screen, 11, "不行      磁盘加密: 数据所在的磁盘没有加密（sda2）");
    screen_expect(&screen, 13, "LUKS");
    screen_expect(&screen, 14, "注意      时钟");
    screen_keys(&screen, "2");
    screen_expect(&screen, 0, "登记为工作站");
    screen_keys(&screen, "F2");
    screen_expect(&screen, 22, "登记码");
    assert_false(context.wants_restart);
    screen_keys(&screen, "F10 1");
    assert_true(context.wants_practice);
    assert_true(app_done(&screen.app));
    screen_close(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_wrong_with_the_machine_stands_on_the_first_screen),
        cmocka_unit_test_setup_teardown(test_a_machine_becomes_the_center, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_machine_becomes_a_station_with_a_code, open_desk, close_desk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
