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
		kill "$pid" 2>/dev/null || continue
		wait "$pid" 2>/dev/null || : # 143 is as it should be
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

# spoil FILE TEXT OFFSET: change one bit so far behind each TEXT in the file;
# pages that LMDB has given up may hold one that nobody reads.
spoil() {
	python3 -c '
import sys
path, text, at = sys.argv[1], sys.argv[2].encode(), int(sys.argv[3])
whole = bytearray(open(path, "rb").read())
found = whole.find(text)
if found < 0:
    sys.exit(1)
while found >= 0:
    whole[found + at] ^= 1
    found = whole.find(text, found + at + 1)
open(path, "r+b").write(whole)
' "$@" || die "no $2 in $1"
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

# --- a ledger ------------------------------------------------------------------

# Further options of init, the keys that the authority signs with, and the
# editions.
world_options=(--historical)
world_law=("$root/policy/us-2024-12.policy" "$root/policy/diffusion.policy")
authority=(--key auth.key)
# Keys of the authority, the committee, two exporters and an auditor; a ledger
# that has begun.
world() {
	key auth.key "$ORIGIN/party/authority/a"
	key com.key "$ORIGIN/party/committee/a"
	key acme.key "$ORIGIN/party/acme/a"
	key other.key "$ORIGIN/party/other/a"
	key auditor.key "$ORIGIN/party/auditor/a"
	export DATA=$T/data
	"$D" init --origin "$ORIGIN" --data "$DATA" \
		--authority auth.key "${world_options[@]}" \
		--committee com.key >init.log
	cp "$DATA/trust" trust.txt
	export WAYBILL_TRUST=$T/trust.txt
}

daemon_options=()
# Start the daemon on $DATA, with daemon_options, and wait until it says
# where it listens.
start_ledger() {
	rm -f ready
	mkfifo -m 600 listening
	"$D" run --data "$DATA" --listen 127.0.0.1:0 \
		--listen "unix:$T/socket" --admin 127.0.0.1:0 \
		--ready-file ready "${daemon_options[@]}" \
		>listening 2>>daemon.log &
	daemon=$!
	started+=("$daemon")
	# The addresses come once it is ready; no line, and it has died.
	read -r _ WAYBILL_URL <listening || die "$(tail daemon.log)"
	rm listening
	export WAYBILL_URL
	# What the state says is answered behind the first full check, which a
	# loaded machine may take longer for than an answer waits.
	for _ in {1..30}; do
		! curl -sf -o /dev/null "$WAYBILL_URL/v1/agreements" || break
	done
}

stop_ledger() {
	kill "$daemon"
	wait "$daemon" || die "the daemon left with $?: $(tail daemon.log)"
}

# Record the law and the parties.
settle_world() {
	local p texts=$root/policy editions=()
	export WAYBILL_LEDGER=$ORIGIN
	for p in "${world_law[@]}"; do
		editions+=("edition-${#editions[@]}.json")
		"$W" new policy --edition "$p" --out "${editions[-1]}"
	done
	"$W" new policy --catalogue "$texts/products.catalogue" --out goods.json
	"$W" new policy --countries "$texts/countries.table" --out lands.json
	"$W" sign -q "${editions[@]}" goods.json lands.json --key com.key
	for p in acme:exporter other:exporter auditor:auditor; do
		"$W" party new --subject "${p%:*}" --role "${p#*:}" \
			--key "${p%:*}.key" --valid-from 2025-01-01 \
			--out "${p%:*}.json"
		"$W" sign -q "${p%:*}.json" "${authority[@]}" \
			--key "${p%:*}.key"
	done
	for p in my cn; do
		"$W" party detail --subject "consignee-$p" --name "A consignee" \
			--country "${p^^}" --effective 2025-01-01 \
			--out "$p.json"
	done
	"$W" party detail --subject acme --name "Acme Inc" --country US \
		--effective 2025-01-01 --out acme-detail.json
	"$W" sign -q my.json cn.json acme-detail.json "${authority[@]}"
	unset WAYBILL_LEDGER
	mkdir law
	mv ./*.note law
	expect 0 "$W" submit law
}
