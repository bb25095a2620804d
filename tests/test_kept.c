/* tests/test_kept.c - core/record/sealed.h, carry.h, kept.h: names, pieces in any order, room, and the whole way from a station to its center with the line cut after each frame. */
#include <setjmp.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/carry.h"
#include "core/record/kept.h"
#include "core/record/kept_look.h"
#include "core/record/settings.h"
#include "tests/dialogue.h"

enum { PIECES = 3, MIB = 1024 * 1024 };
static const int64_t NOW = INT64_C(1790000000000);

struct bed {
    struct world world;
    char folder[64];
    struct buf bytes; /* what a backup is for those who carry it */
};

static void bed_open(struct bed *bed)
{
    snprintf(bed->folder, sizeof bed->folder, "test_kept.XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    world_open(&bed->world, 2, bed->folder);
    buf_init(&bed->bytes, 8 * MIB);
    for (uint32_t i = 0; bed->bytes.len < (PIECES - 1) * RELAY_PIECE_BYTES + 1000; i++)
        buf_put_u64(&bed->bytes, i * UINT64_C(2654435761));
}

static void bed_close(struct bed *bed)
{
    char command[96];

    world_close(&bed->world);
    buf_release(&bed->bytes);
    snprintf(command, sizeof command, "rm -rf %s", bed->folder);
    assert_int_equal(system(command), 0);
}

static struct sealed file_of(const struct buf *bytes, int64_t made_ms)
{
    return (struct sealed){.made_ms = made_ms, .total = bytes->len, .id = hash_of(bytes->data, bytes->len)};
}

struct seen {
    size_t wholes, parts;
    struct kept newest;
};

static bool see(void *context, const struct kept *kept)
{
    struct seen *seen = context;

    if (kept->file.part)
        seen->parts++;
    else if (seen->wholes++ == 0)
        seen->newest = *kept;
    return true;
}

static struct seen look(struct bed *bed)
{
    struct seen seen = {0};

    assert_int_equal(kept_list(bed->world.center.store, see, &seen, NULL), STATUS_OK);
    return seen;
}

/* ---- names ---- */

static void test_names(void **state)
{
    struct sealed file = {.kept_ms = 5, .made_ms = 7, .total = 9, .part = true}, back;
    char path[512], id[HASH_TEXT_BYTES];
    static const char *const others[] = {"", "x", "1-2-3-", "aidpost-0001-20261127-020000.backup", "5-7-9-00.backup", "5-0-9-%s.backup", "5-7-0-%s.backup", "5-7-9-%s.backupx", "5-7-9-%sa.part",
                                         "9999999999999999999-7-9-%s.part", "-5-7-9-%s.part"};

    (void)state;
    memset(file.id.bytes, 0xab, HASH_BYTES);
    assert_int_equal(sealed_path("f", &file, path, sizeof path), STATUS_OK);
    assert_true(sealed_parse(path + 2, &back));
    assert_true(back.kept_ms == 5 && back.made_ms == 7 && back.total == 9 && back.part && hash_equal(back.id, file.id));
    hash_format(file.id, id);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const char *mark = strstr(others[i], "%s");

        if (mark == NULL)
            snprintf(path, sizeof path, "%s", others[i]);
        else
            snprintf(path, sizeof path, "%.*s%s%s", (int)(mark - others[i]), others[i], id, mark + 2);
        assert_false(sealed_parse(path, &back));
    }
}

/* ---- pieces ---- */

static enum status take(struct bed *bed, uint32_t station, const struct sealed *file, size_t at, size_t len, uint64_t *held, bool *done)
{
    return kept_take(bed->world.center.store, station, file, at, bed->bytes.data + at, len, NOW, held, done, NULL);
}

static void test_pieces(void **state)
{
    struct bed bed;
    uint64_t held;
    bool done;

    (void)state;
    bed_open(&bed);
    struct sealed file = file_of(&bed.bytes, NOW), other = file;
    size_t total = bed.bytes.len;
    assert_int_equal(take(&bed, 1, &file, 100, 10, &held, &done), STATUS_OK); /* a gap: nothing */
    assert_true(held == 0 && !done);
    assert_int_equal(take(&bed, 1, &file, 0, 1000, &held, &done), STATUS_OK);
    assert_true(held == 1000 && !done);
    assert_int_equal(take(&bed, 1, &file, 500, 600, &held, &done), STATUS_OK); /* overlaps */
    assert_true(held == 1100 && !done);
    assert_int_equal(take(&bed, 1, &file, 0, 50, &held, &done), STATUS_OK); /* again */
    assert_true(held == 1100 && !done);
    assert_int_equal(look(&bed).parts, 1);
    other.total++;
    assert_int_equal(take(&bed, 1, &other, 1100, 10, &held, &done), STATUS_PEER);
    assert_int_equal(take(&bed, 1, &file, 1100, total - 1100, &held, &done), STATUS_OK);
    assert_true(held == total && done);
    assert_int_equal(look(&bed).parts, 0);
    assert_int_equal(look(&bed).wholes, 1);
    assert_true(look(&bed).newest.station_no == 1 && look(&bed).newest.file.made_ms == NOW && look(&bed).newest.file.held == total);
    assert_int_equal(take(&bed, 1, &file, total - 1, 1, &held, &done), STATUS_OK); /* the answer was lost */
    assert_true(held == total && done);
    assert_int_equal(look(&bed).wholes, 1);
    bed_close(&bed);
}

static void test_what_is_no_file(void **state)
{
    struct bed bed;
    uint64_t held;
    bool done;

    (void)state;
    bed_open(&bed);
    struct sealed file = file_of(&bed.bytes, NOW);
    file.id.bytes[0] ^= 1;
    assert_int_equal(take(&bed, 1, &file, 0, bed.bytes.len, &held, &done), STATUS_CORRUPT);
    assert_false(done);
    assert_int_equal(look(&bed).parts + look(&bed).wholes, 0);
    file.made_ms = 0;
    assert_int_equal(take(&bed, 1, &file, 0, 10, &held, &done), STATUS_INVALID);
    file.made_ms = SEALED_MADE_MAX_MS + 1;
    assert_int_equal(take(&bed, 1, &file, 0, 10, &held, &done), STATUS_INVALID);
    file.made_ms = NOW;
    assert_int_equal(take(&bed, 1, &file, bed.bytes.len, 1, &held, &done), STATUS_INVALID);
    file.total = SEALED_FILE_MAX_BYTES + UINT64_C(1);
    assert_int_equal(take(&bed, 1, &file, 0, 10, &held, &done), STATUS_TOO_LARGE);
    assert_int_equal(look(&bed).parts + look(&bed).wholes, 0);
    bed_close(&bed);
}

/* A file of its own, whole. */
static enum status bring(struct bed *bed, uint32_t station, size_t bytes, uint8_t mark, struct errmsg *err)
{
    struct buf content;
    uint64_t held;
    bool done;
    enum status status = STATUS_OK;

    buf_init(&content, 2 * MIB);
    for (size_t i = 0; i < bytes; i++)
        buf_putc(&content, mark);
    struct sealed file = file_of(&content, NOW + mark);
    for (size_t at = 0; status == STATUS_OK && at < bytes; at += RELAY_PIECE_BYTES) {
        size_t len = bytes - at < RELAY_PIECE_BYTES ? bytes - at : RELAY_PIECE_BYTES;

        status = kept_take(bed->world.center.store, station, &file, at, content.data + at, len, NOW, &held, &done, err);
    }
    buf_release(&content);
    return status;
}

static void test_only_the_newest_and_only_so_much(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct sealed got;
    char path[96];
    size_t removed;

    (void)state;
    bed_open(&bed);
    for (uint8_t mark = 1; mark <= 4; mark++)
        assert_int_equal(bring(&bed, 1, 1000, mark, &err), STATUS_OK);
    assert_int_equal(look(&bed).wholes, KEPT_EACH);
    assert_int_equal(look(&bed).newest.file.made_ms, NOW + 4); /* though all came in the same millisecond */
    snprintf(path, sizeof path, "%s/got", bed.folder);
    assert_int_equal(kept_get(bed.world.center.store, 1, 2, path, &got, &err), STATUS_OK);
    assert_int_equal(got.made_ms, NOW + 3);
    assert_int_equal(kept_get(bed.world.center.store, 1, 1, path, &got, &err), STATUS_EXISTS);
    assert_int_equal(kept_remove(bed.world.center.store, 1, &removed, &err), STATUS_OK);
    assert_int_equal(removed, 2);

    assert_int_equal(settings_set(bed.world.center.store, &bed.world.center.actor, settings_find("center_backups_mb"), "1", &err), STATUS_OK);
    assert_int_equal(bring(&bed, 1, 300 * 1024, 5, &err), STATUS_OK);
    assert_int_equal(bring(&bed, 1, 300 * 1024, 6, &err), STATUS_OK);
    assert_int_equal(bring(&bed, 2, 800 * 1024, 7, &err), STATUS_TOO_LARGE); /* it would cost another station its own */
    assert_non_null(strstr(err.text, "已满"));
    assert_int_equal(look(&bed).wholes, 2);
    assert_int_equal(look(&bed).parts, 0);
    assert_int_equal(bring(&bed, 1, 700 * 1024, 8, &err), STATUS_OK); /* its own older one makes room */
    assert_int_equal(look(&bed).wholes, 2);
    assert_int_equal(look(&bed).newest.file.made_ms, NOW + 8);
    assert_int_equal(bring(&bed, 1, 500 * 1024, 9, &err), STATUS_TOO_LARGE); /* the newest one does not */
    assert_int_equal(look(&bed).newest.file.made_ms, NOW + 8);
    bed_close(&bed);
}

/* ---- the way ---- */

static void queue(struct bed *bed, const struct buf *bytes, int64_t made_ms)
{
    char path[96];
    struct errmsg err = {{0}};

    snprintf(path, sizeof path, "%s/backup", bed->folder);
    assert_int_equal(file_write(path, bytes->data, bytes->len, 0600, NULL), STATUS_OK);
    if (carry_add(bed->world.stations[0].store, path, made_ms, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    unlink(path); /* a stick that is pulled out */
}

static struct carry_state state_of(struct bed *bed)
{
    struct carry_state state;

    assert_int_equal(carry_state_read(bed->world.stations[0].store, &state, NULL), STATUS_OK);
    return state;
}

static void test_the_way_with_the_line_cut(void **state)
{
    size_t cut = 1, ends = 0;

    (void)state;
    for (bool whole = false; !whole; cut++) {
        struct bed bed;
        struct dialogue dialogue;
        struct carry_state at;

        bed_open(&bed);
        node_consult(&bed.world.stations[0], "张文芳", "工资");
        queue(&bed, &bed.bytes, NOW);
        dialogue_open(&dialogue, &bed.world, 0, true);
        dialogue.cut = cut;
        dialogue_run(&dialogue);
        whole = dialogue.outcomes[STATION_END].status == STATUS_OK && dialogue.closed[STATION_END] && dialogue.delivered < cut;
        dialogue_close(&dialogue);
        at = state_of(&bed);
        ends += at.center_made_ms != 0;
        assert_true(at.handed_bytes <= bed.bytes.len);
        dialogue_open(&dialogue, &bed.world, 0, true);
        dialogue_run(&dialogue);
        assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
        assert_int_equal(dialogue.outcomes[CENTER_END].status, STATUS_OK);
        if (at.center_made_ms != 0)
            assert_null(strstr(buf_cstr(&dialogue.lines), "RELAY"));
        else if (at.handed_bytes > 0) /* never again what was confirmed */
            assert_true(dialogue.outcomes[STATION_END].bytes_out < bed.bytes.len - at.handed_bytes + 4096);
        dialogue_close(&dialogue);
        at = state_of(&bed);
        assert_int_equal(at.waiting, 0);
        assert_true(at.center_made_ms == NOW && at.refused[0] == 0);
        assert_true(look(&bed).wholes == 1 && look(&bed).parts == 0);
        assert_true(look(&bed).newest.station_no == bed.world.stations[0].machine.station_no);
        bed_close(&bed);
    }
    assert_true(cut > 8 && ends > 0);
}

/* More changes than one chunk holds: the center has acknowledged all of them before the first piece comes. */
static void test_changes_first(void **state)
{
    static char content[30 * 1024];
    struct bed bed;
    struct dialogue dialogue;
    const char *piece, *ack;
    size_t acks = 0;

    (void)state;
    bed_open(&bed);
    queue(&bed, &bed.bytes, NOW);
    memset(content, 'x', sizeof content - 1);
    for (int i = 0; i < 30; i++)
        node_consult(&bed.world.stations[0], "张文芳", content);
    dialogue_open(&dialogue, &bed.world, 0, true);
    dialogue_run(&dialogue);
    piece = strstr(buf_cstr(&dialogue.lines), "> RELAY ");
    assert_non_null(piece);
    for (ack = buf_cstr(&dialogue.lines); (ack = strstr(ack, "> ACK have_seq=")) != NULL && ack < piece; ack++)
        acks++;
    assert_true(acks >= 2);
    assert_null(ack);
    assert_int_equal(dialogue.outcomes[STATION_END].relays_handed, 1);
    dialogue_close(&dialogue);
    bed_close(&bed);
}

/* The one that the center has a part of comes to its end, and behind it only the newest. */
static void test_a_newer_one_while_one_is_on_its_way(void **state)
{
    struct bed bed;
    struct dialogue dialogue;

    (void)state;
    bed_open(&bed);
    queue(&bed, &bed.bytes, NOW);
    for (size_t cut = 3; state_of(&bed).handed_bytes == 0; cut++) {
        dialogue_open(&dialogue, &bed.world, 0, true);
        dialogue.cut = cut;
        dialogue_run(&dialogue);
        dialogue_close(&dialogue);
    }
    assert_int_equal(state_of(&bed).waiting, 1);
    for (int i = 1; i <= 3; i++) {
        bed.bytes.data[0]++;
        queue(&bed, &bed.bytes, NOW + i);
        assert_int_equal(state_of(&bed).waiting, 2);
    }
    dialogue_open(&dialogue, &bed.world, 0, true);
    dialogue_run(&dialogue);
    assert_int_equal(dialogue.outcomes[STATION_END].relays_handed, 2);
    dialogue_close(&dialogue);
    assert_int_equal(state_of(&bed).center_made_ms, NOW + 3);
    assert_int_equal(look(&bed).wholes, 2);
    assert_int_equal(look(&bed).newest.file.made_ms, NOW + 3);
    bed_close(&bed);
}

static void test_refused_once(void **state)
{
    struct bed bed;
    struct dialogue dialogue;

    (void)state;
    bed_open(&bed);
    assert_int_equal(settings_set(bed.world.center.store, &bed.world.center.actor, settings_find("center_backups_mb"), "1", NULL), STATUS_OK);
    while (bed.bytes.len < MIB + 8)
        buf_put_u64(&bed.bytes, bed.bytes.len);
    queue(&bed, &bed.bytes, NOW);
    dialogue_open(&dialogue, &bed.world, 0, true);
    dialogue_run(&dialogue);
    assert_int_equal(dialogue.outcomes[STATION_END].status, STATUS_OK);
    assert_int_equal(dialogue.outcomes[STATION_END].relays_refused, 1);
    assert_true(dialogue.outcomes[STATION_END].bytes_out < 2 * RELAY_PIECE_BYTES); /* told at the first piece */
    dialogue_close(&dialogue);
    assert_int_equal(state_of(&bed).waiting, 0);
    assert_non_null(strstr(state_of(&bed).refused, "已满"));
    dialogue_open(&dialogue, &bed.world, 0, true);
    dialogue_run(&dialogue);
    assert_null(strstr(buf_cstr(&dialogue.lines), "RELAY"));
    dialogue_close(&dialogue);
    /* there is room now, and somebody sends the same file once more */
    assert_int_equal(settings_set(bed.world.center.store, &bed.world.center.actor, settings_find("center_backups_mb"), "", NULL), STATUS_OK);
    queue(&bed, &bed.bytes, NOW);
    assert_int_equal(state_of(&bed).waiting, 1);
    dialogue_open(&dialogue, &bed.world, 0, true);
    dialogue_run(&dialogue);
    assert_int_equal(dialogue.outcomes[STATION_END].relays_handed, 1);
    dialogue_close(&dialogue);
    assert_true(state_of(&bed).waiting == 0 && state_of(&bed).refused[0] == 0);
    bed_close(&bed);
}

/* What is told is what became of the last one. */
static void test_one_refused_and_the_next_one_taken(void **state)
{
    struct bed bed;
    struct carry carry;
    struct errmsg err = {{0}};

    (void)state;
    bed_open(&bed);
    struct store *station = bed.world.stations[0].store;
    for (int i = 0; i < 2; i++) {
        bed.bytes.data[0]++;
        queue(&bed, &bed.bytes, NOW + i);
        assert_int_equal(carry_next(station, &carry, &err), STATUS_OK);
        assert_int_equal(store_begin(station, "test", &err), STATUS_OK);
        assert_int_equal(carry_note(station, &carry, 1, &err), STATUS_OK); /* on its way, so the next one does not take its place */
        assert_int_equal(store_commit(station, &err), STATUS_OK);
    }
    assert_int_equal(state_of(&bed).waiting, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(carry_next(station, &carry, &err), STATUS_OK);
        assert_int_equal(carry.file.made_ms, NOW + i);
        assert_int_equal(store_begin(station, "test", &err), STATUS_OK);
        assert_int_equal(carry_end(station, &carry, i == 0 ? "满了" : NULL, NOW, &err), STATUS_OK);
        assert_int_equal(store_commit(station, &err), STATUS_OK);
        assert_string_equal(state_of(&bed).refused, i == 0 ? "满了" : "");
    }
    bed_close(&bed);
}

/* ---- how old they are ---- */

/* A whole file of this station that comes at now_ms. */
static void keep(struct bed *bed, uint32_t station_no, uint64_t n, int64_t made_ms, int64_t now_ms)
{
    uint8_t bytes[sizeof n];
    struct sealed file;
    uint64_t held;
    bool done;

    memcpy(bytes, &n, sizeof n);
    file = (struct sealed){.made_ms = made_ms, .total = sizeof bytes, .id = hash_of(bytes, sizeof bytes)};
    assert_int_equal(kept_take(bed->world.center.store, station_no, &file, 0, bytes, sizeof bytes, now_ms, &held, &done, NULL), STATUS_OK);
    assert_true(done);
}

/* The center's clock was put right, a day back: the newest is still the one that came last. */
static void test_the_newest_came_last(void **state)
{
    const int64_t day = 86400000;
    struct bed bed;
    struct errmsg err = {{0}};
    struct sealed got;
    char path[96];

    (void)state;
    bed_open(&bed);
    keep(&bed, 1, 1, NOW + 3, NOW);
    keep(&bed, 1, 2, NOW + 2, NOW - day);
    assert_int_equal(look(&bed).newest.file.made_ms, NOW + 2);
    keep(&bed, 1, 3, NOW + 1, NOW - day);
    assert_int_equal(look(&bed).newest.file.made_ms, NOW + 1);
    assert_int_equal(look(&bed).wholes, KEPT_EACH);
    snprintf(path, sizeof path, "%s/got", bed.folder);
    assert_int_equal(kept_get(bed.world.center.store, 1, 2, path, &got, &err), STATUS_OK);
    assert_int_equal(got.made_ms, NOW + 2);
    bed_close(&bed);
}

/* What a station began to send and did not go on with holds no room for ever. */
static void test_what_nobody_went_on_with(void **state)
{
    struct bed bed;
    uint64_t held;
    bool done;
    char path[512], folder[96];

    (void)state;
    bed_open(&bed);
    struct sealed file = file_of(&bed.bytes, NOW);
    assert_int_equal(take(&bed, 1, &file, 0, 10, &held, &done), STATUS_OK);
    snprintf(folder, sizeof folder, "%s/0/kept/0001", bed.folder);
    for (int days = KEPT_PART_DAYS; days <= KEPT_PART_DAYS + 1; days++) {
        struct timespec touched = {.tv_sec = (time_t)(NOW / 1000 - (int64_t)days * 86400)};
        struct seen before = look(&bed);

        assert_int_equal(before.parts, 1);
        file.part = true;
        assert_int_equal(sealed_path(folder, &file, path, sizeof path), STATUS_OK);
        assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[2]){touched, touched}, 0), 0);
        keep(&bed, 2, (uint64_t)days, NOW, NOW);
        assert_int_equal(look(&bed).parts, days == KEPT_PART_DAYS ? 1 : 0);
    }
    bed_close(&bed);
}

static void test_ages(void **state)
{
    const int64_t day = 86400000;
    struct bed bed;
    struct kept_look look;
    struct sealed file;
    uint64_t held;
    bool done;

    (void)state;
    bed_open(&bed);
    struct store *center = bed.world.center.store;
    assert_int_equal(kept_look_read(center, NOW, &look, NULL), STATUS_OK);
    assert_true(look.n == 0 && look.overdue == 0 && kept_look_of(&look, 1) == NULL && kept_look_oldest(&look) == NULL);
    kept_look_release(&look);

    /* One that is only begun is none. */
    file = file_of(&bed.bytes, NOW);
    assert_int_equal(kept_take(center, 2, &file, 0, bed.bytes.data, 100, NOW, &held, &done, NULL), STATUS_OK);
    assert_false(done);
    assert_int_equal(kept_look_read(center, NOW, &look, NULL), STATUS_OK);
    assert_int_equal(look.n, 0);
    kept_look_release(&look);

    /* The center's clock counts, whatever the station's says; the newest of each. */
    keep(&bed, 1, 1, 5000, NOW - 30 * day);
    keep(&bed, 1, 2, 5000, NOW - 8 * day + 1);
    keep(&bed, 2, 3, NOW + 900 * day, NOW - 8 * day);
    assert_int_equal(kept_look_read(center, NOW, &look, NULL), STATUS_OK);
    assert_int_equal(look.n, 2);
    assert_int_equal(look.overdue, 1);
    assert_int_equal(look.remind_days, 7);
    assert_true(kept_look_of(&look, 1)->days == 7 && !kept_look_of(&look, 1)->overdue && kept_look_of(&look, 1)->made_ms == 5000);
    assert_true(kept_look_of(&look, 2)->days == 8 && kept_look_of(&look, 2)->overdue);
    assert_null(kept_look_of(&look, 3));
    assert_int_equal(kept_look_oldest(&look)->station_no, 2);
    kept_look_release(&look);

    /* A clock that was put back makes nothing of it negative. */
    assert_int_equal(kept_look_read(center, NOW - 400 * day, &look, NULL), STATUS_OK);
    assert_true(kept_look_of(&look, 2)->days == 0 && look.overdue == 0);
    kept_look_release(&look);

    /* Nobody waits for one that is gone, or that was never known here. */
    keep(&bed, 77, 4, NOW, NOW - 50 * day);
    assert_int_equal(peer_revoke(center, 2, NOW, NULL), STATUS_OK);
    assert_int_equal(kept_look_read(center, NOW, &look, NULL), STATUS_OK);
    assert_true(look.n == 1 && look.overdue == 0 && look.ages[0].station_no == 1);
    kept_look_release(&look);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_what_is_no_file),
        cmocka_unit_test(test_only_the_newest_and_only_so_much),
        cmocka_unit_test(test_the_way_with_the_line_cut),
        cmocka_unit_test(test_changes_first),
        cmocka_unit_test(test_a_newer_one_while_one_is_on_its_way),
        cmocka_unit_test(test_refused_once),
        cmocka_unit_test(test_one_refused_and_the_next_one_taken),
        cmocka_unit_test(test_the_newest_came_last),
        cmocka_unit_test(test_what_nobody_went_on_with),
        cmocka_unit_test(test_ages),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
