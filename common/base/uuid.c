/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/uuid.h"

#include <stdio.h>
#include <string.h>

#include "common/base/sha256.h"

static void set_version(struct uuid *u, uint8_t version)
{
    u->bytes[6] = (uint8_t)((u->bytes[6] & 0x0F) | (version << 4));
    u->bytes[8] = (uint8_t)((u->bytes[8] & 0x3F) | 0x80);
}

struct uuid uuid_new(const struct clock *clock, const struct random *random)
{
    struct uuid u;
    random_fill(random, u.bytes, sizeof u.bytes);
    uint64_t now = (uint64_t)clock_now_ms(clock);
    for (int i = 0; i < 6; i++)
        u.bytes[i] = (uint8_t)(now >> (40 - 8 * i));
    set_version(&u, 7);
    return u;
}

struct uuid uuid_hash(const struct uuid_part *parts, size_t n)
{
    struct sha256_stream s;
    sha256_start(&s);
    for (size_t i = 0; i < n; i++) {
        uint8_t length[8];
        for (int b = 0; b < 8; b++)
            length[b] = (uint8_t)((uint64_t)parts[i].bytes >> (56 - 8 * b));
        sha256_add(&s, length, sizeof length);
        sha256_add(&s, parts[i].data, parts[i].bytes);
    }
    struct sha256 h = sha256_finish(&s);
    struct uuid u;
    memcpy(u.bytes, h.bytes, sizeof u.bytes);
    set_version(&u, 8);
    return u;
}

int64_t uuid_time_ms(const struct uuid *u)
{
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | u->bytes[i];
    return ms;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, UUID_BYTES) == 0;
}

bool uuid_is_zero(const struct uuid *u)
{
    static const struct uuid zero;
    return uuid_equal(u, &zero);
}

void uuid_format(const struct uuid *u, char out[UUID_TEXT_BYTES])
{
    const uint8_t *b = u->bytes;
    snprintf(out, UUID_TEXT_BYTES, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3],
             b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool uuid_parse(const char *text, struct uuid *out)
{
    struct uuid u;
    size_t at = 0;
    for (size_t i = 0; i < UUID_BYTES; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-')
            return false;
        int high = hex_digit(text[at]);
        int low = high < 0 ? -1 : hex_digit(text[at + 1]);
        if (low < 0)
            return false;
        u.bytes[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    if (text[at] != '\0')
        return false;
    *out = u;
    return true;
}

bool uuid_from_bytes(const void *data, size_t bytes, struct uuid *out)
{
    if (bytes != UUID_BYTES)
        return false;
    memcpy(out->bytes, data, UUID_BYTES);
    return true;
}
