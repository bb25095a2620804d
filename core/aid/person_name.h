/* core/aid/person_name.h - one name, several spellings: 吴 and 吳, 买买提·艾力 and 买买提艾力, full-width letters. Research domain.md 7.5.
 *
 * Names are compared by their key (person_name_key in person.h). The database stores names as people write them, so a look-up by index asks for each spelling that
 * the name may have been stored under and compares keys on what comes back. Variants are a hand-made list of characters that differ in form, not in the name. */
#ifndef CORE_AID_PERSON_NAME_H
#define CORE_AID_PERSON_NAME_H

#include "core/record/records.h"

enum { NAME_SPELLINGS_MAX = 96, NAME_KEY_MAX_BYTES = 400 }; /* names have at most 100 characters of 4 bytes */

/* Whether both names have the same key, which must not be empty; false, too, without memory for them. */
bool person_name_same(const char *a, const char *b);
/* The same where a name that is passed over for want of memory would do harm. Errors: STATUS_NOMEM. */
enum status person_name_compare(const char *a, const char *b, bool *same);
/* Whether the name is one of a list such as 小明、阿明 (divided by 、 ， , ； ; or blanks). */
bool person_name_in(const char *list, const char *name);
/* The names of such a list one by one: a name of more than NAME_KEY_MAX_BYTES - 1 bytes is cut. False at the end. */
struct name_cursor {
    const char *list; /* borrowed; moves */
};
bool person_name_next(struct name_cursor *cursor, char out[NAME_KEY_MAX_BYTES]);
/* Whether some reading of both names has the same pinyin initials: 王小明 and 王晓明. */
bool person_name_sounds_like(const char *a, const char *b);
/* The canonical form of a character; itself if it has none. */
uint32_t person_name_variant(uint32_t code);

/* Rows of a type whose field holds the same name, in the actor's scope, by the field's index: O(spellings * log n + hits). Stops when row returns false.
 * row must not look up the same type and field itself. */
enum status person_name_rows(struct store *store, const struct actor *actor, const struct record_type *type, const char *field, const char *name, records_row row, void *context,
                             struct errmsg *err);
/* The same for any text field with an index, compared as it stands. */
enum status person_value_rows(struct store *store, const struct actor *actor, const struct record_type *type, const char *field, const char *value, records_row row,
                              void *context, struct errmsg *err);

#endif /* CORE_AID_PERSON_NAME_H */
