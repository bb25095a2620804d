/* core/aid/stat_matter.h - what a cause of action counts as: the Ministry's statistical matter (forms 6 and 7, domain.md 4.6) and the fields of expertise it asks for.
 *
 * The map is core/data/stat_matters.tsv, our own, by cause or its chapter: a cause without a row of its own counts as its parent does, in the end as its letter does
 * (M civil, X criminal, Z administrative). A cause of the list of 2020 counts as the one of the same name in that of 2025. A case may say otherwise: field stat_matter. */
#ifndef CORE_AID_STAT_MATTER_H
#define CORE_AID_STAT_MATTER_H

#include "core/record/record.h"

enum { CAUSE_CATEGORIES_BYTES = 64 };

/* What is asked of a case. Codes, borrowed, "" when empty; never NULL. */
struct stat_matter_facts {
    const char *case_type, *cause, *matter, *stage, *exempt_32, *stat_matter;
    bool migrant; /* of person_category 05 */
};

/* The case's statistical matter: as typed, else of an appeal to reopen (申诉), of art. 32, of the cause, of the matter applied for, in this order. A code of set stat_matter,
 * borrowed from the book or the record; "" for criminal cases. Migrant workers (category 05) have matters of their own: of pay, of injury at work. Reads the shipped lists from end to end: for one case. */
const char *stat_matter_of(const struct code_book *codes, const struct record *kase);
/* The codes of set category that a cause belongs to, comma-separated ("02,14"), for matching a handler's expertise; "" if unknown. codes: NULL looks into the shipped lists only. */
void cause_categories(const struct code_book *codes, const char *cause, char out[CAUSE_CATEGORIES_BYTES]);

/* The same for many cases: with an index of the lists. codes borrowed; what the county puts there later is seen. O(lists), some 200 us. Errors: STATUS_NOMEM. */
struct stat_matter_map;
enum status stat_matter_map_new(struct stat_matter_map **out, const struct code_book *codes);
void stat_matter_map_free(struct stat_matter_map *map);
/* What stat_matter_of gives; borrowed from the book or the facts. About 1 us. */
const char *stat_matter_find(const struct stat_matter_map *map, const struct stat_matter_facts *facts);

#endif /* CORE_AID_STAT_MATTER_H */
