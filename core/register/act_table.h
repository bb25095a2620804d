/* core/register/act_table.h - between act.c (the engine) and act_table.c (the table). */
#ifndef CORE_REGISTER_ACT_TABLE_H
#define CORE_REGISTER_ACT_TABLE_H

#include "core/register/act.h"

extern const struct act acts[];
extern const size_t n_acts;

#endif /* CORE_REGISTER_ACT_TABLE_H */
