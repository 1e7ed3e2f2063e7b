#!/bin/sh
# Set up what assetmap needs, once: Python, PostgreSQL with PostGIS, and .venv.
#
#   scripts/setup.sh [run|dev|bench]
#
# run    what `make run` needs (the default)
# dev    and what `make test` and `make check` need: Node.js too, for a provider to
#        sign in with
# bench  and what `make bench` compares with
#
# A second call with nothing changed does nothing. Progress goes to stderr.
# Exits 2, having said what to install, when it may not install it itself.
# With ASSETMAP_DATABASE_URL set, no PostgreSQL is looked for.
set -eu

OLDEST_POSTGRES=15
OLDEST_POSTGIS=3.3
OLDEST_NODE=18
LEVEL=${1:-run}

# A bare environment may lack these, and a server's programs live in sbin.
PATH="${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin"
export PATH

cd -- "$(dirname -- "$0")/.."

say() { printf 'assetmap: %s\n' "$*" >&2; }

# give_up LINE...: say what is wrong and what would mend it, and stop.
give_up() {
    for line in "$@"; do say "$line"; done
    exit 2
}

case $LEVEL in
run) LOCK=requirements.lock LEVELS='run' ;;
dev) LOCK=requirements-dev.lock LEVELS='run dev' ;;
bench) LOCK=requirements-bench.lock LEVELS='run dev bench' ;;
*) give_up "unknown set '$LEVEL': use run, dev or bench" ;;
esac

lock_of() {
    case $1 in
    run) echo requirements.lock ;;
    *) echo "requirements-$1.lock" ;;
    esac
}

# at_least FOUND OLDEST: is version FOUND no older than OLDEST?
at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

# ---------------------------------------------------------------- Packages

# How to become root: an empty word, sudo, or no way at all.
BECOME=none
find_root() {
    if [ "$(id -u)" = 0 ]; then
        BECOME=''
    elif command -v sudo >/dev/null 2>&1; then
        if sudo -n true 2>/dev/null; then
            BECOME='sudo -n'
        elif [ -t 0 ] && [ -t 2 ]; then
            BECOME='sudo'
        fi
    fi
}

refresh_package_lists() {
    say 'reading the lists of Debian packages'
    $BECOME apt-get update -qq >&2 || say 'apt-get update failed; going on with the old lists'
}

# may_install: can this script install Debian packages here?
may_install() {
    [ "$BECOME" != none ] || find_root
    [ "$BECOME" != none ]
}

# install PACKAGE...: install Debian packages, asking nothing; speak up if it fails.
install() {
    say "installing $*"
    told=$(mktemp)
    if ! $BECOME env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
        apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confold "$@" >"$told" 2>&1 </dev/null; then
        cat "$told" >&2
        rm -f "$told"
        give_up "could not install $*" 'mend what apt-get says above, then run this again'
    fi
    rm -f "$told"
}

# ------------------------------------------------------------------ Python

PYTHON=''
is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# A Python that can make environments by itself is taken before one that cannot.
find_python() {
    PYTHON=''
    for name in python3.13 python3.12 python3.11 python3; do
        is_new_enough "$name" || continue
        [ -n "$PYTHON" ] || PYTHON=$name
        if "$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            PYTHON=$name
            return 0
        fi
    done
    return 1
}

# The Debian package that lets the Python found make environments.
venv_package() {
    if [ -z "$PYTHON" ]; then
        echo python3-venv
    else
        "$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

no_python_here() {
    give_up 'Python 3.11 or later was not found on this machine' \
        'install it with its venv module, so that python3.11 (or later) is on the PATH'
}

# The last resort: python3 is too old here, but a newer one is packaged beside it.
install_newer_python() {
    for name in python3.13 python3.12 python3.11; do
        [ -n "$(candidate "$name-venv")" ] || continue
        install "$name-venv"
        find_python && return 0
    done
    no_python_here
}

# -------------------------------------------------------------- PostgreSQL

# postgis_in FOLDER: the PostGIS version an extension folder of a server holds.
postgis_in() {
    sed -n "s/^default_version *= *'\([0-9.]*\).*/\1/p" \
        "$1/extension/postgis.control" 2>/dev/null
}

# is_good_server BIN SHARE: are PostgreSQL and PostGIS both there, new enough?
is_good_server() {
    [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] && [ -x "$1/postgres" ] || return 1
    found=$("$1/postgres" --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    [ "${found:-0}" -ge "$OLDEST_POSTGRES" ] || return 1
    found=$(postgis_in "$2")
    [ -n "$found" ] && at_least "$found" "$OLDEST_POSTGIS"
}

has_postgis_server() {
    for bin in /usr/lib/postgresql/*/bin; do
        version=${bin#/usr/lib/postgresql/}
        is_good_server "$bin" "/usr/share/postgresql/${version%/bin}" && return 0
    done
    command -v pg_config >/dev/null 2>&1 &&
        is_good_server "$(pg_config --bindir 2>/dev/null)" "$(pg_config --sharedir 2>/dev/null)"
}

# candidate PACKAGE: the version apt would install, or nothing.
candidate() {
    apt-cache policy "$1" 2>/dev/null |
        sed -n 's/^ *Candidate: *//p' | grep -v '^(none)$' || true
}

# The newest PostgreSQL that has PostGIS packages; one already installed first.
postgres_to_install() {
    offered=$(apt-cache pkgnames postgresql- 2>/dev/null |
        sed -n 's/^postgresql-\([0-9]*\)-postgis-3$/\1/p' | sort -rn)
    for version in $offered; do
        [ "$version" -ge "$OLDEST_POSTGRES" ] || continue
        if [ -x "/usr/lib/postgresql/$version/bin/postgres" ]; then
            echo "$version"
            return 0
        fi
    done
    for version in $offered; do
        [ "$version" -ge "$OLDEST_POSTGRES" ] || continue
        [ -n "$(candidate "postgresql-$version-postgis-3")" ] || continue
        [ -n "$(candidate "postgresql-$version")" ] || continue
        echo "$version"
        return 0
    done
}

# Debian starts a server on port 5432 when PostgreSQL is first installed. Ours
# is private and needs no port, so on a machine that never had PostgreSQL a
# passing setting says not to. Existing settings are never touched.
WITHOUT_MAIN=/etc/postgresql-common/createcluster.d/assetmap.conf
install_without_main() {
    if [ -e /etc/postgresql-common/createcluster.conf ]; then
        install "$@"
        return 0
    fi
    trap '$BECOME rm -f "$WITHOUT_MAIN"' EXIT
    $BECOME mkdir -p "$(dirname "$WITHOUT_MAIN")"
    echo 'create_main_cluster = false' | $BECOME tee "$WITHOUT_MAIN" >/dev/null
    install "$@"
}

no_postgres_here() {
    give_up "this release packages no PostgreSQL $OLDEST_POSTGRES (or later) with PostGIS $OLDEST_POSTGIS (or later)" \
        'Debian 12 and Ubuntu 24.04 do, and so do later ones; on an older release either' \
        "- add the PostgreSQL project's own packages (postgresql.org, Download, Linux)," \
        '  install postgresql-17 and postgresql-17-postgis-3, and run this again, or' \
        '- set ASSETMAP_DATABASE_URL to a PostGIS database on another machine'
}

needs_postgres() {
    [ -z "${ASSETMAP_DATABASE_URL:-}" ] && ! has_postgis_server
}

# The Debian packages of a server with PostGIS, as far as the lists here tell.
postgres_packages() {
    version=$(postgres_to_install)
    if [ -n "$version" ]; then
        echo "postgresql-$version postgresql-$version-postgis-3"
    elif [ -z "$(candidate postgresql)" ]; then
        echo 'postgresql postgresql-postgis'
    fi
}

# ------------------------------------------------------------------ Node.js

# The provider of OpenID Connect that the tests of sign-in start.
PROVIDER=tests/sign_in/provider

has_node() {
    command -v npm >/dev/null 2>&1 || return 1
    found=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
    [ "${found:-0}" -ge "$OLDEST_NODE" ]
}

needs_node() {
    [ "$LEVEL" != run ] && ! has_node
}

install_node() {
    install nodejs npm
    has_node || give_up "this release packages no Node.js $OLDEST_NODE (or later)" \
        'the tests of sign-in need it: install it from nodejs.org, and run this again'
}

install_provider() {
    [ "$LEVEL" != run ] || return 0
    [ ! "$PROVIDER/node_modules/.package-lock.json" -nt "$PROVIDER/package-lock.json" ] || return 0
    say 'installing the pinned packages of the provider that tests sign in with'
    npm ci --prefix "$PROVIDER" --no-audit --no-fund --ignore-scripts --loglevel=error >&2
}

# ------------------------------------------------------ What the system lacks

# For those who may not install it from here: one command, exactly.
tell_what_to_install() {
    packages=''
    otherwise='and then this again'
    if [ "$LACKS_POSTGRES" = yes ]; then
        packages=$(postgres_packages)
        [ -n "$packages" ] || no_postgres_here
        otherwise="$otherwise; or set ASSETMAP_DATABASE_URL to a PostGIS database elsewhere"
    fi
    [ "$LACKS_PYTHON" = no ] || packages="$packages $(venv_package)"
    [ "$LACKS_NODE" = no ] || packages="$packages nodejs npm"
    give_up 'some programs are missing, and installing them takes root; run' \
        "    sudo apt-get update && sudo apt-get install -y ${packages# }" "$otherwise"
}

install_postgres() {
    packages=$(postgres_packages)
    [ -n "$packages" ] || no_postgres_here
    # shellcheck disable=SC2086 # it is a list of words
    install_without_main $packages
    has_postgis_server || no_postgres_here
}

install_python() {
    install "$(venv_package)"
    find_python || install_newer_python
}

need_system() {
    LACKS_POSTGRES=no LACKS_PYTHON=no LACKS_NODE=no
    if needs_postgres; then LACKS_POSTGRES=yes; fi
    if ! is_set_up && ! find_python; then LACKS_PYTHON=yes; fi
    if needs_node; then LACKS_NODE=yes; fi
    case $LACKS_POSTGRES$LACKS_PYTHON$LACKS_NODE in nonono) return 0 ;; esac
    if ! command -v apt-get >/dev/null 2>&1; then
        [ "$LACKS_POSTGRES" = no ] || no_postgres_here
        [ "$LACKS_PYTHON" = no ] || no_python_here
        give_up "Node.js $OLDEST_NODE (or later) with npm was not found on this machine" \
            'the tests of sign-in need it: install it so that node and npm are on the PATH'
    fi
    may_install || tell_what_to_install
    refresh_package_lists
    [ "$LACKS_POSTGRES" = no ] || install_postgres
    [ "$LACKS_PYTHON" = no ] || install_python
    [ "$LACKS_NODE" = no ] || install_node
}

# ------------------------------------------------------- Python environment

# stamp LEVEL: what .venv holds when this set is installed here and up to date.
stamp() {
    { pwd && cat pyproject.toml "$(lock_of "$1")"; } |
        sha256sum | cut -d ' ' -f 1
}

is_set_up() {
    [ -x .venv/bin/python ] && [ -f ".venv/set-up-$LEVEL" ] &&
        [ "$(cat ".venv/set-up-$LEVEL")" = "$(stamp "$LEVEL")" ]
}

make_venv() {
    is_new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 &&
        [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)')" = "$(pwd)/.venv" ] &&
        return 0
    say "making .venv with $("$PYTHON" --version)"
    "$PYTHON" -m venv --clear .venv
}

# Quietly: only what goes wrong is said.
pip() {
    .venv/bin/python -m pip install -qq --disable-pip-version-check \
        --no-input --root-user-action=ignore "$@" >&2
}

install_packages() {
    say "installing the pinned Python packages of $LOCK (a few minutes the first time)"
    # The lock is whole. Without --no-deps pip looks for newer releases of what extras
    # name, as coverage[toml], and then refuses them for want of a hash.
    pip --no-deps --require-hashes -r "$LOCK"
    pip --no-deps --no-build-isolation -e .
    for level in $LEVELS; do
        stamp "$level" >".venv/set-up-$level"
    done
    say 'set-up is done'
}

need_system
if ! is_set_up; then
    make_venv
    install_packages
fi
install_provider
