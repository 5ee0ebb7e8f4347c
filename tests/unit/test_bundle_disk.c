/* SPDX-License-Identifier: Apache-2.0
 *
 * The disk becomes nearly full while a bundle is taken in: the bundle waits, and nobody else with it. */
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_bundle_world.h"

struct disk {
    unsigned calls;
    unsigned low; /* bit i: little room when it is asked for the i-th time */
};

static bool find_space(void *context, struct host_space *out)
{
    struct disk *disk = context;
    *out = (struct host_space){.free_bytes = disk->low >> disk->calls++ & 1 ? 1 : 1u << 30, .total_bytes = 1u << 31};
    return true;
}

static void watch_disk(struct test_server *server, struct disk *disk)
{
    struct settings settings = *core_settings(server->core);
    settings.min_free_bytes = 1 << 20;
    core_change_settings(server->core, &settings);
    server->core->config.host = (struct host){.find_space = find_space, .context = disk};
}

static void a_bundle_that_meets_a_disk_nearly_full_fails_alone(void **state)
{
    struct bundle_world *world = *state;
    struct disk disk = {.low = 1 << 1 | 1 << 3}; /* at its second change, in the group and then alone */
    struct test_request bundle, push;
    struct peer operator= test_server_operator();
    Lianxin__BundleRequest request = LIANXIN__BUNDLE_REQUEST__INIT;
    struct test_author author;
    ProtobufCMessage *reply;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_edit(&world->school, 2, "text=登山");
    bundle_world_export(world);
    test_author_open(&author, &world->server, &world->other.line.peer, 0);
    struct edit plan = test_author_new_plan(&author, 70);
    Lianxin__PushRequest pushed = test_author_push_request(&author, 1, &plan, 1);
    request.has_question = true;
    request.question = (ProtobufCBinaryData){.len = world->question.len_bytes, .data = (uint8_t *)world->question.data};
    watch_disk(&world->server, &disk);
    test_request_open(&bundle, &operator, MESSAGE_bundle, &request.base);
    test_request_open(&push, &author.peer, MESSAGE_push, &pushed.base);
    assert_true(lanes_submit(world->server.lanes, bundle.request));
    assert_true(lanes_submit(world->server.lanes, push.request));
    while (!bundle.answered || !push.answered)
        (void)lanes_step(world->server.lanes);
    assert_int_equal(test_request_read(&bundle, &author.arena, &reply, &author.err), STATUS_UNAVAILABLE);
    assert_int_equal(author.err.reason, REASON_DISK_LOW);
    assert_int_equal(test_request_read(&push, &author.arena, &reply, &author.err), STATUS_OK);
    assert_int_equal(((const Lianxin__PushReply *)reply)->status, STATUS_OK);
    disk.low = 0;
    bundle_world_must_take(world); /* nothing of it was taken before */
    bundle_world_assert_taken(world, 2, 0, 0);
    test_author_close(&author);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bundle_that_meets_a_disk_nearly_full_fails_alone, bundle_world_start, bundle_world_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
