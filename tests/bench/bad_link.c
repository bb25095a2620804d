/* tests/bench/bad_link.c - a bad line between two network namespaces, with the kernel's own TCP on both ends (root; for kernels without netem).
 *
 *   bad_link NS_A IP_A NS_B IP_B BIT_PER_S DELAY_MS LOSS_PERCENT STATS_FILE [TRACE_FILE]      serves until SIGTERM
 *
 * Makes a TUN device in each namespace (they must exist) and moves IP packets between them. Each direction: a queue of QUEUE_BYTES that drops what does not fit, a serial line, then the delay. Losses are
 * drawn per packet from a fixed seed. SIGUSR1: write what was carried since the last time to STATS_FILE as {"up":bytes,"down":bytes,"lost":packets}; up is from A to B, IP headers included.
 * TRACE_FILE gets a line a packet: ms since the start when it came, ms when it will be there (or LOST), up or down, its bytes, its TCP flags, ports, numbers and bytes of data. */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { PACKET_BYTES = 2048, PACKETS_MAX = 4096, QUEUE_BYTES = 64 * 1500 };

struct packet {
    int64_t due_us;
    size_t len;
    char bytes[PACKET_BYTES];
};

struct way {
    struct packet *packets; /* ring, in order of due_us */
    size_t first, count;
    int64_t free_us; /* when the line can take the next packet */
    unsigned long long bytes, lost;
};

struct line {
    int fds[2];
    struct way ways[2];
    int64_t bit_per_s, delay_us;
    double loss;
    uint64_t seed;
    FILE *trace; /* or NULL */
    int64_t begun_us;
};

static volatile sig_atomic_t wants_stats, wants_stop;

static void on_signal(int number)
{
    if (number == SIGUSR1)
        wants_stats = 1;
    else
        wants_stop = 1;
}

static void must(bool fine, const char *what)
{
    if (fine)
        return;
    perror(what);
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static double chance(struct line *line)
{
    line->seed ^= line->seed << 13;
    line->seed ^= line->seed >> 7;
    line->seed ^= line->seed << 17;
    return (double)(line->seed >> 11) / 9007199254740992.0;
}

static int open_tun(const char *ns, const char *ip, const char *peer)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    char path[256], command[512];
    int home = open("/proc/self/ns/net", O_RDONLY), there, fd;

    snprintf(path, sizeof path, "/run/netns/%s", ns);
    there = open(path, O_RDONLY);
    must(home >= 0 && there >= 0 && setns(there, CLONE_NEWNET) == 0, path);
    fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    must(fd >= 0, "/dev/net/tun");
    strcpy(request.ifr_name, "bad0");
    must(ioctl(fd, TUNSETIFF, &request) == 0, "TUNSETIFF");
    snprintf(command, sizeof command, "ip link set lo up; ip addr add %s peer %s dev bad0; ip link set bad0 up mtu 1500", ip, peer);
    must(system(command) == 0, "ip");
    must(setns(home, CLONE_NEWNET) == 0, "setns");
    close(there);
    close(home);
    return fd;
}

static unsigned long number_at(const unsigned char *at, size_t bytes)
{
    unsigned long number = 0;

    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | at[i];
    return number;
}

/* TCP in IPv4; due_us 0: lost. */
static void trace_packet(const struct line *line, int from, const char *packet, size_t len, int64_t due_us)
{
    const unsigned char *ip = (const unsigned char *)packet, *tcp = ip + (ip[0] & 15U) * 4;
    unsigned flags;

    if (line->trace == NULL || len < 40 || ip[0] >> 4 != 4 || ip[9] != 6 || tcp + 20 > ip + len)
        return;
    flags = tcp[13];
    fprintf(line->trace, "%8.1f ", (double)(now_us() - line->begun_us) / 1000);
    if (due_us == 0)
        fprintf(line->trace, "%8s ", "LOST");
    else
        fprintf(line->trace, "%8.1f ", (double)(due_us - line->begun_us) / 1000);
    fprintf(line->trace, "%s %4zu %s%s%s%s%s %lu>%lu seq %lu ack %lu data %ld\n", from == 0 ? "up  " : "down", len, flags & 2 ? "S" : "", flags & 1 ? "F" : "", flags & 4 ? "R" : "", flags & 8 ? "P" : "",
            flags & 16 ? "A" : "", number_at(tcp, 2), number_at(tcp + 2, 2), number_at(tcp + 4, 4), number_at(tcp + 8, 4), (long)(ip + len - tcp) - (tcp[12] >> 4) * 4);
    fflush(line->trace);
}

static void take_in(struct line *line, int from)
{
    struct way *way = &line->ways[from];
    char bytes[PACKET_BYTES];
    ssize_t n;

    while ((n = read(line->fds[from], bytes, sizeof bytes)) > 0) {
        int64_t now = now_us(), start = way->free_us > now ? way->free_us : now;
        struct packet *packet = &way->packets[(way->first + way->count) % PACKETS_MAX];

        way->bytes += (unsigned long long)n;
        if (way->count == PACKETS_MAX || (start - now) * line->bit_per_s / 8000000 > QUEUE_BYTES) {
            way->lost++;
            trace_packet(line, from, bytes, (size_t)n, 0);
            continue;
        }
        way->free_us = start + n * 8000000 / line->bit_per_s;
        if (chance(line) < line->loss) {
            way->lost++;
            trace_packet(line, from, bytes, (size_t)n, 0);
            continue;
        }
        packet->due_us = way->free_us + line->delay_us;
        trace_packet(line, from, bytes, (size_t)n, packet->due_us);
        packet->len = (size_t)n;
        memcpy(packet->bytes, bytes, (size_t)n);
        way->count++;
    }
}

static void let_out(struct line *line, int from)
{
    struct way *way = &line->ways[from];

    while (way->count > 0 && way->packets[way->first].due_us <= now_us()) {
        struct packet *packet = &way->packets[way->first];

        if (write(line->fds[!from], packet->bytes, packet->len) < 0)
            way->lost++;
        way->first = (way->first + 1) % PACKETS_MAX;
        way->count--;
    }
}

static void write_stats(struct line *line, const char *path)
{
    char temporary[512];
    FILE *file;

    snprintf(temporary, sizeof temporary, "%s.new", path);
    file = fopen(temporary, "w");
    must(file != NULL, temporary);
    fprintf(file, "{\"up\":%llu,\"down\":%llu,\"lost\":%llu}\n", line->ways[0].bytes, line->ways[1].bytes, line->ways[0].lost + line->ways[1].lost);
    fclose(file);
    must(rename(temporary, path) == 0, path);
    for (int i = 0; i < 2; i++)
        line->ways[i].bytes = line->ways[i].lost = 0;
}

static void serve(struct line *line, const char *stats)
{
    while (!wants_stop) {
        struct pollfd fds[2] = {{line->fds[0], POLLIN, 0}, {line->fds[1], POLLIN, 0}};
        int64_t now = now_us(), due = now + 200000;
        struct timespec wait;

        for (int i = 0; i < 2; i++)
            if (line->ways[i].count > 0 && line->ways[i].packets[line->ways[i].first].due_us < due)
                due = line->ways[i].packets[line->ways[i].first].due_us;
        wait = (struct timespec){.tv_nsec = due > now ? (due - now) * 1000 : 0};
        (void)ppoll(fds, 2, &wait, NULL);
        if (wants_stats) {
            wants_stats = 0;
            write_stats(line, stats);
        }
        for (int i = 0; i < 2; i++) {
            take_in(line, i);
            let_out(line, i);
        }
    }
}

int main(int argc, char *argv[])
{
    struct line line = {.seed = 42};

    if (argc != 9 && argc != 10) {
        fprintf(stderr, "usage: bad_link NS_A IP_A NS_B IP_B BIT_PER_S DELAY_MS LOSS_PERCENT STATS_FILE [TRACE_FILE]\n");
        return 2;
    }
    line.bit_per_s = atoll(argv[5]);
    line.delay_us = atoll(argv[6]) * 1000;
    line.loss = atof(argv[7]) / 100;
    for (int i = 0; i < 2; i++) {
        line.fds[i] = open_tun(argv[1 + 2 * i], argv[2 + 2 * i], argv[4 - 2 * i]);
        line.ways[i].packets = calloc(PACKETS_MAX, sizeof(struct packet));
        must(line.ways[i].packets != NULL, "memory");
    }
    line.begun_us = now_us();
    if (argc == 10) {
        line.trace = fopen(argv[9], "w");
        must(line.trace != NULL, argv[9]);
    }
    signal(SIGUSR1, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    printf("ready\n");
    fflush(stdout);
    serve(&line, argv[8]);
    return 0;
}
