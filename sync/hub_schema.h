/* sync/hub_schema.h - the tables and views of a hub's database: made at the first start, checked at each. */
#ifndef SYNC_HUB_SCHEMA_H
#define SYNC_HUB_SCHEMA_H

#include "core/base/id.h"
#include "core/record/machine.h"
#include "sync/pg_pipeline.h"

/* Who a new hub is. */
struct hub_founding {
    const char *name, *area; /* area: up to AREA_TEXT_BYTES - 1 characters */
    bool practice;
    struct random_source random;
    int64_t now_ms;
};

/* Make what is missing in the database of this connection (which is connected if it is not), in one transaction; of two processes that start at once one does it. Views are made anew when this program's catalogue has others.
 * *made: the hub is new. Blocks. Errors: STATUS_VERSION (made by a newer program; nothing was changed), what pg_pipeline.h tells. */
enum status hub_schema_make(struct pg_pipeline *pg, const struct hub_founding *founding, bool *made, struct errmsg *err);
/* Who the hub is. Blocks. Errors: STATUS_NOT_FOUND (no hub in this database), STATUS_VERSION. */
enum status hub_schema_read(struct pg_pipeline *pg, struct machine *out, struct errmsg *err);

#endif /* SYNC_HUB_SCHEMA_H */
