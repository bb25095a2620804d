/* sync/enrolment.c - see enrolment.h. */
#include "sync/enrolment.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/record/branch.h"
#include "core/record/machine.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/record/store_folder.h"
#include "sync/heal_request.h"

static const char *const leftovers[] = {"aidpost.db", "aidpost.db-wal", "aidpost.db-shm", "aidpost.db-journal"};

struct places {
    char store[PATH_MAX], half_folder[PATH_MAX], half_store[PATH_MAX], half_wal[PATH_MAX], key[PATH_MAX],
        old_key[PATH_MAX], code[PATH_MAX];
};

static enum status find_places(struct places *places, const char *folder, struct errmsg *err)
{
    if (file_join(places->store, PATH_MAX, folder, "aidpost.db") != STATUS_OK ||
        file_join(places->half_folder, PATH_MAX, folder, "enrol.tmp") != STATUS_OK ||
        file_join(places->half_store, PATH_MAX, places->half_folder, "aidpost.db") != STATUS_OK ||
        file_join(places->half_wal, PATH_MAX, places->half_folder, "aidpost.db-wal") != STATUS_OK ||
        file_join(places->key, PATH_MAX, folder, "identity.pem") != STATUS_OK ||
        file_join(places->old_key, PATH_MAX, folder, "identity.old.pem") != STATUS_OK ||
        file_join(places->code, PATH_MAX, folder, "identity.code") != STATUS_OK)
        return errmsg_set(err, STATUS_TOO_LARGE, "数据目录的路径过长");
    return STATUS_OK;
}

static void remove_half(const struct places *places)
{
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof leftovers / sizeof *leftovers; i++)
        if (file_join(path, sizeof path, places->half_folder, leftovers[i]) == STATUS_OK)
            (void)unlink(path);
    (void)rmdir(places->half_folder);
}

enum status enrolment_check_folder(const char *folder, struct errmsg *err)
{
    struct places places;
    bool there = false;
    enum status status = find_places(&places, folder, err);

    if (status == STATUS_OK)
        status = store_folder_check_ending(folder, err);
    if (status == STATUS_OK)
        status = file_look(places.store, &there, err);
    if (status != STATUS_OK)
        return status;
    if (there)
        return errmsg_set(err, STATUS_EXISTS, "%s 已经存在：这台机器已经登记过，没有改动它", places.store);
    remove_half(&places);
    return STATUS_OK;
}

enum status enrolment_fresh_key(struct identity *out, const char *folder, struct random_source random, struct enrolment_key *made,
                                struct errmsg *err)
{
    struct places places;
    bool folder_there = true;
    enum status status = find_places(&places, folder, err);

    *made = (struct enrolment_key){.put_aside = false};
    if (status == STATUS_OK)
        status = file_look(folder, &folder_there, err);
    if (status == STATUS_OK)
        status = file_look(places.key, &made->put_aside, err);
    if (status != STATUS_OK)
        return status;
    made->made_folder = !folder_there;
    if (made->put_aside && rename(places.key, places.old_key) != 0) /* durable with the new key, whose name is made so in the same folder */
        return errmsg_set(err, STATUS_IO, "不能移开旧密钥 %s: %s", places.key, file_reason(errno));
    status = identity_create(out, folder, random, err);
    if (status != STATUS_OK)
        enrolment_take_back(folder, made);
    return status;
}

/* What is kept of a code says nothing of it: what the center keeps would let somebody in. */
static struct hash mark_of(struct hash secret_hash)
{
    static const char purpose[] = "aidpost enrolment tried 1";

    return hash_pair(purpose, sizeof purpose - 1, secret_hash.bytes, HASH_BYTES);
}

static enum status read_mark(const struct places *places, bool *there, struct hash *mark, struct errmsg *err)
{
    struct buf text;

    *there = false;
    buf_init(&text, HASH_BYTES);
    enum status status = file_read(places->code, &text, err);
    if (status == STATUS_OK && text.len == HASH_BYTES) {
        memcpy(mark->bytes, text.data, HASH_BYTES);
        *there = true;
    }
    buf_release(&text);
    if (status != STATUS_NOT_FOUND && status != STATUS_TOO_LARGE) /* one that is not ours is as good as none */
        return status;
    errmsg_clear(err);
    return STATUS_OK;
}

enum status enrolment_key_for(struct identity *out, const char *folder, struct hash secret_hash, struct random_source random, struct enrolment_key *made, struct errmsg *err)
{
    struct places places;
    struct hash mark = mark_of(secret_hash), before = {{0}};
    bool tried = false;
    enum status status = find_places(&places, folder, err);

    *made = (struct enrolment_key){.put_aside = false};
    if (status == STATUS_OK)
        status = read_mark(&places, &tried, &before, err);
    if (status != STATUS_OK)
        return status;
    if (tried && hash_equal(before, mark)) {
        status = identity_load(out, folder, err);
        made->tried = status == STATUS_OK;
        if (status != STATUS_NOT_FOUND)
            return status;
        errmsg_clear(err);
    }
    status = enrolment_fresh_key(out, folder, random, made, err);
    if (status != STATUS_OK)
        return status;
    made->had_code = tried;
    made->code = before;
    status = file_write(places.code, mark.bytes, HASH_BYTES, 0600, err);
    if (status != STATUS_OK) {
        identity_release(out);
        enrolment_take_back(folder, made);
    }
    return status;
}

void enrolment_take_back(const char *folder, const struct enrolment_key *made)
{
    struct places places;

    if (made->tried || find_places(&places, folder, NULL) != STATUS_OK)
        return;
    if (!made->put_aside || !made->had_code)
        (void)unlink(places.code);
    else
        (void)file_write(places.code, made->code.bytes, HASH_BYTES, 0600, NULL);
    if (made->put_aside)
        (void)file_rename(places.old_key, places.key, NULL);
    else
        (void)unlink(places.key);
    if (made->made_folder)
        (void)rmdir(folder);
}

static enum status write_identity(struct store *store, const struct message_enrolled *answer,
                                  const char *center_address, struct hash center_pin,
                                  const uint8_t center_key[IDENTITY_KEY_BYTES], struct random_source random,
                                  struct errmsg *err)
{
    struct machine machine = {
        .practice = answer->practice,
        .station_no = (uint32_t)answer->station_no,
        .org = (int64_t)answer->org,
    };
    enum status status = store_begin(store, "enrol", err);

    if (status != STATUS_OK)
        return status;
    random.fill(random.context, machine.incarnation, sizeof machine.incarnation);
    snprintf(machine.name, sizeof machine.name, "%s", answer->org_name);
    snprintf(machine.area, sizeof machine.area, "%s", answer->area);
    status = machine_create(store, &machine, err);
    if (status == STATUS_OK)
        status = center_address_set(store, center_address, center_pin, err);
    if (status == STATUS_OK)
        status = center_key_set(store, center_key, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

enum status enrolment_make_store(const char *folder, const struct message_enrolled *answer, const char *center_address,
                                 struct hash center_pin, const uint8_t center_key[IDENTITY_KEY_BYTES],
                                 struct random_source random, struct errmsg *err)
{
    struct places places;
    struct store *store;
    enum status status = enrolment_check_folder(folder, err);

    if (status == STATUS_OK)
        status = find_places(&places, folder, err);
    if (status != STATUS_OK)
        return status;
    if (answer->station_no == STATION_NO_CENTER || answer->station_no > UINT32_MAX || answer->org == 0 ||
        answer->org > INT64_MAX)
        return errmsg_set(err, STATUS_INVALID, "中心给的站点编号不对");
    status = store_open(&store, places.half_folder, STORE_CREATE, err);
    if (status != STATUS_OK)
        return status;
    status = write_identity(store, answer, center_address, center_pin, center_key, random, err);
    store_checkpoint(store);
    store_close(store);
    if (status == STATUS_OK && file_exists(places.half_wal))
        status = errmsg_set(err, STATUS_IO, "新建的数据库没有写完整");
    if (status == STATUS_OK) {
        status = file_rename(places.half_store, places.store, err);
        if (status != STATUS_OK)
            (void)unlink(places.store); /* moved and not durable: nobody knows whether it is there after a power cut */
        else
            (void)unlink(places.code);
    }
    remove_half(&places);
    return status;
}

/* ---- a machine that has a store ---- */

/* The center whose key is noted; zeros: none is. */
static enum status known_center(struct store *store, struct hash *pin, struct errmsg *err)
{
    char address[320];
    struct errmsg why = {{0}};
    enum status status = center_address_get(store, address, sizeof address, pin, &why);

    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? status : errmsg_set(err, status, "%s", errmsg_text(&why, status));
    *pin = (struct hash){{0}};
    return STATUS_OK;
}

enum status enrolment_before(const char *folder, struct message_enrol *before, struct hash *known_pin, struct errmsg *err)
{
    struct places places;
    struct replica_state state;
    struct log_path path;
    struct store *store;
    bool there = false;
    enum status status = find_places(&places, folder, err);

    *before = (struct message_enrol){.station_no = 0};
    *known_pin = (struct hash){{0}};
    if (status == STATUS_OK)
        status = file_look(places.store, &there, err);
    if (status == STATUS_OK && !there)
        return STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = store_open(&store, folder, STORE_OPEN_EXISTING, err);
    if (status != STATUS_OK)
        return status;
    status = replica_state(store, &state, err);
    if (status == STATUS_OK && state.machine.center)
        status = errmsg_set(err, STATUS_EXISTS, "%s 里是县中心的数据，不能登记为工作站；没有改动它", folder);
    if (status == STATUS_OK)
        status = replica_own_path(store, &path, err);
    if (status == STATUS_OK && path.n > 1)
        before->path_len = heal_path_put(&path, before->path);
    if (status == STATUS_OK)
        status = known_center(store, known_pin, err);
    if (status == STATUS_OK) {
        before->station_no = state.machine.station_no;
        before->org = (uint64_t)state.machine.org;
        memcpy(before->incarnation, state.machine.incarnation, INCARNATION_BYTES);
        memcpy(before->center_incarnation, state.center_incarnation, INCARNATION_BYTES);
    }
    store_close(store);
    return status;
}

/* Whether our change with this number is the one whose header has that hash. */
static enum status is_ours(struct store *store, const struct log_path *path, const struct message_enrolled *answer, bool *ours, struct errmsg *err)
{
    const struct path_log *at = branch_at(path, answer->have_seq);
    enum status status;

    *ours = false;
    if (at == NULL)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(store, "SELECT header FROM change WHERE log=?1 AND seq=?2");
    stmt_int(stmt, 1, at->no);
    stmt_int(stmt, 2, (int64_t)answer->have_seq);
    if (stmt_row(stmt, &status, err)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        struct hash hash = hash_of(header, len);

        *ours = memcmp(hash.bytes, answer->have_hash, HASH_BYTES) == 0;
        stmt_reset(stmt);
    }
    return status;
}

/* Where the log goes on under the new number: behind what the center has of it, if that is the same here; else behind what it confirmed. The next contact mends a wrong guess. *whole: it has all up to there. */
static enum status choose_base(struct store *store, const struct message_enrolled *answer, const struct replica_state *state, uint64_t *base, bool *whole, struct errmsg *err)
{
    struct log_path path;
    struct hash ours;
    bool in_part = false;
    enum status status = replica_own_path(store, &path, err);

    *base = state->have_seq;
    *whole = false;
    if (status != STATUS_OK || answer->have_seq == 0 || answer->have_seq > state->head_seq)
        return status;
    status = branch_hash_at(store, &path, answer->have_seq, &ours, err);
    *whole = status == STATUS_OK && memcmp(ours.bytes, answer->have_hash, HASH_BYTES) == 0;
    if (status == STATUS_OK && !*whole)
        status = is_ours(store, &path, answer, &in_part, err);
    if (*whole || in_part)
        *base = answer->have_seq;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The center has this machine, with this key and number. */
static bool is_known(const struct message_enrolled *answer, const struct machine *machine)
{
    return answer->known && answer->station_no == machine->station_no;
}

static enum status check_answer(const struct message_enrolled *answer, const struct machine *machine, bool same_center, struct errmsg *err)
{
    if (answer->station_no == STATION_NO_CENTER || answer->station_no > UINT32_MAX)
        return errmsg_set(err, STATUS_INVALID, "中心给的站点编号不对");
    if (is_known(answer, machine) && same_center)
        return errmsg_set(err, STATUS_EXISTS, "这台机器已经登记过（站点 %u 号），没有改动它", machine->station_no);
    if ((int64_t)answer->org != machine->org || answer->practice != machine->practice || strcmp(answer->area, machine->area) != 0)
        return errmsg_set(err, STATUS_FOREIGN, "本机的数据是另一个单位或另一个县的，没有改动它");
    return STATUS_OK;
}

static enum status rebind(struct store *store, const struct message_enrolled *answer, const struct replica_state *state, struct random_source random, struct errmsg *err)
{
    struct log_id id = {.station = (uint32_t)answer->station_no};
    struct log_info fresh;
    struct hash hash;
    uint64_t base;
    bool whole;
    enum status status = choose_base(store, answer, state, &base, &whole, err);

    random.fill(random.context, id.incarnation, INCARNATION_BYTES);
    if (status == STATUS_OK)
        status = changelog_branch(store, &id, base, &fresh, err);
    memcpy(hash.bytes, answer->have_hash, HASH_BYTES);
    if (status == STATUS_OK && whole)
        status = replica_set_have(store, base, hash, err);
    return status == STATUS_OK ? replica_set_center(store, answer->center_incarnation, err) : status;
}

enum status enrolment_keep_store(const char *folder, const struct message_enrolled *answer, const char *center_address, struct hash center_pin, const uint8_t center_key[IDENTITY_KEY_BYTES],
                                 struct random_source random, struct errmsg *err)
{
    struct replica_state state;
    struct store *store;
    struct hash pin = {{0}};
    enum status status = store_open(&store, folder, STORE_OPEN_EXISTING, err);

    if (status != STATUS_OK)
        return status;
    status = known_center(store, &pin, err);
    if (status == STATUS_OK)
        status = replica_state(store, &state, err);
    if (status == STATUS_OK)
        status = check_answer(answer, &state.machine, hash_equal(pin, center_pin), err);
    if (status == STATUS_OK)
        status = store_begin(store, "enrol", err);
    if (status == STATUS_OK) {
        /* A center that lost its key knows us all the same: the code vouches for the new key, and our log goes on as it is. */
        if (!is_known(answer, &state.machine))
            status = rebind(store, answer, &state, random, err);
        if (status == STATUS_OK)
            status = center_address_set(store, center_address, center_pin, err);
        if (status == STATUS_OK)
            status = center_key_set(store, center_key, err);
        if (status == STATUS_OK)
            status = store_commit(store, err);
        else
            store_rollback(store);
    }
    store_close(store);
    return status;
}
