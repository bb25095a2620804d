/* Tests of core/register/act: the table against the catalogue and against what the center takes from stations, who may do what in which state, and the volunteers' acts.
 * The clock stands on 2026-01-01, a Thursday and a holiday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/filter.h"
#include "core/register/act.h"
#include "tests/fixture.h"

static const int64_t DAY_MS = INT64_C(86400000);

struct bench {
    struct world world;
    struct actor station, clerk, director, auditor;
};

static int open_bench(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    world_open(&bench->world, 2, NULL);
    bench->station = node_person(&bench->world.stations[0], "李收", ROLE_STATION);
    bench->clerk = node_person(&bench->world.center, "王初", ROLE_CLERK);
    bench->director = node_person(&bench->world.center, "钱批", ROLE_DIRECTOR);
    bench->auditor = node_person(&bench->world.center, "冯审", ROLE_AUDITOR);
    *state = bench;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *bench = *state;
    world_close(&bench->world);
    free(bench);
    return 0;
}

static const struct act *act_named(const char *type, const char *name)
{
    const struct act *act = act_find(catalogue_find(type), name);
    if (act == NULL)
        fail_msg("no act %s on %s", name, type);
    return act;
}

/* One act; fields as "name=value" until NULL. said: at least 200 bytes, or NULL. */
static enum status act(struct node *node, const struct actor *actor, const char *type, const char *name, struct id id, char *said, struct errmsg *err, const char *const *fields)
{
    struct act_move move;
    errmsg_clear(err);
    enum status status = act_begin(node->store, actor, node->codes, act_named(type, name), id, &move, err);
    if (status != STATUS_OK)
        return status;
    for (; status == STATUS_OK && *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char field[64];
        snprintf(field, sizeof field, "%.*s", (int)(equals - *fields), *fields);
        status = act_set(&move, node->codes, field, equals + 1, strlen(equals + 1), err);
    }
    if (status == STATUS_OK)
        status = act_commit(node->store, actor, node->codes, node->random, &move, err);
    if (status == STATUS_OK && said != NULL)
        snprintf(said, 200, "%s", buf_cstr(&move.said));
    act_release(&move);
    return status;
}

/* NULL alone: no fields. */
#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define does(node, actor, type, name, id, ...)                                                          \
    do {                                                                                                \
        struct errmsg does_err;                                                                         \
        enum status does_status = act(node, actor, type, name, id, NULL, &does_err, FIELDS(__VA_ARGS__)); \
        if (does_status != STATUS_OK)                                                                   \
            fail_msg("%s: %s: %s", name, status_name(does_status), errmsg_text(&does_err, does_status)); \
    } while (0)
#define refused(node, actor, type, name, id, expected, says, ...)                                          \
    do {                                                                                                   \
        struct errmsg refused_err;                                                                         \
        enum status refused_status = act(node, actor, type, name, id, NULL, &refused_err, FIELDS(__VA_ARGS__)); \
        if (refused_status != (expected))                                                                  \
            fail_msg("%s: %s: %s", name, status_name(refused_status), errmsg_text(&refused_err, refused_status)); \
        if (strstr(refused_err.text, says) == NULL)                                                        \
            fail_msg("%s: \"%s\" does not say \"%s\"", name, refused_err.text, says);                      \
    } while (0)

static void field_is(struct node *node, const char *type, struct id id, const char *field, const char *expected)
{
    struct errmsg err = {{0}};
    struct record record;
    struct buf text;
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find(type), id, &record, &err), STATUS_OK);
    buf_init(&text, 4096);
    record_format_raw(catalogue_field(record.type, field), record_get(&record, catalogue_field(record.type, field)), &text);
    assert_string_equal(buf_cstr(&text), expected);
    buf_release(&text);
    record_release(&record);
}

static struct id volunteer(struct node *node, const struct actor *actor, const char *name)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("volunteer"));
    assert_int_equal(records_begin(node->store, actor, &record, node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", name), STATUS_OK);
    assert_int_equal(record_set_text(&record, "source", "1"), STATUS_OK);
    enum status status = records_save(node->store, actor, node->codes, node->random, &record, &err);
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
    struct id id = record.id;
    record_release(&record);
    return id;
}

/* ---- the table ---- */

static bool list_has(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = list; *at != '\0'; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (strcspn(at, ",") == len && memcmp(at, word, len) == 0)
            return true;
    return false;
}

static void check_words(const struct act *row, const char *list, const char *set, const struct code_book *codes)
{
    for (const char *at = list; *at != '\0';) {
        char word[64];
        size_t len = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", (int)len, at);
        at += len + (at[len] == ',');
        if (set != NULL ? code_book_find(codes, set, word) == NULL : catalogue_field(catalogue_find(row->type), word) == NULL)
            fail_msg("%s %s: %s is not there", row->type, row->name, word);
    }
}

static void every_row_is_sound(void **state)
{
    const struct bench *bench = *state;
    const struct code_book *codes = bench->world.codes;
    assert_true(act_count() > 0);
    for (size_t i = 0; i < act_count(); i++) {
        const struct act *row = act_at(i);
        const struct record_type *type = catalogue_find(row->type);
        const struct field_def *def, *field;
        bool needed;
        assert_non_null(type);
        assert_string_not_equal(row->type, "case");
        field = catalogue_field(type, "state");
        assert_true(row->roles != 0 && row->label[0] != '\0' && row->help[0] != '\0');
        assert_ptr_equal(act_find(type, row->name), row); /* the name is this one's alone */
        assert_ptr_equal(act_find(type, row->label), row);
        check_words(row, row->needs, NULL, codes);
        check_words(row, row->takes, NULL, codes);
        check_words(row, row->fills, NULL, codes);
        check_words(row, row->documents, "doc_form", codes);
        if (row->from[0] != '\0' || row->to[0] != '\0') {
            assert_non_null(field);
            assert_true((field->flags & FIELD_ACTION) != 0);
            check_words(row, row->from, field->codes, codes);
            check_words(row, row->to, field->codes, codes);
        }
        for (size_t f = 0; (def = act_field_at(row, f, &needed)) != NULL; f++) {
            assert_int_equal(needed, list_has(row->needs, def->name));
            if (row->flags & ACT_STATION) /* or the center would refuse what the station wrote */
                assert_false((def->flags & FIELD_CENTER) != 0);
            if (list_has(row->fills, def->name))
                assert_int_equal(def->kind, FIELD_DAY);
        }
        for (const char *at = row->fills; *at != '\0'; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ',')) {
            char word[64];
            snprintf(word, sizeof word, "%.*s", (int)strcspn(at, ","), at);
            assert_true(list_has(row->needs, word) || list_has(row->takes, word));
        }
    }
}

/* station_rules of the catalogue says the same as the table: every move that stations may make, and none that only the center may. */
static void the_wire_knows_what_stations_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < act_count(); i++) {
        const struct act *row = act_at(i);
        const struct record_type *type = catalogue_find(row->type);
        const char *moves = row->to[0] != '\0' ? catalogue_station_moves(type, catalogue_field(type, "state")) : NULL;
        if (row->to[0] == '\0')
            continue;
        if (moves == NULL)
            fail_msg("%s has states and no line in station_rules", row->type);
        for (const char *at = row->from; *at != '\0';) {
            size_t len = strcspn(at, ",");
            bool same = len == strlen(row->to) && memcmp(at, row->to, len) == 0, known = catalogue_has_move(moves, at, len, row->to, strlen(row->to));
            if (!same && known != ((row->flags & ACT_STATION) != 0))
                fail_msg("%s %s: %.*s>%s %s in station_rules", row->type, row->name, (int)len, at, row->to, known ? "is" : "is not");
            at += len + (at[len] == ',');
        }
    }
}

/* Every role in every state on either side, for every row: allowed exactly when role, side and state are those of the row. */
static void roles_sides_and_states(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < act_count(); i++) {
        const struct act *row = act_at(i);
        const struct record_type *type = catalogue_find(row->type);
        const struct field_def *field = catalogue_field(type, "state");
        size_t states = field != NULL ? code_book_count(bench->world.codes, field->codes) : 1;
        struct record record;
        record_init(&record, type);
        for (size_t s = 0; s < states; s++) {
            const char *code = field != NULL ? code_book_at(bench->world.codes, field->codes, s)->code : "";
            if (field != NULL)
                assert_int_equal(record_set_text(&record, "state", code), STATUS_OK);
            for (unsigned role = 0; role < ROLE_COUNT; role++)
                for (int side = 0; side < 2; side++) {
                    struct actor actor = node_person(side ? &bench->world.center : &bench->world.stations[0], "某人", (enum actor_role)role);
                    bool fits = row->fits == NULL || row->fits(&record, NULL) == STATUS_OK, in_state = fits && (row->from[0] == '\0' || list_has(row->from, code)), of_role = (row->roles & 1u << role) != 0 && role != ROLE_AUDITOR;
                    bool here = side == 1 || (row->flags & ACT_STATION) != 0;
                    enum status expected = of_role && here ? in_state ? STATUS_OK : STATUS_INVALID : STATUS_FORBIDDEN;
                    struct errmsg err = {{0}};
                    if (act_allowed(row, &actor, bench->world.codes, &record, &err) != expected)
                        fail_msg("%s %s as %s in %s at the %s: %s", row->type, row->name, actor_role_name((enum actor_role)role), code, side ? "center" : "station", err.text);
                    assert_int_equal(err.text[0] != '\0', expected != STATUS_OK);
                }
        }
        record_release(&record);
    }
}

static void an_act_is_of_its_own_type(void **state)
{
    struct bench *bench = *state;
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("handler"));
    assert_int_equal(act_allowed(act_named("volunteer", "leave"), &bench->clerk, bench->world.codes, &record, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "志愿者"));
    assert_null(act_find(catalogue_find("handler"), "leave"));
    record_release(&record);
}

/* ---- a volunteer's life ---- */

struct letters {
    size_t n;
    char first[80], last[80], event[40];
};

static bool see_letter(void *context, const struct record *letter, const struct list_key *key)
{
    struct letters *letters = context;
    (void)key;
    snprintf(letters->n++ == 0 ? letters->first : letters->last, 80, "%s", record_text(letter, "number"));
    snprintf(letters->event, sizeof letters->event, "%s", record_text(letter, "event"));
    return true;
}

static struct letters letters_of(struct node *node)
{
    struct letters letters = {0};
    struct list_query query = {.type = catalogue_find("appointment_letter"), .order = catalogue_field(catalogue_find("appointment_letter"), "number"), .ascending = true};
    assert_int_equal(records_list(node->store, &node->actor, &query, see_letter, &letters, NULL), STATUS_OK);
    return letters;
}

static void appointed_with_a_letter(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct errmsg err;
    char said[200];
    struct id id = volunteer(station, &bench->station, "吾守尔·艾沙"), other;
    refused(station, &bench->station, "volunteer", "appoint", id, STATUS_FORBIDDEN, "只能由县中心办理", NULL);
    world_sync(&bench->world, 0);
    refused(center, &bench->auditor, "volunteer", "appoint", id, STATUS_FORBIDDEN, "只能查看", NULL);
    assert_int_equal(act(center, &bench->clerk, "volunteer", "appoint", id, said, &err, FIELDS(NULL)), STATUS_OK);
    assert_string_equal(said, "聘书 (溧)援聘字〔2026〕第1号，聘期至 2029-01-01");
    field_is(center, "volunteer", id, "state", "V2");
    field_is(center, "volunteer", id, "letter_no", "(溧)援聘字〔2026〕第1号");
    field_is(center, "volunteer", id, "letter_to", "2029-01-01");
    other = volunteer(center, &bench->clerk, "孙二");
    does(center, &bench->director, "volunteer", "appoint", other, "letter_to=2027-06-30");
    field_is(center, "volunteer", other, "letter_no", "(溧)援聘字〔2026〕第2号");
    char changes[5];
    node_last_changes(center, 4, changes);
    assert_string_equal(changes, ".mm."); /* the volunteer entered; paper, letter and volunteer as one */
    struct letters letters = letters_of(center);
    assert_int_equal(letters.n, 2);
    assert_string_equal(letters.last, "(溧)援聘字〔2026〕第2号");
    /* the whole act arrives at the station that holds the volunteer, and the other one's letter stays away */
    world_sync(&bench->world, 0);
    world_sync(&bench->world, 1);
    field_is(station, "volunteer", id, "state", "V2");
    assert_int_equal(letters_of(station).n, 1);
    assert_int_equal(letters_of(&bench->world.stations[1]).n, 0);
    node_verify(center);
    node_verify(station);
}

static void renewing_forgets_the_event(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct errmsg err = {{0}};
    struct record event;
    char text[ID_TEXT_BYTES], field[64];
    record_init(&event, catalogue_find("event"));
    assert_int_equal(records_begin(center->store, &bench->clerk, &event, center->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&event, "title", "聘书颁发仪式"), STATUS_OK);
    assert_int_equal(records_save(center->store, &bench->clerk, center->codes, center->random, &event, &err), STATUS_OK);
    id_format(event.id, text);
    snprintf(field, sizeof field, "event=%s", text);
    struct id id = volunteer(center, &bench->clerk, "孙二");
    does(center, &bench->clerk, "volunteer", "appoint", id, field);
    assert_string_equal(letters_of(center).event, text);
    bench->clerk.now_ms += 1000 * DAY_MS;
    does(center, &bench->clerk, "volunteer", "appoint", id, NULL);
    assert_string_equal(letters_of(center).event, "");
    field_is(center, "volunteer", id, "letter_to", "2031-09-27");
    field_is(center, "volunteer", id, "letter_no", "(溧)援聘字〔2028〕第1号"); /* every year from one */
    record_release(&event);
}

static void leaving_staying_and_struck(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    char said[200];
    struct errmsg err;
    struct id id = volunteer(station, &bench->station, "孙二");
    refused(station, &bench->station, "volunteer", "ask-leave", id, STATUS_INVALID, "退出理由(leave_reason)", NULL);
    refused(station, &bench->station, "volunteer", "ask-leave", id, STATUS_INVALID, "申请退出日(asked_leave_on): 在登记日期之前", "asked_leave_on=2025-12-01", "leave_reason=搬家");
    refused(station, &bench->station, "volunteer", "ask-leave", id, STATUS_INVALID, "在今天之后", "asked_leave_on=2026-02-01", "leave_reason=搬家");
    refused(station, &bench->station, "volunteer", "ask-leave", id, STATUS_USAGE, "asked_leave_on* leave_reason*", "left_on=2026-01-01");
    refused(station, &bench->station, "volunteer", "leave", id, STATUS_FORBIDDEN, "只能由县中心办理", NULL);
    field_is(station, "volunteer", id, "state", "V1");
    /* 15 working days after New Year's Day; the 4th is a Sunday at work */
    assert_int_equal(act(station, &bench->station, "volunteer", "ask-leave", id, said, &err, FIELDS("leave_reason=搬家")), STATUS_OK);
    assert_string_equal(said, "2026-01-22 前办理");
    assert_int_equal(world_sync(&bench->world, 0).quarantined, 0);
    refused(center, &bench->clerk, "volunteer", "appoint", id, STATUS_INVALID, "在册、已聘", NULL);
    does(center, &bench->clerk, "volunteer", "stay", id, NULL);
    field_is(center, "volunteer", id, "state", "V1");
    field_is(center, "volunteer", id, "asked_leave_on", "");
    field_is(center, "volunteer", id, "leave_reason", "");
    does(center, &bench->clerk, "volunteer", "appoint", id, NULL);
    does(center, &bench->clerk, "volunteer", "ask-leave", id, "leave_reason=搬家");
    does(center, &bench->clerk, "volunteer", "stay", id, NULL);
    field_is(center, "volunteer", id, "state", "V2");
    does(center, &bench->clerk, "volunteer", "ask-leave", id, "leave_reason=搬家");
    refused(center, &bench->clerk, "volunteer", "strike", id, STATUS_FORBIDDEN, "中心负责人", "leave_reason=收取财物");
    refused(center, &bench->clerk, "volunteer", "leave", id, STATUS_INVALID, "退出日期(left_on)", "left_on=2025-12-31");
    does(center, &bench->clerk, "volunteer", "leave", id, NULL);
    field_is(center, "volunteer", id, "left_on", "2026-01-01");
    refused(center, &bench->director, "volunteer", "strike", id, STATUS_INVALID, "已退出", "leave_reason=收取财物");
    struct id bad = volunteer(center, &bench->clerk, "周三");
    refused(center, &bench->director, "volunteer", "strike", bad, STATUS_INVALID, "退出理由(leave_reason)", NULL);
    does(center, &bench->director, "volunteer", "strike", bad, "leave_reason=收取财物");
    field_is(center, "volunteer", bad, "state", "V5");
    node_verify(center);
}

/* ---- the engine ---- */

/* What goes wrong after the hook wrote leaves nothing behind: neither letter nor paper nor number. */
static void one_transaction(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct errmsg err = {{0}};
    struct act_move first, second;
    struct id id = volunteer(center, &bench->clerk, "孙二");
    const struct act *appoint = act_named("volunteer", "appoint");
    assert_int_equal(act_begin(center->store, &bench->clerk, center->codes, appoint, id, &first, &err), STATUS_OK);
    assert_int_equal(act_begin(center->store, &bench->director, center->codes, appoint, id, &second, &err), STATUS_OK);
    assert_int_equal(act_set(&second, center->codes, "letter_to", "2027-01-01", 10, &err), STATUS_OK);
    assert_int_equal(act_commit(center->store, &bench->clerk, center->codes, center->random, &first, &err), STATUS_OK);
    assert_int_equal(first.n_documents, 1);
    assert_int_equal(act_commit(center->store, &bench->director, center->codes, center->random, &second, &err), STATUS_STALE);
    assert_int_equal(second.n_documents, 0);
    assert_int_equal(second.said.len, 0);
    assert_string_equal(record_text(&second.record, "letter_no"), ""); /* what was typed is kept, what the act set is gone */
    assert_int_equal(letters_of(center).n, 1);
    struct id next = volunteer(center, &bench->clerk, "周三");
    does(center, &bench->clerk, "volunteer", "appoint", next, NULL);
    field_is(center, "volunteer", next, "letter_no", "(溧)援聘字〔2026〕第2号");
    act_release(&first);
    act_release(&second);
}

/* Renewing stays in V2 and so writes no state: it must still see that somebody struck the volunteer off meanwhile. */
static void a_record_that_moved_on_is_stale(void **state)
{
    struct bench *bench = *state;
    struct node *center = &bench->world.center;
    struct errmsg err = {{0}};
    struct act_move move;
    struct id id = volunteer(center, &bench->clerk, "孙二");
    does(center, &bench->clerk, "volunteer", "appoint", id, NULL);
    assert_int_equal(act_begin(center->store, &bench->clerk, center->codes, act_named("volunteer", "appoint"), id, &move, &err), STATUS_OK);
    does(center, &bench->director, "volunteer", "strike", id, "leave_reason=收取财物");
    assert_int_equal(act_commit(center->store, &bench->clerk, center->codes, center->random, &move, &err), STATUS_STALE);
    field_is(center, "volunteer", id, "state", "V5");
    assert_int_equal(letters_of(center).n, 1);
    act_release(&move);
}

static void what_is_not_there(void **state)
{
    struct bench *bench = *state;
    struct id none = {{1}};
    refused(&bench->world.center, &bench->clerk, "volunteer", "appoint", none, STATUS_NOT_FOUND, "", NULL);
    /* of another station */
    struct id id = volunteer(&bench->world.stations[1], &bench->world.stations[1].actor, "孙二");
    world_sync(&bench->world, 1);
    world_sync(&bench->world, 0);
    refused(&bench->world.stations[0], &bench->station, "volunteer", "ask-leave", id, STATUS_NOT_FOUND, "", "leave_reason=搬家");
    refused(&bench->world.center, &bench->clerk, "volunteer", "appoint", id, STATUS_INVALID, "聘期至", "letter_to=2026-01-01");
    refused(&bench->world.center, &bench->clerk, "volunteer", "appoint", id, STATUS_INVALID, "聘期至(letter_to): 聘任要填这一项", "letter_to=");
    refused(&bench->world.center, &bench->clerk, "volunteer", "appoint", id, STATUS_MALFORMED, "字段 聘期至(letter_to)", "聘期至=明年");
}

/* ---- changes that a program of somebody's own making puts into a station's log ---- */

struct forgery {
    const char *type;
    bool existing;          /* a row the station entered in the right way */
    const char *fields[8];  /* "field=value" */
};

static void put_fields(struct record *record, const struct node *node, const char *const *fields)
{
    struct errmsg err = {{0}};
    for (; *fields != NULL; fields++) {
        char name[64];
        const char *equals = strchr(*fields, '=');
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        if (record_parse(record, catalogue_field(record->type, name), node->codes, equals + 1, strlen(equals + 1), &err) != STATUS_OK)
            fail_msg("%s: %s", *fields, err.text);
    }
}

static struct id entered(struct node *node, const char *type)
{
    if (strcmp(type, "volunteer") == 0)
        return volunteer(node, &node->actor, "孙二");
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find(type));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    put_fields(&record, node, (const char *const[]){"matter=4", "content=不接电话", NULL});
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    struct id id = record.id;
    record_release(&record);
    return id;
}

/* What only the center decides stays the center's, whatever a station's log says: none of our checks ran there. */
static void forged_changes_are_kept_out(void **state)
{
    static const struct forgery forgeries[] = {
        {"complaint", true, {"state=K2", "accepted_on=2026-01-01", NULL}},
        {"complaint", true, {"state=K3", "finding=3", "resolution=x", "resolved_on=2026-01-01", NULL}},
        {"complaint", true, {"state=K4", "reason=x", NULL}},
        {"complaint", true, {"finding=3", NULL}},
        {"complaint", false, {"date=2026-01-01", "matter=4", "state=K3", NULL}},
        {"volunteer", true, {"state=V2", NULL}},
        {"volunteer", true, {"state=V5", "leave_reason=x", "left_on=2026-01-01", NULL}},
        {"volunteer", true, {"letter_no=(溧)援聘字〔2026〕第9号", NULL}},
        {"volunteer", true, {"letter_to=2036-01-01", NULL}},
        {"volunteer", false, {"name=假人", "source=1", "date=2026-01-01", "state=V2", NULL}},
        {"appointment_letter", false, {"volunteer=%", "issued_on=2026-01-01", "valid_to=2036-01-01", "number=1", NULL}},
        {"eval", false, {"case_id=%", "round=1", "standard=civil100", "edition=1", "date=2026-01-01", "reviewers=x", "total=100", NULL}},
        {"eval_item", false, {"eval=%", "item_no=1", "score=5", NULL}},
        {"assessment", false, {"year=2025", "kind=handler", "subject=x", "name=x", "date=2026-01-01", "total=10000", NULL}},
        {"assessment_item", false, {"assessment=%", "metric=closed", "points=100", NULL}},
        {"assess_standard", false, {"kind=handler", "metric=closed", "weight=100", "target=1", "from_year=2025", NULL}},
        {"eval_standard", false, {"standard=civil100", "edition=9", "item_no=1", "item=x", "max_score=100", "from_day=2020-01-01", NULL}},
        {"campaign", false, {"name=假周", "date=2026-01-01", "end_date=2026-01-07", NULL}},
        {"reward", false, {"date=2026-01-01", "kind=1", "name=x", NULL}},
        {"organ_opinion", false, {"case_id=%", "date=2026-01-01", "organ=x", "etiquette=1", "skill=1", "dedication=1", NULL}},
        {"rule_document", false, {"title=x", "edition=1", "issued_on=2026-01-01", NULL}},
    };
    struct bench *bench = *state;
    struct node *center = &bench->world.center, *station = &bench->world.stations[0];
    struct errmsg err = {{0}};
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
        const struct forgery *forgery = &forgeries[i];
        const struct record_type *type = catalogue_find(forgery->type);
        struct actor forger = station->actor;
        struct record record, arrived;
        char before[8] = "", some[64], text[ID_TEXT_BYTES];
        forger.acting = forger.center = true;
        struct id id = {{0}}, other = id_make(station->random);
        if (forgery->existing) {
            id = entered(station, forgery->type);
            assert_int_equal(world_sync(&bench->world, 0).quarantined, 0);
            char *is = node_get(center, forgery->type, id, "state");
            snprintf(before, sizeof before, "%s", is);
            free(is);
            assert_int_equal(records_get(station->store, &forger, type, id, &record, &err), STATUS_OK);
        } else {
            record_init(&record, type);
            record.scope = station->machine.org;
        }
        id_format(other, text);
        for (const char *const *field = forgery->fields; *field != NULL; field++) {
            snprintf(some, sizeof some, "%.*s%s", (int)strcspn(*field, "%"), *field, strchr(*field, '%') != NULL ? text : "");
            put_fields(&record, station, (const char *const[]){some, NULL});
        }
        enum status status = records_save(station->store, &forger, station->codes, station->random, &record, &err);
        if (status != STATUS_OK) /* what a forger's own program lets through tells nothing */
            fail_msg("%s %zu: %s", forgery->type, i, err.text);
        if (world_sync(&bench->world, 0).quarantined == 0)
            fail_msg("%s %zu (%s) was taken in", forgery->type, i, forgery->fields[0]);
        status = records_get(center->store, &center->actor, type, record.id, &arrived, NULL);
        assert_int_equal(status, forgery->existing ? STATUS_OK : STATUS_NOT_FOUND);
        if (forgery->existing) {
            assert_string_equal(record_text(&arrived, "state"), before);
            record_release(&arrived);
        }
        record_release(&record);
    }
    node_verify(center);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row_is_sound, open_bench, close_bench),
        cmocka_unit_test(the_wire_knows_what_stations_may),
        cmocka_unit_test_setup_teardown(roles_sides_and_states, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(an_act_is_of_its_own_type, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(appointed_with_a_letter, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(renewing_forgets_the_event, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(leaving_staying_and_struck, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(one_transaction, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_record_that_moved_on_is_stale, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_is_not_there, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(forged_changes_are_kept_out, open_bench, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
