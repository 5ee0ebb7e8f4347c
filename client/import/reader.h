/* SPDX-License-Identifier: Apache-2.0
 *
 * The readers: bytes of one format in, paragraphs and tables with their positions out. */
#ifndef CLIENT_IMPORT_READER_H
#define CLIENT_IMPORT_READER_H

#include "client/import/document.h"
#include "client/import/import.h"

/* Text, Markdown (markdown: its marks are taken off) and tab-separated tables, in any encoding of encoding.h. */
enum status read_text(const char *data, size_t bytes, bool markdown, struct document *document, struct err *err) MUST_CHECK;
/* Office Open XML. */
enum status read_docx(const void *data, size_t bytes, struct document *document, struct err *err) MUST_CHECK;
enum status read_xlsx(const void *data, size_t bytes, struct document *document, struct err *err) MUST_CHECK;

#endif
