/* sync/hub_verb.c - see hub_verb.h. */
#include "sync/hub_verb.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/day.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "sync/hub_loop.h"
#include "sync/hub_schema.h"
#include "sync/hub_store.h"

enum { WORK_TRIES = 6 };

const char *hub_verb_library(char out[32])
{
    char version[16];

    snprintf(out, 32, "%s", pg_library_version(version));
    return out;
}

/* ---- serving ---- */

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum status attach(void *context, struct transport *transport, struct errmsg *err)
{
    return hub_loop_attach(context, transport, err);
}

static void put_count(struct buf *out, const char *name, const char *help, uint64_t value)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s counter\n%s %" PRIu64 "\n", name, help, name, name, value);
}

static void tell_metrics(void *context, struct buf *out)
{
    struct hub_stats stats = hub_store_stats(context);

    put_count(out, "aidpost_hub_groups_total", "Groups of requests carried out in the database.", stats.groups);
    put_count(out, "aidpost_hub_round_trips_total", "Batches sent for them.", stats.round_trips);
    put_count(out, "aidpost_hub_retries_total", "Transactions that were taken back and done again.", stats.retries);
    put_count(out, "aidpost_hub_reconnects_total", "Connections to the database that were lost with work under way.", stats.reconnects);
}

enum status hub_verb_serve(const struct hub_place *place, const struct service *service, const char *listen, void (*listening)(void *context, const char *address), void *context, struct errmsg *err)
{
    struct hub_founding founding = {.name = place->name, .area = place->area, .practice = place->practice, .random = place->random, .now_ms = place->now_ms};
    struct pg_pipeline *pg;
    struct hub_store *hub;
    bool made = false;
    enum status status = pg_new(&pg, place->url, err);

    if (status == STATUS_OK) {
        status = hub_schema_make(pg, &founding, &made, err);
        pg_free(pg);
    }
    if (status == STATUS_OK)
        status = hub_store_open(&hub, place->url, clock_ms, place->trace, err);
    if (status != STATUS_OK)
        return status;
    if (made)
        trace_write(place->trace, TRACE_INFO, "hub", "新的省级中心：表已建好");
    struct service_hub store = {.engine = hub_store_engine(hub), .attach = attach, .metrics = tell_metrics, .context = hub};
    status = service_hub(service, &store, listen, listening, context, err);
    hub_store_close(hub);
    return status;
}

/* ---- small transactions ---- */

/* Everything a verb does, in one transaction; again when another one was in the way. */
typedef enum status (*verb_work)(struct pg_pipeline *pg, void *context, struct errmsg *err);

static enum status run_plain(struct pg_pipeline *pg, const char *sql, struct errmsg *err)
{
    struct pg_statement statement = {PG_PLAIN, sql, ""};

    return pg_run(pg, &statement, NULL, NULL, err);
}

static enum status try_once(struct pg_pipeline *pg, verb_work work, void *context, struct errmsg *err)
{
    struct machine machine;
    enum status status = hub_schema_read(pg, &machine, err);

    if (status == STATUS_OK)
        status = run_plain(pg, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", err);
    if (status != STATUS_OK)
        return status;
    status = work(pg, context, err);
    if (status == STATUS_OK)
        return run_plain(pg, "COMMIT", err);
    if (pg_is_ready(pg) && pg_batch(pg, NULL) == STATUS_OK) /* refused by us: nothing to do again */
        (void)run_plain(pg, "ROLLBACK", NULL);
    return status;
}

static enum status in_transaction(const struct hub_place *place, verb_work work, void *context, struct errmsg *err)
{
    struct pg_pipeline *pg;
    enum status status = pg_new(&pg, place->url, err);

    if (status != STATUS_OK)
        return status;
    for (int tries = 0; tries < WORK_TRIES; tries++) {
        status = try_once(pg, work, context, err);
        if (status == STATUS_OK || status != STATUS_BUSY || !pg_again(pg))
            break;
        pg_close(pg);
    }
    pg_free(pg);
    return status;
}

/* ---- counties ---- */

#define COUNTY "SELECT no,station,code,name,machine,revoked_ms,enrolled_ms,last_contact_ms,skew_ms,have_seq,sent_order,branches,branched_ms,rekeyed_ms,alarm,order_head,pin FROM county"
enum { C_NO, C_STATION, C_CODE, C_NAME, C_MACHINE, C_REVOKED, C_ENROLLED, C_CONTACT, C_SKEW, C_HAVE, C_SENT, C_BRANCHES, C_BRANCHED, C_REKEYED, C_ALARM, C_ORDER, C_PIN };

struct county {
    struct peer peer;
    uint64_t order_head;
    bool enrolled;
};

static void read_county(const struct pg_rows *rows, size_t i, struct county *out)
{
    struct peer *peer = &out->peer;

    *out = (struct county){.order_head = (uint64_t)pg_int(rows, i, C_ORDER), .enrolled = !pg_is_null(rows, i, C_PIN)};
    peer->org = pg_int(rows, i, C_NO);
    peer->station_no = (uint32_t)pg_int(rows, i, C_STATION);
    pg_text(rows, i, C_CODE, peer->org_code, sizeof peer->org_code);
    pg_text(rows, i, C_NAME, peer->org_name, sizeof peer->org_name);
    pg_text(rows, i, C_MACHINE, peer->name, sizeof peer->name);
    peer->revoked_ms = pg_int(rows, i, C_REVOKED);
    peer->revoked = peer->revoked_ms != 0;
    peer->enrolled_ms = pg_int(rows, i, C_ENROLLED);
    peer->last_contact_ms = pg_int(rows, i, C_CONTACT);
    peer->skew_ms = pg_int(rows, i, C_SKEW);
    peer->have_seq = (uint64_t)pg_int(rows, i, C_HAVE);
    peer->sent_order = (uint64_t)pg_int(rows, i, C_SENT);
    peer->branches = (uint64_t)pg_int(rows, i, C_BRANCHES);
    peer->branched_ms = pg_int(rows, i, C_BRANCHED);
    peer->rekeyed_ms = pg_int(rows, i, C_REKEYED);
    pg_text(rows, i, C_ALARM, peer->alarm, sizeof peer->alarm);
}

struct search {
    size_t n;
    struct county county;
};

static enum status note_found(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct search *search = context;

    (void)err;
    search->n = pg_count(rows);
    if (search->n > 0)
        read_county(rows, 0, &search->county);
    return STATUS_OK;
}

/* By number, code or name, locked. */
static enum status find_county(struct pg_pipeline *pg, const char *text, struct county *out, struct errmsg *err)
{
    static const struct pg_statement by_text = {PG_PLAIN, COUNTY " WHERE code=$1 OR name=$1 OR station::text=$1 ORDER BY no FOR UPDATE", "t"};
    struct search search = {.n = 0};
    enum status status;

    pg_put_text(pg, text);
    status = pg_run(pg, &by_text, note_found, &search, err);
    if (status == STATUS_OK && search.n == 0)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有叫“%s”的县（编号、代码或名称）；aidpostd stations 列出各县", text);
    if (status == STATUS_OK && search.n > 1)
        status = errmsg_set(err, STATUS_INVALID, "叫“%s”的县有 %zu 个，请用编号", text, search.n);
    *out = search.county;
    return status;
}

/* ---- codes ---- */

struct code_work {
    const struct hub_place *place;
    const char *org, *station, *name;
    struct hash secret;
    struct hub_holder *out;
};

static enum status county_for_code(struct pg_pipeline *pg, const struct code_work *work, struct county *out, struct errmsg *err)
{
    static const struct pg_statement by_code = {PG_PLAIN, COUNTY " WHERE code=$1 FOR UPDATE", "t"};
    static const struct pg_statement add = {
        PG_PLAIN, "INSERT INTO county(no,station,code,name) SELECT n,n,$1,$2 FROM (SELECT coalesce(max(greatest(no,station)),0)+1 AS n FROM county) x", "tt"};
    struct search search = {.n = 0};
    enum status status;

    pg_put_text(pg, work->org);
    status = pg_run(pg, &by_code, note_found, &search, err);
    if (status == STATUS_OK && search.n == 0) {
        pg_put_text(pg, work->org);
        pg_put_text(pg, work->name != NULL ? work->name : work->org);
        status = pg_run(pg, &add, NULL, NULL, err);
        if (status != STATUS_OK)
            return status;
        pg_put_text(pg, work->org);
        status = pg_run(pg, &by_code, note_found, &search, err);
    }
    *out = search.county;
    if (status == STATUS_OK && out->enrolled)
        return errmsg_set(err, STATUS_EXISTS, "%s（%s）已经登记过；换了机器或丢了密钥，请用 --station %u", out->peer.org_name, out->peer.org_code, out->peer.station_no);
    return status;
}

static enum status make_code(struct pg_pipeline *pg, void *context, struct errmsg *err)
{
    static const struct pg_statement add = {
        PG_PLAIN, "INSERT INTO enrol_code(no,secret_hash,county,again,expires_ms) SELECT coalesce(max(no),0)+1,$1,$2,$3,$4 FROM enrol_code", "bifi"};
    static const struct pg_statement lock_hub = {PG_PLAIN, "SELECT version FROM hub FOR UPDATE", ""};
    const struct code_work *work = context;
    struct county county;
    enum status status = pg_run(pg, &lock_hub, NULL, NULL, err); /* numbers are given one after the other */

    if (status == STATUS_OK)
        status = work->org != NULL ? county_for_code(pg, work, &county, err) : find_county(pg, work->station, &county, err);
    if (status == STATUS_OK && county.peer.revoked)
        return errmsg_set(err, STATUS_FORBIDDEN, "站点 %u 号已停用，停用的站号不再使用；请发新登记码（enrol new --org）", county.peer.station_no);
    if (status != STATUS_OK)
        return status;
    *work->out = (struct hub_holder){.org = county.peer.org, .station_no = work->org != NULL ? 0 : county.peer.station_no};
    memcpy(work->out->name, county.peer.org_name, sizeof work->out->name);
    pg_put_bytes(pg, work->secret.bytes, HASH_BYTES);
    pg_put_int(pg, county.peer.org);
    pg_put_bool(pg, work->org == NULL);
    pg_put_int(pg, work->place->now_ms + ENROL_VALID_MS);
    return pg_run(pg, &add, NULL, NULL, err);
}

enum status hub_verb_code(const struct hub_place *place, const char *org, const char *station, const char *name, struct hash secret, struct hub_holder *out, struct errmsg *err)
{
    struct code_work work = {place, org, station, name, secret, out};

    return in_transaction(place, make_code, &work, err);
}

/* ---- revoking ---- */

struct revoke_work {
    const struct hub_place *place;
    const char *county;
    struct peer *out;
};

static enum status revoke(struct pg_pipeline *pg, void *context, struct errmsg *err)
{
    static const struct pg_statement set = {PG_PLAIN, "UPDATE county SET revoked_ms=$2,alarm='' WHERE no=$1", "ii"};
    const struct revoke_work *work = context;
    struct county county;
    enum status status = find_county(pg, work->county, &county, err);

    *work->out = county.peer;
    if (status == STATUS_OK && county.peer.revoked)
        return errmsg_set(err, STATUS_EXISTS, "站点 %u 号（%s）早已停用", county.peer.station_no, county.peer.org_name);
    if (status != STATUS_OK)
        return status;
    pg_put_int(pg, county.peer.org);
    pg_put_int(pg, work->place->now_ms);
    return pg_run(pg, &set, NULL, NULL, err);
}

enum status hub_verb_revoke(const struct hub_place *place, const char *county, struct peer *out, struct errmsg *err)
{
    struct revoke_work work = {place, county, out};

    return in_transaction(place, revoke, &work, err);
}

/* ---- listing ---- */

struct list_work {
    bool wants_json;
    struct buf *out;
    struct json_writer json;
};

static void put_time(struct json_writer *json, const char *key, int64_t ms)
{
    char text[TIME_TEXT_BYTES];

    json_key(json, key);
    if (ms == 0) {
        json_null(json);
        return;
    }
    day_format_time(ms, DAY_OFFICE_OFFSET_MIN, text);
    json_string(json, text);
}

static void put_string(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

static void put_int(struct json_writer *json, const char *key, int64_t v)
{
    json_key(json, key);
    json_int(json, v);
}

static void put_county_json(struct json_writer *json, const struct county *county)
{
    const struct peer *peer = &county->peer;

    json_object(json);
    put_int(json, "station_no", peer->station_no);
    put_string(json, "org", peer->org_code);
    put_string(json, "org_name", peer->org_name);
    put_string(json, "name", peer->name);
    json_key(json, "enrolled");
    json_bool(json, county->enrolled);
    put_int(json, "have", (int64_t)peer->have_seq);
    put_int(json, "order_head", (int64_t)county->order_head);
    put_time(json, "last_contact", peer->last_contact_ms);
    put_int(json, "skew_s", peer->skew_ms / 1000);
    put_int(json, "order", (int64_t)peer->sent_order);
    json_key(json, "revoked");
    json_bool(json, peer->revoked);
    put_int(json, "branches", (int64_t)peer->branches);
    put_time(json, "branched", peer->branched_ms);
    put_time(json, "rekeyed", peer->rekeyed_ms);
    put_string(json, "alarm", peer->alarm[0] != '\0' ? peer->alarm : NULL);
    json_object_end(json);
}

static void put_county_line(struct buf *out, const struct county *county)
{
    const struct peer *peer = &county->peer;
    char time[TIME_TEXT_BYTES];

    if (peer->last_contact_ms != 0)
        day_format_time(peer->last_contact_ms, DAY_OFFICE_OFFSET_MIN, time);
    buf_printf(out, _("%4u  %-12s %s  %s  已收到 %llu  最近联系 %s%s%s"), peer->station_no, peer->org_code, peer->org_name, peer->name, (unsigned long long)peer->have_seq,
               peer->last_contact_ms != 0 ? time : _("从未"), peer->revoked ? _("  已停用") : "", county->enrolled ? "" : _("  还没有登记"));
    buf_putc(out, '\n');
    if (peer->branches > 0 && peer->branched_ms != 0) {
        day_format_time(peer->branched_ms, DAY_OFFICE_OFFSET_MIN, time);
        buf_printf(out, _("      恢复或副本 %llu 次，最近 %s\n"), (unsigned long long)peer->branches, time);
    }
    if (peer->alarm[0] != '\0')
        buf_printf(out, _("      注意：%s\n"), _(peer->alarm));
}

static enum status put_counties(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct list_work *work = context;
    struct county county;

    (void)err;
    if (work->wants_json) {
        json_begin(&work->json, work->out);
        json_object(&work->json);
        json_key(&work->json, "stations");
        json_array(&work->json);
    }
    for (size_t i = 0; i < pg_count(rows); i++) {
        read_county(rows, i, &county);
        if (work->wants_json)
            put_county_json(&work->json, &county);
        else
            put_county_line(work->out, &county);
    }
    if (work->wants_json) {
        json_array_end(&work->json);
        json_object_end(&work->json);
    } else if (pg_count(rows) == 0) {
        buf_puts(work->out, _("还没有县：aidpostd enrol new --store URL --org 代码 --name 名称\n"));
    }
    return STATUS_OK;
}

static enum status list(struct pg_pipeline *pg, void *context, struct errmsg *err)
{
    static const struct pg_statement all = {PG_PLAIN, COUNTY " ORDER BY no", ""};

    buf_clear(((struct list_work *)context)->out);
    return pg_run(pg, &all, put_counties, context, err);
}

enum status hub_verb_stations(const struct hub_place *place, bool json, struct buf *out, struct errmsg *err)
{
    struct list_work work = {.wants_json = json, .out = out};

    return in_transaction(place, list, &work, err);
}
