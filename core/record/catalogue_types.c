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
#include "core/record/actor.h"
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
    MACHINE = FIELD_MACHINE,
    ACTION = FIELD_ACTION,
    ONCE = FIELD_ONCE,
    FREEZE = FIELD_FREEZE,
    COUNTED = FIELD_COUNTED
};

/* Who may save rows of a type by hand (research domain.md 3.1, 3.3). */
enum {
    INTAKE = 1 << ROLE_STATION | 1 << ROLE_VOLUNTEER | 1 << ROLE_CLERK,
    DESK = 1 << ROLE_STATION | 1 << ROLE_CLERK,
    STAFF = INTAKE | 1 << ROLE_REVIEWER | 1 << ROLE_DIRECTOR,
    LEADERS = 1 << ROLE_DIRECTOR | 1 << ROLE_ADMIN,
    CENTER_DESK = LEADERS | 1 << ROLE_CLERK,
    FILE_DESK = 1 << ROLE_CLERK | 1 << ROLE_REVIEWER | 1 << ROLE_DIRECTOR
};

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

/* 4: one consultation: a person (often nameless) asks, the station answers. Names are a contract of the command line. */
static const struct field_def consultation_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | CARRY | COUNTED, NULL, "today", "如 2026-03-05、20260305、2026年3月5日"},
    {2, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, SEARCH | LIST | TITLE, NULL, NULL, "咨询人；不愿留名可空着"},
    {3, "sex", "性别", FIELD_CODE, "sex", 0, 0, 0, COUNTED, NULL, NULL, "身份证号有效时自动填"},
    {4, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH | LIST, NULL, NULL, "手机或带区号的座机"},
    {5, "id_kind", "证件类型", FIELD_CODE, "id_kind", 0, 0, 0, NONE, NULL, NULL, "空着时按号码判断"},
    {6, "id_no", "证件号码", FIELD_ID_NO, NULL, 0, 0, 0, SENSITIVE | SEARCH | COUNTED, NULL, NULL, "可空；居民身份证核对校验码"},
    {7, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, CARRY | COUNTED, NULL, NULL, "咨询人住地"},
    {8, "village", "村居", FIELD_CODE, "village", 0, 0, 0, CARRY, NULL, NULL, "填了村居，镇街自动填"},
    {9, "category", "类别", FIELD_CODE, "category", 0, 0, 0, LIST | TITLE | COUNTED, NULL, NULL, "婚姻家庭、劳动纠纷等"},
    {10, "topic", "事由", FIELD_TEXT, NULL, 60, 0, 0, SEARCH | LIST | TITLE, NULL, NULL, "一句话，60 字以内；事由和内容至少填一项"},
    {11, "content", "咨询内容", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | SEARCH | LIST | TITLE, NULL, NULL, "事由和内容至少填一项"},
    {12, "answer", "答复", FIELD_LONG, NULL, 20000, 0, 0, SEARCH, NULL, NULL, "答复意见和引用的条文"},
    {13, "handling", "处理方式", FIELD_CODE, "handling", 0, 0, 0, COUNTED, NULL, NULL, "当场答复、代书、申请法律援助、引导其他渠道"},
    {14, "channel", "咨询方式", FIELD_CODE, "channel", 0, 0, 0, CARRY | COUNTED, NULL, "来访", "来访、来电、来信、网络、外展现场"},
    {15, "persons", "人数", FIELD_INT, NULL, 0, 1, 9999, COUNTED, NULL, "1", "同来的人数，连本人"},
    {16, "matters", "件数", FIELD_INT, NULL, 0, 1, 9999, COUNTED, NULL, "1", "问了几件事"},
    {17, "event", "活动", FIELD_REF, "event", 0, 0, 0, CARRY | INDEX, NULL, NULL, "在哪次活动现场接待的"},
    {18, "station", "工作站", FIELD_TEXT, NULL, 60, 0, 0, CARRY | MACHINE, NULL, "station", "接待的站点"},
    {19, "worker", "接待人", FIELD_NAME, NULL, 0, 0, 0, CARRY, NULL, "display", "接待咨询的工作人员或志愿者"},
    {20, "minutes", "用时(分钟)", FIELD_INT, NULL, 0, 0, 1440, NONE, NULL, NULL, "接待用了多少分钟，可空"},
    {22, "stat_topic", "统计事项", FIELD_CODE, "consult_topic", 0, 0, 0, COUNTED, NULL, NULL, "咨询季报的事项；空着时按类别统计"},
    {23, "categories", "人群类别", FIELD_CODES, "person_category", 0, 0, 0, SENSITIVE | CARRY | COUNTED, NULL, NULL, "可选多项；妇女、未成年人、老年人按性别和年龄推算，不必填"},
    {24, "age_band", "年龄段", FIELD_CODE, "age_band", 0, 0, 0, COUNTED, NULL, NULL, "不留证件时：未成年、成年、老年"},
    {25, "tally", "现场计数", FIELD_BOOL, NULL, 0, 0, 0, MACHINE, NULL, NULL, "外展现场按类别计数的一行，人数是计数的合计"},
    {26, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, CARRY | INDEX, NULL, NULL, "接待的志愿者，名册里有的"},
    {27, "referral", "来自转介", FIELD_REF, "referral", 0, 0, 0, MACHINE, NULL, NULL, "志愿者转介来的"},
    {21, "person", "人员档案", FIELD_REF, "person", 0, 0, 0, MACHINE, NULL, NULL, "认出是来过的人时自动填"},
};

/* 5: an application and the case that grows out of it: core fields. Decisions, assignments and numbers are the center's (四统一). */
static const struct field_def case_fields[] = {
    {1, "applicant", "申请人档案", FIELD_REF, "person", 0, 0, 0, INDEX, NULL, NULL, "人员档案的编号"},
    {2, "name", "申请人", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | INDEX | SEARCH | LIST | TITLE | FREEZE, NULL, NULL, "申请人姓名，与证件一致"},
    {3, "sex", "性别", FIELD_CODE, "sex", 0, 0, 0, FREEZE | COUNTED, NULL, NULL, "身份证号有效时自动填"},
    {22, "born", "出生日期", FIELD_DAY, NULL, 0, 0, 0, FREEZE | COUNTED, NULL, NULL, "身份证号有效时自动填"},
    {23, "ethnic", "民族", FIELD_CODE, "ethnic", 0, 0, 0, SENSITIVE | FREEZE | COUNTED, NULL, NULL, "GB/T 3304"},
    {4, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH | INDEX, NULL, NULL, "通知、指派都用它联系"},
    {5, "id_kind", "证件类型", FIELD_CODE, "id_kind", 0, 0, 0, FREEZE, NULL, NULL, "空着时按号码判断"},
    {6, "id_no", "证件号码", FIELD_ID_NO, NULL, 0, 0, 0, SENSITIVE | SEARCH | INDEX | FREEZE, NULL, NULL, "居民身份证核对校验码"},
    {16, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, CARRY | COUNTED, NULL, NULL, "申请人住地"},
    {17, "village", "村居", FIELD_CODE, "village", 0, 0, 0, NONE, NULL, NULL, "填了村居，镇街自动填"},
    {82, "safe_contact", "安全联系方式", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, "家庭暴力等情形：怎样联系不会给本人带来危险"},
    {18, "categories", "人群类别", FIELD_CODES, "person_category", 0, 0, 0, SENSITIVE | FREEZE | COUNTED, NULL, NULL, "可选多项"},
    {81, "sealed", "封存", FIELD_BOOL, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, "未成年人犯罪记录等：不进名单、查找和报表明细(刑事诉讼法第二百八十六条)"},
    {79, "agent", "代理申请人", FIELD_NAME, NULL, 0, 0, 0, SEARCH | INDEX, NULL, NULL, "法定代理人或近亲属代为申请(法律援助法第四十条)"},
    {80, "agent_kind", "代理关系", FIELD_CODE, "agent_kind", 0, 0, 0, NONE, "agent", NULL, "法定代理、委托代理、近亲属"},
    {7, "case_type", "案件类型", FIELD_CODE, "case_type", 0, 0, 0, REQUIRED | LIST | FREEZE | COUNTED, NULL, "民事", "刑事、民事、行政"},
    {8, "matter", "申请事项", FIELD_CODE, "matter", 0, 0, 0, FREEZE | COUNTED, NULL, NULL, "法律援助法第二十四、二十五、三十一条"},
    {9, "cause", "案由", FIELD_CODE, "cause", 0, 0, 0, LIST | TITLE | FREEZE | COUNTED, NULL, NULL, "最高人民法院案由或罪名"},
    {71, "stat_matter", "统计事项", FIELD_CODE, "stat_matter", 0, 0, 0, COUNTED, NULL, NULL, "年报表六、表七的事项；空着时按案由推算"},
    {29, "stage", "办案阶段", FIELD_CODE, "stage", 0, 0, 0, COUNTED, NULL, NULL, "侦查、一审、仲裁等；换一个阶段另立一案"},
    {70, "legal_status", "法律地位", FIELD_CODE, "legal_status", 0, 0, 0, COUNTED, NULL, NULL, "原告、被告、犯罪嫌疑人等"},
    {67, "organ", "办案机关", FIELD_TEXT, NULL, 60, 0, 0, SEARCH, NULL, NULL, "法院、检察院、公安、仲裁委"},
    {68, "notice_no", "来文文号", FIELD_TEXT, NULL, 60, 0, 0, SEARCH, NULL, NULL, "通知辩护、转交申请的公函文号"},
    {69, "notice_ground", "通知情形", FIELD_CODE, "notice_ground", 0, 0, 0, COUNTED, NULL, NULL, "法律援助法第二十五、二十八条"},
    {88, "custody", "羁押状态", FIELD_CODE, "custody", 0, 0, 0, SENSITIVE, NULL, NULL, "未羁押、拘留、逮捕、取保候审、服刑等"},
    {74, "detained_at", "羁押地点", FIELD_TEXT, NULL, 60, 0, 0, SENSITIVE, NULL, NULL, "看守所、监狱；未羁押空着"},
    {86, "apply_channel", "申请方式", FIELD_CODE, "apply_channel", 0, 0, 0, NONE, NULL, NULL, "窗口、工作站、分部、外展现场、电话、网络、上门、邮寄"},
    {10, "source", "案件来源", FIELD_CODE, "case_source", 0, 0, 0, COUNTED, NULL, NULL, "直接申请、转交申请、通知辩护"},
    {11, "received_on", "收件日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | FREEZE | COUNTED, NULL, "today",
     "七日的审查期限从站点收件之日起算(法律援助法第四十三条)"},
    {12, "state", "状态", FIELD_CODE, "case_state", 0, 0, 0, LIST | TITLE | MACHINE | ACTION | HOLD | INDEX | COUNTED, NULL, "S1", "由办理动作推进"},
    {13, "narrative", "案情及理由", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "时间、地点、经过、请求"},
    {14, "opponent", "对方当事人", FIELD_NAME, NULL, 0, 0, 0, SEARCH | INDEX, NULL, NULL, "个人或单位；用于利益冲突检查"},
    {15, "urgent", "情况紧急", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "可先行提供援助(法律援助法第四十四条)"},
    {24, "limitation_kind", "时效种类", FIELD_CODE, "limitation", 0, 0, 0, NONE, NULL, NULL, "诉讼、仲裁、复议的期限"},
    {90, "limitation_from", "时效起算", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "知道权利受损、收到裁决或处罚之日；填了它和种类，届满日自动算"},
    {25, "limitation_on", "时效届满", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "离这一天不足七日的，可以先行提供援助(法律援助法第四十四条)"},
    {75, "exempt_32", "免查情形", FIELD_CODE, "exempt_32", 0, 0, 0, COUNTED, NULL, NULL, "不受经济困难条件限制(法律援助法第三十二条)"},
    {76, "waived_42", "免核情形", FIELD_CODE, "waived_42", 0, 0, 0, NONE, NULL, NULL, "免予核查经济困难状况(法律援助法第四十二条)，须有材料证明"},
    {78, "household", "家庭人数", FIELD_INT, NULL, 0, 1, 99, NONE, NULL, NULL, "共同生活的家庭成员，连本人"},
    {77, "income", "人均月收入", FIELD_MONEY, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, "申请前一段时间家庭人均月收入；如 1200元"},
    {87, "hardship", "困难情形", FIELD_CODES, "hardship", 0, 0, 0, SENSITIVE, NULL, NULL, "经济困难状况说明表的特殊情形，可选多项"},
    {83, "soldier_priority", "军人军属优先", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "军人、军属优先办理(军人地位和权益保障法第六十一条)"},
    {19, "station", "受理站点", FIELD_TEXT, NULL, 60, 0, 0, CARRY | MACHINE, NULL, "station", NULL},
    {20, "worker", "受理人", FIELD_NAME, NULL, 0, 0, 0, CARRY, NULL, "display", NULL},
    {21, "provisional_no", "临时编号", FIELD_TEXT, NULL, 30, 0, 0, SEARCH | MACHINE | ACTION, NULL, NULL, "站点收件时给的号，正式编号由中心给出"},
    {26, "paused_on", "中止起日", FIELD_DAY, NULL, 0, 0, 0, MACHINE | ACTION, NULL, NULL, "补正、协作核查期间不计入审查期限"},
    {27, "paused_days", "扣除天数", FIELD_INT, NULL, 0, 0, 9999, MACHINE | ACTION, NULL, NULL, "已扣除的补正、核查天数"},
    {28, "supplement_due", "补正期限", FIELD_DAY, NULL, 0, 0, 0, MACHINE | ACTION, NULL, NULL, "逾期不补视为撤回(法律援助法第四十三条)"},
    {30, "handler", "承办人", FIELD_NAME, NULL, 0, 0, 0, CENTER | SEARCH | ACTION, NULL, NULL, "中心指派"},
    {31, "assigned_on", "指派日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION, NULL, NULL, "决定之日起三日内(法律援助法第四十三条)"},
    {32, "firm", "承办单位", FIELD_REF, "org", 0, 0, 0, CENTER | ACTION, NULL, NULL, "律师事务所、法律服务所等"},
    {33, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, CENTER | MACHINE | ACTION | INDEX | COUNTED, NULL, NULL, NULL},
    {34, "assign_reason", "指派理由", FIELD_TEXT, NULL, 200, 0, 0, CENTER | ACTION, NULL, NULL, "受援人意愿、专业特长、轮流等"},
    {35, "agreed_on", "签约日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION, NULL, NULL, "指派后五日内签订协议和授权委托书"},
    {36, "second_handler", "协办人", FIELD_NAME, NULL, 0, 0, 0, CENTER | ACTION, NULL, NULL, "一案两人承办时的另一人"},
    {37, "change_asked_on", "申请更换日", FIELD_DAY, NULL, 0, 0, 0, CENTER | MACHINE | ACTION, NULL, NULL, "受援人申请更换承办人之日"},
    {38, "urgent_ground", "先行情形", FIELD_CODE, "urgent_ground", 0, 0, 0, CENTER | ACTION, NULL, NULL, "法律援助法第四十四条各项"},
    {40, "decision_no", "决定书编号", FIELD_TEXT, NULL, 40, 0, 0, CENTER | HOLD | INDEX | SEARCH | ACTION, NULL, NULL, "如 (溧)援决字〔2026〕第12号"},
    {41, "decision", "审查决定", FIELD_CODE, "decision", 0, 0, 0, CENTER | HOLD | ACTION | COUNTED, NULL, NULL, "给予援助、不予援助"},
    {42, "decided_on", "决定日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | INDEX | ACTION | COUNTED, NULL, NULL, NULL},
    {43, "basis", "依据条款", FIELD_TEXT, NULL, 100, 0, 0, CENTER | ACTION, NULL, NULL, "如 法律援助法第三十一条第(五)项"},
    {44, "refuse_reason", "不予理由", FIELD_CODE, "refuse_reason", 0, 0, 0, CENTER | ACTION | COUNTED, NULL, NULL, "年报表六按它统计"},
    {45, "aid_form", "援助方式", FIELD_CODE, "aid_form", 0, 0, 0, CENTER | ACTION | COUNTED, NULL, NULL, "法律援助法第二十二条"},
    {46, "objected_on", "异议日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | MACHINE | ACTION, NULL, NULL, "向司法局提出异议之日(法律援助法第四十九条)"},
    {47, "objection_result", "异议结果", FIELD_CODE, "objection_result", 0, 0, 0, CENTER | ACTION, NULL, NULL, "维持、责令改正"},
    {85, "objection_decided_on", "异议决定日", FIELD_DAY, NULL, 0, 0, 0, CENTER | MACHINE | ACTION, NULL, NULL, "司法局作出异议审查决定之日，复议和诉讼的期限从它起算"},
    {48, "term_ground", "终止情形", FIELD_CODE, "term_ground", 0, 0, 0, CENTER | ACTION, NULL, NULL, "法律援助法第四十八条各项"},
    {49, "terminated_on", "终止日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | INDEX | ACTION | COUNTED, NULL, NULL, NULL},
    {50, "closed_on", "结案日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | INDEX | ACTION | COUNTED, NULL, NULL, "收到裁判文书等结案文书之日"},
    {51, "outcome", "结案方式", FIELD_CODE, "outcome", 0, 0, 0, HOLD | COUNTED, NULL, NULL, "胜诉、调解、撤诉等"},
    {89, "appeal", "上诉情况", FIELD_CODE, "appeal", 0, 0, 0, HOLD, NULL, NULL, "一审结案后是否上诉、谁上诉"},
    {52, "recovered", "挽回损失", FIELD_MONEY, NULL, 0, 0, 0, HOLD | COUNTED, NULL, NULL, "如 12000元；屏幕上只写整数就是元，命令行只写整数按分计"},
    {57, "wages_recovered", "其中讨薪", FIELD_MONEY, NULL, 0, 0, 0, HOLD | COUNTED, NULL, NULL, "为农民工讨薪的部分"},
    {53, "closing_doc", "结案文书", FIELD_CODE, "closing_doc", 0, 0, 0, CENTER | ACTION, NULL, NULL, "判决书、裁定书、调解书、起诉书等"},
    {54, "closing_doc_no", "结案文号", FIELD_TEXT, NULL, 60, 0, 0, CENTER | ACTION, NULL, NULL, NULL},
    {55, "reported_on", "报结日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION, NULL, NULL, "承办人交齐结案材料之日，结案后三十日内"},
    {56, "effect", "承办效果", FIELD_LONG, NULL, 2000, 0, 0, CENTER | SENSITIVE | ACTION, NULL, NULL, "办案小结、社会效果"},
    {58, "subsidy", "补贴金额", FIELD_MONEY, NULL, 0, 0, 0, CENTER | ACTION, NULL, NULL, "按补贴标准表加减后的实发数"},
    {59, "paid_on", "发放日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION, NULL, NULL, NULL},
    {84, "accepted_on", "结案审核日", FIELD_DAY, NULL, 0, 0, 0, CENTER | MACHINE | ACTION, NULL, NULL, NULL},
    {63, "archive_no", "档号", FIELD_TEXT, NULL, 40, 0, 0, CENTER | SEARCH | ACTION | INDEX, NULL, NULL, NULL},
    {64, "archived_on", "归档日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION, NULL, NULL, NULL},
    {65, "retention", "保管期限", FIELD_CODE, "retention", 0, 0, 0, CENTER | ACTION, NULL, NULL, "永久、30年、10年，由档案主管部门批准"},
    {91, "volumes", "卷数", FIELD_INT, NULL, 0, 1, 999, CENTER | ACTION, NULL, NULL, "一案一卷；材料多的分册"},
    {66, "shelf", "存放位置", FIELD_TEXT, NULL, 40, 0, 0, CENTER | ACTION, NULL, NULL, NULL},
    {72, "prev_case", "上一阶段", FIELD_REF, "case", 0, 0, 0, INDEX, NULL, NULL, "同一事项的上一阶段或上一审的案件"},
    {73, "case_group", "群体案件", FIELD_REF, "case_group", 0, 0, 0, INDEX | COUNTED, NULL, NULL, "同一雇主、同一事故的一批案件"},
    {60, "consultation", "来自咨询", FIELD_REF, "consultation", 0, 0, 0, MACHINE | COUNTED, NULL, NULL, NULL},
    {61, "event", "活动", FIELD_REF, "event", 0, 0, 0, CARRY | INDEX, NULL, NULL, "在哪次活动现场受理的"},
    {62, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE, NULL, NULL, NULL},
};

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

/* 7: publicity and outreach: a square, a village, a barracks, a meeting. */
static const struct field_def event_fields[] = {
    {1, "title", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | SEARCH | LIST | TITLE, NULL, NULL, "如 送法进军营"},
    {2, "kind", "类别", FIELD_CODE, "event_kind", 0, 0, 0, LIST | TITLE, NULL, NULL, "宣传周、进社区、进军营、培训等"},
    {3, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", NULL},
    {18, "also", "兼有类别", FIELD_CODES, "event_kind", 0, 0, 0, NONE, NULL, NULL, "一场活动兼有几类的，合计只算一场"},
    {17, "campaign", "宣传周", FIELD_REF, "campaign", 0, 0, 0, INDEX | CARRY, NULL, NULL, "属于哪次宣传周、宣传月；空着是单独的活动"},
    {5, "place", "地点", FIELD_TEXT, NULL, 60, 0, 0, SEARCH | LIST, NULL, NULL, NULL},
    {6, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, LIST, NULL, NULL, NULL},
    {7, "village", "村居", FIELD_CODE, "village", 0, 0, 0, NONE, NULL, NULL, "填了村居，镇街自动填"},
    {19, "place_kind", "场所", FIELD_CODE, "place_kind", 0, 0, 0, NONE, NULL, NULL, "社区、村、军营、工厂、学校、广场、媒体等"},
    {20, "unit", "部队代号", FIELD_CODE, "military_unit", 0, 0, 0, NONE, NULL, NULL, "进军营的活动只写代号，不写番号和驻地(军人军属法律援助工作实施办法)"},
    {4, "end_date", "结束日期", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "一天的活动空着"},
    {8, "worker", "负责人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
    {21, "bodies", "参加部门", FIELD_CODES, "partner_body", 0, 0, 0, NONE, NULL, NULL, "人武部、法院、检察院、工会、团县委、妇联、老龄委、残联、各镇工作站等，可选多项"},
    {9, "partners", "参加单位", FIELD_TEXT, NULL, 100, 0, 0, SEARCH, NULL, NULL, "联合举办的单位"},
    {22, "laws", "宣传法规", FIELD_CODES, "publicity_law", 0, 0, 0, NONE, NULL, NULL, "可选多项；本县可以增加"},
    {10, "persons", "参加人数", FIELD_INT, NULL, 0, 0, 9999999, LIST, NULL, NULL, "听众、受众人数"},
    {24, "consulted", "咨询人次", FIELD_INT, NULL, 0, 0, 9999999, LIST, NULL, NULL, "现场解答咨询的人次；有逐条登记的按登记算，收场时填入"},
    {25, "consulted_matters", "咨询件数", FIELD_INT, NULL, 0, 0, 9999999, NONE, NULL, NULL, "收场时按登记填入"},
    {26, "accepted", "现场受理", FIELD_INT, NULL, 0, 0, 999999, NONE, NULL, NULL, "现场受理的援助申请，件；收场时按登记填入"},
    {11, "materials", "发放材料", FIELD_INT, NULL, 0, 0, 9999999, NONE, NULL, NULL, "资料、手册、便民卡合计多少份"},
    {28, "gifts", "宣传品", FIELD_INT, NULL, 0, 0, 9999999, NONE, NULL, NULL, "件"},
    {12, "boards", "展板", FIELD_INT, NULL, 0, 0, 99999, NONE, NULL, NULL, "块"},
    {13, "banners", "横幅", FIELD_INT, NULL, 0, 0, 99999, NONE, NULL, NULL, "条"},
    {14, "volunteers", "志愿者", FIELD_INT, NULL, 0, 0, 99999, NONE, NULL, NULL, "到场的志愿者人数"},
    {23, "photos", "照片", FIELD_INT, NULL, 0, 0, 99999, NONE, NULL, NULL, "张；照片另存"},
    {27, "closed_on", "收场日期", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "收场(do close)时填；空着：还在进行或者没有收场"},
    {15, "station", "工作站", FIELD_TEXT, NULL, 60, 0, 0, MACHINE, NULL, "station", NULL},
    {16, "note", "备注", FIELD_LONG, NULL, 20000, 0, 0, SEARCH, NULL, NULL, NULL},
};

/* 8: what was done in a case, one row each: every transition and every entry of the handling log. Rows are never edited. */
static const struct field_def step_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "action", "动作", FIELD_CODE, "case_action", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {3, "from_state", "原状态", FIELD_CODE, "case_state", 0, 0, 0, NONE, NULL, NULL, NULL},
    {4, "to_state", "新状态", FIELD_CODE, "case_state", 0, 0, 0, LIST, NULL, NULL, NULL},
    {5, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", "事情发生的日期"},
    {6, "worker", "办理人", FIELD_NAME, NULL, 0, 0, 0, LIST, NULL, "user", NULL},
    {7, "station", "办理地点", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, "station", NULL},
    {8, "kind", "办案事项", FIELD_CODE, "log_kind", 0, 0, 0, LIST, NULL, NULL, "会见、约见、阅卷、调查、开庭、调解、通报等"},
    {9, "content", "内容", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | LIST, NULL, NULL, NULL},
    {10, "reason", "理由", FIELD_TEXT, NULL, 500, 0, 0, LIST, NULL, NULL, NULL},
    {11, "opinion", "意见", FIELD_LONG, NULL, 2000, 0, 0, NONE, NULL, NULL, "初审、审查、审批、审核意见"},
    {12, "items", "材料清单", FIELD_LONG, NULL, 2000, 0, 0, NONE, NULL, NULL, "一行一项，如 低保证复印件 2份 3页 原件"},
    {13, "target", "对方单位", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, NULL, "移送、协作、更换的对方"},
    {14, "due", "限期", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {15, "means_result", "经济状况", FIELD_CODE, "review_result", 0, 0, 0, NONE, NULL, NULL, "是否符合经济困难条件"},
    {16, "scope_result", "事项范围", FIELD_CODE, "review_result", 0, 0, 0, NONE, NULL, NULL, "是否属于法律援助事项范围"},
    {17, "conflict_result", "利益冲突", FIELD_TEXT, NULL, 500, 0, 0, NONE, NULL, NULL, "检查的结果"},
    {18, "old_handler", "原承办人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {20, "wish", "受援人意愿", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, NULL, "受援人点名要的承办人"},
    {21, "signed", "本人签名", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "申请人已在纸面上签名或按指印"},
    {22, "parties", "其他当事人", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE, NULL, NULL, "一行一人，如 共同申请人 王小明 13900000002"},
    {23, "members", "家庭成员", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE, NULL, NULL, "一行一人，如 配偶 王小明 45岁 工资3000元；不写本人"},
    {19, "as_owner", "以机器所有者身份", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "不是用帐号办理的"},
};

/* 9: what an applicant handed in or must still hand in (forms 5 and 6). */
static const struct field_def material_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "name", "材料名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "如 居民身份证复印件"},
    {3, "kind", "类别", FIELD_CODE, "material_kind", 0, 0, 0, LIST, NULL, NULL, "身份、经济困难、案情、文书、其他"},
    {4, "copies", "份数", FIELD_INT, NULL, 0, 0, 999, LIST, NULL, "1", NULL},
    {5, "pages", "页数", FIELD_INT, NULL, 0, 0, 9999, NONE, NULL, NULL, NULL},
    {6, "original", "原件", FIELD_BOOL, NULL, 0, 0, 0, LIST, NULL, NULL, NULL},
    {7, "received_on", "收到日期", FIELD_DAY, NULL, 0, 0, 0, INDEX | LIST, NULL, NULL, "还没交来的空着"},
    {8, "giver", "交件人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {9, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 10: everybody in a case beside the applicant: the other side, agents, co-applicants. Searched for conflicts of interest. */
static const struct field_def party_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX | COUNTED, NULL, NULL, NULL},
    {2, "role", "身份", FIELD_CODE, "party_role", 0, 0, 0, REQUIRED | LIST | TITLE | COUNTED, NULL, NULL, "对方当事人、代理人、共同申请人、第三人"},
    {3, "name", "姓名或名称", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH | INDEX, NULL, NULL, NULL},
    {4, "id_kind", "证件类型", FIELD_CODE, "id_kind", 0, 0, 0, NONE, NULL, NULL, NULL},
    {5, "id_no", "证件号码", FIELD_ID_NO, NULL, 0, 0, 0, SENSITIVE | SEARCH | INDEX | COUNTED, NULL, NULL, NULL},
    {6, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH | INDEX, NULL, NULL, NULL},
    {7, "employer", "工作单位", FIELD_TEXT, NULL, 60, 0, 0, INDEX, NULL, NULL, NULL},
    {8, "relation", "与申请人关系", FIELD_CODE, "relation", 0, 0, 0, LIST, NULL, NULL, NULL},
    {9, "proof", "关系证明", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, NULL, "户口簿、出生证明、委托书等"},
    {10, "address", "地址", FIELD_TEXT, NULL, 100, 0, 0, SENSITIVE, NULL, NULL, NULL},
    {11, "violator", "侵害人", FIELD_BOOL, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, "法定代理人就是侵害人的，由其他人代为申请(法律援助法第四十条)"},
};

/* 11: a paper given out: text as issued, number, service (送达). Numbers are gap-free per word and year, given at the center. */
static const struct field_def document_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, INDEX | ONCE, NULL, NULL, NULL},
    {2, "form", "格式", FIELD_CODE, "doc_form", 0, 0, 0, REQUIRED | LIST | TITLE | ONCE, NULL, NULL, "司法部 2023 年格式 1 至 32"},
    {3, "number", "文号", FIELD_TEXT, NULL, 40, 0, 0, CENTER | LIST | TITLE | SEARCH | INDEX | ONCE, NULL, NULL, "如 (溧)援决〔2026〕12号"},
    {4, "word", "文号字", FIELD_TEXT, NULL, 20, 0, 0, CENTER | MACHINE | ONCE, NULL, NULL, NULL},
    {5, "year", "年度", FIELD_INT, NULL, 0, 1900, 2199, CENTER | MACHINE | ONCE, NULL, NULL, NULL},
    {6, "serial", "顺序号", FIELD_INT, NULL, 0, 1, 9999999, CENTER | MACHINE | ONCE, NULL, NULL, "每个字每年从 1 起，不跳号"},
    {7, "issued_on", "出具日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | ONCE, NULL, "today", NULL},
    {8, "issued_by", "出具人", FIELD_NAME, NULL, 0, 0, 0, ONCE, NULL, "user", NULL},
    {9, "name", "受件人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE | SEARCH | ONCE, NULL, NULL, "给谁的"},
    {10, "text", "正文", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | ONCE, NULL, NULL, "出具时的样子，以后模板改了也不变"},
    {11, "service", "送达方式", FIELD_CODE, "service", 0, 0, 0, ACTION | LIST, NULL, NULL, "民事诉讼法第八十七至九十五条"},
    {12, "served_on", "送达日期", FIELD_DAY, NULL, 0, 0, 0, ACTION | LIST, NULL, NULL, NULL},
    {13, "receiver", "签收人", FIELD_NAME, NULL, 0, 0, 0, ACTION, NULL, NULL, "代收的写与受送达人的关系"},
    {14, "service_note", "送达说明", FIELD_TEXT, NULL, 200, 0, 0, ACTION, NULL, NULL, "拒收事由、见证人、邮件号"},
    {15, "voided", "已作废", FIELD_BOOL, NULL, 0, 0, 0, CENTER | ACTION | LIST, NULL, NULL, "作废的号不再使用，也不空号"},
    {16, "void_reason", "作废理由", FIELD_TEXT, NULL, 200, 0, 0, CENTER | ACTION, NULL, NULL, NULL},
    {17, "provisional_no", "临时编号", FIELD_TEXT, NULL, 30, 0, 0, SEARCH | ONCE, NULL, NULL, "站点出具的凭证上的号"},
    {18, "number_key", "文号排序键", FIELD_TEXT, NULL, 60, 0, 0, CENTER | MACHINE | INDEX | ONCE, NULL, NULL, "字/年/七位顺序号"},
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

/* 13: one payment of the flat subsidy (补贴), a row of the pay sheet. */
static const struct field_def payment_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {3, "handler", "承办人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE, NULL, NULL, NULL},
    {4, "firm_name", "承办机构", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, NULL, NULL},
    {5, "case_no", "案号", FIELD_TEXT, NULL, 40, 0, 0, LIST, NULL, NULL, "决定书编号"},
    {6, "name", "受援人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE, NULL, NULL, NULL},
    {7, "standard", "补贴标准", FIELD_MONEY, NULL, 0, 0, 0, LIST, NULL, NULL, "按标准表(tariff)"},
    {8, "remote", "异地补贴", FIELD_MONEY, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {9, "translation", "翻译费", FIELD_MONEY, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {10, "other", "其他费用", FIELD_MONEY, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {11, "other_reason", "其他理由", FIELD_TEXT, NULL, 100, 0, 0, NONE, "other", NULL, NULL},
    {12, "deduction", "减发", FIELD_MONEY, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {13, "deduction_reason", "减发理由", FIELD_TEXT, NULL, 100, 0, 0, NONE, "deduction", NULL, NULL},
    {14, "amount", "实际金额", FIELD_MONEY, NULL, 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {15, "paid_on", "发放日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
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

/* 16: several people with one matter against one side (domain.md 5.2 a): divisible claims count one case each. */
static const struct field_def case_group_fields[] = {
    {1, "title", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | SEARCH | LIST | TITLE, NULL, NULL, "如 某工地二十三人追索劳动报酬"},
    {2, "opponent", "对方当事人", FIELD_NAME, NULL, 0, 0, 0, LIST | SEARCH, NULL, NULL, NULL},
    {3, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {4, "divisible", "可分之诉", FIELD_BOOL, NULL, 0, 0, 0, LIST | COUNTED, NULL, NULL, "各人请求可以分开(如各讨各的工资)按人数统计；不可分(如一人死亡的继承人)算一件"},
    {5, "representatives", "代表人", FIELD_TEXT, NULL, 100, 0, 0, LIST, NULL, NULL, "一至五人"},
    {6, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, NONE, NULL, NULL, NULL},
};

/* 17: a duty lawyer's help (值班律师, forms 23-29): not a case, its own register. */
static const struct field_def duty_help_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {2, "lawyer", "值班律师", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | SEARCH, NULL, NULL, NULL},
    {3, "organ_kind", "通知机关", FIELD_CODE, "organ_kind", 0, 0, 0, LIST, NULL, NULL, "公安、国家安全、检察院、法院、看守所"},
    {4, "organ", "机关名称", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, NULL, NULL},
    {5, "name", "犯罪嫌疑人、被告人", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {6, "cause", "罪名", FIELD_CODE, "cause", 0, 0, 0, LIST | TITLE, NULL, NULL, NULL},
    {7, "stage", "阶段", FIELD_CODE, "stage", 0, 0, 0, LIST, NULL, NULL, NULL},
    {8, "help_kind", "帮助内容", FIELD_CODES, "duty_kind", 0, 0, 0, LIST, NULL, NULL, "法律咨询、程序选择建议、申请变更强制措施、认罪认罚见证等"},
    {9, "notice_no", "通知文号", FIELD_TEXT, NULL, 60, 0, 0, SEARCH, NULL, NULL, NULL},
    {10, "asked_at", "申请日期", FIELD_DAY, NULL, 0, 0, 0, NONE, NULL, NULL, "看守所等收到申请后二十四小时内转交(法律援助法第三十九条)"},
    {11, "result", "结果", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE, NULL, NULL, NULL},
    {12, "applies", "申请法律援助", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "本人要求申请法律援助"},
    {13, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, INDEX, NULL, NULL, "由此产生的案件"},
};

/* 18: a visit to a recipient after the case (form 32, domain.md 6.2). Never edited: a slip is put right by a visit that names it. */
static const struct field_def return_visit_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "name", "受援人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE | SEARCH, NULL, NULL, "空着时按案件填"},
    {3, "date", "回访日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", NULL},
    {4, "method", "方式", FIELD_CODE, "visit_method", 0, 0, 0, REQUIRED | LIST | CARRY, NULL, "上门", "上门、电话、短信、网络、来访"},
    {5, "outcome", "结果", FIELD_CODE, "visit_outcome", 0, 0, 0, REQUIRED | LIST, NULL, "已访", "已访；外出、联系不上等不计入满意率，另行统计"},
    {6, "answered_by", "受访人", FIELD_CODE, "visit_answerer", 0, 0, 0, NONE, NULL, NULL, "本人、配偶、其他家属；空着为本人"},
    {7, "visitor", "回访人", FIELD_NAME, NULL, 0, 0, 0, LIST | CARRY, NULL, "user", NULL},
    {8, "attitude", "服务态度", FIELD_CODE, "satisfaction", 0, 0, 0, NONE, NULL, NULL, "一、承办人的服务态度"},
    {9, "communication", "沟通交流", FIELD_CODE, "satisfaction", 0, 0, 0, NONE, NULL, NULL, "二、承办人与您的沟通交流"},
    {10, "interests", "维护权益", FIELD_CODE, "satisfaction", 0, 0, 0, NONE, NULL, NULL, "三、维护您的合法权益"},
    {11, "result", "案件结果", FIELD_CODE, "satisfaction", 0, 0, 0, NONE, NULL, NULL, "四、案件处理结果"},
    {12, "overall", "总体评价", FIELD_CODE, "satisfaction", 0, 0, 0, LIST, "outcome=1", NULL, "五、总体评价；满意率按它统计"},
    {13, "money_taken", "收受财物", FIELD_BOOL, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, "承办人有没有收取钱物；答有的，自动立一件投诉(法律援助法第二十条)"},
    {14, "opinion", "意见建议", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE | SEARCH, NULL, NULL, "受援人的意见和要求"},
    {15, "publicity_done", "已作宣传", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "上门时宣传了法律援助"},
    {16, "performed", "判决履行", FIELD_CODE, "performance", 0, 0, 0, NONE, NULL, NULL, "判决、调解履行了没有"},
    {17, "needs_help", "需要跟进", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, "申请执行、再次申请援助等"},
    {18, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, MACHINE | INDEX, NULL, NULL, "考核用；按案件填"},
    {19, "complaint", "投诉", FIELD_REF, "complaint", 0, 0, 0, MACHINE, NULL, NULL, "由这次回访立的投诉"},
    {20, "corrects", "更正", FIELD_REF, "return_visit", 0, 0, 0, INDEX, NULL, NULL, "这一次更正哪一次回访；被更正的不再统计"},
    {21, "year", "年度", FIELD_INT, NULL, 0, 1900, 2199, MACHINE, NULL, NULL, "回访哪一年结案的案件；按案件填"},
};

/* 19: what was given out at an event, kind by kind; it leaves the stock of its org (domain.md rows 6, 15, 17). */
static const struct field_def event_material_fields[] = {
    {1, "event", "活动", FIELD_REF, "event", 0, 0, 0, REQUIRED | INDEX | CARRY, NULL, NULL, NULL},
    {2, "item", "品种", FIELD_CODE, "publicity_item", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "资料、手册、便民卡、展板、横幅、宣传品；本县可以增加"},
    {3, "quantity", "数量", FIELD_INT, NULL, 0, 0, 9999999, REQUIRED | LIST | TITLE, NULL, NULL, "份、块、条、件"},
    {4, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {5, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 20: what a volunteer gave (法律援助志愿者管理办法: whole hours, at most eight a day unless noted). */
static const struct field_def service_hours_fields[] = {
    {1, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, REQUIRED | INDEX | CARRY, NULL, NULL, NULL},
    {2, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE | SEARCH, NULL, NULL, "空着时按名册填"},
    {3, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE | CARRY, NULL, "today", NULL},
    {4, "hours", "小时", FIELD_INT, NULL, 0, 1, 24, REQUIRED | LIST, NULL, NULL, "整小时；一天合计超过八小时的要在说明里写明"},
    {5, "kind", "服务内容", FIELD_CODE, "service_kind", 0, 0, 0, LIST | CARRY, NULL, NULL, "咨询、宣传、值班、翻译、协助办案等"},
    {6, "event", "活动", FIELD_REF, "event", 0, 0, 0, INDEX | CARRY, NULL, NULL, NULL},
    {7, "note", "说明", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, "超过八小时的理由"},
    {8, "worker", "登记人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
};

/* 21: somebody whom a volunteer sent on: the volunteer is the first mile (domain.md row 24). */
static const struct field_def referral_fields[] = {
    {1, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, INDEX | CARRY, NULL, NULL, NULL},
    {2, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | CARRY, NULL, "today", NULL},
    {3, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, "转介来的人"},
    {4, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH | LIST, NULL, NULL, NULL},
    {5, "village", "村居", FIELD_CODE, "village", 0, 0, 0, CARRY, NULL, NULL, NULL},
    {6, "category", "类别", FIELD_CODE, "category", 0, 0, 0, LIST | TITLE, NULL, NULL, NULL},
    {7, "content", "情况", FIELD_LONG, NULL, 2000, 0, 0, SENSITIVE | SEARCH, NULL, NULL, NULL},
    {8, "target", "转到", FIELD_CODE, "referral_target", 0, 0, 0, LIST, NULL, NULL, "工作站、中心、分部、其他机构"},
    {9, "result", "结果", FIELD_CODE, "referral_result", 0, 0, 0, LIST, NULL, NULL, "空着：还没有下文"},
    {10, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, INDEX, NULL, NULL, "由此产生的案件"},
    {11, "worker", "登记人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
};

/* 22: publicity material coming in and going out; what events gave out (event_material) goes out by itself. */
static const struct field_def stock_move_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {2, "item", "品种", FIELD_CODE, "publicity_item", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {3, "kind", "收发", FIELD_CODE, "stock_kind", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, "入库", "入库、调入、退回为加；调出、报损为减；盘点写差数"},
    {4, "quantity", "数量", FIELD_INT, NULL, 0, -9999999, 9999999, REQUIRED | LIST, NULL, NULL, "只有盘点可以是负数"},
    {5, "other", "对方", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, NULL, "从哪里来，到哪里去"},
    {6, "worker", "经手人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
    {7, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 23: who came to a training or meeting. */
static const struct field_def attendance_fields[] = {
    {1, "training", "培训", FIELD_REF, "training", 0, 0, 0, INDEX | CARRY, NULL, NULL, NULL},
    {2, "meeting", "会议", FIELD_REF, "meeting", 0, 0, 0, INDEX | CARRY, NULL, NULL, NULL},
    {3, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, "或者单位名称"},
    {4, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {5, "handler_ref", "承办人", FIELD_REF, "handler", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {6, "result", "到场", FIELD_CODE, "attendance_result", 0, 0, 0, LIST, NULL, "到场", "到场、请假、缺席"},
    {7, "hours", "学时", FIELD_INT, NULL, 0, 0, 999, LIST, NULL, NULL, "空着按培训的学时"},
    {8, "score", "成绩", FIELD_INT, NULL, 0, 0, 100, NONE, NULL, NULL, NULL},
    {9, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, NULL, "空着按培训、会议的日期"},
    {10, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
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

/* 27: a blinded name of a party (slow keyed hash): lets a station ask whether the other side is known without learning who it is. */
static const struct field_def interest_mark_fields[] = {
    {1, "mark", "标记", FIELD_TEXT, NULL, 40, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "side", "哪一方", FIELD_CODE, "party_side", 0, 0, 0, NONE, NULL, NULL, NULL},
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

/* 29: a publicity week or month with its events (domain.md rows 10-15). */
static const struct field_def campaign_fields[] = {
    {1, "name", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | SEARCH | LIST | TITLE, NULL, NULL, "如 法律援助宣传周"},
    {2, "ordinal", "届次", FIELD_INT, NULL, 0, 1, 999, LIST, NULL, NULL, "第几届"},
    {3, "date", "起日", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", NULL},
    {4, "end_date", "止日", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {5, "theme", "主题", FIELD_TEXT, NULL, 100, 0, 0, SEARCH, NULL, NULL, NULL},
    {6, "bodies", "参加部门", FIELD_CODES, "partner_body", 0, 0, 0, NONE, NULL, NULL, "空着时按各场活动合计"},
    {7, "laws", "宣传法规", FIELD_CODES, "publicity_law", 0, 0, 0, NONE, NULL, NULL, "空着时按各场活动合计"},
    {8, "basis", "依据", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, "通知、方案的名称和文号"},
    {9, "summary", "小结", FIELD_LONG, NULL, 20000, 0, 0, SEARCH, NULL, NULL, NULL},
};

/* 30: what papers, radio and television brought (domain.md row 18; form 1 columns 24-26). */
static const struct field_def media_item_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {2, "kind", "媒体", FIELD_CODE, "media_kind", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "电台电视、报纸杂志、互联网新媒体"},
    {3, "outlet", "媒体名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | LIST | SEARCH, NULL, NULL, NULL},
    {4, "title", "标题", FIELD_TEXT, NULL, 100, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {5, "times", "次数", FIELD_INT, NULL, 0, 1, 9999, NONE, NULL, "1", "播出次数或篇数"},
    {6, "level", "级别", FIELD_CODE, "honour_level", 0, 0, 0, NONE, NULL, NULL, NULL},
    {7, "event", "活动", FIELD_REF, "event", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {8, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, INDEX, NULL, NULL, "报道的是哪件案件；公开前隐去身份"},
    {9, "link", "出处", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, "版面、网址、时段"},
    {10, "note", "备注", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, NULL},
};

/* 31: honours of the center, the bureau, stations and people (domain.md rows 7, 8). */
static const struct field_def honour_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {2, "title", "荣誉", FIELD_TEXT, NULL, 100, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, "如 江苏省妇女维权先进集体"},
    {3, "level", "级别", FIELD_CODE, "honour_level", 0, 0, 0, REQUIRED | LIST, NULL, NULL, "省部级以上、地市级、县级"},
    {4, "grantor", "授予机关", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, NULL, NULL},
    {5, "org", "受奖单位", FIELD_REF, "org", 0, 0, 0, INDEX, NULL, NULL, "中心、县局、工作站等"},
    {6, "name", "受奖者", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, "单位或个人的名称"},
    {7, "collective", "集体", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, "是", "集体荣誉；个人荣誉写否"},
    {8, "doc_no", "文号", FIELD_TEXT, NULL, 40, 0, 0, NONE, NULL, NULL, NULL},
    {9, "note", "备注", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, NULL},
};

/* 32: silk banners and letters of thanks (domain.md row 9). */
static const struct field_def token_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {2, "kind", "种类", FIELD_CODE, "token_kind", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "锦旗(面)、感谢信(封)"},
    {3, "quantity", "数量", FIELD_INT, NULL, 0, 1, 999, REQUIRED | LIST, NULL, "1", NULL},
    {4, "giver", "赠送人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {5, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {6, "handler_ref", "承办人", FIELD_REF, "handler", 0, 0, 0, INDEX, NULL, NULL, "空着时按案件填"},
    {7, "recipient", "受赠者", FIELD_NAME, NULL, 0, 0, 0, LIST, NULL, NULL, "单位或个人"},
    {8, "text", "内容", FIELD_TEXT, NULL, 200, 0, 0, SEARCH, NULL, NULL, "旗上、信上的话"},
    {9, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 33: the roster of volunteers (法律援助志愿者管理办法; domain.md rows 21-24). */
static const struct field_def volunteer_fields[] = {
    {1, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | INDEX | SEARCH | LIST | TITLE, NULL, NULL, NULL},
    {2, "state", "状态", FIELD_CODE, "volunteer_state", 0, 0, 0, LIST | TITLE | MACHINE | ACTION | INDEX, NULL, "V1", "由办理动作推进：聘任、申请退出、退出、除名"},
    {3, "source", "来源", FIELD_CODE, "volunteer_source", 0, 0, 0, REQUIRED | LIST, NULL, NULL, "镇村、社区、机关团体、法律服务从业人员"},
    {4, "sex", "性别", FIELD_CODE, "sex", 0, 0, 0, NONE, NULL, NULL, NULL},
    {5, "born", "出生日期", FIELD_DAY, NULL, 0, 0, 0, SENSITIVE, NULL, NULL, NULL},
    {6, "id_kind", "证件类型", FIELD_CODE, "id_kind", 0, 0, 0, NONE, NULL, NULL, NULL},
    {7, "id_no", "证件号码", FIELD_ID_NO, NULL, 0, 0, 0, SENSITIVE | INDEX, NULL, NULL, NULL},
    {8, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH | LIST, NULL, NULL, NULL},
    {9, "town", "镇街", FIELD_CODE, "town", 0, 0, 0, LIST, NULL, NULL, NULL},
    {10, "village", "村居", FIELD_CODE, "village", 0, 0, 0, NONE, NULL, NULL, NULL},
    {11, "employer", "工作单位", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, NULL, NULL},
    {12, "profession", "职业资格", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, NULL, "律师、教师、心理咨询师、手语翻译等"},
    {13, "services", "服务内容", FIELD_CODES, "service_kind", 0, 0, 0, NONE, NULL, NULL, "愿意提供的服务，可选多项"},
    {14, "date", "登记日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", "招募、登记之日"},
    {15, "registered_no", "注册号", FIELD_TEXT, NULL, 40, 0, 0, SEARCH, NULL, NULL, "县级以上志愿者组织的注册号；没有的空着，在本中心登记的都算注册志愿者"},
    {16, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, INDEX, NULL, NULL, "也承办案件的"},
    {17, "publish_ok", "同意公开", FIELD_BOOL, NULL, 0, 0, 0, NONE, NULL, NULL, "未经本人同意不公开个人信息(志愿服务条例第二十条)"},
    {18, "letter_no", "聘书编号", FIELD_TEXT, NULL, 40, 0, 0, CENTER | ACTION | SEARCH, NULL, NULL, NULL},
    {19, "letter_to", "聘期至", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION | INDEX, NULL, NULL, NULL},
    {20, "asked_leave_on", "申请退出日", FIELD_DAY, NULL, 0, 0, 0, ACTION, NULL, NULL, "十五个工作日内办理(法律援助志愿者管理办法)"},
    {21, "left_on", "退出日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION, NULL, NULL, NULL},
    {22, "leave_reason", "退出理由", FIELD_TEXT, NULL, 200, 0, 0, ACTION, NULL, NULL, NULL},
    {24, "event", "颁发活动", FIELD_REF, "event", 0, 0, 0, CENTER | ACTION, NULL, NULL, "现在的聘书在哪次活动上颁发"},
    {23, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, NONE, NULL, NULL, NULL},
};

/* 34: a letter of appointment (聘书): number gap-free by year, given at the center. */
static const struct field_def appointment_letter_fields[] = {
    {1, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {3, "number", "聘书编号", FIELD_TEXT, NULL, 40, 0, 0, LIST | TITLE | SEARCH | INDEX, NULL, NULL, NULL},
    {4, "issued_on", "颁发日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {5, "valid_to", "有效期至", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, NULL, NULL},
    {6, "event", "颁发活动", FIELD_REF, "event", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {7, "document", "文书", FIELD_REF, "document", 0, 0, 0, NONE, NULL, NULL, NULL},
    {8, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 35: a course (domain.md row 23; form 1 columns 27-28). */
static const struct field_def training_fields[] = {
    {1, "title", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {2, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {3, "place", "地点", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, NULL, NULL},
    {4, "trainer", "主讲人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {5, "hours", "学时", FIELD_INT, NULL, 0, 0, 999, LIST, NULL, NULL, NULL},
    {6, "audience", "对象", FIELD_CODES, "training_audience", 0, 0, 0, NONE, NULL, NULL, "志愿者、承办人、工作人员"},
    {7, "persons", "人次", FIELD_INT, NULL, 0, 0, 99999, LIST, NULL, NULL, "没有逐人登记时填；有签到的按签到算"},
    {8, "event", "活动", FIELD_REF, "event", 0, 0, 0, INDEX, NULL, NULL, "同一场活动已登记的"},
    {9, "content", "内容", FIELD_LONG, NULL, 20000, 0, 0, SEARCH, NULL, NULL, NULL},
    {10, "note", "备注", FIELD_TEXT, NULL, 100, 0, 0, NONE, NULL, NULL, NULL},
};

/* 36: what counts against a volunteer: three missed appointments, three complaints of quality in a year, money taken (法律援助志愿者管理办法). */
static const struct field_def volunteer_fault_fields[] = {
    {1, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "name", "姓名", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE | SEARCH, NULL, NULL, "空着时按名册填"},
    {3, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {4, "kind", "情形", FIELD_CODE, "fault_kind", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "无故失约、服务质量投诉、收取财物"},
    {5, "event", "活动", FIELD_REF, "event", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {6, "complaint", "投诉", FIELD_REF, "complaint", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {7, "note", "说明", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, NULL},
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

/* 39: joint meetings and others, with minutes (domain.md row 29). */
static const struct field_def meeting_fields[] = {
    {1, "title", "名称", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {2, "kind", "类别", FIELD_CODE, "meeting_kind", 0, 0, 0, REQUIRED | LIST, NULL, "联席会", "联席会、工作例会、案件讨论等"},
    {3, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", NULL},
    {4, "place", "地点", FIELD_TEXT, NULL, 60, 0, 0, LIST, NULL, NULL, NULL},
    {5, "host", "主持人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, NULL, NULL},
    {8, "persons", "人数", FIELD_INT, NULL, 0, 0, 9999, LIST, NULL, NULL, NULL},
    {6, "bodies", "参加部门", FIELD_CODES, "partner_body", 0, 0, 0, NONE, NULL, NULL, NULL},
    {7, "attendees", "参加人", FIELD_TEXT, NULL, 400, 0, 0, NONE, NULL, NULL, "没有逐人签到时写名单"},
    {9, "topics", "议题", FIELD_TEXT, NULL, 200, 0, 0, SEARCH, NULL, NULL, NULL},
    {10, "minutes", "纪要", FIELD_LONG, NULL, 20000, 0, 0, SEARCH, NULL, NULL, NULL},
    {11, "event", "活动", FIELD_REF, "event", 0, 0, 0, INDEX, NULL, NULL, "同一场会已登记为活动的，统计只算一次"},
};

/* 40: what a meeting decided, who does it, by when. */
static const struct field_def meeting_action_fields[] = {
    {1, "meeting", "会议", FIELD_REF, "meeting", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "content", "事项", FIELD_TEXT, NULL, 200, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {3, "who", "负责", FIELD_NAME, NULL, 0, 0, 0, LIST, NULL, NULL, "单位或个人"},
    {4, "due", "限期", FIELD_DAY, NULL, 0, 0, 0, INDEX | LIST, NULL, NULL, NULL},
    {5, "done_on", "办结日期", FIELD_DAY, NULL, 0, 0, 0, LIST, NULL, NULL, "空着：还没有办结"},
    {6, "result", "结果", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, NULL},
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

/* 42: a complaint and how it ended (form 13; 法律援助法第五十五、五十六条). The bureau decides. */
static const struct field_def complaint_fields[] = {
    {1, "date", "收到日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", "五个工作日内决定是否受理"},
    {2, "state", "状态", FIELD_CODE, "complaint_state", 0, 0, 0, LIST | TITLE | MACHINE | ACTION | HOLD | INDEX, NULL, "K1", "由办理动作推进"},
    {3, "name", "投诉人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE | SEARCH | SENSITIVE, NULL, NULL, "匿名的空着"},
    {4, "phone", "电话", FIELD_PHONE, NULL, 0, 0, 0, SENSITIVE | SEARCH, NULL, NULL, NULL},
    {5, "channel", "方式", FIELD_CODE, "complaint_channel", 0, 0, 0, NONE, NULL, NULL, "来访、来电、来信、网络、回访发现、上级转办"},
    {6, "matter", "投诉事项", FIELD_CODE, "complaint_matter", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "年报表十三的四类"},
    {7, "against_kind", "被投诉方", FIELD_CODE, "complaint_against", 0, 0, 0, LIST, NULL, NULL, "法律援助机构、承办人、承办单位、志愿者、工作人员"},
    {8, "against", "被投诉人", FIELD_NAME, NULL, 0, 0, 0, LIST | SEARCH, NULL, NULL, NULL},
    {9, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, INDEX, NULL, NULL, "考核用；空着时按案件填"},
    {10, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {11, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {12, "content", "内容", FIELD_LONG, NULL, 20000, 0, 0, SENSITIVE | SEARCH, NULL, NULL, NULL},
    {13, "accepted_on", "受理日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION | LIST, NULL, NULL, "四十五日内办结"},
    {14, "resolved_on", "办结日期", FIELD_DAY, NULL, 0, 0, 0, CENTER | ACTION | INDEX, NULL, NULL, NULL},
    {15, "finding", "处理结果", FIELD_CODE, "complaint_result", 0, 0, 0, CENTER | ACTION | LIST, NULL, NULL, "处罚惩戒处分、批评教育通报整改、查不实"},
    {16, "resolution", "处理情况", FIELD_LONG, NULL, 2000, 0, 0, CENTER | ACTION, NULL, NULL, NULL},
    {17, "appeal", "不服", FIELD_CODE, "complaint_appeal", 0, 0, 0, CENTER | ACTION, NULL, NULL, "复议、诉讼"},
    {18, "reason", "不受理理由", FIELD_TEXT, NULL, 200, 0, 0, CENTER | ACTION, NULL, NULL, NULL},
    {19, "visit", "来自回访", FIELD_REF, "return_visit", 0, 0, 0, MACHINE, NULL, NULL, NULL},
    {20, "worker", "登记人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
};

/* 43: what a court or another organ says of the handler's work (form 31, domain.md 6.2). */
static const struct field_def organ_opinion_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {3, "organ", "办案机关", FIELD_TEXT, NULL, 60, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {4, "name", "承办法官", FIELD_NAME, NULL, 0, 0, 0, LIST, NULL, NULL, "法官、检察官、仲裁员"},
    {5, "etiquette", "诉讼礼仪", FIELD_CODE, "satisfaction", 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {6, "skill", "专业素养", FIELD_CODE, "satisfaction", 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {7, "dedication", "敬业精神", FIELD_CODE, "satisfaction", 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {8, "opinion", "意见", FIELD_LONG, NULL, 2000, 0, 0, SEARCH, NULL, NULL, NULL},
    {9, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, MACHINE | INDEX, NULL, NULL, "按案件填"},
};

/* 44: a hearing that the center sat in on (form 30; 法律援助法第五十九条). */
static const struct field_def court_observation_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "date", "开庭日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {3, "court", "法院", FIELD_TEXT, NULL, 60, 0, 0, LIST | TITLE, NULL, NULL, NULL},
    {4, "court_no", "案号", FIELD_TEXT, NULL, 60, 0, 0, NONE, NULL, NULL, NULL},
    {5, "observer", "旁听人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE, NULL, "user", NULL},
    {6, "rating", "表现评价", FIELD_CODE, "grade", 0, 0, 0, LIST, NULL, NULL, "优秀、良好、合格、不合格"},
    {7, "content", "情况", FIELD_LONG, NULL, 2000, 0, 0, SEARCH, NULL, NULL, "到庭、着装、发问、质证、辩论、代理意见"},
    {8, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, MACHINE | INDEX, NULL, NULL, "按案件填"},
};

/* 45: one item of a list by which case files are judged; lies over the shipped lists (core/data/eval_standards.tsv). The items of one list and version belong together. */
static const struct field_def eval_standard_fields[] = {
    {1, "standard", "评估表", FIELD_CODE, "eval_standard", 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "民事行政百分制、刑事百分制、五级制；本县可以增加"},
    {2, "edition", "版次", FIELD_INT, NULL, 0, 1, 999, REQUIRED | LIST | TITLE, NULL, NULL, "改了评分项目就用新版次，旧的评估不变"},
    {3, "item_no", "项号", FIELD_INT, NULL, 0, 1, 99, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {4, "part", "部分", FIELD_TEXT, NULL, 40, 0, 0, LIST, NULL, NULL, "如 程序、办案、文书、归档"},
    {5, "item", "项目", FIELD_TEXT, NULL, 100, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {6, "max_score", "满分", FIELD_INT, NULL, 0, 1, 100, REQUIRED | LIST, NULL, NULL, "百分制各项合计一百分；五级制每项五分"},
    {7, "help", "评分要点", FIELD_TEXT, NULL, 400, 0, 0, NONE, NULL, NULL, NULL},
    {8, "from_day", "启用日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | LIST, NULL, "today", "同一评估表取评估之日已启用的最新版次"},
};

/* 46: one evaluation of a case file: first, second or higher review (domain.md 6.1). */
static const struct field_def eval_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "name", "受援人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE, NULL, NULL, "空着时按案件填"},
    {3, "round", "评次", FIELD_CODE, "eval_round", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, "初评", "初评、复评、上级评估；以最后一次为准"},
    {4, "standard", "评估表", FIELD_CODE, "eval_standard", 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {5, "edition", "版次", FIELD_INT, NULL, 0, 1, 999, NONE, NULL, NULL, "空着取评估之日的版次"},
    {6, "date", "评估日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {7, "reviewers", "评估人", FIELD_TEXT, NULL, 100, 0, 0, REQUIRED | LIST, NULL, "user", "评估小组成员，用、隔开；复评与初评不是同一人，也不是承办人"},
    {8, "total", "总分", FIELD_INT, NULL, 0, 0, 100, LIST, NULL, NULL, "逐项打了分的由程序合计"},
    {9, "grade", "等次", FIELD_CODE, "grade", 0, 0, 0, LIST | MACHINE | INDEX, NULL, NULL, "由总分得出：规则 grade_excellent、grade_good、grade_pass"},
    {10, "comment", "评语", FIELD_LONG, NULL, 2000, 0, 0, SEARCH, NULL, NULL, NULL},
    {11, "handler_ref", "承办人档案", FIELD_REF, "handler", 0, 0, 0, MACHINE | INDEX, NULL, NULL, "按案件填"},
    {12, "handler", "承办人", FIELD_NAME, NULL, 0, 0, 0, LIST | MACHINE, NULL, NULL, "按案件填"},
};

/* 47: the score of one item in one evaluation. */
static const struct field_def eval_item_fields[] = {
    {1, "eval", "评估", FIELD_REF, "eval", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "item_no", "项号", FIELD_INT, NULL, 0, 1, 99, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, NULL},
    {3, "item", "项目", FIELD_TEXT, NULL, 100, 0, 0, LIST | TITLE, NULL, NULL, NULL},
    {4, "max_score", "满分", FIELD_INT, NULL, 0, 1, 100, LIST, NULL, NULL, NULL},
    {5, "score", "得分", FIELD_INT, NULL, 0, 0, 100, REQUIRED | LIST, NULL, NULL, NULL},
    {6, "reason", "扣分理由", FIELD_TEXT, NULL, 200, 0, 0, LIST, NULL, NULL, NULL},
};

/* 48: one line of the yearly assessment's scheme: what is measured, how many points it is worth, what fills them; lies over core/data/assess_standards.tsv. */
static const struct field_def assess_standard_fields[] = {
    {1, "kind", "对象", FIELD_CODE, "assess_kind", 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, "承办人、承办单位、工作站、志愿者"},
    {2, "metric", "指标", FIELD_CODE, "assess_metric", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {3, "weight", "分值", FIELD_INT, NULL, 0, -100, 100, REQUIRED | LIST, NULL, NULL, "满分；扣分指标写每件扣几分(负数)；加分指标写每件加几分；0 为不考核"},
    {4, "target", "目标", FIELD_INT, NULL, 0, 0, 999999, LIST, NULL, NULL, "达到它得满分；比率按百分数"},
    {5, "cap", "上限", FIELD_INT, NULL, 0, 0, 100, LIST, NULL, NULL, "加分、扣分最多多少分；空着不限"},
    {6, "from_year", "起用年度", FIELD_INT, NULL, 0, 1900, 2199, REQUIRED | LIST, NULL, NULL, "这一年起按它考核"},
    {7, "note", "说明", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, NULL},
};

/* 49: a year's assessment as it was fixed (domain.md 6.3, seed: 年度目标考核). */
static const struct field_def assessment_fields[] = {
    {1, "year", "年度", FIELD_INT, NULL, 0, 1900, 2199, REQUIRED | LIST | TITLE, NULL, NULL, NULL},
    {2, "kind", "对象", FIELD_CODE, "assess_kind", 0, 0, 0, REQUIRED | LIST, NULL, NULL, NULL},
    {3, "subject", "对象档案", FIELD_TEXT, NULL, 32, 0, 0, REQUIRED | INDEX, NULL, NULL, "承办人、志愿者、单位的编号"},
    {4, "name", "姓名或名称", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {5, "total", "总分", FIELD_INT, NULL, 0, -100000, 100000, LIST, NULL, NULL, "百分之一分；加分使它可以超过一百分"},
    {6, "rank", "名次", FIELD_INT, NULL, 0, 1, 99999, LIST, NULL, NULL, "同类对象里的名次"},
    {7, "grade", "等次", FIELD_CODE, "grade", 0, 0, 0, LIST, NULL, NULL, NULL},
    {8, "date", "核定日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {9, "worker", "核定人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "user", NULL},
    {10, "note", "备注", FIELD_LONG, NULL, 2000, 0, 0, NONE, NULL, NULL, NULL},
};

/* 50: one line of a fixed assessment: the measure, the points, and in words how they came about. */
static const struct field_def assessment_item_fields[] = {
    {1, "assessment", "考核", FIELD_REF, "assessment", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "metric", "指标", FIELD_CODE, "assess_metric", 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, NULL, NULL},
    {3, "value", "实绩", FIELD_INT, NULL, 0, -999999999, 999999999, LIST, NULL, NULL, "件、次、天；比率为百分之一个百分点"},
    {4, "base", "基数", FIELD_INT, NULL, 0, 0, 999999999, LIST, NULL, NULL, "比率的分母"},
    {5, "target", "目标", FIELD_INT, NULL, 0, 0, 999999, LIST, NULL, NULL, NULL},
    {6, "weight", "分值", FIELD_INT, NULL, 0, -100, 100, LIST, NULL, NULL, NULL},
    {7, "points", "得分", FIELD_INT, NULL, 0, -100000, 100000, LIST, NULL, NULL, "百分之一分"},
    {8, "reason", "说明", FIELD_TEXT, NULL, 400, 0, 0, LIST, NULL, NULL, "怎样得出的"},
    {9, "counted", "明细", FIELD_LONG, NULL, 20000, 0, 0, NONE, NULL, NULL, "当时计入的记录的编号，一行一个"},
};

/* 51: rewards and penalties (seed: 落实奖惩措施). */
static const struct field_def reward_fields[] = {
    {1, "date", "日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST, NULL, "today", NULL},
    {2, "kind", "奖惩", FIELD_CODE, "reward_kind", 0, 0, 0, REQUIRED | LIST | TITLE, NULL, NULL, "表彰、奖金、通报批评、扣减补贴、暂停指派、移送惩戒等"},
    {3, "name", "对象", FIELD_NAME, NULL, 0, 0, 0, REQUIRED | LIST | TITLE | SEARCH, NULL, NULL, NULL},
    {4, "handler_ref", "承办人", FIELD_REF, "handler", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {5, "org", "单位", FIELD_REF, "org", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {6, "volunteer", "志愿者", FIELD_REF, "volunteer", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {7, "amount", "金额", FIELD_MONEY, NULL, 0, 0, 0, LIST, NULL, NULL, NULL},
    {8, "basis", "依据", FIELD_TEXT, NULL, 200, 0, 0, LIST, NULL, NULL, "文件、考核结果、投诉"},
    {9, "assessment", "考核", FIELD_REF, "assessment", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {10, "complaint", "投诉", FIELD_REF, "complaint", 0, 0, 0, INDEX, NULL, NULL, NULL},
    {11, "note", "备注", FIELD_TEXT, NULL, 200, 0, 0, NONE, NULL, NULL, NULL},
};

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

const struct record_type catalogue_types[] = {
    {1, "org", "机构", org_fields, COUNT(org_fields), TYPE_CENTER | TYPE_SHARED, "number", NULL, "中心、工作站、分部和承办单位", LEADERS},
    {2, "user", "账号", user_fields, COUNT(user_fields), TYPE_CENTER | TYPE_ACTION, "name", NULL, "谁可以登录；只有中心能增减", LEADERS},
    {3, "person", "人员", person_fields, COUNT(person_fields), TYPE_SEARCH, "name", NULL, "咨询人、申请人的基本情况", STAFF},
    {4, "consultation", "咨询", consultation_fields, COUNT(consultation_fields), TYPE_SEARCH, "date", "content,topic", "一次法律咨询", INTAKE},
    {5, "case", "案件", case_fields, COUNT(case_fields), TYPE_SEARCH | TYPE_GUARDED, "received_on", NULL, "法律援助申请及其案件", STAFF},
    {6, "code", "代码", code_fields, COUNT(code_fields), TYPE_CENTER | TYPE_SHARED, "set_name", NULL, "本县增加、改名或停用的代码", LEADERS},
    {7, "event", "活动", event_fields, COUNT(event_fields), TYPE_SEARCH, "date", NULL, "宣传、巡回受理、培训等活动", STAFF},
    {8, "step", "办理记录", step_fields, COUNT(step_fields), TYPE_INSERT_ONLY | TYPE_ACTION | TYPE_GUARDED, "date", NULL, "案件办理的每一步，只增不改", STAFF},
    {9, "material", "材料", material_fields, COUNT(material_fields), TYPE_GUARDED, "received_on", NULL, "申请人交来和应补的材料", INTAKE},
    {10, "party", "当事人", party_fields, COUNT(party_fields), TYPE_SEARCH | TYPE_GUARDED, "name", NULL, "对方当事人、代理人、共同申请人", STAFF},
    {11, "document", "文书", document_fields, COUNT(document_fields), TYPE_SEARCH | TYPE_ACTION | TYPE_GUARDED, "issued_on", NULL, "出具的文书、文号和送达", STAFF},
    {12, "handler", "承办人", handler_fields, COUNT(handler_fields), TYPE_CENTER | TYPE_SHARED | TYPE_SEARCH, "name", NULL, "全县的律师、法律服务工作者和志愿者名册", CENTER_DESK},
    {13, "payment", "补贴", payment_fields, COUNT(payment_fields), TYPE_CENTER | TYPE_ACTION | TYPE_GUARDED, "paid_on", NULL, "办案补贴发放表的一行", CENTER_DESK},
    {14, "relation", "人员关系", relation_fields, COUNT(relation_fields), 0, "name", NULL, "监护人、配偶、代理人和其他家庭成员", STAFF},
    {15, "merge", "档案合并", merge_fields, COUNT(merge_fields), TYPE_CENTER | TYPE_ACTION, "date", NULL, "重复登记的人合成一份，可以拆开", CENTER_DESK},
    {16, "case_group", "群体案件", case_group_fields, COUNT(case_group_fields), TYPE_SEARCH, "date", NULL, "同一雇主、同一事故的一批人", STAFF},
    {17, "duty_help", "值班帮助", duty_help_fields, COUNT(duty_help_fields), TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "值班律师提供的法律帮助", DESK},
    {18, "return_visit", "回访", return_visit_fields, COUNT(return_visit_fields), TYPE_SEARCH | TYPE_INSERT_ONLY | TYPE_GUARDED, "date", NULL, "结案后回访受援人，只增不改", STAFF},
    {19, "event_material", "发放材料", event_material_fields, COUNT(event_material_fields), 0, "date", NULL, "活动上发放的宣传材料", STAFF},
    {20, "service_hours", "服务时长", service_hours_fields, COUNT(service_hours_fields), TYPE_SEARCH, "date", NULL, "志愿者服务的小时数", INTAKE},
    {21, "referral", "转介", referral_fields, COUNT(referral_fields), TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "志愿者转介来的人", INTAKE},
    {22, "stock_move", "材料收发", stock_move_fields, COUNT(stock_move_fields), 0, "date", NULL, "宣传材料的入库、调拨、报损", DESK},
    {23, "attendance", "签到", attendance_fields, COUNT(attendance_fields), TYPE_SEARCH, "date", "training,meeting", "谁参加了培训、会议", STAFF},
    {24, "rule", "规则", rule_fields, COUNT(rule_fields), TYPE_CENTER | TYPE_SHARED, "name", NULL, "本县的期限、标准和办法，按生效日期取用", LEADERS},
    {25, "holiday", "节假日", holiday_fields, COUNT(holiday_fields), TYPE_CENTER | TYPE_SHARED, "date", NULL, "放假和调休上班的日子", CENTER_DESK},
    {26, "template", "文书模板", template_fields, COUNT(template_fields), TYPE_CENTER | TYPE_SHARED, "form", NULL, "本县改过的文书文字", LEADERS},
    {27, "interest_mark", "冲突标记", interest_mark_fields, COUNT(interest_mark_fields), TYPE_CENTER | TYPE_SHARED | TYPE_ACTION, "mark", NULL, "遮蔽后的当事人名，供站点查利益冲突", CENTER_DESK},
    {28, "signin", "登录记录", signin_fields, COUNT(signin_fields), TYPE_INSERT_ONLY | TYPE_ACTION, "date", NULL, "谁在何时登录或登录失败", STAFF},
    {29, "campaign", "宣传周", campaign_fields, COUNT(campaign_fields), TYPE_CENTER | TYPE_SHARED | TYPE_SEARCH, "date", NULL, "宣传周、宣传月，含各场活动", CENTER_DESK},
    {30, "media_item", "媒体报道", media_item_fields, COUNT(media_item_fields), TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "报纸、电台电视、新媒体的报道", STAFF},
    {31, "honour", "荣誉", honour_fields, COUNT(honour_fields), TYPE_SEARCH, "date", NULL, "集体和个人的表彰", DESK | LEADERS},
    {32, "token", "锦旗和感谢信", token_fields, COUNT(token_fields), TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "受援人赠送的锦旗、感谢信", STAFF},
    {33, "volunteer", "志愿者", volunteer_fields, COUNT(volunteer_fields), TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "法律援助志愿者名册", DESK | 1 << ROLE_DIRECTOR},
    {34, "appointment_letter", "聘书", appointment_letter_fields, COUNT(appointment_letter_fields), TYPE_CENTER | TYPE_ACTION | TYPE_SEARCH, "issued_on", NULL, "志愿者聘书", CENTER_DESK},
    {35, "training", "培训", training_fields, COUNT(training_fields), TYPE_SEARCH, "date", NULL, "培训班和签到", STAFF},
    {36, "volunteer_fault", "失约和投诉", volunteer_fault_fields, COUNT(volunteer_fault_fields), TYPE_SEARCH, "date", NULL, "志愿者失约、被投诉的记录", DESK | 1 << ROLE_DIRECTOR},
    {37, "staff", "工作人员", staff_fields, COUNT(staff_fields), TYPE_SEARCH, "date", NULL, "中心、工作站、分部、联络点的人员", DESK | LEADERS},
    {38, "duty_shift", "值班表", duty_shift_fields, COUNT(duty_shift_fields), TYPE_SEARCH, "date", NULL, "谁哪天在哪里值班", DESK | 1 << ROLE_DIRECTOR},
    {39, "meeting", "会议", meeting_fields, COUNT(meeting_fields), TYPE_SEARCH, "date", NULL, "联席会、例会和纪要", STAFF},
    {40, "meeting_action", "会议事项", meeting_action_fields, COUNT(meeting_action_fields), TYPE_SEARCH, "due", NULL, "会议决定的事，谁办，何时办好", STAFF},
    {41, "rule_document", "规章文件", rule_document_fields, COUNT(rule_document_fields), TYPE_CENTER | TYPE_SHARED | TYPE_SEARCH, "issued_on", NULL, "本县的办法、规则、会签文件，分版次", CENTER_DESK},
    {42, "complaint", "投诉", complaint_fields, COUNT(complaint_fields), TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "对法律援助的投诉和处理", STAFF | 1 << ROLE_BUREAU},
    {43, "organ_opinion", "办案机关意见", organ_opinion_fields, COUNT(organ_opinion_fields), TYPE_CENTER | TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "法院等对承办人的评价", FILE_DESK},
    {44, "court_observation", "庭审旁听", court_observation_fields, COUNT(court_observation_fields), TYPE_CENTER | TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "中心旁听庭审的记录", FILE_DESK},
    {45, "eval_standard", "评估项目", eval_standard_fields, COUNT(eval_standard_fields), TYPE_CENTER | TYPE_SHARED, "standard", NULL, "案件质量评估的项目和分值，分版次", LEADERS | 1 << ROLE_REVIEWER},
    {46, "eval", "案件评估", eval_fields, COUNT(eval_fields), TYPE_CENTER | TYPE_SEARCH | TYPE_GUARDED, "date", NULL, "案卷质量评估", FILE_DESK},
    {47, "eval_item", "评估得分", eval_item_fields, COUNT(eval_item_fields), TYPE_CENTER | TYPE_ACTION, "item_no", NULL, "评估的逐项得分", FILE_DESK},
    {48, "assess_standard", "考核指标", assess_standard_fields, COUNT(assess_standard_fields), TYPE_CENTER | TYPE_SHARED, "kind", NULL, "年度目标考核的指标和分值", LEADERS},
    {49, "assessment", "年度考核", assessment_fields, COUNT(assessment_fields), TYPE_CENTER | TYPE_ACTION, "date", NULL, "核定的年度目标考核", LEADERS},
    {50, "assessment_item", "考核得分", assessment_item_fields, COUNT(assessment_item_fields), TYPE_CENTER | TYPE_ACTION, "metric", NULL, "核定的考核的一项", LEADERS},
    {51, "reward", "奖惩", reward_fields, COUNT(reward_fields), TYPE_CENTER | TYPE_SEARCH, "date", NULL, "奖励和惩处", CENTER_DESK},
    {52, "saved_view", "常用名单", saved_view_fields, COUNT(saved_view_fields), TYPE_SEARCH, "name", NULL, "保存下来的名单条件", STAFF | LEADERS},
    {53, "stat_entry", "手填数", stat_entry_fields, COUNT(stat_entry_fields), TYPE_CENTER | TYPE_SEARCH, "date", "amount,money", "报表里没有记录可以统计的数，以及有理由的调整数", CENTER_DESK},
    {54, "stat_baseline", "往年数", stat_baseline_fields, COUNT(stat_baseline_fields), TYPE_CENTER, "period", "amount,money", "启用本程序以前各期上报的数", CENTER_DESK},
    {55, "report_snapshot", "报表存档", report_snapshot_fields, COUNT(report_snapshot_fields), TYPE_CENTER | TYPE_ACTION | TYPE_INSERT_ONLY, "date", NULL, "上报时的报表", CENTER_DESK},
    {56, "report_explanation", "校验说明", report_explanation_fields, COUNT(report_explanation_fields), TYPE_CENTER, "date", NULL, "报表校验没有通过的理由", CENTER_DESK},
    {57, "report_text", "总结文字", report_text_fields, COUNT(report_text_fields), TYPE_CENTER | TYPE_SEARCH, "date", NULL, "工作总结里本县自己的文字", CENTER_DESK},
    {58, "county_change", "县上报变更", county_change_fields, COUNT(county_change_fields), TYPE_ACTION | TYPE_INNER, "place", NULL, "县中心报给上级的一次变更", 0},
    {59, "county_cells", "县报表数", county_cells_fields, COUNT(county_cells_fields), TYPE_ACTION | TYPE_INNER, "until_day", NULL, "县中心报给上级的一张报表的数", 0},
};

const size_t catalogue_n_types = COUNT(catalogue_types);

/* Intake and pre-check are the station's, all else is the center's (四统一, domain.md 3.3). core/case/case_flow_table.c says the same of its actions;
 * test_case_flow.c holds the two together. */
const struct station_rule station_rules[] = {
    {"case", "state", ">S1 S1>S2 S1>X2 S2>X2 S3>X2 S2>S3 S3>S2"},
    {"step", "action", ">draft >receive >request-supplement >supply >withdraw >serve >visit >note >next-stage"},
    {"document", "form", ">01 >02 >03 >04 >05 >06 >14 >22 >23 >32"},
    {"volunteer", "state", ">V1 V1>V3 V2>V3"},
    {"complaint", "state", ">K1"},
};

const size_t n_station_rules = COUNT(station_rules);

/* Who it is about and what it is about stand in the decision: after it they are corrected, not edited (domain.md 3.3 b). */
const struct station_rule freeze_rules[] = {{"case", "state", "S1 S2 S2c S3 S4 S5"}};

const size_t n_freeze_rules = COUNT(freeze_rules);

/* Letters that wait for an answer, applications at the duty desk not yet handed on, volunteers who want to leave, complaints, what meetings decided
 * (core/aid/deadline.c); events not yet closed (outreach mode offers them); civil cases by their end and visits that reached somebody, for the figures of a year's frame (core/quality/visit_count.c). */
const struct worklist worklists[] = {
    {"case", "sealed", "id", "sealed=1"}, /* core/record/privacy.h */
    {"person", "sealed", "id", "sealed=1"},
    {"person", "hidden", "id", "sealed=1 OR safe_contact IS NOT NULL"}, /* this and the next: core/record/lookup.h */
    {"consultation", "named", "name", "name IS NOT NULL"},
    {"consultation", "numbered", "id_no", "id_no IS NOT NULL"},
    {"consultation", "letters", "date", "channel='04' AND answer IS NULL"},
    {"duty_help", "applications", "asked_at", "applies=1 AND case_id IS NULL"},
    {"volunteer", "leaving", "asked_leave_on", "state='V3'"},
    {"meeting_action", "open", "due", "due IS NOT NULL AND done_on IS NULL"},
    {"event", "open", "date", "closed_on IS NULL"},
    {"case", "frame", "closed_on,scope,id,case_type,gone", "case_type='02' AND gone=0"},
    {"return_visit", "reached", "date,case_id,id,scope,outcome,gone", "outcome='1' AND gone=0"},
};

const size_t n_worklists = COUNT(worklists);
