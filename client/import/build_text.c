/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/build.h"

#define BRACKET_BYTES 60 /* a bracket that holds a time is no longer */

/* The time inside a bracket, when the bracket holds nothing else: （12 月）（第一学期：9-12 月）（每学期 2-3
 * 次）（全年常态化开展）. */
static bool bracket_time(const char *s, size_t open, size_t close, struct when *out)
{
    size_t at = text_skip_space(s, open + 1);
    struct when w;
    if (!when_parse(s + at, WHEN_NO_FESTIVAL, &w) || at + w.end > close)
        return false;
    size_t p = text_skip_space(s, at + w.end);
    if (w.kind == WHEN_TERM && s[p] == ':') {
        struct when inner;
        size_t q = text_skip_space(s, p + 1);
        if (when_parse(s + q, WHEN_NO_FESTIVAL, &inner) && q + inner.end <= close && inner.count) {
            w = inner;
            p = text_skip_space(s, q + inner.end);
        }
    }
    bool standing = w.kind == WHEN_YEAR || w.kind == WHEN_STANDING;
    if (w.kind == WHEN_PART || w.kind == WHEN_TERM_BEGIN || w.kind == WHEN_TERM_MIDDLE || w.kind == WHEN_TERM_END || w.bare ||
        (w.year && w.count == 0))
        return false;
    if (!standing && p != close && s[p] != ',') /* （5月，约300人） */
        return false;
    *out = w;
    return true;
}

/* Start of the sentence that holds offset at. */
static size_t sentence_start(const char *s, size_t from, size_t at)
{
    size_t start = from;
    for (size_t i = from; i < at; i += text_char(s + i))
        if (text_begins(s + i, "。") || s[i] == ';')
            start = i + text_char(s + i);
    return text_skip_space(s, start);
}

static uint64_t text_months(const struct when *w)
{
    uint64_t set = 0;
    int month = -1;
    for (size_t i = 0; i < w->count; i++) {
        int m = w->months[i] - 1;
        month = month < 0 ? m : month;
        while (month % 12 != m)
            month++;
        if (month < IMPORT_MONTHS)
            set |= UINT64_C(1) << month;
    }
    return set;
}

static void add(struct builder *b, const struct line *line, size_t from, size_t to, const struct when *w, const char *when)
{
    struct text item = text_part(b->arena, &line->text, from, to);
    struct import_activity *a = build_activity(b, line, &item);
    a->origin = IMPORT_FROM_TEXT;
    a->when = when;
    a->months = text_months(w);
    a->standing = w->kind == WHEN_YEAR || w->kind == WHEN_STANDING;
    struct facts f = facts_read(b->arena, &line->text);
    a->budget_fen = f.budget_fen;
    a->participants = f.participants;
    doubts_add(b->doubts, IMPORT_DOUBT_TEXT_ACTIVITY, line->number, when, a->text);
}

/* A time at the start of a work item: 1、9月份，组织… */
static bool leading_time(struct builder *b, const struct line *line)
{
    const struct header *h = &line->header;
    if (h->strength == HEADER_NONE || h->when.count == 0 || (h->when.kind != WHEN_MONTH && h->when.kind != WHEN_DATE) ||
        h->rest >= line->text.n || h->when.year > 0)
        return false;
    if (line->label.style == LABEL_NONE && h->strength == HEADER_WEAK)
        return false;
    size_t from = h->strength == HEADER_WEAK ? h->label.end : h->rest; /* 9月底前完成换届 stays whole */
    add(b, line, from, line->text.n, &h->when, text_cut(b->arena, &line->text, h->label.end, h->end));
    return true;
}

/* A month somewhere in the text that became no activity: 3月份进行测试. */
static void report_months(struct builder *b, const struct line *line)
{
    const char *s = line->text.s;
    const struct import_doubt *last = b->doubts->count ? &b->doubts->items[b->doubts->count - 1] : NULL;
    if (line->whole && last && last->code == IMPORT_DOUBT_TEXT_TIME && last->line == line->number)
        return;
    for (const char *at = s; (at = strstr(at, "月")) != NULL; at += strlen("月")) {
        size_t i = (size_t)(at - s), start = i;
        while (start > 0 && i - start < 9) {
            size_t before = text_before(s, start);
            struct when w;
            if (!when_parse(s + before, WHEN_NO_FESTIVAL, &w) || w.count == 0 || before + w.end < i)
                break;
            start = before;
        }
        if (start == i)
            continue;
        doubts_add(b->doubts, IMPORT_DOUBT_TEXT_TIME, line->number, line->whole ? line->whole : line->text.raw, "");
        return;
    }
}

void build_from_text(struct builder *b, const struct line *line)
{
    const char *s = line->text.s;
    size_t from = line->label.end, made = b->plan->activity_count;
    if (!line->past && leading_time(b, line))
        return;
    for (size_t i = from; s[i] && !line->past; i += text_char(s + i)) {
        const char *close = s[i] == '(' ? memchr(s + i, ')', strnlen(s + i, BRACKET_BYTES)) : NULL;
        struct when w;
        if (!close || !bracket_time(s, i, (size_t)(close - s), &w))
            continue;
        size_t start = sentence_start(s, from, i);
        if (i <= start + 3)
            continue;
        add(b, line, start, i, &w, text_cut(b->arena, &line->text, i + 1, (size_t)(close - s)));
    }
    if (b->plan->activity_count == made && b->plan->section_count > 1)
        report_months(b, line);
}
