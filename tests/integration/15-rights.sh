#!/bin/bash
# Who may read what; and that the API's documents say what the daemon does.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
settle_world
shipment mine.json M-1
"$W" sign -q mine.json --key acme.key
expect 0 "$W" submit mine.note
PYTHONPATH=$root/tests/integration ROOT=$root /usr/bin/python3 -B \
	"$root/tests/integration/check_rights.py"
stop_ledger
