/* core/case/household.c - see household.h. */
#include "core/case/household.h"

#include <string.h>

#include "core/aid/person.h"
#include "core/aid/person_name.h"
#include "core/case/case_impl.h"
#include "core/case/member_line.h"
#include "core/case/roster.h"
#include "core/case/roster_word.h"
#include "core/record/row.h"

enum { EARLIER_BYTES = 65536 };

/* ---- who is there ---- */

struct looking {
    const struct record *member;
    struct record found; /* owned when any */
    bool any;
    enum status status;
};

static bool look(void *context, const struct record *row, const struct list_key *key)
{
    struct looking *looking = context;
    (void)key;
    if (strcmp(record_text(row, "name"), record_text(looking->member, "name")) != 0 || strcmp(record_text(row, "kind"), record_text(looking->member, "kind")) != 0)
        return true;
    record_init(&looking->found, row->type);
    looking->status = record_copy(&looking->found, row);
    looking->any = looking->status == STATUS_OK;
    return false;
}

/* The number of a row copied from a query is what it is saved against: records_save reads it. */
static enum status find_member(struct case_work *work, const char *person, struct looking *looking)
{
    enum status status = person_value_rows(work->store, &work->acting, looking->member->type, "person", person, look, looking, work->err);
    struct id id = looking->found.id;
    if (status == STATUS_OK)
        status = looking->status;
    if (status != STATUS_OK || !looking->any)
        return status;
    record_release(&looking->found);
    status = records_get(work->store, &work->acting, looking->member->type, id, &looking->found, work->err);
    looking->any = status == STATUS_OK;
    return status;
}

/* ---- one member ---- */

static enum status take_over(const struct record *from, struct record *to)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < from->type->n_fields; i++)
        if (from->values[i].kind != VALUE_NULL)
            status = record_set(to, &from->type->fields[i], from->values[i]);
    return status;
}

static enum status add_member(struct case_work *work, const struct record *file, const struct record *member)
{
    struct record row;
    char id[ID_TEXT_BYTES];
    record_init(&row, member->type);
    enum status status = records_begin(work->store, &work->acting, &row, work->codes, work->err);
    if (row_in_scope(&work->acting, file->scope)) /* where another station's file is only shared with this one, the center takes the row there (reach_follow) */
        row.scope = file->scope;
    id_format(file->id, id);
    if (status == STATUS_OK)
        status = record_set_text(&row, "person", id);
    if (status == STATUS_OK)
        status = take_over(member, &row);
    if (status == STATUS_OK)
        status = records_save(work->store, &work->acting, work->codes, work->random, &row, work->err);
    record_release(&row);
    return status;
}

/* updates: who is there already gets what the line says. */
static enum status write_member(struct case_work *work, const struct record *file, const struct record *member, bool updates)
{
    struct looking looking = {.member = member};
    char person[ID_TEXT_BYTES];
    id_format(file->id, person);
    enum status status = find_member(work, person, &looking);
    if (status != STATUS_OK || !looking.any)
        return status != STATUS_OK ? status : add_member(work, file, member);
    if (updates)
        status = take_over(member, &looking.found);
    if (status == STATUS_OK && record_changed(&looking.found))
        status = records_save(work->store, &work->acting, work->codes, work->random, &looking.found, work->err);
    record_release(&looking.found);
    return status;
}

/* ---- the roster ---- */

static enum status write_text(struct case_work *work, const struct record *file, const char *text, bool updates)
{
    const char *at = text, *line;
    enum status status = STATUS_OK;
    size_t len;
    for (size_t n = 1; status == STATUS_OK && roster_line_next(&at, &line, &len); n++) {
        struct record member;
        record_init(&member, catalogue_find("relation"));
        status = n > MEMBER_LINES_MAX ? errmsg_set(work->err, STATUS_INVALID, "最多 %d 人", MEMBER_LINES_MAX) : member_line_parse(line, len, work->codes, &member, work->err);
        if (status == STATUS_OK)
            status = write_member(work, file, &member, updates);
        if (status != STATUS_OK)
            status = errmsg_wrap(work->err, roster_wrong(work->err, status, n), "字段 家庭成员(members)");
        record_release(&member);
    }
    return status;
}

static bool collect_earlier(void *context, const struct record *step)
{
    struct buf *text = context;
    const char *members = record_text(step, "members");
    if (members[0] != '\0')
        buf_printf(text, "%s\n", members);
    return text->status == STATUS_OK;
}

/* The applicant's file, wherever it was merged into. *there false: there is none, or none in sight. Errors: STATUS_NOMEM; what the store does not answer its transaction keeps. */
static enum status open_file(struct case_work *work, struct record *file, bool *there)
{
    const char *applicant = record_text(&work->move->kase, "applicant");
    struct id id;
    *there = false;
    if (applicant[0] == '\0' || id_parse(applicant, strlen(applicant), &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = person_follow(work->store, &work->acting, id, &id, NULL);
    if (status == STATUS_OK)
        status = records_get(work->store, &work->acting, catalogue_find("person"), id, file, NULL);
    *there = status == STATUS_OK;
    return status == STATUS_NOMEM ? status : STATUS_OK;
}

enum status household_write(struct case_work *work)
{
    struct record file;
    struct buf earlier;
    const char *named = record_text(&work->move->step, "members");
    buf_init(&earlier, EARLIER_BYTES);
    enum status status = case_steps(work->store, &work->acting, work->move->kase.id, collect_earlier, &earlier, work->err);
    if (status == STATUS_OK && earlier.status == STATUS_NOMEM) /* some would be left out of the file */
        status = STATUS_NOMEM;
    bool there = false;
    if (status == STATUS_OK && (named[0] != '\0' || earlier.len > 0))
        status = open_file(work, &file, &there);
    if (there) {
        status = write_text(work, &file, buf_cstr(&earlier), false);
        if (status == STATUS_OK)
            status = write_text(work, &file, named, true);
        record_release(&file);
    }
    buf_wipe(&earlier);
    return status;
}

enum status household_offer_number(const struct record *step, struct record *kase)
{
    size_t members = roster_count(record_text(step, "members"));
    return members > 0 && case_empty(kase, "household") ? record_set_int(kase, "household", (int64_t)members + 1) : STATUS_OK;
}
