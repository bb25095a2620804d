/* tui/keymap.c - see keymap.h. */
#include "tui/keymap.h"

#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"

static bool binding_key(const struct binding *binding, struct key *key)
{
    return !(binding->flags & BINDING_HINT) && key_parse(binding->key, key) == STATUS_OK;
}

int keymap_find(const struct keymap *keymap, struct key key)
{
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++) {
        struct key bound;
        if (binding_key(b, &bound) && key_equal(bound, key))
            return b->command;
    }
    return COMMAND_NONE;
}

/* A word in Latin letters needs a blank behind the key: "F2 Save", "F2保存". */
static const char *gap(const char *label)
{
    return (unsigned char)label[0] < 0x80 ? " " : "";
}

/* F1 tells of the keys there was no room for. */
static const char *label_of(const struct binding *b, bool all)
{
    return _(b->command == COMMAND_HELP && !all ? "更多" : b->label);
}

static size_t entry_columns(const struct binding *b, bool all)
{
    const char *key = _(b->key), *label = label_of(b, all);
    return width_text(key, strlen(key)) + strlen(gap(label)) + width_text(label, strlen(label)) + 2;
}

static bool on_line(const struct binding *b)
{
    return !(b->flags & BINDING_HIDDEN) && b->label != NULL;
}

const struct binding *keymap_named(const struct keymap *keymap, struct key key)
{
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++) {
        struct key named;
        if (on_line(b) && key_parse(b->key, &named) == STATUS_OK && key_equal(named, key))
            return b;
    }
    return NULL;
}

void keymap_line(const struct keymap *keymap, size_t columns, struct buf *out)
{
    size_t whole = 1, kept = 1; /* the leading blank stands for the second blank the last entry does not have */
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++)
        whole += on_line(b) ? entry_columns(b, true) : 0;
    bool all = whole <= columns + 2, first = true;
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++)
        kept += on_line(b) && (b->flags & BINDING_KEEP) ? entry_columns(b, all) : 0;
    size_t used = kept > 2 ? kept - 2 : 0;
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++) {
        if (!on_line(b))
            continue;
        if (!(b->flags & BINDING_KEEP)) {
            if (used + entry_columns(b, all) > columns)
                continue;
            used += entry_columns(b, all);
        }
        buf_puts(out, first ? " " : "  ");
        buf_puts(out, _(b->key));
        buf_puts(out, gap(label_of(b, all)));
        buf_puts(out, label_of(b, all));
        first = false;
    }
}

void keymap_help(const struct keymap *keymap, struct buf *out)
{
    enum { KEY_COLUMNS = 12 };
    bool first = true;
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++) {
        const struct command *command = command_find(keymap->commands, b->command);
        const char *key = _(b->key), *help = _(command != NULL ? command->help : b->label);
        if (help == NULL)
            continue;
        if (!first)
            buf_putc(out, '\n');
        first = false;
        buf_puts(out, key);
        size_t used = width_text(key, strlen(key));
        do {
            buf_putc(out, ' ');
        } while (++used < KEY_COLUMNS);
        buf_puts(out, help);
    }
}

const char *keymap_check(const struct keymap *keymap)
{
    for (const struct binding *b = keymap->bindings; b->key != NULL; b++) {
        struct key key, other;
        if (b->flags & BINDING_HINT)
            continue;
        if (key_parse(b->key, &key) != STATUS_OK || command_find(keymap->commands, b->command) == NULL)
            return b->key;
        for (const struct binding *c = keymap->bindings; c != b; c++) {
            if (binding_key(c, &other) && key_equal(key, other))
                return b->key;
        }
    }
    return NULL;
}
