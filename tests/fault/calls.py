"""Each call failing in turn, over a short life of the daemon.

    calls.py BUILD all|quick|alloc [STRIDE [FIRST]]

alloc is for memory, as much as the daemon asks for in its life; STRIDE tries
every so many-th call only, from FIRST on.  The daemon's journal is of short
files, so that it begins one while it serves.

Start, three submissions (or two), two queries, stop; with the K-th call of a kind
failing in one of these ways, for K = 1 until the daemon ends without having
come so far.  See failing.c for how.  In all of them:

  - what is acknowledged is there after a restart, with the same receipt;
  - the daemon never dies by a signal, but for the kill that is asked for, and
    for one allocation: libuv aborts if pthread_atfork() has no memory, which is
    at the start, when the head file has been written again as it was;
  - after a failed write or sync that was not for want of space, nothing is
    acknowledged until a restart;
  - want of space refuses with 503, and the next statement is taken;
  - the restart serves, takes all of them, and the audit is clean.
"""
import errno
import filecmp
import os
import shutil
import signal
import sys
import tempfile
import time

import world as w

# What serving never calls, ftruncate and mkdir, commands.py has.
WRITES = ("pwrite", "writev", "fdatasync", "fsync", "open", "rename")
LATCHING = ("pwrite", "writev", "fdatasync", "fsync", "open", "rename")
WAYS = {
    "all": [(call, how) for call in WRITES
            for how in ("EIO", "ENOSPC", "EINTR")] +
           [("pwrite", "short"), ("writev", "short"), ("pread", "short"),
            ("pread", "EIO"), ("mmap", "ENOMEM"), ("send", "ECONNRESET")] +
           [(call, how) for call in ("pwrite", "writev", "fdatasync", "fsync",
                                     "rename", "open", "send")
            for how in ("kill", "killed")],
    "quick": [("pwrite", "EIO"), ("pwrite", "ENOSPC"), ("pwrite", "short"),
              ("writev", "EIO"), ("fdatasync", "EIO"), ("pwrite", "killed"),
              ("fdatasync", "killed")],
    "alloc": [("alloc", "ENOMEM")],
}


class Trial:
    """One life with one failure, and the restart behind it."""

    def __init__(self, world, base, notes, call, k, how):
        self.world = world
        self.notes = notes
        self.call = call
        self.how = how
        self.k = k
        self.base = base
        self.data = world.folder + "/trial"
        if not os.path.exists(self.data):
            world.copy(self.data, base)
        self.mark = world.folder + "/failed"
        self.answers = []
        self.at = "later"  # when it failed: start, a note's number, later
        self.latched = False
        self.by_libuv = False

    def failed(self):
        return os.path.exists(self.mark)

    def live(self):
        if self.failed():
            os.unlink(self.mark)
        how = getattr(errno, self.how, self.how)
        daemon = self.world.start(self.data, env={
            "LD_PRELOAD": self.world.build + "/failing.so",
            "WAYBILL_FAIL": "%s %s %s" % (self.call, self.k, how),
            "WAYBILL_FAILED": self.mark})
        if self.failed():
            self.at = "start"
        if not daemon.ready:
            return daemon.end(), daemon.said
        for i, note in enumerate(self.notes):
            before = self.failed()
            self.answers.append(self.ask(daemon, "post", note))
            if self.failed() and not before:
                self.at = i
        self.ask(daemon, "get", "/checkpoint")
        self.ask(daemon, "get", "/v1/records/0")
        return daemon.stop(), daemon.said

    def ask(self, daemon, verb, what):
        try:
            connection = daemon.connect()
        except OSError:
            return None
        answer = getattr(connection, verb)(what)
        connection.close()
        return answer

    def check_life(self, code, said):
        self.by_libuv = self.call == "alloc" and self.at == "start" and \
            code == -signal.SIGABRT and said == ""
        if code < 0 and "kill" not in self.how and not self.by_libuv:
            raise w.Fault("it dies by signal %d: %s" % (-code, said))
        status = [a.status if a else None for a in self.answers]
        if any(s not in (201, 503, 500, None) for s in status):
            raise w.Fault("it answers %s" % [
                (a.status, a.body) for a in self.answers
                if a and a.status not in (201, 503, 500)])
        if not isinstance(self.at, int):
            return
        after = status[self.at:]
        if self.how == "EIO" and self.call in LATCHING:
            if 201 in after or code != 4:
                raise w.Fault("behind EIO it answers %s and leaves with %d" %
                              (after, code))
        if self.how != "ENOSPC":
            return
        if after[0] not in (201, 503):
            raise w.Fault("behind ENOSPC it answers %s" % after)
        # Room that was taken long ago is not wanting: the pages that LMDB
        # and the head file write in place.  What cannot be, latches.
        good = {0: 201, 4: 503}.get(code)
        if after[1:] != [good] * len(after[1:]):
            raise w.Fault("behind ENOSPC it answers %s and leaves with %d: %s"
                          % (after, code, said))
        self.latched = code == 4

    def check_restart(self):
        daemon = self.world.start(self.data)
        if not daemon.ready:
            daemon.end()
            raise w.Fault("it does not start again: " + daemon.said)
        connection = daemon.connect()
        for note, was in zip(self.notes,
                             self.answers + [None] * len(self.notes)):
            answer = connection.post(note)
            if answer is None or answer.status not in (200, 201):
                raise w.Fault("behind a restart it answers %s" %
                              (answer and answer.body))
            if was is None or was.status != 201:
                continue
            if answer.status == 201:
                raise w.Fault("what it acknowledged is not there")
            if answer.body != was.body:
                raise w.Fault("the receipt is another")
        connection.close()
        code = daemon.stop()
        if code != 0:
            raise w.Fault("behind a restart it leaves with %d: %s" %
                          (code, daemon.said))
        records = self.world.verify(self.data)
        if records != self.world.base + len(self.notes):
            raise w.Fault("%d records" % records)

    def touched(self):
        """Whether the ledger is not what it was copied from."""
        for root, _, names in os.walk(self.base + "/store"):
            for name in names:
                path = os.path.join(root, name)
                twin = self.data + path[len(self.base):]
                if name != "lock.mdb" and not (
                        os.path.exists(twin) and
                        filecmp.cmp(path, twin, shallow=False)):
                    return True
        return False

    def run(self):
        """False if the failure never came."""
        code, said = self.live()
        if code != 0 and self.at == "start" and not self.answers and \
                not self.touched():
            self.check_life(code, said)
            return True
        try:
            return self.judge(code, said)
        finally:
            shutil.rmtree(self.data)

    def judge(self, code, said):
        if not self.failed():
            if code != 0 or any(a is None or a.status != 201
                                for a in self.answers):
                raise w.Fault("without a failure it fails: " + said)
            return False
        self.check_life(code, said)
        self.check_restart()
        return True


def sweep(world, base, notes, call, how, stride, k):
    tried = {"start": 0, "serving": 0, "later": 0, "latched": 0, "libuv": 0}
    while True:
        trial = Trial(world, base, notes, call, k, how)
        try:
            if not trial.run():
                break
        except w.Fault as fault:
            raise w.Fault("%s %d %s (%s): %s" % (
                call, k, how, trial.at, fault)) from fault
        tried["serving" if isinstance(trial.at, int) else trial.at] += 1
        tried["latched"] += trial.latched
        tried["libuv"] += trial.by_libuv
        if tried["libuv"] > 1:
            raise w.Fault("%s %d %s: a second abort" % (call, k, how))
        k += stride
    return tried


def main():
    build, share = sys.argv[1:3]
    stride = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    first = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    folder = tempfile.mkdtemp(prefix="waybill-calls-", dir=w.memory())
    start = time.monotonic()
    trials = 0
    try:
        world = w.World(build, folder, small=True)
        world.make()
        notes = world.shipments(2 if share == "quick" else 3)
        for call, how in WAYS[share]:
            try:
                tried = sweep(world, world.data, notes, call, how,
                              stride, first)
            except w.Fault as fault:
                w.die(str(fault))
            trials += tried["start"] + tried["serving"] + tried["later"]
            print("%-10s %-6s %4d at start, %3d while serving, %3d later, "
                  "%d latched, %d aborts of libuv" %
                  (call, how, tried["start"], tried["serving"],
                   tried["later"], tried["latched"], tried["libuv"]),
                  flush=True)
        print("%d lives, %.0f s" % (trials, time.monotonic() - start))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
