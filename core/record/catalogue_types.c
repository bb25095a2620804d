/* core/record/catalogue_types.c - the record types and their fields: the one place where a field is declared.
 *
 * Rules for whoever adds a line:
 * - A number is given once. A field that goes away leaves its number behind in a "retired" comment.
 * - Numbers 1..23 take one byte in a change, so the fields that most records fill have them. Groups that later work will widen
 *   begin at the next round number (30 assignment, 40 decision, 50 closing, 60 where it came from). Types 1..23 are for what is
 *   written daily; 24.. for the rest.
 * - The order of the lines is the order of forms, lists and exports; it may change, numbers may not.
 * - Names are SQL columns: no keyword of SQL, and none of n id scope head w_log w_seq cells gone extra version seen deleted row.
 *
 * Columns: no, name, label, kind, codes, max_chars, min, max, flags, required_when, initial, help. */
#include "core/record/catalogue_types.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
    NONE = 0,
    REQUIRED = FIELD_REQUIRED,
    CENTER = FIELD_CENTER,
    SENSITIVE = FIELD_SENSITIVE,
    HOLD = FIELD_HOLD,
    INDEX = FIELD_INDEX,
    SEARCH = FIELD_SEARCH,
    LIST = FIELD_LIST,
    CARRY = FIELD_CARRY,
    TITLE = FIELD_TITLE,
    MACHINE = FIELD_MACHINE
};

/* 1: who takes part: the center, stations, branches, law firms, courts. The center gives the number; it is the scope of rows. */
static const struct field_def org_fields[] = {
    {1, "number", "机构号", FIELD_INT, NULL, 0, 1, 999999, REQUIRED | INDEX | LIST, NULL, NULL, "中心统一编号，给出后不再更改"},
    {2, "code", "代号", FIELD_TEXT, NULL, 20, 0, 0, LIST, NULL, NULL, "简短代号，如 yongyang；命令行和登记码用它"},
    {3, "name", "名称", FIELD_NAME, NULL, 60, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, "全称，如 永阳街道法律援助工作站"},
    {4, "kind", "类别", FIELD_CODE, "org_kind", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "中心、工作站、分部、律师事务所、法院等"},
    {5, "area", "区划代码", FIELD_TEXT, NULL, 12, 0, 0, LIST, NULL, NULL, "县 6 位，镇 9 位，村 12 位"},
    {6, "host", "依托单位", FIELD_CODE, "org_host", 0, 0, 0, NONE, NULL, NULL, "工作站设在哪个单位：司法所、工会、妇联等"},
    {7, "parent", "上级机构", FIELD_REF, "org", 0, 0, 0, NONE, NULL, NULL, "上级机构的编号"},
    {8, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, NONE, NULL, NULL, "对外电话"},
    {9, "address", "地址", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
    {10, "leader", "负责人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {11, "closed", "已停办", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "停办的机构不再出现在选择里，旧记录照常显示"},
    {12, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, NONE, NULL, NULL, NULL},
};

/* 2: who may work on a machine. Rows have the scope of the user's org, so a station holds its own accounts only. */
static const struct field_def user_fields[] = {
    {1, "name", "账号", FIELD_TEXT, NULL, 20, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "登录名，全县唯一"},
    {2, "display", "姓名", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE, NULL, NULL, "工作人员姓名，写进文书"},
    {3, "role", "角色", FIELD_TEXT, NULL, 20, 0, 0, REQUIRED | LIST, NULL, "station",
     "station volunteer clerk reviewer director bureau archivist admin auditor"},
    {4, "org", "机构号", FIELD_INT, NULL, 0, 1, 999999, REQUIRED | LIST, NULL, NULL, "所属机构的号"},
    {5, "password", "密码", FIELD_SECRET, NULL, 0, 0, 0, NONE, NULL, NULL, "只保存散列值；用 user passwd 修改"},
    {6, "disabled", "已停用", FIELD_BOOL, NULL, 0, 0, 0, LIST, NULL, NULL, "停用的账号不能登录，其旧记录不变"},
    {7, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
};

/* 3: a natural person, once; consultations and cases point here. */
static const struct field_def person_fields[] = {
    {1, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | INDEX | SEARCH | LIST | TITLE, NULL, NULL, "可用 · 分隔少数民族姓名"},
    {2, "sex", "性别", FIELD_CODE, "sex", 0, 0, 0, LIST, NULL, NULL, "身份证号有效时自动填"},
    {3, "born", "出生日期", FIELD_DAY, NULL, 0, 0, 0, LIST, NULL, NULL, "身份证号有效时自动填"},
    {4, "id_kind", "证件类型", FIELD_CODE, "id_kind", 0, 0, 0, NONE, NULL, NULL, "空着时按号码判断"},
    {5, "id_no", "证件号码", FIELD_ID_NO, NULL, 0, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "居民身份证 18 位，核对校验码"},
    {6, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH | LIST | TITLE, NULL, NULL, "手机或带区号的座机"},
    {7, "phone2", "其他电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "家属或单位电话"},
    {8, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, LIST, NULL, NULL, "现住镇、街道"},
    {9, "village", "村居", FIELD_CODE, "village", 0, 0, 0, NONE, NULL, NULL, "现住村、社区"},
    {10, "address", "住址", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, "经常居住地，文书送到这里"},
    {11, "home", "户籍地", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, NULL},
    {12, "ethnic", "民族", FIELD_CODE, "ethnic", 0, 0, 0, SENSITIVE, NULL, NULL, "GB/T 3304"},
    {13, "education", "文化程度", FIELD_CODE, "education", 0, 0, 0, NONE, NULL, NULL, NULL},
    {14, "health", "健康状况", FIELD_CODE, "health", 0, 0, 0, SENSITIVE, NULL, NULL, NULL},
    {15, "occupation", "职业", FIELD_TEXT, NULL, 40, 0, 0, NONE, NULL, NULL, NULL},
    {16, "employer", "工作单位", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, NULL, NULL},
    {17, "categories", "人群类别", FIELD_CODES, "person_category", 0, 0, 0, SENSITIVE, NULL, NULL,
     "可选多项；妇女、未成年人、老年人、少数民族按证件和民族推算，不必填"},
    {18, "safe_contact", "安全联系方式", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, "家庭暴力等情形：怎样联系不会给本人带来危险"},
    {19, "merged_into", "并入", FIELD_REF, "person", 0, 0, 0, CENTER | MACHINE, NULL, NULL, "重复登记时由中心合并"},
    {20, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE, NULL, NULL, NULL},
};

/* 4: one consultation: a person (often nameless) asks, the station answers. Names are a contract of the command line. */
static const struct field_def consultation_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | CARRY, NULL, "today", "如 2026-03-05、20260305、2026年3月5日"},
    {2, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, SEARCH | LIST | TITLE, NULL, NULL, "咨询人；不愿留名可空着"},
    {3, "sex", "性别", FIELD_CODE, "sex", 0, 0, 0, NONE, NULL, NULL, "身份证号有效时自动填"},
    {4, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH | LIST, NULL, NULL, "手机或带区号的座机"},
    {5, "id_kind", "证件类型", FIELD_CODE, "id_kind", 0, 0, 0, NONE, NULL, NULL, "空着时按号码判断"},
    {6, "id_no", "证件号码", FIELD_ID_NO, NULL, 0, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "可空；居民身份证核对校验码"},
    {7, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, CARRY, NULL, NULL, "咨询人住地"},
    {8, "village", "村居", FIELD_CODE, "village", 0, 0, 0, CARRY, NULL, NULL, "填了村居，镇街自动填"},
    {9, "category", "类别", FIELD_CODE, "category", 0, 0, 0, LIST | TITLE, NULL, NULL, "婚姻家庭、劳动纠纷等"},
    {10, "topic", "事由", FIELD_TEXT, NULL, 60, 0, 0, SEARCH | LIST | TITLE, NULL, NULL, "一句话，60 字以内；事由和内容至少填一项"},
    {11, "content", "咨询内容", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | SEARCH | LIST | TITLE, NULL, NULL, "事由和内容至少填一项"},
    {12, "answer", "答复", FIELD_LONG, NULL, 20000, 0, 0, SEARCH, NULL, NULL, "答复意见和引用的条文"},
    {13, "handling", "处理方式", FIELD_CODE, "handling", 0, 0, 0, NONE, NULL, NULL, "当场答复、代书、申请法律援助、引导其他渠道"},
    {14, "channel", "咨询方式", FIELD_CODE, "channel", 0, 0, 0, CARRY, NULL, "来访", "来访、来电、来信、网络、外展现场"},
    {15, "persons", "人数", FIELD_INT, NULL, 0, 1, 9999, NONE, NULL, "1", "同来的人数，连本人"},
    {16, "matters", "件数", FIELD_INT, NULL, 0, 1, 9999, NONE, NULL, "1", "问了几件事"},
    {17, "event", "活动", FIELD_REF, "event", 0, 0, 0, CARRY, NULL, NULL, "在哪次活动现场接待的"},
    {18, "station", "工作站", FIELD_TEXT, NULL, 60, 0, 0, CARRY | MACHINE, NULL, "station", "接待的站点"},
    {19, "worker", "接待人", FIELD_NAME, NULL, 0, 0, 0, CARRY, NULL, "user", "接待咨询的工作人员或志愿者"},
    {20, "minutes", "用时(分钟)", FIELD_INT, NULL, 0, 0, 1440, NONE, NULL, NULL, "接待用了多少分钟，可空"},
    {21, "person", "人员档案", FIELD_REF, "person", 0, 0, 0, MACHINE, NULL, NULL, "认出是来过的人时自动填"},
};

/* 5: an application and the case that grows out of it: core fields. Decisions, assignments and numbers are the center's (四统一). */
static const struct field_def case_fields[] = {
    {1, "applicant", "申请人档案", FIELD_REF, "person", 0, 0, 0, INDEX, NULL, NULL, "人员档案的编号"},
    {2, "name", "申请人", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | SEARCH | LIST | TITLE, NULL, NULL, "申请人姓名，与证件一致"},
    {3, "sex", "性别", FIELD_CODE, "sex", 0, 0, 0, NONE, NULL, NULL, "身份证号有效时自动填"},
    {4, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "通知、指派都用它联系"},
    {5, "id_kind", "证件类型", FIELD_CODE, "id_kind", 0, 0, 0, NONE, NULL, NULL, "空着时按号码判断"},
    {6, "id_no", "证件号码", FIELD_ID_NO, NULL, 0, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "居民身份证核对校验码"},
    {16, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, CARRY, NULL, NULL, "申请人住地"},
    {17, "village", "村居", FIELD_CODE, "village", 0, 0, 0, NONE, NULL, NULL, "填了村居，镇街自动填"},
    {18, "categories", "人群类别", FIELD_CODES, "person_category", 0, 0, 0, SENSITIVE, NULL, NULL, "可选多项"},
    {7, "case_type", "案件类型", FIELD_CODE, "case_type", 0, 0, 0, REQUIRED | LIST, NULL, "民事", "刑事、民事、行政"},
    {8, "matter", "申请事项", FIELD_CODE, "matter", 0, 0, 0, NONE, NULL, NULL, "法律援助法第二十四、二十五、三十一条"},
    {9, "cause", "案由", FIELD_CODE, "cause", 0, 0, 0, LIST | TITLE, NULL, NULL, "最高人民法院案由或罪名"},
    {10, "source", "案件来源", FIELD_CODE, "case_source", 0, 0, 0, NONE, NULL, NULL, "直接申请、转交申请、通知辩护"},
    {11, "received_on", "收件日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today",
     "材料齐全之日起七日内审查(法律援助法第四十三条)"},
    {12, "state", "状态", FIELD_CODE, "case_state", 0, 0, 0, LIST | TITLE | MACHINE, NULL, "S1", "由办理动作推进"},
    {13, "narrative", "案情及理由", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "时间、地点、经过、请求"},
    {14, "opponent", "对方当事人", FIELD_NAME, NULL, 60, 0, 0, SEARCH, NULL, NULL, "个人或单位；用于利益冲突检查"},
    {15, "urgent", "情况紧急", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "可先行提供援助(法律援助法第四十四条)"},
    {19, "station", "受理站点", FIELD_TEXT, NULL, 60, 0, 0, CARRY | MACHINE, NULL, "station", NULL},
    {20, "worker", "受理人", FIELD_NAME, NULL, 0, 0, 0, CARRY, NULL, "user", NULL},
    {21, "provisional_no", "临时编号", FIELD_TEXT, NULL, 30, 0, 0, SEARCH | MACHINE, NULL, NULL, "站点收件时给的号，正式编号由中心给出"},
    {30, "handler", "承办人", FIELD_NAME, NULL, 0, 0, 0, CENTER | SEARCH, NULL, NULL, "中心指派"},
    {31, "assigned_on", "指派日期", FIELD_DAY, NULL, 0, 0, 0, CENTER, NULL, NULL, "决定之日起三日内(法律援助法第四十七条)"},
    {32, "firm", "承办单位", FIELD_REF, "org", 0, 0, 0, CENTER, NULL, NULL, "律师事务所、法律服务所等"},
    {40, "decision_no", "决定书编号", FIELD_TEXT, NULL, 40, 0, 0, CENTER | HOLD | INDEX | SEARCH, NULL, NULL, "如 (溧)援决字〔2026〕第12号"},
    {41, "decision", "审查决定", FIELD_CODE, "decision", 0, 0, 0, CENTER | HOLD, NULL, NULL, "给予援助、不予援助"},
    {42, "decided_on", "决定日期", FIELD_DAY, NULL, 0, 0, 0, CENTER, NULL, NULL, NULL},
    {50, "closed_on", "结案日期", FIELD_DAY, NULL, 0, 0, 0, CENTER, NULL, NULL, NULL},
    {51, "outcome", "结案方式", FIELD_CODE, "outcome", 0, 0, 0, HOLD, NULL, NULL, "胜诉、调解、撤诉等"},
    {52, "recovered", "挽回损失", FIELD_MONEY, NULL, 0, 0, 0, HOLD, NULL, NULL, "如 12000元；只写整数按分计"},
    {60, "consultation", "来自咨询", FIELD_REF, "consultation", 0, 0, 0, MACHINE, NULL, NULL, NULL},
    {61, "event", "活动", FIELD_REF, "event", 0, 0, 0, CARRY, NULL, NULL, "在哪次活动现场受理的"},
    {62, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE, NULL, NULL, NULL},
};

/* 6: a code the county adds, renames or retires; lies over the shipped sets. */
static const struct field_def code_fields[] = {
    {1, "set_name", "代码表", FIELD_TEXT, NULL, 40, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "如 category"},
    {2, "code", "代码", FIELD_TEXT, NULL, 32, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "字母和数字；给出后不再更改、不再他用"},
    {3, "name", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {4, "parent", "上级代码", FIELD_TEXT, NULL, 32, 0, 0, LIST, NULL, NULL, NULL},
    {5, "retired", "已停用", FIELD_BOOL, NULL, 0, 0, 0, LIST, NULL, NULL, "停用后不能再选，旧记录照常显示"},
    {6, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 7: publicity and outreach: a square, a village, a barracks, a meeting. */
static const struct field_def event_fields[] = {
    {1, "title", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | SEARCH | LIST | TITLE, NULL, NULL, "如 送法进军营"},
    {2, "kind", "类别", FIELD_CODE, "event_kind", 0, 0, 0, LIST | TITLE, NULL, NULL, "宣传周、进社区、进军营、培训等"},
    {3, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", NULL},
    {4, "end_date", "结束日期", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "一天的活动空着"},
    {5, "place", "地点", FIELD_TEXT, NULL, 60, 0, 0, SEARCH | LIST, NULL, NULL, NULL},
    {6, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, LIST, NULL, NULL, NULL},
    {7, "village", "村居", FIELD_CODE, "village", 0, 0, 0, NONE, NULL, NULL, "填了村居，镇街自动填"},
    {8, "worker", "负责人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
    {9, "partners", "参加单位", FIELD_TEXT, NULL, 100, 0, 0, SEARCH, NULL, NULL, "联合举办的单位"},
    {10, "persons", "参加人数", FIELD_INT, NULL, 0, 0, 9999999, LIST, NULL, NULL, "听众、受众人数"},
    {11, "materials", "发放材料", FIELD_INT, NULL, 0, 0, 9999999, NONE, NULL, NULL, "资料、手册、便民卡合计多少份"},
    {12, "boards", "展板", FIELD_INT, NULL, 0, 0, 99999, NONE, NULL, NULL, "块"},
    {13, "banners", "横幅", FIELD_INT, NULL, 0, 0, 99999, NONE, NULL, NULL, "条"},
    {14, "volunteers", "志愿者", FIELD_INT, NULL, 0, 0, 99999, NONE, NULL, NULL, "到场的志愿者人数"},
    {15, "station", "工作站", FIELD_TEXT, NULL, 60, 0, 0, MACHINE, NULL, "station", NULL},
    {16, "note", "备注", FIELD_LONG, NULL, 20000, 0, 0, SEARCH, NULL, NULL, NULL},
};

const struct record_type catalogue_types[] = {
    {1, "org", "机构", org_fields, COUNT(org_fields), TYPE_CENTER | TYPE_SHARED, "number", NULL, "中心、工作站、分部和承办单位"},
    {2, "user", "账号", user_fields, COUNT(user_fields), TYPE_CENTER, "name", NULL, "谁可以登录；只有中心能增减"},
    {3, "person", "人员", person_fields, COUNT(person_fields), TYPE_SEARCH, "name", NULL, "咨询人、申请人的基本情况"},
    {4, "consultation", "咨询", consultation_fields, COUNT(consultation_fields), TYPE_SEARCH, "date", "content,topic", "一次法律咨询"},
    {5, "case", "案件", case_fields, COUNT(case_fields), TYPE_SEARCH, "received_on", NULL, "法律援助申请及其案件"},
    {6, "code", "代码", code_fields, COUNT(code_fields), TYPE_CENTER | TYPE_SHARED, "set_name", NULL, "本县增加、改名或停用的代码"},
    {7, "event", "活动", event_fields, COUNT(event_fields), TYPE_SEARCH, "date", NULL, "宣传、巡回受理、培训等活动"},
};

const size_t catalogue_n_types = COUNT(catalogue_types);
