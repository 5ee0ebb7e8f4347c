/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/base/encoding.h"
#include "client/import/grid.h"
#include "client/import/reader.h"
#include "client/ui/lang.h"

/* A line ends at \n, or at an old Mac's \r alone. */
static size_t line_length(const char *text, size_t bytes)
{
    size_t n = 0;
    while (n < bytes && text[n] != '\n' && !(text[n] == '\r' && n + 1 < bytes && text[n + 1] != '\n'))
        n++;
    return n;
}

static size_t split_lines(struct arena *arena, const char *text, size_t bytes, struct raw_line **out)
{
    size_t n = 0, capacity = 0;
    *out = NULL;
    for (size_t at = 0; at <= bytes && n <= IMPORT_MAX_LINES;) {
        size_t length = line_length(text + at, bytes - at), cr = length && text[at + length - 1] == '\r';
        *out = arena_grow(arena, *out, n, &capacity, sizeof **out);
        (*out)[n++] = (struct raw_line){.text = text + at, .bytes = length - cr};
        at += length + 1;
    }
    return n;
}

/* The mark at s, `[bookmark: _GoBack]` and the like: what an extractor leaves of fields that print nothing. 0 when none is there.
 */
static size_t mark_at(const char *s, size_t left)
{
    static const char *const marks[] = {"[bookmark:", "[picture", "[image:", "[HYPERLINK"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t n = strlen(marks[i]);
        const char *close = left >= n && memcmp(s, marks[i], n) == 0 ? memchr(s, ']', left) : NULL;
        if (close)
            return (size_t)(close - s) + 1;
    }
    return 0;
}

static void drop_marks(struct document *document, struct raw_line *line, size_t number)
{
    char *copy = NULL;
    size_t out = 0;
    if (!memchr(line->text, '[', line->bytes))
        return;
    for (size_t i = 0, n; i < line->bytes; i += n) {
        n = line->text[i] == '[' ? mark_at(line->text + i, line->bytes - i) : 0;
        if (n && !copy) {
            copy = arena_alloc(document->arena, line->bytes + 1);
            memcpy(copy, line->text, out = i);
        }
        if (n) {
            doubts_add(document->doubts, IMPORT_DOUBT_PAGE_CHROME, (uint32_t)number,
                       arena_strndup(document->arena, line->text + i, n), "");
            continue;
        }
        n = 1;
        if (copy)
            copy[out++] = line->text[i];
    }
    if (copy)
        *line = (struct raw_line){.text = copy, .bytes = out};
}

/* ---- Markdown ---- */

static bool is_fence(const struct raw_line *line)
{
    return line->bytes >= 3 && (memcmp(line->text, "```", 3) == 0 || memcmp(line->text, "~~~", 3) == 0);
}

/* Does *emphasis* begin at s[i]? A star alone is one; so is * before a blank. Offset of its end, 0 when it does not. */
static size_t emphasis_end(const char *s, size_t i, size_t n)
{
    if (s[i] != '*' || i + 2 >= n || s[i + 1] == ' ' || s[i + 1] == '*')
        return 0;
    const char *end = memchr(s + i + 1, '*', n - i - 1);
    return end && end[-1] != ' ' ? (size_t)(end - s) : 0;
}

/* Takes emphasis, code ticks, quote marks, heading marks and escapes off; *outline gets the heading's level. */
static void plain_markdown(struct arena *arena, struct raw_line *line, uint8_t *outline)
{
    const char *s = line->text;
    size_t n = line->bytes, i = 0, out = 0, stop = n;
    while (i < n && s[i] == ' ')
        i++;
    while (i < n && s[i] == '>')
        i += 1 + (i + 1 < n && s[i + 1] == ' ');
    uint8_t level = 0;
    while (i + level < n && s[i + level] == '#')
        level++;
    if (level && level <= 6 && i + level < n && s[i + level] == ' ') {
        *outline = level;
        i += level + 1u;
        while (n > i && (s[n - 1] == '#' || s[n - 1] == ' '))
            n--;
    }
    char *copy = arena_alloc(arena, n + 1);
    bool row = i < n && s[i] == '|'; /* a table's: grid.c takes its \| */
    bool bullet = i + 1 < n && (s[i] == '*' || s[i] == '-' || s[i] == '+') && s[i + 1] == ' ';
    if (bullet)
        copy[out++] = s[i++];
    for (; i < n; i++) {
        if (s[i] == '\\' && i + 1 < n && strchr(row ? "\\`*_{}[]()#+-.!" : "\\`*_{}[]()#+-.!|", s[i + 1]))
            copy[out++] = s[++i];
        else if ((s[i] == '*' || s[i] == '_') && i + 1 < n && s[i + 1] == s[i] && !(i + 2 < n && s[i] == '_' && s[i + 2] == '_'))
            i++;
        else if (i != stop && emphasis_end(s, i, n))
            stop = emphasis_end(s, i, n);
        else if (s[i] != '`' && i != stop)
            copy[out++] = s[i];
    }
    *line = (struct raw_line){.text = copy, .bytes = out};
}

static bool is_markdown_rule(const struct raw_line *line)
{
    size_t marks = 0;
    for (size_t i = 0; i < line->bytes; i++) {
        if (line->text[i] == '-' || line->text[i] == '*' || line->text[i] == '_')
            marks++;
        else if (line->text[i] != ' ')
            return false;
    }
    return marks >= 3;
}

/* A single # before all other headings is the title, and where there is no # the title is not there: the headings below are a level
 * higher than they look. */
static void shift_outlines(uint8_t *outlines, size_t n)
{
    size_t first = 0;
    while (first < n && !outlines[first])
        first++;
    for (size_t i = first + 1; i < n; i++)
        if (outlines[i] == 1)
            return;
    for (size_t i = first < n && outlines[first] == 1 ? first + 1 : first; i < n; i++)
        outlines[i] -= outlines[i] > 0;
}

static void markdown_lines(struct arena *arena, struct raw_line *lines, size_t n, uint8_t *outlines)
{
    for (size_t i = 0; i < n; i++) {
        if (is_fence(&lines[i]) || is_markdown_rule(&lines[i]))
            lines[i].bytes = 0;
        else
            plain_markdown(arena, &lines[i], &outlines[i]);
    }
    shift_outlines(outlines, n);
}

enum status read_text(const char *data, size_t bytes, bool markdown, struct document *document, struct err *err)
{
    const char *text;
    size_t text_bytes;
    enum status s = encoding_to_utf8(document->arena, data, bytes, &text, &text_bytes, err);
    if (s != STATUS_OK)
        return s;
    if (text_bytes > IMPORT_MAX_TEXT_BYTES)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the text has %zu bytes, the limit is %zu: this is no plan document"),
                       text_bytes, IMPORT_MAX_TEXT_BYTES);
    struct raw_line *lines;
    size_t n = split_lines(document->arena, text, text_bytes, &lines);
    uint8_t *outlines = ARENA_ARRAY(document->arena, n + 1, uint8_t);
    for (size_t i = 0; i < n; i++) {
        if (lines[i].bytes > IMPORT_MAX_LINE_BYTES)
            return document_count(document, lines[i].bytes, (uint32_t)i + 1, err);
        drop_marks(document, &lines[i], i + 1);
    }
    if (markdown)
        markdown_lines(document->arena, lines, n, outlines);
    document->format = markdown ? "markdown" : "text";
    for (size_t i = 0; i < n && s == STATUS_OK;) {
        const struct table *table;
        size_t taken = grid_take(document, lines, n, i, &table);
        if (taken) {
            s = document_add_table(document, table, err);
            i += taken;
            continue;
        }
        s = document_add_line(document, lines[i].text, lines[i].bytes, (uint32_t)i + 1, err);
        if (s == STATUS_OK)
            document->blocks[document->count - 1].outline = outlines[i];
        i++;
    }
    return s;
}
