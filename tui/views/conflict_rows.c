/* tui/views/conflict_rows.c - see conflict_rows.h. */
#include "tui/views/conflict_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/clock.h"
#include "tui/views/common.h"

enum { SKEW_TOLD_MS = 60 * 1000 };

const char *conflict_field_label(const struct field_def *field)
{
    return field == NULL ? _("删除") : _(field->label);
}

void conflict_skew_text(const struct conflict_value *value, struct buf *out)
{
    int64_t off = value->skew_ms < 0 ? -value->skew_ms : value->skew_ms;
    if (value->skew_known && off >= SKEW_TOLD_MS)
        clock_skew_words(value->skew_ms, out);
}

static bool copy_value(char out[CONFLICT_VALUE_BYTES], const struct buf *text)
{
    copy_text(out, CONFLICT_VALUE_BYTES, buf_cstr(text));
    return text->len >= CONFLICT_VALUE_BYTES;
}

static void format_value(const struct record_type *type, const struct field_def *field, struct value value, const struct code_book *codes, struct conflict_value *out)
{
    struct buf text;
    struct record record;
    if (field == NULL) {
        copy_text(out->text, sizeof out->text, value.kind == VALUE_INT && value.number != 0 ? _("删除这条记录") : _("保留这条记录"));
        copy_text(out->raw, sizeof out->raw, value.kind == VALUE_INT && value.number != 0 ? "1" : "0");
        return;
    }
    buf_init(&text, 1 << 20);
    record_init(&record, type);
    if (record_set(&record, field, value) == STATUS_OK)
        record_show(&record, field, codes, &text);
    if (text.len == 0)
        buf_puts(&text, _("(空)"));
    (void)copy_value(out->text, &text);
    buf_clear(&text);
    record_format_raw(field, value, &text);
    out->cut = copy_value(out->raw, &text) || strchr(out->raw, '\n') != NULL || field->kind == FIELD_LONG;
    record_release(&record);
    buf_wipe(&text);
}

/* Which machine and who, as people call them. */
static void copy_author(const struct conflict_side *side, const struct app_context *context, struct conflict_value *out)
{
    copy_text(out->machine, sizeof out->machine, side->machine != NULL ? side->machine : "");
    if (!context->machine->center && side->log.station == context->machine->station_no)
        copy_text(out->station, sizeof out->station, side->machine != NULL ? _("本机") : _("本站"));
    else if (side->machine != NULL)
        copy_text(out->station, sizeof out->station, side->machine);
    else
        station_short_text(side->station, out->station, sizeof out->station);
    account_person_text(context, side->user, out->user, sizeof out->user);
}

static void copy_side(const struct conflict_cell *cell, size_t i, const struct app_context *context, struct conflict_value *out)
{
    const struct conflict_side *side = &cell->sides[i];
    format_value(cell->type, cell->field, side->value, context->codes, out);
    copy_author(side, context, out);
    out->at_ms = side->at_ms;
    out->order = side->order;
    out->skew_known = side->skew_known;
    out->skew_ms = side->skew_ms;
    out->log = side->log;
    out->seq = side->seq;
}

struct reading {
    struct conflict_choices *into;
    const struct app_context *context;
};

static bool take_cell(void *context, const struct conflict_cell *cell)
{
    struct reading *reading = context;
    struct conflict_choice *out = &reading->into->cells[reading->into->n++];
    struct buf both;
    *out = (struct conflict_choice){.type = cell->type, .id = cell->id, .field = cell->field, .n = cell->n, .more = cell->more};
    out->by_action = cell->field != NULL && ((cell->field->flags & FIELD_ACTION) || (cell->type->flags & TYPE_ACTION));
    for (size_t i = 0; i < cell->n; i++)
        copy_side(cell, i, reading->context, &out->values[i]);
    buf_init(&both, 1 << 20);
    if (cell->more == 0 && conflict_join(cell, &both, NULL) == STATUS_OK)
        out->both_cut = copy_value(out->both, &both);
    buf_wipe(&both);
    return reading->into->n < CONFLICT_CELLS_MAX;
}

/* ---- one value to its end ---- */

struct whole {
    const struct app_context *context;
    const struct conflict_choice *cell;
    size_t side;
    struct buf *out;
    bool found;
};

static bool take_whole(void *context, const struct conflict_cell *cell)
{
    struct whole *whole = context;
    struct record record;
    if (cell->field != whole->cell->field || whole->side >= cell->n)
        return true;
    record_init(&record, cell->type);
    if (record_set(&record, cell->field, cell->sides[whole->side].value) == STATUS_OK)
        record_show(&record, cell->field, whole->context->codes, whole->out);
    record_release(&record);
    whole->found = true;
    return false;
}

static bool is_written_by(const struct conflict_value *value, const struct history_entry *entry)
{
    return entry->seq == value->seq && entry->origin.station == value->log.station && memcmp(entry->origin.incarnation, value->log.incarnation, INCARNATION_BYTES) == 0;
}

static bool take_written_whole(void *context, const struct history_entry *entry)
{
    struct whole *whole = context;
    const struct conflict_choice *cell = whole->cell;
    if (!is_written_by(&cell->values[whole->side], entry))
        return true;
    for (size_t i = 0; i < cell->type->n_fields; i++) {
        const struct field_def *field = &cell->type->fields[i];
        if (!entry->written[i] || (cell->field != NULL && field != cell->field))
            continue;
        if (cell->field == NULL)
            buf_printf(whole->out, "%s%s: ", whole->out->len > 0 ? "\n" : "", _(field->label));
        record_show(entry->fields, field, whole->context->codes, whole->out);
    }
    whole->found = true;
    return false;
}

enum status conflict_value_whole(const struct app_context *context, const struct conflict_choice *cell, size_t side, struct buf *out, struct errmsg *err)
{
    struct whole whole = {.context = context, .cell = cell, .side = side, .out = out};
    bool logged = cell->field == NULL || cell->reopened;
    enum status status = logged ? records_history(context->store, context->actor, cell->type, cell->id, take_written_whole, &whole, err)
                                : conflict_cells(context->store, context->actor, cell->id, take_whole, &whole, err);
    if (status == STATUS_OK && !whole.found)
        return errmsg_set(err, STATUS_NOT_FOUND, "历史里没有这处冲突的几个值");
    return status;
}

size_t conflict_values_shared(const struct conflict_choice *cell)
{
    const char *first = cell->values[0].text;
    size_t shared = strlen(first);
    for (size_t i = 1; i < cell->n; i++) {
        size_t same = 0;
        while (same < shared && cell->values[i].text[same] == first[same])
            same++;
        shared = same;
    }
    return utf8_cut(first, strlen(first), shared);
}

/* ---- what it held before ---- */

struct before {
    struct conflict_choice *cell;
    const struct code_book *codes;
    bool reached; /* one of the sides was written: what comes later is not before */
};

static bool is_side(const struct conflict_choice *cell, const struct history_entry *entry)
{
    for (size_t i = 0; i < cell->n; i++)
        if (is_written_by(&cell->values[i], entry))
            return true;
    return false;
}

static bool look_before(void *context, const struct history_entry *entry)
{
    struct before *before = context;
    struct conflict_choice *cell = before->cell;
    struct buf text;
    if (!entry->written[catalogue_field_index(cell->type, cell->field)])
        return true;
    if (is_side(cell, entry)) {
        before->reached = true;
        return false;
    }
    buf_init(&text, 1 << 20);
    record_show(entry->fields, cell->field, before->codes, &text);
    copy_text(cell->before, sizeof cell->before, buf_cstr(&text));
    buf_wipe(&text);
    return true;
}

static enum status read_before(const struct app_context *context, struct conflict_choice *cell, struct errmsg *err)
{
    struct before before = {.cell = cell, .codes = context->codes};
    if (cell->field == NULL)
        return STATUS_OK;
    enum status status = records_history(context->store, context->actor, cell->type, cell->id, look_before, &before, err);
    if (!before.reached)
        cell->before[0] = '\0';
    return status;
}

enum status conflict_choices_read(struct conflict_choices *out, const struct app_context *context, struct id id, struct errmsg *err)
{
    struct reading reading = {.into = out, .context = context};
    if (out->cells == NULL)
        out->cells = calloc(CONFLICT_CELLS_MAX, sizeof *out->cells);
    if (out->cells == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    out->n = 0;
    enum status status = conflict_cells(context->store, context->actor, id, take_cell, &reading, err);
    for (size_t i = 0; i < out->n && status == STATUS_OK; i++)
        status = read_before(context, &out->cells[i], err);
    return status;
}

/* ---- a cell that was settled ---- */

struct earlier {
    const struct app_context *context;
    struct conflict_choice now; /* the machines' last values so far */
    struct conflict_choice *before_settling;
};

static struct conflict_value *value_of_log(struct conflict_choice *cell, const struct log_id *log)
{
    for (size_t i = 0; i < cell->n; i++)
        if (cell->values[i].log.station == log->station && memcmp(cell->values[i].log.incarnation, log->incarnation, INCARNATION_BYTES) == 0)
            return &cell->values[i];
    return cell->n < CONFLICT_SIDES_MAX ? &cell->values[cell->n++] : NULL;
}

static bool take_earlier(void *context, const struct history_entry *entry)
{
    struct earlier *earlier = context;
    struct conflict_choice *cell = &earlier->now;
    if (entry->quarantined || entry->erased || !entry->written[catalogue_field_index(cell->type, cell->field)])
        return true;
    if (strcmp(entry->op, "resolve") == 0) {
        *earlier->before_settling = *cell;
        cell->n = 0;
    }
    struct conflict_value *value = value_of_log(cell, &entry->origin);
    if (value == NULL)
        return true;
    struct conflict_side side = {.value = record_get(entry->fields, cell->field), .user = entry->user, .station = entry->station, .machine = entry->machine, .log = entry->origin};
    *value = (struct conflict_value){.at_ms = entry->at_ms, .order = entry->order, .log = entry->origin, .seq = entry->seq};
    format_value(cell->type, cell->field, side.value, earlier->context->codes, value);
    copy_author(&side, earlier->context, value);
    return true;
}

enum status conflict_choice_settled(struct conflict_choice *out, const struct app_context *context, const struct record_type *type, struct id id, const struct field_def *field, struct errmsg *err)
{
    struct earlier *earlier = calloc(1, sizeof *earlier);
    if (earlier == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    *out = (struct conflict_choice){.n = 0};
    *earlier = (struct earlier){.context = context, .now = {.type = type, .id = id, .field = field}, .before_settling = out};
    enum status status = records_history(context->store, context->actor, type, id, take_earlier, earlier, err);
    memset(earlier, 0, sizeof *earlier);
    free(earlier);
    if (status == STATUS_OK && out->n < 2)
        status = errmsg_set(err, STATUS_NOT_FOUND, "历史里没有这处冲突的几个值");
    out->reopened = true;
    out->by_action = (field->flags & FIELD_ACTION) || (type->flags & TYPE_ACTION);
    return status;
}

void conflict_choices_release(struct conflict_choices *choices)
{
    free(choices->cells);
    *choices = (struct conflict_choices){0};
}
