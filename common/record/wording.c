/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/wording.h"

#include <stdio.h>
#include <string.h>

static const char *value_label(const struct kind *kind, const char *name, bool chinese)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        for (size_t v = 0; v < kind->fields[i].n_values; v++) {
            const struct enum_value *value = &kind->fields[i].values[v];
            if (strcmp(value->name, name) == 0)
                return chinese ? value->label_zh : value->label;
        }
    return NULL;
}

static const char *field_label(const struct kind *kind, const char *name, bool chinese)
{
    const struct field *field = kind_find_field_by_name(kind, name);
    return !field ? NULL : chinese ? field->label_zh : field->label;
}

static const struct kind *find_kind(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n_kinds; i++)
        if (strcmp(schema->kinds[i].name, name) == 0 || strcmp(schema->kinds[i].label, name) == 0)
            return &schema->kinds[i];
    return NULL;
}

/* The label of a field of any kind: what was typed names a field alone. */
static const char *any_field_label(const struct schema *schema, const char *name, bool chinese)
{
    const char *label = NULL;
    for (size_t i = 0; i < schema->n_kinds && !label; i++)
        label = field_label(&schema->kinds[i], name, chinese);
    return label;
}

/* What reasons name beside kinds, fields and values: who may write a field, the ends of a record's life, roles, and what is wrong
 * with an argument. */
static const char *word_label(const char *name)
{
    static const char *const labels[][2] = {
        {"the school", "学校"},
        {"the district", "区工会"},
        {"the server", "服务器"},
        {"new", "新建"},
        {"deleted", "已删除"},
        {"lead", "区级负责人"},
        {"several begin like this; give more of it", "有多项以此开头，请多写几位"},
        {"nothing due begins like this", "没有以此开头的应报事项"},
        {"the start of its id is needed", "需要编号的开头几位"},
        {"a name is needed", "需要写姓名"},
        {"too long", "过长"},
        {"at most 90", "最多 90"},
        {"the new device takes school and role from the old one", "新设备的单位和身份随旧设备，不要另写"},
        {"device for a school, district or lead for the district", "单位只能是经办人；区级是人员或负责人"},
        {"is missing", "没有填写"}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(labels[i][0], name) == 0)
            return labels[i][1];
    return NULL;
}

/* The first argument names a kind, or a field alone; those behind a kind may name its fields and values. */
static void label_arguments(const struct schema *schema, bool chinese, const struct err *err, const char *out[ERR_ARGUMENTS])
{
    const struct kind *kind = find_kind(schema, err->arguments[0]);
    for (size_t i = 0; i < ERR_ARGUMENTS; i++) {
        const char *name = err->arguments[i], *label = NULL;
        if (i == 0)
            label = kind ? (chinese ? kind->label_zh : kind->label) : any_field_label(schema, name, chinese);
        else if (kind)
            label = field_label(kind, name, chinese);
        if (i > 0 && kind && !label)
            label = value_label(kind, name, chinese);
        if (!label && chinese)
            label = word_label(name);
        out[i] = label ? label : name;
    }
}

void wording_apply(const struct schema *schema, bool chinese, struct err *err)
{
    const char *names[ERR_ARGUMENTS], *labels[ERR_ARGUMENTS];
    char english[ERR_TEXT_BYTES], own[ERR_TEXT_BYTES], text[2 * ERR_TEXT_BYTES];
    for (size_t i = 0; i < ERR_ARGUMENTS; i++)
        names[i] = err->arguments[i];
    label_arguments(schema, chinese, err, labels);
    if (!err_format(err->reason, names, ERR_ARGUMENTS, false, english, sizeof english) ||
        !err_format(err->reason, labels, ERR_ARGUMENTS, chinese, own, sizeof own))
        return;
    size_t all = strlen(err->text), tail = strlen(english);
    bool prefixed = all >= tail && strcmp(err->text + all - tail, english) == 0;
    snprintf(text, sizeof text, "%.*s%s", prefixed ? (int)(all - tail) : 0, err->text, own);
    (void)err_set(err, err->status, "%s", text);
}
