/* core/record/kept_look.c - see kept_look.h. */
#include "core/record/kept_look.h"

#include <stdlib.h>

#include "core/record/kept.h"
#include "core/record/peer.h"
#include "core/record/settings.h"

static const int64_t DAY_MS = 86400000;

struct looking {
    struct store *store;
    struct kept_look *look;
    int64_t now_ms;
    enum status status;
    struct errmsg *err;
};

/* *lives: it is known here and may come. */
static enum status lives(struct looking *looking, uint32_t station_no, bool *lives)
{
    struct peer peer;
    enum status status = peer_find(looking->store, station_no, &peer, looking->err);

    *lives = status == STATUS_OK && !peer.revoked;
    if (status == STATUS_NOT_FOUND) {
        errmsg_clear(looking->err);
        return STATUS_OK;
    }
    return status;
}

static enum status add(struct looking *looking, const struct kept *kept)
{
    struct kept_look *look = looking->look;
    int64_t days = (looking->now_ms - kept->file.kept_ms) / DAY_MS;

    if (look->n == look->cap) {
        size_t cap = look->cap > 0 ? look->cap * 2 : 32;
        struct kept_age *more = realloc(look->ages, cap * sizeof *more);

        if (more == NULL)
            return errmsg_set(looking->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        look->ages = more;
        look->cap = cap;
    }
    look->ages[look->n] = (struct kept_age){.station_no = kept->station_no, .made_ms = kept->file.made_ms, .kept_ms = kept->file.kept_ms, .days = days > 0 ? days : 0};
    look->ages[look->n].overdue = look->ages[look->n].days > look->remind_days;
    look->overdue += look->ages[look->n++].overdue;
    return STATUS_OK;
}

/* A station's newest comes first. */
static bool take(void *context, const struct kept *kept)
{
    struct looking *looking = context;
    const struct kept_look *look = looking->look;
    bool wanted = !kept->file.part && (look->n == 0 || look->ages[look->n - 1].station_no != kept->station_no);

    if (wanted)
        looking->status = lives(looking, kept->station_no, &wanted);
    if (looking->status == STATUS_OK && wanted)
        looking->status = add(looking, kept);
    return looking->status == STATUS_OK;
}

enum status kept_look_read(struct store *store, int64_t now_ms, struct kept_look *out, struct errmsg *err)
{
    struct looking looking = {.store = store, .look = out, .now_ms = now_ms, .status = STATUS_OK, .err = err};
    enum status status;

    *out = (struct kept_look){.remind_days = 0};
    status = settings_int(store, "backup_remind_days", &out->remind_days, err);
    if (status == STATUS_OK)
        status = kept_list(store, take, &looking, err);
    if (status == STATUS_OK)
        status = looking.status;
    if (status != STATUS_OK)
        kept_look_release(out);
    return status;
}

const struct kept_age *kept_look_of(const struct kept_look *look, uint32_t station_no)
{
    size_t low = 0, high = look->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (look->ages[middle].station_no < station_no)
            low = middle + 1;
        else
            high = middle;
    }
    return low < look->n && look->ages[low].station_no == station_no ? &look->ages[low] : NULL;
}

const struct kept_age *kept_look_oldest(const struct kept_look *look)
{
    const struct kept_age *oldest = NULL;

    for (size_t i = 0; i < look->n; i++)
        if (oldest == NULL || look->ages[i].days > oldest->days)
            oldest = &look->ages[i];
    return oldest;
}

void kept_look_release(struct kept_look *look)
{
    free(look->ages);
    *look = (struct kept_look){.ages = NULL};
}
