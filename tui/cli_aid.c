/* tui/cli_aid.c - questions about a case on the command line: interest (conflicts of interest), eligibility. */
#include <string.h>

#include "core/aid/assignment.h"
#include "core/aid/eligibility.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "tui/cli.h"

enum { ID_SHORT = 8 };

static enum status load_case(struct cli *cli, struct record *kase, struct errmsg *err)
{
    enum status status = cli_load(cli, 0, kase, err);

    if (!status && strcmp(kase->type->name, "case") != 0) {
        status = errmsg_set(err, STATUS_USAGE, "这是一条%s，这里要案件的编号", _(kase->type->label));
        record_release(kase);
    }
    return status;
}

/* ---- interest ------------------------------------------------------------------------------------------------------ */

struct lister {
    struct cli *cli;
    size_t n;
};

static void put_hit_json(struct cli *cli, const struct interest_hit *hit)
{
    json_object(&cli->json);
    if (id_is_zero(hit->kase)) {
        json_key(&cli->json, "case");
        json_null(&cli->json);
    } else {
        cli_json_id(cli, "case", hit->kase);
    }
    json_key(&cli->json, "who");
    json_string(&cli->json, hit->who);
    json_key(&cli->json, "other");
    json_string(&cli->json, hit->other);
    json_key(&cli->json, "evidence");
    json_string(&cli->json, interest_evidence_text(hit->evidence));
    json_key(&cli->json, "score");
    json_int(&cli->json, hit->score);
    json_key(&cli->json, "opposite");
    json_bool(&cli->json, hit->opposite);
    json_object_end(&cli->json);
}

static bool put_hit(void *context, const struct interest_hit *hit)
{
    struct lister *lister = context;
    struct cli *cli = lister->cli;
    char id[ID_TEXT_BYTES];

    lister->n++;
    if (cli->json_output) {
        put_hit_json(cli, hit);
        return true;
    }
    id_format(hit->kase, id);
    buf_printf(&cli->text, "%3d  %s  %s  %s  %s  %.*s\n", hit->score, hit->opposite ? _("相对方") : _("同一方"), hit->who, interest_evidence_text(hit->evidence), hit->other,
               id_is_zero(hit->kase) ? 0 : ID_SHORT, id);
    return true;
}

/* "handler=" of the second argument. */
static enum status find_handler(struct cli *cli, struct record *handler, bool *has, struct errmsg *err)
{
    const char *word = cli_argument(cli, 1);

    *has = false;
    if (!word)
        return STATUS_OK;
    if (strncmp(word, "handler=", 8) != 0)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost interest 案件编号 [handler=承办人]");
    enum status status = assignment_find(cli->store, &cli->actor, word + 8, handler, err);
    *has = status == STATUS_OK;
    return status;
}

static enum status answer_interest(struct cli *cli, const struct record *kase, const struct record *handler, struct errmsg *err)
{
    struct lister lister = {.cli = cli};
    struct rules *rules;
    enum status status = rules_load(&rules, cli->store, &cli->actor, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "hits");
        json_array(&cli->json);
    }
    status = interest_check(cli->store, &cli->actor, rules, kase, handler, put_hit, &lister, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    } else if (!status && lister.n == 0) {
        cli_note(cli, "没有发现利益冲突");
    }
    rules_free(rules);
    return status;
}

enum status cli_interest(struct cli *cli, struct errmsg *err)
{
    struct record kase, handler;
    bool has;
    enum status status = load_case(cli, &kase, err);

    if (status)
        return status;
    status = find_handler(cli, &handler, &has, err);
    if (!status)
        status = answer_interest(cli, &kase, has ? &handler : NULL, err);
    if (has)
        record_release(&handler);
    record_release(&kase);
    return status;
}

/* ---- eligibility ---------------------------------------------------------------------------------------------------- */

static void put_string(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static void put_bool(struct cli *cli, const char *key, bool value)
{
    json_key(&cli->json, key);
    json_bool(&cli->json, value);
}

static void put_eligibility_json(struct cli *cli, const struct eligibility *answer, const char *categories)
{
    json_object(&cli->json);
    put_string(cli, "scope", answer->scope);
    put_string(cli, "scope_text", answer->scope_text);
    put_string(cli, "means", answer->means);
    put_string(cli, "means_text", answer->means_text);
    put_bool(cli, "asks_income", answer->asks_income);
    put_bool(cli, "priority", answer->priority);
    put_bool(cli, "needs_guardian", answer->needs_guardian);
    put_bool(cli, "must_report", answer->must_report);
    put_bool(cli, "urgent", answer->urgent);
    json_key(&cli->json, "standard_fen");
    json_int(&cli->json, answer->standard_fen);
    json_key(&cli->json, "age");
    if (answer->age >= 0)
        json_int(&cli->json, answer->age);
    else
        json_null(&cli->json);
    put_string(cli, "categories", categories);
    json_object_end(&cli->json);
}

static const char *result_name(const struct cli *cli, const char *code)
{
    return code[0] ? code_book_name(cli->codes, "review_result", code) : _("未定");
}

static void put_eligibility_lines(struct cli *cli, const struct eligibility *answer)
{
    buf_printf(&cli->text, _("事项: %s  %s\n经济状况: %s  %s\n"), result_name(cli, answer->scope), answer->scope_text, result_name(cli, answer->means), answer->means_text);
    if (answer->priority)
        buf_puts(&cli->text, _("军人、军属优先办理（军人地位和权益保障法第六十一条）\n"));
    if (answer->needs_guardian)
        buf_puts(&cli->text, _("未成年人由法定代理人代为申请；法定代理人就是侵害人的，由其他法定代理人或者近亲属申请（法律援助法第四十条）\n"));
    if (answer->must_report)
        buf_puts(&cli->text, _("未成年人受到侵害：应当立即向公安、民政、教育等部门报告（未成年人保护法第十一条）\n"));
    if (answer->urgent)
        buf_puts(&cli->text, _("离时效届满不足七日，可以先行提供援助（法律援助法第四十四条）\n"));
}

enum status cli_eligibility(struct cli *cli, struct errmsg *err)
{
    struct record kase;
    struct rules *rules;
    struct eligibility answer;
    struct buf categories;
    int32_t today = day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN);
    enum status status = load_case(cli, &kase, err);

    if (status)
        return status;
    status = rules_load(&rules, cli->store, &cli->actor, err);
    if (!status) {
        struct value received = record_get(&kase, catalogue_field(kase.type, "received_on"));

        buf_init(&categories, 1024);
        eligibility_of(rules, &kase, today, &answer);
        eligibility_categories(&kase, received.kind == VALUE_INT ? (int32_t)received.number : today, &categories);
        if (cli->json_output)
            put_eligibility_json(cli, &answer, buf_cstr(&categories));
        else
            put_eligibility_lines(cli, &answer);
        buf_release(&categories);
        rules_free(rules);
    }
    record_release(&kase);
    return status;
}
