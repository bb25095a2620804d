/* core/aid/person_group.c - see core/aid/person_group.h. */
#include "core/aid/person_group.h"

#include <stddef.h>
#include <string.h>

#include "core/base/day.h"

enum { MALE = 1, FEMALE = 2, BAND_MINOR = 1, BAND_GROWN = 2, BAND_OLD = 3, AGE_UNKNOWN = -1, AGE_GROWN = 18, AGE_OLD = 60 };

uint32_t person_groups_typed(const char *categories)
{
    uint32_t mask = 0;

    for (const char *at = categories; *at != '\0';) {
        size_t len = strcspn(at, ",");
        if (len == 2 && at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9') {
            int code = (at[0] - '0') * 10 + (at[1] - '0');
            if (code >= 1 && code <= PERSON_CODE_MAX)
                mask |= PERSON_GROUP_BIT(code);
        }
        at += len + (at[len] == ',');
    }
    return mask;
}

/* Full years, or the least age of the band; AGE_UNKNOWN. */
static int age_on(const struct person_facts *facts, int32_t day)
{
    static const int LEAST[] = {[BAND_MINOR] = 0, [BAND_GROWN] = AGE_GROWN, [BAND_OLD] = AGE_OLD};

    if (facts->born != PERSON_BORN_UNKNOWN && facts->born <= day)
        return day_age(facts->born, day);
    return facts->age_band >= BAND_MINOR && facts->age_band <= BAND_OLD ? LEAST[facts->age_band] : AGE_UNKNOWN;
}

/* Facts decide over what was typed. */
static uint32_t decide(uint32_t mask, int code, bool known, bool holds)
{
    if (!known)
        return mask;
    return holds ? mask | PERSON_GROUP_BIT(code) : mask & ~PERSON_GROUP_BIT(code);
}

uint32_t person_groups(const struct person_facts *facts, int32_t day)
{
    uint32_t mask = person_groups_typed(facts->categories);
    int age = age_on(facts, day);
    bool male = facts->sex == MALE, female = facts->sex == FEMALE, aged = age != AGE_UNKNOWN;

    mask = decide(mask, PERSON_WOMAN, male || (female && aged), female && age >= AGE_GROWN);
    mask = decide(mask, PERSON_MINOR, aged, age < AGE_GROWN);
    mask = decide(mask, PERSON_OLD, aged, age >= AGE_OLD);
    mask = decide(mask, PERSON_MINORITY, facts->ethnic[0] != '\0', strcmp(facts->ethnic, "01") != 0);
    return female || (mask & PERSON_GROUP_BIT(PERSON_WOMAN)) ? mask | PERSON_GROUP_BIT(PERSON_FEMALE) : mask;
}
