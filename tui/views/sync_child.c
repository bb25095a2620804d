/* tui/views/sync_child.c - see sync_child.h. */
#include "tui/views/sync_child.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tui/process.h"
#include "tui/views/common.h"

enum { PATH_BYTES = 1024, SAID_MAX_BYTES = 64 * 1024, OWN_WORDS = 4 };

/* The folder of the store, for --data. */
static bool data_folder(struct view *view, char out[PATH_BYTES])
{
    const char *path = store_path(view_context(view)->store);
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    if (len == 0 || len >= PATH_BYTES)
        return false;
    memcpy(out, path, len);
    out[len] = '\0';
    return true;
}

static void without_name(const struct buf *messages, struct buf *out)
{
    static const char NAME[] = "aidpostd: ";
    for (const char *at = buf_cstr(messages); *at != '\0';) {
        const char *from = strncmp(at, NAME, sizeof NAME - 1) == 0 ? at + sizeof NAME - 1 : at;
        size_t len = strcspn(from, "\n");
        buf_append(out, from, len + (from[len] == '\n'));
        at = from + len + (from[len] == '\n');
    }
}

bool sync_child_run(struct view *view, const char *const words[], size_t n, struct buf *out, struct buf *messages, int *code)
{
    char program[PATH_BYTES], folder[PATH_BYTES];
    const char *argv[SYNC_CHILD_WORDS_MAX + OWN_WORDS] = {program};
    struct errmsg err = {{0}};
    struct buf said;
    size_t at = 1;
    assert(n <= SYNC_CHILD_WORDS_MAX);
    if (!data_folder(view, folder) || process_find("aidpostd", program, sizeof program) != STATUS_OK) {
        app_fail(view->app, "找不到数据目录或同步程序 aidpostd");
        return false;
    }
    for (size_t i = 0; i < n; i++)
        argv[at++] = words[i];
    argv[at++] = "--data";
    argv[at++] = folder;
    buf_init(&said, SAID_MAX_BYTES);
    bool ran = process_run(argv, out, &said, code, &err) == STATUS_OK;
    if (!ran)
        app_fail(view->app, "%s", err.text);
    without_name(&said, messages);
    buf_release(&said);
    return ran;
}
