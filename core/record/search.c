/* core/record/search.c - see core/record/search.h. A query becomes one full-text expression; its hits come newest first, are compared with the record's
 * folded text and keys, and are handed on. */
#include "core/record/search.h"

#include <assert.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/record/search_index.h"
#include "core/record/tokenizer.h"

enum { WORDS_MAX = 16, QUERY_MAX_BYTES = 4096, MATCH_MAX_BYTES = 256 * 1024, SNIPPET_BEFORE_CHARS = 12, SNIPPET_CHARS = 48, KEY_KINDS = 3 };

struct word {
    size_t at, len;  /* in query.folded */
    bool negative;
    bool exact;      /* the index alone decides: nothing to compare */
    size_t n_keys;
    size_t key_at[KEY_KINDS], key_len[KEY_KINDS]; /* in query.key_texts: beginnings of keys that also count as a hit, with their mark */
};

struct query {
    struct buf folded, key_texts;
    struct word words[WORDS_MAX];
    size_t n_words, n_positive;
};

/* ---- reading the query ---- */

static bool is_blank(const char *text, size_t len, size_t *used)
{
    static const char IDEOGRAPHIC[] = "\xE3\x80\x80";
    *used = 1;
    if (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r')
        return true;
    *used = strlen(IDEOGRAPHIC);
    return len >= *used && memcmp(text, IDEOGRAPHIC, *used) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Only letters and digits: may be initials. */
static bool is_alphanumeric(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!is_digit(text[i]) && !(text[i] >= 'a' && text[i] <= 'z'))
            return false;
    return true;
}

/* Digits, perhaps with the x a document number may end in, and the signs people write into phone numbers. */
static bool is_number(const char *text, size_t len)
{
    size_t digits = 0;
    for (size_t i = 0; i < len; i++) {
        digits += is_digit(text[i]);
        if (!is_digit(text[i]) && text[i] != '-' && text[i] != '+' && !(text[i] == 'x' && i + 1 == len))
            return false;
    }
    return digits > 0;
}

static void add_key(struct query *query, struct word *word, char kind)
{
    const char *text = buf_cstr(&query->folded) + word->at;
    size_t key = word->n_keys++;

    word->key_at[key] = query->key_texts.len;
    buf_printf(&query->key_texts, "%c%c", TOKENIZER_KEY, kind);
    if (kind == 'p')
        buf_append(&query->key_texts, text, word->len);
    else
        search_index_reverse(text, word->len, &query->key_texts);
    word->key_len[key] = query->key_texts.len - word->key_at[key];
}

static void add_keys(struct query *query, struct word *word)
{
    const char *text = buf_cstr(&query->folded) + word->at;
    if (is_alphanumeric(text, word->len))
        add_key(query, word, 'p');
    if (is_number(text, word->len)) {
        add_key(query, word, 't');
        add_key(query, word, 'i');
    }
}

static enum status add_word(struct query *query, const char *text, size_t len)
{
    struct word *word = &query->words[query->n_words];
    *word = (struct word){.at = query->folded.len};

    if (len > 1 && text[0] == '-') {
        word->negative = true;
        text++;
        len--;
    }
    enum status status = utf8_fold(text, len, &query->folded);
    word->len = query->folded.len - word->at;
    if (status != STATUS_OK || word->len == 0)
        return status;
    add_keys(query, word);
    word->exact = utf8_count(buf_cstr(&query->folded) + word->at, word->len) <= 2;
    query->n_words++;
    query->n_positive += !word->negative;
    return STATUS_OK;
}

static void query_init(struct query *query)
{
    *query = (struct query){.n_words = 0};
    buf_init(&query->folded, QUERY_MAX_BYTES);
    buf_init(&query->key_texts, QUERY_MAX_BYTES * 4);
}

static void query_release(struct query *query)
{
    buf_wipe(&query->folded);
    buf_wipe(&query->key_texts);
}

static enum status read_query(struct query *query, const char *text, struct errmsg *err)
{
    size_t len = strlen(text);
    enum status status = STATUS_OK;

    for (size_t at = 0, used; status == STATUS_OK && at < len;) {
        size_t end = at;
        if (is_blank(text + at, len - at, &used)) {
            at += used;
            continue;
        }
        while (end < len && !is_blank(text + end, len - end, &used))
            end++;
        if (query->n_words == WORDS_MAX)
            return errmsg_set(err, STATUS_TOO_LARGE, "最多用 %d 个词查找", WORDS_MAX);
        status = add_word(query, text + at, end - at);
        at = end;
    }
    if (status == STATUS_OK && query->key_texts.status != STATUS_OK)
        status = query->key_texts.status;
    if (status != STATUS_OK)
        return errmsg_set(err, status, status == STATUS_TOO_LARGE ? "要查找的内容过长" : "要查找的内容不是正常的文字");
    if (query->n_positive == 0)
        return errmsg_set(err, STATUS_INVALID, query->n_words == 0 ? "请输入要查找的内容" : "除了要排除的词，还要写一个要查找的词");
    return STATUS_OK;
}

/* ---- the full-text expression ---- */

static void match_word(const struct query *query, const struct word *word, struct buf *match)
{
    buf_putc(match, '(');
    tokenizer_query(0, buf_cstr(&query->folded) + word->at, word->len, match);
    for (size_t i = 0; i < word->n_keys; i++) {
        buf_puts(match, " OR ");
        tokenizer_query_key(buf_cstr(&query->key_texts) + word->key_at[i] + 1, word->key_len[i] - 1, match);
    }
    buf_putc(match, ')');
}

static void match_query(const struct query *query, struct buf *match)
{
    for (size_t i = 0; i < query->n_words; i++) {
        if (query->words[i].negative)
            continue;
        if (match->len > 0)
            buf_puts(match, " AND ");
        match_word(query, &query->words[i], match);
    }
}

/* ---- comparing ---- */

static const char *find(const char *text, size_t text_len, const char *part, size_t len)
{
    return memmem(text, text_len, part, len);
}

/* Whether some key line begins like this; the mark stands only at the start of a line. */
static bool word_in_keys(const struct query *query, const struct word *word, const char *keys, size_t keys_len)
{
    for (size_t i = 0; i < word->n_keys; i++)
        if (find(keys, keys_len, buf_cstr(&query->key_texts) + word->key_at[i], word->key_len[i]) != NULL)
            return true;
    return false;
}

enum { COLUMN_TYPE, COLUMN_ID, COLUMN_TITLE, COLUMN_DAY, COLUMN_SCOPE, COLUMN_TEXT, COLUMN_KEYS };

static bool word_holds(const struct query *query, const struct word *word, struct stmt *stmt)
{
    size_t text_len, keys_len;
    if (word->exact && !word->negative)
        return true;
    const char *text = stmt_column_text(stmt, COLUMN_TEXT, &text_len);
    bool here = find(text, text_len, buf_cstr(&query->folded) + word->at, word->len) != NULL;
    if (!here && word->n_keys > 0) {
        const char *keys = stmt_column_text(stmt, COLUMN_KEYS, &keys_len);
        here = word_in_keys(query, word, keys, keys_len);
    }
    return here != word->negative;
}

static bool holds(const struct query *query, struct stmt *stmt)
{
    for (size_t i = 0; i < query->n_words; i++)
        if (!word_holds(query, &query->words[i], stmt))
            return false;
    return true;
}

/* ---- handing on ---- */

/* The text around the first word that stands in it; lines become blanks. */
static void make_snippet(const struct query *query, const char *text, size_t len, struct buf *out)
{
    const char *hit = NULL;
    for (size_t i = 0; hit == NULL && i < query->n_words; i++)
        if (!query->words[i].negative)
            hit = find(text, len, buf_cstr(&query->folded) + query->words[i].at, query->words[i].len);
    buf_clear(out);
    if (hit == NULL)
        return;
    const char *from = hit;
    for (size_t n = 0; n < SNIPPET_BEFORE_CHARS && from > text; n++)
        for (from--; from > text && ((uint8_t)*from & 0xC0) == 0x80;)
            from--;
    size_t bytes = utf8_offset(from, len - (size_t)(from - text), SNIPPET_CHARS);
    for (size_t i = 0; i < bytes; i++)
        buf_putc(out, from[i] == '\n' ? ' ' : (uint8_t)from[i]);
}

static bool hand_on(const struct query *query, struct stmt *stmt, struct buf *snippet, search_row row, void *context)
{
    size_t len;
    const char *text = stmt_column_text(stmt, COLUMN_TEXT, &len);
    const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, COLUMN_TYPE));
    make_snippet(query, text, len, snippet);
    struct search_hit hit = {.type = type,
                             .id = stmt_column_id(stmt, COLUMN_ID),
                             .title = stmt_column_text(stmt, COLUMN_TITLE, NULL),
                             .snippet = buf_cstr(snippet),
                             .day = stmt_column_int(stmt, COLUMN_DAY)};
    return type == NULL || row(context, &hit);
}

static struct stmt *prepare(struct store *store, const struct actor *actor, const struct buf *match, const struct record_type *type)
{
    /* CROSS JOIN keeps the order of the tables, so the index's own descending order serves ORDER BY. */
    struct stmt *stmt = store_prepare(store, "SELECT d.type, d.id, d.title, d.day, d.scope, d.text, d.keys FROM search_text f CROSS JOIN search_doc d ON d.doc=f.rowid "
                                             "WHERE f.search_text MATCH ?1 AND (?2 OR d.scope IN (0, ?3) OR d.id IN (SELECT id FROM share WHERE scope=?3)) AND (?4=0 OR d.type=?4) ORDER BY f.rowid DESC");
    stmt_text(stmt, 1, buf_cstr(match), match->len);
    stmt_int(stmt, 2, actor->all_scopes);
    stmt_int(stmt, 3, actor->org);
    stmt_int(stmt, 4, type == NULL ? 0 : type->no);
    return stmt;
}

/* Sealed rows are not in the index; those that share another's seal are, since it may come later. */
static enum status is_shown(struct store *store, const struct actor *actor, struct stmt *stmt, bool *shows, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, COLUMN_TYPE));
    *shows = true;
    return type == NULL ? STATUS_OK : privacy_shows(store, actor, type, stmt_column_id(stmt, COLUMN_ID), shows, err);
}

/* Hits are given to row() up to limit; counted up to count_max. */
static enum status run(struct store *store, const struct actor *actor, struct stmt *stmt, const struct query *query, size_t limit, int64_t count_max, search_row row, void *context, int64_t *total,
                       struct errmsg *err)
{
    struct buf snippet;
    enum status status;
    bool wanted = true;

    buf_init(&snippet, SNIPPET_CHARS * UTF8_MAX_BYTES + 1);
    *total = 0;
    while (stmt_row(stmt, &status, err)) {
        bool shows = false;
        if (!holds(query, stmt))
            continue;
        status = is_shown(store, actor, stmt, &shows, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
        if (!shows)
            continue;
        if (wanted && (size_t)*total < limit)
            wanted = hand_on(query, stmt, &snippet, row, context);
        if (++*total >= count_max) {
            stmt_reset(stmt);
            break;
        }
    }
    buf_release(&snippet);
    return status;
}

enum status search_find(struct store *store, const struct actor *actor, const struct code_book *codes, const struct search_query *request, search_row row, void *context,
                        int64_t *total, struct errmsg *err)
{
    struct query query;
    struct buf match;
    int64_t count = 0;

    query_init(&query);
    buf_init(&match, MATCH_MAX_BYTES);
    enum status status = read_query(&query, request->text, err);
    if (status == STATUS_OK && !store_in_transaction(store)) {
        status = search_catch_up(store, codes, 0, NULL, err);
        /* Somebody writes without end, the disk is full or read-only: what is indexed can still be found. */
        if (status == STATUS_BUSY || status == STATUS_FULL || status == STATUS_FORBIDDEN) {
            errmsg_clear(err);
            status = STATUS_OK;
        }
    }
    if (status == STATUS_OK) {
        match_query(&query, &match);
        status = match.status;
    }
    if (status == STATUS_OK)
        status = run(store, actor, prepare(store, actor, &match, request->type), &query, request->limit, SEARCH_COUNT_MAX, row, context, &count, err);
    if (total != NULL)
        *total = count;
    query_release(&query);
    buf_wipe(&match);
    return status;
}

/* ---- names while typing ---- */

/* Names by their characters; the hit is compared with the name lines of the keys, as if the word were a key beginning anywhere in them. */
static bool name_holds(const char *keys, size_t keys_len, const char *word, size_t len)
{
    for (const char *line = keys, *end = keys + keys_len; line < end;) {
        const char *feed = memchr(line, '\n', (size_t)(end - line));
        size_t line_len = (size_t)((feed == NULL ? end : feed) - line);
        if (*line == TOKENIZER_NAME && find(line + 1, line_len - 1, word, len) != NULL)
            return true;
        line += line_len + 1;
    }
    return false;
}

static void match_name(struct query *query, struct buf *match)
{
    struct word *word = &query->words[0];
    tokenizer_query(TOKENIZER_NAME, buf_cstr(&query->folded), word->len, match);
    for (size_t i = 0; i < word->n_keys; i++) {
        buf_puts(match, " OR ");
        tokenizer_query_key(buf_cstr(&query->key_texts) + word->key_at[i] + 1, word->key_len[i] - 1, match);
    }
}

static enum status run_names(struct stmt *stmt, const struct query *query, size_t limit, search_row row, void *context, struct errmsg *err)
{
    const struct word *word = &query->words[0];
    struct buf snippet;
    enum status status;
    bool wanted = true;

    buf_init(&snippet, SNIPPET_CHARS * UTF8_MAX_BYTES + 1);
    for (size_t given = 0; wanted && given < limit && stmt_row(stmt, &status, err);) {
        size_t keys_len;
        const char *keys = stmt_column_text(stmt, COLUMN_KEYS, &keys_len);
        if (!word->exact && !word_in_keys(query, word, keys, keys_len) && !name_holds(keys, keys_len, buf_cstr(&query->folded), word->len))
            continue;
        wanted = hand_on(query, stmt, &snippet, row, context);
        if (++given == limit || !wanted)
            stmt_reset(stmt);
    }
    buf_release(&snippet);
    return status;
}

enum status search_names(struct store *store, const struct actor *actor, const char *text, const struct record_type *type, size_t limit, search_row row, void *context,
                         struct errmsg *err)
{
    struct query query;
    struct buf match;

    query_init(&query);
    buf_init(&match, MATCH_MAX_BYTES);
    /* Blanks are dropped by folding: a name may be typed in parts. */
    enum status status = add_word(&query, text, strlen(text));
    if (status != STATUS_OK)
        errmsg_set(err, status, status == STATUS_TOO_LARGE ? "要查找的内容过长" : "要查找的内容不是正常的文字");
    if (status == STATUS_OK && query.n_words == 1 && limit > 0) {
        match_name(&query, &match);
        status = match.status;
        if (status == STATUS_OK)
            status = run_names(prepare(store, actor, &match, type), &query, limit, row, context, err);
    }
    query_release(&query);
    buf_wipe(&match);
    return status;
}
