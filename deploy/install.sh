#!/bin/sh
# Installs the bot as a service, or brings an installed one to this version. It may be run
# again at any time: what is there already is left as it is. Read docs/operations.md.
#
#   sh deploy/install.sh [--dry-run] [--prefix /opt/catalyst-bot] [--python python3.11]
#
# DESTDIR stands before every path, for packagers and tests.
set -eu
umask 022  # the service's user must be able to read what root installs

prefix=/opt/catalyst-bot
python=
dry=
while [ $# -gt 0 ]; do
    case $1 in
        --dry-run) dry=yes ;;
        --prefix) prefix=$2; shift ;;
        --python) python=$2; shift ;;
        *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
    shift
done

source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
root=${DESTDIR:-}
home=$root$prefix
etc=$root/etc/catalyst-bot
unit=$root/etc/systemd/system/catalyst-bot.service
command=$root/usr/local/bin/catalyst-bot
database=/var/lib/catalyst-bot/catalyst.db

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

# Do what the words say, or only tell it.
run() {
    echo "+ $*"
    [ -n "$dry" ] || "$@"
}

# Write standard input to a file, unless it is there with the same text.
write() {
    text=$(cat)
    if [ -e "$1" ] && [ "$(cat "$1")" = "$text" ]; then
        return
    fi
    echo "+ write $1"
    [ -n "$dry" ] || { printf '%s\n' "$text" > "$1.new" && chmod "$2" "$1.new" && mv "$1.new" "$1"; }
}

find_python() {
    for candidate in ${python:-python3.11 python3 python3.12 python3.13 python3.14}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail 'needs Python 3.11 or later; name it: --python /path/to/python3.11'
}

# A version has an environment of its own: the one before stays, to go back to.
name_version() {
    version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$source/src/catalyst_bot/__init__.py")
    cd "$source"
    digest=$(find src config pyproject.toml requirements.lock -type f \
        ! -name '*.pyc' -exec sha256sum {} + | LC_ALL=C sort | sha256sum | cut -c 1-8)
    echo "$version-$digest"
}

build() {
    venv=$home/venvs/$1
    if [ -e "$venv/.complete" ]; then
        return
    fi
    run rm -rf "$venv"  # what an interrupted run left
    run mkdir -p "$home/venvs"
    run "$2" -m venv "$venv"
    run "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r "$source/requirements.lock"
    run "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-deps --no-build-isolation "$source"
    run touch "$venv/.complete"
}

# The credentials that the unit loads must exist, or systemd does not start it.
make_credentials() {
    sed -n 's/^LoadCredential=[^:]*://p' "$source/deploy/catalyst-bot.service" |
        while read -r credential; do
            if [ ! -e "$root$credential" ]; then
                run install -D -m 0600 /dev/null "$root$credential"
            fi
        done
}

# Going back over a change of the database's tables needs the copy of before.
copy_database() {
    if [ -e "$root$database" ] && [ -e "$home/.venv/bin/catalyst-bot" ]; then
        run env "DATABASE_URL=sqlite:///$root$database" \
            "$home/.venv/bin/catalyst-bot" backup --env-file "$etc/catalyst-bot.env"
    fi
}

switch_to() {
    if [ "$(readlink "$home/.venv" || true)" = "venvs/$1" ]; then
        return
    fi
    copy_database
    if [ -d "$home/.venv" ] && [ ! -L "$home/.venv" ]; then  # made by hand
        run mv "$home/.venv" "$home/venvs/before"
    fi
    run ln -sfn "venvs/$1" "$home/.venv.new"
    run mv -T "$home/.venv.new" "$home/.venv"
}

[ "$(uname -s)" = Linux ] || fail 'the service is for Linux with systemd; elsewhere: make run'
if [ -z "$root$dry" ] && [ "$(id -u)" != 0 ]; then
    fail 'must be run by root; --dry-run shows what it would do'
fi
interpreter=$(find_python)
base=$("$interpreter" -c 'import sys; print(sys.base_prefix)')
case $base in
    /home/* | /root/*) echo "install.sh: $base is in a home folder, which the service cannot see: take another Python" >&2 ;;
esac
id=$(name_version)
echo "catalyst-bot $id to $home, with $interpreter"
run mkdir -p "$home" "$etc" "${unit%/*}" "${command%/*}"
build "$id" "$interpreter"
switch_to "$id"
if [ ! -e "$etc/catalyst-bot.env" ]; then
    write "$etc/catalyst-bot.env" 0644 << END
# Settings of the service, none of them secret: README.md lists all.
# Secrets are files of their own beside this one; see docs/operations.md.
DATABASE_URL=sqlite:///$database
END
fi
make_credentials
sed "s|/opt/catalyst-bot|$prefix|g" "$source/deploy/catalyst-bot.service" | write "$unit" 0644
write "$command" 0755 << END
#!/bin/sh
# The bot's commands on the database and with the secrets of its service.
export DATABASE_URL="\${DATABASE_URL-sqlite:///$database}"
export CREDENTIALS_DIRECTORY="\${CREDENTIALS_DIRECTORY-/etc/catalyst-bot}"
exec $prefix/.venv/bin/catalyst-bot "\$@"
END
if [ -z "$root" ] && command -v systemctl > /dev/null; then
    run systemctl daemon-reload
fi
cat << END

Next:
  1. put the webhook's URL into $etc/discord_webhook_url (it is readable for root alone)
  2. look at $etc/catalyst-bot.env, then:
     catalyst-bot doctor --env-file $etc/catalyst-bot.env --config-dir $etc
  3. systemctl enable --now catalyst-bot     (after an upgrade: systemctl restart catalyst-bot)
  4. journalctl -fu catalyst-bot; curl http://127.0.0.1:8787/readyz
Versions that you may go back to: ls $home/venvs
END
