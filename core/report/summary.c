/* core/report/summary.c - the text of a summary as it goes out, and the summary as it is kept. See summary.h. */
#include "core/report/summary.h"

#include <stdlib.h>
#include <string.h>

#include "core/report/counting.h"
#include "core/report/summary_impl.h"

static const char DRAFT[] = "## （草稿：有数字不一致）\n";

/* The failures that nobody explained, for one message. */
struct refusing {
    struct buf *explained; /* every failure, as a snapshot keeps them; NULL: not wanted */
    char first[ERRMSG_MAX_BYTES];
    int64_t open;
};

static bool note_failure(void *context, const struct check_failure *failure)
{
    struct refusing *refusing = context;

    if (refusing->explained != NULL)
        snapshot_note_failure(refusing->explained, failure);
    if (failure->explained == NULL && refusing->open++ == 0)
        strncpy(refusing->first, failure->message, sizeof refusing->first - 1);
    return true;
}

/* Tell and check. *open: what differs unexplained. */
static enum status tell_and_check(const struct form_desk *desk, const struct summary *summary, struct buf *text, struct refusing *refusing, int64_t *open, struct errmsg *err)
{
    struct summary_telling telling;
    struct summary_words words;
    enum status status = summary_words_read(desk, &summary->period, &words, err);

    if (status == STATUS_OK) {
        status = summary_tell(&telling, desk, summary, &words, text, err);
        if (status == STATUS_OK)
            status = summary_check_all(desk, summary, &telling, note_failure, refusing, open, err);
        summary_telling_release(&telling);
    }
    summary_words_release(&words);
    return status;
}

static enum status refuse(const struct refusing *refusing, int64_t open, struct errmsg *err)
{
    if (open > 1)
        return errmsg_set(err, STATUS_INVALID, "总结里有 %lld 处数字不一致，没有写出。第一处：%s", (long long)open, refusing->first);
    return errmsg_set(err, STATUS_INVALID, "总结里有数字不一致，没有写出：%s", refusing->first);
}

enum status summary_text(const struct form_desk *desk, const struct summary *summary, bool draft, struct buf *marked, struct errmsg *err)
{
    struct refusing refusing = {.open = 0};
    struct buf text;
    int64_t open = 0;

    buf_init(&text, SUMMARY_TEXT_MAX);
    enum status status = tell_and_check(desk, summary, &text, &refusing, &open, err);
    if (status == STATUS_OK && open > 0 && !draft)
        status = refuse(&refusing, open, err);
    if (status == STATUS_OK) {
        if (open > 0)
            buf_puts(marked, DRAFT);
        buf_append(marked, text.data, text.len);
        status = marked->status;
    }
    buf_release(&text);
    return status;
}

/* ---- keeping ---- */

static enum status save(const struct form_desk *desk, struct random_source random, const struct summary *summary, const struct buf *explained, const char *text, const char *basis, struct id *id,
                        struct errmsg *err)
{
    struct snapshot_cell cells[SUMMARY_CELLS_MAX];
    struct snapshot_parts parts = {.report = "summary", .period = &summary->period, .cells = cells, .n_cells = summary->n_cells, .explained = explained, .text = text, .basis = basis};

    for (size_t i = 0; i < summary->n_cells; i++) {
        cells[i] = (struct snapshot_cell){.value = summary->cells[i].value, .adjusted = summary->cells[i].adjusted};
        strncpy(cells[i].cell, summary->cells[i].name, sizeof cells[i].cell - 1);
    }
    return snapshot_save(desk, random, &parts, id, err);
}

/* Counted anew: what is kept is what holds in this transaction. */
static enum status freeze_inside(const struct form_desk *desk, struct random_source random, const struct period *period, const char *basis, struct id *id, struct errmsg *err)
{
    struct summary *summary = malloc(sizeof *summary);
    struct refusing refusing = {.open = 0};
    struct buf text, explained;
    int64_t open = 0;

    if (summary == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    buf_init(&text, SUMMARY_TEXT_MAX);
    buf_init(&explained, SUMMARY_TEXT_MAX);
    refusing.explained = &explained;
    enum status status = summary_compute(desk, period, true, summary, err);
    if (status == STATUS_OK)
        status = tell_and_check(desk, summary, &text, &refusing, &open, err);
    if (status == STATUS_OK && open > 0)
        status = refuse(&refusing, open, err);
    if (status == STATUS_OK)
        status = save(desk, random, summary, &explained, buf_cstr(&text), basis, id, err);
    buf_release(&text);
    buf_release(&explained);
    free(summary);
    return status;
}

enum status summary_freeze(const struct form_desk *desk, struct random_source random, const struct summary *summary, const char *basis, struct id *id, struct errmsg *err)
{
    struct counting counting;
    enum status status = snapshot_may_freeze(desk->actor, err);

    if (status == STATUS_OK)
        status = snapshot_period_is_over(&summary->period, desk->actor->now_ms, err);
    if (status == STATUS_OK)
        status = counting_begin(&counting, desk, "freeze", err);
    if (status != STATUS_OK)
        return status;
    return counting_end(&counting, freeze_inside(&counting.desk, random, &summary->period, basis, id, err), err);
}
