/* tests/must.h - what a test does to come to its point, and that has to go well. */
#ifndef TESTS_MUST_H
#define TESTS_MUST_H

#include "core/base/status.h"

/* Fails the test, naming the status and what err (or NULL) tells of it, unless it is STATUS_OK. */
void must(enum status status, const struct errmsg *err);

#endif /* TESTS_MUST_H */
