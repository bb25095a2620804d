/* sync/hub_work.c - a request on its way: who asks, the county's logs and paths, chain values that were read. See hub_impl.h. */
#include <stdlib.h>
#include <string.h>

#include "sync/heal_request.h"
#include "sync/hub_impl.h"

enum { LOGS_MAX = 4096 };

/* ---- the county ---- */

#define COUNTY "SELECT no,station,code,name,machine,pin,revoked_ms,enrolled_ms,last_contact_ms,skew_ms,have_seq,sent_order,branches,branched_ms,rekeyed_ms,alarm,order_head,scope_sum FROM county WHERE pin=$1"
enum { C_NO, C_STATION, C_CODE, C_NAME, C_MACHINE, C_PIN, C_REVOKED, C_ENROLLED, C_CONTACT, C_SKEW, C_HAVE, C_SENT, C_BRANCHES, C_BRANCHED, C_REKEYED, C_ALARM, C_ORDER_HEAD, C_SUM };

static const struct pg_statement LOCK_COUNTY = {HUB_LOCK_COUNTY, COUNTY " FOR UPDATE", "b"};
static const struct pg_statement READ_COUNTY = {HUB_READ_COUNTY, COUNTY, "b"};

static enum status note_county(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;
    struct peer *peer = &work->result->peer;

    (void)err;
    work->found = pg_count(rows) == 1;
    if (!work->found)
        return STATUS_OK;
    *peer = (struct peer){.station_no = (uint32_t)pg_int(rows, 0, C_STATION), .org = pg_int(rows, 0, C_NO)};
    pg_text(rows, 0, C_CODE, peer->org_code, sizeof peer->org_code);
    pg_text(rows, 0, C_NAME, peer->org_name, sizeof peer->org_name);
    pg_text(rows, 0, C_MACHINE, peer->name, sizeof peer->name);
    pg_fixed(rows, 0, C_PIN, peer->pin.bytes, HASH_BYTES);
    peer->revoked_ms = pg_int(rows, 0, C_REVOKED);
    peer->revoked = peer->revoked_ms != 0;
    peer->enrolled_ms = pg_int(rows, 0, C_ENROLLED);
    peer->last_contact_ms = pg_int(rows, 0, C_CONTACT);
    peer->skew_ms = pg_int(rows, 0, C_SKEW);
    peer->have_seq = (uint64_t)pg_int(rows, 0, C_HAVE);
    peer->sent_order = (uint64_t)pg_int(rows, 0, C_SENT);
    peer->branches = (uint64_t)pg_int(rows, 0, C_BRANCHES);
    peer->branched_ms = pg_int(rows, 0, C_BRANCHED);
    peer->rekeyed_ms = pg_int(rows, 0, C_REKEYED);
    pg_text(rows, 0, C_ALARM, peer->alarm, sizeof peer->alarm);
    work->order_head = (uint64_t)pg_int(rows, 0, C_ORDER_HEAD);
    work->scope_sum = (uint64_t)pg_int(rows, 0, C_SUM);
    return STATUS_OK;
}

static const struct pg_statement LOGS = {
    HUB_LOGS, "SELECT l.no,l.station,l.incarnation,l.parent,l.base_seq,l.head_seq,l.head_hash,l.lease,l.lease_before FROM log l JOIN county c ON c.no=l.county WHERE c.pin=$1 ORDER BY l.no", "b"};

static struct hub_log *grow_logs(struct hub_work *work)
{
    if (work->n_logs == work->cap_logs) {
        size_t cap = work->cap_logs > 0 ? work->cap_logs * 2 : 8;
        struct hub_log *grown = cap <= LOGS_MAX ? realloc(work->logs, cap * sizeof *grown) : NULL;

        if (grown == NULL)
            return NULL;
        work->logs = grown;
        work->cap_logs = cap;
    }
    return &work->logs[work->n_logs++];
}

static enum status note_logs(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;

    for (size_t i = 0; i < pg_count(rows); i++) {
        struct hub_log *log = grow_logs(work);

        if (log == NULL)
            return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        *log = (struct hub_log){.no = pg_int(rows, i, 0), .id.station = (uint32_t)pg_int(rows, i, 1), .parent = pg_int(rows, i, 3), .base_seq = (uint64_t)pg_int(rows, i, 4), .head_seq = (uint64_t)pg_int(rows, i, 5)};
        pg_fixed(rows, i, 2, log->id.incarnation, INCARNATION_BYTES);
        pg_fixed(rows, i, 6, log->head_hash.bytes, HASH_BYTES);
        log->leased = !pg_is_null(rows, i, 7);
        pg_fixed(rows, i, 7, log->lease, LEASE_BYTES);
        pg_fixed(rows, i, 8, log->lease_before, LEASE_BYTES);
    }
    return STATUS_OK;
}

void hub_work_load(struct hub_work *work, bool lock)
{
    const struct session_request *request = work->call->request;

    work->n_logs = 0;
    pg_put_bytes(work->pg, request->pin.bytes, HASH_BYTES);
    pg_send(work->pg, lock ? &LOCK_COUNTY : &READ_COUNTY, note_county, work);
    pg_put_bytes(work->pg, request->pin.bytes, HASH_BYTES);
    pg_send(work->pg, &LOGS, note_logs, work);
}

void hub_work_ask_logs(struct hub_work *work, int64_t county)
{
    static const struct pg_statement logs_of = {HUB_LOGS_OF, "SELECT no,station,incarnation,parent,base_seq,head_seq,head_hash,lease,lease_before FROM log WHERE county=$1 ORDER BY no", "i"};

    work->n_logs = 0;
    pg_put_int(work->pg, county);
    pg_send(work->pg, &logs_of, note_logs, work);
}

enum status hub_work_judge_peer(struct hub_work *work)
{
    struct errmsg *err = &work->result->err;

    if (!work->found)
        return errmsg_set(err, STATUS_AUTH, "中心不认识这台机器的密钥，请先用登记码登记");
    return work->result->peer.revoked ? errmsg_set(err, STATUS_FORBIDDEN, "这台机器已被中心停用") : STATUS_OK;
}

enum hub_next hub_work_refuse(struct hub_work *work, enum status status)
{
    work->status = status;
    return HUB_DONE;
}

void hub_work_release(struct hub_work *work)
{
    if (work->own_release != NULL)
        work->own_release(work->own);
    free(work->logs);
    free(work->points);
    work->own = NULL;
    work->own_release = NULL;
    work->logs = NULL;
    work->points = NULL;
    work->n_logs = work->cap_logs = work->n_points = work->cap_points = 0;
}

/* ---- logs and paths ---- */

struct hub_log *hub_work_log(struct hub_work *work, const struct log_id *id)
{
    for (size_t i = 0; i < work->n_logs; i++)
        if (work->logs[i].id.station == id->station && memcmp(work->logs[i].id.incarnation, id->incarnation, INCARNATION_BYTES) == 0)
            return &work->logs[i];
    return NULL;
}

struct hub_log *hub_work_log_by_no(struct hub_work *work, int64_t no)
{
    for (size_t i = 0; i < work->n_logs; i++)
        if (work->logs[i].no == no)
            return &work->logs[i];
    return NULL;
}

static const struct pg_statement ADD_LOG = {
    HUB_ADD_LOG, "INSERT INTO log(county,no,station,incarnation,parent,base_seq,head_seq,head_hash) VALUES($1,$2,$3,$4,$5,$6,$6,$7)", "iiibiib"};

/* Nothing of it is here yet: its head is its base, whose chain value is the parent's (hub_ingest.c looks there). */
struct hub_log *hub_work_add_log(struct hub_work *work, const struct log_id *id, int64_t parent, uint64_t base_seq)
{
    struct hub_log *log = grow_logs(work);
    int64_t most = 0;

    if (log == NULL)
        return NULL;
    for (size_t i = 0; i + 1 < work->n_logs; i++)
        most = work->logs[i].no > most ? work->logs[i].no : most;
    *log = (struct hub_log){.no = most + 1, .id = *id, .parent = parent, .base_seq = base_seq, .head_seq = base_seq};
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, log->no);
    pg_put_int(work->pg, id->station);
    pg_put_bytes(work->pg, id->incarnation, INCARNATION_BYTES);
    if (parent != 0)
        pg_put_int(work->pg, parent);
    else
        pg_put_null(work->pg);
    pg_put_int(work->pg, (int64_t)base_seq);
    pg_put_bytes(work->pg, log->head_hash.bytes, HASH_BYTES);
    pg_send(work->pg, &ADD_LOG, NULL, NULL);
    return log;
}

enum status hub_work_find_path(struct hub_work *work, const uint8_t *told, size_t len, const struct log_id *id, struct log_path *out)
{
    enum status status = heal_path_read(told, len, id, out, &work->result->err);

    for (size_t i = 0; i < out->n && status == STATUS_OK; i++) {
        const struct hub_log *log = hub_work_log(work, &out->logs[i].id);

        if (log == NULL)
            continue;
        out->n = i;
        for (; log != NULL && out->n < BRANCH_PATH_MAX; log = hub_work_log_by_no(work, log->parent))
            out->logs[out->n++] = (struct path_log){.id = log->id, .base_seq = log->base_seq, .no = log->no};
        break;
    }
    return status;
}

uint64_t hub_work_have(struct hub_work *work, const struct log_path *path)
{
    uint64_t have = 0;

    for (size_t i = path->n; i-- > 0;) {
        const struct path_log *at = &path->logs[i];
        const struct hub_log *log = at->no != 0 ? hub_work_log_by_no(work, at->no) : NULL;
        uint64_t end = branch_end(path, at);

        if (have < at->base_seq)
            break;
        if (log != NULL && log->head_seq > at->base_seq && end > at->base_seq)
            have = log->head_seq < end ? log->head_seq : end;
    }
    return have;
}

/* ---- chain values and marks ---- */

enum status hub_work_add_point(struct hub_work *work, int64_t log, uint64_t number, struct hash hash)
{
    if (work->n_points == work->cap_points) {
        size_t cap = work->cap_points > 0 ? work->cap_points * 2 : 8;
        struct hub_point *grown = realloc(work->points, cap * sizeof *grown);

        if (grown == NULL)
            return STATUS_NOMEM;
        work->points = grown;
        work->cap_points = cap;
    }
    work->points[work->n_points++] = (struct hub_point){log, number, hash};
    return STATUS_OK;
}

static const struct hub_point *find_point(const struct hub_work *work, int64_t log, uint64_t number)
{
    for (size_t i = 0; i < work->n_points; i++)
        if (work->points[i].log == log && work->points[i].number == number)
            return &work->points[i];
    return NULL;
}

static enum status note_chain(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;
    struct hash hash;

    (void)err;
    for (size_t i = 0; i < pg_count(rows); i++) {
        pg_fixed(rows, i, 2, hash.bytes, HASH_BYTES);
        if (hub_work_add_point(work, pg_int(rows, i, 0), (uint64_t)pg_int(rows, i, 1), hash) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

static enum status note_header(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;

    (void)err;
    for (size_t i = 0; i < pg_count(rows); i++) {
        size_t len;
        const uint8_t *header = pg_bytes(rows, i, 1, &len);

        if (hub_work_add_point(work, 0, (uint64_t)pg_int(rows, i, 0), hash_of(header, len)) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

void hub_work_ask_chain(struct hub_work *work, const struct log_path *path, uint64_t seq)
{
    static const struct pg_statement chain_at = {HUB_CHAIN_AT, "SELECT log,seq,chain FROM change WHERE county=$1 AND log=$2 AND seq=$3", "iii"};
    const struct path_log *at = branch_at(path, seq);
    struct hash hash;

    if (at == NULL || at->no == 0 || hub_work_chain(work, path, seq, &hash))
        return;
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, at->no);
    pg_put_int(work->pg, (int64_t)seq);
    pg_send(work->pg, &chain_at, note_chain, work);
}

bool hub_work_chain(struct hub_work *work, const struct log_path *path, uint64_t seq, struct hash *out)
{
    const struct path_log *at = branch_at(path, seq);
    const struct hub_log *log = at != NULL && at->no != 0 ? hub_work_log_by_no(work, at->no) : NULL;
    const struct hub_point *point = log != NULL ? find_point(work, log->no, seq) : NULL;

    *out = (struct hash){{0}};
    if (seq == 0)
        return true;
    if (log != NULL && log->head_seq == seq && seq > log->base_seq)
        *out = log->head_hash;
    else if (point != NULL)
        *out = point->hash;
    else
        return false;
    return true;
}

void hub_work_ask_order(struct hub_work *work, uint64_t order)
{
    static const struct pg_statement header_at = {HUB_HEADER_AT, "SELECT ord,header FROM change WHERE county=$1 AND ord=$2", "ii"};

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)order);
    pg_send(work->pg, &header_at, note_header, work);
}

bool hub_work_order(struct hub_work *work, uint64_t order, struct hash *out)
{
    const struct hub_point *point = find_point(work, 0, order);

    *out = point != NULL ? point->hash : (struct hash){{0}};
    return point != NULL;
}

/* Samples: many at once. */
void hub_work_ask_samples(struct hub_work *work, const struct log_path *path, const struct message_samples *samples)
{
    static const struct pg_statement chains = {HUB_CHAINS_AT, "SELECT log,seq,chain FROM change WHERE county=$1 AND log=$2 AND seq=ANY($3)", "iiI"};
    static const struct pg_statement headers = {HUB_HEADERS_AT, "SELECT ord,header FROM change WHERE county=$1 AND ord=ANY($2)", "iI"};
    size_t n = samples->samples_len / SAMPLE_BYTES;
    uint8_t mark[MARK_BYTES];
    uint64_t number;

    for (size_t i = 0; samples->what == COMPARE_LOG && i < path->n; i++) {
        if (path->logs[i].no == 0)
            continue;
        pg_put_int(work->pg, work->result->peer.org);
        pg_put_int(work->pg, path->logs[i].no);
        pg_put_array(work->pg, n, 'I');
        for (size_t k = 0; k < n; k++)
            pg_item_int(work->pg, heal_sample_get(samples, k, &number, mark) ? (int64_t)number : 0);
        pg_send(work->pg, &chains, note_chain, work);
    }
    if (samples->what != COMPARE_ORDER)
        return;
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_array(work->pg, n, 'I');
    for (size_t k = 0; k < n; k++)
        pg_item_int(work->pg, heal_sample_get(samples, k, &number, mark) ? (int64_t)number : 0);
    pg_send(work->pg, &headers, note_header, work);
}
