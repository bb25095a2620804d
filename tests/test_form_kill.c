/* tests/test_form_kill.c - the built program killed, and hung up on, after every key of a consultation and of an application: what the store holds as the draft is what a model says.
 *
 * The model: a field that was left is in the draft. Of the field being typed in, a killed program may have stored a beginning (two seconds after a key), and one that was hung up on has
 * stored all that can be stored. Each step is a run of its own: the keys so far go in at once, the screen is waited for, then the line drops. Needs the built aidpost in AIDPOST_BUILDDIR. */
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "core/base/utf8.h"
#include "core/record/code_book.h"
#include "core/record/draft.h"
#include "core/record/machine.h"
#include "tests/pty_screen.h"

enum { STEPS_MAX = 120, VALUES_MAX = 40, PREFIX_BYTES = 1024 };

/* What one key does. */
struct step {
    const char *keys;  /* the bytes */
    const char *shows; /* what the screen must show before the line drops */
    const char *left;  /* the field that the key left after it was changed; NULL */
    const char *value; /* of that field, as people write it; NULL: what was typed into it */
    const char *into;  /* the field that the key typed into; NULL */
};

/* A consultation: quick entry. */
static const struct step consultation[] = {
    {"11\r", ">姓名 [", NULL, NULL, NULL},
    {"张", "[张_", NULL, NULL, "name"},
    {"文", "[张文_", NULL, NULL, "name"},
    {"芳", "[张文芳_", NULL, NULL, "name"},
    {"\r", ">性别", "name", NULL, NULL},
    {"2", ">电话", "sex", "2", NULL},
    {"1", "电话 [1_", NULL, NULL, "phone"},
    {"3", "电话 [13_", NULL, NULL, "phone"},
    {"9", "电话 [139_", NULL, NULL, "phone"},
    {"0", "电话 [1390_", NULL, NULL, "phone"},
    {"0", "电话 [13900_", NULL, NULL, "phone"},
    {"0", "电话 [139000_", NULL, NULL, "phone"},
    {"0", "电话 [1390000_", NULL, NULL, "phone"},
    {"0", "电话 [13900000_", NULL, NULL, "phone"},
    {"0", "电话 [139000000_", NULL, NULL, "phone"},
    {"0", "电话 [1390000000_", NULL, NULL, "phone"},
    {"1", "电话 [13900000001", NULL, NULL, "phone"},
    {"\r", ">村居", "phone", NULL, NULL},
    {"\r", ">类别", NULL, NULL, NULL},
    {"0", "类别 [0_", NULL, NULL, "category"},
    {"2", ">内容", "category", "02", NULL},
    {"工", "[工_", NULL, NULL, "content"},
    {"资", "[工资_", NULL, NULL, "content"},
    {"\r", ">答复", "content", NULL, NULL},
    {"2", "答复 [2_", NULL, NULL, NULL},
    {"\r", "[拖欠工资：保留考勤", "answer", "拖欠工资：保留考勤、工资条、聊天和转账记录，可投诉、申请仲裁或申请法律援助。", NULL},
    {"\r", ">处理", NULL, NULL, NULL},
    {"1", ">用时", "handling", "01", NULL},
    {"5", "用时 [5_", NULL, NULL, "minutes"},
    {"\r", "按 F2 保存并开始下一条", "minutes", NULL, NULL},
};

/* An application: the form of an action, whose draft has several parts. What follows from the identity number and the village is in it, too. */
static const struct step application[] = {
    {"12\r", ">申请人", NULL, NULL, NULL},
    {"王", "[王_", NULL, NULL, "name"},
    {"建", "[王建_", NULL, NULL, "name"},
    {"国", "[王建国_", NULL, NULL, "name"},
    {"\r", ">案件类型", "name", NULL, NULL},
    {"\r", ">证件号码", NULL, NULL, NULL},
    {"3", "[3_", NULL, NULL, "id_no"},
    {"2012419870312274", "[32012419870312274_", NULL, NULL, "id_no"},
    {"X", "[32012419870312274X", NULL, NULL, "id_no"},
    {"\r", ">电话", "id_no", NULL, NULL},
    {"139000000", "[139000000_", NULL, NULL, "phone"},
    {"02", "[13900000002_", NULL, NULL, "phone"},
    {"\r", ">民族", "phone", NULL, NULL},
    {"\r", ">村居", NULL, NULL, NULL},
    {"\r", ">镇街", NULL, NULL, NULL},
    {"\r", ">人群类别", NULL, NULL, NULL},
    {"\r", ">代理申请人", NULL, NULL, NULL},
    {"赵", "[赵_", NULL, NULL, "agent"},
    {"\r", ">代理关系", "agent", NULL, NULL},
    {"\r", ">申请事项", NULL, NULL, NULL},
    {"\r", ">案由", NULL, NULL, NULL},
    {"\r", ">办案阶段", NULL, NULL, NULL},
    {"\r", ">法律地位", NULL, NULL, NULL},
    {"\r", ">对方当事人", NULL, NULL, NULL},
    {"某", "[某_", NULL, NULL, "opponent"},
    {"公司", "[某公司_", NULL, NULL, "opponent"},
    {"\r", ">其他当事人", "opponent", NULL, NULL},
    {"\r", ">办案机关", NULL, NULL, NULL},
    {"\r", ">案情及理由", NULL, NULL, NULL},
    {"欠", "[欠_", NULL, NULL, "narrative"},
    {"薪", "[欠薪_", NULL, NULL, "narrative"},
};

struct world {
    char folder[64];
    struct code_book *codes;
};

/* What the draft must hold. */
struct model {
    const struct record_type *type;
    const char *names[VALUES_MAX];
    char values[VALUES_MAX][PREFIX_BYTES];
    size_t n;
    const char *into;          /* being typed in; NULL */
    char typed[PREFIX_BYTES];  /* so far */
};

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_int_equal(hash_start(), 0);
    snprintf(world->folder, sizeof world->folder, "/tmp/aidpost-kill-XXXXXX");
    if (mkdtemp(world->folder) == NULL || code_book_new(&world->codes, "320117") != STATUS_OK)
        return 1;
    pty_run(world->folder, "init center --name 测试中心 --area 320117", NULL);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", world->folder);
    code_book_free(world->codes);
    free(world);
    *state = NULL;
    return system(command);
}

/* ---- the model ---- */

static void put_value(struct model *model, const char *name, const char *value)
{
    size_t i = 0;
    while (i < model->n && strcmp(model->names[i], name) != 0)
        i++;
    assert_true(i < VALUES_MAX);
    model->n += i == model->n;
    model->names[i] = name;
    snprintf(model->values[i], PREFIX_BYTES, "%s", value);
}

static void follow(struct model *model, const struct step *step)
{
    if (step->left != NULL)
        put_value(model, step->left, step->value != NULL ? step->value : model->typed);
    if (step->into == NULL || model->into == NULL || strcmp(step->into, model->into) != 0)
        model->typed[0] = '\0';
    model->into = step->into;
    if (step->into != NULL)
        strncat(model->typed, step->keys, PREFIX_BYTES - strlen(model->typed) - 1);
}

/* The value of a text in a field; null if it is none. Owned by scratch. */
static struct value value_of(struct world *world, struct record *scratch, const char *name, const char *text, size_t len)
{
    const struct field_def *field = catalogue_field(scratch->type, name);
    assert_non_null(field);
    if (record_parse(scratch, field, world->codes, text, len, NULL) != STATUS_OK)
        (void)record_set(scratch, field, value_null());
    return record_get(scratch, field);
}

static bool is_beginning(struct world *world, struct record *scratch, const struct model *model, struct value value)
{
    for (size_t len = 0; len <= strlen(model->typed); len = utf8_offset(model->typed, strlen(model->typed), utf8_count(model->typed, len) + 1)) {
        if (value_equal(value_of(world, scratch, model->into, model->typed, len), value))
            return true;
        if (len == strlen(model->typed))
            break;
    }
    return false;
}

/* ---- the store ---- */

struct found {
    struct id id;
    size_t n;
};

static bool take_draft(void *context, const struct draft_info *info)
{
    struct found *found = context;
    found->id = info->id;
    found->n++;
    return true;
}

static void compare(struct world *world, const struct model *model, const struct record *draft, size_t at, bool hung_up)
{
    struct record scratch;
    record_init(&scratch, model->type);
    for (size_t i = 0; i < model->n; i++) {
        struct value expected = value_of(world, &scratch, model->names[i], model->values[i], strlen(model->values[i]));
        if (!value_equal(record_get(draft, catalogue_field(model->type, model->names[i])), expected))
            fail_msg("step %zu, %s: %s is \"%s\", not %s", at, hung_up ? "hung up" : "killed", model->names[i], record_text(draft, model->names[i]), model->values[i]);
    }
    if (model->into != NULL) {
        struct value value = record_get(draft, catalogue_field(model->type, model->into));
        bool good = hung_up ? value_equal(value, value_of(world, &scratch, model->into, model->typed, strlen(model->typed))) : is_beginning(world, &scratch, model, value);
        if (!good)
            fail_msg("step %zu, %s: %s, being typed (%s), is \"%s\"", at, hung_up ? "hung up" : "killed", model->into, model->typed, record_text(draft, model->into));
    }
    record_release(&scratch);
}

/* The one draft there is, as a record of the model's type; deleted afterwards. */
static void check_store(struct world *world, const struct model *model, size_t at, bool hung_up)
{
    const struct passwd *user = getpwuid(getuid());
    struct store *store;
    struct machine machine;
    struct found found = {.n = 0};
    struct record step, record;
    assert_int_equal(store_open(&store, world->folder, STORE_OPEN_EXISTING, NULL), STATUS_OK);
    assert_int_equal(machine_load(store, &machine, NULL), STATUS_OK);
    struct actor actor = machine_owner(&machine, user != NULL ? user->pw_name : "root", 0);
    assert_int_equal(draft_list(store, &actor, take_draft, &found, NULL), STATUS_OK);
    if (found.n == 0) {
        if (model->n > 0 || (hung_up && model->into != NULL))
            fail_msg("step %zu, %s: no draft", at, hung_up ? "hung up" : "killed");
        store_close(store);
        return;
    }
    assert_int_equal(found.n, 1);
    bool parts = strcmp(model->type->name, "case") == 0;
    record_init(&step, catalogue_find("step"));
    record_init(&record, model->type);
    struct record *const both[] = {&step, &record};
    if (parts)
        assert_int_equal(draft_load_parts(store, &actor, found.id, both, 2, NULL), STATUS_OK);
    else
        assert_int_equal(draft_load(store, &actor, found.id, &record, NULL), STATUS_OK);
    compare(world, model, &record, at, hung_up);
    record_release(&record);
    record_release(&step);
    assert_int_equal(draft_delete(store, &actor, found.id, NULL), STATUS_OK);
    store_close(store);
}

/* ---- the run ---- */

static void drop_after(struct world *world, const struct step *steps, size_t at, const struct model *model, bool hang_up)
{
    struct pty_screen pty = {.pid = 0};
    const char *const arguments[] = {"--data", world->folder, NULL};
    char keys[PREFIX_BYTES] = "";
    pty_screen_start(&pty, &(struct pty_start){.arguments = arguments});
    pty_screen_wait(&pty, "待办");
    for (size_t i = 0; i <= at; i++)
        strncat(keys, steps[i].keys, sizeof keys - strlen(keys) - 1);
    pty_screen_type(&pty, keys);
    pty_screen_wait(&pty, steps[at].shows);
    pty_screen_stop(&pty, hang_up ? SIGHUP : SIGKILL);
    check_store(world, model, at, hang_up);
}

static void drop_everywhere(struct world *world, const char *type, const struct step *steps, size_t n)
{
    struct model model = {.type = catalogue_find(type)};
    for (size_t at = 0; at < n; at++) {
        follow(&model, &steps[at]);
        drop_after(world, steps, at, &model, false);
        drop_after(world, steps, at, &model, true);
    }
}

static void test_a_consultation_dropped_after_every_key(void **state)
{
    drop_everywhere(*state, "consultation", consultation, sizeof consultation / sizeof consultation[0]);
}

static void test_an_application_dropped_after_every_key(void **state)
{
    drop_everywhere(*state, "case", application, sizeof application / sizeof application[0]);
}

/* The draft goes in the transaction that saves: killed right after it, there is the record and no draft; what was typed afterwards is a draft of its own. */
static void test_killed_after_the_save(void **state)
{
    struct world *world = *state;
    struct model model = {.type = catalogue_find("consultation")};
    struct pty_screen pty = {.pid = 0};
    const char *const arguments[] = {"--data", world->folder, NULL};
    struct buf out;
    pty_screen_start(&pty, &(struct pty_start){.arguments = arguments});
    pty_screen_wait(&pty, "待办");
    pty_screen_type(&pty, "11\r张文芳\r2\r\r02工资\r");
    pty_screen_keys(&pty, "F2");
    pty_screen_wait(&pty, "已保存");
    pty_screen_type(&pty, "李\r");
    pty_screen_wait(&pty, ">性别");
    pty_screen_stop(&pty, SIGKILL);
    put_value(&model, "name", "李");
    check_store(world, &model, 0, false);
    buf_init(&out, 1000);
    pty_run(world->folder, "count consultation", &out);
    assert_non_null(strstr(buf_cstr(&out), "1"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_consultation_dropped_after_every_key, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_an_application_dropped_after_every_key, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_killed_after_the_save, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
