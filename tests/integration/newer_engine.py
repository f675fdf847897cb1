"""newer_engine.py IN OUT: the download IN, and one record more, by which the
committee puts engine 2 into force; signed as the ledger does."""
import base64
import hashlib
import json
import os
import re
import sys

from nacl.signing import SigningKey

ORIGIN = os.environ["ORIGIN"]
KEYS = os.environ["DATA"] + "/keys/"


def sign(path, text):
    file = open(path).read()
    name = re.search(r"public (\S+)\+[0-9a-f]{8}\+", file)[1]
    key = SigningKey(base64.b64decode(re.search(r"seed (\S+)", file)[1]))
    kid = hashlib.sha256(name.encode() + b"\n\x01" + bytes(key.verify_key))
    line = base64.b64encode(kid.digest()[:4] + key.sign(text.encode()).signature)
    return f"{text}\n— {name} {line.decode()}\n"


def b64(data):
    return base64.b64encode(data).decode()


def sha256(data):
    return hashlib.sha256(data).digest()


def root(leaves):
    """RFC 6962 2.1"""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:]))


lines = open(sys.argv[1]).read().splitlines()
rows = [r for line in lines[1:] for r in json.loads(line)["records"]]
texts = [r["record"][:r["record"].index("\n\n") + 1] for r in rows]
leaves = [sha256(b"\0" + t.encode()) for t in texts]
time = re.search(r"(?m)^time (.*)$", texts[-1])[1]
statement = sign("com.key", json.dumps({
    "type": "engine", "ledger": ORIGIN, "party": "committee", "id": "engine-2",
    "issued": time[:19] + "Z", "engine": 2}) + "\n")
salt, judgement = b"\0" * 32, '{"engine":2}\n'
commitment = b64(sha256(salt + judgement.encode()))
record = (f"waybill/record/1\n{ORIGIN}\nseq {len(rows)}\ntime {time}\n"
          f"prev {b64(leaves[-1])}\n"
          f"statement {b64(sha256(statement.encode()))}\n"
          f"judgement {commitment}\nworkings {commitment}\n")
leaves.append(sha256(b"\0" + record.encode()))
checkpoint = f"{ORIGIN}\n{len(leaves)}\n{b64(root(leaves))}\n"
with open(sys.argv[2], "w") as out:
    print(json.dumps({"checkpoint": sign(KEYS + "checkpoint.key",
                                         checkpoint)}), file=out)
    rows.append({"seq": len(rows), "statement": statement,
                 "record": sign(KEYS + "record.key", record),
                 "judgement": judgement, "judgement_salt": b64(salt),
                 "workings": judgement, "workings_salt": b64(salt)})
    print(json.dumps({"records": rows}), file=out)
