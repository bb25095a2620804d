/* core/aid/similar.h - which earlier record is like the one being written: the same category, the most words in common. Its answer is offered as a template, as an accountant's program offers
 * the most similar earlier entry. */
#ifndef CORE_AID_SIMILAR_H
#define CORE_AID_SIMILAR_H

#include "core/record/records.h"

enum { SIMILAR_MAX = 9, SIMILAR_LOOKED_AT = 300, SIMILAR_WHOLE = 1000 };

/* Which fields of a type say what a record is about, and what is taken over from another one. */
struct similar_fields {
    const char *category; /* FIELD_CODE; equal, or the one being written has none yet */
    const char *words;    /* text that is compared */
    const char *taken;    /* text that a record must have to be offered */
};

extern const struct similar_fields similar_consultations; /* category, content, answer */
/* A text of a case among those of the same cause, or of a step among those of the same action: compared with itself. False: the type has no such kind. */
bool similar_fields_of(const struct record_type *type, const struct field_def *field, struct similar_fields *out);

struct similar {
    struct record record; /* owned */
    unsigned score;       /* 0..SIMILAR_WHOLE: how many pairs of characters the texts have in common */
};

/* The at most `max` (<= SIMILAR_MAX) records most like `typed`, best first, the newer of two that are alike first; texts that are taken over alike come once. Looks at the SIMILAR_LOOKED_AT
 * newest of the category. Release each record. Errors: storage, STATUS_NOMEM; *n is 0 then. */
enum status similar_find(struct store *store, const struct actor *actor, const struct code_book *codes, const struct similar_fields *fields, const struct record *typed,
                         struct similar *out, size_t max, size_t *n, struct errmsg *err);
/* How much two texts have in common: 2 x shared pairs of characters / pairs in both, times SIMILAR_WHOLE; 0 if one of them has no pair. Punctuation and blanks do not count. O(n log n). */
unsigned similar_score(const char *one, const char *other);

#endif /* CORE_AID_SIMILAR_H */
