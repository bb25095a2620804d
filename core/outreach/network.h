/* core/outreach/network.h - the county's network (research domain.md rows 19, 20): the center, its branches, town stations, contact points of villages; who works there, who is on duty. */
#ifndef CORE_OUTREACH_NETWORK_H
#define CORE_OUTREACH_NETWORK_H

#include "core/record/records.h"

enum { NETWORK_NAMES_BYTES = 400, NETWORK_CODE_BYTES = 13 };

struct network_org {
    const struct record *org;              /* borrowed during the call */
    const char *protected;                 /* branches: codes of set protected_group (org_protected) */
    char town[NETWORK_CODE_BYTES];         /* codes of sets town and village, from the area code; "" where it says less */
    char village[NETWORK_CODE_BYTES];
    bool known;                            /* the actor may see that org's own rows; else the counts below mean nothing */
    int64_t staff, leaders, full_time, part_time, contacts; /* at work today, by staff.post */
    char on_duty[NETWORK_NAMES_BYTES];     /* today's duty_shift rows of that org, "、" between; "": nobody is entered */
};
/* Return false to stop. */
typedef bool (*network_row)(void *context, const struct network_org *org);

/* Orgs of kind center, branch, station, point that are not closed: in that order, points by area code, the others by number. today: whose duty, and who still works there.
 * O(orgs), a few indexed look-ups each. Errors: storage, STATUS_NOMEM. */
enum status network_list(struct store *store, const struct actor *actor, int32_t today, network_row row, void *context, struct errmsg *err);

#endif /* CORE_OUTREACH_NETWORK_H */
