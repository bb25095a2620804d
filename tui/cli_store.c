/* tui/cli_store.c - the store as a whole: init, verify, backup, restore, dump. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/plain.h"
#include "core/base/utf8.h"
#include "core/record/backup.h"
#include "core/record/backup_folder.h"
#include "core/record/carry.h"
#include "core/record/id_card.h"
#include "core/record/peer.h"
#include "core/record/privacy.h"
#include "core/record/store_alone.h"
#include "core/record/store_folder.h"
#include "core/record/dump.h"
#include "core/record/table_reader.h"
#include "core/record/verify.h"
#include "core/report/tally.h"
#include "tui/cli.h"

enum { ORGS_MAX_BYTES = 1 << 24 };

/* ---- init ---------------------------------------------------------------------------------------------------------- */

static enum status begin_org(struct cli *cli, struct record *org, struct errmsg *err)
{
    record_init(org, catalogue_find("org"));
    return records_begin(cli->store, &cli->actor, org, cli->codes, err);
}

static enum status set_parsed(struct cli *cli, struct record *record, const char *name, const char *text, size_t len, struct errmsg *err)
{
    const struct field_def *field = catalogue_field(record->type, name);
    enum status status = field ? record_parse(record, field, cli->codes, text, len, err) : STATUS_OK;

    return status ? errmsg_wrap(err, status, "%s", _(field->label)) : STATUS_OK;
}

/* The columns of a row into a record; unknown columns are an error here: this file is written for us. */
static enum status fill_org(struct cli *cli, const struct table_reader *reader, const struct table_row *row, struct record *org, struct errmsg *err)
{
    enum status status = STATUS_OK;

    if (row->problem)
        return errmsg_set(err, STATUS_MALFORMED, "%s", row->problem);
    for (size_t i = 0; !status && i < row->n_cells; i++) {
        const char *column = table_reader_column(reader, row->cells[i].column);
        const struct field_def *field = catalogue_field(org->type, column);

        if (!field)
            return errmsg_set(err, STATUS_INVALID, "机构没有字段 %s（列名应为 code name kind area）", column);
        if (row->cells[i].len > 0 && strcmp(field->name, "number") != 0)
            status = set_parsed(cli, org, column, row->cells[i].text, row->cells[i].len, err);
    }
    return status;
}

static enum status save_org(struct cli *cli, struct record *org, struct errmsg *err)
{
    enum status status = org_prepare(cli->store, &cli->actor, org, err);

    return status ? status : records_save(cli->store, &cli->actor, cli->codes, cli->system->random, org, err);
}

/* One row: another org, or, of kind center, what the center itself is called. */
static enum status take_org_row(struct cli *cli, const struct table_reader *reader, const struct table_row *row, struct record *center, int64_t *n_orgs, struct errmsg *err)
{
    struct record org;
    enum status status = begin_org(cli, &org, err);

    if (!status)
        status = fill_org(cli, reader, row, &org, err);
    if (!status && strcmp(record_text(&org, "kind"), record_text(center, "kind")) == 0) {
        status = fill_org(cli, reader, row, center, err);
        if (!status)
            status = records_save(cli->store, &cli->actor, cli->codes, cli->system->random, center, err);
    } else if (!status) {
        status = save_org(cli, &org, err);
        *n_orgs += status == STATUS_OK;
    }
    record_release(&org);
    return status ? errmsg_wrap(err, status, "机构名单第 %llu 行", (unsigned long long)row->line) : STATUS_OK;
}

static enum status make_orgs(struct cli *cli, const void *data, size_t len, int64_t *n_orgs, struct errmsg *err)
{
    struct table_reader *reader = NULL;
    struct record center;
    struct table_row row;
    enum status status = begin_org(cli, &center, err);

    if (!status)
        status = record_set_text(&center, "code", "center");
    if (!status)
        status = record_set_text(&center, "name", cli->machine.name);
    if (!status)
        status = record_set_text(&center, "area", cli->machine.area);
    if (!status)
        status = set_parsed(cli, &center, "kind", "center", 6, err);
    if (!status)
        status = save_org(cli, &center, err);
    *n_orgs = 1;
    if (!status && data)
        status = table_reader_new(&reader, TABLE_TSV, data, len, err);
    while (!status && data && table_reader_next(reader, &row))
        status = take_org_row(cli, reader, &row, &center, n_orgs, err);
    table_reader_free(reader);
    record_release(&center);
    return status;
}

void cli_unlink_store(const char *folder)
{
    static const char *const names[] = {"aidpost.db", "aidpost.db-wal", "aidpost.db-shm"};
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!file_join(path, sizeof(path), folder, names[i]))
            unlink(path);
}

/* The center of cli->machine, whole or not at all, in a store of its own. */
static enum status fill_center(struct cli *cli, const void *orgs, size_t orgs_len, int64_t *n_orgs, struct errmsg *err)
{
    char user[ACTOR_NAME_MAX_BYTES];
    const char *login = getenv("USER");
    enum status status = store_begin(cli->store, "init", err);

    if (status)
        return status;
    status = machine_create(cli->store, &cli->machine, err);
    snprintf(user, sizeof(user), "%s", login && *login ? login : "admin");
    cli->actor = machine_owner(&cli->machine, user, cli->system->now_ms(cli->system->clock));
    if (!status)
        status = code_book_new(&cli->codes, cli->machine.area);
    if (!status)
        status = make_orgs(cli, orgs, orgs_len, n_orgs, err);
    if (!status)
        return store_commit(cli->store, err);
    if (store_in_transaction(cli->store))
        store_rollback(cli->store);
    return status;
}

/* It is made beside its place (half) and moved there whole, so that what ends before that leaves nothing that would be taken for a center, and takes away nothing but what it made. */
static enum status make_store(struct cli *cli, const char *folder, const char *half, const void *orgs, size_t orgs_len, int64_t *n_orgs, struct errmsg *err)
{
    char from[PATH_MAX], to[PATH_MAX];
    bool there = false;
    enum status status;

    if (file_join(from, sizeof(from), half, "aidpost.db") || file_join(to, sizeof(to), folder, "aidpost.db"))
        return errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    status = file_look(to, &there, err);
    if (!status && there)
        status = errmsg_set(err, STATUS_EXISTS, "%s 已有数据，没有改动", folder);
    if (status)
        return status;
    cli_unlink_store(half); /* of one that was killed */
    status = store_open(&cli->store, half, STORE_CREATE, err);
    if (!status)
        status = fill_center(cli, orgs, orgs_len, n_orgs, err);
    if (!status)
        status = store_empty_log(cli->store, err); /* the file alone is moved */
    cli_close_store(cli);
    if (status)
        return status;
    status = file_rename(from, to, err);
    if (status && !file_exists(from))
        unlink(to); /* moved, and a power cut may take it back */
    return status;
}

enum status cli_make_center(struct cli *cli, const char *folder, const char *name, const char *area, bool practice, const void *orgs, size_t orgs_len, int64_t *n_orgs,
                            struct errmsg *err)
{
    struct machine machine = {.center = true, .practice = practice, .station_no = STATION_NO_CENTER, .org = ORG_NUMBER_CENTER};
    char half[PATH_MAX];
    struct store_alone alone;
    bool had_folder = false;
    enum status status;

    if (!*name || strlen(name) >= sizeof(machine.name) || !plain_is(name))
        return errmsg_set(err, STATUS_USAGE, "--name 应是县中心的名称，一行文字，不超过 %d 个汉字", MACHINE_NAME_MAX_BYTES / 3 - 1);
    if (strlen(area) != 6 || strspn(area, "0123456789") != 6)
        return errmsg_set(err, STATUS_USAGE, "--area 应是六位县级行政区划代码，如 320117");
    if (file_join(half, sizeof(half), folder, "init.tmp"))
        return errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    snprintf(machine.name, sizeof(machine.name), "%s", name);
    snprintf(machine.area, sizeof(machine.area), "%s", area);
    cli->system->random.fill(cli->system->random.context, machine.incarnation, sizeof(machine.incarnation));
    cli_close_store(cli);
    cli->machine = machine;
    status = file_look(folder, &had_folder, err);
    if (!status)
        status = file_make_folder(folder, err);
    if (!status)
        status = store_folder_check_ending(folder, err);
    if (!status)
        status = store_alone_make(folder, &alone, err);
    if (status)
        return status;
    status = make_store(cli, folder, half, orgs, orgs_len, n_orgs, err);
    cli_unlink_store(half);
    rmdir(half);
    if (status && !had_folder)
        rmdir(folder); /* only if it is empty */
    store_alone_end(&alone);
    return status;
}

enum status cli_init(struct cli *cli, struct errmsg *err)
{
    const char *name = option_value(&cli->options, "name"), *area = option_value(&cli->options, "area"), *path = option_value(&cli->options, "orgs");
    bool practice = option_value(&cli->options, "practice") != NULL;
    struct buf orgs;
    struct id_area known;
    int64_t n_orgs = 0;
    enum status status = STATUS_OK;

    if (strcmp(cli_argument(cli, 0), "center") != 0 || !name || !area)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost init center --name 名称 --area 六位代码 [--orgs FILE.tsv]（工作站用 aidpostd enrol）");
    buf_init(&orgs, ORGS_MAX_BYTES);
    if (path)
        status = file_read(path, &orgs, err);
    if (!status)
        status = cli_make_center(cli, cli->folder, name, area, practice, path ? buf_cstr(&orgs) : NULL, orgs.len, &n_orgs, err);
    buf_release(&orgs);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "name");
        json_string(&cli->json, name);
        json_key(&cli->json, "area");
        json_string(&cli->json, area);
        json_key(&cli->json, "orgs");
        json_int(&cli->json, n_orgs);
        json_key(&cli->json, "data");
        json_string(&cli->json, cli->folder);
        json_object_end(&cli->json);
    } else {
        buf_printf(&cli->text, _("已建立%s（%s），机构 %lld 个，数据在 %s\n"), name, area, (long long)n_orgs, cli->folder);
    }
    id_card_area(area, DAY_MAX, &known); /* in use */
    if (!known.existed)
        cli_note(cli, "注意: 代码表里没有区划代码 %s，没有镇街、村居可选；写错了就删掉 %s 重新建", area, cli->folder);
    return STATUS_OK;
}

/* ---- verify -------------------------------------------------------------------------------------------------------- */

static void put_problem(void *context, const char *text)
{
    struct cli *cli = context;

    buf_puts(&cli->scratch, text);
    buf_putc(&cli->scratch, 0);
}

/* The figures of reports against counting every record anew. */
static enum status verify_figures(struct cli *cli, int64_t *figures, struct verify_result *result, struct errmsg *err)
{
    size_t before = cli->scratch.len;
    enum status status = tally_verify(cli->store, cli->codes, put_problem, cli, figures, err);

    result->ok = result->ok && cli->scratch.len == before;
    return status;
}

enum status cli_verify(struct cli *cli, struct errmsg *err)
{
    struct verify_result result = {0};
    int64_t figures = 0;
    enum status status;

    buf_clear(&cli->scratch);
    status = verify_store(cli->store, put_problem, cli, &result, err);
    if (!status)
        status = verify_figures(cli, &figures, &result, err);
    /* What cannot be read any more is what this verb is asked about. */
    if (status == STATUS_CORRUPT) {
        put_problem(cli, errmsg_text(err, status));
        result.ok = false;
        status = STATUS_OK;
    }
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "ok");
        json_bool(&cli->json, result.ok);
        json_key(&cli->json, "rows");
        json_int(&cli->json, result.rows);
        json_key(&cli->json, "changes");
        json_int(&cli->json, result.changes);
        json_key(&cli->json, "figures");
        json_int(&cli->json, figures);
        json_key(&cli->json, "problems");
        json_array(&cli->json);
    } else {
        buf_printf(&cli->text, _("%s：记录 %lld 条，变更 %lld 条，报表的数 %lld 个\n"), result.ok ? _("核对无误") : _("核对发现问题"), (long long)result.rows, (long long)result.changes,
                   (long long)figures);
    }
    for (size_t at = 0; at < cli->scratch.len; at += strlen((const char *)cli->scratch.data + at) + 1) {
        const char *text = (const char *)cli->scratch.data + at;

        if (cli->json_output)
            json_string(&cli->json, text);
        else
            buf_printf(&cli->text, "  %s\n", text);
    }
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    if (result.ok)
        return STATUS_OK;
    cli->answered = true;
    return errmsg_set(err, STATUS_CORRUPT, "核对发现问题，见结果；请先备份这个文件夹，再联系县中心");
}

/* ---- backup, restore ----------------------------------------------------------------------------------------------- */

/* The secret of --key-file, or a passphrase; bytes in *out, which the caller wipes. */
static enum status read_backup_secret(struct cli *cli, struct buf *out, struct backup_secret *secret, struct errmsg *err)
{
    const char *path = option_value(&cli->options, "key-file");
    enum status status = path ? file_read(path, out, err) : cli_secret(cli, "备份口令", out, err);

    *secret = (struct backup_secret){.kind = path ? BACKUP_KEY_FILE : BACKUP_PASSPHRASE, .bytes = out->data, .len = out->len};
    return status;
}

/* Where the backup goes: the file that was named, or a file of its own in the folder that was named. */
static enum status backup_path(struct cli *cli, char path[PATH_MAX], bool *in_folder, struct errmsg *err)
{
    const char *given = cli_argument(cli, 0);
    char name[BACKUP_NAME_BYTES];
    struct stat stat_buf;
    enum status status;

    *in_folder = false;
    if (given == NULL && option_value(&cli->options, "to-center") == NULL)
        return errmsg_set(err, STATUS_USAGE, "备份到哪里: aidpost backup 文件或文件夹，或者 --to-center");
    if (given == NULL && option_value(&cli->options, "newest") != NULL)
        return errmsg_set(err, STATUS_USAGE, "--newest 要写备份到哪个文件夹");
    if (given == NULL) /* on its way to the center; beside the store until it is queued */
        return snprintf(path, PATH_MAX, "%s/backup.%ld.new", cli->folder, (long)getpid()) < PATH_MAX ? STATUS_OK : errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    *in_folder = stat(given, &stat_buf) == 0 && S_ISDIR(stat_buf.st_mode);
    if (!*in_folder && option_value(&cli->options, "newest") != NULL)
        return errmsg_set(err, STATUS_USAGE, "--newest 要备份到一个文件夹，%s 不是", given);
    if (!*in_folder)
        return snprintf(path, PATH_MAX, "%s", given) < PATH_MAX ? STATUS_OK : errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    backup_folder_name(&cli->machine, cli->system->now_ms(cli->system->clock), name);
    status = file_join(path, PATH_MAX, given, name);
    return status ? errmsg_set(err, status, "路径过长") : STATUS_OK;
}

/* Is there a center that could have it? */
static enum status check_to_center(struct cli *cli, struct errmsg *err)
{
    char address[256];
    struct hash pin;

    if (option_value(&cli->options, "to-center") == NULL)
        return STATUS_OK;
    if (cli->machine.center)
        return errmsg_set(err, STATUS_FORBIDDEN, "这里就是县中心，它的备份请放到别处（U 盘、另一台电脑）");
    enum status status = center_address_get(cli->store, address, sizeof address, &pin, err);
    return status == STATUS_NOT_FOUND ? errmsg_set(err, status, "这台机器没有登记到县中心，备份没有地方可送；请写文件或文件夹") : status;
}

static enum status send_to_center(struct cli *cli, const char *path, bool only, struct errmsg *err)
{
    enum status status = carry_add(cli->store, path, cli->system->now_ms(cli->system->clock), err);

    if (only)
        unlink(path);
    return status;
}

/* path NULL: the center has it only. */
static void put_backup(struct cli *cli, const struct backup_info *info, const char *path, bool to_center, size_t removed)
{
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "file");
        if (path == NULL)
            json_null(&cli->json);
        else
            json_string(&cli->json, path);
        json_key(&cli->json, "bytes");
        json_int(&cli->json, (int64_t)info->bytes);
        json_key(&cli->json, "to_center");
        json_bool(&cli->json, to_center);
        json_key(&cli->json, "removed");
        json_int(&cli->json, (int64_t)removed);
        json_object_end(&cli->json);
        return;
    }
    if (path == NULL)
        buf_printf(&cli->text, _("已备份%s（%llu 字节，加密，已读回核对）\n"), info->machine.name, (unsigned long long)info->bytes);
    else
        buf_printf(&cli->text, _("已备份%s到 %s（%llu 字节，加密，已读回核对）\n"), info->machine.name, path, (unsigned long long)info->bytes);
    if (to_center)
        buf_puts(&cli->text, _("等待送到县中心，同步时排在变更后面；送到没有: aidpostd status\n"));
    if (removed > 0)
        buf_printf(&cli->text, _("删除了 %zu 份旧备份\n"), removed);
}

enum status cli_backup(struct cli *cli, struct errmsg *err)
{
    bool to_center = option_value(&cli->options, "to-center") != NULL, only = cli_argument(cli, 0) == NULL;
    struct backup_secret secret;
    struct backup_info info = {0};
    struct buf bytes;
    char path[PATH_MAX];
    bool in_folder;
    int64_t keep;
    size_t removed = 0;
    enum status status = STATUS_OK;

    /* Whoever has it and chose its passphrase has all that is here, as with `dump --full`: of every org, what is sealed, the hashes of passwords. */
    if (!cli->actor.owner)
        return errmsg_set(err, STATUS_FORBIDDEN, "备份里什么都有，封存的也在，只有这台机器的所有者可以做（不加 --as）");
    status = cli_number(cli, "newest", 0, &keep, err);
    if (!status && option_value(&cli->options, "newest") != NULL && (keep < 1 || keep > BACKUP_KEEP_MAX))
        status = errmsg_set(err, STATUS_USAGE, "--newest 是 1 到 %d", BACKUP_KEEP_MAX);
    if (!status)
        status = backup_path(cli, path, &in_folder, err);
    if (!status)
        status = check_to_center(cli, err);
    if (status)
        return status;
    buf_init(&bytes, BACKUP_SECRET_MAX_BYTES);
    status = read_backup_secret(cli, &bytes, &secret, err);
    if (!status)
        status = backup_write(cli->store, cli->folder, path, &secret, cli->system->random, &info, err);
    buf_wipe(&bytes);
    if (!status)
        status = store_begin(cli->store, "backup", err);
    if (!status)
        status = store_meta_set_int(cli->store, "backed_up_ms", cli->system->now_ms(cli->system->clock), err); /* doctor.h reminds of the next */
    if (store_in_transaction(cli->store))
        status = status ? (store_rollback(cli->store), status) : store_commit(cli->store, err);
    if (!status && to_center)
        status = send_to_center(cli, path, only, err);
    /* Only a backup that was read back and holds makes an older one needless. */
    if (!status && keep > 0)
        status = backup_folder_prune(cli_argument(cli, 0), &info.machine, (size_t)keep, strrchr(path, '/') + 1, &removed, err);
    if (!status)
        put_backup(cli, &info, only ? NULL : path, to_center, removed);
    return status;
}

enum status cli_restore(struct cli *cli, struct errmsg *err)
{
    struct backup_secret secret;
    struct backup_restored restored;
    struct buf bytes;
    enum status status;

    buf_init(&bytes, BACKUP_SECRET_MAX_BYTES);
    status = read_backup_secret(cli, &bytes, &secret, err);
    if (!status)
        status = backup_restore(cli_argument(cli, 0), cli->folder, &secret, cli->system->random, cli->system->now_ms(cli->system->clock), &restored, err);
    buf_wipe(&bytes);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "name");
        json_string(&cli->json, restored.machine.name);
        json_key(&cli->json, "data");
        json_string(&cli->json, cli->folder);
        json_key(&cli->json, "new_log");
        json_bool(&cli->json, restored.new_log);
        json_key(&cli->json, "pending");
        json_int(&cli->json, restored.pending);
        json_object_end(&cli->json);
    } else {
        buf_printf(&cli->text, _("已恢复%s到 %s\n"), restored.machine.name, cli->folder);
    }
    cli_note(cli, "今后的变更记入新的日志，不会重用备份之后已用过的序号。请停用原来那台机器上的数据。");
    if (restored.machine.center)
        cli_note(cli, "备份里没有密钥：把原来的（或另存的）identity.pem 放回 %s 再启动，各站只认那一把。各站来同步以前不要作决定、发文号。", cli->folder);
    else
        cli_note(cli, "备份里没有密钥：要同步，先在县中心 aidpostd enrol new --station %u，再在本机 aidpostd enrol 登记码 --center 主机:端口。", restored.machine.station_no);
    if (restored.pending > 0)
        cli_note(cli, "备份里有 %lld 条变更当时还没有得到县中心确认，下次同步时送出。", (long long)restored.pending);
    return STATUS_OK;
}

/* ---- dump ---------------------------------------------------------------------------------------------------------- */

static enum status dump_to(struct cli *cli, FILE *out, struct errmsg *err)
{
    bool full = option_value(&cli->options, "full") != NULL;

    return option_value(&cli->options, "log") ? dump_log(cli->store, out, full, err) : dump_rows(cli->store, out, full, err);
}

enum status cli_dump(struct cli *cli, struct errmsg *err)
{
    char *text = NULL;
    size_t len = 0;
    FILE *memory;
    enum status status;

    if (cli->actor.role != ROLE_ADMIN && cli->actor.role != ROLE_AUDITOR)
        return errmsg_set(err, STATUS_FORBIDDEN, "只有管理员和审计员可以导出全部内容");
    if (option_value(&cli->options, "full") != NULL && !privacy_sees_sealed(&cli->actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "连同敏感内容的只有这台机器的所有者可以导出；不加 --full 的写明长度，不写内容");
    if (!cli->json_output)
        return dump_to(cli, cli->system->out, err);
    memory = open_memstream(&text, &len);
    if (!memory)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    status = dump_to(cli, memory, err);
    fclose(memory);
    json_object(&cli->json);
    json_key(&cli->json, "lines");
    json_array(&cli->json);
    for (char *at = text; !status && at && at < text + len;) {
        size_t n = strcspn(at, "\n");

        json_text(&cli->json, at, n);
        at += n + 1;
    }
    json_array_end(&cli->json);
    json_object_end(&cli->json);
    free(text);
    return status;
}
