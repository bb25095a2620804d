/* core/record/peer.h - the machines the center knows (allow list), one-time enrolment codes, and, on a station, what the last syncs came to.
 * Local tables, not in the change log: keys and codes never travel. */
#ifndef CORE_RECORD_PEER_H
#define CORE_RECORD_PEER_H

#include <stdbool.h>

#include "core/base/hash.h"
#include "core/record/machine.h"

enum { PEER_KEY_BYTES = 32, ENROL_TRIES_MAX = 5 };
#define ENROL_VALID_MS (INT64_C(72) * 3600 * 1000)

struct peer {
    uint32_t station_no;         /* 1.. */
    int64_t org;                 /* org number it works for */
    char org_code[64];
    char org_name[MACHINE_NAME_MAX_BYTES];
    char name[MACHINE_NAME_MAX_BYTES]; /* of the machine.. */
    bool named;                  /* ..and the center says so (machine_name.h), not only the machine itself. By peer_find_pin, which each frame asks: not looked at */
    struct hash pin;             /* SHA-256 of its public key (SubjectPublicKeyInfo) */
    bool revoked;
    int64_t enrolled_ms, revoked_ms, last_contact_ms; /* center's clock; 0 = never */
    int64_t skew_ms;             /* its clock minus ours at last contact */
    uint64_t have_seq, safe_seq; /* of the log it wrote in last, what came before that included (branch.h) */
    uint64_t sent_order;         /* last order number it confirmed */
    uint64_t branches;           /* copies and restores of it found so far */
    int64_t branched_ms;         /* the last one; 0 never */
    char alarm[192];             /* for the operator, until it is seen to; empty: none */
    uint64_t branches_seen;      /* of them, looked after (alarm.h) */
    int64_t rekeyed_ms;          /* enrolled again as the same station; 0 never */
    uint64_t protocol;           /* its program's newest, as it said when it was here last; 0: it has not been here since that is noted */
    uint64_t since_era;          /* what the number stands for in earlier eras of the center's order is another machine, which was lost when the center was put back */
    uint64_t met_era;            /* of the center's order (order.h) when it was here last and had handed over all it had */
};

/* Two machines go on with what was one, both with its key. */
#define PEER_ALARM_TWINS "两台机器共用一把密钥（其中一台是另一台的副本）：两边的数据都收下了，接着用的重新登记，另一台登记成新站；副本已停用的，查清就行"

/* Center: make a peer for an org; station_no is given here. Inside the caller's transaction. Errors: STATUS_NOT_FOUND (org number unknown), STATUS_EXISTS (pin known). */
enum status peer_add(struct store *store, int64_t org, const char *name, struct hash pin, int64_t now_ms, struct peer *out, struct errmsg *err);
/* The same with a number that nobody here has: of a machine that had it at this center before it was put back. 0: a new one. */
enum status peer_add_as(struct store *store, uint32_t station_no, int64_t org, const char *name, struct hash pin, int64_t now_ms, struct peer *out, struct errmsg *err);
/* The machine was enrolled again as this station: from now on this key is its, the one before is nobody's. What it holds is asked anew; an open alarm is settled by it. Inside the caller's transaction.
 * Errors: STATUS_NOT_FOUND, STATUS_FORBIDDEN (revoked), STATUS_EXISTS (pin known). */
enum status peer_rekey(struct store *store, uint32_t station_no, const char *name, struct hash pin, int64_t now_ms, struct peer *out, struct errmsg *err);
/* By pinned key; revoked peers are found too (look at .revoked). STATUS_NOT_FOUND. */
enum status peer_find_pin(struct store *store, struct hash pin, struct peer *out, struct errmsg *err);
enum status peer_find(struct store *store, uint32_t station_no, struct peer *out, struct errmsg *err);
/* By station number, machine's name, org code or name, as typed by a clerk. Errors: STATUS_NOT_FOUND, STATUS_INVALID (several). */
enum status peer_resolve(struct store *store, const char *text, struct peer *out, struct errmsg *err);
/* How often a key was taken away from a machine here (meta peers_turned): revoked, enrolled anew. Errors: storage. O(1). */
enum status peer_turns(struct store *store, int64_t *turns, struct errmsg *err);
/* In the caller's transaction or its own; takes effect at once (sessions look at it before each frame). What others handed back of its changes is taken in (returned.h). */
enum status peer_revoke(struct store *store, uint32_t station_no, int64_t now_ms, struct errmsg *err);
/* Write back contact fields (last_contact_ms, skew_ms, have_seq, sent_order, met_era, safe_seq, protocol). In the caller's transaction or its own. */
enum status peer_note(struct store *store, const struct peer *peer, struct errmsg *err);
/* In the caller's transaction or its own. Revoking takes the alarm away; so does settling it (alarm.h). */
enum status peer_set_alarm(struct store *store, uint32_t station_no, const char *text, struct errmsg *err);
typedef bool (*peer_row)(void *context, const struct peer *peer);
enum status peer_list(struct store *store, peer_row row, void *context, struct errmsg *err);

/* What to call a station on screens and papers: the office it works for; a machine's own name (of several stations often the same) only where that is not known. */
const char *peer_label(const struct peer *peer);
/* Which machine of it: the name that the center gave it; peer_label where it has none. */
const char *peer_called(const struct peer *peer);
/* Both, for who may not know the one by the other: "永阳街道法律援助工作站（前台）". Cut where out ends. */
void peer_full(const struct peer *peer, char *out, size_t out_bytes);
/* The office it works for, by its number, or "站 n"; the center is "县中心". Which of its machines: machine_called (machine_name.h). */
void station_label(struct store *store, uint32_t station_no, char *out, size_t out_bytes);

/* SQL, of a row p of peer: the name that the center gave the machine (machine_name.h); NULL: none. */
#define PEER_CALLED_SQL "(SELECT m.name FROM machine m WHERE m.number=p.station_no AND m.since=coalesce(p.enrolled_ms,0) AND m.gone=0 ORDER BY m.told_to LIMIT 1)"

/* SQL, of a row of org: it is an office of the center, itself, a station, branch or contact point, and open. */
#define ORG_IS_OFFICE "kind IN ('center','station','branch','point') AND coalesce(closed,0)=0"
/* Orgs by code, else by name, for enrolment and scope: number, name. Of several with one name the only open office is meant. Errors: STATUS_NOT_FOUND, STATUS_INVALID (several go by that: nobody's records go to one of
 * them by chance). */
enum status org_find(struct store *store, const char *code_or_name, int64_t *number, char *name, size_t name_bytes, struct errmsg *err);

/* The same where somebody is to get something there: records, a machine, people. Errors: also STATUS_FORBIDDEN (closed, or no office of the center). */
enum status org_find_office(struct store *store, const char *code_or_name, int64_t *number, char *name, size_t name_bytes, struct errmsg *err);

/* An org as those who hand something over choose it. */
struct org_choice {
    int64_t number;
    const char *name;
    bool office;  /* of the center: itself, a station, branch or contact point, not closed */
    bool revoked; /* it has machines, and all of them are revoked; known at the center only */
};
typedef bool (*org_row)(void *context, const struct org_choice *org);
/* All of them by number; texts are borrowed for the call. O(orgs + peers). Errors: storage. */
enum status org_list(struct store *store, org_row row, void *context, struct errmsg *err);

/* One-time codes: only the hash of the secret is kept. station_no: to be enrolled again as this one; 0: as a new one. */
enum status enrol_code_add(struct store *store, struct hash secret_hash, int64_t org, uint32_t station_no, const char *name, int64_t now_ms, struct errmsg *err);
/* All unexpired, unused, not exhausted codes' secrets hashes with their rows: the caller tries its proof against each. */
struct enrol_code {
    int64_t no;
    struct hash secret_hash;
    int64_t org;
    uint32_t station_no; /* 0: a new one */
    char name[MACHINE_NAME_MAX_BYTES];
    int tries;
    int64_t expires_ms;
};
typedef bool (*enrol_code_row)(void *context, const struct enrol_code *code);
enum status enrol_code_list(struct store *store, int64_t now_ms, enrol_code_row row, void *context, struct errmsg *err);
enum status enrol_code_use(struct store *store, int64_t no, struct errmsg *err);
/* Count a failed try against every open code; codes with ENROL_TRIES_MAX are dead. */
enum status enrol_code_failed(struct store *store, int64_t now_ms, struct errmsg *err);

/* Station: outcome of sync attempts, newest 50 kept, for the screen and `status`. */
enum { ATTEMPTS_KEPT = 50 };
struct sync_attempt {
    int64_t at_ms;
    bool ok;
    char reason[160];  /* for people, when not ok */
    char healed[160];  /* for people: what was found wrong and mended; empty: nothing */
    uint64_t sent, received, conflicts, quarantined, bytes_out, bytes_in;
    int64_t duration_ms, skew_ms;
    int64_t next_ms;   /* when the next try is planned; 0 = not planned */
};
enum status sync_attempt_note(struct store *store, const struct sync_attempt *attempt, struct errmsg *err);
typedef bool (*sync_attempt_row)(void *context, const struct sync_attempt *attempt);
enum status sync_attempt_list(struct store *store, size_t limit, sync_attempt_row row, void *context, struct errmsg *err); /* newest first */
/* The screen asks the sync program to go now; taken once. */
enum status sync_request_post(struct store *store, int64_t now_ms, struct errmsg *err);
enum status sync_request_take(struct store *store, bool *asked, struct errmsg *err);
/* What the station knows of its center: "host:port" and pinned key. Stored in meta: center_address, center_pin. */
enum status center_address_get(struct store *store, char *address, size_t address_bytes, struct hash *pin, struct errmsg *err);
enum status center_address_set(struct store *store, const char *address, struct hash pin, struct errmsg *err);
/* Whether the machine is a practice station on its own (aidpost practice): it was never enrolled, nothing it holds is ever sent. Those of a practice county (aidpost demo) know their center. */
bool machine_is_alone(struct store *store, const struct machine *machine);
/* The same for who lets something out, or makes the machine a station, because it is not: what could not be read is not an address that is there. Errors: storage; *alone false then. */
enum status machine_find_alone(struct store *store, const struct machine *machine, bool *alone, struct errmsg *err);
/* The center's Ed25519 public key itself (meta: center_key), learned at each contact: files for it are sealed to it. Get: STATUS_NOT_FOUND. Set writes only what
 * differs. That it belongs to center_pin the caller has checked. */
enum status center_key_get(struct store *store, uint8_t key[PEER_KEY_BYTES], struct errmsg *err);
enum status center_key_set(struct store *store, const uint8_t key[PEER_KEY_BYTES], struct errmsg *err);

#endif /* CORE_RECORD_PEER_H */
