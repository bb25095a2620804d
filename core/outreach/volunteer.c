/* core/outreach/volunteer.c - a volunteer's figures and stars. See volunteer.h; what is checked before rows are saved: volunteer_prepare.c; acts: volunteer_act.c. */
#include "core/outreach/volunteer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/filter.h"
#include "core/record/privacy.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 1024, SUMS_MAX = 4 };

/* ---- sums ---- */

/* Aggregates of one table over a volunteer's rows of a period, in the order in which they stand in struct volunteer_sums. */
static const struct {
    const char *type, *sums, *condition;
    size_t n, first;
} tables[] = {
    {"service_hours", "coalesce(sum(hours),0),count(DISTINCT date),count(DISTINCT event)", "", 3, offsetof(struct volunteer_sums, hours)},
    {"consultation", "coalesce(sum(coalesce(persons,1)),0)", "", 1, offsetof(struct volunteer_sums, consulted)},
    {"referral", "count(*),count(result)", "", 2, offsetof(struct volunteer_sums, referrals)},
    {"attendance", "count(*),coalesce(sum(hours),0)", " AND training IS NOT NULL AND result='1'", 2, offsetof(struct volunteer_sums, trainings)},
    {"volunteer_fault", "coalesce(sum(kind='1'),0),coalesce(sum(kind='2'),0),coalesce(sum(kind='3'),0)", "", 3, offsetof(struct volunteer_sums, missed)},
};

static enum status sum_table(struct store *store, const struct actor *actor, size_t which, struct id volunteer, int32_t from, int32_t to, int64_t *out, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    struct buf sql;
    int index = 4;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT %s FROM %s WHERE volunteer=?1 AND date>=?2 AND date<=?3 AND gone=0%s", tables[which].sums, tables[which].type, tables[which].condition);
    row_scope_sql(actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    id_format(volunteer, text);
    stmt_string(stmt, 1, text);
    stmt_int(stmt, 2, from);
    stmt_int(stmt, 3, to);
    index = 4;
    row_scope_bind(actor, stmt, &index);
    if (!stmt_row(stmt, &status, err))
        return status;
    for (size_t i = 0; i < tables[which].n; i++)
        out[i] = stmt_column_int(stmt, (int)i);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status volunteer_sums(struct store *store, const struct actor *actor, struct id volunteer, int32_t from, int32_t to, struct volunteer_sums *out, struct errmsg *err)
{
    enum status status = STATUS_OK;
    *out = (struct volunteer_sums){0};
    for (size_t i = 0; status == STATUS_OK && i < sizeof tables / sizeof tables[0]; i++) {
        int64_t sums[SUMS_MAX] = {0};
        status = sum_table(store, actor, i, volunteer, from, to, sums, err);
        memcpy((char *)out + tables[i].first, sums, tables[i].n * sizeof *sums);
    }
    return status;
}

enum status volunteer_hours(struct store *store, const struct actor *actor, struct id volunteer, int32_t from, int32_t to, int64_t *hours, struct errmsg *err)
{
    int64_t sums[SUMS_MAX] = {0};
    enum status status = sum_table(store, actor, 0, volunteer, from, to, sums, err);
    *hours = sums[0];
    return status;
}

int volunteer_stars(const struct rules *rules, int64_t hours, int32_t day)
{
    int stars = 0;
    for (int star = 1; star <= VOLUNTEER_STARS; star++) {
        char name[sizeof "star_" + 11];
        snprintf(name, sizeof name, "star_%d", star);
        if (hours >= rules_int(rules, name, day))
            stars = star;
    }
    return stars;
}

/* ---- one volunteer ---- */

static void note_reason(struct volunteer_record *out, const char *text)
{
    size_t used = strlen(out->why);
    out->may_be_struck = true;
    snprintf(out->why + used, sizeof out->why - used, "%s%s", used > 0 ? _("；") : "", text);
}

/* 法律援助志愿者管理办法: three missed appointments or three complaints of quality in a year, or money taken. */
static void judge(const struct rules *rules, int year, int32_t today, struct volunteer_record *out)
{
    int64_t missed_max = rules_int(rules, "volunteer_missed_max", today), quality_max = rules_int(rules, "volunteer_quality_max", today);
    char text[100];
    if (out->year.missed >= missed_max) {
        snprintf(text, sizeof text, _("%d 年无故失约 %lld 次（满 %lld 次可以除名）"), year, (long long)out->year.missed, (long long)missed_max);
        note_reason(out, text);
    }
    if (out->year.quality >= quality_max) {
        snprintf(text, sizeof text, _("%d 年服务质量投诉 %lld 次（满 %lld 次可以除名）"), year, (long long)out->year.quality, (long long)quality_max);
        note_reason(out, text);
    }
    if (out->ever.money > 0)
        note_reason(out, _("收取财物"));
}

static enum status count_letters(struct store *store, const struct actor *actor, struct id volunteer, int64_t *count, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    const struct record_type *type = catalogue_find("appointment_letter");
    struct filter filter = {.type = type, .n_terms = 1, .terms = {{.field = catalogue_field(type, "volunteer"), .op = FILTER_EQ}}};
    id_format(volunteer, text);
    filter.terms[0].value = value_string(text);
    return records_count(store, actor, type, &filter, count, err);
}

enum status volunteer_record(struct store *store, const struct actor *actor, const struct rules *rules, const struct record *volunteer, int year, int32_t today,
                             struct volunteer_record *out, struct errmsg *err)
{
    struct value letter_to = record_get(volunteer, catalogue_field(volunteer->type, "letter_to"));
    int32_t first, last;
    struct buf remark;
    *out = (struct volunteer_record){.letter_days_left = INT32_MIN};
    enum status status = day_from_ymd(year, 1, 1, &first);
    if (status == STATUS_OK)
        status = day_from_ymd(year, 12, 31, &last);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "年度应在 1900 到 2199 之间");
    if (letter_to.kind == VALUE_INT)
        out->letter_days_left = (int32_t)letter_to.number - today;
    status = volunteer_sums(store, actor, volunteer->id, first, last, &out->year, err);
    if (status == STATUS_OK)
        status = volunteer_sums(store, actor, volunteer->id, DAY_MIN, DAY_MAX, &out->ever, err);
    if (status == STATUS_OK)
        status = count_letters(store, actor, volunteer->id, &out->letters, err);
    if (status != STATUS_OK)
        return status;
    out->stars = volunteer_stars(rules, out->ever.hours, today);
    if (strcmp(record_text(volunteer, "state"), "V4") < 0) /* not gone already */
        judge(rules, year, today, out);
    buf_init(&remark, 1024);
    status = volunteer_remark(store, actor, volunteer, &remark, err);
    out->listed_twice = remark.len > 0;
    buf_wipe(&remark);
    return status;
}

struct giving {
    volunteer_row row;
    void *context;
};

static bool give_row(void *context, const struct record *record, const struct list_key *key)
{
    struct giving *giving = context;
    (void)key;
    return giving->row(giving->context, record);
}

enum status volunteer_rows(struct store *store, const struct actor *actor, const char *type, struct id volunteer, volunteer_row row, void *context, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    const struct record_type *of = catalogue_find(type);
    struct filter filter = {.type = of, .n_terms = 1, .terms = {{.field = catalogue_field(of, "volunteer"), .op = FILTER_EQ}}};
    struct list_query query = {.type = of, .filter = &filter};
    struct giving giving = {row, context};
    assert(filter.terms[0].field != NULL);
    id_format(volunteer, text);
    filter.terms[0].value = value_string(text);
    return records_list(store, actor, &query, give_row, &giving, err);
}
