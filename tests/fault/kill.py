"""kill -9 at random under load; what is not acknowledged is sent again.

    kill.py BUILD [CYCLES [SEED [small]]]

small is for a daemon whose journal begins a file every few records.

Several connections send shipments.  After some acknowledgements and a moment,
both chosen by the seed, the daemon is killed; what it still got out is read;
the next daemon gets everything unacknowledged again, and now and then
something acknowledged, whose receipt must be the same to the byte, or the same
statement over two connections at once.

At the end of each ledger: no record missing, none twice, every receipt the
same again, and the audit (which decides everything again) finds every balance
to be the sum over the records.  A tenth of the kills must have left a record
that was durable and not acknowledged, or nothing was tried.
"""
import random
import select
import shutil
import sys
import tempfile
import time

import world as w

CONNECTIONS = 8
CYCLES_A_LEDGER = 250
ACKS_MAX = 24  # before a kill
AFTER_MS = 6   # and then up to this
AGAIN = 0.1    # share of sends that repeat something acknowledged
TWICE = 0.05   # and of those that repeat something still under way


class Load:
    """What was sent, and what came back."""

    def __init__(self, world, notes, chance):
        self.world = world
        self.notes = notes
        self.chance = chance
        self.next = 0         # first note never sent
        self.unknown = []     # sent, and not acknowledged
        self.receipt = {}     # note to the digest of its receipt
        self.acked = []       # the same notes, in order
        self.made = set()     # notes whose answer was 201
        self.repeats = 0
        self.busy = 0         # starts that had to be made again
        self.twins = set()    # sent twice in this life of the daemon
        self.hit = False      # in this cycle: durable, not acknowledged

    def pick(self, under_way):
        if self.unknown:
            return self.unknown.pop(0)
        dice = self.chance.random()
        if self.acked and dice < AGAIN:
            self.repeats += 1
            return self.chance.choice(self.acked)
        if under_way and dice > 1 - TWICE:
            i = self.chance.choice(sorted(under_way.values()))
            self.twins.add(i)
            return i
        self.next += 1
        return self.next - 1

    def take(self, i, answer):
        if answer.busy():
            self.unknown.append(i)
            return
        if answer.status not in (200, 201):
            raise w.Fault("answer %d: %r" % (answer.status, answer.body))
        known = self.receipt.get(i)
        if answer.status == 201:
            # Of two under way at once, either may be answered first.
            if i in self.made or (known and i not in self.twins):
                raise w.Fault("note %d is recorded twice" % i)
            self.made.add(i)
        if known is None:
            self.hit |= answer.status == 200 and i not in self.twins
            self.receipt[i] = w.digest(answer.body)
            self.acked.append(i)
        elif known != w.digest(answer.body):
            raise w.Fault("note %d has two receipts" % i)

    def send(self, connection, under_way):
        i = self.pick(under_way)
        under_way[connection] = i
        connection.send(w.request(self.notes[i]))

    def receive(self, connection, under_way):
        """True if an answer came whole."""
        answer = w.take_answer(connection.buffer)
        if answer is None:
            return False
        self.take(under_way.pop(connection), answer)
        return True

    def start(self):
        """A daemon, as from a supervisor: one that was killed between fork()
        and exec() of its full check leaves the lock to the child for a
        moment."""
        for _ in range(50):
            daemon = self.world.start()
            if daemon.ready:
                return daemon
            if daemon.end() != 1 or "busy: " not in daemon.said:
                break
            self.busy += 1
        raise w.Fault("it does not start: " + daemon.said)

    def life(self):
        """One daemon, from its start to its death."""
        daemon = self.start()
        self.twins = set()
        poll = select.epoll()
        by_fd, under_way = {}, {}
        for _ in range(CONNECTIONS):
            c = daemon.connect()
            by_fd[c.fileno()] = c
            poll.register(c.fileno(), select.EPOLLIN)
        acks = self.chance.randint(CONNECTIONS, CONNECTIONS + ACKS_MAX)
        moment = self.chance.uniform(0, AFTER_MS / 1000)
        for c in by_fd.values():
            self.send(c, under_way)
        end = None
        while end is None or time.monotonic() < end:
            left = 30 if end is None else max(0, end - time.monotonic())
            events = poll.poll(left)
            if not events and end is None:
                raise w.Fault("no answer within 30 s")
            for fd, _ in events:
                c = by_fd[fd]
                if not c.read():
                    raise w.Fault("it ended by itself, with %d: %s" %
                                  (daemon.end(), daemon.said))
                if self.receive(c, under_way):
                    acks -= 1
                    self.send(c, under_way)
            if acks <= 0 and end is None:
                end = time.monotonic() + moment
        daemon.kill()
        for c in by_fd.values():
            while c.read():
                pass
            self.receive(c, under_way)
            c.close()
        poll.close()
        self.unknown += sorted({i for i in under_way.values()
                                if i not in self.receipt})

    def settle(self):
        """Send everything again, the unacknowledged first; then stop."""
        self.twins = set()
        daemon = self.start()
        c = daemon.connect()
        for i in self.unknown + list(range(self.next)):
            answer = c.post(self.notes[i])
            if answer is None:
                raise w.Fault("it ended by itself")
            self.take(i, answer)
        self.unknown = []
        c.close()
        if daemon.stop() != 0:
            raise w.Fault("it does not stop well: " + daemon.said)


def one_ledger(build, cycles, chance, small):
    """The hits, records and repeats of so many cycles on a new ledger."""
    folder = tempfile.mkdtemp(prefix="waybill-kill-")
    try:
        world = w.World(build, folder, small)
        world.make()
        notes = world.shipments(cycles * (2 * CONNECTIONS + ACKS_MAX) + 100)
        load = Load(world, notes, chance)
        hits = 0
        for cycle in range(cycles):
            load.hit = False
            try:
                load.life()
            except w.Fault as fault:
                raise w.Fault("cycle %d: %s" % (cycle, fault)) from fault
            hits += load.hit
        load.settle()
        records = world.verify()
        if records != world.base + load.next:
            raise w.Fault("%d records, not %d" %
                          (records, world.base + load.next))
        world.run(world.waybill, "audit", world.data + "/store", "--trust",
                  world.data + "/trust")
        return hits, load.next, load.repeats, load.busy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    build = sys.argv[1]
    cycles = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    small = sys.argv[4:5] == ["small"]
    chance = random.Random(seed)
    hits = records = repeats = busy = done = 0
    start = time.monotonic()
    while done < cycles:
        n = min(CYCLES_A_LEDGER, cycles - done)
        try:
            more = one_ledger(build, n, chance, small)
        except w.Fault as fault:
            w.die("seed %d, behind %d cycles: %s" % (seed, done, fault))
        done += n
        hits += more[0]
        records += more[1]
        repeats += more[2]
        busy += more[3]
        print("%d cycles, %d records, %d receipts asked for again, %d starts "
              "made again, %d kills left one durable and unacknowledged; "
              "%.0f s" % (done, records, repeats, busy, hits,
                          time.monotonic() - start),
              flush=True)
    if hits * 10 < cycles:
        w.die("only %d of %d kills left a record durable and unacknowledged" %
              (hits, cycles))


main()
