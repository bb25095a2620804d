/* tests/fake_transport.c - see fake_transport.h. */
#include "tests/fake_transport.h"

#include <stdio.h>
#include <string.h>

struct fake_transport fake_transport;

static struct transport *itself(void)
{
    return (struct transport *)(void *)&fake_transport;
}

void fake_transport_reset(void (*run)(void *context), void *context)
{
    fake_transport = (struct fake_transport){.run = run, .context = context, .now_ms = 1000, .wall_ms = INT64_C(1790000000000)};
}

void fake_transport_tick(int64_t ms)
{
    fake_transport.now_ms += ms;
    fake_transport.wall_ms += ms;
    fake_transport.hooks.tick(fake_transport.hooks.context);
}

void fake_transport_end(enum status status, const struct session_outcome *outcome)
{
    struct transport_end end = {.connection = fake_transport.connection, .status = status, .opened = true, .quiet = true, .outcome = *outcome};

    fake_transport.has_look = false;
    if (status != STATUS_OK)
        errmsg_set(&end.reason, status, "%s", "the line broke");
    fake_transport.hooks.ended(fake_transport.hooks.context, fake_transport.hooks.context, &end);
}

/* ---- in place of transport.c ---- */

enum status __wrap_transport_new(struct transport **out, const struct transport_config *config, struct errmsg *err);
void __wrap_transport_free(struct transport *transport);
void __wrap_transport_run(struct transport *transport);
void __wrap_transport_stop(struct transport *transport);
enum status __wrap_transport_listen(struct transport *transport, const char *address, char bound[ADDRESS_TEXT_BYTES], struct errmsg *err);
enum status __wrap_transport_dial(struct transport *transport, const struct transport_dial *dial, uint64_t *number, struct errmsg *err);
void __wrap_transport_poke(struct transport *transport);
void __wrap_transport_poke_orgs(struct transport *transport, const struct reach_orgs *orgs);
size_t __wrap_transport_drop(struct transport *transport, struct hash pin, enum status status, const char *reason);
size_t __wrap_transport_connections(const struct transport *transport);
bool __wrap_transport_look(const struct transport *transport, uint64_t number, struct transport_look *out);
void __wrap_transport_tick_soon(struct transport *transport);
int64_t __wrap_transport_now_ms(const struct transport *transport);
int64_t __wrap_transport_wall_ms(void);

enum status __wrap_transport_new(struct transport **out, const struct transport_config *config, struct errmsg *err)
{
    (void)err;
    fake_transport.hooks = config->hooks;
    *out = itself();
    return STATUS_OK;
}

void __wrap_transport_free(struct transport *transport)
{
    (void)transport;
}

void __wrap_transport_run(struct transport *transport)
{
    (void)transport;
    fake_transport.run(fake_transport.context);
}

void __wrap_transport_stop(struct transport *transport)
{
    (void)transport;
    fake_transport.stopped = true;
}

enum status __wrap_transport_listen(struct transport *transport, const char *address, char bound[ADDRESS_TEXT_BYTES], struct errmsg *err)
{
    (void)transport, (void)err;
    snprintf(bound, ADDRESS_TEXT_BYTES, "%s", address);
    return STATUS_OK;
}

enum status __wrap_transport_dial(struct transport *transport, const struct transport_dial *dial, uint64_t *number, struct errmsg *err)
{
    (void)transport, (void)dial;
    fake_transport.n_dials++;
    if (fake_transport.dials != STATUS_OK)
        return errmsg_set(err, fake_transport.dials, "it cannot be dialled");
    *number = ++fake_transport.connection;
    return STATUS_OK;
}

void __wrap_transport_poke(struct transport *transport)
{
    (void)transport;
    fake_transport.n_pokes++;
}

void __wrap_transport_poke_orgs(struct transport *transport, const struct reach_orgs *orgs)
{
    (void)transport;
    fake_transport.poked.many |= orgs->many;
    for (size_t i = 0; i < orgs->n; i++)
        reach_orgs_add(&fake_transport.poked, orgs->orgs[i]);
}

size_t __wrap_transport_drop(struct transport *transport, struct hash pin, enum status status, const char *reason)
{
    (void)transport, (void)status, (void)reason;
    fake_transport.n_drops++;
    fake_transport.dropped = pin;
    return 1;
}

size_t __wrap_transport_connections(const struct transport *transport)
{
    (void)transport;
    return 0;
}

bool __wrap_transport_look(const struct transport *transport, uint64_t number, struct transport_look *out)
{
    (void)transport;
    if (!fake_transport.has_look || number != fake_transport.connection)
        return false;
    *out = fake_transport.look;
    return true;
}

void __wrap_transport_tick_soon(struct transport *transport)
{
    (void)transport;
}

int64_t __wrap_transport_now_ms(const struct transport *transport)
{
    (void)transport;
    return fake_transport.now_ms;
}

int64_t __wrap_transport_wall_ms(void)
{
    return fake_transport.wall_ms;
}
