/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/docx_numbering.h"

#include <stdio.h>
#include <string.h>

#include "client/import/document.h"
#include "common/base/utf8.h"
#include "common/domain/zh_number.h"
#include "client/ui/lang.h"

#define LABEL_BYTES 64

/* ---- numbering.xml ---- */

static enum status too_many(struct err *err)
{
    return err_set(err, STATUS_NOT_UNDERSTOOD, _("the document defines more than %d lists or styles"), NUMBERING_MAX_LISTS);
}

static enum status start_abstract(struct numbering *n, const char *const *attributes, struct err *err)
{
    if (n->abstract_count >= NUMBERING_MAX_LISTS)
        return too_many(err);
    n->abstracts = arena_grow(n->arena, n->abstracts, n->abstract_count, &n->abstract_capacity, sizeof *n->abstracts);
    n->abstract = &n->abstracts[n->abstract_count++];
    *n->abstract = (struct numbering_abstract){.id = xml_number(attributes, "abstractNumId", -1, 1000000)};
    for (size_t i = 0; i < NUMBERING_LEVELS; i++)
        n->abstract->levels[i].start = 1;
    return STATUS_OK;
}

static enum status start_list(struct numbering *n, const char *const *attributes, struct err *err)
{
    if (n->list_count >= NUMBERING_MAX_LISTS)
        return too_many(err);
    n->lists = arena_grow(n->arena, n->lists, n->list_count, &n->list_capacity, sizeof *n->lists);
    n->list = &n->lists[n->list_count++];
    *n->list = (struct numbering_list){.id = xml_number(attributes, "numId", -1, 1000000), .abstract = -1};
    for (size_t i = 0; i < NUMBERING_LEVELS; i++)
        n->list->start[i] = -1;
    n->abstract = NULL;
    return STATUS_OK;
}

static enum status on_numbering_start(void *context, const char *name, const char *const *attributes, struct err *err)
{
    struct numbering *n = context;
    const char *val = xml_attribute(attributes, "val");
    if (strcmp(name, "abstractNum") == 0)
        return start_abstract(n, attributes, err);
    if (strcmp(name, "num") == 0)
        return start_list(n, attributes, err);
    if (strcmp(name, "lvl") == 0 || strcmp(name, "lvlOverride") == 0)
        n->level = xml_number(attributes, "ilvl", -1, NUMBERING_LEVELS - 1);
    if (n->list && strcmp(name, "abstractNumId") == 0)
        n->list->abstract = xml_number(attributes, "val", -1, 1000000);
    if (n->list && strcmp(name, "startOverride") == 0 && n->level >= 0)
        n->list->start[n->level] = xml_number(attributes, "val", -1, 32767);
    if (!n->abstract || n->level < 0)
        return STATUS_OK;
    struct numbering_level *level = &n->abstract->levels[n->level];
    if (strcmp(name, "start") == 0)
        level->start = xml_number(attributes, "val", 1, 32767);
    else if (strcmp(name, "numFmt") == 0 && val)
        level->format = arena_strdup(n->arena, val);
    else if (strcmp(name, "lvlText") == 0 && val && strlen(val) < LABEL_BYTES)
        level->text = arena_strdup(n->arena, val);
    return STATUS_OK;
}

static enum status on_numbering_end(void *context, const char *name, struct err *err)
{
    struct numbering *n = context;
    (void)err;
    if (strcmp(name, "abstractNum") == 0)
        n->abstract = NULL;
    else if (strcmp(name, "num") == 0)
        n->list = NULL;
    else if (strcmp(name, "lvl") == 0 || strcmp(name, "lvlOverride") == 0)
        n->level = -1;
    return STATUS_OK;
}

/* ---- styles.xml ---- */

static enum status on_style_start(void *context, const char *name, const char *const *attributes, struct err *err)
{
    struct numbering *n = context;
    if (strcmp(name, "style") == 0) {
        const char *id = xml_attribute(attributes, "styleId");
        if (n->style_count >= NUMBERING_MAX_LISTS)
            return too_many(err);
        n->styles = arena_grow(n->arena, n->styles, n->style_count, &n->style_capacity, sizeof *n->styles);
        n->style = &n->styles[n->style_count++];
        *n->style = (struct numbering_style){.id = arena_strdup(n->arena, id ? id : ""), .list = -1, .level = -1};
    } else if (n->style && strcmp(name, "basedOn") == 0) {
        const char *val = xml_attribute(attributes, "val");
        n->style->based_on = val ? arena_strdup(n->arena, val) : NULL;
    } else if (n->style && strcmp(name, "numId") == 0) {
        n->style->list = xml_number(attributes, "val", -1, 1000000);
    } else if (n->style && strcmp(name, "ilvl") == 0) {
        n->style->level = xml_number(attributes, "val", -1, NUMBERING_LEVELS - 1);
    } else if (n->style && strcmp(name, "outlineLvl") == 0) {
        long level = xml_number(attributes, "val", 9, 9);
        n->style->outline = level < 9 ? (int)level + 1 : 0;
    }
    return STATUS_OK;
}

static enum status on_style_end(void *context, const char *name, struct err *err)
{
    struct numbering *n = context;
    (void)err;
    if (strcmp(name, "style") == 0)
        n->style = NULL;
    return STATUS_OK;
}

enum status numbering_read(struct numbering *numbering, struct package *package, struct arena *arena, struct err *err)
{
    static const struct xml_sink lists = {on_numbering_start, on_numbering_end, NULL};
    static const struct xml_sink styles = {on_style_start, on_style_end, NULL};
    *numbering = (struct numbering){.arena = arena, .level = -1};
    enum status s = STATUS_OK;
    if (package_has(package, "word/numbering.xml"))
        s = package_read(package, "word/numbering.xml", &lists, numbering, err);
    if (s == STATUS_OK && package_has(package, "word/styles.xml"))
        s = package_read(package, "word/styles.xml", &styles, numbering, err);
    return s;
}

void numbering_style_apply(const struct numbering *numbering, const char *style, long *list, long *level, int *outline)
{
    for (int depth = 0; style && depth < 10; depth++) {
        const struct numbering_style *found = NULL;
        for (size_t i = 0; !found && i < numbering->style_count; i++)
            if (strcmp(numbering->styles[i].id, style) == 0)
                found = &numbering->styles[i];
        if (!found)
            return;
        if (*list < 0)
            *list = found->list;
        if (*level < 0)
            *level = found->level;
        if (*outline == 0)
            *outline = found->outline;
        style = found->based_on;
    }
}

/* ---- numbers ---- */

static void put_code(char *out, size_t size, uint32_t code)
{
    char bytes[5] = {0};
    utf8_put(code, bytes);
    snprintf(out, size, "%s", bytes);
}

static void put_roman(char *out, size_t size, long value, bool upper)
{
    static const struct {
        long value;
        const char *upper, *lower;
    } steps[] = {{50, "L", "l"}, {40, "XL", "xl"}, {10, "X", "x"}, {9, "IX", "ix"}, {5, "V", "v"}, {4, "IV", "iv"}, {1, "I", "i"}};
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && value < 90; i++)
        for (; value >= steps[i].value && n + 3 < size; value -= steps[i].value)
            n += (size_t)snprintf(out + n, size - n, "%s", upper ? steps[i].upper : steps[i].lower);
}

static bool is_chinese(const char *format)
{
    static const char *const formats[] = {"chineseCounting",   "chineseCountingThousand",   "japaneseCounting", "ideographDigital",
                                          "taiwaneseCounting", "taiwaneseCountingThousand", "taiwaneseDigital", "koreanDigital2"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(format, formats[i]) == 0)
            return true;
    return false;
}

static void format_number(const char *format, long value, char *out, size_t size)
{
    static const char *const legal[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖", "拾"};
    static const char *const stems[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
    char chinese[ZH_NUMBER_BYTES];
    if (format && is_chinese(format)) {
        zh_number_format(value, chinese);
        snprintf(out, size, "%s", chinese);
    } else if (format && strcmp(format, "chineseLegalSimplified") == 0 && value >= 0 && value <= 10) {
        snprintf(out, size, "%s", legal[value]);
    } else if (format && strncmp(format, "decimalEnclosedCircle", 21) == 0 && value >= 1 && value <= 20) {
        put_code(out, size, 0x2460 + (uint32_t)value - 1);
    } else if (format && strcmp(format, "decimalEnclosedParen") == 0 && value >= 1 && value <= 20) {
        put_code(out, size, 0x2474 + (uint32_t)value - 1);
    } else if (format && strcmp(format, "decimalEnclosedFullstop") == 0 && value >= 1 && value <= 20) {
        put_code(out, size, 0x2488 + (uint32_t)value - 1);
    } else if (format && strcmp(format, "ideographTraditional") == 0 && value >= 1 && value <= 10) {
        snprintf(out, size, "%s", stems[value - 1]);
    } else if (format && (strcmp(format, "upperLetter") == 0 || strcmp(format, "lowerLetter") == 0) && value >= 1 && value <= 26) {
        snprintf(out, size, "%c", (format[0] == 'u' ? 'A' : 'a') + (int)value - 1);
    } else if (format && (strcmp(format, "upperRoman") == 0 || strcmp(format, "lowerRoman") == 0)) {
        put_roman(out, size, value, format[0] == 'u');
    } else {
        snprintf(out, size, "%ld", value);
    }
}

static struct numbering_abstract *abstract_of(struct numbering *n, const struct numbering_list *list)
{
    for (size_t i = 0; i < n->abstract_count; i++)
        if (n->abstracts[i].id == list->abstract)
            return &n->abstracts[i];
    return NULL;
}

/* A list with its own starts begins anew at its first paragraph; else lists of one abstract list count on together. */
static void count(struct numbering_list *list, struct numbering_abstract *abstract, long level)
{
    if (!list->begun) {
        list->begun = true;
        for (size_t i = 0; i < NUMBERING_LEVELS; i++)
            if (list->start[i] >= 0) {
                abstract->counters[i] = list->start[i] - 1;
                abstract->used[i] = true;
            }
    }
    for (long i = 0; i <= level; i++)
        if (!abstract->used[i]) {
            abstract->used[i] = true;
            abstract->counters[i] = abstract->levels[i].start - (i == level ? 1 : 0);
        }
    abstract->counters[level]++;
    for (long i = level + 1; i < NUMBERING_LEVELS; i++)
        abstract->used[i] = false;
}

const char *numbering_next(struct numbering *numbering, long list_id, long level)
{
    struct numbering_list *list = NULL;
    for (size_t i = 0; !list && i < numbering->list_count; i++)
        if (numbering->lists[i].id == list_id)
            list = &numbering->lists[i];
    struct numbering_abstract *abstract = list ? abstract_of(numbering, list) : NULL;
    if (!abstract || level < 0 || level >= NUMBERING_LEVELS)
        return NULL;
    count(list, abstract, level);
    const struct numbering_level *l = &abstract->levels[level];
    if (!l->text || !*l->text || (l->format && strcmp(l->format, "none") == 0))
        return NULL;
    char out[LABEL_BYTES * 4] = "";
    size_t n = 0;
    for (const char *p = l->text; *p && n + LABEL_BYTES < sizeof out; p++) {
        if (p[0] == '%' && p[1] >= '1' && p[1] <= '9') {
            long of = p[1] - '1';
            char one[LABEL_BYTES];
            format_number(abstract->levels[of].format, abstract->counters[of], one, sizeof one);
            n += (size_t)snprintf(out + n, sizeof out - n, "%s", one);
            p++;
        } else {
            out[n++] = *p;
            out[n] = '\0';
        }
    }
    return arena_strdup(numbering->arena, out);
}
