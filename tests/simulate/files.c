/* tests/simulate/files.c - bundles on sticks: real sealed files in memory, carried late, twice, in any order, damaged. */
#include <string.h>

#include "core/record/replica.h"
#include "sync/handover.h"
#include "tests/simulate/world.h"

static struct handover hand(struct world *world, size_t m)
{
    return (struct handover){.store = world->machines[m].store, .key = world->machines[m].key, .random = world->random, .replicator = world->machines[m].filing, .wall_ms = world_wall(world, m)};
}

static enum status write_bytes(void *context, const void *data, size_t len, struct errmsg *err)
{
    struct buf *file = context;

    buf_append(file, data, len);
    return file->status == STATUS_OK ? STATUS_OK : errmsg_set(err, file->status, "%s", status_text(file->status));
}

static enum status read_bytes(void *context, uint64_t at, void *data, size_t max, size_t *got, struct errmsg *err)
{
    const struct buf *file = context;

    (void)err;
    *got = at >= file->len ? 0 : file->len - (size_t)at;
    if (*got > max)
        *got = max;
    memcpy(data, file->data + (at < file->len ? at : 0), *got);
    return STATUS_OK;
}

static size_t free_place(struct world *world, size_t not)
{
    for (size_t i = 0; i < FILES_MAX; i++)
        if (!world->files[i].used && i != not)
            return i;
    for (;;) { /* the stick is full: an old file goes */
        size_t i = world_below(world, FILES_MAX);

        if (i != not)
            return i;
    }
}

static struct file_sim *begin_file(struct world *world, size_t place, size_t machine, bool to_center)
{
    struct file_sim *file = &world->files[place];

    buf_clear(&file->bytes);
    file->used = true;
    file->machine = machine;
    file->to_center = to_center;
    return file;
}

size_t world_write_file(struct world *world, size_t station, uint64_t from)
{
    size_t place = free_place(world, FILES_MAX);
    struct file_sim *file = begin_file(world, place, station, true);
    struct handover handover = hand(world, station);
    struct handover_range range = {.from_given = from > 0, .from = from, .ask = true};
    struct handover_sink sink = {write_bytes, &file->bytes};
    struct handover_result result;
    struct errmsg err = {{0}};
    enum status status;
    bool stumbled;

    trip_begin(world);
    status = handover_export(&handover, range, sink, &result, &err);
    stumbled = trip_end(world);
    file->used = status == STATUS_OK && result.written;
    if (status != STATUS_OK && status != STATUS_FULL && !stumbled)
        world_fail(world, "station %zu: file not written: %s", station, errmsg_text(&err, status));
    world_log(world, "%zu: file %zu written, changes %llu..%llu", station, place, (unsigned long long)result.closing.first, (unsigned long long)result.closing.last);
    return file->used ? place : FILES_MAX;
}

enum status world_take_file(struct world *world, size_t place, size_t reader, size_t *answer)
{
    struct file_sim *file = &world->files[place];
    struct handover handover = hand(world, reader);
    struct handover_source source = {read_bytes, &file->bytes};
    struct handover_result result;
    struct errmsg err = {{0}};
    struct handover_sink sink = {write_bytes, NULL};
    size_t there = FILES_MAX;
    enum status status;

    if (answer != NULL) {
        there = free_place(world, place);
        sink.context = &begin_file(world, there, file->machine, false)->bytes;
    }
    trip_begin(world);
    status = handover_import(&handover, source, answer != NULL ? &sink : NULL, &result, &err);
    (void)trip_end(world);
    world_log(world, "%zu: file %zu taken: %s %s", reader, place, status_name(status), err.text);
    if (there != FILES_MAX && status != STATUS_OK)
        world->files[there].used = false;
    if (answer != NULL)
        *answer = status == STATUS_OK ? there : FILES_MAX;
    world_check_moment(world, reader);
    return status;
}

static uint64_t count_changes(struct world *world, size_t m)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT count(*) FROM change");
    enum status status;
    uint64_t n = 0;

    if (stmt_row(stmt, &status, NULL)) {
        n = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return n;
}

void world_take_damaged(struct world *world, size_t place, size_t reader)
{
    struct file_sim *file = &world->files[place];
    size_t at = world_below(world, file->bytes.len);
    uint8_t bit = (uint8_t)(1u << world_below(world, 8));
    struct handover handover = hand(world, reader);
    struct handover_source source = {read_bytes, &file->bytes};
    struct handover_result result;
    struct errmsg err = {{0}};
    uint64_t before = count_changes(world, reader);
    enum status status;

    file->bytes.data[at] ^= bit;
    status = handover_import(&handover, source, NULL, &result, &err);
    file->bytes.data[at] ^= bit;
    if (status == STATUS_OK || count_changes(world, reader) != before)
        world_fail(world, "file %zu of machine %zu: byte %zu was flipped and it was taken (%s)", place, file->machine, at, status_name(status));
}

/* A station's own file goes to the center, an answer to any machine with its key. */
static size_t reader_of(struct world *world, const struct file_sim *file)
{
    size_t reader = file->machine;

    if (file->to_center)
        return CENTER;
    for (size_t m = 1; m < world->n_machines; m++)
        if (world->machines[m].key == world->machines[file->machine].key && world_chance(world, 30))
            reader = m;
    return reader;
}

void world_act_on_files(struct world *world)
{
    size_t place = world_below(world, FILES_MAX), station = 1 + world_below(world, world->n_machines - 1), answer;

    for (size_t i = 0; i < FILES_MAX && !world->files[place].used; i++)
        place = (place + 1) % FILES_MAX;
    if (!world->files[place].used || world_chance(world, 35)) {
        /* Often what is not known to have come, sometimes from an earlier number. */
        uint64_t from = world_chance(world, 30) && world->machines[station].memory.n_path > 0 ? 1 + world_below(world, world->machines[station].memory.n_path) : 0;

        world_write_file(world, station, from);
        return;
    }
    if (world_chance(world, 15))
        world_take_damaged(world, place, reader_of(world, &world->files[place]));
    else
        world_take_file(world, place, reader_of(world, &world->files[place]), world_chance(world, 60) && world->files[place].to_center ? &answer : NULL);
    if (world_chance(world, 30))
        world->files[place].used = false;
}
