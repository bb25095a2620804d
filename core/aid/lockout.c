/* core/aid/lockout.c - see lockout.h. */
#include "core/aid/lockout.h"

#include <stdio.h>

#include "core/record/store.h"

enum { META_NAME_BYTES = 96 };

struct names {
    char count[META_NAME_BYTES], at[META_NAME_BYTES];
};

static struct names names_of(const char *user)
{
    struct names names;
    snprintf(names.count, sizeof names.count, "login_failed:%.64s", user);
    snprintf(names.at, sizeof names.at, "login_failed_at:%.64s", user);
    return names;
}

static bool is_recent(int64_t at_ms, int64_t now_ms)
{
    return at_ms <= now_ms && now_ms - at_ms < LOCKOUT_MS;
}

bool lockout_is(struct store *store, const char *user, int64_t now_ms)
{
    struct names names = names_of(user);
    int64_t count = 0, at_ms = INT64_MIN / 2;
    if (store_meta_read_int(store, names.count, &count, NULL) != STATUS_OK || store_meta_read_int(store, names.at, &at_ms, NULL) != STATUS_OK)
        return true;
    return count >= LOCKOUT_TRIES && is_recent(at_ms, now_ms);
}

static enum status put(struct store *store, const struct names *names, int64_t failures, int64_t now_ms, struct errmsg *err)
{
    enum status status = store_meta_set_int(store, names->count, failures, err);
    return status == STATUS_OK ? store_meta_set_int(store, names->at, now_ms, err) : status;
}

enum status lockout_count(struct store *store, const char *user, int64_t now_ms, struct errmsg *err)
{
    struct names names = names_of(user);
    int64_t before = is_recent(store_meta_int(store, names.at, INT64_MIN / 2), now_ms) ? store_meta_int(store, names.count, 0) : 0;
    return put(store, &names, before + 1, now_ms, err);
}

enum status lockout_clear(struct store *store, const char *user, int64_t now_ms, struct errmsg *err)
{
    struct names names = names_of(user);
    return store_meta_int(store, names.count, 0) == 0 ? STATUS_OK : put(store, &names, 0, now_ms, err);
}
