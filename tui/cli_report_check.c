/* tui/cli_report_check.c - checks of a report that do not hold: kept while they are computed, told below the report, and what stops its files. See cli_report.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "tui/cli_report.h"

enum { FAILURES_FIRST = 8, NAMED_MAX = 2, NAMED_BYTES = 240 };

static struct kept_failure *next_failure(struct kept_failures *failures)
{
    if (failures->n == failures->cap) {
        size_t cap = failures->cap ? failures->cap * 2 : FAILURES_FIRST;
        struct kept_failure *all = realloc(failures->all, cap * sizeof(*all));

        if (!all) {
            failures->status = STATUS_NOMEM;
            return NULL;
        }
        failures->all = all;
        failures->cap = cap;
    }
    return &failures->all[failures->n++];
}

bool cli_report_keep_failure(void *context, const struct check_failure *failure)
{
    struct kept_failures *failures = context;
    struct kept_failure *kept;

    if (failures->org != TALLY_ORG_ALL && failure->org != failures->org)
        return true;
    kept = next_failure(failures);
    if (!kept)
        return false;
    *kept = (struct kept_failure){.org = failure->org, .difference = failure->difference, .n_cells = failure->n_cells};
    snprintf(kept->rule, sizeof(kept->rule), "%s", failure->rule);
    snprintf(kept->words, sizeof(kept->words), "%s", failure->words);
    snprintf(kept->org_name, sizeof(kept->org_name), "%s", failure->org_name);
    snprintf(kept->message, sizeof(kept->message), "%s", failure->message);
    snprintf(kept->explained, sizeof(kept->explained), "%s", failure->explained ? failure->explained : "");
    memcpy(kept->cells, failure->cells, sizeof(kept->cells));
    failures->open += failure->explained == NULL;
    return true;
}

void cli_report_failures_release(struct kept_failures *failures)
{
    free(failures->all);
    failures->all = NULL;
    failures->n = failures->cap = 0;
}

static void put_failure(struct cli *cli, const struct kept_failure *failure)
{
    json_object(&cli->json);
    cli_report_text_member(cli, "check", failure->rule);
    cli_report_int_member(cli, "org", failure->org);
    cli_report_text_member(cli, "name", failure->org_name);
    json_key(&cli->json, "cells");
    json_array(&cli->json);
    for (size_t i = 0; i < failure->n_cells; i++) {
        json_object(&cli->json);
        cli_report_text_member(cli, "cell", failure->cells[i].cell);
        cli_report_int_member(cli, "value", failure->cells[i].value);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    cli_report_int_member(cli, "difference", failure->difference);
    cli_report_text_member(cli, "text", failure->message);
    cli_report_text_member(cli, "explained", failure->explained[0] ? failure->explained : NULL);
    json_object_end(&cli->json);
}

void cli_report_failures_member(struct cli *cli, const struct kept_failures *failures)
{
    json_key(&cli->json, "checks");
    json_array(&cli->json);
    for (size_t i = 0; i < failures->n; i++)
        put_failure(cli, &failures->all[i]);
    json_array_end(&cli->json);
}

/* The command that explains it. */
static void put_command(const struct kept_failure *failure, const char *report, const char *period, struct buf *out)
{
    buf_printf(out, "aidpost report explain %s '%s' --period %s text=..", report, failure->rule, period);
    if (failure->org)
        buf_printf(out, " --org '%s'", failure->org_name);
}

void cli_report_failures_text(const struct kept_failures *failures, const char *report, const char *period, struct buf *out)
{
    if (failures->n == 0)
        return;
    buf_printf(out, _("\n校验没有通过的 %zu 项，其中没有说明的 %" PRId64 " 项:\n"), failures->n, failures->open);
    for (size_t i = 0; i < failures->n; i++) {
        const struct kept_failure *failure = &failures->all[i];

        buf_printf(out, "- %s\n", failure->message);
        buf_printf(out, failure->explained[0] ? _("  说明: %s") : _("  改正，或者说明: "), failure->explained);
        if (!failure->explained[0])
            put_command(failure, report, period, out);
        buf_putc(out, '\n');
    }
}

/* Whether the same check was named before: of another unit. */
static bool is_repeated(const struct kept_failures *failures, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (!failures->all[i].explained[0] && strcmp(failures->all[i].rule, failures->all[index].rule) == 0)
            return true;
    return false;
}

enum status cli_report_failures_stop(struct cli *cli, const struct kept_failures *failures, const char *report, const char *period, struct errmsg *err)
{
    struct buf *named = &cli->scratch;
    size_t shown = 0;

    if (failures->open == 0 || option_value(&cli->options, "draft"))
        return STATUS_OK;
    buf_clear(named);
    for (size_t i = 0; i < failures->n && shown < NAMED_MAX; i++)
        if (!failures->all[i].explained[0] && !is_repeated(failures, i))
            buf_printf(named, _("%s%s（%s）"), shown++ ? _("；") : "", failures->all[i].rule, failures->all[i].org_name);
    return errmsg_set(err, STATUS_INVALID, "%s 有 %" PRId64 " 处校验没有通过，不写文件: %.*s%s。改正后再写，或逐项说明: aidpost report explain %s 校验 --period %s text=理由；草稿加 --draft", report, failures->open,
                      (int)utf8_cut(buf_cstr(named), named->len, named->len < NAMED_BYTES ? named->len : NAMED_BYTES), buf_cstr(named), failures->open > (int64_t)shown ? _(" 等") : "", report, period);
}
