/* sync/bundle_verb.c - see bundle_verb.h. */
#include "sync/bundle_verb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "core/record/machine_name.h"
#include "core/record/plugged.h"
#include "core/record/replica.h"
#include "core/record/stick_log.h"
#include "core/record/sync_state.h"
#include "sync/bundle_file.h"
#include "sync/bundle_many.h"
#include "sync/identity.h"
#include "sync/progress.h"
#include "sync/report.h"
#include "sync/transport.h"

enum { FLUSH_PIECE_BYTES = 64 * 1024, ID_SHOWN = 12, FORGET_LEAST = 4 };

static void put_uint(struct json_writer *json, const char *key, uint64_t v)
{
    json_key(json, key);
    json_int(json, (int64_t)v);
}

static void put_string(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

/* ---- export ---- */

static void say_nothing_to_hand_over(struct bundle_verb *verb)
{
    struct replica_state state;

    if (replica_state(verb->handover.store, &state, NULL) == STATUS_OK)
        buf_printf(verb->out, _("没有要交的：县中心已有本机全部 %" PRIu64 " 条变更，没有写文件\n"), state.have_seq);
}

static void report_export(struct bundle_verb *verb, const char *path, const struct handover_result *result)
{
    const struct bundle_closing *closing = &result->closing;
    struct json_writer json;

    if (verb->json) {
        json_begin(&json, verb->out);
        json_object(&json);
        put_string(&json, "file", result->written ? path : NULL);
        put_uint(&json, "changes", closing->count);
        put_uint(&json, "first", closing->first);
        put_uint(&json, "last", closing->last);
        put_uint(&json, "bytes", result->bytes);
        put_uint(&json, "returned", result->outcome.returned);
        json_object_end(&json);
    } else if (!result->written) {
        say_nothing_to_hand_over(verb);
    } else if (closing->count == 0) {
        buf_printf(verb->out, _("已写入 %s（%" PRIu64 " 字节）：没有新的变更，只用来取回县中心的内容\n"), path,
                   result->bytes);
    } else {
        buf_printf(verb->out,
                   _("已写入 %s（%" PRIu64 " 字节）：第 %" PRIu64 " 到 %" PRIu64 " 条，共 %" PRIu64 " 条变更\n"), path,
                   result->bytes, closing->first, closing->last, closing->count);
    }
    if (!verb->json && result->written && result->outcome.returned > 0)
        buf_printf(verb->out, _("其中还有县中心恢复时丢失、由本机交回的 %" PRIu64 " 条别处的变更\n"), result->outcome.returned);
}

static void note_export(struct bundle_verb *verb, const char *path, struct hash id, const struct bundle_closing *closing)
{
    struct stick_entry entry = {.id = id, .at_ms = verb->handover.wall_ms, .first = closing->first, .last = closing->last};
    struct errmsg err = {{0}};

    stick_place(path, entry.place);
    enum status status = stick_log_add(verb->handover.store, &entry, &err);
    if (status != STATUS_OK)
        buf_printf(verb->warning, _("文件写好了，但没有记下写过它：%s\n"), errmsg_text(&err, status));
}

/* The folder where sticks are mounted, and none is: the file lies on this machine's own disk, and whoever pulls out the stick carries nothing. */
static void warn_of_own_disk(struct bundle_verb *verb, const char *path)
{
    static const char *const roots[] = {"/mnt/", "/media/", "/run/media/"};
    struct stat file, own;
    struct plugged plugged;
    size_t total;
    bool there = false;

    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        there = there || strncmp(path, roots[i], strlen(roots[i])) == 0;
    if (!there || stat(path, &file) != 0 || stat("/", &own) != 0 || file.st_dev != own.st_dev || plugged_list(plugged_root(), &plugged, 1, &total) == 0)
        return;
    buf_printf(verb->warning, _("文件写在了本机自己的盘上，不在 U 盘上：%s\n"), path);
    plugged_say(plugged_root(), verb->warning);
}

static void feed_export(void *context, uint64_t done, uint64_t total)
{
    progress_feed(context, transport_wall_ms(), done, total, 0);
}

enum status bundle_verb_export(struct bundle_verb *verb, const char *path, struct handover_range range,
                               struct errmsg *err)
{
    struct progress progress = {.terminal = verb->terminal, .what = _("写文件")};
    struct handover_result result;
    struct bundle_file file;
    struct hash id;
    enum status status = bundle_file_create(&file, path, err);

    if (status != STATUS_OK)
        return status;
    verb->handover.progress = feed_export;
    verb->handover.progress_context = &progress;
    status = handover_export(&verb->handover, range, bundle_file_sink(&file), &result, err);
    if (status == STATUS_OK && result.written)
        status = bundle_file_commit(&file, &id, err);
    else
        bundle_file_abandon(&file);
    verb->handover.progress = NULL;
    progress_end(&progress);
    if (status == STATUS_OK)
        report_export(verb, path, &result);
    if (status == STATUS_OK && result.written) {
        note_export(verb, path, id, &result.closing);
        warn_of_own_disk(verb, path);
    }
    return status;
}

/* ---- import ---- */

/* failed: why the file, or its answer, was not all that was wanted; NULL when it was. */
static void report_import(struct bundle_verb *verb, const char *return_path, enum status status,
                          const struct handover_result *result, const struct errmsg *failed)
{
    const struct session_outcome *outcome = &result->outcome;
    bool center = verb->machine->center;
    struct json_writer json;

    json_begin(&json, verb->out);
    json_object(&json);
    put_uint(&json, "sent", center ? outcome->sent : result->confirmed);
    put_uint(&json, "received", outcome->received);
    put_uint(&json, "conflicts", outcome->conflicts);
    put_uint(&json, "quarantined", outcome->quarantined);
    put_uint(&json, "repeated", outcome->repeated);
    json_key(&json, "gap");
    if (status == STATUS_GAP) {
        json_object(&json);
        put_uint(&json, "first", outcome->gap_first);
        put_uint(&json, "last", outcome->gap_last);
        json_object_end(&json);
    } else {
        json_null(&json);
    }
    put_string(&json, "return", return_path);
    put_string(&json, "healed", outcome->healed[0] != '\0' ? outcome->healed : NULL);
    put_uint(&json, "returned", outcome->returned);
    if (failed != NULL) {
        put_string(&json, "error", status_name(status));
        put_string(&json, "message", errmsg_text(failed, status));
    }
    json_object_end(&json);
}

static void say_quarantined(struct bundle_verb *verb, uint64_t quarantined)
{
    if (quarantined > 0)
        buf_printf(verb->warning, _("%" PRIu64 " 条变更无法套用，已搁置，原因见同步状态\n"), quarantined);
}

static void say_import_at_center(struct bundle_verb *verb, const char *return_path,
                                 const struct handover_result *result)
{
    const struct session_outcome *outcome = &result->outcome;
    char called[MACHINE_NAME_MAX_BYTES];
    struct peer peer;

    if (peer_find_pin(verb->handover.store, result->sender, &peer, NULL) == STATUS_OK) {
        machine_called(verb->handover.store, peer.station_no, called);
        buf_printf(verb->out, _("站点 %u 号（%s）："), peer.station_no, called);
    }
    if (outcome->healed[0] != '\0') {
        buf_printf(verb->out, _("%s\n没有收下它的变更；请把回执 %s 带回那台机器导入，它会重新导出\n"), outcome->healed, return_path);
        return;
    }
    buf_printf(verb->out, _("收下 %" PRIu64 " 条，早已有的 %" PRIu64 " 条，新冲突 %" PRIu64 " 处，搁置 %" PRIu64 " 条\n"),
               outcome->received, outcome->repeated, outcome->conflicts, outcome->quarantined);
    if (outcome->returned > 0)
        buf_printf(verb->out, _("它交回了县中心恢复时丢失的 %" PRIu64 " 条别处的变更\n"), outcome->returned);
    if (return_path != NULL)
        buf_printf(verb->out, _("回执 %s：带给该站点导入，其中有中心的 %" PRIu64 " 条\n"), return_path, outcome->sent - outcome->places);
}

/* Writing the answer must not keep the data out: without room for it the data is taken, *written and *unwritten say why there is none. */
static enum status import_with_return(struct bundle_verb *verb, struct handover_source source, const char **return_path,
                                      struct handover_result *result, enum status *written, struct errmsg *unwritten, struct errmsg *err)
{
    struct bundle_file file;
    struct handover_sink sink;
    struct session_outcome before = {.status = STATUS_OK};
    enum status status;

    *written = bundle_file_create(&file, *return_path, unwritten);

    if (*written == STATUS_OK) {
        sink = bundle_file_sink(&file);
        status = handover_import(&verb->handover, source, &sink, result, err);
        if (status == STATUS_OK) { /* all is taken, whatever becomes of the answer */
            *written = bundle_file_commit(&file, NULL, unwritten);
            *return_path = *written == STATUS_OK ? *return_path : NULL;
            return STATUS_OK;
        }
        bundle_file_abandon(&file);
        if (!result->answer_failed)
            return status;
        *written = status;
        *unwritten = *err;
        before = result->outcome;
    }
    *return_path = NULL;
    status = handover_import(&verb->handover, source, NULL, result, err);
    if (status == STATUS_FORK) /* it asks for an answer that cannot be written: not by reading it again from there */
        return errmsg_set(err, status, "%s；回执没有写成：%s；把文件拷到能写的盘上再导入", errmsg_text(err, status), errmsg_text(unwritten, *written));
    if (status != STATUS_OK)
        return status;
    /* What came in while there still was an answer is not told as having been here before. */
    result->outcome.received += before.received;
    result->outcome.conflicts += before.conflicts;
    result->outcome.repeated -= before.received < result->outcome.repeated ? before.received : result->outcome.repeated;
    return status;
}

/* Stopped behind what stays taken: done in part, with the reason. */
static bool is_part(enum status status, const struct handover_result *result)
{
    return status != STATUS_OK && status != STATUS_GAP && result->outcome.received > 0;
}

static enum status import_at_center(struct bundle_verb *verb, const char *path, struct handover_source source,
                                    bool no_return, struct errmsg *err)
{
    char beside[PATH_MAX];
    const char *return_path = no_return ? NULL : beside;
    struct handover_result result = {.bytes = 0};
    struct errmsg unwritten = {{0}};
    enum status status, written = STATUS_OK;

    if (snprintf(beside, sizeof beside, "%s.return", path) >= (int)sizeof beside)
        return errmsg_set(err, STATUS_TOO_LARGE, "文件名过长");
    status = no_return ? handover_import(&verb->handover, source, NULL, &result, err)
                       : import_with_return(verb, source, &return_path, &result, &written, &unwritten, err);
    bool part = is_part(status, &result), unnoted = status == STATUS_OK && result.outcome.unnoted != STATUS_OK;
    if (verb->json && unnoted && written == STATUS_OK)
        report_import(verb, return_path, result.outcome.unnoted, &result, &result.outcome.reason);
    else if (verb->json && status == STATUS_OK)
        report_import(verb, return_path, written, &result, written != STATUS_OK ? &unwritten : NULL);
    else if (verb->json && (part || status == STATUS_GAP))
        report_import(verb, NULL, status, &result, err);
    else if (status == STATUS_OK)
        say_import_at_center(verb, return_path, &result);
    if (status == STATUS_OK && written != STATUS_OK)
        buf_printf(verb->warning, _("数据已收下，但回执没有写成：%s\n把文件拷到能写的盘上再导入一次，就有回执\n"), errmsg_text(&unwritten, written));
    if (unnoted)
        buf_printf(verb->warning, _("数据都收下了，但没有记下这个站来过：%s；把同一个文件再导入一次就记上\n"), errmsg_text(&result.outcome.reason, result.outcome.unnoted));
    if (part)
        buf_printf(verb->warning, "%s\n", errmsg_text(err, status));
    if (status == STATUS_OK || part)
        say_quarantined(verb, result.outcome.quarantined);
    return part ? STATUS_OK : status;
}

static enum status import_answer(struct bundle_verb *verb, struct handover_source source, struct errmsg *err)
{
    struct handover_result result;
    struct errmsg unnoted = {{0}};
    enum status status = handover_import(&verb->handover, source, NULL, &result, err);

    bool part = is_part(status, &result);

    if (part) {
        if (verb->json)
            report_import(verb, NULL, status, &result, err);
        buf_printf(verb->warning, _("回执只收下 %" PRIu64 " 条就停了，收下的都在，以后把同一个文件再导入一次就接着收：%s\n"), result.outcome.received, errmsg_text(err, status));
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    if (sync_stick_note(verb->handover.store, verb->handover.wall_ms, &unnoted) != STATUS_OK)
        buf_printf(verb->warning, _("没有记下这次导入的时间：%s\n"), errmsg_text(&unnoted, STATUS_NOMEM));
    if (verb->json)
        report_import(verb, NULL, status, &result, NULL);
    else if (result.outcome.healed[0] != '\0')
        buf_printf(verb->out, _("%s\n请重新导出（aidpostd bundle export），把新文件交给县中心\n"), result.outcome.healed);
    else
        buf_printf(verb->out,
                   _("县中心已收到本机第 1 到 %" PRIu64 " 条（新确认 %" PRIu64 " 条）；收到中心的 %" PRIu64
                   " 条，新冲突 %" PRIu64 " 处\n"),
                   result.confirmed_to, result.confirmed, result.outcome.received, result.outcome.conflicts);
    if (!verb->json && result.outcome.returned > 0)
        buf_printf(verb->out, _("县中心恢复时丢失的，本机已交回 %" PRIu64 " 条\n"), result.outcome.returned);
    say_quarantined(verb, result.outcome.quarantined);
    return STATUS_OK;
}

static enum status keep_for_center(struct bundle_verb *verb, struct handover_source source, struct errmsg *err)
{
    char id[HASH_TEXT_BYTES];
    struct json_writer json;
    struct relay relay;
    enum status status = handover_keep(&verb->handover, source, &relay, &verb->own, err);

    if (status != STATUS_OK && status != STATUS_EXISTS)
        return status;
    hash_format(relay.id, id);
    if (verb->json) {
        json_begin(&json, verb->out);
        json_object(&json);
        put_string(&json, "relay", id);
        put_uint(&json, "bytes", relay.total);
        put_string(&json, "state", report_relay_state(relay.state));
        json_key(&json, "repeated");
        json_bool(&json, status == STATUS_EXISTS);
        json_object_end(&json);
    } else if (status == STATUS_EXISTS) {
        buf_printf(verb->out, "%s\n", errmsg_text(err, status));
    } else {
        buf_printf(verb->out, _("这是给县中心的文件（%" PRIu64 " 字节，%.*s），已收下，下次联网同步时转交\n"), relay.total,
                   ID_SHOWN, id);
    }
    return STATUS_OK;
}

static enum status import_at_station(struct bundle_verb *verb, struct handover_source source, struct errmsg *err)
{
    struct hash recipient;
    enum status status = handover_recipient(source, &recipient, err);

    if (status != STATUS_OK)
        return status;
    if (hash_equal(recipient, bundle_pin(verb->handover.key->public_key)))
        return import_answer(verb, source, err);
    return keep_for_center(verb, source, err);
}

/* A file's pieces as they are read; it is read twice, to prove it and to act. */
struct watched {
    struct handover_source source;
    struct progress progress;
    uint64_t size;
};

static enum status read_watched(void *context, uint64_t at, void *data, size_t max, size_t *got, struct errmsg *err)
{
    struct watched *watched = context;

    progress_feed(&watched->progress, transport_wall_ms(), at, watched->size, at);
    return watched->source.read(watched->source.context, at, data, max, got, err);
}

enum status bundle_verb_import(struct bundle_verb *verb, const char *path, bool no_return, struct errmsg *err)
{
    struct bundle_file file;
    enum status status = bundle_file_open(&file, path, err);

    if (status != STATUS_OK)
        return status;
    struct watched watched = {.source = bundle_file_source(&file), .progress = {.terminal = verb->terminal, .what = _("读文件")}, .size = bundle_file_size(&file)};
    struct handover_source source = {read_watched, &watched};

    status = verb->machine->center ? import_at_center(verb, path, source, no_return, err) : import_at_station(verb, source, err);
    progress_end(&watched.progress);
    bundle_file_close(&file);
    return status;
}

/* ---- files carried for others ---- */

enum status bundle_verb_relays(struct bundle_verb *verb, struct errmsg *err)
{
    return report_relays(verb->handover.store, verb->json, verb->out, err);
}

static enum status write_return(struct bundle_verb *verb, const char *path, const struct relay *relay,
                                struct errmsg *err)
{
    struct bundle_file file;
    struct buf piece;
    enum status status = bundle_file_create(&file, path, err);

    if (status != STATUS_OK)
        return status;
    buf_init(&piece, FLUSH_PIECE_BYTES);
    for (uint64_t at = 0; status == STATUS_OK && at < relay->held; at += piece.len) {
        buf_clear(&piece);
        status = relay_read(verb->handover.store, relay->no, at, FLUSH_PIECE_BYTES, &piece, err);
        if (status == STATUS_OK && piece.len == 0)
            status = errmsg_set(err, STATUS_CORRUPT, "保存的回执缺了内容");
        if (status == STATUS_OK)
            status = bundle_file_sink(&file).write(&file, piece.data, piece.len, err);
    }
    buf_release(&piece);
    if (status == STATUS_OK)
        return bundle_file_commit(&file, NULL, err);
    bundle_file_abandon(&file);
    return status;
}

struct returns {
    struct relay *relays;
    size_t n, cap;
    enum status status;
};

static bool gather_return(void *context, const struct relay *relay)
{
    struct returns *returns = context;

    if (relay->state != RELAY_RETURN)
        return true;
    if (returns->n == returns->cap) {
        size_t cap = returns->cap > 0 ? returns->cap * 2 : 16;
        struct relay *more = realloc(returns->relays, cap * sizeof *more);

        if (more == NULL) {
            returns->status = STATUS_NOMEM;
            return false;
        }
        returns->relays = more;
        returns->cap = cap;
    }
    returns->relays[returns->n++] = *relay;
    return true;
}

/* Said also when nothing is to be written there: "none" for a stick that is not plugged in would be taken for the answer. */
static enum status check_folder(const char *folder, struct errmsg *err)
{
    struct stat info = {.st_mode = 0};

    if (stat(folder, &info) == 0 ? !S_ISDIR(info.st_mode) : errno == ENOENT || errno == ENOTDIR)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有文件夹 %s；U 盘插好了吗", folder);
    return S_ISDIR(info.st_mode) ? STATUS_OK : errmsg_set(err, file_status(errno), "%s %s: %s", _("打开"), folder, file_reason(errno));
}

enum status bundle_verb_returns(struct bundle_verb *verb, const char *folder, struct errmsg *err)
{
    struct returns returns = {.n = 0};
    struct json_writer json;
    enum status status = check_folder(folder, err);

    if (status != STATUS_OK)
        return status;
    status = relay_list(verb->handover.store, gather_return, &returns, err);

    if (status == STATUS_OK && returns.status != STATUS_OK)
        status = errmsg_set(err, returns.status, "%s", status_text(returns.status));
    json_begin(&json, verb->out);
    if (verb->json) {
        json_object(&json);
        json_key(&json, "files");
        json_array(&json);
    }
    for (size_t i = 0; status == STATUS_OK && i < returns.n; i++) {
        char name[32], check[IDENTITY_CHECK_BYTES], path[PATH_MAX];

        identity_check_digits(returns.relays[i].recipient, check);
        snprintf(name, sizeof name, "return-%s.aidb", check);
        status = file_join(path, sizeof path, folder, name);
        if (status == STATUS_OK)
            status = write_return(verb, path, &returns.relays[i], err);
        if (status == STATUS_OK && verb->json)
            json_string(&json, path);
        else if (status == STATUS_OK)
            buf_printf(verb->out, _("已写入 %s：带给密钥核对号为 %s 的机器导入\n"), path, check);
    }
    if (verb->json) {
        json_array_end(&json);
        json_object_end(&json);
    } else if (status == STATUS_OK && returns.n == 0) {
        buf_puts(verb->out, _("没有要带给别的机器的回执\n"));
    }
    free(returns.relays);
    return status;
}

struct search {
    const char *id;
    struct relay found;
    size_t n;
};

static bool match_id(void *context, const struct relay *relay)
{
    struct search *search = context;
    char id[HASH_TEXT_BYTES];

    hash_format(relay->id, id);
    if (strncmp(id, search->id, strlen(search->id)) == 0) {
        search->found = *relay;
        search->n++;
    }
    return true;
}

enum status bundle_verb_forget(struct bundle_verb *verb, const char *id, struct errmsg *err)
{
    struct search search = {.id = id};
    struct json_writer json;
    char text[HASH_TEXT_BYTES];
    enum status status;

    if (strlen(id) < FORGET_LEAST)
        return errmsg_set(err, STATUS_USAGE, "文件编号至少写前 %d 位，见 aidpostd bundle relays", FORGET_LEAST);
    status = relay_list(verb->handover.store, match_id, &search, err);
    if (status == STATUS_OK && search.n == 0)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有编号以 %.64s 开头的文件", id);
    else if (status == STATUS_OK && search.n > 1)
        status = errmsg_set(err, STATUS_INVALID, "有 %zu 个文件的编号以 %.64s 开头，请多写几位", search.n, id);
    if (status == STATUS_OK)
        status = relay_remove(verb->handover.store, search.found.no, err);
    if (status != STATUS_OK)
        return status;
    hash_format(search.found.id, text);
    if (verb->json) {
        json_begin(&json, verb->out);
        json_object(&json);
        put_string(&json, "removed", text);
        json_object_end(&json);
    } else {
        buf_printf(verb->out, _("已删除 %.*s\n"), ID_SHOWN, text);
    }
    return STATUS_OK;
}

/* ---- what was typed ---- */

static enum status parse_seq(const char *text, uint64_t *seq, struct errmsg *err)
{
    char *end;
    long long n = strtoll(text, &end, 10);

    if (end == text || *end != 0 || n < 1)
        return errmsg_set(err, STATUS_USAGE, "--from %s：应写变更的序号，从 1 开始", text);
    *seq = (uint64_t)n;
    return STATUS_OK;
}

static enum status run_export(struct bundle_verb *verb, const struct option_set *options, struct errmsg *err)
{
    const char *from = option_value(options, "from");
    bool all = option_value(options, "all") != NULL;
    struct handover_range range = {
        .from_given = all || from != NULL, .from = 1, .ask = option_value(options, "ask") != NULL};
    enum status status = STATUS_OK;

    if (all && from != NULL)
        return errmsg_set(err, STATUS_USAGE, "--all 和 --from 只能用一个");
    if (from != NULL)
        status = parse_seq(from, &range.from, err);
    return status == STATUS_OK ? bundle_verb_export(verb, options->arguments[1], range, err) : status;
}

enum status bundle_verb_run(struct bundle_verb *verb, const char *name, const struct option_set *options,
                            struct errmsg *err)
{
    const char *argument = options->n_arguments > 1 ? options->arguments[1] : "";

    if (strcmp(name, "export") == 0)
        return run_export(verb, options, err);
    if (strcmp(name, "import") == 0 && bundle_many_asked(options->arguments + 1, options->n_arguments - 1))
        return bundle_many_import(verb, options->arguments + 1, options->n_arguments - 1, option_value(options, "no-return") != NULL, err);
    if (strcmp(name, "import") == 0)
        return bundle_verb_import(verb, argument, option_value(options, "no-return") != NULL, err);
    if (strcmp(name, "returns") == 0)
        return bundle_verb_returns(verb, argument, err);
    if (strcmp(name, "forget") == 0)
        return bundle_verb_forget(verb, argument, err);
    return bundle_verb_relays(verb, err);
}
