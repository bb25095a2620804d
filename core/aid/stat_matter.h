/* core/aid/stat_matter.h - what a cause of action counts as: the Ministry's statistical matter (forms 6 and 7, domain.md 4.6) and the fields of expertise it asks for.
 *
 * The map is core/data/stat_matters.tsv, our own, by cause or its chapter: a cause without a row of its own counts as its parent does, in the end as its letter does
 * (M civil, X criminal, Z administrative). A cause of the list of 2020 counts as the one of the same name in that of 2025. A case may say otherwise: field stat_matter. */
#ifndef CORE_AID_STAT_MATTER_H
#define CORE_AID_STAT_MATTER_H

#include "core/record/record.h"

enum { CAUSE_CATEGORIES_BYTES = 64 };

/* The case's statistical matter: as typed, else of an appeal to reopen (申诉), of art. 32, of the cause, of the matter applied for, in this order. A code of set stat_matter,
 * borrowed from the book or the record; "" for criminal cases. Migrant workers (category 05) have matters of their own: of pay, of injury at work. */
const char *stat_matter_of(const struct code_book *codes, const struct record *kase);
/* The codes of set category that a cause belongs to, comma-separated ("02,14"), for matching a handler's expertise; "" if unknown. codes: NULL looks into the shipped lists only. */
void cause_categories(const struct code_book *codes, const char *cause, char out[CAUSE_CATEGORIES_BYTES]);

#endif /* CORE_AID_STAT_MATTER_H */
