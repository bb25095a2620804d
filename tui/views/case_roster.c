/* tui/views/case_roster.c - see case_roster.h. Rows carry 1 as their tag when the candidate may have the case. */
#include "tui/views/case_roster.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 4 };

static const struct list_column columns[COLUMNS] = {{.label = "承办人", .columns = 14}, {.label = "在办", .columns = 4, .right = true}, {.label = "上次指派", .columns = 10}, {.label = "说明", .columns = 0}};

struct reading {
    struct case_roster *roster;
    struct view *view;
    enum status status;
};

void case_roster_init(struct case_roster *roster)
{
    *roster = (struct case_roster){.n_eligible = 0};
    list_memory_init(&roster->memory);
    list_init(&roster->list, list_memory_source(&roster->memory), columns, COLUMNS, LIST_USUAL);
}

void case_roster_release(struct case_roster *roster)
{
    list_release(&roster->list);
    list_memory_release(&roster->memory);
}

static bool add(void *context, const struct candidate *candidate)
{
    struct reading *reading = context;
    char open[24], last[SHORT_DAY_BYTES] = "从没有";
    snprintf(open, sizeof open, "%lld", (long long)candidate->open_cases);
    if (candidate->last_assigned != INT32_MIN)
        short_day_text(candidate->last_assigned, app_now_ms(reading->view->app), last);
    struct list_row row = {.id = candidate->id, .tag = candidate->eligible, .style = candidate->eligible ? STYLE_NORMAL : STYLE_DIM,
                           .cells = {record_text(candidate->handler, "name"), open, last, candidate->reason}};
    reading->roster->n_eligible += candidate->eligible;
    reading->status = list_memory_add(&reading->roster->memory, &row, COLUMNS);
    return reading->status == STATUS_OK;
}

enum status case_roster_read(struct case_roster *roster, struct view *view, const struct rules *rules, const struct record *kase, const char *wish, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct reading reading = {.roster = roster, .view = view};
    list_memory_clear(&roster->memory);
    roster->n_eligible = 0;
    enum status status = assignment_candidates(context->store, context->actor, rules, kase, wish[0] != '\0' ? wish : NULL, today_of(view), add, &reading, err);
    if (status == STATUS_OK && reading.status != STATUS_OK)
        status = errmsg_set(err, reading.status, "%s", status_text(reading.status));
    return status == STATUS_OK ? list_reset(&roster->list, err) : status;
}

bool case_roster_take(struct case_roster *roster, struct view *view)
{
    const struct list_row *row = list_selected(&roster->list);
    if (row == NULL) {
        app_fail(view->app, list_is_narrowed(&roster->list) ? "名册里没有这样的人；Esc 看全部，F4 回到表里自己写姓名" : "名册是空的，请写姓名");
        return false;
    }
    if (row->tag == 0) {
        app_fail(view->app, "%s 不能办这一件: %s", row->cells[0], row->cells[3]);
        return false;
    }
    roster->taken = row->id;
    copy_text(roster->taken_name, sizeof roster->taken_name, row->cells[0]);
    return true;
}

void case_roster_draw(struct case_roster *roster, struct canvas *canvas, int row, int rows, bool focused)
{
    struct errmsg err = {{0}};
    (void)list_set_height(&roster->list, (size_t)(rows > 1 ? rows - 1 : 1), &err);
    list_draw(&roster->list, canvas, row, 0, rows, canvas->cols, "名册里没有人。可以直接写姓名；登记承办人后这里按次序列出", focused);
}
