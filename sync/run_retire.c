/* sync/run_retire.c - `aidpostd retire`: what only this machine has, before it is handed back; with --wipe its keys and data go, also the rest of them where that was stopped before. The work is in core/record/retire.c. See run.h. */
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/county_codes.h"
#include "core/record/retire.h"
#include "sync/run.h"

struct losses {
    struct run *run;
    size_t n;
};

static void put_loss(void *context, const struct retire_loss *loss)
{
    static const char *const kinds[] = {[RETIRE_CHANGE] = "change", [RETIRE_DRAFT] = "draft", [RETIRE_RELAY] = "relay"};
    struct losses *losses = context;
    struct run *run = losses->run;

    losses->n++;
    if (run->wants_json) {
        json_object(&run->json);
        run_put_string(&run->json, "kind", kinds[loss->kind]);
        run_put_string(&run->json, "type", loss->type);
        run_put_string(&run->json, "title", loss->title);
        run_put_int(&run->json, "changes", (int64_t)loss->changes);
        json_object_end(&run->json);
    } else if (loss->kind == RETIRE_CHANGE) {
        buf_printf(&run->out, _("  %s  %s（%zu 次修改）\n"), _(loss->type), loss->title, loss->changes);
    } else {
        buf_printf(&run->out, "  %s %s  %s\n", loss->kind == RETIRE_DRAFT ? _("草稿") : _("代为转交的文件"), _(loss->type), loss->title);
    }
}

static enum status put_losses(struct run *run, struct losses *losses, struct errmsg *err)
{
    struct code_book *codes;
    enum status status = county_codes_load(&codes, run->store, &run->machine, err);

    if (status != STATUS_OK)
        return status;
    status = retire_losses(run->store, &run->machine, codes, put_loss, losses, err);
    code_book_free(codes);
    return status;
}

static void put_retirement(struct run *run, const struct retirement *now)
{
    char at[TIME_TEXT_BYTES] = "";

    if (now->last_contact_ms != 0)
        day_format_time(now->last_contact_ms, DAY_OFFICE_OFFSET_MIN, at);
    if (run->wants_json) {
        json_object(&run->json);
        run_put_int(&run->json, "station_no", run->machine.station_no);
        run_put_string(&run->json, "name", now->called[0] != 0 ? now->called : NULL);
        run_put_int(&run->json, "head", (int64_t)now->head_seq);
        run_put_int(&run->json, "pending", now->pending);
        run_put_int(&run->json, "drafts", now->drafts);
        run_put_int(&run->json, "relays", now->relays);
        run_put_int(&run->json, "not_in_backup", now->unsaved);
        run_put_string(&run->json, "last_contact", at[0] != 0 ? at : NULL);
        json_key(&run->json, "lost");
        json_array(&run->json);
        return;
    }
    buf_printf(&run->out, _("%u 号机 %s  最近同步 %s\n本机写过 %llu 条变更，没有送到县中心的 %lld 条；草稿 %lld，替别的机器转交的 %lld\n"), run->machine.station_no, now->called[0] != 0 ? now->called : run->machine.name,
               at[0] != 0 ? at : _("从未"), (unsigned long long)now->head_seq, (long long)now->pending, (long long)now->drafts, (long long)now->relays);
    if (now->pending == 0 && now->unsaved > 0)
        buf_printf(&run->out, _("其中 %lld 条县中心收到了，还没有进它的备份\n"), (long long)now->unsaved);
    if (!retire_loses_nothing(now))
        buf_puts(&run->out, _("只在本机上的:\n"));
}

static enum status check_words(struct run *run, struct errmsg *err)
{
    return run_option(run, "lose") != NULL && run_option(run, "wipe") == NULL ? errmsg_set(err, STATUS_USAGE, "--lose 要和 --wipe 一起写") : STATUS_OK;
}

/* Nothing is gone unless it was asked for twice: to wipe, and to lose what only this machine has. */
static enum status wipe(struct run *run, const struct retirement *now, size_t *removed, struct errmsg *err)
{
    enum status status = check_words(run, err);

    *removed = 0;
    if (status != STATUS_OK)
        return status;
    if (!retire_loses_nothing(now) && run_option(run, "lose") == NULL)
        return errmsg_set(err, STATUS_FORBIDDEN, "还有只在本机上的内容，见上：先同步（aidpostd once 或 U 盘），草稿写完或丢掉；确实不要了才用 --wipe --lose");
    if (run_option(run, "wipe") == NULL)
        return STATUS_OK;
    store_close(run->store);
    run->store = NULL;
    return retire_wipe(run->folder, run->machine.station_no, removed, err);
}

/* What is not ours stays, and is named: whoever takes the machine would find it. */
static void put_wiped(struct run *run, uint32_t station_no, size_t removed)
{
    char left[RETIRE_LEFT_BYTES];

    buf_printf(&run->out, _("已清除密钥和数据（%zu 个文件）。请到县中心: aidpostd revoke %u\n"), removed, station_no);
    retire_left(run->folder, left, sizeof left);
    if (left[0] != '\0')
        buf_printf(&run->out, _("文件夹 %s 里还有不是本程序的，没有动，请自己看过: %s\n"), run->folder, left);
}

/* It was begun and stopped: there is no store to be looked at any more, and what would be lost was asked then. */
static int go_on(struct run *run, struct errmsg *err)
{
    char left[RETIRE_LEFT_BYTES];
    uint32_t station_no;
    size_t removed;
    bool begun;
    enum status status = check_words(run, err);

    if (status == STATUS_OK)
        status = retire_begun(run->folder, &begun, &station_no, err);
    if (status == STATUS_OK && run_option(run, "wipe") == NULL) {
        retire_left(run->folder, left, sizeof left);
        status = errmsg_set(err, STATUS_FORBIDDEN, "%s 里的数据正在清除，没有做完；还在的: %s。再做一次 aidpostd retire --wipe，清除余下的", run->folder, left);
    }
    if (status == STATUS_OK)
        status = retire_wipe(run->folder, station_no, &removed, err);
    if (status != STATUS_OK)
        return run_failed(run, status);
    if (run->wants_json) {
        json_object(&run->json);
        run_put_int(&run->json, "station_no", station_no);
        json_key(&run->json, "lost");
        json_array(&run->json);
        json_array_end(&run->json);
        run_put_int(&run->json, "removed_files", (int64_t)removed);
        json_object_end(&run->json);
    } else {
        put_wiped(run, station_no, removed);
    }
    return EXIT_DONE;
}

int run_retire(struct run *run, struct errmsg *err)
{
    struct losses losses = {.run = run};
    struct retirement now;
    size_t removed = 0;

    if (run->store == NULL)
        return go_on(run, err);
    enum status status = retire_look(run->store, &now, err);
    if (status != STATUS_OK)
        return run_failed(run, status);
    put_retirement(run, &now);
    status = put_losses(run, &losses, err);
    if (run->wants_json)
        json_array_end(&run->json);
    if (status == STATUS_OK)
        status = wipe(run, &now, &removed, err);
    run->tells_failure = status == STATUS_FORBIDDEN || status == STATUS_BUSY;
    if (run->wants_json) {
        run_put_int(&run->json, "removed_files", (int64_t)removed);
        json_object_end(&run->json);
    } else if (status == STATUS_OK && run->store == NULL) {
        put_wiped(run, run->machine.station_no, removed);
    } else if (status == STATUS_OK) {
        buf_puts(&run->out, _("都在县中心了，可以交回：停下服务，aidpostd retire --wipe\n"));
    }
    return status == STATUS_OK ? EXIT_DONE : run_failed(run, status);
}
