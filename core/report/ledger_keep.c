/* core/report/ledger_keep.c - what a ledger shows now, kept as somebody's own view. See ledger.h. */
#include <string.h>

#include "core/case/prepare.h"
#include "core/report/ledger.h"

enum { CONDITION_BYTES = 1 << 14 };

static enum status fill(struct record *view, const struct code_book *codes, const struct ledger *ledger, size_t part, const struct ledger_query *query, const char *name, struct errmsg *err)
{
    const struct ledger_part *of = &ledger->parts[part];
    struct buf condition;
    buf_init(&condition, CONDITION_BYTES);
    enum status status = ledger_condition(ledger, part, query, &condition, err);
    const char *const values[][2] = {{"name", name},
                                     {"record_type", of->type},
                                     {"condition", buf_cstr(&condition)},
                                     {"sort", query->sort != NULL && query->sort[0] != '\0' ? query->sort : of->sort},
                                     {"columns", of->columns}};
    for (size_t i = 0; status == STATUS_OK && i < sizeof values / sizeof values[0]; i++) {
        const struct field_def *field = catalogue_field(view->type, values[i][0]);
        status = record_parse(view, field, codes, values[i][1], strlen(values[i][1]), err);
        if (status != STATUS_OK)
            errmsg_wrap(err, status, "%s", field->label);
    }
    buf_release(&condition);
    return status;
}

enum status ledger_keep(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct ledger *ledger, size_t part,
                        const struct ledger_query *query, const char *name, struct errmsg *err)
{
    struct record view;
    record_init(&view, catalogue_find("saved_view"));
    enum status status = records_begin(store, actor, &view, codes, err);
    if (status == STATUS_OK)
        status = fill(&view, codes, ledger, part, query, name, err);
    if (status == STATUS_OK)
        status = record_save_prepared(store, actor, codes, random, &view, (struct id){{0}}, err);
    record_release(&view);
    return status;
}
