/* tui/views/case_text.c - see case_text.h. */
#include "tui/views/case_text.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "tui/edit_layout.h"

enum { NAME_BYTES = 64 };

void case_deadline_text(const struct rules *rules, const struct deadline *deadline, int64_t now_ms, struct buf *out)
{
    char day[SHORT_DAY_BYTES], left[DUE_LEFT_BYTES];
    short_day_text(deadline->due, now_ms, day);
    due_left_text(deadline, left);
    if (deadline->paused)
        buf_printf(out, _("%s 中止，续算还%s"), _(deadline_label(rules, deadline->code)), left);
    else
        buf_printf(out, "%s %s %s", _(deadline_label(rules, deadline->code)), day, left);
    if (deadline->assumed)
        buf_puts(out, _("(放假安排未知)"));
}

const char *case_number_text(const struct record *kase)
{
    if (record_text(kase, "decision_no")[0] != '\0')
        return record_text(kase, "decision_no");
    return record_text(kase, "provisional_no")[0] != '\0' ? record_text(kase, "provisional_no") : _("还没有编号");
}

void case_station_text(const struct record *kase, char *out, size_t out_bytes)
{
    copy_text(out, out_bytes, record_text(kase, "station"));
    char *tail = strstr(out, "法律援助");
    if (tail != NULL && tail != out)
        *tail = '\0';
}

void case_handler_text(struct view *view, const struct record *kase, struct buf *out)
{
    struct app_context *context = view_context(view);
    const char *firm = record_text(kase, "firm");
    struct record org;
    struct id id;
    buf_puts(out, record_text(kase, "handler"));
    if (firm[0] == '\0' || id_parse(firm, strlen(firm), &id) != STATUS_OK)
        return;
    if (records_get(context->store, context->actor, catalogue_find("org"), id, &org, NULL) != STATUS_OK)
        return;
    buf_printf(out, "%s%s", out->len > 0 ? "  " : "", record_text(&org, "name"));
    record_release(&org);
}

static void put_words(const struct record *step, const char *field, const char *before, const struct code_book *codes, struct buf *out)
{
    const struct field_def *def = catalogue_field(step->type, field);
    if (record_get(step, def).kind == VALUE_NULL)
        return;
    if (out->len > 0)
        buf_puts(out, _("；"));
    buf_puts(out, before);
    record_field_text(step, field, codes, out);
}

void case_step_words(const struct record *step, const struct code_book *codes, struct buf *out)
{
    struct buf words;
    buf_init(&words, 1 << 17);
    put_words(step, "kind", "", codes, &words);
    put_words(step, "means_result", _(P_("step", "经济状况")), codes, &words);
    put_words(step, "scope_result", _(P_("step", "事项范围")), codes, &words);
    put_words(step, "opinion", "", codes, &words);
    put_words(step, "reason", "", codes, &words);
    put_words(step, "content", "", codes, &words);
    put_words(step, "items", _("材料: "), codes, &words);
    put_words(step, "target", _("对方: "), codes, &words);
    put_words(step, "old_handler", _("原承办人 "), codes, &words);
    put_words(step, "conflict_result", _("利益冲突: "), codes, &words);
    buf_append(out, buf_cstr(&words), words.len);
    buf_wipe(&words);
}

void case_step_states(const struct record *step, const struct code_book *codes, struct buf *out)
{
    const char *from = record_text(step, "from_state"), *to = record_text(step, "to_state");
    if (from[0] != '\0' && strcmp(from, to) != 0)
        buf_printf(out, "%s -> ", _(code_book_name(codes, "case_state", from)));
    if (to[0] != '\0')
        buf_puts(out, _(code_book_name(codes, "case_state", to)));
}

/* Walk through a comma-separated list. Returns false at its end. */
static bool next_name(const char **at, char name[NAME_BYTES])
{
    size_t len = strcspn(*at, ",");
    if (len == 0)
        return false;
    snprintf(name, NAME_BYTES, "%.*s", (int)(len < NAME_BYTES ? len : NAME_BYTES - 1), *at);
    *at += len + ((*at)[len] == ',');
    return true;
}

void case_forms_text(const char *forms, const struct code_book *codes, struct buf *out)
{
    static const char common[] = "法律援助";
    char form[NAME_BYTES];
    for (bool first = true; next_name(&forms, form); first = false) {
        const char *title = _(code_book_name(codes, "doc_form", form)), *at = strstr(title, common);
        size_t before = at != NULL ? (size_t)(at - title) : strlen(title);
        buf_printf(out, "%s%.*s%s", first ? "" : _("、"), (int)before, title, at != NULL ? at + strlen(common) : "");
    }
}

void case_needs_text(const struct case_action *action, struct buf *out)
{
    static const char *const types[] = {"case", "step", "payment", "return_visit"};
    const char *at = action->needs;
    char name[NAME_BYTES];
    for (bool first = true; next_name(&at, name); first = false) {
        const struct field_def *def = NULL;
        for (size_t i = 0; def == NULL && i < sizeof types / sizeof types[0]; i++)
            def = catalogue_field(catalogue_find(types[i]), name);
        buf_printf(out, "%s%s", first ? "" : _("、"), def != NULL ? _(def->label) : name);
    }
}

static void give_line(const struct edit_field *field, size_t from, size_t to, struct buf *line)
{
    char bytes[UTF8_MAX_BYTES];
    buf_clear(line);
    for (size_t i = from; i < to && field->codes[i] != '\n'; i++)
        buf_append(line, bytes, utf8_encode(field->codes[i], bytes));
}

/* Bytes of what is wrapped at once: all of it, else up to the last line feed that an edit field has room for; no field of the catalogue is as long as that. */
static size_t piece_bytes(const char *text)
{
    size_t len = strlen(text), bytes = utf8_offset(text, len, EDIT_MAX_CHARS), end = bytes;
    while (bytes < len && end > 0 && text[end - 1] != '\n')
        end--;
    return end > 0 ? end : bytes;
}

static bool wrap_piece(struct edit_field *field, const char *text, size_t bytes, struct buf *out, bool (*line)(void *context, const char *text), void *context)
{
    bool more = true;
    if (edit_set(field, text, bytes) != STATUS_OK)
        return false;
    for (size_t at = 0; more && at < field->len;) {
        size_t next = edit_line_next(field, at);
        give_line(field, at, next, out);
        more = line(context, buf_cstr(out));
        at = next;
    }
    return more;
}

void case_wrap(const char *text, int columns, bool (*line)(void *context, const char *text), void *context)
{
    struct edit_field field;
    struct buf out;
    edit_init(&field, EDIT_MAX_CHARS, 0, EDIT_LINES);
    edit_set_size(&field, 1, columns);
    buf_init(&out, EDIT_MAX_CHARS * UTF8_MAX_BYTES);
    for (size_t bytes; *text != '\0'; text += bytes) {
        bytes = piece_bytes(text);
        if (!wrap_piece(&field, text, bytes, &out, line, context))
            break;
    }
    buf_wipe(&out);
    edit_release(&field);
}
