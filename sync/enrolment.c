/* sync/enrolment.c - see enrolment.h. */
#include "sync/enrolment.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/record/machine.h"
#include "core/record/peer.h"
#include "core/record/replica.h"

static const char *const leftovers[] = {"aidpost.db", "aidpost.db-wal", "aidpost.db-shm", "aidpost.db-journal"};

struct places {
    char store[PATH_MAX], half_folder[PATH_MAX], half_store[PATH_MAX], half_wal[PATH_MAX], key[PATH_MAX],
        old_key[PATH_MAX];
};

static enum status find_places(struct places *places, const char *folder, struct errmsg *err)
{
    if (file_join(places->store, PATH_MAX, folder, "aidpost.db") != STATUS_OK ||
        file_join(places->half_folder, PATH_MAX, folder, "enrol.tmp") != STATUS_OK ||
        file_join(places->half_store, PATH_MAX, places->half_folder, "aidpost.db") != STATUS_OK ||
        file_join(places->half_wal, PATH_MAX, places->half_folder, "aidpost.db-wal") != STATUS_OK ||
        file_join(places->key, PATH_MAX, folder, "identity.pem") != STATUS_OK ||
        file_join(places->old_key, PATH_MAX, folder, "identity.old.pem") != STATUS_OK)
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
    enum status status = find_places(&places, folder, err);

    if (status != STATUS_OK)
        return status;
    if (file_exists(places.store))
        return errmsg_set(err, STATUS_EXISTS, "%s 已经存在：这台机器已经登记过，没有改动它", places.store);
    remove_half(&places);
    return STATUS_OK;
}

enum status enrolment_fresh_key(struct identity *out, const char *folder, struct random_source random,
                                struct errmsg *err)
{
    struct places places;
    enum status status = find_places(&places, folder, err);

    if (status != STATUS_OK)
        return status;
    if (file_exists(places.key) && rename(places.key, places.old_key) != 0)
        return errmsg_set(err, STATUS_IO, "不能移开旧密钥 %s: %s", places.key, strerror(errno));
    return identity_create(out, folder, random, err);
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

/* Make a rename durable. */
static enum status sync_folder(const char *folder, struct errmsg *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok ? STATUS_OK : errmsg_set(err, STATUS_IO, "不能写入目录 %s: %s", folder, strerror(errno));
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
    if (status == STATUS_OK && rename(places.half_store, places.store) != 0)
        status = errmsg_set(err, STATUS_IO, "不能把新建的数据库移到 %s: %s", places.store, strerror(errno));
    if (status == STATUS_OK)
        status = sync_folder(folder, err);
    remove_half(&places);
    return status;
}
