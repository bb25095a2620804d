/* core/outreach/network.c - see network.h. */
#include "core/outreach/network.h"

#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/language.h"
#include "core/outreach/duty.h"
#include "core/record/filter.h"

enum { TOWN_DIGITS = 9, VILLAGE_DIGITS = 12 };

static const char *const kinds[] = {"center", "branch", "station", "point"};

struct walk {
    struct store *store;
    const struct actor *actor;
    int32_t today;
    network_row row;
    void *context;
    bool stopped;
    enum status status;
    struct errmsg *err;
};

static int64_t number_of(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).number;
}

static void set_place(struct network_org *out)
{
    const char *area = record_text(out->org, "area");
    if (strlen(area) >= TOWN_DIGITS)
        snprintf(out->town, sizeof out->town, "%.*s", TOWN_DIGITS, area);
    if (strlen(area) == VILLAGE_DIGITS)
        snprintf(out->village, sizeof out->village, "%s", area);
}

/* ---- staff and duty ---- */

static bool count_person(void *context, const struct record *person, const struct list_key *key)
{
    struct network_org *out = context;
    const char *post = record_text(person, "post");
    (void)key;
    out->staff++;
    out->leaders += strcmp(post, "1") == 0;
    out->full_time += strcmp(post, "2") == 0;
    out->part_time += strcmp(post, "3") == 0;
    out->contacts += strcmp(post, "4") == 0;
    return true;
}

struct staff_day {
    struct network_org *out;
    int32_t today;
};

/* At work today: a day of leaving is the last one at work. */
static bool see_person(void *context, const struct record *person, const struct list_key *key)
{
    struct staff_day *staff = context;
    struct value came = record_get(person, catalogue_field(person->type, "date")), left = record_get(person, catalogue_field(person->type, "left_on"));
    bool here = (came.kind != VALUE_INT || came.number <= staff->today) && (left.kind != VALUE_INT || left.number >= staff->today);
    return here ? count_person(staff->out, person, key) : true;
}

static bool see_shift(void *context, const struct record *shift, const struct list_key *key)
{
    struct network_org *out = context;
    const char *name = duty_present(shift);
    size_t used = strlen(out->on_duty), len = strlen(name);
    (void)key;
    if (len > 0 && used + len + sizeof _("、") <= sizeof out->on_duty)
        snprintf(out->on_duty + used, sizeof out->on_duty - used, "%s%s", used > 0 ? _("、") : "", name);
    return true;
}

static enum status read_people(struct walk *walk, struct network_org *out)
{
    const struct record_type *staff = catalogue_find("staff"), *shifts = catalogue_find("duty_shift");
    char id[ID_TEXT_BYTES];
    struct filter by_org = {.type = staff, .n_terms = 1}, by_day = {.type = shifts, .n_terms = 2};
    struct list_query people = {.type = staff, .filter = &by_org}, duty = {.type = shifts, .filter = &by_day, .ascending = true};
    struct staff_day day = {out, walk->today};
    id_format(out->org->id, id);
    by_org.terms[0] = (struct filter_term){.field = catalogue_field(staff, "org"), .op = FILTER_EQ, .value = value_string(id)};
    by_day.terms[0] = (struct filter_term){.field = catalogue_field(shifts, "date"), .op = FILTER_EQ, .value = value_int(walk->today)};
    by_day.terms[1] = (struct filter_term){.pseudo = FILTER_SCOPE, .op = FILTER_EQ, .value = value_int(number_of(out->org, "number"))};
    enum status status = records_list(walk->store, walk->actor, &people, see_person, &day, walk->err);
    return status == STATUS_OK ? records_list(walk->store, walk->actor, &duty, see_shift, out, walk->err) : status;
}

/* ---- orgs ---- */

static bool see_org(void *context, const struct record *org, const struct list_key *key)
{
    struct walk *walk = context;
    struct network_org out = {.org = org, .protected = org_protected(org)};
    (void)key;
    if (number_of(org, "closed") != 0)
        return true;
    set_place(&out);
    out.known = walk->actor->all_scopes || number_of(org, "number") == walk->actor->org;
    if (out.known)
        walk->status = read_people(walk, &out);
    walk->stopped = walk->status != STATUS_OK || !walk->row(walk->context, &out);
    return !walk->stopped;
}

enum status network_list(struct store *store, const struct actor *actor, int32_t today, network_row row, void *context, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("org");
    struct filter filter = {.type = type, .n_terms = 1, .terms = {{.field = catalogue_field(type, "kind"), .op = FILTER_EQ}}};
    struct walk walk = {.store = store, .actor = actor, .today = today, .row = row, .context = context, .err = err};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && !walk.stopped && i < sizeof kinds / sizeof kinds[0]; i++) {
        struct list_query query = {.type = type, .filter = &filter, .ascending = true, .order = catalogue_field(type, strcmp(kinds[i], "point") == 0 ? "area" : "number")};
        filter.terms[0].value = value_string(kinds[i]);
        status = records_list(store, actor, &query, see_org, &walk, err);
        if (status == STATUS_OK)
            status = walk.status;
    }
    return status;
}
