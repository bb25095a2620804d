/* core/report/record_file.h - records of one type as a file: .csv .tsv .jsonl .xlsx. The command line's export and the lists' export are this.
 *
 * Text formats as core/record/table_writer.h has them: in the machine form, which import takes back, or for people. A spreadsheet is for people always: Chinese labels, names for codes,
 * days as dates, money in yuan, what a reference points at by its name. Sealed rows are left out, masked fields say so (core/record/privacy.h). Each export leaves a line
 * (core/report/export_note.h). Memory does not grow with the rows. */
#ifndef CORE_REPORT_RECORD_FILE_H
#define CORE_REPORT_RECORD_FILE_H

#include <stdio.h>

#include "core/record/filter.h"
#include "core/record/records.h"

struct record_file {
    const struct record_type *type;
    const struct filter *filter;   /* or NULL */
    const struct field_def *order; /* NULL: the type's own, newest first */
    bool ascending;
    bool for_people; /* of text formats */
    FILE *stream;    /* not NULL: text is written there and the path only tells the format */
};

/* The format is the path's ending. An existing file is replaced once the new one is whole. *rows: how many were written.
 * Of a practice store the file's name must say so (practice_file.h).
 * Errors: STATUS_USAGE (no such format, no such name), STATUS_TOO_LARGE (more rows than a spreadsheet has, told before anything is written), STATUS_UNSUPPORTED, STATUS_IO, STATUS_FULL, storage. */
enum status record_file_write(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record_file *what, const char *path, uint64_t *rows, struct errmsg *err);

#endif /* CORE_REPORT_RECORD_FILE_H */
