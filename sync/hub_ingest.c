/* sync/hub_ingest.c - INGEST at a hub: changes of a county's upward store into log and order, and what they tell into rows and report cells. See hub_store.h, core/record/upward.h.
 *
 * Three round trips, four when an inner change may be here already: (1) lock the county, read its logs; (2) read what the chunk touches: headers of numbers that came before, its rows, inner changes that are here already; (3) write everything and, when no
 * other request of the group has more to do, COMMIT. All entries are read and judged before the first write is queued.
 *
 * A row is written once a chunk, with the last thing told of it. Changes of one row are linked (prev), so that an erasure by law finds them without an index over all changes. */
#include <stdlib.h>
#include <string.h>

#include "sync/hub_ingest.h"

static void release(void *own)
{
    struct ingest *self = own;

    free(self->all);
    free(self->rows);
    free(self->inner);
    buf_release(&self->headers);
    buf_release(&self->json);
    upward_release(&self->upward);
    free(self);
}

struct ingest *hub_ingest_of(struct hub_work *work)
{
    return work->own;
}

enum status hub_ingest_no_memory(struct hub_work *work)
{
    return errmsg_set(&work->result->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
}

/* ---- what is here ---- */

static enum status check_repeated(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;
    struct ingest *self = hub_ingest_of(work);

    (void)err;
    self->repeated = pg_count(rows) == self->n_known ? STATUS_OK : STATUS_FORK;
    for (size_t i = 0; i < pg_count(rows) && self->repeated == STATUS_OK; i++) {
        size_t len;
        const uint8_t *header = pg_bytes(rows, i, 1, &len);
        const struct taken *taken = &self->all[i];

        if ((uint64_t)pg_int(rows, i, 0) != taken->change.seq || len != taken->header_len || memcmp(header, self->headers.data + taken->header_at, len) != 0)
            self->repeated = STATUS_FORK;
    }
    return STATUS_OK;
}

static void ask_repeated(struct hub_work *work, uint64_t first, uint64_t last)
{
    static const struct pg_statement headers_of = {HUB_HEADERS_OF, "SELECT seq,header FROM change WHERE county=$1 AND log=$2 AND seq BETWEEN $3 AND $4 ORDER BY seq", "iiii"};

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, hub_ingest_of(work)->log->no);
    pg_put_int(work->pg, (int64_t)first);
    pg_put_int(work->pg, (int64_t)last);
    pg_send(work->pg, &headers_of, check_repeated, work);
}

static enum status note_rows(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;

    (void)err;
    for (size_t i = 0; i < pg_count(rows); i++) {
        struct id id;
        struct told_row *row;

        pg_fixed(rows, i, 0, id.bytes, ID_BYTES);
        row = hub_ingest_row(hub_ingest_of(work), id);
        if (row == NULL)
            continue;
        row->known = true;
        row->stored = row->last = pg_int(rows, i, 1);
        row->erased = pg_int(rows, i, 2) != 0;
        if (!row->told)
            row->type_no = (uint64_t)pg_int(rows, i, 3);
        if (!row->told)
            row->scope = pg_int(rows, i, 4);
    }
    return STATUS_OK;
}

static void ask_rows(struct hub_work *work)
{
    static const struct pg_statement rows_of = {HUB_ROWS, "SELECT id,ord,erased,type_no,scope FROM county_row WHERE county=$1 AND id=ANY($2)", "iB"};
    struct ingest *self = hub_ingest_of(work);

    if (self->n_rows == 0)
        return;
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_array(work->pg, self->n_rows, 'B');
    for (size_t i = 0; i < self->n_rows; i++)
        pg_item_bytes(work->pg, self->rows[i].id.bytes, ID_BYTES);
    pg_send(work->pg, &rows_of, note_rows, work);
}

/* Inner changes that are here already: their wrappers are kept, they are counted once. */
static enum status note_inner(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct ingest *self = hub_ingest_of(context);

    (void)err;
    for (size_t i = 0; i < pg_count(rows); i++) {
        char log[UPWARD_LOG_TEXT_BYTES];
        int64_t seq = pg_int(rows, i, 1);

        pg_text(rows, i, 0, log, sizeof log);
        for (size_t k = self->n_known; k < self->n; k++)
            if (!self->all[k].alias && self->all[k].inner_seq == seq && strcmp(self->all[k].inner_log, log) == 0)
                self->all[k].inner_log[0] = '\0';
    }
    return STATUS_OK;
}

static int by_inner(const void *a, const void *b)
{
    const struct taken *const *x = a, *const *y = b;
    int logs = strcmp((*x)->inner_log, (*y)->inner_log);

    if (logs != 0)
        return logs;
    if ((*x)->inner_seq != (*y)->inner_seq)
        return (*x)->inner_seq < (*y)->inner_seq ? -1 : 1;
    if ((*x)->alias != (*y)->alias)
        return (*x)->alias ? -1 : 1;
    return (*x)->change.seq < (*y)->change.seq ? -1 : 1;
}

/* One statement a log, over the new changes' inner numbers (alias: those of erased rows; else all). */
static enum status send_inner(struct hub_work *work, const struct pg_statement *statement, pg_result rows, bool alias)
{
    struct ingest *self = hub_ingest_of(work);
    struct taken **sorted = calloc(self->n > 0 ? self->n : 1, sizeof(struct taken *));
    size_t n = 0;

    if (sorted == NULL)
        return hub_ingest_no_memory(work);
    for (size_t i = self->n_known; i < self->n; i++)
        if (self->all[i].inner_log[0] != '\0' && (!alias || self->all[i].alias))
            sorted[n++] = &self->all[i];
    qsort(sorted, n, sizeof(struct taken *), by_inner);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && strcmp(sorted[end]->inner_log, sorted[i]->inner_log) == 0; end++)
            ;
        pg_put_int(work->pg, work->result->peer.org);
        pg_put_text(work->pg, sorted[i]->inner_log);
        pg_put_array(work->pg, end - i, 'I');
        for (size_t k = i; k < end; k++)
            pg_item_int(work->pg, sorted[k]->inner_seq);
        pg_send(work->pg, statement, rows, work);
    }
    free(sorted);
    return STATUS_OK;
}

/* What the chunk itself tells twice is told once: under the alias, else the first time. */
static enum status drop_repeated(struct hub_work *work)
{
    struct ingest *self = hub_ingest_of(work);
    struct taken **sorted = calloc(self->n > 0 ? self->n : 1, sizeof(struct taken *));
    size_t n = 0;

    if (sorted == NULL)
        return hub_ingest_no_memory(work);
    for (size_t i = self->n_known; i < self->n; i++)
        if (self->all[i].inner_log[0] != '\0')
            sorted[n++] = &self->all[i];
    qsort(sorted, n, sizeof(struct taken *), by_inner);
    for (size_t i = n; i-- > 1;)
        if (sorted[i]->inner_seq == sorted[i - 1]->inner_seq && strcmp(sorted[i]->inner_log, sorted[i - 1]->inner_log) == 0)
            sorted[i]->inner_log[0] = '\0';
    free(sorted);
    return STATUS_OK;
}

static enum status ask_inner(struct hub_work *work)
{
    static const struct pg_statement inner_of = {HUB_INNER, "SELECT inner_log,inner_seq FROM change WHERE county=$1 AND inner_log=$2 AND inner_seq=ANY($3)", "itI"};

    return send_inner(work, &inner_of, note_inner, false);
}

static int by_log(const void *a, const void *b)
{
    return strcmp(((const struct inner *)a)->log, ((const struct inner *)b)->log);
}

/* The logs the chunk tells of, each once, ascending. */
static enum status collect_inner(struct hub_work *work)
{
    struct ingest *self = hub_ingest_of(work);
    size_t n = 0;

    self->inner = calloc(self->n > 0 ? self->n : 1, sizeof *self->inner);
    if (self->inner == NULL)
        return hub_ingest_no_memory(work);
    for (size_t i = self->n_known; i < self->n; i++) {
        const struct taken *taken = &self->all[i];
        struct inner *last = n > 0 ? &self->inner[n - 1] : NULL;

        if (taken->inner_log[0] == '\0')
            continue;
        if (last == NULL || strcmp(last->log, taken->inner_log) != 0) { /* runs of one log are the rule */
            last = &self->inner[n++];
            memcpy(last->log, taken->inner_log, sizeof last->log);
            last->least = last->most = taken->inner_seq;
        }
        last->least = taken->inner_seq < last->least ? taken->inner_seq : last->least;
        last->most = taken->inner_seq > last->most ? taken->inner_seq : last->most;
    }
    qsort(self->inner, n, sizeof *self->inner, by_log);
    for (size_t i = 0; i < n; i++) {
        struct inner *last = self->n_inner > 0 ? &self->inner[self->n_inner - 1] : NULL;

        if (last == NULL || strcmp(last->log, self->inner[i].log) != 0) {
            self->inner[self->n_inner++] = self->inner[i];
            continue;
        }
        last->least = self->inner[i].least < last->least ? self->inner[i].least : last->least;
        last->most = self->inner[i].most > last->most ? self->inner[i].most : last->most;
    }
    return STATUS_OK;
}

static enum status note_heads(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct ingest *self = hub_ingest_of(context);

    (void)err;
    for (size_t i = 0; i < pg_count(rows); i++) {
        struct inner key = {.head = 0}, *found;

        pg_text(rows, i, 0, key.log, sizeof key.log);
        found = bsearch(&key, self->inner, self->n_inner, sizeof key, by_log);
        if (found != NULL)
            found->head = pg_int(rows, i, 1);
    }
    return STATUS_OK;
}

static void ask_heads(struct hub_work *work)
{
    static const struct pg_statement heads = {HUB_INNER_HEADS, "SELECT inner_log,head_seq FROM inner_head WHERE county=$1 AND inner_log=ANY($2)", "iT"};
    struct ingest *self = hub_ingest_of(work);

    if (self->n_inner == 0)
        return;
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_array(work->pg, self->n_inner, 'T');
    for (size_t i = 0; i < self->n_inner; i++)
        pg_item_bytes(work->pg, self->inner[i].log, strlen(self->inner[i].log));
    pg_send(work->pg, &heads, note_heads, work);
}

/* Whether anything told may be here already. */
static bool may_be_known(const struct ingest *self)
{
    for (size_t i = 0; i < self->n_inner; i++)
        if (self->inner[i].least <= self->inner[i].head)
            return true;
    return false;
}

/* Whoever has these inner numbers gives them up. */
static enum status free_inner(struct hub_work *work)
{
    static const struct pg_statement give_up = {HUB_INNER_FREE, "UPDATE change SET inner_log=NULL,inner_seq=NULL WHERE county=$1 AND inner_log=$2 AND inner_seq=ANY($3)", "itI"};

    return send_inner(work, &give_up, NULL, true);
}

/* ---- the steps ---- */

static enum status refuse_fork(struct hub_work *work)
{
    const struct message_changes *chunk = &work->call->request->chunk;

    return errmsg_set(&work->result->err, STATUS_FORK, "第 %llu 到 %llu 条变更与中心已有的接不上：可能有两台机器共用一份数据，或本站从旧备份恢复；双方数据未动，请联系中心",
                      (unsigned long long)chunk->first, (unsigned long long)chunk->last);
}

/* Where things stand afterwards. */
static bool tell_result(struct hub_work *work, uint64_t n)
{
    struct ingest *self = hub_ingest_of(work);
    struct replica_result *taken = &work->result->taken;

    taken->taken = n;
    taken->repeated = self->n_known;
    for (size_t i = self->n_known; i < self->n; i++)
        taken->quarantined += self->all[i].state == HUB_REFUSED;
    taken->rcur = work->order_head + n;
    taken->have_seq = hub_work_have(work, &work->path);
    return hub_work_chain(work, &work->path, taken->have_seq, &taken->have_hash);
}

/* For whoever runs the hub. */
static void tell_not_understood(struct hub_work *work)
{
    const struct ingest *self = hub_ingest_of(work);
    const struct taken *first = NULL;
    size_t n = 0;

    for (size_t i = self->n_known; i < self->n; i++) {
        if (self->all[i].state != HUB_NOT_UNDERSTOOD)
            continue;
        first = n++ == 0 ? &self->all[i] : first;
    }
    if (n > 0)
        trace_write(hub_trace(work->hub), TRACE_WARN, "hub",
                    "县 %u（%s）：收下了 %zu 条本机看不懂的变更（从第 %llu 条起，种类号 %llu），哪一行、哪个数里都没有它们：县里的程序更新？请更新省级中心的程序", work->result->peer.station_no,
                    work->result->peer.org_code, n, (unsigned long long)first->change.seq, (unsigned long long)first->change.type_no);
}

static enum hub_next write(struct hub_work *work)
{
    struct ingest *self = hub_ingest_of(work);
    const struct message_changes *chunk = &work->call->request->chunk;
    uint64_t n, sum;

    if (self->repeated != STATUS_OK)
        return hub_work_refuse(work, errmsg_set(&work->result->err, STATUS_FORK, "站 %u 的第 %llu 条变更与中心已有的不同", self->log_id.station, (unsigned long long)chunk->first));
    if (self->json.status != STATUS_OK || self->headers.status != STATUS_OK)
        return hub_work_refuse(work, hub_ingest_no_memory(work));
    if (self->log != NULL && self->log->head_seq > self->log->base_seq)
        self->head = self->log->head_hash;
    else if (!hub_work_chain(work, &work->path, self->log != NULL ? self->log->base_seq : 0, &self->head)) /* the chain runs on over the base */
        return hub_work_refuse(work, refuse_fork(work));
    n = hub_ingest_place(work, &sum);
    if (n == 0) {
        bool told = tell_result(work, 0);

        return hub_work_refuse(work, told && (work->result->taken.have_seq != chunk->last || memcmp(work->result->taken.have_hash.bytes, chunk->last_hash, HASH_BYTES) == 0) ? STATUS_OK : refuse_fork(work));
    }
    if (memcmp(self->head.bytes, chunk->last_hash, HASH_BYTES) != 0)
        return hub_work_refuse(work, refuse_fork(work));
    if (self->log == NULL) {
        self->log = hub_work_add_log(work, &self->log_id, 0, 0);
        if (self->log == NULL)
            return hub_work_refuse(work, hub_ingest_no_memory(work));
        work->path.logs[0].no = self->log->no;
    }
    if (free_inner(work) != STATUS_OK)
        return hub_work_refuse(work, hub_ingest_no_memory(work));
    self->log->head_seq = chunk->last;
    self->log->head_hash = self->head;
    hub_ingest_write(work, n, sum);
    work->kept = tell_not_understood;
    (void)tell_result(work, n);
    return HUB_LAST;
}

/* Inner changes are looked up only when one of them may be here: as a rule they come ascending, each once. */
static enum hub_next take(struct hub_work *work)
{
    enum status status;

    work->step = write;
    if (!may_be_known(hub_ingest_of(work)))
        return write(work);
    status = ask_inner(work);
    return status == STATUS_OK ? HUB_AGAIN : hub_work_refuse(work, status);
}

/* Entries are read only of a chunk that fits to what is here. */
static enum hub_next look(struct hub_work *work)
{
    struct ingest *self = hub_ingest_of(work);
    const struct message_changes *chunk = &work->call->request->chunk;
    const struct path_log *at = branch_at(&work->path, chunk->first);
    struct session_result *result = work->result;
    enum status status;

    if (!hub_work_chain(work, &work->path, result->taken.have_seq, &result->taken.have_hash))
        return hub_work_refuse(work, errmsg_set(&result->err, STATUS_CORRUPT, "中心缺少本县第 %llu 条变更的校验值", (unsigned long long)result->taken.have_seq));
    if (work->call->unpacked != STATUS_OK)
        return hub_work_refuse(work, errmsg_set(&result->err, work->call->unpacked, "变更块解压失败：%s", status_text(work->call->unpacked)));
    if (chunk->first > result->taken.have_seq + 1)
        return hub_work_refuse(work, errmsg_set(&result->err, STATUS_GAP, "缺少第 %llu 到 %llu 条变更", (unsigned long long)result->taken.have_seq + 1, (unsigned long long)chunk->first - 1));
    if (chunk->first == 0 || chunk->last != chunk->first + chunk->count - 1 || at == NULL || chunk->last > branch_end(&work->path, at))
        return hub_work_refuse(work, errmsg_set(&result->err, STATUS_MALFORMED, "第 %llu 到 %llu 条变更不属于同一份日志", (unsigned long long)chunk->first, (unsigned long long)chunk->last));
    self->log = at->no != 0 ? hub_work_log_by_no(work, at->no) : NULL;
    self->log_id = at->id;
    status = hub_ingest_read_entries(work);
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    if (self->log != NULL && self->log->head_seq >= chunk->first)
        self->n_known = self->log->head_seq - chunk->first + 1 < self->n ? (size_t)(self->log->head_seq - chunk->first + 1) : self->n;
    for (size_t i = self->n_known; i < self->n; i++)
        if (self->all[i].change.scope != result->peer.org)
            self->all[i].state = HUB_REFUSED;
    status = hub_ingest_collect_rows(work);
    if (status == STATUS_OK) {
        hub_ingest_read_changes(self);
        status = drop_repeated(work);
    }
    if (status == STATUS_OK)
        status = collect_inner(work);
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    if (self->n_known > 0)
        ask_repeated(work, chunk->first, chunk->first + self->n_known - 1);
    if (self->log != NULL)
        hub_work_ask_chain(work, &work->path, self->log->base_seq);
    ask_rows(work);
    ask_heads(work);
    work->step = take;
    return HUB_AGAIN;
}

static enum hub_next judge_peer(struct hub_work *work)
{
    const struct session_request *request = work->call->request;
    enum status status = hub_work_judge_peer(work);

    work->result->chunk = request->chunk;
    if (status == STATUS_OK && request->log.station != work->result->peer.station_no)
        status = errmsg_set(&work->result->err, STATUS_MALFORMED, "变更日志的站号 %u 与密钥登记的 %u 不符", request->log.station, work->result->peer.station_no);
    if (status == STATUS_OK)
        status = hub_work_find_path(work, NULL, 0, &request->log, &work->path);
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    work->result->taken.have_seq = hub_work_have(work, &work->path);
    work->step = look;
    if (hub_work_chain(work, &work->path, work->result->taken.have_seq, &work->result->taken.have_hash))
        return look(work); /* as a rule: it is the log's head */
    hub_work_ask_chain(work, &work->path, work->result->taken.have_seq);
    return HUB_AGAIN;
}

enum hub_next hub_ingest(struct hub_work *work)
{
    struct ingest *self = calloc(1, sizeof *self);

    if (self == NULL)
        return hub_work_refuse(work, hub_ingest_no_memory(work));
    buf_init(&self->headers, 2 * CHUNK_RAW_MAX_BYTES);
    buf_init(&self->json, 16 * CHUNK_RAW_MAX_BYTES);
    upward_init(&self->upward);
    work->own = self;
    work->own_release = release;
    hub_work_load(work, true);
    work->step = judge_peer;
    return HUB_AGAIN;
}
