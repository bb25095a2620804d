/* tui/form_spell.h - days and sums of a form: what was typed, and what it comes to. Used by form.c, form_draw.c and record_form.c only. */
#ifndef TUI_FORM_SPELL_H
#define TUI_FORM_SPELL_H

#include "tui/form.h"

/* Write a day or a sum out. True for fields that are empty, of another kind, or written out afterwards. False: it is none; err (may be NULL) says so; the text stays. */
bool form_spell(struct form *form, size_t field, struct errmsg *err);
/* The same for a text taken from the field: *text is replaced. False: it is none; *text stays. */
bool form_spell_text(const struct form *form, size_t field, struct buf *text);
/* A day or a sum as a person writes it, as record_parse takes it. Appends to out; other kinds as they are. today: FORM_NO_TODAY: days in full only. Errors: STATUS_INVALID (it is none; the reason in err), STATUS_NOMEM. */
enum status form_spell_answer(enum form_kind kind, int32_t today, const char *text, struct buf *out, struct errmsg *err);
/* What is being typed comes to: "2026-10-24 周六，明天"; "12000.00元 壹万贰仟元整". Appends to out. */
void form_spell_hint(const struct form *form, size_t field, struct buf *out);

#endif /* TUI_FORM_SPELL_H */
