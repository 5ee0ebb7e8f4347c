/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/sha256.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct sha256_stream), "room for libsodium's state");

static crypto_hash_sha256_state *state_of(struct sha256_stream *s)
{
    return (crypto_hash_sha256_state *)(void *)s->state;
}

struct sha256 sha256_of(const void *data, size_t bytes)
{
    struct sha256 h;
    crypto_hash_sha256(h.bytes, data, bytes);
    return h;
}

struct sha256 hmac_sha256(const uint8_t key[SHA256_BYTES], const void *data, size_t bytes)
{
    struct sha256 h;
    crypto_auth_hmacsha256(h.bytes, data, bytes, key);
    return h;
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
    crypto_hash_sha256_init(state_of(s));
}

void sha256_add(struct sha256_stream *s, const void *data, size_t bytes)
{
    crypto_hash_sha256_update(state_of(s), data, bytes);
}

struct sha256 sha256_finish(struct sha256_stream *s)
{
    struct sha256 h;
    crypto_hash_sha256_final(state_of(s), h.bytes);
    return h;
}
