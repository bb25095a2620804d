/* tests/read_socket.c - read_socket PATH TEXT: connect to a Unix socket, send the text and an empty line (nothing, if it is ""), print what comes until the end or 10 s. Exit 0 if anything came. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAIT_MS = 10000, PIECE_BYTES = 4096 };

int main(int argc, char *argv[])
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    char piece[PIECE_BYTES];
    ssize_t n;
    size_t all = 0;

    if (argc != 3 || fd < 0 || strlen(argv[1]) >= sizeof name.sun_path)
        return 2;
    snprintf(name.sun_path, sizeof name.sun_path, "%s", argv[1]);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) != 0) {
        perror(argv[1]);
        return 2;
    }
    /* The other side may have enough before it has all: what it says then is what counts. */
    if (argv[2][0] != 0 && send(fd, argv[2], strlen(argv[2]), MSG_NOSIGNAL) > 0)
        (void)send(fd, "\r\n\r\n", 4, MSG_NOSIGNAL);
    while (poll(&poll_fd, 1, WAIT_MS) == 1 && (n = read(fd, piece, sizeof piece)) > 0) {
        fwrite(piece, 1, (size_t)n, stdout);
        all += (size_t)n;
    }
    close(fd);
    return all > 0 ? 0 : 1;
}
