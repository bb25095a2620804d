/* core/record/retire.c - see retire.h. */
#include "core/record/retire.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/record/backup_left.h"
#include "core/record/carry.h"
#include "core/record/catalogue.h"
#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/draft.h"
#include "core/record/peer.h"
#include "core/record/printout.h"
#include "core/record/records.h"
#include "core/record/relay.h"
#include "core/record/replica.h"
#include "core/record/store_alone.h"
#include "core/record/store_folder.h"
#include "core/record/sync_state.h"

enum { TITLE_MAX_BYTES = 4096 };

/* What goes first: with the store it is as if it had never been. Then the machine itself, aidpost.db last. guard with it: a store whose word is gone would be taken for one that was put back (guard.h). */
static const char *const BESIDE[] = {"export.log", "metrics.sock", "guard.tmp", "identity.pem.tmp", "identity.code.tmp", STORE_FOLDER_ENDING ".tmp"};
static const char *const UNFINISHED[] = {"enrol.tmp", "restore.part"}; /* folders with a store that was not ready yet */
static const char *const MACHINE[] = {"identity.pem", "identity.old.pem", "identity.code", "guard", "aidpost.db-journal", "aidpost.db-wal", "aidpost.db-shm", "aidpost.db"};

/* ---- looking ------------------------------------------------------------------------------------------------------- */

static bool count_draft(void *context, const struct draft_info *info)
{
    (void)info;
    ++*(int64_t *)context;
    return true;
}

static bool is_waiting(const struct relay *relay)
{
    return relay->state == RELAY_WAITING || relay->state == RELAY_PARTIAL;
}

static bool count_relay(void *context, const struct relay *relay)
{
    *(int64_t *)context += is_waiting(relay);
    return true;
}

enum status retire_look(struct store *store, struct retirement *out, struct errmsg *err)
{
    struct replica_state state;
    enum status status = replica_state(store, &state, err);

    *out = (struct retirement){0};
    if (status != STATUS_OK)
        return status;
    out->head_seq = state.head_seq;
    out->pending = state.pending;
    out->unsaved = state.head_seq > state.safe_seq ? (int64_t)(state.head_seq - state.safe_seq) : 0;
    status = draft_list_of(store, NULL, count_draft, &out->drafts, err);
    if (status == STATUS_OK)
        status = relay_list(store, count_relay, &out->relays, err);
    if (status == STATUS_OK)
        status = sync_last_contact(store, &out->last_contact_ms, err);
    if (status == STATUS_OK)
        status = machine_name_find(store, state.machine.station_no, out->called, err);
    return status;
}

bool retire_loses_nothing(const struct retirement *retirement)
{
    return retirement->pending == 0 && retirement->drafts == 0 && retirement->relays == 0;
}

/* ---- what would be gone -------------------------------------------------------------------------------------------- */

struct touched {
    uint64_t type_no;
    struct id id;
    size_t changes;
};

struct losing {
    struct store *store;
    struct actor actor;
    const struct code_book *codes;
    retire_row row;
    void *context;
    struct touched *touched; /* owned; in the order of first change */
    size_t n, cap;
};

static enum status touch(struct losing *losing, const struct change *change, struct errmsg *err)
{
    for (size_t i = 0; i < losing->n; i++)
        if (losing->touched[i].type_no == change->type_no && id_equal(losing->touched[i].id, change->id)) {
            losing->touched[i].changes++;
            return STATUS_OK;
        }
    if (losing->n == losing->cap) {
        size_t cap = losing->cap > 0 ? losing->cap * 2 : 64;
        struct touched *more = realloc(losing->touched, cap * sizeof *more);

        if (more == NULL)
            return errmsg_set(err, STATUS_NOMEM, "内存不足");
        losing->touched = more;
        losing->cap = cap;
    }
    losing->touched[losing->n++] = (struct touched){change->type_no, change->id, 1};
    return STATUS_OK;
}

/* Own changes behind the last one that the center has, of the own log; what lies in logs before it the center had when that one was begun, or it is pending in this sense, too, and comes again. */
static enum status read_pending(struct losing *losing, struct errmsg *err)
{
    struct log_info log;
    enum status status = changelog_own(losing->store, &log, err);

    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(losing->store, "SELECT header FROM change WHERE log=?1 AND seq>?2 ORDER BY seq");
    stmt_int(stmt, 1, log.no);
    stmt_int(stmt, 2, (int64_t)log.have_seq);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);

        status = header == NULL ? errmsg_set(err, STATUS_CORRUPT, "变更日志已损坏") : change_decode_header(header, len, &change);
        if (status == STATUS_OK)
            status = touch(losing, &change, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            return status;
        }
    }
    return status;
}

/* Somebody decides by the names: without memory for one the number is not shown in its place. */
static enum status tell_record(struct losing *losing, const struct touched *touched, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(touched->type_no);
    struct retire_loss loss = {.kind = RETIRE_CHANGE, .type = type != NULL ? type->label : "", .changes = touched->changes};
    struct record record;
    struct buf title;
    char id[ID_TEXT_BYTES];

    buf_init(&title, TITLE_MAX_BYTES);
    id_format(touched->id, id);
    enum status status = type != NULL ? records_get(losing->store, &losing->actor, type, touched->id, &record, err) : STATUS_NOT_FOUND;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND && status != STATUS_FORBIDDEN)
        return status;
    if (status == STATUS_OK) {
        const struct field_def *sealed = catalogue_field(type, "sealed");

        if (sealed == NULL || record_get(&record, sealed).number == 0)
            record_show_title(&record, losing->codes, &title);
        record_release(&record);
    }
    status = title.status == STATUS_NOMEM ? errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM)) : STATUS_OK;
    loss.title = title.len > 0 ? buf_cstr(&title) : id;
    if (status == STATUS_OK)
        losing->row(losing->context, &loss);
    buf_wipe(&title);
    return status;
}

static bool tell_draft(void *context, const struct draft_info *info)
{
    struct losing *losing = context;

    losing->row(losing->context, &(struct retire_loss){.kind = RETIRE_DRAFT, .type = info->type->label, .title = info->title != NULL ? info->title : ""});
    return true;
}

static bool tell_relay(void *context, const struct relay *relay)
{
    struct losing *losing = context;

    if (is_waiting(relay))
        losing->row(losing->context, &(struct retire_loss){.kind = RETIRE_RELAY, .type = "", .title = relay->text});
    return true;
}

enum status retire_losses(struct store *store, const struct machine *machine, const struct code_book *codes, retire_row row, void *context, struct errmsg *err)
{
    struct losing losing = {.store = store, .actor = machine_owner(machine, "", 0), .codes = codes, .row = row, .context = context};
    enum status status = read_pending(&losing, err);

    for (size_t i = 0; i < losing.n && status == STATUS_OK; i++)
        status = tell_record(&losing, &losing.touched[i], err);
    free(losing.touched);
    if (status == STATUS_OK)
        status = draft_list_of(store, NULL, tell_draft, &losing, err);
    return status == STATUS_OK ? relay_list(store, tell_relay, &losing, err) : status;
}

/* ---- the end ------------------------------------------------------------------------------------------------------- */

static enum status path_of(const char *folder, const char *name, char path[PATH_MAX], struct errmsg *err)
{
    return file_join(path, PATH_MAX, folder, name) == STATUS_OK ? STATUS_OK : errmsg_set(err, STATUS_TOO_LARGE, "数据文件夹的路径过长");
}

static enum status wipe_file(const char *folder, const char *name, size_t *removed, struct errmsg *err)
{
    char path[PATH_MAX];
    bool there = false;
    enum status status = path_of(folder, name, path, err);

    if (status == STATUS_OK)
        status = file_look(path, &there, err);
    if (status == STATUS_OK && there)
        status = file_wipe(path, err);
    *removed += status == STATUS_OK && there;
    return status;
}

static enum status wipe_files(const char *folder, const char *const names[], size_t n, size_t *removed, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = wipe_file(folder, names[i], removed, err);
    return status;
}

static enum status wipe_beside(const char *folder, size_t *removed, struct errmsg *err)
{
    enum status status = printout_clear(folder, removed, err);

    if (status == STATUS_OK)
        status = carry_clear(folder, removed, err);
    if (status == STATUS_OK)
        status = backup_left_sweep(folder, removed, err);
    for (size_t i = 0; i < sizeof UNFINISHED / sizeof *UNFINISHED && status == STATUS_OK; i++) {
        char path[PATH_MAX];

        status = path_of(folder, UNFINISHED[i], path, err);
        if (status == STATUS_OK)
            status = file_wipe_folder(path, removed, err);
    }
    return status == STATUS_OK ? wipe_files(folder, BESIDE, sizeof BESIDE / sizeof *BESIDE, removed, err) : status;
}

/* One that is there stands: who it is the store may not tell any more. */
static enum status begin_to_end(const char *folder, uint32_t station_no, struct errmsg *err)
{
    char path[PATH_MAX], text[16];
    bool ending;
    enum status status = store_folder_is_ending(folder, &ending, err);

    if (status == STATUS_OK && !ending)
        status = path_of(folder, STORE_FOLDER_ENDING, path, err);
    if (status != STATUS_OK || ending)
        return status;
    int len = snprintf(text, sizeof text, "%u\n", station_no);
    return file_write(path, text, (size_t)len, 0600, err);
}

/* All else is gone, durably: one that a power cut brings back holds a number, and is ended again. */
static enum status end(const char *folder, struct errmsg *err)
{
    char path[PATH_MAX];
    enum status status = path_of(folder, STORE_FOLDER_ENDING, path, err);

    if (status == STATUS_OK && unlink(path) != 0)
        return errmsg_set(err, file_status(errno), "%s %s: %s", _("不能删除"), path, file_reason(errno));
    if (status == STATUS_OK)
        (void)file_sync_folder_of(path, NULL);
    return status;
}

static enum status wipe_all(const char *folder, uint32_t station_no, size_t *removed, struct errmsg *err)
{
    enum status status = wipe_beside(folder, removed, err);

    if (status == STATUS_OK)
        status = begin_to_end(folder, station_no, err);
    if (status == STATUS_OK)
        status = wipe_files(folder, MACHINE, sizeof MACHINE / sizeof *MACHINE, removed, err);
    return status == STATUS_OK ? end(folder, err) : status;
}

static bool is_named(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, STORE_FOLDER_ENDING) != 0;
}

void retire_left(const char *folder, char *out, size_t out_bytes)
{
    static const char MORE[] = " …";
    DIR *dir = opendir(folder);
    enum status status = STATUS_OK;
    bool whole = dir != NULL;
    size_t len = 0, room = out_bytes - sizeof MORE;

    out[0] = '\0';
    for (const char *name; whole && (name = file_next_entry(dir, folder, &status, NULL)) != NULL;) {
        if (!is_named(name))
            continue;
        whole = len + strlen(name) < room;
        if (whole)
            len += (size_t)snprintf(out + len, out_bytes - len, "%s%s", len > 0 ? " " : "", name);
    }
    if (!whole || status != STATUS_OK) /* no half of a name, and no list that looks whole */
        snprintf(out + len, out_bytes - len, "%s", len > 0 ? MORE : MORE + 1);
    if (dir != NULL)
        closedir(dir);
}

enum status retire_wipe(const char *folder, uint32_t station_no, size_t *removed, struct errmsg *err)
{
    struct store_alone alone;
    struct errmsg why = {{0}};
    char left[RETIRE_LEFT_BYTES];
    enum status status = store_alone_take(folder, &alone, err);

    *removed = 0;
    if (status != STATUS_OK)
        return status;
    status = wipe_all(folder, station_no, removed, &why);
    store_alone_end(&alone);
    if (status == STATUS_OK)
        return status;
    retire_left(folder, left, sizeof left);
    return errmsg_set(err, status, "%s；还在的: %s。再做一次 aidpostd retire --wipe，清除余下的", errmsg_text(&why, status), left);
}

enum status retire_begun(const char *folder, bool *begun, uint32_t *station_no, struct errmsg *err)
{
    char path[PATH_MAX];
    struct buf text;
    enum status status = store_folder_is_ending(folder, begun, err);

    *station_no = 0;
    if (status == STATUS_OK && *begun)
        status = path_of(folder, STORE_FOLDER_ENDING, path, err);
    if (status != STATUS_OK || !*begun)
        return status;
    buf_init(&text, 64);
    status = file_read(path, &text, err);
    if (status == STATUS_OK)
        *station_no = (uint32_t)strtoul(buf_cstr(&text), NULL, 10);
    buf_release(&text);
    return status;
}
