/* core/aid/eligibility.c - see eligibility.h.
 *
 * Order of the questions, which is the law's own: was the case notified by a court, procuratorate or police (法律援助法 25, 28: nothing is asked about means); is the matter
 * one that aid is given for (24, 29, 31, 33); is the applicant free of the means test (32) or of its check (42); only then does income count (34).
 * What the shipped tables say of a ground (core/data/codes.tsv) is numbered like the items of its article, so that a citation follows from the code. */
#include "core/aid/eligibility.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/deadline.h"
#include "core/aid/person_group.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/id_card.h"

enum { AGE_ADULT = 18, CATEGORIES_MAX = 64, CODE_BYTES = 40, YUAN_BYTES = 32, FEN_PER_YUAN = 100 };

static const char SCOPE_IN[] = "01", SCOPE_OUT[] = "02", SCOPE_UNKNOWN[] = "";
static const char MEANS_IN[] = "01", MEANS_OUT[] = "02", MEANS_UNCHECKED[] = "03", MEANS_UNLIMITED[] = "04", MEANS_UNKNOWN[] = "";

/* A citation and what it means for the case; index = code - 1. */
struct ground {
    const char *article, *text;
};

static const struct ground notice_grounds[] = {
    {"法律援助法第二十五条第一款第(一)项", "未成年人"},
    {"法律援助法第二十五条第一款第(二)项", "视力、听力、言语残疾人"},
    {"法律援助法第二十五条第一款第(三)项", "不能完全辨认自己行为的成年人"},
    {"法律援助法第二十五条第一款第(四)项", "可能被判处无期徒刑、死刑的人"},
    {"法律援助法第二十五条第一款第(五)项", "申请法律援助的死刑复核案件被告人"},
    {"法律援助法第二十五条第一款第(六)项", "缺席审判案件的被告人"},
    {"法律援助法第二十五条第一款第(七)项", "法律法规规定的其他人员"},
    {"法律援助法第二十八条", "强制医疗案件的被申请人或者被告人"},
    {"法律援助法第二十五条第二款", "适用普通程序审理的其他被告人，人民法院可以通知"},
};

static const struct ground exempt_grounds[] = {
    {"法律援助法第三十二条第(一)项", "英雄烈士近亲属维护英雄烈士的人格权益"},
    {"法律援助法第三十二条第(二)项", "因见义勇为行为主张相关民事权益"},
    {"法律援助法第三十二条第(三)项", "再审改判无罪请求国家赔偿"},
    {"法律援助法第三十二条第(四)项", "遭受虐待、遗弃或者家庭暴力的受害人主张相关权益"},
    {"法律援助法第三十二条第(五)项", "法律、法规、规章规定的其他情形"},
};

static const struct ground waiver_grounds[] = {
    {"法律援助法第四十二条第(一)项", "无固定生活来源的未成年人、老年人、残疾人等特定群体"},
    {"法律援助法第四十二条第(二)项", "社会救助、司法救助或者优抚对象"},
    {"法律援助法第四十二条第(三)项", "申请支付劳动报酬或者请求工伤事故人身损害赔偿的进城务工人员"},
    {"法律援助法第四十二条第(四)项", "法律、法规、规章规定的其他人员"},
};

/* Index of M1.. in the set matter. */
static const struct ground matter_grounds[] = {
    {"法律援助法第三十一条第(一)项", "请求国家赔偿"},
    {"法律援助法第三十一条第(二)项", "请求给予社会保险待遇或者社会救助"},
    {"法律援助法第三十一条第(三)项", "请求发给抚恤金"},
    {"法律援助法第三十一条第(四)项", "请求给付赡养费、抚养费、扶养费"},
    {"法律援助法第三十一条第(五)项", "请求确认劳动关系或者支付劳动报酬"},
    {"法律援助法第三十一条第(六)项", "请求认定公民无民事行为能力或者限制民事行为能力"},
    {"法律援助法第三十一条第(七)项", "请求工伤、交通、食品药品安全、医疗事故人身损害赔偿"},
    {"法律援助法第三十一条第(八)项", "请求环境污染、生态破坏损害赔偿"},
    {"法律援助法第三十一条第(九)项", "法律、法规、规章规定的其他情形，写明依据"},
};

#define LOOKUP(table, code) ground_at((table), sizeof(table) / sizeof((table)[0]), (code))

/* The ground of a code "01"..; NULL for none or one that the county added. */
static const struct ground *ground_at(const struct ground *table, size_t n, const char *code)
{
    char *end;
    unsigned long number = strtoul(code, &end, 10);
    return end != code && *end == '\0' && number >= 1 && number <= n ? &table[number - 1] : NULL;
}

static struct value value_of(const struct record *kase, const char *name)
{
    return record_get(kase, catalogue_field(kase->type, name));
}

static bool is_set(const struct record *kase, const char *name)
{
    return value_of(kase, name).kind != VALUE_NULL;
}

static bool is_true(const struct record *kase, const char *name)
{
    struct value value = value_of(kase, name);
    return value.kind == VALUE_INT && value.number != 0;
}

static bool has_code(const char *list, const char *code)
{
    for (size_t len = strlen(code); *list != '\0'; list += strcspn(list, ","), list += *list == ',')
        if (strncmp(list, code, len) == 0 && (list[len] == ',' || list[len] == '\0'))
            return true;
    return false;
}

static bool code_is(const struct record *kase, const char *field, const char *codes)
{
    const char *code = record_text(kase, field);
    return code[0] != '\0' && has_code(codes, code);
}

/* What the document number says of the person. */
static bool read_card(const struct record *kase, struct id_card *card)
{
    struct value text = value_of(kase, "id_no");
    struct id_number number;
    if (text.kind != VALUE_TEXT || id_number_read(record_text(kase, "id_kind"), text.text, text.len, DAY_MAX, &number, NULL) != STATUS_OK || !number.has_card)
        return false;
    *card = number.card;
    return true;
}

/* By the typed birth day, else by the number. */
static int32_t born_of(const struct record *kase)
{
    struct value born = value_of(kase, "born");
    struct id_card card;
    if (born.kind == VALUE_INT)
        return (int32_t)born.number;
    return read_card(kase, &card) ? card.born : PERSON_BORN_UNKNOWN;
}

/* Full years on a day; -1 unknown. */
static int age_on(const struct record *kase, int32_t day)
{
    int32_t born = born_of(kase);
    return born == PERSON_BORN_UNKNOWN || born > day ? -1 : day_age(born, day);
}

static int sex_of(const struct record *kase)
{
    struct id_card card;
    if (is_set(kase, "sex"))
        return code_is(kase, "sex", "1") ? 1 : code_is(kase, "sex", "2") ? 2 : 0;
    return read_card(kase, &card) ? card.sex : 0;
}

static bool is_notified(const struct record *kase)
{
    return code_is(kase, "source", "11,12") || code_is(kase, "matter", "C2") || is_set(kase, "notice_ground");
}

static void say(char out[ELIGIBILITY_TEXT_BYTES], const char *what, const char *article)
{
    snprintf(out, ELIGIBILITY_TEXT_BYTES, _("%s（%s）"), _(what), _(article));
}

/* ---- scope ---- */

static void notified_scope(const struct record *kase, struct eligibility *out)
{
    const struct ground *ground = LOOKUP(notice_grounds, record_text(kase, "notice_ground"));
    out->scope = SCOPE_IN;
    out->means = MEANS_UNLIMITED;
    if (ground == NULL && code_is(kase, "source", "12"))
        ground = &notice_grounds[7];
    if (ground != NULL) {
        snprintf(out->scope_text, sizeof out->scope_text, _("办案机关通知：%s（%s）"), _(ground->text), _(ground->article));
        snprintf(out->means_text, sizeof out->means_text, _("通知案件不审查经济状况（%s）"), _(ground->article));
        return;
    }
    say(out->scope_text, _("办案机关通知；通知情形还没有填"), _("法律援助法第二十五条、第二十八条"));
    say(out->means_text, _("通知案件不审查经济状况"), _("法律援助法第二十五条、第二十八条"));
}

static bool is_injured(const struct record *kase)
{
    return code_is(kase, "source", "33,34") || code_is(kase, "legal_status", "11,14,15,16");
}

/* Article 24: no retrial, and the accused or somebody for them applies. */
static bool is_for_accused(const struct record *kase)
{
    bool accused = code_is(kase, "source", "31,32") || code_is(kase, "legal_status", "12,13");
    return !code_is(kase, "stage", "06") && !is_injured(kase) && (accused || code_is(kase, "matter", "C1"));
}

/* Criminal matters on application: the accused (24) or the injured side (29). */
static void criminal_scope(const struct record *kase, struct eligibility *out)
{
    out->scope = SCOPE_IN;
    if (code_is(kase, "stage", "06"))
        say(out->scope_text, _("决定再审或者提出抗诉的刑事案件"), _("法律援助法第三十三条"));
    else if (is_injured(kase))
        say(out->scope_text, _("被害人、自诉人、附带民事诉讼原告人及其法定代理人、近亲属申请"), _("法律援助法第二十九条"));
    else if (is_for_accused(kase))
        say(out->scope_text, _("犯罪嫌疑人、被告人及其近亲属申请"), _("法律援助法第二十四条"));
    else {
        out->scope = SCOPE_UNKNOWN;
        say(out->scope_text, _("填写案件来源或者法律地位后才能判断"), _("法律援助法第二十四条、第二十九条"));
    }
}

/* Items 1 to 4 of article 32 name the matter themselves. */
static bool exemption_names_matter(const struct record *kase)
{
    return code_is(kase, "exempt_32", "01,02,03,04");
}

static void civil_scope(const struct record *kase, struct eligibility *out)
{
    const char *matter = record_text(kase, "matter");
    const struct ground *ground = matter[0] == 'M' ? LOOKUP(matter_grounds, matter + 1) : NULL;
    const struct ground *exempt = LOOKUP(exempt_grounds, record_text(kase, "exempt_32"));
    out->scope = SCOPE_IN;
    if (exempt != NULL && exemption_names_matter(kase)) {
        say(out->scope_text, exempt->text, exempt->article);
    } else if (ground != NULL) {
        say(out->scope_text, ground->text, ground->article);
    } else if (strcmp(matter, "M0") == 0) {
        out->scope = SCOPE_OUT;
        say(out->scope_text, _("不属于法律援助事项范围"), _("法律援助法第三十一条"));
    } else {
        out->scope = SCOPE_UNKNOWN;
        say(out->scope_text, matter[0] == '\0' ? _("填写申请事项后才能判断") : _("申请事项与案件类型不符，请核对"), _("法律援助法第三十一条"));
    }
}

static void find_scope(const struct record *kase, struct eligibility *out)
{
    if (is_notified(kase))
        notified_scope(kase, out);
    else if (code_is(kase, "case_type", "01"))
        criminal_scope(kase, out);
    else
        civil_scope(kase, out);
    if (!has_code(record_text(kase, "categories"), "15"))
        return;
    size_t len = strlen(out->scope_text);
    snprintf(out->scope_text + len, sizeof out->scope_text - len, _("；外国人、无国籍人依照有关法律、国际条约或者互惠原则（法律援助法第六十九条）"));
}

/* ---- means ---- */

/* Item 3 of article 42 is for wages and industrial injuries only. */
static bool waiver_fits(const struct record *kase)
{
    return !code_is(kase, "waived_42", "03") || !is_set(kase, "matter") || code_is(kase, "matter", "M2,M5,M7");
}

/* The ground typed, or the one that follows from the person's categories; NULL. */
static const struct ground *waiver_of(const struct record *kase)
{
    const char *categories = record_text(kase, "categories");
    if (is_set(kase, "waived_42"))
        return waiver_fits(kase) ? LOOKUP(waiver_grounds, record_text(kase, "waived_42")) : NULL;
    if (has_code(categories, "08") || has_code(categories, "09") || has_code(categories, "10"))
        return &waiver_grounds[1];
    if (has_code(categories, "05") && code_is(kase, "matter", "M5"))
        return &waiver_grounds[2];
    return NULL;
}

static void put_yuan(int64_t fen, char out[YUAN_BYTES])
{
    if (fen % FEN_PER_YUAN == 0)
        snprintf(out, YUAN_BYTES, _("%lld元"), (long long)(fen / FEN_PER_YUAN));
    else
        snprintf(out, YUAN_BYTES, _("%lld.%02lld元"), (long long)(fen / FEN_PER_YUAN), (long long)(fen % FEN_PER_YUAN));
}

/* Up to and including the standard: it is the line that income must not be above. */
static void means_by_income(const struct record *kase, struct eligibility *out)
{
    struct value income = value_of(kase, "income");
    char standard[YUAN_BYTES], has[YUAN_BYTES];
    const char *misfit = waiver_fits(kase) ? "" : _("免核情形第(三)项只适用于劳动报酬和工伤；");
    out->asks_income = true;
    put_yuan(out->standard_fen, standard);
    put_yuan(income.number, has);
    if (out->standard_fen <= 0) {
        snprintf(out->means_text, sizeof out->means_text, _("%s本县还没有规定经济困难标准（法律援助法第三十四条）"), misfit);
    } else if (income.kind != VALUE_INT) {
        snprintf(out->means_text, sizeof out->means_text, _("%s人均月收入还没有填；标准 %s（法律援助法第三十四条）"), misfit, standard);
    } else {
        bool poor = income.number <= out->standard_fen;
        bool other_cause = !poor && code_is(kase, "case_type", "01") && is_for_accused(kase);
        out->means = poor ? MEANS_IN : MEANS_OUT;
        snprintf(out->means_text, sizeof out->means_text, _("%s人均月收入 %s，%s标准 %s（法律援助法第三十四条）%s"), misfit, has, poor ? _("不超过") : _("超过"), standard,
                 other_cause ? _("；因其他原因没有委托辩护人的，写明原因（法律援助法第二十四条）") : "");
    }
}

static void find_means(const struct record *kase, struct eligibility *out)
{
    static const char *const codes[sizeof waiver_grounds / sizeof waiver_grounds[0]] = {"01", "02", "03", "04"};
    const struct ground *exempt = LOOKUP(exempt_grounds, record_text(kase, "exempt_32")), *waiver = waiver_of(kase);
    if (out->means[0] != '\0')
        return; /* notified */
    if (is_set(kase, "exempt_32")) {
        out->means = MEANS_UNLIMITED;
        snprintf(out->means_text, sizeof out->means_text, _("不受经济困难条件限制：%s（%s）"), exempt != NULL ? _(exempt->text) : _("其他情形"),
                 exempt != NULL ? _(exempt->article) : _("法律援助法第三十二条"));
    } else if (waiver != NULL) {
        out->means = MEANS_UNCHECKED;
        out->waiver = codes[waiver - waiver_grounds];
        snprintf(out->means_text, sizeof out->means_text, _("免予核查经济困难状况，须有材料证明：%s（%s）"), _(waiver->text), _(waiver->article));
    } else {
        means_by_income(kase, out);
    }
}

/* ---- the whole ---- */

static bool is_soldier(const struct record *kase)
{
    const char *categories = record_text(kase, "categories");
    return is_true(kase, "soldier_priority") || has_code(categories, "06") || has_code(categories, "07");
}

/* Provinces may set a wider standard for soldiers and their families: rule means_soldier_factor, per cent. */
static int64_t standard_on(const struct rules *rules, int32_t day, bool soldier)
{
    enum { PER_CENT = 100 };
    int64_t standard = rules_int(rules, "means_standard", day);
    return soldier ? standard * rules_int(rules, "means_soldier_factor", day) / PER_CENT : standard;
}

void eligibility_of(const struct rules *rules, const struct record *kase, int32_t today, struct eligibility *out)
{
    struct value received = value_of(kase, "received_on");
    int32_t day = received.kind == VALUE_INT ? (int32_t)received.number : today;
    *out = (struct eligibility){.scope = SCOPE_UNKNOWN, .means = MEANS_UNKNOWN, .waiver = ""};
    out->age = age_on(kase, day);
    out->priority = is_soldier(kase);
    out->standard_fen = standard_on(rules, day, out->priority);
    out->urgent = deadline_is_urgent(rules, kase, today);
    bool minor = out->age >= 0 && out->age < AGE_ADULT;
    out->needs_guardian = minor && !is_notified(kase);
    out->must_report = minor && (code_is(kase, "exempt_32", "04") || code_is(kase, "agent_kind", "04"));
    find_scope(kase, out);
    find_means(kase, out);
}

/* ---- categories ---- */

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether the code is one of the mask's: those of the county's own are not. */
static bool is_shipped(const char *code)
{
    return person_groups_typed(code) != 0;
}

void eligibility_categories(const struct record *kase, int32_t day, struct buf *out)
{
    char codes[CATEGORIES_MAX][CODE_BYTES];
    const char *found[CATEGORIES_MAX];
    const struct person_facts facts = {.sex = sex_of(kase), .born = born_of(kase), .ethnic = record_text(kase, "ethnic"), .categories = record_text(kase, "categories")};
    uint32_t groups = person_groups(&facts, day);
    size_t n = 0;
    for (int code = 1; code <= PERSON_CODE_MAX; code++)
        if (groups & PERSON_GROUP_BIT(code))
            snprintf(codes[n++], CODE_BYTES, "%02d", code);
    for (const char *at = facts.categories; *at != '\0' && n < CATEGORIES_MAX; at += strcspn(at, ","), at += *at == ',') {
        snprintf(codes[n], CODE_BYTES, "%.*s", (int)strcspn(at, ","), at);
        n += !is_shipped(codes[n]);
    }
    for (size_t i = 0; i < n; i++)
        found[i] = codes[i];
    qsort(found, n, sizeof found[0], compare_codes);
    for (size_t i = 0; i < n; i++)
        buf_printf(out, i > 0 ? ",%s" : "%s", found[i]);
}
