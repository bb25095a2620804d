/* core/record/machine.h - who this machine is: center or station, its number, its log, its org, practice or real. Kept in table meta. */
#ifndef CORE_RECORD_MACHINE_H
#define CORE_RECORD_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/hash.h"
#include "core/base/id.h"
#include "core/base/status.h"
#include "core/record/actor.h"
#include "core/record/store.h"

enum { INCARNATION_BYTES = 8, MACHINE_NAME_MAX_BYTES = 128, AREA_TEXT_BYTES = 16, STATION_NO_CENTER = 0 };

/* A log is one machine's sequence of changes since its creation or last detected restore. */
struct log_id {
    uint32_t station; /* number given by the center; the center's own is STATION_NO_CENTER */
    uint8_t incarnation[INCARNATION_BYTES];
};

struct machine {
    bool center;
    bool practice;                      /* 练习 on every screen; never mixes with real data */
    uint32_t station_no;
    uint8_t incarnation[INCARNATION_BYTES];
    int64_t org;                        /* number of its org; the center's is 1 */
    char name[MACHINE_NAME_MAX_BYTES];  /* its office, as it is called today: "永阳镇法律援助工作站" */
    char area[AREA_TEXT_BYTES];         /* county code, six digits */
};

/* Write the identity into a fresh store (inside the caller's transaction). A fresh incarnation comes from random. */
enum status machine_create(struct store *store, const struct machine *machine, struct errmsg *err);
/* Errors: STATUS_NOT_FOUND if the store has no identity yet. */
enum status machine_load(struct store *store, struct machine *out, struct errmsg *err);
/* The actor for the store's owner: administrator of the machine under that user name. */
struct actor machine_owner(const struct machine *machine, const char *user, int64_t now_ms);

#endif /* CORE_RECORD_MACHINE_H */
