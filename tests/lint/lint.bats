# SPDX-License-Identifier: Apache-2.0
# The house rules, each against a violation planted in a small tree of its own.

setup() {
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree/common/base" "$tree/common/domain" "$tree/server/net" "$tree/server/service" "$tree/client/import" "$tree/docs"
}

# plant FILE TEXT: a source file with the licence line, then TEXT from line 2 on.
plant() {
    printf '/* SPDX-License-Identifier: Apache-2.0 */\n%b\n' "$2" >"$tree/$1"
}

lint() {
    run "$BATS_TEST_DIRNAME/lint" --root "$tree" "$@"
}

# refused LINE TEXT: the run failed and said so at that place.
refused() {
    [ "$status" -eq 1 ] || { printf 'accepted:\n%s\n' "$output"; return 1; }
    [[ "$output" == *"# $1: $2"* ]] || { printf 'said instead:\n%s\n' "$output"; return 1; }
}

accepted() {
    [ "$status" -eq 0 ] || { printf '%s\n' "$output"; return 1; }
}

@test "an include that points up is refused" {
    plant common/domain/a.c '#include "server/service/push.h"'
    lint include
    refused common/domain/a.c:2 "common/domain may not include server/service/push.h"
}

@test "an include that points down is accepted" {
    plant common/domain/a.c '#include "common/base/arena.h"'
    lint include
    accepted
}

@test "the importer may include no database" {
    plant client/import/a.c '#include "common/db/sql.h"'
    lint include
    refused client/import/a.c:2 "client/import may not include common/db/sql.h"
}

@test "the services may use records but no wire messages" {
    plant server/service/a.c '#include "proto/records.pb-c.h"'
    lint include
    accepted
    plant server/service/a.c '#include "proto/wire.pb-c.h"'
    lint include
    refused server/service/a.c:2 "server/service may not include proto/wire.pb-c.h"
}

@test "an include relative to its own folder is refused" {
    plant common/base/a.c '#include "arena.h"'
    lint include
    refused common/base/a.c:2 '"arena.h" is not rooted'
}

@test "a file in a folder that is no layer is refused" {
    mkdir "$tree/common/misc"
    plant common/misc/a.c '#include "common/base/arena.h"'
    lint include
    refused common/misc/a.c:2 "None may not include"
}

@test "files of a folder that need each other are refused, a file and its part are not" {
    plant common/base/a.h '#include "common/base/b.h"'
    plant common/base/b.c '#include "common/base/c.h"'
    plant common/base/c.h '#include "common/base/a.h"'
    plant common/base/d.c '#include "common/base/a.h"'
    lint circle
    refused common/base/a.h:2 "common/base/b needs this file, too"
    refused common/base/b.c:2 "common/base/c needs this file, too"
    [[ "$output" != *d.c* ]]
    plant common/base/c.h '#include "common/base/d.h"'
    plant common/base/d.c '#include "common/base/d_part.h"'
    plant common/base/d_part.h '#include "common/base/d.h"'
    lint circle
    accepted
}

@test "an external header away from its home is refused" {
    plant server/service/a.c '#include <event2/event.h>'
    lint include
    refused server/service/a.c:2 "<event2/event.h> has its home elsewhere: server/net"
    plant server/service/a.c ''
    plant server/net/a.c '#include <event2/event.h>'
    lint include
    accepted
}

@test "a banned call is refused, in a comment or a string it is not" {
    plant common/base/a.c 'int n = atoi(text);'
    lint call
    refused common/base/a.c:2 "atoi is banned"
    plant common/base/a.c '/* atoi(text) */ const char *say = "no atoi(text)"; int n = my_atoi(text);'
    lint call
    accepted
}

@test "the clock is read at the edge only" {
    plant common/domain/a.c 'time_t now = time(NULL);'
    lint call
    refused common/domain/a.c:2 "time belongs to common/base/clock.c"
}

# function LINES: a function of that many lines, its head and braces among them.
function_of() {
    printf 'int a_function(int n)\\n{\\n'
    for ((i = 0; i < $1 - 3; i++)); do printf '    n++;\\n'; done
    printf '}\\n'
}

@test "a function of 100 lines is accepted, one of 101 refused" {
    plant common/base/a.c "$(function_of 100)"
    lint function-length
    accepted
    plant common/base/a.c "$(function_of 101)"
    lint function-length
    refused common/base/a.c:2 "a_function has 101 lines"
}

@test "a file over 500 lines is refused" {
    plant common/base/a.c "$(printf '\\n%.0s' {1..500})"
    lint file-length
    refused common/base/a.c:502 "502 lines"
}

@test "SQL built by printf is refused" {
    plant common/base/a.c 'snprintf(sql, sizeof sql,\n  "SELECT id FROM plan "\n  "WHERE school = %s", school);'
    lint format
    refused common/base/a.c:2 "SQL built by printf"
}

@test "JSON built by printf is refused" {
    plant common/base/a.c 'printf("{\\"id\\": %d}", id);'
    lint format
    refused common/base/a.c:2 "JSON built by printf"
}

@test "HTML built by printf is refused" {
    plant common/base/a.c 'buf_printf(buf, "<td>%s</td>", text);'
    lint format
    refused common/base/a.c:2 "HTML built by printf"
}

@test "a plain sentence may be printed" {
    plant common/base/a.c 'printf("could not update %s: select a plan first (see <%s>)\\\\n", name, name);'
    lint format
    accepted
}

@test "a source file without the licence line is refused" {
    printf 'int x;\n' >"$tree/common/base/a.c"
    lint licence
    refused common/base/a.c:1 "no SPDX-License-Identifier"
}

@test "a header needs the guard made of its path" {
    plant common/base/a.h '#ifndef A_H\n#define A_H\n#endif'
    lint guard
    refused common/base/a.h:1 "no include guard COMMON_BASE_A_H"
}

@test "what was left open and what only one machine has are refused" {
    plant common/base/a.c '/* T''ODO */'
    lint text
    refused common/base/a.c:2 "left open"
    plant common/base/a.c "/* see /ho""me/somebody/notes */"
    lint text
    refused common/base/a.c:2 "a path of one machine"
}

@test "a line of 151 columns is refused" {
    plant common/base/a.c "/* $(printf 'x%.0s' {1..145}) */"
    lint text
    refused common/base/a.c:2 "151 columns"
}

@test "a link between documents must lead somewhere" {
    printf '[one](two.md)\n' >"$tree/docs/one.md"
    lint link
    refused docs/one.md:1 "link to nowhere: two.md"
    touch "$tree/docs/two.md"
    lint link
    accepted
}

@test "a script without the run bit is refused" {
    printf '#!/bin/sh\n' >"$tree/docs/script"
    lint run-bit
    refused docs/script:1 "no run bit"
}

@test "a mutable global is refused, constants with pointers are not" {
    mkdir -p "$tree/build/common"
    printf 'static const char *const names[] = {"a", "b"};\nconst char *name(int i) { return names[i]; }\n' >"$tree/a.c"
    gcc -c -fPIE -o "$tree/build/common/a.o" "$tree/a.c"
    lint --objects "$tree/build" global
    accepted
    printf 'static int count;\nint next(void) { return ++count; }\n' >"$tree/b.c"
    gcc -c -fPIE -o "$tree/build/common/b.o" "$tree/b.c"
    lint --objects "$tree/build" global
    refused common/b.o:0 "count is a mutable global"
}

@test "without planted violations every rule accepts the tree" {
    plant common/base/a.h '#ifndef COMMON_BASE_A_H\n#define COMMON_BASE_A_H\n#endif'
    lint
    accepted
}
