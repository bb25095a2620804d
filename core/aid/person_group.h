/* core/aid/person_group.h - which groups of people somebody belongs to (受援人类别, research domain.md 4.7): typed codes of set person_category, and what follows from sex, age and nationality.
 *
 * 妇女 (a grown woman), 未成年人 and 老年人 follow from sex and age on a day, 少数民族 from the nationality; only where they cannot be derived does the typed code count. So a man or a
 * girl is never 妇女, whatever was typed; somebody of unknown age or sex is if it was typed. 女性 is every female, grown or not (the monthly and quarterly forms); who is 妇女 is female too.
 * The one definition for ledgers, reports, eligibility and screens. Pure. */
#ifndef CORE_AID_PERSON_GROUP_H
#define CORE_AID_PERSON_GROUP_H

#include <stdbool.h>
#include <stdint.h>

/* The codes 01..22 of set person_category are bits 1..22 of a mask. */
#define PERSON_GROUP_BIT(code) (1u << (code))
enum {
    PERSON_MIGRANT = 5, PERSON_WOMAN = 17, PERSON_MINOR = 18, PERSON_OLD = 19, PERSON_MINORITY = 20, PERSON_CODE_MAX = 22,
    PERSON_FEMALE = 23 /* no code: any female */
};

#define PERSON_BORN_UNKNOWN INT32_MIN

struct person_facts {
    int sex;                /* 1 male, 2 female, else unknown */
    int32_t born;           /* day, or PERSON_BORN_UNKNOWN; one after the day asked about is as unknown */
    int age_band;           /* 1 minor, 2 grown, 3 old: where no birthday is known; 0 unknown */
    const char *ethnic;     /* code, "" unknown */
    const char *categories; /* typed codes, comma-separated */
};

/* O(length of categories). Codes of the county's own (beyond 22) are in no bit. */
uint32_t person_groups(const struct person_facts *facts, int32_t day);
/* Only what was typed. */
uint32_t person_groups_typed(const char *categories);

#endif /* CORE_AID_PERSON_GROUP_H */
