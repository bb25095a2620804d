/* tui/views/first_start.c - what a machine shows that does not know yet who it is: the three ways to begin, in the words to type. */
#include <string.h>

#include "core/base/language.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { FOLDER_BYTES = 300 };

struct first_start {
    char folder[FOLDER_BYTES];
};

static enum status first_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct first_start *state = view->state;
    (void)err;
    copy_text(state->folder, sizeof state->folder, argument != NULL && argument->text != NULL ? argument->text : "");
    return STATUS_OK;
}

static void first_title(struct view *view, struct buf *left, struct buf *right)
{
    (void)view;
    (void)right;
    buf_puts(left, _("法律援助工作站    第一次使用"));
}

static void first_draw(struct view *view, struct canvas *canvas)
{
    static const char *const LINES[] = {
        "这台机器还没有登记。请按它的用途选一种，退出后照着输入：",
        "",
        "练习   不联网，数据都是编的，随便试: 按 F5，或者",
        "         aidpost practice",
        "",
        "工作站 向县中心要一个登记码（20 个字母和数字，72 小时内有效）",
        "         aidpostd enrol 登记码 --center 县中心地址:端口",
        "",
        "县中心 全县只有一台，先建好它",
        "         aidpost init center --name 某县法律援助中心 --area 六位区划代码",
        "",
        "登记之后再运行 aidpost 就是录入的屏幕。",
    };
    struct first_start *state = view->state;
    int row = 2;
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
        canvas_puts(canvas, row++, 2, canvas->cols - 4, strncmp(LINES[i], "         ", 9) == 0 ? STYLE_BOLD : STYLE_NORMAL, LINES[i]);
    canvas_printf(canvas, row + 1, 2, canvas->cols - 4, STYLE_DIM, "数据目录 %s", state->folder);
    canvas_set_cursor(canvas, 2, 2);
}

/* The practice store is made when the screens have ended (main.c): it is another one. */
static bool first_command(struct view *view, int command)
{
    if (command != COMMAND_NEW)
        return false;
    view_context(view)->wants_practice = true;
    app_quit(view->app);
    return true;
}

static const struct keymap *first_keymap(struct view *view)
{
    static const struct binding bindings[] = {{"F5", COMMAND_NEW, "练习", 0}, {"F10", COMMAND_BACK, "退出", BINDING_KEEP}, {NULL, 0, NULL, 0}};
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_first_start = {
    .name = "first-start",
    .state_bytes = sizeof(struct first_start),
    .open = first_open,
    .command = first_command,
    .draw = first_draw,
    .title = first_title,
    .keymap = first_keymap,
};
