/* tui/main.c - aidpost: no verb opens the screens, a verb does its work and exits. The only file of this program that asks the system for time and randomness. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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

static void use_accounts(const struct cli *cli, struct app_context *context, struct run_options *options)
{
    snprintf(context->account, sizeof(context->account), "%s", cli->account);
    context->may_stay = view_signin_may_stay;
    options->require_signin = settings_int(cli->store, "require_signin") != 0;
    options->lock_after_ms = settings_int(cli->store, "session_idle_min") * MINUTE_MS;
}

/* However the screens ended, who was signed in has left. */
static void note_leaving(const struct cli *cli, const struct app_context *context)
{
    struct signin_door door = {.store = cli->store, .machine = &cli->machine, .codes = cli->codes, .random = cli->system->random, .via = SIGNIN_SCREEN};

    if (context->account[0])
        (void)signin_note(&door, context->account, SIGNIN_LEFT, cli->system->now_ms(cli->system->clock));
}

/* The screens on the folder's store; on a machine that is nobody yet, what to do about it. */
static enum status screens(struct cli *cli, struct errmsg *err)
{
    cli->for_screens = true;
    enum status status = cli_open_store(cli, cli->folder, err);
    bool nobody = status == STATUS_NOT_FOUND;

    if (status && !nobody)
        return status;
    struct app_context context = {.store = cli->store, .actor = &cli->actor, .machine = &cli->machine, .codes = cli->codes,
                                  .random = cli->system->random, .now_ms = cli->system->now_ms, .clock = cli->system->clock,
                                  .home = getenv("HOME"), .undo = view_undo_last_save};
    struct view_argument argument = {.text = cli->folder};
    struct run_options options = {.first = nobody ? &view_first_start : &view_home, .help = &view_help, .law = &view_law, .argument = nobody ? &argument : NULL,
                                  .signin = &view_signin, .ask_account = cli->ask_account,
                                  .color = getenv("NO_COLOR") == NULL, .data_version = data_version, .data_context = cli->store};
    if (!nobody)
        use_accounts(cli, &context, &options);
    errmsg_clear(err);
    status = run_screens(&context, &options, err);
    note_leaving(cli, &context);
    if (nobody && context.wants_practice && !status)
        return cli_practice_begin(cli, err);
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
