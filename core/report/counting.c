/* core/report/counting.c - see counting.h. */
#include "core/report/counting.h"

enum status counting_begin(struct counting *counting, const struct form_desk *desk, const char *who, struct errmsg *err)
{
    *counting = (struct counting){.desk = *desk};
    enum status status = store_join(desk->store, who, &counting->own_transaction, err);
    if (status != STATUS_OK || (!counting->own_transaction && desk->tally != NULL))
        return status;
    counting->own_tally = true;
    status = tally_open(&counting->desk.tally, desk->store, desk->actor, desk->codes, err);
    return status == STATUS_OK ? STATUS_OK : store_leave(desk->store, counting->own_transaction, status, err);
}

enum status counting_end(struct counting *counting, enum status status, struct errmsg *err)
{
    if (counting->own_tally)
        tally_close(counting->desk.tally);
    return store_leave(counting->desk.store, counting->own_transaction, status, err);
}
