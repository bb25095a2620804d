/* tui/views/find_box.c - see find_box.h. */
#include "tui/views/find_box.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"

enum { ROW_DIGITS = 2 };

void find_box_init(struct find_box *box, int columns, const char *text)
{
    *box = (struct find_box){.columns = columns};
    edit_init(&box->edit, FIND_BOX_CHARS, 0, EDIT_TIGHT);
    edit_set_size(&box->edit, 1, columns);
    if (text != NULL)
        edit_set(&box->edit, text, strlen(text));
}

void find_box_release(struct find_box *box)
{
    edit_release(&box->edit);
}

bool find_box_clear(struct find_box *box)
{
    bool any = !edit_is_empty(&box->edit);
    if (any)
        edit_erase_all(&box->edit);
    return any;
}

static void whole_text(const struct find_box *box, char out[FIND_BOX_BYTES])
{
    struct buf text;
    buf_init(&text, FIND_BOX_BYTES);
    edit_text(&box->edit, &text);
    memcpy(out, buf_cstr(&text), text.len + 1);
    buf_release(&text);
}

/* The last word of the text, if it is the number of a row; NULL. Full-width digits count, too: the box takes them as typed. */
static char *row_word(char *text)
{
    char *last = strrchr(text, ' ');
    last = last == NULL ? text : last + 1;
    size_t len = strlen(last);
    return len >= 1 && len <= ROW_DIGITS && strspn(last, "0123456789") == len && last[0] != '0' ? last : NULL;
}

bool find_box_text(const struct find_box *box, char out[FIND_BOX_BYTES])
{
    whole_text(box, out);
    char *number = row_word(out);
    if (number != NULL)
        *number = '\0';
    size_t len = strlen(out);
    while (len > 0 && out[len - 1] == ' ')
        out[--len] = '\0';
    return strspn(out, " ") < len;
}

/* A digit is typed half wide, whatever the input method makes of it. */
static struct key plain_digit(struct key key)
{
    int digit = key_digit(key);
    return digit < 0 ? key : key_char((uint32_t)('0' + digit));
}

static enum find_box_result select_row(const struct find_box *box, struct list *list)
{
    char text[FIND_BOX_BYTES];
    whole_text(box, text);
    char *word = row_word(text);
    if (word == NULL)
        return FIND_BOX_USED;
    return list_select_number(list, strtoul(word, NULL, 10)) ? FIND_BOX_USED : FIND_BOX_REFUSED;
}

enum find_box_result find_box_key(struct find_box *box, struct list *list, struct key key)
{
    bool typing = key_is_text(key) || key.kind == K_PASTE || key.kind == K_BACKSPACE || key.kind == K_DELETE;
    bool moving = box->active && (key.kind == K_LEFT || key.kind == K_RIGHT || key_equal(key, key_ctrl('u')) || key_equal(key, key_ctrl('w')));
    char before[FIND_BOX_BYTES], after[FIND_BOX_BYTES];
    if (!typing && !moving)
        return FIND_BOX_IGNORED;
    find_box_text(box, before);
    enum edit_result result = edit_key(&box->edit, plain_digit(key));
    if (result != EDIT_CHANGED) {
        box->active = box->active || result != EDIT_IGNORED;
        return result == EDIT_MOVED ? FIND_BOX_USED : FIND_BOX_REFUSED;
    }
    box->active = true;
    find_box_text(box, after);
    return strcmp(before, after) != 0 ? FIND_BOX_CHANGED : select_row(box, list);
}

int find_box_draw(struct find_box *box, struct canvas *canvas, int row)
{
    const char *label = _("查找");
    int at = 1 + (int)width_text(label, strlen(label)) + 2;
    canvas_printf(canvas, row, 1, -1, STYLE_NORMAL, "%s [", label);
    canvas_puts(canvas, row, at + box->columns, -1, STYLE_NORMAL, "]");
    edit_draw(&box->edit, canvas, row, at, STYLE_NORMAL, '_', box->active);
    return at + box->columns + 1;
}
