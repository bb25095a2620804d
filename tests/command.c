/* tests/command.c - see command.h. */
#include "tests/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "tui/cli.h"

enum { WORDS_MAX = 32 };

static int64_t clock_now(void *clock)
{
    return *(int64_t *)clock;
}

/* Cut `text` into words in place. */
static int split(char *text, char *words[WORDS_MAX])
{
    int n = 0;
    for (char *at = text; *at != '\0';) {
        at += strspn(at, " ");
        if (*at == '\0')
            break;
        const char *stop = *at == '\'' ? "'" : " ";
        at += *at == '\'';
        assert_true(n < WORDS_MAX);
        words[n++] = at;
        at += strcspn(at, stop);
        if (*at != '\0')
            *at++ = '\0';
    }
    return n;
}

void command_run(struct command *command, const char *folder, int64_t now_ms, const char *line)
{
    static uint64_t seed = 7;
    char program[] = "aidpost", option[] = "--data", *text = strdup(line), *path = strdup(folder), *words[WORDS_MAX], *argv[WORDS_MAX + 4] = {program};
    size_t out_len, err_len;
    int n = split(text, words), argc = 1;
    assert_int_equal(hash_start(), STATUS_OK);
    for (int i = 0; i < n; i++)
        argv[argc++] = words[i];
    argv[argc++] = option;
    argv[argc++] = path;
    FILE *in = fopen("/dev/null", "r"), *out = open_memstream(&command->out, &out_len), *err = open_memstream(&command->err, &err_len);
    struct cli_system system = {.in = in, .out = out, .err = err, .random = random_seeded(&seed), .now_ms = clock_now, .clock = &now_ms};
    command->code = cli_run(&system, argc, argv);
    fclose(in);
    fclose(out);
    fclose(err);
    free(text);
    free(path);
}

void command_release(struct command *command)
{
    free(command->out);
    free(command->err);
}

void command_expect(const char *folder, int64_t now_ms, const char *line, int code, const char *text)
{
    struct command command;
    command_run(&command, folder, now_ms, line);
    if (command.code != code || (text != NULL && strstr(command.out, text) == NULL && strstr(command.err, text) == NULL)) {
        print_error("out: %s\nerr: %s\n", command.out, command.err);
        fail_msg("aidpost %s: exit %d, expected %d and \"%s\"", line, command.code, code, text != NULL ? text : "");
    }
    command_release(&command);
}
