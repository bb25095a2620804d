/* tui/throttle.h - how much may be on its way to the terminal, so that what is painted is never old. Pure: bytes and times in, a decision out.
 *
 * The kernel takes 20 kB for a pty that nobody reads, sshd and TCP megabytes; on 9,600 bit/s that is 20 s of stale pages, and no call tells of it. So a frame
 * carries a mark from time to time: "report your status" (DSR 5), which every terminal in use answers when it has drawn what came before. While more than
 * a window is unanswered, keys go on working but nothing is painted; then the newest picture is. What that costs: 4 bytes a way each MARK_BYTES, nothing for typing.
 * From the answers comes the rate of the line; a slow one gets its frames in slices of a tenth of a second, each with a mark, so that a key's effect never waits for a whole page. While a key is held there, each
 * picture is on its way out when it comes: of these a glance at a time is sent, when the last one has arrived, and the page is painted out within a page's time of letting go. On a far line what is under way is
 * what it carries while an answer comes back.
 * A terminal that has not answered yet, or never does, is taken for the slowest line people have (or what was told of it): what was sent drains
 * at that rate, and while a key is held, pages over that wait until it is let go. A key pressed once is always painted at once. */
#ifndef TUI_THROTTLE_H
#define TUI_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    THROTTLE_MARKS = 8,
    THROTTLE_MARK_BYTES = 256,     /* sent without a mark at most, about */
    THROTTLE_SLOW_RATE = 3000,     /* bytes a second; below: slices, less decoration. Above twice of it: fast again */
    THROTTLE_WORST_RATE = 960,     /* 9,600 bit/s: assumed of who does not answer */
    THROTTLE_WINDOW_BYTES = 4096,  /* unanswered on a fast line */
    THROTTLE_BACKLOG_BYTES = 512, /* may be assumed to be under way on a line without answers when a page is painted */
    THROTTLE_PAUSE_MS = 60,        /* longer than the repeat of a held key */
    THROTTLE_REPEAT_LEAST_MS = 8,  /* nothing that is held repeats faster: a program types */
    THROTTLE_LOST_MS = 2000,       /* a mark is given up after this, doubled each time up to THROTTLE_LOST_MAX_MS */
    THROTTLE_LOST_MAX_MS = 60000
};

/* Fields belong to throttle.c. */
struct throttle {
    int64_t told_rate; /* bytes a second, 0: nobody said */
    int64_t rate;      /* measured, 0: not yet */
    int64_t turn_ms;   /* shortest time of a mark's answer; -1: none */
    bool answers, slow;
    uint64_t sent, arrived; /* bytes in all */
    struct {
        uint64_t at;  /* sent up to here */
        size_t bytes; /* since the mark before */
        int64_t first_ms, ms; /* when the first and the last of them went */
    } marks[THROTTLE_MARKS];
    size_t n_marks; /* without answer; the oldest first */
    uint64_t last_mark;
    int64_t first_ms;   /* of what was sent behind the last mark */
    int64_t arrived_ms; /* when the last answer came */
    int64_t lost_after_ms;
    int64_t last_key_ms, repeat_ms; /* repeat: between the last two */
    bool held;          /* the last key came as from one that is held */
    int64_t drained_ms; /* to when backlog was brought */
    int64_t backlog;    /* assumed bytes under way, without answers */
};

/* told_rate: bytes a second of the line if somebody said so (--slow, a serial line), else 0. */
void throttle_init(struct throttle *throttle, int64_t told_rate, int64_t now_ms);
/* Should a frame of so many bytes end with a mark? */
bool throttle_wants_mark(const struct throttle *throttle, size_t frame_bytes, int64_t now_ms);
/* A frame went to the kernel. */
void throttle_sent(struct throttle *throttle, size_t bytes, bool with_mark, int64_t now_ms);
/* A mark came back. */
void throttle_answered(struct throttle *throttle, int64_t now_ms);
/* A key came. */
void throttle_key(struct throttle *throttle, int64_t now_ms);
/* When the next frame may be painted: <= now_ms: now. Later than that it may still become earlier by an answer. Gives up marks that are lost. */
int64_t throttle_paint_at(struct throttle *throttle, int64_t now_ms);
/* How many bytes a frame may have before it is cut; SIZE_MAX: no limit. */
size_t throttle_slice(const struct throttle *throttle, int64_t now_ms);
/* On a slow line a key is being held, or the last picture of one is on its way: nothing but the picture is to be sent. */
bool throttle_hurries(const struct throttle *throttle);
bool throttle_is_slow(const struct throttle *throttle);

#endif /* TUI_THROTTLE_H */
