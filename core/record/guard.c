/* core/record/guard.c - see guard.h.
 *
 * FILE <folder>/guard: two lines of 32 hexadecimal digits, the present word and the one before it. The file is written first and the word set in the store's transaction, so after a power cut between the two the
 * store still has the one before. Then the file is written once more with the present word in both lines. Words are drawn inside a writing transaction: two programs on one store do not mix theirs up. */
#include "core/record/guard.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/base/file.h"
#include "core/record/branch.h"
#include "core/record/machine.h"
#include "core/record/returned.h"
#include "core/record/sync_state.h"

enum { DAY_MS = 24 * 3600 * 1000, FILE_MAX_BYTES = 256, WORD_DIGITS = 2 * GUARD_BYTES };

struct words {
    uint8_t now[GUARD_BYTES], before[GUARD_BYTES];
    bool there;
};

static enum status guard_path(const char *folder, char path[PATH_MAX], struct errmsg *err)
{
    return file_join(path, PATH_MAX, folder, "guard") == STATUS_OK ? STATUS_OK : errmsg_set(err, STATUS_TOO_LARGE, "数据文件夹的路径过长");
}

static bool is_kept(const struct store *store, const char *folder)
{
    return folder != NULL && strcmp(store_path(store), ":memory:") != 0;
}

static bool parse_word(const char *text, uint8_t word[GUARD_BYTES])
{
    for (size_t i = 0; i < GUARD_BYTES; i++) {
        unsigned byte;
        if (sscanf(text + 2 * i, "%2x", &byte) != 1)
            return false;
        word[i] = (uint8_t)byte;
    }
    return true;
}

/* A file that cannot be understood is as good as none. */
static enum status read_file(const char *path, struct words *out, struct errmsg *err)
{
    struct buf text;
    *out = (struct words){.there = false};
    buf_init(&text, FILE_MAX_BYTES);
    enum status status = file_read(path, &text, err);
    if (status == STATUS_OK)
        out->there = text.len >= 2 * WORD_DIGITS + 1 && parse_word(buf_cstr(&text), out->now) && parse_word(buf_cstr(&text) + WORD_DIGITS + 1, out->before);
    buf_release(&text);
    return status == STATUS_NOT_FOUND || status == STATUS_TOO_LARGE ? STATUS_OK : status;
}

static enum status write_file(const char *path, const struct words *words, struct errmsg *err)
{
    char text[2 * WORD_DIGITS + 3];
    size_t at = 0;
    for (int line = 0; line < 2; line++) {
        const uint8_t *word = line == 0 ? words->now : words->before;
        for (size_t i = 0; i < GUARD_BYTES; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%02x", word[i]);
        text[at++] = '\n';
    }
    return file_write(path, text, at, 0600, err);
}

/* A word that can't be read is not one that is not there: a store put back would be taken for one that was never guarded, get its first word, and go on under numbers that it gave before. */
static enum status store_word(struct store *store, uint8_t word[GUARD_BYTES], bool *there, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT value FROM meta WHERE name='guard'");
    enum status status;
    size_t len;
    *there = false;
    if (!stmt_row(stmt, &status, err))
        return status;
    const uint8_t *bytes = stmt_column_blob(stmt, 0, &len);
    *there = len == GUARD_BYTES;
    if (*there)
        memcpy(word, bytes, GUARD_BYTES);
    stmt_reset(stmt);
    return STATUS_OK;
}

/* The store's word is one of the file's; a store without a word was never guarded. */
static enum status fits(struct store *store, const char *path, bool *guarded, bool *good, struct errmsg *err)
{
    struct words words;
    uint8_t word[GUARD_BYTES];
    enum status status = read_file(path, &words, err);
    *guarded = *good = false;
    if (status == STATUS_OK)
        status = store_word(store, word, guarded, err);
    if (status != STATUS_OK)
        return status;
    *good = !*guarded || (words.there && (memcmp(word, words.now, GUARD_BYTES) == 0 || memcmp(word, words.before, GUARD_BYTES) == 0));
    return STATUS_OK;
}

static enum status set_word(struct store *store, const uint8_t word[GUARD_BYTES], int64_t wall_ms, struct errmsg *err)
{
    enum status status = store_meta_set_blob(store, "guard", word, GUARD_BYTES, err);
    return status == STATUS_OK ? store_meta_set_int(store, "guard_at", wall_ms, err) : status;
}

static enum status begin_anew(struct store *store, struct random_source random, struct errmsg *err)
{
    struct machine machine;
    struct log_info own, fresh;
    enum status status = machine_load(store, &machine, err);
    if (status == STATUS_OK && machine.center)
        return order_begin_era(store, 0, random, err);
    if (status == STATUS_OK)
        status = changelog_own(store, &own, err);
    if (status != STATUS_OK)
        return status;
    struct log_id id = {.station = machine.station_no};
    random.fill(random.context, id.incarnation, INCARNATION_BYTES);
    status = changelog_branch(store, &id, own.head_seq, &fresh, err);
    return status == STATUS_OK ? sync_restored_note(store, err) : status;
}

/* In a transaction: look once more, now that nobody else draws a word, and begin anew if it is so. The file follows the store here: a crash between the two only means beginning anew once more. */
static enum status mend(struct store *store, const char *path, struct random_source random, struct words *words, bool *restored, struct errmsg *err)
{
    bool guarded, good;
    enum status status = fits(store, path, &guarded, &good, err);
    if (status != STATUS_OK || good)
        return status;
    status = begin_anew(store, random, err);
    random.fill(random.context, words->now, GUARD_BYTES);
    memcpy(words->before, words->now, GUARD_BYTES);
    *restored = true;
    return status == STATUS_OK ? set_word(store, words->now, 0, err) : status;
}

enum status guard_check(struct store *store, const char *folder, struct random_source random, bool *restored, struct errmsg *err)
{
    char path[PATH_MAX];
    struct words words;
    bool guarded, good;
    *restored = false;
    if (!is_kept(store, folder))
        return STATUS_OK;
    enum status status = guard_path(folder, path, err);
    if (status == STATUS_OK)
        status = fits(store, path, &guarded, &good, err);
    if (status == STATUS_OK && !guarded)
        return guard_turn(store, folder, random, 0, true, err);
    if (status != STATUS_OK || good)
        return status;
    status = store_begin(store, "guard", err);
    if (status != STATUS_OK)
        return status;
    status = mend(store, path, random, &words, restored, err);
    if (status == STATUS_OK)
        status = store_commit(store, err);
    else
        store_rollback(store);
    return status == STATUS_OK && *restored ? write_file(path, &words, err) : status;
}

/* The word is in the store: the one before must not pass any more. Under the store's lock, since somebody may just draw the next one. */
static enum status forget_before(struct store *store, const char *path, const uint8_t now[GUARD_BYTES], struct errmsg *err)
{
    struct words words = {.there = true};
    uint8_t word[GUARD_BYTES];
    enum status status = store_begin(store, "guard", err);
    if (status != STATUS_OK)
        return status;
    memcpy(words.now, now, GUARD_BYTES);
    memcpy(words.before, now, GUARD_BYTES);
    bool there;
    status = store_word(store, word, &there, err);
    if (status == STATUS_OK && there && memcmp(word, now, GUARD_BYTES) == 0)
        status = write_file(path, &words, err);
    store_rollback(store);
    return status;
}

enum status guard_turn(struct store *store, const char *folder, struct random_source random, int64_t wall_ms, bool now, struct errmsg *err)
{
    char path[PATH_MAX];
    struct words words;
    if (!is_kept(store, folder))
        return STATUS_OK;
    int64_t age = wall_ms - store_meta_int(store, "guard_at", 0);
    if (!now && age >= 0 && age < DAY_MS)
        return STATUS_OK;
    enum status status = guard_path(folder, path, err);
    if (status == STATUS_OK)
        status = store_begin(store, "guard", err);
    if (status != STATUS_OK)
        return status;
    random.fill(random.context, words.now, GUARD_BYTES);
    bool there;
    status = store_word(store, words.before, &there, err);
    if (status == STATUS_OK && !there)
        memcpy(words.before, words.now, GUARD_BYTES);
    if (status == STATUS_OK)
        status = write_file(path, &words, err);
    if (status == STATUS_OK)
        status = set_word(store, words.now, wall_ms, err);
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store, err);
    return status == STATUS_OK ? forget_before(store, path, words.now, err) : status;
}
