/* tui/record_form.h - between a form and a record of the catalogue: defs carry the catalogue's field names. */
#ifndef TUI_RECORD_FORM_H
#define TUI_RECORD_FORM_H

#include "core/record/id_reader.h"
#include "core/record/record.h"
#include "tui/form.h"

/* Fields of the form whose names the type has get their code source from the book. */
void record_form_bind(struct form *form, const struct record_type *type, const struct code_book *codes);
/* The same for one field, whatever its name: forms over several records say which field stands where. */
void record_form_bind_field(struct form *form, size_t field, const struct field_def *def, const struct code_book *codes);
/* One field of a record into the form. Errors: STATUS_NOMEM. */
enum status record_form_load_field(struct form *form, size_t field, const struct record *record, const struct field_def *def, const struct code_book *codes);
/* What load_field would put into the field. Appends to out; nothing for a reference that is not among the field's choices. */
void record_form_value(const struct form *form, size_t field, const struct record *record, const struct field_def *def, const struct code_book *codes, struct buf *out);
/* What a card reader read into the fields that the form has for it, as if typed: name, sex, birth day, kind and number of the document, nation, address. What it did not say stays. The focus
 * goes to the first field after them that is empty. */
void record_form_take_card(struct form *form, const struct id_reading *card, const struct code_book *codes);
/* The same into a record without a form: fields the type does not have are passed over. Errors: STATUS_NOMEM. */
enum status record_take_card(struct record *record, const struct id_reading *card, const struct code_book *codes);
/* Record to form: codes as codes, days as YYYY-MM-DD, money in yuan, the rest as for people. Fields the type does not have stay. Errors: STATUS_NOMEM. */
enum status record_form_load(struct form *form, const struct record *record, const struct code_book *codes);
/* One field into the record (record_parse). A field the type does not have is OK and does nothing. Errors: record_parse's, message begins with the label. */
enum status record_form_store_field(const struct form *form, size_t field, struct record *record, const struct code_book *codes, struct errmsg *err);
/* One field as a question about it begins: what a form would show. Appends. */
void record_form_question(const struct record *record, const struct field_def *def, const struct code_book *codes, struct buf *out);
/* The answer to such a question into the record, read as a form reads it: 明天 is a day, a number alone is yuan. today: FORM_NO_TODAY: days in full only. Errors: record_parse's. */
enum status record_form_answer(struct record *record, const struct field_def *def, const struct code_book *codes, int32_t today, const char *text, struct errmsg *err);
/* All fields; stops at the first that is refused, *bad (may be NULL) gets its index. */
enum status record_form_store(const struct form *form, struct record *record, const struct code_book *codes, size_t *bad, struct errmsg *err);
/* The same for drafts: what cannot be parsed is left out and counted in the return value. */
size_t record_form_store_lenient(const struct form *form, struct record *record, const struct code_book *codes);
/* What that leaves out, as it was typed: a line "label: words" each, appended. record: as for store_lenient; unchanged. */
void record_form_unread(const struct form *form, const struct record *record, const struct code_book *codes, struct buf *out);
/* One such line. */
void record_form_unread_line(const struct form *form, size_t field, const char *label, struct buf *out);

#endif /* TUI_RECORD_FORM_H */
