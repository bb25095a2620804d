/* core/record/alarm.c - see alarm.h. */
#include "core/record/alarm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/plain.h"
#include "core/base/utf8.h"

void alarm_open_text(const struct peer *peer, char out[ALARM_TEXT_BYTES])
{
    uint64_t fresh = peer->branches - peer->branches_seen;
    out[0] = '\0';
    if (peer->alarm[0] != '\0')
        snprintf(out, ALARM_TEXT_BYTES, "%s", _(peer->alarm));
    else if (peer->branches > peer->branches_seen)
        snprintf(out, ALARM_TEXT_BYTES, _("曾从旧备份恢复或有过副本 %" PRIu64 " 次，已自动接上；如果没有人恢复过它，请查有没有另一份数据"), fresh);
}

static enum status write_down(struct store *store, const struct alarm *alarm, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO alarm(station,text,settled_by,why,settled_ms) VALUES(?1,?2,?3,?4,?5)");
    stmt_int(stmt, 1, alarm->station_no);
    stmt_string(stmt, 2, alarm->text);
    stmt_string(stmt, 3, alarm->by);
    stmt_string(stmt, 4, alarm->why);
    stmt_int(stmt, 5, alarm->settled_ms);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "UPDATE peer SET alarm=NULL, branches_seen=branches WHERE station_no=?1");
    stmt_int(stmt, 1, alarm->station_no);
    status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "UPDATE log SET lease=NULL, lease_before=NULL WHERE station=?1");
    stmt_int(stmt, 1, alarm->station_no);
    return stmt_run(stmt, err);
}

/* Cut at a character. */
static void copy(char *out, size_t out_bytes, const char *text)
{
    size_t len = utf8_cut(text, strlen(text), out_bytes - 1);
    memcpy(out, text, len);
    out[len] = '\0';
}

enum status alarm_settle(struct store *store, uint32_t station_no, const char *by, const char *why, int64_t now_ms, struct errmsg *err)
{
    bool own;
    struct alarm alarm = {.station_no = station_no, .settled_ms = now_ms};
    struct peer peer;
    if (utf8_count(why, strlen(why)) < ALARM_WHY_MIN_CHARS)
        return errmsg_set(err, STATUS_INVALID, "请写明查到了什么、怎么处理的（至少 %d 个字）", ALARM_WHY_MIN_CHARS);
    if (!plain_is(why))
        return errmsg_set(err, STATUS_MALFORMED, "原因里含有换行、控制字符，或者不是 UTF-8 文字");
    enum status status = store_join(store, "alarm", &own, err);
    if (status != STATUS_OK)
        return status;
    status = peer_find(store, station_no, &peer, err);
    if (status == STATUS_NOT_FOUND)
        status = errmsg_set(err, status, "没有站点 %u 号", station_no);
    if (status == STATUS_OK) {
        alarm_open_text(&peer, alarm.text);
        copy(alarm.by, sizeof alarm.by, by);
        copy(alarm.why, sizeof alarm.why, why);
        status = alarm.text[0] != '\0' ? write_down(store, &alarm, err) : errmsg_set(err, STATUS_NOT_FOUND, "站点 %u 号没有要处理的", station_no);
    }
    return store_leave(store, own, status, err);
}

static void read_text(struct stmt *stmt, int column, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "%s", stmt_column_text(stmt, column, NULL));
}

enum status alarm_last(struct store *store, uint32_t station_no, struct alarm *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT no,text,settled_by,why,settled_ms FROM alarm WHERE station=?1 ORDER BY no DESC LIMIT 1");
    enum status status;
    *out = (struct alarm){.station_no = station_no};
    stmt_int(stmt, 1, station_no);
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    out->no = stmt_column_int(stmt, 0);
    read_text(stmt, 1, out->text, sizeof out->text);
    read_text(stmt, 2, out->by, sizeof out->by);
    read_text(stmt, 3, out->why, sizeof out->why);
    out->settled_ms = stmt_column_int(stmt, 4);
    stmt_reset(stmt);
    return STATUS_OK;
}
