/* tests/test_doctor.c - tui/doctor.h: what the facts of a machine mean, and that looking at this one ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/doctor.h"

static const int64_t NOW = INT64_C(1795716125000); /* 2026-11-27 02:02:05 +08:00 */
static const int64_t DAY = 86400000;
static const int64_t GIB = INT64_C(1) << 30;

/* A station as it should be. */
static struct doctor_facts well(void)
{
    return (struct doctor_facts){.encrypted = DOCTOR_YES, .device = "dm-0", .swap_in_clear = DOCTOR_NO, .free_bytes = 20 * GIB, .store_bytes = GIB / 10, .folder_mode = 0700, .store_mode = 0600,
                                 .now_ms = NOW, .last_known_ms = NOW - DAY, .clock_kept = DOCTOR_YES, .has_store = true, .contacted = true, .last_contact_ms = NOW - DAY, .backed_up_ms = NOW - DAY,
                                 .backup_remind_days = 7, .utf8 = true, .on_terminal = true, .term = "xterm-256color", .rows = 24, .cols = 80, .has_pdf = true, .has_font = true};
}

static const struct doctor_finding *find(const struct doctor_facts *facts, const char *name)
{
    static struct doctor_finding findings[DOCTOR_CHECKS_MAX];
    size_t n = doctor_judge(facts, findings);

    assert_true(n <= DOCTOR_CHECKS_MAX);
    for (size_t i = 0; i < n; i++)
        if (strcmp(findings[i].name, name) == 0)
            return &findings[i];
    return NULL;
}

static void expect(const struct doctor_facts *facts, const char *name, enum doctor_state state, const char *part)
{
    const struct doctor_finding *finding = find(facts, name);

    assert_non_null(finding);
    if (finding->state != state || strstr(finding->text, part) == NULL)
        fail_msg("%s: %s %s", name, doctor_state_name(finding->state), finding->text);
    assert_true((finding->advice[0] == 0) == (state == DOCTOR_WELL)); /* who is told of something is told what to do */
}

static void test_a_good_machine_is_told_so(void **state)
{
    struct doctor_facts facts = well();
    struct doctor_finding findings[DOCTOR_CHECKS_MAX];
    size_t n = doctor_judge(&facts, findings);

    (void)state;
    assert_int_equal(n, 9);
    for (size_t i = 0; i < n; i++)
        if (findings[i].state != DOCTOR_WELL || findings[i].advice[0] != 0)
            fail_msg("%s: %s", findings[i].name, findings[i].text);
}

static void test_a_disk_in_the_clear_is_wrong_and_an_unknown_one_is_not_well(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    facts.encrypted = DOCTOR_NO;
    snprintf(facts.device, sizeof facts.device, "sda2");
    expect(&facts, "disk-encryption", DOCTOR_WRONG, "sda2");
    facts.encrypted = DOCTOR_UNKNOWN;
    expect(&facts, "disk-encryption", DOCTOR_SEE_TO, "看不出");
    assert_null(find(&facts, "swap"));
    facts.swap_in_clear = DOCTOR_YES;
    expect(&facts, "swap", DOCTOR_SEE_TO, "没有加密");
}

static void test_a_clock_of_1970_and_one_behind_the_data_are_wrong(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    facts.now_ms = 5000;
    expect(&facts, "clock", DOCTOR_WRONG, "1970-01-01");
    facts = well();
    facts.last_known_ms = NOW + 2 * DAY;
    expect(&facts, "clock", DOCTOR_WRONG, "还早");
    facts = well();
    facts.skew_ms = -600000;
    expect(&facts, "clock", DOCTOR_SEE_TO, "快 10 分钟");
    facts = well();
    facts.clock_kept = DOCTOR_NO;
    expect(&facts, "clock", DOCTOR_SEE_TO, "没有自动校时");
    facts.clock_kept = DOCTOR_UNKNOWN;
    expect(&facts, "clock", DOCTOR_WELL, "2026-11-27");
}

static void test_space_is_measured_by_what_a_backup_needs(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    facts.free_bytes = 100 << 20;
    expect(&facts, "free-space", DOCTOR_WRONG, "100 MB");
    facts.free_bytes = 900 << 20;
    expect(&facts, "free-space", DOCTOR_SEE_TO, "900 MB");
    facts.free_bytes = 5 * GIB;
    facts.store_bytes = 2 * GIB;
    expect(&facts, "free-space", DOCTOR_SEE_TO, "5120 MB");
    facts.store_bytes = 6 * GIB;
    expect(&facts, "free-space", DOCTOR_WRONG, "5120 MB");
    facts.free_bytes = -1;
    expect(&facts, "free-space", DOCTOR_SEE_TO, "看不出");
}

static void test_others_must_not_read_the_folder(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    facts.folder_mode = 0755;
    expect(&facts, "permissions", DOCTOR_WRONG, "755");
    facts = well();
    facts.store_mode = 0644;
    expect(&facts, "permissions", DOCTOR_WRONG, "别的用户");
    facts = well();
    facts.foreign_owner = true;
    expect(&facts, "permissions", DOCTOR_WRONG, "另一个用户");
    facts.folder_mode = -1; /* there is none yet */
    assert_null(find(&facts, "permissions"));
}

static void test_backups_and_contact_are_reminded_of(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    facts.center_backup_ms = NOW - 3 * DAY;
    expect(&facts, "backup", DOCTOR_WELL, "县中心有 3 天前的一份");
    facts.backed_up_ms = NOW - 8 * DAY;
    expect(&facts, "backup", DOCTOR_SEE_TO, "8 天没有备份");
    facts.center = true;
    expect(&facts, "backup", DOCTOR_WRONG, "8 天没有备份");
    assert_null(find(&facts, "sync"));
    facts = well();
    facts.backed_up_ms = 0;
    expect(&facts, "backup", DOCTOR_SEE_TO, "还没有备份过");
    facts.last_contact_ms = NOW - 40 * DAY;
    expect(&facts, "sync", DOCTOR_SEE_TO, "40 天");
    facts.last_contact_ms = 0;
    expect(&facts, "sync", DOCTOR_SEE_TO, "还没有");
    facts.has_store = false;
    assert_null(find(&facts, "backup"));
    assert_null(find(&facts, "sync"));
}

/* A center that keeps stations' backups is told when one stopped coming. */
static void test_stations_backups_that_stopped_coming(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    facts.center = true;
    assert_null(find(&facts, "station-backups"));
    facts.kept = 3;
    facts.kept_oldest_days = 2;
    facts.kept_oldest_station = 4;
    snprintf(facts.kept_oldest_called, sizeof facts.kept_oldest_called, "永阳街道1号机");
    expect(&facts, "station-backups", DOCTOR_WELL, "3 个站的备份，最旧的 2 天前");
    facts.kept_overdue = 1;
    facts.kept_oldest_days = 9;
    expect(&facts, "station-backups", DOCTOR_SEE_TO, "1 个太久没有送来新的（站点 4 号 永阳街道1号机 9 天）");
}

static void test_terminal_locale_and_font(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    facts.cols = 50;
    expect(&facts, "terminal", DOCTOR_SEE_TO, "50 列");
    snprintf(facts.term, sizeof facts.term, "linux");
    facts.cols = 80;
    expect(&facts, "terminal", DOCTOR_SEE_TO, "显示不了汉字");
    facts.term[0] = 0;
    expect(&facts, "terminal", DOCTOR_SEE_TO, "TERM");
    facts.on_terminal = false;
    assert_null(find(&facts, "terminal"));
    facts.utf8 = false;
    expect(&facts, "locale", DOCTOR_WRONG, "UTF-8");
    facts.has_font = false;
    expect(&facts, "font", DOCTOR_SEE_TO, "字体");
    snprintf(facts.pdf_lacks, sizeof facts.pdf_lacks, "写不成 PDF: libpango");
    expect(&facts, "font", DOCTOR_SEE_TO, "libpango");
}

/* This machine, a folder that is not there: facts, whatever they are, and no store. */
static void test_looking_at_this_machine_ends(void **state)
{
    struct doctor_facts facts;

    (void)state;
    doctor_look("/none/of/these/folders", NULL, NULL, NOW, &facts);
    assert_false(facts.has_store);
    assert_int_equal(facts.folder_mode, -1);
    assert_true(facts.free_bytes > 0);
    assert_true(facts.utf8);
    assert_int_equal(facts.now_ms, NOW);
}

static void test_a_county_s_hub(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    assert_null(find(&facts, "upward"));
    facts.center = facts.upward_kept = true;
    snprintf(facts.upward, sizeof facts.upward, "上级 hub:7474: 最近联系 2026-11-26 10:00，都报上去了");
    expect(&facts, "upward", DOCTOR_WELL, "都报上去了");
    facts.upward_overdue = true;
    expect(&facts, "upward", DOCTOR_SEE_TO, "上级");
}

static void test_what_could_not_be_read_is_not_told(void **state)
{
    struct doctor_facts facts = well();

    (void)state;
    assert_null(find(&facts, "store"));
    snprintf(facts.unread, sizeof facts.unread, "读写出错");
    facts.backed_up_ms = 0;
    expect(&facts, "store", DOCTOR_WRONG, "读写出错");
    assert_null(find(&facts, "backup"));
    assert_null(find(&facts, "sync"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_machine_is_told_so),
        cmocka_unit_test(test_a_disk_in_the_clear_is_wrong_and_an_unknown_one_is_not_well),
        cmocka_unit_test(test_a_clock_of_1970_and_one_behind_the_data_are_wrong),
        cmocka_unit_test(test_space_is_measured_by_what_a_backup_needs),
        cmocka_unit_test(test_others_must_not_read_the_folder),
        cmocka_unit_test(test_backups_and_contact_are_reminded_of),
        cmocka_unit_test(test_stations_backups_that_stopped_coming),
        cmocka_unit_test(test_terminal_locale_and_font),
        cmocka_unit_test(test_looking_at_this_machine_ends),
        cmocka_unit_test(test_a_county_s_hub),
        cmocka_unit_test(test_what_could_not_be_read_is_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
