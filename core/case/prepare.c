/* core/case/prepare.c - see prepare.h: which type is prepared by whom. A type that has something to pass is one line of the table. */
#include "core/case/prepare.h"

#include <string.h>

#include "core/aid/consultation.h"
#include "core/aid/org.h"
#include "core/aid/rule.h"
#include "core/aid/rule_document.h"
#include "core/aid/saved_view.h"
#include "core/aid/stat_entry.h"
#include "core/case/case_flow.h"
#include "core/outreach/event.h"
#include "core/outreach/meeting.h"
#include "core/outreach/stock.h"
#include "core/outreach/token.h"
#include "core/outreach/volunteer.h"
#include "core/paper/summary_slot.h"
#include "core/quality/assess.h"
#include "core/quality/complaint.h"
#include "core/quality/eval.h"
#include "core/quality/opinion.h"
#include "core/quality/visit.h"
#include "core/record/reference_check.h"

/* By what they need beside the record: the store, the code book too, randomness for rows beside it too. */
typedef enum status (*prepare_row)(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err);
typedef enum status (*prepare_coded)(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err);
typedef enum status (*prepare_writing)(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record,
                                       struct errmsg *err);

static enum status prepare_template(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err)
{
    const char *text = record_text(record, "text");
    enum status status = template_check(text, strlen(text), err);

    (void)store, (void)actor;
    return status != STATUS_OK ? errmsg_wrap(err, status, "%s", catalogue_field(record->type, "text")->label) : STATUS_OK;
}

static enum status prepare_stock_move(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err)
{
    (void)store, (void)actor;
    return stock_move_prepare(record, err);
}

static enum status prepare_campaign(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err)
{
    return campaign_prepare(store, actor, record, err);
}

/* One of the three is set. */
static const struct preparation {
    const char *type;
    prepare_row row;
    prepare_coded coded;
    prepare_writing writing;
} preparations[] = {
    {"org", org_prepare, NULL, NULL},
    {"case", case_prepare, NULL, NULL},
    {"rule", rule_prepare, NULL, NULL},
    {"template", prepare_template, NULL, NULL},
    {"report_text", report_text_prepare, NULL, NULL},
    {"rule_document", NULL, NULL, rule_document_prepare},
    {"return_visit", NULL, NULL, visit_prepare},
    {"complaint", NULL, complaint_prepare, NULL},
    {"organ_opinion", NULL, opinion_prepare, NULL},
    {"court_observation", NULL, opinion_prepare, NULL},
    {"eval", NULL, eval_prepare, NULL},
    {"eval_standard", NULL, eval_standard_prepare, NULL},
    {"assess_standard", NULL, assess_standard_prepare, NULL},
    {"reward", reward_prepare, NULL, NULL},
    {"event", NULL, event_prepare, NULL},
    {"campaign", prepare_campaign, NULL, NULL},
    {"event_material", event_material_prepare, NULL, NULL},
    {"stock_move", prepare_stock_move, NULL, NULL},
    {"volunteer", volunteer_prepare, NULL, NULL},
    {"service_hours", service_hours_prepare, NULL, NULL},
    {"volunteer_fault", volunteer_fault_prepare, NULL, NULL},
    {"referral", referral_prepare, NULL, NULL},
    {"attendance", attendance_prepare, NULL, NULL},
    {"meeting_action", meeting_action_prepare, NULL, NULL},
    {"token", token_prepare, NULL, NULL},
    {"saved_view", NULL, saved_view_prepare, NULL},
    {"stat_entry", stat_entry_prepare, NULL, NULL},
    {"stat_baseline", stat_baseline_prepare, NULL, NULL},
};

static const struct preparation *find(const struct record_type *type)
{
    for (size_t i = 0; i < sizeof(preparations) / sizeof(preparations[0]); i++)
        if (strcmp(preparations[i].type, type->name) == 0)
            return &preparations[i];
    return NULL;
}

bool record_is_prepared(const struct record_type *type)
{
    return find(type) != NULL;
}

static enum status prepare_by_type(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct errmsg *err)
{
    const struct preparation *preparation = find(record->type);

    if (preparation == NULL)
        return STATUS_OK;
    if (preparation->row != NULL)
        return preparation->row(store, actor, record, err);
    if (preparation->coded != NULL)
        return preparation->coded(store, actor, codes, record, err);
    return preparation->writing(store, actor, codes, random, record, err);
}

/* The type's own check first: it tells more about a reference than that it leads nowhere, and fills those that follow from others. */
enum status record_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct errmsg *err)
{
    enum status status = prepare_by_type(store, actor, codes, random, record, err);

    return status == STATUS_OK ? reference_check(store, actor, record, NULL, err) : status;
}

enum status record_save_prepared(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct id draft,
                                 struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "save", &own, err);
    if (status != STATUS_OK)
        return status;
    status = record_prepare(store, actor, codes, random, record, err);
    if (status == STATUS_OK)
        status = records_save_draft(store, actor, codes, random, record, draft, err);
    return store_leave(store, own, status, err);
}

/* In one transaction: nobody's first record comes between. */
static enum status delete_org(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct record org;
    bool own;
    enum status status = store_join(store, "delete", &own, err);
    if (status != STATUS_OK)
        return status;
    status = records_get(store, actor, type, id, &org, err);
    if (status == STATUS_OK) {
        status = org_may_delete(store, &org, err);
        record_release(&org);
    }
    if (status == STATUS_OK)
        status = records_delete(store, actor, type, id, err);
    return store_leave(store, own, status, err);
}

enum status record_delete(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    if (strcmp(type->name, "org") == 0)
        return delete_org(store, actor, type, id, err);
    return strcmp(type->name, "eval") == 0 ? eval_delete(store, actor, id, err) : records_delete(store, actor, type, id, err);
}

enum status record_undo(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    return strcmp(type->name, "eval") == 0 ? eval_undo(store, actor, id, err) : records_undo(store, actor, type, id, err);
}

enum status record_remark(struct store *store, const struct actor *actor, const struct record *record, struct buf *out, struct errmsg *err)
{
    if (strcmp(record->type->name, "consultation") == 0)
        consultation_remark(actor, record, out);
    return strcmp(record->type->name, "volunteer") == 0 ? volunteer_remark(store, actor, record, out, err) : STATUS_OK;
}
