/* core/record/catalogue_county.h - fields of record types: what the county sets itself: codes, rules, holidays, wording, its documents; it lies over the shipped tables.
 * Only catalogue_types.c includes it; catalogue_field.h has the rules and columns of these tables. */
#ifndef CORE_RECORD_CATALOGUE_COUNTY_H
#define CORE_RECORD_CATALOGUE_COUNTY_H

#include "core/record/catalogue_field.h"

/* 6: a code the county adds, renames or retires; lies over the shipped sets. */
static const struct field_def code_fields[] = {
    {1, "set_name", "代码表", FIELD_TEXT, NULL, 40, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "如 category"},
    {2, "code", "代码", FIELD_TEXT, NULL, 32, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "字母和数字；给出后不再更改、不再他用"},
    {3, "name", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {4, "parent", "上级代码", FIELD_TEXT, NULL, 32, 0, 0, LIST, NULL, NULL, NULL},
    {5, "retired", "已停用", FIELD_BOOL, NULL, 0, 0, 0, LIST, NULL, NULL, "停用后不能再选，旧记录照常显示"},
    {7, "active_from", "启用日期", FIELD_DAY, NULL, 0, 0, 0, LIST, NULL, NULL, "这一天起的记录可以选；空着：同程序自带的，或不限"},
    {8, "active_to", "停用日期", FIELD_DAY, NULL, 0, 0, 0, LIST, NULL, NULL, "到这一天(含)的记录可以选；空着：同程序自带的，或不限"},
    {6, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 24: a county rule or the length of a period; lies over the shipped ones (core/data/rules.tsv) from a day on. */
static const struct field_def rule_fields[] = {
    {1, "name", "规则", FIELD_TEXT, NULL, 40, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "如 D02、means_standard"},
    {2, "value", "取值", FIELD_TEXT, NULL, 200, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "期限写 7日、5工作日、24小时、3年；金额写 2490元"},
    {3, "from_day", "生效日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | LIST, NULL, "today", "这一天起的事情按它办"},
    {4, "basis", "依据", FIELD_TEXT, NULL, 200, 0, 0, LIST, NULL, NULL, "文件名、文号、条款"},
    {5, "note", "备注", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, NULL},
};

/* 25: a holiday or a make-up working day; lies over the shipped list (holidays.tsv). */
static const struct field_def holiday_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, NULL},
    {2, "off", "放假", FIELD_BOOL, NULL, 0, 0, 0, LIST, NULL, NULL, "是：放假；否：周末调休上班"},
    {3, "name", "名称", FIELD_TEXT, NULL, 40, 0, 0, LIST | TITLE, NULL, NULL, "如 春节"},
    {4, "basis", "依据", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, "国务院办公厅通知文号"},
};

/* 26: the county's own wording of a paper; lies over the shipped one (core/data/templates.txt). */
static const struct field_def template_fields[] = {
    {1, "form", "格式", FIELD_CODE, "doc_form", 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, NULL},
    {2, "title", "标题", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {3, "text", "模板", FIELD_LONG, NULL, 20000, 0, 0, REQUIRED, NULL, NULL, "文字和 {空格名}；空格名见 aidpost document slots"},
    {4, "word", "文号字", FIELD_TEXT, NULL, 20, 0, 0, LIST, NULL, NULL, "如 援决；空着不编号"},
    {5, "note", "备注", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, NULL},
};

/* 41: the county's rules and documents, version by version (domain.md row 25); numbers they set are records of type rule. */
static const struct field_def rule_document_fields[] = {
    {1, "title", "名称", FIELD_TEXT, NULL, 100, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, "如 县法律援助实施办法"},
    {2, "edition", "版次", FIELD_INT, NULL, 0, 1, 999, REQUIRED | LIST | TITLE, NULL, "1", NULL},
    {3, "doc_no", "文号", FIELD_TEXT, NULL, 60, 0, 0, LIST | SEARCH, NULL, NULL, NULL},
    {4, "issuer", "制定机关", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, NULL, "几家会签的用、隔开"},
    {5, "issued_on", "印发日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {6, "effective_on", "施行日期", FIELD_DAY, NULL, 0, 0, 0, LIST, NULL, NULL, NULL},
    {7, "repealed_on", "废止日期", FIELD_DAY, NULL, 0, 0, 0, LIST, NULL, NULL, "新版施行时旧版自动填"},
    {8, "replaces", "取代", FIELD_REF, "rule_document", 0, 0, 0, INDEX, NULL, NULL, "上一版"},
    {9, "sets", "设定的规则", FIELD_TEXT, NULL, 400, 0, 0, NONE, NULL, NULL, "它规定了哪些规则，如 D02、means_standard；见“规则”"},
    {10, "text", "正文", FIELD_LONG, NULL, 20000, 0, 0, SEARCH, NULL, NULL, "全文或摘要"},
    {11, "note", "备注", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, "原件放在哪里"},
};

#endif /* CORE_RECORD_CATALOGUE_COUNTY_H */
