/* tui/form.c - see form.h. Drawing and the hint line are in form_draw.c, codes typed into fields in form_code.c, days and sums in form_spell.c. */
#include "tui/form.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "tui/form_burst.h"
#include "tui/form_code.h"
#include "tui/form_room.h"
#include "tui/form_spell.h"

enum { MAX_CHARS_LINE = 200, MAX_CHARS_LINES = 4000, MAX_CHARS_CODE = 40, PATH_PER_FIELD = 8, TABLE_COLUMNS = 80 };

/* Days, sums and numbers: short, folded, typed over as a whole. */
static bool is_short_kind(enum form_kind kind)
{
    return kind == FORM_NUMBER || kind == FORM_DAY || kind == FORM_MONEY;
}

static bool focusable(const struct form *form, size_t i)
{
    return form->defs[i].kind != FORM_SHOW;
}

static bool skipped(const struct form *form, size_t i)
{
    return !focusable(form, i) || (form->hooks.skip != NULL && form->hooks.skip(form->hooks.context, form, i));
}

static void init_field(struct edit_field *field, const struct form_def *def)
{
    unsigned flags = 0;
    uint32_t chars = MAX_CHARS_LINE;
    if (def->kind == FORM_LINES) {
        flags = EDIT_LINES;
        chars = MAX_CHARS_LINES;
    } else if (def->kind == FORM_CODE || def->kind == FORM_CODES) {
        flags = (def->flags & FORM_FREE_CODE ? 0 : EDIT_FOLD) | EDIT_TIGHT; /* free text keeps its full-width brackets; codes are found without folding, too */
        chars = def->kind == FORM_CODES || def->flags & FORM_FREE_CODE ? MAX_CHARS_LINE : MAX_CHARS_CODE; /* several may be written out in Chinese */
    } else if (is_short_kind(def->kind)) {
        flags = EDIT_FOLD | EDIT_TIGHT;
    }
    if (def->flags & FORM_SECRET)
        flags |= EDIT_SECRET;
    if (def->flags & FORM_FOLD)
        flags |= EDIT_FOLD;
    edit_init(field, def->max_chars != 0 ? def->max_chars : chars, 0, flags);
    edit_set_size(field, def->rows, def->columns);
}

static size_t first_focusable(const struct form *form)
{
    size_t i = 0;
    while (i < form->n && skipped(form, i))
        i++;
    for (size_t j = 0; i == form->n && j < form->n; j++) {
        if (focusable(form, j))
            return j;
    }
    return i;
}

enum status form_init(struct form *form, const struct form_def *defs, size_t n, struct form_hooks hooks)
{
    *form = (struct form){.defs = defs, .n = n, .hooks = hooks, .day_field = SIZE_MAX, .day = CODE_DAY_NEWEST, .today = FORM_NO_TODAY};
    form->fields = calloc(n, sizeof *form->fields);
    form->sources = calloc(n, sizeof *form->sources);
    form->path = calloc(n * PATH_PER_FIELD, sizeof *form->path);
    if (form->fields == NULL || form->sources == NULL || form->path == NULL) {
        free(form->fields);
        free(form->sources);
        free(form->path);
        return STATUS_NOMEM;
    }
    for (size_t i = 0; i < n; i++)
        init_field(&form->fields[i], &defs[i]);
    /* Not by first_focusable: the skip hook may look at things the view has not set up yet. */
    while (form->focus < n && !focusable(form, form->focus))
        form->focus++;
    assert(form->focus < n);
    return STATUS_OK;
}

enum status form_init_table(struct form *form, const struct form_def *defs, size_t n, struct form_hooks hooks)
{
    if (!language_is_foreign())
        return form_init(form, defs, n, hooks);
    struct form_def *own = malloc(n * sizeof *own);
    if (own == NULL)
        return STATUS_NOMEM;
    memcpy(own, defs, n * sizeof *own);
    form_make_room(own, n, TABLE_COLUMNS);
    enum status status = form_init(form, own, n, hooks);
    if (status == STATUS_OK)
        form->own = own;
    else
        free(own);
    return status;
}

void form_release(struct form *form)
{
    free(form->own);
    for (size_t i = 0; form->fields != NULL && i < form->n; i++)
        edit_release(&form->fields[i]);
    free(form->fields);
    free(form->sources);
    free(form->path);
    form_burst_free(form->burst);
    *form = (struct form){0};
}

void form_laid_out(struct form *form)
{
    for (size_t i = 0; i < form->n; i++)
        edit_set_size(&form->fields[i], form->defs[i].rows, form->defs[i].columns);
}

void form_clear(struct form *form)
{
    for (size_t i = 0; i < form->n; i++)
        edit_set(&form->fields[i], "", 0);
    form->focus = first_focusable(form);
    form->n_path = 0;
    form->changed = form->entered = false;
    errmsg_clear(&form->message);
}

size_t form_field(const struct form *form, const char *name)
{
    size_t i = 0;
    while (i < form->n && strcmp(form->defs[i].name, name) != 0)
        i++;
    assert(i < form->n);
    return i;
}

void form_set_source(struct form *form, size_t field, struct code_source source)
{
    assert(field < form->n);
    form->sources[field] = source;
}

static bool same_source(const struct code_source *a, const struct code_source *b)
{
    return a->refresh == b->refresh && a->context == b->context;
}

void form_refresh_sources(struct form *form)
{
    for (size_t i = 0; i < form->n; i++) {
        const struct code_source *source = &form->sources[i];
        size_t first = 0;
        while (first < i && !same_source(&form->sources[first], source)) /* several fields may share one */
            first++;
        if (source->refresh != NULL && first == i)
            source->refresh(source->context);
    }
}

enum status form_set(struct form *form, size_t field, const char *text, size_t len)
{
    assert(field < form->n);
    return edit_set(&form->fields[field], text, len);
}

void form_type(struct form *form, size_t field, const char *text, size_t len)
{
    struct edit_field *edit = &form->fields[field];
    edit_replace_all(edit, text, len);
    edit->touched = true;
    form->changed = true;
    form->entered = true;
}

void form_text(const struct form *form, size_t field, struct buf *out)
{
    enum form_kind kind = form->defs[field].kind;
    if (kind == FORM_CODE || kind == FORM_CODES)
        form_code_text(form, field, out);
    else
        edit_text(&form->fields[field], out);
}

bool form_is_empty(const struct form *form, size_t field)
{
    return edit_is_empty(&form->fields[field]);
}

static void set_focus(struct form *form, size_t field)
{
    form->focus = field;
    form->entered = false;
    struct edit_field *edit = &form->fields[field];
    edit->cursor = edit->len;
    edit->typing = false;
}

void form_focus(struct form *form, size_t field)
{
    assert(field < form->n && focusable(form, field));
    set_focus(form, field);
}

/* Tell the view that a changed field was left. */
static void report_left(struct form *form)
{
    struct edit_field *edit = &form->fields[form->focus];
    if (edit->touched && form->hooks.left != NULL)
        form->hooks.left(form->hooks.context, form, form->focus);
    edit->touched = false;
}

static bool check_field(struct form *form, size_t field)
{
    errmsg_clear(&form->message);
    if (!form_code_settle(form, field, &form->message) || !form_spell(form, field, &form->message))
        return false;
    if (form->hooks.validate == NULL)
        return true;
    enum status status = form->hooks.validate(form->hooks.context, form, field, &form->message);
    if (status != STATUS_OK && form->message.text[0] == '\0')
        errmsg_set(&form->message, status, "%s: %s", _(form->defs[field].label), status_text(status));
    return status == STATUS_OK;
}

bool form_settle(struct form *form)
{
    if (!check_field(form, form->focus))
        return false;
    report_left(form);
    return true;
}

static void remember(struct form *form)
{
    size_t max = form->n * PATH_PER_FIELD;
    if (form->n_path == max) {
        memmove(form->path, form->path + 1, (max - 1) * sizeof *form->path);
        form->n_path--;
    }
    form->path[form->n_path++] = (uint16_t)form->focus;
}

static enum form_result go_next(struct form *form)
{
    size_t from = form->focus;
    if (!form_settle(form))
        return FORM_REFUSED;
    if (form->focus != from)
        return FORM_MOVED; /* the check knew where to go on */
    size_t next = form->focus + 1;
    while (next < form->n && skipped(form, next))
        next++;
    if (next >= form->n)
        return FORM_COMPLETE;
    remember(form);
    set_focus(form, next);
    return FORM_MOVED;
}

static enum form_result go_back(struct form *form)
{
    size_t to = form->focus;
    bool found = false;
    while (!found && form->n_path > 0) {
        to = form->path[--form->n_path];
        found = to != form->focus && !skipped(form, to);
    }
    for (to = found ? to : form->focus; !found && to > 0;)
        found = !skipped(form, --to);
    errmsg_clear(&form->message);
    if (!found)
        return FORM_REFUSED;
    form_code_settle(form, form->focus, NULL);
    form_spell(form, form->focus, NULL);
    report_left(form);
    set_focus(form, to);
    return FORM_MOVED;
}

/* The first field of the group with the least number above `group`, form->n if there is none. */
static size_t next_group(const struct form *form, int group)
{
    size_t best = form->n;
    for (size_t i = 0; i < form->n; i++) {
        int own = form->defs[i].group;
        if (own > group && !skipped(form, i) && (best == form->n || own < form->defs[best].group))
            best = i;
    }
    return best;
}

static enum form_result go_group(struct form *form)
{
    if (!form_settle(form))
        return FORM_REFUSED;
    size_t next = next_group(form, form->defs[form->focus].group);
    if (next == form->n)
        next = next_group(form, INT32_MIN);
    if (next == form->n || next == form->focus)
        return FORM_REFUSED;
    remember(form);
    set_focus(form, next);
    return FORM_MOVED;
}

/* '=' takes the value of the record before. */
static bool repeat_key(struct form *form, struct key key, enum form_result *result)
{
    struct edit_field *edit = &form->fields[form->focus];
    if (key_command_code(key) != '=' || form->hooks.repeat == NULL || (form->defs[form->focus].flags & FORM_NO_REPEAT))
        return false;
    if (form->entered && !edit_is_empty(edit))
        return false;
    struct buf text;
    buf_init(&text, EDIT_MAX_CHARS);
    bool found = form->hooks.repeat(form->hooks.context, form, form->focus, &text);
    if (found)
        form_type(form, form->focus, buf_cstr(&text), text.len);
    else
        errmsg_set(&form->message, STATUS_NOT_FOUND, "没有上一条可以重复");
    buf_wipe(&text);
    *result = found ? FORM_CHANGED : FORM_REFUSED;
    return true;
}

size_t form_missing(const struct form *form, int group)
{
    size_t missing = 0;
    for (size_t i = 0; i < form->n; i++) {
        bool counted = group == FORM_ALL_GROUPS || form->defs[i].group == group;
        missing += counted && (form->defs[i].flags & FORM_REQUIRED) && form_is_empty(form, i) && !skipped(form, i);
    }
    return missing;
}

size_t form_repeat_all(struct form *form)
{
    size_t filled = 0, focus = form->focus;
    for (size_t i = 0; form->hooks.repeat != NULL && i < form->n; i++) {
        struct buf text;
        if (skipped(form, i) || (form->defs[i].flags & (FORM_NO_REPEAT | FORM_SECRET | FORM_OWN)) || !form_is_empty(form, i))
            continue;
        buf_init(&text, EDIT_MAX_CHARS);
        if (form->hooks.repeat(form->hooks.context, form, i, &text) && text.len > 0) {
            form_type(form, i, buf_cstr(&text), text.len);
            filled++;
        }
        buf_wipe(&text);
    }
    set_focus(form, focus);
    return filled;
}

/* In fields of codes, numbers and days the first character typed replaces what stood there. */
static bool replaces(const struct form *form, struct key key)
{
    enum form_kind kind = form->defs[form->focus].kind;
    bool short_kind = kind == FORM_CODE || is_short_kind(kind);
    return short_kind && !form->entered && (key_is_text(key) || key.kind == K_PASTE);
}

/* Of a paste also how much of it is missing. */
static void tell_limit(struct form *form, struct key key, size_t taken)
{
    const struct edit_field *edit = &form->fields[form->focus];
    const char *label = _(form->defs[form->focus].label);
    size_t pasted = key.kind == K_PASTE ? utf8_count(key.text, key.text_len) + key.lost : 0;
    if (pasted > taken)
        errmsg_set(&form->message, STATUS_TOO_LARGE, "%s最多 %zu 字，后面 %zu 字没有放进去；Ctrl-Z 取出粘贴的", label, edit->max_chars, pasted - taken);
    else
        errmsg_set(&form->message, STATUS_TOO_LARGE, "%s最多 %zu 字", label, edit->max_chars);
}

static enum form_result text_key(struct form *form, struct key key)
{
    struct edit_field *edit = &form->fields[form->focus];
    if (replaces(form, key))
        edit_erase_all(edit);
    size_t before = edit->len;
    enum edit_result result = edit_key(edit, key);
    if (result == EDIT_IGNORED)
        return FORM_IGNORED;
    form->entered = true;
    if (result == EDIT_MOVED)
        return FORM_MOVED;
    form->changed = form->changed || edit->touched;
    if (result == EDIT_REFUSED) {
        tell_limit(form, key, edit->len - before);
        return FORM_REFUSED;
    }
    unsigned flags = form->defs[form->focus].flags;
    if ((flags & FORM_AUTO) && key_is_text(key) && form_code_is_final(form, form->focus)) {
        enum form_result moved = go_next(form);
        form->brought = moved == FORM_MOVED && (flags & FORM_CALM) && form_is_empty(form, form->focus);
        return moved == FORM_MOVED ? FORM_CHANGED : moved;
    }
    return FORM_CHANGED;
}

enum form_result form_key(struct form *form, struct key key)
{
    enum form_result result = FORM_IGNORED;
    bool brought = form->brought;
    errmsg_clear(&form->message);
    form->brought = false;
    if (brought && key.kind == K_ENTER && key.modifiers == 0)
        return FORM_MOVED; /* it was meant for the code that had moved on by itself */
    if (repeat_key(form, key, &result))
        return result;
    result = text_key(form, key);
    if (result != FORM_IGNORED || (key.modifiers != 0 && key.kind != K_BACKTAB))
        return result;
    switch (key.kind) {
    case K_ENTER:
    case K_DOWN:
        return go_next(form);
    case K_UP:
    case K_BACKTAB:
        return go_back(form);
    case K_TAB:
        return go_group(form);
    default:
        return FORM_IGNORED;
    }
}

enum status form_check(struct form *form, struct errmsg *err)
{
    for (size_t i = 0; i < form->n; i++) {
        if (skipped(form, i))
            continue;
        bool missing = (form->defs[i].flags & FORM_REQUIRED) && form_is_empty(form, i);
        if (missing)
            errmsg_set(&form->message, STATUS_INVALID, "必填: %s", _(form->defs[i].label));
        if (missing || !check_field(form, i)) {
            if (i != form->focus) {
                remember(form);
                set_focus(form, i);
            }
            return errmsg_set(err, STATUS_INVALID, "%s", form->message.text);
        }
    }
    return STATUS_OK;
}

void form_def_from_catalogue(const struct field_def *field, struct form_def *def)
{
    static const enum form_kind kinds[FIELD_KINDS] = {
        [FIELD_TEXT] = FORM_TEXT,   [FIELD_LONG] = FORM_LINES,  [FIELD_NAME] = FORM_TEXT, [FIELD_INT] = FORM_NUMBER,
        [FIELD_DAY] = FORM_DAY,     [FIELD_MONEY] = FORM_MONEY, [FIELD_BOOL] = FORM_CODE, [FIELD_CODE] = FORM_CODE,
        [FIELD_CODES] = FORM_CODES, [FIELD_REF] = FORM_TEXT,    [FIELD_PHONE] = FORM_NUMBER, [FIELD_ID_NO] = FORM_NUMBER,
        [FIELD_SECRET] = FORM_TEXT,
    };
    def->kind = kinds[field->kind];
    def->max_chars = def->kind == FORM_TEXT || def->kind == FORM_LINES ? catalogue_max_chars(field) : 0;
    if (field->flags & FIELD_REQUIRED)
        def->flags |= FORM_REQUIRED;
    if (def->kind == FORM_CODE)
        def->flags |= FORM_AUTO | FORM_CALM;
    if (field->kind == FIELD_SECRET)
        def->flags |= FORM_SECRET;
    if (field->kind == FIELD_NAME || field->kind == FIELD_PHONE || field->kind == FIELD_ID_NO)
        def->flags |= FORM_OWN;
}
