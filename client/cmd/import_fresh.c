/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_fresh.h"

#include <string.h>

#include "client/cmd/change.h"
#include "common/base/utf8.h"
#include "common/domain/category.h"
#include "common/record/text.h"

/* As stored: NFC; a tab, which no document keeps, is a space. NULL stays NULL. */
static char *stored(struct cmd *cmd, const char *text)
{
    char *nfc = text && *text ? utf8_nfc(&cmd->arena, text) : NULL;
    for (char *p = nfc; p && (p = strchr(p, '\t')); p++)
        *p = ' ';
    return nfc;
}

/* The same for a field of one line: lines that belong to an item stand behind it. */
static char *stored_line(struct cmd *cmd, const char *text)
{
    char *line = stored(cmd, text);
    for (char *p = line; p && (p = strpbrk(p, "\r\n")); p++)
        *p = ' ';
    for (size_t n = line ? strlen(line) : 0; n && line[n - 1] == ' ';)
        line[--n] = '\0';
    return line;
}

static bool read_enum(struct cmd *cmd, const char *kind, const char *field, const char *name, int64_t *value)
{
    return name && schema_enum_parse(kind_find_field_by_name(change_kind(cmd, kind), field), name, value);
}

/* --- plan --- */

/* Without "(1)": 0 when the first n bytes do not end so. */
static size_t cut_number(const char *name, size_t n)
{
    size_t at = n;
    if (!n || name[n - 1] != ')')
        return 0;
    for (at = n - 1; at && name[at - 1] >= '0' && name[at - 1] <= '9'; at--)
        ;
    return at && at < n - 1 && name[at - 1] == '(' ? at - 1 : 0;
}

/* The name of a file without what programs add to a copy: 计划(1).txt on one device is 计划.txt on another. */
static const char *file_name(struct cmd *cmd, const char *name)
{
    static const char *const marks[] = {" - 副本", "-副本", " - Copy", " "};
    const char *dot = strrchr(name, '.') ? strrchr(name, '.') : name + strlen(name);
    size_t n = (size_t)(dot - name), cut;
    while ((cut = cut_number(name, n)))
        n = cut;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t bytes = strlen(marks[i]);
        if (n > bytes && memcmp(name + n - bytes, marks[i], bytes) == 0)
            n -= bytes;
    }
    return arena_printf(&cmd->arena, "%.*s%s", (int)n, name, dot);
}

const char *import_fresh_title(struct cmd *cmd, const struct import_file *file, const struct import_choice *choice)
{
    const char *title = stored_line(cmd, choice->plan->title);
    return title ? title : arena_printf(&cmd->arena, "%s (%u)", file_name(cmd, file->name), choice->index + 1);
}

static const char *signature_of(const struct import_plan *plan)
{
    for (size_t i = plan->section_count; i-- > 0;)
        if (plan->sections[i].kind == IMPORT_SIGNATURE)
            return plan->sections[i].text;
    return NULL;
}

static Lianxin__Plan *make_plan(struct cmd *cmd, const struct import_file *file, const struct import_choice *choice)
{
    Lianxin__Plan *plan = (Lianxin__Plan *)record_message_new(&cmd->arena, change_kind(cmd, "plan"));
    int64_t value;
    plan->title = arena_strdup(&cmd->arena, import_fresh_title(cmd, file, choice));
    if ((plan->has_body = read_enum(cmd, "plan", "body", import_body_name(choice->plan->body), &value)))
        plan->body = (Lianxin__Body)value;
    if ((plan->has_term_kind = read_enum(cmd, "plan", "term_kind", import_term_name(choice->plan->term), &value)))
        plan->term_kind = (Lianxin__TermKind)value;
    plan->has_first_month = plan->has_last_month = plan->has_state = plan->has_source_digest = 1;
    plan->first_month = choice->binding.first;
    plan->last_month = choice->binding.last;
    plan->state = LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT;
    plan->source_name = stored_line(cmd, file_name(cmd, file->name));
    plan->source_digest.data = arena_copy(&cmd->arena, file->digest.bytes, SHA256_BYTES);
    plan->source_digest.len = SHA256_BYTES;
    plan->signature = stored_line(cmd, signature_of(choice->plan));
    return plan;
}

/* --- sections --- */

static Lianxin__Section *make_section(struct cmd *cmd, const struct import_section *from, uint32_t position)
{
    Lianxin__Section *section = (Lianxin__Section *)record_message_new(&cmd->arena, change_kind(cmd, "section"));
    section->has_position = section->has_level = 1;
    section->position = position;
    section->level = from->kind == IMPORT_HEADING ? (from->level ? from->level : 1) : 0;
    section->label = stored_line(cmd, from->label);
    section->text = stored(cmd, from->heading ? from->heading : from->text);
    return section;
}

/* --- activities --- */

static void set_guesses(struct cmd *cmd, const struct import_activity *from, Lianxin__Activity *a)
{
    int64_t category;
    if (read_enum(cmd, "activity", "category", from->category, &category)) {
        a->has_category = 1;
        a->category = (Lianxin__Category)category;
    }
    a->tags = ARENA_ARRAY(&cmd->arena, CATEGORY_TAG_COUNT, char *);
    for (int t = 0; t < CATEGORY_TAG_COUNT; t++)
        if (from->tags >> t & 1)
            a->tags[a->n_tags++] = arena_strdup(&cmd->arena, category_tag_name((enum category_tag)t));
}

static void set_facts(struct cmd *cmd, const struct import_activity *from, Lianxin__Activity *a)
{
    a->lead = stored_line(cmd, from->lead);
    a->person = stored_line(cmd, from->person);
    a->has_budget_fen = from->budget_fen >= 0;
    a->budget_fen = a->has_budget_fen ? from->budget_fen : 0;
    a->has_participants = from->participants >= 0 && from->participants <= UINT32_MAX;
    a->participants = a->has_participants ? (uint32_t)from->participants : 0;
}

static enum status make_activity(struct cmd *cmd, const struct import_activity *from, int64_t months, uint32_t position,
                                 Lianxin__Activity **out, struct err *err)
{
    const struct kind *kind = change_kind(cmd, "activity");
    Lianxin__Activity *a = (Lianxin__Activity *)record_message_new(&cmd->arena, kind);
    a->has_position = a->has_state = a->has_origin = a->has_source_line = 1;
    a->position = position;
    a->header = stored_line(cmd, from->header);
    a->text = stored_line(cmd, from->note ? arena_printf(&cmd->arena, "%s（%s）", from->text, from->note) : from->text);
    a->months = months;
    a->has_months = months != 0;
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    a->origin = from->origin == IMPORT_FROM_SCHEDULE ? LIANXIN__ORIGIN__ORIGIN_SCHEDULE : LIANXIN__ORIGIN__ORIGIN_TEXT;
    a->source_line = from->line;
    set_facts(cmd, from, a);
    set_guesses(cmd, from, a);
    *out = a;
    return from->assist ? record_parse_text(&cmd->arena, &a->base, kind_find_field_by_name(kind, "assisting"), from->assist, err)
                        : STATUS_OK;
}

/* In the document's order: one count of positions for sections and activities, so that the plan can be printed again. */
static enum status make_content(struct cmd *cmd, const struct import_choice *choice, struct import_fresh *out, struct err *err)
{
    const struct import_plan *plan = choice->plan;
    uint32_t position = 0;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && (out->n_sections < plan->section_count || out->n_activities < plan->activity_count)) {
        size_t section = out->n_sections, i = out->n_activities;
        uint32_t under = i < plan->activity_count ? plan->activities[i].section : (uint32_t)plan->section_count;
        bool heading = section < plan->section_count && under != IMPORT_NONE && section <= under;
        if (heading) {
            out->sections[out->n_sections++] = make_section(cmd, &plan->sections[section], position++);
            continue;
        }
        s = make_activity(cmd, &plan->activities[i], choice->binding.months[i], position++, &out->activities[i], err);
        out->section_of[i] = plan->activities[i].section < plan->section_count ? plan->activities[i].section : IMPORT_NONE;
        out->n_activities++;
    }
    return s;
}

enum status import_fresh_make(struct cmd *cmd, const struct import_file *file, const struct import_choice *choice,
                              struct import_fresh *out, struct err *err)
{
    const struct import_plan *plan = choice->plan;
    *out = (struct import_fresh){
        .source = plan,
        .plan = make_plan(cmd, file, choice),
        .sections = ARENA_ARRAY(&cmd->arena, plan->section_count + 1, Lianxin__Section *),
        .activities = ARENA_ARRAY(&cmd->arena, plan->activity_count + 1, Lianxin__Activity *),
        .section_of = ARENA_ARRAY(&cmd->arena, plan->activity_count + 1, uint32_t),
    };
    return make_content(cmd, choice, out, err);
}
