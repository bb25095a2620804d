/* tui/form.h - a form: fields declared by a table, keys in, a path through the fields that is remembered backwards.
 *
 * Looks: "姓名 [张文芳____]": label, then the field in brackets; read-only fields without brackets. A code field shows the code in the
 * brackets and its name behind them: "性别 [2]女". The marker '>' stands left of the label of the focused field's line (column
 * of the label - 1, when the label stands at column >= 1).
 * Keys: Enter and Down go to the next field, Up and Shift-Tab back through the fields in the order actually visited (skipped ones
 * stay skipped), Tab to the first field of the next group. '=' in an empty field (or one not touched yet) asks `repeat` for the value of
 * the record before. A field is checked when it is left forwards; a refusal keeps the focus, beeps and leaves a message. Going back never refuses.
 * Codes are typed by digits, pinyin initials or Chinese; typed text that stands for one code becomes that code when the field is left, and
 * a code that can't be continued moves on by itself (FORM_AUTO); in forms made from the catalogue, which have many, an Enter right behind it is its end and skips no empty field (FORM_CALM). Several codes are divided by + , ; / 、 or a blank, each typed in any of these ways. Days and sums are written out
 * when they are left (明天: 2026-10-24; 1.2万: 12000.00元); while one types the hint line says what they come to. A field without the focus shows the beginning of its text. F4 is left to the view (open the picker, then form_set_code).
 * Where a view wants rosters or computed texts it draws them itself beside the form. */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"
#include "core/record/catalogue.h"
#include "core/record/pace.h"
#include "tui/canvas.h"
#include "tui/code_source.h"
#include "tui/edit_field.h"
#include "tui/key.h"

enum form_kind {
    FORM_TEXT,   /* one line */
    FORM_LINES,  /* several */
    FORM_NUMBER, /* digits, sign, point; full-width folded */
    FORM_DAY,    /* a day as people say it (core/base/day_phrase.h), written out when the field is left; full-width folded */
    FORM_MONEY,  /* a sum in yuan (core/base/money.h), written out when the field is left; full-width folded */
    FORM_CODE,   /* one code of a source */
    FORM_CODES,  /* several, joined by '+' while typing: "11+15"; , ; / 、 and blanks count as '+' */
    FORM_SHOW,   /* read only: never focused */
};

enum form_flag {
    FORM_REQUIRED = 1,  /* empty is refused when left forwards only at form_check; label shows 必填 when empty there */
    FORM_AUTO = 2,      /* a code that is complete moves on by itself */
    FORM_NO_REPEAT = 4, /* '=' is text here */
    FORM_SECRET = 8,    /* shown as stars */
    FORM_FREE_CODE = 16, /* a code field that also takes text that is no code (phrases with additions) */
    FORM_OWN = 64,       /* one person's own (a name, a telephone, a document number): F8 leaves it, = still takes it */
    FORM_FOLD = 32,      /* full-width letters and digits are folded to ASCII (account names) */
    FORM_CALM = 128,     /* with FORM_AUTO: an Enter right behind the code that moved on belongs to the code, so that whoever ends every code with Enter skips no empty field */
};

/* One row of a form's table. Positions are relative to the form's area; labels stand at row, col; the field follows after one blank. */
struct form_def {
    const char *name;  /* field name in the catalogue, or a name of the view's own */
    const char *label; /* "" for none */
    enum form_kind kind;
    int row, col;
    int label_columns; /* labels of a column that line up; 0, or less than the label takes: as wide as the label */
    int columns; /* width inside the brackets */
    int rows;    /* FORM_LINES: height; else 1 (0 counts as 1) */
    int name_columns; /* columns kept behind the bracket for a code's name, and for 必填; 0: none shown */
    uint32_t max_chars; /* 0: 200 for one line, 4000 for several */
    int group;          /* Tab goes to the next higher group, then around */
    unsigned flags;
};

struct form;
struct form_burst; /* form_burst.c */
struct id_reading;

struct form_hooks {
    void *context;
    /* Check what is in the field when it is left forwards. Not OK: focus stays, err is the message. NULL: no check.
     * May change other fields (form_set), and the focus (form_focus): that is where the form then goes on. */
    enum status (*validate)(void *context, struct form *form, size_t field, struct errmsg *err);
    /* The text of the record before for '='; false: there is none. NULL: '=' is text. */
    bool (*repeat)(void *context, struct form *form, size_t field, struct buf *out);
    /* Whether to pass over the field on the way forwards. NULL: never. */
    bool (*skip)(void *context, const struct form *form, size_t field);
    /* A field was left (either way) after it was changed: store the draft. NULL: nothing. */
    void (*left)(void *context, struct form *form, size_t field);
    /* A card reader typed an identity card: the view puts it where it belongs, usually by record_form_take_card. NULL: its keys are keys like any others. */
    void (*card)(void *context, struct form *form, const struct id_reading *card);
};

#define FORM_NO_TODAY INT32_MIN

/* Fields belong to form.c, reading focus, n and changed is fine. */
struct form {
    const struct form_def *defs; /* borrowed */
    size_t n;
    struct form_def *own; /* owned: the defs with room for longer labels; NULL: they are the caller's */
    struct form_hooks hooks;
    struct edit_field *fields;   /* owned: one per def */
    struct code_source *sources; /* owned: one per def; unset for fields without codes */
    size_t day_field; /* the field with the record's day, which says what codes are in force; SIZE_MAX: none (record_form_bind sets it) */
    int32_t day;      /* that day where there is no such field, or no day in it; CODE_DAY_NEWEST until known */
    int32_t today;    /* from where 明天 is counted; FORM_NO_TODAY until known: then only whole days are understood (form_key_told sets it) */
    struct pace_meter meter; /* keys since the view cleared it; form_key_told counts */
    struct form_burst *burst; /* owned: a card reader's keys so far; NULL: none yet */
    size_t focus;
    uint16_t *path; /* owned: fields visited before the focus, oldest first */
    size_t n_path;
    bool changed;   /* anything typed since form_load/clear; the view clears it when saved */
    bool entered;   /* the focused field has been touched since it got the focus */
    bool brought;   /* the focus came to this empty field by itself, and no key since (FORM_CALM) */
    struct errmsg message; /* why the last key was refused, or "" */
};

enum form_result {
    FORM_IGNORED,  /* not the form's key: F keys, Esc, Ctrl keys without meaning here, Enter on nothing */
    FORM_MOVED,    /* focus or cursor moved */
    FORM_CHANGED,  /* text changed */
    FORM_REFUSED,  /* beep; form->message says why (may be "") */
    FORM_COMPLETE, /* Enter or auto-advance on the last field, and it is in order */
};

/* All fields empty, focus on the first that can have it. At least one def that is not FORM_SHOW (assert). Errors: STATUS_NOMEM; no release needed then. */
enum status form_init(struct form *form, const struct form_def *defs, size_t n, struct form_hooks hooks);
/* The same for a table that is laid out by hand for its Chinese labels: in another language the form makes room for longer ones (form_room.h), within 80 columns. */
enum status form_init_table(struct form *form, const struct form_def *defs, size_t n, struct form_hooks hooks);
void form_release(struct form *form);
/* The defs' places and sizes changed (the screen has another width): take them over. Kinds and limits must be the same. */
void form_laid_out(struct form *form);
/* Empty all fields, forget path and changes, focus on the first. */
void form_clear(struct form *form);
/* Index of a field by name; the name must exist (assert). */
size_t form_field(const struct form *form, const char *name);
void form_set_source(struct form *form, size_t field, struct code_source source);
/* Data changed: no source offers or names what is not to be seen any more (code_source.refresh). O(choices). */
void form_refresh_sources(struct form *form);
/* Put text into a field (a code field: its code). Does not count as typing. */
enum status form_set(struct form *form, size_t field, const char *text, size_t len);
/* The same as if the person had typed it: undo, changed; for the picker and '='. */
void form_type(struct form *form, size_t field, const char *text, size_t len);
/* Append the field's text: what is stored. Code fields: typed text that stands for one code gives that code; FORM_CODES joins with ','. */
void form_text(const struct form *form, size_t field, struct buf *out);
bool form_is_empty(const struct form *form, size_t field);
void form_focus(struct form *form, size_t field);
enum form_result form_key(struct form *form, struct key key);
/* Leave the focused field as Enter would, without moving: resolves codes, validates. Call it before saving. False: refused, message set. */
bool form_settle(struct form *form);
/* All fields: required and validate. On failure focuses the first bad field, message set, returns its status. */
enum status form_check(struct form *form, struct errmsg *err);
/* How many fields of a group are required, empty, and not passed over. */
enum { FORM_ALL_GROUPS = INT32_MIN };
size_t form_missing(const struct form *form, int group);
/* F8: every field that is empty takes what `repeat` gives for it, as if typed; fields with FORM_NO_REPEAT or FORM_OWN and passed over ones stay. Returns how many were filled. */
size_t form_repeat_all(struct form *form);
/* Draw everything; area's top left at row, col. Puts the cursor into the focused field. */
void form_draw(struct form *form, struct canvas *canvas, int row, int col, bool focused);
/* Where a field's bracket opens, relative to the form's area. */
int form_field_col(const struct form_def *def);
/* The column behind its closing bracket. */
int form_end_col(const struct form_def *def);
/* The same for a form that may be higher than its window of `rows` rows: scrolled from *first on (kept by the caller, 0 at the start) so that the focused field is
 * inside, moving as little as possible. Blanks the rest of the area, rows 1 .. canvas->rows - 3: draw what stands around the form afterwards. */
void form_draw_window(struct form *form, struct canvas *canvas, int row, int col, int rows, int *first, bool focused);
/* What the hint line says for the focused field: the choices of a code field for what is typed, what a day or a sum comes to while it is typed; else nothing. */
void form_hint(const struct form *form, size_t columns, struct buf *out);
/* Lowest row used + 1. */
int form_height(const struct form *form);

/* The form kind and limits for a field of the catalogue: kind, max_chars and flags of *def are filled in, the rest stays. */
void form_def_from_catalogue(const struct field_def *field, struct form_def *def);

#endif /* TUI_FORM_H */
