/* core/aid/stat_matter.c - see stat_matter.h. One walk from a cause to its row, whether the shipped lists are searched from end to end (one case) or by index (all of them). */
#include "core/aid/stat_matter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/person_group.h"
#include "core/data/data_lines.h"
#include "core/record/code_book.h"

enum { CODE_BYTES = 40, DEPTH_MAX = 8 };
/* Columns of stat_matters.tsv and of the lists of causes. */
enum { MATTER_COLUMN = 1, MIGRANTS_COLUMN, CATEGORIES_COLUMN };
enum { CAUSE_COLUMN = 0, PARENT_COLUMN = 2, NAME_COLUMN = 3 };

struct stat_matter_map {
    const struct code_book *codes; /* may be NULL */
    struct data_lines matters, causes, causes_2020, names /* of causes.tsv */;
};

static void open_map(struct stat_matter_map *map, const struct code_book *codes)
{
    map->codes = codes;
    data_lines_open(&map->matters, "stat_matters.tsv", CAUSE_COLUMN);
    data_lines_open(&map->causes, "causes.tsv", CAUSE_COLUMN);
    data_lines_open(&map->causes_2020, "causes_2020.tsv", CAUSE_COLUMN);
    data_lines_open(&map->names, "causes.tsv", NAME_COLUMN);
}

enum status stat_matter_map_new(struct stat_matter_map **out, const struct code_book *codes)
{
    struct stat_matter_map *map = malloc(sizeof *map);

    *out = map;
    if (map == NULL)
        return STATUS_NOMEM;
    open_map(map, codes);
    struct data_lines *const all[] = {&map->matters, &map->causes, &map->causes_2020, &map->names};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (data_lines_index(all[i]) != STATUS_OK) {
            stat_matter_map_free(map);
            *out = NULL;
            return STATUS_NOMEM;
        }
    }
    return STATUS_OK;
}

void stat_matter_map_free(struct stat_matter_map *map)
{
    if (map == NULL)
        return;
    data_lines_release(&map->matters);
    data_lines_release(&map->causes);
    data_lines_release(&map->causes_2020);
    data_lines_release(&map->names);
    free(map);
}

static void copy_cell(const char *line, size_t column, char *out, size_t size)
{
    struct data_cell cell = data_line_cell(line, column);
    snprintf(out, size, "%.*s", (int)cell.len, cell.text);
}

/* What lies above a cause: in the county's book, else in the shipped lists. "" at the top. */
static void parent_of(const struct stat_matter_map *map, const char *cause, char out[CODE_BYTES])
{
    const struct code *code = map->codes == NULL ? NULL : code_book_find(map->codes, "cause", cause);
    const char *line;

    out[0] = '\0';
    if (code != NULL)
        snprintf(out, CODE_BYTES, "%s", code->parent);
    else if ((line = data_lines_find(&map->causes, cause, strlen(cause))) != NULL || (line = data_lines_find(&map->causes_2020, cause, strlen(cause))) != NULL)
        copy_cell(line, PARENT_COLUMN, out, CODE_BYTES);
}

/* The cause of the newest list that has an older one's name; the last such line is the part, not the whole. "" if there is none. */
static void newest_of(const struct stat_matter_map *map, const char *cause, char out[CODE_BYTES])
{
    const char *line = data_lines_find(&map->causes_2020, cause, strlen(cause));

    out[0] = '\0';
    if (line == NULL)
        return;
    struct data_cell name = data_line_cell(line, NAME_COLUMN);
    line = data_lines_find(&map->names, name.text, name.len);
    if (line != NULL)
        copy_cell(line, CAUSE_COLUMN, out, CODE_BYTES);
}

/* The row of a cause: its own, or that of its name in the newest list, its parents', its letter's. NULL: none. */
static const char *row_of(const struct stat_matter_map *map, const char *cause)
{
    char at[CODE_BYTES], next[CODE_BYTES];

    if (strlen(cause) >= sizeof at)
        return NULL;
    strcpy(at, cause);
    for (int depth = 0; depth < DEPTH_MAX && at[0] != '\0'; depth++) {
        const char *row = data_lines_find(&map->matters, at, strlen(at));
        if (row != NULL)
            return row;
        newest_of(map, at, next);
        if (next[0] == '\0')
            parent_of(map, at, next);
        strcpy(at, next);
    }
    return data_lines_find(&map->matters, cause[0] == 'L' ? "M" : cause, cause[0] != '\0');
}

void cause_categories(const struct code_book *codes, const char *cause, char out[CAUSE_CATEGORIES_BYTES])
{
    struct stat_matter_map map;

    open_map(&map, codes);
    const char *row = row_of(&map, cause);
    out[0] = '\0';
    if (row != NULL)
        copy_cell(row, CATEGORIES_COLUMN, out, CAUSE_CATEGORIES_BYTES);
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

const char *stat_matter_find(const struct stat_matter_map *map, const struct stat_matter_facts *facts)
{
    bool administrative = strcmp(facts->case_type, "03") == 0;
    char code[CODE_BYTES];

    if (facts->stat_matter[0] != '\0')
        return facts->stat_matter;
    if (strcmp(facts->case_type, "01") == 0)
        return "";
    if (strcmp(facts->stage, "13") == 0)
        return borrowed(map->codes, administrative ? "R6" : "K1");
    if (!administrative && strcmp(facts->exempt_32, "02") == 0)
        return borrowed(map->codes, "J1");
    if (!administrative && strcmp(facts->exempt_32, "04") == 0)
        return borrowed(map->codes, "B3");
    /* A cause of another kind (a civil one in an administrative case, a crime in a civil one) says nothing. */
    const char *row = facts->cause[0] != '\0' && administrative == (facts->cause[0] == 'Z') ? row_of(map, facts->cause) : NULL;
    code[0] = '\0';
    if (row != NULL)
        copy_cell(row, facts->migrant ? MIGRANTS_COLUMN : MATTER_COLUMN, code, sizeof code);
    return borrowed(map->codes, code[0] != '\0' ? code : of_matter(facts->matter, administrative, facts->migrant));
}

const char *stat_matter_of(const struct code_book *codes, const struct record *kase)
{
    const struct stat_matter_facts facts = {
        .case_type = record_text(kase, "case_type"), .cause = record_text(kase, "cause"), .matter = record_text(kase, "matter"), .stage = record_text(kase, "stage"),
        .exempt_32 = record_text(kase, "exempt_32"), .stat_matter = record_text(kase, "stat_matter"),
        .migrant = (person_groups_typed(record_text(kase, "categories")) & PERSON_GROUP_BIT(PERSON_MIGRANT)) != 0,
    };
    struct stat_matter_map map;

    open_map(&map, codes);
    return stat_matter_find(&map, &facts);
}
