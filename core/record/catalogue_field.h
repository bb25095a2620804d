/* core/record/catalogue_field.h - how the tables of fields are written, catalogue_*.h; only they include it.
 *
 * Rules for whoever adds a line:
 * - A number is given once. A field that goes away leaves its number behind in a "retired" comment.
 * - Numbers 1..23 take one byte in a change, so the fields that most records fill have them. Groups that later work will widen
 *   begin at the next round number (30 assignment, 40 decision, 50 closing, 60 where it came from). Types 1..23 are for what is
 *   written daily; 24.. for the rest.
 * - The order of the lines is the order of forms, lists and exports; it may change, numbers may not.
 * - Names are SQL columns: no keyword of SQL, and none of n id scope head w_log w_seq cells gone extra version seen deleted row.
 *
 * Columns: no, name, label, kind, codes, max_chars, min, max, flags, required_when, initial, help. */
#ifndef CORE_RECORD_CATALOGUE_FIELD_H
#define CORE_RECORD_CATALOGUE_FIELD_H

#include "core/record/catalogue.h"

enum {
    NONE = 0,
    REQUIRED = FIELD_REQUIRED,
    CENTER = FIELD_CENTER,
    SENSITIVE = FIELD_SENSITIVE,
    HOLD = FIELD_HOLD,
    INDEX = FIELD_INDEX,
    SEARCH = FIELD_SEARCH,
    LIST = FIELD_LIST,
    CARRY = FIELD_CARRY,
    TITLE = FIELD_TITLE,
    MACHINE = FIELD_MACHINE,
    ACTION = FIELD_ACTION,
    ONCE = FIELD_ONCE,
    FREEZE = FIELD_FREEZE,
    COUNTED = FIELD_COUNTED
};

#endif /* CORE_RECORD_CATALOGUE_FIELD_H */
