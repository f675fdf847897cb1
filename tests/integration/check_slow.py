"""Slow clients and full pools; see 11-slow.sh for the deadlines."""
import json
import select
import socket
import time

from raw import ADMIN, API, Reader, ask, connect, metric, request, run, within

TICK = 0.35  # the daemon looks at deadlines four times a second
SLACK = 3.0  # on a busy machine


def trickle(s, data, every):
    """Send data a byte at a time until the server says something."""
    for b in data:
        try:
            s.send(bytes([b]))
        except (BrokenPipeError, ConnectionResetError):
            return
        if select.select([s], [], [], every)[0]:
            return


def timed_out(send, least):
    """The server ends what send begins with 408, after so many seconds."""
    began = time.monotonic()
    with connect(API) as s:
        send(s)
        r = Reader(s)
        status, headers, body = r.answer()
        within(began, least - 0.05, least + TICK + SLACK)
        assert status == 408 and headers["connection"] == "close"
        assert json.loads(body)["code"] == "WB-6006"
        assert r.closed()


def slow_head():
    """a head that trickles in, or stops"""
    timed_out(lambda s: trickle(s, request("/checkpoint", "X: " + "a" * 999),
                                0.05), 0.7)
    timed_out(lambda s: s.sendall(b"GET /checkpoint HTTP/1.1\r\n"), 0.7)


def slow_body():
    """a body that trickles in, or stops"""
    post = request("/v1/statements", "Content-Length: 999", method="POST")
    timed_out(lambda s: (s.sendall(post), trickle(s, b"x" * 999, 0.05)), 0.9)
    timed_out(lambda s: s.sendall(post + b"x" * 998), 0.9)


def slow_request():
    """head and body each in time, together too slow"""
    def send(s):
        post = request("/v1/statements", "Content-Length: 999", method="POST")
        s.sendall(post[:-1])
        select.select([s], [], [], 0.5)
        s.sendall(post[-1:])
        trickle(s, b"x" * 999, 0.05)
    timed_out(send, 1.2)


def silent():
    """a connection that says nothing is closed without a word"""
    began = time.monotonic()
    with connect(API) as s:
        assert Reader(s).closed()
        within(began, 1.45, 1.5 + TICK + SLACK)
    with connect(API) as s:
        r = Reader(s)
        s.sendall(request("/checkpoint"))
        assert r.answer()[0] == 200 and r.closed()


def never_reads():
    """a client that does not read its answer is cut off"""
    with connect(API) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        many = request("/v1/records?contents=true") * 200
        s.setblocking(False)
        try:
            s.send(many)
        except BlockingIOError:
            pass
        began = time.monotonic()
        while metric(ADMIN, "waybill_reply_bytes") > 0 or \
                metric(ADMIN, "waybill_connections") > 1:
            within(began, 0, 0.8 + TICK + SLACK)


def full_pool():
    """nine connections where eight have room: the quiet ones give way"""
    quiet = [connect(API) for _ in range(8)]
    began = time.monotonic()
    assert ask(API, request("/checkpoint"))[0] == 200
    within(began, 0, 1.0 + TICK + SLACK)
    assert any(Reader(s).closed() for s in quiet[:1])
    for s in quiet:
        s.close()
    # Many more than there is room for, all of them honest.
    for _ in range(60):
        with connect(API) as a, connect(API) as b:
            for s in a, b:
                s.sendall(request("/checkpoint", "Connection: close"))
            assert Reader(b).answer()[0] == 200
            assert Reader(a).answer()[0] == 200


def one_job():
    """requests wait for the one job that there is"""
    with connect(API) as a, connect(API) as b, connect(API) as c:
        for _ in range(30):
            for s in a, b, c:
                s.sendall(request("/v1/records?contents=true"))
            for s in c, b, a:
                assert Reader(s).answer()[0] == 200


run([slow_head, slow_body, slow_request, silent, never_reads, full_pool,
     one_job])
