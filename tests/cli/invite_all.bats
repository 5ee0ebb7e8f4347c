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
