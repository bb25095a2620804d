/* tui/cli_reference.c - fields that point at another record, as people write them on the command line: the first digits of its number, or an org's code or name. */
#include <string.h>

#include "core/record/filter.h"
#include "tui/cli.h"

static bool take_first(void *context, const struct record *record, const struct list_key *key)
{
    struct id *id = context;

    (void)key;
    *id = record->id;
    return false;
}

static bool find_org(struct cli *cli, const char *field, const char *text, struct id *id)
{
    const struct record_type *type = catalogue_find("org");
    struct filter filter = {.type = type, .n_terms = 1};
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};

    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, field), .op = FILTER_EQ, .value = value_string(text)};
    return records_list(cli->store, &cli->actor, &query, take_first, id, NULL) == STATUS_OK && !id_is_zero(*id);
}

const char *cli_reference(struct cli *cli, const struct field_def *field, const char *text, char out[ID_TEXT_BYTES])
{
    const struct record_type *type;
    struct id id = {{0}};

    if (!field || field->kind != FIELD_REF || text[0] == '\0')
        return text;
    type = catalogue_find(field->codes);
    bool found = records_resolve_id(cli->store, &cli->actor, text, &type, &id, NULL) == STATUS_OK;
    if (!found && strcmp(field->codes, "org") == 0)
        found = find_org(cli, "code", text, &id) || find_org(cli, "name", text, &id);
    if (!found)
        return text;
    id_format(id, out);
    return out;
}
