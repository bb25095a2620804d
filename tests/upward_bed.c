/* tests/upward_bed.c - see upward_bed.h. */
#include "tests/upward_bed.h"

struct bed upward_bed;

int upward_bed_open_bed(void **state)
{
    (void)state;
    world_open(&upward_bed.county, 2, NULL);
    world_open(&upward_bed.hub, 1, NULL);
    for (size_t i = 0; i < 2; i++)
        world_sync(&upward_bed.county, i);
    world_sync(&upward_bed.hub, 0);
    return 0;
}

int upward_bed_close_bed(void **state)
{
    (void)state;
    world_close(&upward_bed.county);
    world_close(&upward_bed.hub);
    return 0;
}

struct upward_gathered upward_bed_gather_all(void)
{
    struct upward_gathered sum = {.more = true};
    struct errmsg err = {{0}};
    for (int calls = 0; sum.more; calls++) {
        assert_true(calls < 1000);
        must(upward_gather(COUNTY, UPWARD, TOLD_MS, &sum, &err), &err);
    }
    return sum;
}

static void expect_equal_rows(struct store *county, struct store *top)
{
    struct buf below, above;
    buf_init(&below, 1 << 26);
    buf_init(&above, 1 << 26);
    county_rows(county, &below);
    top_rows(top, ORG, &above);
    if (strcmp(buf_cstr(&below), buf_cstr(&above)) != 0)
        fail_msg("county:\n%s\ntop:\n%s", buf_cstr(&below), buf_cstr(&above));
    buf_release(&below);
    buf_release(&above);
}

int64_t upward_bed_number(struct store *store, const char *sql)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t value = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return value;
}

/* Gathered, sent, and the same at the top as below; nothing was asked of anybody there. */
void upward_bed_all_equal(void)
{
    (void)upward_bed_gather_all();
    assert_int_equal(world_sync(&upward_bed.hub, 0).quarantined, 0);
    expect_equal_rows(COUNTY, HUB);
    expect_equal_rows(COUNTY, UPWARD);
    assert_int_equal(upward_bed_number(HUB, "SELECT count(*) FROM conflict"), 0);
    assert_int_equal(upward_bed_number(UPWARD, "SELECT count(*) FROM base"), 0);
    assert_int_equal(top_headers(HUB, ORG, COUNTY), upward_bed_number(COUNTY, "SELECT count(*) FROM change"));
    node_verify(&upward_bed.hub.center);
    node_verify(&upward_bed.hub.stations[0]);
}

/* An own change of any kind, as a newer program might write it. */
struct id upward_bed_write_change(struct node *node, uint64_t type_no, enum change_op op, struct id id, const struct buf *body, int64_t scope)
{
    struct errmsg err = {{0}};
    struct change change = {.at_ms = 5, .user = "li", .type_no = type_no, .id = id, .op = op, .scope = scope};
    int64_t lsn;
    must(store_begin(node->store, "test", &err), &err);
    must(changelog_append_own(node->store, node->machine.center, &change, body->data, body->len, &lsn, &err), &err);
    must(store_commit(node->store, &err), &err);
    return id;
}

/* Longer than a person may type, and fields of a newer program: told in more than one change. */
struct id upward_bed_row_of_many_pages(struct node *node)
{
    static const char *const fields[] = {"content", "answer"};
    struct id id = node_consult(node, "张三", "长");
    char *text = malloc(60001);
    struct buf body;
    assert_non_null(text);
    memset(text, 'z', 60000);
    text[60000] = '\0';
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    for (size_t i = 0; i < 6; i++) {
        uint64_t no = i < 2 ? catalogue_field(catalogue_find("consultation"), fields[i])->no : 2000 + i;
        buf_clear(&body);
        cbor_put_map(&body, 1);
        cbor_put_uint(&body, no);
        cbor_put_text(&body, text, 50000 - i);
        upward_bed_write_change(node, catalogue_find("consultation")->no, CHANGE_PUT, id, &body, 1);
    }
    buf_release(&body);
    free(text);
    return id;
}

void upward_bed_erase(struct id id)
{
    struct node *center = &upward_bed.county.center;
    struct errmsg err = {{0}};
    must(reach_erase(COUNTY, &center->actor, catalogue_find("consultation"), id, "本人要求", "何平", &err), &err);
}

void upward_bed_begin_era(uint64_t differing)
{
    struct node *center = &upward_bed.county.center;
    struct errmsg err = {{0}};
    must(store_begin(COUNTY, "test", &err), &err);
    must(order_begin_era(COUNTY, differing, center->random, &err), &err);
    must(store_commit(COUNTY, &err), &err);
}

void upward_bed_keep(struct buf *image)
{
    node_keep(&upward_bed.county.center, image);
}

void upward_bed_put_back(struct buf *image)
{
    struct errmsg err = {{0}};
    must(store_set_image(COUNTY, image->data, image->len, &err), &err);
    buf_release(image);
}
