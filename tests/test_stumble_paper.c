/* tests/test_stumble_paper.c - papers filled with each statement and each allocation failing in turn (tests/trial.h): a paper says all that it says, or there is none. What cannot be read or held is no blank, and no telephone
 * stands where the person has a safe contact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/paper/template.h"
#include "tests/must.h"
#include "tests/paper_case.h"
#include "tests/trial.h"

struct scene {
    struct world world;
    struct paper_case made;
    struct rules *rules;
    struct code_book *codes; /* of which nothing was read yet; NULL: the world's */
    const char *form;
};

static enum status fill(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct node *center = &scene->world.center;
    struct document_source source = paper_case_source(&scene->made, scene->form);

    return document_preview(center->store, &center->actor, scene->codes != NULL ? scene->codes : center->codes, scene->rules, scene->form, &source, NULL, out, err);
}

/* The person's files are merged, and the safe contact stands in the last one. */
static void merge_files(struct scene *scene)
{
    struct node *center = &scene->world.center;
    const char *applicant = record_text(&scene->made.kase, "applicant");
    char text[ID_TEXT_BYTES];
    struct id first;
    struct id last = node_make(center, "person", "name=阿依古丽", "phone=15400088888", "safe_contact=找村妇联主任转告", NULL);

    must(id_parse(applicant, strlen(applicant), &first), NULL);
    id_format(last, text);
    node_set(center, "person", first, "phone", "15400099999");
    node_set(center, "person", first, "merged_into", text);
}

static void fresh_codes(void *context)
{
    struct scene *scene = context;

    code_book_free(scene->codes);
    must(code_book_new(&scene->codes, "320117"), NULL);
}

static void play(struct scene *scene, const char *form, uint64_t stride)
{
    char name[32];

    scene->form = form;
    snprintf(name, sizeof name, "form %s", form);
    trial_play(&(struct trial){.name = name, .act = fill, .context = scene, .stride = stride});
}

static void test_papers(void **state)
{
    enum { STRIDE = 11, FIRST_STRIDE = 37 };
    struct scene scene = {.codes = NULL};
    struct buf text;

    (void)state;
    world_open(&scene.world, 1, NULL);
    paper_case_make(&scene.world.center, 2, &scene.made);
    must(rules_load(&scene.rules, scene.world.center.store, &scene.world.center.actor, NULL), NULL);
    merge_files(&scene);
    scene.form = "32";
    buf_init(&text, 1 << 20);
    must(fill(&scene, &text, NULL), NULL);
    assert_non_null(strstr(buf_cstr(&text), "找村妇联主任转告"));
    assert_null(strstr(buf_cstr(&text), "154000"));
    buf_release(&text);
    play(&scene, "32", 1);
    play(&scene, "41", 1); /* the offices' names */
    for (size_t i = 0; template_form_at(i) != NULL; i++)
        play(&scene, template_form_at(i), STRIDE);
    scene.form = "41";
    trial_play(&(struct trial){.name = "the first paper of the day", .act = fill, .context = &scene, .begin = fresh_codes, .stride = FIRST_STRIDE});
    code_book_free(scene.codes);
    rules_free(scene.rules);
    paper_case_release(&scene.made);
    world_close(&scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_papers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
