/* tests/test_rights.c - who may do what to which records by hand: every role, every type, every way of writing, at the center and at a station.
 *
 * The table is written from research domain.md 3.1 and 3.3 and the lines under 10 (write rights by table), not from the catalogue: a slip there shows here.
 * Roles: s station, v volunteer, c clerk, r reviewer, d director, b bureau, a archivist, m administrator, u auditor. Decisions, steps, papers, payments, accounts
 * are made by actions, which check their own rights: by hand nobody writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/conflict.h"
#include "tests/fixture.h"

enum op { ADD, SET, DELETE, UNDO, RESOLVE, OPS };
static const char *const op_names[OPS] = {"add", "set", "delete", "undo", "resolve"};
static const char roles[] = "svcrdbamu"; /* in the order of enum actor_role */

static const struct {
    const char *type;
    const char *write;            /* add, set, delete, undo, at the center */
    const char *resolve;          /* settle a conflict, at the center */
    const char *station_write;    /* the same away from the center, by whatever role somebody claims there */
    const char *station_resolve;
} table[] = {
    /* the center's: organisations, codes, rules, wording are the leaders'; the roster of handlers and the calendar the desk's too */
    {"org", "dm", "dm", "", ""},
    {"code", "dm", "dm", "", ""},
    {"rule", "dm", "dm", "", ""},
    {"template", "dm", "dm", "", ""},
    {"handler", "cdm", "cdm", "", ""},
    {"holiday", "cdm", "cdm", "", ""},
    /* intake: whoever talks to people */
    {"consultation", "svc", "svcd", "svc", "svcd"},
    {"material", "svc", "svcd", "svc", "svcd"},
    {"duty_help", "sc", "scd", "sc", "scd"},
    /* the file: those who handle it */
    {"person", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"case", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"party", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"relation", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"case_group", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"event", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"event_material", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"media_item", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"token", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"training", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"attendance", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"meeting", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"meeting_action", "svcrd", "svcrd", "svcrd", "svcrd"},
    {"service_hours", "svc", "svcd", "svc", "svcd"},
    {"referral", "svc", "svcd", "svc", "svcd"},
    {"stock_move", "sc", "scd", "sc", "scd"},
    {"honour", "scdm", "scdm", "scdm", "scdm"},
    /* the network and the roster: the desk's; what is the county's is the center's */
    {"volunteer", "scd", "scd", "scd", "scd"},
    {"volunteer_fault", "scd", "scd", "scd", "scd"},
    {"staff", "scdm", "scdm", "scdm", "scdm"},
    {"duty_shift", "scd", "scd", "scd", "scd"},
    {"saved_view", "svcrdm", "svcrdm", "svcrdm", "svcrdm"},
    {"campaign", "cdm", "cdm", "", ""},
    {"rule_document", "cdm", "cdm", "", ""},
    {"reward", "cdm", "cdm", "", ""},
    /* reports: the center's */
    {"stat_entry", "cdm", "cdm", "", ""},
    {"stat_baseline", "cdm", "cdm", "", ""},
    {"report_explanation", "cdm", "cdm", "", ""},
    {"report_text", "cdm", "cdm", "", ""},
    {"report_snapshot", "", "", "", ""},
    /* quality: anybody hears a complaint, the bureau decides it; files are judged at the center */
    {"complaint", "svcrdb", "svcrdb", "svcrdb", "svcrdb"},
    {"organ_opinion", "crd", "crd", "", ""},
    {"court_observation", "crd", "crd", "", ""},
    {"eval", "crd", "crd", "", ""},
    {"eval_standard", "rdm", "rdm", "", ""},
    {"assess_standard", "dm", "dm", "", ""},
    {"appointment_letter", "", "cd", "", ""},
    {"eval_item", "", "cd", "", ""},
    {"assessment", "", "d", "", ""},
    {"assessment_item", "", "d", "", ""},
    /* made by actions */
    {"document", "", "cd", "", ""},
    {"payment", "", "cd", "", ""},
    {"merge", "", "cd", "", ""},
    {"interest_mark", "", "cd", "", ""},
    {"user", "", "d", "", ""},
    /* made by actions and never touched again */
    {"step", "", "", "", ""},
    {"signin", "", "", "", ""},
    /* between programs */
    {"county_change", "", "cd", "", ""},
    {"county_cells", "", "cd", "", ""},
    {"machine", "", "d", "", ""},
    /* made by hand and never touched again */
    {"return_visit", "", "", "", ""},
};

/* Who makes rows that nobody touches again, at the center and at a station alike. */
static const char *adders(const char *type, const char *write)
{
    return strcmp(type, "return_visit") == 0 ? "svcrd" : write;
}

enum { N_ROWS = sizeof table / sizeof table[0] };

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* ---- sample rows ---- */

/* Sample 0 or 1 of a field: they differ. */
static void put_sample(struct record *record, const struct field_def *field, size_t which)
{
    static const char *const refs[] = {"00000000000000000000000000000001", "00000000000000000000000000000002"};
    bool rule = strcmp(record->type->name, "rule") == 0;
    enum status status;
    if (rule && strcmp(field->name, "value") == 0)
        status = record_set_text(record, field->name, which == 0 ? "7日" : "8日");
    else if (rule && strcmp(field->name, "name") == 0)
        status = record_set_text(record, field->name, which == 0 ? "D01" : "D02");
    else if (strcmp(record->type->name, "user") == 0 && strcmp(field->name, "role") == 0)
        status = record_set_text(record, field->name, which == 0 ? "station" : "volunteer");
    else if (field->kind == FIELD_CODE)
        status = record_set_text(record, field->name, code_book_at(world.codes, field->codes, which)->code);
    else if (field->kind == FIELD_REF)
        status = record_set_text(record, field->name, refs[which]);
    else if (catalogue_is_number(field->kind))
        status = record_set_int(record, field->name, (field->kind == FIELD_DAY ? 20000 : field->kind == FIELD_BOOL ? 0 : 2) + (int64_t)which);
    else
        status = record_set_text(record, field->name, which == 0 ? "sample" : "other");
    assert_int_equal(status, STATUS_OK);
}

/* A new row that a person could save: defaults, and something in every required field. */
static void fill(struct node *node, const struct actor *actor, struct record *record)
{
    assert_int_equal(records_begin(node->store, actor, record, node->codes, NULL), STATUS_OK);
    for (size_t i = 0; i < record->type->n_fields; i++)
        if (((record->type->fields[i].flags & FIELD_REQUIRED) || (record->type->fields[i].required_when && strchr(record->type->fields[i].required_when, '='))) && record->values[i].kind == VALUE_NULL)
            put_sample(record, &record->type->fields[i], 0);
    if (record->type->one_of != NULL) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(record->type->one_of, ","), record->type->one_of);
        put_sample(record, catalogue_field(record->type, name), 0);
    }
}

/* A plain text that can be changed; of types that have none any text: nobody writes them by hand. */
static const struct field_def *plain_field(const struct record_type *type)
{
    const struct field_def *any = NULL;
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];
        bool text = field->kind == FIELD_TEXT || field->kind == FIELD_LONG || field->kind == FIELD_NAME;
        if (text && !(field->flags & (FIELD_ACTION | FIELD_ONCE | FIELD_CENTER | FIELD_FREEZE)) && strcmp(field->name, "role") != 0)
            return field;
        any = any == NULL && text ? field : any;
    }
    assert_non_null(any);
    return any;
}

/* A row of org 2 (or everybody's), made as an action makes it, under that name. */
static struct id make_row(struct node *node, const struct record_type *type, const char *user)
{
    struct errmsg err = {{0}};
    struct record record;
    struct actor maker = {.role = ROLE_ADMIN, .acting = true, .center = true, .all_scopes = true, .org = 2};
    snprintf(maker.name, sizeof maker.name, "%s", user);
    record_init(&record, type);
    fill(node, &maker, &record);
    if (records_save(node->store, &maker, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s: %s", type->name, err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

/* ---- trying ---- */

static enum status try_add(struct node *node, const struct actor *actor, const struct record_type *type, struct errmsg *err)
{
    struct record record;
    record_init(&record, type);
    fill(node, actor, &record);
    enum status status = records_save(node->store, actor, node->codes, node->random, &record, err);
    record_release(&record);
    return status;
}

static enum status try_change(struct node *node, const struct actor *actor, const struct record_type *type, struct id id, bool resolve, struct errmsg *err)
{
    const struct field_def *field = plain_field(type);
    struct record record;
    assert_int_equal(records_get(node->store, actor, type, id, &record, NULL), STATUS_OK);
    enum status status;
    if (resolve) {
        status = records_resolve(node->store, actor, &record, field, value_string("D02"), err);
    } else {
        assert_int_equal(record_set_text(&record, field->name, "D02"), STATUS_OK);
        status = records_save(node->store, actor, node->codes, node->random, &record, err);
    }
    record_release(&record);
    return status;
}

static enum status try_op(struct node *node, const struct actor *actor, const struct record_type *type, enum op op, struct errmsg *err)
{
    if (op == ADD)
        return try_add(node, actor, type, err);
    struct id id = make_row(node, type, actor->name);
    if (op == DELETE)
        return records_delete(node->store, actor, type, id, err);
    if (op == UNDO)
        return records_undo(node->store, actor, type, id, err);
    return try_change(node, actor, type, id, op == RESOLVE, err);
}

static struct actor actor_of(size_t role, bool center)
{
    bool county = center && role > ROLE_VOLUNTEER;
    struct actor actor = {.role = (enum actor_role)role, .center = county, .all_scopes = county, .org = county ? 1 : 2};
    snprintf(actor.name, sizeof actor.name, "%s", actor_role_name(actor.role));
    return actor;
}

static int check_row(struct node *node, bool center, const char *name, enum op op, const char *allowed)
{
    const struct record_type *type = catalogue_find(name);
    int wrong = 0;
    assert_non_null(type);
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        struct errmsg err = {{0}};
        struct actor actor = actor_of(role, center);
        enum status wanted = strchr(allowed, roles[role]) != NULL ? STATUS_OK : STATUS_FORBIDDEN;
        enum status got = try_op(node, &actor, type, op, &err);
        if (got == wanted)
            continue;
        print_error("%s %s %s at %s: %s (%s), wanted %s\n", actor.name, op_names[op], name, center ? "the center" : "a station", status_name(got), err.text, status_name(wanted));
        wrong++;
    }
    return wrong;
}

static void every_type_is_in_the_table(void **state)
{
    (void)state;
    assert_int_equal(strlen(roles), ROLE_COUNT);
    for (size_t i = 0; i < catalogue_count(); i++) {
        bool found = false;
        for (size_t row = 0; row < N_ROWS; row++)
            found |= strcmp(table[row].type, catalogue_at(i)->name) == 0;
        if (!found)
            fail_msg("%s: who may write it?", catalogue_at(i)->name);
    }
}

static void at_the_center(void **state)
{
    int wrong = 0;
    (void)state;
    for (size_t row = 0; row < N_ROWS; row++)
        for (enum op op = ADD; op < OPS; op++)
            wrong += check_row(&world.center, true, table[row].type, op, op == RESOLVE ? table[row].resolve : op == ADD ? adders(table[row].type, table[row].write) : table[row].write);
    assert_int_equal(wrong, 0);
}

static void at_a_station(void **state)
{
    int wrong = 0;
    (void)state;
    for (size_t row = 0; row < N_ROWS; row++)
        for (enum op op = ADD; op < OPS; op++)
            wrong += check_row(&world.stations[0], false, table[row].type, op, op == RESOLVE ? table[row].station_resolve : op == ADD ? adders(table[row].type, table[row].station_write) : table[row].station_write);
    assert_int_equal(wrong, 0);
}

/* ---- fields ---- */

static enum status try_field(struct node *node, const struct actor *actor, const struct record_type *type, const struct field_def *field)
{
    struct record record;
    struct id id = make_row(node, type, "maker");
    assert_int_equal(records_get(node->store, actor, type, id, &record, NULL), STATUS_OK);
    put_sample(&record, field, 1);
    if (!record_changed(&record))
        put_sample(&record, field, 0);
    assert_true(record_changed(&record));
    enum status status = records_save(node->store, actor, node->codes, node->random, &record, NULL);
    record_release(&record);
    return status;
}

static void expect_forbidden(struct node *node, const struct actor *actor, const struct record_type *type, const struct field_def *field)
{
    enum status status = try_field(node, actor, type, field);
    if (status != STATUS_FORBIDDEN)
        fail_msg("%s sets %s.%s at %s: %s", actor->name, type->name, field->name, node->machine.name, status_name(status));
}

/* 四统一: what the center decides no station writes; what an action writes nobody writes by hand. */
static void fields_of_the_center_and_of_actions(void **state)
{
    int center_fields = 0, action_fields = 0;
    (void)state;
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);
        for (size_t f = 0; f < type->n_fields; f++) {
            const struct field_def *field = &type->fields[f];
            for (size_t role = 0; role < ROLE_COUNT; role++) {
                struct actor there = actor_of(role, false), here = actor_of(role, true);
                if (field->flags & FIELD_CENTER) {
                    expect_forbidden(&world.stations[0], &there, type, field);
                    there.acting = true; /* no action at a station reaches it either */
                    expect_forbidden(&world.stations[0], &there, type, field);
                    center_fields++;
                }
                if (field->flags & FIELD_ACTION) {
                    expect_forbidden(&world.center, &here, type, field);
                    action_fields++;
                }
            }
        }
    }
    assert_true(center_fields >= 10 * ROLE_COUNT); /* decisions, numbers, assignments, closings, payments of a case at least */
    assert_true(action_fields >= ROLE_COUNT);
    static const char *const needed[] = {"decision_no", "decision", "handler", "assigned_on", "closed_on"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        assert_true(catalogue_field(catalogue_find("case"), needed[i])->flags & FIELD_CENTER);
    assert_true(catalogue_field(catalogue_find("case"), "state")->flags & FIELD_ACTION);
}

/* The Unix owner stands in for every role, but not for actions, and a station's owner not for the center. */
static void the_owner(void **state)
{
    (void)state;
    for (size_t row = 0; row < N_ROWS; row++) {
        const struct record_type *type = catalogue_find(table[row].type);
        struct actor center = machine_owner(&world.center.machine, "owner", 0), station = machine_owner(&world.stations[0].machine, "owner", 0);
        assert_int_equal(try_op(&world.center, &center, type, SET, NULL), table[row].write[0] != '\0' ? STATUS_OK : STATUS_FORBIDDEN);
        assert_int_equal(try_op(&world.stations[0], &station, type, SET, NULL), table[row].station_write[0] != '\0' ? STATUS_OK : STATUS_FORBIDDEN);
    }
}

/* Nobody reaches into another org's rows: they are not there. */
static void rows_of_others_are_not_there(void **state)
{
    (void)state;
    const struct record_type *type = catalogue_find("consultation");
    struct id id = make_row(&world.center, type, "maker"); /* org 2's */
    struct actor other = actor_of(ROLE_STATION, true);
    other.org = 3;
    struct record record;
    assert_int_equal(records_get(world.center.store, &other, type, id, &record, NULL), STATUS_NOT_FOUND);
    assert_int_equal(records_delete(world.center.store, &other, type, id, NULL), STATUS_NOT_FOUND);
    assert_int_equal(records_undo(world.center.store, &other, type, id, NULL), STATUS_NOT_FOUND);
}

static void serve(struct node *node, struct id id, int64_t day)
{
    struct actor acting = node->actor;
    struct record record;
    acting.acting = true;
    assert_int_equal(records_get(node->store, &acting, catalogue_find("document"), id, &record, NULL), STATUS_OK);
    assert_int_equal(record_set_int(&record, "served_on", day), STATUS_OK);
    assert_int_equal(records_save(node->store, &acting, node->codes, node->random, &record, NULL), STATUS_OK);
    record_release(&record);
}

/* Two actions that did not know of each other: one of them holds, a third value would be an action that nobody made. */
static void what_actions_wrote_is_settled_for_a_side(void **state)
{
    const struct record_type *type = catalogue_find("document");
    const struct field_def *field = catalogue_field(type, "served_on");
    struct node *center = &world.center, *station = &world.stations[0];
    struct actor clerk = actor_of(ROLE_CLERK, true);
    (void)state;
    struct id id = make_row(center, type, "maker");
    world_sync(&world, 0);
    serve(station, id, 20001);
    serve(center, id, 20002);
    world_sync(&world, 0);
    assert_int_equal(node_conflicts(center), 1);
    assert_int_equal(conflict_resolve(center->store, &clerk, type, id, field, value_int(20003), NULL), STATUS_INVALID);
    assert_int_equal(conflict_resolve(center->store, &clerk, type, id, field, value_int(20002), NULL), STATUS_OK);
    assert_int_equal(node_conflicts(center), 0);
    node_verify(center);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_in_the_table),
        cmocka_unit_test_setup_teardown(at_the_center, open_world, close_world),
        cmocka_unit_test_setup_teardown(at_a_station, open_world, close_world),
        cmocka_unit_test_setup_teardown(fields_of_the_center_and_of_actions, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_owner, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_actions_wrote_is_settled_for_a_side, open_world, close_world),
        cmocka_unit_test_setup_teardown(rows_of_others_are_not_there, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
