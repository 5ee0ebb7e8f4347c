# SPDX-License-Identifier: Apache-2.0
# A whole term in a district of eighty schools, for term.bats: `load term` behind `load world`. The programs' wall clock is moved
# by tests/preload/shift_clock.c; what they print goes into $transcript, with ids, times of day and the like masked.

transcript=$BATS_TEST_TMPDIR/transcript
clock=$BATS_TEST_TMPDIR/clock
preload=${LIANXIN_BIN:-$repository/build/bin}/../tests/shift_clock.so
schools=80

# ---- time ----

# day YYYY-MM-DD HEADING: it is half past eight of that day in the district now.
day() {
    echo $(($(date -d "$1T08:30:00+0800" +%s) - $(date +%s))) >"$clock.new"
    mv "$clock.new" "$clock"
    printf '\n# %s　%s\n' "$1" "${*:2}" >>"$transcript"
}

in_time() {
    SHIFT_CLOCK=$clock LD_PRELOAD=$preload "$@"
}

# ---- what is shown ----

mask() {
    sed -E -e 's/lx1-[0-9A-Za-z]+/lx1-…/g' \
        -e 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx/g' \
        -e 's/\b[0-9a-f]{8}-[0-9a-f]{4}\b/xxxxxxxx-xxxx/g' -e 's/127\.0\.0\.1:[0-9]{5}/127.0.0.1:PPPPP/g' \
        -e 's/[0-9]+ MiB/N MiB/g' -e 's#[0-9]+ / [0-9]+#N / N#' -e "s#$BATS_TEST_TMPDIR/##g" \
        -e 's/[0-2][0-9]:[0-5][0-9]:[0-5][0-9]/hh:mm:ss/g' -e 's/[0-2][0-9]:[0-5][0-9]/hh:mm/g' -e 's/ +$//'
}

note() {
    printf '\n%s\n' "$*" >>"$transcript"
}

# shown WHO LINE COMMAND…: runs a command, its output behind the line somebody would type.
shown() {
    local who=$1 line=$2 result=0
    shift 2
    printf '\n[%s] $ %s\n' "$who" "$(mask <<<"$line")" >>"$transcript"
    COLUMNS=80 "$@" >"$BATS_TEST_TMPDIR/said" 2>&1 </dev/null || result=$?
    mask <"$BATS_TEST_TMPDIR/said" >>"$transcript"
    [ $result = 0 ] || echo "（退出码 $result）" >>"$transcript"
}

# officer WHO ARGUMENT…: lianxin of one person; the folder is named like the person.
officer() {
    local who=$1
    shift
    shown "$who" "lianxin $*" env LIANXIN_HOME="$world/clients/$who" SHIFT_CLOCK="$clock" LD_PRELOAD="$preload" lianxin "$@"
}

operator() {
    shown 管理员 "lianxind $*" env LIANXIND_DATA="$data" SHIFT_CLOCK="$clock" LD_PRELOAD="$preload" lianxind "$@"
}

# quiet WHO ARGUMENT…: the same, of whom nothing is shown, but which must work.
quiet() {
    local who=$1
    shift
    LIANXIN_HOME=$world/clients/$who in_time lianxin "$@" >"$world/$who.said" 2>&1 || {
        echo "$who: lianxin $*: exit $?"
        cat "$world/$who.said"
        return 1
    }
}

# ---- the district ----

code() { printf 'S%02d' "$1"; }

serve() {
    local before
    before=$(grep -c ' server.start ' "$world/server.log" 2>/dev/null || true)
    env SHIFT_CLOCK="$clock" LD_PRELOAD="$preload" lianxind serve --data "$data" 2>>"$world/server.log" 3>&- &
    server_pid=$!
    for _ in {1..400}; do
        [ "$(grep -c ' server.start ' "$world/server.log")" -le "${before:-0}" ] || return 0
        sleep 0.05
    done
    cat "$world/server.log"
    return 1
}

# reload: the server reads its configuration again.
reload() {
    local before
    before=$(grep -c ' config.reload ' "$world/server.log" || true)
    kill -HUP "$server_pid"
    for _ in {1..400}; do
        [ "$(grep -c ' config.reload ' "$world/server.log")" -le "$before" ] || return 0
        sleep 0.05
    done
    return 1
}

make_schools() {
    local i areas=(城关片 东片 西片 北片) stages=(小学 初中 高中 幼儿园)
    echo code,name,stage,area
    for ((i = 1; i <= schools; i++)); do
        echo "$(code "$i"),第${i}${stages[i % 4]},${stages[i % 4]},${areas[i / 20 % 4]}"
    done
}

# make_plan NUMBER: a plan of the first semester as a school writes it; each a little different.
make_plan() {
    local i=$1 sports=(乒乓球 羽毛球 跳绳 拔河 篮球)
    cat <<TEXT
第${i}校工会2026—2027学年度第一学期工作计划

一、指导思想
团结动员全体教职工，为学校发展作贡献。

二、月度安排
九月份：
1、制定本学期工会工作计划。
2、庆祝教师节，表彰优秀教师。
十月份：
1、教职工${sports[i % 5]}比赛。
2、重阳节走访离退休教师。
十一月份：
1、召开教代会，审议学校工作报告。
十二月份：
1、困难教职工摸底，建立档案。
2、迎新年联欢会。
一月份：
1、学期工作总结。
2、慰问离退休教职工和困难教职工。
TEXT
}

# invitation_of CODE: the one in the file of all.
invitation_of() {
    grep "^$1," "$BATS_TEST_TMPDIR/邀请.csv" | grep -o 'lx1-[0-9A-Za-z]*'
}

device_of() {
    LIANXIN_HOME=$world/clients/$1 in_time lianxin device list --school "$2" --json |
        python3 -c 'import json, sys; print([r["device"] for r in json.load(sys.stdin)["rows"] if not r.get("revoked_ms")][-1][:13])'
}

last_invitation() {
    grep -o 'lx1-[0-9A-Za-z]*' "$BATS_TEST_TMPDIR/said"
}
