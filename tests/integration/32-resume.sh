#!/bin/bash
# A submission that is cut off goes on where it stopped; bad networks only
# delay it.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
world
start_ledger
settle_world

N=200
mkdir outbox
shipment one.json S-0 's/"quantity": 8/"quantity": 1/'
for i in $(seq $N); do
	sed "s/S-0/S-$i/" one.json >"outbox/$i.json"
done
expect 0 "$W" sign outbox/*.json --key acme.key
rm outbox/*.json

receipts() {
	find outbox -name '*.receipt' | wc -l
}
# wait_for COMMAND...: until it is true; the test runner has the deadline.
wait_for() {
	until "$@"; do read -rt 0.01 <> <(:) || :; done
}
some() {
	[ "$(receipts)" -gt "$1" ]
}

echo "--- killed"
"$W" submit outbox --connections 2 >/dev/null 2>&1 &
pid=$!
wait_for some 5
kill -9 $pid
wait $pid 2>/dev/null || :
n=$(receipts)
echo "$n receipts"
[ "$n" -lt $N ] || die "it was done before it was killed"
for r in outbox/*.receipt; do
	expect 0 "$W" verify "${r%.receipt}"
done
find outbox -name '.waybill-*' -delete

echo "--- interrupted: what is under way is finished"
"$W" submit outbox --connections 2 >interrupted 2>&1 &
pid=$!
wait_for some $((n + 5))
kill -INT $pid
rc=0
wait $pid || rc=$?
[ $rc = 130 ] || die "exit $rc: $(cat interrupted)"
grep -q "the same command again goes on" interrupted || die "advice"
m=$(receipts)
echo "$m receipts"
[ $((m > n && m < N)) = 1 ] || die "$m receipts"
[ -z "$(find outbox -name '.waybill-*')" ] || die "temporary files"

echo "--- the ledger is stopped, and started again"
stop_ledger
expect 9 "$W" submit outbox --retries 0 --json
json "[.files[] | select(.result == \"had a receipt\")] | length == $m"
shipment late.json S-late
expect 0 "$W" sign late.json --key acme.key
expect 7 "$W" submit late.note --retries 0
says "is waybilld running"
start_ledger
expect 0 "$W" submit outbox --json
json "[.files[] | select(.verdict == \"clear\")] | length == $N"
[ "$(receipts)" = $N ] || die "receipts"
expect 0 "$W" verify outbox --quiet
says "$N of $N proved"
[ "$("$W" list --key acme.key --type shipment --json |
	jq '[.records[].id] | unique | length')" = $N ] || die "records"

echo "--- a network that drops, delays and lies"
cat >proxy.py <<'PY'
import http.client, http.server, sys, threading
host, port = sys.argv[1].split("//")[1].split(":")
turn, lock = 0, threading.Lock()
class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *args):
        pass
    def answer(self, status, body, **more):
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        global turn
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            turn += 1
            now = turn % 8
        if now == 0:
            return self.answer(503, b"busy", Retry_After="1")
        if now == 2:
            self.close_connection = True  # nothing arrived
            return
        c = http.client.HTTPConnection(host, int(port))
        c.request("POST", self.path, body, {"Content-Type": "text/plain"})
        r = c.getresponse()
        text = r.read()
        if now == 4:
            self.close_connection = True  # recorded, and nobody told
            return
        if now == 6:
            self.send_response(r.status)  # cut off in the middle
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text[:len(text) // 2])
            self.close_connection = True
            return
        self.answer(r.status, text)
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(s.server_address[1], flush=True)
s.serve_forever()
PY
mkfifo proxying
/usr/bin/python3 proxy.py "$WAYBILL_URL" >proxying &
started+=($!)
read -r port <proxying
mkdir rough
for i in $(seq 8); do
	sed "s/S-0/R-$i/" one.json >"rough/$i.json"
done
expect 0 "$W" sign rough/*.json --key acme.key
expect 0 "$W" submit rough --url "http://127.0.0.1:$port" --retries 40
says "8 of 8 have a proved receipt"
expect 0 "$W" verify rough/*.note --quiet
[ "$("$W" list --key acme.key --type shipment --json |
	jq '[.records[].id | select(startswith("R-"))] | length')" = 8 ] ||
	die "a statement was recorded twice, or not at all"
