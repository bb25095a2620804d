/* tests/bench/workload.c - see workload.h. */
#include "tests/bench/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/data/data.h"

enum { TEXT_BYTES = 1 << 20, CONTENT_LINES = 4, ANSWER_LINES = 2, FIELD_NO_MAX = 256, EVERY_DAY = 300, FIRST_DAY = 20454 /* 2026-01-01 */ };

static void add_line(struct workload *workload, const char *line, size_t len)
{
    workload->at[workload->n_texts++] = workload->text.len;
    buf_append(&workload->text, line, len);
    workload->at[workload->n_texts] = workload->text.len;
}

void workload_open(struct workload *workload)
{
    const struct data_file *file = data_find("practice_texts.txt");
    workload->type = catalogue_find("consultation");
    workload->n_texts = 0;
    buf_init(&workload->text, TEXT_BYTES);
    for (const char *at = file->text, *end = at + file->len; at < end && workload->n_texts < WORKLOAD_TEXTS_MAX;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((line_end == NULL ? end : line_end) - at);
        add_line(workload, at, len);
        at += len + 1;
    }
    if (workload->text.status == STATUS_OK)
        return;
    fprintf(stderr, "workload: no memory\n");
    exit(1);
}

void workload_close(struct workload *workload)
{
    buf_release(&workload->text);
}

/* Some lines that follow each other, as one. */
static struct value some_lines(const struct workload *workload, uint64_t n, size_t lines)
{
    size_t first = (size_t)(n % (workload->n_texts - lines));
    return value_text((const char *)workload->text.data + workload->at[first], workload->at[first + lines] - workload->at[first]);
}

static void set(const struct workload *workload, struct workload_row *row, const char *field, struct value value)
{
    row->values[catalogue_field_index(workload->type, catalogue_field(workload->type, field))] = value;
}

void workload_fill(const struct workload *workload, uint64_t n, struct workload_row *row)
{
    static const char *const NAMES[] = {"张文芳", "王建国", "赵秀兰", "陈志强", "刘敏", "阿依古丽·买买提"};
    memset(row->values, 0, sizeof row->values);
    snprintf(row->phone, sizeof row->phone, "139%08llu", (unsigned long long)(n * 7919 % 100000000));
    set(workload, row, "date", value_int(FIRST_DAY + (int64_t)(n / EVERY_DAY % 330)));
    set(workload, row, "name", value_string(NAMES[n % 6]));
    set(workload, row, "sex", value_string(n % 2 ? "1" : "2"));
    set(workload, row, "phone", value_string(row->phone));
    set(workload, row, "town", value_string("320117001"));
    set(workload, row, "village", value_string("320117001001"));
    set(workload, row, "category", value_string("21"));
    set(workload, row, "content", some_lines(workload, n, CONTENT_LINES));
    set(workload, row, "answer", some_lines(workload, n * 31 + 7, ANSWER_LINES));
    set(workload, row, "handling", value_string("1"));
    set(workload, row, "channel", value_string("1"));
    set(workload, row, "persons", value_int(1));
    set(workload, row, "matters", value_int(1));
    set(workload, row, "station", value_string("永阳街道法律援助工作站"));
    set(workload, row, "worker", value_string("刘敏"));
}

void workload_body(const struct record_type *type, const struct value values[FIELD_MAX_COUNT], struct buf *body)
{
    uint64_t set = 0;
    for (size_t i = 0; i < type->n_fields; i++)
        set += values[i].kind != VALUE_NULL;
    cbor_put_map(body, set);
    for (uint64_t no = 1; no < FIELD_NO_MAX && set > 0; no++) {
        const struct field_def *field = catalogue_field_by_no(type, no);
        size_t at = field != NULL ? catalogue_field_index(type, field) : 0;
        if (field == NULL || values[at].kind == VALUE_NULL)
            continue;
        cbor_put_uint(body, no);
        value_encode(values[at], body);
        set--;
    }
}
