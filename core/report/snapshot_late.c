/* core/report/snapshot_late.c - the rows that make the difference between a cell as it was handed in and as it is now. See snapshot.h.
 *
 * What may have changed is found in the log: rows with a change behind the watermark, and cases that hang on such rows (co-applicants, handlers, group claims), in both states. Each is counted twice by the code that counts
 * the forms: with the past laid over the tables (core/record/past.h), and as they are. Registers and entries by hand are small and read as a whole, twice. What is left has no row: rules and code tables that changed. */
#include <stdlib.h>
#include <string.h>

#include "core/record/past.h"
#include "core/record/privacy.h"
#include "core/record/record_at.h"
#include "core/report/form_entry.h"
#include "core/report/form_live.h"
#include "core/report/form_plan.h"
#include "core/report/snapshot.h"
#include "core/report/tally_picked.h"

/* What a row adds to the cell. */
struct item {
    const struct record_type *type;
    struct id id;
    int64_t n;
    int32_t day_then, day_now;
    int64_t then, now;
};

struct late {
    const struct form_desk *desk;
    const struct snapshot *snapshot;
    int64_t org; /* TALLY_ORG_ALL: the total */
    struct form_plan plan;
    struct tally_pick *changed, *picks; /* owned: what changed; cases and consultations to count */
    size_t n_changed, changed_room, n_picks, picks_room;
    struct item *items; /* owned */
    size_t n_items, items_room;
    bool past; /* the past is laid */
    enum status status;
    struct errmsg *err;
};

/* One more element at the end of an owned list; NULL: no memory, remembered. */
static void *grow(struct late *late, void *list, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return list;
    size_t more = *room == 0 ? 64 : *room * 2;
    void *grown = reallocarray(list, more, size);
    if (grown == NULL)
        late->status = errmsg_set(late->err, STATUS_NOMEM, "内存不足");
    else
        *room = more;
    return grown;
}

/* ---- what may have changed ---- */

static bool add_pick(struct late *late, const struct record_type *type, struct id id)
{
    struct tally_pick *picks = grow(late, late->picks, late->n_picks, &late->picks_room, sizeof *picks);

    if (picks == NULL)
        return false;
    late->picks = picks;
    late->picks[late->n_picks++] = (struct tally_pick){type, id};
    return true;
}

static bool is_type(const struct record_type *type, const char *name)
{
    return strcmp(type->name, name) == 0;
}

static bool take_changed(void *context, const struct record_type *type, struct id id)
{
    struct late *late = context;
    struct tally_pick *changed = grow(late, late->changed, late->n_changed, &late->changed_room, sizeof *changed);

    if (changed == NULL)
        return false;
    late->changed = changed;
    late->changed[late->n_changed++] = (struct tally_pick){type, id};
    return is_type(type, "case") || is_type(type, "consultation") ? add_pick(late, type, id) : true;
}

/* Which cases hang on a row: of these types, found by the row's id (a blob) or by the reference to it (text). */
static const struct {
    const char *type, *by_id, *by_reference;
} hanging[] = {
    {"party", "SELECT case_id FROM party WHERE id=?1", NULL},
    {"handler", NULL, "SELECT lower(hex(id)) FROM \"case\" WHERE handler_ref=?1"},
    {"case_group", NULL, "SELECT lower(hex(id)) FROM \"case\" WHERE case_group=?1"},
    {"case", "SELECT lower(hex(id)) FROM \"case\" WHERE coalesce(case_group,'')<>'' AND case_group=(SELECT case_group FROM \"case\" WHERE id=?1)", NULL},
};

static enum status pick_hanging(struct late *late, size_t kind, struct id id)
{
    const struct record_type *type = catalogue_find("case");
    bool by_id = hanging[kind].by_id != NULL;
    struct stmt *stmt = store_prepare(late->desk->store, by_id ? hanging[kind].by_id : hanging[kind].by_reference);
    char reference[ID_TEXT_BYTES];
    enum status status;

    id_format(id, reference);
    if (by_id)
        stmt_id(stmt, 1, id);
    else
        stmt_string(stmt, 1, reference);
    while (stmt_row(stmt, &status, late->err)) {
        size_t len;
        const char *text = stmt_column_text(stmt, 0, &len);
        struct id found;
        if (id_parse(text, len, &found) == STATUS_OK && !add_pick(late, type, found)) {
            stmt_reset(stmt);
            return late->status;
        }
    }
    return status;
}

/* As the tables are at the moment: called in both states. */
static enum status pick_all_hanging(struct late *late)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < late->n_changed; i++)
        for (size_t kind = 0; status == STATUS_OK && kind < sizeof hanging / sizeof hanging[0]; kind++)
            if (is_type(late->changed[i].type, hanging[kind].type))
                status = pick_hanging(late, kind, late->changed[i].id);
    return status;
}

static int compare_picks(const void *a, const void *b)
{
    const struct tally_pick *x = a, *y = b;

    return x->type->no != y->type->no ? (x->type->no < y->type->no ? -1 : 1) : id_compare(x->id, y->id);
}

static void sort_picks(struct late *late)
{
    size_t n = 0;

    if (late->n_picks > 1)
        qsort(late->picks, late->n_picks, sizeof late->picks[0], compare_picks);
    for (size_t i = 0; i < late->n_picks; i++)
        if (n == 0 || compare_picks(&late->picks[n - 1], &late->picks[i]) != 0)
            late->picks[n++] = late->picks[i];
    late->n_picks = n;
}

/* ---- what rows add ---- */

static bool add_item(struct late *late, const struct record_type *type, struct id id, int64_t n, int32_t day, int64_t amount)
{
    struct item *items = grow(late, late->items, late->n_items, &late->items_room, sizeof *items);

    if (items == NULL)
        return false;
    late->items = items;
    struct item *item = &items[late->n_items++];
    *item = (struct item){.type = type, .id = id, .n = n, .day_then = TALLY_NO_DAY, .day_now = TALLY_NO_DAY};
    *(late->past ? &item->then : &item->now) = amount;
    *(late->past ? &item->day_then : &item->day_now) = day;
    return true;
}

static bool is_wanted_org(const struct late *late, int64_t org)
{
    return late->org == TALLY_ORG_ALL || late->org == org;
}

static bool take_counted(void *context, const struct tally_row *row)
{
    return add_item(context, row->type, row->id, row->n, row->day, row->amount);
}

static bool take_live(void *context, const struct live_hit *hit)
{
    struct late *late = context;
    int64_t amount = 0;

    for (size_t i = 0; i < late->plan.n_lives; i++)
        amount += late->plan.lives[i] == hit->member ? hit->amount : 0;
    return !is_wanted_org(late, hit->org) || add_item(late, hit->type, hit->id, hit->n, hit->day, amount);
}

static bool take_entry(void *context, const struct form_entry *entry)
{
    struct late *late = context;
    int64_t amount = 0;

    for (size_t i = 0; i < late->plan.n_entries; i++)
        amount += late->plan.entries[i].column == entry->column ? entry->amount : 0;
    return !is_wanted_org(late, entry->org) || add_item(late, catalogue_find("stat_entry"), entry->id, entry->n, entry->day, amount);
}

/* As the tables are at the moment. */
static enum status count_rows(struct late *late)
{
    const struct form_plan *plan = &late->plan;
    const struct period *period = &late->snapshot->period;
    struct live_wanted wanted = {{0}};
    enum status status = tally_picked_rows(late->desk->tally, plan->terms, plan->n_terms, period->from, period->to, late->org, late->picks, late->n_picks, take_counted, late, late->err);

    for (size_t i = 0; i < plan->n_lives; i++)
        live_want(&wanted, plan->lives[i]);
    if (status == STATUS_OK && plan->n_lives > 0)
        status = form_live_each(late->desk, &wanted, period->from, period->to, take_live, late, late->err);
    if (status == STATUS_OK)
        status = form_entries_each(late->desk, plan->entries, plan->n_entries, period->from, period->to, take_entry, late, late->err);
    return status == STATUS_OK ? late->status : status;
}

/* ---- both states ---- */

static bool is_counted(const struct record_type *type)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].flags & FIELD_COUNTED)
            return true;
    return is_type(type, "stat_entry") || is_type(type, "org");
}

static enum status count_past(struct late *late)
{
    struct past *past;
    enum status status = past_lay(&past, late->desk->store, late->snapshot->watermark, late->plan.n_lives > 0 ? NULL : is_counted, late->err);

    if (status != STATUS_OK)
        return status;
    late->past = true;
    status = pick_all_hanging(late);
    if (status == STATUS_OK) {
        sort_picks(late);
        status = count_rows(late);
    }
    late->past = false;
    enum status lifted = past_lift(past, late->err);
    return lifted != STATUS_OK ? lifted : status;
}

static enum status count_both(struct late *late)
{
    enum status status = records_changed_since(late->desk->store, late->snapshot->watermark, take_changed, late, late->err);

    if (status == STATUS_OK)
        status = late->status;
    if (status != STATUS_OK || late->n_changed == 0)
        return status;
    status = pick_all_hanging(late);
    if (status == STATUS_OK)
        status = count_past(late);
    return status == STATUS_OK ? count_rows(late) : status;
}

/* ---- what is told ---- */

static int compare_ids(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    return x->type->no != y->type->no ? (x->type->no < y->type->no ? -1 : 1) : id_compare(x->id, y->id);
}

static int32_t day_of(const struct item *item)
{
    return item->day_now != TALLY_NO_DAY ? item->day_now : item->day_then;
}

static int compare_days(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (day_of(x) != day_of(y))
        return day_of(x) < day_of(y) ? -1 : 1;
    if (x->type->no != y->type->no)
        return x->type->no < y->type->no ? -1 : 1;
    return (x->n > y->n) - (x->n < y->n);
}

static int32_t first_day(int32_t a, int32_t b)
{
    return a == TALLY_NO_DAY || (b != TALLY_NO_DAY && b < a) ? b : a;
}

/* One item a row; those that add what they added are left out. */
static void merge_items(struct late *late)
{
    size_t n = 0, kept = 0;

    if (late->n_items > 1)
        qsort(late->items, late->n_items, sizeof late->items[0], compare_ids);
    for (size_t i = 0; i < late->n_items; i++) {
        const struct item *item = &late->items[i];
        if (n == 0 || compare_ids(&late->items[n - 1], item) != 0) {
            late->items[n++] = *item;
            continue;
        }
        struct item *sum = &late->items[n - 1];
        sum->then += item->then;
        sum->now += item->now;
        sum->day_then = first_day(sum->day_then, item->day_then);
        sum->day_now = first_day(sum->day_now, item->day_now);
    }
    for (size_t i = 0; i < n; i++)
        if (late->items[i].then != late->items[i].now)
            late->items[kept++] = late->items[i];
    late->n_items = kept;
    if (kept > 1)
        qsort(late->items, kept, sizeof late->items[0], compare_days);
}

/* Whether the actor may see which row it is. */
static enum status is_sealed(const struct form_desk *desk, const struct item *item, bool *sealed, struct errmsg *err)
{
    struct record record;
    bool there = false, shows = true;
    enum status status = record_at(desk->store, item->type, item->id, RECORD_NOW, &record, &there, err);

    if (status != STATUS_OK)
        return status;
    *sealed = there && privacy_is_sealed(&record) && !privacy_sees_sealed(desk->actor);
    if (there)
        record_release(&record);
    status = privacy_shows(desk->store, desk->actor, item->type, item->id, &shows, err);
    *sealed = *sealed || !shows;
    return status;
}

static enum status tell(struct late *late, snapshot_late_row row, void *context, int64_t *explained)
{
    enum status status = STATUS_OK;
    bool go_on = true;

    *explained = 0;
    for (size_t i = 0; status == STATUS_OK && i < late->n_items; i++) {
        const struct item *item = &late->items[i];
        struct snapshot_late told = {.then = item->then, .now = item->now};
        bool sealed = false;
        *explained += item->now - item->then;
        status = go_on ? is_sealed(late->desk, item, &sealed, late->err) : STATUS_OK;
        if (status != STATUS_OK || !go_on)
            continue;
        told.row = (struct tally_row){.type = item->type, .id = sealed ? (struct id){{0}} : item->id, .n = item->n, .day = day_of(item), .amount = item->now - item->then, .sealed = sealed};
        go_on = row(context, &told);
    }
    return status;
}

static enum status check_place(const struct form_desk *desk, const struct snapshot *snapshot, const struct form_column *column, struct errmsg *err)
{
    const struct ministry_form *form = snapshot->sheet.form;

    if (!desk->actor->center)
        return errmsg_set(err, STATUS_UNSUPPORTED, "补报和调整在县中心查看");
    if (form == NULL || column < form->columns || column >= form->columns + form->n_columns)
        return errmsg_set(err, STATUS_UNSUPPORTED, "这一栏不在这份存档里");
    return STATUS_OK;
}

enum status snapshot_late_rows(const struct form_desk *desk, const struct snapshot *snapshot, const struct form_column *column, int64_t org, snapshot_late_row row, void *context, int64_t *unexplained,
                               struct errmsg *err)
{
    struct late late = {.desk = desk, .snapshot = snapshot, .org = org == 0 ? TALLY_ORG_ALL : org, .err = err};
    char cell[FORM_CELL_BYTES];
    int64_t now = 0, reported = 0, explained = 0;
    enum status status = check_place(desk, snapshot, column, err);

    *unexplained = 0;
    if (status == STATUS_OK)
        status = form_plan_make(desk->book, snapshot->sheet.form, column, &late.plan, err);
    if (status == STATUS_OK)
        status = count_both(&late);
    if (status == STATUS_OK)
        status = form_cell(desk, snapshot->sheet.form, column, &snapshot->period, late.org, &now, err);
    if (status == STATUS_OK) {
        merge_items(&late);
        form_cell_name(snapshot->sheet.form, column, cell);
        (void)snapshot_value(snapshot, cell, late.org == TALLY_ORG_ALL ? 0 : late.org, &reported);
        status = tell(&late, row, context, &explained);
    }
    if (status == STATUS_OK)
        *unexplained = now - reported - explained;
    free(late.changed);
    free(late.picks);
    free(late.items);
    return status;
}
