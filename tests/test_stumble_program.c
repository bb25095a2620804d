/* tests/test_stumble_program.c - aidpostd's verbs as they are typed, with each statement, allocation and call on a file of them failing in turn: it is done, with the same answer, or the exit code and stderr say that it is
 * not, everything stands as before, and done again it comes to what it comes to where nothing fails. Then a session and an enrolment over the network, whose center is a process of its own. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/replica.h"
#include "sync/program.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/program_bed.h"
#include "tests/stumble_uv.h"
#include "tests/trial.h"

enum { TRIES = 6, LINE_TRIES = 3, CENTER_CALLS = 12, SESSIONS_MOST = 2, SHOWN = 400, KEPT_TABLES = 32 };

/* ---- what stands ---- */

static bool same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* Instants are other ones each time; so is what is made by chance, and the word beside the store, which may be drawn anew. */
static void put_masked(struct buf *out, const struct buf *text, bool chance)
{
    const char *c = buf_cstr(text);

    while (*c != '\0') {
        bool word = strncmp(c, "X'", 2) == 0 && out->len >= 8 && memcmp(out->data + out->len - 8, "'guard',", 8) == 0;
        size_t digits = strspn(c, "0123456789"), hex = (chance || word) && c[0] == 'X' && c[1] == '\'' ? strcspn(c + 2, "'") + 3 : 0;

        if (hex > 0)
            buf_putc(out, 'X');
        else if (digits >= 13)
            buf_putc(out, 'T');
        else
            buf_append(out, c, digits > 0 ? digits : 1);
        c += hex > 0 ? hex : digits > 0 ? digits : 1;
    }
}

static void read_tables(const char *folder, struct buf *out)
{
    struct errmsg err = {{0}};
    struct node node;

    must(store_open(&node.store, folder, STORE_READ_ONLY, &err), &err);
    node_tables(&node, out);
    store_close(node.store);
}

/* To open a store and read all of it takes many times as long as a verb does, and most stores of most tries are byte for byte what was read before. */
static struct {
    struct buf file, tables;
} read_before[KEPT_TABLES];
static size_t n_read;

/* The file alone, when nothing lies beside it in a log. */
static bool read_store(const char *folder, struct buf *out)
{
    char path[PATH_MAX];
    struct stat log;

    buf_init(out, PROGRAM_TEXT_MAX_BYTES);
    snprintf(path, sizeof path, "%s/aidpost.db-wal", folder);
    if (stat(path, &log) == 0 && log.st_size > 0)
        return false;
    snprintf(path, sizeof path, "%s/aidpost.db", folder);
    must(file_read(path, out, NULL), NULL);
    return true;
}

static void put_tables(const char *folder, struct buf *out)
{
    struct buf tables, file;
    bool alone = read_store(folder, &file), known = false;

    for (size_t i = 0; alone && !known && i < KEPT_TABLES && i < n_read; i++) {
        known = same(&read_before[i].file, &file);
        if (known)
            buf_append(out, read_before[i].tables.data, read_before[i].tables.len);
    }
    if (known) {
        buf_release(&file);
        return;
    }
    read_tables(folder, &tables);
    buf_append(out, tables.data, tables.len);
    if (!alone) {
        buf_release(&tables);
        return;
    }
    size_t at = n_read++ % KEPT_TABLES;
    buf_release(&read_before[at].file);
    buf_release(&read_before[at].tables);
    read_before[at].file = file;
    read_before[at].tables = tables;
}

static void put_name(const char *folder, const char *name, void *context)
{
    char path[PATH_MAX];
    struct stat there;

    if (strstr(name, "-wal") != NULL || strstr(name, "-shm") != NULL)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    buf_printf(context, "%s\n", path);
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        program_bed_each(path, put_name, context);
    else if (strcmp(name, "aidpost.db") == 0)
        put_tables(folder, context);
}

static void take_state(struct buf *out, bool chance)
{
    struct buf text;

    buf_init(&text, PROGRAM_TEXT_MAX_BYTES);
    buf_init(out, PROGRAM_TEXT_MAX_BYTES);
    program_bed_each("now", put_name, &text);
    put_masked(out, &text, chance);
    buf_release(&text);
}

/* ---- verbs of one machine ---- */

struct scene {
    const char *name;
    const char *words[PROGRAM_WORDS_MAX];
    bool chance; /* what it tells is another thing each time: it makes something by chance */
};

static const struct scene CENTER_SCENES[] = {
    {.name = "the stations", .words = {"stations", "--data", "now/0"}},
    {.name = "the stations as JSON", .words = {"stations", "--json", "--data", "now/0"}},
    {.name = "one is revoked", .words = {"revoke", "1", "--data", "now/0"}},
    {.name = "an alarm is settled", .words = {"settle", "2", "--reason", "查清了，是恢复来的", "--json", "--data", "now/0"}},
    {.name = "the backups", .words = {"backups", "--data", "now/0"}},
    {.name = "a code for a new machine", .words = {"enrol", "new", "--org", "站2", "--data", "now/0"}, .chance = true},
    {.name = "a code for a known machine", .words = {"enrol", "new", "--station", "1", "--json", "--data", "now/0"}, .chance = true},
};

static const struct scene STATION_SCENES[] = {
    {.name = "where a station stands", .words = {"status", "--data", "now/1"}},
    {.name = "where a station stands as JSON", .words = {"status", "--json", "--data", "now/1"}},
    {.name = "nothing would be lost", .words = {"retire", "--data", "now/2"}},
    {.name = "files for others", .words = {"bundle", "relays", "--json", "--data", "now/1"}},
    {.name = "answers for others", .words = {"bundle", "returns", "now/returns", "--data", "now/1"}},
    {.name = "what was told upward", .words = {"upward", "status", "--json", "--data", "now/1"}},
    {.name = "the help", .words = {"--help"}},
    {.name = "versions", .words = {"--version", "--json"}},
};

static const struct stumble WAYS[] = {
    {.code = SQLITE_IOERR_READ}, {.code = SQLITE_FULL, .for_good = true}, {.memory = true}, {.disk = true, .code = EIO}, {.disk = true, .code = ENOSPC, .for_good = true},
};

static void expect_state(const struct scene *scene, uint64_t at, const char *what, const struct buf *expected)
{
    struct buf is;
    size_t line = 0, n = 0;

    take_state(&is, scene->chance);
    if (!same(&is, expected)) {
        const char *a = buf_cstr(&is), *b = buf_cstr(expected);

        for (; a[n] != '\0' && a[n] == b[n]; n++)
            if (a[n] == '\n')
                line = n + 1;
        fail_msg("%s, %llu: %s: %.*s\n--- expected\n%.*s", scene->name, (unsigned long long)at, what, SHOWN, a + line, SHOWN, b + line);
    }
    buf_release(&is);
}

static void expect_done(const struct scene *scene, uint64_t at, const char *what, const struct said *said, const struct said *expected, const struct buf *after)
{
    if (said->code != expected->code)
        fail_msg("%s, %llu: %s: %d: %s", scene->name, (unsigned long long)at, what, said->code, buf_cstr(&said->err));
    if (!scene->chance && !same(&said->out, &expected->out))
        fail_msg("%s, %llu: %s: %s\n--- expected\n%s", scene->name, (unsigned long long)at, what, buf_cstr(&said->out), buf_cstr(&expected->out));
    expect_state(scene, at, what, after);
}

/* It says why; with --json in an object, unless there was no memory for one. */
static void expect_refused(const struct scene *scene, uint64_t at, const struct said *said)
{
    const char *out = buf_cstr(&said->out);

    if (said->code < 1 || said->code > 2 || said->err.len == 0)
        fail_msg("%s, %llu: it failed and does not say why: %d", scene->name, (unsigned long long)at, said->code);
    if (said->out.len > 0 && (out[0] != '{' || strcmp(out + said->out.len - 2, "}\n") != 0))
        fail_msg("%s, %llu: it failed and printed: %s", scene->name, (unsigned long long)at, out);
}

static void try_it(const struct scene *scene, const struct stumble *how, const struct said *expected, const struct buf *before, const struct buf *after)
{
    struct said said, again;
    uint64_t fired;

    program_bed_anew();
    program_call(scene->words, how, &said, &fired);
    if (said.code == expected->code || fired == 0) {
        expect_done(scene, how->at, "it is done otherwise", &said, expected, after);
    } else {
        expect_refused(scene, how->at, &said);
        expect_state(scene, how->at, "it failed, and not everything is as before", before);
        program_call(scene->words, NULL, &again, NULL);
        expect_done(scene, how->at, "done again", &again, expected, after);
        said_release(&again);
    }
    said_release(&said);
}

static void play(const struct scene *scene)
{
    struct said expected, said;
    struct buf before, after;
    uint64_t fired, counts[sizeof WAYS / sizeof *WAYS];

    program_bed_anew();
    take_state(&before, scene->chance);
    program_call(scene->words, NULL, &expected, NULL);
    if (expected.code != 0)
        fail_msg("%s: %d: %s", scene->name, expected.code, buf_cstr(&expected.err));
    take_state(&after, scene->chance);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct stumble how = WAYS[i];

        program_bed_anew();
        program_call(scene->words, &how, &said, &fired);
        said_release(&said);
        counts[i] = stumble_count();
        for (how.at = 1 + i % 3; how.at <= counts[i]; how.at += counts[i] / TRIES + 1)
            try_it(scene, &how, &expected, &before, &after);
    }
    print_message("%s: %llu statements, %llu allocations, %llu calls on files\n", scene->name, (unsigned long long)counts[0], (unsigned long long)counts[2], (unsigned long long)counts[3]);
    buf_release(&before);
    buf_release(&after);
    said_release(&expected);
}

static void test_center_verbs(void **state)
{
    for (size_t i = 0; i < sizeof CENTER_SCENES / sizeof *CENTER_SCENES; i++)
        play(&CENTER_SCENES[i]);
    (void)state;
}

static void test_station_verbs(void **state)
{
    for (size_t i = 0; i < sizeof STATION_SCENES / sizeof *STATION_SCENES; i++)
        play(&STATION_SCENES[i]);
    (void)state;
}

/* ---- a stick at the center ---- */

static int64_t number(const char *folder, const char *sql)
{
    struct errmsg err = {{0}};
    struct node node;
    int64_t n;

    must(store_open(&node.store, folder, STORE_READ_ONLY, &err), &err);
    n = node_number(&node, sql);
    store_close(node.store);
    return n;
}

static bool is_in(const char *path)
{
    return access(path, F_OK) == 0;
}

/* Each statement fails, that which notes the station's coming, too: done, and it is noted; or it says what is not, with what was taken in. */
static void test_stick_whose_coming_is_not_noted(void **state)
{
    static const char *const TAKE[] = {"bundle", "import", "now/stick", "--data", "now/0", NULL};
    static const char NOTED[] = "SELECT count(*) FROM peer WHERE station_no=1 AND last_contact_ms IS NOT NULL";
    struct stumble how = {.code = SQLITE_IOERR_READ, .for_good = true}; /* once only, it is tried again */
    struct said said;
    uint64_t fired = 1, unnoted = 0;

    (void)state;
    for (how.at = 1; fired > 0; how.at++) {
        program_bed_anew();
        program_call(TAKE, &how, &said, &fired);
        if (said.code == 0 ? number("now/0", NOTED) != 1 : said.err.len == 0)
            fail_msg("a stick, statement %llu: %d: %s", (unsigned long long)how.at, said.code, buf_cstr(&said.err));
        if (strncmp(stumble_failed(), "UPDATE OR FAIL peer", 19) == 0) {
            unnoted++;
            assert_int_equal(said.code, 3);
            assert_non_null(strstr(buf_cstr(&said.err), "都收下了"));
            assert_int_equal(number("now/0", "SELECT count(*) FROM consultation"), 2);
            assert_true(is_in("now/stick.return"));
            program_must(TAKE);
            assert_int_equal(number("now/0", NOTED), 1);
        }
        said_release(&said);
    }
    assert_true(unnoted > 0);
}

/* ---- over the network ---- */

struct center {
    pid_t pid;
    char address[64];
};

/* False: it did not begin; it said why, and ended with 1. Its at-th call on the loop fails; 0: none. */
static bool start_center(struct center *center, uint64_t at)
{
    const char *words[] = {"aidpostd", "center", "--listen", "127.0.0.1:0", "--metrics", "off", "--data", "now/0", NULL};
    static const int CRASHES[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    int ends[2];

    fflush(stdout);
    fflush(stderr);
    assert_int_equal(pipe(ends), 0);
    center->pid = fork();
    assert_true(center->pid >= 0);
    if (center->pid == 0) {
        if (dup2(ends[1], STDOUT_FILENO) < 0 || freopen("center.log", "a", stderr) == NULL)
            _exit(99);
        close(ends[0]);
        close(ends[1]);
        (void)stumble_uv_end();
        for (size_t i = 0; i < sizeof CRASHES / sizeof *CRASHES; i++) /* cmocka's would go on with the tests */
            (void)signal(CRASHES[i], SIG_DFL);
        if (at > 0)
            stumble_uv_begin(at);
        int code = program_run(8, (char **)(uintptr_t)words);
        fflush(stderr);
        _exit(code); /* libuv would wait for threads that are the parent's */
    }
    close(ends[1]);
    FILE *said = fdopen(ends[0], "r");
    assert_non_null(said);
    bool began = fscanf(said, "listening on %63s", center->address) == 1;
    fclose(said);
    if (!began) {
        int how;

        assert_int_equal(waitpid(center->pid, &how, 0), center->pid);
        if (at == 0 || !WIFEXITED(how) || WEXITSTATUS(how) != 1)
            fail_msg("the center does not begin: %d, see center.log", how);
    }
    return began;
}

static void stop_center(struct center *center)
{
    int how = 0;

    kill(center->pid, SIGTERM);
    assert_int_equal(waitpid(center->pid, &how, 0), center->pid);
    assert_int_equal(how, 0);
}

/* The center has all of it, and the station knows. */
static void expect_synced(const char *folder, uint64_t at)
{
    struct errmsg err = {{0}};
    struct replica_state state;
    struct store *store;

    must(store_open(&store, folder, STORE_READ_ONLY, &err), &err);
    must(replica_state(store, &state, &err), &err);
    store_close(store);
    if (state.pending != 0 || state.have_seq != state.head_seq)
        fail_msg("%s, %llu: done, and %lld changes are not at the center", folder, (unsigned long long)at, (long long)state.pending);
}

static void try_once(struct stumble how)
{
    struct center center;
    struct said said;
    uint64_t fired;

    program_bed_anew();
    assert_true(start_center(&center, 0));
    const char *const words[] = {"once", "--center", center.address, "--data", "now/1", NULL};
    program_call(words, &how, &said, &fired);
    if (said.code == 0)
        expect_synced("now/1", how.at);
    else if (said.err.len == 0)
        fail_msg("once, %llu: it failed and does not say why", (unsigned long long)how.at);
    said_release(&said);
    program_call(words, NULL, &said, NULL);
    if (said.code != 0)
        fail_msg("once, %llu: done again: %s", (unsigned long long)how.at, buf_cstr(&said.err));
    said_release(&said);
    expect_synced("now/1", how.at);
    stop_center(&center);
    assert_int_equal(number("now/0", "SELECT count(*) FROM consultation"), 2);
}

static void make_code(char out[96])
{
    static const char *const words[] = {"enrol", "new", "--org", "站2", "--data", "now/0", NULL};
    struct said said;

    program_call(words, NULL, &said, NULL);
    assert_int_equal(said.code, 0);
    assert_int_equal(sscanf(buf_cstr(&said.out), "%95s", out), 1);
    said_release(&said);
}

/* One machine more than before, and nothing is left of the tries; another one with the code is none. */
static void expect_one_more(const char *code, const char *address, uint64_t at)
{
    const char *const another[] = {"enrol", code, "--center", address, "--data", "now/8", NULL};
    struct said said;

    if (number("now/0", "SELECT count(*) FROM peer") != PROGRAM_STATIONS + 1)
        fail_msg("enrol, %llu: the center knows machines that never were", (unsigned long long)at);
    program_call(another, NULL, &said, NULL);
    for (int i = 0; i < SESSIONS_MOST && strstr(buf_cstr(&said.err), "已用过") == NULL; i++) { /* the center's loop may fail yet */
        said_release(&said);
        program_call(another, NULL, &said, NULL);
    }
    if (said.code != 1 || strstr(buf_cstr(&said.err), "已用过") == NULL)
        fail_msg("enrol, %llu: another machine with the same code: %d %s", (unsigned long long)at, said.code, buf_cstr(&said.err));
    said_release(&said);
    assert_false(is_in("now/8/aidpost.db"));
    assert_int_equal(number("now/0", "SELECT count(*) FROM peer"), PROGRAM_STATIONS + 1);
}

static void try_enrol(struct stumble how)
{
    struct center center;
    struct said said;
    char code[96];
    uint64_t fired;

    program_bed_anew();
    assert_true(start_center(&center, 0));
    make_code(code);
    const char *const words[] = {"enrol", code, "--center", center.address, "--name", "新机器", "--data", "now/9", NULL};
    program_call(words, &how, &said, &fired);
    if (said.code != 0) {
        if (said.err.len == 0)
            fail_msg("enrol, %llu: it failed and does not say why", (unsigned long long)how.at);
        if (file_exists("now/9/aidpost.db"))
            fail_msg("enrol, %llu: it failed, and there is a store: %s", (unsigned long long)how.at, buf_cstr(&said.err));
        said_release(&said);
        program_call(words, NULL, &said, NULL);
        if (said.code != 0)
            fail_msg("enrol, %llu: with the same code: %s", (unsigned long long)how.at, buf_cstr(&said.err));
    } else if (strstr(buf_cstr(&said.out), "0000-0000") != NULL || (strstr(buf_cstr(&said.out), "核对号 ?") != NULL && said.err.len == 0)) {
        fail_msg("enrol, %llu: digits of no key: %s", (unsigned long long)how.at, buf_cstr(&said.out));
    }
    said_release(&said);
    const char *const once[] = {"once", "--center", center.address, "--data", "now/9", NULL};
    program_call(once, NULL, &said, NULL);
    if (said.code != 0)
        fail_msg("enrol, %llu: its first session: %s", (unsigned long long)how.at, buf_cstr(&said.err));
    said_release(&said);
    expect_one_more(code, center.address, how.at);
    stop_center(&center);
}

/* The line breaks, or the center's loop fails, at each step, its answer's among them: the same code is answered again, as often as it is asked for. */
static void test_enrol_on_a_broken_line(void **state)
{
    struct center center;
    struct said said;
    char code[96];
    size_t broken = 0;

    (void)state;
    for (uint64_t at = 1; at <= 2 * CENTER_CALLS; at++) {
        bool at_center = at % 2 == 0;

        program_bed_anew();
        make_code(code);
        if (!start_center(&center, at_center ? at / 2 : 0))
            assert_true(start_center(&center, 0));
        const char *const words[] = {"enrol", code, "--center", center.address, "--data", "now/9", NULL};
        stumble_uv_begin(at_center ? 0 : at / 2 + 1);
        program_call(words, NULL, &said, NULL);
        (void)stumble_uv_end();
        for (int i = 0; said.code != 0; i++) {
            broken++;
            if (i == SESSIONS_MOST || said.err.len == 0 || is_in("now/9/aidpost.db"))
                fail_msg("enrol, call %llu on the loop: %s", (unsigned long long)at, buf_cstr(&said.err));
            said_release(&said);
            program_call(words, NULL, &said, NULL);
        }
        said_release(&said);
        assert_false(is_in("now/9/identity.code"));
        expect_one_more(code, center.address, at);
        stop_center(&center);
    }
    assert_true(broken > CENTER_CALLS / 2);
}

/* Killed before each of its calls on files, behind the answer, too. */
static void test_enrol_is_killed(void **state)
{
    struct stumble how = {.disk = true, .code = STUMBLE_KILL, .at = 1};
    struct center center;
    struct said said;
    char code[96];
    uint64_t fired;
    int ended;

    (void)state;
    for (bool killed = true; killed; how.at += 3) {
        program_bed_anew();
        assert_true(start_center(&center, 0));
        make_code(code);
        const char *const words[] = {"enrol", code, "--center", center.address, "--data", "now/9", NULL};
        fflush(stdout);
        fflush(stderr);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            program_call(words, &how, &said, &fired);
            _exit(said.code);
        }
        assert_int_equal(waitpid(pid, &ended, 0), pid);
        assert_true(WIFEXITED(ended));
        killed = WEXITSTATUS(ended) == STUMBLE_KILLED;
        if (!is_in("now/9/aidpost.db"))
            program_must(words);
        expect_one_more(code, center.address, how.at);
        stop_center(&center);
    }
    assert_true(how.at > 20);
}

static void play_line(const char *name, void (*try)(struct stumble how))
{
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct stumble how = WAYS[i];

        try(how);
        uint64_t count = stumble_count();
        for (how.at = 1 + i % 3; how.at <= count; how.at += count / LINE_TRIES + 1)
            try(how);
        print_message("%s: way %zu, %llu counted\n", name, i, (unsigned long long)count);
    }
}

static void test_once(void **state)
{
    (void)state;
    play_line("a session", try_once);
}

static void test_enrol(void **state)
{
    (void)state;
    play_line("an enrolment", try_enrol);
}

/* The loop's calls fail, at the station. */
static void test_loop_of_station(void **state)
{
    uint64_t n = 1;

    (void)state;
    for (uint64_t at = 0; at <= n; at++) {
        stumble_uv_begin(at);
        try_once((struct stumble){.at = 0});
        (void)stumble_uv_end();
        n = at == 0 ? stumble_uv_count() / 2 : n; /* of two sessions */
    }
    print_message("a session: %llu calls on the loop\n", (unsigned long long)n);
    assert_true(n > 4);
}

/* The first of the center's addresses can't be reached, as one of IPv6 where there is no IPv6: the next one is tried. */
static void test_next_address(void **state)
{
    enum { LOOP, NAME, CONNECT };
    struct center center;
    struct said said;

    (void)state;
    program_bed_anew();
    assert_true(start_center(&center, 0));
    const char *const words[] = {"once", "--center", center.address, "--data", "now/1", NULL};
    stumble_uv_several(true);
    stumble_uv_begin(CONNECT + 1);
    program_call(words, NULL, &said, NULL);
    assert_int_equal(stumble_uv_end(), 1);
    stumble_uv_several(false);
    if (said.code != 0)
        fail_msg("the next address is not tried: %s", buf_cstr(&said.err));
    said_release(&said);
    expect_synced("now/1", 0);
    stop_center(&center);
}

/* ..and at the center: it does not begin, or goes on and serves the next. */
static void test_loop_of_center(void **state)
{
    struct center center;
    struct said said;

    (void)state;
    for (uint64_t at = 1; at <= CENTER_CALLS; at++) {
        program_bed_anew();
        if (!start_center(&center, at))
            assert_true(start_center(&center, 0));
        const char *const words[] = {"once", "--center", center.address, "--data", "now/1", NULL};
        for (int i = 0;; i++) {
            program_call(words, NULL, &said, NULL);
            if (said.code != 0 && (i == SESSIONS_MOST || said.err.len == 0))
                fail_msg("call %llu on the center's loop: %s", (unsigned long long)at, buf_cstr(&said.err));
            said_release(&said);
            if (said.code == 0)
                break;
        }
        expect_synced("now/1", at);
        stop_center(&center);
    }
}

static int make_bed(void **state)
{
    static struct program_bed bed;

    program_bed_open(&bed);
    *state = &bed;
    return 0;
}

static int remove_bed(void **state)
{
    for (size_t i = 0; i < KEPT_TABLES; i++) {
        buf_release(&read_before[i].file);
        buf_release(&read_before[i].tables);
    }
    program_bed_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_center_verbs), cmocka_unit_test(test_station_verbs), cmocka_unit_test(test_stick_whose_coming_is_not_noted),
        cmocka_unit_test(test_once), cmocka_unit_test(test_enrol), cmocka_unit_test(test_enrol_on_a_broken_line),
        cmocka_unit_test(test_enrol_is_killed), cmocka_unit_test(test_loop_of_station), cmocka_unit_test(test_next_address),
        cmocka_unit_test(test_loop_of_center),
    };

    return cmocka_run_group_tests(tests, make_bed, remove_bed);
}
