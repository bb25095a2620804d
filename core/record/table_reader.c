/* core/record/table_reader.c - see table_reader.h.
 *
 * A row is found in three steps: its extent in the raw bytes (line feeds, and quotes in CSV, which no GB18030 character
 * contains), its UTF-8 text (decoded when the file is GB18030), its cells. Cell texts are gathered in one buffer and
 * pointers are set when it has stopped moving. */
#include "core/record/table_reader.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "core/base/utf8.h"

enum { PROBLEM_BYTES = 256 };

struct table_reader {
    enum table_format format;
    bool gb18030;
    const char *begin, *at, *end; /* the caller's bytes */
    uint64_t line;                /* number of the line at `at` */
    struct buf decoded;           /* a GB18030 row as UTF-8 */
    struct buf text;              /* texts of the row's cells, each with its NUL */
    struct buf token;             /* for the JSON reader */
    char *columns[TABLE_COLUMNS_MAX];
    size_t n_columns;
    struct table_cell cells[TABLE_COLUMNS_MAX];
    size_t offsets[TABLE_COLUMNS_MAX]; /* of the cells in text */
    size_t n_cells;
    char problem[PROBLEM_BYTES];
};

enum table_format table_format_of(const char *path)
{
    static const struct {
        const char *ending;
        enum table_format format;
    } endings[] = {
        {".csv", TABLE_CSV},     {".tsv", TABLE_TSV},    {".txt", TABLE_TSV},   {".jsonl", TABLE_JSONL},
        {".ndjson", TABLE_JSONL}, {".json", TABLE_JSONL}, {".xlsx", TABLE_XLSX},
    };
    size_t len = strlen(path);

    if (strcmp(path, "-") == 0)
        return TABLE_JSONL;
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t n = strlen(endings[i].ending);

        if (len > n && strcasecmp(path + len - n, endings[i].ending) == 0)
            return endings[i].format;
    }
    return TABLE_UNKNOWN;
}

enum table_format table_format_guess(const void *data, size_t len)
{
    const char *at = data, *end = at + len, *line;

    if (len >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    while (at < end && (*at == ' ' || *at == '\r' || *at == '\n'))
        at++;
    if (at == end || *at == '{')
        return TABLE_JSONL;
    line = memchr(at, '\n', (size_t)(end - at));
    return memchr(at, '\t', (size_t)((line ? line : end) - at)) ? TABLE_TSV : TABLE_CSV;
}

/* Whether most lines with non-ASCII bytes are not UTF-8. */
static bool looks_like_gb18030(const char *data, size_t len)
{
    const char *at = data, *end = data + len;
    size_t utf8 = 0, other = 0;

    if (utf8_valid(data, len))
        return false;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t line_len = (size_t)((stop ? stop : end) - at);

        if (!utf8_valid(at, line_len)) {
            other++;
        } else {
            for (size_t i = 0; i < line_len; i++) {
                if ((unsigned char)at[i] >= 0x80) {
                    utf8++;
                    break;
                }
            }
        }
        at = stop ? stop + 1 : end;
    }
    return other > utf8;
}

/* ---- extent ------------------------------------------------------------------------------------------------------ */

struct extent {
    const char *end;  /* behind the row's last byte, without its line end */
    const char *next; /* where the next row begins */
    uint64_t lines;   /* physical lines that were passed */
    const char *problem;
};

static struct extent line_extent(const char *at, const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    struct extent extent = {.end = stop ? stop : end, .next = stop ? stop + 1 : end, .lines = 1};

    if (extent.end > at && extent.end[-1] == '\r')
        extent.end--;
    if (extent.end - at > TABLE_ROW_MAX_BYTES)
        extent.problem = _("这一行超过 1 MiB");
    return extent;
}

/* A comma or a line end. A CR alone is neither: taken for one, what stands behind it would go one column on. */
static bool ends_cell(const char *at, const char *end)
{
    return at == end || *at == ',' || *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] == '\n'));
}

static struct extent csv_extent(const char *at, const char *end)
{
    struct extent first = line_extent(at, end);
    bool quoted = false, cell_begins = true;
    uint64_t lines = 1;
    const char *p;

    for (p = at; p < end; p++) {
        if (p - at > TABLE_ROW_MAX_BYTES) {
            first.problem = quoted ? _("引号没有结束") : _("这一行超过 1 MiB");
            return first;
        }
        if (quoted) {
            if (*p == '\n')
                lines++;
            if (*p != '"')
                continue;
            if (p + 1 < end && p[1] == '"') {
                p++;
                continue;
            }
            quoted = false;
            if (!ends_cell(p + 1, end)) {
                first.problem = _("引号结束后应是逗号或行尾");
                return first;
            }
        } else if (*p == '\n') {
            break;
        } else if (*p == '"' && cell_begins) {
            quoted = true;
            cell_begins = false;
        } else {
            cell_begins = *p == ',';
        }
    }
    if (quoted) {
        first.problem = _("引号没有结束");
        return first;
    }
    return (struct extent){
        .end = p > at && p[-1] == '\r' ? p - 1 : p, .next = p < end ? p + 1 : end, .lines = lines, .problem = NULL};
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

static const char *problem(struct table_reader *reader, const char *format, const char *detail)
{
    struct errmsg err;

    errmsg_clear(&err);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    errmsg_set(&err, STATUS_MALFORMED, format, detail);
#pragma GCC diagnostic pop
    snprintf(reader->problem, sizeof(reader->problem), "%.*s", (int)utf8_cut(err.text, strlen(err.text), PROBLEM_BYTES - 1),
             err.text);
    return reader->problem;
}

/* Index of the column; added when new; TABLE_COLUMNS_MAX if there are too many or memory is short. */
static size_t column_index(struct table_reader *reader, const char *name, size_t len, size_t guess)
{
    /* Rows of one file have their keys in one order: look where the last row had it. */
    if (guess < reader->n_columns && strlen(reader->columns[guess]) == len && memcmp(reader->columns[guess], name, len) == 0)
        return guess;
    for (size_t i = 0; i < reader->n_columns; i++)
        if (strlen(reader->columns[i]) == len && memcmp(reader->columns[i], name, len) == 0)
            return i;
    if (reader->n_columns == TABLE_COLUMNS_MAX)
        return TABLE_COLUMNS_MAX;
    reader->columns[reader->n_columns] = strndup(name, len);
    if (!reader->columns[reader->n_columns])
        return TABLE_COLUMNS_MAX;
    return reader->n_columns++;
}

static void begin_cell(struct table_reader *reader, size_t column, enum cell_kind kind)
{
    assert(reader->n_cells < TABLE_COLUMNS_MAX);
    reader->offsets[reader->n_cells] = reader->text.len;
    reader->cells[reader->n_cells] = (struct table_cell){.column = column, .kind = kind};
}

static void end_cell(struct table_reader *reader)
{
    reader->cells[reader->n_cells].len = reader->text.len - reader->offsets[reader->n_cells];
    buf_putc(&reader->text, 0);
    reader->n_cells++;
}

static const char *split_csv(struct table_reader *reader, const char *at, const char *end)
{
    for (;;) {
        if (reader->n_cells == TABLE_COLUMNS_MAX)
            return _("列数超过 256");
        begin_cell(reader, reader->n_cells, CELL_TEXT);
        if (at < end && *at == '"') {
            for (at++; at < end; at++) {
                const char *stop = memchr(at, '"', (size_t)(end - at));

                assert(stop); /* csv_extent saw the closing quote */
                buf_append(&reader->text, at, (size_t)(stop - at));
                at = stop + 1;
                if (at >= end || *at != '"')
                    break;
                buf_putc(&reader->text, '"');
            }
        } else {
            const char *stop = memchr(at, ',', (size_t)(end - at));

            buf_append(&reader->text, at, (size_t)((stop ? stop : end) - at));
            at = stop ? stop : end;
        }
        end_cell(reader);
        if (at >= end)
            return NULL;
        at++; /* the comma */
    }
}

static const char *split_tsv(struct table_reader *reader, const char *at, const char *end)
{
    for (;;) {
        const char *stop = memchr(at, '\t', (size_t)(end - at));

        if (reader->n_cells == TABLE_COLUMNS_MAX)
            return _("列数超过 256");
        begin_cell(reader, reader->n_cells, CELL_TEXT);
        buf_append(&reader->text, at, (size_t)((stop ? stop : end) - at));
        end_cell(reader);
        if (!stop)
            return NULL;
        at = stop + 1;
    }
}

/* The rest of an array or object after its opening token: texts joined into the cell, or CELL_NESTED. */
static bool json_compound(struct table_reader *reader, struct json_reader *json, enum json_token token)
{
    struct table_cell *cell = &reader->cells[reader->n_cells];
    size_t start = reader->text.len;

    if (token == JSON_OBJECT) {
        cell->kind = CELL_NESTED;
        return json_skip(json, token);
    }
    cell->kind = CELL_LINES;
    while ((token = json_next(json)) != JSON_ARRAY_END) {
        if (token == JSON_BAD || token == JSON_END)
            return false;
        if (token == JSON_STRING) {
            if (cell->kind == CELL_LINES) {
                if (reader->text.len > start)
                    buf_putc(&reader->text, '\n');
                buf_append(&reader->text, reader->token.data, reader->token.len);
            }
            continue;
        }
        cell->kind = CELL_NESTED;
        reader->text.len = start;
        if (!json_skip(json, token))
            return false;
    }
    return true;
}

static bool json_cell(struct table_reader *reader, struct json_reader *json)
{
    struct table_cell *cell = &reader->cells[reader->n_cells];
    enum json_token token = json_next(json);

    switch (token) {
    case JSON_STRING:
    case JSON_NUMBER:
        buf_append(&reader->text, reader->token.data, reader->token.len);
        return true;
    case JSON_TRUE:
        buf_puts(&reader->text, "true");
        return true;
    case JSON_FALSE:
        buf_puts(&reader->text, "false");
        return true;
    case JSON_NULL:
        cell->kind = CELL_NULL;
        return true;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return json_compound(reader, json, token);
    default:
        return false;
    }
}

static const char *split_json(struct table_reader *reader, const char *at, const char *end)
{
    struct json_reader json;
    enum json_token token;

    json_reader_init(&json, at, (size_t)(end - at), &reader->token);
    token = json_next(&json);
    if (token == JSON_BAD)
        return problem(reader, _("不是正确的 JSON: %s"), json.problem ? json.problem : "");
    if (token != JSON_OBJECT)
        return _("每行应是一个 JSON 对象 {…}");
    while ((token = json_next(&json)) == JSON_KEY) {
        size_t column = column_index(reader, buf_cstr(&reader->token), reader->token.len, reader->n_cells);

        if (column == TABLE_COLUMNS_MAX || reader->n_cells == TABLE_COLUMNS_MAX)
            return _("列数超过 256");
        for (size_t i = 0; i < reader->n_cells; i++)
            if (reader->cells[i].column == column)
                return problem(reader, _("键 %.60s 出现两次"), reader->columns[column]);
        begin_cell(reader, column, CELL_TEXT);
        if (!json_cell(reader, &json))
            return problem(reader, _("不是正确的 JSON: %s"), json.problem ? json.problem : _("没有写完"));
        end_cell(reader);
    }
    if (token != JSON_OBJECT_END || json_next(&json) != JSON_END)
        return problem(reader, _("不是正确的 JSON: %s"), json.problem ? json.problem : _("没有写完"));
    return NULL;
}

static bool all_blank(const char *at, const char *end)
{
    for (; at < end; at++)
        if (*at != ' ' && *at != '\t' && *at != '\r')
            return false;
    return true;
}

static bool all_cells_empty(const struct table_reader *reader)
{
    for (size_t i = 0; i < reader->n_cells; i++)
        if (reader->cells[i].len > 0)
            return false;
    return true;
}

/* Cells of a row, its raw bytes known. Returns the problem or NULL. */
static const char *split(struct table_reader *reader, const char *at, const char *end)
{
    const char *found = NULL;

    if (reader->gb18030) {
        buf_clear(&reader->decoded);
        if (utf8_from_gb18030(at, (size_t)(end - at), &reader->decoded))
            return _("编码不正确：不是 GB18030 文字");
        at = buf_cstr(&reader->decoded);
        end = at + reader->decoded.len;
    } else {
        size_t good = utf8_valid_prefix(at, (size_t)(end - at));

        if (good < (size_t)(end - at)) {
            char place[32];

            snprintf(place, sizeof(place), "%zu", good + 1);
            return problem(reader, _("编码不正确：第 %s 个字节起不是 UTF-8 文字"), place);
        }
    }
    if (memchr(at, 0, (size_t)(end - at)))
        return _("含有不能使用的控制字符");
    switch (reader->format) {
    case TABLE_CSV:
        found = split_csv(reader, at, end);
        break;
    case TABLE_TSV:
        found = split_tsv(reader, at, end);
        break;
    default:
        found = split_json(reader, at, end);
        break;
    }
    if (reader->text.status)
        return _("内存不足");
    for (size_t i = 0; i < reader->n_cells; i++)
        reader->cells[i].text = (const char *)reader->text.data + reader->offsets[i];
    return found;
}

/* The next row that is not blank, cells not yet compared with the header. */
static bool next_row(struct table_reader *reader, struct table_row *row)
{
    while (reader->at < reader->end) {
        const char *at = reader->at;
        struct extent extent =
            reader->format == TABLE_CSV ? csv_extent(at, reader->end) : line_extent(at, reader->end);

        *row = (struct table_row){.line = reader->line};
        reader->at = extent.next;
        reader->line += extent.lines;
        if (!extent.problem && all_blank(at, extent.end))
            continue;
        reader->n_cells = 0;
        buf_clear(&reader->text);
        row->problem = extent.problem ? extent.problem : split(reader, at, extent.end);
        if (row->problem)
            return true;
        /* Spreadsheets leave rows of commas behind the last record. */
        if (reader->format != TABLE_JSONL && all_cells_empty(reader))
            continue;
        row->cells = reader->cells;
        row->n_cells = reader->n_cells;
        return true;
    }
    return false;
}

static enum status read_header(struct table_reader *reader, struct errmsg *err)
{
    struct table_row row;

    if (!next_row(reader, &row))
        return errmsg_set(err, STATUS_MALFORMED, "文件是空的，第一行应是列名");
    if (row.problem)
        return errmsg_set(err, STATUS_MALFORMED, "第 1 行（列名）: %s", row.problem);
    for (size_t i = 0; i < row.n_cells; i++) {
        struct buf name;
        enum status status;

        buf_init(&name, TABLE_ROW_MAX_BYTES);
        status = utf8_normalise(row.cells[i].text, row.cells[i].len, false, &name);
        if (status) {
            buf_release(&name);
            return errmsg_set(err, status, "第 1 行第 %zu 列: 列名里有不能使用的字符", i + 1);
        }
        if (name.len == 0)
            buf_printf(&name, _("第%zu列"), i + 1);
        reader->columns[i] = strdup(buf_cstr(&name));
        buf_release(&name);
        if (!reader->columns[i])
            return errmsg_set(err, STATUS_NOMEM, "内存不足");
        reader->n_columns++;
    }
    return STATUS_OK;
}

enum status table_reader_new(struct table_reader **out, enum table_format format, const void *data, size_t len, struct errmsg *err)
{
    const unsigned char *bytes = data;
    struct table_reader *reader;
    enum status status = STATUS_OK;

    *out = NULL;
    if (format != TABLE_CSV && format != TABLE_TSV && format != TABLE_JSONL)
        return errmsg_set(err, STATUS_UNSUPPORTED, "不能读这种文件，请用 .csv .tsv 或 .jsonl（电子表格请另存为 CSV UTF-8）");
    if (len >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF)))
        return errmsg_set(err, STATUS_MALFORMED, "文件是 UTF-16 编码，请另存为 UTF-8");
    reader = calloc(1, sizeof(*reader));
    if (!reader)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    reader->format = format;
    reader->begin = reader->at = data;
    reader->end = reader->begin + len;
    reader->line = 1;
    /* GB18030 to UTF-8 grows by half at the most; JSON escapes only shrink. */
    buf_init(&reader->decoded, 2 * TABLE_ROW_MAX_BYTES);
    buf_init(&reader->text, 2 * TABLE_ROW_MAX_BYTES + 2 * TABLE_COLUMNS_MAX);
    buf_init(&reader->token, 2 * TABLE_ROW_MAX_BYTES);
    if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        reader->at += 3;
    else if (len > 0)
        reader->gb18030 = looks_like_gb18030(data, len);
    if (format != TABLE_JSONL)
        status = read_header(reader, err);
    if (status) {
        table_reader_free(reader);
        return status;
    }
    *out = reader;
    return STATUS_OK;
}

void table_reader_free(struct table_reader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i < reader->n_columns; i++)
        free(reader->columns[i]);
    buf_wipe(&reader->decoded);
    buf_wipe(&reader->text);
    buf_wipe(&reader->token);
    free(reader);
}

bool table_reader_next(struct table_reader *reader, struct table_row *row)
{
    if (!next_row(reader, row))
        return false;
    if (row->problem || reader->format == TABLE_JSONL)
        return true;
    while (row->n_cells > reader->n_columns && row->cells[row->n_cells - 1].len == 0)
        row->n_cells--;
    if (row->n_cells != reader->n_columns) {
        snprintf(reader->problem, sizeof(reader->problem), _("有 %zu 列，列名有 %zu 个；少了或多了分隔，内容里有分隔符的要加引号"), row->n_cells, reader->n_columns);
        *row = (struct table_row){.line = row->line, .problem = reader->problem};
    }
    return true;
}

size_t table_reader_columns(const struct table_reader *reader)
{
    return reader->n_columns;
}

const char *table_reader_column(const struct table_reader *reader, size_t column)
{
    assert(column < reader->n_columns);
    return reader->columns[column];
}

size_t table_reader_position(const struct table_reader *reader)
{
    return (size_t)(reader->at - reader->begin);
}
