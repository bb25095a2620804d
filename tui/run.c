/* tui/run.c - see run.h. One poll() for the terminal, both ways, and the signals; no thread, no timer of its own, nothing that blocks. What a view has left to do behind its picture is done piece by piece
 * while no key waits. */
#include "tui/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tui/key.h"
#include "tui/terminal.h"

enum { READ_BYTES = 1024, TICK_MS = 1000, MAX_READS = 64 };

struct loop {
    struct app *app;
    struct app_context *context;
    const struct run_options *options;
    struct terminal *terminal;
    struct canvas canvas;
    struct key_decoder decoder;
    int signals; /* signalfd */
    sigset_t old_mask;
    uint64_t version;
    int64_t next_data_ms, next_tick_ms;
    bool unfinished; /* the canvas is not all on the terminal */
    bool gone;       /* terminal or session is gone */
    bool refused;    /* the terminal's Chinese cannot be read */
};

static int64_t now_of(struct loop *loop)
{
    return loop->context->now_ms(loop->context->clock);
}

static void take_key(struct loop *loop, struct key key, int64_t now_ms)
{
    if (key.kind == K_REPORT) {
        terminal_report(loop->terminal, key, now_ms);
        return;
    }
    terminal_key(loop->terminal, now_ms);
    if (!terminal_asks(loop->terminal))
        app_key(loop->app, key, now_ms);
    else if (!terminal_answer(loop->terminal, key, now_ms))
        loop->refused = true;
}

static bool is_over(const struct loop *loop)
{
    return loop->gone || loop->refused || app_done(loop->app);
}

static void take_keys(struct loop *loop)
{
    struct key key;
    while (!is_over(loop) && key_decoder_next(&loop->decoder, now_of(loop), &key))
        take_key(loop, key, now_of(loop));
}

/* Everything that was typed, before anything is painted. The bound lets a paste of megabytes be seen and interrupted. */
static void drain_input(struct loop *loop)
{
    uint8_t bytes[READ_BYTES];
    size_t len = 1;
    for (int i = 0; i < MAX_READS && len > 0 && !is_over(loop); i++) {
        if (terminal_read(loop->terminal, bytes, sizeof bytes, &len) != STATUS_OK) {
            loop->gone = true;
            return;
        }
        for (size_t at = 0; at < len;) {
            at += key_decoder_feed(&loop->decoder, bytes + at, len - at, now_of(loop));
            take_keys(loop);
            if (is_over(loop))
                return;
        }
    }
    take_keys(loop);
}

static void take_size(struct loop *loop)
{
    int rows = 0, cols = 0;
    terminal_resize(loop->terminal);
    terminal_size(loop->terminal, &rows, &cols);
    if (canvas_resize(&loop->canvas, rows, cols) == STATUS_OK)
        app_resize(loop->app, rows, cols);
}

static void take_signals(struct loop *loop)
{
    struct signalfd_siginfo info;
    while (read(loop->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGWINCH)
            take_size(loop);
        else if (info.ssi_signo == SIGCONT)
            terminal_resume(loop->terminal);
        else
            loop->gone = true;
    }
}

static void look_at_data(struct loop *loop, int64_t now_ms)
{
    /* A clock that was set back must not stop the polling. */
    if (loop->options->data_version == NULL || (now_ms < loop->next_data_ms && loop->next_data_ms - now_ms <= RUN_DATA_POLL_MS))
        return;
    loop->next_data_ms = now_ms + RUN_DATA_POLL_MS;
    uint64_t version = loop->options->data_version(loop->options->data_context);
    if (version != loop->version)
        app_data_changed(loop->app);
    loop->version = version;
}

static bool wants_paint(struct loop *loop)
{
    if (terminal_take_stale(loop->terminal))
        app_touch(loop->app); /* drawn anew, too: what the terminal cannot show is told in words */
    return (app_dirty(loop->app) || loop->unfinished) && !terminal_asks(loop->terminal);
}

/* The newest picture, when the line has room for it. */
static void paint(struct loop *loop)
{
    int64_t now = now_of(loop);
    if (app_take_repaint(loop->app))
        terminal_repaint(loop->terminal, now);
    if (wants_paint(loop) && terminal_show_at(loop->terminal, now) <= now) {
        if (app_dirty(loop->app))
            app_draw(loop->app, &loop->canvas);
        loop->unfinished = !terminal_show(loop->terminal, &loop->canvas, now);
    }
    if (app_take_beep(loop->app))
        terminal_beep(loop->terminal);
}

static int wait_ms(struct loop *loop)
{
    int64_t now = now_of(loop), until = loop->next_tick_ms;
    int64_t keys = key_decoder_deadline(&loop->decoder), app = app_deadline(loop->app);
    int64_t show = wants_paint(loop) ? terminal_show_at(loop->terminal, now) : INT64_MAX;
    until = keys < until ? keys : until;
    until = app < until ? app : until;
    until = show < until ? show : until;
    if (loop->options->data_version != NULL && loop->next_data_ms < until)
        until = loop->next_data_ms;
    int64_t left = until - now;
    return left < 0 ? 0 : left > TICK_MS ? TICK_MS : (int)left;
}

/* Behind the picture, which goes first where the line has room for it. */
static bool works(struct loop *loop)
{
    return app_has_work(loop->app) && !terminal_asks(loop->terminal);
}

static void step(struct loop *loop)
{
    struct pollfd fds[3] = {
        {.fd = terminal_input_fd(loop->terminal), .events = POLLIN},
        {.fd = loop->signals, .events = POLLIN},
        {.fd = terminal_wants_to_write(loop->terminal) ? terminal_output_fd(loop->terminal) : -1, .events = POLLOUT},
    };
    int found = poll(fds, 3, works(loop) ? 0 : wait_ms(loop));
    if (found < 0 && errno != EINTR) {
        loop->gone = true;
        return;
    }
    if (found > 0 && fds[0].revents != 0)
        drain_input(loop);
    else
        take_keys(loop); /* an Esc whose time has come */
    if (found > 0 && fds[1].revents != 0) /* behind the keys: they were meant for the window as it was */
        take_signals(loop);
    if (terminal_flush(loop->terminal) != STATUS_OK)
        loop->gone = true;
    if (found == 0 && works(loop))
        app_work(loop->app, now_of(loop));
    int64_t now = now_of(loop);
    bool due = now >= loop->next_tick_ms || loop->next_tick_ms - now > TICK_MS;
    if (due || now >= app_deadline(loop->app)) {
        app_tick(loop->app, now);
        loop->next_tick_ms = now + TICK_MS;
    }
    look_at_data(loop, now);
}

static enum status open_signals(struct loop *loop, struct errmsg *err)
{
    static const int numbers[] = {SIGWINCH, SIGCONT, SIGHUP, SIGTERM, SIGINT, SIGPIPE};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaddset(&set, numbers[i]);
    sigprocmask(SIG_BLOCK, &set, &loop->old_mask);
    /* SIGPIPE stays blocked and unread: a write to a dead terminal is then only an error. */
    sigdelset(&set, SIGPIPE);
    loop->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (loop->signals < 0) {
        sigprocmask(SIG_SETMASK, &loop->old_mask, NULL);
        return errmsg_set(err, STATUS_IO, "不能接收系统信号: %s", strerror(errno));
    }
    return STATUS_OK;
}

static void close_signals(struct loop *loop)
{
    /* A hang-up that is still pending would end the program now, before it has closed its store. */
    struct signalfd_siginfo info;
    while (read(loop->signals, &info, sizeof info) == (ssize_t)sizeof info)
        continue;
    close(loop->signals);
    sigprocmask(SIG_SETMASK, &loop->old_mask, NULL);
}

/* Said in both encodings: one of them can be read once the terminal is set right. */
static enum status refuse_encoding(struct errmsg *err)
{
    static const char in_gbk[] = "\xc7\xeb\xb0\xd1\xd6\xd5\xb6\xcb\xb1\xe0\xc2\xeb\xb8\xc4\xce\xaa UTF-8\r\n";
    ssize_t written = write(STDERR_FILENO, in_gbk, sizeof in_gbk - 1);
    (void)written; /* the message below says the same */
    return errmsg_set(err, STATUS_UNSUPPORTED, "请把终端编码改为 UTF-8 (Please set the terminal to UTF-8)");
}

static bool draws(void *terminal, uint32_t code)
{
    return terminal_draws(terminal, code);
}

static enum status open_terminal(struct loop *loop, struct errmsg *err)
{
    struct terminal_options options = {
        .input_fd = STDIN_FILENO,
        .output_fd = STDOUT_FILENO,
        .color = loop->options->color,
        .light = loop->options->light,
        .probe = true,
        .line_rate = loop->options->line_rate,
        .gb18030 = loop->options->gb18030,
        .utf8 = loop->options->utf8,
    };
    enum status status = terminal_open(&loop->terminal, &options, now_of(loop), err);
    if (status != STATUS_OK)
        return status;
    int rows = 0, cols = 0;
    terminal_size(loop->terminal, &rows, &cols);
    status = canvas_init(&loop->canvas, rows, cols);
    if (status != STATUS_OK) {
        terminal_close(loop->terminal);
        return errmsg_set(err, status, "内存不足");
    }
    loop->canvas.plain = loop->options->plain;
    app_resize(loop->app, rows, cols);
    loop->app->draws = draws;
    loop->app->draws_context = loop->terminal;
    return STATUS_OK;
}

static enum status run_loop(struct loop *loop, struct errmsg *err)
{
    enum status status = app_begin(loop->app, loop->options->first, loop->options->argument, loop->options->ask_account);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", loop->app->message);
    if (loop->options->tour)
        app_start_tour(loop->app);
    if (loop->options->data_version != NULL)
        loop->version = loop->options->data_version(loop->options->data_context);
    loop->next_data_ms = now_of(loop) + RUN_DATA_POLL_MS;
    loop->next_tick_ms = now_of(loop) + TICK_MS;
    drain_input(loop); /* typed while the program started */
    while (!is_over(loop)) {
        paint(loop);
        step(loop);
    }
    return loop->gone ? errmsg_set(err, STATUS_CLOSED, "终端已断开，正在写的内容已存为草稿") : STATUS_OK;
}

enum status run_screens(struct app_context *context, const struct run_options *options, struct errmsg *err)
{
    struct app app;
    struct loop loop = {.app = &app, .context = context, .options = options, .signals = -1};
    app_init(&app, context);
    app.help = options->help;
    app.law = options->law;
    app.signin = options->signin;
    app.require_signin = options->require_signin;
    app.lock_after_ms = options->lock_after_ms;
    enum status status = open_signals(&loop, err);
    if (status != STATUS_OK)
        return status;
    status = open_terminal(&loop, err);
    if (status == STATUS_OK) {
        key_decoder_init(&loop.decoder);
        status = run_loop(&loop, err);
        app_release(&app); /* drafts first: the terminal may be dead and slow to say so */
        key_decoder_release(&loop.decoder);
        canvas_release(&loop.canvas);
        terminal_close(loop.terminal);
        if (loop.refused)
            status = refuse_encoding(err);
    }
    close_signals(&loop);
    return status;
}
