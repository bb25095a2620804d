/* core/outreach/token.c - see token.h. */
#include "core/outreach/token.h"

#include <string.h>

enum status token_prepare(struct store *store, const struct actor *actor, struct record *token, struct errmsg *err)
{
    const char *text = record_text(token, "case_id");
    struct record kase;
    struct id id;
    if (text[0] == '\0' || record_text(token, "handler_ref")[0] != '\0' || id_parse(text, strlen(text), &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = records_get(store, actor, catalogue_find("case"), id, &kase, NULL);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK) {
        status = record_set(token, catalogue_field(token->type, "handler_ref"), record_get(&kase, catalogue_field(kase.type, "handler_ref")));
        record_release(&kase);
    }
    return status == STATUS_OK ? status : errmsg_set(err, status, "%s", status_text(status));
}
