/* SPDX-License-Identifier: Apache-2.0 */
#include "server/lane/lane.h"

#include <malloc.h>
#include <stdlib.h>

#include "server/handlers/handler.h"
#include "server/jobs/jobs.h"
#include "server/lane/queue.h"
#include "server/service/core_open.h"
#include "server/service/news.h"

#define HEAP_KEEP_BYTES (4 << 20) /* of each thread's heap, free but not given back */
#define IDLE_MS 20                /* without a request, for the writer; clients that push again at once are back sooner */

/* A reader: a desk, its memory, and the thread around it when there is one. */
struct reader {
    struct lanes *lanes;
    struct desk *desk;
    struct arena arena;
    pthread_t thread;
};

struct lanes {
    struct core *core;
    struct jobs *jobs;
    struct queue write, read;
    struct arena arena; /* the writer's */
    pthread_t writer;
    bool writer_started;
    bool untidy; /* groups were committed since the writer was idle */
    unsigned n_readers, n_reader_threads;
    struct reader readers[LANE_READERS_MAX];
};

/* ---- one request ---- */

/* What the database says is for the log; peers hear what it means for them. */
static void fail(struct lanes *lanes, struct request *request, const struct err *err)
{
    struct err told = *err;
    bool inside = err->reason == REASON_NONE && (err->status == STATUS_FAILED || err->status == STATUS_CORRUPT ||
                                                 err->status == STATUS_NO_MEMORY || err->status == STATUS_UNAVAILABLE);
    if (inside) {
        log_event(lanes->core->config.log, LOG_ERROR, "request.fail", "message", request->message->name, "peer", request->peer.name,
                  "error", err->text, NULL);
        (void)err_reason(&told, err->status == STATUS_UNAVAILABLE ? REASON_UNAVAILABLE : REASON_INTERNAL,
                         status_text(err->status, 0), NULL);
    }
    request_fail(request, &told);
}

static struct proof proof_of(const struct request *request)
{
    return (struct proof){.operator_socket = request->peer.operator_socket,
                          .certified = request->peer.certified,
                          .key_hash = request->peer.key_hash,
                          .peer = request->peer.name};
}

/* Sets the request's frame; the reply is encoded at once, so that the arena serves the next request. */
static enum status run(struct lanes *lanes, struct desk *desk, struct arena *arena, struct request *request, struct work *work,
                       struct err *err)
{
    struct proof proof = proof_of(request);
    ProtobufCMessage *reply;
    *work = (struct work){.desk = desk, .arena = arena, .now_ms = clock_now_ms(&lanes->core->config.clock)};
    enum status st = handler_run(work, request->message, &proof, request->body, &reply, err);
    if (st == STATUS_OK)
        request_reply(request, reply);
    else
        fail(lanes, request, err);
    arena_reset(arena);
    return st;
}

static void release(struct request *list)
{
    for (struct request *next; list; list = next) {
        next = list->next;
        list->next = NULL;
        list->done(list);
    }
}

/* ---- the write lane ---- */

enum group_outcome {
    GROUP_COMMITTED,
    GROUP_SPOILED, /* by one request after it had begun to write */
    GROUP_LOST,    /* the database could not take it */
};

static enum group_outcome decide(struct lanes *lanes, struct request *list, struct err *err)
{
    struct desk *desk = &lanes->core->writer;
    for (struct request *request = list; request; request = request->next) {
        struct work work;
        enum status st = run(lanes, desk, &lanes->arena, request, &work, err);
        if (st == STATUS_OK || (work.keep && sql_in_transaction(desk->sql)))
            continue;
        /* A full disk rolls back more than the statement: then everything before is lost as well. One that is only nearly full
         * refuses the request that asked, which may have written by then. */
        if (!sql_in_transaction(desk->sql) || (work.wrote && st == STATUS_UNAVAILABLE && err->reason != REASON_DISK_LOW))
            return GROUP_LOST;
        if (work.wrote)
            return GROUP_SPOILED;
    }
    return GROUP_COMMITTED;
}

static bool are_pushes(const struct request *list)
{
    while (list && list->message->number == MESSAGE_push)
        list = list->next;
    return !list;
}

static enum group_outcome try_group(struct lanes *lanes, struct request *list, struct err *err)
{
    struct desk *desk = &lanes->core->writer;
    enum group_outcome outcome = sql_begin(desk->sql, err) ? GROUP_LOST : decide(lanes, list, err);
    if (outcome == GROUP_COMMITTED && sql_commit(desk->sql, err))
        outcome = GROUP_LOST;
    if (outcome == GROUP_COMMITTED) {
        if (!are_pushes(list))
            news_forget(lanes->core->news);
        desk_committed(desk);
    } else {
        sql_rollback(desk->sql);
        desk_undone(desk);
    }
    return outcome;
}

/* Whatever the database's trouble is, for the group it means: not now, and nothing has changed. */
static void fail_all(struct lanes *lanes, struct request *list, const struct err *err)
{
    struct err told = *err;
    log_event(lanes->core->config.log, LOG_ERROR, "group.lost", "error", err->text, NULL);
    if (err->reason == REASON_DISK_FULL_HERE)
        (void)err_reason(&told, REASON_DISK_FULL, NULL);
    else
        (void)err_reason(&told, REASON_UNAVAILABLE, status_text(err->status, 0), NULL);
    for (; list; list = list->next)
        request_fail(list, &told);
}

/* Alone, the failure that spoiled a group is its request's own and stands in its frame already. */
static void write_alone(struct lanes *lanes, struct request *request)
{
    struct err err;
    if (try_group(lanes, request, &err) == GROUP_LOST)
        fail_all(lanes, request, &err);
}

static void write_group(struct lanes *lanes, struct request *list)
{
    struct err err;
    enum group_outcome outcome = try_group(lanes, list, &err);
    if (outcome == GROUP_LOST)
        fail_all(lanes, list, &err);
    if (outcome != GROUP_SPOILED || !list->next) {
        release(list);
        return;
    }
    for (struct request *next; list; list = next) {
        next = list->next;
        list->next = NULL;
        write_alone(lanes, list);
        list->done(list);
    }
}

static void tidy(struct lanes *lanes, enum tidy when)
{
    struct err err;
    if (desk_tidy(&lanes->core->writer, when, &err))
        log_event(lanes->core->config.log, LOG_ERROR, "lane.tidy", "error", err.text, NULL);
    lanes->untidy = when == TIDY_BUSY;
}

/* One group, then a slice of a job, so that neither waits for the other. */
static bool write_step(struct lanes *lanes, bool wait)
{
    int64_t wait_ms = wait ? jobs_wait_ms(lanes->jobs) : 0;
    if (lanes->untidy && wait_ms > IDLE_MS)
        wait_ms = IDLE_MS;
    struct request *list = queue_take(&lanes->write, LANE_GROUP_MAX, wait_ms);
    if (list) {
        write_group(lanes, list);
        tidy(lanes, TIDY_BUSY);
    } else {
        tidy(lanes, lanes->untidy ? TIDY_IDLE : TIDY_REST);
    }
    bool job = !queue_is_stopping(&lanes->write) && jobs_step(lanes->jobs);
    return job || list;
}

/* ---- the read lane ---- */

static bool read_step(struct reader *reader, bool wait)
{
    struct lanes *lanes = reader->lanes;
    struct request *request = queue_take(&lanes->read, 1, wait ? QUEUE_FOREVER : 0);
    struct work work;
    struct err err;
    if (!request)
        return false;
    if (desk_begin(reader->desk, &err))
        fail(lanes, request, &err);
    else
        (void)!run(lanes, reader->desk, &reader->arena, request, &work, &err);
    sql_rollback(reader->desk->sql);
    release(request);
    return true;
}

bool lanes_step(struct lanes *lanes)
{
    bool worked = write_step(lanes, false);
    while (read_step(&lanes->readers[0], false))
        worked = true;
    return worked;
}

/* ---- threads ---- */

static void *write_thread(void *context)
{
    struct lanes *lanes = context;
    while (write_step(lanes, true) || !queue_is_stopping(&lanes->write))
        continue;
    return NULL;
}

static void *read_thread(void *context)
{
    struct reader *reader = context;
    while (read_step(reader, true))
        continue;
    return NULL;
}

enum status lanes_open(const struct lanes_config *config, struct lanes **out, struct err *err)
{
    struct lanes *lanes = calloc(1, sizeof *lanes);
    enum status st = STATUS_OK;
    if (!lanes)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the lanes");
    lanes->core = config->core;
    queue_init(&lanes->write);
    queue_init(&lanes->read);
    arena_init(&lanes->arena, 0);
    st = jobs_new(config->core, &lanes->jobs, err);
    while (st == STATUS_OK && lanes->n_readers < config->readers && lanes->n_readers < LANE_READERS_MAX) {
        struct reader *reader = &lanes->readers[lanes->n_readers];
        reader->lanes = lanes;
        arena_init(&reader->arena, 0);
        st = desk_open_reader(config->core, &reader->desk, err);
        lanes->n_readers += st == STATUS_OK;
    }
    if (st == STATUS_OK)
        *out = lanes;
    else
        lanes_close(lanes);
    return st;
}

enum status lanes_start(struct lanes *lanes, struct err *err)
{
    /* Otherwise the C library gives the memory of each larger answer back to the system and takes it again for the next one. */
    mallopt(M_TRIM_THRESHOLD, HEAP_KEEP_BYTES);
    mallopt(M_MMAP_THRESHOLD, HEAP_KEEP_BYTES / 2);
    int failed = pthread_create(&lanes->writer, NULL, write_thread, lanes);
    lanes->writer_started = !failed;
    while (!failed && lanes->n_reader_threads < lanes->n_readers) {
        struct reader *reader = &lanes->readers[lanes->n_reader_threads];
        failed = pthread_create(&reader->thread, NULL, read_thread, reader);
        lanes->n_reader_threads += !failed;
    }
    if (!failed)
        return STATUS_OK;
    lanes_stop(lanes);
    return err_set(err, STATUS_FAILED, "no thread for a lane");
}

void lanes_stop(struct lanes *lanes)
{
    queue_stop(&lanes->write);
    queue_stop(&lanes->read);
    if (lanes->writer_started)
        pthread_join(lanes->writer, NULL);
    while (lanes->n_reader_threads)
        pthread_join(lanes->readers[--lanes->n_reader_threads].thread, NULL);
    lanes->writer_started = false;
    while (lanes->n_readers && lanes_step(lanes))
        continue;
}

void lanes_close(struct lanes *lanes)
{
    if (!lanes)
        return;
    for (unsigned i = 0; i < lanes->n_readers; i++) {
        desk_close_reader(lanes->readers[i].desk);
        arena_done(&lanes->readers[i].arena);
    }
    jobs_free(lanes->jobs);
    arena_done(&lanes->arena);
    queue_done(&lanes->write);
    queue_done(&lanes->read);
    free(lanes);
}

static bool answer_at_once(struct lanes *lanes, struct request *request)
{
    struct proof proof = proof_of(request);
    ProtobufCMessage *reply;
    if (!handler_answer(lanes->core, request->message, &proof, request->body, &request->arena, &reply))
        return false;
    request_reply(request, reply);
    request->done(request);
    return true;
}

bool lanes_submit(void *context, struct request *request)
{
    struct lanes *lanes = context;
    if (answer_at_once(lanes, request))
        return true;
    return queue_put(request->message->lane == MESSAGE_LANE_WRITE ? &lanes->write : &lanes->read, request);
}

size_t lanes_waiting(struct lanes *lanes)
{
    return queue_length(&lanes->write) + queue_length(&lanes->read);
}
