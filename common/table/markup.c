/* SPDX-License-Identifier: Apache-2.0 */
#include "common/table/markup.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"

static void put_escaped(struct buf *out, const char *text)
{
    struct buf safe;
    buf_init(&safe, 0);
    utf8_put_safe(&safe, text, strlen(text), true);
    for (const char *p = buf_text(&safe); *p; p++)
        switch (*p) {
        case '&':
            buf_puts(out, "&amp;");
            break;
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '>':
            buf_puts(out, "&gt;");
            break;
        case '"':
            buf_puts(out, "&quot;");
            break;
        case '\'':
            buf_puts(out, "&#39;");
            break;
        case '\xEF':
            /* U+FFFE and U+FFFF are no characters of XML */
            if (p[1] == '\xBF' && (p[2] == '\xBE' || p[2] == '\xBF')) {
                buf_puts(out, "\xEF\xBF\xBD");
                p += 2;
                break;
            }
            buf_putc(out, *p);
            break;
        default:
            buf_putc(out, *p);
        }
    buf_done(&safe);
}

static void put_tag(struct markup *markup, const char *element, bool empty, va_list ap)
{
    buf_putc(markup->out, '<');
    buf_puts(markup->out, element);
    for (const char *name = va_arg(ap, const char *); name; name = va_arg(ap, const char *)) {
        buf_putc(markup->out, ' ');
        buf_puts(markup->out, name);
        buf_puts(markup->out, "=\"");
        put_escaped(markup->out, va_arg(ap, const char *));
        buf_putc(markup->out, '"');
    }
    buf_puts(markup->out, empty && markup->xml ? "/>" : ">");
}

void markup_init_html(struct markup *markup, struct buf *out)
{
    *markup = (struct markup){.out = out};
    buf_puts(out, "<!DOCTYPE html>\n");
}

void markup_init_xml(struct markup *markup, struct buf *out)
{
    *markup = (struct markup){.out = out, .xml = true};
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
}

void markup_start(struct markup *markup, const char *element, ...)
{
    if (markup->depth == MARKUP_DEPTH_MAX)
        abort(); /* depth comes from our own code, never from data */
    va_list ap;
    va_start(ap, element);
    put_tag(markup, element, false, ap);
    va_end(ap);
    markup->open[markup->depth++] = element;
}

void markup_text(struct markup *markup, const char *text)
{
    put_escaped(markup->out, text);
}

void markup_end(struct markup *markup)
{
    const char *element = markup->open[--markup->depth];
    buf_puts(markup->out, "</");
    buf_puts(markup->out, element);
    buf_putc(markup->out, '>');
    /* A new line after what stands in blocks keeps the page readable as text. */
    if (!markup->xml && strcmp(element, "td") != 0 && strcmp(element, "th") != 0)
        buf_putc(markup->out, '\n');
}

void markup_element(struct markup *markup, const char *element, const char *text)
{
    markup_start(markup, element, NULL);
    markup_text(markup, text);
    markup_end(markup);
}

void markup_empty(struct markup *markup, const char *element, ...)
{
    va_list ap;
    va_start(ap, element);
    put_tag(markup, element, true, ap);
    va_end(ap);
    if (!markup->xml)
        buf_putc(markup->out, '\n');
}
