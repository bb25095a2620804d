/* core/record/catalogue_outreach.h - fields of record types: outreach: events, what is given out there, the press, thanks, volunteers, trainings and meetings.
 * Only catalogue_types.c includes it; catalogue_field.h has the rules and columns of these tables. */
#ifndef CORE_RECORD_CATALOGUE_OUTREACH_H
#define CORE_RECORD_CATALOGUE_OUTREACH_H

#include "core/record/catalogue_field.h"

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
    {8, "worker", "负责人", FIELD_NAME, NULL, 0, 0, 0, NONE, NULL, "display", NULL},
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

#endif /* CORE_RECORD_CATALOGUE_OUTREACH_H */
