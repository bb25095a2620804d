/* core/record/catalogue_types.c - the record types: one table, in the order of their numbers; which moves stations may make, and the worklists.
 *
 * Each type's fields are declared once, in the table of its domain: catalogue_people.h, catalogue_case.h, catalogue_outreach.h, catalogue_quality.h, catalogue_county.h, catalogue_report.h; catalogue_field.h has
 * the rules for whoever adds a line. They are included here, not linked, so that all lengths are known and the table is one block of constants that is walked without a detour.
 *
 * Numbers from 0xfe00 on are changes that are no records: core/record/lookup_erase.h.
 *
 * Columns: no, name, label, fields, their count, flags, order, one_of, help, writers (see catalogue.h). */
#include "core/record/actor.h"
#include "core/record/catalogue_case.h"
#include "core/record/catalogue_county.h"
#include "core/record/catalogue_outreach.h"
#include "core/record/catalogue_people.h"
#include "core/record/catalogue_quality.h"
#include "core/record/catalogue_report.h"
#include "core/record/catalogue_types.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Who may save rows of a type by hand (research domain.md 3.1, 3.3). */
enum {
    INTAKE = 1 << ROLE_STATION | 1 << ROLE_VOLUNTEER | 1 << ROLE_CLERK,
    DESK = 1 << ROLE_STATION | 1 << ROLE_CLERK,
    STAFF = INTAKE | 1 << ROLE_REVIEWER | 1 << ROLE_DIRECTOR,
    LEADERS = 1 << ROLE_DIRECTOR | 1 << ROLE_ADMIN,
    CENTER_DESK = LEADERS | 1 << ROLE_CLERK,
    FILE_DESK = 1 << ROLE_CLERK | 1 << ROLE_REVIEWER | 1 << ROLE_DIRECTOR
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
    {60, "machine", "机器", machine_fields, COUNT(machine_fields), TYPE_CENTER | TYPE_ACTION | TYPE_LATEST, "number", NULL, "登记过的机器叫什么名称，谁知道这个名称", LEADERS},
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
    {"consultation", "visitor", "person", "person IS NOT NULL"}, /* core/record/reach.c: who is named in what stays when a case is handed over */
    {"consultation", "letters", "date", "channel='04' AND answer IS NULL"},
    {"duty_help", "applications", "asked_at", "applies=1 AND case_id IS NULL"},
    {"volunteer", "leaving", "asked_leave_on", "state='V3'"},
    {"meeting_action", "open", "due", "due IS NOT NULL AND done_on IS NULL"},
    {"event", "open", "date", "closed_on IS NULL"},
    {"case", "provisional", "provisional_no", "provisional_no IS NOT NULL"}, /* core/case/case_intake.c: a number that is given is looked for */
    {"case", "frame", "closed_on,scope,id,case_type,gone", "case_type='02' AND gone=0"},
    /* core/record/name_list.h: fields that hold several names, divided by 、 ， ； or as in ASCII */
    {"case", "agents", "agent,id,gone", "(instr(agent,char(12289))>0 OR instr(agent,char(65292))>0 OR instr(agent,',')>0 OR instr(agent,char(65307))>0 OR instr(agent,';')>0) AND gone=0"},
    {"case", "opponents", "opponent,id,gone", "(instr(opponent,char(12289))>0 OR instr(opponent,char(65292))>0 OR instr(opponent,',')>0 OR instr(opponent,char(65307))>0 OR instr(opponent,';')>0) AND gone=0"},
    {"return_visit", "reached", "date,case_id,id,scope,outcome,gone", "outcome='1' AND gone=0"},
};

const size_t n_worklists = COUNT(worklists);
