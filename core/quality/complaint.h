/* core/quality/complaint.h - complaints (投诉) about legal aid, from receipt to what was found. 法律援助法第五十五、五十六条; domain.md 2.5 D18, 5.2 表十三.
 *
 *   K1 已收到 -> K2 已受理 (five working days, D18) -> K3 已办结 (45 days from acceptance, D18_2); K1 -> K4 不予受理. Who may take each step: core/register/act_table.c. */
#ifndef CORE_QUALITY_COMPLAINT_H
#define CORE_QUALITY_COMPLAINT_H

#include "core/record/code_book.h"
#include "core/record/records.h"

/* Codes that rules hang on. */
#define COMPLAINT_CHANNEL_VISIT "5"
#define COMPLAINT_MATTER_MONEY "3"
#define COMPLAINT_AGAINST_HANDLER "2"
#define COMPLAINT_AGAINST_VOLUNTEER "4"

/* A complaint about a case's handler names him: handler_ref and against are filled from the case where they are empty; the row gets the case's scope.
 * Errors: STATUS_INVALID (no such case), storage. */
enum status complaint_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *complaint, struct errmsg *err);

#endif /* CORE_QUALITY_COMPLAINT_H */
