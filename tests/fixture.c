/* tests/fixture.c - see fixture.h. */
#include "tests/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/dump.h"
#include "core/record/reach.h"
#include "core/record/search.h"
#include "core/record/verify.h"
#include "tests/must.h"

enum { IMAGE_MAX_BYTES = 1 << 26 };
static const int64_t NOON_MS = INT64_C(1767225600000); /* 2026-01-01 */

/* A store of this program with nothing in it. Making one takes many times as long as copying one, so the first is kept as long as the test program runs. */
static const struct buf *blank(void)
{
    static struct buf image;
    struct errmsg err = {{0}};
    struct store *store;
    if (image.len > 0)
        return &image;
    buf_init(&image, IMAGE_MAX_BYTES);
    must(store_open(&store, ":memory:", STORE_CREATE, &err), &err);
    must(store_image(store, &image, &err), &err);
    store_close(store);
    return &image;
}

static void put_blank_file(const char *folder)
{
    char path[600];
    snprintf(path, sizeof path, "%s/aidpost.db", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, blank()->data, blank()->len), blank()->len);
    assert_int_equal(close(fd), 0);
}

static void open_node(struct world *world, struct node *node, const char *folder, struct machine machine)
{
    struct errmsg err = {{0}};
    char path[512];
    if (folder == NULL) {
        must(store_open_image(&node->store, blank()->data, blank()->len, &err), &err);
    } else {
        snprintf(path, sizeof path, "%s/%u", folder, machine.station_no);
        put_blank_file(path);
        must(store_open(&node->store, path, STORE_OPEN_EXISTING, &err), &err);
    }
    node->random = random_seeded(&world->seed);
    node->random.fill(node->random.context, machine.incarnation, INCARNATION_BYTES);
    node->machine = machine;
    node->codes = world->codes;
    must(store_begin(node->store, "test", &err), &err);
    must(machine_create(node->store, &machine, &err), &err);
    must(store_commit(node->store, &err), &err);
    node->actor = machine_owner(&node->machine, machine.center ? "center" : machine.name, NOON_MS);
}

static void add_org(struct node *center, int64_t number)
{
    struct errmsg err = {{0}};
    struct record org;
    char name[32];
    snprintf(name, sizeof name, "站%lld", (long long)number);
    record_init(&org, catalogue_find("org"));
    must(record_set_int(&org, "number", number), &err);
    must(record_set_text(&org, "code", name), &err);
    must(record_set_text(&org, "name", name), &err);
    must(record_set_text(&org, "kind", "station"), &err);
    const struct code *first = code_book_at(center->codes, "org_kind", 0);
    must(record_set_text(&org, "kind", first->code), &err);
    must(records_save(center->store, &center->actor, center->codes, center->random, &org, &err), &err);
    record_release(&org);
}

void world_open(struct world *world, size_t n_stations, const char *folder)
{
    struct errmsg err = {{0}};
    memset(world, 0, sizeof *world);
    world->seed = 42;
    must(hash_start(), &err);
    must(code_book_new(&world->codes, "320117"), &err);
    open_node(world, &world->center, folder, (struct machine){.center = true, .org = 1, .name = "县中心", .area = "320117"});
    for (int64_t org = 1; org <= (int64_t)n_stations + 1; org++)
        add_org(&world->center, org);
    world->n_stations = n_stations;
    for (size_t i = 0; i < n_stations; i++) {
        struct hash pin = hash_of(&i, sizeof i);
        struct node *station = &world->stations[i];
        char name[32];
        snprintf(name, sizeof name, "站%zu", i + 2);
        must(store_begin(world->center.store, "test", &err), &err);
        must(peer_add(world->center.store, (int64_t)i + 2, name, pin, NOON_MS, &station->peer, &err), &err);
        must(store_commit(world->center.store, &err), &err);
        struct machine machine = {.station_no = station->peer.station_no, .org = (int64_t)i + 2, .area = "320117"};
        snprintf(machine.name, sizeof machine.name, "%s", name);
        open_node(world, station, folder, machine);
    }
}

void world_close(struct world *world)
{
    for (size_t i = 0; i < world->n_stations; i++)
        store_close(world->stations[i].store);
    store_close(world->center.store);
    code_book_free(world->codes);
}

static bool count_hit(void *context, const struct search_hit *hit)
{
    (void)hit;
    ++*(int *)context;
    return true;
}

int node_found(struct node *node, const char *text)
{
    int hits = 0;
    struct errmsg err = {{0}};
    struct search_query query = {.text = text, .limit = 100};
    must(search_find(node->store, &node->actor, node->codes, &query, count_hit, &hits, NULL, &err), &err);
    return hits;
}

void node_finish_erasing(struct node *node)
{
    bool done = false;
    struct errmsg err = {{0}};
    must(reach_finish(node->store, &done, &err), &err);
    assert_true(done);
    assert_false(reach_unfinished(node->store));
}

struct log_id node_log(const struct node *node)
{
    struct log_id id = {.station = node->machine.station_no};
    memcpy(id.incarnation, node->machine.incarnation, INCARNATION_BYTES);
    return id;
}

static void add_result(struct replica_result *sum, const struct replica_result *part)
{
    sum->taken += part->taken;
    sum->repeated += part->repeated;
    sum->quarantined += part->quarantined;
    sum->conflicts += part->conflicts;
}

/* As the greeting does. */
static void tell_path(struct world *world, struct node *station)
{
    struct errmsg err = {{0}};
    struct log_path path;
    must(replica_own_path(station->store, &path, &err), &err);
    must(branch_path_known(world->center.store, &path, &err), &err);
    must(store_begin(world->center.store, "greet", &err), &err);
    must(branch_declare_path(world->center.store, &path, &err), &err);
    must(store_commit(world->center.store, &err), &err);
}

static void push(struct world *world, struct node *station, struct replica_result *sum)
{
    struct errmsg err = {{0}};
    struct log_id log = node_log(station);
    tell_path(world, station);
    for (;;) {
        struct replica_state state;
        struct replica_batch batch = {0};
        struct replica_result result;
        buf_init(&batch.entries, 1 << 22);
        must(replica_state(station->store, &state, &err), &err);
        must(replica_read_own(station->store, state.have_seq, 4096, &batch, &err), &err);
        if (batch.count > 0) {
            must(store_begin(world->center.store, "ingest", &err), &err);
            must(replica_ingest(world->center.store, &station->peer, &log, batch.first, batch.entries.data, batch.entries.len, batch.count, NOON_MS, &result, &err), &err);
            must(store_commit(world->center.store, &err), &err);
            must(replica_set_have(station->store, result.have_seq, result.have_hash, &err), &err);
            add_result(sum, &result);
        }
        buf_release(&batch.entries);
        if (batch.count == 0)
            return;
    }
}

static void pull(struct world *world, struct node *station, struct replica_result *sum)
{
    struct errmsg err = {{0}};
    struct log_id log = node_log(station);
    bool more = true;
    while (more) {
        struct replica_state state;
        struct replica_batch batch = {0};
        struct replica_result result;
        buf_init(&batch.entries, 1 << 22);
        must(replica_state(station->store, &state, &err), &err);
        batch.tells_taken = true;
        must(replica_read_scope(world->center.store, &station->peer, &log, state.rcur, 4096, &batch, &more, &err), &err);
        must(store_begin(station->store, "apply", &err), &err);
        must(replica_apply(station->store, batch.entries.data, batch.entries.len, batch.count, batch.last, &result, &err), &err);
        must(store_commit(station->store, &err), &err);
        add_result(sum, &result);
        buf_release(&batch.entries);
    }
}

struct replica_result world_sync(struct world *world, size_t station)
{
    struct replica_result sum = {0};
    push(world, &world->stations[station], &sum);
    pull(world, &world->stations[station], &sum);
    return sum;
}

char *node_dump(struct node *node)
{
    struct errmsg err = {{0}};
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    must(dump_rows(node->store, out, true, &err), &err);
    fclose(out);
    return text;
}

static void on_problem(void *context, const char *text)
{
    (void)context;
    print_error("verify: %s\n", text);
}

void node_verify(struct node *node)
{
    static struct store *scratch; /* what is rebuilt in; made once, as blank() */
    struct errmsg err = {{0}};
    struct verify_result result;
    if (scratch == NULL)
        must(store_open_image(&scratch, blank()->data, blank()->len, &err), &err);
    else
        must(store_set_image(scratch, blank()->data, blank()->len, &err), &err);
    must(verify_store_in(node->store, scratch, on_problem, NULL, &result, &err), &err);
    assert_true(result.ok);
}

struct problems {
    const char *word;
    int found;
};

static void count_problem(void *context, const char *text)
{
    struct problems *problems = context;
    assert_non_null(strstr(text, problems->word));
    problems->found++;
}

int node_problems(struct node *node, const char *word)
{
    struct problems problems = {.word = word};
    struct verify_result result;
    struct errmsg err = {{0}};
    must(verify_store(node->store, count_problem, &problems, &result, &err), &err);
    assert_int_equal(result.ok, problems.found == 0);
    return problems.found;
}

int test_file_holds(const char *path, const char *text)
{
    FILE *file = fopen(path, "rb");
    int count = 0;
    if (file == NULL)
        return 0;
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    char *bytes = malloc(size + 1);
    rewind(file);
    assert_int_equal(fread(bytes, 1, size, file), size);
    fclose(file);
    for (const char *at = bytes; (at = memmem(at, size - (size_t)(at - bytes), text, strlen(text))) != NULL; at++)
        count++;
    free(bytes);
    return count;
}

int machine_files_hold(const char *folder, unsigned machine, const char *text)
{
    static const char *const FILES[] = {"aidpost.db", "aidpost.db-wal", "aidpost.db-shm", "aidpost.db-journal"};
    int count = 0;
    for (size_t f = 0; f < sizeof FILES / sizeof FILES[0]; f++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%u/%s", folder, machine, FILES[f]);
        count += test_file_holds(path, text);
    }
    return count;
}

void node_keep(struct node *node, struct buf *image)
{
    struct errmsg err = {{0}};
    buf_init(image, IMAGE_MAX_BYTES);
    must(store_image(node->store, image, &err), &err);
}

void node_restore(struct node *node, const struct buf *image)
{
    struct errmsg err = {{0}};
    must(store_set_image(node->store, image->data, image->len, &err), &err);
}

void node_put_back(struct node *node, const struct buf *image, uint8_t incarnation)
{
    struct errmsg err = {{0}};
    struct log_id id = {.station = node->machine.station_no, .incarnation = {incarnation, 4, 4}};
    struct log_info fresh;
    struct replica_state at;
    node_restore(node, image);
    must(replica_state(node->store, &at, &err), &err);
    must(store_begin(node->store, "test", &err), &err);
    must(changelog_branch(node->store, &id, at.head_seq, &fresh, &err), &err);
    must(store_commit(node->store, &err), &err);
    memcpy(node->machine.incarnation, id.incarnation, INCARNATION_BYTES);
}

struct id node_consult(struct node *node, const char *name, const char *content)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("consultation"));
    must(records_begin(node->store, &node->actor, &record, node->codes, &err), &err);
    must(record_set_text(&record, "name", name), &err);
    must(record_set_text(&record, "content", content), &err);
    must(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), &err);
    struct id id = record.id;
    record_release(&record);
    return id;
}

struct id node_make(struct node *node, const char *type, ...)
{
    struct errmsg err = {{0}};
    struct record record;
    struct actor acting = node->actor;
    va_list args;
    acting.acting = true;
    record_init(&record, catalogue_find(type));
    must(records_begin(node->store, &acting, &record, node->codes, &err), &err);
    va_start(args, type);
    for (const char *pair; (pair = va_arg(args, const char *)) != NULL;) {
        char name[40];
        size_t len = strcspn(pair, "=");
        snprintf(name, sizeof name, "%.*s", (int)len, pair);
        const struct field_def *field = catalogue_field(record.type, name);
        if (field == NULL || record_parse(&record, field, node->codes, pair + len + 1, strlen(pair + len + 1), &err) != STATUS_OK)
            fail_msg("%s %s: %s", type, pair, err.text);
    }
    va_end(args);
    if (records_save(node->store, &acting, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s: %s", type, err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

struct actor node_person(const struct node *node, const char *name, enum actor_role role)
{
    struct actor actor = node->actor;
    actor.owner = false;
    actor.role = role;
    snprintf(actor.name, sizeof actor.name, "%s", name);
    return actor;
}

const char *node_ref(const char *field, struct id id)
{
    static char texts[8][64];
    static size_t next;
    char hex[ID_TEXT_BYTES], *text = texts[next++ % 8];
    id_format(id, hex);
    snprintf(text, sizeof texts[0], "%s=%s", field, hex);
    return text;
}

void node_set(struct node *node, const char *type, struct id id, const char *field, const char *text)
{
    struct errmsg err = {{0}};
    struct record record;
    must(records_get(node->store, &node->actor, catalogue_find(type), id, &record, &err), &err);
    must(record_parse(&record, catalogue_field(record.type, field), node->codes, text, strlen(text), &err), &err);
    must(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), &err);
    record_release(&record);
}

char *node_get(struct node *node, const char *type, struct id id, const char *field)
{
    struct record record;
    if (records_get(node->store, &node->actor, catalogue_find(type), id, &record, NULL) != STATUS_OK)
        return NULL;
    char *text = strdup(record_text(&record, field));
    record_release(&record);
    return text;
}

int64_t node_conflicts(struct node *node)
{
    struct errmsg err = {{0}};
    int64_t count;
    must(conflict_count(node->store, &node->actor, &count, &err), &err);
    return count;
}

int64_t node_number(struct node *node, const char *sql)
{
    struct errmsg err = {{0}};
    struct stmt *stmt = store_prepare(node->store, sql);
    enum status status;
    if (!stmt_row(stmt, &status, &err))
        fail_msg("%s: %s", sql, errmsg_text(&err, status));
    int64_t value = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return value;
}

struct tail {
    char *out;
    size_t n;
};

static bool take_change(void *context, const struct change_row *row)
{
    struct tail *tail = context;
    struct change change;
    assert_int_equal(change_decode_header(row->header, row->header_len, &change), STATUS_OK);
    memmove(tail->out, tail->out + 1, tail->n - 1);
    tail->out[tail->n - 1] = change.flags & CHANGE_FLAG_MORE ? 'm' : '.';
    return true;
}

void node_last_changes(struct node *node, size_t n, char *out)
{
    struct tail tail = {out, n};
    memset(out, ' ', n);
    out[n] = '\0';
    assert_int_equal(changelog_each(node->store, take_change, &tail, NULL), STATUS_OK);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void test_folder_remove(const char *folder)
{
    if (nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
        assert_int_equal(errno, ENOENT);
}
