# ledger.sh: a ledger to show things with; the demo and the bench source it.
# shellcheck shell=bash
#
# Everything happens in the current folder, which the caller has made; the
# programs are found through PATH.
origin=example.org/waybill-demo
daemon_pid=

# One key without a passphrase for PARTY and LABEL, in keys/PARTY-LABEL.key.
make_key() {
	waybill key new --no-passphrase --ledger "$origin" --party "$1" \
		--label "$2" --out "keys/$1-$2.key" >/dev/null
}

# Keys for the authority (2 of 3), the committee (3 of 4) and the exporters, and
# a ledger that they begin.
make_ledger() {
	local label members=()
	mkdir -p keys ledger
	for label in bis ofac state; do
		make_key authority "$label"
		members+=(--authority "keys/authority-$label.key")
	done
	for label in commerce defense energy state; do
		make_key committee "$label"
		members+=(--committee "keys/committee-$label.key")
	done
	make_key meridian dock
	make_key straits dock
	waybilld init --origin "$origin" --historical --data "$PWD/ledger" \
		--quorum 2 --committee-quorum 3 "${members[@]}" >init.log
}

# Start the daemon on the folder $1; sets daemon_pid, url and admin.
start_daemon() {
	local i
	rm -f ready
	waybilld run --data "$PWD/$1" --listen 127.0.0.1:0 \
		--admin 127.0.0.1:0 --ready-file ready >"$1.log" 2>&1 &
	daemon_pid=$!
	for ((i = 0; i < 500; i++)); do
		[ ! -s ready ] || break
		kill -0 $daemon_pid 2>/dev/null || break
		sleep 0.02
	done
	if [ ! -s ready ]; then
		cat "$1.log" >&2
		return 1
	fi
	url=$(sed -n 's/^api //p' ready)
	admin=$(sed -n 's/^admin //p' ready)
	export WAYBILL_URL=$url admin
}

# Stop it and wait until it is gone; its exit code.
stop_daemon() {
	local pid=$daemon_pid
	daemon_pid=
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid"; }
}

# Register the exporters and all consignees, and adopt the law.  $1 is the root
# of the source.
found_ledger() {
	local p f by=(--key keys/authority-bis.key --key keys/authority-state.key)
	mkdir -p founding parties
	for p in meridian straits; do
		waybill party new --ledger "$origin" --subject $p \
			--role exporter --key keys/$p-dock.key \
			--valid-from 2024-01-01 --out founding/$p.json
		waybill sign founding/$p.json "${by[@]}" --key keys/$p-dock.key
	done
	for f in countries.table products.catalogue us-2024-12.policy \
		diffusion.policy; do
		waybill new policy --ledger "$origin" --out "founding/$f.json" \
			"$(case $f in
			*.table) echo --countries ;;
			*.catalogue) echo --catalogue ;;
			*) echo --edition ;;
			esac)" "$1/policy/$f"
		waybill sign "founding/$f.json" \
			--key keys/committee-commerce.key \
			--key keys/committee-defense.key \
			--key keys/committee-state.key
	done
	tool_demo parties "$origin" "$1/tests/demo/parties" parties \
		keys/authority-bis.key keys/authority-state.key
	waybill submit --connections 1 founding/countries.table.note \
		founding/products.catalogue.note founding/us-2024-12.policy.note \
		founding/diffusion.policy.note founding/meridian.note \
		founding/straits.note parties
}
