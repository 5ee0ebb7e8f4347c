/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), by OpenSSL. */
#ifndef COMMON_BASE_SHA256_H
#define COMMON_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32
#define SHA256_TEXT_BYTES 65 /* lower-case hex and NUL */

struct sha256 {
    uint8_t bytes[SHA256_BYTES];
};

struct sha256 sha256_of(const void *data, size_t bytes);
struct sha256 hmac_sha256(const uint8_t key[SHA256_BYTES], const void *data, size_t bytes);
/* In constant time. */
int sha256_equal(const struct sha256 *a, const struct sha256 *b);
void sha256_format(const struct sha256 *h, char out[SHA256_TEXT_BYTES]);
/* 64 hexadecimal digits of either case, and nothing else. */
bool sha256_parse(const char *text, struct sha256 *out);

/* Over several pieces, without copying them together. */
struct sha256_stream {
    _Alignas(16) uint8_t state[128]; /* holds SHA256_CTX; the size is checked in sha256.c */
};
void sha256_start(struct sha256_stream *s);
void sha256_add(struct sha256_stream *s, const void *data, size_t bytes);
struct sha256 sha256_finish(struct sha256_stream *s);

#endif
