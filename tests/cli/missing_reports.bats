#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What is due, who has not handed it in, and the reminder that is pasted into the chat group.

setup() {
    load world
    world_init SY01 SY02
    world_serve
    join one --school SY01 --person 王芳 >/dev/null
    join two --school SY02 --person 李明 >/dev/null
    join qu --district --person 赵主任 >/dev/null
    join lead --district --role lead --person 陈静 >/dev/null
}

teardown() {
    world_done
}

states() { # plan|report [OPTION…]
    local verb=$1
    shift
    as qu "$verb" list --missing "$@" --json |
        python3 -c 'import json, sys; print(*[r["school"] + "=" + r["state"] for r in json.load(sys.stdin)["rows"]])'
}

@test "without a due nothing is missing" {
    run as qu report list --missing
    [ "$status" -eq 0 ]
    [[ $output == *"nothing that is due is missing"* ]]
}

@test "the missing are named, with a line to paste, until they hand it in" {
    month=$(date -d "$(date +%Y-%m-15) -1 month" +%Y-%m)
    as lead due add month_report --month "$month" --day "$(date -d '-2 days' +%Y-%m-%d)"
    [ "$(states report)" = "SY01=untold SY02=untold" ]
    run as qu --lang zh 上报 列表 --未报
    [[ $output != *"催报"* ]]
    [[ $output == *"尚未收到通知"* ]]
    as one sync
    as two sync
    [ "$(states report)" = "SY01=missing SY02=missing" ]
    [ "$(states plan)" = "" ]
    run as qu --lang zh 上报 列表 --未报 --月份 "$month"
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == *"催报：以下单位尚未提交"*"月月报：学校SY01、学校SY02，应于"*"日前上报，请尽快补报。" ]]
    as one import "$documents/01-calendar-year.txt" --yes --from "${month%-*}-01" >/dev/null
    as one report new --month "$month" >/dev/null
    as one report submit "$month"
    [ "$(states report)" = "SY02=missing" ]
    as qu report return "$month" --school SY01 --reason 请补充
    [ "$(states report)" = "SY01=missing SY02=missing" ]
}

@test "before its day a plan is not yet due, and the lead moves the day or closes it" {
    year=$(date +%Y)
    as lead due add plan --month "$year-01" --to "$year-12" --day "$((year + 1))-02-01" --schools SY01、SY02 --title 年度计划
    as one sync
    as two sync
    [ "$(states plan)" = "SY01=not_yet SY02=not_yet" ]
    run as qu --lang zh 计划 列表 --未报
    [[ ${lines[-1]} == *"催报：以下单位尚未提交年度计划：学校SY01、学校SY02，请于$((year + 1))年2月1日前上报。" ]]
    id=$(as qu due list --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["rows"][0]["due"])')
    run as lead due edit "$id" --day 2020-01-01
    [ "$status" -eq 0 ]
    [[ $(as qu due list) == *"2020-01-01"* ]]
    as lead due close "$id"
    [ "$(states plan)" = "" ]
}

@test "only the district asks, and only its lead says what is due" {
    run as one report list --missing
    [ "$status" -eq 4 ]
    run as one due list
    [ "$status" -eq 4 ]
    run as qu due add month_report --month 2025-03 --day 2025-04-05
    [ "$status" -eq 4 ]
    run as lead due add 天气 --month 2025-03 --day 2025-04-05
    [ "$status" -eq 2 ]
}
