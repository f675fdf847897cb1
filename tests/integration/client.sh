# shellcheck shell=bash
# client.sh: what the tests of the client share.
#
#   . tests/integration/client.sh FOLDER    FOLDER as build/release
#
# Gives $W and $D (the two programs), a folder of its own as working folder,
# and the checks below.  Settings of the person who runs the tests do not
# reach in.
set -euo pipefail
root=$PWD
W=$root/$1/waybill
D=$root/$1/waybilld
export D
T=$(mktemp -d)
started=()
at_end() {
	local pid
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	rm -rf "$T"
	return 0
}
trap at_end EXIT
cd "$T"
for name in $(compgen -e WAYBILL_ || :); do unset "$name"; done
export HOME=$T/home XDG_CONFIG_HOME=$T/config XDG_STATE_HOME=$T/state
export NO_COLOR=1 ORIGIN=example.org/waybill

die() {
	echo "FAILED: $*" >&2
	exit 1
}

# The last output, not too much of it.
shown() {
	tail -c 3000 "$T/out" "$T/err" >&2
}

# expect CODE COMMAND...: run it, require that exit code; its output and errors
# are in the files out and err.
expect() {
	local want=$1 got=0
	shift
	"$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
	[ "$got" = "$want" ] || {
		shown
		die "exit $got, not $want: $*"
	}
}

# says TEXT...: the last command wrote each of them.
says() {
	local text
	for text; do
		cat "$T/out" "$T/err" | tr -s ' \n' ' ' | grep -qF -- "$text" || {
			shown
			die "it does not say: $text"
		}
	done
}

# json FILTER: jq is true of the last output.
json() {
	jq -e "$1" "$T/out" >/dev/null || {
		shown
		die "not so: $1"
	}
}

# flip FILE OFFSET: change one bit of that byte.
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	printf '%b' "\\x$(printf %x $((byte ^ 1)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# key FILE NAME: make an unlocked key.
key() {
	"$W" key new --no-passphrase --out "$1" "$2" >/dev/null
}

# shipment FILE ID [SED]: write a shipment by acme, changed by SED.
shipment() {
	"$W" new shipment --ledger "$ORIGIN" --party acme --id "$2" |
		sed "s/example-consignee/consignee-my/; ${3-}" >"$1"
}
