/* sync/progress.c - see progress.h. */
#include "sync/progress.h"

#include "core/record/order.h"

enum { BAR_COLUMNS = 30, LINE_BYTES = 256 };

static void draw(struct progress *progress)
{
    char bar[BAR_COLUMNS + 1];
    unsigned percent = sync_progress_percent(&progress->now), filled = percent * BAR_COLUMNS / 100;
    struct buf left;

    for (unsigned i = 0; i < BAR_COLUMNS; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_COLUMNS] = 0;
    buf_init(&left, LINE_BYTES);
    sync_progress_left_text(&progress->now, &left);
    fprintf(progress->terminal, "\r%s [%s] %3u%%  %s\033[K", progress->what, bar, percent, buf_cstr(&left));
    fflush(progress->terminal);
    buf_release(&left);
    progress->drawn = true;
}

/* A clock that is set while something runs, as many are by the network that is there again: what has passed is not what it jumped by. */
static void follow_clock(struct progress *progress, int64_t now_ms)
{
    int64_t passed = now_ms - progress->now.at_ms;

    if (passed >= 0 && passed < PROGRESS_JUMP_MS)
        return;
    progress->now.begun_ms += passed;
    progress->drawn_ms += passed;
    progress->noted_ms += passed;
}

void progress_feed(struct progress *progress, int64_t now_ms, uint64_t done, uint64_t total, uint64_t bytes)
{
    bool moved = done != progress->now.done || bytes != progress->now.bytes;

    if (progress->now.begun_ms == 0)
        progress->now.begun_ms = now_ms;
    else
        follow_clock(progress, now_ms);
    progress->now.at_ms = now_ms;
    progress->now.done = done;
    progress->now.total = total;
    progress->now.bytes = bytes;
    if (!moved || total == 0 || now_ms - progress->now.begun_ms < PROGRESS_QUIET_MS)
        return;
    if (progress->terminal != NULL && now_ms - progress->drawn_ms >= PROGRESS_BAR_MS) {
        progress->drawn_ms = now_ms;
        draw(progress);
    }
    if (progress->store == NULL || store_in_transaction(progress->store) || now_ms - progress->noted_ms < PROGRESS_NOTE_MS)
        return;
    progress->noted_ms = now_ms;
    store_set_patient(progress->store, false); /* not worth waiting for another writer */
    progress->noted = sync_progress_note(progress->store, &progress->now, NULL) == STATUS_OK || progress->noted;
    store_set_patient(progress->store, true);
}

void progress_end(struct progress *progress)
{
    if (progress->drawn) {
        fputs("\r\033[K", progress->terminal);
        fflush(progress->terminal);
    }
    if (progress->noted)
        (void)sync_progress_clear(progress->store, NULL);
    progress->drawn = progress->noted = false;
    progress->now = (struct sync_progress){0};
    progress->drawn_ms = progress->noted_ms = 0;
}

void progress_of_session(const struct session_outcome *outcome, uint64_t *done, uint64_t *total)
{
    uint64_t from = outcome->order_from;

    /* A new era begins far above the last one: nothing lies between. */
    if (order_era(outcome->order_to) != order_era(from))
        from = order_era_start(order_era(outcome->order_to));
    *total = outcome->send_total + (outcome->order_to > from ? outcome->order_to - from : 0);
    *done = outcome->sent + (outcome->order_at > from ? outcome->order_at - from : 0);
    if (*done > *total)
        *done = *total;
}
