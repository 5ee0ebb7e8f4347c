/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_records.h"

#include <string.h>

#include "client/cmd/change.h"
#include "common/base/utf8.h"
#include "common/domain/category.h"
#include "common/domain/month.h"
#include "common/record/text.h"

struct maker {
    struct cmd *cmd;
    uint32_t stream;
    const struct import_file *file;
    const struct import_plan *plan;
    uint32_t plan_index;
    uint32_t generation; /* how often this plan was imported and taken back before */
    const struct import_binding *binding;
    struct import_records *out;
    struct uuid *sections; /* ids, by index */
    unsigned counters[12]; /* numbers given, by month of the year */
    unsigned without_month;
};

static struct uuid make_id(const struct maker *m, const char *kind, const char *key, uint32_t position, uint32_t ordinal)
{
    const struct uuid_part parts[] = {{&m->stream, sizeof m->stream},
                                      {m->file->digest.bytes, SHA256_BYTES},
                                      {&m->plan_index, sizeof m->plan_index},
                                      {&m->generation, sizeof m->generation},
                                      {kind, strlen(kind)},
                                      {key, strlen(key)},
                                      {&position, sizeof position},
                                      {&ordinal, sizeof ordinal}};
    return uuid_hash(parts, sizeof parts / sizeof parts[0]);
}

/* As stored: NFC. NULL stays NULL. */
static char *stored(const struct maker *m, const char *text)
{
    char *nfc = text && *text ? utf8_nfc(&m->cmd->arena, text) : NULL;
    return nfc;
}

/* The same for a field of one line: lines that belong to an item stand behind it. */
static char *stored_line(const struct maker *m, const char *text)
{
    char *line = stored(m, text);
    for (char *p = line; p && (p = strpbrk(p, "\r\n")); p++)
        *p = ' ';
    return line;
}

static bool read_enum(const struct maker *m, const char *kind, const char *field, const char *name, int64_t *value)
{
    return name && schema_enum_parse(kind_find_field_by_name(change_kind(m->cmd, kind), field), name, value);
}

static void add(struct maker *m, const char *kind, const struct uuid *id, const ProtobufCMessage *message)
{
    struct import_records *out = m->out;
    if (edit_between(&m->cmd->arena, change_kind(m->cmd, kind), id, NULL, message, &out->edits[out->n]))
        out->n++;
}

/* --- plan --- */

static const char *title_of(const struct maker *m)
{
    if (m->plan->title)
        return m->plan->title;
    return arena_printf(&m->cmd->arena, "%s (%u)", m->file->name, m->plan_index + 1);
}

static const char *signature_of(const struct import_plan *plan)
{
    for (size_t i = plan->section_count; i-- > 0;)
        if (plan->sections[i].kind == IMPORT_SIGNATURE)
            return plan->sections[i].text;
    return NULL;
}

/* Nothing of the moment of the import is in it: the same file makes the same plan on every device. */
static void make_plan(struct maker *m)
{
    Lianxin__Plan *plan = (Lianxin__Plan *)record_message_new(&m->cmd->arena, change_kind(m->cmd, "plan"));
    int64_t value;
    plan->title = stored(m, title_of(m));
    if ((plan->has_body = read_enum(m, "plan", "body", import_body_name(m->plan->body), &value)))
        plan->body = (Lianxin__Body)value;
    if ((plan->has_term_kind = read_enum(m, "plan", "term_kind", import_term_name(m->plan->term), &value)))
        plan->term_kind = (Lianxin__TermKind)value;
    plan->has_first_month = plan->has_last_month = plan->has_state = plan->has_source_digest = 1;
    plan->first_month = m->binding->first;
    plan->last_month = m->binding->last;
    plan->state = LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT;
    plan->source_name = stored(m, m->file->name);
    plan->source_digest.data = arena_copy(&m->cmd->arena, m->file->digest.bytes, SHA256_BYTES);
    plan->source_digest.len = SHA256_BYTES;
    plan->signature = stored(m, signature_of(m->plan));
    add(m, "plan", &m->out->plan, &plan->base);
}

/* --- sections --- */

static void make_section(struct maker *m, size_t i, uint32_t position)
{
    const struct import_section *from = &m->plan->sections[i];
    Lianxin__Section *section = (Lianxin__Section *)record_message_new(&m->cmd->arena, change_kind(m->cmd, "section"));
    section->has_plan = section->has_position = section->has_level = 1;
    section->plan = change_id(m->cmd, &m->out->plan);
    section->position = position;
    section->level = from->kind == IMPORT_HEADING ? (from->level ? from->level : 1) : 0;
    section->label = stored_line(m, from->label);
    section->text = stored(m, from->heading ? from->heading : from->text);
    add(m, "section", &m->sections[i], &section->base);
}

/* --- activities --- */

static char *next_number(struct maker *m, const Lianxin__Activity *a)
{
    int64_t body = LIANXIN__BODY__BODY_OTHER;
    read_enum(m, "plan", "body", import_body_name(m->plan->body), &body);
    int month = a->months ? month_of_year(month_set_first(a->months)) : 0;
    unsigned *counter = month ? &m->counters[month - 1] : &m->without_month;
    return arena_printf(&m->cmd->arena, "%s%d.%u", work_body_prefix((Lianxin__Body)body), month, ++*counter);
}

/* How many activities before this one have the same header and position: a header may stand twice. */
static uint32_t ordinal_of(const struct import_plan *plan, size_t i)
{
    const struct import_activity *a = &plan->activities[i];
    uint32_t n = 0;
    for (size_t k = 0; k < i; k++)
        if (plan->activities[k].position == a->position &&
            strcmp(plan->activities[k].header ? plan->activities[k].header : "", a->header ? a->header : "") == 0)
            n++;
    return n;
}

static void set_guesses(struct maker *m, const struct import_activity *from, Lianxin__Activity *a)
{
    int64_t category;
    if (read_enum(m, "activity", "category", from->category, &category)) {
        a->has_category = 1;
        a->category = (Lianxin__Category)category;
    }
    a->tags = ARENA_ARRAY(&m->cmd->arena, CATEGORY_TAG_COUNT, char *);
    for (int t = 0; t < CATEGORY_TAG_COUNT; t++)
        if (from->tags >> t & 1)
            a->tags[a->n_tags++] = arena_strdup(&m->cmd->arena, category_tag_name((enum category_tag)t));
}

static enum status make_activity(struct maker *m, size_t i, uint32_t position, struct err *err)
{
    const struct import_activity *from = &m->plan->activities[i];
    const struct kind *kind = change_kind(m->cmd, "activity");
    Lianxin__Activity *a = (Lianxin__Activity *)record_message_new(&m->cmd->arena, kind);
    struct uuid id = make_id(m, "activity", from->header ? from->header : "", from->position, ordinal_of(m->plan, i));
    a->has_plan = a->has_position = a->has_state = a->has_origin = a->has_source_line = 1;
    a->plan = change_id(m->cmd, &m->out->plan);
    if (from->section != IMPORT_NONE && from->section < m->plan->section_count) {
        a->has_section = 1;
        a->section = change_id(m->cmd, &m->sections[from->section]);
    }
    a->position = position;
    a->header = stored_line(m, from->header);
    a->text = stored_line(m, from->note ? arena_printf(&m->cmd->arena, "%s %s", from->text, from->note) : from->text);
    a->months = m->binding->months[i];
    a->has_months = a->months != 0;
    a->number = next_number(m, a);
    a->lead = stored_line(m, from->lead);
    a->person = stored_line(m, from->person);
    a->has_budget_fen = from->budget_fen >= 0;
    a->budget_fen = a->has_budget_fen ? from->budget_fen : 0;
    a->has_participants = from->participants >= 0 && from->participants <= UINT32_MAX;
    a->participants = a->has_participants ? (uint32_t)from->participants : 0;
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    a->origin = from->origin == IMPORT_FROM_SCHEDULE ? LIANXIN__ORIGIN__ORIGIN_SCHEDULE : LIANXIN__ORIGIN__ORIGIN_TEXT;
    a->source_line = from->line;
    set_guesses(m, from, a);
    enum status s = STATUS_OK;
    if (from->assist)
        s = record_parse_text(&m->cmd->arena, &a->base, kind_find_field_by_name(kind, "assisting"), from->assist, err);
    if (s == STATUS_OK)
        add(m, "activity", &id, &a->base);
    m->out->activities += s == STATUS_OK;
    return s;
}

/* In the document's order: one count of positions for sections and activities, so that the plan can be printed again. */
static enum status make_content(struct maker *m, struct err *err)
{
    const struct import_plan *plan = m->plan;
    size_t section = 0, activity = 0;
    uint32_t position = 0;
    enum status s = STATUS_OK;
    for (size_t i = 0; i < plan->section_count; i++)
        m->sections[i] = make_id(m, "section", "", (uint32_t)i, 0);
    while (s == STATUS_OK && (section < plan->section_count || activity < plan->activity_count)) {
        bool heading = section < plan->section_count &&
                       (activity >= plan->activity_count || plan->sections[section].line <= plan->activities[activity].line);
        if (heading)
            make_section(m, section++, position++);
        else
            s = make_activity(m, activity++, position++, err);
    }
    return s;
}

enum status import_records_make(struct cmd *cmd, uint32_t stream, const struct import_file *file, size_t plan,
                                const struct import_binding *binding, struct import_records *out, struct err *err)
{
    struct maker m = {.cmd = cmd,
                      .stream = stream,
                      .file = file,
                      .plan = &file->result.plans[plan],
                      .plan_index = (uint32_t)plan,
                      .binding = binding,
                      .out = out};
    struct record *held = NULL;
    enum status s;
    do {
        *out = (struct import_records){.plan = make_id(&m, "plan", "", 0, 0)};
        s = store_find(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, "plan"), stream, &out->plan, &held, err);
    } while (s == STATUS_OK && held && held->dead && ++m.generation);
    if (s != STATUS_OK || (out->known = held != NULL))
        return s;
    m.sections = ARENA_ARRAY(&cmd->arena, m.plan->section_count + 1, struct uuid);
    out->edits = ARENA_ARRAY(&cmd->arena, 1 + m.plan->section_count + m.plan->activity_count, struct edit);
    make_plan(&m);
    return make_content(&m, err);
}
