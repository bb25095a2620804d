/* core/record/settings.c - see settings.h. */
#include "core/record/settings.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/store.h"

enum { SETTING_MAX_BYTES = 64 };

static const struct setting_def settings[] = {
    {"area", "行政区划", SETTING_AREA, "", 0, 0, "", "村镇代码表取哪个县（区）：六位代码；空为建库时所填"},
    {"session_idle_min", "离开锁屏", SETTING_INT, "15", 1, 480, "分钟", "多久没有按键就要求重新登录（用帐号登录时）"},
    {"require_signin", "登录才能用", SETTING_BOOL, "0", 0, 1, "", "打开屏幕先要账号和密码；否：本机用户直接用"},
    {"sync_interval_s", "同步间隔", SETTING_INT, "300", 5, 86400, "秒", "自动同步两次之间的时间；有新内容时立即同步"},
    {"center_backups_mb", "保管站点备份", SETTING_INT, "8192", 1, 10000000, "MB", "县中心替各站保管的加密备份一共占多少地方；满了就不再收，并告诉站点"},
    {"backup_remind_days", "备份提醒", SETTING_INT, "7", 1, 90, "天", "上次备份过了多少天后提醒；县中心也照它看各站送来保管的备份"},
};

size_t settings_count(void)
{
    return sizeof(settings) / sizeof(settings[0]);
}

const struct setting_def *settings_at(size_t index)
{
    assert(index < settings_count());
    return &settings[index];
}

const struct setting_def *settings_find(const char *name)
{
    for (size_t i = 0; i < settings_count(); i++)
        if (strcmp(settings[i].name, name) == 0 || strcmp(settings[i].label, name) == 0)
            return &settings[i];
    return NULL;
}

/* Whether the text is a value of the setting. */
static enum status check(const struct setting_def *setting, const char *text, struct errmsg *err)
{
    char *end;
    long long number;

    if (setting->kind == SETTING_AREA) {
        if (*text && (strlen(text) != 6 || strspn(text, "0123456789") != 6))
            return errmsg_set(err, STATUS_MALFORMED, "%s 应是六位数字的县级行政区划代码", setting->name);
        return STATUS_OK;
    }
    errno = 0;
    number = strtoll(text, &end, 10);
    if (*text == 0 || *end || errno)
        return errmsg_set(err, STATUS_MALFORMED, "%s 应是整数", setting->name);
    if (number < setting->min || number > setting->max)
        return errmsg_set(err, STATUS_RANGE, "%s 应在 %lld 到 %lld 之间", setting->name, (long long)setting->min, (long long)setting->max);
    return STATUS_OK;
}

static void meta_name(const struct setting_def *setting, char out[SETTING_MAX_BYTES])
{
    snprintf(out, SETTING_MAX_BYTES, "setting:%s", setting->name);
}

enum status settings_get(struct store *store, const struct setting_def *setting, struct buf *out, struct errmsg *err)
{
    char name[SETTING_MAX_BYTES];
    struct buf stored;
    bool there;
    enum status status;

    meta_name(setting, name);
    buf_init(&stored, SETTING_MAX_BYTES);
    status = store_meta_read_blob(store, name, &stored, &there, err);
    if (status == STATUS_TOO_LARGE) { /* out of range counts as unset */
        status = STATUS_OK;
        errmsg_clear(err);
    }
    if (there && stored.len > 0 && !check(setting, buf_cstr(&stored), NULL))
        buf_puts(out, buf_cstr(&stored));
    else
        buf_puts(out, setting->initial);
    buf_release(&stored);
    return status != STATUS_OK || out->status == STATUS_OK ? status : errmsg_set(err, out->status, "%s", status_text(out->status));
}

enum status settings_int(struct store *store, const char *name, int64_t *out, struct errmsg *err)
{
    const struct setting_def *setting = settings_find(name);
    struct buf text;
    enum status status;

    assert(setting && setting->kind != SETTING_AREA);
    buf_init(&text, SETTING_MAX_BYTES);
    status = settings_get(store, setting, &text, err);
    *out = strtoll(status == STATUS_OK ? buf_cstr(&text) : setting->initial, NULL, 10);
    buf_release(&text);
    return status;
}

enum status settings_set(struct store *store, const struct actor *actor, const struct setting_def *setting, const char *text, struct errmsg *err)
{
    char name[SETTING_MAX_BYTES];
    bool own;
    enum status status;

    if (actor->role != ROLE_ADMIN && actor->role != ROLE_DIRECTOR)
        return errmsg_set(err, STATUS_FORBIDDEN, "只有管理员和负责人可以改设置");
    if (setting->kind == SETTING_BOOL && (strcmp(text, "是") == 0 || strcmp(text, "否") == 0))
        text = strcmp(text, "是") == 0 ? "1" : "0";
    if (*text && (status = check(setting, text, err)))
        return status;
    if ((status = store_join(store, "settings", &own, err)))
        return status;
    meta_name(setting, name);
    status = store_meta_set_blob(store, name, text, strlen(text), err);
    return store_leave(store, own, status, err);
}
