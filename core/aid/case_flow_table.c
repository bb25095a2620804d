/* core/aid/case_flow_table.c - every action on a case, as data: research domain.md 3.3, with the articles it follows.
 *
 * Columns: name, from, to, roles, flags, needs, takes, documents, deadlines, basis, help. Needs and takes name fields of the case, else of the step, else (pay) of the payment. A new action
 * is one row here, a code of set case_action, and, if it does more than set fields and move on, a hook in case_actions.c. What stations may do is said a second time
 * in catalogue_types.c (station_rules), where the center judges changes from the wire; test_case_flow.c holds the two together. */
#include "core/aid/case_impl.h"

enum {
    STN = 1 << ROLE_STATION,
    VOL = 1 << ROLE_VOLUNTEER,
    CLK = 1 << ROLE_CLERK,
    REV = 1 << ROLE_REVIEWER,
    DIR = 1 << ROLE_DIRECTOR,
    BUR = 1 << ROLE_BUREAU,
    ARC = 1 << ROLE_ARCHIVIST,
    HERE = ACTION_STATION
};

#define INTAKE_FIELDS                                                                                                                             \
    "name,sex,born,ethnic,phone,id_kind,id_no,town,village,safe_contact,categories,sealed,agent,agent_kind,case_type,matter,cause,stat_matter,stage," \
    "legal_status,organ,notice_no,notice_ground,detained_at,source,narrative,opponent,urgent,limitation_kind,limitation_from,limitation_on,exempt_32,waived_42,"      \
    "household,income,soldier_priority,prev_case,case_group,event,note"
#define DECIDED "S6,S6u,S6n,S7,S8,S9,S9r,S10,S11,S12,X4,X5,O1"

const struct case_action case_actions[] = {
    {"draft", ",S1", "S1", STN | VOL | CLK, HERE | ACTION_NEW, "name,case_type", INTAKE_FIELDS, "", "D19 核对时效", "法律援助法第四十一条",
     "起草申请：从咨询或人员档案带出已有内容"},
    {"receive", "S1", "S2", STN | CLK, HERE, "received_on,name,case_type", "items,phone,id_kind,id_no,cause,narrative", "02,05", "D01 起算", "法律援助法第四十三条",
     "收件：给申请人材料接收凭证，七日审查期从这一天起算"},
    {"request-supplement", "S2", "S3", STN | CLK, HERE, "items", "date,supplement_due,reason", "06", "D01 中止，D02 起算", "法律援助法第四十三条",
     "通知补正：一次告知全部应补材料"},
    {"supply", "S3", "S2", STN | CLK, HERE, "date", "items", "05", "D01 恢复", "法律援助法第四十三条", "收到补正材料"},
    {"lapse", "S3", "X1", CLK, 0, "date", "reason", "", "D01 D02 终结", "法律援助法第四十三条", "逾期没有补正，视为撤回申请"},
    {"withdraw", "S1,S2,S3", "X2", STN | CLK, HERE, "reason", "date", "", "D01 终结", "", "申请人撤回申请：写明理由，本人签名附卷"},
    {"transfer", "S2", "X3", CLK, 0, "target", "date,reason", "", "D01 终结", "法律援助法第三十八条",
     "不属本中心的，告知并移送；写站点代号的，转给那个站点接着办"},
    {"cooperate", "S2", "S2c", CLK, 0, "target,content", "date", "07", "D01 中止", "法律援助法第四十一条", "请外地机构协作核查"},
    {"cooperate-done", "S2c", "S2", CLK, 0, "content", "date", "", "D01 恢复", "法律援助法第四十一条", "协作核查有了结果"},
    {"pre-review", "S2", "S4", CLK, 0, "means_result,scope_result,opinion", "date", "", "", "法律援助法第四十二、四十三条", "初审：经济状况和事项范围"},
    {"examine", "S4", "S5", REV, 0, "opinion", "date,reason", "", "", "法律援助法第四十三条", "审查：与初审不是同一人，并查利益冲突"},
    {"approve", "S5", "S6", DIR, 0, "aid_form,basis,decided_on", "opinion,reason", "08,09", "D01 完成，D03 起算", "法律援助法第四十三条", "给予法律援助的决定"},
    {"refuse", "S5", "X4", DIR, 0, "refuse_reason,reason,decided_on", "opinion", "08,10", "D01 完成，D08 起算", "法律援助法第四十三、四十九条",
     "不予法律援助的决定：书面告知理由和异议的办法"},
    {"urgent-aid", "S2", "S6u", DIR, ACTION_DELEGATED, "urgent_ground,aid_form,decided_on", "reason", "09", "D13 D03 起算", "法律援助法第四十四条", "先行提供援助，手续随后补办"},
    {"complete-urgent", "S6u,S7,S8", "", DIR, 0, "basis", "date,opinion,means_result,scope_result", "08", "D13 完成", "法律援助法第四十四条", "先行援助的手续补齐"},
    {"notify", ",S1", "S6n", CLK, ACTION_NEW, "name,organ,notice_no,notice_ground,stage,received_on", INTAKE_FIELDS, "", "D04 起算", "法律援助法第二十五、二十八、三十六条",
     "收到办案机关的通知：不审查经济状况，三日内指派"},
    {"assign", "S6,S6u,S6n", "S7", CLK | DIR, 0, "handler,assigned_on", "wish,reason,second_handler,firm", "11,13", "D03 D04 完成，D07 起算", "法律援助法第四十三、三十六条",
     "指派承办人：写姓名，或写 auto 由名册排出"},
    {"agree", "S7", "S8", CLK, 0, "agreed_on", "content,reason", "12", "D07 完成", "办理法律援助案件程序规定第二十七条", "签订委托协议和授权委托书"},
    {"log", "S7,S8", "", CLK, 0, "kind,content", "date,closed_on,reason", "", "收到结案文书: D14 起算；申请更换: D11 起算，不同意更换: D11 完成", "法律援助法第五十一、五十五条",
     "承办人的办案记录；没有办成的写明原因"},
    {"change-handler", "S7,S8", "S7", CLK | DIR, 0, "handler,reason,assigned_on", "wish,second_handler,firm", "16,17", "D11 完成，D07 重新起算", "法律援助法第五十五条",
     "更换承办人，办理移交"},
    {"report-closing", "S8", "S9", CLK, 0, "closing_doc,closed_on,outcome,effect,reported_on", "closing_doc_no,recovered,wages_recovered,stat_matter,legal_status", "21",
     "D14 完成，D15 起算", "法律援助法第五十二条", "承办人报结：结案文书、结案方式、效果和挽回的损失"},
    {"return-closing", "S9", "S9r", CLK, 0, "items", "date", "", "", "办理法律援助案件程序规定", "结案材料不齐，退回补充"},
    {"supply-closing", "S9r", "S9", CLK, 0, "date", "items", "", "", "办理法律援助案件程序规定", "补齐结案材料"},
    {"accept-closing", "S9", "S10", REV | DIR, 0, "opinion", "date", "", "", "办理法律援助案件程序规定", "结案审核通过"},
    {"pay", "S10", "S11", CLK, 0, "paid_on", "standard,remote,translation,other,other_reason,deduction,deduction_reason", "", "D15 完成", "法律援助法第五十二条",
     "发放补贴：按标准表加减，写进发放表"},
    {"archive", "S10,S11,X5", "S12", ARC, 0, "retention", "date,shelf,archived_on", "41,42", "", "档案法；法律援助法第五十二条", "归档：给档号，编卷内目录"},
    {"terminate", "S7,S8", "X5", DIR, 0, "term_ground,terminated_on", "reason", "18,19", "D12 D08 起算", "法律援助法第四十八条", "终止援助：送受援人、承办单位和办案机关"},
    {"object", "X4,X5", "O1", BUR, 0, "reason,objected_on", "opinion", "", "D09 起算", "法律援助法第四十九条", "司法局收到异议"},
    {"decide-objection", "O1", "X4", BUR, 0, "objection_result,reason", "date", "20", "D09 完成，D10 起算", "法律援助法第四十九条", "异议审查决定：维持，或责令改正"},
    {"correct", DECIDED, "", DIR | CLK, 0, "reason",
     "name,sex,born,ethnic,phone,id_kind,id_no,town,village,categories,sealed,case_type,matter,cause,stat_matter,stage,legal_status,organ,notice_no,notice_ground,"
     "received_on,opponent,outcome,recovered,wages_recovered,closed_on,closing_doc,closing_doc_no,date",
     "", "", "", "决定之后更正身份、类别、案由等，写明理由"},
    {"visit", "S9,S9r,S10,S11,S12", "", STN | VOL | CLK, HERE, "content", "date", "32", "", "法律援助法第五十九条", "回访受援人"},
    {"next-stage", "S8,S9,S9r,S10,S11,S12", "S1", STN | CLK, HERE | ACTION_LINKED, "stage", "organ,legal_status,case_type,cause,narrative", "", "", "",
     "同一事项进入下一阶段或下一审：另立一案，带出当事人，编号另给"},
    {"note", "S1,S2,S2c,S3,S4,S5,X1,X2,X3," DECIDED, "", STN | CLK | REV | DIR | BUR | ARC, HERE, "content", "date", "", "", "", "记一笔，不改变状态"},
};

const size_t n_case_actions = sizeof case_actions / sizeof case_actions[0];
