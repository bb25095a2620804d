/* core/register/practice_year.h - the practice county's other registers: a year of campaigns and events, volunteers, meetings, visits, complaints and honours, all made up and dated so that
 * lists, related rows, figures and reports have something to show. Only for a practice store. Beside core/aid/practice.h (people, consultations) and core/case/practice_case.h (cases on their way). */
#ifndef CORE_REGISTER_PRACTICE_YEAR_H
#define CORE_REGISTER_PRACTICE_YEAR_H

#include "core/aid/practice.h"

struct practice_year_job {
    const struct practice *practice;
    const char *area; /* county code, six digits */
    const char *town; /* the station's town; NULL or "": all towns */
    int32_t today;    /* everything lies in the year before; one event of a station is today's and still open */
    int64_t count;    /* rows of each kind, 1.. ; PRACTICE_YEAR_COUNT suits twenty consultations a station */
};

enum { PRACTICE_YEAR_COUNT = 5, PRACTICE_YEAR_COUNT_MAX = 60 };

/* How many rows of a kind go with so many consultations a station: four to eight up to a hundred, then in proportion. */
int64_t practice_year_count(int64_t consultations);

/* Center, first of all: publicity weeks of this and the last year, staff, duty shifts, a training and a joint meeting with who came and what was decided, rules with their versions, honours,
 * stock. *made counts rows. Own transaction. Errors: those of records_save; nothing was written. */
enum status practice_year_center(const struct practice_year_job *job, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *made,
                                 struct errmsg *err);
/* Station: events of the publicity week in its villages with what was given out, volunteers with their hours and whom they sent on, media, a banner, a complaint; today's event, still open,
 * with material in stock. The publicity weeks are the center's, if they have arrived. Same errors. */
enum status practice_year_station(const struct practice_year_job *job, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *made,
                                  struct errmsg *err);
/* Center, when the stations' rows are there and handlers are known (practice_handle_cases): civil cases closed last year, for each org that has events; most of them visited, one of the
 * visits telling of money taken; opinions of courts, hearings, a file judged, a reward; every other volunteer appointed, every other complaint accepted. Same errors; those acts are transactions of their own. */
enum status practice_year_after(const struct practice_year_job *job, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *made,
                                struct errmsg *err);

#endif /* CORE_REGISTER_PRACTICE_YEAR_H */
