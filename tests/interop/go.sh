#!/bin/bash
# Notes, checkpoints, proofs and tiles against golang.org/x/mod/sumdb, which
# is by other hands: Go judges what libwaybill made, and libwaybill what Go
# made; both refuse it with a bit changed.
#
#   tests/interop/go.sh FOLDER    FOLDER as build/release
set -eu
cd "$(dirname "$0")/../.."
O=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export PATH=/usr/lib/go-1.19/bin:$PATH
export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$O/gocache
go build -o "$work/judge" tests/interop/judge.go

"$O/tool_interop_emit" "$work/ours"
seen=$("$work/judge" check "$work/ours")

# The judge is no judge if it takes everything.
for f in checkpoint.8 record.17 inclusion consistency tile/0/001.p/44; do
	cp -r "$work/ours" "$work/bad"
	byte=$(od -An -tu1 -j 140 -N 1 "$work/bad/$f")
	printf '%b' "\\x$(printf %02x $((byte ^ 1)))" |
		dd of="$work/bad/$f" bs=1 seek=140 conv=notrunc status=none
	if "$work/judge" check "$work/bad" >"$work/out" 2>&1; then
		echo "go: a changed $f is taken" >&2
		exit 1
	fi
	rm -r "$work/bad"
done

"$work/judge" make "$work/theirs"
"$O/tool_interop_check" "$work/theirs"
echo "go: $seen"
