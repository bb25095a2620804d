/* core/quality/eval_standard.c - see eval_standard.h: the shipped table, the county's rows, which edition counts.
 *
 * All editions of one standard are read at once (a few dozen items); a standard is heavy (some kilobytes) and short-lived. */
#include "core/quality/eval_standard.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/data/data.h"
#include "core/record/code_book.h"
#include "core/record/filter.h"

enum { COLUMNS = 7, EDITIONS_MAX = 999 };
enum { COLUMN_STANDARD, COLUMN_EDITION, COLUMN_NUMBER, COLUMN_PART, COLUMN_ITEM, COLUMN_MAX, COLUMN_HELP };

/* The editions of one standard, ascending. */
struct shelf {
    const char *code;
    struct eval_standard **editions;
    size_t n, room;
    enum status status;
};

/* ---- one edition ---- */

static int order_items(const void *a, const void *b)
{
    return ((const struct eval_item_def *)a)->number - ((const struct eval_item_def *)b)->number;
}

static enum status add_item(struct eval_standard *standard, int number, int max, const char *part, const char *item, const char *help)
{
    if (standard->n_items == EVAL_ITEMS_MAX)
        return STATUS_TOO_LARGE;
    struct eval_item_def def = {.number = number, .max = max, .part = strdup(part), .item = strdup(item), .help = strdup(help)};
    if (def.part == NULL || def.item == NULL || def.help == NULL) {
        free(def.part);
        free(def.item);
        free(def.help);
        return STATUS_NOMEM;
    }
    standard->items[standard->n_items++] = def;
    return STATUS_OK;
}

void eval_standard_free(struct eval_standard *standard)
{
    if (standard == NULL)
        return;
    for (size_t i = 0; i < standard->n_items; i++) {
        free(standard->items[i].part);
        free(standard->items[i].item);
        free(standard->items[i].help);
    }
    free(standard);
}

const struct eval_item_def *eval_standard_item(const struct eval_standard *standard, int number)
{
    for (size_t i = 0; i < standard->n_items; i++)
        if (standard->items[i].number == number)
            return &standard->items[i];
    return NULL;
}

int eval_standard_sum(const struct eval_standard *standard)
{
    int sum = 0;
    for (size_t i = 0; i < standard->n_items; i++)
        sum += standard->items[i].max;
    return sum;
}

enum status eval_standard_check(const struct eval_standard *standard, const struct code_book *codes, struct errmsg *err)
{
    const char *name = code_book_name(codes, "eval_standard", standard->code);
    int sum = eval_standard_sum(standard);
    for (size_t i = 0; standard->five_point && i < standard->n_items; i++)
        if (standard->items[i].max > EVAL_LEVELS)
            return errmsg_set(err, STATUS_INVALID, "%s第 %d 版第 %d 项满分是 %d，五级制每项最多 5 分", name, standard->edition, standard->items[i].number, standard->items[i].max);
    if (!standard->five_point && sum != EVAL_FULL)
        return errmsg_set(err, STATUS_INVALID, "%s第 %d 版各项满分合计 %d，应为 100；补齐或改好以后再用", name, standard->edition, sum);
    return STATUS_OK;
}

const char *eval_standard_usual(const struct record *kase)
{
    return strcmp(record_text(kase, "case_type"), "01") == 0 ? "criminal100" : "civil100";
}

/* ---- all editions of a standard ---- */

static void shelf_release(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->n; i++)
        eval_standard_free(shelf->editions[i]);
    free(shelf->editions);
    *shelf = (struct shelf){.code = shelf->code};
}

static struct eval_standard *shelf_find(const struct shelf *shelf, int edition)
{
    for (size_t i = 0; i < shelf->n; i++)
        if (shelf->editions[i]->edition == edition)
            return shelf->editions[i];
    return NULL;
}

/* The edition, made if it is new. NULL: no memory. */
static struct eval_standard *shelf_take(struct shelf *shelf, int edition)
{
    struct eval_standard *standard = shelf_find(shelf, edition);
    if (standard != NULL)
        return standard;
    if (shelf->n == shelf->room) {
        size_t room = shelf->room > 0 ? shelf->room * 2 : 4;
        struct eval_standard **editions = reallocarray(shelf->editions, room, sizeof editions[0]);
        if (editions == NULL)
            return NULL;
        shelf->editions = editions;
        shelf->room = room;
    }
    standard = calloc(1, sizeof *standard);
    if (standard == NULL)
        return NULL;
    snprintf(standard->code, sizeof standard->code, "%s", shelf->code);
    standard->edition = edition;
    standard->from_day = EVAL_NO_DAY;
    standard->five_point = strncmp(shelf->code, "level5", 6) == 0;
    size_t at = shelf->n++;
    for (; at > 0 && shelf->editions[at - 1]->edition > edition; at--)
        shelf->editions[at] = shelf->editions[at - 1];
    shelf->editions[at] = standard;
    return standard;
}

/* The next cell of the table; *at moves behind it. */
static size_t next_cell(const char **at, const char **cell)
{
    size_t len = strcspn(*at, "\t\n");
    *cell = *at;
    *at += len + ((*at)[len] != '\0');
    return len;
}

static enum status read_shipped_line(struct shelf *shelf, const char *at)
{
    const char *cells[COLUMNS];
    size_t lens[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        lens[i] = next_cell(&at, &cells[i]);
    if (lens[COLUMN_STANDARD] != strlen(shelf->code) || memcmp(cells[COLUMN_STANDARD], shelf->code, lens[COLUMN_STANDARD]) != 0)
        return STATUS_OK;
    struct eval_standard *standard = shelf_take(shelf, (int)strtol(cells[COLUMN_EDITION], NULL, 10));
    char part[64], item[128], help[1024];
    if (standard == NULL)
        return STATUS_NOMEM;
    snprintf(part, sizeof part, "%.*s", (int)lens[COLUMN_PART], cells[COLUMN_PART]);
    snprintf(item, sizeof item, "%.*s", (int)lens[COLUMN_ITEM], cells[COLUMN_ITEM]);
    snprintf(help, sizeof help, "%.*s", (int)lens[COLUMN_HELP], cells[COLUMN_HELP]);
    return add_item(standard, (int)strtol(cells[COLUMN_NUMBER], NULL, 10), (int)strtol(cells[COLUMN_MAX], NULL, 10), part, item, help);
}

static enum status read_shipped(struct shelf *shelf)
{
    const struct data_file *file = data_find("eval_standards.tsv");
    enum status status = STATUS_OK;
    assert(file != NULL);
    for (const char *line = file->text; status == STATUS_OK && *line != '\0'; line = strchr(line, '\n') + 1)
        status = read_shipped_line(shelf, line);
    return status;
}

static bool is_shipped(const char *code, int64_t edition)
{
    struct shelf shelf = {.code = code};
    bool found = read_shipped(&shelf) == STATUS_OK && edition <= EDITIONS_MAX && shelf_find(&shelf, (int)edition) != NULL;
    shelf_release(&shelf);
    return found;
}

static int64_t number_of(const struct record *record, const char *field)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    return value.kind == VALUE_INT ? value.number : 0;
}

static bool take_county_row(void *context, const struct record *record, const struct list_key *key)
{
    struct shelf *shelf = context;
    int64_t edition = number_of(record, "edition"), number = number_of(record, "item_no"), max = number_of(record, "max_score"), from = number_of(record, "from_day");
    (void)key;
    if (edition < 1 || edition > EDITIONS_MAX || number < 1 || number > EVAL_ITEMS_MAX || max < 1 || max > EVAL_FULL || is_shipped(shelf->code, edition))
        return true;
    struct eval_standard *standard = shelf_take(shelf, (int)edition);
    if (standard != NULL && eval_standard_item(standard, (int)number) != NULL)
        return true; /* eval_standard_prepare refuses a second one */
    shelf->status = standard == NULL
                        ? STATUS_NOMEM
                        : add_item(standard, (int)number, (int)max, record_text(record, "part"), record_text(record, "item"), record_text(record, "help"));
    if (shelf->status == STATUS_OK && from > standard->from_day)
        standard->from_day = (int32_t)from;
    return shelf->status == STATUS_OK;
}

static enum status shelf_load(struct shelf *shelf, struct store *store, const struct actor *actor, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("eval_standard");
    struct filter filter = {.type = type, .n_terms = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "standard"), .op = FILTER_EQ, .value = value_string(shelf->code)};
    struct list_query query = {.type = type, .filter = &filter, .order = catalogue_field(type, "item_no"), .ascending = true};
    enum status status = read_shipped(shelf);
    if (status == STATUS_OK)
        status = records_list(store, actor, &query, take_county_row, shelf, err);
    if (status == STATUS_OK && shelf->status != STATUS_OK)
        status = errmsg_set(err, shelf->status, "%s", status_text(shelf->status));
    for (size_t i = 0; i < shelf->n; i++)
        qsort(shelf->editions[i]->items, shelf->editions[i]->n_items, sizeof shelf->editions[i]->items[0], order_items);
    return status;
}

/* Editions ascend: the last that counts. SIZE_MAX: none. */
static size_t shelf_current(const struct shelf *shelf, int32_t day)
{
    for (size_t i = shelf->n; i > 0; i--)
        if (shelf->editions[i - 1]->from_day <= day)
            return i - 1;
    return SIZE_MAX;
}

enum status eval_standard_load(struct eval_standard **out, struct store *store, const struct actor *actor, const struct code_book *codes, const char *code, int edition, int32_t day,
                               struct errmsg *err)
{
    struct shelf shelf = {.code = code};
    const char *name = code_book_name(codes, "eval_standard", code);
    enum status status = shelf_load(&shelf, store, actor, err);
    size_t chosen = edition == 0 && status == STATUS_OK ? shelf_current(&shelf, day) : SIZE_MAX;
    for (size_t i = 0; edition != 0 && i < shelf.n; i++)
        if (shelf.editions[i]->edition == edition)
            chosen = i;
    *out = NULL;
    if (status == STATUS_OK && chosen == SIZE_MAX)
        status = edition != 0 ? errmsg_set(err, STATUS_NOT_FOUND, "评估表 %s 没有第 %d 版", name, edition)
                              : errmsg_set(err, STATUS_NOT_FOUND, "评估表 %s 在评估之日还没有启用的版次；先登记评估项目(add eval_standard)", name);
    if (status == STATUS_OK) {
        *out = shelf.editions[chosen];
        shelf.editions[chosen] = NULL;
    }
    shelf_release(&shelf);
    return status;
}

enum status eval_standard_list(struct store *store, const struct actor *actor, const struct code_book *codes, int32_t day, eval_standard_row row, void *context, struct errmsg *err)
{
    enum status status = STATUS_OK;
    bool more = true;
    for (size_t i = 0; status == STATUS_OK && more && i < code_book_count(codes, "eval_standard"); i++) {
        struct shelf shelf = {.code = code_book_at(codes, "eval_standard", i)->code};
        status = shelf_load(&shelf, store, actor, err);
        size_t current = shelf_current(&shelf, day);
        for (size_t each = 0; status == STATUS_OK && more && each < shelf.n; each++)
            more = row(context, shelf.editions[each], each == current);
        shelf_release(&shelf);
    }
    return status;
}

/* ---- the county's own ---- */

/* Once in years, and only when somebody edits a list: no index on eval.standard is kept for it. */
static enum status check_unused(struct store *store, const struct code_book *codes, const char *code, int64_t edition, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM eval WHERE standard=?1 AND edition=?2 AND gone=0 LIMIT 1");
    enum status status;
    stmt_string(stmt, 1, code);
    stmt_int(stmt, 2, edition);
    bool used = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return used ? errmsg_set(err, STATUS_INVALID, "%s第 %lld 版已经用来评估过案件，不能再改；请另立版次", code_book_name(codes, "eval_standard", code), (long long)edition)
                : status;
}

static enum status check_number(struct store *store, const struct actor *actor, const struct record *record, struct errmsg *err)
{
    static const char *const same[] = {"standard", "edition", "item_no"};
    bool has;
    enum status status = records_has_same(store, actor, record, same, sizeof same / sizeof same[0], &has, err);
    if (status == STATUS_OK && has)
        status = errmsg_set(err, STATUS_EXISTS, "这一版已有第 %lld 项", (long long)number_of(record, "item_no"));
    return status;
}

/* Where the record was before it was edited. */
static enum status check_left(struct store *store, const struct code_book *codes, const struct record *record, struct errmsg *err)
{
    struct value standard = record->loaded[catalogue_field_index(record->type, catalogue_field(record->type, "standard"))];
    struct value edition = record->loaded[catalogue_field_index(record->type, catalogue_field(record->type, "edition"))];
    if (standard.kind != VALUE_TEXT || edition.kind != VALUE_INT)
        return STATUS_OK;
    return check_unused(store, codes, standard.text, edition.number, err);
}

enum status eval_standard_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err)
{
    const char *code = record_text(record, "standard");
    int64_t edition = number_of(record, "edition");
    if (code[0] == '\0' || edition == 0 || number_of(record, "item_no") == 0)
        return STATUS_OK; /* record_check names the empty field */
    if (is_shipped(code, edition))
        return errmsg_set(err, STATUS_INVALID, "%s第 %lld 版是程序自带的；要改评估项目请另立版次，把各项重新登记", code_book_name(codes, "eval_standard", code), (long long)edition);
    if (strncmp(code, "level5", 6) == 0 && number_of(record, "max_score") > EVAL_LEVELS)
        return errmsg_set(err, STATUS_INVALID, "满分: 五级制每项最多 5 分");
    enum status status = check_left(store, codes, record, err);
    if (status == STATUS_OK)
        status = check_unused(store, codes, code, edition, err);
    return status == STATUS_OK ? check_number(store, actor, record, err) : status;
}
