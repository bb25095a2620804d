/* tests/daemon_store.c - makes and looks into stores for daemon_test.sh, straight through core/record (no screens, no
 * code tables).
 *
 *   daemon_store center FOLDER ORGS     a center with orgs 2..ORGS+1, codes z2..
 *   daemon_store consult FOLDER N       N consultations, one transaction each
 *   daemon_store share FOLDER ORG TEXT  (center) a consultation that belongs to an org
 *   daemon_store note FOLDER TEXT       a consultation of the machine's org with that content
 *   daemon_store phone FOLDER TEXT NUMBER   give that one a telephone number
 *   daemon_store reached FOLDER TEXT NUMBER exit 1 if it has another one
 *   daemon_store again FOLDER           how many changes are there more than once
 *   daemon_store has FOLDER TEXT        exit 1 if it is not there
 *   daemon_store conflicts FOLDER       how many are open
 *   daemon_store amend FOLDER ORG TEXT  another text in the org's first consultation
 *   daemon_store org FOLDER NUMBER      (center) one more org: reference data
 *   daemon_store texts FOLDER           hash of every change, one a line
 *   daemon_store twice FOLDER           (center) how many places of the order are given to more than one change
 *   daemon_store count FOLDER           how many consultations there are
 *   daemon_store state FOLDER           head have ordered rcur pending
 *   daemon_store ask FOLDER             what a person does who presses "sync now"
 *   daemon_store version FOLDER N       as if a program of schema version N had written it
 *   daemon_store verify FOLDER          exit 1 if the log and the rows disagree */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/record/row.h"
#include "core/record/verify.h"

static int64_t wall_ms(void)
{
    return (int64_t)time(NULL) * 1000;
}

static int fail(const char *what, enum status status, const struct errmsg *err)
{
    fprintf(stderr, "daemon_store: %s: %s\n", what, errmsg_text(err, status));
    return 1;
}

static enum status append_to(struct store *store, bool center, const char *type, struct id id, int64_t scope, const struct buf *body,
                             struct errmsg *err)
{
    struct change change = {.at_ms = wall_ms(),
                            .user = "test",
                            .type_no = catalogue_find(type)->no,
                            .id = id,
                            .seen = (uint64_t)store_meta_int(store, "rcur", 0),
                            .op = CHANGE_PUT,
                            .scope = scope};
    int64_t lsn;
    enum status status = store_begin(store, "test", err);

    if (status != STATUS_OK)
        return status;
    status = changelog_append_own(store, center, &change, body->data, body->len, &lsn, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

static enum status append(struct store *store, bool center, const char *type, int64_t scope, const struct buf *body,
                          struct errmsg *err)
{
    return append_to(store, center, type, id_make(random_system()), scope, body, err);
}

static uint64_t field_no(const char *type, const char *field)
{
    return catalogue_field(catalogue_find(type), field)->no;
}

static enum status add_org(struct store *store, int64_t number, struct errmsg *err)
{
    struct buf body;
    char code[32], name[48];
    enum status status;

    snprintf(code, sizeof code, "z%lld", (long long)number);
    snprintf(name, sizeof name, "第%lld站", (long long)number);
    buf_init(&body, 1024);
    cbor_put_map(&body, 4);
    cbor_put_uint(&body, field_no("org", "number"));
    cbor_put_int(&body, number);
    cbor_put_uint(&body, field_no("org", "code"));
    cbor_put_text(&body, code, strlen(code));
    cbor_put_uint(&body, field_no("org", "name"));
    cbor_put_text(&body, name, strlen(name));
    cbor_put_uint(&body, field_no("org", "kind"));
    cbor_put_text(&body, "station", 7);
    status = append(store, true, "org", 0, &body, err);
    buf_release(&body);
    return status;
}

static enum status add_consultation(struct store *store, const struct machine *machine, int64_t scope,
                                    const char *content, struct errmsg *err)
{
    struct buf body;
    enum status status;

    buf_init(&body, 32768);
    cbor_put_map(&body, 2);
    cbor_put_uint(&body, field_no("consultation", "date"));
    cbor_put_int(&body, 20500);
    cbor_put_uint(&body, field_no("consultation", "content"));
    cbor_put_text(&body, content, strlen(content));
    status = append(store, machine->center, "consultation", scope, &body, err);
    buf_release(&body);
    return status;
}

static int make_center(const char *folder, int64_t orgs)
{
    struct machine machine = {.center = true, .practice = true, .org = 1, .name = "测试县中心", .area = "320117"};
    struct random_source random = random_system();
    struct errmsg err = {{0}};
    struct store *store;
    enum status status = store_open(&store, folder, STORE_CREATE, &err);

    if (status != STATUS_OK)
        return fail(folder, status, &err);
    random.fill(random.context, machine.incarnation, sizeof machine.incarnation);
    status = store_begin(store, "test", &err);
    if (status == STATUS_OK)
        status = machine_create(store, &machine, &err);
    if (status == STATUS_OK)
        status = store_commit(store, &err);
    for (int64_t org = 1; org <= orgs + 1 && status == STATUS_OK; org++)
        status = add_org(store, org, &err);
    store_close(store);
    return status == STATUS_OK ? 0 : fail("center", status, &err);
}

static int consult(struct store *store, const struct machine *machine, long n)
{
    static const char text[] = "我在工地干了三个月，老板一直不给工资，欠条也不肯写，该怎么办？可以申请法律援助吗？";
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;

    for (long i = 0; i < n && status == STATUS_OK; i++) {
        char content[512];

        snprintf(content, sizeof content, "%ld %s", i, text);
        status = add_consultation(store, machine, machine->org, content, &err);
        if (status == STATUS_OK) {
            printf("%ld\n", i + 1); /* saved: must never be lost again */
            fflush(stdout);
        }
    }
    return status == STATUS_OK ? 0 : fail("consult", status, &err);
}

static bool find(struct store *store, const char *content, struct id *id)
{
    struct stmt *stmt = store_prepare(store, "SELECT id FROM consultation WHERE content=?1 AND gone=0");
    enum status status;
    bool there;

    stmt_string(stmt, 1, content);
    there = stmt_row(stmt, &status, NULL);
    if (there) {
        *id = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
    }
    return there;
}

static int set_phone(struct store *store, const struct machine *machine, const char *content, const char *phone)
{
    struct errmsg err = {{0}};
    struct buf body;
    struct id id;
    enum status status = find(store, content, &id) ? STATUS_OK : STATUS_NOT_FOUND;

    buf_init(&body, 256);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, field_no("consultation", "phone"));
    cbor_put_text(&body, phone, strlen(phone));
    if (status == STATUS_OK)
        status = append_to(store, machine->center, "consultation", id, machine->org, &body, &err);
    buf_release(&body);
    return status == STATUS_OK ? 0 : fail(content, status, &err);
}

static bool has_phone(struct store *store, const char *content, const char *phone)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM consultation WHERE content=?1 AND gone=0 AND phone=?2");
    enum status status;

    stmt_string(stmt, 1, content);
    stmt_string(stmt, 2, phone);
    bool has = stmt_row(stmt, &status, NULL);
    if (has)
        stmt_reset(stmt);
    return has;
}

static int amend(struct store *store, const struct machine *machine, int64_t scope, const char *content)
{
    struct stmt *stmt = store_prepare(store, "SELECT id FROM consultation WHERE scope=?1 AND gone=0 ORDER BY id LIMIT 1");
    struct change change = {.at_ms = wall_ms(), .user = "test", .type_no = catalogue_find("consultation")->no, .op = CHANGE_PUT, .scope = scope};
    struct errmsg err = {{0}};
    struct buf body;
    enum status status;
    int64_t lsn, seen = 0;

    stmt_int(stmt, 1, scope);
    if (!stmt_row(stmt, &status, &err))
        return fail("amend", STATUS_NOT_FOUND, &err);
    change.id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    status = row_seen(store, &seen, &err);
    change.seen = (uint64_t)seen;
    buf_init(&body, 4096);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, field_no("consultation", "content"));
    cbor_put_text(&body, content, strlen(content));
    if (status == STATUS_OK)
        status = store_begin(store, "test", &err);
    if (status == STATUS_OK)
        status = changelog_append_own(store, machine->center, &change, body.data, body.len, &lsn, &err);
    if (status == STATUS_OK)
        status = store_commit(store, &err);
    buf_release(&body);
    return status == STATUS_OK ? 0 : fail("amend", status, &err);
}

static int texts(struct store *store)
{
    struct stmt *stmt = store_prepare(store, "SELECT header FROM change");
    struct errmsg err = {{0}};
    enum status status;

    while (stmt_row(stmt, &status, &err)) {
        char text[HASH_TEXT_BYTES];
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);

        hash_format(hash_of(header, len), text);
        puts(text);
    }
    return status == STATUS_OK ? 0 : fail("texts", status, &err);
}

static int count(struct store *store, const char *sql)
{
    struct stmt *stmt = store_prepare(store, sql);
    struct errmsg err = {{0}};
    enum status status;

    if (!stmt_row(stmt, &status, &err))
        return fail("count", status, &err);
    printf("%lld\n", (long long)stmt_column_int(stmt, 0));
    stmt_reset(stmt);
    return 0;
}

static int print_state(struct store *store)
{
    struct replica_state state;
    struct errmsg err = {{0}};
    enum status status = replica_state(store, &state, &err);

    if (status != STATUS_OK)
        return fail("state", status, &err);
    printf("%llu %llu %llu %llu %lld\n", (unsigned long long)state.head_seq, (unsigned long long)state.have_seq,
           (unsigned long long)state.ordered_seq, (unsigned long long)state.rcur, (long long)state.pending);
    return 0;
}

static void print_problem(void *context, const char *text)
{
    (void)context;
    fprintf(stderr, "verify: %s\n", text);
}

static int verify(struct store *store)
{
    struct verify_result result;
    struct errmsg err = {{0}};
    enum status status = verify_store(store, print_problem, NULL, &result, &err);

    if (status != STATUS_OK)
        return fail("verify", status, &err);
    printf("%s rows=%lld changes=%lld\n", result.ok ? "ok" : "BAD", (long long)result.rows, (long long)result.changes);
    return result.ok ? 0 : 1;
}

static int set_version(struct store *store, int version)
{
    char sql[64];
    struct errmsg err = {{0}};
    enum status status;

    snprintf(sql, sizeof sql, "PRAGMA user_version=%d", version);
    status = store_exec(store, sql, &err);
    store_checkpoint(store);
    return status == STATUS_OK ? 0 : fail("version", status, &err);
}

int main(int argc, char *argv[])
{
    const char *verb = argc > 2 ? argv[1] : "";
    struct errmsg err = {{0}};
    struct store *store;
    struct machine machine;
    enum status status;
    int code = 2;

    if (hash_start() != STATUS_OK)
        return 1;
    if (strcmp(verb, "center") == 0 && argc == 4)
        return make_center(argv[2], atoi(argv[3]));
    if (argc < 3)
        return 2;
    status = store_open(&store, argv[2], STORE_OPEN_EXISTING, &err);
    if (status == STATUS_OK)
        status = machine_load(store, &machine, &err);
    if (status != STATUS_OK)
        return fail(argv[2], status, &err);
    if (strcmp(verb, "consult") == 0 && argc == 4)
        code = consult(store, &machine, atol(argv[3]));
    else if (strcmp(verb, "share") == 0 && argc == 5)
        code = (status = add_consultation(store, &machine, atoi(argv[3]), argv[4], &err)) == STATUS_OK
                   ? 0
                   : fail("share", status, &err);
    else if (strcmp(verb, "amend") == 0 && argc == 5)
        code = amend(store, &machine, atoi(argv[3]), argv[4]);
    else if (strcmp(verb, "org") == 0 && argc == 4)
        code = (status = add_org(store, atoi(argv[3]), &err)) == STATUS_OK ? 0 : fail("org", status, &err);
    else if (strcmp(verb, "texts") == 0)
        code = texts(store);
    else if (strcmp(verb, "twice") == 0)
        code = count(store, "SELECT count(*)-count(DISTINCT rseq) FROM change");
    else if (strcmp(verb, "again") == 0)
        code = count(store, "SELECT count(*)-count(DISTINCT header) FROM change");
    else if (strcmp(verb, "count") == 0)
        code = count(store, "SELECT count(*) FROM consultation");
    else if (strcmp(verb, "conflicts") == 0)
        code = count(store, "SELECT count(*) FROM conflict");
    else if (strcmp(verb, "note") == 0 && argc == 4)
        code = (status = add_consultation(store, &machine, machine.org, argv[3], &err)) == STATUS_OK ? 0 : fail("note", status, &err);
    else if (strcmp(verb, "phone") == 0 && argc == 5)
        code = set_phone(store, &machine, argv[3], argv[4]);
    else if (strcmp(verb, "reached") == 0 && argc == 5)
        code = has_phone(store, argv[3], argv[4]) ? 0 : 1;
    else if (strcmp(verb, "has") == 0 && argc == 4)
        code = find(store, argv[3], &(struct id){{0}}) ? 0 : 1;
    else if (strcmp(verb, "state") == 0)
        code = print_state(store);
    else if (strcmp(verb, "ask") == 0)
        code = (status = sync_request_post(store, wall_ms(), &err)) == STATUS_OK ? 0 : fail("ask", status, &err);
    else if (strcmp(verb, "version") == 0 && argc == 4)
        code = set_version(store, atoi(argv[3]));
    else if (strcmp(verb, "verify") == 0)
        code = verify(store);
    store_close(store);
    return code;
}
