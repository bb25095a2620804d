/* core/record/county_codes.c - see core/record/county_codes.h. */
#include "core/record/county_codes.h"

#include "core/record/records.h"
#include "core/record/settings.h"

struct overlay {
    struct code_book *codes;
    enum status status;
};

/* A day of a code's record; empty: as shipped. */
static int32_t active_day(const struct record *record, const char *field, int32_t otherwise)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    return value.kind == VALUE_INT ? (int32_t)value.number : otherwise;
}

static bool overlay_code(void *context, const struct record *record, const struct list_key *key)
{
    struct overlay *overlay = context;
    const struct field_def *retired = catalogue_field(record->type, "retired");
    const char *set = record_text(record, "set_name"), *code = record_text(record, "code");
    const struct code *shipped = code_book_find(overlay->codes, set, code);

    (void)key;
    overlay->status = code_book_put_dated(overlay->codes, set, code, record_text(record, "name"), record_text(record, "parent"), record_get(record, retired).number == 1,
                                          active_day(record, "active_from", shipped ? shipped->active_from : 0),
                                          active_day(record, "active_to", shipped ? shipped->active_to : 0));
    return overlay->status == STATUS_OK;
}

/* What the county has changed, oldest first. */
static enum status overlay_all(struct code_book *codes, struct store *store, const struct machine *machine, struct errmsg *err)
{
    struct list_query query = {.type = catalogue_find("code"), .ascending = true};
    struct overlay overlay = {.codes = codes};
    struct actor reader = machine_owner(machine, "", 0); /* codes are everybody's, and signing in needs them */
    enum status status = records_list(store, &reader, &query, overlay_code, &overlay, err);
    return status != STATUS_OK ? status : overlay.status;
}

enum status county_codes_load(struct code_book **out, struct store *store, const struct machine *machine, struct errmsg *err)
{
    struct buf area;

    buf_init(&area, AREA_TEXT_BYTES);
    *out = NULL;
    enum status status = settings_get(store, settings_find("area"), &area, err);
    if (status != STATUS_OK) {
        buf_release(&area);
        return status;
    }
    status = code_book_new(out, area.len > 0 ? buf_cstr(&area) : machine->area);
    buf_release(&area);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "不能读代码表: %s", status_text(status));
    status = overlay_all(*out, store, machine, err);
    if (status != STATUS_OK) {
        code_book_free(*out);
        *out = NULL;
    }
    return status;
}
