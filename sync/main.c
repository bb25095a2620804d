/* sync/main.c - aidpostd, the sync program: its verbs, options and what it prints. The work is in service.c,
 * enrolment.c and core/record. */
#include <locale.h>
#include <pwd.h>
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
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "core/base/log_file.h"
#include "core/base/option.h"
#include "core/data/language_choice.h"
#include "core/record/alarm.h"
#include "core/record/catalogue.h"
#include "core/record/county_codes.h"
#include "core/record/guard.h"
#include "core/record/peer.h"
#include "core/record/retire.h"
#include "core/record/upward_look.h"
#include "sync/bundle_verb.h"
#include "sync/compress.h"
#include "sync/hub_verb.h"
#include "sync/manual_page.h"
#include "sync/report.h"
#include "sync/service.h"
#include "sync/upward_verb.h"

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_PARTIAL = 3,
    PATH_BYTES = 4096,
    OUTPUT_MAX_BYTES = 16 * 1024 * 1024,
    WARNING_MAX_BYTES = 4096
};

/* What every verb gets. */
struct run {
    struct option_set options;
    char folder[PATH_BYTES], metrics[PATH_BYTES];
    struct trace *trace;
    struct random_source random;
    struct store *store; /* opened when the verb asks for it.. */
    struct machine machine;
    struct identity identity; /* ..and loaded */
    bool has_identity;
    struct buf out; /* what goes to stdout at the end */
    struct json_writer json;
    bool wants_json;
    const char *verb;   /* its name in the table */
    bool tells_failure; /* out is to be printed although the verb failed */
};

/* HUB_TOO: with --store it is done at a hub, without a store of this machine. */
enum needs { NEEDS_NOTHING = 0, NEEDS_STORE = 1, NEEDS_CENTER = 2, NEEDS_STATION = 4, NEEDS_KEY = 8, HUB_TOO = 16 };

struct verb {
    const char *name, *arguments, *help;
    unsigned needs;
    bool stays;                          /* runs until a signal: its log is what the operator sees */
    size_t min_arguments, max_arguments; /* behind the verb */
    int (*run)(struct run *run, struct errmsg *err);
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
    {"org", 'o', "单位", "enrol new：站点属于哪个单位（代码或名称）；在省级中心是县的代码"},
    {"station", 's', "站点", "enrol new：仍做原来的这个站（编号、单位代码或名称）"},
    {"reason", 'r', "原因", "settle：查到了什么、怎么处理的（至少 4 个字）"},
    {"name", 'n', "名称", "enrol：这台机器的名称；在省级中心 enrol new：县的名称，center：第一次运行时省级中心的名称"},
    {"all", 0, NULL, "bundle export：从第一条变更开始全部写出"},
    {"from", 0, "序号", "bundle export：从这一条变更开始"},
    {"ask", 0, NULL, "bundle export：没有新变更也写，用来取回县中心的内容"},
    {"no-return", 0, NULL, "bundle import：在县中心不写回执"},
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

static const char *option(const struct run *run, const char *name)
{
    return option_value(&run->options, name);
}

static int failed(enum status status)
{
    return status == STATUS_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

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

/* "30s" "5m" "2h" "90" (seconds); 1 s .. 7 days. */
static enum status parse_duration(const char *text, int64_t *ms, struct errmsg *err)
{
    char *end;
    long long n = strtoll(text, &end, 10);
    int64_t unit = *end == 'h' ? 3600 : *end == 'm' ? 60 : 1;

    if (end == text || n < 1 || n > 604800 || (*end != 0 && (strchr("smh", *end) == NULL || end[1] != 0)) ||
        n * unit > 604800)
        return errmsg_set(err, STATUS_USAGE, "--every %s：应写作 30s、5m、2h，最多 7 天", text);
    *ms = n * unit * 1000;
    return STATUS_OK;
}

/* Where long work shows how far it is. */
static FILE *terminal_of(const struct run *run)
{
    return !run->wants_json && isatty(STDERR_FILENO) ? stderr : NULL;
}

/* Where the service tells its numbers: --metrics, else in the data folder; a path that would be too long for a socket is told when it is opened. */
static const char *metrics_path(struct run *run)
{
    const char *given = option(run, "metrics");

    if (given != NULL)
        return strcmp(given, "off") == 0 ? NULL : given;
    return file_join(run->metrics, sizeof run->metrics, run->folder, "metrics.sock") == STATUS_OK ? run->metrics : NULL;
}

static struct service service_of(struct run *run)
{
    return (struct service){
        .metrics = metrics_path(run), .folder = run->folder, .store = run->store, .identity = &run->identity, .trace = run->trace, .random = run->random,
        .terminal = terminal_of(run)};
}

static void put_int(struct json_writer *json, const char *key, int64_t v)
{
    json_key(json, key);
    json_int(json, v);
}

static void put_string(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

/* With --store. */
static struct hub_place hub_of(const struct run *run)
{
    const char *name = option(run, "name"), *area = option(run, "area");

    return (struct hub_place){.url = option(run, "store"), .name = name != NULL && *name != '\0' ? name : "省级法律援助中心", .area = area != NULL ? area : "000000", .practice = option(run, "practice") != NULL,
                              .random = run->random, .trace = run->trace, .now_ms = transport_wall_ms()};
}

static bool at_hub(const struct run *run)
{
    return option(run, "store") != NULL;
}

/* The center's address and key, from the store; --center replaces the address. */
static enum status find_center(struct run *run, struct service_target *target, struct errmsg *err)
{
    const char *address = option(run, "center");
    enum status status = center_address_get(run->store, target->address, sizeof target->address, &target->pin, err);

    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "本站还没有中心的地址和密钥，请先登记（aidpostd enrol）");
    if (address != NULL &&
        snprintf(target->address, sizeof target->address, "%s", address) >= (int)sizeof target->address)
        return errmsg_set(err, STATUS_USAGE, "--center 过长");
    return STATUS_OK;
}

/* ---- center, station, once ---- */

static void say_listening(void *context, const char *address)
{
    struct run *run = context;
    const char *path = option(run, "port-file");
    struct errmsg err;
    char line[ADDRESS_TEXT_BYTES + 1];
    int n = snprintf(line, sizeof line, "%s\n", address);

    printf("listening on %s", line);
    fflush(stdout);
    if (path != NULL && file_write(path, line, (size_t)n, 0644, &err) != STATUS_OK)
        fprintf(stderr, "aidpostd: %s\n", errmsg_text(&err, STATUS_IO));
}

/* A thousand stations need a thousand sockets. */
static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int run_center(struct run *run, struct errmsg *err)
{
    struct service service = service_of(run);
    const char *listen = option(run, "listen");
    enum status status;

    if (listen == NULL) {
        errmsg_set(err, STATUS_USAGE, "center 需要 --listen 地址:端口");
        return EXIT_USAGE;
    }
    raise_file_limit();
    if (at_hub(run)) {
        struct hub_place hub = hub_of(run);

        status = hub_verb_serve(&hub, &service, listen, say_listening, run, err);
    } else {
        status = service_center(&service, listen, say_listening, run, err);
    }
    return status == STATUS_OK ? EXIT_DONE : failed(status);
}

static int run_station(struct run *run, struct errmsg *err)
{
    struct service service = service_of(run);
    struct service_target target;
    const char *every = option(run, "every");
    int64_t every_ms = 0;
    enum status status = find_center(run, &target, err);

    if (status == STATUS_OK && every != NULL)
        status = parse_duration(every, &every_ms, err);
    if (status == STATUS_OK)
        status = service_station(&service, &target, every_ms, err);
    return status == STATUS_OK ? EXIT_DONE : failed(status);
}

static int run_once(struct run *run, struct errmsg *err)
{
    struct service service = service_of(run);
    struct service_target target;
    struct transport_end end;
    enum status status = find_center(run, &target, err);

    if (status == STATUS_OK)
        status = service_once(&service, &target, &end, err);
    if (status != STATUS_OK)
        return failed(status);
    report_once(&end, run->wants_json, &run->out);
    if (end.outcome.quarantined == 0)
        return EXIT_DONE;
    fprintf(stderr, _("aidpostd: %llu 条变更无法套用，已搁置，原因见同步状态\n"),
            (unsigned long long)end.outcome.quarantined);
    return EXIT_PARTIAL;
}

/* ---- upward ---- */

/* The store in --data was opened; its key is loaded when it has turned out to be an upward store. */
static enum status open_upward(struct run *run, struct store **center, struct service_target *target, struct errmsg *err)
{
    enum status status = upward_verb_open(option(run, "center"), run->store, run->folder, center, err);

    if (status != STATUS_OK)
        return status;
    if (machine_is_alone(run->store, &run->machine))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 里是练习用的数据，不与县中心往来: 不同步，不导出，也不收别人的文件", run->folder);
    status = center_address_get(run->store, target->address, sizeof target->address, &target->pin, err);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "上报目录还没有登记：请用上级发的登记码 aidpostd enrol 登记码 --center 主机:端口 --data 目录");
    status = identity_load(&run->identity, run->folder, err);
    run->has_identity = status == STATUS_OK;
    return status;
}

static int run_upward(struct run *run, struct errmsg *err)
{
    struct service service = service_of(run);
    struct service_target target;
    struct store *center = NULL;
    const char *every = option(run, "every");
    int64_t every_ms = 0;
    bool refused = false;
    enum status status = every != NULL ? parse_duration(every, &every_ms, err) : STATUS_OK;

    if (status == STATUS_OK)
        status = open_upward(run, &center, &target, err);
    if (status == STATUS_OK && option(run, "once") != NULL)
        status = upward_verb_once(&service, &target, center, run->wants_json, &run->out, &refused, err);
    else if (status == STATUS_OK)
        status = upward_verb_serve(&service, &target, center, every_ms, err);
    store_close(center);
    if (status != STATUS_OK)
        return failed(status);
    return refused ? EXIT_PARTIAL : EXIT_DONE;
}

static int run_upward_status(struct run *run, struct errmsg *err)
{
    char folder[UPWARD_PATH_BYTES];
    const char *given = option(run, "center");
    struct store *center = NULL;
    enum status status = STATUS_OK;

    if (run->machine.center)
        status = errmsg_set(err, STATUS_FORBIDDEN, "upward status 要在上报目录上看：--data 上报目录；县中心这边看 aidpost doctor");
    if (status == STATUS_OK && given == NULL && upward_noted_center(run->store, folder))
        given = folder;
    if (status == STATUS_OK && given != NULL)
        (void)store_open(&center, given, STORE_READ_ONLY, NULL);
    if (status == STATUS_OK)
        status = upward_verb_status(run->store, center, run->wants_json, &run->out, err);
    store_close(center);
    return status == STATUS_OK ? EXIT_DONE : failed(status);
}

/* ---- enrol ---- */

/* Whom a code is for. */
struct code_holder {
    int64_t org;
    char org_name[MACHINE_NAME_MAX_BYTES];
    uint32_t station_no; /* to be enrolled again as this one; 0: a new one */
};

static enum status check_holder(const struct run *run, struct errmsg *err)
{
    const char *org = option(run, "org"), *station = option(run, "station");

    if ((org == NULL || *org == 0) == (station == NULL || *station == 0))
        return errmsg_set(err, STATUS_USAGE, "enrol new 需要 --org 单位代码或名称（新机器），或者 --station 站号（原来的站换了机器或丢了密钥）");
    return STATUS_OK;
}

static enum status find_holder(struct run *run, struct code_holder *out, struct errmsg *err)
{
    const char *org = option(run, "org"), *station = option(run, "station");
    struct peer peer;

    *out = (struct code_holder){.org = 0};
    if (org != NULL)
        return org_find(run->store, org, &out->org, out->org_name, sizeof out->org_name, err);
    enum status status = peer_resolve(run->store, station, &peer, err);
    if (status == STATUS_OK && peer.revoked)
        return errmsg_set(err, STATUS_FORBIDDEN, "站点 %u 号已停用，停用的站号不再使用；请发新登记码（enrol new --org）", peer.station_no);
    if (status != STATUS_OK)
        return status;
    out->org = peer.org;
    out->station_no = peer.station_no;
    memcpy(out->org_name, peer.org_name, sizeof out->org_name);
    return STATUS_OK;
}

static enum status add_code(struct run *run, struct hash secret, struct code_holder *holder, struct errmsg *err)
{
    const char *name = option(run, "name");
    enum status status = find_holder(run, holder, err);

    if (status != STATUS_OK)
        return status;
    return enrol_code_add(run->store, secret, holder->org, holder->station_no, name != NULL ? name : holder->station_no != 0 ? "" : holder->org_name, transport_wall_ms(), err);
}

static enum status add_code_at_hub(struct run *run, struct hash secret, struct code_holder *holder, struct errmsg *err)
{
    struct hub_place place = hub_of(run);
    struct hub_holder county;
    enum status status = hub_verb_code(&place, option(run, "org"), option(run, "station"), option(run, "name"), secret, &county, err);

    if (status != STATUS_OK)
        return status;
    *holder = (struct code_holder){.org = county.org, .station_no = county.station_no};
    memcpy(holder->org_name, county.name, sizeof holder->org_name);
    return STATUS_OK;
}

static enum status new_code(struct run *run, struct code_holder *holder, char code[ENROL_TEXT_BYTES], struct errmsg *err)
{
    struct enrol_ticket ticket = enrol_make(run->identity.pin, run->random);
    struct hash secret = enrol_secret_hash(&ticket);
    enum status status = check_holder(run, err);

    enrol_format(&ticket, code);
    if (status == STATUS_OK)
        status = at_hub(run) ? add_code_at_hub(run, secret, holder, err) : add_code(run, secret, holder, err);
    if (status == STATUS_OK && holder->station_no != 0)
        fprintf(stderr, _("站点 %u 号（%s）重新登记用的一次性登记码，%d 小时内有效，一用原来的密钥就作废；中心密钥核对号 "), holder->station_no, holder->org_name, (int)(ENROL_VALID_MS / 3600000));
    else if (status == STATUS_OK)
        fprintf(stderr, _("%s 的一次性登记码，%d 小时内有效；中心密钥核对号 "), holder->org_name, (int)(ENROL_VALID_MS / 3600000));
    return status;
}

static int run_enrol_new(struct run *run, struct errmsg *err)
{
    char code[ENROL_TEXT_BYTES], digits[IDENTITY_CHECK_BYTES];
    struct code_holder holder;
    enum status status = new_code(run, &holder, code, err);

    if (status != STATUS_OK)
        return failed(status);
    identity_check_digits(run->identity.pin, digits);
    fprintf(stderr, "%s\n", digits);
    if (run->wants_json) {
        json_object(&run->json);
        put_string(&run->json, "code", code);
        if (holder.station_no != 0)
            put_int(&run->json, "station_no", holder.station_no);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, "%s\n", code);
    }
    return EXIT_DONE;
}

/* All words behind "enrol" are the code: people type its groups with blanks. */
static enum status read_code(struct run *run, struct enrol_ticket *ticket, struct errmsg *err)
{
    struct buf text;
    enum status status;

    buf_init(&text, 256);
    for (size_t i = 1; i < run->options.n_arguments; i++) {
        buf_puts(&text, run->options.arguments[i]);
        buf_putc(&text, ' ');
    }
    status = text.status == STATUS_OK ? enrol_parse(buf_cstr(&text), text.len, ticket, err)
                                      : errmsg_set(err, STATUS_MALFORMED, "登记码太长");
    buf_wipe(&text);
    return status;
}

/* Practice is not what becomes a station. Other stores say by themselves that they were enrolled. */
static enum status check_no_practice(struct run *run, struct errmsg *err)
{
    char path[PATH_BYTES];
    struct store *store;
    struct machine machine;
    bool alone = false;

    if (file_join(path, sizeof path, run->folder, "aidpost.db") != STATUS_OK || !file_exists(path) || store_open(&store, run->folder, STORE_OPEN_EXISTING, NULL) != STATUS_OK)
        return STATUS_OK;
    alone = machine_load(store, &machine, NULL) == STATUS_OK && machine_is_alone(store, &machine);
    store_close(store);
    return alone ? errmsg_set(err, STATUS_FORBIDDEN, "%s 里是练习用的数据，不能登记为工作站；请用 --data 另给一个空的文件夹", run->folder) : STATUS_OK;
}

static int run_enrol(struct run *run, struct errmsg *err)
{
    struct service service = service_of(run);
    const char *name = option(run, "name");
    char host[MACHINE_NAME_MAX_BYTES] = "", digits[IDENTITY_CHECK_BYTES];
    struct service_enrolment enrolment = {.folder = run->folder, .address = option(run, "center")};
    struct message_enrolled answer;
    enum status status;

    if (enrolment.address == NULL) {
        errmsg_set(err, STATUS_USAGE, "enrol 需要 --center 主机:端口");
        return EXIT_USAGE;
    }
    (void)gethostname(host, sizeof host - 1);
    enrolment.name = name != NULL ? name : host;
    status = check_no_practice(run, err);
    if (status == STATUS_OK)
        status = read_code(run, &enrolment.ticket, err);
    if (status == STATUS_OK)
        status = service_enrol(&service, &enrolment, &answer, err);
    if (status != STATUS_OK)
        return failed(status);
    if (identity_load(&run->identity, run->folder, err) == STATUS_OK)
        run->has_identity = true;
    identity_check_digits(run->identity.pin, digits);
    if (run->wants_json) {
        json_object(&run->json);
        put_int(&run->json, "station_no", (int64_t)answer.station_no);
        put_string(&run->json, "org", answer.org_code);
        put_string(&run->json, "org_name", answer.org_name);
        put_string(&run->json, "center", answer.center_name);
        put_string(&run->json, "check", digits);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, _("已登记为 %s（站点 %llu 号），中心：%s。本机密钥核对号 %s\n"), answer.org_name,
                   (unsigned long long)answer.station_no, answer.center_name, digits);
    }
    return EXIT_DONE;
}

/* ---- revoke, stations, status ---- */

static int run_revoke(struct run *run, struct errmsg *err)
{
    struct hub_place hub = hub_of(run);
    struct peer peer;
    enum status status = at_hub(run) ? hub_verb_revoke(&hub, run->options.arguments[1], &peer, err) : peer_resolve(run->store, run->options.arguments[1], &peer, err);

    if (status == STATUS_OK && !at_hub(run) && peer.revoked)
        status = errmsg_set(err, STATUS_EXISTS, "站点 %u 号（%s）早已停用", peer.station_no, peer.org_name);
    if (status == STATUS_OK && !at_hub(run))
        status = peer_revoke(run->store, peer.station_no, transport_wall_ms(), err);
    if (status != STATUS_OK)
        return failed(status);
    if (run->wants_json) {
        json_object(&run->json);
        put_int(&run->json, "station_no", peer.station_no);
        put_string(&run->json, "org", peer.org_code);
        json_key(&run->json, "revoked");
        json_bool(&run->json, true);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, _("已停用站点 %u 号（%s %s）；中心收到的最后一条是第 %llu 号\n"), peer.station_no,
                   peer.org_name, peer.name, (unsigned long long)peer.have_seq);
    }
    return EXIT_DONE;
}

/* The Unix user: this program has no accounts. */
static void user_name(char out[ALARM_BY_BYTES])
{
    const struct passwd *user = getpwuid(getuid());

    if (user != NULL)
        snprintf(out, ALARM_BY_BYTES, "%.*s", ALARM_BY_BYTES - 1, user->pw_name);
    else
        snprintf(out, ALARM_BY_BYTES, "%u", (unsigned)getuid());
}

static int run_settle(struct run *run, struct errmsg *err)
{
    const char *why = option(run, "reason");
    char by[ALARM_BY_BYTES];
    struct alarm alarm;
    struct peer peer;
    enum status status = why != NULL ? peer_resolve(run->store, run->options.arguments[1], &peer, err) : errmsg_set(err, STATUS_USAGE, "settle 需要 --reason 原因");

    user_name(by);
    if (status == STATUS_OK)
        status = alarm_settle(run->store, peer.station_no, by, why, transport_wall_ms(), err);
    if (status == STATUS_OK)
        status = alarm_last(run->store, peer.station_no, &alarm, err);
    if (status != STATUS_OK)
        return failed(status);
    if (run->wants_json) {
        json_object(&run->json);
        put_int(&run->json, "station_no", peer.station_no);
        put_string(&run->json, "settled", alarm.text);
        put_string(&run->json, "by", alarm.by);
        put_string(&run->json, "why", alarm.why);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, _("站点 %u 号（%s）：%s\n已记下由 %s 查清：%s\n"), peer.station_no, peer.org_name, alarm.text, alarm.by, alarm.why);
    }
    return EXIT_DONE;
}

static int run_stations(struct run *run, struct errmsg *err)
{
    struct hub_place hub = hub_of(run);
    enum status status = at_hub(run) ? hub_verb_stations(&hub, run->wants_json, &run->out, err) : report_stations(run->store, run->wants_json, &run->out, err);

    return status == STATUS_OK ? EXIT_DONE : failed(status);
}

static int run_status(struct run *run, struct errmsg *err)
{
    enum status status;

    if (run->machine.center)
        return run_stations(run, err);
    status = report_station(run->store, transport_wall_ms(), run->wants_json, &run->out, err);
    return status == STATUS_OK ? EXIT_DONE : failed(status);
}

/* ---- retire ---- */

struct losses {
    struct run *run;
    size_t n;
};

static void put_loss(void *context, const struct retire_loss *loss)
{
    static const char *const kinds[] = {[RETIRE_CHANGE] = "change", [RETIRE_DRAFT] = "draft", [RETIRE_RELAY] = "relay"};
    struct losses *losses = context;
    struct run *run = losses->run;

    losses->n++;
    if (run->wants_json) {
        json_object(&run->json);
        put_string(&run->json, "kind", kinds[loss->kind]);
        put_string(&run->json, "type", loss->type);
        put_string(&run->json, "title", loss->title);
        put_int(&run->json, "changes", (int64_t)loss->changes);
        json_object_end(&run->json);
    } else if (loss->kind == RETIRE_CHANGE) {
        buf_printf(&run->out, _("  %s  %s（%zu 次修改）\n"), _(loss->type), loss->title, loss->changes);
    } else {
        buf_printf(&run->out, "  %s %s  %s\n", loss->kind == RETIRE_DRAFT ? _("草稿") : _("代为转交的文件"), _(loss->type), loss->title);
    }
}

static enum status put_losses(struct run *run, struct losses *losses, struct errmsg *err)
{
    struct code_book *codes;
    enum status status = county_codes_load(&codes, run->store, &run->machine, err);

    if (status != STATUS_OK)
        return status;
    status = retire_losses(run->store, &run->machine, codes, put_loss, losses, err);
    code_book_free(codes);
    return status;
}

static void put_retirement(struct run *run, const struct retirement *now)
{
    char at[TIME_TEXT_BYTES] = "";

    if (now->last_contact_ms != 0)
        day_format_time(now->last_contact_ms, DAY_OFFICE_OFFSET_MIN, at);
    if (run->wants_json) {
        json_object(&run->json);
        put_int(&run->json, "station_no", run->machine.station_no);
        put_int(&run->json, "head", (int64_t)now->head_seq);
        put_int(&run->json, "pending", now->pending);
        put_int(&run->json, "drafts", now->drafts);
        put_int(&run->json, "relays", now->relays);
        put_int(&run->json, "not_in_backup", now->unsaved);
        put_string(&run->json, "last_contact", at[0] != 0 ? at : NULL);
        json_key(&run->json, "lost");
        json_array(&run->json);
        return;
    }
    buf_printf(&run->out, _("%u 号机 %s  最近同步 %s\n本机写过 %llu 条变更，没有送到县中心的 %lld 条；草稿 %lld，替别的机器转交的 %lld\n"), run->machine.station_no, run->machine.name,
               at[0] != 0 ? at : _("从未"), (unsigned long long)now->head_seq, (long long)now->pending, (long long)now->drafts, (long long)now->relays);
    if (now->pending == 0 && now->unsaved > 0)
        buf_printf(&run->out, _("其中 %lld 条县中心收到了，还没有进它的备份\n"), (long long)now->unsaved);
    if (!retire_loses_nothing(now))
        buf_puts(&run->out, _("只在本机上的:\n"));
}

/* Nothing is gone unless it was asked for twice: to wipe, and to lose what only this machine has. */
static enum status wipe(struct run *run, const struct retirement *now, size_t *removed, struct errmsg *err)
{
    *removed = 0;
    if (option(run, "lose") != NULL && option(run, "wipe") == NULL)
        return errmsg_set(err, STATUS_USAGE, "--lose 要和 --wipe 一起写");
    if (!retire_loses_nothing(now) && option(run, "lose") == NULL)
        return errmsg_set(err, STATUS_FORBIDDEN, "还有只在本机上的内容，见上：先同步（aidpostd once 或 U 盘），草稿写完或丢掉；确实不要了才用 --wipe --lose");
    if (option(run, "wipe") == NULL)
        return STATUS_OK;
    store_close(run->store);
    run->store = NULL;
    return retire_wipe(run->folder, removed, err);
}

static int run_retire(struct run *run, struct errmsg *err)
{
    struct losses losses = {.run = run};
    struct retirement now;
    size_t removed = 0;
    enum status status = retire_look(run->store, &now, err);

    if (status != STATUS_OK)
        return failed(status);
    put_retirement(run, &now);
    status = put_losses(run, &losses, err);
    if (run->wants_json)
        json_array_end(&run->json);
    if (status == STATUS_OK)
        status = wipe(run, &now, &removed, err);
    run->tells_failure = status == STATUS_FORBIDDEN;
    if (run->wants_json) {
        put_int(&run->json, "removed_files", (int64_t)removed);
        json_object_end(&run->json);
    } else if (removed > 0) {
        buf_printf(&run->out, _("已清除密钥和数据（%zu 个文件）。请到县中心: aidpostd revoke %u\n"), removed, run->machine.station_no);
    } else if (status == STATUS_OK) {
        buf_puts(&run->out, _("都在县中心了，可以交回：停下服务，aidpostd retire --wipe\n"));
    }
    return status == STATUS_OK ? EXIT_DONE : failed(status);
}

/* ---- files ---- */

/* One of the verbs of bundle_verb.h, with this machine's key. */
static int run_bundle(struct run *run, struct errmsg *err)
{
    struct bundle_key key;
    struct buf warning;
    struct bundle_verb verb = {.handover = {.store = run->store,
                                            .key = &key,
                                            .random = run->random,
                                            .trace = run->trace,
                                            .wall_ms = transport_wall_ms()},
                               .machine = &run->machine,
                               .json = run->wants_json,
                               .terminal = terminal_of(run),
                               .out = &run->out,
                               .warning = &warning};
    bool partial;
    enum status status = service_bundle_key(&run->identity, &key, err);

    buf_init(&warning, WARNING_MAX_BYTES);
    if (status == STATUS_OK)
        status = bundle_verb_run(&verb, run->verb + strlen("bundle "), &run->options, err);
    hash_wipe(&key, sizeof key);
    partial = warning.len > 0;
    if (status == STATUS_OK && partial)
        fprintf(stderr, "aidpostd: %s", buf_cstr(&warning));
    buf_release(&warning);
    run->tells_failure = status == STATUS_GAP && run->wants_json;
    if (status != STATUS_OK)
        return failed(status);
    return partial ? EXIT_PARTIAL : EXIT_DONE;
}

/* ---- the program ---- */

static int run_manual(struct run *run, struct errmsg *err);
static int run_completion(struct run *run, struct errmsg *err);

static const struct verb verbs[] = {
    {"center", "--listen 地址:端口 [--store URL]", "在县中心运行，接受各站点的连接；有 --store 时是省级中心，接受各县中心的连接", NEEDS_STORE | NEEDS_CENTER | NEEDS_KEY | HUB_TOO, true, 0,
     0, run_center},
    {"station", "[--center 主机:端口] [--every 5m]", "在工作站运行，保持与中心同步",
     NEEDS_STORE | NEEDS_STATION | NEEDS_KEY, true, 0, 0, run_station},
    {"once", "[--center 主机:端口]", "同步一次", NEEDS_STORE | NEEDS_STATION | NEEDS_KEY, false, 0, 0, run_once},
    {"upward status", "[--center 目录]", "在县中心：报到了哪里，还有多少待报（--data 是上报目录）", NEEDS_STORE, false, 0, 0, run_upward_status},
    {"upward", "--center 目录 --data 上报目录 [--once] [--every 5m]", "在县中心运行，把县里的变更和报表数报给上级（省级中心）；上报目录先用上级发的登记码 enrol", NEEDS_STORE, true, 0, 0, run_upward},
    {"enrol new", "--org 单位 | --station 站点 [--name 名称]", "在中心发一个一次性登记码：给新机器（--org），或给丢了密钥、重装过的机器仍做原来的站（--station）", NEEDS_STORE | NEEDS_CENTER | NEEDS_KEY | HUB_TOO, false,
     0, 0, run_enrol_new},
    {"enrol", "登记码 --center 主机:端口 [--name 名称]", "把这台机器登记为工作站", NEEDS_NOTHING, false, 1, 8,
     run_enrol},
    {"revoke", "站点", "在中心停用一个站点（编号、单位代码或名称）", NEEDS_STORE | NEEDS_CENTER | HUB_TOO, false, 1, 1,
     run_revoke},
    {"settle", "站点 --reason 原因", "在中心记下一个站的告警（两台机器共用密钥、恢复或副本）已经查清", NEEDS_STORE | NEEDS_CENTER, false, 1, 1,
     run_settle},
    {"stations", "", "在中心列出各站点", NEEDS_STORE | NEEDS_CENTER | HUB_TOO, false, 0, 0, run_stations},
    {"status", "", "同步到了哪里", NEEDS_STORE, false, 0, 0, run_status},
    {"retire", "[--wipe] [--lose]", "这台机器交回以前：哪些还没有送到县中心；--wipe 清除密钥和数据，先停下服务", NEEDS_STORE | NEEDS_STATION, false, 0, 0, run_retire},
    {"bundle export", "文件 [--all | --from 序号] [--ask]", "把县中心还没有的变更写成文件（U 盘），只有县中心能打开",
     NEEDS_STORE | NEEDS_STATION | NEEDS_KEY, false, 1, 1, run_bundle},
    {"bundle import", "文件 [--no-return]",
     "导入文件：在县中心收下并在旁边写回执（文件名加 .return）；在工作站导入回执，或收下别的机器给县中心的文件代为转交",
     NEEDS_STORE | NEEDS_KEY, false, 1, 1, run_bundle},
    {"bundle relays", "", "列出替别的机器转交的文件", NEEDS_STORE | NEEDS_KEY, false, 0, 0, run_bundle},
    {"bundle returns", "目录", "把县中心给别的机器的回执写到目录（U 盘）", NEEDS_STORE | NEEDS_STATION | NEEDS_KEY, false,
     1, 1, run_bundle},
    {"bundle forget", "编号", "删除一个转交的文件", NEEDS_STORE | NEEDS_KEY, false, 1, 1, run_bundle},
    {"manual", "", "手册页（man 格式）", NEEDS_NOTHING, false, 0, 0, run_manual},
    {"completion", "", "bash 的补全脚本", NEEDS_NOTHING, false, 0, 0, run_completion},
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
    completion_bash(&run->out, "aidpostd", rows, N_VERBS, option_table, NULL, NULL);
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

static void print_version(struct buf *out)
{
    char hub[32];

    buf_printf(out, _("aidpostd %s\n数据格式 %d，协议 %d\nSQLite %s，libuv %s，%s，zstd %s，libsodium %s%s\n"),
               PACKAGE_VERSION, SCHEMA_VERSION, PROTOCOL_MAX, store_library_version(), transport_library_version(),
               tls_library_version(), compress_library_version(), sodium_version_string(), hub_verb_library(hub));
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

static enum status prepare(struct run *run, const struct verb *verb, struct errmsg *err)
{
    enum status status = STATUS_OK;

    if (at_hub(run) && (verb->needs & HUB_TOO) == 0)
        return errmsg_set(err, STATUS_USAGE, "%s 不用 --store", verb->name);
    if (at_hub(run))
        return prepare_hub(run, verb, err);
    if ((verb->needs & NEEDS_STORE) == 0)
        return STATUS_OK;
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
    if (machine_is_alone(run->store, &run->machine))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 里是练习用的数据，不与县中心往来: 不同步，不导出，也不收别人的文件", run->folder);
    /* A center makes its key at its first use; a station got its own when it was enrolled, and without that one the
     * center does not know it. */
    status = run->machine.center ? identity_open(&run->identity, run->folder, run->random, err)
                                 : identity_load(&run->identity, run->folder, err);
    run->has_identity = status == STATUS_OK;
    return status;
}

static int run_verb(struct run *run, struct errmsg *err)
{
    const struct verb *verb = find_verb(&run->options);
    size_t behind = run->options.n_arguments > 0 ? run->options.n_arguments - 1 : 0;
    enum status status;

    if (verb == NULL) {
        errmsg_set(err, STATUS_USAGE,
                   run->options.n_arguments == 0 ? "缺少命令，见 aidpostd --help" : "不认识的命令，见 aidpostd --help");
        return EXIT_USAGE;
    }
    if (behind < verb->min_arguments || behind > verb->max_arguments) {
        errmsg_set(err, STATUS_USAGE, "用法: aidpostd %s %s", verb->name, _(verb->arguments));
        return EXIT_USAGE;
    }
    run->verb = verb->name;
    status = prepare(run, verb, err);
    if (status != STATUS_OK)
        return failed(status);
    if (verb->stays && getenv("AIDPOST_TRACE") == NULL)
        run->trace->level = TRACE_INFO;
    return verb->run(run, err);
}

static int run_program(struct run *run, struct errmsg *err)
{
    const char *data = option(run, "data");
    enum status status = STATUS_OK;

    if (option(run, "help") != NULL) {
        print_help(&run->out);
        return EXIT_DONE;
    }
    if (option(run, "version") != NULL) {
        print_version(&run->out);
        return EXIT_DONE;
    }
    if (data == NULL)
        status = default_folder(run->folder, err);
    else if (*data == 0 || snprintf(run->folder, sizeof run->folder, "%s", data) >= (int)sizeof run->folder)
        status = errmsg_set(err, STATUS_USAGE, "--data 不能为空，也不能过长");
    if (status != STATUS_OK)
        return failed(status);
    return run_verb(run, err);
}

static bool write_out(const struct buf *out)
{
    return out->status == STATUS_OK && fwrite(buf_cstr(out), 1, out->len, stdout) == out->len && fflush(stdout) == 0;
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

int main(int argc, char *argv[])
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
    if (hash_start() != STATUS_OK) {
        fprintf(stderr, "aidpostd: %s\n", _("系统没有可用的随机数"));
        return EXIT_FAILED;
    }
    if (language_start(argc, argv, getenv("AIDPOST_LANG"), &err) != STATUS_OK || option_parse(&run.options, option_table, argc, argv, &err) != STATUS_OK) {
        fprintf(stderr, "aidpostd: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (option(&run, "log") != NULL) {
        if (log_file_open(&log, option(&run, "log"), &err) != STATUS_OK) {
            fprintf(stderr, "aidpostd: %s\n", err.text);
            option_release(&run.options);
            return EXIT_FAILED;
        }
        trace.sink = log_file_line;
        trace.context = &log;
    }
    run.wants_json = option(&run, "json") != NULL;
    json_begin(&run.json, &run.out);
    code = run_program(&run, &err);
    if ((code == EXIT_DONE || code == EXIT_PARTIAL || run.tells_failure) && run.wants_json && run.out.len > 0 &&
        option(&run, "help") == NULL && option(&run, "version") == NULL)
        buf_putc(&run.out, '\n');
    if (code == EXIT_FAILED || code == EXIT_USAGE)
        fprintf(stderr, "aidpostd: %s\n", errmsg_text(&err, code == EXIT_USAGE ? STATUS_USAGE : STATUS_IO));
    /* A failure that has something to say (which changes a file lacks) says it, too. */
    if (code == EXIT_USAGE || (code == EXIT_FAILED && !run.tells_failure))
        ;
    else if (!write_out(&run.out))
        code = EXIT_FAILED;
    if (run.has_identity)
        identity_release(&run.identity);
    store_close(run.store);
    option_release(&run.options);
    buf_release(&run.out);
    log_file_close(&log);
    return code;
}
