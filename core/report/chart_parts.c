/* core/report/chart_parts.c - figures by part of a dimension, for bars and heat tables: see chart_impl.h. */
#include "core/report/chart_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"

void chart_parts_release(struct chart_parts *parts)
{
    free(parts->items);
    *parts = (struct chart_parts){.items = NULL};
}

struct chart_part *chart_parts_at(struct chart_parts *parts, int64_t part)
{
    size_t low = 0, high = parts->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (parts->items[middle].part < part)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < parts->n && parts->items[low].part == part)
        return &parts->items[low];
    if (parts->n == parts->cap) {
        size_t cap = parts->cap > 0 ? parts->cap * 2 : 64;
        struct chart_part *items = realloc(parts->items, cap * sizeof *items);

        if (items == NULL)
            return NULL;
        parts->items = items;
        parts->cap = cap;
    }
    memmove(&parts->items[low + 1], &parts->items[low], (parts->n - low) * sizeof *parts->items);
    parts->items[low] = (struct chart_part){.part = part};
    parts->n++;
    return &parts->items[low];
}

struct adding {
    struct chart_parts *parts;
    size_t slot;
    bool full;
};

static bool add_part(void *context, int64_t part, int64_t sum)
{
    struct adding *adding = context;
    struct chart_part *at = chart_parts_at(adding->parts, part);

    adding->full = at == NULL;
    if (at != NULL)
        at->values[adding->slot] += sum;
    return at != NULL;
}

enum status chart_parts_add(const struct form_desk *desk, const struct chart_measure *measure, enum count_dimension dimension, int32_t from, int32_t to, int64_t org, size_t slot, struct chart_parts *parts,
                            struct errmsg *err)
{
    struct adding adding = {.parts = parts, .slot = slot};
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < measure->n_types; i++) {
        status = tally_by_part(desk->tally, measure->measure, measure->types[i], dimension, from, to, org, add_part, &adding, err);
        if (status == STATUS_OK && adding.full)
            status = errmsg_set(err, STATUS_NOMEM, "内存不足");
    }
    return status;
}

void chart_terms(const struct chart_measure *measure, enum count_dimension dimension, int64_t part, struct count_term terms[CHART_TYPES_MAX])
{
    for (size_t i = 0; i < measure->n_types; i++)
        terms[i] = (struct count_term){.metric = count_metric(measure->measure, measure->types[i], dimension, part), .sign = 1};
}

enum status chart_whole(const struct form_desk *desk, const struct chart_measure *measure, int32_t from, int32_t to, int64_t org, int64_t *sum, struct errmsg *err)
{
    struct count_term terms[CHART_TYPES_MAX];

    chart_terms(measure, DIM_ALL, 0, terms);
    return tally_sum(desk->tally, terms, measure->n_types, from, to, org, sum, err);
}

enum status chart_parts_towns(const struct form_desk *desk, struct chart_parts *parts, struct errmsg *err)
{
    size_t n = desk->actor->all_scopes ? code_book_count(desk->codes, "town") : 0;

    for (size_t i = 0; i < n; i++) {
        const struct code *town = code_book_at(desk->codes, "town", i);

        if (!town->retired && chart_parts_at(parts, count_code(town->code)) == NULL)
            return errmsg_set(err, STATUS_NOMEM, "内存不足");
    }
    return STATUS_OK;
}

/* The code a part was made of (count_code): its letters and digits, or a number; two digits at least. */
static void part_code(int64_t part, char out[24])
{
    char letters[8] = {0};
    size_t n = 0;

    for (int shift = 24; shift >= 0; shift -= 8)
        if ((part >> shift & 0xFF) != 0)
            letters[n++] = (char)(part >> shift & 0xFF);
    if (part <= UINT32_MAX && letters[0] >= 'A' && letters[0] <= 'Z')
        snprintf(out, 24, "%s", letters);
    else
        snprintf(out, 24, "%02lld", (long long)part);
}

void chart_code_label(const struct code_book *codes, const char *set, int64_t part, char out[CHART_LABEL_BYTES])
{
    char code[24];
    const char *name;

    part_code(part, code);
    name = part == 0 ? "未填" : code_book_name(codes, set, code);
    snprintf(out, CHART_LABEL_BYTES, "%.*s", (int)utf8_cut(name, strlen(name), CHART_LABEL_BYTES - 1), name);
}
