/* core/report/summary_tell.c - the text of a summary: the template filled with figures, facts and the county's words. See summary_impl.h.
 *
 * Every place that tells a figure is noted: while filling a mark (U+0001, its number, U+0002) stands before it; afterwards the marks tell in which section of the text it came to stand, and go. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/rule.h"
#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/report/summary_impl.h"
#include "core/report/summary_tidy.h"

enum { FEN_TOLD = 10000 /* money is told in hundredths of 万元 */, MARK_OPEN = 1, MARK_CLOSE = 2, PIECES = sizeof((struct summary_telling *)0)->pieces / sizeof(char *) };

/* ---- numbers ---- */

void summary_put_value(const struct summary_cell *cell, int64_t value, struct buf *out)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    if (!cell->money) {
        buf_printf(out, "%" PRId64, value);
        return;
    }
    size = (size + FEN_TOLD / 2) / FEN_TOLD;
    buf_printf(out, "%s%" PRIu64 ".%02u", value < 0 ? "-" : "", size / 100, (unsigned)(size % 100));
}

static void put_rounded(const struct summary_cell *cell, bool round, struct buf *out)
{
    char text[FIGURE_ROUNDED_BYTES];

    if (!round || cell->money || cell->value < 0) {
        summary_put_value(cell, cell->value, out);
        return;
    }
    figure_round(cell->value, text);
    buf_puts(out, text);
}

static void put_signed(const struct summary_cell *cell, int64_t value, struct buf *out)
{
    if (value > 0)
        buf_puts(out, "+");
    summary_put_value(cell, value, out);
}

/* One decimal, rounded half away from 0. Nothing of numbers that no office has. whole > 0. */
static void put_percent(int64_t part, int64_t whole, struct buf *out)
{
    int64_t size = part < 0 ? -part : part, tenths;

    if (size > INT64_MAX / 4000)
        return;
    tenths = (size * 2000 + whole) / (whole * 2);
    buf_printf(out, "%s%" PRId64, part < 0 ? "-" : "", tenths / 10);
    if (tenths % 10 != 0)
        buf_printf(out, ".%d", (int)(tenths % 10));
    buf_puts(out, "%");
}

static void put_growth(int64_t value, int64_t before, struct buf *out)
{
    if (before <= 0)
        return;
    buf_puts(out, value > before ? "增长" : "下降");
    put_percent(value > before ? value - before : before - value, before, out);
}

/* "比上年同期增加12件，增长17.1%"; rate: without the number. Nothing when the year before is not known. */
static void put_change(const struct summary *summary, const struct summary_cell *cell, bool rate, struct buf *out)
{
    const char *than = summary->period.kind == PERIOD_YEAR ? "上年" : "上年同期";
    int64_t before;

    if (!summary_before(cell, &before))
        return;
    if (cell->value == before) {
        buf_printf(out, "与%s持平", than);
        return;
    }
    buf_printf(out, "比%s", than);
    if (!rate) {
        bool more = cell->value > before;

        buf_puts(out, more ? "增加" : "减少");
        summary_put_value(cell, more ? cell->value - before : before - cell->value, out);
        buf_printf(out, "%s%s", cell->unit, before > 0 ? "，" : "");
    }
    put_growth(cell->value, before, out);
}

/* ---- figures and their places ---- */

static bool fails(struct summary_telling *telling, enum status status)
{
    if (telling->status == STATUS_OK)
        telling->status = status;
    return telling->status != STATUS_OK;
}

/* NULL: out of memory. */
static struct summary_place *new_place(struct summary_telling *telling, const struct summary_cell *cell)
{
    struct summary_place *place;

    if (telling->n_places == telling->room) {
        size_t room = telling->room == 0 ? 32 : telling->room * 2;
        struct summary_place *places = realloc(telling->places, room * sizeof *places);
        if (places == NULL) {
            fails(telling, errmsg_set(telling->err, STATUS_NOMEM, "内存不足"));
            return NULL;
        }
        telling->places = places;
        telling->room = room;
    }
    place = &telling->places[telling->n_places++];
    *place = (struct summary_place){.cell = cell, .no = 1};
    for (size_t i = 0; i + 1 < telling->n_places; i++)
        place->no += telling->places[i].cell == cell;
    return place;
}

/* The county's words for the place, those for it alone before those for all. */
static const char *words_for(const struct summary_telling *telling, struct summary_place *place)
{
    char slot[sizeof place->slot];
    const struct summary_word *word;

    snprintf(slot, sizeof slot, "%.6s@%u", place->cell->name, place->no);
    word = summary_words_find(telling->words, slot);
    if (word == NULL || !word->of_period) {
        snprintf(slot, sizeof slot, "%.6s", place->cell->name);
        word = summary_words_find(telling->words, slot);
    }
    if (word == NULL || !word->of_period)
        return NULL;
    memcpy(place->slot, slot, sizeof slot);
    return word->text;
}

/* As much as there is room for, in whole characters. */
static void copy_cut(char *out, size_t bytes, const char *text, size_t len)
{
    size_t kept = len < bytes ? len : utf8_cut(text, len, bytes - 1);

    memcpy(out, text, kept);
    out[kept] = '\0';
}

/* Tell the cell's figure as `words`, or as the county says. */
static void put_place(struct summary_telling *telling, const struct summary_cell *cell, const char *words, struct buf *out)
{
    struct summary_place *place = new_place(telling, cell);

    if (place == NULL)
        return;
    const char *county = words_for(telling, place);
    copy_cut(place->told, sizeof place->told, county != NULL ? county : words, strlen(county != NULL ? county : words));
    buf_printf(out, "%c%zu%c%s", MARK_OPEN, telling->n_places - 1, MARK_CLOSE, place->told);
}

static void put_figure(struct summary_telling *telling, const char *figure, const char *how, struct buf *out)
{
    const struct summary_cell *cell = summary_find(telling->summary, figure);
    bool change = strcmp(how, "words") == 0 || strcmp(how, "rate") == 0;
    struct buf words;
    int64_t before;

    if (cell == NULL)
        return;
    buf_init(&words, SUMMARY_FIGURE_BYTES);
    if (change)
        put_change(telling->summary, strcmp(figure, "R2") == 0 ? summary_find(telling->summary, "R1") : cell, strcmp(how, "rate") == 0, &words);
    else if (strcmp(how, "before") == 0 && summary_before(cell, &before))
        summary_put_value(cell, before, &words);
    else if (strcmp(how, "round") == 0)
        put_rounded(cell, telling->round, &words);
    else if (how[0] == '\0')
        summary_put_value(cell, cell->value, &words);
    if (how[0] == '\0' || strcmp(how, "round") == 0 || (strcmp(how, "words") == 0 && strcmp(figure, "R2") == 0))
        put_place(telling, cell, buf_cstr(&words), out);
    else
        buf_puts(out, buf_cstr(&words));
    buf_release(&words);
}

/* Lists of figures, those that are 0 left out; every one is a place. */
static const struct {
    const char *name;
    const char *const figures[8];
} lists[] = {
    {"cases.kinds", {"R3", "R4", "R5"}},
    {"groups", {"R14", "R15", "R18", "R19", "R20", "R21"}},
    {"thanks", {"R10", "R11"}},
};

enum { LISTS = sizeof lists / sizeof lists[0], LIST_MAX = 8 };

static size_t list_of(const char *name)
{
    size_t i = 0;

    while (i < LISTS && strcmp(lists[i].name, name) != 0)
        i++;
    return i;
}

static bool list_holds(const struct summary_telling *telling, size_t list)
{
    for (size_t i = 0; i < LIST_MAX && lists[list].figures[i] != NULL; i++) {
        const struct summary_cell *cell = summary_find(telling->summary, lists[list].figures[i]);
        if (cell != NULL && cell->value != 0)
            return true;
    }
    return false;
}

static void put_list(struct summary_telling *telling, size_t list, struct buf *out)
{
    for (size_t i = 0; i < LIST_MAX && lists[list].figures[i] != NULL; i++) {
        const struct summary_cell *cell = summary_find(telling->summary, lists[list].figures[i]);
        if (cell == NULL || cell->value == 0)
            continue;
        buf_printf(out, "%s%s", out->len > 0 ? "、" : "", cell->label);
        put_figure(telling, cell->name, "", out);
        buf_puts(out, cell->unit);
    }
}

/* ---- free texts ---- */

static bool ends_in(const char *text, size_t len, const char *const *marks)
{
    for (; *marks != NULL; marks++) {
        size_t mark_len = strlen(*marks);
        if (len >= mark_len && memcmp(text + len - mark_len, *marks, mark_len) == 0)
            return true;
    }
    return false;
}

/* A new paragraph begins with two blanks, unless it is a mark of the markup or indented already. */
static bool wants_indent(const char *line)
{
    return *line != '\0' && *line != '\n' && strchr("#>|-=[ ", *line) == NULL && strncmp(line, "　", strlen("　")) != 0;
}

/* A phrase loses its full stop, sentences get theirs. Owned by the caller; NULL: out of memory. */
static char *make_piece(const char *text, size_t len, enum summary_slot_kind kind)
{
    static const char *const stops[] = {"。", "，", "；", NULL}, *const ends[] = {"。", "！", "？", "：", "；", "”", "》", "）", "}", "|", "]", "\n", NULL};
    struct buf out;

    buf_init(&out, SUMMARY_TEXT_MAX);
    while (kind == SUMMARY_PHRASE && ends_in(text, len, stops))
        len -= strlen("。");
    for (size_t i = 0; i < len; i++) {
        buf_putc(&out, (uint8_t)text[i]);
        if (text[i] == '\n' && i + 1 < len && wants_indent(text + i + 1))
            buf_puts(&out, "　　");
    }
    if (kind == SUMMARY_SENTENCES && len > 0 && !ends_in(text, len, ends))
        buf_puts(&out, "。");
    char *made = out.status == STATUS_OK ? strdup(buf_cstr(&out)) : NULL;
    buf_release(&out);
    return made;
}

static void written_text(const struct summary_telling *telling, const char *slot, const char **text, size_t *len)
{
    const struct summary_word *word = summary_words_find(telling->words, slot);

    if (word == NULL) {
        summary_slot_shipped(slot, text, len);
        return;
    }
    *text = word->text;
    *len = strlen(word->text);
}

/* NULL: no free text. */
static const char *free_text(struct summary_telling *telling, const char *name)
{
    const struct summary_slot_def *def;
    const char *text;
    size_t len, i = 0;

    while ((def = summary_slot_def_at(i)) != NULL && (strcmp(def->name, name) != 0 || def->kind == SUMMARY_TEMPLATE))
        i++;
    if (def == NULL || i >= PIECES)
        return NULL;
    if (telling->pieces[i] == NULL) {
        written_text(telling, name, &text, &len);
        telling->pieces[i] = make_piece(text, len, def->kind);
        if (telling->pieces[i] == NULL)
            fails(telling, errmsg_set(telling->err, STATUS_NOMEM, "内存不足"));
    }
    return telling->pieces[i] != NULL ? telling->pieces[i] : "";
}

static bool piece(void *context, const char *name, const char **text, size_t *len)
{
    *text = free_text(context, name);
    *len = *text != NULL ? strlen(*text) : 0;
    return *text != NULL;
}

/* ---- answering the template ---- */

static const char *fact(struct summary_telling *telling, const char *name)
{
    enum status status;
    const char *text = telling->status == STATUS_OK ? summary_fact(telling->facts, name, &status, telling->err) : NULL;

    if (telling->status == STATUS_OK && status != STATUS_OK)
        fails(telling, status);
    return text != NULL ? text : "";
}

static bool figure_holds(const struct summary_telling *telling, const char *figure, const char *how)
{
    const struct summary_cell *cell = summary_find(telling->summary, strcmp(figure, "R2") == 0 && how[0] != '\0' ? "R1" : figure);
    int64_t before;

    if (cell == NULL)
        return false;
    if (strcmp(how, "before") == 0)
        return summary_before(cell, &before);
    if (strcmp(how, "words") == 0)
        return summary_before(cell, &before) && (cell->value != 0 || before != 0);
    if (strcmp(how, "rate") == 0)
        return summary_before(cell, &before) && before > 0;
    return cell->money ? cell->value >= FEN_TOLD / 2 || cell->value <= -FEN_TOLD / 2 : cell->value != 0; /* not 0.00 */
}

static bool holds(void *context, const char *block, long row, const char *name)
{
    struct summary_telling *telling = context;
    const char *figure, *how, *text;
    size_t list = list_of(name);

    (void)row;
    if (block[0] != '\0' && (strcmp(name, "text") == 0 || strcmp(name, "name") == 0))
        return true;
    if (list < LISTS)
        return list_holds(telling, list);
    if (summary_figure_parse(name, &figure, &how))
        return figure_holds(telling, figure, how);
    if (strcmp(name, "campaigns") == 0)
        return telling->summary->n_campaigns > 0;
    text = free_text(telling, name);
    return text != NULL ? text[0] != '\0' : fact(telling, name)[0] != '\0';
}

static void put_campaign(struct summary_telling *telling, const struct summary_campaign *campaign, const char *name, struct buf *out)
{
    static const char *const figures[] = {"C1", "C2", "C3"};
    const int64_t values[] = {campaign->consulted, campaign->handouts, campaign->accepted};
    int year, month, dom, to_month, to_dom;

    for (size_t i = 0; i < 3; i++)
        if (strcmp(name, figures[i]) == 0)
            buf_printf(out, "%" PRId64, values[i]);
    if (strcmp(name, "name") == 0)
        buf_puts(out, campaign->name);
    if (strcmp(name, "text") == 0)
        fails(telling, summary_campaign_text(telling->desk, campaign, telling->round, out, telling->err));
    if (strcmp(name, "days") != 0)
        return;
    day_to_ymd(campaign->from, &year, &month, &dom);
    day_to_ymd(campaign->to, &year, &to_month, &to_dom);
    buf_printf(out, "%d月%d日至%d月%d日", month, dom, to_month, to_dom);
}

/* A row of the table of all cells. */
static void put_cell(const struct summary_cell *cell, const char *name, struct buf *out)
{
    int64_t before;

    if (strcmp(name, "name") == 0)
        buf_puts(out, cell->name);
    else if (strcmp(name, "label") == 0)
        buf_puts(out, cell->label);
    else if (strcmp(name, "unit") == 0)
        buf_puts(out, cell->unit);
    else if (strcmp(name, "value") == 0)
        summary_put_value(cell, cell->value, out);
    else if (strcmp(name, "reported") == 0 && cell->has_before && cell->before.has_reported)
        summary_put_value(cell, cell->before.reported, out);
    else if (strcmp(name, "known") == 0 && cell->has_before)
        summary_put_value(cell, cell->before.known, out);
    else if (strcmp(name, "change") == 0 && summary_before(cell, &before))
        put_signed(cell, cell->value - before, out);
    else if (strcmp(name, "percent") == 0 && summary_before(cell, &before) && before > 0)
        put_percent(cell->value - before, before, out);
}

static bool value(void *context, const char *block, long row, const char *name, struct buf *out)
{
    struct summary_telling *telling = context;
    const struct summary *summary = telling->summary;
    const char *figure, *how;
    size_t list = list_of(name);

    if (telling->status != STATUS_OK)
        return false;
    if (strcmp(block, "campaigns") == 0 && row >= 0 && (size_t)row < summary->n_campaigns)
        put_campaign(telling, &summary->campaigns[row], name, out);
    else if (strcmp(block, "cells") == 0 && row >= 0 && (size_t)row < summary->n_cells)
        put_cell(&summary->cells[row], name, out);
    if (out->len > 0)
        return true;
    if (list < LISTS)
        put_list(telling, list, out);
    else if (summary_figure_parse(name, &figure, &how))
        put_figure(telling, figure, how, out);
    else if (block[0] == '\0' && strcmp(name, "campaigns") == 0)
        buf_printf(out, "%zu", summary->n_campaigns);
    else
        buf_puts(out, fact(telling, name));
    return out->len > 0;
}

static long rows(void *context, const char *block)
{
    const struct summary_telling *telling = context;

    return (long)(strcmp(block, "campaigns") == 0 ? telling->summary->n_campaigns : telling->summary->n_cells);
}

/* ---- places: from marks to sections ---- */

/* A line that opens a section: a title, or "　　一、..". Its text without blanks. */
static bool is_heading(const char *line, size_t len, const char **text, size_t *text_len)
{
    static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    const char *at = line, *end = line + len;

    while (end - at >= 3 && memcmp(at, "　", 3) == 0)
        at += 3;
    *text = at;
    *text_len = (size_t)(end - at);
    for (size_t i = 0; i < sizeof numerals / sizeof numerals[0]; i++)
        if (end - at >= 6 && memcmp(at, numerals[i], 3) == 0 && memcmp(at + 3, "、", 3) == 0)
            return true;
    return false;
}

/* Take the marks out, leaving the section each stood in with its place. */
static void resolve_places(struct summary_telling *telling, const struct buf *marked, struct buf *out)
{
    const char *at = buf_cstr(marked), *end = at + marked->len, *section = "开头", *text;
    size_t section_len = strlen(section), text_len;
    bool starts = true;

    while (at < end) {
        if (starts && is_heading(at, strcspn(at, "\n"), &text, &text_len)) {
            section = text;
            section_len = text_len;
        }
        starts = *at == '\n';
        const char *close = *at == MARK_OPEN ? strchr(at, MARK_CLOSE) : NULL;
        if (close == NULL) {
            buf_putc(out, (uint8_t)*at++);
            continue;
        }
        size_t i = strtoul(at + 1, NULL, 10);
        if (i < telling->n_places)
            copy_cut(telling->places[i].section, SUMMARY_SECTION_BYTES, section, section_len);
        at = close + 1;
    }
}

/* ---- the text ---- */

static enum status fill(struct summary_telling *telling, struct buf *filled)
{
    static const char *const names[] = {"template.half", "template.year"};
    const struct template_answers answers = {.names = &summary_names, .value = value, .rows = rows, .holds = holds, .piece = piece, .context = telling};
    const char *name = names[telling->summary->period.kind == PERIOD_YEAR], *text;
    size_t len;

    written_text(telling, name, &text, &len);
    enum status status = template_check_by(&summary_names, text, len, telling->err);
    if (status != STATUS_OK)
        return errmsg_wrap(telling->err, STATUS_MALFORMED, "总结模板 %s", name);
    status = template_fill_by(&answers, text, len, filled, telling->err);
    return telling->status != STATUS_OK ? telling->status : status;
}

static enum status read_round(struct summary_telling *telling)
{
    struct rules *rules;
    enum status status = rules_load(&rules, telling->desk->store, telling->desk->actor, telling->err);

    if (status != STATUS_OK)
        return status;
    telling->round = rules_int(rules, "report_round", telling->summary->period.to) != 0;
    rules_free(rules);
    return STATUS_OK;
}

enum status summary_tell(struct summary_telling *telling, const struct form_desk *desk, const struct summary *summary, const struct summary_words *words, struct buf *marked, struct errmsg *err)
{
    struct buf filled, plain;

    *telling = (struct summary_telling){.desk = desk, .summary = summary, .words = words, .err = err};
    buf_init(&filled, SUMMARY_TEXT_MAX);
    buf_init(&plain, SUMMARY_TEXT_MAX);
    enum status status = read_round(telling);
    if (status == STATUS_OK)
        status = summary_facts_new(desk, summary, telling->round, &telling->facts, err);
    if (status == STATUS_OK)
        status = fill(telling, &filled);
    if (status == STATUS_OK) {
        resolve_places(telling, &filled, &plain);
        summary_tidy(buf_cstr(&plain), plain.len, marked);
        status = plain.status != STATUS_OK ? plain.status : marked->status;
    }
    buf_release(&filled);
    buf_release(&plain);
    return status;
}

void summary_telling_release(struct summary_telling *telling)
{
    for (size_t i = 0; i < PIECES; i++)
        free(telling->pieces[i]);
    free(telling->places);
    summary_facts_free(telling->facts);
    *telling = (struct summary_telling){0};
}
