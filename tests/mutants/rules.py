"""Flip each comparison and constant of the rules, one at a time, and see which
check notices.

    /usr/bin/python3 -B tests/mutants/rules.py [NAME]    `make mutants` runs it

NAME picks the mutants whose name contains it; EVERY=n takes each n-th of them,
JOBS says how many run at a time, SECONDS when to begin no more.  A mutant is
named by its file, the function and its place in that: paths.within_limit.3.
Those that live are listed; each must stand in tests/mutants/survivors with the
reason, or the script fails.

A mutant that lives is also asked for the digest of 300 random histories: "same
decisions" says that none of them shows it.
"""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
O = "build/mutants"
MAKE = ["make", "-s", f"O={O}", "CFLAGS=-O0 -w", "OUR_CPPFLAGS="]

FLAGS = ["-O0", "-w", "-std=c11", "-D_GNU_SOURCE", "-fPIE", "-Iinclude",
         "-I.", '-DWB_VERSION="0"']
LIBS = ["-lcmocka", "-lsodium", "-lcrypto", "-llmdb", "-ljansson", "-lpthread"]

# The files that judge; of the others each n-th mutant is taken.
RULES = {
    "core/engine.c": 1, "core/facts.c": 1, "core/asked.c": 1,
    "core/items.c": 1, "core/parties.c": 1, "core/paths.c": 1,
    "core/review.c": 1, "core/held.c": 1, "core/veu.c": 1,
    "core/balances.c": 1, "core/registry.c": 2, "core/grants*.c": 3,
    "core/custody*.c": 6, "core/flag*.c": 6, "policy/diffusion.policy": 1,
    "policy/rev500.policy": 3, "policy/actual-2026-01.policy": 3,
    "policy/us-2023.policy": 3, "policy/us-2022-10.policy": 3,
}
# In the order of what they cost; environment, program.
CHECKS = [
    ({}, "snapshot"), ({}, "facts"), ({}, "engine"), ({}, "paths"), ({}, "charge"),
    ({}, "asked"), ({}, "held"), ({}, "attrition"), ({}, "registry"),
    ({}, "doubts"), ({}, "lookups"),
    ({}, "grants"), ({}, "custody"), ({}, "flags"),
    ({}, "law"), ({}, "findings"), ({}, "decision"), ({}, "scenarios"),
    ({}, "sequences"),
    ({"WAYBILL_CASES": "500"}, "properties"),
    ({"WAYBILL_HISTORIES": "200"}, "histories"),
]
SECONDS = 60  # for one check: a mutant may never end

# --- mutants ------------------------------------------------------------------

FLIPS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "&&": "||", "||": "&&",
    "WB_TRUE": "WB_FALSE", "WB_FALSE": "WB_TRUE", "WB_UNKNOWN": "WB_TRUE",
    "WB_CLEAR": "WB_REVIEW", "WB_REVIEW": "WB_CLEAR", "WB_DENY": "WB_REVIEW",
    "true": "false", "false": "true", "+": "-", "-": "+",
}
TOKEN = re.compile(
    r"(?P<skip>/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|->|\+\+|--"
    r"|<<|>>|\+=|-=|\|=|&=)"
    r"|(?P<op><=|>=|==|!=|&&|\|\||<|>|(?<=\s)[+-](?=\s))"
    r"|(?P<word>\b(?:WB_TRUE|WB_FALSE|WB_UNKNOWN|WB_CLEAR|WB_REVIEW|WB_DENY"
    r"|true|false)\b)"
    r"|(?P<number>(?<![\w.\[])\d+(?![\w.\]]))", re.S)
# Not rules: loops, errors of the state, room for what is printed, what has
# been proved.
PLUMBING = re.compile(
    r"^\s*(for \(|while \(|assert\(|static_assert|#)|\brc\b|\bret\b|sizeof"
    r"|NULL|switch|_MAX\b")
GUARD = re.compile(r"[^;]*return WB_E\w+;")
FUNCTION = re.compile(r"^[a-z][^;={]*?\b(\w+)\(", re.S)


# Numbers, and words that compare, of the lines of an edition.
LAW_LINES = {"set", "exclude", "eccn", "licence", "exempt", "exception",
             "review", "allocation", "validity"}
LAW_FLIPS = {
    ">=": ">", ">": ">=", "<=": "<", "<": "<=", "is": "is not",
    "is not": "is", "in": "outside", "outside": "touches", "touches": "in",
    "+": "-", "-": "+", "yes": "no", "no": "yes",
}
LAW_TOKEN = re.compile(
    r"(?<=\s)(?:>=|<=|>|<|is not|is|in|outside|touches|[+-]|yes|no"
    r"|\d+(?:\.\d+)?)(?=\s|$)(?![^\"]*\"\s*$)")


class Mutant:
    def __init__(self, name, path, at, old, new, line):
        self.name, self.path, self.at = name, path, at
        self.old, self.new, self.line = old, new, line


def statement_of(text, at):
    """The lines of the statement that the place is in."""
    start = max(text.rfind(c, 0, at) for c in ";{}") + 1
    end = min(i for i in (text.find(c, at) for c in ";{") if i >= 0)
    return text[start:end]


def headers_of_loops(text):
    """Where for (...) stands: a loop that never ends proves nothing."""
    for match in re.finditer(r"\bfor \(", text):
        depth, at = 1, match.end()
        while depth > 0:
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        yield range(match.start(), at)


def functions(text):
    """The parts of a file that are bodies of functions: name, from, to."""
    for match in re.finditer(r"^\{$", text, re.M):
        before = text.rfind("\n\n", 0, match.start())
        head = text[before:match.start()]
        head = re.sub(r"/\*.*?\*/", "", head, flags=re.S).lstrip()
        name = FUNCTION.match(head)
        if name:
            yield (name.group(1), match.start(),
                   text.index("\n}", match.start()))


def mutants_of(path):
    text = path.read_text()
    loops = list(headers_of_loops(text))
    for name, start, end in functions(text):
        n = 0
        for match in TOKEN.finditer(text, start, end):
            old = match.group()
            if match.lastgroup == "skip" or any(
                    match.start() in loop for loop in loops):
                continue
            # That is the flip of the sign before it, no error, nothing yet.
            if old == "0" and text[:match.start()].endswith(
                    ("== ", "!= ", "return ", " = ")):
                continue
            # Any negative number says "unknown".
            if old == "1" and re.search(r"[=?,(] -$|return -$",
                                        text[:match.start()]):
                continue
            # A value of the state that is none of ours.
            if GUARD.match(text, text.find(";", match.start()) - 20):
                continue
            part = re.sub(r"/\*.*?\*/", "", statement_of(text, match.start()),
                          flags=re.S)
            if PLUMBING.search(part.lstrip()):
                continue
            new = FLIPS.get(old) or str(int(old) + 1)
            n += 1
            line = text.count("\n", 0, match.start()) + 1
            yield Mutant(f"{path.stem}.{name}.{n}", path.relative_to(ROOT),
                         match.start(), old, new, line)


def mutants_of_law(path):
    """Comparisons, words and numbers of an edition."""
    at, keyword, n = 0, "", 0
    for number, line in enumerate(path.read_text().splitlines(True), 1):
        rule = line.split(" # ")[0]
        if line[0] not in " \t\n#":
            keyword = line.split()[0]
        if keyword in LAW_LINES and rule.strip() and line[0] != "#":
            for match in LAW_TOKEN.finditer(rule, rule.index(" ") + 1):
                old = match.group()
                n += 1
                yield Mutant(f"{path.stem}.{keyword}.{n}",
                             path.relative_to(ROOT), at + match.start(), old,
                             LAW_FLIPS.get(old) or old[:-1] +
                             str((int(old[-1]) + 1) % 10), number)
        at += len(line)


def all_mutants(only, every):
    picked = []
    for pattern, step in RULES.items():
        found = []
        for path in sorted(ROOT.glob(pattern)):
            found += (mutants_of if path.suffix == ".c"
                      else mutants_of_law)(path)
        picked += found if only else found[::step]
    # In no order, so that a run that is cut short has seen some of each.
    picked.sort(key=lambda m: hashlib.sha256(m.name.encode()).digest())
    return [m for m in picked if only in m.name][::every]


# --- what sees them -----------------------------------------------------------


class Tree:
    """A copy of the tree, in which one mutant at a time lives."""

    def __init__(self, where):
        self.where = pathlib.Path(where)
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others",
             "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["xargs", "-0", "cp", "--parents", "-pt", where],
                       cwd=ROOT, input=names, check=True)
        self.checks = [(env, name) for env, name in CHECKS
                       if (self.where / f"tests/unit/test_{name}.c").exists()]
        why = self.make(*self.programs())
        if why:
            sys.exit(why)

    def programs(self):
        return [f"{O}/test_{name}" for _, name in self.checks]

    def make(self, *targets):
        done = subprocess.run([*MAKE, *targets], cwd=self.where,
                              capture_output=True, text=True)
        return None if done.returncode == 0 else done.stderr

    # Without make, which takes longer to start than this to run.
    def compile(self, path):
        out = f"{O}/{path.with_suffix('.o')}"
        return self.call("gcc", *FLAGS, "-c", "-o", out, str(path)) and \
            self.call("ar", "rD", f"{O}/libwaybill.a", out)

    def link(self, name):
        more = []
        if name == "scenarios":  # drives the client, as the Makefile says
            more = [str(p) for p in (self.where / O / "client").glob("*.o")
                    if p.name != "main.o"] + ["-lcurl"]
        return self.call("gcc", "-pie", "-o", f"{O}/test_{name}",
                         f"{O}/tests/unit/test_{name}.o", *more,
                         f"{O}/libproto.a", f"{O}/libwaybill.a", *LIBS)

    def call(self, *command):
        return subprocess.run(command, cwd=self.where,
                              capture_output=True).returncode == 0

    def run(self, env, name):
        return subprocess.run([f"{O}/test_{name}"], cwd=self.where,
                              env={**os.environ, **env}, timeout=SECONDS,
                              capture_output=True, text=True, errors="replace")

    def digest(self):
        out = self.run({"WAYBILL_HISTORIES": "300"}, "histories")
        found = re.search(r"^decisions (\w+)", out.stdout + out.stderr, re.M)
        return found and found.group(1)

    def kill(self, mutant):
        """Who sees it: the name of a check, None, or "?" for no build."""
        path = self.where / mutant.path
        text = path.read_text()
        path.write_text(text[:mutant.at] + mutant.new +
                        text[mutant.at + len(mutant.old):])
        try:
            if path.suffix == ".c" and not self.compile(mutant.path):
                return "?"
            for env, name in self.checks:
                if not self.link(name):
                    return "?"
                try:
                    if self.run(env, name).returncode != 0:
                        return name
                except subprocess.TimeoutExpired:
                    return name + ", no end"
            mutant.digest = self.digest()
            return None
        finally:
            path.write_text(text)
            if path.suffix == ".c":
                self.compile(mutant.path)


def excuses():
    path = ROOT / "tests/mutants/survivors"
    lines = path.read_text().splitlines() if path.exists() else []
    rows = (line.split(None, 1) for line in lines
            if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def main():
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    every = int(os.environ.get("EVERY") or 1)
    jobs = int(os.environ.get("JOBS") or os.cpu_count())
    end = time.monotonic() + int(os.environ.get("SECONDS") or 1e6)
    todo = all_mutants(only, every)
    known, start, lock = excuses(), time.monotonic(), threading.Lock()
    killed, living, unbuilt = {}, [], 0
    queue = iter(todo)
    print(f"{len(todo)} mutants", flush=True)

    def work(where):
        nonlocal unbuilt
        tree = Tree(where)
        for check in list(tree.checks):
            if tree.run(*check).returncode != 0:
                print(f"left aside: the tree as it is fails test_{check[1]}",
                      flush=True)
                tree.checks.remove(check)
        whole = tree.digest()
        while True:
            with lock:
                mutant = next(queue, None)
            if mutant is None or time.monotonic() > end:
                return
            by = tree.kill(mutant)
            with lock:
                what = (f"{mutant.name:38} line {mutant.line}: "
                        f"{mutant.old} -> {mutant.new}")
                if by == "?":
                    unbuilt += 1
                elif by:
                    killed[by] = killed.get(by, 0) + 1
                    print(f"killed    {what:70} {by}", flush=True)
                else:
                    living.append(mutant.name)
                    # Every decision names the digest of its edition.
                    seen = ("same decisions" if mutant.digest == whole
                            else "other decisions"
                            if mutant.path.suffix == ".c" else "of the law")
                    print(f"SURVIVED  {what:70} {seen}; "
                          f"{known.get(mutant.name, 'no reason known')}",
                          flush=True)

    folder = tempfile.mkdtemp(prefix="waybill-mutants-")
    try:
        threads = []
        for i in range(jobs):
            where = os.path.join(folder, str(i))
            os.mkdir(where)
            threads.append(threading.Thread(target=work, args=(where,)))
            threads[-1].start()
        for thread in threads:
            thread.join()
    finally:
        shutil.rmtree(folder)
    n = sum(killed.values())
    print("by: " + ", ".join(f"{k} {v}" for k, v in
                             sorted(killed.items(), key=lambda x: -x[1])))
    unexplained = [name for name in living if name not in known]
    print(f"{n} of {len(todo)} killed, {len(living)} survived, {len(unexplained)} of them "
          f"without a reason, {unbuilt} do not build, "
          f"{time.monotonic() - start:.0f} seconds")
    sys.exit(1 if unexplained or n == 0 else 0)


main()
