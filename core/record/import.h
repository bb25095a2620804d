/* core/record/import.h - a table from outside becomes records: every row is added or refused with its line, field and reason.
 *
 * Rows go in by transactions of IMPORT_BATCH_ROWS. The same transaction notes how far the file has been taken in (meta "import:<hash>", the hash taken over
 * content, type, column map and event), so an import that was interrupted (power, kill -9, full disk) goes on behind the last durable row when the same file is
 * given again; nothing goes in twice. Rows that were taken back meanwhile (options.stands) are not gone on behind. The note is removed with the last batch, one of when stays (meta "import:<hash>:done"): giving a finished file again adds its rows again, and the
 * result says that it was here before, so that a person can take them back.
 * When an import goes on, the rows taken in before are checked again without being saved, so that the refusals named cover the whole file. */
#ifndef CORE_RECORD_IMPORT_H
#define CORE_RECORD_IMPORT_H

#include "core/record/records.h"
#include "core/record/table_reader.h"

enum { IMPORT_BATCH_ROWS = 200 };

struct import_options {
    const struct record_type *type;
    enum table_format format;
    const char *file;  /* what messages call it; NULL: nothing */
    const char *map;   /* "COL=FIELD,COL=FIELD"; COL= leaves a column out; NULL: none. Wins over names and labels. */
    const char *event; /* value of the field `event` for every row; NULL: none */
    const char *group; /* the same for `case_group`: the members of a group matter, one case each */
    int64_t org;       /* number of the org whose rows they are: their scope; 0: the actor's own. Another org's only at the center */
    const char *org_name; /* with org: what the field `station` says; NULL: nothing */
    /* Called with what every row begins with, `event` and `case_group` in it, and again with a row that names its own `event`: may put more there. What the file says of a field wins. NULL: nothing. An error refuses
     * the row, or the whole file if it came of what every row begins with. */
    enum status (*begin)(void *context, struct store *store, const struct actor *actor, struct record *row, struct errmsg *err);
    /* Complete a record before it is checked and saved (numbers, for example), inside the batch's transaction; NULL: nothing. May refuse it. */
    enum status (*prepare)(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct errmsg *err);
    /* What the caller keeps with how far the file is, by which it can take the rows back: as an import goes on what was kept stands here, and what stands here is kept with each batch. NULL: nothing is kept. */
    int64_t *mark;
    /* Whether the rows taken in under *mark (not 0) are still there: *stands false, and the file begins anew. It may put 0 there, so that the rest gets a mark of its own. An error stops the import before it begins: taken
     * for false, rows that are there would go in twice. NULL: they are. */
    enum status (*stands)(void *context, struct store *store, bool *stands, struct errmsg *err);
    /* Called for each refused row; field is NULL when the row as a whole is refused. Texts are borrowed. */
    void (*refused)(void *context, uint64_t line, const char *field, const char *reason);
    /* Called for each record saved, in the batch's transaction; NULL: never. An error stops the import (this batch is rolled back). */
    enum status (*added)(void *context, struct store *store, const struct actor *actor, uint64_t line, const struct record *record, struct errmsg *err);
    /* Called once for each column that was understood by another word than a field's name or label (import_column.h); NULL: never. */
    void (*understood)(void *context, const char *column, const struct field_def *field);
    /* Called once for each column that no field takes; never for the one that says that the rows are practice (practice_sign.h): it is passed over in a store to practise in. */
    void (*ignored)(void *context, const char *column);
    /* Called now and then with bytes done of all; NULL: never. Return false to stop after the batch. */
    bool (*progress)(void *context, size_t done, size_t all, uint64_t read);
    void *context;
};

struct import_result {
    uint64_t read;    /* rows, whether added or refused */
    uint64_t added;   /* records in the store from this file, including those of an interrupted import that went on */
    uint64_t refused;
    uint64_t resumed; /* rows that were taken in before this call */
    const struct field_def *plain_sum; /* a field of sums in which a number without unit and point was taken for fen, as machines write it; NULL: none */
    int64_t done_before_ms; /* when the very same file had been taken in whole before, 0: never */
};

/* Errors: STATUS_USAGE (map, event or group does not fit the type), STATUS_MALFORMED (nothing of the file can be read), STATUS_FORBIDDEN, STATUS_UNSUPPORTED: nothing changed.
 * So does STATUS_USAGE for a file whose columns say that it is practice, given to real data.
 * STATUS_BUSY, STATUS_FULL, STATUS_IO, STATUS_CANCELLED in the middle: the batches before are durable and counted in *result; the same call later goes on. */
enum status import_table(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const void *data, size_t len,
                         const struct import_options *options, struct import_result *result, struct errmsg *err);

#endif /* CORE_RECORD_IMPORT_H */
