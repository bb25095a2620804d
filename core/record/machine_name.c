/* core/record/machine_name.c - see machine_name.h. */
#include "core/record/machine_name.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/plain.h"
#include "core/base/utf8.h"
#include "core/record/reach_impl.h"
#include "core/record/records.h"

enum { ID_WORDS_BYTES = 128 };

/* Who writes names that no person gave. */
#define WRITER "aidpostd"

/* ---- looking ---- */

enum status machine_name_find(struct store *store, uint32_t station_no, char out[MACHINE_CALLED_BYTES], struct errmsg *err)
{
    /* Of two machines that had the number nobody can tell here which one is meant. */
    struct stmt *stmt = store_prepare(store, "SELECT name,since<>(SELECT since FROM machine WHERE number=?1 AND gone=0 ORDER BY since DESC LIMIT 1) FROM machine WHERE number=?1 AND gone=0 ORDER BY since,told_to LIMIT 1");
    enum status status;
    out[0] = '\0';
    stmt_int(stmt, 1, station_no);
    if (!stmt_row(stmt, &status, err))
        return status;
    if (stmt_column_int(stmt, 1) == 0)
        snprintf(out, MACHINE_CALLED_BYTES, "%s", stmt_column_text(stmt, 0, NULL));
    stmt_reset(stmt);
    plain_make(out);
    return STATUS_OK;
}

void machine_name_of(struct store *store, uint32_t station_no, char out[MACHINE_CALLED_BYTES])
{
    if (machine_name_find(store, station_no, out, NULL) != STATUS_OK)
        out[0] = '\0';
}

void machine_called(struct store *store, uint32_t station_no, char out[MACHINE_NAME_MAX_BYTES])
{
    char name[MACHINE_CALLED_BYTES];
    machine_name_of(store, station_no, name);
    if (name[0] != '\0')
        snprintf(out, MACHINE_NAME_MAX_BYTES, "%s", name);
    else
        station_label(store, station_no, out, MACHINE_NAME_MAX_BYTES);
}

/* ---- what may be a name ---- */

static bool is_number(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0';
}

enum status machine_name_check(const char *name, struct errmsg *err)
{
    if (!plain_is(name))
        return errmsg_set(err, STATUS_INVALID, "机器的名称: 含有换行、控制字符，或者不是 UTF-8 文字");
    if (name[0] == '\0' || name[0] == ' ' || name[strlen(name) - 1] == ' ')
        return errmsg_set(err, STATUS_INVALID, "机器的名称: 必须填写，前后不留空格");
    if (utf8_count(name, strlen(name)) > MACHINE_CALLED_CHARS)
        return errmsg_set(err, STATUS_INVALID, "机器的名称: 最多 %d 字", MACHINE_CALLED_CHARS);
    return is_number(name) ? errmsg_set(err, STATUS_INVALID, "机器的名称: 只有数字，会与站号分不清；如 前台、团结村2号机") : STATUS_OK;
}

/* Who is called so, other than this machine: *station_no or *org; both 0: nobody. */
static enum status find_bearer(struct store *store, const char *name, uint32_t but, uint32_t *station_no, int64_t *org, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT number,0 FROM machine WHERE name=?1 AND number<>?2 AND gone=0 UNION ALL SELECT 0,number FROM org WHERE (name=?1 OR code=?1) AND gone=0 LIMIT 1");
    enum status status;
    *station_no = 0;
    *org = 0;
    stmt_string(stmt, 1, name);
    stmt_int(stmt, 2, but);
    if (!stmt_row(stmt, &status, err))
        return status;
    *station_no = (uint32_t)stmt_column_int(stmt, 0);
    *org = stmt_column_int(stmt, 1);
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status is_free(struct store *store, const char *name, uint32_t but, bool *free, struct errmsg *err)
{
    uint32_t station_no;
    int64_t org;
    enum status status = find_bearer(store, name, but, &station_no, &org, err);
    *free = status == STATUS_OK && station_no == 0 && org == 0;
    return status;
}

/* The name with a number behind it, cut where it is too long. made: of an office. */
static void number_it(const char *name, bool made, int64_t number, char out[MACHINE_CALLED_BYTES])
{
    char tail[32];
    snprintf(tail, sizeof tail, "%s%" PRId64 "%s", made ? "" : " ", number, made ? CHINESE("号机") : "");
    size_t room = MACHINE_CALLED_CHARS - utf8_count(tail, strlen(tail)), len = strlen(name);
    if (utf8_count(name, len) > room)
        len = utf8_offset(name, len, room);
    snprintf(out, MACHINE_CALLED_BYTES, "%.*s%s", (int)len, name, tail);
}

/* "永阳街道法律援助工作站" is 永阳街道 to those who work there. */
static void office_name(const struct peer *peer, char out[MACHINE_NAME_MAX_BYTES])
{
    snprintf(out, MACHINE_NAME_MAX_BYTES, "%s", peer->org_name[0] != '\0' ? peer->org_name : peer->org_code);
    char *tail = strstr(out, CHINESE("法律援助"));
    if (tail != NULL && tail != out)
        *tail = '\0';
    plain_make(out);
}

static enum status count_of_office(struct store *store, int64_t org, int64_t *n, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(*) FROM machine WHERE org=?1 AND told_to IS NULL AND gone=0");
    enum status status;
    *n = 0;
    stmt_int(stmt, 1, org);
    if (stmt_row(stmt, &status, err)) {
        *n = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* The first of "NAME", "NAME 2", ".." (or of "OFFICE1号机", ..) that nobody has. Ends: there are finitely many names. */
static enum status first_free(struct store *store, const struct peer *peer, const char *name, bool made, int64_t from, char out[MACHINE_CALLED_BYTES], struct errmsg *err)
{
    bool free = false;
    enum status status = STATUS_OK;
    for (int64_t number = from; status == STATUS_OK && !free; number++) {
        number_it(name, made, number, out);
        status = is_free(store, out, peer->station_no, &free, err);
    }
    return status;
}

static enum status choose_name(struct store *store, const struct peer *peer, const char *wish, char out[MACHINE_CALLED_BYTES], struct errmsg *err)
{
    char office[MACHINE_NAME_MAX_BYTES];
    bool free = false;
    int64_t n;
    if (machine_name_check(wish, NULL) == STATUS_OK) {
        snprintf(out, MACHINE_CALLED_BYTES, "%s", wish);
        enum status status = is_free(store, wish, peer->station_no, &free, err);
        return status != STATUS_OK || free ? status : first_free(store, peer, wish, false, 2, out, err);
    }
    enum status status = count_of_office(store, peer->org, &n, err);
    office_name(peer, office);
    return status == STATUS_OK ? first_free(store, peer, office, true, n + 1, out, err) : status;
}

/* ---- writing ---- */

/* Whose name it is: not the number alone says it (machine_name.h). */
struct bearer {
    uint32_t station_no;
    int64_t org, since;
};

static struct bearer bearer_of(const struct peer *peer)
{
    return (struct bearer){.station_no = peer->station_no, .org = peer->org, .since = peer->enrolled_ms};
}

/* The center's own office, of which each county has another one: rows of two counties come together at a hub. Zero: there is none yet. */
static enum status own_office(struct store *store, struct id *out, struct errmsg *err)
{
    enum { OFFICE_OF_CENTER = 1 };
    struct stmt *stmt = store_prepare(store, "SELECT id FROM org WHERE number=?1");
    enum status status;
    *out = (struct id){{0}};
    stmt_int(stmt, 1, OFFICE_OF_CENTER);
    if (stmt_row(stmt, &status, err)) {
        *out = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* The same at a center that was put back and says it anew, and another one for the machine that is given a number which was lost. told_to 0: the machine's own office. */
static enum status id_of(struct store *store, const struct bearer *bearer, int64_t told_to, struct id *out, struct errmsg *err)
{
    char words[ID_WORDS_BYTES], county[ID_TEXT_BYTES];
    struct id office;
    enum status status = own_office(store, &office, err);
    if (status != STATUS_OK)
        return status;
    id_format(office, county);
    int len = snprintf(words, sizeof words, "machine|%s|%u|%" PRId64 "|%" PRId64, county, bearer->station_no, bearer->since, told_to);
    struct hash hash = hash_of(words, (size_t)len);
    memcpy(out->bytes, hash.bytes, ID_BYTES);
    return STATUS_OK;
}

static struct actor writer(int64_t now_ms)
{
    return (struct actor){.name = WRITER, .role = ROLE_ADMIN, .center = true, .all_scopes = true, .acting = true, .now_ms = now_ms};
}

/* A row as it is, or to be: its id says where it stands, its scope who gets it. */
static enum status load_or_begin(struct store *store, const struct actor *actor, const struct bearer *bearer, int64_t told_to, struct record *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("machine");
    struct actor acting = *actor;
    struct id id = {{0}};
    enum status status = id_of(store, bearer, told_to, &id, err);
    if (status == STATUS_OK)
        status = records_get(store, actor, type, id, out, err);
    if (status != STATUS_NOT_FOUND)
        return status;
    errmsg_clear(err);
    acting.org = told_to != 0 ? told_to : bearer->org;
    record_init(out, type);
    out->id = id;
    status = records_begin(store, &acting, out, NULL, err);
    if (status == STATUS_OK)
        status = record_set_int(out, "number", bearer->station_no);
    if (status == STATUS_OK)
        status = record_set_int(out, "since", bearer->since);
    if (status == STATUS_OK)
        status = record_set_int(out, "org", bearer->org);
    if (status == STATUS_OK && told_to != 0)
        status = record_set_int(out, "told_to", told_to);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

static enum status write_row(struct store *store, const struct actor *actor, const struct bearer *bearer, int64_t told_to, const char *name, struct errmsg *err)
{
    struct random_source none = {0}; /* the row has its id */
    struct record record;
    enum status status = load_or_begin(store, actor, bearer, told_to, &record, err);
    if (status != STATUS_OK)
        return status;
    status = record_set_text(&record, "name", name);
    if (status == STATUS_OK && record_changed(&record))
        status = records_save(store, actor, NULL, none, &record, err);
    record_release(&record);
    return status;
}

struct numbers {
    int64_t *items; /* owned */
    size_t n;
};

/* The first column of what a statement finds. */
static enum status read_numbers(struct stmt *stmt, struct numbers *out, struct errmsg *err)
{
    enum status status;
    *out = (struct numbers){0};
    while (stmt_row(stmt, &status, err)) {
        int64_t *grown = realloc(out->items, (out->n + 1) * sizeof *grown);
        if (grown == NULL) {
            stmt_reset(stmt);
            return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        }
        out->items = grown;
        out->items[out->n++] = stmt_column_int(stmt, 0);
    }
    return status;
}

static enum status note_at_peer(struct store *store, uint32_t station_no, const char *name, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE peer SET name=?2 WHERE station_no=?1");
    stmt_int(stmt, 1, station_no);
    stmt_string(stmt, 2, name);
    return stmt_run(stmt, err);
}

/* To its office and to all who were told before. */
static enum status write_name(struct store *store, const struct actor *actor, const struct peer *peer, const char *name, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT told_to FROM machine WHERE number=?1 AND since=?2 AND gone=0 AND told_to IS NOT NULL ORDER BY told_to");
    struct bearer bearer = bearer_of(peer);
    struct numbers told;
    stmt_int(stmt, 1, bearer.station_no);
    stmt_int(stmt, 2, bearer.since);
    enum status status = read_numbers(stmt, &told, err);
    if (status == STATUS_OK)
        status = write_row(store, actor, &bearer, 0, name, err);
    for (size_t i = 0; status == STATUS_OK && i < told.n; i++)
        status = write_row(store, actor, &bearer, told.items[i], name, err);
    free(told.items);
    return status == STATUS_OK ? note_at_peer(store, peer->station_no, name, err) : status;
}

enum status machine_name_give(struct store *store, struct peer *peer, const char *wish, int64_t now_ms, struct errmsg *err)
{
    char name[MACHINE_CALLED_BYTES];
    struct actor actor = writer(now_ms);
    struct peer known;
    assert(store_in_transaction(store));
    enum status status = peer_find(store, peer->station_no, &known, err);
    snprintf(name, sizeof name, "%.*s", (int)sizeof name - 1, status == STATUS_OK && known.named ? known.name : "");
    if (status == STATUS_OK && (name[0] == '\0' || wish[0] != '\0'))
        status = choose_name(store, peer, wish, name, err);
    if (status == STATUS_OK)
        status = write_name(store, &actor, peer, name, err);
    if (status == STATUS_OK)
        snprintf(peer->name, sizeof peer->name, "%s", name);
    return status;
}

/* ---- machines of an earlier program ---- */

/* What it called itself, unless that was the host's name ("debian" on ten machines) or the office's, which programs before this one put where nothing was said. */
static const char *old_name(const struct peer *peer)
{
    const char *at = peer->name;
    while (*at != '\0' && (unsigned char)*at < 0x80)
        at++;
    return *at == '\0' || strcmp(peer->name, peer->org_name) == 0 ? "" : peer->name;
}

enum status machine_name_complete(struct store *store, int64_t now_ms, size_t *given, struct errmsg *err)
{
    struct numbers nameless;
    bool own = false;
    *given = 0;
    enum status status = read_numbers(store_prepare(store, "SELECT station_no FROM peer p WHERE " PEER_CALLED_SQL " IS NULL ORDER BY station_no"), &nameless, err);
    if (status == STATUS_OK && nameless.n > 0)
        status = store_join(store, "names", &own, err);
    if (status != STATUS_OK || nameless.n == 0) {
        free(nameless.items);
        return status;
    }
    for (size_t i = 0; status == STATUS_OK && i < nameless.n; i++) {
        struct peer peer;
        status = peer_find(store, (uint32_t)nameless.items[i], &peer, err);
        if (status == STATUS_OK)
            status = machine_name_give(store, &peer, old_name(&peer), now_ms, err);
    }
    *given = status == STATUS_OK ? nameless.n : 0;
    free(nameless.items);
    return store_leave(store, own, status, err);
}

/* ---- renaming ---- */

static enum status check_actor(struct store *store, const struct actor *actor, struct errmsg *err)
{
    struct machine machine;
    enum status status = machine_load(store, &machine, err);
    if (status != STATUS_OK)
        return status;
    if (!machine.center || !actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "机器的名称由县中心定：请在中心的机器上办理，下次同步后生效");
    return actor_is_one_of(actor, 1U << ROLE_ADMIN | 1U << ROLE_DIRECTOR) ? STATUS_OK : errmsg_set(err, STATUS_FORBIDDEN, "机器的名称由中心负责人或管理员定");
}

static enum status check_free(struct store *store, const struct peer *peer, const char *name, struct errmsg *err)
{
    uint32_t station_no;
    int64_t org;
    enum status status = find_bearer(store, name, peer->station_no, &station_no, &org, err);
    if (status == STATUS_OK && station_no != 0)
        return errmsg_set(err, STATUS_EXISTS, "%s 是站点 %u 号的名称，请另取一个", name, station_no);
    if (status == STATUS_OK && org != 0)
        return errmsg_set(err, STATUS_EXISTS, "%s 是机构的名称或代号，机器请另取一个，如 %s1号机", name, name);
    return status;
}

static enum status change_inside(struct store *store, const struct actor *actor, uint32_t station_no, const char *name, struct errmsg *err)
{
    struct actor acting = *actor;
    struct peer peer;
    enum status status = peer_find(store, station_no, &peer, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, status, "没有站点 %u 号", station_no);
    if (status == STATUS_OK)
        status = check_free(store, &peer, name, err);
    acting.acting = acting.all_scopes = true;
    return status == STATUS_OK ? write_name(store, &acting, &peer, name, err) : status;
}

enum status machine_name_change(struct store *store, const struct actor *actor, uint32_t station_no, const char *name, struct errmsg *err)
{
    bool own;
    enum status status = check_actor(store, actor, err);
    if (status == STATUS_OK)
        status = machine_name_check(name, err);
    if (status == STATUS_OK)
        status = store_join(store, "name", &own, err);
    return status == STATUS_OK ? store_leave(store, own, change_inside(store, actor, station_no, name, err), err) : status;
}

/* ---- other offices ---- */

/* Machines of other offices whose name the org (?2) was not told; of a number that two had nobody knows which of them wrote. */
#define UNTOLD "SELECT DISTINCT m.number FROM "
#define UNTOLD_WHERE " AND m.told_to IS NULL AND m.gone=0 AND m.org<>?2 AND NOT EXISTS(SELECT 1 FROM machine k WHERE k.number=m.number AND (k.scope=?2 OR k.since<>m.since) AND k.gone=0)"

static enum status tell(struct store *store, uint32_t station_no, int64_t org, int64_t now_ms, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT org,since,name FROM machine WHERE number=?1 AND told_to IS NULL AND gone=0");
    struct actor actor = writer(now_ms);
    char name[MACHINE_CALLED_BYTES];
    enum status status;
    stmt_int(stmt, 1, station_no);
    if (!stmt_row(stmt, &status, err))
        return status;
    struct bearer bearer = {.station_no = station_no, .org = stmt_column_int(stmt, 0), .since = stmt_column_int(stmt, 1)};
    snprintf(name, sizeof name, "%s", stmt_column_text(stmt, 2, NULL));
    stmt_reset(stmt);
    return write_row(store, &actor, &bearer, org, name, err);
}

static enum status tell_all(struct store *store, struct stmt *untold, int64_t org, int64_t now_ms, struct errmsg *err)
{
    struct numbers machines;
    enum status status = read_numbers(untold, &machines, err);
    for (size_t i = 0; status == STATUS_OK && i < machines.n; i++)
        status = tell(store, (uint32_t)machines.items[i], org, now_ms, err);
    free(machines.items);
    return status;
}

static enum status tell_org(struct store *store, uint32_t station_no, int64_t org, int64_t now_ms, struct errmsg *err)
{
    if (org <= 0)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(store, UNTOLD "machine m WHERE m.number=?1" UNTOLD_WHERE);
    stmt_int(stmt, 1, station_no);
    stmt_int(stmt, 2, org);
    return tell_all(store, stmt, org, now_ms, err);
}

enum status machine_name_tell(struct store *store, uint32_t station_no, const struct reach_orgs *orgs, int64_t after, int64_t now_ms, struct errmsg *err)
{
    struct numbers all = {0};
    enum status status = STATUS_OK;
    if (orgs->many) { /* those for whom there was no room stand with the changes; +: sorted, all of reach would be read */
        struct stmt *stmt = store_prepare(store, "SELECT scope FROM change WHERE lsn>?1 UNION SELECT +scope FROM reach WHERE lsn>?1");
        stmt_int(stmt, 1, after);
        status = read_numbers(stmt, &all, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < orgs->n; i++)
        status = tell_org(store, station_no, orgs->orgs[i], now_ms, err);
    for (size_t i = 0; status == STATUS_OK && i < all.n; i++)
        status = tell_org(store, station_no, all.items[i], now_ms, err);
    free(all.items);
    return status;
}

enum status machine_name_tell_writers(struct store *store, const struct record_type *type, struct id id, int64_t org, int64_t now_ms, struct errmsg *err)
{
    struct reach_place place;
    enum status status = reach_place_of(store, type, id, &place, err);
    if (status != STATUS_OK || !place.there || org <= 0)
        return status;
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST UNTOLD "list JOIN change c ON c.lsn=list.lsn JOIN log l ON l.no=c.log JOIN machine m ON m.number=l.station WHERE l.station<>0" UNTOLD_WHERE);
    stmt_int(stmt, 1, place.head);
    stmt_int(stmt, 2, org);
    return tell_all(store, stmt, org, now_ms, err);
}
