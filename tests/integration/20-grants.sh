#!/bin/bash
# What the authority, the committee and governments say: the daemon takes each
# kind from those whose lines it asks for, refuses it from others, and an audit
# makes the same decisions again.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"

# An authority of two of three, whose third member stays out of it.
key auth-b.key "$ORIGIN/party/authority/b"
key auth-c.key "$ORIGIN/party/authority/c"
world_options=(--historical --authority auth-b.key --authority auth-c.key --quorum 2)
authority=(--key auth.key --key auth-b.key)
world
start_ledger
settle_world

# draft TYPE ID FILTER [OPTIONS...]: write ID.json, the example of that type
# changed by jq.
draft() {
	local type=$1 id=$2 filter=$3
	shift 3
	"$W" new "$type" --ledger "$ORIGIN" --id "$id" "$@" |
		jq "$filter" >"$id.json"
	expect 0 "$W" lint "$id.json"
	says "$type statement"
}

# takes ID KEYS...: the ledger records it.
takes() {
	local id=$1
	shift
	expect 0 "$W" sign -q "$id.json" "$@"
	expect 0 "$W" submit "$id.note"
	says "1 of 1 have a proved receipt: 1 noted"
}

# refuses CODE POINTER ID KEYS...: it does not, and says why.
refuses() {
	local code=$1 pointer=$2 id=$3
	shift 3
	rm -f "$id.note"
	expect 0 "$W" sign -q "$id.json" "$@"
	expect 1 "$W" submit "$id.note"
	says "$code" ${pointer:+"at $pointer"}
	rm "$id.note"
}

echo "--- governments, and the countries they speak for"
for p in my sg; do
	key "gov-$p.key" "$ORIGIN/party/gov-$p/a"
	"$W" party new --ledger "$ORIGIN" --subject "gov-$p" \
		--role government --country "${p^^}" --key "gov-$p.key" \
		--valid-from 2025-01-01 --id "gov-$p" --out "gov-$p.json"
	takes "gov-$p" "${authority[@]}" --key "gov-$p.key"
done

echo "--- party-detail: who else is behind it, and where it works"
link=$(printf 'one address' | sha256sum | cut -d' ' -f1)
draft party-detail holder 'del(.owners) + {business: "cloud",
	links: [{kind: "address", sha256: "'"$link"'"}],
	facilities: [{id: "F-1", country: "MY", it_power_kw: 20000}]}' \
	--subject holder
takes holder "${authority[@]}"
draft party-detail moved 'del(.owners) + {
	facilities: [{id: "F-1", country: "SG"}]}' --subject holder
refuses WB-3009 /facilities/0/id moved "${authority[@]}"
draft party-detail sub '.owners = [{party: "holder", percent: 51}]' \
	--subject sub
takes sub "${authority[@]}"

echo "--- licence"
to='.exporters = ["acme"] | .consignee = "consignee-my"'
draft licence D-1 "$to"
refuses WB-2004 "" D-1 --key auth.key
expect 1 "$W" sign D-1.json "${authority[@]}" --key acme.key
says "is not what a licence statement"
draft licence D-nobody "$to | .exporters = [\"acme\", \"nobody\"]"
refuses WB-3002 /exporters/1 D-nobody "${authority[@]}"
draft licence D-role "$to | .exporters = [\"auditor\"]"
refuses WB-3003 /exporters/0 D-role "${authority[@]}"
draft licence D-buyer "$to | .consignee = \"nobody\""
refuses WB-3002 /consignee D-buyer "${authority[@]}"
draft licence D-place "$to" --country XX
refuses WB-3015 /destination D-place "${authority[@]}"
draft licence D-unheard "$to | .status = \"suspended\""
refuses WB-3014 /status D-unheard "${authority[@]}"
takes D-1 "${authority[@]}"
draft licence D-taken "$to | .consignee = \"consignee-cn\""
refuses WB-3009 /number D-taken "${authority[@]}"
draft licence D-end "$to | .status = \"revoked\""
takes D-end "${authority[@]}"
draft licence D-again "$to"
refuses WB-3014 /status D-again "${authority[@]}"

echo "--- uveu, nveu"
veu='del(.exporters, .consignee, .destination, .items, .valid_to)'
uveu='.grant = "uveu" | .number = "U-1" | .holder = "holder" |
	.world_tpp_x10 = 1000 | .destinations = ["MY", "SG"] |
	.countries = [{country: "US", tpp_x10: 900}]'
draft licence U-1 "$veu | $uveu"
takes U-1 "${authority[@]}"
draft licence U-2 "$veu | $uveu | .number = \"U-2\" | .holder = \"sub\""
refuses WB-3004 /holder U-2 "${authority[@]}"
nveu='.grant = "nveu" | .number = "N-1" | .holder = "holder" |
	.country = "MY" | .installed_tpp_x10 = 0'
draft licence N-1 "$veu | $nveu"
refuses WB-2004 "" N-1 --key auth-c.key
takes N-1 "${authority[@]}"

echo "--- letter"
draft letter L-1 . --subject acme --name h20-2025
refuses WB-2004 "" L-1 --key auth-b.key
takes L-1 "${authority[@]}"
draft letter L-2 . --subject acme --name h20-2025 --effective 2025-06-01
refuses WB-3010 /effective L-2 "${authority[@]}"
draft letter L-3 . --subject auditor
refuses WB-3003 /exporter L-3 "${authority[@]}"

echo "--- listing"
draft listing X-1 . --subject consignee-cn
refuses WB-2004 "" X-1 --key auth.key
takes X-1 "${authority[@]}"
draft listing X-2 . --subject nobody
refuses WB-3002 /subject X-2 "${authority[@]}"

echo "--- agreement"
draft agreement A-1 . --subject gov-my --country MY
refuses WB-2001 /government A-1 "${authority[@]}"
refuses WB-2004 "" A-1 --key auth.key --key gov-my.key
expect 1 "$W" sign A-1.json --key gov-sg.key
draft agreement A-2 . --subject gov-sg --country MY
refuses WB-3011 /country A-2 "${authority[@]}" --key gov-sg.key
draft agreement A-3 . --subject acme --country MY
refuses WB-2006 "" A-3 "${authority[@]}" --key acme.key
draft agreement A-4 '.status = "ended"' --subject gov-my --country MY
refuses WB-3014 /status A-4 "${authority[@]}" --key gov-my.key
takes A-1 "${authority[@]}" --key gov-my.key

echo "--- finding"
shipment s1.json S-1
expect 0 "$W" sign -q s1.json --key acme.key
expect 0 "$W" submit s1.note
about='.about.party = "acme"'
draft finding F-1 "$about" --party gov-my
takes F-1 --key gov-my.key
draft finding F-2 "$about" --party gov-sg
refuses WB-3011 /about F-2 --key gov-sg.key
draft finding F-3 "$about" --party acme
refuses WB-2006 /party F-3 --key acme.key
draft finding F-4 "$about" --party authority
refuses WB-2004 "" F-4 --key auth.key
takes F-4 "${authority[@]}"
draft finding F-5 "$about | .about.id = \"S-9\"" --party gov-my
refuses WB-3013 /about F-5 --key gov-my.key

echo "--- engine"
draft engine E-1 .
takes E-1 --key com.key
draft engine E-2 '.engine = 2'
refuses WB-3012 /engine E-2 --key com.key
draft engine E-3 .
expect 1 "$W" sign E-3.json --key auth.key

echo "--- who may read of it"
reads() { # ID OPTIONS...: the record's statement is shown
	local seq
	seq=$("$W" show "$1.note.receipt" --json |
		jq '[.. | objects | .seq // empty][0]')
	shift
	expect 0 "$W" show "$seq" --json "$@"
	jq -e 'has("statement")' out >/dev/null
}
for id in A-1 E-1; do
	reads "$id" || die "$id is not open"
done
for id in D-1 L-1 X-1 F-1; do
	reads "$id" && die "$id is open"
	reads "$id" --key auditor.key || die "$id is hidden from an auditor"
	reads "$id" --key other.key && die "$id is shown to others"
done
reads D-1 --key acme.key || die "a licence is hidden from its exporter"
reads F-1 --key acme.key || die "a finding is hidden from whom it is about"

echo "--- agreements are open, with their dates"
expect 0 "$W" agreements --json
json '.agreements == [.agreements[0]] and (.agreements[0] |
	.country == "MY" and .government == "gov-my" and
	.status == "in_force" and .factor_percent == 150 and
	(.commitments | length) == 3 and .until == "2027-12-31" and
	.chip_ceiling == null and .seq > 0)'
expect 0 "$W" agreements
says "gov-my" "in_force"

echo "--- licences, and what is left of them, to those whom they concern"
draft licence D-2 '.exporters = ["acme"] | .consignee = "consignee-cn" |
	.items = [{eccn: "3A090.a", models: ["nv-h100-sxm"], quantity: 500}] |
	.number = "D-2" | .destination = "CN" | .valid_from = "2025-05-01"'
takes D-2 "${authority[@]}"
shipment s2.json S-2 's/consignee-my/consignee-cn/
	s/"destination": "MY"/"destination": "CN"/'
jq '.authorization = {type: "LICENCE", number: "D-2"}' s2.json >s2-licence.json
expect 0 "$W" sign -q s2-licence.json --key acme.key
expect 0 "$W" submit s2-licence.note
expect 0 "$W" licences D-2 --key acme.key --json
json '.licences | length == 1 and (.[0] | .kind == "licence" and
	(.in_force | not) and .exporters == ["acme"] and .destination == "CN" and
	.end_user == null and (.items[0] | .quantity == 500 and
		.used == 8 and .left == 492 and .tpp_left_x10 == null))'
expect 0 "$W" licences --key acme.key
says "D-2, licence, active, not in force today" "acme to consignee-cn in CN" "492"
listed() { # WHO NUMBERS: what that reader is shown
	expect 0 "$W" licences --key "$1.key" --json
	[ "$(jq -r '[.licences[].number] | join(" ")' out)" = "$2" ] ||
		die "$1 sees $(cat out)"
}
number=$(jq -r .number D-1.json)
listed auditor "D-2 $number N-1 U-1"
listed auth "D-2 $number N-1 U-1"
listed acme "D-2 $number"
listed gov-my "$number N-1 U-1"
json '.licences[] | select(.number == "U-1") |
	([.countries[].country] == ["MY"]) and (has("used_x10") | not)'
# The limits of the law are beside it; to a government without amounts.
json '.licences[] | select(.number == "U-1") | .shares | type == "array" and
	all(.[]; has("held_x10") | not)'
json '.licences[] | select(.number == "N-1") | has("limit_x10")'
listed gov-sg U-1
listed other ""
expect 0 "$W" licences --key other.key
says "no licences"
# Not theirs and not there are one answer; without a key, none at all.
for number in D-2 D-9; do
	expect 4 "$W" licences $number --key other.key
	says "there is no licence $number, or it is not yours to see"
done
expect 10 "$W" licences

echo "--- an audit decides the same, inside and outside"
expect 0 "$W" audit --key auditor.key --json
json '.proved and .hidden == 0 and .records == .reexecuted'
expect 0 "$W" audit --key gov-my.key
expect 0 "$W" audit --json
json '.proved and .consistent'
stop_ledger
expect 0 "$D" verify --data "$DATA"
says "decisions made again, byte for byte the same"
