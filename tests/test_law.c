/* tests/test_law.c - the book of laws: whole, every citation that rules and fields use is found, words are searched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/law.h"
#include "core/record/catalogue.h"

static struct law_book *book;

static int open_book(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    assert_int_equal(law_book_open(&book, &err), STATUS_OK);
    return 0;
}

static int close_book(void **state)
{
    (void)state;
    law_book_free(book);
    return 0;
}

/* "法律援助法43" */
static void check(const char *citation, const char *law, const char *number)
{
    size_t index = law_book_cited(book, citation);
    if (law == NULL) {
        if (index != SIZE_MAX)
            fail_msg("%s found %s %s", citation, law_book_at(book, index)->law, law_book_at(book, index)->number);
        return;
    }
    if (index == SIZE_MAX)
        fail_msg("%s: not found", citation);
    assert_string_equal(law_book_at(book, index)->law, law);
    assert_string_equal(law_book_at(book, index)->number, number);
}

/* All citations of a text as "法律援助法24 法律援助法25". */
static void check_all(const char *text, const char *expected)
{
    size_t hits[32], n = law_book_citations(book, text, hits, 32);
    char got[2048] = "";
    size_t used = 0;
    for (size_t i = 0; i < n && i < 32; i++)
        used += (size_t)snprintf(got + used, sizeof got - used, "%s%s%s", i > 0 ? " " : "", law_book_at(book, hits[i])->law, law_book_at(book, hits[i])->number);
    assert_string_equal(got, expected);
}

static void the_book_is_whole(void **state)
{
    const char *law = "";
    size_t laws = 0;
    (void)state;
    assert_int_equal(law_book_count(book), 4386);
    for (size_t i = 0; i < law_book_count(book); i++) {
        const struct law_article *article = law_book_at(book, i);
        laws += strcmp(law, article->law) != 0;
        law = article->law;
        assert_true(strlen(article->number) > 0 && strlen(article->heading) > 0 && strlen(article->text) > 0);
        assert_memory_equal(article->title, "第", strlen("第"));
    }
    assert_int_equal(laws, 31);
    const struct law_article *article = law_book_at(book, law_book_cited(book, "法律援助法第四十三条"));
    assert_string_equal(article->title, "第四十三条");
    assert_string_equal(article->heading, "第四章　程序和实施");
    assert_non_null(strstr(article->text, "七日内"));
    /* Paragraphs stand on lines of their own. */
    assert_non_null(strchr(article->text, '\n'));
    assert_null(strchr(article->text, '\t'));
}

/* Every article is found by its own title, and by its number in digits. */
static void every_article_by_its_citation(void **state)
{
    char text[200];
    (void)state;
    for (size_t i = 0; i < law_book_count(book); i++) {
        const struct law_article *article = law_book_at(book, i);
        snprintf(text, sizeof text, "%s%s", article->law, article->title);
        assert_int_equal(law_book_cited(book, text), i);
        snprintf(text, sizeof text, "《%s》%s", article->law, article->number);
        assert_int_equal(law_book_cited(book, text), i);
    }
}

static void spellings(void **state)
{
    (void)state;
    check("法律援助法第四十三条", "法律援助法", "43");
    check("中华人民共和国法律援助法第四十三条第一款", "法律援助法", "43");
    check("《法律援助法》 第 43 条", "法律援助法", "43");
    check("法援法43", "法律援助法", "43");
    check("民法典188", "民法典", "188");
    check("民法典一百八十八", "民法典", "188");
    check("民法典第１８８条", "民法典", "188");
    check("民法典一二六〇", "民法典", "1260");
    check("民法典第一千零一条", "民法典", "1001");
    check("民诉法第85条", "民事诉讼法", "85");
    check("劳动争议调解仲裁法27", "劳动争议调解仲裁法", "27");
    check("仲裁法27", "仲裁法", "27");
    check("刑法第一百二十条之二", "刑法", "120-2");
    check("刑法120-2", "刑法", "120-2");
    check("刑法120条之二", "刑法", "120-2");
    check("刑法第一百二十条", "刑法", "120");
    check("未保法第十一条（强制报告）", "未成年人保护法", "11");
    check("七日的审查期限从站点收件之日起算(法律援助法第四十三条)", "法律援助法", "43");
}

static void what_is_no_citation(void **state)
{
    (void)state;
    check("", NULL, NULL);
    check("法律援助法", NULL, NULL);
    check("法律援助法第九百条", NULL, NULL);
    check("法律援助法0", NULL, NULL);
    check("法律援助法99999999999999999999", NULL, NULL);
    check("婚姻法第三十二条", NULL, NULL);
    check("第四十三条", NULL, NULL);
    check("档案法实施条例第五条", NULL, NULL);
    check("劳动合同法 一年", NULL, NULL);
    check("\xE6\xB3\x95\xE5\xBE", NULL, NULL); /* cut off in the middle of a character */
}

static void lists_and_ranges(void **state)
{
    (void)state;
    check_all("法律援助法第二十四、二十五、三十一条", "法律援助法24 法律援助法25 法律援助法31");
    check_all("法律援助法第二十五、二十八条。", "法律援助法25 法律援助法28");
    check_all("民事诉讼法第八十七至八十九条", "民事诉讼法87 民事诉讼法88 民事诉讼法89");
    check_all("法律援助法24-27", "法律援助法24 法律援助法25 法律援助法26 法律援助法27");
    check_all("法律援助法第二十四条至第二十五条", "法律援助法24 法律援助法25");
    check_all("刑法第一百二十条至第一百二十一条", "刑法120 刑法120-1 刑法120-2 刑法120-3 刑法120-4 刑法120-5 刑法120-6 刑法121");
    check_all("法律援助法第二十五条、未成年人保护法第一百零四条", "法律援助法25 未成年人保护法104");
    check_all("法律援助法第三十一条第(五)项、第四十二条第三项和第四十二条", "法律援助法31 法律援助法42");
    check_all("见民法典第一百八十八条，三年内", "民法典188");
    check_all("法律援助法27-24", "法律援助法27");
    size_t one, n = law_book_citations(book, "法律援助法24-34", &one, 1);
    assert_int_equal(n, 11);
    assert_string_equal(law_book_at(book, one)->number, "24");
}

static size_t number_of_hits(const char *text)
{
    size_t hits[8];
    return law_book_search(book, text, hits, 8);
}

static void words(void **state)
{
    size_t hits[8];
    (void)state;
    assert_int_equal(number_of_hits(""), 4386);
    assert_int_equal(number_of_hits("法律援助法"), 71);
    assert_int_equal(number_of_hits("没有这样的话"), 0);
    /* A citation gives its article first, whatever else has the words. */
    size_t n = law_book_search(book, "法援法44", hits, 8);
    assert_int_equal(n, 1);
    assert_string_equal(law_book_at(book, hits[0])->title, "第四十四条");
    /* All words must occur; a short name means its law; full-width blanks divide. */
    n = law_book_search(book, "劳动争议调解仲裁法　一年　仲裁", hits, 8);
    assert_true(n >= 1);
    for (size_t i = 0; i < n && i < 8; i++) {
        assert_string_equal(law_book_at(book, hits[i])->law, "劳动争议调解仲裁法");
        assert_non_null(strstr(law_book_at(book, hits[i])->text, "一年"));
    }
    assert_int_equal(number_of_hits("调解仲裁法 一年 仲裁"), n);
    assert_int_equal(number_of_hits("民诉法 期间以时、日、月、年计算"), 1);
    assert_int_equal(law_book_search(book, "民法典 诉讼时效期间为三年", NULL, 0), 1);
}

/* The articles that the catalogue's help names are here, so that the key on a field leads somewhere. */
static void the_catalogue_cites_what_is_here(void **state)
{
    size_t cited = 0, hits[64];
    (void)state;
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);
        for (size_t f = 0; f < type->n_fields; f++) {
            const char *help = type->fields[f].help;
            if (help == NULL || strstr(help, "条") == NULL || strstr(help, "法第") == NULL)
                continue;
            cited++;
            if (law_book_citations(book, help, hits, 64) == 0)
                fail_msg("%s.%s: %s", type->name, type->fields[f].name, help);
        }
    }
    assert_true(cited > 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_book_is_whole), cmocka_unit_test(every_article_by_its_citation),    cmocka_unit_test(spellings), cmocka_unit_test(what_is_no_citation),
        cmocka_unit_test(lists_and_ranges),  cmocka_unit_test(the_catalogue_cites_what_is_here), cmocka_unit_test(words),
    };
    return cmocka_run_group_tests_name("law", tests, open_book, close_book);
}
