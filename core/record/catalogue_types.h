/* core/record/catalogue_types.h - the table behind catalogue.h; only catalogue.c includes it. */
#ifndef CORE_RECORD_CATALOGUE_TYPES_H
#define CORE_RECORD_CATALOGUE_TYPES_H

#include "core/record/catalogue.h"

extern const struct record_type catalogue_types[];
extern const size_t catalogue_n_types;

struct station_rule {
    const char *type, *field, *moves;
};
/* moves: the open states of the type's FIELD_FREEZE fields. */
extern const struct station_rule freeze_rules[];
extern const size_t n_freeze_rules;
extern const struct station_rule station_rules[];
extern const size_t n_station_rules;
extern const struct worklist worklists[];
extern const size_t n_worklists;

#endif /* CORE_RECORD_CATALOGUE_TYPES_H */
