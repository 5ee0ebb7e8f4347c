#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Reports upward: counted from what was held, handed in with or without a network, seen by the district.

setup() {
    load world
    world_init SY01
    world_serve
    join sy --school SY01 --person 王芳 >/dev/null
    as sy import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    as sy done 3.1 --day 2026-03-08 --people 45 --money 500 >/dev/null
    as sy log 3.2 --day 2026-03-20 --people 12 >/dev/null
}

teardown() {
    world_done
}

figure() { # HOME KEY counted|stated
    as "$1" report show 2026-03 --json | python3 -c '
import json, sys
figures = {f["key"]: f for f in json.load(sys.stdin)["figures"]}
print(figures[sys.argv[1]].get(sys.argv[2], "none"))' "$2" "$3"
}

@test "a month report is filled in from what was held in that month" {
    run as sy report new --month 2026-03
    [ "$status" -eq 0 ]
    [[ $output == *"held: 2"* ]]
    [[ $output == *"people: 57"* ]]
    [[ $output == *"spent: 500.00"* ]]
    [[ $output == *"finished: 1"* ]]
    [[ $output == *"3月8日　庆祝“三．八”妇女节，组织女教工健步走活动　45人次　500元"* ]]
    [[ $output == *"delivered"* ]]
}

@test "a figure the officer changes keeps both values, and counting again leaves it" {
    as sy report new --month 2026-03 --set 人次=６０ >/dev/null
    as sy log 3.3 --day 2026-03-25 --people 3 >/dev/null
    run as sy report new --month 2026-03
    [[ $output == *"people: 60 (stated; counted: 60)"* ]]
    [ "$(figure sy people counted)" = 60 ]
    as sy log 3.3 --day 2026-03-26 --people 5 >/dev/null
    as sy report new --month 2026-03 >/dev/null
    [ "$(figure sy people counted)" = 65 ]
    [ "$(figure sy people stated)" = 60 ]
    as sy report new --month 2026-03 --set people= >/dev/null
    [ "$(figure sy people stated)" = none ]
}

@test "a report handed in offline waits, then reaches the district" {
    join qu --district --person 赵主任 >/dev/null
    world_stop
    as sy report new --month 2026-03 >/dev/null
    run as sy report submit 2026-03
    [ "$status" -eq 6 ]
    [[ $output == *"saved here, not sent yet"* ]]
    [[ $output != *"error"* ]]
    run as sy --lang zh report list
    [[ $output == *"待送达"* ]]
    run as sy --lang zh report show 2026-03
    [[ $output == *"待送达"* ]]
    run as sy report list --json
    [[ $output == *'"state": "submitted"'*'"unsent": true'* ]]
    world_serve
    as sy sync
    run as sy --lang zh report list
    [[ $output != *"待送达"* ]]
    run as qu report list --school SY01 --json
    [[ $output == *'"state": "submitted"'* ]]
    [[ $output == *'"people": 57'* ]]
    run as qu query --kind report --month 2026-03 --json
    [[ $output == *'"school": "SY01"'* ]]
}

@test "two devices offline make one report" {
    join sy2 --school SY01 --person 李明 >/dev/null
    world_stop
    as sy report new --month 2026-03 >/dev/null
    as sy2 report new --month 2026-03 >/dev/null
    world_serve
    as sy sync
    as sy2 sync
    as sy sync
    [ "$(as sy report list --json | grep -c '"id"')" = 1 ]
    [ "$(as sy report list --json | grep '"id"')" = "$(as sy2 report list --json | grep '"id"')" ]
    run as sy conflicts
    [ "$status" -eq 0 ]
}

@test "a submitted report is not changed in silence: it is withdrawn first" {
    as sy report new --month 2026-03 >/dev/null
    as sy report submit 2026-03 >/dev/null
    run as sy report new --month 2026-03
    [ "$status" -eq 1 ]
    [[ $output == *"withdraw"* ]]
    as sy report withdraw 2026-03
    run as sy report new --month 2026-03 --set held=3
    [ "$status" -eq 0 ]
    [[ $output == *"held: 3 (stated; counted: 2)"* ]]
}

@test "what was held after the draft was made is pointed out when it is handed in" {
    as sy report new --month 2026-03 >/dev/null
    as sy log 3.3 --day 2026-03-25 --people 3 >/dev/null
    run as sy report submit 2026-03
    [ "$status" -eq 0 ]
    [[ $output == *"people: the report says 57, the records now add up to 60"* ]]
}

@test "a summary takes its text from a file, also in GB18030" {
    printf '一年来，工会做了三件事。\r\n一、慰问。\r\n\r\n' | iconv -t GB18030 >"$world/总结.txt"
    run as sy report new --summary --from 2026-01 --to 2026-10 --from-file "$world/总结.txt"
    [ "$status" -eq 0 ]
    [[ $output == *"一年来，工会做了三件事。"* ]]
    [[ $output == *"held: 2"* ]]
    as sy report submit 总结
    run as sy report show summary --json
    [[ $output == *'"text": "一年来，工会做了三件事。\n一、慰问。"'* ]]
    [[ $output == *'"source_name": "总结.txt"'* ]]
    [[ $output == *'"state": "submitted"'* ]]
}

@test "a Word file as a summary is refused with the way out" {
    printf 'PK\003\004 not really' >"$world/总结.docx"
    run as sy report new --summary --from 2026-01 --to 2026-10 --from-file "$world/总结.docx"
    [ "$status" -eq 7 ]
    [[ $output == *".txt"* ]]
    run as sy report list --json
    [[ $output != *'"id"'* ]]
}

@test "a month that has not begun and an unknown report are refused" {
    run as sy report new --month 2999-01
    [ "$status" -eq 2 ]
    run as sy report show 2026-05
    [ "$status" -eq 5 ]
    run as sy report new --month 2026-03 --set 收入=5
    [ "$status" -eq 2 ]
}
