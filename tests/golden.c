/* tests/golden.c - see golden.h. */
#include "tests/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PATH_BYTES = 600, GOLDEN_MAX_BYTES = 1 << 16 };

static void path_of(const char *name, char out[PATH_BYTES])
{
    const char *source = getenv("AIDPOST_SRCDIR");
    snprintf(out, PATH_BYTES, "%s/tests/data/%s", source == NULL ? "." : source, name);
}

static void write_file(const char *name, const char *text)
{
    char path[PATH_BYTES];
    path_of(name, path);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        fail_msg("cannot write %s", path);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* NULL: there is none. free() it. */
static char *read_file(const char *name)
{
    char path[PATH_BYTES];
    path_of(name, path);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    char *text = malloc(GOLDEN_MAX_BYTES);
    assert_non_null(text);
    text[fread(text, 1, GOLDEN_MAX_BYTES - 1, file)] = '\0';
    fclose(file);
    return text;
}

static size_t line_length(const char *at)
{
    return strcspn(at, "\n");
}

static void print_difference(const char *name, const char *expected, const char *text)
{
    int line = 1;
    for (; *expected != '\0' || *text != '\0'; line++) {
        size_t a = line_length(expected), b = line_length(text);
        if (a != b || memcmp(expected, text, a) != 0) {
            print_error("tests/data/%s:%d differs\n  expected |%.*s\n  shown    |%.*s\n", name, line, (int)a, expected, (int)b, text);
            return;
        }
        expected += a + (expected[a] == '\n');
        text += b + (text[b] == '\n');
    }
    print_error("tests/data/%s differs at its end\n", name);
}

bool golden_is(const char *name, const char *text)
{
    const char *update = getenv("UPDATE");
    char *expected = read_file(name);
    bool same = expected != NULL && strcmp(expected, text) == 0;
    if (!same && update != NULL && strcmp(update, "1") == 0) {
        write_file(name, text);
        same = true;
    }
    if (!same && expected == NULL)
        print_error("tests/data/%s is missing; UPDATE=1 writes it\n", name);
    else if (!same)
        print_difference(name, expected, text);
    free(expected);
    return same;
}
