/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/domain/month.h"
#include "common/record/schema.h"
#include "server/cmd/cmd.h"

const struct option cmd_globals[] = {
    {"data", "DIR", N_("the data folder (else LIANXIND_DATA, else /var/lib/lianxin)"), 0},
    {"json", NULL, N_("print JSON"), 0},
    {"output", "FILE", N_("write a list to FILE.csv, .xlsx, .html or .json"), 'o'},
    {"lang", "zh|en", N_("the language of the messages"), 0},
    {"print-config", NULL, N_("print every key of the configuration with its value"), 0},
    {"help", NULL, N_("explain the verb"), 'h'},
    {"version", NULL, N_("print the version"), 0},
    {NULL, NULL, NULL, 0},
};

static const struct verb *const verbs[] = {
#define VERB(name) &verb_##name,
#include "server/cmd/verb.def"
#undef VERB
};

const struct verb *cmd_verb_at(size_t i)
{
    return i < sizeof verbs / sizeof verbs[0] ? verbs[i] : NULL;
}

const char *cmd_option(const struct cmd *cmd, const char *name)
{
    for (size_t i = 0; i < cmd->n_options; i++)
        if (strcmp(cmd->options[i].option->name, name) == 0)
            return cmd->options[i].value;
    return NULL;
}

/* ---- the verb ---- */

/* How many of the words begin name: 0 when they do not spell it out. */
static size_t match(const char *name, const char *const *words, size_t n)
{
    const char *space = strchr(name, ' ');
    size_t first = space ? (size_t)(space - name) : strlen(name);
    if (!n || strlen(words[0]) != first || strncmp(name, words[0], first) != 0)
        return 0;
    if (!space)
        return 1;
    return n > 1 && strcmp(space + 1, words[1]) == 0 ? 2 : 0;
}

static enum status take_verb(struct cmd *cmd, struct err *err)
{
    for (size_t i = 0; cmd_verb_at(i); i++) {
        size_t words = match(cmd_verb_at(i)->name, cmd->args, cmd->n_args);
        if (!words)
            continue;
        cmd->verb = cmd_verb_at(i);
        cmd->args += words;
        cmd->n_args -= words;
        return STATUS_OK;
    }
    if (!cmd->n_args)
        return STATUS_OK;
    return err_set(err, STATUS_USAGE, _("there is no verb \"%s\"; lianxind --help lists them"), cmd->args[0]);
}

static enum status check_arguments(const struct cmd *cmd, struct err *err)
{
    const struct verb *verb = cmd->verb;
    if (cmd->n_args < verb->min_arguments)
        return err_set(err, STATUS_USAGE, _("something is missing: lianxind %s %s"), verb->name, verb->arguments);
    if (cmd->n_args > verb->max_arguments)
        return err_set(err, STATUS_USAGE, _("\"%s\" is too much: lianxind %s %s"), cmd->args[verb->max_arguments], verb->name,
                       verb->arguments);
    return STATUS_OK;
}

/* ---- options ---- */

struct typed {
    const char *name; /* behind the dashes */
    size_t name_bytes;
    const char *value; /* behind =, or the next word */
    bool attached;
    bool is_letter; /* one dash */
};

static const struct option *find_option(const struct option *options, size_t n, const struct typed *typed)
{
    for (size_t i = 0; i < n && options[i].name; i++) {
        if (typed->is_letter && typed->name_bytes == 1 && options[i].letter == *typed->name)
            return &options[i];
        if (!typed->is_letter && strlen(options[i].name) == typed->name_bytes &&
            strncmp(options[i].name, typed->name, typed->name_bytes) == 0)
            return &options[i];
    }
    return NULL;
}

static void put_global(struct cmd *cmd, const struct option *option, const char *value)
{
    const struct {
        const char *name;
        const char **text;
        bool *flag;
    } places[] = {
        {"data", &cmd->data, NULL},    {"output", &cmd->ui.output_path, NULL},
        {"json", NULL, &cmd->ui.json}, {"print-config", NULL, &cmd->print_config},
        {"help", NULL, &cmd->help},    {"version", NULL, &cmd->version},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strcmp(places[i].name, option->name) != 0)
            continue;
        if (places[i].flag)
            *places[i].flag = true;
        else
            *places[i].text = value;
    }
}

static enum status take_option(struct cmd *cmd, const struct typed *typed, bool *took_next, struct err *err)
{
    const struct option *own = cmd->verb ? find_option(cmd->verb->options, cmd->verb->n_options, typed) : NULL;
    const struct option *option = own ? own : find_option(cmd_globals, SIZE_MAX, typed);
    if (!option)
        return err_set(err, STATUS_USAGE, _("there is no option --%.*s; lianxind %s%s--help lists them"), (int)typed->name_bytes,
                       typed->name, cmd->verb ? cmd->verb->name : "", cmd->verb ? " " : "");
    if (!option->argument && typed->attached)
        return err_set(err, STATUS_USAGE, _("the option --%s takes no value"), option->name);
    if (option->argument && !typed->value)
        return err_set(err, STATUS_USAGE, _("the option --%s needs a value"), option->name);
    *took_next = option->argument && !typed->attached;
    const char *value = option->argument ? typed->value : "";
    if (!own)
        put_global(cmd, option, value);
    else if (cmd->n_options == CMD_OPTIONS_MAX)
        return err_set(err, STATUS_USAGE, _("too many options"));
    else
        cmd->options[cmd->n_options++] = (struct cmd_option){own, value};
    return STATUS_OK;
}

static struct typed split(const char *text, const char *next)
{
    bool is_letter = text[1] != '-';
    const char *word = text + (is_letter ? 1 : 2);
    const char *equals = strchr(word, '=');
    return (struct typed){.name = word,
                          .name_bytes = equals ? (size_t)(equals - word) : strlen(word),
                          .value = equals ? equals + 1 : next,
                          .attached = equals != NULL,
                          .is_letter = is_letter};
}

/* The first words name the verb and are taken at the option behind them: which options there are depends on it. */
enum status cmd_parse(struct cmd *cmd, int argc, char *const *argv, struct err *err)
{
    const char **words = ARENA_ARRAY(&cmd->arena, (size_t)argc + 1, const char *);
    enum status st = STATUS_OK;
    size_t n = 0;
    bool plain = false;
    cmd->args = words;
    for (int at = 1; st == STATUS_OK && at < argc; at++) {
        bool took_next = false;
        bool option = !plain && argv[at][0] == '-' && argv[at][1];
        if (option && !cmd->verb)
            st = take_verb(cmd, err);
        if (option && strcmp(argv[at], "--") == 0) {
            plain = true;
        } else if (option && st == STATUS_OK) {
            struct typed typed = split(argv[at], at + 1 < argc ? argv[at + 1] : NULL);
            st = take_option(cmd, &typed, &took_next, err);
            at += took_next;
        } else if (!option) {
            words[n++] = argv[at];
            cmd->n_args++;
        }
    }
    if (st == STATUS_OK && !cmd->verb)
        st = take_verb(cmd, err);
    return st == STATUS_OK && cmd->verb && !cmd->help ? check_arguments(cmd, err) : st;
}

/* ---- values ---- */

enum status cmd_read_stage(const char *text, uint32_t *out, struct err *err)
{
    const struct schema *schema;
    struct arena arena;
    int64_t value = 0;
    arena_init(&arena, 0);
    enum status st = schema_new(&arena, schema_source_current(), &schema, err);
    if (st == STATUS_OK && text && *text &&
        !schema_enum_parse(kind_find_field_by_name(schema_find_kind_by_name(schema, "school"), "stage"), text, &value))
        st = err_set(err, STATUS_USAGE,
                     _("\"%s\" is no stage: kindergarten, primary, junior, senior … (幼儿园、小学、初中、高中…)"), text);
    if (st == STATUS_OK)
        *out = (uint32_t)value;
    arena_done(&arena);
    return st;
}

enum status cmd_read_month(const char *text, int32_t *out, struct err *err)
{
    int32_t month = 0;
    if (text && *text && !month_parse(text, &month))
        return err_set(err, STATUS_USAGE, _("\"%s\" is no month: write 2024-09"), text);
    *out = month;
    return STATUS_OK;
}
