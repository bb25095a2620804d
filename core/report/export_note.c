/* core/report/export_note.c - see export_note.h. */
#include "core/report/export_note.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/trace.h"

enum { FIELDS_BYTES = 120 };

struct note {
    int64_t now_ms;
    int fd;
    bool failed;
};

static int64_t note_time(void *context)
{
    return ((struct note *)context)->now_ms;
}

static void write_line(void *context, const char *line)
{
    struct note *note = context;
    char text[TRACE_LINE_BYTES + 2];
    int len = snprintf(text, sizeof text, "%s\n", line);

    note->failed = write(note->fd, text, (size_t)len) != len || fsync(note->fd) != 0;
}

/* "date,town" */
static void name_fields(const struct filter *condition, char out[FIELDS_BYTES])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; condition != NULL && i < condition->n_terms && len < FIELDS_BYTES - 1; i++) {
        const struct filter_term *term = &condition->terms[i];
        const char *name = term->field != NULL ? term->field->name : term->pseudo == FILTER_ID ? "id" : "scope";
        int n = snprintf(out + len, FIELDS_BYTES - len, "%s%s", i > 0 ? "," : "", name);

        len += n > 0 ? (size_t)n : 0;
    }
}

enum status export_note(const struct store *store, const struct actor *actor, const char *what, uint64_t rows, const char *ending, const struct filter *condition, struct errmsg *err)
{
    const char *slash = strrchr(store_path(store), '/');
    struct note note = {.now_ms = actor->now_ms};
    struct trace trace;
    char path[PATH_MAX], fields[FIELDS_BYTES];

    if (slash == NULL) /* in memory */
        return STATUS_OK;
    if (snprintf(path, sizeof path, "%.*s/" EXPORT_NOTE_FILE, (int)(slash - store_path(store)), store_path(store)) >= (int)sizeof path)
        return errmsg_set(err, STATUS_IO, "数据文件夹的路径过长");
    note.fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (note.fd < 0) {
        int error = errno;

        return errmsg_set(err, file_status(error), "不能写导出登记 %s: %s", path, file_reason(error));
    }
    name_fields(condition, fields);
    trace_init(&trace, TRACE_INFO, write_line, &note);
    trace.now_ms = note_time;
    trace_write(&trace, TRACE_INFO, "export", "user=%s org=%lld what=%s rows=%llu file=%s%s%s", actor->name, (long long)actor->org, what, (unsigned long long)rows, ending,
                fields[0] != '\0' ? " where=" : "", fields);
    close(note.fd);
    return note.failed ? errmsg_set(err, STATUS_IO, "不能写导出登记 %s", path) : STATUS_OK;
}
