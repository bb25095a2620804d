/* tui/doctor.h - is this machine fit to keep records: disk, time, space, rights, terminal, backups, fonts. `aidpost doctor`, and the first screen of a machine that is nobody yet.
 *
 * Two halves. doctor_look asks the system and the store (the only impure part; nothing is written). doctor_judge says, from those facts alone, what is well, what to see to and what to do about it: that part has the tests.
 * A fact that can't be known here (another kind of system, no rights) is UNKNOWN and said so, never taken for well. */
#ifndef TUI_DOCTOR_H
#define TUI_DOCTOR_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/record/machine.h"

enum { DOCTOR_TEXT_BYTES = 240, DOCTOR_CHECKS_MAX = 16 };

enum doctor_known { DOCTOR_NO, DOCTOR_YES, DOCTOR_UNKNOWN };

struct doctor_facts {
    char folder[PATH_MAX];
    enum doctor_known encrypted;      /* the disk that holds the folder */
    char device[64];                  /* "sda2", "" unknown */
    enum doctor_known swap_in_clear;  /* memory may be written to a disk in the clear */
    int64_t free_bytes, store_bytes;  /* -1: unknown */
    int folder_mode, store_mode;      /* permission bits; -1: not there */
    bool foreign_owner;               /* the store belongs to somebody else */
    int64_t now_ms, last_known_ms;    /* the newest time that the store knows of; 0: none */
    enum doctor_known clock_kept;     /* the system's clock is set by the network */
    bool has_store, center;
    char unread[DOCTOR_TEXT_BYTES];   /* the store did not answer: why; what is said of it below is not known then. "": it did */
    bool contacted;                   /* a station: it has met the center, or tried.. */
    int64_t last_contact_ms, skew_ms; /* ..last with success; 0: never */
    bool upward_kept, upward_overdue; /* a county center that tells a hub (core/record/upward_look.h); somebody should see to it */
    char upward[DOCTOR_TEXT_BYTES];   /* ..how that stands */
    int64_t backed_up_ms;             /* 0: never */
    int64_t center_backup_ms;         /* a station: the backup that the center keeps was made then; 0: none */
    int64_t backup_remind_days;
    size_t kept, kept_overdue;        /* a center: stations whose backups it keeps (core/record/kept_look.h); of them with none for too long */
    int64_t kept_oldest_days;         /* ..the oldest of these */
    uint32_t kept_oldest_station;
    char kept_oldest_called[MACHINE_NAME_MAX_BYTES]; /* its name, or its office */
    bool utf8;                        /* a UTF-8 locale could be had */
    bool on_terminal;
    char term[32];
    int rows, cols;                   /* 0: unknown */
    bool has_pdf, has_font;           /* papers as PDF are built in; Chinese came out */
    char pdf_lacks[DOCTOR_TEXT_BYTES]; /* built in, but a library is missing: what was said; else "" */
};

struct store;

/* store NULL: none yet. */
void doctor_look(const char *folder, struct store *store, const struct machine *machine, int64_t now_ms, struct doctor_facts *out);

enum doctor_state { DOCTOR_WELL, DOCTOR_SEE_TO, DOCTOR_WRONG };

struct doctor_finding {
    const char *name;  /* stable, ASCII: "disk-encryption" */
    const char *label; /* for people */
    enum doctor_state state;
    char text[DOCTOR_TEXT_BYTES];   /* how it is */
    char advice[DOCTOR_TEXT_BYTES]; /* what to do; "" when well */
};

/* The findings in a fixed order; returns how many (<= DOCTOR_CHECKS_MAX). */
size_t doctor_judge(const struct doctor_facts *facts, struct doctor_finding out[DOCTOR_CHECKS_MAX]);
/* "ok" "attention" "problem" */
const char *doctor_state_name(enum doctor_state state);

#endif /* TUI_DOCTOR_H */
