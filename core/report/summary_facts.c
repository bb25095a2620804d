/* core/report/summary_facts.c - what a summary lists beside its figures: honours by name, places, bodies, laws, where volunteers come from, rules, meetings, visits. See summary_impl.h.
 *
 * Facts are gathered in groups, each when one of its slots is first asked for: one walk over a small table of the period. Texts are as people wrote them, not escaped: the template does that. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/outreach/campaign_text.h"
#include "core/quality/visit.h"
#include "core/record/filter.h"
#include "core/record/row.h"
#include "core/report/summary_impl.h"
#include "core/report/summary_tidy.h"

enum { SQL_MAX_BYTES = 1024, FACT_MAX_BYTES = 1 << 16, CODES_MAX = 128, TITLES_MAX = 6 };

enum group { OF_PERIOD, OF_OFFICE, OF_EVENTS, OF_FIGURES, OF_NETWORK, OF_HONOURS, OF_TRAININGS, OF_DOCUMENTS, OF_MEETINGS, OF_ASSESSMENT, OF_LETTERS, OF_VISITS, GROUPS };

static const struct {
    const char *name;
    enum group group;
} table[] = {
    {"period.title", OF_PERIOD}, {"span", OF_PERIOD},        {"from", OF_PERIOD},           {"to", OF_PERIOD},           {"year", OF_PERIOD},           {"last_year", OF_PERIOD},
    {"today", OF_PERIOD},        {"office", OF_OFFICE},      {"towns", OF_EVENTS},          {"barracks", OF_EVENTS},     {"bodies", OF_EVENTS},         {"laws", OF_EVENTS},
    {"events.kinds", OF_FIGURES}, {"media", OF_FIGURES},     {"volunteers.sources", OF_FIGURES}, {"trainings.persons", OF_FIGURES}, {"service", OF_FIGURES}, {"network", OF_NETWORK},
    {"honours", OF_HONOURS},     {"trainings.titles", OF_TRAININGS}, {"documents", OF_DOCUMENTS}, {"meetings.bodies", OF_MEETINGS}, {"meetings.topics", OF_MEETINGS}, {"assessed", OF_ASSESSMENT},
    {"rewards", OF_ASSESSMENT},  {"letters", OF_LETTERS},    {"visits.unreachable", OF_VISITS}, {"visits.left", OF_VISITS}, {"visits.rate", OF_VISITS},
};

enum { N_FACTS = sizeof table / sizeof table[0] };

struct summary_facts {
    const struct form_desk *desk;
    const struct summary *summary;
    bool round;
    struct buf texts[N_FACTS];
    bool gathered[GROUPS];
    struct errmsg *err;
};

enum status summary_facts_new(const struct form_desk *desk, const struct summary *summary, bool round, struct summary_facts **out, struct errmsg *err)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    **out = (struct summary_facts){.desk = desk, .summary = summary, .round = round};
    for (size_t i = 0; i < N_FACTS; i++)
        buf_init(&(*out)->texts[i], FACT_MAX_BYTES);
    return STATUS_OK;
}

void summary_facts_free(struct summary_facts *facts)
{
    if (facts == NULL)
        return;
    for (size_t i = 0; i < N_FACTS; i++)
        buf_release(&facts->texts[i]);
    free(facts);
}

/* ---- writing ---- */

static struct buf *fact(struct summary_facts *facts, const char *name)
{
    size_t i = 0;

    while (strcmp(table[i].name, name) != 0) /* the name stands in the table */
        i++;
    return &facts->texts[i];
}

/* One more of a list, "、" between. */
static void add_item(struct buf *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_item(struct buf *list, const char *format, ...)
{
    va_list args;

    if (list->len > 0)
        buf_puts(list, "、");
    va_start(args, format);
    buf_vprintf(list, format, args);
    va_end(args);
}

static void put_day(struct buf *out, int32_t day, bool with_year)
{
    int year, month, dom;

    day_to_ymd(day, &year, &month, &dom);
    if (with_year)
        buf_printf(out, "%d年", year);
    buf_printf(out, "%d月%d日", month, dom);
}

static int64_t number_of(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).number;
}

/* ---- codes that came up ---- */

struct marks {
    const char *set;
    bool marked[CODES_MAX];
};

static void mark(struct marks *marks, const struct code_book *codes, const char *list)
{
    size_t n = code_book_count(codes, marks->set);

    for (const char *at = list; *at != '\0';) {
        size_t len = strcspn(at, ",");

        for (size_t i = 0; i < n && i < CODES_MAX; i++) {
            const char *code = code_book_at(codes, marks->set, i)->code;
            marks->marked[i] |= strlen(code) == len && memcmp(code, at, len) == 0;
        }
        at += len + (at[len] == ',');
    }
}

/* The names in the order of the set. Returns how many. */
static size_t put_marked(const struct marks *marks, const struct code_book *codes, bool titles, struct buf *out)
{
    size_t n = 0;

    for (size_t i = 0; i < code_book_count(codes, marks->set) && i < CODES_MAX; i++) {
        const char *name = code_book_at(codes, marks->set, i)->name;

        if (!marks->marked[i])
            continue;
        n++;
        if (titles)
            buf_printf(out, "《%s》", name);
        else
            add_item(out, "%s", name);
    }
    return n;
}

/* ---- the period, the office ---- */

static void put_span(const struct period *period, struct buf *out)
{
    static const char *const quarters[] = {"一", "二", "三", "四"};

    switch (period->kind) {
    case PERIOD_YEAR:
        buf_puts(out, "全年");
        break;
    case PERIOD_HALF:
        buf_puts(out, period->part == 1 ? "上半年" : "下半年");
        break;
    case PERIOD_QUARTER:
        buf_printf(out, "第%s季度", quarters[period->part - 1]);
        break;
    case PERIOD_MONTH:
        buf_printf(out, "%d月份", period->part);
        break;
    case PERIOD_DAYS:
        buf_puts(out, "本期");
        break;
    }
}

static enum status gather_period(struct summary_facts *facts)
{
    const struct period *period = &facts->summary->period;
    struct buf *title = fact(facts, "period.title");
    int year = summary_visit_year(period) + 1;

    put_span(period, fact(facts, "span"));
    put_day(fact(facts, "from"), period->from, true);
    put_day(fact(facts, "to"), period->to, true);
    buf_printf(fact(facts, "year"), "%d", year);
    buf_printf(fact(facts, "last_year"), "%d", year - 1);
    put_day(fact(facts, "today"), day_of_ms(facts->desk->actor->now_ms, DAY_OFFICE_OFFSET_MIN), true);
    if (period->kind == PERIOD_DAYS)
        buf_printf(title, "%s至%s", buf_cstr(fact(facts, "from")), buf_cstr(fact(facts, "to")));
    else
        buf_printf(title, "%d年%s", year, period->kind == PERIOD_YEAR ? "" : buf_cstr(fact(facts, "span")));
    return STATUS_OK;
}

static enum status gather_office(struct summary_facts *facts)
{
    struct stmt *stmt = store_prepare(facts->desk->store, "SELECT name FROM org WHERE kind='center' AND gone=0 ORDER BY number LIMIT 1");
    enum status status;

    if (stmt_row(stmt, &status, facts->err)) {
        buf_puts(fact(facts, "office"), stmt_column_text(stmt, 0, NULL));
        stmt_reset(stmt);
    } else if (status == STATUS_OK) {
        buf_puts(fact(facts, "office"), "法律援助中心");
    }
    return status;
}

/* ---- rows of the period ---- */


/* Rows of the type whose `date` lies in the period, oldest first. extra: one more condition on a field, or NULL. */
static enum status each_row(struct summary_facts *facts, const char *name, const char *date, const char *extra, const char *value, records_row row, void *context)
{
    const struct record_type *type = catalogue_find(name);
    const struct field_def *day = catalogue_field(type, date);
    struct filter filter = {.type = type, .n_terms = extra != NULL ? 3 : 2};
    struct list_query query = {.type = type, .filter = &filter, .order = day, .ascending = true};

    filter.terms[0] = (struct filter_term){.field = day, .op = FILTER_GE, .value = value_int(facts->summary->period.from)};
    filter.terms[1] = (struct filter_term){.field = day, .op = FILTER_LE, .value = value_int(facts->summary->period.to)};
    if (extra != NULL)
        filter.terms[2] = (struct filter_term){.field = catalogue_field(type, extra), .op = FILTER_EQ, .value = value_string(value)};
    return records_list(facts->desk->store, facts->desk->actor, &query, row, context, facts->err);
}

/* What one statement over the rows of the type in the period gives. Columns are the caller's; finish the statement. */
static struct stmt *count_rows(struct summary_facts *facts, const char *columns, const char *type, const char *date, const char *behind)
{
    struct buf sql;
    int index = 3;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT %s FROM \"%s\" WHERE %s>=?1 AND %s<=?2 AND gone=0", columns, type, date, date);
    row_scope_sql(facts->desk->actor, &sql, &index);
    buf_puts(&sql, behind);
    struct stmt *stmt = store_prepare_buf(facts->desk->store, &sql);
    buf_release(&sql);
    index = 3;
    stmt_int(stmt, 1, facts->summary->period.from);
    stmt_int(stmt, 2, facts->summary->period.to);
    row_scope_bind(facts->desk->actor, stmt, &index);
    return stmt;
}

static enum status put_count(struct summary_facts *facts, const char *type, const char *date, struct buf *out)
{
    struct stmt *stmt = count_rows(facts, "count(*)", type, date, "");
    enum status status;

    while (stmt_row(stmt, &status, facts->err))
        if (stmt_column_int(stmt, 0) > 0)
            buf_printf(out, "%" PRId64, stmt_column_int(stmt, 0));
    return status;
}

/* ---- events ---- */

struct events {
    const struct code_book *codes;
    struct marks towns, bodies, laws;
    int64_t barracks;
};

static bool see_event(void *context, const struct record *event, const struct list_key *key)
{
    struct events *events = context;

    (void)key;
    mark(&events->bodies, events->codes, record_text(event, "bodies"));
    mark(&events->laws, events->codes, record_text(event, "laws"));
    if (event_is_barracks(event))
        events->barracks++;
    else
        mark(&events->towns, events->codes, record_text(event, "town"));
    return true;
}

/* Where a garrison lies stays untold. */
static enum status gather_events(struct summary_facts *facts)
{
    const struct code_book *codes = facts->desk->codes;
    struct events events = {.codes = codes, .towns = {.set = "town"}, .bodies = {.set = "partner_body"}, .laws = {.set = "publicity_law"}};
    struct buf names;
    enum status status = each_row(facts, "event", "date", NULL, NULL, see_event, &events);

    buf_init(&names, FACT_MAX_BYTES);
    size_t towns = put_marked(&events.towns, codes, false, &names);
    if (towns > 1)
        buf_printf(fact(facts, "towns"), "%zu个镇街（%s）", towns, buf_cstr(&names));
    else
        buf_puts(fact(facts, "towns"), buf_cstr(&names));
    buf_release(&names);
    if (events.barracks > 0)
        buf_printf(fact(facts, "barracks"), "%" PRId64, events.barracks);
    put_marked(&events.bodies, codes, false, fact(facts, "bodies"));
    put_marked(&events.laws, codes, true, fact(facts, "laws"));
    return status;
}

struct service {
    struct summary_facts *facts;
    int64_t volunteers, hours;
};

static bool see_figure(void *context, const struct figure *figure)
{
    static const char *const media_units[] = {"次", "篇", "条"};
    struct service *service = context;
    struct summary_facts *facts = service->facts;
    unsigned medium = (unsigned)(figure->code[0] - '1');

    if (strcmp(figure->name, "kind") == 0 && strcmp(figure->code, "11") != 0 && strcmp(figure->code, "12") != 0 && strcmp(figure->code, "13") != 0 && strcmp(figure->code, "15") != 0)
        add_item(fact(facts, "events.kinds"), "%s%" PRId64 "场", figure->label, figure->value);
    else if (strcmp(figure->name, "media") == 0)
        add_item(fact(facts, "media"), "%s%" PRId64 "%s", figure->label, figure->value, medium < 3 ? media_units[medium] : "次");
    else if (strcmp(figure->name, "source") == 0)
        add_item(fact(facts, "volunteers.sources"), "%s%" PRId64 "人", figure->label, figure->value);
    else if (strcmp(figure->name, "training_persons") == 0 && figure->value > 0)
        buf_printf(fact(facts, "trainings.persons"), "%" PRId64, figure->value);
    else if (strcmp(figure->name, "volunteers") == 0)
        service->volunteers = figure->value;
    else if (strcmp(figure->name, "hours") == 0)
        service->hours = figure->value;
    return true;
}

static enum status gather_figures(struct summary_facts *facts)
{
    static const char *const names[] = {"kind", "media", "source", "training_persons", "volunteers", "hours", NULL};
    const struct figure_want want = {.names = names, .typed_only = true};
    const struct period *period = &facts->summary->period;
    struct event_choice choice = event_choice_period(period->from, period->to);
    struct service service = {.facts = facts};
    enum status status = figures_some(facts->desk->store, facts->desk->actor, facts->desk->codes, &choice, &want, see_figure, &service, facts->err);

    if (service.volunteers > 0)
        buf_printf(fact(facts, "service"), "志愿者%" PRId64 "人参加活动", service.volunteers);
    if (service.volunteers > 0 && service.hours > 0)
        buf_printf(fact(facts, "service"), "、服务%" PRId64 "小时", service.hours);
    return status;
}

/* ---- the network ---- */

struct network {
    const struct code_book *codes;
    int32_t to;
    int64_t stations, points, branches;
    struct marks protected;
};

static bool see_org(void *context, const struct record *org, const struct list_key *key)
{
    struct network *network = context;
    struct value opened = record_get(org, catalogue_field(org->type, "opened_on"));
    const char *kind = record_text(org, "kind");

    (void)key;
    if (number_of(org, "closed") != 0 || (opened.kind == VALUE_INT && opened.number > network->to))
        return true;
    network->stations += strcmp(kind, "station") == 0;
    network->points += strcmp(kind, "point") == 0;
    if (strcmp(kind, "branch") == 0) {
        network->branches++;
        mark(&network->protected, network->codes, org_protected(org));
    }
    return true;
}

static enum status gather_network(struct summary_facts *facts)
{
    struct network network = {.codes = facts->desk->codes, .to = facts->summary->period.to, .protected = {.set = "protected_group"}};
    struct list_query query = {.type = catalogue_find("org")};
    struct buf *out = fact(facts, "network"), groups;
    enum status status = records_list(facts->desk->store, facts->desk->actor, &query, see_org, &network, facts->err);

    if (network.stations > 0)
        add_item(out, "镇街法律援助工作站%" PRId64 "个", network.stations);
    if (network.points > 0)
        add_item(out, "村（社区）联络点%" PRId64 "个", network.points);
    if (network.branches > 0)
        add_item(out, "分部%" PRId64 "个", network.branches);
    buf_init(&groups, FACT_MAX_BYTES);
    if (put_marked(&network.protected, network.codes, false, &groups) > 0)
        buf_printf(out, "（维护%s权益）", buf_cstr(&groups));
    buf_release(&groups);
    return status;
}

/* ---- honours ---- */

struct honour {
    char *name, *grantor, *title;
};

struct honours {
    struct honour *rows;
    size_t n, room;
    enum status status;
};

static bool add_honour(void *context, const struct record *honour, const struct list_key *key)
{
    struct honours *honours = context;

    (void)key;
    if (honours->n == honours->room) {
        size_t room = honours->room == 0 ? 16 : honours->room * 2;
        struct honour *rows = realloc(honours->rows, room * sizeof *rows);
        if (rows == NULL) {
            honours->status = STATUS_NOMEM;
            return false;
        }
        honours->rows = rows;
        honours->room = room;
    }
    struct honour *row = &honours->rows[honours->n++];
    *row = (struct honour){strdup(record_text(honour, "name")), strdup(record_text(honour, "grantor")), strdup(record_text(honour, "title"))};
    if (row->name == NULL || row->grantor == NULL || row->title == NULL)
        honours->status = STATUS_NOMEM;
    return honours->status == STATUS_OK;
}

/* Whether somebody before has the name. */
static bool is_named_before(const struct honours *honours, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(honours->rows[k].name, honours->rows[i].name) == 0)
            return true;
    return false;
}

/* "法律援助中心获省妇联授予的“..”、市司法局授予的“..”荣誉；王兰获..": who got several stands once. */
static void put_honours(const struct honours *honours, struct buf *out)
{
    for (size_t i = 0; i < honours->n; i++) {
        if (is_named_before(honours, i))
            continue;
        buf_printf(out, "%s%s获", out->len > 0 ? "；" : "", honours->rows[i].name);
        for (size_t k = i; k < honours->n; k++) {
            const struct honour *row = &honours->rows[k];
            if (strcmp(row->name, honours->rows[i].name) == 0)
                buf_printf(out, "%s%s%s“%s”", k > i ? "、" : "", row->grantor, row->grantor[0] != '\0' ? "授予的" : "", row->title);
        }
        buf_puts(out, "荣誉");
    }
}

static enum status gather_honours(struct summary_facts *facts)
{
    struct honours honours = {0};
    enum status status = each_row(facts, "honour", "date", NULL, NULL, add_honour, &honours);

    if (status == STATUS_OK)
        status = honours.status;
    if (status == STATUS_OK)
        put_honours(&honours, fact(facts, "honours"));
    for (size_t i = 0; i < honours.n; i++) {
        free(honours.rows[i].name);
        free(honours.rows[i].grantor);
        free(honours.rows[i].title);
    }
    free(honours.rows);
    return status;
}

/* ---- trainings, documents, meetings ---- */

struct titles {
    struct buf *out;
    size_t n;
};

static bool add_title(void *context, const struct record *training, const struct list_key *key)
{
    struct titles *titles = context;

    (void)key;
    if (titles->n++ < TITLES_MAX)
        add_item(titles->out, "%s", record_text(training, "title"));
    return true;
}

static enum status gather_trainings(struct summary_facts *facts)
{
    struct titles titles = {.out = fact(facts, "trainings.titles")};
    enum status status = each_row(facts, "training", "date", NULL, NULL, add_title, &titles);

    if (titles.n > TITLES_MAX)
        buf_puts(titles.out, "等");
    return status;
}

static bool add_document(void *context, const struct record *document, const struct list_key *key)
{
    struct buf *out = context;
    const char *title = record_text(document, "title"), *number = record_text(document, "doc_no");
    int64_t edition = number_of(document, "edition");
    bool quoted = strncmp(title, "《", strlen("《")) == 0;

    (void)key;
    add_item(out, "%s%s%s", quoted ? "" : "《", title, quoted ? "" : "》");
    if (edition > 1)
        buf_printf(out, "（第%" PRId64 "版%s%s）", edition, number[0] != '\0' ? "，" : "", number);
    else if (number[0] != '\0')
        buf_printf(out, "（%s）", number);
    return true;
}

static enum status gather_documents(struct summary_facts *facts)
{
    return each_row(facts, "rule_document", "issued_on", NULL, NULL, add_document, fact(facts, "documents"));
}

struct meetings {
    const struct code_book *codes;
    struct marks bodies;
    struct buf *topics;
};

static bool see_meeting(void *context, const struct record *meeting, const struct list_key *key)
{
    struct meetings *meetings = context;
    const char *topics = record_text(meeting, "topics");

    (void)key;
    mark(&meetings->bodies, meetings->codes, record_text(meeting, "bodies"));
    if (topics[0] != '\0')
        buf_printf(meetings->topics, "%s%s", meetings->topics->len > 0 ? "；" : "", topics);
    return true;
}

/* Joint meetings. */
static enum status gather_meetings(struct summary_facts *facts)
{
    struct meetings meetings = {.codes = facts->desk->codes, .bodies = {.set = "partner_body"}, .topics = fact(facts, "meetings.topics")};
    enum status status = each_row(facts, "meeting", "date", "kind", "1", see_meeting, &meetings);

    put_marked(&meetings.bodies, meetings.codes, false, fact(facts, "meetings.bodies"));
    return status;
}

/* ---- assessment, letters, visits ---- */

static enum status gather_assessment(struct summary_facts *facts)
{
    struct stmt *stmt = count_rows(facts, "kind,count(*)", "assessment", "date", " GROUP BY kind ORDER BY kind");
    enum status status;

    while (stmt_row(stmt, &status, facts->err)) {
        const char *kind = stmt_column_text(stmt, 0, NULL);
        bool person = strcmp(kind, "handler") == 0 || strcmp(kind, "volunteer") == 0;

        add_item(fact(facts, "assessed"), "%s%" PRId64 "%s", code_book_name(facts->desk->codes, "assess_kind", kind), stmt_column_int(stmt, 1), person ? "名" : "个");
    }
    return status == STATUS_OK ? put_count(facts, "reward", "date", fact(facts, "rewards")) : status;
}

static enum status gather_letters(struct summary_facts *facts)
{
    return put_count(facts, "appointment_letter", "issued_on", fact(facts, "letters"));
}

static enum status gather_visits(struct summary_facts *facts)
{
    const struct period *period = &facts->summary->period;
    struct visit_frame frame;
    enum status status = visit_frame_until(facts->desk->store, facts->desk->actor, summary_visit_year(period), period->to, &frame, facts->err);

    if (status != STATUS_OK)
        return status;
    int64_t rate = visit_rate(&frame.satisfaction, VISIT_OVERALL);
    if (frame.unreachable > 0)
        buf_printf(fact(facts, "visits.unreachable"), "%" PRId64, frame.unreachable);
    if (frame.left > 0)
        buf_printf(fact(facts, "visits.left"), "%" PRId64, frame.left);
    if (rate >= 0) {
        rate = (rate + 5) / 10; /* one decimal */
        buf_printf(fact(facts, "visits.rate"), "%" PRId64, rate / 10);
        if (rate % 10 != 0)
            buf_printf(fact(facts, "visits.rate"), ".%d", (int)(rate % 10));
        buf_puts(fact(facts, "visits.rate"), "%");
    }
    return STATUS_OK;
}

/* ---- asking ---- */

static enum status (*const gather[GROUPS])(struct summary_facts *facts) = {
    [OF_PERIOD] = gather_period,       [OF_OFFICE] = gather_office,       [OF_EVENTS] = gather_events,     [OF_FIGURES] = gather_figures,       [OF_NETWORK] = gather_network, [OF_HONOURS] = gather_honours,
    [OF_TRAININGS] = gather_trainings, [OF_DOCUMENTS] = gather_documents, [OF_MEETINGS] = gather_meetings, [OF_ASSESSMENT] = gather_assessment, [OF_LETTERS] = gather_letters, [OF_VISITS] = gather_visits,
};

const char *summary_fact(struct summary_facts *facts, const char *name, enum status *status, struct errmsg *err)
{
    size_t i = 0;

    *status = STATUS_OK;
    while (i < N_FACTS && strcmp(table[i].name, name) != 0)
        i++;
    if (i == N_FACTS)
        return NULL;
    if (!facts->gathered[table[i].group]) {
        facts->gathered[table[i].group] = true;
        facts->err = err;
        *status = gather[table[i].group](facts);
        facts->err = NULL;
    }
    return *status == STATUS_OK ? buf_cstr(&facts->texts[i]) : NULL;
}

enum status summary_campaign_text(const struct form_desk *desk, const struct summary_campaign *campaign, bool round, struct buf *out, struct errmsg *err)
{
    struct record record;
    struct buf text;
    enum status status = records_get(desk->store, desk->actor, catalogue_find("campaign"), campaign->id, &record, err);

    if (status != STATUS_OK)
        return status;
    buf_init(&text, FACT_MAX_BYTES);
    status = campaign_text(desk->store, desk->actor, desk->codes, &record, round, &text, err);
    summary_tighten(buf_cstr(&text), text.len, out);
    buf_release(&text);
    record_release(&record);
    return status;
}
