/* core/base/json.c - writing and pull-reading JSON. */
#include "core/base/json.h"

#include <assert.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

/* ---- writing ---- */

void json_begin(struct json_writer *json, struct buf *out)
{
    *json = (struct json_writer){.out = out};
}

/* What stands before a value; asserts that a value may stand here. */
static void before_value(struct json_writer *json)
{
    if (json->depth == 0) {
        assert(!json->done);
        json->done = true;
        return;
    }
    if (json->in_object[json->depth - 1]) {
        assert(json->after_key);
        json->after_key = false;
        return;
    }
    if (json->comma[json->depth - 1])
        buf_putc(json->out, ',');
    json->comma[json->depth - 1] = true;
}

static void open_level(struct json_writer *json, bool object)
{
    before_value(json);
    assert(json->depth < JSON_DEPTH_MAX);
    json->comma[json->depth] = false;
    json->in_object[json->depth] = object;
    json->depth++;
    buf_putc(json->out, object ? '{' : '[');
}

static void close_level(struct json_writer *json, bool object)
{
    assert(json->depth > 0 && json->in_object[json->depth - 1] == object && !json->after_key);
    json->depth--;
    buf_putc(json->out, object ? '}' : ']');
}

void json_object(struct json_writer *json)
{
    open_level(json, true);
}

void json_object_end(struct json_writer *json)
{
    close_level(json, true);
}

void json_array(struct json_writer *json)
{
    open_level(json, false);
}

void json_array_end(struct json_writer *json)
{
    close_level(json, false);
}

static void put_escape(struct buf *out, uint8_t c)
{
    static const char letters[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

    if (c == '"' || c == '\\')
        buf_printf(out, "\\%c", c);
    else if (c < sizeof letters && letters[c] != 0)
        buf_printf(out, "\\%c", letters[c]);
    else
        buf_printf(out, "\\u%04x", c);
}

static void put_quoted(struct buf *out, const char *text, size_t len)
{
    size_t run = 0; /* start of bytes that go over as they are */
    size_t at = 0;

    buf_putc(out, '"');
    while (at < len) {
        uint32_t code;
        size_t n = utf8_decode(text + at, len - at, &code);

        if (n > 0 && code >= 0x20 && code != '"' && code != '\\' && code != 0x7F) {
            at += n;
            continue;
        }
        buf_append(out, text + run, at - run);
        if (n == 0)
            buf_puts(out, "\xEF\xBF\xBD");
        else
            put_escape(out, (uint8_t)code);
        at++;
        run = at;
    }
    buf_append(out, text + run, len - run);
    buf_putc(out, '"');
}

void json_key(struct json_writer *json, const char *key)
{
    assert(json->depth > 0 && json->in_object[json->depth - 1] && !json->after_key);
    if (json->comma[json->depth - 1])
        buf_putc(json->out, ',');
    json->comma[json->depth - 1] = true;
    put_quoted(json->out, key, strlen(key));
    buf_putc(json->out, ':');
    json->after_key = true;
}

void json_text(struct json_writer *json, const char *text, size_t len)
{
    before_value(json);
    put_quoted(json->out, text, len);
}

void json_string(struct json_writer *json, const char *text)
{
    if (text == NULL)
        json_null(json);
    else
        json_text(json, text, strlen(text));
}

void json_int(struct json_writer *json, int64_t v)
{
    before_value(json);
    buf_printf(json->out, "%lld", (long long)v);
}

void json_bool(struct json_writer *json, bool v)
{
    before_value(json);
    buf_puts(json->out, v ? "true" : "false");
}

void json_null(struct json_writer *json)
{
    before_value(json);
    buf_puts(json->out, "null");
}

/* ---- reading ---- */

/* What may come next inside a level. */
enum {
    EXPECT_FIRST_KEY,     /* a key or } */
    EXPECT_MEMBER_VALUE,  /* : and a value */
    EXPECT_NEXT_KEY,      /* , and a key, or } */
    EXPECT_FIRST_ELEMENT, /* a value or ] */
    EXPECT_NEXT_ELEMENT,  /* , and a value, or ] */
};

void json_reader_init(struct json_reader *json, const char *data, size_t len, struct buf *text)
{
    assert(text != NULL && (data != NULL || len == 0));
    if (data == NULL)
        data = "";
    *json = (struct json_reader){.at = data, .begin = data, .end = data + len, .text = text};
    /* Editors on Windows put a byte order mark before UTF-8. */
    if (len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
        json->at += 3;
}

static enum json_token bad(struct json_reader *json, const char *problem)
{
    if (json->problem == NULL)
        json->problem = problem;
    return JSON_BAD;
}

static void skip_blanks(struct json_reader *json)
{
    while (json->at < json->end && (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r'))
        json->at++;
}

static enum json_token read_word(struct json_reader *json, const char *word, enum json_token token)
{
    size_t n = strlen(word);

    if ((size_t)(json->end - json->at) < n || memcmp(json->at, word, n) != 0)
        return bad(json, _("有不认识的词，只能是 true、false 或 null"));
    json->at += n;
    return token;
}

static bool skip_digits(const char **at, const char *end)
{
    const char *start = *at;

    while (*at < end && **at >= '0' && **at <= '9')
        (*at)++;
    return *at > start;
}

static enum json_token read_number(struct json_reader *json)
{
    const char *at = json->at;
    const char *end = json->end;

    if (at < end && *at == '-')
        at++;
    if (at < end && *at == '0')
        at++;
    else if (!skip_digits(&at, end))
        return bad(json, _("数字写法不对"));
    if (at < end && *at == '.') {
        at++;
        if (!skip_digits(&at, end))
            return bad(json, _("小数点后面缺少数字"));
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        if (!skip_digits(&at, end))
            return bad(json, _("指数缺少数字"));
    }
    if (at < end && *at >= '0' && *at <= '9')
        return bad(json, _("数字不能以 0 开头"));
    buf_append(json->text, json->at, (size_t)(at - json->at));
    json->at = at;
    return json->text->status == STATUS_OK ? JSON_NUMBER : bad(json, _("数字过长"));
}

static bool read_hex4(struct json_reader *json, uint32_t *value)
{
    *value = 0;
    if (json->end - json->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = *json->at++;

        if (c >= '0' && c <= '9')
            *value = *value << 4 | (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            *value = *value << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return false;
    }
    return true;
}

/* After "\u": one unit, or two that make a pair. */
static bool read_unicode_escape(struct json_reader *json)
{
    char bytes[UTF8_MAX_BYTES];
    uint32_t code, low;
    size_t n;

    if (!read_hex4(json, &code))
        return false;
    if (code >= 0xD800 && code <= 0xDBFF) {
        if (json->end - json->at < 6 || json->at[0] != '\\' || json->at[1] != 'u')
            return false;
        json->at += 2;
        if (!read_hex4(json, &low) || low < 0xDC00 || low > 0xDFFF)
            return false;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    n = utf8_encode(code, bytes);
    buf_append(json->text, bytes, n);
    return n > 0;
}

static bool read_escape(struct json_reader *json)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    const char *found;
    char c;

    if (json->at == json->end)
        return false;
    c = *json->at++;
    if (c == 'u')
        return read_unicode_escape(json);
    found = c != '\0' ? strchr(from, c) : NULL;
    if (found == NULL)
        return false;
    buf_putc(json->text, (uint8_t)to[found - from]);
    return true;
}

static enum json_token read_string(struct json_reader *json, enum json_token token)
{
    json->at++; /* the quote */
    for (;;) {
        const char *run = json->at;

        while (json->at < json->end && *json->at != '"' && *json->at != '\\' && (uint8_t)*json->at >= 0x20)
            json->at++;
        /* Quote and backslash are no part of a longer character, so a run holds whole characters or is bad. */
        if (!utf8_valid(run, (size_t)(json->at - run)))
            return bad(json, _("文字不是 UTF-8 编码"));
        buf_append(json->text, run, (size_t)(json->at - run));
        if (json->at == json->end)
            return bad(json, _("字符串没有结束的引号"));
        if (*json->at == '"')
            break;
        if (*json->at != '\\')
            return bad(json, _("字符串里有控制字符"));
        json->at++;
        if (!read_escape(json))
            return bad(json, _("反斜杠转义写法不对"));
    }
    json->at++;
    return json->text->status == STATUS_OK ? token : bad(json, _("字符串过长"));
}

static enum json_token read_value(struct json_reader *json)
{
    char c;

    if (json->at == json->end)
        return bad(json, _("内容不完整，后面缺少一个值"));
    /* Whatever the value is, this is what comes behind it. */
    if (json->depth == 0)
        json->done = true;
    else
        json->stack[json->depth - 1] =
            json->stack[json->depth - 1] == EXPECT_MEMBER_VALUE ? EXPECT_NEXT_KEY : EXPECT_NEXT_ELEMENT;
    c = *json->at;
    if (c == '{' || c == '[') {
        if (json->depth == JSON_DEPTH_MAX)
            return bad(json, _("嵌套层数过多"));
        json->stack[json->depth++] = c == '{' ? EXPECT_FIRST_KEY : EXPECT_FIRST_ELEMENT;
        json->at++;
        return c == '{' ? JSON_OBJECT : JSON_ARRAY;
    }
    if (c == '"')
        return read_string(json, JSON_STRING);
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(json);
    if (c == 't')
        return read_word(json, "true", JSON_TRUE);
    if (c == 'f')
        return read_word(json, "false", JSON_FALSE);
    if (c == 'n')
        return read_word(json, "null", JSON_NULL);
    return bad(json, _("这里应当是一个值"));
}

static enum json_token read_in_object(struct json_reader *json, uint8_t *expect)
{
    if (*expect == EXPECT_MEMBER_VALUE) {
        if (*json->at != ':')
            return bad(json, _("键后面缺少冒号"));
        json->at++;
        skip_blanks(json);
        return read_value(json);
    }
    if (*json->at == '}') {
        json->at++;
        json->depth--;
        return JSON_OBJECT_END;
    }
    if (*expect == EXPECT_NEXT_KEY) {
        if (*json->at != ',')
            return bad(json, _("两项之间缺少逗号"));
        json->at++;
        skip_blanks(json);
    }
    if (json->at == json->end || *json->at != '"')
        return bad(json, _("这里应当是带双引号的键"));
    *expect = EXPECT_MEMBER_VALUE;
    return read_string(json, JSON_KEY);
}

static enum json_token read_in_array(struct json_reader *json, const uint8_t *expect)
{
    if (*json->at == ']') {
        json->at++;
        json->depth--;
        return JSON_ARRAY_END;
    }
    if (*expect == EXPECT_NEXT_ELEMENT) {
        if (*json->at != ',')
            return bad(json, _("两项之间缺少逗号"));
        json->at++;
        skip_blanks(json);
    }
    return read_value(json);
}

enum json_token json_next(struct json_reader *json)
{
    uint8_t *expect;

    if (json->problem != NULL)
        return JSON_BAD;
    buf_clear(json->text);
    skip_blanks(json);
    if (json->depth == 0) {
        if (!json->done)
            return read_value(json);
        return json->at == json->end ? JSON_END : bad(json, _("末尾有多余的内容"));
    }
    if (json->at == json->end)
        return bad(json, _("内容不完整，缺少右括号"));
    expect = &json->stack[json->depth - 1];
    if (*expect <= EXPECT_NEXT_KEY)
        return read_in_object(json, expect);
    return read_in_array(json, expect);
}

bool json_skip(struct json_reader *json, enum json_token token)
{
    unsigned outside;

    if (token == JSON_KEY)
        token = json_next(json);
    if (token != JSON_OBJECT && token != JSON_ARRAY)
        return token == JSON_STRING || token == JSON_NUMBER || token == JSON_TRUE || token == JSON_FALSE ||
               token == JSON_NULL;
    outside = json->depth - 1;
    while (json->depth > outside)
        if (json_next(json) == JSON_BAD)
            return false;
    return true;
}
