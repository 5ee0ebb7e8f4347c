/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_choose.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/input.h"
#include "common/domain/month.h"

#define TRIES 3

/* --- which --- */

/* Marks the numbers of a list: "2", "1,3", "1、3". */
static enum status parse_only(struct cmd *cmd, const struct import_file *file, const char *text, bool *chosen, struct err *err)
{
    size_t n = file->result.plan_count, bytes;
    for (const char *at = input_fold(&cmd->arena, text); *at; at += bytes) {
        int64_t number;
        size_t gap = strspn(at, ", ");
        gap += strncmp(at + gap, "、", strlen("、")) == 0 ? strlen("、") : 0;
        bytes = gap ? gap : strcspn(at, ", \xE3");
        if (gap)
            continue;
        enum status s = bytes ? input_count(&cmd->arena, arena_strndup(&cmd->arena, at, bytes), IMPORT_MAX_PLANS, &number, err)
                              : err_set(err, STATUS_USAGE, _("\"%s\" names no plans; write 2 or 1,3"), text);
        if (s != STATUS_OK)
            return s;
        if (number < 1 || number > (int64_t)n)
            return err_set(err, STATUS_USAGE, _("%s holds %zu plan(s)"), file->name, n);
        chosen[number - 1] = true;
    }
    return STATUS_OK;
}

enum status import_choose_only(struct cmd *cmd, const struct import_file *file, bool *chosen, struct err *err)
{
    const char *text;
    enum status s = STATUS_OK;
    memset(chosen, cmd_option(cmd, "only") == NULL, file->result.plan_count);
    for (size_t i = 0; (text = cmd_option_at(cmd, "only", i)) && s == STATUS_OK; i++)
        s = parse_only(cmd, file, text, chosen, err);
    return s;
}

/* One answer; USAGE when it is not understood. */
static enum status take_only(struct cmd *cmd, const struct import_file *file, const char *answer, bool *chosen, struct err *err)
{
    bool *marked = ARENA_ARRAY(&cmd->arena, file->result.plan_count, bool);
    int yes = ui_parse_yes(&cmd->arena, answer, true);
    enum status s = yes < 0 ? parse_only(cmd, file, answer, marked, err) : STATUS_OK;
    if (s == STATUS_OK && yes <= 0) /* none of them for a no */
        memcpy(chosen, marked, file->result.plan_count);
    return s;
}

enum status import_ask_only(struct cmd *cmd, const struct import_file *file, bool *chosen, struct err *err)
{
    enum status s = STATUS_USAGE;
    if (file->result.plan_count < 2 || cmd_option(cmd, "only") || cmd_option(cmd, "yes") || !cmd->ui.in_is_tty)
        return STATUS_OK;
    for (int i = 0; i < TRIES && s == STATUS_USAGE; i++) {
        const char *answer;
        if (i)
            ui_error(&cmd->ui, err);
        s = ui_ask_text(&cmd->ui, _("Which plans? [Enter: all; 1,3: only these; n: none]"), &cmd->arena, &answer, err);
        if (s == STATUS_OK)
            s = take_only(cmd, file, answer, chosen, err);
    }
    return s;
}

/* --- by option, for one plan: VALUE or N=VALUE --- */

/* The value of the option for the plan with this number; named: only N=VALUE counts, else only VALUE. NULL: none. */
static enum status find_value(struct cmd *cmd, const char *option, size_t number, bool named, const char **value, struct err *err)
{
    const char *text;
    *value = NULL;
    for (size_t i = 0; (text = cmd_option_at(cmd, option, i)); i++) {
        const char *folded = input_fold(&cmd->arena, text), *equals = strchr(folded, '=');
        int64_t n = 0;
        enum status s = STATUS_OK;
        if (equals)
            s = input_count(&cmd->arena, arena_strndup(&cmd->arena, folded, (size_t)(equals - folded)), IMPORT_MAX_PLANS, &n, err);
        if (s != STATUS_OK)
            return s;
        if (named ? n == (int64_t)number : !equals)
            *value = equals ? equals + 1 : folded;
    }
    return STATUS_OK;
}

/* N=VALUE for a plan that is not in the file is a slip, and said. */
static enum status check_numbers(struct cmd *cmd, const struct import_file *file, const char *option, struct err *err)
{
    const char *text;
    for (size_t i = 0; (text = cmd_option_at(cmd, option, i)); i++) {
        const char *folded = input_fold(&cmd->arena, text), *equals = strchr(folded, '=');
        int64_t n = 1;
        enum status s = STATUS_OK;
        if (equals)
            s = input_count(&cmd->arena, arena_strndup(&cmd->arena, folded, (size_t)(equals - folded)), IMPORT_MAX_PLANS, &n, err);
        if (s != STATUS_OK)
            return s;
        if (n < 1 || n > (int64_t)file->result.plan_count)
            return err_set(err, STATUS_USAGE, _("%s holds %zu plan(s)"), file->name, file->result.plan_count);
    }
    return STATUS_OK;
}

/* --- the body --- */

bool import_parse_body(struct cmd *cmd, const char *text, enum import_body *out)
{
    const struct field *field = kind_find_field_by_name(change_kind(cmd, "plan"), "body");
    const char *folded = input_fold(&cmd->arena, text);
    int64_t value;
    bool labelled = schema_enum_parse(field, folded, &value);
    for (int b = IMPORT_BODY_UNION; b <= IMPORT_BODY_OTHER; b++) {
        const char *name = import_body_name((enum import_body)b);
        if (labelled ? strcmp(name, schema_enum_name(field, value)) == 0
                     : strcmp(folded, import_body_text((enum import_body)b, true)) == 0 ||
                           strcmp(folded, import_body_text((enum import_body)b, false)) == 0) {
            *out = (enum import_body)b;
            return true;
        }
    }
    return false;
}

enum status import_choose_body(struct cmd *cmd, struct import_file *file, struct err *err)
{
    enum status checked = check_numbers(cmd, file, "from", err);
    if (checked == STATUS_OK)
        checked = check_numbers(cmd, file, "body", err);
    if (checked != STATUS_OK)
        return checked;
    for (size_t i = 0; i < file->result.plan_count; i++) {
        const char *value;
        enum status s = find_value(cmd, "body", i + 1, true, &value, err);
        if (s == STATUS_OK && !value)
            s = find_value(cmd, "body", i + 1, false, &value, err);
        if (s == STATUS_OK && value && !import_parse_body(cmd, value, &file->result.plans[i].body))
            s = err_set(err, STATUS_USAGE,
                        _("\"%s\" is no issuing body; write union, women, audit, group, league, school or other"), value);
        if (s != STATUS_OK)
            return s;
    }
    return STATUS_OK;
}

/* --- the first month --- */

/* The month of the year a plan begins with. */
static int start_of(const struct import_plan *plan)
{
    if (plan->first >= 0)
        return plan->first % 12 + 1;
    return plan->likely_start ? plan->likely_start : plan->term == IMPORT_TERM_SCHOOL_YEAR ? 9 : 1;
}

/* The first month the document tells, also of a plan without a month schedule. */
static bool told_month(const struct import_plan *plan, int32_t *from)
{
    if (plan->first >= 0 || !plan->year)
        return import_first_month(plan, from);
    *from = month_make(plan->year, start_of(plan));
    return true;
}

static const char *first_month_of(struct cmd *cmd, const char *value, int32_t *from, enum status *s, struct err *err)
{
    if (value && *s == STATUS_OK)
        *s = input_month(&cmd->arena, value, cmd_month(cmd), from, err);
    return value;
}

enum status import_choose_from(struct cmd *cmd, const struct import_file *file, uint32_t plan, int32_t *from, bool *found,
                               struct err *err)
{
    const struct import_plan *p = &file->result.plans[plan];
    const char *value;
    enum status s = find_value(cmd, "from", plan + 1, true, &value, err);
    *found = first_month_of(cmd, value, from, &s, err) || (file->result.plan_count > 1 && told_month(p, from));
    if (s != STATUS_OK || *found)
        return s;
    s = find_value(cmd, "from", 0, false, &value, err);
    *found = first_month_of(cmd, value, from, &s, err) || told_month(p, from);
    return s;
}

int32_t import_suggest_from(struct cmd *cmd, const struct import_file *file, uint32_t plan, bool *told)
{
    int32_t near = cmd_month(cmd), from, other;
    *told = false;
    for (size_t i = 0; i < file->result.plan_count && !*told; i++)
        if (i != plan && (*told = told_month(&file->result.plans[i], &other)))
            near = other;
    from = month_make(month_year(near), start_of(&file->result.plans[plan]));
    if (from < near - 6)
        return from + 12;
    return from > near + 5 ? from - 12 : from;
}

/* Without a schedule the term is what its kind usually is; months in the text count from January of the year it begins in. */
static enum status bind_text(struct cmd *cmd, const struct import_plan *plan, int32_t from, struct import_binding *out,
                             struct err *err)
{
    int32_t january = month_make(month_year(from), 1);
    int32_t length = plan->term == IMPORT_TERM_SEMESTER ? 6 : 12;
    struct import_binding binding = {from, from + length - 1, ARENA_ARRAY(&cmd->arena, plan->activity_count + 1, int64_t)};
    if (plan->year && month_year(from) != plan->year)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the plan says %s, so it does not begin in %d"), plan->year_text,
                       month_year(from));
    for (size_t i = 0; i < plan->activity_count; i++)
        for (int m = 0; m < IMPORT_MONTHS; m++)
            if (plan->activities[i].months >> m & 1 && !month_set_add(&binding.months[i], january + m))
                return err_set(err, STATUS_NOT_UNDERSTOOD, _("activity \"%s\" reaches over too many months"),
                               plan->activities[i].text);
    *out = binding;
    return STATUS_OK;
}

enum status import_choose_bind(struct cmd *cmd, const struct import_plan *plan, int32_t from, struct import_binding *out,
                               struct err *err)
{
    char text[MONTH_TEXT_BYTES];
    month_format(from, text);
    if (plan->first < 0)
        return bind_text(cmd, plan, from, out, err);
    if (month_of_year(from) != start_of(plan))
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the plan begins in month %d, not in %s"), start_of(plan), text);
    if (plan->year && month_year(from - plan->first) != plan->year)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the plan says %s, so it does not begin in %s"), plan->year_text, text);
    return import_bind(plan, from, &cmd->arena, out, err);
}
