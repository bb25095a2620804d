/* tests/county_top.c - see county_top.h. */
#include "tests/county_top.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "core/record/schema.h"
#include "core/record/upward.h"

enum { LINE_MAX_BYTES = 1 << 20 };

/* One line about one id, in the order in which it was told. */
struct line {
    struct id id;
    size_t nth;
    bool more, gone; /* goes on with the line before it; takes what was told away */
    char *text;      /* owned */
};

struct lines {
    struct line *list; /* owned */
    size_t n, room;
};

static void add(struct lines *lines, struct id id, bool more, bool gone, const char *text)
{
    if (lines->n == lines->room) {
        lines->room = lines->room == 0 ? 256 : 2 * lines->room;
        lines->list = realloc(lines->list, lines->room * sizeof lines->list[0]);
        assert_non_null(lines->list);
    }
    lines->list[lines->n] = (struct line){id, lines->n, more, gone, strdup(text)};
    lines->n++;
}

static int by_id(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    int order = id_compare(left->id, right->id);
    return order != 0 ? order : left->nth < right->nth ? -1 : left->nth > right->nth;
}

/* Of each id what was told last, with what adds to it. */
static void put_last(struct lines *lines, struct buf *out)
{
    if (lines->n > 0)
        qsort(lines->list, lines->n, sizeof lines->list[0], by_id);
    for (size_t i = 0; i < lines->n;) {
        size_t end = i, from;
        while (end < lines->n && id_equal(lines->list[end].id, lines->list[i].id))
            end++;
        for (from = end - 1; from > i && lines->list[from].more; from--)
            ;
        if (!lines->list[from].gone) {
            for (size_t k = from; k < end; k++)
                buf_puts(out, lines->list[k].text);
            buf_putc(out, '\n');
        }
        i = end;
    }
    for (size_t i = 0; i < lines->n; i++)
        free(lines->list[i].text);
    free(lines->list);
    assert_int_equal(out->status, STATUS_OK);
}

static void put_head(struct buf *line, uint64_t type_no, struct id id, int64_t org)
{
    char hex[ID_TEXT_BYTES];
    id_format(id, hex);
    buf_printf(line, "%" PRIu64 " %s %" PRId64, type_no, hex, org);
}

static void put_cell(struct buf *line, uint64_t field, struct value value)
{
    buf_printf(line, " %" PRIu64 "=", field);
    if (value.kind == VALUE_INT)
        buf_printf(line, "%" PRId64, value.number);
    else
        for (size_t i = 0; i < value.len; i++)
            buf_putc(line, (uint8_t)(value.text[i] == '\n' ? ' ' : value.text[i]));
}

/* ---- the county ---- */

struct cell {
    uint64_t field;
    struct value value;
};

static int by_field(const void *a, const void *b)
{
    const struct cell *left = a, *right = b;
    return left->field < right->field ? -1 : left->field > right->field;
}

static void county_row(struct stmt *row, const struct record_type *type, struct buf *line)
{
    struct cell cells[2 * FIELD_MAX_COUNT];
    struct reader reader;
    size_t n = 0, len;
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].kind != FIELD_SECRET && !stmt_column_is_null(row, ROW_FIELDS + (int)i))
            cells[n++] = (struct cell){type->fields[i].no, stmt_column_value(row, ROW_FIELDS + (int)i)};
    const uint8_t *extra = stmt_column_blob(row, ROW_EXTRA, &len);
    reader_init(&reader, extra, len);
    for (uint64_t left = len > 0 ? cbor_map(&reader) : 0; left > 0 && n < 2 * FIELD_MAX_COUNT; left--) {
        cells[n].field = cbor_uint(&reader);
        cells[n].value = value_decode(&reader);
        n += cells[n].value.kind != VALUE_NULL;
    }
    qsort(cells, n, sizeof cells[0], by_field);
    put_head(line, type->no, stmt_column_id(row, ROW_ID), stmt_column_int(row, ROW_SCOPE));
    for (size_t i = 0; i < n; i++)
        put_cell(line, cells[i].field, cells[i].value);
}

void county_rows(struct store *county, struct buf *out)
{
    struct lines lines = {.n = 0};
    struct buf sql, line;
    buf_init(&sql, 8192);
    buf_init(&line, LINE_MAX_BYTES);
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);
        enum status status;
        buf_clear(&sql);
        buf_printf(&sql, "SELECT %s FROM \"%s\" WHERE gone=0", schema_row_columns(county, type), type->name);
        struct stmt *row = store_prepare(county, buf_cstr(&sql));
        while (stmt_row(row, &status, NULL)) {
            buf_clear(&line);
            county_row(row, type, &line);
            add(&lines, stmt_column_id(row, ROW_ID), false, false, buf_cstr(&line));
        }
        assert_int_equal(status, STATUS_OK);
    }
    put_last(&lines, out);
    buf_release(&sql);
    buf_release(&line);
}

/* ---- the top ---- */

typedef void (*top_change)(void *context, const struct change *outer, const void *body, size_t len);

static void each_told(struct store *top, int64_t org, uint64_t type_no, top_change row, void *context)
{
    struct stmt *stmt = store_prepare(top, "SELECT header,body FROM change WHERE type=?1 AND scope=?2 AND state<>1 ORDER BY lsn");
    enum status status;
    stmt_int(stmt, 1, (int64_t)type_no);
    stmt_int(stmt, 2, org);
    while (stmt_row(stmt, &status, NULL)) {
        struct change outer;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len);
        const uint8_t *body = stmt_column_is_null(stmt, 1) ? (len = 0, NULL) : stmt_column_blob(stmt, 1, &len);
        assert_int_equal(change_decode_header(header, header_len, &outer), STATUS_OK);
        row(context, &outer, body, len);
    }
    assert_int_equal(status, STATUS_OK);
}

static void decode(struct upward_change *inner, const struct change *outer, const void *body, size_t len)
{
    struct errmsg err = {{0}};
    enum status status = upward_decode(outer, body, len, inner, &err);
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
}

struct rows {
    struct lines lines;
    struct upward_change inner;
    struct buf line;
};

static void take_row(void *context, const struct change *outer, const void *body, size_t len)
{
    struct rows *rows = context;
    struct value value;
    uint16_t field;
    size_t at = 0;
    if (outer->op == CHANGE_ERASE)
        add(&rows->lines, outer->id, false, true, "");
    if (body == NULL || outer->op != CHANGE_PUT)
        return;
    decode(&rows->inner, outer, body, len);
    if (rows->inner.row_is == UPWARD_ROW_LATER)
        return;
    buf_clear(&rows->line);
    if (rows->inner.row_is != UPWARD_ROW_MORE)
        put_head(&rows->line, rows->inner.type_no, rows->inner.id, rows->inner.row_org);
    while (upward_next_cell(&rows->inner, &at, &field, &value))
        put_cell(&rows->line, field, value);
    add(&rows->lines, rows->inner.id, rows->inner.row_is == UPWARD_ROW_MORE, rows->inner.gone, buf_cstr(&rows->line));
}

void top_rows(struct store *top, int64_t org, struct buf *out)
{
    struct rows rows = {.lines.n = 0};
    upward_init(&rows.inner);
    buf_init(&rows.line, LINE_MAX_BYTES);
    each_told(top, org, UPWARD_CHANGE_TYPE, take_row, &rows);
    put_last(&rows.lines, out);
    upward_release(&rows.inner);
    buf_release(&rows.line);
}

static void take_cells(void *context, const struct change *outer, const void *body, size_t len)
{
    struct rows *rows = context;
    struct value values[UPWARD_CELLS_FIGURES + 1] = {{.kind = VALUE_NULL}};
    struct reader reader;
    assert_non_null(body);
    reader_init(&reader, body, len);
    for (uint64_t left = cbor_map(&reader); left > 0; left--) {
        uint64_t no = cbor_uint(&reader);
        struct value value = value_decode(&reader);
        if (no <= UPWARD_CELLS_FIGURES)
            values[no] = value;
    }
    assert_int_equal(reader.status, STATUS_OK);
    buf_clear(&rows->line);
    buf_printf(&rows->line, "%.*s %.*s %" PRId64 " %" PRId64 " %" PRId64 " ", (int)values[UPWARD_CELLS_REPORT].len, values[UPWARD_CELLS_REPORT].text, (int)values[UPWARD_CELLS_PERIOD].len,
               values[UPWARD_CELLS_PERIOD].text, values[UPWARD_CELLS_ORG].number, values[UPWARD_CELLS_FROM].number, values[UPWARD_CELLS_UNTIL].number);
    buf_append(&rows->line, values[UPWARD_CELLS_FIGURES].text, values[UPWARD_CELLS_FIGURES].len);
    add(&rows->lines, outer->id, false, false, buf_cstr(&rows->line));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void top_cells(struct store *top, int64_t org, struct buf *out)
{
    struct rows rows = {.lines.n = 0};
    struct buf unsorted;
    char *lines[4096], *save = NULL;
    size_t n = 0;
    buf_init(&rows.line, LINE_MAX_BYTES);
    buf_init(&unsorted, 64 * LINE_MAX_BYTES);
    each_told(top, org, UPWARD_CELLS_TYPE, take_cells, &rows);
    put_last(&rows.lines, &unsorted);
    buf_putc(&unsorted, 0);
    for (char *line = strtok_r((char *)unsorted.data, "\n", &save); line != NULL && n < 4096; line = strtok_r(NULL, "\n", &save))
        lines[n++] = line;
    qsort(lines, n, sizeof lines[0], by_text);
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s\n", lines[i]);
    buf_release(&unsorted);
    buf_release(&rows.line);
}

/* ---- chains ---- */

struct header {
    struct log_id log;
    uint64_t seq;
    uint8_t bytes[CHANGE_HEADER_MAX_BYTES];
    size_t len;
};

struct headers {
    struct header *list; /* owned */
    size_t n, room;
    struct upward_change inner;
};

static void take_header(void *context, const struct change *outer, const void *body, size_t len)
{
    struct headers *headers = context;
    if (body == NULL || outer->op != CHANGE_PUT)
        return;
    decode(&headers->inner, outer, body, len);
    if (!headers->inner.has_change)
        return;
    if (headers->n == headers->room) {
        headers->room = headers->room == 0 ? 256 : 2 * headers->room;
        headers->list = realloc(headers->list, headers->room * sizeof headers->list[0]);
        assert_non_null(headers->list);
    }
    struct header *header = &headers->list[headers->n++];
    *header = (struct header){.log = headers->inner.log, .seq = headers->inner.change.seq, .len = headers->inner.header.len};
    memcpy(header->bytes, headers->inner.header.data, header->len);
}

static int by_log(const void *a, const void *b)
{
    const struct header *left = a, *right = b;
    int order = memcmp(&left->log, &right->log, sizeof left->log);
    return order != 0 ? order : left->seq < right->seq ? -1 : left->seq > right->seq;
}

static bool is_told(const struct headers *headers, const struct header *wanted)
{
    size_t low = 0, high = headers->n;
    while (low < high) { /* the first that is not before it */
        size_t middle = low + (high - low) / 2;
        if (by_log(&headers->list[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < headers->n && by_log(&headers->list[i], wanted) == 0; i++)
        if (headers->list[i].len == wanted->len && memcmp(headers->list[i].bytes, wanted->bytes, wanted->len) == 0)
            return true;
    return false;
}

size_t top_headers(struct store *top, int64_t org, struct store *county)
{
    struct stmt *stmt = store_prepare(county, "SELECT l.station,l.incarnation,c.seq,c.header FROM change c JOIN log l ON l.no=c.log");
    struct headers headers = {.n = 0};
    enum status status;
    size_t changes = 0;
    upward_init(&headers.inner);
    each_told(top, org, UPWARD_CHANGE_TYPE, take_header, &headers);
    assert_true(headers.n > 0);
    qsort(headers.list, headers.n, sizeof headers.list[0], by_log);
    while (stmt_row(stmt, &status, NULL)) {
        struct header header = {.log.station = (uint32_t)stmt_column_int(stmt, 0), .seq = (uint64_t)stmt_column_int(stmt, 2)};
        size_t len;
        const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
        memcpy(header.log.incarnation, bytes, INCARNATION_BYTES);
        bytes = stmt_column_blob(stmt, 3, &header.len);
        memcpy(header.bytes, bytes, header.len);
        if (!is_told(&headers, &header))
            fail_msg("station %u, change %" PRIu64 ": not told", header.log.station, header.seq);
        changes++;
    }
    assert_int_equal(status, STATUS_OK);
    free(headers.list);
    upward_release(&headers.inner);
    return changes;
}

/* The chain value at the log's head, as the county has it; false: it does not know the log. */
static bool county_head(struct store *county, const struct log_id *log, uint64_t *seq, struct hash *hash)
{
    struct log_info info;
    if (changelog_log(county, log, false, &info, NULL) != STATUS_OK)
        return false;
    *seq = info.head_seq;
    *hash = info.head_hash;
    return true;
}

size_t top_chains(struct store *top, int64_t org, struct store *county)
{
    struct headers headers = {.n = 0};
    size_t logs = 0;
    upward_init(&headers.inner);
    each_told(top, org, UPWARD_CHANGE_TYPE, take_header, &headers);
    assert_true(headers.n > 0);
    qsort(headers.list, headers.n, sizeof headers.list[0], by_log);
    for (size_t i = 0; i < headers.n;) {
        const struct header *first = &headers.list[i];
        struct hash chain = {{0}}, head = {{0}};
        uint64_t seq = 0, head_seq = 0;
        for (; i < headers.n && memcmp(&headers.list[i].log, &first->log, sizeof first->log) == 0; i++) {
            if (headers.list[i].seq == seq)
                continue; /* told twice */
            assert_int_equal(headers.list[i].seq, seq + 1);
            chain = change_chain(chain, headers.list[i].bytes, headers.list[i].len);
            seq++;
        }
        assert_true(county_head(county, &first->log, &head_seq, &head));
        assert_int_equal(seq, head_seq);
        assert_true(hash_equal(chain, head));
        logs++;
    }
    free(headers.list);
    upward_release(&headers.inner);
    return logs;
}

bool top_says(struct store *top, const char *text)
{
    static const char *const WHERE[] = {"SELECT 1 FROM change WHERE instr(body,?1)>0 LIMIT 1", "SELECT 1 FROM county_change WHERE instr(body_hex,?1)>0 OR extra IS NOT NULL LIMIT 1"};
    bool says = false;
    for (size_t i = 0; i < 2; i++) {
        struct stmt *stmt = store_prepare(top, WHERE[i]);
        enum status status;
        stmt_blob(stmt, 1, text, strlen(text));
        if (stmt_row(stmt, &status, NULL)) {
            says = true;
            stmt_reset(stmt);
        }
    }
    return says;
}
