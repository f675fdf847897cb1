"""Prove a Waybill receipt from the specifications alone.

    judge.py STATEMENT RECEIPT TRUST    prove one
    judge.py FOLDER                     prove all that tool_interop_emit wrote,
                                        and refuse them with any part changed

Written from proto/FORMAT.md and C2SP (signed-note, tlog-checkpoint,
tlog-cosignature, tlog-proof, tlog-policy); it shares nothing with libwaybill.
"""
import base64
import glob
import hashlib
import json
import os
import re
import sys

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey


class Refused(Exception):
    """The proof does not hold."""


# What Python itself raises over a text of another form.
FAILS = (Refused, ValueError, LookupError, TypeError, AttributeError)


def need(condition, why):
    if not condition:
        raise Refused(why)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 is not canonical")
    return raw


class Key:
    """A verifier key: name+hash+base64(type || public key)."""

    def __init__(self, vkey):
        self.name, id_hex, key = vkey.split("+", 2)
        key = unbase64(key)
        self.id = sha256(self.name.encode(), b"\n", key)[:4]
        need(self.id.hex() == id_hex and len(key) == 33, "bad key " + vkey)
        self.type, self.public = key[0], VerifyKey(key[1:])

    def verify(self, text, sig):
        if self.type == 4:
            need(len(sig) == 72, "cosignature length")
            time = int.from_bytes(sig[:8], "big")
            text = b"cosignature/v1\ntime %d\n" % time + text
            sig = sig[8:]
        need(len(sig) == 64, "signature length")
        try:
            self.public.verify(text, sig)
        except BadSignatureError:
            raise Refused("signature by " + self.name) from None


def open_note(note):
    """The text of a note, and its lines as (name, key id, signature)."""
    need(note.endswith(b"\n") and b"\n\n" in note, "not a note")
    text, _, lines = note.rpartition(b"\n\n")
    sigs = []
    for line in lines.decode()[:-1].split("\n"):
        dash, name, blob = line.split(" ")
        need(dash == "\u2014", "not a signature line")
        raw = unbase64(blob)
        sigs.append((name, raw[:4], raw[4:]))
    return text + b"\n", sigs


def signed_by(text, sigs, key):
    """Whether key signed the note; a line of its that fails is refused."""
    found = False
    for name, key_id, sig in sigs:
        if (name, key_id) == (key.name, key.id):
            key.verify(text, sig)
            found = True
    return found


class Trust:
    """A trust file (C2SP tlog-policy)."""

    def __init__(self, text):
        self.logs, self.nodes, self.quorum = {}, {}, None
        for line in text.split("\n"):
            word = line.split()
            if not word or word[0].startswith("#"):
                continue
            if word[0] == "log":
                self.logs[Key(word[1]).name] = Key(word[1])
            elif word[0] == "witness":
                self.nodes[word[1]] = Key(word[2])
            elif word[0] == "group":
                members = word[3:]
                k = {"all": len(members), "any": 1}.get(word[2])
                self.nodes[word[1]] = (k or int(word[2]), members)
            else:
                need(word[0] == "quorum", "line " + line)
                self.quorum = word[1]

    def log(self, name, kind):
        need(name in self.logs, "no trusted key called " + name)
        need(self.logs[name].type == kind, "type of the key " + name)
        return self.logs[name]

    def holds(self, name, text, sigs):
        if name == "none":
            return True
        node = self.nodes[name]
        if isinstance(node, Key):
            return node.type == 4 and signed_by(text, sigs, node)
        k, members = node
        return sum(self.holds(m, text, sigs) for m in members) >= k


def root_of(leaf, index, size, proof):
    """RFC 9162 2.1.3.2."""
    need(index < size, "index is not in the tree")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        need(sn > 0, "proof is too long")
        if fn & 1 or fn == sn:
            r = sha256(b"\x01", p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\x01", r, p)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "proof is too short")
    return r


def prove(statement, receipt, trust):
    """Raise unless statement is in the ledger as receipt says."""
    head, _, checkpoint = receipt.partition(b"\n\n")
    lines = head.decode().split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1", "first line")
    need(lines[1].startswith("extra "), "extra")
    pairs = json.loads(unbase64(lines[1][6:]), object_pairs_hook=list)
    need([k for k, _ in pairs] == ["record", "judgement", "salt"], "members")
    record, judgement, salt = (v for _, v in pairs)
    need(re.fullmatch(r"index (0|[1-9][0-9]*)", lines[2]), "index")
    index, proof = int(lines[2][6:]), [unbase64(x) for x in lines[3:]]
    need(all(len(x) == 32 for x in proof), "hash length")

    text, sigs = open_note(checkpoint)
    origin, size, root = text.decode()[:-1].split("\n")
    need(re.fullmatch(r"0|[1-9][0-9]*", size), "size")
    need(signed_by(text, sigs, trust.log(origin, 1)), "checkpoint unsigned")

    leaf, lines = open_note(record.encode())
    need(len(lines) == 1, "one signature on a record")
    key = trust.log(origin + "/record", 1)
    need(signed_by(leaf, lines, key), "record unsigned")
    field = leaf.decode().split("\n")
    names = ["seq", "time", "prev", "statement", "judgement", "workings"]
    need(field[:2] == ["waybill/record/1", origin], "head of the record")
    need([f.split(" ")[0] for f in field[2:-1]] == names, "record's lines")
    value = dict(f.split(" ") for f in field[2:-1])

    need(unbase64(value["statement"]) == sha256(statement), "statement")
    need(unbase64(value["judgement"]) ==
         sha256(unbase64(salt), judgement.encode()), "judgement")
    need(value["seq"] == str(index), "seq is not the index")
    found = root_of(sha256(b"\x00", leaf), index, int(size), proof)
    need(found == unbase64(root), "root")
    need(trust.holds(trust.quorum, text, sigs), "quorum")


def holds(statement, receipt, trust):
    try:
        prove(statement, receipt, trust)
    except FAILS:
        return False
    return True


def read(path):
    with open(path, "rb") as f:
        return f.read()


def judge_all(folder):
    trust = Trust(read(folder + "/trust").decode())
    paths = sorted(glob.glob(folder + "/receipt.*"))
    changed = 0
    for path in paths:
        receipt = read(path)
        statement = read(path.replace("receipt.", "statement."))
        prove(statement, receipt, trust)
        need(not holds(statement + b"\n", receipt, trust), path)
        # Every seventh byte, beginning elsewhere in each receipt.
        for i in range(int(path.rpartition(".")[2]) % 7, len(receipt), 7):
            bad = bytearray(receipt)
            bad[i] ^= 1
            need(not holds(statement, bytes(bad), trust),
                 "%s: byte %d changed, and taken" % (path, i))
            changed += 1
    need(len(paths) > 5 and changed > 1000, "too few receipts in " + folder)
    print("python: %d receipts, %d changes refused" % (len(paths), changed))


def main(args):
    try:
        if len(args) == 1 and os.path.isdir(args[0]):
            judge_all(args[0])
        elif len(args) == 3:
            prove(read(args[0]), read(args[1]), Trust(read(args[2]).decode()))
            print("python: %s is proved" % args[1])
        else:
            sys.exit(__doc__)
    except FAILS as why:
        sys.exit("judge.py: %r" % why)


main(sys.argv[1:])
