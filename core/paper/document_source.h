/* core/paper/document_source.h - everything a paper is filled from, read from the store when a slot first asks for it. Inside core/paper only.
 *
 * One struct paper_source for one filling: the case and the record in hand are borrowed, what is read besides is owned. A failure to read is remembered (status) and
 * ends the filling. O(rows of the case) at most. */
#ifndef CORE_PAPER_DOCUMENT_SOURCE_H
#define CORE_PAPER_DOCUMENT_SOURCE_H

#include "core/paper/document.h"
#include "core/paper/template_slot.h"
#include "core/record/code_book.h"

enum paper_org { PAPER_CENTER, PAPER_STATION, PAPER_BUREAU, PAPER_FIRM, PAPER_ORGS };
enum paper_block {
    BLOCK_MATERIALS,
    BLOCK_MISSING,
    BLOCK_PARTIES,
    BLOCK_OPPONENTS,
    BLOCK_HOUSEHOLD,
    BLOCK_STEPS,
    BLOCK_LOGS,
    BLOCK_DOCUMENTS,
    BLOCK_PAYMENTS,
    BLOCK_DUTIES,
    BLOCK_CONTENTS,
    PAPER_BLOCKS
};

struct paper_rows {
    bool loaded;
    struct record *items; /* owned */
    size_t n, cap;
};

/* A row that is looked up once; absent when found is false. */
struct paper_row {
    bool loaded, found;
    struct record record;
};

struct paper_source {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct rules *rules;
    const struct template *template;
    const struct document_source *from;
    const char *number; /* given, or "" */
    struct paper_row orgs[PAPER_ORGS];
    struct paper_row person, handler, account;
    struct paper_rows blocks[PAPER_BLOCKS];
    enum status status; /* first failure to read */
    struct errmsg *err;
};

void paper_source_init(struct paper_source *source);
void paper_source_release(struct paper_source *source);
/* The first one stays; STATUS_OK is none. */
void paper_source_fail(struct paper_source *source, enum status status);
/* NULL when there is none. Borrowed from source. */
const struct record *paper_org(struct paper_source *source, enum paper_org which);
const struct record *paper_person(struct paper_source *source);
const struct record *paper_handler(struct paper_source *source);
/* The display name of an account, or the text itself. */
const char *paper_account(struct paper_source *source, const char *name);
/* By name ("materials"); NULL: no such block. */
const struct paper_rows *paper_block(struct paper_source *source, const char *name);
/* The newest step of one of these actions (comma-separated); NULL. */
const struct record *paper_step_of(struct paper_source *source, const char *actions);
/* The step a paper is issued by: the caller's, else the newest of the action that gives out such a form. */
const struct record *paper_step(struct paper_source *source);

/* A value of slot `name`; see template_value in template.h. context: struct paper_source. */
bool paper_value(void *context, const char *block, long row, const char *name, struct buf *out);
long paper_rows(void *context, const char *block);
/* A day as papers write it: 2026年3月5日. */
void paper_put_day(int32_t day, struct buf *out);
/* A record's field as papers write it; false when empty. */
bool paper_put_field(struct paper_source *source, const struct record *record, const char *field, struct buf *out);
/* Slots that are computed (SLOT_MADE): document_made.c. */
bool paper_put_made(struct paper_source *source, const struct slot_def *slot, const struct record *row, long index, struct buf *out);
/* How the applicant is reached: the safe contact where the case or his file has one, and then nothing else; else the telephone. False when there is none. */
bool paper_put_contact(struct paper_source *source, struct buf *out);
/* Every code of the set with a box, ticked where the comma-separated list has it. */
bool paper_put_boxes(const struct paper_source *source, const char *set, const char *ticked, struct buf *out);

enum { DOCUMENT_KEY_BYTES = 128 };
/* What papers of one word and year sort by: "援决/2026/0000012". */
void document_number_key(const char *word, int32_t day, int64_t serial, char key[DOCUMENT_KEY_BYTES]);
/* The number's text after the county's pattern; serial 0 leaves a blank. */
void document_number_text(const struct rules *rules, const char *word, int32_t day, int64_t serial, char number[64]);

#endif /* CORE_PAPER_DOCUMENT_SOURCE_H */
