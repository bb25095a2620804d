/* core/report/tally_cells.c - the arithmetic of tallies: half months, and sums by (metric, bucket, org) in a hash table that is sorted once it is full (see core/report/tally_impl.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/report/tally_impl.h"

enum { FIRST_HALF_DAYS = 20, ROOM_LEAST = 1024 };

/* ---- buckets ---- */

static int32_t within(int32_t day)
{
    return day < DAY_MIN ? DAY_MIN : day > DAY_MAX ? DAY_MAX : day;
}

int32_t tally_bucket_of(int32_t day)
{
    int year, month, dom;
    day_to_ymd(within(day), &year, &month, &dom);
    return (year * 12 + month - 1) * 2 + (dom > FIRST_HALF_DAYS);
}

int32_t tally_bucket_first(int32_t bucket)
{
    int32_t day = DAY_MAX + 1;
    (void)day_from_ymd(bucket / 24, bucket / 2 % 12 + 1, bucket % 2 == 0 ? 1 : FIRST_HALF_DAYS + 1, &day);
    return day;
}

int32_t tally_bucket_last(int32_t bucket)
{
    return tally_bucket_first(bucket + 1) - 1;
}

size_t tally_split(int32_t from, int32_t to, int32_t *first, int32_t *last, struct tally_range edges[2])
{
    size_t n = 0;
    from = from < DAY_MIN ? DAY_MIN : from;
    to = to > DAY_MAX ? DAY_MAX : to;
    *first = 0;
    *last = -1;
    if (from > to)
        return 0;
    int32_t begin = tally_bucket_of(from), end = tally_bucket_of(to);
    *first = tally_bucket_first(begin) == from ? begin : begin + 1;
    *last = tally_bucket_last(end) == to ? end : end - 1;
    if (*first > *last) {
        edges[0] = (struct tally_range){from, to};
        return 1;
    }
    if (*first > begin)
        edges[n++] = (struct tally_range){from, tally_bucket_last(begin)};
    if (*last < end)
        edges[n++] = (struct tally_range){tally_bucket_first(end), to};
    return n;
}

/* ---- cells ---- */

int64_t tally_add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

void tally_cells_release(struct tally_cells *cells)
{
    free(cells->cells);
    *cells = (struct tally_cells){0};
}

static size_t hash_cell(int64_t metric, int32_t bucket, int64_t org)
{
    uint64_t h = (uint64_t)metric * 0x9E3779B97F4A7C15u;
    h = (h ^ (uint64_t)(uint32_t)bucket ^ ((uint64_t)org << 32)) * 0xC2B2AE3D27D4EB4Fu;
    return (size_t)(h ^ h >> 29);
}

/* Where the cell is, or the free place (metric 0: no metric is) where it goes. */
static struct tally_cell *place_of(struct tally_cell *cells, size_t room, int64_t metric, int32_t bucket, int64_t org)
{
    size_t at = hash_cell(metric, bucket, org) & (room - 1);
    while (cells[at].metric != 0 && (cells[at].metric != metric || cells[at].bucket != bucket || cells[at].org != org))
        at = (at + 1) & (room - 1);
    return &cells[at];
}

static bool grow(struct tally_cells *cells)
{
    size_t room = cells->room == 0 ? ROOM_LEAST : cells->room * 2;
    struct tally_cell *bigger = calloc(room, sizeof *bigger);
    if (bigger == NULL) {
        cells->status = STATUS_NOMEM;
        return false;
    }
    for (size_t i = 0; i < cells->room; i++)
        if (cells->cells[i].metric != 0)
            *place_of(bigger, room, cells->cells[i].metric, cells->cells[i].bucket, cells->cells[i].org) = cells->cells[i];
    free(cells->cells);
    cells->cells = bigger;
    cells->room = room;
    return true;
}

void tally_cells_add(struct tally_cells *cells, int64_t metric, int32_t bucket, int64_t org, int64_t amount)
{
    if (cells->status != STATUS_OK || (cells->n * 3 >= cells->room * 2 && !grow(cells)))
        return;
    struct tally_cell *cell = place_of(cells->cells, cells->room, metric, bucket, org);
    if (cell->metric == 0) {
        *cell = (struct tally_cell){.metric = metric, .bucket = bucket, .org = org};
        cells->n++;
    }
    cell->value = tally_add(cell->value, amount);
}

int tally_cell_compare(const void *a, const void *b)
{
    const struct tally_cell *x = a, *y = b;
    if (x->metric != y->metric)
        return x->metric < y->metric ? -1 : 1;
    if (x->bucket != y->bucket)
        return x->bucket < y->bucket ? -1 : 1;
    return (x->org > y->org) - (x->org < y->org);
}

enum status tally_cells_sort(struct tally_cells *cells)
{
    size_t kept = 0;
    for (size_t i = 0; i < cells->room; i++)
        if (cells->cells[i].metric != 0 && cells->cells[i].value != 0)
            cells->cells[kept++] = cells->cells[i];
    cells->n = kept;
    if (kept > 1)
        qsort(cells->cells, kept, sizeof cells->cells[0], tally_cell_compare);
    return cells->status;
}

size_t tally_cells_find(const struct tally_cells *cells, int64_t metric, int32_t bucket)
{
    size_t low = 0, high = cells->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct tally_cell *cell = &cells->cells[middle];
        if (cell->metric < metric || (cell->metric == metric && cell->bucket < bucket))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void tally_sink_emit(void *context, int64_t metric, int32_t day, int64_t amount)
{
    struct tally_sink *sink = context;
    if (sink->by_day) {
        if (day >= sink->from && day <= sink->to)
            tally_cells_add(sink->cells, metric, 0, sink->org, sink->sign * amount);
        return;
    }
    if (day != sink->day || sink->bucket == 0) {
        sink->day = day;
        sink->bucket = tally_bucket_of(day);
    }
    tally_cells_add(sink->cells, metric, sink->bucket, sink->org, sink->sign * amount);
}
