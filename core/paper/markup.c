/* core/paper/markup.c - see markup.h. */
#include "core/paper/markup.h"

#include <string.h>

static bool starts(const char *text, size_t len, const char *with)
{
    size_t n = strlen(with);

    return len >= n && memcmp(text, with, n) == 0;
}

static bool equals(const char *text, size_t len, const char *with)
{
    return len == strlen(with) && memcmp(text, with, len) == 0;
}

static void classify(struct markup_line *line)
{
    static const struct {
        const char *marker;
        enum markup_kind kind;
    } prefixes[] = {{"## ", MARKUP_CENTRE}, {"# ", MARKUP_TITLE}, {"> ", MARKUP_RIGHT}, {"|=", MARKUP_WIDTHS}, {"|", MARKUP_ROW}};

    line->kind = MARKUP_TEXT;
    if (equals(line->text, line->len, "---"))
        line->kind = MARKUP_RULE;
    else if (equals(line->text, line->len, "==="))
        line->kind = MARKUP_PAGE;
    else if (equals(line->text, line->len, "[seal]"))
        line->kind = MARKUP_SEAL;
    else if (equals(line->text, line->len, "[landscape]"))
        line->kind = MARKUP_WIDE;
    else if (starts(line->text, line->len, "[sign:"))
        line->kind = MARKUP_SIGN;
    for (size_t i = 0; line->kind == MARKUP_TEXT && i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (!starts(line->text, line->len, prefixes[i].marker))
            continue;
        line->kind = prefixes[i].kind;
        line->text += strlen(prefixes[i].marker);
        line->len -= strlen(prefixes[i].marker);
    }
}

bool markup_next(const char **at, const char *end, struct markup_line *line)
{
    const char *feed;

    if (*at >= end)
        return false;
    feed = memchr(*at, '\n', (size_t)(end - *at));
    line->text = *at;
    line->len = (size_t)((feed != NULL ? feed : end) - *at);
    *at = feed != NULL ? feed + 1 : end;
    classify(line);
    return true;
}

/* The first byte c in text that no backslash stands before; NULL. */
static const char *find_plain(const char *text, const char *end, char c)
{
    for (; text < end; text++) {
        if (*text == '\\')
            text++;
        else if (*text == c)
            return text;
    }
    return NULL;
}

size_t markup_cells(const struct markup_line *line, struct markup_cell cells[MARKUP_CELLS_MAX])
{
    const char *at = line->text, *end = line->text + line->len;
    size_t n = 0;

    while (at < end) {
        const char *bar = find_plain(at, end, '|');

        if (bar == NULL || n == MARKUP_CELLS_MAX)
            return 0;
        cells[n].text = at;
        cells[n].len = (size_t)(bar - at);
        cells[n].join = equals(at, cells[n].len, "<") ? MARKUP_JOIN_LEFT : equals(at, cells[n].len, "^") ? MARKUP_JOIN_ABOVE : MARKUP_OWN;
        n++;
        at = bar + 1;
    }
    return n;
}

size_t markup_widths(const struct markup_line *line, int widths[MARKUP_CELLS_MAX])
{
    size_t n = 0;
    int width = 0;

    for (size_t i = 0; i < line->len; i++) {
        char c = line->text[i];

        if (c >= '0' && c <= '9' && width <= MARKUP_WIDTH_MAX) {
            width = width * 10 + (c - '0');
            continue;
        }
        if (c != '|' || width < 1 || width > MARKUP_WIDTH_MAX || n == MARKUP_CELLS_MAX)
            return 0;
        widths[n++] = width;
        width = 0;
    }
    return width == 0 ? n : 0;
}

bool markup_sign(const char **at, const char *end, struct markup_cell *label)
{
    static const char open[] = "[sign:";
    const char *close;

    if (!starts(*at, (size_t)(end - *at), open))
        return false;
    close = find_plain(*at, end, ']');
    if (close == NULL)
        return false;
    label->join = MARKUP_OWN;
    label->text = *at + strlen(open);
    while (label->text < close && *label->text == ' ')
        label->text++;
    label->len = (size_t)(close - label->text);
    for (*at = close + 1; *at < end && **at == ' ';)
        ++*at;
    return true;
}

bool markup_segment(const char **at, const char *end, struct buf *out, bool *right)
{
    const char *text = *at;

    if (text == NULL)
        return false;
    *right = starts(text, (size_t)(end - text), "> ");
    if (*right)
        text += 2;
    for (; text < end; text++) {
        if (*text != '\\' || text + 1 == end) {
            buf_putc(out, (uint8_t)*text);
        } else if (*++text == 'n') {
            *at = text + 1;
            return true;
        } else {
            buf_putc(out, (uint8_t)*text);
        }
    }
    *at = NULL; /* the last line was given */
    return true;
}

/* Whether what is put next stands where a marker would be read: at the start of a line, cell or segment. */
static bool at_start(const struct buf *out)
{
    char last = out->len > 0 ? (char)out->data[out->len - 1] : '\n';
    char before = out->len > 1 ? (char)out->data[out->len - 2] : '\n';

    return last == '\n' || (last == '|' && before != '\\') || (last == 'n' && before == '\\');
}

void markup_put(const char *text, size_t len, struct buf *out)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\n') {
            buf_puts(out, "\\n");
            continue;
        }
        if (strchr("\\|]", text[i]) != NULL || (at_start(out) && strchr("#>=-[<^", text[i]) != NULL))
            buf_putc(out, '\\');
        buf_putc(out, (uint8_t)text[i]);
    }
}
