/* tests/test_org_list.c - the orgs that somebody chooses from when he hands something over (core/record/peer.h): all there are, by number, which are offices of the center that are open, and whose machines are all revoked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/peer.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/write_sql.h"

struct listed {
    char text[512];
    size_t n, most;
};

static bool take(void *context, const struct org_choice *org)
{
    struct listed *listed = context;
    size_t len = strlen(listed->text);
    snprintf(listed->text + len, sizeof listed->text - len, "%lld%s%s%s ", (long long)org->number, org->name[0] != '\0' ? "" : "?", org->office ? "o" : "", org->revoked ? "r" : "");
    return ++listed->n < listed->most;
}

static void expect(struct node *node, size_t most, const char *text)
{
    struct listed listed = {.most = most};
    struct errmsg err = {{0}};
    must(org_list(node->store, take, &listed, &err), &err);
    assert_string_equal(listed.text, text);
}

static void test_orgs_to_choose_from(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    (void)state;
    world_open(&world, 3, NULL);
    struct node *center = &world.center;
    expect(center, 9, "1o 2o 3o 4o ");
    expect(center, 2, "1o 2o ");
    write_sql(center->store, "UPDATE org SET closed=1 WHERE number=2");
    expect(center, 9, "1o 2 3o 4o ");
    write_sql(center->store, "UPDATE org SET closed=0 WHERE number=2; UPDATE org SET kind='firm' WHERE number=4");
    expect(center, 9, "1o 2o 3o 4 ");
    /* one of two machines */
    must(store_begin(center->store, "test", &err), &err);
    struct peer second;
    must(peer_add(center->store, 2, "第二台\x1b[2J", (struct hash){{7}}, 1, &second, &err), &err);
    assert_string_equal(second.name, "第二台?[2J"); /* a name comes from the machine itself, and lists print it */
    must(store_commit(center->store, &err), &err);
    must(peer_revoke(center->store, 1, 1, &err), &err);
    expect(center, 9, "1o 2o 3o 4 ");
    must(peer_revoke(center->store, second.station_no, 1, &err), &err);
    expect(center, 9, "1o 2or 3o 4 ");
    write_sql(center->store, "UPDATE org SET gone=1 WHERE number=3");
    expect(center, 9, "1o 2or 4 ");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_orgs_to_choose_from)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
