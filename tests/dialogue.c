/* tests/dialogue.c - see dialogue.h. */
#include "tests/dialogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const int64_t WALL_MS = INT64_C(1767225600000);

/* Keep "session: > HELLO a=1 t_ms=5 b" as "> HELLO a=1 b": what a test can expect. */
static void keep_line(void *context, const char *line)
{
    /* What a story is not about: clocks, and how many bytes a record takes and packs to today. */
    static const char *const MASKED[] = {" t_ms=", " raw_bytes=", " packing=", " packings=", " dictionary="};
    struct dialogue *dialogue = context;
    const char *text = strstr(line, "session: ");

    if (text == NULL || (strstr(text, ": > ") == NULL && strstr(text, ": < ") == NULL))
        return;
    text += strlen("session: ");
    if (text[0] == '<')
        return; /* the sender's line is enough */
    while (*text != '\0') {
        bool masked = false;

        for (size_t i = 0; i < sizeof MASKED / sizeof MASKED[0] && !masked; i++) {
            masked = strncmp(text, MASKED[i], strlen(MASKED[i])) == 0;
            if (masked)
                text += strlen(MASKED[i]);
        }
        if (masked)
            text += strspn(text, "-0123456789");
        else
            buf_putc(&dialogue->lines, (uint8_t)*text++);
    }
    buf_putc(&dialogue->lines, '\n');
}

static void step(struct dialogue *dialogue, int end, struct session_event event);

static void carry_out(struct dialogue *dialogue, int end)
{
    struct session_actions *actions = &dialogue->actions[end];
    struct session_result result;
    struct session_request request;

    buf_append(&dialogue->in[1 - end], actions->send.data, actions->send.len);
    buf_clear(&actions->send);
    if (actions->close) {
        dialogue->outcomes[end] = *session_outcome(dialogue->sessions[end]);
        dialogue->closed[end] = true;
        return;
    }
    if (!actions->wants_store)
        return;
    actions->wants_store = false;
    request = actions->request;
    replicator_run(dialogue->replicators[end], &request, WALL_MS, &result);
    step(dialogue, end, (struct session_event){.kind = EVENT_STORE, .result = &result});
    session_result_release(&result);
}

static void step(struct dialogue *dialogue, int end, struct session_event event)
{
    if (dialogue->closed[end])
        return;
    event.now_ms = dialogue->now_ms;
    event.wall_ms = WALL_MS + dialogue->now_ms;
    session_step(dialogue->sessions[end], &event, &dialogue->actions[end]);
    carry_out(dialogue, end);
}

static void open_dialogue(struct dialogue *dialogue, struct world *world, size_t station, bool once, bool hurries)
{
    struct node *nodes[2] = {&world->stations[station], &world->center};

    memset(dialogue, 0, sizeof *dialogue);
    dialogue->pin = world->stations[station].peer.pin;
    dialogue->now_ms = 1000;
    buf_init(&dialogue->lines, 1024 * 1024);
    trace_init(&dialogue->trace, TRACE_DEBUG, keep_line, dialogue);
    for (int end = 0; end < 2; end++) {
        struct session_config config = {.role = end == STATION_END ? SESSION_STATION : SESSION_CENTER, .once = end == STATION_END && once};

        config.trace = &dialogue->trace;
        dialogue->nodes[end] = nodes[end];
        buf_init(&dialogue->in[end], 64 * 1024 * 1024);
        session_actions_init(&dialogue->actions[end]);
        assert_int_equal(replicator_new(&dialogue->replicators[end], nodes[end]->store, NULL), STATUS_OK);
        if (hurries)
            replicator_hurry(dialogue->replicators[end]);
        assert_int_equal(session_new(&dialogue->sessions[end], &config), STATUS_OK);
    }
    for (int end = 1; end >= 0; end--) {
        struct session_event event = {.kind = EVENT_CONNECTED};

        event.connected.own_pin = end == STATION_END ? dialogue->pin : (struct hash){{1}};
        event.connected.peer_pin = end == STATION_END ? (struct hash){{1}} : dialogue->pin;
        nodes[end]->random.fill(nodes[end]->random.context, event.connected.entropy, sizeof event.connected.entropy);
        step(dialogue, end, event);
    }
}

void dialogue_open(struct dialogue *dialogue, struct world *world, size_t station, bool once)
{
    open_dialogue(dialogue, world, station, once, false);
}

void dialogue_open_hurried(struct dialogue *dialogue, struct world *world, size_t station, bool once)
{
    open_dialogue(dialogue, world, station, once, true);
}

static bool deliver(struct dialogue *dialogue, int end)
{
    struct buf *in = &dialogue->in[end];
    size_t len = dialogue->piece > 0 && dialogue->piece < in->len ? dialogue->piece : in->len;
    static uint8_t bytes[8 * 1024 * 1024];

    if (dialogue->closed[end])
        return false;
    if (dialogue->cut > 0 && dialogue->delivered == dialogue->cut)
        return false;
    if (dialogue->cut > 0 && len > 0) {
        len = 4 + ((size_t)in->data[0] << 24 | (size_t)in->data[1] << 16 | (size_t)in->data[2] << 8 | in->data[3]);
        dialogue->delivered++;
    }
    if (len > 0) {
        assert_true(len <= sizeof bytes);
        memcpy(bytes, in->data, len);
        buf_consume(in, len);
        step(dialogue, end, (struct session_event){.kind = EVENT_BYTES, .data = bytes, .len = len});
        return true;
    }
    if (!dialogue->closed[1 - end])
        return false;
    step(dialogue, end, (struct session_event){.kind = EVENT_CLOSED});
    return true;
}

void dialogue_run(struct dialogue *dialogue)
{
    bool moved = true;

    while (moved) {
        moved = deliver(dialogue, CENTER_END);
        moved = deliver(dialogue, STATION_END) || moved;
    }
}

void dialogue_poke(struct dialogue *dialogue, int end)
{
    step(dialogue, end, (struct session_event){.kind = EVENT_POKE});
    dialogue_run(dialogue);
}

void dialogue_tick(struct dialogue *dialogue, int64_t ms)
{
    dialogue->now_ms += ms;
    for (int end = 0; end < 2; end++)
        step(dialogue, end, (struct session_event){.kind = EVENT_TICK});
    dialogue_run(dialogue);
}

void dialogue_close(struct dialogue *dialogue)
{
    for (int end = 0; end < 2; end++) {
        session_free(dialogue->sessions[end]);
        session_actions_release(&dialogue->actions[end]);
        replicator_free(dialogue->replicators[end]);
        buf_release(&dialogue->in[end]);
    }
    buf_release(&dialogue->lines);
}
