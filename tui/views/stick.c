/* tui/views/stick.c - hand-over by USB stick: which sticks are plugged in, write what the center lacks, take in a file, write the answers kept for others.
 *
 * This program knows nothing of the files' inside: the sync program does the work (`aidpostd bundle ..`) as a child, with or without its service running, and what
 * it says stands on the screen until the next key that does something. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/record/media.h"
#include "core/record/plugged.h"
#include "tui/views/common.h"
#include "tui/views/sync_child.h"
#include "tui/views/views.h"

enum { PATH_BYTES = 1024, SAID_BYTES = 2048, SIZE_TEXT_BYTES = 24, MEDIA_ROW = 2, SAID_PART = 4 /* of the rows */, SHOWN_BYTES = 96, PLUGGED_SHOWN = 3, COMMAND_BYTES = 256 };

enum { COMMAND_STICK_EXPORT = COMMAND_VIEW, COMMAND_STICK_IMPORT, COMMAND_STICK_RETURNS, COMMAND_STICK_ALL };

static const struct command COMMANDS[] = {
    {COMMAND_STICK_EXPORT, "stick-export", "把县中心还没有的修改写到选中的 U 盘；只有县中心能打开"},
    {COMMAND_STICK_IMPORT, "stick-import", "导入选中的文件：县中心收下并写回执；工作站导入回执，或替别的机器收下等联网转交"},
    {COMMAND_STICK_RETURNS, "stick-returns", "把县中心给别的机器的回执写到选中的 U 盘"},
    {COMMAND_STICK_ALL, "stick-import-all", "导入选中的盘上的全部交接文件；坏的一个不妨碍别的，每个的结果都会说"},
    {COMMAND_NONE, NULL, NULL},
};

struct stick_view {
    struct medium media[MEDIA_MAX];
    struct media_file files[MEDIA_FILES_MAX];
    size_t n_media;
    struct plugged plugged[PLUGGED_SHOWN]; /* not mounted */
    size_t n_plugged, total_plugged;
    struct media_found found; /* on the chosen stick */
    size_t page;         /* files on the screen as it was drawn last */
    size_t medium, file; /* selected */
    bool in_files;       /* the selection moves among the files */
    char said[SAID_BYTES];
    bool said_error;
};

/* ---- reading ---- */

static void read_files(struct view *view)
{
    struct stick_view *state = view->state;
    struct errmsg err = {{0}};
    char chosen[MEDIA_FILE_BYTES] = "";
    if (state->file < state->found.n)
        memcpy(chosen, state->files[state->file].name, sizeof chosen);
    state->found = (struct media_found){.whole = true};
    if (state->n_media > 0 && media_files(state->media[state->medium].path, MEDIA_NEWEST, state->files, MEDIA_FILES_MAX, &state->found, &err) != STATUS_OK)
        app_fail(view->app, "读不了这个盘，可能已经拔出来了；插好后按 F5"); /* what the system says of it is English and nothing to go by */
    for (size_t i = 0; i < state->found.n; i++)
        if (strcmp(state->files[i].name, chosen) == 0) /* a receipt was written above it: the same one stays chosen */
            state->file = i;
    if (state->file >= state->found.n)
        state->file = state->found.n > 0 ? state->found.n - 1 : 0;
    state->in_files = state->in_files && state->found.n > 0;
}

static void read_media(struct view *view)
{
    struct stick_view *state = view->state;
    char chosen[MEDIA_PATH_BYTES] = "";
    if (state->medium < state->n_media)
        memcpy(chosen, state->media[state->medium].path, sizeof chosen);
    state->n_media = media_list(state->media, MEDIA_MAX);
    state->n_plugged = plugged_list(plugged_root(), state->plugged, PLUGGED_SHOWN, &state->total_plugged);
    for (size_t i = 0; i < state->n_media; i++)
        if (strcmp(state->media[i].path, chosen) == 0) /* another one was pulled out or plugged in: this one stays chosen */
            state->medium = i;
    if (state->medium >= state->n_media)
        state->medium = state->n_media > 0 ? state->n_media - 1 : 0;
    read_files(view);
    app_touch(view->app);
}

static enum status stick_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    (void)argument;
    (void)err;
    read_media(view);
    return STATUS_OK;
}

/* ---- the sync program ---- */

/* What it said: its result, or why not. */
static void keep_said(struct stick_view *state, int code, const struct buf *out, const struct buf *messages)
{
    struct buf text;
    buf_init(&text, 2 * SAID_BYTES);
    buf_puts(&text, buf_cstr(code == 0 || code == 3 ? out : messages));
    if (code == 3) /* in part */
        buf_puts(&text, buf_cstr(messages));
    if (text.len == 0)
        buf_puts(&text, _("aidpostd 没有说明原因就结束了"));
    size_t len = utf8_cut(buf_cstr(&text), text.len, sizeof state->said - 1);
    memcpy(state->said, buf_cstr(&text), len);
    state->said[len] = '\0';
    state->said_error = code != 0;
    buf_release(&text);
}

/* Whether it went well. */
static bool run(struct view *view, const char *verb, const char *path)
{
    struct stick_view *state = view->state;
    const char *const words[] = {"bundle", verb, path};
    struct buf out, messages;
    int code = 0;
    buf_init(&out, 64 * 1024);
    buf_init(&messages, 64 * 1024);
    bool ran = sync_child_run(view, words, 3, &out, &messages, &code);
    if (ran)
        keep_said(state, code, &out, &messages);
    buf_release(&out);
    buf_release(&messages);
    read_media(view);
    return ran && !state->said_error;
}

/* The chosen stick, as it is now: where one was pulled out, its folder may be left, on this machine's own disk, and a file would be written there and called handed over. */
static bool has_medium(struct view *view)
{
    struct stick_view *state = view->state;
    struct medium now[MEDIA_MAX];
    size_t n = state->n_media > 0 ? media_list(now, MEDIA_MAX) : 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(now[i].path, state->media[state->medium].path) == 0)
            return true;
    bool had = state->n_media > 0;
    read_media(view);
    if (!had && state->n_plugged > 0)
        app_fail(view->app, "U 盘插着，还没有挂载；先运行屏幕上写的命令，再按 F5");
    else
        app_fail(view->app, had ? "U 盘已经拔出来了，什么也没有写；插好后按 F5" : "没有插着的 U 盘；插好后按 F5");
    return false;
}

static bool can_write(struct view *view)
{
    struct stick_view *state = view->state;
    if (!has_medium(view))
        return false;
    if (state->media[state->medium].read_only)
        app_fail(view->app, "这个盘是只读的，写不进文件；拨开盘上的写保护，或换一个盘，再按 F5");
    return !state->media[state->medium].read_only;
}

/* "aidpost-3-20260502-1430.aidb": from which machine, and when; a later file does not replace an earlier one. */
static void do_export(struct view *view)
{
    struct stick_view *state = view->state;
    const struct machine *machine = view_context(view)->machine;
    char moment[TIME_TEXT_BYTES], digits[TIME_TEXT_BYTES], name[64], path[PATH_BYTES];
    size_t n = 0;
    if (machine->center) {
        app_fail(view->app, "县中心不用导出：导入工作站的文件时，回执就写在它旁边");
        return;
    }
    if (!can_write(view))
        return;
    day_format_time(app_now_ms(view->app), DAY_OFFICE_OFFSET_MIN, moment);
    for (const char *at = moment; *at != '\0' && n < 12; at++)
        if (*at >= '0' && *at <= '9')
            digits[n++] = *at;
    digits[n] = '\0';
    snprintf(name, sizeof name, "aidpost-%u-%.8s-%s.aidb", machine->station_no, digits, n > 8 ? digits + 8 : "");
    if (file_join(path, sizeof path, state->media[state->medium].path, name) == STATUS_OK && run(view, "export", path) && file_exists(path)) /* nothing to hand over: no file */
        app_say(view->app, "把 U 盘带到县中心，或能联网的工作站，在那里按 2 导入");
}

static void do_import(struct view *view)
{
    struct stick_view *state = view->state;
    char path[PATH_BYTES];
    if (!has_medium(view))
        return;
    if (state->found.n == 0) {
        app_fail(view->app, state->found.whole ? "这个盘上没有交接文件（.aidb 或 .return），文件夹里也没有；请看是不是另一个盘" : "没有找到交接文件；盘上东西太多，没有全看，请把它放在最外层，再按 F5");
        return;
    }
    if (!state->in_files) {
        state->in_files = true;
        app_say(view->app, "用上下键选一个文件，回车导入");
        app_touch(view->app);
        return;
    }
    if (file_join(path, sizeof path, state->media[state->medium].path, state->files[state->file].name) == STATUS_OK)
        run(view, "import", path);
}

/* Whatever lies on it, in one go. */
static void do_import_all(struct view *view)
{
    struct stick_view *state = view->state;
    if (!has_medium(view))
        return;
    if (state->found.n == 0) {
        do_import(view); /* which says why there is none */
        return;
    }
    run(view, "import", state->media[state->medium].path);
}

static void do_returns(struct view *view)
{
    struct stick_view *state = view->state;
    if (view_context(view)->machine->center)
        app_fail(view->app, "县中心的回执在导入时写在文件旁边");
    else if (can_write(view))
        run(view, "returns", state->media[state->medium].path);
}

/* ---- drawing ---- */

static void size_text(uint64_t bytes, char out[SIZE_TEXT_BYTES])
{
    if (bytes < 10240)
        snprintf(out, SIZE_TEXT_BYTES, _("%" PRIu64 " 字节"), bytes);
    else if (bytes < UINT64_C(10) << 20)
        snprintf(out, SIZE_TEXT_BYTES, "%" PRIu64 " KB", bytes >> 10);
    else if (bytes < UINT64_C(10) << 30)
        snprintf(out, SIZE_TEXT_BYTES, "%" PRIu64 " MB", bytes >> 20);
    else
        snprintf(out, SIZE_TEXT_BYTES, "%" PRIu64 " GB", bytes >> 30);
}

/* A name is bytes: one of another code page is shown with signs in it, not as nothing. */
static void draw_name(struct canvas *canvas, int row, int columns, bool chosen, const char *name)
{
    canvas_puts(canvas, row, 0, 2, STYLE_NORMAL, chosen ? ">" : "");
    canvas_puts(canvas, row, 2, columns - 2, STYLE_NORMAL, name);
}

/* What is plugged in and not mounted, with the command that mounts it. */
static int draw_plugged(const struct stick_view *state, struct canvas *canvas, int row)
{
    for (size_t i = 0; i < state->n_plugged; i++) {
        const struct plugged *plugged = &state->plugged[i];
        char size[SIZE_TEXT_BYTES];
        struct buf command;
        buf_init(&command, COMMAND_BYTES);
        plugged_command_here(plugged, &command);
        size_text(plugged->bytes, size);
        canvas_puts(canvas, row, 2, 21, STYLE_NORMAL, plugged->name[0] != '\0' ? plugged->name : plugged->device);
        canvas_puts(canvas, row, 24, 11, STYLE_NORMAL, size);
        canvas_printf(canvas, row++, 36, canvas->cols - 37, STYLE_ERROR, "插着，还没有挂载（/dev/%s）", plugged->device);
        canvas_printf(canvas, row++, 2, canvas->cols - 3, STYLE_NORMAL, "先运行 %s ，再按 F5", buf_cstr(&command));
        buf_release(&command);
    }
    if (state->total_plugged > state->n_plugged)
        canvas_printf(canvas, row++, 2, canvas->cols - 2, STYLE_NORMAL, "还有 %zu 个没有挂载的盘", state->total_plugged - state->n_plugged);
    return row;
}

static int draw_media(const struct stick_view *state, struct canvas *canvas)
{
    int row = MEDIA_ROW;
    canvas_puts(canvas, row++, 0, canvas->cols, STYLE_DIM, _("  插着的盘              剩余        位置"));
    for (size_t i = 0; i < state->n_media; i++, row++) {
        const struct medium *medium = &state->media[i];
        char size[SIZE_TEXT_BYTES];
        size_text(medium->free_bytes, size);
        draw_name(canvas, row, 23, i == state->medium && !state->in_files, medium->name);
        canvas_puts(canvas, row, 24, 11, STYLE_NORMAL, medium->read_only ? _("只读") : size);
        canvas_puts(canvas, row, 36, canvas->cols - 37, STYLE_NORMAL, medium->path);
    }
    if (state->n_media == 0 && state->n_plugged == 0)
        canvas_puts(canvas, row++, 2, canvas->cols - 2, STYLE_NORMAL, _("没有插着的 U 盘，或者不能读；插好后按 F5"));
    return draw_plugged(state, canvas, row);
}

/* Which of how many, where not all of them are on the screen; at the right. Returns the columns taken. */
static int draw_shown(const struct stick_view *state, struct canvas *canvas, int row, size_t first, size_t room)
{
    size_t last = first + room < state->found.n ? first + room : state->found.n;
    char text[SHOWN_BYTES];
    if (first == 0 && last == state->found.total)
        return 0;
    if (state->found.n < state->found.total)
        snprintf(text, sizeof text, _("%zu-%zu / %zu 个，只列最新 %zu 个"), first + 1, last, state->found.total, state->found.n);
    else
        snprintf(text, sizeof text, _("%zu-%zu / %zu 个"), first + 1, last, state->found.total);
    int columns = (int)width_text(text, strlen(text));
    columns = columns < canvas->cols / 2 ? columns : canvas->cols / 2;
    canvas_put_right(canvas, row, canvas->cols - 1 - columns, columns, STYLE_DIM, text);
    return columns + 2;
}

/* The files that fit above `end`, with the selected one among them. Returns the row of the selection. */
static int draw_files(const struct view *view, struct canvas *canvas, int row, int end)
{
    struct stick_view *state = view->state;
    size_t room = end > row + 1 ? (size_t)(end - row - 1) : 0;
    size_t first = state->file >= room && room > 0 ? state->file - room + 1 : 0;
    int selected = row;
    state->page = room;
    if (state->n_media == 0 || room == 0)
        return row;
    int used = draw_shown(state, canvas, row, first, room);
    canvas_printf(canvas, row++, 0, canvas->cols - used, STYLE_DIM, state->media[state->medium].read_only ? "  %s 上的交接文件（这个盘是只读的：能导入，写不进回执）" : "  %s 上的交接文件", state->media[state->medium].name);
    for (size_t i = first; i < state->found.n && i < first + room; i++, row++) {
        const struct media_file *file = &state->files[i];
        bool marked = state->in_files && i == state->file;
        char size[SIZE_TEXT_BYTES], moment[MOMENT_TEXT_BYTES];
        size_text(file->bytes, size);
        moment_text(file->changed_ms, app_now_ms(view->app), moment);
        draw_name(canvas, row, 47, marked, file->name);
        canvas_put_right(canvas, row, 47, 11, STYLE_NORMAL, size);
        canvas_puts(canvas, row, 60, canvas->cols - 61, STYLE_NORMAL, moment);
        if (marked)
            selected = row;
    }
    if (state->found.n == 0)
        canvas_puts(canvas, row, 2, canvas->cols - 2, STYLE_NORMAL, _("还没有"));
    return selected;
}

static void stick_draw(struct view *view, struct canvas *canvas)
{
    struct stick_view *state = view->state;
    int end = canvas->rows - 2, said_rows = canvas->rows / SAID_PART, said = end - said_rows;
    canvas_rule(canvas, 1);
    int row = draw_media(state, canvas);
    int selected = draw_files(view, canvas, row + 1, said - 1);
    canvas_paragraph(canvas, said, 1, said_rows, canvas->cols - 2, state->said_error ? STYLE_ERROR : STYLE_BOLD, state->said); /* what the sync program said */
    canvas_set_cursor(canvas, state->in_files ? selected : MEDIA_ROW + 1 + (int)state->medium, 0);
}

static void stick_title(struct view *view, struct buf *left, struct buf *right)
{
    (void)right;
    buf_puts(left, _("U 盘交接"));
    if (!view_context(view)->machine->center)
        buf_puts(left, _("    文件是加密的，只有收件的机器能打开"));
}

/* ---- keys ---- */

static void move(struct view *view, bool down)
{
    struct stick_view *state = view->state;
    size_t *at = state->in_files ? &state->file : &state->medium;
    size_t n = state->in_files ? state->found.n : state->n_media;
    if (down ? *at + 1 < n : *at > 0)
        *at = down ? *at + 1 : *at - 1;
    if (!state->in_files) {
        state->file = state->found.n = 0;
        read_files(view);
    }
    app_touch(view->app);
}

/* A page of files, or to the first or the last. */
static void page(struct view *view, struct key key)
{
    struct stick_view *state = view->state;
    size_t last = state->found.n - 1, rows = state->page > 1 ? state->page - 1 : 1, at = state->file;
    if (key.kind == K_PAGE_DOWN)
        at = at + rows < last ? at + rows : last;
    else if (key.kind == K_PAGE_UP)
        at = at > rows ? at - rows : 0;
    else
        at = key.kind == K_END ? last : 0;
    if (at == state->file)
        app_beep(view->app);
    state->file = at;
    app_touch(view->app);
}

static bool stick_key(struct view *view, struct key key)
{
    struct stick_view *state = view->state;
    if (key.kind == K_PAGE_DOWN || key.kind == K_PAGE_UP || key.kind == K_HOME || key.kind == K_END) {
        if (state->found.n == 0) {
            app_beep(view->app);
            return true;
        }
        state->in_files = true;
        page(view, key);
        return true;
    }
    if (key.kind == K_DOWN || key.kind == K_UP) {
        move(view, key.kind == K_DOWN);
        return true;
    }
    if (key.kind == K_ENTER) {
        if (state->in_files)
            do_import(view);
        else
            app_beep(view->app);
        return true;
    }
    return false;
}

static bool stick_command(struct view *view, int command)
{
    struct stick_view *state = view->state;
    switch (command) {
    case COMMAND_STICK_EXPORT:
        do_export(view);
        return true;
    case COMMAND_STICK_IMPORT:
        do_import(view);
        return true;
    case COMMAND_STICK_RETURNS:
        do_returns(view);
        return true;
    case COMMAND_STICK_ALL:
        do_import_all(view);
        return true;
    case COMMAND_REFRESH:
        read_media(view);
        return false; /* the app repaints, too */
    case COMMAND_BACK:
        if (!state->in_files)
            return false;
        state->in_files = false;
        app_touch(view->app);
        return true;
    default:
        return false;
    }
}

static const struct keymap *stick_keymap(struct view *view)
{
    static const struct binding at_station[] = {
        {"1", COMMAND_STICK_EXPORT, "导出", 0},    {"2", COMMAND_STICK_IMPORT, "导入", 0},       {"3", COMMAND_STICK_RETURNS, "带回执", 0},  {"4", COMMAND_STICK_ALL, "全部导入", 0}, {"F5", COMMAND_REFRESH, "刷新", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding at_center[] = {
        {"2", COMMAND_STICK_IMPORT, "导入", 0},      {"4", COMMAND_STICK_ALL, "全部导入", 0}, {"F5", COMMAND_REFRESH, "刷新", 0}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap station = {.bindings = at_station, .commands = COMMANDS};
    static const struct keymap center = {.bindings = at_center, .commands = COMMANDS};
    return view_context(view)->machine->center ? &center : &station;
}

const struct view_class view_stick = {
    .name = "stick",
    .state_bytes = sizeof(struct stick_view),
    .help = "没有网络的机器用 U 盘交接：\n"
            "1 在本机导出，带到县中心或镇工作站；2 在那里导入。\n"
            "县中心导入后在文件旁边写回执（.return），带回来在本机导入，待发才减下去。\n"
            "镇工作站打不开别人的文件，只是收下，联网时转交；县中心的回执用 3 写到 U 盘。\n"
            "4 把盘上的交接文件全部导入：一个坏了不妨碍别的，每个的结果都会说。\n"
            "重复导出、重复导入都没有关系。插着却没有挂载的盘，屏幕上写着挂载的命令。",
    .open = stick_open,
    .key = stick_key,
    .command = stick_command,
    .draw = stick_draw,
    .title = stick_title,
    .keymap = stick_keymap,
};
