/* core/case/household.h - the household that an application names (roster `members`, core/case/member_line.h): rows of type `relation` in the applicant's file, which the statement of means prints.
 *
 * A person's household outlives one case, so a member who is there already (same name, same relation) is brought up to date and not entered twice. Before receipt there may be no file: what the draft's
 * step says is then entered at receipt. */
#ifndef CORE_CASE_HOUSEHOLD_H
#define CORE_CASE_HOUSEHOLD_H

#include "core/record/record.h"

struct case_work; /* case_impl.h */

/* Enter the members that this action's step names, and those of earlier steps that are not in the file; nothing while the case has no file. Inside the transaction, before the step is written.
 * Errors: STATUS_INVALID naming the line ("字段 家庭成员(members): 第 2 行: .."), storage. */
enum status household_write(struct case_work *work);
/* An empty number of people follows from the members named: they and the applicant. Errors: STATUS_NOMEM. */
enum status household_offer_number(const struct record *step, struct record *kase);

#endif /* CORE_CASE_HOUSEHOLD_H */
