/* SPDX-License-Identifier: Apache-2.0 */
#include "client/export/export.h"

#include <string.h>
#include <strings.h>

static const struct export_format formats[] = {
#define FORMAT(name, text) {#name, text, export_##name##_write},
#include "client/export/format.def"
#undef FORMAT
};

const struct export_format *export_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcasecmp(name, formats[i].name) == 0)
            return &formats[i];
    return NULL;
}

const struct export_format *export_format_find_for_file(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? export_format_find(dot + 1) : NULL;
}

enum status export_write(const struct export_format *format, const struct export_plan *plan, struct arena *arena, struct buf *out,
                         struct err *err)
{
    struct buf document;
    buf_init(&document, 0);
    enum status s = format->write(plan, arena, &document, err);
    if (s == STATUS_OK)
        buf_put(out, document.data, document.len_bytes);
    if (s == STATUS_OK && (document.failed || out->failed))
        s = err_set(err, STATUS_NO_MEMORY, "no memory to write the document");
    buf_done(&document);
    return s;
}
