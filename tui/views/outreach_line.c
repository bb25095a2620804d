/* tui/views/outreach_line.c - see outreach_line.h. */
#include "tui/views/outreach_line.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "tui/code_source.h"
#include "tui/views/common.h"

enum { TEXT_BYTES = 4096, PART_BYTES = 256, PART_GAP = 2, MARKER_COL = 0, EDIT_COL = 2, FULL_COLUMNS = 76 };

static const char SECRECY[] = "军营: 不写番号、驻地、任务";

void outreach_line_init(struct outreach_line *line)
{
    edit_init(&line->edit, QUICK_LINE_CHARS, 0, 0);
    line->last_category[0] = '\0';
    line->visitors = (struct visitors){.n = 0};
}

void outreach_line_release(struct outreach_line *line)
{
    edit_release(&line->edit);
}

bool outreach_line_is_empty(const struct outreach_line *line)
{
    return edit_is_empty(&line->edit);
}

static void text_of(const struct outreach_line *line, struct buf *out)
{
    buf_init(out, TEXT_BYTES);
    edit_text(&line->edit, out);
}

static bool was_given(const struct outreach_line *line, enum quick_part part)
{
    return (line->parsed.given & 1U << part) != 0;
}

/* ---- reading ---- */

void outreach_line_read(struct outreach_line *line, const struct view *view, const struct outreach_place *place)
{
    char name[QUICK_WORD_BYTES];
    struct buf text;
    int32_t day = event_day(&place->event, today_of(view));
    copy_text(name, sizeof name, line->parsed.name);
    text_of(line, &text);
    line->err = (struct errmsg){{0}};
    line->status = quick_line_parse(view_context(view)->codes, day, line->last_category, buf_cstr(&text), text.len, &line->parsed, &line->err);
    buf_wipe(&text);
    if (strcmp(name, line->parsed.name) != 0) {
        line->visitors.dismissed = false;
        visitors_find(&line->visitors, view, line->parsed.name);
    }
}

void outreach_line_set(struct outreach_line *line, const struct view *view, const struct outreach_place *place, const char *text)
{
    edit_set(&line->edit, text, strlen(text));
    outreach_line_read(line, view, place);
}

void outreach_line_take_category(struct outreach_line *line, const struct view *view, const struct outreach_place *place, const char *code)
{
    struct buf text, with;
    text_of(line, &text);
    buf_init(&with, TEXT_BYTES);
    size_t head = quick_line_head(buf_cstr(&text), text.len);
    buf_puts(&with, code);
    buf_append(&with, buf_cstr(&text) + head, text.len - head);
    edit_replace_all(&line->edit, buf_cstr(&with), with.len);
    buf_wipe(&text);
    buf_wipe(&with);
    outreach_line_read(line, view, place);
}

void outreach_line_head(const struct outreach_line *line, struct buf *out)
{
    struct buf text;
    text_of(line, &text);
    buf_append(out, buf_cstr(&text), quick_line_head(buf_cstr(&text), text.len));
    buf_wipe(&text);
}

void outreach_line_text(const struct outreach_line *line, struct buf *out)
{
    edit_text(&line->edit, out);
}

/* Somebody of this name and telephone has a file already: it is he. */
void outreach_line_person(const struct outreach_line *line, const struct view *view, char out[ID_TEXT_BYTES])
{
    struct app_context *context = view_context(view);
    out[0] = '\0';
    for (size_t i = 0; i < line->visitors.n && out[0] == '\0'; i++) {
        const struct visitor *who = &line->visitors.people[i];
        bool same = who->phone[0] != '\0' && strcmp(who->name, line->parsed.name) == 0 && strcmp(who->phone, line->parsed.phone) == 0;
        struct record known;
        if (!same || records_get(context->store, context->actor, who->type, who->id, &known, NULL) != STATUS_OK)
            continue;
        if (strcmp(who->type->name, "person") == 0)
            id_format(who->id, out);
        else
            copy_text(out, ID_TEXT_BYTES, record_text(&known, "person"));
        record_release(&known);
    }
}

/* ---- drawing ---- */

struct preview {
    struct canvas *canvas;
    int row, col;
};

/* What was typed plainly, what is a default in brackets and dim: the brackets say it without colour. */
static void put_part(struct preview *preview, bool typed, const char *text)
{
    if (text[0] == '\0' || preview->col >= preview->canvas->cols - 1)
        return;
    char shown[PART_BYTES + 2];
    snprintf(shown, sizeof shown, typed ? "%s" : "(%s)", text);
    int room = preview->canvas->cols - 1 - preview->col;
    int used = canvas_puts(preview->canvas, preview->row, preview->col, -1, typed ? STYLE_BOLD : STYLE_DIM, shown);
    preview->col += (used < room ? used : room) + PART_GAP;
}

static void put_code(struct preview *preview, const struct code_book *codes, bool typed, const char *set, const char *code)
{
    put_part(preview, typed, code[0] != '\0' ? _(code_book_name(codes, set, code)) : "");
}

static void put_groups(struct preview *preview, const struct code_book *codes, bool typed, const char *list)
{
    char text[PART_BYTES];
    size_t used = 0;
    for (const char *at = list; *at != '\0' && used < sizeof text;) {
        size_t len = strcspn(at, ",");
        char code[QUICK_CODE_BYTES];
        snprintf(code, sizeof code, "%.*s", (int)len, at);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? _("、") : "", _(code_book_name(codes, "person_category", code)));
        at += len + (at[len] == ',');
    }
    put_part(preview, typed, used > 0 ? text : typed ? _("不计人群") : "");
}

static void draw_preview(const struct outreach_line *line, const struct view *view, const struct outreach_place *place, struct canvas *canvas, int row)
{
    const struct code_book *codes = view_context(view)->codes;
    const struct quick_line *parsed = &line->parsed;
    struct preview preview = {canvas, row, 2};
    struct buf who;
    char persons[32];
    buf_init(&who, PART_BYTES);
    quick_who_text(codes, parsed->sex, parsed->age_band, &who);
    snprintf(persons, sizeof persons, _("%lld人"), parsed->persons > 0 ? (long long)parsed->persons : 1LL);
    if (parsed->category[0] != '\0')
        put_code(&preview, codes, true, "category", parsed->category);
    else
        put_part(&preview, false, _("类别"));
    put_part(&preview, who.len > 0, who.len > 0 ? buf_cstr(&who) : _("性别年龄不记"));
    put_part(&preview, was_given(line, QUICK_PERSONS), persons);
    put_code(&preview, codes, was_given(line, QUICK_HANDLING), "handling", parsed->handling[0] != '\0' ? parsed->handling : "01");
    put_part(&preview, was_given(line, QUICK_NAME), was_given(line, QUICK_NAME) ? parsed->name : _("不留名"));
    put_part(&preview, true, parsed->phone);
    bool own = was_given(line, QUICK_GROUPS);
    put_groups(&preview, codes, own, own ? parsed->groups : place->desk.groups);
    buf_release(&who);
}

static void draw_text(const struct outreach_line *line, const struct view *view, const struct outreach_place *place, struct canvas *canvas, int row)
{
    struct buf known;
    buf_init(&known, PART_BYTES * 2);
    if (place->barracks) {
        canvas_puts(canvas, row, 2, canvas->cols - 3, line->parsed.text_open ? STYLE_OVERDUE : STYLE_DIM, SECRECY);
    } else if (was_given(line, QUICK_NAME) && line->visitors.n > 0) {
        const struct visitor *who = &line->visitors.people[0];
        char day[SHORT_DAY_BYTES];
        short_day_text(who->day, app_now_ms(view->app), day);
        if (who->times > 0 && line->visitors.n == 1)
            buf_printf(&known, _("%s 来过 %u 次，最近 %s %s"), who->name, who->times, day, who->category);
        else
            buf_printf(&known, _("有 %zu 人可能是他，写上电话就认得出"), line->visitors.n);
        canvas_puts(canvas, row, 2, canvas->cols - 3, STYLE_NORMAL, buf_cstr(&known));
    }
    buf_wipe(&known);
}

void outreach_line_draw(struct outreach_line *line, const struct view *view, const struct outreach_place *place, struct canvas *canvas, int row, bool focused)
{
    canvas_puts(canvas, row, MARKER_COL, -1, STYLE_NORMAL, focused ? ">[" : " [");
    edit_set_size(&line->edit, 1, canvas->cols - EDIT_COL - 2);
    edit_draw(&line->edit, canvas, row, EDIT_COL, STYLE_NORMAL, '_', focused);
    canvas_puts(canvas, row, canvas->cols - 2, -1, STYLE_NORMAL, "]");
    draw_preview(line, view, place, canvas, row + 1);
    draw_text(line, view, place, canvas, row + 2);
}

void outreach_line_hint(const struct outreach_line *line, const struct view *view, const struct outreach_place *place, size_t columns, struct buf *out)
{
    struct code_source source = code_source_of_book(view_context(view)->codes, "category");
    const unsigned head = 1U << QUICK_CATEGORY;
    (void)place;
    if (outreach_line_is_empty(line))
        buf_puts(out, columns < FULL_COLUMNS ? _("类别首字母或代码，1男 2女；F4 改场次 Ctrl-T 收场") : _("类别打首字母、两位代码或汉字；后面 1 男 2 女。F4 改场次"));
    else if (!was_given(line, QUICK_CATEGORY) && line->parsed.word[0] != '\0')
        code_source_hint(&source, line->parsed.word, columns, out);
    if (out->len > 0)
        return;
    if (line->status != STATUS_OK)
        buf_puts(out, line->err.text);
    else if (line->parsed.given == head)
        buf_puts(out, _("1男 2女  3男 4女老年  5男 6女未成年  0不记；Enter 就存"));
    else if (line->parsed.text_open)
        buf_puts(out, _("情况写到行尾；多的存好以后在这条里补"));
    else
        buf_puts(out, _("空格再写: 20人  03处理  姓名  电话  +07军属  ；情况"));
}
