/* sync/hub_ingest_read.c - a chunk at a hub is read: its entries, and what they tell of rows and of inner changes (core/record/upward.h). All of it before the first write is queued. See hub_ingest.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/json.h"
#include "sync/hub_ingest.h"

enum { NUMBER_MAX_BYTES = 40 };

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

enum status hub_ingest_read_entries(struct hub_work *work)
{
    struct ingest *self = hub_ingest_of(work);
    const struct message_changes *chunk = &work->call->request->chunk;
    struct reader reader;

    /* An entry has at least three bytes. */
    if (chunk->count > work->call->len / 3)
        return errmsg_set(&work->result->err, STATUS_MALFORMED, "变更块里的条数不对");
    self->all = calloc(chunk->count > 0 ? (size_t)chunk->count : 1, sizeof *self->all);
    if (self->all == NULL)
        return hub_ingest_no_memory(work);
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

struct told_row *hub_ingest_row(struct ingest *self, struct id id)
{
    struct told_row key = {.id = id};

    return self->n_rows > 0 ? bsearch(&key, self->rows, self->n_rows, sizeof key, by_id) : NULL;
}

/* The rows of the chunk's new changes, each once, ascending. */
enum status hub_ingest_collect_rows(struct hub_work *work)
{
    struct ingest *self = hub_ingest_of(work);
    size_t n = 0;

    self->rows = calloc(self->n > 0 ? self->n : 1, sizeof *self->rows);
    if (self->rows == NULL)
        return hub_ingest_no_memory(work);
    for (size_t i = self->n_known; i < self->n; i++)
        if (self->all[i].state == HUB_TAKEN && self->all[i].change.type_no == UPWARD_CHANGE_TYPE)
            self->rows[n++].id = self->all[i].change.id;
    qsort(self->rows, n, sizeof *self->rows, by_id);
    for (size_t i = 0; i < n; i++)
        if (self->n_rows == 0 || !id_equal(self->rows[i].id, self->rows[self->n_rows - 1].id))
            self->rows[self->n_rows++] = self->rows[i];
    for (size_t i = self->n_known; i < self->n; i++)
        if (self->all[i].state == HUB_TAKEN && self->all[i].change.type_no == UPWARD_CHANGE_TYPE)
            self->all[i].row = hub_ingest_row(self, self->all[i].change.id) - self->rows;
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
        if (clean.status != STATUS_OK && json->out->status == STATUS_OK)
            json->out->status = clean.status;
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
    enum status status = upward_decode(&taken->change, taken->body, taken->body_len, &self->upward, NULL);
    if (status == STATUS_NOMEM) { /* stored as not understood, it would be told by nobody again */
        self->json.status = STATUS_NOMEM;
        return;
    }
    if (status != STATUS_OK) {
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

/* ---- figures ---- */

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
static enum status figures_fit(const char *text, size_t len, bool *fit)
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
    *fit = fine && json_next(&json) == JSON_END;
    enum status status = word.status == STATUS_NOMEM ? STATUS_NOMEM : STATUS_OK;
    buf_release(&word);
    return status;
}

bool hub_ingest_figures(const struct taken *taken, struct figures *out)
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
    return reader.status == STATUS_OK && (found & 0x7e) == 0x7e && out->text != NULL;
}

/* One change of type 59. */
static void read_figures(struct ingest *self, struct taken *taken)
{
    struct figures figures;

    if (taken->body == NULL)
        return;
    if (hub_ingest_figures(taken, &figures) && figures_fit(figures.text, figures.len, &taken->cells) != STATUS_OK)
        self->json.status = STATUS_NOMEM;
    if (!taken->cells)
        taken->state = HUB_NOT_UNDERSTOOD;
}

/* ---- all of them ---- */

void hub_ingest_read_changes(struct ingest *self)
{
    for (size_t i = self->n_known; i < self->n; i++) {
        struct taken *taken = &self->all[i];

        if (taken->state != HUB_TAKEN)
            continue;
        if (taken->change.type_no == UPWARD_CHANGE_TYPE)
            read_change(self, taken);
        else if (taken->change.type_no == UPWARD_CELLS_TYPE && taken->change.op == CHANGE_PUT)
            read_figures(self, taken);
        else
            taken->state = HUB_NOT_UNDERSTOOD;
    }
}
