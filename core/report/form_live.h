/* core/report/form_live.h - columns of the Ministry's forms that are read from small tables as they are: registers of people and places, honours, media, trainings, complaints, subsidies paid.
 *
 * A source is FAMILY.MEMBER. A family is walked once, whatever members are wanted; each row adds to the members it belongs to. So a figure and the rows behind it cannot differ.
 *   org       center                      centers open at the period's end: not closed, opened by then (or nobody wrote when)
 *   station   all host_01.. manned_01..   stations and branches open at the period's end; by the body they are at (set org_host), and of those the ones with staff of their own (full_time)
 *   staff     bureau_all .. center_all .. people in post at the period's end (came by then, have not left) at the bureau (管理机构) and at centers (机构); women, of law, postgraduate (1x), undergraduate (2x);
 *             qualified, lawyer           of both
 *   volunteer roster                      registered by the period's end and not left by then
 *   honour    unit_high unit_low          of the period: collective, level 1 (省部级以上) and levels 2, 3 (地市县级); person_high person_low: of persons (collective = 否)
 *   media     broadcast print online      of the period, times
 *   training  courses people              as core/outreach/figure.h counts them
 *   complaint all matter_1.. finding_1.. appeal_1..  as core/quality/complaint.h counts them
 *   payment   agency .. volunteer         fen paid in the period, by the handler's kind; criminal civil_litigation ..: by the case's type and track (core/report/count.h). A payment without either is in none
 * A row counts for the org that owns it; orgs (org, station) for themselves; what belongs to everyone for the center. An actor without all scopes is told of his own org only.
 * Cost: O(rows of the period) by date index; registers: O(rows of the register). */
#ifndef CORE_REPORT_FORM_LIVE_H
#define CORE_REPORT_FORM_LIVE_H

#include "core/report/ministry_form.h"

/* Members are numbered family by family. */
enum { LIVE_FAMILY_MEMBERS = 64, LIVE_FAMILIES = 9 };

/* By the source's name, "honour.unit_high"; -1: there is none. */
int form_live_find(const char *name);

/* What is wanted: a set of members. */
struct live_wanted {
    uint64_t members[LIVE_FAMILIES];
};
void live_want(struct live_wanted *wanted, int member);

struct live_hit {
    int member;
    const struct record_type *type;
    struct id id;
    int64_t n;      /* row number */
    int64_t org;
    int32_t day;    /* TALLY_NO_DAY: the row tells none */
    int64_t amount; /* never 0 */
};
/* Return false to stop. */
typedef bool (*live_row)(void *context, const struct live_hit *hit);

/* Every row that adds to a wanted member, by family and day. from..to: days, both included; of what there is at a time: `to`. Errors: storage, STATUS_NOMEM. */
enum status form_live_each(const struct form_desk *desk, const struct live_wanted *wanted, int32_t from, int32_t to, live_row row, void *context, struct errmsg *err);

#endif /* CORE_REPORT_FORM_LIVE_H */
