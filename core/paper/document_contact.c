/* core/paper/document_contact.c - how the applicant is reached, for papers that are taken along. See document_source.h. */
#include <string.h>

#include "core/paper/document_source.h"

/* Files of one person that were merged, one into the other. */
enum { MERGES_MAX = 8, CONTACT_MAX_BYTES = 4096 };

struct contact {
    struct buf safe, phone;
};

static void keep_text(const struct record *record, const char *field, struct buf *out)
{
    const char *text = record != NULL ? record_text(record, field) : "";

    if (*text == 0)
        return;
    buf_clear(out);
    buf_puts(out, text);
}

/* What the file says, and those it was merged into: the last one that says something counts, a safe contact in any of them holds. */
static void contact_of_files(struct paper_source *source, struct contact *contact)
{
    const struct record *first = paper_person(source);
    struct record file;

    if (first == NULL)
        return;
    enum status status = record_copy(&file, first);
    if (status != STATUS_OK) {
        paper_source_fail(source, status);
        return;
    }
    for (int i = 0; i < MERGES_MAX; i++) {
        const char *into = record_text(&file, "merged_into");
        struct record next;
        struct id id;

        keep_text(&file, "safe_contact", &contact->safe);
        keep_text(&file, "phone", &contact->phone);
        if (id_parse(into, strlen(into), &id) != STATUS_OK)
            break;
        status = records_get(source->store, source->actor, file.type, id, &next, source->err);
        if (status != STATUS_OK)
            break;
        record_release(&file);
        file = next;
    }
    if (status != STATUS_NOT_FOUND)
        paper_source_fail(source, status);
    record_release(&file);
}

/* A paper that is taken along may be seen by whom the person must be safe from: then no telephone stands on it. */
bool paper_put_contact(struct paper_source *source, struct buf *out)
{
    struct contact contact;
    bool any;

    buf_init(&contact.safe, CONTACT_MAX_BYTES);
    buf_init(&contact.phone, CONTACT_MAX_BYTES);
    contact_of_files(source, &contact);
    keep_text(source->from->kase, "safe_contact", &contact.safe);
    keep_text(source->from->kase, "phone", &contact.phone);
    paper_source_fail(source, contact.safe.status); /* one that is not held whole is none, and the telephone would stand there */
    paper_source_fail(source, contact.phone.status);
    any = source->status == STATUS_OK && (contact.safe.len > 0 || contact.phone.len > 0);
    if (any)
        buf_puts(out, buf_cstr(contact.safe.len > 0 ? &contact.safe : &contact.phone));
    buf_wipe(&contact.safe);
    buf_wipe(&contact.phone);
    return any;
}
