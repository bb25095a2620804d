/* tui/form_burst.c - see form_burst.h. */
#include "tui/form_burst.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/utf8.h"

/* What is collected, and the form as it was at its first key. */
struct form_burst {
    int64_t last_ms;
    char line[READER_LINE_MAX_BYTES];
    size_t len;
    bool overflow;
    struct buf *texts; /* owned: one per field */
    size_t n, focus, n_path;
    bool changed, entered;
};

void form_burst_free(struct form_burst *burst)
{
    if (burst == NULL)
        return;
    for (size_t i = 0; i < burst->n; i++)
        buf_wipe(&burst->texts[i]);
    free(burst->texts);
    explicit_bzero(burst->line, sizeof burst->line);
    free(burst);
}

static struct form_burst *burst_of(struct form *form)
{
    if (form->burst != NULL)
        return form->burst;
    struct form_burst *burst = calloc(1, sizeof *burst);
    struct buf *texts = calloc(form->n, sizeof *texts);
    if (burst == NULL || texts == NULL) {
        free(burst);
        free(texts);
        return NULL; /* a card is typed like anything else then */
    }
    burst->texts = texts;
    burst->n = form->n;
    for (size_t i = 0; i < burst->n; i++)
        buf_init(&burst->texts[i], EDIT_MAX_CHARS * 4);
    form->burst = burst;
    return burst;
}

static void begin(struct form_burst *burst, const struct form *form)
{
    burst->len = 0;
    burst->overflow = false;
    burst->focus = form->focus;
    burst->n_path = form->n_path;
    burst->changed = form->changed;
    burst->entered = form->entered;
    for (size_t i = 0; i < burst->n; i++) {
        buf_clear(&burst->texts[i]);
        edit_text(&form->fields[i], &burst->texts[i]);
    }
}

static void put_back(const struct form_burst *burst, struct form *form)
{
    for (size_t i = 0; i < burst->n; i++) {
        struct buf now;
        buf_init(&now, EDIT_MAX_CHARS * 4);
        edit_text(&form->fields[i], &now);
        if (strcmp(buf_cstr(&now), buf_cstr(&burst->texts[i])) != 0)
            (void)form_set(form, i, buf_cstr(&burst->texts[i]), burst->texts[i].len);
        buf_wipe(&now);
    }
    form_focus(form, burst->focus);
    form->n_path = burst->n_path < form->n_path ? burst->n_path : form->n_path;
    form->changed = burst->changed;
    form->entered = burst->entered;
    errmsg_clear(&form->message);
}

static void collect(struct form_burst *burst, const char *text, size_t len)
{
    if (burst->len + len > sizeof burst->line) {
        burst->overflow = true;
        return;
    }
    memcpy(burst->line + burst->len, text, len);
    burst->len += len;
}

/* The key as a reader's line has it. False: no reader types it. */
static bool collect_key(struct form_burst *burst, struct key key)
{
    char bytes[UTF8_MAX_BYTES];
    if (key.kind == K_PASTE)
        collect(burst, key.text, key.text_len);
    else if (key_is_text(key))
        collect(burst, bytes, utf8_encode(key.code, bytes));
    else if (key.modifiers == 0 && (key.kind == K_ENTER || key.kind == K_TAB))
        collect(burst, key.kind == K_ENTER ? "\n" : "\t", 1);
    else
        return false;
    return true;
}

static bool ends_line(struct key key)
{
    return (key.kind == K_ENTER && key.modifiers == 0) || (key.kind == K_PASTE && key.text_len > 0 && key.text[key.text_len - 1] == '\n');
}

bool form_burst_key(struct form *form, struct key key, int64_t now_ms, struct id_reading *card)
{
    struct form_burst *burst = form->hooks.card != NULL ? burst_of(form) : NULL;
    if (burst == NULL)
        return false;
    if (now_ms - burst->last_ms > FORM_BURST_GAP_MS || now_ms < burst->last_ms)
        begin(burst, form);
    burst->last_ms = now_ms;
    if (!collect_key(burst, key)) {
        burst->overflow = true; /* somebody's key: what follows at once is no card */
        return false;
    }
    if (burst->overflow || !ends_line(key) || !id_reading_parse(burst->line, burst->len, form->today != FORM_NO_TODAY ? form->today : DAY_MAX, card))
        return false;
    put_back(burst, form);
    return true;
}
