/* tui/prompt.c - see prompt.h. */
#include "tui/prompt.h"

#include <assert.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"

static void copy(char *to, size_t size, const char *text)
{
    size_t len = utf8_cut(text, strlen(text), size - 1 < strlen(text) ? size - 1 : strlen(text));
    memcpy(to, text, len);
    to[len] = '\0';
}

void prompt_choice(struct prompt *prompt, const char *text, const char *const *answers, size_t n, size_t otherwise)
{
    assert(n >= 1 && n <= PROMPT_MAX_ANSWERS && otherwise <= n);
    memset(prompt, 0, sizeof *prompt);
    copy(prompt->text, sizeof prompt->text, _(text));
    for (size_t i = 0; i < n; i++)
        copy(prompt->answers[i], sizeof prompt->answers[i], _(answers[i]));
    prompt->n_answers = n;
    prompt->otherwise = otherwise;
    edit_init(&prompt->edit, 1, 0, 0);
}

void prompt_line(struct prompt *prompt, const char *text, size_t max_chars, unsigned flags, const char *initial)
{
    memset(prompt, 0, sizeof *prompt);
    copy(prompt->text, sizeof prompt->text, _(text));
    edit_init(&prompt->edit, max_chars, 0, flags & ~(unsigned)EDIT_LINES);
    if (initial[0] != '\0')
        edit_set(&prompt->edit, initial, strlen(initial));
    prompt->over = (flags & EDIT_OVER) != 0 && !edit_is_empty(&prompt->edit);
}

void prompt_release(struct prompt *prompt)
{
    edit_release(&prompt->edit);
}

static enum prompt_result choose(struct prompt *prompt, size_t answer)
{
    if (answer < 1 || answer > prompt->n_answers)
        return PROMPT_REFUSED;
    prompt->chosen = answer;
    return PROMPT_DONE;
}

enum prompt_result prompt_key(struct prompt *prompt, struct key key)
{
    if (key.kind == K_ESC || key.kind == K_F10)
        return PROMPT_CANCELLED;
    if (prompt->n_answers > 0) {
        int digit = key_digit(key);
        if (key.kind == K_ENTER)
            return choose(prompt, prompt->otherwise);
        return digit >= 0 ? choose(prompt, (size_t)digit) : PROMPT_REFUSED;
    }
    if (key.kind == K_ENTER)
        return PROMPT_DONE;
    if (prompt->over && (key_is_text(key) || key.kind == K_PASTE))
        (void)edit_erase_all(&prompt->edit);
    prompt->over = false;
    switch (edit_key(&prompt->edit, key)) {
    case EDIT_CHANGED:
    case EDIT_MOVED:
        return PROMPT_MOVED;
    case EDIT_REFUSED:
        return PROMPT_REFUSED;
    default:
        return PROMPT_IGNORED;
    }
}

void prompt_draw(struct prompt *prompt, struct canvas *canvas, int row, int columns)
{
    canvas_fill(canvas, row, 0, 1, columns, STYLE_NORMAL, ' ');
    int col = 1 + canvas_puts(canvas, row, 1, -1, STYLE_BOLD, prompt->text);
    if (prompt->n_answers == 0) {
        int width = columns - col - 4;
        canvas_puts(canvas, row, col, -1, STYLE_NORMAL, " [");
        edit_set_size(&prompt->edit, 1, width < 4 ? 4 : width);
        edit_draw(&prompt->edit, canvas, row, col + 2, prompt->over ? STYLE_REVERSE : STYLE_NORMAL, '_', true);
        canvas_puts(canvas, row, col + 2 + prompt->edit.cols, -1, STYLE_NORMAL, "]");
        return;
    }
    for (size_t i = 0; i < prompt->n_answers; i++)
        col += canvas_printf(canvas, row, col, -1, STYLE_NORMAL, "  %zu %s", i + 1, prompt->answers[i]);
    canvas_set_cursor(canvas, row, col + 1);
}
