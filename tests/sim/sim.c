/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/sim/world.h"

#define JOBS_MAX 64

/* What the workers tell, in memory they share. */
struct worker {
    uint64_t at; /* the seed it is running */
    uint64_t done, failed, hash;
    int64_t virtual_ms;
};

struct options {
    uint64_t from, count;
    unsigned jobs, steps;
    bool twice, trace;
};

static const char usage[] =
    "usage: sim [--seeds FROM COUNT] [--jobs N] [--steps N] [--twice] [--trace]\n"
    "\n"
    "Runs simulated worlds, one a seed, and checks the history of each. A failing one is told with the end of\n"
    "its trace, and the exit status is 1. --twice runs each seed a second time and compares the traces; --trace tells the\n"
    "end of every trace.\n";

static bool run_one(const struct options *options, uint64_t seed, struct worker *worker)
{
    struct run run, again;
    run_seed(seed, options->steps, options->trace, &run);
    worker->virtual_ms += run.virtual_ms;
    worker->hash += run.hash;
    if (!run.right || !options->twice)
        return run.right;
    run_seed(seed, options->steps, false, &again);
    if (again.hash == run.hash)
        return true;
    fprintf(stderr, "seed %" PRIu64 ": run again, it goes another way\n", seed);
    return false;
}

static int work(const struct options *options, struct worker *worker, unsigned self)
{
    for (uint64_t i = self; i < options->count; i += options->jobs) {
        worker->at = options->from + i;
        if (!run_one(options, worker->at, worker))
            worker->failed++;
        worker->done++;
    }
    return 0;
}

static bool wait_all(struct worker *workers, const pid_t *pids, unsigned n)
{
    bool well = true;
    for (unsigned i = 0; i < n; i++) {
        int status;
        if (waitpid(pids[i], &status, 0) == pids[i] && WIFEXITED(status) && WEXITSTATUS(status) == 0)
            continue;
        fprintf(stderr, "seed %" PRIu64 ": the program ended\n", workers[i].at);
        workers[i].failed++;
        well = false;
    }
    return well;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int run_all(const struct options *options)
{
    pid_t pids[JOBS_MAX];
    struct worker sum = {0};
    double began = seconds();
    struct worker *workers = mmap(NULL, sizeof *workers * JOBS_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (workers == MAP_FAILED)
        return 2;
    for (unsigned i = 0; i < options->jobs; i++) {
        fflush(NULL);
        if ((pids[i] = fork()) == 0)
            exit(work(options, &workers[i], i)); /* leaks are looked for at exit */
        if (pids[i] < 0)
            return 2;
    }
    bool well = wait_all(workers, pids, options->jobs);
    for (unsigned i = 0; i < options->jobs; i++) {
        sum.done += workers[i].done;
        sum.failed += workers[i].failed;
        sum.hash += workers[i].hash;
        sum.virtual_ms += workers[i].virtual_ms;
    }
    double took = seconds() - began;
    printf("%" PRIu64 " seeds from %" PRIu64 ": %" PRIu64 " failed; traces %016" PRIx64
           "; %.1f s, %.1f h simulated, %.0f times real time\n",
           sum.done, options->from, sum.failed, sum.hash, took, (double)sum.virtual_ms / 3.6e6,
           (double)sum.virtual_ms / 1e3 / took);
    return well && !sum.failed ? 0 : 1;
}

static bool parse(int argc, char **argv, struct options *out)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seeds") == 0 && i + 2 < argc) {
            out->from = strtoull(argv[++i], NULL, 10);
            out->count = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--jobs") == 0 && i + 1 < argc) {
            out->jobs = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--steps") == 0 && i + 1 < argc) {
            out->steps = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--twice") == 0) {
            out->twice = true;
        } else if (strcmp(argv[i], "--trace") == 0) {
            out->trace = true;
        } else {
            return false;
        }
    }
    return out->jobs && out->jobs <= JOBS_MAX;
}

int main(int argc, char **argv)
{
    struct options options = {.from = 1, .count = 100, .jobs = 1};
    if (!parse(argc, argv, &options)) {
        fputs(usage, stderr);
        return 2;
    }
    return run_all(&options);
}
