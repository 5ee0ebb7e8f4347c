#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the district asks over all schools: schools, query, brief, and --school on a school's own commands.

setup() {
    load world
    world_init SY01 SY02
    world_serve
    join one --school SY01 --person 王芳 >/dev/null
    join two --school SY02 --person 李明 >/dev/null
    join qu --district --person 赵主任 >/dev/null
    as one import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    as two import "$documents/06-quarters.txt" --yes --from 2026-01 >/dev/null
    as one done 3.1 --day 2026-03-08 --people 45 --money 500 >/dev/null
    as one plan submit >/dev/null
}

teardown() {
    world_done
}

rows() {
    python3 -c 'import json, sys; print(len(json.load(sys.stdin)["rows"]))'
}

@test "schools shows every school with its plan and its last sync" {
    run as qu schools --json
    [ "$status" -eq 0 ]
    [ "$(rows <<<"$output")" = 2 ]
    [[ $output == *'"plan_state": "submitted"'* ]]
    [[ $output == *'"plan_state": "draft"'* ]]
}

@test "a query goes through every filter" {
    [ "$(as qu query --month 2026-03 --school SY01 --json | rows)" = 3 ]
    [ "$(as qu query --school 'SY*' --state done --json | rows)" = 1 ]
    [ "$(as qu query --school SY01 --plan-state submitted --json | rows)" = 23 ]
    [ "$(as qu query --plan-state 草稿 --school SY01 --json | rows)" = 0 ]
    [ "$(as qu query --text 妇女节 --json | rows)" = 1 ]
    [ "$(as qu query --category women --category 评优评先 --school SY01 --json | rows)" = "$(as qu query --category 女职工工作、awards --school SY01 --json | rows)" ]
    [ "$(as qu query --from 2026-01 --to 2026-02 --school SY01 --json | rows)" = 4 ]
    [ "$(as qu query --body league --json | rows)" = 0 ]
    [ "$(as qu query --area 没有 --json | rows)" = 0 ]
    [ "$(as qu query --kind plan --json | rows)" = 2 ]
}

@test "a month without a year says which year was taken, and looks back rather than ahead" {
    local last
    last=$(date -d "$(TZ=Asia/Shanghai date +%Y-%m-15) -8 months" +%Y-%m)
    run as qu query --month "${last#*-}"
    [ "$status" -eq 0 ]
    [[ $output == *"${last#*-} is taken as $last"* ]]
    run as qu query --month 2026-03
    [[ $output != *"is taken as"* ]]
}

@test "figures are counted and summed by groups" {
    run as qu query --group-by 单位,月份 --school SY01 --from 2026-03 --to 2026-03 --json
    [ "$status" -eq 0 ]
    [ "$(rows <<<"$output")" = 1 ]
    [[ $output == *'"people": 45'* ]]
    [[ $output == *'"money_fen": 50000'* ]]
    [[ $output == *'"total"'* ]]
}

@test "an answer of several pages comes whole" {
    python3 -c '
print("城关实验小学女职工委员会2026年工作计划")
for month in range(1, 13):
    print(f"{month}月份：")
    for n in range(1, 101):
        print(f"{n}、第{month}个月的第{n}项读书活动。")' >"$world/long.txt"
    as two import "$world/long.txt" --yes --from 2026-01 >/dev/null
    as qu query --school SY02 --body women --json >"$world/answer.json"
    [ "$(rows <"$world/answer.json")" = 1200 ]
    [ "$(grep -o '"id": "[^"]*"' "$world/answer.json" | sort -u | wc -l)" = 1200 ]
    as qu query --school SY02 --body women -o "$world/answer.csv"
    [ "$(wc -l <"$world/answer.csv")" = 1201 ]
}

@test "a query can be kept as a file" {
    run as qu query --month 2026-03 -o "$world/三月.csv"
    [ "$status" -eq 0 ]
    grep -q 庆祝 "$world/三月.csv"
}

@test "a question that makes no sense is refused before anything is asked" {
    run as qu query --stage 大学
    [ "$status" -eq 2 ]
    [[ $output == *"primary"* ]]
    run as qu query --group-by 天气
    [ "$status" -eq 2 ]
    run as qu query --month 3 --to 5
    [ "$status" -eq 2 ]
    run as qu query --school SY77
    [ "$status" -eq 5 ]
}

@test "the brief names the schools without a submitted plan" {
    lianxind aggregate --data "$data" >/dev/null
    run as qu brief --json
    [ "$status" -eq 0 ]
    python3 -c '
import json, sys
tables = {t["name"]: t for t in json.load(sys.stdin)["tables"]}
missing = [t for name, t in tables.items() if "plan" in name and len(t["rows"]) == 1]
assert missing and missing[0]["rows"][0]["school"] == "SY02", tables.keys()
' <<<"$output"
    run as qu brief --date 2001-01-01
    [ "$status" -eq 5 ]
}

@test "--school shows what the school sees, and how fresh it is" {
    run as qu list --school SY01 --month 2026-03
    [ "$status" -eq 0 ]
    [[ $output == *"妇女节"* ]]
    [[ $output == *"as of 2"* ]]
    run as qu plan show --school SY02
    [[ $output == *"西河镇中心小学2026年度工会工作要点"* ]]
    run as qu show 3.1 --school SY01
    [[ $output == *"2026-03-08"* ]]
    run as qu list --school SY99
    [ "$status" -eq 5 ]
}

@test "without a network --school falls back to what was last seen and says so; questions end with 6" {
    as qu list --school SY01 >/dev/null
    world_stop
    run as qu list --school SY01 --month 2026-03
    [ "$status" -eq 0 ]
    [[ $output == *"妇女节"* ]]
    [[ $output == *"cannot be reached"* ]]
    run as qu list --school SY02
    [ "$status" -eq 6 ]
    local verb
    for verb in schools query brief; do
        run as qu "$verb"
        [ "$status" -eq 6 ]
    done
}

@test "a school may not ask the district's questions" {
    local verb
    for verb in schools query brief; do
        run as one "$verb"
        [ "$status" -eq 4 ]
        [[ $output == *"district"* ]]
    done
    run as one list --school SY02
    [ "$status" -eq 4 ]
}
