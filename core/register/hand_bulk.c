/* core/register/hand_bulk.c - see hand_bulk.h. */
#include "core/register/hand_bulk.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/machine.h"
#include "core/record/peer.h"
#include "core/record/reach.h"

struct run {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    struct random_source random;
    const struct hand_bulk *bulk;
    int64_t org; /* who gets them, or helps */
    bulk_told told;
    void *context;
    struct bulk_result *result;
};

bool hand_bulk_can(const struct case_action *action)
{
    return strcmp(action->name, "transfer") == 0 || strcmp(action->name, "share") == 0 || strcmp(action->name, "unshare") == 0;
}

static void tell(struct run *run, enum bulk_outcome outcome, struct id id, const struct record *kase, const char *reason)
{
    struct bulk_row row = {.id = id, .outcome = outcome, .record = kase, .reason = reason};
    run->result->changed += outcome == BULK_CHANGED;
    run->result->same += outcome == BULK_SAME;
    run->result->refused += outcome == BULK_REFUSED;
    if (run->told != NULL)
        run->told(run->context, &row);
}

/* Before anything is done: the office that all of them name. An office that is open no more may still be one that something was shared with. */
static enum status find_office(struct run *run, struct errmsg *err)
{
    bool ends = strcmp(run->bulk->action->name, "unshare") == 0;
    char name[MACHINE_NAME_MAX_BYTES];
    const char *target = NULL;
    for (size_t i = 0; i < run->bulk->n; i++) {
        const struct field_def *field = catalogue_field(catalogue_find("step"), run->bulk->sets[i].field);
        if (field != NULL && strcmp(field->name, "target") == 0)
            target = run->bulk->sets[i].text;
    }
    if (target == NULL || *target == '\0')
        return errmsg_set(err, STATUS_INVALID, "还要写给哪个站: target=单位的代号或名称");
    enum status status = (ends ? org_find : org_find_office)(run->store, target, &run->org, name, sizeof name, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, STATUS_INVALID, "本县没有叫 %s 的单位；成批只能给本县的站，移送别处的一件一件办", target);
    return status;
}

/* It is there already, or helps already, or does not help. */
static bool is_same(const struct run *run, const struct record *kase)
{
    if (strcmp(run->bulk->action->name, "transfer") == 0)
        return kase->scope == run->org;
    return reach_is_shared(run->store, kase->id, run->org) == (strcmp(run->bulk->action->name, "share") == 0);
}

/* Errors: those that end the run. */
static enum status act(struct run *run, struct case_move *move, struct errmsg *err)
{
    struct errmsg why = {{0}};
    enum status refused = STATUS_OK;
    for (size_t i = 0; i < run->bulk->n && refused == STATUS_OK; i++)
        refused = case_move_set(move, run->codes, run->bulk->sets[i].field, run->bulk->sets[i].text, strlen(run->bulk->sets[i].text), &why);
    if (refused == STATUS_USAGE) /* the action has no such field: so for all */
        return errmsg_set(err, refused, "%s", why.text);
    if (refused == STATUS_OK) {
        enum status status = store_savepoint(run->store, err);
        if (status != STATUS_OK)
            return status;
        refused = case_move_commit(run->store, run->actor, run->codes, run->random, move, &why);
        status = store_savepoint_end(run->store, refused == STATUS_OK, err);
        if (status != STATUS_OK)
            return status;
    }
    if (refused != STATUS_OK && !bulk_is_refusal(refused))
        return errmsg_set(err, refused, "%s", errmsg_text(&why, refused));
    tell(run, refused == STATUS_OK ? BULK_CHANGED : BULK_REFUSED, move->kase.id, &move->kase, refused == STATUS_OK ? "" : errmsg_text(&why, refused));
    return STATUS_OK;
}

/* Where a case is that is there already matters more than what its state allows. */
static enum status do_one(struct run *run, struct id id, struct errmsg *err)
{
    struct errmsg why = {{0}};
    struct record kase;
    enum status status = records_get(run->store, run->actor, catalogue_find("case"), id, &kase, &why);
    if (bulk_is_refusal(status)) {
        tell(run, BULK_REFUSED, id, NULL, errmsg_text(&why, status));
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", errmsg_text(&why, status));
    if (is_same(run, &kase)) {
        tell(run, BULK_SAME, id, &kase, "");
        record_release(&kase);
        return STATUS_OK;
    }
    struct case_move move;
    status = case_move_begin(run->store, run->actor, run->codes, run->bulk->action, id, &move, &why);
    if (status == STATUS_OK) {
        status = act(run, &move, err);
        case_move_release(&move);
    } else if (bulk_is_refusal(status) && status != STATUS_FORBIDDEN) { /* who may not do it may do it to none of them */
        tell(run, BULK_REFUSED, id, &kase, errmsg_text(&why, status));
        status = STATUS_OK;
    } else {
        status = errmsg_set(err, status, "%s", errmsg_text(&why, status));
    }
    record_release(&kase);
    return status;
}

enum status hand_bulk_run(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct hand_bulk *bulk, const struct id *ids, size_t n, bool trial,
                          bulk_told told, void *context, struct bulk_result *result, struct errmsg *err)
{
    struct run run = {.store = store, .actor = actor, .codes = codes, .random = random, .bulk = bulk, .told = told, .context = context, .result = result};
    assert(hand_bulk_can(bulk->action));
    *result = (struct bulk_result){.no = 0};
    enum status status = find_office(&run, err);
    if (status == STATUS_OK)
        status = store_begin(store, "hand", err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = do_one(&run, ids[i], err);
    if (status != STATUS_OK || trial || result->changed == 0) {
        store_rollback(store);
        return status;
    }
    return store_commit(store, err);
}
