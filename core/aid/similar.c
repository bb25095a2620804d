/* core/aid/similar.c - see similar.h. */
#include "core/aid/similar.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/filter.h"

enum { PAIRS_MAX = 600, CONDITION_BYTES = 96 };

const struct similar_fields similar_consultations = {.category = "category", .words = "content", .taken = "answer"};

bool similar_fields_of(const struct record_type *type, const struct field_def *field, struct similar_fields *out)
{
    static const char *const categories[][2] = {{"case", "cause"}, {"step", "action"}};
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++) {
        if (strcmp(categories[i][0], type->name) != 0)
            continue;
        *out = (struct similar_fields){.category = categories[i][1], .words = field->name, .taken = field->name};
        return true;
    }
    return false;
}

/* The pairs of neighbouring characters of a text, sorted. A long text is told by its beginning. */
struct pairs {
    uint64_t all[PAIRS_MAX];
    size_t n;
};

static bool is_word(uint32_t code)
{
    bool letter = (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z');
    return letter || (code >= 0x3400 && code != 0xFFFD && !(code >= 0xFF00 && code <= 0xFFEF));
}

static int compare_pairs(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static void read_pairs(const char *text, struct pairs *pairs)
{
    uint32_t before = 0;
    pairs->n = 0;
    for (size_t at = 0, len = strlen(text); at < len && pairs->n < PAIRS_MAX;) {
        uint32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0)
            break;
        at += step;
        code = utf8_ascii_twin(code);
        if (code >= 'A' && code <= 'Z')
            code += 'a' - 'A';
        if (!is_word(code)) {
            before = 0;
            continue;
        }
        if (before != 0)
            pairs->all[pairs->n++] = (uint64_t)before << 32 | code;
        before = code;
    }
    qsort(pairs->all, pairs->n, sizeof pairs->all[0], compare_pairs);
}

static unsigned score_of(const struct pairs *one, const struct pairs *other)
{
    size_t shared = 0, i = 0, j = 0;
    if (one->n == 0 || other->n == 0)
        return 0;
    while (i < one->n && j < other->n) {
        if (one->all[i] == other->all[j])
            shared++, i++, j++;
        else if (one->all[i] < other->all[j])
            i++;
        else
            j++;
    }
    return (unsigned)(2 * shared * SIMILAR_WHOLE / (one->n + other->n));
}

unsigned similar_score(const char *one, const char *other)
{
    struct pairs a, b;
    read_pairs(one, &a);
    read_pairs(other, &b);
    return score_of(&a, &b);
}

/* ---- the search ---- */

struct looking {
    const struct similar_fields *fields;
    const struct record *typed;
    struct pairs words, other;
    struct similar *out;
    size_t max, n;
    enum status status;
};

/* Somebody else's answer word for word is no second choice. */
static bool is_offered(struct looking *looking, const struct record *record, unsigned score, size_t *same)
{
    const char *taken = record_text(record, looking->fields->taken);
    for (*same = 0; *same < looking->n; ++*same)
        if (strcmp(record_text(&looking->out[*same].record, looking->fields->taken), taken) == 0)
            return score > looking->out[*same].score;
    return true;
}

/* Put the record in its place; `from` (n: none) leaves its own. Records come newest first: among equals the later comer stands behind. */
static void put(struct looking *looking, const struct record *record, unsigned score, size_t from)
{
    struct record copy;
    size_t at = 0;
    if (from == looking->n && looking->n == looking->max)
        from = score > looking->out[looking->n - 1].score ? looking->n - 1 : SIZE_MAX;
    if (from == SIZE_MAX)
        return;
    looking->status = record_copy(&copy, record);
    if (looking->status != STATUS_OK)
        return;
    if (from < looking->n) {
        record_release(&looking->out[from].record);
        memmove(&looking->out[from], &looking->out[from + 1], (looking->n - from - 1) * sizeof looking->out[0]);
        looking->n--;
    }
    while (at < looking->n && looking->out[at].score >= score)
        at++;
    memmove(&looking->out[at + 1], &looking->out[at], (looking->n - at) * sizeof looking->out[0]);
    looking->out[at] = (struct similar){.record = copy, .score = score};
    looking->n++;
}

static bool look_at(void *context, const struct record *record, const struct list_key *key)
{
    struct looking *looking = context;
    size_t same;
    (void)key;
    if (record_text(record, looking->fields->taken)[0] == '\0' || id_equal(record->id, looking->typed->id))
        return true;
    read_pairs(record_text(record, looking->fields->words), &looking->other);
    unsigned score = score_of(&looking->words, &looking->other);
    if (is_offered(looking, record, score, &same))
        put(looking, record, score, same);
    return looking->status == STATUS_OK;
}

enum status similar_find(struct store *store, const struct actor *actor, const struct code_book *codes, const struct similar_fields *fields, const struct record *typed,
                         struct similar *out, size_t max, size_t *n, struct errmsg *err)
{
    struct looking looking = {.fields = fields, .typed = typed, .out = out, .max = max};
    struct list_query query = {.type = typed->type, .limit = SIMILAR_LOOKED_AT};
    struct filter filter;
    char condition[CONDITION_BYTES];
    const char *category = record_text(typed, fields->category);
    enum status status = STATUS_OK;
    assert(max >= 1 && max <= SIMILAR_MAX);
    *n = 0;
    if (category[0] != '\0') {
        snprintf(condition, sizeof condition, "%s=%s", fields->category, category);
        status = filter_parse(&filter, typed->type, codes, condition, err);
        if (status != STATUS_OK)
            return status;
        query.filter = &filter;
    }
    read_pairs(record_text(typed, fields->words), &looking.words);
    status = records_list(store, actor, &query, look_at, &looking, err);
    if (query.filter != NULL)
        filter_release(&filter);
    if (status == STATUS_OK && looking.status != STATUS_OK)
        status = errmsg_set(err, looking.status, "%s", status_text(looking.status));
    for (size_t i = 0; status != STATUS_OK && i < looking.n; i++)
        record_release(&out[i].record);
    *n = status == STATUS_OK ? looking.n : 0;
    return status;
}
