/* sync/run.c - what the verbs of aidpostd ask of their run: options, the service over its store, the hub of --store, members of JSON. See run.h. */
#include "sync/run.h"

#include <string.h>
#include <unistd.h>

#include "core/base/file.h"

const char *run_option(const struct run *run, const char *name)
{
    return option_value(&run->options, name);
}

int run_failed(struct run *run, enum status status)
{
    run->failure = status;
    return status == STATUS_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

/* Where long work shows how far it is. */
FILE *run_terminal(const struct run *run)
{
    return !run->wants_json && isatty(STDERR_FILENO) ? stderr : NULL;
}

/* Where the service tells its numbers: --metrics, else in the data folder; a path that would be too long for a socket is told when it is opened. */
static const char *metrics_path(struct run *run)
{
    const char *given = run_option(run, "metrics");

    if (given != NULL)
        return strcmp(given, "off") == 0 ? NULL : given;
    return file_join(run->metrics, sizeof run->metrics, run->folder, "metrics.sock") == STATUS_OK ? run->metrics : NULL;
}

struct service run_service(struct run *run)
{
    return (struct service){
        .metrics = metrics_path(run), .folder = run->folder, .store = run->store, .identity = &run->identity, .trace = run->trace, .random = run->random,
        .terminal = run_terminal(run)};
}

void run_put_int(struct json_writer *json, const char *key, int64_t v)
{
    json_key(json, key);
    json_int(json, v);
}

void run_put_string(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

/* With --store. */
struct hub_place run_hub(const struct run *run)
{
    const char *name = run_option(run, "name"), *area = run_option(run, "area");

    return (struct hub_place){.url = run_option(run, "store"), .name = name != NULL && *name != '\0' ? name : "省级法律援助中心", .area = area != NULL ? area : "000000", .practice = run_option(run, "practice") != NULL,
                              .random = run->random, .trace = run->trace, .now_ms = transport_wall_ms()};
}

bool run_at_hub(const struct run *run)
{
    return run_option(run, "store") != NULL;
}
