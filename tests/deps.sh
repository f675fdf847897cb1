#!/bin/sh
# Install the Debian packages that are missing.
#
#   tests/deps.sh demo    what the programs need
#   tests/deps.sh check   and what the tests need
#   tests/deps.sh all     and the second compiler, and what makes disks fail
#
# Says and does nothing when all is there.
set -eu

packages="gcc libc6-dev libsodium-dev liblmdb-dev libuv1-dev libjansson-dev
	libcurl4-openssl-dev libssl-dev libhttp-parser-dev"
[ "$1" = demo ] || packages="$packages libcmocka-dev pkg-config scdoc curl jq
	clang-format shellcheck python3 python3-nacl golang-1.19-go
	golang-golang-x-mod-dev"
[ "$1" != all ] || packages="$packages clang nbdkit libnbd-bin fuse3 faketime
	e2fsprogs"

if ! command -v dpkg-query >/dev/null; then
	echo "deps: no Debian system; what it calls by these names must be here:"
	printf 'deps:   %s\n' "$packages"
	exit 0
fi

missing=
for p in $packages; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || :)
	[ "$state" = installed ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo; } >/dev/null
then
	as_root=sudo
else
	echo "deps: these packages are missing, and this user may not install"
	echo "deps: them (neither root nor sudo).  Ask for:"
	echo "deps:   apt-get install --no-install-recommends$missing"
	exit 1
fi >&2

echo "deps: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" \
		>"$log" 2>&1 || {
		cat "$log" >&2
		echo "deps: apt-get $1 failed; the packages are:$missing" >&2
		exit 1
	}
}
apt update
# shellcheck disable=SC2086 # one word per package
apt install -y --no-install-recommends $missing
