#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A school without a network: what it exports is carried to the district on a stick, and the answer back.

load world

setup() {
    world_init SY01 SY02
    world_serve
    join wang --school SY01 --person 王芳
    join li --school SY01 --person 李强
    as wang import "$documents/01-calendar-year.txt" --yes
    as li sync
    stick=$world/stick
    mkdir -p "$stick"
}

teardown() {
    world_done
}

number() { # HOME NTH: the number of the nth activity
    as "$1" list --json | grep -o '"number": *"[^"]*"' | sed -n "$2p" | sed 's/.*"\([^"]*\)"$/\1/'
}

export_bundle() { # HOME FILE
    as "$1" --offline sync --export "$stick/$2"
}

@test "changes go out and come in on a stick, with the server running or not" {
    first=$(number wang 1) second=$(number wang 2) third=$(number wang 3)
    as li edit "$third" lead=教务处
    as wang --offline edit "$first" lead=德育处
    as wang --offline edit "$second" lead=总务处
    run export_bundle wang q.lxb
    [ "$status" -eq 0 ]
    [[ $output == *"sealed for 测试区教育工会: 2 changes, not delivered until the answer is back"* ]]
    run as wang --offline status
    [[ $output == *"not sent yet: 2"* ]]
    [[ $output == *"its answer is not back yet"* ]]
    ! grep -q 德育处 "$stick/q.lxb" # nobody reads it on the way
    run lianxind bundle "$stick/q.lxb" --data "$data"
    [ "$status" -eq 0 ]
    [[ $output == *"bundle of 学校SY01 SY01, 王芳"* ]]
    [[ $output == *"taken in now: 2 change(s)"* ]]
    run as wang --offline sync --import "$stick/q.lxb.answer"
    [ "$status" -eq 0 ]
    [[ $output == *"2 change(s) delivered, 1 record(s) changed by others"* ]]
    as wang --offline show "$third" | grep -q 教务处
    run as wang --offline status
    [[ $output == *"not sent yet: 0"* ]]
    [[ $output != *"its answer is not back yet"* ]]
    as li sync
    as li show "$first" | grep -q 德育处
    as li history "$first" | grep -q "王芳 (in a bundle)"

    world_stop # and once more without a server
    as wang edit "$first" lead=团委
    export_bundle wang q2.lxb
    run lianxind bundle "$stick/q2.lxb" -o "$stick/a2" --data "$data"
    [ "$status" -eq 0 ]
    as wang sync --import "$stick/a2"
    [[ $(as wang status) == *"not sent yet: 0"* ]]
    lianxind check --data "$data"
}

@test "the same stick twice, in the wrong order, and beside the network: everything once" {
    first=$(number wang 1) second=$(number wang 2)
    as wang --offline edit "$first" lead=德育处
    export_bundle wang one.lxb
    as wang --offline edit "$second" lead=总务处
    export_bundle wang two.lxb
    lianxind bundle "$stick/two.lxb" --data "$data" | grep -q "taken in now: 2"
    lianxind bundle "$stick/one.lxb" --data "$data" | grep -q "here before, not taken twice: 1"
    lianxind bundle "$stick/one.lxb" --data "$data" --json | jq -e '.rows[0].taken == 0 and .rows[0].known == 1'
    as wang sync # the network is back before the answers are
    as wang sync --import "$stick/two.lxb.answer"
    run as wang sync --import "$stick/one.lxb.answer"
    [ "$status" -eq 0 ]
    [[ $output == *"0 change(s) delivered"* ]]
    [ "$(as wang history "$first" --json | jq '[.rows[] | select(.after | test("德育处"))] | length')" -eq 1 ]
    lianxind check --data "$data"
}

@test "a file that is not right is refused in words, and nothing is lost" {
    first=$(number wang 1)
    as wang --offline edit "$first" lead=德育处
    export_bundle wang q.lxb
    head -c 200 "$stick/q.lxb" >"$stick/cut.lxb"
    run lianxind bundle "$stick/cut.lxb" --data "$data"
    [ "$status" -eq 7 ]
    [[ $output == *"cut short"* ]]
    (head -c 400 "$stick/q.lxb"; printf '\x55\xaa'; tail -c +403 "$stick/q.lxb") >"$stick/bad.lxb"
    run lianxind bundle "$stick/bad.lxb" --data "$data"
    [ "$status" -eq 7 ]
    [[ $output == *"damaged on the way"* ]]
    run lianxind bundle "$documents/01-calendar-year.txt" --data "$data"
    [ "$status" -eq 7 ]
    run as wang sync --import "$stick/q.lxb"
    [ "$status" -eq 2 ]
    [[ $output == *"lianxind bundle"* ]]
    lianxind bundle "$stick/q.lxb" --data "$data"
    run lianxind bundle "$stick/q.lxb.answer" --data "$data"
    [ "$status" -eq 2 ]
    run as li sync --import "$stick/q.lxb.answer"
    [ "$status" -eq 4 ]
    [[ $output == *"another device"* ]]
    truncate -s -1 "$stick/q.lxb.answer"
    run as wang sync --import "$stick/q.lxb.answer"
    [ "$status" -eq 7 ]
    [[ $(as wang --offline status) == *"not sent yet: 1"* ]]
    mkdir "$world/other"
    lianxind init --data "$world/other/data" --public 127.0.0.1:1 --name 邻区教育工会
    run lianxind bundle "$stick/q.lxb" --data "$world/other/data"
    [ "$status" -eq 4 ]
    [[ $output == *"another district"* ]]
    run as wang sync --export "$stick/a" --import "$stick/b"
    [ "$status" -eq 2 ]
    run as wang sync --import "$stick/nothing"
    [ "$status" -eq 5 ]
}

@test "a revoked device's bundle is taken in only when the operator says so, and marked" {
    first=$(number wang 1)
    as wang --offline edit "$first" lead=德育处
    device=$(lianxind device list --json --data "$data" | jq -r '.rows[] | select(.person == "王芳").device')
    lianxind device revoke "$device" --data "$data"
    run as wang sync
    [ "$status" -eq 4 ]
    export_bundle wang last.lxb
    run lianxind bundle "$stick/last.lxb" --data "$data"
    [ "$status" -eq 4 ]
    [[ $output == *"王芳 was revoked"*"--accept-revoked"* ]]
    [ ! -e "$stick/last.lxb.answer" ]
    run lianxind bundle "$stick/last.lxb" --accept-revoked --data "$data"
    [ "$status" -eq 0 ]
    [[ $output == *"taken in now: 1"*"the device is revoked"* ]]
    as wang --offline sync --import "$stick/last.lxb.answer"
    as li sync
    as li history "$first" | grep -q "王芳 (in a bundle, of a revoked device)"
    run as li --lang zh history "$first"
    [[ $output == *"离线包"* ]]
}

@test "a bundle asks for what is new where nothing was changed; the words are Chinese, too" {
    invitation=$(invitation --school SY01 --person 周燕)
    mkdir -p "$world/clients"
    as zhou join "$invitation"
    first=$(number wang 1)
    export_bundle zhou q.lxb
    lianxind bundle "$stick/q.lxb" --data "$data"
    as zhou --offline sync --import "$stick/q.lxb.answer"
    [ "$(as zhou --offline list --json | jq '.rows | length')" = "$(as wang --offline list --json | jq '.rows | length')" ]
    as zhou --offline --lang zh edit "$first" lead=德育处
    run as zhou --offline --lang zh 同步 --导出 "$stick/q2.lxb"
    [ "$status" -eq 0 ]
    [[ $output == *"已导出"* ]]
    run lianxind bundle "$stick/q2.lxb" --lang zh --data "$data"
    [[ $output == *"收入"* ]]
    run as zhou --offline --lang zh 同步 --导入 "$stick/q2.lxb.answer"
    [ "$status" -eq 0 ]
    [[ $output == *"已送达"* ]]
}
