/* tui/cli_check_id.c - aidpost check-id: is this document number right, and what does it say. Needs no store; nothing is kept. */
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/id_card.h"
#include "tui/cli.h"

struct answer {
    struct id_number number;
    struct id_area area;
    bool valid;
    struct errmsg reason, warnings[2];
    size_t n_warnings;
};

/* A code of id_kind by code or name; "" for none. Errors: STATUS_USAGE with those there are. */
static enum status find_kind(const char *text, char out[8], struct errmsg *err)
{
    struct code_book *codes;
    struct errmsg names;
    enum status status = code_book_new(&codes, NULL);

    out[0] = '\0';
    if (status)
        return errmsg_set(err, status, "%s", status_text(status));
    const struct code *code = text ? code_book_find(codes, "id_kind", text) : NULL;
    if (text && !code)
        code = code_book_by_name(codes, "id_kind", text);
    if (code) {
        snprintf(out, 8, "%s", code->code);
    } else if (text) {
        errmsg_clear(&names);
        for (size_t i = 0; i < code_book_count(codes, "id_kind"); i++) {
            size_t used = strlen(names.text);

            snprintf(names.text + used, sizeof(names.text) - used, " %s%s", code_book_at(codes, "id_kind", i)->code, code_book_at(codes, "id_kind", i)->name);
        }
        status = errmsg_set(err, STATUS_USAGE, "没有 %.40s 这种证件，有:%.400s", text, names.text);
    }
    code_book_free(codes);
    return status;
}

static void warn_area(struct answer *answer)
{
    struct errmsg *warning = &answer->warnings[answer->n_warnings];
    const struct id_area *area = &answer->area;
    int year, month, dom;

    day_to_ymd(answer->number.card.born, &year, &month, &dom);
    if (area->existed)
        return;
    answer->n_warnings++;
    if (area->name[0] == '\0')
        errmsg_set(warning, STATUS_INVALID, "前 6 位 %s 不在历年的行政区划代码里，请核对", answer->number.card.area);
    else if (area->to != 0 && area->to < year)
        errmsg_set(warning, STATUS_INVALID, "前 6 位 %s（%s）在 %d 年以后停用，号码里的出生年份是 %d，请核对", answer->number.card.area, area->name, area->to, year);
    else
        errmsg_set(warning, STATUS_INVALID, "前 6 位 %s（%s）从 %d 年起才有，号码里的出生年份是 %d，请核对", answer->number.card.area, area->name, area->from, year);
}

static void judge(struct answer *answer, const char *kind, const char *text, int32_t today)
{
    enum status status = id_number_read(kind, text, strlen(text), today, &answer->number, &answer->reason);

    if (!status && strcmp(answer->number.kind, "99") == 0 && answer->number.number[0] == '\0')
        status = errmsg_set(&answer->reason, STATUS_INVALID, "没有证件的，写明原因");
    else if (!status && answer->number.number[0] == '\0')
        status = errmsg_set(&answer->reason, STATUS_INVALID, "没有给出号码");
    answer->valid = status == STATUS_OK;
    if (!answer->valid)
        return;
    if (answer->number.card.original[0] != '\0')
        errmsg_set(&answer->warnings[answer->n_warnings++], STATUS_INVALID, "15 位旧号码 %s 已升为 18 位，请与证件核对", answer->number.card.original);
    if (answer->number.has_card) {
        id_card_area(answer->number.card.area, answer->number.card.born, &answer->area);
        warn_area(answer);
    }
}

static void put_text_or_null(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text[0] != '\0' ? text : NULL);
}

static void put_person(struct cli *cli, const struct answer *answer, int32_t today)
{
    const struct id_card *card = &answer->number.card;
    char born[DAY_TEXT_BYTES] = "", area[sizeof(card->area)] = "";
    bool has = answer->valid && answer->number.has_card;

    if (has) {
        day_format(card->born, born);
        memcpy(area, card->area, sizeof(area));
    }
    put_text_or_null(cli, "sex", has ? card->sex == 1 ? "1" : "2" : "");
    put_text_or_null(cli, "born", born);
    json_key(&cli->json, "age");
    if (has)
        json_int(&cli->json, day_age(card->born, today));
    else
        json_null(&cli->json);
    put_text_or_null(cli, "area", area);
    put_text_or_null(cli, "area_name", answer->area.name);
    put_text_or_null(cli, "area_path", answer->area.path);
    json_key(&cli->json, "area_existed");
    if (has)
        json_bool(&cli->json, answer->area.existed);
    else
        json_null(&cli->json);
}

static void put_json(struct cli *cli, const struct answer *answer, int32_t today)
{
    char disability[ID_DISABILITY_BYTES];

    id_number_disability(&answer->number, disability);
    json_object(&cli->json);
    json_key(&cli->json, "valid");
    json_bool(&cli->json, answer->valid);
    put_text_or_null(cli, "kind", answer->number.kind);
    put_text_or_null(cli, "number", answer->valid ? answer->number.number : "");
    put_text_or_null(cli, "original", answer->valid ? answer->number.card.original : "");
    put_person(cli, answer, today);
    put_text_or_null(cli, "disability", answer->valid ? disability : "");
    json_key(&cli->json, "warnings");
    json_array(&cli->json);
    for (size_t i = 0; i < answer->n_warnings; i++)
        json_string(&cli->json, answer->warnings[i].text);
    json_array_end(&cli->json);
    put_text_or_null(cli, "reason", answer->reason.text);
    json_object_end(&cli->json);
}

static void put_lines(struct cli *cli, const struct answer *answer, int32_t today)
{
    const struct id_card *card = &answer->number.card;
    char born[DAY_TEXT_BYTES], disability[ID_DISABILITY_BYTES];

    if (!answer->valid)
        return; /* the reason goes to stderr */
    buf_printf(&cli->text, "%s\n", answer->number.number);
    if (answer->number.has_card) {
        day_format(card->born, born);
        buf_printf(&cli->text, _("%s  %s 出生  %d 岁  %s %s\n"), card->sex == 1 ? _("男") : _("女"), born, day_age(card->born, today), card->area, answer->area.path);
    }
    id_number_disability(&answer->number, disability);
    if (disability[0] != '\0')
        buf_printf(&cli->text, "%s\n", disability);
    for (size_t i = 0; i < answer->n_warnings; i++)
        buf_printf(&cli->text, _("注意: %s\n"), answer->warnings[i].text);
}

enum status cli_check_id(struct cli *cli, struct errmsg *err)
{
    struct answer answer = {.valid = false};
    int32_t today = day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN);
    char kind[8];
    enum status status = find_kind(cli_argument(cli, 1), kind, err);

    if (status)
        return status;
    judge(&answer, kind[0] != '\0' ? kind : "11", cli_argument(cli, 0), today); /* no kind named: a resident identity number */
    if (cli->json_output)
        put_json(cli, &answer, today);
    else
        put_lines(cli, &answer, today);
    cli->answered = !answer.valid;
    status = answer.valid ? STATUS_OK : errmsg_set(err, STATUS_INVALID, "%s", answer.reason.text);
    hash_wipe(&answer, sizeof(answer));
    return status;
}
