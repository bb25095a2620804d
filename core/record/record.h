/* core/record/record.h - one record in memory: typed values, what was there when it was loaded, and conversion to and from text.
 *
 * The record owns its texts. `loaded` values remember what the store had, so that a save writes only the fields that changed.
 * Plain data plus functions; not thread-safe. */
#ifndef CORE_RECORD_RECORD_H
#define CORE_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/id.h"
#include "core/base/status.h"
#include "core/record/catalogue.h"
#include "core/record/value.h"

struct code_book;

struct record {
    const struct record_type *type;
    struct id id;     /* zero for a record never saved */
    int64_t scope;    /* number of the org it belongs to; 0 = everyone */
    int64_t version;  /* lsn of the last change when loaded; 0 = new */
    int64_t seen;     /* last center order number this machine had applied when it was loaded (or begun) */
    bool deleted;
    unsigned conflicts; /* cells with open conflicts when loaded */
    struct value values[FIELD_MAX_COUNT]; /* by field index; texts owned, NUL-terminated */
    struct value loaded[FIELD_MAX_COUNT]; /* as in the store; texts owned */
};

/* An empty new record (no defaults). Never fails; nothing allocated yet. */
void record_init(struct record *record, const struct record_type *type);
/* Free and wipe texts; the record is as after record_init. */
void record_release(struct record *record);
/* Copies the text. Errors: STATUS_NOMEM; unchanged. */
enum status record_set(struct record *record, const struct field_def *field, struct value value);
/* What the store is known to have had there, for drafts. Copies. Errors: STATUS_NOMEM. */
enum status record_set_loaded(struct record *record, const struct field_def *field, struct value value);
/* By English field name, for code that knows its type. The name must exist (assert). */
enum status record_set_text(struct record *record, const char *field, const char *text);
enum status record_set_int(struct record *record, const char *field, int64_t number);
struct value record_get(const struct record *record, const struct field_def *field); /* borrowed */
/* Borrowed text of a text field by name, "" if null. The name must exist (assert). */
const char *record_text(const struct record *record, const char *field);
/* Whether any field differs from what was loaded. */
bool record_changed(const struct record *record);
/* Whether the row, as loaded, has left the states in which its FIELD_FREEZE fields are open. */
bool record_is_frozen(const struct record *record);
/* After a save: what is now is what was loaded. Errors: STATUS_NOMEM. */
enum status record_mark_loaded(struct record *record);
/* The same in two steps, so that nothing can fail behind a commit: what will be the loaded values, and then (done) they are, or they go. In between no value changes. Errors: STATUS_NOMEM; then there is no second step. */
enum status record_loaded_begin(const struct record *record, struct value fresh[FIELD_MAX_COUNT]);
void record_loaded_end(struct record *record, struct value fresh[FIELD_MAX_COUNT], bool done);
/* Copy values, id, scope, version. Errors: STATUS_NOMEM; *to needs no release then. */
enum status record_copy(struct record *to, const struct record *from);

/* Take a value as a person, a file or the command line writes it: normalises (NFC, blanks), accepts codes by code or name,
 * days in several spellings, money, yes/no as 是/否/1/0/true/false.
 * Money: a plain integer is fen (the machine form); a number with 元 or a decimal point is yuan.
 * Empty text clears the field. Checks kind, limits and code set; a FIELD_ID_NO is checked by the record's id_kind (empty: 18 characters count
 * as a resident identity number); the birth day is held against the record's own day by record_check, since no clock is asked here.
 * A retired code is refused unless the record had it when loaded. codes NULL: code fields are refused.
 * Errors: STATUS_INVALID, STATUS_TOO_LARGE, STATUS_MALFORMED, STATUS_RANGE with a message that gives the reason in words
 * (without the field's name: the caller wraps it); STATUS_NOMEM. Unchanged on error. */
enum status record_parse(struct record *record, const struct field_def *field, const struct code_book *codes, const char *text, size_t len,
                         struct errmsg *err);
/* The value for people: code names, days, yuan. Appends to out. FIELD_SECRET gives nothing. */
void record_format(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out);
/* The same in the language of the process (core/base/language.h), for screens and command lines; record_format is for what is stored, searched, printed and handed on. */
void record_show(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out);
/* The value for machines: codes as codes, days YYYY-MM-DD, money fen. */
void record_format_raw(const struct field_def *field, struct value value, struct buf *out);
/* The day a record belongs to, by its type's order field; CODE_DAY_NEWEST (core/record/code_book.h) if it has none. Codes are judged by it. */
int32_t record_day(const struct record *record);
/* Whole-record rules: required fields, required_when, one_of, cross-field checks of its type. `*bad` gets the field (may be NULL out).
 * Errors: STATUS_INVALID with a message that names the field; STATUS_NOMEM. */
enum status record_check(const struct record *record, const struct code_book *codes, const struct field_def **bad, struct errmsg *err);
/* Fill empty fields that follow from others: sex, birth day and document kind from a resident identity number, the town from the village.
 * Savers and importers call it before record_check. Never overwrites. Errors: STATUS_NOMEM. */
enum status record_derive(struct record *record, const struct code_book *codes);
/* Title for search results and headers: title fields joined by two blanks, at most RECORD_TITLE_COLUMNS wide. Appends to out. */
enum { RECORD_TITLE_COLUMNS = 60 };
void record_title(const struct record *record, const struct code_book *codes, struct buf *out);
/* The same in the language of the process. */
void record_show_title(const struct record *record, const struct code_book *codes, struct buf *out);

#endif /* CORE_RECORD_RECORD_H */
