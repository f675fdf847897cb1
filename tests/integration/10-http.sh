#!/bin/bash
# What is HTTP here, and what is refused.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
ADMIN_URL=$(sed -n 's/^admin //p' ready) \
	PYTHONPATH=$root/tests/integration /usr/bin/python3 -B \
	"$root/tests/integration/check_http.py"
stop_ledger
