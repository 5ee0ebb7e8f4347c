#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The operator's verbs, each with and without the server running.

setup() {
    load world
}

teardown() {
    world_done
}

# both COMMAND…: runs it without the server, then with it.
both() {
    "$@" --data "$data"
    world_serve
    "$@" --data "$data"
    world_stop
}

@test "a district is founded once, for its owner's eyes only" {
    world_init
    run lianxind init --data "$data" --public 127.0.0.1:7443
    [ "$status" -eq 1 ]
    [[ $output == *"holds a district already"* ]]
    [ -z "$(find "$data" -perm /077)" ]
}

@test "a founding that was cut off is done by the next init" {
    mkdir -m 700 "$world" "$data"
    : >"$data/lianxin.db"
    lianxind init --data "$data" --public 127.0.0.1:7443
    lianxind check --data "$data"
}

@test "init wants an address that clients can use" {
    for address in "" "union.example" ":7443" "union.example:0" "a:1,b"; do
        run lianxind init --data "$world/x" --public "$address"
        [ "$status" -eq 2 ]
    done
    [ ! -e "$world/x" ]
}

@test "a folder without a district is named" {
    run lianxind status --data "$BATS_TEST_TMPDIR"
    [ "$status" -eq 5 ]
    [[ $output == *"lianxind init"* ]]
}

@test "status, check and lists answer with and without the server" {
    world_init SY01 SY02
    run lianxind status --data "$data"
    [ "$status" -eq 1 ] # not serving is not well
    [[ $output == *"SQLite"* ]]
    both lianxind check
    both lianxind school list
    both lianxind device list
    both lianxind due list
    [ "$(lianxind school list --json --data "$data" | jq '.rows | length')" -eq 2 ]
    lianxind school list -o "$world/schools.csv" --data "$data"
    grep -q SY02 "$world/schools.csv"
}

@test "schools are added, edited and closed while the server runs" {
    world_init SY01
    world_serve
    lianxind school add SY02 育才中学 --stage 初中 --area 西片 --data "$data"
    lianxind school edit SY02 --name 育才学校 --stage nine_year --data "$data"
    lianxind school list --json --data "$data" | grep -q 育才学校
    run lianxind school add SY02 又一所 --data "$data"
    [ "$status" -eq 1 ]
    [[ $output == *"already a school SY02"* ]]
    run lianxind school edit SY77 --name 无 --data "$data"
    [ "$status" -eq 5 ]
    lianxind school close SY02 --month 2025-07 --data "$data"
    world_stop
    run lianxind school list --json --data "$data"
    [ "$(jq '.rows | length' <<<"$output")" -eq 1 ] # of those that count now
    lianxind school edit SY02 --closed "" --data "$data"
    lianxind school list --json --data "$data" | grep -q 育才学校
}

@test "schools are imported from Excel's CSV, in UTF-8 with BOM and in GB18030" {
    world_init SY01
    printf '\xef\xbb\xbf代码,名称,学段,片\r\nSY02,"育才,小学",小学,东片\r\n\r\nSY03,三小,小学,\r\n' >"$world/utf8.csv"
    lianxind school import "$world/utf8.csv" --data "$data"
    printf '单位代码\t单位名称\t学段\nSY04\t四中\t初中\n' | iconv -t GB18030 >"$world/gb.csv"
    lianxind school import "$world/gb.csv" --data "$data"
    run lianxind school list --json --data "$data"
    [[ $output == *"育才,小学"* && $output == *"四中"* ]]
}

@test "an import with bad lines names them and adds nothing" {
    world_init SY01
    printf 'code,name,stage\nSY02,二小,小学\nSY01,一小,小学\nSY03,三小,大学\n,无,\n' >"$world/bad.csv"
    run lianxind school import "$world/bad.csv" --data "$data"
    [ "$status" -eq 1 ]
    [[ $output == *"line 4"* ]]
    [[ $output == *"nothing was added"* ]]
    printf 'code,name,stage\nSY02,二小,小学\nSY01,一小,小学\n,无,\n' >"$world/bad.csv"
    run lianxind school import "$world/bad.csv" --data "$data"
    [ "$status" -eq 1 ]
    [[ $output == *"line 3"* && $output == *"line 4"* ]]
    [ "$(lianxind school list --json --data "$data" | jq '.rows | length')" -eq 1 ]
    printf 'nothing of use\n' >"$world/bad.csv"
    run lianxind school import "$world/bad.csv" --data "$data"
    [ "$status" -eq 7 ]
}

@test "an invitation names a person and fits whom it is for" {
    world_init SY01
    run lianxind invite --school SY01 --data "$data"
    [ "$status" -eq 2 ]
    run lianxind invite --school SY01 --district --person 王芳 --data "$data"
    [ "$status" -eq 2 ]
    run lianxind invite --school SY99 --person 王芳 --data "$data"
    [ "$status" -eq 5 ]
    run lianxind invite --school SY01 --person 王芳 --role lead --data "$data"
    [ "$status" -eq 2 ]
    run lianxind invite --school SY01 --person 王芳 --json --data "$data"
    [ "$status" -eq 0 ]
    [[ $(jq -r .invitation <<<"$output") == lx1-* ]]
}

@test "what is due is added, listed and closed" {
    world_init SY01
    world_serve
    lianxind due add 月报 --month 2024-09 --day 2024-10-08 --data "$data"
    lianxind due add plan --month 2024-09 --to 2025-08 --day 2024-09-20 --schools SY01 --data "$data"
    run lianxind due list --json --data "$data"
    [ "$(jq '.rows | length' <<<"$output")" -eq 2 ]
    id=$(jq -r '.rows[0].due' <<<"$output")
    lianxind due close "$id" --data "$data"
    [ "$(lianxind due list --json --data "$data" | jq '.rows | length')" -eq 1 ]
    run lianxind due add 月报 --month 9 --day 2024-10-08 --data "$data"
    [ "$status" -eq 2 ]
}

@test "several verbs at once wait for each other, without a server and beside one that starts" {
    world_init SY01
    for n in 2 3 4 5; do
        lianxind school add "SY0$n" "学校$n" --data "$data" &
    done
    wait
    verbs=()
    for n in 6 7; do
        lianxind school add "SY0$n" "学校$n" --data "$data" &
        verbs+=($!)
    done
    world_serve
    wait "${verbs[@]}"
    lianxind school add SY08 学校8 --data "$data"
    [ "$(lianxind school list --json --data "$data" | jq '.rows | length')" -eq 8 ]
}

@test "the second server on a folder is refused, naming the first" {
    world_init
    world_serve
    run lianxind serve --data "$data"
    [ "$status" -eq 6 ]
    [[ $output == *"$server_pid"* ]]
}

@test "SIGTERM ends the server in good order; SIGHUP reads the configuration again" {
    world_init
    world_serve
    sed -i 's/^ *name *=.*/name = 新名称/' "$data/lianxind.conf"
    kill -HUP "$server_pid"
    for _ in {1..100}; do
        grep -q config.reload "$world/server.log" && break
        sleep 0.05
    done
    lianxind status --data "$data" | grep -q 新名称
    echo "nonsense = 1" >>"$data/lianxind.conf"
    kill -HUP "$server_pid"
    for _ in {1..100}; do
        grep -q config.refuse "$world/server.log" && break
        sleep 0.05
    done
    lianxind status --data "$data" | grep -q 新名称
    kill -TERM "$server_pid"
    wait "$server_pid"
    server_pid=
    grep -q server.stop "$world/server.log"
    [ ! -e "$data/lianxin.db-wal" ] || [ ! -s "$data/lianxin.db-wal" ]
}

@test "what holds for every verb may also come before it" {
    world_init
    run lianxind --data "$data" --json school add SY08 第八小学 --area 东片
    [ "$status" -eq 0 ]
    run lianxind --data "$data" school list --json
    [[ $output == *"第八小学"* ]]
    run lianxind --data "$data" --area 东片
    [ "$status" -eq 2 ]
    [[ $output == *"lianxind --help lists them"* ]]
}

@test "--print-config prints every key, and what it prints is read again" {
    world_init
    run lianxind --print-config --data "$data"
    [ "$status" -eq 0 ]
    for key in name public listen readers invitation_days aggregate_at; do
        grep -q "^ *$key *=" <<<"$output"
    done
    printf '%s\n' "$output" >"$data/lianxind.conf"
    lianxind school list --data "$data"
}

@test "help teaches with examples, and mistakes name the next step" {
    run lianxind --help
    [[ $output == *"school import"* ]]
    run lianxind school add --help
    [[ $output == *"lianxind school add SY01"* ]]
    run lianxind schol
    [ "$status" -eq 2 ]
    run lianxind school add SY01
    [ "$status" -eq 2 ]
    [[ $output == *"CODE NAME"* ]]
    run lianxind school add -h
    [[ $output == *"--stage STAGE"* && $output == *"-o, --output FILE"* ]]
    run lianxind school add SY01 一小 --stages 小学
    [ "$status" -eq 2 ]
}
