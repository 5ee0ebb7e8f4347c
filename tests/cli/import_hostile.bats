#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Files that are no plans, or want to be the end of a reader: refused in both languages with 7, in bounded time and memory, and
# nothing is written.

MEMORY_KIB=131072 # of the whole process, address space and all: what is resident is less
SECONDS_MAX=20    # against hanging; a busy machine is slow, on an idle one each takes a fraction of a second

setup() {
    load world
    world_init SY01
    world_serve
    join one --school SY01 --person 王芳 >/dev/null
    mkdir "$world/hostile"
    python3 "$repository/tests/tools/hostile_documents.py" "$world/hostile"
}

teardown() {
    world_done
}

# The address sanitizer maps far more than any program takes: there the limit cannot be one of addresses.
memory_limit() {
    if ldd "$(command -v lianxin)" | grep -q libasan; then echo unlimited; else echo "$MEMORY_KIB"; fi
}

# imported LANGUAGE FILE: what the program says, and its exit code, within the limits.
imported() {
    (ulimit -v "$(memory_limit)" && timeout "$SECONDS_MAX" lianxin --home "$world/clients/one" --lang "$1" --offline import --yes --from 2026-03 "$2")
}

@test "every hostile file is refused with 7, says what and what next in the reader's language, and leaves nothing behind" {
    local file before after
    before=$(as one status --json --offline | sha256sum; as one list --json --offline | sha256sum)
    [ "$(ls "$world/hostile" | wc -l)" -ge 38 ]
    for file in "$world"/hostile/*; do
        run imported en "$file"
        [ "$status" -eq 7 ] || { echo "$file: exit code $status: $output"; return 1; }
        [[ $output == "error: ${file##*/}: "* ]] || { echo "$file: $output"; return 1; }
        run imported zh "$file"
        [ "$status" -eq 7 ] || { echo "$file: exit code $status: $output"; return 1; }
        [[ $output == "错误：${file##*/}: "* ]] || { echo "$file: $output"; return 1; }
        [[ $output != *" the "* ]] || { echo "$file: not in Chinese: $output"; return 1; }
    done
    after=$(as one status --json --offline | sha256sum; as one list --json --offline | sha256sum)
    [ "$before" = "$after" ]
}

@test "what can be saved in another form is told which" {
    run imported zh "$world/hostile/old.doc"
    [[ $output == *"另存为 .docx"* ]]
    run imported zh "$world/hostile/old.xls"
    [[ $output == *"另存为 .xlsx"* ]]
    run imported zh "$world/hostile/old.wps"
    [[ $output == *"另存为 .docx"* ]]
    run imported zh "$world/hostile/macros.docx"
    [[ $output == *"不含宏"* ]]
    run imported zh "$world/hostile/password.docx"
    [[ $output == *"去掉密码"* ]]
    run imported zh "$world/hostile/paper.pdf"
    [[ $output == *"PDF"*".docx"* ]]
    run imported zh "$world/hostile/bad_byte.txt"
    [[ $output == *"第 10 行"*"UTF-8"* ]]
}

@test "a file larger than any plan is refused as one that is not understood" {
    head -c 17000000 /dev/zero >"$world/large.txt"
    run imported zh "$world/large.txt"
    [ "$status" -eq 7 ]
    [[ $output == *"超过 16 MB"* ]]
}
