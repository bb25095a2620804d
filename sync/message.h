/* sync/message.h - the messages in frames: one struct each, one field table each (message.c), one encoder and one decoder for all.
 *
 * A struct initialised with {0} is an empty message; fields with their zero value are not sent. Texts are NUL-terminated UTF-8. */
#ifndef SYNC_MESSAGE_H
#define SYNC_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/record/machine.h"
#include "sync/protocol.h"

struct message_hello {
    uint64_t protocol_min, protocol_max;
    uint64_t station_no;
    uint8_t incarnation[INCARNATION_BYTES];
    uint64_t head_seq;
    uint8_t head_hash[HASH_BYTES];
    uint64_t have_seq;    /* what the station believes the center has */
    uint64_t ordered_seq; /* own changes up to here have their order number */
    uint64_t rcur;        /* last center order number applied */
    uint8_t center_incarnation[INCARNATION_BYTES]; /* zero before the first contact */
    uint64_t schema;      /* SCHEMA_VERSION of the program */
    uint64_t dictionary;  /* greatest compression dictionary known; 0 none */
    int64_t t_ms;
    bool once;            /* will close when both sides are done */
    bool practice;
    uint64_t org;
    uint8_t path[PATH_MAX_LOGS * PATH_ENTRY_BYTES]; /* protocol.h, PATH */
    size_t path_len;                                /* right behind it */
    bool relay; /* carries files for others, or may begin to */
    uint8_t lease[LEASE_BYTES];
    uint8_t order_mark[MARK_BYTES]; /* of the center's change at rcur */
    bool returns;   /* has others' changes to hand back */
    uint64_t packings; /* bits: 1 << PACKING_* understood */
    bool lookup;
    uint64_t window; /* of a history that the center may use (sync/history.h), its logarithm; 0: none */
    uint64_t model;  /* the greatest that the center may foretell such a history by (sync/foretell.h); 0: none */
};

struct message_welcome {
    uint64_t protocol; /* the one to speak */
    uint8_t center_incarnation[INCARNATION_BYTES];
    uint64_t have_seq;
    uint8_t have_hash[HASH_BYTES]; /* left out when have_seq is 0 or HELLO's head with HELLO's hash */
    uint64_t safe_seq;
    uint64_t order_head;
    uint64_t schema;
    uint64_t dictionary;
    int64_t t_ms;
    bool practice;
    uint64_t org;
    bool relay; /* RELAY frames are understood here */
    uint8_t lease[LEASE_BYTES];
    bool branch;         /* begin a new log at common_seq and come again */
    uint64_t common_seq;
    uint8_t branch_log[INCARNATION_BYTES]; /* the log that is to be left: an answer read late concerns another one than the present */
    bool rewind;         /* the order differs above common_order: go back there */
    uint64_t common_order;
    uint64_t packings;
    uint8_t scope_sum[8];
    bool lookup;
    bool keep;             /* stations' backups are kept here */
    uint64_t answers_rcur; /* in a file: HELLO.rcur of the file that is answered; another one by now: it was answered before */
    uint64_t answers_seq;  /* with `branch` in a file: HELLO.head_seq and head_hash of the file that is answered; zeros: an older program */
    uint8_t answers_hash[HASH_BYTES];
    uint8_t wants[WANTS_MAX_BYTES]; /* own numbers of the station, u64 each: the center lacks their content */
    size_t wants_len;               /* right behind it */
    uint64_t window, model; /* as in HELLO, for the station */
    uint64_t safe_order; /* up to this number of the order a proven backup of the center holds all; 0: none, or an older program */
};

struct message_changes {
    uint64_t first, last, count;
    uint8_t last_hash[HASH_BYTES];
    uint64_t raw_bytes;
    uint64_t packing;
    uint8_t mark[MARK_BYTES]; /* center: of its change at last */
    bool repair;              /* center: the whole of first..last, in place of what the station has there */
    uint8_t log[INCARNATION_BYTES]; /* center, not in files: of the log whose places it tells */
    uint8_t follows[MARK_BYTES]; /* PACKING_HISTORY: mark of what went before; zeros: it begins */
    uint64_t from_fold, upto_fold; /* center: PARTS; 0: from the number's beginning, to its end */
};

struct message_ack {
    uint64_t have_seq; /* center */
    uint8_t have_hash[HASH_BYTES];
    bool rewind;          /* center: that chunk began beyond have_seq + 1; go on from have_seq */
    uint64_t taken, quarantined, conflicts;
    uint64_t rcur; /* station */
    uint64_t part; /* station: of a part, its upto_fold */
};

struct message_pull {
    uint64_t after; /* order number */
};

struct message_relay {
    uint8_t id[HASH_BYTES]; /* SHA-256 of the file */
    uint64_t total;         /* its size */
    uint64_t at;            /* where this piece, the rest of the frame, begins */
    int64_t keep_ms;        /* not 0: a backup of the station itself, made then, to be kept as it is */
};

struct message_relayed {
    uint8_t id[HASH_BYTES];
    uint64_t at;    /* bytes durable here: go on from there */
    bool done;      /* the sender may forget it.. */
    char code[32];  /* ..because it was taken (empty), or refused: status_name() */
    char text[384]; /* for people */
};

/* What is compared: numbers of the station's own log along its path, or of the center's order. */
enum compare_what { COMPARE_LOG = 1, COMPARE_ORDER = 2 };

struct message_compare {
    uint64_t what; /* enum compare_what */
    uint64_t from, to; /* inclusive */
};

struct message_samples {
    uint64_t what;
    uint64_t from, to;
    uint8_t samples[SAMPLES_MAX * SAMPLE_BYTES]; /* ascending; log: mark of the chain value; order: mark of the header */
    size_t samples_len;
};

/* RETURN: this map, then packed entries (core/record/returned.h). */
struct message_return {
    uint64_t first, last, count; /* order numbers they had; 0: what WELCOME.wants asked for */
    uint64_t raw_bytes, packing;
    uint8_t ahead[RETURN_AHEAD_MAX_BYTES]; /* what comes behind them in the center's logs (returned.h, AHEAD) */
    size_t ahead_len;
    uint8_t logs[RETURN_LOGS_MAX_BYTES]; /* where the stations' logs began that they are of (core/record/returned_lineage.h) */
    size_t logs_len;
};

struct message_returned {
    uint64_t last;  /* durable up to here */
    uint64_t count; /* in a file: how many that are */
    uint64_t left;  /* of the chunk: not kept, since the machine's own log comes to the same (a hub: core/record/upward_gather.h, COPIES) */
    uint64_t head;  /* the center's last number by then; 0: a hub, or an older program */
};

/* From the station: its sums of SUMS_RANGES equal ranges of from..to. From the center: bits of the ranges that differ. */
struct message_sums {
    uint64_t from, to; /* order numbers, inclusive */
    uint8_t sums[SUMS_RANGES * 8]; /* station; big-endian */
    uint64_t differ;   /* center */
    bool bad;          /* center: its own copy of the range cannot be read, nothing can be mended from it */
};

struct message_lookup {
    uint64_t no;      /* of the question, at the station */
    char text[128];   /* name or document number */
    char reason[256];
    char user[64];
    int64_t asked_ms;
};

struct message_found {
    uint64_t no;
    char code[32];    /* status_name() when refused */
    uint64_t total;
    char lines[1536]; /* one hit a line: date, station, what kind of record */
};

struct message_err {
    char code[32];  /* status_name() */
    char text[384]; /* for people */
};

struct message_enrol {
    uint64_t protocol_min, protocol_max;
    char name[MACHINE_NAME_MAX_BYTES];
    uint8_t proof[HASH_BYTES];
    int64_t t_ms;
    /* A machine that has a store and lost its key, or whose number the center lost (enrolment.h); a new one leaves these out. */
    uint64_t station_no;
    uint8_t incarnation[INCARNATION_BYTES];        /* of its log */
    uint8_t center_incarnation[INCARNATION_BYTES]; /* the center it met; left out when the code is of that center's key */
    uint64_t org;
    uint8_t path[PATH_MAX_LOGS * PATH_ENTRY_BYTES]; /* as in HELLO */
    size_t path_len;
};

struct message_enrolled {
    uint64_t station_no;
    uint64_t org;
    char org_code[64];
    char org_name[MACHINE_NAME_MAX_BYTES];
    char center_name[MACHINE_NAME_MAX_BYTES];
    char area[AREA_TEXT_BYTES];
    uint8_t center_incarnation[INCARNATION_BYTES];
    bool practice;
    int64_t t_ms;
    bool known;        /* the key had this number before */
    uint64_t have_seq; /* what is here of the log that ENROL told: all up to there, with its chain value; or others brought some of it, the last of which has this header (core/record/old_number.h) */
    uint8_t have_hash[HASH_BYTES];
};

/* Append the payload of a message of that frame type; `message` points to its struct. PING and END have no payload and no struct (NULL). */
void message_encode(enum frame_type type, const void *message, struct buf *out);
/* Fill *message (its struct for the type) from a payload. used != NULL: the map may be followed by other bytes, *used tells where they begin; NULL: a byte behind
 * it is malformed. Errors: STATUS_MALFORMED (not deterministic CBOR, wrong kind or size of a field, a required field is missing; the message names the field). */
enum status message_decode(enum frame_type type, const void *payload, size_t len, void *message, size_t *used, struct errmsg *err);
/* One line for traces: "HELLO station=3 head=70 ...": numbers and switches only, no texts and keys. */
void message_describe(enum frame_type type, const void *message, struct buf *out);
/* Append a whole frame. */
void message_put(enum frame_type type, const void *message, struct buf *out);
/* The status with that status_name(); STATUS_PEER for one this program does not know. */
enum status message_err_status(const struct message_err *message);

#endif /* SYNC_MESSAGE_H */
