#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Data folders copied with cp, of a client and of the server.

load world

setup() {
    world_init SY01
    world_serve
    join wang --school SY01 --person 王芳
    as wang import "$documents/01-calendar-year.txt" --yes
    as wang sync
}

teardown() {
    world_done
}

copy_client() { # FROM TO
    rm -rf "$world/clients/$2"
    cp -r "$world/clients/$1" "$world/clients/$2"
}

number() { # HOME NTH: the number of the nth activity
    as "$1" list --json | grep -o '"number": *"[^"]*"' | sed -n "$2p" | sed 's/.*"\([^"]*\)"$/\1/'
}

@test "a copied client folder and its original both go on, and nothing is lost" {
    first=$(number wang 1) second=$(number wang 2) third=$(number wang 3)
    as wang --offline edit "$first" lead=德育处
    copy_client wang copy
    as wang --offline edit "$second" lead=总务处
    as copy --offline edit "$third" lead=教务处
    run as wang sync
    [ "$status" -eq 0 ]
    [[ $output == *"2 sent"* ]]
    run as copy sync
    [ "$status" -eq 0 ]
    [[ $output == *"was copied, or put back"* ]]
    [[ $output == *"2 sent"* ]] # the shared one was found taken
    as wang sync
    for home in wang copy; do
        as "$home" show "$first" | grep -q 德育处
        as "$home" show "$second" | grep -q 总务处
        as "$home" show "$third" | grep -q 教务处
    done
    run as copy sync
    [ "$status" -eq 0 ]
    [[ $output != *"was copied"* ]]
    run lianxind check --data "$data"
    [ "$status" -eq 0 ]
}

@test "last week's client folder put back goes on with new work" {
    first=$(number wang 1) second=$(number wang 2)
    copy_client wang lastweek
    as wang edit "$first" lead=德育处
    rm -rf "$world/clients/wang"
    copy_client lastweek wang
    run as wang edit "$second" lead=总务处
    [ "$status" -eq 0 ]
    [[ $output == *delivered* ]]
    as wang show "$first" | grep -q 德育处
    as wang show "$second" | grep -q 总务处
}

@test "a server folder put back by hand is recognised and gets nothing" {
    first=$(number wang 1) second=$(number wang 2)
    world_stop
    cp -r "$data" "$world/older"
    world_serve
    as wang edit "$first" lead=德育处
    world_stop
    mv "$data" "$world/newest"
    cp -r "$world/older" "$data"
    world_serve
    run as wang sync
    [ "$status" -eq 1 ]
    [[ $output == *"copied or put back by hand"* ]]
    run as wang edit "$second" lead=总务处
    [[ $output == *"not sent yet: 1"* ]]
    as wang show "$first" | grep -q 德育处
    world_stop
    rm -rf "$data"
    mv "$world/newest" "$data"
    world_serve
    run as wang sync
    [ "$status" -eq 0 ]
    [[ $output == *"1 sent"* ]]
}
