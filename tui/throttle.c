/* tui/throttle.c - see throttle.h. */
#include "tui/throttle.h"

enum { SLICE_MS = 100, SLICE_LEAST_BYTES = 64, SAMPLE_LEAST_BYTES = 100, SLOW_MARK_BYTES = 64 /* each slice has one */, FELT_MS = 150, GLANCE_BYTES = 24 /* of a picture that is passing: a name */ };

void throttle_init(struct throttle *throttle, int64_t told_rate, int64_t now_ms)
{
    *throttle = (struct throttle){.told_rate = told_rate, .turn_ms = -1, .lost_after_ms = THROTTLE_LOST_MS, .drained_ms = now_ms, .last_key_ms = now_ms - THROTTLE_PAUSE_MS, .slow = told_rate > 0 && told_rate < THROTTLE_SLOW_RATE};
}

/* The rate to go by; 0: a fast line, or nothing is known. */
static int64_t known_rate(const struct throttle *throttle)
{
    return throttle->told_rate > 0 ? throttle->told_rate : throttle->rate;
}

bool throttle_is_slow(const struct throttle *throttle)
{
    return throttle->slow;
}

bool throttle_hurries(const struct throttle *throttle)
{
    return throttle->slow && throttle->held;
}

/* When a key that is held would have come again. */
static int64_t let_go_ms(const struct throttle *throttle)
{
    return throttle->last_key_ms + (throttle->repeat_ms * 3 / 2 < THROTTLE_PAUSE_MS ? throttle->repeat_ms * 3 / 2 : THROTTLE_PAUSE_MS);
}

/* The next picture takes the place of this one in a moment. */
static bool is_passing(const struct throttle *throttle, int64_t now_ms)
{
    return throttle_hurries(throttle) && throttle->answers && now_ms >= throttle->last_key_ms && now_ms < let_go_ms(throttle);
}

size_t throttle_slice(const struct throttle *throttle, int64_t now_ms)
{
    if (!throttle->slow)
        return SIZE_MAX;
    if (is_passing(throttle, now_ms))
        return GLANCE_BYTES;
    int64_t bytes = known_rate(throttle) * SLICE_MS / 1000;
    return bytes < SLICE_LEAST_BYTES ? SLICE_LEAST_BYTES : (size_t)bytes;
}

bool throttle_wants_mark(const struct throttle *throttle, size_t frame_bytes, int64_t now_ms)
{
    uint64_t limit = is_passing(throttle, now_ms) ? GLANCE_BYTES : throttle->slow ? SLOW_MARK_BYTES : THROTTLE_MARK_BYTES;
    return throttle->n_marks < THROTTLE_MARKS && throttle->sent + frame_bytes - throttle->last_mark >= limit;
}

static void drain(struct throttle *throttle, int64_t now_ms)
{
    int64_t rate = throttle->told_rate > 0 ? throttle->told_rate : THROTTLE_WORST_RATE, passed = now_ms - throttle->drained_ms;
    throttle->drained_ms = now_ms;
    if (passed < 0 || passed > 3600000) /* the clock was set */
        passed = 0;
    throttle->backlog -= passed * rate / 1000;
    if (throttle->backlog < 0)
        throttle->backlog = 0;
}

void throttle_sent(struct throttle *throttle, size_t bytes, bool with_mark, int64_t now_ms)
{
    drain(throttle, now_ms);
    throttle->backlog += (int64_t)bytes;
    if (throttle->sent == throttle->last_mark)
        throttle->first_ms = now_ms;
    throttle->sent += bytes;
    if (!with_mark || throttle->n_marks == THROTTLE_MARKS)
        return;
    throttle->marks[throttle->n_marks].at = throttle->sent;
    throttle->marks[throttle->n_marks].bytes = (size_t)(throttle->sent - throttle->last_mark);
    throttle->marks[throttle->n_marks].first_ms = throttle->first_ms;
    throttle->marks[throttle->n_marks].ms = now_ms;
    throttle->n_marks++;
    throttle->last_mark = throttle->sent;
}

static void drop_oldest_mark(struct throttle *throttle)
{
    throttle->arrived = throttle->marks[0].at;
    throttle->n_marks--;
    for (size_t i = 0; i < throttle->n_marks; i++)
        throttle->marks[i] = throttle->marks[i + 1];
}

/* The oldest mark has come back: how long its bytes were moving. A line that was busy with those before began with them when those had arrived. */
static void learn_rate(struct throttle *throttle, int64_t now_ms)
{
    size_t bytes = throttle->marks[0].bytes;
    int64_t took = now_ms - throttle->marks[0].ms, turn = took - (throttle->rate > 0 ? (int64_t)bytes * 1000 / throttle->rate : 0);
    if (took >= 0 && (throttle->turn_ms < 0 || turn < throttle->turn_ms))
        throttle->turn_ms = turn > 0 ? turn : 0;
    if (bytes < SAMPLE_LEAST_BYTES || took < 0)
        return;
    int64_t alone_ms = throttle->marks[0].first_ms + throttle->turn_ms, moving = now_ms - (throttle->arrived_ms > alone_ms ? throttle->arrived_ms : alone_ms);
    int64_t sample = (int64_t)bytes * 1000 / (moving > 0 ? moving : 1);
    /* What was sent bit by bit, as somebody typed, says only how fast the line is at least. */
    bool bit_by_bit = 2 * (throttle->marks[0].ms - throttle->marks[0].first_ms) > moving;
    if (bit_by_bit && (throttle->rate == 0 || sample <= throttle->rate))
        return;
    /* Lines change at once, more often than by and by. */
    throttle->rate = sample > 4 * throttle->rate || sample < throttle->rate / 4 ? sample : (throttle->rate * 3 + sample) / 4;
    if (throttle->told_rate > 0)
        return;
    if (throttle->slow)
        throttle->slow = throttle->rate < 2 * THROTTLE_SLOW_RATE;
    else
        throttle->slow = throttle->rate < THROTTLE_SLOW_RATE && moving >= FELT_MS; /* less is some hiccup */
}

void throttle_answered(struct throttle *throttle, int64_t now_ms)
{
    throttle->answers = true;
    throttle->lost_after_ms = THROTTLE_LOST_MS;
    if (throttle->n_marks == 0)
        return;
    learn_rate(throttle, now_ms);
    throttle->arrived_ms = now_ms;
    drop_oldest_mark(throttle);
}

/* A mark whose answer does not come: the terminal swallowed it, or the line is dead. Then one frame more, and a longer wait. */
static void give_up_lost(struct throttle *throttle, int64_t now_ms)
{
    if (throttle->n_marks == 0)
        return;
    int64_t waited = now_ms - throttle->marks[0].ms, expected = throttle->rate > 0 ? (int64_t)(throttle->sent - throttle->arrived) * 2000 / throttle->rate : 0;
    if (waited >= 0 && (waited < throttle->lost_after_ms || waited < expected))
        return;
    while (throttle->n_marks > 0)
        drop_oldest_mark(throttle);
    throttle->arrived = throttle->sent;
    throttle->lost_after_ms = throttle->lost_after_ms * 2 < THROTTLE_LOST_MAX_MS ? throttle->lost_after_ms * 2 : THROTTLE_LOST_MAX_MS;
}

static int64_t paint_at_by_answers(const struct throttle *throttle, int64_t now_ms)
{
    /* Nothing of a passing picture waits for another: what is under way when the key is let go keeps the last one from the line. */
    if (is_passing(throttle, now_ms))
        return throttle->n_marks == 0 ? now_ms : let_go_ms(throttle);
    /* Two slices are under way on a slow line: one that moves, one that waits for the end of the first, so that the line is never idle; and what it carries while an answer is on its way. */
    uint64_t far = throttle->turn_ms > 0 ? (uint64_t)(known_rate(throttle) * throttle->turn_ms / 1000) : 0;
    uint64_t window = throttle->slow ? throttle_slice(throttle, now_ms) * 5 / 4 + far : known_rate(throttle) > 0 ? THROTTLE_WINDOW_BYTES : THROTTLE_MARK_BYTES;
    if (throttle->n_marks == 0 || throttle->sent - throttle->arrived < window)
        return now_ms;
    return throttle->marks[0].ms + throttle->lost_after_ms;
}

void throttle_key(struct throttle *throttle, int64_t now_ms)
{
    int64_t gap = now_ms - throttle->last_key_ms;
    throttle->held = gap >= THROTTLE_REPEAT_LEAST_MS && gap < THROTTLE_PAUSE_MS;
    throttle->repeat_ms = gap;
    throttle->last_key_ms = now_ms;
}

int64_t throttle_paint_at(struct throttle *throttle, int64_t now_ms)
{
    give_up_lost(throttle, now_ms);
    if (throttle->answers)
        return paint_at_by_answers(throttle, now_ms);
    drain(throttle, now_ms);
    int64_t paused_ms = throttle->last_key_ms + THROTTLE_PAUSE_MS;
    bool waits = throttle->held && throttle->backlog >= THROTTLE_BACKLOG_BYTES && now_ms >= throttle->last_key_ms && now_ms < paused_ms;
    return waits ? paused_ms : now_ms;
}
