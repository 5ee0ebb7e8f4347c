/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_json.h"

#include <jansson.h>

#include "common/domain/category.h"

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *number_or_null(int64_t number)
{
    return number >= 0 ? json_integer(number) : json_null();
}

static json_t *month_or_null(int year, int month)
{
    char text[IMPORT_MONTH_TEXT_BYTES];
    if (month < 0)
        return json_null();
    import_month_format(year, (unsigned)month, text);
    return json_string(text);
}

static json_t *months_json(int year, uint64_t months)
{
    json_t *list = json_array();
    for (int m = 0; m < IMPORT_MONTHS; m++)
        if (months >> m & 1)
            json_array_append_new(list, month_or_null(year, m));
    return list;
}

static json_t *tags_json(uint32_t tags)
{
    json_t *list = json_array();
    for (int t = 0; t < CATEGORY_TAG_COUNT; t++)
        if (tags >> t & 1)
            json_array_append_new(list, json_string(category_tag_name((enum category_tag)t)));
    return list;
}

static json_t *activity_json(const struct import_plan *plan, const struct import_activity *a)
{
    json_t *o = json_object();
    json_object_set_new(o, "header", text_or_null(a->header));
    json_object_set_new(o, "months", months_json(plan->year, a->months));
    json_object_set_new(o, "standing", json_boolean(a->standing));
    json_object_set_new(o, "label", text_or_null(a->label));
    json_object_set_new(o, "text", text_or_null(a->text));
    json_object_set_new(o, "lead", text_or_null(a->lead));
    json_object_set_new(o, "assist", text_or_null(a->assist));
    json_object_set_new(o, "person", text_or_null(a->person));
    json_object_set_new(o, "budget_fen", number_or_null(a->budget_fen));
    json_object_set_new(o, "participants", number_or_null(a->participants));
    json_object_set_new(o, "category", text_or_null(a->category));
    json_object_set_new(o, "tags", tags_json(a->tags));
    json_object_set_new(o, "note", text_or_null(a->note));
    json_object_set_new(o, "origin", json_string(a->origin == IMPORT_FROM_SCHEDULE ? "schedule" : "text"));
    json_object_set_new(o, "when", text_or_null(a->when));
    json_object_set_new(o, "section", a->section == IMPORT_NONE ? json_null() : json_integer(a->section));
    json_object_set_new(o, "position", json_integer(a->position));
    json_object_set_new(o, "line", json_integer(a->line));
    return o;
}

static json_t *section_json(const struct import_section *s)
{
    static const char *const kinds[] = {"heading", "paragraph", "note", "signature", "columns"};
    json_t *o = json_object();
    json_object_set_new(o, "kind", json_string(kinds[s->kind]));
    json_object_set_new(o, "level", json_integer(s->level));
    json_object_set_new(o, "label", text_or_null(s->label));
    json_object_set_new(o, "heading", text_or_null(s->heading));
    json_object_set_new(o, "text", text_or_null(s->text));
    json_object_set_new(o, "line", json_integer(s->line));
    return o;
}

static json_t *plan_json(const struct import_plan *plan)
{
    json_t *o = json_object(), *term = json_object(), *activities = json_array(), *sections = json_array();
    for (size_t i = 0; i < plan->activity_count; i++)
        json_array_append_new(activities, activity_json(plan, &plan->activities[i]));
    for (size_t i = 0; i < plan->section_count; i++)
        json_array_append_new(sections, section_json(&plan->sections[i]));
    json_object_set_new(term, "kind", json_string(import_term_name(plan->term)));
    json_object_set_new(term, "first_month", month_or_null(plan->year, plan->first));
    json_object_set_new(term, "last_month", month_or_null(plan->year, plan->last));
    json_object_set_new(o, "title", text_or_null(plan->title));
    json_object_set_new(o, "body", json_string(import_body_name(plan->body)));
    json_object_set_new(o, "term", term);
    json_object_set_new(o, "year", plan->year ? json_integer(plan->year) : json_null());
    json_object_set_new(o, "year_text", text_or_null(plan->year_text));
    json_object_set_new(o, "line", json_integer(plan->line));
    json_object_set_new(o, "table", json_boolean(plan->table));
    json_object_set_new(o, "columns", text_or_null(plan->columns));
    json_object_set_new(o, "activities", activities);
    json_object_set_new(o, "sections", sections);
    return o;
}

static json_t *doubt_json(const struct import_doubt *d)
{
    json_t *o = json_object();
    json_object_set_new(o, "code", json_string(import_doubt_name(d->code)));
    json_object_set_new(o, "plan", d->plan == IMPORT_NONE ? json_null() : json_integer(d->plan));
    json_object_set_new(o, "line", json_integer(d->line));
    json_object_set_new(o, "read", json_string(d->read));
    json_object_set_new(o, "other", json_string(d->other));
    json_object_set_new(o, "text", json_string(import_doubt_text(d->code, false)));
    json_object_set_new(o, "text_zh", json_string(import_doubt_text(d->code, true)));
    return o;
}

enum status import_json_put(const struct import_result *result, struct buf *out, struct err *err)
{
    json_t *root = json_object(), *plans = json_array(), *doubts = json_array();
    for (size_t i = 0; i < result->plan_count; i++)
        json_array_append_new(plans, plan_json(&result->plans[i]));
    for (size_t i = 0; i < result->doubt_count; i++)
        json_array_append_new(doubts, doubt_json(&result->doubts[i]));
    json_object_set_new(root, "format", text_or_null(result->format));
    json_object_set_new(root, "plans", plans);
    json_object_set_new(root, "doubts", doubts);
    json_object_set_new(root, "doubts_dropped", json_integer((json_int_t)result->doubts_dropped));
    char *text = json_dumps(root, JSON_INDENT(1));
    json_decref(root);
    if (!text)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the JSON of the import");
    buf_puts(out, text);
    buf_putc(out, '\n');
    free(text);
    return out->failed ? err_set(err, STATUS_TOO_LARGE, "the JSON of the import passes the output's limit") : STATUS_OK;
}
