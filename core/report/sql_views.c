/* core/report/sql_views.c - see sql_views.h. */
#include "core/report/sql_views.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/record/privacy.h"
#include "core/record/recount.h"
#include "core/report/count.h"

enum { SETS_MAX = 256, ROWS_PER_INSERT = 200, MASK_MAX_BYTES = 4096, PARTS_MAX = 100 };

static void put_literal(struct buf *out, const char *text)
{
    buf_putc(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buf_putc(out, '\'');
        buf_putc(out, (uint8_t)*text);
    }
    buf_putc(out, '\'');
}

static bool has_codes(const struct field_def *field)
{
    return field->kind == FIELD_CODE || field->kind == FIELD_CODES;
}

/* ---- codes -------------------------------------------------------------------------------------------------------- */

/* The sets that fields of the catalogue take codes from, each once. */
static size_t find_sets(const char *sets[SETS_MAX])
{
    size_t n = 0;

    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);

        for (size_t f = 0; f < type->n_fields; f++) {
            size_t known = 0;

            if (!has_codes(&type->fields[f]))
                continue;
            while (known < n && strcmp(sets[known], type->fields[f].codes) != 0)
                known++;
            if (known == n && n < SETS_MAX)
                sets[n++] = type->fields[f].codes;
        }
    }
    return n;
}

static void put_codes(const struct code_book *codes, struct buf *out)
{
    const char *sets[SETS_MAX];
    size_t n = find_sets(sets), row = 0;

    buf_puts(out, "\n-- 代码: 字段 NAME 是代码，NAME_name 是名称\n"
                  "CREATE TEMP TABLE codes(set_name TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY(set_name, code)) WITHOUT ROWID;\n");
    for (size_t s = 0; s < n; s++) {
        for (size_t i = 0; i < code_book_count(codes, sets[s]); i++, row++) {
            const struct code *code = code_book_at(codes, sets[s], i);

            buf_puts(out, row % ROWS_PER_INSERT == 0 ? (row ? ";\nINSERT INTO temp.codes VALUES\n(" : "INSERT INTO temp.codes VALUES\n(") : ",\n(");
            put_literal(out, code->set);
            buf_putc(out, ',');
            put_literal(out, code->code);
            buf_putc(out, ',');
            put_literal(out, code->name);
            buf_putc(out, ')');
        }
    }
    buf_puts(out, row ? ";\n" : "");
}

/* ---- a view per type ---------------------------------------------------------------------------------------------- */

bool sql_views_shows(const struct field_def *field, bool sensitive)
{
    return field->kind != FIELD_SECRET && (sensitive || !(field->flags & FIELD_SENSITIVE));
}

/* The column of a row of the type: "case"."town". */
static void put_column(const struct record_type *type, const struct field_def *field, struct buf *out)
{
    buf_printf(out, "\"%s\".\"%s\"", type->name, field->name);
}

/* As the analyst reads it. */
static void put_value(const struct record_type *type, const struct field_def *field, struct buf *out)
{
    bool day = field->kind == FIELD_DAY, money = field->kind == FIELD_MONEY;

    buf_puts(out, day ? "date(" : money ? "round(" : "");
    put_column(type, field, out);
    buf_puts(out, day ? "*86400,'unixepoch')" : money ? "/100.0,2)" : "");
}

/* The name of a code; of several, joined by 、. */
static void put_name(const struct record_type *type, const struct field_def *field, struct buf *out)
{
    bool several = field->kind == FIELD_CODES;

    buf_printf(out, "(SELECT %s FROM temp.codes c WHERE c.set_name='%s' AND ", several ? "group_concat(c.name,'、')" : "c.name", field->codes);
    if (several) {
        buf_puts(out, "instr(','||");
        put_column(type, field, out);
        buf_puts(out, "||',',','||c.code||',')>0)");
    } else {
        buf_puts(out, "c.code=");
        put_column(type, field, out);
        buf_putc(out, ')');
    }
}

struct view {
    const struct record_type *type;
    const struct rules *rules;
    struct buf mask; /* when a value is left out */
    struct buf *out;
};

/* The condition under which the field's value is left out of a row: masks, and the values of secret rules. Empty: never. */
static void find_mask(struct view *view, const struct field_def *field)
{
    buf_clear(&view->mask);
    (void)privacy_mask_sql(view->type, field, &view->mask);
    if (strcmp(view->type->name, "rule") != 0 || strcmp(field->name, "value") != 0)
        return;
    for (size_t i = 0; i < rules_count(view->rules); i++) {
        if (rules_at(view->rules, i)->kind != RULE_SECRET)
            continue;
        buf_puts(&view->mask, view->mask.len ? " OR \"rule\".\"name\"=" : "\"rule\".\"name\"=");
        put_literal(&view->mask, rules_at(view->rules, i)->name);
    }
}

/* A column of the view: the value, unless it is masked. */
static void put_as(struct view *view, const struct field_def *field, void (*put)(const struct record_type *, const struct field_def *, struct buf *), const char *suffix)
{
    buf_puts(view->out, *suffix ? ", " : ",\n  ");
    if (view->mask.len)
        buf_printf(view->out, "CASE WHEN %s THEN NULL ELSE ", buf_cstr(&view->mask));
    put(view->type, field, view->out);
    buf_printf(view->out, "%s AS \"%s%s\"", view->mask.len ? " END" : "", field->name, suffix);
}

static void put_field(struct view *view, const struct field_def *field)
{
    find_mask(view, field);
    put_as(view, field, put_value, "");
    if (has_codes(field))
        put_as(view, field, put_name, "_name");
}

static void put_org(const char *number, struct buf *out)
{
    buf_printf(out, "%s AS org_no, CASE %s WHEN 0 THEN '全县' ELSE (SELECT o.name FROM main.org o WHERE o.number=%s AND o.gone=0 LIMIT 1) END AS org_name", number, number, number);
}

static void put_view(const struct record_type *type, const struct rules *rules, bool sensitive, struct buf *out)
{
    static const struct actor anybody = {.role = ROLE_AUDITOR}; /* who sees nothing that is sealed */
    struct view view = {.type = type, .rules = rules, .out = out};
    char scope[64];

    buf_init(&view.mask, MASK_MAX_BYTES);
    buf_printf(out, "\n-- %s: %s\nCREATE TEMP VIEW \"v_%s\" AS SELECT lower(hex(\"%s\".id)) AS id, ", type->label, type->help, type->name, type->name);
    snprintf(scope, sizeof(scope), "\"%s\".scope", type->name);
    put_org(scope, out);
    for (size_t i = 0; i < type->n_fields; i++)
        if (sql_views_shows(&type->fields[i], sensitive))
            put_field(&view, &type->fields[i]);
    buf_printf(out, "\nFROM main.\"%s\" WHERE gone=0", type->name);
    privacy_sql(&anybody, type, out);
    buf_puts(out, ";\n");
    if (view.mask.status && !out->status)
        out->status = view.mask.status;
    buf_release(&view.mask);
}

/* ---- figures ------------------------------------------------------------------------------------------------------ */

/* Dimensions whose parts are codes; of towns only what stands before the number, since people come from anywhere. */
static const char *part_set(enum count_dimension dimension)
{
    switch (dimension) {
    case DIM_SOURCE:
        return "case_source";
    case DIM_MATTER:
    case DIM_MIGRANT:
        return "stat_matter";
    case DIM_CHANNEL:
        return "channel";
    case DIM_TOPIC:
        return "consult_topic";
    case DIM_KIND:
        return "consult_type";
    case DIM_HANDLING:
        return "handling";
    default:
        return NULL;
    }
}

/* A figure there is, by its number and its word; count_word answers "?.." to others. */
static void put_figure(int64_t metric, bool stem, size_t *rows, struct buf *out)
{
    char word[COUNT_WORD_BYTES];

    count_word(metric, word);
    if (word[0] == '?')
        return;
    if (stem) {
        metric &= ~(((int64_t)1 << 40) - 1);
        word[strcspn(word, ":") + 1] = '\0';
    }
    buf_puts(out, (*rows)++ % ROWS_PER_INSERT == 0 ? (*rows > 1 ? ";\nINSERT INTO temp.figures VALUES\n(" : "INSERT INTO temp.figures VALUES\n(") : ",\n(");
    buf_printf(out, "%" PRId64 ",", metric);
    put_literal(out, word);
    buf_putc(out, ')');
}

static void put_figures_of(enum count_measure measure, int type, enum count_dimension dimension, const struct code_book *codes, size_t *rows, struct buf *out)
{
    const char *set = part_set(dimension);

    if (dimension == DIM_ALL)
        put_figure(count_metric(measure, type, dimension, 0), false, rows, out);
    else if (dimension == DIM_TOWN)
        put_figure(count_metric(measure, type, dimension, 320000000), true, rows, out);
    for (size_t i = 0; set && i < code_book_count(codes, set); i++)
        put_figure(count_metric(measure, type, dimension, count_code(code_book_at(codes, set, i)->code)), false, rows, out);
    for (int64_t part = 1; dimension != DIM_ALL && dimension != DIM_TOWN && !set && part < PARTS_MAX; part++)
        put_figure(count_metric(measure, type, dimension, part), false, rows, out);
}

static void put_figures(const struct code_book *codes, struct buf *out)
{
    size_t rows = 0;

    buf_puts(out, "\n-- 统计数: 号码和词\nCREATE TEMP TABLE figures(metric INTEGER PRIMARY KEY, figure TEXT NOT NULL);\n");
    for (int measure = 1; measure < COUNT_MEASURES; measure++)
        for (int type = 0; type <= COUNT_ADMINISTRATIVE; type++)
            for (int dimension = 0; dimension < COUNT_DIMENSIONS; dimension++)
                put_figures_of((enum count_measure)measure, type, (enum count_dimension)dimension, codes, &rows, out);
    buf_puts(out, ";\n");
}

/* Half months added up to months; money (measures 7 and 8) in yuan, as in the other views. */
static void put_tally(const struct code_book *codes, struct buf *out)
{
    bool first = true;

    put_figures(codes, out);
    buf_puts(out, "\n-- 统计数: 各报表都由它们得出；open 为当月增减，到某月为止相加是未结数\nCREATE TEMP VIEW v_tally AS SELECT\n"
                  "  coalesce(f.figure, s.figure||printf('%09d',t.metric&1099511627775), '?'||t.metric) AS figure, printf('%04d-%02d',t.bucket/24,t.bucket/2%12+1) AS month,\n  ");
    put_org("t.org", out);
    buf_printf(out,
               ",\n  CASE WHEN t.metric>>50 IN (%d,%d) THEN round(sum(t.value)/100.0,2) ELSE sum(t.value) END AS value\n"
               "FROM main.tally t LEFT JOIN temp.figures f ON f.metric=t.metric LEFT JOIN temp.figures s ON s.metric=t.metric&~1099511627775 AND s.figure LIKE '%%:'\n"
               "GROUP BY t.metric, t.bucket/2, t.org;\n\n-- 还没有算进 v_tally 的记录有几条（报表自己会补上；再运行一次 aidpost report views 就算进去）\nCREATE TEMP VIEW v_tally_waiting AS SELECT ",
               COUNT_RECOVERED, COUNT_WAGES);
    for (size_t i = 0; i < catalogue_count(); i++) {
        const char *name = catalogue_at(i)->name;

        if (!recount_has(catalogue_at(i)))
            continue;
        buf_printf(out, "%s(SELECT count(*) FROM main.\"recount_%s\")+(SELECT count(*) FROM main.\"%s\" WHERE n>coalesce((SELECT value FROM main.meta WHERE name='counted_%s'),0))", first ? "" : "+\n  ", name, name,
                   name);
        first = false;
    }
    buf_puts(out, " AS waiting;\n");
}

void sql_views(const struct code_book *codes, const struct rules *rules, bool sensitive, struct buf *out)
{
    buf_printf(out,
               "-- 法援站: 供分析用的视图%s\n"
               "-- 用法: sqlite3 -readonly 数据文件夹/aidpost.db -init 本文件\n"
               "-- 只读，不改动数据；日期是文字 YYYY-MM-DD，金额以元计；已删除、已封存的不在内\n"
               "PRAGMA temp_store=MEMORY;\n",
               sensitive ? "（连同敏感内容，注意保管查询结果）" : "（不含敏感内容）");
    put_codes(codes, out);
    for (size_t i = 0; i < catalogue_count(); i++)
        if (!(catalogue_at(i)->flags & TYPE_INNER))
            put_view(catalogue_at(i), rules, sensitive, out);
    put_tally(codes, out);
}
