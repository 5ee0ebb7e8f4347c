# SPDX-License-Identifier: Apache-2.0
# A district of one's own for a test: `load world` in setup(), `world_done` in teardown(). Everything lives in
# $BATS_TEST_TMPDIR, on a free port of the loopback interface.

repository=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
PATH=${LIANXIN_BIN:-$repository/build/bin}:$PATH
world=$BATS_TEST_TMPDIR/world
data=$world/server
documents=$repository/tests/data/demo
export LANG=C.UTF-8 LC_ALL=C.UTF-8 LANGUAGE=

world_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# world_init [SCHOOL…]: a founded district with schools of these codes (SY01 when none is named); the server is not started.
world_init() {
    local code
    mkdir -p "$world"
    port=$(world_port)
    lianxind init --data "$data" --public "127.0.0.1:$port" --name 测试区教育工会 >/dev/null
    world_set backup_keep 0 # the night's backup would run beside every test that starts after half past one
    for code in "${@:-SY01}"; do
        lianxind school add "$code" "学校$code" --data "$data" >/dev/null
    done
}

# world_set KEY VALUE: in the server's configuration file.
world_set() {
    sed -i "s|^ *$1 *=.*|$1 = $2|" "$data/lianxind.conf"
    grep -qxF "$1 = $2" "$data/lianxind.conf"
}

world_serve() {
    local before
    touch "$world/server.log"
    before=$(grep -c ' server.start ' "$world/server.log" || true)
    lianxind serve --data "$data" 2>>"$world/server.log" 3>&- &
    server_pid=$!
    for _ in {1..200}; do
        [ "$(grep -c ' server.start ' "$world/server.log")" -le "$before" ] || return 0
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.05
    done
    cat "$world/server.log"
    return 1
}

# world_stop [SIGNAL]: ends the server (TERM) and waits for it.
world_stop() {
    [ -n "${server_pid-}" ] || return 0
    kill -"${1:-TERM}" "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
    server_pid=
}

world_done() {
    world_stop KILL
}

# invitation OPTION…: one invitation string, e.g. invitation --school SY01 --person 王芳
invitation() {
    lianxind invite "$@" --data "$data" | grep -o 'lx1-[0-9A-Za-z]*'
}

# as HOME COMMAND…: the client of one device.
as() {
    local home=$1
    shift
    LIANXIN_HOME=$world/clients/$home lianxin "$@"
}

# join HOME OPTION…: invites (options of invite) and joins the device HOME.
join() {
    local home=$1
    shift
    mkdir -p "$world/clients"
    as "$home" join "$(invitation "$@")"
}
