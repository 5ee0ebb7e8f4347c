/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT 1

static json_t *print_parts(const struct manifest *manifest)
{
    json_t *parts = json_array();
    for (size_t i = 0; i < manifest->n_parts; i++) {
        char digest[SHA256_TEXT_BYTES];
        sha256_format(&manifest->parts[i].digest, digest);
        json_array_append_new(parts, json_pack("{s:s, s:I, s:s}", "name", manifest->parts[i].name, "bytes",
                                               (json_int_t)manifest->parts[i].bytes, "sha256", digest));
    }
    return parts;
}

static int append(const char *text, size_t bytes, void *out)
{
    buf_put(out, text, bytes);
    return 0;
}

void manifest_print(const struct manifest *manifest, struct buf *out)
{
    json_t *streams = json_array();
    for (size_t i = 0; i < manifest->n_streams; i++)
        json_array_append_new(streams, json_pack("{s:I, s:I}", "stream", (json_int_t)manifest->streams[i].stream, "rev",
                                                 (json_int_t)manifest->streams[i].rev));
    json_t *whole = json_pack("{s:i, s:s, s:s, s:I, s:I, s:o, s:o}", "lianxin_backup", FORMAT, "software", manifest->software,
                              "district", manifest->district, "epoch", (json_int_t)manifest->epoch, "made_ms",
                              (json_int_t)manifest->made_ms, "parts", print_parts(manifest), "streams", streams);
    json_dump_callback(whole, append, out, JSON_INDENT(2));
    buf_putc(out, '\n');
    json_decref(whole);
}

/* A part is written where its name says, so the name must stay inside the folder. */
static bool is_inside(const char *name)
{
    return *name && *name != '/' && !strstr(name, "..") && strlen(name) < 200;
}

static bool parse_digest(const char *text, struct sha256 *out)
{
    if (strlen(text) != 2 * SHA256_BYTES || strspn(text, "0123456789abcdef") != 2 * SHA256_BYTES)
        return false;
    for (size_t i = 0; i < SHA256_BYTES; i++)
        out->bytes[i] = (uint8_t)strtoul((const char[]){text[2 * i], text[2 * i + 1], 0}, NULL, 16);
    return true;
}

static bool parse_parts(struct arena *arena, json_t *array, struct manifest *out)
{
    size_t n = json_array_size(array);
    if (!n || n > MANIFEST_PARTS_MAX)
        return false;
    out->parts = ARENA_ARRAY(arena, n, struct manifest_part);
    for (; out->n_parts < n; out->n_parts++) {
        struct manifest_part *part = &out->parts[out->n_parts];
        const char *name, *digest;
        json_int_t bytes;
        if (json_unpack(json_array_get(array, out->n_parts), "{s:s, s:I, s:s}", "name", &name, "bytes", &bytes, "sha256",
                        &digest) != 0 ||
            bytes < 0 || !is_inside(name) || !parse_digest(digest, &part->digest))
            return false;
        part->name = arena_strdup(arena, name);
        part->bytes = (uint64_t)bytes;
    }
    return true;
}

static bool parse_streams(struct arena *arena, json_t *array, struct manifest *out)
{
    size_t n = json_array_size(array);
    out->streams = ARENA_ARRAY(arena, n, struct manifest_stream);
    for (; out->n_streams < n; out->n_streams++) {
        json_int_t stream, rev;
        if (json_unpack(json_array_get(array, out->n_streams), "{s:I, s:I}", "stream", &stream, "rev", &rev) != 0 || stream <= 0 ||
            stream > UINT32_MAX || rev <= 0)
            return false;
        out->streams[out->n_streams] = (struct manifest_stream){.stream = (uint32_t)stream, .rev = (uint64_t)rev};
    }
    return true;
}

static bool parse_whole(struct arena *arena, json_t *whole, struct manifest *out)
{
    const char *software, *district;
    json_int_t epoch, made_ms;
    json_t *parts, *streams;
    if (json_unpack(whole, "{s:s, s:s, s:I, s:I, s:o, s:o}", "software", &software, "district", &district, "epoch", &epoch,
                    "made_ms", &made_ms, "parts", &parts, "streams", &streams) != 0 ||
        epoch <= 0)
        return false;
    out->software = arena_strdup(arena, software);
    out->district = arena_strdup(arena, district);
    out->epoch = (uint64_t)epoch;
    out->made_ms = made_ms;
    return parse_parts(arena, parts, out) && parse_streams(arena, streams, out);
}

enum status manifest_parse(struct arena *arena, const char *text, size_t bytes, struct manifest *out, struct err *err)
{
    struct manifest manifest = {0};
    int format = 0;
    json_t *whole = json_loadb(text, bytes, 0, NULL);
    enum status st = STATUS_OK;
    if (!whole || json_unpack(whole, "{s:i}", "lianxin_backup", &format) != 0)
        st = err_set(err, STATUS_NOT_UNDERSTOOD, "the file is no backup of a district");
    else if (format != FORMAT)
        st = err_set(err, STATUS_NOT_UNDERSTOOD, "the backup was written by a newer lianxind (format %d); use that one", format);
    else if (!parse_whole(arena, whole, &manifest))
        st = err_set(err, STATUS_NOT_UNDERSTOOD, "the backup's manifest is damaged");
    json_decref(whole);
    if (st == STATUS_OK)
        *out = manifest;
    return st;
}
