/* tests/form_world.c - see tests/form_world.h. */
#include "tests/form_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/form_book.h"
#include "core/base/day.h"
#include "tests/paper_case.h"

enum { PAIRS_MAX = 40, PAIR_BYTES = 96, KEPT = 64, FIRST_DAY = 20362 /* 2025-10-01 */, DAYS = 300 };

/* "field=value" texts of one record. */
struct pairs {
    char text[PAIRS_MAX][PAIR_BYTES];
    const char *list[PAIRS_MAX + 1];
    size_t n;
};

struct making {
    struct node *center;
    uint64_t state;
    struct pairs pairs;
    struct id orgs[FORM_WORLD_ORGS + 2]; /* by number */
    struct id handlers[5], cases[KEPT], consultations[KEPT], groups[4];
    size_t n_cases, n_consultations;
};

static uint32_t roll(struct making *making, uint32_t sides)
{
    making->state = making->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(making->state >> 33) % sides;
}

static bool chance(struct making *making, uint32_t percent)
{
    return roll(making, 100) < percent;
}

static void begin(struct making *making)
{
    making->pairs.n = 0;
}

static void add(struct making *making, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct making *making, const char *format, ...)
{
    struct pairs *pairs = &making->pairs;
    va_list args;

    assert_true(pairs->n < PAIRS_MAX);
    va_start(args, format);
    vsnprintf(pairs->text[pairs->n], PAIR_BYTES, format, args);
    va_end(args);
    pairs->list[pairs->n] = pairs->text[pairs->n];
    pairs->list[++pairs->n] = NULL;
}

/* One of the words, divided by blanks; now and then none. */
static void add_one_of(struct making *making, uint32_t percent, const char *field, const char *words)
{
    size_t n = 1;

    if (!chance(making, percent))
        return;
    for (const char *at = words; *at != '\0'; at++)
        n += *at == ' ';
    for (uint32_t skip = roll(making, (uint32_t)n); skip > 0; skip--)
        words = strchr(words, ' ') + 1;
    add(making, "%s=%.*s", field, (int)strcspn(words, " "), words);
}

static void add_day(struct making *making, const char *field, int32_t day)
{
    char text[DAY_TEXT_BYTES];

    day_format(day, text);
    add(making, "%s=%s", field, text);
}

static int32_t any_day(struct making *making)
{
    return FIRST_DAY + (int32_t)roll(making, DAYS);
}

static void add_ref(struct making *making, const char *field, struct id id)
{
    char text[ID_TEXT_BYTES];

    id_format(id, text);
    add(making, "%s=%s", field, text);
}

static struct id end(struct making *making, int64_t org, const char *type)
{
    struct record record = paper_record(making->center, org, type, making->pairs.list);
    struct id id = record.id;

    record_release(&record);
    return id;
}

static int64_t any_org(struct making *making)
{
    return 1 + roll(making, FORM_WORLD_ORGS);
}

/* ---- registers ---- */

static void make_orgs(struct making *making)
{
    static const char *const kinds[] = {"station", "station", "branch", "point", "bureau"};

    for (int i = 0; i < 5; i++) {
        begin(making);
        add(making, "number=%d", i + 2);
        add(making, "code=o%d", i + 2);
        add(making, "name=机构%d", i + 2);
        add(making, "kind=%s", kinds[i]);
        add_one_of(making, 80, "host", "01 02 04 06 13");
        add_one_of(making, 70, "full_time", "是 否");
        add_one_of(making, 50, "opened_on", "2020-01-01 2026-03-10");
        making->orgs[i + 2] = end(making, 1, "org");
    }
    struct stmt *stmt = store_prepare(making->center->store, "SELECT id FROM org WHERE number=1");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    making->orgs[1] = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
}

static void make_people(struct making *making)
{
    for (int i = 0; i < 5; i++) {
        begin(making);
        add(making, "name=承办人%d", i);
        add(making, "kind=0%d", i + 1);
        making->handlers[i] = end(making, 0, "handler");
    }
    for (int i = 0; i < 20; i++) {
        begin(making);
        add(making, "name=人员%d", i);
        add_ref(making, "org", making->orgs[i % 3 == 0 ? 6 : i % 3 == 1 ? 1 : 2]);
        add_one_of(making, 90, "sex", "1 2");
        add_one_of(making, 90, "education", "11 14 20 21 31 61");
        add_one_of(making, 90, "law_major", "是 否");
        add_one_of(making, 90, "qualified", "是 否");
        add_one_of(making, 90, "lawyer", "是 否");
        if (chance(making, 60))
            add_day(making, "date", any_day(making));
        if (chance(making, 30))
            add_day(making, "left_on", any_day(making));
        end(making, 1, "staff");
        begin(making);
        add(making, "name=志愿者%d", i);
        add(making, "source=1");
        add_day(making, "date", any_day(making));
        add_one_of(making, 30, "state", "V4 V5");
        if (chance(making, 30))
            add_day(making, "left_on", any_day(making));
        end(making, any_org(making), "volunteer");
    }
}

static void make_outreach(struct making *making)
{
    for (int i = 0; i < 30; i++) {
        begin(making);
        add(making, "title=荣誉%d", i);
        add(making, "name=某");
        add_day(making, "date", any_day(making));
        add_one_of(making, 100, "level", "1 2 3 4");
        add_one_of(making, 90, "collective", "是 否");
        end(making, any_org(making), "honour");
        begin(making);
        add(making, "title=报道%d", i);
        add(making, "outlet=某报");
        add_day(making, "date", any_day(making));
        add_one_of(making, 100, "kind", "1 2 3");
        add_one_of(making, 60, "times", "1 4");
        end(making, any_org(making), "media_item");
        begin(making);
        add(making, "matter=%u", 1 + roll(making, 4));
        int32_t day = any_day(making);
        add_day(making, "date", day);
        if (chance(making, 60)) {
            add(making, "state=K3");
            add_day(making, "resolved_on", day + (int32_t)roll(making, 45));
            add_one_of(making, 90, "finding", "1 2 3");
            add_one_of(making, 40, "appeal", "1 2");
        }
        end(making, any_org(making), "complaint");
    }
    for (int i = 0; i < 8; i++) {
        begin(making);
        add(making, "title=培训%d", i);
        add_day(making, "date", any_day(making));
        add_one_of(making, 70, "persons", "12 30");
        struct id training = end(making, any_org(making), "training");
        for (uint32_t person = roll(making, 4); person > 0; person--) {
            begin(making);
            add(making, "name=学员%u", person);
            add_day(making, "date", any_day(making));
            add_one_of(making, 80, "result", "1 2 3");
            add_ref(making, "training", training);
            end(making, any_org(making), "attendance");
        }
        begin(making);
        add(making, "title=活动%d", i);
        add(making, "kind=12");
        add_day(making, "date", any_day(making));
        add_one_of(making, 80, "persons", "5 50");
        end(making, any_org(making), "event");
    }
}

/* ---- consultations ---- */

static void make_consultation(struct making *making)
{
    begin(making);
    add_day(making, "date", any_day(making));
    add(making, "topic=咨询");
    add_one_of(making, 90, "sex", "1 2");
    add_one_of(making, 60, "age_band", "1 2 3");
    add_one_of(making, 80, "category", "01 02 03 05 12 14 16 22 24 27 29 30");
    add_one_of(making, 60, "stat_topic", "101 103 109 119 201 205 209 219 302 304 319 401 403 419");
    add_one_of(making, 95, "channel", "01 02 03 04 05 06 07");
    add_one_of(making, 90, "handling", "01 02 03 04 06");
    add_one_of(making, 40, "categories", "01,04 05 06 07 15 16 09 02");
    add_one_of(making, 50, "persons", "1 2 7");
    add_one_of(making, 50, "matters", "1 3");
    struct id id = end(making, any_org(making), "consultation");
    making->consultations[making->n_consultations++ % KEPT] = id;
}

/* ---- cases ---- */

static void add_person(struct making *making, int32_t received)
{
    add_one_of(making, 95, "sex", "1 2");
    if (chance(making, 90))
        add_day(making, "born", received - 365 * (int32_t)(5 + roll(making, 80)));
    add_one_of(making, 90, "ethnic", "01 03 11");
    add_one_of(making, 50, "categories", "01 02 01,05 04 05 06 07 15 16");
}

static void add_kind(struct making *making, int type)
{
    add(making, "case_type=0%d", type);
    add_one_of(making, 90, "stage", type == 1 ? "02 03 04 05 06 12 13" : "01 04 05 07 08 10 13");
    if (type == 1) {
        add_one_of(making, 95, "source", "11 11 12 21 22 23 24 31 32 33 34 51");
        add_one_of(making, 80, "legal_status", "11 12 13 14 16 17");
        add_one_of(making, 60, "notice_ground", "01 02 03 04 05 08 09");
        add_one_of(making, 80, "aid_form", "01 02 04 10");
    } else {
        add_one_of(making, 90, "source", "41 24");
        add_one_of(making, 70, "stat_matter", type == 2 ? "A1 A2 A3 B1 B2 B3 C1 C2 D1 D2 E1 F1 G1 H1 I1 J1 K1 Z1" : "R1 R2 R3 R4 R5 R6 R9 D1 D2");
        add_one_of(making, 90, "matter", "M1 M2 M3 M4 M5 M7 M9");
        add_one_of(making, 90, "aid_form", type == 2 ? "05 07 08 11 12" : "06 08 09");
    }
}

/* What the center decided, and how it ended. */
static void add_course(struct making *making, int type, int32_t received)
{
    int32_t decided = received + (int32_t)roll(making, 15), ended = decided + (int32_t)roll(making, 120);

    if (!chance(making, 85)) {
        add_one_of(making, 80, "state", "S1 S2 X2");
        return;
    }
    add_day(making, "decided_on", decided);
    if (chance(making, 20)) {
        add(making, "state=X4");
        add(making, "decision=02");
        add_one_of(making, 90, "refuse_reason", "01 02 03 04");
        return;
    }
    add_one_of(making, 100, "decision", "01 01 01 03");
    add_one_of(making, 100, "state", "S6 S8");
    if (chance(making, 90))
        add_ref(making, "handler_ref", making->handlers[roll(making, 5)]);
    if (!chance(making, 70))
        return;
    add_day(making, chance(making, 85) ? "closed_on" : "terminated_on", ended);
    add_one_of(making, 90, "outcome", type == 1 ? "01 08 09 10 12" : "01 02 03 04 05 06 07 11 12");
    if (chance(making, 60))
        add(making, "recovered=%u", 1 + roll(making, 9000000));
    if (type == 2 && chance(making, 30))
        add(making, "wages_recovered=%u", 1 + roll(making, 900000));
}

static void add_co_applicants(struct making *making, int64_t org, struct id kase)
{
    for (uint32_t i = roll(making, 3); i > 0; i--) {
        begin(making);
        add_ref(making, "case_id", kase);
        add(making, "name=共同%u", i);
        add_one_of(making, 100, "role", "04 04 01");
        add_one_of(making, 60, "id_no", "11010519491231002X 320124201203041235");
        end(making, org, "party");
    }
}

static void add_payment(struct making *making, int64_t org, struct id kase)
{
    begin(making);
    add_ref(making, "case_id", kase);
    if (chance(making, 85))
        add_ref(making, "handler_ref", making->handlers[roll(making, 5)]);
    add(making, "amount=%u", 10000 + roll(making, 200000));
    add_day(making, "paid_on", any_day(making));
    end(making, org, "payment");
}

static void make_case(struct making *making)
{
    int type = 1 + (int)roll(making, 3);
    int32_t received = any_day(making);
    int64_t org = any_org(making);

    begin(making);
    add(making, "name=某人");
    add_day(making, "received_on", received);
    add_person(making, received);
    add_kind(making, type);
    add_course(making, type, received);
    if (chance(making, 5))
        add(making, "sealed=是");
    if (chance(making, 20))
        add_ref(making, "case_group", making->groups[roll(making, 4)]);
    if (chance(making, 20) && making->n_consultations > 0)
        add_ref(making, "consultation", making->consultations[roll(making, (uint32_t)(making->n_consultations < KEPT ? making->n_consultations : KEPT))]);
    struct id id = end(making, org, "case");
    making->cases[making->n_cases++ % KEPT] = id;
    if (chance(making, 30))
        add_co_applicants(making, org, id);
    if (chance(making, 40))
        add_payment(making, org, id);
}

static void make_groups(struct making *making)
{
    for (int i = 0; i < 4; i++) {
        begin(making);
        add(making, "title=群体%d", i);
        add(making, "date=2026-01-01");
        add(making, "divisible=%s", i % 2 == 0 ? "是" : "否");
        making->groups[i] = end(making, 1, "case_group");
    }
}

/* ---- entries by hand ---- */

static void make_entries(struct making *making)
{
    struct form_book *book;

    assert_int_equal(form_book_new(&book, NULL), STATUS_OK);
    for (size_t f = 0; f < form_book_count(book); f++) {
        const struct ministry_form *form = form_book_at(book, f);
        for (size_t c = 0; c < form->n_columns; c++) {
            const struct form_column *column = &form->columns[c];
            for (uint32_t i = column->by_hand ? 1 + roll(making, 4) : roll(making, 12) == 0; i > 0; i--) {
                char cell[FORM_CELL_BYTES];
                form_cell_name(form, column, cell);
                begin(making);
                add(making, "cell=%s", cell);
                add_day(making, "date", any_day(making));
                add(making, "%s=%d", column->money ? "money" : "amount", (int)roll(making, 1000) - (column->by_hand ? 0 : 500));
                add(making, "basis=手填");
                if (chance(making, 40))
                    add_ref(making, "org", making->orgs[1 + roll(making, FORM_WORLD_ORGS)]);
                end(making, 1, "stat_entry");
            }
        }
    }
    form_book_free(book);
}

void form_world_fill(struct node *center, uint64_t seed, size_t n_cases, size_t n_consultations)
{
    struct making *making = calloc(1, sizeof *making);

    assert_non_null(making);
    making->center = center;
    making->state = seed;
    make_orgs(making);
    make_people(making);
    make_outreach(making);
    make_groups(making);
    for (size_t i = 0; i < n_consultations; i++)
        make_consultation(making);
    for (size_t i = 0; i < n_cases; i++)
        make_case(making);
    make_entries(making);
    free(making);
}
