/* core/record/passage.h - records that came to this station or left it by the center's hand (reach.h), told to the people here: otherwise a case that was handed over just is not in the lists any more.
 *
 * One row a record, the last thing that happened to it: table passage(id, no, type, way, org, number, at, notice). no runs up by one, so that a person's mark says how far he has read (table passage_mark(user, upto)); notice
 * is the lsn of the move or share that says so, so that being told of it again is not news. Local to the machine like drafts, in no log; made where the row comes or goes, in that transaction.
 *
 * WHAT IT SAYS of a record that left: its kind, the number under which the people here know it (decision_no, else provisional_no), to whom, on which day. No name, nothing of its content: that went. Only of a record that
 * was here with its content, so it tells nobody more than he could see. Of one that came: the number it has now. Only records that hang on nothing are told: what hangs on a case goes with the case, and so does the
 * applicant's file. Erased by law: its row goes, too.
 *
 * WHEN IT GOES: for a person when he says that he has read it (each for himself, since several work at a station), for everybody after PASSAGE_DAYS, counted from the day of the move by this machine's clock. Rows older
 * than that, against a newer move's day, are deleted with the next row that is made or mark that is set. */
#ifndef CORE_RECORD_PASSAGE_H
#define CORE_RECORD_PASSAGE_H

#include "core/record/actor.h"
#include "core/record/catalogue.h"
#include "core/record/store.h"

enum { PASSAGE_DAYS = 30, PASSAGE_NUMBER_BYTES = 160, PASSAGE_ORG_BYTES = 256, PASSAGE_TEXT_BYTES = PASSAGE_NUMBER_BYTES + PASSAGE_ORG_BYTES + 128 };
/* Stored: never renumbered. */
enum passage_way { PASSAGE_LEFT = 1, PASSAGE_UNSHARED = 2, PASSAGE_CAME = 3, PASSAGE_SHARED = 4 };

struct passage {
    int64_t no;
    const struct record_type *type;
    struct id id;
    enum passage_way way;
    int64_t org;                      /* to whom, from whom */
    char org_name[PASSAGE_ORG_BYTES]; /* "": not known here */
    char number[PASSAGE_NUMBER_BYTES]; /* "": it has none */
    int64_t at_ms;                    /* the center's clock */
    bool read;                        /* by the actor */
};

struct passage_counts {
    int64_t left, came;   /* PASSAGE_UNSHARED counts as left, PASSAGE_SHARED as came */
    struct passage newest; /* when there is any */
};

/* The way as the command line says it: "left" "unshared" "came" "shared". */
const char *passage_way_name(enum passage_way way);
bool passage_is_away(enum passage_way way);
/* "案件 (溧)临2026-3 已由县中心移送到 白马镇工作站（11-27）"; appends, PASSAGE_TEXT_BYTES at most. */
void passage_text(const struct passage *passage, struct buf *out);

/* In the transaction in which it comes or goes. number: as above, "" none (PASSAGE_CAME, PASSAGE_SHARED: not kept, read when it is told). notice: lsn of the move or share; the one that is noted already: nothing. */
enum status passage_note(struct store *store, const struct record_type *type, struct id id, enum passage_way way, int64_t org, const char *number, int64_t at_ms, int64_t notice, struct errmsg *err);
/* Whether it is told of a record of this type by itself. */
bool passage_is_told(const struct record_type *type);
/* The number by which people call a record that is here; "" none. */
enum status passage_number(struct store *store, const struct record_type *type, struct id id, char out[PASSAGE_NUMBER_BYTES], struct errmsg *err);
enum status passage_forget(struct store *store, struct id id, struct errmsg *err);

typedef bool (*passage_row)(void *context, const struct passage *passage);
/* Those of the last PASSAGE_DAYS before actor->now_ms, newest first; unread: of these only what the actor has not read. None at a center. O(rows). */
enum status passage_list(struct store *store, const struct actor *actor, bool unread, passage_row row, void *context, struct errmsg *err);
/* Of those the actor has not read. */
enum status passage_count(struct store *store, const struct actor *actor, struct passage_counts *out, struct errmsg *err);
/* Of everybody's, read or not: for `aidpostd status`, which no person asks. newest is not set. */
enum status passage_count_all(struct store *store, int64_t now_ms, struct passage_counts *out, struct errmsg *err);
/* The actor has read all there is. Own transaction unless one is open. */
enum status passage_mark_read(struct store *store, const struct actor *actor, struct errmsg *err);
/* Where this record went. *there false: nothing is known of it, or it is here. By key. */
enum status passage_of(struct store *store, struct id id, struct passage *out, bool *there, struct errmsg *err);

/* The same by the beginning of an id in hexadecimal digits, as people type it; *there false also when several begin so. O(rows). */
enum status passage_find(struct store *store, const char *digits, struct passage *out, bool *there, struct errmsg *err);

#endif /* CORE_RECORD_PASSAGE_H */
