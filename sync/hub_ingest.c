/* sync/hub_ingest.c - INGEST at a hub: changes of a county's upward store into log and order, and what they tell into rows and report cells. See hub_store.h, core/record/upward.h.
 *
 * Three round trips, four when an inner change may be here already: (1) lock the county, read its logs; (2) read what the chunk touches: headers of numbers that came before, its rows, inner changes that are here already; (3) write everything and, when no
 * other request of the group has more to do, COMMIT. All entries are read and judged before the first write is queued.
 *
 * A row is written once a chunk, with the last thing told of it. Changes of one row are linked (prev), so that an erasure by law finds them without an index over all changes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/json.h"
#include "core/record/scope_sum.h"
#include "sync/hub_impl.h"

enum { REPORT_TEXT_BYTES = 64, NUMBER_MAX_BYTES = 40, NO_ROW = -1 };

struct taken {
    struct change change;
    size_t header_at, header_len; /* in ingest.headers */
    const uint8_t *body;          /* borrowed from the entries; NULL: gone */
    size_t body_len;
    struct hash chain;
    enum hub_state state;
    uint64_t order;
    long row;     /* whose change it is; NO_ROW */
    int64_t prev; /* 0: none */
    char inner_log[UPWARD_LOG_TEXT_BYTES]; /* "": none, or one that is here already */
    int64_t inner_seq;
    bool alias; /* told under an erased row's alias: it takes the place of what was erased */
    bool cells; /* of a report */
};

struct told_row {
    struct id id;
    bool known, erased, erase, told, gone; /* known: in the database; erase: by this chunk */
    int64_t stored, last;                  /* its last change there, and now */
    uint64_t type_no;
    int64_t scope;
    size_t json_at, json_len; /* in ingest.json; len 0: no cells */
};

/* A log within the county, of which this chunk tells. */
struct inner {
    char log[UPWARD_LOG_TEXT_BYTES];
    int64_t least, most, head; /* what is told; what came before, 0: nothing */
};

struct ingest {
    struct inner *inner;
    size_t n_inner;
    struct taken *all; /* the chunk, from its first number on */
    size_t n, n_known; /* the first n_known were here before */
    struct told_row *rows;
    size_t n_rows;
    struct buf headers, json;
    struct upward_change upward;
    struct hub_log *log; /* NULL: a new one */
    struct log_id log_id;
    struct hash head;
    enum status repeated; /* of the headers that came before */
};

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

static struct ingest *ingest_of(struct hub_work *work)
{
    return work->own;
}

static enum status no_memory(struct hub_work *work)
{
    return errmsg_set(&work->result->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
}

/* ---- the entries ---- */

/* prefix + 58 20 + H(body) */
static enum status read_entry(struct reader *reader, struct ingest *self, struct taken *out)
{
    static const uint8_t bytes_32[2] = {0x58, 0x20};
    uint64_t items = cbor_array(reader);
    size_t len = 0;
    const uint8_t *prefix = cbor_bytes(reader, &len);
    bool gone = cbor_peek(reader) == CBOR_NULL;

    *out = (struct taken){.header_at = self->headers.len, .row = NO_ROW};
    if (gone)
        cbor_null(reader);
    else
        out->body = cbor_bytes(reader, &out->body_len);
    if (items == 3)
        (void)cbor_uint(reader); /* the place it had: a place is given anew here, nobody else reads this order */
    if (reader->status != STATUS_OK || items < 2 || items > 3 || len > CHANGE_HEADER_MAX_BYTES || out->body_len > CHANGE_BODY_MAX_BYTES)
        return STATUS_MALFORMED;
    buf_append(&self->headers, prefix, len);
    if (!gone) {
        struct hash hash = hash_of(out->body, out->body_len);

        buf_append(&self->headers, bytes_32, sizeof bytes_32);
        buf_append(&self->headers, hash.bytes, HASH_BYTES);
    }
    out->header_len = self->headers.len - out->header_at;
    return self->headers.status != STATUS_OK ? self->headers.status : change_decode_header(self->headers.data + out->header_at, out->header_len, &out->change);
}

static enum status read_entries(struct hub_work *work)
{
    struct ingest *self = ingest_of(work);
    const struct message_changes *chunk = &work->call->request->chunk;
    struct reader reader;

    /* An entry has at least three bytes. */
    if (chunk->count > work->call->len / 3)
        return errmsg_set(&work->result->err, STATUS_MALFORMED, "变更块里的条数不对");
    self->all = calloc(chunk->count > 0 ? (size_t)chunk->count : 1, sizeof *self->all);
    if (self->all == NULL)
        return no_memory(work);
    reader_init(&reader, work->call->entries, work->call->len);
    for (; self->n < chunk->count; self->n++) {
        struct taken *taken = &self->all[self->n];
        enum status status = read_entry(&reader, self, taken);

        if (status != STATUS_OK || taken->change.seq != chunk->first + self->n)
            return errmsg_set(&work->result->err, status == STATUS_NOMEM || status == STATUS_VERSION ? status : STATUS_MALFORMED, "第 %llu 条变更读不出来", (unsigned long long)(chunk->first + self->n));
    }
    return reader_left(&reader) == 0 ? STATUS_OK : errmsg_set(&work->result->err, STATUS_MALFORMED, "变更块比它的条数长");
}

/* ---- what they tell ---- */

static int by_id(const void *a, const void *b)
{
    return memcmp(((const struct told_row *)a)->id.bytes, ((const struct told_row *)b)->id.bytes, ID_BYTES);
}

static struct told_row *find_row(struct ingest *self, struct id id)
{
    struct told_row key = {.id = id};

    return self->n_rows > 0 ? bsearch(&key, self->rows, self->n_rows, sizeof key, by_id) : NULL;
}

/* The rows of the chunk's new changes, each once, ascending. */
static enum status collect_rows(struct hub_work *work)
{
    struct ingest *self = ingest_of(work);
    size_t n = 0;

    self->rows = calloc(self->n > 0 ? self->n : 1, sizeof *self->rows);
    if (self->rows == NULL)
        return no_memory(work);
    for (size_t i = self->n_known; i < self->n; i++)
        if (self->all[i].state == HUB_TAKEN && self->all[i].change.type_no == UPWARD_CHANGE_TYPE)
            self->rows[n++].id = self->all[i].change.id;
    qsort(self->rows, n, sizeof *self->rows, by_id);
    for (size_t i = 0; i < n; i++)
        if (self->n_rows == 0 || !id_equal(self->rows[i].id, self->rows[self->n_rows - 1].id))
            self->rows[self->n_rows++] = self->rows[i];
    for (size_t i = self->n_known; i < self->n; i++)
        if (self->all[i].state == HUB_TAKEN && self->all[i].change.type_no == UPWARD_CHANGE_TYPE)
            self->all[i].row = find_row(self, self->all[i].change.id) - self->rows;
    return STATUS_OK;
}

/* JSON text that a database takes: it has no U+0000. */
static void put_value(struct json_writer *json, struct value value)
{
    if (value.kind == VALUE_INT) {
        json_int(json, value.number);
    } else if (memchr(value.text, '\0', value.len) == NULL) {
        json_text(json, value.text, value.len);
    } else {
        struct buf clean;

        buf_init(&clean, value.len);
        for (size_t i = 0; i < value.len; i++)
            if (value.text[i] != '\0')
                buf_putc(&clean, (uint8_t)value.text[i]);
        json_text(json, buf_cstr(&clean), clean.len);
        buf_release(&clean);
    }
}

/* The cells of the row as a JSON object at the end of `json`; more: behind those that are there. */
static void put_cells(struct ingest *self, struct told_row *row, bool more)
{
    struct json_writer writer;
    struct value value;
    uint16_t field;
    size_t at = 0, before = row->json_at, before_len = more && row->json_len > 2 ? row->json_len - 1 : 0, begin = self->json.len, fresh;
    char key[8];

    if (before_len > 0) { /* without its last brace */
        uint8_t *room = buf_extend(&self->json, before_len);

        if (room != NULL)
            memcpy(room, self->json.data + before, before_len);
    }
    fresh = self->json.len;
    json_begin(&writer, &self->json);
    json_object(&writer);
    while (upward_next_cell(&self->upward, &at, &field, &value)) {
        snprintf(key, sizeof key, "%u", field);
        json_key(&writer, key);
        put_value(&writer, value);
    }
    json_object_end(&writer);
    if (before_len > 0 && self->json.status == STATUS_OK) {
        if (self->json.len - fresh == 2) /* nothing new */
            self->json.data[fresh] = ' ';
        else
            self->json.data[fresh] = ',';
    }
    row->json_at = begin;
    row->json_len = self->json.len - begin;
    buf_putc(&self->json, 0);
}

static void note_row(struct ingest *self, struct taken *taken)
{
    const struct upward_change *upward = &self->upward;
    struct told_row *row = &self->rows[taken->row];

    /* Told under an alias: an erased row's history. Its row is no more. */
    if (!id_equal(upward->id, row->id) || upward->row_is == UPWARD_ROW_LATER || (upward->row_is == UPWARD_ROW_MORE && !row->told))
        return;
    if (upward->row_is != UPWARD_ROW_MORE) {
        row->type_no = upward->type_no;
        row->scope = upward->row_org;
        row->gone = upward->gone;
    }
    row->told = true;
    put_cells(self, row, upward->row_is == UPWARD_ROW_MORE);
}

/* One change of type 58. */
static void read_change(struct ingest *self, struct taken *taken)
{
    if (taken->change.op == CHANGE_ERASE) {
        self->rows[taken->row].erase = true;
        return;
    }
    if (taken->body == NULL)
        return;
    if (upward_decode(&taken->change, taken->body, taken->body_len, &self->upward, NULL) != STATUS_OK) {
        taken->state = HUB_NOT_UNDERSTOOD;
        return;
    }
    if (self->upward.has_change) {
        upward_log_text(&self->upward.log, taken->inner_log);
        taken->inner_seq = (int64_t)self->upward.change.seq;
        taken->alias = !id_equal(self->upward.id, taken->change.id);
    }
    note_row(self, taken);
}

static void read_changes(struct ingest *self)
{
    for (size_t i = self->n_known; i < self->n; i++) {
        struct taken *taken = &self->all[i];

        if (taken->state != HUB_TAKEN)
            continue;
        if (taken->change.type_no == UPWARD_CHANGE_TYPE)
            read_change(self, taken);
        else if (taken->change.type_no == UPWARD_CELLS_TYPE && taken->change.op == CHANGE_PUT)
            taken->cells = true;
        else
            taken->state = HUB_NOT_UNDERSTOOD;
    }
}

/* ---- what is here ---- */

static enum status check_repeated(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;
    struct ingest *self = ingest_of(work);

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
    pg_put_int(work->pg, ingest_of(work)->log->no);
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
        row = find_row(ingest_of(work), id);
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
    struct ingest *self = ingest_of(work);

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
    struct ingest *self = ingest_of(context);

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
    struct ingest *self = ingest_of(work);
    struct taken **sorted = calloc(self->n > 0 ? self->n : 1, sizeof(struct taken *));
    size_t n = 0;

    if (sorted == NULL)
        return no_memory(work);
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
    struct ingest *self = ingest_of(work);
    struct taken **sorted = calloc(self->n > 0 ? self->n : 1, sizeof(struct taken *));
    size_t n = 0;

    if (sorted == NULL)
        return no_memory(work);
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
    struct ingest *self = ingest_of(work);
    size_t n = 0;

    self->inner = calloc(self->n > 0 ? self->n : 1, sizeof *self->inner);
    if (self->inner == NULL)
        return no_memory(work);
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
    struct ingest *self = ingest_of(context);

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
    struct ingest *self = ingest_of(work);

    if (self->n_inner == 0)
        return;
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_array(work->pg, self->n_inner, 'T');
    for (size_t i = 0; i < self->n_inner; i++)
        pg_item_bytes(work->pg, self->inner[i].log, strlen(self->inner[i].log));
    pg_send(work->pg, &heads, note_heads, work);
}

static void write_heads(struct hub_work *work)
{
    static const struct pg_statement head = {HUB_INNER_HEAD,
                                             "INSERT INTO inner_head(county,inner_log,head_seq) VALUES($1,$2,$3) "
                                             "ON CONFLICT (county,inner_log) DO UPDATE SET head_seq=greatest(inner_head.head_seq,EXCLUDED.head_seq)",
                                             "iti"};
    struct ingest *self = ingest_of(work);

    for (size_t i = 0; i < self->n_inner; i++) {
        if (self->inner[i].most <= self->inner[i].head)
            continue;
        pg_put_int(work->pg, work->result->peer.org);
        pg_put_text(work->pg, self->inner[i].log);
        pg_put_int(work->pg, self->inner[i].most);
        pg_send(work->pg, &head, NULL, NULL);
    }
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

/* ---- writing ---- */

typedef void (*put_one)(struct hub_work *work, const void *item);

/* n items by the largest statements that fit. */
static void write_many(struct hub_work *work, enum hub_many kind, const void *items, size_t n, size_t size, put_one put, bool (*wanted)(const void *item))
{
    static const size_t sizes[HUB_SIZES] = {1, 8, 64};
    size_t left = 0, in = 0;
    int at = 0;

    for (size_t i = 0; i < n; i++)
        left += wanted((const char *)items + i * size);
    for (size_t i = 0; i < n; i++) {
        const void *item = (const char *)items + i * size;

        if (!wanted(item))
            continue;
        if (in == 0)
            at = left >= 64 ? 2 : left >= 8 ? 1 : 0;
        put(work, item);
        if (++in < sizes[at])
            continue;
        pg_send(work->pg, hub_many(work->hub, kind, at), NULL, NULL);
        left -= in;
        in = 0;
    }
}

static void put_change(struct hub_work *work, const void *item)
{
    const struct taken *taken = item;
    struct ingest *self = ingest_of(work);

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)taken->order);
    pg_put_int(work->pg, self->log->no);
    pg_put_int(work->pg, (int64_t)taken->change.seq);
    pg_put_int(work->pg, taken->state);
    pg_put_bool(work->pg, (taken->change.flags & CHANGE_FLAG_MORE) != 0);
    if (taken->prev != 0)
        pg_put_int(work->pg, taken->prev);
    else
        pg_put_null(work->pg);
    if (taken->inner_log[0] != '\0') {
        pg_put_text(work->pg, taken->inner_log);
        pg_put_int(work->pg, taken->inner_seq);
    } else {
        pg_put_null(work->pg);
        pg_put_null(work->pg);
    }
    pg_put_bytes(work->pg, self->headers.data + taken->header_at, taken->header_len);
    pg_put_bytes(work->pg, taken->body == NULL ? NULL : taken->body, taken->body_len);
    pg_put_bytes(work->pg, taken->chain.bytes, HASH_BYTES);
}

static bool is_new_change(const void *item)
{
    return ((const struct taken *)item)->order != 0;
}

static void put_told(struct hub_work *work, const void *item)
{
    const struct told_row *row = item;
    struct ingest *self = ingest_of(work);

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_bytes(work->pg, row->id.bytes, ID_BYTES);
    pg_put_int(work->pg, (int64_t)row->type_no);
    pg_put_int(work->pg, row->scope);
    pg_put_bool(work->pg, row->gone);
    if (row->json_len > 0)
        pg_put_bytes(work->pg, self->json.data + row->json_at, row->json_len);
    else
        pg_put_null(work->pg);
    pg_put_int(work->pg, row->last);
}

static bool is_told(const void *item)
{
    const struct told_row *row = item;

    return row->told && !row->erased && !row->erase;
}

static void put_touched(struct hub_work *work, const void *item)
{
    const struct told_row *row = item;

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_bytes(work->pg, row->id.bytes, ID_BYTES);
    pg_put_int(work->pg, (int64_t)row->type_no);
    pg_put_int(work->pg, row->scope);
    pg_put_int(work->pg, row->last);
}

static bool is_touched(const void *item)
{
    const struct told_row *row = item;

    return !row->erase && (row->erased || !row->told);
}

/* What was of the row before this chunk loses its content; and the row. */
static void write_erasure(struct hub_work *work, const struct told_row *row)
{
    static const struct pg_statement bodies = {HUB_ERASE_BODIES,
                                               "WITH RECURSIVE line(ord,prev) AS (SELECT c.ord,c.prev FROM change c WHERE c.county=$1 AND c.ord=$2 "
                                               "UNION ALL SELECT c.ord,c.prev FROM line l JOIN change c ON c.county=$1 AND c.ord=l.prev) "
                                               "UPDATE change SET body=NULL,inner_log=NULL,inner_seq=NULL WHERE county=$1 AND ord IN (SELECT ord FROM line)",
                                               "ii"};
    static const struct pg_statement gone = {HUB_ERASE_ROW,
                                             "INSERT INTO county_row(county,id,type_no,scope,gone,erased,cells,ord) VALUES($1,$2,$3,$4,true,true,NULL,$5) "
                                             "ON CONFLICT (county,id) DO UPDATE SET gone=true,erased=true,cells=NULL,ord=EXCLUDED.ord",
                                             "ibiii"};

    if (row->stored != 0) {
        pg_put_int(work->pg, work->result->peer.org);
        pg_put_int(work->pg, row->stored);
        pg_send(work->pg, &bodies, NULL, NULL);
    }
    put_touched(work, row);
    pg_send(work->pg, &gone, NULL, NULL);
}

static bool read_text_field(struct reader *reader, char *out, size_t out_bytes)
{
    size_t len;
    const char *text = cbor_text(reader, &len);

    if (reader->status != STATUS_OK || len == 0 || len >= out_bytes || memchr(text, '\0', len) != NULL)
        return false;
    memcpy(out, text, len);
    out[len] = '\0';
    return true;
}

/* A flat object of numbers and nulls, each name once as the writer has it: what numeric and a primary key take. */
static bool figures_fit(const char *text, size_t len)
{
    struct json_reader json;
    struct buf word;
    enum json_token token;
    bool fine = true;

    buf_init(&word, 4096);
    json_reader_init(&json, text, len, &word);
    fine = json_next(&json) == JSON_OBJECT;
    while (fine && (token = json_next(&json)) != JSON_OBJECT_END) {
        fine = token == JSON_KEY && memchr(word.data != NULL ? (const char *)word.data : "", '\0', word.len) == NULL;
        if (!fine)
            break;
        token = json_next(&json);
        fine = token == JSON_NULL || (token == JSON_NUMBER && word.len <= NUMBER_MAX_BYTES && memchr(word.data, 'e', word.len) == NULL && memchr(word.data, 'E', word.len) == NULL);
    }
    fine = fine && json_next(&json) == JSON_END;
    buf_release(&word);
    return fine;
}

struct figures {
    char report[REPORT_TEXT_BYTES], period[REPORT_TEXT_BYTES];
    int64_t from, until, org;
    const char *text;
    size_t len;
};

static bool read_figures(const struct taken *taken, struct figures *out)
{
    struct reader reader;
    uint64_t count;
    unsigned found = 0;

    *out = (struct figures){.text = NULL};
    reader_init(&reader, taken->body, taken->body_len);
    count = cbor_map(&reader);
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t field = cbor_uint(&reader);
        size_t skipped;
        bool fine = true;

        switch (field) {
        case UPWARD_CELLS_REPORT:
            fine = read_text_field(&reader, out->report, sizeof out->report);
            break;
        case UPWARD_CELLS_PERIOD:
            fine = read_text_field(&reader, out->period, sizeof out->period);
            break;
        case UPWARD_CELLS_FROM:
            out->from = cbor_int(&reader);
            break;
        case UPWARD_CELLS_UNTIL:
            out->until = cbor_int(&reader);
            break;
        case UPWARD_CELLS_ORG:
            out->org = cbor_int(&reader);
            break;
        case UPWARD_CELLS_FIGURES:
            out->text = cbor_text(&reader, &out->len);
            break;
        default:
            (void)cbor_skip(&reader, &skipped);
        }
        if (!fine)
            return false;
        found |= field < 32 ? 1u << field : 0;
    }
    return reader.status == STATUS_OK && (found & 0x7e) == 0x7e && out->text != NULL && figures_fit(out->text, out->len);
}

static void put_figures_key(struct hub_work *work, const struct figures *figures)
{
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_text(work->pg, figures->report);
    pg_put_text(work->pg, figures->period);
    pg_put_int(work->pg, figures->org);
}

static void write_figures(struct hub_work *work, const struct figures *figures)
{
    static const struct pg_statement out = {HUB_CELLS_OUT, "DELETE FROM report_cell WHERE county=$1 AND report=$2 AND period=$3 AND org=$4", "itti"};
    static const struct pg_statement in = {
        HUB_CELLS_IN, "INSERT INTO report_cell(county,report,period,org,cell,value,from_day,until_day) SELECT $1,$2,$3,$4,f.key,f.value::numeric,$5,$6 FROM jsonb_each_text($7) f", "ittiiij"};

    put_figures_key(work, figures);
    pg_send(work->pg, &out, NULL, NULL);
    put_figures_key(work, figures);
    pg_put_int(work->pg, figures->from);
    pg_put_int(work->pg, figures->until);
    pg_put_bytes(work->pg, figures->text, figures->len);
    pg_send(work->pg, &in, NULL, NULL);
}

static void write_head(struct hub_work *work, uint64_t n, uint64_t sum)
{
    static const struct pg_statement set_head = {HUB_SET_HEAD, "UPDATE log SET head_seq=$3,head_hash=$4 WHERE county=$1 AND no=$2", "iiib"};
    static const struct pg_statement add_order = {HUB_ADD_ORDER, "UPDATE county SET order_head=order_head+$2,scope_sum=$3 WHERE no=$1", "iii"};
    const struct hub_log *log = ingest_of(work)->log;

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, log->no);
    pg_put_int(work->pg, (int64_t)log->head_seq);
    pg_put_bytes(work->pg, log->head_hash.bytes, HASH_BYTES);
    pg_send(work->pg, &set_head, NULL, NULL);
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)n);
    pg_put_int(work->pg, (int64_t)sum);
    pg_send(work->pg, &add_order, NULL, NULL);
}

/* Place, chain, links; what an erasure takes from changes of this very chunk. */
static uint64_t place_all(struct hub_work *work, uint64_t *sum)
{
    struct ingest *self = ingest_of(work);
    uint64_t order = work->order_head;

    *sum = work->scope_sum;
    for (size_t i = self->n_known; i < self->n; i++) {
        struct taken *taken = &self->all[i];
        const uint8_t *header = self->headers.data + taken->header_at;

        taken->order = ++order;
        taken->chain = self->head = change_chain(self->head, header, taken->header_len);
        if (taken->state != HUB_REFUSED)
            *sum ^= scope_sum_of(header, taken->header_len, order);
        if (taken->row == NO_ROW)
            continue;
        struct told_row *row = &self->rows[taken->row];

        taken->prev = row->last;
        row->last = (int64_t)order;
        if ((row->erased || row->erase) && taken->change.op != CHANGE_ERASE) {
            taken->body = NULL;
            taken->inner_log[0] = '\0';
        }
    }
    return order - work->order_head;
}

static void write_all(struct hub_work *work, uint64_t n, uint64_t sum)
{
    struct ingest *self = ingest_of(work);

    for (size_t i = 0; i < self->n_rows; i++) /* before new changes take over what is erased */
        if (self->rows[i].erase)
            write_erasure(work, &self->rows[i]);
    write_many(work, HUB_MANY_ADD, self->all, self->n, sizeof *self->all, put_change, is_new_change);
    write_many(work, HUB_MANY_TELL, self->rows, self->n_rows, sizeof *self->rows, put_told, is_told);
    write_many(work, HUB_MANY_TOUCH, self->rows, self->n_rows, sizeof *self->rows, put_touched, is_touched);
    for (size_t i = self->n_known; i < self->n; i++) {
        struct figures figures;

        if (self->all[i].cells && read_figures(&self->all[i], &figures))
            write_figures(work, &figures);
    }
    write_heads(work);
    write_head(work, n, sum);
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
    struct ingest *self = ingest_of(work);
    struct replica_result *taken = &work->result->taken;

    taken->taken = n;
    taken->repeated = self->n_known;
    for (size_t i = self->n_known; i < self->n; i++)
        taken->quarantined += self->all[i].state == HUB_REFUSED;
    taken->rcur = work->order_head + n;
    taken->have_seq = hub_work_have(work, &work->path);
    return hub_work_chain(work, &work->path, taken->have_seq, &taken->have_hash);
}

static enum hub_next write(struct hub_work *work)
{
    struct ingest *self = ingest_of(work);
    const struct message_changes *chunk = &work->call->request->chunk;
    uint64_t n, sum;

    if (self->repeated != STATUS_OK)
        return hub_work_refuse(work, errmsg_set(&work->result->err, STATUS_FORK, "站 %u 的第 %llu 条变更与中心已有的不同", self->log_id.station, (unsigned long long)chunk->first));
    if (self->json.status != STATUS_OK || self->headers.status != STATUS_OK)
        return hub_work_refuse(work, no_memory(work));
    if (self->log != NULL && self->log->head_seq > self->log->base_seq)
        self->head = self->log->head_hash;
    else if (!hub_work_chain(work, &work->path, self->log != NULL ? self->log->base_seq : 0, &self->head)) /* the chain runs on over the base */
        return hub_work_refuse(work, refuse_fork(work));
    n = place_all(work, &sum);
    if (n == 0) {
        bool told = tell_result(work, 0);

        return hub_work_refuse(work, told && (work->result->taken.have_seq != chunk->last || memcmp(work->result->taken.have_hash.bytes, chunk->last_hash, HASH_BYTES) == 0) ? STATUS_OK : refuse_fork(work));
    }
    if (memcmp(self->head.bytes, chunk->last_hash, HASH_BYTES) != 0)
        return hub_work_refuse(work, refuse_fork(work));
    if (self->log == NULL) {
        self->log = hub_work_add_log(work, &self->log_id, 0, 0);
        if (self->log == NULL)
            return hub_work_refuse(work, no_memory(work));
        work->path.logs[0].no = self->log->no;
    }
    if (free_inner(work) != STATUS_OK)
        return hub_work_refuse(work, no_memory(work));
    self->log->head_seq = chunk->last;
    self->log->head_hash = self->head;
    write_all(work, n, sum);
    (void)tell_result(work, n);
    return HUB_LAST;
}

/* Inner changes are looked up only when one of them may be here: as a rule they come ascending, each once. */
static enum hub_next take(struct hub_work *work)
{
    enum status status;

    work->step = write;
    if (!may_be_known(ingest_of(work)))
        return write(work);
    status = ask_inner(work);
    return status == STATUS_OK ? HUB_AGAIN : hub_work_refuse(work, status);
}

/* Entries are read only of a chunk that fits to what is here. */
static enum hub_next look(struct hub_work *work)
{
    struct ingest *self = ingest_of(work);
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
    status = read_entries(work);
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    if (self->log != NULL && self->log->head_seq >= chunk->first)
        self->n_known = self->log->head_seq - chunk->first + 1 < self->n ? (size_t)(self->log->head_seq - chunk->first + 1) : self->n;
    for (size_t i = self->n_known; i < self->n; i++)
        if (self->all[i].change.scope != result->peer.org)
            self->all[i].state = HUB_REFUSED;
    status = collect_rows(work);
    if (status == STATUS_OK) {
        read_changes(self);
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
        return hub_work_refuse(work, no_memory(work));
    buf_init(&self->headers, 2 * CHUNK_RAW_MAX_BYTES);
    buf_init(&self->json, 16 * CHUNK_RAW_MAX_BYTES);
    upward_init(&self->upward);
    work->own = self;
    work->own_release = release;
    hub_work_load(work, true);
    work->step = judge_peer;
    return HUB_AGAIN;
}
