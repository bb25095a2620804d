/* sync/heal_order.h - the center's order against what a station has seen of it: was the center put back? (protocol.h, HEALING; core/record/order.h) */
#ifndef SYNC_HEAL_ORDER_H
#define SYNC_HEAL_ORDER_H

#include "sync/heal_request.h"

/* Center, GREET, in a transaction, after the station's log was found in order: HELLO.rcur and HELLO.order_mark against the order. Sets result->heal.rewind and common_order when that can be said at once, or
 * heal.compare (COMPARE_ORDER) when it has to be asked; neither: the order agrees. A file's greeting may be old: what it has not seen is no difference. */
enum status heal_order_judge(struct store *store, const struct session_request *request, struct session_result *result);
/* Center, COMPARED, in a transaction: the samples the station sent. Sets heal.compare to ask on (and result->compare to the same), or heal.rewind and common_order; begins an era where it must. */
enum status heal_order_evaluate(struct store *store, const struct session_request *request, struct session_result *result);
/* Station: up to SAMPLES_MAX order numbers between request->compare.from and to, both ends included where it has them, with their marks. */
enum status heal_order_sample(struct store *store, const struct message_compare *compare, struct message_samples *samples, struct errmsg *err);
/* Station, SAMPLE into a file: nobody can ask on, so the newest of them all, or what the center wanted to see in this file. result->packed: SAMPLE_BYTES each, ascending; whole from samples.from on, some below;
 * result->compare is the range. O(what was received). */
enum status heal_order_sample_file(struct store *store, const struct session_request *request, struct session_result *result);
/* Center, TAKE_RETURNS, in a transaction, before they are taken (peer is filled in): numbers of the present era, or a later one, cannot be handed back to a center that gave them and remembers it. It was put back again
 * while the station, whose cursor stood back already, had not handed back all: it begins an era here, and what the station's org can see above that cursor (request->after) moves there. So it does for what it wrote in a record that
 * the entries say was handed over: the org cannot see that here, and its machines did not get it there (returned_first_unseen). Errors: STATUS_MALFORMED; storage. */
enum status heal_order_returns(struct store *store, const struct session_request *request, const void *entries, size_t len, struct session_result *result);
/* Station, KEEP_COMPARE, in a transaction. A rewind ends it. */
enum status heal_order_keep_compare(struct store *store, const struct session_request *request, struct session_result *result);
/* Station: something is to be written for a center that was put back although nothing of its own is new. Errors: storage. */
enum status heal_order_file_waits(struct store *store, bool *waits, struct errmsg *err);

/* Mark of a change by its header. */
void heal_order_mark(const uint8_t *header, size_t len, uint8_t mark[MARK_BYTES]);
/* Center: of its change with this number; *there false: none. */
enum status heal_order_mark_at(struct store *store, uint64_t number, uint8_t mark[MARK_BYTES], bool *there, struct errmsg *err);
/* Station, STATE: what HELLO tells of it: order_mark, returns. */
enum status heal_order_own(struct store *store, struct session_result *result);
/* Station, in a transaction: the mark that came with the cursor; zeros: none. */
enum status heal_order_keep_mark(struct store *store, const uint8_t mark[MARK_BYTES], struct errmsg *err);
/* Station, REWIND, in a transaction. */
enum status heal_order_rewind(struct store *store, const struct session_request *request, struct session_result *result);

#endif /* SYNC_HEAL_ORDER_H */
