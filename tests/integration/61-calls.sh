#!/bin/bash
# Writes and syncs that fail, one after the other, in a running daemon.
#
# Memory too, but not where the sanitizers have an allocator of their own.
set -e
calls() {
	nice /usr/bin/python3 -B tests/fault/calls.py "$@"
}
calls "$1" quick
[ "$1" != build/release ] || calls "$1" alloc 150
