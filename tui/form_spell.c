/* tui/form_spell.c - see form_spell.h. */
#include "tui/form_spell.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/day_phrase.h"
#include "core/base/language.h"
#include "core/base/money.h"

enum { SPELLED_BYTES = 256, WORDS_FROM_FEN = 100000, NEAR_DAYS = 400 };

static enum status read_day(int32_t today, const char *text, int32_t *day)
{
    if (today == FORM_NO_TODAY)
        return day_parse(text, strlen(text), day);
    return day_phrase_parse(text, strlen(text), today, day);
}

/* Append what the text comes to. Errors: day_phrase_parse's, money_parse's. */
static enum status spell(enum form_kind kind, int32_t today, const char *text, struct buf *out)
{
    if (kind == FORM_DAY) {
        char written[DAY_TEXT_BYTES];
        int32_t day;
        enum status status = read_day(today, text, &day);
        if (status != STATUS_OK)
            return status;
        day_format(day, written);
        buf_puts(out, written);
    } else {
        int64_t fen;
        enum status status = money_parse(text, strlen(text), MONEY_YUAN, &fen);
        if (status != STATUS_OK)
            return status;
        money_format(fen, out);
    }
    return out->status;
}

static bool is_spelled(const struct form *form, size_t field)
{
    return form->defs[field].kind == FORM_DAY || form->defs[field].kind == FORM_MONEY;
}

static const char *refusal(enum form_kind kind, enum status status)
{
    if (kind == FORM_DAY)
        return status == STATUS_RANGE ? _("没有这一天") : _("不是日期；可以写 3.8、昨天、-2、下周五，或 2026-03-08");
    if (status == STATUS_RANGE)
        return _("金额最小到分");
    return status == STATUS_TOO_LARGE ? _("金额太大") : _("应为金额，如 1200、1200.50 或 1.2万");
}

bool form_spell(struct form *form, size_t field, struct errmsg *err)
{
    if (!is_spelled(form, field) || edit_is_empty(&form->fields[field]))
        return true;
    struct buf text, written;
    buf_init(&text, EDIT_MAX_CHARS);
    buf_init(&written, SPELLED_BYTES);
    edit_text(&form->fields[field], &text);
    enum status status = spell(form->defs[field].kind, form->today, buf_cstr(&text), &written);
    if (status == STATUS_OK && strcmp(buf_cstr(&text), buf_cstr(&written)) != 0) {
        bool changed = form->changed, touched = form->fields[field].touched, entered = form->entered;
        form_type(form, field, buf_cstr(&written), written.len);
        form->changed = changed; /* a value that was there and is only written otherwise */
        form->fields[field].touched = touched;
        form->entered = entered;
    }
    buf_release(&text);
    buf_release(&written);
    if (status != STATUS_OK)
        errmsg_set(err, STATUS_INVALID, "%s: %s", _(form->defs[field].label), refusal(form->defs[field].kind, status));
    return status == STATUS_OK;
}

bool form_spell_text(const struct form *form, size_t field, struct buf *text)
{
    struct buf written;
    if (!is_spelled(form, field) || text->len == 0)
        return true;
    buf_init(&written, SPELLED_BYTES);
    bool good = spell(form->defs[field].kind, form->today, buf_cstr(text), &written) == STATUS_OK;
    if (good) {
        buf_clear(text);
        buf_puts(text, buf_cstr(&written));
    }
    buf_release(&written);
    return good;
}

enum status form_spell_answer(enum form_kind kind, int32_t today, const char *text, struct buf *out, struct errmsg *err)
{
    if ((kind != FORM_DAY && kind != FORM_MONEY) || text[strspn(text, " ")] == '\0') {
        buf_puts(out, text);
        return out->status;
    }
    enum status status = spell(kind, today, text, out);
    return status == STATUS_OK || status == STATUS_NOMEM ? status : errmsg_set(err, STATUS_INVALID, "%s", refusal(kind, status));
}

static void day_hint(const struct form *form, int32_t day, struct buf *out)
{
    static const char *const weekdays[] = {"日", "一", "二", "三", "四", "五", "六"};
    char text[DAY_TEXT_BYTES];
    day_format(day, text);
    buf_printf(out, _("%s 周%s"), text, _(weekdays[day_weekday(day)]));
    int days = form->today != FORM_NO_TODAY ? day - form->today : NEAR_DAYS;
    if (days == 0)
        buf_puts(out, _("，今天"));
    else if (abs(days) < NEAR_DAYS)
        buf_printf(out, _("，%d 天%s"), abs(days), days > 0 ? _("后") : _("前"));
}

/* In words a nought too many is seen; small sums need none. */
static void money_hint(int64_t fen, struct buf *out)
{
    money_show(fen, out);
    if (fen < WORDS_FROM_FEN || language_is_foreign())
        return;
    buf_putc(out, ' ');
    money_words(fen, out);
}

void form_spell_hint(const struct form *form, size_t field, struct buf *out)
{
    if (!is_spelled(form, field) || !form->entered || edit_is_empty(&form->fields[field]))
        return;
    struct buf text;
    int32_t day;
    int64_t fen;
    buf_init(&text, EDIT_MAX_CHARS);
    edit_text(&form->fields[field], &text);
    if (form->defs[field].kind == FORM_DAY && read_day(form->today, buf_cstr(&text), &day) == STATUS_OK)
        day_hint(form, day, out);
    else if (form->defs[field].kind == FORM_MONEY && money_parse(buf_cstr(&text), text.len, MONEY_YUAN, &fen) == STATUS_OK)
        money_hint(fen, out);
    buf_release(&text);
}
