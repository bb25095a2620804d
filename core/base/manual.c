/* core/base/manual.c - see manual.h. */
#include "core/base/manual.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"

/* Chinese has no blanks, and groff breaks lines at those only: it is told where it may, which is anywhere but before closing and behind opening punctuation. */
static bool may_break(const char *before, size_t before_len, const char *at, size_t at_len)
{
    static const char closing[] = "，。、；：？！）》】」”", opening[] = "（《【「“";
    char text[8];

    if (before_len < 3 || at_len < 3)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)at_len, at);
    if (strstr(closing, text) != NULL)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)before_len, before);
    return strstr(opening, text) == NULL;
}

/* Bytes of the character that begins here: at least 1, also where it is none. */
static size_t character(const char *text, size_t len)
{
    size_t n = 1;

    while (n < len && n < 4 && ((unsigned char)text[n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* Texts in one line. Backslashes are the escape character; a bare hyphen may be typeset as a dash, which nobody can copy into a shell. */
static void put_line(struct buf *out, const char *text, size_t len)
{
    size_t before = 0;

    if (len > 0 && (text[0] == '.' || text[0] == '\''))
        buf_puts(out, "\\&");
    for (size_t at = 0, n; at < len; at += n) {
        n = character(text + at, len - at);
        if (may_break(text + at - before, before, text + at, n))
            buf_puts(out, "\\:");
        if (text[at] == '\\')
            buf_puts(out, "\\e");
        else if (text[at] == '-')
            buf_puts(out, "\\-");
        else
            buf_append(out, text + at, n);
        before = n;
    }
}

static void put_text(struct buf *out, const char *text)
{
    put_line(out, text, strlen(text));
}

/* The same as one argument of a macro. */
static void put_quoted(struct buf *out, const char *text)
{
    buf_putc(out, '"');
    for (; *text != 0; text++) {
        if (*text == '"')
            buf_puts(out, "\\(dq");
        else
            put_line(out, text, 1);
    }
    buf_putc(out, '"');
}

void manual_begin(struct buf *out, const char *name, int section, const char *version, const char *summary)
{
    buf_puts(out, ".TH ");
    put_quoted(out, name);
    buf_printf(out, " %d \"\" \"aidpost %s\"\n.nh\n.ad l\n", section, version);
    manual_section(out, _("名称"));
    put_text(out, name);
    buf_puts(out, " \\- ");
    put_text(out, summary);
    buf_putc(out, '\n');
}

void manual_section(struct buf *out, const char *title)
{
    buf_puts(out, ".SH ");
    put_quoted(out, title);
    buf_putc(out, '\n');
}

void manual_subsection(struct buf *out, const char *title)
{
    buf_puts(out, ".SS ");
    put_quoted(out, title);
    buf_putc(out, '\n');
}

void manual_text(struct buf *out, const char *text)
{
    while (*text != 0) {
        size_t len = strcspn(text, "\n");

        if (len > 0) {
            buf_puts(out, ".PP\n");
            put_line(out, text, len);
            buf_putc(out, '\n');
        }
        text += len + (text[len] == '\n');
    }
}

void manual_item(struct buf *out, const char *term, const char *arguments, const char *text)
{
    buf_puts(out, ".TP\n\\fB");
    put_text(out, term);
    buf_puts(out, "\\fR");
    if (*arguments != 0) {
        buf_putc(out, ' ');
        put_text(out, arguments);
    }
    buf_putc(out, '\n');
    put_text(out, text);
    buf_putc(out, '\n');
}

static void put_option(struct buf *out, const struct option_def *option)
{
    buf_puts(out, "\\fB");
    if (option->letter != 0)
        buf_printf(out, "\\-%c\\fR, \\fB", option->letter);
    buf_puts(out, "\\-\\-");
    put_text(out, option->name);
    buf_puts(out, "\\fR");
    if (option->argument != NULL) {
        buf_putc(out, ' ');
        put_text(out, _(option->argument));
    }
}

void manual_options(struct buf *out, const struct option_def *table, const char *names)
{
    for (; table->name != NULL; table++) {
        if (names != NULL && !option_listed(names, table->name))
            continue;
        buf_puts(out, ".TP\n");
        put_option(out, table);
        buf_putc(out, '\n');
        put_text(out, _(table->help));
        buf_putc(out, '\n');
    }
}

void manual_verbs(struct buf *out, const struct manual_verb *verbs, size_t n, const struct option_def *table)
{
    for (size_t i = 0; i < n; i++) {
        manual_item(out, verbs[i].name, _(verbs[i].arguments), _(verbs[i].help));
        if (verbs[i].options == NULL || *verbs[i].options == 0)
            continue;
        buf_puts(out, ".RS\n");
        manual_options(out, table, verbs[i].options);
        buf_puts(out, ".RE\n");
    }
}
