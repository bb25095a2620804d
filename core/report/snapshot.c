/* core/report/snapshot.c - freezing a report and reading it back. See snapshot.h; the JSON of the figures: snapshot_json.c, what came since: snapshot_late.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/record/changelog.h"
#include "core/record/peer.h"
#include "core/record/row.h"
#include "core/report/counting.h"
#include "core/report/snapshot_impl.h"

enum { SQL_MAX_BYTES = 1024, STATION_NAME_BYTES = 2 * MACHINE_NAME_MAX_BYTES + 8, CONTACT_BYTES = 48, MINUTES_BYTES = 16, FAILURES_BYTES = 360 };

/* ---- stations ---- */

struct watermarks {
    struct json_writer json;
};

static bool put_station(void *context, const struct peer *peer)
{
    struct watermarks *marks = context;

    if (peer->revoked)
        return true;
    json_array(&marks->json);
    json_int(&marks->json, peer->station_no);
    json_string(&marks->json, peer_label(peer));
    json_int(&marks->json, peer->last_contact_ms);
    json_int(&marks->json, (int64_t)peer->have_seq);
    json_int(&marks->json, (int64_t)peer->safe_seq);
    json_array_end(&marks->json);
    return true;
}

enum status snapshot_watermarks(const struct form_desk *desk, struct buf *json, struct errmsg *err)
{
    struct watermarks marks;

    json_begin(&marks.json, json);
    json_array(&marks.json);
    enum status status = peer_list(desk->store, put_station, &marks, err);
    json_array_end(&marks.json);
    return status != STATUS_OK ? status : json->status;
}

/* One station of the list: [no, name, last contact, have, safe]. */
static bool read_station(struct json_reader *json, const struct buf *text, char name[STATION_NAME_BYTES], int64_t *contact_ms)
{
    if (json_next(json) != JSON_NUMBER || json_next(json) != JSON_STRING)
        return false;
    snprintf(name, STATION_NAME_BYTES, "%s", buf_cstr(text));
    if (json_next(json) != JSON_NUMBER)
        return false;
    *contact_ms = strtoll(buf_cstr(text), NULL, 10);
    enum json_token token;
    while ((token = json_next(json)) == JSON_NUMBER)
        ;
    return token == JSON_ARRAY_END;
}

static void contact_words(int64_t contact_ms, char out[CONTACT_BYTES])
{
    char time[TIME_TEXT_BYTES];

    if (contact_ms <= 0) {
        snprintf(out, CONTACT_BYTES, "从未同步");
        return;
    }
    day_format_time(contact_ms, DAY_OFFICE_OFFSET_MIN, time);
    snprintf(out, CONTACT_BYTES, "%.*s 同步", MINUTES_BYTES, time);
}

enum status snapshot_stations(const struct snapshot *snapshot, snapshot_station_row row, void *context, struct errmsg *err)
{
    const char *kept = record_text(&snapshot->record, "stations");
    struct json_reader json;
    struct buf text;
    char name[STATION_NAME_BYTES], contact[CONTACT_BYTES];
    int64_t contact_ms = 0;
    bool go_on;

    buf_init(&text, SNAPSHOT_JSON_BYTES);
    json_reader_init(&json, kept, strlen(kept), &text);
    go_on = json_next(&json) == JSON_ARRAY;
    while (go_on && json_next(&json) == JSON_ARRAY && read_station(&json, &text, name, &contact_ms)) {
        contact_words(contact_ms, contact);
        go_on = row(context, name, contact);
    }
    enum status status = text.status == STATUS_NOMEM ? errmsg_set(err, STATUS_NOMEM, "内存不足") : STATUS_OK;
    buf_release(&text);
    return status;
}

/* ---- saving ---- */

enum status snapshot_may_freeze(const struct actor *actor, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("report_snapshot");
    char roles[128];

    if (!actor_may_write(actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能查看，不能存档报表", actor->name);
    if (!actor->center || !actor->all_scopes)
        return errmsg_set(err, STATUS_FORBIDDEN, "报表由县中心存档，站点看不到全县的数");
    if (actor_is_one_of(actor, type->writers))
        return STATUS_OK;
    actor_role_labels(type->writers, roles, sizeof roles);
    return errmsg_set(err, STATUS_FORBIDDEN, "%s 的角色不能存档报表，请由%s存档", actor->name, roles);
}

enum status snapshot_period_is_over(const struct period *period, int64_t now_ms, struct errmsg *err)
{
    char last[DAY_TEXT_BYTES];
    bool waits = period->kind == PERIOD_MONTH || period->kind == PERIOD_QUARTER;

    if (!waits || day_of_ms(now_ms, DAY_OFFICE_OFFSET_MIN) > period->to)
        return STATUS_OK;
    day_format(period->to, last);
    return errmsg_set(err, STATUS_INVALID, "%s 到 %s 才结束，过了这一天再存档", period->name, last);
}

/* A long text that must fit its field. */
static enum status set_long(struct record *record, const char *name, const char *text, size_t len, struct errmsg *err)
{
    const struct field_def *field = catalogue_field(record->type, name);
    size_t chars = utf8_count(text, len);

    if (chars > catalogue_max_chars(field))
        return errmsg_set(err, STATUS_TOO_LARGE, "%s: 有 %zu 字，一份存档最多放 %u 字；单位太多，请分开上报", field->label, chars, (unsigned)catalogue_max_chars(field));
    return record_set(record, field, len == 0 ? value_null() : value_text(text, len));
}

/* A text that a person gave: as record_parse takes it. */
static enum status set_given(const struct form_desk *desk, struct record *record, const char *name, const char *text, struct errmsg *err)
{
    const struct field_def *field = catalogue_field(record->type, name);
    enum status status = text == NULL ? STATUS_OK : record_parse(record, field, desk->codes, text, strlen(text), err);

    return status == STATUS_OK ? status : errmsg_wrap(err, status, "%s", field->label);
}

static enum status set_jsons(const struct form_desk *desk, const struct snapshot_parts *parts, struct record *record, struct errmsg *err)
{
    struct buf json;

    buf_init(&json, SNAPSHOT_JSON_BYTES);
    snapshot_figures_write(parts, &json);
    enum status status = json.status == STATUS_OK ? set_long(record, "figures", buf_cstr(&json), json.len, err)
                                                  : errmsg_set(err, json.status, "各栏: 放不下，一份存档最多放 %u 字", (unsigned)catalogue_max_chars(catalogue_field(record->type, "figures")));
    buf_clear(&json);
    if (status == STATUS_OK)
        status = snapshot_watermarks(desk, &json, err);
    if (status == STATUS_OK)
        status = set_long(record, "stations", buf_cstr(&json), json.len, err);
    buf_release(&json);
    if (status == STATUS_OK && parts->explained != NULL)
        status = parts->explained->status != STATUS_OK ? parts->explained->status : set_long(record, "explained", buf_cstr(parts->explained), parts->explained->len, err);
    return status;
}

/* The latest snapshot of the report and period; zero: none. */
static enum status find_latest(const struct form_desk *desk, const char *report, const struct period *period, struct id *id, struct errmsg *err)
{
    struct buf sql;
    enum status status;
    int index = 5;

    *id = (struct id){{0}};
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id FROM report_snapshot WHERE period=?1 AND report=?2 AND from_day=?3 AND to_day=?4 AND gone=0");
    row_scope_sql(desk->actor, &sql, &index);
    buf_puts(&sql, " ORDER BY n DESC LIMIT 1");
    struct stmt *stmt = store_prepare_buf(desk->store, &sql);
    buf_release(&sql);
    stmt_string(stmt, 1, period->name);
    stmt_string(stmt, 2, report);
    stmt_int(stmt, 3, period->from);
    stmt_int(stmt, 4, period->to);
    index = 5;
    row_scope_bind(desk->actor, stmt, &index);
    if (stmt_row(stmt, &status, err)) {
        *id = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

static enum status set_numbers(const struct form_desk *desk, const struct snapshot_parts *parts, struct record *record, struct errmsg *err)
{
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {{"from_day", parts->period->from}, {"to_day", parts->period->to}, {"date", day_of_ms(desk->actor->now_ms, DAY_OFFICE_OFFSET_MIN)}};
    int64_t head = 0;
    enum status status = changelog_head(desk->store, &head, err);

    for (size_t i = 0; status == STATUS_OK && i < sizeof numbers / sizeof numbers[0]; i++)
        status = record_set_int(record, numbers[i].name, numbers[i].value);
    return status == STATUS_OK ? record_set_int(record, "watermark", head) : status;
}

static enum status set_replaced(const struct form_desk *desk, const struct snapshot_parts *parts, struct record *record, struct errmsg *err)
{
    struct id before;
    char text[ID_TEXT_BYTES];
    enum status status = find_latest(desk, parts->report, parts->period, &before, err);

    if (status != STATUS_OK || id_is_zero(before))
        return status;
    id_format(before, text);
    return record_set_text(record, "replaces", text);
}

static enum status fill(const struct form_desk *desk, const struct snapshot_parts *parts, struct record *record, struct errmsg *err)
{
    enum status status = record_set_text(record, "report", parts->report);

    if (status == STATUS_OK)
        status = record_set_text(record, "period", parts->period->name);
    if (status == STATUS_OK)
        status = set_numbers(desk, parts, record, err);
    if (status == STATUS_OK)
        status = set_replaced(desk, parts, record, err);
    if (status == STATUS_OK)
        status = set_jsons(desk, parts, record, err);
    if (status == STATUS_OK)
        status = set_long(record, "text", parts->text == NULL ? "" : parts->text, parts->text == NULL ? 0 : strlen(parts->text), err);
    return status == STATUS_OK ? set_given(desk, record, "basis", parts->basis, err) : status;
}

enum status snapshot_save(const struct form_desk *desk, struct random_source random, const struct snapshot_parts *parts, struct id *id, struct errmsg *err)
{
    struct actor acting = *desk->actor;
    struct record record;
    enum status status = snapshot_may_freeze(desk->actor, err);

    if (status != STATUS_OK)
        return status;
    acting.acting = true;
    record_init(&record, catalogue_find("report_snapshot"));
    status = records_begin(desk->store, &acting, &record, desk->codes, err);
    if (status == STATUS_OK)
        status = fill(desk, parts, &record, err);
    if (status == STATUS_OK)
        status = records_save(desk->store, &acting, desk->codes, random, &record, err);
    if (status == STATUS_OK)
        *id = record.id;
    record_release(&record);
    return status;
}

/* ---- freezing a form ---- */

bool snapshot_note_failure(void *buf, const struct check_failure *failure)
{
    struct buf *out = buf;

    buf_printf(out, "%s %s 相差 %lld：%s\n", failure->org == 0 ? "合计" : failure->org_name, failure->rule, (long long)failure->difference, failure->explained == NULL ? "（未说明）" : failure->explained);
    return true;
}

/* What was said about failures, and those about which nothing was. */
struct failures {
    struct buf explained;
    char open[FAILURES_BYTES];
};

static bool take_failure(void *context, const struct check_failure *failure)
{
    struct failures *failures = context;
    size_t len = strlen(failures->open);

    if (failure->explained != NULL)
        return snapshot_note_failure(&failures->explained, failure);
    if (len + strlen(failure->rule) + strlen(failure->org_name) + 32 < sizeof failures->open)
        snprintf(failures->open + len, sizeof failures->open - len, "%s%s(%s，相差 %lld)", len == 0 ? "" : "、", failure->rule, failure->org == 0 ? "合计" : failure->org_name,
                 (long long)failure->difference);
    return true;
}

static enum status check(const struct form_desk *desk, const struct form_sheet *sheet, struct failures *failures, struct errmsg *err)
{
    char name[CHECK_FORM_BYTES];
    int64_t open = 0;
    enum status status = report_check(desk, sheet->form, sheet, take_failure, failures, &open, err);

    if (status != STATUS_OK || open == 0)
        return status;
    report_short_name(sheet->form->name, name);
    return errmsg_set(err, STATUS_INVALID, "%s有 %lld 处校验不符，先改正或说明再存档：%s", name, (long long)open, failures->open);
}

static enum status freeze_inside(const struct form_desk *desk, struct random_source random, const struct ministry_form *form, const struct period *period, const char *basis, struct id *id,
                                 struct errmsg *err)
{
    struct form_sheet sheet;
    struct failures failures = {0};
    enum status status = form_compute(desk, form, period, &sheet, err);

    if (status != STATUS_OK)
        return status;
    buf_init(&failures.explained, SNAPSHOT_JSON_BYTES);
    status = check(desk, &sheet, &failures, err);
    if (status == STATUS_OK) {
        struct snapshot_parts parts = {.report = form->name, .period = period, .sheet = &sheet, .explained = &failures.explained, .basis = basis};
        status = snapshot_save(desk, random, &parts, id, err);
    }
    buf_release(&failures.explained);
    form_sheet_release(&sheet);
    return status;
}

enum status snapshot_freeze_form(const struct form_desk *desk, struct random_source random, const struct ministry_form *form, const struct period *period, const char *basis, struct id *id, struct errmsg *err)
{
    struct counting counting;
    struct id kept = {{0}};
    enum status status = snapshot_may_freeze(desk->actor, err);

    if (status == STATUS_OK)
        status = snapshot_period_is_over(period, desk->actor->now_ms, err);
    if (status == STATUS_OK)
        status = counting_begin(&counting, desk, "freeze", err);
    if (status != STATUS_OK)
        return status;
    status = counting_end(&counting, freeze_inside(&counting.desk, random, form, period, basis, &kept, err), err);
    if (status == STATUS_OK)
        *id = kept;
    return status;
}

/* ---- reading ---- */

static int64_t number_of(const struct record *record, const char *field)
{
    struct value value = record_get(record, catalogue_field(record->type, field));

    return value.kind == VALUE_INT ? value.number : 0;
}

/* The period as its name says it, and on the days that were kept. */
static enum status read_period(struct snapshot *out, struct errmsg *err)
{
    struct year_start start = out->period.start;
    enum status status = period_parse(record_text(&out->record, "period"), start, &out->period, err);

    if (status == STATUS_OK && (out->period.from != number_of(&out->record, "from_day") || out->period.to != number_of(&out->record, "to_day")))
        return errmsg_set(err, STATUS_CORRUPT, "存档的期间 %s 与起止日不符", record_text(&out->record, "period"));
    return status == STATUS_OK ? status : errmsg_wrap(err, STATUS_CORRUPT, "存档的期间");
}

static enum status read_record(const struct form_desk *desk, struct snapshot *out, struct errmsg *err)
{
    const char *figures = record_text(&out->record, "figures");

    out->id = out->record.id;
    snprintf(out->report, sizeof out->report, "%s", record_text(&out->record, "report"));
    out->date = (int32_t)number_of(&out->record, "date");
    out->watermark = number_of(&out->record, "watermark");
    enum status status = snapshot_figures_read(figures, strlen(figures), desk->book, out, err);
    if (status == STATUS_OK)
        status = read_period(out, err);
    if (status == STATUS_OK)
        out->sheet.period = out->period;
    return status;
}

enum status snapshot_load_id(const struct form_desk *desk, struct id id, struct snapshot *out, struct errmsg *err)
{
    *out = (struct snapshot){0};
    enum status status = records_get(desk->store, desk->actor, catalogue_find("report_snapshot"), id, &out->record, err);

    if (status != STATUS_OK)
        return status;
    status = read_record(desk, out, err);
    if (status != STATUS_OK)
        snapshot_release(out);
    return status;
}

enum status snapshot_load(const struct form_desk *desk, const char *report, const struct period *period, struct snapshot *out, struct errmsg *err)
{
    char name[CHECK_FORM_BYTES];
    struct id id;
    enum status status = find_latest(desk, report, period, &id, err);

    *out = (struct snapshot){0};
    if (status != STATUS_OK)
        return status;
    report_short_name(report, name);
    return id_is_zero(id) ? errmsg_set(err, STATUS_NOT_FOUND, "%s没有存档过 %s", name, period->name) : snapshot_load_id(desk, id, out, err);
}

void snapshot_release(struct snapshot *snapshot)
{
    form_sheet_release(&snapshot->sheet);
    free(snapshot->cells);
    if (snapshot->record.type != NULL)
        record_release(&snapshot->record);
    *snapshot = (struct snapshot){0};
}

static bool cell_value(const struct snapshot *snapshot, const char *cell, int64_t org, int64_t *value)
{
    for (size_t i = 0; i < snapshot->n_cells; i++) {
        if (strcmp(snapshot->cells[i].cell, cell) != 0 || org != 0)
            continue;
        *value = snapshot->cells[i].value;
        return true;
    }
    return false;
}

bool snapshot_value(const struct snapshot *snapshot, const char *cell, int64_t org, int64_t *value)
{
    const struct ministry_form *form = snapshot->sheet.form;
    char name[FORM_CELL_BYTES];

    if (form == NULL)
        return cell_value(snapshot, cell, org, value);
    for (size_t i = 0; i < form->n_columns; i++) {
        form_cell_name(form, &form->columns[i], name);
        if (strcmp(name, cell) != 0)
            continue;
        *value = 0;
        for (size_t r = 0; r < snapshot->sheet.n_rows; r++)
            if (snapshot->sheet.rows[r].org == org)
                *value = snapshot->sheet.rows[r].values[i];
        return snapshot->has[i];
    }
    return false;
}
