/* tests/case_act.h - actions on a case as their actors do them, without a screen. */
#ifndef TESTS_CASE_ACT_H
#define TESTS_CASE_ACT_H

#include "tests/fixture.h"

/* One action; fields as "name=value" until NULL. *id: the case, zero for one that begins; then the case's. The message goes to err. Errors: as case_move_begin, _set and _commit. */
enum status case_act(struct node *node, const struct actor *actor, const char *action, struct id *id, struct errmsg *err, const char *const *fields);
/* Somebody who may be assigned, in the center's book. */
void case_handler(struct node *center, const char *name, const char *kind);
/* Fails the test unless the case's field has that text. */
void case_expect(struct node *node, struct id id, const char *field, const char *text);
void case_expect_state(struct node *node, struct id id, const char *state);

#define CASE_FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})
/* The action succeeds. */
#define case_does(node, actor, action, id, ...)                                                                    \
    do {                                                                                                           \
        struct errmsg does_err;                                                                                    \
        enum status does_status = case_act(node, actor, action, id, &does_err, CASE_FIELDS(__VA_ARGS__));          \
        if (does_status != STATUS_OK)                                                                              \
            fail_msg("%s: %s: %s", action, status_name(does_status), errmsg_text(&does_err, does_status));          \
    } while (0)
/* It does not, with that status and a message that says it. */
#define case_refused(node, actor, action, id, expected, says, ...)                                                 \
    do {                                                                                                           \
        struct errmsg refused_err;                                                                                 \
        enum status refused_status = case_act(node, actor, action, id, &refused_err, CASE_FIELDS(__VA_ARGS__));    \
        if (refused_status != (expected))                                                                          \
            fail_msg("%s: %s: %s", action, status_name(refused_status), errmsg_text(&refused_err, refused_status)); \
        if (strstr(refused_err.text, says) == NULL)                                                                \
            fail_msg("%s: \"%s\" does not say \"%s\"", action, refused_err.text, says);                             \
    } while (0)

#endif /* TESTS_CASE_ACT_H */
