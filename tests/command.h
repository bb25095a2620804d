/* tests/command.h - run a command line of aidpost in this process and read what it said. */
#ifndef TESTS_COMMAND_H
#define TESTS_COMMAND_H

#include <stdint.h>

struct command {
    int code;         /* exit code */
    char *out, *err;  /* owned */
};

/* `line`: words divided by blanks; a word in '...' may hold blanks. --data folder is added. The clock stands at now_ms. */
void command_run(struct command *command, const char *folder, int64_t now_ms, const char *line);
void command_release(struct command *command);
/* Run it; fails the test, printing both outputs, unless it ends with `code` and says `text` somewhere (NULL: whatever). */
void command_expect(const char *folder, int64_t now_ms, const char *line, int code, const char *text);

#endif /* TESTS_COMMAND_H */
