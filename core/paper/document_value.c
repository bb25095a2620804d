/* core/paper/document_value.c - slots that are fields of records, written as papers write them. See document_source.h. */
#include <string.h>

#include "core/paper/document_source.h"
#include "core/base/day.h"

void paper_put_day(int32_t day, struct buf *out)
{
    int year, month, dom;

    day_to_ymd(day, &year, &month, &dom);
    buf_printf(out, "%d年%d月%d日", year, month, dom);
}

/* Fen as 1,200.00元. */
static void put_money(int64_t fen, struct buf *out)
{
    char digits[24];
    uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen, yuan = n / 100;
    size_t at = sizeof(digits);
    int group = 0;

    do {
        if (group > 0 && group % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + yuan % 10);
        yuan /= 10;
        group++;
    } while (yuan > 0);
    if (fen < 0)
        buf_putc(out, '-');
    buf_append(out, digits + at, sizeof(digits) - at);
    buf_printf(out, ".%02u元", (unsigned)(n % 100));
}

bool paper_put_field(struct paper_source *source, const struct record *record, const char *name, struct buf *out)
{
    const struct field_def *field = record != NULL ? catalogue_field(record->type, name) : NULL;
    struct value value = field != NULL ? record_get(record, field) : value_null();

    if (value.kind == VALUE_NULL || field->kind == FIELD_REF)
        return false;
    if (field->kind == FIELD_DAY)
        paper_put_day((int32_t)value.number, out);
    else if (field->kind == FIELD_MONEY)
        put_money(value.number, out);
    else if (field->initial != NULL && (strcmp(field->initial, "user") == 0 || strcmp(field->initial, "display") == 0)) /* the account stands where its holder had given no name, and in older records */
        buf_puts(out, paper_account(source, value.text));
    else
        record_format(record, field, source->codes, out);
    return true;
}

bool paper_put_boxes(const struct paper_source *source, const char *set, const char *ticked, struct buf *out)
{
    size_t count = code_book_count(source->codes, set);
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        const struct code *code = code_book_at(source->codes, set, i);
        size_t len = strlen(code->code);
        bool tick = false;

        for (const char *at = ticked; *at != 0; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
            tick |= strcspn(at, ",") == len && memcmp(at, code->code, len) == 0;
        if (code->retired && !tick)
            continue;
        buf_printf(out, "%s%s%s", any ? "　" : "", tick ? "☑" : "□", code->name);
        any = true;
    }
    return any;
}

/* The record a slot outside blocks is a field of; NULL when there is none. */
static const struct record *record_of(struct paper_source *source, const struct slot_def *slot)
{
    const struct record *record = source->from->record;

    switch (slot->source) {
    case SLOT_CASE:
    case SLOT_BOXES:
        return source->from->kase;
    case SLOT_PERSON:
        return paper_person(source);
    case SLOT_HANDLER:
        return paper_handler(source);
    case SLOT_FIRM:
        return paper_org(source, PAPER_FIRM);
    case SLOT_CENTER:
        return paper_org(source, PAPER_CENTER);
    case SLOT_STATION:
        return paper_org(source, PAPER_STATION);
    case SLOT_BUREAU:
        return paper_org(source, PAPER_BUREAU);
    case SLOT_STEP:
        return paper_step(source);
    case SLOT_PREREVIEW:
        return paper_step_of(source, "pre-review");
    case SLOT_EXAMINE:
        return paper_step_of(source, "examine");
    case SLOT_APPROVE:
        return paper_step_of(source, "approve,refuse,urgent-aid");
    case SLOT_CONSULT:
    case SLOT_DOCUMENT:
    case SLOT_DUTY:
    case SLOT_LETTER:
    case SLOT_VISIT:
    case SLOT_OPINION:
    case SLOT_OBSERVATION:
    case SLOT_COMPLAINT:
        return record != NULL && strcmp(record->type->name, slot_type(slot)) == 0 ? record : NULL;
    case SLOT_MADE:
    case SLOT_ROW:
        break;
    }
    return NULL;
}

/* The choices of a field of a record, ticked where it stands; none ticked without a record. */
static bool put_boxes(struct paper_source *source, const struct slot_def *slot, struct buf *out)
{
    const struct record *record = record_of(source, slot);
    const struct field_def *field = catalogue_field(catalogue_find(slot_type(slot)), slot->field);
    struct value value = record != NULL ? record_get(record, field) : value_null();

    if (field->kind != FIELD_BOOL)
        return paper_put_boxes(source, field->codes, value.kind == VALUE_TEXT ? value.text : "", out);
    buf_printf(out, "%s否　%s是", value.kind == VALUE_INT && value.number == 0 ? "☑" : "□", value.kind == VALUE_INT && value.number != 0 ? "☑" : "□");
    return true;
}

/* The justice bureau above the center, when the county has not entered it: 某县法律援助中心 belongs to 某县司法局. */
static bool put_bureau(struct paper_source *source, const char *field, struct buf *out)
{
    static const char tail[] = "法律援助中心";
    const struct record *center = paper_org(source, PAPER_CENTER);
    const char *name = center != NULL ? record_text(center, "name") : "";
    const char *at = strstr(name, tail);

    if (strcmp(field, "name") != 0)
        return false;
    buf_append(out, name, at != NULL ? (size_t)(at - name) : 0);
    buf_puts(out, "司法局");
    return true;
}

/* The firm's and the handler's names stand in the case also when their rows are not visible here. */
static bool put_org(struct paper_source *source, const struct slot_def *slot, struct buf *out)
{
    const struct record *org = record_of(source, slot);

    if (org == NULL && slot->source == SLOT_STATION)
        org = paper_org(source, PAPER_CENTER);
    if (org == NULL && slot->source == SLOT_BUREAU)
        return put_bureau(source, slot->field, out);
    return paper_put_field(source, org, slot->field, out);
}

bool paper_value(void *context, const char *block, long row, const char *name, struct buf *out)
{
    struct paper_source *source = context;
    const struct slot_def *slot = slot_find(block, name);
    const struct paper_rows *rows = block[0] != 0 ? paper_block(source, block) : NULL;
    const struct record *item = rows != NULL && row >= 0 && (size_t)row < rows->n ? &rows->items[row] : NULL;

    if (slot == NULL || source->status != STATUS_OK)
        return false;
    switch (slot->source) {
    case SLOT_MADE:
        return paper_put_made(source, slot, item, row, out);
    case SLOT_ROW:
        return paper_put_field(source, item, slot->field, out);
    case SLOT_FIRM:
    case SLOT_CENTER:
    case SLOT_STATION:
    case SLOT_BUREAU:
        return put_org(source, slot, out);
    case SLOT_BOXES:
        if (strcmp(slot->field, "categories") == 0)
            return paper_put_made(source, slot, record_of(source, slot), row, out);
        return put_boxes(source, slot, out);
    default:
        return slot_is_boxes(slot) ? put_boxes(source, slot, out) : paper_put_field(source, record_of(source, slot), slot->field, out);
    }
}

long paper_rows(void *context, const char *block)
{
    const struct paper_rows *rows = paper_block(context, block);

    return rows != NULL ? (long)rows->n : 0;
}
