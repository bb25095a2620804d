/* tui/cli_catalogue.c - the catalogue on the command line: types, fields. */
#include <string.h>

#include "core/base/language.h"
#include "tui/cli.h"

static void json_pair(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

enum status cli_types(struct cli *cli, struct errmsg *err)
{
    (void)err;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "types");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);
        const char *side = type->flags & TYPE_CENTER ? "center" : "station";

        if (type->flags & TYPE_INNER)
            continue;
        if (!cli->json_output) {
            buf_printf(&cli->text, _("%s\t%s\t%zu 个字段\t%s\t%s\n"), type->name, _(type->label), type->n_fields, side, _(type->help) ? _(type->help) : "");
            continue;
        }
        json_object(&cli->json);
        json_pair(cli, "name", type->name);
        json_pair(cli, "label", type->label);
        json_key(&cli->json, "fields");
        json_int(&cli->json, (int64_t)type->n_fields);
        json_pair(cli, "side", side);
        json_key(&cli->json, "shared");
        json_bool(&cli->json, (type->flags & TYPE_SHARED) != 0);
        json_pair(cli, "one_of", type->one_of);
        json_pair(cli, "help", type->help);
        json_object_end(&cli->json);
    }
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return STATUS_OK;
}

static void field_json(struct cli *cli, const struct record_type *type, const struct field_def *field)
{
    bool text = !catalogue_is_number(field->kind);

    json_object(&cli->json);
    json_key(&cli->json, "no");
    json_int(&cli->json, field->no);
    json_pair(cli, "name", field->name);
    json_pair(cli, "label", field->label);
    json_pair(cli, "kind", catalogue_kind_name(field->kind));
    json_pair(cli, "codes", field->codes);
    json_key(&cli->json, "required");
    json_bool(&cli->json, (field->flags & FIELD_REQUIRED) != 0);
    json_pair(cli, "required_when", field->required_when);
    json_pair(cli, "side", (field->flags & FIELD_CENTER) || (type->flags & TYPE_CENTER) ? "center" : "station");
    json_key(&cli->json, "sensitive");
    json_bool(&cli->json, (field->flags & FIELD_SENSITIVE) != 0);
    if (text) {
        json_key(&cli->json, "max_chars");
        json_int(&cli->json, catalogue_max_chars(field));
    } else if (field->min || field->max) {
        json_key(&cli->json, "min");
        json_int(&cli->json, field->min);
        json_key(&cli->json, "max");
        json_int(&cli->json, field->max);
    }
    json_pair(cli, "initial", field->initial);
    json_pair(cli, "help", field->help);
    json_object_end(&cli->json);
}

enum status cli_fields(struct cli *cli, struct errmsg *err)
{
    const struct record_type *type;
    enum status status = cli_type(cli_argument(cli, 0), &type, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_pair(cli, "type", type->name);
        json_pair(cli, "label", type->label);
        json_key(&cli->json, "fields");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];

        if (cli->json_output)
            field_json(cli, type, field);
        else
            buf_printf(&cli->text, "%u\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", field->no, field->name, _(field->label), catalogue_kind_name(field->kind), field->codes ? field->codes : "",
                       field->flags & FIELD_REQUIRED ? _("必填") : field->required_when ? field->required_when : "",
                       (field->flags & FIELD_CENTER) || (type->flags & TYPE_CENTER) ? _("中心") : _("站点"), _(field->help) ? _(field->help) : "");
    }
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return STATUS_OK;
}
