/* sync/run_serve.c - the verbs that speak with another machine: center, station and once, upward and its status. The work is in service.c, hub_verb.c and upward_verb.c. See run.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/record/machine_name.h"
#include "core/record/peer.h"
#include "core/record/store_alone.h"
#include "core/record/upward_look.h"
#include "sync/report.h"
#include "sync/run.h"
#include "sync/upward_verb.h"

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

/* The center's address and key, from the store; --center replaces the address. */
static enum status find_center(struct run *run, struct service_target *target, struct errmsg *err)
{
    const char *address = run_option(run, "center");
    enum status status = center_address_get(run->store, target->address, sizeof target->address, &target->pin, err);

    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "本站还没有中心的地址和密钥，请先登记（aidpostd enrol）");
    if (address != NULL &&
        snprintf(target->address, sizeof target->address, "%s", address) >= (int)sizeof target->address)
        return errmsg_set(err, STATUS_USAGE, "--center 过长");
    return STATUS_OK;
}

/* ---- center, station, once ---- */

/* A service's one object is told when it begins: what ends it later stands in the log and on stderr. */
static void say_json(struct run *run, const char *key, const char *value)
{
    json_object(&run->json);
    run_put_string(&run->json, key, value);
    json_object_end(&run->json);
    printf("%s\n", buf_cstr(&run->out));
    buf_clear(&run->out);
    fflush(stdout);
    run->tells_failure = true;
}

static void say_listening(void *context, const char *address)
{
    struct run *run = context;
    const char *path = run_option(run, "port-file");
    struct errmsg err = {{0}};
    char line[ADDRESS_TEXT_BYTES + 1];
    int n = snprintf(line, sizeof line, "%s\n", address);

    if (run->wants_json)
        say_json(run, "listening", address);
    else
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

/* Machines that were enrolled before they had names. */
static enum status name_machines(struct run *run, struct errmsg *err)
{
    size_t given;
    enum status status = machine_name_complete(run->store, transport_wall_ms(), &given, err);

    if (status == STATUS_OK && given > 0)
        trace_write(run->trace, TRACE_INFO, "center", "给 %zu 台还没有名称的机器取了名称；要改：aidpostd rename 站点 名称", given);
    return status;
}

int run_center(struct run *run, struct errmsg *err)
{
    struct service service = run_service(run);
    const char *listen = run_option(run, "listen");
    enum status status;

    if (listen == NULL) {
        errmsg_set(err, STATUS_USAGE, "center 需要 --listen 地址:端口");
        return EXIT_USAGE;
    }
    raise_file_limit();
    if (run_at_hub(run)) {
        struct hub_place hub = run_hub(run);

        status = hub_verb_serve(&hub, &service, listen, say_listening, run, err);
    } else {
        struct store_alone alone;

        status = store_alone_serve(run->folder, &alone, err);
        store_tune_bulk(run->store);
        if (status == STATUS_OK)
            status = name_machines(run, err);
        if (status == STATUS_OK)
            status = service_center(&service, listen, say_listening, run, err);
        store_alone_end(&alone);
    }
    return status == STATUS_OK ? EXIT_DONE : run_failed(run, status);
}

int run_station(struct run *run, struct errmsg *err)
{
    struct service service = run_service(run);
    struct service_target target;
    const char *every = run_option(run, "every");
    int64_t every_ms = 0;
    enum status status = find_center(run, &target, err);

    if (status == STATUS_OK && every != NULL)
        status = parse_duration(every, &every_ms, err);
    if (status == STATUS_OK && run->wants_json)
        say_json(run, "center", target.address);
    if (status == STATUS_OK)
        status = service_station(&service, &target, every_ms, err);
    return status == STATUS_OK ? EXIT_DONE : run_failed(run, status);
}

int run_once(struct run *run, struct errmsg *err)
{
    struct service service = run_service(run);
    struct service_target target;
    struct transport_end end;
    enum status status = find_center(run, &target, err);

    if (status == STATUS_OK)
        status = service_once(&service, &target, &end, err);
    if (status != STATUS_OK)
        return run_failed(run, status);
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
    bool alone;
    enum status status = upward_verb_open(run_option(run, "center"), run->store, run->folder, center, err);

    if (status != STATUS_OK)
        return status;
    status = machine_find_alone(run->store, &run->machine, &alone, err);
    if (status != STATUS_OK)
        return status;
    if (alone)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 里是练习用的数据，不与县中心往来: 不同步，不导出，也不收别人的文件", run->folder);
    status = center_address_get(run->store, target->address, sizeof target->address, &target->pin, err);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "上报目录还没有登记：请用上级发的登记码 aidpostd enrol 登记码 --center 主机:端口 --data 目录");
    status = identity_load(&run->identity, run->folder, err);
    run->has_identity = status == STATUS_OK;
    return status;
}

int run_upward(struct run *run, struct errmsg *err)
{
    struct service service = run_service(run);
    struct service_target target;
    struct store *center = NULL;
    const char *every = run_option(run, "every");
    int64_t every_ms = 0;
    bool refused = false;
    enum status status = every != NULL ? parse_duration(every, &every_ms, err) : STATUS_OK;

    if (status == STATUS_OK)
        status = open_upward(run, &center, &target, err);
    if (status == STATUS_OK && run_option(run, "once") != NULL)
        status = upward_verb_once(&service, &target, center, run->wants_json, &run->out, &refused, err);
    else if (status == STATUS_OK)
        status = upward_verb_serve(&service, &target, center, every_ms, err);
    store_close(center);
    if (status != STATUS_OK)
        return run_failed(run, status);
    return refused ? EXIT_PARTIAL : EXIT_DONE;
}

int run_upward_status(struct run *run, struct errmsg *err)
{
    char folder[UPWARD_PATH_BYTES];
    const char *given = run_option(run, "center");
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
    return status == STATUS_OK ? EXIT_DONE : run_failed(run, status);
}
