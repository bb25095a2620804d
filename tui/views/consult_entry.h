/* tui/views/consult_entry.h - the inside of quick entry, for consult_entry.c (form, keys, drawing), consult_record.c (the record that is typed, its draft, saving, the ones before) and
 * consult_session.c (what stays the same all day). */
#ifndef TUI_VIEWS_CONSULT_ENTRY_H
#define TUI_VIEWS_CONSULT_ENTRY_H

#include "core/record/records.h"
#include "tui/views/common.h"
#include "tui/views/consult_visitor.h"
#include "tui/views/same_person.h"
#include "tui/views/similar_offer.h"

enum { ENTRY_LAST = 2, ENTRY_TEXT_BYTES = 1 << 17, ENTRY_INDEX_BATCH = 50, ENTRY_SESSION_FIELDS = 6 };

struct last_entry {
    bool set;
    struct record record;
    int64_t at_ms;
};

struct entry {
    struct form form, session_form;
    bool in_session;
    struct record session; /* the carried values only */
    struct record base;    /* what the record begins with: defaults, and what a draft or an identity card brought that has no field here */
    struct last_entry last[ENTRY_LAST]; /* newest first */
    struct id draft, person;
    bool dirty; /* typed since the draft was stored */
    int64_t draft_ms, count_today;
    unsigned keys;
    unsigned keys_shown; /* follows keys when the focus moves: counting on the screen at every key would cost 30 bytes a hanzi */
    size_t keys_focus;
    struct visitors visitors;
    struct same_person same; /* by name and telephone, when the visitor was not taken over from the list */
    struct similar_offer similar; /* earlier consultations whose answer may serve again */
    struct buf expanded; /* the answer as the phrases gave it */
};

const struct record_type *entry_type(void); /* consultation */

/* ---- consult_record.c ---- */

/* What stands in a field, typed codes as they are. Appends to out. */
void entry_field_text(const struct entry *entry, const char *name, struct buf *out);
/* The record on the screen: defaults, session, form. strict: stops at the first field that cannot be taken, *bad gets it. Errors: record_parse's; *out needs no release then. */
enum status entry_build(struct view *view, struct entry *entry, bool strict, struct record *out, size_t *bad, struct errmsg *err);
void entry_store_draft(struct view *view);
void entry_count_today(struct view *view);
/* The worker's newest consultations of today: to repeat from, and to carry the session on from. */
void entry_load_recent(struct view *view);
/* The record of that id is none of the last ones. */
void entry_drop_last(struct entry *entry, struct id id);
/* An empty form for the next one. */
void entry_begin_next(struct view *view);
/* Go on with a record that was typed before. */
void entry_take_typed(struct view *view, const struct record *record);
/* Nothing typed: what the session filled in does not count. */
bool entry_is_untouched(const struct entry *entry);
/* form_hooks.repeat */
bool entry_repeat(void *context, struct form *form, size_t field, struct buf *out);
/* All of these say what happened. */
void entry_save(struct view *view);
void entry_undo_last(struct view *view);
void entry_repeat_record(struct view *view);
/* Go to the field of that name if the form has one. */
void entry_focus_named(struct form *form, const char *name);

/* ---- consult_session.c ---- */

extern const struct form_def entry_session_defs[ENTRY_SESSION_FIELDS];
/* Carry the session into a record; has_village: the form names a place of its own. Errors: STATUS_NOMEM. */
enum status entry_apply_session(const struct entry *entry, struct record *record, bool has_village);
/* Go on with the session of a record. Where its visitor lives is not part of it: the next one comes from elsewhere, unless the worker wrote a place into the session. */
void entry_take_session(struct entry *entry, const struct record *from);
void entry_open_session(struct view *view);
/* keep: take what was typed; what is wrong keeps the form open. */
void entry_close_session(struct view *view, bool keep);
void entry_draw_session(struct view *view, struct canvas *canvas);

#endif /* TUI_VIEWS_CONSULT_ENTRY_H */
