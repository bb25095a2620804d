/* sync/service.c - see service.h. */
#include "sync/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/carry.h"
#include "core/record/checkpointer.h"
#include "core/record/lookup.h"
#include "core/record/guard.h"
#include "core/record/changelog.h"
#include "core/record/peer.h"
#include "core/record/reach.h"
#include "core/record/relay.h"
#include "core/record/replica.h"
#include "sync/advice.h"
#include "sync/handover.h"
#include "sync/metrics.h"
#include "sync/progress.h"
#include "sync/schedule.h"
#include "sync/service_impl.h"
#include "sync/text_socket.h"

/* What every service needs around its loop. */
struct engine {
    const struct service_hub *hub; /* or NULL */
    struct tls_context *tls;
    struct replicator *replicator;
    struct transport *transport;
    const struct service *service;
    struct metrics metrics;
};

static enum status engine_start(struct engine *engine, const struct service *service,
                                const struct transport_hooks *hooks, struct errmsg *err)
{
    struct transport_config config = {.trace = service->trace, .random = service->random, .signals = true, .hooks = *hooks};
    enum status status;

    *engine = (struct engine){.hub = engine->hub, .service = service, .metrics = {.started_ms = transport_wall_ms()}};
    status = tls_context_new(&engine->tls, service->identity, err);
    if (status == STATUS_OK && engine->hub != NULL)
        status = replicator_new_over(&engine->replicator, engine->hub->engine, service->trace);
    else if (status == STATUS_OK && service->store != NULL)
        status = replicator_new(&engine->replicator, service->store, service->trace);
    config.tls = engine->tls;
    config.replicator = engine->replicator;
    if (status == STATUS_OK)
        status = transport_new(&engine->transport, &config, err);
    return status;
}

static void tell_metrics(void *context, struct buf *out)
{
    struct engine *engine = context;
    struct metrics_now now = {.now_ms = transport_wall_ms(), .connections = transport_connections(engine->transport), .stats = replicator_stats(engine->replicator), .version = PACKAGE_VERSION};

    metrics_write(&engine->metrics, &now, engine->service->store, out);
    if (engine->hub != NULL)
        engine->hub->metrics(engine->hub->context, out);
}

static void open_metrics(struct engine *engine)
{
    const struct service *service = engine->service;
    struct errmsg err = {{0}};

    if (service->metrics != NULL && text_socket_open(engine->transport, service->metrics, tell_metrics, engine, &err) != STATUS_OK)
        trace_write(service->trace, TRACE_WARN, "metrics", "没有运行指标：%s；服务照常运行（--metrics 文件 可换一个套接字）", errmsg_text(&err, STATUS_NOMEM));
}

static void engine_stop(struct engine *engine)
{
    transport_free(engine->transport);
    replicator_free(engine->replicator);
    tls_context_free(engine->tls);
}

enum status service_bundle_key(const struct identity *identity, struct bundle_key *out, struct errmsg *err)
{
    _Static_assert((int)IDENTITY_KEY_BYTES == BUNDLE_KEY_BYTES && (int)IDENTITY_SECRET_BYTES == BUNDLE_SECRET_BYTES, "one kind of key");
    memcpy(out->public_key, identity->public_key, sizeof out->public_key);
    return identity_secret(identity, out->secret, err);
}

/* ---- what waits for a quiet time ---- */

/* Writing a large file anew after an erasure stops everything for seconds: it is done when nothing was written for a while. */
#define QUIET_MS (INT64_C(2) * 60 * 1000)

struct quiet {
    uint64_t data_version;
    int64_t head, since_ms;
};

static void quiet_tick(struct quiet *quiet, const struct service *service, int64_t now)
{
    uint64_t version = store_data_version(service->store);
    struct errmsg err = {{0}};
    int64_t head = 0;
    bool done;

    if (!reach_unfinished(service->store)) {
        quiet->since_ms = now;
        return;
    }
    if (changelog_head(service->store, &head, NULL) != STATUS_OK || version != quiet->data_version || head != quiet->head) {
        *quiet = (struct quiet){.data_version = version, .head = head, .since_ms = now};
        return;
    }
    if (now - quiet->since_ms < QUIET_MS)
        return;
    quiet->since_ms = now;
    if (reach_finish(service->store, &done, &err) != STATUS_OK)
        trace_write(service->trace, TRACE_WARN, "erase", "依法清除的内容占过的空间还没有覆盖：%s；请查磁盘，会再试", err.text);
    else
        trace_write(service->trace, TRACE_INFO, "erase", done ? "依法清除的内容占过的空间已覆盖" : "依法清除的内容占过的空间等着覆盖：另一个程序正在读数据");
}

/* ---- center ---- */

struct center {
    const struct service *service;
    struct engine engine;
    uint64_t data_version;
    int64_t head, turns; /* of the log, of the keys (peer_turns): up to where others are told */
    bool recheck, blind; /* blind: the list of stations could not be read; that is said once */
    struct quiet quiet;
    int64_t guarded_ms; /* when the guard's word was drawn */
    struct checkpointer *checkpointer; /* NULL: the store looks after its log itself */
    enum status checkpoint;            /* how the last ended, as it was told */
};

static bool drop_revoked(void *context, const struct peer *peer)
{
    struct center *center = context;

    if (peer->revoked &&
        transport_drop(center->engine.transport, peer->pin, STATUS_FORBIDDEN, _("这个站点已被中心停用")) > 0)
        trace_write(center->service->trace, TRACE_INFO, "center", "站点 %u 已停用：断开", peer->station_no);
    return true;
}

/* The store moved: a copy of it as it was before is not to pass for it. */
static void turn_guard(const struct service *service)
{
    struct errmsg err = {{0}};

    if (service->folder != NULL && guard_turn(service->store, service->folder, service->random, transport_wall_ms(), true, &err) != STATUS_OK)
        trace_write(service->trace, TRACE_WARN, "guard", "不能更新数据旁边的口令：%s；请查数据文件夹的权限（数据被恢复到从前仍会发现，只是晚一些）", errmsg_text(&err, STATUS_NOMEM));
}

static void start_checkpointer(struct center *center)
{
    struct errmsg err;

    if (store_has_file(center->service->store) && checkpointer_start(&center->checkpointer, center->service->store, CHECKPOINTER_PAGES, &err) != STATUS_OK)
        trace_write(center->service->trace, TRACE_WARN, "log", "没有单独的线程整理数据库日志：%s；中心自己整理，许多站同时来时慢一些", err.text);
}

static void tell_checkpoint(struct center *center)
{
    struct errmsg err;
    enum status status = center->checkpointer != NULL ? checkpointer_failure(center->checkpointer, &err) : STATUS_OK;

    if (status == center->checkpoint)
        return;
    center->checkpoint = status;
    if (status != STATUS_OK)
        trace_write(center->service->trace, TRACE_WARN, "log", "数据库日志不能并入数据库文件：%s%s；什么也没有丢，会再试", err.text, advice_for(status));
    else
        trace_write(center->service->trace, TRACE_INFO, "log", "数据库日志又能并入数据库文件了");
}

static void center_ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct center *center = context;

    (void)dial_context;
    metrics_note(&center->engine.metrics, end);
}

/* Another process committed: the screens, the command line, a backup. Who gets some of it is told; everybody where a key was taken away (each session then looks its own up) or what was written could not be read.
 * What this process commits is told where it is committed (transport.c). */
static void tell_of_others(struct center *center, int64_t head)
{
    struct reach_orgs orgs = {.n = 0};
    int64_t turns = center->turns;
    enum status status = peer_turns(center->service->store, &turns, NULL);

    if (status == STATUS_OK && turns == center->turns)
        status = reach_orgs_since(center->service->store, center->head, &orgs, NULL);
    if (status == STATUS_OK && turns == center->turns) {
        transport_poke_orgs(center->engine.transport, &orgs);
    } else {
        center->recheck = true;
        transport_poke(center->engine.transport);
    }
    center->turns = turns;
    center->head = head;
}

static void center_tick(void *context)
{
    struct center *center = context;
    int64_t head = center->head;
    /* The head before the version: what another process writes between the two is behind the head and moves the version, so it is told now. */
    bool read = changelog_head(center->service->store, &head, NULL) == STATUS_OK;
    uint64_t version = store_data_version(center->service->store);
    struct errmsg err = {{0}};

    if (center->recheck) {
        /* The poke of the last tick made each quiet session find out by itself and say why; here go those that were
         * busy or stuck. */
        enum status status = peer_list(center->service->store, drop_revoked, center, &err);
        if (status != STATUS_OK && !center->blind)
            trace_write(center->service->trace, TRACE_WARN, "center", "不能读站点名单：%s；读到以前，已停用而仍连着的机器断不开", errmsg_text(&err, status));
        center->recheck = center->blind = status != STATUS_OK;
    }
    if (transport_now_ms(center->engine.transport) - center->guarded_ms >= GUARD_EVERY_MS) {
        center->guarded_ms = transport_now_ms(center->engine.transport);
        turn_guard(center->service);
    }
    quiet_tick(&center->quiet, center->service, transport_now_ms(center->engine.transport));
    tell_checkpoint(center);
    if (version != center->data_version)
        tell_of_others(center, read ? head : center->head);
    else if (read)
        center->head = head;
    center->data_version = version;
}

enum status service_center(const struct service *service, const char *listen,
                           void (*listening)(void *context, const char *address), void *context, struct errmsg *err)
{
    struct center center = {.service = service};
    struct transport_hooks hooks = {.context = &center, .ended = center_ended, .tick = center_tick, .tick_ms = CENTER_TICK_MS};
    struct bundle_key key;
    struct handover handover = {.store = service->store, .key = &key, .random = service->random, .trace = service->trace};
    char bound[ADDRESS_TEXT_BYTES];
    enum status status = engine_start(&center.engine, service, &hooks, err);

    if (status == STATUS_OK)
        status = changelog_head(service->store, &center.head, err);
    if (status == STATUS_OK)
        status = peer_turns(service->store, &center.turns, err);
    center.data_version = store_data_version(service->store);
    if (status == STATUS_OK)
        status = service_bundle_key(service->identity, &key, err);
    if (status == STATUS_OK)
        replicator_set_opener(center.engine.replicator, handover_opener(&handover));
    if (status == STATUS_OK)
        status = transport_listen(center.engine.transport, listen, bound, err);
    if (status == STATUS_OK) {
        open_metrics(&center.engine);
        start_checkpointer(&center);
        listening(context, bound);
        transport_run(center.engine.transport);
        trace_write(service->trace, TRACE_INFO, "center", "已停止");
    }
    engine_stop(&center.engine);
    checkpointer_stop(center.checkpointer);
    hash_wipe(&key, sizeof key);
    return status;
}

/* ---- hub ---- */

struct hub {
    struct engine engine;
    int64_t poked_ms;
};

static void hub_ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct hub *hub = context;

    (void)dial_context;
    metrics_note(&hub->engine.metrics, end);
}

static void hub_tick(void *context)
{
    struct hub *hub = context;
    int64_t now = transport_now_ms(hub->engine.transport);

    if (now - hub->poked_ms < HUB_POKE_MS)
        return;
    hub->poked_ms = now;
    transport_poke(hub->engine.transport);
}

enum status service_hub(const struct service *service, const struct service_hub *store, const char *listen, void (*listening)(void *context, const char *address), void *context, struct errmsg *err)
{
    struct hub hub = {.engine.hub = store};
    struct transport_hooks hooks = {.context = &hub, .ended = hub_ended, .tick = hub_tick, .tick_ms = CENTER_TICK_MS};
    char bound[ADDRESS_TEXT_BYTES];
    enum status status = engine_start(&hub.engine, service, &hooks, err);

    if (status == STATUS_OK)
        status = store->attach(store->context, hub.engine.transport, err);
    if (status == STATUS_OK)
        status = transport_listen(hub.engine.transport, listen, bound, err);
    if (status == STATUS_OK) {
        open_metrics(&hub.engine);
        listening(context, bound);
        transport_run(hub.engine.transport);
        trace_write(service->trace, TRACE_INFO, "hub", "已停止");
    }
    engine_stop(&hub.engine);
    return status;
}

/* ---- one session ---- */

struct single {
    struct transport_end *end;
    struct transport *transport;
    uint64_t connection;
    struct progress progress;
};

static void feed_progress(struct progress *progress, const struct transport_look *look)
{
    uint64_t done, total;

    progress_of_session(&look->outcome, &done, &total);
    progress_feed(progress, transport_wall_ms(), done, total, look->wire_in + look->wire_out);
}

static void single_tick(void *context)
{
    struct single *single = context;
    struct transport_look look;

    if (transport_look(single->transport, single->connection, &look) && look.open)
        feed_progress(&single->progress, &look);
}

static void single_ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct single *single = context;

    (void)dial_context;
    *single->end = *end;
    transport_stop(single->transport); /* a loop that ticks does not end by itself */
}

enum status service_run_single(const struct service *service, const struct transport_dial *dial, struct transport_end *end, struct errmsg *err)
{
    struct single single = {.end = end, .progress = {.store = service->store, .terminal = service->terminal, .what = _("同步")}};
    struct transport_hooks hooks = {.context = &single, .ended = single_ended, .tick = single_tick, .tick_ms = PROGRESS_BAR_MS};
    struct engine engine = {.hub = NULL};
    enum status status = engine_start(&engine, service, &hooks, err);

    *end = (struct transport_end){.status = STATUS_CANCELLED};
    single.transport = engine.transport;
    if (status == STATUS_OK)
        status = transport_dial(engine.transport, dial, &single.connection, err);
    if (status == STATUS_OK) {
        transport_run(engine.transport);
        progress_end(&single.progress);
        status = end->status;
        if (status != STATUS_OK)
            errmsg_set(err, status, "%s", errmsg_text(&end->reason, status));
    }
    engine_stop(&engine);
    return status;
}

/* What was counted since the last note, as an attempt for the screens. */
static struct sync_attempt attempt_between(const struct session_outcome *now, const struct session_outcome *before)
{
    struct sync_attempt attempt = {
        .at_ms = transport_wall_ms(),
        .sent = now->sent - before->sent,
        .received = now->received - before->received,
        .conflicts = now->conflicts - before->conflicts,
        .quarantined = now->quarantined - before->quarantined,
        .skew_ms = now->skew_ms,
    };

    if (strcmp(now->healed, before->healed) != 0)
        snprintf(attempt.healed, sizeof attempt.healed, "%s", now->healed);
    return attempt;
}

/* What files for the center are sealed to. TLS has compared its pin. */
static void note_center_key(const struct service *service, const uint8_t key[TLS_KEY_BYTES])
{
    struct errmsg err = {{0}};

    if (center_key_set(service->store, key, &err) != STATUS_OK)
        trace_write(service->trace, TRACE_WARN, "station", "不能记下中心的公钥：%s；U 盘文件仍封给旧的", errmsg_text(&err, STATUS_NOMEM));
}

/* Why it failed, cut at a character; and what to do, where there is room for all of that. */
static void tell_reason(struct sync_attempt *attempt, const char *reason, enum status failed)
{
    const char *advice = advice_for(failed);
    size_t len = strlen(reason);

    if (len >= sizeof attempt->reason)
        len = utf8_cut(reason, len, sizeof attempt->reason - 1);
    memcpy(attempt->reason, reason, len);
    attempt->reason[len] = 0;
    if (len + strlen(advice) < sizeof attempt->reason)
        memcpy(attempt->reason + len, advice, strlen(advice) + 1);
}

/* False: it could not be written down. */
static bool note(const struct service *service, struct sync_attempt *attempt, const char *reason, enum status failed)
{
    struct errmsg err = {{0}};

    if (!attempt->ok)
        tell_reason(attempt, reason, failed);
    enum status status = sync_attempt_note(service->store, attempt, &err);
    if (status != STATUS_OK)
        trace_write(service->trace, TRACE_WARN, "station", "不能给屏幕记下这次同步：%s；同步本身进行到哪里不受影响", errmsg_text(&err, status));
    return status == STATUS_OK;
}

static void add_outcome(struct transport_end *sum, const struct transport_end *end)
{
    struct session_outcome *to = &sum->outcome;
    const struct session_outcome *from = &end->outcome;

    to->sent += from->sent;
    to->received += from->received;
    to->conflicts += from->conflicts;
    to->quarantined += from->quarantined;
    to->repeated += from->repeated;
    to->relays_handed += from->relays_handed;
    to->relays_refused += from->relays_refused;
    to->relays_taken += from->relays_taken;
    to->bytes_out += from->bytes_out;
    to->bytes_in += from->bytes_in;
    to->round_trips += from->round_trips;
    to->returned += from->returned;
    to->left += from->left;
    if (to->healed[0] == '\0')
        memcpy(to->healed, from->healed, sizeof to->healed);
    sum->wire_out += end->wire_out;
    sum->wire_in += end->wire_in;
    sum->duration_ms += end->duration_ms;
}

/* *end: the last session, with what all of them came to. */
static enum status run_healing(const struct service *service, const struct transport_dial *dial, struct transport_end *end, struct errmsg *err)
{
    struct transport_end before = {.status = STATUS_OK};
    enum status status;

    for (unsigned healed = 0;; healed++) {
        status = service_run_single(service, dial, end, err);
        add_outcome(end, &before);
        if (status != STATUS_OK || !end->outcome.again)
            return status;
        if (healed == HEALS_MAX)
            return errmsg_set(err, STATUS_FORK, "连续 %d 次与县中心核对都没有结果，双方数据未动，请联系县中心", HEALS_MAX);
        trace_write(service->trace, TRACE_INFO, "station", "已自动处理，重新连接：%s", end->outcome.healed);
        before = *end;
    }
}

enum status service_once(const struct service *service, const struct service_target *target, struct transport_end *end,
                         struct errmsg *err)
{
    static const struct session_outcome none;
    struct transport_dial dial = {.address = target->address,
                                  .pin = target->pin,
                                  .session = {.role = SESSION_STATION, .once = true, .trace = service->trace}};
    enum status status = run_healing(service, &dial, end, err);
    struct sync_attempt attempt = attempt_between(&end->outcome, &none);

    attempt.ok = status == STATUS_OK;
    attempt.bytes_out = end->wire_out;
    attempt.bytes_in = end->wire_in;
    attempt.duration_ms = end->duration_ms;
    if (end->opened)
        note_center_key(service, end->peer_key);
    (void)note(service, &attempt, errmsg_text(err, status), status);
    if (end->outcome.sent + end->outcome.received > 0 || end->outcome.healed[0] != '\0')
        turn_guard(service);
    return status;
}

/* ---- station ---- */

struct station {
    const struct service *service;
    const struct service_target *target;
    struct engine engine;
    struct schedule schedule;
    bool stay;           /* stays connected */
    uint64_t connection; /* 0: none */
    bool opened;         /* the center accepted the present connection */
    bool note_due;       /* an exchange is going on that nobody has noted yet */
    struct session_outcome noted;
    uint64_t noted_in, noted_out;
    int64_t exchange_ms; /* when the exchange began */
    uint64_t data_version, head_seq;
    bool blind; /* what was committed could not be read: that is said once */
    struct quiet quiet;
    unsigned healed; /* sessions in a row that ended in healing */
    struct progress progress;
    int64_t lookup_no; /* the newest question seen */
    int64_t carry_made_ms; /* of the backup for the center that was seen last */
    struct sync_attempt late; /* the last attempt; is_late: it could not be written down yet, and the screens tell of an earlier one */
    bool is_late;
};

static int64_t now_ms(const struct station *station)
{
    return transport_now_ms(station->engine.transport);
}

static int64_t next_wall_ms(const struct station *station)
{
    if (station->schedule.next_ms == INT64_MAX)
        return 0;
    return transport_wall_ms() +
           (station->schedule.next_ms > now_ms(station) ? station->schedule.next_ms - now_ms(station) : 0);
}

/* reason NULL: it went well. */
static void station_note(struct station *station, const struct session_outcome *outcome, uint64_t in, uint64_t out,
                         const char *reason, enum status failed)
{
    struct sync_attempt attempt = attempt_between(outcome, &station->noted);

    attempt.ok = reason == NULL;
    attempt.bytes_in = in - station->noted_in;
    attempt.bytes_out = out - station->noted_out;
    attempt.duration_ms = now_ms(station) - station->exchange_ms;
    attempt.next_ms = next_wall_ms(station);
    station->late = attempt;
    station->is_late = !note(station->service, &station->late, reason, failed);
    station->noted = *outcome;
    station->noted_in = in;
    station->noted_out = out;
    station->note_due = false;
}

static void station_ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct station *station = context;
    bool ok = end->status == STATUS_OK;

    (void)dial_context;
    metrics_note(&station->engine.metrics, end);
    if (end->opened && !station->opened)
        note_center_key(station->service, end->peer_key);
    if (end->connection != station->connection)
        return;
    station->connection = 0;
    progress_end(&station->progress);
    if (end->status == STATUS_CANCELLED) { /* stopped: what was exchanged since the last look is noted, what was still going on is no failure */
        if (end->opened && end->quiet && (station->note_due || end->outcome.sent != station->noted.sent || end->outcome.received != station->noted.received))
            station_note(station, &end->outcome, end->wire_in, end->wire_out, NULL, STATUS_OK);
        return;
    }
    if (end->outcome.healed[0] != '\0')
        trace_write(station->service->trace, TRACE_INFO, "station", "已自动处理：%s", end->outcome.healed);
    if (end->outcome.sent + end->outcome.received > 0 || end->outcome.healed[0] != '\0')
        turn_guard(station->service);
    station->healed = ok && end->outcome.again ? station->healed + 1 : 0;
    if (station->healed > 0 && station->healed <= HEALS_MAX)
        schedule_asked(&station->schedule, now_ms(station));
    else if (ok && !station->stay)
        schedule_succeeded(&station->schedule, now_ms(station));
    else
        schedule_failed(&station->schedule, now_ms(station), station->service->random);
    if (station->note_due || !ok)
        station_note(station, &end->outcome, end->wire_in, end->wire_out,
                     ok ? NULL : errmsg_text(&end->reason, end->status), end->status);
}

static void station_dial(struct station *station)
{
    struct transport_dial dial = {
        .address = station->target->address,
        .pin = station->target->pin,
        .session = {.role = SESSION_STATION, .once = !station->stay, .trace = station->service->trace},
    };
    struct errmsg err = {{0}};
    enum status status;

    station->opened = false;
    station->note_due = true;
    station->noted = (struct session_outcome){0};
    station->noted_in = station->noted_out = 0;
    station->exchange_ms = now_ms(station);
    status = transport_dial(station->engine.transport, &dial, &station->connection, &err);
    if (status == STATUS_OK)
        return;
    station->connection = 0;
    schedule_failed(&station->schedule, now_ms(station), station->service->random);
    trace_write(station->service->trace, TRACE_WARN, "station", "连不上：%s%s", errmsg_text(&err, status), advice_for(status));
    station_note(station, &(struct session_outcome){.sent = 0}, 0, 0, errmsg_text(&err, status), status);
}

/* The connection is there: note each exchange once nothing is on the way any more. */
static void station_watch(struct station *station)
{
    struct transport_look look;

    if (!transport_look(station->engine.transport, station->connection, &look) || !look.open)
        return;
    if (look.quiet)
        progress_end(&station->progress);
    else
        feed_progress(&station->progress, &look);
    if (!station->opened) {
        station->opened = true;
        note_center_key(station->service, look.peer_key);
        if (station->stay)
            schedule_succeeded(&station->schedule, now_ms(station));
    }
    if (look.outcome.sent != station->noted.sent || look.outcome.received != station->noted.received || strcmp(look.outcome.healed, station->noted.healed) != 0)
        station->note_due = true;
    if (station->note_due && look.quiet && station->stay)
        station_note(station, &look.outcome, look.wire_in, look.wire_out, NULL, STATUS_OK);
}

/* NOT_FOUND is an answer, too. */
static enum status found(enum status status, bool *there)
{
    *there = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* What there is to go to the center for. A backup that waits is told of once: an older center, or one that is full, does not take it; so is a question about a person, who sits there and waits. The wish to sync is read
 * last: then it is taken. */
static enum status find_news(struct station *station, bool *fresh, bool *asked, struct errmsg *err)
{
    struct store *store = station->service->store;
    bool carries_file = false, carries_backup = false, asks = false;
    struct replica_state state;
    struct relay relay;
    struct carry carry;
    struct lookup question;
    enum status status = replica_state(store, &state, err);

    if (status == STATUS_OK)
        status = found(relay_next(store, STATION_NO_CENTER, &relay, err), &carries_file);
    if (status == STATUS_OK)
        status = found(carry_next(store, &carry, err), &carries_backup);
    if (status == STATUS_OK)
        status = found(lookup_next(store, transport_wall_ms(), &question, err), &asks);
    if (status == STATUS_OK)
        status = sync_request_take(store, asked, err);
    if (status != STATUS_OK)
        return status;
    carries_backup = carries_backup && carry.file.made_ms != station->carry_made_ms;
    asks = asks && question.no > station->lookup_no;
    if (carries_backup)
        station->carry_made_ms = carry.file.made_ms;
    if (asks)
        station->lookup_no = question.no;
    *asked = *asked || asks;
    *fresh = state.head_seq > station->head_seq || carries_file || carries_backup;
    station->head_seq = state.head_seq;
    return STATUS_OK;
}

/* Somebody else committed: new changes to send, or a person who asks? Drafts being stored move the version, too. */
static void station_look(struct station *station)
{
    uint64_t version = store_data_version(station->service->store);
    struct errmsg err = {{0}};
    bool asked = false, fresh = false;

    if (version == station->data_version)
        return;
    enum status status = find_news(station, &fresh, &asked, &err);
    if (status != STATUS_OK && !station->blind)
        trace_write(station->service->trace, TRACE_WARN, "station", "不能读数据：%s；会再看", errmsg_text(&err, status));
    station->blind = status != STATUS_OK;
    if (station->blind)
        return;
    station->data_version = version;
    if (!fresh && !asked)
        return;
    if (station->connection != 0) {
        if (!station->note_due)
            station->exchange_ms = now_ms(station);
        station->note_due = true;
        transport_poke(station->engine.transport);
    } else if (asked) {
        schedule_asked(&station->schedule, now_ms(station));
    } else {
        schedule_changed(&station->schedule, now_ms(station));
    }
}

static void station_feed(struct station *station)
{
    struct service_fed fed = station->service->feed(station->service->feed_context);

    if (fed.appended)
        station->data_version = UINT64_MAX; /* by this very connection to the file, which does not see itself commit */
    if (fed.more)
        transport_tick_soon(station->engine.transport);
}

static void station_tick(void *context)
{
    struct station *station = context;

    if (station->is_late)
        station->is_late = sync_attempt_note(station->service->store, &station->late, NULL) != STATUS_OK;
    if (station->connection != 0)
        station_watch(station);
    if (station->service->feed != NULL)
        station_feed(station);
    station_look(station);
    quiet_tick(&station->quiet, station->service, now_ms(station));
    if (station->connection == 0 && schedule_due(&station->schedule, now_ms(station)))
        station_dial(station);
}

enum status service_station(const struct service *service, const struct service_target *target, int64_t every_ms,
                            struct errmsg *err)
{
    struct station station = {.service = service, .target = target, .progress = {.store = service->store, .terminal = service->terminal, .what = _("同步")}, .stay = every_ms == 0};
    struct transport_hooks hooks = {
        .context = &station, .ended = station_ended, .tick = station_tick, .tick_ms = STATION_TICK_MS};
    enum status status = engine_start(&station.engine, service, &hooks, err);

    if (status == STATUS_OK) {
        open_metrics(&station.engine);
        schedule_init(&station.schedule, every_ms, now_ms(&station));
        station_dial(&station);
        transport_run(station.engine.transport);
        trace_write(service->trace, TRACE_INFO, "station", "已停止");
    }
    engine_stop(&station.engine);
    return status;
}
