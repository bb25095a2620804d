/* core/base/language.c - a GNU .mo in memory: a header of 32-bit words, then two tables of (length, offset) rows, ids in the order of strcmp() and their translations. */
#include "core/base/language.h"

#include <stdint.h>
#include <string.h>

enum { MO_MAGIC = 0, MO_REVISION = 4, MO_COUNT = 8, MO_IDS = 12, MO_TEXTS = 16, MO_HEADER_BYTES = 28, MO_ROW_BYTES = 8 };

static const uint32_t magic = 0x950412de;

struct catalogue {
    const uint8_t *mo; /* NULL: none, the program speaks Chinese */
    size_t len;
    bool swapped; /* written on a machine of the other byte order */
    uint32_t n, ids, texts;
};

/* Set once at the start, see language.h. */
static struct catalogue current;

/* offset + 4 <= len is the caller's promise. */
static uint32_t word(const struct catalogue *c, size_t offset)
{
    uint32_t value;

    memcpy(&value, c->mo + offset, sizeof value);
    return c->swapped ? __builtin_bswap32(value) : value;
}

static const char *row_text(const struct catalogue *c, uint32_t table, uint32_t i)
{
    return (const char *)c->mo + word(c, table + (size_t)i * MO_ROW_BYTES + 4);
}

/* All rows of a table lie inside, and so do their texts, each with its NUL behind it. */
static bool table_is_sound(const struct catalogue *c, uint32_t table)
{
    if (table > c->len || c->n > (c->len - table) / MO_ROW_BYTES)
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        size_t row = table + (size_t)i * MO_ROW_BYTES;
        uint32_t len = word(c, row), offset = word(c, row + 4);

        if (offset >= c->len || len >= c->len - offset || c->mo[offset + len] != 0)
            return false;
    }
    return true;
}

static bool ids_ascend(const struct catalogue *c)
{
    for (uint32_t i = 1; i < c->n; i++)
        if (strcmp(row_text(c, c->ids, i - 1), row_text(c, c->ids, i)) >= 0)
            return false;
    return true;
}

enum status language_use(const void *mo, size_t len, struct errmsg *err)
{
    struct catalogue c = {.mo = mo, .len = len};

    if (mo == NULL) {
        current = (struct catalogue){0};
        return STATUS_OK;
    }
    if (len < MO_HEADER_BYTES)
        return errmsg_set(err, STATUS_MALFORMED, "语言文件太短");
    c.swapped = word(&c, MO_MAGIC) != magic;
    if (word(&c, MO_MAGIC) != magic)
        return errmsg_set(err, STATUS_MALFORMED, "不是 .mo 语言文件");
    if (word(&c, MO_REVISION) != 0)
        return errmsg_set(err, STATUS_UNSUPPORTED, "语言文件的版本不支持");
    c.n = word(&c, MO_COUNT);
    c.ids = word(&c, MO_IDS);
    c.texts = word(&c, MO_TEXTS);
    if (!table_is_sound(&c, c.ids) || !table_is_sound(&c, c.texts) || !ids_ascend(&c))
        return errmsg_set(err, STATUS_MALFORMED, "语言文件已损坏");
    current = c;
    return STATUS_OK;
}

bool language_is_foreign(void)
{
    return current.mo != NULL;
}

/* P_() texts: what stands behind the byte 4. */
static const char *behind_role(const char *text)
{
    const char *mark = strchr(text, 4);

    return mark != NULL ? mark + 1 : text;
}

const char *language_text(const char *text)
{
    const struct catalogue *c = &current;
    uint32_t low = 0, high = c->n;

    /* The row of "" is the catalogue's own header. */
    if (text == NULL || text[0] == '\0')
        return text;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(text, row_text(c, c->ids, middle));

        if (order == 0)
            return row_text(c, c->texts, middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return behind_role(text);
}
