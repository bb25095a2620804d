/* tui/painter.c - see painter.h. */
#include "tui/painter.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/base/width.h"

/* How cells look on the terminal: the `style` of the painter's own canvases. */
enum look { LOOK_NORMAL, LOOK_BOLD, LOOK_REVERSE, LOOK_CONFLICT, LOOK_COUNT };

enum { MOVE_BYTES = 48, MOVE_LEAST = 3 /* bytes of the shortest way to the right */, SCROLL_MAX = 30, SCROLL_LEAST_ROWS = 3, ERASE_LEAST = 4, ERASE_CHARS_LEAST = 12 };

bool painter_ground_is_light(const char *colorfgbg)
{
    const char *ground = colorfgbg != NULL ? strrchr(colorfgbg, ';') : NULL;
    char *end = NULL;
    long number = ground != NULL ? strtol(ground + 1, &end, 10) : 0;
    return ground != NULL && end != ground + 1 && *end == '\0' && (number == 7 || (number >= 9 && number <= 15)); /* 8 is dark grey */
}

/* ---- what is drawn for a cell ---- */

static enum look look_of(const struct painter_traits *traits, enum style style)
{
    switch (style) {
    case STYLE_BOLD:
    case STYLE_TITLE:
    case STYLE_MATCH:
    case STYLE_OVERDUE:
    case STYLE_ERROR:
        return traits->plain ? LOOK_NORMAL : LOOK_BOLD;
    case STYLE_CONFLICT:
        return traits->plain ? LOOK_NORMAL : traits->color ? LOOK_CONFLICT : LOOK_BOLD;
    case STYLE_REVERSE:
        return LOOK_REVERSE;
    default: /* dim too: grey is the first thing sunlight takes */
        return LOOK_NORMAL;
    }
}

/* An ASCII look-alike of an ambiguous character for terminals that draw those two columns wide. */
static uint32_t narrow_twin(uint32_t code)
{
    switch (code) {
    case 0x201c:
    case 0x201d:
        return '"';
    case 0x2018:
    case 0x2019:
        return '\'';
    case 0xb7:
        return '.';
    case 0xd7:
        return 'x';
    case 0x2014:
        return '-';
    case 0x2026:
        return '~';
    default:
        return '?';
    }
}

static uint32_t drawable(const struct painter_traits *traits, const struct cell *cell)
{
    if (cell->width == 1 && traits->wide_ambiguous && width_is_ambiguous(cell->code))
        return narrow_twin(cell->code);
    bool plane2 = cell->code >= 0x20000 && cell->code < 0x30000, plane3 = cell->code >= 0x30000 && cell->code < 0x40000;
    if ((plane2 && !traits->plane2) || (plane3 && !traits->plane3))
        return PAINTER_GETA;
    return cell->code;
}

bool painter_draws(const struct painter_traits *traits, uint32_t code)
{
    return drawable(traits, &(struct cell){.code = code, .width = 2}) == code;
}

static struct cell drawn_cell(const struct painter_traits *traits, const struct cell *cell)
{
    struct cell out = *cell;
    out.code = drawable(traits, cell);
    out.style = (uint8_t)look_of(traits, (enum style)cell->style);
    if (out.code == ' ' && out.style != LOOK_REVERSE)
        out.style = LOOK_NORMAL; /* a bold blank is a blank */
    if (cell->width == 0)
        out.style = out.style == LOOK_REVERSE ? LOOK_REVERSE : LOOK_NORMAL; /* its first half tells */
    if (out.code != cell->code)
        memset(out.marks, 0, sizeof out.marks);
    return out;
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return a->code == b->code && a->width == b->width && a->style == b->style && memcmp(a->marks, b->marks, sizeof a->marks) == 0;
}

static bool is_blank(const struct cell *cell)
{
    return cell->code == ' ' && cell->style == LOOK_NORMAL && cell->marks[0] == 0;
}

/* Whether every terminal and we agree on its width. */
static bool is_sure(const struct painter_traits *traits, const struct cell *cell)
{
    uint32_t code = cell->code;
    if (cell->marks[0] != 0)
        return false;
    if (code < 0x7f || (code >= 0x3000 && code < 0xa000) || (code >= 0xf900 && code < 0xfb00) || (code >= 0xff01 && code <= 0xff60))
        return true;
    return code < 0x10000 && traits->sure_ambiguous && width_is_ambiguous(code);
}

static struct cell *cell_of(const struct canvas *canvas, int row, int col)
{
    return &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
}

static bool row_differs(const struct painter *painter, int row)
{
    const struct cell *next = cell_of(&painter->next, row, 0), *shown = cell_of(&painter->shown, row, 0);
    for (int col = 0; col < painter->next.cols; col++)
        if (!same_cell(&next[col], &shown[col]))
            return true;
    return false;
}

/* ---- life ---- */

enum status painter_init(struct painter *painter, struct painter_traits traits)
{
    *painter = (struct painter){.traits = traits};
    painter_forget(painter);
    if (canvas_init(&painter->shown, 1, 1) != STATUS_OK)
        return STATUS_NOMEM;
    if (canvas_init(&painter->next, 1, 1) == STATUS_OK)
        return STATUS_OK;
    canvas_release(&painter->shown);
    return STATUS_NOMEM;
}

void painter_release(struct painter *painter)
{
    canvas_release(&painter->shown);
    canvas_release(&painter->next);
}

void painter_forget(struct painter *painter)
{
    painter->known = false;
    painter->row = painter->col = painter->look = -1;
}

static bool take_size(struct painter *painter, const struct canvas *frame)
{
    if (painter->next.rows == frame->rows && painter->next.cols == frame->cols)
        return true;
    painter_forget(painter);
    return canvas_resize(&painter->shown, frame->rows, frame->cols) == STATUS_OK && canvas_resize(&painter->next, frame->rows, frame->cols) == STATUS_OK;
}

static void take_frame(struct painter *painter, const struct canvas *frame)
{
    size_t n = (size_t)frame->rows * (size_t)frame->cols;
    for (size_t i = 0; i < n; i++)
        painter->next.cells[i] = drawn_cell(&painter->traits, &frame->cells[i]);
    /* Without xenl the last cell of the screen would scroll it. */
    struct cell *last = &painter->next.cells[n - 1];
    if (!painter->traits.wraps_late && last->width == 1)
        *last = (struct cell){.code = ' ', .width = 1};
}

/* ---- moves and looks ---- */

static void put_look(struct painter *painter, int look, struct buf *out)
{
    static const char *const on[LOOK_COUNT] = {"", "\033[1m", "\033[7m", "\033[1;35m"};
    if (painter->look == look)
        return;
    if (painter->look != LOOK_NORMAL)
        buf_puts(out, "\033[m");
    buf_puts(out, look == LOOK_CONFLICT && painter->traits.light ? "\033[35m" : on[look]);
    painter->look = look;
}

/* From one column to another in the same row; "" when there is none to make. from -1: not known. False: there is no way. */
static bool column_move(const struct painter *painter, int from, int to, char text[MOVE_BYTES])
{
    char absolute[MOVE_BYTES] = "";
    text[0] = '\0';
    if (to == from)
        return true;
    if (to == 0)
        snprintf(absolute, sizeof absolute, "\r");
    else if (painter->traits.moves_to_column)
        snprintf(absolute, sizeof absolute, "\033[%dG", to + 1);
    if (from >= 0 && to > from)
        snprintf(text, MOVE_BYTES, to - from == 1 ? "\033[C" : "\033[%dC", to - from);
    else if (from >= 0 && from - to <= 4)
        snprintf(text, MOVE_BYTES, "%.*s", from - to, "\b\b\b\b");
    else if (from >= 0)
        snprintf(text, MOVE_BYTES, "\033[%dD", from - to);
    if (absolute[0] != '\0' && (text[0] == '\0' || strlen(absolute) < strlen(text)))
        memcpy(text, absolute, sizeof absolute);
    return text[0] != '\0';
}

static void row_move(int down, char text[MOVE_BYTES])
{
    int n = down > 0 ? down : -down;
    if (n == 0)
        text[0] = '\0';
    else if (n == 1)
        snprintf(text, MOVE_BYTES, down > 0 ? "\033[B" : "\033[A");
    else
        snprintf(text, MOVE_BYTES, down > 0 ? "\033[%dB" : "\033[%dA", n);
}

/* The shortest way from where the cursor is. */
static void find_move(const struct painter *painter, int row, int col, char text[MOVE_BYTES])
{
    char vertical[MOVE_BYTES], horizontal[MOVE_BYTES];
    snprintf(text, MOVE_BYTES, row == 0 && col == 0 ? "\033[H" : "\033[%d;%dH", row + 1, col + 1);
    if (painter->row < 0)
        return;
    int from = painter->col;
    row_move(row - painter->row, vertical);
    if (row == painter->row + 1 && col == 0) {
        snprintf(vertical, sizeof vertical, "\r\n");
        from = 0;
    }
    if (column_move(painter, from, col, horizontal) && strlen(vertical) + strlen(horizontal) < strlen(text))
        snprintf(text, MOVE_BYTES, "%.20s%.20s", vertical, horizontal);
}

/* What the cell is drawn with: a blank takes any attribute that leaves it a blank. */
static int look_for(const struct painter *painter, const struct cell *cell)
{
    bool harmless = painter->look == LOOK_BOLD || painter->look == LOOK_CONFLICT;
    return harmless && is_blank(cell) ? painter->look : cell->style;
}

/* Before erasing, which fills with the attributes of some terminals. */
static void put_erasing_look(struct painter *painter, struct buf *out)
{
    if (painter->look != LOOK_BOLD && painter->look != LOOK_CONFLICT)
        put_look(painter, LOOK_NORMAL, out);
}

static size_t cell_bytes(const struct cell *cell)
{
    return cell->code < 0x80 ? 1 : cell->code < 0x800 ? 2 : cell->code < 0x10000 ? 3 : 4;
}

static void put_cell(struct painter *painter, const struct cell *cell, struct buf *out)
{
    char text[UTF8_MAX_BYTES];
    put_look(painter, look_for(painter, cell), out);
    buf_append(out, text, utf8_encode(cell->code, text));
    for (int i = 0; i < CANVAS_MARKS && cell->marks[i] != 0; i++)
        buf_append(out, text, utf8_encode(cell->marks[i], text));
    painter->col += cell->width;
    if (painter->col >= painter->next.cols)
        painter->row = -1; /* at the right edge terminals differ */
    else if (!is_sure(&painter->traits, cell))
        painter->col = -1;
}

/* Whether the cells up to col may be sent again instead of a move of so many bytes. */
static bool gap_is_short(const struct painter *painter, int row, int col, size_t limit)
{
    size_t bytes = 0;
    if (painter->row != row || painter->col < 0 || painter->col > col)
        return false;
    for (int at = painter->col; at < col; at++) {
        const struct cell *cell = cell_of(&painter->next, row, at);
        if (cell->width == 0 || look_for(painter, cell) != painter->look || !is_sure(&painter->traits, cell) || !same_cell(cell, cell_of(&painter->shown, row, at)))
            return false;
        bytes += cell_bytes(cell);
        at += cell->width - 1;
    }
    return bytes <= limit;
}

static void resend(struct painter *painter, int row, int col, struct buf *out)
{
    while (painter->col < col)
        put_cell(painter, cell_of(&painter->next, row, painter->col), out);
}

static void move_to(struct painter *painter, int row, int col, struct buf *out)
{
    char move[MOVE_BYTES];
    if (painter->row == row && painter->col == col)
        return;
    if (gap_is_short(painter, row, col, MOVE_LEAST)) { /* before a way is looked for: none is shorter */
        resend(painter, row, col, out);
        return;
    }
    find_move(painter, row, col, move);
    if (gap_is_short(painter, row, col, strlen(move))) {
        resend(painter, row, col, out);
        return;
    }
    buf_puts(out, move);
    painter->row = row;
    painter->col = col;
}

/* ---- rows ---- */

/* The column behind the last cell of a row that is not blank. */
static int row_end(const struct canvas *canvas, int row)
{
    int end = canvas->cols;
    while (end > 0 && is_blank(cell_of(canvas, row, end - 1)))
        end--;
    return end;
}

/* How many blanks begin here that are to be sent. */
static int blank_run(const struct painter *painter, int row, int col, int limit)
{
    int n = 0;
    while (col + n < limit && is_blank(cell_of(&painter->next, row, col + n)) && !same_cell(cell_of(&painter->next, row, col + n), cell_of(&painter->shown, row, col + n)))
        n++;
    return n;
}

/* Up to `most` bytes of out, if in a hurry: then the rest of the row stays as it is. */
static void paint_row(struct painter *painter, int row, size_t most, struct buf *out)
{
    int cols = painter->next.cols, end = row_end(&painter->next, row), old_end = row_end(&painter->shown, row);
    bool erase = old_end - end >= ERASE_LEAST;
    int limit = erase ? end : cols;
    for (int col = 0; col < limit;) {
        const struct cell *cell = cell_of(&painter->next, row, col);
        if (cell->width == 0 || same_cell(cell, cell_of(&painter->shown, row, col))) {
            col++;
            continue;
        }
        if (painter->hurries && out->len >= most) {
            memcpy(cell_of(&painter->shown, row, 0), cell_of(&painter->next, row, 0), (size_t)col * sizeof *painter->next.cells);
            return;
        }
        int blanks = painter->traits.erases_chars ? blank_run(painter, row, col, limit) : 0;
        move_to(painter, row, col, out);
        if (blanks >= ERASE_CHARS_LEAST) {
            put_erasing_look(painter, out);
            buf_printf(out, "\033[%dX", blanks);
            col += blanks;
            continue;
        }
        put_cell(painter, cell, out);
        col += cell->width;
    }
    if (erase) {
        move_to(painter, row, end, out);
        put_erasing_look(painter, out);
        buf_puts(out, "\033[K");
    }
    memcpy(cell_of(&painter->shown, row, 0), cell_of(&painter->next, row, 0), (size_t)cols * sizeof *painter->next.cells);
}

/* ---- scrolling ---- */

static uint64_t row_hash(const struct canvas *canvas, int row)
{
    uint64_t hash = 0;
    if (row_end(canvas, row) == 0)
        return 0; /* blank rows are no sign of anything */
    for (int col = 0; col < canvas->cols; col++) {
        const struct cell *cell = cell_of(canvas, row, col);
        hash = (hash ^ cell->code ^ ((uint64_t)cell->style << 32) ^ ((uint64_t)cell->marks[0] << 40)) * UINT64_C(0x100000001b3) + (hash >> 29);
    }
    return hash | 1;
}

struct scroll {
    int first, last; /* rows of the next picture that are now `by` rows below (by > 0) or above */
    int by, rows;    /* rows: how many are the same */
};

static struct scroll matches_at(const uint64_t *next, const uint64_t *shown, int rows, int by)
{
    struct scroll found = {.first = -1, .by = by};
    for (int row = 0; row < rows; row++) {
        int from = row + by;
        if (from < 0 || from >= rows || next[row] == 0 || next[row] != shown[from] || next[row] == shown[row])
            continue;
        found.first = found.first < 0 ? row : found.first;
        found.last = row;
        found.rows++;
    }
    return found;
}

static struct scroll find_scroll(const struct painter *painter)
{
    uint64_t next[CANVAS_MAX_ROWS], shown[CANVAS_MAX_ROWS];
    int rows = painter->next.rows;
    struct scroll best = {0};
    for (int row = 0; row < rows; row++) {
        next[row] = row_hash(&painter->next, row);
        shown[row] = row_hash(&painter->shown, row);
    }
    for (int by = 1; by < rows && by <= SCROLL_MAX; by++) {
        struct scroll up = matches_at(next, shown, rows, by), down = matches_at(next, shown, rows, -by);
        best = up.rows > best.rows ? up : best;
        best = down.rows > best.rows ? down : best;
    }
    return best;
}

static void clear_rows(struct canvas *canvas, int from, int to)
{
    for (struct cell *cell = cell_of(canvas, from, 0); cell < cell_of(canvas, 0, 0) + (size_t)to * (size_t)canvas->cols; cell++)
        *cell = (struct cell){.code = ' ', .width = 1};
}

static void copy_rows(struct canvas *canvas, int to, int from, int rows)
{
    memmove(cell_of(canvas, to, 0), cell_of(canvas, from, 0), (size_t)rows * (size_t)canvas->cols * sizeof *canvas->cells);
}

/* Move rows that are already on the screen where they now belong. */
static void scroll_rows(struct painter *painter, struct buf *out)
{
    struct scroll scroll = find_scroll(painter);
    int by = scroll.by, n = by > 0 ? by : -by;
    if (!painter->traits.scrolls || scroll.rows < SCROLL_LEAST_ROWS || scroll.rows < n)
        return;
    int top = by > 0 ? scroll.first : scroll.first - n, bottom = by > 0 ? scroll.last + n : scroll.last;
    put_look(painter, LOOK_NORMAL, out);
    buf_printf(out, "\033[%d;%dr\033[%d;1H", top + 1, bottom + 1, by > 0 ? bottom + 1 : top + 1);
    for (int i = 0; i < n; i++)
        buf_puts(out, by > 0 ? "\n" : "\033M");
    buf_puts(out, "\033[r");
    painter->row = -1; /* home, say most */
    if (by > 0) {
        copy_rows(&painter->shown, top, top + n, bottom - top + 1 - n);
        clear_rows(&painter->shown, bottom + 1 - n, bottom + 1);
    } else {
        copy_rows(&painter->shown, top + n, top, bottom - top + 1 - n);
        clear_rows(&painter->shown, top, top + n);
    }
}

/* ---- the frame ---- */

static void clear_screen(struct painter *painter, struct buf *out)
{
    put_look(painter, LOOK_NORMAL, out);
    buf_puts(out, "\033[H\033[2J");
    painter->row = painter->col = 0;
    painter->known = true;
    clear_rows(&painter->shown, 0, painter->shown.rows);
}

static int changed_rows(const struct painter *painter)
{
    int n = 0;
    for (int row = 0; row < painter->next.rows; row++)
        n += row_differs(painter, row);
    return n;
}

bool painter_paint(struct painter *painter, const struct canvas *frame, size_t max_bytes, struct buf *out)
{
    size_t start = out->len;
    if (!take_size(painter, frame)) {
        painter_forget(painter);
        return true;
    }
    take_frame(painter, frame);
    int changed = painter->known ? changed_rows(painter) : 0;
    if (!painter->known)
        clear_screen(painter, out);
    else if (changed > SCROLL_LEAST_ROWS)
        scroll_rows(painter, out);
    bool all = true;
    /* The cursor's row is what the person looks at. */
    for (int i = -1; i < frame->rows && all; i++) {
        int row = i < 0 ? frame->cursor_row : i;
        if (i < 0 && (max_bytes == SIZE_MAX || !row_differs(painter, row)))
            continue;
        if (!row_differs(painter, row))
            continue;
        if (out->len - start >= max_bytes)
            all = false;
        else
            paint_row(painter, row, max_bytes < SIZE_MAX - start ? start + max_bytes : SIZE_MAX, out);
        if (painter->hurries) /* it may have been cut within the row */
            all = all && !row_differs(painter, row);
    }
    put_look(painter, LOOK_NORMAL, out);
    if (all || !painter->hurries)
        move_to(painter, frame->cursor_row, frame->cursor_col, out);
    if (out->status != STATUS_OK)
        painter_forget(painter);
    return all;
}
