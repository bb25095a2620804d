/* sync/program.c - aidpostd, the sync program: its options, the table of its verbs, what each needs before it runs, what is printed. The verbs are in run_*.c (run.h), the work is in service.c,
 * enrolment.c and core/record. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "core/base/completion.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/log_file.h"
#include "core/base/utf8.h"
#include "core/data/language_choice.h"
#include "core/record/change.h"
#include "core/record/guard.h"
#include "core/record/schema.h"
#include "core/record/store_folder.h"
#include "sync/compress.h"
#include "sync/manual_page.h"
#include "sync/program.h"
#include "sync/run.h"

enum { OUTPUT_MAX_BYTES = 16 * 1024 * 1024, ANSWER_BYTES = 4096, IMPORTS_MAX = OPTION_ARGUMENTS_MAX - 1 };

/* HUB_TOO: with --store it is done at a hub, without a store of this machine. ENDING_TOO: where the store is being wiped, too; it is called without it then.
 * CHANGES: it changes something here or at the other side; CHANGES_ASKED: with --wipe, --get or --remove only. */
enum needs { NEEDS_NOTHING = 0, NEEDS_STORE = 1, NEEDS_CENTER = 2, NEEDS_STATION = 4, NEEDS_KEY = 8, HUB_TOO = 16, ENDING_TOO = 32, CHANGES = 64, CHANGES_ASKED = 128 };

struct verb {
    const char *name, *arguments, *help;
    unsigned needs;
    bool stays;                          /* runs until a signal: its log is what the operator sees */
    size_t min_arguments, max_arguments; /* behind the verb */
    int (*run)(struct run *run, struct errmsg *err);
    const char *options; /* that mean something to it, beside those of all; for the shell's completion */
};

static const struct option_def option_table[] = {
    {"data", 'd', "目录", "数据目录（默认 $AIDPOST_DATA，否则 ~/.local/share/aidpost；root 为 /var/lib/aidpost）"},
    {"listen", 'l', "地址:端口", "center：监听的地址，例如 0.0.0.0:7474；端口 0 表示任选"},
    {"port-file", 0, "文件", "center：把实际监听的地址写入文件"},
    {"center", 'c', "主机:端口", "station、once、enrol：中心的地址（默认用登记时的地址）；upward：县中心的数据目录"},
    {"once", 0, NULL, "upward：报一次就结束"},
    {"metrics", 0, "文件", "center、station：在这个套接字上给出运行指标（Prometheus 文本；默认数据目录里的 metrics.sock），off 为不给"},
    {"every", 0, "间隔", "station、upward：每隔多久连接一次（30s 5m 2h），中间断开；不给则一直保持连接"},
    {"store", 0, "URL", "center、enrol new、revoke、stations：省级中心，数据在 PostgreSQL 里，例如 postgresql://aidpost@主机/aidpost（密码写在 ~/.pgpass）"},
    {"area", 0, "代码", "center --store：第一次运行时，省级中心的区划代码"},
    {"practice", 0, NULL, "center --store：第一次运行时，建成练习用的省级中心"},
    {"new-key", 0, NULL, "center、enrol new：县中心的密钥真的丢了，另造一把；每台工作站之后都要重新登记"},
    {"org", 'o', "单位", "enrol new：站点属于哪个单位（代码或名称）；在省级中心是县的代码"},
    {"station", 's', "站点", "enrol new：仍做原来的这个站（编号、机器名称、单位代码或名称）"},
    {"reason", 'r', "原因", "settle：查到了什么、怎么处理的（至少 4 个字）"},
    {"name", 'n', "名称", "enrol、enrol new：这台机器叫什么，如 团结村2号机（没有就由中心取）；在省级中心 enrol new：县的名称，center：第一次运行时省级中心的名称"},
    {"all", 0, NULL, "bundle export：从第一条变更开始全部写出"},
    {"from", 0, "序号", "bundle export：从这一条变更开始"},
    {"ask", 0, NULL, "bundle export：没有新变更也写，用来取回县中心的内容"},
    {"no-return", 0, NULL, "bundle import：在县中心不写回执"},
    {"get", 0, "站点", "backups：写出这个站最新的一份"},
    {"to", 0, "文件", "backups --get：写到哪里"},
    {"which", 0, "N", "backups --get：1 是最新的一份，2 是前一份"},
    {"remove", 0, "站点", "backups：不再保管这个站的备份，删除"},
    {"wipe", 0, NULL, "retire：都在县中心了，就清除本机的密钥和数据"},
    {"lose", 0, NULL, "retire：只在本机上的（不加 --wipe 时会列出来）也不要了"},
    {"log", 0, "文件", "日志写到文件，不写标准错误；文件可以随时改名（轮转），会另开新的"},
    {"json", 'j', NULL, "在标准输出上打印一个 JSON 对象"},
    {"lang", 0, "zh|en", "用中文或英文说话（默认 $AIDPOST_LANG，否则中文）; Chinese or English"},
    {"help", 'h', NULL, "显示这段说明"},
    {"version", 'V', NULL, "显示程序、数据格式、协议和各库的版本"},
    {NULL, 0, NULL, NULL},
};

/* ---- small tools ---- */

static void trace_to_stderr(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "%s\n", line);
}

static int64_t trace_clock(void *context)
{
    (void)context;
    return transport_wall_ms();
}

static enum status default_folder(char *out, struct errmsg *err)
{
    const char *data = getenv("AIDPOST_DATA"), *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n;

    if (data != NULL && *data != 0)
        n = snprintf(out, PATH_BYTES, "%s", data);
    else if (xdg != NULL && *xdg != 0)
        n = snprintf(out, PATH_BYTES, "%s/aidpost", xdg);
    else if (geteuid() == 0 || home == NULL || *home == 0)
        n = snprintf(out, PATH_BYTES, "/var/lib/aidpost");
    else
        n = snprintf(out, PATH_BYTES, "%s/.local/share/aidpost", home);
    return n < PATH_BYTES ? STATUS_OK : errmsg_set(err, STATUS_TOO_LARGE, "数据目录的路径过长");
}

/* ---- the program ---- */

#define COMMON_OPTIONS "data json log lang help version"

static int run_manual(struct run *run, struct errmsg *err);
static int run_completion(struct run *run, struct errmsg *err);

static const struct verb verbs[] = {
    {"center", "--listen 地址:端口 [--store URL]", "在县中心运行，接受各站点的连接；有 --store 时是省级中心，接受各县中心的连接", NEEDS_STORE | NEEDS_CENTER | NEEDS_KEY | HUB_TOO, true, 0,
     0, run_center, "listen port-file metrics store area practice name new-key"},
    {"station", "[--center 主机:端口] [--every 5m]", "在工作站运行，保持与中心同步",
     NEEDS_STORE | NEEDS_STATION | NEEDS_KEY, true, 0, 0, run_station, "center every metrics"},
    {"once", "[--center 主机:端口]", "同步一次", NEEDS_STORE | NEEDS_STATION | NEEDS_KEY | CHANGES, false, 0, 0, run_once, "center"},
    {"upward status", "[--center 目录]", "在县中心：报到了哪里，还有多少待报（--data 是上报目录）", NEEDS_STORE, false, 0, 0, run_upward_status, "center"},
    {"upward", "--center 目录 --data 上报目录 [--once] [--every 5m]", "在县中心运行，把县里的变更和报表数报给上级（省级中心）；上报目录先用上级发的登记码 enrol", NEEDS_STORE | CHANGES, true, 0, 0, run_upward, "center every once"},
    {"enrol new", "--org 单位 | --station 站点 [--name 名称]", "在中心发一个一次性登记码：给新机器（--org），或给丢了密钥、重装过的机器仍做原来的站（--station）", NEEDS_STORE | NEEDS_CENTER | NEEDS_KEY | HUB_TOO | CHANGES, false,
     0, 0, run_enrol_new, "org station name store new-key"},
    {"enrol", "登记码 --center 主机:端口 [--name 名称]", "把这台机器登记为工作站", CHANGES, false, 1, 8,
     run_enrol, "center name"},
    {"revoke", "站点", "在中心停用一个站点（编号、机器名称、单位代码或名称）", NEEDS_STORE | NEEDS_CENTER | HUB_TOO | CHANGES, false, 1, 1,
     run_revoke, "store"},
    {"rename", "站点 名称", "在中心给一台机器改名（编号、现在的名称，或只有一台机器的单位）；名称随同步到各机", NEEDS_STORE | NEEDS_CENTER | CHANGES, false, 2, 2,
     run_rename, ""},
    {"settle", "站点 --reason 原因", "在中心记下一个站的告警（两台机器共用密钥、恢复或副本）已经查清", NEEDS_STORE | NEEDS_CENTER | CHANGES, false, 1, 1,
     run_settle, "reason"},
    {"stations", "", "在中心列出各站点", NEEDS_STORE | NEEDS_CENTER | HUB_TOO, false, 0, 0, run_stations, "store"},
    {"status", "", "同步到了哪里", NEEDS_STORE, false, 0, 0, run_status, ""},
    {"backups", "[--get 站点 --to 文件 | --remove 站点]", "在中心：替各站保管的加密备份是谁的、什么时候的；--get 写出一份，用 aidpost restore 恢复", NEEDS_STORE | NEEDS_CENTER | CHANGES_ASKED, false, 0, 0, run_backups, "get to which remove"},
    {"retire", "[--wipe] [--lose]", "这台机器交回以前：哪些还没有送到县中心；--wipe 清除密钥和数据，先停下服务", NEEDS_STORE | NEEDS_STATION | ENDING_TOO | CHANGES_ASKED, false, 0, 0, run_retire, "wipe lose"},
    {"bundle export", "文件 [--all | --from 序号] [--ask]", "把县中心还没有的变更写成文件（U 盘），只有县中心能打开",
     NEEDS_STORE | NEEDS_STATION | NEEDS_KEY | CHANGES, false, 1, 1, run_bundle, "all from ask"},
    {"bundle import", "文件.. | 目录 [--no-return]",
     "导入文件，可以是几个，或一个目录（U 盘）里的全部，一个坏了不妨碍别的：在县中心收下并在旁边写回执（文件名加 .return）；在工作站导入回执，或收下别的机器给县中心的文件代为转交",
     NEEDS_STORE | NEEDS_KEY | CHANGES, false, 1, IMPORTS_MAX, run_bundle, "no-return"},
    {"bundle relays", "", "列出替别的机器转交的文件", NEEDS_STORE | NEEDS_KEY, false, 0, 0, run_bundle, ""},
    {"bundle returns", "目录", "把县中心给别的机器的回执写到目录（U 盘）", NEEDS_STORE | NEEDS_STATION | NEEDS_KEY | CHANGES, false,
     1, 1, run_bundle, ""},
    {"bundle forget", "编号", "删除一个转交的文件", NEEDS_STORE | NEEDS_KEY | CHANGES, false, 1, 1, run_bundle, ""},
    {"manual", "", "手册页（man 格式）", NEEDS_NOTHING, false, 0, 0, run_manual, ""},
    {"completion", "", "bash 的补全脚本", NEEDS_NOTHING, false, 0, 0, run_completion, ""},
};

enum { N_VERBS = sizeof verbs / sizeof *verbs };

static void collect_verbs(struct manual_verb out[N_VERBS])
{
    for (size_t i = 0; i < N_VERBS; i++)
        out[i] = (struct manual_verb){verbs[i].name, verbs[i].arguments, verbs[i].help, NULL};
}

static int run_manual(struct run *run, struct errmsg *err)
{
    struct manual_verb rows[N_VERBS];

    (void)err;
    collect_verbs(rows);
    manual_page_put(&run->out, rows, N_VERBS, option_table);
    return EXIT_DONE;
}

static int run_completion(struct run *run, struct errmsg *err)
{
    struct manual_verb rows[N_VERBS];

    (void)err;
    collect_verbs(rows);
    for (size_t i = 0; i < N_VERBS; i++)
        rows[i].options = verbs[i].options;
    completion_bash(&run->out, "aidpostd", rows, N_VERBS, option_table, COMMON_OPTIONS, NULL);
    return EXIT_DONE;
}

static void print_help(struct buf *out)
{
    buf_puts(out, _("用法: aidpostd 命令 [选项]\n\n命令:\n"));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        buf_printf(out, "  %s %s\n      %s\n", verbs[i].name, _(verbs[i].arguments), _(verbs[i].help));
    buf_puts(out, _("\n选项:\n"));
    option_help(option_table, out);
    buf_puts(out, _("\n退出码: 0 完成，1 失败，2 用法不对，3 部分完成\n"));
}

/* The members that tui/version.c's has, and the libraries of this program. */
static void put_version(struct json_writer *json)
{
    char hub[32];

    json_object(json);
    run_put_string(json, "program", PACKAGE_VERSION);
    run_put_int(json, "schema", SCHEMA_STORE_VERSION);
    run_put_int(json, "change", CHANGE_VERSION);
    run_put_int(json, "protocol", PROTOCOL_MAX);
    json_key(json, "libraries");
    json_object(json);
    run_put_string(json, "sqlite", store_library_version());
    run_put_string(json, "libuv", transport_library_version());
    run_put_string(json, "openssl", tls_library_version());
    run_put_string(json, "zstd", compress_library_version());
    run_put_string(json, "libsodium", sodium_version_string());
    run_put_string(json, "libpq", *hub_verb_library(hub) ? hub : NULL);
    json_object_end(json);
    json_object_end(json);
}

static void print_version(struct buf *out)
{
    char hub[32];

    buf_printf(out, _("aidpostd %s\n数据格式 %d，协议 %d\nSQLite %s，libuv %s，%s，zstd %s，libsodium %s"),
               PACKAGE_VERSION, SCHEMA_STORE_VERSION, PROTOCOL_MAX, store_library_version(), transport_library_version(),
               tls_library_version(), compress_library_version(), sodium_version_string());
    if (*hub_verb_library(hub))
        buf_printf(out, _("，libpq %s"), hub);
    buf_putc(out, '\n');
}

/* The first table row whose words match; "enrol new" stands before "enrol". */
static const struct verb *find_verb(struct option_set *options)
{
    const char **words = options->arguments;

    if (options->n_arguments == 0)
        return NULL;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        const char *blank = strchr(verbs[i].name, ' ');
        size_t len = blank != NULL ? (size_t)(blank - verbs[i].name) : strlen(verbs[i].name);

        if (strlen(words[0]) != len || memcmp(words[0], verbs[i].name, len) != 0)
            continue;
        if (blank == NULL)
            return &verbs[i];
        if (options->n_arguments >= 2 && strcmp(words[1], blank + 1) == 0) {
            /* The second word is used up. */
            memmove(words + 1, words + 2, (options->n_arguments - 2) * sizeof *words);
            options->n_arguments--;
            return &verbs[i];
        }
    }
    return NULL;
}

/* Before anything is written: was the store put back behind our back? */
static enum status check_guard(struct run *run, struct errmsg *err)
{
    bool restored;
    enum status status = guard_check(run->store, run->folder, run->random, &restored, err);

    if (status == STATUS_OK && restored)
        fprintf(stderr, "aidpostd: %s\n", _(GUARD_RESTORED_TEXT));
    return status == STATUS_OK ? guard_turn(run->store, run->folder, run->random, transport_wall_ms(), false, err) : status;
}

/* A hub's processes share one key: the first makes it, to the others it is brought. Codes speak of it, so they are made where it is. */
static enum status prepare_hub(struct run *run, const struct verb *verb, struct errmsg *err)
{
    char path[PATH_BYTES];
    enum status status = STATUS_OK;

    if ((verb->needs & NEEDS_KEY) == 0)
        return STATUS_OK;
    if (file_join(path, sizeof path, run->folder, "aidpost.db") == STATUS_OK && file_exists(path))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 里是一台机器自己的数据，省级中心的密钥不能放在那里；请用 --data 另给一个文件夹", run->folder);
    status = verb->stays ? identity_open(&run->identity, run->folder, run->random, err) : identity_load(&run->identity, run->folder, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, status, "%s 里没有省级中心的密钥：请在它运行的机器上做，或把那里的 identity.pem 拷来（权限 0600）", run->folder);
    run->has_identity = status == STATUS_OK;
    return status;
}

static bool count_enrolled(void *context, const struct peer *peer)
{
    *(int *)context += !peer->revoked;
    return true;
}

/* A center makes its key at its first use. Once stations know that key, another one would lock all of them out in silence: a store that came back from a backup, which has no key in it, waits for the old key or for the word. */
static enum status open_center_key(struct run *run, struct errmsg *err)
{
    int enrolled = 0;
    enum status status = identity_load(&run->identity, run->folder, err);

    if (status != STATUS_NOT_FOUND)
        return status;
    errmsg_clear(err);
    status = peer_list(run->store, count_enrolled, &enrolled, err);
    if (status == STATUS_OK && enrolled > 0 && !option_value(&run->options, "new-key"))
        return errmsg_set(err, STATUS_NOT_FOUND,
                          "%s 里没有县中心的密钥 identity.pem，%d 台登记过的机器只认那一把：从原来的文件夹或另存的副本拷回来（权限 0600）。真的没有了: 加 --new-key 另造一把，再给每台机器 enrol new --station 发码重新登记",
                          run->folder, enrolled);
    return status == STATUS_OK ? identity_create(&run->identity, run->folder, run->random, err) : status;
}

/* A station got its key when it was enrolled, and without that one the center does not know it. */
static enum status open_station_key(struct run *run, struct errmsg *err)
{
    enum status status = identity_load(&run->identity, run->folder, err);

    if (status == STATUS_NOT_FOUND)
        errmsg_set(err, status, "%s 里没有本机的密钥（恢复来的，或密钥丢了）: 数据照常能用，同步要先重新登记。在县中心: aidpostd enrol new --station %u；再在本机: aidpostd enrol 登记码 --center 主机:端口", run->folder,
                   run->machine.station_no);
    return status;
}

static enum status prepare(struct run *run, const struct verb *verb, struct errmsg *err)
{
    enum status status = STATUS_OK;
    bool ending = false, alone;

    if (run_at_hub(run) && (verb->needs & HUB_TOO) == 0)
        return errmsg_set(err, STATUS_USAGE, "%s 不用 --store", verb->name);
    if (run_at_hub(run))
        return prepare_hub(run, verb, err);
    if ((verb->needs & NEEDS_STORE) == 0)
        return STATUS_OK;
    if ((verb->needs & ENDING_TOO) != 0)
        status = store_folder_is_ending(run->folder, &ending, err);
    if (status != STATUS_OK || ending)
        return status;
    status = store_open(&run->store, run->folder, STORE_OPEN_EXISTING, err);
    if (status == STATUS_OK)
        status = check_guard(run, err);
    if (status == STATUS_OK)
        status = machine_load(run->store, &run->machine, err);
    if (status != STATUS_OK)
        return status;
    if ((verb->needs & NEEDS_CENTER) != 0 && !run->machine.center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能在县中心的机器上做，这里是 %s", verb->name, run->machine.name);
    if ((verb->needs & NEEDS_STATION) != 0 && run->machine.center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能在工作站上做，这里是县中心", verb->name);
    if ((verb->needs & NEEDS_KEY) == 0)
        return STATUS_OK;
    status = machine_find_alone(run->store, &run->machine, &alone, err);
    if (status != STATUS_OK)
        return status;
    if (alone)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 里是练习用的数据，不与县中心往来: 不同步，不导出，也不收别人的文件", run->folder);
    status = run->machine.center ? open_center_key(run, err) : open_station_key(run, err);
    run->has_identity = status == STATUS_OK;
    return status;
}

static int run_verb(struct run *run, struct errmsg *err)
{
    const struct verb *verb = find_verb(&run->options);
    size_t behind = run->options.n_arguments > 0 ? run->options.n_arguments - 1 : 0;
    enum status status;

    if (verb == NULL) {
        if (run->options.n_arguments == 0)
            errmsg_set(err, STATUS_USAGE, "缺少命令，见 aidpostd --help");
        else
            errmsg_set(err, STATUS_USAGE, "不认识的命令 %s，见 aidpostd --help", run->options.arguments[0]);
        return EXIT_USAGE;
    }
    if (behind < verb->min_arguments || behind > verb->max_arguments) {
        errmsg_set(err, STATUS_USAGE, "用法: aidpostd %s %s", verb->name, _(verb->arguments));
        return EXIT_USAGE;
    }
    for (size_t i = 0; option_table[i].name != NULL; i++)
        if (run_option(run, option_table[i].name) != NULL && !option_listed(COMMON_OPTIONS, option_table[i].name) && !option_listed(verb->options, option_table[i].name))
            return run_failed(run, errmsg_set(err, STATUS_USAGE, "%s 不能用选项 --%s", verb->name, option_table[i].name));
    run->verb = verb->name;
    bool asked = run_option(run, "wipe") != NULL || run_option(run, "get") != NULL || run_option(run, "remove") != NULL;
    run->changes = (verb->needs & CHANGES) != 0 || ((verb->needs & CHANGES_ASKED) != 0 && asked);
    status = prepare(run, verb, err);
    if (status != STATUS_OK)
        return run_failed(run, status);
    if (verb->stays && getenv("AIDPOST_TRACE") == NULL)
        run->trace->level = TRACE_INFO;
    return verb->run(run, err);
}

static int run_program(struct run *run, struct errmsg *err)
{
    const char *data = run_option(run, "data");
    enum status status = STATUS_OK;

    if (run_option(run, "help") != NULL) {
        print_help(&run->out);
        return EXIT_DONE;
    }
    if (run_option(run, "version") != NULL) {
        if (run->wants_json)
            put_version(&run->json);
        else
            print_version(&run->out);
        return EXIT_DONE;
    }
    if (data == NULL)
        status = default_folder(run->folder, err);
    else if (*data == 0 || snprintf(run->folder, sizeof run->folder, "%s", data) >= (int)sizeof run->folder)
        status = errmsg_set(err, STATUS_USAGE, "--data 不能为空，也不能过长");
    if (status != STATUS_OK)
        return run_failed(run, status);
    return run_verb(run, err);
}

static bool write_out(struct buf *out)
{
    if (out->len > 0)
        utf8_tame((char *)out->data, out->len);
    return out->status == STATUS_OK && fwrite(buf_cstr(out), 1, out->len, stdout) == out->len && fflush(stdout) == 0;
}

static bool wants_json(int argc, char *const argv[])
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0 || strcmp(argv[i], "-j") == 0)
            return true;
    return false;
}

/* The reason on stderr; with --json it is the object on stdout, too, unless the verb has one of its own. */
static int tell_failure(struct run *run, int code, struct errmsg *err)
{
    enum status status = code == EXIT_USAGE ? STATUS_USAGE : run->failure != STATUS_OK ? run->failure : STATUS_IO;

    if (run->wants_json && !run->tells_failure) {
        buf_clear(&run->out);
        json_begin(&run->json, &run->out);
        json_object(&run->json);
        run_put_string(&run->json, "error", status_name(status));
        run_put_string(&run->json, "message", errmsg_text(err, status));
        json_object_end(&run->json);
        buf_putc(&run->out, '\n');
        (void)write_out(&run->out);
    }
    utf8_tame(err->text, strlen(err->text));
    fprintf(stderr, "aidpostd: %s\n", errmsg_text(err, status));
    return code;
}

/* Keys and people's data never land in a core dump or in files that others can read; a closed pipe is an error of one
 * write. */
static void protect_process(void)
{
    static const struct rlimit no_core = {0, 0};

    umask(077);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)signal(SIGPIPE, SIG_IGN);
}

int program_run(int argc, char *argv[])
{
    const char *level = getenv("AIDPOST_TRACE");
    struct trace trace;
    struct run run = {.trace = &trace, .random = random_system()};
    struct errmsg err = {{0}};
    struct log_file log = {.fd = -1};
    int code;

    (void)setlocale(LC_CTYPE, "C.UTF-8");
    setvbuf(stdout, NULL, _IOLBF, 0);
    protect_process();
    trace_init(&trace, level != NULL ? trace_level_parse(level) : TRACE_ERROR, trace_to_stderr, NULL);
    trace.now_ms = trace_clock;
    buf_init(&run.out, OUTPUT_MAX_BYTES);
    /* A verb that did something can say so, however little memory is left by then. */
    if (buf_extend(&run.out, ANSWER_BYTES) == NULL) {
        fprintf(stderr, "aidpostd: %s\n", _(status_text(STATUS_NOMEM)));
        return EXIT_FAILED;
    }
    buf_clear(&run.out);
    run.wants_json = wants_json(argc, argv);
    if (hash_start() != STATUS_OK) {
        fprintf(stderr, "aidpostd: %s\n", _("系统没有可用的随机数"));
        return EXIT_FAILED;
    }
    if (language_start(argc, argv, getenv("AIDPOST_LANG"), &err) != STATUS_OK || option_parse(&run.options, option_table, argc, argv, &err) != STATUS_OK) {
        code = tell_failure(&run, EXIT_USAGE, &err);
        buf_release(&run.out);
        return code;
    }
    if (run_option(&run, "log") != NULL) {
        if (log_file_open(&log, run_option(&run, "log"), &err) != STATUS_OK) {
            code = tell_failure(&run, EXIT_FAILED, &err);
            option_release(&run.options);
            buf_release(&run.out);
            return code;
        }
        trace.sink = log_file_line;
        trace.context = &log;
    }
    json_begin(&run.json, &run.out);
    code = run_program(&run, &err);
    if ((code == EXIT_DONE || code == EXIT_PARTIAL || run.tells_failure) && run.wants_json && run.out.len > 0 &&
        run_option(&run, "help") == NULL)
        buf_putc(&run.out, '\n');
    /* A failure that has something to say (which changes a file lacks) says it, too, and before its reason, which may point there. */
    bool failed = code == EXIT_FAILED || code == EXIT_USAGE;
    if ((!failed || (code == EXIT_FAILED && run.tells_failure)) && !write_out(&run.out)) {
        if (!failed)
            fprintf(stderr, "aidpostd: %s\n", run.changes ? _("不能写标准输出；要做的已经做了，只是结果没有写出来；没有看到的登记码请另发一个") : _("不能写标准输出"));
        code = !failed && run.changes ? EXIT_PARTIAL : EXIT_FAILED;
    }
    if (failed)
        (void)tell_failure(&run, code, &err);
    if (run.has_identity)
        identity_release(&run.identity);
    store_close(run.store);
    option_release(&run.options);
    buf_release(&run.out);
    log_file_close(&log);
    return code;
}
