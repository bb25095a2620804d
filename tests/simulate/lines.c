/* tests/simulate/lines.c - the lines between machines: sessions on both ends, bytes that take their time, cuts and crashes. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/record/replica.h"
#include "tests/simulate/world.h"
#include "tests/stumble.h"

static struct side *other(struct side *side)
{
    return &side->line->ends[side->is_station ? 1 : 0];
}

/* Who carries out what this side asks for. */
static struct replicator *replicator_of(struct world *world, const struct side *side)
{
    return !side->is_station && world->hub != NULL ? hub_sim_replicator(world, side->line->process) : world->machines[side->machine].replicator;
}

static void line_gone(struct world *world, struct line *line)
{
    (void)world;
    if (line->ends[0].session != NULL || line->ends[1].session != NULL)
        return;
    for (size_t e = 0; e < 2; e++) {
        session_actions_release(&line->ends[e].actions);
        buf_release(&line->ends[e].in);
    }
    line->used = false;
}

static void note_outcome(struct world *world, const struct side *side, const struct session_outcome *outcome)
{
    size_t m = side->machine;
    struct machine_sim *machine = &world->machines[m];

    world->last_outcome = *outcome;
    world->totals.sessions++;
    world->totals.healed += outcome->healed[0] != 0;
    world->totals.returned += outcome->returned;
    machine->again = outcome->again;
    if (outcome->status == STATUS_OK && !outcome->again && !side->line->outlived)
        machine->stale = false;
    if (strstr(outcome->healed, "核对发现") != NULL) {
        world_look(world, m);
        world_check_mended(world, m);
    }
    world_log(world, "%zu: session ended: %s %s %s%s", m, status_name(outcome->status), outcome->reason.text, outcome->healed, outcome->again ? " (again)" : "");
}

/* This end is gone; the other learns it behind the bytes that are under way. */
static void side_gone(struct world *world, struct side *side)
{
    if (side->session == NULL)
        return;
    replicator_forget(replicator_of(world, side), side);
    if (side->is_station) {
        note_outcome(world, side, session_outcome(side->session));
    }
    session_free(side->session);
    side->session = NULL;
    secure_end(side);
    other(side)->in_ends = true;
    line_gone(world, side->line);
}

static void carry_out(struct world *world, struct side *side)
{
    struct session_actions *actions = &side->actions;

    if (actions->send.status != STATUS_OK)
        world_fail(world, "send buffer: %s", status_text(actions->send.status));
    if (world_has(world, FAULT_REPEAT) && actions->send.len > 0 && side->tls == NULL)
        repeat_frames(world, side, &actions->send);
    if (side->broken)
        buf_clear(&actions->send);
    if (other(side)->session != NULL && actions->send.len > 0 && side->tls != NULL)
        secure_send(world, side, actions->send.data, actions->send.len);
    else if (other(side)->session != NULL && actions->send.len > 0)
        buf_append(&other(side)->in, actions->send.data, actions->send.len);
    buf_clear(&actions->send);
    if (actions->wants_store) {
        actions->wants_store = false;
        if (replicator_submit(replicator_of(world, side), side, &actions->request) != STATUS_OK)
            world_fail(world, "no memory");
    }
    if (actions->close)
        side_gone(world, side);
}

static void step(struct world *world, struct side *side, struct session_event *event)
{
    if (side->session == NULL)
        return;
    event->now_ms = world->now_ms;
    event->wall_ms = world_wall(world, side->machine);
    world->totals.events++;
    session_step(side->session, event, &side->actions);
    carry_out(world, side);
}

struct line *world_line_of(struct world *world, size_t station)
{
    for (size_t i = 0; i < LINES_MAX; i++)
        if (world->lines[i].used && world->lines[i].station == station && world->lines[i].ends[0].session != NULL)
            return &world->lines[i];
    return NULL;
}

static bool side_init(struct world *world, struct line *line, bool is_station, bool once)
{
    struct side *side = &line->ends[is_station ? 0 : 1];
    struct session_config config = {.role = is_station ? SESSION_STATION : SESSION_CENTER, .once = is_station && once};

    *side = (struct side){.line = line, .is_station = is_station, .machine = is_station ? line->station : CENTER};
    session_actions_init(&side->actions);
    buf_init(&side->in, 64 * 1024 * 1024);
    if (session_new(&side->session, &config) != STATUS_OK) {
        world_fail(world, "no memory");
        return false;
    }
    return true;
}

static void connected(struct world *world, struct side *side)
{
    struct session_event event = {.kind = EVENT_CONNECTED};
    struct hash station = world->machines[side->line->station].pin, center = world->machines[CENTER].pin;

    event.connected.own_pin = side->is_station ? station : center;
    event.connected.peer_pin = side->is_station ? center : station;
    world->random.fill(world->random.context, event.connected.entropy, sizeof event.connected.entropy);
    step(world, side, &event);
}

void world_connect(struct world *world, size_t station, bool once)
{
    struct line *line = NULL;

    if (world_line_of(world, station) != NULL)
        return;
    for (size_t i = 0; i < LINES_MAX && line == NULL; i++)
        if (!world->lines[i].used)
            line = &world->lines[i];
    if (line == NULL)
        return;
    *line = (struct line){.used = true, .station = station, .session = ++world->n_sessions};
    if (world->hub != NULL)
        line->process = hub_sim_process(world, line);
    if (!side_init(world, line, true, once) || !side_init(world, line, false, false))
        return;
    world_log(world, "%zu: connects%s", station, once ? " once" : "");
    for (size_t e = 0; e < 2; e++) {
        if (world->secure != NULL)
            secure_begin(world, &line->ends[e]);
        else
            connected(world, &line->ends[e]);
    }
}

/* What came through TLS. */
static void take_secure(struct world *world, struct side *side, const struct buf *piece)
{
    struct session_event event = {.kind = EVENT_BYTES};
    struct buf plain;
    bool met, closes;

    buf_init(&plain, 64 * 1024 * 1024);
    closes = secure_take(world, side, piece->data, piece->len, &plain, &met);
    if (met)
        connected(world, side);
    event.data = plain.data;
    event.len = plain.len;
    if (plain.len > 0)
        step(world, side, &event);
    buf_release(&plain);
    event = (struct session_event){.kind = EVENT_CLOSED};
    if (closes) {
        buf_clear(&side->in); /* nothing behind a close counts */
        side->in_ends = false;
        step(world, side, &event);
    }
}

void world_move(struct world *world, struct side *side, size_t most)
{
    struct session_event event = {.kind = EVENT_BYTES};

    if (side->session == NULL)
        return;
    if (side->in.len > 0 && session_reading(side->session)) {
        struct buf piece;

        event.len = 1 + world_below(world, most);
        if (world->whole)
            event.len = side->in.len;
        if (event.len > side->in.len)
            event.len = side->in.len;
        /* A copy: the step may end this side, and its queue with it. */
        buf_init(&piece, side->in.len);
        buf_append(&piece, side->in.data, event.len);
        buf_consume(&side->in, event.len);
        event.data = piece.data;
        if (side->tls != NULL)
            take_secure(world, side, &piece);
        else
            step(world, side, &event);
        buf_release(&piece);
    } else if (side->in.len == 0 && side->in_ends) {
        side->in_ends = false;
        event.kind = EVENT_CLOSED;
        step(world, side, &event);
    }
}

/* Some of what is under way to the center still arrives; through TLS all of it, when the station's end closes and no cable broke. */
static void lose_bytes(struct world *world, struct side *station, struct side *center)
{
    if (station->tls != NULL && world_chance(world, 50))
        return;
    station->broken = station->tls != NULL;
    if (center->in.len > 0 && world->whole)
        buf_clear(&center->in);
    else if (center->in.len > 0)
        center->in.len = world_below(world, center->in.len + 1);
}

void world_cut(struct world *world, struct line *line)
{
    struct side *station = &line->ends[0], *center = &line->ends[1];
    struct session_event event = {.kind = EVENT_CLOSED};

    world_log(world, "%zu: line cut", line->station);
    lose_bytes(world, station, center);
    center->in_ends = true;
    buf_clear(&station->in);
    if (station->session != NULL) {
        step(world, station, &event);
        /* It may still wait for its store; nobody waits for it. */
        side_gone(world, station);
    }
}

struct delivery {
    struct world *world;
    bool lost;
};

/* I16: nothing is done for a key behind its revocation. */
static void check_revoked(struct world *world, const struct side *side, const struct session_result *result)
{
    bool serves = result->kind == REQUEST_GREET || result->kind == REQUEST_INGEST || result->kind == REQUEST_READ_SCOPE || result->kind == REQUEST_COMPARED || result->kind == REQUEST_TAKE_RETURNS;

    if (!side->is_station && serves && result->status == STATUS_OK && world->machines[side->line->station].revoked && !side->line->done_before)
        world_fail(world, "station %zu: %s was done for it after it was revoked", side->line->station, request_name(result->kind));
}

static void deliver(void *context, void *owner, const struct session_result *result)
{
    struct delivery *delivery = context;
    struct side *side = owner;
    struct session_result given = *result;
    struct session_event event = {.kind = EVENT_STORE, .result = &given};
    bool armed;

    if (delivery->lost)
        return;
    armed = stumble_pause();
    mutant_result(delivery->world, side, &given);
    world_log(delivery->world, "    %zu%s: %s %s", side->line->station, side->is_station ? "" : " at the center", request_name(result->kind), status_name(result->status));
    check_revoked(delivery->world, side, result);
    if (side->is_station && result->kind == REQUEST_SUMS && result->status == STATUS_OK && result->sums.from == 1)
        world_check_differs(delivery->world, side->machine);
    if (!side->is_station)
        side->line->done_before = false;
    if (result->status != STATUS_OK && result->status != STATUS_GAP) {
        delivery->world->totals.refusals++;
        world_log(delivery->world, "%zu: %s: %s %s", side->machine, request_name(result->kind), status_name(result->status), result->err.text);
    }
    step(delivery->world, side, &event);
    stumble_go_on(armed);
}

void world_flush(struct world *world, size_t m)
{
    struct delivery delivery = {world, false};

    mutant_before_flush(world, m);
    if (m == CENTER && world->hub != NULL) {
        hub_sim_drive(world);
        for (size_t process = 0; process < HUB_PROCESSES; process++) /* tells what came to its end; what is asked then is under way until the next time */
            replicator_flush(hub_sim_replicator(world, process), world_wall(world, m), deliver, &delivery);
    } else {
        trip_begin(world);
        replicator_flush(world->machines[m].replicator, world_wall(world, m), deliver, &delivery);
        (void)trip_end(world);
    }
    mutant_after_flush(world, m);
}

void world_tick(struct world *world, int64_t ms)
{
    world->now_ms += ms;
    for (size_t i = 0; i < LINES_MAX; i++)
        for (size_t e = 0; e < 2 && world->lines[i].used; e++) {
            struct session_event event = {.kind = EVENT_TICK};

            step(world, &world->lines[i].ends[e], &event);
        }
}

void world_poke(struct world *world, size_t m)
{
    for (size_t i = 0; i < LINES_MAX; i++)
        for (size_t e = 0; e < 2 && world->lines[i].used; e++) {
            struct session_event event = {.kind = EVENT_POKE};

            if (world->lines[i].ends[e].machine == m)
                step(world, &world->lines[i].ends[e], &event);
        }
}

void world_drop_process(struct world *world, size_t process)
{
    for (size_t i = 0; i < LINES_MAX; i++)
        if (world->lines[i].used && world->lines[i].process == process)
            side_gone(world, &world->lines[i].ends[1]);
}

void world_drop_sessions(struct world *world, size_t m)
{
    for (size_t i = 0; i < LINES_MAX; i++)
        for (size_t e = 0; e < 2 && world->lines[i].used; e++)
            if (world->lines[i].ends[e].machine == m)
                side_gone(world, &world->lines[i].ends[e]);
}

void world_crash(struct world *world, size_t m, bool committed_first)
{
    struct delivery delivery = {world, true};

    if (m == CENTER && world->hub != NULL) {
        hub_sim_crash(world, committed_first);
        return;
    }
    world_log(world, "%zu: crash%s", m, committed_first ? " behind a commit" : "");
    if (committed_first)
        replicator_flush(world->machines[m].replicator, world_wall(world, m), deliver, &delivery);
    world_drop_sessions(world, m);
    world_look(world, m);
    if (!world->failed && world_reopen(world, m, mutant_after_crash(world, m)))
        world_check_kept(world, m, "after a crash");
    if (!world->failed)
        world_check_moment(world, m);
}

void world_sync(struct world *world, size_t station)
{
    struct line *line;

    world->last_outcome = (struct session_outcome){.status = STATUS_CLOSED};
    world_connect(world, station, true);
    line = world_line_of(world, station);
    if (line == NULL) {
        world_fail(world, "station %zu has no line", station);
        return;
    }
    for (unsigned turn = 0; line->used && line->station == station && !world->failed; turn++) {
        if (turn > 20000) {
            world_fail(world, "station %zu: the session does not end", station);
            return;
        }
        world_move(world, &line->ends[0], 4096);
        world_move(world, &line->ends[1], 4096);
        world_flush(world, station);
        world_flush(world, CENTER);
    }
}

void world_sync_healed(struct world *world, size_t station)
{
    enum { SESSIONS_MOST = 6 };

    for (unsigned i = 0; i < SESSIONS_MOST && !world->failed; i++) {
        world_sync(world, station);
        if (!world->machines[station].again)
            return;
    }
    world_fail(world, "station %zu: still healing after %d sessions: %s", station, SESSIONS_MOST, world->last_outcome.healed);
}
