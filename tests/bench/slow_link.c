/* tests/bench/slow_link.c - a bad line in one process: relays TCP connections to ADDRESS with a delay and a rate each
 * way.
 *
 *   slow_link IP:PORT DELAY_MS KBIT_PER_S [CARRIED_FILE CUT_FILE]      prints "listening on 127.0.0.1:PORT", serves one connection after the
 * other until killed
 *
 * CARRIED_FILE gets a line a connection: the bytes that came out at the far end, at the near one, and how many had come out there when the near end last said something. CUT_FILE: a connection that begins while a number stands in it breaks when that many have come out at the near end.
 *
 * Each byte leaves when the line is free (rate), arrives DELAY_MS later. The connection's own round trip (SYN) happens
 * locally, so it is added: nothing passes for 2 x DELAY_MS after a connect. No loss: for that, the kernel's queueing is
 * needed. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PIECE_BYTES = 512, PIECES_MAX = 65536 };

struct piece {
    int64_t due_us;
    size_t len;
    bool end; /* the sender closed */
    uint8_t data[PIECE_BYTES];
};

struct way {
    int from, to;
    struct piece *pieces; /* ring */
    size_t first, count;
    int64_t free_us; /* when the line can take the next byte */
    bool closed;
    unsigned long long carried, cut; /* came out at its end; breaks then, 0: never */
    unsigned long long answered;     /* carried when its end last said something */
};

static int64_t now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static struct sockaddr_in address_of(const char *text)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    char host[64];
    const char *colon = strrchr(text, ':');

    if (colon == NULL || (size_t)(colon - text) >= sizeof host) {
        fprintf(stderr, "slow_link: not IP:PORT: %s\n", text);
        exit(2);
    }
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "slow_link: not an IPv4 address: %s\n", host);
        exit(2);
    }
    address.sin_port = htons((uint16_t)atoi(colon + 1));
    return address;
}

static void take_in(struct way *way, int64_t delay_us, int64_t bit_per_s)
{
    struct piece *piece = &way->pieces[(way->first + way->count) % PIECES_MAX];
    ssize_t n = read(way->from, piece->data, sizeof piece->data);
    int64_t now = now_us();

    if (way->free_us < now)
        way->free_us = now;
    way->closed = n <= 0;
    piece->end = n <= 0;
    piece->len = n > 0 ? (size_t)n : 0;
    way->free_us += (int64_t)piece->len * 8 * 1000000 / bit_per_s;
    piece->due_us = way->free_us + delay_us;
    way->count++;
}

/* Returns false when the other end is gone. */
static bool let_out(struct way *way)
{
    while (way->count > 0 && way->pieces[way->first].due_us <= now_us()) {
        struct piece *piece = &way->pieces[way->first];

        if (piece->end)
            shutdown(way->to, SHUT_WR);
        else if (write(way->to, piece->data, piece->len) != (ssize_t)piece->len)
            return false;
        way->carried += piece->len;
        if (way->cut != 0 && way->carried >= way->cut)
            return false;
        way->first = (way->first + 1) % PIECES_MAX;
        way->count--;
    }
    return true;
}

static int64_t next_due(const struct way *way, int64_t otherwise)
{
    return way->count > 0 && way->pieces[way->first].due_us < otherwise ? way->pieces[way->first].due_us : otherwise;
}

static unsigned long long cut_of(const char *path)
{
    unsigned long long cut = 0;
    FILE *file = path != NULL ? fopen(path, "r") : NULL;

    if (file != NULL && fscanf(file, "%llu", &cut) != 1)
        cut = 0;
    if (file != NULL)
        fclose(file);
    return cut;
}

static void note_carried(const char *path, const struct way ways[2])
{
    FILE *file = path != NULL ? fopen(path, "a") : NULL;

    if (file == NULL)
        return;
    fprintf(file, "%llu %llu %llu\n", ways[0].carried, ways[1].carried, ways[1].answered);
    fclose(file);
}

struct orders {
    int64_t delay_us, bit_per_s;
    const char *carried_path, *cut_path; /* or NULL */
};

static void relay(int near, int far, const struct orders *orders)
{
    int64_t delay_us = orders->delay_us, bit_per_s = orders->bit_per_s;
    struct way ways[2] = {{.from = near, .to = far}, {.from = far, .to = near}};
    int64_t connected_us = now_us() + 2 * delay_us;
    bool alive = true;

    ways[1].cut = cut_of(orders->cut_path);
    for (int i = 0; i < 2; i++) {
        ways[i].pieces = calloc(PIECES_MAX, sizeof(struct piece));
        ways[i].free_us = connected_us;
    }
    while (alive && !(ways[0].closed && ways[1].closed && ways[0].count + ways[1].count == 0)) {
        struct pollfd fds[2] = {{.fd = -1}, {.fd = -1}};
        int64_t now = now_us(), due = next_due(&ways[1], next_due(&ways[0], now + 1000000));
        struct timespec wait = {.tv_nsec = due > now ? (due - now) * 1000 : 0};

        if (wait.tv_nsec >= 1000000000)
            wait = (struct timespec){.tv_sec = 1};
        for (int i = 0; i < 2; i++)
            if (!ways[i].closed && ways[i].count < PIECES_MAX)
                fds[i] = (struct pollfd){.fd = ways[i].from, .events = POLLIN};
        (void)ppoll(fds, 2, &wait, NULL);
        for (int i = 0; i < 2; i++) {
            if (fds[i].fd >= 0 && fds[i].revents != 0) {
                ways[!i].answered = ways[!i].carried;
                take_in(&ways[i], delay_us, bit_per_s);
            }
            alive = let_out(&ways[i]) && alive;
        }
    }
    note_carried(orders->carried_path, ways);
    for (int i = 0; i < 2; i++)
        free(ways[i].pieces);
    close(near);
    close(far);
}

static int serve(int near, const struct sockaddr_in *target, const struct orders *orders)
{
    int far = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    if (connect(far, (const struct sockaddr *)target, sizeof *target) != 0) {
        perror("slow_link");
        return 1;
    }
    setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    relay(near, far, orders);
    return 0;
}

int main(int argc, char *argv[])
{
    struct sockaddr_in target, name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct orders orders;

    if (argc != 4 && argc != 6) {
        fprintf(stderr, "usage: slow_link IP:PORT DELAY_MS KBIT_PER_S [CARRIED_FILE CUT_FILE]\n");
        return 2;
    }
    target = address_of(argv[1]);
    orders = (struct orders){atoll(argv[2]) * 1000, atoll(argv[3]) * 1000, argc == 6 ? argv[4] : NULL, argc == 6 ? argv[5] : NULL};
    signal(SIGPIPE, SIG_IGN);
    if (bind(listener, (struct sockaddr *)&name, sizeof name) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&name, &len) != 0) {
        perror("slow_link");
        return 1;
    }
    printf("listening on 127.0.0.1:%u\n", ntohs(name.sin_port));
    fflush(stdout);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int near = accept(listener, NULL, NULL);

        if (near >= 0 && fork() == 0)
            return serve(near, &target, &orders);
        close(near);
    }
}
