/* SPDX-License-Identifier: Apache-2.0 */
#include "client/ui/lang.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "lianxin"

const char *lang_typed(int argc, char *const *argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            return argv[i + 1];
        if (strncmp(argv[i], "--lang=", 7) == 0)
            return argv[i] + 7;
    }
    return NULL;
}

bool lang_choose(const char *wanted)
{
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    if (wanted && strcmp(wanted, "zh") == 0)
        return true;
    if (wanted && strcmp(wanted, "en") == 0)
        return false;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0;
    }
    return false;
}

enum status lang_check(const char *wanted, struct err *err)
{
    if (strcmp(wanted, "zh") == 0 || strcmp(wanted, "en") == 0)
        return STATUS_OK;
    return err_set(err, STATUS_USAGE, _("--lang %s: there are zh (Chinese) and en (English)"), wanted);
}

/* "<folder of the executable>/../share/locale" when it is there, so that a build tree and a copied folder work as they are. */
static const char *catalogue_folder(char *path, size_t size)
{
    static const char tail[] = "/../share/locale";
    ssize_t n = readlink("/proc/self/exe", path, size - sizeof tail);
    if (n > 0) {
        path[n] = '\0';
        char *slash = strrchr(path, '/');
        if (slash) {
            memcpy(slash, tail, sizeof tail);
            if (access(path, R_OK) == 0)
                return path;
        }
    }
    return LIANXIN_LOCALE_DIR;
}

bool lang_init(const char *wanted)
{
    bool chinese = lang_choose(wanted);
    char path[PATH_MAX];
    /* glibc looks at LANGUAGE only in a locale other than "C"; C.UTF-8 is on every machine. setlocale() comes after setenv():
     * it is what makes gettext look again. */
    setenv("LANGUAGE", chinese ? "zh_CN" : "en", 1);
    setlocale(LC_ALL, "C.UTF-8");
    bindtextdomain(DOMAIN, catalogue_folder(path, sizeof path));
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    textdomain(DOMAIN);
    return chinese;
}
