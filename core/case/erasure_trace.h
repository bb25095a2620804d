/* core/case/erasure_trace.h - what an erasure leaves of a person beside his records, and takes along: words of others that name him.
 *
 * LISTS UNDER A NAME (saved_view) whose name or condition has, or ever had, a name or number that nobody else bears (core/record/called.h): each is erased as a whole, for the same reason; a condition without its person
 * would pick other records, and a list is soon made again. The center sees all of the county's. MARKS OF INTEREST of the parties: core/aid/interest_mark.h. CONDITIONS THAT SOMEBODY KEEPS on a list are in no log: they go on
 * each machine that had the record (core/record/kept_filter.h).
 * THE REASON AND THE OFFICER stay for good, on every machine: they may not name the person.
 * What another's record says of him in its text is found by search and erased for itself. */
#ifndef CORE_CASE_ERASURE_TRACE_H
#define CORE_CASE_ERASURE_TRACE_H

#include "core/record/called.h"
#include "core/record/records.h"

struct erasure_traces {
    struct called parties; /* of the cases that went */
    int64_t lists, marks;  /* erased */
};

/* All in the transaction that erases. Begin, each record just before it is erased, end when all are. Release it in any case. */
void erasure_traces_begin(struct erasure_traces *traces);
/* Before any of it goes: called, by all that goes. Errors: STATUS_INVALID (reason or officer names the person), storage, STATUS_NOMEM. */
enum status erasure_traces_check(struct store *store, const struct called *called, const char *reason, const char *officer, struct errmsg *err);
/* Errors: storage, STATUS_NOMEM. As called_read, and for each list called_look_record. */
enum status erasure_traces_of(struct erasure_traces *traces, struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, struct errmsg *err);
/* Errors: as interest_mark_erase. */
enum status erasure_traces_end(struct erasure_traces *traces, struct store *store, const struct actor *actor, const char *reason, const char *officer, struct errmsg *err);
void erasure_traces_release(struct erasure_traces *traces);

#endif /* CORE_CASE_ERASURE_TRACE_H */
