"""The full check that comes back, and the share of a core that it takes.

    scrub.py BUILD

`verify --share N` over a ledger of a few thousand records: the processor's time
that it used, against the time that passed.  Then a daemon whose hours are short
(failing.so, WAYBILL_HURRY) makes its first check and the next ones.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

import world as w

RECORDS = 1500
SHARES = (50, 20, 5)
CHECKS = 3
HURRY = 7200   # an hour in half a second
LIMIT = 120    # seconds for all checks


def fill(world):
    daemon = world.start()
    connection = daemon.connect()
    for note in world.shipments(RECORDS):
        if connection.post(note).status != 201:
            w.die("a shipment is not taken")
    connection.close()
    if daemon.stop() != 0:
        w.die(daemon.said)


def used(world, *more):
    """Seconds of processor time, and seconds."""
    start = time.monotonic()
    process = subprocess.Popen(
        [world.waybilld, "verify", "--data", world.data, *more],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        w.die("verify leaves with %d" % process.returncode)
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start


def shares(world):
    for share in SHARES:
        cpu, passed = used(world, "--share", str(share))
        percent = 100 * cpu / passed
        print("--share %-3d %.2f s of processor time in %.1f s: %.1f per cent" %
              (share, cpu, passed, percent), flush=True)
        # What was used last, up to a window of records, has no pause behind.
        if percent > share * 1.3:
            w.die("that is more than %d" % share)


def checks(world):
    """How long until so many checks were made."""
    daemon = world.start(env={"LD_PRELOAD": world.build + "/failing.so",
                              "WAYBILL_HURRY": str(HURRY)})
    start = time.monotonic()
    while True:
        with open(daemon.log.name, "rb") as f:
            said = f.read()
        if said.count(b"full check: the ledger holds") >= CHECKS:
            break
        if time.monotonic() - start > LIMIT:
            w.die("in %d s: %r" % (LIMIT, said))
        time.sleep(0.1)
    if daemon.stop() != 0:
        w.die(daemon.said)
    print("%d full checks of one daemon, %.0f s" %
          (CHECKS, time.monotonic() - start))


def main():
    folder = tempfile.mkdtemp(prefix="waybill-scrub-")
    try:
        world = w.World(sys.argv[1], folder)
        world.make()
        fill(world)
        shares(world)
        checks(world)
    finally:
        w.kill_all()
        shutil.rmtree(folder, ignore_errors=True)


main()
