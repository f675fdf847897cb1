"""What is flipped: each comparison and constant of the code that judges, and of
the lines of the editions.

A mutant is named by its file, the function or the keyword, and its place in
that: paths.within_limit.3.  rules.py has it compiled and tried.
"""

import datetime
import hashlib
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The files that judge, and the editions; of some each n-th mutant is taken.
RULES = {
    "core/engine.c": 1, "core/dated.c": 1, "core/facts.c": 1, "core/asked.c": 1,
    "core/items.c": 1, "core/parties.c": 1, "core/paths.c": 1,
    "core/review.c": 1, "core/held.c": 1, "core/veu.c": 1,
    "core/balances.c": 1, "core/attrition.c": 1, "core/judged.c": 1,
    "core/provisional.c": 2, "core/due.c": 2, "core/sweep*.c": 2,
    "core/what_if.c": 2, "core/registry.c": 2, "core/grants*.c": 3,
    "core/custody*.c": 6, "core/flag*.c": 6, "policy/diffusion.policy": 1,
    "policy/rev500.policy": 2, "policy/actual-*.policy": 3,
    "policy/us-*.policy": 2,
}

FLIPS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "&&": "||", "||": "&&",
    "WB_TRUE": "WB_FALSE", "WB_FALSE": "WB_TRUE", "WB_UNKNOWN": "WB_TRUE",
    "WB_CLEAR": "WB_REVIEW", "WB_REVIEW": "WB_CLEAR", "WB_DENY": "WB_REVIEW",
    "true": "false", "false": "true", "+": "-", "-": "+",
    "wb_same": "!wb_same", "!wb_same": "wb_same",
}
TOKEN = re.compile(
    r"(?P<skip>/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|->|\+\+|--"
    r"|<<|>>|\+=|-=|\|=|&=)"
    r"|(?P<op><=|>=|==|!=|&&|\|\||<|>|(?<=\s)[+-](?=\s))"
    r"|(?P<same>!?\bwb_same(?=\())"
    r"|(?P<word>\b(?:WB_TRUE|WB_FALSE|WB_UNKNOWN|WB_CLEAR|WB_REVIEW|WB_DENY"
    r"|true|false)\b)"
    r"|(?P<number>(?<![\w.\[])\d+(?![\w.\]]))", re.S)
# Not rules: loops, errors of the state, room for what is printed, what has
# been proved.
PLUMBING = re.compile(
    r"^\s*(for \(|while \(|assert\(|static_assert|#|char \w+\[)|\brc\b|\bret\b"
    r"|sizeof"
    r"|NULL|switch|_MAX\b")
GUARD = re.compile(r"[^;]*return WB_E\w+;")
FUNCTION = re.compile(r"^[a-z][^;={]*?\b(\w+)\(", re.S)


# Numbers, and words that compare, of the lines of an edition.
LAW_LINES = {"effective", "until", "savings", "setting", "set", "exclude",
             "eccn", "licence", "exempt", "exception", "review", "allocation",
             "validity"}
LAW_FLIPS = {
    ">=": ">", ">": ">=", "<=": "<", "<": "<=", "is": "is not",
    "is not": "is", "in": "outside", "outside": "touches", "touches": "in",
    "+": "-", "-": "+", "yes": "no", "no": "yes", "on": "off", "off": "on",
}
LAW_TOKEN = re.compile(
    r"(?<=\s)(?:(?P<date>\d{4}-\d\d-\d\d)|(?P<switch>on|off)"
    r"|>=|<=|>|<|is not|is|in|outside|touches|[+-]|yes|no"
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
        n = {}
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
            kind = "same" if match.lastgroup == "same" else ""
            n[kind] = n.get(kind, 0) + 1
            line = text.count("\n", 0, match.start()) + 1
            yield Mutant(f"{path.stem}.{name}.{kind}{n[kind]}",
                         path.relative_to(ROOT), match.start(), old, new,
                         line)


def days_beside(text):
    """The day after, and the day before."""
    day = datetime.date.fromisoformat(text)
    return [str(day + datetime.timedelta(days=n)) for n in (1, -1)]


def flips_of_law(match):
    """What a token becomes: a date two others, all else one."""
    old = match.group()
    if match.lastgroup == "date":
        return days_beside(old)
    return [LAW_FLIPS.get(old) or old[:-1] + str((int(old[-1]) + 1) % 10)]


def mutants_of_law(path):
    """Comparisons, words, numbers, switches and dates of an edition; the last
    two are counted by themselves."""
    at, keyword, n = 0, "", {}
    for number, line in enumerate(path.read_text().splitlines(True), 1):
        rule = line.split(" # ")[0]
        if line[0] not in " \t\n#":
            keyword = line.split()[0]
        if keyword in LAW_LINES and rule.strip() and line[0] != "#":
            for match in LAW_TOKEN.finditer(rule, rule.index(" ") + 1):
                for new in flips_of_law(match):
                    name = f"{keyword}.{match.lastgroup or ''}"
                    n[name] = n.get(name, 0) + 1
                    yield Mutant(f"{path.stem}.{name}{n[name]}",
                                 path.relative_to(ROOT), at + match.start(),
                                 match.group(), new, number)
        at += len(line)


def digest(mutant):
    return hashlib.sha256(mutant.name.encode()).digest()


def all_mutants():
    """Every one, and the names of those that a run takes if none are named."""
    every, usual = [], set()
    for pattern, step in RULES.items():
        found = []
        for path in sorted(ROOT.glob(pattern)):
            found += (mutants_of if path.suffix == ".c"
                      else mutants_of_law)(path)
        every += found
        # By name: what is taken hangs on no other file, or function.
        usual.update(m.name for m in found if digest(m)[0] % step == 0)
    # In no order, so that a run that is cut short has seen some of each.
    every.sort(key=digest)
    return every, usual
