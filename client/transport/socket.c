/* SPDX-License-Identifier: Apache-2.0 */
#include "client/transport/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/clock.h"

int64_t socket_now_ms(void)
{
    struct clock clock = clock_system(0);
    return clock_mono_ms(&clock);
}

bool socket_wait(int fd, bool writing, int64_t until_ms)
{
    for (;;) {
        int64_t left = until_ms - socket_now_ms();
        struct pollfd poll_fd = {.fd = fd, .events = writing ? POLLOUT : POLLIN};
        int n = left > 0 ? poll(&poll_fd, 1, left > 60000 ? 60000 : (int)left) : 0;
        if (n > 0)
            return true;
        if (left <= 0 || (n < 0 && errno != EINTR))
            return false;
    }
}

static enum status lost(struct err *err, int number)
{
    char text[128];
    return err_reason(err, REASON_CONNECTION_LOST, number ? err_errno(number, text, sizeof text) : "the server closed it", NULL);
}

/* 0 when connected, else an errno. */
static int connect_one(int fd, const struct sockaddr *address, socklen_t bytes, int64_t until_ms)
{
    int number = 0;
    socklen_t size = sizeof number;
    if (connect(fd, address, bytes) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    if (!socket_wait(fd, true, until_ms))
        return ETIMEDOUT;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno;
}

enum status socket_connect(const struct address *address, int64_t until_ms, int *fd, struct err *err)
{
    struct addrinfo *found = NULL, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG};
    int failure = getaddrinfo(address->host, address->port, &hints, &found), number = EADDRNOTAVAIL, connected = -1;
    if (failure)
        return err_set(err, STATUS_UNAVAILABLE, "%s", gai_strerror(failure));
    for (const struct addrinfo *at = found; at && connected < 0; at = at->ai_next) {
        int s = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        number = s < 0 ? errno : connect_one(s, at->ai_addr, at->ai_addrlen, until_ms);
        if (!number)
            connected = s;
        else if (s >= 0)
            close(s);
    }
    freeaddrinfo(found);
    char text[128];
    if (connected < 0)
        return err_set(err, STATUS_UNAVAILABLE, "%s", err_errno(number, text, sizeof text));
    (void)setsockopt(connected, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    *fd = connected;
    return STATUS_OK;
}

enum status socket_connect_unix(const char *path, int *fd, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char text[128];
    if ((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s", path) >= sizeof address.sun_path)
        return err_set(err, STATUS_TOO_LARGE, "the path of the control socket is too long: %s", path);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s >= 0 && connect(s, (const struct sockaddr *)&address, sizeof address) == 0 && fcntl(s, F_SETFL, O_NONBLOCK) == 0) {
        *fd = s;
        return STATUS_OK;
    }
    int number = errno;
    if (s >= 0)
        close(s);
    if (number == ENOENT || number == ECONNREFUSED)
        return err_reason(err, REASON_NO_SERVER, path, NULL);
    return err_set(err, number == EACCES || number == EPERM ? STATUS_DENIED : STATUS_UNAVAILABLE, "cannot connect to %s: %s", path,
                   err_errno(number, text, sizeof text));
}

enum status socket_write(int fd, const void *data, size_t bytes, int64_t until_ms, struct err *err)
{
    const char *at = data;
    while (bytes) {
        ssize_t n = send(fd, at, bytes, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return lost(err, errno);
        if (n < 0 && errno == EAGAIN && !socket_wait(fd, true, until_ms))
            return lost(err, ETIMEDOUT);
        if (n > 0) {
            at += n;
            bytes -= (size_t)n;
        }
    }
    return STATUS_OK;
}

enum status socket_read(int fd, void *data, size_t bytes, int64_t until_ms, struct err *err)
{
    char *at = data;
    while (bytes) {
        ssize_t n = recv(fd, at, bytes, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return lost(err, n ? errno : 0);
        if (n < 0 && errno == EAGAIN && !socket_wait(fd, false, until_ms))
            return lost(err, ETIMEDOUT);
        if (n > 0) {
            at += n;
            bytes -= (size_t)n;
        }
    }
    return STATUS_OK;
}
