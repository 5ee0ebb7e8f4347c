/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/world.h"

#include <stdlib.h>
#include <string.h>

#include "proto/wire.pb-c.h"

#define STACK_BYTES ((size_t)512 << 10)
#define TIMEOUT_MS 30000
#define EVENTS_MAX 20000u /* a sync takes hundreds; what takes more goes round in circles */

enum flight_state { FLIGHT_GOES, FLIGHT_AT_SERVER, FLIGHT_STEP, FLIGHT_RETURNS };

struct flight {
    struct flight *next;
    struct world *world;
    int64_t at_ms;
    enum flight_state state;
    struct device *device; /* NULL: nobody waits for the answer */
    struct test_request request;
    enum message_number number;
    bool lose_reply, failed;
};

/* ---- what is under way ---- */

static void put(struct world *world, struct flight *flight, enum flight_state state, int64_t in_ms)
{
    struct flight **at = &world->flights;
    flight->state = state;
    flight->at_ms = world->server.now_ms + in_ms;
    while (*at && (*at)->at_ms <= flight->at_ms)
        at = &(*at)->next;
    flight->next = *at;
    *at = flight;
}

static int64_t delay_ms(struct world *world)
{
    return 1 + (int64_t)world_pick(world, (unsigned)world->weather.delay_max_ms + 1);
}

static void fail_later(struct flight *flight, int64_t in_ms)
{
    flight->failed = true;
    put(flight->world, flight, FLIGHT_RETURNS, in_ms);
}

static void answered(struct request *request)
{
    struct flight *flight = request->owner;
    struct world *world = flight->world;
    flight->request.answered = true;
    if (flight->failed || world->server_down || test_disk_is_dead(world->server.disk) || flight->lose_reply)
        fail_later(flight, TIMEOUT_MS);
    else
        put(world, flight, FLIGHT_RETURNS, delay_ms(world));
}

static struct flight *flight_new(struct device *device, enum message_number number, const ProtobufCMessage *message)
{
    struct flight *flight = calloc(1, sizeof *flight);
    if (!flight)
        abort();
    flight->world = device->world;
    flight->number = number;
    test_request_open(&flight->request, &device->peer, number, message);
    flight->request.request->done = answered;
    flight->request.request->owner = flight;
    return flight;
}

static void flight_free(struct flight *flight)
{
    request_free(flight->request.request);
    free(flight);
}

static void arrive(struct flight *flight)
{
    struct world *world = flight->world;
    if (world->server_down) {
        fail_later(flight, 1);
        return;
    }
    flight->state = FLIGHT_AT_SERVER;
    if (!lanes_submit(world->server.lanes, flight->request.request)) {
        fail_later(flight, 1);
        return;
    }
    if (world->step_planned)
        return;
    struct flight *step = calloc(1, sizeof *step);
    if (!step)
        abort();
    step->world = world;
    world->step_planned = true;
    put(world, step, FLIGHT_STEP, (int64_t)world_pick(world, world->gather_ms)); /* others may join the group meanwhile */
}

/* ---- tasks ---- */

static void resume(struct device *device)
{
    struct world *world = device->world;
    swapcontext(&world->main, &device->task.context);
    if (!device->task.running)
        device_synced(device);
}

static void wait_for(struct device *device, struct flight *flight)
{
    device->task.flight = flight;
    swapcontext(&device->task.context, &device->world->main);
}

static enum status cut(struct err *err)
{
    return err_set(err, STATUS_UNAVAILABLE, "the line is cut");
}

/* Runs on the task's stack. */
static enum status call(void *context, enum message_number number, const ProtobufCMessage *message, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err)
{
    struct device *device = context;
    struct world *world = device->world;
    if (device->task.cut)
        return cut(err);
    struct flight *flight = flight_new(device, number, message);
    flight->device = device;
    flight->lose_reply = world_chance(world, world->weather.lose_reply);
    if (world_chance(world, world->weather.twice))
        put(world, flight_new(device, number, message), FLIGHT_GOES, delay_ms(world) * 3);
    if (world_chance(world, world->weather.lose_request))
        fail_later(flight, TIMEOUT_MS);
    else
        put(world, flight, FLIGHT_GOES, delay_ms(world));
    wait_for(device, flight);
    if (device->task.cut)
        return cut(err);
    flight = device->task.flight;
    device->task.flight = NULL;
    enum status status = STATUS_UNAVAILABLE;
    if (flight->failed)
        status = cut(err);
    else
        status = test_request_read(&flight->request, arena, reply, err);
    if (status == STATUS_OK && number == MESSAGE_push)
        watch_answer(device, (const Lianxin__PushRequest *)message, (const Lianxin__PushReply *)*reply);
    flight_free(flight);
    return status;
}

void network_connect(struct device *device)
{
    device->transport = (struct transport){.call = call, .context = device};
}

static void run_task(uint32_t high, uint32_t low)
{
    struct device *device = (struct device *)((uintptr_t)high << 32 | low);
    struct sync sync = {.cache = device->cache,
                        .transport = &device->transport,
                        .clock = &device->clock,
                        .random = &device->random,
                        .software = device->schema == device->world->now ? "now" : "next"};
    device->task.report = (struct sync_report){0};
    if (device->task.only)
        device->task.status = sync_stream(&sync, device->task.only, &device->task.report, &device->task.err);
    else
        device->task.status = sync_run(&sync, &device->task.report, &device->task.err);
    device->task.running = false;
    swapcontext(&device->task.context, &device->world->main);
}

void task_start(struct device *device, uint32_t only)
{
    uintptr_t self = (uintptr_t)device;
    if (!device->task.stack && !(device->task.stack = malloc(STACK_BYTES)))
        abort();
    device->task.only = only;
    device->task.running = true;
    device->task.cut = false;
    device->task.flight = NULL;
    if (getcontext(&device->task.context))
        abort();
    device->task.context.uc_stack.ss_sp = device->task.stack;
    device->task.context.uc_stack.ss_size = STACK_BYTES;
    device->task.context.uc_link = NULL;
    makecontext(&device->task.context, (void (*)(void))run_task, 2, (uint32_t)(self >> 32), (uint32_t)self);
    world_say(device->world, "%d: syncs%s", device->number, only ? " another stream" : "");
    resume(device);
}

/* The request may still arrive and be carried out; nobody waits for its answer. */
void task_kill(struct device *device)
{
    if (!device->task.running)
        return;
    device->task.flight->device = NULL;
    device->task.flight = NULL;
    device->task.cut = true;
    resume(device);
}

/* ---- time ---- */

static void do_next(struct world *world)
{
    struct flight *flight = world->flights;
    world->flights = flight->next;
    if (flight->at_ms > world->server.now_ms)
        world->server.now_ms = flight->at_ms;
    switch (flight->state) {
    case FLIGHT_GOES:
        arrive(flight);
        return;
    case FLIGHT_STEP:
        world->step_planned = false;
        while (!world->server_down && lanes_step(world->server.lanes))
            continue;
        if (test_disk_is_dead(world->server.disk))
            world_server_dies(world);
        free(flight);
        return;
    case FLIGHT_RETURNS:
        if (flight->device)
            resume(flight->device);
        else
            flight_free(flight);
        return;
    case FLIGHT_AT_SERVER:
        return;
    }
}

void network_run(struct world *world, int64_t ms)
{
    int64_t until = world->server.now_ms + ms;
    while (world->flights && world->flights->at_ms <= until)
        do_next(world);
    world->server.now_ms = until;
}

void network_run_dry(struct world *world)
{
    for (unsigned i = 0; world->flights && i < EVENTS_MAX; i++)
        do_next(world);
}

void network_cut(struct world *world)
{
    for (struct flight *flight = world->flights; flight; flight = flight->next)
        flight->failed |= flight->state == FLIGHT_RETURNS;
}

void network_close(struct world *world)
{
    while (world->flights) {
        struct flight *flight = world->flights;
        world->flights = flight->next;
        if (flight->state == FLIGHT_STEP)
            free(flight);
        else
            flight_free(flight);
    }
}
