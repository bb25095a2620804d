/* tests/bench/years.c - see years.h. */
#include "tests/bench/years.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/data/data.h"

static uint64_t below(struct years *years, uint64_t n)
{
    return random_below(years->random, n);
}

static void load_texts(struct years *years, const struct code_book *codes)
{
    const struct data_file *file = data_find("practice_texts.txt");
    for (size_t at = 0; at < file->len && years->n_texts < YEARS_TEXTS_MAX;) {
        const char *end = memchr(file->text + at, '\n', file->len - at);
        size_t len = end == NULL ? file->len - at : (size_t)(end - file->text) - at;
        years->texts[years->n_texts] = file->text + at;
        years->text_lens[years->n_texts++] = len;
        at += len + 1;
    }
    for (size_t i = 0; i < code_book_count(codes, "cause") && years->n_causes < YEARS_CAUSES_MAX; i += 3)
        years->causes[years->n_causes++] = code_book_at(codes, "cause", i)->code;
}

static void set(struct years_row *row, const char *field, struct value value)
{
    row->values[catalogue_field_index(row->type, catalogue_field(row->type, field))] = value;
}

static struct value pick(struct years *years, const char *const *codes, size_t n)
{
    const char *code = codes[below(years, n)];
    return code[0] == '\0' ? value_null() : value_string(code);
}
#define PICK(row, field, ...) set(row, field, pick(years, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)))

static void give(struct years *years, struct years_row *row, struct id id, int64_t scope)
{
    row->id = id;
    row->scope = scope;
    years->put(years->context, row);
}

static void make_offices(struct years *years)
{
    static const char *const NAMES[YEARS_ORGS] = {"县法律援助中心", "永阳站", "白马站", "东屏站", "柘塘站", "石湫站", "洪蓝站", "和凤站", "晶桥站"};
    for (int64_t n = 1; n <= YEARS_ORGS; n++) {
        struct years_row org = {.type = catalogue_find("org")};
        set(&org, "number", value_int(n));
        set(&org, "name", value_string(NAMES[n - 1]));
        set(&org, "kind", value_string(n == 1 ? "center" : "station"));
        give(years, &org, id_make(years->random), 0);
    }
    for (size_t i = 0; i < YEARS_HANDLERS; i++) {
        struct years_row handler = {.type = catalogue_find("handler")};
        struct id id = id_make(years->random);
        set(&handler, "name", value_string("李律师"));
        PICK(&handler, "kind", "01", "02", "02", "03", "04", "05");
        give(years, &handler, id, 0);
        id_format(id, years->handlers[i]);
    }
}

static void put_person(struct years *years, struct years_row *row)
{
    PICK(row, "sex", "1", "2");
    PICK(row, "categories", "", "", "04", "05", "05", "01,05", "06", "10,16");
    PICK(row, "town", "320117001", "320117002", "320117003", "320117004", "320117101");
}

static void put_text(struct years *years, struct years_row *row, const char *field)
{
    size_t at = below(years, years->n_texts);
    set(row, field, value_text(years->texts[at], years->text_lens[at]));
}

/* Rows come in the order of their days, more or less; part of 1. */
static int64_t some_day(struct years *years, double part)
{
    int64_t day = (int64_t)(part * (years->days - 40)) + (int64_t)below(years, 30);
    return years->first + day;
}

static void add_consultation(struct years *years, double part)
{
    struct years_row row = {.type = catalogue_find("consultation")};
    set(&row, "date", value_int(some_day(years, part)));
    set(&row, "name", value_string("张文芳"));
    set(&row, "phone", value_string("13900000001"));
    put_person(years, &row);
    PICK(&row, "category", "01", "02", "05", "08", "14", "21", "23");
    PICK(&row, "handling", "01", "01", "02", "03", "04");
    PICK(&row, "channel", "01", "01", "02", "05", "06");
    PICK(&row, "age_band", "", "1", "2", "2", "3");
    set(&row, "persons", value_int(1 + (int64_t)(below(years, 8) == 0)));
    set(&row, "matters", value_int(1));
    put_text(years, &row, "content");
    put_text(years, &row, "answer");
    give(years, &row, id_make(years->random), 1 + (int64_t)below(years, YEARS_ORGS));
}

static void put_ending(struct years *years, struct years_row *row, int64_t decided)
{
    int64_t ended = decided + 20 + (int64_t)below(years, 200);
    if (ended >= years->first + years->days)
        return;
    bool stopped = below(years, 30) == 0;
    set(row, stopped ? "terminated_on" : "closed_on", value_int(ended));
    if (stopped)
        return;
    PICK(row, "outcome", "01", "02", "03", "04", "04", "05", "06", "07", "08", "09");
    set(row, "recovered", value_int((int64_t)below(years, 10000000)));
    if (below(years, 4) == 0)
        set(row, "wages_recovered", value_int((int64_t)below(years, 5000000)));
}

static void put_decision(struct years *years, struct years_row *row, int64_t received)
{
    int64_t decided = received + (int64_t)below(years, 8);
    bool refused = below(years, 15) == 0;
    set(row, "decision", value_string(refused ? "02" : "01"));
    set(row, "decided_on", value_int(decided));
    if (refused) {
        PICK(row, "refuse_reason", "01", "02", "03");
        return;
    }
    PICK(row, "aid_form", "05", "05", "06", "07", "08", "11");
    set(row, "handler_ref", value_string(years->handlers[below(years, YEARS_HANDLERS)]));
    put_ending(years, row, decided);
}

static void add_case(struct years *years, double part)
{
    struct years_row row = {.type = catalogue_find("case")};
    int64_t received = some_day(years, part);
    uint64_t type = below(years, 100);
    struct id id = id_make(years->random);
    set(&row, "name", value_string("王建国"));
    set(&row, "phone", value_string("13900000001"));
    put_person(years, &row);
    set(&row, "born", value_int(received - 5000 - (int64_t)below(years, 25000)));
    PICK(&row, "ethnic", "01", "01", "01", "03", "10");
    set(&row, "case_type", value_string(type < 27 ? "01" : type < 97 ? "02" : "03"));
    PICK(&row, "matter", "M1", "M2", "M4", "M5", "M7");
    PICK(&row, "stage", "02", "03", "04", "04", "05");
    PICK(&row, "source", type < 27 ? "11" : "41", "41", "21");
    set(&row, "cause", value_string(years->causes[below(years, years->n_causes)]));
    PICK(&row, "state", "S5", "S8", "S10");
    set(&row, "received_on", value_int(received));
    put_text(years, &row, "narrative");
    if (below(years, 50) != 0)
        put_decision(years, &row, received);
    give(years, &row, id, 1 + (int64_t)below(years, YEARS_ORGS));
    if (below(years, 50) != 0)
        return;
    struct years_row party = {.type = catalogue_find("party")};
    char ref[ID_TEXT_BYTES];
    id_format(id, ref);
    set(&party, "case_id", value_string(ref));
    set(&party, "role", value_string("04"));
    set(&party, "name", value_string("赵秀兰"));
    give(years, &party, id_make(years->random), 1);
}

void years_open(struct years *years, const struct code_book *codes, years_put put, void *context)
{
    int32_t end = 0;
    memset(years, 0, sizeof *years);
    years->seed = 7;
    years->random = random_seeded(&years->seed);
    years->put = put;
    years->context = context;
    if (day_from_ymd(2016, 1, 1, &years->first) != STATUS_OK || day_from_ymd(2026, 1, 1, &end) != STATUS_OK)
        abort();
    years->days = end - years->first;
    load_texts(years, codes);
}

void years_fill(struct years *years, size_t consultations, size_t cases)
{
    make_offices(years);
    for (size_t i = 0; i < consultations; i++)
        add_consultation(years, (double)i / (double)consultations);
    for (size_t i = 0; i < cases; i++)
        add_case(years, (double)i / (double)cases);
}
