/* tests/test_manual.c - core/base/manual.h and completion.h: pages that roff reads as text, completion that bash reads as words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/completion.h"
#include "core/base/manual.h"

static const struct option_def options[] = {
    {"data", 'd', "DIR", "the folder"},
    {"all", 0, NULL, "everything"},
    {"kind", 'k', "TYPE", "of this kind"},
    {"lang", 0, "zh|en", "the language"},
    {NULL, 0, NULL, NULL},
};

static const struct manual_verb verbs[] = {
    {"list", "TYPE", "list records", "all"},
    {"enrol new", "", "give a code", ""},
    {"enrol", "CODE", "use a code", "all"},
    {"rule", "list|set [NAME VALUE]|ID..", "the rules", ""},
    {"act", "ACTION TYPE", "do something", ""},
};

static void page(struct buf *out)
{
    buf_init(out, 65536);
    manual_begin(out, "thing", 1, "1.2", "does a thing");
}

static void expect(struct buf *out, const char *text)
{
    if (strstr(buf_cstr(out), text) == NULL)
        fail_msg("not there: %s\nin:\n%s", text, buf_cstr(out));
}

static void test_a_text_never_becomes_a_request(void **state)
{
    struct buf out;

    (void)state;
    page(&out);
    manual_text(&out, ".de is a request\n'so is one too\na\\b --long");
    expect(&out, ".PP\n\\&.de is a request\n.PP\n\\&'so is one too\n.PP\na\\eb \\-\\-long\n");
    manual_section(&out, "say \"it\"");
    expect(&out, ".SH \"say \\(dqit\\(dq\"\n");
    buf_release(&out);
}

static void test_chinese_may_break_between_characters_but_not_at_punctuation(void **state)
{
    struct buf out;

    (void)state;
    page(&out);
    manual_text(&out, "打开（屏幕），ok完");
    expect(&out, "打\\:开\\:（屏\\:幕），ok完\n");
    buf_release(&out);
}

static void test_verbs_carry_their_own_options(void **state)
{
    struct buf out;

    (void)state;
    page(&out);
    manual_verbs(&out, verbs, 5, options);
    expect(&out, "\\fBlist\\fR TYPE\nlist records\n.RS\n.TP\n\\fB\\-\\-all\\fR\neverything\n.RE\n");
    manual_options(&out, options, NULL);
    expect(&out, "\\fB\\-d\\fR, \\fB\\-\\-data\\fR DIR\nthe folder\n");
    buf_release(&out);
}

/* What bash offers for a line, by running the script in one. */
static void offered(const char *line, char *out, size_t room)
{
    static const struct completion_words words[] = {{"TYPE", "case consultation"}, {"act", "open close"}, {NULL, NULL}};
    char command[512], path[] = "/tmp/aidpost-completion-XXXXXX", folder[] = "/tmp/aidpost-folder-XXXXXX", inside[64];
    struct buf script;
    FILE *file;
    int fd = mkstemp(path);
    size_t len;

    assert_true(fd >= 0);
    assert_non_null(mkdtemp(folder));
    snprintf(inside, sizeof inside, "%s/a-file", folder);
    assert_int_equal(mkdir(inside, 0700), 0);
    buf_init(&script, 65536);
    completion_bash(&script, "thing", verbs, 5, options, "data", words);
    file = fdopen(fd, "w");
    assert_non_null(file);
    fputs(buf_cstr(&script), file);
    fclose(file);
    buf_release(&script);
    snprintf(command, sizeof command, "cd %s && bash --norc -c '. %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _thing; echo \"${COMPREPLY[@]}\"'", folder, path, line);
    file = popen(command, "r");
    assert_non_null(file);
    len = fread(out, 1, room - 1, file);
    out[len] = 0;
    assert_int_equal(pclose(file), 0);
    remove(path);
    assert_int_equal(rmdir(inside), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void expect_offered(const char *line, const char *words)
{
    char out[4096];

    offered(line, out, sizeof out);
    if (strncmp(out, words, strlen(words)) != 0 || strcmp(out + strlen(words), "\n") != 0)
        fail_msg("%s: %s instead of %s", line, out, words);
}

static void test_the_shell_offers_commands_types_and_options(void **state)
{
    (void)state;
    if (system("bash --version >/dev/null 2>&1") != 0)
        skip();
    expect_offered("thing \"\"", "list enrol rule act");
    expect_offered("thing list co", "consultation");
    expect_offered("thing list --", "--data --all");
    expect_offered("thing enrol --", "--data --all"); /* of both that begin so */
    expect_offered("thing enrol n", "new");
    expect_offered("thing rule \"\"", "list set");
    expect_offered("thing act \"\"", "open close");
    expect_offered("thing act open \"\"", "a-file"); /* words stand right behind the command, files anywhere else */
    expect_offered("thing list x", "");
    expect_offered("thing enrol new \"\"", "a-file");
}

static void test_the_shell_offers_values_of_options(void **state)
{
    (void)state;
    if (system("bash --version >/dev/null 2>&1") != 0)
        skip();
    expect_offered("thing --lang \"\"", "zh en");
    expect_offered("thing list --kind ca", "case");
    expect_offered("thing list -k \"\"", "case consultation");
    expect_offered("thing --data \"\"", "a-file");
    expect_offered("thing --data a-file \"\"", "list enrol rule act"); /* the value is no command */
    expect_offered("thing --data a-file list -k case --", "--data --all");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_never_becomes_a_request),
        cmocka_unit_test(test_chinese_may_break_between_characters_but_not_at_punctuation),
        cmocka_unit_test(test_verbs_carry_their_own_options),
        cmocka_unit_test(test_the_shell_offers_commands_types_and_options),
        cmocka_unit_test(test_the_shell_offers_values_of_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
