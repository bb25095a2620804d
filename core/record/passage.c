/* core/record/passage.c - see passage.h. */
#include "core/record/passage.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"

static const int64_t DAY_MS = 24 * 3600 * 1000;

const char *passage_way_name(enum passage_way way)
{
    return way == PASSAGE_LEFT ? "left" : way == PASSAGE_UNSHARED ? "unshared" : way == PASSAGE_CAME ? "came" : "shared";
}

bool passage_is_away(enum passage_way way)
{
    return way == PASSAGE_LEFT || way == PASSAGE_UNSHARED;
}

void passage_text(const struct passage *passage, struct buf *out)
{
    char day[DAY_TEXT_BYTES];
    const char *org = passage->org_name[0] != '\0' ? passage->org_name : _("别的单位");

    day_format(day_of_ms(passage->at_ms, DAY_OFFICE_OFFSET_MIN), day);
    buf_printf(out, "%s%s%s ", _(passage->type->label), passage->number[0] != '\0' ? " " : "", passage->number);
    if (passage->way == PASSAGE_LEFT)
        buf_printf(out, _("已由县中心移送到 %s（%s）"), org, day);
    else if (passage->way == PASSAGE_UNSHARED)
        buf_printf(out, _("协办已由县中心结束，由 %s 办（%s）"), org, day);
    else if (passage->way == PASSAGE_CAME)
        buf_printf(out, _("由县中心从 %s 移送到本站（%s）"), org, day);
    else
        buf_printf(out, _("由县中心请本站协办，%s 主办（%s）"), org, day);
}

bool passage_is_told(const struct record_type *type)
{
    return (type->flags & (TYPE_SHARED | TYPE_INNER)) == 0 && catalogue_field(type, "case_id") == NULL && strcmp(type->name, "person") != 0 && strcmp(type->name, "relation") != 0;
}

enum status passage_number(struct store *store, const struct record_type *type, struct id id, char out[PASSAGE_NUMBER_BYTES], struct errmsg *err)
{
    struct buf sql;
    enum status status;

    out[0] = '\0';
    if (catalogue_field(type, "decision_no") == NULL || catalogue_field(type, "provisional_no") == NULL)
        return STATUS_OK;
    buf_init(&sql, 256);
    buf_printf(&sql, "SELECT coalesce(nullif(decision_no,''),provisional_no,'') FROM \"%s\" WHERE id=?1", type->name);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    const char *text = stmt_column_text(stmt, 0, NULL);
    snprintf(out, PASSAGE_NUMBER_BYTES, "%.*s", (int)utf8_cut(text, strlen(text), PASSAGE_NUMBER_BYTES - 1), text);
    stmt_reset(stmt);
    return STATUS_OK;
}

/* ---- writing ---- */

static enum status forget_older(struct store *store, int64_t before_ms, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM passage WHERE at<?1");
    stmt_int(stmt, 1, before_ms);
    return stmt_run(stmt, err);
}

enum status passage_note(struct store *store, const struct record_type *type, struct id id, enum passage_way way, int64_t org, const char *number, int64_t at_ms, int64_t notice, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO passage(id,no,type,way,org,number,at,notice) VALUES(?1,(SELECT coalesce(max(no),0)+1 FROM (SELECT no FROM passage UNION ALL SELECT upto FROM passage_mark)),"
                                             "?2,?3,?4,?5,?6,?7) ON CONFLICT(id) DO UPDATE SET no=excluded.no,way=excluded.way,org=excluded.org,number=excluded.number,at=excluded.at,notice=excluded.notice "
                                             "WHERE excluded.notice<>notice");
    assert(store_in_transaction(store));
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, type->no);
    stmt_int(stmt, 3, way);
    stmt_int(stmt, 4, org);
    stmt_string(stmt, 5, passage_is_away(way) ? number : "");
    stmt_int(stmt, 6, at_ms);
    stmt_int(stmt, 7, notice);
    enum status status = stmt_run(stmt, err);
    return status == STATUS_OK ? forget_older(store, at_ms - PASSAGE_DAYS * DAY_MS, err) : status;
}

enum status passage_forget(struct store *store, struct id id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM passage WHERE id=?1");
    stmt_id(stmt, 1, id);
    return stmt_run(stmt, err);
}

enum status passage_mark_read(struct store *store, const struct actor *actor, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "passage", &own, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "INSERT INTO passage_mark(user,upto) SELECT ?1,coalesce(max(no),0) FROM passage WHERE true ON CONFLICT(user) DO UPDATE SET upto=max(upto,excluded.upto)");
    stmt_string(stmt, 1, actor->name);
    status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        status = forget_older(store, actor->now_ms - PASSAGE_DAYS * DAY_MS, err);
    return store_leave(store, own, status, err);
}

/* ---- reading ---- */

#define PASSAGE_COLUMNS "SELECT p.no,p.type,p.id,p.way,p.org,coalesce((SELECT name FROM org WHERE number=p.org),''),p.number,p.at,"

/* False: of a newer program. */
static bool read_row(struct stmt *stmt, struct passage *out)
{
    const char *name = stmt_column_text(stmt, 5, NULL), *number = stmt_column_text(stmt, 6, NULL);
    *out = (struct passage){.no = stmt_column_int(stmt, 0), .type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 1)), .id = stmt_column_id(stmt, 2), .way = (enum passage_way)stmt_column_int(stmt, 3),
                            .org = stmt_column_int(stmt, 4), .at_ms = stmt_column_int(stmt, 7), .read = stmt_column_int(stmt, 8) != 0};
    snprintf(out->org_name, sizeof out->org_name, "%.*s", (int)utf8_cut(name, strlen(name), sizeof out->org_name - 1), name);
    snprintf(out->number, sizeof out->number, "%.*s", (int)utf8_cut(number, strlen(number), sizeof out->number - 1), number);
    return out->type != NULL;
}

enum status passage_list(struct store *store, const struct actor *actor, bool unread, passage_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, PASSAGE_COLUMNS "p.no<=coalesce((SELECT upto FROM passage_mark WHERE user=?1),0) FROM passage p WHERE p.at>=?2 ORDER BY p.no DESC");
    enum status status;

    stmt_string(stmt, 1, actor->name);
    stmt_int(stmt, 2, actor->now_ms - PASSAGE_DAYS * DAY_MS);
    while (stmt_row(stmt, &status, err)) {
        struct passage passage;
        bool more = true;

        if (!read_row(stmt, &passage) || (unread && passage.read))
            continue;
        if (!passage_is_away(passage.way))
            status = passage_number(store, passage.type, passage.id, passage.number, err);
        if (status == STATUS_OK)
            more = row(context, &passage);
        if (status != STATUS_OK || !more) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static bool count_row(void *context, const struct passage *passage)
{
    struct passage_counts *counts = context;
    if (counts->left + counts->came == 0)
        counts->newest = *passage;
    *(passage_is_away(passage->way) ? &counts->left : &counts->came) += 1;
    return true;
}

enum status passage_count(struct store *store, const struct actor *actor, struct passage_counts *out, struct errmsg *err)
{
    *out = (struct passage_counts){.left = 0};
    return passage_list(store, actor, true, count_row, out, err);
}

enum status passage_count_all(struct store *store, int64_t now_ms, struct passage_counts *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(CASE WHEN way<=2 THEN 1 END),count(CASE WHEN way>2 THEN 1 END) FROM passage WHERE at>=?1");
    enum status status;

    *out = (struct passage_counts){.left = 0};
    stmt_int(stmt, 1, now_ms - PASSAGE_DAYS * DAY_MS);
    if (!stmt_row(stmt, &status, err))
        return status;
    out->left = stmt_column_int(stmt, 0);
    out->came = stmt_column_int(stmt, 1);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status passage_of(struct store *store, struct id id, struct passage *out, bool *there, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, PASSAGE_COLUMNS "0 FROM passage p WHERE p.id=?1");
    enum status status;

    *there = false;
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    *there = read_row(stmt, out) && passage_is_away(out->way);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status passage_find(struct store *store, const char *digits, struct passage *out, bool *there, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, PASSAGE_COLUMNS "0 FROM passage p WHERE instr(lower(hex(p.id)),lower(?1))=1 LIMIT 2");
    enum status status;
    size_t n = 0;

    *there = false;
    stmt_string(stmt, 1, digits);
    while (stmt_row(stmt, &status, err))
        *there = n++ == 0 && read_row(stmt, out) && passage_is_away(out->way);
    return status;
}
