/* core/record/catalogue_report.h - fields of record types: reports and lists: figures entered by hand, reports as they were handed in, words; and what a county tells its hub.
 * Only catalogue_types.c includes it; catalogue_field.h has the rules and columns of these tables. */
#ifndef CORE_RECORD_CATALOGUE_REPORT_H
#define CORE_RECORD_CATALOGUE_REPORT_H

#include "core/record/catalogue_field.h"

/* 52: a list as somebody wants to find it again: type, condition, order, columns (core/report/ledger.h). */
static const struct field_def saved_view_fields[] = {
    {1, "name", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | INDEX | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {2, "record_type", "记录类型", FIELD_TEXT, NULL, 40, 0, 0, REQUIRED | LIST, NULL, NULL, "如 consultation"},
    {3, "condition", "条件", FIELD_TEXT, NULL, 400, 0, 0, LIST, NULL, NULL, "如 category=婚姻家庭 and date>=2026-01-01"},
    {4, "sort", "排序", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, NULL, "字段名；前面加 - 为从大到小"},
    {5, "columns", "列", FIELD_TEXT, NULL, 400, 0, 0, NONE, NULL, NULL, "字段名，用逗号隔开；空着用默认的列"},
    {6, "worker", "保存人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
};

/* 53: a figure that no record of this program tells: an office's area, its budget, a month's expense; or what is to be added to a figure that is counted, with the reason. */
static const struct field_def stat_entry_fields[] = {
    {1, "cell", "栏目", FIELD_TEXT, NULL, 12, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "表号.栏号，如 F1.12、F3.3，或总结的 R8；aidpost report cells 列出全部"},
    {2, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", "机构、人员情况从这一天起有效；经费、调整数归属这一天"},
    {3, "amount", "数值", FIELD_INT, NULL, 0, -999999999, 999999999, LIST, NULL, NULL, "件、人、平方米；调整数可以是负数"},
    {4, "money", "金额", FIELD_MONEY, NULL, 0, -99999999999999, 99999999999999, LIST, NULL, NULL, "经费栏目填金额；冲减写负数"},
    {5, "org", "单位", FIELD_REF, "org", 0, 0, 0, INDEX, NULL, NULL, "算在哪个单位的一行；空着为中心"},
    {6, "basis", "依据", FIELD_TEXT, NULL, 200, 0, 0, LIST, NULL, NULL, "文件、凭证；调整数要写明理由"},
    {7, "worker", "填报人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
};

/* 54: a figure of a period before this program had the records, as it was reported then. */
static const struct field_def stat_baseline_fields[] = {
    {1, "cell", "栏目", FIELD_TEXT, NULL, 12, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "R1 至 R23，或表号.栏号，如 F6.2"},
    {2, "period", "期间", FIELD_TEXT, NULL, 12, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "如 2024H1、2024、2024Q3、2024-07"},
    {3, "amount", "数值", FIELD_INT, NULL, 0, -999999999, 999999999, LIST, NULL, NULL, NULL},
    {4, "money", "金额", FIELD_MONEY, NULL, 0, 0, 0, LIST, NULL, NULL, "金额栏目填这一项"},
    {5, "org", "单位", FIELD_REF, "org", 0, 0, 0, INDEX, NULL, NULL, "空着为全县合计"},
    {6, "basis", "依据", FIELD_TEXT, NULL, 200, 0, 0, LIST, NULL, NULL, "当时上报的报表、总结"},
    {7, "worker", "填报人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
};

/* 55: a report as it was handed in: every cell, how far each station had synced, up to where the log had been counted. Made by `report freeze`. */
static const struct field_def report_snapshot_fields[] = {
    {1, "report", "报表", FIELD_TEXT, NULL, 12, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "summary、monthly、quarterly、form1 至 form13"},
    {2, "period", "期间", FIELD_TEXT, NULL, 24, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, NULL},
    {3, "from_day", "起日", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {4, "to_day", "止日", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {5, "date", "存档日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {6, "worker", "存档人", FIELD_NAME, NULL, 0, 0, 0, LIST, NULL, "user", NULL},
    {7, "watermark", "变更序号", FIELD_INT, NULL, 0, 0, 9000000000000, NONE, NULL, NULL, "统计到第几条变更；之后到的记录列为补报、调整"},
    {8, "figures", "各栏", FIELD_LONG, NULL, 20000, 0, 0, NONE, NULL, NULL, "各单位各栏的数(JSON)"},
    {9, "stations", "各站同步", FIELD_LONG, NULL, 20000, 0, 0, NONE, NULL, NULL, "存档时各站点最后同步的时间(JSON)"},
    {10, "explained", "校验说明", FIELD_LONG, NULL, 20000, 0, 0, NONE, NULL, NULL, "当时没有通过的校验和说明"},
    {11, "text", "正文", FIELD_LONG, NULL, 20000, 0, 0, NONE, NULL, NULL, "工作总结的文字"},
    {12, "basis", "说明", FIELD_TEXT, NULL, 200, 0, 0, LIST, NULL, NULL, "报送给谁、重报的理由"},
    {13, "replaces", "取代", FIELD_REF, "report_snapshot", 0, 0, 0, INDEX, NULL, NULL, "同一期重新存档时，前一次的存档"},
};

/* 56: why a check of a report does not hold; it stands as long as the two cells differ by as much. */
static const struct field_def report_explanation_fields[] = {
    {1, "report", "报表", FIELD_TEXT, NULL, 12, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {2, "period", "期间", FIELD_TEXT, NULL, 24, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, NULL},
    {3, "rule", "校验", FIELD_TEXT, NULL, 95, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "校验的写法，如 F8.1=F5.1+F6.2+F7.2"},
    {4, "org", "单位", FIELD_REF, "org", 0, 0, 0, INDEX, NULL, NULL, "空着为合计"},
    {5, "difference", "相差", FIELD_INT, NULL, 0, -999999999999, 999999999999, LIST, NULL, NULL, "左边减右边；再变化时要重新说明"},
    {6, "text", "说明", FIELD_TEXT, NULL, 400, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {7, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {8, "worker", "说明人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
};

/* 57: the county's own words in its summaries: a slot of one period, or of every period, or the whole template. */
static const struct field_def report_text_fields[] = {
    {1, "period", "期间", FIELD_TEXT, NULL, 24, 0, 0, INDEX | LIST | TITLE, NULL, NULL, "空着：每一期都用"},
    {2, "slot", "文字项", FIELD_TEXT, NULL, 30, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "theme、next_steps 等；template.half、template.year 为整篇模板"},
    {3, "text", "文字", FIELD_LONG, NULL, 20000, 0, 0, REQUIRED, NULL, NULL, NULL},
    {4, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {5, "worker", "填写人", FIELD_NAME, NULL, 0, 0, 0, LIST, NULL, "user", NULL},
};

/* 58 and 59: what a county tells the hub above it (core/record/upward.h has the format). Only in upward stores and at hubs. */
static const struct field_def county_change_fields[] = {
    {1, "log", "日志", FIELD_TEXT, NULL, 32, 0, 0, NONE, NULL, NULL, NULL},
    {2, "seq", "日志内序号", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {3, "place", "县内序号", FIELD_INT, NULL, 0, 0, 0, INDEX, NULL, NULL, NULL},
    {4, "flags", "标志", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {5, "at_ms", "时间", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {6, "author", "作者", FIELD_TEXT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {7, "type_no", "种类号", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {8, "op", "操作", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {9, "seen", "已见", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {10, "schema_no", "结构版本", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {11, "org", "机构号", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {12, "row_gone", "已不在", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {13, "header_hex", "记录头", FIELD_LONG, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {14, "body_hex", "内容", FIELD_LONG, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {15, "row_is", "所在行", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {16, "body_is", "内容情况", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {17, "state", "状态", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {18, "row_org", "所在行的机构号", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {19, "parent", "上一日志", FIELD_TEXT, NULL, 32, 0, 0, NONE, NULL, NULL, NULL},
    {20, "base_seq", "分出处", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
};

static const struct field_def county_cells_fields[] = {
    {1, "report", "报表", FIELD_TEXT, NULL, 12, 0, 0, NONE, NULL, NULL, NULL},
    {2, "period", "期间", FIELD_TEXT, NULL, 24, 0, 0, NONE, NULL, NULL, NULL},
    {3, "from_day", "起日", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {4, "until_day", "止日", FIELD_DAY, NULL, 0, 0, 0, INDEX, NULL, NULL, NULL},
    {5, "org", "机构号", FIELD_INT, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {6, "figures", "各栏", FIELD_LONG, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
};

#endif /* CORE_RECORD_CATALOGUE_REPORT_H */
