/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/net/notify.h"
#include "tests/harness/test.h"

/* Binds a datagram socket of that name, says so in the environment, and returns what notify_send() sends there. */
static void receive(const char *name, size_t name_bytes, const char *variable, char *out, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_true(fd >= 0);
    memcpy(address.sun_path, name, name_bytes);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name_bytes)),
                     0);
    setenv("NOTIFY_SOCKET", variable, 1);
    notify_send("READY=1");
    ssize_t n = recv(fd, out, size - 1, MSG_DONTWAIT);
    assert_true(n >= 0);
    out[n] = '\0';
    close(fd);
}

static void the_state_reaches_a_socket_in_the_file_system(void **state)
{
    (void)state;
    char folder[] = "/tmp/notify-XXXXXX", path[64], got[32];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/s", folder);
    receive(path, strlen(path), path, got, sizeof got);
    assert_string_equal(got, "READY=1");
    unlink(path);
    rmdir(folder);
}

static void the_state_reaches_an_abstract_socket(void **state)
{
    (void)state;
    char name[64], variable[64], got[32];
    snprintf(variable, sizeof variable, "@lianxin-notify-%ld", (long)getpid());
    memcpy(name, variable, sizeof name);
    name[0] = '\0';
    receive(name, strlen(variable), variable, got, sizeof got);
    assert_string_equal(got, "READY=1");
}

static void without_systemd_nothing_happens(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    notify_send("READY=1");
    setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
    notify_send("READY=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_reaches_a_socket_in_the_file_system),
        cmocka_unit_test(the_state_reaches_an_abstract_socket),
        cmocka_unit_test(without_systemd_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
