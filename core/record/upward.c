/* core/record/upward.c - see upward.h for the format. */
#include "core/record/upward.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"

enum { KEY_MORE_BYTES = 4, ALIAS_TEXT_BYTES = 128, HEADER_HEX_MAX = 2 * CHANGE_HEADER_MAX_BYTES };
/* What is left for fields of the inner body and cells of the row. */
enum { ROOM_BYTES = CHANGE_BODY_MAX_BYTES - UPWARD_FIXED_MAX_BYTES };

/* ---- ids and logs ---- */

static struct id id_of_text(const void *text, size_t len)
{
    struct hash hash = hash_of(text, len);
    struct id id;
    memcpy(id.bytes, hash.bytes, ID_BYTES);
    return id;
}

struct id upward_alias(struct id id)
{
    static const char WORD[] = "erased|";
    uint8_t text[sizeof WORD - 1 + ID_BYTES];
    memcpy(text, WORD, sizeof WORD - 1);
    memcpy(text + sizeof WORD - 1, id.bytes, ID_BYTES);
    return id_of_text(text, sizeof text);
}

struct id upward_cells_id(int64_t county, const char *report, const char *period, int64_t org)
{
    char text[ALIAS_TEXT_BYTES];
    int len = snprintf(text, sizeof text, "cells|%" PRId64 "|%s|%s|%" PRId64, county, report, period, org);
    return id_of_text(text, len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

static void put_hex(struct buf *out, const void *bytes, size_t len)
{
    static const char DIGITS[] = "0123456789abcdef";
    const uint8_t *at = bytes;
    for (size_t i = 0; i < len; i++) {
        buf_putc(out, (uint8_t)DIGITS[at[i] >> 4]);
        buf_putc(out, (uint8_t)DIGITS[at[i] & 15]);
    }
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lower-case digits only: there is one way to say a thing. */
static bool take_hex(const char *text, size_t len, uint8_t *out)
{
    for (size_t i = 0; i + 1 < len; i += 2) {
        int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return len % 2 == 0;
}

void upward_log_text(const struct log_id *log, char out[UPWARD_LOG_TEXT_BYTES])
{
    int used = snprintf(out, UPWARD_LOG_TEXT_BYTES, "%" PRIu32 "-", log->station);
    for (size_t i = 0; i < INCARNATION_BYTES; i++)
        used += snprintf(out + used, (size_t)(UPWARD_LOG_TEXT_BYTES - used), "%02x", log->incarnation[i]);
}

enum status upward_log_parse(const char *text, size_t len, struct log_id *out)
{
    size_t at = 0;
    uint64_t station = 0;
    struct log_id log;
    while (at < len && at < 10 && text[at] >= '0' && text[at] <= '9')
        station = station * 10 + (uint64_t)(text[at++] - '0');
    bool fine = at > 0 && !(at > 1 && text[0] == '0') && station <= UINT32_MAX && len == at + 1 + 2 * INCARNATION_BYTES && text[at] == '-';
    if (!fine || !take_hex(text + at + 1, 2 * INCARNATION_BYTES, log.incarnation))
        return STATUS_MALFORMED;
    log.station = (uint32_t)station;
    *out = log;
    return STATUS_OK;
}

/* ---- writing ---- */

/* The pairs of a map whose number is known at the end only. */
struct pairs {
    struct buf bytes;
    size_t count;
};

static void put_int(struct pairs *pairs, uint64_t field, int64_t number)
{
    cbor_put_uint(&pairs->bytes, field);
    cbor_put_int(&pairs->bytes, number);
    pairs->count++;
}

static void put_text(struct pairs *pairs, uint64_t field, const char *text, size_t len)
{
    cbor_put_uint(&pairs->bytes, field);
    cbor_put_text(&pairs->bytes, text, len);
    pairs->count++;
}

static enum status put_bytes_as_hex(struct pairs *pairs, uint64_t field, const void *bytes, size_t len)
{
    struct buf hex;
    buf_init(&hex, CHANGE_BODY_MAX_BYTES);
    put_hex(&hex, bytes, len);
    if (hex.status == STATUS_OK)
        put_text(pairs, field, buf_cstr(&hex), hex.len);
    enum status status = hex.status;
    buf_release(&hex);
    return status;
}

/* A body as fields: integers, texts and nulls under numbers that have a place here. */
struct field_map {
    bool is;
    uint64_t count;
    const uint8_t *pairs;
    size_t len;
};

static struct field_map look_at_body(const void *body, size_t len)
{
    struct reader reader;
    reader_init(&reader, body, len);
    struct field_map map = {.count = cbor_map(&reader)};
    uint64_t before = 0;
    map.pairs = reader.at;
    map.len = reader_left(&reader);
    for (uint64_t i = 0; i < map.count && reader.status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(&reader);
        (void)value_decode(&reader);
        if (no > UPWARD_FIELD_MAX || (i > 0 && no <= before))
            return map;
        before = no;
    }
    map.is = reader.status == STATUS_OK && reader_left(&reader) == 0;
    return map;
}

static bool is_secret(uint64_t type_no, uint64_t field)
{
    const struct record_type *type = catalogue_by_no(type_no);
    const struct field_def *def = type == NULL || field == 0 ? NULL : catalogue_field_by_no(type, field);
    return def != NULL && def->kind == FIELD_SECRET;
}

static bool holds_secret(uint64_t type_no, const struct field_map *map)
{
    struct reader reader;
    reader_init(&reader, map->pairs, map->len);
    for (uint64_t i = 0; i < map->count; i++) {
        uint64_t no = cbor_uint(&reader);
        if (value_decode(&reader).kind != VALUE_NULL && is_secret(type_no, no))
            return true;
    }
    return false;
}

static bool writes_fields(const struct change *change)
{
    return change->op == CHANGE_PUT || change->op == CHANGE_RESOLVE;
}

enum body_form { BODY_NONE, BODY_FIELDS, BODY_HEX };

/* How the inner body is told. */
static enum body_form body_form(const struct upward_source *inner, struct field_map *map, enum upward_body *is)
{
    *is = inner->body == NULL ? UPWARD_BODY_GONE : UPWARD_BODY_TOLD;
    if (inner->body == NULL)
        return BODY_NONE;
    *map = look_at_body(inner->body, inner->body_len);
    if (map->is && writes_fields(inner->change) && holds_secret(inner->change->type_no, map)) {
        *is = UPWARD_BODY_WITHHELD;
        return BODY_NONE;
    }
    if (map->is && map->count <= UPWARD_FIELDS_MAX && inner->body_len + map->count * KEY_MORE_BYTES <= ROOM_BYTES)
        return BODY_FIELDS;
    if (inner->body_len <= ROOM_BYTES / 2)
        return BODY_HEX;
    *is = UPWARD_BODY_LARGE;
    return BODY_NONE;
}

/* Whether the header comes out of what the fields say, given the body's hash. Errors: STATUS_NOMEM: what could not be composed is not taken for a header of a newer program. */
static enum status look_whether_told(const struct upward_source *inner, enum upward_body is, bool *told)
{
    *told = false;
    if (is != UPWARD_BODY_TOLD || inner->alias || inner->change->schema > INT64_MAX)
        return STATUS_OK;
    struct change change = *inner->change;
    struct buf header;
    change.body_hash = hash_of(inner->body, inner->body_len);
    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    change_encode_header(&change, &header);
    enum status status = header.status == STATUS_NOMEM ? STATUS_NOMEM : STATUS_OK;
    *told = header.status == STATUS_OK && header.len == inner->header_len && memcmp(header.data, inner->header, header.len) == 0;
    buf_release(&header);
    return status;
}

static void put_inner(struct pairs *pairs, const struct upward_source *inner, bool header_told)
{
    const struct change *change = inner->change;
    char log[UPWARD_LOG_TEXT_BYTES];
    upward_log_text(&inner->log, log);
    put_text(pairs, UPWARD_LOG, log, strlen(log));
    put_int(pairs, UPWARD_SEQ, (int64_t)change->seq);
    put_int(pairs, UPWARD_PLACE, (int64_t)inner->place);
    if (header_told) {
        put_int(pairs, UPWARD_FLAGS, (int64_t)change->flags);
        put_int(pairs, UPWARD_AT_MS, change->at_ms);
        put_text(pairs, UPWARD_AUTHOR, change->user, strlen(change->user));
    }
    put_int(pairs, UPWARD_TYPE_NO, (int64_t)change->type_no);
    if (header_told) {
        put_int(pairs, UPWARD_OP, (int64_t)change->op);
        put_int(pairs, UPWARD_SEEN, (int64_t)change->seen);
        put_int(pairs, UPWARD_SCHEMA_NO, (int64_t)change->schema);
        put_int(pairs, UPWARD_ORG, change->scope);
    }
}

static void put_parent(struct pairs *pairs, const struct upward_source *inner)
{
    char log[UPWARD_LOG_TEXT_BYTES];
    upward_log_text(&inner->parent, log);
    put_text(pairs, UPWARD_PARENT, log, strlen(log));
    put_int(pairs, UPWARD_BASE_SEQ, (int64_t)inner->base_seq);
}

static void put_body_fields(struct pairs *pairs, const struct field_map *map)
{
    struct reader reader;
    reader_init(&reader, map->pairs, map->len);
    for (uint64_t i = 0; i < map->count; i++) {
        uint64_t no = cbor_uint(&reader);
        cbor_put_uint(&pairs->bytes, UPWARD_BODY_BASE + no);
        value_encode(value_decode(&reader), &pairs->bytes);
        pairs->count++;
    }
}

static bool is_told(const struct upward_standing *row, const struct upward_cell *cell)
{
    return cell->value.kind != VALUE_NULL && cell->field > 0 && cell->field <= UPWARD_FIELD_MAX && !is_secret(row->type_no, cell->field);
}

/* Whether the row is the body and no more. */
static bool is_the_body(const struct upward_standing *row, const struct upward_source *inner, const struct field_map *map)
{
    struct reader reader;
    size_t at = 0;
    if (!writes_fields(inner->change))
        return false;
    reader_init(&reader, map->pairs, map->len);
    for (uint64_t i = 0; i < map->count; i++) {
        uint64_t no = cbor_uint(&reader);
        struct value value = value_decode(&reader);
        if (no == CHANGE_FIELD_EXISTENCE || value.kind == VALUE_NULL)
            continue;
        while (at < row->n_cells && !is_told(row, &row->cells[at]))
            at++;
        if (at == row->n_cells || row->cells[at].field != no || !value_equal(row->cells[at].value, value))
            return false;
        at++;
    }
    while (at < row->n_cells && !is_told(row, &row->cells[at]))
        at++;
    return at == row->n_cells;
}

static size_t cell_bytes(const struct value *value)
{
    return 3 + 9 + (value->kind == VALUE_TEXT ? value->len : 0);
}

/* Cells from `from` on, as many as there is room for. */
static size_t put_cells(struct pairs *pairs, const struct upward_standing *row, size_t from)
{
    size_t at = from;
    for (; at < row->n_cells; at++) {
        const struct upward_cell *cell = &row->cells[at];
        size_t need = cell_bytes(&cell->value);
        if (!is_told(row, cell) || need > ROOM_BYTES)
            continue;
        if (pairs->count >= CHANGE_FIELDS_MAX || pairs->bytes.len + need > CHANGE_BODY_MAX_BYTES - KEY_MORE_BYTES)
            break;
        cbor_put_uint(&pairs->bytes, UPWARD_ROW_BASE + cell->field);
        value_encode(cell->value, &pairs->bytes);
        pairs->count++;
    }
    return at;
}

static enum status finish(struct pairs *pairs, struct buf *out)
{
    enum status status = pairs->bytes.status;
    if (status == STATUS_OK) {
        cbor_put_map(out, pairs->count);
        buf_append(out, pairs->bytes.data, pairs->bytes.len);
        status = out->status;
    }
    buf_release(&pairs->bytes);
    return status;
}

static bool fits_header(const struct upward_source *inner)
{
    struct change change;
    return change_decode_header(inner->header, inner->header_len, &change) == STATUS_OK && change.seq == inner->change->seq && change.type_no == inner->change->type_no &&
           id_equal(change.id, inner->change->id);
}

enum status upward_encode(const struct upward_source *inner, const struct upward_standing *row, struct buf *out, size_t *taken)
{
    struct pairs pairs = {.count = 0};
    struct field_map map = {.is = false};
    enum upward_body is = UPWARD_BODY_TOLD;
    *taken = 0;
    if ((inner == NULL && row == NULL) || (inner != NULL && (!fits_header(inner) || (row != NULL && row->type_no != inner->change->type_no))))
        return STATUS_INVALID;
    enum body_form form = inner != NULL ? body_form(inner, &map, &is) : BODY_NONE;
    bool header_told = false;
    enum status status = inner != NULL ? look_whether_told(inner, is, &header_told) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    bool body_is_row = row != NULL && form == BODY_FIELDS && is_the_body(row, inner, &map);
    buf_init(&pairs.bytes, CHANGE_BODY_MAX_BYTES);
    if (inner != NULL)
        put_inner(&pairs, inner, header_told);
    else
        put_int(&pairs, UPWARD_TYPE_NO, (int64_t)row->type_no);
    if (row != NULL && row->gone)
        put_int(&pairs, UPWARD_ROW_GONE, 1);
    status = inner != NULL && !header_told ? put_bytes_as_hex(&pairs, UPWARD_HEADER_HEX, inner->header, inner->header_len) : STATUS_OK;
    if (status == STATUS_OK && form == BODY_HEX)
        status = put_bytes_as_hex(&pairs, UPWARD_BODY_HEX, inner->body, inner->body_len);
    put_int(&pairs, UPWARD_ROW_IS, row == NULL ? UPWARD_ROW_LATER : body_is_row ? UPWARD_ROW_BODY : UPWARD_ROW_CELLS);
    if (is != UPWARD_BODY_TOLD)
        put_int(&pairs, UPWARD_BODY_IS, is);
    if (inner != NULL && inner->state != CHANGE_STATE_APPLIED)
        put_int(&pairs, UPWARD_STATE, inner->state);
    if (row != NULL && !(header_told && inner->change->scope == row->org))
        put_int(&pairs, UPWARD_ROW_ORG, row->org);
    if (inner != NULL && inner->has_parent)
        put_parent(&pairs, inner);
    if (form == BODY_FIELDS)
        put_body_fields(&pairs, &map);
    if (row != NULL)
        *taken = body_is_row ? row->n_cells : put_cells(&pairs, row, 0);
    if (status != STATUS_OK && pairs.bytes.status == STATUS_OK)
        pairs.bytes.status = status;
    return finish(&pairs, out);
}

enum status upward_encode_more(const struct upward_standing *row, size_t from, struct buf *out, size_t *taken)
{
    struct pairs pairs = {.count = 0};
    buf_init(&pairs.bytes, CHANGE_BODY_MAX_BYTES);
    put_int(&pairs, UPWARD_TYPE_NO, (int64_t)row->type_no);
    if (row->gone)
        put_int(&pairs, UPWARD_ROW_GONE, 1);
    put_int(&pairs, UPWARD_ROW_IS, UPWARD_ROW_MORE);
    put_int(&pairs, UPWARD_ROW_ORG, row->org);
    *taken = put_cells(&pairs, row, from);
    return finish(&pairs, out);
}

/* ---- reading ---- */

void upward_init(struct upward_change *change)
{
    *change = (struct upward_change){.has_change = false};
    buf_init(&change->header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&change->body, CHANGE_BODY_MAX_BYTES);
}

void upward_release(struct upward_change *change)
{
    buf_release(&change->header);
    buf_wipe(&change->body);
}

/* The fixed fields as they came; kind null: absent. */
struct outer {
    struct value fixed[UPWARD_FIXED_FIELDS + 1];
    const uint8_t *inner, *cells; /* where 10000+f and 20000+f begin */
    size_t inner_len, cells_len, n_inner, n_cells;
};

static enum status wrong(struct errmsg *err, unsigned field)
{
    const struct record_type *type = catalogue_by_no(UPWARD_CHANGE_TYPE);
    const struct field_def *def = type != NULL ? catalogue_field_by_no(type, field) : NULL;
    return errmsg_set(err, STATUS_MALFORMED, _("上报的变更: 字段 %s 不符合格式"), def != NULL ? def->name : "?");
}

static enum status not_a_map(struct errmsg *err)
{
    return errmsg_set(err, STATUS_MALFORMED, _("上报的变更: 内容的格式不正确"));
}

static enum status read_outer(const void *body, size_t len, struct outer *out, struct errmsg *err)
{
    struct reader reader;
    reader_init(&reader, body, len);
    uint64_t count = cbor_map(&reader), before = 0;
    *out = (struct outer){.n_inner = 0};
    if (len > CHANGE_BODY_MAX_BYTES || count > CHANGE_FIELDS_MAX)
        return not_a_map(err);
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t *at = reader.at;
        uint64_t no = cbor_uint(&reader);
        struct value value = value_decode(&reader);
        if (reader.status != STATUS_OK || (i > 0 && no <= before))
            return not_a_map(err);
        before = no;
        if (no <= UPWARD_FIXED_FIELDS)
            out->fixed[no] = value;
        if (no >= UPWARD_BODY_BASE && no < UPWARD_ROW_BASE) {
            out->inner = out->n_inner++ == 0 ? at : out->inner;
            out->inner_len = (size_t)(reader.at - out->inner);
        } else if (no >= UPWARD_ROW_BASE && no < UPWARD_BASE_END) {
            out->cells = out->n_cells++ == 0 ? at : out->cells;
            out->cells_len = (size_t)(reader.at - out->cells);
        }
    }
    return reader_left(&reader) == 0 ? STATUS_OK : not_a_map(err);
}

/* A whole number from 0 to most, `otherwise` if it is not there. */
static bool number(const struct outer *outer, unsigned field, int64_t most, int64_t otherwise, int64_t *out)
{
    const struct value *value = &outer->fixed[field];
    *out = value->kind == VALUE_NULL ? otherwise : value->number;
    return (value->kind == VALUE_NULL && otherwise >= 0) || (value->kind == VALUE_INT && value->number >= 0 && value->number <= most);
}

static enum status read_hex(const struct outer *outer, unsigned field, size_t most, struct buf *out, struct errmsg *err)
{
    const struct value *value = &outer->fixed[field];
    if (value->kind != VALUE_TEXT || value->len > 2 * most)
        return wrong(err, field);
    uint8_t *bytes = value->len > 0 ? buf_extend(out, value->len / 2) : NULL;
    if (out->status != STATUS_OK)
        return out->status;
    return value->len > 0 && !take_hex(value->text, value->len, bytes) ? wrong(err, field) : STATUS_OK;
}

static enum status read_inner_body(const struct outer *outer, struct upward_change *out, struct errmsg *err)
{
    bool hex = outer->fixed[UPWARD_BODY_HEX].kind != VALUE_NULL;
    if (out->body_is != UPWARD_BODY_TOLD)
        return hex || outer->n_inner > 0 ? wrong(err, UPWARD_BODY_IS) : STATUS_OK;
    if (hex)
        return outer->n_inner > 0 ? wrong(err, UPWARD_BODY_HEX) : read_hex(outer, UPWARD_BODY_HEX, CHANGE_BODY_MAX_BYTES, &out->body, err);
    struct reader reader;
    reader_init(&reader, outer->inner, outer->inner_len);
    cbor_put_map(&out->body, outer->n_inner);
    for (size_t i = 0; i < outer->n_inner; i++) {
        cbor_put_uint(&out->body, cbor_uint(&reader) - UPWARD_BODY_BASE);
        value_encode(value_decode(&reader), &out->body);
    }
    return out->body.status;
}

static enum status build_header(const struct outer *outer, const struct change *carrier, struct upward_change *out, struct errmsg *err)
{
    static const struct {
        unsigned field;
        int64_t most;
    } numbers[] = {{UPWARD_FLAGS, CHANGE_FLAG_MORE}, {UPWARD_OP, CHANGE_OP_MAX}, {UPWARD_SEEN, INT64_MAX}, {UPWARD_SCHEMA_NO, INT64_MAX}, {UPWARD_ORG, INT32_MAX}};
    int64_t found[sizeof numbers / sizeof numbers[0]];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!number(outer, numbers[i].field, numbers[i].most, -1, &found[i]))
            return wrong(err, numbers[i].field);
    const struct value *author = &outer->fixed[UPWARD_AUTHOR], *at_ms = &outer->fixed[UPWARD_AT_MS], *seq = &outer->fixed[UPWARD_SEQ];
    struct change change = {.seq = (uint64_t)seq->number, .flags = (unsigned)found[0], .at_ms = at_ms->number, .type_no = out->type_no, .id = carrier->id, .op = (enum change_op)found[1],
                            .seen = (uint64_t)found[2], .schema = (uint64_t)found[3], .scope = found[4]};
    if (at_ms->kind != VALUE_INT)
        return wrong(err, UPWARD_AT_MS);
    if (author->kind != VALUE_TEXT || author->len >= sizeof change.user || memchr(author->text, 0, author->len) != NULL)
        return wrong(err, UPWARD_AUTHOR);
    if (out->body_is != UPWARD_BODY_TOLD)
        return wrong(err, UPWARD_BODY_IS); /* the hash of a body that is not here can only stand in the header itself */
    memcpy(change.user, author->text, author->len);
    change.body_hash = hash_of(out->body.data, out->body.len);
    change_encode_header(&change, &out->header);
    return out->header.status;
}

static enum status read_parent(const struct outer *outer, struct upward_change *out, struct errmsg *err)
{
    const struct value *parent = &outer->fixed[UPWARD_PARENT];
    int64_t base_seq;
    out->has_parent = parent->kind != VALUE_NULL;
    if (!out->has_parent)
        return outer->fixed[UPWARD_BASE_SEQ].kind == VALUE_NULL ? STATUS_OK : wrong(err, UPWARD_PARENT);
    if (parent->kind != VALUE_TEXT || upward_log_parse(parent->text, parent->len, &out->parent) != STATUS_OK)
        return wrong(err, UPWARD_PARENT);
    if (!number(outer, UPWARD_BASE_SEQ, INT64_MAX, -1, &base_seq))
        return wrong(err, UPWARD_BASE_SEQ);
    out->base_seq = (uint64_t)base_seq;
    return STATUS_OK;
}

static enum status read_inner(const struct outer *outer, const struct change *carrier, struct upward_change *out, struct errmsg *err)
{
    int64_t seq, place, state, body_is;
    const struct value *log = &outer->fixed[UPWARD_LOG];
    if (log->kind != VALUE_TEXT || upward_log_parse(log->text, log->len, &out->log) != STATUS_OK)
        return wrong(err, UPWARD_LOG);
    if (!number(outer, UPWARD_SEQ, INT64_MAX, -1, &seq) || seq == 0)
        return wrong(err, UPWARD_SEQ);
    if (!number(outer, UPWARD_PLACE, INT64_MAX, -1, &place))
        return wrong(err, UPWARD_PLACE);
    if (!number(outer, UPWARD_STATE, CHANGE_STATE_UNKNOWN_TYPE, CHANGE_STATE_APPLIED, &state))
        return wrong(err, UPWARD_STATE);
    if (!number(outer, UPWARD_BODY_IS, UPWARD_BODY_WITHHELD, UPWARD_BODY_TOLD, &body_is))
        return wrong(err, UPWARD_BODY_IS);
    out->place = (uint64_t)place;
    out->state = (enum change_state)state;
    out->body_is = (enum upward_body)body_is;
    enum status status = read_inner_body(outer, out, err);
    if (status == STATUS_OK)
        status = read_parent(outer, out, err);
    if (status == STATUS_OK && outer->fixed[UPWARD_HEADER_HEX].kind != VALUE_NULL)
        status = read_hex(outer, UPWARD_HEADER_HEX, CHANGE_HEADER_MAX_BYTES, &out->header, err);
    else if (status == STATUS_OK)
        status = build_header(outer, carrier, out, err);
    if (status == STATUS_OK)
        status = change_decode_header(out->header.data, out->header.len, &out->change);
    if (status != STATUS_OK)
        return status == STATUS_MALFORMED ? wrong(err, UPWARD_HEADER_HEX) : status;
    bool same_body = out->body_is != UPWARD_BODY_TOLD || hash_equal(out->change.body_hash, hash_of(out->body.data, out->body.len));
    if (out->change.seq != (uint64_t)seq || out->change.type_no != out->type_no || !same_body)
        return wrong(err, UPWARD_HEADER_HEX);
    out->id = out->change.id;
    return id_equal(out->id, carrier->id) || id_equal(upward_alias(out->id), carrier->id) ? STATUS_OK : wrong(err, UPWARD_HEADER_HEX);
}

static enum status read_row(const struct outer *outer, struct upward_change *out, struct errmsg *err)
{
    int64_t is, gone, org;
    if (!number(outer, UPWARD_ROW_ORG, INT32_MAX, out->has_change ? out->change.scope : 0, &org))
        return wrong(err, UPWARD_ROW_ORG);
    if (!number(outer, UPWARD_ROW_IS, UPWARD_ROW_MORE, -1, &is))
        return wrong(err, UPWARD_ROW_IS);
    if (!number(outer, UPWARD_ROW_GONE, 1, 0, &gone))
        return wrong(err, UPWARD_ROW_GONE);
    out->row_is = (enum upward_row)is;
    out->gone = gone != 0;
    out->row_org = out->row_is == UPWARD_ROW_LATER ? 0 : org;
    bool in_cells = out->row_is == UPWARD_ROW_CELLS || out->row_is == UPWARD_ROW_MORE;
    if ((!in_cells && outer->n_cells > 0) || (out->row_is == UPWARD_ROW_LATER && !out->has_change) || (out->row_is == UPWARD_ROW_MORE && out->has_change))
        return wrong(err, UPWARD_ROW_IS);
    if (in_cells) {
        out->cells = outer->cells, out->cells_len = outer->cells_len, out->n_cells = outer->n_cells;
        out->cells_base = UPWARD_ROW_BASE;
    } else if (out->row_is == UPWARD_ROW_BODY) {
        if (!out->has_change || out->body_is != UPWARD_BODY_TOLD || !writes_fields(&out->change))
            return wrong(err, UPWARD_ROW_IS);
        struct field_map map = look_at_body(out->body.data, out->body.len);
        if (!map.is)
            return wrong(err, UPWARD_ROW_IS);
        out->cells = map.pairs, out->cells_len = map.len, out->n_cells = (size_t)map.count;
    }
    return STATUS_OK;
}

enum status upward_decode(const struct change *outer_change, const void *body, size_t len, struct upward_change *out, struct errmsg *err)
{
    struct outer outer;
    int64_t type_no;
    struct buf header = out->header, inner_body = out->body;
    buf_clear(&header);
    buf_clear(&inner_body);
    *out = (struct upward_change){.header = header, .body = inner_body, .id = outer_change->id};
    if (outer_change->type_no != UPWARD_CHANGE_TYPE || outer_change->op != CHANGE_PUT)
        return errmsg_set(err, STATUS_INVALID, _("这不是县里上报的变更"));
    enum status status = read_outer(body, len, &outer, err);
    if (status == STATUS_OK && !number(&outer, UPWARD_TYPE_NO, UINT16_MAX, -1, &type_no))
        status = wrong(err, UPWARD_TYPE_NO);
    if (status != STATUS_OK)
        return status;
    out->type_no = (uint64_t)type_no;
    out->has_change = outer.fixed[UPWARD_LOG].kind != VALUE_NULL || outer.fixed[UPWARD_SEQ].kind != VALUE_NULL;
    if (out->has_change)
        status = read_inner(&outer, outer_change, out, err);
    else if (outer.n_inner > 0)
        status = wrong(err, UPWARD_LOG);
    return status == STATUS_OK ? read_row(&outer, out, err) : status;
}

bool upward_next_cell(const struct upward_change *change, size_t *at, uint16_t *field, struct value *value)
{
    struct reader reader;
    reader_init(&reader, change->cells, change->cells_len);
    if (change->n_cells == 0 || *at > change->cells_len)
        return false;
    (void)reader_take(&reader, *at);
    while (reader_left(&reader) > 0 && reader.status == STATUS_OK) {
        uint64_t no = cbor_uint(&reader) - change->cells_base;
        *value = value_decode(&reader);
        *at = (size_t)(reader.at - change->cells);
        *field = (uint16_t)no;
        if (reader.status == STATUS_OK && value->kind != VALUE_NULL && no != CHANGE_FIELD_EXISTENCE)
            return true;
    }
    return false;
}
