/* SPDX-License-Identifier: Apache-2.0
 *
 * What a connection costs: requests one by one against pipelined ones over TLS on loopback, handshakes, and the memory of idle
 * connections (the peers live in another process). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness/test_net.h"

#define REQUESTS 4000u
#define BATCH 16u
#define HANDSHAKES 200u
#define IDLE 500u

static double now_s(const struct clock *clock)
{
    return (double)clock_mono_ms(clock) / 1000.0;
}

static double ask(struct test_peer *peer, const struct clock *clock, unsigned batch)
{
    struct err err;
    double start = now_s(clock);
    for (uint32_t i = 0; i < REQUESTS; i += batch) {
        for (uint32_t j = i; j < i + batch; j++)
            test_peer_ask_pull(peer, j);
        for (uint32_t j = i; j < i + batch; j++)
            if (test_peer_expect(peer, j, &err) != STATUS_OK)
                exit(EXIT_FAILURE);
    }
    return REQUESTS / (now_s(clock) - start);
}

static double shake_hands(const struct test_net *server, const struct clock *clock)
{
    double start = now_s(clock);
    for (unsigned i = 0; i < HANDSHAKES; i++) {
        struct test_peer peer;
        test_peer_join(&peer, server);
        test_peer_close(&peer, false);
    }
    return HANDSHAKES / (now_s(clock) - start);
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        exit(EXIT_FAILURE);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* A child holds the other ends until it is told to go. */
static double idle_kib(const struct test_net *server)
{
    int ready[2], go[2];
    char byte = 0;
    long before = resident_kib();
    if (pipe(ready) != 0 || pipe(go) != 0)
        exit(EXIT_FAILURE);
    pid_t child = fork();
    if (child == 0) {
        static struct test_peer peers[IDLE];
        close(go[1]);
        for (unsigned i = 0; i < IDLE; i++)
            test_peer_join(&peers[i], server);
        _exit(write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 0);
    }
    if (child < 0 || read(ready[0], &byte, 1) != 1)
        exit(EXIT_FAILURE);
    double each = (double)(resident_kib() - before) / IDLE;
    close(go[1]);
    waitpid(child, NULL, 0);
    return each;
}

int main(void)
{
    struct clock clock = clock_system(0);
    static struct test_net server;
    struct test_peer peer;
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    double single = ask(&peer, &clock, 1), batched = ask(&peer, &clock, BATCH);
    printf("requests one by one        %10.0f /s\n", single);
    printf("requests %2u at a time      %10.0f /s   %.1f times\n", BATCH, batched, batched / single);
    printf("connections with hello     %10.0f /s\n", shake_hands(&server, &clock));
    printf("memory of an idle one      %10.1f KiB\n", idle_kib(&server));
    test_peer_close(&peer, false);
    test_net_stop(&server);
    return 0;
}
