/* sync/enrolment.h - the new machine's side of being let in: a folder without a store, a key, and, with the center's
 * answer, the store.
 *
 * The store is made in <folder>/enrol.tmp and moved to its place when it is complete and durable, so a crash at any
 * point leaves either no store (enrol again, with the same code if the center did not refuse it) or the whole one. */
#ifndef SYNC_ENROLMENT_H
#define SYNC_ENROLMENT_H

#include "core/base/hash.h"
#include "core/base/id.h"
#include "core/base/status.h"
#include "sync/identity.h"
#include "sync/message.h"

/* A machine that has a store and is enrolled once more: its key was lost (restored from a backup, which holds none), or is not known any more (the center was put back, or took it away because two machines had it).
 * It keeps its store; its log goes on under the new number, behind what the center has of it. before: what ENROL tells; known_pin: of its center. Errors: STATUS_NOT_FOUND (no store), STATUS_EXISTS (a center's). */
enum status enrolment_before(const char *folder, struct message_enrol *before, struct hash *known_pin, struct errmsg *err);
/* The answer came. A center that knows us but has another key than the store says (it lost its own; the code vouches for the new one) only gets that key noted. Errors: STATUS_EXISTS (the center knew this key under the number the store has, and its own is the same: nothing was changed), STATUS_FOREIGN (another county), STATUS_INVALID, storage. */
enum status enrolment_keep_store(const char *folder, const struct message_enrolled *answer, const char *center_address, struct hash center_pin, const uint8_t center_key[IDENTITY_KEY_BYTES],
                                 struct random_source random, struct errmsg *err);
/* Errors: STATUS_EXISTS when the folder has a store. Removes what a crashed enrolment left. */
enum status enrolment_check_folder(const char *folder, struct errmsg *err);
/* What making a key changed in the folder. */
struct enrolment_key {
    bool made_folder, put_aside, tried; /* tried: nothing, it is the one of the try before */
    bool had_code;                      /* the key that was put aside was tried with.. */
    struct hash code;                   /* ..this one */
};

/* Make this machine's key. One that lies there without a store comes from an enrolment that was cut off; the center may
 * know it under a number that was never used, so it is put aside (identity.old.pem) and a new one is made. Errors: as
 * identity_create. On error *out needs no release and nothing was changed. */
enum status enrolment_fresh_key(struct identity *out, const char *folder, struct random_source random, struct enrolment_key *made,
                                struct errmsg *err);
/* The key to show this code with: a fresh one, and identity.code beside it holds the hash of what the center keeps of the code. If it was tried with this very code before and got no answer, the center may have let
 * it in, and says so again to that key and to no other: then it is that one. Errors as above, STATUS_NOMEM. */
enum status enrolment_key_for(struct identity *out, const char *folder, struct hash secret_hash, struct random_source random, struct enrolment_key *made, struct errmsg *err);
/* The enrolment failed, and the center does not know the key: it goes, the one that was put aside comes back, and a folder that was made for it goes if nothing else is in it; one of a try before stays. What cannot be undone is left. */
void enrolment_take_back(const char *folder, const struct enrolment_key *made);
/* Make the station's store. Errors: STATUS_EXISTS, STATUS_INVALID (the answer cannot be), STATUS_IO, STATUS_FULL; no
 * store was made. */
enum status enrolment_make_store(const char *folder, const struct message_enrolled *answer, const char *center_address,
                                 struct hash center_pin, const uint8_t center_key[IDENTITY_KEY_BYTES],
                                 struct random_source random, struct errmsg *err);

#endif /* SYNC_ENROLMENT_H */
