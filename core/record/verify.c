/* core/record/verify.c - see verify.h.
 *
 * Three passes: SQLite's integrity check; the log (body hashes, chains and contiguity of every complete log, scope against row; the sums of the scopes); the rows: every change is replayed
 * into a private in-memory store by the same apply_change - first what has an order number, in that order, then what is pending, as apply.h defines the state -
 * and both stores' rows and open conflicts are compared. */
#include "core/record/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/apply.h"
#include "core/record/branch.h"
#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/delivery.h"
#include "core/record/reach_impl.h"
#include "core/record/schema.h"
#include "core/record/scope_sum.h"

enum { PROBLEM_BYTES = 400, COMPARE_SQL_MAX_BYTES = 16384 };

struct verify {
    struct store *store, *copy;
    void (*problem)(void *context, const char *text);
    void *context;
    struct verify_result *result;
    struct errmsg *err;
    enum status status;
    struct log_info own;
    /* log pass: one log at a time */
    uint64_t seq;
    struct hash hash;
    int64_t log;
    bool complete; /* all changes of the log are expected here.. */
    uint64_t upto; /* ..up to this number */
    struct log_path path; /* of the own log */
    struct machine machine;
};

__attribute__((format(printf, 2, 3))) static void report(struct verify *verify, const char *format, ...)
{
    char text[PROBLEM_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, _(format), args);
    va_end(args);
    verify->result->ok = false;
    if (verify->problem != NULL)
        verify->problem(verify->context, text);
}

static enum status check_file(struct verify *verify)
{
    struct buf problems;
    buf_init(&problems, 65536);
    enum status status = store_integrity(verify->store, &problems, verify->err);
    if (status == STATUS_OK && problems.len > 0)
        report(verify, _("数据库文件: %.300s"), buf_cstr(&problems));
    buf_release(&problems);
    return status;
}

/* The log pass. */

/* Where the path of the own log leaves one of its logs; 0: not a log of it. */
static uint64_t path_leaves(const struct verify *verify, int64_t no)
{
    for (size_t i = 0; i < verify->path.n; i++)
        if (verify->path.logs[i].no == no)
            return branch_end(&verify->path, &verify->path.logs[i]);
    return 0;
}

/* A log with a parent goes on where that one was; what lies below is the parent's, whose chain must lead there. */
static enum status start_of(struct verify *verify, const struct log_info *log)
{
    struct log_path path;
    if (log->parent == 0 || log->base_seq == 0)
        return STATUS_OK;
    enum status status = branch_path(verify->store, log->parent, &path, verify->err);
    if (status == STATUS_OK)
        status = branch_hash_at(verify->store, &path, log->base_seq, &verify->hash, verify->err);
    verify->seq = log->base_seq;
    return status;
}

static void begin_log(struct verify *verify, int64_t no)
{
    struct log_info log;
    verify->log = no;
    verify->seq = 0;
    verify->hash = (struct hash){{0}};
    /* The center has every log whole, those apart that others handed back; a station only its own and what that was begun from. */
    verify->upto = verify->machine.center ? INT64_MAX : path_leaves(verify, no);
    verify->complete = verify->upto != 0;
    if (changelog_log_by_no(verify->store, no, &log, verify->err) != STATUS_OK) {
        report(verify, _("变更日志 %lld 没有登记"), (long long)no);
        return;
    }
    verify->complete = verify->complete && !log.partial;
    if (verify->complete && start_of(verify, &log) != STATUS_OK)
        report(verify, _("站 %u 的变更日志: 它从前一份日志的第 %llu 条分出，那一条不在这里"), log.id.station, (unsigned long long)log.base_seq);
}

static void end_log(struct verify *verify)
{
    struct log_info log;
    if (verify->log == 0 || !verify->complete || changelog_log_by_no(verify->store, verify->log, &log, verify->err) != STATUS_OK)
        return;
    uint64_t end = verify->upto < INT64_MAX ? verify->upto : log.head_seq;
    if (end != verify->seq || (end == log.head_seq && !hash_equal(log.head_hash, verify->hash)))
        report(verify, _("站 %u 的变更日志: 末尾应为第 %llu 条，实有 %llu 条，或链值不符"), log.id.station, (unsigned long long)end, (unsigned long long)verify->seq);
}

/* A header may name an older scope (reach.h): a station has its row because it came here, is shared, or left an empty place. */
static bool is_of_this_org(struct verify *verify, const struct change *change)
{
    const struct record_type *type = catalogue_by_no(change->type_no);
    struct reach_place place;
    if (type == NULL || reach_place_of(verify->store, type, change->id, &place, verify->err) != STATUS_OK || !place.there)
        return false;
    return place.absent || place.scope == 0 || place.scope == verify->machine.org || reach_is_shared(verify->store, change->id, verify->machine.org);
}

static bool somebody_gets(struct verify *verify, int64_t lsn)
{
    struct stmt *stmt = store_prepare(verify->store, "SELECT 1 FROM reach WHERE lsn=?1 AND stub=0 LIMIT 1");
    enum status status;
    stmt_int(stmt, 1, lsn);
    bool there = stmt_row(stmt, &status, NULL);
    if (there)
        stmt_reset(stmt);
    return there;
}

/* The column names another scope than the header: of a record that changed hands since, or before its author knew. */
static bool went_elsewhere(struct verify *verify, const struct change *change, int64_t lsn, int64_t scope)
{
    const struct record_type *type = catalogue_by_no(change->type_no);
    struct reach_place place;
    if (type == NULL || reach_place_of(verify->store, type, change->id, &place, verify->err) != STATUS_OK || !place.there)
        return false;
    if (scope == REACH_ONLY)
        return verify->machine.center ? somebody_gets(verify, lsn) : place.absent && place.why != REACH_NO_CHANGE;
    return verify->machine.center ? scope == place.scope : scope == change->scope;
}

static void check_change(struct verify *verify, struct stmt *stmt)
{
    size_t header_len, body_len, hash_len;
    int64_t lsn = stmt_column_int(stmt, 0);
    uint64_t seq = (uint64_t)stmt_column_int(stmt, 2);
    const uint8_t *header = stmt_column_blob(stmt, 3, &header_len);
    const uint8_t *body = stmt_column_blob(stmt, 4, &body_len);
    const uint8_t *hash = stmt_column_blob(stmt, 5, &hash_len);
    struct change change;
    if (stmt_column_int(stmt, 1) != verify->log) {
        end_log(verify);
        begin_log(verify, stmt_column_int(stmt, 1));
    }
    verify->result->changes++;
    if (change_decode_header(header, header_len, &change) != STATUS_OK || change.seq != seq) {
        report(verify, _("变更 %lld: 记录头损坏"), (long long)lsn);
        return;
    }
    if (!stmt_column_is_null(stmt, 4) && !hash_equal(hash_of(body, body_len), change.body_hash))
        report(verify, _("变更 %lld: 内容与校验值不符"), (long long)lsn);
    if (stmt_column_int(stmt, 7) == CHANGE_STATE_APPLIED && change.scope != stmt_column_int(stmt, 6) && !went_elsewhere(verify, &change, lsn, stmt_column_int(stmt, 6)))
        report(verify, _("变更 %lld: 范围不符"), (long long)lsn);
    if (!verify->machine.center && change.scope != 0 && change.scope != verify->machine.org && !is_of_this_org(verify, &change))
        report(verify, _("变更 %lld: 属于别的单位，不该在本机"), (long long)lsn);
    if (!verify->complete || seq > verify->upto)
        return;
    if (seq != verify->seq + 1)
        report(verify, _("日志 %lld: 第 %llu 条之后缺变更"), (long long)verify->log, (unsigned long long)verify->seq);
    verify->seq = seq;
    verify->hash = change_chain(verify->hash, header, header_len);
    if (hash_len != HASH_BYTES || memcmp(hash, verify->hash.bytes, HASH_BYTES) != 0)
        report(verify, _("变更 %lld: 日志链在此断开"), (long long)lsn);
}

static enum status check_log(struct verify *verify)
{
    struct stmt *stmt = store_prepare(verify->store, "SELECT lsn,log,seq,header,body,hash,scope,state FROM change ORDER BY log,seq");
    enum status status;
    while (stmt_row(stmt, &status, verify->err))
        check_change(verify, stmt);
    end_log(verify);
    return status;
}

/* What a center delivers by, and the sums of the scopes. */

static enum status check_delivery(struct verify *verify)
{
    bool sound;
    enum status status = verify->machine.center ? delivery_check(verify->store, &sound, verify->err) : STATUS_OK;
    if (status == STATUS_OK && verify->machine.center && !sound)
        report(verify, _("各范围该收的变更的目录与变更日志不符"));
    return status;
}

struct sums {
    struct verify *verify;
    int64_t kept; /* sums the log has changes for */
    enum status status;
};

static void check_sum(void *context, int64_t scope, uint64_t counted)
{
    struct sums *sums = context;
    uint64_t kept;
    if (sums->status == STATUS_OK)
        sums->status = scope_sum_get(sums->verify->store, scope, &kept, sums->verify->err);
    if (sums->status != STATUS_OK)
        return;
    if (kept != counted)
        report(sums->verify, _("范围 %lld 的校验和与变更日志不符"), (long long)scope);
    sums->kept += kept != 0;
}

static enum status check_sums(struct verify *verify)
{
    struct sums sums = {.verify = verify};
    enum status status = check_delivery(verify);
    if (status != STATUS_OK || !scope_sum_kept(verify->store))
        return status;
    status = scope_sum_count(verify->store, check_sum, &sums, verify->err);
    if (status == STATUS_OK)
        status = sums.status;
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(verify->store, "SELECT count(*) FROM scope_sum WHERE sum<>0");
    if (!stmt_row(stmt, &status, verify->err))
        return status;
    if (stmt_column_int(stmt, 0) != sums.kept)
        report(verify, _("有范围记着校验和，变更日志里却没有它的变更"));
    stmt_reset(stmt);
    return STATUS_OK;
}

/* The replay. */

static enum status copy_logs(struct verify *verify)
{
    struct stmt *stmt = store_prepare(verify->store, "SELECT no,station,incarnation,parent,base_seq FROM log ORDER BY no");
    enum status status;
    while (stmt_row(stmt, &status, verify->err)) {
        struct stmt *insert = store_prepare(verify->copy, "INSERT INTO log(no,station,incarnation,parent,base_seq) VALUES(?1,?2,?3,nullif(?4,0),?5)");
        size_t len;
        const uint8_t *incarnation = stmt_column_blob(stmt, 2, &len);
        stmt_int(insert, 1, stmt_column_int(stmt, 0));
        stmt_int(insert, 2, stmt_column_int(stmt, 1));
        stmt_blob(insert, 3, incarnation, len);
        stmt_int(insert, 4, stmt_column_int(stmt, 3));
        stmt_int(insert, 5, stmt_column_int(stmt, 4));
        status = stmt_run(insert, verify->err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status replay_change(struct verify *verify, struct stmt *stmt)
{
    size_t header_len, body_len;
    const uint8_t *header = stmt_column_blob(stmt, 4, &header_len);
    const uint8_t *body = stmt_column_blob(stmt, 5, &body_len);
    struct change change;
    if (change_decode_header(header, header_len, &change) != STATUS_OK)
        return STATUS_OK; /* reported by the log pass */
    struct apply_origin origin = {.lsn = stmt_column_int(stmt, 0), .log = stmt_column_int(stmt, 1), .order = (uint64_t)stmt_column_int(stmt, 3)};
    struct apply_outcome outcome;
    enum status status = apply_change(verify->copy, &change, body, body_len, &origin, &outcome, verify->err);
    if (status != STATUS_OK)
        return status;
    if (outcome.quarantine != NULL)
        report(verify, _("变更 %lld: 重放时不能应用 (%s)"), (long long)origin.lsn, outcome.quarantine);
    struct change_insert row = {.lsn = origin.lsn, .log = origin.log, .order = origin.order, .given = (uint64_t)stmt_column_int(stmt, 6), .taken = (uint64_t)stmt_column_int(stmt, 7), .change = &change, .header = header, .header_len = header_len, .body = "",
                                .body_len = 0};
    return changelog_insert(verify->copy, &row, verify->err);
}

static enum status replay(struct verify *verify, const char *sql)
{
    struct stmt *stmt = store_prepare(verify->store, sql);
    enum status status;
    while (stmt_row(stmt, &status, verify->err)) {
        status = replay_change(verify, stmt);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* As reach_settle does it at the end of a batch: what this org does not have is an empty place, and nothing of it pends on top. */
static enum status take_out_left(struct verify *verify)
{
    enum status status = STATUS_OK;
    struct buf sql;
    buf_init(&sql, COMPARE_SQL_MAX_BYTES);
    for (size_t t = 0; t < catalogue_count() && status == STATUS_OK; t++) {
        const struct record_type *type = catalogue_at(t);
        buf_clear(&sql);
        buf_printf(&sql, "SELECT id FROM \"%s\" WHERE scope NOT IN (0,?1) AND NOT (w_log=0 AND w_seq<>0) AND id NOT IN (SELECT id FROM share WHERE scope=?1)", type->name);
        struct stmt *stmt = store_prepare_buf(verify->copy, &sql);
        stmt_int(stmt, 1, verify->machine.org);
        while (stmt_row(stmt, &status, verify->err)) {
            status = reach_empty(verify->copy, type, stmt_column_id(stmt, 0), REACH_LEFT, verify->err);
            if (status != STATUS_OK) {
                stmt_reset(stmt);
                break;
            }
        }
    }
    buf_release(&sql);
    return status;
}

_Static_assert(FIELD_MAX_COUNT + 2 <= 127, "what SQLite takes for coalesce");

/* Empty places are empty, and at a station nobody else's row stands beside its own. The fields of some sixty types as the store has them composed (schema.h): field by field each time it was a tenth of the
 * verification of a small store. */
static enum status check_places(struct verify *verify)
{
    enum status status = STATUS_OK;
    struct buf sql;
    buf_init(&sql, COMPARE_SQL_MAX_BYTES);
    for (size_t t = 0; t < catalogue_count() && status == STATUS_OK; t++) {
        const struct record_type *type = catalogue_at(t);
        buf_clear(&sql);
        buf_printf(&sql, "SELECT id,w_log FROM \"%s\" AS r WHERE w_log=0 AND (gone=0 OR cells IS NOT NULL OR extra IS NOT NULL OR EXISTS(SELECT 1 FROM conflict c WHERE c.id=r.id) "
                         "OR EXISTS(SELECT 1 FROM search_doc d WHERE d.id=r.id) OR coalesce(NULL,NULL", type->name);
        buf_puts(&sql, schema_field_columns(verify->store, type));
        buf_puts(&sql, ") IS NOT NULL) OR w_log<>0 AND ?2=0 AND scope NOT IN (0,?1) AND id NOT IN (SELECT id FROM share WHERE scope=?1)");
        struct stmt *stmt = store_prepare_buf(verify->store, &sql);
        stmt_int(stmt, 1, verify->machine.org);
        stmt_int(stmt, 2, verify->machine.center);
        while (stmt_row(stmt, &status, verify->err)) {
            char id[ID_TEXT_BYTES];
            id_format(stmt_column_id(stmt, 0), id);
            report(verify, stmt_column_int(stmt, 1) == 0 ? _("%s %s: 已不在这里，却还有内容") : _("%s %s: 属于别的单位，不该在本机"), type->label, id);
        }
    }
    buf_release(&sql);
    return status;
}

/* Of what was erased no change has content. */
static enum status check_erased(struct verify *verify)
{
    struct stmt *stmt = store_prepare(verify->store, "SELECT type,id,lsn FROM change WHERE lsn IN (SELECT lsn FROM erasure)");
    enum status status;
    while (stmt_row(stmt, &status, verify->err)) {
        const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
        bool left = false;
        if (type == NULL)
            continue;
        status = reach_has_content(verify->store, type, stmt_column_id(stmt, 1), &left, verify->err);
        if (left)
            report(verify, _("变更 %lld: 依法清除之后还留有内容"), (long long)stmt_column_int(stmt, 2));
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* What is kept of records that left (left_body.h): theirs only, whole, and once. */
static enum status check_kept(struct verify *verify)
{
    struct stmt *stmt = store_prepare(verify->store, "SELECT k.lsn,k.body,c.header,c.scope<0 AND c.body IS NULL FROM left_body k LEFT JOIN change c ON c.lsn=k.lsn");
    enum status status;
    while (stmt_row(stmt, &status, verify->err)) {
        size_t len, header_len;
        struct change change;
        const uint8_t *body = stmt_column_blob(stmt, 1, &len), *header = stmt_column_blob(stmt, 2, &header_len);
        struct hash hash = hash_of(body, len);
        if (change_decode_header(header, header_len, &change) != STATUS_OK || stmt_column_int(stmt, 3) == 0 || !hash_equal(hash, change.body_hash))
            report(verify, _("变更 %lld: 为县中心留着的内容与变更日志不符"), (long long)stmt_column_int(stmt, 0));
    }
    return status;
}

static bool same_row(struct stmt *a, struct stmt *b, int columns)
{
    for (int i = 0; i < columns; i++) {
        size_t a_len, b_len;
        if (stmt_column_is_null(a, i) != stmt_column_is_null(b, i))
            return false;
        const uint8_t *left = stmt_column_blob(a, i, &a_len), *right = stmt_column_blob(b, i, &b_len);
        if (a_len != b_len || (a_len > 0 && memcmp(left, right, a_len) != 0))
            return false;
    }
    return true;
}

/* Step through two results ordered by their first column (an id) and compare. */
static enum status compare(struct verify *verify, const char *what, const char *sql, int columns)
{
    struct stmt *ours = store_prepare(verify->store, sql), *theirs = store_prepare(verify->copy, sql);
    enum status status, other;
    for (;;) {
        bool more = stmt_row(ours, &status, verify->err);
        bool more_there = status == STATUS_OK && stmt_row(theirs, &other, verify->err);
        if (status != STATUS_OK || other != STATUS_OK) {
            stmt_reset(ours);
            stmt_reset(theirs);
            return status != STATUS_OK ? status : other;
        }
        if (!more && !more_there)
            return STATUS_OK;
        if (more && more_there && same_row(ours, theirs, columns)) {
            verify->result->rows += columns > 5;
            continue;
        }
        char id[ID_TEXT_BYTES];
        id_format(stmt_column_id(more ? ours : theirs, 0), id);
        report(verify, _("%s %s: 与变更日志重放的结果不同"), what, id);
        if (more)
            stmt_reset(ours);
        if (more_there)
            stmt_reset(theirs);
        return STATUS_OK;
    }
}

static enum status compare_rows(struct verify *verify)
{
    enum status status = STATUS_OK;
    struct buf sql;
    buf_init(&sql, COMPARE_SQL_MAX_BYTES);
    for (size_t t = 0; t < catalogue_count() && status == STATUS_OK; t++) {
        const struct record_type *type = catalogue_at(t);
        buf_clear(&sql);
        buf_puts(&sql, "SELECT id,scope,w_log,w_seq,cells,gone,extra");
        buf_puts(&sql, schema_field_columns(verify->store, type));
        buf_printf(&sql, " FROM \"%s\" WHERE w_log<>0 ORDER BY id", type->name);
        status = compare(verify, type->label, buf_cstr(&sql), 7 + (int)type->n_fields);
    }
    buf_release(&sql);
    if (status == STATUS_OK)
        status = compare(verify, _("协办"), "SELECT id,scope,type FROM share ORDER BY id,scope", 3);
    if (status == STATUS_OK)
        status = check_places(verify);
    if (status == STATUS_OK)
        status = check_erased(verify);
    if (status == STATUS_OK)
        status = check_kept(verify);
    if (status == STATUS_OK)
        status = compare(verify, _("冲突"), "SELECT id,field,value,log,seq FROM conflict ORDER BY id,field,log,seq", 5);
    return status;
}

static enum status check_rows(struct verify *verify)
{
    enum status status = store_begin(verify->copy, "verify", verify->err);
    if (status == STATUS_OK)
        status = copy_logs(verify);
    if (status == STATUS_OK)
        status = store_meta_set_int(verify->copy, "own_log", verify->own.no, verify->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(verify->copy, "role_center", verify->machine.center, verify->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(verify->copy, "org", verify->machine.org, verify->err);
#define REPLAYED "SELECT lsn,log,seq,rseq,header,body,given,taken FROM change "
    if (status == STATUS_OK)
        status = replay(verify, REPLAYED "WHERE state=0 AND body IS NOT NULL AND rseq IS NOT NULL ORDER BY rseq");
    if (status == STATUS_OK && !verify->machine.center)
        status = take_out_left(verify);
    if (status == STATUS_OK) /* what has no place is own: pending ones, and those the center refused, lie on top */
        status = replay(verify, REPLAYED "WHERE body IS NOT NULL AND rseq IS NULL ORDER BY lsn");
#undef REPLAYED
    if (status == STATUS_OK)
        status = store_commit(verify->copy, verify->err);
    else
        store_rollback(verify->copy);
    return status == STATUS_OK ? compare_rows(verify) : status;
}

enum status verify_store_in(struct store *store, struct store *scratch, void (*problem)(void *context, const char *text), void *context, struct verify_result *result, struct errmsg *err)
{
    struct verify verify = {.store = store, .copy = scratch, .problem = problem, .context = context, .result = result, .err = err};
    *result = (struct verify_result){.ok = true};
    enum status status = machine_load(store, &verify.machine, err);
    if (status == STATUS_OK)
        status = changelog_own(store, &verify.own, err);
    if (status == STATUS_OK)
        status = branch_path(store, verify.own.no, &verify.path, err);
    if (status == STATUS_OK)
        status = store_begin_read(store, err); /* one state of the data, while others write */
    if (status != STATUS_OK)
        return status;
    status = check_file(&verify);
    if (status == STATUS_OK)
        status = check_log(&verify);
    if (status == STATUS_OK)
        status = check_sums(&verify);
    if (status == STATUS_OK)
        status = check_rows(&verify);
    return store_end_read_sure(store, status, err); /* what could not be read is not a finding */
}

enum status verify_store(struct store *store, void (*problem)(void *context, const char *text), void *context, struct verify_result *result, struct errmsg *err)
{
    struct store *scratch;
    enum status status = store_open(&scratch, ":memory:", STORE_CREATE, err);
    if (status != STATUS_OK)
        return status;
    status = verify_store_in(store, scratch, problem, context, result, err);
    store_close(scratch);
    return status;
}
