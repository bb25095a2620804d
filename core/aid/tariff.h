/* core/aid/tariff.h - the flat subsidy (补贴) of a case: which cell of the county's tariff applies (法律援助法第五十二条; research domain.md 2.8).
 *
 * The cells are rules (core/aid/rule.h), named after the codes of case_type T, stage S and aid_form F:
 *   tariff_T_S_fF   this stage in this form of aid      tariff_02_14_f05   民事诉讼代理的执行阶段
 *   tariff_T_fF     this form in any other stage        tariff_01_f03      刑事附带民事诉讼代理
 *   tariff_T_S      this stage in any other form        tariff_01_02       刑事侦查
 *   tariff_T        every other stage                   tariff_02          民事：执行和其他非诉讼
 * The first that exists counts, in this order. A case without a stage gets a cell only by its form: guessing a stage would pay the wrong sum. */
#ifndef CORE_AID_TARIFF_H
#define CORE_AID_TARIFF_H

#include "core/aid/rule.h"

enum { TARIFF_NONE = -1, TARIFF_NAME_BYTES = 40 };

/* The rule of the case's cell; NULL: none fits (no type or stage yet). Borrowed from rules. */
const struct rule_def *tariff_cell(const struct rules *rules, const struct record *kase);
/* Fen, by the value in force on the day (of closing); TARIFF_NONE: no cell fits, a person enters the sum. */
int64_t rules_tariff(const struct rules *rules, const struct record *kase, int32_t day);

#endif /* CORE_AID_TARIFF_H */
