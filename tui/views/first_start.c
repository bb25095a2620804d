/* tui/views/first_start.c - what a machine shows that does not know yet who it is: what it may become (a digit each), and what of the machine itself wants attention first (tui/doctor.h). */
#include <string.h>

#include "core/base/language.h"
#include "tui/doctor.h"
#include "tui/views/common.h"
#include "tui/views/first_setup.h"
#include "tui/views/views.h"

enum {
    COMMAND_TOUR = COMMAND_VIEW,
    COMMAND_PRACTICE,
    COMMAND_STATION,
    COMMAND_CENTER,
    CHOICE_ROW = 4,
    FINDING_ROW = 11,
    WORD_COL = 2,
    TEXT_COL = 12,
};

static const struct command COMMANDS[] = {{COMMAND_TOUR, "tour", "导览: 在练习的数据里，一步一步录下第一条咨询，五分钟"},
                                          {COMMAND_PRACTICE, "practice", "练习: 数据都是编的，随便试"},
                                          {COMMAND_STATION, "station", "工作站: 用县中心给的登记码登记这台机器"},
                                          {COMMAND_CENTER, "center", "县中心: 建立全县的数据，全县只有一台"},
                                          {COMMAND_NONE, NULL, NULL}};

struct first_start {
    char folder[PATH_MAX];
    struct doctor_finding findings[DOCTOR_CHECKS_MAX];
    size_t n_findings;
};

static enum status first_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct first_start *state = view->state;
    const struct app_context *context = view_context(view);
    struct doctor_facts facts;
    (void)err;
    copy_text(state->folder, sizeof state->folder, argument != NULL && argument->text != NULL ? argument->text : "");
    if (context->examine == NULL)
        return STATUS_OK;
    context->examine(state->folder, context->now_ms(context->clock), &facts);
    state->n_findings = doctor_judge(&facts, state->findings);
    return STATUS_OK;
}

static void first_title(struct view *view, struct buf *left, struct buf *right)
{
    (void)view;
    (void)right;
    buf_puts(left, _("法律援助工作站    第一次使用"));
}

static void draw_choices(struct canvas *canvas)
{
    static const struct {
        const char *word, *text;
    } rows[] = {{"1 练习", "不联网，人和事都是编的，随便试"},
                {"2 工作站", "向县中心要登记码（20 个字母数字，72 小时有效）"},
                {"3 县中心", "全县只有一台，先建好它"},
                {"F6 导览", "第一次用，从这里学: 五分钟录下第一条咨询"}};

    canvas_puts(canvas, CHOICE_ROW - 2, WORD_COL, canvas->cols - WORD_COL - 1, STYLE_NORMAL, _("这台机器还没有登记。它做什么用？"));
    int text = TEXT_COL;
    for (int i = 0; i < (int)(sizeof rows / sizeof rows[0]); i++)
        text = WORD_COL + columns_beside(text - WORD_COL, rows[i].word);
    for (int i = 0; i < (int)(sizeof rows / sizeof rows[0]); i++) {
        canvas_puts(canvas, CHOICE_ROW + i, WORD_COL, text - WORD_COL, STYLE_BOLD, _(rows[i].word));
        canvas_puts(canvas, CHOICE_ROW + i, text, canvas->cols - text - 1, STYLE_NORMAL, _(rows[i].text));
    }
}

/* What is wrong before what wants attention, as many as there is room for; what is well is not worth a line. */
static void draw_findings(const struct first_start *state, struct canvas *canvas)
{
    static const char *const marks[] = {[DOCTOR_SEE_TO] = "注意", [DOCTOR_WRONG] = "不行"};
    int row = FINDING_ROW, last = canvas->rows - 5;
    bool any = false;

    for (int level = DOCTOR_WRONG; level >= DOCTOR_SEE_TO; level--)
        for (size_t i = 0; i < state->n_findings && row + 1 <= last; i++) {
            const struct doctor_finding *finding = &state->findings[i];

            if ((int)finding->state != level)
                continue;
            if (!any)
                canvas_puts(canvas, FINDING_ROW - 1, WORD_COL, canvas->cols - WORD_COL - 1, STYLE_DIM, _("开始之前，先看看这台机器（以后再看: aidpost doctor）"));
            any = true;
            canvas_puts(canvas, row, WORD_COL, TEXT_COL - WORD_COL, level == DOCTOR_WRONG ? STYLE_BOLD : STYLE_NORMAL, _(marks[level]));
            canvas_printf(canvas, row++, TEXT_COL, canvas->cols - TEXT_COL - 1, STYLE_NORMAL, "%s: %s", _(finding->label), finding->text);
            row += canvas_paragraph(canvas, row, TEXT_COL, last - row + 1 < 2 ? last - row + 1 : 2, canvas->cols - TEXT_COL - 1, STYLE_DIM, finding->advice);
        }
}

static void first_draw(struct view *view, struct canvas *canvas)
{
    struct first_start *state = view->state;

    canvas_rule(canvas, 1);
    draw_choices(canvas);
    draw_findings(state, canvas);
    canvas_printf(canvas, canvas->rows - 4, WORD_COL, canvas->cols - WORD_COL - 1, STYLE_DIM, "数据目录 %s", state->folder);
    canvas_set_cursor(canvas, CHOICE_ROW, WORD_COL);
}

/* The practice store is made when the screens have ended (main.c): it is another one. */
static void leave_to_practise(struct view *view, bool tour)
{
    view_context(view)->wants_practice = true;
    view_context(view)->wants_tour = tour;
    app_quit(view->app);
}

static void set_up(struct view *view, enum first_setup what)
{
    struct first_start *state = view->state;
    struct view_argument argument = {.text = state->folder, .number = what};
    enum status status = app_open(view->app, &view_first_setup, &argument);

    (void)status; /* app_open has said why */
}

static bool first_command(struct view *view, int command)
{
    switch (command) {
    case COMMAND_TOUR:
    case COMMAND_PRACTICE:
        leave_to_practise(view, command == COMMAND_TOUR);
        return true;
    case COMMAND_STATION:
        set_up(view, FIRST_SETUP_STATION);
        return true;
    case COMMAND_CENTER:
        set_up(view, FIRST_SETUP_CENTER);
        return true;
    default:
        return false;
    }
}

static const struct keymap *first_keymap(struct view *view)
{
    static const struct binding bindings[] = {{"1", COMMAND_PRACTICE, "练习", 0},
                                              {"2", COMMAND_STATION, "工作站", 0},
                                              {"3", COMMAND_CENTER, "县中心", 0},
                                              {"F5", COMMAND_PRACTICE, "练习", BINDING_HIDDEN},
                                              {"F6", COMMAND_TOUR, "导览", 0},
                                              {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
                                              {"F10", COMMAND_BACK, P_("key", "退出"), BINDING_KEEP},
                                              {NULL, 0, NULL, 0}};
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
