/* core/record/peer.c - see peer.h. */
#include "core/record/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/plain.h"
#include "core/record/alarm.h"
#include "core/record/changelog.h"
#include "core/record/history_part.h"
#include "core/record/left_body.h"
#include "core/record/returned.h"

enum { CENTER_ADDRESS_BYTES = 512 };

/* Run one statement in the open transaction, or in one of its own. */
static enum status run_alone(struct store *store, struct stmt *stmt, const char *who, struct errmsg *err)
{
    if (store_in_transaction(store))
        return stmt_run(stmt, err);
    enum status status = store_begin(store, who, err);
    if (status != STATUS_OK) {
        stmt_reset(stmt);
        return status;
    }
    status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

/* Last: the name that the center gave it. */
#define PEER_COLUMNS(called)                                                                                                                               \
    "SELECT p.station_no,p.org,p.name,p.pin,p.revoked,p.enrolled_ms,p.revoked_ms,p.last_contact_ms,p.skew_ms,p.have_seq,p.safe_seq,p.sent_order," \
    "coalesce(o.code,''),coalesce(o.name,''),p.branches,p.branched_ms,coalesce(p.alarm,''),p.met_era,p.branches_seen,p.rekeyed_ms,coalesce(p.protocol,0),p.since_era," called " FROM peer p LEFT JOIN org o ON o.number=p.org AND o.gone=0 "

static void copy_text(char *out, size_t out_bytes, struct stmt *stmt, int column)
{
    snprintf(out, out_bytes, "%s", stmt_column_text(stmt, column, NULL));
}

static void copy_blob(void *out, size_t bytes, struct stmt *stmt, int column)
{
    size_t len;
    const uint8_t *blob = stmt_column_blob(stmt, column, &len);
    if (len == bytes)
        memcpy(out, blob, bytes);
}

static void read_peer(struct stmt *stmt, struct peer *out)
{
    *out = (struct peer){.station_no = (uint32_t)stmt_column_int(stmt, 0), .org = stmt_column_int(stmt, 1), .revoked = stmt_column_int(stmt, 4) != 0,
                         .enrolled_ms = stmt_column_int(stmt, 5), .revoked_ms = stmt_column_int(stmt, 6), .last_contact_ms = stmt_column_int(stmt, 7),
                         .skew_ms = stmt_column_int(stmt, 8), .have_seq = (uint64_t)stmt_column_int(stmt, 9), .safe_seq = (uint64_t)stmt_column_int(stmt, 10),
                         .sent_order = (uint64_t)stmt_column_int(stmt, 11), .branches = (uint64_t)stmt_column_int(stmt, 14), .branched_ms = stmt_column_int(stmt, 15),
                         .met_era = (uint64_t)stmt_column_int(stmt, 17), .branches_seen = (uint64_t)stmt_column_int(stmt, 18), .rekeyed_ms = stmt_column_int(stmt, 19), .protocol = (uint64_t)stmt_column_int(stmt, 20),
                         .since_era = (uint64_t)stmt_column_int(stmt, 21)};
    out->named = !stmt_column_is_null(stmt, 22);
    copy_text(out->name, sizeof out->name, stmt, out->named ? 22 : 2);
    plain_make(out->name); /* as the machine named itself */
    copy_blob(out->pin.bytes, HASH_BYTES, stmt, 3);
    copy_text(out->org_code, sizeof out->org_code, stmt, 12);
    copy_text(out->org_name, sizeof out->org_name, stmt, 13);
    copy_text(out->alarm, sizeof out->alarm, stmt, 16);
}

static enum status one_peer(struct stmt *stmt, struct peer *out, struct errmsg *err)
{
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    read_peer(stmt, out);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status peer_find_pin(struct store *store, struct hash pin, struct peer *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, PEER_COLUMNS("NULL") "WHERE p.pin=?1");
    stmt_blob(stmt, 1, pin.bytes, HASH_BYTES);
    return one_peer(stmt, out, err);
}

enum status peer_find(struct store *store, uint32_t station_no, struct peer *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, PEER_COLUMNS(PEER_CALLED_SQL) "WHERE p.station_no=?1");
    stmt_int(stmt, 1, station_no);
    return one_peer(stmt, out, err);
}

enum status peer_resolve(struct store *store, const char *text, struct peer *out, struct errmsg *err)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    enum status status = STATUS_NOT_FOUND;
    if (*text != '\0' && *end == '\0' && number > 0 && number <= UINT32_MAX)
        status = peer_find(store, (uint32_t)number, out, err);
    if (status != STATUS_NOT_FOUND)
        return status;
    struct stmt *stmt = store_prepare(store, PEER_COLUMNS(PEER_CALLED_SQL) "WHERE o.code=?1 OR o.name=?1 OR coalesce(" PEER_CALLED_SQL ",p.name)=?1 ORDER BY p.station_no");
    stmt_string(stmt, 1, text);
    int found = 0;
    while (stmt_row(stmt, &status, err)) {
        struct peer each;
        read_peer(stmt, &each);
        if (found++ == 0)
            *out = each;
    }
    if (status != STATUS_OK)
        return status;
    if (found == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这个站: %s", text);
    return found == 1 ? STATUS_OK : errmsg_set(err, STATUS_INVALID, "%s 有 %d 台机器，请用站号指明", text, found);
}

enum status peer_add(struct store *store, int64_t org, const char *name, struct hash pin, int64_t now_ms, struct peer *out, struct errmsg *err)
{
    return peer_add_as(store, 0, org, name, pin, now_ms, out, err);
}

enum status peer_add_as(struct store *store, uint32_t station_no, int64_t org, const char *name, struct hash pin, int64_t now_ms, struct peer *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM org WHERE number=?1 AND gone=0");
    stmt_int(stmt, 1, org);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? errmsg_set(err, STATUS_NOT_FOUND, "没有编号为 %lld 的单位", (long long)org) : status;
    stmt_reset(stmt);
    stmt = store_prepare(store, "INSERT INTO peer(station_no,org,name,pin,enrolled_ms,since_era) VALUES(coalesce(nullif(?5,0),(SELECT coalesce(max(station_no),0)+1 FROM peer)),?1,?2,?3,?4,?6)");
    stmt_int(stmt, 1, org);
    stmt_string(stmt, 2, name);
    stmt_blob(stmt, 3, pin.bytes, HASH_BYTES);
    stmt_int(stmt, 4, now_ms);
    stmt_int(stmt, 5, station_no);
    stmt_int(stmt, 6, station_no == 0 ? store_meta_int(store, "era", 0) : 0);
    status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status == STATUS_EXISTS ? errmsg_set(err, status, "这把密钥已经登记过") : status;
    return peer_find_pin(store, pin, out, err);
}

enum status peer_turns(struct store *store, int64_t *turns, struct errmsg *err)
{
    return store_meta_read_int(store, "peers_turned", turns, err);
}

static enum status note_turn(struct store *store, struct errmsg *err)
{
    int64_t turns = 0;
    enum status status = peer_turns(store, &turns, err);
    return status == STATUS_OK ? store_meta_set_int(store, "peers_turned", turns + 1, err) : status;
}

/* What the last machine held says nothing of this one. */
static enum status change_key(struct store *store, uint32_t station_no, const char *name, struct hash pin, int64_t now_ms, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE peer SET pin=?2, name=CASE WHEN ?3<>'' THEN ?3 ELSE name END, rekeyed_ms=?4, sent_order=0, have_seq=0, safe_seq=0 WHERE station_no=?1");
    stmt_int(stmt, 1, station_no);
    stmt_blob(stmt, 2, pin.bytes, HASH_BYTES);
    stmt_string(stmt, 3, name);
    stmt_int(stmt, 4, now_ms);
    enum status status = stmt_run(stmt, err);
    return status == STATUS_EXISTS ? errmsg_set(err, status, "这把密钥已经登记过") : status;
}

enum status peer_rekey(struct store *store, uint32_t station_no, const char *name, struct hash pin, int64_t now_ms, struct peer *out, struct errmsg *err)
{
    char open[ALARM_TEXT_BYTES];
    enum status status = peer_find(store, station_no, out, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, status, "没有站点 %u 号", station_no);
    if (status == STATUS_OK && out->revoked)
        return errmsg_set(err, STATUS_FORBIDDEN, "站点 %u 号已停用，停用的站号不再使用；请发新登记码（enrol new --org）", station_no);
    if (status != STATUS_OK)
        return status;
    alarm_open_text(out, open);
    status = change_key(store, station_no, name, pin, now_ms, err);
    if (status == STATUS_OK)
        status = note_turn(store, err);
    if (status == STATUS_OK && open[0] != '\0')
        status = alarm_settle(store, station_no, "aidpostd enrol", "重新登记，原来的密钥作废", now_ms, err);
    return status == STATUS_OK ? peer_find_pin(store, pin, out, err) : status;
}

enum status peer_revoke(struct store *store, uint32_t station_no, int64_t now_ms, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "revoke", &own, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE peer SET revoked=1, revoked_ms=?2, alarm=NULL WHERE station_no=?1");
    uint64_t taken;
    stmt_int(stmt, 1, station_no);
    stmt_int(stmt, 2, now_ms);
    status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        status = note_turn(store, err);
    if (status == STATUS_OK) /* it will not send any more what others handed back of its */
        status = returned_adopt(store, station_no, now_ms, &taken, err);
    return store_leave(store, own, status, err);
}

enum status peer_note(struct store *store, const struct peer *peer, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE OR FAIL peer SET last_contact_ms=?2,skew_ms=?3,have_seq=?4,sent_order=?5,met_era=?6,safe_seq=?7,protocol=nullif(?8,0) WHERE station_no=?1");
    stmt_int(stmt, 1, peer->station_no);
    stmt_int(stmt, 2, peer->last_contact_ms);
    stmt_int(stmt, 3, peer->skew_ms);
    stmt_int(stmt, 4, (int64_t)peer->have_seq);
    stmt_int(stmt, 5, (int64_t)peer->sent_order);
    stmt_int(stmt, 6, (int64_t)peer->met_era);
    stmt_int(stmt, 7, (int64_t)peer->safe_seq);
    stmt_int(stmt, 8, (int64_t)peer->protocol);
    return run_alone(store, stmt, "peer", err);
}

enum status peer_set_alarm(struct store *store, uint32_t station_no, const char *text, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE peer SET alarm=?2 WHERE station_no=?1");
    stmt_int(stmt, 1, station_no);
    stmt_string(stmt, 2, text);
    return run_alone(store, stmt, "alarm", err);
}

enum status peer_list(struct store *store, peer_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, PEER_COLUMNS(PEER_CALLED_SQL) "ORDER BY p.station_no");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct peer peer;
        read_peer(stmt, &peer);
        if (!row(context, &peer)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

const char *peer_label(const struct peer *peer)
{
    return peer->org_name[0] != '\0' ? peer->org_name : peer->name;
}

const char *peer_called(const struct peer *peer)
{
    return peer->named ? peer->name : peer_label(peer);
}

void peer_full(const struct peer *peer, char *out, size_t out_bytes)
{
    if (peer->named && peer->org_name[0] != '\0')
        snprintf(out, out_bytes, _("%s（%s）"), peer->org_name, peer->name);
    else
        snprintf(out, out_bytes, "%s", peer_called(peer));
}

/* A machine that wrote what is here: its office stands beside its name (machine_name.h), unless the number was two offices'. */
static bool office_of(struct store *store, uint32_t station_no, char *out, size_t out_bytes)
{
    struct stmt *stmt = store_prepare(store, "SELECT o.name FROM machine m JOIN org o ON o.number=m.org AND o.gone=0 WHERE m.number=?1 AND m.gone=0 "
                                             "AND NOT EXISTS(SELECT 1 FROM machine k WHERE k.number=m.number AND k.org<>m.org AND k.gone=0) LIMIT 1");
    enum status status;
    stmt_int(stmt, 1, station_no);
    if (!stmt_row(stmt, &status, NULL))
        return false;
    copy_text(out, out_bytes, stmt, 0);
    stmt_reset(stmt);
    return out[0] != '\0';
}

void station_label(struct store *store, uint32_t station_no, char *out, size_t out_bytes)
{
    struct peer peer;
    struct machine machine;
    if (station_no == STATION_NO_CENTER)
        snprintf(out, out_bytes, _("县中心"));
    else if (peer_find(store, station_no, &peer, NULL) == STATUS_OK)
        snprintf(out, out_bytes, "%s", peer_label(&peer));
    else if (machine_load(store, &machine, NULL) == STATUS_OK && machine.station_no == station_no)
        snprintf(out, out_bytes, "%s", machine.name);
    else if (!office_of(store, station_no, out, out_bytes))
        snprintf(out, out_bytes, _("站 %u"), station_no);
}

/* The best of those that go by this text. *rivals: how many are as good. */
static enum status find_org(struct store *store, const char *text, struct org_choice *out, char *name, size_t name_bytes, int *rivals, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT number,name," ORG_IS_OFFICE ",2*(code IS ?1)+(" ORG_IS_OFFICE ") FROM org WHERE (code=?1 OR name=?1) AND gone=0 ORDER BY 4 DESC,number");
    int64_t best = 0;
    enum status status;
    *rivals = 0;
    stmt_string(stmt, 1, text);
    while (stmt_row(stmt, &status, err)) {
        int64_t rank = stmt_column_int(stmt, 3);
        if (*rivals == 0) {
            *out = (struct org_choice){.number = stmt_column_int(stmt, 0), .office = stmt_column_int(stmt, 2) != 0};
            copy_text(name, name_bytes, stmt, 1);
            best = rank;
        }
        *rivals += rank == best;
    }
    if (status != STATUS_OK || *rivals == 1)
        return status;
    return *rivals == 0 ? errmsg_set(err, STATUS_NOT_FOUND, "没有这个单位: %s", text) : errmsg_set(err, STATUS_INVALID, "有 %d 个单位叫 %s：请写代号，或者先把名称改得有区别", *rivals, text);
}

enum status org_find(struct store *store, const char *code_or_name, int64_t *number, char *name, size_t name_bytes, struct errmsg *err)
{
    struct org_choice org;
    int rivals;
    enum status status = find_org(store, code_or_name, &org, name, name_bytes, &rivals, err);
    if (status == STATUS_OK)
        *number = org.number;
    return status;
}

enum status org_find_office(struct store *store, const char *code_or_name, int64_t *number, char *name, size_t name_bytes, struct errmsg *err)
{
    struct org_choice org;
    int rivals;
    enum status status = find_org(store, code_or_name, &org, name, name_bytes, &rivals, err);
    if (status != STATUS_OK)
        return status;
    if (!org.office)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 已停办，或者不是本中心的工作站、分部、联络点", name);
    *number = org.number;
    return STATUS_OK;
}

enum status org_list(struct store *store, org_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT o.number,o.name," ORG_IS_OFFICE ",coalesce(min(p.revoked),0) "
                                             "FROM org o LEFT JOIN peer p ON p.org=o.number WHERE o.gone=0 GROUP BY o.number ORDER BY o.number");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct org_choice org = {.number = stmt_column_int(stmt, 0), .name = stmt_column_text(stmt, 1, NULL), .office = stmt_column_int(stmt, 2) != 0, .revoked = stmt_column_int(stmt, 3) != 0};
        if (!row(context, &org)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* One-time codes. */

enum status enrol_code_add(struct store *store, struct hash secret_hash, int64_t org, uint32_t station_no, const char *name, int64_t now_ms, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO enrol_code(secret_hash,org,name,expires_ms,station) VALUES(?1,?2,?3,?4,?5)");
    stmt_blob(stmt, 1, secret_hash.bytes, HASH_BYTES);
    stmt_int(stmt, 2, org);
    stmt_string(stmt, 3, name == NULL ? "" : name);
    stmt_int(stmt, 4, now_ms + ENROL_VALID_MS);
    stmt_int(stmt, 5, station_no);
    return run_alone(store, stmt, "enrol", err);
}

enum status enrol_code_list(struct store *store, int64_t now_ms, enrol_code_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT no,secret_hash,org,name,tries,expires_ms,station FROM enrol_code WHERE used=0 AND tries<?2 AND expires_ms>?1 ORDER BY no");
    stmt_int(stmt, 1, now_ms);
    stmt_int(stmt, 2, ENROL_TRIES_MAX);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct enrol_code code = {.no = stmt_column_int(stmt, 0), .org = stmt_column_int(stmt, 2), .tries = (int)stmt_column_int(stmt, 4),
                                  .expires_ms = stmt_column_int(stmt, 5), .station_no = (uint32_t)stmt_column_int(stmt, 6)};
        copy_blob(code.secret_hash.bytes, HASH_BYTES, stmt, 1);
        copy_text(code.name, sizeof code.name, stmt, 3);
        if (!row(context, &code)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status enrol_code_use(struct store *store, int64_t no, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE enrol_code SET used=1 WHERE no=?1 AND used=0");
    stmt_int(stmt, 1, no);
    return run_alone(store, stmt, "enrol", err);
}

enum status enrol_code_failed(struct store *store, int64_t now_ms, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE enrol_code SET tries=tries+1 WHERE used=0 AND expires_ms>?1");
    stmt_int(stmt, 1, now_ms);
    return run_alone(store, stmt, "enrol", err);
}

/* What the last syncs came to. */

enum status sync_attempt_note(struct store *store, const struct sync_attempt *attempt, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "attempt", &own, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "INSERT INTO sync_attempt(at_ms,ok,reason,sent,received,conflicts,quarantined,bytes_out,bytes_in,duration_ms,skew_ms,next_ms,healed) "
                                             "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,nullif(?13,''))");
    stmt_int(stmt, 1, attempt->at_ms);
    stmt_int(stmt, 2, attempt->ok);
    stmt_string(stmt, 3, attempt->reason);
    stmt_int(stmt, 4, (int64_t)attempt->sent);
    stmt_int(stmt, 5, (int64_t)attempt->received);
    stmt_int(stmt, 6, (int64_t)attempt->conflicts);
    stmt_int(stmt, 7, (int64_t)attempt->quarantined);
    stmt_int(stmt, 8, (int64_t)attempt->bytes_out);
    stmt_int(stmt, 9, (int64_t)attempt->bytes_in);
    stmt_int(stmt, 10, attempt->duration_ms);
    stmt_int(stmt, 11, attempt->skew_ms);
    stmt_int(stmt, 12, attempt->next_ms);
    stmt_string(stmt, 13, attempt->healed);
    status = stmt_run(stmt, err);
    if (status == STATUS_OK) {
        stmt = store_prepare(store, "DELETE FROM sync_attempt WHERE no<=(SELECT max(no) FROM sync_attempt)-?1");
        stmt_int(stmt, 1, ATTEMPTS_KEPT);
        status = stmt_run(stmt, err);
    }
    if (status == STATUS_OK) /* a session that brought nothing clears a piece, too */
        status = left_body_clear(store, NULL, err);
    if (status == STATUS_OK) /* they count for one session; no erasure looks for what nobody has yet */
        status = history_part_forget(store, err);
    return store_leave(store, own, status, err);
}

enum status sync_attempt_list(struct store *store, size_t limit, sync_attempt_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT at_ms,ok,reason,sent,received,conflicts,quarantined,bytes_out,bytes_in,duration_ms,skew_ms,next_ms,healed FROM sync_attempt "
                                             "ORDER BY no DESC LIMIT ?1");
    stmt_int(stmt, 1, (int64_t)limit);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct sync_attempt attempt = {.at_ms = stmt_column_int(stmt, 0), .ok = stmt_column_int(stmt, 1) != 0, .sent = (uint64_t)stmt_column_int(stmt, 3),
                                       .received = (uint64_t)stmt_column_int(stmt, 4), .conflicts = (uint64_t)stmt_column_int(stmt, 5),
                                       .quarantined = (uint64_t)stmt_column_int(stmt, 6), .bytes_out = (uint64_t)stmt_column_int(stmt, 7),
                                       .bytes_in = (uint64_t)stmt_column_int(stmt, 8), .duration_ms = stmt_column_int(stmt, 9), .skew_ms = stmt_column_int(stmt, 10),
                                       .next_ms = stmt_column_int(stmt, 11)};
        copy_text(attempt.reason, sizeof attempt.reason, stmt, 2);
        copy_text(attempt.healed, sizeof attempt.healed, stmt, 12);
        if (!row(context, &attempt)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status sync_request_post(struct store *store, int64_t now_ms, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO meta(name, value) VALUES('sync_request', ?1) ON CONFLICT(name) DO UPDATE SET value=excluded.value");
    stmt_int(stmt, 1, now_ms);
    return run_alone(store, stmt, "sync request", err);
}

enum status sync_request_take(struct store *store, bool *asked, struct errmsg *err)
{
    int64_t at_ms = -1;
    enum status status = store_meta_read_int(store, "sync_request", &at_ms, err);
    *asked = status == STATUS_OK && at_ms != -1;
    if (!*asked)
        return status;
    return run_alone(store, store_prepare(store, "DELETE FROM meta WHERE name='sync_request'"), "sync request", err);
}

/* Exactly so many bytes, or *there false. */
static enum status read_bytes(struct store *store, const char *name, uint8_t *out, size_t len, bool *there, struct errmsg *err)
{
    struct buf bytes;
    buf_init(&bytes, len);
    enum status status = store_meta_read_blob(store, name, &bytes, there, err);
    if (status == STATUS_TOO_LARGE) { /* not ours */
        errmsg_clear(err);
        status = STATUS_OK;
    }
    *there = *there && bytes.len == len;
    if (*there)
        memcpy(out, bytes.data, len);
    buf_release(&bytes);
    return status;
}

/* What can't be read, for want of memory too, is not what is not there: else a station would be told to enrol. */
static enum status read_address(struct store *store, char *address, size_t address_bytes, struct hash *pin, bool *there, struct errmsg *err)
{
    struct buf text;
    bool pinned = false;
    buf_init(&text, address_bytes > 0 ? address_bytes - 1 : 0);
    enum status status = store_meta_read_blob(store, "center_address", &text, there, err);
    snprintf(address, address_bytes, "%s", buf_cstr(&text));
    buf_release(&text);
    if (status == STATUS_OK)
        status = read_bytes(store, "center_pin", pin->bytes, HASH_BYTES, &pinned, err);
    *there = *there && pinned;
    return status;
}

enum status center_address_get(struct store *store, char *address, size_t address_bytes, struct hash *pin, struct errmsg *err)
{
    bool there = false;
    enum status status = store_begin_read(store, err);
    if (status != STATUS_OK)
        return status;
    status = store_end_read_sure(store, read_address(store, address, address_bytes, pin, &there, err), err);
    if (status != STATUS_OK)
        return status;
    return there ? STATUS_OK : errmsg_set(err, STATUS_NOT_FOUND, "还不知道县中心的地址；请先用登记码登记");
}

enum status machine_find_alone(struct store *store, const struct machine *machine, bool *alone, struct errmsg *err)
{
    char address[CENTER_ADDRESS_BYTES];
    struct hash pin;
    *alone = false;
    if (!machine->practice || machine->center)
        return STATUS_OK;
    enum status status = center_address_get(store, address, sizeof address, &pin, err);
    *alone = status == STATUS_NOT_FOUND;
    if (*alone)
        errmsg_clear(err);
    return *alone ? STATUS_OK : status;
}

bool machine_is_alone(struct store *store, const struct machine *machine)
{
    bool alone;
    (void)machine_find_alone(store, machine, &alone, NULL);
    return alone;
}

enum status center_address_set(struct store *store, const char *address, struct hash pin, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "center address", &own, err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(store, "center_address", address, strlen(address), err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(store, "center_pin", pin.bytes, HASH_BYTES, err);
    return store_leave(store, own, status, err);
}

enum status center_key_get(struct store *store, uint8_t key[PEER_KEY_BYTES], struct errmsg *err)
{
    bool there;
    enum status status = read_bytes(store, "center_key", key, PEER_KEY_BYTES, &there, err);
    if (status != STATUS_OK)
        return status;
    return there ? STATUS_OK : errmsg_set(err, STATUS_NOT_FOUND, "本机还没有县中心的公钥；请先联网同步一次");
}

enum status center_key_set(struct store *store, const uint8_t key[PEER_KEY_BYTES], struct errmsg *err)
{
    uint8_t known[PEER_KEY_BYTES];
    if (center_key_get(store, known, NULL) == STATUS_OK && memcmp(known, key, PEER_KEY_BYTES) == 0)
        return STATUS_OK;
    bool own;
    enum status status = store_join(store, "center key", &own, err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(store, "center_key", key, PEER_KEY_BYTES, err);
    return store_leave(store, own, status, err);
}
