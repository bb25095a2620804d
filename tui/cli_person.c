/* tui/cli_person.c - people on the command line: duplicates; do merge, do unmerge, do not-same. */
#include <stdlib.h>
#include <string.h>

#include "core/aid/person.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/privacy.h"
#include "tui/cli.h"

enum { ID_SHORT = 8, MERGES_SHOWN = 8 };

/* ---- duplicates ---------------------------------------------------------------------------------------------------- */

struct lister {
    struct cli *cli;
    struct errmsg *err;
    enum status status;
};

static void put_side(struct cli *cli, const char *suffix, const struct record *person)
{
    static const char *const fields[] = {"name", "born", "id_no", "phone"};
    char key[32];

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        const struct field_def *field = catalogue_field(person->type, fields[i]);
        struct value value = privacy_masks(person, field) ? value_null() : record_get(person, field);

        snprintf(key, sizeof(key), "%s_%s", fields[i], suffix);
        json_key(&cli->json, key);
        buf_clear(&cli->scratch);
        record_format_raw(field, value, &cli->scratch);
        json_string(&cli->json, value.kind == VALUE_NULL ? NULL : buf_cstr(&cli->scratch));
    }
    snprintf(key, sizeof(key), "org_%s", suffix);
    json_key(&cli->json, key);
    json_int(&cli->json, person->scope);
}

static void put_line(struct cli *cli, const struct record *person)
{
    static const char *const fields[] = {"name", "sex", "born", "id_no", "phone", "town"};
    char id[ID_TEXT_BYTES];

    id_format(person->id, id);
    buf_printf(&cli->text, "  %.*s", ID_SHORT, id);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        buf_clear(&cli->scratch);
        privacy_show(person, catalogue_field(person->type, fields[i]), cli->codes, &cli->scratch);
        buf_printf(&cli->text, "\t%s", buf_cstr(&cli->scratch));
    }
    buf_printf(&cli->text, _("\t机构 %lld\n"), (long long)person->scope);
}

static bool put_pair(void *context, const struct duplicate *duplicate)
{
    struct lister *lister = context;
    struct cli *cli = lister->cli;

    if (cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "a", duplicate->a->id);
        cli_json_id(cli, "b", duplicate->b->id);
        json_key(&cli->json, "reason");
        json_string(&cli->json, duplicate_reason_text(duplicate->reason));
        put_side(cli, "a", duplicate->a);
        put_side(cli, "b", duplicate->b);
        json_object_end(&cli->json);
    } else {
        buf_printf(&cli->text, "%s\n", duplicate_reason_text(duplicate->reason));
        put_line(cli, duplicate->a);
        put_line(cli, duplicate->b);
    }
    lister->status = cli_flush(cli, lister->err);
    return lister->status == STATUS_OK;
}

static enum status load_person(struct cli *cli, size_t n, struct record *person, struct errmsg *err)
{
    enum status status = cli_load(cli, n, person, err);

    if (!status && strcmp(person->type->name, "person") != 0) {
        status = errmsg_set(err, STATUS_USAGE, "这是一条%s，这里要人员档案的编号", _(person->type->label));
        record_release(person);
    }
    return status;
}

enum status cli_duplicates(struct cli *cli, struct errmsg *err)
{
    struct lister lister = {.cli = cli, .err = err};
    struct record person;
    int64_t limit;
    bool one = cli_argument(cli, 0) != NULL;
    enum status status = cli_number(cli, "limit", 0, &limit, err);

    if (!status && one)
        status = load_person(cli, 0, &person, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = one ? person_duplicates(cli->store, &cli->actor, &person, put_pair, &lister, err)
                 : person_duplicate_pairs(cli->store, &cli->actor, (size_t)limit, put_pair, &lister, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    if (one)
        record_release(&person);
    return status ? status : lister.status;
}

/* ---- merge, unmerge, not-same -------------------------------------------------------------------------------------- */

/* What follows "name=" among the arguments behind the id; NULL if it is not there. Errors: STATUS_USAGE for other words. */
static enum status read_words(struct cli *cli, const char *const names[], const char *values[], size_t n, const char *usage, struct errmsg *err)
{
    for (size_t k = 0; k < n; k++)
        values[k] = NULL;
    for (size_t i = 2; i < cli_arguments(cli); i++) {
        const char *word = cli_argument(cli, i);
        size_t k, len = 0;

        for (k = 0; k < n; k++) {
            len = strlen(names[k]);
            if (strncmp(word, names[k], len) == 0 && word[len] == '=')
                break;
        }
        if (k == n)
            return errmsg_set(err, STATUS_USAGE, "用法: aidpost do %s", usage);
        values[k] = word + len + 1;
    }
    return STATUS_OK;
}

/* "phone,address" or 电话、住址. Errors: STATUS_USAGE naming the one that does not exist. */
static enum status read_fields(const struct record_type *type, const char *list, bool take[FIELD_MAX_COUNT], struct errmsg *err)
{
    while (*list) {
        char name[64];
        size_t len = 0, divider = 0;

        while (list[len] && divider == 0) {
            divider = list[len] == ',' ? 1 : strncmp(list + len, "、", 3) == 0 || strncmp(list + len, "，", 3) == 0 ? 3 : 0;
            len += divider == 0;
        }
        snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : sizeof(name) - 1), list);
        const struct field_def *field = catalogue_field(type, name);
        if (len > 0 && (!field || (field->flags & (FIELD_MACHINE | FIELD_ACTION))))
            return errmsg_set(err, STATUS_USAGE, "take=: 人员档案没有可以采用的字段 %s（aidpost fields person 列出全部）", name);
        if (len > 0)
            take[catalogue_field_index(type, field)] = true;
        list += len + divider;
    }
    return STATUS_OK;
}

static enum status other_person(struct cli *cli, const char *text, struct id *id, const char *usage, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("person");

    if (!text)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost do %s", usage);
    return records_resolve_id(cli->store, &cli->actor, text, &type, id, err);
}

static enum status check_person(const struct record *record, struct errmsg *err)
{
    if (strcmp(record->type->name, "person") == 0)
        return STATUS_OK;
    return errmsg_set(err, STATUS_USAGE, "只有人员档案可以合并，这是一条%s", _(record->type->label));
}

enum status cli_do_merge(struct cli *cli, const struct record *person, struct errmsg *err)
{
    static const char usage[] = "merge 保留的档案 with=并入的档案 [take=采用并入档案的字段,..] [reason=理由]";
    static const char *const names[] = {"with", "take", "reason"};
    const char *values[3];
    bool take[FIELD_MAX_COUNT] = {false};
    struct id loser, merge;
    enum status status = check_person(person, err);

    if (!status)
        status = read_words(cli, names, values, 3, usage, err);
    if (!status)
        status = other_person(cli, values[0], &loser, usage, err);
    if (!status && values[1])
        status = read_fields(person->type, values[1], take, err);
    if (!status)
        status = person_merge(cli->store, &cli->actor, cli->codes, cli->system->random, person->id, loser, take, values[2], &merge, err);
    return status;
}

enum status cli_do_not_same(struct cli *cli, const struct record *person, struct errmsg *err)
{
    static const char usage[] = "not-same 档案 with=另一份档案 [reason=理由]";
    static const char *const names[] = {"with", "reason"};
    const char *values[2];
    struct id other;
    enum status status = check_person(person, err);

    if (!status)
        status = read_words(cli, names, values, 2, usage, err);
    if (!status)
        status = other_person(cli, values[0], &other, usage, err);
    if (!status)
        status = person_set_aside(cli->store, &cli->actor, cli->codes, cli->system->random, person->id, other, values[1], err);
    return status;
}

/* The merges that a file survived. */
struct merges {
    struct id last;
    size_t n;
    struct errmsg list;
};

static bool take_merge(void *context, const struct record *merge)
{
    struct merges *merges = context;
    size_t used = strlen(merges->list.text);
    char id[ID_TEXT_BYTES];

    id_format(merge->id, id);
    merges->last = merge->id;
    snprintf(merges->list.text + used, sizeof(merges->list.text) - used, " %.*s", ID_SHORT, id);
    return ++merges->n < MERGES_SHOWN;
}

/* The merge itself, the file that was merged, or the surviving file if only one was merged into it. */
enum status cli_do_unmerge(struct cli *cli, const struct record *record, struct errmsg *err)
{
    struct merges merges = {.n = 0};
    bool person = strcmp(record->type->name, "person") == 0;
    enum status status = STATUS_OK;

    if (!person && strcmp(record->type->name, "merge") != 0)
        return errmsg_set(err, STATUS_USAGE, "拆开的是档案合并，这是一条%s", _(record->type->label));
    if (cli_arguments(cli) > 2)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost do unmerge 合并记录或并入的档案");
    if (!person || record_text(record, "merged_into")[0] != '\0')
        return person_unmerge(cli->store, &cli->actor, cli->codes, cli->system->random, record->id, err);
    status = person_merges(cli->store, &cli->actor, record->id, take_merge, &merges, err);
    if (status)
        return status;
    if (merges.n == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有档案并入这一份，它也没有并入别的档案");
    if (merges.n > 1)
        return errmsg_set(err, STATUS_INVALID, "不止一份档案并入这一份，请写明拆开哪次合并:%.200s", merges.list.text);
    return person_unmerge(cli->store, &cli->actor, cli->codes, cli->system->random, merges.last, err);
}
