/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/reader.h"
enum status read_docx(const void *data, size_t bytes, struct document *document, struct err *err)
{
    (void)data;
    (void)bytes;
    (void)document;
    return err_set(err, STATUS_NOT_UNDERSTOOD, "not yet");
}
enum status read_xlsx(const void *data, size_t bytes, struct document *document, struct err *err)
{
    return read_docx(data, bytes, document, err);
}
