/* core/aid/tariff.c - see tariff.h. */
#include "core/aid/tariff.h"

#include <stdio.h>

static const struct rule_def *cell(const struct rules *rules, const char *type, const char *stage, const char *form)
{
    char name[TARIFF_NAME_BYTES];
    int len = snprintf(name, sizeof name, "tariff_%s%s%s%s%s", type, *stage != '\0' ? "_" : "", stage, *form != '\0' ? "_f" : "", form);
    return len > 0 && (size_t)len < sizeof name ? rules_find(rules, name) : NULL;
}

const struct rule_def *tariff_cell(const struct rules *rules, const struct record *kase)
{
    const char *type = record_text(kase, "case_type"), *stage = record_text(kase, "stage"), *form = record_text(kase, "aid_form");
    const struct rule_def *def = NULL;
    if (*type == '\0')
        return NULL;
    if (*stage != '\0' && *form != '\0')
        def = cell(rules, type, stage, form);
    if (def == NULL && *form != '\0')
        def = cell(rules, type, "", form);
    if (def == NULL && *stage != '\0')
        def = cell(rules, type, stage, "");
    if (def == NULL && *stage != '\0')
        def = cell(rules, type, "", "");
    return def;
}

int64_t rules_tariff(const struct rules *rules, const struct record *kase, int32_t day)
{
    const struct rule_def *def = tariff_cell(rules, kase);
    return def != NULL ? rules_int(rules, def->name, day) : TARIFF_NONE;
}
