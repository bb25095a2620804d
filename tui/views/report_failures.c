/* tui/views/report_failures.c - see report_failures.h. */
#include "tui/views/report_failures.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "tui/views/common.h"

enum { FIRST = 8 };

static struct failure_line *new_line(struct failure_lines *lines)
{
    if (lines->n == lines->room) {
        size_t room = lines->room > 0 ? lines->room * 2 : FIRST;
        struct failure_line *grown = realloc(lines->lines, room * sizeof *grown);
        if (grown == NULL)
            return NULL;
        lines->lines = grown;
        lines->room = room;
    }
    return &lines->lines[lines->n];
}

bool failure_lines_add(void *context, const struct check_failure *failure)
{
    struct failure_lines *lines = context;
    struct failure_line *line = new_line(lines);
    struct report_rule rule;
    if (line != NULL) {
        *line = (struct failure_line){.message = strdup(failure->message), .explained = failure->explained != NULL ? strdup(failure->explained) : NULL, .org = failure->org};
        copy_text(line->rule, sizeof line->rule, failure->rule);
        line->explainable = report_rule_parse(failure->rule, &rule, NULL) == STATUS_OK;
        lines->n++;
    }
    if (line == NULL || line->message == NULL || (failure->explained != NULL && line->explained == NULL))
        lines->status = STATUS_NOMEM;
    return lines->status == STATUS_OK;
}

void failure_lines_release(struct failure_lines *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        free(lines->lines[i].message);
        free(lines->lines[i].explained);
    }
    free(lines->lines);
    *lines = (struct failure_lines){0};
}

size_t failure_lines_open(const struct failure_lines *lines)
{
    size_t open = 0;
    for (size_t i = 0; i < lines->n; i++)
        open += lines->lines[i].explainable && lines->lines[i].explained == NULL;
    return open;
}

void failure_lines_text(const struct failure_lines *lines, struct buf *out)
{
    for (size_t i = 0; i < lines->n; i++) {
        const struct failure_line *line = &lines->lines[i];
        buf_printf(out, "%zu %s\n", i + 1, line->message);
        if (line->explained != NULL)
            buf_printf(out, _("  已说明: %s\n"), line->explained);
        else
            buf_puts(out, line->explainable ? _("  还没有说明: 改记录，或者 F5 说明理由\n") : _("  这一项不能靠说明放行\n"));
    }
}
