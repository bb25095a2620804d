/* core/record/upward.h - what a county tells the hub above it: each change of its log, the row as it stands after it, and its report cells, as ordinary changes of two record types.
 *
 * A county center keeps, in a folder of its own, a station store that is enrolled at the hub (the upward store). core/record/upward_gather.h copies the center's order into it; from there the changes travel
 * like any station's. The two types exist in upward stores and at hubs only (TYPE_INNER: no person is offered them).
 *
 * TYPE 58 county_change; row id = id of the inner row, or upward_alias() of it once that was erased by law. Read it from the change, never from the row: a field that is not in the body is not said, and fields
 * from 10000 on are in no row (core/record/apply.c).
 *    1 log        text "STATION-INCARNATION" (decimal, 16 hex digits): log of the inner change. Without it there is no inner change: only the row is told
 *    2 seq        its number there
 *    3 place      its place in the center's order (core/record/order.h: fold)
 *    4 flags 5 at_ms 6 author 7 type_no 8 op 9 seen 10 schema_no 11 org       the inner header, item by item (org: its scope). 7 is always there
 *   12 row_gone   1: the row is deleted, erased or not there any more after this
 *   13 header_hex the inner header, where it cannot be built from the above
 *   14 body_hex   the inner body, where it is no map of fields
 *   15 row_is     enum upward_row
 *   16 body_is    enum upward_body; absent: UPWARD_BODY_TOLD
 *   17 state      enum change_state of the inner change in the county; absent: applied
 *   18 row_org    scope of the row as it is told, where that is not 11
 *   19 parent     log that the inner change's log was begun from (core/record/branch.h), as 1, and 20 base_seq: where. With the first change of such a log only
 *   10000+f       field f of the inner body: integer, text or null
 *   20000+f       cell f of the row: integer or text (a cell that is null is not told)
 * Header and body of the inner change come out of it byte for byte (deterministic CBOR has one way to say a thing), so the chain of every station's log can be checked at the hub.
 *
 * ROW. What is told of a row takes the place of all that was told of it before, except UPWARD_ROW_MORE, which adds cells to what the change before it told. A batch tells each row once, with the last of its
 * changes. Passwords' hashes do not leave the county: a body with one is UPWARD_BODY_WITHHELD and the cell is not told.
 *
 * ERASURE BY LAW. The county writes CHANGE_ERASE for the row of type 58, which empties it and drops the bodies of all changes of it, wherever it came to. Then it tells the headers of all changes of that row
 * once more (and the erasure itself, with who and why), under the alias, so that the chain stays complete.
 *
 * TYPE 59 county_cells; row id = upward_cells_id(): the figures of one report, period and org.
 *    1 report text  2 period text  3 from_day 4 until_day days  5 org (0: the county's total)  6 figures text: JSON object, cell name -> number or null, names in byte order */
#ifndef CORE_RECORD_UPWARD_H
#define CORE_RECORD_UPWARD_H

#include "core/record/change.h"
#include "core/record/change_body.h"
#include "core/record/changelog.h"

enum { UPWARD_CHANGE_TYPE = 58, UPWARD_CELLS_TYPE = 59 };
enum {
    UPWARD_LOG = 1,
    UPWARD_SEQ,
    UPWARD_PLACE,
    UPWARD_FLAGS,
    UPWARD_AT_MS,
    UPWARD_AUTHOR,
    UPWARD_TYPE_NO,
    UPWARD_OP,
    UPWARD_SEEN,
    UPWARD_SCHEMA_NO,
    UPWARD_ORG,
    UPWARD_ROW_GONE,
    UPWARD_HEADER_HEX,
    UPWARD_BODY_HEX,
    UPWARD_ROW_IS,
    UPWARD_BODY_IS,
    UPWARD_STATE,
    UPWARD_ROW_ORG,
    UPWARD_PARENT,
    UPWARD_BASE_SEQ,
    UPWARD_FIXED_FIELDS = UPWARD_BASE_SEQ
};
enum { UPWARD_CELLS_REPORT = 1, UPWARD_CELLS_PERIOD, UPWARD_CELLS_FROM, UPWARD_CELLS_UNTIL, UPWARD_CELLS_ORG, UPWARD_CELLS_FIGURES };
enum { UPWARD_BODY_BASE = 10000, UPWARD_ROW_BASE = 20000, UPWARD_BASE_END = 30000, UPWARD_FIELD_MAX = 9999 };
/* Of a body: a field more than the fixed ones needs a place among CHANGE_FIELDS_MAX, its bytes within CHANGE_BODY_MAX_BYTES less what the fixed ones may take. */
enum { UPWARD_LOG_TEXT_BYTES = 32, UPWARD_FIXED_MAX_BYTES = 1024, UPWARD_FIELDS_MAX = CHANGE_FIELDS_MAX - UPWARD_FIXED_FIELDS };

enum upward_row {
    UPWARD_ROW_LATER = 0, /* not told: a later change of the same batch does, or there is none */
    UPWARD_ROW_BODY = 1,  /* its cells are those of the inner body */
    UPWARD_ROW_CELLS = 2, /* its cells are the 20000+f */
    UPWARD_ROW_MORE = 3   /* the 20000+f are more cells of the row that the change before this told */
};
enum upward_body {
    UPWARD_BODY_TOLD = 0,
    UPWARD_BODY_GONE = 1,     /* the county does not have it any more: erased by law */
    UPWARD_BODY_LARGE = 2,    /* does not fit into one change */
    UPWARD_BODY_WITHHELD = 3  /* holds a password's hash */
};

struct upward_cell {
    uint16_t field;     /* 1..UPWARD_FIELD_MAX */
    struct value value; /* borrowed */
};

/* One change of the county's log; everything borrowed. */
struct upward_source {
    struct log_id log;
    bool has_parent;              /* it is the first of a log that was begun from another one.. */
    struct log_id parent;
    uint64_t base_seq;            /* ..there */
    uint64_t place;               /* its fold */
    enum change_state state;
    bool alias;                   /* it is told under upward_alias(): its id stands in the header only */
    const struct change *change;  /* its header, decoded */
    const void *header, *body;    /* the bytes as stored; body NULL: gone */
    size_t header_len, body_len;
};

/* A row of the county as it stands. */
struct upward_standing {
    uint64_t type_no;
    int64_t org; /* its scope, 0..INT32_MAX */
    bool gone;
    const struct upward_cell *cells; /* ascending by field, borrowed; those above UPWARD_FIELD_MAX, null and secret ones are left out when told */
    size_t n_cells;
};

/* Append the body of a county_change to out (initialised with CHANGE_BODY_MAX_BYTES, empty): inner (NULL: none, only the row) and row (NULL: told later). *taken: cells of the row that went in; fewer than
 * n_cells: tell the rest by upward_encode_more, each as a change that directly follows. A cell too large for any change is left out and counted as taken.
 * Errors: STATUS_NOMEM; STATUS_INVALID (no inner and no row; inner->change is not what inner->header says). */
enum status upward_encode(const struct upward_source *inner, const struct upward_standing *row, struct buf *out, size_t *taken);
/* The same for cells from `from` on (UPWARD_ROW_MORE). *taken: at least one more than from. */
enum status upward_encode_more(const struct upward_standing *row, size_t from, struct buf *out, size_t *taken);

/* What a county_change says. Reusable: init once, decode many, release. */
struct upward_change {
    bool has_change;          /* there is an inner change; else only type_no, id and the row are told */
    struct log_id log;
    bool has_parent;          /* parent and base_seq are told */
    struct log_id parent;
    uint64_t base_seq;
    uint64_t place;
    enum change_state state;
    struct change change;     /* inner header, decoded */
    struct buf header, body;  /* owned: the inner bytes; body empty unless body_is is UPWARD_BODY_TOLD */
    enum upward_body body_is;
    uint64_t type_no;         /* of the inner row.. */
    struct id id;             /* ..and its id (not that of the alias, where there is an inner change) */
    enum upward_row row_is;
    bool gone;
    int64_t row_org;          /* scope of the row; 0 where none is told */
    const uint8_t *cells;     /* for upward_next_cell; borrowed from the outer body, or from `body` */
    size_t cells_len, n_cells;
    uint64_t cells_base;
};
void upward_init(struct upward_change *change);
void upward_release(struct upward_change *change);
/* outer and its body as they came; the body is borrowed as long as cells are read.
 * Errors: STATUS_INVALID (not a county_change, or not a put), STATUS_MALFORMED (err names the field), STATUS_VERSION (an inner header of a newer program), STATUS_NOMEM. *out holds nothing then, but must be released. */
enum status upward_decode(const struct change *outer, const void *body, size_t len, struct upward_change *out, struct errmsg *err);
/* The row's cells, ascending by field, those that are not null. *at begins at 0. */
bool upward_next_cell(const struct upward_change *change, size_t *at, uint16_t *field, struct value *value);

/* Row id under which changes of an erased row go on: first 16 bytes of SHA-256("erased|" || id). */
struct id upward_alias(struct id id);
/* Row id of a county_cells: first 16 bytes of SHA-256("cells|COUNTY|REPORT|PERIOD|ORG"). county: its org number at the hub. */
struct id upward_cells_id(int64_t county, const char *report, const char *period, int64_t org);
/* "STATION-INCARNATION" and back. Errors: STATUS_MALFORMED. */
void upward_log_text(const struct log_id *log, char out[UPWARD_LOG_TEXT_BYTES]);
enum status upward_log_parse(const char *text, size_t len, struct log_id *out);

#endif /* CORE_RECORD_UPWARD_H */
