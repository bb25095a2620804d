/* tests/must.h - what a test does to come to its point, and that has to go well. */
#ifndef TESTS_MUST_H
#define TESTS_MUST_H

#include "core/base/status.h"

/* Fails the test, naming the call, its status and what err (or NULL) tells of it, unless that is STATUS_OK. Macros, so that the failure has the place of the call. */
#define must(call, err) must_at((call), (err), #call, __FILE__, __LINE__)

/* The same for a test that has no message of its own: the call names it as &err.   must_do(period_parse(text, &period, &err)) */
#define must_do(call)              \
    do {                           \
        struct errmsg err = {{0}}; \
        must(call, &err);          \
    } while (0)

void must_at(enum status status, const struct errmsg *err, const char *call, const char *file, int line);

#endif /* TESTS_MUST_H */
