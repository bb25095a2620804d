/* core/report/summary_words.c - what the county wrote for a summary (records of type report_text), and what a slot says now. See summary_impl.h. */
#include <stdlib.h>
#include <string.h>

#include "core/record/filter.h"
#include "core/report/summary_impl.h"

struct reading {
    struct summary_words *words;
    enum status status;
};

static bool add_word(void *context, const struct record *text, const struct list_key *key)
{
    struct reading *reading = context;
    struct summary_words *words = reading->words;

    (void)key;
    if (words->n == words->room) {
        size_t room = words->room == 0 ? 16 : words->room * 2;
        struct summary_word *grown = realloc(words->words, room * sizeof *grown);
        if (grown == NULL) {
            reading->status = STATUS_NOMEM;
            return false;
        }
        words->words = grown;
        words->room = room;
    }
    struct summary_word word = {.slot = strdup(record_text(text, "slot")), .text = strdup(record_text(text, "text")), .of_period = record_text(text, "period")[0] != '\0'};
    words->words[words->n++] = word;
    reading->status = word.slot == NULL || word.text == NULL ? STATUS_NOMEM : STATUS_OK;
    return reading->status == STATUS_OK;
}

/* Newest first. period "": those of every period. */
static enum status read_of(const struct form_desk *desk, const char *period, struct reading *reading, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("report_text");
    struct filter filter = {.type = type, .n_terms = 1};
    struct list_query query = {.type = type, .filter = &filter};

    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "period"), .op = FILTER_EQ, .value = period[0] != '\0' ? value_string(period) : value_null()};
    enum status status = records_list(desk->store, desk->actor, &query, add_word, reading, err);
    return status == STATUS_OK ? reading->status : status;
}

enum status summary_words_read(const struct form_desk *desk, const struct period *period, struct summary_words *out, struct errmsg *err)
{
    struct reading reading = {.words = out};

    *out = (struct summary_words){0};
    enum status status = read_of(desk, period->name, &reading, err);
    return status == STATUS_OK ? read_of(desk, "", &reading, err) : status;
}

void summary_words_release(struct summary_words *words)
{
    for (size_t i = 0; i < words->n; i++) {
        free(words->words[i].slot);
        free(words->words[i].text);
    }
    free(words->words);
    *words = (struct summary_words){0};
}

const struct summary_word *summary_words_find(const struct summary_words *words, const char *slot)
{
    for (size_t i = 0; i < words->n; i++)
        if (strcmp(words->words[i].slot, slot) == 0)
            return &words->words[i];
    return NULL;
}

bool summary_slot_at(size_t index, struct summary_slot *out)
{
    const struct summary_slot_def *def = summary_slot_def_at(index);

    if (def != NULL)
        *out = (struct summary_slot){def->name, def->label, def->help};
    return def != NULL;
}

enum status summary_slot_text(const struct form_desk *desk, const struct period *period, const char *slot, struct buf *out, int *whose, struct errmsg *err)
{
    struct summary_words words;
    const char *figure, *text;
    unsigned place;
    size_t len;

    *whose = 0;
    if (summary_slot_def_find(slot) == NULL && !summary_place_parse(slot, &figure, &place))
        return errmsg_set(err, STATUS_NOT_FOUND, "没有名为 %.40s 的文字项", slot);
    enum status status = summary_words_read(desk, period, &words, err);
    const struct summary_word *word = status == STATUS_OK ? summary_words_find(&words, slot) : NULL;
    if (word != NULL) {
        *whose = word->of_period ? 2 : 1;
        buf_puts(out, word->text);
    } else if (status == STATUS_OK) {
        summary_slot_shipped(slot, &text, &len);
        buf_append(out, text, len);
    }
    summary_words_release(&words);
    return status == STATUS_OK ? out->status : status;
}
