/* tui/views/record_edit_keys.h - the keys of the record form: what a type of record offers beside writing it. Used by record_edit.c only. */
#ifndef TUI_VIEWS_RECORD_EDIT_KEYS_H
#define TUI_VIEWS_RECORD_EDIT_KEYS_H

#include "core/record/catalogue.h"
#include "tui/keymap.h"

enum { COMMAND_CONFLICT = COMMAND_VIEW, COMMAND_APPLY, COMMAND_SAME, COMMAND_RELATED, COMMAND_DO, COMMAND_ERASE };

/* What is not stored yet can be repeated from the one before, and nothing else can be done with it. People and consultations go on to an application, what has acts to them; the rest is the same everywhere. */
const struct keymap *record_edit_keymap(const struct record_type *type, bool is_new);

#endif /* TUI_VIEWS_RECORD_EDIT_KEYS_H */
