/* tests/test_cli_report.c - reports on the command line: every kind as text and JSON, files and what stops them, rows behind cells, snapshots, scope, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/bytes.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/paper/paper.h"
#include "core/report/ministry_form.h"
#include "core/report/spreadsheet.h"
#include "core/report/summary.h"
#include "tests/office.h"
#include "tests/unzip.h"

/* 2026-06-27 10:00 in the office */
static const int64_t NOW_MS = INT64_C(1782525600000), DAY_MS = INT64_C(86400000);

static struct office desk;

/* A center and a station: three civil cases of this half-year, one criminal, one of last year; consultations at both. */
static void fill(struct world *world)
{
    struct node *center = &world->center, *station = &world->stations[0];
    center->actor.now_ms = station->actor.now_ms = NOW_MS;
    struct id handler = node_make(center, "handler", "name=王律师", "kind=02", NULL);
    node_make(center, "case", "name=张文芳", "case_type=民事", "received_on=2026-01-05", "decided_on=2026-01-08", "decision=01", "state=S9", "cause=追索劳动报酬纠纷", "source=41", "aid_form=05",
              "closed_on=2026-03-02", "outcome=01", "recovered=12345.67元", "sex=2", "born=1980-01-01", node_ref("handler_ref", handler), NULL);
    node_make(center, "case", "name=李强", "case_type=民事", "received_on=2026-02-05", "decided_on=2026-02-08", "decision=01", "state=S8", "cause=离婚纠纷", "source=41", "aid_form=05", "sex=1", NULL);
    node_make(center, "case", "name=封存的", "case_type=刑事", "received_on=2026-02-06", "decided_on=2026-02-07", "decision=01", "state=S8", "source=11", "stage=04", "notice_ground=01", "sealed=是", NULL);
    node_make(center, "case", "name=去年的", "case_type=民事", "received_on=2025-03-05", "decided_on=2025-03-08", "decision=01", "state=S8", "cause=离婚纠纷", "source=41", "aid_form=05", NULL);
    node_make(center, "consultation", "date=2026-03-05", "name=赵", "content=工资", "category=劳动纠纷", "persons=3", "matters=1", "town=永阳街道", NULL);
    world_sync(world, 0);
    node_make(station, "consultation", "date=2026-03-06", "name=钱", "content=离婚", "category=婚姻家庭", "persons=2", "matters=1", NULL);
    world_sync(world, 0);
}

static int set_up(void **state)
{
    (void)state;
    return office_make(&desk, 1, fill);
}

static int tear_down(void **state)
{
    (void)state;
    return office_remove(&desk);
}

static void run(const char *line, int code, const char *says)
{
    command_expect(desk.center, NOW_MS, line, code, says);
}

static void run_to(const char *line, const char *file, int code, const char *says)
{
    office_run_to(&desk, NOW_MS, line, file, code, says);
}

/* ---- reading JSON ---- */

/* Walks one JSON text; `at` names a place like "cells.R1" or "rows.0.2". */
struct walk {
    struct json_reader reader;
    struct buf text;
    const char *wanted;
    char path[256], found[4096];
    bool has;
};

static void walk_value(struct walk *walk, enum json_token token);

static void walk_inside(struct walk *walk, bool object)
{
    size_t len = strlen(walk->path);
    for (int n = 0;; n++) {
        enum json_token token = json_next(&walk->reader);
        if (token == (object ? JSON_OBJECT_END : JSON_ARRAY_END))
            break;
        if (token == JSON_BAD)
            fail_msg("bad JSON: %s", walk->reader.problem);
        if (object)
            snprintf(walk->path + len, sizeof walk->path - len, "%s%s", len ? "." : "", buf_cstr(&walk->text));
        else
            snprintf(walk->path + len, sizeof walk->path - len, "%s%d", len ? "." : "", n);
        walk_value(walk, object ? json_next(&walk->reader) : token);
        walk->path[len] = '\0';
    }
}

static void walk_value(struct walk *walk, enum json_token token)
{
    if (token == JSON_OBJECT || token == JSON_ARRAY) {
        walk_inside(walk, token == JSON_OBJECT);
        return;
    }
    if (strcmp(walk->path, walk->wanted) != 0)
        return;
    walk->has = true;
    snprintf(walk->found, sizeof walk->found, "%s", token == JSON_NULL ? "null" : token == JSON_TRUE ? "true" : token == JSON_FALSE ? "false" : buf_cstr(&walk->text));
}

static bool json_find(const char *json, const char *wanted, char *found, size_t size)
{
    struct walk *walk = calloc(1, sizeof *walk);
    assert_non_null(walk);
    walk->wanted = wanted;
    buf_init(&walk->text, 1 << 20);
    json_reader_init(&walk->reader, json, strlen(json), &walk->text);
    walk_value(walk, json_next(&walk->reader));
    assert_int_equal(json_next(&walk->reader), JSON_END); /* one object, nothing behind it */
    bool has = walk->has;
    snprintf(found, size, "%s", walk->found);
    buf_release(&walk->text);
    free(walk);
    return has;
}

/* Pairs of place and value up to NULL; value NULL: there is no such place. */
static void json_of(const char *folder, const char *line, ...)
{
    struct command command;
    va_list args;
    command_run(&command, folder, NOW_MS, line);
    if (command.code != 0)
        fail_msg("%s: %s", line, command.err);
    va_start(args, line);
    for (const char *place; (place = va_arg(args, const char *)) != NULL;) {
        const char *expected = va_arg(args, const char *);
        char found[4096];
        bool has = json_find(command.out, place, found, sizeof found);
        if (has != (expected != NULL) || (expected != NULL && strcmp(found, expected) != 0))
            fail_msg("%s: %s is %s, expected %s\n%s", line, place, has ? found : "(absent)", expected != NULL ? expected : "(absent)", command.out);
    }
    va_end(args);
    command_release(&command);
}

/* ---- forms ---- */

static void test_form_json(void **state)
{
    (void)state;
    json_of(desk.center, "report form6 --period 2026H1 --json", "report", "form6", "period", "2026H1", "from", "2025-12-01", "to", "2026-05-31", "columns.0.no", "", "columns.0.key", "name", "columns.1.no", "1",
            "columns.2.no", "2", "columns.2.unit", "件", "rows.0.0", "站1", "rows.0.2", "2", "orgs.0", "1", "orgs.2", "0", "rows.2.0", "合计", "rows.2.2", "2", "cells.F6.2", "2", "checks.0.check", NULL, NULL);
}

static void test_form_cells(void **state)
{
    (void)state;
    run("report form6 --period 2026H1 --json", 0, "\"cells\":{\"F6.1\":2,\"F6.2\":2,");
    run("report form6 --period 2026H1 --json", 0, "\"F6.45\":1234567,"); /* money in fen */
    run("report form6 --period 2026H1 --json", 0, "\"adjusted\":{}");
    run("report form3 --period 2026H1 --json", 0, "\"missing\":[\"F3.");
    run("add stat_entry cell=F6.2 date=2026-03-01 amount=5 basis=补报", 0, NULL);
    run("report form6 --period 2026H1 --json", 0, "\"F6.2\":7,");
    run("report form6 --period 2026H1 --json", 0, "\"adjusted\":{\"F6.2\":5");
    run("report form6 --period 2026H1 --json", 0, "\"stations\":[{\"name\":\"站2\",\"last_contact\":");
}

static void test_periods(void **state)
{
    (void)state;
    json_of(desk.center, "report monthly --period 2026-03 --json", "from", "2026-03-01", "to", "2026-03-31", "report", "monthly", NULL);
    json_of(desk.center, "report quarterly --period 2026Q2 --json", "from", "2026-03-01", "to", "2026-05-31", NULL);
    json_of(desk.center, "report form6 --period 2026H1 --year-start 01-01 --json", "from", "2026-01-01", "to", "2026-06-30", NULL);
    json_of(desk.center, "report summary --period 2026H1 --json", "from", "2026-01-01", "to", "2026-06-30", NULL);
    json_of(desk.center, "report 月报 --period 2026年3月 --json", "report", "monthly", NULL);
    /* the rule of the period's end says when its year began */
    run("rule set period_forms 12-21 --from 2026-07-01", 0, NULL);
    json_of(desk.center, "report form6 --period 2026H1 --json", "from", "2025-12-01", NULL);
    json_of(desk.center, "report form6 --period 2026H2 --json", "from", "2026-06-21", "to", "2026-12-20", NULL);
}

static void test_form_text(void **state)
{
    (void)state;
    run("report form6 --period 2026H1", 0, "2025-12-01");
    run("report form6 --period 2026H1 --text", 0, "合计");
    run("report form6 --period 2026H1 --columns 120", 0, "合计");
    run("report form6 --period 2026H1 --columns 20", 2, "--columns");
}

static void test_one_org(void **state)
{
    (void)state;
    json_of(desk.center, "report quarterly --period 2026Q2 --org 站2 --json", "rows.0.0", "站2", "rows.0.1", "2", "rows.1.0", "合计", "rows.1.1", "2", "orgs.0", "2", "orgs.1", "0", "rows.2.0", NULL, NULL);
    json_of(desk.center, "report quarterly --period 2026Q2 --json", "rows.2.1", "5", NULL);
    run("report quarterly --period 2026Q2 --org 没有的站", 2, "--org");
    /* a station sees itself */
    json_of(desk.station, "report quarterly --period 2026Q2 --json", "rows.0.0", "站2", "rows.0.1", "2", "rows.1.0", "合计", "rows.1.1", "2", NULL);
    command_expect(desk.station, NOW_MS, "report quarterly --period 2026Q2 --org 站1", 1, "只能看本单位");
}

/* ---- checks ---- */

#define OPEN_CHECK "F5.44=F10.1+F10.7"

/* Somebody ended a criminal case whom the roster does not know. */
static void add_failing(void)
{
    struct errmsg err = {{0}};
    struct store *store;
    struct node node = {.random = {0}};
    uint64_t seed = 99;
    assert_int_equal(store_open(&store, desk.center, STORE_OPEN_EXISTING, &err), STATUS_OK);
    node.store = store;
    assert_int_equal(machine_load(store, &node.machine, &err), STATUS_OK);
    assert_int_equal(code_book_new(&node.codes, "320117"), STATUS_OK);
    node.actor = machine_owner(&node.machine, "center", NOW_MS);
    node.random = random_seeded(&seed);
    node_make(&node, "case", "name=孙", "case_type=刑事", "received_on=2026-03-01", "decided_on=2026-03-02", "decision=01", "state=S9", "source=11", "stage=04", "notice_ground=01", "closed_on=2026-04-01", "outcome=08", NULL);
    code_book_free(node.codes);
    store_close(store);
}

static void test_checks_stop_files(void **state)
{
    (void)state;
    json_of(desk.center, "report form10 --period 2026H1 --json", "checks.0.check", NULL, NULL);
    add_failing();
    json_of(desk.center, "report form10 --period 2026H1 --json", "checks.0.check", OPEN_CHECK, "checks.0.org", "1", "checks.0.name", "站1", "checks.0.cells.0.cell", "F5.44", "checks.0.cells.0.value", "1",
            "checks.0.cells.1.cell", "F10.1", "checks.0.difference", "1", "checks.0.explained", "null", "checks.1.org", "0", NULL);
    run("report form10 --period 2026H1", 0, "校验没有通过的 2 项");
    run("report form10 --period 2026H1", 0, "aidpost report explain form10 '" OPEN_CHECK "' --period 2026H1 text=..");
    run_to("report form10 --period 2026H1 --csv @", "a.csv", 1, OPEN_CHECK);
    assert_false(file_exists(desk.file));
    run_to("report form10 --period 2026H1 --csv @", "a.csv", 1, "--draft");
    run_to("report form10 --period 2026H1 --csv @ --draft", "a.csv", 0, NULL);
    assert_true(file_exists(desk.file));
    unlink(desk.file);
    run("report freeze form10 --period 2026H1", 1, "F5.44");
    run("report explain form10 '" OPEN_CHECK "' --period 2026H1 text=外县律师", 0, "已说明");
    run_to("report form10 --period 2026H1 --csv @", "a.csv", 1, "站1");
    run("report explain form10 '" OPEN_CHECK "' --period 2026H1 --org 站1 text=外县律师", 0, NULL);
    run_to("report form10 --period 2026H1 --csv @", "a.csv", 0, NULL);
    assert_true(file_exists(desk.file));
    json_of(desk.center, "report form10 --period 2026H1 --json", "checks.0.explained", "外县律师", NULL);
    run("report form10 --period 2026H1", 0, "说明: 外县律师");
}

static void test_explain_refused(void **state)
{
    (void)state;
    run("report explain form10 '" OPEN_CHECK "' --period 2026H1 text=没事", 1, NULL); /* it holds */
    run("report explain form10 'F1.1=F2.2' --period 2026H1 text=没有这项", 1, NULL);
    run("report explain form10 '" OPEN_CHECK "' --period 2026H1 text=", 2, "text=");
    run("report explain form10 '" OPEN_CHECK "' --period 2026H1 why=x", 2, "text=");
    run("report explain form99 x --period 2026H1 text=x", 2, "form13");
}

/* ---- files ---- */

static void test_files(void **state)
{
    struct buf text;
    (void)state;
    run_to("report form6 --period 2026H1 --csv @", "a.csv", 0, "已写");
    buf_init(&text, 1 << 20);
    assert_int_equal(file_read(desk.file, &text, NULL), STATUS_OK);
    assert_non_null(strstr(buf_cstr(&text), "合计"));
    buf_clear(&text);
    if (paper_has_pdf()) {
        run_to("report form6 --period 2026H1 --pdf @", "a.pdf", 0, NULL);
        assert_int_equal(file_read(desk.file, &text, NULL), STATUS_OK);
        assert_memory_equal(text.data, "%PDF", 4);
        buf_clear(&text);
        run_to("report summary --period 2026H1 --pdf @", "s.pdf", 0, NULL);
        assert_true(file_exists(desk.file));
    }
    if (spreadsheet_available()) {
        run_to("report form6 --period 2026H1 --xlsx @", "a.xlsx", 0, NULL);
        assert_true(file_exists(desk.file));
        run_to("report all --period 2026H1 --xlsx @ --json", "all.xlsx", 0, "\"forms\":15");
        size_t len;
        char *sheets = unzip_entry(desk.file, "xl/workbook.xml", &len);
        assert_non_null(sheets);
        assert_non_null(strstr(sheets, "<sheet "));
        free(sheets);
    }
    run_to("report summary --period 2026H1 --csv @", "s.csv", 0, NULL);
    assert_int_equal(file_read(desk.file, &text, NULL), STATUS_OK);
    assert_non_null(strstr(buf_cstr(&text), "R1,"));
    buf_release(&text);
    run("report form6 --period 2026H1 --csv /nowhere/at/all.csv", 1, NULL);
    run("report all --period 2026H1", 2, "--xlsx");
}

/* ---- the summary ---- */

static void test_summary(void **state)
{
    (void)state;
    json_of(desk.center, "report summary --period 2026H1 --json", "cells.R1", "3", "cells.R2", "2", "cells.R3", "2", "cells.R4", "1", "cells.R5", "0", "cells.R7", "5", "cells.R22", "1234567", "before.R1.known", "1",
            "before.R1.reported", "null", "before.R1.baseline", "false", "checks.0.check", NULL, NULL);
    json_of(desk.center, "report summary --period 2024H1 --json", "cells.R1", "0", "cells.R2", "null", "before.R1.known", "null", NULL);
    run("report summary --period 2026H1", 0, "法律援助");
    run("report summary --period 2026H1 --text", 0, "3");
    run("report summary --period 2026H1 --org 站2", 2, "--org");
    run("add stat_baseline cell=R1 period=2025H1 amount=7", 0, NULL);
    json_of(desk.center, "report summary --period 2026H1 --json", "before.R1.reported", "7", "before.R1.known", "1", "before.R1.baseline", "true", NULL);
}

static void test_every_cell(void **state)
{
    struct command command;
    char place[64], found[64];
    (void)state;
    command_run(&command, desk.center, NOW_MS, "report summary --period 2026H1 --json");
    assert_int_equal(command.code, 0);
    for (size_t i = 0; summary_cell_at(i) != NULL; i++) {
        snprintf(place, sizeof place, "cells.%s", summary_cell_at(i)->name);
        if (summary_cell_at(i)->name[0] == 'R')
            assert_true(json_find(command.out, place, found, sizeof found));
    }
    command_release(&command);
}

/* ---- cells and rows ---- */

static void test_cells(void **state)
{
    struct command command;
    struct form_book *book;
    struct errmsg err = {{0}};
    (void)state;
    run("report cells", 0, "R1\t办理案件\t件\t报表栏目 F8.1\n");
    run("report cells", 0, "R10\t锦旗\t面\t宣传工作的数 token 1\n");
    run("report cells", 0, "C1\t");
    run("report cells", 0, "M24\t");
    run("report cells --json", 0, "{\"cell\":\"F6.2\",\"report\":\"form6\",\"no\":\"2\",");
    command_run(&command, desk.center, NOW_MS, "report cells");
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    for (size_t f = 0; f < form_book_count(book); f++) {
        for (size_t i = 0; i < form_book_at(book, f)->n_columns; i++) {
            char cell[FORM_CELL_BYTES], line[FORM_CELL_BYTES + 2];
            form_cell_name(form_book_at(book, f), &form_book_at(book, f)->columns[i], cell);
            snprintf(line, sizeof line, "\n%s\t", cell);
            if (strstr(command.out, line) == NULL)
                fail_msg("no %s", cell);
        }
    }
    form_book_free(book);
    command_release(&command);
}

static void test_rows(void **state)
{
    (void)state;
    json_of(desk.center, "report rows F6.2 --period 2026H1 --json", "cell", "F6.2", "value", "2", "from", "2025-12-01", "to", "2026-05-31", "rows.0.type", "case", "rows.0.day", "2026-01-08", "rows.0.amount", "1",
            "rows.1.day", "2026-02-08", "rows.2.type", NULL, "more", "false", NULL);
    json_of(desk.center, "report rows f6.2 --period 2026H1 --limit 1 --json", "value", "2", "rows.0.day", "2026-01-08", "rows.1.day", NULL, "more", "true", NULL);
    json_of(desk.center, "report rows F6.45 --period 2026H1 --json", "value", "1234567", "rows.0.amount", "1234567", NULL);
    json_of(desk.center, "report rows Q1 --period 2026Q2 --json", "value", "5", "rows.0.type", "consultation", "rows.0.amount", "3", "rows.1.amount", "2", NULL);
    json_of(desk.center, "report rows Q1 --period 2026Q2 --org 站2 --json", "value", "2", "rows.0.amount", "2", "rows.1.amount", NULL, NULL);
    json_of(desk.center, "report rows M2 --period 2026-02 --json", "value", "2", NULL);
    json_of(desk.center, "report rows R1 --period 2026H1 --json", "cell", "R1", "value", "3", "from", "2026-01-01", "rows.2.type", "case", "rows.3.type", NULL, NULL);
    json_of(desk.center, "report rows R2 --period 2026H1 --json", "value", "2", NULL);
    /* of the campaigns that begin in the period */
    json_of(desk.center, "report rows C1 --period 2026H1 --json", "value", "0", "rows.0.type", NULL, NULL);
    run("add campaign name=宣传周 date=2026-04-20 end_date=2026-04-26", 0, NULL);
    struct command command;
    char id[64], line[200];
    command_run(&command, desk.center, NOW_MS, "list campaign --json");
    assert_true(json_find(command.out, "rows.0.id", id, sizeof id));
    command_release(&command);
    snprintf(line, sizeof line, "add event title=广场 date=2026-04-21 kind=02 consulted=60 materials=500 campaign=%s", id);
    run(line, 0, NULL);
    json_of(desk.center, "report rows C1 --period 2026H1 --json", "cell", "C1", "value", "60", "rows.0.type", "event", "rows.0.amount", "60", "rows.1.type", NULL, "more", "false", NULL);
    json_of(desk.center, "report rows c2 --period 2026H1 --json", "value", "500", NULL);
    json_of(desk.center, "report summary --period 2026H1 --json", "campaigns.0.C1", "60", "campaigns.0.C2", "500", "campaigns.0.from", "2026-04-20", NULL);
    run("report rows F6.2 --period 2026H1", 0, "2026-01-08\t1\t案件\t张文芳");
    run("report rows F6.45 --period 2026H1", 0, "12345.67 元");
    run("report rows F99.1 --period 2026H1", 2, "report cells");
    run("report rows R1 --period 2026H1 --org 站2", 2, "F8.1");
    run("report rows F6.2", 2, "--period");
}

/* A clerk's account: sealed rows are counted and have no name. */
static void test_sealed_rows(void **state)
{
    char line[256], file[128];
    FILE *passwords;
    (void)state;
    snprintf(file, sizeof file, "%s/password", desk.folder);
    passwords = fopen(file, "w");
    assert_non_null(passwords);
    fputs("Aa123456!x\n", passwords);
    fclose(passwords);
    snprintf(line, sizeof line, "user add shouli --role clerk --org 站1 --password-file %s", file);
    run(line, 0, NULL);
    snprintf(line, sizeof line, "report rows F5.1 --period 2026H1 --as shouli --password-file %s --json", file);
    json_of(desk.center, line, "value", "1", "rows.0.type", "case", "rows.0.id", "null", "rows.0.title", "（封存）", "rows.0.amount", "1", NULL);
    json_of(desk.center, "report rows F5.1 --period 2026H1 --json", "value", "1", "rows.0.title", "封存的  承办中", "rows.0.amount", "1", NULL);
}

/* ---- snapshots ---- */

static void test_freeze(void **state)
{
    (void)state;
    json_of(desk.center, "report snapshots --json", "rows.0.id", NULL, "more", "false", NULL);
    run("report freeze form6 --period 2026H1 basis=报市局", 0, "已存档");
    json_of(desk.center, "report snapshots --json", "rows.0.report", "form6", "rows.0.period", "2026H1", "rows.0.from", "2025-12-01", "rows.0.basis", "报市局", "rows.1.report", NULL, NULL);
    json_of(desk.center, "report snapshots --period 2026H2 --json", "rows.0.report", NULL, NULL);
    run("report snapshots --period 2026H1", 0, "form6");
    struct command command;
    char id[64], line[128];
    command_run(&command, desk.center, NOW_MS, "report snapshots --json");
    assert_true(json_find(command.out, "rows.0.id", id, sizeof id));
    command_release(&command);
    snprintf(line, sizeof line, "report snapshot %.8s --json", id);
    json_of(desk.center, line, "id", id, "report", "form6", "rows.2.0", "合计", "rows.2.2", "2", "date", "2026-06-27", "stations.0.name", "站2", NULL);
    snprintf(line, sizeof line, "report snapshot %s", id);
    run(line, 0, "合计");
    run("report snapshot 0123456789abcdef", 1, NULL);
    run("report late F6.2 --period 2026H1", 0, "存档时 2，现在 2，相差 0");
    run("add stat_entry cell=F6.2 date=2026-03-01 amount=5 basis=补报", 0, NULL);
    json_of(desk.center, "report late F6.2 --period 2026H1 --json", "cell", "F6.2", "then", "2", "now", "7", "difference", "5", "rows.0.type", "stat_entry", "rows.0.then", "0", "rows.0.now", "5", "rows.0.amount", "5",
            "rows.1.type", NULL, "unexplained", "0", NULL);
    run("report late F7.2 --period 2026H1", 1, NULL); /* was never handed in */
    run("report late R1 --period 2026H1", 2, "F8.1");
    json_of(desk.center, "report freeze summary --period 2026H1 --json", "report", "summary", "period", "2026H1", NULL);
    run("report freeze form6 --period 2026H1 why=x", 2, "basis=");
    /* On 2026-06-27: a month and a quarter must be over; a half-year is reported ahead of its end. */
    run("report freeze form6 --period 2026-06", 1, "2026-06 到 2026-06-30 才结束");
    run("report freeze summary --period 2026-06", 1, "2026-06 到 2026-06-30 才结束");
    run("report freeze form6 --period 2026Q3", 1, "2026Q3 到 2026-08-31 才结束");
    run("report freeze form6 --period 2026-05", 0, NULL);
    command_expect(desk.center, NOW_MS + 3 * DAY_MS, "report freeze form6 --period 2026-06", 1, "才结束"); /* its last day */
    command_expect(desk.center, NOW_MS + 4 * DAY_MS, "report freeze form6 --period 2026-06", 0, NULL);
    command_expect(desk.station, NOW_MS, "report freeze form6 --period 2026H1", 1, NULL); /* the center's */
}

static void test_compare(void **state)
{
    (void)state;
    json_of(desk.center, "report compare form6 --period 2026H1 --json", "report", "form6", "before.from", "2024-12-01", "before.period", "2025H1", "cells.1.cell", "F6.2", "cells.1.value", "2", "cells.1.known", "1",
            "cells.1.reported", "null", NULL);
    run("report freeze form6 --period 2025H1", 0, NULL);
    run("add stat_entry cell=F6.2 date=2025-03-01 amount=3 basis=补报", 0, NULL);
    json_of(desk.center, "report compare form6 --period 2026H1 --json", "cells.1.reported", "1", "cells.1.known", "4", "cells.1.baseline", "false", NULL);
    json_of(desk.center, "report compare summary --period 2026H1 --json", "cells.0.cell", "R1", "cells.0.value", "3", NULL);
    json_of(desk.center, "report compare form6 --period 2024H1 --json", "cells.1.known", "null", NULL); /* nothing on record */
    run("report compare form6 --period 2026H1", 0, "F6.2\t");
    run("report compare form77 --period 2026H1", 2, "summary");
}

/* ---- charts, heat, the day ---- */

static void test_charts(void **state)
{
    (void)state;
    run("report chart", 0, "cases-month\t");
    json_of(desk.center, "report chart cases-month --period 2026H1 --json", "chart", "cases-month", "from", "2026-01-01", "bars.0.value", "1", "bars.1.value", "2", "bars.2.before", "1", "bars.6.value", NULL, NULL);
    run("report chart cases-month --period 2026H1", 0, "件");
    run("report chart nosuch --period 2026H1", 2, "cases-month");
    json_of(desk.center, "report heat cases --period 2026H1 --json", "heat", "cases", "months.0.name", "2026-01", "months.5.name", "2026-06", NULL);
    json_of(desk.center, "report heat consultations --period 2026H1 --json", "most", "3", "rows.0.name", "永阳街道", "rows.0.values.2", "3", "rows.0.sum", "3", NULL);
    run("report heat cases --period 2020-01-01..2026-06-30", 2, NULL);
    run("report heat consultations --period 2026H1", 0, NULL);
    run("report heat towns --period 2026H1", 2, "consultations");
}

static void test_day(void **state)
{
    (void)state;
    run("report day --period 2026H1", 0, "站2 还没有同步过");
    run("report day --period 2026H1", 0, "- 还没有存档: form1 form2 ");
    run("report day --period 2026H1", 0, "aidpost add stat_entry cell=F3.3 date=2026-05-31 money=..元");
    run("report day --period 2026H1 --all", 0, "  咨询没有填类别  0");
    json_of(desk.center, "report day --period 2026H1 --json", "from", "2025-12-01", "items.0.kind", "station", "summary.from", "2026-01-01", "blocking", "0", NULL);
    json_of(desk.center, "report day --period 2026-03 --json", "from", "2026-03-01", "summary.from", NULL, NULL);
    add_failing();
    json_of(desk.center, "report day --period 2026H1 --json", "items.0.kind", "check", "items.0.place", "form10", "items.0.blocks", "true", NULL);
    run("report day --period 2026H1", 0, "! 法律援助");
}

/* ---- views ---- */

static void test_views(void **state)
{
    struct buf text;
    (void)state;
    run("report views", 0, "CREATE TEMP VIEW \"v_case\"");
    run("report views --json", 0, "{\"sql\":\"");
    run_to("report views @", "v.sql", 0, "sqlite3 -readonly");
    buf_init(&text, 1 << 22);
    assert_int_equal(file_read(desk.file, &text, NULL), STATUS_OK);
    assert_null(strstr(buf_cstr(&text), "\"id_no\""));
    buf_clear(&text);
    run_to("report views @ --sensitive", "v.sql", 0, NULL);
    assert_int_equal(file_read(desk.file, &text, NULL), STATUS_OK);
    assert_non_null(strstr(buf_cstr(&text), "\"id_no\""));
    buf_release(&text);
    command_expect(desk.station, NOW_MS, "report views --sensitive", 1, "县中心");
}

/* The shell itself, where there is one. */
static void test_the_shell(void **state)
{
    char line[600], out[256] = "";
    (void)state;
    if (system("sqlite3 -version >/dev/null 2>&1") != 0)
        skip();
    run("report form6 --period 2026H1 --json", 0, NULL);
    run_to("report views @", "v.sql", 0, NULL);
    snprintf(line, sizeof line, "sqlite3 -readonly %s/aidpost.db -init %s \"SELECT name, cause_name, recovered FROM v_case WHERE closed_on IS NOT NULL; SELECT month, sum(value) FROM v_tally WHERE figure='persons' GROUP BY month\" 2>&1",
             desk.center, desk.file);
    FILE *shell = popen(line, "r");
    assert_non_null(shell);
    size_t n = fread(out, 1, sizeof out - 1, shell);
    out[n] = '\0';
    assert_int_equal(pclose(shell), 0);
    assert_string_equal(out, "张文芳|追索劳动报酬纠纷|12345.67\n2026-03|5\n");
    snprintf(line, sizeof line, "sqlite3 -readonly %s/aidpost.db -init %s \"DELETE FROM token\" >/dev/null 2>&1", desk.center, desk.file);
    assert_int_not_equal(system(line), 0);
}

/* ---- refused ---- */

static void test_refused(void **state)
{
    (void)state;
    run("report", 2, "form1..13");
    run("report nosuch --period 2026H1", 2, "form1..form13");
    run("report form14 --period 2026H1", 2, "form1..form13");
    run("report form6", 2, "2026H1");
    run("report form6 --period 2026H3", 2, "--period");
    run("report form6 --period sometime", 2, "--period");
    run("report form6 --period 2026H1 --year-start 13-01", 2, "--year-start");
    run("report form6 --period 2026H1 --limit 3", 2, "--limit");
    run("report cells --period 2026H1", 2, "--period");
    run("report form6 extra --period 2026H1", 2, "form1..form13");
    run("report rows --period 2026H1", 2, "CELL");
    run("report --help", 0, "aidpost report rows CELL --period P");
    run("report --help", 0, "aidpost report views [FILE]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_form_json, set_up, tear_down),         cmocka_unit_test_setup_teardown(test_form_cells, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_periods, set_up, tear_down),           cmocka_unit_test_setup_teardown(test_form_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_org, set_up, tear_down),           cmocka_unit_test_setup_teardown(test_checks_stop_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_explain_refused, set_up, tear_down),   cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_summary, set_up, tear_down),           cmocka_unit_test_setup_teardown(test_every_cell, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cells, set_up, tear_down),             cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sealed_rows, set_up, tear_down),       cmocka_unit_test_setup_teardown(test_freeze, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_compare, set_up, tear_down),           cmocka_unit_test_setup_teardown(test_charts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_day, set_up, tear_down),               cmocka_unit_test_setup_teardown(test_views, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_shell, set_up, tear_down),         cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
