# SPDX-License-Identifier: Apache-2.0
# import: what is shown and asked before anything is written, the same file again, a newer version, and back.

setup() {
    load world
    plan=$documents/01-calendar-year.txt
    several=$documents/05-two-plans.txt
    masked=$documents/04-masked-year.txt
}

teardown() {
    world_done
}

district() {
    world_init SY01
    world_serve
    join wang --school SY01 --person 王芳 >/dev/null
    join li --school SY01 --person 李明 >/dev/null
    cd "$world" || return 1
}

# query HOME PYTHON: a line of Python over the plans, activities and conflicts of a home: plans, rows.
query() {
    as "$1" plan list --json --offline >"$BATS_TEST_TMPDIR/plans"
    as "$1" list --all --json --offline >"$BATS_TEST_TMPDIR/rows"
    python3 -c '
import json, sys
plans, rows = (json.load(open(path))["rows"] for path in sys.argv[2:])
by = {row["number"]: row for row in rows}
print(eval(sys.argv[1]))' "$2" "$BATS_TEST_TMPDIR/plans" "$BATS_TEST_TMPDIR/rows"
}

# at_terminal INPUT COMMAND…: a command with somebody who types INPUT at a terminal of 80 columns.
at_terminal() {
    local input=$1
    shift
    printf '%b' "$input" | script -qec "stty cols 80; $(printf '%q ' "$@")" /dev/null
}

# A newer version: one item reworded, one moved, one gone, one new, a section more.
newer() {
    python3 - "$plan" "$1" <<'PYTHON'
import sys
text = open(sys.argv[1], encoding="utf-8").read()
lines = text.split("\n")
def at(part):
    return next(i for i, line in enumerate(lines) if part in line)
lines[at("基本功比赛")] = lines[at("基本功比赛")].replace("基本功比赛", "教学基本功大比赛")
del lines[at("六一")]
lines.insert(at("三月份") + 1, "1、开展学雷锋志愿服务活动。")
open(sys.argv[2], "w", encoding="utf-8").write("\n".join(lines))
PYTHON
}

@test "a dry run needs no data folder and writes nothing" {
    run env LIANXIN_HOME="$BATS_TEST_TMPDIR/none" lianxin import --dry-run "$plan"
    [ "$status" -eq 0 ]
    [[ $output == *"城关实验小学工会2026年工作计划"* ]]
    [ ! -e "$BATS_TEST_TMPDIR/none" ]
}

@test "no line of a Chinese preview is wider than 80 columns" {
    for document in "$documents"/*.txt; do
        COLUMNS=80 lianxin import --dry-run "$document" --lang zh >"$BATS_TEST_TMPDIR/preview"
        python3 - "$BATS_TEST_TMPDIR/preview" <<'PYTHON'
import sys, unicodedata
for line in open(sys.argv[1], encoding="utf-8"):
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip("\n"))
    assert width <= 80, (width, line)
PYTHON
    done
}

@test "without anybody to answer the preview is shown, exit 7, and nothing is written" {
    district
    run as wang import "$plan" </dev/null
    [ "$status" -eq 7 ]
    [[ $output == *"城关实验小学工会2026年工作计划"* ]]
    [[ $output == *"--yes"* ]]
    [ "$(query wang 'len(plans)')" = 0 ]
}

@test "a plan that lacks its year stops the others of the file, too" {
    district
    sed 's/2026年/XX年/' "$several" >both.txt
    run as wang import both.txt --yes --from 1=2026-01 </dev/null
    [ "$status" -eq 7 ]
    [[ $output == *"--from 2="* ]]
    [ "$(query wang 'len(plans)')" = 0 ]
    as wang import both.txt --yes --only 2 --from 2=2026-03 </dev/null
    [ "$(query wang '[p["body"] for p in plans]')" = "['women']" ]
}

@test "an option for a plan that is not in the file is a slip, and said" {
    district
    for slip in "--from 3=2026-01" "--body 7=women" "--only 5" "--from 0=2026-01"; do
        run as wang import "$several" --yes $slip
        [ "$status" -eq 2 ]
        [[ $output == *"2 plan(s)"* ]]
    done
    [ "$(query wang 'len(plans)')" = 0 ]
}

@test "a script says the body" {
    district
    as wang import "$several" --yes --body 1=audit --body 2=团委
    [ "$(query wang 'sorted(p["body"] for p in plans)')" = "['audit', 'league']" ]
    run as wang import "$plan" --yes --body nobody
    [ "$status" -eq 2 ]
    [[ $output == *"women"* ]]
}

@test "at a terminal body and first month are answers to one question" {
    district
    LIANXIN_HOME=$world/clients/wang at_terminal '女工委\n\n' lianxin import "$plan" >said
    grep -q 'women staff committee' said
    [ "$(query wang '[p["body"] for p in plans]')" = "['women']" ]
}

@test "at a terminal the likeliest first month is offered, as a suggestion" {
    district
    LIANXIN_HOME=$world/clients/wang at_terminal '2024年三月\n\n' lianxin import "$masked" >said
    grep -q 'only a suggestion' said
    [ "$(query wang '[(p["first_month"], p["last_month"]) for p in plans]')" = "[('2024-03', '2025-02')]" ]
}

@test "at a terminal some of the plans are chosen, or none" {
    district
    LIANXIN_HOME=$world/clients/wang at_terminal 'n\n' lianxin import "$several" >said
    [ "$(query wang 'len(plans)')" = 0 ]
    LIANXIN_HOME=$world/clients/wang at_terminal '9\n2\n\n' lianxin import "$several" >said
    [ "$(query wang '[p["body"] for p in plans]')" = "['women']" ]
}

@test "the same file imported on two devices without a network is one plan without conflicts" {
    district
    as wang import "$plan" --yes --offline
    cp "$plan" "01-calendar-year(1).txt"
    as li import "01-calendar-year(1).txt" --yes --offline
    as wang sync
    as li sync
    as wang sync
    [ "$(query wang 'len(plans)')" = 1 ]
    run as li import "$plan" --yes
    [[ $output == *"already here"* ]]
    query wang 'sorted(r["id"] for r in rows)' >one
    query li 'sorted(r["id"] for r in rows)' >two
    diff one two
}

@test "a newer version keeps id, number and state, and says what it changes" {
    district
    as wang import "$plan" --yes
    as wang "done" 4.2 --people 40 >/dev/null
    query wang 'by["4.2"]["id"]' >before
    newer v2.txt
    run as wang import v2.txt </dev/null
    [ "$status" -eq 7 ]
    [[ $output == *"1 new, 1 changed, 1 dropped, 0 kept"* ]]
    [ "$(query wang 'by["6.1"]["state"]')" = planned ]
    as wang import v2.txt --yes
    query wang 'by["4.2"]["id"]' >after
    diff before after
    [ "$(query wang 'by["4.2"]["state"]')" = "done" ]
    [ "$(query wang '"6.1" in by and by["6.1"]["state"] != "dropped"')" = False ]
    [ "$(query wang 'sum("教学基本功大比赛" in r["text"] for r in rows)')" = 1 ]
    [ "$(query wang 'len(plans)')" = 1 ]
    query wang 'next(r["number"] for r in rows if "学雷锋" in r["text"])' | grep -q '^3\.'
    run as wang import v2.txt --yes
    [[ $output == *"already here"* ]]
}

@test "what somebody has worked on stays although the newer version has it no more" {
    district
    as wang import "$plan" --yes
    as wang log 6.1 --people 200 >/dev/null
    newer v2.txt
    run as wang import v2.txt --yes
    [ "$status" -eq 0 ]
    [[ $output == *"0 dropped, 1 kept"* ]]
    [[ $output == *"stays although"*"6.1"* ]]
    [ "$(query wang 'by["6.1"]["state"]')" = doing ]
}

@test "what an officer changed since the import stays when the document has not changed it, and is shown when it has" {
    district
    as wang import "$plan" --yes
    as wang edit 4.2 text=青年教师说课比赛 >/dev/null
    as wang edit 4.1 text=教职工春游踏青 >/dev/null
    newer v2.txt
    run as wang import v2.txt </dev/null
    [ "$status" -eq 7 ]
    [[ $output == *"differs"*"4.2"* ]]
    [[ $output == *"--document"* ]]
    as wang sync >/dev/null # the journal tells it, too
    run as wang import v2.txt --yes
    [ "$status" -eq 0 ]
    [[ $output == *"1 new, 0 changed, 1 dropped, 0 kept"* ]]
    [[ $output == *"document says otherwise: 4.2 青年教师说课比赛"*"教学基本功大比赛"* ]]
    [ "$(query wang 'by["4.2"]["text"]')" = 青年教师说课比赛 ]
    [ "$(query wang 'by["4.1"]["text"]')" = 教职工春游踏青 ]
    [ "$(query wang 'sum("基本功" in r["text"] for r in rows)')" = 0 ]
}

@test "--document takes the document's words over what an officer changed, but only where both changed" {
    district
    as wang import "$plan" --yes
    as wang edit 4.2 text=青年教师说课比赛 >/dev/null
    as wang edit 4.1 text=教职工春游踏青 >/dev/null
    newer v2.txt
    as wang import v2.txt --yes --document
    query wang 'by["4.2"]["text"]' | grep -q 教学基本功大比赛
    [ "$(query wang 'by["4.1"]["text"]')" = 教职工春游踏青 ]
    as wang undo >/dev/null
    [ "$(query wang 'by["4.2"]["text"]')" = 青年教师说课比赛 ]
    run as wang import v2.txt --yes
    [[ $output == *"document says otherwise: 4.2"* ]]
}

@test "a newer version imported on two devices without a network makes no conflict" {
    district
    as wang import "$plan" --yes
    as li sync
    newer v2.txt
    as wang import v2.txt --yes --offline
    as li import v2.txt --yes --offline
    as wang sync
    run as li sync
    [ "$status" -eq 0 ]
    as wang sync
    query wang 'sorted((r["id"], r["number"], r["text"]) for r in rows)' >one
    query li 'sorted((r["id"], r["number"], r["text"]) for r in rows)' >two
    diff one two
}

@test "an exported plan imported again changes nothing" {
    district
    as wang import "$plan" --yes
    as wang plan export -o out.docx
    run as wang import out.docx --yes
    [ "$status" -eq 0 ]
    [[ $output == *"already here"* ]]
}

@test "--new, another body and another year are plans of their own" {
    district
    as wang import "$plan" --yes
    newer v2.txt
    as wang import v2.txt --yes --new
    [ "$(query wang 'len(plans)')" = 2 ]
    sed 's/2026/2027/g' "$plan" >next.txt
    as wang import next.txt --yes
    { cat "$plan"; echo; } >women.txt
    as wang import women.txt --yes --body women
    [ "$(query wang 'len(plans)')" = 4 ]
}

@test "undo takes an import of several plans back whole, after a sync, everywhere" {
    district
    as wang import "$several" --yes
    as li sync
    [ "$(query li 'len(plans)')" = 2 ]
    as wang undo
    as li sync
    [ "$(query li 'len(plans)')" = 0 ]
    [ "$(query li 'len(rows)')" = 0 ]
}

@test "undo leaves what a colleague worked on, and the plan it belongs to" {
    district
    as wang import "$plan" --yes
    as li sync
    as li "done" 3.1 --people 30
    run as wang undo
    [ "$status" -eq 3 ]
    [[ $output == *"stays"*"3.1"* ]]
    [ "$(query wang '[(r["number"], r["state"]) for r in rows]')" = "[('3.1', 'done')]" ]
    [ "$(query wang 'len(plans)')" = 1 ]
}

@test "undo without a network that meets a colleague's work is refused whole, and can be said again" {
    district
    as wang import "$plan" --yes
    as li sync
    as li "done" 3.1 --people 30
    as wang undo --offline
    run as wang sync
    [ "$status" -ne 0 ]
    [ "$(query wang 'len(rows)')" = 23 ]
    run as wang undo
    [ "$status" -eq 3 ]
    [ "$(query wang '[(r["number"], r["state"]) for r in rows]')" = "[('3.1', 'done')]" ]
}

@test "undo of a newer version brings the older one back" {
    district
    as wang import "$plan" --yes
    as wang plan show --json >before
    newer v2.txt
    as wang import v2.txt --yes
    as wang undo
    as wang plan show --json >after
    for file in before after; do
        python3 -c '
import json, sys
plan = json.load(sys.stdin)
print(plan["title"], plan.get("source_name"))
for s in plan["sections"]: print(s.get("label"), s.get("text"))
for a in plan["activities"]: print(a["number"], a["text"], a.get("months"), a["state"])' <"$file" >"$file.text"
    done
    diff before.text after.text
}

@test "history names a change, and undo takes just that one back" {
    district
    as wang import "$plan" --yes
    as wang "done" 3.1
    as wang cancel 4.1 雨
    rev=$(as wang history 3.1 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["rows"][-1]["rev"])')
    as wang undo "$rev"
    [ "$(query wang 'by["3.1"]["state"], by["4.1"]["state"]')" = "('planned', 'cancelled')" ]
}

@test "a plan larger than one push is refused before anything is written" {
    district
    python3 - >large.txt <<'PYTHON'
print("某校工会2026年工作计划\n\n一、指导思想")
for i in range(350):
    print("（%d）" % (i % 9 + 1) + "提高认识，第%d条。\n" % i)
print("二、工作安排\n三月份：")
for i in range(9840):
    print("1、慰问教职工第%d组2、走访教职工第%d家" % (i, i))
PYTHON
    run as wang import large.txt --yes
    [ "$status" -ne 0 ]
    [[ $output == *"nothing was imported"* ]]
    [ "$(query wang 'len(plans)')" = 0 ]
}

@test "what an overlapping older plan leaves unfinished is carried over, closed or left, and one undo takes it back" {
    district
    next=$documents/07-next-school-year.txt
    as wang import "$plan" --yes
    as wang done 3.1
    run as wang import "$next" --yes
    [[ $output == *"overlaps and has 22 unfinished"* ]]
    as wang undo
    run as wang import "$next" --yes --older carry
    [[ $output == *"carried over from"*"22 unfinished"* ]]
    [ "$(query wang 'sum(r["state"] == "planned" for r in rows), sum(r["state"] == "cancelled" for r in rows)')" = "(27, 22)" ]
    [ "$(query wang '[p["activities"] for p in plans if p["current"]]')" = "[27]" ]
    as wang undo
    [ "$(query wang 'len(plans), sum(r["state"] == "planned" for r in rows), by["3.1"]["state"]')" = "(1, 22, 'done')" ]
    as wang import "$next" --yes --older close
    [ "$(query wang 'sum(r["state"] == "planned" for r in rows), sum(r["state"] == "cancelled" for r in rows)')" = "(5, 22)" ]
    run as wang import "$next" --yes --older sometimes
    [ "$status" -eq 0 ] # already here
}

@test "a newer version that was taken back can be imported again" {
    district
    as wang import "$plan" --yes
    sed 's/^二、工作目标$/二、工作目标与要求/; s/^2、师徒结对拜师仪式。/2、师徒结对拜师仪式。\n3、新增的活动。/' "$plan" >newer.txt
    as wang import newer.txt --yes
    as wang undo
    as wang import newer.txt --yes
    [ "$(query wang '[r["text"] for r in rows if r["state"] == "planned"].count("新增的活动。")')" = 1 ]
}

@test "what the district does for a school is marked in its history with who did it" {
    district
    join qu --district --person 赵主任 --phone 13900000009 >/dev/null
    as qu import "$plan" --yes --school SY01
    as qu plan submit --school SY01
    as qu report new --school SY01 --month 3
    as qu report submit 3 --school SY01
    as wang sync
    run as wang --lang zh history plan
    [[ $output == *"赵主任 13900000009"*"代录：导入"*"代录：计划 提交"* ]]
    run as wang report list --json
    [[ $output == *'"state": "submitted"'* ]]
    as qu undo
    as wang sync
    run as wang report list --json
    [[ $output == *'"state": "draft"'* ]]
}
