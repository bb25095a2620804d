/* core/register/act_table.c - every act on a record that is not a case, as data.
 *
 * Columns: type, name, label, from, to, roles, flags, needs, takes, fills, documents, deadlines, basis, help, hook, offer, fits. A new act is one row here and, if it does more than set fields and
 * move on, a hook in the type's own module. What stations may do to a state is said a second time in catalogue_types.c (station_rules); test_act.c holds the two together. */
#include "core/register/act_table.h"

#include "core/outreach/event_act.h"
#include "core/outreach/volunteer.h"
#include "core/quality/complaint.h"

enum {
    STN = 1 << ROLE_STATION,
    VOL = 1 << ROLE_VOLUNTEER,
    CLK = 1 << ROLE_CLERK,
    REV = 1 << ROLE_REVIEWER,
    DIR = 1 << ROLE_DIRECTOR,
    BUR = 1 << ROLE_BUREAU,
    HERE = ACT_STATION
};

const struct act acts[] = {
    {"event", "close", "收场", "", "", STN | VOL | CLK | REV | DIR, HERE, "closed_on", "persons,volunteers,photos,note", "closed_on", "", "", "",
     "合计人次、件数、份数、现场受理，写进活动；有逐条登记的按登记，没有的按填写", event_close, NULL, event_is_open},
    {"event", "reopen", "重开", "", "", STN | VOL | CLK | REV | DIR, HERE, "", "", "", "", "", "", "收场以后还要登记：中心负责人办理，收场的人当天也可以", event_reopen, NULL, event_is_closed},
    {"volunteer", "appoint", "聘任", "V1,V2", "V2", CLK | DIR, 0, "letter_to", "event", "", "43", "", "法律援助志愿者管理办法", "颁发聘书：编号由中心给出；再办一次就是续聘",
     volunteer_appoint, volunteer_offer_letter, NULL},
    {"volunteer", "ask-leave", "申请退出", "V1,V2", "V3", STN | CLK | DIR, HERE, "asked_leave_on,leave_reason", "", "asked_leave_on", "", "D16 起算",
     "法律援助志愿者管理办法第十九条", "志愿者提出退出，十五个工作日内办理", volunteer_ask_leave, NULL, NULL},
    {"volunteer", "stay", "留任", "V3", "V2", CLK | DIR, 0, "", "", "", "", "D16 终结", "", "志愿者撤回退出申请：有聘书的回到已聘，没有的回到在册", volunteer_stay, NULL, NULL},
    {"volunteer", "leave", "退出", "V3", "V4", CLK | DIR, 0, "left_on", "", "left_on", "", "D16 完成", "法律援助志愿者管理办法第十九条", "办理退出", volunteer_leave, NULL, NULL},
    {"volunteer", "strike", "除名", "V1,V2,V3", "V5", DIR, 0, "leave_reason,left_on", "", "left_on", "", "D16 终结", "法律援助志愿者管理办法",
     "除名：写明理由；够不够条件见 aidpost volunteer", volunteer_leave, NULL, NULL},

    {"complaint", "accept", "受理", "K1", "K2", CLK | DIR | BUR, 0, "accepted_on", "handler_ref,volunteer", "accepted_on", "", "D18 完成，D18_2 起算",
     "法律援助法第五十六条；法律援助投诉处理办法", "受理投诉：五个工作日内决定，四十五日内办结", complaint_accept, NULL, NULL},
    {"complaint", "decline", "不予受理", "K1", "K4", DIR | BUR, 0, "reason", "", "", "", "D18 完成", "法律援助投诉处理办法", "不予受理：写明理由并告知投诉人", NULL, NULL, NULL},
    {"complaint", "close", "办结", "K2", "K3", BUR, 0, "finding,resolution,resolved_on", "handler_ref,volunteer", "resolved_on", "44", "D18_2 完成", "法律援助法第五十六条",
     "办结投诉：写明查明的情况和处理，给投诉处理答复书；查实的志愿者在名册记一次", complaint_close, NULL, NULL},
    {"complaint", "appeal", "不服", "K3", "", DIR | BUR, 0, "appeal", "", "", "", "", "行政复议法第二十条；行政诉讼法第四十六条", "投诉人不服：申请复议或者起诉的，记在这里，年报表十三用", NULL, NULL, NULL},
};

const size_t n_acts = sizeof acts / sizeof acts[0];
