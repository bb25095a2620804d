/* tui/views/first_setup.c - see first_setup.h. The questions that `aidpostd enrol` and `aidpost init center` need answered; those programs do the work as children, since this one may not use the network. When it is
 * done the screens end and begin again on the new store (app_context.wants_restart). What went wrong stands on the screen in that program's own words, and what was typed stays. Beside the code of the county stands which one
 * it is; a code that is in no list is asked about once, since towns and villages to choose from hang on it. */
#include "tui/views/first_setup.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/id_card.h"
#include "core/record/machine_name.h"
#include "tui/process.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { FORM_ROW = 3, FORM_COL = 2, LABEL_COLUMNS = 14, TEXT_ROW = 8, LINE_ROWS = 3, VALUE_BYTES = 400, WORDS_MAX = 16, SAID_BYTES = 4096, FIELDS = 3, AREA_COLUMN = 30, AREA_DIGITS = 6 };
enum { ASK_AREA = 1 };

static const struct form_def station_defs[] = {
    {.name = "code", .label = "登记码", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 0, .columns = 30, .max_chars = 40, .flags = FORM_NO_REPEAT | FORM_FOLD | FORM_REQUIRED},
    {.name = "center", .label = "县中心地址", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 1, .columns = 40, .max_chars = 200, .flags = FORM_NO_REPEAT | FORM_FOLD | FORM_REQUIRED},
    {.name = "name", .label = "这台机器叫", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 2, .columns = 40, .max_chars = MACHINE_CALLED_CHARS, .flags = FORM_NO_REPEAT},
};
static const struct form_def center_defs[] = {
    {.name = "name", .label = "县中心名称", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 0, .columns = 40, .max_chars = 60, .flags = FORM_NO_REPEAT | FORM_REQUIRED},
    {.name = "area", .label = "区划代码", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 1, .columns = 8, .max_chars = 6, .flags = FORM_NO_REPEAT | FORM_FOLD | FORM_REQUIRED},
    {.name = "orgs", .label = "机构名单", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 2, .columns = 50, .max_chars = 300, .flags = FORM_NO_REPEAT},
};

struct setup {
    struct form form;
    enum first_setup what;
    char folder[PATH_MAX];
};

static enum status setup_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct setup *state = view->state;

    state->what = argument->number == FIRST_SETUP_CENTER ? FIRST_SETUP_CENTER : FIRST_SETUP_STATION;
    copy_text(state->folder, sizeof state->folder, argument->text);
    enum status status = form_init_table(&state->form, state->what == FIRST_SETUP_CENTER ? center_defs : station_defs, FIELDS, (struct form_hooks){0});
    return status == STATUS_OK ? status : errmsg_set(err, status, "%s", status_text(status));
}

static void setup_close(struct view *view)
{
    struct setup *state = view->state;

    form_release(&state->form);
}

static void take(const struct setup *state, const char *name, char out[VALUE_BYTES])
{
    struct buf text;

    buf_init(&text, VALUE_BYTES);
    form_text(&state->form, form_field(&state->form, name), &text);
    copy_text(out, VALUE_BYTES, buf_cstr(&text));
    buf_release(&text);
}

/* The last line it said, without the program's name before it. */
static const char *last_word(struct buf *said, const char *program)
{
    char *text = (char *)said->data, *line;
    size_t len = said->len, name = strlen(program);

    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
        text[--len] = 0;
    if (len == 0)
        return _("没有说明原因");
    line = strrchr(text, '\n');
    line = line == NULL ? text : line + 1;
    return strncmp(line, program, name) == 0 && strncmp(line + name, ": ", 2) == 0 ? line + name + 2 : line;
}

/* To the field that the other program's words are about: the option as which it was handed over, the value itself, or what it is called. */
static void focus_blamed(struct setup *state, const char *said)
{
    static const struct {
        const char *word, *field;
    } options[] = {{"--name", "name"}, {"--center", "center"}, {"--area", "area"}, {"--orgs", "orgs"}};
    const char *typed = state->what == FIRST_SETUP_CENTER ? "orgs" : "center";
    char value[VALUE_BYTES];

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        for (size_t k = 0; k < state->form.n; k++) {
            if (strstr(said, options[i].word) != NULL && strcmp(state->form.defs[k].name, options[i].field) == 0) {
                form_focus(&state->form, k);
                return;
            }
        }
    }
    take(state, typed, value);
    if (value[0] != '\0' && strstr(said, value) != NULL)
        form_focus(&state->form, form_field(&state->form, typed));
    else if (state->what == FIRST_SETUP_STATION && strcasestr(said, _("登记码")) != NULL)
        form_focus(&state->form, form_field(&state->form, "code"));
}

static bool run_to_end(struct view *view, const char *program, const char *const words[WORDS_MAX])
{
    char path[PATH_MAX];
    const char *argv[WORDS_MAX + 1] = {path};
    struct buf said;
    struct errmsg err;
    int code = 0;
    enum status status = process_find(program, path, sizeof path);

    for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++)
        argv[i + 1] = words[i];
    buf_init(&said, SAID_BYTES);
    if (status == STATUS_OK)
        status = process_run(argv, NULL, &said, &code, &err);
    if (status != STATUS_OK)
        app_fail(view->app, _("不能运行 %s，程序没有装全"), program);
    else if (code != 0) {
        const char *why = last_word(&said, program);
        focus_blamed(view->state, why);
        app_fail(view->app, "%s", why);
    }
    buf_release(&said);
    return status == STATUS_OK && code == 0;
}

static bool make_station(struct view *view, const struct setup *state)
{
    char code[VALUE_BYTES], center[VALUE_BYTES], name[VALUE_BYTES];

    take(state, "code", code);
    take(state, "center", center);
    take(state, "name", name);
    const char *const words[WORDS_MAX] = {"enrol", code, "--center", center, "--data", state->folder, name[0] != 0 ? "--name" : NULL, name};

    if (!run_to_end(view, "aidpostd", words))
        return false;
    /* The names of orgs and people's accounts come with the first sync; it may also come later, by the service. */
    const char *const once[WORDS_MAX] = {"once", "--data", state->folder};
    (void)run_to_end(view, "aidpostd", once);
    return true;
}

/* The place of the code that is in the form, "" if it is in no list. False: it is no code yet. */
static bool area_path(struct view *view, char out[ID_AREA_PATH_BYTES])
{
    char code[VALUE_BYTES];
    struct id_area area;

    take(view->state, "area", code);
    if (strspn(code, "0123456789") != AREA_DIGITS || code[AREA_DIGITS] != '\0')
        return false;
    id_card_area(code, DAY_MAX, &area); /* in use; the clock of a new machine is not asked */
    copy_text(out, ID_AREA_PATH_BYTES, area.existed ? area.path : "");
    return true;
}

static bool make_center(struct view *view, const struct setup *state)
{
    char name[VALUE_BYTES], area[VALUE_BYTES], orgs[VALUE_BYTES];

    take(state, "name", name);
    take(state, "area", area);
    take(state, "orgs", orgs);
    const char *const words[WORDS_MAX] = {"init", "center", "--name", name, "--area", area, "--data", state->folder, orgs[0] != 0 ? "--orgs" : NULL, orgs};

    return run_to_end(view, "aidpost", words);
}

static void make(struct view *view)
{
    struct setup *state = view->state;

    if (!(state->what == FIRST_SETUP_CENTER ? make_center(view, state) : make_station(view, state)))
        return;
    view_context(view)->wants_restart = true;
    app_quit(view->app);
}

static void save(struct view *view)
{
    static const char *const ANSWERS[] = {"用它建", "改代码"};
    struct setup *state = view->state;
    char path[ID_AREA_PATH_BYTES], question[PROMPT_TEXT_BYTES], code[VALUE_BYTES];
    struct errmsg err;

    if (form_check(&state->form, &err) != STATUS_OK) {
        app_fail(view->app, "%s", err.text);
    } else if (state->what == FIRST_SETUP_CENTER && area_path(view, path) && path[0] == '\0') {
        take(state, "area", code);
        snprintf(question, sizeof question, _("代码表里没有区划代码 %.6s，用它就没有镇街、村居可选。仍用它？"), code);
        app_ask(view->app, ASK_AREA, question, ANSWERS, 2, 1);
    } else {
        make(view);
    }
}

static void setup_answer(struct view *view, const struct view_answer *answer)
{
    if (answer->tag == ASK_AREA && !answer->cancelled && answer->chosen == 1)
        make(view);
}

static bool setup_key(struct view *view, struct key key)
{
    struct setup *state = view->state;
    enum form_result result = form_key_told(view, &state->form, key);

    if (result == FORM_COMPLETE)
        save(view);
    return result != FORM_IGNORED;
}

static bool setup_command(struct view *view, int command)
{
    if (command == COMMAND_SAVE)
        save(view);
    return command == COMMAND_SAVE;
}

static void setup_draw(struct view *view, struct canvas *canvas)
{
    static const char *const station_lines[] = {"登记码向县中心要（那边: 15 同步，4 新机器，或 aidpostd enrol new），20 个字母和数字，横线可打可不打。",
                                                "地址写作 主机:端口，如 192.168.1.5:7474，也由县中心告知。登记时先核对县中心的密钥，对不上什么都不发。",
                                                "这台机器叫什么，县中心和各站看记录时都看得到，如 团结村2号机；空着由县中心取。没有网络的，在有网络的地方登记一次，以后用 U 盘。"};
    static const char *const center_lines[] = {"区划代码是县的六位代码，如溧水区 320117。", "机构名单可以不填，以后再登记；填的是文件名，每行一个机构: 代号 名称 类别 区划（制表符隔开）。",
                                               "建好以后，给每个人建账号: aidpost user add；给每个站发登记码: 15 同步，4 新机器。"};
    struct setup *state = view->state;
    const char *const *lines = state->what == FIRST_SETUP_CENTER ? center_lines : station_lines;
    char path[ID_AREA_PATH_BYTES];

    canvas_rule(canvas, 1);
    for (int i = 0, row = TEXT_ROW; i < 3; i++)
        row += canvas_paragraph(canvas, row, FORM_COL, LINE_ROWS, canvas->cols - FORM_COL - 1, STYLE_DIM, _(lines[i]));
    if (state->what == FIRST_SETUP_CENTER && area_path(view, path))
        canvas_puts(canvas, FORM_ROW + 1, AREA_COLUMN, canvas->cols - AREA_COLUMN - 1, STYLE_DIM, path[0] != '\0' ? path : _("代码表里没有"));
    form_draw(&state->form, canvas, FORM_ROW, FORM_COL, true);
}

static void setup_title(struct view *view, struct buf *left, struct buf *right)
{
    struct setup *state = view->state;

    (void)right;
    buf_puts(left, state->what == FIRST_SETUP_CENTER ? _("建立县中心") : _("登记为工作站"));
}

static const struct keymap *setup_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "开始", 0}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};

    (void)view;
    return &map;
}

const struct view_class view_first_setup = {
    .name = "first-setup",
    .state_bytes = sizeof(struct setup),
    .help = "登记为工作站要县中心给的登记码和地址；建立县中心要名称和六位区划代码。成功以后就是平常的屏幕。中途退出什么都没有改。",
    .open = setup_open,
    .close = setup_close,
    .key = setup_key,
    .command = setup_command,
    .draw = setup_draw,
    .title = setup_title,
    .answer = setup_answer,
    .keymap = setup_keymap,
};
