/* core/record/retire.h - a machine is given back: what of it the center does not have, and the end of what it holds.
 *
 * Nothing here decides: retire_look says what stands, retire_losses names every record of which something would be gone, retire_wipe ends it. The center then revokes the machine (peer_revoke). */
#ifndef CORE_RECORD_RETIRE_H
#define CORE_RECORD_RETIRE_H

#include "core/record/code_book.h"
#include "core/record/machine.h"
#include "core/record/store.h"

struct retirement {
    uint64_t head_seq;       /* own changes */
    int64_t pending;         /* of them the center has not said that it has */
    int64_t unsaved;         /* of them no proven backup of the center holds: for information */
    int64_t drafts;          /* everybody's: on this machine only */
    int64_t relays;          /* files carried for other machines that are not handed on yet */
    int64_t last_contact_ms; /* 0: never, as far as is kept */
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

/* The store is closed: write over and remove the machine's key, the store with its logs, and what lies beside it. The key goes first: half done, the machine can pass for nobody any more. `removed`: how many files.
 * Errors: STATUS_BUSY (a service or a screen still has it open: which; nothing is gone), STATUS_IO with the file that is still there; those before it are gone. */
enum status retire_wipe(const char *folder, size_t *removed, struct errmsg *err);

#endif /* CORE_RECORD_RETIRE_H */
