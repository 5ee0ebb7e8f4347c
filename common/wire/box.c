/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/box.h"

#include <sodium.h>
#include <string.h>

_Static_assert(BOX_KEY_BYTES == crypto_box_PUBLICKEYBYTES && BOX_KEY_BYTES == crypto_box_SECRETKEYBYTES, "keys of crypto_box");
_Static_assert(BOX_SEED_BYTES == crypto_box_SEEDBYTES, "seeds of crypto_box");
_Static_assert(BOX_EXTRA_BYTES == crypto_box_PUBLICKEYBYTES + crypto_box_NONCEBYTES + crypto_box_MACBYTES, "what is put before");

struct box_key box_key_of(const uint8_t seed[BOX_SEED_BYTES])
{
    struct box_key key;
    (void)crypto_box_seed_keypair(key.open.bytes, key.secret, seed);
    return key;
}

struct box_key box_key_new(const struct random *random)
{
    uint8_t seed[BOX_SEED_BYTES];
    random_fill(random, seed, sizeof seed);
    struct box_key key = box_key_of(seed);
    sodium_memzero(seed, sizeof seed);
    return key;
}

bool box_public_read(const void *data, size_t bytes, struct box_public *out)
{
    if (!data || bytes != BOX_KEY_BYTES)
        return false;
    memcpy(out->bytes, data, BOX_KEY_BYTES);
    return true;
}

enum status box_seal(const struct box_key *from, const struct box_public *to, const struct random *random, const void *data,
                     size_t bytes, struct buf *out, struct err *err)
{
    uint8_t nonce[crypto_box_NONCEBYTES];
    if (!buf_reserve(out, bytes + BOX_EXTRA_BYTES))
        return err_set(err, STATUS_NO_MEMORY, "no room to seal %zu bytes", bytes);
    random_fill(random, nonce, sizeof nonce);
    buf_put(out, from->open.bytes, BOX_KEY_BYTES);
    buf_put(out, nonce, sizeof nonce);
    if (crypto_box_easy((uint8_t *)out->data + out->len_bytes, data, bytes, nonce, to->bytes, from->secret))
        return err_set(err, STATUS_INVALID, "nothing can be sealed for that key");
    out->len_bytes += bytes + crypto_box_MACBYTES;
    return STATUS_OK;
}

enum status box_open(const struct box_key *to, const struct box_public *from, const void *sealed, size_t sealed_bytes,
                     struct arena *arena, const void **out, size_t *bytes, struct err *err)
{
    const uint8_t *at = sealed;
    if (sealed_bytes < BOX_EXTRA_BYTES || (from && memcmp(at, from->bytes, BOX_KEY_BYTES) != 0))
        return err_reason(err, REASON_BUNDLE_SEALED, NULL);
    uint8_t *plain = arena_alloc(arena, sealed_bytes - BOX_EXTRA_BYTES + 1);
    const uint8_t *nonce = at + BOX_KEY_BYTES, *text = nonce + crypto_box_NONCEBYTES;
    if (crypto_box_open_easy(plain, text, sealed_bytes - BOX_KEY_BYTES - crypto_box_NONCEBYTES, nonce, at, to->secret))
        return err_reason(err, REASON_BUNDLE_SEALED, NULL);
    *out = plain;
    *bytes = sealed_bytes - BOX_EXTRA_BYTES;
    return STATUS_OK;
}
