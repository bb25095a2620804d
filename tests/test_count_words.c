/* tests/test_count_words.c - the words by which figures are asked for: parsed, refused, of every code, and that each of them counts what its rule says on random records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/report/count.h"
#include "tests/count_bed.h"

/* ---- consultations ---- */

/* Every shipped category and topic has a line, and every line names count_bed_codes that are there. */
static void the_map_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < code_book_count(count_bed_codes, "category"); i++) {
        struct consultation_facts facts;
        consultation_facts_clear(&facts);
        facts.category = code_book_at(count_bed_codes, "category", i)->code;
        assert_non_null(code_book_find(count_bed_codes, "consult_topic", count_topic_of(count_bed_rules, &facts)));
        assert_non_null(code_book_find(count_bed_codes, "consult_type", count_kind_of(count_bed_rules, &facts)));
    }
    for (size_t i = 0; i < code_book_count(count_bed_codes, "consult_topic"); i++) {
        struct consultation_facts facts;
        consultation_facts_clear(&facts);
        facts.stat_topic = code_book_at(count_bed_codes, "consult_topic", i)->code;
        assert_string_equal(count_topic_of(count_bed_rules, &facts), facts.stat_topic);
        assert_non_null(code_book_find(count_bed_codes, "consult_type", count_kind_of(count_bed_rules, &facts)));
        assert_int_equal(strcmp(count_kind_of(count_bed_rules, &facts), "01") == 0, facts.stat_topic[0] == '1');
    }
}

/* ---- words ---- */

static void parsed_words(void **state)
{
    struct count_term terms[COUNT_TERMS_MAX];
    size_t n;
    (void)state;
    assert_int_equal(count_parse("approved.civil.group:women", terms, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1);
    assert_true(terms[0].metric == count_metric(COUNT_APPROVED, COUNT_CIVIL, DIM_GROUP, PG_WOMAN) && terms[0].sign == 1);
    /* Without a type the three together; consultations have none. */
    assert_int_equal(count_parse("approved", terms, &n, NULL), STATUS_OK);
    assert_int_equal(n, 3);
    for (int i = 0; i < 3; i++)
        assert_true(terms[i].metric == count_metric(COUNT_APPROVED, i + 1, DIM_ALL, 0));
    assert_int_equal(count_parse("ended.group:old,minor", terms, &n, NULL), STATUS_OK);
    assert_int_equal(n, 6);
    assert_int_equal(count_parse("persons.channel:01,6", terms, &n, NULL), STATUS_OK);
    assert_int_equal(n, 2);
    assert_true(terms[0].metric == count_metric(COUNT_PERSONS, COUNT_CONSULTATION, DIM_CHANNEL, 1) && terms[1].metric == count_metric(COUNT_PERSONS, COUNT_CONSULTATION, DIM_CHANNEL, 6));
    assert_int_equal(count_parse("approved.civil.matter:A1,Z1", terms, &n, NULL), STATUS_OK);
    assert_true(terms[0].metric == count_metric(COUNT_APPROVED, COUNT_CIVIL, DIM_MATTER, 0x4131) && terms[1].metric == count_metric(COUNT_APPROVED, COUNT_CIVIL, DIM_MATTER, 0x5A31));
    /* Signs, one for all parts of its term. */
    assert_int_equal(count_parse("  ended.civil.outcome:11 + ended.civil.outcome:14 - ended.civil.track:1,2", terms, &n, NULL), STATUS_OK);
    assert_int_equal(n, 4);
    assert_true(terms[0].sign == 1 && terms[1].sign == 1 && terms[2].sign == -1 && terms[3].sign == -1);
    assert_int_equal(count_parse("- open", terms, &n, NULL), STATUS_OK);
    assert_true(n == 3 && terms[0].sign == -1);
    /* As many as go in. */
    assert_int_equal(count_parse("received + approved + refused + ended + open + people + recovered + wages", terms, &n, NULL), STATUS_OK);
    assert_int_equal(n, COUNT_TERMS_MAX);
    assert_int_equal(count_parse("received + approved + refused + ended + open + people + recovered + wages + persons", terms, &n, NULL), STATUS_TOO_LARGE);
    assert_int_equal(n, 0);
}

static void words_that_are_wrong(void **state)
{
    /* text, what the message names */
    static const char *const ROWS[][2] = {
        {"", "没有写"}, {"   ", ""}, {"aproved", "aproved"}, {"approved.", "approved."}, {"approved.civl", "civl"}, {"approved.civil.", "approved.civil."}, {"approved.civil.grup:women", "grup"},
        {"approved.civil.group", "冒号"}, {"approved.civil.group:", "取值"}, {"approved.civil.group:woman", "woman"}, {"approved.civil.group:women,", "取值"}, {"approved.civil.group:2", "2"},
        {"persons.civil", "civil"}, {"persons.group:women.x", "women.x"}, {"refused.civil.group:women", "group"}, {"received.town:320117001", "town"}, {"ended.civil.outcome:13", "13"},
        {"ended.civil.outcome:17", "17"}, {"ended.outcome:10", "10"}, {"approved.stage:6", "6"}, {"approved.stage:0", "0"}, {"approved.stage:x", "x"}, {"ended.handler:6", "6"}, {"ended.handler:16", "16"},
        {"approved.class:11", "11"}, {"approved.civil.matter:", "取值"}, {"approved.civil.matter:TOOLONG", "TOOLONG"}, {"approved.civil.all:0", "all"}, {"approved approved", "approved"},
        {"approved +", "少一项"}, {"+", "少一项"}, {"approved + + ended", "+"}, {"approved +ended", "+ended"}, {"+ - approved", "-"}, {"approved.criminal.criminal", "criminal"},
    };
    struct count_term terms[COUNT_TERMS_MAX];
    size_t n;
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct errmsg err = {""};
        enum status status = count_parse(ROWS[i][0], terms, &n, &err);
        if (status != STATUS_MALFORMED || n != 0 || strstr(err.text, ROWS[i][1]) == NULL || err.text[0] == '\0')
            fail_msg("'%s': %s, '%s'", ROWS[i][0], status_name(status), err.text);
    }
    char longer[400];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(count_parse(longer, terms, &n, NULL), STATUS_TOO_LARGE);
}

static void words_of_codes(void **state)
{
    char word[COUNT_WORD_BYTES];
    (void)state;
    assert_int_equal(count_code("06"), 6);
    assert_int_equal(count_code("A1"), 0x4131);
    assert_int_equal(count_code("320117001"), 320117001);
    assert_true(count_code("320117001001") == INT64_C(320117001001));
    assert_true(count_code("ABCDE") == INT64_C(0x4142434445));
    assert_int_equal(count_code(""), 0);
    assert_int_equal(count_code("ABCDEF"), 0);
    assert_int_equal(count_code("9999999999999999999999999"), 0);
    assert_int_equal(count_code("甲"), 0);
    assert_int_equal(count_code("A-"), 0);
    count_word(count_metric(COUNT_PERSONS, 0, DIM_CHANNEL, 1), word);
    assert_string_equal(word, "persons.channel:01");
    count_word(count_metric(COUNT_APPROVED, COUNT_CIVIL, DIM_MIGRANT, count_code("C2")), word);
    assert_string_equal(word, "approved.civil.migrant:C2");
    count_word(count_metric(COUNT_MATTERS, 0, DIM_KIND, 9), word);
    assert_string_equal(word, "matters.kind:09");
    count_word(count_metric(COUNT_REFUSED, COUNT_CIVIL, DIM_TOWN, 9), word);
    assert_int_equal(word[0], '?');
    static const int64_t NONE[] = {0, -1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < 4; i++) {
        count_word(NONE[i], word);
        assert_int_equal(word[0], '?');
    }
    count_word(count_metric(COUNT_APPROVED, 0, DIM_ALL, 0), word);
    assert_int_equal(word[0], '?');
    count_word(count_metric(COUNT_APPROVED, 1, DIM_ALL, 7), word);
    assert_int_equal(word[0], '?');
}

/* ---- what holds for any row ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static const char *pick_code(uint32_t *seed, const char *set)
{
    size_t n = code_book_count(count_bed_codes, set), at = next_random(seed) % (n + 1);
    return at == n ? "" : code_book_at(count_bed_codes, set, at)->code;
}

static int64_t sum_of(const struct counts *counts, enum count_measure measure, enum count_dimension dimension)
{
    int64_t sum = 0;
    for (size_t i = 0; i < counts->n; i++)
        if (count_measure_of(counts->rows[i].metric) == measure && (enum count_dimension)(counts->rows[i].metric >> 40 & 63) == dimension)
            sum += counts->rows[i].amount;
    return sum;
}

/* Each count has a word that count_parse takes back. */
static void check_words(const struct counts *counts)
{
    struct count_term terms[COUNT_TERMS_MAX];
    char word[COUNT_WORD_BYTES];
    size_t n;
    for (size_t i = 0; i < counts->n; i++) {
        count_word(counts->rows[i].metric, word);
        if (count_parse(word, terms, &n, NULL) != STATUS_OK || n != 1 || terms[0].metric != counts->rows[i].metric)
            fail_msg("%s", word);
    }
}

static int32_t pick_day(uint32_t *seed)
{
    return next_random(seed) % 4 == 0 ? COUNT_DAY_NONE : 20000 + (int32_t)(next_random(seed) % 400);
}

static void any_case(void **state)
{
    uint32_t seed = 5;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct case_facts facts;
        struct counts counts = {0};
        case_facts_clear(&facts);
        facts.received_on = pick_day(&seed), facts.decided_on = pick_day(&seed), facts.closed_on = pick_day(&seed), facts.terminated_on = pick_day(&seed);
        facts.born = (int32_t)(next_random(&seed) % 20000), facts.sex = (int)(next_random(&seed) % 3), facts.ethnic = pick_code(&seed, "ethnic"), facts.categories = pick_code(&seed, "person_category");
        facts.state = pick_code(&seed, "case_state"), facts.case_type = pick_code(&seed, "case_type"), facts.matter = pick_code(&seed, "matter"), facts.cause = pick_code(&seed, "cause");
        facts.town = pick_code(&seed, "town"), facts.stage = pick_code(&seed, "stage"), facts.legal_status = pick_code(&seed, "legal_status"), facts.notice_ground = pick_code(&seed, "notice_ground");
        facts.source = pick_code(&seed, "case_source"), facts.exempt_32 = pick_code(&seed, "exempt_32"), facts.decision = pick_code(&seed, "decision"), facts.aid_form = pick_code(&seed, "aid_form");
        facts.refuse_reason = pick_code(&seed, "refuse_reason"), facts.outcome = pick_code(&seed, "outcome"), facts.handler_kind = (int)(next_random(&seed) % 7);
        facts.follows = next_random(&seed) % 5 == 0, facts.recovered = next_random(&seed) % 3, facts.from_consultation = next_random(&seed) % 2;
        count_case(count_bed_rules, &facts, count_bed_take, &counts);
        check_words(&counts);
        int64_t approved = sum_of(&counts, COUNT_APPROVED, DIM_ALL), ended = sum_of(&counts, COUNT_ENDED, DIM_ALL), refused = sum_of(&counts, COUNT_REFUSED, DIM_ALL);
        bool criminal = strcmp(facts.case_type, "01") == 0;
        assert_in_range(approved + refused, 0, 1);
        assert_int_equal(sum_of(&counts, COUNT_OPEN, DIM_ALL), approved - ended);
        assert_int_equal(sum_of(&counts, COUNT_APPROVED, DIM_CLASS), approved);
        assert_int_equal(sum_of(&counts, COUNT_APPROVED, DIM_MATTER), criminal ? 0 : approved);
        assert_int_equal(sum_of(&counts, COUNT_APPROVED, DIM_TRACK), criminal ? 0 : approved);
        assert_int_equal(sum_of(&counts, COUNT_ENDED, DIM_TRACK), criminal ? 0 : ended);
        assert_int_equal(sum_of(&counts, COUNT_REFUSED, DIM_REASON), refused);
        assert_true(sum_of(&counts, COUNT_ENDED, DIM_OUTCOME) <= ended && sum_of(&counts, COUNT_ENDED, DIM_HANDLER) <= ended && sum_of(&counts, COUNT_APPROVED, DIM_PARTY) <= approved);
        assert_true(sum_of(&counts, COUNT_PEOPLE, DIM_ALL) >= approved);
    }
}

static void any_consultation(void **state)
{
    uint32_t seed = 7;
    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct consultation_facts facts;
        struct counts counts = {0};
        consultation_facts_clear(&facts);
        facts.date = 20000, facts.sex = (int)(next_random(&seed) % 3), facts.age_band = (int)(next_random(&seed) % 4), facts.categories = pick_code(&seed, "person_category");
        facts.category = pick_code(&seed, "category"), facts.stat_topic = pick_code(&seed, "consult_topic"), facts.channel = pick_code(&seed, "channel"), facts.handling = pick_code(&seed, "handling");
        facts.town = pick_code(&seed, "town"), facts.persons = next_random(&seed) % 9, facts.matters = next_random(&seed) % 4;
        count_consultation(count_bed_rules, &facts, count_bed_take, &counts);
        check_words(&counts);
        assert_int_equal(sum_of(&counts, COUNT_PERSONS, DIM_TOPIC), sum_of(&counts, COUNT_PERSONS, DIM_ALL));
        assert_int_equal(sum_of(&counts, COUNT_MATTERS, DIM_KIND), sum_of(&counts, COUNT_MATTERS, DIM_ALL));
        assert_true(sum_of(&counts, COUNT_PERSONS, DIM_GROUP) >= sum_of(&counts, COUNT_PERSONS, DIM_ALL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_is_sound),
        cmocka_unit_test(parsed_words),
        cmocka_unit_test(words_that_are_wrong),
        cmocka_unit_test(words_of_codes),
        cmocka_unit_test(any_case),
        cmocka_unit_test(any_consultation),
    };
    return cmocka_run_group_tests_name("count", tests, count_bed_open_rules, count_bed_close_rules);
}
