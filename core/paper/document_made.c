/* core/paper/document_made.c - slots that are worked out: terms, categories, addresses, lists, items of an article. See document_source.h.
 *
 * Periods come from the county's rules (core/aid/rule.h) in force on the day of the paper. */
#include <stdio.h>
#include <string.h>

#include "core/paper/document_source.h"
#include "core/aid/eligibility.h"
#include "core/base/day.h"
#include "core/base/money.h"
#include "core/base/utf8.h"

/* A longer account is cut in papers, visibly: it stands whole in the record, and a paper has its limit (document.text). */
enum { NARRATIVE_MAX_CHARS = 6000 };

static const char *text_of(const struct record *record, const char *field)
{
    return record != NULL ? record_text(record, field) : "";
}

static bool is_code(const struct record *record, const char *field, const char *code)
{
    return strcmp(text_of(record, field), code) == 0;
}

static bool has_day(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record != NULL ? record_get(record, catalogue_field(record->type, field)) : value_null();

    if (value.kind != VALUE_INT)
        return false;
    *day = (int32_t)value.number;
    return true;
}

static bool put_text(const char *text, struct buf *out)
{
    buf_puts(out, text);
    return *text != 0;
}

/* ---- numbers and periods in words -------------------------------------------------------------------------------- */

/* 0..99 in words (七, 十五, 六十), more in digits. */
static void put_number(int64_t n, struct buf *out)
{
    static const char *const digits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};

    if (n < 0 || n > 99) {
        buf_printf(out, "%lld", (long long)n);
        return;
    }
    if (n >= 20)
        buf_puts(out, digits[n / 10]);
    if (n >= 10)
        buf_puts(out, "十");
    if (n % 10 != 0 || n == 0)
        buf_puts(out, digits[n % 10]);
}

static void put_term(struct rule_term term, struct buf *out)
{
    static const char *const units[] = {[TERM_DAY] = "日", [TERM_WORKDAY] = "个工作日", [TERM_HOUR] = "小时", [TERM_MONTH] = "个月", [TERM_YEAR] = "年"};

    put_number(term.n, out);
    buf_puts(out, units[term.unit]);
}

static const struct {
    const char *slot, *rule;
} terms[] = {
    {"review_term", "D01"},     {"assign_term", "D03"}, {"sign_term", "D07"},   {"objection_term", "D08"}, {"bureau_term", "D09"},
    {"reconsider_term", "D10"}, {"suit_term", "D10_2"}, {"urgent_term", "D13"}, {"closing_term", "D14"},   {"pay_term", "D15"},
};

static bool put_rule_term(struct paper_source *source, const char *slot, struct buf *out)
{
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        if (strcmp(terms[i].slot, slot) != 0)
            continue;
        put_term(rules_term(source->rules, terms[i].rule, source->from->today), out);
        return true;
    }
    return false;
}

/* "第（三）项" for code "03". */
static bool put_item(const char *code, struct buf *out)
{
    int64_t n = code[0] >= '0' && code[0] <= '9' && code[1] >= '0' && code[1] <= '9' ? (code[0] - '0') * 10 + (code[1] - '0') : 0;

    if (n < 1)
        return false;
    buf_puts(out, "第（");
    put_number(n, out);
    buf_puts(out, "）项");
    return true;
}

static bool put_means(struct paper_source *source, struct buf *out)
{
    const struct record *kase = source->from->kase;
    const char *exempt = text_of(kase, "exempt_32"), *waived = text_of(kase, "waived_42");

    if (*exempt != 0) {
        buf_puts(out, "不受经济困难条件的限制（第三十二条");
        put_item(exempt, out);
        buf_printf(out, "：%s）", code_book_name(source->codes, "exempt_32", exempt));
    }
    if (*waived != 0) {
        buf_printf(out, "%s免予核查经济困难状况（第四十二条", *exempt != 0 ? "；" : "");
        put_item(waived, out);
        buf_printf(out, "：%s）", code_book_name(source->codes, "waived_42", waived));
    }
    return *exempt != 0 || *waived != 0;
}

static bool put_means_standard(struct paper_source *source, struct buf *out)
{
    int32_t day = source->from->today;
    int64_t fen;

    (void)has_day(source->from->kase, "received_on", &day);
    fen = rules_int(source->rules, "means_standard", day);
    if (fen <= 0)
        return false;
    buf_printf(out, "%lld元", (long long)(fen / 100));
    return true;
}

/* ---- the applicant ----------------------------------------------------------------------------------------------- */

/* Age on the day of receipt; -1 unknown. */
static int age_of(const struct paper_source *source)
{
    int32_t born, day = source->from->today;

    if (!has_day(source->from->kase, "born", &born))
        return -1;
    (void)has_day(source->from->kase, "received_on", &day);
    return day_age(born, day);
}

static bool put_category_names(struct paper_source *source, bool boxes, struct buf *out)
{
    int32_t day = source->from->today;
    struct buf codes;
    size_t before = out->len;

    if (source->from->kase == NULL && !boxes)
        return false;
    buf_init(&codes, 1024);
    (void)has_day(source->from->kase, "received_on", &day);
    if (source->from->kase != NULL)
        eligibility_categories(source->from->kase, day, &codes);
    paper_source_fail(source, codes.status);
    if (boxes) {
        (void)paper_put_boxes(source, "person_category", buf_cstr(&codes), out);
    } else {
        for (const char *at = buf_cstr(&codes); *at != 0;) {
            size_t len = strcspn(at, ",");
            char code[16];

            if (len > 0 && len < sizeof(code)) {
                snprintf(code, sizeof(code), "%.*s", (int)len, at);
                buf_printf(out, "%s%s", out->len > before ? "、" : "", code_book_name(source->codes, "person_category", code));
            }
            at += len + (at[len] == ',');
        }
    }
    buf_wipe(&codes);
    return out->len > before;
}

static bool put_id_kind(struct paper_source *source, struct buf *out)
{
    const char *kind = text_of(source->from->kase, "id_kind"), *number = text_of(source->from->kase, "id_no");

    if (*kind == 0 && *number == 0)
        return false;
    if (*kind == 0 && strlen(number) == 18)
        kind = "11";
    return *kind != 0 && put_text(code_book_name(source->codes, "id_kind", kind), out);
}

/* Where the applicant lives: town and village of the case, and the street from the file unless that names them already. */
static bool put_address(struct paper_source *source, struct buf *out)
{
    const struct record *kase = source->from->kase;
    const char *town = text_of(kase, "town"), *village = text_of(kase, "village"), *street = text_of(paper_person(source), "address");
    const char *town_name = *town != 0 ? code_book_name(source->codes, "town", town) : "";
    size_t before = out->len;

    if (*town_name == 0 || strstr(street, town_name) == NULL) {
        buf_puts(out, town_name);
        if (*village != 0 && (*street == 0 || strstr(street, code_book_name(source->codes, "village", village)) == NULL))
            buf_puts(out, code_book_name(source->codes, "village", village));
    }
    buf_puts(out, street);
    return out->len > before;
}

/* A field of the party who applies for the applicant. */
static bool put_agent(struct paper_source *source, const char *field, struct buf *out)
{
    const struct paper_rows *parties = paper_block(source, "parties");
    const char *agent = text_of(source->from->kase, "agent");

    for (size_t i = 0; *agent != 0 && i < parties->n; i++)
        if (strcmp(record_text(&parties->items[i], "name"), agent) == 0)
            return paper_put_field(source, &parties->items[i], field, out);
    return false;
}

/* ---- the matter -------------------------------------------------------------------------------------------------- */

static bool put_narrative(struct paper_source *source, struct buf *out)
{
    const char *text = text_of(source->from->kase, "narrative");
    size_t len = strlen(text), cut = utf8_offset(text, len, NARRATIVE_MAX_CHARS);

    buf_append(out, text, cut);
    if (cut < len)
        buf_puts(out, "……（以下略，全文见案件记录）");
    return len > 0;
}

static bool put_opponents(struct paper_source *source, struct buf *out)
{
    const struct paper_rows *rows = paper_block(source, "opponents");

    for (size_t i = 0; i < rows->n; i++)
        buf_printf(out, "%s%s", i > 0 ? "、" : "", record_text(&rows->items[i], "name"));
    return rows->n > 0;
}

/* What the handler is to the applicant, by the form of aid (set aid_form), before there is one by the applicant's place in the case. */
static const char *role_word(const struct record *kase)
{
    const char *form = text_of(kase, "aid_form"), *status = text_of(kase, "legal_status");

    if (strcmp(form, "01") == 0)
        return "辩护人";
    if (strcmp(form, "07") == 0)
        return "仲裁代理人";
    if (strcmp(form, "08") == 0 || strcmp(form, "09") == 0 || strcmp(form, "11") == 0 || strcmp(form, "12") == 0)
        return "代理人";
    if (*form != 0)
        return "诉讼代理人";
    if (is_code(kase, "case_type", "01"))
        return strcmp(status, "12") == 0 || strcmp(status, "13") == 0 || *status == 0 ? "辩护人" : "诉讼代理人";
    return "代理人";
}

static bool put_supplement_due(struct paper_source *source, struct buf *out)
{
    int32_t day;

    if (!has_day(source->from->kase, "supplement_due", &day) && !has_day(paper_step(source), "due", &day))
        return false;
    paper_put_day(day, out);
    return true;
}

static bool put_case_no(struct paper_source *source, struct buf *out)
{
    const char *number = text_of(source->from->kase, "decision_no");

    return put_text(*number != 0 ? number : text_of(source->from->kase, "provisional_no"), out);
}

/* The number given; before that a station's provisional one, or the number with a blank. */
static bool put_number_slot(struct paper_source *source, struct buf *out)
{
    const char *provisional = text_of(source->from->kase, "provisional_no");
    char text[64];

    if (source->number[0] != 0)
        return put_text(source->number, out);
    if (!source->actor->center && *provisional != 0)
        return put_text(provisional, out);
    if (source->template->word[0] == 0)
        return false;
    document_number_text(source->rules, source->template->word, source->from->today, 0, text);
    return put_text(text, out);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static bool put_original(const struct record *row, struct buf *out)
{
    struct value value = row != NULL ? record_get(row, catalogue_field(row->type, "original")) : value_null();

    return value.kind == VALUE_INT && put_text(value.number != 0 ? "原件" : "复印件", out);
}

/* What a member of the household earns in all; nothing for whom nothing was said. */
static bool put_income(const struct record *row, struct buf *out)
{
    static const char *const sums[] = {"wages", "business", "other_income"};
    int64_t fen = 0;
    bool any = false;

    for (size_t i = 0; row != NULL && i < sizeof(sums) / sizeof(sums[0]); i++) {
        struct value value = record_get(row, catalogue_field(row->type, sums[i]));

        if (value.kind == VALUE_INT)
            fen += value.number;
        any |= value.kind == VALUE_INT;
    }
    if (any)
        money_format(fen, out);
    return any;
}

static bool put_payment_reason(const struct record *row, struct buf *out)
{
    const char *more = text_of(row, "other_reason"), *less = text_of(row, "deduction_reason");

    buf_puts(out, more);
    if (*less != 0)
        buf_printf(out, "%s减发：%s", *more != 0 ? "；" : "", less);
    return *more != 0 || *less != 0;
}

static bool put_payments_total(struct paper_source *source, struct buf *out)
{
    const struct paper_rows *rows = paper_block(source, "payments");
    struct record sum;
    int64_t total = 0;
    bool put;

    for (size_t i = 0; i < rows->n; i++)
        total += record_get(&rows->items[i], catalogue_field(rows->items[i].type, "amount")).number;
    record_init(&sum, catalogue_find("payment"));
    put = rows->n > 0 && record_set_int(&sum, "amount", total) == STATUS_OK && paper_put_field(source, &sum, "amount", out);
    record_release(&sum);
    return put;
}

static bool put_payments_day(struct paper_source *source, struct buf *out)
{
    const struct paper_rows *rows = paper_block(source, "payments");

    return rows->n > 0 && paper_put_field(source, &rows->items[0], "paid_on", out);
}

static bool put_duties_month(struct paper_source *source, struct buf *out)
{
    const struct record *record = source->from->record;
    int32_t day = source->from->today;
    int year, month, dom;

    if (record != NULL && strcmp(record->type->name, "duty_help") == 0)
        (void)has_day(record, "date", &day);
    day_to_ymd(day, &year, &month, &dom);
    buf_printf(out, "%d年%d月", year, month);
    return true;
}

static bool put_consult_place(struct paper_source *source, struct buf *out)
{
    const struct record *record = source->from->record;

    if (record == NULL || strcmp(record->type->name, "consultation") != 0)
        return false;
    if (*record_text(record, "town") != 0)
        buf_puts(out, code_book_name(source->codes, "town", record_text(record, "town")));
    if (*record_text(record, "village") != 0)
        buf_puts(out, code_book_name(source->codes, "village", record_text(record, "village")));
    return *record_text(record, "town") != 0 || *record_text(record, "village") != 0;
}

/* Boxes of a field of the record in hand, which may be of another type or none: then all are empty. */
static bool put_record_boxes(struct paper_source *source, const char *type, const char *field, struct buf *out)
{
    const struct record *record = source->from->record;
    const char *set = catalogue_field(catalogue_find(type), field)->codes;

    return paper_put_boxes(source, set, record != NULL && strcmp(record->type->name, type) == 0 ? record_text(record, field) : "", out);
}

/* ---- by name ----------------------------------------------------------------------------------------------------- */

static bool put_age(struct paper_source *source, struct buf *out)
{
    int age = age_of(source);

    if (age >= 0)
        buf_printf(out, "%d", age);
    return age >= 0;
}

static bool put_categories(struct paper_source *source, struct buf *out)
{
    return put_category_names(source, false, out);
}

static bool put_category_boxes(struct paper_source *source, struct buf *out)
{
    return put_category_names(source, true, out);
}

static bool put_agent_id_no(struct paper_source *source, struct buf *out)
{
    return put_agent(source, "id_no", out);
}

static bool put_agent_phone(struct paper_source *source, struct buf *out)
{
    return put_agent(source, "phone", out);
}

static bool put_agent_proof(struct paper_source *source, struct buf *out)
{
    return put_agent(source, "proof", out);
}

static bool put_role_word(struct paper_source *source, struct buf *out)
{
    return put_text(role_word(source->from->kase), out);
}

static bool put_service_word(struct paper_source *source, struct buf *out)
{
    return put_text(strcmp(role_word(source->from->kase), "辩护人") == 0 ? "辩护" : "代理", out);
}

static bool put_urgent_item(struct paper_source *source, struct buf *out)
{
    return put_item(text_of(source->from->kase, "urgent_ground"), out);
}

static bool put_term_item(struct paper_source *source, struct buf *out)
{
    return put_item(text_of(source->from->kase, "term_ground"), out);
}

static bool put_handling_boxes(struct paper_source *source, struct buf *out)
{
    return put_record_boxes(source, "consultation", "handling", out);
}

static bool put_help_boxes(struct paper_source *source, struct buf *out)
{
    return put_record_boxes(source, "duty_help", "help_kind", out);
}

static bool put_service_boxes(struct paper_source *source, struct buf *out)
{
    return put_record_boxes(source, "document", "service", out);
}

static bool put_duties_count(struct paper_source *source, struct buf *out)
{
    buf_printf(out, "%zu", paper_block(source, "duties")->n);
    return true;
}

static bool put_title(struct paper_source *source, struct buf *out)
{
    return put_text(source->template->title, out);
}

static bool put_issuer(struct paper_source *source, struct buf *out)
{
    return put_text(paper_account(source, source->actor->name), out);
}

static bool put_today(struct paper_source *source, struct buf *out)
{
    paper_put_day(source->from->today, out);
    return true;
}

static bool put_year(struct paper_source *source, struct buf *out)
{
    int year, month, dom;

    day_to_ymd(source->from->today, &year, &month, &dom);
    buf_printf(out, "%d", year);
    return true;
}

static const struct {
    const char *name;
    bool (*put)(struct paper_source *source, struct buf *out);
} made[] = {
    {"title", put_title},
    {"number", put_number_slot},
    {"today", put_today},
    {"year", put_year},
    {"issuer", put_issuer},
    {"case_no", put_case_no},
    {"age", put_age},
    {"id_kind", put_id_kind},
    {"address", put_address},
    {"categories", put_categories},
    {"boxes.categories", put_category_boxes},
    {"agent.id_no", put_agent_id_no},
    {"agent.phone", put_agent_phone},
    {"contact", paper_put_contact},
    {"agent.proof", put_agent_proof},
    {"narrative", put_narrative},
    {"opponents", put_opponents},
    {"means", put_means},
    {"means_standard", put_means_standard},
    {"supplement_due", put_supplement_due},
    {"role_word", put_role_word},
    {"service_word", put_service_word},
    {"urgent_item", put_urgent_item},
    {"term_item", put_term_item},
    {"consult.place", put_consult_place},
    {"boxes.handling", put_handling_boxes},
    {"boxes.help_kind", put_help_boxes},
    {"boxes.service", put_service_boxes},
    {"payments_total", put_payments_total},
    {"payments_day", put_payments_day},
    {"duties_month", put_duties_month},
    {"duties_count", put_duties_count},
};

/* Conditions print 是; they are for {name?..}. False: no such condition. */
static bool find_condition(const struct paper_source *source, const char *name, bool *holds)
{
    const struct record *kase = source->from->kase;
    struct value priority = kase != NULL ? record_get(kase, catalogue_field(kase->type, "soldier_priority")) : value_null();
    int age = age_of(source);
    const struct {
        const char *name;
        bool holds;
    } conditions[] = {
        {"minor", age >= 0 && age < 18},
        {"criminal", is_code(kase, "case_type", "01")},
        {"soldier_priority", priority.kind == VALUE_INT && priority.number != 0},
        {"urgent", is_code(kase, "decision", "03")},
        {"upheld", is_code(kase, "objection_result", "01")},
        {"corrected", is_code(kase, "objection_result", "02")},
    };

    for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
        if (strcmp(conditions[i].name, name) != 0)
            continue;
        *holds = conditions[i].holds;
        return true;
    }
    return false;
}

/* Slots of a block's row; *known false when it is none. */
static bool put_row_slot(const char *name, const struct record *row, long index, bool *known, struct buf *out)
{
    *known = true;
    if (strcmp(name, "row") == 0) {
        buf_printf(out, "%ld", index + 1);
        return index >= 0;
    }
    if (strcmp(name, "materials.original") == 0 || strcmp(name, "contents.remark") == 0)
        return put_original(row, out);
    if (strcmp(name, "contents.number") == 0) /* only papers have one: a material's note is something else */
        return row != NULL && id_is_zero(row->id) && put_text(text_of(row, "note"), out);
    if (strcmp(name, "missing.name") == 0)
        return put_text(text_of(row, "name"), out);
    if (strcmp(name, "missing.note") == 0)
        return put_text(text_of(row, "note"), out);
    if (strcmp(name, "household.total") == 0)
        return put_income(row, out);
    if (strcmp(name, "payments.reason") == 0)
        return put_payment_reason(row, out);
    *known = false;
    return false;
}

bool paper_put_made(struct paper_source *source, const struct slot_def *slot, const struct record *row, long index, struct buf *out)
{
    const char *name = slot->slot.name;
    bool known, holds, put = put_row_slot(name, row, index, &known, out);

    if (known)
        return put;
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
        if (strcmp(made[i].name, name) == 0)
            return made[i].put(source, out);
    if (find_condition(source, name, &holds))
        return holds && put_text("是", out);
    return put_rule_term(source, name, out);
}
