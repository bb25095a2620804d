/* core/report/chart_kind.c - the charts there are: see chart.h. */
#include <string.h>

#include "core/report/chart_impl.h"

#define CASES {COUNT_APPROVED, {COUNT_CRIMINAL, COUNT_CIVIL, COUNT_ADMINISTRATIVE}, 3}
#define CIVIL_CASES {COUNT_APPROVED, {COUNT_CIVIL, COUNT_ADMINISTRATIVE}, 2}
#define RECOVERED {COUNT_RECOVERED, {COUNT_CRIMINAL, COUNT_CIVIL, COUNT_ADMINISTRATIVE}, 3}
#define PERSONS {COUNT_PERSONS, {COUNT_CONSULTATION}, 1}
#define APPROVED_NOTE "批准的案件，按批准日期计。"
#define GROUPS_NOTE "一人可属几类，各类之和不是总数。"

static const struct chart_source SOURCES[] = {
    {{"cases-month", "案件（按月）", "件", "月份", APPROVED_NOTE, false}, BY_MONTH, CASES, DIM_ALL, NULL},
    {{"cases-type", "案件（按类型）", "件", "类型", APPROVED_NOTE, false}, BY_TYPE, CASES, DIM_ALL, NULL},
    {{"cases-town", "案件（按乡镇）", "件", "乡镇", APPROVED_NOTE, false}, BY_TOWN, CASES, DIM_TOWN, "town"},
    {{"cases-group", "案件（按受援人）", "件", "受援人", "按批准日期计；一人可属几类，各类之和不是总数。", false}, BY_GROUP, CASES, DIM_GROUP, NULL},
    {{"cases-matter", "案件（按事项）", "件", "事项", "批准的民事、行政案件，按批准日期计。", false}, BY_VALUE, CIVIL_CASES, DIM_MATTER, "stat_matter"},
    {{"consultations-month", "咨询（按月）", "人次", "月份", "", false}, BY_MONTH, PERSONS, DIM_ALL, NULL},
    {{"consultations-channel", "咨询（按途径）", "人次", "途径", "", false}, BY_CODE, PERSONS, DIM_CHANNEL, "channel"},
    {{"consultations-town", "咨询（按乡镇）", "人次", "乡镇", "", false}, BY_TOWN, PERSONS, DIM_TOWN, "town"},
    {{"consultations-group", "咨询（按人群）", "人次", "人群", GROUPS_NOTE, false}, BY_GROUP, PERSONS, DIM_GROUP, NULL},
    {{"consultations-topic", "咨询（按类型）", "人次", "类型", "", false}, BY_VALUE, PERSONS, DIM_TOPIC, "consult_topic"},
    {{"recovered-month", "挽回损失或取得利益（按月）", "万元", "月份", "按结案日期计。", true}, BY_MONTH, RECOVERED, DIM_ALL, NULL},
};

const struct chart_kind *chart_kind_at(size_t index)
{
    return index < sizeof SOURCES / sizeof SOURCES[0] ? &SOURCES[index].kind : NULL;
}

const struct chart_source *chart_source_of(const char *name)
{
    for (size_t i = 0; i < sizeof SOURCES / sizeof SOURCES[0]; i++)
        if (strcmp(SOURCES[i].kind.name, name) == 0)
            return &SOURCES[i];
    return NULL;
}

const struct chart_kind *chart_kind_find(const char *name)
{
    const struct chart_source *source = chart_source_of(name);

    return source != NULL ? &source->kind : NULL;
}
