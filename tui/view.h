/* tui/view.h - the contract of a screen. A new screen is one file in tui/views/ with one `const struct view_class`.
 *
 * The app owns the first row (title), the last but one (message, hint or question) and the last (keys); the view draws
 * rows 1 .. rows-3 of the canvas ("the area") and sets the cursor. Inputs stay above row 21 of 24, where an input method's
 * candidate box does not cover them.
 *
 * Order of a key: the open question or picker; then view->key(); if it returns false, the view's keymap gives a command to
 * view->command(); if that returns false, the app does the common ones (F1 help, F9 law, Esc/F10 back, Ctrl-L refresh). key() must
 * leave F keys, Esc and Ctrl letters that are in its keymap alone.
 * Callbacks marked (opt) may be NULL. No callback may keep a pointer to a key's text. */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/id.h"
#include "core/base/status.h"
#include "tui/canvas.h"
#include "tui/key.h"
#include "tui/keymap.h"

struct app;
struct field_def;
struct record_type;
struct view;

/* How a view is told what to show. The view copies what it keeps. */
struct view_argument {
    struct id id;     /* a record, or zero */
    const char *type; /* record type, list name, help topic; NULL */
    const char *text; /* search text, person name; NULL */
    const char *where; /* a condition (core/record/filter.h) that a list is opened with and a new record begins with; NULL */
    int64_t number;
    const struct id *ids; /* several records; NULL */
    size_t n_ids;
};

/* The answer to app_ask, app_ask_line or app_pick. */
struct view_answer {
    int tag;                 /* as given in the question */
    bool cancelled;
    size_t chosen;           /* numbered answers: 1..n */
    const char *text;        /* a line, or the chosen code; "" else. Borrowed during the call */
    const struct code *code; /* app_pick: the choice; NULL else */
};

struct view_class {
    const char *name;   /* stable, ASCII: "consultation-entry" */
    size_t state_bytes; /* the app allocates it zeroed and frees it after close */
    const char *help;   /* (opt) paragraphs for the help page above the keys, '\n' between lines */

    /* Errors: any, with a message; then close is not called. */
    enum status (*open)(struct view *view, const struct view_argument *argument, struct errmsg *err);
    void (*close)(struct view *view);                             /* (opt) release; drafts were stored in leave */
    bool (*leave)(struct view *view);                             /* (opt) about to be closed by Back: store a draft; false: stay (say why) */
    bool (*key)(struct view *view, struct key key);               /* (opt) true: used up */
    bool (*command)(struct view *view, int command);              /* (opt) true: done */
    void (*draw)(struct view *view, struct canvas *canvas);       /* rows 1 .. rows-3; also called in any size >= 60x20 */
    void (*title)(struct view *view, struct buf *left, struct buf *right); /* left: name; right: status words */
    const struct keymap *(*keymap)(struct view *view); /* also asked, for the help, of a view that was never opened: its state is all zero then */
    void (*hint)(struct view *view, size_t columns, struct buf *out); /* (opt) message line when there is no message: code choices */
    const struct field_def *(*field)(struct view *view); /* (opt) what the cursor is in, for the help page; NULL: no field of the catalogue */
    void (*cite)(struct view *view, struct buf *out); /* (opt) where F9 looks for citations of the law: the focused field's text and help */
    void (*answer)(struct view *view, const struct view_answer *answer); /* (opt) */
    void (*refresh)(struct view *view);                           /* (opt) data changed, or it is on top again: read again; never touch what is being typed */
    void (*tick)(struct view *view, int64_t now_ms);              /* (opt) time passed; called at least once a second while on top */
    bool (*work)(struct view *view);                              /* (opt) a piece, of a few milliseconds, of what the first picture did not wait for; called while no key waits. False: nothing is left */
    bool (*editing)(struct view *view, struct id *record);        /* (opt) the stored record that can be changed here: others on this machine are told, and told of here. False: none */
    bool (*shows)(struct view *view, size_t n, const struct record_type **type, struct id *id); /* (opt) the n-th stored record, from 0, of which something stands here (a zero id: none at that place). False: no more. A list that reads its rows in refresh names none */
    bool (*left)(struct view *view, const struct record_type *type, struct id id); /* (opt) one of those was given away by the center: keep of it what was typed here and nothing else, and tell it. False: nothing is to be kept, the app closes the view (tui/app_left.c) */
    void (*idle)(struct view *view);                              /* (opt) 2 s after the last key, and before the program ends: store the draft */
};

struct view {
    const struct view_class *class;
    struct app *app;
    void *state; /* state_bytes, owned by the app */
};

#endif /* TUI_VIEW_H */
