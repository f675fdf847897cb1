"""A daemon that is told to stop; see 12-signals.sh."""
import os
import signal
import time

from raw import API, Reader, connect, request

daemon = int(os.environ["DAEMON"])
post = request("/v1/statements", method="POST", body=b"{}\n\n")

idle = connect(API)
asked = connect(API)
asked.sendall(request("/checkpoint"))
asked_reader = Reader(asked)
assert asked_reader.answer()[0] == 200
half_head = connect(API)
half_head.sendall(b"GET /checkpoint HT")
half_body = connect(API)
half_body.sendall(post[:-2])
lagging = connect(API)
lagging.sendall(post[:-2])
# Wait until the daemon has read all of them: a later request was answered.
with connect(API) as s:
    s.sendall(request("/v1/parties"))
    assert Reader(s).answer()[0] == 200

began = time.monotonic()
os.kill(daemon, getattr(signal, "SIG" + os.environ["SIG"]))
# Whoever idles is let go at once.
assert Reader(idle).closed() and asked_reader.closed()
# What arrives in time is answered; nothing is kept.
lagging.sendall(post[-2:])
status, headers, _ = Reader(lagging).answer()
assert status == 422 and headers["connection"] == "close"
# What does not is told to come back.
for s in half_head, half_body:
    status, headers, body = Reader(s).answer()
    assert status == 503 and headers["retry-after"] == "1"
    assert b"WB-5004" in body
try:
    connect(API)
    raise SystemExit("still accepts")
except ConnectionRefusedError:
    pass
for s in half_head, half_body, lagging:
    s.close()
assert time.monotonic() - began < 4
