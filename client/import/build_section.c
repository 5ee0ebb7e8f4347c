/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/build.h"

static uint8_t section_level(const struct line *line)
{
    int level = label_level(line->label.style);
    return (uint8_t)(level ? level : line->outline);
}

struct import_section *build_section(struct builder *b, enum import_section_kind kind, const struct line *line, size_t from)
{
    struct import_plan *plan = b->plan;
    plan->sections = arena_grow(b->arena, plan->sections, plan->section_count, &b->section_capacity, sizeof *plan->sections);
    struct import_section *section = &plan->sections[plan->section_count++];
    const char *text = text_cut(b->arena, &line->text, from, line->text.n);
    *section = (struct import_section){.kind = kind, .level = section_level(line), .line = line->number};
    if (line->automatic)
        section->label = line->automatic;
    else if (from > 0)
        section->label = text_cut(b->arena, &line->text, 0, from);
    *(kind == IMPORT_HEADING ? &section->heading : &section->text) = text;
    return section;
}

static bool is_heading(const struct line *line)
{
    const char *s = line->text.s + line->label.end;
    size_t n = text_length(s);
    static const char *const sentence[] = {"。", ";", "!", "?", ",", NULL};
    if (n == 0 || n > 40)
        return false;
    if (line->outline)
        return true;
    if (line->cell && line->label.style == LABEL_NONE)
        return false;
    if (line->label.style == LABEL_NONE || line->label.style == LABEL_BULLET)
        return n <= 16 && (text_ends(s, ":") || (n <= 10 && (line_is_schedule_heading(s) || line_opens_plan(s))));
    int level = label_level(line->label.style);
    if (level == 1)
        return !text_ends(s, ";");
    return n <= 30 && !text_ends_any(s, sentence);
}

/* Months run together in a paragraph that are none of the schedule: it is one paragraph again. */
static bool joins_paragraph(struct builder *b, const struct line *line)
{
    struct import_section *last = b->plan->section_count ? &b->plan->sections[b->plan->section_count - 1] : NULL;
    if (!line->whole || line->first || !last || last->line != line->number || last->kind != IMPORT_PARAGRAPH)
        return false;
    last->text = arena_printf(b->arena, "%s%s", last->text, line->text.raw);
    return true;
}

void build_outside(struct builder *b, const struct line *line)
{
    if (joins_paragraph(b, line)) {
        build_from_text(b, line);
        return;
    }
    bool heading = is_heading(line);
    if (line->label.style == LABEL_ZH)
        b->level1 = line->label.value;
    if (line->label.style == LABEL_ZH || line->label.style == LABEL_CHAPTER)
        b->level2 = 0;
    if (line->label.style == LABEL_ZH_PAREN)
        b->level2 = line->label.value;
    b->listed = line->label;
    if (line->label.style == LABEL_LOST)
        doubts_add(b->doubts, IMPORT_DOUBT_LOST_NUMBER, line->number, line->text.raw, "");
    build_section(b, heading ? IMPORT_HEADING : IMPORT_PARAGRAPH, line, line->label.end);
    build_from_text(b, line);
}
