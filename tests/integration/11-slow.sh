#!/bin/bash
# Slow clients, silent ones, and those that never read; full pools.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
cat >conf <<-END
	data = $DATA
	listen = 127.0.0.1:0
	admin = 127.0.0.1:0
	max_connections = 8
	max_jobs = 1
	header_timeout_ms = 700
	body_timeout_ms = 900
	request_timeout_ms = 1200
	write_timeout_ms = 800
	idle_timeout_ms = 1500
END
# shellcheck disable=SC2034 # client.sh reads it
daemon_options=(--config conf)
start_ledger
settle_world
ADMIN_URL=$(sed -n 's/^admin //p' ready) \
	PYTHONPATH=$root/tests/integration /usr/bin/python3 -B \
	"$root/tests/integration/check_slow.py"
stop_ledger
