/* tui/last_saves.h - what was saved on these screens since they were opened, newest last: to repeat from (= and F8), and to take back (Ctrl-Z).
 *
 * Each is the record as it was typed, with the values it was typed over, so that a save that is taken back gives its text back. In memory only; forgotten when somebody else signs in. */
#ifndef TUI_LAST_SAVES_H
#define TUI_LAST_SAVES_H

#include "core/record/record.h"

enum { LAST_SAVES_MAX = 20 };

enum last_save_kind {
    SAVE_CHANGED, /* the record was there before */
    SAVE_CREATED,
    SAVE_DONE,    /* by an action: to repeat from, not to be taken back */
    SAVE_DELETED, /* to be taken back, not to repeat from */
    SAVE_GONE     /* its record is not here any more, nor is its content; the place stays, so that an older save is not taken for the newest */
};

struct last_save {
    struct record record; /* owned; loaded: as in the store before */
    enum last_save_kind kind;
};

struct last_saves {
    struct last_save saves[LAST_SAVES_MAX];
    size_t n;
};

/* Remember a copy; the oldest is forgotten when there are too many, and when memory is short nothing is remembered. typed: with its id, its loaded values as before the save. */
void last_saves_add(struct last_saves *saves, const struct record *typed, enum last_save_kind kind);
/* Its record left this machine or was erased by law: of what was saved only its number stays. */
void last_saves_forget(struct last_saves *saves, struct id id);
/* The newest of a type that is to repeat from (NULL: of any, whatever it is); NULL: none. Borrowed until the next call that changes saves. */
const struct last_save *last_saves_newest(const struct last_saves *saves, const struct record_type *type);
/* The newest of one record that is neither its deletion nor gone; NULL. */
const struct last_save *last_saves_of(const struct last_saves *saves, struct id id);
/* Forget one that is in saves. */
void last_saves_drop(struct last_saves *saves, const struct last_save *save);
/* Forget and wipe all. */
void last_saves_clear(struct last_saves *saves);

#endif /* TUI_LAST_SAVES_H */
