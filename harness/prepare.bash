# Sourced by the scripts beside it: what a fresh machine lacks, and a build that is quiet when there is nothing to do.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/.build-logs

say() { printf '%s\n' "$*" >&2; }

# Swift 6.2 or newer, or exit 2.
require_swift() {
    local version
    if ! command -v swift >/dev/null; then
        say "Swift is not installed; Stickler needs 6.2 or newer, see https://www.swift.org/install/linux/"
        exit 2
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
    case "$version" in
        [0-5].* | 6.[01])
            say "Swift $version is too old; Stickler needs 6.2 or newer, see https://www.swift.org/install/linux/"
            exit 2
            ;;
        "")
            say "\"swift --version\" names no version; Stickler needs Swift 6.2 or newer, see https://www.swift.org/install/linux/"
            exit 2
            ;;
    esac
}

# Prints the options of a release build. Linked statically where Swift brings what that takes, the program is a tenth
# faster and runs on machines without Swift. What a debugger would need is two fifths of the program, and left out. So are
# the checks that no access to a variable overlaps another, a tenth of the work for a message, most of it in SwiftNIO: the
# tests run with them.
release_options() {
    local resources
    resources=$(swift -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath": *"\(.*\)".*/\1/p')
    printf -- '%s\n' -c release -Xswiftc -gnone -Xswiftc -enforce-exclusivity=unchecked -Xlinker --strip-all
    if [ -n "$resources" ] && [ -d "${resources}_static" ]; then printf -- '--static-swift-stdlib\n'; fi
}

# What the build needs is asked by what it does, so that other distributions can bring it their own way.
has() {
    case "$1" in
        pkg-config) command -v pkg-config >/dev/null ;;
        zlib1g-dev) pkg-config --exists zlib 2>/dev/null ;;
        nginx-light) PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx >/dev/null ;;
        apache2-bin) PATH=$PATH:/usr/sbin:/usr/local/sbin command -v apache2 >/dev/null ;;
        haproxy) PATH=$PATH:/usr/sbin:/usr/local/sbin command -v haproxy >/dev/null ;;
        chromium) command -v chromium >/dev/null ;;
        node-sockjs) command -v node >/dev/null && [ -e /usr/share/nodejs/sockjs/index.js ] ;;
        node-sockjs-client) [ -e /usr/share/nodejs/sockjs-client/dist/sockjs.js ] ;;
        etcd-server) command -v etcd >/dev/null ;;
        tsung) [ -e /usr/share/tsung/tsung-1.0.dtd ] ;;
        wrk) command -v wrk >/dev/null ;;
        parallel) command -v parallel >/dev/null ;;
        slurm-wlm) PATH=$PATH:/usr/sbin command -v slurmctld >/dev/null ;;
        munge) PATH=$PATH:/usr/sbin command -v munged >/dev/null ;;
        python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        *) return 1 ;;
    esac
}

# Installs the Debian packages among "$@" that are missing. Returns 2, and says what to run, where it cannot.
install_missing() {
    local missing=() package as_root=() log=$logs/apt.log
    for package in "$@"; do
        if ! has "$package"; then missing+=("$package"); fi
    done
    if [ ${#missing[@]} -eq 0 ]; then return 0; fi
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
        if [ ! -t 0 ]; then as_root=(sudo -n); fi
    fi
    mkdir -p "$logs"
    say "installing ${missing[*]}"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}")
    if ! {
        "${as_root[@]}" "${install[@]}" || {
            "${as_root[@]}" apt-get update && "${as_root[@]}" "${install[@]}"
        }
    } >"$log" 2>&1; then
        say "cannot install them from here (see $log); run:"
        say "    ${as_root[0]:+sudo }apt-get install -y ${missing[*]}"
        return 2
    fi
}

# quietly NAME COMMAND…: output goes to a log, which is shown when the command fails. Progress on a terminal, and one
# line in a pipe, only when the command takes more than three seconds.
quietly() {
    local name=$1 log=$logs/${1//[^a-z]/-}.log pid status=0 shown=false ticks=0
    shift
    mkdir -p "$logs"
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    # A background command of a script ignores Ctrl-C: end it ourselves.
    # shellcheck disable=SC2064
    trap "kill $pid 2>/dev/null; exit 130" INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        ticks=$((ticks + 1))
        if [ "$ticks" -lt 15 ]; then continue; fi
        if [ -t 2 ]; then
            printf '\r\033[K%s: %.70s' "$name" "$(tail -n 1 "$log" | tr '\r' '\n' | tail -n 1)" >&2
        elif [ "$shown" = false ]; then
            say "$name …"
        fi
        shown=true
    done
    wait "$pid" || status=$?
    trap - INT TERM
    if [ "$shown" = true ] && [ -t 2 ]; then printf '\r\033[K' >&2; fi
    if [ "$status" -ne 0 ]; then
        cat "$log" >&2
        say "$name failed; the output above is in $log"
    fi
    return "$status"
}

# install_python_peer NAME PACKAGE==VERSION…: a program of PyPI's and all it needs, in an environment of its own below
# $peers.
install_python_peer() {
    local venv=$peers/$1 name=$1
    shift
    has_packages() {
        # shellcheck disable=SC2016
        [ -x "$venv/bin/python" ] && "$venv/bin/python" -c '
import sys, importlib.metadata as m
sys.exit(any(m.version(name) != version for name, version in (pin.split("==") for pin in sys.argv[1:])))
' "$@" 2>/dev/null
    }
    if has_packages "$@"; then return 0; fi
    mkdir -p "$peers"
    # shellcheck disable=SC2016  # the inner shell expands its own arguments
    quietly "installing $name from PyPI" bash -euc '
        python3 -m venv --clear "$1"
        "$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}"
    ' - "$venv" "$@" && has_packages "$@"
}
