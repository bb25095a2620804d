/* core/record/name_list.c - see name_list.h. */
#include "core/record/name_list.h"

#include <assert.h>
#include <string.h>

#include "core/base/utf8.h"

enum { SQL_MAX_BYTES = 1024, IDEOGRAPHIC_BLANK = 0x3000 };

/* Bytes of the character at text, 1 where there is none. */
static size_t step_over(const char *text, size_t len, uint32_t *code)
{
    *code = 0;
    size_t step = utf8_decode(text, len, code);
    return step == 0 ? 1 : step;
}

static bool divides(uint32_t code)
{
    return code == 0x3001 || code == 0xFF0C || code == ',' || code == 0xFF1B || code == ';';
}

/* Without blanks at both ends. */
static void trim(const char **text, size_t *len)
{
    uint32_t code;
    size_t step, end = 0;
    while (*len > 0 && (step = step_over(*text, *len, &code), code == ' ' || code == IDEOGRAPHIC_BLANK)) {
        *text += step;
        *len -= step;
    }
    for (size_t at = 0; at < *len;) {
        at += step_over(*text + at, *len - at, &code);
        end = code == ' ' || code == IDEOGRAPHIC_BLANK ? end : at;
    }
    *len = end;
}

bool name_list_next(struct name_list *list, const char **name, size_t *len)
{
    while (list->left > 0) {
        size_t at = 0, step = 0;
        uint32_t code = 0;
        *name = list->rest;
        while (at < list->left && (step = step_over(list->rest + at, list->left - at, &code), !divides(code)))
            at += step;
        *len = at;
        at += at < list->left ? step : 0;
        list->rest += at;
        list->left -= at;
        trim(name, len);
        if (*len > 0)
            return true;
    }
    return false;
}

/* The index of the values that hold several. */
static const struct worklist *index_of(const char *type, const char *field)
{
    for (size_t i = 0; i < catalogue_worklists(); i++) {
        const struct worklist *list = catalogue_worklist(i);
        if (strcmp(list->type, type) == 0 && strncmp(list->column, field, strlen(field)) == 0 && list->column[strlen(field)] == ',' && strncmp(list->where, "(instr(", strlen("(instr(")) == 0)
            return list;
    }
    return NULL;
}

enum status name_list_rows(struct store *store, const char *type, const char *field, name_list_row row, void *context, struct errmsg *err)
{
    const struct worklist *index = index_of(type, field);
    struct buf sql;
    enum status status;
    assert(index != NULL);
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT id,\"%s\" FROM \"%s\" INDEXED BY \"%s_%s\" WHERE %s", field, type, type, index->name, index->where);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        const char *text = stmt_column_text(stmt, 1, &len);
        if (!row(context, stmt_column_id(stmt, 0), text, len)) {
            stmt_reset(stmt);
            return STATUS_OK;
        }
    }
    return status;
}
