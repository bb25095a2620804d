/* tests/test_erasure.c - what goes with an erased case, person or volunteer, and what stays: the table against the catalogue, and the text of every record that goes, looked for in all files of two machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/erasure.h"
#include "core/case/erasure_table.h"
#include "core/paper/document.h"
#include "core/record/draft.h"
#include "core/record/kept_filter.h"
#include "core/record/reach.h"
#include "tests/fixture.h"

/* Words that nothing else in a store has; the index keeps them as pairs of characters. */
static const char MARKER[] = "鹇鹮鹛", PAIR_1[] = "鹇鹮", PAIR_2[] = "鹮鹛", PHONE[] = "15987654321";
static struct world world;
static char folder[] = "/tmp/aidpost-erasure-XXXXXX";

#define CENTER (&world.center)
#define STATION (&world.stations[0])

static int open_world(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/aidpost-erasure-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    world_open(&world, 1, folder);
    world_sync(&world, 0);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    test_folder_remove(folder);
    return 0;
}

/* ---- the table ---- */

static const struct erasure_rule *rule_of(const struct record_type *type, const struct field_def *field, size_t *n)
{
    const struct erasure_rule *found = NULL;
    *n = 0;
    for (size_t i = 0; i < erasure_n_rules; i++) {
        if (strcmp(erasure_rules[i].type, type->name) != 0 || strcmp(erasure_rules[i].field, field->name) != 0)
            continue;
        found = &erasure_rules[i];
        ++*n;
    }
    return found;
}

static bool is_found_by_index(const struct record_type *type, const struct field_def *field)
{
    bool listed = (field->flags & FIELD_INDEX) != 0;
    for (size_t i = 0; i < catalogue_worklists(); i++) {
        const struct worklist *list = catalogue_worklist(i);
        listed |= strcmp(list->type, type->name) == 0 && strcmp(list->column, field->name) == 0;
    }
    return listed;
}

/* A type or a reference that was added: somebody has to say what becomes of it. */
static void every_reference_to_what_can_be_erased_is_decided(void **state)
{
    (void)state;
    size_t decided = 0;
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);
        for (size_t f = 0; f < type->n_fields; f++) {
            const struct field_def *field = &type->fields[f];
            const struct record_type *target = field->kind == FIELD_REF ? catalogue_find(field->codes) : NULL;
            size_t n;
            const struct erasure_rule *rule = rule_of(type, field, &n);
            decided += n;
            if (target != NULL && erasure_is_open(target) && erasure_is_open(type) && n != 1)
                fail_msg("%s.%s -> %s: core/case/erasure_table.c does not say (once) what becomes of it when the %s is erased", type->name, field->name, target->name, target->name);
            if (rule == NULL)
                continue;
            if (target != NULL)
                assert_string_equal(rule->target, target->name);
            assert_true(erasure_is_open(type) && erasure_is_open(catalogue_find(rule->target)));
            bool followed = rule->fate == ERASURE_PART || rule->fate == ERASURE_GOES;
            if (followed && !is_found_by_index(type, field))
                fail_msg("%s.%s: followed without an index", type->name, field->name);
            /* What goes to another station with a record is a part of it. */
            const struct record_type *parent;
            if (reach_parent_field(type, &parent) == field && rule->fate != ERASURE_FILES)
                assert_int_equal(rule->fate, ERASURE_PART);
        }
    }
    assert_int_equal(decided, erasure_n_rules); /* none of a field that is no more */
}

/* ---- a record with something everywhere ---- */

static bool can_be_marked(const struct field_def *field)
{
    return field->codes == NULL && (field->kind == FIELD_TEXT || field->kind == FIELD_LONG || field->kind == FIELD_NAME) && catalogue_max_chars(field) >= 4;
}

static enum status first_code(const struct record_type *type, const struct field_def *field, struct record *record)
{
    const struct code *code = code_book_at(CENTER->codes, field->codes, 0);
    if (code == NULL)
        fail_msg("%s.%s: no code of %s", type->name, field->name, field->codes);
    return record_set_text(record, field->name, code->code);
}

static struct id make(const char *name, const char *field, struct id on, const char *word);

static void set_ref(struct record *record, const char *field, struct id on)
{
    char text[ID_TEXT_BYTES];
    id_format(on, text);
    assert_int_equal(record_set_text(record, field, text), STATUS_OK);
}

/* word: in each text; what else the record needs is there, and somebody else's. */
static enum status fill(struct record *record, const struct field_def *field, const char *word)
{
    const char *one_of = record->type->one_of;
    bool required = (field->flags & FIELD_REQUIRED) != 0 || field->required_when != NULL;
    bool first = one_of != NULL && strncmp(one_of, field->name, strlen(field->name)) == 0;
    if (record_get(record, field).kind != VALUE_NULL && !can_be_marked(field))
        return STATUS_OK;
    if (strcmp(field->name, "archived_on") == 0) /* what is kept for ten years, fifteen years ago */
        return record_set_text(record, "retention", "03") == STATUS_OK ? record_set_int(record, field->name, day_of_ms(CENTER->actor.now_ms, 0) - 15 * 366) : STATUS_NOMEM;
    if (can_be_marked(field))
        return strcmp(field->name, "subject") == 0 && record_get(record, field).kind != VALUE_NULL ? STATUS_OK : record_set_text(record, field->name, word);
    if (field->kind == FIELD_PHONE && word == MARKER)
        return record_set_text(record, field->name, PHONE);
    if (field->kind == FIELD_REF && (required || first))
        set_ref(record, field->name, make(field->codes, NULL, (struct id){{0}}, "别人"));
    if (!required)
        return STATUS_OK;
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_MONEY:
        return record_set_int(record, field->name, field->min > 1 ? field->min : 1);
    case FIELD_DAY:
        return record_set_int(record, field->name, day_of_ms(CENTER->actor.now_ms, DAY_OFFICE_OFFSET_MIN));
    case FIELD_CODE:
        return first_code(record->type, field, record);
    default:
        return STATUS_OK;
    }
}

/* The station's; field (or NULL) names the record it hangs on. */
static struct id make(const char *name, const char *field, struct id on, const char *word)
{
    struct errmsg err = {{0}};
    struct record record;
    struct actor acting = CENTER->actor;
    acting.acting = true;
    record_init(&record, catalogue_find(name));
    assert_int_equal(records_begin(CENTER->store, &acting, &record, CENTER->codes, &err), STATUS_OK);
    record.scope = 2;
    if (field != NULL)
        set_ref(&record, field, on);
    for (size_t i = 0; i < record.type->n_fields; i++)
        assert_int_equal(fill(&record, &record.type->fields[i], word), STATUS_OK);
    if (records_save(CENTER->store, &acting, CENTER->codes, CENTER->random, &record, &err) != STATUS_OK)
        fail_msg("%s: %s", name, err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

/* One of each type that goes with it, and so on down. Returns how many. */
static int64_t hang_one_of_each(const char *target, struct id on)
{
    int64_t n = 0;
    for (size_t i = 0; i < erasure_n_rules; i++) {
        const struct erasure_rule *rule = &erasure_rules[i];
        if (strcmp(rule->target, target) != 0 || (rule->fate != ERASURE_PART && rule->fate != ERASURE_GOES))
            continue;
        struct id id = make(rule->type, rule->field, on, MARKER);
        n += 1 + hang_one_of_each(rule->type, id);
    }
    return n;
}

/* Which table has it, for the message. */
static void tell_where(struct node *node, const char *word)
{
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);
        for (size_t f = 0; f < type->n_fields; f++) {
            char sql[400];
            snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\" WHERE instr(CAST(\"%s\" AS TEXT),'%s')>0", type->name, type->fields[f].name, word);
            if (node_number(node, sql) > 0)
                print_message("%s.%s has %s still\n", type->name, type->fields[f].name, word);
        }
    }
}

static void is_gone(struct node *node, unsigned machine)
{
    const char *const WORDS[] = {MARKER, PAIR_1, PAIR_2, PHONE};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        int files = machine_files_hold(folder, machine, WORDS[i]);
        if (files != 0)
            tell_where(node, WORDS[i]);
        assert_int_equal(files, 0);
    }
    assert_int_equal(node_found(node, PAIR_1), 0);
    assert_int_equal(node_conflicts(node), 0);
    assert_int_equal(node_number(node, "SELECT count(*) FROM draft"), 0);
    node_verify(node);
}

/* Words that workers keep on this machine: those that name the person, however they were typed, and others. */
static const char *const NAMING[] = {"姓名=鹇鹮鹛 and 日期>=本月", "电话='１５９ ８７６５ ４３２１'", "phone~654321", "name~鹮鹛", "phone in ('13900000000','159-8765-4321')"},
                  *const OTHER[] = {"日期=本月 and worker=别人", "phone~13900", "name~别人", "birth>=1987-06-54"};

enum { N_NAMING = sizeof NAMING / sizeof NAMING[0], N_OTHER = sizeof OTHER / sizeof OTHER[0] };

static void keep_conditions(struct node *node)
{
    for (size_t i = 0; i < N_NAMING + N_OTHER; i++)
        assert_int_equal(kept_filter_set(node->store, &node->actor, catalogue_find("consultation"), KEPT_FILTER_FIRST + (int)i, i < N_NAMING ? NAMING[i] : OTHER[i - N_NAMING], NULL), STATUS_OK);
}

/* One that names the person and one that did once; and another. */
static void keep_lists(struct node *node)
{
    (void)node_make(node, "saved_view", "name=鹇鹮鹛的", "record_type=consultation", "condition=name=鹇鹮鹛", NULL);
    struct id changed = node_make(node, "saved_view", "name=老人", "record_type=consultation", "condition=phone=15987654321", NULL);
    node_set(node, "saved_view", changed, "condition", "sex=男");
    (void)node_make(node, "saved_view", "name=本月", "record_type=consultation", "condition=date=本月", NULL);
}

/* Two machines know it, indexed, with something being typed about it on both, and figures counted with all of it. */
static void spread(const char *type, struct id id)
{
    struct node *nodes[] = {CENTER, STATION};
    keep_lists(STATION);
    world_sync(&world, 0);
    for (size_t i = 0; i < 2; i++) {
        keep_conditions(nodes[i]);
        struct record record;
        struct id draft = {{0}};
        assert_true(node_found(nodes[i], PAIR_1) > 0);
        assert_int_equal(records_get(nodes[i]->store, &nodes[i]->actor, catalogue_find(type), id, &record, NULL), STATUS_OK);
        assert_int_equal(record_set_text(&record, "note", "草稿里的鹇鹮鹛"), STATUS_OK);
        assert_int_equal(draft_save(nodes[i]->store, &nodes[i]->actor, nodes[i]->random, &record, &draft, NULL), STATUS_OK);
        record_release(&record);
        assert_true(machine_files_hold(folder, (unsigned)(i == 0 ? 0 : 1), MARKER) > 0);
    }
}

static void erase_all_of(const char *type, struct id id, int64_t rows)
{
    struct errmsg err = {{0}};
    struct erasure_done done, told;
    spread(type, id);
    if (erasure_foretell(CENTER->store, &CENTER->actor, catalogue_find(type), id, true, &told, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find(type), id, "本人要求，目的已实现", "周主任", true, &done, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(done.rows, rows);
    assert_int_equal(told.rows, rows);
    assert_int_equal(done.kept, 0);
    assert_int_equal(done.lists, 2);
    assert_int_equal(done.filters, N_NAMING);
    node_finish_erasing(CENTER);
    is_gone(CENTER, 0);
    world_sync(&world, 0);
    node_finish_erasing(STATION);
    is_gone(STATION, 1);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM kept_filter"), N_OTHER);
    assert_int_equal(node_number(STATION, "SELECT count(*) FROM kept_filter"), N_OTHER);
    assert_int_equal(node_number(STATION, "SELECT count(*) FROM saved_view WHERE gone=0"), 1);
}

static void a_case_goes_with_all_that_was_written_of_it(void **state)
{
    (void)state;
    struct id id = make("case", NULL, (struct id){{0}}, MARKER);
    erase_all_of("case", id, 1 + hang_one_of_each("case", id));
}

static void a_person_goes_with_what_he_asked_and_applied_for(void **state)
{
    (void)state;
    struct id id = make("person", NULL, (struct id){{0}}, MARKER);
    erase_all_of("person", id, 1 + hang_one_of_each("person", id));
}

static void a_volunteer_goes_with_letters_and_hours(void **state)
{
    (void)state;
    struct id id = make("volunteer", NULL, (struct id){{0}}, MARKER);
    erase_all_of("volunteer", id, 1 + hang_one_of_each("volunteer", id));
}

/* ---- what stays ---- */

static bool is_empty(const char *type, struct id id)
{
    char *name = node_get(CENTER, type, id, "name");
    bool empty = name == NULL;
    free(name);
    return empty;
}

/* Her line in the household of somebody whose case is kept is a part of that file. */
static void what_is_a_part_of_a_kept_file_stays(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct erasure_done done;
    struct id wife = node_make(CENTER, "person", "name=李梅", NULL), man = node_make(CENTER, "person", "name=张文芳", NULL), other = node_make(CENTER, "person", "name=王建国", NULL);
    struct id kase = node_make(CENTER, "case", "name=张文芳", "narrative=欠薪", node_ref("applicant", man), NULL);
    struct id kept = node_make(CENTER, "relation", "name=李梅", "kind=配偶", node_ref("person", man), node_ref("other", wife), NULL);
    struct id gone = node_make(CENTER, "relation", "name=李梅", "kind=配偶", node_ref("person", other), node_ref("other", wife), NULL);
    struct id asked = node_make(CENTER, "consultation", "name=李梅", "content=问", node_ref("person", wife), NULL);
    (void)node_make(CENTER, "document", "form=09", "number=溧援决〔2026〕1号", node_ref("case_id", kase), NULL);
    assert_int_equal(erasure_allowed(CENTER->store, &CENTER->actor, catalogue_find("relation"), kept, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "溧援决〔2026〕1号"));
    if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find("person"), wife, "本人要求", "周主任", true, &done, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(done.rows, 3);
    assert_int_equal(done.kept, 1);
    assert_true(is_empty("person", wife) && is_empty("relation", gone) && is_empty("consultation", asked));
    assert_false(is_empty("relation", kept) || is_empty("person", man) || is_empty("case", kase));
}

/* Alone: nothing else goes. */
static void only_this_is_only_this(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct erasure_done done;
    struct id id = node_make(CENTER, "person", "name=李梅", NULL), asked = node_make(CENTER, "consultation", "name=李梅", "content=问", node_ref("person", id), NULL);
    if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find("person"), id, "本人要求", "周主任", false, &done, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(done.rows, 1);
    assert_false(is_empty("consultation", asked));
}

/* Words that somebody else's record needs stay, and so does what a worker keeps of himself, who only wrote the record down. */
static void words_that_mean_somebody_else_stay(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct erasure_done done;
    struct id first = node_make(CENTER, "consultation", "name=李梅", "phone=13912345678", "worker=周芳菲", "content=问", NULL);
    struct id second = node_make(CENTER, "case", "name=王建国", "opponent=李梅", "narrative=欠薪", NULL);
    assert_int_equal(kept_filter_set(CENTER->store, &CENTER->actor, catalogue_find("case"), 1, "opponent=李梅", NULL), STATUS_OK);
    assert_int_equal(kept_filter_set(CENTER->store, &CENTER->actor, catalogue_find("case"), 2, "worker=周芳菲", NULL), STATUS_OK);
    (void)node_make(CENTER, "saved_view", "name=李梅", "record_type=case", "condition=opponent=李梅", NULL);
    for (size_t i = 0; i < 2; i++) {
        if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find(i == 0 ? "consultation" : "case"), i == 0 ? first : second, "本人要求，目的已实现", "周主任", true, &done, &err) != STATUS_OK)
            fail_msg("%s", err.text);
        assert_int_equal(done.filters, i);
        assert_int_equal(done.lists, i);
    }
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM kept_filter"), 1);
}

/* What the center did not accept is in no row, yet it says what a person told: it goes with what it is about, and is not kept either when it comes after the erasure. */
static void what_was_refused_goes_too(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct id kase = node_make(STATION, "case", "name=鹇鹮鹛", "narrative=欠薪", NULL);
    world_sync(&world, 0);
    STATION->actor.acting = STATION->actor.center = true; /* as a wrong program may write */
    node_set(STATION, "case", kase, "handler", "鹇鹮鹛的哥哥");
    struct id paid = node_make(STATION, "payment", "name=鹇鹮鹛", "amount=100", node_ref("case_id", kase), NULL);
    node_set(STATION, "payment", paid, "name", "鹇鹮鹛的舅舅");
    struct replica_result result = world_sync(&world, 0);
    assert_int_equal(result.quarantined, 6); /* all three, there and here */
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM quarantine q JOIN change c ON c.lsn=q.lsn WHERE c.body IS NOT NULL"), 3);
    node_set(STATION, "case", kase, "handler", "鹇鹮鹛的姐姐");
    node_set(STATION, "payment", paid, "name", "鹇鹮鹛的叔叔");
    (void)node_make(STATION, "payment", "name=鹇鹮鹛", "amount=200", node_ref("case_id", kase), NULL);
    if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find("case"), kase, "本人要求，目的已实现", "周主任", true, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    node_finish_erasing(CENTER);
    is_gone(CENTER, 0);
    world_sync(&world, 0);
    node_finish_erasing(CENTER);
    is_gone(CENTER, 0);
    node_finish_erasing(STATION);
    is_gone(STATION, 1);
}

/* A change that the center refuses, for who handles a case is not the station's to say; it names the applicant, too. */
static void write_refused(struct id kase, struct id applicant, const char *handler)
{
    struct errmsg err = {{0}};
    struct record record;
    char text[ID_TEXT_BYTES];
    id_format(applicant, text);
    STATION->actor.acting = STATION->actor.center = true; /* as a wrong program may write */
    assert_int_equal(records_get(STATION->store, &STATION->actor, catalogue_find("case"), kase, &record, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "applicant", text), STATUS_OK);
    assert_int_equal(record_set_text(&record, "handler", handler), STATUS_OK);
    if (records_save(STATION->store, &STATION->actor, STATION->codes, STATION->random, &record, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    record_release(&record);
}

/* Of a case that stays while the file that it names goes alone, what the center refused stays to be looked at, whether it came before or comes later. */
static void what_was_refused_of_what_stays_stays(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct id id = node_make(STATION, "person", "name=李梅", NULL), kase = node_make(STATION, "case", "name=李梅", "narrative=欠薪", NULL), second = node_make(STATION, "case", "name=李梅", "narrative=工伤", NULL);
    world_sync(&world, 0);
    write_refused(kase, id, "赵敏");
    world_sync(&world, 0);
    write_refused(second, id, "吴敏");
    if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find("person"), id, "本人要求", "周主任", false, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM quarantine q JOIN change c ON c.lsn=q.lsn WHERE c.body IS NOT NULL"), 1);
    world_sync(&world, 0);
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM quarantine q JOIN change c ON c.lsn=q.lsn WHERE c.body IS NOT NULL"), 2);
    assert_int_equal(node_number(STATION, "SELECT count(*) FROM quarantine q JOIN change c ON c.lsn=q.lsn WHERE c.body IS NOT NULL"), 2);
    node_verify(STATION);
}

/* Written at the station as a part of it, before that heard: it is taken, since nobody has read it, and somebody is told to look. */
static void a_part_that_comes_late_is_flagged(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct id id = node_make(STATION, "person", "name=李梅", NULL);
    world_sync(&world, 0);
    if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find("person"), id, "本人要求", "周主任", true, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    struct id late = node_make(STATION, "relation", "name=王建国", "kind=配偶", node_ref("person", id), NULL), other = node_make(STATION, "consultation", "name=王建国", "content=问", NULL);
    world_sync(&world, 0);
    assert_false(is_empty("relation", late) || is_empty("consultation", other));
    assert_int_equal(node_number(CENTER, "SELECT count(*) FROM flagged WHERE reason LIKE '所属的记录已依法清除%'"), 1);
}

/* They stay for good, everywhere. */
static void reason_and_officer_do_not_name_the_person(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct id id = node_make(CENTER, "person", "name=李梅", "phone=13912345678", NULL), asked = node_make(CENTER, "consultation", "name=李梅", "content=问", node_ref("person", id), NULL);
    const char *const WORDS[][2] = {{"李梅本人要求", "周主任"}, {"来电 13912345678 要求", "周主任"}, {"本人要求", "李梅"}};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        assert_int_equal(erasure_write(CENTER->store, &CENTER->actor, catalogue_find("person"), id, WORDS[i][0], WORDS[i][1], true, NULL, &err), STATUS_INVALID);
        assert_non_null(strstr(err.text, "不能有被清除的人的姓名、号码"));
        assert_false(is_empty("person", id) || is_empty("consultation", asked));
    }
    assert_int_equal(erasure_write(CENTER->store, &CENTER->actor, catalogue_find("person"), id, "本人要求", "周主任", true, NULL, &err), STATUS_OK);
}

/* What the papers of a case name beside the person is in other cases, too: it may be said, and what workers keep of it stays. */
static void who_only_had_to_do_with_it_may_be_named(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct erasure_done done;
    struct id kase = node_make(CENTER, "case", "name=李明", "opponent=王建国、赵敏", "narrative=欠薪", NULL);
    (void)node_make(CENTER, "handler", "name=李明明", "kind=02", NULL);
    (void)node_make(CENTER, "material", "name=身份证", "giver=本人", node_ref("case_id", kase), NULL);
    (void)node_make(CENTER, "document", "form=09", "name=县司法局", node_ref("case_id", kase), NULL);
    (void)node_make(CENTER, "saved_view", "name=李明明的案件", "record_type=case", "condition=handler=李明明", NULL);
    (void)node_make(CENTER, "saved_view", "name=赵敏", "record_type=case", "condition=opponent=赵敏", NULL);
    const char *const KEPT[] = {"handler=李明明", "name=本人", "issued_to=县司法局", "opponent=赵敏"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(kept_filter_set(CENTER->store, &CENTER->actor, catalogue_find("case"), KEPT_FILTER_FIRST + (int)i, KEPT[i], NULL), STATUS_OK);
    assert_int_equal(erasure_words(CENTER->store, &CENTER->actor, catalogue_find("case"), kase, "本人要求，李明", "", true, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "理由"));
    assert_int_equal(erasure_words(CENTER->store, &CENTER->actor, catalogue_find("case"), kase, "本人要求", "赵敏", true, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "批准人"));
    errmsg_clear(&err);
    assert_int_equal(erasure_words(CENTER->store, &CENTER->actor, catalogue_find("case"), kase, "本人要求", "", true, &err), STATUS_OK);
    if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find("case"), kase, "本人要求", "县司法局李明明局长", true, &done, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(done.filters, 1);
    assert_int_equal(done.lists, 1);
}

/* Who asked a volunteer, and what somebody complained of, is theirs. */
static void what_others_said_stays(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct erasure_done done;
    struct id id = node_make(CENTER, "volunteer", "name=李梅", "source=1", NULL);
    struct id asked = node_make(CENTER, "consultation", "name=张文芳", "content=问", node_ref("volunteer", id), NULL);
    struct id letter = node_make(CENTER, "document", "form=43", "name=李梅", "number=溧援聘〔2026〕7号", NULL);
    struct id given = node_make(CENTER, "appointment_letter", "name=李梅", "valid_to=2029-01-01", node_ref("volunteer", id), node_ref("document", letter), NULL);
    if (erasure_write(CENTER->store, &CENTER->actor, catalogue_find("volunteer"), id, "本人要求", "周主任", true, &done, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(done.rows, 3);
    assert_true(is_empty("document", letter) && is_empty("appointment_letter", given));
    assert_false(is_empty("consultation", asked));
}

/* A number that was given is none to be given again, though its paper was erased. */
static void a_number_is_not_given_twice(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct rules *rules = NULL;
    int64_t serial = 0;
    char number[64];
    int32_t day;
    assert_int_equal(day_from_ymd(2026, 3, 5, &day), STATUS_OK);
    assert_int_equal(rules_load(&rules, CENTER->store, &CENTER->actor, &err), STATUS_OK);
    struct id paper = node_make(CENTER, "document", "form=43", "name=李梅", "number=溧援聘〔2026〕7号", "word=援聘", "year=2026", "serial=7", "number_key=援聘/2026/0000007", NULL);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(store_begin(CENTER->store, "test", &err), STATUS_OK);
        if (document_next_number(CENTER->store, rules, "援聘", day, &serial, number, &err) != STATUS_OK)
            fail_msg("%s", err.text);
        assert_int_equal(serial, 8);
        store_rollback(CENTER->store);
        if (i == 0 && erasure_write(CENTER->store, &CENTER->actor, catalogue_find("document"), paper, "本人要求", "周主任", true, NULL, &err) != STATUS_OK)
            fail_msg("%s", err.text);
    }
    rules_free(rules);
}

int main(void)
{
#define with_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reference_to_what_can_be_erased_is_decided),
        with_world(a_case_goes_with_all_that_was_written_of_it),
        with_world(a_person_goes_with_what_he_asked_and_applied_for),
        with_world(a_volunteer_goes_with_letters_and_hours),
        with_world(what_is_a_part_of_a_kept_file_stays),
        with_world(only_this_is_only_this),
        with_world(words_that_mean_somebody_else_stay),
        with_world(what_was_refused_goes_too),
        with_world(what_was_refused_of_what_stays_stays),
        with_world(a_part_that_comes_late_is_flagged),
        with_world(reason_and_officer_do_not_name_the_person),
        with_world(who_only_had_to_do_with_it_may_be_named),
        with_world(what_others_said_stays),
        with_world(a_number_is_not_given_twice),
    };
    return cmocka_run_group_tests_name("erasure", tests, NULL, NULL);
}
