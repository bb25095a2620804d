/* core/paper/summary_slot.c - see summary_slot.h: the tables of slots, and the check of what a county writes. */
#include "core/paper/summary_slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/rule.h"
#include "core/base/day.h"
#include "core/base/period.h"
#include "core/data/data.h"

static const char WHERE[] = "aidpost report slots";

static const struct summary_slot_def slots[] = {
    {"theme", "主题词", "写进开头一句的几个词，如 规范、便民、高效", SUMMARY_PHRASE},
    {"opening", "开头", "全文第一段", SUMMARY_SENTENCES},
    {"honours_words", "荣誉", "怎样写本期的荣誉；空着按荣誉登记逐项写", SUMMARY_SENTENCES},
    {"measures", "宣传做法", "第一部分的第一段：怎样开展宣传", SUMMARY_SENTENCES},
    {"network_words", "网络建设", "第二部分：工作站、分部、联络点的新情况", SUMMARY_SENTENCES},
    {"unity", "四统一", "第三部分的第一段：标准、受理、指派、监督怎样统一", SUMMARY_SENTENCES},
    {"system", "制度建设", "第三部分：制度执行的情况", SUMMARY_SENTENCES},
    {"features", "特色工作", "第四部分的末段；自带的是空的", SUMMARY_SENTENCES},
    {"visit_words", "回访情况", "第五部分：回访怎样做，听到什么", SUMMARY_SENTENCES},
    {"problems", "存在的问题", "自带的是空的，填了才有这一部分", SUMMARY_SENTENCES},
    {"next_steps", "下一步打算", "最后一部分", SUMMARY_SENTENCES},
    {"closing", "结尾", "全文最后一段", SUMMARY_SENTENCES},
    {"template.half", "半年总结模板", "整篇的写法，也用于季度、月份和任意起止日", SUMMARY_TEMPLATE},
    {"template.year", "年度总结模板", "整篇的写法", SUMMARY_TEMPLATE},
};

static const char *const figures[] = {"R1",  "R2",  "R3",  "R4",  "R5",  "R6",  "R7",   "R8",  "R9",  "R10", "R11", "R12",
                                      "R13", "R14", "R15", "R16", "R17", "R17T", "R18", "R19", "R20", "R21", "R22", "R23"};

static const struct template_slot names[] = {
    {"period.title", "期间，如 2026年上半年"},
    {"span", "期间的简称：上半年、下半年、全年、第一季度、3月份、本期"},
    {"from", "起日，如 2026年1月1日"},
    {"to", "止日"},
    {"year", "年份"},
    {"last_year", "上一年"},
    {"office", "法律援助中心的名称"},
    {"today", "写成的日期"},
    {"cases.kinds", "民事、刑事、行政案件各多少件，没有的不写"},
    {"groups", "妇女、老年人、农民工、未成年人、残疾人、军人军属案件各多少件，没有的不写"},
    {"thanks", "锦旗、感谢信"},
    {"honours", "荣誉，逐项写明谁授予谁"},
    {"events.kinds", "各类活动多少场"},
    {"towns", "活动到过的镇街"},
    {"barracks", "进驻军单位的活动场数"},
    {"bodies", "参加活动的部门"},
    {"laws", "宣传的法律法规"},
    {"media", "媒体报道"},
    {"network", "期末的工作站、联络点、分部"},
    {"volunteers.sources", "招募的志愿者从哪里来"},
    {"letters", "颁发聘书多少份"},
    {"service", "志愿者服务的人数和时长"},
    {"trainings.titles", "培训班的名称"},
    {"trainings.persons", "培训人次"},
    {"documents", "期内新制定、修订的规章文件"},
    {"assessed", "期内核定了谁的考核结果"},
    {"rewards", "期内的奖惩多少项"},
    {"meetings.bodies", "参加联席会的部门"},
    {"meetings.topics", "联席会的议题"},
    {"visits.unreachable", "回访：联系过而没有访到的件数"},
    {"visits.left", "回访：还没有联系的件数"},
    {"visits.rate", "回访的满意率（满意和基本满意）"},
    {"campaigns", "期内的宣传周多少次；块 {#campaigns} 逐次写"},
    {"campaigns.text", "宣传周写成的一段"},
    {"campaigns.name", "宣传周的名称"},
    {"campaigns.days", "宣传周的起止日"},
    {"campaigns.C1", "宣传周的咨询人次"},
    {"campaigns.C2", "宣传周发放的资料份数"},
    {"campaigns.C3", "宣传周现场受理的件数"},
    {"cells.name", "附表 {#cells}：编号，如 R1"},
    {"cells.label", "附表：项目"},
    {"cells.unit", "附表：单位"},
    {"cells.value", "附表：本期的数"},
    {"cells.reported", "附表：上年同期当时上报的数"},
    {"cells.known", "附表：上年同期按现有记录的数"},
    {"cells.change", "附表：增减"},
    {"cells.percent", "附表：增减的百分比"},
};

static const char *const blocks[] = {"campaigns", "cells"};

enum { N_SLOTS = sizeof slots / sizeof slots[0], N_FIGURES = sizeof figures / sizeof figures[0], N_NAMES = sizeof names / sizeof names[0], N_BLOCKS = sizeof blocks / sizeof blocks[0] };

const struct summary_slot_def *summary_slot_def_at(size_t index)
{
    return index < N_SLOTS ? &slots[index] : NULL;
}

const struct summary_slot_def *summary_slot_def_find(const char *name)
{
    for (size_t i = 0; i < N_SLOTS; i++)
        if (strcmp(slots[i].name, name) == 0)
            return &slots[i];
    return NULL;
}

/* Behind "@@ name" up to the next "@@ ", without the line feed at its end. */
void summary_slot_shipped(const char *name, const char **text, size_t *len)
{
    const struct data_file *file = data_find("summary_templates.txt");
    const size_t name_len = strlen(name);

    *text = "";
    *len = 0;
    for (const char *at = strstr(file->text, "\n@@ "); at != NULL; at = strstr(at + 1, "\n@@ ")) {
        const char *begin = at + strlen("\n@@ "), *end;

        if (strncmp(begin, name, name_len) != 0 || begin[name_len] != '\n')
            continue;
        begin += name_len;
        end = strstr(begin, "\n@@ ");
        end = end != NULL ? end : file->text + file->len - 1;
        if (end > begin) {
            *text = begin + 1;
            *len = (size_t)(end - begin - 1);
        }
        return;
    }
}

/* ---- names ---- */

const char *summary_figure_at(size_t index)
{
    return index < N_FIGURES ? figures[index] : NULL;
}

/* The figure that text begins with; NULL: none. */
static const char *figure_at_start(const char *text, size_t len)
{
    for (size_t i = 0; i < N_FIGURES; i++)
        if (strlen(figures[i]) == len && memcmp(figures[i], text, len) == 0)
            return figures[i];
    return NULL;
}

bool summary_figure_parse(const char *name, const char **figure, const char **how)
{
    static const char *const hows[] = {"round", "words", "rate", "before"};
    size_t len = strcspn(name, ".");

    *figure = figure_at_start(name, len);
    *how = name[len] == '.' ? name + len + 1 : "";
    if (*figure == NULL || name[len] == '\0')
        return *figure != NULL;
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++)
        if (strcmp(hows[i], *how) == 0)
            return true;
    return false;
}

bool summary_place_parse(const char *slot, const char **figure, unsigned *place)
{
    size_t len = strcspn(slot, "@");
    char *end;

    *figure = figure_at_start(slot, len);
    *place = 0;
    if (*figure == NULL || slot[len] == '\0')
        return *figure != NULL;
    if (slot[len + 1] < '1' || slot[len + 1] > '9')
        return false;
    unsigned long number = strtoul(slot + len + 1, &end, 10);
    *place = (unsigned)number;
    return *end == '\0' && number <= SUMMARY_PLACES_MAX;
}

const struct template_slot *summary_name_at(size_t index)
{
    return index < N_NAMES ? &names[index] : NULL;
}

static bool is_block(const char *name)
{
    for (size_t i = 0; i < N_BLOCKS; i++)
        if (strcmp(blocks[i], name) == 0)
            return true;
    return false;
}

/* Inside a block its rows' names are written without the block's; outside they mean nothing. */
static bool is_name(const char *block, const char *name)
{
    const size_t block_len = strlen(block);

    for (size_t i = 0; i < N_NAMES; i++) {
        const char *known = names[i].name;
        bool of_block = strncmp(known, "campaigns.", strlen("campaigns.")) == 0 || strncmp(known, "cells.", strlen("cells.")) == 0;

        if (!of_block && strcmp(known, name) == 0)
            return true;
        if (of_block && block_len > 0 && strncmp(known, block, block_len) == 0 && known[block_len] == '.' && strcmp(known + block_len + 1, name) == 0)
            return true;
    }
    return false;
}

static bool knows_in_text(const char *block, const char *name)
{
    const char *figure, *how;

    return is_name(block, name) || summary_figure_parse(name, &figure, &how);
}

/* Free texts do not stand in one another: only the few words of the theme may stand in another. */
static bool knows_in_sentences(const char *block, const char *name)
{
    return knows_in_text(block, name) || strcmp(name, "theme") == 0;
}

static bool knows_in_template(const char *block, const char *name)
{
    const struct summary_slot_def *slot = summary_slot_def_find(name);

    return knows_in_text(block, name) || (slot != NULL && slot->kind != SUMMARY_TEMPLATE);
}

const struct template_names summary_names = {knows_in_template, is_block, WHERE};

/* ---- checking what a county writes ---- */

enum status summary_slot_check(const char *slot, bool for_period, const char *text, size_t len, struct errmsg *err)
{
    static const struct template_names sentences = {knows_in_sentences, is_block, WHERE}, phrase = {knows_in_text, is_block, WHERE};
    const struct summary_slot_def *def = summary_slot_def_find(slot);
    const char *figure;
    unsigned place;

    if (def != NULL && def->kind == SUMMARY_PHRASE && memchr(text, '\n', len) != NULL)
        return errmsg_set(err, STATUS_INVALID, "%s写在一句话中间，只能是一行字", def->label);
    if (def != NULL)
        return template_check_by(def->kind == SUMMARY_TEMPLATE ? &summary_names : def->kind == SUMMARY_PHRASE ? &phrase : &sentences, text, len, err);
    if (!summary_place_parse(slot, &figure, &place))
        return errmsg_set(err, STATUS_NOT_FOUND, "没有名为 %.40s 的文字项；有哪些见 %s", slot, WHERE);
    if (!for_period)
        return errmsg_set(err, STATUS_INVALID, "%s 是一期的数怎样写，要填期间，如 2026H1", slot);
    if (memchr(text, '\n', len) != NULL || memchr(text, '{', len) != NULL || memchr(text, '|', len) != NULL)
        return errmsg_set(err, STATUS_INVALID, "%s 写在一句话中间，只能是一行字，不能有 { |", slot);
    if (len >= SUMMARY_FIGURE_BYTES)
        return errmsg_set(err, STATUS_INVALID, "%s 只写这个数怎样说，如 120余，最长 %d 字节", slot, SUMMARY_FIGURE_BYTES - 1);
    return STATUS_OK;
}

/* ---- the record ---- */

static enum status refuse(const struct record *text, const char *field, enum status status, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(text->type, field);

    return errmsg_wrap(err, status == STATUS_NOT_FOUND ? STATUS_INVALID : status, "字段 %s(%s)", def->label, def->name);
}

/* "主题词" is theme, "r1@2" R1@2. */
static enum status spell_slot(struct record *text)
{
    char slot[SUMMARY_SLOT_BYTES];
    const char *typed = record_text(text, "slot"), *figure;
    unsigned place;

    for (size_t i = 0; i < N_SLOTS; i++)
        if (strcmp(slots[i].label, typed) == 0)
            return record_set_text(text, "slot", slots[i].name);
    snprintf(slot, sizeof slot, "%s", typed);
    slot[0] = slot[0] == 'r' ? 'R' : slot[0];
    return summary_place_parse(slot, &figure, &place) ? record_set_text(text, "slot", slot) : STATUS_OK;
}

static enum status spell_period(struct store *store, const struct actor *actor, struct record *text, struct errmsg *err)
{
    struct rules *rules;
    struct year_start start;
    struct period period;

    if (record_text(text, "period")[0] == '\0')
        return STATUS_OK;
    enum status status = rules_load(&rules, store, actor, err);
    if (status != STATUS_OK)
        return status;
    status = year_start_parse(rules_text(rules, "period_summary", day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN)), &start, err);
    if (status == STATUS_OK)
        status = period_parse(record_text(text, "period"), start, &period, err);
    rules_free(rules);
    return status == STATUS_OK ? record_set_text(text, "period", period.name) : refuse(text, "period", STATUS_INVALID, err);
}

enum status report_text_prepare(struct store *store, const struct actor *actor, struct record *text, struct errmsg *err)
{
    static const char *const same[] = {"period", "slot"};
    const char *words = record_text(text, "text");
    bool has = false;
    enum status status = spell_slot(text);

    if (status == STATUS_OK)
        status = spell_period(store, actor, text, err);
    if (status != STATUS_OK)
        return status;
    status = summary_slot_check(record_text(text, "slot"), record_text(text, "period")[0] != '\0', words, strlen(words), err);
    if (status != STATUS_OK)
        return refuse(text, status == STATUS_NOT_FOUND ? "slot" : "text", status, err);
    status = records_has_same(store, actor, text, same, 2, &has, err);
    if (status == STATUS_OK && has) {
        errmsg_set(err, STATUS_INVALID, "这一期的这一项已经写过；请改那一条");
        return refuse(text, "slot", STATUS_INVALID, err);
    }
    return status;
}
