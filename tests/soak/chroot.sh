#!/bin/sh
# Rehearses the two commands on a bare Debian 12: a minimal root with git, make and python3, a clean clone of the last
# commit, and in it `make test` and `make run`, each alone. Needs root and debootstrap. apt and pip inside are reached as
# this machine reaches them: their settings are lent for the run and never written into the project.
#
#   sh tests/soak/chroot.sh            all of it          sh tests/soak/chroot.sh setup run     only these
set -eu
project=$(cd "$(dirname "$0")/../.." && pwd)
goals=${*:-test run}
[ "$(id -u)" = 0 ] || { echo "This needs root (debootstrap, chroot)." >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "Install debootstrap first." >&2; exit 2; }

work=$(mktemp -d /var/tmp/leye-chroot.XXXXXX)
root=$work/root
mounts=""
leave() {
    for place in $mounts; do umount -l "$place" 2>/dev/null || true; done
    case $work in /var/tmp/leye-chroot.*) rm -rf --one-file-system "$work" ;; esac
}
trap leave EXIT
trap 'exit 130' INT TERM

lend() {  # the same path inside, read-only where the kernel lets us
    [ -e "$1" ] || return 0
    if [ -d "$1" ]; then
        mkdir -p "$root$1"
        if mount --bind "$1" "$root$1" 2>/dev/null; then
            mounts="$root$1 $mounts"
            mount -o remount,ro,bind "$root$1" 2>/dev/null || true
        else
            cp -r "$1/." "$root$1/"
        fi
    else
        mkdir -p "$root$(dirname "$1")" && cp "$1" "$root$1"
    fi
}

enter() {  # in the chroot, with nothing of our environment but what pip and apt need
    env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb $(env | grep -iE '^(pip_|[a-z]+_proxy=|ssl_cert)' | tr '\n' ' ') \
        chroot "$root" "$@"
}

mirror=$(sed -n 's/^URIs: *//p; s/^deb \([^ ]*\) .*/\1/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
debootstrap --variant=minbase --include=git,make,python3,ca-certificates bookworm "$root" $mirror >"$work/debootstrap.log" 2>&1 || {
    tail -n 5 "$work/debootstrap.log" >&2
    exit 1
}
mount -t proc proc "$root/proc" && mounts="$root/proc $mounts" || mounts="$mounts"
for thing in /etc/resolv.conf /etc/hosts /etc/apt/apt.conf.d /etc/apt/sources.list /etc/apt/sources.list.d /etc/ssl/certs \
    /usr/local/share/ca-certificates /etc/pip.conf "$HOME/.config/pip" "$HOME/.pip"; do lend "$thing"; done
# folders that pip's own settings name
for place in $( (cat /etc/pip.conf "$HOME/.config/pip/pip.conf" 2>/dev/null; env | grep '^PIP_') \
    | grep -oE '(file://)?/[A-Za-z0-9_./-]+' | sed 's#^file://##; s#^\(/[^/]*/[^/]*\).*#\1#' | sort -u); do
    case $place in /opt/*|/srv/*|/mnt/*) [ -d "$place" ] && lend "$place" ;; esac
done

for goal in $goals; do
    git clone -q "$project" "$root/home/leye-$goal"
    start=$(date +%s)
    echo "== make $goal on a bare Debian 12 ($(cd "$project" && git rev-parse --short HEAD))"
    if enter sh -c "cd /home/leye-$goal && make $goal"; then
        echo "== make $goal: done in $(($(date +%s) - start)) s"
    else
        echo "== make $goal: FAILED after $(($(date +%s) - start)) s" >&2
        exit 1
    fi
    rm -rf "$root/home/leye-$goal"
done
