/* tui/cli_reach.c - records that change hands, on the command line: share, erase, erasures. Transfers are the case's own action (do transfer). */
#include <string.h>

#include "core/base/language.h"
#include "core/case/erasure.h"
#include "core/record/peer.h"
#include "core/record/reach.h"
#include "tui/cli.h"

static enum status find(struct cli *cli, enum records_named named, const struct record_type **type, struct id *id, struct errmsg *err)
{
    *type = NULL;
    return records_resolve_named(cli->store, &cli->actor, cli_argument(cli, 0), named, type, id, err);
}

static void put_json(struct cli *cli, struct id id, int64_t rows, const struct erasure_done *erased)
{
    const struct {
        const char *key;
        int64_t n;
    } MORE[] = {{"kept", erased->kept}, {"lists", erased->lists}, {"filters", erased->filters}, {"marks", erased->marks}};

    json_object(&cli->json);
    cli_json_id(cli, "id", id);
    json_key(&cli->json, "records");
    json_int(&cli->json, rows);
    for (size_t i = 0; i < sizeof MORE / sizeof MORE[0]; i++) {
        if (MORE[i].n == 0)
            continue;
        json_key(&cli->json, MORE[i].key);
        json_int(&cli->json, MORE[i].n);
    }
    json_object_end(&cli->json);
}

static void put_erased(struct cli *cli, struct id id, const struct erasure_done *erased)
{
    if (cli->json_output) {
        put_json(cli, id, erased->rows, erased);
        return;
    }
    cli_note(cli, _("内容已依法清除，各站在下次同步时清除。共 %lld 条记录"), (long long)erased->rows);
    if (erased->kept > 0)
        cli_note(cli, _("说到同一个人的另有 %lld 条属于依法保存的案卷，没有清除"), (long long)erased->kept);
    if (erased->lists > 0)
        cli_note(cli, _("写着这个人的常用名单 %lld 个，一起清除了"), (long long)erased->lists);
    if (erased->filters > 0)
        cli_note(cli, _("本机有人存着的筛选条件里写着这个人，删去了 %lld 个；各站的由各站自己删去"), (long long)erased->filters);
    if (erased->marks > 0)
        cli_note(cli, _("利益冲突标记 %lld 个，一起清除了"), (long long)erased->marks);
    cli_note(cli, "%s", _("以前做的备份里还有它，被新的换掉以后才没有；导出过的文件、打印的纸和 U 盘上的文件，请另行收回、销毁。从旧备份恢复过的，用 aidpost erasures 核对"));
}

static void put_shared(struct cli *cli, struct id id, int64_t rows, bool on)
{
    if (cli->json_output)
        put_json(cli, id, rows, &(struct erasure_done){0});
    else
        cli_note(cli, "%s %lld 条记录", on ? _("已请协办，连同挂在它上面的共") : _("协办已结束，撤下"), (long long)rows);
}

enum status cli_share(struct cli *cli, struct errmsg *err)
{
    const char *code = option_value(&cli->options, "org");
    bool on = option_value(&cli->options, "end") == NULL;
    const struct record_type *type;
    struct id id;
    int64_t org, rows = 0;
    char name[MACHINE_NAME_MAX_BYTES];

    if (!code)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost share ID --org 单位的代号或名称 [--end]");
    enum status status = find(cli, RECORDS_THERE, &type, &id, err);
    if (!status)
        status = (on ? org_find_office : org_find)(cli->store, code, &org, name, sizeof name, err);
    if (!status)
        status = reach_share(cli->store, &cli->actor, type, id, org, on, &rows, err);
    if (!status)
        put_shared(cli, id, rows, on);
    return status;
}

enum status cli_erase(struct cli *cli, struct errmsg *err)
{
    const char *reason = option_value(&cli->options, "reason"), *officer = option_value(&cli->options, "officer");
    const struct record_type *type;
    struct id id;
    struct erasure_done erased = {0};
    bool done = true;

    if (!reason)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost erase ID --reason 理由 [--officer 批准人] [--only-this]；挂在它上面的一起清除（--only-this 不清除那些），不能恢复");
    /* What the person told is erased though somebody deleted the record before. */
    enum status status = find(cli, RECORDS_DELETED_TOO, &type, &id, err);
    if (!status)
        status = erasure_write(cli->store, &cli->actor, type, id, reason, officer ? officer : cli->actor.name, option_value(&cli->options, "only-this") == NULL, &erased, err);
    if (!status)
        status = reach_finish(cli->store, &done, err);
    if (!status && !done)
        cli_note(cli, "%s", _("有别的程序在用数据，文件里的残留由 aidpostd 空闲时抹去"));
    if (!status)
        put_erased(cli, id, &erased);
    return status;
}

/* ---- erasures ---- */

struct machines {
    struct cli *cli;
    unsigned wanted; /* bits: reach_confirmation */
    const char *word;
    size_t n, n_all;
};

static bool put_machine(void *context, uint32_t station_no, const char *name, enum reach_confirmation confirmation)
{
    struct machines *machines = context;
    struct cli *cli = machines->cli;

    (void)station_no;
    machines->n_all++;
    if ((machines->wanted & 1u << confirmation) == 0)
        return true;
    if (cli->json_output)
        json_string(&cli->json, name);
    else
        buf_printf(&cli->text, "%s%s", machines->n ? _("、") : machines->word, name);
    machines->n++;
    return true;
}

static enum status put_machines(struct cli *cli, const char *key, int64_t order, unsigned wanted, struct errmsg *err)
{
    struct machines machines = {.cli = cli, .wanted = wanted};

    json_key(&cli->json, key);
    json_array(&cli->json);
    enum status status = reach_erasure_machines(cli->store, order, put_machine, &machines, err);
    json_array_end(&cli->json);
    return status;
}

struct erasures {
    struct cli *cli;
    struct errmsg *err;
    enum status status; /* a list of machines that is not whole would tell that all have erased it */
};

static bool put_erasure(void *context, const struct reach_erasure *erasure)
{
    struct erasures *erasures = context;
    struct cli *cli = erasures->cli;
    char at[32], id[ID_TEXT_BYTES];

    cli_time(erasure->at_ms, at);
    if (!cli->json_output) {
        struct machines waiting = {.cli = cli, .wanted = 1u << REACH_WAITING, .word = _("\t等待: ")};
        struct machines old = {.cli = cli, .wanted = 1u << REACH_TOO_OLD, .word = _("\t已告知，但程序太旧，查询时得到的还清不掉，要先升级: ")};
        id_format(erasure->id, id);
        buf_printf(&cli->text, _("%.12s\t%s\t%s\t%s\t%s\t批准 %s"), id, erasure->type ? _(erasure->type->label) : "?", at, erasure->user, erasure->reason, erasure->officer);
        erasures->status = reach_erasure_machines(cli->store, erasure->order, put_machine, &waiting, erasures->err);
        if (erasures->status == STATUS_OK)
            erasures->status = reach_erasure_machines(cli->store, erasure->order, put_machine, &old, erasures->err);
        buf_puts(&cli->text, waiting.n_all > 0 && waiting.n == 0 && old.n == 0 ? _("\t各站都已清除\n") : "\n");
        return !erasures->status;
    }
    json_object(&cli->json);
    cli_json_id(cli, "id", erasure->id);
    json_key(&cli->json, "type");
    json_string(&cli->json, erasure->type ? erasure->type->name : "");
    json_key(&cli->json, "at");
    json_string(&cli->json, at);
    json_key(&cli->json, "user");
    json_string(&cli->json, erasure->user);
    json_key(&cli->json, "reason");
    json_string(&cli->json, erasure->reason);
    json_key(&cli->json, "officer");
    json_string(&cli->json, erasure->officer);
    json_key(&cli->json, "order");
    json_int(&cli->json, erasure->order);
    erasures->status = put_machines(cli, "confirmed", erasure->order, 1u << REACH_CONFIRMED, erasures->err);
    if (!erasures->status)
        erasures->status = put_machines(cli, "waiting", erasure->order, 1u << REACH_WAITING | 1u << REACH_TOO_OLD, erasures->err);
    if (!erasures->status)
        erasures->status = put_machines(cli, "too_old", erasure->order, 1u << REACH_TOO_OLD, erasures->err);
    json_object_end(&cli->json);
    return !erasures->status;
}

enum status cli_erasures(struct cli *cli, struct errmsg *err)
{
    struct erasures erasures = {.cli = cli, .err = err};

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    enum status status = reach_erasures(cli->store, put_erasure, &erasures, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status ? status : erasures.status;
}
