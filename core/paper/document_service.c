/* core/paper/document_service.c - papers served and voided: what each way of service needs, and who may take a number out of use. See document.h.
 *
 * Ways of service after 民事诉讼法第八十七条至第九十五条. Both leave a step in the case's file. */
#include <string.h>

#include "core/paper/document.h"
#include "core/base/day.h"
#include "core/record/code_book.h"

enum { PUBLIC_NOTICE_DAYS = 30 };

/* What a way of service needs beside its day. */
struct service_rule {
    const char *code;
    bool receiver;      /* a name of who took it */
    bool note;          /* an account of how */
    const char *words;  /* one of these, divided by blanks, must stand in the note */
    const char *reason; /* what to write */
};

static const struct service_rule service_rules[] = {
    {"01", true, false, NULL, "直接送达要写签收人(民事诉讼法第八十八条)"},
    {"02", true, true, NULL, "同住成年家属代收的，写代收人姓名，说明里写与受送达人的关系(民事诉讼法第八十八条)"},
    {"03", false, true, "见证 拍照 录像 照片 视频", "留置送达要写拒收事由，以及见证人或者拍照、录像的情况(民事诉讼法第八十九条)"},
    {"04", true, true, NULL, "委托送达要写签收人，说明里写受托单位(民事诉讼法第九十一条)"},
    {"05", false, true, NULL, "邮寄送达要写邮件号，送达日期是回执上的收件日期(民事诉讼法第九十一条)"},
    {"06", false, true, "同意", "电子送达要经受送达人同意，说明里写明同意和送达的系统(民事诉讼法第九十条)"},
    {"07", true, true, NULL, "部队转交要写签收人，说明里写转交的团以上单位政治机关(民事诉讼法第九十二条、第九十四条)"},
    {"08", true, true, NULL, "监所转交要写签收人，说明里写转交的监所(民事诉讼法第九十三条、第九十四条)"},
    {"09", false, true, NULL, "公告送达要写公告的原因、载体和日期(民事诉讼法第九十五条)"},
};

static const struct service_rule *rule_of(const char *code)
{
    for (size_t i = 0; i < sizeof(service_rules) / sizeof(service_rules[0]); i++)
        if (strcmp(service_rules[i].code, code) == 0)
            return &service_rules[i];
    return NULL;
}

static struct value value_of(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field));
}

static struct value loaded_of(const struct record *record, const char *field)
{
    return record->loaded[catalogue_field_index(record->type, catalogue_field(record->type, field))];
}

/* Whether one of the words stands in the text. */
static bool has_one_of(const char *text, const char *words)
{
    char word[32];

    for (; *words != 0; words += strcspn(words, " ") + (words[strcspn(words, " ")] == ' ')) {
        size_t len = strcspn(words, " ");

        if (len == 0 || len >= sizeof(word))
            continue;
        memcpy(word, words, len);
        word[len] = 0;
        if (strstr(text, word) != NULL)
            return true;
    }
    return false;
}

/* ---- serving ----------------------------------------------------------------------------------------------------- */

static enum status check_rights(const struct actor *actor, const struct record *document, struct errmsg *err)
{
    enum { CORRECTORS = 1 << ROLE_CLERK | 1 << ROLE_DIRECTOR | 1 << ROLE_ADMIN };

    if (!actor_is_one_of(actor, document->type->writers))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 的角色(%s)不能登记送达", actor->name, actor_role_label(actor->role));
    if (loaded_of(document, "voided").number != 0)
        return errmsg_set(err, STATUS_INVALID, "这份文书已经作废，不再送达");
    if (loaded_of(document, "served_on").kind == VALUE_INT && !(actor->center && actor_is_one_of(actor, CORRECTORS)))
        return errmsg_set(err, STATUS_FORBIDDEN, "这份文书已经登记送达，更正由县中心办理");
    return STATUS_OK;
}

static enum status check_day(const struct actor *actor, const struct record *document, const struct service_rule *rule, struct errmsg *err)
{
    struct value served = value_of(document, "served_on"), issued = value_of(document, "issued_on");

    if (served.kind != VALUE_INT)
        return errmsg_set(err, STATUS_INVALID, "字段 送达日期: 必须填写");
    if (served.number < issued.number)
        return errmsg_set(err, STATUS_INVALID, "字段 送达日期: 不能早于出具日期");
    if (served.number > day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN))
        return errmsg_set(err, STATUS_INVALID, "字段 送达日期: 不能晚于今天");
    /* The notice cannot be older than the paper, so service is complete thirty days after it at the earliest. */
    if (strcmp(rule->code, "09") == 0 && served.number < issued.number + PUBLIC_NOTICE_DAYS)
        return errmsg_set(err, STATUS_INVALID, "字段 送达日期: 公告送达自公告之日起经过三十日才算送达(民事诉讼法第九十五条)");
    return STATUS_OK;
}

/* Service through the army is for soldiers only. */
static enum status check_soldier(const struct record *kase, const struct service_rule *rule, struct errmsg *err)
{
    const char *at;

    if (strcmp(rule->code, "07") != 0 || kase == NULL)
        return STATUS_OK;
    for (at = record_text(kase, "categories"); *at != 0; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (strncmp(at, "06", strcspn(at, ",")) == 0)
            return STATUS_OK;
    return errmsg_set(err, STATUS_INVALID, "部队转交只用于受送达人是军人的(民事诉讼法第九十二条)；案件的人群类别里没有军人");
}

static enum status check_service(const struct actor *actor, const struct record *document, const struct record *kase, struct errmsg *err)
{
    const struct service_rule *rule = rule_of(record_text(document, "service"));
    const char *note = record_text(document, "service_note");
    enum status status;

    if (rule == NULL)
        return errmsg_set(err, STATUS_INVALID, "字段 送达方式: 必须填写");
    status = check_day(actor, document, rule, err);
    if (status != STATUS_OK)
        return status;
    if (rule->receiver && *record_text(document, "receiver") == 0)
        return errmsg_set(err, STATUS_INVALID, "字段 签收人: %s", rule->reason);
    if ((rule->note && *note == 0) || (rule->words != NULL && !has_one_of(note, rule->words)))
        return errmsg_set(err, STATUS_INVALID, "字段 送达说明: %s", rule->reason);
    return check_soldier(kase, rule, err);
}

/* The document's case; *has false if it belongs to none. */
static enum status load_case(struct store *store, const struct actor *actor, const struct record *document, struct record *kase, bool *has, struct errmsg *err)
{
    const char *text = record_text(document, "case_id");
    struct id id;
    enum status status;

    *has = false;
    if (id_parse(text, strlen(text), &id) != STATUS_OK)
        return STATUS_OK;
    status = records_get(store, actor, catalogue_find("case"), id, kase, err);
    *has = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The entry in the case's file: what was done with which paper. */
static enum status write_step(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, const struct record *document,
                              const char *action, int32_t day, const char *reason, struct errmsg *err)
{
    const char *number = record_text(document, "number"), *service = record_text(document, "service"), *receiver = record_text(document, "receiver");
    struct record step;
    struct buf text;
    enum status status;

    if (*record_text(document, "case_id") == 0)
        return STATUS_OK;
    record_init(&step, catalogue_find("step"));
    buf_init(&text, 4096);
    buf_printf(&text, "%s%s%s", code_book_name(codes, "doc_form", record_text(document, "form")), *number != 0 ? " " : "", number);
    if (reason == NULL)
        buf_printf(&text, "：%s%s%s", code_book_name(codes, "service", service), *receiver != 0 ? "，签收人 " : "", receiver);
    status = records_begin(store, acting, &step, codes, err);
    if (status == STATUS_OK)
        status = record_set_text(&step, "case_id", record_text(document, "case_id"));
    if (status == STATUS_OK)
        status = record_set_text(&step, "action", action);
    if (status == STATUS_OK)
        status = record_set_int(&step, "date", day);
    if (status == STATUS_OK && text.status == STATUS_NOMEM)
        status = STATUS_NOMEM;
    if (status == STATUS_OK)
        status = record_set_text(&step, "content", buf_cstr(&text));
    if (status == STATUS_OK && reason != NULL)
        status = record_set_text(&step, "reason", reason);
    if (status == STATUS_OK && acting->owner)
        status = record_set_int(&step, "as_owner", 1);
    step.scope = document->scope;
    if (status == STATUS_OK)
        status = records_save(store, acting, codes, random, &step, err);
    buf_wipe(&text);
    record_release(&step);
    return status;
}

/* Save the document and its step in one transaction. */
static enum status keep(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *document, const char *action,
                        int32_t day, const char *reason, struct errmsg *err)
{
    bool own;
    struct actor acting = *actor;
    enum status status = store_join(store, "document", &own, err);

    if (status != STATUS_OK)
        return status;
    acting.acting = true;
    status = records_save(store, &acting, codes, random, document, err);
    if (status == STATUS_OK)
        status = write_step(store, &acting, codes, random, document, action, day, reason, err);
    return store_leave(store, own, status, err);
}

enum status document_serve(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *document, struct errmsg *err)
{
    struct record kase;
    bool has_case = false;
    enum status status = check_rights(actor, document, err);

    if (status == STATUS_OK)
        status = load_case(store, actor, document, &kase, &has_case, err);
    if (status == STATUS_OK)
        status = check_service(actor, document, has_case ? &kase : NULL, err);
    if (has_case)
        record_release(&kase);
    if (status != STATUS_OK)
        return status;
    return keep(store, actor, codes, random, document, "serve", (int32_t)value_of(document, "served_on").number, NULL, err);
}

/* ---- voiding ----------------------------------------------------------------------------------------------------- */

enum status document_void(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *document, const char *reason,
                          struct errmsg *err)
{
    enum status status;

    if (!actor->center || !actor_is_one_of(actor, 1 << ROLE_DIRECTOR | 1 << ROLE_ADMIN))
        return errmsg_set(err, STATUS_FORBIDDEN, "文书作废由县中心负责人办理");
    if (loaded_of(document, "voided").number != 0)
        return errmsg_set(err, STATUS_INVALID, "这份文书已经作废");
    if (reason == NULL || *reason == 0)
        return errmsg_set(err, STATUS_INVALID, "字段 作废理由: 必须填写");
    status = record_parse(document, catalogue_field(document->type, "void_reason"), codes, reason, strlen(reason), err);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "字段 作废理由");
    status = record_set_int(document, "voided", 1);
    if (status != STATUS_OK)
        return status;
    return keep(store, actor, codes, random, document, "void", day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN), record_text(document, "void_reason"), err);
}
