/* core/report/report_day.c - see report_day.h. Items are gathered first, so that what blocks can come first, and then told. */
#include "core/report/report_day.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/deadline.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/conflict.h"
#include "core/record/draft.h"
#include "core/record/filter.h"
#include "core/record/flagged.h"
#include "core/record/peer.h"
#include "core/record/privacy.h"
#include "core/record/replica.h"
#include "core/record/row.h"

enum { ITEMS_MAX = 1200 /* stations and some forty others */, CODE_BYTES = 24, WHERE_BYTES = 256, WORDS_BYTES = 160, DETAIL_BYTES = 512 };

struct item {
    enum report_day_kind kind;
    char code[CODE_BYTES], words[WORDS_BYTES], where[WHERE_BYTES], place[FORM_CELL_BYTES], detail[DETAIL_BYTES];
    const char *type;
    int64_t count;
    bool blocks;
};

struct checklist {
    const struct form_desk *desk;
    const struct period *period;
    struct rules *rules;
    struct calendar *calendar;
    int32_t today;
    struct item *items; /* owned */
    size_t n;
};

static const char *const places[] = {"sync", "quarantine", "conflicts", "flagged", "drafts", "deadlines"};

const char *report_day_place_at(size_t index)
{
    return index < sizeof(places) / sizeof(places[0]) ? places[index] : NULL;
}

const char *report_day_kind_name(enum report_day_kind kind)
{
    static const char *const names[] = {[REPORT_DAY_STATION] = "station", [REPORT_DAY_RECORDS] = "records", [REPORT_DAY_WORKLIST] = "worklist",
                                        [REPORT_DAY_CHECK] = "check",     [REPORT_DAY_ENTRY] = "entry",     [REPORT_DAY_FREEZE] = "freeze"};
    return names[kind];
}

/* A new item; what does not fit any more is left out, the worst ones came first. */
static struct item *add(struct checklist *list, enum report_day_kind kind, const char *code, const char *words, int64_t count)
{
    if (list->n == ITEMS_MAX)
        list->n--;
    struct item *item = &list->items[list->n++];

    *item = (struct item){.kind = kind, .type = "", .count = count};
    snprintf(item->code, sizeof(item->code), "%s", code);
    snprintf(item->words, sizeof(item->words), "%s", words);
    return item;
}

/* ---- stations ----------------------------------------------------------------------------------------------------- */

enum { STATIONS_MAX = 1024 };

struct stations {
    const struct actor *actor;
    struct late {
        char name[2 * MACHINE_NAME_MAX_BYTES];
        int64_t contact_ms;
    } *late; /* owned */
    size_t n;
    int64_t since_ms; /* who was here after that is fine */
};

static bool note_station(void *context, const struct peer *peer)
{
    struct stations *stations = context;

    if (peer->revoked || !row_in_scope(stations->actor, peer->org) || peer->last_contact_ms >= stations->since_ms || stations->n == STATIONS_MAX)
        return true;
    struct late *late = &stations->late[stations->n++];
    peer_full(peer, late->name, sizeof(late->name));
    late->contact_ms = peer->last_contact_ms;
    return true;
}

static int by_contact(const void *a, const void *b)
{
    const struct late *first = a, *second = b;

    return (first->contact_ms > second->contact_ms) - (first->contact_ms < second->contact_ms);
}

static int64_t start_of_day_ms(int32_t day)
{
    return (int64_t)day * 86400000 - (int64_t)DAY_OFFICE_OFFSET_MIN * 60000;
}

/* Late: not here for so many days; of a period that is over, not since. */
enum status report_day_stations(const struct form_desk *desk, const struct rules *rules, const struct period *period, report_day_station row, void *context, struct errmsg *err)
{
    int32_t today = day_of_ms(desk->actor->now_ms, DAY_OFFICE_OFFSET_MIN);
    struct stations stations = {.actor = desk->actor, .late = calloc(STATIONS_MAX, sizeof(struct late)), .since_ms = start_of_day_ms(today - (int32_t)rules_int(rules, "report_sync_days", today))};
    enum status status = stations.late ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "内存不足");

    if (period->to < today && start_of_day_ms(period->to + 1) > stations.since_ms)
        stations.since_ms = start_of_day_ms(period->to + 1);
    if (!status && desk->actor->center)
        status = peer_list(desk->store, note_station, &stations, err);
    if (!status && stations.n)
        qsort(stations.late, stations.n, sizeof(stations.late[0]), by_contact);
    for (size_t i = 0; !status && i < stations.n; i++)
        if (!row(context, stations.late[i].name, stations.late[i].contact_ms))
            break;
    free(stations.late);
    return status;
}

static bool add_station(void *context, const char *name, int64_t contact_ms)
{
    char at[TIME_TEXT_BYTES];
    struct item *item = add(context, REPORT_DAY_STATION, "stations", _("站点的记录还没有送齐"), 1);

    snprintf(item->place, sizeof(item->place), "sync");
    day_format_time(contact_ms, DAY_OFFICE_OFFSET_MIN, at);
    if (contact_ms > 0)
        snprintf(item->detail, sizeof(item->detail), _("%s 最后同步 %.16s"), name, at);
    else
        snprintf(item->detail, sizeof(item->detail), _("%s 还没有同步过"), name);
    return true;
}

static enum status check_stations(struct checklist *list, struct errmsg *err)
{
    enum status status = report_day_stations(list->desk, list->rules, list->period, add_station, list, err);

    if (!status && list->n == 0)
        snprintf(add(list, REPORT_DAY_STATION, "stations", _("站点的记录还没有送齐"), 0)->place, FORM_CELL_BYTES, "sync");
    return status;
}

/* ---- what waits on this machine ----------------------------------------------------------------------------------- */

static void add_worklist(struct checklist *list, const char *place, const char *words, int64_t count)
{
    snprintf(add(list, REPORT_DAY_WORKLIST, place, words, count)->place, FORM_CELL_BYTES, "%s", place);
}

static bool count_draft(void *context, const struct draft_info *info)
{
    (void)info;
    ++*(int64_t *)context;
    return true;
}

static bool count_quarantined(void *context, int64_t lsn, const struct log_id *log, uint64_t seq, const char *reason)
{
    (void)lsn, (void)log, (void)seq, (void)reason;
    ++*(int64_t *)context;
    return true;
}

static bool count_overdue(void *context, const struct todo_item *item)
{
    if (item->deadline.days_left >= 0)
        return false; /* soonest first */
    ++*(int64_t *)context;
    return true;
}

static enum status check_worklists(struct checklist *list, struct errmsg *err)
{
    const struct form_desk *desk = list->desk;
    struct replica_state state;
    int64_t quarantined = 0, conflicts = 0, flagged = 0, drafts = 0, overdue = 0;
    enum status status = replica_state(desk->store, &state, err);

    if (!status)
        status = replica_quarantine_list(desk->store, count_quarantined, &quarantined, err);
    if (!status)
        status = conflict_count(desk->store, desk->actor, &conflicts, err);
    if (!status)
        status = flagged_count(desk->store, desk->actor, &flagged, err);
    if (!status)
        status = draft_list(desk->store, desk->actor, count_draft, &drafts, err);
    if (!status)
        status = deadline_todo(desk->store, desk->actor, list->rules, list->calendar, list->period->to < list->today ? list->period->to : list->today, false, 0, count_overdue, &overdue, err);
    if (status)
        return status;
    if (!desk->actor->center)
        add_worklist(list, "sync", _("本机的变更还没有送到县中心"), state.pending);
    add_worklist(list, "quarantine", _("没有被接受的变更"), quarantined);
    add_worklist(list, "conflicts", _("两处改了同一项，还没有定"), conflicts);
    add_worklist(list, "flagged", _("等复核的变更，还没有看"), flagged);
    add_worklist(list, "drafts", _("没有写完的草稿"), drafts);
    add_worklist(list, "deadlines", _("期末已经超期的事项"), overdue);
    return STATUS_OK;
}

/* ---- records ------------------------------------------------------------------------------------------------------ */

/* Rows whose day lies in the period and that lack something. The day's index picks them. */
static const struct lack {
    const char *code, *words, *type, *day, *where;
} lacks[] = {
    {"no_outcome", "已结案件没有填结案方式", "case", "closed_on", "decision in (01,03,04) and terminated_on= and outcome="},
    {"no_handler", "已结案件的承办人不在名册上", "case", "closed_on", "decision in (01,03,04) and handler_ref="},
    {"no_recovered", "已结民事、行政案件没有填挽回损失（没有的填 0）", "case", "closed_on", "decision in (01,03,04) and case_type in (02,03) and recovered="},
    {"no_matter", "批准的民事、行政案件没有案由，统计事项算不出来", "case", "decided_on", "decision in (01,03,04) and case_type in (02,03) and stat_matter= and cause= and matter= and exempt_32="},
    {"no_stage", "通知辩护的案件没有填办案阶段", "case", "decided_on", "decision in (01,03,04) and source=11 and stage="},
    {"no_ground", "通知辩护的案件没有填通知情形", "case", "decided_on", "decision in (01,03,04) and source=11 and notice_ground="},
    {"no_category", "咨询没有填类别", "consultation", "date", "category= and stat_topic="},
    {"no_kind", "活动没有填类别", "event", "date", "kind="},
    {"not_closed", "活动还没有收场", "event", "date", "closed_on="},
};

static enum status check_lack(struct checklist *list, const struct lack *lack, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(lack->type);
    struct item *item = add(list, REPORT_DAY_RECORDS, lack->code, lack->words, 0);
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];
    struct filter filter;
    int64_t all = 0;

    item->type = lack->type;
    day_format(list->period->from, from);
    day_format(list->period->to, to);
    snprintf(item->where, sizeof(item->where), "%s>=%s and %s<=%s and %s", lack->day, from, lack->day, to, lack->where);
    enum status status = filter_parse(&filter, type, list->desk->codes, item->where, err);
    if (status)
        return status;
    status = records_count(list->desk->store, list->desk->actor, type, &filter, &all, err);
    item->count = all;
    if (!status && all > 0)
        status = records_count_listed(list->desk->store, list->desk->actor, type, &filter, &item->count, err);
    filter_release(&filter);
    if (!status && all > item->count)
        snprintf(item->detail, sizeof(item->detail), _("另有 %" PRId64 " 条封存的，由中心负责人补"), all - item->count);
    return status;
}

static enum status check_records(struct checklist *list, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; !status && i < sizeof(lacks) / sizeof(lacks[0]); i++)
        status = check_lack(list, &lacks[i], err);
    return status;
}

/* ---- reports ------------------------------------------------------------------------------------------------------ */

static const char *const rule_names[] = {"period_summary", "period_monthly", "period_quarterly", "period_forms"};

static bool begins_on(const struct checklist *list, const char *rule)
{
    struct year_start start;

    return year_start_parse(rules_text(list->rules, rule, list->period->to), &start, NULL) == STATUS_OK && start.month == list->period->start.month && start.dom == list->period->start.dom;
}

/* Whether the reports of that rule go by the period's years; by a start of no rule all do. */
static bool follows(const struct checklist *list, const char *rule)
{
    for (size_t i = 0; i < sizeof(rule_names) / sizeof(rule_names[0]); i++)
        if (begins_on(list, rule_names[i]))
            return begins_on(list, rule);
    return true;
}

/* Whether such reports are handed in for periods of that kind. */
static bool covers(const struct checklist *list, enum period_kind usual)
{
    return list->period->kind == usual || (usual == PERIOD_HALF && list->period->kind == PERIOD_YEAR);
}

/* Days of no period: figures and checks there are, but nothing to hand in. */
static bool is_checked(const struct checklist *list, enum period_kind usual, const char *rule)
{
    return list->period->kind == PERIOD_DAYS || (covers(list, usual) && follows(list, rule));
}

/* The first of them, shortly; the report itself names every cell. */
static bool first_failure(void *context, const struct check_failure *failure)
{
    struct item *item = context;

    if (failure->explained || item->detail[0])
        return true;
    snprintf(item->detail, sizeof(item->detail), _("%s：%s，相差 %" PRId64 "。%s"), failure->org_name, failure->rule, failure->difference, failure->words);
    item->detail[utf8_cut(item->detail, strlen(item->detail), sizeof(item->detail) - 1)] = '\0';
    return true;
}

static void add_missing(struct checklist *list, const struct form_sheet *sheet)
{
    const struct ministry_form *form = sheet->form;
    const struct form_row *total = &sheet->rows[sheet->n_rows - 1];
    struct item *item = NULL;
    char cell[FORM_CELL_BYTES], words[WORDS_BYTES];
    bool by_hand = false;

    for (size_t i = 0; i < form->n_columns; i++)
        by_hand |= form->columns[i].by_hand;
    if (!by_hand)
        return;
    snprintf(words, sizeof(words), _("%.100s：手填的栏目没有填"), form->title);
    item = add(list, REPORT_DAY_ENTRY, "entries", words, 0);
    for (size_t i = 0; i < form->n_columns; i++) {
        size_t used = strlen(item->detail);

        if (!form->columns[i].by_hand || !total->missing[i])
            continue;
        form_cell_name(form, &form->columns[i], cell);
        if (item->count++ == 0)
            snprintf(item->place, sizeof(item->place), "%s", cell);
        snprintf(item->detail + used, sizeof(item->detail) - used, "%s%s", used ? " " : "", cell);
    }
}

static enum status check_form(struct checklist *list, const struct ministry_form *form, struct errmsg *err)
{
    struct form_sheet sheet;
    char words[WORDS_BYTES];
    int64_t open = 0;
    enum status status = form_compute(list->desk, form, list->period, &sheet, err);

    if (status)
        return status;
    snprintf(words, sizeof(words), _("%.100s：校验没有通过，也没有说明"), form->title);
    struct item *item = add(list, REPORT_DAY_CHECK, "checks", words, 0);
    snprintf(item->place, sizeof(item->place), "%s", form->name);
    status = report_check(list->desk, form, &sheet, first_failure, item, &open, err);
    item->count = open;
    item->blocks = open > 0;
    if (!status && list->desk->actor->center)
        add_missing(list, &sheet);
    form_sheet_release(&sheet);
    return status;
}

static enum status check_summary(struct checklist *list, struct errmsg *err)
{
    struct summary *summary = calloc(1, sizeof(*summary));
    int64_t open = 0;
    enum status status = summary ? summary_compute(list->desk, list->period, false, summary, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");

    if (!status) {
        struct item *item = add(list, REPORT_DAY_CHECK, "checks", _("工作总结：两处的数不一致，也没有说明"), 0);

        snprintf(item->place, sizeof(item->place), "summary");
        status = summary_check(list->desk, summary, first_failure, item, &open, err);
        item->count = open;
        item->blocks = open > 0;
    }
    free(summary);
    return status;
}

static enum status check_frozen(struct checklist *list, const char *report, const char *title, struct errmsg *err)
{
    struct snapshot snapshot;
    char words[WORDS_BYTES], day[DAY_TEXT_BYTES];
    enum status status = snapshot_load(list->desk, report, list->period, &snapshot, err);

    if (status && status != STATUS_NOT_FOUND)
        return status;
    snprintf(words, sizeof(words), _("%.100s：还没有存档"), title);
    struct item *item = add(list, REPORT_DAY_FREEZE, "freeze", words, status == STATUS_NOT_FOUND);
    snprintf(item->place, sizeof(item->place), "%s", report);
    errmsg_clear(err);
    if (status)
        return STATUS_OK;
    day_format(snapshot.date, day);
    snprintf(item->detail, sizeof(item->detail), _("%s 已存档"), day);
    snapshot_release(&snapshot);
    return STATUS_OK;
}

static enum status check_reports(struct checklist *list, struct errmsg *err)
{
    const struct form_book *book = list->desk->book;
    bool summary = is_checked(list, PERIOD_HALF, "period_summary");
    enum status status = STATUS_OK;

    for (size_t i = 0; !status && i < form_book_count(book); i++)
        if (is_checked(list, form_book_at(book, i)->usual, form_book_at(book, i)->rule))
            status = check_form(list, form_book_at(book, i), err);
    if (!status && summary)
        status = check_summary(list, err);
    if (status || !list->desk->actor->center || list->period->kind == PERIOD_DAYS)
        return status;
    if (summary)
        status = check_frozen(list, "summary", _("工作总结"), err);
    for (size_t i = 0; !status && i < form_book_count(book); i++)
        if (is_checked(list, form_book_at(book, i)->usual, form_book_at(book, i)->rule))
            status = check_frozen(list, form_book_at(book, i)->name, form_book_at(book, i)->title, err);
    return status;
}

/* ---- telling ------------------------------------------------------------------------------------------------------ */

static int urgency(const struct item *item)
{
    return item->count > 0 ? (item->blocks ? 0 : 1) : 2;
}

static bool is_of(const struct item *item, int level, enum report_day_kind kind)
{
    return urgency(item) == level && item->kind == kind;
}

static bool tell_item(const struct item *item, report_day_row row, void *context)
{
    const struct report_day_item told = {item->kind, item->code, item->words, item->count, item->type, item->where, item->place, item->detail, item->blocks};

    return row(context, &told);
}

static void tell(const struct checklist *list, report_day_row row, void *context)
{
    static const enum report_day_kind order[] = {REPORT_DAY_STATION, REPORT_DAY_WORKLIST, REPORT_DAY_RECORDS, REPORT_DAY_ENTRY, REPORT_DAY_CHECK, REPORT_DAY_FREEZE};

    for (int level = 0; level <= 2; level++)
        for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
            for (size_t i = 0; i < list->n; i++)
                if (is_of(&list->items[i], level, order[k]) && !tell_item(&list->items[i], row, context))
                    return;
}

enum status report_day(const struct form_desk *desk, const struct period *period, report_day_row row, void *context, struct errmsg *err)
{
    struct checklist list = {.desk = desk, .period = period, .today = day_of_ms(desk->actor->now_ms, DAY_OFFICE_OFFSET_MIN), .items = calloc(ITEMS_MAX, sizeof(struct item))};
    enum status status = list.items ? rules_load(&list.rules, desk->store, desk->actor, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");

    if (!status)
        status = calendar_load(&list.calendar, desk->store, desk->actor, err);
    if (!status)
        status = check_stations(&list, err);
    if (!status)
        status = check_worklists(&list, err);
    if (!status)
        status = check_records(&list, err);
    if (!status)
        status = check_reports(&list, err);
    if (!status)
        tell(&list, row, context);
    calendar_free(list.calendar);
    rules_free(list.rules);
    free(list.items);
    return status;
}
