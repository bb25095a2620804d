/* tests/tally_bed.c - see tally_bed.h. */
#include "tests/tally_bed.h"

struct world tally_bed_world;

int tally_bed_open_world(void **state)
{
    (void)state;
    world_open(&tally_bed_world, 2, NULL);
    return 0;
}

int tally_bed_close_world(void **state)
{
    (void)state;
    world_close(&tally_bed_world);
    return 0;
}

int32_t tally_bed_on(int year, int month, int dom)
{
    int32_t day;
    assert_int_equal(day_from_ymd(year, month, dom, &day), STATUS_OK);
    return day;
}

int64_t tally_bed_ask(struct store *store, const char *sql)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    int64_t value = -1;
    if (stmt_row(stmt, &status, NULL)) {
        value = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    assert_int_equal(status, STATUS_OK);
    return value;
}

static void note_problem(void *context, const char *text)
{
    struct buf *problems = context;
    buf_printf(problems, "%s\n", text);
}

int64_t tally_bed_verify(struct node *node, struct buf *problems)
{
    int64_t checked = -1;
    buf_init(problems, 1 << 16);
    must_do(tally_verify(node->store, node->codes, note_problem, problems, &checked, &err));
    return checked;
}

void tally_bed_verify_clean(struct node *node)
{
    struct buf problems;
    (void)tally_bed_verify(node, &problems);
    if (problems.len > 0)
        fail_msg("%s", buf_cstr(&problems));
    buf_release(&problems);
}
