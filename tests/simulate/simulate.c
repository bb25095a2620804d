/* tests/simulate/simulate.c - the seeded world: a center and its stations do everything wrong that can be done, then come to rest and must agree.
 *
 *   simulate                            what `make check` runs: a fixed set, the seeds that once failed, the named scenarios, and what a broken rule looks like
 *   simulate --seeds A..B               run these seeds
 *   simulate --scenario F1             one failure of the catalogue, told in full with --verbose
 *   simulate --long [--minutes M]       100,000 seeds on all cores, at most M minutes (10); `make check-long`
 *   ... --verbose                       print what happened; --files: stores in folders (else one seed in 64); --faults a,b,c: these kinds and no others
 *   ... --keep DIR                      copy the stores of a failing seed there: DIR/m0.db is the center's; --apart: see draw_faults; --alone: see world_draw_windows
 *   ... --jobs N; --break RULE (mutants.c): see it fail; --mutants: how soon each is caught; --deny a,b: outcomes that the oracle excuses (world.h, enum excuse) fail instead, to see who needs them
 *   simulate --engine hub [--seeds A..B] [--mutants]   the center is a hub on PostgreSQL (hub.c says what that world is and which checks hold in it); exit 77 where there is none. One job only
 * Each failing seed is printed with what was found. A seed draws which kinds of fault it has (world.h): most have some, some have all, some none. */
#include <inttypes.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "tests/simulate/memory.h"
#include "tests/simulate/world.h"

enum { CHECK_SEEDS = 250, LONG_SEEDS = 100000, LONG_MINUTES = 10, ACTIONS_LEAST = 60, ACTIONS_MORE = 240, ACTIONS_MORE_HUB = 340, FILES_EVERY = 64, VERIFY_EVERY = 8, WHOLE_EVERY = 16, JOBS_MAX = 64, SKIPPED = 77 };

#define ALL_BUT_CENTERS "cut,crash,full,clock,revoke,bad,newer,file,restore,restore-declared,clone,move,share,erase"

#define ALL ALL_BUT_CENTERS ",center-declared,center-restore"

/* What can go wrong with a hub. Not: files and records in other hands, of which it has none; an era that is declared. */
#define HUB_FAULTS "cut,crash,full,clock,revoke,bad,newer,restore,restore-declared,clone,center-restore,repeat"

#define TOGETHER "together," /* stands first; the others are apart: see draw_faults */

/* Seeds that once failed, with the kinds of fault they had. They hold for this world as it is: who changes what it draws, looks for others. */
static const struct {
    uint64_t seed;
    const char *faults, *why;
} regressions[] = {
    {664, "restore", "a forked station whose first chunk ends where its log began"},
    {356, "restore,restore-declared,clone,cut,crash,bad,newer,full,revoke", "the same behind a clone"},
    {147, "center-declared", "greeted by a center of an era that was forgotten before anything came"},
    {1393, "center-declared", "a record deleted by who knew it, at a center that had lost it, before its own station came"},
    {870, "center-restore", "a place in numbers given twice, before the author's own earlier changes"},
    {884, "center-restore", "a decision closed conflicts while it had no place that its place says it had not seen"},
    {650, "center-declared", "what the center wrote for several orgs at once comes back in part"},
    {3374, "cut,crash,full,clock,revoke,bad,newer,file,restore,restore-declared,clone,center-declared,center-restore", "a held change dropped for another one under its number"},
    {3688, "cut,crash,full,clock,revoke,bad,newer,file,restore,restore-declared,clone,center-declared,center-restore", "a forked copy that followed a center put back before its log parted"},
    {8119, "cut,crash,full,clock,revoke,bad,newer,file,restore,restore-declared,clone,center-declared,center-restore", "a center put back that went on to numbers that agree by chance"},
    {8120, "cut,crash,full,clock,revoke,bad,newer,file,restore,restore-declared,clone,center-declared,center-restore", "an answer to an older file from a center that was put back since"},
    {15550, "cut,crash,full,clock,revoke,bad,newer,file,restore,restore-declared,clone,center-declared,center-restore", "another copy's change under a number above what the center has whole"},
    {752, "center-declared", "where a log began was lost with what the center lost of it"},
    {467, "center-restore", "two ways of the center's log under one name"},
    {867, "cut,crash,full,clock,revoke,bad,newer,file,restore,restore-declared,clone,center-declared,center-restore", "a center put back to where a machine was revoked, from where it was not"},
    {105, "move", "a record given away with more history than there are numbers"},
    {398, ALL_BUT_CENTERS, "what a record's writer only hears the place of was mended into its copy"},
    {1229, ALL_BUT_CENTERS, "a change without its content, of a record in other hands"},
    {3095, "center-declared,center-restore,restore,cut,crash,bad,newer,restore-declared,clone", "a log of a copy that is no more, which the center never met"},
    {238, "clone,restore,center-declared,center-restore", "where a lost log began was known to who brought nothing new of it"},
    {512, "clone,restore,center-declared,center-restore", "a delete that stands before its record, and undid itself in silence"},
    {530, "clone,restore,center-declared,center-restore", "the same, of the center's own"},
    {44391, ALL, "one lost log from stations of several orgs became several"},
    {84706, ALL, "what was lost came back behind what the center had written since"},
    {31177, ALL, "a log that came back stayed behind the old name of the center's log"},
    {68401, ALL, "what a copy had written before, and came again, did not count as coming before"},
    {97450, ALL, "an answer that asks for what was lost, read by a copy"},
    {3209, "center-declared,center-restore,restore,cut,crash,bad,newer,restore-declared,clone", "a center put back again before all that it had lost was handed back"},
    {9765, "center-declared,center-restore,restore,cut,crash,bad,newer,restore-declared,clone", "back at a center that never lost it, under its log's first name"},
    {3095, "center-declared,center-restore,restore,cut,crash,bad,newer,restore-declared,clone", "a log of a copy that is no more, which the center never met"},
    {905, TOGETHER ALL, "a move that who gave the record away hands back"},
    {1422, TOGETHER ALL, "the same, to an org without a machine"},
    {1082, TOGETHER ALL, "a share that who shares the record hands back"},
    {158, TOGETHER ALL, "a move that comes back behind a later share"},
    {1395, TOGETHER ALL, "a record that had left comes back to be mended"},
    {232, TOGETHER ALL, "the history of a moved record is judged by the move's number"},
    {1344, TOGETHER ALL, "the same at a center put back and not declared"},
    {5581, TOGETHER ALL, "an erased record changes hands, and its new owner had written in it"},
    {6352, TOGETHER ALL, "handed back and lost again before the order was pulled anew"},
    {6559, TOGETHER ALL_BUT_CENTERS ",center-declared", "who got a record without its content"},
    {1574, TOGETHER "center-declared,center-restore,move,share,erase", "a share that comes back names another owner"},
    {2560, TOGETHER "center-declared,center-restore,move,share,erase", "a move that stands before its record's first change"},
    {9444, TOGETHER "center-declared,center-restore,move,share,erase", "a record moved in what was lost, and written in by both"},
    {400758, TOGETHER "cut,crash,full,clock,bad,newer,file,restore,restore-declared,clone,center-declared,center-restore,move,share,erase", "content that one copy had dropped and the other one was not asked for"},
    {5304, TOGETHER "center-declared,center-restore,move,share,erase", "an edit of what the center had lost and got again only then, by who had met it since"},
    {6005, TOGETHER "center-declared,center-restore,move,share,erase", "what came before stands behind it in what is handed back: the record had left and come back"},
    {8313, TOGETHER "center-declared,center-restore,move,share,erase", "as 5304, of a declared loss"},
    {1001876, TOGETHER ALL, "a log of a machine out of service that the center gave another name stood twice where it had been told before"},
    {1002897, TOGETHER ALL, "the same, of a copy's"},
    {1012740, TOGETHER ALL, "a history older than what was handed back before it, which came with a share"},
    {1000342, TOGETHER ALL, "what a station had handed back for its owner was taken for something the center lacks"},
    {1031419, TOGETHER ALL, "a record given away in one lost stretch, and written in by who saw another one under the same numbers"},
    {20879, TOGETHER ALL ",repeat", "a record back at its writer before what he had written in it"},
    {14060, TOGETHER ALL ",repeat", "a chunk for the log before a restore comes in a session of the one after it"},
    {890, TOGETHER "restore,restore-declared,repeat,cut,crash,move,share", "the same, of a log that parted at its beginning"},
    {111459, TOGETHER ALL, "an older history stands between a lost change and what came later in its log"},
    {10181, TOGETHER "center-declared,center-restore,move,share,erase", "a number given again in a record that left since"},
    {21833, TOGETHER ALL ",repeat,stumble", "a delete of what the center had lost again, from who had handed that back and shared nothing with it behind"},
    {19827, TOGETHER ALL ",repeat,stumble", "what is held for its owner, and its record erased in what came with it"},
    {15031, TOGETHER ALL ",repeat,stumble", "the answer that tells a copy where it parted, read by the machine it was copied from"},
    {2151, "clone,file,restore", "the same, and nothing else goes wrong"},
    {19031, TOGETHER ALL ",repeat,stumble", "what a center never lost, under a number that it gave again, behind what came back"},
};

struct options {
    uint64_t from, to, faults;
    uint64_t must; /* faults that every seed has */
    uint64_t denied; /* excuses that are not granted */
    const struct mutant *mutant;
    struct errmsg *found; /* gets what a failing seed failed with, in place of stdout */
    bool verbose, files, mutants, scenarios;
    struct hub_sim *hub; /* NULL: the center is a store */
    bool over_hub;
    bool alone; /* chunks stand by themselves in all worlds */
    bool apart; /* not a center put back unnoticed and records in other hands in one world */
    char scenario[8]; /* only these; empty: all */
    int64_t minutes;
    unsigned jobs;
    char root[64];
    const char *keep; /* folder; NULL: none */
};

/* Bits 1 << index of those that stand in `list`, a,b,c. */
static uint64_t named(const char *list, const char *const names[], size_t n)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < n; i++) {
        const char *at = list;
        size_t len = strlen(names[i]);

        while ((at = strstr(at, names[i])) != NULL && !((at == list || at[-1] == ',') && (at[len] == ',' || at[len] == 0)))
            at += len;
        if (at != NULL)
            bits |= UINT64_C(1) << i;
    }
    return bits;
}

static uint64_t faults_named(const char *list)
{
    return named(list, fault_names, FAULTS);
}

static void act_on_line(struct world *world)
{
    struct line *line = &world->lines[world_below(world, LINES_MAX)];

    for (size_t i = 0; i < LINES_MAX && !line->used; i++)
        line = &world->lines[i];
    if (!line->used)
        return;
    if (world_has(world, FAULT_CUT) && world_chance(world, 4)) {
        world->totals.done[FAULT_CUT]++;
        world_cut(world, line);
    } else {
        world_move(world, &line->ends[world_below(world, 2)], world_chance(world, 20) ? 8 : 4096);
    }
}

/* What usually happens, and sometimes a misfortune. */
static void act(struct world *world)
{
    size_t any = world_below(world, world->n_machines), station = 1 + world_below(world, world->n_machines - 1);
    uint64_t dice = world_below(world, 1000);

    if (dice < 260 && world->hub != NULL) {
        hub_sim_edit(world, station);
        if (world_chance(world, 70))
            world_poke(world, station);
    } else if (dice < 260) {
        world_edit(world, any);
        if (world_chance(world, 70))
            world_poke(world, any);
    } else if (dice < 310) {
        world_connect(world, station, world_chance(world, 60));
    } else if (dice < 700) {
        act_on_line(world);
    } else if (dice < 900) {
        world_flush(world, world_chance(world, 50) ? CENTER : any);
    } else if (dice < 915) {
        world_tick(world, (int64_t)world_below(world, world_chance(world, 5) ? 400000 : 3000));
    } else if (dice < 935) {
        world_keep_image(world, world->hub != NULL && world_chance(world, 50) ? (size_t)CENTER : any);
    } else if (dice < 955 && world_line_of(world, station) == NULL) {
        world_sync(world, station);
    } else {
        world_misfortune(world);
    }
    if (!world->failed && world_chance(world, 5))
        world_check_moment(world, any);
}

#define HANDS_KINDS (UINT64_C(1) << FAULT_MOVE | UINT64_C(1) << FAULT_SHARE | UINT64_C(1) << FAULT_ERASE)

static uint64_t draw_some(struct world *world, uint64_t allowed)
{
    uint64_t faults = 0;

    if (world_chance(world, 10))
        return allowed;
    for (unsigned i = 0; i < FAULTS; i++) {
        if ((i >= FAULT_MOVE && (allowed >> i & 1) == 0) || i >= FAULT_REPEAT)
            continue; /* nothing drawn: the worlds without these are what they were before there were any */
        if (world_chance(world, 45))
            faults |= UINT64_C(1) << i;
    }
    if (random_below(random_seeded(&world->repeat_state), 100) < 30)
        faults |= UINT64_C(1) << FAULT_REPEAT;
    if (random_below(random_seeded(&world->stumble_state), 100) < 30)
        faults |= UINT64_C(1) << FAULT_STUMBLE;
    return faults & allowed;
}

/* A center that was put back and that nobody told so goes on to give numbers a second time. --apart: not in a world where records change hands; so it was while not all of that was solved, and seeds of those days
 * stand for the worlds they were then. */
static uint64_t draw_faults(struct world *world, const struct options *options)
{
    const uint64_t unnoticed = UINT64_C(1) << FAULT_CENTER_RESTORE;
    uint64_t faults = draw_some(world, options->faults);

    if (!options->apart || (faults & unnoticed) == 0 || (faults & HANDS_KINDS) == 0)
        return faults;
    return faults & ~(world_chance(world, 50) ? unnoticed : HANDS_KINDS);
}

static void count(struct totals *totals, const struct world *world)
{
    const uint64_t *from = (const uint64_t *)&world->totals;
    uint64_t *to = (uint64_t *)totals;

    for (size_t i = 0; i < sizeof *totals / sizeof *to; i++)
        to[i] += from[i];
}

static void keep_stores(struct world *world, const char *folder)
{
    char path[1024];

    for (size_t m = 0; m < world->n_machines; m++) {
        snprintf(path, sizeof path, "%s/m%zu.db", folder, m);
        if (world->machines[m].store == NULL || store_copy(world->machines[m].store, path, NULL) != STATUS_OK)
            printf("not kept: %s\n", path);
    }
}

static void play(struct world *world, struct uid_set *held)
{
    uint64_t actions = ACTIONS_LEAST + world_below(world, world->hub != NULL ? ACTIONS_MORE_HUB : ACTIONS_MORE);

    for (uint64_t i = 0; i < actions && !world->failed; i++)
        act(world);
    world_come_to_rest(world, held);
}

struct ending {
    struct buf rows; /* the center's */
    struct hash trips;
};

/* Run once. ending: NULL, or gets how it came out. clocks: 0 as they are, else all shifted by that. */
static bool run_once(struct pool *pool, const struct options *options, uint64_t seed, int64_t clocks, struct ending *ending, struct totals *totals)
{
    struct world *world = malloc(sizeof *world);
    struct uid_set held;
    bool ok;

    if (world == NULL)
        return false;
    bool files = options->files || seed % FILES_EVERY == 0;

    if (options->hub != NULL ? world_init_hub(world, pool, options->hub, seed, options->root, files) : world_init(world, pool, seed, 0, options->root, files)) {
        world->log_wanted = options->verbose;
        world->whole = ending != NULL;
        if (!options->alone)
            world_draw_windows(world, seed);
        world->faults = draw_faults(world, options) | options->must;
        world->mutant = options->mutant;
        world->denied = options->denied;
        for (size_t m = 0; m < MACHINES_MAX; m++)
            world->machines[m].clock_off_ms = ((int64_t)world_below(world, 7) - 3) * INT64_C(86400000) * 365 + clocks * (int64_t)(m + 1);
        for (size_t i = 0; i < FAULTS; i++)
            world->totals.seeds_with[i] = world->faults >> i & 1;
        if (trip_prepare(world))
            play(world, &held);
        if (!world->failed)
            (options->hub != NULL ? world_check_hub_end : world_check_end)(world, &held, seed % VERIFY_EVERY == 0);
        if (!world->failed && ending != NULL) {
            world_rows(world, CENTER, &ending->rows);
            ending->trips = world->trips;
        }
    }
    ok = !world->failed;
    if (!ok && options->keep != NULL)
        keep_stores(world, options->keep);
    if (options->verbose)
        fputs(buf_cstr(&world->log), stdout);
    if (!ok && options->found != NULL)
        *options->found = world->failure;
    else if (!ok)
        printf("seed %" PRIu64 ": %s\n", seed, world->failure.text);
    world->totals.seeds = 1;
    world->totals.failed = !ok;
    world->totals.changes = world->model.n;
    count(totals, world);
    world_release(world);
    free(world);
    return ok;
}

/* I8: with other clocks the same comes out. What is done once a day takes statements: by their number others may fail then, and where those were others, other things happened. */
static bool run_seed(struct pool *pool, const struct options *options, uint64_t seed, struct totals *totals)
{
    struct ending first = {0}, second = {0};
    bool ok;

    if (seed % WHOLE_EVERY != 1 || options->hub != NULL) /* a hub's rows are told, not folded: no clock is in them */
        return run_once(pool, options, seed, 0, NULL, totals);
    buf_init(&first.rows, POOL_IMAGE_MAX_BYTES);
    buf_init(&second.rows, POOL_IMAGE_MAX_BYTES);
    ok = run_once(pool, options, seed, 0, &first, totals) && run_once(pool, options, seed, INT64_C(86400000) * 1234, &second, totals);
    if (ok && hash_equal(first.trips, second.trips) && strcmp(buf_cstr(&first.rows), buf_cstr(&second.rows)) != 0) {
        printf("seed %" PRIu64 ": other clocks, other rows\n", seed);
        totals->failed++;
        ok = false;
    }
    buf_release(&first.rows);
    buf_release(&second.rows);
    return ok;
}

/* Whether the oracle notices, and after how many seeds: one that fails with the rule broken and not with the same faults and the rule whole. */
static bool catch_mutant(struct pool *pool, const struct options *options, const struct mutant *mutant)
{
    struct options broken = *options, whole = *options;
    struct totals totals = {0};
    struct errmsg found = {{0}}, ignored;

    broken.mutant = mutant;
    broken.found = &found;
    broken.must = whole.must = mutant->faults;
    whole.found = &ignored;
    for (uint64_t seed = 1; seed <= MUTANT_SEEDS; seed++)
        if (!run_once(pool, &broken, seed, 0, NULL, &totals) && run_once(pool, &whole, seed, 0, NULL, &totals)) {
            printf("%s: caught by seed %" PRIu64 ": %.*s\n", mutant->name, seed, (int)strcspn(found.text, "\n"), found.text);
            return true;
        }
    printf("%s: %s, and nobody noticed in %d seeds\n", mutant->name, mutant->what, MUTANT_SEEDS);
    return false;
}

static bool run_scenarios(struct pool *pool, const struct options *options)
{
    struct world *world = malloc(sizeof *world);
    bool ok = true;

    for (size_t i = 0; world != NULL && i < n_scenarios; i++) {
        const struct scenario *scenario = &scenarios[i];
        bool passed;

        if (options->scenario[0] != 0 && strcmp(options->scenario, scenario->name) != 0)
            continue;
        passed = scenario_run(scenario, world, pool, options->root);
        printf("%-4s %s: %s\n", scenario->name, scenario->title, passed ? "as expected" : world->failure.text);
        if (!passed || options->verbose)
            fputs(buf_cstr(&world->log), stdout);
        ok = ok && passed;
        world_release(world);
    }
    free(world);
    return ok;
}

static void run_regressions(struct pool *pool, const struct options *options, struct totals *totals)
{

    for (size_t i = 0; i < sizeof regressions / sizeof *regressions; i++) {
        struct options one = *options;

        one.faults = faults_named(regressions[i].faults);
        one.alone = true; /* they are of days when chunks stood alone: what a session's bytes meet depends on how many they are */
        one.apart = strncmp(regressions[i].faults, TOGETHER, strlen(TOGETHER)) != 0;
        if (!run_once(pool, &one, regressions[i].seed, 0, NULL, totals))
            printf("  again: %s\n", regressions[i].why);
    }
}

/* ---- many ---- */

static int64_t seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* Jobs take their seeds from one counter: dealt out by their remainder, one of two jobs had all the seeds that run twice or in folders, and the other was done a tenth earlier. */
static void run_share(const struct options *options, unsigned job, _Atomic uint64_t *next, struct totals *totals)
{
    struct pool pool;
    struct errmsg err = {{0}};
    int64_t until = seconds() + options->minutes * 60;

    if (pool_init(&pool, options->root, &err) != STATUS_OK) {
        printf("%s\n", err.text);
        totals->failed++;
        return;
    }
    if (job == 0 && options->scenarios)
        totals->failed += !run_scenarios(&pool, options);
    if (job == 0 && options->scenarios && options->scenario[0] == 0)
        run_regressions(&pool, options, totals);
    for (size_t i = 0; options->mutants && i < MUTANTS; i++)
        totals->failed += i % options->jobs == job && (mutants[i].over & (options->hub != NULL ? OVER_HUB : OVER_STORE)) != 0 && !catch_mutant(&pool, options, &mutants[i]);
    for (uint64_t seed; (seed = atomic_fetch_add(next, 1)) <= options->to && (options->minutes == 0 || seconds() < until);)
        run_seed(&pool, options, seed, totals);
    pool_release(&pool);
}

/* Worlds with stores in folders have theirs below the job's own. */
static void run_apart(const struct options *options, unsigned job, _Atomic uint64_t *next, struct totals *totals)
{
    struct options own = *options;

    if (snprintf(own.root, sizeof own.root, "%s/j%u", options->root, job) >= (int)sizeof own.root || mkdir(own.root, 0700) != 0) {
        printf("job %u has no folder\n", job);
        totals->failed++;
        return;
    }
    run_share(&own, job, next, totals);
    rmdir(own.root);
}

static bool spawn(const struct options *options, unsigned job, _Atomic uint64_t *next, int *pipe_out)
{
    int ends[2];
    struct totals totals = {0};

    if (pipe(ends) != 0)
        return false;
    fflush(stdout);
    switch (fork()) {
    case -1:
        return false;
    case 0:
        setvbuf(stdout, NULL, _IOLBF, 0);
        run_apart(options, job, next, &totals);
        fflush(stdout);
        _exit(write(ends[1], &totals, sizeof totals) == (ssize_t)sizeof totals ? 0 : 1);
    default:
        close(ends[1]);
        *pipe_out = ends[0];
        return true;
    }
}

static void run_jobs(const struct options *options, struct totals *totals)
{
    int pipes[JOBS_MAX];
    _Atomic uint64_t *next;

    if (options->jobs == 1) {
        _Atomic uint64_t own = options->from;

        run_share(options, 0, &own, totals);
        return;
    }
    next = mmap(NULL, sizeof *next, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (next == MAP_FAILED) {
        printf("no memory that jobs can share\n");
        totals->failed++;
        return;
    }
    atomic_init(next, options->from);
    for (unsigned job = 0; job < options->jobs; job++)
        if (!spawn(options, job, next, &pipes[job]))
            pipes[job] = -1;
    for (unsigned job = 0; job < options->jobs; job++) {
        struct totals part;
        uint64_t *to = (uint64_t *)totals, *from = (uint64_t *)&part;

        if (pipes[job] < 0 || read(pipes[job], &part, sizeof part) != (ssize_t)sizeof part) {
            printf("job %u came to no end\n", job);
            totals->failed++;
            continue;
        }
        for (size_t i = 0; i < sizeof part / sizeof *to; i++)
            to[i] += from[i];
    }
    while (wait(NULL) > 0)
        ;
    munmap((void *)next, sizeof *next);
}

static void report(const struct totals *totals, int64_t took)
{
    printf("%" PRIu64 " seeds, %" PRIu64 " failed, %" PRId64 " s; %" PRIu64 " changes, %" PRIu64 " open conflicts (%" PRIu64 " invented across eras), %" PRIu64 " sessions, %" PRIu64 " healed, %" PRIu64
           " returned, %" PRIu64 " twice, %" PRIu64 " stores verified, %" PRIu64 " events\n",
           totals->seeds, totals->failed, took, totals->changes, totals->conflicts, totals->invented, totals->sessions, totals->healed, totals->returned, totals->twice, totals->verified, totals->events);
    for (size_t i = 0; i < FAULTS; i++)
        printf("%s %s %" PRIu64 " in %" PRIu64, i == 0 ? "faults:" : ",", fault_names[i], totals->done[i], totals->seeds_with[i]);
    printf(" seeds\n");
    for (size_t i = 0; i < EXCUSES; i++)
        printf("%s %s %" PRIu64, i == 0 ? "excused:" : ",", excuse_names[i], totals->excused[i]);
    printf(" seeds\n");
}

static bool break_rule(struct options *options, const char *name)
{
    for (size_t i = 0; i < MUTANTS; i++)
        if (strcmp(mutants[i].name, name) == 0) {
            options->mutant = &mutants[i];
            options->must = mutants[i].faults;
            return true;
        }
    fprintf(stderr, "rules:");
    for (size_t i = 0; i < MUTANTS; i++)
        fprintf(stderr, " %s", mutants[i].name);
    fprintf(stderr, "\n");
    return false;
}

static bool parse(int argc, char **argv, struct options *options)
{
    *options = (struct options){.from = 1, .to = CHECK_SEEDS, .faults = (UINT64_C(1) << FAULTS) - 1, .jobs = 1, .mutants = argc == 1, .scenarios = argc == 1, .root = "/dev/shm/aidpost-sim-XXXXXX"};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";

        if (strcmp(argv[i], "--seeds") == 0 && sscanf(value, "%" SCNu64 "..%" SCNu64, &options->from, &options->to) >= 1) {
            if (strstr(argv[++i], "..") == NULL)
                options->to = options->from;
        } else if (strcmp(argv[i], "--long") == 0) {
            options->to = LONG_SEEDS;
            options->minutes = LONG_MINUTES;
            options->jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
            options->mutants = options->scenarios = true;
        } else if (strcmp(argv[i], "--engine") == 0 && (strcmp(value, "hub") == 0 || strcmp(value, "store") == 0)) {
            options->over_hub = strcmp(argv[++i], "hub") == 0;
        } else if (strcmp(argv[i], "--minutes") == 0 && sscanf(value, "%" SCNd64, &options->minutes) == 1) {
            i++;
        } else if (strcmp(argv[i], "--jobs") == 0 && sscanf(value, "%u", &options->jobs) == 1) {
            i++;
        } else if (strcmp(argv[i], "--faults") == 0) {
            options->faults = faults_named(argv[++i]);
        } else if (strcmp(argv[i], "--deny") == 0) {
            options->denied = named(argv[++i], excuse_names, EXCUSES);
        } else if (strcmp(argv[i], "--scenario") == 0) {
            snprintf(options->scenario, sizeof options->scenario, "%s", value);
            options->scenarios = true;
            options->to = 0;
            i++;
        } else if (strcmp(argv[i], "--mutants") == 0) {
            options->mutants = true;
            options->to = 0;
        } else if (strcmp(argv[i], "--break") == 0) {
            if (!break_rule(options, value))
                return false;
            i++;
        } else if (strcmp(argv[i], "--verbose") == 0) {
            options->verbose = true;
        } else if (strcmp(argv[i], "--alone") == 0) {
            options->alone = true;
        } else if (strcmp(argv[i], "--apart") == 0) {
            options->apart = true;
        } else if (strcmp(argv[i], "--keep") == 0) {
            options->keep = argv[++i];
        } else if (strcmp(argv[i], "--files") == 0) {
            options->files = true;
        } else {
            fprintf(stderr, "usage: simulate [--seeds A..B | --long] [--minutes M] [--jobs N] [--faults a,b] [--verbose] [--files] [--keep DIR] [--deny a,b] [--engine store|hub] | --scenario NAME | --mutants | --break RULE\n");
            return false;
        }
    }
    if (options->jobs == 0)
        options->jobs = 1;
    if (options->jobs > JOBS_MAX)
        options->jobs = JOBS_MAX;
    if (options->over_hub) {
        options->jobs = 1;
        options->scenarios = false; /* they are written for a center with records */
        options->faults &= faults_named(HUB_FAULTS);
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options;
    struct totals totals = {0};
    int64_t began = seconds();
    struct errmsg err = {{0}};
    enum status status;

    if (!parse(argc, argv, &options))
        return 2;
    /* Big buffers come and go all the time: keep them. */
    mallopt(M_MMAP_THRESHOLD, 256 * 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 512 * 1024 * 1024);
    memory_for_one_thread();
    if (hash_start() != STATUS_OK)
        return 1;
    if (mkdtemp(options.root) == NULL) {
        snprintf(options.root, sizeof options.root, "%s", "simulate-XXXXXX");
        if (mkdtemp(options.root) == NULL)
            return 1;
    }
    status = options.over_hub ? hub_sim_open(&options.hub, &err) : STATUS_OK;
    if (status == STATUS_OK)
        run_jobs(&options, &totals);
    hub_sim_close(options.hub);
    rmdir(options.root);
    if (status != STATUS_OK) {
        fprintf(stderr, "simulate: no hub: %s\n", errmsg_text(&err, status));
        return status == STATUS_UNSUPPORTED ? SKIPPED : 1;
    }
    report(&totals, seconds() - began);
    return totals.failed == 0 ? 0 : 1;
}
