/* SPDX-License-Identifier: Apache-2.0
 *
 * Every handler, through the lanes: the first byte chooses the exchange, the second who asks, the rest is the body. Whatever comes,
 * there is one answer, it can be read, and the journal still agrees with the tables at the end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire/frame.h"
#include "tests/harness/test_author.h"

static const struct message *choose(uint8_t byte)
{
    static const uint16_t numbers[] = {
#define MSG(number, name, Name, role, request_bytes, lane) number,
#include "proto/message.def"
#undef MSG
    };
    return message_find(numbers[byte % (sizeof numbers / sizeof numbers[0])]);
}

struct world {
    struct test_server server;
    struct peer peers[4];
};

/* A school with a plan, so that there is something to ask for and to spoil. */
static void open_world(struct world *world)
{
    struct test_author author;
    test_server_open(&world->server, 41);
    test_server_add_school(&world->server, "SY01", "实验小学");
    world->peers[0] = test_server_nobody();
    world->peers[1] = test_server_enrol(&world->server, "SY01", "王芳");
    world->peers[2] = test_server_enrol(&world->server, NULL, "陈静");
    world->peers[3] = test_server_operator();
    test_author_open(&author, &world->server, &world->peers[1], 0);
    struct edit edits[] = {test_author_new_plan(&author, 1), test_author_new_activity(&author, 1, 1)};
    if (!test_author_push(&author, edits, 2))
        abort();
    test_author_close(&author);
}

static void answered(struct request *request)
{
    *(bool *)request->owner = true;
}

/* Aborts unless the check finds nothing. */
static void check(struct world *world)
{
    Lianxin__CheckRequest request = LIANXIN__CHECK_REQUEST__INIT;
    ProtobufCMessage *reply;
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    if (test_server_ask(&world->server, &world->peers[3], MESSAGE_check, &request.base, &arena, &reply, &err) ||
        !((const Lianxin__CheckReply *)reply)->ok)
        abort();
    arena_done(&arena);
}

static void ask(struct world *world, struct request *request)
{
    bool done = false;
    request->done = answered;
    request->owner = &done;
    if (!lanes_submit(world->server.lanes, request))
        abort();
    while (!done)
        (void)lanes_step(world->server.lanes);
    if (request->frame.failed || request->frame.len_bytes < FRAME_HEADER_BYTES ||
        frame_decode(request->frame.data).body_bytes != request->frame.len_bytes - FRAME_HEADER_BYTES)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world;
    struct err err;
    if (size < 2)
        return 0;
    const struct message *message = choose(data[0]);
    struct peer nobody = test_server_nobody();
    struct request *request = request_new(message, 1, &nobody);
    if (size - 2 <= message->request_bytes &&
        message_decode(&request->arena, message->request, data + 2, size - 2, &request->body, &err) == STATUS_OK) {
        open_world(&world);
        request->peer = world.peers[data[1] % 4];
        ask(&world, request);
        check(&world);
        test_server_close(&world.server);
    }
    request_free(request);
    return 0;
}
