"""A disk that fails now and then, under a real file system.

    disk.py BUILD [ROUNDS [SEED]]

nbdkit serves a disk from memory whose writes fail while a file exists; nbdfuse
makes an image of it, a loop device a disk, and ext4 lies on that.  In each
round the daemon takes statements, then writes fail until it refuses, then the
disk is well again; the daemon is started again at once, as by a supervisor, or
after the file system was checked and mounted anew.  At the end of each round
the page cache is dropped, and everything acknowledged must be on the disk.

Needs root, the loop driver, and the packages nbdkit, libnbd-bin, fuse3.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

import world as w

SIZE = "96M"


def wait_for(path, process):
    """Until it is there; it comes soon or never."""
    for _ in range(1000):
        if os.path.exists(path):
            return
        if process.poll() is not None:
            break
        time.sleep(0.01)
    w.die("%s does not come" % path)


class Disk:
    def __init__(self, world):
        self.world = world
        self.folder = world.folder
        self.mount_point = self.folder + "/mnt"
        self.fail_file = self.folder + "/fail"
        self.image = self.folder + "/image/disk.img"
        for path in (self.mount_point, self.folder + "/image"):
            os.mkdir(path)
        socket = self.folder + "/nbd"
        self.nbdkit = subprocess.Popen(
            ["nbdkit", "-f", "-U", socket, "--filter=error", "memory", SIZE,
             "error-pwrite=EIO", "error-pwrite-rate=100%",
             "error-pwrite-file=" + self.fail_file])
        wait_for(socket, self.nbdkit)
        self.nbdfuse = subprocess.Popen(
            ["nbdfuse", self.image, "nbd+unix:///?socket=" + socket])
        wait_for(self.image, self.nbdfuse)
        self.run("mkfs.ext4", "-qF", self.image)
        self.loop = self.run("losetup", "-f", "--show",
                             self.image).decode().strip()
        self.mount()

    def run(self, *command, want=0):
        return self.world.run(*command, want=want)

    def mount(self):
        self.run("mount", self.loop, self.mount_point)

    def unmount(self):
        self.run("umount", self.mount_point)

    def check(self):
        """As at a boot; 1 and 2 say that something was put right."""
        code = subprocess.run(["e2fsck", "-fy", self.loop], check=False,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode
        if code > 2:
            w.die("e2fsck leaves with %d" % code)

    def mount_anew(self):
        self.unmount()
        with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as f:
            f.write("3\n")
        self.check()
        self.mount()

    def fail(self):
        with open(self.fail_file, "wb"):
            pass

    def heal(self):
        os.unlink(self.fail_file)

    def close(self):
        subprocess.run(["umount", self.mount_point], check=False)
        subprocess.run(["losetup", "-d", self.loop], check=False)
        subprocess.run(["fusermount3", "-u",
                        os.path.dirname(self.image)], check=False)
        self.nbdfuse.wait()
        self.nbdkit.terminate()
        self.nbdkit.wait()


class Rounds:
    def __init__(self, world, disk, notes, chance):
        self.world = world
        self.disk = disk
        self.notes = notes
        self.chance = chance
        self.data = disk.mount_point + "/ledger"
        self.receipts = {}
        self.next = 0
        self.refusals = 0
        self.rebuilt = 0

    def take(self, i, answer):
        if answer.status not in (200, 201):
            raise w.Fault("statement %d: %r" % (i, answer.body))
        if self.receipts.setdefault(i, answer.body) != answer.body:
            raise w.Fault("statement %d has two receipts" % i)

    def post(self, connection, n):
        """Up to n new ones; False if one is refused or not answered."""
        for _ in range(n):
            answer = connection.post(self.notes[self.next])
            if answer is None or answer.status >= 500:
                return False
            self.take(self.next, answer)
            self.next += 1
        return True

    def until_refused(self, daemon):
        connection = daemon.connect()
        self.post(connection, self.chance.randint(1, 12))
        self.disk.fail()
        if self.post(connection, 200):
            raise w.Fault("the disk fails, and 200 statements are taken")
        self.disk.heal()
        # The disk is well again; who has seen it fail takes nothing.
        for _ in range(3):
            if self.post(connection, 1):
                raise w.Fault("behind a failed write it takes statements")
        connection.close()
        code = daemon.stop()
        if code != 4:
            raise w.Fault("it leaves with %d: %s" % (code, daemon.said))

    def start(self):
        """A daemon, with a new store if it refuses the old one; or None, if
        the file system is read-only by now."""
        daemon = self.world.start(self.data)
        if daemon.ready:
            return daemon
        code = daemon.end()
        self.refusals += 1
        if code == 3:
            self.rebuilt += 1
            self.world.run(self.world.waybilld, "rebuild", "--data", self.data)
            daemon = self.world.start(self.data)
            if daemon.ready:
                return daemon
            daemon.end()
        if code < 0 or code == 3:
            raise w.Fault("it cannot be started: %d: %s" % (code, daemon.said))
        return None

    def again(self):
        """Everything acknowledged is there, the same to the byte."""
        daemon = self.start()
        if daemon is None:
            raise w.Fault("on a file system just checked it does not start")
        connection = daemon.connect()
        for i in range(self.next):
            answer = connection.post(self.notes[i])
            if answer is None or answer.status != 200:
                raise w.Fault("what was acknowledged is lost: %d" % i)
            self.take(i, answer)
        connection.close()
        if daemon.stop() != 0:
            raise w.Fault(daemon.said)

    def one(self, supervisor):
        daemon = self.start()
        if daemon is None:
            raise w.Fault("it does not start")
        self.until_refused(daemon)
        if supervisor:
            daemon = self.start()
            if daemon is not None:
                connection = daemon.connect()
                self.post(connection, self.chance.randint(1, 12))
                connection.close()
                daemon.stop()
        self.disk.mount_anew()
        self.again()
        if self.world.verify(self.data) < self.world.base + self.next:
            raise w.Fault("records are missing")


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    folder = tempfile.mkdtemp(prefix="waybill-disk-")
    if os.geteuid() != 0 or shutil.which("nbdfuse") is None:
        w.die("needs root, nbdkit, libnbd-bin and fuse3")
    world = w.World(sys.argv[1], folder)
    world.make()
    disk = Disk(world)
    try:
        # With no holes: the room for what comes is taken, as by the daemon.
        world.run("cp", "-r", "--sparse=never", world.data,
                  disk.mount_point + "/ledger")
        run = Rounds(world, disk, world.shipments(rounds * 60 + 300),
                     random.Random(seed))
        for i in range(rounds):
            try:
                run.one(i % 2 == 0)
            except w.Fault as fault:
                w.die("round %d of seed %d: %s" % (i, seed, fault))
            print("round %d: %d records, %d starts refused, %d stores made "
                  "anew" % (i + 1, run.next, run.refusals, run.rebuilt),
                  flush=True)
    finally:
        w.kill_all()
        disk.close()
        shutil.rmtree(folder, ignore_errors=True)


main()
