/* sync/upward_verb.c - see upward_verb.h. */
#include "sync/upward_verb.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "core/record/upward_gather.h"
#include "core/record/upward_look.h"
#include "core/report/upward_cells.h"
#include "sync/report.h"

/* What the service is fed from. */
struct feed {
    struct store *center, *upward;
    struct trace *trace;
    int64_t turn_ms; /* when this turn began */
    struct upward_cells_pass pass;
    int64_t pass_took_ms, next_pass_ms;
    char complaint[ERRMSG_MAX_BYTES]; /* what was said last: the same is not said at every tick */
};

/* ---- opening ---- */

enum status upward_verb_open(const char *folder, struct store *upward, const char *upward_folder, struct store **center, struct errmsg *err)
{
    char here[PATH_MAX], there[PATH_MAX];
    *center = NULL;
    if (folder == NULL || *folder == '\0')
        return errmsg_set(err, STATUS_USAGE, "upward 需要 --center 县中心的数据目录（--data 是上报目录）");
    if (realpath(folder, there) == NULL || realpath(upward_folder, here) == NULL)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有目录 %s", realpath(folder, there) == NULL ? folder : upward_folder);
    if (strcmp(here, there) == 0)
        return errmsg_set(err, STATUS_FORBIDDEN, "--center 和 --data 是同一个目录：--center 是县中心的数据，--data 是上报目录（用上级发的登记码另建）");
    enum status status = store_open(center, there, STORE_OPEN_EXISTING, err);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "--center");
    status = upward_fits(*center, upward, err);
    if (status == STATUS_OK)
        status = upward_note_folders(*center, there, upward, here, err);
    if (status != STATUS_OK) {
        store_close(*center);
        *center = NULL;
    }
    return status;
}

/* ---- feeding ---- */

static void complain(struct feed *feed, const char *what, enum status status, const struct errmsg *err)
{
    char text[ERRMSG_MAX_BYTES];
    snprintf(text, sizeof text, _("%s：%s"), language_text(what), errmsg_text(err, status));
    if (strcmp(text, feed->complaint) == 0)
        return;
    memcpy(feed->complaint, text, sizeof text);
    trace_write(feed->trace, TRACE_WARN, "upward", "%s；会再试", text);
}

/* upward_enough: by the wall clock; one that was set back ends a turn, too. */
static bool is_turn_over(void *context)
{
    const struct feed *feed = context;
    int64_t took = transport_wall_ms() - feed->turn_ms;
    return took < 0 || took >= UPWARD_TURN_MS;
}

static bool gather_some(struct feed *feed, struct upward_gathered *sum)
{
    struct errmsg err = {{0}};
    do {
        enum status status = upward_gather(feed->center, feed->upward, feed->turn_ms, sum, &err);
        if (status != STATUS_OK) {
            complain(feed, "不能收集县里的变更", status, &err);
            return false;
        }
    } while (sum->more && !is_turn_over(feed));
    if (sum->rewound)
        trace_write(feed->trace, TRACE_INFO, "upward", "县中心恢复到了从前：那以后的变更重新上报，另有 %llu 行重新上报", (unsigned long long)sum->anew);
    return true;
}

/* When the next pass may begin; a clock that was set back does not put it off for long. */
static bool is_pass_due(const struct feed *feed)
{
    int64_t wait = feed->next_pass_ms - feed->turn_ms;
    return wait <= 0 || wait > UPWARD_CELLS_SHARE * UPWARD_CELLS_EVERY_MS * INT64_C(100);
}

static bool count_some(struct feed *feed, struct upward_cells_told *told)
{
    struct errmsg err = {{0}};
    const struct upward_enough enough = {is_turn_over, feed};
    if (!feed->pass.running && !is_pass_due(feed))
        return true;
    if (!feed->pass.running)
        feed->pass_took_ms = 0;
    int64_t begun_ms = transport_wall_ms();
    enum status status = upward_cells_step(feed->center, feed->upward, feed->turn_ms, &enough, &feed->pass, told, &err);
    int64_t ended_ms = transport_wall_ms();
    feed->pass_took_ms += ended_ms > begun_ms ? ended_ms - begun_ms : 0;
    int64_t pause = feed->pass_took_ms * UPWARD_CELLS_SHARE;
    if (!feed->pass.running)
        feed->next_pass_ms = ended_ms + (pause > UPWARD_CELLS_EVERY_MS ? pause : UPWARD_CELLS_EVERY_MS);
    if (status != STATUS_OK)
        complain(feed, "不能计算县里的数字", status, &err);
    return status == STATUS_OK;
}

/* At every tick of the station's service. */
static struct service_fed feed_station(void *context)
{
    struct feed *feed = context;
    struct upward_gathered gathered = {.changes = 0};
    struct upward_cells_told told = {.computed = 0};
    feed->turn_ms = transport_wall_ms();
    bool fine = gather_some(feed, &gathered);
    if (fine && !gathered.more)
        fine = count_some(feed, &told);
    if (fine)
        feed->complaint[0] = '\0';
    return (struct service_fed){.appended = gathered.appended + told.appended > 0, .more = fine && gathered.more};
}

enum status upward_verb_serve(const struct service *service, const struct service_target *target, struct store *center, int64_t every_ms, struct errmsg *err)
{
    struct feed feed = {.center = center, .upward = service->store, .trace = service->trace};
    struct service fed = *service;
    fed.feed = feed_station;
    fed.feed_context = &feed;
    return service_station(&fed, target, every_ms, err);
}

/* ---- once ---- */

struct once {
    struct upward_gathered gathered;
    struct upward_cells_told told;
    struct transport_end end;
};

static void put_int(struct json_writer *json, const char *key, uint64_t number)
{
    json_key(json, key);
    json_int(json, (int64_t)number);
}

static void report(const struct once *once, bool json, struct buf *out)
{
    struct json_writer writer;
    if (!json) {
        if (once->gathered.rewound)
            buf_printf(out, _("县中心的数据恢复过：其后的变更重新上报，%llu 条记录按现状重报\n"), (unsigned long long)once->gathered.anew);
        buf_printf(out, _("县里的变更 %llu 条，报表 %llu 张（有变化的 %llu 行）\n"), (unsigned long long)once->gathered.changes, (unsigned long long)once->told.computed, (unsigned long long)once->told.appended);
        report_once(&once->end, false, out);
        return;
    }
    json_begin(&writer, out);
    json_object(&writer);
    put_int(&writer, "changes", once->gathered.changes);
    put_int(&writer, "appended", once->gathered.appended + once->told.appended);
    put_int(&writer, "anew", once->gathered.anew);
    put_int(&writer, "erased", once->gathered.erased);
    json_key(&writer, "rewound");
    json_bool(&writer, once->gathered.rewound);
    put_int(&writer, "reports", once->told.computed);
    put_int(&writer, "figures", once->told.appended);
    put_int(&writer, "sent", once->end.outcome.sent);
    put_int(&writer, "received", once->end.outcome.received);
    put_int(&writer, "quarantined", once->end.outcome.quarantined);
    put_int(&writer, "bytes_out", once->end.wire_out);
    put_int(&writer, "bytes_in", once->end.wire_in);
    put_int(&writer, "ms", (uint64_t)once->end.duration_ms);
    json_object_end(&writer);
}

enum status upward_verb_once(const struct service *service, const struct service_target *target, struct store *center, bool json, struct buf *out, bool *refused, struct errmsg *err)
{
    struct once once = {.gathered = {.more = true}};
    struct feed feed = {.center = center, .upward = service->store};
    const struct upward_enough enough = {is_turn_over, &feed};
    enum status status = STATUS_OK;
    *refused = false;
    while (status == STATUS_OK && once.gathered.more)
        status = upward_gather(center, service->store, transport_wall_ms(), &once.gathered, err);
    do {
        feed.turn_ms = transport_wall_ms();
        if (status == STATUS_OK)
            status = upward_cells_step(center, service->store, feed.turn_ms, &enough, &feed.pass, &once.told, err);
    } while (status == STATUS_OK && feed.pass.running);
    if (status == STATUS_OK)
        status = service_once(service, target, &once.end, err);
    if (status == STATUS_OK) {
        report(&once, json, out);
        *refused = once.end.outcome.quarantined > 0;
    }
    return status;
}

/* ---- status ---- */

static void put_time(struct json_writer *json, const char *key, int64_t ms)
{
    char text[TIME_TEXT_BYTES];
    json_key(json, key);
    if (ms != 0)
        day_format_time(ms, DAY_OFFICE_OFFSET_MIN, text);
    json_string(json, ms != 0 ? text : NULL);
}

enum status upward_verb_status(struct store *upward, struct store *center, bool json, struct buf *out, struct errmsg *err)
{
    struct upward_look look = {.waiting = -1};
    struct json_writer writer;
    enum status status = upward_look_at(upward, center, &look, err);
    if (status != STATUS_OK)
        return status;
    if (!json) {
        (void)upward_look_text(&look, transport_wall_ms(), out);
        if (look.waiting < 0)
            buf_puts(out, _("（县中心的数据读不到，那里还有多少没有收来不知道）"));
        buf_putc(out, '\n');
        return STATUS_OK;
    }
    json_begin(&writer, out);
    json_object(&writer);
    json_key(&writer, "hub");
    json_string(&writer, look.hub);
    json_key(&writer, "waiting");
    if (look.waiting >= 0)
        json_int(&writer, look.waiting);
    else
        json_null(&writer);
    put_int(&writer, "pending", (uint64_t)look.pending);
    put_time(&writer, "gathered", look.told_ms);
    put_time(&writer, "last_contact", look.met_ms);
    put_time(&writer, "last_try", look.tried_ms);
    json_key(&writer, "last_reason");
    json_string(&writer, look.reason[0] != '\0' ? look.reason : NULL);
    json_object_end(&writer);
    return STATUS_OK;
}
