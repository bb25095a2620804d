/* core/record/kept_look.h - how old the backups are that the center keeps for its stations (kept.h): for lists, figures and warnings.
 *
 * A station keeps backups here once one of it came whole. Its age is counted from when it came, by the center's clock: the station's may say anything. Overdue is what is older than the setting backup_remind_days.
 * Revoked stations are left out: what is kept of them is `aidpostd backups`' to tell. */
#ifndef CORE_RECORD_KEPT_LOOK_H
#define CORE_RECORD_KEPT_LOOK_H

#include "core/record/store.h"

struct kept_age {
    uint32_t station_no;
    int64_t made_ms; /* by the station's clock */
    int64_t kept_ms; /* when the center had all of it */
    int64_t days;    /* since then, >= 0 */
    bool overdue;
};

struct kept_look {
    struct kept_age *ages; /* owned; ascending station numbers */
    size_t n, cap;
    size_t overdue;      /* how many */
    int64_t remind_days; /* the setting */
};

/* The newest of each. A store in memory keeps none. Errors: STATUS_NOMEM, STATUS_IO, storage; *out needs no release then. O(files kept). */
enum status kept_look_read(struct store *store, int64_t now_ms, struct kept_look *out, struct errmsg *err);
/* NULL: it keeps none here. */
const struct kept_age *kept_look_of(const struct kept_look *look, uint32_t station_no);
/* The one that is oldest; NULL: no station keeps any here. */
const struct kept_age *kept_look_oldest(const struct kept_look *look);
void kept_look_release(struct kept_look *look);

#endif /* CORE_RECORD_KEPT_LOOK_H */
