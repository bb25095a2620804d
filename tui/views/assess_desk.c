/* tui/views/assess_desk.c - see assess_desk.h. */
#include "tui/views/assess_desk.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"

enum { HUNDRED = 100, NOTE_CHARS = 200, QUESTION_BYTES = 200 };

enum status assess_bench_open(struct view *view, int64_t year, struct assess_bench *bench, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    int this_year, month, dom;
    if (!context->machine->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "质量评估和年度考核在县中心办理");
    enum status status = due_open(view, &bench->clock, err);
    if (status != STATUS_OK)
        return status;
    bench->desk = (struct assess_desk){.store = context->store, .actor = context->actor, .codes = context->codes, .rules = bench->clock.rules, .calendar = bench->clock.calendar,
                                       .today = today_of(view)};
    day_to_ymd(bench->desk.today, &this_year, &month, &dom);
    status = assess_desk_year(&bench->desk, year != 0 ? (int)year : this_year, err);
    if (status != STATUS_OK)
        assess_bench_close(bench);
    return status;
}

void assess_bench_close(struct assess_bench *bench)
{
    due_close(&bench->clock);
}

void assess_points_text(int64_t points, char out[ASSESS_POINTS_BYTES])
{
    long long size = points < 0 ? -(long long)points : (long long)points;
    snprintf(out, ASSESS_POINTS_BYTES, "%s%lld.%02lld", points < 0 ? "-" : "", size / HUNDRED, size % HUNDRED);
}

/* ---- fixing ---- */

void assess_ask_fix(struct view *view, const struct assess_desk *desk, const char *who, bool needs_note)
{
    static const char *const ANSWERS[] = {"核定", "不核定"};
    struct errmsg err = {{0}};
    char question[QUESTION_BYTES];
    if (assess_may_fix(desk->actor, &err) != STATUS_OK) {
        app_fail(view->app, "%s", err.text);
        return;
    }
    snprintf(question, sizeof question, _("%s核定%.60s %d 年度考核？"), needs_note ? _("核定过，再次") : "", who, desk->year);
    app_ask(view->app, ASSESS_ASK_FIX, question, ANSWERS, 2, 0);
}

bool assess_fix_answered(struct view *view, const struct assess_desk *desk, bool needs_note, const struct view_answer *answer, const char **note)
{
    bool early = desk->today <= desk->to;
    if (answer->cancelled || (answer->tag != ASSESS_ASK_FIX && answer->tag != ASSESS_ASK_NOTE))
        return false;
    if (answer->tag == ASSESS_ASK_FIX) {
        if (answer->chosen == 1)
            app_ask_line(view->app, ASSESS_ASK_NOTE, early ? "年度没有结束，为什么提前核定" : needs_note ? "为什么再次核定" : "备注（可以空着）", NOTE_CHARS, 0, "");
        return false;
    }
    if ((early || needs_note) && strspn(answer->text, " ") == strlen(answer->text)) {
        app_fail(view->app, "没有核定: %s要写理由", early ? _("提前核定") : _("再次核定"));
        return false;
    }
    *note = answer->text;
    return true;
}

void assess_fix_now(struct view *view, const struct assess_desk *desk, const char *kind, const struct assess_subject *only, const char *note)
{
    struct errmsg err = {{0}};
    size_t fixed = 0;
    enum status status = assess_fix(desk, view_context(view)->random, kind, only, note, &fixed, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "没有核定: %s", errmsg_text(&err, status));
    else
        app_say(view->app, "核定了 %zu 份 %d 年度考核", fixed, desk->year);
}
