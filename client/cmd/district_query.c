/* SPDX-License-Identifier: Apache-2.0
 *
 * query: the district's questions over all schools. The server finds and counts; pages are asked for until all have come. */
#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/device.h"
#include "client/cmd/input.h"
#include "common/domain/month.h"
#include "common/table/table_pages.h"
#include "common/table/table_wire.h"

#define PAGE_ROWS 1000
#define VALUES_MAX 64
#define MONTHS_BACK 3 /* what is asked about has mostly been: a month without a year is from nine months ago to two ahead */

static const struct option options[] = {
    {"month", "月份", N_("MONTH"), N_("that month: 9, 九月 or 2024-09")},
    {"from", "起", N_("MONTH"), N_("from that month on")},
    {"to", "止", N_("MONTH"), N_("up to that month")},
    {"category", "类别", N_("CATEGORY"), N_("one category, or several separated by commas")},
    {"body", "组织", N_("BODY"), N_("union, women, audit, group …; several separated by commas")},
    {"state", "状态", N_("STATE"), N_("of the activity (or plan, or report); several separated by commas")},
    {"plan-state", "计划状态", N_("STATE"), N_("draft, submitted, filed or returned")},
    {"school", "单位", N_("CODE"), N_("a school's code, or a pattern: SY*")},
    {"area", "片", N_("AREA"), N_("one area")},
    {"stage", "学段", N_("STAGE"), N_("kindergarten, primary, junior …")},
    {"text", "包含", N_("TEXT"), N_("with these words in it")},
    {"kind", "种类", N_("KIND"), N_("activity (default), occurrence, plan, section, report or conflict")},
    {"group-by", "分组", N_("GROUPS"), N_("count and sum by school, area, stage, month, category, body, state")},
};

/* --- what is asked --- */

struct ask {
    struct cmd *cmd;
    const struct kind *kind;
    Lianxin__QueryRequest *request;
};

/* The words of an option that may be repeated and may hold several, separated by commas or 、. In arena. */
static enum status split_option(struct cmd *cmd, const char *option, char **words, size_t *n, struct err *err)
{
    const char *typed;
    *n = 0;
    for (size_t i = 0; (typed = cmd_option_at(cmd, option, i)); i++) {
        const char *at = input_fold(&cmd->arena, typed);
        while (*at) {
            size_t bytes = 0;
            while (at[bytes] && at[bytes] != ',' && strncmp(at + bytes, "、", strlen("、")) != 0)
                bytes++;
            const char *word = input_fold(&cmd->arena, arena_strndup(&cmd->arena, at, bytes));
            if (*word && *n == VALUES_MAX)
                return err_set(err, STATUS_USAGE, _("--%s has too many values"), option);
            if (*word)
                words[(*n)++] = arena_strdup(&cmd->arena, word);
            at += bytes;
            at += *at == ',' ? 1 : *at ? strlen("、") : 0;
        }
    }
    return STATUS_OK;
}

static const char *list_values(struct cmd *cmd, const struct field *field)
{
    const char *text = "";
    for (size_t i = 0; i < field->n_values; i++)
        text = arena_printf(&cmd->arena, "%s%s%s", text, i ? ", " : "",
                            cmd->ui.chinese ? field->values[i].label_zh : field->values[i].name);
    return text;
}

static enum status read_values(struct cmd *cmd, const char *option, const char *kind, const char *field_name, uint32_t **out,
                               size_t *n, struct err *err)
{
    const struct field *field = kind_find_field_by_name(schema_find_kind_by_name(cmd->schema, kind), field_name);
    char *words[VALUES_MAX];
    enum status s = split_option(cmd, option, words, n, err);
    if (s != STATUS_OK || !*n)
        return s;
    if (!field)
        return err_set(err, STATUS_USAGE, _("a %s has no --%s"), kind, option);
    *out = ARENA_ARRAY(&cmd->arena, *n, uint32_t);
    for (size_t i = 0; i < *n; i++) {
        int64_t value;
        if (!schema_enum_parse(field, words[i], &value))
            return err_set(err, STATUS_USAGE, _("--%s: \"%s\" is not among %s"), option, words[i], list_values(cmd, field));
        (*out)[i] = (uint32_t)value;
    }
    return STATUS_OK;
}

static enum status read_enums(const struct ask *ask, struct err *err)
{
    Lianxin__QueryRequest *r = ask->request;
    /* an occurrence is asked for by the state of its activity */
    const char *stateful = strcmp(ask->kind->name, "occurrence") == 0 ? "activity" : ask->kind->name;
    const struct {
        const char *option, *kind, *field;
        uint32_t **values;
        size_t *n;
    } lists[] = {{"category", "activity", "category", &r->categories, &r->n_categories},
                 {"body", "plan", "body", &r->bodies, &r->n_bodies},
                 {"state", stateful, "state", &r->states, &r->n_states},
                 {"plan-state", "plan", "state", &r->plan_states, &r->n_plan_states},
                 {"stage", "school", "stage", &r->stages, &r->n_stages}};
    enum status s = STATUS_OK;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && s == STATUS_OK; i++)
        s = read_values(ask->cmd, lists[i].option, lists[i].kind, lists[i].field, lists[i].values, lists[i].n, err);
    return s;
}

/* The year that was left out is said: an answer about another one looks like an answer. */
static enum status read_month(struct cmd *cmd, const char *option, protobuf_c_boolean *has, int32_t *out, struct err *err)
{
    const char *text = cmd_option(cmd, option);
    int32_t near = cmd_month(cmd) - MONTHS_BACK, year_before;
    char month[MONTH_TEXT_BYTES];
    if (!text)
        return STATUS_OK;
    enum status s = input_month(&cmd->arena, text, near, out, err);
    if (s == STATUS_OK)
        s = input_month(&cmd->arena, text, near - 12, &year_before, err);
    if (s != STATUS_OK)
        return s;
    *has = true;
    month_format(*out, month);
    if (year_before != *out)
        ui_print(&cmd->ui, _("%s is taken as %s\n"), text, month);
    return STATUS_OK;
}

static enum status read_months(const struct ask *ask, struct err *err)
{
    struct cmd *cmd = ask->cmd;
    Lianxin__QueryRequest *r = ask->request;
    if (cmd_option(cmd, "month") && (cmd_option(cmd, "from") || cmd_option(cmd, "to")))
        return err_set(err, STATUS_USAGE, _("give --month, or --from and --to"));
    enum status s = read_month(cmd, "month", &r->has_first_month, &r->first_month, err);
    if (s == STATUS_OK)
        s = read_month(cmd, "from", &r->has_first_month, &r->first_month, err);
    if (s == STATUS_OK)
        s = read_month(cmd, "to", &r->has_last_month, &r->last_month, err);
    if (s != STATUS_OK || cmd_option(cmd, "month"))
        return s;
    if (r->has_first_month != r->has_last_month)
        return err_set(err, STATUS_USAGE, _("--from and --to belong together"));
    return STATUS_OK;
}

static char *fold_option(struct cmd *cmd, const char *option)
{
    const char *text = cmd_option(cmd, option);
    return text && *text ? arena_strdup(&cmd->arena, input_fold(&cmd->arena, text)) : NULL;
}

static enum status read_kind(struct ask *ask, struct err *err)
{
    const char *text = fold_option(ask->cmd, "kind");
    const struct schema *schema = ask->cmd->schema;
    ask->kind = schema_find_kind_by_name(schema, text ? text : "activity");
    for (size_t i = 0; i < schema->n_kinds && text && !ask->kind; i++)
        if (strcmp(schema->kinds[i].label_zh, text) == 0)
            ask->kind = &schema->kinds[i];
    if (!ask->kind)
        return err_set(err, STATUS_USAGE, _("there is no kind \"%s\": activity, occurrence, plan, section, report or conflict"),
                       text);
    ask->request->has_kind = 1;
    ask->request->kind = ask->kind->number;
    return STATUS_OK;
}

/* What the groups are called in Chinese; the server knows them by name, and says which it does not know. */
static void name_groups(struct cmd *cmd, Lianxin__QueryRequest *request)
{
    static const char *const names[][2] = {{"单位", "school"},   {"片", "area"},   {"学段", "stage"},    {"月份", "month"},
                                           {"类别", "category"}, {"组织", "body"}, {"制定组织", "body"}, {"状态", "state"}};
    for (size_t i = 0; i < request->n_group_by; i++)
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (strcmp(request->group_by[i], names[k][0]) == 0)
                request->group_by[i] = arena_strdup(&cmd->arena, names[k][1]);
}

static enum status read_request(struct cmd *cmd, Lianxin__QueryRequest *request, struct err *err)
{
    struct ask ask = {.cmd = cmd, .request = request};
    request->school = fold_option(cmd, "school");
    request->area = fold_option(cmd, "area");
    request->text = fold_option(cmd, "text");
    request->group_by = ARENA_ARRAY(&cmd->arena, VALUES_MAX, char *);
    request->has_max_rows = 1;
    request->max_rows = PAGE_ROWS;
    enum status s = split_option(cmd, "group-by", request->group_by, &request->n_group_by, err);
    name_groups(cmd, request);
    if (s == STATUS_OK)
        s = read_kind(&ask, err);
    if (s == STATUS_OK)
        s = read_enums(&ask, err);
    return s == STATUS_OK ? read_months(&ask, err) : s;
}

/* --- the answer --- */

/* One page, in arena; *next is what asks for the one after it, absent after the last. */
static enum status ask_page(struct cmd *cmd, struct arena *arena, const Lianxin__QueryRequest *request, struct table **table,
                            const Lianxin__QueryReply **reply, struct err *err)
{
    ProtobufCMessage *message;
    enum status s = transport_call(&cmd->transport, MESSAGE_query, &request->base, arena, &message, err);
    if (s != STATUS_OK)
        return s;
    *reply = (const Lianxin__QueryReply *)message;
    return table_from_wire(arena, (*reply)->table, table, err);
}

/* The place is copied into arena: the page it came with may go. False after the last page. */
static bool go_on(struct arena *arena, Lianxin__QueryRequest *request, const Lianxin__QueryReply *reply)
{
    request->has_after = reply->has_next;
    if (reply->has_next)
        request->after = (ProtobufCBinaryData){reply->next.len, arena_copy(arena, reply->next.data, reply->next.len)};
    return reply->has_next;
}

static enum status show_whole(struct cmd *cmd, Lianxin__QueryRequest *request, struct err *err)
{
    struct table *whole = NULL, *page;
    const Lianxin__QueryReply *reply;
    enum status s;
    do {
        if ((s = ask_page(cmd, &cmd->arena, request, &page, &reply, err)) != STATUS_OK)
            return s;
        if (whole)
            table_append(whole, page);
        else
            whole = page;
    } while (go_on(&cmd->arena, request, reply));
    return ui_table(&cmd->ui, whole, err);
}

static enum status flush(struct cmd *cmd, struct buf *out, struct err *err)
{
    bool written =
        !out->failed && fwrite(buf_text(out), 1, out->len_bytes, cmd->ui.out) == out->len_bytes && fflush(cmd->ui.out) == 0;
    buf_reset(out);
    return written ? STATUS_OK : err_set(err, STATUS_FAILED, _("the answer could not be written out whole"));
}

/* JSON goes out page by page: an answer may be larger than memory. */
static enum status stream_json(struct cmd *cmd, Lianxin__QueryRequest *request, struct err *err)
{
    struct table_style style = ui_style(&cmd->ui);
    struct arena arena;
    struct buf out;
    struct table_pages pages;
    bool more = true;
    enum status s = STATUS_OK;
    buf_init(&out, 0);
    arena_init(&arena, 0);
    table_pages_init(&pages, &out, &style);
    while (s == STATUS_OK && more) {
        struct table *page;
        const Lianxin__QueryReply *reply;
        if ((s = ask_page(cmd, &arena, request, &page, &reply, err)) != STATUS_OK)
            break;
        table_pages_add(&pages, page);
        more = go_on(&cmd->arena, request, reply);
        if (!more)
            table_pages_end(&pages, page);
        s = flush(cmd, &out, err);
        arena_reset(&arena);
    }
    arena_done(&arena);
    buf_done(&out);
    return s;
}

static enum status run(struct cmd *cmd, struct err *err)
{
    Lianxin__QueryRequest request = LIANXIN__QUERY_REQUEST__INIT;
    enum status s = read_request(cmd, &request, err);
    if (s == STATUS_OK)
        s = device_connect(cmd, err);
    if (s != STATUS_OK)
        return s;
    return cmd->ui.json && !cmd->ui.output_path ? stream_json(cmd, &request, err) : show_whole(cmd, &request, err);
}

const struct verb verb_query = {
    .name = "query",
    .name_zh = "查询",
    .arguments = "",
    .summary = N_("activities of all schools by filter, or figures by group (district only)"),
    .help = N_("  lianxin query --month 三月\n"
               "  lianxin query --category 文体与节庆 --state done --school 'SY*'\n"
               "  lianxin query --from 2025-09 --to 2026-01 --group-by school,month -o 统计.xlsx\n"
               "  lianxin query --kind report --month 3          the reports of a month"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .flags = VERB_HOME | VERB_TABLE | VERB_DISTRICT | VERB_PATIENT,
    .run = run,
};
