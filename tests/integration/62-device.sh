#!/bin/bash
# A disk that fails and is well again, under a real file system, 20 rounds.
#
# Where there is no root, no loop driver or no nbdkit there is no such disk: then
# this says so.  `make fault` asks for all of it.
set -e
for need in nbdkit nbdfuse fusermount3 losetup mkfs.ext4 e2fsck; do
	command -v $need >/dev/null || missing="$missing $need"
done
for need in /dev/fuse /dev/loop-control; do
	[ -w $need ] || missing="$missing $need"
done
[ "$(id -u)" = 0 ] || missing="$missing root"
if [ -n "$missing" ]; then
	echo "not here:$missing; see tests/fault/disk.py"
	exit 0
fi
rounds=20
[ "$1" = build/release ] || rounds=3
exec nice /usr/bin/python3 -B tests/fault/disk.py "$1" $rounds
