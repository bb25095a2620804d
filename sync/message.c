/* sync/message.c - the field tables of all messages, and the one encoder and decoder that read them.
 *
 * A key, once given, is never given another meaning; a field that is no longer needed keeps its key reserved. */
#include "sync/message.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cbor.h"
#include "sync/frame.h"

enum message_kind { KIND_UINT, KIND_INT, KIND_BOOL, KIND_BYTES, KIND_TEXT, KIND_UPTO };

struct message_field {
    uint64_t key; /* ascending within a table, all below 64 */
    const char *name;
    enum message_kind kind;
    size_t offset, size; /* of the member; KIND_BYTES: exactly size bytes; KIND_TEXT: at most size - 1; KIND_UPTO: at most size bytes,
                           * a size_t with their number stands behind them */
    bool required;
};

#define FIELD(key, kind, type, member, required)                                                                                                     \
    {                                                                                                                                                \
        key, #member, kind, offsetof(struct type, member), sizeof(((struct type *)0)->member), required                                              \
    }

static const struct message_field hello_fields[] = {
    FIELD(0, KIND_UINT, message_hello, model, false), /* in every greeting: the last key that takes one byte */
    FIELD(1, KIND_UINT, message_hello, protocol_min, true),
    FIELD(2, KIND_UINT, message_hello, protocol_max, true),
    FIELD(3, KIND_UINT, message_hello, station_no, true),
    FIELD(4, KIND_BYTES, message_hello, incarnation, false),
    FIELD(5, KIND_UINT, message_hello, head_seq, false),
    FIELD(6, KIND_BYTES, message_hello, head_hash, false),
    FIELD(7, KIND_UINT, message_hello, have_seq, false),
    FIELD(8, KIND_UINT, message_hello, ordered_seq, false),
    FIELD(9, KIND_UINT, message_hello, rcur, false),
    FIELD(10, KIND_BYTES, message_hello, center_incarnation, false),
    FIELD(11, KIND_UINT, message_hello, schema, false),
    FIELD(12, KIND_UINT, message_hello, dictionary, false),
    FIELD(13, KIND_INT, message_hello, t_ms, false),
    /* 14: reserved */
    FIELD(15, KIND_BOOL, message_hello, once, false),
    FIELD(16, KIND_BOOL, message_hello, practice, false),
    FIELD(17, KIND_UINT, message_hello, org, false),
    FIELD(18, KIND_BOOL, message_hello, relay, false),
    FIELD(19, KIND_BYTES, message_hello, lease, false),
    FIELD(20, KIND_BYTES, message_hello, order_mark, false),
    FIELD(21, KIND_UPTO, message_hello, path, false),
    FIELD(22, KIND_BOOL, message_hello, returns, false),
    FIELD(23, KIND_UINT, message_hello, packings, false),
    FIELD(24, KIND_BOOL, message_hello, lookup, false),
    FIELD(25, KIND_UINT, message_hello, window, false),
};

static const struct message_field welcome_fields[] = {
    FIELD(1, KIND_UINT, message_welcome, protocol, true),
    FIELD(2, KIND_BYTES, message_welcome, center_incarnation, false),
    FIELD(3, KIND_UINT, message_welcome, have_seq, false),
    FIELD(4, KIND_BYTES, message_welcome, have_hash, false),
    FIELD(5, KIND_UINT, message_welcome, safe_seq, false),
    FIELD(6, KIND_UINT, message_welcome, order_head, false),
    FIELD(7, KIND_UINT, message_welcome, schema, false),
    FIELD(8, KIND_UINT, message_welcome, dictionary, false),
    FIELD(9, KIND_INT, message_welcome, t_ms, false),
    /* 10: reserved */
    FIELD(11, KIND_BOOL, message_welcome, practice, false),
    FIELD(12, KIND_UINT, message_welcome, org, false),
    FIELD(13, KIND_BOOL, message_welcome, relay, false),
    FIELD(14, KIND_BYTES, message_welcome, lease, false),
    FIELD(15, KIND_BOOL, message_welcome, branch, false),
    FIELD(16, KIND_UINT, message_welcome, common_seq, false),
    FIELD(17, KIND_BOOL, message_welcome, rewind, false),
    FIELD(18, KIND_UINT, message_welcome, common_order, false),
    FIELD(19, KIND_UINT, message_welcome, packings, false),
    FIELD(20, KIND_BYTES, message_welcome, scope_sum, false),
    FIELD(21, KIND_BOOL, message_welcome, lookup, false),
    FIELD(22, KIND_BYTES, message_welcome, branch_log, false),
    FIELD(23, KIND_UINT, message_welcome, answers_rcur, false),
    FIELD(24, KIND_BOOL, message_welcome, keep, false),
    FIELD(25, KIND_UPTO, message_welcome, wants, false),
    FIELD(26, KIND_UINT, message_welcome, window, false),
    FIELD(27, KIND_UINT, message_welcome, safe_order, false),
    FIELD(28, KIND_UINT, message_welcome, answers_seq, false),
    FIELD(29, KIND_BYTES, message_welcome, answers_hash, false),
    FIELD(30, KIND_UINT, message_welcome, model, false),
};

static const struct message_field changes_fields[] = {
    FIELD(1, KIND_UINT, message_changes, first, true),
    FIELD(2, KIND_UINT, message_changes, last, true),
    FIELD(3, KIND_UINT, message_changes, count, false),
    FIELD(4, KIND_BYTES, message_changes, last_hash, false),
    FIELD(5, KIND_UINT, message_changes, raw_bytes, false),
    FIELD(6, KIND_UINT, message_changes, packing, false),
    FIELD(7, KIND_BYTES, message_changes, mark, false),
    FIELD(8, KIND_BOOL, message_changes, repair, false),
    FIELD(9, KIND_BYTES, message_changes, log, false),
    FIELD(10, KIND_BYTES, message_changes, follows, false),
    FIELD(11, KIND_UINT, message_changes, from_fold, false),
    FIELD(12, KIND_UINT, message_changes, upto_fold, false),
};

static const struct message_field ack_fields[] = {
    FIELD(1, KIND_UINT, message_ack, have_seq, false), FIELD(2, KIND_BYTES, message_ack, have_hash, false),
    FIELD(3, KIND_BOOL, message_ack, rewind, false),   FIELD(4, KIND_UINT, message_ack, taken, false),
    FIELD(5, KIND_UINT, message_ack, quarantined, false), FIELD(6, KIND_UINT, message_ack, conflicts, false),
    FIELD(7, KIND_UINT, message_ack, rcur, false), FIELD(8, KIND_UINT, message_ack, part, false),
};

static const struct message_field pull_fields[] = {
    FIELD(1, KIND_UINT, message_pull, after, false),
};

static const struct message_field relay_fields[] = {
    FIELD(1, KIND_BYTES, message_relay, id, true),
    FIELD(2, KIND_UINT, message_relay, total, true),
    FIELD(3, KIND_UINT, message_relay, at, false),
    FIELD(4, KIND_INT, message_relay, keep_ms, false),
};

static const struct message_field relayed_fields[] = {
    FIELD(1, KIND_BYTES, message_relayed, id, true),
    FIELD(2, KIND_UINT, message_relayed, at, false),
    FIELD(3, KIND_BOOL, message_relayed, done, false),
    FIELD(4, KIND_TEXT, message_relayed, code, false),
    FIELD(5, KIND_TEXT, message_relayed, text, false),
};

static const struct message_field compare_fields[] = {
    FIELD(1, KIND_UINT, message_compare, what, true),
    FIELD(2, KIND_UINT, message_compare, from, false),
    FIELD(3, KIND_UINT, message_compare, to, false),
};

static const struct message_field samples_fields[] = {
    FIELD(1, KIND_UINT, message_samples, what, true),
    FIELD(2, KIND_UINT, message_samples, from, false),
    FIELD(3, KIND_UINT, message_samples, to, false),
    FIELD(4, KIND_UPTO, message_samples, samples, false),
};

static const struct message_field return_fields[] = {
    FIELD(1, KIND_UINT, message_return, first, true),      FIELD(2, KIND_UINT, message_return, last, true),
    FIELD(3, KIND_UINT, message_return, count, false),     FIELD(4, KIND_UINT, message_return, raw_bytes, false),
    FIELD(5, KIND_UINT, message_return, packing, false),   FIELD(6, KIND_UPTO, message_return, ahead, false),
    FIELD(7, KIND_UPTO, message_return, logs, false),
};

static const struct message_field returned_fields[] = {
    FIELD(1, KIND_UINT, message_returned, last, false),
    FIELD(2, KIND_UINT, message_returned, count, false),
    FIELD(3, KIND_UINT, message_returned, left, false),
    FIELD(4, KIND_UINT, message_returned, head, false),
};

static const struct message_field sums_fields[] = {
    FIELD(1, KIND_UINT, message_sums, from, false),
    FIELD(2, KIND_UINT, message_sums, to, false),
    FIELD(3, KIND_BYTES, message_sums, sums, false),
    FIELD(4, KIND_UINT, message_sums, differ, false),
    FIELD(5, KIND_BOOL, message_sums, bad, false),
};

static const struct message_field lookup_fields[] = {
    FIELD(1, KIND_UINT, message_lookup, no, true),    FIELD(2, KIND_TEXT, message_lookup, text, false), FIELD(3, KIND_TEXT, message_lookup, reason, false),
    FIELD(4, KIND_TEXT, message_lookup, user, false), FIELD(5, KIND_INT, message_lookup, asked_ms, false),
};

static const struct message_field found_fields[] = {
    FIELD(1, KIND_UINT, message_found, no, true),
    FIELD(2, KIND_TEXT, message_found, code, false),
    FIELD(3, KIND_UINT, message_found, total, false),
    FIELD(4, KIND_TEXT, message_found, lines, false),
};

static const struct message_field err_fields[] = {
    FIELD(1, KIND_TEXT, message_err, code, true),
    FIELD(2, KIND_TEXT, message_err, text, false),
};

static const struct message_field enrol_fields[] = {
    FIELD(1, KIND_UINT, message_enrol, protocol_min, true), FIELD(2, KIND_UINT, message_enrol, protocol_max, true),
    FIELD(3, KIND_TEXT, message_enrol, name, false),        FIELD(4, KIND_BYTES, message_enrol, proof, true),
    FIELD(5, KIND_INT, message_enrol, t_ms, false),
    FIELD(6, KIND_UINT, message_enrol, station_no, false),
    FIELD(7, KIND_BYTES, message_enrol, incarnation, false),
    FIELD(8, KIND_BYTES, message_enrol, center_incarnation, false),
    FIELD(9, KIND_UINT, message_enrol, org, false),
    FIELD(10, KIND_UPTO, message_enrol, path, false),
};

static const struct message_field enrolled_fields[] = {
    FIELD(1, KIND_UINT, message_enrolled, station_no, true),
    FIELD(2, KIND_UINT, message_enrolled, org, true),
    FIELD(3, KIND_TEXT, message_enrolled, org_code, false),
    FIELD(4, KIND_TEXT, message_enrolled, org_name, false),
    FIELD(5, KIND_TEXT, message_enrolled, center_name, false),
    FIELD(6, KIND_TEXT, message_enrolled, area, false),
    FIELD(7, KIND_BYTES, message_enrolled, center_incarnation, false),
    FIELD(8, KIND_BOOL, message_enrolled, practice, false),
    FIELD(9, KIND_INT, message_enrolled, t_ms, false),
    FIELD(10, KIND_BOOL, message_enrolled, known, false),
    FIELD(11, KIND_UINT, message_enrolled, have_seq, false),
    FIELD(12, KIND_BYTES, message_enrolled, have_hash, false),
};

struct message_def {
    const struct message_field *fields;
    size_t n_fields, size;
};

#define DEF(name) {name##_fields, sizeof name##_fields / sizeof *name##_fields, sizeof(struct message_##name)}

static const struct message_def defs[] = {
    [FRAME_HELLO] = DEF(hello), [FRAME_WELCOME] = DEF(welcome), [FRAME_CHANGES] = DEF(changes), [FRAME_ACK] = DEF(ack),
    [FRAME_PULL] = DEF(pull),   [FRAME_ERR] = DEF(err),         [FRAME_ENROL] = DEF(enrol),     [FRAME_ENROLLED] = DEF(enrolled),
    [FRAME_RELAY] = DEF(relay), [FRAME_RELAYED] = DEF(relayed), [FRAME_COMPARE] = DEF(compare), [FRAME_SAMPLES] = DEF(samples),
    [FRAME_RETURN] = DEF(return), [FRAME_RETURNED] = DEF(returned), [FRAME_SUMS] = DEF(sums), [FRAME_LOOKUP] = DEF(lookup), [FRAME_FOUND] = DEF(found),
};

static const struct message_def *def_of(enum frame_type type)
{
    assert((size_t)type < sizeof defs / sizeof *defs);
    assert(defs[type].fields != NULL);
    return &defs[type];
}

static uint64_t get_uint(const uint8_t *at)
{
    uint64_t v;

    memcpy(&v, at, sizeof v);
    return v;
}

/* Right behind the bytes; the members of a struct are so placed (asserted at compile time below). */
static size_t upto_len(const struct message_field *field, const uint8_t *at)
{
    size_t len;

    memcpy(&len, at + field->size, sizeof len);
    return len;
}

_Static_assert(offsetof(struct message_hello, path_len) == offsetof(struct message_hello, path) + PATH_MAX_LOGS * PATH_ENTRY_BYTES, "path_len stands behind path");
_Static_assert(offsetof(struct message_samples, samples_len) == offsetof(struct message_samples, samples) + SAMPLES_MAX * SAMPLE_BYTES, "samples_len stands behind samples");
_Static_assert(offsetof(struct message_return, ahead_len) == offsetof(struct message_return, ahead) + RETURN_AHEAD_MAX_BYTES &&
                   offsetof(struct message_return, logs_len) == offsetof(struct message_return, logs) + RETURN_LOGS_MAX_BYTES,
               "their lengths stand behind them");
_Static_assert(offsetof(struct message_welcome, wants_len) == offsetof(struct message_welcome, wants) + WANTS_MAX_BYTES, "wants_len stands behind wants");

static bool field_is_zero(const struct message_field *field, const uint8_t *at)
{
    if (field->kind == KIND_UPTO)
        return upto_len(field, at) == 0;
    if (field->kind == KIND_TEXT)
        return at[0] == 0;
    for (size_t i = 0; i < field->size; i++)
        if (at[i] != 0)
            return false;
    return true;
}

static void put_field(const struct message_field *field, const uint8_t *at, struct buf *out)
{
    int64_t signed_value;

    cbor_put_uint(out, field->key);
    switch (field->kind) {
    case KIND_UINT:
        cbor_put_uint(out, get_uint(at));
        break;
    case KIND_INT:
        memcpy(&signed_value, at, sizeof signed_value);
        cbor_put_int(out, signed_value);
        break;
    case KIND_BOOL:
        cbor_put_bool(out, true);
        break;
    case KIND_BYTES:
        cbor_put_bytes(out, at, field->size);
        break;
    case KIND_UPTO:
        assert(upto_len(field, at) <= field->size);
        cbor_put_bytes(out, at, upto_len(field, at));
        break;
    case KIND_TEXT:
        cbor_put_text(out, (const char *)at, strnlen((const char *)at, field->size));
        break;
    }
}

void message_encode(enum frame_type type, const void *message, struct buf *out)
{
    const struct message_def *def;
    const uint8_t *base = message;
    uint64_t count = 0;

    if (message == NULL)
        return;
    def = def_of(type);
    for (size_t i = 0; i < def->n_fields; i++)
        if (def->fields[i].required || !field_is_zero(&def->fields[i], base + def->fields[i].offset))
            count++;
    cbor_put_map(out, count);
    for (size_t i = 0; i < def->n_fields; i++)
        if (def->fields[i].required || !field_is_zero(&def->fields[i], base + def->fields[i].offset))
            put_field(&def->fields[i], base + def->fields[i].offset, out);
}

static void get_text(struct reader *reader, const struct message_field *field, uint8_t *at)
{
    size_t len;
    const char *text = cbor_text(reader, &len);

    if (text == NULL || reader->status != STATUS_OK)
        return;
    if (len >= field->size || memchr(text, 0, len) != NULL) {
        reader->status = STATUS_MALFORMED;
        return;
    }
    memcpy(at, text, len);
    at[len] = 0;
}

static void get_upto(struct reader *reader, const struct message_field *field, uint8_t *at)
{
    size_t len;
    const uint8_t *bytes = cbor_bytes(reader, &len);

    if (bytes == NULL || reader->status != STATUS_OK)
        return;
    if (len > field->size) {
        reader->status = STATUS_MALFORMED;
        return;
    }
    memcpy(at, bytes, len);
    memcpy(at + field->size, &len, sizeof len);
}

static void get_field(struct reader *reader, const struct message_field *field, uint8_t *at)
{
    uint64_t v;
    int64_t s;
    bool b;

    switch (field->kind) {
    case KIND_UINT:
        v = cbor_uint(reader);
        /* Numbers end in SQLite's signed integers: what does not fit there is nobody's honest value. */
        if (v > INT64_MAX)
            reader->status = STATUS_MALFORMED;
        memcpy(at, &v, sizeof v);
        break;
    case KIND_INT:
        s = cbor_int(reader);
        memcpy(at, &s, sizeof s);
        break;
    case KIND_BOOL:
        b = cbor_bool(reader);
        memcpy(at, &b, sizeof b);
        break;
    case KIND_BYTES:
        cbor_bytes_exact(reader, at, field->size);
        break;
    case KIND_UPTO:
        get_upto(reader, field, at);
        break;
    case KIND_TEXT:
        get_text(reader, field, at);
        break;
    }
}

static const struct message_field *find_field(const struct message_def *def, uint64_t key)
{
    for (size_t i = 0; i < def->n_fields; i++)
        if (def->fields[i].key == key)
            return &def->fields[i];
    return NULL;
}

enum status message_decode(enum frame_type type, const void *payload, size_t len, void *message, size_t *used, struct errmsg *err)
{
    const struct message_def *def = def_of(type);
    const struct message_field *field = NULL;
    uint8_t *base = message;
    struct reader reader;
    uint64_t count, before = 0, seen = 0;

    memset(message, 0, def->size);
    reader_init(&reader, payload, len);
    count = cbor_map(&reader);
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t key = cbor_uint(&reader);

        if (i > 0 && key <= before)
            reader.status = STATUS_MALFORMED;
        before = key;
        field = find_field(def, key);
        if (field == NULL) {
            cbor_skip(&reader, &(size_t){0});
            continue;
        }
        seen |= UINT64_C(1) << key;
        get_field(&reader, field, base + field->offset);
    }
    if (reader.status != STATUS_OK)
        return errmsg_set(err, STATUS_MALFORMED, "%s 帧的 %s 项格式不正确", frame_name((uint8_t)type), field != NULL ? field->name : "?");
    for (size_t i = 0; i < def->n_fields; i++)
        if (def->fields[i].required && (seen >> def->fields[i].key & 1) == 0)
            return errmsg_set(err, STATUS_MALFORMED, "%s 帧缺少 %s 项", frame_name((uint8_t)type), def->fields[i].name);
    if (used != NULL)
        *used = len - reader_left(&reader);
    else if (reader_left(&reader) > 0)
        return errmsg_set(err, STATUS_MALFORMED, "%s 帧后面有多余的字节", frame_name((uint8_t)type));
    return STATUS_OK;
}

void message_describe(enum frame_type type, const void *message, struct buf *out)
{
    const struct message_def *def;
    const uint8_t *base = message;

    buf_puts(out, frame_name((uint8_t)type));
    if (message == NULL)
        return;
    def = def_of(type);
    for (size_t i = 0; i < def->n_fields; i++) {
        const struct message_field *field = &def->fields[i];
        const uint8_t *at = base + field->offset;

        if (field_is_zero(field, at))
            continue;
        if (field->kind == KIND_UINT || field->kind == KIND_INT)
            buf_printf(out, " %s=%lld", field->name, (long long)get_uint(at));
        else if (field->kind == KIND_BOOL)
            buf_printf(out, " %s", field->name);
    }
}

void message_put(enum frame_type type, const void *message, struct buf *out)
{
    size_t mark = frame_begin(out, frame_type_byte((uint8_t)type));

    message_encode(type, message, out);
    frame_end(out, mark);
}

enum status message_err_status(const struct message_err *message)
{
    for (int i = 1; i < STATUS_COUNT; i++)
        if (strcmp(message->code, status_name((enum status)i)) == 0)
            return (enum status)i;
    return STATUS_PEER;
}
