/* SPDX-License-Identifier: Apache-2.0
 *
 * A commit in memory and its journal row. The row's body is an encoded Commit; its digest, SHA-256 of the body, links the next row
 * to it; the HMAC lets the server recognise its own rows when a client brings them back. */
#ifndef COMMON_SYNC_COMMIT_H
#define COMMON_SYNC_COMMIT_H

#include "common/base/sha256.h"
#include "common/record/stream_hash.h"
#include "common/sync/edit.h"

/* How a commit came; Commit.way. */
enum commit_way {
    COMMIT_NETWORK = 0,
    COMMIT_BUNDLE = 1,
    COMMIT_REVOKED = 2, /* in a bundle, of a device that was revoked: the operator took it in all the same */
};

struct commit {
    uint32_t stream;
    uint64_t rev, epoch;
    struct uuid instance;
    uint64_t sequence;
    struct sha256 payload_digest;
    struct uuid device;
    const char *person; /* who; never NULL */
    int64_t time_ms;
    enum status status; /* OK, or why the push was refused as a whole */
    const char *const *reasons;
    size_t n_reasons;
    const char *note; /* never NULL */
    const struct edit *effects;
    size_t n_effects;
    const Lianxin__EditResult *const *results;
    size_t n_results;
    struct stream_hash hash;
    struct sha256 previous;                  /* all zero at rev 1 */
    uint64_t recovered_epoch, recovered_rev; /* 0: not recovered */
    enum commit_way way;
};

/* A journal row as stored and passed on, byte for byte. */
struct row {
    const uint8_t *body;
    size_t body_bytes;
    struct sha256 hmac;
    struct sha256 digest; /* of body */
};

/* Encodes into arena and seals with the district's journal key. */
void commit_encode(struct arena *arena, const struct commit *commit, const uint8_t key[SHA256_BYTES], struct row *out);
/* Decodes a row's body. Effects of kinds or fields the schema does not know: kept as unknown fields of the partial records; an
 * unknown kind's effect gets kind NULL and is skipped by the appliers, which hash it by commit_hash_foreign(). PROTOCOL when the
 * bytes are no commit. */
enum status commit_decode(struct arena *arena, const struct schema *schema, const void *body, size_t bytes, struct commit *out,
                          struct err *err) MUST_CHECK;
/* What the effects of kinds this schema does not know change in the stream's hash. Their records are not kept, so a reader adds
 * this up beside the sum over the records it keeps. */
void commit_hash_foreign(const struct commit *commit, struct stream_hash *h);

/* Who made a commit and when, without reading its effects. Borrowed from body; false when the bytes are no commit. */
bool commit_read_author(const void *body, size_t bytes, const char **person, size_t *person_bytes, int64_t *time_ms);

/* The same for the device it came from. */
bool commit_read_device(const void *body, size_t bytes, struct uuid *device);

bool row_sealed_by(const struct row *row, const uint8_t key[SHA256_BYTES]);
struct row row_of(const void *body, size_t bytes, const struct sha256 *hmac);

#endif
