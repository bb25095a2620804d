/* core/record/tokenizer.c - see core/record/tokenizer.h. With store.c the only file that includes sqlite3.h.
 *
 * Tokens of the line "甲乙丙": 甲 甲乙 乙 乙丙 丙. The index has detail=none, so it keeps for each token only which texts hold it; a phrase of
 * several tokens is not possible there (FTS5 refuses it), the query is the AND of all pairs. Single characters are tokens of their own rather than
 * prefix queries: a prefix query first merges the lists of all pairs beginning with the character, which takes long for a common one in a
 * million texts, while a token's own list is read newest first and only as far as needed. */
#include "core/record/tokenizer.h"

#include <sqlite3.h>
#include <string.h>

#include "core/base/utf8.h"

/* FTS5 asks for an instance per table; ours needs no state, but the pointer must not be NULL. */
static int tokenizer_create(void *context, const char **args, int n_args, Fts5Tokenizer **out)
{
    (void)args;
    (void)n_args;
    *out = (Fts5Tokenizer *)context;
    return SQLITE_OK;
}

static void tokenizer_delete(Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

/* Bytes of the character at text; a byte that is no UTF-8 counts as a character, so that damaged text cannot stop the index. */
static int character(const char *text, int len)
{
    uint32_t code = 0;
    size_t used = utf8_decode(text, (size_t)len, &code);
    return used == 0 ? 1 : (int)used;
}

typedef int (*token_sink)(void *context, int flags, const char *token, int len, int begin, int end);

enum { TOKEN_MAX_BYTES = 1 + 2 * UTF8_MAX_BYTES };

/* One token with its mark; begin and end are where it stands in the text. */
static int put_token(void *context, token_sink sink, char mark, const char *text, int begin, int end)
{
    char token[TOKEN_MAX_BYTES] = {mark};
    if (mark == 0)
        return sink(context, 0, text + begin, end - begin, begin, end);
    memcpy(token + 1, text + begin, (size_t)(end - begin));
    return sink(context, 0, token, end - begin + 1, begin, end);
}

/* Characters and pairs of text[at..end). */
static int tokenize_line(void *context, token_sink sink, char mark, const char *text, int at, int end)
{
    int rc = SQLITE_OK;

    for (int previous = -1; rc == SQLITE_OK && at < end;) {
        int next = at + character(text + at, end - at);
        if (previous >= 0)
            rc = put_token(context, sink, mark, text, previous, next);
        if (rc == SQLITE_OK)
            rc = put_token(context, sink, mark, text, at, next);
        previous = at;
        at = next;
    }
    return rc;
}

static int tokenize_text(void *context, const char *text, int len, token_sink sink)
{
    int rc = SQLITE_OK;

    for (int at = 0, end; rc == SQLITE_OK && at < len; at = end + 1) {
        const char *feed = memchr(text + at, '\n', (size_t)(len - at));
        end = feed == NULL ? len : (int)(feed - text);
        if (text[at] == TOKENIZER_KEY)
            rc = sink(context, 0, text + at, end - at, at, end);
        else if (text[at] == TOKENIZER_NAME)
            rc = tokenize_line(context, sink, TOKENIZER_NAME, text, at + 1, end);
        else
            rc = tokenize_line(context, sink, 0, text, at, end);
    }
    return rc;
}

static int tokenizer_tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int len, token_sink sink)
{
    (void)tokenizer;
    if (len <= 0)
        return SQLITE_OK;
    if ((flags & FTS5_TOKENIZE_QUERY) != 0)
        return sink(context, 0, text, len, 0, len);
    return tokenize_text(context, text, len, sink);
}

static int fts5_api_of(sqlite3 *db, fts5_api **api)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL);

    *api = NULL;
    if (rc != SQLITE_OK)
        return rc;
    rc = sqlite3_bind_pointer(stmt, 1, (void *)api, "fts5_api_ptr", NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

enum status tokenizer_register(struct sqlite3 *db)
{
    fts5_tokenizer methods = {.xCreate = tokenizer_create, .xDelete = tokenizer_delete, .xTokenize = tokenizer_tokenize};
    fts5_api *api = NULL;
    int rc = fts5_api_of(db, &api);

    if (rc == SQLITE_NOMEM)
        return STATUS_NOMEM;
    if (rc != SQLITE_OK && rc != SQLITE_ERROR)
        return STATUS_IO;
    if (api == NULL || api->iVersion < 2)
        return STATUS_UNSUPPORTED;
    rc = api->xCreateTokenizer(api, "bigram", db, &methods, NULL);
    return rc == SQLITE_OK ? STATUS_OK : STATUS_NOMEM;
}

/* One quoted string of the expression; FTS5 doubles a quote inside. */
static void put_term(char mark, const char *term, size_t len, struct buf *match)
{
    buf_putc(match, '"');
    if (mark != 0)
        buf_putc(match, (uint8_t)mark);
    for (size_t i = 0; i < len; i++) {
        if (term[i] == '"')
            buf_putc(match, '"');
        buf_putc(match, (uint8_t)term[i]);
    }
    buf_putc(match, '"');
}

void tokenizer_query(char mark, const char *word, size_t len, struct buf *match)
{
    size_t previous = 0;
    size_t at = len == 0 ? 0 : (size_t)character(word, (int)len);

    buf_putc(match, '(');
    if (at == len)
        put_term(mark, word, len, match);
    while (at < len) {
        size_t next = at + (size_t)character(word + at, (int)(len - at));
        if (previous > 0)
            buf_puts(match, " AND ");
        put_term(mark, word + previous, next - previous, match);
        previous = at;
        at = next;
    }
    buf_putc(match, ')');
}

void tokenizer_query_key(const char *key, size_t len, struct buf *match)
{
    put_term(TOKENIZER_KEY, key, len, match);
    buf_puts(match, " *");
}
