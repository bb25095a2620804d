/* tests/test_record.c - records in memory: parsing in every spelling, formatting, rules, derivation, and random bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/base/id.h"
#include "core/base/utf8.h"
#include "core/record/code_book.h"
#include "core/record/record.h"

static struct code_book *codes;

static int open_book(void **state)
{
    (void)state;
    return code_book_new(&codes, "320117") == STATUS_OK ? 0 : -1;
}

static int close_book(void **state)
{
    (void)state;
    code_book_free(codes);
    return 0;
}

static enum status parse(struct record *record, const char *field, const char *text, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(record->type, field);
    assert_non_null(def);
    return record_parse(record, def, codes, text, strlen(text), err);
}

static void takes(const char *type, const char *field, const char *text, const char *raw, const char *shown)
{
    struct record record;
    struct errmsg err = {{0}};
    struct buf out;
    record_init(&record, catalogue_find(type));
    const struct field_def *def = catalogue_field(record.type, field);
    if (parse(&record, field, text, &err) != STATUS_OK)
        fail_msg("%s.%s \"%s\": %s", type, field, text, err.text);
    buf_init(&out, 100000);
    record_format_raw(def, record_get(&record, def), &out);
    assert_string_equal(buf_cstr(&out), raw);
    buf_clear(&out);
    record_format(&record, def, codes, &out);
    assert_string_equal(buf_cstr(&out), shown);
    buf_release(&out);
    record_release(&record);
}

static void refuses(const char *type, const char *field, const char *text, enum status status, const char *reason)
{
    struct record record;
    struct errmsg err = {{0}};
    record_init(&record, catalogue_find(type));
    const struct field_def *def = catalogue_field(record.type, field);
    enum status got = parse(&record, field, text, &err);
    if (got != status || strstr(err.text, reason) == NULL)
        fail_msg("%s.%s \"%s\": %s \"%s\"", type, field, text, status_name(got), err.text);
    assert_int_equal(record_get(&record, def).kind, VALUE_NULL);
    record_release(&record);
}

static void texts_are_normalised(void **state)
{
    (void)state;
    takes("consultation", "topic", "  欠薪　", "欠薪", "欠薪");
    takes("consultation", "content", "一\r\n二\t三", "一\n二 三", "一\n二 三");
    takes("consultation", "content", "\xEF\xBB\xBF" "e\xCC\x81", "\xC3\xA9", "\xC3\xA9");
    takes("consultation", "name", "张　三", "张三", "张三");
    takes("consultation", "name", "阿不都热依木•买买提", "阿不都热依木·买买提", "阿不都热依木·买买提");
    takes("consultation", "name", "阿依古丽 · 买买提", "阿依古丽·买买提", "阿依古丽·买买提");
    takes("consultation", "name", "John   Smith", "John Smith", "John Smith");
    takes("consultation", "name", "𫊸某", "𫊸某", "𫊸某");
    takes("consultation", "name", "\xE2\x80\xAD王\xE2\x80\x8B五", "王五", "王五");
    takes("consultation", "topic", "\xEF\xBB\xBF \xEF\xBB\xBF欠薪", "欠薪", "欠薪");
    takes("consultation", "topic", "", "", "");
    takes("consultation", "topic", " 　", "", "");
}

static void text_limits_are_named(void **state)
{
    (void)state;
    char text[76 * 3 + 1] = "";
    for (int i = 0; i < 75; i++)
        strcat(text, "字");
    refuses("consultation", "topic", text, STATUS_TOO_LARGE, "最多 60 个字，现有 75 个");
    refuses("consultation", "topic", "一\n二", STATUS_MALFORMED, "只能写一行");
    refuses("consultation", "topic", "一\x07", STATUS_MALFORMED, "控制字符");
    refuses("consultation", "topic", "好\xB5\xC4", STATUS_MALFORMED, "第 4 个字节起不是 UTF-8");
    refuses("user", "password", "secret", STATUS_INVALID, "user passwd");
}

static void long_texts_hold_twenty_thousand_characters(void **state)
{
    (void)state;
    enum { CHARS = 20001 };
    char *text = malloc(CHARS * 4 + 1);
    struct record record;
    struct errmsg err = {{0}};
    assert_non_null(text);
    for (size_t i = 0; i < CHARS; i++)
        memcpy(text + i * 4, "𫊸", 4);
    record_init(&record, catalogue_find("consultation"));
    const struct field_def *field = catalogue_field(record.type, "content");
    assert_int_equal(record_parse(&record, field, codes, text, CHARS * 4, &err), STATUS_TOO_LARGE);
    assert_non_null(strstr(err.text, "最多 20000 个字，现有 20001 个"));
    assert_int_equal(record_parse(&record, field, codes, text, (CHARS - 1) * 4, &err), STATUS_OK);
    assert_int_equal(record_get(&record, field).len, (CHARS - 1) * 4);
    record_release(&record);
    free(text);
}

static void numbers_days_and_answers(void **state)
{
    (void)state;
    takes("consultation", "persons", "３", "3", "3");
    takes("consultation", "persons", "1,234", "1234", "1234");
    refuses("consultation", "persons", "0", STATUS_RANGE, "应在 1 到 9999 之间");
    refuses("consultation", "persons", "-1", STATUS_RANGE, "应在 1 到 9999 之间");
    refuses("consultation", "persons", "三", STATUS_MALFORMED, "应为整数");
    refuses("consultation", "persons", "99999999999999999999", STATUS_RANGE, "太大");
    takes("consultation", "date", "2026-3-5", "2026-03-05", "2026-03-05");
    takes("consultation", "date", "２０２６年３月５日", "2026-03-05", "2026-03-05");
    takes("consultation", "date", "20260305", "2026-03-05", "2026-03-05");
    refuses("consultation", "date", "2026-02-30", STATUS_RANGE, "2026-02-30 没有这一天，请核对");
    refuses("consultation", "date", "1890-01-01", STATUS_RANGE, "1900 到 2199");
    refuses("consultation", "date", "22000101", STATUS_RANGE, "1900 到 2199");
    takes("consultation", "date", "2026/3/5 0:00:00", "2026-03-05", "2026-03-05"); /* a spreadsheet's */
    takes("consultation", "date", "2026-03-05T09:12", "2026-03-05", "2026-03-05");
    takes("consultation", "date", "2026年3月5日 14：30：00.000", "2026-03-05", "2026-03-05");
    refuses("consultation", "date", "2026-03-05T23:30:00Z", STATUS_MALFORMED, "不是日期"); /* it is the 6th here */
    refuses("consultation", "date", "2026-02-30 09:12", STATUS_RANGE, "2026-02-30 没有这一天");
    refuses("consultation", "date", "2026-03-05 上午", STATUS_MALFORMED, "不是日期");
    refuses("consultation", "date", "昨天", STATUS_MALFORMED, "2026-03-05");
    takes("case", "urgent", "是", "1", "是");
    takes("case", "urgent", "false", "0", "否");
    refuses("case", "urgent", "也许", STATUS_MALFORMED, "是 或 否");
}

static void money_is_fen(void **state)
{
    (void)state;
    takes("case", "recovered", "12000", "12000", "120.00元");
    takes("case", "recovered", "120元", "12000", "120.00元");
    takes("case", "recovered", "120.00元", "12000", "120.00元");
    takes("case", "recovered", "1,234.5", "123450", "1234.50元");
    takes("case", "recovered", "￥8.05", "805", "8.05元");
    takes("case", "recovered", "¥8", "800", "8.00元");
    takes("case", "recovered", "3.1万元", "3100000", "31000.00元");
    takes("case", "recovered", "0.000001万", "1", "0.01元");
    takes("case", "recovered", "0", "0", "0.00元");
    takes("case", "recovered", "999999999999.99元", "99999999999999", "999999999999.99元");
    refuses("case", "recovered", "1000000000000元", STATUS_RANGE, "太大");
    refuses("case", "recovered", "99999999999999999999999元", STATUS_RANGE, "太大");
    refuses("case", "recovered", "1.234元", STATUS_RANGE, "到分");
    refuses("case", "recovered", "-5元", STATUS_RANGE, "负数");
    refuses("case", "recovered", "1.2.3", STATUS_MALFORMED, "应为金额");
    refuses("case", "recovered", "元", STATUS_MALFORMED, "应为金额");
    refuses("case", "recovered", ".", STATUS_MALFORMED, "应为金额");
}

static void codes_by_code_or_name(void **state)
{
    (void)state;
    static const char *const categories[] = {"婚姻家庭", "劳动纠纷", "交通事故", "债权债务", "刑事辩护", "合同纠纷", "房产纠纷",
                                             "侵权",     "公司法",   "医疗纠纷", "拆迁安置", "行政诉讼", "建设工程"};
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++) {
        const struct code *code = code_book_by_name(codes, "category", categories[i]);
        assert_non_null(code);
        takes("consultation", "category", categories[i], code->code, categories[i]);
    }
    takes("consultation", "category", "０２", "02", "劳动纠纷");
    takes("consultation", "category", "02", "02", "劳动纠纷");
    takes("consultation", "town", "永阳街道", "320117001", "永阳街道");
    takes("consultation", "channel", "外展现场", "06", "外展现场");
    refuses("consultation", "category", "12345", STATUS_INVALID, "没有这个代码: 12345；可用 类别 的代码或名称");
    refuses("case", "retention", "30年", STATUS_INVALID, "没有这个代码: 30年；保管期限: 01 永久、02 三十年、03 十年");
    takes("person", "categories", "军属；残疾人,07", "01,07", "残疾人、军属");
    takes("person", "categories", "、,", "", "");
    refuses("person", "categories", "军属,火星人", STATUS_INVALID, "没有这个代码: 火星人");
    refuses("consultation", "event", "12", STATUS_MALFORMED, "32 位");
    takes("consultation", "event", "0123456789ABCDEF0123456789abcdef", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef");
}

static void retired_codes_stay_where_they_are(void **state)
{
    (void)state;
    struct code_book *book;
    struct record record;
    struct errmsg err = {{0}};
    assert_int_equal(code_book_new(&book, ""), STATUS_OK);
    assert_int_equal(code_book_put(book, "category", "98", "旧类别", "", true), STATUS_OK);
    record_init(&record, catalogue_find("consultation"));
    const struct field_def *field = catalogue_field(record.type, "category");
    assert_int_equal(record_parse(&record, field, book, "98", 2, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "已停用"));
    assert_int_equal(record_set(&record, field, value_string("98")), STATUS_OK);
    assert_int_equal(record_mark_loaded(&record), STATUS_OK);
    assert_int_equal(record_parse(&record, field, book, "98", 2, &err), STATUS_OK);
    record_release(&record);
    code_book_free(book);
}

/* A case of 2025 takes a cause of its list, one of 2026 another; the message names what stands in for it. */
static void codes_of_the_records_day(void **state)
{
    (void)state;
    struct code_book *book;
    struct record record;
    struct errmsg err = {{0}};
    const struct field_def *bad;
    int32_t day25, day26;
    assert_int_equal(code_book_new(&book, ""), STATUS_OK);
    assert_int_equal(day_from_ymd(2025, 6, 1, &day25), STATUS_OK);
    assert_int_equal(day_from_ymd(2026, 6, 1, &day26), STATUS_OK);
    record_init(&record, catalogue_find("case"));
    const struct field_def *cause = catalogue_field(record.type, "cause");
    assert_int_equal(record_day(&record), CODE_DAY_NEWEST);
    assert_int_equal(record_parse(&record, cause, book, "离婚纠纷", 12, &err), STATUS_OK);
    assert_string_equal(record_text(&record, "cause"), "M14");
    record_set_int(&record, "received_on", day25);
    assert_int_equal(record_parse(&record, cause, book, "离婚纠纷", 12, &err), STATUS_OK);
    assert_string_equal(record_text(&record, "cause"), "L14");
    assert_int_equal(record_parse(&record, cause, book, "M14", 3, &err), STATUS_INVALID);
    assert_string_equal(err.text, "M14 离婚纠纷 从 2026-01-01 起才用，这一天请用 L14");
    record_set_int(&record, "received_on", day26);
    assert_int_equal(record_parse(&record, cause, book, "L14", 3, &err), STATUS_INVALID);
    assert_string_equal(err.text, "L14 离婚纠纷 只用到 2025-12-31，这一天请用 M14");
    assert_int_equal(record_parse(&record, cause, book, "L369", 4, &err), STATUS_INVALID);
    assert_string_equal(err.text, "L369 网络侵权责任纠纷 只用到 2025-12-31，这一天不能用");
    /* The day moved after the code was typed. */
    record_set_text(&record, "name", "王五");
    record_set_text(&record, "case_type", "02");
    assert_string_equal(record_text(&record, "cause"), "L14");
    assert_int_equal(record_check(&record, book, &bad, &err), STATUS_INVALID);
    assert_ptr_equal(bad, cause);
    assert_string_equal(err.text, "字段 案由: L14 离婚纠纷 不是这一天用的，请用 M14");
    /* What the record already has stays, whatever its day; another of that list does not come in, not even one whose code is a part of it. */
    assert_int_equal(record_mark_loaded(&record), STATUS_OK);
    assert_int_equal(record_check(&record, book, &bad, &err), STATUS_OK);
    assert_int_equal(record_parse(&record, cause, book, "L14", 3, &err), STATUS_OK);
    assert_int_equal(record_parse(&record, cause, book, "L1", 2, &err), STATUS_INVALID);
    record_release(&record);
    code_book_free(book);
}

static void phones_and_document_numbers(void **state)
{
    (void)state;
    takes("consultation", "phone", "138 0000 0000", "13800000000", "13800000000");
    takes("consultation", "phone", "（025）5721－2345", "025-57212345", "025-57212345");
    takes("consultation", "phone", "+86 13800000000", "13800000000", "13800000000");
    takes("consultation", "phone", "02557212345转801", "025-57212345-801", "025-57212345-801");
    takes("consultation", "phone", "\xE2\x80\xAD" "138-0000-0000\xE2\x80\xAC", "13800000000", "13800000000");
    takes("consultation", "phone", "12348", "12348", "12348");
    refuses("consultation", "phone", "1380000000", STATUS_MALFORMED, "手机号应为 11 位，现有 10 位");
    refuses("consultation", "phone", "13800000000、13900000000", STATUS_MALFORMED, "一格写一个号码");
    refuses("consultation", "phone", "无", STATUS_MALFORMED, "只能是数字");
    refuses("consultation", "phone", "--", STATUS_MALFORMED, "至少 3 位");
    refuses("consultation", "phone", "12345678901234567890123456789012345", STATUS_MALFORMED, "电话最多 15 位数字");
    refuses("consultation", "phone", "123456-123456-123456-123456-123456-123456", STATUS_TOO_LARGE, "最多 30 个字");
    takes("consultation", "id_no", "11010519491231002x", "11010519491231002X", "11010519491231002X");
    refuses("consultation", "id_no", "110105194912310021", STATUS_INVALID, "第 18 位校验码应为 X");
    refuses("consultation", "id_no", "3.20117E+17", STATUS_MALFORMED, "3.20117E+17 是表格软件改写过的长号码");
    refuses("consultation", "id_no", "1.1E17", STATUS_MALFORMED, "是表格软件改写过的长号码");
    refuses("consultation", "phone", "1.39E+10", STATUS_MALFORMED, "是表格软件改写过的长号码");
    takes("consultation", "id_no", "E12345678", "E12345678", "E12345678");
    takes("consultation", "id_no", "1E5", "1E5", "1E5"); /* a document of some kind */
}

static void number_is_checked_by_its_kind(void **state)
{
    (void)state;
    struct record record;
    struct errmsg err = {{0}};
    const struct field_def *bad = NULL;
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(parse(&record, "date", "2026-01-01", &err), STATUS_OK);
    assert_int_equal(parse(&record, "content", "问", &err), STATUS_OK);
    assert_int_equal(parse(&record, "id_no", "E12345678", &err), STATUS_OK);
    assert_int_equal(parse(&record, "id_kind", "居民身份证", &err), STATUS_OK);
    assert_int_equal(record_check(&record, codes, &bad, &err), STATUS_INVALID);
    assert_string_equal(bad->name, "id_no");
    assert_int_equal(parse(&record, "id_no", "E12345679", &err), STATUS_INVALID);
    assert_string_equal(record_text(&record, "id_no"), "E12345678");
    record_release(&record);
}

static void rules_name_the_field(void **state)
{
    (void)state;
    struct record record;
    struct errmsg err = {{0}};
    const struct field_def *bad = NULL;
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(record_check(&record, codes, &bad, &err), STATUS_INVALID);
    assert_string_equal(bad->name, "date");
    assert_non_null(strstr(err.text, "日期: 必须填写"));
    assert_int_equal(parse(&record, "date", "2026-01-01", &err), STATUS_OK);
    assert_int_equal(record_check(&record, codes, &bad, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "咨询内容、事由: 至少填写一项"));
    assert_int_equal(parse(&record, "topic", "欠薪", &err), STATUS_OK);
    assert_int_equal(record_check(&record, codes, &bad, &err), STATUS_OK);
    assert_null(bad);
    record_release(&record);
}

static void fields_must_agree(void **state)
{
    (void)state;
    struct record record;
    struct errmsg err = {{0}};
    const struct field_def *bad = NULL;
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(parse(&record, "date", "1949-12-30", &err), STATUS_OK);
    assert_int_equal(parse(&record, "topic", "欠薪", &err), STATUS_OK);
    assert_int_equal(parse(&record, "id_no", "11010519491231002X", &err), STATUS_OK);
    assert_int_equal(record_check(&record, codes, &bad, &err), STATUS_INVALID);
    assert_string_equal(bad->name, "id_no");
    assert_int_equal(parse(&record, "date", "2026-01-01", &err), STATUS_OK);
    assert_int_equal(parse(&record, "sex", "男", &err), STATUS_OK);
    assert_int_equal(record_check(&record, codes, &bad, &err), STATUS_INVALID);
    assert_string_equal(bad->name, "sex");
    /* An inconsistency that came by sync must not block other edits. */
    assert_int_equal(record_mark_loaded(&record), STATUS_OK);
    assert_int_equal(parse(&record, "topic", "欠薪两月", &err), STATUS_OK);
    assert_int_equal(record_check(&record, codes, &bad, &err), STATUS_OK);
    record_release(&record);
    record_init(&record, catalogue_find("event"));
    assert_int_equal(parse(&record, "title", "宣传周", &err), STATUS_OK);
    assert_int_equal(parse(&record, "date", "2026-03-05", &err), STATUS_OK);
    assert_int_equal(parse(&record, "end_date", "2026-03-04", &err), STATUS_OK);
    assert_int_equal(record_check(&record, codes, &bad, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "不能早于日期"));
    record_release(&record);
}

static void what_follows_is_filled(void **state)
{
    (void)state;
    struct record record;
    struct errmsg err = {{0}};
    record_init(&record, catalogue_find("person"));
    assert_int_equal(parse(&record, "id_no", "11010519491231002X", &err), STATUS_OK);
    assert_int_equal(parse(&record, "village", "320117001001", &err), STATUS_OK);
    assert_int_equal(record_derive(&record, codes), STATUS_OK);
    assert_string_equal(record_text(&record, "sex"), "2");
    assert_string_equal(record_text(&record, "id_kind"), "11");
    assert_string_equal(record_text(&record, "town"), "320117001");
    assert_int_equal(record_get(&record, catalogue_field(record.type, "born")).number, -7306);
    assert_int_equal(record_set_text(&record, "sex", "9"), STATUS_OK);
    assert_int_equal(record_derive(&record, codes), STATUS_OK);
    assert_string_equal(record_text(&record, "sex"), "9");
    assert_int_equal(record_set_text(&record, "town", "320117002"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", "甲"), STATUS_OK);
    assert_int_equal(record_check(&record, codes, NULL, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "永阳街道"));
    record_release(&record);
}

static void derives(const char *type, const char *kind, const char *number, const char *sex, const char *categories, const char *health)
{
    struct record record;
    record_init(&record, catalogue_find(type));
    assert_int_equal(record_set_text(&record, "id_kind", kind), STATUS_OK);
    assert_int_equal(record_set_text(&record, "id_no", number), STATUS_OK);
    assert_int_equal(record_derive(&record, codes), STATUS_OK);
    assert_string_equal(record_text(&record, "sex"), sex);
    assert_string_equal(record_text(&record, "categories"), categories);
    if (health != NULL)
        assert_string_equal(record_text(&record, "health"), health);
    record_release(&record);
}

/* Other documents that contain an identity number tell the same; a disability certificate tells its type. */
static void documents_tell_what_they_say(void **state)
{
    (void)state;
    derives("person", "12", "11010519491231002X", "2", "", "");
    derives("person", "34", "810000199001010019", "1", "", "");
    derives("case", "34", "810000199001010019", "1", "", NULL);
    derives("person", "41", "11010519491231002X43", "2", "01", "6");
    derives("person", "41", "11010519491231002X22B1", "2", "01,02", "6");
    derives("case", "41", "11010519491231002X61", "2", "01,03", NULL);
    derives("person", "31", "E12345678", "", "", "");
    struct record record;
    record_init(&record, catalogue_find("person"));
    assert_int_equal(record_set_text(&record, "id_kind", "41"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "id_no", "11010519491231002X43"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "categories", "04"), STATUS_OK);
    assert_int_equal(record_derive(&record, codes), STATUS_OK);
    assert_string_equal(record_text(&record, "categories"), "04"); /* what somebody chose stays */
    record_release(&record);
    /* A party has a number but neither sex nor birth day. */
    record_init(&record, catalogue_find("party"));
    assert_int_equal(record_set_text(&record, "id_no", "11010519491231002X"), STATUS_OK);
    assert_int_equal(record_derive(&record, codes), STATUS_OK);
    assert_string_equal(record_text(&record, "id_kind"), "11");
    record_release(&record);
}

static void copies_and_changes(void **state)
{
    (void)state;
    struct record record, copy;
    record_init(&record, catalogue_find("consultation"));
    assert_false(record_changed(&record));
    assert_int_equal(record_set_text(&record, "name", "王五"), STATUS_OK);
    assert_true(record_changed(&record));
    assert_int_equal(record_mark_loaded(&record), STATUS_OK);
    assert_false(record_changed(&record));
    record.version = 7;
    assert_int_equal(record_copy(&copy, &record), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", "赵六"), STATUS_OK);
    assert_string_equal(record_text(&copy, "name"), "王五");
    assert_string_equal(record_text(&copy, "phone"), "");
    assert_int_equal(copy.version, 7);
    assert_false(record_changed(&copy));
    record_release(&record);
    record_release(&copy);
}

static void title_is_one_bounded_line(void **state)
{
    (void)state;
    struct record record;
    struct buf out;
    struct errmsg err = {{0}};
    record_init(&record, catalogue_find("consultation"));
    buf_init(&out, 1000);
    assert_int_equal(parse(&record, "name", "王五", &err), STATUS_OK);
    assert_int_equal(parse(&record, "category", "劳动报酬", &err), STATUS_OK);
    assert_int_equal(parse(&record, "content", "拖欠工资\n两个月", &err), STATUS_OK);
    record_title(&record, codes, &out);
    assert_string_equal(buf_cstr(&out), "王五  劳动报酬  拖欠工资");
    assert_int_equal(parse(&record, "content", "长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长", &err), STATUS_OK);
    buf_clear(&out);
    record_title(&record, codes, &out);
    assert_int_equal(utf8_count(buf_cstr(&out), out.len), 2 + 2 + 4 + 2 + 22);
    buf_release(&out);
    record_release(&record);
}

/* What record_parse promises whatever comes in: no invalid text stored, limits kept, the old value after an error, and a value it
 * took is taken again when written in either form. */
static void check_parsed(struct record *record, const struct field_def *field, enum status status, struct value before)
{
    struct value value = record_get(record, field);
    if (status != STATUS_OK) {
        assert_true(value_equal(value, before));
        return;
    }
    assert_true(value.kind == VALUE_NULL || (value.kind == VALUE_INT) == catalogue_is_number(field->kind));
    if (value.kind != VALUE_TEXT)
        return;
    assert_true(value.len > 0);
    assert_true(utf8_valid(value.text, value.len));
    assert_null(memchr(value.text, '\0', value.len));
    assert_true(utf8_count(value.text, value.len) <= catalogue_max_chars(field));
}

static void check_again(struct record *record, const struct field_def *field)
{
    struct record again;
    struct buf out;
    struct errmsg err = {{0}};
    struct value value = record_get(record, field);
    record_init(&again, record->type);
    buf_init(&out, 1 << 20);
    record_format_raw(field, value, &out);
    if (record_parse(&again, field, codes, buf_cstr(&out), out.len, &err) != STATUS_OK)
        fail_msg("%s raw \"%s\": %s", field->name, buf_cstr(&out), err.text);
    if (!value_equal(record_get(&again, field), value))
        fail_msg("%s raw \"%s\" became \"%s\"", field->name, buf_cstr(&out), record_get(&again, field).kind == VALUE_TEXT ? record_get(&again, field).text : "a number");
    if (field->kind == FIELD_MONEY || field->kind == FIELD_BOOL || field->kind == FIELD_DAY) {
        buf_clear(&out);
        record_format(record, field, codes, &out);
        assert_int_equal(record_parse(&again, field, codes, buf_cstr(&out), out.len, &err), STATUS_OK);
        assert_true(value_equal(record_get(&again, field), value));
    }
    buf_release(&out);
    record_release(&again);
}

/* Pieces that reach deep into the parsers; the rest is random bytes. */
static size_t random_text(struct random_source random, char *out, size_t max)
{
    static const char *const pieces[] = {"1",  "0",    "9",  "-",   "+", ".",  ",",  "元", "万", "￥", "¥",  "年", "月", "日", "2026", "12", "31", " ", "　", "\n",
                                         "·",  "X",    "x",  "转",  "(", "）", "、", "；", "是", "否", "张", "𫊸", "21", "军属", "永阳街道", "138", "\xCC\x81",
                                         "\t", "\xFF", "\r", "110105194912310", "a", "𝟗", "\xEF\xBB\xBF", "№", "Ａ", "ﬁ", "\xE2\x80\x8B"};
    size_t used = 0, n = random_below(random, 14);
    for (size_t i = 0; i < n && used + 32 < max; i++) {
        if (random_below(random, 12) == 0) {
            out[used++] = (char)random_below(random, 256);
            continue;
        }
        const char *piece = pieces[random_below(random, sizeof pieces / sizeof pieces[0])];
        memcpy(out + used, piece, strlen(piece));
        used += strlen(piece);
    }
    return used;
}

static void random_bytes_never_hurt(void **state)
{
    (void)state;
    const char *env = getenv("AIDPOST_FUZZ_ROUNDS");
    long rounds = env != NULL ? atol(env) : 3000;
    uint64_t seed = 20260305;
    struct random_source random = random_seeded(&seed);
    for (size_t t = 0; t < catalogue_count(); t++) {
        struct record record;
        record_init(&record, catalogue_at(t));
        for (long i = 0; i < rounds; i++) {
            char text[512];
            size_t len = random_text(random, text, sizeof text);
            const struct field_def *field = &record.type->fields[random_below(random, record.type->n_fields)];
            struct record before;
            struct errmsg err = {{0}};
            assert_int_equal(record_copy(&before, &record), STATUS_OK);
            char *exact = malloc(len > 0 ? len : 1); /* so that a read past the end is seen */
            assert_non_null(exact);
            memcpy(exact, text, len);
            enum status status = record_parse(&record, field, codes, exact, len, &err);
            free(exact);
            assert_true(utf8_valid(err.text, strlen(err.text)));
            assert_true(status == STATUS_OK || strlen(err.text) > 0);
            check_parsed(&record, field, status, record_get(&before, field));
            if (status == STATUS_OK && field->kind != FIELD_ID_NO)
                check_again(&record, field);
            (void)record_check(&record, codes, NULL, &err);
            assert_int_equal(record_derive(&record, codes), STATUS_OK);
            record_release(&before);
        }
        record_release(&record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_normalised),
        cmocka_unit_test(text_limits_are_named),
        cmocka_unit_test(long_texts_hold_twenty_thousand_characters),
        cmocka_unit_test(numbers_days_and_answers),
        cmocka_unit_test(money_is_fen),
        cmocka_unit_test(codes_by_code_or_name),
        cmocka_unit_test(retired_codes_stay_where_they_are),
        cmocka_unit_test(codes_of_the_records_day),
        cmocka_unit_test(phones_and_document_numbers),
        cmocka_unit_test(number_is_checked_by_its_kind),
        cmocka_unit_test(rules_name_the_field),
        cmocka_unit_test(fields_must_agree),
        cmocka_unit_test(what_follows_is_filled),
        cmocka_unit_test(documents_tell_what_they_say),
        cmocka_unit_test(copies_and_changes),
        cmocka_unit_test(title_is_one_bounded_line),
        cmocka_unit_test(random_bytes_never_hurt),
    };
    return cmocka_run_group_tests(tests, open_book, close_book);
}
