/* core/record/privacy.h - what lists, search and exports do not show (research domain.md 9; 未成年人保护法第一百零三条, 刑事诉讼法第二百八十六条).
 *
 * Sealed: a row whose field `sealed` is set is hidden from lists, search, exports and history of everybody but the center's director, the archivist and the machine's owner;
 * counts still count it. So is what names a sealed case or person: its papers, materials, visits, steps, payments (not complaints: the justice bureau decides those, and they take no name from a
 * sealed case). Safe contact: where `safe_contact` says how a person can be reached without danger, telephone and address are shown in the record itself only, and so is
 * the text of a paper, which repeats them.
 * Barracks: of an event in the forces place, town, village and note are shown in the record itself only; the unit stands there as its code (军人军属法律援助工作实施办法第四条: 军事秘密). */
#ifndef CORE_RECORD_PRIVACY_H
#define CORE_RECORD_PRIVACY_H

#include "core/base/bytes.h"
#include "core/record/actor.h"
#include "core/record/record.h"
#include "core/record/store.h"

bool privacy_sees_sealed(const struct actor *actor);
bool privacy_is_sealed(const struct record *record);
/* Whether saving the record takes it out of the actor's sight: it is sealed now, was not when it was loaded, and the actor is none of those who see it then. */
bool privacy_seals_from(const struct record *record, const struct actor *actor);
/* The condition that leaves sealed rows, and rows that name them, out for actors who may not see them: " AND ..", or nothing. The table goes by the type's name in the statement. */
void privacy_sql(const struct actor *actor, const struct record_type *type, struct buf *sql);
/* Whether a row names cases or people whose seal it shares, having none of its own. */
bool privacy_follows_seal(const struct record_type *type);
/* Whether the actor may see the row of a type that follows a seal; true for other types. One statement by key. Errors: storage. */
enum status privacy_shows(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, bool *shows, struct errmsg *err);
/* Whether the record is an event in the forces: kind or also 05, or place_kind 03. */
bool privacy_is_military(const struct record *record);
/* Whether what may be shown of a record depends on this field: a list that reads some fields only reads it, too. */
bool privacy_asks(const struct field_def *field);
/* Whether this field of this record is left out where more than the record itself is shown. */
bool privacy_masks(const struct record *record, const struct field_def *field);
/* The same of any row of the type, as a condition in SQL on the type's table. Appends; false, and nothing, where the field is never left out. */
bool privacy_mask_sql(const struct record_type *type, const struct field_def *field, struct buf *sql);
/* record_format for lists and exports: masked fields say so in words. Appends to out. */
void privacy_format(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out);
/* The same in the language of the process. */
void privacy_show(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out);

#endif /* CORE_RECORD_PRIVACY_H */
