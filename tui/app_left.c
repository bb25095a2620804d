/* tui/app_left.c - what becomes of a screen whose record is not here any more: the one rule, for all of them.
 *
 * The center gives a record away, or it is erased by law, while somebody has it on the screen. From then on nothing of it is shown but what the person here typed (core/record/reach.h, draft.h). Before the view on top is
 * refreshed, that is when data changed and when a view comes on top again, each record that it says it shows (view_class.shows) is looked up:
 *
 *   here            nothing happens
 *   left            view_class.left keeps what was typed and drops the rest, and tells it; a view without it, or that has nothing to keep (false), is closed and the person is told where the record went
 *   erased by law   the view is closed: what was typed is about that person, too, and is not stored (draft_save refuses)
 *
 * Nor is what was saved of such a record in this session, on any screen, repeated into another one, or named (last_saves_forget).
 *
 * A picker over the screen stays: records among its choices that are not here any more are not offered, and not named (picker_refresh).
 *
 * A question about it closes with that. Views below come on top one after the other and go the same way. By keys: a few microseconds a record. */
#include "core/base/language.h"
#include "core/record/draft.h"
#include "core/record/passage.h"
#include "tui/app.h"

struct gone {
    const struct record_type *type;
    struct id id;
    bool erased;
};

bool app_say_moved(struct app *app, struct id id)
{
    struct passage passage;
    struct buf text;
    bool there = false;
    if (passage_of(app->context->store, id, &passage, &there, NULL) != STATUS_OK || !there)
        return false;
    buf_init(&text, PASSAGE_TEXT_BYTES);
    passage_text(&passage, &text);
    app_fail(app, "%s", buf_cstr(&text));
    buf_release(&text);
    return true;
}

void app_say_gone(struct app *app, const struct record_type *type, struct id id)
{
    if (!app_say_moved(app, id))
        app_fail(app, "这条%s已不在这里: 别人删除了它，或者依法清除、转给了别的单位", _(type->label));
}

static bool find_gone(struct view *view, struct gone *out)
{
    struct store *store = view->app->context->store;
    for (size_t n = 0; view->class->shows(view, n, &out->type, &out->id); n++) {
        if (id_is_zero(out->id))
            continue;
        enum reach_absence why;
        (void)draft_absence(store, out->type, out->id, &why, NULL); /* what cannot be read just now is looked up the next time */
        out->erased = why == REACH_ERASED;
        if (why != REACH_NO_CHANGE)
            return true;
    }
    return false;
}

static void forget_saves(struct app *app)
{
    for (size_t i = 0; i < app->saves.n; i++) {
        const struct record *record = &app->saves.saves[i].record;
        enum reach_absence why;
        if (draft_absence(app->context->store, record->type, record->id, &why, NULL) == STATUS_OK && why != REACH_NO_CHANGE)
            last_saves_forget(&app->saves, record->id);
    }
}

bool app_let_go(struct app *app, struct view *view)
{
    forget_saves(app);
    if (app->overlay == APP_PICKER && app->asker == view && !picker_refresh(&app->picker))
        app_fail(app, "刚才选中的那一条已不在这里，请重新选");
    struct gone gone, before = {.type = NULL};
    bool any = false;
    while (view->class->shows != NULL && app_is_open_on_top(app, view) && find_gone(view, &gone)) {
        bool again = gone.type == before.type && id_equal(gone.id, before.id); /* it said that it keeps nothing of it, and does */
        app_drop_question(app, view);
        if (gone.erased || again || view->class->left == NULL || !view->class->left(view, gone.type, gone.id)) {
            app_close(app);
            app_say_gone(app, gone.type, gone.id);
        }
        before = gone;
        any = true;
    }
    return any;
}
