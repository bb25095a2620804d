/* tui/main.c - aidpost: no verb opens the screens, a verb does its work and exits. The only file of this program that asks the system for time and randomness. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "core/aid/signin.h"
#include "core/base/hash.h"
#include "core/base/language.h"
#include "core/record/settings.h"
#include "core/record/store.h"
#include "tui/cli.h"
#include "tui/doctor.h"
#include "tui/painter.h"
#include "tui/run.h"
#include "tui/views/undo_save.h"
#include "tui/views/views.h"

enum { MINUTE_MS = 60000 };

static int64_t wall_ms(void *clock)
{
    struct timespec now;

    (void)clock;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t data_version(void *store)
{
    return store == NULL ? 0 : store_data_version(store);
}

/* Errors: storage: a setting that can't be read is not one that asks nobody. */
static enum status use_accounts(const struct cli *cli, struct app_context *context, struct run_options *options, struct errmsg *err)
{
    int64_t required, idle_min;
    enum status status = settings_int(cli->store, "require_signin", &required, err);

    if (!status)
        status = settings_int(cli->store, "session_idle_min", &idle_min, err);
    if (status)
        return status;
    snprintf(context->account, sizeof(context->account), "%s", cli->account);
    context->may_stay = view_signin_may_stay;
    options->require_signin = required != 0;
    options->lock_after_ms = idle_min * MINUTE_MS;
    return STATUS_OK;
}

/* What was said of the terminal. Errors: STATUS_USAGE. */
static enum status use_terminal_options(struct cli *cli, struct run_options *options, struct errmsg *err)
{
    const char *charset = option_value(&cli->options, "charset"), *no_color = getenv("NO_COLOR");

    options->plain = option_value(&cli->options, "plain") != NULL;
    options->color = no_color == NULL || no_color[0] == '\0';
    options->light = painter_ground_is_light(getenv("COLORFGBG"));
    options->gb18030 = charset && (strcasecmp(charset, "gbk") == 0 || strcasecmp(charset, "gb18030") == 0 || strcasecmp(charset, "gb2312") == 0);
    options->utf8 = charset && (strcasecmp(charset, "utf-8") == 0 || strcasecmp(charset, "utf8") == 0);
    if (charset && !options->gb18030 && !options->utf8)
        return errmsg_set(err, STATUS_USAGE, "不认识的编码 %s: --charset gbk 或 utf-8", charset);
    return cli_number(cli, "slow", 0, &options->line_rate, err);
}

/* However the screens ended, who was signed in has left. */
static void note_leaving(const struct cli *cli, const struct app_context *context)
{
    struct signin_door door = {.store = cli->store, .machine = &cli->machine, .codes = cli->codes, .random = cli->system->random, .via = SIGNIN_SCREEN};

    if (context->account[0])
        (void)signin_note(&door, context->account, SIGNIN_LEFT, cli->system->now_ms(cli->system->clock));
}

static void examine(const char *folder, int64_t now_ms, struct doctor_facts *out)
{
    doctor_look(folder, NULL, NULL, now_ms, out);
}

/* The screens on the folder's store; on a machine that is nobody yet, what to do about it. */
static enum status screens(struct cli *cli, struct errmsg *err)
{
    struct run_options options = {.help = &view_help, .law = &view_law, .signin = &view_signin, .data_version = data_version};
    enum status status = use_terminal_options(cli, &options, err);

    if (status)
        return status;
    cli->for_screens = true;
    status = cli_open_store(cli, cli->folder, err);
    bool nobody = status == STATUS_NOT_FOUND;

    if (status && !nobody)
        return status;
    if (!nobody)
        store_tune_screen(cli->store);
    struct app_context context = {.store = cli->store, .actor = &cli->actor, .machine = &cli->machine, .codes = cli->codes,
                                  .random = cli->system->random, .now_ms = cli->system->now_ms, .clock = cli->system->clock,
                                  .home = getenv("HOME"), .undo = view_undo_last_save, .examine = examine};
    struct view_argument argument = {.text = cli->folder};
    options.first = nobody ? &view_first_start : &view_home;
    options.argument = nobody ? &argument : NULL;
    options.ask_account = cli->ask_account;
    options.tour = cli->tour && !nobody;
    options.data_context = cli->store;
    if (!nobody && (status = use_accounts(cli, &context, &options, err)))
        return status;
    errmsg_clear(err);
    status = run_screens(&context, &options, err);
    note_leaving(cli, &context);
    cli->tour = context.wants_tour;
    if (nobody && context.wants_practice && !status)
        return cli_practice_begin(cli, err);
    if (nobody && context.wants_restart && !status)
        return screens(cli, err);
    return status == STATUS_CLOSED ? STATUS_OK : status; /* the line dropped: drafts are stored */
}

int main(int argc, char *argv[])
{
    struct cli_system system = {.in = stdin, .out = stdout, .err = stderr, .now_ms = wall_ms, .screens = screens};
    struct rlimit none = {0, 0};

    /* Personal data: nothing for others to read, no memory image on disk after a crash. */
    umask(077);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    if (hash_start()) {
        fprintf(stderr, "aidpost: %s\n", _("系统不能提供随机数"));
        return CLI_EXIT_FAILED;
    }
    system.random = random_system();
    return cli_run(&system, argc, argv);
}
