/* core/record/upward_look.c - see upward_look.h. */
#include "core/record/upward_look.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/record/upward_gather.h"

enum { ATTEMPTS_MAX = 50 };

/* What cannot be read is not a folder that was never noted. */
static enum status noted(struct store *store, const char *name, char out[UPWARD_PATH_BYTES], bool *is, struct errmsg *err)
{
    struct buf path;
    buf_init(&path, UPWARD_PATH_BYTES - 1);
    enum status status = store_meta_read_blob(store, name, &path, is, err);
    *is = *is && path.len > 0;
    if (*is)
        memcpy(out, buf_cstr(&path), path.len + 1);
    buf_release(&path);
    return status;
}

bool upward_noted_center(struct store *upward, char out[UPWARD_PATH_BYTES])
{
    bool is;
    return noted(upward, "upward_center", out, &is, NULL) == STATUS_OK && is;
}

static enum status note(struct store *store, const char *name, const char *path, struct errmsg *err)
{
    char before[UPWARD_PATH_BYTES];
    bool is;
    if (noted(store, name, before, &is, NULL) == STATUS_OK && is && strcmp(before, path) == 0)
        return STATUS_OK;
    if (strlen(path) >= UPWARD_PATH_BYTES)
        return errmsg_set(err, STATUS_TOO_LARGE, "目录的路径过长: %.60s..", path);
    enum status status = store_begin(store, "upward", err);
    if (status != STATUS_OK)
        return status;
    status = store_meta_set_blob(store, name, path, strlen(path), err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

enum status upward_note_folders(struct store *center, const char *center_folder, struct store *upward, const char *upward_folder, struct errmsg *err)
{
    enum status status = note(center, "upward_folder", upward_folder, err);
    return status == STATUS_OK ? note(upward, "upward_center", center_folder, err) : status;
}

static void keep_reason(struct upward_look *look, const char *text)
{
    size_t len = strlen(text);
    if (len >= sizeof look->reason)
        len = utf8_cut(text, len, sizeof look->reason - 1);
    memcpy(look->reason, text, len);
    look->reason[len] = '\0';
}

/* Newest first. */
static bool take_attempt(void *context, const struct sync_attempt *attempt)
{
    struct upward_look *look = context;
    if (look->tried_ms == 0) {
        look->tried_ms = attempt->at_ms;
        look->tried_ok = attempt->ok;
        if (!attempt->ok)
            keep_reason(look, attempt->reason);
    }
    if (attempt->ok)
        look->met_ms = attempt->at_ms;
    return look->met_ms == 0;
}

enum status upward_look_at(struct store *upward, struct store *center, struct upward_look *out, struct errmsg *err)
{
    struct upward_state state;
    struct replica_state own;
    struct hash pin;
    out->kept = out->readable = true;
    enum status status = upward_state(center, upward, UPWARD_WAITING_MAX, &state, err);
    if (status == STATUS_OK)
        status = replica_state(upward, &own, err);
    if (status == STATUS_OK)
        status = sync_attempt_list(upward, ATTEMPTS_MAX, take_attempt, out, err);
    if (status == STATUS_OK)
        status = center_address_get(upward, out->hub, sizeof out->hub, &pin, err);
    if (status == STATUS_NOT_FOUND)
        out->hub[0] = '\0';
    else if (status != STATUS_OK)
        return status;
    out->told_ms = state.told_ms;
    out->waiting = state.waiting;
    out->pending = own.pending;
    return STATUS_OK;
}

enum status upward_look(struct store *center, struct upward_look *out, struct errmsg *err)
{
    struct errmsg why = {{0}};
    struct store *upward;
    *out = (struct upward_look){.waiting = -1};
    enum status status = noted(center, "upward_folder", out->folder, &out->kept, err);
    if (status != STATUS_OK || !out->kept)
        return status;
    status = store_open(&upward, out->folder, STORE_READ_ONLY, &why);
    if (status == STATUS_OK) {
        status = upward_look_at(upward, center, out, &why);
        store_close(upward);
    }
    out->readable = status == STATUS_OK;
    if (status != STATUS_OK)
        keep_reason(out, errmsg_text(&why, status));
    return STATUS_OK;
}

static void put_time(int64_t ms, struct buf *out)
{
    char text[TIME_TEXT_BYTES];
    day_format_time(ms, DAY_OFFICE_OFFSET_MIN, text);
    text[sizeof("YYYY-MM-DD HH:MM") - 1] = '\0';
    buf_puts(out, text);
}

bool upward_look_text(const struct upward_look *look, int64_t now_ms, struct buf *out)
{
    if (!look->kept)
        return false;
    if (!look->readable) {
        buf_printf(out, _("上报目录 %s 读不出来: %s"), look->folder, look->reason);
        return true;
    }
    int64_t waiting = look->pending + (look->waiting > 0 ? look->waiting : 0);
    buf_printf(out, _("上级 %s: "), look->hub);
    if (look->met_ms == 0)
        buf_puts(out, _("还没有联系上过"));
    else {
        buf_puts(out, _("最近联系 "));
        put_time(look->met_ms, out);
    }
    if (waiting == 0)
        buf_puts(out, _("，都报上去了"));
    else
        buf_printf(out, look->waiting >= UPWARD_WAITING_MAX ? _("，待报 %lld 条以上") : _("，待报 %lld 条"), (long long)waiting);
    if (look->tried_ms != 0 && !look->tried_ok)
        buf_printf(out, _("；上次没有成功: %s"), look->reason);
    int64_t since = look->met_ms != 0 ? look->met_ms : look->told_ms;
    return waiting > 0 && since != 0 && now_ms - since > UPWARD_OVERDUE_MS;
}
