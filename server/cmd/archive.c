/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#define PIECE_BYTES 65536

struct archive {
    zip_t *zip;
};

static enum status fail_errno(struct err *err, const char *what, const char *path, int number)
{
    char text[128];
    return err_set(err, STATUS_FAILED, "cannot %s %s: %s", what, path, err_errno(number, text, sizeof text));
}

/* ---- writing ---- */

static enum status add_part(zip_t *zip, const struct archive_part *part, struct err *err)
{
    zip_source_t *source =
        part->path ? zip_source_file(zip, part->path, 0, -1) : zip_source_buffer(zip, part->data, part->bytes, 0);
    if (!source || zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8) < 0) {
        zip_source_free(source);
        return err_set(err, STATUS_FAILED, "%s cannot be put into the archive: %s", part->name, zip_strerror(zip));
    }
    return STATUS_OK;
}

static enum status sync_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum status st = STATUS_OK;
    if (fd < 0 || fchmod(fd, 0600) != 0 || fsync(fd) != 0)
        st = fail_errno(err, "sync", path, errno);
    if (fd >= 0)
        close(fd);
    return st;
}

enum status archive_write(const char *path, const struct archive_part *parts, size_t n, struct err *err)
{
    int code;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);
    enum status st = STATUS_OK;
    if (!zip && code == ZIP_ER_EXISTS)
        return err_set(err, STATUS_EXISTS, "%s exists already", path);
    if (!zip)
        return err_set(err, STATUS_FAILED, "%s cannot be written", path);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = add_part(zip, &parts[i], err);
    if (st) {
        zip_discard(zip);
        return st;
    }
    if (zip_close(zip) != 0) {
        st = err_set(err, STATUS_FAILED, "%s cannot be written: %s", path, zip_strerror(zip));
        zip_discard(zip);
        return st;
    }
    st = sync_file(path, err);
    if (st)
        unlink(path);
    return st;
}

/* ---- reading ---- */

enum status archive_open(const char *path, struct archive **out, struct err *err)
{
    int code;
    if (access(path, R_OK) != 0) {
        int number = errno;
        (void)fail_errno(err, "read", path, number);
        err->status = number == ENOENT ? STATUS_NOT_FOUND : STATUS_DENIED;
        return err->status;
    }
    struct archive *archive = calloc(1, sizeof *archive);
    if (!archive)
        return err_set(err, STATUS_NO_MEMORY, "no memory to open %s", path);
    archive->zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (!archive->zip) {
        free(archive);
        return err_set(err, STATUS_NOT_UNDERSTOOD, "%s is no whole backup: it is another file, or was cut short or damaged", path);
    }
    *out = archive;
    return STATUS_OK;
}

void archive_close(struct archive *archive)
{
    if (!archive)
        return;
    zip_discard(archive->zip);
    free(archive);
}

static enum status open_part(struct archive *archive, const char *name, zip_file_t **out, struct err *err)
{
    *out = zip_fopen(archive->zip, name, 0);
    return *out ? STATUS_OK : err_set(err, STATUS_CORRUPT, "the backup lacks its part %s", name);
}

/* One piece; 0 bytes: the end. The library compares the part's checksum there. */
static enum status read_piece(zip_file_t *part, const char *name, void *piece, size_t *bytes, struct err *err)
{
    zip_int64_t n = zip_fread(part, piece, PIECE_BYTES);
    if (n < 0)
        return err_set(err, STATUS_CORRUPT, "the backup's part %s is damaged: %s", name, zip_file_strerror(part));
    *bytes = (size_t)n;
    return STATUS_OK;
}

enum status archive_read(struct archive *archive, const char *name, size_t max_bytes, struct buf *out, struct err *err)
{
    char piece[PIECE_BYTES];
    zip_file_t *part;
    size_t n = 1, sum = 0;
    enum status st = open_part(archive, name, &part, err);
    if (st)
        return st;
    while (st == STATUS_OK && n) {
        st = read_piece(part, name, piece, &n, err);
        if (st == STATUS_OK && (sum += n) > max_bytes)
            st = err_set(err, STATUS_TOO_LARGE, "the backup's part %s is larger than %zu bytes", name, max_bytes);
        if (st == STATUS_OK)
            buf_put(out, piece, n);
    }
    zip_fclose(part);
    return st;
}

static enum status write_piece(int fd, const char *path, const char *piece, size_t bytes, struct err *err)
{
    while (bytes) {
        ssize_t n = write(fd, piece, bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, "write", path, errno);
        piece += n;
        bytes -= (size_t)n;
    }
    return STATUS_OK;
}

static enum status copy_out(zip_file_t *part, const char *name, int fd, const char *path, uint64_t most_bytes,
                            struct sha256 *digest, struct err *err)
{
    char piece[PIECE_BYTES];
    struct sha256_stream sum;
    uint64_t total = 0;
    size_t n = 1;
    enum status st = STATUS_OK;
    sha256_start(&sum);
    while (st == STATUS_OK && n) {
        st = read_piece(part, name, piece, &n, err);
        if (st == STATUS_OK && (total += n) > most_bytes)
            st = err_set(err, STATUS_CORRUPT, "the backup's part %s is longer than its manifest says", name);
        if (st == STATUS_OK)
            st = write_piece(fd, path, piece, n, err);
        if (st == STATUS_OK)
            sha256_add(&sum, piece, n);
    }
    *digest = sha256_finish(&sum);
    if (st == STATUS_OK && fsync(fd) != 0)
        st = fail_errno(err, "sync", path, errno);
    return st;
}

enum status archive_extract(struct archive *archive, const char *name, const char *to_path, uint64_t most_bytes,
                            struct sha256 *digest, struct err *err)
{
    zip_file_t *part;
    struct sha256 sum;
    enum status st = open_part(archive, name, &part, err);
    if (st)
        return st;
    int fd = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        st = fail_errno(err, "make", to_path, errno);
    if (st == STATUS_OK)
        st = copy_out(part, name, fd, to_path, most_bytes, &sum, err);
    if (fd >= 0)
        close(fd);
    zip_fclose(part);
    if (st == STATUS_OK)
        *digest = sum;
    return st;
}
