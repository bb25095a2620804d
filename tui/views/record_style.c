/* tui/views/record_style.c - see record_style.h. */
#include "tui/views/record_style.h"

#include <string.h>

#define REACHED "outcome=1"

/* The words are those of form 32 (core/data/templates.txt), asked. */
static const struct styled_field RETURN_VISIT[] = {
    {"case_id", NULL, NULL},
    {"date", NULL, NULL},
    {"visitor", NULL, NULL},
    {"method", NULL, NULL},
    {"outcome", NULL, NULL},
    {"answered_by", "受访人是谁", REACHED},
    {"attitude", "一、承办人的服务态度，满意吗", REACHED},
    {"communication", "二、承办人的沟通交流，满意吗", REACHED},
    {"interests", "三、对您合法权益的维护，满意吗", REACHED},
    {"result", "四、案件的结果，满意吗", REACHED},
    {"overall", "五、对法律援助总的满意吗", REACHED},
    {"money_taken", "承办人收过您的钱物吗", REACHED},
    {"performed", "判决、调解履行了吗", REACHED},
    {"publicity_done", "向受访人宣传法律援助了吗", REACHED},
    {"opinion", NULL, NULL},
    {"needs_help", NULL, NULL},
    {"corrects", NULL, NULL},
};

static const struct record_style STYLES[] = {
    {"return_visit", "method", 30, RETURN_VISIT, sizeof RETURN_VISIT / sizeof RETURN_VISIT[0], "complaint", "受援人反映收取财物，已立一件投诉，打开看吗？"},
};

const struct record_style *record_style(const struct record_type *type)
{
    for (size_t i = 0; i < sizeof STYLES / sizeof STYLES[0]; i++)
        if (strcmp(STYLES[i].type, type->name) == 0)
            return &STYLES[i];
    return NULL;
}

const struct styled_field *record_style_field(const struct record_style *style, const char *field)
{
    for (size_t i = 0; style != NULL && i < style->n; i++)
        if (strcmp(style->fields[i].field, field) == 0)
            return &style->fields[i];
    return NULL;
}
