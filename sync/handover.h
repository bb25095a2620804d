/* sync/handover.h - what happens with bundle files: written by a station, taken in by its center, answered, or carried
 * on.
 *
 * The session engine does the talking, as over a line (protocol.h, FILE): here its frames are put into files and read
 * from them, its store requests are carried out one by one. A file is read twice: once to prove all of it, then to act.
 * Taking a file in again, or an old one, changes nothing.
 *
 * Where the bytes lie (a USB stick, the table of relays) is behind a source and a sink. Memory: one record and one
 * chunk, however large the file. Blocking, for command lines and, for relayed files, inside the center's loop. */
#ifndef SYNC_HANDOVER_H
#define SYNC_HANDOVER_H

#include "core/base/trace.h"
#include "core/record/peer.h"
#include "core/record/relay.h"
#include "sync/bundle.h"
#include "sync/relay_request.h"
#include "sync/session.h"

struct replicator;

struct handover {
    struct store *store;          /* borrowed */
    const struct bundle_key *key; /* this machine's; borrowed */
    struct random_source random;
    struct trace *trace; /* borrowed, or NULL */
    struct replicator *replicator; /* over the store; borrowed. NULL: one is made for each file, with its tables for packing */
    int64_t wall_ms;     /* now */
    void (*progress)(void *context, uint64_t done, uint64_t total); /* export: changes written of all there are; or NULL */
    void *progress_context;
};

/* Gives up to max bytes beginning at `at`; *got 0 at the end. */
struct handover_source {
    enum status (*read)(void *context, uint64_t at, void *data, size_t max, size_t *got, struct errmsg *err);
    void *context;
};

struct handover_sink {
    enum status (*write)(void *context, const void *data, size_t len, struct errmsg *err);
    void *context;
};

struct handover_range {
    bool from_given; /* else: what the center is not known to have */
    uint64_t from;   /* first change, 1.. */
    bool ask;        /* write also when there is nothing to hand over: to fetch what the center has */
};

struct handover_result {
    struct session_outcome outcome;
    struct bundle_closing closing; /* of the file written or read; count 0 if nothing was to be written */
    uint64_t bytes;                /* size of the file written or read */
    struct hash sender;            /* pin; import */
    uint64_t confirmed;            /* station's import: own changes that are now known to be at the center */
    uint64_t confirmed_to;         /* up to this one */
    bool written;                  /* export: there is a file */
    bool answer_failed;            /* import: it was the answer that could not be written, not the file that could not be taken */
};

/* Station: write what the center may not have. Nothing to write: STATUS_OK, result->written false, the sink untouched.
 * What the center is known to have does not move by writing. Errors: STATUS_NOT_FOUND (the center's key is not known),
 * STATUS_RANGE (from beyond the last change), the sink's and the store's. */
enum status handover_export(const struct handover *handover, struct handover_range range, struct handover_sink sink,
                            struct handover_result *result, struct errmsg *err);

/* Take in a file sealed to this machine: at the center a station's; answer NULL: none is wanted, else it gets the
 * return bundle, complete only when STATUS_OK comes back. At a station the center's answer. Errors (nothing applied):
 * STATUS_FOREIGN, STATUS_VERSION, STATUS_CORRUPT, STATUS_AUTH (sealed to another machine, or the sender is not known
 * here), STATUS_FORBIDDEN (the sender is revoked), STATUS_GAP (result->outcome.gap_*), STATUS_FORK; and the store's and
 * the sink's, after which it can be repeated: what result->outcome.received counts stays taken. */
enum status handover_import(const struct handover *handover, struct handover_source source,
                            const struct handover_sink *answer, struct handover_result *result, struct errmsg *err);

/* Station: the center's public key, compared with its pin, and the pin. Errors: STATUS_NOT_FOUND, STATUS_AUTH (they do not
 * belong together). */
enum status handover_center(const struct handover *handover, uint8_t key[BUNDLE_KEY_BYTES], struct hash *pin,
                            struct errmsg *err);

/* Whose file is it? Reads the header only. Errors: STATUS_FOREIGN, STATUS_VERSION, STATUS_CORRUPT, the source's. */
enum status handover_recipient(struct handover_source source, struct hash *pin, struct errmsg *err);

/* Station: keep a file for the center as it is, to be handed on at the next contact. *relay is filled. A refused one is
 * offered again. *own (may be NULL): this machine wrote it. Errors: STATUS_INVALID (it did), STATUS_EXISTS (it is here already; *relay says how it stands), as bundle_next,
 * STATUS_TOO_LARGE. */
enum status handover_keep(const struct handover *handover, struct handover_source source, struct relay *relay, bool *own,
                          struct errmsg *err);

/* Read it through without a key: whole and of the right shape? */
enum status handover_look(struct handover_source source, uint64_t *bytes, struct hash *id, struct errmsg *err);

/* Center: opens relayed files with this handover's key; borrowed. wall_ms is set at each call. */
struct relay_opener handover_opener(struct handover *handover);

/* A source over the bytes of a kept relay. */
struct handover_relay {
    struct store *store;
    int64_t no;
};
struct handover_source handover_relay_source(struct handover_relay *relay);

#endif /* SYNC_HANDOVER_H */
