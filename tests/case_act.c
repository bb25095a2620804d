/* tests/case_act.c - see case_act.h. */
#include "tests/case_act.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/case_flow.h"

enum status case_act(struct node *node, const struct actor *actor, const char *action, struct id *id, struct errmsg *err, const char *const *fields)
{
    struct case_move move;
    errmsg_clear(err);
    enum status status = case_move_begin(node->store, actor, node->codes, case_action_find(action), *id, &move, err);
    if (status != STATUS_OK)
        return status;
    for (; status == STATUS_OK && *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        status = case_move_set(&move, node->codes, name, equals + 1, strlen(equals + 1), err);
    }
    if (status == STATUS_OK)
        status = case_move_commit(node->store, actor, node->codes, node->random, &move, err);
    if (status == STATUS_OK)
        *id = move.kase.id;
    case_move_release(&move);
    return status;
}

void case_handler(struct node *center, const char *name, const char *kind)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("handler"));
    assert_int_equal(record_set_text(&record, "name", name), STATUS_OK);
    assert_int_equal(record_set_text(&record, "kind", kind), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &record, &err), STATUS_OK);
    record_release(&record);
}

void case_expect(struct node *node, struct id id, const char *field, const char *text)
{
    char *have = node_get(node, "case", id, field);
    assert_non_null(have);
    assert_string_equal(have, text);
    free(have);
}

void case_expect_state(struct node *node, struct id id, const char *state)
{
    case_expect(node, id, "state", state);
}
