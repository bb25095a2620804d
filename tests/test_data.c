/* tests/test_data.c - the shipped tables are whole and of one shape; the sets and categories that records rely on exist. */
#include "core/data/data.h"
#include "core/data/data_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct data_file *find(const char *name)
{
    const struct data_file *file = data_find(name);

    assert_non_null(file);
    assert_string_equal(file->name, name);
    return file;
}

/* Whether the file has exactly this line. */
static bool has_line(const struct data_file *file, const char *line)
{
    size_t len = strlen(line);
    const char *at = file->text;

    while ((at = strstr(at, line)) != NULL) {
        if ((at == file->text || at[-1] == '\n') && at[len] == '\n')
            return true;
        at++;
    }
    return false;
}

static size_t tabs_until(const char *at, const char *end)
{
    size_t tabs = 0;

    for (; at < end; at++)
        tabs += *at == '\t';
    return tabs;
}

static void test_every_row_has_the_columns_of_its_file(void **state)
{
    static const struct {
        const char *name;
        size_t columns;
    } files[] = {
        {"area_codes.tsv", 4},
        {"assess_standards.tsv", 6},
        {"causes.tsv", 6},
        {"causes_2020.tsv", 6},
        {"codes.tsv", 3},
        {"consult_map.tsv", 4},
        {"divisions.tsv", 4},
        {"eval_standards.tsv", 7},
        {"favourites.tsv", 3},
        {"given_names.tsv", 3},
        {"holidays.tsv", 3},
        {"ledgers.tsv", 10},
        {"ministry_forms.tsv", 6},
        {"pinyin.tsv", 2},
        {"pinyin_order.tsv", 2},
        {"practice_texts.txt", 1},
        {"report_checks.tsv", 4},
        {"rules.tsv", 9},
        {"stat_matters.tsv", 4},
        {"surnames.tsv", 2},
        {"sync_chars.txt", 1},
    };
    const size_t n_files = sizeof(files) / sizeof(files[0]);

    (void)state;
    for (size_t i = 0; i < n_files; i++) {
        const struct data_file *file = find(files[i].name);
        const char *at = file->text;
        const char *end = file->text + file->len;

        assert_true(file->len > 0 && end[-1] == '\n' && *end == 0);
        assert_int_equal(strlen(file->text), file->len);
        while (at < end) {
            const char *stop = strchr(at, '\n');

            assert_true(stop > at);
            assert_int_equal(tabs_until(at, stop) + 1, files[i].columns);
            at = stop + 1;
        }
    }
    /* Five more that are no tables: the English texts, read by test_language.c, the laws, read by test_law.c, the papers' wording, read by test_template.c, that of summaries, read by test_summary.c, and the dictionary of test_columns.c. */
    assert_non_null(data_find("en.mo"));
    assert_non_null(data_find("laws.zst"));
    assert_non_null(data_find("templates.txt"));
    assert_non_null(data_find("summary_templates.txt"));
    assert_non_null(data_find("sync_dictionary_1.zdict"));
    assert_non_null(data_at(n_files + 4));
    assert_null(data_at(n_files + 5));
    assert_null(data_find("nothing.tsv"));
    assert_null(data_find(""));
}

/* Binary searches rely on these orders. */
static void test_sorted_tables(void **state)
{
    static const char *const names[] = {"pinyin.tsv", "divisions.tsv"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct data_file *file = find(names[i]);
        const char *at = file->text;
        const char *next;

        for (; (next = strchr(at, '\n') + 1) < file->text + file->len; at = next) {
            size_t len = strcspn(at, "\t");
            size_t next_len = strcspn(next, "\t");
            int order = memcmp(at, next, len < next_len ? len : next_len);

            assert_true(order < 0 || (order == 0 && len < next_len));
        }
    }
}

static void test_rows_that_records_rely_on(void **state)
{
    (void)state;
    assert_true(has_line(find("codes.tsv"), "sex\t2\t女"));
    assert_true(has_line(find("codes.tsv"), "channel\t01\t来访"));
    assert_true(has_line(find("codes.tsv"), "case_type\t02\t民事"));
    assert_true(has_line(find("codes.tsv"), "id_kind\t11\t居民身份证"));
    assert_true(has_line(find("codes.tsv"), "category\t01\t婚姻家庭"));
    assert_true(has_line(find("codes.tsv"), "category\t13\t建设工程"));
    assert_true(has_line(find("codes.tsv"), "marriage\t10\t未婚"));
    assert_true(has_line(find("codes.tsv"), "hardship\t02\t特困人员"));
    assert_true(has_line(find("codes.tsv"), "consult_topic\t105\t走私、贩卖、运输、制造毒品"));
    assert_true(has_line(find("codes.tsv"), "aid_form\t11\t公证援助"));
    assert_true(has_line(find("codes.tsv"), "aid_form\t12\t司法鉴定援助"));
    assert_true(has_line(find("consult_map.tsv"), "category\t02\t219\t06"));
    assert_true(has_line(find("codes.tsv"), "org_host\t12\t部队、人武部"));
    assert_true(has_line(find("codes.tsv"), "service\t07\t部队团以上单位政治机关转交"));
    assert_true(has_line(find("divisions.tsv"), "320117\t3\t3201\t溧水区"));
    assert_true(has_line(find("divisions.tsv"), "320117001001\t5\t320117001\t中山路居委会"));
    assert_true(has_line(find("causes.tsv"), "M8.1\t4\tM8\t隐私权纠纷\t2026-01-01\t"));
    assert_true(has_line(find("causes_2020.tsv"), "L8.1\t4\tL8\t隐私权纠纷\t\t2025-12-31"));
    assert_true(has_line(find("stat_matters.tsv"), "M206.2\tA2\tA3\t02,15,24"));
    assert_true(has_line(find("rules.tsv"), "D03\t指派承办人\tterm\t3日\t1\t365\t法律援助法第四十三条\tsource\t作出给予决定之日起指派"));
    assert_true(has_line(find("pinyin.tsv"), "曾\tcz"));
    assert_true(has_line(find("area_codes.tsv"), "320124\t溧水县\t1983\t2012"));
}

/* A line that has the key in the column, by looking at every line; the last of them. */
static const char *line_by_hand(const struct data_file *file, size_t column, struct data_cell key)
{
    const char *found = NULL;

    for (const char *line = file->text; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *cell = line;
        for (size_t i = 0; i < column; i++)
            cell = strchr(cell, '\t') + 1;
        if (strcspn(cell, "\t\n") == key.len && memcmp(cell, key.text, key.len) == 0)
            found = line;
    }
    return found;
}

/* The index, the search without it and the search by hand find the same. */
static void test_lines_by_a_cell(void **state)
{
    static const size_t columns[] = {0, 3};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct data_lines searched, indexed;
        data_lines_open(&searched, "causes.tsv", columns[i]);
        data_lines_open(&indexed, "causes.tsv", columns[i]);
        assert_int_equal(data_lines_index(&indexed), STATUS_OK);
        size_t n = 0;
        for (const char *line = searched.file->text; *line != '\0'; line = strchr(line, '\n') + 1, n++) {
            struct data_cell key = data_line_cell(line, columns[i]);
            const char *expected = line_by_hand(searched.file, columns[i], key);
            assert_non_null(expected);
            assert_ptr_equal(data_lines_find(&indexed, key.text, key.len), expected);
            if (n % 16 == 0)
                assert_ptr_equal(data_lines_find(&searched, key.text, key.len), expected);
        }
        assert_null(data_lines_find(&searched, "Q1", 2));
        assert_null(data_lines_find(&indexed, "Q1", 2));
        assert_null(data_lines_find(&searched, "", 0));
        assert_null(data_lines_find(&indexed, "", 0));
        data_lines_release(&indexed);
        assert_non_null(data_lines_find(&indexed, data_line_cell(indexed.file->text, columns[i]).text, data_line_cell(indexed.file->text, columns[i]).len));
    }
    struct data_cell cell = data_line_cell("a\tbc\n", 1);
    assert_int_equal(cell.len, 2);
    assert_memory_equal(cell.text, "bc", 2);
    assert_int_equal(data_line_cell("a\tbc\nd\te", 2).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_has_the_columns_of_its_file),
        cmocka_unit_test(test_sorted_tables),
        cmocka_unit_test(test_rows_that_records_rely_on),
        cmocka_unit_test(test_lines_by_a_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
