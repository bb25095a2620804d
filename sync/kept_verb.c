/* sync/kept_verb.c - see kept_verb.h. */
#include "sync/kept_verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "core/record/kept.h"
#include "core/record/peer.h"
#include "core/record/settings.h"

struct list {
    struct store *store;
    struct buf *out;
    struct json_writer json;
    bool wants_json;
    uint64_t bytes;
    size_t n;
    enum status status; /* of what was looked up for a row */
    struct errmsg *err;
};

static void put_int(struct json_writer *json, const char *key, int64_t v)
{
    json_key(json, key);
    json_int(json, v);
}

static void put_string(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    if (text != NULL)
        json_string(json, text);
    else
        json_null(json);
}

static const char *time_text(int64_t ms, char out[TIME_TEXT_BYTES])
{
    day_format_time(ms, DAY_OFFICE_OFFSET_MIN, out);
    return out;
}

static bool print_row(void *context, const struct kept *kept)
{
    struct list *list = context;
    const struct sealed *file = &kept->file;
    char made[TIME_TEXT_BYTES], when[TIME_TEXT_BYTES] = "";
    struct peer peer = {.station_no = kept->station_no};

    list->status = peer_find(list->store, kept->station_no, &peer, list->err);
    if (list->status == STATUS_NOT_FOUND) { /* one that is not known here any more has its number */
        peer = (struct peer){.station_no = kept->station_no};
        list->status = STATUS_OK;
    }
    if (list->status != STATUS_OK)
        return false;
    time_text(file->made_ms, made);
    if (!file->part)
        time_text(file->kept_ms, when);
    list->bytes += file->total;
    list->n++;
    if (!list->wants_json) {
        buf_printf(list->out, _("站点 %u 号  %s %s  备份于 %s  "), kept->station_no, peer.org_name, peer.name, made);
        if (file->part)
            buf_printf(list->out, _("正在收：%llu / %llu 字节\n"), (unsigned long long)file->held, (unsigned long long)file->total);
        else
            buf_printf(list->out, _("收到 %s  %llu 字节\n"), when, (unsigned long long)file->total);
        return true;
    }
    json_object(&list->json);
    put_int(&list->json, "station_no", kept->station_no);
    put_string(&list->json, "org", peer.org_code);
    put_string(&list->json, "name", peer.name);
    put_string(&list->json, "made", made);
    put_string(&list->json, "kept", file->part ? NULL : when);
    put_int(&list->json, "bytes", (int64_t)file->total);
    put_int(&list->json, "held", (int64_t)file->held);
    json_key(&list->json, "whole");
    json_bool(&list->json, !file->part);
    json_object_end(&list->json);
    return true;
}

static enum status print_list(struct store *store, bool json, struct buf *out, struct errmsg *err)
{
    struct list list = {.store = store, .out = out, .wants_json = json, .err = err};
    int64_t limit_mb;
    enum status status = settings_int(store, "center_backups_mb", &limit_mb, err);

    if (status != STATUS_OK)
        return status;
    json_begin(&list.json, out);
    if (json) {
        json_object(&list.json);
        json_key(&list.json, "backups");
        json_array(&list.json);
    }
    status = kept_list(store, print_row, &list, err);
    if (status == STATUS_OK)
        status = list.status;
    if (json) {
        json_array_end(&list.json);
        put_int(&list.json, "bytes", (int64_t)list.bytes);
        put_int(&list.json, "limit", limit_mb << 20);
        json_object_end(&list.json);
    } else if (list.n == 0) {
        buf_puts(out, _("没有站点的备份；在站点上: aidpost backup --to-center\n"));
    } else {
        buf_printf(out, _("共 %zu 份，%llu MB，最多 %lld MB（aidpost rule set center_backups_mb MB）\n"), list.n, (unsigned long long)(list.bytes >> 20), (long long)limit_mb);
    }
    return status;
}

static enum status get(struct store *store, const struct kept_wish *wish, bool json, struct buf *out, struct errmsg *err)
{
    char made[TIME_TEXT_BYTES];
    unsigned long which = 1;
    struct json_writer writer;
    struct sealed file;
    struct peer peer;
    char *end = NULL;
    enum status status;

    if (wish->to == NULL || *wish->to == 0)
        return errmsg_set(err, STATUS_USAGE, "--get 要写到哪个文件: --to 文件");
    if (wish->which != NULL)
        which = strtoul(wish->which, &end, 10);
    if (wish->which != NULL && (*end != 0 || which < 1 || which > SEALED_MAX || wish->which[0] == '-'))
        return errmsg_set(err, STATUS_USAGE, "--which 是 1 到 %d", KEPT_EACH);
    status = peer_resolve(store, wish->get, &peer, err);
    if (status == STATUS_OK)
        status = kept_get(store, peer.station_no, (unsigned)which, wish->to, &file, err);
    if (status != STATUS_OK)
        return status;
    time_text(file.made_ms, made);
    if (!json) {
        buf_printf(out, _("站点 %u 号 %s 的备份（%llu 字节）已写到 %s。恢复: aidpost restore 文件 --data 新文件夹，口令或密钥是那个站自己的\n"), peer.station_no, made, (unsigned long long)file.total, wish->to);
        return STATUS_OK;
    }
    json_begin(&writer, out);
    json_object(&writer);
    put_string(&writer, "file", wish->to);
    put_int(&writer, "station_no", peer.station_no);
    put_string(&writer, "made", made);
    put_int(&writer, "bytes", (int64_t)file.total);
    json_object_end(&writer);
    return STATUS_OK;
}

static enum status drop(struct store *store, const char *station, bool json, struct buf *out, struct errmsg *err)
{
    struct json_writer writer;
    struct peer peer;
    size_t removed;
    enum status status = peer_resolve(store, station, &peer, err);

    if (status == STATUS_OK)
        status = kept_remove(store, peer.station_no, &removed, err);
    if (status != STATUS_OK)
        return status;
    if (!json) {
        buf_printf(out, _("删除了站点 %u 号的 %zu 份备份\n"), peer.station_no, removed);
        return STATUS_OK;
    }
    json_begin(&writer, out);
    json_object(&writer);
    put_int(&writer, "station_no", peer.station_no);
    put_int(&writer, "removed", (int64_t)removed);
    json_object_end(&writer);
    return STATUS_OK;
}

enum status kept_verb(struct store *store, const struct kept_wish *wish, bool json, struct buf *out, struct errmsg *err)
{
    if (wish->get != NULL && wish->remove != NULL)
        return errmsg_set(err, STATUS_USAGE, "--get 和 --remove 不能一起写");
    if (wish->get == NULL && (wish->to != NULL || wish->which != NULL))
        return errmsg_set(err, STATUS_USAGE, "--to、--which 要和 --get 一起写");
    if (wish->get != NULL)
        return get(store, wish, json, out, err);
    return wish->remove != NULL ? drop(store, wish->remove, json, out, err) : print_list(store, json, out, err);
}
