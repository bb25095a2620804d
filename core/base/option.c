/* core/base/option.c - parsing by the option table. getopt_long() is not used: it keeps globals and prints by itself.
 */
#include "core/base/option.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"

enum { HELP_COLUMN = 28 }; /* where the explanations begin */

static size_t table_rows(const struct option_def *table)
{
    size_t n = 0;

    while (table[n].name != NULL)
        n++;
    return n;
}

void option_release(struct option_set *set)
{
    free(set->values);
    free(set->arguments);
    *set = (struct option_set){0};
}

/* The row of "--name" or "--name=..."; its value part, or NULL, in *value. */
static const struct option_def *find_long(const struct option_def *table, const char *name, const char **value)
{
    const char *equals = strchr(name, '=');
    size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);

    *value = equals != NULL ? equals + 1 : NULL;
    for (; table->name != NULL; table++)
        if (strlen(table->name) == len && memcmp(table->name, name, len) == 0)
            return table;
    return NULL;
}

static const struct option_def *find_letter(const struct option_def *table, char letter)
{
    for (; table->name != NULL; table++)
        if (table->letter == letter)
            return table;
    return NULL;
}

/* --name, --name=VALUE, --name VALUE. *i stands on it and moves over a separate value. */
static enum status parse_long(struct option_set *set, int argc, char *const argv[], int *i, struct errmsg *err)
{
    const char *value;
    const struct option_def *row = find_long(set->table, argv[*i] + 2, &value);

    if (row == NULL)
        return errmsg_set(err, STATUS_USAGE, "不认识的选项 %s", argv[*i]);
    if (row->argument == NULL && value != NULL)
        return errmsg_set(err, STATUS_USAGE, "选项 --%s 不带值", row->name);
    if (row->argument != NULL && value == NULL) {
        if (*i + 1 >= argc)
            return errmsg_set(err, STATUS_USAGE, "选项 --%s 缺少值 %s", row->name, row->argument);
        value = argv[++*i];
    }
    set->values[row - set->table] = value != NULL ? value : "";
    return STATUS_OK;
}

/* -x, -xyz (switches), -xVALUE, -x VALUE. */
static enum status parse_letters(struct option_set *set, int argc, char *const argv[], int *i, struct errmsg *err)
{
    for (const char *at = argv[*i] + 1; *at != '\0'; at++) {
        const struct option_def *row = find_letter(set->table, *at);

        if (row == NULL)
            return errmsg_set(err, STATUS_USAGE, "不认识的选项 %s", argv[*i]);
        if (row->argument == NULL) {
            set->values[row - set->table] = "";
            continue;
        }
        if (at[1] != '\0')
            set->values[row - set->table] = at + 1;
        else if (*i + 1 < argc)
            set->values[row - set->table] = argv[++*i];
        else
            return errmsg_set(err, STATUS_USAGE, "选项 -%c 缺少值 %s", row->letter, row->argument);
        break;
    }
    return STATUS_OK;
}

/* -2 is a number, unless an option has a digit for its letter: none has. */
static bool is_negative(const char *word)
{
    return strlen(word) > 1 && strspn(word + 1, "0123456789") == strlen(word) - 1;
}

static enum status parse_all(struct option_set *set, int argc, char *const argv[], struct errmsg *err)
{
    bool options = true;

    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        enum status status = STATUS_OK;

        if (options && strcmp(word, "--") == 0)
            options = false;
        else if (options && word[0] == '-' && word[1] == '-')
            status = parse_long(set, argc, argv, &i, err);
        else if (options && word[0] == '-' && word[1] != '\0' && !is_negative(word))
            status = parse_letters(set, argc, argv, &i, err);
        else if (set->n_arguments == OPTION_ARGUMENTS_MAX)
            status = errmsg_set(err, STATUS_USAGE, "参数过多，最多 %d 个", OPTION_ARGUMENTS_MAX);
        else
            set->arguments[set->n_arguments++] = word;
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status option_parse(struct option_set *set, const struct option_def *table, int argc, char *const argv[],
                         struct errmsg *err)
{
    enum status status;

    /* One more each: calloc(0) may return NULL. */
    *set = (struct option_set){.table = table};
    set->values = calloc(table_rows(table) + 1, sizeof *set->values);
    set->arguments = calloc((size_t)(argc > 0 ? argc : 0) + 1, sizeof *set->arguments);
    if (set->values == NULL || set->arguments == NULL)
        status = errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    else
        status = parse_all(set, argc, argv, err);
    if (status != STATUS_OK)
        option_release(set);
    return status;
}

const char *option_value(const struct option_set *set, const char *name)
{
    const char *value;
    const struct option_def *row = find_long(set->table, name, &value);

    assert(row != NULL && value == NULL);
    return set->values[row - set->table];
}

void option_help(const struct option_def *table, struct buf *out)
{
    for (; table->name != NULL; table++) {
        size_t start = out->len;
        size_t columns;

        if (table->letter != 0)
            buf_printf(out, "  -%c, --%s", table->letter, table->name);
        else
            buf_printf(out, "      --%s", table->name);
        if (table->argument != NULL)
            buf_printf(out, " %s", _(table->argument));
        if (out->status != STATUS_OK)
            return;
        columns = width_text((const char *)out->data + start, out->len - start);
        if (columns + 2 > HELP_COLUMN) {
            buf_putc(out, '\n');
            columns = 0;
        }
        buf_printf(out, "%*s%s\n", (int)(HELP_COLUMN - columns), "", _(table->help));
    }
}

bool option_listed(const char *names, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = names; (at = strstr(at, name)) != NULL; at += len)
        if ((at == names || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
            return true;
    return false;
}
