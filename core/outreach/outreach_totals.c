/* core/outreach/outreach_totals.c - see outreach_totals.h: the figures of figure.c, by name. */
#include "core/outreach/outreach_totals.h"

#include <string.h>

#include "core/record/code_book.h"

static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
    {"events", offsetof(struct outreach_totals, events)},         {"sessions", offsetof(struct outreach_totals, sessions)},
    {"consulted", offsetof(struct outreach_totals, consulted)},   {"matters", offsetof(struct outreach_totals, matters)},
    {"handouts", offsetof(struct outreach_totals, handouts)},     {"boards", offsetof(struct outreach_totals, boards)},
    {"banners", offsetof(struct outreach_totals, banners)},       {"gifts", offsetof(struct outreach_totals, gifts)},
    {"accepted", offsetof(struct outreach_totals, accepted)},     {"volunteers", offsetof(struct outreach_totals, volunteers)},
    {"hours", offsetof(struct outreach_totals, hours)},           {"media_items", offsetof(struct outreach_totals, media_items)},
    {"trainings", offsetof(struct outreach_totals, trainings)},   {"training_persons", offsetof(struct outreach_totals, training_persons)},
    {"meetings", offsetof(struct outreach_totals, meetings)},
};

static const struct {
    const char *name, *set;
    size_t offset;
} tables[] = {
    {"kind", "event_kind", offsetof(struct outreach_totals, kinds)},
    {"media", "media_kind", offsetof(struct outreach_totals, media)},
    {"honour", "honour_level", offsetof(struct outreach_totals, honours)},
    {"token", "token_kind", offsetof(struct outreach_totals, tokens)},
};

struct filling {
    const struct code_book *codes;
    struct outreach_totals *out;
};

static int64_t *number_at(struct filling *filling, size_t offset)
{
    return (int64_t *)(void *)((char *)filling->out + offset);
}

static size_t index_of(const struct code_book *codes, const char *set, const char *code)
{
    size_t i = 0, n = code_book_count(codes, set);

    while (i < n && strcmp(code_book_at(codes, set, i)->code, code) != 0)
        i++;
    return i;
}

static bool take(void *context, const struct figure *figure)
{
    struct filling *filling = context;

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(numbers[i].name, figure->name) == 0)
            *number_at(filling, numbers[i].offset) = figure->value;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        size_t index = strcmp(tables[i].name, figure->name) == 0 ? index_of(filling->codes, tables[i].set, figure->code) : OUTREACH_CODES;
        if (index < OUTREACH_CODES)
            number_at(filling, tables[i].offset)[index] = figure->value;
    }
    return true;
}

enum status outreach_totals(struct store *store, const struct actor *actor, const struct code_book *codes, int32_t from, int32_t to, struct outreach_totals *out, struct errmsg *err)
{
    struct event_choice choice = event_choice_period(from, to);
    struct filling filling = {.codes = codes, .out = out};

    *out = (struct outreach_totals){0};
    if (to < from)
        return errmsg_set(err, STATUS_RANGE, "期间的末日早于首日");
    return figures_each(store, actor, codes, &choice, take, &filling, err);
}
