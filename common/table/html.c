/* SPDX-License-Identifier: Apache-2.0 */
#include "common/table/html.h"

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
        default:
            buf_putc(out, *p);
        }
    buf_done(&safe);
}

static void put_tag(struct html *html, const char *element, va_list ap)
{
    buf_putc(html->out, '<');
    buf_puts(html->out, element);
    for (const char *name = va_arg(ap, const char *); name; name = va_arg(ap, const char *)) {
        buf_putc(html->out, ' ');
        buf_puts(html->out, name);
        buf_puts(html->out, "=\"");
        put_escaped(html->out, va_arg(ap, const char *));
        buf_putc(html->out, '"');
    }
    buf_putc(html->out, '>');
}

void html_init(struct html *html, struct buf *out)
{
    *html = (struct html){.out = out};
    buf_puts(out, "<!DOCTYPE html>\n");
}

void html_start(struct html *html, const char *element, ...)
{
    if (html->depth == HTML_DEPTH_MAX)
        abort(); /* depth comes from our own code, never from data */
    va_list ap;
    va_start(ap, element);
    put_tag(html, element, ap);
    va_end(ap);
    html->open[html->depth++] = element;
}

void html_text(struct html *html, const char *text)
{
    put_escaped(html->out, text);
}

void html_end(struct html *html)
{
    const char *element = html->open[--html->depth];
    buf_puts(html->out, "</");
    buf_puts(html->out, element);
    buf_putc(html->out, '>');
    /* A new line after what stands in blocks keeps the page readable as text. */
    if (strcmp(element, "td") != 0 && strcmp(element, "th") != 0)
        buf_putc(html->out, '\n');
}

void html_element(struct html *html, const char *element, const char *text)
{
    html_start(html, element, NULL);
    html_text(html, text);
    html_end(html);
}

void html_void(struct html *html, const char *element, ...)
{
    va_list ap;
    va_start(ap, element);
    put_tag(html, element, ap);
    va_end(ap);
    buf_putc(html->out, '\n');
}
