/* tui/keymap.h - which key asks for which command on a screen; the key line and the help page are made from it. */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "tui/command.h"
#include "tui/key.h"

enum binding_flag {
    BINDING_HIDDEN = 1, /* works and is in the help page, not on the key line (a second key for the same) */
    BINDING_KEEP = 2,   /* the last to be left out when the line is short (F1, F10) */
    BINDING_HINT = 4,   /* not a key by itself: key is words ("数字"), command may be COMMAND_NONE */
};

/* One row of a table that ends with key == NULL. */
struct binding {
    const char *key;   /* a name that key_parse() reads, e.g. "F2", "Ctrl-Z", "="; Esc-digit twins come by themselves */
    int command;       /* enum command_id or a view's own */
    const char *label; /* what stands behind the key on the key line: "保存" */
    unsigned flags;    /* enum binding_flag */
};

struct keymap {
    const struct binding *bindings; /* ends with key == NULL */
    const struct command *commands; /* the view's own commands, ends with COMMAND_NONE; NULL: none */
};

/* The command for a key, COMMAND_NONE if unbound. */
int keymap_find(const struct keymap *keymap, struct key key);
/* The row of the key line that names this key, a hint's too ("Enter"); NULL: none does. */
const struct binding *keymap_named(const struct keymap *keymap, struct key key);
/* The key line in at most `columns` columns: " F2保存  F8重复  F1帮助  F10返回". Those with BINDING_KEEP come before the others, which are
 * left out where they do not fit, shorter ones behind them not; F1 then says "更多". */
void keymap_line(const struct keymap *keymap, size_t columns, struct buf *out);
/* Lines for the help page, one per binding: key, two blanks, help text; line feeds between. */
void keymap_help(const struct keymap *keymap, struct buf *out);
/* For tests: a key that cannot be parsed, is bound twice, or has no command row. NULL if all is well; else the key's name. */
const char *keymap_check(const struct keymap *keymap);

#endif /* TUI_KEYMAP_H */
