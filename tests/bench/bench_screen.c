/* tests/bench/bench_screen.c - the screens as a person at a terminal has them: from the key to the last byte of what it paints, in time and bytes, beside a bare ncursesw list
 * over the same file in the same run.
 *
 *   bench_screen FOLDER [ROUNDS [RECORDS [PART]]]      (RECORDS 0: FOLDER is filled already; PART: slow, keys, many or idle alone) prints one JSON line a figure: name, unit, median, min, max, ratio to its limit
 *
 * The store is filled by `aidpost import` and indexed by one search: nothing is made up but the texts. Both programs run on a pty whose other side takes everything at once
 * and answers cursor and status requests as a terminal does. Limits: three times the bare list of this run where it can do the same, else the figures of the design. The two take turns, round by round,
 * after one round that is not counted, so that both find the file in the system's memory and share what else the machine does.
 * screen_start      from exec to the last byte of the first full screen (home); bare_start: of the list
 * screen_open       the list of all these records opened; bare_open: its first page read anew
 * screen_arrow ..   from the key to the last byte; _p50, _p95, _p99 over all keys of all rounds; _bytes: a key's median; screen_page_text: bytes a page for each byte of text it shows
 * screen_filter     two characters typed into the list, to the list of what has them; screen_find: into the box over all kinds of records
 * _counted          of these: until the numbers behind the page are there, too, which come while no key waits
 * screen_rss        VmRSS after all that in a list; screen_find_rss: with the law, which the box looks through, too; screen_own: of the first, not shared with the other sessions
 * screen_idle_*     bytes, and processor time, of a minute in which nothing happens
 * screen_8_*        eight sessions at once, each with the same keys, keys sent to all before any is waited for
 * screen_slow_*     on 9,600 bit/s: how long after a page key held for 2 s the newest page is there, over what this very page takes from its key on a quiet line; first screen on 1,200 B/s
 * The slow ones come first, before drafts are left that the first screen would list. */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MAX = 9, SAMPLES_MAX = 20000, SESSIONS = 8, QUIET_MS = 25, GAP_MS = 2 /* between a picture and what comes behind it */, WAIT_MS = 20000, KEYS_A_ROUND = 60, OUT_BYTES = 1 << 16 };

struct samples {
    double values[SAMPLES_MAX];
    int n;
};

struct session {
    pid_t pid;
    int fd;
    char out[OUT_BYTES + 1]; /* what came since the last key */
    size_t n_out, bytes;
    size_t looked; /* out[0..looked): requests in it are answered */
    int probed;
    const char *keys; /* typed last, for a message */
};

struct bench {
    const char *aidpost, *bare;
    char folder[600], file[700];
    int rounds;
    double bare_of[16]; /* medians, by enum action */
};

enum action { START, OPEN, ARROW, PAGE, END, FILTER, FIND, TYPING, ACTIONS };
static const char *const action_names[ACTIONS] = {"start", "open", "arrow", "page", "end", "filter", "find", "typing"};

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void add(struct samples *samples, double value)
{
    if (samples->n < SAMPLES_MAX)
        samples->values[samples->n++] = value;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(struct samples *samples, int percent)
{
    qsort(samples->values, (size_t)samples->n, sizeof samples->values[0], compare_doubles);
    return samples->n == 0 ? 0 : samples->values[(samples->n - 1) * percent / 100];
}

static void print_figure(const char *name, const char *suffix, const char *unit, double value, double min, double max, double limit)
{
    printf("{\"name\":\"%s%s\",\"unit\":\"%s\",\"median\":%.4g,\"min\":%.4g,\"max\":%.4g", name, suffix, unit, value, min, max);
    if (limit > 0)
        printf(",\"limit\":%.4g,\"ratio\":%.3f", limit, value / limit);
    printf("}\n");
    fflush(stdout);
}

static void print_samples(const char *name, const char *suffix, const char *unit, struct samples *samples, int percent, double limit)
{
    double value = percentile(samples, percent);
    if (samples->n > 0)
        print_figure(name, suffix, unit, value, samples->values[0], samples->values[samples->n - 1], limit);
}

static void give_up(const char *what, const struct session *session)
{
    fprintf(stderr, "bench_screen: %s\n", what);
    if (session != NULL && session->keys != NULL) {
        fprintf(stderr, "typed:");
        for (const char *at = session->keys; *at != '\0'; at++)
            fprintf(stderr, (unsigned char)*at < 0x20 || *at == 0x7f ? " <%02x>" : "%c", (unsigned char)*at);
        fprintf(stderr, "\n");
    }
    fprintf(stderr, "%s\n", session == NULL ? "" : session->out);
    exit(1);
}

/* ---- a session on a pty ---- */

static void start(struct session *session, const char *const argv[])
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    memset(session, 0, sizeof *session);
    session->pid = forkpty(&session->fd, NULL, NULL, &size);
    if (session->pid < 0)
        give_up("no pty", NULL);
    if (session->pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        unsetenv("LANG");
        unsetenv("LC_ALL");
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
}

static void stop(struct session *session)
{
    kill(session->pid, SIGHUP);
    close(session->fd);
    waitpid(session->pid, NULL, 0);
}

static void send_keys(const struct session *session, const char *keys)
{
    if (write(session->fd, keys, strlen(keys)) != (ssize_t)strlen(keys))
        give_up("cannot type", session);
}

/* As a terminal of UTF-8 does: 中中 takes four columns, · one, the others two. A request may come in two parts. */
static void answer(struct session *session)
{
    static const char *const columns[] = {"\033[2;5R", "\033[2;2R", "\033[2;3R", "\033[2;3R"};
    for (const char *at = session->out + session->looked; (at = strchr(at, '\033')) != NULL; at++) {
        if (strncmp(at, "\033[6n", 4) == 0 && session->probed < 4)
            send_keys(session, columns[session->probed++]);
        else if (strncmp(at, "\033[5n", 4) == 0)
            send_keys(session, "\033[0n");
        else
            continue;
        session->looked = (size_t)(at - session->out) + 4;
    }
}

/* Take what comes within wait_ms, max bytes of it at most. */
static size_t take(struct session *session, int wait_ms, size_t max)
{
    struct pollfd ready = {.fd = session->fd, .events = POLLIN};
    if (session->n_out > OUT_BYTES / 2)
        session->n_out = session->looked = 0;
    if (poll(&ready, 1, wait_ms) <= 0)
        return 0;
    size_t room = OUT_BYTES - session->n_out;
    ssize_t n = read(session->fd, session->out + session->n_out, max < room ? max : room);
    if (n <= 0)
        give_up("the program ended", session);
    session->n_out += (size_t)n;
    session->out[session->n_out] = '\0';
    session->bytes += (size_t)n;
    answer(session);
    return (size_t)n;
}

static void forget(struct session *session)
{
    session->n_out = session->bytes = session->looked = 0;
    session->out[0] = '\0';
}

/* Until the text has come (NULL: anything) and then nothing for QUIET_MS; returns when the last byte came. *first, unless NULL, gets when the last one before a gap came. */
static double wait_painted_first(struct session *session, const char *text, double *first)
{
    double end = now_ms() + WAIT_MS, last = 0;
    for (;;) {
        bool there = session->bytes > 0 && (text == NULL || strstr(session->out, text) != NULL);
        if (there && last == 0)
            last = now_ms();
        bool gap = there && first != NULL && *first == 0;
        size_t n = take(session, gap ? GAP_MS : there ? QUIET_MS : 100, OUT_BYTES);
        if (n == 0 && gap) {
            *first = last;
            continue;
        }
        if (n > 0)
            last = now_ms();
        else if (there)
            return last;
        if (now_ms() > end)
            give_up(text == NULL ? "nothing was painted" : text, session);
    }
}

static double wait_painted(struct session *session, const char *text)
{
    return wait_painted_first(session, text, NULL);
}

static double press(struct session *session, const char *keys, const char *text)
{
    forget(session);
    double began = now_ms();
    session->keys = keys;
    send_keys(session, keys);
    return wait_painted(session, text) - began;
}

/* The picture, and what comes behind it. */
static void press_for_page(struct session *session, const char *keys, const char *text, struct samples *page, struct samples *counted)
{
    double first = 0, began;
    forget(session);
    began = now_ms();
    send_keys(session, keys);
    double last = wait_painted_first(session, text, &first);
    add(page, first - began);
    add(counted, last - began);
}

/* Keys in one go, bytes counted. */
static void press_many(struct session *session, const char *keys, int times, struct samples *ms, struct samples *bytes)
{
    for (int i = 0; i < times; i++) {
        add(ms, press(session, keys, NULL));
        add(bytes, (double)session->bytes);
    }
}

/* ---- both programs, the same keys ---- */

static void open_session(struct bench *bench, struct session *session, bool bare, struct samples *starts)
{
    const char *const ours[] = {bench->aidpost, "--data", bench->folder, NULL}, *const theirs[] = {bench->bare, bench->file, NULL};
    double began = now_ms();
    start(session, bare ? theirs : ours);
    double took = wait_painted(session, bare ? "F10" : "F10退出") - began;
    if (starts != NULL)
        add(starts, took);
}

struct actions {
    struct samples ms[ACTIONS], bytes[ACTIONS], counted[ACTIONS];
    struct samples rss, rss_found, own, share;
};

/* What a person does in a list. */
static void use_list(struct session *session, struct actions *actions)
{
    press_many(session, "\033[6~", KEYS_A_ROUND, &actions->ms[PAGE], &actions->bytes[PAGE]);
    for (int i = 0; i < KEYS_A_ROUND / 10; i++) {
        press_many(session, "\033OB", 10, &actions->ms[ARROW], &actions->bytes[ARROW]);
        press_many(session, "\033OA", 10, &actions->ms[ARROW], &actions->bytes[ARROW]);
    }
    for (int i = 0; i < 10; i++) {
        add(&actions->ms[END], press(session, "\033OF", NULL));
        add(&actions->bytes[END], (double)session->bytes);
        press(session, "\033OH", NULL);
    }
}

/* Two characters, to the page of what has them; then the box is empty again. */
static void find_words(struct session *session, bool bare, enum action action, struct actions *actions)
{
    static const char *const words[2][8] = {{"工资", "离婚", "合同", "赔偿", "房产", "工伤", "借款", "抚养"}, {"拖欠", "婚姻", "劳动", "事故", "继承", "保险", "欠款", "纠纷"}};
    for (size_t i = 0; i < sizeof words[0] / sizeof words[0][0]; i++) {
        press_for_page(session, words[action == FIND][i], NULL, &actions->ms[action], &actions->counted[action]);
        if (!bare)
            press(session, "\025", NULL); /* Ctrl-U */
    }
}

static double read_kb(pid_t pid, const char *file, const char *field)
{
    char path[64], line[200];
    double kb = 0;
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *in = fopen(path, "r");
    while (in != NULL && fgets(line, sizeof line, in) != NULL)
        if (strncmp(line, field, strlen(field)) == 0)
            kb += strtod(line + strlen(field), NULL);
    if (in != NULL)
        fclose(in);
    return kb;
}

static double cpu_ms(pid_t pid)
{
    char path[64];
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *in = fopen(path, "r");
    if (in == NULL || fscanf(in, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
        give_up(path, NULL);
    fclose(in);
    return (double)(user + kernel) * 1e3 / (double)sysconf(_SC_CLK_TCK);
}

/* A terminal's screen as far as text counts: hanzi and ASCII of what was sent, sequences left out. */
static size_t text_bytes(const char *out)
{
    size_t n = 0;
    for (const char *at = out; *at != '\0'; at++) {
        if (*at == '\033') {
            at += strcspn(at, "ABCDGHJKXmnrhl");
            if (*at == '\0')
                break;
        } else if ((unsigned char)*at >= 0x20) {
            n++;
        }
    }
    return n;
}

static void measure_round(struct bench *bench, bool bare, struct actions *actions)
{
    struct session session;
    open_session(bench, &session, bare, &actions->ms[START]);
    if (bare)
        press(&session, "\033OF", NULL); /* away from it */
    press_for_page(&session, bare ? "\033OH" : "16\r", bare ? NULL : "F10", &actions->ms[OPEN], &actions->counted[OPEN]);
    use_list(&session, actions);
    press(&session, "\033[6~", NULL);
    double page = (double)session.bytes;
    if (!bare) { /* all that is shown, by painting it anew */
        press(&session, "\x0c", NULL);
        add(&actions->share, page / (double)text_bytes(session.out));
    }
    find_words(&session, bare, FILTER, actions);
    add(&actions->rss, read_kb(session.pid, "status", "VmRSS:") / 1024);
    add(&actions->own, (read_kb(session.pid, "smaps_rollup", "Private_Clean:") + read_kb(session.pid, "smaps_rollup", "Private_Dirty:")) / 1024);
    if (!bare)
        press(&session, "\033OR", "F10"); /* F3 */
    find_words(&session, bare, FIND, actions);
    add(&actions->rss_found, read_kb(session.pid, "status", "VmRSS:") / 1024);
    stop(&session);
}

static void measure(struct bench *bench, struct actions *ours, struct actions *theirs)
{
    static struct actions warm;
    for (int i = 0; i <= bench->rounds; i++) {
        measure_round(bench, true, i == 0 ? &warm : theirs);
        measure_round(bench, false, i == 0 ? &warm : ours);
    }
}

static void measure_typing(struct bench *bench, struct actions *actions, struct samples *queued)
{
    static const char *const hanzi[] = {"来", "访", "人", "反", "映", "单", "位", "拖", "欠", "工", "资"};
    char keys[64 * 3 + 1] = "";
    for (int i = 0; i < 64; i++)
        strcat(keys, hanzi[i % 11]);
    for (int i = 0; i < bench->rounds; i++) {
        struct session session;
        open_session(bench, &session, false, NULL);
        press(&session, "11\r", "F10");
        press(&session, "\033[B\033[B\033[B\033[B\033[B", NULL); /* to the text */
        for (int k = 0; k < 30; k++)
            press_many(&session, hanzi[k % 11], 1, &actions->ms[TYPING], &actions->bytes[TYPING]);
        press(&session, keys, NULL);
        add(queued, (double)session.bytes);
        stop(&session);
    }
}

static bool is_sought(int action)
{
    return action == OPEN || action == FILTER || action == FIND;
}

static void print_actions(const char *who, struct actions *actions, struct bench *bench, bool bare)
{
    static const double typing_ms = 16, sought_p95_ms = 50;
    for (int i = 0; i < ACTIONS; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s_%s", who, action_names[i]);
        double limit = bare ? 0 : i == TYPING ? typing_ms : 3 * bench->bare_of[i];
        if (i == START) {
            print_samples(name, "", "ms", &actions->ms[i], 50, limit);
        } else {
            print_samples(name, "_p50", "ms", &actions->ms[i], 50, limit);
            print_samples(name, "_p95", "ms", &actions->ms[i], 95, !bare && is_sought(i) ? sought_p95_ms : 0);
            print_samples(name, "_p99", "ms", &actions->ms[i], 99, 0);
        }
        if (!bare && (i == FILTER || i == FIND)) {
            print_samples(name, "_counted_p50", "ms", &actions->counted[i], 50, 0);
            print_samples(name, "_counted_p95", "ms", &actions->counted[i], 95, 0);
        }
        if (bare)
            bench->bare_of[i] = percentile(&actions->ms[i], 50);
        print_samples(name, "_bytes", "B", &actions->bytes[i], 50, i == ARROW ? 16 : i == TYPING ? 4 : 0);
    }
}

/* ---- idle, many, slow ---- */

static void measure_idle(struct bench *bench)
{
    struct session session;
    open_session(bench, &session, false, NULL);
    press(&session, "16\r", "F10");
    while (take(&session, 1000, OUT_BYTES) > 0) /* what is counted behind the picture */
        continue;
    double end = now_ms() + 60000, before = cpu_ms(session.pid);
    forget(&session);
    while (now_ms() < end)
        take(&session, 1000, OUT_BYTES);
    double cpu = cpu_ms(session.pid) - before, bytes = (double)session.bytes;
    print_figure("screen_idle_bytes", "", "B/min", bytes, bytes, bytes, 16);
    print_figure("screen_idle_cpu", "", "ms/min", cpu, cpu, cpu, 300);
    stop(&session);
}

static void measure_eight(struct bench *bench)
{
    static struct session sessions[SESSIONS];
    static struct samples ms;
    double rss = 0;
    ms.n = 0;
    for (int i = 0; i < SESSIONS; i++) {
        open_session(bench, &sessions[i], false, NULL);
        press(&sessions[i], "16\r", "F10");
    }
    for (int round = 0; round < KEYS_A_ROUND; round++) {
        double began[SESSIONS];
        for (int i = 0; i < SESSIONS; i++) {
            forget(&sessions[i]);
            began[i] = now_ms();
            send_keys(&sessions[i], round % 2 == 0 ? "\033[6~" : "\033[B");
        }
        for (int i = 0; i < SESSIONS; i++) {
            while (take(&sessions[i], WAIT_MS, OUT_BYTES) == 0)
                give_up("one of eight painted nothing", &sessions[i]);
            add(&ms, now_ms() - began[i]);
        }
        for (int i = 0; i < SESSIONS; i++)
            while (take(&sessions[i], QUIET_MS, OUT_BYTES) > 0)
                continue;
    }
    for (int i = 0; i < SESSIONS; i++)
        rss += read_kb(sessions[i].pid, "smaps_rollup", "Pss:") / 1024;
    print_samples("screen_8_key", "_p50", "ms", &ms, 50, 0);
    print_samples("screen_8_key", "_p95", "ms", &ms, 95, 50);
    print_samples("screen_8_key", "_p99", "ms", &ms, 99, 0);
    print_figure("screen_8_memory", "", "MiB", rss, rss, rss, 10 * SESSIONS);
    for (int i = 0; i < SESSIONS; i++)
        stop(&sessions[i]);
}

/* A line that carries so many bytes a second, a few at a time: what has been taken keeps it busy for as long as it takes. */
struct line {
    int rate;
    double free_ms; /* when it has carried all that was taken */
};

/* Until nothing came for half a second, or until then. Returns when the last bytes came. */
static double carry(struct session *session, struct line *line, double until)
{
    double last = now_ms();
    while (now_ms() - last < 500 && now_ms() < until) {
        struct timespec pause = {0, 2 * 1000000};
        nanosleep(&pause, NULL);
        double now = now_ms();
        size_t n = now >= line->free_ms ? take(session, 0, (size_t)line->rate / 100) : 0;
        if (n == 0)
            continue;
        /* A late wake-up is no slower line; an idle one saves nothing up. */
        line->free_ms = (line->free_ms < now - 5 ? now - 5 : line->free_ms) + (double)n * 1000 / line->rate;
        last = line->free_ms > now ? line->free_ms : now;
    }
    return last;
}

/* Press a key and carry all that it paints, however long the program thinks before it sends the text. Returns how long that took. */
static double press_slowly(struct session *session, struct line *line, const char *keys, const char *text)
{
    double began = now_ms(), end = began + WAIT_MS, last = 0;
    forget(session);
    send_keys(session, keys);
    while ((session->bytes == 0 || strstr(session->out, text) == NULL) && now_ms() < end)
        last = carry(session, line, end);
    return last - began;
}

/* Each figure of ROUNDS sessions. */
static void measure_slow(struct bench *bench)
{
    static struct samples first, page, late;
    const char *const ours[] = {bench->aidpost, "--data", bench->folder, NULL};
    for (int i = 0; i < bench->rounds; i++) {
        struct session session;
        struct line slow = {.rate = 1200}, line = {.rate = 960};
        double began = now_ms(), key = 0;
        start(&session, ours);
        add(&first, carry(&session, &slow, now_ms() + WAIT_MS) - began);
        press_slowly(&session, &line, "16\r", "咨询内容");
        press_slowly(&session, &line, "\033[6~", "");
        press_slowly(&session, &line, "\033[6~", "");
        for (began = now_ms(); now_ms() - began < 2000;) {
            send_keys(&session, "\033[6~");
            key = now_ms();
            carry(&session, &line, key + 33);
        }
        double took = carry(&session, &line, now_ms() + WAIT_MS) - key;
        add(&late, took);
        press_slowly(&session, &line, "\033[5~", "");
        add(&page, press_slowly(&session, &line, "\033[6~", "")); /* the same again */
        stop(&session);
    }
    print_samples("screen_slow_first", "", "ms", &first, 50, 2000);
    print_samples("screen_slow_page", "", "ms", &page, 50, 0);
    print_samples("screen_slow_held_page", "", "ms", &late, 50, percentile(&page, 50));
}

/* ---- the store ---- */

static void fill(const struct bench *bench, const char *build, const char *records)
{
    static const char script[] = "rm -rf \"$FOLDER\" && \"$BUILD/aidpost\" init center --name 测试中心 --area 320117 --data \"$FOLDER\" && "
                                 "\"$BUILD/tests/bench/consultations\" 0 \"$RECORDS\" >\"$FOLDER.jsonl\" && "
                                 "\"$BUILD/aidpost\" import consultation \"$FOLDER.jsonl\" --data \"$FOLDER\" && rm -f \"$FOLDER.jsonl\" && "
                                 "\"$BUILD/aidpost\" search 工资 --limit 1 --data \"$FOLDER\"";
    setenv("FOLDER", bench->folder, 1);
    setenv("BUILD", build, 1);
    setenv("RECORDS", records, 1);
    fflush(stdout);
    int out = dup(STDOUT_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO); /* figures only on standard output */
    if (system(script) != 0)
        give_up("cannot fill the store", NULL);
    dup2(out, STDOUT_FILENO);
    close(out);
}

static void measure_keys(struct bench *bench)
{
    static struct actions ours, theirs;
    static struct samples queued;
    measure(bench, &ours, &theirs);
    print_actions("bare", &theirs, bench, true);
    print_samples("bare_rss", "", "MiB", &theirs.rss, 50, 0);
    measure_typing(bench, &ours, &queued);
    print_actions("screen", &ours, bench, false);
    print_samples("screen_page_text", "", "1", &ours.share, 50, 1.1);
    print_samples("screen_64_keys_bytes", "", "B", &queued, 50, 300);
    print_samples("screen_rss", "", "MiB", &ours.rss, 50, 10);
    print_samples("screen_find_rss", "", "MiB", &ours.rss_found, 50, 10);
    print_samples("screen_own", "", "MiB", &ours.own, 50, 0);
}

static bool is_asked(const char *part, const char *name)
{
    return part == NULL || strcmp(part, name) == 0;
}

int main(int argc, char **argv)
{
    const char *build = getenv("AIDPOST_BUILDDIR") == NULL ? "." : getenv("AIDPOST_BUILDDIR");
    char aidpost[600], bare[600];
    struct bench bench = {.aidpost = aidpost, .bare = bare, .rounds = argc > 2 ? atoi(argv[2]) : 5};
    const char *records = argc > 3 ? argv[3] : "1000000", *part = argc > 4 ? argv[4] : NULL;
    if (argc < 2 || bench.rounds < 1 || bench.rounds > ROUNDS_MAX)
        return 2;
    snprintf(aidpost, sizeof aidpost, "%s/aidpost", build);
    snprintf(bare, sizeof bare, "%s/tests/bench/bare_list", build);
    snprintf(bench.folder, sizeof bench.folder, "%s", argv[1]);
    snprintf(bench.file, sizeof bench.file, "%s/aidpost.db", argv[1]);
    if (strcmp(records, "0") != 0) /* 0: the folder is filled already */
        fill(&bench, build, records);
    if (is_asked(part, "slow"))
        measure_slow(&bench);
    if (is_asked(part, "keys"))
        measure_keys(&bench);
    if (is_asked(part, "many"))
        measure_eight(&bench);
    if (is_asked(part, "idle"))
        measure_idle(&bench);
    return 0;
}
