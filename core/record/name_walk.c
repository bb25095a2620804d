/* core/record/name_walk.c - see core/record/name_walk.h.
 *
 * The walk stands at a text, `at`: where it is in the order is the path of its characters. A step gives a batch of entries: those of exactly one text (SAME), or all that begin with a text (UNDER), sorted.
 * Behind a batch the walk goes up along the path, to the next character in its place (find_next), and from there down again until what begins so is little enough (go_down).
 * First characters may have several weights (surnames); of what begins with such a one, what has another weight is left out. */
#include "core/record/name_walk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/pinyin_order.h"

enum {
    BATCH_ENTRIES = 512, /* read and sorted in some 0.2 ms: the first one, for a page */
    BATCH_ENTRIES_MAX = 1 << 15, /* for those who read on and on: each is twice as large as the one before */
    SQL_BYTES = 256,
    TEXTS_MAX_BYTES = 1 << 26, /* of a batch: more than its fields can hold */
    COMMON_BEGIN = 0x4E00, /* characters among which the next one is looked for by turns; few names hold others */
    COMMON_END = 0xA000,
    TURNS_A_LOOK = 4, /* ..for each look at what is there */
    SIGNS_END = 0x3400,
    ZERO_SIGN = 0x3007, /* a sign with a reading */
    CODES_END = 0x110000
};

static const char LAST[] = "\xFF"; /* behind everything in UTF-8 */

struct entry {
    uint64_t head;
    int64_t row;
    size_t text, len; /* in walk->texts */
};

enum step { STEP_NOTHING /* rows without a text */, STEP_BEGIN, STEP_SAME, STEP_UP, STEP_END };

struct name_walk {
    struct store *store;
    struct pinyin_order *order;
    bool ascending;
    char seek_after[SQL_BYTES], seek_before[SQL_BYTES], size_sql[SQL_BYTES], under_sql[SQL_BYTES], same_sql[SQL_BYTES], nothing_sql[SQL_BYTES];
    enum step step;
    struct buf at;     /* the text where it stands */
    uint32_t first;    /* weight of its first character */
    size_t level;      /* STEP_UP: all that begins with so many of its characters was given */
    int64_t row;       /* STEP_SAME, STEP_NOTHING: rows behind this one.. */
    bool behind_row;   /* ..if set */
    bool has_key;      /* the batch begins behind the key's text and row */
    struct buf low, high; /* bounds of what is being read */
    struct entry *entries;
    size_t room; /* entries of the next batch */
    size_t n, given;
    struct buf texts;
};

bool name_walk_orders(const struct field_def *field)
{
    return field->kind == FIELD_NAME || field->kind == FIELD_TEXT;
}

static void compose(struct name_walk *walk, const struct record_type *type, const struct field_def *field)
{
    char from[SQL_BYTES / 2];
    const char *name = field->name, *way = walk->ascending ? "ASC" : "DESC", *beyond = walk->ascending ? ">" : "<";
    snprintf(from, sizeof from, "FROM \"%s\" WHERE \"%s\"", type->name, name); /* not INDEXED BY: where an earlier program's store is only read, the index may be lacking */
    snprintf(walk->seek_after, SQL_BYTES, "SELECT \"%s\" %s>=?1 AND \"%s\"<?2 ORDER BY \"%s\" LIMIT 1", name, from, name, name);
    snprintf(walk->seek_before, SQL_BYTES, "SELECT \"%s\" %s>=?1 AND \"%s\"<?2 ORDER BY \"%s\" DESC LIMIT 1", name, from, name, name);
    snprintf(walk->size_sql, SQL_BYTES, "SELECT 1 %s>=?1 AND \"%s\"<?2 LIMIT 1 OFFSET ?3", from, name);
    snprintf(walk->under_sql, SQL_BYTES, "SELECT n,\"%s\" %s>=?1 AND \"%s\"<?2", name, from, name);
    snprintf(walk->same_sql, SQL_BYTES, "SELECT n %s=?1 AND n%s?2 ORDER BY n %s LIMIT ?3", from, beyond, way);
    snprintf(walk->nothing_sql, SQL_BYTES, "SELECT n %s IS NULL AND n%s?2 ORDER BY n %s LIMIT ?3", from, beyond, way);
}

enum status name_walk_open(struct name_walk **out, struct store *store, const struct record_type *type, const struct field_def *field, bool ascending, const struct list_key *after,
                           struct errmsg *err)
{
    struct pinyin_order *order = store_pinyin(store);
    struct name_walk *walk = order == NULL ? NULL : malloc(sizeof *walk);
    *out = NULL;
    if (walk != NULL && (walk->entries = malloc(BATCH_ENTRIES * sizeof walk->entries[0])) == NULL) {
        free(walk);
        walk = NULL;
    }
    if (walk == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    assert(name_walk_orders(field) && (field->flags & FIELD_INDEX));
    walk->store = store;
    walk->order = order;
    walk->ascending = ascending;
    walk->room = BATCH_ENTRIES;
    walk->step = ascending ? STEP_NOTHING : STEP_BEGIN;
    walk->level = walk->n = walk->given = 0;
    walk->behind_row = walk->has_key = false;
    compose(walk, type, field);
    buf_init(&walk->at, TEXTS_MAX_BYTES);
    buf_init(&walk->low, TEXTS_MAX_BYTES);
    buf_init(&walk->high, TEXTS_MAX_BYTES);
    buf_init(&walk->texts, TEXTS_MAX_BYTES);
    if (after->set) {
        bool text = after->value.kind == VALUE_TEXT;
        walk->step = text ? STEP_BEGIN : STEP_NOTHING;
        walk->row = after->row;
        walk->behind_row = true;
        walk->has_key = text;
        if (text)
            buf_append(&walk->at, after->value.text, after->value.len);
    }
    walk->first = pinyin_order_first(order, buf_cstr(&walk->at), walk->at.len);
    *out = walk;
    return STATUS_OK;
}

void name_walk_close(struct name_walk *walk)
{
    if (walk == NULL)
        return;
    buf_wipe(&walk->at);
    buf_wipe(&walk->low);
    buf_wipe(&walk->high);
    buf_wipe(&walk->texts);
    free(walk->entries);
    free(walk);
}

static enum status memory(const struct name_walk *walk, struct errmsg *err)
{
    const struct buf *const all[] = {&walk->at, &walk->low, &walk->high, &walk->texts};
    for (size_t i = 0; i < 4; i++)
        if (all[i]->status != STATUS_OK)
            return errmsg_set(err, all[i]->status, "%s", status_text(all[i]->status));
    return STATUS_OK;
}

/* ---- ranges of the index ---- */

/* Texts that begin with the first bytes of `at` and then with a character from..until-1; 0..CODES_END: anything or nothing. */
static void bound(struct name_walk *walk, size_t bytes, uint32_t from, uint32_t until)
{
    char code[UTF8_MAX_BYTES];
    buf_clear(&walk->low);
    buf_clear(&walk->high);
    buf_append(&walk->low, walk->at.data, bytes);
    buf_append(&walk->high, walk->at.data, bytes);
    if (from > 0)
        buf_append(&walk->low, code, utf8_encode(from, code));
    if (until < CODES_END)
        buf_append(&walk->high, code, utf8_encode(until, code));
    else
        buf_puts(&walk->high, LAST);
}

static struct stmt *bounded(struct name_walk *walk, const char *sql)
{
    struct stmt *stmt = store_prepare(walk->store, sql);
    stmt_text(stmt, 1, (const char *)walk->low.data, walk->low.len);
    stmt_text(stmt, 2, (const char *)walk->high.data, walk->high.len);
    return stmt;
}

/* The character behind so many bytes of the range's first text (or last); *found false: the range is empty. */
static enum status seek(struct name_walk *walk, bool last, size_t bytes, uint32_t *code, bool *found, struct errmsg *err)
{
    enum status status = memory(walk, err);
    *found = false;
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = bounded(walk, last ? walk->seek_before : walk->seek_after);
    *found = stmt_row(stmt, &status, err);
    if (!*found)
        return status;
    size_t len;
    const char *text = stmt_column_text(stmt, 0, &len);
    *code = 0;
    if (len > bytes && utf8_decode(text + bytes, len - bytes, code) == 0)
        *code = CODES_END; /* nothing that this program wrote */
    stmt_reset(stmt);
    return STATUS_OK;
}

/* ---- batches ---- */

/* Whoever has taken a batch whole is likely to take more. Without memory for that they stay as they are. */
static void make_room(struct name_walk *walk)
{
    if (walk->n == 0 || walk->room == BATCH_ENTRIES_MAX)
        return;
    struct entry *entries = realloc(walk->entries, 2 * walk->room * sizeof entries[0]);
    if (entries != NULL) {
        walk->entries = entries;
        walk->room *= 2;
    }
}

static int compare(const struct name_walk *walk, const struct entry *a, const struct entry *b)
{
    if (a->head != b->head)
        return a->head < b->head ? -1 : 1;
    const char *texts = (const char *)walk->texts.data;
    int order = pinyin_order_compare(walk->order, texts + a->text, a->len, texts + b->text, b->len);
    return order != 0 ? order : a->row < b->row ? -1 : a->row > b->row;
}

static int upwards(const void *a, const void *b, void *walk)
{
    return compare(walk, a, b);
}

static int downwards(const void *a, const void *b, void *walk)
{
    return compare(walk, b, a);
}

static struct entry make_entry(struct name_walk *walk, const char *text, size_t len, int64_t row)
{
    struct entry entry = {.head = pinyin_order_head(walk->order, text, len), .row = row, .text = walk->texts.len, .len = len};
    buf_append(&walk->texts, text, len);
    return entry;
}

/* All of the range with this first weight (0: any), behind the key if there is one; *whole false: it is more than a batch, and there is none. */
static enum status read_under(struct name_walk *walk, uint32_t first, bool *whole, struct errmsg *err)
{
    enum status status = memory(walk, err);
    if (status != STATUS_OK)
        return status;
    struct entry key = {0};
    buf_clear(&walk->texts);
    walk->n = walk->given = 0;
    if (walk->has_key)
        key = make_entry(walk, (const char *)walk->at.data, walk->at.len, walk->row);
    struct stmt *stmt = bounded(walk, walk->under_sql);
    for (*whole = true; *whole && stmt_row(stmt, &status, err);) {
        size_t len;
        const char *text = stmt_column_text(stmt, 1, &len);
        if (first != 0 && pinyin_order_first(walk->order, text, len) != first)
            continue;
        struct entry entry = make_entry(walk, text, len, stmt_column_int(stmt, 0));
        if (walk->texts.status == STATUS_OK && walk->has_key) {
            int order = compare(walk, &entry, &key);
            if (walk->ascending ? order <= 0 : order >= 0)
                continue;
        }
        *whole = walk->n < walk->room;
        if (*whole)
            walk->entries[walk->n++] = entry;
    }
    if (status == STATUS_OK && !*whole) {
        stmt_reset(stmt);
        walk->n = 0;
        return memory(walk, err);
    }
    walk->has_key = walk->behind_row = false;
    if (status == STATUS_OK)
        status = memory(walk, err);
    if (status == STATUS_OK)
        qsort_r(walk->entries, walk->n, sizeof walk->entries[0], walk->ascending ? upwards : downwards, walk);
    return status;
}

/* Whether the range has no more entries than one batch. */
static enum status is_little(struct name_walk *walk, bool *little, struct errmsg *err)
{
    enum status status = memory(walk, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = bounded(walk, walk->size_sql);
    stmt_int(stmt, 3, (int64_t)walk->room);
    *little = !stmt_row(stmt, &status, err);
    if (!*little)
        stmt_reset(stmt);
    return status;
}

/* All that begins with the first `level` characters of `at`, if it is one batch. Where the first character is also read in another way, most may be left out: only reading tells. */
static enum status try_under(struct name_walk *walk, size_t level, size_t bytes, bool *whole, struct errmsg *err)
{
    uint32_t code = 0, weights[PINYIN_WEIGHTS_MAX];
    enum status status = STATUS_OK;
    bound(walk, bytes, 0, CODES_END);
    if (level == 1)
        (void)utf8_decode(buf_cstr(&walk->at), walk->at.len, &code);
    *whole = level == 1 && pinyin_order_weights(walk->order, code, weights) > 1;
    if (!*whole)
        status = is_little(walk, whole, err);
    walk->level = level;
    return status == STATUS_OK && *whole ? read_under(walk, level == 0 ? 0 : walk->first, whole, err) : status;
}

/* The next rows of one text, or without one. */
static enum status read_rows(struct name_walk *walk, const char *sql, struct errmsg *err)
{
    enum status status = memory(walk, err);
    if (status != STATUS_OK)
        return status;
    buf_clear(&walk->texts);
    walk->n = walk->given = 0;
    buf_append(&walk->texts, walk->at.data, walk->at.len);
    struct stmt *stmt = store_prepare(walk->store, sql);
    if (sql == walk->same_sql)
        stmt_text(stmt, 1, (const char *)walk->at.data, walk->at.len);
    stmt_int(stmt, 3, (int64_t)walk->room);
    stmt_int(stmt, 2, walk->behind_row ? walk->row : walk->ascending ? INT64_MIN : INT64_MAX);
    while (walk->n < walk->room && stmt_row(stmt, &status, err))
        walk->entries[walk->n++] = (struct entry){.row = stmt_column_int(stmt, 0), .len = walk->at.len};
    stmt_reset(stmt);
    if (walk->n > 0) {
        walk->row = walk->entries[walk->n - 1].row;
        walk->behind_row = true;
    }
    return status == STATUS_OK ? memory(walk, err) : status;
}

/* ---- the next character in the order ---- */

/* Behind `at`'s first `bytes`, the next character whose weight is beyond `weight` (0: the first of all). */
struct search {
    size_t bytes;
    bool is_first; /* of a text */
    uint32_t weight;
    uint32_t best, code; /* best 0: none found yet */
};

static bool is_beyond(const struct name_walk *walk, uint32_t a, uint32_t b)
{
    return walk->ascending ? a > b : a < b;
}

static void consider(const struct name_walk *walk, struct search *search, uint32_t code)
{
    uint32_t weights[PINYIN_WEIGHTS_MAX] = {0};
    size_t n = 1;
    if (search->is_first)
        n = pinyin_order_weights(walk->order, code, weights);
    else
        weights[0] = pinyin_order_weight(walk->order, code);
    for (size_t i = 0; i < n; i++) {
        if ((search->weight != 0 && !is_beyond(walk, weights[i], search->weight)) || (search->best != 0 && !is_beyond(walk, search->best, weights[i])))
            continue;
        search->best = weights[i];
        search->code = code;
    }
}

/* One character of the range from *from on; *done: it was the last. */
static enum status look_through(struct name_walk *walk, struct search *search, uint32_t *from, uint32_t until, bool *done, struct errmsg *err)
{
    uint32_t code = 0;
    bool found = false;
    bound(walk, search->bytes, *from, until);
    enum status status = seek(walk, false, search->bytes, &code, &found, err);
    *done = !found || code >= until;
    if (status != STATUS_OK || *done)
        return status;
    consider(walk, search, code);
    *from = code == 0xD7FF ? 0xE000 : code + 1; /* no surrogates */
    *done = *from >= until;
    return STATUS_OK;
}

static enum status look_through_all(struct name_walk *walk, struct search *search, uint32_t from, uint32_t until, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (bool done = false; status == STATUS_OK && !done;)
        status = look_through(walk, search, &from, until, &done, err);
    return status;
}

/* Characters by turns, from the last weight on, and beside them those that are there, until one of both knows. */
static enum status find_common(struct name_walk *walk, struct search *search, struct errmsg *err)
{
    uint32_t low, high, from = COMMON_BEGIN;
    enum status status = STATUS_OK;
    pinyin_order_table(walk->order, &low, &high);
    uint32_t weight = walk->ascending ? (search->weight >= low ? search->weight + 1 : low) : search->weight != 0 && search->weight < high ? search->weight - 1 : high - 1;
    bool done = weight < low || weight >= high;
    size_t place = done ? 0 : pinyin_order_at(walk->order, weight);
    struct search all = *search;
    size_t turns = 0;
    while (status == STATUS_OK && !done) {
        uint32_t there = 0;
        bool surname, found = false, last = weight == (walk->ascending ? high - 1 : low);
        uint32_t code = pinyin_order_char(walk->order, place, &surname);
        if (search->best != 0 && !is_beyond(walk, search->best, weight)) /* a rarer one comes before */
            return STATUS_OK;
        if (code >= COMMON_BEGIN && code < COMMON_END && (search->is_first || !surname)) {
            bound(walk, search->bytes, code, code + 1);
            status = seek(walk, false, search->bytes, &there, &found, err);
            if (status == STATUS_OK && found) {
                search->best = weight;
                search->code = code;
                return STATUS_OK;
            }
            if (status == STATUS_OK && ++turns % TURNS_A_LOOK == 0)
                status = look_through(walk, &all, &from, COMMON_END, &done, err);
            if (status == STATUS_OK && done)
                *search = all;
        }
        if (!done && !last)
            place = walk->ascending ? pinyin_order_next(walk->order, place) : pinyin_order_before(walk->order, place);
        weight += walk->ascending ? 1 : UINT32_MAX;
        done |= last;
    }
    return status;
}

/* Letters and signs stand in the index as in the order. */
static enum status find_sign(struct name_walk *walk, struct search *search, struct errmsg *err)
{
    uint32_t low = 1, high = SIGNS_END, code = 0;
    enum status status = STATUS_OK;
    if (search->weight != 0 && walk->ascending)
        low = search->weight + 1;
    else if (search->weight != 0 && search->weight < high)
        high = search->weight;
    for (bool found = true; status == STATUS_OK && found && low < high;) {
        bound(walk, search->bytes, low, high);
        status = seek(walk, !walk->ascending, search->bytes, &code, &found, err);
        if (status != STATUS_OK || !found)
            break;
        if (code != ZERO_SIGN) {
            consider(walk, search, code);
            break;
        }
        if (walk->ascending)
            low = ZERO_SIGN + 1;
        else
            high = ZERO_SIGN;
    }
    return status;
}

static enum status find_next(struct name_walk *walk, struct search *search, struct errmsg *err)
{
    static const uint32_t RARE[][2] = {{ZERO_SIGN, ZERO_SIGN + 1}, {SIGNS_END, COMMON_BEGIN}, {COMMON_END, CODES_END}};
    enum status status = STATUS_OK;
    if (walk->ascending && search->weight < SIGNS_END)
        status = find_sign(walk, search, err);
    if (status != STATUS_OK || search->best != 0)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < 3; i++)
        status = look_through_all(walk, search, RARE[i][0], RARE[i][1], err);
    if (status == STATUS_OK)
        status = find_common(walk, search, err);
    if (status == STATUS_OK && search->best == 0 && !walk->ascending)
        status = find_sign(walk, search, err);
    return status;
}

/* ---- up and down ---- */

/* `at` cut to so many bytes, and the character found behind them. */
static void go_to(struct name_walk *walk, const struct search *search)
{
    char code[UTF8_MAX_BYTES];
    walk->at.len = search->bytes;
    buf_append(&walk->at, code, utf8_encode(search->code, code));
    if (search->is_first)
        walk->first = search->best;
}

static void end_same(struct name_walk *walk)
{
    walk->behind_row = walk->has_key = false;
}

/* From all that begins with `at` (so many characters) to a batch of it, or to where the next one is found. */
static enum status go_down(struct name_walk *walk, size_t level, struct errmsg *err)
{
    for (;;) {
        bool whole = false;
        enum status status = try_under(walk, level, walk->at.len, &whole, err);
        walk->step = whole ? STEP_UP : STEP_SAME;
        if (status != STATUS_OK || whole || walk->ascending)
            return status;
        struct search search = {.bytes = walk->at.len, .is_first = level == 0};
        status = find_next(walk, &search, err);
        if (status != STATUS_OK || search.best == 0)
            return status;
        go_to(walk, &search);
        level++;
    }
}

/* What comes behind all that begins with the first `level` characters of `at`. */
static enum status go_up(struct name_walk *walk, struct errmsg *err)
{
    if (walk->level == 0) {
        walk->step = walk->ascending ? STEP_END : STEP_NOTHING;
        walk->behind_row = false;
        return STATUS_OK;
    }
    const char *text = buf_cstr(&walk->at);
    size_t level = walk->level - 1, bytes = utf8_offset(text, walk->at.len, level);
    uint32_t code = 0;
    (void)utf8_decode(text + bytes, walk->at.len - bytes, &code);
    struct search search = {.bytes = bytes, .is_first = level == 0, .weight = level == 0 ? walk->first : pinyin_order_weight(walk->order, code)};
    enum status status = find_next(walk, &search, err);
    if (status != STATUS_OK)
        return status;
    if (search.best != 0) {
        go_to(walk, &search);
        return go_down(walk, level + 1, err);
    }
    walk->at.len = bytes;
    walk->level = level;
    if (!walk->ascending) /* the text that ends here comes behind what goes on */
        walk->step = STEP_SAME;
    return STATUS_OK;
}

/* More rows of the very text; behind them, upwards, what goes on behind it. */
static enum status give_same(struct name_walk *walk, struct errmsg *err)
{
    enum status status = STATUS_OK;
    walk->n = walk->given = 0;
    if (walk->level == 0 || pinyin_order_first(walk->order, buf_cstr(&walk->at), walk->at.len) == walk->first)
        status = read_rows(walk, walk->same_sql, err);
    if (status != STATUS_OK || walk->n > 0)
        return status;
    end_same(walk);
    walk->step = STEP_UP;
    if (!walk->ascending)
        return STATUS_OK;
    struct search search = {.bytes = walk->at.len, .is_first = walk->level == 0};
    status = find_next(walk, &search, err);
    if (status != STATUS_OK || search.best == 0)
        return status;
    go_to(walk, &search);
    return go_down(walk, walk->level + 1, err);
}

/* The longest way up from the key where what begins alike is little is read; else from the key's very text on. */
static enum status begin(struct name_walk *walk, struct errmsg *err)
{
    const char *text = buf_cstr(&walk->at);
    size_t chars = utf8_count(text, walk->at.len);
    if (!walk->has_key)
        return go_down(walk, 0, err);
    for (size_t level = 0; level <= chars; level++) {
        bool whole = false;
        enum status status = try_under(walk, level, utf8_offset(text, walk->at.len, level), &whole, err);
        walk->step = STEP_UP;
        if (status != STATUS_OK || whole)
            return status;
    }
    walk->step = STEP_SAME;
    return STATUS_OK;
}

static enum status give_nothing(struct name_walk *walk, struct errmsg *err)
{
    buf_clear(&walk->at);
    enum status status = read_rows(walk, walk->nothing_sql, err);
    if (status != STATUS_OK || walk->n > 0)
        return status;
    end_same(walk);
    walk->step = walk->ascending ? STEP_BEGIN : STEP_END;
    return STATUS_OK;
}

bool name_walk_next(struct name_walk *walk, struct list_key *key, enum status *status, struct errmsg *err)
{
    *status = STATUS_OK;
    while (walk->given == walk->n) {
        if (walk->step == STEP_END)
            return false;
        make_room(walk);
        walk->n = walk->given = 0;
        switch (walk->step) {
        case STEP_NOTHING:
            *status = give_nothing(walk, err);
            break;
        case STEP_BEGIN:
            *status = begin(walk, err);
            break;
        case STEP_SAME:
            *status = give_same(walk, err);
            break;
        default:
            *status = go_up(walk, err);
            break;
        }
        if (*status != STATUS_OK) {
            walk->n = walk->given = 0;
            walk->step = STEP_END;
            return false;
        }
    }
    const struct entry *entry = &walk->entries[walk->given++];
    key->set = true;
    key->row = entry->row;
    bool nothing = walk->step == STEP_NOTHING;
    key->value = nothing ? value_null() : value_text((const char *)walk->texts.data + entry->text, entry->len);
    return true;
}
