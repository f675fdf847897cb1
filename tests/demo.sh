#!/bin/bash
# The demo: a year-end's worth of exports in one go.
#
#   tests/demo.sh FOLDER        FOLDER as build/release; `make demo` runs it
#
# Makes a throw-away ledger, sends it 1,200 shipments around 2025-05-15, the day
# the Framework for AI Diffusion applies from, proves what came back, and shows
# what a changed byte does.  KEEP=1 leaves everything behind.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=$(cd "$1" && pwd):$PATH
shipments=${SHIPMENTS:-1200}

work=$(mktemp -d "${TMPDIR:-/tmp}/waybill-demo.XXXXXX")
cd "$work"
# shellcheck source=tests/demo/ledger.sh
. "$root/tests/demo/ledger.sh"
# Nothing of the user's own settings, and nothing left behind in them.
unset "${!WAYBILL_@}"
export XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
export WAYBILL_TRUST=ledger/trust WAYBILL_LEDGER=$origin

leave() {
	local rc=$?
	stop_daemon || :
	cd /
	if [ -n "${KEEP-}" ]; then
		printf '\nEverything is in %s\n' "$work"
	else
		rm -rf "$work"
	fi
	[ $rc = 0 ] || echo "The demo failed." >&2
	exit $rc
}
trap leave EXIT
trap 'exit 130' INT TERM

bold=$(tput bold 2>/dev/null || :) plain=$(tput sgr0 2>/dev/null || :)
[ -t 1 ] || bold='' plain=''
chapter() { printf '\n%s%s%s\n\n' "$bold" "$1" "$plain"; }
show() { printf '  $ %s\n' "$*"; }
indent() { sed 's/^./  &/'; }
clock() { echo "${EPOCHREALTIME/./}"; }
since() { # seconds with two digits
	local us=$(($(clock) - $1))
	printf '%d.%02d' $((us / 1000000)) $((us / 10000 % 100))
}
# expect CODE COMMAND...: run it, and insist on how it leaves.
expect() {
	local want=$1 rc=0
	shift
	"$@" || rc=$?
	[ $rc = "$want" ] || {
		echo "$1 left with $rc where $want was due" >&2
		return 1
	}
}

chapter '1. A ledger, its parties and the law'
make_ledger
start_daemon ledger
found_ledger "$root" >founding.log
echo "  $origin, served on ${url#http://}"
echo '  authority: 2 of 3; End-User Review Committee: 3 of 4; exporters: 2'
printf '  %d companies registered, in %d countries\n' \
	"$(find parties -name '*.note' | wc -l)" \
	"$(sed -n 's/.*"country": "\(..\)".*/\1/p' parties/*.note |
		sort -u | wc -l)"
law() { # ID-FILE WHAT
	printf '  %-19s%s\n' "$(sed -n 's/^id //p' "$root/policy/$1")" "$2"
}
for f in us-2024-12.policy diffusion.policy; do
	law $f "$(sed -n 's/^title //p' "$root/policy/$f")"
done
law products.catalogue \
	"$(grep -c '^[a-z].*|' "$root/policy/products.catalogue") products"
law countries.table \
	"$(cut -c-3 "$root/policy/countries.table" | grep -c '^[A-Z][A-Z] ') \
lines on countries and their groups"

chapter "2. The rush: $shipments shipments around 2025-05-15"
mkdir shipments
tool_demo shipments "$origin" "$root/tests/demo/parties" \
	"$root/tests/demo/goods" shipments "$shipments" \
	keys/meridian-dock.key keys/straits-dock.key
show 'waybill submit shipments/'
start=$(clock)
# 5: recorded, and some of them denied.
expect 5 waybill submit --quiet --connections 16 shipments
took=$(since "$start")
echo "  recorded in $took s, each with a receipt; some are denied: exit code 5"
echo
tool_verdicts "$root/policy/countries.table" shipments

chapter '3. One decision in full'
# Sister companies share one limit: the first shipment that finds it used up.
mapfile -t sisters < <(grep -l '"consignee": "siam-' shipments/*.note)
for note in "${sisters[@]}"; do
	waybill show "$note.receipt" >decision
	! grep -q 'limit-exceeded' decision || break
done
show "waybill show $note.receipt"
indent <decision

chapter '4. Proofs'
show 'waybill verify shipments/        # needs no network'
start=$(clock)
waybill verify shipments/*.note >proved
echo "  $(tail -n 1 proved), in $(since "$start") s"
echo
show "waybill audit $url --key keys/authority-bis.key"
start=$(clock)
waybill audit "$url" --key keys/authority-bis.key | indent
echo "  in $(since "$start") s"

chapter '5. One byte'
stop_daemon
cp -r ledger copy
# A digit in the middle of the book, in a record long since committed.
at=$(LC_ALL=C grep -abom 1 "^seq $((shipments / 2))\$" copy/store/data.mdb)
printf 7 | dd of=copy/store/data.mdb bs=1 seek=$((${at%%:*} + 4)) \
	conv=notrunc status=none
show 'waybill audit copy/store         # a byte of one record is changed'
expect 3 waybill audit copy/store 2>&1 | indent
echo '  exit code 3: a proof failed'
echo
echo "The ledger stopped clean.  KEEP=1 make demo leaves it to look at."
