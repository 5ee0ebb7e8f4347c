/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/rights.h"

static const char *writer_name(enum writer writer)
{
    switch (writer) {
    case WRITER_SCHOOL:
        return "the school";
    case WRITER_DISTRICT:
        return "the district";
    case WRITER_SERVER:
        return "the server";
    }
    return "nobody";
}

enum status rights_check_edit(const struct edit *edit, uint32_t stream, enum writer writer, struct err *err)
{
    const struct kind *kind = edit->kind;
    enum stream_class class = stream == STREAM_PUBLIC ? STREAM_CLASS_PUBLIC : STREAM_CLASS_SCHOOL;
    if (kind->stream_class != class || stream == STREAM_DISTRICT)
        return err_reason(err, REASON_KIND_STREAM, kind->name, NULL);
    for (size_t i = 0; i < kind->n_fields; i++)
        if ((edit->fields & field_bit(&kind->fields[i])) && kind->fields[i].writer > writer)
            return err_reason(err, REASON_FIELD_WRITER, kind->name, kind->fields[i].name, writer_name(kind->fields[i].writer),
                              NULL);
    return STATUS_OK;
}
