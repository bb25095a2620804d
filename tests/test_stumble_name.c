/* tests/test_stumble_name.c - the walk through names in pinyin order with statements and allocations failing (tests/trial.h): it gives all rows in their order, or says that it cannot; none is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/name_walk.h"
#include "tests/must.h"
#include "tests/trial.h"
#include "tests/write_sql.h"

enum { STRIDE = 397 };

struct scene {
    struct world world;
    bool ascending;
    struct list_key after;
};

#define SERIES(n) "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM c WHERE i<" #n ") "

static void insert(struct node *node, const char *names)
{
    char sql[1024];

    snprintf(sql, sizeof sql, "INSERT INTO person(id,scope,head,w_log,w_seq,name) SELECT randomblob(16),2,1,1,1,name FROM (%s)", names);
    write_sql(node->store, sql);
}

static enum status walk(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    const struct record_type *person = catalogue_find("person");
    struct name_walk *walk;
    struct list_key key;
    enum status status = name_walk_open(&walk, scene->world.stations[0].store, person, catalogue_field(person, "name"), scene->ascending, &scene->after, err);

    if (status != STATUS_OK)
        return status;
    while (name_walk_next(walk, &key, &status, err)) {
        bool on = stumble_pause();

        buf_printf(out, "%lld ", (long long)key.row);
        stumble_go_on(on);
    }
    name_walk_close(walk);
    return status;
}

static void play(struct scene *scene, const char *name, bool ascending)
{
    scene->ascending = ascending;
    trial_play(&(struct trial){.name = name, .act = walk, .context = scene, .stride = STRIDE});
}

/* More than a batch of one beginning and of one name, few of many others, and those without a name. */
static void test_names(void **state)
{
    struct scene scene = {.ascending = true};
    struct node *station = &scene.world.stations[0];

    (void)state;
    world_open(&scene.world, 1, NULL);
    insert(station, SERIES(530) "SELECT '王小' AS name FROM c");
    insert(station, SERIES(30) "SELECT '王小' || char(20000+i*37) AS name FROM c");
    insert(station, SERIES(20) "SELECT char(20000+i*57) || '明' AS name FROM c");
    insert(station, SERIES(20) "SELECT char(131072+i*91) AS name FROM c");
    insert(station, SERIES(20) "SELECT NULL AS name FROM c");
    insert(station, "SELECT '尉迟恭' AS name UNION ALL SELECT '单单' UNION ALL SELECT 'Anna' UNION ALL SELECT '〇一' UNION ALL SELECT char(55295) UNION ALL SELECT char(1114111)");
    play(&scene, "names upwards", true);
    play(&scene, "names downwards", false);
    scene.after = (struct list_key){.set = true, .row = 3, .value = value_string("王小")};
    play(&scene, "names behind one", true);
    world_close(&scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
