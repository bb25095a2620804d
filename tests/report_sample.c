/* tests/report_sample.c - see report_sample.h. */
#include "tests/report_sample.h"

static const struct form_column SMALL[] = {
    {1, "apply", "申请", "件", "count approved", FORM_COUNT, "approved", false, false},
    {2, "ratify", "批准情况/合计", "件", "count approved", FORM_COUNT, "approved", false, false},
    {3, "support", "批准情况/请求给付赡养费、扶养费、抚养费", "件", "count approved", FORM_COUNT, "approved", false, false},
    {4, "win", "已结案件/诉讼/胜诉", "件", "count approved", FORM_COUNT, "approved", false, false},
    {5, "lose", "已结案件/诉讼/败诉", "件", "count approved", FORM_COUNT, "approved", false, false},
    {6, "mediate", "已结案件/调解", "件", "count approved", FORM_COUNT, "approved", false, false},
    {7, "reward", "挽回损失（万元）", "万元", "count approved", FORM_COUNT, "approved", true, false},
    {8, "area", "面积", "平方米", "hand last", FORM_HAND_LAST, "", false, true},
};

const struct ministry_form REPORT_SAMPLE_SMALL_FORM = {"form6", "F6.", "法律援助统计报表六（民事法律援助）", "表六", "单位", "period_forms", PERIOD_HALF, SMALL, 8};

const struct report_head REPORT_SAMPLE_HEAD = {"永阳区法律援助中心", "李四", "张三", 20637 /* 2026-07-03 */, false, "永阳站 2026-07-02 10:12；白马站 从未同步", NULL};

static struct form_column wide_columns[FORM_COLUMNS_MAX];

static char wide_headings[FORM_COLUMNS_MAX][128];

struct ministry_form report_sample_wide_form;

char report_sample_folder[64];

char report_sample_path[128];

int report_sample_set_up(void **state)
{
    (void)state;
    snprintf(report_sample_folder, sizeof report_sample_folder, "/tmp/test_report_file.XXXXXX");
    if (mkdtemp(report_sample_folder) == NULL)
        return -1;
    snprintf(report_sample_path, sizeof report_sample_path, "%s/报表.xlsx", report_sample_folder);
    return 0;
}

int report_sample_tear_down(void **state)
{
    (void)state;
    unlink(report_sample_path);
    return rmdir(report_sample_folder);
}

/* The widest form there can be: groups of several sizes, a long head, money. */
const struct ministry_form *report_sample_wide(void)
{
    static const char *const GROUPS[] = {"批准情况", "批准情况/请求事项", "受援人分类", "已结案件承办情况/诉讼"};

    for (int i = 0; i < FORM_COLUMNS_MAX; i++) {
        snprintf(wide_headings[i], sizeof wide_headings[i], "%s/%s%d", GROUPS[i / 5 % 4], i % 7 == 3 ? "尚未完全丧失辨认或者控制自己行为能力的精神病人" : "事项", i + 1);
        wide_columns[i] = (struct form_column){i + 1, "key", wide_headings[i], "件", "count approved", FORM_COUNT, "approved", i % 11 == 10, false};
    }
    report_sample_wide_form = (struct ministry_form){"form5", "F5.", "法律援助统计报表五（刑事法律援助）", "表五", "地区", "period_forms", PERIOD_HALF, wide_columns, FORM_COLUMNS_MAX};
    return &report_sample_wide_form;
}

/* Value of unit u, column c: u * 1000 + c, money as fen of that many 0.01 万元. */
struct form_sheet report_sample_make_sheet(const struct ministry_form *form, size_t units, const char *year)
{
    struct form_sheet sheet = {.form = form, .n_rows = units + 1};
    struct year_start start = {1, 1};
    struct errmsg err = {{0}};

    sheet.rows = calloc(units + 1, sizeof *sheet.rows);
    assert_int_equal(period_parse(year, start, &sheet.period, &err), STATUS_OK);
    snprintf(sheet.rows[units].name, sizeof sheet.rows[units].name, "合计");
    for (size_t u = 0; u < units; u++) {
        sheet.rows[u].org = (int64_t)u + 1;
        snprintf(sheet.rows[u].name, sizeof sheet.rows[u].name, "第%zu站", u + 1);
        for (size_t c = 0; c < form->n_columns; c++) {
            sheet.rows[u].values[c] = (int64_t)(u + 1) * 1000 + (int64_t)c;
            if (form->columns[c].money)
                sheet.rows[u].values[c] *= 10000;
            sheet.rows[units].values[c] += sheet.rows[u].values[c];
        }
    }
    return sheet;
}

struct form_sheet report_sample_small_sheet(void)
{
    struct form_sheet sheet = report_sample_make_sheet(&REPORT_SAMPLE_SMALL_FORM, 2, "2026H1");

    sheet.rows[1].missing[7] = sheet.rows[2].missing[7] = true;
    sheet.rows[0].adjusted[2] = sheet.rows[2].adjusted[2] = 2;
    sheet.rows[0].adjusted[6] = sheet.rows[2].adjusted[6] = -5000000;
    sheet.rows[0].adjusted[7] = sheet.rows[2].adjusted[7] = 9; /* by hand altogether: no correction */
    return sheet;
}

void report_sample_expect_in(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("no %s in %s", what, text);
}

char *report_sample_entry(const char *name)
{
    size_t len;
    char *xml = unzip_entry(report_sample_path, name, &len);

    if (xml == NULL)
        fail_msg("no %s", name);
    return xml;
}
