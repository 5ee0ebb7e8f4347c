/* SPDX-License-Identifier: Apache-2.0
 *
 * A zip without compression, made of the parts of a fuzzer's input: so that mutations reach the XML behind the checksums. */
#ifndef TESTS_FUZZ_FUZZ_IMPORT_PACKAGE_H
#define TESTS_FUZZ_FUZZ_IMPORT_PACKAGE_H

#include "common/base/buf.h"
#include "tests/fuzz/fuzz_import.h"

#define FUZZ_PARTS 6
#define FUZZ_SEPARATOR "\n=====\n" /* between the parts of an input */

/* Without a comparison: a fuzzer looks at each one for what to try next, and these tell it nothing. */
static inline uint32_t fuzz_crc32(const uint8_t *data, size_t size)
{
    static const uint32_t halves[] = {0,          0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
                                      0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                      0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        crc = crc >> 4 ^ halves[crc & 15];
        crc = crc >> 4 ^ halves[crc & 15];
    }
    return ~crc;
}

static inline void fuzz_put(struct buf *out, uint32_t value, size_t bytes)
{
    for (; bytes--; value >>= 8)
        buf_putc(out, (char)(value & 0xFF));
}

/* What a local header and a central entry have in common. */
static inline void fuzz_put_entry(struct buf *out, const char *name, const uint8_t *data, size_t size)
{
    fuzz_put(out, 20, 2);
    fuzz_put(out, 0, 8); /* flags, stored, time, date */
    fuzz_put(out, fuzz_crc32(data, size), 4);
    fuzz_put(out, (uint32_t)size, 4);
    fuzz_put(out, (uint32_t)size, 4);
    fuzz_put(out, (uint32_t)strlen(name), 2);
    fuzz_put(out, 0, 2);
}

static inline const uint8_t *fuzz_part_end(const uint8_t *at, const uint8_t *end)
{
    for (; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        if ((size_t)(end - at) >= strlen(FUZZ_SEPARATOR) && memcmp(at, FUZZ_SEPARATOR, strlen(FUZZ_SEPARATOR)) == 0)
            return at;
    return end;
}

/* Splits the input at the separators and appends to zip the package of names[i] = part i; names without a part are left out. */
static inline void fuzz_put_package(struct buf *zip, const char *const *names, const uint8_t *data, size_t size)
{
    struct buf central;
    size_t n = 0;
    buf_init(&central, 0);
    for (const uint8_t *at = data, *end = data + size; n < FUZZ_PARTS && names[n] && (at < end || n == 0); n++) {
        const uint8_t *stop = fuzz_part_end(at, end);
        uint32_t offset = (uint32_t)zip->len_bytes;
        fuzz_put(zip, 0x04034B50, 4);
        fuzz_put_entry(zip, names[n], at, (size_t)(stop - at));
        buf_puts(zip, names[n]);
        buf_put(zip, at, (size_t)(stop - at));
        fuzz_put(&central, 0x02014B50, 4);
        fuzz_put(&central, 20, 2);
        fuzz_put_entry(&central, names[n], at, (size_t)(stop - at));
        fuzz_put(&central, 0, 2); /* comment */
        fuzz_put(&central, 0, 4); /* disk, internal attributes */
        fuzz_put(&central, 0, 4); /* external attributes */
        fuzz_put(&central, offset, 4);
        buf_puts(&central, names[n]);
        at = stop < end ? stop + strlen(FUZZ_SEPARATOR) : end;
    }
    uint32_t start = (uint32_t)zip->len_bytes;
    buf_put(zip, central.data, central.len_bytes);
    fuzz_put(zip, 0x06054B50, 4);
    fuzz_put(zip, 0, 4);
    fuzz_put(zip, (uint32_t)n, 2);
    fuzz_put(zip, (uint32_t)n, 2);
    fuzz_put(zip, (uint32_t)central.len_bytes, 4);
    fuzz_put(zip, start, 4);
    fuzz_put(zip, 0, 2);
    buf_done(&central);
}

static inline void fuzz_import_package(const char *file, const char *const *names, const uint8_t *data, size_t size)
{
    struct buf zip;
    buf_init(&zip, 0);
    fuzz_put_package(&zip, names, data, size);
    fuzz_import(file, zip.data, zip.len_bytes);
    buf_done(&zip);
}

#endif
