/* core/aid/signin.h - the door: who comes in by name and password, and one row of type signin for every try, leaving, lock and unlock.
 *
 * The rows are insert-only and go to the center like any record (网络安全法第二十一条: logs for at least six months; 等保二级 8.1.4.3: time, user, event,
 * result). The program writes them, not the person: their change carries SIGNIN_WRITER as its user. Never a password in them, and of a name that is no account
 * only that it was none: people type their password there.
 * Writing them is best effort: a full disk must not keep the right person out (then `unrecorded` is set).
 *
 * Five wrong passwords within 15 minutes of each other lock the account on this machine for 15 minutes. The words of a refusal are the same for every reason,
 * except to who gave the right password of an account whose password is too old. */
#ifndef CORE_AID_SIGNIN_H
#define CORE_AID_SIGNIN_H

#include "core/aid/account.h"

/* Numbers are the codes 01.. of the set signin_result. */
enum signin_event {
    SIGNIN_IN = 1,
    SIGNIN_WRONG,
    SIGNIN_LOCKED_OUT, /* a try while the account waits */
    SIGNIN_DISABLED,
    SIGNIN_LEFT,
    SIGNIN_SCREEN_LOCKED,
    SIGNIN_SCREEN_UNLOCKED,
    SIGNIN_UNKNOWN,
    SIGNIN_EXPIRED
};

#define SIGNIN_WRITER "aidpost"  /* user of the changes; no account may have it */
#define SIGNIN_NOBODY "-"        /* name in rows of unknown accounts */
#define SIGNIN_SCREEN "屏幕"
#define SIGNIN_COMMAND "命令行"

/* Where people come in. Everything borrowed for the call. */
struct signin_door {
    struct store *store;
    const struct machine *machine;
    const struct code_book *codes;
    struct random_source random;
    const char *via; /* SIGNIN_SCREEN, SIGNIN_COMMAND */
};

struct signin_result {
    struct actor actor;  /* set when STATUS_OK, and when must_change */
    bool must_change;    /* with STATUS_AUTH: the right password, but too old: signin_change_password, or an administrator */
    bool old;            /* with STATUS_OK: the password is past its days (a station in its grace) */
    bool warn;           /* with STATUS_OK: few days are left, see days_left; with `old`: until it opens no more */
    int32_t days_left;
    bool unrecorded;     /* the row could not be written */
};

/* Come in (as = SIGNIN_IN) or unlock the screen (SIGNIN_SCREEN_UNLOCKED). On a station only accounts of its own org.
 * Opens its own transaction unless one is open. Costs one Argon2id hash whatever the reason.
 * Errors: STATUS_AUTH; storage errors while reading. */
enum status signin_enter(const struct signin_door *door, const char *user, const char *password, size_t len, enum signin_event as, int64_t now_ms, struct signin_result *out,
                         struct errmsg *err);
/* At the center: a person's own new password, for the present one; also when that is too old. A wrong present one counts as a wrong try.
 * Errors: STATUS_AUTH, STATUS_FORBIDDEN (not the center; says where to go), STATUS_INVALID (the new one); unchanged. */
enum status signin_change_password(const struct signin_door *door, const char *user, const char *present, size_t present_len, const char *fresh, size_t fresh_len, int64_t now_ms,
                                   struct errmsg *err);
/* Note SIGNIN_LEFT, SIGNIN_SCREEN_LOCKED. False: it could not be written. */
bool signin_note(const struct signin_door *door, const char *user, enum signin_event event, int64_t now_ms);

/* Whether who came in as this actor still might: the account is there, not disabled, with the same role and org. True when it cannot be read. */
bool signin_still_good(struct store *store, const struct machine *machine, const struct actor *actor);

/* An account as the administrator sees it. */
enum account_state { ACCOUNT_ACTIVE, ACCOUNT_DISABLED, ACCOUNT_LOCKED /* here, now */, ACCOUNT_EXPIRED };
enum account_state signin_account_state(struct store *store, const struct machine *machine, const struct password_rules *rules, const struct record *account, int64_t now_ms);
const char *account_state_name(enum account_state state); /* "active" "disabled" "locked" "expired" */
const char *account_state_label(enum account_state state); /* Chinese */
enum { SIGNIN_TIME_TEXT_BYTES = 20 };
/* "2026-10-23 09:12:31" of the last time the account came in or unlocked, as known here and visible to the actor; "" if never. O(log n + failures since). */
enum status signin_last(struct store *store, const struct actor *actor, const char *user, char out[SIGNIN_TIME_TEXT_BYTES], struct errmsg *err);

#endif /* CORE_AID_SIGNIN_H */
