/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/cmd_parse.h"

#include <string.h>

#define ALIKE_BYTES 3

const struct global_option cmd_globals[] = {
    {"home", 0, N_("DIR"), N_("the data folder (default: LIANXIN_HOME, else ~/.lianxin)")},
    {"lang", 0, "zh|en", N_("the language of the messages")},
    {"json", 0, NULL, N_("results as JSON")},
    {"output", 'o', N_("FILE"), N_("write the result to a file: .csv, .xlsx, .html, .json")},
    {"offline", 0, NULL, N_("do not try to reach the server")},
    {"help", 'h', NULL, N_("explain the command")},
    {"version", 0, NULL, N_("print the version")},
};
const size_t cmd_n_globals = sizeof cmd_globals / sizeof cmd_globals[0];

/* A word split at "=": --month=9 */
struct word {
    const char *name;
    size_t name_bytes;
    const char *value; /* NULL: none */
};

static struct word split(const char *text)
{
    const char *equals = strchr(text, '=');
    return (struct word){text, equals ? (size_t)(equals - text) : strlen(text), equals ? equals + 1 : NULL};
}

static bool is_named(const struct word *word, const char *name)
{
    return name && strlen(name) == word->name_bytes && memcmp(name, word->name, word->name_bytes) == 0;
}

static const struct global_option *find_global(const struct word *word, char letter)
{
    for (size_t i = 0; i < cmd_n_globals; i++)
        if (letter ? cmd_globals[i].letter == letter : is_named(word, cmd_globals[i].name))
            return &cmd_globals[i];
    return NULL;
}

static void put_global(struct cmd_globals *globals, const struct global_option *option, const char *value)
{
    const struct {
        const char *name;
        const char **value;
        bool *flag;
    } places[] = {{"home", &globals->home, NULL},      {"lang", &globals->lang, NULL},       {"json", NULL, &globals->json},
                  {"output", &globals->output, NULL},  {"offline", NULL, &globals->offline}, {"help", NULL, &globals->help},
                  {"version", NULL, &globals->version}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strcmp(places[i].name, option->name) != 0)
            continue;
        if (places[i].value)
            *places[i].value = value;
        else
            *places[i].flag = true;
    }
}

static const struct option *find_option(const struct verb *verb, const struct word *word)
{
    for (size_t i = 0; verb && i < verb->n_options; i++)
        if (is_named(word, verb->options[i].name) || is_named(word, verb->options[i].name_zh))
            return &verb->options[i];
    return NULL;
}

/* Do they begin alike: with the same three letters, or the same Chinese character? */
static bool begins_alike(const char *name, const struct word *word)
{
    return name && strncmp(name, word->name, word->name_bytes < ALIKE_BYTES ? word->name_bytes : ALIKE_BYTES) == 0;
}

/* An option that may have been meant; NULL when none is near. */
static const char *nearest_option(const struct verb *verb, const struct word *word)
{
    for (size_t i = 0; verb && i < verb->n_options; i++) {
        const struct option *o = &verb->options[i];
        if (begins_alike(o->name, word))
            return o->name;
        if (begins_alike(o->name_zh, word))
            return o->name_zh;
    }
    for (size_t i = 0; i < cmd_n_globals; i++)
        if (begins_alike(cmd_globals[i].name, word))
            return cmd_globals[i].name;
    return NULL;
}

static enum status unknown_option(const struct verb *verb, const char *typed, const struct word *word, struct err *err)
{
    const char *nearest = word->name_bytes ? nearest_option(verb, word) : NULL;
    if (nearest)
        return err_set(err, STATUS_USAGE, _("there is no option %s; did you mean --%s?"), typed, nearest);
    if (verb)
        return err_set(err, STATUS_USAGE, _("there is no option %s; `lianxin %s --help` lists them"), typed, verb->name);
    return err_set(err, STATUS_USAGE, _("there is no option %s"), typed);
}

struct parse {
    struct cmd *cmd;
    int argc;
    char *const *argv;
    int at;
    struct cmd_globals *globals;
    const char **args;
};

static enum status take_value(struct parse *p, const char *typed, const struct word *word, bool wants, const char **value,
                              struct err *err)
{
    if (!wants && word->value)
        return err_set(err, STATUS_USAGE, _("the option %.*s takes no value"), (int)word->name_bytes, word->name);
    *value = word->value ? word->value : "";
    if (!wants || word->value)
        return STATUS_OK;
    if (p->at + 1 >= p->argc)
        return err_set(err, STATUS_USAGE, _("the option %s needs a value"), typed);
    *value = p->argv[++p->at];
    return STATUS_OK;
}

static enum status take_option(struct parse *p, const char *typed, struct err *err)
{
    bool is_long = typed[1] == '-';
    struct word word = split(typed + (is_long ? 2 : 1));
    const char *value;
    enum status s;
    const struct option *option = is_long ? find_option(p->cmd->verb, &word) : NULL;
    if (option) {
        if ((s = take_value(p, typed, &word, option->argument != NULL, &value, err)) != STATUS_OK)
            return s;
        if (p->cmd->n_options == CMD_OPTIONS_MAX)
            return err_set(err, STATUS_USAGE, _("too many options"));
        p->cmd->options[p->cmd->n_options++] = (struct cmd_option){option, value};
        return STATUS_OK;
    }
    const struct global_option *global = find_global(&word, is_long || word.name_bytes != 1 ? 0 : typed[1]);
    if (!global)
        return unknown_option(p->cmd->verb, typed, &word, err);
    if ((s = take_value(p, typed, &word, global->argument != NULL, &value, err)) == STATUS_OK)
        put_global(p->globals, global, value);
    return s;
}

/* Every verb that has such a part, as a person would go on typing; NULL when none has. The Chinese of a part may differ from verb
 * to verb. */
static const char *find_part(struct cmd *cmd, const char *typed)
{
    const char *name = NULL, *found = NULL;
    const struct verb *verb;
    for (size_t i = 0; !name && (verb = verb_at(i)); i++)
        name = verb_find_part(verb, typed) ? verb_find_part(verb, typed)->name : NULL;
    for (size_t i = 0; name && (verb = verb_at(i)); i++) {
        const struct verb_part *part = verb_find_part(verb, name);
        if (!part)
            continue;
        const char *before = !found ? "" : cmd->ui.chinese ? "` 或 `lianxin " : "` or `lianxin ";
        found = arena_printf(&cmd->arena, "%s%s%s %s", found ? found : "", before, cmd->ui.chinese ? verb->name_zh : verb->name,
                             cmd->ui.chinese ? part->name_zh : part->name);
    }
    return found;
}

/* What to type for a word that is no command itself; NULL when nothing is near. */
static const char *find_word(struct cmd *cmd, const char *typed)
{
    static const struct {
        const char *name, *name_zh, *command, *command_zh;
    } words[] = {
#define WORD(name, name_zh, command, command_zh) {name, name_zh, command, command_zh},
#include "client/cmd/word.def"
#undef WORD
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(typed, words[i].name) == 0 || strcmp(typed, words[i].name_zh) == 0)
            return cmd->ui.chinese ? words[i].command_zh : words[i].command;
    return find_part(cmd, typed);
}

static enum status take_verb(struct parse *p, const char *typed, struct err *err)
{
    if (strcmp(typed, "help") == 0 || strcmp(typed, "帮助") == 0)
        return p->globals->help = true, STATUS_OK;
    if ((p->cmd->verb = verb_find(typed)))
        return STATUS_OK;
    const char *command = find_word(p->cmd, typed);
    if (command)
        return err_set(err, STATUS_USAGE, _("\"%s\" alone is no command; did you mean `lianxin %s`?"), typed, command);
    const struct verb *nearest = verb_nearest(typed);
    if (nearest)
        return err_set(err, STATUS_USAGE, _("there is no command \"%s\"; did you mean `%s`?"), typed,
                       p->cmd->ui.chinese ? nearest->name_zh : nearest->name);
    return err_set(err, STATUS_USAGE, _("there is no command \"%s\"; `lianxin --help` lists them"), typed);
}

static enum status choose_part(struct cmd *cmd, struct err *err)
{
    const struct verb *verb = cmd->verb;
    bool chinese = cmd->ui.chinese;
    if ((cmd->part = cmd->n_args ? verb_find_part(verb, cmd->args[0]) : verb->parts))
        return STATUS_OK;
    const char *names = "";
    for (size_t i = 0; i < verb->n_parts; i++)
        names = arena_printf(&cmd->arena, "%s%s%s", names,
                             i == 0    ? ""
                             : chinese ? "、"
                                       : ", ",
                             chinese ? verb->parts[i].name_zh : verb->parts[i].name);
    return err_set(err, STATUS_USAGE, _("\"%s\" is not understood; after \"%s\" comes one of: %s"), cmd->args[0],
                   chinese ? verb->name_zh : verb->name, names);
}

static enum status check_arguments(struct cmd *cmd, struct err *err)
{
    const struct verb *verb = cmd->verb;
    const char *arguments = *verb->arguments ? _(verb->arguments) : "";
    if ((int)cmd->n_args < verb->min_arguments)
        return err_set(err, STATUS_USAGE, _("something is missing: lianxin %s %s"), verb->name, arguments);
    if (verb->max_arguments >= 0 && (int)cmd->n_args > verb->max_arguments)
        return err_set(err, STATUS_USAGE, _("\"%s\" is too much: lianxin %s %s"), cmd->args[verb->max_arguments], verb->name,
                       arguments);
    return verb->parts ? choose_part(cmd, err) : STATUS_OK;
}

enum status cmd_parse(struct cmd *cmd, int argc, char *const *argv, struct cmd_globals *globals, struct err *err)
{
    struct parse p = {cmd, argc, argv, 1, globals, ARENA_ARRAY(&cmd->arena, (size_t)argc + 1, const char *)};
    bool only_arguments = false;
    enum status s = STATUS_OK;
    for (; p.at < argc && s == STATUS_OK; p.at++) {
        const char *typed = argv[p.at];
        if (!only_arguments && strcmp(typed, "--") == 0)
            only_arguments = true;
        else if (!only_arguments && typed[0] == '-' && typed[1])
            s = take_option(&p, typed, err);
        else if (!cmd->verb)
            s = take_verb(&p, typed, err);
        else
            p.args[cmd->n_args++] = typed;
    }
    cmd->args = p.args;
    return s == STATUS_OK && cmd->verb && !globals->help ? check_arguments(cmd, err) : s;
}
