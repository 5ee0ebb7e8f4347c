/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a .docx that say how things look. */
#ifndef CLIENT_EXPORT_DOCX_STYLE_H
#define CLIENT_EXPORT_DOCX_STYLE_H

#include "common/table/markup.h"

#define DOCX_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

enum docx_style {
#define STYLE(id, name, font, half_points, bold, alignment, indent, line, outline) DOCX_##id,
#include "client/export/docx_style.def"
#undef STYLE
};

const char *docx_style_id(enum docx_style style);
/* word/styles.xml */
void docx_put_styles(struct buf *out);
/* word/fontTable.xml: what to take where a font is missing */
void docx_put_fonts(struct buf *out);

#endif
