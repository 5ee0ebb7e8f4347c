/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of a .docx after GB/T 9704-2012, 7.2: A4, 37 mm above, 35 mm below, 28 mm at the left and 26 mm at the right; 7.5: its
 * number between two dashes below the text, at the right of odd pages and at the left of even ones. */
#ifndef CLIENT_EXPORT_DOCX_PAGE_H
#define CLIENT_EXPORT_DOCX_PAGE_H

#include "client/export/docx_style.h"

#define DOCX_R "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

#define TWIPS(mm) (((mm)*14400 + 127) / 254) /* 1440 to the inch of 25.4 mm */
#define PAGE_WIDTH TWIPS(210)
#define PAGE_HEIGHT TWIPS(297)
#define TEXT_WIDTH (PAGE_WIDTH - TWIPS(28) - TWIPS(26))

/* The names by which the document knows its footers (word/_rels/document.xml.rels). */
#define DOCX_ODD_FOOTER "rId3"
#define DOCX_EVEN_FOOTER "rId4"

/* The last element of the body. */
void docx_put_page(struct markup *markup);
/* A footer with the page's number, in the style. */
void docx_put_footer(struct buf *out, enum docx_style style);
/* word/settings.xml: odd and even pages differ */
void docx_put_settings(struct buf *out);

#endif
