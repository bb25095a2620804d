/* core/report/summary_tidy.c - see summary_tidy.h. */
#include "core/report/summary_tidy.h"

#include <stdbool.h>
#include <string.h>

#define BLANK "　" /* full-width: a paragraph begins with two */

/* Marks between clauses, weakest first; all of three bytes. */
static const char *const separators[] = {"、", "，", "；", "：", "。"};

enum { MARK_BYTES = 3, COLON = 3, N_SEPARATORS = sizeof separators / sizeof separators[0], NONE = -1 };

static bool at_word(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);

    return (size_t)(end - at) >= len && memcmp(at, word, len) == 0;
}

static int separator_at(const char *at, const char *end)
{
    for (int i = 0; i < N_SEPARATORS; i++)
        if (at_word(at, end, separators[i]))
            return i;
    return NONE;
}

/* What the line under work ends with. */
static bool ends_in(const struct buf *line, const char *word)
{
    size_t len = strlen(word);

    return line->len >= len && memcmp(line->data + line->len - len, word, len) == 0;
}

static int separator_before(const struct buf *line)
{
    for (int i = 0; i < N_SEPARATORS; i++)
        if (ends_in(line, separators[i]))
            return i;
    return NONE;
}

static void drop_last(struct buf *line)
{
    line->len -= MARK_BYTES;
    line->data[line->len] = 0;
}

/* Whether a sentence, or what a bracket or quotation encloses, begins here. */
static bool at_start(const struct buf *line)
{
    return line->len == 0 || ends_in(line, BLANK) || ends_in(line, "（") || ends_in(line, "“") || ends_in(line, "！") || ends_in(line, "？");
}

/* A colon keeps its place before weaker marks, since what it announces follows; before a full stop it goes. */
static void put_separator(struct buf *line, int mark)
{
    int before = separator_before(line);

    if (before == NONE && at_start(line))
        return;
    if (before != NONE && before >= mark)
        return;
    if (before != NONE)
        drop_last(line);
    buf_puts(line, separators[mark]);
}

static void close_bracket(struct buf *line)
{
    while (separator_before(line) != NONE)
        drop_last(line);
    if (ends_in(line, "（"))
        drop_last(line);
    else
        buf_puts(line, "）");
}

static bool is_marked(const char *line, size_t len)
{
    return len == 0 || strchr("#>|-=[", line[0]) != NULL;
}

static void tidy_paragraph(const char *at, const char *end, struct buf *line)
{
    while (at < end) {
        int mark = separator_at(at, end);

        if (mark != NONE) {
            put_separator(line, mark);
            at += MARK_BYTES;
        } else if (at_word(at, end, "）")) {
            close_bracket(line);
            at += MARK_BYTES;
        } else {
            buf_putc(line, (uint8_t)*at++);
        }
    }
}

/* Whether there is anything but blanks. */
static bool says_something(const struct buf *line)
{
    const char *at = buf_cstr(line);

    for (;;) {
        if (*at == ' ')
            at++;
        else if (strncmp(at, BLANK, strlen(BLANK)) == 0)
            at += strlen(BLANK);
        else
            return *at != '\0';
    }
}

void summary_tidy(const char *text, size_t len, struct buf *out)
{
    const char *end = text + len;
    struct buf line;

    buf_init(&line, len + 1);
    while (text < end) {
        const char *feed = memchr(text, '\n', (size_t)(end - text)), *stop = feed != NULL ? feed : end;

        buf_clear(&line);
        if (is_marked(text, (size_t)(stop - text)))
            buf_append(&line, text, (size_t)(stop - text));
        else
            tidy_paragraph(text, stop, &line);
        if (stop == text || says_something(&line)) {
            buf_append(out, line.data, line.len);
            if (feed != NULL)
                buf_putc(out, '\n');
        }
        text = feed != NULL ? feed + 1 : end;
    }
    if (line.status != STATUS_OK && out->status == STATUS_OK)
        out->status = line.status;
    buf_release(&line);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_wide(char c)
{
    return (unsigned char)c >= 0x80;
}

void summary_tighten(const char *text, size_t len, struct buf *out)
{
    for (size_t i = 0; i < len; i++) {
        bool between = text[i] == ' ' && i > 0 && i + 1 < len && ((is_digit(text[i - 1]) && is_wide(text[i + 1])) || (is_wide(text[i - 1]) && is_digit(text[i + 1])));

        if (!between)
            buf_putc(out, (uint8_t)text[i]);
    }
}
