/* tui/views/export_ask.c - see export_ask.h. */
#include "tui/views/export_ask.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/report/spreadsheet.h"
#include "tui/views/common.h"

enum { PATH_CHARS = 200 };

/* Without a slash at its end. */
static void own_folder(const struct view *view, char out[PATH_MAX])
{
    const struct app_context *context = view_context(view);
    bool home = context->home != NULL && context->home[0] == '/';

    snprintf(out, PATH_MAX, "%s", home ? context->home : store_path(context->store));
    char *slash = strrchr(out, '/');
    if (slash == NULL) /* a store in memory */
        snprintf(out, PATH_MAX, ".");
    else if (!home || (slash[1] == '\0' && slash != out))
        *slash = '\0';
}

void export_ask_as(struct view *view, const char *name, const char *ending)
{
    char folder[PATH_MAX], path[PATH_MAX + 300];

    own_folder(view, folder);
    bool practice = view_context(view)->machine != NULL && view_context(view)->machine->practice; /* what the file must say then: core/report/practice_file.h */
    snprintf(path, sizeof path, "%s/%s%s.%s", strcmp(folder, "/") == 0 ? "" : folder, practice ? "练习" : "", name, ending);
    app_ask_line(view->app, EXPORT_ASK_PATH, "导出到", PATH_CHARS, 0, path);
}

void export_ask(struct view *view, const char *name)
{
    export_ask_as(view, name, spreadsheet_available() ? "xlsx" : "csv");
}

static bool ends_with_one_of(const char *path, const char *endings)
{
    const char *dot = strrchr(path, '.');

    for (const char *at = endings; dot != NULL && strchr(dot, '/') == NULL && *at != '\0'; at += strcspn(at, " "), at += *at == ' ') {
        size_t len = strcspn(at, " ");
        if (strlen(dot) == len && strncasecmp(dot, at, len) == 0)
            return true;
    }
    return false;
}

static enum export_step take_path(struct view *view, struct export_ask *ask, const char *text, const char *endings)
{
    static const char *const ANSWERS[] = {"覆盖", "不导出"};
    char folder[PATH_MAX], question[PROMPT_TEXT_BYTES];
    int len;

    text += strspn(text, " ");
    own_folder(view, folder);
    if (text[0] == '\0')
        return EXPORT_OFF;
    if (text[0] == '/')
        len = snprintf(ask->path, sizeof ask->path, "%s", text);
    else
        len = snprintf(ask->path, sizeof ask->path, "%s/%s", folder, strncmp(text, "~/", 2) == 0 ? text + 2 : text);
    if (len < 0 || (size_t)len >= sizeof ask->path) {
        app_fail(view->app, "文件名过长");
        return EXPORT_OFF;
    }
    if (!ends_with_one_of(ask->path, endings)) {
        app_fail(view->app, "文件名应以 %s 结尾", endings);
        return EXPORT_OFF;
    }
    if (!file_exists(ask->path))
        return EXPORT_WRITE;
    const char *name = strrchr(ask->path, '/') + 1;
    snprintf(question, sizeof question, _("已有 %.120s，覆盖？"), name);
    app_ask(view->app, EXPORT_ASK_REPLACE, question, ANSWERS, 2, 0);
    return EXPORT_WAIT;
}

enum export_step export_answer(struct view *view, struct export_ask *ask, const struct view_answer *answer, const char *endings)
{
    if (answer->tag != EXPORT_ASK_PATH && answer->tag != EXPORT_ASK_REPLACE)
        return EXPORT_OTHER;
    if (answer->cancelled)
        return EXPORT_OFF;
    if (answer->tag == EXPORT_ASK_PATH)
        return take_path(view, ask, answer->text, endings);
    return answer->chosen == 1 ? EXPORT_WRITE : EXPORT_OFF;
}

void export_told(struct view *view, const struct export_ask *ask, enum status status, int64_t rows, const struct errmsg *err)
{
    if (status == STATUS_OK)
        app_say(view->app, "已导出 %lld 行到 %s", (long long)rows, ask->path);
    else
        app_fail(view->app, "%s", errmsg_text(err, status));
}
