/* tests/test_pictures.c - the screens in README are the program's own, of today.
 *
 * A line <!-- picture: NAME --> stands before a block of code; the block is the screen that the way NAME of tests/screen_routes.c leads to, in 24x80, runs of empty rows drawn
 * together. `make pictures` (UPDATE=1) writes the blocks anew; otherwise one that is not the screen any more fails here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tests/screen_routes.h"

enum { README_MAX_BYTES = 1 << 20, SCREEN_MAX_BYTES = 1 << 17, PATH_BYTES = 600, NAME_BYTES = 64 };

static const char MARK[] = "<!-- picture: ", FENCE[] = "```\n";

static char master[PRACTICE_PATH_BYTES];

static int make_master(void **state)
{
    (void)state;
    practice_master_make(master);
    return 0;
}

static int remove_master(void **state)
{
    (void)state;
    test_folder_remove(master);
    return 0;
}

static void readme_path(char out[PATH_BYTES])
{
    const char *source = getenv("AIDPOST_SRCDIR");
    snprintf(out, PATH_BYTES, "%s/README.md", source == NULL ? "." : source);
}

static void read_readme(struct buf *out)
{
    char path[PATH_BYTES], chunk[4096];
    size_t n;
    readme_path(path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_append(out, chunk, n);
    fclose(file);
    assert_int_equal(out->status, STATUS_OK);
}

static void write_readme(const struct buf *text)
{
    char path[PATH_BYTES];
    readme_path(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
    assert_int_equal(fclose(file), 0);
}

/* The screen's rows; of several empty ones after each other, one. */
static void take_picture(const char *name, struct buf *out)
{
    struct practice_desk desk;
    struct screen screen;
    bool was_empty = false;
    screen_route_go(screen_route_find(name), master, 24, 80, &desk, &screen);
    for (int row = 0; row < screen.canvas.rows; row++) {
        size_t start = out->len;
        canvas_row_text(&screen.canvas, row, out);
        bool empty = out->len == start;
        if (!empty || !was_empty)
            buf_putc(out, '\n');
        was_empty = empty;
    }
    screen_close(&screen);
    practice_desk_close(&desk);
}

/* Copy README with each marked block replaced by the screen of today. Returns how many pictures there are. */
static int retake(const char *readme, struct buf *out)
{
    int pictures = 0;
    const char *mark;
    while ((mark = strstr(readme, MARK)) != NULL) {
        char name[NAME_BYTES];
        const char *at = mark + strlen(MARK), *open = strstr(at, FENCE), *end = open != NULL ? strstr(open + strlen(FENCE), FENCE) : NULL;
        if (end == NULL)
            fail_msg("README.md: no block behind %.40s", mark);
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, " "), at);
        buf_append(out, readme, (size_t)(open - readme) + strlen(FENCE));
        take_picture(name, out);
        readme = end;
        buf_puts(out, FENCE);
        readme += strlen(FENCE);
        pictures++;
    }
    buf_puts(out, readme);
    return pictures;
}

static void test_the_pictures_in_readme_are_the_screens_of_today(void **state)
{
    const char *update = getenv("UPDATE");
    struct buf readme, today;
    (void)state;
    buf_init(&readme, README_MAX_BYTES);
    buf_init(&today, README_MAX_BYTES);
    read_readme(&readme);
    assert_true(retake(buf_cstr(&readme), &today) > 0);
    assert_int_equal(today.status, STATUS_OK);
    bool stale = strcmp(buf_cstr(&readme), buf_cstr(&today)) != 0;
    if (stale && update != NULL && strcmp(update, "1") == 0)
        write_readme(&today);
    else if (stale)
        fail_msg("README.md shows screens as they were; `make pictures` takes them anew");
    buf_release(&readme);
    buf_release(&today);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_pictures_in_readme_are_the_screens_of_today),
    };
    return cmocka_run_group_tests(tests, make_master, remove_master);
}
