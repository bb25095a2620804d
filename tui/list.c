/* tui/list.c - see list.h; what is drawn of it is in list_draw.c. The window is filled by fetching one row more than it holds, so that its end is known; a narrowed list reads its source in batches and keeps the rows that match. */
#include "tui/list.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/base/width.h"

enum { SCAN_BATCH_ROWS = 128 };

struct list_page {
    struct list_row *rows; /* owned */
    size_t n, max, n_cells;
    bool short_of_memory;
    bool unfinished; /* the source has not looked at all that there is */
};

/* A key with its text inside, whatever it pointed to before. */
static void store_key(struct list_key *to, const struct list_key *from)
{
    char text[sizeof to->text] = "";
    if (from->value.kind == VALUE_TEXT && from->value.text != NULL) {
        size_t len = from->value.len;
        if (len > sizeof text - 1)
            len = utf8_cut(from->value.text, len, sizeof text - 1);
        memcpy(text, from->value.text, len);
        *to = *from;
        to->value.len = len;
        memcpy(to->text, text, sizeof text);
    } else {
        *to = *from;
    }
}

/* Rows move about in memory, so the pointer to the text is set when the key is used. */
static struct list_key *usable_key(struct list_key *key)
{
    if (key->value.kind == VALUE_TEXT)
        key->value.text = key->text;
    return key;
}

static void free_row(struct list_row *row)
{
    free(row->texts);
    row->texts = NULL;
}

static void free_rows(struct list_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free_row(&rows[i]);
}

static bool copy_cells(struct list_row *to, const struct list_row *from, size_t n_cells)
{
    size_t bytes = 1;
    for (size_t i = 0; i < n_cells; i++)
        bytes += from->cells[i] != NULL ? strlen(from->cells[i]) + 1 : 0;
    to->texts = malloc(bytes);
    if (to->texts == NULL)
        return false;
    char *at = to->texts;
    for (size_t i = 0; i < LIST_MAX_COLUMNS; i++) {
        to->cells[i] = NULL;
        if (i < n_cells && from->cells[i] != NULL) {
            to->cells[i] = at;
            at = stpcpy(at, from->cells[i]) + 1;
        }
    }
    return true;
}

bool list_page_add(struct list_page *page, const struct list_row *row)
{
    if (page->n >= page->max || page->short_of_memory)
        return false;
    struct list_row *to = &page->rows[page->n];
    *to = *row;
    store_key(&to->key, &row->key);
    if (!copy_cells(to, row, page->n_cells)) {
        page->short_of_memory = true;
        return false;
    }
    page->n++;
    return true;
}

void list_page_walk(struct list_page *page, enum list_way way, const struct list_key *key, size_t max, size_t n, bool (*give)(void *context, struct list_page *page, size_t index), void *context)
{
    bool set = key != NULL && key->set;
    size_t at = set ? (size_t)key->row - 1 + (way == LIST_AFTER) : way == LIST_BEFORE ? n : 0;
    if (at > n)
        at = n;
    for (size_t taken = 0; taken < max && (way == LIST_BEFORE ? at > 0 : at < n); taken++)
        if (!give(context, page, way == LIST_BEFORE ? --at : at++))
            return;
}

void list_page_unfinished(struct list_page *page)
{
    page->unfinished = true;
}

static void free_page(struct list_page *page)
{
    free_rows(page->rows, page->n);
    free(page->rows);
    page->rows = NULL;
    page->n = 0;
}

static enum status read_source(struct list *list, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    *page = (struct list_page){.max = max, .n_cells = list->n_columns};
    page->rows = calloc(max, sizeof *page->rows);
    if (page->rows == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    enum status status = list->source.fetch(list->source.context, way, key, max, page, err);
    if (status == STATUS_OK && page->short_of_memory)
        status = errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (status != STATUS_OK)
        free_page(page);
    return status;
}

/* Move the rows that match into the page, as many as it has room for. */
static void keep_matches(const struct list *list, struct list_page *batch, struct list_page *page)
{
    for (size_t i = 0; i < batch->n; i++) {
        if (page->n < page->max && list_find_matches(&list->find, batch->rows[i].cells, list->n_columns)) {
            page->rows[page->n++] = batch->rows[i];
            batch->rows[i].texts = NULL;
        }
    }
}

static enum status read_matches(struct list *list, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct list_key from = *key;
    bool at_end = false;
    *page = (struct list_page){.max = max, .n_cells = list->n_columns};
    page->rows = calloc(max, sizeof *page->rows);
    if (page->rows == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    list->scan_cut = false;
    for (size_t scanned = 0; !at_end && page->n < max && !list->scan_cut; scanned += SCAN_BATCH_ROWS) {
        struct list_page batch;
        enum status status = read_source(list, way, usable_key(&from), SCAN_BATCH_ROWS, &batch, err);
        if (status != STATUS_OK) {
            free_page(page);
            return status;
        }
        at_end = batch.n < SCAN_BATCH_ROWS;
        if (batch.n > 0)
            from = batch.rows[batch.n - 1].key;
        way = way == LIST_FROM ? LIST_AFTER : way;
        keep_matches(list, &batch, page);
        free_page(&batch);
        list->scan_cut = !at_end && page->n < max && scanned + SCAN_BATCH_ROWS >= LIST_SCAN_ROWS;
    }
    return STATUS_OK;
}

/* Columns only widen while one scrolls, so that rows do not move to and fro. */
static void measure(struct list *list, const struct list_page *page)
{
    for (size_t row = 0; row < page->n; row++) {
        for (size_t i = 0; i < list->n_columns; i++) {
            const char *cell = page->rows[row].cells[i];
            int width = cell != NULL ? (int)width_text(cell, strlen(cell)) : 0;
            if (width > list->widest[i])
                list->widest[i] = width;
        }
    }
}

static enum status fetch(struct list *list, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    enum status status = list_is_narrowed(list) ? read_matches(list, way, key, max, page, err) : read_source(list, way, key, max, page, err);
    if (status == STATUS_OK)
        measure(list, page);
    return status;
}

void list_init(struct list *list, struct list_source source, const struct list_column *columns, size_t n_columns, unsigned flags)
{
    assert(n_columns >= 1 && n_columns <= LIST_MAX_COLUMNS);
    *list = (struct list){.source = source, .columns = columns, .n_columns = n_columns, .flags = flags, .height = 1};
    list->at_start = list->at_end = true;
}

void list_set_columns(struct list *list, const struct list_column *columns, size_t n_columns)
{
    assert(n_columns >= 1 && n_columns <= LIST_MAX_COLUMNS);
    list->columns = columns;
    list->n_columns = n_columns;
    memset(list->widest, 0, sizeof list->widest);
}

void list_release(struct list *list)
{
    free_rows(list->rows, list->n);
    free(list->rows);
    list->rows = NULL;
    list->n = 0;
}

static void reverse(struct list_row *rows, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct list_row swap = rows[i];
        rows[i] = rows[n - 1 - i];
        rows[n - 1 - i] = swap;
    }
}

/* Put rows in as the whole window; takes them over. n <= height. */
static void take_window(struct list *list, struct list_row *rows, size_t n)
{
    free_rows(list->rows, list->n);
    free(list->rows);
    list->rows = rows;
    list->n = n;
    if (list->selected >= n)
        list->selected = n > 0 ? n - 1 : 0;
}

/* A page that was fetched one row too long becomes the window. Returns whether there was more than fits. */
static bool take_page(struct list *list, struct list_page *page, bool backwards)
{
    bool more = page->n > list->height;
    if (more)
        free_row(&page->rows[--page->n]);
    if (backwards)
        reverse(page->rows, page->n);
    take_window(list, page->rows, page->n);
    return more;
}

/* What an unfinished page leaves to be found: rows that were asked for, and what the window has room for. */
static void note_owed(struct list *list, bool unfinished, bool down, size_t asked)
{
    size_t room = list->height - list->n;
    list->owed = !unfinished ? 0 : asked > room ? asked : room;
    list->owed_down = down;
}

static enum status read_start(struct list *list, struct errmsg *err)
{
    struct list_page page;
    struct list_key none = {0};
    enum status status = fetch(list, LIST_AFTER, &none, list->height + 1, &page, err);
    if (status != STATUS_OK)
        return status;
    list->at_end = !take_page(list, &page, false) && !page.unfinished;
    list->at_start = true;
    note_owed(list, page.unfinished, true, 0);
    return STATUS_OK;
}

static enum status read_end(struct list *list, struct errmsg *err)
{
    struct list_page page;
    struct list_key none = {0};
    enum status status = fetch(list, LIST_BEFORE, &none, list->height + 1, &page, err);
    if (status != STATUS_OK)
        return status;
    list->at_start = !take_page(list, &page, true) && !page.unfinished;
    list->at_end = true;
    note_owed(list, page.unfinished, false, 0);
    return STATUS_OK;
}

enum status list_reset(struct list *list, struct errmsg *err)
{
    memset(list->widest, 0, sizeof list->widest);
    enum status status = read_start(list, err);
    if (status == STATUS_OK) {
        list->selected = 0;
        list->n_typed = 0;
    }
    return status;
}

bool list_select_id(struct list *list, struct id id)
{
    for (size_t i = 0; i < list->n; i++) {
        if (id_equal(list->rows[i].id, id)) {
            list->selected = i;
            return true;
        }
    }
    return false;
}

bool list_select_number(struct list *list, unsigned long number)
{
    if (number < 1 || number > list->n)
        return false;
    list->selected = number - 1;
    return true;
}

/* Whether anything stands before the window's first row. */
static enum status look_before(struct list *list, struct errmsg *err)
{
    struct list_page page;
    struct list_key key = list->rows[0].key;
    enum status status = fetch(list, LIST_BEFORE, usable_key(&key), 1, &page, err);
    if (status != STATUS_OK)
        return status;
    list->at_start = page.n == 0 && !page.unfinished;
    free_rows(page.rows, page.n);
    free(page.rows);
    return STATUS_OK;
}

/* The window again from its first row on. A window that became too short at the end of the list is read from there. */
static enum status read_from_first(struct list *list, struct errmsg *err)
{
    struct list_page page;
    struct list_key key = list->rows[0].key;
    enum status status = fetch(list, LIST_FROM, usable_key(&key), list->height + 1, &page, err);
    if (status != STATUS_OK)
        return status;
    if (page.n < list->height && !page.unfinished) {
        free_rows(page.rows, page.n);
        free(page.rows);
        return read_end(list, err);
    }
    list->at_end = !take_page(list, &page, false) && !page.unfinished;
    note_owed(list, page.unfinished, true, 0);
    if (list->n > 0)
        return look_before(list, err);
    list->at_start = true; /* nothing is left of the window: what is owed fills it */
    return STATUS_OK;
}

enum status list_reload(struct list *list, struct errmsg *err)
{
    bool had = list->n > 0;
    struct id id = had ? list->rows[list->selected].id : (struct id){{0}};
    enum status status = !had || list->at_start ? read_start(list, err) : read_from_first(list, err);
    if (status == STATUS_OK && had && !id_is_zero(id))
        list_select_id(list, id);
    return status;
}

enum status list_set_height(struct list *list, size_t rows, struct errmsg *err)
{
    rows = rows < 1 ? 1 : rows > LIST_MAX_ROWS ? LIST_MAX_ROWS : rows;
    if (rows == list->height)
        return STATUS_OK;
    bool grew = rows > list->height;
    list->height = rows;
    if (grew)
        return list->n > 0 ? list_reload(list, err) : STATUS_OK;
    /* Smaller: keep the selected row inside, without asking the source. */
    size_t drop = list->selected >= rows ? list->selected - rows + 1 : 0;
    free_rows(list->rows, drop);
    memmove(list->rows, list->rows + drop, (list->n - drop) * sizeof *list->rows);
    list->n -= drop;
    list->selected -= drop;
    list->at_start = list->at_start && drop == 0;
    if (list->n > rows) {
        free_rows(list->rows + rows, list->n - rows);
        list->n = rows;
        list->at_end = false;
    }
    return STATUS_OK;
}

/* Move the window by up to `by` rows. *moved: how many. */
static enum status slide(struct list *list, bool down, size_t by, size_t *moved, struct errmsg *err)
{
    struct list_page page;
    *moved = 0;
    struct list_key key = list->rows[down ? list->n - 1 : 0].key;
    enum status status = fetch(list, down ? LIST_AFTER : LIST_BEFORE, usable_key(&key), by + 1, &page, err);
    if (status != STATUS_OK)
        return status;
    bool more = page.n > by;
    if (more)
        free_row(&page.rows[--page.n]);
    struct list_row *rows = calloc(list->n + page.n + 1, sizeof *rows);
    if (rows == NULL) {
        free_rows(page.rows, page.n);
        free(page.rows);
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    }
    size_t n = list->n + page.n, drop = n > list->height ? n - list->height : 0;
    if (!down)
        reverse(page.rows, page.n);
    memcpy(rows, down ? list->rows : page.rows, (down ? list->n : page.n) * sizeof *rows);
    memcpy(rows + (down ? list->n : page.n), down ? page.rows : list->rows, (down ? page.n : list->n) * sizeof *rows);
    if (down) {
        free_rows(rows, drop);
        memmove(rows, rows + drop, (n - drop) * sizeof *rows);
        list->at_end = !more && !page.unfinished;
        list->at_start = list->at_start && drop == 0;
    } else {
        free_rows(rows + n - drop, drop);
        list->at_start = !more && !page.unfinished;
        list->at_end = list->at_end && drop == 0;
    }
    free(list->rows); /* the rows themselves moved over */
    list->rows = rows;
    list->n = n - drop;
    *moved = page.n;
    note_owed(list, page.unfinished, down, by - page.n);
    free(page.rows);
    return STATUS_OK;
}

enum status list_go_on(struct list *list, struct errmsg *err)
{
    size_t before = list->n, moved = 0;
    if (list->owed == 0)
        return STATUS_OK;
    if (before == 0) {
        enum status status = list->owed_down ? read_start(list, err) : read_end(list, err);
        list->selected = list->owed_down || list->n == 0 ? 0 : list->n - 1;
        return status;
    }
    enum status status = slide(list, list->owed_down, list->owed, &moved, err);
    if (status == STATUS_OK && !list->owed_down)
        list->selected += list->n - before;
    return status;
}

void list_stop(struct list *list)
{
    list->owed = 0;
}

/* Nothing is there yet, but not all was looked at. */
static enum list_result look_again(struct list *list, bool down, struct errmsg *err)
{
    if (down ? list->at_end : list->at_start)
        return LIST_REFUSED;
    list->owed = list->height;
    list->owed_down = down;
    return list_go_on(list, err) == STATUS_OK ? LIST_MOVED : LIST_FAILED;
}

static enum list_result step(struct list *list, bool down, struct errmsg *err)
{
    size_t moved = 0;
    if (list->n == 0)
        return look_again(list, down, err);
    if (down ? list->selected + 1 < list->n : list->selected > 0) {
        list->selected = down ? list->selected + 1 : list->selected - 1;
        return LIST_MOVED;
    }
    if (slide(list, down, 1, &moved, err) != STATUS_OK)
        return LIST_FAILED;
    list->selected = down ? list->n - 1 : 0;
    return moved > 0 || list->owed > 0 ? LIST_MOVED : LIST_REFUSED;
}

static enum list_result page_step(struct list *list, bool down, struct errmsg *err)
{
    size_t moved = 0;
    if (list->n == 0)
        return look_again(list, down, err);
    size_t edge = down ? list->n - 1 : 0, was = list->selected;
    if (!(down ? list->at_end : list->at_start) && slide(list, down, list->height, &moved, err) != STATUS_OK)
        return LIST_FAILED;
    if (moved == 0)
        list->selected = edge;
    return moved > 0 || was != list->selected || list->owed > 0 ? LIST_MOVED : LIST_REFUSED;
}

static enum list_result jump(struct list *list, bool end, struct errmsg *err)
{
    if (list->n == 0)
        return LIST_REFUSED;
    size_t was = list->selected;
    bool there = end ? list->at_end : list->at_start;
    if (!there && (end ? read_end(list, err) : read_start(list, err)) != STATUS_OK)
        return LIST_FAILED;
    list->selected = end && list->n > 0 ? list->n - 1 : 0;
    return !there || was != list->selected ? LIST_MOVED : LIST_REFUSED;
}

/* ---- typing ---- */

bool list_is_narrowed(const struct list *list)
{
    return list->sought[0] != '\0';
}

/* The whole list again, its window from the selected row on. */
static enum status widen(struct list *list, struct errmsg *err)
{
    if (list->n == 0)
        return list_reset(list, err);
    struct list_row first = list->rows[0];
    size_t selected = list->selected;
    bool at_start = list->at_start;
    list->rows[0] = list->rows[selected];
    list->rows[selected] = first;
    list->selected = 0;
    list->at_start = false;
    enum status status = list_reload(list, err);
    if (status != STATUS_OK) {
        list->rows[selected] = list->rows[0];
        list->rows[0] = first;
        list->selected = selected;
        list->at_start = at_start;
    }
    return status;
}

/* Narrow to this text, or give the whole list back. On failure everything is as before. */
static enum list_result seek(struct list *list, const char *text, struct errmsg *err)
{
    char before[LIST_FIND_BYTES];
    bool widens = text[0] == '\0';
    memcpy(before, list->sought, sizeof before);
    snprintf(list->sought, sizeof list->sought, "%s", text);
    list_find_read(&list->find, list->sought);
    if ((widens ? widen(list, err) : list_reset(list, err)) != STATUS_OK) {
        memcpy(list->sought, before, sizeof list->sought);
        list_find_read(&list->find, list->sought);
        return LIST_FAILED;
    }
    list->in_find = !widens;
    list->n_typed = 0;
    list->typed[0] = '\0';
    return LIST_MOVED;
}

static enum list_result seek_more(struct list *list, const char *text, size_t len, struct errmsg *err)
{
    char more[2 * LIST_FIND_BYTES];
    size_t before = strlen(list->sought);
    if (len >= LIST_FIND_BYTES || utf8_count(list->sought, before) + utf8_count(text, len) > LIST_FIND_CHARS)
        return LIST_REFUSED;
    snprintf(more, sizeof more, "%s%.*s", list->sought, (int)len, text);
    for (char *c = more; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
    return seek(list, more, err);
}

static enum list_result seek_less(struct list *list, struct errmsg *err)
{
    char less[LIST_FIND_BYTES];
    size_t len = strlen(list->sought);
    memcpy(less, list->sought, sizeof less);
    less[len > 0 ? utf8_cut(less, len, len - 1) : 0] = '\0';
    return seek(list, less, err);
}

/* Signs begin nothing: they may be a screen's own keys. Behind a letter a blank divides words, '-' excludes one. */
static bool begins_find(const struct list *list, struct key key)
{
    uint32_t code = key_command_code(key);
    bool letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code >= 0x80;
    return letter || (list_is_narrowed(list) && (code == ' ' || code == '-'));
}

static enum list_result find_key(struct list *list, struct key key, struct errmsg *err)
{
    char text[UTF8_MAX_BYTES];
    if (key.kind == K_PASTE)
        return seek_more(list, key.text, key.text_len, err);
    if (key_is_text(key) && begins_find(list, key)) {
        uint32_t twin = key_command_code(key);
        size_t len = utf8_encode(twin < 0x80 ? twin : key.code, text);
        return seek_more(list, text, len, err);
    }
    if (key.modifiers != 0 || !list_is_narrowed(list))
        return LIST_IGNORED;
    if (key.kind == K_ESC)
        return seek(list, "", err);
    return key.kind == K_BACKSPACE ? seek_less(list, err) : LIST_IGNORED;
}

/* A digit goes on with a number that is being sought; else it picks a row, and what no row is numbered is sought. */
static enum list_result typed_digit(struct list *list, int digit, struct errmsg *err)
{
    char number[LIST_TYPED_BYTES + 1], last = list->sought[0] != '\0' ? list->sought[strlen(list->sought) - 1] : '\0';
    bool may_seek = list->flags & LIST_FIND;
    snprintf(number, sizeof number, "%s%c", list->typed, (char)('0' + digit));
    unsigned long row = strtoul(number, NULL, 10);
    bool is_row = number[0] != '0' && row <= list->n && strlen(number) < sizeof list->typed;
    if (may_seek && (!is_row || (last >= '0' && last <= '9') || last == '-'))
        return seek_more(list, number, strlen(number), err);
    if (!is_row)
        return LIST_REFUSED;
    memcpy(list->typed, number, sizeof list->typed);
    list->n_typed++;
    list->selected = row - 1;
    list->in_find = false;
    return LIST_MOVED;
}

static enum list_result digits_key(struct list *list, struct key key, struct errmsg *err)
{
    int digit = key_digit(key);
    if (digit >= 0)
        return typed_digit(list, digit, err);
    if (list->n_typed > 0 && (key.kind == K_BACKSPACE || key.kind == K_ESC)) {
        list->n_typed = key.kind == K_ESC ? 0 : list->n_typed - 1;
        list->typed[list->n_typed] = '\0';
        return LIST_MOVED;
    }
    return LIST_IGNORED;
}

enum list_result list_key(struct list *list, struct key key, struct errmsg *err)
{
    if (list->flags & LIST_DIGITS) {
        enum list_result result = digits_key(list, key, err);
        if (result != LIST_IGNORED)
            return result;
    }
    if (list->flags & LIST_FIND) {
        enum list_result result = find_key(list, key, err);
        if (result != LIST_IGNORED)
            return result;
    }
    if (key.modifiers != 0)
        return LIST_IGNORED;
    list->n_typed = 0;
    list->typed[0] = '\0';
    list->in_find = false;
    switch (key.kind) {
    case K_UP:
    case K_DOWN:
        return step(list, key.kind == K_DOWN, err);
    case K_PAGE_UP:
    case K_PAGE_DOWN:
        return page_step(list, key.kind == K_PAGE_DOWN, err);
    case K_HOME:
    case K_END:
        return jump(list, key.kind == K_END, err);
    case K_ENTER:
        return list->n > 0 ? LIST_OPEN : LIST_REFUSED;
    default:
        return LIST_IGNORED;
    }
}

const struct list_row *list_selected(const struct list *list)
{
    return list->n > 0 ? &list->rows[list->selected] : NULL;
}
