/* sync/bundle_many.c - `aidpostd bundle import` of several files, or of all in a folder. See bundle_many.h. */
#include "sync/bundle_many.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "core/record/media.h"
#include "sync/bundle_file.h"

enum { SAID_BYTES = 16 * 1024 };

enum state { WAITS, IMPORTED, IGNORED, FAILED };

struct one {
    char *path; /* owned */
    enum state state;
    enum status status;
    struct errmsg err;
    struct buf out, warning; /* what the import of this one said */
};

struct many {
    struct bundle_verb *verb;
    bool no_return;
    struct one *files; /* owned */
    size_t n, room;
    size_t counts[FAILED + 1];
    size_t shared; /* bytes that all paths begin with, up to a '/': not told, what is behind it tells them apart */
    bool whole;    /* all of the folders was looked at */
};

bool bundle_many_asked(const char *const *paths, size_t n)
{
    struct stat st;

    return n > 1 || (n == 1 && stat(paths[0], &st) == 0 && S_ISDIR(st.st_mode));
}

static enum status add(struct many *many, const char *path, struct errmsg *err)
{
    if (many->n == many->room) {
        size_t room = many->room == 0 ? 16 : many->room * 2;
        struct one *grown = realloc(many->files, room * sizeof *grown);

        if (grown == NULL)
            return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        many->files = grown;
        many->room = room;
    }
    struct one *one = &many->files[many->n];
    *one = (struct one){.path = strdup(path)};
    if (one->path == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    buf_init(&one->out, SAID_BYTES);
    buf_init(&one->warning, SAID_BYTES);
    many->n++;
    return STATUS_OK;
}

/* The oldest first, also where there are more than are listed: what a later file goes on from is there then. */
static enum status add_folder(struct many *many, const char *folder, struct errmsg *err)
{
    struct media_file *files = calloc(MEDIA_FILES_MAX, sizeof *files);
    struct media_found found;
    enum status status = files != NULL ? media_files(folder, MEDIA_OLDEST, files, MEDIA_FILES_MAX, &found, err) : errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));

    for (size_t i = 0; status == STATUS_OK && i < found.n; i++) {
        char path[PATH_MAX];

        status = file_join(path, sizeof path, folder, files[i].name);
        status = status == STATUS_OK ? add(many, path, err) : errmsg_set(err, status, "文件名过长");
    }
    if (status == STATUS_OK && (!found.whole || found.n < found.total))
        many->whole = false;
    free(files);
    return status;
}

static enum status gather(struct many *many, const char *const *paths, size_t n, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        struct stat st;

        status = stat(paths[i], &st) == 0 && S_ISDIR(st.st_mode) ? add_folder(many, paths[i], err) : add(many, paths[i], err);
    }
    if (status == STATUS_OK && many->n == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "%s 里没有交接文件（.aidb 或 .return）；请看是不是另一个盘", paths[0]);
    return status;
}

/* Whose it is: files of a folder may be for others. A named one is not passed over in silence, but told the same way. */
static bool is_for_others(const struct many *many, const char *path)
{
    const struct bundle_verb *verb = many->verb;
    struct bundle_file file;
    struct hash recipient, center;
    uint8_t key[BUNDLE_KEY_BYTES];

    if (bundle_file_open(&file, path, NULL) != STATUS_OK)
        return false; /* the import says why */
    enum status status = handover_recipient(bundle_file_source(&file), &recipient, NULL);
    bundle_file_close(&file);
    if (status != STATUS_OK || hash_equal(recipient, bundle_pin(verb->handover.key->public_key)))
        return false;
    return verb->machine->center || (handover_center(&verb->handover, key, &center, NULL) == STATUS_OK && !hash_equal(recipient, center));
}

static void import_one(const struct many *many, struct one *one)
{
    struct bundle_verb verb = *many->verb;

    buf_clear(&one->out);
    buf_clear(&one->warning);
    errmsg_clear(&one->err);
    if (is_for_others(many, one->path)) {
        one->state = IGNORED;
        one->status = STATUS_AUTH;
        errmsg_set(&one->err, STATUS_AUTH, "给别的机器的，不是给本机的");
        return;
    }
    verb.out = &one->out;
    verb.warning = &one->warning;
    verb.own = false;
    one->status = bundle_verb_import(&verb, one->path, many->no_return, &one->err);
    one->state = one->status == STATUS_OK ? IMPORTED : verb.own ? IGNORED : FAILED;
}

/* One that goes on from what another brings is tried again when that one is in. */
static void import_all(struct many *many)
{
    bool again = true;

    while (again) {
        size_t gaps = 0, taken = 0;

        for (size_t i = 0; i < many->n; i++) {
            struct one *one = &many->files[i];

            if (one->state != WAITS && !(one->state == FAILED && one->status == STATUS_GAP))
                continue;
            import_one(many, one);
            taken += one->state == IMPORTED;
            gaps += one->state == FAILED && one->status == STATUS_GAP;
        }
        again = gaps > 0 && taken > 0;
    }
    for (size_t i = 0; i < many->n; i++)
        many->counts[many->files[i].state]++;
}

/* ---- telling ---- */

static size_t shared_bytes(const struct many *many)
{
    const char *first = many->files[0].path, *slash = strrchr(first, '/');
    size_t shared = slash != NULL ? (size_t)(slash - first) + 1 : 0;

    for (size_t i = 1; i < many->n; i++)
        while (shared > 0 && (strncmp(first, many->files[i].path, shared) != 0 || first[shared - 1] != '/'))
            shared--;
    return shared;
}

static const char *own_name(const struct many *many, const struct one *one)
{
    return one->path + many->shared;
}

static void say(const struct many *many, struct buf *out, const struct one *one)
{
    const char *text = one->state == IMPORTED ? buf_cstr(&one->out) : errmsg_text(&one->err, one->status);
    size_t len = strlen(text);

    while (len > 0 && text[len - 1] == '\n')
        len--;
    buf_printf(out, "%s: %.*s\n", own_name(many, one), (int)len, text);
}

static void tell_people(const struct many *many)
{
    struct buf *out = many->verb->out;

    buf_printf(out, _("%zu 个文件：收下 %zu 个，没有收下 %zu 个，不用在本机导入的 %zu 个\n"), many->n, many->counts[IMPORTED], many->counts[FAILED], many->counts[IGNORED]);
    for (size_t i = 0; i < many->n; i++)
        if (many->files[i].state == FAILED)
            say(many, out, &many->files[i]);
    for (size_t i = 0; i < many->n; i++)
        if (many->files[i].state != FAILED)
            say(many, out, &many->files[i]);
}

static void put_text(struct buf *out, const char *key, const char *text)
{
    struct json_writer json;

    buf_printf(out, "\"%s\":", key);
    json_begin(&json, out);
    json_string(&json, text);
}

static void put_one(struct buf *out, const struct one *one)
{
    static const char *const states[] = {"waits", "imported", "ignored", "failed"};
    bool fine = one->state == IMPORTED;

    buf_putc(out, '{');
    put_text(out, "file", one->path);
    buf_putc(out, ',');
    put_text(out, "state", states[one->state]);
    buf_putc(out, ',');
    put_text(out, "error", fine ? NULL : status_name(one->status));
    buf_putc(out, ',');
    put_text(out, "message", !fine ? errmsg_text(&one->err, one->status) : one->warning.len > 0 ? buf_cstr(&one->warning) : NULL);
    buf_printf(out, ",\"result\":%s}", one->out.len > 0 ? buf_cstr(&one->out) : "null"); /* as the import of that one alone prints it */
}

static void tell_json(const struct many *many)
{
    struct buf *out = many->verb->out;

    buf_puts(out, "{\"files\":[");
    for (size_t i = 0; i < many->n; i++) {
        if (i > 0)
            buf_putc(out, ',');
        put_one(out, &many->files[i]);
    }
    buf_printf(out, "],\"imported\":%zu,\"ignored\":%zu,\"failed\":%zu,\"whole\":%s}", many->counts[IMPORTED], many->counts[IGNORED], many->counts[FAILED], many->whole ? "true" : "false");
}

/* Done in part is told by `warning`; nothing taken at all is a failure. */
static enum status tell(const struct many *many, struct errmsg *err)
{
    const struct bundle_verb *verb = many->verb;
    const struct one *first = NULL;

    if (verb->json)
        tell_json(many);
    else
        tell_people(many);
    for (size_t i = 0; i < many->n; i++) {
        const struct one *one = &many->files[i];

        if (one->warning.len > 0)
            buf_printf(verb->warning, "%s: %s", own_name(many, one), buf_cstr(&one->warning));
        if (first == NULL && one->state == FAILED)
            first = one;
    }
    if (!many->whole)
        buf_puts(verb->warning, _("盘上东西太多，没有全看；导入过的拿走，再导入一次\n"));
    if (first == NULL)
        return STATUS_OK;
    if (many->counts[IMPORTED] > 0) {
        buf_printf(verb->warning, _("%zu 个文件没有收下，别的都收下了\n"), many->counts[FAILED]);
        return STATUS_OK;
    }
    return errmsg_set(err, first->status, "%zu 个文件一个也没有收下；%s: %s", many->counts[FAILED], own_name(many, first), errmsg_text(&first->err, first->status));
}

static void release(struct many *many)
{
    for (size_t i = 0; i < many->n; i++) {
        buf_release(&many->files[i].out);
        buf_release(&many->files[i].warning);
        free(many->files[i].path);
    }
    free(many->files);
}

enum status bundle_many_import(struct bundle_verb *verb, const char *const *paths, size_t n, bool no_return, struct errmsg *err)
{
    struct many many = {.verb = verb, .no_return = no_return, .whole = true};
    enum status status = gather(&many, paths, n, err);

    if (status == STATUS_OK) {
        many.shared = shared_bytes(&many);
        import_all(&many);
        verb->told = true;
        status = tell(&many, err);
    }
    release(&many);
    return status;
}
