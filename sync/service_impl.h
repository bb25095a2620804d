/* sync/service_impl.h - what service.c and service_enrol.c share. */
#ifndef SYNC_SERVICE_IMPL_H
#define SYNC_SERVICE_IMPL_H

#include "sync/service.h"

/* One connection in a loop of its own, to its end. *end is filled also when it failed (STATUS_CANCELLED: it did not even begin); the return value is how it ended, with a reason. */
enum status service_run_single(const struct service *service, const struct transport_dial *dial, struct transport_end *end, struct errmsg *err);

#endif /* SYNC_SERVICE_IMPL_H */
