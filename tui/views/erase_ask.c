/* tui/views/erase_ask.c - see erase_ask.h. */
#include "tui/views/erase_ask.h"

#include <stdio.h>

#include "core/base/language.h"
#include "tui/views/common.h"

enum { REASON_CHARS = 60, OFFICER_CHARS = 20, SURE = 2 };

static void ask_words(struct view *view, bool reason, const char *typed)
{
    if (reason)
        app_ask_line(view->app, ERASE_ASK_REASON, "依法清除的理由", REASON_CHARS, 0, typed);
    else
        app_ask_line(view->app, ERASE_ASK_OFFICER, "批准人", OFFICER_CHARS, 0, typed);
}

void erase_ask(struct view *view, struct erase_ask *ask, const struct record_type *type, struct id id)
{
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    *ask = (struct erase_ask){.type = type, .id = id};
    enum status status = erasure_allowed(context->store, context->actor, type, id, &err);
    if (status == STATUS_OK)
        ask_words(view, true, "");
    else
        app_fail(view->app, "不能清除: %s", errmsg_text(&err, status));
}

bool erase_asked(const struct view_answer *answer)
{
    return answer->tag >= ERASE_ASK_REASON && answer->tag <= ERASE_ASK_SURE;
}

/* Says how much goes: what cannot be had back is not the place for surprises. */
static void ask_sure(struct view *view, const struct erase_ask *ask)
{
    static const char *const ANSWERS[] = {"不清除", "清除，不能恢复"};
    struct app_context *context = view_context(view);
    struct erasure_done done;
    struct errmsg err = {{0}};
    char text[300];
    enum status status = erasure_foretell(context->store, context->actor, ask->type, ask->id, true, &done, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "没有清除: %s", errmsg_text(&err, status));
        return;
    }
    snprintf(text, sizeof text, _("这条记录和随它的，共 %lld 条，从各台机器上清除？"), (long long)done.rows);
    app_ask(view->app, ERASE_ASK_SURE, text, ANSWERS, 2, 0);
}

/* Words that cannot be taken are told at once and asked for again, as they were typed. */
static void take_words(struct view *view, struct erase_ask *ask, const struct view_answer *answer)
{
    struct app_context *context = view_context(view);
    bool reason = answer->tag == ERASE_ASK_REASON;
    char *text = reason ? ask->reason : ask->officer;
    struct errmsg err = {{0}};
    snprintf(text, sizeof ask->reason, "%s", answer->text);
    enum status status = !reason && text[0] == '\0' ? errmsg_set(&err, STATUS_INVALID, "要写批准人")
                                                    : erasure_words(context->store, context->actor, ask->type, ask->id, ask->reason, reason ? "" : ask->officer, true, &err);
    if (status != STATUS_OK) {
        ask_words(view, reason, text);
        app_fail(view->app, "没有清除: %s", errmsg_text(&err, status));
    } else if (reason)
        ask_words(view, false, ask->officer);
    else
        ask_sure(view, ask);
}

bool erase_answer(struct view *view, struct erase_ask *ask, const struct view_answer *answer, struct erasure_done *done)
{
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (answer->cancelled)
        return false;
    if (answer->tag != ERASE_ASK_SURE) {
        take_words(view, ask, answer);
        return false;
    }
    if (answer->chosen != SURE)
        return false;
    enum status status = erasure_write(context->store, context->actor, ask->type, ask->id, ask->reason, ask->officer, true, done, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "没有清除: %s", errmsg_text(&err, status));
    return status == STATUS_OK;
}

void erase_told(struct view *view, const struct erasure_done *done)
{
    if (done->kept > 0)
        app_say(view->app, "已依法清除 %lld 条记录，各站在下次同步时清除；另有 %lld 条属于依法保存的案卷，留着", (long long)done->rows, (long long)done->kept);
    else
        app_say(view->app, "内容已依法清除(%lld 条记录)；各站在下次同步时清除，以前的备份里还有", (long long)done->rows);
}
