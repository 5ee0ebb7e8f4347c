# SPDX-License-Identifier: Apache-2.0
# What was handed in is accepted or returned by the district, and withdrawn by the school until then.

setup() {
    load world
    world_init SY01
    world_serve
    join sy --school SY01 --person 王芳 >/dev/null
    join qu --district --person 赵主任 >/dev/null
    as sy import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    as sy done 3.1 --day 2026-03-08 --people 45 --money 500 >/dev/null
}

teardown() {
    world_done
}

state() { # HOME plan|report [OPTION…]
    local home=$1 verb=$2
    shift 2
    as "$home" "$verb" list "$@" --json | python3 -c 'import json, sys; print(*[r["state"] for r in json.load(sys.stdin)["rows"]])'
}

@test "a plan handed in is filed by the district, and then the school cannot withdraw it" {
    as sy plan submit
    run as qu plan accept --school SY01
    [ "$status" -eq 0 ]
    [[ $output == *"filed"* ]]
    [[ $output == *"delivered"* ]]
    as sy sync
    [ "$(state sy plan)" = filed ]
    run as sy plan withdraw
    [ "$status" -eq 1 ]
    [[ $output == *'"filed"'* ]]
    [ "$(state sy plan)" = filed ]
}

@test "a school withdraws its plan until the district has answered" {
    as sy plan submit
    run as sy plan withdraw
    [ "$status" -eq 0 ]
    [ "$(state sy plan)" = draft ]
    run as qu plan accept --school SY01
    [ "$status" -eq 1 ]
    [[ $output == *'"draft"'* ]]
    [ "$(state qu plan --school SY01)" = draft ]
}

@test "a returned plan says why at the next sync and in status, and is changed and handed in again without a network" {
    as sy plan submit
    run as qu plan return --school SY01 --reason 请补充月份
    [ "$status" -eq 0 ]
    run as sy sync
    [ "$status" -eq 0 ]
    [[ $output == *"returned"*"请补充月份"* ]]
    run as sy status
    [[ $output == *"请补充月份"* ]]
    run as sy --lang zh 状态
    [[ $output == *"退回"*"请补充月份"* ]]
    world_stop
    as sy edit 3.1 text=补充后的活动
    run as sy plan submit
    [ "$status" -eq 6 ]
    [ "$(state sy plan)" = submitted ]
    run as sy status
    [[ $output != *"请补充月份"* ]]
    world_serve
    as sy sync
    [ "$(state qu plan --school SY01)" = submitted ]
    run as qu list --school SY01 --month 2026-03
    [[ $output == *"补充后的活动"* ]]
}

@test "returning needs a reason, and answering is the district's" {
    as sy plan submit
    run as qu plan return --school SY01
    [ "$status" -eq 2 ]
    [[ $output == *"--reason"* ]]
    run as sy plan accept
    [ "$status" -eq 4 ]
    run as sy plan return --reason 不行
    [ "$status" -eq 4 ]
    [ "$(state sy plan)" = submitted ]
}

@test "a report is returned with a reason, counted again, handed in again and accepted; each version stays readable" {
    as sy report new --month 2026-03 >/dev/null
    as sy report submit 2026-03
    run as qu report return 2026-03 --school SY01 --reason 人次有误
    [ "$status" -eq 0 ]
    run as sy sync
    [[ $output == *"人次有误"*"report submit 2026-03"* ]]
    run as sy report show 2026-03
    [[ $output == *"[returned]  人次有误"* ]]
    as sy report new --month 2026-03 --set people=44 >/dev/null
    [ "$(state sy report)" = returned ]
    as sy report submit 2026-03
    run as qu report accept 2026-03 --school SY01
    [ "$status" -eq 0 ]
    as sy sync
    [ "$(state sy report)" = accepted ]
    run as sy report withdraw 2026-03
    [ "$status" -eq 1 ]
    run as sy history report 2026-03 --json
    [ "$status" -eq 0 ]
    python3 -c '
import json, sys
rows = json.load(sys.stdin)["rows"]
assert [r["person"] for r in rows] == ["王芳", "王芳", "赵主任", "王芳", "王芳", "赵主任"], rows
text = json.dumps(rows, ensure_ascii=False)
assert "人次有误" in text and "44" in text, text
' <<<"$output"
}

@test "the district takes its own answer back" {
    as sy plan submit
    as qu plan accept --school SY01
    as qu undo
    as sy sync
    [ "$(state sy plan)" = submitted ]
    run as sy history plan --json
    [ "$status" -eq 0 ]
    [[ $output == *"赵主任"* ]]
}
