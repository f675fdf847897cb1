"""What is HTTP here, and what is refused; see 10-http.sh."""
import json

from raw import ADMIN, API, Reader, ask, connect, metric, request, run


def refused(data, status, code, why):
    """The answer to data is this problem, and the connection ends."""
    with connect(API) as s:
        s.sendall(data)
        r = Reader(s)
        got, headers, body = r.answer()
        problem = json.loads(body)
        assert (got, problem["code"]) == (status, code), (why, got, problem)
        assert headers["content-type"] == "application/problem+json", why
        assert problem["status"] == status, why
        assert headers["connection"] == "close" and r.closed(), why


def plain():
    """an answer, and its headers"""
    status, headers, body = ask(API, request("/checkpoint"))
    assert status == 200 and body.startswith(b"example.org/waybill\n1\n")
    assert headers["content-type"].startswith("text/plain")
    assert headers["cache-control"] == "no-cache"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["date"].endswith(" GMT") and "connection" not in headers


def head():
    """HEAD says what GET would, without the body"""
    get = ask(API, request("/v1/records/0"))
    with connect(API) as s:
        r = Reader(s)
        s.sendall(request("/v1/records/0", method="HEAD"))
        status, headers, _ = r.answer(head_only=True)
        assert status == 200
        assert int(headers["content-length"]) == len(get[2])
        s.sendall(request("/nothing", method="HEAD"))
        status, headers, _ = r.answer(head_only=True)
        assert status == 404 and int(headers["content-length"]) > 0
        s.sendall(request("/checkpoint"))
        assert r.answer()[0] == 200


def pipelined():
    """pipelined requests are answered in order"""
    with connect(API) as s:
        targets = ["/checkpoint", "/nothing", "/v1/parties", "/v1/records/0",
                   "/v1/records/9", "/checkpoint"] * 40
        s.sendall(b"".join(request(t) for t in targets))
        r = Reader(s)
        want = {"/nothing": 404, "/v1/records/9": 404}
        for t in targets:
            status, _, body = r.answer()
            assert status == want.get(t, 200), t
            if t == "/v1/records/0":
                assert body.startswith(b"waybill/record/1\n")
            if t == "/v1/parties":
                assert body.startswith(b'{"parties":[')


def pipelined_posts():
    """also those with bodies, and what follows them"""
    with connect(API) as s:
        one = request("/v1/statements", method="POST", body=b"x" * 3000)
        s.sendall((one + request("/checkpoint")) * 8)
        r = Reader(s)
        for _ in range(8):
            assert r.answer()[0] == 422
            assert r.answer()[0] == 200


def byte_by_byte():
    """a request that comes a byte at a time"""
    with connect(API) as s:
        body = b"{}\n\n"
        for b in request("/v1/statements", method="POST", body=body):
            s.send(bytes([b]))
        status, _, answer = Reader(s).answer()
        assert status == 422 and json.loads(answer)["code"] == "WB-1001"


def kept_alive():
    """HTTP/1.1 is kept, HTTP/1.0 and Connection: close are not"""
    with connect(API) as s:
        r = Reader(s)
        s.sendall(request("/checkpoint", "Connection: close"))
        _, headers, _ = r.answer()
        assert headers["connection"] == "close" and r.closed()
    with connect(API) as s:
        r = Reader(s)
        s.sendall(b"GET /checkpoint HTTP/1.0\r\n\r\n")
        assert r.answer()[1]["connection"] == "close" and r.closed()
    with connect(API) as s:
        r = Reader(s)
        for _ in range(2):
            s.sendall(b"GET /checkpoint HTTP/1.0\r\n"
                      b"Connection: keep-alive\r\n\r\n")
            assert r.answer()[1]["connection"] == "keep-alive"


def continued():
    """Expect: 100-continue"""
    with connect(API) as s:
        r = Reader(s)
        s.sendall(request("/v1/statements", "Expect: 100-continue",
                          "Content-Length: 4", method="POST"))
        assert r.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue"
        s.sendall(b"{}\n\n")
        assert r.answer()[0] == 422
    # Not for a body that is not wanted: the answer comes instead.
    refused(request("/v1/statements", "Expect: 100-continue",
                    "Content-Length: 1048577", method="POST"), 413, "WB-6004",
            "a body past its limit")
    refused(request("/checkpoint", "Expect: magic"), 400, "WB-6001", "expects")


def malformed():
    """what is not HTTP, or could be read in two ways"""
    host = "Host: x\r\n"
    for why, text in {
        "no Host": "GET / HTTP/1.1\r\n\r\n",
        "two Hosts": f"GET / HTTP/1.1\r\n{host}{host}\r\n",
        "chunked": f"POST /v1/statements HTTP/1.1\r\n{host}"
                   "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "two framings": f"POST /v1/statements HTTP/1.1\r\n{host}"
                        "Content-Length: 3\r\n"
                        "Transfer-Encoding: chunked\r\n\r\nabc",
        "two lengths": f"POST /v1/statements HTTP/1.1\r\n{host}"
                       "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "one length twice": f"POST /v1/statements HTTP/1.1\r\n{host}"
                            "Content-Length: 3\r\nContent-Length: 3\r\n\r\n",
        "a negative length": f"POST /v1/statements HTTP/1.1\r\n{host}"
                             "Content-Length: -3\r\n\r\n",
        "folded": f"GET / HTTP/1.1\r\n{host}X: a\r\n b\r\n\r\n",
        "NUL": f"GET / HTTP/1.1\r\n{host}X: a\0b\r\n\r\n",
        "control": f"GET / HTTP/1.1\r\n{host}X: \x1b[2J\r\n\r\n",
        "newlines": f"GET / HTTP/1.1\nHost: x\n\n",
        "a space before a colon": f"GET / HTTP/1.1\r\n{host}X : a\r\n\r\n",
        "absolute form": f"GET http://x/ HTTP/1.1\r\n{host}\r\n",
        "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "no method": "FETCH / HTTP/1.1\r\nHost: x\r\n\r\n",
        "a read with a body": f"GET /checkpoint HTTP/1.1\r\n{host}"
                              "Content-Length: 1\r\n\r\nx",
    }.items():
        refused(text.encode("latin-1"), 400, "WB-6001", why)


def too_much():
    """what is longer than its limit"""
    refused(request("/" + "a" * 2048), 431, "WB-6005", "the target")
    refused(request("/", "X: " + "a" * 17000), 431, "WB-6005", "a header")
    refused(request("/", *["X: a"] * 64), 431, "WB-6005", "many headers")
    refused(b"A" * 16384, 431, "WB-6005", "no line at all")
    refused(request("/v1/statements", method="POST"), 411, "WB-6003",
            "no length")
    assert ask(API, request("/" + "a" * 2047))[0] == 404
    assert ask(API, request("/checkpoint", *["X: a"] * 63))[0] == 200
    # At the limit and one past it, for a body.
    at = request("/v1/statements", method="POST", body=b"x" * 1048576)
    status, _, body = ask(API, at)
    assert (status, json.loads(body)["code"]) == (422, "WB-1001")
    refused(request("/v1/statements", "Content-Length: 1048577",
                    method="POST"), 413, "WB-6004", "one more")


def methods():
    """methods and paths"""
    for method in "PUT", "DELETE", "PATCH", "OPTIONS", "POST":
        status, headers, body = ask(
            API, request("/checkpoint", method=method, body=b""))
        assert status == 405 and headers["allow"] == "GET, HEAD", method
    status, headers, _ = ask(API, request("/v1/statements"))
    assert status == 405 and headers["allow"] == "POST"
    for target in "/", "/v1", "/metrics", "/tile/0/1", "/checkpoint/":
        status, _, body = ask(API, request(target))
        assert (status, json.loads(body)["code"]) == (404, "WB-6007"), target
    status, _, body = ask(API, request("/v1/records?verdikt=deny"))
    assert status == 400 and "verdict" in json.loads(body)["resolution"]
    # A refused read leaves the connection in step.
    with connect(API) as s:
        r = Reader(s)
        s.sendall(request("/nothing") + request("/checkpoint"))
        assert r.answer()[0] == 404
        assert r.answer()[0] == 200


def half_closed():
    """a client that closes its side still gets its answer"""
    import socket
    with connect(API) as s:
        s.sendall(request("/checkpoint"))
        s.shutdown(socket.SHUT_WR)
        r = Reader(s)
        assert r.answer()[0] == 200 and r.closed()
    with connect(API) as s:
        s.sendall(b"GET /checkpoint HT")
        s.shutdown(socket.SHUT_WR)
        assert Reader(s).closed()


def admin():
    """the admin listener serves health, and nothing else"""
    for target in "/healthz", "/readyz", "/metrics":
        assert ask(ADMIN, request(target))[0] == 200, target
        assert ask(API, request(target))[0] == 404, target
    assert ask(ADMIN, request("/checkpoint"))[0] == 404
    assert metric(ADMIN, "waybill_records") == 1
    assert metric(ADMIN, 'waybill_refusals_total{code="WB-6001"}') >= 17
    assert metric(ADMIN, 'waybill_requests_total{route="parties"}') == 40
    assert metric(ADMIN, "waybill_jobs") == 0
    assert metric(ADMIN, "waybill_reply_bytes") == 0


run([plain, head, pipelined, pipelined_posts, byte_by_byte, kept_alive,
     continued, malformed, too_much, methods, half_closed, admin])
