/* tests/test_stumble_codes.c - what is decided by a set of codes, with each allocation failing in turn, those of reading the set, too: it is decided as with memory, or it is STATUS_NOMEM; a set that could not be read is not
 * one in which the code is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/catalogue.h"
#include "core/record/code_book.h"
#include "core/record/filter.h"
#include "core/record/record.h"
#include "tests/must.h"
#include "tests/stumble.h"
#include "tui/form_code.h"
#include "tui/picker.h"

enum { OUT_MAX_BYTES = 1 << 16, STRIDE = 61 };

/* Says in `out` what it came to; a refusal, too: only what is no answer is a status. */
typedef enum status act_of(const struct code_book *book, struct buf *out, struct errmsg *err);

static enum status take_to(struct record *record, const struct code_book *book, const char *field, const char *text, struct errmsg *err)
{
    return record_parse(record, catalogue_field(record->type, field), book, text, strlen(text), err);
}

static enum status answered(enum status status, struct buf *out, const struct errmsg *err)
{
    if (status != STATUS_INVALID)
        return status;
    buf_printf(out, "refused: %s\n", err->text);
    return STATUS_OK;
}

static enum status read_values(const struct code_book *book, struct buf *out, struct errmsg *err)
{
    static const char *const VALUES[][2] = {{"town", "永阳街道"}, {"town", "没有这条街"}, {"sex", "女"}, {"sex", "２"}, {"categories", "01，03"}, {"categories", "老年人"}};
    struct record record;
    enum status status = STATUS_OK;

    record_init(&record, catalogue_find("consultation"));
    for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES && status == STATUS_OK; i++) {
        status = answered(take_to(&record, book, VALUES[i][0], VALUES[i][1], err), out, err);
        if (status == STATUS_OK)
            buf_printf(out, "%s\n", record_text(&record, VALUES[i][0]));
    }
    record_release(&record);
    return status;
}

/* A record with texts that are put as they are stored: nothing has asked for their sets before. */
static enum status begin(struct record *record, const char *type, const char *const texts[][2], size_t n)
{
    enum status status = STATUS_OK;

    record_init(record, catalogue_find(type));
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = record_set_text(record, texts[i][0], texts[i][1]);
    return status;
}

static enum status check_place(const struct code_book *book, struct buf *out, struct errmsg *err)
{
    static const char *const TEXTS[][2] = {{"name", "张文芳"}, {"topic", "工资"}, {"town", "320117002"}, {"village", "320117001001"}};
    const struct field_def *bad;
    struct record record;
    enum status status = begin(&record, "consultation", TEXTS, sizeof TEXTS / sizeof *TEXTS);

    if (status == STATUS_OK)
        status = record_set_int(&record, "date", 20000);
    if (status == STATUS_OK)
        status = answered(record_check(&record, book, &bad, err), out, err);
    record_release(&record);
    return status;
}

/* A cause of the list of 2025 on a day before. */
static enum status check_day(const struct code_book *book, struct buf *out, struct errmsg *err)
{
    static const char *const TEXTS[][2] = {{"name", "张文芳"}, {"case_type", "02"}, {"cause", "M14"}};
    const struct field_def *bad;
    struct record record;
    int32_t day;
    enum status status = begin(&record, "case", TEXTS, sizeof TEXTS / sizeof *TEXTS);

    must(day_from_ymd(2022, 6, 1, &day), err);
    if (status == STATUS_OK)
        status = record_set_int(&record, "received_on", day);
    if (status == STATUS_OK)
        status = answered(record_check(&record, book, &bad, err), out, err);
    record_release(&record);
    return status;
}

static enum status derive(const struct code_book *book, struct buf *out, struct errmsg *err)
{
    static const char *const TEXTS[][2] = {{"village", "320117001001"}};
    struct record record;
    enum status status = begin(&record, "consultation", TEXTS, 1);

    (void)err;
    if (status == STATUS_OK)
        status = record_derive(&record, book);
    if (status == STATUS_OK)
        buf_printf(out, "%s\n", record_text(&record, "town"));
    record_release(&record);
    return status;
}

static enum status filters(const struct code_book *book, struct buf *out, struct errmsg *err)
{
    static const char *const TEXTS[] = {"cause=离婚", "cause~劳动", "sex=女", "sex in (男,女)", "categories~老年人", "sex=没有"};
    enum status status = STATUS_OK;

    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS && status == STATUS_OK; i++) {
        struct filter filter;

        status = filter_parse(&filter, catalogue_find("case"), book, TEXTS[i], err);
        if (status == STATUS_OK) {
            buf_printf(out, "%d %s\n", filter.terms[0].op, filter.terms[0].n_values > 0 ? filter.terms[0].values[0].text : filter.terms[0].value.text);
            filter_release(&filter);
        } else {
            status = answered(status, out, err);
        }
    }
    return status;
}

static enum status answer(const struct code_book *book, struct buf *out, struct errmsg *err)
{
    static const char *const TYPED[] = {"离婚纠纷", "M14", "没有这个", "13"};
    struct code_source source = code_source_of_book(book, "cause");

    (void)err;
    for (size_t i = 0; i < sizeof TYPED / sizeof *TYPED; i++) {
        const struct code *code = NULL;
        enum code_answer answer = code_source_resolve(&source, TYPED[i], &code);

        if (answer == CODE_UNREAD)
            return STATUS_NOMEM;
        buf_printf(out, "%d %s\n", answer, code != NULL ? code->code : "");
    }
    return STATUS_OK;
}

/* A list that is offered is the whole one. */
static enum status offer(const struct code_book *book, struct buf *out, struct errmsg *err)
{
    struct picker picker;

    (void)err;
    picker_init(&picker, code_source_of_book(book, "cause"), "案由", "");
    bool ready = picker.choices != NULL;
    buf_printf(out, "%zu\n", picker.count);
    picker_release(&picker);
    return ready ? STATUS_OK : STATUS_NOMEM;
}

/* False: no allocation was left to fail. */
static bool fails_at(const char *name, act_of *act, uint64_t at, const struct buf *expected, uint64_t *refused)
{
    struct code_book *book;
    struct buf out;
    struct errmsg err = {{0}};

    must(code_book_new(&book, "320117"), &err);
    buf_init(&out, OUT_MAX_BYTES);
    stumble_begin((struct stumble){.memory = true, .at = at});
    enum status status = act(book, &out, &err);
    uint64_t fired = stumble_end();
    if (status == STATUS_OK)
        status = out.status;
    if (status != STATUS_OK && status != STATUS_NOMEM)
        fail_msg("%s, allocation %llu: %s: %s", name, (unsigned long long)at, status_name(status), err.text);
    if (status == STATUS_OK && (out.len != expected->len || memcmp(out.data, expected->data, out.len) != 0))
        fail_msg("%s, allocation %llu: %s\n--- expected\n%s", name, (unsigned long long)at, buf_cstr(&out), buf_cstr(expected));
    *refused += status != STATUS_OK;
    buf_release(&out);
    code_book_free(book);
    return fired > 0;
}

static void play(const char *name, act_of *act)
{
    struct code_book *book;
    struct buf expected;
    struct errmsg err = {{0}};
    uint64_t refused = 0, at = 1;

    must(code_book_new(&book, "320117"), &err);
    buf_init(&expected, OUT_MAX_BYTES);
    must(act(book, &expected, &err), &err);
    code_book_free(book);
    for (; fails_at(name, act, at, &expected, &refused); at += at < 40 ? 1 : STRIDE)
        ;
    print_message("%s: %llu allocations, refused %llu times\n%s", name, (unsigned long long)at, (unsigned long long)refused, buf_cstr(&expected));
    assert_true(refused > 5);
    buf_release(&expected);
}

static void test_sets_without_memory(void **state)
{
    (void)state;
    play("values", read_values);
    play("a place", check_place);
    play("a day", check_day);
    play("what follows", derive);
    play("filters", filters);
    play("what is typed", answer);
    play("a list", offer);
}

/* False: no allocation was left to fail. */
static bool settles_without(size_t field, bool for_good, uint64_t at)
{
    static const struct form_def DEFS[] = {{"cause", "案由", FORM_CODE, 0, 1, 0, 10, 1, 8, 0, 0, 0}, {"free", "单位", FORM_CODE, 1, 1, 0, 10, 1, 8, 0, 1, FORM_FREE_CODE}};
    struct code_book *book;
    struct errmsg err = {{0}};
    struct form form;
    struct buf text;

    buf_init(&text, OUT_MAX_BYTES);
    must(code_book_new(&book, "320117"), &err);
    must(form_init(&form, DEFS, 2, (struct form_hooks){0}), &err);
    form_type(&form, field, "离婚纠纷", strlen("离婚纠纷"));
    form_set_source(&form, field, code_source_of_book(book, "cause"));
    stumble_begin((struct stumble){.memory = true, .at = at, .for_good = for_good});
    bool settled = form_code_settle(&form, field, &err);
    uint64_t fired = stumble_end();
    if (!settled && strstr(err.text, status_text(STATUS_NOMEM)) == NULL)
        fail_msg("field %zu, %llu: %s", field, (unsigned long long)at, err.text);
    form_code_text(&form, field, &text);
    assert_string_equal(buf_cstr(&text), "M14");
    if (!settled)
        assert_true(form_code_settle(&form, field, &err));
    form_release(&form);
    code_book_free(book);
    buf_release(&text);
    return fired > 0;
}

/* The form says what is missing, and that is not the code; what was typed stays. */
static void test_a_form_without_memory(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++)
        for (uint64_t at = 1; settles_without((size_t)way % 2, way / 2 != 0, at); at += at < 10 ? 1 : 397)
            ;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sets_without_memory), cmocka_unit_test(test_a_form_without_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
