/* tests/simulate/secure.c - lines whose bytes go through TLS: the real engine of sync/tls.h on both ends, in pieces, with both sides writing at once and ends that close early. For the scenario of F16; other worlds
 * send in the clear, since what TLS does is the same for all of them. OpenSSL draws its own chance, which decides nothing but the bytes. */
#include <stdlib.h>

#include "sync/identity.h"
#include "sync/tls.h"
#include "tests/simulate/world.h"

struct secure {
    struct identity ids[2]; /* as the ends of a line: station, center */
    struct tls_context *contexts[2];
};

void secure_off(struct world *world)
{
    for (size_t e = 0; world->secure != NULL && e < 2; e++) {
        tls_context_free(world->secure->contexts[e]);
        identity_release(&world->secure->ids[e]);
    }
    free(world->secure);
    world->secure = NULL;
}

void secure_on(struct world *world)
{
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;

    world->secure = calloc(1, sizeof *world->secure);
    for (size_t e = 0; world->secure != NULL && e < 2 && status == STATUS_OK; e++) {
        status = identity_make(&world->secure->ids[e], world->random, &err);
        if (status == STATUS_OK)
            status = tls_context_new(&world->secure->contexts[e], &world->secure->ids[e], &err);
    }
    if (world->secure == NULL || status != STATUS_OK)
        world_fail(world, "no TLS: %s", err.text);
}

static struct side *other(struct side *side)
{
    return &side->line->ends[side->is_station ? 1 : 0];
}

static bool is_the_other(void *context, struct hash pin)
{
    const struct hash *expected = context;

    return hash_equal(*expected, pin);
}

void secure_begin(struct world *world, struct side *side)
{
    size_t e = side->is_station ? 0 : 1;
    struct errmsg err = {{0}};
    enum status status = tls_new(&side->tls, world->secure->contexts[e], side->is_station ? TLS_CLIENT : TLS_SERVER, is_the_other, &world->secure->ids[1 - e].pin);

    if (status == STATUS_OK)
        status = tls_start(side->tls, &other(side)->in, &err);
    if (status != STATUS_OK)
        world_fail(world, "TLS: %s", errmsg_text(&err, status));
}

void secure_send(struct world *world, struct side *side, const void *data, size_t len)
{
    struct errmsg err = {{0}};
    enum status status = tls_write(side->tls, data, len, &other(side)->in, &err);

    if (status != STATUS_OK)
        world_fail(world, "station %zu: TLS does not take what is to be sent: %s", side->line->station, errmsg_text(&err, status));
}

bool secure_take(struct world *world, struct side *side, const void *data, size_t len, struct buf *plain, bool *met)
{
    struct errmsg err = {{0}};
    enum status status = tls_feed(side->tls, data, len, plain, &other(side)->in, &err);

    if (status != STATUS_OK && status != STATUS_CLOSED)
        world_fail(world, "station %zu: TLS does not take what came: %s", side->line->station, errmsg_text(&err, status));
    *met = !side->met && tls_ready(side->tls);
    side->met = side->met || *met;
    return status == STATUS_CLOSED;
}

void secure_end(struct side *side)
{
    if (side->tls == NULL)
        return;
    if (other(side)->session != NULL && !side->broken)
        tls_close(side->tls, &other(side)->in);
    tls_free(side->tls);
    side->tls = NULL;
}
