/* core/report/report_check.c - the table of checks, and whether they hold. See report_check.h; explanations: report_explain.c. */
#include "core/report/report_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/data/data.h"
#include "core/report/report_check_impl.h"
#include "core/report/summary.h"

enum { MESSAGE_MAX_BYTES = 1 << 14, LINE_CELLS = 4, DIGITS_BYTES = 24 };

static const char TABLE[] = "report_checks.tsv";

/* ---- the table ---- */

static const char *table(void)
{
    const struct data_file *file = data_find(TABLE);

    return file == NULL ? "" : file->text;
}

size_t report_check_count(void)
{
    size_t count = 0;

    for (const char *at = table(); *at != '\0'; at++)
        count += *at == '\n';
    return count;
}

/* The line at `at`, cut into its cells; returns where the next begins, NULL at the end. */
static const char *read_line(const char *at, struct report_check_line *out)
{
    char *const cells[LINE_CELLS] = {out->form, out->rule, out->words, out->todo};
    static const size_t sizes[LINE_CELLS] = {FORM_NAME_BYTES, CHECK_RULE_BYTES, CHECK_WORDS_BYTES, CHECK_WORDS_BYTES};

    if (*at == '\0')
        return NULL;
    for (size_t i = 0; i < LINE_CELLS; i++) {
        size_t len = strcspn(at, "\t\n");

        snprintf(cells[i], sizes[i], "%.*s", (int)len, at);
        at += len;
        at += *at == '\t';
    }
    at += strcspn(at, "\n");
    return at + (*at == '\n');
}

bool report_check_at(size_t index, struct report_check_line *out)
{
    const char *at = table();

    for (size_t i = 0; at != NULL && i <= index; i++)
        at = read_line(at, out);
    return at != NULL;
}

/* ---- expressions ---- */

/* "F6.2", "M12", "R17": a letter, digits, dots. */
static size_t cell_length(const char *at)
{
    size_t len = 0;

    if (*at < 'A' || *at > 'Z')
        return 0;
    len = 1 + strspn(at + 1, "0123456789.");
    return len > 1 && at[len - 1] != '.' ? len : 0;
}

/* A sum of cells; *at moves behind it. */
static enum status parse_sum(const char **at, struct report_rule *out, struct errmsg *err)
{
    for (;; (*at)++) {
        size_t len = cell_length(*at);

        if (len == 0 || len >= FORM_CELL_BYTES)
            return errmsg_set(err, STATUS_MALFORMED, "校验“%.20s”处应是栏目，如 F6.2、M3、R1", *at);
        if (out->n_cells == CHECK_CELLS_MAX)
            return errmsg_set(err, STATUS_TOO_LARGE, "一条校验最多 %d 个栏目", CHECK_CELLS_MAX);
        snprintf(out->cells[out->n_cells++], FORM_CELL_BYTES, "%.*s", (int)len, *at);
        *at += len;
        if (**at != '+')
            return STATUS_OK;
    }
}

enum status report_rule_parse(const char *text, struct report_rule *out, struct errmsg *err)
{
    *out = (struct report_rule){0};
    if (strlen(text) >= CHECK_RULE_BYTES)
        return errmsg_set(err, STATUS_TOO_LARGE, "校验最长 %d 字节", CHECK_RULE_BYTES - 1);
    enum status status = parse_sum(&text, out, err);
    if (status != STATUS_OK)
        return status;
    out->n_left = out->n_cells;
    out->at_least = *text == '>';
    text += out->at_least;
    if (*text != '=')
        return errmsg_set(err, STATUS_MALFORMED, "校验“%.20s”处应是 = 或 >=", text);
    text++;
    status = parse_sum(&text, out, err);
    if (status == STATUS_OK && *text != '\0')
        status = errmsg_set(err, STATUS_MALFORMED, "校验“%.20s”处多出内容", text);
    return status;
}

/* ---- words ---- */

void report_short_name(const char *report, char out[CHECK_FORM_BYTES])
{
    static const char *const numerals[] = {"", CHINESE("一"), CHINESE("二"), CHINESE("三"), CHINESE("四"), CHINESE("五"), CHINESE("六"), CHINESE("七"), CHINESE("八"), CHINESE("九"), CHINESE("十"), CHINESE("十一"), CHINESE("十二"), CHINESE("十三")};
    static const struct {
        const char *report, *name;
    } names[] = {{"monthly", "月报"}, {"quarterly", "季报"}, {"summary", "工作总结"}};
    char *end, digits[DIGITS_BYTES];
    unsigned long n = strncmp(report, "form", 4) == 0 ? strtoul(report + 4, &end, 10) : 0;

    snprintf(digits, sizeof digits, "%lu", n);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(report, names[i].report) == 0)
            report = _(names[i].name);
    if (n > 0 && n < sizeof numerals / sizeof numerals[0] && *end == '\0')
        snprintf(out, CHECK_FORM_BYTES, _("年报表%s"), language_is_foreign() ? digits : numerals[n]);
    else
        snprintf(out, CHECK_FORM_BYTES, "%.*s", CHECK_FORM_BYTES - 1, report);
}

static const struct summary_cell *summary_cell(const char *name)
{
    const struct summary_cell *cell;

    for (size_t i = 0; (cell = summary_cell_at(i)) != NULL; i++)
        if (strcmp(cell->name, name) == 0)
            return cell;
    return NULL;
}

/* How a cell is written: "年报表八第1栏“..”", "工作总结R1“办理案件”". *money: its values are fen. */
static void put_cell_name(const struct form_book *book, const char *name, bool *money, struct buf *out)
{
    const struct ministry_form *form = NULL;
    const struct form_column *column = form_book_cell(book, name, &form);
    const struct summary_cell *cell = column == NULL ? summary_cell(name) : NULL;
    char form_name[CHECK_FORM_BYTES];

    *money = column != NULL ? column->money : cell != NULL && cell->money;
    if (column != NULL) {
        report_short_name(form->name, form_name);
        buf_printf(out, _("%s第%d栏“%s”"), form_name, column->no, column->heading);
    } else if (cell != NULL) {
        buf_printf(out, _("工作总结%s“%s”"), name, cell->label);
    } else {
        buf_puts(out, name);
    }
}

static void put_number(int64_t value, bool money, struct buf *out)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    if (money)
        buf_printf(out, _("%s%llu.%02u元"), value < 0 ? "-" : "", (unsigned long long)(size / 100), (unsigned)(size % 100));
    else
        buf_printf(out, "%lld", (long long)value);
}

/* "A 3 + B 4 = 7"; of a single cell "A 3". *money: any of its cells is. */
static void put_side(const struct form_book *book, const struct check_failure *failure, bool left, bool *money, struct buf *out)
{
    size_t written = 0;

    for (size_t i = 0; i < failure->n_cells; i++) {
        bool cell_money;

        if (failure->cells[i].left != left)
            continue;
        if (written++ > 0)
            buf_puts(out, " + ");
        put_cell_name(book, failure->cells[i].cell, &cell_money, out);
        put_number(failure->cells[i].value, cell_money, out);
        *money |= cell_money;
    }
    if (written > 1) {
        buf_puts(out, " = ");
        put_number(left ? failure->left : failure->right, *money, out);
    }
}

static void put_message(const struct form_book *book, const struct check_failure *failure, struct buf *out)
{
    bool money = false;

    buf_printf(out, _("%s："), failure->org == 0 ? _("合计") : failure->org_name);
    put_side(book, failure, true, &money, out);
    buf_puts(out, failure->at_least ? " < " : " ≠ ");
    put_side(book, failure, false, &money, out);
    buf_puts(out, _("，相差 "));
    put_number(failure->difference, money, out);
    buf_printf(out, _("。%s。"), failure->words);
    if (failure->todo[0] != '\0')
        buf_printf(out, _("%s；"), failure->todo);
    buf_puts(out, _("逐栏核对记录和手填的调整数，改正；没有错的写明原因再上报。"));
}

/* ---- checking ---- */

/* Values of another office's file may be anything: sums stop at the ends. */
static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;

    return !__builtin_add_overflow(a, b, &sum) ? sum : a > 0 ? INT64_MAX : INT64_MIN;
}

bool check_line_evaluate(const struct report_rule *rule, int64_t org, check_value value, void *context, struct check_failure *out)
{
    out->n_cells = rule->n_cells;
    out->at_least = rule->at_least;
    out->org = org;
    out->left = out->right = 0;
    for (size_t i = 0; i < rule->n_cells; i++) {
        struct check_cell *cell = &out->cells[i];
        int64_t *sum = i < rule->n_left ? &out->left : &out->right;

        *cell = (struct check_cell){.left = i < rule->n_left};
        memcpy(cell->cell, rule->cells[i], sizeof cell->cell);
        if (!value(context, cell->cell, org, &cell->value))
            return false;
        *sum = add(*sum, cell->value);
    }
    out->difference = out->right == INT64_MIN ? INT64_MAX : add(out->left, -out->right);
    return true;
}

static bool holds(const struct check_failure *failure)
{
    return failure->at_least ? failure->left >= failure->right : failure->left == failure->right;
}

static enum status run_line(const struct form_book *book, const struct report_check_line *line, int64_t org, const char *org_name, const struct check_source *source, check_failure_row row,
                            void *context, bool *go_on, struct errmsg *err)
{
    struct report_rule rule;
    struct check_failure failure = {.form = line->form, .rule = line->rule, .words = line->words, .todo = line->todo, .org_name = org_name};
    struct buf message;
    enum status status = report_rule_parse(line->rule, &rule, err);

    if (status != STATUS_OK)
        return errmsg_wrap(err, STATUS_CORRUPT, "%s", TABLE);
    if (!check_line_evaluate(&rule, org, source->value, source->context, &failure) || holds(&failure))
        return STATUS_OK;
    buf_init(&message, MESSAGE_MAX_BYTES);
    put_message(book, &failure, &message);
    failure.message = buf_cstr(&message);
    status = message.status == STATUS_OK && source->explain != NULL ? source->explain(source->context_explain, &failure, err) : message.status;
    if (status == STATUS_OK)
        *go_on = row(context, &failure);
    buf_release(&message);
    return status;
}

enum status check_lines(const struct form_book *book, const char *form, int64_t org, const char *org_name, const struct check_source *source, check_failure_row row, void *context,
                        struct errmsg *err)
{
    struct report_check_line line;
    enum status status = STATUS_OK;
    bool go_on = true;

    for (const char *at = table(); status == STATUS_OK && go_on && (at = read_line(at, &line)) != NULL;)
        if (form == NULL || strcmp(form, line.form) == 0)
            status = run_line(book, &line, org, org_name, source, row, context, &go_on, err);
    return status;
}

enum status report_check_run(const struct form_book *book, const char *form, int64_t org, const char *org_name, check_value value, void *value_context, check_failure_row row, void *row_context,
                             struct errmsg *err)
{
    struct check_source source = {.value = value, .context = value_context};

    return check_lines(book, form, org, org_name, &source, row, row_context, err);
}
