/* core/paper/template_slot.c - the table of slots. See template_slot.h. */
#include "core/paper/template_slot.h"

#include <string.h>

/* Block rows are named "block.name"; the record type of a block's rows stands in blocks[]. */
static const struct slot_def slots[] = {
    {{"title", "文书名称"}, SLOT_MADE, NULL},
    {{"number", "文号；还没有给号时是留空的文号"}, SLOT_MADE, NULL},
    {{"today", "出具日期"}, SLOT_MADE, NULL},
    {{"year", "出具年度"}, SLOT_MADE, NULL},
    {{"issuer", "出具人姓名"}, SLOT_MADE, NULL},
    {{"case_no", "案号：决定书编号，没有的用临时编号"}, SLOT_MADE, NULL},
    /* --- offices --- */
    {{"center.name", "法律援助中心名称"}, SLOT_CENTER, "name"},
    {{"center.address", "中心地址"}, SLOT_CENTER, "address"},
    {{"center.phone", "中心电话"}, SLOT_CENTER, "phone"},
    {{"center.leader", "中心负责人"}, SLOT_CENTER, "leader"},
    {{"station.name", "收件的工作站（或中心）名称"}, SLOT_STATION, "name"},
    {{"station.address", "工作站地址"}, SLOT_STATION, "address"},
    {{"station.phone", "工作站电话"}, SLOT_STATION, "phone"},
    {{"bureau.name", "司法局名称"}, SLOT_BUREAU, "name"},
    {{"bureau.address", "司法局地址"}, SLOT_BUREAU, "address"},
    {{"bureau.phone", "司法局电话"}, SLOT_BUREAU, "phone"},
    /* --- the applicant --- */
    {{"name", "申请人、受援人姓名"}, SLOT_CASE, "name"},
    {{"sex", "性别"}, SLOT_CASE, "sex"},
    {{"born", "出生日期"}, SLOT_CASE, "born"},
    {{"age", "年龄（周岁，收件那天）"}, SLOT_MADE, NULL},
    {{"ethnic", "民族"}, SLOT_CASE, "ethnic"},
    {{"phone", "电话"}, SLOT_CASE, "phone"},
    {{"safe_contact", "安全联系方式"}, SLOT_CASE, "safe_contact"},
    {{"contact", "怎样联系得到：有安全联系方式的只写它，没有的写电话；案件里没有的取自人员档案"}, SLOT_MADE, NULL},
    {{"id_kind", "证件类型"}, SLOT_MADE, NULL},
    {{"id_no", "证件号码"}, SLOT_CASE, "id_no"},
    {{"address", "住址"}, SLOT_MADE, NULL},
    {{"home", "户籍地"}, SLOT_PERSON, "home"},
    {{"education", "文化程度"}, SLOT_PERSON, "education"},
    {{"health", "健康状况"}, SLOT_PERSON, "health"},
    {{"occupation", "职业"}, SLOT_PERSON, "occupation"},
    {{"employer", "工作单位"}, SLOT_PERSON, "employer"},
    {{"nationality", "国籍"}, SLOT_PERSON, "nationality"},
    {{"categories", "人群类别（连同按年龄、性别、民族推算的）"}, SLOT_MADE, NULL},
    {{"minor", "未成年人时有内容，用于 {minor?..}"}, SLOT_MADE, NULL},
    {{"agent", "代理申请人"}, SLOT_CASE, "agent"},
    {{"agent_kind", "代理关系"}, SLOT_CASE, "agent_kind"},
    {{"agent.id_no", "代理申请人证件号码（取自当事人）"}, SLOT_MADE, NULL},
    {{"agent.phone", "代理申请人电话（取自当事人）"}, SLOT_MADE, NULL},
    {{"agent.proof", "代理关系证明（取自当事人）"}, SLOT_MADE, NULL},
    /* --- the matter --- */
    {{"case_type", "案件类型"}, SLOT_CASE, "case_type"},
    {{"criminal", "刑事案件时有内容"}, SLOT_MADE, NULL},
    {{"matter", "申请事项"}, SLOT_CASE, "matter"},
    {{"cause", "案由"}, SLOT_CASE, "cause"},
    {{"stage", "办案阶段"}, SLOT_CASE, "stage"},
    {{"legal_status", "法律地位"}, SLOT_CASE, "legal_status"},
    {{"organ", "办案机关"}, SLOT_CASE, "organ"},
    {{"notice_no", "来文文号"}, SLOT_CASE, "notice_no"},
    {{"notice_ground", "通知情形"}, SLOT_CASE, "notice_ground"},
    {{"detained_at", "羁押地点"}, SLOT_CASE, "detained_at"},
    {{"source", "案件来源"}, SLOT_CASE, "source"},
    {{"received_on", "收件日期"}, SLOT_CASE, "received_on"},
    {{"narrative", "案情及理由"}, SLOT_MADE, NULL},
    {{"opponents", "对方当事人，用、隔开"}, SLOT_MADE, NULL},
    {{"limitation_kind", "时效种类"}, SLOT_CASE, "limitation_kind"},
    {{"limitation_on", "时效届满日"}, SLOT_CASE, "limitation_on"},
    {{"household", "家庭人数"}, SLOT_CASE, "household"},
    {{"income", "家庭人均月收入"}, SLOT_CASE, "income"},
    {{"means_standard", "经济困难标准（规则 means_standard）"}, SLOT_MADE, NULL},
    {{"means", "不受经济困难条件限制或者免予核查的情形及条款"}, SLOT_MADE, NULL},
    {{"soldier_priority", "军人军属优先时为“是”"}, SLOT_MADE, NULL},
    {{"station", "受理站点"}, SLOT_CASE, "station"},
    {{"worker", "受理人"}, SLOT_CASE, "worker"},
    {{"provisional_no", "临时编号"}, SLOT_CASE, "provisional_no"},
    {{"supplement_due", "补正期限"}, SLOT_MADE, NULL},
    /* --- decision, handling, closing --- */
    {{"decision_no", "决定书编号"}, SLOT_CASE, "decision_no"},
    {{"decision", "审查决定"}, SLOT_CASE, "decision"},
    {{"decided_on", "决定日期"}, SLOT_CASE, "decided_on"},
    {{"basis", "依据条款"}, SLOT_CASE, "basis"},
    {{"refuse_reason", "不予援助的理由"}, SLOT_CASE, "refuse_reason"},
    {{"aid_form", "援助方式"}, SLOT_CASE, "aid_form"},
    {{"role_word", "承办人的身份：辩护人、诉讼代理人等"}, SLOT_MADE, NULL},
    {{"service_word", "承办的事：辩护、代理"}, SLOT_MADE, NULL},
    {{"urgent", "先行提供法律援助时有内容"}, SLOT_MADE, NULL},
    {{"urgent_ground", "先行提供的情形"}, SLOT_CASE, "urgent_ground"},
    {{"urgent_item", "该情形在第四十四条第一款的项次"}, SLOT_MADE, NULL},
    {{"handler", "承办人"}, SLOT_CASE, "handler"},
    {{"handler.kind", "承办人类型"}, SLOT_HANDLER, "kind"},
    {{"handler.licence", "执业证号"}, SLOT_HANDLER, "licence_no"},
    {{"handler.phone", "承办人电话"}, SLOT_HANDLER, "phone"},
    {{"second_handler", "协办人"}, SLOT_CASE, "second_handler"},
    {{"firm.name", "承办单位"}, SLOT_FIRM, "name"},
    {{"firm.address", "承办单位地址"}, SLOT_FIRM, "address"},
    {{"firm.phone", "承办单位电话"}, SLOT_FIRM, "phone"},
    {{"assigned_on", "指派日期"}, SLOT_CASE, "assigned_on"},
    {{"assign_reason", "指派理由"}, SLOT_CASE, "assign_reason"},
    {{"agreed_on", "签约日期"}, SLOT_CASE, "agreed_on"},
    {{"objected_on", "异议日期"}, SLOT_CASE, "objected_on"},
    {{"objection_result", "异议审查结果"}, SLOT_CASE, "objection_result"},
    {{"upheld", "维持时有内容"}, SLOT_MADE, NULL},
    {{"corrected", "责令改正时有内容"}, SLOT_MADE, NULL},
    {{"term_ground", "终止情形"}, SLOT_CASE, "term_ground"},
    {{"term_item", "该情形在第四十八条第一款的项次"}, SLOT_MADE, NULL},
    {{"terminated_on", "终止日期"}, SLOT_CASE, "terminated_on"},
    {{"closed_on", "结案日期"}, SLOT_CASE, "closed_on"},
    {{"outcome", "结案方式"}, SLOT_CASE, "outcome"},
    {{"recovered", "挽回损失"}, SLOT_CASE, "recovered"},
    {{"wages_recovered", "其中讨薪"}, SLOT_CASE, "wages_recovered"},
    {{"closing_doc", "结案文书"}, SLOT_CASE, "closing_doc"},
    {{"closing_doc_no", "结案文号"}, SLOT_CASE, "closing_doc_no"},
    {{"reported_on", "报结日期"}, SLOT_CASE, "reported_on"},
    {{"effect", "承办效果、办案小结"}, SLOT_CASE, "effect"},
    {{"accepted_on", "结案审核日"}, SLOT_CASE, "accepted_on"},
    {{"subsidy", "补贴金额"}, SLOT_CASE, "subsidy"},
    {{"paid_on", "发放日期"}, SLOT_CASE, "paid_on"},
    {{"archive_no", "档号"}, SLOT_CASE, "archive_no"},
    {{"archived_on", "归档日期"}, SLOT_CASE, "archived_on"},
    {{"retention", "保管期限"}, SLOT_CASE, "retention"},
    {{"shelf", "存放位置"}, SLOT_CASE, "shelf"},
    /* --- periods from the rules --- */
    {{"review_term", "审查期限（规则 D01）"}, SLOT_MADE, NULL},
    {{"assign_term", "指派期限（D03）"}, SLOT_MADE, NULL},
    {{"sign_term", "签订协议期限（D07）"}, SLOT_MADE, NULL},
    {{"objection_term", "提出异议的期限（D08）"}, SLOT_MADE, NULL},
    {{"bureau_term", "司法局审查异议的期限（D09）"}, SLOT_MADE, NULL},
    {{"reconsider_term", "申请行政复议的期限（D10）"}, SLOT_MADE, NULL},
    {{"suit_term", "提起行政诉讼的期限"}, SLOT_MADE, NULL},
    {{"urgent_term", "先行援助补办手续的期限（D13）"}, SLOT_MADE, NULL},
    {{"closing_term", "提交结案材料的期限（D14）"}, SLOT_MADE, NULL},
    {{"pay_term", "审核结案材料、发放补贴的期限（D15）"}, SLOT_MADE, NULL},
    /* --- the step that issues the paper, and the reviews --- */
    {{"step.date", "这一步的日期"}, SLOT_STEP, "date"},
    {{"step.worker", "这一步的办理人"}, SLOT_STEP, "worker"},
    {{"step.reason", "理由"}, SLOT_STEP, "reason"},
    {{"step.opinion", "意见"}, SLOT_STEP, "opinion"},
    {{"step.content", "内容"}, SLOT_STEP, "content"},
    {{"step.target", "对方单位"}, SLOT_STEP, "target"},
    {{"step.due", "限期"}, SLOT_STEP, "due"},
    {{"step.old_handler", "原承办人"}, SLOT_STEP, "old_handler"},
    {{"prereview.opinion", "初审意见"}, SLOT_PREREVIEW, "opinion"},
    {{"prereview.means", "初审：经济状况"}, SLOT_PREREVIEW, "means_result"},
    {{"prereview.scope", "初审：事项范围"}, SLOT_PREREVIEW, "scope_result"},
    {{"prereview.worker", "初审人"}, SLOT_PREREVIEW, "worker"},
    {{"prereview.date", "初审日期"}, SLOT_PREREVIEW, "date"},
    {{"examine.opinion", "审查意见"}, SLOT_EXAMINE, "opinion"},
    {{"examine.conflict", "利益冲突检查"}, SLOT_EXAMINE, "conflict_result"},
    {{"examine.worker", "审查人"}, SLOT_EXAMINE, "worker"},
    {{"examine.date", "审查日期"}, SLOT_EXAMINE, "date"},
    {{"approve.opinion", "审批意见"}, SLOT_APPROVE, "opinion"},
    {{"approve.worker", "审批人"}, SLOT_APPROVE, "worker"},
    {{"approve.date", "审批日期"}, SLOT_APPROVE, "date"},
    /* --- papers of other records --- */
    {{"consult.date", "咨询日期"}, SLOT_CONSULT, "date"},
    {{"consult.name", "咨询人"}, SLOT_CONSULT, "name"},
    {{"consult.sex", "咨询人性别"}, SLOT_CONSULT, "sex"},
    {{"consult.phone", "咨询人电话"}, SLOT_CONSULT, "phone"},
    {{"consult.id_no", "咨询人证件号码"}, SLOT_CONSULT, "id_no"},
    {{"consult.place", "咨询人住地"}, SLOT_MADE, NULL},
    {{"consult.category", "咨询类别"}, SLOT_CONSULT, "category"},
    {{"consult.topic", "事由"}, SLOT_CONSULT, "topic"},
    {{"consult.content", "咨询内容"}, SLOT_CONSULT, "content"},
    {{"consult.answer", "答复"}, SLOT_CONSULT, "answer"},
    {{"consult.channel", "咨询方式"}, SLOT_CONSULT, "channel"},
    {{"consult.persons", "人数"}, SLOT_CONSULT, "persons"},
    {{"consult.station", "接待的站点"}, SLOT_CONSULT, "station"},
    {{"consult.worker", "接待人"}, SLOT_CONSULT, "worker"},
    {{"doc.title", "送达的文书"}, SLOT_DOCUMENT, "form"},
    {{"doc.number", "送达文书的文号"}, SLOT_DOCUMENT, "number"},
    {{"doc.name", "受送达人"}, SLOT_DOCUMENT, "name"},
    {{"doc.issued_on", "文书出具日期"}, SLOT_DOCUMENT, "issued_on"},
    {{"doc.service", "送达方式"}, SLOT_DOCUMENT, "service"},
    {{"doc.served_on", "送达日期"}, SLOT_DOCUMENT, "served_on"},
    {{"doc.receiver", "签收人"}, SLOT_DOCUMENT, "receiver"},
    {{"doc.note", "送达说明"}, SLOT_DOCUMENT, "service_note"},
    {{"duty.date", "值班日期"}, SLOT_DUTY, "date"},
    {{"duty.lawyer", "值班律师"}, SLOT_DUTY, "lawyer"},
    {{"duty.organ", "机关名称"}, SLOT_DUTY, "organ"},
    {{"duty.name", "犯罪嫌疑人、被告人"}, SLOT_DUTY, "name"},
    {{"duty.cause", "罪名"}, SLOT_DUTY, "cause"},
    {{"duty.stage", "阶段"}, SLOT_DUTY, "stage"},
    {{"duty.help", "帮助内容"}, SLOT_DUTY, "help_kind"},
    {{"duty.notice_no", "通知文号"}, SLOT_DUTY, "notice_no"},
    {{"duty.asked_at", "申请日期"}, SLOT_DUTY, "asked_at"},
    {{"duty.result", "结果"}, SLOT_DUTY, "result"},
    {{"duty.applies", "是否申请法律援助"}, SLOT_DUTY, "applies"},
    {{"letter.name", "受聘的志愿者"}, SLOT_LETTER, "name"},
    {{"letter.number", "聘书编号（已颁发的）"}, SLOT_LETTER, "number"},
    {{"letter.issued_on", "聘书颁发日期"}, SLOT_LETTER, "issued_on"},
    {{"letter.valid_to", "聘期止日"}, SLOT_LETTER, "valid_to"},
    {{"visit.date", "回访日期"}, SLOT_VISIT, "date"},
    {{"visit.method", "回访方式"}, SLOT_VISIT, "method"},
    {{"visit.outcome", "回访结果"}, SLOT_VISIT, "outcome"},
    {{"visit.visitor", "回访人"}, SLOT_VISIT, "visitor"},
    {{"visit.overall", "总体评价"}, SLOT_VISIT, "overall"},
    {{"visit.opinion", "受援人的意见建议"}, SLOT_VISIT, "opinion"},
    {{"visit.needs_help", "需要跟进的事"}, SLOT_VISIT, "needs_help"},
    {{"opinion.date", "办案机关意见的日期"}, SLOT_OPINION, "date"},
    {{"opinion.organ", "征询的办案机关"}, SLOT_OPINION, "organ"},
    {{"opinion.name", "承办法官"}, SLOT_OPINION, "name"},
    {{"opinion.opinion", "办案机关的意见"}, SLOT_OPINION, "opinion"},
    {{"observation.date", "旁听的开庭日期"}, SLOT_OBSERVATION, "date"},
    {{"observation.court", "旁听的法院"}, SLOT_OBSERVATION, "court"},
    {{"observation.court_no", "旁听案件的案号"}, SLOT_OBSERVATION, "court_no"},
    {{"observation.observer", "旁听人"}, SLOT_OBSERVATION, "observer"},
    {{"observation.content", "旁听的情况"}, SLOT_OBSERVATION, "content"},
    {{"complaint.date", "收到投诉的日期"}, SLOT_COMPLAINT, "date"},
    {{"complaint.name", "投诉人"}, SLOT_COMPLAINT, "name"},
    {{"complaint.matter", "投诉事项"}, SLOT_COMPLAINT, "matter"},
    {{"complaint.against", "被投诉人"}, SLOT_COMPLAINT, "against"},
    {{"complaint.against_kind", "被投诉方"}, SLOT_COMPLAINT, "against_kind"},
    {{"complaint.accepted_on", "受理日期"}, SLOT_COMPLAINT, "accepted_on"},
    {{"complaint.resolved_on", "办结日期"}, SLOT_COMPLAINT, "resolved_on"},
    {{"complaint.finding", "处理结果"}, SLOT_COMPLAINT, "finding"},
    {{"complaint.resolution", "处理情况"}, SLOT_COMPLAINT, "resolution"},
    /* --- check boxes --- */
    {{"boxes.categories", "人群类别，全部列出并勾选"}, SLOT_BOXES, "categories"},
    {{"boxes.aid_form", "援助方式，全部列出并勾选"}, SLOT_BOXES, "aid_form"},
    {{"boxes.exempt_32", "不受经济困难条件限制的情形"}, SLOT_BOXES, "exempt_32"},
    {{"boxes.waived_42", "免予核查的情形"}, SLOT_BOXES, "waived_42"},
    {{"boxes.term_ground", "终止情形"}, SLOT_BOXES, "term_ground"},
    {{"boxes.outcome", "结案方式"}, SLOT_BOXES, "outcome"},
    {{"boxes.agent_kind", "代理关系"}, SLOT_BOXES, "agent_kind"},
    {{"boxes.visit.method", "回访方式，全部列出并勾选"}, SLOT_VISIT, "method"},
    {{"boxes.visit.outcome", "回访结果"}, SLOT_VISIT, "outcome"},
    {{"boxes.visit.answered_by", "受访人"}, SLOT_VISIT, "answered_by"},
    {{"boxes.visit.attitude", "评价：服务态度"}, SLOT_VISIT, "attitude"},
    {{"boxes.visit.communication", "评价：沟通交流"}, SLOT_VISIT, "communication"},
    {{"boxes.visit.interests", "评价：维护权益"}, SLOT_VISIT, "interests"},
    {{"boxes.visit.result", "评价：案件结果"}, SLOT_VISIT, "result"},
    {{"boxes.visit.overall", "评价：总体评价"}, SLOT_VISIT, "overall"},
    {{"boxes.visit.money_taken", "是否收受财物"}, SLOT_VISIT, "money_taken"},
    {{"boxes.visit.performed", "判决履行"}, SLOT_VISIT, "performed"},
    {{"boxes.visit.publicity_done", "是否已作宣传"}, SLOT_VISIT, "publicity_done"},
    {{"boxes.opinion.etiquette", "办案机关评价：诉讼礼仪"}, SLOT_OPINION, "etiquette"},
    {{"boxes.opinion.skill", "办案机关评价：专业素养"}, SLOT_OPINION, "skill"},
    {{"boxes.opinion.dedication", "办案机关评价：敬业精神"}, SLOT_OPINION, "dedication"},
    {{"boxes.observation.rating", "旁听的表现评价"}, SLOT_OBSERVATION, "rating"},
    {{"boxes.handling", "咨询的处理方式"}, SLOT_MADE, NULL},
    {{"boxes.help_kind", "值班律师帮助内容"}, SLOT_MADE, NULL},
    {{"boxes.service", "送达方式"}, SLOT_MADE, NULL},
    /* --- rows --- */
    {{"materials.name", "收到的材料"}, SLOT_ROW, "name"},
    {{"materials.kind", "材料类别"}, SLOT_ROW, "kind"},
    {{"materials.copies", "份数"}, SLOT_ROW, "copies"},
    {{"materials.pages", "页数"}, SLOT_ROW, "pages"},
    {{"materials.original", "原件或复印件"}, SLOT_MADE, NULL},
    {{"materials.received_on", "收到日期"}, SLOT_ROW, "received_on"},
    {{"materials.giver", "交件人"}, SLOT_ROW, "giver"},
    {{"materials.note", "备注"}, SLOT_ROW, "note"},
    {{"missing.name", "应补的材料"}, SLOT_MADE, NULL},
    {{"missing.note", "应补材料的说明"}, SLOT_MADE, NULL},
    {{"parties.role", "当事人身份"}, SLOT_ROW, "role"},
    {{"parties.name", "当事人姓名或名称"}, SLOT_ROW, "name"},
    {{"parties.id_no", "当事人证件号码"}, SLOT_ROW, "id_no"},
    {{"parties.phone", "当事人电话"}, SLOT_ROW, "phone"},
    {{"parties.relation", "与申请人关系"}, SLOT_ROW, "relation"},
    {{"parties.address", "当事人地址"}, SLOT_ROW, "address"},
    {{"opponents.name", "对方当事人"}, SLOT_ROW, "name"},
    {{"opponents.phone", "对方当事人电话"}, SLOT_ROW, "phone"},
    {{"opponents.employer", "对方工作单位"}, SLOT_ROW, "employer"},
    {{"opponents.address", "对方地址"}, SLOT_ROW, "address"},
    {{"household.name", "家庭成员"}, SLOT_ROW, "name"},
    {{"household.kind", "与申请人关系"}, SLOT_ROW, "kind"},
    {{"household.age", "年龄"}, SLOT_ROW, "age"},
    {{"household.wages", "工资性收入"}, SLOT_ROW, "wages"},
    {{"household.business", "生产经营性收入"}, SLOT_ROW, "business"},
    {{"household.other_income", "其他收入"}, SLOT_ROW, "other_income"},
    {{"household.total", "收入合计"}, SLOT_MADE, NULL},
    {{"household.note", "备注"}, SLOT_ROW, "note"},
    {{"steps.date", "办理日期"}, SLOT_ROW, "date"},
    {{"steps.action", "动作"}, SLOT_ROW, "action"},
    {{"steps.worker", "办理人"}, SLOT_ROW, "worker"},
    {{"steps.reason", "理由"}, SLOT_ROW, "reason"},
    {{"steps.opinion", "意见"}, SLOT_ROW, "opinion"},
    {{"steps.content", "内容"}, SLOT_ROW, "content"},
    {{"logs.date", "办案日期"}, SLOT_ROW, "date"},
    {{"logs.kind", "办案事项"}, SLOT_ROW, "kind"},
    {{"logs.content", "办案内容"}, SLOT_ROW, "content"},
    {{"logs.worker", "记录人"}, SLOT_ROW, "worker"},
    {{"documents.title", "文书名称"}, SLOT_ROW, "form"},
    {{"documents.number", "文号"}, SLOT_ROW, "number"},
    {{"documents.issued_on", "出具日期"}, SLOT_ROW, "issued_on"},
    {{"documents.name", "受件人"}, SLOT_ROW, "name"},
    {{"documents.served_on", "送达日期"}, SLOT_ROW, "served_on"},
    {{"payments.case_no", "案号"}, SLOT_ROW, "case_no"},
    {{"payments.name", "受援人"}, SLOT_ROW, "name"},
    {{"payments.firm_name", "承办机构"}, SLOT_ROW, "firm_name"},
    {{"payments.handler", "承办人"}, SLOT_ROW, "handler"},
    {{"payments.standard", "补贴标准"}, SLOT_ROW, "standard"},
    {{"payments.remote", "异地补贴"}, SLOT_ROW, "remote"},
    {{"payments.translation", "翻译费"}, SLOT_ROW, "translation"},
    {{"payments.other", "其他费用"}, SLOT_ROW, "other"},
    {{"payments.deduction", "减发"}, SLOT_ROW, "deduction"},
    {{"payments.reason", "增减的理由"}, SLOT_MADE, NULL},
    {{"payments.amount", "实际金额"}, SLOT_ROW, "amount"},
    {{"payments_total", "实际金额合计"}, SLOT_MADE, NULL},
    {{"payments_day", "发放日期"}, SLOT_MADE, NULL},
    {{"duties.date", "值班日期"}, SLOT_ROW, "date"},
    {{"duties.lawyer", "值班律师"}, SLOT_ROW, "lawyer"},
    {{"duties.organ", "机关名称"}, SLOT_ROW, "organ"},
    {{"duties.name", "犯罪嫌疑人、被告人"}, SLOT_ROW, "name"},
    {{"duties.cause", "罪名"}, SLOT_ROW, "cause"},
    {{"duties.stage", "阶段"}, SLOT_ROW, "stage"},
    {{"duties.help", "帮助内容"}, SLOT_ROW, "help_kind"},
    {{"duties.applies", "是否申请法律援助"}, SLOT_ROW, "applies"},
    {{"duties_count", "台账的人次"}, SLOT_MADE, NULL},
    {{"duties_month", "台账的月份"}, SLOT_MADE, NULL},
    {{"contents.name", "卷内文件、材料的名称"}, SLOT_ROW, "name"},
    {{"contents.number", "卷内文书的文号"}, SLOT_MADE, NULL},
    {{"contents.date", "卷内文件的日期"}, SLOT_ROW, "received_on"},
    {{"contents.remark", "原件或复印件"}, SLOT_MADE, NULL},
    {{"row", "块里的行号"}, SLOT_MADE, NULL},
};

static const struct {
    const char *name, *type;
} blocks[] = {
    {"materials", "material"}, {"missing", "material"},   {"parties", "party"},    {"opponents", "party"},   {"household", "relation"}, {"steps", "step"},
    {"logs", "step"},          {"documents", "document"}, {"payments", "payment"}, {"duties", "duty_help"}, {"contents", "material"},
};

enum { N_SLOTS = sizeof(slots) / sizeof(slots[0]), N_BLOCKS = sizeof(blocks) / sizeof(blocks[0]) };

const struct template_slot *template_slot_at(size_t index)
{
    return index < N_SLOTS ? &slots[index].slot : NULL;
}

bool slot_is_block(const char *name)
{
    for (size_t i = 0; i < N_BLOCKS; i++)
        if (strcmp(blocks[i].name, name) == 0)
            return true;
    return false;
}

const struct slot_def *slot_find(const char *block, const char *name)
{
    size_t block_len = strlen(block);

    for (size_t i = 0; block_len > 0 && i < N_SLOTS; i++) {
        const char *slot = slots[i].slot.name;

        if (strncmp(slot, block, block_len) == 0 && slot[block_len] == '.' && strcmp(slot + block_len + 1, name) == 0)
            return &slots[i];
    }
    for (size_t i = 0; i < N_SLOTS; i++) {
        const char *dot = strchr(name, '.');
        char first[32];

        if (strcmp(slots[i].slot.name, name) != 0)
            continue;
        /* A block's own name means nothing outside the block. */
        if (dot == NULL || (size_t)(dot - name) >= sizeof(first))
            return &slots[i];
        memcpy(first, name, (size_t)(dot - name));
        first[dot - name] = 0;
        return slot_is_block(first) ? NULL : &slots[i];
    }
    return NULL;
}

bool slot_is_boxes(const struct slot_def *def)
{
    return def->source != SLOT_MADE && strncmp(def->slot.name, "boxes.", strlen("boxes.")) == 0;
}

const char *slot_type(const struct slot_def *def)
{
    static const char *const types[] = {
        [SLOT_MADE] = NULL,       [SLOT_CASE] = "case",      [SLOT_PERSON] = "person",         [SLOT_HANDLER] = "handler",  [SLOT_FIRM] = "org",
        [SLOT_CENTER] = "org",    [SLOT_STATION] = "org",    [SLOT_BUREAU] = "org",            [SLOT_STEP] = "step",        [SLOT_PREREVIEW] = "step",
        [SLOT_EXAMINE] = "step",  [SLOT_APPROVE] = "step",   [SLOT_CONSULT] = "consultation",  [SLOT_DOCUMENT] = "document", [SLOT_DUTY] = "duty_help",
        [SLOT_BOXES] = "case",    [SLOT_ROW] = NULL,           [SLOT_LETTER] = "appointment_letter",
        [SLOT_VISIT] = "return_visit", [SLOT_OPINION] = "organ_opinion", [SLOT_OBSERVATION] = "court_observation", [SLOT_COMPLAINT] = "complaint",
    };

    for (size_t i = 0; def->source == SLOT_ROW && i < N_BLOCKS; i++) {
        size_t len = strlen(blocks[i].name);

        if (strncmp(def->slot.name, blocks[i].name, len) == 0 && def->slot.name[len] == '.')
            return blocks[i].type;
    }
    return types[def->source];
}

const struct slot_def *slot_broken(void)
{
    for (size_t i = 0; i < N_SLOTS; i++) {
        const char *type = slot_type(&slots[i]);

        if ((slots[i].field != NULL) != (type != NULL) || (type != NULL && catalogue_field(catalogue_find(type), slots[i].field) == NULL))
            return &slots[i];
    }
    return NULL;
}
