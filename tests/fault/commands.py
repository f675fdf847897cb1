"""Each call failing in turn under init, rebuild and backup.

    commands.py BUILD [STRIDE]

The command runs with the K-th call of a kind failing, for K = 1 until it ends
without having come so far; STRIDE tries every so many-th.  Then:

  - it never dies by a signal, but for the kill that is asked for, and leaves
    with 0 only if its work is whole;
  - behind rebuild, a second one makes the store, and every answer is the same;
  - a backup is there whole, or not under its name, and the ledger is untouched;
  - behind init, the folder is a ledger, or becomes one, or is refused.
"""
import errno
import os
import shutil
import sys
import tempfile
import time

import world as w

CALLS = ("open", "rename", "mkdir", "fsync", "fdatasync", "pwrite", "writev",
         "ftruncate")
HOWS = ("EIO", "ENOSPC", "EINTR", "killed")


class Commands:
    def __init__(self, build, folder):
        self.world = w.World(build, folder, small=True)
        self.world.make()
        self.notes = self.world.shipments(4)
        self.data = folder + "/trial"
        self.copy = folder + "/copy"
        self.mark = folder + "/failed"
        self.receipts = self.post(self.world.data)
        self.records = self.world.base + len(self.notes)

    def post(self, data):
        daemon = self.world.start(data)
        if not daemon.ready:
            daemon.end()
            raise w.Fault("it does not start: " + daemon.said)
        connection = daemon.connect()
        bodies = [connection.post(note).body for note in self.notes]
        connection.close()
        if daemon.stop() != 0:
            raise w.Fault(daemon.said)
        return bodies

    def holds(self, data):
        """The ledger is what it was, to the byte."""
        records = self.world.verify(data)
        if records != self.records:
            raise w.Fault("%d records" % records)

    def command(self, words, plan=""):
        """Its exit code and what it said; under plan, a call fails."""
        if os.path.exists(self.mark):
            os.unlink(self.mark)
        env = {"LD_PRELOAD": self.world.build + "/failing.so",
               "WAYBILL_FAIL": plan, "WAYBILL_FAILED": self.mark}
        return self.world.may_fail([self.world.waybilld, *words],
                                   env if plan else None)

    def init(self, run):
        shutil.rmtree(self.data, ignore_errors=True)
        words = ("init", "--origin", w.ORIGIN, "--data", self.data)
        code = run(words)
        if code == 0:
            self.world.verify(self.data)
            return
        again, said = self.command(words)
        if again not in (0, 1, 2, 3):
            raise w.Fault("init again leaves with %d: %s" % (again, said))
        if again == 0:
            self.world.verify(self.data)

    def rebuild(self, run):
        self.world.copy(self.data)
        words = ("rebuild", "--data", self.data)
        code = run(words)
        if code == 0:
            self.holds(self.data)
            return
        again, said = self.command(words)
        if again != 0:
            raise w.Fault("rebuild again leaves with %d: %s" % (again, said))
        self.holds(self.data)
        if self.post(self.data) != self.receipts:
            raise w.Fault("a receipt is another")

    def backup(self, run):
        shutil.rmtree(self.copy, ignore_errors=True)
        words = ("backup", "--data", self.world.data, "--to", self.copy)
        code = run(words)
        if os.path.exists(self.copy):
            self.holds(self.copy)
        elif code == 0:
            raise w.Fault("there is no backup")
        if code != 0:
            for name in os.listdir(self.world.folder):
                if name.startswith("copy"):
                    shutil.rmtree(self.world.folder + "/" + name)

    def trial(self, what, call, k, how):
        """False if the call was never made."""
        came = []

        def run(words):
            code, said = self.command(words, "%s %d %s" % (
                call, k, getattr(errno, how, how)))
            if code < 0 and how != "killed":
                raise w.Fault("signal %d: %s" % (-code, said))
            if code > 4:
                raise w.Fault("exit %d: %s" % (code, said))
            came.append(os.path.exists(self.mark))
            if code != 0 and not came[0]:
                raise w.Fault("without a failure: %d: %s" % (code, said))
            return code
        getattr(self, what)(run)
        return came[0]


def main():
    stride = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    folder = tempfile.mkdtemp(prefix="waybill-commands-", dir=w.memory())
    start = time.monotonic()
    trials = 0
    try:
        commands = Commands(sys.argv[1], folder)
        for what in ("init", "rebuild", "backup"):
            for call in CALLS:
                counts = []
                for how in HOWS:
                    k, n = 1, 0
                    try:
                        while commands.trial(what, call, k, how):
                            k += stride
                            n += 1
                    except w.Fault as fault:
                        w.die("%s: %s %d %s: %s" %
                              (what, call, k, how, fault))
                    counts.append("%s %d" % (how, n))
                    trials += n
                print("%-8s %-10s %s" % (what, call, ", ".join(counts)),
                      flush=True)
        commands.holds(commands.world.data)
        print("%d commands with a failing call, %.0f s" %
              (trials, time.monotonic() - start))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
