/* tests/test_json.c - writing, reading, refusing, and mutated documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/id.h"
#include "core/base/json.h"
#include "core/base/utf8.h"

static void writing(void **state)
{
    struct json_writer json;
    struct buf out;

    (void)state;
    buf_init(&out, 1000);
    json_begin(&json, &out);
    json_object(&json);
    json_key(&json, "read");
    json_int(&json, INT64_MIN);
    json_key(&json, "refused");
    json_array(&json);
    json_object(&json);
    json_object_end(&json);
    json_array(&json);
    json_array_end(&json);
    json_bool(&json, true);
    json_bool(&json, false);
    json_null(&json);
    json_string(&json, NULL);
    json_string(&json, "法援\"\\\n\t\r\b\f\x01\x7f/");
    json_text(&json, "a\0b\xFF中\xE4\xB8", 9);
    json_array_end(&json);
    json_key(&json, "");
    json_string(&json, "");
    json_object_end(&json);
    assert_string_equal(buf_cstr(&out), "{\"read\":-9223372036854775808,\"refused\":[{},[],true,false,null,null,"
                                        "\"法援\\\"\\\\\\n\\t\\r\\b\\f\\u0001\\u007f/"
                                        "\",\"a\\u0000b\xEF\xBF\xBD中\xEF\xBF\xBD\xEF\xBF\xBD\"],\"\":\"\"}");
    assert_int_equal(json.depth, 0);
    buf_release(&out);
}

/* The tokens of a document as text: brackets, k:key s:string n:number t f 0, then END or the problem. */
static void trace_tokens(const char *data, size_t len, struct buf *trace)
{
    static const char *const names[] = {"END", "{", "}", "[", "]", "k:", "s:", "n:", "t", "f", "0"};
    char *copy = malloc(len > 0 ? len : 1);
    struct json_reader json;
    enum json_token token;
    struct buf text;

    memcpy(copy, data, len);
    buf_init(&text, 100);
    json_reader_init(&json, copy, len, &text);
    do {
        token = json_next(&json);
        if (token == JSON_BAD) {
            assert_non_null(json.problem);
            assert_int_equal(json_next(&json), JSON_BAD);
            buf_puts(trace, "BAD");
            break;
        }
        buf_puts(trace, names[token]);
        if (token == JSON_KEY || token == JSON_STRING || token == JSON_NUMBER)
            buf_append(trace, text.data, text.len);
        buf_putc(trace, ' ');
        assert_true(json.depth <= JSON_DEPTH_MAX);
        assert_true(utf8_valid(buf_cstr(&text), text.len));
    } while (token != JSON_END);
    if (token == JSON_END)
        assert_int_equal(json_next(&json), JSON_END);
    buf_release(&text);
    free(copy);
}

static void expect_tokens(const char *data, const char *expected)
{
    struct buf trace;

    buf_init(&trace, 10000);
    trace_tokens(data, strlen(data), &trace);
    assert_string_equal(buf_cstr(&trace), expected);
    buf_release(&trace);
}

static void reading(void **state)
{
    (void)state;
    expect_tokens("{}", "{ } END ");
    expect_tokens(" [ ] \r\n", "[ ] END ");
    expect_tokens("\xEF\xBB\xBF{\"a\" : 1 , \"b\":[true,false,null,\"x\"],\"c\":{\"d\":[[]]}}",
                  "{ k:a n:1 k:b [ t f 0 s:x ] k:c { k:d [ [ ] ] } } END ");
    expect_tokens("-0.5e+10", "n:-0.5e+10 END ");
    expect_tokens("0", "n:0 END ");
    expect_tokens("123456789012345678901234567890", "n:123456789012345678901234567890 END ");
    expect_tokens("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u4e2d\\uD86D\\uDDAF中\"",
                  "s:\"\\/\b\f\n\r\t中\xF0\xAB\x96\xAF中 END ");
    expect_tokens("\"\"", "s: END ");
}

static void refusing(void **state)
{
    static const char *const rows[] = {
        "",
        " ",
        "{",
        "[",
        "}",
        "]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "[,]",
        "[1,]",
        "[1 2]",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "[1}",
        "{\"a\":1]",
        "1 2",
        "{}{}",
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "0x1",
        "tru",
        "True",
        "nul",
        "NaN",
        "'a'",
        "\"",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\ud800x\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\",
        "\"\n\"",
        "\"\x01\"",
        "\"\xFF\"",
        "\"\xC0\x80\"",
        "\"\xED\xA0\x80\"",
        "//x\n1",
        "[1]x",
        "\xEF\xBB\xBF",
        "{\"a\":1 \"b\":2}",
        "truex",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf trace;

        buf_init(&trace, 10000);
        trace_tokens(rows[i], strlen(rows[i]), &trace);
        if (trace.len < 3 || strcmp(buf_cstr(&trace) + trace.len - 3, "BAD") != 0)
            fail_msg("%s was read as %s", rows[i], buf_cstr(&trace));
        buf_release(&trace);
    }
}

static void depth_is_limited(void **state)
{
    (void)state;
    for (size_t depth = 1; depth < 40; depth++) {
        char data[100];
        struct buf trace;

        memset(data, '[', depth);
        memset(data + depth, ']', depth);
        buf_init(&trace, 10000);
        trace_tokens(data, 2 * depth, &trace);
        assert_true((strstr(buf_cstr(&trace), "END") != NULL) == (depth <= JSON_DEPTH_MAX));
        buf_release(&trace);
    }
}

static void long_strings_are_refused(void **state)
{
    static const char data[] = "[\"1234567890\",\"12345678901\"]";
    struct json_reader json;
    struct buf text;

    (void)state;
    buf_init(&text, 10);
    json_reader_init(&json, data, sizeof data - 1, &text);
    assert_int_equal(json_next(&json), JSON_ARRAY);
    assert_int_equal(json_next(&json), JSON_STRING);
    assert_int_equal(json_next(&json), JSON_BAD);
    assert_string_equal(json.problem, "字符串过长");
    buf_release(&text);
}

static void skipping(void **state)
{
    static const char data[] = "{\"a\":{\"b\":[1,{\"c\":2}]},\"d\":[],\"e\":5}";
    struct json_reader json;
    struct buf text;

    (void)state;
    buf_init(&text, 100);
    json_reader_init(&json, data, sizeof data - 1, &text);
    assert_int_equal(json_next(&json), JSON_OBJECT);
    assert_int_equal(json_next(&json), JSON_KEY);
    assert_true(json_skip(&json, json_next(&json)));
    assert_int_equal(json_next(&json), JSON_KEY);
    assert_string_equal(buf_cstr(&text), "d");
    assert_true(json_skip(&json, JSON_KEY));
    assert_int_equal(json_next(&json), JSON_KEY);
    assert_true(json_skip(&json, json_next(&json)));
    assert_int_equal(json_next(&json), JSON_OBJECT_END);
    assert_int_equal(json_next(&json), JSON_END);
    json_reader_init(&json, "[[1,2", 5, &text);
    assert_false(json_skip(&json, json_next(&json)));
    assert_false(json_skip(&json, JSON_BAD));
    buf_release(&text);
}

static void what_is_written_is_read(void **state)
{
    uint64_t seed = 5;
    struct random_source random = random_seeded(&seed);
    struct buf out, trace;

    (void)state;
    buf_init(&out, 10000);
    buf_init(&trace, 10000);
    for (int run = 0; run < 20000; run++) {
        char bytes[20];
        size_t len = (size_t)random_below(random, sizeof bytes);
        struct json_writer json;

        random.fill(random.context, bytes, len);
        buf_clear(&out);
        buf_clear(&trace);
        json_begin(&json, &out);
        json_text(&json, bytes, len);
        trace_tokens(buf_cstr(&out), out.len, &trace);
        assert_memory_equal(trace.data, "s:", 2);
        assert_memory_equal(trace.data + trace.len - 4, "END ", 4);
        if (utf8_valid(bytes, len)) {
            assert_int_equal(trace.len, 2 + len + 5);
            assert_memory_equal(trace.data + 2, bytes, len);
        }
    }
    buf_release(&out);
    buf_release(&trace);
}

/* Mutations of a good document: no crash, no read outside, an end after at most as many tokens as bytes. */
static void mutations(void **state)
{
    static const char good[] =
        "{\"id\":\"a\\u4e2d\\ud86d\\uddaf\",\"n\":[-1.5e3,0,true,false,null],\"文\":{\"x\":{}}, \"y\" : [] }";
    static const char special[] = "{}[]\",:\\u0123abcdefntr-+.eE \xE4\xB8\xAD\xFF\n";
    uint64_t seed = 7;
    struct random_source random = random_seeded(&seed);
    struct buf trace;
    unsigned whole = 0;

    (void)state;
    buf_init(&trace, 10000);
    for (int run = 0; run < 100000; run++) {
        char data[sizeof good + 4];
        size_t len = sizeof good - 1;

        memcpy(data, good, len);
        for (uint64_t k = random_below(random, 4) + 1; k > 0; k--) {
            size_t at = (size_t)random_below(random, len);
            char c = special[random_below(random, sizeof special - 1)];

            switch (random_below(random, 3)) {
            case 0:
                data[at] = c;
                break;
            case 1:
                memmove(data + at, data + at + 1, len - at - 1);
                len--;
                break;
            default:
                memmove(data + at + 1, data + at, len - at);
                data[at] = c;
                len++;
            }
        }
        if (run % 10 == 0)
            len = (size_t)random_below(random, len);
        buf_clear(&trace);
        trace_tokens(data, len, &trace);
        assert_int_equal(trace.status, STATUS_OK);
        whole += strstr(buf_cstr(&trace), "END") != NULL;
    }
    assert_in_range(whole, 1000, 90000);
    buf_release(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writing),
        cmocka_unit_test(reading),
        cmocka_unit_test(refusing),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(long_strings_are_refused),
        cmocka_unit_test(skipping),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
