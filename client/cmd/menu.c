/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/menu.h"

#include <string.h>
#include <unistd.h>

#define ASKS_MAX 6
#define ITEMS_MAX 24

struct ask {
    const char *option, *question;
};
struct item {
    enum role role;
    const char *label, *verb, *more;
    struct ask asks[ASKS_MAX]; /* up to the first without a question */
};

static const struct item items[] = {
#define ASK(option, question) {option, question},
#define NOTHING {NULL, NULL},
#define ITEM(role, label, verb, more, asks) {ROLE_##role, label, verb, more, {asks}},
#include "client/cmd/menu.def"
#undef ITEM
#undef NOTHING
#undef ASK
};

#define ITEMS (sizeof items / sizeof items[0])
_Static_assert(ITEMS < ITEMS_MAX, "room for leaving, too");

static bool is_shown(const struct cmd *cmd, const struct item *item)
{
    return item->role == ROLE_ANYONE || (item->role >= ROLE_DISTRICT) == cmd_is_district(cmd);
}

/* Who this is, to know which items there are; the folder is closed again before anything runs. */
static enum status look_who(struct cmd *cmd, struct err *err)
{
    enum status s = cmd_open_cache(cmd, false, err);
    if (s == STATUS_OK)
        s = cache_identity_get(cmd->cache, &cmd->arena, &cmd->identity, err);
    cache_close(cmd->cache);
    cmd->cache = NULL;
    return s;
}

/* False when the person left an argument out: then nothing is run. */
static bool ask_all(struct cmd *cmd, const struct item *item, const char **argv, int *argc)
{
    struct err none;
    for (const struct ask *ask = item->asks; ask < item->asks + ASKS_MAX && ask->question; ask++) {
        const char *answer;
        bool is_argument = !*ask->option;
        if (ui_ask_text(&cmd->ui, _(ask->question), &cmd->arena, &answer, &none) != STATUS_OK || (is_argument && !*answer))
            return false;
        if (!*answer)
            continue;
        if (!is_argument)
            argv[(*argc)++] = arena_printf(&cmd->arena, "--%s=%s", ask->option, answer);
        else
            argv[(*argc)++] = answer;
    }
    return true;
}

static void run_item(struct cmd *cmd, const struct item *item, int n_globals, char *const *globals,
                     int (*run)(int argc, char *const *argv))
{
    const char **argv = ARENA_ARRAY(&cmd->arena, (size_t)n_globals + ASKS_MAX + 4, const char *);
    int argc = 0, shown;
    for (int i = 0; i < n_globals; i++)
        argv[argc++] = globals[i];
    shown = argc;
    argv[argc++] = item->verb;
    for (const char *at = item->more; *at; at += strspn(at, " ")) {
        argv[argc++] = arena_strndup(&cmd->arena, at, strcspn(at, " "));
        at += strcspn(at, " ");
    }
    if (!ask_all(cmd, item, argv, &argc))
        return;
    const char *line = arena_printf(&cmd->arena, "lianxin %s", cmd->ui.chinese ? verb_find(item->verb)->name_zh : item->verb);
    for (int i = shown + 1; i < argc; i++)
        line = arena_printf(&cmd->arena, "%s %s", line, argv[i]);
    ui_print(&cmd->ui, "$ %s\n", line);
    fflush(NULL);
    (void)run(argc, (char *const *)(uintptr_t)argv);
}

enum status menu_run(struct cmd *cmd, int n_globals, char *const *globals, int (*run)(int argc, char *const *argv), struct err *err)
{
    const struct item *shown[ITEMS_MAX];
    const char *labels[ITEMS_MAX];
    size_t n = 0, chosen;
    enum status s = look_who(cmd, err);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; i < ITEMS; i++)
        if (is_shown(cmd, &items[i])) {
            labels[n] = _(items[i].label);
            shown[n++] = &items[i];
        }
    labels[n] = _("leave");
    for (;;) {
        ui_print(&cmd->ui, "\n%s · %s\n", *cmd->identity.school_name ? cmd->identity.school_name : cmd->identity.district,
                 cmd->identity.person);
        struct err ended;
        if (ui_ask_choice(&cmd->ui, _("What do you want to do"), labels, n + 1, &chosen, &ended) != STATUS_OK || chosen == n)
            return STATUS_OK;
        run_item(cmd, shown[chosen], n_globals, globals, run);
    }
}
