"""A clock that jumps while the daemon runs.

    clock.py BUILD

Ten years back: the record's time is that of the record before.  Ten years
ahead: refused, until the clock is right again.  Timers go on in both.
"""
import os
import re
import shutil
import sys
import tempfile

import world as w

LIBRARY = "/usr/lib/%s/faketime/libfaketimeMT.so.1"


def library():
    path = LIBRARY % (os.uname().machine + "-linux-gnu")
    if not os.path.exists(path):
        w.die("the package faketime is not installed: " + path)
    return path


class Clock:
    def __init__(self, folder):
        self.path = folder + "/clock"
        self.set("+0")

    def set(self, offset):
        with open(self.path + ".new", "w", encoding="ascii") as f:
            f.write(offset + "\n")
        os.rename(self.path + ".new", self.path)

    def env(self):
        return {"LD_PRELOAD": library(), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_TIMESTAMP_FILE": self.path,
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "DONT_FAKE_MONOTONIC": "1"}


def record_time(connection, receipt):
    seq = re.search(rb"\nindex (\d+)\n", receipt).group(1).decode()
    record = connection.get("/v1/records/" + seq).body
    return re.search(rb"\ntime (\S+)\n", record).group(1).decode()


def main():
    folder = tempfile.mkdtemp(prefix="waybill-clock-")
    try:
        world = w.World(sys.argv[1], folder)
        world.make()
        clock = Clock(folder)
        daemon = world.start(env=clock.env())
        connection = daemon.connect()
        times = []
        taken = 0
        jumps = ["+0", "-10y", "+0", "+10y", "-1d", "+10y", "+0", "-3650d",
                 "+20d", "-10y", "+0"]
        notes = world.shipments(len(jumps) + 2)
        more = len(notes)
        for note, jump in zip(notes, jumps):
            clock.set(jump)
            answer = connection.post(note)
            if jump == "+10y":
                if answer.status != 503 or not answer.code():
                    w.die("ten years ahead it answers %d" % answer.status)
                print("%-7s %s" % (jump, answer.code()))
                continue
            if answer.status != 201:
                w.die("%s: %r" % (jump, answer.body))
            taken += 1
            times.append(record_time(connection, answer.body))
            print("%-7s %s" % (jump, times[-1]))
        if times != sorted(times):
            w.die("the time of records decreases")
        connection.close()
        if daemon.stop() != 0:
            w.die(daemon.said)
        if world.verify() != world.base + taken:
            w.die("a record more or less")
        # Started in the wrong year, it serves, and refuses ten years ahead.
        for jump, want in (("-10y", 201), ("+10y", 503)):
            clock.set(jump)
            daemon = world.start(env=clock.env())
            if not daemon.ready:
                daemon.end()
                w.die("%s: %s" % (jump, daemon.said))
            connection = daemon.connect()
            more -= 1
            got = connection.post(notes[more]).status
            connection.close()
            if daemon.stop() != 0 or got != want:
                w.die("started at %s it answers %d" % (jump, got))
        world.verify()
        print("%d jumps" % (len(jumps) + 2))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
