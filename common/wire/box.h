/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing bytes for one reader, by libsodium's crypto_box (X25519, XSalsa20, Poly1305). A sealed piece is
 *   sender's public key 32 | nonce 24 | ciphertext, 16 bytes longer than what is inside. */
#ifndef COMMON_WIRE_BOX_H
#define COMMON_WIRE_BOX_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/err.h"

#define BOX_KEY_BYTES 32u
#define BOX_SEED_BYTES 32u
#define BOX_EXTRA_BYTES 72u /* how much longer a sealed piece is */

struct box_public {
    uint8_t bytes[BOX_KEY_BYTES];
};
struct box_key {
    struct box_public open;
    uint8_t secret[BOX_KEY_BYTES];
};

/* The same seed gives the same pair. */
struct box_key box_key_of(const uint8_t seed[BOX_SEED_BYTES]);
/* For one piece. */
struct box_key box_key_new(const struct random *random);
bool box_public_read(const void *data, size_t bytes, struct box_public *out);

/* Appends the sealed piece. */
enum status box_seal(const struct box_key *from, const struct box_public *to, const struct random *random, const void *data,
                     size_t bytes, struct buf *out, struct err *err) MUST_CHECK;
/* from: who must have sealed it; NULL: whoever. In arena. BUNDLE_SEALED when it was damaged, or is another's. */
enum status box_open(const struct box_key *to, const struct box_public *from, const void *sealed, size_t sealed_bytes,
                     struct arena *arena, const void **out, size_t *bytes, struct err *err) MUST_CHECK;

#endif
