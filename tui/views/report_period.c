/* tui/views/report_period.c - see report_period.h. The picker's choices are numbered 1..8; what is typed and reads as a period is one more choice. */
#include "tui/views/report_period.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/record/pinyin.h"

enum { INITIALS_BYTES = 64, NUMBER_BYTES = PERIOD_NAME_BYTES, NAME_BYTES = PERIOD_LABEL_BYTES * 2 };

/* A kind of period, this one or the one before; the report it is mostly for tells where its year begins. */
static const struct offer {
    const char *label;
    enum period_kind kind;
    bool before;
    const char *rule;
} offers[] = {
    {"本月", PERIOD_MONTH, false, "period_monthly"},   {"上月", PERIOD_MONTH, true, "period_monthly"},   {"本季", PERIOD_QUARTER, false, "period_quarterly"},
    {"上季", PERIOD_QUARTER, true, "period_quarterly"}, {"本半年", PERIOD_HALF, false, "period_summary"}, {"前半年", PERIOD_HALF, true, "period_summary"},
    {"今年", PERIOD_YEAR, false, "period_summary"},     {"去年", PERIOD_YEAR, true, "period_summary"},
};

enum { OFFERS = sizeof offers / sizeof offers[0] };

struct choice {
    struct code code; /* points into the texts below */
    char number[NUMBER_BYTES], name[NAME_BYTES], initials[INITIALS_BYTES], period[PERIOD_NAME_BYTES];
};

struct report_period_choices {
    struct report_period_choices *self; /* sources are asked through a const pointer, but what is typed becomes a choice */
    struct choice choices[OFFERS + 1];
    size_t n; /* OFFERS, or one more */
};

static enum status offered(const struct view *view, const struct report_desk *desk, const struct offer *offer, struct period *out)
{
    struct year_start start;
    int32_t today = today_of(view);
    enum status status = year_start_parse(rules_text(desk->rules, offer->rule, today), &start, NULL);
    if (status == STATUS_OK)
        status = period_of_day(offer->kind, start, today, out, NULL);
    return status == STATUS_OK && offer->before ? period_next(out, true, out, NULL) : status;
}

/* ---- one that is remembered ---- */

void report_period_first(const struct view *view, const struct report_desk *desk, const char *argument, char name[PERIOD_NAME_BYTES])
{
    enum { LAST_HALF = 5 };
    struct period period;
    const char *remembered = view_context(view)->report_period;
    if (argument != NULL || remembered[0] != '\0')
        snprintf(name, PERIOD_NAME_BYTES, "%s", argument != NULL ? argument : remembered);
    else
        snprintf(name, PERIOD_NAME_BYTES, "%s", offered(view, desk, &offers[LAST_HALF], &period) == STATUS_OK ? period.name : "2026");
}

void report_period_remember(const struct view *view, const char *name)
{
    struct app_context *context = view_context(view);
    snprintf(context->report_period, sizeof context->report_period, "%s", name);
}

/* Which days it has is another matter: names step by themselves. */
static void step(struct view *view, const char *shown, bool back, report_period_take *take)
{
    struct period period;
    if (period_parse(shown, (struct year_start){1, 1}, &period, NULL) != STATUS_OK || period_next(&period, back, &period, NULL) != STATUS_OK)
        app_beep(view->app);
    else
        take(view, period.name);
}

/* ---- the picker ---- */

static void set_choice(struct choice *choice, const char *number, const char *label, const struct period *period)
{
    char words[PERIOD_LABEL_BYTES];
    struct buf initials;
    buf_init(&initials, INITIALS_BYTES - 1);
    report_period_words(period, words);
    snprintf(choice->number, sizeof choice->number, "%s", number);
    snprintf(choice->name, sizeof choice->name, "%s%s%s", label, label[0] != '\0' ? "  " : "", words);
    pinyin_initials(label, strlen(label), &initials);
    snprintf(choice->initials, sizeof choice->initials, "%s", buf_cstr(&initials));
    buf_release(&initials);
    snprintf(choice->period, sizeof choice->period, "%s", period->name);
    choice->code = (struct code){.set = "", .code = choice->number, .name = choice->name, .parent = "", .initials = choice->initials};
}

static size_t count_choices(const void *context, const char *set)
{
    (void)set;
    return ((const struct report_period_choices *)context)->n;
}

static const struct code *choice_at(const void *context, const char *set, size_t index)
{
    (void)set;
    return &((const struct report_period_choices *)context)->choices[index].code;
}

/* A digit is the number of a choice: names are full of digits. */
static bool matches_choice(const struct code *code, const char *typed)
{
    return typed[0] >= '0' && typed[0] <= '9' ? strncmp(code->code, typed, strlen(typed)) == 0 : code_matches(code, typed);
}

/* What reads as a period is offered. */
static size_t find_choice(const void *context, const char *set, const char *typed, const struct code *out[CODE_FOUND_MAX])
{
    struct report_period_choices *choices = ((const struct report_period_choices *)context)->self;
    struct period period;
    (void)set;
    choices->n = OFFERS;
    if (period_parse(typed, (struct year_start){1, 1}, &period, NULL) != STATUS_OK)
        return 0;
    set_choice(&choices->choices[choices->n++], period.name, "", &period);
    out[0] = &choices->choices[OFFERS].code;
    return 1;
}

static void ask(struct view *view, const struct report_desk *desk, struct report_period_choices **kept)
{
    struct report_period_choices *choices = *kept != NULL ? *kept : calloc(1, sizeof **kept);
    if (choices == NULL) {
        app_fail(view->app, "%s", status_text(STATUS_NOMEM));
        return;
    }
    *kept = choices->self = choices;
    choices->n = OFFERS;
    for (size_t i = 0; i < OFFERS; i++) {
        struct period period = {.kind = offers[i].kind};
        char number[2] = {(char)('1' + i), '\0'};
        (void)offered(view, desk, &offers[i], &period); /* at the ends of time there is none: it has no name then */
        set_choice(&choices->choices[i], number, offers[i].label, &period);
    }
    app_pick(view->app, REPORT_ASK_PERIOD, (struct code_source){.context = choices, .set = "", .count = count_choices, .at = choice_at, .matches = matches_choice, .find = find_choice},
             "哪一期，或写 2026H1 2026Q3 2026-03", "");
}

void report_period_free(struct report_period_choices *choices)
{
    free(choices);
}

bool report_period_command(struct view *view, const struct report_desk *desk, struct report_period_choices **choices, const char *shown, int command, report_period_take *take)
{
    switch (command) {
    case COMMAND_PERIOD:
        ask(view, desk, choices);
        return true;
    case COMMAND_EARLIER:
    case COMMAND_LATER:
        step(view, shown, command == COMMAND_EARLIER, take);
        return true;
    default:
        return false;
    }
}

bool report_period_answer(struct view *view, const struct report_period_choices *choices, const struct view_answer *answer, report_period_take *take)
{
    if (answer->tag != REPORT_ASK_PERIOD || answer->cancelled || answer->code == NULL)
        return false;
    for (size_t i = 0; i < choices->n; i++) {
        if (&choices->choices[i].code != answer->code || choices->choices[i].period[0] == '\0')
            continue;
        take(view, choices->choices[i].period);
        return true;
    }
    return false;
}
