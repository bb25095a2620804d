/* core/report/count_consultation.c - what one consultation counts as: people (人次) and matters (件) are two figures (domain.md 5.2 b). See count.h. */
#include "core/report/count_impl.h"

/* None of the groups of the quarterly form: somebody else. */
static uint32_t with_others(uint32_t parts)
{
    enum {
        QUARTERLY = 1 << PG_FEMALE | 1 << PG_DISABLED | 1 << PG_PEASANT | 1 << PG_MIGRANT | 1 << PG_SOLDIER | 1 << PG_MINOR | 1 << PG_OLD | 1 << PG_FOREIGN | 1 << PG_POOR
    };
    return parts & QUARTERLY ? parts : parts | 1u << PG_OTHER;
}

static uint32_t groups_of(const struct consultation_facts *facts)
{
    struct person_facts person = {.sex = facts->sex, .born = PERSON_BORN_UNKNOWN, .age_band = facts->age_band, .ethnic = "", .categories = facts->categories};

    count_read_id(facts->id_no, &person);
    return with_others(count_group_parts(person_groups(&person, facts->date)));
}

void count_consultation(const struct count_rules *rules, const struct consultation_facts *facts, count_emit emit, void *context)
{
    const struct counter counter = {emit, context, COUNT_CONSULTATION};
    int64_t persons = facts->persons < 1 ? 1 : facts->persons, matters = facts->matters < 1 ? 1 : facts->matters;
    int32_t day = facts->date;

    if (day == COUNT_DAY_NONE)
        return;
    uint32_t groups = groups_of(facts);
    counter_put(&counter, COUNT_PERSONS, DIM_ALL, 0, day, persons);
    counter_put_code(&counter, COUNT_PERSONS, DIM_CHANNEL, facts->channel, day, persons);
    counter_put_groups(&counter, COUNT_PERSONS, groups, day, persons);
    counter_put_code(&counter, COUNT_PERSONS, DIM_TOPIC, count_topic_of(rules, facts), day, persons);
    counter_put_town(&counter, COUNT_PERSONS, facts->town, day, persons);
    if (count_code_in(facts->channel, "01 06")) {
        counter_put(&counter, COUNT_VISITORS, DIM_ALL, 0, day, persons);
        counter_put_groups(&counter, COUNT_VISITORS, groups, day, persons);
    }
    counter_put(&counter, COUNT_MATTERS, DIM_ALL, 0, day, matters);
    counter_put_code(&counter, COUNT_MATTERS, DIM_KIND, count_kind_of(rules, facts), day, matters);
    counter_put_code(&counter, COUNT_MATTERS, DIM_HANDLING, facts->handling, day, matters);
}
