/* tui/main.c - aidpost: no verb opens the screens, a verb does its work and exits. The only file of this program that asks the system for time and randomness. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "core/base/hash.h"
#include "core/record/store.h"
#include "tui/cli.h"

static int64_t wall_ms(void *clock)
{
    struct timespec now;

    (void)clock;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int main(int argc, char *argv[])
{
    struct cli_system system = {.in = stdin, .out = stdout, .err = stderr, .now_ms = wall_ms};
    struct rlimit none = {0, 0};

    /* Personal data: nothing for others to read, no memory image on disk after a crash. */
    umask(077);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    if (hash_start()) {
        fputs("aidpost: 系统不能提供随机数\n", stderr);
        return CLI_EXIT_FAILED;
    }
    system.random = random_system();
    return cli_run(&system, argc, argv);
}
