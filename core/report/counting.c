/* core/report/counting.c - see counting.h. */
#include "core/report/counting.h"

enum status counting_begin(struct counting *counting, const struct form_desk *desk, const char *who, struct errmsg *err)
{
    *counting = (struct counting){.desk = *desk};
    if (!store_in_transaction(desk->store)) {
        enum status status = store_begin(desk->store, who, err);
        if (status != STATUS_OK)
            return status;
        counting->own_transaction = true;
    } else if (desk->tally != NULL) {
        return STATUS_OK;
    }
    counting->own_tally = true;
    enum status status = tally_open(&counting->desk.tally, desk->store, desk->actor, desk->codes, err);
    if (status != STATUS_OK && counting->own_transaction)
        store_rollback(desk->store);
    return status;
}

enum status counting_end(struct counting *counting, enum status status, struct errmsg *err)
{
    if (counting->own_tally)
        tally_close(counting->desk.tally);
    if (!counting->own_transaction)
        return status;
    if (status == STATUS_OK)
        return store_commit(counting->desk.store, err);
    store_rollback(counting->desk.store);
    return status;
}
