/* tui/tour.c - see tour.h. */
#include "tui/tour.h"

#include <string.h>

#include "core/base/language.h"
#include "core/record/draft.h"
#include "core/record/records.h"
#include "tui/app.h"

enum { MINUTE_S = 60, SECOND_MS = 1000 };

static const char HOME[] = "home", ENTRY[] = "consultation-entry", SEARCH[] = "search", RECORD[] = "record-edit";

/* ---- what has been done ---- */

static const struct view *top_of(const struct app *app)
{
    return app_top(app);
}

static bool is_on(const struct app *app, const char *class_name)
{
    const struct view *view = top_of(app);
    return view != NULL && strcmp(view->class->name, class_name) == 0;
}

static const struct record_type *type_of(void)
{
    return catalogue_find("consultation");
}

struct newest {
    struct id id;
    int64_t since_ms;
};

/* Drafts come newest first. */
static bool take_draft(void *context, const struct draft_info *info)
{
    struct newest *newest = context;
    if (info->type != type_of() || info->updated_ms < newest->since_ms)
        return true;
    newest->id = info->id;
    return false;
}

/* The consultation being written has something in the field: it stands in the draft as soon as the field is left. */
static bool draft_has(const struct tour *tour, const struct app *app, const char *field)
{
    const struct app_context *context = app->context;
    struct newest newest = {.since_ms = tour->started_ms};
    struct record record;
    bool has = false;
    if (draft_list(context->store, context->actor, take_draft, &newest, NULL) != STATUS_OK || id_is_zero(newest.id))
        return false;
    record_init(&record, type_of());
    if (draft_load(context->store, context->actor, newest.id, &record, NULL) == STATUS_OK)
        has = record_get(&record, catalogue_field(record.type, field)).kind != VALUE_NULL;
    record_release(&record);
    return has;
}

static bool cursor_in(const struct app *app, const char *field_name)
{
    struct view *view = (struct view *)(uintptr_t)top_of(app); /* field() changes nothing */
    const struct field_def *field = view != NULL && view->class->field != NULL ? view->class->field(view) : NULL;
    return field != NULL && strcmp(field->name, field_name) == 0;
}

static enum status count_saved(const struct app *app, int64_t *count, struct errmsg *err)
{
    return records_count(app->context->store, app->context->actor, type_of(), NULL, count, err);
}

static bool has_opened(const struct tour *tour, const struct app *app)
{
    (void)tour;
    return is_on(app, ENTRY);
}

static bool has_name(const struct tour *tour, const struct app *app)
{
    return draft_has(tour, app, "name");
}

static bool has_passed_person(const struct tour *tour, const struct app *app)
{
    return (is_on(app, ENTRY) && cursor_in(app, "category")) || draft_has(tour, app, "category");
}

static bool has_category(const struct tour *tour, const struct app *app)
{
    return draft_has(tour, app, "category");
}

static bool has_content(const struct tour *tour, const struct app *app)
{
    return draft_has(tour, app, "content");
}

static bool has_answer(const struct tour *tour, const struct app *app)
{
    return draft_has(tour, app, "answer");
}

static bool has_saved(const struct tour *tour, const struct app *app)
{
    int64_t count;
    return count_saved(app, &count, NULL) == STATUS_OK && count > tour->saved_before;
}

static bool has_come_home(const struct tour *tour, const struct app *app)
{
    (void)tour;
    return is_on(app, HOME);
}

static bool has_found(const struct tour *tour, const struct app *app)
{
    (void)tour;
    return is_on(app, RECORD);
}

/* ---- the steps ---- */

static const struct step {
    const char *text;
    bool (*done)(const struct tour *tour, const struct app *app);
    const char *where, *lost; /* the screen it is done on, and how to come back to it; NULL: anywhere */
} STEPS[] = {
    {"打 11，再按 Enter: 打开咨询速录", has_opened, HOME, "按 F10 回到首页，再打 11，按 Enter"},
    {"姓名: 打来访人的名字，如 王小明，按 Enter（打不出汉字就打 wxm）", has_name, ENTRY, "先回到咨询速录: F10 到首页，打 11，按 Enter"},
    {"性别按 1 男 2 女，自己跳到下一项；电话、村居不知道的按 Enter 跳过", has_passed_person, ENTRY, "先回到咨询速录: F10 到首页，打 11，按 Enter"},
    {"类别: 打拼音首字母，如 ldjf 是劳动纠纷，按 Enter；能选的写在上面", has_category, ENTRY, "先回到咨询速录: F10 到首页，打 11，按 Enter"},
    {"内容: 写一句他说了什么，按 Enter", has_content, ENTRY, "先回到咨询速录: F10 到首页，打 11，按 Enter"},
    {"答复: 打短语代码，如 11，按 Enter，变成句子；还可以改，再按 Enter", has_answer, ENTRY, "先回到咨询速录: F10 到首页，打 11，按 Enter"},
    {"按 F2 存好，接着写下一条。没有 F 键就先按 Esc，再按 2", has_saved, ENTRY, "先回到咨询速录: F10 到首页，打 11，按 Enter"},
    {"存好了，刚存的列在下面。现在按 F10 回首页", has_come_home, ENTRY, "按 F10，直到回到首页"},
    {"找刚才那条: 按 F3，打名字的首字母，如 wxm，再按 Enter 打开", has_found, SEARCH, "找刚才那条: 在首页按 F3，打名字的首字母，如 wxm，再按 Enter 打开"},
    {"就是它。改了按 F2 保存，Ctrl-Z 撤回。按 F10，直到回到首页", has_come_home, NULL, NULL},
};

size_t tour_steps(void)
{
    return sizeof STEPS / sizeof STEPS[0];
}

enum status tour_start(struct tour *tour, struct app *app, struct errmsg *err)
{
    const struct app_context *context = app->context;
    int64_t saved = 0;
    if (context->machine == NULL || !context->machine->practice)
        return errmsg_set(err, STATUS_FORBIDDEN, "导览只在练习的数据里走: 退出以后运行 aidpost tour");
    enum status status = count_saved(app, &saved, err);
    if (status == STATUS_OK)
        *tour = (struct tour){.running = true, .started_ms = app_now_ms(app), .saved_before = saved};
    return status;
}

void tour_end(struct tour *tour)
{
    tour->running = false;
}

bool tour_look(struct tour *tour, struct app *app)
{
    bool moved = false;
    while (tour->running && STEPS[tour->step].done(tour, app)) {
        moved = true;
        tour->step++;
        if (tour->step < tour_steps())
            continue;
        tour->running = false;
        int64_t seconds = (app_now_ms(app) - tour->started_ms) / SECOND_MS;
        app_say(app, _("导览走完了，用了 %d 分 %d 秒。F1 随时看本屏的帮助，F10 退出"), (int)(seconds / MINUTE_S), (int)(seconds % MINUTE_S));
    }
    return moved;
}

void tour_line(const struct tour *tour, const struct app *app, struct buf *out)
{
    const struct step *step = &STEPS[tour->step];
    bool lost = step->where != NULL && !is_on(app, step->where);
    bool reading = is_on(app, "help") || is_on(app, "help-index") || is_on(app, "law");
    buf_printf(out, _("导览 %zu/%zu  %s"), tour->step + 1, tour_steps(), reading ? _("看完按 F10 回来") : _(lost ? step->lost : step->text));
}

void tour_line_below(const struct tour *tour, struct buf *out)
{
    (void)tour;
    buf_puts(out, _("          都是编的数据，放心按错。Ctrl-X 结束导览"));
}
