/* tests/test_roster.c - rosters in the forms of a case: lines of materials, people and members of a household, as rows and as lines again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/roster.h"

enum { TEXT_BYTES = 1200, RANDOM_ROWS = 2000 };

static int open_codes(void **state)
{
    return code_book_new((struct code_book **)state, "320117") == STATUS_OK ? 0 : 1;
}

static int close_codes(void **state)
{
    code_book_free(*state);
    return 0;
}

/* The columns of a line divided by |, or the refusal. */
static void told(const struct code_book *codes, const char *field, const char *line, char out[TEXT_BYTES])
{
    const struct roster *roster = roster_of(field);
    struct record row;
    struct errmsg err = {{0}};
    struct buf text;
    assert_non_null(roster);
    record_init(&row, catalogue_find(roster->type));
    buf_init(&text, TEXT_BYTES);
    if (roster_line_parse(roster, line, strlen(line), codes, &row, &err) != STATUS_OK)
        buf_puts(&text, err.text);
    else
        for (size_t i = 0; i < roster->n_columns; i++) {
            buf_puts(&text, i > 0 ? "|" : "");
            record_format(&row, catalogue_field(row.type, roster->columns[i].field), codes, &text);
        }
    snprintf(out, TEXT_BYTES, "%s", buf_cstr(&text));
    buf_release(&text);
    record_release(&row);
}

static void lines_become_rows(void **state)
{
    static const struct {
        const char *field, *line, *told;
    } cases[] = {
        {"items", "身份证复印件", "身份证复印件||||"},
        {"items", "  低保证 复印件  2份 3页 ", "低保证 复印件||2|3|"},
        {"items", "劳动合同（申请事项相关材料） 原件 12页", "劳动合同|申请事项相关材料||12|是"},
        {"items", "身份证(复印件)", "身份证(复印件)||||"},
        {"items", "2份", "2份||||"},
        {"items", "（身份证明）", "（身份证明）||||"},
        {"members", "配偶 王小明 45岁 工资3000元 经营500 其他收入1.2万元 务农 在读", "配偶|王小明|45|3000.00元|500.00元|12000.00元|务农 在读"},
        {"members", "王小红，04，9周岁", "子女|王小红|9||||"},
        {"members", "母亲 赵秀兰 800元", "母亲|赵秀兰||800.00元|||"},
        {"parties", "对方当事人 Maria\u00A0Lopez 13900000002", "对方当事人|Maria Lopez|13900000002|||"},
        {"parties", "共同申请人 06 王大明", "共同申请人|王大明|||祖父母、外祖父母|"},
    };
    char text[TEXT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        told(*state, cases[i].field, cases[i].line, text);
        assert_string_equal(text, cases[i].told);
    }
}

static void what_is_wrong_names_row_and_column(void **state)
{
    static const struct {
        const char *field, *text, *says;
    } cases[] = {
        {"items", "身份证;户口簿;低保证 1000份", "第 3 行: 份数 1000: "},
        {"members", "配偶 王小明\n王小红 9岁", "第 2 行: 没有写与申请人的关系"},
        {"members", "配偶 45岁", "第 1 行: 没有写姓名"},
        {"members", "配偶 王小明 200岁", "第 1 行: 年龄 200: "},
        {"parties", "王小明\n\n赵秀兰 320124198703122741", "第 2 行: 证件号码 320124198703122741: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct errmsg err = {{0}};
        size_t line;
        assert_int_equal(roster_check(roster_of(cases[i].field), cases[i].text, *state, &line, &err) == STATUS_OK, false);
        if (strncmp(err.text, cases[i].says, strlen(cases[i].says)) != 0)
            fail_msg("%s: %s", cases[i].text, err.text);
    }
    struct buf many;
    struct errmsg err = {{0}};
    buf_init(&many, 65536);
    for (size_t i = 0; i < 21; i++)
        buf_printf(&many, "子女 王%zu\n", i);
    assert_int_equal(roster_check(roster_of("members"), buf_cstr(&many), *state, NULL, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "最多 20 行"));
    assert_int_equal(roster_count(buf_cstr(&many)), 21);
    buf_release(&many);
    assert_null(roster_of("content"));
}

/* ---- rows become lines that read as the same rows ---- */

struct dice {
    uint64_t state;
};

static uint32_t roll(struct dice *dice, uint32_t sides)
{
    dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(dice->state >> 33) % sides;
}

/* Something a person may write into a cell, "" three times in ten. */
static void random_cell(struct dice *dice, const struct code_book *codes, const struct field_def *field, bool needed, char out[TEXT_BYTES])
{
    static const char *const words[] = {"王小明", "阿依古丽·买买提", "某某 建筑 公司", "Maria Lopez", "低保证（复印件）", "2026 年工资表", "务农", "身份证"};
    static const char *const ids[] = {"32012419870312274X", "320117197101069998"};
    out[0] = '\0';
    if (!needed && roll(dice, 10) < 3)
        return;
    switch (field->kind) {
    case FIELD_CODE:
        snprintf(out, TEXT_BYTES, "%s", code_book_at(codes, field->codes, roll(dice, (uint32_t)code_book_count(codes, field->codes)))->code);
        break;
    case FIELD_INT:
        snprintf(out, TEXT_BYTES, "%u", roll(dice, 150));
        break;
    case FIELD_MONEY:
        snprintf(out, TEXT_BYTES, "%u.%02u元", roll(dice, 100000), roll(dice, 100));
        break;
    case FIELD_BOOL:
        snprintf(out, TEXT_BYTES, "%u", roll(dice, 2));
        break;
    case FIELD_PHONE:
        snprintf(out, TEXT_BYTES, "139%08u", roll(dice, 100000000));
        break;
    case FIELD_ID_NO:
        snprintf(out, TEXT_BYTES, "%s", ids[roll(dice, 2)]);
        break;
    default:
        snprintf(out, TEXT_BYTES, "%s", words[roll(dice, sizeof words / sizeof words[0])]);
    }
}

static bool is_needed(const struct roster *roster, const struct field_def *field)
{
    bool employer = strcmp(field->name, "employer") == 0; /* a row without a name has no employer either; with one it may */
    return !employer && ((field->flags & FIELD_REQUIRED) != 0 || strcmp(roster->field, "members") == 0) && field->kind != FIELD_MONEY;
}

static void rows_become_lines_and_rows_again(void **state)
{
    static const char *const fields[] = {"items", "parties", "members"};
    struct dice dice = {20261127};
    for (size_t i = 0; i < RANDOM_ROWS; i++) {
        const struct roster *roster = roster_of(fields[i % 3]);
        struct record row, again;
        struct errmsg err = {{0}};
        struct buf line;
        record_init(&row, catalogue_find(roster->type));
        record_init(&again, row.type);
        buf_init(&line, TEXT_BYTES);
        for (size_t c = 0; c < roster->n_columns; c++) {
            char cell[TEXT_BYTES];
            const struct field_def *field = catalogue_field(row.type, roster->columns[c].field);
            random_cell(&dice, *state, field, is_needed(roster, field), cell);
            if (cell[0] != '\0')
                assert_int_equal(record_parse(&row, field, *state, cell, strlen(cell), &err), STATUS_OK);
        }
        if (roster_line_format(roster, &row, *state, &line, &err) != STATUS_OK)
            fail_msg("%s", err.text);
        assert_int_equal(roster_line_parse(roster, buf_cstr(&line), line.len, *state, &again, &err), STATUS_OK);
        for (size_t c = 0; c < roster->n_columns; c++) {
            const struct field_def *field = catalogue_field(row.type, roster->columns[c].field);
            struct value was = record_get(&row, field), is = record_get(&again, field);
            if (!value_equal(was, is) && !(field->kind == FIELD_BOOL && was.number == 0))
                fail_msg("%s: %s", buf_cstr(&line), field->name);
        }
        buf_release(&line);
        record_release(&again);
        record_release(&row);
    }
}

/* What a line cannot hold is refused with the name of the cell. */
static void a_cell_with_a_divider_is_refused(void **state)
{
    static const char *const texts[] = {"甲公司，乙部", "甲公司;乙部", "甲、乙"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct roster *roster = roster_of("parties");
        struct record row;
        struct errmsg err = {{0}};
        struct buf line;
        record_init(&row, catalogue_find("party"));
        buf_init(&line, TEXT_BYTES);
        buf_puts(&line, "前一行\n");
        size_t before = line.len;
        assert_int_equal(record_set_text(&row, "role", "01"), STATUS_OK);
        assert_int_equal(record_set_text(&row, "name", "甲"), STATUS_OK);
        assert_int_equal(record_set_text(&row, "employer", texts[i]), STATUS_OK);
        assert_int_equal(roster_line_format(roster, &row, *state, &line, &err), STATUS_INVALID);
        assert_non_null(strstr(err.text, "工作单位"));
        assert_int_equal(line.len, before);
        buf_release(&line);
        record_release(&row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_become_rows), cmocka_unit_test(what_is_wrong_names_row_and_column), cmocka_unit_test(rows_become_lines_and_rows_again),
                                       cmocka_unit_test(a_cell_with_a_divider_is_refused)};
    return cmocka_run_group_tests(tests, open_codes, close_codes);
}
