/* core/case/erasure_table.h - what an erasure by law does to a record that refers to the one that is erased: the table that erasure.c follows.
 *
 * Every field of the catalogue that refers to a record which can be erased (its type is neither everyone's nor inner) has a line here; tests/test_erasure.c goes over the catalogue, so a type or field that is added
 * later fails until somebody has decided. What "with what hangs on it" means:
 *   PART    a part of it: goes along, whoever wrote it, and is kept by law as long as it is. The papers, steps, parties of a case, what was said of the case afterwards; the household in a person's file.
 *   GOES    about the same person, yet a record of its own: goes along, unless it is a part of something that is kept. What a person asked, the cases that he applied for; his line in the household of another, who may
 *           have a case that is kept; a volunteer's letters, hours, shifts.
 *   STAYS   names it only by its number, which says nothing once the record is empty, and is about somebody or something else: who asked a volunteer, the next stage of a case. Erased for itself.
 *   TAKES   the other way round: the record takes along what its field names. The letter's paper.
 *   FILES   files of one person that the center made one: core/case/erasure.c, add_files.
 * REFERENCES THAT ARE NO FIELD_REF: an assessment names its subject as text (a volunteer's goes with him; a handler and an org are everyone's, disabled and not erased).
 * NOT REACHED FROM HERE, and why it stays: records that only say the same name (found by search, erased for themselves; but lists under a name and marks of interest go: core/case/erasure_trace.h); reports that
 * were handed in, and words typed into them (numbers and the county's own words, which the ministry has); rewards (a bonus is an accounting record); sign-ins and the journal of changes' headers (who did what when). */
#ifndef CORE_CASE_ERASURE_TABLE_H
#define CORE_CASE_ERASURE_TABLE_H

#include "core/record/catalogue.h"

enum erasure_fate { ERASURE_PART, ERASURE_GOES, ERASURE_STAYS, ERASURE_TAKES, ERASURE_FILES };

struct erasure_rule {
    const char *target;      /* of this type is what.. */
    const char *type, *field; /* ..this field names */
    enum erasure_fate fate;
};

extern const struct erasure_rule erasure_rules[];
extern const size_t erasure_n_rules;

/* Whether records of the type can be erased. */
bool erasure_is_open(const struct record_type *type);

#endif /* CORE_CASE_ERASURE_TABLE_H */
