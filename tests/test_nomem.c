/* tests/test_nomem.c - memory runs out at every single allocation of a session, once or for good, at either end: nothing falls over, nothing is lost, and the next session brings both sides together.
 *
 * The linker hands this program's own calls of malloc, calloc and realloc to the functions below (-Wl,--wrap); libraries keep their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/dialogue.h"

enum { VERIFY_EVERY = 40, ALLOCATIONS_MAX = 5000 };

static struct {
    uint64_t count, fail_at; /* 0: none */
    bool for_good, failed;
} memory;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);

static bool runs_out(void)
{
    if (memory.fail_at == 0)
        return false;
    memory.count++;
    if (memory.count != memory.fail_at && !(memory.for_good && memory.count > memory.fail_at))
        return false;
    memory.failed = true;
    return true;
}

void *__wrap_malloc(size_t bytes)
{
    return runs_out() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t n, size_t bytes)
{
    return runs_out() ? NULL : __real_calloc(n, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
    return runs_out() ? NULL : __real_realloc(old, bytes);
}

static int64_t count_rows(struct node *node)
{
    struct stmt *stmt = store_prepare(node->store, "SELECT count(*) FROM consultation");
    enum status status;
    int64_t count;

    assert_true(stmt_row(stmt, &status, NULL));
    count = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return count;
}

/* Something to send and something to fetch, with a change of one record on both sides. */
static void work(struct world *world, struct id shared, uint64_t n)
{
    struct node *station = &world->stations[0], *center = &world->center;
    char text[64];

    node_consult(station, "张文芳", "工资没有发");
    snprintf(text, sizeof text, "站上第%llu次", (unsigned long long)n);
    node_set(station, "consultation", shared, "content", text);
    snprintf(text, sizeof text, "中心第%llu次", (unsigned long long)n);
    node_set(center, "consultation", shared, "content", text);
}

/* Returns whether the session came so far as to fail there. */
static bool session_without_memory(struct world *world, uint64_t fail_at, bool for_good)
{
    struct dialogue dialogue;

    dialogue_open(&dialogue, world, 0, true);
    memory.count = 0;
    memory.failed = false;
    memory.for_good = for_good;
    memory.fail_at = fail_at;
    dialogue_run(&dialogue);
    memory.fail_at = 0;
    dialogue_close(&dialogue);
    return memory.failed;
}

static void clean_session(struct world *world)
{
    struct dialogue dialogue;

    dialogue_open(&dialogue, world, 0, true);
    dialogue_run(&dialogue);
    for (int end = 0; end < 2; end++)
        if (!dialogue.closed[end] || dialogue.outcomes[end].status != STATUS_OK)
            fail_msg("end %d: %s: %s", end, status_name(dialogue.outcomes[end].status), dialogue.outcomes[end].reason.text);
    dialogue_close(&dialogue);
}

static void run_out_everywhere(bool for_good)
{
    struct world world;
    struct id shared;
    uint64_t n = 0;
    char *here, *there;

    world_open(&world, 1, NULL);
    shared = node_consult(&world.stations[0], "张文芳", "问过一次");
    (void)world_sync(&world, 0);
    do {
        n++;
        assert_true(n < ALLOCATIONS_MAX);
        work(&world, shared, n);
        if (!session_without_memory(&world, n, for_good))
            break;
        clean_session(&world);
        assert_int_equal(count_rows(&world.stations[0]), count_rows(&world.center));
        if (n % VERIFY_EVERY == 0) {
            node_verify(&world.center);
            node_verify(&world.stations[0]);
        }
    } while (true);
    print_message("%llu allocations\n", (unsigned long long)n - 1);
    assert_true(n > 20);
    assert_int_equal(count_rows(&world.center), (int64_t)n + 1);
    clean_session(&world);
    node_verify(&world.center);
    node_verify(&world.stations[0]);
    here = node_dump(&world.stations[0]);
    there = node_dump(&world.center);
    assert_string_equal(here, there);
    free(here);
    free(there);
    world_close(&world);
}

static void test_once(void **state)
{
    (void)state;
    run_out_everywhere(false);
}

static void test_for_good(void **state)
{
    (void)state;
    run_out_everywhere(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_for_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
