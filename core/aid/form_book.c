/* core/aid/form_book.c - see form_book.h. The shipped file is copied once and cut into cells in place; that it is whole is a promise of the program, held by tests. */
#include "core/aid/form_book.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/data/data.h"
#include "core/record/code_book.h"

enum { CELLS = 6, NUMBER_MAX_DIGITS = 3 };

/* A form without its columns. */
static const struct head {
    const char *name, *prefix, *label, *title, *first, *rule;
    enum period_kind usual;
} heads[] = {
    {"monthly", "M", "月报", "法律援助业务数据统计表（月报）", "地区", "period_monthly", PERIOD_MONTH},
    {"quarterly", "Q", "季报", "法律咨询数据统计表（季报）", "地区", "period_quarterly", PERIOD_QUARTER},
    {"form1", "F1.", "表一", "法律援助统计报表一（机构）", "单位", "period_forms", PERIOD_HALF},
    {"form2", "F2.", "表二", "法律援助统计报表二（人员）", "单位", "period_forms", PERIOD_HALF},
    {"form3", "F3.", "表三", "法律援助统计报表三（经费投入）", "单位", "period_forms", PERIOD_HALF},
    {"form4", "F4.", "表四", "法律援助统计报表四（经费支出）", "单位", "period_forms", PERIOD_HALF},
    {"form5", "F5.", "表五", "法律援助统计报表五（刑事法律援助）", "地区", "period_forms", PERIOD_HALF},
    {"form6", "F6.", "表六", "法律援助统计报表六（民事法律援助）", "单位", "period_forms", PERIOD_HALF},
    {"form7", "F7.", "表七", "法律援助统计报表七（行政法律援助）", "地区", "period_forms", PERIOD_HALF},
    {"form8", "F8.", "表八", "法律援助统计报表八（各类案件及受援人合计）", "地区", "period_forms", PERIOD_HALF},
    {"form9", "F9.", "表九", "法律援助统计报表九（受援人）", "地区", "period_forms", PERIOD_HALF},
    {"form10", "F10.", "表十", "法律援助统计报表十（已结案件中各类人员办理情况）", "地区", "period_forms", PERIOD_HALF},
    {"form11", "F11.", "表十一", "法律援助统计报表十一（咨询）", "地区", "period_forms", PERIOD_HALF},
    {"form12", "F12.", "表十二", "法律援助统计报表十二（法律援助工作站）", "单位", "period_forms", PERIOD_HALF},
    {"form13", "F13.", "表十三", "法律援助统计报表十三（投诉处理情况）", "单位", "period_forms", PERIOD_HALF},
};

enum { FORMS = sizeof heads / sizeof heads[0] };

/* The words that a source begins with. */
static const struct {
    const char *word;
    enum form_source kind;
} sources[] = {
    {"count ", FORM_COUNT}, {"sum ", FORM_SUM}, {"cell ", FORM_CELL}, {"live ", FORM_LIVE}, {"hand last", FORM_HAND_LAST}, {"hand sum", FORM_HAND_SUM},
};

struct form_book {
    char *text; /* owned; cells are ended by NUL in place */
    struct form_column *columns; /* owned; in the order of the file */
    struct ministry_form forms[FORMS];
};

/* ---- reading the table ---- */

static void read_source(struct form_column *column)
{
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        size_t len = strlen(sources[i].word);
        if (strncmp(column->source, sources[i].word, len) != 0)
            continue;
        column->kind = sources[i].kind;
        column->argument = column->source + len;
        column->by_hand = column->kind == FORM_HAND_LAST || column->kind == FORM_HAND_SUM;
        return;
    }
    assert(false && "ministry_forms.tsv: unknown source");
}

/* Cut one line into its cells; returns where the next begins. */
static char *read_line(char *at, char *cells[CELLS])
{
    for (size_t i = 0; i < CELLS; i++) {
        size_t len = strcspn(at, "\t\n");
        assert(at[len] == (i + 1 < CELLS ? '\t' : '\n'));
        cells[i] = at;
        at[len] = '\0';
        at += len + 1;
    }
    return at;
}

static void fill(struct form_book *book)
{
    struct form_column *column = book->columns;
    struct ministry_form *form = NULL;

    for (size_t i = 0; i < FORMS; i++)
        book->forms[i] = (struct ministry_form){heads[i].name, heads[i].prefix, heads[i].title, heads[i].label, heads[i].first, heads[i].rule, heads[i].usual, NULL, 0};
    for (char *at = book->text; *at != '\0'; column++) {
        char *cells[CELLS];
        at = read_line(at, cells);
        if (form == NULL || strcmp(form->name, cells[0]) != 0) {
            form = form == NULL ? book->forms : form + 1;
            assert(form < book->forms + FORMS && strcmp(form->name, cells[0]) == 0);
            form->columns = column;
        }
        *column = (struct form_column){.no = atoi(cells[1]), .key = cells[2], .heading = cells[3], .unit = cells[4], .source = cells[5], .money = strcmp(cells[4], "万元") == 0};
        read_source(column);
        form->n_columns++;
        assert(column->no == (int)form->n_columns && form->n_columns <= FORM_COLUMNS_MAX);
    }
}

enum status form_book_new(struct form_book **out, struct errmsg *err)
{
    const struct data_file *file = data_find("ministry_forms.tsv");
    struct form_book *book = calloc(1, sizeof *book);
    size_t lines = 0;

    assert(file != NULL);
    for (const char *at = file->text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    *out = NULL;
    if (book != NULL) {
        book->text = malloc(file->len + 1);
        book->columns = calloc(lines, sizeof *book->columns);
    }
    if (book == NULL || book->text == NULL || book->columns == NULL) {
        form_book_free(book);
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    }
    memcpy(book->text, file->text, file->len + 1);
    fill(book);
    *out = book;
    return STATUS_OK;
}

void form_book_free(struct form_book *book)
{
    if (book == NULL)
        return;
    free(book->text);
    free(book->columns);
    free(book);
}

size_t form_book_count(const struct form_book *book)
{
    (void)book;
    return FORMS;
}

const struct ministry_form *form_book_at(const struct form_book *book, size_t index)
{
    assert(index < FORMS);
    return &book->forms[index];
}

/* ---- names ---- */

/* The form's number where it is one of the thirteen: "6"; "" else. */
static const char *number_of(const struct ministry_form *form)
{
    return strncmp(form->name, "form", 4) == 0 ? form->name + 4 : "";
}

static bool is_called(const struct ministry_form *form, const char *name)
{
    static const char *const before[] = {"半年报", "年报", ""};

    if (strcasecmp(form->name, name) == 0 || strcmp(form->title, name) == 0)
        return true;
    if (number_of(form)[0] != '\0' && strcmp(number_of(form), name + (*name == 'F' || *name == 'f')) == 0)
        return true;
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (strncmp(name, before[i], strlen(before[i])) == 0 && strcmp(name + strlen(before[i]), form->label) == 0)
            return true;
    return false;
}

const struct ministry_form *form_book_find(const struct form_book *book, const char *name)
{
    for (size_t i = 0; i < FORMS; i++)
        if (is_called(&book->forms[i], name))
            return &book->forms[i];
    return NULL;
}

/* Behind `word` at the beginning of the cell's name, else NULL. */
static const char *behind(const char *cell, const char *word)
{
    return *word != '\0' && strncasecmp(cell, word, strlen(word)) == 0 ? cell + strlen(word) : NULL;
}

/* A number that ends the text; 0: none. */
static int last_number(const char *text)
{
    size_t digits = text != NULL ? strspn(text, "0123456789") : 0;

    return digits > 0 && digits <= NUMBER_MAX_DIGITS && text[digits] == '\0' ? atoi(text) : 0;
}

/* The column's number in "F6.2", "form6.2", "6.2"; "M2", "monthly2", "monthly.2". 0: the cell is none of the form's. */
static int number_in_cell(const struct ministry_form *form, const char *cell)
{
    const char *const words[] = {form->prefix, form->name, number_of(form)};
    bool dotted = number_of(form)[0] != '\0'; /* form1 and form11: the point divides */

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *rest = behind(cell, words[i]);
        if (rest != NULL && i > 0 && (*rest == '.' || dotted))
            rest = *rest == '.' ? rest + 1 : NULL;
        if (last_number(rest) > 0)
            return last_number(rest);
    }
    return 0;
}

const struct form_column *form_column_find(const struct ministry_form *form, int no)
{
    return no >= 1 && no <= (int)form->n_columns ? &form->columns[no - 1] : NULL;
}

const struct form_column *form_book_cell(const struct form_book *book, const char *cell, const struct ministry_form **form)
{
    for (size_t i = 0; i < FORMS; i++) {
        const struct form_column *column = form_column_find(&book->forms[i], number_in_cell(&book->forms[i], cell));
        if (column == NULL)
            continue;
        if (form != NULL)
            *form = &book->forms[i];
        return column;
    }
    return NULL;
}

void form_cell_name(const struct ministry_form *form, const struct form_column *column, char out[FORM_CELL_BYTES])
{
    snprintf(out, FORM_CELL_BYTES, "%s%d", form->prefix, column->no);
}

/* ---- headings ---- */

void form_column_heading(const struct form_column *column, const struct code_book *codes, char out[FORM_HEADING_BYTES])
{
    static const char own[] = "（本地典型类型"; /* what the official set writes in its place */
    const char *at = strstr(column->heading, own), *code = strrchr(column->argument, ':');
    const struct code *topic = at != NULL && code != NULL && codes != NULL ? code_book_find(codes, "consult_topic", code + 1) : NULL;

    if (topic == NULL)
        snprintf(out, FORM_HEADING_BYTES, "%s", column->heading);
    else
        snprintf(out, FORM_HEADING_BYTES, "%.*s%s", (int)(at - column->heading), column->heading, topic->name);
}

bool form_is_row_kind(const char *org_kind)
{
    static const char *const kinds[] = {"center", "station", "branch", "point"};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i], org_kind) == 0)
            return true;
    return false;
}
