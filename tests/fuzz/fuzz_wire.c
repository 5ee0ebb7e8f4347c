/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as any message: the first byte chooses which. What the check takes, protobuf-c unpacks within the budget or says that
 * the budget is spent; packed again and checked again it is the same message. */
#include <stdlib.h>
#include <string.h>

#include "common/wire/check.h"
#include "common/wire/message.h"
#include "proto/records.pb-c.h"

#define BUDGET_BYTES ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ProtobufCMessageDescriptor *const descriptors[] = {
#define MSG(number, name_, Name, role, request_bytes, lane)                                                                        \
    &lianxin__##name_##_request__descriptor, &lianxin__##name_##_reply__descriptor,
#include "proto/message.def"
#undef MSG
    &lianxin__failure__descriptor,  &lianxin__push_body__descriptor, &lianxin__commit__descriptor,   &lianxin__row__descriptor,
    &lianxin__record__descriptor,   &lianxin__plan__descriptor,      &lianxin__activity__descriptor, &lianxin__report__descriptor,
    &lianxin__conflict__descriptor, &lianxin__due__descriptor,
};

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static uint8_t *pack(const ProtobufCMessage *message, size_t *bytes)
{
    *bytes = protobuf_c_message_get_packed_size(message);
    uint8_t *data = malloc(*bytes + 1);
    expect(data && protobuf_c_message_pack(message, data) == *bytes);
    return data;
}

static void check_round_trip(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const ProtobufCMessage *message)
{
    struct err err;
    ProtobufCMessage *again;
    size_t first_bytes, second_bytes;
    uint8_t *first = pack(message, &first_bytes);
    expect(message_decode(arena, descriptor, first, first_bytes, &again, &err) == STATUS_OK);
    uint8_t *second = pack(again, &second_bytes);
    expect(first_bytes == second_bytes && memcmp(first, second, first_bytes) == 0);
    free(first);
    free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena, wide;
    struct err err;
    ProtobufCMessage *message;
    if (!size)
        return 0;
    const ProtobufCMessageDescriptor *descriptor = descriptors[data[0] % (sizeof descriptors / sizeof descriptors[0])];
    arena_init(&arena, BUDGET_BYTES);
    arena_init(&wide, 0);
    if (wire_check(descriptor, data + 1, size - 1, &err) == STATUS_OK) {
        enum status s = wire_unpack(&arena, descriptor, data + 1, size - 1, &message, &err);
        expect(s == STATUS_OK || s == STATUS_NO_MEMORY);
        if (s == STATUS_OK)
            check_round_trip(&wide, descriptor, message);
    } else {
        expect(err.status == STATUS_PROTOCOL && err.reason == REASON_MALFORMED && err.text[0]);
    }
    arena_done(&arena);
    arena_done(&wide);
    return 0;
}
