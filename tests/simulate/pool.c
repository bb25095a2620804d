/* tests/simulate/pool.c - see pool.h. */
#include "tests/simulate/pool.h"

#include <sodium.h>

enum status pool_init(struct pool *pool, struct errmsg *err)
{
    struct store *store;
    enum status status = store_open(&store, ":memory:", STORE_CREATE, err);

    *pool = (struct pool){0};
    for (size_t i = 0; i < IMAGES_MAX; i++)
        buf_init(&pool->images[i], POOL_IMAGE_MAX_BYTES);
    for (size_t i = 0; i < POOL_PLACES; i++) {
        uint8_t seed[crypto_sign_SEEDBYTES] = {(uint8_t)(i + 1)};

        if (crypto_sign_seed_keypair(pool->keys[i].public_key, pool->keys[i].secret, seed) != 0)
            return errmsg_set(err, STATUS_IO, "libsodium");
    }
    buf_init(&pool->blank, POOL_IMAGE_MAX_BYTES);
    if (status != STATUS_OK)
        return status;
    status = store_image(store, &pool->blank, err);
    store_close(store);
    return status;
}

void pool_release(struct pool *pool)
{
    for (size_t i = 0; i < POOL_PLACES; i++) {
        replicator_free(pool->replicators[i]);
        store_close(pool->stores[i]);
    }
    for (size_t i = 0; i < IMAGES_MAX; i++)
        buf_release(&pool->images[i]);
    store_close(pool->scratch);
    buf_release(&pool->blank);
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
    enum status status = reset(&pool->stores[place], image != NULL ? image : &pool->blank, err);

    if (status == STATUS_OK && pool->replicators[place] == NULL)
        status = replicator_new(&pool->replicators[place], pool->stores[place], NULL);
    return status;
}

enum status pool_scratch(struct pool *pool, struct store **out, struct errmsg *err)
{
    enum status status = reset(&pool->scratch, &pool->blank, err);

    *out = pool->scratch;
    return status;
}
