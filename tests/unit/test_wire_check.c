/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/wire/address.h"
#include "common/wire/check.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "tests/harness/test.h"

static struct arena arena;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    memset(&err, 0, sizeof err);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

#define CHECK(message, bytes) wire_check(&lianxin__##message##__descriptor, bytes, sizeof bytes - 1, &err)

static void assert_malformed(enum status s, const char *because)
{
    assert_int_equal(s, STATUS_PROTOCOL);
    assert_int_equal(err.reason, REASON_MALFORMED);
    if (!strstr(err.text, because))
        fail_msg("\"%s\" does not say \"%s\"", err.text, because);
}

static void a_packed_message_is_taken_and_comes_back(void **state)
{
    (void)state;
    Lianxin__Commit commit = LIANXIN__COMMIT__INIT;
    Lianxin__Edit edit = LIANXIN__EDIT__INIT, *edits[] = {&edit, &edit};
    uint32_t fields[] = {1, 2, 300};
    char *reasons[] = {(char[]){"不行"}, (char[]){""}};
    edit.has_kind = true;
    edit.kind = 3;
    edit.n_fields = 3;
    edit.fields = fields;
    commit.effects = edits;
    commit.n_effects = 2;
    commit.reasons = reasons;
    commit.n_reasons = 2;
    commit.has_time_ms = true;
    commit.time_ms = -5;
    uint8_t bytes[256];
    size_t n = protobuf_c_message_pack(&commit.base, bytes);
    ProtobufCMessage *message = NULL;
    assert_int_equal(message_decode(&arena, &lianxin__commit__descriptor, bytes, n, &message, &err), STATUS_OK);
    const Lianxin__Commit *got = (const Lianxin__Commit *)message;
    assert_int_equal(got->n_effects, 2);
    assert_int_equal(got->effects[1]->fields[2], 300);
    assert_string_equal(got->reasons[0], "不行");
    assert_int_equal(got->time_ms, -5);
}

static void an_empty_body_is_a_message_without_fields(void **state)
{
    (void)state;
    ProtobufCMessage *message = NULL;
    assert_int_equal(message_decode(&arena, &lianxin__status_request__descriptor, NULL, 0, &message, &err), STATUS_OK);
    assert_ptr_equal(message->descriptor, &lianxin__status_request__descriptor);
}

static void unknown_fields_survive_a_round_trip(void **state)
{
    (void)state;
    static const char bytes[] = "\x12\x03"
                                "abc"
                                "\xa2\x06\x02"
                                "hi"
                                "\xa0\x06\x05"
                                "\xa0\x06\x06"; /* PushBody.note, then 100 thrice */
    ProtobufCMessage *message = NULL;
    assert_int_equal(message_decode(&arena, &lianxin__push_body__descriptor, bytes, sizeof bytes - 1, &message, &err), STATUS_OK);
    assert_int_equal(message->n_unknown_fields, 3);
    uint8_t again[64];
    assert_int_equal(protobuf_c_message_pack(message, again), sizeof bytes - 1);
    assert_memory_equal(again, bytes, sizeof bytes - 1);
}

static void singular_fields_come_once(void **state)
{
    (void)state;
    assert_int_equal(CHECK(pull_request, "\x08\x01\x10\x02"), STATUS_OK);
    assert_malformed(CHECK(pull_request, "\x08\x01\x08\x02"), "stream: is given twice at byte 3");
}

static void text_is_utf_8_without_nul(void **state)
{
    (void)state;
    assert_int_equal(CHECK(push_body, "\x12\x03\xe6\x9c\x88"), STATUS_OK);
    assert_malformed(CHECK(push_body, "\x12\x02\xe6\x9c"), "note: not UTF-8");
    assert_malformed(CHECK(push_body, "\x12\x03"
                                      "a\0b"),
                     "note: not UTF-8 text, or a NUL in it at byte 3");
    assert_malformed(CHECK(push_body, "\x12\x03\xed\xa0\x80"), "note");
}

static void lengths_stay_inside_their_message(void **state)
{
    (void)state;
    assert_malformed(CHECK(push_body, "\x12\x05"
                                      "abc"),
                     "longer than its message");
    assert_malformed(CHECK(push_body, "\x0a\x04\x2a\x05"
                                      "ab"),
                     "before: is longer than its message");
    assert_malformed(CHECK(push_body, "\x12\xff\xff\xff\xff\x7f"), "longer than its message");
    assert_malformed(CHECK(push_body, "\x12"), "longer than its message");
    assert_malformed(CHECK(pull_request, "\x08\x80"), "a number is cut");
    assert_malformed(CHECK(pull_request, "\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), "a number is cut");
    assert_malformed(CHECK(pull_request, "\x80"), "no field tag");
    assert_malformed(CHECK(pull_request, "\x00\x01"), "no field tag");
}

static void wire_types_fit_the_field(void **state)
{
    (void)state;
    assert_malformed(CHECK(pull_request, "\x0d\x01\x02\x03\x04"), "stream: has the wrong wire type");
    assert_malformed(CHECK(pull_request, "\x0a\x01\x01"), "stream: has the wrong wire type");
    assert_malformed(CHECK(push_body, "\x10\x01"), "note: has the wrong wire type");
    assert_malformed(CHECK(pull_request, "\xa3\x06"), "unknown wire type"); /* a group, unknown or not */
    assert_malformed(CHECK(pull_request, "\xa5\x06\x01"), "a number is cut");
}

static void packed_numbers_end_inside_their_field(void **state)
{
    (void)state;
    assert_int_equal(CHECK(edit, "\x22\x03\x01\x80\x01"), STATUS_OK);
    assert_int_equal(CHECK(edit, "\x20\x01\x20\x02"), STATUS_OK); /* not packed: as good */
    assert_malformed(CHECK(edit, "\x22\x02\x01\x80"), "fields: a packed number is cut");
}

static void nesting_has_an_end(void **state)
{
    (void)state;
    /* Table → Line → Cell is the deepest of ours; a hostile peer can only nest where a descriptor nests. The limit is shown with a
     * descriptor that nests in itself. */
    static ProtobufCFieldDescriptor field = {
        .name = "inner", .id = 1, .label = PROTOBUF_C_LABEL_OPTIONAL, .type = PROTOBUF_C_TYPE_MESSAGE};
    static const unsigned indices[] = {0};
    static const ProtobufCIntRange ranges[] = {{1, 0}, {0, 1}};
    static ProtobufCMessageDescriptor nested = {.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
                                                .name = "Nested",
                                                .short_name = "Nested",
                                                .sizeof_message = sizeof(ProtobufCMessage) + sizeof(void *),
                                                .n_fields = 1,
                                                .fields = &field,
                                                .fields_sorted_by_name = indices,
                                                .n_field_ranges = 1,
                                                .field_ranges = ranges};
    field.descriptor = &nested;
    uint8_t bytes[2 * CHECK_DEPTH_MAX + 2];
    for (size_t depth = 1; depth <= CHECK_DEPTH_MAX; depth++) {
        size_t n = 2 * depth;
        for (size_t i = 0; i < depth; i++) {
            bytes[2 * i] = 0x0a;
            bytes[2 * i + 1] = (uint8_t)(n - 2 * i - 2);
        }
        enum status s = wire_check(&nested, bytes, n, &err);
        assert_int_equal(s, depth < CHECK_DEPTH_MAX ? STATUS_OK : STATUS_PROTOCOL);
    }
    assert_non_null(strstr(err.text, "nested too deep"));
}

static void many_small_fields_do_not_take_much_memory(void **state)
{
    (void)state;
    size_t n = (size_t)8 << 20;
    uint8_t *bytes = malloc(n);
    ProtobufCMessage *message = NULL;
    struct arena small;
    arena_init(&small, (size_t)1 << 20);
    for (size_t i = 0; i < n; i += 2) { /* empty edits: 2 bytes each on the wire, over 100 in memory */
        bytes[i] = 0x0a;
        bytes[i + 1] = 0;
    }
    assert_malformed(wire_check(&lianxin__push_body__descriptor, bytes, n, &err), "too ");
    assert_int_equal(wire_check(&lianxin__push_body__descriptor, bytes, 65536, &err), STATUS_OK);
    assert_int_equal(wire_unpack(&small, &lianxin__push_body__descriptor, bytes, 65536, &message, &err), STATUS_NO_MEMORY);
    assert_null(message);
    assert_true(small.used_bytes <= small.budget_bytes);
    assert_non_null(strstr(err.text, "PushBody of 65536 bytes"));
    arena_done(&small);
    free(bytes);
}

static void a_frame_header_comes_back_as_it_was(void **state)
{
    (void)state;
    const struct frame frame = {.body_bytes = 0x01020304, .type = 0x0506, .flags = 0x0708, .request = 0x090a0b0c};
    uint8_t bytes[FRAME_HEADER_BYTES];
    frame_encode(&frame, bytes);
    assert_memory_equal(bytes, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c", FRAME_HEADER_BYTES);
    struct frame got = frame_decode(bytes);
    assert_memory_equal(&got, &frame, sizeof frame);
}

static void a_failure_travels_with_its_reason_and_arguments(void **state)
{
    (void)state;
    struct buf out;
    struct err sent, got = {0};
    buf_init(&out, 0);
    (void)err_reason(&sent, REASON_ROLE, "brief", "district", NULL);
    message_put_failure(&out, MESSAGE_brief, 7, &sent);
    struct frame header = frame_decode(out.data);
    assert_int_equal(header.flags, FRAME_REPLY | FRAME_FAILURE);
    assert_int_equal(header.type, MESSAGE_brief);
    assert_int_equal(header.request, 7);
    assert_int_equal(header.body_bytes, out.len_bytes - FRAME_HEADER_BYTES);
    assert_int_equal(message_read_failure(out.data + FRAME_HEADER_BYTES, header.body_bytes, &got), STATUS_DENIED);
    assert_int_equal(got.reason, REASON_ROLE);
    assert_string_equal(got.arguments[1], "district");
    assert_string_equal(got.text, sent.text);
    buf_done(&out);
}

static void a_failure_of_a_newer_server_keeps_its_own_text(void **state)
{
    (void)state;
    Lianxin__Failure failure = LIANXIN__FAILURE__INIT;
    uint8_t bytes[128];
    failure.has_status = failure.has_reason = true;
    failure.status = STATUS_DENIED;
    failure.reason = 60000;
    failure.text = (char[]){"something new"};
    size_t n = protobuf_c_message_pack(&failure.base, bytes);
    assert_int_equal(message_read_failure(bytes, n, &err), STATUS_DENIED);
    assert_string_equal(err.text, "something new");
    assert_int_equal(err.reason, REASON_NONE);
    failure.text = (char[]){""}; /* there is always something to show */
    n = protobuf_c_message_pack(&failure.base, bytes);
    assert_int_equal(message_read_failure(bytes, n, &err), STATUS_DENIED);
    assert_string_equal(err.text, status_text(STATUS_DENIED, false));
    failure.status = STATUS_OK; /* a failure that says ok is none */
    n = protobuf_c_message_pack(&failure.base, bytes);
    assert_int_equal(message_read_failure(bytes, n, &err), STATUS_PROTOCOL);
    assert_int_equal(message_read_failure("\x08", 1, &err), STATUS_PROTOCOL);
}

static void every_row_of_the_message_list_is_found_by_its_number(void **state)
{
    (void)state;
#define MSG(number, name_, Name, role_, request_bytes_, lane_)                                                                     \
    assert_ptr_equal(message_find(number)->request, &lianxin__##name_##_request__descriptor);                                      \
    assert_string_equal(message_find(MESSAGE_##name_)->name, #name_);
#include "proto/message.def"
#undef MSG
    assert_null(message_find(0));
    assert_null(message_find(65535));
}

static void versions_are_agreed_only_where_the_ranges_meet(void **state)
{
    (void)state;
    assert_int_equal(message_agree_version(PROTOCOL_VERSION, PROTOCOL_VERSION), PROTOCOL_VERSION);
    assert_int_equal(message_agree_version(PROTOCOL_VERSION_MIN, PROTOCOL_VERSION + 5), PROTOCOL_VERSION);
    assert_int_equal(message_agree_version(PROTOCOL_VERSION + 1, PROTOCOL_VERSION + 5), 0);
    assert_int_equal(message_agree_version(0, PROTOCOL_VERSION_MIN - 1), 0);
    assert_int_equal(message_agree_version(0, 0), 0);
}

static void addresses_are_split_at_the_port(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host, *port;
    } good[] = {
        {"10.1.2.3:7443", "10.1.2.3", "7443"},
        {"[2001:db8::1]:1", "2001:db8::1", "1"},
        {":0", "", "0"},
        {"union.example:65535", "union.example", "65535"},
    };
    static const char *const bad[] = {
        "", "host", "host:", "host:65536", "host:-1", "host: 1", "2001:db8::1:7443", "a b:1", "host:99999999999"};
    struct address got;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(address_parse(good[i].text, &got, &err), STATUS_OK);
        assert_string_equal(got.host, good[i].host);
        assert_string_equal(got.port, good[i].port);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(address_parse(bad[i], &got, &err), STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_packed_message_is_taken_and_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_body_is_a_message_without_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_fields_survive_a_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(singular_fields_come_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_is_utf_8_without_nul, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lengths_stay_inside_their_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wire_types_fit_the_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(packed_numbers_end_inside_their_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nesting_has_an_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_small_fields_do_not_take_much_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_frame_header_comes_back_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failure_travels_with_its_reason_and_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failure_of_a_newer_server_keeps_its_own_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_row_of_the_message_list_is_found_by_its_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(versions_are_agreed_only_where_the_ranges_meet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(addresses_are_split_at_the_port, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
