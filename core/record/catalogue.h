/* core/record/catalogue.h - every record type, declared once.
 *
 * From this table come the SQL schema, forms, lists, CSV/JSON columns, the wire encoding, help and validation.
 * A type has a stable number, a field a number stable within its type; both are never reused (the change log of ten years ago
 * still names them). Adding a field is one line in its type's table (catalogue_field.h). Legal terms get one English name, here.
 *
 * The catalogue is constant data: no allocation, thread-safe. Lookups by name are O(fields). */
#ifndef CORE_RECORD_CATALOGUE_H
#define CORE_RECORD_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
    FIELD_TEXT,   /* one line */
    FIELD_LONG,   /* several lines */
    FIELD_NAME,   /* a person's or body's name: found by characters and pinyin initials */
    FIELD_INT,    /* whole number, min..max */
    FIELD_DAY,    /* calendar day, stored as days since 1970-01-01 */
    FIELD_MONEY,  /* int64 fen */
    FIELD_BOOL,   /* 0 or 1 */
    FIELD_CODE,   /* a code of the set named in `codes` */
    FIELD_CODES,  /* several codes of one set, comma-separated, ascending, each once */
    FIELD_REF,    /* id of a record of the type named in `codes`, 32 hex digits */
    FIELD_PHONE,  /* digits, + - and blanks; found by its tail */
    FIELD_ID_NO,  /* number of an identity document, checked by the record's id_kind; found by its tail */
    FIELD_SECRET, /* password hash: never shown, exported or searched */
    FIELD_KINDS
};

enum field_flag {
    FIELD_REQUIRED = 1 << 0,  /* must not be empty when a record is saved */
    FIELD_CENTER = 1 << 1,    /* owner side: only the center writes it (四统一); else stations may too */
    FIELD_SENSITIVE = 1 << 2, /* personal data of a special class: not in logs, marked in exports */
    FIELD_HOLD = 1 << 3,      /* a concurrent latecomer stays invisible until a person decides */
    FIELD_INDEX = 1 << 4,     /* gets an SQL index (sorting and filtering; of references only the rows that have one: catalogue_is_sparse) */
    FIELD_SEARCH = 1 << 5,    /* its text goes to the full-text index */
    FIELD_LIST = 1 << 6,      /* a default column of the type's list */
    FIELD_CARRY = 1 << 7,     /* quick entry carries it over to the next record */
    FIELD_TITLE = 1 << 8,     /* part of the record's title in search results */
    FIELD_MACHINE = 1 << 9,   /* filled by the program, not shown for entry */
    FIELD_ACTION = 1 << 10,   /* written by an action that checks its own rights (core/case/case_flow.h), not by a plain save */
    FIELD_FREEZE = 1 << 12,   /* once the row's state has left catalogue_open_states, changed by a correction with its reason only */
    FIELD_ONCE = 1 << 11,     /* given when the row is made, never changed afterwards */
    FIELD_COUNTED = 1 << 13   /* statistics read it: what a row held when it was last counted is kept until it is counted again (core/record/recount.h) */
};

struct field_def {
    uint16_t no;           /* 1..; stable within the type; 0 is the row's existence */
    const char *name;      /* English, snake_case; the name on the command line and the SQL column */
    const char *label;     /* Chinese */
    enum field_kind kind;
    const char *codes;     /* FIELD_CODE(S): the set; FIELD_REF: the record type; else NULL */
    uint32_t max_chars;    /* texts: limit in characters; 0 = kind's default (catalogue_max_chars) */
    int64_t min, max;      /* numbers; both 0 = kind's default */
    unsigned flags;        /* enum field_flag */
    const char *required_when; /* "field=value" or "field" (is set), NULL: see FIELD_REQUIRED */
    const char *initial;   /* default for a new record: text as typed, "today", "user" (account), "display" (the person's name), "station"; or NULL */
    const char *help;      /* one line for the person filling it in; with the article of the law where one applies */
};

enum type_flag {
    TYPE_CENTER = 1 << 0,      /* only the center writes records of this type */
    TYPE_SHARED = 1 << 1,      /* reference data: scope is everyone */
    TYPE_INSERT_ONLY = 1 << 2, /* rows are never edited: no conflict is possible */
    TYPE_SEARCH = 1 << 3,      /* takes part in the search */
    TYPE_ACTION = 1 << 4,      /* rows are made and changed by actions only, not by a plain save */
    TYPE_GUARDED = 1 << 5,     /* a case or what hangs on one: the center looks closer at what a station's log does to it (apply.c) */
    TYPE_INNER = 1 << 6,       /* between programs only (core/record/upward.h): offered nowhere to people */
    TYPE_LATEST = 1 << 7       /* only the center's administrators write it: what stands later in the order counts, and nobody is asked (a center that was put back may have written it twice) */
};

struct record_type {
    uint16_t no;
    const char *name;  /* English, singular; the TYPE of the command line and the SQL table */
    const char *label; /* Chinese */
    const struct field_def *fields;
    size_t n_fields;
    unsigned flags;        /* enum type_flag */
    const char *order;     /* field that lists sort by, newest first */
    const char *one_of;    /* comma-separated fields of which at least one must be set; or NULL */
    const char *help;
    unsigned writers;      /* bits 1 << enum actor_role: who may save such rows by hand */
};

enum { FIELD_MAX_COUNT = 96, SCHEMA_VERSION = 1 };

size_t catalogue_count(void);
const struct record_type *catalogue_at(size_t index);
/* By English name or Chinese label; NULL if there is none. */
const struct record_type *catalogue_find(const char *name);
const struct record_type *catalogue_by_no(uint64_t no);
/* By English name or Chinese label; NULL. */
const struct field_def *catalogue_field(const struct record_type *type, const char *name);
const struct field_def *catalogue_field_by_no(const struct record_type *type, uint64_t no);
size_t catalogue_field_index(const struct record_type *type, const struct field_def *field);
uint32_t catalogue_max_chars(const struct field_def *field);
const char *catalogue_kind_name(enum field_kind kind); /* "text" "long" "name" ... */
/* What a station's log may do to a code: "FROM>TO FROM>TO ..", an empty FROM is a new row or an empty field; NULL: anything. The center refuses
 * other changes at ingest, whatever program sent them. */
const char *catalogue_station_moves(const struct record_type *type, const struct field_def *field);
/* Whether the list has that move; an empty FROM: none before. Texts need no NUL. */
bool catalogue_has_move(const char *moves, const char *from, size_t from_len, const char *to, size_t to_len);
/* Whether it has a move to that code from anywhere. */
bool catalogue_has_move_to(const char *moves, const char *to, size_t to_len);
/* The few rows of a big table that wait for something, found without reading the others: an index over the rows where `where` holds (constant SQL over
 * the type's columns; a query must say the same words). */
struct worklist {
    const char *type, *name; /* index TYPE_NAME */
    const char *column, *where; /* column: several with commas between: those behind the first spare a look at the row */
};
size_t catalogue_worklists(void);
const struct worklist *catalogue_worklist(size_t index);
/* States in which the type's FIELD_FREEZE fields are still open, divided by blanks; NULL: the type has none. */
const char *catalogue_open_states(const struct record_type *type);
bool catalogue_is_open_state(const char *open_states, const char *state, size_t len);
/* Whether the field's index holds only the rows that have a value: references that need not be there. They are followed and asked for, never sorted by, and most rows have none of them; each would write a page of its
 * index at every save all the same. */
bool catalogue_is_sparse(const struct field_def *field);
/* Whether values of the kind are stored as numbers. */
bool catalogue_is_number(enum field_kind kind);

#endif /* CORE_RECORD_CATALOGUE_H */
