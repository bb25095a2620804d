/* core/record/branch.c - see branch.h. */
#include "core/record/branch.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/record/catalogue.h"

enum { CELL_BYTES = 14, CELLS_BYTES_MAX = CELL_BYTES * 1024, SQL_BYTES = 256, DEPTH_MAX = 4096 };

/* ---- paths ---- */

enum status branch_path(struct store *store, int64_t log, struct log_path *out, struct errmsg *err)
{
    out->n = 0;
    do {
        struct stmt *stmt = store_prepare(store, "SELECT station,incarnation,base_seq,parent FROM log WHERE no=?1");
        enum status status;
        size_t len;
        stmt_int(stmt, 1, log);
        if (!stmt_row(stmt, &status, err))
            return status == STATUS_OK ? STATUS_NOT_FOUND : status;
        struct path_log *at = &out->logs[out->n++];
        *at = (struct path_log){.id.station = (uint32_t)stmt_column_int(stmt, 0), .base_seq = (uint64_t)stmt_column_int(stmt, 2), .no = log};
        const uint8_t *incarnation = stmt_column_blob(stmt, 1, &len);
        if (len == INCARNATION_BYTES)
            memcpy(at->id.incarnation, incarnation, len);
        log = stmt_column_int(stmt, 3);
        stmt_reset(stmt);
    } while (log != 0 && out->n < BRANCH_PATH_MAX);
    return STATUS_OK;
}

enum status branch_path_known(struct store *store, struct log_path *path, struct errmsg *err)
{
    for (size_t i = 0; i < path->n; i++) {
        struct log_info info;
        enum status status = changelog_log(store, &path->logs[i].id, false, &info, err);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        path->logs[i].no = status == STATUS_OK ? info.no : 0;
    }
    return STATUS_OK;
}

const struct path_log *branch_at(const struct log_path *path, uint64_t seq)
{
    for (size_t i = 0; i < path->n; i++)
        if (seq > path->logs[i].base_seq)
            return &path->logs[i];
    return NULL;
}

uint64_t branch_end(const struct log_path *path, const struct path_log *log)
{
    uint64_t end = INT64_MAX;
    for (const struct path_log *newer = path->logs; newer < log; newer++)
        if (newer->base_seq < end)
            end = newer->base_seq;
    return end;
}

bool branch_path_holds(const struct log_path *path, int64_t log, uint64_t seq)
{
    const struct path_log *at = branch_at(path, seq);
    return at != NULL && at->no != 0 && at->no == log;
}

static enum status parent_of(struct store *store, int64_t log, int64_t *parent, uint64_t *base, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT parent,base_seq FROM log WHERE no=?1");
    enum status status;
    stmt_int(stmt, 1, log);
    *parent = 0;
    if (stmt_row(stmt, &status, err)) {
        *parent = stmt_column_int(stmt, 0);
        *base = (uint64_t)stmt_column_int(stmt, 1);
        stmt_reset(stmt);
    }
    return status;
}

enum status branch_on_path(struct store *store, int64_t tip, int64_t log, uint64_t seq, bool *on, struct errmsg *err)
{
    uint64_t leaves = UINT64_MAX, base;
    *on = tip == log;
    for (int depth = 0; !*on && depth < DEPTH_MAX; depth++) {
        int64_t parent;
        enum status status = parent_of(store, tip, &parent, &base, err);
        if (status != STATUS_OK || parent == 0)
            return status;
        if (base < leaves)
            leaves = base;
        if (seq > leaves)
            return STATUS_OK; /* further down the path only leaves earlier */
        *on = parent == log;
        tip = parent;
    }
    return STATUS_OK;
}

enum status branch_begin_at(struct store *store, struct log_info *log, int64_t parent, uint64_t base_seq, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE OR FAIL log SET parent=?2, base_seq=?3 WHERE no=?1");
    stmt_int(stmt, 1, log->no);
    stmt_int(stmt, 2, parent);
    stmt_int(stmt, 3, (int64_t)base_seq);
    log->parent = parent;
    log->base_seq = base_seq;
    return stmt_run(stmt, err);
}

enum status branch_declare(struct store *store, const struct log_id *id, int64_t parent, uint64_t base_seq, struct log_info *out, struct errmsg *err)
{
    assert(store_in_transaction(store));
    enum status status = changelog_log(store, id, true, out, err);
    if (status != STATUS_OK || out->parent != 0 || parent == 0 || parent == out->no)
        return status;
    return branch_begin_at(store, out, parent, base_seq, err);
}

enum status branch_declare_anew(struct store *store, const struct log_id *id, int64_t parent, uint64_t base_seq, struct log_info *out, struct errmsg *err)
{
    enum status status = branch_declare(store, id, parent, base_seq, out, err);
    if (status != STATUS_OK || id->station != STATION_NO_CENTER || parent == out->no || (out->parent == parent && out->base_seq == base_seq))
        return status;
    return branch_begin_at(store, out, parent, base_seq, err);
}

enum status branch_declare_path(struct store *store, struct log_path *path, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = path->n; i-- > 0 && status == STATUS_OK;) {
        struct path_log *log = &path->logs[i];
        struct log_info info;
        if (log->no != 0)
            continue;
        status = branch_declare(store, &log->id, i + 1 < path->n ? path->logs[i + 1].no : 0, log->base_seq, &info, err);
        log->no = info.no;
    }
    return status;
}

enum status branch_forget_leases(struct store *store, struct errmsg *err)
{
    return stmt_run(store_prepare(store, "UPDATE log SET lease=NULL, lease_before=NULL WHERE lease IS NOT NULL"), err);
}

enum status branch_hash_at(struct store *store, const struct log_path *path, uint64_t seq, struct hash *out, struct errmsg *err)
{
    *out = (struct hash){{0}};
    if (seq == 0)
        return STATUS_OK;
    const struct path_log *at = branch_at(path, seq);
    if (at == NULL || at->no == 0)
        return STATUS_NOT_FOUND;
    struct stmt *stmt = store_prepare(store, "SELECT hash FROM change WHERE log=?1 AND seq=?2");
    stmt_int(stmt, 1, at->no);
    stmt_int(stmt, 2, (int64_t)seq);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    size_t len;
    const uint8_t *hash = stmt_column_blob(stmt, 0, &len);
    if (len == HASH_BYTES)
        memcpy(out->bytes, hash, len);
    stmt_reset(stmt);
    return STATUS_OK;
}

/* ---- a new own log ---- */

/* What moves out of one log of the path. */
struct stretch {
    int64_t log;
    uint64_t after, to; /* own seq: after < seq <= to */
};

struct move {
    struct store *store;
    struct errmsg *err;
    struct stretch stretches[BRANCH_PATH_MAX];
    size_t n;
    int64_t fresh;
};

static bool moves(const struct move *move, int64_t log, uint64_t seq)
{
    for (size_t i = 0; i < move->n; i++)
        if (move->stretches[i].log == log)
            return seq > move->stretches[i].after && seq <= move->stretches[i].to;
    return false;
}

/* The newest logs of the path down to the one that holds the base. What others have of a log above the place where the path leaves it is not ours. */
static void find_stretches(struct move *move, const struct log_path *path, uint64_t base, uint64_t head)
{
    uint64_t to = head;
    for (size_t i = 0; i < path->n && to > base; i++) {
        const struct path_log *log = &path->logs[i];
        uint64_t after = log->base_seq > base ? log->base_seq : base;
        if (to > after)
            move->stretches[move->n++] = (struct stretch){log->no, after, to};
        to = log->base_seq < to ? log->base_seq : to;
    }
}

static enum status move_cells(struct move *move, const struct record_type *type, int64_t n, const uint8_t *bytes, size_t len)
{
    struct reader reader;
    struct buf cells;
    bool changed = false;
    reader_init(&reader, bytes, len);
    buf_init(&cells, CELLS_BYTES_MAX);
    while (reader_left(&reader) >= CELL_BYTES) {
        uint16_t field = reader_u16(&reader);
        uint32_t log = reader_u32(&reader);
        uint64_t seq = reader_u64(&reader);
        bool to_fresh = moves(move, log, seq);
        changed |= to_fresh;
        buf_put_u16(&cells, field);
        buf_put_u32(&cells, to_fresh ? (uint32_t)move->fresh : log);
        buf_put_u64(&cells, seq);
    }
    enum status status = reader_left(&reader) != 0 ? errmsg_set(move->err, STATUS_CORRUPT, "%s: 单元记录损坏", type->name) : cells.status;
    if (status == STATUS_OK && changed) {
        char sql[SQL_BYTES];
        snprintf(sql, sizeof sql, "UPDATE OR FAIL \"%s\" SET cells=?2 WHERE n=?1", type->name);
        struct stmt *stmt = store_prepare(move->store, sql);
        stmt_int(stmt, 1, n);
        stmt_blob(stmt, 2, cells.data, cells.len);
        status = stmt_run(stmt, move->err);
    }
    buf_release(&cells);
    return status;
}

/* Who wrote the cells of one row. */
static enum status move_row(struct move *move, const struct record_type *type, struct id id)
{
    char sql[SQL_BYTES];
    enum status status;
    snprintf(sql, sizeof sql, "SELECT n,w_log,w_seq,cells FROM \"%s\" WHERE id=?1", type->name);
    struct stmt *row = store_prepare(move->store, sql);
    stmt_id(row, 1, id);
    if (!stmt_row(row, &status, move->err))
        return status; /* all its changes were refused */
    int64_t n = stmt_column_int(row, 0);
    if (moves(move, stmt_column_int(row, 1), (uint64_t)stmt_column_int(row, 2))) {
        snprintf(sql, sizeof sql, "UPDATE OR FAIL \"%s\" SET w_log=?2 WHERE n=?1", type->name);
        struct stmt *stmt = store_prepare(move->store, sql);
        stmt_int(stmt, 1, n);
        stmt_int(stmt, 2, move->fresh);
        status = stmt_run(stmt, move->err);
    }
    if (status == STATUS_OK) {
        size_t len;
        const uint8_t *cells = stmt_column_blob(row, 3, &len);
        status = move_cells(move, type, n, cells, len);
    }
    stmt_reset(row);
    return status;
}

/* ..and of the values beside it: those under pending ones, and the losers of its conflicts. */
static enum status move_beside(struct move *move, struct id id)
{
    static const char *const UPDATES[] = {"UPDATE base SET log=?5 WHERE id=?1 AND log=?2 AND seq>?3 AND seq<=?4",
                                          "UPDATE conflict SET log=?5 WHERE id=?1 AND log=?2 AND seq>?3 AND seq<=?4"};
    for (size_t i = 0; i < move->n; i++)
        for (size_t u = 0; u < sizeof UPDATES / sizeof UPDATES[0]; u++) {
            struct stmt *stmt = store_prepare(move->store, UPDATES[u]);
            stmt_id(stmt, 1, id);
            stmt_int(stmt, 2, move->stretches[i].log);
            stmt_int(stmt, 3, (int64_t)move->stretches[i].after);
            stmt_int(stmt, 4, (int64_t)move->stretches[i].to);
            stmt_int(stmt, 5, move->fresh);
            enum status status = stmt_run(stmt, move->err);
            if (status != STATUS_OK)
                return status;
        }
    return STATUS_OK;
}

static enum status move_rows(struct move *move, const struct stretch *stretch)
{
    struct stmt *stmt = store_prepare(move->store, "SELECT DISTINCT type,id FROM change WHERE log=?1 AND seq>?2 AND seq<=?3");
    enum status status;
    stmt_int(stmt, 1, stretch->log);
    stmt_int(stmt, 2, (int64_t)stretch->after);
    stmt_int(stmt, 3, (int64_t)stretch->to);
    while (stmt_row(stmt, &status, move->err)) {
        const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
        struct id id = stmt_column_id(stmt, 1);
        if (type == NULL)
            continue; /* kept in the log only */
        status = move_row(move, type, id);
        if (status == STATUS_OK)
            status = move_beside(move, id);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status move_changes(struct move *move, const struct stretch *stretch)
{
    struct stmt *stmt = store_prepare(move->store, "UPDATE OR FAIL change SET log=?4 WHERE log=?1 AND seq>?2 AND seq<=?3");
    stmt_int(stmt, 1, stretch->log);
    stmt_int(stmt, 2, (int64_t)stretch->after);
    stmt_int(stmt, 3, (int64_t)stretch->to);
    stmt_int(stmt, 4, move->fresh);
    return stmt_run(stmt, move->err);
}

static enum status move_all(struct move *move)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < move->n && status == STATUS_OK; i++)
        status = move_rows(move, &move->stretches[i]);
    for (size_t i = 0; i < move->n && status == STATUS_OK; i++)
        status = move_changes(move, &move->stretches[i]);
    return status;
}

/* Center: logs that were begun behind what moves (lost changes that were handed back, returned_log.h) begin in the new log now. A station's own log never takes them along: what others were begun behind is what the
 * center has under that number. */
static enum status move_children(struct move *move)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < move->n && status == STATUS_OK; i++) {
        struct stmt *stmt = store_prepare(move->store, "UPDATE log SET parent=?4 WHERE parent=?1 AND base_seq>?2 AND base_seq<=?3 AND no<>?4");
        stmt_int(stmt, 1, move->stretches[i].log);
        stmt_int(stmt, 2, (int64_t)move->stretches[i].after);
        stmt_int(stmt, 3, (int64_t)move->stretches[i].to);
        stmt_int(stmt, 4, move->fresh);
        status = stmt_run(stmt, move->err);
    }
    return status;
}

/* The old logs end where the new one begins, or where they began themselves. */
static enum status cut_heads(struct move *move, const struct log_path *path)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < move->n && status == STATUS_OK; i++) {
        struct log_info cut = {.no = move->stretches[i].log, .head_seq = move->stretches[i].after};
        status = branch_hash_at(move->store, path, cut.head_seq, &cut.head_hash, move->err);
        if (status == STATUS_NOT_FOUND) /* below what the path tells */
            status = STATUS_OK;
        if (status == STATUS_OK)
            status = changelog_set_head(move->store, &cut, move->err);
    }
    return status;
}

static enum status insert_log(struct store *store, struct log_info *log, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO log(station,incarnation,head_seq,head_hash,have_seq,ordered_seq,parent,base_seq) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)");
    stmt_int(stmt, 1, log->id.station);
    stmt_blob(stmt, 2, log->id.incarnation, INCARNATION_BYTES);
    stmt_int(stmt, 3, (int64_t)log->head_seq);
    stmt_blob(stmt, 4, log->head_hash.bytes, HASH_BYTES);
    stmt_int(stmt, 5, (int64_t)log->have_seq);
    stmt_int(stmt, 6, (int64_t)log->ordered_seq);
    if (log->parent != 0)
        stmt_int(stmt, 7, log->parent);
    else
        stmt_null(stmt, 7);
    stmt_int(stmt, 8, (int64_t)log->base_seq);
    enum status status = stmt_run(stmt, err);
    log->no = store_last_rowid(store);
    return status;
}

static enum status become(struct store *store, const struct log_info *log, struct errmsg *err)
{
    enum status status = store_meta_set_int(store, "own_log", log->no, err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(store, "incarnation", log->id.incarnation, INCARNATION_BYTES, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "station_no", log->id.station, err);
    return status;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

enum status changelog_branch(struct store *store, const struct log_id *fresh, uint64_t base_seq, struct log_info *out, struct errmsg *err)
{
    struct move move = {.store = store, .err = err};
    struct log_path path;
    struct log_info own;
    assert(store_in_transaction(store));
    enum status status = changelog_settle(store, err); /* from here on it is a log like the others */
    if (status == STATUS_OK)
        status = changelog_own(store, &own, err);
    if (status == STATUS_OK)
        status = branch_path(store, own.no, &path, err);
    if (status != STATUS_OK)
        return status;
    assert(base_seq <= own.head_seq);
    const struct path_log *parent = branch_at(&path, base_seq);
    if (parent == NULL && base_seq > 0)
        return errmsg_set(err, STATUS_TOO_LARGE, "本机的日志已经分出 %d 次以上，不能退回到第 %llu 条", BRANCH_PATH_MAX, (unsigned long long)base_seq);
    *out = (struct log_info){.id = *fresh, .head_seq = own.head_seq, .head_hash = own.head_hash, .have_seq = least(own.have_seq, base_seq),
                             .ordered_seq = least(own.ordered_seq, base_seq), .parent = parent == NULL ? 0 : parent->no, .base_seq = base_seq};
    find_stretches(&move, &path, out->base_seq, own.head_seq);
    status = cut_heads(&move, &path);
    if (status == STATUS_OK)
        status = insert_log(store, out, err);
    move.fresh = out->no;
    if (status == STATUS_OK)
        status = move_all(&move);
    if (status == STATUS_OK && own.id.station == STATION_NO_CENTER)
        status = move_children(&move);
    return status == STATUS_OK ? become(store, out, err) : status;
}
