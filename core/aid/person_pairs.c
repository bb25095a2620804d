/* core/aid/person_pairs.c - all possible duplicates of the county, for the center's list (person.h).
 *
 * The files are read once, and only the columns that are evidence; what is kept of each is its id and, for every round, one key or several (a 64-bit hash). In a round the
 * keys are sorted, and files under one key are loaded and compared for real. Strongest evidence first; within it the newest files first.
 * One slip in 17 digits leaves one of two parts whole, except a swap across the border; so three rounds find it: by the part with day and sequence, by the part with area
 * and year together with the name's initials or the telephone, and by everything but the two digits at the border.
 * O(n log n) time, about 150 bytes a file. A key that more than GROUP_MAX files share gives only pairs with its newest file. */
#include <stdlib.h>
#include <string.h>

#include "core/aid/person_duplicate.h"
#include "core/aid/person_name.h"
#include "core/record/pinyin.h"
#include "core/record/privacy.h"
#include "core/record/row.h"

enum { GROUP_MAX = 20, BORDER = 10 };

enum round { ROUND_NUMBER, ROUND_BORN, ROUND_PHONE, ROUND_SEQUENCE, ROUND_INITIALS, ROUND_LINE, ROUND_BORDER, ROUNDS };

static const enum duplicate_reason round_reason[ROUNDS] = {
    [ROUND_NUMBER] = DUPLICATE_ID_NO,       [ROUND_BORN] = DUPLICATE_NAME_BORN,       [ROUND_PHONE] = DUPLICATE_NAME_PHONE, [ROUND_SEQUENCE] = DUPLICATE_ID_ONE_OFF,
    [ROUND_INITIALS] = DUPLICATE_ID_ONE_OFF, [ROUND_LINE] = DUPLICATE_ID_ONE_OFF, [ROUND_BORDER] = DUPLICATE_ID_ONE_OFF,
};

struct key {
    uint64_t hash;
    uint32_t file;
};

struct pair {
    uint32_t a, b; /* a < b */
};

struct pairs {
    struct store *store;
    const struct actor *actor;
    struct errmsg *err;
    struct id *files; /* by age */
    size_t n_files, cap_files;
    struct {
        struct key *rows;
        size_t n, cap;
    } keys[ROUNDS];
    enum round round;
    struct pair *found; /* of this round's reason */
    size_t n_found, cap_found;
    uint64_t *done; /* open addressing; 0 is empty: pairs given out or set aside */
    size_t n_done, cap_done;
    enum status status;
    bool stopped;
    size_t left;
    duplicate_row row;
    void *context;
};

/* ---- small containers ---- */

static bool grow(struct pairs *pairs, void **rows, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t wider = *cap == 0 ? 256 : *cap * 2;
    void *moved = reallocarray(*rows, wider, size);
    if (moved == NULL) {
        pairs->status = STATUS_NOMEM;
        return false;
    }
    *rows = moved;
    *cap = wider;
    return true;
}

/* FNV-1a: spreads well enough for grouping, since what it groups is compared afterwards. */
static uint64_t hash_more(uint64_t hash, const void *data, size_t len)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

static uint64_t hash_pair_of(struct id a, struct id b)
{
    bool swap = id_compare(a, b) > 0;
    uint64_t hash = hash_more(1469598103934665603u, swap ? b.bytes : a.bytes, ID_BYTES);
    hash = hash_more(hash, swap ? a.bytes : b.bytes, ID_BYTES);
    return hash != 0 ? hash : 1;
}

static bool done_insert(uint64_t *slots, size_t cap, uint64_t hash)
{
    size_t at = (size_t)(hash ^ hash >> 32) & (cap - 1);
    while (slots[at] != 0 && slots[at] != hash)
        at = (at + 1) & (cap - 1);
    bool fresh = slots[at] == 0;
    slots[at] = hash;
    return fresh;
}

/* Remembers the pair; false if it was known. */
static bool done_add(struct pairs *pairs, uint64_t hash)
{
    if (pairs->n_done * 2 >= pairs->cap_done) {
        size_t cap = pairs->cap_done == 0 ? 1024 : pairs->cap_done * 2;
        uint64_t *slots = calloc(cap, sizeof slots[0]);
        if (slots == NULL) {
            pairs->status = STATUS_NOMEM;
            return false;
        }
        for (size_t i = 0; i < pairs->cap_done; i++)
            if (pairs->done[i] != 0)
                done_insert(slots, cap, pairs->done[i]);
        free(pairs->done);
        pairs->done = slots;
        pairs->cap_done = cap;
    }
    bool fresh = done_insert(pairs->done, pairs->cap_done, hash);
    pairs->n_done += fresh;
    return fresh;
}

/* ---- keys ---- */

/* The columns that are evidence, borrowed from the row. */
struct traits {
    const char *name, *aliases, *kind, *number, *phone, *phone2;
    int64_t born;
    bool has_born, has_card;
};

static void put_key(struct pairs *pairs, enum round round, const char *text, size_t len, const void *more, size_t more_len)
{
    if (len == 0 || !grow(pairs, (void **)&pairs->keys[round].rows, pairs->keys[round].n, &pairs->keys[round].cap, sizeof(struct key)))
        return;
    uint64_t hash = hash_more(hash_more(1469598103934665603u, text, len), "|", 1);
    pairs->keys[round].rows[pairs->keys[round].n++] = (struct key){hash_more(hash, more, more_len), (uint32_t)(pairs->n_files - 1)};
}

/* A name, the person's own or an alias, with each thing that must agree beside it. */
static void put_name(struct pairs *pairs, const struct traits *traits, const char *name)
{
    struct buf key;
    buf_init(&key, NAME_KEY_MAX_BYTES);
    enum status status = person_name_key(name, strlen(name), &key);
    if (status != STATUS_OK)
        pairs->status = status;
    else if (key.status == STATUS_OK) {
        const char *text = buf_cstr(&key);
        if (traits->has_born)
            put_key(pairs, ROUND_BORN, text, key.len, &traits->born, sizeof traits->born);
        if (traits->phone[0] != '\0')
            put_key(pairs, ROUND_PHONE, text, key.len, traits->phone, strlen(traits->phone));
        if (traits->phone2[0] != '\0')
            put_key(pairs, ROUND_PHONE, text, key.len, traits->phone2, strlen(traits->phone2));
        if (traits->has_card)
            put_key(pairs, ROUND_INITIALS, text, key.len, traits->number, BORDER);
    }
    buf_wipe(&key);
}

static void put_initials(struct pairs *pairs, const struct traits *traits)
{
    struct buf initials;
    buf_init(&initials, 16 * 1024);
    pinyin_initials(traits->name, strlen(traits->name), &initials);
    for (const char *at = buf_cstr(&initials); *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
        put_key(pairs, ROUND_INITIALS, at, strcspn(at, " "), traits->number, BORDER);
    buf_release(&initials);
}

static void put_keys(struct pairs *pairs, const struct traits *traits)
{
    struct name_cursor cursor = {.list = traits->aliases};
    char alias[NAME_KEY_MAX_BYTES];
    put_key(pairs, ROUND_NUMBER, traits->number, person_number_core(traits->kind, traits->number), "", 0);
    put_name(pairs, traits, traits->name);
    while (person_name_next(&cursor, alias))
        put_name(pairs, traits, alias);
    if (!traits->has_card)
        return;
    const char *digits = traits->number;
    put_key(pairs, ROUND_SEQUENCE, digits + BORDER, PERSON_CARD_DIGITS - BORDER, "", 0);
    put_initials(pairs, traits);
    put_key(pairs, ROUND_LINE, traits->phone, strlen(traits->phone), digits, BORDER);
    put_key(pairs, ROUND_LINE, traits->phone2, strlen(traits->phone2), digits, BORDER);
    put_key(pairs, ROUND_BORDER, digits, BORDER - 1, digits + BORDER + 1, PERSON_CARD_DIGITS - BORDER - 1);
}

/* All files not merged, oldest first. */
static void read_files(struct pairs *pairs)
{
    struct buf sql;
    int index = 1;
    buf_init(&sql, 1024);
    buf_puts(&sql, "SELECT id,name,aliases,id_kind,id_no,phone,phone2,born FROM person WHERE gone=0 AND merged_into IS NULL");
    row_scope_sql(pairs->actor, &sql, &index);
    privacy_sql(pairs->actor, catalogue_find("person"), &sql);
    buf_puts(&sql, " ORDER BY n");
    struct stmt *stmt = store_prepare_buf(pairs->store, &sql);
    buf_release(&sql);
    index = 1;
    row_scope_bind(pairs->actor, stmt, &index);
    enum status status;
    while (stmt_row(stmt, &status, pairs->err)) {
        struct traits traits = {.born = stmt_column_int(stmt, 7), .has_born = !stmt_column_is_null(stmt, 7)};
        const char **texts[] = {&traits.name, &traits.aliases, &traits.kind, &traits.number, &traits.phone, &traits.phone2};
        size_t len;
        for (int i = 0; i < 6; i++)
            *texts[i] = stmt_column_text(stmt, i + 1, &len);
        traits.has_card = person_number_is_card(traits.kind, traits.number);
        if (grow(pairs, (void **)&pairs->files, pairs->n_files, &pairs->cap_files, sizeof pairs->files[0])) {
            pairs->files[pairs->n_files++] = stmt_column_id(stmt, 0);
            put_keys(pairs, &traits);
        }
        if (pairs->status != STATUS_OK) {
            stmt_reset(stmt);
            return;
        }
    }
    pairs->status = status;
}

/* ---- pairs ---- */

static int by_hash(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->file > y->file) - (x->file < y->file);
}

static int newest_first(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->b != y->b)
        return x->b > y->b ? -1 : 1;
    return (x->a < y->a) - (x->a > y->a);
}

static void add_pair(struct pairs *pairs, uint32_t a, uint32_t b)
{
    if (a != b && grow(pairs, (void **)&pairs->found, pairs->n_found, &pairs->cap_found, sizeof pairs->found[0]))
        pairs->found[pairs->n_found++] = a < b ? (struct pair){a, b} : (struct pair){b, a};
}

static void collect(struct pairs *pairs)
{
    const struct key *keys = pairs->keys[pairs->round].rows;
    size_t n = pairs->keys[pairs->round].n;
    if (n > 1)
        qsort(pairs->keys[pairs->round].rows, n, sizeof keys[0], by_hash);
    pairs->n_found = 0;
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && keys[to].hash == keys[from].hash;)
            to++;
        bool crowd = to - from > GROUP_MAX;
        for (size_t b = from; b < to && !crowd; b++)
            for (size_t a = from; a < b; a++)
                add_pair(pairs, keys[a].file, keys[b].file);
        for (size_t a = from; crowd && a + 1 < to; a++)
            add_pair(pairs, keys[a].file, keys[to - 1].file);
    }
    if (pairs->n_found > 1)
        qsort(pairs->found, pairs->n_found, sizeof pairs->found[0], newest_first);
}

static void give(struct pairs *pairs, const struct record *a, const struct record *b)
{
    enum duplicate_reason reason;
    if (!person_alike(a, b, &reason) || reason != round_reason[pairs->round] || !done_add(pairs, hash_pair_of(a->id, b->id)))
        return;
    pairs->stopped = !pairs->row(pairs->context, &(struct duplicate){a, b, reason}) || --pairs->left == 0;
}

/* The newer file of consecutive pairs is loaded once. */
static void give_found(struct pairs *pairs)
{
    const struct record_type *type = catalogue_find("person");
    for (size_t from = 0, to; from < pairs->n_found && pairs->status == STATUS_OK && !pairs->stopped; from = to) {
        struct record a, b;
        to = from + 1;
        while (to < pairs->n_found && pairs->found[to].b == pairs->found[from].b)
            to++;
        pairs->status = records_get(pairs->store, pairs->actor, type, pairs->files[pairs->found[from].b], &b, pairs->err);
        for (size_t i = from; i < to && pairs->status == STATUS_OK && !pairs->stopped; i++) {
            pairs->status = records_get(pairs->store, pairs->actor, type, pairs->files[pairs->found[i].a], &a, pairs->err);
            if (pairs->status == STATUS_OK) {
                give(pairs, &a, &b);
                record_release(&a);
            }
            if (i + 1 == to || pairs->status != STATUS_OK || pairs->stopped)
                record_release(&b);
        }
    }
}

static enum status read_set_aside(struct pairs *pairs)
{
    struct stmt *stmt = store_prepare(pairs->store, "SELECT survivor, loser FROM \"merge\" WHERE undone=1 AND gone=0");
    enum status status;
    while (stmt_row(stmt, &status, pairs->err)) {
        struct id a, b;
        size_t a_len, b_len;
        const char *survivor = stmt_column_text(stmt, 0, &a_len), *loser = stmt_column_text(stmt, 1, &b_len);
        if (id_parse(survivor, a_len, &a) == STATUS_OK && id_parse(loser, b_len, &b) == STATUS_OK)
            done_add(pairs, hash_pair_of(a, b));
    }
    return status == STATUS_OK ? pairs->status : status;
}

enum status person_duplicate_pairs(struct store *store, const struct actor *actor, size_t limit, duplicate_row row, void *context, struct errmsg *err)
{
    struct pairs pairs = {.store = store, .actor = actor, .err = err, .left = limit == 0 ? SIZE_MAX : limit, .row = row, .context = context};
    bool own = !store_in_transaction(store);
    enum status status = own ? store_begin_read(store, err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    pairs.status = read_set_aside(&pairs);
    if (pairs.status == STATUS_OK)
        read_files(&pairs);
    for (int round = 0; round < ROUNDS && pairs.status == STATUS_OK && !pairs.stopped; round++) {
        pairs.round = (enum round)round;
        collect(&pairs);
        if (pairs.status == STATUS_OK)
            give_found(&pairs);
    }
    if (own)
        store_end_read(store);
    free(pairs.files);
    for (int round = 0; round < ROUNDS; round++)
        free(pairs.keys[round].rows);
    free(pairs.found);
    free(pairs.done);
    return pairs.status;
}
