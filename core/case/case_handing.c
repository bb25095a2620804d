/* core/case/case_handing.c - a case goes to another station of the county, or is worked on by one more (core/record/reach.h).
 *
 * The center is one institution and its stations are where it is met (法律援助法第十三条): a case that goes from one station to another is no 移送 of article 38. It goes in any state, for an office may be divided or
 * closed while its cases are in the middle (and its ended ones are still visited): the state stays, the days run on, and it is one case with its whole history. Only a target outside the county ends it (X3), and
 * that only before it was reviewed. */
#include <string.h>

#include "core/aid/org.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/case/case_impl.h"
#include "core/record/code_book.h"
#include "core/record/peer.h"
#include "core/record/reach.h"

enum { NAME_PART_CHARS = 2 };

/* A body that the county knows and that is none of its own, nor who handles cases for it: a court, an address. */
static enum status is_elsewhere(struct case_work *work, const char *name, bool *elsewhere)
{
    struct stmt *stmt = store_prepare(work->store, "SELECT 1 FROM org WHERE name=?1 AND gone=0 AND kind NOT IN ('center','station','branch','point','firm','legal_office')");
    enum status status;
    stmt_string(stmt, 1, name);
    *elsewhere = stmt_row(stmt, &status, work->err);
    if (*elsewhere)
        stmt_reset(stmt);
    return status;
}

/* The office that the step names. *elsewhere: a body that the county knows, outside. Errors: STATUS_NOT_FOUND, without a message: nobody whom the county knows. */
static enum status find_target(struct case_work *work, int64_t *org, bool *elsewhere)
{
    struct record *step = &work->move->step;
    struct errmsg why = {{0}};
    char name[MACHINE_NAME_MAX_BYTES];
    *elsewhere = false;
    enum status status = org_find_office(work->store, record_text(step, "target"), org, name, sizeof name, &why);
    if (status == STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_FORBIDDEN) {
        status = is_elsewhere(work, name, elsewhere);
        if (status == STATUS_OK && *elsewhere)
            return record_set_text(step, "target", name);
        return status == STATUS_OK ? case_wrong(work->err, step, "target", "%s", why.text) : status;
    }
    if (status == STATUS_INVALID)
        return case_wrong(work->err, step, "target", "%s", why.text);
    return status == STATUS_OK ? record_set_text(step, "target", name) : errmsg_set(work->err, status, "%s", why.text);
}

/* Who is to help, or helps no more: of an office that is open no more, too, what was shared with it can be ended. */
static enum status find_helper(struct case_work *work, bool on, int64_t *org)
{
    struct record *step = &work->move->step;
    struct errmsg why = {{0}};
    char name[MACHINE_NAME_MAX_BYTES];
    enum status status = (on ? org_find_office : org_find)(work->store, record_text(step, "target"), org, name, sizeof name, &why);
    if (status == STATUS_INVALID || status == STATUS_FORBIDDEN)
        return case_wrong(work->err, step, "target", "%s", why.text);
    return status == STATUS_OK ? record_set_text(step, "target", name) : status == STATUS_NOT_FOUND ? status : errmsg_set(work->err, status, "%s", why.text);
}

/* What one of the county's offices was called before is no body outside. */
static enum status refuse_former_name(struct case_work *work)
{
    const char *target = record_text(&work->move->step, "target");
    char name[MACHINE_NAME_MAX_BYTES];
    bool found;
    enum status status = org_find_former(work->store, &work->acting, target, &found, name, sizeof name, work->err);
    if (status != STATUS_OK || !found)
        return status;
    if (*name == '\0')
        return case_wrong(work->err, &work->move->step, "target", _("%s 是本县已经删除的单位，案件没有移动"), target);
    return case_wrong(work->err, &work->move->step, "target", _("%s 是 %s 以前的名称或代号，请写现在的"), target, name);
}

/* A part of the name of one of the county's orgs is no body outside: on that the case would end. */
static enum status refuse_nearly_named(struct case_work *work)
{
    const char *target = record_text(&work->move->step, "target");
    struct stmt *stmt;
    enum status status;
    if (utf8_count(target, strlen(target)) < NAME_PART_CHARS)
        return case_wrong(work->err, &work->move->step, "target", _("没有这个单位: %s"), target);
    stmt = store_prepare(work->store, "SELECT name FROM org WHERE gone=0 AND instr(name,?1)>0 ORDER BY number LIMIT 1");
    stmt_string(stmt, 1, target);
    if (!stmt_row(stmt, &status, work->err))
        return status;
    status = case_wrong(work->err, &work->move->step, "target", _("没有叫 %s 的单位；转给本县的 %s 要写全名或代码，移送别处的写那个机构的全称"), target, stmt_column_text(stmt, 0, NULL));
    stmt_reset(stmt);
    return status;
}

/* Out of the county: what has been reviewed or decided here stays here. */
static enum status leaves_county(struct case_work *work)
{
    const char *state = record_text(&work->move->step, "from_state");
    if (strcmp(state, "S2") == 0)
        return STATUS_OK;
    return case_wrong(work->err, &work->move->step, "target", _("%s 不是本县的站点；移送别处要在 %s 时办理，案件现在是 %s"), record_text(&work->move->step, "target"), _(code_book_name(work->codes, "case_state", "S2")),
                      _(code_book_name(work->codes, "case_state", state)));
}

enum status case_apply_transfer(struct case_work *work)
{
    struct record *kase = &work->move->kase;
    int64_t org;
    bool elsewhere;
    enum status status = find_target(work, &org, &elsewhere);
    if (status == STATUS_OK && elsewhere)
        return leaves_county(work);
    if (status == STATUS_NOT_FOUND) {
        status = refuse_former_name(work);
        if (status == STATUS_OK)
            status = refuse_nearly_named(work);
        return status == STATUS_OK ? leaves_county(work) : status;
    }
    if (status == STATUS_OK && org == kase->scope)
        return case_wrong(work->err, &work->move->step, "target", _("案件本来就在 %s"), record_text(&work->move->step, "target"));
    work->hand_over.how = CASE_MOVES;
    work->hand_over.org = org;
    if (status == STATUS_OK)
        status = record_set_text(kase, "state", record_text(&work->move->step, "from_state"));
    return status == STATUS_OK ? record_set_text(kase, "station", record_text(&work->move->step, "target")) : status;
}

static enum status share(struct case_work *work, bool on)
{
    enum status status = find_helper(work, on, &work->hand_over.org);
    work->hand_over.how = on ? CASE_SHARED : CASE_SHARED_NO_MORE;
    return status == STATUS_NOT_FOUND ? case_wrong(work->err, &work->move->step, "target", _("没有这个单位: %s"), record_text(&work->move->step, "target")) : status;
}

enum status case_apply_share(struct case_work *work)
{
    return share(work, true);
}

enum status case_apply_unshare(struct case_work *work)
{
    return share(work, false);
}

enum status case_prepare(struct store *store, const struct actor *actor, struct record *kase, struct errmsg *err)
{
    const size_t index = catalogue_field_index(kase->type, catalogue_field(kase->type, "station"));
    const char *station = record_text(kase, "station");
    char name[MACHINE_NAME_MAX_BYTES], owner[MACHINE_NAME_MAX_BYTES];
    struct errmsg unsaid = {{0}};
    int64_t org;
    (void)actor;
    if (id_is_zero(kase->id) || *station == '\0' || value_equal(kase->values[index], kase->loaded[index]))
        return STATUS_OK;
    enum status status = org_find(store, station, &org, name, sizeof name, &unsaid);
    if (status == STATUS_NOT_FOUND || status == STATUS_INVALID || (status == STATUS_OK && org == kase->scope))
        return STATUS_OK; /* a place in words is whoever's */
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", unsaid.text);
    org_name(store, kase->scope, owner, sizeof owner);
    return case_wrong(err, kase, "station", _("案件在 %s，只改这个名称转不到 %s；转站由县中心办移送，办到哪一步都可以"), owner, name);
}

enum status case_hand_over(struct case_work *work)
{
    const struct record *kase = &work->move->kase;
    struct actor acting = work->acting;
    acting.more = false;
    if (work->hand_over.how == CASE_STAYS)
        return STATUS_OK;
    if (work->hand_over.how == CASE_MOVES)
        return reach_move(work->store, &acting, kase->type, kase->id, work->hand_over.org, NULL, work->err);
    return reach_share(work->store, &acting, kase->type, kase->id, work->hand_over.org, work->hand_over.how == CASE_SHARED, NULL, work->err);
}
