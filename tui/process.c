/* tui/process.c - see process.h. */
#include "tui/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXEC_FAILED = 127, READ_BYTES = 4096 };

enum status process_find(const char *name, char *out, size_t out_bytes)
{
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;

    if (len > 0) {
        self[len] = 0;
        slash = strrchr(self, '/');
        if (slash) {
            *slash = 0;
            if (snprintf(out, out_bytes, "%s/%s", self, name) >= (int)out_bytes)
                return STATUS_TOO_LARGE;
            if (access(out, X_OK) == 0)
                return STATUS_OK;
        }
    }
    return snprintf(out, out_bytes, "%s", name) < (int)out_bytes ? STATUS_OK : STATUS_TOO_LARGE;
}

static void become(const char *const argv[], int out, int messages)
{
    int nothing = open("/dev/null", O_RDWR);
    char *arguments[PROCESS_ARGUMENTS_MAX + 1];
    size_t n = 0;

    /* execvp wants char *const; it changes nothing. */
    for (; argv[n] && n < PROCESS_ARGUMENTS_MAX; n++)
        memcpy(&arguments[n], &argv[n], sizeof(arguments[n]));
    arguments[n] = NULL;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(nothing, 0);
    dup2(out, 1);
    dup2(messages, 2);
    execvp(arguments[0], arguments);
    _exit(EXEC_FAILED);
}

static pid_t start(const char *const argv[], int out, int messages)
{
    pid_t pid = fork();

    if (pid == 0)
        become(argv, out, messages);
    return pid;
}

/* Take what is there; false at the end of the stream. */
static bool drain(int fd, struct buf *to)
{
    char block[READ_BYTES];
    ssize_t n = read(fd, block, sizeof(block));

    if (n > 0 && to)
        buf_append(to, block, (size_t)n);
    return n > 0 || (n < 0 && errno == EINTR);
}

static void gather(int out_fd, int messages_fd, struct buf *out, struct buf *messages)
{
    struct pollfd fds[2] = {{.fd = out_fd, .events = POLLIN}, {.fd = messages_fd, .events = POLLIN}};

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return;
        for (int i = 0; i < 2; i++)
            if (fds[i].fd >= 0 && fds[i].revents && !drain(fds[i].fd, i == 0 ? out : messages))
                fds[i].fd = -1;
    }
}

static int wait_for(pid_t pid)
{
    int state;

    while (waitpid(pid, &state, 0) < 0)
        if (errno != EINTR)
            return EXEC_FAILED;
    return WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state);
}

enum status process_run(const char *const argv[], struct buf *out, struct buf *messages, int *exit_code, struct errmsg *err)
{
    int out_pipe[2], message_pipe[2];
    pid_t pid;

    if (pipe2(out_pipe, O_CLOEXEC))
        return errmsg_set(err, STATUS_IO, "不能启动 %s: %s", argv[0], strerror(errno));
    if (pipe2(message_pipe, O_CLOEXEC)) {
        close(out_pipe[0]);
        close(out_pipe[1]);
        return errmsg_set(err, STATUS_IO, "不能启动 %s: %s", argv[0], strerror(errno));
    }
    pid = start(argv, out_pipe[1], message_pipe[1]);
    close(out_pipe[1]);
    close(message_pipe[1]);
    if (pid > 0) {
        gather(out_pipe[0], message_pipe[0], out, messages);
        *exit_code = wait_for(pid);
    }
    close(out_pipe[0]);
    close(message_pipe[0]);
    if (pid < 0)
        return errmsg_set(err, STATUS_IO, "不能启动 %s: %s", argv[0], strerror(errno));
    if (*exit_code == EXEC_FAILED)
        return errmsg_set(err, STATUS_NOT_FOUND, "找不到程序 %s", argv[0]);
    return STATUS_OK;
}

static bool read_line(int fd, char *out, size_t out_bytes)
{
    size_t len = 0;

    while (len + 1 < out_bytes) {
        ssize_t n = read(fd, out + len, 1);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || out[len] == '\n')
            break;
        len++;
    }
    out[len] = 0;
    return len > 0;
}

enum status process_start(const char *const argv[], const char *log_path, char *first_line, size_t first_line_bytes, pid_t *pid, struct errmsg *err)
{
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), out_pipe[2] = {-1, -1};
    enum status status = STATUS_OK;

    *pid = 0;
    if (log < 0 || (first_line && pipe2(out_pipe, O_CLOEXEC))) {
        status = errmsg_set(err, STATUS_IO, "不能启动 %s: %s", argv[0], strerror(errno));
        if (log >= 0)
            close(log);
        return status;
    }
    *pid = start(argv, first_line ? out_pipe[1] : log, log);
    close(log);
    if (first_line)
        close(out_pipe[1]);
    if (*pid < 0) {
        *pid = 0;
        status = errmsg_set(err, STATUS_IO, "不能启动 %s: %s", argv[0], strerror(errno));
    } else if (first_line && !read_line(out_pipe[0], first_line, first_line_bytes)) {
        process_stop(*pid);
        *pid = 0;
        status = errmsg_set(err, STATUS_IO, "%s 没有起来，原因见 %s", argv[0], log_path);
    }
    /* The read end is closed: a child that goes on printing must not be stopped by it, so it writes one line only. */
    if (first_line)
        close(out_pipe[0]);
    return status;
}

void process_stop(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGTERM);
    (void)wait_for(pid);
}
