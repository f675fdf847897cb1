"""raw: requests byte by byte, for the tests of what a careful server refuses.

Nothing here sleeps: a test waits for bytes or for the end of a connection, and
LIMIT seconds without either are a failure.
"""
import os
import socket
import time

LIMIT = 20


def connect(url):
    """A connection to http://host:port or unix:/path."""
    if url.startswith("unix:"):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(LIMIT)
        s.connect(url[5:])
        return s
    host, port = url.removeprefix("http://").rsplit(":", 1)
    s = socket.create_connection((host.strip("[]"), int(port)), LIMIT)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


class Reader:
    """Answers read off a connection, one after the other."""

    def __init__(self, s):
        self.s = s
        self.rest = b""

    def until(self, mark):
        while mark not in self.rest:
            more = self.s.recv(65536)
            if not more:
                raise EOFError(self.rest)
            self.rest += more
        got, self.rest = self.rest.split(mark, 1)
        return got

    def answer(self, head_only=False):
        """The next answer: status, headers, body."""
        lines = self.until(b"\r\n\r\n").decode().split("\r\n")
        status = int(lines[0].split()[1])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            headers[name.lower()] = value
        length = 0 if head_only else int(headers.get("content-length", 0))
        while len(self.rest) < length:
            more = self.s.recv(65536)
            if not more:
                raise EOFError(self.rest)
            self.rest += more
        body, self.rest = self.rest[:length], self.rest[length:]
        return status, headers, body

    def closed(self):
        """Whether the server has closed, with nothing more said."""
        try:
            return self.rest == b"" and self.s.recv(1) == b""
        except ConnectionResetError:
            return self.rest == b""


def ask(url, data):
    """One answer to data, on a connection of its own."""
    with connect(url) as s:
        s.sendall(data)
        return Reader(s).answer()


def request(target, *headers, method="GET", body=None):
    lines = [f"{method} {target} HTTP/1.1", "Host: test", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


def within(began, least, most):
    took = time.monotonic() - began
    assert least <= took <= most, f"took {took:.2f} s, not {least} to {most}"


def metric(admin, name):
    text = ask(admin, request("/metrics"))[2].decode()
    for line in text.splitlines():
        if line.startswith(name + " "):
            return float(line.split()[-1])
    raise KeyError(name)


def run(tests):
    """Run the functions, saying the name of each."""
    for test in tests:
        print("---", test.__doc__ or test.__name__, flush=True)
        test()


API = os.environ.get("WAYBILL_URL", "")
ADMIN = os.environ.get("ADMIN_URL", "")
