/* tests/bench/bench_screen.c - the screens as a person at a terminal has them: from the key to the last byte of what it paints, in time and bytes, beside a bare ncursesw list
 * over the same file in the same run.
 *
 *   bench_screen FOLDER [ROUNDS [RECORDS]]      (RECORDS 0: FOLDER is filled already) prints one JSON line a figure: name, unit, median, min, max, ratio to its limit
 *
 * The store is filled by `aidpost import` and indexed by one search: nothing is made up but the texts. Both programs run on a pty whose other side takes everything at once
 * and answers cursor and status requests as a terminal does. Limits: three times the bare list of this run where it can do the same, else the figures of the design.
 * screen_start      from exec to the last byte of the first full screen (home); bare_start: of the list
 * screen_arrow ..   from the key to the last byte; _p50, _p95, _p99 over all keys of all rounds; _bytes: a key's median; screen_page_text: bytes a page for each byte of text it shows
 * screen_filter     two characters typed into the list, to the list of what has them
 * screen_rss        VmRSS after all that; screen_own: of it, not shared with the other sessions
 * screen_idle_*     bytes, and processor time, of a minute in which nothing happens
 * screen_8_*        eight sessions at once, each with the same keys, keys sent to all before any is waited for
 * screen_slow_*     on 9,600 bit/s: how long after a page key held for 2 s the newest page is there, over what one page takes; first screen on 1,200 B/s */
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

enum { ROUNDS_MAX = 9, SAMPLES_MAX = 20000, SESSIONS = 8, QUIET_MS = 25, WAIT_MS = 20000, KEYS_A_ROUND = 60, OUT_BYTES = 1 << 16 };

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
};

struct bench {
    const char *aidpost, *bare;
    char folder[600], file[700];
    int rounds;
    double bare_of[16]; /* medians, by enum action */
};

enum action { START, ARROW, PAGE, END, FILTER, TYPING, ACTIONS };
static const char *const action_names[ACTIONS] = {"start", "arrow", "page", "end", "filter", "typing"};

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
    fprintf(stderr, "bench_screen: %s\n%s\n", what, session == NULL ? "" : session->out);
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

/* Until the text has come (NULL: anything) and then nothing for QUIET_MS; returns when the last byte came. */
static double wait_painted(struct session *session, const char *text)
{
    double end = now_ms() + WAIT_MS, last = 0;
    for (;;) {
        bool there = session->bytes > 0 && (text == NULL || strstr(session->out, text) != NULL);
        if (there && last == 0)
            last = now_ms();
        size_t n = take(session, there ? QUIET_MS : 100, OUT_BYTES);
        if (n > 0)
            last = now_ms();
        else if (there)
            return last;
        if (now_ms() > end)
            give_up(text == NULL ? "nothing was painted" : text, session);
    }
}

static double press(struct session *session, const char *keys, const char *text)
{
    forget(session);
    double began = now_ms();
    send_keys(session, keys);
    return wait_painted(session, text) - began;
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
    struct samples ms[ACTIONS], bytes[ACTIONS];
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

static void find_words(struct session *session, bool bare, struct samples *ms)
{
    static const char *const words[] = {"工资", "离婚", "合同", "赔偿", "房产", "工伤", "借款", "抚养"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        add(ms, press(session, words[i], NULL));
        if (!bare)
            press(session, "\x7f\x7f", NULL);
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

static void measure(struct bench *bench, bool bare, struct actions *actions, struct samples *rss, struct samples *own, struct samples *share)
{
    for (int i = 0; i < bench->rounds; i++) {
        struct session session;
        open_session(bench, &session, bare, &actions->ms[START]);
        if (!bare)
            press(&session, "16\r", "F10");
        use_list(&session, actions);
        press(&session, "\033[6~", NULL);
        double page = (double)session.bytes;
        if (!bare) { /* all that is shown, by painting it anew */
            press(&session, "\x0c", NULL);
            add(share, page / (double)text_bytes(session.out));
        }
        find_words(&session, bare, &actions->ms[FILTER]);
        add(rss, read_kb(session.pid, "status", "VmRSS:") / 1024);
        add(own, (read_kb(session.pid, "smaps_rollup", "Private_Clean:") + read_kb(session.pid, "smaps_rollup", "Private_Dirty:")) / 1024);
        stop(&session);
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

static void print_actions(const char *who, struct actions *actions, struct bench *bench, bool bare)
{
    static const double typing_ms = 16;
    for (int i = 0; i < ACTIONS; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s_%s", who, action_names[i]);
        double limit = bare ? 0 : i == TYPING ? typing_ms : 3 * bench->bare_of[i];
        if (i == START) {
            print_samples(name, "", "ms", &actions->ms[i], 50, limit);
        } else {
            print_samples(name, "_p50", "ms", &actions->ms[i], 50, limit);
            print_samples(name, "_p95", "ms", &actions->ms[i], 95, 0);
            print_samples(name, "_p99", "ms", &actions->ms[i], 99, 0);
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

/* A line that carries so many bytes a second: until nothing came for half a second. Returns when the last came. */
static double carry(struct session *session, int rate, double until)
{
    double last = now_ms(), next = last;
    while (now_ms() - last < 500 && now_ms() < until) {
        struct timespec pause = {0, 10 * 1000000};
        nanosleep(&pause, NULL);
        size_t n = now_ms() >= next ? take(session, 0, (size_t)rate / 100) : 0;
        next += n > 0 ? 10 : 0;
        next = next < now_ms() - 20 ? now_ms() : next;
        last = n > 0 ? now_ms() : last;
    }
    return last;
}

/* Press a key and carry all that it paints, however long the program thinks before it sends the text. */
static void press_slowly(struct session *session, const char *keys, const char *text)
{
    double end = now_ms() + WAIT_MS;
    forget(session);
    send_keys(session, keys);
    while ((session->bytes == 0 || strstr(session->out, text) == NULL) && now_ms() < end)
        carry(session, 960, end);
}

static void measure_slow(struct bench *bench)
{
    const char *const ours[] = {bench->aidpost, "--data", bench->folder, NULL};
    struct session session;
    double began = now_ms();
    start(&session, ours);
    double first = carry(&session, 1200, now_ms() + WAIT_MS) - began;
    print_figure("screen_slow_first", "", "ms", first, first, first, 2000);
    press_slowly(&session, "16\r", "咨询内容");
    press_slowly(&session, "\033[6~", "");
    double page = (double)session.bytes * 1000 / 960, key = 0;
    for (began = now_ms(); now_ms() - began < 2000;) {
        send_keys(&session, "\033[6~");
        key = now_ms();
        carry(&session, 960, key + 33);
    }
    double late = carry(&session, 960, now_ms() + WAIT_MS) - key;
    print_figure("screen_slow_page", "", "ms", page, page, page, 0);
    print_figure("screen_slow_held_page", "", "ms", late, late, late, page);
    stop(&session);
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

int main(int argc, char **argv)
{
    static struct actions ours, theirs;
    static struct samples queued, rss[2], own[2], share[2];
    const char *build = getenv("AIDPOST_BUILDDIR") == NULL ? "." : getenv("AIDPOST_BUILDDIR");
    char aidpost[600], bare[600];
    struct bench bench = {.aidpost = aidpost, .bare = bare, .rounds = argc > 2 ? atoi(argv[2]) : 5};
    const char *records = argc > 3 ? argv[3] : "1000000";
    if (argc < 2 || bench.rounds < 1 || bench.rounds > ROUNDS_MAX)
        return 2;
    snprintf(aidpost, sizeof aidpost, "%s/aidpost", build);
    snprintf(bare, sizeof bare, "%s/tests/bench/bare_list", build);
    snprintf(bench.folder, sizeof bench.folder, "%s", argv[1]);
    snprintf(bench.file, sizeof bench.file, "%s/aidpost.db", argv[1]);
    if (strcmp(records, "0") != 0) /* 0: the folder is filled already */
        fill(&bench, build, records);
    measure(&bench, true, &theirs, &rss[1], &own[1], &share[1]);
    print_actions("bare", &theirs, &bench, true);
    print_samples("bare_rss", "", "MiB", &rss[1], 50, 0);
    measure(&bench, false, &ours, &rss[0], &own[0], &share[0]);
    measure_typing(&bench, &ours, &queued);
    print_actions("screen", &ours, &bench, false);
    print_samples("screen_page_text", "", "1", &share[0], 50, 1.1);
    print_samples("screen_64_keys_bytes", "", "B", &queued, 50, 300);
    print_samples("screen_rss", "", "MiB", &rss[0], 50, 10);
    print_samples("screen_own", "", "MiB", &own[0], 50, 0);
    measure_eight(&bench);
    measure_slow(&bench);
    measure_idle(&bench);
    return 0;
}
