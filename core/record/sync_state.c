/* core/record/sync_state.c - see sync_state.h. */
#include "core/record/sync_state.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/language.h"
#include "core/record/branch.h"
#include "core/record/changelog.h"
#include "core/record/delivery.h"
#include "core/record/returned.h"

enum { PROGRESS_TEXT_BYTES = 160, LEFT_AFTER_MS = 1000 };

static enum status count(struct store *store, const char *sql, int64_t a, int64_t b, int64_t c, int64_t *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    stmt_int(stmt, 1, a);
    stmt_int(stmt, 2, b);
    stmt_int(stmt, 3, c);
    *out = 0;
    if (!stmt_row(stmt, &status, err))
        return status;
    *out = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status sync_waiting_read(struct store *store, struct sync_waiting *out, struct errmsg *err)
{
    const struct {
        const char *sql;
        int64_t *to;
    } counts[] = {
        {"SELECT count(*) FROM relay WHERE state IN (2,5) AND ?1+?2+?3=0", &out->relays},
        {"SELECT count(*) FROM (SELECT DISTINCT id,field FROM conflict) WHERE ?1+?2+?3=0", &out->conflicts},
        {"SELECT count(*) FROM quarantine WHERE ?1+?2+?3=0", &out->quarantined},
        {"SELECT count(*) FROM flagged WHERE reviewed_ms IS NULL AND ?1+?2+?3=0", &out->flagged},
        {"SELECT count(*) FROM returned WHERE ?1+?2+?3=0", &out->returned},
        {"SELECT count(*) FROM peer WHERE alarm IS NOT NULL AND alarm<>'' AND revoked=0 AND ?1+?2+?3=0", &out->alarms},
    };
    struct log_info own;
    int64_t center = 0;
    *out = (struct sync_waiting){0};
    enum status status = store_meta_read_int(store, "role_center", &center, err);
    if (status == STATUS_OK)
        status = changelog_own(store, &own, err);
    if (status == STATUS_OK && !center)
        out->pending = (int64_t)(own.head_seq - own.have_seq);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0] && status == STATUS_OK; i++)
        status = count(store, counts[i].sql, 0, 0, 0, counts[i].to, err);
    if (status == STATUS_OK && !center)
        status = count(store, "SELECT count(*) FROM lookup WHERE state=0 AND ?1+?2+?3=0", 0, 0, 0, &out->lookups, err);
    return status;
}

/* The path (branch.h) that ends in the log ?4, of at most ?5 logs: which changes its machine has. */
#define PATH                                                                                                                                     \
    "WITH RECURSIVE path(no,parent,base,upto,depth) AS (SELECT no,parent,base_seq,9223372036854775807,1 FROM log WHERE no=?4 UNION ALL "           \
    "SELECT l.no,l.parent,l.base_seq,min(p.base,p.upto),p.depth+1 FROM path p JOIN log l ON l.no=p.parent WHERE p.depth<?5) "
#define OWN "EXISTS(SELECT 1 FROM path WHERE path.no=c.log AND c.seq>path.base AND c.seq<=path.upto)"

/* The log that the station wrote in last, as far as this machine of it has brought any; 0: none. */
static enum status log_of(struct store *store, const struct peer *peer, int64_t *no, struct errmsg *err)
{
    *no = 0;
    return peer->have_seq == 0 ? STATUS_OK : count(store, "SELECT coalesce(max(no),0) FROM log WHERE station=?1 AND ?2+?3=0", peer->station_no, 0, 0, no, err);
}

static enum status count_lack(struct store *store, const struct peer *peer, int64_t *out, struct errmsg *err)
{
    int64_t own;
    enum status status = log_of(store, peer, &own, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, PATH
                                      "SELECT count(*) FROM (SELECT 1 FROM delivery d JOIN change c ON c.lsn=d.lsn WHERE d.scope IN (0,?1) AND d.lsn>?2 AND c.state<>1 AND NOT " OWN
                                      " UNION ALL SELECT 1 FROM change c WHERE c.lsn>" DELIVERY_TAIL_AFTER("?2") " AND c.scope IN (0,?1) AND c.state<>1 AND NOT " OWN
                                      " UNION ALL SELECT 1 FROM reach r JOIN change c ON c.lsn=r.lsn WHERE r.scope=?1 AND r.given>?2 AND r.stub=0 AND c.state<>1 AND NOT (r.lsn=r.given AND " OWN ") LIMIT ?3)");
    stmt_int(stmt, 1, peer->org);
    stmt_int(stmt, 2, (int64_t)peer->sent_order);
    stmt_int(stmt, 3, SYNC_BEHIND_MAX);
    stmt_int(stmt, 4, own);
    stmt_int(stmt, 5, BRANCH_PATH_MAX);
    if (!stmt_row(stmt, &status, err))
        return status;
    *out = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status sync_lack_read(struct store *store, const struct peer *peer, struct sync_lack *out, struct errmsg *err)
{
    *out = (struct sync_lack){0};
    /* One that is revoked gets nothing any more: the longer it is gone, the more would be counted each time. */
    enum status status = peer->revoked ? STATUS_OK : count_lack(store, peer, &out->behind, err);
    if (status == STATUS_OK)
        status = count(store, "SELECT count(*) FROM returned WHERE station=?1 AND ?2+?3=0", peer->station_no, 0, 0, &out->returned, err);
    /* CROSS: from the few that are quarantined. Left to itself SQLite begins with the station's logs, and goes through all that it ever wrote. */
    if (status == STATUS_OK)
        status = count(store, "SELECT count(*) FROM quarantine q CROSS JOIN change c ON c.lsn=q.lsn CROSS JOIN log l ON l.no=c.log WHERE l.station=?1 AND ?2+?3=0", peer->station_no, 0, 0, &out->quarantined, err);
    return status;
}

/* ---- after a restore ---- */

enum status sync_notice_read(struct store *store, struct sync_notice *out, struct errmsg *err)
{
    int64_t center = 0, restored = 0, asked = 0;
    uint64_t after, to = 0;
    *out = (struct sync_notice){.missed = 0};
    enum status status = store_meta_read_int(store, "role_center", &center, err);
    if (status == STATUS_OK && center == 0) {
        status = store_meta_read_int(store, "restored_wait", &restored, err);
        if (status == STATUS_OK)
            status = store_meta_read_int(store, "order_asked_from", &asked, err);
        if (status == STATUS_OK)
            status = returned_stretch(store, &after, &to, err);
        out->restored = restored != 0;
        out->asked = to > 0 || asked != 0;
    }
    if (status != STATUS_OK || center == 0)
        return status;
    status = count(store, "SELECT count(*) FROM peer WHERE alarm IS NOT NULL AND alarm<>'' AND revoked=0 AND ?1+?2+?3=0", 0, 0, 0, &out->alarms, err);
    return status == STATUS_OK ? restored_waiting(store, &out->missed, err) : status;
}

bool sync_notice_text(const struct sync_notice *notice, size_t which, struct buf *out)
{
    size_t before = out->len;
    if (which == 0 && notice->missed > 0)
        buf_printf(out, _("县中心恢复过，还有 %" PRId64 " 个站没有来过：到齐前不要作决定、发文号"), notice->missed);
    else if (which == 1 && notice->restored)
        buf_puts(out, _("本机是恢复来的：请先和县中心同步一次，缺的会取回，不要重录"));
    else if (which == 2 && notice->asked)
        buf_puts(out, _("县中心恢复过，要本机交回它丢失的：请同步，没有网络用 U 盘导出"));
    else if (which == 3 && notice->alarms > 0)
        buf_printf(out, _("有 %" PRId64 " 个站像是被复制过，两台机器共用一把密钥，请查清"), notice->alarms);
    return out->len > before;
}

enum status sync_restored_note(struct store *store, struct errmsg *err)
{
    return store_meta_set_int(store, "restored_wait", 1, err);
}

enum status sync_restored_met(struct store *store, struct errmsg *err)
{
    bool own;
    int64_t waits = 0;
    enum status status = store_meta_read_int(store, "restored_wait", &waits, err);
    if (status != STATUS_OK || waits == 0)
        return status;
    status = store_join(store, "restored", &own, err);
    if (status == STATUS_OK)
        status = store_meta_remove(store, "restored_wait", err);
    return store_leave(store, own, status, err);
}

/* ---- progress ---- */

static enum status write_progress(struct store *store, const char *text, size_t len, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "progress", &own, err);
    if (status != STATUS_OK)
        return status;
    status = text != NULL ? store_meta_set_blob(store, "sync_progress", text, len, err) : store_meta_remove(store, "sync_progress", err);
    return store_leave(store, own, status, err);
}

enum status sync_progress_note(struct store *store, const struct sync_progress *progress, struct errmsg *err)
{
    char text[PROGRESS_TEXT_BYTES];
    int len = snprintf(text, sizeof text, "%" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 " %" PRIu64, progress->begun_ms, progress->at_ms, progress->done, progress->total, progress->bytes);
    return write_progress(store, text, (size_t)len, err);
}

enum status sync_progress_clear(struct store *store, struct errmsg *err)
{
    return write_progress(store, NULL, 0, err);
}

bool sync_progress_get(struct store *store, int64_t now_ms, struct sync_progress *out)
{
    struct buf text;
    buf_init(&text, PROGRESS_TEXT_BYTES);
    *out = (struct sync_progress){0};
    bool there = store_meta_blob(store, "sync_progress", &text) &&
                 sscanf(buf_cstr(&text), "%" SCNd64 " %" SCNd64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &out->begun_ms, &out->at_ms, &out->done, &out->total, &out->bytes) == 5;
    buf_release(&text);
    return there && now_ms - out->at_ms < SYNC_PROGRESS_STALE_MS && out->at_ms - now_ms < SYNC_PROGRESS_STALE_MS;
}

int64_t sync_progress_left_ms(const struct sync_progress *progress)
{
    int64_t spent = progress->at_ms - progress->begun_ms;
    if (progress->done == 0 || spent < LEFT_AFTER_MS || progress->total < progress->done)
        return -1;
    return (int64_t)((double)spent * (double)(progress->total - progress->done) / (double)progress->done);
}

unsigned sync_progress_percent(const struct sync_progress *progress)
{
    if (progress->total == 0 || progress->done >= progress->total)
        return 100;
    return (unsigned)((double)progress->done * 100 / (double)progress->total);
}

void sync_progress_left_text(const struct sync_progress *progress, struct buf *out)
{
    int64_t left = sync_progress_left_ms(progress), seconds = (left + 999) / 1000;
    if (left < 0)
        return;
    if (seconds < 60)
        buf_printf(out, _("还要 %" PRId64 " 秒"), seconds);
    else if (seconds < 3600)
        buf_printf(out, _("还要 %" PRId64 " 分 %" PRId64 " 秒"), seconds / 60, seconds % 60);
    else
        buf_printf(out, _("还要 %" PRId64 " 小时 %" PRId64 " 分"), seconds / 3600, seconds / 60 % 60);
}

/* ---- the last contact ---- */

enum status sync_stick_note(struct store *store, int64_t now_ms, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "stick", &own, err);
    if (status != STATUS_OK)
        return status;
    return store_leave(store, own, store_meta_set_int(store, "stick_at", now_ms, err), err);
}

enum status sync_stick_last(struct store *store, int64_t *at_ms, struct errmsg *err)
{
    *at_ms = 0;
    return store_meta_read_int(store, "stick_at", at_ms, err);
}

static bool first_success(void *context, const struct sync_attempt *attempt)
{
    if (attempt->ok)
        *(int64_t *)context = attempt->at_ms;
    return !attempt->ok;
}

enum status sync_last_contact(struct store *store, int64_t *at_ms, struct errmsg *err)
{
    int64_t line = 0;
    enum status status = sync_stick_last(store, at_ms, err);
    if (status == STATUS_OK)
        status = sync_attempt_list(store, ATTEMPTS_KEPT, first_success, &line, err);
    if (line > *at_ms)
        *at_ms = line;
    return status;
}
