/* core/outreach/event_act.c - closing an event (收场) and opening it again; rows of core/register/act_table.c. See event_act.h. */
#include "core/outreach/event_act.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/outreach/event_set.h"
#include "core/record/clock.h"

/* Which figures of an event come from which rows. */
static const struct {
    unsigned part;
    const char *field;
    size_t offset;
} figures[] = {
    {EVENT_CONSULTATIONS, "consulted", offsetof(struct event_totals, consulted)}, {EVENT_CONSULTATIONS, "consulted_matters", offsetof(struct event_totals, matters)},
    {EVENT_CASES, "accepted", offsetof(struct event_totals, accepted)},           {EVENT_HANDOUTS, "materials", offsetof(struct event_totals, handouts)},
    {EVENT_BOARDS, "boards", offsetof(struct event_totals, boards)},              {EVENT_BANNERS, "banners", offsetof(struct event_totals, banners)},
    {EVENT_GIFTS, "gifts", offsetof(struct event_totals, gifts)},                 {EVENT_HOURS, "volunteers", offsetof(struct event_totals, volunteers)},
};

static void say_totals(const struct event_totals *totals, struct buf *said)
{
    buf_printf(said, _("收场：解答咨询 %lld 人次、%lld 件，发放资料 %lld 份，现场受理 %lld 件，志愿者 %lld 人"), (long long)totals->consulted, (long long)totals->matters,
               (long long)totals->handouts, (long long)totals->accepted, (long long)totals->volunteers);
    if (totals->hours > 0)
        buf_printf(said, _("、%lld 小时"), (long long)totals->hours);
}

/* Whether it was closed when it was loaded, and on which day. */
static bool was_closed(const struct record *event, int32_t *day)
{
    struct value value = event->loaded[catalogue_field_index(event->type, catalogue_field(event->type, "closed_on"))];

    *day = value.kind == VALUE_INT ? (int32_t)value.number : 0;
    return value.kind == VALUE_INT;
}

/* ---- what may be done now ---- */

enum status event_is_open(const struct record *event, struct errmsg *err)
{
    char text[DAY_TEXT_BYTES];
    int32_t day;

    if (!was_closed(event, &day))
        return STATUS_OK;
    day_format(day, text);
    return errmsg_set(err, STATUS_INVALID, "活动已经在 %s 收场；还有要记的请先重开(reopen)", text);
}

enum status event_is_closed(const struct record *event, struct errmsg *err)
{
    int32_t day;

    return was_closed(event, &day) ? STATUS_OK : errmsg_set(err, STATUS_INVALID, "活动没有收场，不用重开");
}

/* ---- doing it ---- */

/* A dead battery's clock stands before the event: filled in by itself, the day of closing would be refused, and who stands there has no day to give instead. The event's own last day is the nearest that is known. */
static enum status close_on_its_own_day(struct store *store, const struct actor *acting, struct act_move *move, struct errmsg *err)
{
    const struct field_def *closed = catalogue_field(move->record.type, "closed_on"), *end = catalogue_field(move->record.type, "end_date");
    struct value day = record_get(&move->record, closed), last = record_get(&move->record, end);
    int64_t latest = 0;

    if (last.kind != VALUE_INT)
        last = record_get(&move->record, catalogue_field(move->record.type, "date"));
    if (day.kind != VALUE_INT || last.kind != VALUE_INT || day.number != move->today || day.number >= last.number)
        return STATUS_OK;
    enum status status = clock_latest(store, &latest, err);
    return status != STATUS_OK || clock_judge(acting->now_ms, latest) == CLOCK_FINE ? status : record_set(&move->record, closed, last);
}

enum status event_close(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    struct event_choice choice = event_choice_one(move->record.id);
    struct event_totals totals;
    struct event_set set;

    (void)random;
    enum status status = close_on_its_own_day(store, acting, move, err);
    if (status == STATUS_OK)
        status = event_check_days(&move->record, err);
    if (status == STATUS_OK)
        status = event_set_read(&set, store, acting, codes, &choice, err);
    if (status != STATUS_OK)
        return status;
    unsigned present = event_set_totals(&set, &move->record, &totals);
    event_set_release(&set);
    for (size_t i = 0; status == STATUS_OK && i < sizeof figures / sizeof figures[0]; i++)
        if (present & figures[i].part)
            status = record_set_int(&move->record, figures[i].field, *(const int64_t *)(const void *)((const char *)&totals + figures[i].offset));
    if (status == STATUS_OK)
        say_totals(&totals, &move->said);
    return status;
}

struct closing {
    size_t field;
    char user[ACTOR_NAME_MAX_BYTES];
    int64_t at_ms;
};

/* The last change that wrote the day of closing. */
static bool note_closing(void *context, const struct history_entry *entry)
{
    struct closing *closing = context;

    if (entry->written[closing->field] && entry->fields->values[closing->field].kind == VALUE_INT) {
        snprintf(closing->user, sizeof closing->user, "%s", entry->user);
        closing->at_ms = entry->at_ms;
    }
    return true;
}

enum status event_reopen(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    const struct field_def *field = catalogue_field(move->record.type, "closed_on");
    struct closing closing = {.field = catalogue_field_index(move->record.type, field)};

    (void)codes, (void)random;
    if (!actor_is_one_of(acting, 1u << ROLE_DIRECTOR)) {
        enum status status = records_history(store, acting, move->record.type, move->record.id, note_closing, &closing, err);
        if (status != STATUS_OK)
            return status;
        if (strcmp(closing.user, acting->name) != 0 || day_of_ms(closing.at_ms, DAY_OFFICE_OFFSET_MIN) != move->today)
            return errmsg_set(err, STATUS_FORBIDDEN, "重开由中心负责人办理；收场的人(%s)当天也可以", closing.user[0] != '\0' ? closing.user : "?");
    }
    buf_puts(&move->said, _("已重开，可以接着登记"));
    return record_set(&move->record, field, value_null());
}
