/* SPDX-License-Identifier: Apache-2.0
 *
 * What a backup says about itself: which parts it holds, with their digests, and of which state of the database. Its JSON is the
 * part manifest.json of the archive. */
#ifndef SERVER_CMD_MANIFEST_H
#define SERVER_CMD_MANIFEST_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/sha256.h"

#define MANIFEST_NAME "manifest.json"
#define MANIFEST_BYTES_MAX ((size_t)16 << 20)
#define MANIFEST_PARTS_MAX 1000u

struct manifest_part {
    const char *name; /* relative to the data folder; never absolute and without ".." */
    uint64_t bytes;
    struct sha256 digest;
};
struct manifest_stream {
    uint32_t stream;
    uint64_t rev;
};
struct manifest {
    const char *software, *district;
    uint64_t epoch;
    int64_t made_ms;
    struct manifest_part *parts;
    size_t n_parts;
    struct manifest_stream *streams;
    size_t n_streams;
};

void manifest_print(const struct manifest *manifest, struct buf *out);
/* In arena. NOT_UNDERSTOOD when it is no manifest, or one of a newer format. */
enum status manifest_parse(struct arena *arena, const char *text, size_t bytes, struct manifest *out, struct err *err) MUST_CHECK;

#endif
