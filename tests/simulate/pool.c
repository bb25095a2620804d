/* tests/simulate/pool.c - see pool.h. */
#include "tests/simulate/pool.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/record/catalogue.h"
#include "core/record/schema.h"
#include "core/record/upward.h"

/* ---- the blank store ---- */

enum { STRIP_MAX_BYTES = 256 * 1024 };

/* Types of which a world has rows (people.c, world.c; where a hub is the center, what counties tell). */
static bool is_played(unsigned type_no)
{
    static const unsigned types[] = {1, 4, 5, 6, UPWARD_CHANGE_TYPE, UPWARD_CELLS_TYPE};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i] == type_no)
            return true;
    return false;
}

/* A view in the table's place: its columns, and no rows. */
static enum status put_view(struct store *store, const char *table, struct buf *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT name FROM pragma_table_info(?1) ORDER BY cid");
    const char *between = "";
    enum status status;

    stmt_string(stmt, 1, table);
    buf_printf(out, "DROP TABLE \"%s\";CREATE VIEW \"%s\" AS SELECT ", table, table);
    while (stmt_row(stmt, &status, err)) {
        buf_printf(out, "%sNULL AS \"%s\"", between, stmt_column_text(stmt, 0, NULL));
        between = ",";
    }
    buf_puts(out, " WHERE 0;");
    return status == STATUS_OK ? out->status : status;
}

/* Of a type that no world has rows of verify only wants to read that there are none. Its table, indexes and triggers are most of the schema: copied with every state, read at every opening of a file, and SQLite's
 * integrity check makes a program of them each time. A view says as much; who would write such a row after all is told that he can't. */
static enum status strip(struct store *store, struct errmsg *err)
{
    struct buf sql;
    enum status status = STATUS_OK;

    buf_init(&sql, STRIP_MAX_BYTES);
    for (size_t i = 0; status == STATUS_OK && i < catalogue_count(); i++)
        if (!is_played(catalogue_at(i)->no))
            status = put_view(store, catalogue_at(i)->name, &sql, err);
    if (status == STATUS_OK)
        status = store_exec(store, buf_cstr(&sql), err);
    buf_release(&sql);
    return status;
}

static enum status make_it_a_centers(struct store *store, struct errmsg *err)
{
    enum status status = store_begin(store, "blank", err);

    if (status == STATUS_OK)
        status = store_meta_set_int(store, "role_center", 1, err);
    if (status == STATUS_OK)
        status = schema_prepare_role(store, err);
    return status == STATUS_OK ? store_commit(store, err) : status;
}

/* Even so the schema has some 200 trees of a page or more, and a new case touches twenty: with the smallest pages a state is copied, and a commit journalled, for a fraction. Only a file can be given other pages. */
static enum status make_blank(struct buf *out, bool center, const char *root, struct errmsg *err)
{
    char folder[600], path[700];
    struct store *store;
    enum status status;

    snprintf(folder, sizeof folder, "%s/blank-%ld", root, (long)getpid());
    snprintf(path, sizeof path, "%s/aidpost.db", folder);
    status = store_open(&store, folder, STORE_CREATE, err);
    if (status != STATUS_OK)
        return status;
    status = strip(store, err);
    if (status == STATUS_OK && center)
        status = make_it_a_centers(store, err);
    if (status == STATUS_OK)
        status = store_exec(store, "PRAGMA journal_mode=DELETE; PRAGMA page_size=512; VACUUM", err);
    if (status == STATUS_OK)
        status = store_image(store, out, err);
    store_close(store);
    unlink(path);
    rmdir(folder);
    return status;
}

enum status pool_init(struct pool *pool, const char *root, struct errmsg *err)
{
    *pool = (struct pool){0};
    for (size_t i = 0; i < IMAGES_MAX; i++)
        buf_init(&pool->images[i], POOL_IMAGE_MAX_BYTES);
    for (size_t i = 0; i < POOL_PLACES; i++) {
        uint8_t seed[crypto_sign_SEEDBYTES] = {(uint8_t)(i + 1)};

        if (crypto_sign_seed_keypair(pool->keys[i].public_key, pool->keys[i].secret, seed) != 0)
            return errmsg_set(err, STATUS_IO, "libsodium");
    }
    buf_init(&pool->blank, POOL_IMAGE_MAX_BYTES);
    buf_init(&pool->blank_center, POOL_IMAGE_MAX_BYTES);
    enum status status = make_blank(&pool->blank, false, root, err);
    return status == STATUS_OK ? make_blank(&pool->blank_center, true, root, err) : status;
}

static void release_places(struct pool_places *at)
{
    for (size_t i = 0; i < POOL_PLACES; i++) {
        replicator_free(at->replicators[i]);
        replicator_free(at->filing[i]);
        store_close(at->stores[i]);
    }
    *at = (struct pool_places){.stores = {NULL}};
}

void pool_set_aside(struct pool *pool)
{
    assert(!pool->has_aside);
    pool->aside = pool->at;
    pool->at = (struct pool_places){.stores = {NULL}};
    pool->has_aside = true;
}

void pool_take_back(struct pool *pool)
{
    if (!pool->has_aside)
        return;
    release_places(&pool->at);
    pool->at = pool->aside;
    pool->has_aside = false;
}

void pool_forget(struct pool *pool)
{
    pool_take_back(pool);
    release_places(&pool->at);
}

void pool_release(struct pool *pool)
{
    pool_forget(pool);
    for (size_t i = 0; i < IMAGES_MAX; i++)
        buf_release(&pool->images[i]);
    store_close(pool->scratch);
    buf_release(&pool->blank);
    buf_release(&pool->blank_center);
}

static enum status reset(struct store **store, const struct buf *image, struct errmsg *err)
{
    if (*store == NULL)
        return store_open_image(store, image->data, image->len, err);
    if (store_in_transaction(*store))
        store_rollback(*store);
    return store_set_image(*store, image->data, image->len, err);
}

enum status pool_reset(struct pool *pool, size_t place, const struct buf *image, struct errmsg *err)
{
    enum status status = reset(&pool->at.stores[place], image != NULL ? image : &pool->blank, err);

    if (status == STATUS_OK && pool->at.replicators[place] == NULL) {
        status = replicator_new(&pool->at.replicators[place], pool->at.stores[place], NULL);
        if (status == STATUS_OK)
            replicator_hurry(pool->at.replicators[place]);
    }
    if (status == STATUS_OK && pool->at.filing[place] == NULL)
        status = replicator_new(&pool->at.filing[place], pool->at.stores[place], NULL);
    return status;
}

bool pool_fits(const struct pool *pool, size_t place, const struct buf *image)
{
    enum { PAGE_SIZE_AT = 16, PAGE_SIZE_BYTES = 2, COOKIE_AT = 40, COOKIE_BYTES = 4 }; /* of a file of SQLite's */
    const struct buf *blank = place == 0 ? &pool->blank_center : &pool->blank;

    return image->len >= COOKIE_AT + COOKIE_BYTES && memcmp(image->data + PAGE_SIZE_AT, blank->data + PAGE_SIZE_AT, PAGE_SIZE_BYTES) == 0 &&
           memcmp(image->data + COOKIE_AT, blank->data + COOKIE_AT, COOKIE_BYTES) == 0;
}

enum status pool_scratch(struct pool *pool, struct store **out, struct errmsg *err)
{
    enum status status = reset(&pool->scratch, &pool->blank, err);

    *out = pool->scratch;
    return status;
}
