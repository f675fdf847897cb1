#!/bin/bash
# The same source gives the same bytes, wherever it lies: what was built here
# is built again in another folder and compared.
set -euo pipefail
cd "$(dirname "$0")/.."
O=$1

other=$(mktemp -d)/with-a-longer-name
trap 'rm -rf "${other%/*}"' EXIT
mkdir "$other"
cp -r Makefile core proto daemon client include policy "$other"
env -u MAKEFLAGS make -s -C "$other" all >/dev/null

for f in waybilld waybill libwaybill.a; do
	cmp "$O/$f" "$other/$O/$f"
	sha256sum "$O/$f"
done
