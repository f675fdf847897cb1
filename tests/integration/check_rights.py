"""Roles, records and parts; see 15-rights.sh for the world."""
import base64
import hashlib
import json
import os
import re
import time

from nacl.signing import SigningKey
from raw import API, ask, request, run

ORIGIN = os.environ["ORIGIN"]
# Records: 0 genesis, then law and parties as they came, the shipment last.


class Key:
    """A key file without passphrase."""

    def __init__(self, path):
        text = open(path).read()
        self.name = re.search(r"public (\S+)\+[0-9a-f]{8}\+", text)[1]
        seed = re.search(r"seed (\S+)", text)[1]
        self.key = SigningKey(base64.b64decode(seed))

    def sign(self, text):
        public = bytes(self.key.verify_key)
        kid = hashlib.sha256(self.name.encode() + b"\n\x01" + public)
        sig = kid.digest()[:4] + self.key.sign(text.encode()).signature
        return f"{text}\n— {self.name} {base64.b64encode(sig).decode()}\n"


def header(key, target, method="GET", at=None, origin=ORIGIN, body="-"):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at or time.time()))
    note = key.sign(f"waybill/access/1\n{origin}\n{method}\n{target}\n{body}\n"
                    f"{at}\n")
    text = base64.urlsafe_b64encode(note.encode()).decode().rstrip("=")
    return f"Authorization: Waybill {text}"


def get(target, key=None, **how):
    headers = [header(key, target, **how)] if key else []
    status, about, body = ask(API, request(target, *headers))
    return status, (json.loads(body) if "json" in about["content-type"]
                    else body)


acme, other = Key("acme.key"), Key("other.key")
auditor, authority, committee = (Key("auditor.key"), Key("auth.key"),
                                 Key("com.key"))
rows = get("/v1/records?limit=1000", authority)[1]["records"]
SHIPMENT = next(r["seq"] for r in rows if r["type"] == "shipment")
DETAIL = next(r["seq"] for r in rows
              if r["type"] == "party-detail" and r["id"].count("acme"))
OPEN = [r["seq"] for r in rows
        if r["type"] in ("genesis", "party", "policy")]
SIZE = len(rows)
PARTS = "statement", "judgement", "receipt", "workings"


def matrix():
    """every role, record and part"""
    both = {"statement", "judgement", "receipt"}
    every = set(PARTS)
    readers = {
        # who: (shipment by acme, detail of acme)
        None: (set(), set()),
        acme: (both, both),
        other: (set(), set()),
        committee: (set(), set()),
        auditor: (every, every),
        authority: (every, every),
    }
    for who, (shipment, detail) in readers.items():
        for seq, allowed in (SHIPMENT, shipment), (DETAIL, detail):
            for part in PARTS:
                status, body = get(f"/v1/records/{seq}/{part}", who)
                name = who and who.name
                if part in allowed:
                    assert status == 200, (name, seq, part, body)
                elif who is None:
                    assert (status, body["code"]) == (401, "WB-4001"), part
                else:
                    assert (status, body["code"]) == (404, "WB-4003"), name
        for seq in OPEN[0], OPEN[-1]:
            for part in PARTS:
                assert get(f"/v1/records/{seq}/{part}", who)[0] == 200
        for seq in SHIPMENT, DETAIL, 0:
            assert get(f"/v1/records/{seq}", who)[0] == 200


def not_there():
    """not there and not yours are one answer, byte for byte"""
    hidden = get(f"/v1/records/{SHIPMENT}/statement", other)
    assert hidden == get(f"/v1/records/{SIZE + 5}/statement", other)
    assert get("/v1/countries/MY", acme)[0] == 404
    assert get("/v1/countries/MY")[0] == 401
    status, body = get("/v1/countries/MY", auditor)
    assert status == 200 and body["records"] >= 1, body
    of = body["allocation"]
    assert of["used_x10"] + of["remaining_x10"] == of["limit_x10"], body
    assert get("/v1/countries/ZZ", auditor)[1]["records"] == 0


def lists():
    """lists hold what the reader may see, and do not tell of the rest"""
    def seqs(query, who):
        status, body = get("/v1/records?" + query, who)
        assert status == 200, body
        return [r["seq"] for r in body["records"]]

    everything = list(range(SIZE))
    assert seqs("limit=1000", authority) == everything
    assert seqs("limit=1000", auditor) == everything
    assert seqs("limit=1000", None) == OPEN
    assert seqs("limit=1000", other) == OPEN
    mine = seqs("limit=1000", acme)
    assert SHIPMENT in mine and DETAIL in mine and set(OPEN) < set(mine)
    assert seqs("type=shipment", authority) == [SHIPMENT]
    for query in ("type=shipment", "party=consignee-my", "country=MY",
                  "verdict=clear"):
        assert seqs(query, None) == seqs(query, other) == [], query
        assert SHIPMENT in seqs(query, authority), query
    assert SHIPMENT in seqs("party=acme", acme)
    assert SHIPMENT in seqs("party=acme&country=MY&verdict=clear", acme)
    assert seqs("verdict=deny", acme) == []
    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert seqs(f"since={today}&limit=1000", authority) == everything
    assert seqs(f"until={today}&limit=1000", authority) == everything
    assert seqs("until=2025-01-01", authority) == []
    assert seqs("since=2099-01-01", authority) == []
    assert seqs(f"after={SIZE - 2}", authority) == [SIZE - 1]
    assert seqs("after=18446744073709551615", authority) == []


def pages():
    """pages follow each other, without gap or repetition"""
    for who, want in (authority, list(range(SIZE))), (None, OPEN):
        seen, target = [], "/v1/records?limit=2"
        while True:
            _, body = get(target, who)
            seen += [r["seq"] for r in body["records"]]
            assert len(body["records"]) <= 2
            if "next" not in body:
                break
            target = f"/v1/records?after={body['next']}&limit=2"
        assert seen == want, (seen, want)


def contents():
    """contents: what is visible, and the rest as records only"""
    for who in None, other, acme, auditor:
        _, body = get("/v1/records?contents=true&limit=1000", who)
        rows = body["records"]
        assert [r["seq"] for r in rows] == list(range(SIZE))
        for r in rows:
            full = r["seq"] in OPEN or who in (acme, auditor) and \
                r["seq"] in (SHIPMENT, DETAIL) or who is auditor
            assert ("statement" in r) == full, (who and who.name, r["seq"])
            assert r["record"].startswith("waybill/record/1\n")
            if not full:
                assert set(r) == {"seq", "record"}
                continue
            assert ("workings" in r) == (r["seq"] in OPEN or who is auditor)
            salt = base64.b64decode(r["judgement_salt"])
            digest = hashlib.sha256(salt + r["judgement"].encode()).digest()
            assert base64.b64encode(digest).decode() in r["record"]
    _, body = get("/v1/records?contents=true&verdict=clear")
    assert body["records"] == []


def notes():
    """access notes that do not hold"""
    target = f"/v1/records/{SHIPMENT}/statement"
    now = time.time()
    assert get(target, acme, at=now - 240)[0] == 200
    assert get(target, acme, at=now + 240)[0] == 200
    stranger = Key("acme.key")
    stranger.key = SigningKey.generate()
    checkpoint = Key("data/keys/checkpoint.key")
    for why, status in {
        "old": get(target, acme, at=now - 400),
        "ahead": get(target, acme, at=now + 400),
        "another ledger": get(target, acme, origin="example.org/other"),
        "another method": get(target, acme, method="HEAD"),
        "a body": get(target, acme, body="0" * 64),
        "an unregistered key": get(target, stranger),
        "a service key": get(target, checkpoint),
    }.items():
        assert status[0] == 403 and status[1]["code"] == "WB-4002", why
    elsewhere = header(acme, f"/v1/records/{DETAIL}/statement")
    assert ask(API, request(target, elsewhere))[0] == 403
    good = header(acme, target)
    for text in (good[:-8], good + "=", good.replace("Waybill", "Bearer"),
                 "Authorization: Waybill", "Authorization: Waybill AAAA"):
        assert ask(API, request(target, text))[0] == 403, text
    assert ask(API, request(target, good))[0] == 200
    assert ask(API, request(target, good))[0] == 200  # again is allowed
    # What is open is open, whatever the header says.
    assert ask(API, request("/checkpoint", elsewhere))[0] == 200
    # HEAD has a note of its own.
    head = header(acme, target, method="HEAD")
    from raw import Reader, connect
    with connect(API) as s:
        s.sendall(request(target, head, method="HEAD"))
        assert Reader(s).answer(head_only=True)[0] == 200


def tree():
    """tiles, bundles and proofs up to the head, and not past it"""
    body = ask(API, request(f"/tile/0/000.p/{SIZE}"))[2]
    assert len(body) == 32 * SIZE
    bundle = ask(API, request(f"/tile/entries/000.p/{SIZE}"))[2]
    leaves = []
    while bundle:
        n = int.from_bytes(bundle[:2], "big")
        leaves.append(bundle[2:2 + n])
        bundle = bundle[2 + n:]
    assert [hashlib.sha256(b"\0" + t).digest() for t in leaves] == \
        [body[i:i + 32] for i in range(0, len(body), 32)]
    for target in (f"/tile/0/000.p/{SIZE + 1}", "/tile/0/000", "/tile/1/000",
                   "/tile/0/001", "/tile/entries/000"):
        status, _, text = ask(API, request(target))
        assert status == 404 and b"WB-4003" in text, target
    status, body = get(f"/v1/consistency?from=3&to={SIZE}")
    assert status == 200 and body["proof"]
    assert get(f"/v1/consistency?from=0&to={SIZE}")[1]["proof"] == []
    assert get(f"/v1/consistency?from=3&to={SIZE + 1}")[0] == 404
    assert get("/v1/consistency?from=3&to=2")[0] == 400
    assert get(f"/v1/records/{SIZE}")[0] == 404


def registry():
    """parties and policies"""
    parties = {p["party"]: p for p in get("/v1/parties")[1]["parties"]}
    assert parties["acme"]["role"] == "exporter"
    assert parties["acme"]["keys"][0].startswith(acme.name + "+")
    assert parties["acme"]["valid_to"] is None
    assert {"authority", "committee", "auditor", "other"} < set(parties)
    for p in get("/v1/policies")[1]["policies"]:
        text = get("/v1/policies/" + p["digest"])[1]
        assert hashlib.sha256(text).hexdigest() == p["digest"]
        assert p["document"] in ("edition", "catalogue", "countries")
    assert get("/v1/policies/" + "0" * 64)[0] == 404


def documents():
    """API.md, openapi.yaml and the table of paths name the same"""
    root = os.environ["ROOT"]
    read = lambda name: open(os.path.join(root, name)).read()
    table = set(re.findall(r'\{"(/[^"]*)",', read("daemon/route.c")))
    names = {"{N}": "{seq}", "{C}": "{country}", "{D}": "{digest}",
             "{T}": "{level}/{index}", "{P}": "{party}", "{I}": "{id}",
             "{S}": "{serial}"}
    for short, long in names.items():
        table = {p.replace(short, long) for p in table}
    yaml = set(re.findall(r"(?m)^  (/\S*):$", read("proto/openapi.yaml")))
    assert yaml == table, yaml ^ table
    text = read("proto/API.md")
    said = re.findall(r"(?m)^### (?:GET|POST) (.*)$", text)
    said += re.findall(r"(?m)^\| `GET (\S*)` ", text)
    said = " ".join(said)
    for p in table:
        p = p.replace("{seq}", "N").replace("{country}", "CC")
        p = p.replace("{digest}", "DIGEST").replace("{level}/{index}", "L/N")
        p = p.replace("{party}/{id}", "PARTY/ID").replace("{serial}", "SERIAL")
        assert p in said, p


run([matrix, not_there, lists, pages, contents, notes, tree, registry,
     documents])
