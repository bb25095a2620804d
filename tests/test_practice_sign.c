/* tests/test_practice_sign.c - the sign of practice on papers: before everything, but behind what turns the page, and nothing on real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/paper/paper.h"
#include "core/record/practice_sign.h"
#include "tests/fixture.h"
#include "tests/must.h"

static void signs(const char *paper, const char *signed_paper)
{
    struct buf marked;
    buf_init(&marked, 4096);
    buf_puts(&marked, paper);
    practice_sign_paper(&marked);
    assert_string_equal(buf_cstr(&marked), signed_paper);
    buf_release(&marked);
}

static void it_is_the_first_line(void **state)
{
    (void)state;
    signs("# 决定书\n\n  某某：\n", "## " PRACTICE_SIGN_PAPER "\n# 决定书\n\n  某某：\n");
    signs("[landscape]\n# 名册\n", "[landscape]\n## " PRACTICE_SIGN_PAPER "\n# 名册\n");
    signs("", "## " PRACTICE_SIGN_PAPER "\n");
}

static void it_can_be_read(void **state)
{
    struct buf marked, text;
    (void)state;
    buf_init(&marked, 4096);
    buf_init(&text, 65536);
    buf_puts(&marked, "[landscape]\n# 名册\n|甲|乙|\n");
    practice_sign_paper(&marked);
    must_do(paper_text(buf_cstr(&marked), marked.len, 80, &text, &err));
    assert_non_null(strstr(buf_cstr(&text), PRACTICE_SIGN_PAPER));
    assert_true(strstr(buf_cstr(&text), PRACTICE_SIGN_PAPER) < strstr(buf_cstr(&text), "名册"));
    buf_release(&marked);
    buf_release(&text);
}

static void without_room(void **state)
{
    struct buf marked;
    (void)state;
    buf_init(&marked, 16);
    buf_puts(&marked, "# a\n");
    practice_sign_paper(&marked);
    assert_int_equal(marked.status, STATUS_TOO_LARGE);
    buf_release(&marked);
}

static void who_practises(void **state)
{
    struct world world;
    bool practice = true;
    (void)state;
    world_open(&world, 1, NULL);
    must_do(practice_sign_asked(world.center.store, &practice, &err));
    assert_false(practice);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_the_first_line), cmocka_unit_test(it_can_be_read), cmocka_unit_test(without_room), cmocka_unit_test(who_practises)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
