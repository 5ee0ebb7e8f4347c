/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/line.h"

/* What stands behind each month of a run: a colon; a comma, where it begins a sentence (九月份，组织… 十月份，开展…); nothing
 * (九月份组织…；十月份开展…); a space, behind a wide gap (1月 送温暖  2月 慰问); a colon and the first number, behind anything; the
 * first number, behind a space or words (9月 1.座谈 2.慰问 10月 1.健步走); a space, behind a space. The months of the last two
 * go on. */
enum run { RUN_COLON, RUN_COMMA, RUN_BARE, RUN_GAP, RUN_GLUED, RUN_LISTED, RUN_SPACED };

/* 三月上旬, 9月底, but no day: 3月8日. */
static bool is_part(const char *s, const struct when *when)
{
    static const char *const parts[] = {"旬", "初", "底", "末", NULL};
    for (size_t i = 0; when->kind == WHEN_DATE && i < when->end; i += text_char(s + i))
        if (text_begins_any(s + i, parts))
            return true;
    return false;
}

/* Months, and where sentences begin with them parts of a month too: 三月上旬，…；三月中旬，…. The days of a line are no run:
 * 主要节日：3月5日学雷锋日；3月8日妇女节；… */
static bool names_months(const char *s, const struct when *when, enum run run)
{
    bool part = (run == RUN_COMMA || run == RUN_BARE) && is_part(s, when);
    return (when->kind == WHEN_MONTH || part) && when->count && !when->bare;
}

/* A time at s + i that can be one of a run; none: where earlier looks found that there is no such. */
static bool parse_time(const char *s, size_t i, bool *none, struct header *out)
{
    none[i] = none[i] || !header_parse(s + i, WHEN_NO_FESTIVAL, out) || !out->when.count || out->when.bare ||
              (out->when.kind != WHEN_MONTH && out->when.kind != WHEN_DATE);
    return !none[i];
}

/* 9月 1.座谈, 10月（1）健步走: a month and the first number of its list. */
static bool begins_list(const char *s, size_t i, bool *none, struct header *out)
{
    static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "元", NULL};
    if (!(s[i] >= '0' && s[i] <= '9') && !text_begins_any(s + i, numerals)) /* few characters are */
        return false;
    size_t before = i ? text_before(s, i) : 0;
    bool apart = i == 0 || s[before] == ' ' || s[before] == ';' || (text_is_han(s + before) && !text_begins(s + before, "十")) ||
                 text_begins(s + before, "。");
    struct label label;
    return apart && parse_time(s, i, none, out) && out->label.style == LABEL_NONE && names_months(s + i, &out->when, RUN_LISTED) &&
           label_parse(s + i + out->rest, 0, &label) && label.value == 1 &&
           (label.style == LABEL_DIGIT || label.style == LABEL_DIGIT_PAREN || label.style == LABEL_CIRCLED);
}

static bool begins_month(const char *s, size_t i, enum run run, bool *none, struct header *out)
{
    static const char *const marks[] = {"。", ";", "!", " ", ":", ",", NULL};
    size_t before = i ? text_before(s, i) : 0;
    bool starts = i == 0 || text_begins(s + before, "。") || s[before] == ';' || (run == RUN_BARE && s[before] == ':');
    struct label label;
    struct header next;
    if (run == RUN_GLUED && i > 0 && strchr(s + i, ':') && text_is_han(s + before) && parse_time(s, i, none, out))
        return out->label.style == LABEL_NONE && out->when.kind == WHEN_MONTH && out->when.count && !out->when.bare &&
               out->mark == ':' && label_parse(s + i + out->rest, 1, &label) && label.value == 1;
    if (run == RUN_LISTED)
        return begins_list(s, i, none, out);
    if ((i > 0 && !text_begins_any(s + before, marks)) || s[i] == ' ' || !parse_time(s, i, none, out) ||
        (out->label.style != LABEL_NONE && i > 0) || !names_months(s + i + out->label.end, &out->when, run) || !s[i + out->rest])
        return false;
    if (run == RUN_GAP)
        return (i == 0 || (i >= 2 && s[i - 2] == ' ')) && out->mark == ' ' && s[out->end + i] == ' ';
    if (run == RUN_SPACED)
        return (i == 0 || s[before] == ' ') && out->mark == ' ' && s[out->end + i] == ' ' &&
               !(header_parse(s + i + out->rest, WHEN_NO_FESTIVAL, &next) && header_names_months(&next));
    return out->mark == ':' || (run != RUN_COLON && starts && s[i + out->end] == ',') || (run == RUN_BARE && starts);
}

static size_t find_months(const struct text *text, enum run run, bool *none, size_t at[LINE_MONTHS], size_t *months)
{
    size_t n = 0;
    struct header header;
    *months = 0;
    at[n++] = 0;
    for (size_t i = 0; i < text->n && n < LINE_MONTHS; i += text_char(text->s + i)) {
        if (!begins_month(text->s, i, run, none, &header))
            continue;
        ++*months;
        if (i > 0)
            at[n++] = i;
        i = text_before(text->s, i + header.end);
    }
    return n;
}

/* 三、月工作安排一月：慰问；二月：…: the month before the one at first, glued to the words in front of it. Where it begins, 0 when
 * there is none. */
static size_t find_glued(const char *s, size_t first, bool *none)
{
    static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七", "八",
                                           "九", "十", "至", "到", "和", "、", NULL};
    struct header header, next;
    if (!begins_month(s, first, RUN_COLON, none, &next))
        return 0;
    for (size_t i = text_before(s, first); i > 0; i = text_before(s, i)) {
        size_t before = text_before(s, i);
        if (!text_is_han(s + before) || text_begins_any(s + before, numerals) || !parse_time(s, i, none, &header) ||
            header.mark != ':' || header.label.style != LABEL_NONE || !names_months(s + i, &header.when, RUN_COLON))
            continue;
        if (header.when.months[header.when.count - 1] % 12 + 1 == next.when.months[0])
            return i;
    }
    return 0;
}

/* With a glued month before the first of the run. */
static size_t add_glued(const char *s, bool *none, size_t at[LINE_MONTHS], size_t n)
{
    struct header first;
    bool whole = n < 2 || n == LINE_MONTHS || begins_month(s, 0, RUN_COLON, none, &first);
    size_t glued = whole ? 0 : find_glued(s, at[1], none);
    if (!glued)
        return n;
    memmove(at + 2, at + 1, (n - 1) * sizeof at[0]);
    at[1] = glued;
    return n + 1;
}

/* Does each month of the run come after the one before it, and within the half year? */
static bool months_go_on(const char *s, enum run run, bool *none, const size_t *at, size_t n)
{
    struct header header;
    int last = 0;
    for (size_t i = 0; i < n; i++) {
        if (!begins_month(s, at[i], run, none, &header))
            continue;
        int step = (header.when.months[0] - last + 12) % 12;
        if (last && (step < 1 || step > 6))
            return false;
        last = header.when.months[header.when.count - 1];
    }
    return true;
}

size_t line_split_months(const struct text *text, size_t at[LINE_MONTHS])
{
    static const size_t least[] = {
        [RUN_COLON] = 2, [RUN_COMMA] = 3, [RUN_BARE] = 5, [RUN_GAP] = 2, [RUN_GLUED] = 3, [RUN_LISTED] = 2, [RUN_SPACED] = 3};
    static const size_t least_at_start[] = {
        [RUN_COLON] = 2, [RUN_COMMA] = 2, [RUN_BARE] = 3, [RUN_GAP] = 2, [RUN_GLUED] = 3, [RUN_LISTED] = 2, [RUN_SPACED] = 3};
    struct header first;
    struct arena scratch;
    size_t months, n = 0, found = 0;
    if (!strstr(text->s, "月"))
        return 0;
    arena_init(&scratch, 0);
    bool *none = ARENA_ARRAY(&scratch, text->n + 1, bool);
    for (enum run run = RUN_COLON; run <= RUN_SPACED && !found; run++) {
        n = find_months(text, run, none, at, &months);
        found = months >= (begins_month(text->s, 0, run, none, &first) ? least_at_start : least)[run] ? n : 0;
        if (run == RUN_COLON && found)
            found = add_glued(text->s, none, at, found);
        if (run >= RUN_LISTED && !months_go_on(text->s, run, none, at, found))
            found = 0;
    }
    arena_done(&scratch);
    return found;
}

size_t line_month_at_end(const struct text *text)
{
    static const char *const ends[] = {"。", ";", "!", ")", " ", NULL};
    const char *s = text->s;
    size_t at = text->n, found = 0;
    struct header header;
    struct label label;
    if (!text_ends(s, "月:") && !text_ends(s, "月份:"))
        return 0;
    for (int i = 0; i < 10 && at > 0; i++) {
        at = text_before(s, at);
        bool month = header_parse(s + at, WHEN_NO_FESTIVAL, &header) && header.when.kind == WHEN_MONTH && header.when.count &&
                     header.label.style == LABEL_NONE && at + header.rest >= text->n;
        found = month ? at : found;
    }
    bool item = found && label_parse(s, 0, &label) && label.value > 0 && label.end < found;
    bool apart = found && text_begins_any(s + text_before(s, found), ends);
    return item || apart ? found : 0;
}

/* 九月 / 份： and 十 / 月份：: a header broken by a scan is one line again. */
void lines_join_headers(struct lines *lines, struct arena *arena)
{
    static const char *const tails[] = {"月份", "份", "月", NULL};
    size_t out = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        struct line *before = out ? &lines->items[out - 1] : NULL;
        size_t n = text_begins_any(line->text.s, tails);
        bool tail = n && before && !line->row && !before->row && text_length(before->text.s) <= 4 &&
                    (!line->text.s[n] || strcmp(line->text.s + n, ":") == 0);
        struct header header;
        const char *joined = tail ? arena_printf(arena, "%s%s", before->text.raw, line->text.raw) : "";
        struct text text = text_fold(arena, joined, strlen(joined));
        if (tail && header_parse(text.s, WHEN_NO_FESTIVAL, &header) && header.when.count > 0 && header.rest >= text.n) {
            before->text = text;
            line_scan(before);
        } else {
            lines->items[out++] = lines->items[i];
        }
    }
    lines->count = out;
}
