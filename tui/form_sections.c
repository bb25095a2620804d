/* tui/form_sections.c - see form_sections.h. */
#include "tui/form_sections.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"

enum { TAB_BYTES = 96 };

/* In the order of the catalogue; "draft" is the intake of a case, whose action has an order of its own. */
static const struct part {
    const char *type, *field, *label;
} parts[] = {
    {"case", "name", N_("申请人")},       {"case", "case_type", N_("申请")},    {"case", "narrative", N_("案情")},    {"case", "exempt_32", N_("经济")},
    {"case", "soldier_priority", N_("受理")}, {"case", "handler", N_("承办")},  {"case", "decision_no", N_("决定")},  {"case", "closed_on", N_("结案")},
    {"case", "archive_no", N_("归档")},   {"consultation", "date", N_("来访人")}, {"consultation", "category", N_("咨询")}, {"consultation", "channel", N_("接待")},
    {"draft", "name", N_("申请人")},      {"draft", "matter", N_("申请")},        {"draft", "narrative", N_("案情")},   {"draft", "exempt_32", N_("经济")},
    {"person", "name", N_("身份")},       {"person", "phone", N_("联系")},       {"person", "ethnic", N_("情况")},
};

enum { PARTS = sizeof parts / sizeof parts[0] };

/* The part that begins at a field, PARTS if none. */
static size_t part_at(const char *type, const char *field)
{
    size_t i = 0;
    while (i < PARTS && (strcmp(parts[i].type, type) != 0 || strcmp(parts[i].field, field) != 0))
        i++;
    return i;
}

void form_sections_apply(struct form_sections *sections, const char *type, struct form_def *defs, size_t n)
{
    *sections = (struct form_sections){.n = 0};
    for (size_t i = 0; i < n; i++) {
        size_t part = part_at(type, defs[i].name);
        if (part < PARTS && sections->n < SECTIONS_MAX)
            sections->labels[sections->n++] = parts[part].label;
        if (sections->n > 0)
            defs[i].group = (int)sections->n;
    }
    if (sections->n == 1)
        sections->n = 0;
}

void form_sections_draw(const struct form_sections *sections, const struct form *form, struct canvas *canvas, int row)
{
    int col = 0;
    for (size_t i = 0; i < sections->n; i++) {
        char text[TAB_BYTES];
        int group = (int)i + 1;
        bool here = form->defs[form->focus].group == group;
        size_t missing = form_missing(form, group);
        if (missing > 0)
            snprintf(text, sizeof text, _("%c%zu%s 缺%zu "), here ? '>' : ' ', i + 1, _(sections->labels[i]), missing);
        else
            snprintf(text, sizeof text, "%c%zu%s ", here ? '>' : ' ', i + 1, _(sections->labels[i]));
        int columns = (int)width_text(text, strlen(text));
        if (col + columns > canvas->cols)
            return;
        canvas_puts(canvas, row, col, columns, here ? STYLE_BOLD : STYLE_NORMAL, text);
        col += columns;
    }
}

void form_missing_text(const struct form *form, struct buf *out)
{
    size_t missing = form_missing(form, FORM_ALL_GROUPS);
    if (missing > 0)
        buf_printf(out, _("必填缺 %zu 项  "), missing);
}
