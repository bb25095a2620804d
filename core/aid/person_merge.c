/* core/aid/person_merge.c - two files of one person become one, and can be taken apart again; pairs that are two people; see person.h.
 *
 * A `merge` row keeps what the surviving file held (values_before) and what was written into it (values_after), as JSON objects by field name. It belongs to the org of the
 * merged file, so that its station sees why the file went; the survivor's station sees the change in the file's own history. A pair that is not one person is a merge row
 * that was never in force: undone, with the reason 不是同一人. */
#include "core/aid/person.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/json.h"
#include "core/record/filter.h"

enum { JSON_MAX_BYTES = 80 * 1024 };

static const char NOT_SAME[] = "不是同一人";

static const struct record_type *person_type(void)
{
    return catalogue_find("person");
}

/* What a merge may carry over: not the marks of the program itself. */
static bool is_taken(const struct field_def *field)
{
    return (field->flags & (FIELD_MACHINE | FIELD_ACTION)) == 0;
}

static enum status check_rights(const struct actor *actor, struct errmsg *err)
{
    if (!actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "重复的档案由县中心合并和拆开；这里可以在备注里写明是同一人");
    if (!actor_is_one_of(actor, catalogue_find("merge")->writers))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 的角色(%s)不能合并和拆开档案", actor->name, actor_role_label(actor->role));
    return STATUS_OK;
}

static enum status set_id(struct record *record, const char *field, struct id id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    return record_set_text(record, field, text);
}

/* ---- a pair as loaded ---- */

struct couple {
    struct store *store;
    struct actor acting;
    const struct code_book *codes;
    struct random_source random;
    struct record survivor, loser, merge;
    struct errmsg *err;
};

static void couple_release(struct couple *couple)
{
    record_release(&couple->survivor);
    record_release(&couple->loser);
    record_release(&couple->merge);
}

static void couple_init(struct couple *couple, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct errmsg *err)
{
    *couple = (struct couple){.store = store, .acting = *actor, .codes = codes, .random = random, .err = err};
    couple->acting.acting = true;
    record_init(&couple->survivor, person_type());
    record_init(&couple->loser, person_type());
    record_init(&couple->merge, catalogue_find("merge"));
}

static enum status load(struct couple *couple, struct id id, struct record *out)
{
    enum status status = records_get(couple->store, &couple->acting, out->type, id, out, couple->err);
    if (status != STATUS_OK)
        record_init(out, out->type); /* so that couple_release needs no cases */
    return status;
}

static enum status save(struct couple *couple, struct record *record)
{
    return records_save(couple->store, &couple->acting, couple->codes, couple->random, record, couple->err);
}

/* A new merge row about the couple, in the loser's org. */
static enum status begin_row(struct couple *couple, const char *reason)
{
    enum status status = records_begin(couple->store, &couple->acting, &couple->merge, couple->codes, couple->err);
    couple->merge.scope = couple->loser.scope;
    if (status == STATUS_OK)
        status = set_id(&couple->merge, "survivor", couple->survivor.id);
    if (status == STATUS_OK)
        status = set_id(&couple->merge, "loser", couple->loser.id);
    if (status == STATUS_OK)
        status = record_set_text(&couple->merge, "name", record_text(&couple->survivor, "name"));
    if (status == STATUS_OK) {
        status = record_parse(&couple->merge, catalogue_field(couple->merge.type, "reason"), couple->codes, reason, strlen(reason), couple->err);
        if (status != STATUS_OK)
            errmsg_wrap(couple->err, status, "理由");
    }
    return status;
}

/* Runs the work in its own transaction, or in the open one; takes everything back on an error. STATUS_PARTIAL is kept. */
static enum status in_transaction(struct couple *couple, enum status (*work)(struct couple *couple, const void *context), const void *context)
{
    bool own = !store_in_transaction(couple->store);
    enum status status = own ? store_begin(couple->store, "merge", couple->err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = work(couple, context);
    if (!own)
        return status;
    if (status != STATUS_OK && status != STATUS_PARTIAL) {
        store_rollback(couple->store);
        return status;
    }
    enum status committed = store_commit(couple->store, couple->err);
    return committed == STATUS_OK ? status : committed;
}

/* ---- merging ---- */

static enum status check_couple(const struct couple *couple)
{
    if (id_equal(couple->survivor.id, couple->loser.id))
        return errmsg_set(couple->err, STATUS_INVALID, "这是同一份档案，不需要合并");
    if (record_text(&couple->loser, "merged_into")[0] != '\0')
        return errmsg_set(couple->err, STATUS_INVALID, "%s 的这份档案已经并入别的档案，请先拆开", record_text(&couple->loser, "name"));
    if (record_text(&couple->survivor, "merged_into")[0] != '\0')
        return errmsg_set(couple->err, STATUS_INVALID, "%s 的这份档案已经并入别的档案，请合并到那一份", record_text(&couple->survivor, "name"));
    return STATUS_OK;
}

static void put_value(struct json_writer *json, const char *name, struct value value)
{
    json_key(json, name);
    if (value.kind == VALUE_INT)
        json_int(json, value.number);
    else if (value.kind == VALUE_TEXT)
        json_text(json, value.text, value.len);
    else
        json_null(json);
}

/* What changed in the survivor, one object; by loaded values or by present ones. */
static enum status write_values(const struct couple *couple, const char *field, bool before, struct record *merge)
{
    struct json_writer json;
    struct buf text;
    buf_init(&text, JSON_MAX_BYTES);
    json_begin(&json, &text);
    json_object(&json);
    for (size_t i = 0; i < couple->survivor.type->n_fields; i++)
        if (!value_equal(couple->survivor.values[i], couple->survivor.loaded[i]))
            put_value(&json, couple->survivor.type->fields[i].name, before ? couple->survivor.loaded[i] : couple->survivor.values[i]);
    json_object_end(&json);
    enum status status = text.status;
    if (status == STATUS_OK)
        status = record_set_text(merge, field, buf_cstr(&text));
    buf_wipe(&text);
    return status == STATUS_TOO_LARGE ? errmsg_set(couple->err, status, "合并的内容过长，请先缩短备注") : status;
}

struct merge_order {
    const bool *take;
    const char *reason;
};

static enum status do_merge(struct couple *couple, const void *context)
{
    const struct merge_order *order = context;
    enum status status = check_couple(couple);
    for (size_t i = 0; i < person_type()->n_fields && status == STATUS_OK; i++)
        if (order->take[i] && is_taken(&person_type()->fields[i]))
            status = record_set(&couple->survivor, &person_type()->fields[i], couple->loser.values[i]);
    if (status == STATUS_OK)
        status = record_derive(&couple->survivor, couple->codes); /* what a number brings along is written by this merge too */
    if (status == STATUS_OK)
        status = begin_row(couple, order->reason);
    if (status == STATUS_OK)
        status = write_values(couple, "values_before", true, &couple->merge);
    if (status == STATUS_OK)
        status = write_values(couple, "values_after", false, &couple->merge);
    if (status == STATUS_OK)
        status = save(couple, &couple->survivor);
    if (status == STATUS_OK)
        status = set_id(&couple->loser, "merged_into", couple->survivor.id);
    if (status == STATUS_OK)
        status = save(couple, &couple->loser);
    return status == STATUS_OK ? save(couple, &couple->merge) : status;
}

static enum status load_couple(struct couple *couple, struct id survivor, struct id loser)
{
    enum status status = load(couple, survivor, &couple->survivor);
    return status == STATUS_OK ? load(couple, loser, &couple->loser) : status;
}

enum status person_merge(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct id survivor, struct id loser,
                         const bool take[FIELD_MAX_COUNT], const char *reason, struct id *merge, struct errmsg *err)
{
    struct couple couple;
    struct merge_order order = {.take = take, .reason = reason != NULL ? reason : ""};
    enum status status = check_rights(actor, err);
    if (status != STATUS_OK)
        return status;
    couple_init(&couple, store, actor, codes, random, err);
    status = load_couple(&couple, survivor, loser);
    if (status == STATUS_OK)
        status = in_transaction(&couple, do_merge, &order);
    if (status == STATUS_OK)
        *merge = couple.merge.id;
    couple_release(&couple);
    return status;
}

/* ---- setting aside ---- */

static enum status do_set_aside(struct couple *couple, const void *reason)
{
    struct buf text;
    enum status status = check_couple(couple);
    if (status != STATUS_OK)
        return status;
    buf_init(&text, 4096);
    buf_printf(&text, *(const char *)reason != '\0' ? "%s：%s" : "%s", NOT_SAME, (const char *)reason);
    status = text.status == STATUS_OK ? begin_row(couple, buf_cstr(&text)) : text.status;
    buf_wipe(&text);
    if (status == STATUS_OK)
        status = record_set_int(&couple->merge, "undone", 1);
    return status == STATUS_OK ? save(couple, &couple->merge) : status;
}

enum status person_set_aside(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct id a, struct id b, const char *reason,
                             struct errmsg *err)
{
    struct couple couple;
    enum status status = check_rights(actor, err);
    if (status != STATUS_OK)
        return status;
    couple_init(&couple, store, actor, codes, random, err);
    status = load_couple(&couple, a, b);
    if (status == STATUS_OK)
        status = in_transaction(&couple, do_set_aside, reason != NULL ? reason : "");
    couple_release(&couple);
    return status;
}

/* ---- taking apart ---- */

/* Walks over two JSON objects of the same keys: what each field held, and what the merge wrote. */
struct values {
    struct json_reader json;
    struct buf text;
    char name[64];
};

static bool values_begin(struct values *values, const char *json)
{
    buf_init(&values->text, JSON_MAX_BYTES);
    json_reader_init(&values->json, json, strlen(json), &values->text);
    return json_next(&values->json) == JSON_OBJECT;
}

/* The next field and its value (text borrowed until the next call). False at the end, or when it does not parse: then *bad. */
static bool values_next(struct values *values, struct value *value, bool *bad)
{
    enum json_token token = json_next(&values->json);
    if (token == JSON_OBJECT_END)
        return false;
    *bad = token != JSON_KEY || values->text.len >= sizeof values->name;
    if (*bad)
        return false;
    memcpy(values->name, buf_cstr(&values->text), values->text.len + 1);
    token = json_next(&values->json);
    *value = value_null();
    if (token == JSON_NUMBER)
        *value = value_int(strtoll(buf_cstr(&values->text), NULL, 10));
    else if (token == JSON_STRING)
        *value = value_text(buf_cstr(&values->text), values->text.len);
    else
        *bad = token != JSON_NULL;
    return !*bad;
}

/* One field back to what it held, unless it changed since: then its label is added to kept. */
static enum status restore_field(struct couple *couple, const struct field_def *field, struct value before, struct value after, struct buf *kept)
{
    if (value_equal(record_get(&couple->survivor, field), after))
        return record_set(&couple->survivor, field, before);
    if (!value_equal(record_get(&couple->survivor, field), before))
        buf_printf(kept, kept->len > 0 ? "、%s" : "%s", field->label);
    return STATUS_OK;
}

static enum status restore(struct couple *couple, struct buf *kept)
{
    struct values before, after;
    struct value old, new;
    bool bad = !values_begin(&before, record_text(&couple->merge, "values_before"));
    enum status status = STATUS_OK;
    bad |= !values_begin(&after, record_text(&couple->merge, "values_after"));
    while (!bad && status == STATUS_OK && values_next(&before, &old, &bad)) {
        const struct field_def *field = catalogue_field(person_type(), before.name);
        bad |= !values_next(&after, &new, &bad) || strcmp(before.name, after.name) != 0;
        if (!bad && field != NULL)
            status = restore_field(couple, field, old, new, kept);
    }
    buf_wipe(&before.text);
    buf_wipe(&after.text);
    return bad ? errmsg_set(couple->err, STATUS_CORRUPT, "这次合并的记录不可读，不能自动拆开；请逐项更正后再拆") : status;
}

/* The survivor may have been deleted since; the other file comes back all the same. */
static enum status load_merged(struct couple *couple, bool *has_survivor)
{
    struct id survivor, loser;
    const char *survivor_text = record_text(&couple->merge, "survivor"), *loser_text = record_text(&couple->merge, "loser");
    if (id_parse(survivor_text, strlen(survivor_text), &survivor) != STATUS_OK || id_parse(loser_text, strlen(loser_text), &loser) != STATUS_OK)
        return errmsg_set(couple->err, STATUS_CORRUPT, "这次合并的记录不可读");
    enum status status = load(couple, loser, &couple->loser);
    if (status != STATUS_OK)
        return status;
    if (strcmp(record_text(&couple->loser, "merged_into"), survivor_text) != 0)
        return errmsg_set(couple->err, STATUS_INVALID, "%s 的这份档案现在没有并入那一份，不用拆开", record_text(&couple->loser, "name"));
    status = load(couple, survivor, &couple->survivor);
    *has_survivor = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status do_unmerge(struct couple *couple, const void *context)
{
    bool has_survivor = false;
    struct buf kept;
    (void)context;
    buf_init(&kept, ERRMSG_MAX_BYTES);
    enum status status = load_merged(couple, &has_survivor);
    if (status == STATUS_OK && has_survivor)
        status = restore(couple, &kept);
    if (status == STATUS_OK && has_survivor)
        status = save(couple, &couple->survivor);
    if (status == STATUS_OK)
        status = record_set(&couple->loser, catalogue_field(person_type(), "merged_into"), value_null());
    if (status == STATUS_OK)
        status = save(couple, &couple->loser);
    if (status == STATUS_OK)
        status = record_set_int(&couple->merge, "undone", 1);
    if (status == STATUS_OK)
        status = save(couple, &couple->merge);
    if (status == STATUS_OK && kept.len > 0)
        status = errmsg_set(couple->err, STATUS_PARTIAL, "已拆开；合并以后又改过的各项保持现值，请核对：%s", buf_cstr(&kept));
    buf_release(&kept);
    return status;
}

/* The merge in force that ended this file. */
static enum status find_merge(struct couple *couple, struct id loser, struct id *out)
{
    char text[ID_TEXT_BYTES];
    enum status status;
    id_format(loser, text);
    struct stmt *stmt = store_prepare(couple->store, "SELECT id FROM \"merge\" WHERE loser=?1 AND coalesce(undone,0)=0 AND gone=0 ORDER BY n DESC LIMIT 1");
    stmt_string(stmt, 1, text);
    bool found = stmt_row(stmt, &status, couple->err);
    if (found) {
        *out = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
    }
    return status == STATUS_OK && !found ? errmsg_set(couple->err, STATUS_NOT_FOUND, "没有这次合并：写合并记录或者被并入档案的编号") : status;
}

struct merges {
    merge_row row;
    void *context;
};

static bool give_merge(void *context, const struct record *merge, const struct list_key *key)
{
    const struct merges *merges = context;
    (void)key;
    return merges->row(merges->context, merge);
}

enum status person_merges(struct store *store, const struct actor *actor, struct id survivor, merge_row row, void *context, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("merge");
    struct filter filter = {.type = type, .n_terms = 2};
    struct merges merges = {row, context};
    char text[ID_TEXT_BYTES];
    id_format(survivor, text);
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "survivor"), .op = FILTER_EQ, .value = value_string(text)};
    filter.terms[1] = (struct filter_term){.field = catalogue_field(type, "undone"), .op = FILTER_NE, .value = value_int(1)};
    struct list_query query = {.type = type, .filter = &filter};
    return records_list(store, actor, &query, give_merge, &merges, err);
}

static enum status load_merge(struct couple *couple, struct id merge_or_loser)
{
    enum status status = load(couple, merge_or_loser, &couple->merge);
    if (status == STATUS_NOT_FOUND) {
        struct id merge;
        status = find_merge(couple, merge_or_loser, &merge);
        if (status == STATUS_OK)
            status = load(couple, merge, &couple->merge);
    }
    if (status == STATUS_OK && record_get(&couple->merge, catalogue_field(couple->merge.type, "undone")).number != 0)
        return errmsg_set(couple->err, STATUS_INVALID, "这次合并已经拆开");
    return status;
}

enum status person_unmerge(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct id merge_or_loser, struct errmsg *err)
{
    struct couple couple;
    enum status status = check_rights(actor, err);
    if (status != STATUS_OK)
        return status;
    couple_init(&couple, store, actor, codes, random, err);
    status = load_merge(&couple, merge_or_loser);
    if (status == STATUS_OK)
        status = in_transaction(&couple, do_unmerge, NULL);
    couple_release(&couple);
    return status;
}
