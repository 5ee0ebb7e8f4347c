/* SPDX-License-Identifier: Apache-2.0
 *
 * Ten thousand schools that are only connected: what each costs, whether all of them are served when they come back at once, and
 * what the others notice of peers that never read and peers that dribble. The load's ends live in processes of their own. */
#include <errno.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/kit/pushes.h"
#include "bench/kit/served.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "server/session/session.h"

#define HANDS 4u /* processes that hold connections */
#define SCHOOLS_MAX 1000u
#define PUSHERS 8u
#define FILES_SPARE 512u

struct bench {
    struct district district;
    struct served served;
    struct pushes pushes;
    unsigned idle, deaf, dribbling; /* how many */
};

/* Processes with connections open, until they are let go. */
struct crowd {
    pid_t pids[HANDS];
    int go[2];
};

static SSL *join(const struct bench *b, SSL_CTX *context)
{
    struct load_language language = pushes_language(NULL);
    SSL *tls = load_connect(context, b->served.port);
    char answer[4096];
    struct buf out;
    buf_init(&out, 0);
    language.greet(NULL, 0, &out);
    must_be(SSL_write(tls, out.data, (int)out.len_bytes) == (int)out.len_bytes && SSL_read(tls, answer, sizeof answer) > 0,
            "a connection was not greeted");
    buf_done(&out);
    return tls;
}

/* What a hand does with its connections, about once a second; NULL: nothing. */
typedef void conduct(SSL **connections, unsigned n, unsigned second);

static void hold(const struct bench *b, unsigned n, conduct *habit, int ready_fd, int go_fd)
{
    SSL_CTX *context = load_context(&b->district);
    SSL **connections = calloc(n, sizeof *connections);
    must_be(connections != NULL, "no memory");
    for (unsigned i = 0; i < n; i++)
        connections[i] = join(b, context);
    must_be(write(ready_fd, &n, sizeof n) == (ssize_t)sizeof n, "nobody waits");
    for (unsigned second = 0; habit; second++) {
        habit(connections, n, second);
        sleep(1);
    }
    char byte;
    while (read(go_fd, &byte, 1) < 0 && errno == EINTR)
        ;
    _exit(0);
}

/* n connections together; seconds until all are greeted. */
static double gather(const struct bench *b, struct crowd *crowd, unsigned n, conduct *habit)
{
    int ready[2];
    unsigned joined = 0, of_one;
    double began = now_s();
    must_be(pipe(ready) == 0 && pipe(crowd->go) == 0, "no pipe");
    for (unsigned i = 0; i < HANDS; i++) {
        crowd->pids[i] = fork();
        must_be(crowd->pids[i] >= 0, "no process");
        if (crowd->pids[i] == 0) {
            die_with_parent();
            close(crowd->go[1]);
            close(ready[0]);
            hold(b, n / HANDS, habit, ready[1], crowd->go[0]);
        }
    }
    close(ready[1]);
    close(crowd->go[0]);
    for (unsigned i = 0; i < HANDS; i++) {
        must_be(read(ready[0], &of_one, sizeof of_one) == (ssize_t)sizeof of_one, "not everybody was served");
        joined += of_one;
    }
    close(ready[0]);
    must_be(joined == n, "not everybody was served");
    return now_s() - began;
}

/* Without a word, as when the power of a building fails. */
static void disperse(struct crowd *crowd)
{
    for (unsigned i = 0; i < HANDS; i++) {
        kill(crowd->pids[i], SIGKILL);
        waitpid(crowd->pids[i], NULL, 0);
    }
    close(crowd->go[1]);
}

/* ---- bad habits ---- */

/* All of a school, an import of 20 KiB, as often as a connection may have requests in flight. */
static void put_pulls(struct buf *out)
{
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    pull.has_stream = true;
    pull.stream = district_stream(0);
    for (uint32_t i = 0; i < SESSION_IN_FLIGHT_MAX; i++)
        frame_put(out, MESSAGE_pull, 0, i, &pull.base);
}

/* Asks for much once and never reads. */
static void be_deaf(SSL **connections, unsigned n, unsigned second)
{
    struct buf out;
    buf_init(&out, 0);
    put_pulls(&out);
    for (unsigned i = 0; i < n && second == 0; i++)
        (void)SSL_write(connections[i], out.data, (int)out.len_bytes);
    buf_done(&out);
}

/* A byte a second of a frame that takes a minute. */
static void dribble(SSL **connections, unsigned n, unsigned second)
{
    static const char frame[60] = {0, 0, 0, 48, 0, MESSAGE_pull};
    for (unsigned i = 0; i < n && second < sizeof frame; i++)
        (void)SSL_write(connections[i], &frame[second], 1);
}

static double push_p99_ms(struct bench *b)
{
    struct load_language language = pushes_language(&b->pushes);
    struct load *load = load_open(&b->district, b->served.port, PUSHERS, &language);
    struct load_figures figures = load_run(load, b->district.plan.run_ms);
    load_close(load);
    return figures.p99_ms;
}

/* ---- the rows ---- */

static void measure_idle(struct bench *b)
{
    struct samples each = {.n = 0}, all = {.n = 0}, first = {.n = 0}, again = {.n = 0};
    struct crowd crowd;
    long before = process_resident_kib(b->served.pid);
    samples_add(&first, gather(b, &crowd, b->idle, NULL));
    long with = process_resident_kib(b->served.pid);
    samples_add(&each, (double)(with - before) / b->idle);
    samples_add(&all, (double)with / 1024);
    disperse(&crowd);
    samples_add(&again, gather(b, &crowd, b->idle, NULL));
    disperse(&crowd);
    printf("%u idle clients; all of them connected in %.1f s, after a cut again in %.1f s\n", b->idle, samples_median(&first),
           samples_median(&again));
    result_print(&(struct result){"memory of an idle client", "KiB", "", &each, NULL, AGAINST_NOTHING, AIM_AT_MOST, 20});
    result_print(&(struct result){"memory of the server with 10,000", "MiB", "", &all, NULL, AGAINST_NOTHING, AIM_AT_MOST, 200});
    struct samples served = {.value = {(double)b->idle}, .n = 1};
    result_print(&(struct result){"reconnecting at once: served", "", "", &served, NULL, AGAINST_NOTHING, AIM_AT_LEAST, b->idle});
}

static void measure_habits(struct bench *b)
{
    struct samples alone = {.n = 0}, crowded = {.n = 0};
    struct crowd deaf, dribbling;
    for (unsigned i = 0; i < b->district.plan.rounds; i++)
        samples_add(&alone, push_p99_ms(b));
    (void)gather(b, &deaf, b->deaf, be_deaf);
    (void)gather(b, &dribbling, b->dribbling, dribble);
    for (unsigned i = 0; i < b->district.plan.rounds; i++)
        samples_add(&crowded, push_p99_ms(b));
    disperse(&dribbling);
    disperse(&deaf);
    result_print(&(struct result){"push p99 among deaf and dribbling", "ms", "without them", &crowded, &alone, AGAINST_LIMIT,
                                  AIM_AT_MOST, 2});
}

/* Both ends of each connection are ours; what the system allows may be less than ten thousand. */
static unsigned raise_files(void)
{
    struct rlimit limit;
    must_be(getrlimit(RLIMIT_NOFILE, &limit) == 0, "no limit of open files");
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 1000000 ? 1000000 : (unsigned)limit.rlim_cur;
}

int main(void)
{
    static struct bench b;
    struct plan plan = plan_read();
    unsigned files = raise_files();
    plan.schools = plan.schools < SCHOOLS_MAX ? plan.schools : SCHOOLS_MAX;
    b.idle = plan.quick ? 1000 : 10000;
    if (b.idle + FILES_SPARE > files)
        b.idle = (files - FILES_SPARE) / HANDS * HANDS;
    b.deaf = b.idle / 20 / HANDS * HANDS;
    b.dribbling = b.idle / 2 / HANDS * HANDS;
    district_open(&b.district, &plan);
    pushes_init(&b.pushes, &b.district);
    served_start_district(&b.served, &b.district);
    measure_idle(&b);
    measure_habits(&b);
    served_stop(&b.served);
    pushes_done(&b.pushes);
    district_close(&b.district);
    return 0;
}
