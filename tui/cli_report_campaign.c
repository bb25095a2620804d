/* tui/cli_report_campaign.c - the cells C1 C2 C3 of a summary: what the campaigns of the period (those that begin in it) came to, and the rows behind it. See cli_report.h. */
#include <strings.h>

#include "core/outreach/figure.h"
#include "tui/cli_report.h"

/* Each is a figure of outreach (core/outreach/figure.h). */
static const struct campaign_cell {
    struct summary_cell cell;
    const char *figure;
} cells[] = {
    {{.name = "C1", .label = "宣传周咨询", .unit = "人次"}, "consulted"},
    {{.name = "C2", .label = "宣传周发放资料", .unit = "份"}, "handouts"},
    {{.name = "C3", .label = "宣传周现场受理", .unit = "件"}, "accepted"},
};

enum { CELLS = sizeof(cells) / sizeof(cells[0]) };

const struct summary_cell *cli_report_campaign_cell_at(size_t index)
{
    return index < CELLS ? &cells[index].cell : NULL;
}

const struct summary_cell *cli_report_campaign_cell(const char *name)
{
    for (size_t i = 0; i < CELLS; i++)
        if (strcasecmp(cells[i].cell.name, name) == 0)
            return &cells[i].cell;
    return NULL;
}

struct walk {
    struct reporting *reporting;
    tally_row_fn row; /* NULL: only the sum is wanted */
    void *context;
    int64_t sum;
    bool stopped;
    struct errmsg *err;
    enum status status;
};

static bool give_row(void *context, const struct figure_part_row *part)
{
    struct walk *walk = context;
    const struct tally_row row = {.type = part->type, .id = part->seen ? part->id : (struct id){{0}}, .n = part->n, .day = part->day, .amount = part->amount, .sealed = !part->seen};

    walk->stopped = !walk->row(walk->context, &row);
    return !walk->stopped;
}

static bool take_figure(void *context, const struct figure *figure)
{
    struct walk *walk = context;
    const struct cli *cli = walk->reporting->cli;

    walk->sum += figure->value;
    for (size_t i = 0; walk->row && !walk->status && !walk->stopped && i < figure->n_parts; i++)
        walk->status = figure_part_rows(cli->store, &cli->actor, cli->codes, &figure->parts[i], give_row, walk, walk->err);
    return walk->status == STATUS_OK && !walk->stopped;
}

enum status cli_report_campaign_rows(struct reporting *reporting, const struct summary *summary, const struct summary_cell *cell, tally_row_fn row, void *context, int64_t *sum, struct errmsg *err)
{
    struct walk walk = {.reporting = reporting, .row = row, .context = context, .err = err};
    const char *names[] = {NULL, NULL};
    const struct figure_want want = {.names = names};
    const struct cli *cli = reporting->cli;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < CELLS; i++)
        if (&cells[i].cell == cell)
            names[0] = cells[i].figure;
    for (size_t i = 0; !status && !walk.stopped && i < summary->n_campaigns; i++) {
        struct event_choice choice = event_choice_campaign(summary->campaigns[i].id);

        status = figures_some(cli->store, &cli->actor, cli->codes, &choice, &want, take_figure, &walk, err);
        if (!status)
            status = walk.status;
    }
    if (sum)
        *sum = walk.sum;
    return status;
}
