/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/facts.h"
#include "client/import/rows_parts.h"

/* Where the value behind one of the words begins; 0 when the line has none of them. */
static size_t find_key(const char *s, const char *const *words)
{
    for (size_t i = 0; s[i]; i += text_char(s + i)) {
        size_t n = i == 0 || s[i - 1] == ' ' || s[i - 1] == ',' || s[i - 1] == ';' ? text_begins_any(s + i, words) : 0;
        if (n)
            return text_skip_space(s, i + n);
    }
    return 0;
}

/* The value ends where a space and the next key begin. */
static size_t key_end(const char *s, size_t at)
{
    size_t i = at;
    while (s[i]) {
        size_t gap = text_skip_space(s, i);
        const char *colon = gap > i || s[i] == ';' ? strchr(s + gap, ':') : NULL;
        if (colon && text_length(s + gap) - text_length(colon) <= 5)
            return i;
        i += text_char(s + i);
    }
    return i;
}

/* Where the words before the first key end: 第一次会员大会 时间：3月12日 地点：会议室; 0 when the line begins with a key. */
static size_t name_end(const struct line *line)
{
    const char *s = line->text.s, *colon = strchr(s + line->label.end, ':');
    size_t end = key_end(s, line->label.end);
    return colon && s[end] && end > line->label.end && colon > s + end ? end : 0;
}

/* What follows the name, but the time; a line for each key. */
static const char *facts_of_record(struct arena *arena, const struct text *text, size_t at, size_t time)
{
    const char *s = text->s, *note = "";
    while (s[at]) {
        size_t begin = text_skip_space(s, at + (s[at] == ';'));
        const char *colon = strchr(s + begin, ':');
        at = key_end(s, colon ? (size_t)(colon - s) + 1 : begin);
        if (time < begin || time >= at)
            note = arena_printf(arena, "%s%s%s", note, *note ? "\n" : "", text_cut(arena, text, begin, at));
    }
    return note;
}

/* 时间：三月 内容：妇女节活动 负责人：张梅 in one line. */
void rows_raise_inline(struct lines *lines, const struct plan_range *range, struct arena *arena)
{
    static const char *const times[] = {"时间:", "活动时间:", "月份:", "日期:", "活动日期:", NULL};
    static const char *const contents[] = {"内容:", "活动内容:", "工作内容:", "活动名称:", "活动:", "名称:", NULL};
    static const char *const themes[] = {"主题:", "活动主题:", NULL};
    for (size_t i = range->begin; i < range->end; i++) {
        struct line *line = &lines->items[i];
        const char *s = line->text.s;
        size_t time = find_key(s, times), content = time ? find_key(s, contents) : 0;
        size_t theme = time ? find_key(s, themes) : 0;
        size_t name = time ? name_end(line) : 0;
        content = content ? content : theme;
        struct when when;
        if ((!content && !name) || line->row || !when_parse(s + time, WHEN_IN_CELL, &when))
            continue;
        if (name) {
            rows_make(line,
                      (struct row){.time = text_cut(arena, &line->text, time, key_end(s, time)),
                                   .when = when,
                                   .content = text_cut(arena, &line->text, 0, name),
                                   .note = facts_of_record(arena, &line->text, name, time)},
                      arena);
            continue;
        }
        const char *note = text_cut(arena, &line->text, key_end(s, content), line->text.n);
        if (theme && theme < content)
            note = arena_printf(arena, "%s%s%s", text_cut(arena, &line->text, theme, key_end(s, theme)), *note ? "\n" : "", note);
        rows_make(line,
                  (struct row){.time = text_cut(arena, &line->text, time, key_end(s, time)),
                               .when = when,
                               .content = text_cut(arena, &line->text, content, key_end(s, content)),
                               .note = note},
                  arena);
    }
}
