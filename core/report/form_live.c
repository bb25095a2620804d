/* core/report/form_live.c - see form_live.h: the table of families, and one walk for each. */
#include "core/report/form_live.h"

#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/outreach/figure.h"
#include "core/quality/complaint.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 4096, FIRST_COLUMN = 4 /* behind n, id, scope, day */ };

struct walk {
    const struct form_desk *desk;
    int32_t from, to;
    int family;
    uint64_t wanted;
    live_row row;
    void *context;
    struct errmsg *err;
    struct live_hit hit;
    bool stopped;
};

/* ---- rows ---- */

/* Add the row at hand to a member of the family walked. */
static void add(struct walk *walk, int member, int64_t amount)
{
    if (walk->stopped || amount == 0 || !(walk->wanted >> member & 1))
        return;
    walk->hit.member = walk->family * LIVE_FAMILY_MEMBERS + member;
    walk->hit.amount = amount;
    walk->stopped = !walk->row(walk->context, &walk->hit);
}

/* Rows of a type in order of the day column: n, id, scope, the day, then `columns`. where: over ?1 = from, ?2 = to (it names ?2 at least). */
static struct stmt *select_rows(struct walk *walk, const char *type, const char *day, const char *columns, const char *where)
{
    struct buf sql;
    int index = 3;

    walk->hit.type = catalogue_find(type);
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT n,id,scope,%s,%s FROM \"%s\" WHERE %s AND gone=0", day, columns, type, where);
    row_scope_sql(walk->desk->actor, &sql, &index);
    buf_printf(&sql, " ORDER BY %s,n", day);
    struct stmt *stmt = store_prepare_buf(walk->desk->store, &sql);
    buf_release(&sql);
    index = 3;
    stmt_int(stmt, 1, walk->from);
    stmt_int(stmt, 2, walk->to);
    row_scope_bind(walk->desk->actor, stmt, &index);
    return stmt;
}

/* The next row that is wanted becomes the one at hand. */
static bool next_row(struct walk *walk, struct stmt *stmt, enum status *status)
{
    if (walk->stopped) {
        stmt_reset(stmt);
        *status = STATUS_OK;
        return false;
    }
    if (!stmt_row(stmt, status, walk->err))
        return false;
    walk->hit.n = stmt_column_int(stmt, 0);
    walk->hit.id = stmt_column_id(stmt, 1);
    walk->hit.org = stmt_column_int(stmt, 2) != 0 ? stmt_column_int(stmt, 2) : ORG_NUMBER_CENTER;
    walk->hit.day = stmt_column_is_null(stmt, 3) ? TALLY_NO_DAY : (int32_t)stmt_column_int(stmt, 3);
    return true;
}

/* The number of a code of one or two digits; 0: none. */
static int code_at(struct stmt *stmt, int column)
{
    size_t len;
    const char *code = stmt_column_text(stmt, column, &len);
    int number = 0;

    for (size_t i = 0; i < len && code[i] >= '0' && code[i] <= '9'; i++)
        number = number * 10 + (code[i] - '0');
    return number;
}

#define IN_PERIOD "date BETWEEN ?1 AND ?2"
#define ORG_OPEN "coalesce(closed,0)=0 AND coalesce(opened_on,?2)<=?2"

/* ---- orgs: each counts for itself ---- */

static bool is_own(struct walk *walk, int64_t number)
{
    walk->hit.org = number;
    return walk->desk->actor->all_scopes || number == walk->desk->actor->org;
}

static enum status walk_centers(struct walk *walk)
{
    struct stmt *stmt = select_rows(walk, "org", "opened_on", "number", "kind='center' AND " ORG_OPEN);
    enum status status;

    while (next_row(walk, stmt, &status))
        if (is_own(walk, stmt_column_int(stmt, FIRST_COLUMN)))
            add(walk, 0, 1);
    return status;
}

static enum status walk_stations(struct walk *walk)
{
    enum { ALL, HOST, HOSTS = 13, MANNED = HOST + HOSTS };
    struct stmt *stmt = select_rows(walk, "org", "opened_on", "number,host,coalesce(full_time,0)", "kind IN ('station','branch') AND " ORG_OPEN);
    enum status status;

    while (next_row(walk, stmt, &status)) {
        int host = code_at(stmt, FIRST_COLUMN + 1);
        if (!is_own(walk, stmt_column_int(stmt, FIRST_COLUMN)))
            continue;
        add(walk, ALL, 1);
        if (host >= 1 && host <= HOSTS) {
            add(walk, HOST + host - 1, 1);
            add(walk, MANNED + host - 1, stmt_column_int(stmt, FIRST_COLUMN + 2));
        }
    }
    return status;
}

/* ---- people ---- */

static enum status walk_staff_of(struct walk *walk, const char *org_kind, int first)
{
    enum { ALL, WOMEN, LAW, POSTGRADUATE, UNDERGRADUATE, QUALIFIED = 10, LAWYER };
    char where[256];
    enum status status;

    snprintf(where, sizeof where, "org IN (SELECT lower(hex(id)) FROM org WHERE kind='%s' AND gone=0) AND coalesce(date,?2)<=?2 AND (left_on IS NULL OR left_on>?2)", org_kind);
    struct stmt *stmt = select_rows(walk, "staff", "date", "sex='2',coalesce(law_major,0),education,coalesce(qualified,0),coalesce(lawyer,0)", where);
    while (next_row(walk, stmt, &status)) {
        int education = code_at(stmt, FIRST_COLUMN + 2) / 10;
        add(walk, first + ALL, 1);
        add(walk, first + WOMEN, stmt_column_int(stmt, FIRST_COLUMN));
        add(walk, first + LAW, stmt_column_int(stmt, FIRST_COLUMN + 1));
        add(walk, first + POSTGRADUATE, education == 1);
        add(walk, first + UNDERGRADUATE, education == 2);
        add(walk, QUALIFIED, stmt_column_int(stmt, FIRST_COLUMN + 3));
        add(walk, LAWYER, stmt_column_int(stmt, FIRST_COLUMN + 4));
    }
    return status;
}

static enum status walk_staff(struct walk *walk)
{
    enum status status = walk_staff_of(walk, "bureau", 0);

    return status == STATUS_OK ? walk_staff_of(walk, "center", 5) : status;
}

static enum status walk_volunteers(struct walk *walk)
{
    struct stmt *stmt = select_rows(walk, "volunteer", "date", "1", "date<=?2 AND (left_on>?2 OR (left_on IS NULL AND coalesce(state,'V1') NOT IN ('V4','V5')))");
    enum status status;

    while (next_row(walk, stmt, &status))
        add(walk, 0, 1);
    return status;
}

/* ---- of the period ---- */

static enum status walk_honours(struct walk *walk)
{
    enum { UNIT, PERSON = 2 };
    struct stmt *stmt = select_rows(walk, "honour", "date", "level,coalesce(collective,1)", IN_PERIOD);
    enum status status;

    while (next_row(walk, stmt, &status)) {
        int level = code_at(stmt, FIRST_COLUMN), of = stmt_column_int(stmt, FIRST_COLUMN + 1) != 0 ? UNIT : PERSON;
        if (level >= 1 && level <= 3)
            add(walk, of + (level > 1), 1);
    }
    return status;
}

static enum status walk_media(struct walk *walk)
{
    enum { KINDS = 3 };
    struct stmt *stmt = select_rows(walk, "media_item", "date", "kind,coalesce(times,1)", IN_PERIOD);
    enum status status;

    while (next_row(walk, stmt, &status)) {
        int kind = code_at(stmt, FIRST_COLUMN);
        if (kind >= 1 && kind <= KINDS)
            add(walk, kind - 1, stmt_column_int(stmt, FIRST_COLUMN + 1));
    }
    return status;
}

static bool add_complaint(void *context, const struct complaint_counted *complaint)
{
    enum { ALL, MATTER, FINDING = MATTER + COMPLAINT_MATTERS, APPEAL = FINDING + COMPLAINT_FINDINGS };
    struct walk *walk = context;

    walk->hit.id = complaint->id;
    walk->hit.n = complaint->n;
    walk->hit.org = complaint->scope != 0 ? complaint->scope : ORG_NUMBER_CENTER;
    walk->hit.day = complaint->date;
    add(walk, ALL, complaint->received);
    if (complaint->received && complaint->matter >= 1 && complaint->matter <= COMPLAINT_MATTERS)
        add(walk, MATTER + complaint->matter - 1, 1);
    walk->hit.day = complaint->resolved_on;
    if (complaint->resolved && complaint->finding >= 1 && complaint->finding <= COMPLAINT_FINDINGS)
        add(walk, FINDING + complaint->finding - 1, 1);
    if (complaint->resolved && complaint->appeal >= 1 && complaint->appeal <= COMPLAINT_APPEALS)
        add(walk, APPEAL + complaint->appeal - 1, 1);
    return !walk->stopped;
}

static enum status walk_complaints(struct walk *walk)
{
    struct complaint_query query = {.from = walk->from, .to = walk->to};
    struct complaint_counts counts;

    walk->hit.type = catalogue_find("complaint");
    return complaint_count(walk->desk->store, walk->desk->actor, &query, &counts, add_complaint, walk, walk->err);
}

/* ---- trainings ---- */

struct training_walk {
    struct walk *walk;
    int member;
    enum status status;
};

static bool add_part_row(void *context, const struct figure_part_row *row)
{
    struct training_walk *training = context;
    struct walk *walk = training->walk;

    walk->hit.type = row->type;
    walk->hit.id = row->id;
    walk->hit.n = row->n;
    walk->hit.org = row->scope != 0 ? row->scope : ORG_NUMBER_CENTER;
    walk->hit.day = row->day;
    add(walk, training->member, row->amount);
    return !walk->stopped;
}

static bool walk_figure(void *context, const struct figure *figure)
{
    enum { COURSES, PEOPLE };
    struct training_walk *training = context;
    const struct form_desk *desk = training->walk->desk;

    training->member = strcmp(figure->name, "trainings") == 0 ? COURSES : PEOPLE;
    for (size_t i = 0; i < figure->n_parts && training->status == STATUS_OK && !training->walk->stopped; i++)
        training->status = figure_part_rows(desk->store, desk->actor, desk->codes, &figure->parts[i], add_part_row, training, training->walk->err);
    return training->status == STATUS_OK && !training->walk->stopped;
}

static enum status walk_trainings(struct walk *walk)
{
    static const char *const names[] = {"trainings", "training_persons", NULL};
    static const struct figure_want want = {.names = names};
    struct event_choice choice = event_choice_period(walk->from, walk->to);
    struct training_walk training = {.walk = walk, .status = STATUS_OK};
    enum status status = figures_some(walk->desk->store, walk->desk->actor, walk->desk->codes, &choice, &want, walk_figure, &training, walk->err);

    return status == STATUS_OK ? training.status : status;
}

/* ---- subsidies ---- */

/* The first column of the row that a reference in column `at` of another statement names; NULL stmt: it names none. The statement stands on it. */
static struct stmt *referred(struct walk *walk, struct stmt *from, int at, const char *sql, enum status *status)
{
    struct id id;
    size_t len;
    const char *text = stmt_column_text(from, at, &len);
    struct stmt *stmt;

    *status = STATUS_OK;
    if (id_parse(text, len, &id) != STATUS_OK)
        return NULL;
    stmt = store_prepare(walk->desk->store, sql);
    stmt_id(stmt, 1, id);
    return stmt_row(stmt, status, walk->err) ? stmt : NULL;
}

/* 0 criminal 1 civil litigation 2 civil other 3 administrative litigation 4 administrative other; -1 none. */
static int track_of_case(struct stmt *kase)
{
    size_t len;
    int type = code_at(kase, 0);
    bool litigation = count_is_litigation(stmt_column_text(kase, 1, &len), stmt_column_text(kase, 2, &len), stmt_column_text(kase, 3, &len));

    return type == COUNT_CRIMINAL ? 0 : type == COUNT_CIVIL ? (litigation ? 1 : 2) : type == COUNT_ADMINISTRATIVE ? (litigation ? 3 : 4) : -1;
}

static enum status add_payment(struct walk *walk, struct stmt *payment)
{
    enum { AMOUNT = FIRST_COLUMN, HANDLER, CASE, KINDS = 5 };
    int64_t amount = stmt_column_int(payment, AMOUNT);
    enum status status;
    struct stmt *row = referred(walk, payment, HANDLER, "SELECT kind FROM handler WHERE id=?1 AND gone=0", &status);

    if (row != NULL) {
        int kind = code_at(row, 0);
        stmt_reset(row);
        if (kind >= 1 && kind <= KINDS)
            add(walk, kind - 1, amount);
    }
    if (status == STATUS_OK)
        row = referred(walk, payment, CASE, "SELECT case_type,aid_form,stage,outcome FROM \"case\" WHERE id=?1 AND gone=0", &status);
    if (status == STATUS_OK && row != NULL) {
        int track = track_of_case(row);
        stmt_reset(row);
        if (track >= 0)
            add(walk, KINDS + track, amount);
    }
    return status;
}

static enum status walk_payments(struct walk *walk)
{
    struct stmt *stmt = select_rows(walk, "payment", "paid_on", "amount,handler_ref,case_id", "paid_on BETWEEN ?1 AND ?2");
    enum status status;

    while (next_row(walk, stmt, &status)) {
        status = add_payment(walk, stmt);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            return status;
        }
    }
    return status;
}

/* ---- all of them ---- */

#define THIRTEEN(word) word "01 " word "02 " word "03 " word "04 " word "05 " word "06 " word "07 " word "08 " word "09 " word "10 " word "11 " word "12 " word "13"

/* Members in the order of the numbers that the walks give them. */
static const struct {
    const char *name, *members;
    enum status (*walk)(struct walk *walk);
} families[LIVE_FAMILIES] = {
    {"org", "center", walk_centers},
    {"station", "all " THIRTEEN("host_") " " THIRTEEN("manned_"), walk_stations},
    {"staff",
     "bureau_all bureau_women bureau_law bureau_postgraduate bureau_undergraduate center_all center_women center_law center_postgraduate center_undergraduate qualified lawyer", walk_staff},
    {"volunteer", "roster", walk_volunteers},
    {"honour", "unit_high unit_low person_high person_low", walk_honours},
    {"media", "broadcast print online", walk_media},
    {"training", "courses people", walk_trainings},
    {"complaint", "all matter_1 matter_2 matter_3 matter_4 finding_1 finding_2 finding_3 appeal_1 appeal_2", walk_complaints},
    {"payment", "agency lawyer legal_worker organisation volunteer criminal civil_litigation civil_other administrative_litigation administrative_other", walk_payments},
};

/* The position of a word in a list divided by blanks; -1. */
static int position(const char *list, const char *word)
{
    for (int i = 0; *list != '\0'; i++) {
        size_t len = strcspn(list, " ");
        if (len == strlen(word) && strncmp(list, word, len) == 0)
            return i;
        list += len + (list[len] == ' ');
    }
    return -1;
}

int form_live_find(const char *name)
{
    const char *dot = strchr(name, '.');

    for (int family = 0; dot != NULL && family < LIVE_FAMILIES; family++) {
        if (strlen(families[family].name) != (size_t)(dot - name) || strncmp(families[family].name, name, (size_t)(dot - name)) != 0)
            continue;
        int member = position(families[family].members, dot + 1);
        return member < 0 ? -1 : family * LIVE_FAMILY_MEMBERS + member;
    }
    return -1;
}

void live_want(struct live_wanted *wanted, int member)
{
    wanted->members[member / LIVE_FAMILY_MEMBERS] |= UINT64_C(1) << (member % LIVE_FAMILY_MEMBERS);
}

enum status form_live_each(const struct form_desk *desk, const struct live_wanted *wanted, int32_t from, int32_t to, live_row row, void *context, struct errmsg *err)
{
    struct walk walk = {.desk = desk, .from = from, .to = to, .row = row, .context = context, .err = err};
    enum status status = STATUS_OK;

    for (int family = 0; family < LIVE_FAMILIES && status == STATUS_OK && !walk.stopped; family++) {
        walk.family = family;
        walk.wanted = wanted->members[family];
        if (walk.wanted != 0)
            status = families[family].walk(&walk);
    }
    return status;
}
