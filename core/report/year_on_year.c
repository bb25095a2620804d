/* core/report/year_on_year.c - last year's figures, as they were reported then and as they are known now. See snapshot.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/unit.h"
#include "core/record/row.h"
#include "core/report/snapshot.h"

enum { SQL_MAX_BYTES = 1024, PERMILLE = 1000 };

/* A figure of a time before this program, as somebody entered it. */
struct baseline {
    char cell[FORM_CELL_BYTES];
    int64_t org; /* 0: the county */
    int64_t value;
};

struct year_before {
    bool has_snapshot;
    struct snapshot snapshot;
    struct baseline *baselines; /* owned */
    size_t n, room;
};

/* ---- baselines ---- */

static enum status add_baseline(struct year_before *before, const struct baseline *baseline)
{
    if (before->n == before->room) {
        size_t room = before->room == 0 ? 32 : before->room * 2;
        struct baseline *grown = realloc(before->baselines, room * sizeof *grown);
        if (grown == NULL)
            return STATUS_NOMEM;
        before->baselines = grown;
        before->room = room;
    }
    before->baselines[before->n++] = *baseline;
    return STATUS_OK;
}

/* Newest first: where two machines entered the same, the later one counts. An org that is no longer there has no baselines. */
static struct stmt *select_baselines(const struct form_desk *desk, const struct period *period)
{
    struct buf sql;
    int index = 2;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT cell, coalesce(money,amount), CASE WHEN coalesce(org,'')='' THEN 0 ELSE (SELECT number FROM org WHERE lower(hex(org.id))=stat_baseline.org) END"
                   " FROM stat_baseline WHERE period=?1 AND gone=0 AND coalesce(money,amount) IS NOT NULL");
    row_scope_sql(desk->actor, &sql, &index);
    buf_puts(&sql, " ORDER BY n DESC");
    struct stmt *stmt = store_prepare_buf(desk->store, &sql);
    buf_release(&sql);
    index = 2;
    stmt_string(stmt, 1, period->name);
    row_scope_bind(desk->actor, stmt, &index);
    return stmt;
}

static enum status read_baselines(const struct form_desk *desk, const struct period *period, struct year_before *before, struct errmsg *err)
{
    struct stmt *stmt = select_baselines(desk, period);
    enum status status;

    while (stmt_row(stmt, &status, err)) {
        struct baseline baseline = {.value = stmt_column_int(stmt, 1), .org = stmt_column_int(stmt, 2)};
        size_t len;
        const char *cell = stmt_column_text(stmt, 0, &len);
        if (len >= sizeof baseline.cell || stmt_column_is_null(stmt, 2))
            continue;
        memcpy(baseline.cell, cell, len);
        status = add_baseline(before, &baseline);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            return status;
        }
    }
    return status;
}

static const struct baseline *find_baseline(const struct year_before *before, const char *cell, int64_t org)
{
    for (size_t i = 0; i < before->n; i++)
        if (before->baselines[i].org == org && strcmp(before->baselines[i].cell, cell) == 0)
            return &before->baselines[i];
    return NULL;
}

/* ---- the year before ---- */

enum status year_before_load(const struct form_desk *desk, const char *report, const struct period *period, struct year_before **out, struct errmsg *err)
{
    struct year_before *before = calloc(1, sizeof *before);
    struct period last;

    *out = NULL;
    if (before == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    enum status status = period_shift(period, -1, &last, err);
    if (status == STATUS_OK) {
        status = snapshot_load(desk, report, &last, &before->snapshot, err);
        before->has_snapshot = status == STATUS_OK;
        if (status == STATUS_NOT_FOUND) {
            errmsg_clear(err);
            status = STATUS_OK;
        }
    }
    if (status == STATUS_OK)
        status = read_baselines(desk, &last, before, err);
    if (status == STATUS_OK)
        *out = before;
    else
        year_before_free(before);
    return status;
}

void year_before_free(struct year_before *before)
{
    if (before == NULL)
        return;
    if (before->has_snapshot)
        snapshot_release(&before->snapshot);
    free(before->baselines);
    free(before);
}

void year_before_cell(const struct year_before *before, const char *cell, int64_t org, int64_t now, bool records, struct year_on_year *out)
{
    const struct baseline *baseline = find_baseline(before, cell, org);

    *out = (struct year_on_year){.known = records || baseline == NULL ? now : baseline->value};
    out->has_reported = before->has_snapshot && snapshot_value(&before->snapshot, cell, org, &out->reported);
    if (out->has_reported || baseline == NULL)
        return;
    out->has_reported = out->from_baseline = true;
    out->reported = baseline->value;
}

enum status year_on_year(const struct form_desk *desk, const char *report, const char *cell, const struct period *period, int64_t org, int64_t now, bool records, struct year_on_year *out, struct errmsg *err)
{
    struct year_before *before;
    enum status status = year_before_load(desk, report, period, &before, err);

    if (status != STATUS_OK)
        return status;
    year_before_cell(before, cell, org, now, records, out);
    year_before_free(before);
    return STATUS_OK;
}

/* ---- words ---- */

/* Numbers of a unit that is money are fen: two decimals of it. */
static void put_amount(uint64_t size, const char *unit, struct buf *out)
{
    uint64_t fen_per_cent = strcmp(unit, "万元") == 0 ? 10000 : strcmp(unit, "元") == 0 ? 1 : 0;

    if (fen_per_cent == 0) {
        buf_printf(out, "%llu", (unsigned long long)size);
        return;
    }
    uint64_t cents = size / fen_per_cent + (size % fen_per_cent * 2 >= fen_per_cent && fen_per_cent > 1);
    buf_printf(out, "%llu.%02u", (unsigned long long)(cents / 100), (unsigned)(cents % 100));
}

void year_on_year_words(int64_t value, int64_t before, bool known, const char *unit, struct buf *out)
{
    uint64_t size = value >= before ? (uint64_t)value - (uint64_t)before : (uint64_t)before - (uint64_t)value;

    if (!known || value == before) {
        buf_puts(out, known ? _("持平") : _("上年同期没有数"));
        return;
    }
    buf_puts(out, value > before ? _("增加 ") : _("减少 "));
    put_amount(size, unit, out);
    buf_printf(out, " %s", unit_words(unit, (int64_t)size));
    if (before <= 0 || size > UINT64_MAX / (2 * PERMILLE))
        return;
    uint64_t permille = (2 * PERMILLE * size + (uint64_t)before) / (2 * (uint64_t)before);
    buf_printf(out, _("（%llu.%u %%）"), (unsigned long long)(permille / 10), (unsigned)(permille % 10));
}
