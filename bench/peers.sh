# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The peers of the benchmarks: PostgreSQL and Redis, each an instance of its own on loopback with TLS, as durable as we are.
# Sourced by scripts/bench; sets BENCH_POSTGRES, BENCH_POSTGRES_PID and BENCH_REDIS for the programs that are there.

packages_peers=(postgresql-15 libpq-dev redis-server)
postgres_bin=/usr/lib/postgresql/15/bin
peer_pids=()

# peers_install: what cannot be installed is done without.
peers_install() {
    (need_packages "${packages_peers[@]}") || say "no peers: ${packages_peers[*]} could not be installed"
}

# free_port FROM: the first port from there that nobody listens on.
free_port() {
    local port=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((port + 1))
    done
    printf '%d' "$port"
}

# as_postgres COMMAND…: PostgreSQL refuses to run as root. Replaces the shell, so that its process is the command.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then
        exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
    else
        exec "$@"
    fi
}

# wait_for SECONDS COMMAND…
wait_for() {
    local left=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.1
    done
}

start_postgres() {
    local folder=$1 port
    [ -x "$postgres_bin/postgres" ] || return 1
    port=$(free_port 25432)
    mkdir "$folder"
    cp "$folder/../peer.key" "$folder/../peer.pem" "$folder"
    chmod 600 "$folder/peer.key"
    [ "$(id -u)" -ne 0 ] || chown -R postgres:postgres "$folder"
    (as_postgres "$postgres_bin/initdb" -D "$folder/data" -U bench -A trust -E UTF8 --no-locale) >"$folder.log" 2>&1 || return 1
    as_postgres "$postgres_bin/postgres" -D "$folder/data" -p "$port" -k "$folder" \
        -c listen_addresses=127.0.0.1 -c ssl=on -c ssl_cert_file="$folder/peer.pem" -c ssl_key_file="$folder/peer.key" \
        -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=1GB -c max_wal_size=4GB \
        -c max_connections=300 -c logging_collector=off >>"$folder.log" 2>&1 &
    BENCH_POSTGRES_PID=$!
    peer_pids+=("$BENCH_POSTGRES_PID")
    wait_for 20 "$postgres_bin/pg_isready" -h 127.0.0.1 -p "$port" || return 1
    BENCH_POSTGRES="host=127.0.0.1 port=$port user=bench dbname=postgres sslmode=require"
    export BENCH_POSTGRES BENCH_POSTGRES_PID
}

start_redis() {
    local folder=$1 port
    command -v redis-server >/dev/null || return 1
    port=$(free_port 26379)
    mkdir "$folder"
    redis-server --port 0 --tls-port "$port" --bind 127.0.0.1 --tls-cert-file "$folder/../peer.pem" --tls-key-file "$folder/../peer.key" \
        --tls-ca-cert-file "$folder/../peer.pem" --tls-auth-clients no --appendonly yes --appendfsync always --save '' \
        --auto-aof-rewrite-percentage 0 --dir "$folder" >"$folder.log" 2>&1 &
    peer_pids+=($!)
    wait_for 20 redis-cli --tls --insecure -p "$port" ping || return 1
    export BENCH_REDIS=$port
}

gone() {
    ! kill -0 "$1" 2>/dev/null
}

# peers_start FOLDER
peers_start() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 30 -keyout "$1/peer.key" \
        -out "$1/peer.pem" 2>/dev/null || return 0
    start_postgres "$1/postgres" || say 'no peer: PostgreSQL does not start here'
    start_redis "$1/redis" || say 'no peer: Redis does not start here'
}

peers_stop() {
    local pid
    for pid in "${peer_pids[@]}"; do
        kill -INT "$pid" 2>/dev/null || true # PostgreSQL: at once, whoever is connected
        wait_for 10 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
    done
}
