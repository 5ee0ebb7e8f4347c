# SPDX-License-Identifier: Apache-2.0
# What the documents tell people to type exists: every verb, and every option of it.

setup() {
    load world
}

# commands FILE: the command lines of the indented blocks, without their remarks.
commands() {
    grep -hoE '^ {4}lianxind? .*' "$repository/$1" | sed 's/  *#.*//; s/^ *//'
}

# verb_of PROGRAM WORD…: the words that name the verb. lianxind has verbs of two words.
verb_of() {
    if [ "$1" = lianxind ] && [[ "${3-}" =~ ^[a-z]+$ ]]; then
        echo "$2 $3"
    else
        echo "$2"
    fi
}

# explained FILE: the help of each command's verb names each of its options.
explained() {
    local line words verb word help count=0
    while read -r line; do
        read -ra words <<<"$line"
        read -ra verb <<<"$(verb_of "${words[@]}")"
        help=$("${words[0]}" "${verb[@]}" --help) || { echo "$1: no such verb: $line"; return 1; }
        for word in "${words[@]}"; do
            [[ "$word" =~ ^-[-a-z]+ ]] || continue
            grep -qE -- "(^|[ ,])${BASH_REMATCH[0]}([ ,]|\$)" <<<"$help" || { echo "$1: no option $word: $line"; return 1; }
        done
        count=$((count + 1))
    done < <(commands "$1")
    [ "$count" -gt 0 ] || { echo "$1: no commands found"; return 1; }
}

@test "the commands of README.md exist" {
    explained README.md
}

@test "the Chinese README has the same commands" {
    explained README.zh-CN.md
    diff <(commands README.md | sed 's/INVITATION//') <(commands README.zh-CN.md | sed 's/邀请码//')
}

@test "the commands of the operator's handbook exist" {
    explained docs/operating.md
}

@test "the commands of the importer's page exist" {
    explained docs/importing.md
}
