/* tests/test_upward.c - what a county tells the hub: every inner change comes out again byte for byte, whatever it is; rows are told whole; bad bytes are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/upward.h"

enum { ROUNDS = 3000, MUTATIONS = 20000, CELLS_MAX = 400 };

/* One inner change with its bytes, and a carrier for it. */
struct sample {
    struct change change, outer;
    struct buf header, body, told;
    struct upward_source source;
    struct upward_change got;
};

static void sample_open(struct sample *sample)
{
    *sample = (struct sample){.change = {.seq = 7, .flags = CHANGE_FLAG_MORE, .at_ms = 1767225600123, .user = "刘敏", .type_no = 4, .op = CHANGE_PUT, .seen = 40, .schema = 1, .scope = 12}};
    memset(sample->change.id.bytes, 0x5a, ID_BYTES);
    buf_init(&sample->header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&sample->body, 2 * CHANGE_BODY_MAX_BYTES);
    buf_init(&sample->told, CHANGE_BODY_MAX_BYTES);
    upward_init(&sample->got);
}

static void sample_close(struct sample *sample)
{
    buf_release(&sample->header);
    buf_release(&sample->body);
    buf_release(&sample->told);
    upward_release(&sample->got);
}

static void seal(struct sample *sample)
{
    sample->change.body_hash = hash_of(sample->body.data, sample->body.len);
    buf_clear(&sample->header);
    change_encode_header(&sample->change, &sample->header);
    assert_int_equal(sample->header.status, STATUS_OK);
    sample->source = (struct upward_source){.log = {.station = 12, .incarnation = {1, 2, 3, 4, 5, 6, 7, 0xff}}, .place = 99, .change = &sample->change, .header = sample->header.data,
                                            .header_len = sample->header.len, .body = sample->body.data, .body_len = sample->body.len};
    sample->outer = (struct change){.type_no = UPWARD_CHANGE_TYPE, .op = CHANGE_PUT, .id = sample->change.id};
}

static enum status tell(struct sample *sample, const struct upward_standing *row, size_t *taken)
{
    buf_clear(&sample->told);
    return upward_encode(&sample->source, row, &sample->told, taken);
}

static enum status understand(struct sample *sample)
{
    return upward_decode(&sample->outer, sample->told.data, sample->told.len, &sample->got, NULL);
}

/* The carrier is one that every machine takes, and what it carries is what was put in. */
static void comes_out(struct sample *sample, enum upward_body body_is)
{
    static struct change_body parsed;
    const struct upward_change *got = &sample->got;
    assert_null(change_body_parse(catalogue_by_no(UPWARD_CHANGE_TYPE), CHANGE_PUT, sample->told.data, sample->told.len, &parsed));
    assert_int_equal(understand(sample), STATUS_OK);
    assert_true(got->has_change);
    assert_int_equal(got->log.station, 12);
    assert_memory_equal(got->log.incarnation, sample->source.log.incarnation, INCARNATION_BYTES);
    assert_int_equal(got->place, sample->source.place);
    assert_int_equal(got->state, sample->source.state);
    assert_int_equal(got->has_parent, sample->source.has_parent);
    if (got->has_parent) {
        assert_memory_equal(&got->parent, &sample->source.parent, sizeof got->parent);
        assert_int_equal(got->base_seq, sample->source.base_seq);
    }
    assert_int_equal(got->body_is, body_is);
    assert_int_equal(got->header.len, sample->header.len);
    assert_memory_equal(got->header.data, sample->header.data, sample->header.len);
    assert_true(id_equal(got->id, sample->change.id));
    assert_int_equal(got->type_no, sample->change.type_no);
    assert_int_equal(got->body.len, body_is == UPWARD_BODY_TOLD ? sample->body.len : 0);
    if (body_is == UPWARD_BODY_TOLD && sample->body.len > 0)
        assert_memory_equal(got->body.data, sample->body.data, sample->body.len);
}

static void put_cell(struct sample *sample, uint64_t field, struct value value)
{
    cbor_put_uint(&sample->body, field);
    value_encode(value, &sample->body);
}

static void text_of(struct random_source random, struct buf *out, size_t len)
{
    static const char *const LETTERS[] = {"法", "援", "a", "é", "𫊸", " ", "\"", "\n"};
    buf_clear(out);
    while (out->len < len)
        buf_puts(out, LETTERS[random_below(random, sizeof LETTERS / sizeof LETTERS[0])]);
}

static struct value any_value(struct random_source random, struct buf *text)
{
    switch (random_below(random, 4)) {
    case 0:
        return value_null();
    case 1:
        return value_int((int64_t)(random_below(random, UINT64_MAX) - random_below(random, UINT64_MAX)) >> random_below(random, 64));
    default:
        text_of(random, text, (size_t)random_below(random, 60));
        return value_text(buf_cstr(text), text->len);
    }
}

/* Any map of fields: known, unknown, beyond what has a place, too many. */
static void any_fields(struct sample *sample, struct random_source random)
{
    uint64_t count = random_below(random, 12) == 0 ? random_below(random, 300) : random_below(random, 20), no = random_below(random, 3);
    uint64_t stride = random_below(random, 10) == 0 ? 2000 : 3;
    struct buf text;
    buf_init(&text, 4096);
    cbor_put_map(&sample->body, count);
    for (uint64_t i = 0; i < count; i++) {
        put_cell(sample, no, any_value(random, &text));
        no += 1 + random_below(random, stride);
    }
    buf_release(&text);
}

/* What no program of today writes: bytes, nesting, no map at all, nothing. */
static void any_other_body(struct sample *sample, struct random_source random)
{
    switch (random_below(random, 5)) {
    case 0:
        cbor_put_map(&sample->body, 2);
        cbor_put_uint(&sample->body, 1);
        cbor_put_bytes(&sample->body, "\x00\xff", 2);
        cbor_put_uint(&sample->body, 2);
        cbor_put_array(&sample->body, 1);
        cbor_put_bool(&sample->body, true);
        break;
    case 1:
        cbor_put_text(&sample->body, "新", 3);
        break;
    case 2:
        cbor_put_map(&sample->body, 0);
        break;
    case 3: { /* not the shortest form */
        static const uint8_t LONG_WAY[] = {0xa1, 0x18, 0x01, 0x01};
        buf_append(&sample->body, LONG_WAY, sizeof LONG_WAY);
        break;
    }
    default:
        for (uint64_t i = random_below(random, 50); i > 0; i--)
            buf_putc(&sample->body, (uint8_t)random_below(random, 256));
    }
}

static void any_change(struct sample *sample, struct random_source random)
{
    struct change *change = &sample->change;
    buf_clear(&sample->body);
    if (random_below(random, 4) == 0)
        any_other_body(sample, random);
    else
        any_fields(sample, random);
    change->seq = 1 + random_below(random, INT64_MAX);
    change->flags = (unsigned)random_below(random, 2);
    change->at_ms = (int64_t)random_below(random, UINT64_MAX);
    change->type_no = random_below(random, 3) == 0 ? random_below(random, UINT16_MAX + 1) : 1 + random_below(random, 57);
    change->op = (enum change_op)(1 + random_below(random, random_below(random, 3) == 0 ? CHANGE_OP_MAX : 6));
    change->seen = random_below(random, INT64_MAX);
    change->schema = random_below(random, 8) == 0 ? UINT64_MAX : random_below(random, 4);
    change->scope = (int64_t)random_below(random, INT32_MAX);
    random.fill(random.context, change->id.bytes, ID_BYTES);
    seal(sample);
    sample->source.place = random_below(random, INT64_MAX);
    sample->source.state = (enum change_state)random_below(random, 3);
    sample->source.has_parent = random_below(random, 4) == 0;
    sample->source.parent = (struct log_id){.station = (uint32_t)random_below(random, UINT32_MAX), .incarnation = {9, 8}};
    sample->source.base_seq = random_below(random, INT64_MAX);
}

/* What the body says of secrets in the catalogue's own words. */
static bool has_secret(const struct sample *sample)
{
    const struct record_type *type = catalogue_by_no(sample->change.type_no);
    if (type == NULL || (sample->change.op != CHANGE_PUT && sample->change.op != CHANGE_RESOLVE))
        return false;
    struct reader reader;
    reader_init(&reader, sample->body.data, sample->body.len);
    uint64_t count = cbor_map(&reader);
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(&reader);
        struct value value = value_decode(&reader);
        const struct field_def *def = no == 0 ? NULL : catalogue_field_by_no(type, no);
        if (reader.status == STATUS_OK && def != NULL && def->kind == FIELD_SECRET && value.kind != VALUE_NULL)
            return true;
    }
    return false;
}

static void any_change_comes_out_byte_for_byte(void **state)
{
    (void)state;
    uint64_t seed = 20261127;
    struct random_source random = random_seeded(&seed);
    struct sample sample;
    size_t taken, by_fields = 0, by_hex = 0;
    sample_open(&sample);
    for (int round = 0; round < ROUNDS; round++) {
        any_change(&sample, random);
        assert_int_equal(tell(&sample, NULL, &taken), STATUS_OK);
        comes_out(&sample, has_secret(&sample) ? UPWARD_BODY_WITHHELD : UPWARD_BODY_TOLD);
        assert_int_equal(sample.got.row_is, UPWARD_ROW_LATER);
        struct hash before = hash_of("x", 1); /* so a chain can be followed */
        assert_true(hash_equal(change_chain(before, sample.got.header.data, sample.got.header.len), change_chain(before, sample.header.data, sample.header.len)));
        bool hex = false;
        struct reader reader;
        reader_init(&reader, sample.told.data, sample.told.len);
        for (uint64_t i = cbor_map(&reader); i > 0; i--) {
            uint64_t no = cbor_uint(&reader);
            (void)value_decode(&reader);
            hex |= no == UPWARD_BODY_HEX;
        }
        by_hex += hex, by_fields += !hex;
    }
    assert_true(by_hex > ROUNDS / 20 && by_fields > ROUNDS / 2); /* both ways were walked */
    sample_close(&sample);
}

static void what_every_day_brings_is_told_by_fields(void **state)
{
    (void)state;
    struct sample sample;
    size_t taken;
    sample_open(&sample);
    cbor_put_map(&sample.body, 3);
    put_cell(&sample, 1, value_int(20000));
    put_cell(&sample, 2, value_string("陈志强"));
    put_cell(&sample, 4, value_null());
    seal(&sample);
    assert_int_equal(tell(&sample, NULL, &taken), STATUS_OK);
    comes_out(&sample, UPWARD_BODY_TOLD);
    assert_true(sample.told.len < sample.header.len + sample.body.len + 40); /* no hex, and the header without its hash */
    sample_close(&sample);
}

static void a_body_that_is_gone_leaves_its_header(void **state)
{
    (void)state;
    struct sample sample;
    size_t taken;
    sample_open(&sample);
    cbor_put_map(&sample.body, 1);
    put_cell(&sample, 2, value_string("陈志强"));
    seal(&sample);
    sample.source.body = NULL, sample.source.body_len = 0;
    sample.outer.id = upward_alias(sample.change.id);
    assert_int_equal(tell(&sample, &(struct upward_standing){.type_no = 4, .gone = true}, &taken), STATUS_OK);
    comes_out(&sample, UPWARD_BODY_GONE);
    assert_true(sample.got.gone);
    assert_int_equal(sample.got.row_is, UPWARD_ROW_CELLS);
    sample.source.body = sample.body.data, sample.source.body_len = sample.body.len, sample.source.alias = true; /* an erasure's own body stays */
    assert_int_equal(tell(&sample, NULL, &taken), STATUS_OK);
    comes_out(&sample, UPWARD_BODY_TOLD);
    sample.outer.id.bytes[0] ^= 1; /* of neither id */
    assert_int_equal(understand(&sample), STATUS_MALFORMED);
    sample_close(&sample);
}

static void passwords_stay_in_the_county(void **state)
{
    (void)state;
    const struct record_type *user = catalogue_find("user");
    const struct field_def *password = catalogue_field(user, "password");
    struct sample sample;
    size_t taken, at = 0;
    uint16_t field;
    struct value value;
    sample_open(&sample);
    sample.change.type_no = user->no;
    cbor_put_map(&sample.body, 2);
    put_cell(&sample, 1, value_string("liumin"));
    put_cell(&sample, password->no, value_string("$argon2id$secret"));
    seal(&sample);
    const struct upward_cell cells[] = {{1, value_string("liumin")}, {password->no, value_string("$argon2id$secret")}};
    assert_int_equal(tell(&sample, &(struct upward_standing){.type_no = user->no, .cells = cells, .n_cells = 2}, &taken), STATUS_OK);
    comes_out(&sample, UPWARD_BODY_WITHHELD);
    assert_null(memmem(sample.told.data, sample.told.len, "argon2id", 8));
    assert_true(upward_next_cell(&sample.got, &at, &field, &value));
    assert_int_equal(field, 1);
    assert_false(upward_next_cell(&sample.got, &at, &field, &value));
    sample_close(&sample);
}

static void expect_cells(const struct upward_change *got, const struct upward_cell *cells, size_t n)
{
    size_t at = 0;
    uint16_t field;
    struct value value;
    for (size_t i = 0; i < n; i++) {
        assert_true(upward_next_cell(got, &at, &field, &value));
        assert_int_equal(field, cells[i].field);
        assert_true(value_equal(value, cells[i].value));
    }
    assert_false(upward_next_cell(got, &at, &field, &value));
}

static void a_row_that_is_its_body_is_not_told_twice(void **state)
{
    (void)state;
    struct sample sample;
    size_t taken;
    sample_open(&sample);
    cbor_put_map(&sample.body, 4);
    put_cell(&sample, CHANGE_FIELD_EXISTENCE, value_int(0));
    put_cell(&sample, 2, value_string("陈志强"));
    put_cell(&sample, 3, value_null());
    put_cell(&sample, 1200, value_int(-5));
    seal(&sample);
    const struct upward_cell same[] = {{2, value_string("陈志强")}, {4, value_null()}, {1200, value_int(-5)}}, other[] = {{2, value_string("陈志强")}, {3, value_int(1)}, {1200, value_int(-5)}};
    assert_int_equal(tell(&sample, &(struct upward_standing){.type_no = 4, .cells = same, .n_cells = 3}, &taken), STATUS_OK);
    assert_int_equal(taken, 3);
    comes_out(&sample, UPWARD_BODY_TOLD);
    assert_int_equal(sample.got.row_is, UPWARD_ROW_BODY);
    const struct upward_cell wanted[] = {{2, value_string("陈志强")}, {1200, value_int(-5)}};
    expect_cells(&sample.got, wanted, 2);
    assert_int_equal(sample.got.row_org, 0);
    assert_int_equal(tell(&sample, &(struct upward_standing){.type_no = 4, .org = 12, .cells = same, .n_cells = 3}, &taken), STATUS_OK);
    assert_int_equal(understand(&sample), STATUS_OK);
    assert_int_equal(sample.got.row_org, 12);
    for (int kind = 0; kind < 3; kind++) { /* another row, a longer one, a shorter one */
        struct upward_standing row = {.type_no = 4, .cells = kind == 0 ? other : same, .n_cells = kind == 2 ? 1 : 3};
        struct upward_cell longer[] = {same[0], same[2], {1201, value_int(1)}};
        row.cells = kind == 1 ? longer : row.cells;
        assert_int_equal(tell(&sample, &row, &taken), STATUS_OK);
        comes_out(&sample, UPWARD_BODY_TOLD);
        assert_int_equal(sample.got.row_is, UPWARD_ROW_CELLS);
        expect_cells(&sample.got, row.cells, row.n_cells);
    }
    sample.change.op = CHANGE_MOVE; /* its body is no fields of the row */
    seal(&sample);
    assert_int_equal(tell(&sample, &(struct upward_standing){.type_no = 4, .cells = wanted, .n_cells = 2}, &taken), STATUS_OK);
    comes_out(&sample, UPWARD_BODY_TOLD);
    assert_int_equal(sample.got.row_is, UPWARD_ROW_CELLS);
    expect_cells(&sample.got, wanted, 2);
    sample_close(&sample);
}

/* A row of more cells, or longer ones, than one change takes comes in pieces; each is a change that every machine takes. */
static void tell_in_pieces(size_t n, size_t len, size_t pieces_wanted)
{
    static struct upward_cell cells[CELLS_MAX];
    static struct change_body parsed;
    struct sample sample;
    size_t taken, told = 0, pieces = 1;
    char *text = malloc(len + 1);
    assert_non_null(text);
    memset(text, 'x', len);
    for (size_t i = 0; i < n; i++)
        cells[i] = (struct upward_cell){(uint16_t)(i + 1), value_text(text, len)};
    struct upward_standing row = {.type_no = 4, .cells = cells, .n_cells = n};
    sample_open(&sample);
    cbor_put_map(&sample.body, 1);
    put_cell(&sample, 1, value_string("改"));
    seal(&sample);
    assert_int_equal(tell(&sample, &row, &taken), STATUS_OK);
    comes_out(&sample, UPWARD_BODY_TOLD);
    assert_int_equal(sample.got.row_is, UPWARD_ROW_CELLS);
    for (;;) {
        size_t at = 0;
        uint16_t field;
        struct value value;
        while (upward_next_cell(&sample.got, &at, &field, &value)) {
            assert_int_equal(field, cells[told].field);
            assert_int_equal(value.len, len);
            told++;
        }
        assert_int_equal(told, taken);
        if (taken == n)
            break;
        size_t from = taken;
        buf_clear(&sample.told);
        assert_int_equal(upward_encode_more(&row, from, &sample.told, &taken), STATUS_OK);
        assert_true(taken > from);
        assert_null(change_body_parse(catalogue_by_no(UPWARD_CHANGE_TYPE), CHANGE_PUT, sample.told.data, sample.told.len, &parsed));
        assert_int_equal(understand(&sample), STATUS_OK);
        assert_false(sample.got.has_change);
        assert_int_equal(sample.got.row_is, UPWARD_ROW_MORE);
        assert_true(id_equal(sample.got.id, sample.outer.id));
        pieces++;
    }
    assert_int_equal(pieces, pieces_wanted);
    free(text);
    sample_close(&sample);
}

static void a_large_row_comes_in_pieces(void **state)
{
    (void)state;
    tell_in_pieces(90, 20, 1);
    tell_in_pieces(CELLS_MAX, 3, 3);
    tell_in_pieces(7, 80000, 3);
}

static void what_does_not_fit_is_said_to_be_large(void **state)
{
    (void)state;
    struct sample sample;
    size_t taken;
    char *text = malloc(CHANGE_BODY_MAX_BYTES);
    assert_non_null(text);
    memset(text, 'y', CHANGE_BODY_MAX_BYTES);
    sample_open(&sample);
    cbor_put_map(&sample.body, 1);
    put_cell(&sample, 1, value_text(text, CHANGE_BODY_MAX_BYTES - UPWARD_FIXED_MAX_BYTES - 40));
    seal(&sample);
    assert_int_equal(tell(&sample, NULL, &taken), STATUS_OK); /* by fields: only just */
    comes_out(&sample, UPWARD_BODY_TOLD);
    buf_clear(&sample.body);
    cbor_put_map(&sample.body, 1);
    put_cell(&sample, 1, value_text(text, CHANGE_BODY_MAX_BYTES - 8));
    seal(&sample);
    assert_int_equal(tell(&sample, NULL, &taken), STATUS_OK);
    comes_out(&sample, UPWARD_BODY_LARGE);
    const struct upward_cell cells[] = {{1, value_text(text, CHANGE_BODY_MAX_BYTES - 8)}, {2, value_int(3)}};
    assert_int_equal(tell(&sample, &(struct upward_standing){.type_no = 4, .cells = cells, .n_cells = 2}, &taken), STATUS_OK);
    assert_int_equal(taken, 2);
    comes_out(&sample, UPWARD_BODY_LARGE);
    expect_cells(&sample.got, &cells[1], 1);
    free(text);
    sample_close(&sample);
}

static void a_row_alone(void **state)
{
    (void)state;
    struct sample sample;
    size_t taken;
    const struct upward_cell cells[] = {{2, value_string("甲")}, {10000, value_int(1)}}; /* the second has no place */
    sample_open(&sample);
    seal(&sample);
    buf_clear(&sample.told);
    assert_int_equal(upward_encode(NULL, &(struct upward_standing){.type_no = 5, .cells = cells, .n_cells = 2}, &sample.told, &taken), STATUS_OK);
    assert_int_equal(understand(&sample), STATUS_OK);
    assert_false(sample.got.has_change);
    assert_false(sample.got.gone);
    assert_int_equal(sample.got.type_no, 5);
    assert_true(id_equal(sample.got.id, sample.outer.id));
    expect_cells(&sample.got, cells, 1);
    assert_int_equal(upward_encode(NULL, NULL, &sample.told, &taken), STATUS_INVALID);
    sample.change.seq++; /* not what the header says */
    assert_int_equal(tell(&sample, NULL, &taken), STATUS_INVALID);
    sample_close(&sample);
}

/* One field of a good carrier set to something else, or left out. */
static enum status with_field(struct sample *sample, uint64_t field, struct value value, bool leave_out)
{
    struct buf changed, pairs;
    struct reader reader;
    uint64_t count = 0;
    bool done = leave_out;
    buf_init(&changed, CHANGE_BODY_MAX_BYTES);
    buf_init(&pairs, CHANGE_BODY_MAX_BYTES);
    reader_init(&reader, sample->told.data, sample->told.len);
    for (uint64_t i = cbor_map(&reader); i > 0; i--) {
        uint64_t no = cbor_uint(&reader);
        struct value old = value_decode(&reader);
        if (!done && no >= field) {
            cbor_put_uint(&pairs, field);
            value_encode(value, &pairs);
            count++;
            done = true;
        }
        if (no != field) {
            cbor_put_uint(&pairs, no);
            value_encode(old, &pairs);
            count++;
        }
    }
    if (!done) {
        cbor_put_uint(&pairs, field);
        value_encode(value, &pairs);
        count++;
    }
    cbor_put_map(&changed, count);
    buf_append(&changed, pairs.data, pairs.len);
    enum status status = upward_decode(&sample->outer, changed.data, changed.len, &sample->got, NULL);
    buf_release(&pairs);
    buf_release(&changed);
    return status;
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        unsigned field;
        bool leave_out;
        struct value value;
    } wrongs[] = {
        {UPWARD_LOG, false, {.kind = VALUE_TEXT, .text = "12-01020304050607", .len = 17}},
        {UPWARD_LOG, false, {.kind = VALUE_TEXT, .text = "012-01020304050607ff", .len = 20}},
        {UPWARD_LOG, false, {.kind = VALUE_TEXT, .text = "12-01020304050607FF", .len = 19}},
        {UPWARD_LOG, false, {.kind = VALUE_TEXT, .text = "4294967296-01020304050607ff", .len = 27}},
        {UPWARD_LOG, false, {.kind = VALUE_INT, .number = 3}},
        {UPWARD_LOG, true, {0}},
        {UPWARD_SEQ, false, {.kind = VALUE_INT, .number = 0}},
        {UPWARD_SEQ, false, {.kind = VALUE_INT, .number = -1}},
        {UPWARD_SEQ, true, {0}},
        {UPWARD_PLACE, false, {.kind = VALUE_TEXT, .text = "1", .len = 1}},
        {UPWARD_FLAGS, false, {.kind = VALUE_INT, .number = 2}},
        {UPWARD_AT_MS, true, {0}},
        {UPWARD_AUTHOR, false, {.kind = VALUE_TEXT, .text = "a\0b", .len = 3}},
        {UPWARD_AUTHOR, false, {.kind = VALUE_TEXT, .text = "0123456789012345678901234567890123456789012345678901234567890123", .len = 64}},
        {UPWARD_TYPE_NO, false, {.kind = VALUE_INT, .number = 65536}},
        {UPWARD_OP, false, {.kind = VALUE_INT, .number = 0}},
        {UPWARD_OP, false, {.kind = VALUE_INT, .number = 64}},
        {UPWARD_SEEN, false, {.kind = VALUE_INT, .number = -1}},
        {UPWARD_SCHEMA_NO, true, {0}},
        {UPWARD_ORG, false, {.kind = VALUE_INT, .number = INT64_C(1) << 40}},
        {UPWARD_ROW_GONE, false, {.kind = VALUE_INT, .number = 2}},
        {UPWARD_HEADER_HEX, false, {.kind = VALUE_TEXT, .text = "8c0", .len = 3}},
        {UPWARD_HEADER_HEX, false, {.kind = VALUE_TEXT, .text = "8c01", .len = 4}},
        {UPWARD_BODY_HEX, false, {.kind = VALUE_TEXT, .text = "a0", .len = 2}},
        {UPWARD_ROW_IS, false, {.kind = VALUE_INT, .number = 4}},
        {UPWARD_ROW_IS, false, {.kind = VALUE_INT, .number = UPWARD_ROW_MORE}},
        {UPWARD_ROW_IS, true, {0}},
        {UPWARD_BODY_IS, false, {.kind = VALUE_INT, .number = UPWARD_BODY_GONE}},
        {UPWARD_STATE, false, {.kind = VALUE_INT, .number = 3}},
        {UPWARD_ROW_ORG, false, {.kind = VALUE_INT, .number = -1}},
        {UPWARD_PARENT, false, {.kind = VALUE_TEXT, .text = "12-01020304050607ff", .len = 19}}, /* without where */
        {UPWARD_BASE_SEQ, false, {.kind = VALUE_INT, .number = 4}},                              /* ..and from where */
        {UPWARD_ROW_BASE + 3, false, {.kind = VALUE_INT, .number = 1}}, /* cells of a row that is not told */
    };
    struct sample sample;
    size_t taken;
    sample_open(&sample);
    cbor_put_map(&sample.body, 1);
    put_cell(&sample, 2, value_string("陈志强"));
    seal(&sample);
    assert_int_equal(tell(&sample, NULL, &taken), STATUS_OK);
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        enum status status = with_field(&sample, wrongs[i].field, wrongs[i].value, wrongs[i].leave_out);
        if (status != STATUS_MALFORMED)
            fail_msg("%zu: %s", i, status_name(status));
    }
    assert_int_equal(with_field(&sample, UPWARD_FIXED_FIELDS + 1, value_string("新"), false), STATUS_OK); /* of a newer program: passed over */
    sample.outer.op = CHANGE_DELETE;
    assert_int_equal(understand(&sample), STATUS_INVALID);
    sample.outer.op = CHANGE_PUT, sample.outer.type_no = 4;
    assert_int_equal(understand(&sample), STATUS_INVALID);
    sample_close(&sample);
}

/* Any bytes: refused, or what came out says the same when it is told again. */
static void broken_carriers_break_nothing(void **state)
{
    (void)state;
    uint64_t seed = 58;
    struct random_source random = random_seeded(&seed);
    struct sample sample, again;
    size_t taken, understood = 0;
    sample_open(&sample);
    sample_open(&again);
    for (int i = 0; i < MUTATIONS; i++) {
        if (i % 20 == 0) {
            any_change(&sample, random);
            struct upward_cell cells[] = {{2, value_string("甲")}, {7, value_int(3)}};
            struct upward_standing row = {.type_no = sample.change.type_no, .cells = cells, .n_cells = 2, .gone = i % 40 == 0};
            assert_int_equal(tell(&sample, i % 60 == 0 ? NULL : &row, &taken), STATUS_OK);
        }
        size_t len = sample.told.len;
        uint8_t *bytes = malloc(len);
        assert_non_null(bytes);
        memcpy(bytes, sample.told.data, len);
        for (uint64_t n = 1 + random_below(random, 3); n > 0; n--)
            bytes[random_below(random, len)] ^= (uint8_t)(1u << random_below(random, 8));
        if (random_below(random, 8) == 0)
            len = (size_t)random_below(random, len + 1);
        if (upward_decode(&sample.outer, bytes, len, &again.got, NULL) == STATUS_OK) {
            size_t at = 0;
            uint16_t field;
            struct value value;
            understood++;
            while (upward_next_cell(&again.got, &at, &field, &value))
                assert_true(value.kind != VALUE_NULL && field != 0);
            if (again.got.has_change) {
                struct change header;
                assert_int_equal(change_decode_header(again.got.header.data, again.got.header.len, &header), STATUS_OK);
                assert_true(again.got.body_is != UPWARD_BODY_TOLD || hash_equal(header.body_hash, hash_of(again.got.body.data, again.got.body.len)));
            }
        }
        free(bytes);
    }
    assert_true(understood > MUTATIONS / 100);
    sample_close(&sample);
    sample_close(&again);
}

static void ids_and_logs(void **state)
{
    (void)state;
    struct id id = {{1}}, other = {{2}};
    struct log_id log = {.station = UINT32_MAX, .incarnation = {0, 0x0a, 0xf0}}, back;
    char text[UPWARD_LOG_TEXT_BYTES];
    assert_false(id_equal(upward_alias(id), id));
    assert_false(id_equal(upward_alias(id), upward_alias(other)));
    assert_true(id_equal(upward_cells_id(2, "form1", "2026H1", 0), upward_cells_id(2, "form1", "2026H1", 0)));
    assert_false(id_equal(upward_cells_id(2, "form1", "2026H1", 0), upward_cells_id(3, "form1", "2026H1", 0)));
    char hex[ID_TEXT_BYTES];
    id_format(upward_cells_id(7, "monthly", "2026-03", 0), hex);
    assert_string_equal(hex, "cac2c4202166527c54e823db6d3932fe"); /* the hub computes the same */
    upward_log_text(&log, text);
    assert_string_equal(text, "4294967295-000af00000000000");
    assert_int_equal(upward_log_parse(text, strlen(text), &back), STATUS_OK);
    assert_memory_equal(&back, &log, sizeof log);
}

/* Nobody is offered them, nothing finds them; whoever writes them by hand is refused (tests/test_rights.c). */
static void the_types_are_for_programs_only(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {UPWARD_CHANGE_TYPE, UPWARD_CELLS_TYPE};
    for (size_t i = 0; i < 2; i++) {
        const struct record_type *type = catalogue_by_no(numbers[i]);
        assert_non_null(type);
        assert_true(type->flags & TYPE_INNER);
        assert_true(type->flags & TYPE_ACTION);
        assert_false(type->flags & (TYPE_SEARCH | TYPE_SHARED | TYPE_CENTER));
        for (size_t f = 0; f < type->n_fields; f++)
            assert_false(type->fields[f].flags & (FIELD_SEARCH | FIELD_TITLE | FIELD_LIST));
    }
    for (unsigned field = UPWARD_LOG; field <= UPWARD_FIXED_FIELDS; field++)
        assert_non_null(catalogue_field_by_no(catalogue_by_no(UPWARD_CHANGE_TYPE), field));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_change_comes_out_byte_for_byte),
        cmocka_unit_test(what_every_day_brings_is_told_by_fields),
        cmocka_unit_test(a_body_that_is_gone_leaves_its_header),
        cmocka_unit_test(passwords_stay_in_the_county),
        cmocka_unit_test(a_row_that_is_its_body_is_not_told_twice),
        cmocka_unit_test(a_large_row_comes_in_pieces),
        cmocka_unit_test(what_does_not_fit_is_said_to_be_large),
        cmocka_unit_test(a_row_alone),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(broken_carriers_break_nothing),
        cmocka_unit_test(ids_and_logs),
        cmocka_unit_test(the_types_are_for_programs_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
