/* tui/views/visit_text.c - see visit_text.h. */
#include "tui/views/visit_text.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/paper/markup.h"
#include "core/quality/route.h"

void visit_rate_text(int64_t rate, char out[VISIT_RATE_BYTES])
{
    if (rate < 0)
        snprintf(out, VISIT_RATE_BYTES, "-");
    else
        snprintf(out, VISIT_RATE_BYTES, "%d.%02d%%", (int)(rate / 100), (int)(rate % 100));
}

int64_t visit_share(int64_t part, int64_t all)
{
    return all > 0 ? (part * 20000 + all) / (2 * all) : -1;
}

const char *visit_town_text(const struct code_book *codes, const char *town)
{
    if (town == NULL)
        return _("全部镇街");
    return town[0] != '\0' ? code_book_name(codes, "town", town) : _("（镇街不详）");
}

static void add_word(char *out, size_t out_bytes, const char *word)
{
    size_t len = strlen(out);
    if (word[0] != '\0' && len < out_bytes)
        snprintf(out + len, out_bytes - len, "%s%s", len > 0 ? " " : "", word);
}

void visit_place_text(const struct code_book *codes, const struct visit_todo *todo, bool with_town, char out[VISIT_PLACE_BYTES])
{
    char whole[2 * VISIT_PLACE_BYTES] = "";
    if (with_town)
        add_word(whole, sizeof whole, visit_town_text(codes, todo->town));
    if (todo->village[0] != '\0')
        add_word(whole, sizeof whole, code_book_name(codes, "village", todo->village));
    add_word(whole, sizeof whole, todo->careful ? _("不要上门") : route_within(codes, todo->town, todo->village, todo->address));
    copy_text(out, VISIT_PLACE_BYTES, whole);
}

void visit_tries_text(const struct code_book *codes, const struct visit_todo *todo, char out[VISIT_PLACE_BYTES])
{
    out[0] = '\0';
    if (todo->tries > 0)
        snprintf(out, VISIT_PLACE_BYTES, _("去过%d次 %s"), todo->tries, _(code_book_name(codes, "visit_outcome", todo->last_outcome)));
}

/* ---- on paper ---- */

struct paper_list {
    const struct code_book *codes;
    struct buf *out;
    uint64_t rows;
    char town[VISIT_TOWN_BYTES], village[VISIT_TOWN_BYTES];
};

static void put_cell(struct buf *out, const char *text)
{
    markup_put(text, strlen(text), out);
    buf_putc(out, '|');
}

/* A new place: its name over a new table. */
static void put_heading(struct paper_list *list, const struct visit_todo *todo)
{
    const char *village = todo->village[0] != '\0' ? code_book_name(list->codes, "village", todo->village) : _("（村居不详）");
    if (list->rows > 0 && strcmp(list->town, todo->town) == 0 && strcmp(list->village, todo->village) == 0)
        return;
    copy_text(list->town, sizeof list->town, todo->town);
    copy_text(list->village, sizeof list->village, todo->village);
    buf_puts(list->out, "\n");
    markup_put(visit_town_text(list->codes, todo->town), strlen(visit_town_text(list->codes, todo->town)), list->out);
    buf_puts(list->out, _("　"));
    markup_put(village, strlen(village), list->out);
    buf_puts(list->out, _("\n|=3|5|8|12|12|5|6|9|\n|序号|受援人|联系|地址|案由|承办人|结案日期|走访情况|\n"));
}

static bool put_household(void *context, const struct visit_todo *todo)
{
    struct paper_list *list = context;
    char place[VISIT_PLACE_BYTES], tries[VISIT_PLACE_BYTES], day[DAY_TEXT_BYTES];
    put_heading(list, todo);
    visit_place_text(list->codes, todo, false, place);
    visit_tries_text(list->codes, todo, tries);
    day_format(todo->closed_on, day);
    buf_printf(list->out, "|%llu|", (unsigned long long)++list->rows);
    put_cell(list->out, todo->name);
    put_cell(list->out, todo->contact);
    put_cell(list->out, place);
    put_cell(list->out, code_book_name(list->codes, "cause", todo->cause));
    put_cell(list->out, todo->handler);
    put_cell(list->out, day);
    put_cell(list->out, tries);
    buf_putc(list->out, '\n');
    return list->out->status == STATUS_OK;
}

enum status visit_paper(struct store *store, const struct actor *actor, const struct code_book *codes, int year, const char *town, struct buf *out, uint64_t *rows, struct errmsg *err)
{
    struct paper_list list = {.codes = codes, .out = out};
    buf_printf(out, _("[landscape]\n# %d年结案民事案件待回访名单\n"), year);
    enum status status = visit_worklist(store, actor, codes, year, town, put_household, &list, err);
    *rows = list.rows;
    return status == STATUS_OK ? out->status : status;
}
