"""What the fault tests share: a ledger, its daemon, and a way to speak to it.

Everything lies in one folder that the caller gives.  No test here waits by the
clock: a daemon is ready when it prints its listeners, gone when it is reaped.
"""
import atexit
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys

ORIGIN = "example.org/waybill"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
DOCUMENTS = (("--countries", "countries.table"),
             ("--catalogue", "products.catalogue"),
             ("--edition", "us-2024-12.policy"),
             ("--edition", "diffusion.policy"))


class Fault(Exception):
    """The ledger did what it must not do."""


def die(text):
    print("FAILED: " + text, file=sys.stderr, flush=True)
    sys.exit(1)


class Answer:
    """Status and body of a whole answer."""

    def __init__(self, status, body):
        self.status = status
        self.body = body

    def code(self):
        found = re.search(rb'"code": ?"(WB-\d+)"', self.body)
        return found.group(1).decode() if found else ""

    def busy(self):
        """Whether the same may be sent again: while the first full check
        runs, statements wait two seconds, and a loaded machine takes longer.
        """
        return self.status == 503 and self.code() == "WB-5001"


def request(note):
    return (b"POST /v1/statements HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n"
            b"Content-Length: %d\r\n\r\n" % len(note)) + note


def take_answer(buffer):
    """The first answer in the bytearray, which loses it; None if it is not
    whole."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = re.search(rb"\r\ncontent-length: *(\d+)", buffer[:end].lower())
    end += 4
    whole = end + int(length.group(1))
    if len(buffer) < whole:
        return None
    answer = Answer(int(buffer[9:12]), bytes(buffer[end:whole]))
    del buffer[:whole]
    return answer


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.buffer = bytearray()
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise

    def fileno(self):
        return self.socket.fileno()

    def send(self, data):
        """False if the daemon is gone."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def read(self):
        """False at the end of what the daemon sent."""
        try:
            data = self.socket.recv(1 << 18)
        except OSError:
            data = b""
        self.buffer += data
        return data != b""

    def answer(self):
        """The next answer; None if the daemon went without a whole one."""
        while True:
            answer = take_answer(self.buffer)
            if answer is not None or not self.read():
                return answer

    def ask(self, data):
        for _ in range(60):
            answer = self.answer() if self.send(data) else None
            if answer is None or not answer.busy():
                return answer
        die("it is busy for two minutes")

    def get(self, target):
        return self.ask(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" %
                        target.encode())

    def post(self, note):
        return self.ask(request(note))

    def close(self):
        self.socket.close()


running = set()


@atexit.register
def kill_all():
    """No test leaves a daemon behind."""
    for process in running:
        process.kill()
        process.wait()


class Daemon:
    """A waybilld, ready to serve; or, with ready False, one that ended before
    it was."""

    def __init__(self, world, data, wrapper=(), env=None, name="daemon"):
        self.api = "%s/%s-api" % (world.folder, name)
        self.admin = "%s/%s-admin" % (world.folder, name)
        self.log = open("%s/%s.log" % (world.folder, name), "w+b")
        self.process = subprocess.Popen(
            [*wrapper, world.waybilld, "run", "--data", data,
             "--listen", "unix:" + self.api,
             "--admin", "unix:" + self.admin],
            stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})})
        running.add(self.process)
        self.ready = self.process.stdout.readline() != b""

    def connect(self):
        return Connection(self.api)

    def kill(self):
        self.process.kill()
        return self.end()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self):
        """Its exit code, negative for a signal."""
        code = self.process.wait()
        running.discard(self.process)
        self.process.stdout.close()
        self.log.seek(0)
        self.said = self.log.read().decode(errors="replace")
        self.log.close()
        return code


def memory():
    """A folder in memory for what is not about disks, or None."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class World:
    """small: with the daemon whose journal is of short files, so that a few
    records fill several."""

    def __init__(self, build, folder, small=False):
        build = os.path.abspath(build)
        self.build = build
        self.waybill = build + "/waybill"
        self.waybilld = build + ("/small" if small else "") + "/waybilld"
        self.demo = build + "/tool_demo"
        self.folder = folder
        self.data = folder + "/ledger"
        self.key = {}
        for name in [n for n in os.environ if n.startswith("WAYBILL_")]:
            del os.environ[name]
        os.environ["HOME"] = folder
        os.environ["XDG_CONFIG_HOME"] = folder + "/config"
        os.environ["XDG_STATE_HOME"] = folder + "/state"

    def run(self, *command, want=0):
        done = subprocess.run(command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              cwd=self.folder, check=False)
        if done.returncode != want:
            die("exit %d, not %d: %s\n%s" %
                (done.returncode, want, " ".join(command),
                 done.stdout.decode(errors="replace")[-3000:]))
        return done.stdout

    def may_fail(self, command, env=None):
        """Its exit code, negative for a signal, and what it said."""
        done = subprocess.run(command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              cwd=self.folder, check=False,
                              env={**os.environ, **(env or {})})
        return done.returncode, done.stdout.decode(errors="replace")

    def make_key(self, party):
        path = "%s/%s.key" % (self.folder, party)
        self.run(self.waybill, "key", "new", "--no-passphrase", "--out", path,
                 "%s/party/%s/a" % (ORIGIN, party))
        self.key[party] = path

    def sign(self, draft, *parties):
        keys = [word for p in parties for word in ("--key", self.key[p])]
        note = draft[:-len(".json")] + ".note"
        self.run(self.waybill, "sign", draft, *keys, "--out", note)
        with open(note, "rb") as f:
            return f.read()

    def split(self, stream):
        """The notes of tool_demo's standard output."""
        notes = []
        while stream:
            length, _, stream = stream.partition(b"\n")
            notes.append(stream[:int(length)])
            stream = stream[int(length):]
        return notes

    def founding(self):
        """Statements that give the ledger its law and its parties."""
        notes = []
        for option, name in DOCUMENTS:
            draft = "%s/%s.json" % (self.folder, name)
            self.run(self.waybill, "new", "policy", "--ledger", ORIGIN,
                     "--out", draft, option, "%s/policy/%s" % (ROOT, name))
            notes.append(self.sign(draft, "committee"))
        for party in ("meridian", "straits"):
            draft = "%s/%s.json" % (self.folder, party)
            self.run(self.waybill, "party", "new", "--ledger", ORIGIN,
                     "--subject", party, "--role", "exporter",
                     "--key", self.key[party], "--valid-from", "2024-01-01",
                     "--out", draft)
            notes.append(self.sign(draft, "authority", party))
        return notes + self.split(self.run(
            self.demo, "parties", ORIGIN, ROOT + "/tests/demo/parties", "-",
            self.key["authority"]))

    def make(self):
        """A ledger with law and parties, and no daemon."""
        self.run(self.waybilld, "init", "--origin", ORIGIN, "--historical",
                 "--data", self.data)
        for party in ("authority", "committee"):
            self.key[party] = "%s/keys/%s.key" % (self.data, party)
        for party in ("meridian", "straits"):
            self.make_key(party)
        daemon = self.start()
        connection = daemon.connect()
        for note in self.founding():
            answer = connection.post(note)
            if answer is None or answer.status != 201:
                die("founding: %s" % (answer and answer.body))
        connection.close()
        self.base = self.records(daemon)
        if daemon.stop() != 0:
            die("founding: " + daemon.said)

    def shipments(self, n):
        return self.split(self.run(
            self.demo, "shipments", ORIGIN, ROOT + "/tests/demo/parties",
            ROOT + "/tests/demo/goods", "-", str(n), self.key["meridian"],
            self.key["straits"]))

    def start(self, data=None, **more):
        return Daemon(self, data or self.data, **more)

    def records(self, daemon):
        connection = daemon.connect()
        checkpoint = connection.get("/checkpoint").body
        connection.close()
        return int(checkpoint.split(b"\n")[1])

    def verify(self, data=None):
        """Every record, proof, decision, index and balance; how many."""
        said = self.run(self.waybilld, "verify", "--data", data or self.data)
        return int(said.split()[0])

    def copy(self, to, data=None):
        """A copy of the ledger, holes and all."""
        shutil.rmtree(to, ignore_errors=True)
        self.run("cp", "-r", "--sparse=always", data or self.data, to)
        return to


def digest(body):
    return hashlib.sha256(body).digest()
