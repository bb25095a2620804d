/* tui/cli_conflict.c - conflicts on the command line: aidpost conflicts lists them cell by cell, aidpost resolve settles one cell (`do resolve` names the value itself). */
#include <string.h>

#include "core/base/language.h"
#include "core/record/clock.h"
#include "core/record/conflict.h"
#include "core/record/table_writer.h"
#include "tui/cli.h"

/* The row's existence, where it must look like a field. */
static const struct field_def DELETED = {.name = "deleted", .label = "删除", .kind = FIELD_BOOL};

static const struct field_def *field_of(const struct conflict_cell *cell)
{
    return cell->field ? cell->field : &DELETED;
}

/* ---- conflicts ---- */

static void put_side_json(struct cli *cli, const struct conflict_cell *cell, size_t i)
{
    const struct conflict_side *side = &cell->sides[i];
    char at[32];

    cli_time(side->at_ms, at);
    json_object(&cli->json);
    json_key(&cli->json, "value");
    if (cell->field)
        table_writer_json_value(&cli->json, cell->field, side->value, &cli->scratch);
    else
        json_bool(&cli->json, side->value.kind == VALUE_INT && side->value.number == 1);
    json_key(&cli->json, "shown");
    json_bool(&cli->json, i == 0);
    json_key(&cli->json, "user");
    json_string(&cli->json, side->user);
    json_key(&cli->json, "station");
    json_string(&cli->json, side->station);
    json_key(&cli->json, "machine");
    json_string(&cli->json, side->machine);
    json_key(&cli->json, "at");
    json_string(&cli->json, at);
    json_key(&cli->json, "order");
    json_int(&cli->json, side->order);
    json_key(&cli->json, "skew_s");
    if (side->skew_known)
        json_int(&cli->json, side->skew_ms / 1000);
    else
        json_null(&cli->json);
    json_object_end(&cli->json);
}

static void put_side_text(struct cli *cli, const struct conflict_cell *cell, size_t i)
{
    const struct conflict_side *side = &cell->sides[i];
    char at[32];

    cli_time(side->at_ms, at);
    buf_clear(&cli->scratch);
    if (cell->field)
        record_format_raw(cell->field, side->value, &cli->scratch);
    else
        buf_puts(&cli->scratch, side->value.kind == VALUE_INT && side->value.number == 1 ? _("删除这条记录") : _("保留这条记录"));
    buf_printf(&cli->text, "  %s\t%s\t%s\t%s %s %s", _(field_of(cell)->label), i == 0 ? _("显示") : _("另一个"), buf_cstr(&cli->scratch), side->machine ? side->machine : side->station, side->user, at);
    if (side->order != 0)
        buf_printf(&cli->text, _(" 第 %lld 号"), (long long)side->order);
    if (side->skew_known && (side->skew_ms >= 60000 || side->skew_ms <= -60000)) {
        buf_puts(&cli->text, _(" 该机钟"));
        clock_skew_words(side->skew_ms, &cli->text);
    }
    buf_putc(&cli->text, '\n');
}

static bool put_cell(void *context, const struct conflict_cell *cell)
{
    struct cli *cli = context;

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "field");
        json_string(&cli->json, field_of(cell)->name);
        json_key(&cli->json, "values");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < cell->n; i++) {
        if (cli->json_output)
            put_side_json(cli, cell, i);
        else
            put_side_text(cli, cell, i);
    }
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return true;
}

struct listing {
    struct cli *cli;
    size_t n, limit;
    bool more;
    enum status status;
    struct errmsg *err;
};

static enum status put_record(struct listing *listing, const struct conflict_record *found)
{
    struct cli *cli = listing->cli;
    struct record record;
    char id[ID_TEXT_BYTES];
    enum status status = records_get(cli->store, &cli->actor, found->type, found->id, &record, listing->err);

    if (status == STATUS_NOT_FOUND) /* sealed: not this person's to see */
        return STATUS_OK;
    if (status)
        return status;
    listing->n++;
    id_format(found->id, id);
    buf_clear(&cli->scratch);
    record_show_title(&record, cli->codes, &cli->scratch);
    record_release(&record);
    if (!cli->json_output) {
        buf_printf(&cli->text, "%.12s\t%s\t%s\n", id, _(found->type->label), buf_cstr(&cli->scratch));
        return conflict_cells(cli->store, &cli->actor, found->id, put_cell, cli, listing->err);
    }
    json_object(&cli->json);
    cli_json_id(cli, "id", found->id);
    json_key(&cli->json, "type");
    json_string(&cli->json, found->type->name);
    json_key(&cli->json, "title");
    json_string(&cli->json, buf_cstr(&cli->scratch));
    json_key(&cli->json, "conflicts");
    json_array(&cli->json);
    status = conflict_cells(cli->store, &cli->actor, found->id, put_cell, cli, listing->err);
    json_array_end(&cli->json);
    json_object_end(&cli->json);
    return status;
}

static bool give_record(void *context, const struct conflict_record *record)
{
    struct listing *listing = context;

    listing->more = listing->limit != 0 && listing->n == listing->limit;
    if (listing->more)
        return false;
    listing->status = put_record(listing, record);
    return listing->status == STATUS_OK && cli_flush(listing->cli, listing->err) == STATUS_OK;
}

enum status cli_conflicts(struct cli *cli, struct errmsg *err)
{
    struct listing listing = {.cli = cli, .err = err};
    int64_t limit;
    enum status status = cli_number(cli, "limit", 0, &limit, err);

    if (status)
        return status;
    listing.limit = (size_t)limit;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = conflict_records(cli->store, &cli->actor, 0, give_record, &listing, err);
    if (!status)
        status = listing.status;
    if (status)
        return status;
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_key(&cli->json, "more");
        json_bool(&cli->json, listing.more);
        json_object_end(&cli->json);
    } else if (listing.n == 0) {
        cli_note(cli, "没有冲突");
    }
    return STATUS_OK;
}

/* ---- resolve ---- */

struct settling {
    struct cli *cli;
    const struct field_def *field; /* NULL: delete against edit */
    const char *keep;
    bool found;
    struct buf text; /* what a chosen text says: it must outlive the cell */
    struct value value;
    enum status status;
    struct errmsg *err;
};

static void choose(struct settling *settling, const struct conflict_cell *cell)
{
    size_t side = strcmp(settling->keep, "shown") == 0 ? 0 : 1;

    if (strcmp(settling->keep, "both") == 0) {
        settling->status = conflict_join(cell, &settling->text, settling->err);
        settling->value = value_text(buf_cstr(&settling->text), settling->text.len);
        return;
    }
    if (side == 1 && cell->n + cell->more > 2) {
        settling->status = errmsg_set(settling->err, STATUS_INVALID, "%s: 另外的值有 %zu 个，请用 --value 写明", _(field_of(cell)->label), cell->n + cell->more - 1);
        return;
    }
    settling->value = cell->sides[side].value;
    if (settling->value.kind != VALUE_TEXT)
        return;
    buf_append(&settling->text, settling->value.text, settling->value.len);
    if (settling->text.status != STATUS_OK) /* settled for half a text, the rest would be gone */
        settling->status = errmsg_set(settling->err, settling->text.status, "%s", status_text(settling->text.status));
    settling->value = value_text(buf_cstr(&settling->text), settling->text.len);
}

static bool choose_in_cell(void *context, const struct conflict_cell *cell)
{
    struct settling *settling = context;

    if (cell->field != settling->field)
        return true;
    settling->found = true;
    choose(settling, cell);
    return false;
}

static enum status keep(struct cli *cli, const struct record *record, const struct field_def *field, const char *which, struct errmsg *err)
{
    struct settling settling = {.cli = cli, .field = field, .keep = which, .err = err};
    enum status status;

    if (strcmp(which, "shown") != 0 && strcmp(which, "other") != 0 && strcmp(which, "both") != 0)
        return errmsg_set(err, STATUS_USAGE, "--keep 是 shown（显示的）、other（另一个）或 both（两个都留）");
    buf_init(&settling.text, 1 << 20);
    status = conflict_cells(cli->store, &cli->actor, record->id, choose_in_cell, &settling, err);
    if (!status && !settling.found)
        status = errmsg_set(err, STATUS_NOT_FOUND, "%s: 这一项没有待处理的冲突", field ? _(field->label) : _(DELETED.label));
    if (!status)
        status = settling.status;
    if (!status)
        status = conflict_resolve(cli->store, &cli->actor, record->type, record->id, field, settling.value, err);
    buf_wipe(&settling.text);
    return status;
}

static enum status write_value(struct cli *cli, struct record *record, const struct field_def *field, const char *text, struct errmsg *err)
{
    char id[ID_TEXT_BYTES];
    enum status status;

    if (!field) {
        bool gone = strcmp(text, "1") == 0 || strcmp(text, "true") == 0 || strcmp(text, "是") == 0;

        return conflict_resolve(cli->store, &cli->actor, record->type, record->id, NULL, value_int(gone), err);
    }
    text = cli_reference(cli, field, text, id);
    status = record_parse(record, field, cli->codes, text, strlen(text), err);
    if (status)
        return errmsg_wrap(err, status, "%s", _(field->label));
    return conflict_resolve_typed(cli->store, &cli->actor, cli->codes, record, field, err);
}

enum status cli_resolve(struct cli *cli, struct errmsg *err)
{
    const char *value = option_value(&cli->options, "value"), *which = option_value(&cli->options, "keep"), *name = cli_argument(cli, 1);
    const struct field_def *field = NULL;
    struct record record;
    enum status status;

    if ((value != NULL) == (which != NULL))
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost resolve ID 字段 --value 值，或 --keep shown|other|both（删除与修改的冲突，字段写 deleted，值写 1 或 0）");
    status = cli_load(cli, 0, &record, err);
    if (status)
        return status;
    if (strcmp(name, DELETED.name) != 0 && strcmp(name, DELETED.label) != 0)
        field = catalogue_field(record.type, name);
    if (!field && strcmp(name, DELETED.name) != 0 && strcmp(name, DELETED.label) != 0)
        status = errmsg_set(err, STATUS_USAGE, "%s没有字段 %.40s", _(record.type->label), name);
    else
        status = which ? keep(cli, &record, field, which, err) : write_value(cli, &record, field, value, err);
    if (!status && cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "id", record.id);
        json_key(&cli->json, "field");
        json_string(&cli->json, field ? field->name : DELETED.name);
        json_object_end(&cli->json);
    } else if (!status) {
        cli_note(cli, "已处理；决定会同步给各机，撤回用 aidpost do undo");
    }
    record_release(&record);
    return status;
}
