/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/status.h"

#include <stddef.h>

static const struct row {
    enum status status;
    const char *name;
    int exit_code;
    const char *text;
    const char *text_zh;
} rows[] = {
#define STATUS(number, name, exit_code, text, text_zh) {STATUS_##name, #name, exit_code, text, text_zh},
#include "common/base/status.def"
#undef STATUS
};

static const struct row *row_find(enum status s)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == s)
            return &rows[i];
    return NULL;
}

const char *status_name(enum status s)
{
    const struct row *row = row_find(s);
    return row ? row->name : "UNKNOWN";
}

const char *status_text(enum status s, int chinese)
{
    const struct row *row = row_find(s);
    if (!row)
        return chinese ? "未知结果" : "unknown status";
    return chinese ? row->text_zh : row->text;
}

int status_exit_code(enum status s)
{
    const struct row *row = row_find(s);
    return row ? row->exit_code : 1;
}
