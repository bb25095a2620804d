/* tui/views/similar_offer.c - see similar_offer.h. The list is the picker over as many codes, numbered from 1. */
#include "tui/views/similar_offer.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"

enum { WORDS_COLUMNS = 24, LINE_BYTES = 2048 };

static const char *const numbers[SIMILAR_MAX] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};

void similar_offer_release(struct similar_offer *offer)
{
    for (size_t i = 0; i < offer->n; i++)
        record_release(&offer->found[i].record);
    offer->n = 0;
}

static void put_cut(struct buf *out, const char *text, size_t columns)
{
    size_t used, len = width_fit(text, strlen(text), columns, &used);
    for (size_t i = 0; i < len; i++)
        buf_putc(out, (uint8_t)(text[i] == '\n' ? ' ' : text[i]));
    if (text[len] != '\0')
        buf_puts(out, "..");
}

static void put_day(const struct record *record, const struct view *view, struct buf *out)
{
    char day[SHORT_DAY_BYTES];
    short_day_text(record_day(record), app_now_ms(view->app), day);
    buf_puts(out, day);
}

/* "10-22 工资三个月没发: 保留考勤和工资条" */
static void name_choice(struct similar_offer *offer, size_t i, const struct view *view)
{
    const struct record *record = &offer->found[i].record;
    struct buf name;
    buf_init(&name, LINE_BYTES);
    put_day(record, view, &name);
    buf_putc(&name, ' ');
    if (strcmp(offer->fields->words, offer->fields->taken) != 0) {
        put_cut(&name, record_text(record, offer->fields->words), WORDS_COLUMNS);
        buf_puts(&name, ": ");
    }
    put_cut(&name, record_text(record, offer->fields->taken), LINE_BYTES / 8);
    copy_text(offer->names[i], SIMILAR_NAME_BYTES, buf_cstr(&name));
    offer->choices[i] = (struct code){.set = "similar", .code = numbers[i], .name = offer->names[i], .parent = "", .initials = ""};
    buf_wipe(&name);
}

void similar_offer_find(struct similar_offer *offer, const struct view *view, const struct similar_fields *fields, const struct record *typed)
{
    struct app_context *context = view_context(view);
    similar_offer_release(offer);
    offer->fields = fields;
    if (record_text(typed, fields->category)[0] == '\0' && record_text(typed, fields->words)[0] == '\0')
        return;
    if (similar_find(context->store, context->actor, context->codes, fields, typed, offer->found, SIMILAR_MAX, &offer->n, NULL) != STATUS_OK)
        return;
    for (size_t i = 0; i < offer->n; i++)
        name_choice(offer, i, view);
}

void similar_offer_text(const struct similar_offer *offer, const struct view *view, int columns, struct buf *out)
{
    struct buf line;
    if (offer->n == 0 || columns <= 2)
        return;
    const struct record *record = &offer->found[0].record;
    buf_init(&line, LINE_BYTES);
    buf_puts(&line, _("像 "));
    put_day(record, view, &line);
    buf_printf(&line, " %s: %s", record_text(record, "name"), record_text(record, offer->fields->taken));
    put_cut(out, buf_cstr(&line), (size_t)columns - 2);
    buf_wipe(&line);
}

static size_t count(const void *context, const char *set)
{
    (void)set;
    return ((const struct similar_offer *)context)->n;
}

static const struct code *at(const void *context, const char *set, size_t index)
{
    (void)set;
    return &((const struct similar_offer *)context)->choices[index];
}

bool similar_offer_ask(struct similar_offer *offer, struct view *view, int tag)
{
    if (offer->n == 0)
        return false;
    app_pick(view->app, tag, (struct code_source){.context = offer, .set = "similar", .count = count, .at = at, .matches = code_matches, .day = CODE_DAY_NEWEST}, "像这一条的，取哪一条", "");
    return true;
}

const struct record *similar_offer_chosen(const struct similar_offer *offer, const char *code)
{
    for (size_t i = 0; i < offer->n; i++)
        if (strcmp(numbers[i], code) == 0)
            return &offer->found[i].record;
    return NULL;
}
