/* core/aid/practice.h - a practice county's data: people who do not exist, with names, numbers and questions that look real.
 *
 * Everything follows from the random source: the same seed gives the same people. Numbers cannot be anybody's: mobile numbers begin with 1540
 * (not assigned), identity numbers pass every check but carry sequence numbers 996..999, which 15-digit numbers kept for people over a hundred.
 * Tables come from core/data (surnames, given names, questions); their licences are in core/data/SOURCES. */
#ifndef CORE_AID_PRACTICE_H
#define CORE_AID_PRACTICE_H

#include "core/record/records.h"

struct practice; /* the tables, read once */

enum { PRACTICE_NAME_BYTES = 32, PRACTICE_CODE_BYTES = 16 };

struct practice_person {
    char name[PRACTICE_NAME_BYTES];
    char sex[2];    /* set sex */
    char id_no[19];
    char phone[12];
    char town[PRACTICE_CODE_BYTES], village[PRACTICE_CODE_BYTES]; /* "" if the book has none */
    int32_t born;
};

struct practice_counts {
    int64_t persons, consultations, cases, events;
};

/* Errors: STATUS_NOMEM. On error *out is NULL. */
enum status practice_new(struct practice **out);
void practice_free(struct practice *practice);

/* Make one person of 18 to 85 years on the day. area: county code, six digits. town: code of the town to live in, NULL or "" for any of the book. */
void practice_make_person(const struct practice *practice, const struct code_book *codes, struct random_source random, const char *area, const char *town,
                          int32_t today, struct practice_person *out);
/* Fill a consultation (from records_begin, or empty) for the person, on the day. Errors: STATUS_NOMEM. */
enum status practice_consultation(const struct practice *practice, const struct code_book *codes, struct random_source random, const struct practice_person *person,
                                  int32_t day, struct record *record);

struct practice_job {
    const char *area;  /* county code, six digits */
    const char *town;  /* the station's town; NULL: all towns */
    int32_t today;     /* records lie in the `days` before */
    int32_t days;      /* >= 1 */
    int64_t count;     /* consultations to write */
    void (*progress)(void *context, int64_t done, int64_t count); /* or NULL; called after each transaction */
    void *context;
};
/* Write `count` consultations under the actor, with an event, persons and cases in proportion (about one in eight comes back, one in twelve applies).
 * Own transactions of 100 consultations; must not be called inside one. Only for a practice store (assert is the caller's: machine.practice).
 * Errors: those of records_save; what earlier transactions wrote stays. counts gets what was written. */
enum status practice_fill(const struct practice *practice, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random,
                          const struct practice_job *job, struct practice_counts *counts, struct errmsg *err);

#endif /* CORE_AID_PRACTICE_H */
