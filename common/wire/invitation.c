/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/invitation.h"

#include <stdbool.h>
#include <string.h>

#include "common/base/utf8.h"

#define PREFIX "lx1-"
#define CHECKSUM_BYTES 4u
#define FIXED_BYTES (SHA256_BYTES + INVITATION_ID_BYTES + INVITATION_SECRET_BYTES + CHECKSUM_BYTES)
#define BINARY_BYTES_MAX (1 + INVITATION_ADDRESSES_MAX * (1 + INVITATION_ADDRESS_BYTES_MAX) + FIXED_BYTES)
#define PASTED_BYTES_MAX ((size_t)16 << 10)

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

struct binary {
    size_t len_bytes;
    uint8_t data[BINARY_BYTES_MAX];
};

static void put(struct binary *b, const void *data, size_t bytes)
{
    memcpy(b->data + b->len_bytes, data, bytes);
    b->len_bytes += bytes;
}

static char *encode(struct arena *arena, const struct binary *b)
{
    char *text = arena_alloc(arena, strlen(PREFIX) + b->len_bytes * 8 / 5 + 2), *out = text + strlen(PREFIX);
    uint32_t held = 0;
    unsigned bits = 0;
    memcpy(text, PREFIX, strlen(PREFIX));
    for (size_t i = 0; i < b->len_bytes; i++) {
        held = held << 8 | b->data[i];
        for (bits += 8; bits >= 5; bits -= 5)
            *out++ = digits[held >> (bits - 5) & 31];
    }
    if (bits)
        *out++ = digits[held << (5 - bits) & 31];
    return text;
}

enum status invitation_format(struct arena *arena, const struct invitation *invitation, const char **out, struct err *err)
{
    if (!invitation->n_addresses || invitation->n_addresses > INVITATION_ADDRESSES_MAX)
        return err_set(err, STATUS_INVALID, "an invitation holds 1 to %u addresses, not %zu", INVITATION_ADDRESSES_MAX,
                       invitation->n_addresses);
    struct binary b = {0};
    put(&b, &(uint8_t){(uint8_t)invitation->n_addresses}, 1);
    for (size_t i = 0; i < invitation->n_addresses; i++) {
        size_t bytes = strlen(invitation->addresses[i]);
        if (!bytes || bytes > INVITATION_ADDRESS_BYTES_MAX)
            return err_set(err, STATUS_INVALID, "the address \"%s\" is empty or longer than %u bytes", invitation->addresses[i],
                           INVITATION_ADDRESS_BYTES_MAX);
        put(&b, &(uint8_t){(uint8_t)bytes}, 1);
        put(&b, invitation->addresses[i], bytes);
    }
    put(&b, invitation->pin.bytes, SHA256_BYTES);
    put(&b, invitation->id, INVITATION_ID_BYTES);
    put(&b, invitation->secret, INVITATION_SECRET_BYTES);
    struct sha256 checksum = sha256_of(b.data, b.len_bytes);
    put(&b, checksum.bytes, CHECKSUM_BYTES);
    *out = encode(arena, &b);
    return STATUS_OK;
}

/* The value of a base32 digit as people copy it, or -1. */
static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    if (c == 'o')
        c = '0';
    if (c == 'i' || c == 'l')
        c = '1';
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* What people's editors put between and around: anything that is neither a digit of ours nor a letter. */
static bool is_noise(char c)
{
    return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/* Whether the digits of p begin a "lx1-", with noise between them; the text after it, or NULL. */
static const char *after_prefix(const char *p)
{
    static const char *const spelt[] = {"lLiI1", "xX", "1lLiI"};
    for (size_t i = 0; i < 3; i++) {
        while (i && *p && is_noise(*p))
            p++;
        if (!*p || !strchr(spelt[i], *p))
            return NULL;
        p++;
    }
    while (*p && is_noise(*p) && *p != '-')
        p++;
    return *p == '-' ? p + 1 : NULL;
}

static enum status decode(const char *text, struct binary *out, struct err *err)
{
    uint32_t held = 0;
    unsigned bits = 0;
    for (const char *p = text; *p; p++) {
        int value = digit_value(*p);
        if (value < 0 && is_noise(*p))
            continue;
        if (value < 0)
            return err_set(err, STATUS_USAGE, "the invitation is mistyped: \"%c\" is never part of one; copy it again", *p);
        held = held << 5 | (uint32_t)value;
        bits += 5;
        if (bits < 8)
            continue;
        bits -= 8;
        if (out->len_bytes == sizeof out->data)
            return err_set(err, STATUS_USAGE, "the invitation is longer than one can be; copy only the invitation");
        out->data[out->len_bytes++] = (uint8_t)(held >> bits);
    }
    return STATUS_OK;
}

/* The length the content itself says it has; 0 when there is too little to know. */
static size_t stated_bytes(const struct binary *b)
{
    size_t at = 1;
    for (size_t i = 0; b->len_bytes && i < b->data[0]; i++) {
        if (at >= b->len_bytes)
            return 0;
        at += 1u + b->data[at];
    }
    return at + FIXED_BYTES;
}

static enum status check(const struct binary *b, struct err *err)
{
    size_t stated = stated_bytes(b);
    struct sha256 checksum = sha256_of(b->data, b->len_bytes > CHECKSUM_BYTES ? b->len_bytes - CHECKSUM_BYTES : 0);
    if (b->len_bytes > CHECKSUM_BYTES && b->len_bytes == stated && b->data[0] && b->data[0] <= INVITATION_ADDRESSES_MAX &&
        memcmp(checksum.bytes, b->data + b->len_bytes - CHECKSUM_BYTES, CHECKSUM_BYTES) == 0)
        return STATUS_OK;
    if (!stated || b->len_bytes < stated)
        return err_set(err, STATUS_USAGE, "the invitation is cut short; copy it again, from lx1- to its last character");
    return err_set(err, STATUS_USAGE, "the invitation is mistyped or something was added to it; copy it again");
}

static void read_fields(struct arena *arena, const struct binary *b, struct invitation *out)
{
    const uint8_t *at = b->data + 1;
    const char **addresses = ARENA_ARRAY(arena, b->data[0], const char *);
    for (size_t i = 0; i < b->data[0]; i++) {
        addresses[i] = arena_strndup(arena, (const char *)at + 1, at[0]);
        at += 1u + at[0];
    }
    *out = (struct invitation){.addresses = addresses, .n_addresses = b->data[0]};
    memcpy(out->pin.bytes, at, SHA256_BYTES);
    memcpy(out->id, at + SHA256_BYTES, INVITATION_ID_BYTES);
    memcpy(out->secret, at + SHA256_BYTES + INVITATION_ID_BYTES, INVITATION_SECRET_BYTES);
}

enum status invitation_parse(struct arena *arena, const char *text, struct invitation *out, struct err *err)
{
    struct binary b = {0};
    const char *start = NULL, *folded = strlen(text) > PASTED_BYTES_MAX ? NULL : utf8_nfkc(arena, text);
    for (const char *p = folded; p && *p && !start; p++)
        start = after_prefix(p);
    if (!start)
        return err_set(err, STATUS_USAGE, "this is no invitation; one begins with " PREFIX);
    enum status s = decode(start, &b, err);
    s = s ? s : check(&b, err);
    if (!s)
        read_fields(arena, &b, out);
    return s;
}
