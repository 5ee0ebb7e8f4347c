#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The real server killed in the middle of syncs, and devices shut out on live connections.

setup() {
    load world
}

teardown() {
    world_done
}

# activities HOME: number and department of every activity, as the device holds them.
activities() {
    as "$1" list --all --json | jq -r '.rows[] | "\(.number) \(.lead)"' | sort
}

@test "a server killed in the middle of syncs loses and doubles nothing" {
    world_init SY01
    world_serve
    join one --school SY01 --person 王芳
    join two --school SY01 --person 李强
    as one import "$documents/01-calendar-year.txt" --yes
    as two sync
    for round in {1..4}; do
        for home in one two; do
            for month in 3 4 5; do
                as "$home" --offline edit "$month.1" "lead=$home$round" >/dev/null
            done
        done
        as one sync >/dev/null 2>&1 &
        first=$!
        as two sync >/dev/null 2>&1 &
        second=$!
        sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
        world_stop KILL
        wait "$first" "$second" || true
        world_serve
    done
    for home in one two one; do # both edited the same: 3 is a conflict that waits for a person
        as "$home" sync || [ $? -eq 3 ]
    done
    world_stop
    lianxind check --data "$data"
    diff <(activities one) <(activities two)
    [ "$(activities one | wc -l)" -eq 23 ]
    activities one | grep -q '^5.1 \(one\|two\)4$'
}

@test "a killed server starts again and knows every device" {
    world_init SY01
    world_serve
    join one --school SY01 --person 王芳
    as one import "$documents/01-calendar-year.txt" --yes
    world_stop KILL
    world_serve
    as one sync
    [ "$(lianxind device list --json --data "$data" | jq '.rows | length')" -eq 1 ]
    lianxind check --data "$data"
}

@test "a revoked device is refused from its next request on, the others go on" {
    world_init SY01
    world_serve
    join one --school SY01 --person 王芳
    join two --school SY01 --person 李强
    id=$(lianxind device list --json --data "$data" | jq -r '.rows[] | select(.person == "王芳") | .device')
    lianxind device revoke "$id" --data "$data"
    run as one sync
    [ "$status" -eq 4 ]
    [[ $output == *revoked* ]]
    as two sync
}
