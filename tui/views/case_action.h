/* tui/views/case_action.h - the inside of an action's form, for case_action.c (opening, keys, drawing), case_action_follow.c (what follows from what is typed, and what stands below the form),
 * case_action_rows.c (a roster of the form as a table), case_action_words.c (phrases and templates for its long texts) and case_action_do.c (doing it, and telling what came of it). */
#ifndef TUI_VIEWS_CASE_ACTION_H
#define TUI_VIEWS_CASE_ACTION_H

#include "core/aid/eligibility.h"
#include "tui/views/case_form.h"
#include "tui/views/case_roster.h"
#include "tui/views/record_before.h"
#include "tui/views/roster_table.h"
#include "tui/views/same_person.h"
#include "tui/views/similar_offer.h"

enum { NOTES_MAX = 4, NOTE_LABEL_COLUMNS = 9, NOTE_LABEL_BYTES = 32, LINE_BYTES = 512 };

/* Questions and pickers of the view. */
enum { PICK_CODE = 1, PICK_CELL, PICK_PHRASE, PICK_SIMILAR, ASK_SURE, ASK_DISCARD };
enum { COMMAND_DISCARD = COMMAND_VIEW, COMMAND_INSERT_ROW, COMMAND_REMOVE_ROW, COMMAND_ROW_UP, COMMAND_ROW_DOWN, COMMAND_SIMILAR };

/* A line below the form. */
struct note {
    char label[NOTE_LABEL_BYTES], text[LINE_BYTES];
};

struct action_view {
    struct case_form form;
    struct eligibility eligibility;
    struct case_roster roster;
    struct roster_table table; /* of the field in hand, when it is open */
    bool asks_eligibility, has_roster, in_roster;
    struct note notes[NOTES_MAX];
    size_t n_notes;
    struct same_person same; /* somebody known who may be the applicant */
    struct similar_fields similar_fields;
    struct similar_offer similar; /* what was written before, when it was asked for */
    struct record_before before; /* the case before, which = and F8 repeat */
    bool on_the_spot;        /* asked for at an event: draft, then receive, then back there */
};

bool action_is_one_of(const struct case_action *action, const char *names); /* ",assign,pay," */
const struct case_action *action_of_form(const struct action_view *state);
/* Everything on the screen that follows from what the form holds now. */
void action_follow(struct view *view);
void action_store_draft(struct view *view);
/* Everything in order so far? Then ask where a state is left for good, else do it. */
void action_try(struct view *view);
/* Do it now; what happened is told. */
void action_do(struct view *view);

/* The roster that the field in hand is; NULL: it is none. */
const struct roster *action_roster(const struct action_view *state);
/* Open it as a table. False: the field is none. */
bool action_open_table(struct view *view);
/* Put what the open table holds into its field, and what follows from it; nothing when none is open. */
void action_keep_table(struct view *view);
/* The same, and close it, however far its row in hand is. */
void action_close_table(struct view *view);
/* Close it if its row in hand is in order, or none is open; else say why not: false. */
bool action_table_ready(struct view *view);
bool action_table_key(struct view *view, struct key key);
bool action_table_command(struct view *view, int command);
void action_table_hint(const struct action_view *state, size_t columns, struct buf *out);

/* Whether the field in hand is a text of several lines, no roster. */
bool action_in_text(const struct action_view *state);
/* The codes at the end of a text that was typed become phrases (core/record/phrase_code.h). */
void action_expand_phrases(struct view *view, size_t field);
/* Choose a phrase for the text in hand. False: it is none. */
bool action_pick_phrase(struct view *view);
void action_take_phrase(struct view *view, const char *code);
/* Choose what was written before for the text in hand, else for the form's first. */
void action_ask_similar(struct view *view);
void action_take_similar(struct view *view, const char *code);

#endif /* TUI_VIEWS_CASE_ACTION_H */
