#!/bin/bash
# The README's tour is true: its commands work, and they say what it shows.
set -euo pipefail
root=$PWD
PATH=$root/$1:$PATH

work=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || { kill "$daemon" && wait "$daemon"; }
	rm -rf "$work"' EXIT
cd "$work"
ln -s "$root/policy" policy
unset "${!WAYBILL_@}"
export XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state

# What differs from run to run: times, keys, hashes; digests of documents are
# what they are.
mask() {
	sed -E 's|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z|TIME|
		s|[A-Za-z0-9+/]{43,}={0,2}|BASE64|
		s|[[:space:]]+$||'
}

serve() {
	waybilld run --data ledger --listen 127.0.0.1:0 --admin none \
		--ready-file ready >daemon.log 2>&1 &
	daemon=$!
	until [ -s ready ]; do
		kill -0 "$daemon" || { cat daemon.log; exit 1; }
		sleep 0.02
	done
	url=$(sed -n 's/^api //p' ready)
}

# Run one command of the tour; what it said must be what the README shows, if
# it shows anything.
try() {
	local command=$1 shown=$2
	while [[ $shown == *$'\n' ]]; do
		shown=${shown%$'\n'}
	done
	echo "\$ $command"
	if [[ $command == 'waybilld run '* ]]; then
		serve
		return
	fi
	eval "$command" >said 2>&1 || { cat said; exit 1; }
	[[ $command != *WAYBILL_URL=* ]] ||
		export WAYBILL_URL="$url"
	cat said
	[ -z "$shown" ] ||
		diff <(echo "$shown" | mask) <(echo "$(<said)" | mask)
}

command='' shown='' n=0
while IFS= read -r line; do
	if [[ $line == '    $ '* ]]; then
		[ -z "$command" ] || try "$command" "$shown"
		command=${line#'    $ '} shown='' n=$((n + 1))
	elif [[ $command == *\\ && $line == '        '* ]]; then
		command=${command%\\}${line#'        '}
	elif [[ -n $command && $line == '    '* ]]; then
		shown+=${line#'    '}$'\n'
	elif [[ -z $line && -n $shown ]]; then
		shown+=$'\n'
	elif [[ -n $line && -n $command ]]; then
		try "$command" "$shown"
		command='' shown=''
	fi
done < <(sed -n '/^## A tour/,/^## What is proved/p' "$root/README.md")
[ "$n" -ge 20 ] || { echo "only $n commands found"; exit 1; }

# The example of API.md names the edition that we have.
digest=$(sha256sum <policy/diffusion.policy)
grep -q "\"digest\":\"${digest%% *}\"" "$root/proto/API.md" ||
	{ echo "API.md shows another digest than $digest"; exit 1; }
