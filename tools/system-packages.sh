#!/bin/sh
# Installs the Debian packages named in the given lists, those that are missing only, and says what they do.
set -eu
command -v dpkg >/dev/null 2>&1 || {
    echo "No dpkg here: install what $* name with this system's own tool, if something is missing."
    exit 0
}
missing=""
for package in $(cat "$@"); do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "Installing system packages with apt:$missing"
echo "(for Python's virtual environments, for Qt to draw with, a Chinese font, and for the long runs LibreOffice; nothing else of this machine is changed)"
as=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "Not root and no sudo. Ask an administrator to run:  apt-get install --no-install-recommends$missing" >&2
        exit 1
    }
    as="sudo"
    echo "sudo may ask for your password."
fi
export DEBIAN_FRONTEND=noninteractive
$as apt-get update -q
$as apt-get install -q -y --no-install-recommends $missing
