/* core/case/prepare.c - see prepare.h. */
#include "core/case/prepare.h"

#include <string.h>

#include "core/aid/org.h"
#include "core/aid/rule.h"
#include "core/aid/saved_view.h"
#include "core/outreach/event.h"
#include "core/outreach/stock.h"
#include "core/paper/template.h"
#include "core/quality/complaint.h"
#include "core/quality/eval.h"
#include "core/quality/opinion.h"
#include "core/quality/visit.h"

bool record_is_prepared(const struct record_type *type)
{
    static const char *const types[] = {"org", "rule", "template", "return_visit", "complaint", "eval", "eval_standard",
                                        "event", "campaign", "event_material", "stock_move", "saved_view",
                                        "organ_opinion", "court_observation"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i], type->name) == 0)
            return true;
    return false;
}

enum status record_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct errmsg *err)
{
    const char *type = record->type->name;

    if (strcmp(type, "org") == 0)
        return id_is_zero(record->id) ? org_prepare(store, actor, record, err) : STATUS_OK;
    if (strcmp(type, "rule") == 0)
        return rule_prepare(store, actor, record, err);
    if (strcmp(type, "return_visit") == 0)
        return visit_prepare(store, actor, codes, random, record, err);
    if (strcmp(type, "complaint") == 0)
        return complaint_prepare(store, actor, codes, record, err);
    if (strcmp(type, "organ_opinion") == 0 || strcmp(type, "court_observation") == 0)
        return opinion_prepare(store, actor, codes, record, err);
    if (strcmp(type, "eval") == 0)
        return eval_prepare(store, actor, codes, record, err);
    if (strcmp(type, "eval_standard") == 0)
        return eval_standard_prepare(store, actor, codes, record, err);
    if (strcmp(type, "saved_view") == 0)
        return saved_view_prepare(store, actor, codes, record, err);
    if (strcmp(type, "template") == 0) {
        const char *text = record_text(record, "text");
        enum status status = template_check(text, strlen(text), err);

        return status != STATUS_OK ? errmsg_wrap(err, status, "%s", catalogue_field(record->type, "text")->label) : STATUS_OK;
    }
    if (strcmp(type, "event") == 0)
        return event_prepare(store, actor, codes, record, err);
    if (strcmp(type, "campaign") == 0)
        return campaign_prepare(store, actor, record, err);
    if (strcmp(type, "event_material") == 0)
        return event_material_prepare(store, actor, record, err);
    if (strcmp(type, "stock_move") == 0)
        return stock_move_prepare(record, err);
    return STATUS_OK;
}
