/* tui/picker.c - see picker.h. */
#include "tui/picker.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

enum { NUMBER_COLUMNS = 3 };

static void refilter(struct picker *picker)
{
    struct buf text;
    buf_init(&text, sizeof picker->typed - 1);
    edit_text(&picker->filter, &text);
    strcpy(picker->typed, buf_cstr(&text)); /* the buffer's limit is the array's */
    buf_release(&text);
    picker->count = picker->choices == NULL ? 0 : code_source_choices(&picker->source, picker->typed, picker->choices, picker->room);
    if (picker->count > picker->room)
        picker->count = picker->room;
    picker->selected = picker->top = 0;
}

void picker_init(struct picker *picker, struct code_source source, const char *title, const char *filter)
{
    if (source.refresh != NULL)
        source.refresh(source.context);
    bool ready = code_source_is_ready(&source);
    size_t size = ready ? code_source_size(&source) : 0;
    *picker = (struct picker){.source = source, .height = 1, .room = size};
    picker->choices = ready ? calloc(size > 0 ? size : 1, sizeof picker->choices[0]) : NULL; /* without memory nothing is offered */
    title = _(title);
    size_t len = utf8_cut(title, strlen(title), sizeof picker->title - 1);
    memcpy(picker->title, title, len);
    edit_init(&picker->filter, PICKER_FILTER_CHARS, 0, EDIT_FOLD);
    edit_set_size(&picker->filter, 1, PICKER_FILTER_CHARS);
    if (edit_set(&picker->filter, filter, strlen(filter)) != STATUS_OK)
        edit_set(&picker->filter, "", 0);
    refilter(picker);
}

void picker_release(struct picker *picker)
{
    edit_release(&picker->filter);
    free(picker->choices);
    picker->choices = NULL;
    picker->count = 0;
}

static enum picker_result move(struct picker *picker, size_t to)
{
    if (to == picker->selected)
        return PICKER_REFUSED;
    picker->selected = to;
    return PICKER_MOVED;
}

static enum picker_result cancel(struct picker *picker)
{
    if (edit_is_empty(&picker->filter))
        return PICKER_CANCELLED;
    edit_set(&picker->filter, "", 0);
    refilter(picker);
    return PICKER_MOVED;
}

bool picker_refresh(struct picker *picker)
{
    const struct code *chosen = picker_choice(picker);
    size_t top = picker->top;
    bool found = chosen == NULL || picker->source.refresh == NULL;
    if (found)
        return true;
    picker->source.refresh(picker->source.context);
    refilter(picker);
    for (size_t i = 0; i < picker->count && !found; i++) {
        found = picker->choices[i].code == chosen;
        picker->selected = found ? i : 0;
    }
    picker->top = found ? top : 0;
    picker->lost = !found;
    return found;
}

enum picker_result picker_key(struct picker *picker, struct key key)
{
    bool lost = picker->lost;
    picker->lost = false;
    if (lost && (key.kind == K_ENTER || key.kind == K_TAB))
        return PICKER_REFUSED;
    size_t last = picker->count > 0 ? picker->count - 1 : 0, at = picker->selected;
    switch (key.kind) {
    case K_ENTER:
    case K_TAB:
        return picker->count > 0 ? PICKER_CHOSEN : PICKER_REFUSED;
    case K_ESC:
    case K_F10:
        return cancel(picker);
    case K_UP:
        return move(picker, at > 0 ? at - 1 : 0);
    case K_DOWN:
        return move(picker, at < last ? at + 1 : last);
    case K_PAGE_UP:
        return move(picker, at > picker->height ? at - picker->height : 0);
    case K_PAGE_DOWN:
        return move(picker, at + picker->height < last ? at + picker->height : last);
    default:
        break;
    }
    switch (edit_key(&picker->filter, key)) {
    case EDIT_CHANGED:
        refilter(picker);
        return PICKER_MOVED;
    case EDIT_MOVED:
        return PICKER_MOVED;
    case EDIT_REFUSED:
        return PICKER_REFUSED;
    default:
        return PICKER_IGNORED;
    }
}

const struct code *picker_choice(const struct picker *picker)
{
    return picker->count > 0 ? picker->choices[picker->selected].code : NULL;
}

/* Favourites stand first: the first choice tells. */
static bool has_numbers(const struct picker *picker)
{
    return picker->count > 0 && picker->choices[0].number != 0;
}

void picker_draw(struct picker *picker, struct canvas *canvas, int row, int col, int rows, int columns)
{
    picker->height = (size_t)(rows - 2);
    if (picker->selected < picker->top)
        picker->top = picker->selected;
    if (picker->selected >= picker->top + picker->height)
        picker->top = picker->selected - picker->height + 1;
    canvas_fill(canvas, row, col, 1, columns, STYLE_NORMAL, '-');
    canvas_fill(canvas, row + 1, col, rows - 1, columns, STYLE_NORMAL, ' ');
    int used = canvas_printf(canvas, row + 1, col + 1, -1, STYLE_BOLD, "%s", picker->title);
    used += canvas_printf(canvas, row + 1, col + 1 + used, -1, STYLE_NORMAL, " [");
    edit_draw(&picker->filter, canvas, row + 1, col + 1 + used, STYLE_NORMAL, '_', true);
    canvas_printf(canvas, row + 1, col + 1 + used + PICKER_FILTER_CHARS, -1, STYLE_NORMAL, "]  %zu 项  数字 / 拼音首字母 / 汉字",
                  picker->count);
    for (size_t i = 0; i < picker->height && picker->top + i < picker->count; i++) {
        const struct code_choice *choice = &picker->choices[picker->top + i];
        const struct code *code = choice->code;
        bool selected = picker->top + i == picker->selected;
        int line = row + 2 + (int)i;
        canvas_puts(canvas, line, col, 1, STYLE_NORMAL, selected ? ">" : " ");
        int from = col + 1;
        if (has_numbers(picker))
            from += NUMBER_COLUMNS;
        if (choice->number != 0)
            canvas_printf(canvas, line, col + 1, NUMBER_COLUMNS, STYLE_NORMAL, "%2u", choice->number);
        int width = canvas_puts(canvas, line, from, -1, STYLE_NORMAL, code->code);
        from += width < 8 ? 8 : width + 1;
        canvas_puts(canvas, line, from, columns - 1 - (from - col), STYLE_NORMAL, _(code->name));
    }
    if (picker->choices == NULL)
        canvas_puts(canvas, row + 2, col + 1, columns - 1, STYLE_NORMAL, _("内存不足，列不出来；按 Esc 关上，再按 F4"));
    else if (picker->count == 0)
        canvas_puts(canvas, row + 2, col + 1, columns - 1, STYLE_NORMAL, _("没有符合的，Esc 清空"));
}
