/* core/report/counting.h - counting and writing in one transaction: what is frozen or explained is what was counted at that moment. */
#ifndef CORE_REPORT_COUNTING_H
#define CORE_REPORT_COUNTING_H

#include "core/report/ministry_form.h"

struct counting {
    struct form_desk desk; /* to count with until the end */
    bool own_transaction, own_tally;
};

/* In the writing transaction that is open, with the desk's tally if it has one; else in a transaction and with a tally of its own. Errors: storage; then there is nothing to end. */
enum status counting_begin(struct counting *counting, const struct form_desk *desk, const char *who, struct errmsg *err);
/* Commits its own transaction when status is STATUS_OK, else takes it back. Returns status, or why it could not be committed. */
enum status counting_end(struct counting *counting, enum status status, struct errmsg *err);

#endif /* CORE_REPORT_COUNTING_H */
