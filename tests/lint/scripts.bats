# SPDX-License-Identifier: Apache-2.0
# The scripts that build and count: what a stranger sees of them.

setup() {
    scripts=$BATS_TEST_DIRNAME/../../scripts
    results=$BATS_TEST_TMPDIR/results
    mkdir -p "$results" "$BATS_TEST_TMPDIR/bin"
}

# stage NAME CASES: what ctest would leave behind.
stage() {
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite>%s</testsuite>\n' "$2" >"$results/$1.xml"
}

# testcase STATUS OUTPUT: one program's result; OUTPUT with \n for line breaks.
testcase() {
    printf '<testcase name="test_x" status="%s"><system-out>%b</system-out></testcase>' "$1" "$2"
}

# tallied SUMMARY STATUS
tallied() {
    run "$scripts/tally" "$results"
    [ "${lines[-1]}" = "$1" ] || { printf '%s\n' "$output"; return 1; }
    [ "$status" -eq "$2" ]
}

@test "a TAP program counts by its cases" {
    stage unit "$(testcase run '1..3\nok 1 - a\nok 2 - b\nok 3 # SKIP\n')"
    tallied "2 passed, 0 failed, 1 skipped" 0
}

@test "a program without TAP counts as one" {
    stage fuzz "$(testcase run 'Done 1000 runs\n')$(testcase fail 'crash\n')"
    tallied "1 passed, 1 failed, 0 skipped" 1
}

@test "cases that a crash kept from reporting count as failed" {
    stage unit "$(testcase fail '1..4\nok 1 - a\nok 2 - b\n')"
    tallied "2 passed, 2 failed, 0 skipped" 1
}

@test "a leak found after the last case counts as failed" {
    stage address "$(testcase fail '1..1\nok 1 - a\n')"
    tallied "1 passed, 1 failed, 0 skipped" 1
}

@test "a stage that does not build counts as failed" {
    stage unit "$(testcase run '1..1\nok 1 - a\n')"
    touch "$results/thread.broken"
    tallied "1 passed, 1 failed, 0 skipped" 1
}

@test "the stages add up, and a failed case is named" {
    stage unit "$(testcase run '1..1\nok 1 - a\n')"
    stage cli "$(testcase fail '1..2\nok 1 a\nnot ok 2 two devices edit one field\n')"
    tallied "2 passed, 1 failed, 0 skipped" 1
    [[ "$output" == *"cli: test_x: two devices edit one field"* ]]
}

@test "nothing run at all is no success" {
    tallied "0 passed, 0 failed, 0 skipped" 1
}

# fake NAME TEXT: a command of that name, before all others.
fake() {
    printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
    chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

need() {
    PATH=$BATS_TEST_TMPDIR/bin:$PATH run env -u DEBIAN_FRONTEND bash -c ". '$scripts/lib.sh'; need_packages alpha beta"
}

@test "packages that are there need no rights and no network" {
    fake dpkg-query 'printf "ii "'
    fake apt-get 'echo apt-get was called; exit 1'
    need
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "only the missing packages are installed, without questions" {
    fake dpkg-query 'for name; do :; done; [ "$name" = alpha ] && printf "ii "'
    fake apt-get "echo \"\$DEBIAN_FRONTEND \$*\" >>'$BATS_TEST_TMPDIR/calls'"
    fake id 'echo 0'
    need
    [ "$status" -eq 0 ]
    run cat "$BATS_TEST_TMPDIR/calls"
    [ "${lines[0]}" = " -qq update" ]
    [ "${lines[1]}" = "noninteractive -qq -y --no-install-recommends install beta" ]
}

@test "without root and sudo the message says what to type as root" {
    fake dpkg-query 'exit 1'
    fake id 'echo 1000'
    fake apt-get 'exit 0'
    for tool in bash dirname nproc; do ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/"; done
    PATH=$BATS_TEST_TMPDIR/bin run "$(command -v bash)" -c ". '$scripts/lib.sh'; need_packages alpha beta"
    [ "$status" -eq 1 ]
    [[ "$output" == *"as root: apt-get install alpha beta"* ]]
}

@test "every script explains itself and refuses what it does not know" {
    for script in build test bench; do
        run "$scripts/$script" --help
        [ "$status" -eq 0 ]
        [[ "$output" == "usage: scripts/$script"* ]]
    done
    run "$scripts/test" nonsense
    [ "$status" -eq 1 ]
    [[ "$output" == *"no such stage: nonsense"* ]]
}

@test "every C file is laid out as .clang-format says" {
    cd "$scripts/.."
    mapfile -t files < <(find server client proto common tests bench packaging -name '*.[ch]' | sort)
    [ "${#files[@]}" -gt 100 ]
    clang-format --dry-run --Werror "${files[@]}"
}
