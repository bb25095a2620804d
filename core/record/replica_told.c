/* core/record/replica_told.c - a station notes what its center said: what it has and what is safe of the own log, who it is and what it can read (replica.h). */
#include "core/record/replica.h"

#include "core/record/branch.h"
#include "core/record/left_body.h"
#include "core/record/replica_impl.h"

enum status replica_set_have(struct store *store, uint64_t seq, struct hash hash, struct errmsg *err)
{
    struct log_info own;
    struct log_path path;
    struct hash ours;
    enum status status = changelog_own(store, &own, err);
    if (status == STATUS_OK)
        status = branch_path(store, own.no, &path, err);
    if (status != STATUS_OK)
        return status;
    if (seq > own.head_seq)
        return errmsg_set(err, STATUS_GAP, "县中心已有本机 %llu 条变更，本机只有 %llu 条：本机可能是用旧备份恢复的", (unsigned long long)seq, (unsigned long long)own.head_seq);
    status = branch_hash_at(store, &path, seq, &ours, err);
    if (status == STATUS_OK && !hash_equal(ours, hash))
        return errmsg_set(err, STATUS_FORK, "第 %llu 条变更与县中心已有的不同：可能有两台机器共用一份数据", (unsigned long long)seq);
    if (status != STATUS_OK || seq <= own.have_seq)
        return status;
    bool begun;
    status = store_join(store, "have", &begun, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE OR FAIL log SET have_seq=?2 WHERE no=?1");
    stmt_int(stmt, 1, own.no);
    stmt_int(stmt, 2, (int64_t)seq);
    status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        status = changelog_settle(store, err);
    if (status == STATUS_OK)
        status = left_body_clear(store, NULL, err);
    return store_leave(store, begun, status, err);
}

enum status replica_set_center_packings(struct store *store, uint64_t packings, uint64_t dictionary, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "center", &own, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "center_packings", (int64_t)packings, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "center_dictionary", (int64_t)dictionary, err);
    return store_leave(store, own, status, err);
}

enum status replica_set_safe(struct store *store, uint64_t seq, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "safe", &own, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE OR FAIL log SET safe_seq=?1 WHERE no=(SELECT value FROM meta WHERE name='own_log')");
    stmt_int(stmt, 1, (int64_t)seq);
    status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        status = left_body_clear(store, NULL, err);
    return store_leave(store, own, status, err);
}

enum status replica_set_safe_order(struct store *store, uint64_t order, struct errmsg *err)
{
    bool own;
    int64_t had = 0, center = 0;
    enum status status = store_join(store, "safe", &own, err);
    if (status != STATUS_OK)
        return status;
    status = store_meta_read_int(store, "role_center", &center, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "safe_order", &had, err);
    if (status == STATUS_OK && (center ? (uint64_t)had < order : (uint64_t)had != order))
        status = store_meta_set_int(store, "safe_order", (int64_t)order, err);
    if (status == STATUS_OK && !center)
        status = left_body_clear(store, NULL, err);
    return store_leave(store, own, status, err);
}

enum status replica_check_left(struct store *store, bool other, uint64_t order_head, struct errmsg *err)
{
    bool own;
    int64_t known = 0;
    enum status status = store_join(store, "left", &own, err);
    if (status != STATUS_OK)
        return status;
    status = store_meta_read_int(store, "left_known", &known, err);
    if (status == STATUS_OK && known != 0 && (other || order_head < (uint64_t)known))
        status = left_body_forget_known(store, err);
    return store_leave(store, own, status, err);
}

enum status replica_set_center(struct store *store, const uint8_t incarnation[INCARNATION_BYTES], struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "center", &own, err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(store, "center_incarnation", incarnation, INCARNATION_BYTES, err);
    return store_leave(store, own, status, err);
}
