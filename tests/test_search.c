/* tests/test_search.c - finding records: names, initials, texts, tails, scope, order, and an index that never lags behind what is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/search.h"
#include "tests/fixture.h"

enum { HITS_MAX = 4096 };

struct hits {
    struct id ids[HITS_MAX];
    char titles[8][256], snippets[8][256];
    size_t n, stop_at;
};

static bool on_hit(void *context, const struct search_hit *hit)
{
    struct hits *hits = context;
    assert_true(hits->n < HITS_MAX);
    if (hits->n < 8) {
        snprintf(hits->titles[hits->n], sizeof hits->titles[0], "%s", hit->title);
        snprintf(hits->snippets[hits->n], sizeof hits->snippets[0], "%s", hit->snippet);
    }
    hits->ids[hits->n++] = hit->id;
    return hits->n != hits->stop_at;
}

static int64_t find_as(struct node *node, const struct actor *actor, const char *text, const char *type, size_t limit, struct hits *hits)
{
    struct errmsg err = {{0}};
    int64_t total = -1;
    struct search_query query = {.text = text, .type = type == NULL ? NULL : catalogue_find(type), .limit = limit};

    *hits = (struct hits){.n = 0};
    if (search_find(node->store, actor, node->codes, &query, on_hit, hits, &total, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    return total;
}

static int64_t find(struct node *node, const char *text)
{
    struct hits hits;
    return find_as(node, &node->actor, text, NULL, 100, &hits);
}

static size_t find_names(struct node *node, const char *text, struct hits *hits)
{
    struct errmsg err = {{0}};
    *hits = (struct hits){.n = 0};
    if (search_names(node->store, &node->actor, text, NULL, 20, on_hit, hits, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    return hits->n;
}

static size_t names(struct node *node, const char *text)
{
    struct hits hits;
    return find_names(node, text, &hits);
}

static void expect_at(int line, struct node *node, const char *text, int64_t count)
{
    int64_t got = find(node, text);
    if (got != count)
        fail_msg("line %d: '%s': %lld instead of %lld", line, text, (long long)got, (long long)count);
}

static void expect_names_at(int line, struct node *node, const char *text, size_t count)
{
    size_t got = names(node, text);
    if (got != count)
        fail_msg("line %d: names '%s': %zu instead of %zu", line, text, got, count);
}

#define expect(node, text, count) expect_at(__LINE__, node, text, (int64_t)(count))
#define expect_names(node, text, count) expect_names_at(__LINE__, node, text, count)

static struct world *open_one(size_t stations)
{
    struct world *world = calloc(1, sizeof *world);
    world_open(world, stations, NULL);
    return world;
}

static void close_one(struct world *world)
{
    world_close(world);
    free(world);
}

static void test_texts(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct hits hits;

    (void)state;
    node_consult(node, "李明", "我借给朋友 三万元，没有借条。");
    node_consult(node, "张三丰", "离婚后孩子抚养费");
    node_consult(node, "", "ＡＢＣ公司拖欠工资三个月");
    expect(node, "借条", 1);
    expect(node, "三", 3); /* one of them in the name */
    expect(node, "朋友三万", 1); /* blanks do not count */
    expect(node, "抚养费", 1);
    expect(node, "费抚养", 0);
    expect(node, "abc公司", 1);
    expect(node, "三 -离婚", 2);
    expect(node, "三 借条", 1);
    expect(node, "三　借条", 1); /* the wide blank */
    expect(node, "借条 工资", 0);
    expect(node, "\"", 0);
    expect(node, "AND", 0);
    expect(node, "*", 0);
    assert_int_equal(find_as(node, &node->actor, "借条", NULL, 10, &hits), 1);
    assert_non_null(strstr(hits.snippets[0], "借条"));
    assert_non_null(strstr(hits.titles[0], "李明"));
    close_one(world);
}

static void test_refused(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    static const char *const BAD[] = {"", " ", "　", "-离婚"};
    struct hits hits;

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct errmsg err = {{0}};
        struct search_query query = {.text = BAD[i], .limit = 10};
        assert_int_equal(search_find(node->store, &node->actor, node->codes, &query, on_hit, &hits, NULL, &err), STATUS_INVALID);
        assert_true(err.text[0] != '\0');
    }
    struct search_query query = {.text = "\xFF\xFE", .limit = 10};
    assert_int_equal(search_find(node->store, &node->actor, node->codes, &query, on_hit, &hits, NULL, NULL), STATUS_MALFORMED);
    close_one(world);
}

static void test_names_and_initials(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;

    (void)state;
    node_consult(node, "曾小明", "甲");
    node_consult(node, "单\xF0\xAB\x96\xAF", "乙"); /* U+2B5AF */
    node_consult(node, "阿依古丽·买买提", "丙");
    node_consult(node, "John Smith", "丁");
    assert_int_equal(search_catch_up(node->store, node->codes, 0, NULL, NULL), STATUS_OK);
    expect_names(node, "曾", 1);
    expect_names(node, "小明", 1);
    expect_names(node, "曾小明", 1);
    expect_names(node, "曾 小明", 1);
    expect_names(node, "明小", 0);
    expect_names(node, "zxm", 1);
    expect_names(node, "ZX", 1);
    expect_names(node, "cxm", 1); /* both readings */
    expect_names(node, "ｚｘｍ", 1);
    expect_names(node, "xm", 0); /* initials count from the first character */
    expect_names(node, "\xF0\xAB\x96\xAF", 1);
    expect_names(node, "单\xF0\xAB\x96\xAF", 1);
    expect_names(node, "sf", 1);
    expect_names(node, "df", 1);
    expect_names(node, "aygl", 1);
    expect_names(node, "ayglmmt", 1);
    expect_names(node, "mmt", 1); /* behind the dot */
    expect_names(node, "古丽", 1);
    expect_names(node, "古丽·买", 1);
    expect_names(node, "古丽•买", 1); /* another dot */
    expect_names(node, "古丽买买提", 1); /* none */
    expect_names(node, "john", 1);
    expect_names(node, "甲", 0);
    expect_names(node, "", 0);
    expect(node, "zxm", 1);
    expect(node, "mmt", 1);
    expect(node, "古丽买买提", 1);
    expect(node, "smith", 1);
    expect(node, "a", 1);
    expect(node, "sf 乙", 1);
    expect(node, "sf 甲", 0);
    close_one(world);
}

static void test_tails(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct id a = node_consult(node, "甲", "房屋 1234 号"), b = node_consult(node, "乙", "没有数字");

    (void)state;
    node_set(node, "consultation", b, "phone", "025-8421 5678");
    node_set(node, "consultation", a, "phone", "13800001234");
    expect(node, "1234", 1);
    expect(node, "5678", 1);
    expect(node, "84215678", 1);
    expect(node, "025-84215678", 1);
    expect(node, "13800001234", 1);
    expect(node, "8421", 0); /* not a tail */
    expect(node, "+86 138-0000-1234", 1); /* one telephone, however it is written */
    expect(node, "138 0000 1234", 1);
    expect(node, "１３８００００１２３４", 1);
    expect(node, "（025）8421－5678", 1);
    expect(node, "02584215678", 1);
    expect(node, "1234 5678", 0); /* two words */
    expect_names(node, "138 0000 1234", 1);
    expect_names(node, "5678", 1);
    expect_names(node, "1234", 1);
    expect_names(node, "8421", 0);
    close_one(world);
}

static void find_more(struct node *node, const char *text, const char *where, bool by_relevance, struct hits *hits, int64_t *total)
{
    struct search_query query = {.text = text, .type = catalogue_find("consultation"), .by_relevance = by_relevance, .limit = 10};
    struct filter filter;
    struct errmsg err = {{0}};
    *hits = (struct hits){.n = 0};
    if (where != NULL) {
        assert_int_equal(filter_parse(&filter, query.type, node->codes, where, &err), STATUS_OK);
        query.filter = &filter;
    }
    if (search_find(node->store, &node->actor, node->codes, &query, on_hit, hits, total, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    if (where != NULL)
        filter_release(&filter);
}

static void test_filter(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct hits hits;
    int64_t total;
    (void)state;
    struct id old = node_consult(node, "王五", "欠薪");
    node_set(node, "consultation", old, "category", "01");
    for (int i = 0; i < 20; i++)
        node_consult(node, "赵六", "欠薪");
    find_more(node, "欠薪", "category=01", false, &hits, &total);
    assert_int_equal(total, 1); /* however many newer ones the filter leaves out */
    assert_true(id_equal(hits.ids[0], old));
    find_more(node, "欠薪", "category=02", false, &hits, &total);
    assert_int_equal(total, 0);
    struct search_query few = {.text = "欠薪", .limit = 10, .count_max = 7};
    hits.n = 0;
    assert_int_equal(search_find(node->store, &node->actor, node->codes, &few, on_hit, &hits, &total, NULL), STATUS_OK);
    assert_int_equal(total, 7);
    assert_int_equal(hits.n, 7);
    find_more(node, "欠薪", NULL, false, &hits, &total);
    assert_int_equal(total, 21);
    assert_int_equal(hits.n, 10);
    close_one(world);
}

static void test_relevance(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct hits hits;
    int64_t total;
    (void)state;
    struct id named = node_consult(node, "王平", "甲"), begins = node_consult(node, "王平安", "乙"), inside = node_consult(node, "李王平", "丙"), text = node_consult(node, "赵六", "邻居王平");
    find_more(node, "王平", NULL, false, &hits, &total);
    assert_true(id_equal(hits.ids[0], text)); /* newest first */
    find_more(node, "王平", NULL, true, &hits, &total);
    assert_int_equal(total, 4);
    assert_true(id_equal(hits.ids[0], named));
    assert_true(id_equal(hits.ids[1], begins));
    assert_true(id_equal(hits.ids[2], text)); /* newest first among equals */
    assert_true(id_equal(hits.ids[3], inside));
    find_more(node, "wp", NULL, true, &hits, &total);
    assert_true(id_equal(hits.ids[0], named));
    close_one(world);
}

static void test_record_number(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct hits hits;
    char number[ID_TEXT_BYTES], begin[13];
    (void)state;
    struct id id = node_consult(node, "王五", "甲");
    node_consult(node, "赵六", "乙");
    id_format(id, number);
    snprintf(begin, sizeof begin, "%.12s", number);
    assert_int_equal(find_as(node, &node->actor, begin, NULL, 10, &hits), 1);
    assert_true(id_equal(hits.ids[0], id));
    assert_int_equal(find_as(node, &node->actor, number, "consultation", 10, &hits), 1);
    assert_int_equal(find_as(node, &node->actor, number, "person", 10, &hits), 0);
    begin[5] = '\0';
    assert_int_equal(find_as(node, &node->actor, begin, NULL, 10, &hits), 0); /* too short for a number */
    close_one(world);
}

static struct id dated(struct node *node, const char *date, const char *topic)
{
    struct id id = node_consult(node, "王五", topic);
    node_set(node, "consultation", id, "date", date);
    return id;
}

/* A type of which there is little is not sought through all that has the word before somebody may type on. */
static void test_pieces_pass_what_is_not_asked_for(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct hits hits = {.n = 0};
    struct search_walk walk;
    (void)state;
    node_make(node, "person", "name=欠薪甲", NULL);
    for (int i = 0; i < 30; i++)
        node_consult(node, "王五", "欠薪");
    struct search_query query = {.text = "欠薪", .type = catalogue_find("person"), .limit = 10};
    search_walk_begin(&walk);
    assert_int_equal(search_walk_on(node->store, &node->actor, node->codes, &query, &walk, 5, 10, on_hit, &hits, NULL), STATUS_OK);
    assert_false(walk.done);
    for (int i = 0; i < 3; i++)
        assert_int_equal(search_walk_on(node->store, &node->actor, node->codes, &query, &walk, 5, 10, on_hit, &hits, NULL), STATUS_OK);
    assert_true(walk.done);
    assert_int_equal(walk.total, 1);
    assert_int_equal(hits.n, 1);
    /* the record of that number is the first, and is not given again */
    char number[ID_TEXT_BYTES];
    id_format(hits.ids[0], number);
    query.text = number;
    hits.n = 0;
    search_walk_begin(&walk);
    for (int i = 0; i < 3; i++)
        assert_int_equal(search_walk_on(node->store, &node->actor, node->codes, &query, &walk, 1, 1, on_hit, &hits, NULL), STATUS_OK);
    assert_true(walk.done);
    assert_int_equal(hits.n, 1);
    assert_int_equal(walk.total, 1);
    close_one(world);
}

static void test_newest_first(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct id middle = dated(node, "2025-06-01", "欠薪"), oldest = dated(node, "2001-01-01", "欠薪"), newest = dated(node, "2026-02-02", "欠薪");
    struct hits hits;

    (void)state;
    assert_int_equal(find_as(node, &node->actor, "欠薪", "consultation", 2, &hits), 3); /* counted beyond the page */
    assert_int_equal(hits.n, 2);
    assert_true(id_equal(hits.ids[0], newest) && id_equal(hits.ids[1], middle));
    assert_int_equal(find_names(node, "王五", &hits), 3);
    assert_true(id_equal(hits.ids[0], newest) && id_equal(hits.ids[2], oldest));
    /* A record whose date changes moves to its place. */
    node_set(node, "consultation", oldest, "date", "2026-05-05");
    assert_int_equal(find_as(node, &node->actor, "欠薪", NULL, 10, &hits), 3);
    assert_true(id_equal(hits.ids[0], oldest) && id_equal(hits.ids[1], newest) && id_equal(hits.ids[2], middle));
    assert_int_equal(find_as(node, &node->actor, "欠薪", "person", 10, &hits), 0);
    close_one(world);
}

static void test_changes_are_followed(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct id id = node_consult(node, "赵六", "相邻关系");

    (void)state;
    expect(node, "相邻", 1);
    node_set(node, "consultation", id, "content", "宅基地");
    expect(node, "相邻", 0);
    expect(node, "宅基地", 1);
    expect(node, "赵六", 1);
    node_set(node, "consultation", id, "name", "钱七");
    expect_names(node, "赵六", 1); /* names alone do not wait for the index */
    expect(node, "赵六", 0);
    expect_names(node, "赵六", 0);
    expect_names(node, "zl", 0);
    expect_names(node, "qq", 1);
    assert_int_equal(records_delete(node->store, &node->actor, catalogue_find("consultation"), id, NULL), STATUS_OK);
    expect(node, "宅基地", 0);
    expect_names(node, "钱七", 0);
    close_one(world);
}

static void test_scope(void **state)
{
    struct world *world = open_one(2);
    struct hits hits;

    (void)state;
    node_consult(&world->stations[0], "孙一", "土地流转");
    node_consult(&world->stations[1], "孙二", "土地流转");
    expect(&world->stations[0], "土地", 1);
    world_sync(world, 0);
    world_sync(world, 1);
    expect(&world->center, "土地", 2);
    struct actor narrow = world->center.actor;
    narrow.all_scopes = false;
    narrow.org = 2;
    assert_int_equal(find_as(&world->center, &narrow, "土地", NULL, 10, &hits), 1);
    assert_int_equal(find_as(&world->center, &narrow, "孙二", NULL, 10, &hits), 0);
    close_one(world);
}

static void test_catch_up_in_parts(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    int64_t left = -1;

    (void)state;
    for (size_t i = 0; i < 30; i++)
        node_consult(node, "周八", "工伤");
    assert_int_equal(search_catch_up(node->store, node->codes, 10, &left, NULL), STATUS_OK);
    assert_true(left >= 20);
    assert_true(names(node, "周八") < 20);
    assert_int_equal(search_catch_up(node->store, node->codes, 0, &left, NULL), STATUS_OK);
    assert_int_equal(left, 0);
    assert_int_equal(names(node, "周八"), 20);
    expect(node, "工伤", 30);
    close_one(world);
}

static void test_touched_record_is_read_again(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct id id = node_consult(node, "吴九", "遗嘱");
    int64_t left = -1;

    (void)state;
    expect(node, "遗嘱", 1);
    assert_int_equal(store_begin(node->store, "test", NULL), STATUS_OK);
    assert_int_equal(store_exec(node->store, "UPDATE consultation SET content='遗赠'", NULL), STATUS_OK);
    assert_int_equal(search_touch(node->store, catalogue_find("consultation")->no, id, NULL), STATUS_OK);
    assert_int_equal(store_commit(node->store, NULL), STATUS_OK);
    expect(node, "遗嘱", 0);
    expect(node, "遗赠", 1);
    assert_int_equal(search_catch_up(node->store, node->codes, 0, &left, NULL), STATUS_OK);
    assert_int_equal(left, 0);
    close_one(world);
}

/* ---- random records against looking through all of them ---- */

enum { RECORDS = 600, WORDS = 400 };

struct shadow {
    struct id id;
    char text[256]; /* folded content, a line feed, folded name; empty: deleted */
};

static const char *const ALPHABET[] = {"甲", "乙", "丙", "丁", "戊", "\xF0\xAB\x96\xAF", "a", "b", "1"};
enum { LETTERS = sizeof ALPHABET / sizeof ALPHABET[0] };

static void random_word(struct random_source random, size_t max, size_t letters, char *out)
{
    size_t n = 1 + (size_t)random_below(random, max);
    for (*out = '\0'; n > 0; n--)
        strcat(out, ALPHABET[random_below(random, letters)]);
}

static size_t count_shadow(const struct shadow *shadows, const char *word, const char *without)
{
    size_t n = 0;
    for (size_t i = 0; i < RECORDS; i++)
        n += strstr(shadows[i].text, word) != NULL && (without == NULL || strstr(shadows[i].text, without) == NULL);
    return n;
}

/* In pieces of any size: the same hits in the same order, the same count, and no piece larger than allowed. */
static void expect_same_in_pieces(struct node *node, const struct search_query *query, struct random_source random)
{
    struct hits whole = {.n = 0}, pieces = {.n = 0};
    struct search_walk walk;
    int64_t total = -1;
    assert_int_equal(search_find(node->store, &node->actor, node->codes, query, on_hit, &whole, &total, NULL), STATUS_OK);
    search_walk_begin(&walk);
    for (size_t turns = 0; !walk.done; turns++) {
        size_t hits = 1 + (size_t)random_below(random, 20), most = 1 + (size_t)random_below(random, 50), before = pieces.n;
        int64_t counted = walk.total;
        assert_int_equal(search_walk_on(node->store, &node->actor, node->codes, query, &walk, hits, most, on_hit, &pieces, NULL), STATUS_OK);
        assert_true(query->by_relevance || (pieces.n - before <= hits && walk.total - counted <= (int64_t)most));
        assert_true(turns < 2 * RECORDS);
    }
    assert_int_equal(walk.total, total);
    assert_int_equal(walk.given, pieces.n);
    assert_int_equal(pieces.n, whole.n);
    assert_memory_equal(pieces.ids, whole.ids, whole.n * sizeof whole.ids[0]);
}

/* What a filter leaves of a search is what looking through all records finds. */
static void check_filtered(struct node *node, struct random_source random, const struct shadow *shadows, const char *word, const char *part)
{
    struct filter filter;
    struct hits hits = {.n = 0};
    char where[96];
    int64_t total = -1;
    size_t n = 0;
    for (size_t i = 0; i < RECORDS; i++) {
        const char *found = strstr(shadows[i].text, part), *end = strchr(shadows[i].text, '\n');
        n += strstr(shadows[i].text, word) != NULL && found != NULL && found < end;
    }
    snprintf(where, sizeof where, "content~%s", part);
    assert_int_equal(filter_parse(&filter, catalogue_find("consultation"), node->codes, where, NULL), STATUS_OK);
    struct search_query query = {.text = word, .type = filter.type, .filter = &filter, .limit = 20};
    assert_int_equal(search_find(node->store, &node->actor, node->codes, &query, on_hit, &hits, &total, NULL), STATUS_OK);
    assert_int_equal(total, n);
    expect_same_in_pieces(node, &query, random);
    filter_release(&filter);
}

static void check_random_words(struct node *node, struct random_source random, const struct shadow *shadows, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        char a[64], b[64], both[160];
        random_word(random, 5, LETTERS - 3, a); /* hanzi only: letters and digits may also be found by keys */
        random_word(random, 2, LETTERS - 3, b);
        expect(node, a, count_shadow(shadows, a, NULL));
        snprintf(both, sizeof both, "%s -%s", a, b);
        expect(node, both, count_shadow(shadows, a, b));
        struct search_query query = {.text = i % 2 == 0 ? a : both, .limit = random_below(random, 3) == 0 ? 1000 : 15, .by_relevance = i % 7 == 0, .count_max = i % 5 == 0 ? 40 : 0};
        expect_same_in_pieces(node, &query, random);
        check_filtered(node, random, shadows, a, b);
    }
}

static void test_random_records(void **state)
{
    struct world *world = open_one(0);
    struct node *node = &world->center;
    struct shadow *shadows = calloc(RECORDS, sizeof *shadows);
    char content[128], name[64];

    (void)state;
    for (size_t i = 0; i < RECORDS; i++) {
        random_word(node->random, 20, LETTERS, content);
        random_word(node->random, 3, LETTERS - 3, name);
        shadows[i].id = node_consult(node, name, content);
        snprintf(shadows[i].text, sizeof shadows[i].text, "%s\n%s", content, name);
    }
    check_random_words(node, node->random, shadows, WORDS);
    for (size_t i = 0; i < RECORDS; i += 3) {
        if (i % 2 == 0) {
            assert_int_equal(records_delete(node->store, &node->actor, catalogue_find("consultation"), shadows[i].id, NULL), STATUS_OK);
            shadows[i].text[0] = '\0';
        } else {
            random_word(node->random, 20, LETTERS, content);
            node_set(node, "consultation", shadows[i].id, "content", content);
            char *end = strchr(shadows[i].text, '\n');
            snprintf(name, sizeof name, "%s", end + 1);
            snprintf(shadows[i].text, sizeof shadows[i].text, "%s\n%s", content, name);
        }
    }
    check_random_words(node, node->random, shadows, WORDS);
    assert_int_equal(search_rebuild(node->store, node->codes, NULL), STATUS_OK);
    check_random_words(node, node->random, shadows, WORDS / 4);
    /* FTS5 compares its index with search_doc, token by token. */
    assert_int_equal(store_exec(node->store, "INSERT INTO search_text(search_text) VALUES('integrity-check')", NULL), STATUS_OK);
    node_verify(node);
    free(shadows);
    close_one(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_relevance),
        cmocka_unit_test(test_record_number),
        cmocka_unit_test(test_names_and_initials),
        cmocka_unit_test(test_tails),
        cmocka_unit_test(test_pieces_pass_what_is_not_asked_for),
        cmocka_unit_test(test_newest_first),
        cmocka_unit_test(test_changes_are_followed),
        cmocka_unit_test(test_scope),
        cmocka_unit_test(test_catch_up_in_parts),
        cmocka_unit_test(test_touched_record_is_read_again),
        cmocka_unit_test(test_random_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
