/* tui/cli_lookup.c - has this person been at another station (core/record/lookup.h): aidpost lookup asks at a station and waits for the sync program's answer, aidpost lookups lists what was asked. */
#include <string.h>
#include <time.h>

#include "core/base/language.h"
#include "core/record/lookup.h"
#include "core/record/machine_name.h"
#include "tui/cli.h"

enum { WAIT_S = 30, WAIT_MAX_S = 3600, POLLS_PER_S = 5 };

static void put_string(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static void put_time(struct cli *cli, const char *key, int64_t ms)
{
    char text[32];

    cli_time(ms, text);
    put_string(cli, key, ms != 0 ? text : NULL);
}

static void put_hits(struct cli *cli, const struct lookup *lookup)
{
    const char *at = lookup->lines;

    json_key(&cli->json, "hits");
    json_array(&cli->json);
    while (lookup->state == LOOKUP_ANSWERED && *at != '\0') {
        size_t len = strcspn(at, "\n"), day = strcspn(at, "\t"), org = day < len ? strcspn(at + day + 1, "\t") : 0;
        char part[3][LOOKUP_LINES_BYTES] = {"", "", ""};

        if (day < len && day + 1 + org < len) {
            snprintf(part[0], sizeof part[0], "%.*s", (int)day, at);
            snprintf(part[1], sizeof part[1], "%.*s", (int)org, at + day + 1);
            snprintf(part[2], sizeof part[2], "%.*s", (int)(len - day - org - 2), at + day + org + 2);
        }
        json_object(&cli->json);
        put_string(cli, "date", part[0]);
        put_string(cli, "station", part[1]);
        put_string(cli, "kind", part[2]);
        json_object_end(&cli->json);
        at += len + (at[len] == '\n');
    }
    json_array_end(&cli->json);
}

static void put_answer(struct cli *cli, const struct lookup *lookup)
{
    if (!cli->json_output) {
        if (lookup->total == 0)
            buf_puts(&cli->text, _("县中心没有查到\n"));
        else
            buf_printf(&cli->text, "%s\n", lookup->lines);
        if (lookup->total > LOOKUP_LINES)
            buf_printf(&cli->text, _("共 %lld 条，只列最近的\n"), (long long)lookup->total);
        return;
    }
    json_object(&cli->json);
    json_key(&cli->json, "no");
    json_int(&cli->json, lookup->no);
    json_key(&cli->json, "total");
    json_int(&cli->json, lookup->total);
    put_hits(cli, lookup);
    put_time(cli, "answered", lookup->answered_ms);
    json_object_end(&cli->json);
}

/* Until the sync program has written the answer into the store, or the time is over. */
static enum status wait_answer(struct cli *cli, int64_t no, int64_t seconds, struct lookup *out, struct errmsg *err)
{
    static const struct timespec pause = {.tv_nsec = 1000000000L / POLLS_PER_S};

    for (int64_t left = seconds * POLLS_PER_S;; left--) {
        enum status status = lookup_get(cli->store, no, out, err);

        if (status != STATUS_OK || out->state != LOOKUP_OPEN)
            return status;
        if (left <= 0)
            return errmsg_set(err, STATUS_TIMEOUT, "%lld 秒内没有等到答复：没有网络，或同步程序（aidpostd station）没有在运行；问题已记下，一天内连上县中心就会答，用 aidpost lookups 看", (long long)seconds);
        (void)nanosleep(&pause, NULL);
    }
}

enum status cli_lookup(struct cli *cli, struct errmsg *err)
{
    const char *reason = option_value(&cli->options, "reason");
    struct lookup lookup;
    int64_t no, seconds;
    enum status status = cli_number(cli, "wait", WAIT_S, &seconds, err);

    if (status)
        return status;
    if (!reason || seconds > WAIT_MAX_S)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost lookup 姓名或证件号码 --reason 理由 [--wait 秒数，最多 %d]", WAIT_MAX_S);
    status = lookup_ask(cli->store, &cli->actor, cli->codes, cli_argument(cli, 0), reason, &no, err);
    if (!status)
        status = sync_request_post(cli->store, cli->actor.now_ms, err);
    if (!status)
        status = wait_answer(cli, no, seconds, &lookup, err);
    if (status)
        return status;
    if (lookup.state == LOOKUP_REFUSED)
        return errmsg_set(err, STATUS_FORBIDDEN, "县中心没有答：%.400s", lookup.lines);
    put_answer(cli, &lookup);
    return STATUS_OK;
}

static const char *state_name(const struct lookup *lookup)
{
    static const char *const names[] = {"open", "answered", "refused"};

    return (size_t)lookup->state < sizeof names / sizeof names[0] ? names[lookup->state] : "?";
}

static bool put_lookup(void *context, const struct lookup *lookup)
{
    static const char *const words[] = {"等答复", "已答", "没有答"};
    struct cli *cli = context;
    char at[32], station[MACHINE_NAME_MAX_BYTES], machine[MACHINE_NAME_MAX_BYTES];

    station_label(cli->store, lookup->station, station, sizeof station);
    machine_called(cli->store, lookup->station, machine);
    if (!cli->json_output) {
        cli_time(lookup->asked_ms, at);
        buf_printf(&cli->text, "%lld\t%s\t%s\t%s\t%s\t%s\t%s %lld\n", (long long)lookup->no, at, machine, lookup->user, lookup_text(lookup), lookup->reason, _(words[lookup->state]), (long long)lookup->total);
        if (lookup->lines[0] != '\0')
            buf_printf(&cli->text, "%s\n", lookup->lines);
        return cli_flush(cli, NULL) == STATUS_OK;
    }
    json_object(&cli->json);
    json_key(&cli->json, "no");
    json_int(&cli->json, lookup->no);
    json_key(&cli->json, "station_no");
    json_int(&cli->json, lookup->station);
    put_string(cli, "station", station);
    put_string(cli, "machine", machine);
    put_string(cli, "user", lookup->user);
    put_string(cli, "text", lookup->text);
    put_string(cli, "reason", lookup->reason);
    put_time(cli, "asked", lookup->asked_ms);
    put_string(cli, "state", state_name(lookup));
    json_key(&cli->json, "total");
    json_int(&cli->json, lookup->total);
    put_hits(cli, lookup);
    put_time(cli, "answered", lookup->answered_ms);
    json_object_end(&cli->json);
    return cli_flush(cli, NULL) == STATUS_OK;
}

enum status cli_lookups(struct cli *cli, struct errmsg *err)
{
    int64_t limit;
    enum status status = cli_number(cli, "limit", 0, &limit, err);

    if (status)
        return status;
    if (cli->actor.center && !actor_is_one_of(&cli->actor, 1u << ROLE_DIRECTOR | 1u << ROLE_ADMIN | 1u << ROLE_AUDITOR))
        return errmsg_set(err, STATUS_FORBIDDEN, "谁查过什么，只给中心负责人、管理员和审计看");
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "lookups");
        json_array(&cli->json);
    }
    status = lookup_list(cli->store, (size_t)limit, put_lookup, cli, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}
