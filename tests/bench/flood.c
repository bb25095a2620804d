/* tests/bench/flood.c - many stations at once against one running center, over real TLS connections from one process.
 *
 *   flood setup FOLDER N [ORGS]      a center's store with N known machines (keys from a seed) of ORGS orgs (N)
 *   flood run FOLDER ADDRESS N EACH [CENTER_PID [ORGS [new]]]
 *                                    N machines connect together, each sends EACH consultations (workload.h) and stays;
 * prints one JSON object. Every org is a record that goes to every machine: they have them from an earlier contact, or with "new"
 * take them all, N x N changes.
 *
 * The machines have no stores: their changes are made beforehand, their requests answered from memory, so that what is
 * measured is the center (TLS, sessions, ingest with group commit). Time runs from the first dial to the last
 * acknowledgement; AT_ONCE dial at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/peer.h"
#include "sync/compress.h"
#include "sync/heal_order.h"
#include "sync/transport.h"
#include "tests/bench/measure.h"
#include "tests/bench/workload.h"

static const uint8_t INCARNATION[INCARNATION_BYTES] = {1, 2, 3};

enum { ENTRIES_MAX_BYTES = 8 * 1024 * 1024, TICK_MS = 50, AT_ONCE = 1000 };

struct flood;

struct station {
    struct flood *flood;
    struct identity identity;
    struct tls_context *tls;
    uint32_t no;
    int64_t org;
    struct buf packed;
    size_t raw_bytes;
    struct hash head;
    uint64_t dialled, done_ms, received;
    bool done, failed;
};

struct flood {
    struct station *stations;
    size_t n, orgs, each, n_done, n_failed, n_dialled;
    const char *address;
    struct hash center_pin;
    struct transport *transport;
    int64_t begun_ms;
    struct workload workload;
    int64_t known;   /* the center's order as far as the machines have it, and the mark of that change */
    uint8_t mark[MARK_BYTES];
    const char *pid; /* of the center, or NULL */
    long rss_kb;     /* its memory with all connected */
    double center_cpu_s, own_cpu_s; /* spent from the first dial to the last acknowledgement */
};

static struct identity identity_of(uint64_t number)
{
    uint64_t seed = 1000 + number;
    struct identity identity;
    struct errmsg err;

    must(identity_make(&identity, random_seeded(&seed), &err), &err, "key");
    return identity;
}

static uint64_t field_no(const char *type, const char *field)
{
    return catalogue_field(catalogue_find(type), field)->no;
}

/* ---- setup ---- */

static void add_org(struct store *store, int64_t number)
{
    struct change change = {
        .user = "flood", .type_no = catalogue_find("org")->no, .id = id_make(random_system()), .op = CHANGE_PUT};
    struct errmsg err;
    struct buf body;
    char name[32];
    int64_t lsn;

    snprintf(name, sizeof name, "z%lld", (long long)number);
    buf_init(&body, 256);
    cbor_put_map(&body, 4);
    cbor_put_uint(&body, field_no("org", "number"));
    cbor_put_int(&body, number);
    cbor_put_uint(&body, field_no("org", "code"));
    cbor_put_text(&body, name, strlen(name));
    cbor_put_uint(&body, field_no("org", "name"));
    cbor_put_text(&body, name, strlen(name));
    cbor_put_uint(&body, field_no("org", "kind"));
    cbor_put_text(&body, "station", 7);
    must(changelog_append_own(store, true, &change, body.data, body.len, &lsn, &err), &err, "org");
    buf_release(&body);
}

static int64_t org_of(size_t number, size_t orgs)
{
    return (int64_t)(number % orgs) + 2;
}

static void setup(const char *folder, size_t n, size_t orgs)
{
    struct machine machine = {
        .center = true, .practice = true, .org = 1, .name = "压力测试中心", .area = "320117"};
    struct errmsg err;
    struct store *store;

    memcpy(machine.incarnation, INCARNATION, sizeof INCARNATION);
    must(store_open(&store, folder, STORE_CREATE, &err), &err, folder);
    must(store_begin(store, "flood", &err), &err, "begin");
    must(machine_create(store, &machine, &err), &err, "machine");
    for (size_t i = 0; i <= orgs; i++)
        add_org(store, (int64_t)i + 1);
    for (size_t i = 0; i < n; i++) {
        struct identity identity = identity_of(i);
        struct peer peer;

        must(peer_add(store, org_of(i, orgs), "flood", identity.pin, 0, &peer, &err), &err, "peer");
        identity_release(&identity);
    }
    must(store_commit(store, &err), &err, "commit");
    store_close(store);
}

/* ---- changes ---- */

static void put_change(struct station *station, uint64_t seq, struct buf *entries)
{
    struct flood *flood = station->flood;
    struct workload_row row;
    struct change change = {.seq = seq,
                            .at_ms = INT64_C(1767225600000) + (int64_t)seq * 1000,
                            .user = "worker",
                            .type_no = flood->workload.type->no,
                            .id = id_make(random_system()),
                            .op = CHANGE_PUT,
                            .schema = SCHEMA_VERSION,
                            .scope = station->org};
    struct buf body, header;

    buf_init(&body, 65536);
    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    workload_fill(&flood->workload, station->no * flood->each + seq, &row);
    workload_body(flood->workload.type, row.values, &body);
    change.body_hash = hash_of(body.data, body.len);
    change_encode_header(&change, &header);
    station->head = change_chain(station->head, header.data, header.len);
    cbor_put_array(entries, 2);
    cbor_put_bytes(entries, header.data, header.len - CHANGE_HASH_SUFFIX_BYTES);
    cbor_put_bytes(entries, body.data, body.len);
    buf_release(&body);
    buf_release(&header);
}

static void make_station(struct flood *flood, struct station *station, size_t number, struct compressor *compressor)
{
    struct errmsg err;
    struct buf entries;

    station->flood = flood;
    station->no = (uint32_t)number + 1;
    station->org = org_of(number, flood->orgs);
    station->identity = identity_of(number);
    must(tls_context_new(&station->tls, &station->identity, &err), &err, "tls");
    buf_init(&entries, ENTRIES_MAX_BYTES);
    buf_init(&station->packed, ENTRIES_MAX_BYTES);
    for (uint64_t seq = 1; seq <= flood->each; seq++)
        put_change(station, seq, &entries);
    if (entries.len > 0)
        must(compressor_pack(compressor, entries.data, entries.len, &station->packed), NULL, "pack");
    station->raw_bytes = entries.len;
    buf_release(&entries);
}

/* ---- run ---- */

static void answer(void *context, const struct session_request *request, struct session_result *result)
{
    struct station *station = context;

    switch (request->kind) {
    case REQUEST_STATE:
        result->state.machine.practice = true;
        result->state.machine.station_no = station->no;
        result->state.machine.org = station->org;
        result->state.machine.incarnation[0] = 1;
        result->state.head_seq = station->flood->each;
        result->state.head_hash = station->head;
        result->state.rcur = (uint64_t)station->flood->known;
        memcpy(result->state.center_incarnation, INCARNATION, sizeof INCARNATION);
        memcpy(result->order_mark, station->flood->mark, MARK_BYTES);
        break;
    case REQUEST_READ_OWN:
        buf_init(&result->packed, ENTRIES_MAX_BYTES);
        if (request->after > 0)
            break;
        buf_append(&result->packed, station->packed.data, station->packed.len);
        result->chunk = (struct message_changes){.first = 1,
                                                 .last = station->flood->each,
                                                 .count = station->flood->each,
                                                 .raw_bytes = station->raw_bytes,
                                                 .packing = PACKING_ZSTD};
        memcpy(result->chunk.last_hash, station->head.bytes, HASH_BYTES);
        break;
    case REQUEST_APPLY:
        result->taken.taken = request->chunk.count;
        result->taken.rcur = request->chunk.last;
        break;
    default:
        break;
    }
}

static void ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct flood *flood = context;
    struct station *station = dial_context;

    if (!station->done) {
        if (flood->n_failed++ < 5)
            fprintf(stderr, "flood: station %u: %s\n", station->no, errmsg_text(&end->reason, end->status));
        if (flood->n_done + flood->n_failed == flood->n)
            transport_stop(flood->transport);
    }
}

static long center_rss_kb(const char *pid)
{
    char path[64], line[256];
    long kb = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%s/status", pid);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmRSS: %ld kB", &kb) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return kb;
}

/* Processor time of the center so far, of all its threads. */
static double center_cpu_s(const char *pid)
{
    char path[64], line[1024];
    unsigned long user = 0, kernel = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) != NULL) {
        const char *behind_name = strrchr(line, ')');

        if (behind_name == NULL || sscanf(behind_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
            user = kernel = 0;
    }
    fclose(file);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static double own_cpu_s(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* So many at a time as would give up waiting for nobody. */
static void dial_more(struct flood *flood)
{
    for (; flood->n_dialled < flood->n && flood->n_dialled < flood->n_done + flood->n_failed + AT_ONCE; flood->n_dialled++) {
        struct station *station = &flood->stations[flood->n_dialled];
        struct transport_dial dial = {.address = flood->address,
                                      .pin = flood->center_pin,
                                      .tls = station->tls,
                                      .context = station,
                                      .session = {.role = SESSION_STATION}};
        struct errmsg err;

        must(transport_dial(flood->transport, &dial, &station->dialled, &err), &err, "dial");
    }
}

static void tick(void *context)
{
    struct flood *flood = context;
    struct transport_look look;
    size_t pending = 0;

    dial_more(flood);
    for (size_t i = 0; i < flood->n_dialled; i++) {
        struct station *station = &flood->stations[i];

        if (station->done || !transport_look(flood->transport, station->dialled, &look))
            continue;
        if (look.open && look.quiet && look.outcome.sent == flood->each) {
            station->done = true;
            station->done_ms = (uint64_t)(transport_now_ms(flood->transport) - flood->begun_ms);
            flood->n_done++;
        } else {
            pending++;
        }
    }
    if (flood->n_done + flood->n_failed == flood->n && flood->n_dialled == flood->n && pending == 0) {
        flood->rss_kb = flood->pid != NULL ? center_rss_kb(flood->pid) : 0;
        flood->center_cpu_s += flood->pid != NULL ? center_cpu_s(flood->pid) : 0;
        flood->own_cpu_s += own_cpu_s();
        transport_stop(flood->transport);
    }
}

static int compare_times(const void *a, const void *b)
{
    const struct station *x = a, *y = b;

    return (x->done_ms > y->done_ms) - (x->done_ms < y->done_ms);
}

static void load_order(struct flood *flood, const char *folder)
{
    struct store *store;
    struct errmsg err;
    bool there = false;

    must(store_open(&store, folder, STORE_READ_ONLY, &err), &err, folder);
    must(changelog_head(store, &flood->known, &err), &err, "order");
    must(heal_order_mark_at(store, (uint64_t)flood->known, flood->mark, &there, &err), &err, "order");
    store_close(store);
}

static int run(const char *folder, const char *address, size_t n, size_t each, const char *pid, size_t orgs, bool first)
{
    struct flood flood = {.n = n, .orgs = orgs, .each = each, .pid = pid, .stations = calloc(n, sizeof(struct station))};
    struct transport_config config = {
        .random = random_system(),
        .hooks = {.context = &flood, .ended = ended, .answer = answer, .tick = tick, .tick_ms = TICK_MS}};
    struct rlimit limit;
    struct identity center;
    struct compressor *compressor;
    struct errmsg err;
    long before_kb = pid != NULL ? center_rss_kb(pid) : 0;
    size_t bytes = 0;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    must(identity_load(&center, folder, &err), &err, "the center's key");
    must(compressor_new(&compressor, COMPRESS_LEVEL), NULL, "zstd");
    workload_open(&flood.workload);
    if (!first)
        load_order(&flood, folder);
    for (size_t i = 0; i < n; i++) {
        make_station(&flood, &flood.stations[i], i, compressor);
        bytes += flood.stations[i].packed.len;
    }
    config.tls = flood.stations[0].tls;
    must(transport_new(&flood.transport, &config, &err), &err, "loop");
    flood.begun_ms = transport_now_ms(flood.transport);
    flood.center_cpu_s = pid != NULL ? -center_cpu_s(pid) : 0;
    flood.own_cpu_s = -own_cpu_s();
    flood.address = address;
    flood.center_pin = center.pin;
    dial_more(&flood);
    transport_run(flood.transport);
    qsort(flood.stations, n, sizeof *flood.stations, compare_times);
    printf("{\"stations\":%zu,\"each\":%zu,\"failed\":%zu,\"ms\":%llu,\"ms_p50\":%llu,\"changes_per_s\":%.0f,\"packed_"
           "bytes_per_change\":%.1f,"
           "\"center_cpu_ms\":%.0f,\"machines_cpu_ms\":%.0f,\"center_rss_kb_before\":%ld,\"center_rss_kb_after\":%ld}\n",
           n, each, flood.n_failed, (unsigned long long)flood.stations[n - 1].done_ms,
           (unsigned long long)flood.stations[n / 2].done_ms,
           (double)(flood.n_done * each) * 1000.0 / (double)(flood.stations[n - 1].done_ms + 1),
           each > 0 ? (double)bytes / (double)(n * each) : 0, flood.center_cpu_s * 1000, flood.own_cpu_s * 1000, before_kb, flood.rss_kb);
    transport_free(flood.transport);
    for (size_t i = 0; i < n; i++) {
        tls_context_free(flood.stations[i].tls);
        identity_release(&flood.stations[i].identity);
        buf_release(&flood.stations[i].packed);
    }
    compressor_free(compressor);
    workload_close(&flood.workload);
    identity_release(&center);
    free(flood.stations);
    return flood.n_failed == 0 ? 0 : 1;
}

int main(int argc, char *argv[])
{
    if (hash_start() != STATUS_OK)
        return 1;
    if (argc >= 4 && strcmp(argv[1], "setup") == 0) {
        setup(argv[2], (size_t)atol(argv[3]), (size_t)atol(argv[argc > 4 ? 4 : 3]));
        return 0;
    }
    if (argc >= 6 && strcmp(argv[1], "run") == 0)
        return run(argv[2], argv[3], (size_t)atol(argv[4]), (size_t)atol(argv[5]), argc > 6 ? argv[6] : NULL,
                   (size_t)atol(argv[argc > 7 ? 7 : 4]), argc > 8 && strcmp(argv[8], "new") == 0);
    fprintf(stderr, "usage: flood setup FOLDER N [ORGS] | flood run FOLDER ADDRESS N EACH [CENTER_PID [ORGS [new]]]\n");
    return 2;
}
