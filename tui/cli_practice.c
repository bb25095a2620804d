/* tui/cli_practice.c - aidpost practice: a station of its own on this machine, with made-up people and an event that is open today, to try everything on without a network.
 *
 * Folder: $XDG_DATA_HOME/aidpost-practice or --data, never one that holds real data. The store is flagged as practice: every screen says 【练习】, a real center refuses to synchronise with it,
 * exports carry the word in their name. One machine plays both parts: what the center gives (roster, publicity weeks, letters of appointment) is written as the center would. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/aid/org.h"
#include "core/aid/practice.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/case/practice_case.h"
#include "core/record/search.h"
#include "core/record/store_alone.h"
#include "core/register/practice_year.h"
#include "tui/cli.h"

#define PRACTICE_AREA "320117"
#define PRACTICE_TOWN "320117101"
/* Who wrote the made-up year is made up, too: it reads the same whoever tries it. */
#define PRACTICE_WORKER "陈静"
#define PRACTICE_NAME "白马镇法律援助工作站（练习）"

enum { PRACTICE_STATION = 1, PRACTICE_ORG = 2, CONSULTATIONS = 30, DAYS = 60 };

/* given: NULL for the usual place. */
static enum status practice_folder(struct cli *cli, const char *given, struct errmsg *err)
{
    const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n;

    if (given)
        n = snprintf(cli->folder, sizeof(cli->folder), "%s", given);
    else if (base && *base)
        n = snprintf(cli->folder, sizeof(cli->folder), "%s/aidpost-practice", base);
    else if (home && *home && strcmp(home, "/") != 0)
        n = snprintf(cli->folder, sizeof(cli->folder), "%s/.local/share/aidpost-practice", home);
    else
        n = snprintf(cli->folder, sizeof(cli->folder), "/tmp/aidpost-practice.%ld", (long)getuid());
    if (n < 0 || (size_t)n >= sizeof(cli->folder) - 32)
        return errmsg_set(err, STATUS_USAGE, "数据文件夹的路径过长");
    return STATUS_OK;
}

/* Where a plain `aidpost` looks for its data: practice must not be found there one day instead. */
static enum status check_apart(const char *given, struct errmsg *err)
{
    const char *real = getenv("AIDPOST_DATA");

    if (given && real && *real && strcmp(given, real) == 0)
        return errmsg_set(err, STATUS_USAGE, "%s 是正式数据的文件夹(AIDPOST_DATA)，练习请用别的", given);
    return STATUS_OK;
}

static bool has_store(const char *folder)
{
    char path[PATH_MAX];

    return !file_join(path, sizeof(path), folder, "aidpost.db") && file_exists(path);
}

/* Open what is there; real data is left alone. */
static enum status open_practice(struct cli *cli, struct errmsg *err)
{
    enum status status = cli_open_store(cli, cli->folder, err);

    if (!status && !cli->machine.practice) {
        cli_close_store(cli);
        status = errmsg_set(err, STATUS_FORBIDDEN, "%s 里是正式数据，不能用来练习；请用 --data 另给一个空的文件夹", cli->folder);
    }
    return status;
}

/* Not under a screen that is still open on it. */
static enum status remove_store(struct cli *cli, struct errmsg *err)
{
    struct store_alone alone;
    enum status status;

    cli_close_store(cli);
    status = store_alone_take(cli->folder, &alone, err);
    if (status)
        return status;
    cli_unlink_store(cli->folder);
    store_alone_end(&alone);
    return STATUS_OK;
}

static enum status reset(struct cli *cli, struct errmsg *err)
{
    enum status status = open_practice(cli, err);

    return status ? status : remove_store(cli, err);
}

/* The center's hand on this machine. */
static struct actor desk_of(const struct cli *cli)
{
    struct actor desk = cli->actor;

    desk.center = true;
    return desk;
}

static enum status add_org(struct cli *cli, const struct actor *desk, int64_t number, const char *name, const char *kind, struct errmsg *err)
{
    struct record org;
    enum status status;

    record_init(&org, catalogue_find("org"));
    status = record_set_int(&org, "number", number);
    if (!status)
        status = record_set_text(&org, "name", name);
    if (!status)
        status = record_set_text(&org, "kind", kind);
    if (!status)
        status = record_set_text(&org, "area", number == PRACTICE_ORG ? PRACTICE_TOWN : PRACTICE_AREA);
    if (!status)
        status = records_save(cli->store, desk, cli->codes, cli->system->random, &org, err);
    record_release(&org);
    return status;
}

static enum status make_machine(struct cli *cli, struct errmsg *err)
{
    struct machine machine = {.practice = true, .station_no = PRACTICE_STATION, .org = PRACTICE_ORG, .name = PRACTICE_NAME, .area = PRACTICE_AREA};
    enum status status;

    cli->system->random.fill(cli->system->random.context, machine.incarnation, sizeof(machine.incarnation));
    cli_close_store(cli);
    status = store_open(&cli->store, cli->folder, STORE_CREATE, err);
    if (status)
        return status;
    status = store_begin(cli->store, "practice", err);
    if (!status)
        status = machine_create(cli->store, &machine, err);
    if (!status)
        status = store_commit(cli->store, err);
    else if (store_in_transaction(cli->store))
        store_rollback(cli->store);
    cli_close_store(cli);
    return status;
}

static enum status fill_people(struct cli *cli, const struct practice *practice, struct errmsg *err)
{
    struct practice_counts counts;
    struct practice_job job = {.area = PRACTICE_AREA, .town = PRACTICE_TOWN, .days = DAYS, .count = CONSULTATIONS,
                               .today = day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN)};
    int64_t moved;
    enum status status = practice_fill(practice, cli->store, &cli->actor, cli->codes, cli->system->random, &job, &counts, err);

    return status ? status : practice_receive_cases(cli->store, &cli->actor, cli->codes, cli->system->random, &moved, err);
}

static enum status fill_year(struct cli *cli, const struct practice *practice, const struct actor *desk, struct errmsg *err)
{
    struct practice_year_job job = {.practice = practice, .area = PRACTICE_AREA, .town = PRACTICE_TOWN, .count = PRACTICE_YEAR_COUNT,
                                    .today = day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN)};
    int64_t made;
    enum status status = practice_year_center(&job, cli->store, desk, cli->codes, cli->system->random, &made, err);

    if (!status)
        status = practice_year_station(&job, cli->store, &cli->actor, cli->codes, cli->system->random, &made, err);
    if (!status)
        status = practice_handle_cases(cli->store, desk, cli->codes, cli->system->random, &made, err);
    if (!status)
        status = practice_year_after(&job, cli->store, desk, cli->codes, cli->system->random, &made, err);
    return status;
}

static enum status make_practice(struct cli *cli, struct errmsg *err)
{
    struct practice *practice = NULL;
    enum status status = make_machine(cli, err);

    if (!status)
        status = open_practice(cli, err);
    if (status)
        return status;
    snprintf(cli->actor.name, sizeof(cli->actor.name), "%s", PRACTICE_WORKER); /* until the store is opened again */
    struct actor desk = desk_of(cli);
    status = add_org(cli, &desk, ORG_NUMBER_CENTER, "练习县法律援助中心", "center", err);
    if (!status)
        status = add_org(cli, &desk, PRACTICE_ORG, PRACTICE_NAME, "station", err);
    if (!status && (status = practice_new(&practice)))
        errmsg_set(err, status, "%s", status_text(status));
    if (!status)
        status = fill_people(cli, practice, err);
    if (!status)
        status = fill_year(cli, practice, &desk, err);
    practice_free(practice);
    if (!status)
        (void)search_catch_up(cli->store, cli->codes, 0, NULL, NULL);
    cli_close_store(cli);
    if (status)
        (void)remove_store(cli, NULL); /* half a practice store would only confuse */
    return status;
}

static enum status report(struct cli *cli, bool made, struct errmsg *err)
{
    int64_t consultations = 0, volunteers = 0;
    enum status status = open_practice(cli, err);

    if (!status)
        status = records_count(cli->store, &cli->actor, catalogue_find("consultation"), NULL, &consultations, err);
    if (!status)
        status = records_count(cli->store, &cli->actor, catalogue_find("volunteer"), NULL, &volunteers, err);
    if (status)
        return status;
    if (!cli->json_output) {
        buf_printf(&cli->text, "%s：%s，咨询 %lld 条，志愿者 %lld 人；数据在 %s\n", made ? "练习用的工作站建好了" : "练习用的工作站", cli->machine.name, (long long)consultations, (long long)volunteers,
                   cli->folder);
        return STATUS_OK;
    }
    json_object(&cli->json);
    json_key(&cli->json, "data");
    json_string(&cli->json, cli->folder);
    json_key(&cli->json, "made");
    json_bool(&cli->json, made);
    json_key(&cli->json, "consultations");
    json_int(&cli->json, consultations);
    json_key(&cli->json, "volunteers");
    json_int(&cli->json, volunteers);
    json_object_end(&cli->json);
    return STATUS_OK;
}

/* Make it if it is not there. *made: it was. */
static enum status ready(struct cli *cli, const char *given, bool anew, bool *made, struct errmsg *err)
{
    enum status status = practice_folder(cli, given, err);

    cli_close_store(cli);
    *made = false;
    if (!status)
        status = file_make_folder(cli->folder, err);
    if (!status && anew && has_store(cli->folder))
        status = reset(cli, err);
    if (status || has_store(cli->folder))
        return status;
    *made = true;
    return make_practice(cli, err);
}

enum status cli_practice(struct cli *cli, struct errmsg *err)
{
    const char *given = option_value(&cli->options, "data");
    bool screens = cli->system->screens && !cli->json_output && !option_value(&cli->options, "headless") && isatty(0) && isatty(1);
    bool made;
    enum status status = check_apart(given, err);

    if (!status && option_value(&cli->options, "as"))
        status = errmsg_set(err, STATUS_USAGE, "practice 不能用 --as");
    if (!status)
        status = ready(cli, given, option_value(&cli->options, "reset") != NULL, &made, err);
    if (!status && !screens)
        return report(cli, made, err);
    if (!status)
        status = open_practice(cli, err);
    return status ? status : cli->system->screens(cli, err);
}

enum status cli_tour(struct cli *cli, struct errmsg *err)
{
    if (!cli->system->screens || !isatty(0) || !isatty(1))
        return errmsg_set(err, STATUS_USAGE, "导览要在终端里走");
    cli->tour = true;
    return cli_practice(cli, err);
}

enum status cli_practice_begin(struct cli *cli, struct errmsg *err)
{
    bool made;
    enum status status = ready(cli, NULL, false, &made, err);

    if (!status)
        status = open_practice(cli, err);
    return status ? status : cli->system->screens(cli, err);
}
