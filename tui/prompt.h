/* tui/prompt.h - a question on the message line: choose by digit, or type a line.
 *
 * "删除这条记录？  1 删除  2 不删": numbered answers; Enter never confirms what destroys (it does nothing there unless a default is
 * given). Esc and F10 cancel. A text question shows "标题 [____]". */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/edit_field.h"
#include "tui/key.h"

enum { PROMPT_TEXT_BYTES = 200, PROMPT_MAX_ANSWERS = 9, PROMPT_ANSWER_BYTES = 40 };

struct prompt {
    char text[PROMPT_TEXT_BYTES];
    size_t n_answers; /* 0: a line of text is asked for */
    char answers[PROMPT_MAX_ANSWERS][PROMPT_ANSWER_BYTES];
    size_t otherwise; /* 1..n: what Enter means; 0: nothing */
    size_t chosen;    /* 1..n after PROMPT_DONE */
    struct edit_field edit;
    bool over;        /* EDIT_OVER, and no key yet */
};

enum prompt_result { PROMPT_IGNORED, PROMPT_MOVED, PROMPT_REFUSED, PROMPT_DONE, PROMPT_CANCELLED };

/* answers: n texts (1..PROMPT_MAX_ANSWERS, assert), copied (cut). otherwise: 0..n. */
void prompt_choice(struct prompt *prompt, const char *text, const char *const *answers, size_t n, size_t otherwise);
/* Ask for a line; flags as edit_field (EDIT_SECRET for passwords, EDIT_OVER: it stands marked, a moving key keeps it, Ctrl-Z gives it back); initial may be "". */
void prompt_line(struct prompt *prompt, const char *text, size_t max_chars, unsigned flags, const char *initial);
void prompt_release(struct prompt *prompt);
enum prompt_result prompt_key(struct prompt *prompt, struct key key);
void prompt_draw(struct prompt *prompt, struct canvas *canvas, int row, int columns);

#endif /* TUI_PROMPT_H */
