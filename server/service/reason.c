/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/reason.h"

#include <string.h>

static const char *label_of_value(const struct field *field, const char *name)
{
    for (size_t i = 0; i < field->n_values; i++)
        if (strcmp(field->values[i].name, name) == 0)
            return field->values[i].label_zh;
    return NULL;
}

/* Who may write a field (server/service/rights.c). */
static const char *label_of_writer(const char *name)
{
    static const char *const labels[][2] = {{"the school", "学校"}, {"the district", "区工会"}, {"the server", "服务器"}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(labels[i][0], name) == 0)
            return labels[i][1];
    return name;
}

/* kind is the one the reason is about, when it names one: fields of the same name mean the same mostly, but not always. */
static const char *label_of(const struct schema *schema, const struct kind *kind, const char *name)
{
    const struct kind *named = schema_find_kind_by_name(schema, name);
    if (named)
        return named->label_zh;
    for (size_t i = 0; kind && i < kind->n_fields; i++) {
        const char *value = label_of_value(&kind->fields[i], name);
        if (strcmp(kind->fields[i].name, name) == 0)
            return kind->fields[i].label_zh;
        if (value)
            return value;
    }
    return label_of_writer(name);
}

const char *reason_line(struct arena *arena, const struct schema *schema, const struct err *err)
{
    const struct kind *kind = schema_find_kind_by_name(schema, err->arguments[0]);
    const char *arguments[ERR_ARGUMENTS];
    char chinese[ERR_TEXT_BYTES];
    for (size_t i = 0; i < ERR_ARGUMENTS; i++)
        arguments[i] = label_of(schema, kind, err->arguments[i]);
    if (!err_format(err->reason, arguments, ERR_ARGUMENTS, true, chinese, sizeof chinese))
        return arena_strdup(arena, err->text);
    return arena_printf(arena, "%s\t%s", err->text, chinese);
}
