#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the packages are made of: pages that say what the programs say, a unit that lets the server do little, and files where
# Debian wants them. Installing, upgrading and removing them in a clean system: scripts/package-test.

setup() {
    bin=${LIANXIN_BIN:-$BATS_TEST_DIRNAME/../build/bin}
    build=$(dirname "$bin")
    pages=${LIANXIN_PAGES:-$build/packaging/pages}
    unit=${LIANXIN_UNIT:-$build/packaging/lianxind.service}
}

# verbs PROGRAM: the names of its verbs, one a line, as its own help lists them.
verbs() {
    "$bin/$1" --help --lang en | sed -n 's/^  \([a-z][a-z]*\( [a-z][a-z]*\)\{0,1\}\) .*  .*/\1/p'
}

@test "the manual pages are correct, and none lacks a verb or a key" {
    command -v man >/dev/null || skip "no man here"
    for page in lianxin.1 lianxin.zh_CN.1 lianxind.8 lianxind.conf.5; do
        man --warnings -E UTF-8 -l -Tutf8 -Z "$pages/$page.gz" 2>"$BATS_TEST_TMPDIR/said" >/dev/null
        [ ! -s "$BATS_TEST_TMPDIR/said" ]
    done
    while read -r verb; do
        zgrep -q "^\.SS \"lianxind ${verb//-/\\\\-} " "$pages/lianxind.8.gz"
    done < <(verbs lianxind)
    "$bin/lianxin" --help --lang en | sed -n 's/^  \([a-z]*\) [^a-z ].*/\1/p' | while read -r verb; do
        zgrep -q "^\.SS \"lianxin $verb " "$pages/lianxin.1.gz"
        zgrep -q "^\.SS \"lianxin $verb " "$pages/lianxin.zh_CN.1.gz"
    done
    "$bin/lianxind" --print-config --data /nowhere | sed -n 's/^ *\([a-z_]*\) = .*/\1/p' | while read -r key; do
        zgrep -q "^\.B $key$" "$pages/lianxind.conf.5.gz"
    done
}

# complete_line PROGRAM WORD…: what bash would offer for the last word.
complete_line() {
    # shellcheck source=/dev/null
    . "$pages/$1"
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    "_$1"
    printf '%s\n' "${COMPREPLY[@]}"
}

@test "bash completes verbs, second words, options and files" {
    [ "$(complete_line lianxin rep)" = report ]
    [[ $(complete_line lianxind school "" | tr '\n' ' ') == *add*import*list*edit*close* ]]
    [ "$(complete_line lianxind school add --sta)" = --stage ]
    [[ $(complete_line lianxin query --gr) == --group-by ]]
    [ "$(complete_line lianxin 上)" = 上报 ]
    [ "$(complete_line lianxin report wi)" = withdraw ]
    [ "$(complete_line lianxin 计划 退)" = 退回 ]
    cd "$BATS_TEST_DIRNAME"
    [ "$(complete_line lianxind school import packaging.b)" = packaging.bats ]
    [ "$(complete_line lianxin list -o pag | sort | head -1)" = page.c ]
    cd ..
    [[ $(complete_line lianxind status --data packag) == packaging ]]
}

@test "the unit is one that systemd takes, and lets the server do little" {
    command -v systemd-analyze >/dev/null || skip "no systemd here"
    sed "s|^ExecStart=[^ ]*|ExecStart=$bin/lianxind|" "$unit" >"$BATS_TEST_TMPDIR/lianxind.service"
    run systemd-analyze verify --man=no "$BATS_TEST_TMPDIR/lianxind.service"
    [[ $output != *lianxind.service* ]] || { printf '%s\n' "$output"; false; }
    run systemd-analyze security --offline=true --threshold=15 "$BATS_TEST_TMPDIR/lianxind.service"
    [ "$status" -eq 0 ] || { printf '%s\n' "$output" | tail -1; false; } # an exposure of at most 1.5
}

@test "the maintainer scripts are shell, and touch no district" {
    for script in postinst prerm postrm; do
        sh -n "$BATS_TEST_DIRNAME/$script"
        [ "$(grep -c 'rm -r' "$BATS_TEST_DIRNAME/$script")" -eq 0 ]
    done
}

@test "every part is installed where it belongs, into the package it belongs to" {
    command -v cmake >/dev/null || skip "no cmake here"
    [ -e "$build/cmake_install.cmake" ] || skip "no build tree"
    for part in client server common; do
        DESTDIR=$BATS_TEST_TMPDIR/$part cmake --install "$build" --prefix /usr --component "$part" >/dev/null
    done
    cd "$BATS_TEST_TMPDIR"
    for file in client/usr/bin/lianxin client/usr/share/man/man1/lianxin.1.gz client/usr/share/man/zh_CN/man1/lianxin.1.gz client/usr/share/bash-completion/completions/lianxin \
        server/usr/bin/lianxind server/usr/share/man/man8/lianxind.8.gz server/usr/share/man/man5/lianxind.conf.5.gz \
        server/usr/lib/systemd/system/lianxind.service server/usr/lib/sysusers.d/lianxind.conf \
        server/usr/share/doc/lianxind/operating.md common/usr/share/locale/zh_CN/LC_MESSAGES/lianxin.mo; do
        [ -f "$file" ] || { printf 'missing: %s\n' "$file"; false; }
    done
    for part in client server common; do
        (cd "$part" && find . ! -type d) | sort >"$part.list"
    done
    [ "$(sort client.list server.list common.list | uniq -d)" = "" ]
}
