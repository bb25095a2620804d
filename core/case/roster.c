/* core/case/roster.c - see roster.h. */
#include "core/case/roster.h"

#include <string.h>

#include "core/base/language.h"
#include "core/case/material_line.h"
#include "core/case/member_line.h"
#include "core/case/party_line.h"
#include "core/case/roster_word.h"

static const struct roster rosters[] = {
    {"items", "material", N_("还没有材料，在下面填第一项"),
     {{"name", N_("材料名称"), 0}, {"kind", N_("类别"), 18}, {"copies", N_("份数"), 6}, {"pages", N_("页数"), 6}, {"original", N_("原件"), 8}}, 5,
     ROSTER_ROWS_MAX, material_line_parse, material_line_format},
    {"parties", "party", N_("还没有别的当事人，在下面填第一位"),
     {{"role", N_("身份"), 10}, {"name", N_("姓名"), 0}, {"phone", N_("电话"), 12}, {"id_no", N_("证件号码"), 18}, {"relation", N_("关系"), 6}, {"employer", N_("单位"), 8}}, 6,
     PARTY_LINES_MAX, party_line_parse, party_line_format},
    {"members", "relation", N_("还没有家庭成员，在下面填第一位；不写本人"),
     {{"kind", N_("关系"), 8}, {"name", N_("姓名"), 10}, {"age", N_("年龄"), 5}, {"wages", N_("工资"), 9}, {"business", N_("经营"), 9}, {"other_income", N_("其他"), 9}, {"note", N_("备注"), 0}}, 7,
     MEMBER_LINES_MAX, member_line_parse, member_line_format},
};

const struct roster *roster_of(const char *field)
{
    for (size_t i = 0; i < sizeof rosters / sizeof rosters[0]; i++)
        if (strcmp(rosters[i].field, field) == 0)
            return &rosters[i];
    return NULL;
}

enum status roster_line_parse(const struct roster *roster, const char *line, size_t len, const struct code_book *codes, struct record *row, struct errmsg *err)
{
    return roster->parse(line, len, codes, row, err);
}

/* The first column in which what is read differs from the row; n_columns: none. */
static size_t first_difference(const struct roster *roster, const struct record *row, const struct record *read)
{
    for (size_t i = 0; i < roster->n_columns; i++) {
        const struct field_def *field = catalogue_field(row->type, roster->columns[i].field);
        struct value was = record_get(row, field), is = record_get(read, field);
        bool both_no = field->kind == FIELD_BOOL && (was.kind != VALUE_INT || was.number == 0) && (is.kind != VALUE_INT || is.number == 0);
        if (!both_no && !value_equal(was, is))
            return i;
    }
    return roster->n_columns;
}

/* Why a line did not give its row back: its first cell with a divider in it, else the first that differs. */
static enum status tell_cell(const struct roster *roster, const struct record *row, const struct record *read, struct errmsg *err)
{
    static const char *const dividers[] = {",", ";", "，", "、", "；", "\n"};
    size_t at = first_difference(roster, row, read);
    for (size_t i = roster->n_columns; i-- > 0;) {
        struct value value = record_get(row, catalogue_field(row->type, roster->columns[i].field));
        for (size_t d = 0; value.kind == VALUE_TEXT && d < sizeof dividers / sizeof dividers[0]; d++)
            if (strstr(value.text, dividers[d]) != NULL)
                at = i;
    }
    const struct field_def *field = catalogue_field(row->type, roster->columns[at < roster->n_columns ? at : 0].field);
    return errmsg_set(err, STATUS_INVALID, "%s: 这样写读不回来，不要用逗号、顿号、分号", _(field->label));
}

enum status roster_line_format(const struct roster *roster, const struct record *row, const struct code_book *codes, struct buf *out, struct errmsg *err)
{
    size_t begun = out->len;
    struct record read;
    roster->format(row, codes, out);
    if (out->status != STATUS_OK)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    record_init(&read, row->type);
    const char *line = buf_cstr(out) + begun, *at = line, *only;
    size_t len = out->len - begun, only_len;
    bool one = roster_line_next(&at, &only, &only_len) && only == line && only_len == len;
    enum status status = one ? roster->parse(line, len, codes, &read, NULL) : STATUS_INVALID;
    if (status != STATUS_OK || first_difference(roster, row, &read) < roster->n_columns) {
        status = tell_cell(roster, row, &read, err);
        out->len = begun;
        out->data[begun] = 0;
    }
    record_release(&read);
    return status;
}

enum status roster_wrong(struct errmsg *err, enum status status, size_t line)
{
    return errmsg_wrap(err, status, "第 %zu 行", line);
}

enum status roster_check(const struct roster *roster, const char *text, const struct code_book *codes, size_t *line, struct errmsg *err)
{
    const char *at = text, *piece;
    enum status status = STATUS_OK;
    size_t len, n = 0;
    while (status == STATUS_OK && roster_line_next(&at, &piece, &len)) {
        struct record row;
        if (++n > roster->max)
            return errmsg_set(err, STATUS_INVALID, "最多 %zu 行", roster->max);
        record_init(&row, catalogue_find(roster->type));
        status = roster->parse(piece, len, codes, &row, err);
        record_release(&row);
    }
    if (line != NULL)
        *line = n;
    return status == STATUS_OK ? status : roster_wrong(err, status, n);
}

size_t roster_count(const char *text)
{
    const char *at = text, *piece;
    size_t len, n = 0;
    while (roster_line_next(&at, &piece, &len))
        n++;
    return n;
}
