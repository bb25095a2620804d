/* core/paper/document_number.c - official numbers: 1, 2, 3 .. per word and year without a gap, given at the center inside the transaction that keeps the paper.
 *
 * The next serial is one more than the greatest ever given, read by the index on number_key, so that voided and deleted papers keep theirs; of papers that were erased by law the greatest is kept (document_number_keep).
 * O(log n). */
#include <stdio.h>
#include <string.h>

#include "core/paper/document.h"
#include "core/paper/document_source.h"
#include "core/base/day.h"
#include "core/base/utf8.h"

enum { NUMBER_BYTES = 64, SERIAL_MAX = 9999999, GONE_BYTES = DOCUMENT_KEY_BYTES + 16 };

/* Put one part of the pattern; false when the place holder is none of ours. */
static bool put_part(const struct rules *rules, const char *name, size_t len, const char *word, int year, int64_t serial, int32_t day, struct buf *out)
{
    if (len == 4 && memcmp(name, "area", len) == 0)
        buf_puts(out, rules_text(rules, "number_area", day));
    else if (len == 4 && memcmp(name, "word", len) == 0)
        buf_puts(out, word);
    else if (len == 4 && memcmp(name, "year", len) == 0)
        buf_printf(out, "%d", year);
    else if (len == 6 && memcmp(name, "serial", len) == 0 && serial > 0)
        buf_printf(out, "%lld", (long long)serial);
    else if (len == 6 && memcmp(name, "serial", len) == 0)
        buf_puts(out, "　　");
    else
        return false;
    return true;
}

void document_number_text(const struct rules *rules, const char *word, int32_t day, int64_t serial, char number[64])
{
    const char *at = rules_text(rules, "number_pattern", day);
    int year, month, dom;
    struct buf out;
    size_t len;

    day_to_ymd(day, &year, &month, &dom);
    buf_init(&out, 512);
    while (*at != 0) {
        const char *close = *at == '{' ? strchr(at, '}') : NULL;

        if (close != NULL && put_part(rules, at + 1, (size_t)(close - at - 1), word, year, serial, day, &out))
            at = close + 1;
        else
            buf_putc(&out, (uint8_t)*at++);
    }
    len = utf8_cut(buf_cstr(&out), out.len, out.len < NUMBER_BYTES ? out.len : NUMBER_BYTES - 1);
    memcpy(number, buf_cstr(&out), len);
    number[len] = 0;
    buf_release(&out);
}

/* A pattern without {word} would give one number to papers of two words. */
static enum status check_free(struct store *store, const char *number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM document WHERE number=?1");
    enum status status;
    bool taken;

    stmt_string(stmt, 1, number);
    taken = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    if (taken)
        return errmsg_set(err, STATUS_EXISTS, "文号 %s 已经用过；规则 number_pattern 里要有 {word}、{year} 和 {serial}", number);
    return status;
}

/* Where the greatest serial of a series that was erased stands; series: "WORD/YEAR/". */
static const char *gone_name(const char *series, size_t len, char out[GONE_BYTES])
{
    snprintf(out, GONE_BYTES, "number_gone:%.*s", (int)len, series);
    return out;
}

enum status document_number_keep(struct store *store, struct id id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT number_key,serial FROM document WHERE id=?1 AND number_key IS NOT NULL");
    char name[GONE_BYTES];
    enum status status;
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    const char *key = stmt_column_text(stmt, 0, NULL), *end = strrchr(key, '/');
    int64_t serial = stmt_column_int(stmt, 1), gone = 0;
    gone_name(key, end == NULL ? 0 : (size_t)(end + 1 - key), name);
    stmt_reset(stmt);
    status = store_meta_read_int(store, name, &gone, err);
    return status == STATUS_OK && serial > gone ? store_meta_set_int(store, name, serial, err) : status;
}

enum status document_next_number(struct store *store, const struct rules *rules, const char *word, int32_t day, int64_t *serial, char number[64], struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT serial FROM document WHERE number_key>=?1 AND number_key<?2 ORDER BY number_key DESC LIMIT 1");
    char from[DOCUMENT_KEY_BYTES], to[DOCUMENT_KEY_BYTES], name[GONE_BYTES];
    int64_t gone = 0;
    int year, month, dom;
    enum status status;

    day_to_ymd(day, &year, &month, &dom);
    snprintf(from, sizeof(from), "%s/%04d/", word, year);
    snprintf(to, sizeof(to), "%s/%04d0", word, year); /* '0' follows '/' */
    stmt_string(stmt, 1, from);
    stmt_string(stmt, 2, to);
    *serial = 1;
    if (stmt_row(stmt, &status, err))
        *serial = stmt_column_int(stmt, 0) + 1;
    stmt_reset(stmt);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, gone_name(from, strlen(from), name), &gone, err);
    if (status != STATUS_OK)
        return status;
    if (gone >= *serial)
        *serial = gone + 1;
    if (*serial > SERIAL_MAX)
        return errmsg_set(err, STATUS_RANGE, "%s 字的号已经用完", word);
    document_number_text(rules, word, day, *serial, number);
    return check_free(store, number, err);
}

void document_number_key(const char *word, int32_t day, int64_t serial, char key[DOCUMENT_KEY_BYTES])
{
    int year, month, dom;

    day_to_ymd(day, &year, &month, &dom);
    snprintf(key, DOCUMENT_KEY_BYTES, "%s/%04d/%07lld", word, year, (long long)serial);
}
