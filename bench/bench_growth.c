/* SPDX-License-Identifier: Apache-2.0
 *
 * How the server grows: pushes of one edit by 64 clients at a hundred, a thousand and ten thousand schools, with one and with ten
 * years of plans, beside the bare rows on the same file; file and memory for each school. Takes long, so it runs only when
 * BENCH_LONG=1 asks for it; BENCH_LONG=2 does without the largest. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "bench/kit/pushes.h"
#include "bench/kit/served.h"

#define CLIENTS 64u
#define A_YEAR 60u /* activities of a school */
#define SETTLE_MS 500

static double file_kib(const char *path)
{
    struct stat stat_of;
    must_be(stat(path, &stat_of) == 0, "no file");
    return (double)stat_of.st_size / 1024;
}

static void measure(const struct plan *plan)
{
    struct samples ours = {.n = 0}, p99 = {.n = 0}, bare = {.n = 0};
    struct district district;
    struct pushes pushes, bare_pushes;
    struct served served;
    char path[DISTRICT_PATH_BYTES], work[64];
    district_open(&district, plan);
    district_copy(&district, "bare.db", path);
    double kib = file_kib(path);
    pushes_init(&pushes, &district);
    pushes_init(&bare_pushes, &district);
    served_start_district(&served, &district);
    struct bare *rows = bare_open(&bare_pushes, path);
    struct load_language language = pushes_language(&pushes);
    struct load *load = load_open(&district, served.port, CLIENTS, &language);
    (void)load_run(load, SETTLE_MS);
    for (unsigned round = 0; round < plan->rounds; round++) {
        struct load_figures figures = load_run(load, plan->run_ms);
        samples_add(&ours, figures.per_s);
        samples_add(&p99, figures.p99_ms);
        samples_add(&bare, bare_run(rows, CLIENTS, plan->run_ms).per_s);
    }
    snprintf(work, sizeof work, "%u schools, %u years", plan->schools, plan->activities / A_YEAR);
    printf("%s: p99 %.1f ms; %.1f KiB of file a school; %.1f MiB of memory, %.1f KiB a school\n", work, samples_median(&p99),
           kib / plan->schools, (double)process_resident_kib(served.pid) / 1024,
           (double)process_resident_kib(served.pid) / plan->schools);
    result_print(&(struct result){work, "/s", "bare rows", &ours, &bare, AGAINST_LIMIT, AIM_NONE, 0});
    load_close(load);
    bare_close(rows);
    district_remove_database(path);
    served_stop(&served);
    pushes_done(&pushes);
    pushes_done(&bare_pushes);
    district_close(&district);
}

int main(void)
{
    static const unsigned schools[] = {100, 1000, 10000}, years[] = {1, 10};
    const char *wanted = getenv("BENCH_LONG");
    struct plan plan = plan_read();
    if (!wanted || !*wanted || *wanted == '0') {
        printf("left out: BENCH_LONG=1 runs it\n");
        return 0;
    }
    for (size_t y = 0; y < sizeof years / sizeof years[0]; y++)
        for (size_t s = 0; s < sizeof schools / sizeof schools[0]; s++) {
            plan.schools = schools[s];
            plan.activities = years[y] * A_YEAR;
            if (*wanted == '1' || schools[s] * years[y] < 100000)
                measure(&plan);
        }
    return 0;
}
