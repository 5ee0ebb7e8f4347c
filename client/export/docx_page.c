/* SPDX-License-Identifier: Apache-2.0 */
#include "client/export/docx_page.h"

#include <stdio.h>

#define NUMBER_BYTES 16

static const char *number(char room[NUMBER_BYTES], int value)
{
    snprintf(room, NUMBER_BYTES, "%d", value);
    return room;
}

void docx_put_page(struct markup *m)
{
    char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES], d[NUMBER_BYTES], e[NUMBER_BYTES], f[NUMBER_BYTES];
    markup_start(m, "w:sectPr", NULL);
    markup_empty(m, "w:footerReference", "w:type", "default", "r:id", DOCX_ODD_FOOTER, NULL);
    markup_empty(m, "w:footerReference", "w:type", "even", "r:id", DOCX_EVEN_FOOTER, NULL);
    markup_empty(m, "w:pgSz", "w:w", number(a, PAGE_WIDTH), "w:h", number(b, PAGE_HEIGHT), NULL);
    markup_empty(m, "w:pgMar", "w:top", number(a, TWIPS(37)), "w:right", number(b, TWIPS(26)), "w:bottom", number(c, TWIPS(35)),
                 "w:left", number(d, TWIPS(28)), "w:header", number(e, TWIPS(15)), "w:footer", number(f, TWIPS(22)), "w:gutter",
                 "0", NULL);
    markup_end(m);
}

static void put_run(struct markup *m, const char *text)
{
    markup_start(m, "w:r", NULL);
    markup_start(m, "w:t", "xml:space", "preserve", NULL);
    markup_text(m, text);
    markup_end(m);
    markup_end(m);
}

void docx_put_footer(struct buf *out, enum docx_style style)
{
    struct markup m;
    markup_init_xml(&m, out);
    markup_start(&m, "w:ftr", "xmlns:w", DOCX_W, NULL);
    markup_start(&m, "w:p", NULL);
    markup_start(&m, "w:pPr", NULL);
    markup_empty(&m, "w:pStyle", "w:val", docx_style_id(style), NULL);
    markup_end(&m);
    put_run(&m, "— ");
    markup_start(&m, "w:fldSimple", "w:instr", " PAGE ", NULL);
    put_run(&m, "1");
    markup_end(&m);
    put_run(&m, " —");
    markup_end(&m);
    markup_end(&m);
}

void docx_put_settings(struct buf *out)
{
    struct markup m;
    markup_init_xml(&m, out);
    markup_start(&m, "w:settings", "xmlns:w", DOCX_W, NULL);
    markup_empty(&m, "w:evenAndOddHeaders", NULL);
    markup_start(&m, "w:compat", NULL); /* else Word shows it as of an old version */
    markup_empty(&m, "w:compatSetting", "w:name", "compatibilityMode", "w:uri", "http://schemas.microsoft.com/office/word", "w:val",
                 "15", NULL);
    markup_end(&m);
    markup_end(&m);
}
