/* tests/fuzz/fuzz_session.c - a whole session with a real store against any bytes: what a hostile or broken peer that holds a key can do. Input: u8 who is attacked, u8 how the bytes are cut, bytes.
 *
 * Must hold: the session ends or waits, never more than one request is out, nothing is sent after close, memory waits within its bounds, an error has words, and the store is as consistent as before
 * (its log's chain holds; looked at when the stores are made anew, every RENEW_RUNS runs). */
#include <stdarg.h>
#include <stdbool.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/verify.h"
#include "sync/compress.h"
#include "sync/replicator.h"
#include "sync/session.h"
#include "tests/fixture.h"
#include "tests/fuzz/fuzz.h"

enum { RENEW_RUNS = 1500, STEPS_MAX = 2000, TARGETS = 3 };

static const int64_t WALL_MS = INT64_C(1767225600000);

struct attacked {
    struct world world;
    struct replicator *replicators[2]; /* station, center */
    unsigned runs;
};

struct talk {
    struct session *session;
    struct session_actions actions;
    struct replicator *replicator;
    struct buf *sent; /* or NULL */
    unsigned steps;
    bool closed;
};

static void close_stores(struct attacked *attacked)
{
    for (size_t i = 0; i < 2; i++)
        replicator_free(attacked->replicators[i]);
    node_verify(&attacked->world.center);
    node_verify(&attacked->world.stations[0]);
    world_close(&attacked->world);
}

static void open_stores(struct attacked *attacked)
{
    world_open(&attacked->world, 2, NULL);
    for (int i = 0; i < 3; i++)
        node_consult(&attacked->world.stations[0], "张文芳", "工资没有发");
    (void)world_sync(&attacked->world, 0);
    node_consult(&attacked->world.stations[0], "李强", "押金没有退");
    node_consult(&attacked->world.center, "王芳", "工伤");
    FUZZ_HOLDS(replicator_new(&attacked->replicators[0], attacked->world.stations[0].store, NULL) == STATUS_OK);
    FUZZ_HOLDS(replicator_new(&attacked->replicators[1], attacked->world.center.store, NULL) == STATUS_OK);
    for (size_t i = 0; i < 2; i++)
        replicator_set_history(attacked->replicators[i], STREAM_WINDOW_LOG_LEAST + 2, true);
    attacked->runs = 0;
}

static struct attacked *stores(void)
{
    static struct attacked attacked;
    static bool opened;

    if (opened && attacked.runs < RENEW_RUNS) {
        attacked.runs++;
        return &attacked;
    }
    if (opened)
        close_stores(&attacked);
    else
        FUZZ_HOLDS(hash_start() == STATUS_OK);
    opened = true;
    open_stores(&attacked);
    return &attacked;
}

/* One event, and every request that follows from it. */
static void step(struct talk *talk, struct session_event event)
{
    struct session_actions *actions = &talk->actions;
    struct session_result result;
    bool answered = false;

    do {
        event.now_ms = 1000 + talk->steps;
        event.wall_ms = WALL_MS;
        session_step(talk->session, &event, actions);
        if (answered)
            session_result_release(&result);
        FUZZ_HOLDS(actions->send.status == STATUS_OK);
        if (talk->sent != NULL)
            buf_append(talk->sent, actions->send.data, actions->send.len);
        buf_clear(&actions->send);
        talk->closed = actions->close;
        answered = !talk->closed && actions->wants_store;
        if (!answered)
            return;
        actions->wants_store = false;
        replicator_run(talk->replicator, &actions->request, WALL_MS, &result);
        event = (struct session_event){.kind = EVENT_STORE, .result = &result};
    } while (++talk->steps <= STEPS_MAX);
    session_result_release(&result);
}

static void begin(struct talk *talk, struct attacked *attacked, enum session_role role, struct buf *sent)
{
    struct session_config config = {.role = role, .once = true};
    struct session_event event = {.kind = EVENT_CONNECTED};
    struct hash station = attacked->world.stations[0].peer.pin, center = {{1}};

    memset(talk, 0, sizeof *talk);
    talk->sent = sent;
    talk->replicator = attacked->replicators[role == SESSION_CENTER];
    session_actions_init(&talk->actions);
    FUZZ_HOLDS(session_new(&talk->session, &config) == STATUS_OK);
    event.connected.own_pin = role == SESSION_CENTER ? center : station;
    event.connected.peer_pin = role == SESSION_CENTER ? station : center;
    memset(event.connected.entropy, 7, sizeof event.connected.entropy);
    step(talk, event);
}

static void finish(struct talk *talk)
{
    if (!talk->closed)
        step(talk, (struct session_event){.kind = EVENT_CLOSED});
    FUZZ_HOLDS(talk->steps <= STEPS_MAX);
    FUZZ_HOLDS(talk->closed);
    const struct session_outcome *outcome = session_outcome(talk->session);
    FUZZ_HOLDS(outcome->status == STATUS_OK || outcome->reason.text[0] != '\0');
    session_free(talk->session);
    session_actions_release(&talk->actions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct attacked *attacked = stores();
    struct talk talk;
    size_t at = 2, piece;

    if (len < 2)
        return 0;
    piece = data[1] == 0 ? len : (size_t)data[1] * 3;
    begin(&talk, attacked, (enum session_role)(data[0] % TARGETS), NULL);
    while (at < len && !talk.closed && session_reading(talk.session)) {
        size_t n = len - at < piece ? len - at : piece;

        step(&talk, (struct session_event){.kind = EVENT_BYTES, .data = data + at, .len = n});
        at += n;
    }
    finish(&talk);
    return 0;
}

/* What honest machines say: the station's first flight, the center's answer to it, and both cut small. */
bool fuzz_seed(size_t i, struct buf *out)
{
    struct attacked *attacked = stores();
    struct talk station, center;
    struct buf flight, answer;

    if (i >= 4)
        return false;
    buf_init(&flight, 1024 * 1024);
    buf_init(&answer, 1024 * 1024);
    begin(&station, attacked, SESSION_STATION, &flight);
    begin(&center, attacked, SESSION_CENTER, &answer);
    step(&center, (struct session_event){.kind = EVENT_BYTES, .data = flight.data, .len = flight.len});
    buf_putc(out, i % 2 == 0 ? SESSION_CENTER : SESSION_STATION);
    buf_putc(out, i < 2 ? 0 : 11);
    if (i % 2 == 0)
        buf_append(out, flight.data, flight.len);
    else
        buf_append(out, answer.data, answer.len);
    finish(&station);
    finish(&center);
    buf_release(&flight);
    buf_release(&answer);
    return true;
}
