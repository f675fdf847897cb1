#!/bin/bash
# Decisions a second on one core; statements acknowledged over loopback HTTP,
# and what they cost.
#
#   tests/bench/run.sh FOLDER [SECONDS]    `make bench` runs it
#
# The daemon is the real one, with every sync; the load, the daemon and the raw
# Ed25519 that it is measured against share the same cores in the same run.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$(cd "$1" && pwd):$PATH
seconds=${2:-5}

# On a disk, where syncs are real: a temporary folder may lie in memory.
work=$(mktemp -d "$root/build/bench.XXXXXX")
cd "$work"
# shellcheck source=tests/demo/ledger.sh
. "$root/tests/demo/ledger.sh"
unset "${!WAYBILL_@}"
export XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
export WAYBILL_TRUST=ledger/trust WAYBILL_LEDGER=$origin
trap 'stop_daemon || :; cd /; rm -rf "$work"' EXIT

metric() { # NAME, the sum over its labels
	curl -sf "$admin/metrics" | awk -v name="waybill_$1" \
		'$1 == name { sum += $2 } END { printf "%.6f", sum }'
}

cpu() { # seconds of processor that the daemon has had
	awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) / hz }' \
		"/proc/$daemon_pid/stat"
}
minus() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.6f", a - b }'; }

# Raw Ed25519: a verification of 1 KiB and a signature of 384 bytes, libsodium.
crypto=$(bench_load crypto 2 "$(nproc)")
read -r sync_p50 sync_p99 < <(bench_load fsync .)
echo "cores $(nproc), $(sed -n 's/^model name.*: //p;T;q' /proc/cpuinfo)"
echo "raw verify + sign on all cores     $crypto a second"
echo "fdatasync of 4 KiB on this disk    median $sync_p50 ms, 99 % $sync_p99 ms"

# Decisions alone: independent of how many shipments came before.
echo
echo "decisions on one core, registry of 10,000 parties, state in a store"
mkdir state
law=("$root"/policy/*.policy "$root/policy/products.catalogue" \
	"$root/policy/countries.table")
bench_classify state 1000 "${PRIOR:-1000000}" "$seconds" "${law[@]}"
rm -r state
echo "the same with red flags"
mkdir state
bench_classify state 1000 "${PRIOR:-1000000}" "$seconds" "${law[@]}" \
	"$root/policy/red-flags.table"
rm -r state

make_ledger
start_daemon ledger
found_ledger "$root" >founding.log
count=$((seconds * 12000))
tool_demo shipments "$origin" "$root/tests/demo/parties" \
	"$root/tests/demo/goods" - $count \
	keys/meridian-dock.key keys/straits-dock.key >notes

echo
printf '%11s %10s %8s %8s %9s %10s %9s %6s %7s\n' connections statements \
	'p50 ms' 'p99 ms' commits/s per-commit commit-ms cores 'of raw'
first=0
for connections in 1 16 64; do
	records=$(metric batch_records_sum)
	commits=$(metric batch_records_count)
	busy=$(metric commit_seconds_sum)
	used=$(cpu)
	read -r done_n took p50 p99 refused < <(bench_load post \
		"${url##*:}" "$connections" "$seconds" notes "$first")
	first=$((first + done_n + refused))
	records=$(minus "$(metric batch_records_sum)" "$records")
	commits=$(minus "$(metric batch_records_count)" "$commits")
	busy=$(minus "$(metric commit_seconds_sum)" "$busy")
	used=$(minus "$(cpu)" "$used")
	awk -v c="$connections" -v n="$done_n" -v t="$took" -v p50="$p50" \
		-v p99="$p99" -v m="$commits" -v r="$records" -v b="$busy" \
		-v raw="$crypto" -v u="$used" 'BEGIN {
		printf "%11d %8.0f/s %8.2f %8.2f %9.0f %10.1f %9.2f %6.2f %6.1f%%\n",
			c, n / t, p50, p99, m / t, r / m, 1e3 * b / m,
			u / t, 100 * n / t / raw
	}'
	[ "$refused" = 0 ] || echo "            $refused refused"
done
