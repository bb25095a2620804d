/* tui/edit_field.c - text being edited: buffer, limits, undo and keys. How it is laid out and drawn is in edit_layout.c. */
#include "tui/edit_field.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/base/width.h"
#include "tui/edit_layout.h"

/* A step replaced n_removed codes at `at` by n_inserted others; undoing it puts the removed ones back. */
struct edit_undo {
    size_t at, n_removed, n_inserted, cursor;
    uint32_t *removed; /* owned */
};

static void drop_undo(struct edit_field *field)
{
    for (size_t i = 0; i < field->n_undo; i++)
        free(field->undo[i].removed);
    field->n_undo = 0;
    field->typing = false;
}

void edit_init(struct edit_field *field, size_t max_chars, size_t max_bytes, unsigned flags)
{
    assert(max_chars <= EDIT_MAX_CHARS);
    *field = (struct edit_field){.max_chars = max_chars, .flags = flags, .rows = 1, .cols = 20, .goal_col = -1};
    field->max_bytes = max_bytes != 0 ? max_bytes : max_chars * UTF8_MAX_BYTES;
}

static void wipe(struct edit_field *field)
{
    if (field->codes != NULL)
        explicit_bzero(field->codes, field->cap * sizeof *field->codes);
    for (size_t i = 0; i < field->n_undo; i++) {
        if (field->undo[i].removed != NULL)
            explicit_bzero(field->undo[i].removed, field->undo[i].n_removed * sizeof(uint32_t));
    }
}

void edit_release(struct edit_field *field)
{
    if (field->flags & EDIT_SECRET)
        wipe(field);
    drop_undo(field);
    free(field->undo);
    free(field->codes);
    edit_init(field, field->max_chars, field->max_bytes, field->flags);
}

static size_t code_bytes(uint32_t code)
{
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static size_t codes_bytes(const uint32_t *codes, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += code_bytes(codes[i]);
    return bytes;
}

static bool reserve(struct edit_field *field, size_t len)
{
    if (len <= field->cap)
        return true;
    size_t cap = field->cap < 32 ? 32 : field->cap * 2;
    while (cap < len)
        cap *= 2;
    uint32_t *codes = calloc(cap, sizeof *codes);
    if (codes == NULL)
        return false;
    if (field->len > 0)
        memcpy(codes, field->codes, field->len * sizeof *codes);
    if (field->codes != NULL && (field->flags & EDIT_SECRET))
        explicit_bzero(field->codes, field->cap * sizeof *codes);
    free(field->codes);
    field->codes = codes;
    field->cap = cap;
    return true;
}

/* The bare replacement; memory was reserved. */
static void replace(struct edit_field *field, size_t at, size_t n_remove, const uint32_t *codes, size_t n)
{
    field->bytes -= codes_bytes(field->codes + at, n_remove);
    field->bytes += codes_bytes(codes, n);
    if (n_remove == 0 && n == 0)
        return; /* an empty field may have no memory yet */
    memmove(field->codes + at + n, field->codes + at + n_remove, (field->len - at - n_remove) * sizeof *codes);
    if (n > 0)
        memcpy(field->codes + at, codes, n * sizeof *codes);
    field->len += n;
    field->len -= n_remove;
    field->goal_col = -1;
}

/* Remember a step. When memory is short or the steps are many, the oldest go: undo is a help, the text is not at stake. */
static void remember(struct edit_field *field, size_t at, size_t n_remove, size_t n_insert)
{
    if (field->undo == NULL)
        field->undo = calloc(EDIT_UNDO_STEPS, sizeof *field->undo);
    if (field->undo == NULL)
        return;
    struct edit_undo *last = field->n_undo > 0 ? &field->undo[field->n_undo - 1] : NULL;
    if (last != NULL && field->typing && n_remove == 0 && n_insert == 1 && last->at + last->n_inserted == at) {
        last->n_inserted++;
        return;
    }
    uint32_t *removed = NULL;
    if (n_remove > 0) {
        removed = calloc(n_remove, sizeof *removed);
        if (removed == NULL) {
            drop_undo(field);
            return;
        }
        memcpy(removed, field->codes + at, n_remove * sizeof *removed);
    }
    if (field->n_undo == EDIT_UNDO_STEPS) {
        free(field->undo[0].removed);
        memmove(field->undo, field->undo + 1, (EDIT_UNDO_STEPS - 1) * sizeof *field->undo);
        field->n_undo--;
    }
    field->undo[field->n_undo++] = (struct edit_undo){
        .at = at, .n_removed = n_remove, .n_inserted = n_insert, .cursor = field->cursor, .removed = removed};
}

static bool splice(struct edit_field *field, size_t at, size_t n_remove, const uint32_t *codes, size_t n, bool undoable)
{
    if (!reserve(field, field->len - n_remove + n))
        return false;
    if (undoable)
        remember(field, at, n_remove, n);
    replace(field, at, n_remove, codes, n);
    field->cursor = at + n;
    field->touched = field->touched || undoable;
    return true;
}

/* What the field stores for a typed or pasted code; 0: nothing. */
static uint32_t admitted(const struct edit_field *field, uint32_t code)
{
    if (code == '\n' || code == '\r')
        return field->flags & EDIT_LINES ? '\n' : ' ';
    if (code == '\t')
        return ' ';
    if (width_of(code) < 0 || code == 0xfeff || code == 0)
        return 0;
    return field->flags & EDIT_FOLD ? utf8_ascii_twin(code) : code;
}

/* A mark needs a base character before it. */
static bool base_before(const struct edit_field *field, size_t at, const uint32_t *pending, size_t n_pending)
{
    if (n_pending > 0)
        return pending[n_pending - 1] != '\n';
    return at > 0 && field->codes[at - 1] != '\n';
}

/* Codes of the text that the field takes at `at`, as many as fit; *whole says whether all did. Owned by the caller; NULL: no memory. */
static uint32_t *admit(const struct edit_field *field, size_t at, const char *text, size_t len, size_t *n_out, bool *whole)
{
    uint32_t *codes = calloc(len + 1, sizeof *codes);
    *n_out = 0;
    *whole = codes != NULL;
    if (codes == NULL)
        return NULL;
    size_t n = 0, bytes = field->bytes;
    for (size_t i = 0; i < len;) {
        uint32_t code = 0;
        size_t used = utf8_decode(text + i, len - i, &code);
        i += used > 0 ? used : 1;
        code = used > 0 ? admitted(field, code) : 0;
        if (code == 0 || (width_of(code) == 0 && !base_before(field, at, codes, n)))
            continue;
        if (field->len + n + 1 > field->max_chars || bytes + code_bytes(code) > field->max_bytes) {
            *whole = false;
            break;
        }
        codes[n++] = code;
        bytes += code_bytes(code);
    }
    *n_out = n;
    return codes;
}

enum status edit_set(struct edit_field *field, const char *text, size_t len)
{
    struct edit_field fresh;
    size_t n = 0;
    bool whole = false;
    edit_init(&fresh, field->max_chars, field->max_bytes, field->flags);
    uint32_t *codes = admit(&fresh, 0, text, len, &n, &whole);
    if (codes == NULL || !reserve(field, n)) {
        free(codes);
        return STATUS_NOMEM;
    }
    drop_undo(field);
    splice(field, 0, field->len, codes, n, false);
    field->first = 0;
    field->touched = false;
    if (field->flags & EDIT_SECRET)
        explicit_bzero(codes, n * sizeof *codes);
    free(codes);
    return STATUS_OK;
}

void edit_text(const struct edit_field *field, struct buf *out)
{
    char text[UTF8_MAX_BYTES];
    for (size_t i = 0; i < field->len; i++)
        buf_append(out, text, utf8_encode(field->codes[i], text));
}

bool edit_is_empty(const struct edit_field *field)
{
    return field->len == 0;
}

enum edit_result edit_insert(struct edit_field *field, const char *text, size_t len)
{
    size_t n = 0;
    bool whole = false;
    if (!(field->flags & EDIT_LINES)) { /* a line copied from elsewhere ends in a line feed: not part of it */
        while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
            len--;
    }
    uint32_t *codes = admit(field, field->cursor, text, len, &n, &whole);
    field->typing = false;
    bool done = codes != NULL && (n == 0 || splice(field, field->cursor, 0, codes, n, true));
    free(codes);
    if (!done || !whole)
        return EDIT_REFUSED;
    return n > 0 ? EDIT_CHANGED : EDIT_IGNORED;
}

static enum edit_result type_code(struct edit_field *field, uint32_t typed)
{
    uint32_t code = admitted(field, typed);
    if (code == 0 || (width_of(code) == 0 && !base_before(field, field->cursor, NULL, 0)))
        return EDIT_REFUSED;
    if (field->len + 1 > field->max_chars || field->bytes + code_bytes(code) > field->max_bytes)
        return EDIT_REFUSED;
    if (!splice(field, field->cursor, 0, &code, 1, true))
        return EDIT_REFUSED;
    field->typing = true;
    return EDIT_CHANGED;
}

static enum edit_result move_to(struct edit_field *field, size_t at)
{
    field->typing = false;
    field->goal_col = -1;
    if (at == field->cursor)
        return EDIT_IGNORED;
    field->cursor = at;
    return EDIT_MOVED;
}

static enum edit_result erase(struct edit_field *field, size_t from, size_t to)
{
    field->typing = false;
    if (from == to)
        return EDIT_IGNORED;
    return splice(field, from, to - from, NULL, 0, true) ? EDIT_CHANGED : EDIT_REFUSED;
}

enum edit_result edit_erase_all(struct edit_field *field)
{
    return erase(field, 0, field->len);
}

/* The last two steps emptied the field and filled it: one step from now on. Otherwise (a step was forgotten, or nothing was there) they stay as they are. */
static void join_last_steps(struct edit_field *field)
{
    if (field->n_undo < 2)
        return;
    struct edit_undo *emptied = &field->undo[field->n_undo - 2], *filled = &field->undo[field->n_undo - 1];
    if (emptied->at == 0 && emptied->n_inserted == 0 && filled->at == 0 && filled->n_removed == 0) {
        emptied->n_inserted = filled->n_inserted;
        field->n_undo--;
    }
}

enum edit_result edit_replace_all(struct edit_field *field, const char *text, size_t len)
{
    bool emptied = edit_erase_all(field) == EDIT_CHANGED;
    enum edit_result result = edit_insert(field, text, len);
    if (emptied && field->len > 0)
        join_last_steps(field);
    return result == EDIT_IGNORED && emptied ? EDIT_CHANGED : result;
}

enum edit_result edit_undo(struct edit_field *field)
{
    field->typing = false;
    if (field->n_undo == 0)
        return EDIT_IGNORED;
    struct edit_undo step = field->undo[field->n_undo - 1];
    if (!splice(field, step.at, step.n_inserted, step.removed, step.n_removed, false))
        return EDIT_REFUSED;
    field->n_undo--;
    field->cursor = step.cursor;
    field->touched = true;
    free(step.removed);
    return EDIT_CHANGED;
}

static enum edit_result control_key(struct edit_field *field, uint32_t letter)
{
    switch (letter) {
    case 'a':
        return move_to(field, edit_line_start(field, field->cursor));
    case 'e':
        return move_to(field, edit_line_end(field, field->cursor));
    case 'w':
        return erase(field, edit_word_left(field, field->cursor), field->cursor);
    case 'k':
        return erase(field, field->cursor, edit_line_end(field, field->cursor));
    case 'u':
        return erase(field, edit_line_start(field, field->cursor), field->cursor);
    case 'z':
        return edit_undo(field);
    case 'j':
        return field->flags & EDIT_LINES ? type_code(field, '\n') : EDIT_IGNORED;
    default:
        return EDIT_IGNORED;
    }
}

static enum edit_result line_key(struct edit_field *field, enum key_kind kind)
{
    int page = field->rows > 1 ? field->rows - 1 : 1;
    int by = kind == K_UP ? -1 : kind == K_DOWN ? 1 : kind == K_PAGE_UP ? -page : page;
    size_t at = edit_line_move(field, by);
    int goal = field->goal_col;
    enum edit_result result = move_to(field, at);
    field->goal_col = goal;
    return result;
}

static enum edit_result named_key(struct edit_field *field, struct key key)
{
    bool word = (key.modifiers & KEY_CTRL) != 0;
    if (key.modifiers & KEY_ALT)
        return key.kind == K_ENTER && (field->flags & EDIT_LINES) ? type_code(field, '\n') : EDIT_IGNORED;
    switch (key.kind) {
    case K_LEFT:
        return move_to(field, word ? edit_word_left(field, field->cursor) : edit_step_left(field, field->cursor));
    case K_RIGHT:
        return move_to(field, word ? edit_word_right(field, field->cursor) : edit_step_right(field, field->cursor));
    case K_HOME:
        return move_to(field, word ? 0 : edit_line_start(field, field->cursor));
    case K_END:
        return move_to(field, word ? field->len : edit_line_end(field, field->cursor));
    case K_BACKSPACE:
        return erase(field, edit_step_left(field, field->cursor), field->cursor);
    case K_DELETE:
        return erase(field, field->cursor, edit_step_right(field, field->cursor));
    case K_UP:
    case K_DOWN:
    case K_PAGE_UP:
    case K_PAGE_DOWN:
        return field->flags & EDIT_LINES ? line_key(field, key.kind) : EDIT_IGNORED;
    default:
        return EDIT_IGNORED;
    }
}

enum edit_result edit_key(struct edit_field *field, struct key key)
{
    if (key.kind == K_PASTE)
        return edit_insert(field, key.text, key.text_len);
    if (key_is_text(key))
        return type_code(field, key.code);
    if (key.kind == K_CHAR && key.modifiers == KEY_CTRL)
        return control_key(field, key.code);
    return named_key(field, key);
}
