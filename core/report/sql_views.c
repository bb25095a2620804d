/* core/report/sql_views.c - see sql_views.h. */
#include "core/report/sql_views.h"

#include <stdio.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/record/privacy.h"

enum { SETS_MAX = 256, ROWS_PER_INSERT = 200, MASK_MAX_BYTES = 4096 };

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
        put_view(catalogue_at(i), rules, sensitive, out);
}
