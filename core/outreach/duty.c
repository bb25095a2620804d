/* core/outreach/duty.c - see duty.h: the rows of the whole span are read once, in order of their days. */
#include "core/outreach/duty.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/filter.h"

struct roster {
    struct record *shifts; /* owned */
    size_t n, cap;
    enum status status;
};

const char *duty_present(const struct record *shift)
{
    const char *result = record_text(shift, "result"), *substitute = record_text(shift, "substitute");
    bool away = strcmp(result, "2") == 0 || strcmp(result, "3") == 0;
    if (substitute[0] != '\0')
        return substitute;
    return away ? "" : record_text(shift, "name");
}

static bool take_shift(void *context, const struct record *shift, const struct list_key *key)
{
    struct roster *roster = context;
    (void)key;
    if (roster->n == roster->cap) {
        size_t cap = roster->cap > 0 ? 2 * roster->cap : 64;
        struct record *grown = realloc(roster->shifts, cap * sizeof *grown);
        if (grown == NULL) {
            roster->status = STATUS_NOMEM;
            return false;
        }
        roster->shifts = grown;
        roster->cap = cap;
    }
    roster->status = record_copy(&roster->shifts[roster->n], shift);
    roster->n += roster->status == STATUS_OK;
    return roster->status == STATUS_OK;
}

static int32_t day_of(const struct record *shift)
{
    return (int32_t)record_get(shift, catalogue_field(shift->type, "date")).number;
}

/* Within a day by shift; rows of one shift keep the order in which they were read (qsort alone would not). */
static void sort_day(struct record *shifts, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && strcmp(record_text(&shifts[j - 1], "shift"), record_text(&shifts[j], "shift")) > 0; j--) {
            struct record swap = shifts[j];
            shifts[j] = shifts[j - 1];
            shifts[j - 1] = swap;
        }
}

static bool give_day(const struct calendar *calendar, int32_t day, struct record *shifts, size_t n, duty_row row, void *context)
{
    struct duty_day out = {.day = day, .workday = calendar_is_workday(calendar, day), .shifts = shifts, .n = n};
    out.gap = out.workday;
    sort_day(shifts, n);
    for (size_t i = 0; i < n; i++)
        out.gap = out.gap && duty_present(&shifts[i])[0] == '\0';
    return row(context, &out);
}

enum status duty_roster(struct store *store, const struct actor *actor, const struct calendar *calendar, int32_t from, int32_t to, duty_row row, void *context, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("duty_shift");
    const struct field_def *date = catalogue_field(type, "date");
    struct filter filter = {.type = type, .n_terms = 2};
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    struct roster roster = {0};
    size_t at = 0;
    if (to < from || to - from >= DUTY_DAYS_MAX)
        return errmsg_set(err, STATUS_RANGE, "止日不能在起日之前，一次最多 %d 天", DUTY_DAYS_MAX);
    filter.terms[0] = (struct filter_term){.field = date, .op = FILTER_GE, .value = value_int(from)};
    filter.terms[1] = (struct filter_term){.field = date, .op = FILTER_LE, .value = value_int(to)};
    enum status status = records_list(store, actor, &query, take_shift, &roster, err);
    if (status == STATUS_OK && roster.status != STATUS_OK)
        status = errmsg_set(err, roster.status, "%s", status_text(roster.status));
    for (int32_t day = from; status == STATUS_OK && day <= to; day++) {
        size_t first = at;
        while (at < roster.n && day_of(&roster.shifts[at]) == day)
            at++;
        if (!give_day(calendar, day, roster.shifts != NULL ? &roster.shifts[first] : NULL, at - first, row, context))
            break;
    }
    for (size_t i = 0; i < roster.n; i++)
        record_release(&roster.shifts[i]);
    free(roster.shifts);
    return status;
}
