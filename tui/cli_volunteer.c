/* tui/cli_volunteer.c - aidpost volunteers, aidpost volunteer: the roster with hours, stars, letters and faults; one volunteer in full. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/outreach/volunteer.h"
#include "core/record/privacy.h"
#include "tui/cli.h"

enum { ID_SHORT = 8, YEAR_MIN = 1900, YEAR_MAX = 2199 };

struct roster {
    struct cli *cli;
    struct rules *rules;
    int year;
    int32_t today;
    int64_t people, hours, may_be_struck;
    enum status status;
    struct errmsg *err;
};

static enum status open_roster(struct cli *cli, struct roster *roster, struct errmsg *err)
{
    int month, dom;
    int64_t year;

    *roster = (struct roster){.cli = cli, .today = day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN), .err = err};
    day_to_ymd(roster->today, &roster->year, &month, &dom);
    enum status status = cli_number(cli, "year", roster->year, &year, err);
    if (!status && (year < YEAR_MIN || year > YEAR_MAX))
        status = errmsg_set(err, STATUS_USAGE, "--year 应是年份，如 2026");
    if (status)
        return status;
    roster->year = (int)year;
    return rules_load(&roster->rules, cli->store, &cli->actor, err);
}

/* A field's text for people, in scratch; masked as everywhere (core/record/privacy.h). */
static const char *words(struct cli *cli, const struct record *record, const char *name)
{
    buf_clear(&cli->scratch);
    privacy_show(record, catalogue_field(record->type, name), cli->codes, &cli->scratch);
    return buf_cstr(&cli->scratch);
}

static void put_text(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static void put_count(struct cli *cli, const char *key, int64_t number)
{
    json_key(&cli->json, key);
    json_int(&cli->json, number);
}

static void put_flag(struct cli *cli, const char *key, bool value)
{
    json_key(&cli->json, key);
    json_bool(&cli->json, value);
}

/* The value for machines; null when empty. */
static void put_field(struct cli *cli, const struct record *record, const char *name)
{
    const struct field_def *field = catalogue_field(record->type, name);
    struct value value = privacy_masks(record, field) ? value_null() : record_get(record, field);

    json_key(&cli->json, name);
    if (value.kind == VALUE_NULL) {
        json_null(&cli->json);
        return;
    }
    if (field->kind == FIELD_INT || field->kind == FIELD_BOOL) {
        json_int(&cli->json, value.number);
        return;
    }
    buf_clear(&cli->scratch);
    record_format_raw(field, value, &cli->scratch);
    json_string(&cli->json, buf_cstr(&cli->scratch));
}

static void put_sums(struct cli *cli, const char *key, const struct volunteer_sums *sums)
{
    json_key(&cli->json, key);
    json_object(&cli->json);
    put_count(cli, "hours", sums->hours);
    put_count(cli, "days", sums->days);
    put_count(cli, "events", sums->events);
    put_count(cli, "consulted", sums->consulted);
    put_count(cli, "referrals", sums->referrals);
    put_count(cli, "followed", sums->followed);
    put_count(cli, "trainings", sums->trainings);
    put_count(cli, "training_hours", sums->training_hours);
    put_count(cli, "missed", sums->missed);
    put_count(cli, "quality", sums->quality);
    put_count(cli, "money", sums->money);
    json_object_end(&cli->json);
}

/* What roster and record have in common; the object stays open. */
static void put_head(struct cli *cli, const struct record *volunteer, const struct volunteer_record *record)
{
    static const char *const fields[] = {"name", "state", "source", "phone", "town", "village", "date", "registered_no", "letter_no", "letter_to", "asked_leave_on", "left_on",
                                         "leave_reason"};

    json_object(&cli->json);
    cli_json_id(cli, "id", volunteer->id);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        put_field(cli, volunteer, fields[i]);
    put_count(cli, "stars", record->stars);
    put_sums(cli, "year", &record->year);
    put_sums(cli, "ever", &record->ever);
    put_count(cli, "letters", record->letters);
    json_key(&cli->json, "letter_days_left");
    if (record->letter_days_left == INT32_MIN)
        json_null(&cli->json);
    else
        json_int(&cli->json, record->letter_days_left);
    put_flag(cli, "may_be_struck", record->may_be_struck);
    put_text(cli, "why", record->why);
    put_flag(cli, "listed_twice", record->listed_twice);
}

/* "聘期至 2026-04-01（剩 27 天）". */
static void put_letter(struct buf *out, const struct record *volunteer, const struct volunteer_record *record)
{
    struct value to = record_get(volunteer, catalogue_field(volunteer->type, "letter_to"));
    char day[DAY_TEXT_BYTES];

    if (to.kind != VALUE_INT) {
        buf_puts(out, _("没有聘书"));
        return;
    }
    day_format((int32_t)to.number, day);
    buf_printf(out, _("聘期至 %s（%s %d 天）"), day, record->letter_days_left < 0 ? _("过期") : _("剩"), abs(record->letter_days_left));
}

static void put_warnings(struct buf *out, const struct volunteer_record *record)
{
    if (record->may_be_struck)
        buf_printf(out, _("\t可以除名: %s"), record->why);
    if (record->listed_twice)
        buf_puts(out, _("\t名册里可能还有一条"));
}

static void put_line(struct cli *cli, const struct record *volunteer, const struct volunteer_record *record)
{
    char id[ID_TEXT_BYTES];

    id_format(volunteer->id, id);
    buf_printf(&cli->text, "%.*s\t%s\t", ID_SHORT, id, record_text(volunteer, "name"));
    buf_printf(&cli->text, "%s\t", words(cli, volunteer, "state"));
    buf_printf(&cli->text, "%s\t", words(cli, volunteer, "phone"));
    buf_printf(&cli->text, _("%lld\t%lld\t%d 星\t"), (long long)record->year.hours, (long long)record->ever.hours, record->stars);
    put_letter(&cli->text, volunteer, record);
    buf_printf(&cli->text, _("\t失约 %lld 投诉 %lld"), (long long)record->year.missed, (long long)record->year.quality);
    put_warnings(&cli->text, record);
    buf_puts(&cli->text, "\n");
}

/* ---- the roster ---- */

static bool roster_row(void *context, const struct record *volunteer, const struct list_key *key)
{
    struct roster *roster = context;
    struct cli *cli = roster->cli;
    struct volunteer_record record;

    (void)key;
    roster->status = volunteer_record(cli->store, &cli->actor, roster->rules, volunteer, roster->year, roster->today, &record, roster->err);
    if (roster->status)
        return false;
    roster->people++;
    roster->hours += record.year.hours;
    roster->may_be_struck += record.may_be_struck;
    if (cli->json_output) {
        put_head(cli, volunteer, &record);
        json_object_end(&cli->json);
    } else {
        put_line(cli, volunteer, &record);
    }
    roster->status = cli_flush(cli, roster->err);
    return !roster->status;
}

enum status cli_volunteers(struct cli *cli, struct errmsg *err)
{
    struct list_query query = {.type = catalogue_find("volunteer"), .order = catalogue_field(catalogue_find("volunteer"), "name"), .ascending = true};
    struct roster roster;
    enum status status = open_roster(cli, &roster, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        put_count(cli, "year", roster.year);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    } else {
        buf_printf(&cli->text, _("编号\t姓名\t状态\t电话\t%d年小时\t累计\t星级\t聘书\t本年\n"), roster.year);
    }
    status = records_list(cli->store, &cli->actor, &query, roster_row, &roster, err);
    if (!status)
        status = roster.status;
    rules_free(roster.rules);
    if (status)
        return status;
    if (!cli->json_output) {
        buf_printf(&cli->text, _("志愿者 %lld 人，%d 年服务 %lld 小时，可以除名 %lld 人\n"), (long long)roster.people, roster.year, (long long)roster.hours, (long long)roster.may_be_struck);
        return STATUS_OK;
    }
    json_array_end(&cli->json);
    put_count(cli, "people", roster.people);
    put_count(cli, "hours", roster.hours);
    put_count(cli, "may_be_struck", roster.may_be_struck);
    json_object_end(&cli->json);
    return STATUS_OK;
}

/* ---- one volunteer ---- */

/* Rows that hang on a volunteer, and the fields of each that are shown. */
static const struct {
    const char *type, *key, *fields[6];
} sections[] = {
    {"appointment_letter", "letter_rows", {"number", "issued_on", "valid_to", "event", "document"}},
    {"service_hours", "service_rows", {"date", "hours", "kind", "event", "note"}},
    {"attendance", "training_rows", {"date", "training", "meeting", "result", "hours", "score"}},
    {"volunteer_fault", "fault_rows", {"date", "kind", "event", "complaint", "note"}},
    {"referral", "referral_rows", {"date", "target", "result"}}, /* whom he sent on is the referral's own business */
};

enum { SECTIONS = sizeof(sections) / sizeof(sections[0]), SECTION_FIELDS = sizeof(sections[0].fields) / sizeof(sections[0].fields[0]) };

struct section {
    struct cli *cli;
    size_t which;
};

static bool section_row(void *context, const struct record *row)
{
    struct section *section = context;
    struct cli *cli = section->cli;
    const char *const *fields = sections[section->which].fields;

    if (cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "id", row->id);
    } else {
        buf_puts(&cli->text, " ");
    }
    for (size_t i = 0; i < SECTION_FIELDS && fields[i]; i++) {
        const struct field_def *field = catalogue_field(row->type, fields[i]);

        if (cli->json_output)
            put_field(cli, row, fields[i]);
        else if (field->kind != FIELD_REF && record_get(row, field).kind != VALUE_NULL)
            buf_printf(&cli->text, " %s %s", _(field->label), words(cli, row, fields[i]));
    }
    if (cli->json_output)
        json_object_end(&cli->json);
    else
        buf_puts(&cli->text, "\n");
    return true;
}

static enum status put_section(struct cli *cli, size_t which, struct id volunteer, struct errmsg *err)
{
    struct section section = {cli, which};
    enum status status;

    if (cli->json_output) {
        json_key(&cli->json, sections[which].key);
        json_array(&cli->json);
    } else {
        buf_printf(&cli->text, "%s:\n", _(catalogue_find(sections[which].type)->label));
    }
    status = volunteer_rows(cli->store, &cli->actor, sections[which].type, volunteer, section_row, &section, err);
    if (cli->json_output)
        json_array_end(&cli->json);
    return status;
}

static void put_sums_line(struct buf *out, const char *title, const struct volunteer_sums *sums)
{
    buf_printf(out, _("%s: 服务 %lld 小时 %lld 天，活动 %lld 场，接待 %lld 人次，转介 %lld 人（有结果 %lld），培训 %lld 次 %lld 学时，失约 %lld，服务质量投诉 %lld，收取财物 %lld\n"), title,
               (long long)sums->hours, (long long)sums->days, (long long)sums->events, (long long)sums->consulted, (long long)sums->referrals, (long long)sums->followed,
               (long long)sums->trainings, (long long)sums->training_hours, (long long)sums->missed, (long long)sums->quality, (long long)sums->money);
}

static void put_summary(struct roster *roster, const struct record *volunteer, const struct volunteer_record *record)
{
    struct cli *cli = roster->cli;
    char year[24];

    snprintf(year, sizeof(year), _("%d 年"), roster->year);
    put_line(cli, volunteer, record);
    put_sums_line(&cli->text, year, &record->year);
    put_sums_line(&cli->text, _("累计"), &record->ever);
}

static enum status load_volunteer(struct cli *cli, struct record *volunteer, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("volunteer");
    struct id id;
    enum status status = records_resolve_id(cli->store, &cli->actor, cli_argument(cli, 0), &type, &id, err);

    return status ? status : records_get(cli->store, &cli->actor, type, id, volunteer, err);
}

enum status cli_volunteer(struct cli *cli, struct errmsg *err)
{
    struct roster roster;
    struct record volunteer;
    struct volunteer_record record;
    enum status status = open_roster(cli, &roster, err);

    if (status)
        return status;
    status = load_volunteer(cli, &volunteer, err);
    if (status) {
        rules_free(roster.rules);
        return status;
    }
    status = volunteer_record(cli->store, &cli->actor, roster.rules, &volunteer, roster.year, roster.today, &record, err);
    if (!status && cli->json_output)
        put_head(cli, &volunteer, &record);
    else if (!status)
        put_summary(&roster, &volunteer, &record);
    for (size_t i = 0; !status && i < SECTIONS; i++)
        status = put_section(cli, i, volunteer.id, err);
    if (!status && cli->json_output)
        json_object_end(&cli->json);
    record_release(&volunteer);
    rules_free(roster.rules);
    return status;
}
