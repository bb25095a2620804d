/* core/register/hand_bulk.h - many cases handed over at once: an office is divided or closed, its cases go to another, are worked on by one more, or no more.
 *
 * Each case passes the action of the case's own table (transfer, share, unshare) in a savepoint of its own: one that is refused stays as it was, is named with its reason, and does not stop the others. All is one
 * transaction; a trial run does the very same and rolls it back. Only to an office of the county: out of it a transfer ends the case, which is one case's decision.
 * It is no bulk change that bulk_undo takes back: a case that went to the wrong office is handed back like any other, with its history. */
#ifndef CORE_REGISTER_HAND_BULK_H
#define CORE_REGISTER_HAND_BULK_H

#include "core/case/case_flow.h"
#include "core/register/bulk.h"

enum { HAND_FIELDS_MAX = 4 };

struct hand_bulk {
    const struct case_action *action;
    struct {
        const char *field, *text; /* as case_move_set takes them; borrowed */
    } sets[HAND_FIELDS_MAX];
    size_t n;
};

/* Whether the action hands a case over, so that it may be done to many. */
bool hand_bulk_can(const struct case_action *action);
/* Do it to these cases, or with trial only find out. Those that are there already are BULK_SAME. told may be NULL; row.before is NULL. Own transaction (none may be open).
 * Errors: STATUS_INVALID (no target, not an office of the county), STATUS_FORBIDDEN (role, not the center), storage: nothing was changed. Cases that were refused are no error. O(n acts). */
enum status hand_bulk_run(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct hand_bulk *bulk, const struct id *ids, size_t n, bool trial,
                          bulk_told told, void *context, struct bulk_result *result, struct errmsg *err);

#endif /* CORE_REGISTER_HAND_BULK_H */
