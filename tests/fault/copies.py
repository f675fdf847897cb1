"""Copies put back, parts of copies, two daemons on one ledger.

    copies.py BUILD

What is older than what was released is refused by name and nothing is signed;
what the journal can fill is filled.  A whole folder put back, head file and
all, is in itself a sound ledger: the daemon cannot know, and signs the same
numbers a second time.  Who has seen more than it holds does know.
"""
import os
import shutil
import sys
import tempfile

import world as w

COPIES = 10
JOURNAL = "/store/journal"
STORE = "/store/data.mdb"
HEAD = "/store/head"


def put(source, target, *parts):
    """Put parts of one folder in the place of another's."""
    for part in parts:
        if os.path.isdir(target + part):
            shutil.rmtree(target + part)
            shutil.copytree(source + part, target + part)
        else:
            shutil.copy(source + part, target + part)


class Copies:
    def __init__(self, build, folder):
        self.world = w.World(build, folder)
        self.world.make()
        self.trial = folder + "/trial"
        self.old = []
        self.tried = 0
        self.receipts = []
        self.notes = self.world.shipments(COPIES + 1)
        for note in self.notes[:COPIES]:
            self.old.append(self.world.copy("%s/old-%d" %
                                            (folder, len(self.old))))
            self.receipts.append(self.post(self.world.data, note))
        self.size = self.world.base + COPIES

    def post(self, data, note, want=201):
        daemon = self.world.start(data)
        if not daemon.ready:
            daemon.end()
            w.die("it does not start: " + daemon.said)
        connection = daemon.connect()
        answer = connection.post(note)
        connection.close()
        if daemon.stop() != 0 or answer.status != want:
            w.die("%d, not %d" % (answer.status, want))
        return answer.body

    def fresh(self):
        self.tried += 1
        return self.world.copy(self.trial)

    def refused(self, what, code, said):
        head = self.trial + HEAD
        with open(head, "rb") as f:
            before = f.read()
        daemon = self.world.start(self.trial)
        if daemon.ready:
            daemon.stop()
            w.die("%s is served" % what)
        got = daemon.end()
        if got != code or said not in daemon.said:
            w.die("%s: exit %d: %s" % (what, got, daemon.said))
        with open(head, "rb") as f:
            if f.read() != before:
                w.die("%s: the head file is another" % what)
        print("%-46s refused: %s" % (what, said), flush=True)

    def served(self, what):
        """It goes on, and every receipt is what it was."""
        for note, receipt in zip(self.notes, self.receipts):
            if self.post(self.trial, note, 200) != receipt:
                w.die("%s: a receipt is another" % what)
        if self.world.verify(self.trial) != self.size:
            w.die("%s: a record more or less" % what)
        print("%-46s served, the same to the byte" % what, flush=True)

    def parts(self):
        for i, old in enumerate(self.old):
            self.fresh()
            put(old, self.trial, STORE, JOURNAL)
            self.refused("store and journal, %d records old" % (COPIES - i),
                         3, "rollback")
        old = self.old[COPIES // 2]
        self.fresh()
        put(old, self.trial, JOURNAL)
        self.refused("the journal alone, old", 3, "damaged")
        self.fresh()
        put(old, self.trial, STORE)
        self.served("the store alone, old")
        self.fresh()
        put(old, self.trial, HEAD)
        self.served("the head alone, old")
        self.fresh()
        put(old, self.trial, STORE, HEAD)
        self.served("store and head, old")

    def fork(self):
        """An old copy goes another way, and meets the head of today."""
        self.world.copy(self.trial, self.old[-1])
        self.post(self.trial, self.notes[COPIES])
        put(self.world.data, self.trial, HEAD)
        self.refused("a copy that went another way", 3, "fork")

    def missing(self):
        for what, said, code in ((STORE, "no ledger is there", 2),
                                 (HEAD, "no ledger is there", 2),
                                 (JOURNAL, "damaged", 3)):
            self.fresh()
            path = self.trial + what
            if os.path.isdir(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)
            daemon = self.world.start(self.trial)
            if daemon.ready or daemon.end() != code:
                w.die("without %s it starts" % what)
            if said not in daemon.said:
                w.die("without %s it says: %s" % (what, daemon.said))
            print("%-46s refused: %s" % ("without " + what, said), flush=True)

    def audit(self, data, want):
        """As one who remembers the last checkpoint."""
        daemon = self.world.start(data)
        if not daemon.ready:
            daemon.end()
            w.die("it does not start: " + daemon.said)
        said = self.world.run(
            self.world.waybill, "audit", "unix:" + daemon.api,
            "--key", self.world.key["authority"],
            "--trust", self.world.data + "/trust", want=want)
        if daemon.stop() != 0:
            w.die(daemon.said)
        return said.decode()

    def whole(self):
        """What no single machine can see, and what it takes to see it."""
        self.audit(self.world.data, 0)
        self.tried += 1
        self.world.copy(self.trial, self.old[COPIES // 2])
        if "shrunk" not in self.audit(self.trial, 3):
            w.die("the auditor does not see a whole folder put back")
        # It grows past what was seen, with another history.
        for note in reversed(self.notes[COPIES // 2:]):
            self.post(self.trial, note)
        self.audit(self.trial, 3)
        print("%-46s served: seen by who audited before" %
              "the whole folder with its head, old", flush=True)

    def restored(self):
        """A backup signs nothing, even with keys and a head file."""
        copy = self.world.folder + "/backup"
        again = self.world.folder + "/restored"
        self.world.run(self.world.waybilld, "backup", "--data",
                       self.world.data, "--to", copy)
        self.world.run(self.world.waybilld, "restore", "--from", copy,
                       "--data", again)
        shutil.copytree(self.world.data + "/keys", again + "/keys")
        shutil.copy(self.world.data + HEAD, again + HEAD)
        self.tried += 1
        said = self.world.run(self.world.waybilld, "rebuild", "--data", again,
                              want=3)
        if b"restored" not in said:
            w.die("a restored copy is rebuilt: %r" % said)
        self.trial = again
        self.refused("a restored copy, with keys and head", 3, "restored")

    def two(self):
        """A second daemon on the same folder ends at once, and the first
        notices nothing."""
        first = self.world.start()
        second = self.world.start(name="second")
        if second.ready or second.end() != 1 or \
                "another process has" not in second.said:
            w.die("a second daemon: " + second.said)
        connection = first.connect()
        if connection.post(self.notes[0]).body != self.receipts[0]:
            w.die("the first daemon is disturbed")
        connection.close()
        if first.stop() != 0:
            w.die(first.said)
        print("%-46s refused: another process" % "a second daemon")


def main():
    folder = tempfile.mkdtemp(prefix="waybill-copies-")
    try:
        copies = Copies(sys.argv[1], folder)
        copies.parts()
        copies.fork()
        copies.missing()
        copies.two()
        copies.whole()
        copies.restored()
        print("%d copies and parts of copies" % copies.tried)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
