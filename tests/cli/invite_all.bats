#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# One invitation for each school without a device, in one file.

setup() {
    load world
    world_init SY01 SY02 SY03
    world_serve
    join one --school SY01 --person 王芳 >/dev/null
}

teardown() {
    world_done
}

@test "each school without a device gets an invitation that works, in a file for its owner only" {
    run lianxind invite --all -o "$world/邀请.csv" --data "$data"
    [ "$status" -eq 0 ]
    [ "$(stat -c %a "$world/邀请.csv")" = 600 ]
    ! grep -q SY01 "$world/邀请.csv"
    [ "$(grep -c 'lx1-' "$world/邀请.csv")" = 2 ]
    run as two join "$(grep SY02 "$world/邀请.csv" | grep -o 'lx1-[0-9A-Za-z]*')"
    [ "$status" -eq 0 ]
    lianxind invite --all -o "$world/再次.csv" --data "$data"
    [ "$(grep -c 'lx1-' "$world/再次.csv")" = 1 ]
    grep -q SY03 "$world/再次.csv"
}

@test "without a file nothing is made" {
    run lianxind invite --all --data "$data"
    [ "$status" -eq 2 ]
    [[ $output == *"-o"* ]]
}

@test "the district's lead invites from a client of her own, others may not" {
    join lead --district --role lead --person 陈静 >/dev/null
    join staff --district --person 周敏 >/dev/null
    as lead invite --all -o "$world/邀请.csv"
    [ "$(stat -c %a "$world/邀请.csv")" = 600 ]
    [ "$(grep -c 'lx1-' "$world/邀请.csv")" = 2 ]
    run as lead invite --all
    [ "$status" -eq 2 ]
    run as lead invite --school SY02 --person 李芳 --phone 13900000002
    [ "$status" -eq 0 ]
    run as two join "$(grep -o 'lx1-[0-9A-Za-z]*' <<<"$output")"
    [ "$status" -eq 0 ]
    run as staff --lang zh invite --school SY02 --person 李芳
    [ "$status" -eq 4 ]
    [[ $output == *"区级负责人"* ]]
}

@test "who follows on a device takes its place, and the old one ends when the new one has joined" {
    join lead --district --role lead --person 陈静 >/dev/null
    as one import "$documents/01-calendar-year.txt" --yes
    device=$(as lead device list --school SY01 --json | grep -o '"device": "[^"]*"' | cut -d'"' -f4)
    run as lead invite --replace "${device:0:13}" --person 李芳 --phone 13900000002
    [ "$status" -eq 0 ]
    [[ $output == *"The device of 王芳 is revoked as soon as"*"last whole sync: 20"* ]]
    invitation=$(grep -o 'lx1-[0-9A-Za-z]*' <<<"$output")
    run as one sync
    [ "$status" -eq 0 ]
    as new join "$invitation"
    run as one sync
    [ "$status" -eq 4 ]
    [[ $output == *revoked* ]]
    as new done 3.1
    run as new history 3.1
    [[ $output == *"李芳 13900000002"* ]]
    run as lead schools
    [[ $output == *"李芳 13900000002"* ]]
}
