/* SPDX-License-Identifier: Apache-2.0
 *
 * Small files read and written whole. */
#ifndef COMMON_BASE_FILE_H
#define COMMON_BASE_FILE_H

#include <stddef.h>

#include "common/base/buf.h"
#include "common/base/err.h"

/* Appends the whole file. NOT_FOUND, DENIED, TOO_LARGE past max_bytes (nothing appended), FAILED. */
enum status file_read(const char *path, size_t max_bytes, struct buf *out, struct err *err) MUST_CHECK;
/* Makes or replaces path so that a crash leaves the old content or the new: a temporary file in the same folder, fsync, rename,
 * fsync of the folder. mode as in chmod(2). */
enum status file_write(const char *path, const void *data, size_t bytes, unsigned mode, struct err *err) MUST_CHECK;
/* Renames a file or folder within one file system so that it lasts: fsync of the folder it comes to. */
enum status file_rename(const char *from, const char *to, struct err *err) MUST_CHECK;
/* What was made or removed at path stays so: fsync of the folder it is in. */
enum status file_sync_folder_of(const char *path, struct err *err) MUST_CHECK;

#endif
