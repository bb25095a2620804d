/* core/record/search.c - see core/record/search.h. A query becomes one full-text expression; its hits come newest first, are compared with the record's
 * folded text and keys, and are handed on; by relevance they are gathered with their scores first. */
#include "core/record/search.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/phone.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/record/search_index.h"
#include "core/record/tokenizer.h"

enum { WORDS_MAX = 16, QUERY_MAX_BYTES = 4096, MATCH_MAX_BYTES = 256 * 1024, SNIPPET_BEFORE_CHARS = 12, SNIPPET_CHARS = 48, KEY_KINDS = 3, SQL_MAX_BYTES = 1 << 17, NUMBER_DIGITS_MIN = 6, PHONE_DIGITS_MIN = 7 };

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
    return query->key_texts.status; /* a key that is not whole would be taken for one of another length */
}

/* Why add_word did not take it. */
static enum status refuse_words(enum status status, struct errmsg *err)
{
    return errmsg_set(err, status, status == STATUS_NOMEM ? "内存不足" : status == STATUS_TOO_LARGE ? "要查找的内容过长" : "要查找的内容不是正常的文字");
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

/* A telephone written with blanks, hyphens or the country's code is looked for in the form in which it is stored. Words of digits stay words unless they make a mobile together. */
static bool read_phone(const char *text, char out[PHONE_MAX_BYTES])
{
    char signs[PHONE_MAX_BYTES];
    size_t len = strlen(text), used = 0, digits = 0, blanks = 0;
    for (size_t at = 0; at < len;) {
        uint32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0)
            return false;
        at += step;
        code = utf8_ascii_twin(code);
        blanks += code == ' ';
        if (code == ' ')
            continue;
        if (code > 0x7F || strchr("0123456789+-()", (int)code) == NULL || (code == '-' && used == 0) || used + 1 >= sizeof signs)
            return false;
        digits += is_digit((char)code);
        signs[used++] = (char)code;
    }
    signs[used] = '\0';
    if (digits < PHONE_DIGITS_MIN || phone_read(signs, out, NULL) != STATUS_OK)
        return false;
    bool mobile = strlen(out) == PHONE_MOBILE_DIGITS && strchr(out, '-') == NULL, only_digits = digits == used;
    return mobile || (blanks == 0 && !only_digits); /* digits alone may be any number's tail */
}

static enum status read_query(struct query *query, const char *typed, struct errmsg *err)
{
    char phone[PHONE_MAX_BYTES];
    const char *text = read_phone(typed, phone) ? phone : typed;
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
    if (status != STATUS_OK)
        return refuse_words(status, err);
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

enum { COLUMN_TYPE, COLUMN_ID, COLUMN_TITLE, COLUMN_DAY, COLUMN_SCOPE, COLUMN_TEXT, COLUMN_KEYS, COLUMN_DOC, COLUMN_PICKED /* of the walk: the type, scope and filter asked for */ };

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

static const char COLUMNS[] = "d.type, d.id, d.title, d.day, d.scope, d.text, d.keys, d.doc";

/* What has the words, newest first from this number of the index down. A row that is not picked is given all the same, so that who walks knows how many he has passed. */
static struct stmt *prepare(struct store *store, const struct actor *actor, const struct buf *match, const struct record_type *type, const struct filter *filter, int64_t from)
{
    struct buf sql;
    int index = 6;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT %s, CASE WHEN (?4=0 OR d.type=?4) AND (?2 OR d.scope IN (0, ?3) OR d.id IN (SELECT id FROM share WHERE scope=?3)) THEN ", COLUMNS);
    if (filter != NULL) {
        buf_printf(&sql, "EXISTS (SELECT 1 FROM \"%s\" WHERE id=d.id AND gone=0", filter->type->name);
        filter_sql(filter, actor, &sql, &index);
        buf_putc(&sql, ')');
    } else {
        buf_putc(&sql, '1');
    }
    /* CROSS JOIN keeps the order of the tables, so the index's own descending order serves ORDER BY. */
    buf_puts(&sql, " ELSE 0 END FROM search_text f CROSS JOIN search_doc d ON d.doc=f.rowid WHERE f.search_text MATCH ?1 AND f.rowid<=?5 ORDER BY f.rowid DESC");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_text(stmt, 1, buf_cstr(match), match->len);
    stmt_int(stmt, 2, actor->all_scopes);
    stmt_int(stmt, 3, actor->org);
    stmt_int(stmt, 4, type == NULL ? 0 : type->no);
    stmt_int(stmt, 5, from);
    index = 6;
    if (filter != NULL)
        filter_bind(filter, actor, stmt, &index);
    return stmt;
}

static bool is_picked(struct stmt *stmt)
{
    return stmt_column_int(stmt, COLUMN_PICKED) != 0;
}

/* Sealed rows are not in the index; those that share another's seal are, since it may come later. */
static enum status is_shown(struct store *store, const struct actor *actor, struct stmt *stmt, bool *shows, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, COLUMN_TYPE));
    *shows = true;
    return type == NULL ? STATUS_OK : privacy_shows(store, actor, type, stmt_column_id(stmt, COLUMN_ID), shows, err);
}

/* ---- relevance ---- */

struct ranked {
    int64_t doc;
    int score;
};

/* A piece of a search under way. */
struct finding {
    struct store *store;
    const struct actor *actor;
    const struct query *query;
    const struct search_query *request;
    struct search_walk *walk;
    search_row row;
    void *context;
    struct errmsg *err;
    struct ranked *ranked; /* owned; by relevance only: what was found, newest first */
    size_t given;          /* to row(), by this piece */
    bool wanted;           /* row() has not said that it is enough */
    int64_t count_max;
};

enum { SCORE_TEXT = 1, SCORE_BEGINS = 3, SCORE_NAME_BEGINS = 4, SCORE_INITIALS = 6, SCORE_NAME = 8 };

/* What the key line that begins like this, `mark` before it ('\0': none), is worth: whole, or its beginning; 0: there is none. len >= 1. */
static int line_score(const char *keys, size_t keys_len, char mark, const char *begins, size_t len, int whole, int part)
{
    int best = 0;
    for (const char *at = keys, *end = keys + keys_len; best < whole && (at = find(at, (size_t)(end - at), begins, len)) != NULL; at += len) {
        int score = at + len < end && at[len] == '\n' ? whole : part;
        if (mark == '\0' || (at > keys && at[-1] == mark))
            best = score > best ? score : best;
    }
    return best;
}

/* Without memory of its own: a hit is worth the same whether there is any or not. */
static int word_score(const struct query *query, const struct word *word, struct stmt *stmt)
{
    size_t keys_len;
    const char *keys = stmt_column_text(stmt, COLUMN_KEYS, &keys_len);
    int best = line_score(keys, keys_len, TOKENIZER_NAME, buf_cstr(&query->folded) + word->at, word->len, SCORE_NAME, SCORE_NAME_BEGINS);
    for (size_t i = 0; i < word->n_keys; i++) {
        int score = line_score(keys, keys_len, '\0', buf_cstr(&query->key_texts) + word->key_at[i], word->key_len[i], SCORE_INITIALS, SCORE_BEGINS);
        best = score > best ? score : best;
    }
    return best > 0 ? best : SCORE_TEXT;
}

static int score_of(const struct query *query, struct stmt *stmt)
{
    int score = 0;
    for (size_t i = 0; i < query->n_words; i++)
        score += query->words[i].negative ? 0 : word_score(query, &query->words[i], stmt);
    return score;
}

/* Newer ones have greater numbers. */
static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return x->score != y->score ? (x->score < y->score) - (x->score > y->score) : (x->doc < y->doc) - (x->doc > y->doc);
}

static void give(struct finding *finding, struct stmt *stmt)
{
    struct buf snippet;
    if (!finding->wanted || finding->walk->given >= finding->request->limit)
        return;
    buf_init(&snippet, SNIPPET_CHARS * UTF8_MAX_BYTES + 1);
    finding->wanted = hand_on(finding->query, stmt, &snippet, finding->row, finding->context);
    finding->given++;
    finding->walk->given++;
    buf_release(&snippet);
}

static enum status give_ranked(struct finding *finding)
{
    char sql[128];
    enum status status = STATUS_OK;
    size_t n = (size_t)finding->walk->total - !id_is_zero(finding->walk->numbered);
    qsort(finding->ranked, n, sizeof finding->ranked[0], compare_ranked);
    snprintf(sql, sizeof sql, "SELECT %s FROM search_doc d WHERE d.doc=?1", COLUMNS);
    for (size_t i = 0; i < n && status == STATUS_OK && finding->wanted && finding->walk->given < finding->request->limit; i++) {
        struct stmt *stmt = store_prepare(finding->store, sql);
        stmt_int(stmt, 1, finding->ranked[i].doc);
        if (stmt_row(stmt, &status, finding->err)) {
            give(finding, stmt);
            stmt_reset(stmt);
        }
    }
    return status;
}

/* ---- finding ---- */

static enum status take_hit(struct finding *finding, struct stmt *stmt)
{
    struct search_walk *walk = finding->walk;
    bool shows = false;
    if (!is_picked(stmt) || !holds(finding->query, stmt) || id_equal(stmt_column_id(stmt, COLUMN_ID), walk->numbered))
        return STATUS_OK;
    enum status status = is_shown(finding->store, finding->actor, stmt, &shows, finding->err);
    if (status != STATUS_OK || !shows)
        return status;
    if (finding->ranked != NULL)
        finding->ranked[walk->total - !id_is_zero(walk->numbered)] = (struct ranked){.doc = stmt_column_int(stmt, COLUMN_DOC), .score = score_of(finding->query, stmt)};
    else
        give(finding, stmt);
    walk->total++;
    return STATUS_OK;
}

/* Until the piece is large enough, or hits were counted up to count_max. */
static enum status run(struct finding *finding, struct stmt *stmt, size_t hits, size_t most)
{
    struct search_walk *walk = finding->walk;
    enum status status;
    walk->done = true;
    for (size_t looked = 0; stmt_row(stmt, &status, finding->err);) {
        int64_t doc = stmt_column_int(stmt, COLUMN_DOC);
        status = take_hit(finding, stmt);
        if (status != STATUS_OK || walk->total >= finding->count_max) {
            stmt_reset(stmt);
            break;
        }
        walk->from = doc - 1;
        if (finding->given >= hits || ++looked >= most) {
            stmt_reset(stmt);
            walk->done = false;
            break;
        }
    }
    return status == STATUS_OK && finding->ranked != NULL ? give_ranked(finding) : status;
}

/* The one word, if it may begin a record's number. */
static bool may_be_number(const struct query *query)
{
    const char *word = buf_cstr(&query->folded);
    size_t digits = 0;
    if (query->n_words != 1 || query->words[0].len < NUMBER_DIGITS_MIN || query->words[0].len >= ID_TEXT_BYTES)
        return false;
    for (size_t i = 0; i < query->words[0].len; i++) {
        if (!is_digit(word[i]) && !(word[i] >= 'a' && word[i] <= 'f'))
            return false;
        digits += is_digit(word[i]);
    }
    return digits > 0;
}

/* The record of that number, where it is one that may be found: in the index, hence not sealed. */
static enum status give_numbered(struct finding *finding)
{
    const struct record_type *type = finding->request->type;
    struct id id;
    char sql[128];
    bool shows = false;
    if (!may_be_number(finding->query) || finding->request->filter != NULL)
        return STATUS_OK;
    enum status status = records_resolve_id(finding->store, finding->actor, buf_cstr(&finding->query->folded), &type, &id, finding->err);
    if (status == STATUS_NOT_FOUND || status == STATUS_INVALID) { /* of none, or of several */
        errmsg_clear(finding->err);
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    snprintf(sql, sizeof sql, "SELECT %s FROM search_doc d WHERE d.id=?1", COLUMNS);
    struct stmt *stmt = store_prepare(finding->store, sql);
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, finding->err))
        return status;
    status = is_shown(finding->store, finding->actor, stmt, &shows, finding->err);
    if (status == STATUS_OK && shows) {
        give(finding, stmt);
        finding->walk->numbered = id;
        finding->walk->total = 1;
    }
    stmt_reset(stmt);
    return status;
}

/* Hits are compared for relevance all together. */
static enum status find_piece(struct finding *finding, const struct buf *match, size_t hits, size_t most)
{
    const struct search_query *request = finding->request;
    enum status status = STATUS_OK;
    if (request->by_relevance) {
        hits = most = SIZE_MAX;
        finding->ranked = calloc((size_t)finding->count_max, sizeof finding->ranked[0]);
        if (finding->ranked == NULL)
            return errmsg_set(finding->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    }
    if (!finding->walk->begun)
        status = give_numbered(finding);
    finding->walk->begun = status == STATUS_OK;
    if (status == STATUS_OK)
        status = run(finding, prepare(finding->store, finding->actor, match, request->type, request->filter, finding->walk->from), hits, most);
    free(finding->ranked);
    return status;
}

static enum status catch_up(struct store *store, const struct code_book *codes, struct errmsg *err)
{
    enum status status = store_in_transaction(store) ? STATUS_OK : search_catch_up(store, codes, 0, NULL, err);
    /* Somebody writes without end, the disk is full or read-only: what is indexed can still be found. */
    if (status == STATUS_BUSY || status == STATUS_FULL || status == STATUS_FORBIDDEN) {
        errmsg_clear(err);
        status = STATUS_OK;
    }
    return status;
}

void search_walk_begin(struct search_walk *walk)
{
    *walk = (struct search_walk){.from = INT64_MAX};
}

enum status search_walk_on(struct store *store, const struct actor *actor, const struct code_book *codes, const struct search_query *request, struct search_walk *walk, size_t hits, size_t most,
                           search_row row, void *context, struct errmsg *err)
{
    struct query query;
    struct buf match;
    struct finding finding = {.store = store, .actor = actor, .query = &query, .request = request, .walk = walk, .row = row, .context = context, .err = err, .wanted = true,
                              .count_max = request->count_max > 0 && request->count_max < SEARCH_COUNT_MAX ? request->count_max : SEARCH_COUNT_MAX};

    assert(hits >= 1 && most >= 1);
    if (walk->done)
        return STATUS_OK;
    query_init(&query);
    buf_init(&match, MATCH_MAX_BYTES);
    enum status status = read_query(&query, request->text, err);
    if (status == STATUS_OK && !walk->begun)
        status = catch_up(store, codes, err);
    if (status == STATUS_OK) {
        match_query(&query, &match);
        status = match.status;
    }
    if (status == STATUS_OK)
        status = find_piece(&finding, &match, hits, most);
    if (status != STATUS_OK)
        walk->done = true;
    query_release(&query);
    buf_wipe(&match);
    return status;
}

enum status search_find(struct store *store, const struct actor *actor, const struct code_book *codes, const struct search_query *request, search_row row, void *context,
                        int64_t *total, struct errmsg *err)
{
    struct search_walk walk;
    search_walk_begin(&walk);
    enum status status = search_walk_on(store, actor, codes, request, &walk, SIZE_MAX, SIZE_MAX, row, context, err);
    if (total != NULL)
        *total = walk.total;
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
        if (!is_picked(stmt))
            continue;
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
        (void)refuse_words(status, err);
    if (status == STATUS_OK && query.n_words == 1 && limit > 0) {
        match_name(&query, &match);
        status = match.status;
        if (status == STATUS_OK)
            status = run_names(prepare(store, actor, &match, type, NULL, INT64_MAX), &query, limit, row, context, err);
    }
    query_release(&query);
    buf_wipe(&match);
    return status;
}
