/* SPDX-License-Identifier: Apache-2.0
 *
 * A zip file of named parts, written once and read back. Sizes of single parts are not bounded by memory: a part can come from a
 * file and go to one. */
#ifndef SERVER_CMD_ARCHIVE_H
#define SERVER_CMD_ARCHIVE_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/sha256.h"

struct archive_part {
    const char *name;
    const char *path; /* the file it comes from; NULL: from data */
    const void *data;
    size_t bytes;
};
/* Writes a new file, for its owner's eyes only, and syncs it. EXISTS when there is one. A failed write leaves none. */
enum status archive_write(const char *path, const struct archive_part *parts, size_t n, struct err *err) MUST_CHECK;

struct archive;
/* NOT_FOUND; NOT_UNDERSTOOD when the file is no whole zip. */
enum status archive_open(const char *path, struct archive **out, struct err *err) MUST_CHECK;
void archive_close(struct archive *archive);
/* Appends a small part; TOO_LARGE past max_bytes, CORRUPT when it is missing or damaged. */
enum status archive_read(struct archive *archive, const char *name, size_t max_bytes, struct buf *out, struct err *err) MUST_CHECK;
/* Writes a part into a new file, syncs it and gives its digest. CORRUPT when it is missing, damaged or longer than most_bytes. */
enum status archive_extract(struct archive *archive, const char *name, const char *to_path, uint64_t most_bytes,
                            struct sha256 *digest, struct err *err) MUST_CHECK;

#endif
