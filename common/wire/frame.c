/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/frame.h"

static uint32_t get_u16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static void put_u16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

struct frame frame_decode(const void *data)
{
    const uint8_t *p = data;
    return (struct frame){
        .body_bytes = get_u16(p) << 16 | get_u16(p + 2),
        .type = (uint16_t)get_u16(p + 4),
        .flags = (uint16_t)get_u16(p + 6),
        .request = get_u16(p + 8) << 16 | get_u16(p + 10),
    };
}

void frame_encode(const struct frame *frame, uint8_t out[FRAME_HEADER_BYTES])
{
    put_u16(out, frame->body_bytes >> 16);
    put_u16(out + 2, frame->body_bytes);
    put_u16(out + 4, frame->type);
    put_u16(out + 6, frame->flags);
    put_u16(out + 8, frame->request >> 16);
    put_u16(out + 10, frame->request);
}

void frame_put(struct buf *out, uint16_t type, uint16_t flags, uint32_t request, const ProtobufCMessage *message)
{
    size_t bytes = protobuf_c_message_get_packed_size(message);
    if (bytes > UINT32_MAX) {
        out->failed = true;
        return;
    }
    struct frame frame = {.body_bytes = (uint32_t)bytes, .type = type, .flags = flags, .request = request};
    uint8_t header[FRAME_HEADER_BYTES];
    frame_encode(&frame, header);
    if (!buf_reserve(out, sizeof header + bytes))
        return;
    buf_put(out, header, sizeof header);
    protobuf_c_message_pack(message, (uint8_t *)out->data + out->len_bytes);
    out->len_bytes += bytes;
    out->data[out->len_bytes] = '\0';
}
