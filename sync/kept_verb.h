/* sync/kept_verb.h - `aidpostd backups`: what the center keeps of its stations (core/record/kept.h), and giving one back. */
#ifndef SYNC_KEPT_VERB_H
#define SYNC_KEPT_VERB_H

#include "core/base/bytes.h"
#include "core/record/store.h"

/* As typed; NULL: not given. */
struct kept_wish {
    const char *get, *to, *which; /* write one of this station to a new file; which: "1" (the newest; NULL) .. */
    const char *remove;           /* all of this station */
};

/* Without a wish a list: {"backups":[{"station_no","org","name","made","kept","bytes","held","whole"}],"bytes","limit"}, "kept" null while it is coming in. With one:
 * {"file","station_no","made","bytes"} or {"station_no","removed"}. Errors: STATUS_USAGE (wishes that do not go together), STATUS_NOT_FOUND, STATUS_EXISTS (the file), as kept_get. */
enum status kept_verb(struct store *store, const struct kept_wish *wish, bool json, struct buf *out, struct errmsg *err);

#endif /* SYNC_KEPT_VERB_H */
