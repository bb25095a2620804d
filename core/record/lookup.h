/* core/record/lookup.h - has this person been at another station? Asked at a station with a written reason, answered by the center while connected, written down there before it answers.
 *
 * The question is a whole name or a whole document number: nothing can be tried out letter by letter. The answer is a list of date, station and kind of record (a consultation, or a case and its state), newest
 * first, at most LOOKUP_LINES; never what was said. What privacy.h seals, what hangs on it, and records with a safe contact (the person hides from somebody) are passed over as if they were not there.
 * Table lookup, on both sides: at the station questions and answers, the newest LOOKUP_KEPT; at the center who asked what, when and why, for good, and the ids of the records that the lines were about (hits). Local:
 * neither synced nor in the change log. When such a record is erased by law: lookup_erase.h. */
#ifndef CORE_RECORD_LOOKUP_H
#define CORE_RECORD_LOOKUP_H

#include "core/record/code_book.h"
#include "core/record/peer.h"

enum {
    LOOKUP_TEXT_BYTES = 128,
    LOOKUP_REASON_BYTES = 256,
    LOOKUP_USER_BYTES = 64,
    LOOKUP_LINES_BYTES = 1536,
    LOOKUP_LINES = 12,
    LOOKUP_REASON_MIN_CHARS = 4,
    LOOKUP_PER_HOUR = 30, /* answers a station gets */
    LOOKUP_KEPT = 200
};
#define LOOKUP_VALID_MS (INT64_C(24) * 3600 * 1000) /* a question that found no line for so long is not sent any more */

enum lookup_state { LOOKUP_OPEN, LOOKUP_ANSWERED, LOOKUP_REFUSED };

struct lookup {
    int64_t no;
    uint32_t station; /* who asked */
    char user[LOOKUP_USER_BYTES], text[LOOKUP_TEXT_BYTES], reason[LOOKUP_REASON_BYTES]; /* text empty: who was asked about was erased by law */
    int64_t asked_ms;
    enum lookup_state state;
    int64_t total;                  /* hits; lines holds the newest of them */
    char lines[LOOKUP_LINES_BYTES]; /* "2026-03-04<TAB>青石镇司法所<TAB>咨询" a line; refused: why, for people. Empty in the center's own log */
    int64_t answered_ms;
    struct id hits[LOOKUP_LINES]; /* lookup_answer: of each line its record */
    size_t n_hits;
};

/* Station: put a question; *no names it. Own transaction. Errors: STATUS_INVALID (no reason, no whole name or number), STATUS_FORBIDDEN (may not write; at the center). */
enum status lookup_ask(struct store *store, const struct actor *actor, const struct code_book *codes, const char *text, const char *reason, int64_t *no, struct errmsg *err);
/* Station: the oldest question that waits and is not too old. STATUS_NOT_FOUND. */
enum status lookup_next(struct store *store, int64_t now_ms, struct lookup *out, struct errmsg *err);
/* Station, in the caller's transaction: its answer. An unknown number is passed over. */
enum status lookup_note(struct store *store, const struct lookup *answer, int64_t now_ms, struct errmsg *err);
enum status lookup_get(struct store *store, int64_t no, struct lookup *out, struct errmsg *err);
/* Center, in the caller's transaction: look, and write down who asked and why. answer->state is LOOKUP_ANSWERED or LOOKUP_REFUSED (lines says why: too many questions, no reason). Errors: storage, STATUS_NOMEM. */
enum status lookup_answer(struct store *store, const struct peer *peer, const struct lookup *question, int64_t now_ms, struct lookup *answer, struct errmsg *err);

/* Who was asked about, for people: the text, or that it was erased by law. */
const char *lookup_text(const struct lookup *lookup);

/* The statement that looks, ?1 the name (or number), appended: by index, whatever the county holds (catalogue_types.c, worklists; the test looks at its plan). O(hits + hidden persons). */
void lookup_query(bool number, struct buf *sql);

/* Newest first; return false to stop. limit 0: all. */
typedef bool (*lookup_row)(void *context, const struct lookup *lookup);
enum status lookup_list(struct store *store, size_t limit, lookup_row row, void *context, struct errmsg *err);

#endif /* CORE_RECORD_LOOKUP_H */
