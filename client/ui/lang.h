/* SPDX-License-Identifier: Apache-2.0
 *
 * The language of the client's messages: English is written in the source, Chinese comes from po/zh_CN.po by gettext. It
 * works without a generated locale: the process runs in C.UTF-8 and LANGUAGE alone says what is wanted.
 *
 *   ui_print(ui, _("%zu activities\n"), n);
 *   static const char *const help = N_("show this month");    … ui_print(ui, "%s\n", _(help)); */
#ifndef CLIENT_UI_LANG_H
#define CLIENT_UI_LANG_H

#include <libintl.h>
#include <stdbool.h>

#include "common/base/err.h"

#define _(text) gettext(text)
#define N_(text) (text)

/* The value of --lang, NULL when it was not given: looked for before anything else is parsed, so that even the errors of parsing
 * are in the right language. Borrowed from argv. */
const char *lang_typed(int argc, char *const *argv);

/* Chinese? wanted is the value of --lang, "zh" or "en" (anything else counts as not given), or NULL; then the first of
 * LANGUAGE, LC_ALL, LC_MESSAGES and LANG that is set decides: zh… is Chinese. */
bool lang_choose(const char *wanted);

/* USAGE when the value of --lang is none there is. */
enum status lang_check(const char *wanted, struct err *err) MUST_CHECK;

/* Chooses, and sets the process up: locale C.UTF-8, catalogue from share/locale beside the folder of the executable or, when
 * there is none, from the install prefix. Returns whether Chinese was chosen. To be called before other threads start. */
bool lang_init(const char *wanted);

#endif
