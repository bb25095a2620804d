/* core/report/ledger.c - the book of ledgers: shipped definitions and own views. Rows are in ledger_run.c. */
#include "core/report/ledger.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/data/data.h"

enum { CELLS = 10, CONDITION_BYTES = 4096 };

struct ledger_book {
    struct ledger *ledgers; /* owned */
    size_t n, room;
    char **texts; /* owned: what the ledgers' texts point into */
    size_t n_texts, room_texts;
};

/* ---- making ------------------------------------------------------------------------------------------------------- */

static struct ledger *add_ledger(struct ledger_book *book)
{
    if (book->n == book->room) {
        size_t room = book->room > 0 ? book->room * 2 : 32;
        struct ledger *ledgers = realloc(book->ledgers, room * sizeof *ledgers);
        if (ledgers == NULL)
            return NULL;
        book->ledgers = ledgers;
        book->room = room;
    }
    struct ledger *ledger = &book->ledgers[book->n++];
    *ledger = (struct ledger){.code = ""};
    return ledger;
}

/* A copy that lives as long as the book; NULL: no memory. */
static char *keep(struct ledger_book *book, const char *text, size_t len)
{
    if (book->n_texts == book->room_texts) {
        size_t room = book->room_texts > 0 ? book->room_texts * 2 : 32;
        char **texts = realloc(book->texts, room * sizeof *texts);
        if (texts == NULL)
            return NULL;
        book->texts = texts;
        book->room_texts = room;
    }
    char *copy = malloc(len + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    book->texts[book->n_texts++] = copy;
    return copy;
}

/* One line of ledgers.tsv, cut in place. Parts of one ledger follow each other. */
static bool read_line(struct ledger_book *book, char *line)
{
    char *cells[CELLS];
    for (size_t i = 0; i < CELLS; i++) {
        cells[i] = line;
        line += strcspn(line, "\t");
        if (*line == '\t')
            *line++ = '\0';
    }
    struct ledger *ledger = book->n > 0 ? &book->ledgers[book->n - 1] : NULL;
    if (ledger == NULL || strcmp(ledger->code, cells[0]) != 0) {
        ledger = add_ledger(book);
        if (ledger == NULL)
            return false;
        snprintf(ledger->code, sizeof ledger->code, "%s", cells[0]);
        ledger->title = cells[2];
    }
    assert(ledger->n_parts < LEDGER_PARTS_MAX);
    ledger->parts[ledger->n_parts++] =
        (struct ledger_part){.title = cells[3], .type = cells[4], .condition = cells[5], .pick = cells[6], .period = cells[7], .sort = cells[8], .columns = cells[9]};
    return true;
}

static enum status read_shipped(struct ledger_book *book)
{
    const struct data_file *file = data_find("ledgers.tsv");
    char *text = keep(book, file->text, file->len);
    while (text != NULL && *text != '\0') {
        char *end = text + strcspn(text, "\n"), *next = *end == '\n' ? end + 1 : end;
        *end = '\0';
        if (!read_line(book, text))
            return STATUS_NOMEM;
        text = next;
    }
    return text != NULL ? STATUS_OK : STATUS_NOMEM;
}

struct own_views {
    struct ledger_book *book;
    bool short_of_memory;
};

static bool add_view(void *context, const struct record *record, const struct list_key *key)
{
    static const char *const FIELDS[] = {"name", "condition", "sort", "columns"};
    struct own_views *own = context;
    const struct record_type *type = catalogue_find(record_text(record, "record_type"));
    const char *texts[4];
    (void)key;
    if (type == NULL) /* of a newer program */
        return true;
    struct ledger *ledger = add_ledger(own->book);
    for (size_t i = 0; i < 4; i++) {
        const char *text = record_text(record, FIELDS[i]);
        texts[i] = ledger != NULL ? keep(own->book, text, strlen(text)) : NULL;
        if (texts[i] == NULL) {
            own->short_of_memory = true;
            return false;
        }
    }
    const struct field_def *order = catalogue_field(type, type->order);
    ledger->title = texts[0];
    ledger->view = record->id;
    ledger->n_parts = 1;
    ledger->parts[0] = (struct ledger_part){.title = texts[0], .type = type->name, .condition = texts[1], .pick = "", .sort = texts[2], .columns = texts[3]};
    ledger->parts[0].period = order->kind == FIELD_DAY ? order->name : "";
    return true;
}

enum status ledger_book_load(struct ledger_book **out, struct store *store, const struct actor *actor, struct errmsg *err)
{
    struct list_query query = {.type = catalogue_find("saved_view"), .ascending = true};
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    struct own_views own = {.book = *out};
    enum status status = read_shipped(*out);
    if (status == STATUS_OK)
        status = records_list(store, actor, &query, add_view, &own, err);
    if (status == STATUS_OK && own.short_of_memory)
        status = STATUS_NOMEM;
    if (status == STATUS_NOMEM)
        errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (status != STATUS_OK) {
        ledger_book_free(*out);
        *out = NULL;
    }
    return status;
}

void ledger_book_free(struct ledger_book *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < book->n_texts; i++)
        free(book->texts[i]);
    free(book->texts);
    free(book->ledgers);
    free(book);
}

/* ---- finding ------------------------------------------------------------------------------------------------------ */

size_t ledger_book_count(const struct ledger_book *book)
{
    return book->n;
}

const struct ledger *ledger_book_at(const struct ledger_book *book, size_t index)
{
    assert(index < book->n);
    return &book->ledgers[index];
}

static const struct ledger *find_named(const struct ledger_book *book, const char *name, size_t len)
{
    for (size_t i = 0; len > 0 && i < book->n; i++) {
        const struct ledger *ledger = &book->ledgers[i];
        if ((strlen(ledger->code) == len && strncasecmp(ledger->code, name, len) == 0) || (strlen(ledger->title) == len && strncmp(ledger->title, name, len) == 0))
            return ledger;
    }
    return NULL;
}

const struct ledger *ledger_book_find(const struct ledger_book *book, const char *name, size_t *part)
{
    const struct ledger *ledger = find_named(book, name, strlen(name));
    const char *dot = strrchr(name, '.');
    *part = 0;
    if (ledger != NULL || dot == NULL)
        return ledger;
    char *end;
    unsigned long number = strtoul(dot + 1, &end, 10);
    ledger = find_named(book, name, (size_t)(dot - name));
    if (ledger == NULL || *end != '\0' || number < 1 || number > ledger->n_parts)
        return NULL;
    *part = number;
    return ledger;
}

/* ---- in words ----------------------------------------------------------------------------------------------------- */

/* On the screen in its language, in a file in Chinese. */
static void put_period(int32_t from, int32_t to, bool shown, struct buf *out)
{
    char first[DAY_TEXT_BYTES], last[DAY_TEXT_BYTES];
    day_format(from, first);
    day_format(to, last);
    if (from != LEDGER_NO_DAY && to != LEDGER_NO_DAY)
        buf_printf(out, shown ? _("%s 至 %s") : CHINESE("%s 至 %s"), first, last);
    else if (from != LEDGER_NO_DAY)
        buf_printf(out, shown ? _("%s 起") : CHINESE("%s 起"), first);
    else if (to != LEDGER_NO_DAY)
        buf_printf(out, shown ? _("至 %s") : CHINESE("至 %s"), last);
}

void ledger_period_text(int32_t from, int32_t to, struct buf *out)
{
    put_period(from, to, false, out);
}

void ledger_period_show(int32_t from, int32_t to, struct buf *out)
{
    put_period(from, to, true, out);
}

static void join(struct buf *out, const char *text)
{
    if (text == NULL || text[strspn(text, " \t\n")] == '\0')
        return;
    if (out->len > 0)
        buf_puts(out, " and ");
    buf_puts(out, text);
}

static void join_day(struct buf *out, const char *field, const char *op, int32_t day)
{
    char text[DAY_TEXT_BYTES], term[128];
    if (day == LEDGER_NO_DAY)
        return;
    day_format(day, text);
    snprintf(term, sizeof term, "%s%s%s", field, op, text);
    join(out, term);
}

enum status ledger_condition(const struct ledger *ledger, size_t part, const struct ledger_query *query, struct buf *out, struct errmsg *err)
{
    const struct ledger_part *of = &ledger->parts[part];
    if (of->pick[0] != '\0' || strcmp(of->type, "todo") == 0)
        return errmsg_set(err, STATUS_INVALID, "“%s”的行不是只按条件选的，不能存成常用名单；可以从别的台账或列表存", of->title);
    join(out, of->condition);
    if (of->period[0] != '\0') {
        join_day(out, of->period, ">=", query->from);
        join_day(out, of->period, "<=", query->to);
    }
    join(out, query->where);
    return out->status == STATUS_OK ? STATUS_OK : errmsg_set(err, out->status, "条件过长");
}
