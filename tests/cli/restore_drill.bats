#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Last night's backup is restored after a day of edits; the clients bring the day back.

setup() {
    load world
    world_init SY01
}

teardown() {
    world_done
}

# spoil FILE PART: the archive with another content of one part, its checksum right again.
spoil() {
    python3 - "$1" "$2" <<'EOF'
import sys, zipfile
source = zipfile.ZipFile(sys.argv[1])
parts = {name: source.read(name) for name in source.namelist()}
parts[sys.argv[2]] = parts[sys.argv[2]][:-1] + b"#"
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as target:
    for name, data in parts.items():
        target.writestr(name, data)
EOF
}

# records HOME: what the client of HOME sees, as text that can be compared.
records() {
    as "$1" list --all --json | jq -cS '[.rows[] | del(.pending)] | sort_by(.number)'
}

# move_in: the restored folder takes the place of the lost one.
move_in() {
    mv "$data" "$world/lost"
    mv "$world/new" "$data"
}

@test "last night's backup restored after a day of edits: nothing is missing" {
    world_serve
    join wang --school SY01 --person 王芳
    join li --school SY01 --person 李强
    join zhou --school SY01 --person 周敏
    as wang import --yes "$documents/01-calendar-year.txt"
    as li sync
    as zhou sync
    lianxind backup "$world/night.zip" --data "$data"

    numbers=($(as wang list --all --json | jq -r '.rows[].number'))
    as wang done "${numbers[0]}" --day 2026-03-08 --people 42
    as li sync
    as li edit "${numbers[1]}" 预算=500
    as zhou edit "${numbers[2]}" 负责人=周敏
    as wang add 新年茶话会 --month 2026-01
    for home in wang li zhou wang li zhou; do as "$home" sync; done
    before=$(records wang)
    world_stop KILL

    run lianxind restore "$world/night.zip" --data "$data"
    [ "$status" -eq 1 ]
    [[ $output == *"not empty"* ]]
    lianxind restore "$world/night.zip" --data "$world/new"
    move_in
    world_serve

    run as zhou sync
    [ "$status" -eq 4 ]
    [[ $output == *"has not confirmed this device"* ]]
    lianxind device confirm --all --data "$data"

    as zhou sync >"$world/zhou.out" 2>&1
    grep -q "brought back" "$world/zhou.out"
    for home in wang li zhou wang li; do as "$home" sync; done
    for home in wang li zhou; do [ "$(records "$home")" = "$before" ]; done
    lianxind check --data "$data"
    ! lianxind status --data "$data" | grep -q "not brought back"
    as li done "${numbers[1]}" --day 2026-03-09
    as li sync
    lianxind check --data "$data"
}

@test "invitations of before a restore are void" {
    code=$(invitation --school SY01 --person 王芳)
    lianxind backup "$world/night.zip" --data "$data"
    lianxind restore "$world/night.zip" --data "$world/new"
    move_in
    world_serve
    mkdir -p "$world/clients"
    run as wang join "$code"
    [ "$status" -eq 4 ]
}

@test "a damaged backup is refused, and leaves no folder" {
    lianxind backup "$world/a.zip" --data "$data"
    for part in lianxin.db keys/journal.key manifest.json; do
        cp "$world/a.zip" "$world/b.zip"
        spoil "$world/b.zip" "$part"
        run lianxind restore "$world/b.zip" --data "$world/new"
        [ "$status" -ne 0 ]
        [ ! -e "$world/new" ]
    done
    head -c 3000 "$world/a.zip" >"$world/c.zip"
    run lianxind restore "$world/c.zip" --data "$world/new"
    [ "$status" -eq 7 ]
    [ ! -e "$world/new" ]
    [ "$(find "$world" -name '*.part-*')" = "" ]
    mkdir "$world/new"
    lianxind restore "$world/a.zip" --data "$world/new"
    lianxind check --data "$world/new"
}

@test "a device that joined after the backup is readmitted, and its work of before goes on" {
    world_serve
    join wang --school SY01 --person 王芳
    as wang import --yes "$documents/01-calendar-year.txt"
    lianxind backup "$world/night.zip" --data "$data"
    join zhao --school SY01 --person 赵丽
    numbers=($(as zhao list --all --json | jq -r '.rows[].number'))
    as zhao edit "${numbers[0]}" 负责人=赵丽
    world_stop KILL
    as zhao edit "${numbers[1]}" 负责人=赵丽 || true # saved, not sent

    lianxind restore "$world/night.zip" --data "$world/new"
    move_in
    world_serve
    lianxind device confirm --all --data "$data"
    run as zhao sync
    [ "$status" -eq 4 ]
    [[ $output == *"made before this device joined"*"lianxind device readmit "* ]]
    key=$(grep -o 'device readmit [0-9a-f]*' <<<"$output" | cut -d' ' -f3)
    [ "${#key}" -eq 64 ]
    run lianxind device readmit "$key" --person 赵丽 --data "$data"
    [ "$status" -eq 2 ]
    lianxind device readmit "$key" --school SY01 --person 赵丽 --data "$data"
    run lianxind device readmit "$key" --school SY01 --person 赵丽 --data "$data"
    [ "$status" -eq 2 ]
    [[ $output == *"is known"* ]]

    as zhao sync >"$world/zhao.out" 2>&1
    grep -q "1 change(s) it had lost were brought back" "$world/zhao.out"
    as wang sync
    as zhao sync
    [ "$(records wang)" = "$(records zhao)" ]
    for number in "${numbers[@]:0:2}"; do [[ $(as wang show "$number") == *赵丽* ]]; done
    lianxind check --data "$data"
    [ "$(lianxind device list --json --data "$data" | jq '[.rows[] | select(.person == "赵丽")] | length')" -eq 1 ]
}

@test "what comes back to a plan that was deleted since is shown as a conflict" {
    world_serve
    join wang --school SY01 --person 王芳
    join li --school SY01 --person 李强
    as wang import --yes "$documents/01-calendar-year.txt"
    as li sync
    lianxind backup "$world/night.zip" --data "$data"
    as li add 新年茶话会 --month 2026-01
    world_stop KILL

    lianxind restore "$world/night.zip" --data "$world/new"
    move_in
    world_serve
    lianxind device confirm --all --data "$data"
    as wang undo # the import, with all of its plan; wang never saw what li added
    as wang sync
    as li sync || [ $? -eq 3 ]
    run as wang sync
    [ "$status" -eq 3 ] # a conflict needs a person
    for home in wang li; do
        [ "$(as "$home" status --json | jq '.rows[0].conflicts')" -eq 1 ]
        run as "$home" conflicts
        [[ $output == *"what it belongs to was deleted"*"新年茶话会"* ]]
    done
    run as wang resolve 1 --mine
    [ "$status" -eq 1 ]
    [[ $output == *"add it again where it belongs now"* ]]
    as wang resolve 1 --theirs
    as li sync
    [ "$(as li status --json | jq '.rows[0].conflicts')" -eq 0 ]
    lianxind check --data "$data"
}
