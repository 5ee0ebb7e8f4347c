/* SPDX-License-Identifier: Apache-2.0 */
#include "client/export/package.h"

#include <zip.h>

#define DOS_TIME 0      /* midnight … */
#define DOS_DATE 0x0021 /* … of 1980-01-01, the first day a zip knows */

static enum status failed(const char *what, zip_error_t *error, struct err *err)
{
    return err_set(err, STATUS_FAILED, "the document could not be packed (%s): %s", what, zip_error_strerror(error));
}

static enum status add_part(zip_t *zip, const struct package_part *part, struct err *err)
{
    zip_source_t *source = zip_source_buffer(zip, part->data, part->bytes, 0);
    zip_int64_t index = source ? zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (source && index < 0)
        zip_source_free(source);
    if (index < 0 || zip_file_set_dostime(zip, (zip_uint64_t)index, DOS_TIME, DOS_DATE, 0) < 0)
        return failed(part->name, zip_get_error(zip), err);
    return STATUS_OK;
}

static enum status read_back(zip_source_t *archive, struct buf *out, struct err *err)
{
    char piece[16384];
    zip_int64_t got = 0;
    if (zip_source_open(archive) < 0)
        return failed("reading back", zip_source_error(archive), err);
    while ((got = zip_source_read(archive, piece, sizeof piece)) > 0)
        buf_put(out, piece, (size_t)got);
    enum status s = got < 0 ? failed("reading back", zip_source_error(archive), err) : STATUS_OK;
    zip_source_close(archive);
    return s;
}

enum status package_write(const struct package_part *parts, size_t n, struct buf *out, struct err *err)
{
    zip_error_t error;
    enum status s = STATUS_OK;
    zip_error_init(&error);
    zip_source_t *archive = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = archive ? zip_open_from_source(archive, ZIP_CREATE | ZIP_TRUNCATE, &error) : NULL;
    if (!zip) {
        s = failed("opening", &error, err);
        zip_source_free(archive);
        goto out;
    }
    zip_source_keep(archive); /* zip_close() gives back only its own hold */
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = add_part(zip, &parts[i], err);
    if (s != STATUS_OK) {
        zip_discard(zip);
    } else if (zip_close(zip) < 0) {
        s = failed("closing", zip_get_error(zip), err);
        zip_discard(zip);
    } else {
        s = read_back(archive, out, err);
    }
    zip_source_free(archive);
out:
    zip_error_fini(&error);
    return s;
}
