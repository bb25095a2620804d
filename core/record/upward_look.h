/* core/record/upward_look.h - where a county stands with its hub, for screens, `aidpost doctor` and `aidpostd upward status`: last contact, what waits. Reads only, but for the note of where the two folders are.
 *
 * The county center's store keeps in table meta upward_folder (where the upward store is), the upward store upward_center (where the center's is): written when `aidpostd upward` begins. */
#ifndef CORE_RECORD_UPWARD_LOOK_H
#define CORE_RECORD_UPWARD_LOOK_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/record/store.h"

enum { UPWARD_PATH_BYTES = 1024, UPWARD_HUB_BYTES = 160, UPWARD_REASON_BYTES = 192, UPWARD_WAITING_MAX = 100000, UPWARD_OVERDUE_MS = 24 * 3600 * 1000 };

struct upward_look {
    bool kept;                         /* this county tells a hub; without it nothing else is said */
    char folder[UPWARD_PATH_BYTES];    /* of the upward store */
    bool readable;                     /* ..which could be read; without it only `reason` is said */
    char hub[UPWARD_HUB_BYTES];        /* "host:port" */
    int64_t met_ms, tried_ms;          /* last contact, last try; 0: never */
    bool tried_ok;
    char reason[UPWARD_REASON_BYTES];  /* for people: why the last try failed, why the folder cannot be read; empty: nothing */
    int64_t told_ms;                   /* something was gathered last; 0: never */
    int64_t waiting;                   /* changes of the center not gathered yet, up to UPWARD_WAITING_MAX; -1: not known */
    int64_t pending;                   /* gathered, and the hub does not have them */
};

/* From the county center's store. Errors: storage of the center's; a folder that cannot be read is none. */
enum status upward_look(struct store *center, struct upward_look *out, struct errmsg *err);
/* From the upward store; center NULL: waiting is -1. Errors: storage. */
enum status upward_look_at(struct store *upward, struct store *center, struct upward_look *out, struct errmsg *err);
/* One sentence for people, appended. Whether somebody should see to it: the folder is gone, or the hub was not met for a day while something waits. */
bool upward_look_text(const struct upward_look *look, int64_t now_ms, struct buf *out);
/* Note where the folders are, absolute paths; writes what differs, in transactions of its own. Errors: storage. */
enum status upward_note_folders(struct store *center, const char *center_folder, struct store *upward, const char *upward_folder, struct errmsg *err);
/* Where the center's folder was noted to be, in the upward store; false: not yet. */
bool upward_noted_center(struct store *upward, char out[UPWARD_PATH_BYTES]);

#endif /* CORE_RECORD_UPWARD_LOOK_H */
