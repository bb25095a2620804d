/* tests/test_tokenizer.c - the full-text index finds exactly what contains the words: compared with looking through all texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "core/base/id.h"
#include "core/base/utf8.h"
#include "core/record/store.h"
#include "core/record/tokenizer.h"

enum { TEXTS = 2000, QUERIES = 2000, TEXT_MAX_CHARS = 40, WORD_MAX_CHARS = 6 };

struct world {
    struct store *store;
    struct random_source random;
    uint64_t seed;
    struct buf texts[TEXTS]; /* as search_text has them; empty: taken out */
};

static void run_sql(struct store *store, const char *sql, int64_t doc, const struct buf *text)
{
    struct errmsg err = {{0}};
    struct stmt *stmt = store_prepare(store, sql);
    stmt_int(stmt, 1, doc);
    stmt_text(stmt, 2, buf_cstr(text), text->len);
    if (stmt_run(stmt, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void insert(struct world *world, size_t doc)
{
    run_sql(world->store, "INSERT INTO search_text(rowid, text, keys) VALUES(?1, ?2, '')", (int64_t)doc, &world->texts[doc]);
}

static void take_out(struct world *world, size_t doc)
{
    run_sql(world->store, "INSERT INTO search_text(search_text, rowid, text, keys) VALUES('delete', ?1, ?2, '')", (int64_t)doc, &world->texts[doc]);
}

/* Few different characters, so that words repeat, overlap and stand in wrong order: 12 hanzi (one of plane 2), letters, a quote, a star, and line feeds. */
static void random_text(struct world *world, size_t max_chars, bool lines, struct buf *out)
{
    static const char *const ALPHABET[] = {"张", "三", "丰", "借", "款", "合", "同", "离", "婚", "的", "\xF0\xAB\x96\xAF", "·", "a", "b", "1", "\"", "*", "-", "\n"};
    size_t n = 1 + (size_t)random_below(world->random, max_chars);
    for (size_t i = 0; i < n; i++) {
        const char *c = ALPHABET[random_below(world->random, sizeof ALPHABET / sizeof ALPHABET[0])];
        if (*c != '\n' || (lines && i > 0))
            buf_puts(out, c);
    }
}

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct errmsg err = {{0}};

    assert_int_equal(hash_start(), STATUS_OK);
    if (store_open(&world->store, ":memory:", STORE_CREATE, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    world->seed = 7;
    world->random = random_seeded(&world->seed);
    assert_int_equal(store_begin(world->store, "test", &err), STATUS_OK);
    for (size_t i = 0; i < TEXTS; i++) {
        buf_init(&world->texts[i], 4096);
        random_text(world, TEXT_MAX_CHARS, true, &world->texts[i]);
        insert(world, i);
    }
    assert_int_equal(store_commit(world->store, &err), STATUS_OK);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < TEXTS; i++)
        buf_release(&world->texts[i]);
    store_close(world->store);
    free(world);
    return 0;
}

static bool contains(const struct buf *text, const struct buf *word)
{
    return text->len > 0 && memmem(text->data, text->len, word->data, word->len) != NULL;
}

/* The index must name every text that holds the word, newest first, and for short words no other. */
static void check_word(struct world *world, const struct buf *word, size_t *hits)
{
    struct errmsg err = {{0}};
    struct buf match;
    bool found[TEXTS] = {false};
    int64_t before = TEXTS;
    enum status status;

    buf_init(&match, 4096);
    tokenizer_query(0, buf_cstr(word), word->len, &match);
    struct stmt *stmt = store_prepare(world->store, "SELECT rowid FROM search_text WHERE search_text MATCH ?1 ORDER BY rowid DESC");
    stmt_text(stmt, 1, buf_cstr(&match), match.len);
    while (stmt_row(stmt, &status, &err)) {
        int64_t doc = stmt_column_int(stmt, 0);
        assert_true(doc < before);
        before = doc;
        found[doc] = true;
    }
    if (status != STATUS_OK)
        fail_msg("%s: %s", buf_cstr(&match), err.text);
    bool exact = utf8_count(buf_cstr(word), word->len) <= 2;
    for (size_t i = 0; i < TEXTS; i++) {
        bool here = contains(&world->texts[i], word);
        *hits += here;
        if ((here && !found[i]) || (exact && found[i] && !here))
            fail_msg("'%s' in '%s': %d, index says %d", buf_cstr(word), buf_cstr(&world->texts[i]), here, found[i]);
    }
    buf_release(&match);
}

static void check_many(struct world *world, size_t queries)
{
    size_t hits = 0;
    for (size_t i = 0; i < queries; i++) {
        struct buf word;
        buf_init(&word, 256);
        random_text(world, WORD_MAX_CHARS, false, &word);
        if (word.len > 0)
            check_word(world, &word, &hits);
        buf_release(&word);
    }
    assert_true(hits > queries); /* the test would say nothing if words hit no text */
}

static void test_every_word_of_random_texts(void **state)
{
    check_many(*state, QUERIES);
}

static void test_after_changes(void **state)
{
    struct world *world = *state;
    struct errmsg err = {{0}};

    for (size_t round = 0; round < 5; round++) {
        assert_int_equal(store_begin(world->store, "test", &err), STATUS_OK);
        for (size_t doc = round % 3; doc < TEXTS; doc += 3) {
            if (world->texts[doc].len > 0)
                take_out(world, doc);
            buf_clear(&world->texts[doc]);
            if (random_below(world->random, 4) > 0) {
                random_text(world, TEXT_MAX_CHARS, true, &world->texts[doc]);
                insert(world, doc);
            }
        }
        assert_int_equal(store_commit(world->store, &err), STATUS_OK);
        check_many(world, 200);
    }
}

static size_t count(struct world *world, const struct buf *match)
{
    struct errmsg err = {{0}};
    struct stmt *stmt = store_prepare(world->store, "SELECT count(*) FROM search_text WHERE search_text MATCH ?1");
    enum status status;
    stmt_text(stmt, 1, buf_cstr(match), match->len);
    if (!stmt_row(stmt, &status, &err))
        fail_msg("%s: %s", buf_cstr(match), err.text);
    size_t n = (size_t)stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return n;
}

static size_t count_key(struct world *world, const char *key)
{
    struct buf match;
    buf_init(&match, 256);
    tokenizer_query_key(key, strlen(key), &match);
    size_t n = count(world, &match);
    buf_release(&match);
    return n;
}

static size_t count_word(struct world *world, char mark, const char *word)
{
    struct buf match;
    buf_init(&match, 256);
    tokenizer_query(mark, word, strlen(word), &match);
    size_t n = count(world, &match);
    buf_release(&match);
    return n;
}

static void test_keys_and_names(void **state)
{
    struct world *world = *state;
    struct errmsg err = {{0}};

    assert_int_equal(store_begin(world->store, "test", &err), STATUS_OK);
    assert_int_equal(store_exec(world->store, "INSERT INTO search_text(rowid, text, keys) VALUES(100000, '欧阳修远', char(2)||'欧阳修远'||char(10)||char(1)||'poyxy'||char(10)||char(1)||'t4321')", &err),
                     STATUS_OK);
    assert_int_equal(store_commit(world->store, &err), STATUS_OK);
    assert_int_equal(count_key(world, "p"), 1);
    assert_int_equal(count_key(world, "poy"), 1);
    assert_int_equal(count_key(world, "poyxy"), 1);
    assert_int_equal(count_key(world, "poyxyz"), 0);
    assert_int_equal(count_key(world, "oy"), 0);
    assert_int_equal(count_key(world, "t43"), 1);
    assert_int_equal(count_word(world, TOKENIZER_NAME, "修"), 1);
    assert_int_equal(count_word(world, TOKENIZER_NAME, "欧阳修远"), 1);
    assert_int_equal(count_word(world, TOKENIZER_NAME, "张"), 0); /* texts have it, names do not */
    assert_int_equal(count_word(world, 0, "poy"), 0);
}

/* FTS5's own check compares the index with the texts it was made from. */
static void test_integrity(void **state)
{
    struct world *world = *state;
    struct errmsg err = {{0}};
    assert_int_equal(store_exec(world->store, "INSERT INTO search_text(search_text) VALUES('optimize')", &err), STATUS_OK);
    check_many(world, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_word_of_random_texts),
        cmocka_unit_test(test_after_changes),
        cmocka_unit_test(test_keys_and_names),
        cmocka_unit_test(test_integrity),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
