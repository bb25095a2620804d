/* tests/golden.h - what something looked like when a person last said that it is right: texts in tests/data, compared to the letter.
 *
 * To review a change: run the test with UPDATE=1 in the environment, which rewrites the files, and read `git diff tests/data`; commit what is meant to change, mend the program for the rest. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <stdbool.h>

/* Whether the file <source>/tests/data/<name> holds this text; prints the first line that differs. With UPDATE=1 the file is (re)written and the answer is true. */
bool golden_is(const char *name, const char *text);

#endif /* TESTS_GOLDEN_H */
