/* sync/program.h - aidpostd as a function: what main() calls, and the tests in one process. */
#ifndef SYNC_PROGRAM_H
#define SYNC_PROGRAM_H

/* Does what the words say (argv as main() gets it), prints to stdout and stderr, and returns the exit code: 0 done, 1 failed, 2 usage, 3 done in part. Sets umask, limits and signals of the process. It may be called again;
 * nothing is kept from one call to the next but the language. */
int program_run(int argc, char *argv[]);

#endif /* SYNC_PROGRAM_H */
