/* sync/hub_verb_none.c - a build without libpq: there is no hub. See hub_verb.h. */
#include "sync/hub_verb.h"

static enum status left_out(struct errmsg *err)
{
    return errmsg_set(err, STATUS_UNSUPPORTED, "这个程序编译时没有带 PostgreSQL 的 libpq，不能用 --store（Debian: libpq-dev）");
}

enum status hub_verb_serve(const struct hub_place *place, const struct service *service, const char *listen, void (*listening)(void *context, const char *address), void *context, struct errmsg *err)
{
    (void)place;
    (void)service;
    (void)listen;
    (void)listening;
    (void)context;
    return left_out(err);
}

enum status hub_verb_code(const struct hub_place *place, const char *org, const char *station, const char *name, struct hash secret, struct hub_holder *out, struct errmsg *err)
{
    (void)place;
    (void)org;
    (void)station;
    (void)name;
    (void)secret;
    (void)out;
    return left_out(err);
}

enum status hub_verb_revoke(const struct hub_place *place, const char *county, struct peer *out, struct errmsg *err)
{
    (void)place;
    (void)county;
    (void)out;
    return left_out(err);
}

enum status hub_verb_stations(const struct hub_place *place, bool json, struct buf *out, struct errmsg *err)
{
    (void)place;
    (void)json;
    (void)out;
    return left_out(err);
}

const char *hub_verb_library(char out[32])
{
    out[0] = '\0';
    return out;
}
