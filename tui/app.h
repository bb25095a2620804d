/* tui/app.h - the screens as one pure thing: keys in, cells out. No terminal, no clock, no file here.
 *
 * A stack of views; the top one has the keys. Row 0 is the title, the last but one the message, question or hint, the last the keys.
 * Esc: a person without F keys presses Esc, then a digit. So Esc waits APP_ESC_MS for a digit (the message line says so at once); any other key or
 * the end of that time makes it Back. Esc Esc goes back at once.
 * Where people sign in by account (core/aid/signin.h), the sign-in view is a cover: it lies over the whole stack, has every key and lets nothing through, while the
 * views under it stay as they are. It comes at the start, when no key came for lock_after_ms (a key that comes later than that is not let through either: a laptop
 * wakes up), by Ctrl-Q, and when the person signs out. Drafts are stored before it covers.
 * Below 60x20 one line asks to enlarge the window; nothing is lost, keys but F10 are refused. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/id.h"
#include "core/base/status.h"
#include "core/record/actor.h"
#include "core/record/machine.h"
#include "core/record/store.h"
#include "tui/last_saves.h"
#include "tui/picker.h"
#include "tui/prompt.h"
#include "tui/tour.h"
#include "tui/view.h"

struct app;
struct code_book;
struct doctor_facts;

/* What the program gives the screens; everything borrowed, outlives the app. */
struct app_context {
    struct store *store;
    struct actor *actor; /* now_ms is set by the app before each key and tick */
    const struct machine *machine;
    const struct code_book *codes;
    struct random_source random;
    int64_t (*now_ms)(void *clock); /* wall clock, ms since 1970 */
    void *clock;
    void *extra; /* free for main.c and views */
    const char *home; /* the person's own folder, where exports go; NULL: beside the store */
    char report_period[24]; /* which period reports were looked at last ("2026H1"), kept by their screens; "": none yet */
    bool wants_practice; /* the first screen of a machine that is nobody yet ended with the wish to practise */
    bool wants_tour;     /* and to be shown around */
    bool wants_restart;  /* it has become a station or a center: begin again on its store */
    void (*examine)(const char *folder, int64_t now_ms, struct doctor_facts *out); /* is the machine fit (tui/doctor.h); NULL: not looked at */
    char account[ACTOR_NAME_MAX_BYTES]; /* who is signed in by account, also while the screen is locked; "": nobody, or the store's owner works */
    /* Whether the actor still may work by that account, asked when data changed: an account disabled at the center locks the screen with the next sync. NULL: yes. */
    bool (*may_stay)(const struct app_context *context);
    void (*undo)(struct app *app); /* take back what was saved last: Ctrl-Z wherever the view has no use for it. NULL: nothing */
};

enum {
    APP_MAX_VIEWS = 16,
    APP_MIN_ROWS = 20,
    APP_MIN_COLS = 60,
    APP_ESC_MS = 700,
    APP_IDLE_MS = 2000,
    APP_SMALL_MS = 500,
    APP_HELD_KEYS = 32,
    APP_MESSAGE_BYTES = 512
};

/* Why the sign-in view is there: its argument's number; the text is the account. */
enum app_signin {
    APP_SIGNIN_FIRST,  /* the program starts; text: the name to begin with, or "" */
    APP_SIGNIN_LOCKED, /* text: who is locked */
    APP_SIGNIN_LEFT    /* text: who has just signed out */
};

enum app_overlay { APP_NO_OVERLAY, APP_PROMPT, APP_PICKER };

/* What this session edits, and who else does: core/record/presence.h. Looked at on each tick and when data changed. */
struct app_presence {
    struct id session; /* zero until the first record was opened */
    struct id record;  /* zero: none */
    int64_t renew_ms;
    char others[120]; /* "刘敏、何平"; "": nobody */
};

/* Fields belong to app.c; views use the functions below. */
struct app {
    struct app_context *context;
    struct view *views[APP_MAX_VIEWS]; /* owned; addresses stay while a view is open */
    bool closing[APP_MAX_VIEWS];       /* to be removed when the callbacks have returned */
    size_t n_views;
    const struct view_class *help; /* class opened by F1; NULL: the built-in key list as a message */
    const struct view_class *law;  /* class opened by F9 with what the view cites; NULL: F9 beeps */
    const struct view_class *signin; /* class of the cover; NULL: nobody signs in here */
    struct view *cover;            /* owned; NULL: none */
    bool uncover;                  /* to be removed when the callbacks have returned */
    bool reopen;                   /* then the first view comes anew */
    bool require_signin;           /* Back from the first view signs out */
    int64_t lock_after_ms;         /* without a key; 0: never */
    const struct view_class *first; /* the view that opens after a sign-in */
    struct view_argument first_argument;
    enum app_overlay overlay;
    struct prompt prompt;
    struct picker picker;
    struct last_saves saves; /* views add to it; forgotten when somebody else signs in */
    int tag;       /* of the open question */
    struct view *asker;
    char message[APP_MESSAGE_BYTES];
    bool message_is_error;
    bool beep;
    bool dirty;    /* something to paint */
    bool repaint;  /* the person asked for a fresh screen */
    bool quit;
    int calls;     /* depth of callbacks */
    int64_t now_ms;
    bool idle_due; /* keys came since the last idle() */
    bool works;    /* the top view may have work() to do */
    int64_t esc_until_ms;    /* an Esc waits for a digit; 0: none */
    int64_t small_since_ms;  /* since when the window is known to be too small; 0: it is not, or no key or tick came since */
    struct key held[APP_HELD_KEYS]; /* what was typed before anybody could see that it is: for when it is larger again */
    size_t n_held;
    int64_t last_key_ms;
    struct tour tour; /* its lines stand below the screens while it runs */
    struct app_presence presence;
    bool (*draws)(void *context, uint32_t code); /* whether the terminal shows a character as itself and not as 〓; NULL: all of them. The caller of app_init sets it */
    void *draws_context;
    int rows, cols; /* of the last draw or resize: what the views have, without the tour's rows */
};

void app_init(struct app *app, struct app_context *context);
/* Closes all views (leave is not called; idle is, so drafts are kept). */
void app_release(struct app *app);

/* --- for run.c and tests --- */
/* The first view; with ask_account not NULL the sign-in view before it, the name filled in if it is not "". Errors: the first view's open. argument may be NULL,
 * its texts are borrowed for the app's life. */
enum status app_begin(struct app *app, const struct view_class *first, const struct view_argument *argument, const char *ask_account);
void app_key(struct app *app, struct key key, int64_t now_ms);
/* Time passed. Call at least once a second and at app_deadline(). */
void app_tick(struct app *app, int64_t now_ms);
int64_t app_deadline(const struct app *app); /* INT64_MAX: none */
/* Whether the top view has something left to do behind the picture it shows: then do not wait, but when no key is there and nothing is to be painted, call app_work for a piece of it. */
bool app_has_work(const struct app *app);
void app_work(struct app *app, int64_t now_ms);
/* Another session or the sync program committed: refresh the top view (others when they come back on top). */
void app_data_changed(struct app *app);
void app_resize(struct app *app, int rows, int cols);
/* Paint everything into the canvas (its size is the screen's); clears dirty. */
void app_draw(struct app *app, struct canvas *canvas);
bool app_dirty(const struct app *app);
bool app_take_beep(struct app *app); /* true once after app_beep */
bool app_take_repaint(struct app *app); /* true once after Ctrl-L */
bool app_done(const struct app *app);
/* Store drafts now: called when the terminal is gone, too. */
void app_store_drafts(struct app *app);

/* --- for views --- */
/* Open a view over the current one. Errors: the view's open (the message is shown, too); STATUS_TOO_LARGE when too deep. argument may be NULL. */
enum status app_open(struct app *app, const struct view_class *view_class, const struct view_argument *argument);
/* Close the top view (after its leave); closing the last one ends the program. Safe inside the view's own callbacks: the view is closed
 * before the next key is taken. */
void app_back(struct app *app);
/* Close the top view without leave: the record was saved or discarded. */
void app_close(struct app *app);
void app_quit(struct app *app);
/* Message line; stays until the next key. Error messages also beep. */
void app_say(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
void app_fail(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
void app_beep(struct app *app);
/* To whom the center gave a record, when that is known: true. */
bool app_say_moved(struct app *app, struct id id);
/* A record is not here any more: to whom the center gave it, when that is known, else what may have become of it. */
void app_say_gone(struct app *app, const struct record_type *type, struct id id);
/* Begin the practice tour; a refusal is told on the message line. Errors: as tour_start. */
enum status app_start_tour(struct app *app);
void app_touch(struct app *app); /* needs painting */
int64_t app_now_ms(const struct app *app);
/* Ask; the answer comes to view->answer with this tag. One question at a time (assert). */
void app_ask(struct app *app, int tag, const char *text, const char *const *answers, size_t n, size_t otherwise);
void app_ask_line(struct app *app, int tag, const char *text, size_t max_chars, unsigned edit_flags, const char *initial);
void app_pick(struct app *app, int tag, struct code_source source, const char *title, const char *filter);
/* Cover the screen until the person, or another one, has signed in. Beeps when nobody is signed in by account. */
void app_lock(struct app *app);
/* Close everything, drafts kept, and cover. Safe inside a view's callbacks. */
void app_sign_out(struct app *app);
/* From the sign-in view: this actor works now, by the account of the same name. The views come back as they were when it is who was locked, with the same rights;
 * else they are closed, and the first view opens. */
void app_signed_in(struct app *app, const struct actor *actor, int64_t lock_after_ms);
/* The open question or picker, if it may be seen. */
enum app_overlay app_overlay_shown(const struct app *app);
/* For app.c: keep the hint of who edits what up to date; leave: nothing is edited here any more. */
void app_presence_update(struct app *app);
void app_presence_leave(struct app *app);
/* For app.c: if a record that the view on top shows is not here any more, drop what it shows of it, or close it (app_left.c). Whether that was so. */
bool app_let_go(struct app *app, struct view *view);
/* For app_left.c: whether it is on top and not on its way out; close its open question. */
bool app_is_open_on_top(const struct app *app, const struct view *view);
void app_drop_question(struct app *app, const struct view *asker);
/* Who else edits the view's record, "" for nobody and until it was looked at: what is known of the record before is not said of this one. */
const char *app_presence_others(const struct app *app, const struct view *view);
/* For app_draw.c: what the characters of a row are that the terminal cannot show, "〓 U+31350 拼音首字母 b", appended. False: there is none. */
bool app_missing_text(const struct app *app, const struct canvas *canvas, int row, struct buf *out);
const struct view *app_top(const struct app *app); /* NULL when there is none */
/* The view below the top, for the help page; NULL. */
const struct view *app_below(const struct app *app);

#endif /* TUI_APP_H */
