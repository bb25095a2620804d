/* sync/hub_read.c - reads at a hub: READ_SCOPE, CHECK_SUMS, READ_REPAIR. See hub_impl.h; inside one state of the database.
 *
 * What a county hears of its order is, as a rule, the places of its own changes: two numbers each, read without header and body. Whole changes are of another copy of its upward store, and come in a second step. */
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/scope_sum.h"
#include "sync/hub_impl.h"

enum { PAGE = 8192, REPAIR_PAGE = 1024, SUMS_PAGE = 16384, WHOLE_MAX = 1024 };

struct place {
    uint64_t order, seq;
    int64_t log;
    bool refused, more, own;
    size_t len; /* of its content */
    size_t at, header_len, body_len; /* in reading.content, once read */
    bool there, erased;
};

struct reading {
    struct place *places;
    size_t n, begin; /* the first that is not an entry yet */
    struct buf content;
    bool inside;
    bool page_full;
    uint64_t upto; /* SUMS: read so far */
    uint64_t sums[SCOPE_RANGES], beyond; /* of the ranges asked; of all behind them, where the whole order is asked */
    int64_t told[64]; /* logs whose beginning is in the batch */
    size_t n_told;
};

static void release(void *own)
{
    struct reading *self = own;

    free(self->places);
    buf_release(&self->content);
    free(self);
}

static struct reading *reading_of(struct hub_work *work)
{
    return work->own;
}

static enum status start(struct hub_work *work)
{
    struct reading *self = calloc(1, sizeof *self);

    if (self == NULL)
        return errmsg_set(&work->result->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    buf_init(&self->content, 2 * CHUNK_RAW_MAX_BYTES);
    work->own = self;
    work->own_release = release;
    hub_work_load(work, false);
    return STATUS_OK;
}

/* ---- entries ---- */

/* Where a log that was begun from another one began; once a batch. False: nothing to tell. */
static bool put_log(struct hub_work *work, const struct hub_log *log)
{
    struct reading *self = reading_of(work);
    struct buf *out = &work->call->batch.entries;
    const struct hub_log *parent = log->parent != 0 ? hub_work_log_by_no(work, log->parent) : NULL;
    struct log_path path;
    struct hash base;

    for (size_t i = 0; i < self->n_told; i++)
        if (self->told[i] == log->no)
            return false;
    if (parent == NULL)
        return false;
    if (self->n_told < sizeof self->told / sizeof self->told[0])
        self->told[self->n_told++] = log->no;
    (void)put_log(work, parent);
    (void)hub_work_find_path(work, NULL, 0, &parent->id, &path);
    (void)hub_work_chain(work, &path, log->base_seq, &base);
    cbor_put_array(out, 7);
    cbor_put_uint(out, 0);
    cbor_put_uint(out, log->id.station);
    cbor_put_bytes(out, log->id.incarnation, INCARNATION_BYTES);
    cbor_put_uint(out, parent->id.station);
    cbor_put_bytes(out, parent->id.incarnation, INCARNATION_BYTES);
    cbor_put_uint(out, log->base_seq);
    cbor_put_bytes(out, base.bytes, HASH_BYTES);
    return true;
}

static void put_whole(struct hub_work *work, const struct place *place, const struct hub_log *log)
{
    struct buf *out = &work->call->batch.entries;
    const uint8_t *header = reading_of(work)->content.data + place->at;

    cbor_put_array(out, 5);
    cbor_put_uint(out, place->order);
    cbor_put_uint(out, log->id.station);
    cbor_put_bytes(out, log->id.incarnation, INCARNATION_BYTES);
    cbor_put_bytes(out, header, place->erased ? place->header_len : place->header_len - CHANGE_HASH_SUFFIX_BYTES);
    if (place->erased)
        cbor_put_null(out);
    else
        cbor_put_bytes(out, header + place->header_len, place->body_len);
}

static void put_stub(struct buf *out, const struct place *place)
{
    cbor_put_array(out, place->refused ? 3 : 2);
    cbor_put_uint(out, place->order);
    cbor_put_uint(out, place->seq);
    if (place->refused)
        cbor_put_bool(out, true);
}

static enum status note_contents(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct reading *self = reading_of(context);
    size_t at = 0;

    (void)err;
    for (size_t i = 0; i < pg_count(rows); i++) {
        uint64_t order = (uint64_t)pg_int(rows, i, 0);
        size_t header_len, body_len;
        const uint8_t *header = pg_bytes(rows, i, 1, &header_len), *body = pg_bytes(rows, i, 2, &body_len);

        while (at < self->n && self->places[at].order < order)
            at++;
        if (at == self->n || self->places[at].order != order || header_len <= CHANGE_HASH_SUFFIX_BYTES)
            continue;
        struct place *place = &self->places[at];

        place->at = self->content.len;
        place->header_len = header_len;
        place->body_len = body_len;
        place->erased = body == NULL;
        place->there = true;
        buf_append(&self->content, header, header_len);
        if (body != NULL)
            buf_append(&self->content, body, body_len);
    }
    return self->content.status;
}

/* What was begun of these logs is asked once. */
static void ask_beginnings(struct hub_work *work)
{
    for (size_t i = 0; i < work->n_logs; i++) {
        const struct hub_log *log = &work->logs[i], *parent = log->parent != 0 ? hub_work_log_by_no(work, log->parent) : NULL;
        struct log_path path;

        if (parent != NULL && hub_work_find_path(work, NULL, 0, &parent->id, &path) == STATUS_OK)
            hub_work_ask_chain(work, &path, log->base_seq);
    }
}

/* ---- READ_SCOPE ---- */

static enum status note_places(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;
    struct reading *self = reading_of(work);

    free(self->places);
    self->n = 0;
    self->places = calloc(pg_count(rows) > 0 ? pg_count(rows) : 1, sizeof *self->places);
    if (self->places == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    self->page_full = pg_count(rows) == PAGE;
    for (size_t i = 0; i < pg_count(rows); i++) {
        struct place *place = &self->places[self->n];

        *place = (struct place){.order = (uint64_t)pg_int(rows, i, 0), .log = pg_int(rows, i, 1), .seq = (uint64_t)pg_int(rows, i, 2), .refused = pg_int(rows, i, 3) == HUB_REFUSED, .more = pg_int(rows, i, 4) != 0};
        place->len = (size_t)pg_int(rows, i, 5) + 32;
        place->own = branch_path_holds(&work->path, place->log, place->seq);
        self->n += place->own || !place->refused; /* what was refused only its writer hears of */
    }
    return STATUS_OK;
}

/* How many of the places make the batch: to a transaction's end behind max_bytes; *bytes at least those of whole changes. */
static size_t choose(struct hub_work *work)
{
    struct reading *self = reading_of(work);
    size_t bytes = 0, n = 0, end = 0, whole = 0;
    bool inside = false;

    while (n < self->n && (inside || bytes < work->call->max_bytes) && (inside || whole < WHOLE_MAX)) {
        const struct place *place = &self->places[n];

        bytes += place->own ? 12 : place->len;
        whole += !place->own;
        inside = place->more;
        n++;
        end = inside ? end : n;
    }
    /* A page that ends within a transaction: what is whole before it. A transaction is never longer than a page. */
    if (inside && self->page_full && n == self->n)
        n = end;
    work->result->more = n < self->n || self->page_full;
    return n;
}

static enum hub_next put_batch(struct hub_work *work)
{
    struct reading *self = reading_of(work);
    struct replica_batch *batch = &work->call->batch;
    struct hash hash;

    for (size_t i = 0; i < self->n; i++) {
        const struct place *place = &self->places[i];
        const struct hub_log *log = hub_work_log_by_no(work, place->log);

        if (place->own) {
            put_stub(&batch->entries, place);
            batch->places++;
        } else if (place->there && log != NULL) {
            (void)put_log(work, log);
            put_whole(work, place, log);
        } else {
            return hub_work_refuse(work, errmsg_set(&work->result->err, STATUS_CORRUPT, "中心第 %llu 号变更的内容读不出来", (unsigned long long)place->order));
        }
        batch->last = place->order;
        if (batch->count++ == 0)
            batch->first = batch->last;
    }
    if (!work->result->more && work->order_head > batch->last)
        batch->last = work->order_head;
    if (batch->count > 0 && hub_work_order(work, batch->last, &hash))
        memcpy(work->result->chunk.mark, hash.bytes, MARK_BYTES);
    return hub_work_refuse(work, batch->entries.status);
}

static enum hub_next got_places(struct hub_work *work)
{
    static const struct pg_statement contents = {HUB_CONTENTS, "SELECT ord,header,body FROM change WHERE county=$1 AND ord=ANY($2) ORDER BY ord", "iI"};
    const struct session_request *request = work->call->request;
    struct reading *self = reading_of(work);
    size_t whole = 0;

    for (size_t i = 0; i < self->n; i++)
        if (self->places[i].own && request->own_told && self->places[i].seq > request->have_seq)
            return hub_work_refuse(work, errmsg_set(&work->result->err, STATUS_FORK, "这个站的日志里已有第 %llu 条，这台机器只送到第 %llu 条：还有一份副本在用；重新连接时会自动分开",
                                                    (unsigned long long)self->places[i].seq, (unsigned long long)request->have_seq));
    self->n = choose(work);
    for (size_t i = 0; i < self->n; i++)
        whole += !self->places[i].own;
    if (whole > 0) {
        pg_put_int(work->pg, work->result->peer.org);
        pg_put_array(work->pg, whole, 'I');
        for (size_t i = 0; i < self->n; i++)
            if (!self->places[i].own)
                pg_item_int(work->pg, (int64_t)self->places[i].order);
        pg_send(work->pg, &contents, note_contents, work);
        ask_beginnings(work);
    }
    if (self->n > 0)
        hub_work_ask_order(work, work->result->more ? self->places[self->n - 1].order : work->order_head);
    work->step = put_batch;
    return HUB_AGAIN;
}

static enum hub_next look(struct hub_work *work)
{
    static const struct pg_statement order_after = {
        HUB_ORDER_AFTER, "SELECT ord,log,seq,state,more,(octet_length(header)+coalesce(octet_length(body),0))::int8 FROM change WHERE county=$1 AND ord>$2 ORDER BY ord LIMIT 8192", "ii"};
    const struct session_request *request = work->call->request;
    enum status status = hub_work_judge_peer(work);

    if (status == STATUS_OK)
        status = hub_work_find_path(work, NULL, 0, &request->log, &work->path);
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    work->call->batch.count = work->call->batch.places = 0;
    work->call->batch.first = work->call->batch.last = request->after;
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, request->after > INT64_MAX ? INT64_MAX : (int64_t)request->after);
    pg_send(work->pg, &order_after, note_places, work);
    work->step = got_places;
    return HUB_AGAIN;
}

enum hub_next hub_read_scope(struct hub_work *work)
{
    enum status status = start(work);

    work->step = look;
    return status == STATUS_OK ? HUB_AGAIN : hub_work_refuse(work, status);
}

/* ---- CHECK_SUMS: a page at a time. The whole order, which is asked for first, is read to its end: then the county's kept sum is judged, too ---- */

static enum status add_sums(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;
    struct reading *self = reading_of(work);
    const struct message_sums *asked = &work->call->request->sums;
    uint64_t width = (asked->to - asked->from) / SCOPE_RANGES + 1;

    (void)err;
    self->page_full = pg_count(rows) == SUMS_PAGE;
    for (size_t i = 0; i < pg_count(rows); i++) {
        size_t len;
        uint64_t order = (uint64_t)pg_int(rows, i, 0);
        const uint8_t *header = pg_bytes(rows, i, 2, &len);

        self->upto = order;
        if (pg_int(rows, i, 1) == HUB_REFUSED)
            continue;
        if (order > asked->to)
            self->beyond ^= scope_sum_of(header, len, order);
        else
            self->sums[(order - asked->from) / width] ^= scope_sum_of(header, len, order);
    }
    return STATUS_OK;
}

/* Whether the sum that is kept is what the county's changes come to. This transaction only reads: the county's next greeting or note puts it right (hub_greet.c). */
static void judge_kept_sum(struct hub_work *work)
{
    const struct reading *self = reading_of(work);
    uint64_t sum = self->beyond;

    for (size_t i = 0; i < SUMS_RANGES; i++)
        sum ^= self->sums[i];
    if (sum != work->scope_sum)
        hub_note_recount(work->hub, &(struct hub_recount){work->result->peer.org, work->order_head, work->scope_sum, sum});
}

static enum hub_next next_sums(struct hub_work *work)
{
    static const struct pg_statement sums = {HUB_SUMS, "SELECT ord,state,header FROM change WHERE county=$1 AND ord>$2 AND ord<=$3 ORDER BY ord LIMIT 16384", "iii"};
    struct reading *self = reading_of(work);
    const struct message_sums *asked = &work->call->request->sums;

    if (!self->page_full) {
        if (asked->from == 1)
            judge_kept_sum(work);
        for (size_t i = 0; i < SUMS_RANGES; i++) {
            uint8_t ours[8];

            for (size_t k = 0; k < 8; k++)
                ours[k] = (uint8_t)(self->sums[i] >> (56 - 8 * k));
            if (memcmp(ours, asked->sums + i * 8, 8) != 0)
                work->result->sums.differ |= UINT64_C(1) << i;
        }
        return hub_work_refuse(work, STATUS_OK);
    }
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)self->upto);
    pg_put_int(work->pg, asked->from == 1 || asked->to > INT64_MAX ? INT64_MAX : (int64_t)asked->to);
    pg_send(work->pg, &sums, add_sums, work);
    return HUB_AGAIN;
}

static bool is_range(const struct hub_work *work)
{
    const struct message_sums *asked = &work->call->request->sums;

    return asked->from >= 1 && asked->from <= asked->to && asked->from <= INT64_MAX;
}

static enum hub_next begin_sums(struct hub_work *work)
{
    enum status status = hub_work_judge_peer(work);

    if (status == STATUS_OK && !is_range(work))
        status = errmsg_set(&work->result->err, STATUS_MALFORMED, "核对的范围不成立");
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    reading_of(work)->page_full = true;
    reading_of(work)->upto = work->call->request->sums.from - 1;
    work->step = next_sums;
    return next_sums(work);
}

enum hub_next hub_check_sums(struct hub_work *work)
{
    enum status status = start(work);

    work->step = begin_sums;
    return status == STATUS_OK ? HUB_AGAIN : hub_work_refuse(work, status);
}

/* ---- READ_REPAIR: whole changes of a range, its own ones, too ---- */

static enum status note_repair(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;
    struct reading *self = reading_of(work);
    enum status status;

    self->places = calloc(pg_count(rows) > 0 ? pg_count(rows) : 1, sizeof *self->places);
    if (self->places == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    self->n = pg_count(rows);
    self->page_full = self->n == REPAIR_PAGE;
    for (size_t i = 0; i < self->n; i++)
        self->places[i] = (struct place){.order = (uint64_t)pg_int(rows, i, 0), .log = pg_int(rows, i, 3), .refused = pg_int(rows, i, 4) == HUB_REFUSED};
    status = note_contents(context, rows, err);
    return status;
}

static enum hub_next put_repair(struct hub_work *work)
{
    struct reading *self = reading_of(work);
    struct replica_batch *batch = &work->call->batch;

    for (size_t i = 0; i < self->n; i++) {
        const struct place *place = &self->places[i];
        const struct hub_log *log = hub_work_log_by_no(work, place->log);
        struct change change;

        if (batch->entries.len >= SCOPE_REPAIR_BYTES) {
            batch->last = place->order - 1;
            break;
        }
        if (place->refused)
            continue;
        if (!place->there || log == NULL || change_decode_header(self->content.data + place->at, place->header_len, &change) != STATUS_OK ||
            (!place->erased && !hash_equal(hash_of(self->content.data + place->at + place->header_len, place->body_len), change.body_hash)))
            return hub_work_refuse(work, errmsg_set(&work->result->err, STATUS_CORRUPT, "中心第 %llu 号变更的内容已损坏，不能用来修复", (unsigned long long)place->order));
        batch->count += put_log(work, log);
        put_whole(work, place, log);
        batch->count++;
    }
    if (self->page_full && self->n > 0 && batch->last > self->places[self->n - 1].order)
        batch->last = self->places[self->n - 1].order;
    return hub_work_refuse(work, batch->entries.status);
}

static enum hub_next begin_repair(struct hub_work *work)
{
    static const struct pg_statement repair = {HUB_REPAIR, "SELECT ord,header,body,log,state FROM change WHERE county=$1 AND ord BETWEEN $2 AND $3 ORDER BY ord LIMIT 1024", "iii"};
    const struct message_sums *asked = &work->call->request->sums;
    enum status status = hub_work_judge_peer(work);

    if (status == STATUS_OK && !is_range(work))
        status = errmsg_set(&work->result->err, STATUS_MALFORMED, "核对的范围不成立");
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    work->result->chunk.repair = true;
    work->call->batch.count = 0;
    work->call->batch.first = asked->from;
    work->call->batch.last = asked->to;
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)asked->from);
    pg_put_int(work->pg, asked->to > INT64_MAX ? INT64_MAX : (int64_t)asked->to);
    pg_send(work->pg, &repair, note_repair, work);
    ask_beginnings(work);
    work->step = put_repair;
    return HUB_AGAIN;
}

enum hub_next hub_read_repair(struct hub_work *work)
{
    enum status status = start(work);

    work->step = begin_repair;
    return status == STATUS_OK ? HUB_AGAIN : hub_work_refuse(work, status);
}
