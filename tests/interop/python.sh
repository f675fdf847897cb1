#!/bin/bash
# Receipts judged by a second implementation, in Python, made from the
# specifications alone.
#
#   tests/interop/python.sh FOLDER    FOLDER as build/release
#   tests/interop/python.sh FOLDER STATEMENT RECEIPT TRUST
#
# The second form judges one receipt, such as a daemon's.
set -eu
O=$1
shift
judge=$(dirname "$0")/judge.py
if [ $# = 3 ]; then
	exec /usr/bin/python3 "$judge" "$@"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$O/tool_interop_emit" "$work"
/usr/bin/python3 "$judge" "$work"
