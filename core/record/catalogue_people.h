/* core/record/catalogue_people.h - fields of record types: people and bodies: who takes part, who works where, who is related to whom.
 * Only catalogue_types.c includes it; catalogue_field.h has the rules and columns of these tables. */
#ifndef CORE_RECORD_CATALOGUE_PEOPLE_H
#define CORE_RECORD_CATALOGUE_PEOPLE_H

#include "core/record/catalogue_field.h"

/* 1: who takes part: the center, stations, branches, law firms, courts. The center gives the number; it is the scope of rows. */
static const struct field_def org_fields[] = {
    {1, "number", "机构号", FIELD_INT, NULL, 0, 1, 999999, REQUIRED | INDEX | LIST, NULL, NULL, "中心统一编号，给出后不再更改"},
    {2, "code", "代号", FIELD_TEXT, NULL, 20, 0, 0, LIST, NULL, NULL, "简短代号，如 yongyang；命令行和登记码用它"},
    {3, "name", "名称", FIELD_NAME, NULL, 60, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, "全称，如 永阳街道法律援助工作站"},
    {4, "kind", "类别", FIELD_CODE, "org_kind", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "中心、工作站、分部、律师事务所、法院等"},
    {5, "area", "区划代码", FIELD_TEXT, NULL, 12, 0, 0, LIST, NULL, NULL, "县 6 位，镇 9 位，村 12 位"},
    {6, "host", "依托单位", FIELD_CODE, "org_host", 0, 0, 0, NONE, NULL, NULL, "工作站设在哪个单位：司法所、工会、妇联等"},
    {7, "parent", "上级机构", FIELD_REF, "org", 0, 0, 0, INDEX, NULL, NULL, "上级机构的编号"},
    {8, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, NONE, NULL, NULL, "对外电话"},
    {9, "address", "地址", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
    {10, "leader", "负责人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {11, "closed", "已停办", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "停办的机构不再出现在选择里，旧记录照常显示"},
    {13, "protected", "维护人群", FIELD_CODES, "protected_group", 0, 0, 0, NONE, NULL, NULL, "分部维护谁的权益：妇女、老年人、职工、青少年、军人军属、残疾人；空着时按依托单位推算"},
    {14, "opened_on", "设立日期", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {15, "full_time", "有专门人员", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "年报表十二：有专门工作人员"},
    {16, "contact", "联络员", FIELD_NAME, NULL, 0, 0, 0, SEARCH, NULL, NULL, "村居联络点的联络员"},
    {12, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, NONE, NULL, NULL, NULL},
};

/* 60: what people call a machine (machine_name.h). A row has the scope of the org that is to know the name: the machine's own, and for each other one that got changes of it a row of its own. */
static const struct field_def machine_fields[] = {
    {1, "number", "站号", FIELD_INT, NULL, 0, 1, 4294967295, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "登记时县中心给的号"},
    {2, "name", "名称", FIELD_TEXT, NULL, 30, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "如 团结村2号机；收到它所写内容的各站都看得到，不要写当事人的事"},
    {3, "org", "机构号", FIELD_INT, NULL, 0, 1, 999999, REQUIRED | LIST, NULL, NULL, "机器属于哪个机构"},
    {4, "told_to", "告知机构", FIELD_INT, NULL, 0, 1, 999999, LIST, NULL, NULL, "空着: 机器自己的机构；否则是收到过它所写内容、因此知道这个名称的机构"},
    {5, "since", "登记时刻", FIELD_INT, NULL, 0, 0, 253402300799999, REQUIRED, NULL, NULL, "1970 年以来的毫秒数；县中心从备份恢复后同一个站号可能先后给过两台机器，凭它分清"},
};

/* 2: who may work on a machine. Rows have the scope of the user's org, so a station holds its own accounts only. */
static const struct field_def user_fields[] = {
    {1, "name", "账号", FIELD_TEXT, NULL, 20, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "登录名，全县唯一"},
    {2, "display", "姓名", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE, NULL, NULL, "工作人员姓名，写进文书"},
    {3, "role", "角色", FIELD_TEXT, NULL, 20, 0, 0, REQUIRED | LIST, NULL, NULL,
     "station volunteer clerk reviewer director bureau archivist admin auditor"},
    {4, "org", "机构号", FIELD_INT, NULL, 0, 1, 999999, REQUIRED | LIST, NULL, NULL, "所属机构的号"},
    {5, "password", "密码", FIELD_SECRET, NULL, 0, 0, 0, NONE, NULL, NULL, "只保存散列值；用 user passwd 修改"},
    {6, "disabled", "已停用", FIELD_BOOL, NULL, 0, 0, 0, LIST, NULL, NULL, "停用的账号不能登录，其旧记录不变"},
    {7, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {8, "password_on", "密码日期", FIELD_DAY, NULL, 0, 0, 0, LIST | MACHINE, NULL, NULL, "上次改密码的日子；过了 password_days 天要再改"},
    {9, "password_history", "旧密码", FIELD_SECRET, NULL, 600, 0, 0, MACHINE, NULL, NULL, "最近几个密码的散列值，不得再用"},
};

/* 3: a natural person, once; consultations and cases point here. */
static const struct field_def person_fields[] = {
    {1, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | INDEX | SEARCH | LIST | TITLE, NULL, NULL, "可用 · 分隔少数民族姓名，最多 100 字"},
    {21, "aliases", "别名", FIELD_TEXT, NULL, 200, 0, 0, SEARCH, NULL, NULL, "小名、曾用名、别的写法，用、隔开"},
    {24, "name_note", "用字说明", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, "打不出或显示不出的字：部件、读音、码位(如 U+36C3)"},
    {2, "sex", "性别", FIELD_CODE, "sex", 0, 0, 0, LIST, NULL, NULL, "身份证号有效时自动填"},
    {3, "born", "出生日期", FIELD_DAY, NULL, 0, 0, 0, LIST, NULL, NULL, "身份证号有效时自动填"},
    {4, "id_kind", "证件类型", FIELD_CODE, "id_kind", 0, 0, 0, NONE, NULL, NULL, "空着时按号码判断"},
    {5, "id_no", "证件号码", FIELD_ID_NO, NULL, 0, 0, 0, SENSITIVE | SEARCH | INDEX, NULL, NULL, "居民身份证 18 位，核对校验码；没带可空着"},
    {6, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH | LIST | TITLE | INDEX, NULL, NULL, "手机或带区号的座机"},
    {7, "phone2", "其他电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "家属或单位电话"},
    {8, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, LIST, NULL, NULL, "现住镇、街道"},
    {9, "village", "村居", FIELD_CODE, "village", 0, 0, 0, NONE, NULL, NULL, "现住村、社区"},
    {10, "address", "住址", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, "经常居住地，文书送到这里"},
    {11, "home", "户籍地", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, NULL},
    {12, "ethnic", "民族", FIELD_CODE, "ethnic", 0, 0, 0, SENSITIVE, NULL, NULL, "GB/T 3304"},
    {13, "education", "文化程度", FIELD_CODE, "education", 0, 0, 0, NONE, NULL, NULL, NULL},
    {14, "health", "健康状况", FIELD_CODE, "health", 0, 0, 0, SENSITIVE, NULL, NULL, NULL},
    {15, "occupation", "职业", FIELD_TEXT, NULL, 40, 0, 0, NONE, NULL, NULL, NULL},
    {16, "employer", "工作单位", FIELD_TEXT, NULL, 60, 0, 0, INDEX, NULL, NULL, NULL},
    {17, "categories", "人群类别", FIELD_CODES, "person_category", 0, 0, 0, SENSITIVE, NULL, NULL,
     "可选多项；妇女、未成年人、老年人、少数民族按证件和民族推算，不必填"},
    {18, "safe_contact", "安全联系方式", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, "家庭暴力等情形：怎样联系不会给本人带来危险"},
    {22, "nationality", "国籍", FIELD_TEXT, NULL, 40, 0, 0, NONE, NULL, NULL, "中国公民空着；外国人按条约或对等原则(法律援助法第六十九条)"},
    {25, "marriage", "婚姻状况", FIELD_CODE, "marriage", 0, 0, 0, SENSITIVE, NULL, NULL, "GB/T 2261.2"},
    {23, "sealed", "封存", FIELD_BOOL, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, "未成年人犯罪记录等：不进名单、查找和报表明细(刑事诉讼法第二百八十六条)"},
    {19, "merged_into", "并入", FIELD_REF, "person", 0, 0, 0, CENTER | MACHINE | ACTION, NULL, NULL, "重复登记时由中心合并"},
    {20, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE, NULL, NULL, NULL},
};

/* 12: who may handle cases: the county's roster. */
static const struct field_def handler_fields[] = {
    {1, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | INDEX | SEARCH | LIST | TITLE, NULL, NULL, NULL},
    {2, "kind", "类型", FIELD_CODE, "handler_kind", 0, 0, 0, REQUIRED | LIST | COUNTED, NULL, NULL, "机构律师、社会律师、基层法律服务工作者、社会组织人员、志愿者"},
    {3, "firm", "所在机构", FIELD_REF, "org", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {4, "licence_no", "执业证号", FIELD_TEXT, NULL, 30, 0, 0, LIST, NULL, NULL, NULL},
    {5, "practice_from", "执业起日", FIELD_DAY, NULL, 0, 0, 0, LIST, NULL, NULL, "可能判处无期、死刑的案件要三年以上相关执业经历(法律援助法第二十六条)"},
    {6, "criminal_from", "刑辩起日", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "开始办理刑事案件的日期"},
    {7, "expertise", "专长", FIELD_CODES, "category", 0, 0, 0, NONE, NULL, NULL, "可选多项"},
    {8, "knows_minors", "熟悉未成年人", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "未成年人案件指派熟悉其身心特点的律师(未成年人保护法第一百零四条)"},
    {9, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, LIST, NULL, NULL, NULL},
    {10, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, LIST, NULL, NULL, NULL},
    {11, "load_max", "在办上限", FIELD_INT, NULL, 0, 0, 999, NONE, NULL, NULL, "空着按规则 assign_load_max"},
    {12, "suspended_from", "暂停起日", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "暂停指派"},
    {13, "suspended_to", "暂停止日", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "空着为未定"},
    {14, "left_on", "退出日期", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "不再承办"},
    {15, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, NONE, NULL, NULL, NULL},
};

/* 14: how two people stand to each other: guardian, spouse, agent (domain.md 2.3, 法律援助法第四十条); the household of the statement of means (form 4). */
static const struct field_def relation_fields[] = {
    {1, "person", "人员", FIELD_REF, "person", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "other", "对方档案", FIELD_REF, "person", 0, 0, 0, INDEX, NULL, NULL, "没有档案的只写姓名"},
    {3, "name", "对方姓名", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, NULL},
    {4, "kind", "关系", FIELD_CODE, "relation", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "对方是本人的什么人"},
    {5, "proof", "证明", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, NULL, "户口簿、结婚证、出生证明、委托书等"},
    {6, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, NULL},
    {7, "guardian", "监护人", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {8, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, "职业、健康、在读等"},
    {9, "age", "年龄", FIELD_INT, NULL, 0, 0, 150, NONE, NULL, NULL, "填经济状况说明表那天的周岁"},
    {10, "wages", "工资性收入", FIELD_MONEY, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, "每月；如 3000元"},
    {11, "business", "经营性收入", FIELD_MONEY, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, "每月；种植、养殖、小买卖"},
    {12, "other_income", "其他收入", FIELD_MONEY, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, "每月；养老金、赡养费、低保金等"},
};

/* 15: two files of one person made one, and what the surviving file held before, so that it can be taken apart again. */
static const struct field_def merge_fields[] = {
    {1, "survivor", "保留档案", FIELD_REF, "person", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "loser", "并入档案", FIELD_REF, "person", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {3, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {4, "worker", "办理人", FIELD_NAME, NULL, 0, 0, 0, LIST, NULL, "user", NULL},
    {5, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE, NULL, NULL, NULL},
    {6, "values_before", "合并前", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | MACHINE, NULL, NULL, "保留档案里被改的各项原来的值(JSON)"},
    {7, "values_after", "合并后", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | MACHINE, NULL, NULL, "合并写入的值(JSON)"},
    {8, "undone", "已拆开", FIELD_BOOL, NULL, 0, 0, 0, LIST, NULL, NULL, NULL},
    {9, "reason", "理由", FIELD_TEXT, NULL, 200, 0, 0, LIST, NULL, NULL, NULL},
};

/* 28: who signed in, or tried to (等保二级: kept at least six months, synced to the center). */
static const struct field_def signin_fields[] = {
    {1, "name", "账号", FIELD_TEXT, NULL, 64, 0, 0, REQUIRED | LIST | TITLE | INDEX, NULL, NULL, NULL},
    {2, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {6, "time", "时刻", FIELD_TEXT, NULL, 8, 0, 0, LIST, NULL, NULL, "那台机器的钟，如 09:12:31"},
    {3, "result", "结果", FIELD_CODE, "signin_result", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {4, "via", "途径", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, NULL, "屏幕、命令行"},
    {5, "station", "机器", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, "station", NULL},
};

/* 37: who works at the center, a station, a branch or a village contact point (forms 2 and 12). */
static const struct field_def staff_fields[] = {
    {1, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {2, "org", "单位", FIELD_REF, "org", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {3, "post", "职务", FIELD_CODE, "staff_post", 0, 0, 0, LIST, NULL, NULL, "负责人、专职、兼职、联络员"},
    {4, "sex", "性别", FIELD_CODE, "sex", 0, 0, 0, NONE, NULL, NULL, NULL},
    {5, "education", "文化程度", FIELD_CODE, "education", 0, 0, 0, NONE, NULL, NULL, NULL},
    {6, "law_major", "法律专业", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {7, "qualified", "法律职业资格", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {8, "lawyer", "法律援助律师", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {9, "budgeted", "在编", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {10, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, LIST, NULL, NULL, NULL},
    {11, "date", "到岗日期", FIELD_DAY, NULL, 0, 0, 0, INDEX | LIST, NULL, NULL, NULL},
    {12, "left_on", "离岗日期", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "空着为在岗"},
    {13, "user", "账号", FIELD_TEXT, NULL, 20, 0, 0, NONE, NULL, NULL, "登录名"},
    {14, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 38: who is on duty when: the office's window, a branch's day, the duty lawyer's. */
static const struct field_def duty_shift_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", NULL},
    {2, "shift", "班次", FIELD_CODE, "shift", 0, 0, 0, LIST | CARRY, NULL, "全天", "上午、下午、全天"},
    {3, "name", "值班人", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {4, "place", "岗位", FIELD_CODE, "duty_place", 0, 0, 0, LIST | CARRY, NULL, NULL, "接待窗口、12348、看守所、法院、军营联络点等"},
    {5, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {6, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {7, "result", "到岗", FIELD_CODE, "attendance_result", 0, 0, 0, LIST, NULL, NULL, "空着：还没有到日子，或者没有记"},
    {8, "substitute", "替班人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {9, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

#endif /* CORE_RECORD_CATALOGUE_PEOPLE_H */
