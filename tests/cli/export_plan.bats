#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# plan export: the plan as a document again, and what is exported is imported unchanged.

setup() {
    load world
    world_init SY01 SY02
    world_serve
    join one --school SY01 --person 王芳 >/dev/null
    join two --school SY02 --person 李明 >/dev/null
    cd "$world" || return 1
}

teardown() {
    world_done
}

# What a plan is made of, without ids: content HOME PLAN
content() {
    as "$1" plan show "$2" --json --offline | python3 -c '
import json, sys
plan = json.load(sys.stdin)
print([plan.get(key) for key in ("body", "title", "term_kind", "first_month", "last_month", "signature")])
sections = {s["id"]: i for i, s in enumerate(plan["sections"])}
for s in plan["sections"]:
    print(s.get("level"), s.get("label"), s.get("text"))
for a in plan["activities"]:
    keys = ("number", "header", "text", "months", "category", "lead", "assisting", "person", "budget_fen", "participants", "state", "tags")
    print([a.get(key) for key in keys], sections.get(a.get("section")))'
}

# round_trip BODY MONTH: exported by one school and imported by the other it is the same.
round_trip() {
    local format
    content one "$1" >before
    for format in txt md docx xlsx; do
        as one plan export "$1" -o "plan.$format" >/dev/null
        as two import "plan.$format" --yes --from "$2" >/dev/null
        content two "$1" >after
        diff before after || { echo "not the same as $format"; return 1; }
        as two undo >/dev/null
    done
}

@test "a calendar year with sections comes back from every format" {
    as one import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    round_trip union 2026-01
}

@test "a second semester in GB18030 comes back from every format" {
    as one import "$documents/02-semester-gb18030.txt" --yes --from 2026-02 >/dev/null
    round_trip union 2026-02
}

@test "a school year's table with responsible departments comes back from every format" {
    as one import "$documents/03-school-year-table.txt" --yes --from 2025-09 >/dev/null
    round_trip union 2025-09
}

@test "a plan with a masked year comes back from every format" {
    as one import "$documents/04-masked-year.txt" --yes --from 2026-03 >/dev/null
    round_trip union 2026-03
}

@test "two plans of one file come back from every format" {
    as one import "$documents/05-two-plans.txt" --yes --from 2026-01 --from 2=2026-03 >/dev/null
    round_trip union 2026-01
    round_trip women 2026-03
}

@test "quarters and a budget come back from every format" {
    as one import "$documents/06-quarters.txt" --yes --from 2026-01 >/dev/null
    round_trip union 2026-01
}

@test "an item with lines about it below becomes one line, and stays it" {
    as one import "$repository/tests/data/plans/records.txt" --yes --from 2024-09 >/dev/null
    run as one plan export --format txt
    [ "$status" -eq 0 ]
    [[ $output == *"迎新年联欢会（预算：每人50元 负责部门：工会文体委员会）"* ]]
}

@test "the live plan is exported: what was cancelled is gone, what was added stands in its month" {
    as one import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    as one cancel 5.2 场地维修 >/dev/null
    as one drop 6.1 >/dev/null
    as one defer 4.2 2026-05 延期举行 >/dev/null
    as one add 教职工读书分享会 --month 2026-03 >/dev/null
    as one add 迎检 --month 2027-01 >/dev/null
    run as one plan export --format txt
    [ "$status" -eq 0 ]
    [[ $output != *"趣味运动会"* ]]
    [[ $output != *"六一"* ]]
    [[ $output == *"青年教师基本功比赛。（延至2026年5月）"* ]]
    [ "$(grep -A5 '^三月份：' <<<"$output" | grep -c '^4、教职工读书分享会（计划外）$')" = 1 ]
    [ "$(grep -A4 '^十二月份：' <<<"$output" | tail -2)" = $'1月份：\n1、迎检（计划外）' ]
}

# no_change BODY MONTH: what is exported, in any format, is imported by its own school without a change.
no_change() {
    local format
    content one "$1" >before
    for format in txt md docx xlsx; do
        rm -f "plan.$format"
        as one plan export "$1" -o "plan.$format" >/dev/null
        run as one import "plan.$format" --yes --from "$2"
        [[ $status -eq 0 && $output == *"nothing changed"* && $output != *"stays"* ]] || { echo "$format: $output"; return 1; }
        content one "$1" >after
        diff before after || { echo "not the same as $format"; return 1; }
    done
}

@test "an export of the school's own plan changes nothing when it is imported, whatever has happened to the plan since" {
    as one import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    no_change union 2026-01
    as one cancel 5.2 场地维修 >/dev/null
    as one drop 6.1 >/dev/null
    as one defer 4.2 2026-05 延期举行 >/dev/null
    as one done 3.2 --day 3-20 --people 46 >/dev/null
    as one edit 3.1 person=赵六 budget=500 >/dev/null
    as one edit 2.1 text=制定2026年工会工作计划和预算 >/dev/null
    as one add 教职工读书分享会 --month 2026-03 >/dev/null
    as one add 迎检 --month 2026-12 >/dev/null
    no_change union 2026-01
}

@test "docx is named after the title, and a file that is there is not overwritten unasked" {
    as one import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    run as one plan export
    [ "$status" -eq 0 ]
    [ -s 城关实验小学工会2026年工作计划.docx ]
    run as one plan export
    [ "$status" -eq 1 ]
    [[ $output == *"-o FILE"* ]]
    as one plan export -o 城关实验小学工会2026年工作计划.docx
}

@test "an export says in JSON what was written where, and holds the text that goes nowhere else" {
    as one import "$documents/03-school-year-table.txt" --yes --from 2025-09 >/dev/null
    as one plan export -o 计划.docx --json >said.json 2>/dev/null
    python3 -c '
import json, os
said = json.load(open("said.json"))
assert said["file"] == "计划.docx" and said["format"] == "docx" and said["bytes"] == os.path.getsize("计划.docx"), said
assert said["activities"] > 0 and said["sections"] > 0 and said["title"] and "text" not in said, said'
    as one plan export --format txt --json >said.json 2>/dev/null
    as one plan export --format txt >plan.txt
    python3 -c '
import json
said = json.load(open("said.json"))
assert said["file"] is None and said["text"] == open("plan.txt", encoding="utf-8").read(), said
assert "\t" in said["text"]'
}

@test "an unknown format is refused" {
    as one import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    run as one plan export -o 计划.doc
    [ "$status" -eq 2 ]
    [[ $output == *".docx"* ]]
}

@test "the district exports a school's plan" {
    join qu --district --person 赵主任 >/dev/null
    as one import "$documents/01-calendar-year.txt" --yes --from 2026-01 >/dev/null
    run as qu plan export --school SY01 --format md
    [ "$status" -eq 0 ]
    [[ $output == *"# 城关实验小学工会2026年工作计划"* ]]
    [[ $output == *"| 时间段 | 主要工作内容 | 责任部门 |"* ]]
}
