/* tests/test_key.c - names of keys; the decoder over every split of every sequence, bad bytes and noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/id.h"
#include "core/base/utf8.h"
#include "tests/stumble.h"
#include "tui/key.h"

enum { MAX_KEYS = 512, NAMES_BYTES = MAX_KEYS * KEY_TEXT_BYTES };

/* Feed bytes cut at `cut` with a pause of gap_ms, then wait long; the keys' names joined by blanks. */
static void decode(const char *bytes, size_t len, size_t cut, int64_t gap_ms, char *names)
{
    struct key_decoder decoder;
    struct key key;
    char name[KEY_TEXT_BYTES];
    int64_t now = 1000;
    names[0] = '\0';
    key_decoder_init(&decoder);
    /* Looked at when the first part came, just before the second, after it, and long afterwards: as the loop does. */
    for (int look = 0; look < 4; look++) {
        if (look == 0)
            key_decoder_feed(&decoder, bytes, cut, now);
        else if (look == 2)
            key_decoder_feed(&decoder, bytes + cut, len - cut, now);
        while (key_decoder_next(&decoder, now, &key)) {
            if (names[0] != '\0')
                strcat(names, " ");
            key_format(key, name);
            strcat(names, name);
            if (key.kind == K_PASTE) {
                strcat(names, key.repaired ? "~" : ":");
                strncat(names, key.text, key.text_len);
            }
        }
        now += look == 0 ? gap_ms : look == 2 ? 10000 : 0;
    }
    assert_int_equal(key_decoder_deadline(&decoder), INT64_MAX);
    key_decoder_release(&decoder);
}

static const struct {
    const char *bytes, *names;
} sequences[] = {
    {"a", "a"},
    {"\r", "Enter"},
    {"\n", "Ctrl-J"},
    {"\t", "Tab"},
    {"\033[Z", "Shift-Tab"},
    {"\x7f", "Backspace"},
    {"\x08", "Backspace"},
    {"\x13", "Ctrl-S"},
    {"\x1a", "Ctrl-Z"},
    {"\033", "Esc"},
    {"\033\033", "Esc Esc"},
    {"\033\033\033", "Esc Esc Esc"},
    /* arrows, Home, End: normal and application mode, VT220, linux, rxvt */
    {"\033[A", "Up"}, {"\033[B", "Down"}, {"\033[C", "Right"}, {"\033[D", "Left"},
    {"\033OA", "Up"}, {"\033OB", "Down"}, {"\033OC", "Right"}, {"\033OD", "Left"},
    {"\033[H", "Home"}, {"\033[F", "End"}, {"\033OH", "Home"}, {"\033OF", "End"},
    {"\033[1~", "Home"}, {"\033[4~", "End"}, {"\033[7~", "Home"}, {"\033[8~", "End"},
    {"\033[2~", "Ins"}, {"\033[3~", "Del"}, {"\033[5~", "PgUp"}, {"\033[6~", "PgDn"},
    {"\033[1;5D", "Ctrl-Left"}, {"\033[1;5C", "Ctrl-Right"}, {"\033Oc", "Ctrl-Right"}, {"\033[1;2A", "Shift-Up"},
    {"\033[3;5~", "Ctrl-Del"}, {"\033\033[A", "Alt-Up"},
    /* F keys: xterm, PuTTY, linux */
    {"\033OP", "F1"}, {"\033OQ", "F2"}, {"\033OR", "F3"}, {"\033OS", "F4"},
    {"\033[11~", "F1"}, {"\033[12~", "F2"}, {"\033[13~", "F3"}, {"\033[14~", "F4"},
    {"\033[[A", "F1"}, {"\033[[B", "F2"}, {"\033[[C", "F3"}, {"\033[[D", "F4"}, {"\033[[E", "F5"},
    {"\033[15~", "F5"}, {"\033[17~", "F6"}, {"\033[18~", "F7"}, {"\033[19~", "F8"}, {"\033[20~", "F9"},
    {"\033[21~", "F10"}, {"\033[23~", "F11"}, {"\033[24~", "F12"}, {"\033[1;2P", "Shift-F1"}, {"\033[15;2~", "Shift-F5"},
    {"\033" "1", "F1"}, {"\033" "2", "F2"}, {"\033" "0", "F10"},
    /* keypad */
    {"\033OM", "Enter"}, {"\033Op", "0"}, {"\033Oy", "9"}, {"\033On", "."}, {"\033Ok", "+"},
    /* text */
    {"\xe4\xb8\xad", "中"}, {"\xf0\xab\x9a\xaf", "\U0002b6af"}, {"\xc2\xb7", "·"}, {"\xef\xbc\x91", "１"},
    /* unknown: swallowed, one beep */
    {"\033[25~", "Bad"}, {"\033[?1;2$y", ""}, {"\033[999z", "Bad"}, {"\033[<0;3;4M", ""}, {"\033[<35;30;4m", ""}, {"\033[M !!x", "x"}, {"\033[32;10;10M", ""}, {"\033[M !\r", "Bad Enter"}, {"\033]0;title\007", ""},
    {"\033[24;80R", "Report"}, {"\033[0n", "Report"}, {"\033[n", "Bad"}, {"\033[?0n", "Bad"}, {"\033[I", ""}, {"\033[O", ""}, {"\033[?6c", ""},
    {"\033[200~\xe5\xbc\xa0\r\nb\033[201~", "Paste:张\nb"},
    {"\033[200~\033[20x\xff\xff\033[201~", "Paste~[20x?"},
};

static void every_split(void **state)
{
    char names[NAMES_BYTES], with_tail[128];
    (void)state;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        const char *bytes = sequences[i].bytes;
        size_t len = strlen(bytes);
        for (size_t cut = 0; cut <= len; cut++) {
            decode(bytes, len, cut, 90, names);
            assert_string_equal(names, sequences[i].names);
            /* What follows is never touched. */
            snprintf(with_tail, sizeof with_tail, "%s\xe5\xbc\xa0z", bytes);
            char expected[256];
            snprintf(expected, sizeof expected, "%s%s张 z", sequences[i].names, sequences[i].names[0] != '\0' ? " " : "");
            decode(with_tail, strlen(with_tail), cut, 90, names);
            assert_string_equal(names, expected);
        }
    }
}

static void slow_links(void **state)
{
    char names[NAMES_BYTES];
    (void)state;
    /* A character or sequence whose bytes come half a second apart is still whole; only Esc itself is short. */
    decode("\xe4\xb8\xad", 3, 2, 500, names);
    assert_string_equal(names, "中");
    decode("\033[A", 3, 2, 500, names);
    assert_string_equal(names, "Up");
    decode("\033[A", 3, 1, 99, names);
    assert_string_equal(names, "Up");
    decode("\033[A", 3, 1, 101, names);
    assert_string_equal(names, "Esc [ A");
}

/* What is pasted over a bad line is one text, wherever the line stands still: no byte is lost and none becomes a key, neither of a character nor of the end mark. */
static void a_paste_stands_still(void **state)
{
    static const char BYTES[] = "\033[200~\xe5\xbc\xa0\r\nb\xf0\xa0\xae\xb7\n3\033[201~x";
    (void)state;
    for (size_t cut = 6; cut < sizeof BYTES - 1; cut++) {
        char names[NAMES_BYTES], text[NAMES_BYTES] = "";
        decode(BYTES, sizeof BYTES - 1, cut, 5000, names);
        for (const char *at = strstr(names, "Paste:"); at != NULL; at = strstr(at, "Paste:")) {
            at += strlen("Paste:");
            strncat(text, at, strcspn(at, " "));
        }
        assert_string_equal(text, "张\nb𠮷\n3");
        assert_string_equal(names + strlen(names) - 2, " x");
        assert_null(strstr(names, "Bad"));
    }
}

/* Its end mark was lost: the next key is a key, when nothing follows it. */
static void a_paste_without_its_end(void **state)
{
    char names[NAMES_BYTES];
    (void)state;
    decode("\033[200~ab\033OQ", 11, 8, 5000, names);
    assert_string_equal(names, "Paste:ab F2");
    decode("\033[200~ab\033", 9, 8, 5000, names);
    assert_string_equal(names, "Paste:ab Esc");
    decode("\033[200~ab\xe5\xbc\xa0\r", 12, 8, 5000, names);
    assert_string_equal(names, "Paste:ab 张 Enter");
}

/* More than any field holds is counted, and cut between two characters. */
static void a_paste_beyond_all_bounds(void **state)
{
    enum { CHARS = KEY_PASTE_MAX_BYTES / 4 + 5 };
    struct key_decoder decoder;
    struct key key = {.kind = K_NONE};
    size_t keys = 0;
    (void)state;
    key_decoder_init(&decoder);
    key_decoder_feed(&decoder, "\033[200~x", 7, 0); /* the bound lies inside a character */
    for (size_t i = 0; i <= CHARS; i++) {
        bool last = i == CHARS;
        key_decoder_feed(&decoder, last ? "\033[201~" : "\xf0\xa0\xae\xb7", last ? 6 : 4, 0);
        while (key_decoder_next(&decoder, 0, &key))
            keys++;
    }
    assert_int_equal(keys, 1);
    assert_int_equal(key.kind, K_PASTE);
    assert_int_equal(key.text_len, KEY_PASTE_MAX_BYTES + 1);
    assert_int_equal(key.lost, 5);
    assert_false(key.repaired);
    key_decoder_release(&decoder);
}

/* What there was no memory for is counted, too. */
static void a_paste_without_memory(void **state)
{
    enum { CHARS = 3000 };
    uint64_t fired = 1;
    (void)state;
    for (uint64_t at = 1; fired > 0; at++) {
        struct key_decoder decoder;
        struct key key = {.kind = K_NONE};
        key_decoder_init(&decoder);
        stumble_begin((struct stumble){.memory = true, .at = at});
        key_decoder_feed(&decoder, "\033[200~", 6, 0);
        for (size_t i = 0; i <= CHARS; i++) {
            bool last = i == CHARS;
            key_decoder_feed(&decoder, last ? "\033[201~" : "\xe5\xbc\xa0", last ? 6 : 3, 0);
            while (key_decoder_next(&decoder, 0, &key))
                ;
        }
        fired = stumble_end();
        assert_int_equal(key.kind, K_PASTE);
        assert_int_equal(utf8_count(key.text, key.text_len) + key.lost, CHARS);
        if (fired > 0)
            assert_true(key.lost > 0);
        key_decoder_release(&decoder);
        assert_true(fired > 0 || at > 5);
    }
}

static void bad_bytes(void **state)
{
    char names[NAMES_BYTES];
    (void)state;
    /* A GBK client types 张 (d5 c5), then UTF-8 comes: one beep, the rest arrives. */
    decode("\xd5\xc5\xe5\xbc\xa0" "1", 6, 3, 0, names);
    assert_string_equal(names, "Bad 张 1");
    decode("\xe4\xb8" "A", 3, 1, 0, names);
    assert_string_equal(names, "Bad A");
    decode("\xed\xa0\x80" "A", 4, 1, 0, names); /* a surrogate */
    assert_string_equal(names, "Bad A");
    decode("\xc0\xaf" "A\xf8\x88" "B", 6, 1, 0, names);
    assert_string_equal(names, "Bad A Bad B");
    decode("\033[1;\r", 5, 3, 0, names); /* a sequence that breaks off: the Enter counts */
    assert_string_equal(names, "Bad Enter");
}

static void esc_alone_takes_100_ms(void **state)
{
    struct key_decoder decoder;
    struct key key;
    (void)state;
    key_decoder_init(&decoder);
    key_decoder_feed(&decoder, "\033", 1, 5000);
    assert_false(key_decoder_next(&decoder, 5000, &key));
    assert_int_equal(key_decoder_deadline(&decoder), 5100);
    assert_false(key_decoder_next(&decoder, 5099, &key));
    assert_true(key_decoder_next(&decoder, 5100, &key));
    assert_int_equal(key.kind, K_ESC);
    key_decoder_release(&decoder);
}

/* Random text and keys between random noise: everything valid that follows a valid key arrives. */
static void noise(void **state)
{
    uint64_t seed = 7;
    struct random_source random = random_seeded(&seed);
    struct key_decoder decoder;
    (void)state;
    key_decoder_init(&decoder);
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[40];
        struct key key;
        size_t len = 1 + (size_t)random_below(random, sizeof bytes);
        random.fill(random.context, bytes, len);
        key_decoder_feed(&decoder, bytes, len, round * 10);
        while (key_decoder_next(&decoder, round * 10, &key)) {
            char name[KEY_TEXT_BYTES];
            key_format(key, name);
            assert_true(utf8_valid(name, strlen(name)));
            if (key.kind == K_PASTE)
                assert_true(utf8_valid(key.text, key.text_len));
        }
    }
    /* Afterwards it is as good as new. */
    struct key key, last = key_named(K_NONE, 0);
    while (key_decoder_next(&decoder, 1000000, &key))
        continue;
    key_decoder_feed(&decoder, "\xe5\xbc\xa0", 3, 1000000);
    while (key_decoder_next(&decoder, 1000000, &key))
        last = key;
    assert_int_equal(last.kind, K_CHAR);
    assert_int_equal(last.code, 0x5f20);
    key_decoder_release(&decoder);
}

static void random_hanzi_in_random_pieces(void **state)
{
    uint64_t seed = 9;
    struct random_source random = random_seeded(&seed);
    struct key_decoder decoder;
    char text[4000];
    size_t len = 0, taken = 0, seen = 0;
    uint32_t codes[1000];
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        codes[i] = i % 7 == 0 ? 0x20000 + (uint32_t)random_below(random, 0xa000) : 0x4e00 + (uint32_t)random_below(random, 0x5000);
        len += utf8_encode(codes[i], text + len);
    }
    key_decoder_init(&decoder);
    for (int64_t now = 0; taken < len; now += 40) {
        size_t n = 1 + (size_t)random_below(random, 5);
        n = n > len - taken ? len - taken : n;
        taken += key_decoder_feed(&decoder, text + taken, n, now);
        struct key key;
        while (key_decoder_next(&decoder, now, &key)) {
            assert_int_equal(key.kind, K_CHAR);
            assert_int_equal(key.code, codes[seen++]);
        }
    }
    assert_int_equal(seen, 1000);
    key_decoder_release(&decoder);
}

static void names_both_ways(void **state)
{
    static const char *const names[] = {"Enter", "Shift-Tab", "F1",     "F12",   "Ctrl-S", "Alt-x", "Space", "Ctrl-Left", "Shift-F3",
                                        "张",    "=",         "Ctrl-L", "Alt-Up", "-",      "Ctrl--", "PgDn",  "Del",       "？"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct key key;
        char back[KEY_TEXT_BYTES];
        assert_int_equal(key_parse(names[i], &key), STATUS_OK);
        key_format(key, back);
        assert_string_equal(back, names[i]);
    }
    struct key key = key_char('q');
    assert_int_equal(key_parse("Esc-2", &key), STATUS_OK);
    assert_int_equal(key.kind, K_F2);
    assert_int_equal(key_parse("Esc-0", &key), STATUS_OK);
    assert_int_equal(key.kind, K_F10);
    assert_int_equal(key_parse("ctrl-s", &key), STATUS_OK);
    assert_true(key_equal(key, key_ctrl('s')));
    assert_int_equal(key_parse("nonsense", &key), STATUS_MALFORMED);
    assert_int_equal(key_parse("", &key), STATUS_MALFORMED);
    assert_true(key_equal(key, key_ctrl('s')));
}

static void full_width_counts_as_its_twin(void **state)
{
    (void)state;
    assert_int_equal(key_digit(key_char(0xff13)), 3);
    assert_int_equal(key_digit(key_char('3')), 3);
    assert_int_equal(key_digit(key_char(0x4e09)), -1);
    assert_int_equal(key_digit(key_ctrl('3')), -1);
    assert_int_equal(key_command_code(key_char(0xff1f)), '?');
    assert_true(key_equal(key_char(0xff1d), key_char('=')));
    assert_int_equal(key_char(0xff13).code, 0xff13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_split),
        cmocka_unit_test(slow_links),
        cmocka_unit_test(a_paste_stands_still),
        cmocka_unit_test(a_paste_without_its_end),
        cmocka_unit_test(a_paste_beyond_all_bounds),
        cmocka_unit_test(a_paste_without_memory),
        cmocka_unit_test(bad_bytes),
        cmocka_unit_test(esc_alone_takes_100_ms),
        cmocka_unit_test(noise),
        cmocka_unit_test(random_hanzi_in_random_pieces),
        cmocka_unit_test(names_both_ways),
        cmocka_unit_test(full_width_counts_as_its_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
