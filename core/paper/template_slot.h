/* core/paper/template_slot.h - the slots a template may use and where each one's value comes from. Inside core/paper only.
 *
 * One table (template_slot.c) answers three questions: is a name known (template.c), what does it mean (aidpost document slots), and what fills it (document_slots.c).
 * Inside a block {#materials} the names "materials.x" are written {x}; a name that is not one of the block's rows means the same as outside. */
#ifndef CORE_PAPER_TEMPLATE_SLOT_H
#define CORE_PAPER_TEMPLATE_SLOT_H

#include <stdbool.h>

#include "core/paper/template.h"

enum slot_source {
    SLOT_MADE,      /* computed by document_slots.c */
    SLOT_CASE,      /* a field of the case, `field` names it */
    SLOT_PERSON,    /* of the applicant's file */
    SLOT_HANDLER,   /* of the roster */
    SLOT_FIRM,      /* orgs: the handler's, the center, the station that holds the case, the justice bureau */
    SLOT_CENTER,
    SLOT_STATION,
    SLOT_BUREAU,
    SLOT_STEP,      /* steps: the one that issues the paper, and the newest of each review */
    SLOT_PREREVIEW,
    SLOT_EXAMINE,
    SLOT_APPROVE,
    SLOT_CONSULT,   /* the record itself: consultation, document, duty_help */
    SLOT_DOCUMENT,
    SLOT_DUTY,
    SLOT_LETTER,    /* of appointment */
    SLOT_VISIT,     /* return visit, organ's opinion, court observation, complaint */
    SLOT_OPINION,
    SLOT_OBSERVATION,
    SLOT_COMPLAINT,
    SLOT_BOXES,     /* every code of the case field's set with a box before it, ticked or not; slots of other records named boxes.* print so, too */
    SLOT_ROW        /* a field of the block's rows */
};

struct slot_def {
    struct template_slot slot;
    enum slot_source source;
    const char *field; /* NULL: made by name */
};

/* The slot of that name, NULL. block: "" outside. Linear in the table. */
const struct slot_def *slot_find(const char *block, const char *name);
/* The record type whose field a slot names; NULL for made ones. */
const char *slot_type(const struct slot_def *def);
/* Whether the slot prints every choice of its field with a box before it. */
bool slot_is_boxes(const struct slot_def *def);
/* Whether there is such a block. */
bool slot_is_block(const char *name);
/* Fields of records that slots name exist in the catalogue: for tests. Returns the first slot whose field does not, NULL. */
const struct slot_def *slot_broken(void);

#endif /* CORE_PAPER_TEMPLATE_SLOT_H */
