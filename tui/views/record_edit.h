/* tui/views/record_edit.h - the inside of the record form, for record_edit.c (opening, keys, drawing), record_edit_layout.c (which fields, and where) and record_edit_save.c (saving, taking
 * back, deleting, erasing by law). */
#ifndef TUI_VIEWS_RECORD_EDIT_H
#define TUI_VIEWS_RECORD_EDIT_H

#include "tui/form_sections.h"
#include "tui/record_refs.h"
#include "tui/views/common.h"
#include "tui/views/erase_ask.h"
#include "tui/views/record_before.h"
#include "tui/views/record_style.h"
#include "tui/views/same_person.h"

/* Questions and pickers of the view. */
enum { ASK_DELETE = 1, PICK_CODE, ASK_FOLLOW, ASK_SEAL };

struct record_edit {
    struct record record;
    struct form form;
    struct record_refs refs;
    const struct record_style *style; /* of the type; NULL: the catalogue's order and labels */
    bool shown[FIELD_MAX_COUNT]; /* chosen once: the form keeps its fields */
    struct form_def defs[FIELD_MAX_COUNT];
    size_t n_defs;
    struct form_sections sections;
    int cols;  /* the defs are for this width */
    int first; /* row of the form at the top of the window */
    struct id draft;
    int64_t draft_ms;
    bool dirty; /* typed since the draft was stored */
    int64_t told_version; /* of the record, which somebody saved meanwhile and the person was told of; 0: none */
    bool beside; /* what is typed was laid beside what is stored (view_stale): that screen may have changed the draft */
    bool left;  /* the record left this machine: what was typed is all that there is, and it cannot be saved */
    struct record_before before; /* what = and F8 repeat */
    struct erase_ask erasing;
    struct same_person same; /* somebody known who may be the one being written down */
};

/* Which fields are shown: once, when the record is loaded. */
void record_edit_choose_fields(struct view *view);
/* Their places on a screen of that width. */
void record_edit_lay_out(struct view *view, int cols);

/* Store what is typed, if something was since the last time. */
void record_edit_store_draft(struct view *view);
/* Whether the form holds anything that is not in the record. */
bool record_edit_is_changed(struct view *view);
/* Something is typed and the record left this machine meanwhile: what was typed is a draft and stands in the form alone, and the person is told. True: it is so, now or before. Back again, or erased, the form closes. */
bool record_edit_take_leave(struct view *view);
/* Something is typed and somebody deleted the record meanwhile: the form closes, what was typed is a draft and shown on a screen of its own. True: it is so. */
bool record_edit_take_deletion(struct view *view);
/* Something is typed and somebody else saved other values meanwhile: the person is told which fields, once. What he typed stays, and so does what he sees, until he saves. */
void record_edit_tell_changes(struct view *view);
/* view_class.shows and .left: the record, what it refers to, and who is said to be the same person perhaps. What a new record is a row of (a case): what was typed is shown on a screen of its own. */
bool record_edit_shows(struct view *view, size_t n, const struct record_type **type, struct id *id);
bool record_edit_left(struct view *view, const struct record_type *type, struct id id);
/* Show the record as it is in the store now; a record that is gone closes the view. */
void record_edit_reload(struct view *view);
/* If another screen has saved what is typed here and taken the draft away, show what is stored. */
void record_edit_take_saved_draft(struct view *view);
/* All of these say what happened. */
void record_edit_save(struct view *view);
void record_edit_save_sealed(struct view *view); /* ASK_SEAL */
void record_edit_open_follow(struct view *view); /* the answer to ASK_FOLLOW */
void record_edit_undo(struct view *view);
void record_edit_delete(struct view *view);
void record_edit_begin_erasure(struct view *view);
void record_edit_take_erasure(struct view *view, const struct view_answer *answer); /* of erase_ask.h */

#endif /* TUI_VIEWS_RECORD_EDIT_H */
