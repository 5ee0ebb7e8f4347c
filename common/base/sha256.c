/* SPDX-License-Identifier: Apache-2.0
 *
 * By OpenSSL's plain functions: they use the processor's SHA instructions, which libsodium does not, and unlike its EVP they look
 * no algorithm up at each digest, which for a hundred bytes takes longer than the digest itself. OpenSSL 3 calls them deprecated.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "common/base/sha256.h"

#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>

#define BLOCK_BYTES 64

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct sha256_stream), "room for OpenSSL's state");

static SHA256_CTX *state_of(struct sha256_stream *s)
{
    return (SHA256_CTX *)(void *)s->state;
}

struct sha256 sha256_of(const void *data, size_t bytes)
{
    struct sha256_stream s;
    sha256_start(&s);
    sha256_add(&s, data, bytes);
    return sha256_finish(&s);
}

/* The key, filled up to a block, under a pad. */
static void start_padded(struct sha256_stream *s, const uint8_t key[SHA256_BYTES], uint8_t pad)
{
    uint8_t block[BLOCK_BYTES];
    memset(block, pad, sizeof block);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        block[i] ^= key[i];
    sha256_start(s);
    sha256_add(s, block, sizeof block);
    sodium_memzero(block, sizeof block);
}

struct sha256 hmac_sha256(const uint8_t key[SHA256_BYTES], const void *data, size_t bytes)
{
    struct sha256_stream s;
    start_padded(&s, key, 0x36);
    sha256_add(&s, data, bytes);
    struct sha256 inner = sha256_finish(&s);
    start_padded(&s, key, 0x5c);
    sha256_add(&s, inner.bytes, sizeof inner.bytes);
    return sha256_finish(&s);
}

int sha256_equal(const struct sha256 *a, const struct sha256 *b)
{
    return sodium_memcmp(a->bytes, b->bytes, SHA256_BYTES) == 0;
}

void sha256_format(const struct sha256 *h, char out[SHA256_TEXT_BYTES])
{
    sodium_bin2hex(out, SHA256_TEXT_BYTES, h->bytes, SHA256_BYTES);
}

void sha256_start(struct sha256_stream *s)
{
    SHA256_Init(state_of(s));
}

void sha256_add(struct sha256_stream *s, const void *data, size_t bytes)
{
    if (bytes) /* OpenSSL copies from NULL otherwise */
        SHA256_Update(state_of(s), data, bytes);
}

struct sha256 sha256_finish(struct sha256_stream *s)
{
    struct sha256 h;
    SHA256_Final(h.bytes, state_of(s));
    return h;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool sha256_parse(const char *text, struct sha256 *out)
{
    struct sha256 h;
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = digit_of(text[2 * i]), low = high < 0 ? -1 : digit_of(text[2 * i + 1]);
        if (low < 0)
            return false;
        h.bytes[i] = (uint8_t)(high << 4 | low);
    }
    if (text[(size_t)2 * SHA256_BYTES])
        return false;
    *out = h;
    return true;
}
