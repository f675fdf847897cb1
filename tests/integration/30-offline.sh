#!/bin/bash
# The client without a ledger: help, keys, drafts, lint, check, sign, settings.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"

echo "--- help, completion, usage"
expect 2 "$W"
expect 0 "$W" --help
expect 0 "$W" --version
mapfile -t commands < <("$W" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\+\( [a-z-]\+\)\?\)  .*/\1/p')
[ "${#commands[@]}" -ge 20 ] || die "${#commands[@]} commands"
for c in "${commands[@]}"; do
	# shellcheck disable=SC2086 # two words
	expect 0 "$W" help $c
	says "usage: waybill $c" "Examples:" "waybill $c"
	# shellcheck disable=SC2086
	expect 0 "$W" $c --help
done
expect 0 "$W" completion bash
bash -n "$T/out"
expect 2 "$W" completion fish
expect 2 "$W" sibmit
says "did you mean 'submit'?"
expect 2 "$W" key
says "For example: key new"
expect 2 "$W" list --contry MY
says "did you mean --country?"
expect 2 "$W" list --country
says "--country needs a value"
expect 2 "$W" lint
says "lint asks for FILE..."
expect 2 "$W" parties x
expect 2 "$W" key new --party a --party b

expect 0 "$W" help policy
says "policy lint" "policy trace"
expect 0 "$W" help new
says "new shipment" "new void"
expect 2 "$W" help ne

echo "--- keys"
expect 0 "$W" key new --ledger "$ORIGIN" --party acme --no-passphrase
[ "$(stat -c %a acme-a.key)" = 600 ] || die "mode"
expect 1 "$W" key new --ledger "$ORIGIN" --party acme --no-passphrase
says "acme-a.key is there already"
expect 2 "$W" key new --party acme
says "--ledger ORIGIN is missing"
expect 2 "$W" key new --ledger noslash --party acme --no-passphrase
says "is no origin"
expect 2 "$W" key new --no-passphrase 'a name'
expect 1 "$W" key new --ledger "$ORIGIN" --party acme --label b
says "no terminal to ask on" "--passphrase-file"
echo 'open sesame' >secret
expect 0 "$W" key new --ledger "$ORIGIN" --party acme --label b \
	--passphrase-file secret
expect 0 "$W" key show acme-b.key --json
json '.passphrase == true and .name == "example.org/waybill/party/acme/b"'
expect 0 "$W" key public acme-a.key acme-b.key
[ "$(grep -c '^example.org/waybill/party/acme/[ab]+' out)" = 2 ] || die "vkeys"
expect 2 "$W" key public nosuch
says "neither a verifier key nor a file"
echo junk >junk.key
expect 1 "$W" key show junk.key
says "not a key file"

echo "--- drafts"
expect 0 "$W" new shipment --ledger "$ORIGIN" --party acme --id S-1 \
	--out s1.json
expect 1 "$W" new shipment --ledger "$ORIGIN" --party acme --out s1.json
expect 2 "$W" new shipment --ledger "$ORIGIN" --party acme --id 'no id'
says "WB-1014" "at /id"
expect 2 "$W" new shipment --party acme
expect 0 "$W" party detail --ledger "$ORIGIN" --subject example-consignee \
	--name 'Example Sdn Bhd' --country MY --effective 2025-01-01 \
	--owner example-parent:60 --out detail.json
expect 0 "$W" party detail --ledger "$ORIGIN" --subject example-parent \
	--name 'Example Berhad' --country MY --effective 2025-01-01 \
	--out parent.json
expect 2 "$W" party detail --ledger "$ORIGIN" --subject x --name X \
	--country my --effective 2025-01-01
expect 0 "$W" party new --ledger "$ORIGIN" --subject acme --role exporter \
	--key acme-a.key --key "$("$W" key public acme-b.key)" \
	--valid-from 2025-01-01 --out party.json
jq -e '.keys | length == 2' party.json >/dev/null || die "keys"
expect 2 "$W" party new --ledger "$ORIGIN" --subject acme --role exprter \
	--key acme-a.key --valid-from 2025-01-01
says 'Did you mean "exporter"?'
for text in edition:diffusion.policy catalogue:products.catalogue \
	countries:countries.table; do
	expect 0 "$W" new policy --ledger "$ORIGIN" \
		"--${text%%:*}" "$root/policy/${text#*:}" --out "${text%%:*}.json"
	jq -j ".${text%%:*}" "${text%%:*}.json" | cmp - "$root/policy/${text#*:}"
done
sed 's/^effective/efective/' "$root/policy/diffusion.policy" >bad.policy
expect 1 "$W" new policy --ledger "$ORIGIN" --edition bad.policy
says "WB-1022" "line 6"
expect 2 "$W" new policy --ledger "$ORIGIN"

echo "--- every example is one that lint takes"
lint_new() { # TYPE OPTIONS...: as new writes it
	"$W" new "$@" --ledger "$ORIGIN" >new.json || die "new $*"
	"$W" new "$@" --ledger "$ORIGIN" | "$W" lint - >out 2>err ||
		die "new $* | lint: $(cat err)"
	says "$1 statement"
}
types=$("$W" help | sed -n 's/^ *new \([a-z-]*\) .*/\1/p' | grep -v policy)
[ "$(wc -w <<<"$types")" -ge 16 ] || die "types: $types"
for type in $types; do
	lint_new "$type"
done
for kind in licence uveu nveu; do
	lint_new licence --kind $kind --country SG --subject globex
	jq -e ".grant == \"$kind\"" new.json >/dev/null || die "$kind"
done
jq -e '.holder == "globex" and .country == "SG"' new.json >/dev/null ||
	die "what the flags fill in: $(cat new.json)"
lint_new move --kind facility
lint_new move --kind party --party op-my
for kind in shipment arrival installation inventory move retirement; do
	lint_new correction --kind $kind --party acme
	jq -e "has(\"$kind\")" new.json >/dev/null || die "$kind"
done
expect 2 "$W" new licence --ledger "$ORIGIN" --kind veu
says "--kind is one of licence, uveu, nveu, not 'veu'"
expect 2 "$W" new letter --ledger "$ORIGIN" --kind uveu

echo "--- lint: what is wrong, where, and what to do"
expect 0 "$W" lint s1.json detail.json party.json edition.json
bad() { # SED TEXT...
	sed "$1" s1.json >bad.json
	shift
	expect 1 "$W" lint bad.json
	says "$@"
}
bad 's/"quantity"/"quantty"/' WB-1011 /items/0/quantty 'Did you mean "quantity"?'
bad '/"destination"/d' WB-1012 destination
bad 's/"quantity": 8/"quantity": 8.5/' WB-1006
bad 's/"quantity": 8/"quantity": 0/' WB-1007 /items/0/quantity
bad 's/"quantity": 8/"quantity": "8"/' WB-1013
bad 's/2025-05-15"/2025-02-30"/' WB-1015 2025-02-30
bad 's/"from": "US"/"from": "US", "from": "US"/' WB-1005
bad 's/"kind": "export"/"kind": "exprot"/' 'Did you mean "export"?'
bad 's/"shipment"/"shipmint"/' WB-1017
bad '3d' WB-10
bad "\$d" WB-1004
bad '2s/$/\n/' WB-1010
bad 's/acme/ac\x1b[31mme/' WB-10
grep -q $'\x1b' out err && die "a control byte reached the terminal"
expect 1 "$W" lint s1.json bad.json --json
json '.files[0].ok and (.files[1].ok | not) and
	.files[1].problem.code[0:3] == "WB-"'
expect 4 "$W" lint nosuch.json
says "there is no statement nosuch.json"
head -c 2000000 /dev/zero >huge.json
expect 1 "$W" lint huge.json
says "longer than"

echo "--- check: the engine, here, without a network"
export WAYBILL_URL=http://127.0.0.1:1
known=(--detail detail.json --detail parent.json)
expect 0 "$W" check s1.json "${known[@]}"
says "verdict clear" "basis LPP" "3A090.a.1" "126,656" "740.29" "26,900,000"
expect 0 "$W" check s1.json "${known[@]}" --json
json '.checked[0].judgement.verdict == "clear" and
	.checked[0].judgement.items[0].eccn == "3A090.a"'
expect 0 "$W" check s1.json --detail detail.json
says "verdict review" "ultimate parent of example-consignee"
expect 0 "$W" check s1.json
says "verdict review" "unregistered-party" "case by case"
expect 6 "$W" check s1.json --strict
sed 's/"MY"/"CN"/' s1.json >cn.json
expect 5 "$W" check cn.json "${known[@]}"
says "verdict deny"
# Eight shipments of 200 fit under the limit, a ninth does not.
sed 's/"quantity": 8/"quantity": 200/' s1.json >s200.json
before=("${known[@]}")
for _ in 1 2 3 4 5 6 7; do
	before+=(--detail s200.json)
done
expect 0 "$W" check s200.json "${before[@]}" --json
json '.checked[0].workings.balances[0] |
	.standing == "sufficient" and .after_tpp_x10 == 253312000'
expect 0 "$W" check s200.json "${before[@]}" --detail s200.json
says "insufficient" "verdict review"
printf 'detail/example-consignee\t2025-01-01 MY MY private -\n' >state
expect 0 "$W" check s1.json --state state
says "verdict clear"
expect 2 "$W" check s1.json --state s1.json
says "line 1"
# What is said about a shipment needs it.
about() { # TYPE FILE JQ
	"$W" new "$1" --ledger "$ORIGIN" --party example-consignee \
		--id "${2%.json}" | jq "$3" >"$2"
}
of=".shipment = {party: \"acme\", id: $(jq .id s1.json)}"
about arrival a1.json "$of"
about installation i1.json "$of"
about move m1.json "$of"
about retirement r1.json "$of"
about correction c1.json .
about void v1.json .
for draft in a1 i1 m1 r1 c1 v1; do
	expect 1 "$W" check $draft.json
	says "$draft.json: WB-3008" "at /" "do Name" "--detail takes in"
done
expect 1 "$W" check s1.json --detail a1.json
says "a1.json: WB-3008" "at /shipment"
expect 0 "$W" check a1.json "${known[@]}" --detail s1.json
says "arrival a1 of example-consignee"
expect 1 "$W" check s1.json --policy bad.policy
expect 4 "$W" check s1.json --policy-dir nosuch
expect 7 "$W" check s1.json --url http://127.0.0.1:1
unset WAYBILL_URL

echo "--- sign"
expect 0 "$W" sign s1.json --key acme-a.key
says s1.note
expect 1 "$W" sign s1.json --key acme-a.key
says "s1.note is there already"
expect 1 "$W" sign s1.note --key acme-a.key
says "has a line by this key already"
expect 0 "$W" sign s1.json --key acme-b.key --passphrase-file secret \
	--out b.note
expect 0 env WAYBILL_PASSPHRASE='open sesame' "$W" sign s1.json \
	--key acme-b.key --out c.note
cmp b.note c.note
echo 'close sesame' >wrong
expect 1 "$W" sign s1.json --key acme-b.key --passphrase-file wrong --out d.note
says "wrong passphrase for acme-b.key"
expect 1 "$W" sign s1.json --key acme-b.key --out d.note
says "no terminal to ask on"
[ ! -e d.note ] || die "a note without a signature"
expect 4 "$W" sign s1.json --key nosuch.key
says "there is no key file nosuch.key" "waybill key new"
expect 2 "$W" sign s1.json
says "--key KEY is missing"
expect 1 "$W" sign bad.json --key acme-a.key
key other.key "$ORIGIN/party/other/a"
expect 1 "$W" sign s1.json --key other.key --out d.note
says "sign with a key of the party that speaks"
# k of n: both orders give the same bytes, and one line at a time does too.
key auth.key "$ORIGIN/party/authority/a"
export WAYBILL_PASSPHRASE_FILE=secret
expect 0 "$W" sign party.json --key auth.key --key acme-a.key --key acme-b.key
expect 0 "$W" sign party.json --key acme-b.key --out one.note
expect 0 "$W" sign one.note --key acme-a.key
expect 0 "$W" sign one.note --key auth.key
cmp one.note party.note
expect 0 "$W" lint one.note s1.note
expect 0 "$W" show one.note --json
json '.signed_by | length == 3'
unset WAYBILL_PASSPHRASE_FILE

echo "--- a passphrase on the terminal"
cat >ask.py <<'PY'
import os, pty, sys
argv, answers, said = sys.argv[2:], sys.argv[1].split(","), b""
pid, fd = pty.fork()
if pid == 0:
    os.execv(argv[0], argv)
while True:
    try:
        some = os.read(fd, 4096)
    except OSError:
        break
    if not some:
        break
    said += some
    if said.endswith(b": ") and answers:
        said += b"?"
        os.write(fd, answers.pop(0).encode().decode("unicode_escape").encode())
sys.stdout.write(said.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
ask() { # CODE ANSWERS COMMAND...
	local want=$1
	shift
	expect "$want" /usr/bin/python3 ask.py "$@"
}
ask 0 'wrong\n,open sesame\n' "$W" sign s1.json --key acme-b.key --out e.note
cmp b.note e.note
grep -q sesame out && die "the passphrase is echoed"
ask 130 'half\x03' "$W" sign s1.json --key acme-b.key --out f.note
ask 1 'a\n,b\n' "$W" key new x/y --out y.key
says "the two passphrases differ"
ask 1 '\n' "$W" key new x/y --out y.key
says "an empty passphrase guards nothing"

echo "--- settings: flag, environment, file"
mkdir -p config/waybill
printf '# mine\n\nledger = file.example/l\nparty = acme\n' >config/waybill/config
expect 0 "$W" new shipment
says '"ledger": "file.example/l"'
expect 0 env WAYBILL_LEDGER=env.example/l "$W" new shipment
says '"ledger": "env.example/l"'
expect 0 env WAYBILL_LEDGER=env.example/l "$W" new shipment --ledger flag.example/l
says '"ledger": "flag.example/l"'
config() { # TEXT MESSAGE
	printf '%b' "$1" >config/waybill/config
	expect 2 "$W" new shipment
	says "$2"
}
config 'legder = x/y\n' "did you mean 'ledger'?"
config 'ledger\n' "line 1: not 'key = value'"
config 'ledger = a/b\nledger = a/c\n' "line 2: ledger is set twice"
config '\n\nledger =\n' "line 3: ledger has no value"
config 'ledger = a/b\0\n' "NUL"
rm -r config
expect 4 "$W" new shipment --config nosuch
expect 2 "$W" list --url ftp://example.org
says "no address of a ledger"
expect 7 "$W" list --url http://127.0.0.1:1
says "is waybilld running"
expect 7 "$W" list --url unix:/nosuch/socket
expect 2 "$W" verify s1.note
says "no trust file" "WAYBILL_TRUST"
expect 4 "$W" verify s1.note --trust nosuch
echo 'log nonsense' >trust.txt
expect 3 "$W" verify s1.note --trust trust.txt
says "line 1"
