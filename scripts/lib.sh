# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the scripts share: the Debian packages each needs, and the set-up of a bare Debian 12. Sourced by bash, not run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=$(nproc)

packages_build=(gcc libc6-dev cmake ninja-build pkg-config gettext protobuf-c-compiler libprotobuf-c-dev libsqlite3-dev libssl-dev
    libevent-dev libutf8proc-dev libzip-dev libexpat1-dev libxlsxwriter-dev libjansson-dev libinih-dev libsodium-dev)
packages_test=(libcmocka-dev bats python3 jq sqlite3 openssl unzip clang clang-format libclang-rt-dev)
packages_package=(dpkg-dev gzip)
packages_crash=(strace e2fsprogs xfsprogs util-linux)

say() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# usage TEXT ARGUMENT…: prints TEXT and leaves when an argument asks for it.
usage() {
    local text=$1 argument
    shift
    for argument; do
        case $argument in
        -h | --help)
            printf '%s\n' "$text"
            exit 0
            ;;
        esac
    done
}

# need_packages NAME…: installs the ones that are missing; touches nothing (and needs no rights) when none is.
need_packages() {
    local missing=() name root=()
    for name; do
        [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null)" = 'ii ' ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "this is no Debian; install by hand what these packages hold: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "neither root nor sudo here; as root: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    say "installing ${missing[*]}"
    "${root[@]}" apt-get -qq update
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null ||
        fail "apt-get could not install ${missing[*]}"
}

# build PRESET DIR TARGET…: configures (quietly, unless it fails) and builds.
build() {
    local preset=$1 dir=$2 output
    shift 2
    output=$(cmake --preset "$preset" -DLIANXIN_TESTS=ON -DLIANXIN_FUZZ_SECONDS="${LIANXIN_FUZZ_SECONDS:-5}" 2>&1) || fail "cmake --preset $preset failed:
$output"
    cmake --build "$dir" -j "$jobs" --target "$@"
}

# build_programs: build/bin/lianxin and build/bin/lianxind, without what only the tests need.
build_programs() {
    local output
    need_packages "${packages_build[@]}"
    output=$(cmake --preset release -DLIANXIN_TESTS=OFF 2>&1) || fail "cmake --preset release failed:
$output"
    cmake --build build -j "$jobs"
}
