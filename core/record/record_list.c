/* core/record/record_list.c - records_list and records_count: pages by key, never by offset. See records.h. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/filter.h"
#include "core/record/name_walk.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/record/schema.h"

enum { LIST_SQL_MAX_BYTES = 1 << 17 /* every condition a list of values */, NARROW_ROWS = 2000 /* read and sorted in some milliseconds */ };

void list_key_copy(struct list_key *to, const struct list_key *from)
{
    *to = *from;
    if (from->set && from->value.kind == VALUE_TEXT) {
        size_t len = utf8_cut(from->value.text, from->value.len, from->value.len < sizeof to->text ? from->value.len : sizeof to->text - 1);
        memmove(to->text, from->value.text, len);
        to->text[len] = '\0';
        to->value = value_text(to->text, len);
    }
}

static const struct field_def *order_field(const struct list_query *query)
{
    return query->order != NULL ? query->order : catalogue_field(query->type, query->type->order);
}

/* Texts stand in pinyin order; not where all have the same. */
static bool is_by_pinyin(const struct list_query *query)
{
    bool by_pinyin = name_walk_orders(order_field(query));
    for (size_t i = 0; by_pinyin && query->filter != NULL && i < query->filter->n_terms; i++) {
        const struct filter_term *term = &query->filter->terms[i];
        by_pinyin = term->via != NULL || term->field != order_field(query) || term->op != FILTER_EQ;
    }
    return by_pinyin;
}

enum { COLUMN_BYTES = 96 };

/* As statements compare and sort it. */
static void order_column(const struct list_query *query, char out[COLUMN_BYTES])
{
    snprintf(out, COLUMN_BYTES, "\"%s\"%s", order_field(query)->name, is_by_pinyin(query) ? " COLLATE pinyin" : "");
}

static bool is_wanted(const struct list_query *query, const struct field_def *field)
{
    bool wanted = query->fields == NULL || field == order_field(query) || privacy_asks(field);
    for (size_t i = 0; !wanted && i < query->n_fields; i++)
        wanted = query->fields[i] == field;
    return wanted;
}

/* Where schema_row_columns has them, NULL in place of what nobody asked for. */
static void columns_sql(struct store *store, const struct list_query *query, struct buf *sql)
{
    if (query->fields == NULL) {
        buf_puts(sql, schema_row_columns(store, query->type));
        return;
    }
    schema_own_columns(sql);
    for (size_t i = 0; i < query->type->n_fields; i++) {
        const struct field_def *field = &query->type->fields[i];
        if (is_wanted(query, field))
            buf_printf(sql, ",\"%s\"", field->name);
        else
            buf_puts(sql, ",NULL");
    }
}

static void where_sql(const struct actor *actor, const struct filter *filter, bool deleted, struct buf *sql, int *index)
{
    buf_puts(sql, deleted ? " WHERE gone=1 AND w_log<>0" : " WHERE gone=0");
    row_scope_sql(actor, sql, index);
    if (filter != NULL)
        filter_sql(filter, actor, sql, index);
}

static void where_bind(const struct actor *actor, const struct filter *filter, struct stmt *stmt, int *index)
{
    row_scope_bind(actor, stmt, index);
    if (filter != NULL)
        filter_bind(filter, actor, stmt, index);
}

/* One call of records_list. */
struct page {
    struct store *store;
    const struct actor *actor;
    const struct list_query *query;
    records_row row;
    void *context;
    size_t n;  /* rows given */
    bool more; /* the caller wants to go on */
};

static bool is_full(const struct page *page)
{
    return !page->more || (page->query->limit > 0 && page->n == page->query->limit);
}

/* The rows of a statement that is bound. */
static enum status give_rows(struct page *page, struct stmt *stmt, struct errmsg *err)
{
    const struct list_query *query = page->query;
    size_t order_index = catalogue_field_index(query->type, order_field(query));
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct record record;
        status = row_read(stmt, query->type, &record);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
        if (query->conflicts)
            status = row_conflicts(page->store, record.id, &record.conflicts, err);
        if (status != STATUS_OK) {
            record_release(&record);
            stmt_reset(stmt);
            break;
        }
        struct list_key key = {.set = true, .value = record.values[order_index], .row = stmt_column_int(stmt, ROW_N)};
        page->more = page->row(page->context, &record, &key);
        page->n++;
        record_release(&record);
        if (!page->more) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* ---- a page by its key, whole or in pieces: along the index of the order, whose entries of one value stand by their row numbers ---- */

/* Behind a key: what else has its value, and what has another one. Each is a range of the index; both at once begin with the value's first entry. */
enum piece_part { PIECE_BOTH, PIECE_SAME_VALUE, PIECE_OTHER_VALUES };

/* Rows without a value stand together, before the others in ascending order; a piece lies among one kind of them, behind `from` up to and with `until`. */
struct piece {
    bool empty_values;
    enum piece_part part; /* of what is behind `from` */
    struct list_key from, until;
};

static void bound_sql(const struct piece *piece, const struct list_key *key, const char *column, const char *beyond, bool or_at, struct buf *sql, int *index)
{
    bool value = !piece->empty_values, row = piece->part != PIECE_OTHER_VALUES;
    if (!key->set)
        return;
    if (!value)
        buf_printf(sql, " AND n%s%s?%d", beyond, or_at ? "=" : "", *index);
    else if (piece->part == PIECE_SAME_VALUE)
        buf_printf(sql, " AND %s=?%d AND n%s?%d", column, *index, beyond, *index + 1);
    else if (piece->part == PIECE_OTHER_VALUES)
        buf_printf(sql, " AND %s%s?%d", column, beyond, *index);
    else
        buf_printf(sql, " AND %s%s=?%d AND (%s%s?%d OR n%s%s?%d)", column, beyond, *index, column, beyond, *index, beyond, or_at ? "=" : "", *index + 1);
    *index += value + row;
}

/* The first bound is a range of the index: what lies before it is not passed over. */
static void piece_sql(const struct piece *piece, const char *column, bool ascending, struct buf *sql, int *index)
{
    if (piece->empty_values)
        buf_printf(sql, " AND %s IS NULL", column);
    else if (!piece->from.set && !piece->until.set)
        buf_printf(sql, " AND %s IS NOT NULL", column);
    bound_sql(piece, &piece->from, column, ascending ? ">" : "<", false, sql, index);
    bound_sql(piece, &piece->until, column, ascending ? "<" : ">", true, sql, index);
}

static void piece_bind(const struct piece *piece, struct stmt *stmt, int *index)
{
    const struct list_key *const keys[] = {&piece->from, &piece->until};
    for (size_t i = 0; i < 2; i++) {
        if (keys[i]->set && !piece->empty_values)
            stmt_value(stmt, (*index)++, keys[i]->value);
        if (keys[i]->set && piece->part != PIECE_OTHER_VALUES)
            stmt_int(stmt, (*index)++, keys[i]->row);
    }
}

/* The filter's conditions on the order itself, or (order: false) what is left to ask of a piece's rows: its bounds say the rest, and of two bounds of an index the farther one may be taken. */
static struct filter part_of(const struct list_query *query, const struct piece *piece, bool order)
{
    struct filter part = {.type = query->type};
    bool ascending = query->ascending != query->backwards, by_pinyin = is_by_pinyin(query); /* by it no condition is a bound */
    for (size_t i = 0; i < query->filter->n_terms; i++) {
        const struct filter_term *term = &query->filter->terms[i];
        bool least = term->op == FILTER_GE || term->op == FILTER_GT, most = term->op == FILTER_LE || term->op == FILTER_LT;
        bool on_order = !by_pinyin && term->via == NULL && term->field == order_field(query) && term->value.kind != VALUE_NULL && (least || most || term->op == FILTER_EQ);
        bool begins = ascending ? least : most, ends = ascending ? most : least;
        bool said = on_order && !piece->empty_values && ((begins && piece->from.set) || (ends && piece->until.set));
        if (!said && (on_order || !order))
            part.terms[part.n_terms++] = *term; /* its texts stay the filter's */
    }
    return part;
}

/* Where the piece ends that has so many entries; not set: it goes to the end of its kind. */
static enum status find_until(struct store *store, const struct list_query *query, struct piece *piece, size_t entries, struct errmsg *err)
{
    bool ascending = query->ascending != query->backwards;
    const char *way = ascending ? "ASC" : "DESC";
    struct filter filter = part_of(query, piece, true);
    char column[64];
    struct buf sql;
    int index = 1;
    enum status status;
    snprintf(column, sizeof column, "\"%s\"", order_field(query)->name);
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT n,%s FROM \"%s\" INDEXED BY \"%s_%s\" WHERE 1", column, query->type->name, query->type->name, order_field(query)->name);
    piece_sql(piece, column, ascending, &sql, &index);
    filter_sql(&filter, NULL, &sql, &index);
    buf_printf(&sql, " ORDER BY %s %s, n %s LIMIT 1 OFFSET ?%d", column, way, way, index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    piece_bind(piece, stmt, &index);
    filter_bind(&filter, NULL, stmt, &index);
    stmt_int(stmt, index, (int64_t)entries - 1);
    if (stmt_row(stmt, &status, err)) {
        struct list_key until = {.set = true, .value = stmt_column_value(stmt, 1), .row = stmt_column_int(stmt, 0)};
        list_key_copy(&piece->until, &until);
        stmt_reset(stmt);
    }
    return status;
}

/* The rows of a piece, or all (piece NULL); by_order: along the index of the order, whatever other index there is. */
static enum status list_piece(struct page *page, const struct piece *piece, bool by_order, struct errmsg *err)
{
    const struct list_query *query = page->query;
    bool ascending = query->ascending != query->backwards;
    const char *way = ascending ? "ASC" : "DESC";
    struct filter rest;
    const struct filter *filter = query->filter;
    char column[COLUMN_BYTES];
    struct buf sql;
    int index = 1;
    if (piece != NULL && filter != NULL) {
        rest = part_of(query, piece, false);
        filter = &rest;
    }
    order_column(query, column);
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT ");
    columns_sql(page->store, query, &sql);
    buf_printf(&sql, " FROM \"%s\"", query->type->name);
    if (by_order)
        buf_printf(&sql, " INDEXED BY \"%s_%s\"", query->type->name, order_field(query)->name);
    where_sql(page->actor, filter, page->query->deleted, &sql, &index);
    privacy_sql(page->actor, query->type, &sql);
    if (piece != NULL)
        piece_sql(piece, column, ascending, &sql, &index);
    buf_printf(&sql, " ORDER BY %s %s, n %s", column, way, way);
    if (query->limit > 0)
        buf_printf(&sql, " LIMIT ?%d", index);
    enum status status = sql.status;
    if (status == STATUS_OK) {
        struct stmt *stmt = store_prepare_buf(page->store, &sql);
        index = 1;
        where_bind(page->actor, filter, stmt, &index);
        if (piece != NULL)
            piece_bind(piece, stmt, &index);
        if (query->limit > 0)
            stmt_int(stmt, index, (int64_t)(query->limit - page->n));
        status = give_rows(page, stmt, err);
    }
    buf_release(&sql);
    return status;
}

/* Behind a key the rest of its value, the other values, then the other kind: each begins at its place in the index of the order, however deep in the list that is and however many have that value. */
static enum status list_whole(struct page *page, struct errmsg *err)
{
    const struct list_query *query = page->query;
    bool ascending = query->ascending != query->backwards;
    struct piece piece = {.empty_values = query->after.value.kind == VALUE_NULL};
    if (!query->after.set)
        return list_piece(page, NULL, false, err);
    list_key_copy(&piece.from, &query->after);
    piece.part = piece.empty_values ? PIECE_BOTH : PIECE_SAME_VALUE;
    enum status status = list_piece(page, &piece, false, err);
    if (status == STATUS_OK && !is_full(page) && !piece.empty_values) {
        piece.part = PIECE_OTHER_VALUES;
        status = list_piece(page, &piece, false, err);
    }
    if (status != STATUS_OK || is_full(page) || piece.empty_values != ascending)
        return status;
    piece = (struct piece){.empty_values = !piece.empty_values};
    return list_piece(page, &piece, false, err);
}

enum { ROWS_AT_ONCE = 32 };

/* Rows by their numbers ?1.. in this order, those that are there, in sight and as the filter wants them: several at once, since a filter may ask something of other tables that is found out once for all. */
static void rows_sql(struct page *page, struct buf *sql)
{
    const struct list_query *query = page->query;
    int index = ROWS_AT_ONCE + 1;
    buf_puts(sql, "SELECT ");
    columns_sql(page->store, query, sql);
    buf_puts(sql, " FROM (VALUES(?1)");
    for (int i = 2; i <= ROWS_AT_ONCE; i++)
        buf_printf(sql, ",(?%d)", i);
    buf_printf(sql, ") AS place CROSS JOIN \"%s\"", query->type->name);
    where_sql(page->actor, query->filter, query->deleted, sql, &index);
    privacy_sql(page->actor, query->type, sql);
    buf_puts(sql, " AND n=place.column1");
}

static enum status give_numbered(struct page *page, const char *sql, const int64_t *rows, size_t n, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(page->store, sql);
    int index = 1;
    for (; index <= ROWS_AT_ONCE; index++) {
        if ((size_t)index <= n)
            stmt_int(stmt, index, rows[index - 1]);
        else
            stmt_null(stmt, index);
    }
    where_bind(page->actor, page->query->filter, stmt, &index);
    return give_rows(page, stmt, err);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static enum status walk_rows(struct page *page, struct name_walk *walk, const char *sql, struct errmsg *err)
{
    const struct list_query *query = page->query;
    struct list_look *look = query->look > 0 && query->filter != NULL ? query->looked : NULL;
    enum status status = STATUS_OK;
    for (bool more = true; status == STATUS_OK && more && !is_full(page);) {
        int64_t rows[ROWS_AT_ONCE];
        size_t n = 0, most = ROWS_AT_ONCE;
        struct list_key key;
        if (query->limit > 0 && query->filter == NULL)
            most = least(most, query->limit - page->n);
        if (look != NULL)
            most = least(most, query->look - look->rows);
        while (n < most && (more = name_walk_next(walk, &key, &status, err)))
            rows[n++] = key.row;
        if (look != NULL && more) /* else the key is gone with its batch, and nobody goes on from it */
            list_key_copy(&look->at, &key);
        if (status == STATUS_OK && n > 0)
            status = give_numbered(page, sql, rows, n, err);
        if (look != NULL) {
            look->rows += n;
            look->unfinished = more && look->rows == query->look && !is_full(page);
            more &= !look->unfinished;
        }
    }
    return status;
}

/* In pinyin order, along an index that is in another (name_walk.h). */
static enum status list_by_name(struct page *page, struct errmsg *err)
{
    const struct list_query *query = page->query;
    struct name_walk *walk = NULL;
    struct buf sql;
    enum status status = store_begin_read(page->store, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    rows_sql(page, &sql);
    status = sql.status;
    if (status == STATUS_OK)
        status = name_walk_open(&walk, page->store, query->type, order_field(query), query->ascending != query->backwards, &query->after, err);
    if (status == STATUS_OK)
        status = walk_rows(page, walk, buf_cstr(&sql), err);
    name_walk_close(walk);
    buf_release(&sql);
    store_end_read(page->store);
    return status;
}

static enum status list_in_pieces(struct page *page, struct errmsg *err)
{
    const struct list_query *query = page->query;
    bool ascending = query->ascending != query->backwards;
    struct piece piece = {.empty_values = query->after.set ? query->after.value.kind == VALUE_NULL : ascending};
    struct list_look *look = query->looked;
    list_key_copy(&piece.from, &query->after);
    for (;;) {
        enum status status = find_until(page->store, query, &piece, query->look, err);
        if (status == STATUS_OK)
            status = list_piece(page, &piece, true, err);
        if (status != STATUS_OK || is_full(page))
            return status;
        if (piece.until.set) {
            look->rows += query->look;
            look->unfinished = true;
            list_key_copy(&look->at, &piece.until);
            return STATUS_OK;
        }
        if (piece.empty_values != ascending) /* the last kind */
            return STATUS_OK;
        piece = (struct piece){.empty_values = !piece.empty_values};
    }
}

/* Whether the condition alone leaves so few rows that they are better found by its own index, and sorted. */
static enum status is_narrow(struct store *store, const struct filter *filter, const struct filter_term *term, bool *narrow, struct errmsg *err)
{
    struct buf sql;
    enum status status;
    *narrow = term->field == NULL && term->pseudo == FILTER_ID && term->op == FILTER_EQ;
    if (*narrow || term->via != NULL || term->field == NULL || term->op != FILTER_EQ || term->value.kind == VALUE_NULL || !(term->field->flags & FIELD_INDEX))
        return STATUS_OK;
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT count(*) FROM (SELECT 1 FROM \"%s\" WHERE \"%s\"=?1 LIMIT ?2)", filter->type->name, term->field->name);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_value(stmt, 1, term->value);
    stmt_int(stmt, 2, NARROW_ROWS + 1);
    if (stmt_row(stmt, &status, err)) {
        *narrow = stmt_column_int(stmt, 0) <= NARROW_ROWS;
        stmt_reset(stmt);
    }
    return status;
}

/* Whether some condition has an index that picks the rows: all are wanted then, so they are picked by it and sorted. */
static bool is_picked(const struct list_query *query)
{
    bool picked = false;
    for (size_t i = 0; !picked && i < query->filter->n_terms; i++) {
        const struct filter_term *term = &query->filter->terms[i];
        picked = term->via == NULL && term->op == FILTER_EQ && term->value.kind != VALUE_NULL && (term->field == NULL || (term->field->flags & FIELD_INDEX));
    }
    return picked;
}

enum status records_list(struct store *store, const struct actor *actor, const struct list_query *query, records_row row, void *context, struct errmsg *err)
{
    /* Whether all rows stand in the index of the order. */
    bool indexed = (order_field(query)->flags & FIELD_INDEX) && !catalogue_is_sparse(order_field(query)), by_name = indexed && is_by_pinyin(query);
    bool in_pieces = query->look > 0 && query->limit > 0 && query->filter != NULL && indexed, narrow = false;
    enum status status = STATUS_OK;
    if (query->looked != NULL)
        *query->looked = (struct list_look){.unfinished = false};
    for (size_t i = 0; status == STATUS_OK && in_pieces && !narrow && i < query->filter->n_terms; i++)
        status = is_narrow(store, query->filter, &query->filter->terms[i], &narrow, err);
    if (status != STATUS_OK)
        return status;
    struct page page = {.store = store, .actor = actor, .query = query, .row = row, .context = context, .more = true};
    if (by_name && !narrow && (in_pieces || query->filter == NULL || !is_picked(query)))
        return list_by_name(&page, err);
    return in_pieces && !narrow ? list_in_pieces(&page, err) : list_whole(&page, err);
}

static enum status count_rows(struct store *store, const struct actor *actor, const struct record_type *type, const struct filter *filter, bool listed, int64_t *count, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    int index = 1;
    buf_printf(&sql, "SELECT count(*) FROM \"%s\"", type->name);
    where_sql(actor, filter, false, &sql, &index);
    if (listed)
        privacy_sql(actor, type, &sql);
    if (sql.status != STATUS_OK) {
        enum status failed = sql.status;
        buf_release(&sql);
        return failed;
    }
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    where_bind(actor, filter, stmt, &index);
    enum status status;
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status records_count(struct store *store, const struct actor *actor, const struct record_type *type, const struct filter *filter, int64_t *count, struct errmsg *err)
{
    return count_rows(store, actor, type, filter, false, count, err);
}

enum status records_count_listed(struct store *store, const struct actor *actor, const struct record_type *type, const struct filter *filter, int64_t *count, struct errmsg *err)
{
    return count_rows(store, actor, type, filter, true, count, err);
}

enum status records_count_up_to(struct store *store, const struct actor *actor, const struct record_type *type, int64_t most, int64_t *count, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    int index = 1;
    buf_printf(&sql, "SELECT count(*) FROM (SELECT 1 FROM \"%s\"", type->name);
    where_sql(actor, NULL, false, &sql, &index);
    buf_printf(&sql, " LIMIT ?%d)", index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    where_bind(actor, NULL, stmt, &index);
    stmt_int(stmt, index, most);
    enum status status;
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status records_has_same(struct store *store, const struct actor *actor, const struct record *record, const char *const *fields, size_t n_fields, bool *has, struct errmsg *err)
{
    struct filter filter = {.type = record->type, .n_terms = n_fields + 1};
    char self[ID_TEXT_BYTES];
    int64_t count = 0;
    assert(n_fields < FILTER_TERMS_MAX);
    for (size_t i = 0; i < n_fields; i++) {
        const struct field_def *field = catalogue_field(record->type, fields[i]);
        filter.terms[i] = (struct filter_term){.field = field, .op = FILTER_EQ, .value = record_get(record, field)};
    }
    id_format(record->id, self);
    filter.terms[n_fields] = (struct filter_term){.pseudo = FILTER_ID, .op = FILTER_NE, .value = value_string(self)};
    enum status status = records_count(store, actor, record->type, &filter, &count, err);
    *has = count > 0;
    return status;
}
