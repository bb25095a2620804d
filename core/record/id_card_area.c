/* core/record/id_card_area.c - the area that an identity number begins with, as it was at the birth day; see id_card.h.
 *
 * The table is sorted by code, so a code is found by halving the text and stepping back to the beginning of a line. Several lines of one code are its names, or the code in
 * another use, one after the other. */
#include "core/record/id_card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/data/data.h"

/* Most people got their numbers between the first cards (1984) and the time when one had to show them (1989). */
enum { NUMBERS_GIVEN_YEAR = 1989, CODE_DIGITS = 6, PROVINCE_DIGITS = 2, PREFECTURE_DIGITS = 4 };

struct line {
    const char *code, *name;
    size_t name_len;
    int from, to; /* 0: open */
};

static const char *line_begin(const struct data_file *file, const char *at)
{
    while (at > file->text && at[-1] != '\n')
        at--;
    return at;
}

static const char *line_end(const char *at)
{
    return at + strcspn(at, "\n");
}

/* The first line whose code is not less; the end of the text if there is none. */
static const char *find_code(const struct data_file *file, const char *code)
{
    const char *low = file->text, *high = file->text + file->len;
    while (low < high) {
        const char *middle = line_begin(file, low + (high - low) / 2);
        if (strncmp(middle, code, CODE_DIGITS) < 0)
            low = line_end(middle) + 1;
        else
            high = middle;
    }
    return low;
}

/* The year that a column begins with; 0 if the column is empty. */
static int column_year(const char *at)
{
    return *at >= '0' && *at <= '9' ? (int)strtol(at, NULL, 10) : 0;
}

static bool read_line(const char *at, struct line *out)
{
    const char *name = strchr(at, '\t');
    const char *from = name != NULL ? strchr(name + 1, '\t') : NULL;
    const char *to = from != NULL ? strchr(from + 1, '\t') : NULL;
    if (to == NULL || to > line_end(at))
        return false;
    *out = (struct line){.code = at, .name = name + 1, .name_len = (size_t)(from - name - 1), .from = column_year(from + 1), .to = column_year(to + 1)};
    return true;
}

static bool in_use(const struct line *line, int year)
{
    int by = year > NUMBERS_GIVEN_YEAR ? year : NUMBERS_GIVEN_YEAR;
    return (line->from == 0 || line->from <= by) && (line->to == 0 || year <= line->to);
}

/* The line of the code that was in use in the year; else the last one before it, else the first. False if the code is in no list. */
static bool find_line(const char *code, int year, struct line *out, bool *existed)
{
    const struct data_file *file = data_find("area_codes.tsv");
    bool found = false;
    *existed = false;
    if (file == NULL)
        return false;
    for (const char *at = find_code(file, code); *at != '\0' && strncmp(at, code, CODE_DIGITS) == 0; at = line_end(at) + 1) {
        struct line line;
        if (!read_line(at, &line))
            break;
        bool fits = in_use(&line, year);
        /* Of two that fit, the later name is the one that began by then. */
        if (!found || (fits && (!*existed || line.from <= year)) || (!*existed && line.from != 0 && line.from <= year))
            *out = line;
        found = true;
        *existed |= fits;
    }
    return found;
}

static bool is_part_of_name(const struct line *line)
{
    static const char *const fillers[] = {"市辖区", "县", "省直辖", "自治区直辖"}; /* of codes that only group others */
    for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++) {
        size_t len = strlen(fillers[i]);
        if (strncmp(line->name, fillers[i], len) == 0 && (line->name_len == len || i >= 2))
            return false;
    }
    return true;
}

/* "江苏省", "南京市": the higher area, whose code is filled up with zeros. */
static void put_higher(const char *area, size_t digits, int year, struct id_area *out)
{
    char code[CODE_DIGITS + 1] = "000000";
    struct line line;
    bool existed;
    size_t len = strlen(out->path);
    memcpy(code, area, digits);
    if (strcmp(code, area) != 0 && find_line(code, year, &line, &existed) && is_part_of_name(&line))
        snprintf(out->path + len, sizeof out->path - len, "%.*s", (int)line.name_len, line.name);
}

void id_card_area(const char area[7], int32_t born, struct id_area *out)
{
    struct line line;
    int year, month, dom;
    day_to_ymd(born, &year, &month, &dom);
    *out = (struct id_area){.from = 0};
    if (strlen(area) != CODE_DIGITS || !find_line(area, year, &line, &out->existed))
        return;
    put_higher(area, PROVINCE_DIGITS, year, out);
    put_higher(area, PREFECTURE_DIGITS, year, out);
    size_t len = strlen(out->path);
    snprintf(out->name, sizeof out->name, "%.*s", (int)line.name_len, line.name);
    snprintf(out->path + len, sizeof out->path - len, "%s", out->name);
    out->from = line.from;
    out->to = line.to;
}
