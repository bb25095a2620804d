/* core/aid/stat_matter.c - see stat_matter.h. The file is searched as it lies in the program: four cells a line, some ninety lines, no index needed. */
#include "core/aid/stat_matter.h"

#include <stdio.h>
#include <string.h>

#include "core/data/data.h"
#include "core/record/code_book.h"

enum { CODE_BYTES = 40, NAME_BYTES = 256, DEPTH_MAX = 8, CELLS = 4 };

struct cell {
    const char *text;
    size_t len;
};

/* The cells of the line that begins with the key. */
static bool find_line(const char *file_name, const char *key, size_t n_cells, struct cell *cells)
{
    const struct data_file *file = data_find(file_name);
    size_t len = strlen(key);

    if (file == NULL || len == 0)
        return false;
    for (const char *at = file->text; (at = strstr(at, key)) != NULL; at += len) {
        if ((at != file->text && at[-1] != '\n') || at[len] != '\t')
            continue;
        for (size_t i = 0; i < n_cells; i++) {
            cells[i] = (struct cell){at, strcspn(at, "\t\n")};
            at += cells[i].len + (at[cells[i].len] == '\t');
        }
        return true;
    }
    return false;
}

static void copy_cell(struct cell cell, char *out, size_t size)
{
    snprintf(out, size, "%.*s", (int)cell.len, cell.text);
}

/* A cause's line (code level parent name) in the shipped lists. */
static bool find_cause(const char *cause, struct cell cells[CELLS])
{
    return find_line("causes.tsv", cause, CELLS, cells) || find_line("causes_2020.tsv", cause, CELLS, cells);
}

/* What lies above a cause: in the county's book, else in the shipped lists. "" at the top. */
static void parent_of(const struct code_book *codes, const char *cause, char out[CODE_BYTES])
{
    struct cell cells[CELLS];
    const struct code *code = codes == NULL ? NULL : code_book_find(codes, "cause", cause);

    out[0] = '\0';
    if (code != NULL)
        snprintf(out, CODE_BYTES, "%s", code->parent);
    else if (find_cause(cause, cells))
        copy_cell(cells[2], out, CODE_BYTES);
}

/* The cause of the newest list that has an older one's name; the last such line is the part, not the whole. "" if there is none. */
static void newest_of(const char *cause, char out[CODE_BYTES])
{
    const struct data_file *file = data_find("causes.tsv");
    struct cell cells[CELLS];
    char name[NAME_BYTES];

    out[0] = '\0';
    if (!find_line("causes_2020.tsv", cause, CELLS, cells))
        return;
    snprintf(name, sizeof name, "\t%.*s\t", (int)cells[3].len, cells[3].text);
    for (const char *at = file->text; (at = strstr(at, name)) != NULL; at++) {
        const char *line = at;
        while (line > file->text && line[-1] != '\n')
            line--;
        snprintf(out, CODE_BYTES, "%.*s", (int)strcspn(line, "\t"), line);
    }
}

/* The row of a cause: its own, or that of its name in the newest list, its parents', its letter's. */
static bool row_of(const struct code_book *codes, const char *cause, struct cell cells[CELLS])
{
    char at[CODE_BYTES], next[CODE_BYTES];

    if (strlen(cause) >= sizeof at)
        return false;
    strcpy(at, cause);
    for (int depth = 0; depth < DEPTH_MAX && at[0] != '\0'; depth++) {
        if (find_line("stat_matters.tsv", at, CELLS, cells))
            return true;
        newest_of(at, next);
        if (next[0] == '\0')
            parent_of(codes, at, next);
        strcpy(at, next);
    }
    at[0] = cause[0] == 'L' ? 'M' : cause[0];
    at[1] = '\0';
    return find_line("stat_matters.tsv", at, CELLS, cells);
}

void cause_categories(const struct code_book *codes, const char *cause, char out[CAUSE_CATEGORIES_BYTES])
{
    struct cell cells[CELLS];

    out[0] = '\0';
    if (row_of(codes, cause, cells))
        copy_cell(cells[3], out, CAUSE_CATEGORIES_BYTES);
}

/* Whether a comma-separated list of codes has one. */
static bool has_code(const char *list, const char *code)
{
    size_t len = strlen(code);

    for (const char *at = list; (at = strstr(at, code)) != NULL; at += len)
        if ((at == list || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
            return true;
    return false;
}

/* Without a cause: what was applied for (法律援助法第三十一条). */
static const char *of_matter(const char *matter, bool administrative, bool migrant)
{
    static const struct {
        const char *matter, *civil, *migrants, *administrative;
    } MATTERS[] = {
        {"M1", "Z1", "Z1", "R1"}, {"M2", "A1", "A1", "R2"}, {"M3", "Z1", "Z1", "R5"}, {"M4", "B2", "B2", "R9"},
        {"M5", "C1", "C2", "R9"}, {"M7", "I1", "I1", "R9"},
    };

    for (size_t i = 0; i < sizeof MATTERS / sizeof MATTERS[0]; i++)
        if (strcmp(MATTERS[i].matter, matter) == 0)
            return administrative ? MATTERS[i].administrative : migrant ? MATTERS[i].migrants : MATTERS[i].civil;
    return administrative ? "R9" : "Z1";
}

/* The code itself, as the book holds it, so that it outlives this call. */
static const char *borrowed(const struct code_book *codes, const char *code)
{
    const struct code *found = code_book_find(codes, "stat_matter", code);
    return found != NULL ? found->code : "";
}

const char *stat_matter_of(const struct code_book *codes, const struct record *kase)
{
    const char *type = record_text(kase, "case_type"), *cause = record_text(kase, "cause"), *exempt = record_text(kase, "exempt_32");
    bool administrative = strcmp(type, "03") == 0, migrant = has_code(record_text(kase, "categories"), "05");
    struct cell cells[CELLS];
    char code[CODE_BYTES];

    if (record_text(kase, "stat_matter")[0] != '\0')
        return record_text(kase, "stat_matter");
    if (strcmp(type, "01") == 0)
        return "";
    if (strcmp(record_text(kase, "stage"), "13") == 0)
        return borrowed(codes, administrative ? "R6" : "K1");
    if (!administrative && strcmp(exempt, "02") == 0)
        return borrowed(codes, "J1");
    if (!administrative && strcmp(exempt, "04") == 0)
        return borrowed(codes, "B3");
    /* A cause of the other kind (a civil one in an administrative case) says nothing. */
    if (cause[0] != '\0' && administrative == (cause[0] == 'Z') && row_of(codes, cause, cells)) {
        copy_cell(cells[migrant ? 2 : 1], code, sizeof code);
        return borrowed(codes, code);
    }
    return borrowed(codes, of_matter(record_text(kase, "matter"), administrative, migrant));
}
