/* tests/stumble_store.h - the n-th call at the store seam (sync/engine_store.h) fails: what the sync engine makes of a store that can't.
 *
 * A program that uses it is linked with STUMBLE_STORE_WRAPS (Makefile.am): whoever asks for the engine's view of a machine's records (record_store.h) gets one whose calls are counted and may fail, all stores of the program
 * together, under replicator_run() each knows of which request it is. A call that fails does nothing, or (behind) was carried out and says that it was not: a commit of which nobody knows. One at a time; not thread-safe. Only for tests. */
#ifndef TESTS_STUMBLE_STORE_H
#define TESTS_STUMBLE_STORE_H

#include "sync/engine_store.h"

enum seam_call { SEAM_PREPARE, SEAM_BEGIN_READ, SEAM_BEGIN, SEAM_SAVEPOINT, SEAM_RUN, SEAM_SAVEPOINT_END, SEAM_COMMIT, SEAM_CALLS };

struct stumble_store {
    enum status status; /* of what fails */
    uint64_t at;        /* 1: the next one; 0: none fails */
    bool stays;         /* from then on the same call fails each time; of `run` that of the same kind of request */
    bool behind;        /* of run and commit; the others do nothing */
    bool peer;          /* only requests that look the peer up count: it was revoked meanwhile */
};

void stumble_store_begin(struct stumble_store how);
/* How many failed since stumble_store_begin; from now on everything works. */
uint64_t stumble_store_end(void);
/* The first that failed, for people: "run apply"; "": none did. Until the next stumble_store_begin. */
const char *stumble_store_failed(void);
/* ..which call, and of which request: of replicator_run any call; else REQUEST_NONE for one that is of a group. Only if one failed. */
enum seam_call stumble_store_failed_call(void);
enum request_kind stumble_store_failed_kind(void);
/* ..and it was a request of a group of writes that failed once: the group is done again, and nobody hears of it. */
bool stumble_store_mends(void);
/* Whether a request of that kind was ever run by this program. */
bool stumble_store_ran(enum request_kind kind);

#endif /* TESTS_STUMBLE_STORE_H */
