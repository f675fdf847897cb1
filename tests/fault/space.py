"""No room: a small disk that fills up, and a limit on the size of files.

    space.py BUILD

Statements are refused with 503, reads go on, nothing acknowledged is lost; when
there is room again they are taken, without a restart.
"""
import os
import shutil
import sys
import tempfile

import world as w

DISK = 24 << 20


def own_mounts():
    """Into a mount namespace of our own, as root of a user namespace."""
    if "WAYBILL_SPACE" not in os.environ:
        os.environ["WAYBILL_SPACE"] = "1"
        os.execvp("unshare", ["unshare", "-Urm", sys.executable, "-B",
                              *sys.argv])


class Filler:
    """Takes all that is left of the disk, or gives it back."""

    def __init__(self, folder):
        self.path = folder + "/filler"

    def fill(self):
        with open(self.path, "ab", buffering=0) as f:
            try:
                while f.write(bytes(4096)) > 0:
                    pass
            except OSError:
                pass

    def free(self, size=0):
        if size == 0:
            os.unlink(self.path)
        else:
            os.truncate(self.path, size)


class Run:
    def __init__(self, world, daemon, notes):
        self.world = world
        self.connection = daemon.connect()
        self.notes = notes
        self.next = 0
        self.receipts = {}

    def post(self):
        answer = self.connection.post(self.notes[self.next])
        if answer is None:
            w.die("no answer to statement %d" % self.next)
        if answer.status == 201:
            self.receipts[self.next] = answer.body
            self.next += 1
        elif answer.status != 503:
            w.die("%d: %r" % (answer.status, answer.body))
        return answer

    def until_full(self):
        taken = 0
        while True:
            answer = self.post()
            if answer.status == 503:
                break
            taken += 1
        if answer.code() != "WB-5002":
            w.die("refused, but not for want of space: %r" % answer.body)
        for target in ("/checkpoint", "/v1/records/0", "/tile/0/000.p/1"):
            if self.connection.get(target).status != 200:
                w.die("with a full disk %s is not served" % target)
        return taken

    def repeats(self):
        """Also what was acknowledged is answered as it was."""
        for i in list(self.receipts)[-3:]:
            answer = self.connection.post(self.notes[i])
            if answer.status != 200 or answer.body != self.receipts[i]:
                w.die("a repeat is answered %d" % answer.status)

    def goes_on(self, n):
        for _ in range(n):
            answer = self.post()
            if answer.status != 201:
                w.die("there is room, and it answers %r" % answer.body)


def full_disk(world, notes, disk):
    data = world.copy(disk + "/ledger")
    filler = Filler(disk)
    filler.fill()
    daemon = world.start(data)
    run = Run(world, daemon, notes)
    for size in (0, 64, 8, 64, 0):
        taken = run.until_full()
        run.repeats()
        at = os.path.getsize(filler.path)
        filler.free(0 if size == 0 else max(1, at - size * 4096))
        if size == 0:
            run.goes_on(40)
            filler.fill()
        print("full again behind %d records; %s freed" %
              (taken, "all" if size == 0 else "%d KiB" % (size * 4)))
    run.until_full()
    # Stopped and started on a full disk, it still serves.
    if daemon.stop() != 0:
        w.die(daemon.said)
    daemon = world.start(data)
    if not daemon.ready:
        daemon.end()
        w.die("with a full disk it does not start: " + daemon.said)
    run.connection = daemon.connect()
    run.until_full()
    run.repeats()
    filler.free()
    run.goes_on(5)
    if daemon.stop() != 0:
        w.die(daemon.said)
    if world.verify(data) != world.base + run.next:
        w.die("a record more or less")
    print("full disk: %d records" % run.next)


def file_limit(world, notes):
    """The store may grow by a few pages only."""
    data = world.copy(world.folder + "/limited")
    limit = os.path.getsize(data + "/store/data.mdb") + (40 << 12)
    limit = max(limit, 8 << 20)
    room = limit - os.path.getsize(data + "/store/data.mdb")
    daemon = world.start(data, wrapper=("prlimit", "--fsize=%d:" % limit))
    if not daemon.ready:
        daemon.end()
        w.die("with a limit on files it does not start: " + daemon.said)
    run = Run(world, daemon, notes)
    taken = run.until_full()
    run.repeats()
    world.run("prlimit", "--fsize=unlimited:",
              "--pid=%d" % daemon.process.pid)
    run.goes_on(20)
    if daemon.stop() != 0:
        w.die(daemon.said)
    if world.verify(data) != world.base + run.next:
        w.die("a record more or less")
    print("limit on files: full behind %d records and %d KiB, %d at the end" %
          (taken, room >> 10, run.next))


def main():
    own_mounts()
    folder = tempfile.mkdtemp(prefix="waybill-space-")
    disk = folder + "/disk"
    os.mkdir(disk)
    world = w.World(sys.argv[1], folder)
    world.run("mount", "-t", "tmpfs", "-o", "size=%d" % DISK, "none", disk)
    try:
        world.make()
        notes = world.shipments(6000)
        full_disk(world, notes, disk)
        file_limit(world, notes)
    finally:
        w.kill_all()
        world.run("umount", disk)
        shutil.rmtree(folder, ignore_errors=True)


main()
