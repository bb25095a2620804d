/* tui/cli_demo.c - aidpost demo: a practice county on this machine. A center and stations as real processes on loopback, enrolled by one-time codes,
 * each with its own store; made-up consultations; one synchronisation; then the first station's screens, or a report.
 *
 * Folder: <demo>/center, <demo>/station1.. ; logs *.log beside them. A second run goes on with what is there and adds what is missing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/aid/practice.h"
#include "core/base/language.h"
#include "core/case/practice_case.h"
#include "core/register/practice_year.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/record/peer.h"
#include "core/record/search.h"
#include "core/record/verify.h"
#include "tui/cli.h"
#include "tui/process.h"

#define DEMO_AREA "320117"
#define DEMO_CENTER "溧水区法律援助中心"

enum { STATIONS_MAX = 8, STATIONS_DEFAULT = 3, RECORDS_DEFAULT = 20, RECORDS_MAX = 5000, OUTPUT_MAX_BYTES = 1 << 20, LINE_BYTES = 256, PRACTICE_DAYS = 60 };

struct demo_station {
    char folder[PATH_MAX];
    char org[64];
    char name[MACHINE_NAME_MAX_BYTES];
    int64_t count;
    struct verify_result verified;
};

struct demo {
    struct cli *cli;
    char folder[PATH_MAX], center[PATH_MAX], daemon[PATH_MAX];
    char address[LINE_BYTES]; /* of the running center */
    pid_t center_pid, station_pid;
    struct demo_station stations[STATIONS_MAX];
    size_t n_stations;
    int64_t records;
    int64_t center_count;
    struct verify_result center_verified;
};

/* ---- preparation --------------------------------------------------------------------------------------------------- */

static enum status demo_folder(struct demo *demo, struct errmsg *err)
{
    const char *given = option_value(&demo->cli->options, "data"), *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n;

    /* AIDPOST_DATA means the real data; practice never goes there by itself. */
    if (given)
        n = snprintf(demo->folder, sizeof(demo->folder), "%s", given);
    else if (base && *base)
        n = snprintf(demo->folder, sizeof(demo->folder), "%s/aidpost-demo", base);
    else if (home && *home && strcmp(home, "/") != 0)
        n = snprintf(demo->folder, sizeof(demo->folder), "%s/.local/share/aidpost-demo", home);
    else
        n = snprintf(demo->folder, sizeof(demo->folder), "/tmp/aidpost-demo");
    if (n < 0 || (size_t)n >= sizeof(demo->folder) - 32)
        return errmsg_set(err, STATUS_USAGE, "数据文件夹的路径过长");
    (void)file_join(demo->center, sizeof(demo->center), demo->folder, "center");
    return file_make_folder(demo->folder, err);
}

static bool has_store(const char *folder)
{
    char path[PATH_MAX];

    return !file_join(path, sizeof(path), folder, "aidpost.db") && file_exists(path);
}

/* The county's towns, in the order of their codes; development zones and the like are left out. */
static enum status find_towns(struct demo *demo, struct buf *orgs, struct errmsg *err)
{
    struct code_book *codes;
    size_t found = 0;
    enum status status = code_book_new(&codes, DEMO_AREA);

    if (status)
        return errmsg_set(err, status, "不能读区划表");
    buf_puts(orgs, "code\tname\tkind\tarea\n");
    for (size_t i = 0; i < code_book_count(codes, "town") && found < STATIONS_MAX; i++) {
        const struct code *town = code_book_at(codes, "town", i);
        size_t len = strlen(town->name);
        struct demo_station *station = &demo->stations[found];

        if (len < 6 || (strcmp(town->name + len - 6, "街道") != 0 && strcmp(town->name + len - 3, "镇") != 0))
            continue;
        snprintf(station->org, sizeof(station->org), "%s", town->code);
        snprintf(station->name, sizeof(station->name), "%s法律援助工作站", town->name);
        snprintf(station->folder, sizeof(station->folder), "%.*s/station%zu", (int)strlen(demo->folder), demo->folder, found + 1);
        buf_printf(orgs, "%s\t%s\tstation\t%s\n", station->org, station->name, town->code);
        found++;
    }
    code_book_free(codes);
    buf_puts(orgs, "fulian\t溧水区妇联法律援助工作站\tbranch\t" DEMO_AREA "\nlaoling\t溧水区老龄委法律援助工作站\tbranch\t" DEMO_AREA "\n"
                   "gonghui\t溧水区总工会法律援助工作站\tbranch\t" DEMO_AREA "\ntuanwei\t共青团溧水区委法律援助工作站\tbranch\t" DEMO_AREA "\n"
                   "renwu\t溧水区人武部法律援助工作站\tbranch\t" DEMO_AREA "\ncanlian\t溧水区残联法律援助工作站\tbranch\t" DEMO_AREA "\n");
    if (found < demo->n_stations)
        return errmsg_set(err, STATUS_NOT_FOUND, "区划表里只有 %zu 个镇街", found);
    return orgs->status;
}

static enum status make_center(struct demo *demo, struct errmsg *err)
{
    struct buf orgs;
    int64_t n_orgs;
    enum status status;

    buf_init(&orgs, 1 << 16);
    status = find_towns(demo, &orgs, err);
    if (!status && !has_store(demo->center))
        status = cli_make_center(demo->cli, demo->center, DEMO_CENTER, DEMO_AREA, true, buf_cstr(&orgs), orgs.len, &n_orgs, err);
    buf_release(&orgs);
    if (status)
        return status;
    status = cli_open_store(demo->cli, demo->center, err);
    if (!status && !demo->cli->machine.practice)
        status = errmsg_set(err, STATUS_FORBIDDEN, "%s 里是正式数据，不能用来练习", demo->center);
    cli_close_store(demo->cli);
    return status;
}

/* ---- the other program --------------------------------------------------------------------------------------------- */

/* Run aidpostd; its stdout in out. A failure carries its own words. */
static enum status daemon_run(const char *const argv[], struct buf *out, struct errmsg *err)
{
    struct buf messages;
    int code = 0;
    enum status status;

    buf_init(&messages, OUTPUT_MAX_BYTES);
    status = process_run(argv, out, &messages, &code, err);
    if (!status && code != 0 && code != CLI_EXIT_PART)
        status = errmsg_set(err, STATUS_IO, "%s %s: %.300s", argv[0], argv[1], messages.len ? buf_cstr(&messages) : _("没有成功"));
    buf_release(&messages);
    return status;
}

static enum status start_center(struct demo *demo, struct errmsg *err)
{
    const char *const argv[] = {demo->daemon, "center", "--data", demo->center, "--listen", "127.0.0.1:0", NULL};
    char log[PATH_MAX], line[LINE_BYTES];
    const char *address;
    enum status status;

    (void)file_join(log, sizeof(log), demo->folder, "center.log");
    status = process_start(argv, log, line, sizeof(line), &demo->center_pid, err);
    if (status)
        return status;
    address = strrchr(line, ' ');
    snprintf(demo->address, sizeof(demo->address), "%s", address ? address + 1 : line);
    if (!strchr(demo->address, ':'))
        return errmsg_set(err, STATUS_IO, "中心没有说出监听的地址: %.100s", line);
    return STATUS_OK;
}

static enum status enrol_station(struct demo *demo, struct demo_station *station, struct errmsg *err)
{
    const char *const fresh[] = {demo->daemon, "enrol", "new", "--data", demo->center, "--org", station->org, NULL};
    struct buf code, out;
    enum status status;

    buf_init(&code, LINE_BYTES);
    buf_init(&out, OUTPUT_MAX_BYTES);
    status = daemon_run(fresh, &code, err);
    if (!status) {
        char text[LINE_BYTES];
        const char *const enrol[] = {demo->daemon, "enrol", "--data", station->folder, "--center", demo->address, "--name", station->name, text, NULL};

        snprintf(text, sizeof(text), "%.*s", (int)strcspn(buf_cstr(&code), "\r\n"), buf_cstr(&code));
        status = daemon_run(enrol, &out, err);
    }
    buf_wipe(&code);
    buf_release(&out);
    return status ? errmsg_wrap(err, status, "%s", station->name) : STATUS_OK;
}

static enum status sync_once(struct demo *demo, const struct demo_station *station, struct errmsg *err)
{
    const char *const argv[] = {demo->daemon, "once", "--data", station->folder, "--center", demo->address, "--json", NULL};
    struct buf out;
    enum status status;

    buf_init(&out, OUTPUT_MAX_BYTES);
    status = daemon_run(argv, &out, err);
    buf_release(&out);
    return status ? errmsg_wrap(err, status, "%s", station->name) : STATUS_OK;
}

/* ---- records ------------------------------------------------------------------------------------------------------- */

static enum status count_consultations(struct cli *cli, int64_t *count, struct errmsg *err)
{
    return records_count(cli->store, &cli->actor, catalogue_find("consultation"), NULL, count, err);
}

enum year_part { YEAR_CENTER, YEAR_STATION, YEAR_AFTER };

/* The other registers of the year, on the open store. */
static enum status fill_year(struct demo *demo, const struct practice *practice, enum year_part part, const char *town, struct errmsg *err)
{
    struct cli *cli = demo->cli;
    struct practice_year_job job = {.practice = practice, .area = DEMO_AREA, .town = town, .count = practice_year_count(demo->records),
                                    .today = day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN)};
    static enum status (*const fills[])(const struct practice_year_job *, struct store *, const struct actor *, const struct code_book *, struct random_source, int64_t *, struct errmsg *) = {
        [YEAR_CENTER] = practice_year_center, [YEAR_STATION] = practice_year_station, [YEAR_AFTER] = practice_year_after};
    int64_t made;

    return fills[part](&job, cli->store, &cli->actor, cli->codes, cli->system->random, &made, err);
}

static enum status fill_center(struct demo *demo, enum year_part part, struct errmsg *err)
{
    struct cli *cli = demo->cli;
    struct practice *practice = NULL;
    int64_t there = 0;
    enum status status = cli_open_store(cli, demo->center, err);

    if (!status)
        status = records_count(cli->store, &cli->actor, catalogue_find(part == YEAR_CENTER ? "campaign" : "return_visit"), NULL, &there, err);
    if (!status && there == 0 && !(status = practice_new(&practice)))
        status = fill_year(demo, practice, part, NULL, err);
    practice_free(practice);
    cli_close_store(cli);
    return status ? errmsg_wrap(err, status, "%s", DEMO_CENTER) : STATUS_OK;
}

static enum status fill_station(struct demo *demo, size_t n, struct errmsg *err)
{
    struct cli *cli = demo->cli;
    struct demo_station *station = &demo->stations[n];
    struct practice *practice = NULL;
    struct practice_counts counts;
    /* Each station its own people, the same ones in every practice county. */
    uint64_t seed = n + 1;
    struct practice_job job = {.area = DEMO_AREA, .town = station->org, .days = PRACTICE_DAYS, .count = demo->records,
                               .today = day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN)};
    int64_t count, moved;
    enum status status = cli_open_store(cli, station->folder, err);

    if (!status)
        status = count_consultations(cli, &count, err);
    if (!status && count == 0 && !(status = practice_new(&practice)))
        status = practice_fill(practice, cli->store, &cli->actor, cli->codes, random_seeded(&seed), &job, &counts, err);
    if (!status && count == 0)
        status = practice_receive_cases(cli->store, &cli->actor, cli->codes, cli->system->random, &moved, err);
    if (!status && count == 0)
        status = fill_year(demo, practice, YEAR_STATION, station->org, err);
    practice_free(practice);
    if (!status)
        (void)search_catch_up(cli->store, cli->codes, 0, NULL, NULL);
    cli_close_store(cli);
    return status ? errmsg_wrap(err, status, "%s", station->name) : STATUS_OK;
}

/* The center's part, once: what the stations received goes each a different way, and back to them. */
static enum status handle_cases(struct demo *demo, struct errmsg *err)
{
    struct cli *cli = demo->cli;
    int64_t decided = 0, moved;
    enum status status = cli_open_store(cli, demo->center, err);

    if (!status)
        status = records_count(cli->store, &cli->actor, catalogue_find("handler"), NULL, &decided, err);
    if (!status && decided == 0)
        status = practice_handle_cases(cli->store, &cli->actor, cli->codes, cli->system->random, &moved, err);
    cli_close_store(cli);
    if (!status)
        status = fill_center(demo, YEAR_AFTER, err);
    for (size_t i = 0; !status && i < demo->n_stations && decided == 0; i++)
        status = sync_once(demo, &demo->stations[i], err);
    return status ? errmsg_wrap(err, status, "%s", DEMO_CENTER) : STATUS_OK;
}

static void no_problem(void *context, const char *text)
{
    cli_note(context, "  %s", text);
}

static enum status look_at(struct demo *demo, const char *folder, int64_t *count, struct verify_result *verified, struct errmsg *err)
{
    struct cli *cli = demo->cli;
    enum status status = cli_open_store(cli, folder, err);

    if (!status)
        status = count_consultations(cli, count, err);
    if (!status)
        status = verify_store(cli->store, no_problem, cli, verified, err);
    cli_close_store(cli);
    return status;
}

static enum status look_at_all(struct demo *demo, struct errmsg *err)
{
    enum status status = look_at(demo, demo->center, &demo->center_count, &demo->center_verified, err);

    for (size_t i = 0; !status && i < demo->n_stations; i++)
        status = look_at(demo, demo->stations[i].folder, &demo->stations[i].count, &demo->stations[i].verified, err);
    return status;
}

/* ---- report -------------------------------------------------------------------------------------------------------- */

static bool all_well(const struct demo *demo)
{
    int64_t sum = 0;
    bool ok = demo->center_verified.ok;

    for (size_t i = 0; i < demo->n_stations; i++) {
        sum += demo->stations[i].count;
        ok = ok && demo->stations[i].verified.ok;
    }
    /* A run with fewer stations than before still has the others' records at the center. */
    return ok && demo->center_count >= sum;
}

static void put_report_json(const struct demo *demo)
{
    struct json_writer *json = &demo->cli->json;

    json_object(json);
    json_key(json, "data");
    json_string(json, demo->folder);
    json_key(json, "ok");
    json_bool(json, all_well(demo));
    json_key(json, "center");
    json_object(json);
    json_key(json, "count");
    json_int(json, demo->center_count);
    json_key(json, "verified");
    json_bool(json, demo->center_verified.ok);
    json_object_end(json);
    json_key(json, "stations");
    json_array(json);
    for (size_t i = 0; i < demo->n_stations; i++) {
        json_object(json);
        json_key(json, "org");
        json_string(json, demo->stations[i].org);
        json_key(json, "name");
        json_string(json, demo->stations[i].name);
        json_key(json, "count");
        json_int(json, demo->stations[i].count);
        json_key(json, "verified");
        json_bool(json, demo->stations[i].verified.ok);
        json_object_end(json);
    }
    json_array_end(json);
    json_object_end(json);
}

static void put_report_text(const struct demo *demo)
{
    struct buf *out = &demo->cli->text;

    buf_printf(out, _("练习县 %s：中心在 %s，数据在 %s\n"), DEMO_CENTER, demo->address, demo->folder);
    for (size_t i = 0; i < demo->n_stations; i++)
        buf_printf(out, _("  %s  咨询 %lld 条  核对%s\n"), demo->stations[i].name, (long long)demo->stations[i].count, demo->stations[i].verified.ok ? _("无误") : _("有问题"));
    buf_printf(out, _("  %s  咨询 %lld 条  核对%s\n"), DEMO_CENTER, (long long)demo->center_count, demo->center_verified.ok ? _("无误") : _("有问题"));
}

/* ---- run ----------------------------------------------------------------------------------------------------------- */

static enum status build_county(struct demo *demo, struct errmsg *err)
{
    enum status status = make_center(demo, err);

    if (!status)
        status = fill_center(demo, YEAR_CENTER, err);
    if (!status)
        status = start_center(demo, err);
    for (size_t i = 0; !status && i < demo->n_stations; i++) {
        struct demo_station *station = &demo->stations[i];

        cli_progress(demo->cli, "准备练习县", i, demo->n_stations, i);
        if (!has_store(station->folder)) {
            status = enrol_station(demo, station, err);
            if (!status)
                status = sync_once(demo, station, err); /* the publicity weeks, so that events can belong to them */
        }
        if (!status)
            status = fill_station(demo, i, err);
        if (!status)
            status = sync_once(demo, station, err);
    }
    if (!status)
        status = handle_cases(demo, err);
    if (!status)
        cli_progress(demo->cli, "准备练习县", demo->n_stations, demo->n_stations, demo->n_stations);
    return status;
}

static enum status open_screens(struct demo *demo, struct errmsg *err)
{
    struct cli *cli = demo->cli;
    const struct demo_station *station = &demo->stations[0];
    const char *const argv[] = {demo->daemon, "station", "--data", station->folder, "--center", demo->address, NULL};
    char log[PATH_MAX];
    enum status status;

    (void)file_join(log, sizeof(log), demo->folder, "station1.log");
    status = process_start(argv, log, NULL, 0, &demo->station_pid, err);
    if (status)
        return status;
    snprintf(cli->folder, sizeof(cli->folder), "%s", station->folder);
    status = cli->system->screens(cli, err);
    process_stop(demo->station_pid);
    demo->station_pid = 0;
    return status;
}

static enum status run_demo(struct demo *demo, struct errmsg *err)
{
    struct cli *cli = demo->cli;
    bool screens = cli->system->screens && !cli->json_output && !option_value(&cli->options, "headless") && isatty(0) && isatty(1);
    enum status status = build_county(demo, err);

    if (!status && screens)
        status = open_screens(demo, err);
    if (!status)
        status = look_at_all(demo, err);
    process_stop(demo->center_pid);
    if (status)
        return status;
    if (cli->json_output)
        put_report_json(demo);
    else
        put_report_text(demo);
    if (all_well(demo))
        return STATUS_OK;
    cli->answered = true;
    return errmsg_set(err, STATUS_CORRUPT, "练习县的数据核对不上，见结果");
}

enum status cli_demo(struct cli *cli, struct errmsg *err)
{
    struct demo *demo = calloc(1, sizeof(*demo));
    int64_t stations;
    enum status status;

    if (!demo)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    demo->cli = cli;
    status = cli_number(cli, "stations", STATIONS_DEFAULT, &stations, err);
    if (!status)
        status = cli_number(cli, "records", RECORDS_DEFAULT, &demo->records, err);
    if (!status && (stations < 1 || stations > STATIONS_MAX || demo->records > RECORDS_MAX))
        status = errmsg_set(err, STATUS_USAGE, "--stations 应为 1 到 %d，--records 应为 0 到 %d", STATIONS_MAX, RECORDS_MAX);
    if (!status && option_value(&cli->options, "as"))
        status = errmsg_set(err, STATUS_USAGE, "demo 不能用 --as");
    demo->n_stations = (size_t)stations;
    if (!status && process_find("aidpostd", demo->daemon, sizeof(demo->daemon)))
        status = errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    if (!status)
        status = demo_folder(demo, err);
    if (!status)
        status = run_demo(demo, err);
    free(demo);
    return status;
}
