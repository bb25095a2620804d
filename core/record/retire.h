/* core/record/retire.h - a machine is given back: what of it the center does not have, and the end of what it holds.
 *
 * Nothing here decides: retire_look says what stands, retire_losses names every record of which something would be gone, retire_wipe ends it. The center then revokes the machine (peer_revoke). */
#ifndef CORE_RECORD_RETIRE_H
#define CORE_RECORD_RETIRE_H

#include "core/record/code_book.h"
#include "core/record/machine_name.h"
#include "core/record/store.h"

struct retirement {
    uint64_t head_seq;       /* own changes */
    int64_t pending;         /* of them the center has not said that it has */
    int64_t unsaved;         /* of them no proven backup of the center holds: for information */
    int64_t drafts;          /* everybody's: on this machine only */
    int64_t relays;          /* files carried for other machines that are not handed on yet */
    int64_t last_contact_ms; /* 0: never, as far as is kept */
    char called[MACHINE_CALLED_BYTES]; /* this machine; "": it has no name */
};

/* Errors: storage. O(pending changes). */
enum status retire_look(struct store *store, struct retirement *out, struct errmsg *err);
/* Nothing that is only here. */
bool retire_loses_nothing(const struct retirement *retirement);

enum retire_kind { RETIRE_CHANGE, RETIRE_DRAFT, RETIRE_RELAY };
struct retire_loss { /* borrowed during the call */
    enum retire_kind kind;
    const char *type;  /* label of the record type; "": a type of a newer program, or a relay */
    const char *title; /* as lists show the record or draft; of a sealed or deleted one its number; of a relay what it says */
    size_t changes;    /* RETIRE_CHANGE: of this record that would be gone */
};
typedef void (*retire_row)(void *context, const struct retire_loss *loss);
/* Each record once. Errors: STATUS_NOMEM, storage. O(own changes after the last one that the center has). */
enum status retire_losses(struct store *store, const struct machine *machine, const struct code_book *codes, retire_row row, void *context, struct errmsg *err);

/* The store is closed: write over and remove all that this machine holds, in this order, each step durable before the next:
 *   1. what lies beside the store: papers, backups that wait, the export log, what programs that were killed left. Stopped here, the machine is what it was, and is asked again what would be lost.
 *   2. the note that it ends (STORE_FOLDER_ENDING, store_folder.h), with its number: nobody opens the store any more, so nothing can be written that nobody was asked about.
 *   3. its key, so that it can pass for nobody; its store; the note.
 * Stopped anywhere by a failure or a kill, it is done again. What else lies in the folder stays. `removed`: how many files this time.
 * Errors: STATUS_BUSY (a service or a screen still has it open: which; nothing is gone), STATUS_IO, STATUS_FULL with the file that it stopped at and what is still there. */
enum status retire_wipe(const char *folder, uint32_t station_no, size_t *removed, struct errmsg *err);
/* Whether that was begun and not finished, so that there is no store to be opened; of which machine (0: it was not begun). Errors: STATUS_FORBIDDEN, STATUS_NOMEM, STATUS_IO. */
enum status retire_begun(const char *folder, bool *begun, uint32_t *station_no, struct errmsg *err);
/* Names of what lies in the folder, with blanks between, the note left out; "…" behind them: there are more than fit (out_bytes >= 8), or the folder could not be read on. */
enum { RETIRE_LEFT_BYTES = 200 };
void retire_left(const char *folder, char *out, size_t out_bytes);

#endif /* CORE_RECORD_RETIRE_H */
