/* SPDX-License-Identifier: Apache-2.0
 *
 * What the write lane itself costs: pushes by groups, in one thread, without sockets and TLS, beside the same rows written bare;
 * in processor time, so that it can be told apart also on a busy machine. "bench_lane GROUPS" pushes so many groups and nothing
 * else, for a profiler. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/kit/pushes.h"
#include "common/wire/frame.h"
#include "server/lane/lane.h"
#include "server/service/core_open.h"

#define GROUP 64u

struct bench {
    struct district district;
    struct pushes pushes, bare_pushes;
    struct load_language language;
    struct core *core;
    struct lanes *lanes;
    struct bare *bare;
    struct peer peer;
};

static void answered(struct request *request)
{
    struct pushes *p = request->owner;
    struct load_language language = pushes_language(p);
    must_be(language.take(p, request->id, request->frame.data, request->frame.len_bytes) > 0, "half an answer");
    request_free(request);
}

/* As the session does with a frame. */
static void submit(struct bench *b, unsigned client, const struct buf *out)
{
    struct frame frame = frame_decode(out->data);
    struct request *request = request_new(message_find(frame.type), client, &b->peer);
    struct err err;
    must_be(request != NULL, "no memory");
    must(message_decode(&request->arena, request->message->request, out->data + FRAME_HEADER_BYTES, frame.body_bytes,
                        &request->body, &err),
         &err);
    request->done = answered;
    request->owner = &b->pushes;
    must_be(lanes_submit(b->lanes, request), "the lane is full");
}

/* Processor time of one group; making the frames is not counted. */
static double push_group(struct bench *b, unsigned n)
{
    struct buf out[GROUP];
    for (unsigned i = 0; i < n; i++) {
        buf_init(&out[i], 0);
        b->language.ask(&b->pushes, i, &out[i]);
    }
    double began = self_cpu_s();
    for (unsigned i = 0; i < n; i++)
        submit(b, i, &out[i]);
    (void)lanes_step(b->lanes); /* all of them are one group */
    double used = self_cpu_s() - began;
    for (unsigned i = 0; i < n; i++)
        buf_done(&out[i]);
    return used;
}

/* Microseconds of processor time for each push. */
static void measure(struct bench *b, unsigned edits, unsigned group, struct samples *ours, struct samples *bare)
{
    int64_t run_ms = b->district.plan.run_ms;
    double used = 0, until = now_s() + (double)run_ms / 1000;
    size_t n = 0;
    b->pushes.n_edits = b->bare_pushes.n_edits = edits;
    for (; now_s() < until; n += group)
        used += push_group(b, group);
    samples_add(ours, used * 1e6 / (double)n);
    double began = self_cpu_s();
    struct load_figures figures = bare_run(b->bare, group, run_ms);
    samples_add(bare, (self_cpu_s() - began) * 1e6 / (double)figures.n);
}

static void compare(struct bench *b)
{
    struct samples ours[2] = {{{0}, 0}}, bare[2] = {{{0}, 0}};
    for (unsigned round = 0; round < b->district.plan.rounds; round++) {
        measure(b, 1, GROUP, &ours[0], &bare[0]);
        measure(b, 40, 16, &ours[1], &bare[1]);
    }
    result_print(
        &(struct result){"write lane alone, 1 edit, CPU", "us", "bare rows", &ours[0], &bare[0], AGAINST_LIMIT, AIM_NONE, 0});
    result_print(
        &(struct result){"write lane alone, 40 edits, CPU", "us", "bare rows", &ours[1], &bare[1], AGAINST_LIMIT, AIM_NONE, 0});
}

int main(int argc, char **argv)
{
    struct bench *b = calloc(1, sizeof *b);
    struct plan plan = plan_read();
    char path[DISTRICT_PATH_BYTES];
    struct err err;
    must_be(b != NULL, "no memory");
    district_open(&b->district, &plan);
    district_copy(&b->district, "bare.db", path);
    pushes_init(&b->pushes, &b->district);
    pushes_init(&b->bare_pushes, &b->district);
    b->language = pushes_language(&b->pushes);
    b->peer = (struct peer){.certified = true, .key_hash = b->district.device_hash, .name = "bench"};
    must(core_open(&b->district.config, &b->core, &err), &err);
    must(lanes_open(&(struct lanes_config){.core = b->core, .readers = 1}, &b->lanes, &err), &err);
    b->bare = bare_open(&b->bare_pushes, path);
    b->pushes.n_edits = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
    if (argc > 1)
        for (unsigned long i = strtoul(argv[1], NULL, 10); i > 0; i--)
            (void)push_group(b, b->pushes.n_edits > 1 ? 16 : GROUP);
    else
        compare(b);
    bare_close(b->bare);
    lanes_stop(b->lanes);
    lanes_close(b->lanes);
    core_close(b->core);
    district_remove_database(path);
    pushes_done(&b->pushes);
    pushes_done(&b->bare_pushes);
    district_close(&b->district);
    free(b);
    return 0;
}
