/* tui/views/report_summary_paper.c - the summary as it will be printed, scrolled, the checks that do not hold first; the same into a file. See report_summary.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/paper/paper.h"
#include "core/record/practice_sign.h"
#include "tui/scroll.h"
#include "tui/views/case_text.h"
#include "tui/views/report_book.h"
#include "tui/views/report_summary.h"

enum { COLUMNS_MIN = 40, COLUMNS_MAX = 100, FILE_COLUMNS = 80, PDF_MAX_BYTES = 1 << 26, HEAD_BYTES = 1 << 17 };

static const char TITLE[] = "法律援助工作总结";

/* ---- laying out --------------------------------------------------------------------------------------------------- */

static bool add_line(void *context, const char *text)
{
    struct buf *out = context;
    buf_printf(out, "%s\n", text);
    return out->status == STATUS_OK;
}

static size_t count_lines(const struct buf *text)
{
    size_t n = 0;
    for (size_t i = 0; i < text->len; i++)
        n += text->data[i] == '\n';
    return n;
}

/* What does not hold, above the text. */
static void put_head(struct summary_view *state, int columns)
{
    struct buf head;
    if (state->failures.n == 0)
        return;
    buf_init(&head, HEAD_BYTES);
    buf_printf(&head, _("数字不一致 %zu 处，其中 %lld 处还没有处理：\n"), state->failures.n, (long long)state->open);
    failure_lines_text(&state->failures, &head);
    case_wrap(buf_cstr(&head), columns, add_line, &state->lines);
    buf_release(&head);
    for (int i = 0; i < columns; i++)
        buf_putc(&state->lines, '-');
    buf_putc(&state->lines, '\n');
}

static void lay_out(struct summary_view *state, int columns)
{
    struct errmsg err = {{0}};
    columns = columns < COLUMNS_MIN ? COLUMNS_MIN : columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
    if (columns == state->columns)
        return;
    state->columns = columns;
    buf_clear(&state->lines);
    if (state->marked.len == 0)
        case_wrap(state->text_err.text, columns, add_line, &state->lines);
    else
        put_head(state, columns);
    state->n_head = count_lines(&state->lines);
    if (state->marked.len > 0 && paper_text(buf_cstr(&state->marked), state->marked.len, columns, &state->lines, &err) != STATUS_OK)
        buf_puts(&state->lines, _("正文太长，屏幕上显示不了\n"));
    state->n_lines = count_lines(&state->lines);
}

static size_t page_rows(const struct view *view)
{
    return (size_t)(view->app->rows > PAGE_FIRST_ROW + 3 ? view->app->rows - PAGE_FIRST_ROW - 2 : 1);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

bool summary_paper_key(struct view *view, struct key key)
{
    struct summary_view *state = view->state;
    enum scroll_result result = scroll_key(&state->top, state->n_lines, page_rows(view), key);
    if (result == SCROLL_STUCK)
        app_beep(view->app);
    return result != SCROLL_IGNORED;
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

void summary_paper_draw(struct view *view, struct canvas *canvas)
{
    struct summary_view *state = view->state;
    lay_out(state, canvas->cols);
    const char *at = buf_cstr(&state->lines);
    size_t page = page_rows(view), last = state->n_lines > page ? state->n_lines - page : 0;
    state->top = state->top < last ? state->top : last;
    for (size_t line = 0; *at != '\0' && line < state->top + page; line++) {
        size_t len = strcspn(at, "\n");
        if (line >= state->top)
            canvas_put(canvas, PAGE_FIRST_ROW + (int)(line - state->top), 0, canvas->cols, line < state->n_head ? STYLE_ERROR : STYLE_NORMAL, at, len);
        at += len + (at[len] == '\n');
    }
    canvas_set_cursor(canvas, PAGE_FIRST_ROW, 0);
}

void summary_paper_hint(struct view *view, struct buf *out)
{
    struct summary_view *state = view->state;
    size_t page = page_rows(view);
    if (state->n_lines > page)
        buf_printf(out, _("第 %zu 至 %zu 行，共 %zu 行"), state->top + 1, state->top + page < state->n_lines ? state->top + page : state->n_lines, state->n_lines);
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

static bool has_ending(const char *path, const char *ending)
{
    size_t len = strlen(path), n = strlen(ending);
    return len >= n && strcasecmp(path + len - n, ending) == 0;
}

enum status summary_paper_write(struct view *view, const char *path, struct errmsg *err)
{
    struct summary_view *state = view->state;
    struct buf out;
    if (has_ending(path, ".xlsx"))
        return report_book_write(view, &state->desk, &state->summary, &state->period, state->open > 0, path, err);
    struct buf marked;
    buf_init(&out, PDF_MAX_BYTES);
    buf_init(&marked, PDF_MAX_BYTES);
    buf_append(&marked, state->marked.data, state->marked.len);
    if (view_context(view)->machine->practice)
        practice_sign_paper(&marked);
    enum status status = marked.status != STATUS_OK ? errmsg_set(err, marked.status, "%s", status_text(marked.status))
                         : has_ending(path, ".pdf") ? paper_pdf(buf_cstr(&marked), marked.len, TITLE, today_of(view), &out, err)
                                                    : paper_text(buf_cstr(&marked), marked.len, FILE_COLUMNS, &out, err);
    if (status == STATUS_OK)
        status = file_write(path, out.data, out.len, 0600, err);
    buf_release(&out);
    buf_release(&marked);
    return status;
}
