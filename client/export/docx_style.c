/* SPDX-License-Identifier: Apache-2.0 */
#include "client/export/docx_style.h"

#include <stdio.h>
#include <string.h>

#define LATIN_FONT "Times New Roman"
#define HUNDREDTHS 100

static const struct {
    const char *id, *name, *font;
    int half_points;
    bool bold;
    const char *alignment;
    int indent, line, outline;
} styles[] = {
#define STYLE(id, name, font, half_points, bold, alignment, indent, line, outline)                                                 \
    {#id, name, font, half_points, bold, alignment, indent, line, outline},
#include "client/export/docx_style.def"
#undef STYLE
};

const char *docx_style_id(enum docx_style style)
{
    return styles[style].id;
}

static const char *number(char room[16], int value)
{
    snprintf(room, 16, "%d", value);
    return room;
}

static void put_fonts_of(struct markup *m, const char *font, int half_points, bool bold)
{
    char size[16];
    markup_start(m, "w:rPr", NULL);
    markup_empty(m, "w:rFonts", "w:ascii", LATIN_FONT, "w:hAnsi", LATIN_FONT, "w:eastAsia", font, "w:cs", LATIN_FONT, NULL);
    if (bold)
        markup_empty(m, "w:b", NULL);
    markup_empty(m, "w:sz", "w:val", number(size, half_points), NULL);
    markup_empty(m, "w:szCs", "w:val", size, NULL);
    markup_end(m);
}

/* The order of the elements is the schema's (ECMA-376 part 1, 17.3.1.26). */
static void put_paragraph(struct markup *m, size_t i)
{
    char a[16], b[16];
    markup_start(m, "w:pPr", NULL);
    if (styles[i].outline >= 0)
        markup_empty(m, "w:keepNext", NULL);
    if (styles[i].line)
        markup_empty(m, "w:spacing", "w:line", number(a, styles[i].line), "w:lineRule", "exact", NULL);
    else
        markup_empty(m, "w:spacing", "w:line", "300", "w:lineRule", "auto", NULL);
    bool right = strcmp(styles[i].alignment, "right") == 0;
    int indent = styles[i].indent * styles[i].half_points * 10 / HUNDREDTHS; /* a character is as wide as the font is high */
    if (styles[i].indent && right)
        markup_empty(m, "w:ind", "w:rightChars", number(a, styles[i].indent), "w:right", number(b, indent), NULL);
    else if (styles[i].indent)
        markup_empty(m, "w:ind", "w:firstLineChars", number(a, styles[i].indent), "w:firstLine", number(b, indent), NULL);
    markup_empty(m, "w:jc", "w:val", styles[i].alignment, NULL);
    if (styles[i].outline >= 0)
        markup_empty(m, "w:outlineLvl", "w:val", number(a, styles[i].outline), NULL);
    markup_end(m);
}

static void put_style(struct markup *m, size_t i)
{
    if (i == DOCX_Normal)
        markup_start(m, "w:style", "w:type", "paragraph", "w:default", "1", "w:styleId", styles[i].id, NULL);
    else
        markup_start(m, "w:style", "w:type", "paragraph", "w:styleId", styles[i].id, NULL);
    markup_empty(m, "w:name", "w:val", styles[i].name, NULL);
    if (i != DOCX_Normal)
        markup_empty(m, "w:basedOn", "w:val", styles[DOCX_Normal].id, NULL);
    markup_empty(m, "w:qFormat", NULL);
    put_paragraph(m, i);
    put_fonts_of(m, styles[i].font, styles[i].half_points, styles[i].bold);
    markup_end(m);
}

void docx_put_styles(struct buf *out)
{
    struct markup m;
    markup_init_xml(&m, out);
    markup_start(&m, "w:styles", "xmlns:w", DOCX_W, NULL);
    markup_start(&m, "w:docDefaults", NULL);
    markup_start(&m, "w:rPrDefault", NULL);
    markup_start(&m, "w:rPr", NULL);
    markup_empty(&m, "w:rFonts", "w:ascii", LATIN_FONT, "w:hAnsi", LATIN_FONT, "w:eastAsia", styles[DOCX_Normal].font, "w:cs",
                 LATIN_FONT, NULL);
    markup_empty(&m, "w:lang", "w:val", "en-US", "w:eastAsia", "zh-CN", NULL);
    markup_end(&m);
    markup_end(&m);
    markup_end(&m);
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++)
        put_style(&m, i);
    markup_end(&m);
}

void docx_put_fonts(struct buf *out)
{
    static const char *const fonts[][2] = {
        {"方正小标宋简体", "宋体"}, {"仿宋_GB2312", "仿宋"}, {"楷体_GB2312", "楷体"}, {"黑体", "SimHei"}};
    struct markup m;
    markup_init_xml(&m, out);
    markup_start(&m, "w:fonts", "xmlns:w", DOCX_W, NULL);
    for (size_t i = 0; i < sizeof fonts / sizeof fonts[0]; i++) {
        markup_start(&m, "w:font", "w:name", fonts[i][0], NULL);
        markup_empty(&m, "w:altName", "w:val", fonts[i][1], NULL);
        markup_empty(&m, "w:charset", "w:val", "86", NULL); /* GB 2312 */
        markup_end(&m);
    }
    markup_end(&m);
}
