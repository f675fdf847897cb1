"""Try each mutant of the rules (flips.py) on the checks, one at a time, and say
which check sees it.

    /usr/bin/python3 -B tests/mutants/rules.py [NAME]    `make mutants` runs it

NAME, a regular expression, picks mutants; without it a run takes those that
flips.py says.  EVERY=n takes each n-th of them, EVERY=all even those that a
run leaves aside; JOBS says how many are tried at a time, SECONDS when to begin
no more.

The library is built once, as a shared one; of a mutant of the code, its file
alone is compiled, and loaded before the library.  Of a mutant of the law, the
edition alone is another.  The checks whose expectations come from the law, or
are properties, are asked first, those first that are quick and have seen
mutants of the same file; the first that fails ends it.  The snapshot of earlier
decisions, made by our own engine, says only that something changed; it is asked
last, and what it alone sees is told.

What a run finds is kept in build/mutants/ by the digest of the tree: begun
again, it goes on.  A mutant that lives must stand in tests/mutants/survivors
with the reason, and nothing else may stand there, or the script fails.
"""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import flips

ROOT = flips.ROOT
KEPT = ROOT / "build/mutants"
CC = ["gcc", "-w", "-std=c11", "-D_GNU_SOURCE", "-fPIC", "-Iinclude", "-I.",
      '-DWB_VERSION="0"']
LIBS = ["-lcmocka", "-lsodium", "-lcrypto", "-llmdb", "-ljansson", "-lcurl",
        "-lpthread"]
# Ledgers that are thrown away need no disk.
NO_DISK = """
int fsync(int fd) { return fd < 0 ? -1 : 0; }
int fdatasync(int fd) { return fd < 0 ? -1 : 0; }
"""

# What says whether the rules are as the law has them.
CHECKS = """
    vectors facts engine paths paths_edges charge asked held attrition registry
    doubts lookups grants grants_party custody custody_again custody_base
    custody_count custody_edges custody_serial custody_answer custody_undo flags
    flags_edges flags_grants flags_limits flags_shared flags_custody law
    law_sets late replay what_if findings decision sweep sweep_edges later
    provisional provisional_flags policy policy_limit operator readings
    scenarios sequences properties histories histories_law
""".split()
SNAPSHOT = "snapshot"  # whether they are as they were
FEWER = {"WAYBILL_CASES": "500", "WAYBILL_HISTORIES": "300"}


class Results:
    """A line for each mutant tried: its name and what saw it."""

    def __init__(self, digest):
        KEPT.mkdir(parents=True, exist_ok=True)
        self.path = KEPT / f"{digest}.tried"
        self.of = self.read(self.path) if self.path.exists() else {}
        self.lock = threading.Lock()
        # Of other trees, whom to ask first.
        self.hint = {}
        for path in sorted(KEPT.glob("*.tried"),
                           key=lambda p: p.stat().st_mtime):
            self.hint.update(self.read(path))

    def read(self, path):
        return dict(line.split(None, 1)
                    for line in path.read_text().splitlines())

    def add(self, name, found):
        with self.lock, self.path.open("a") as f:
            f.write(f"{name} {found}\n")
            self.of[name] = found


class Build:
    """A copy of the tree, and what is built of it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.tree = self.folder / "tree"
        self.tree.mkdir()
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others",
             "--exclude-standard", "core", "include", "proto", "client",
             "policy", "tests/unit", "tests/vectors"],
            cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["xargs", "-0", "cp", "--parents", "-pt", self.tree],
                       cwd=ROOT, input=names, check=True)
        names = sorted(names.decode().split("\0")[:-1])
        self.digest = self.of(names).hex()[:16]
        self.headers = self.of(n for n in names if n.endswith(".h"))
        self.cost = {}

    def of(self, names):
        whole = hashlib.sha256()
        for name in names:
            whole.update(name.encode() + (self.tree / name).read_bytes())
        return whole.digest()

    def cc(self, *args, text=None):
        done = subprocess.run([*CC, *args], cwd=self.tree, input=text,
                              capture_output=True, text=True)
        return None if done.returncode == 0 else done.stderr

    def object(self, path, where):
        """Compile, or take what was compiled of the same texts before."""
        out = self.folder / where / (str(path).replace("/", "-") + ".o")
        out.parent.mkdir(exist_ok=True)
        text = (self.tree / path).read_bytes()
        kept = KEPT / "objects" / hashlib.sha256(
            str(path).encode() + self.headers + text).hexdigest()[:32]
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            why = self.cc("-O1", "-c", "-o", str(out), str(path))
            if why:
                sys.exit(why)
            shutil.copy(out, kept)
        shutil.copy(kept, out)
        return str(out)

    def link(self, out, *args):
        why = self.cc("-o", str(self.folder / out), *args, "-L",
                      str(self.folder), f"-Wl,-rpath,{self.folder}")
        if why:
            sys.exit(why)

    def make(self, jobs):
        with ThreadPoolExecutor(jobs) as pool:
            def objects(where, *patterns):
                paths = [p.relative_to(self.tree) for pattern in patterns
                         for p in sorted(self.tree.glob(pattern))
                         if p.name != "main.c"]
                return list(pool.map(lambda p: self.object(p, where), paths))

            core = objects("core", "core/*.c", "proto/*.c")
            client = objects("client", "client/*.c")
            tests = objects("tests", *(f"tests/unit/test_{name}.c"
                                       for name in (*CHECKS, SNAPSHOT)))
            self.link("libwaybill.so", "-shared", *core)
            self.link("libclient.so", "-shared", *client)
            list(pool.map(lambda o: self.link(
                o.rsplit("-", 1)[1][:-len(".c.o")], "-pie", o, "-lclient",
                "-lwaybill", *LIBS), tests))
        why = self.cc("-shared", "-o", str(self.folder / "no-disk.so"), "-x",
                      "c", "-", text=NO_DISK)
        if why:
            sys.exit(why)


class Place:
    """Where one mutant at a time is tried."""

    def __init__(self, build, number):
        self.build = build
        self.where = build.folder / str(number)
        self.where.mkdir()
        for folder in build.tree.iterdir():
            if folder.name == "policy":
                shutil.copytree(folder, self.where / "policy")
            else:
                (self.where / folder.name).symlink_to(folder)
        self.loaded = str(self.where / "mutant.so")

    def run(self, name, mutant, seconds):
        """Whether the check passes, and what it says."""
        load = [str(self.build.folder / "no-disk.so")]
        if mutant and mutant.path.suffix == ".c":
            load.append(self.loaded)
        done = subprocess.run(
            ["setpriv", "--pdeathsig", "KILL",
             str(self.build.folder / f"test_{name}")],
            cwd=self.where, timeout=seconds, capture_output=True, text=True,
            errors="replace", stdin=subprocess.DEVNULL,
            env={**os.environ, **FEWER, "LD_PRELOAD": " ".join(load)})
        return done.returncode == 0, done.stdout + done.stderr

    def passes(self, name, mutant):
        """False also of a mutant that never ends, as a loop of it may."""
        try:
            return self.run(name, mutant, 20 + 20 * self.build.cost[name])
        except subprocess.TimeoutExpired:
            return False, ""

    def begin(self, mutant):
        """Let the mutant stand; whether it builds."""
        text = (self.build.tree / mutant.path).read_text()
        text = (text[:mutant.at] + mutant.new +
                text[mutant.at + len(mutant.old):])
        if mutant.path.suffix == ".c":
            return self.build.cc("-O0", "-shared", "-o", self.loaded, "-x",
                                 "c", "-", text=text) is None
        (self.where / mutant.path).write_text(text)
        return True

    def end(self, mutant):
        if mutant.path.suffix != ".c":
            shutil.copy(self.build.tree / mutant.path,
                        self.where / mutant.path)

    def kill(self, mutant, checks):
        """The check that sees it, "no build", or "alive: " and how."""
        if not self.begin(mutant):
            return "no build"
        try:
            for name in checks:
                good, said = self.passes(name, mutant)
                if not good:
                    return name
                if name == "histories":
                    digest = digest_of(said)
            if not self.passes(SNAPSHOT, mutant)[0]:
                return SNAPSHOT
            # Every decision names the digest of its edition.
            if mutant.path.suffix != ".c":
                return "alive: the law"
            return ("alive: same decisions" if digest == self.build.decisions
                    else "alive: other decisions")
        finally:
            self.end(mutant)


def digest_of(said):
    found = re.search(r"^decisions (\w+)", said, re.M)
    return found and found.group(1)


class Order:
    """Which checks to ask first: what saw the mutant in another tree, then what
    has seen mutants of the file, for what it costs."""

    def __init__(self, cost, results, by_name):
        self.cost, self.seen, self.lock = cost, {}, threading.Lock()
        self.hint = results.hint
        for name, found in results.hint.items():
            if name in by_name:
                self.add(by_name[name], found)

    def add(self, mutant, found):
        with self.lock:
            for key in (str(mutant.path), mutant.path.parent.name):
                key = (key, found)
                self.seen[key] = self.seen.get(key, 0) + 1

    def of(self, mutant):
        def worth(name):
            n = (self.seen.get((str(mutant.path), name), 0) +
                 self.seen.get((mutant.path.parent.name, name), 0) / 8 + 0.1)
            return (self.hint.get(mutant.name) == name,
                    n / (self.cost[name] + 0.02))

        with self.lock:
            return sorted(self.cost.keys() - {SNAPSHOT}, key=worth,
                          reverse=True)


def excuses():
    """Of each survivor, its flip and the reason."""
    lines = (ROOT / "tests/mutants/survivors").read_text().splitlines()
    rows = (line.split(" | ", 2) for line in lines
            if line and not line.startswith("#"))
    return {name: (flip, reason) for name, flip, reason in rows}


def flip_of(mutant):
    return f"{mutant.old} -> {mutant.new}"


def tell(mutant, found, known):
    what = f"{mutant.name:38} line {mutant.line}: {flip_of(mutant)}"
    if found.startswith("alive"):
        reason = known.get(mutant.name, (0, "no reason known"))[1]
        print(f"SURVIVED  {what:70} {found}; {reason}", flush=True)
    else:
        print(f"killed    {what:70} {found}", flush=True)


def summary(todo, every, results, known):
    """Tell what came of it; whether it is as it should be."""
    found = [(m, results.of[m.name]) for m in todo if m.name in results.of]
    by = {}
    for _, who in found:
        if not who.startswith("alive") and who != "no build":
            by[who] = by.get(who, 0) + 1
    living = [m for m, who in found if who.startswith("alive")]
    unbuilt = sum(who == "no build" for _, who in found)
    print("by: " + ", ".join(f"{who} {n}" for who, n in
                             sorted(by.items(), key=lambda x: -x[1])))
    print(f"{by.get(SNAPSHOT, 0)} were seen by the snapshot only")
    faults = [f"{m.name}: survived, without a reason" for m in living
              if m.name not in known]
    exists = {m.name: flip_of(m) for m in every}
    alive = {m.name for m in living}
    killed = {m.name for m, _ in found} - alive
    for name, (flip, _) in known.items():
        if exists.get(name) != flip:
            faults.append(f"{name}: in survivors, and there is none of {flip}")
        elif name in killed:
            faults.append(f"{name}: in survivors, and is killed")
    for fault in faults:
        print(fault)
    print(f"{sum(by.values())} of {len(found)} killed, {len(living)} survived, "
          f"{unbuilt} do not build, {len(todo) - len(found)} not tried; "
          f"{len(faults)} faults")
    return not faults and sum(by.values()) > 0


def main():
    every, usual = flips.all_mutants()
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    step = os.environ.get("EVERY") or "1"
    todo = [m for m in every if re.search(only, m.name) and
            (only or step == "all" or m.name in usual)]
    todo = todo[::1 if step == "all" else int(step)]
    jobs = int(os.environ.get("JOBS") or os.cpu_count())
    end = time.monotonic() + int(os.environ.get("SECONDS") or 1e6)
    known, start, stop = excuses(), time.monotonic(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with tempfile.TemporaryDirectory(prefix="waybill-mutants-") as folder:
        build = Build(folder)
        results = Results(build.digest)
        # What no run has seen first, what one has seen killed last.
        queue = iter(sorted(
            (m for m in todo if m.name not in results.of),
            key=lambda m: 2 if results.hint.get(m.name) in CHECKS
            else m.name in results.hint))
        print(f"{len(todo)} mutants", flush=True)
        build.make(jobs)
        first = Place(build, "first")
        for name in (*CHECKS, SNAPSHOT):
            began = time.monotonic()
            good, said = first.run(name, None, 300)
            if not good:
                sys.exit(f"the tree as it is fails test_{name}\n{said}")
            build.cost[name] = time.monotonic() - began
            if name == "histories":
                build.decisions = digest_of(said)
        order = Order(build.cost, results, {m.name: m for m in every})
        print("seconds: " + ", ".join(f"{name} {cost:.2f}" for name, cost
                                      in build.cost.items()))
        print(f"built and checked in {time.monotonic() - start:.0f} seconds",
              flush=True)
        lock = threading.Lock()

        def work(number):
            place = Place(build, number)
            while time.monotonic() < end and not stop.is_set():
                with lock:
                    mutant = next(queue, None)
                if mutant is None:
                    return
                found = place.kill(mutant, order.of(mutant))
                results.add(mutant.name, found)
                order.add(mutant, found)
                with lock:
                    tell(mutant, found, known)

        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(work, range(jobs)))
    good = summary(todo, every, results, known)
    print(f"{time.monotonic() - start:.0f} seconds")
    sys.exit(0 if good else 1)


main()
