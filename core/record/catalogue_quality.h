/* core/record/catalogue_quality.h - fields of record types: what is said of the work: return visits, complaints, opinions of courts, evaluations, the yearly assessment.
 * Only catalogue_types.c includes it; catalogue_field.h has the rules and columns of these tables. */
#ifndef CORE_RECORD_CATALOGUE_QUALITY_H
#define CORE_RECORD_CATALOGUE_QUALITY_H

#include "core/record/catalogue_field.h"

/* 18: a visit to a recipient after the case (form 32, domain.md 6.2). Never edited: a slip is put right by a visit that names it. */
static const struct field_def return_visit_fields[] = {
    {1, "case_id", "案件", FIELD_REF, "case", 0, 0, 0, REQUIRED | INDEX, NULL, NULL, NULL},
    {2, "name", "受援人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE | SEARCH, NULL, NULL, "空着时按案件填"},
    {3, "date", "回访日期", FIELD_DAY, NULL, 0, 0, 0, REQUIRED | INDEX | LIST | TITLE, NULL, "today", NULL},
    {4, "method", "方式", FIELD_CODE, "visit_method", 0, 0, 0, REQUIRED | LIST | CARRY, NULL, "上门", "上门、电话、短信、网络、来访"},
    {5, "outcome", "结果", FIELD_CODE, "visit_outcome", 0, 0, 0, REQUIRED | LIST, NULL, "已访", "已访；外出、联系不上等不计入满意率，另行统计"},
    {6, "answered_by", "受访人", FIELD_CODE, "visit_answerer", 0, 0, 0, NONE, NULL, NULL, "本人、配偶、其他家属；空着为本人"},
    {7, "visitor", "回访人", FIELD_NAME, NULL, 0, 0, 0, LIST | CARRY, NULL, "display", NULL},
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
    {5, "observer", "旁听人", FIELD_NAME, NULL, 0, 0, 0, LIST | TITLE, NULL, "display", NULL},
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

#endif /* CORE_RECORD_CATALOGUE_QUALITY_H */
