/* tui/views/first_start.c - what a machine shows that does not know yet who it is: the three ways to begin, in the words to type. */
#include <string.h>

#include "core/base/language.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { FOLDER_BYTES = 300, COMMAND_TOUR = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_TOUR, "tour", "导览: 在练习的数据里，一步一步录下第一条咨询，五分钟"}, {COMMAND_NONE, NULL, NULL}};

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
        "导览   第一次用，从这里学: 按 F6，五分钟录下第一条咨询",
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
    int row = 3;
    canvas_rule(canvas, 1);
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
        canvas_puts(canvas, row++, 2, canvas->cols - 4, strncmp(_(LINES[i]), "         ", 9) == 0 ? STYLE_BOLD : STYLE_NORMAL, _(LINES[i]));
    canvas_printf(canvas, row + 1, 2, canvas->cols - 4, STYLE_DIM, "数据目录 %s", state->folder);
    canvas_set_cursor(canvas, 3, 2);
}

/* The practice store is made when the screens have ended (main.c): it is another one. */
static bool first_command(struct view *view, int command)
{
    if (command != COMMAND_NEW && command != COMMAND_TOUR)
        return false;
    view_context(view)->wants_practice = true;
    view_context(view)->wants_tour = command == COMMAND_TOUR;
    app_quit(view->app);
    return true;
}

static const struct keymap *first_keymap(struct view *view)
{
    static const struct binding bindings[] = {{"F6", COMMAND_TOUR, "导览", 0}, {"F5", COMMAND_NEW, "练习", 0}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, P_("key", "退出"), BINDING_KEEP}, {NULL, 0, NULL, 0}};
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_first_start = {
    .name = "first-start",
    .help = "这台机器还不知道自己是县中心还是工作站。导览和练习用的是编的数据，和正式数据完全分开，什么时候都可以再来: aidpost tour、aidpost practice。",
    .state_bytes = sizeof(struct first_start),
    .open = first_open,
    .command = first_command,
    .draw = first_draw,
    .title = first_title,
    .keymap = first_keymap,
};
