#!/bin/bash
# Scenarios through real ledgers; a ledger judged again under another law;
# what left before and after a day.
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"
vectors=$root/tests/vectors
# Ledgers that are thrown away need no disk.
if [ -w /dev/shm ]; then
	TMPDIR=$(mktemp -d -p /dev/shm)
	trap 'rm -rf "$TMPDIR"; at_end' EXIT
else
	TMPDIR=$T/fast
	mkdir "$TMPDIR"
fi
export TMPDIR

echo "--- scenarios: every row of the table"
expect 0 "$W" scenarios "$vectors/scenarios.csv" --json
json '.failed == 0 and .passed == (.scenarios | length)'
json '.scenarios[] | select(.id == "B03") | .columns[] |
	select(.column == "exp_lpp_after") | .got == "26900000" and .same'
[ -z "$(ls "$TMPDIR")" ] || die "folders stay"

echo "--- a row that does not pass, or cannot be"
{
	head -1 "$vectors/scenarios.csv"
	grep '^B02,' "$vectors/scenarios.csv" | sed 's/LICENCE/LPP/'
	for change in s/,MY,MY,MY,/,my,MY,MY,/ s/^A02,P/A02,Q/ \
		s/syn-4799.2/no-such/ s/none/none/; do
		grep '^A02,' "$vectors/scenarios.csv" | sed "$change"
	done
} >rows.csv
expect 1 "$W" scenarios rows.csv
says "exp_path: expected LPP, got LICENCE" "1 passed, 4 failed" \
	"destination is a country of two letters, not 'my'" \
	"mode is P, Ps, A or R, not 'Q'" \
	"no-such is neither in the catalogue nor in a table of chips"
expect 2 "$W" scenarios rows.csv --mode Ps
says "nothing was run: no table has a scenario of that mode"
expect 2 "$W" scenarios rows.csv --mode X
expect 2 "$W" scenarios "$vectors/chips.csv"
says "not a table of scenarios"
expect 2 "$W" scenarios
expect 4 "$W" scenarios nosuch.csv

echo "--- tables as people write them"
{
	printf '\xef\xbb\xbf'
	head -1 "$vectors/scenarios.csv" | sed 's/$/\r/'
	printf ',,,,\r\n\r\n'
	grep '^B03,' "$vectors/scenarios.csv" |
		sed 's/,1000,US/,"1,000", US /; s/,11068000,/,"11,068,000",/
			s/,data centre,/,Data Center,/; s/,26900000,/,26900000.0,/
			s/,Y,N,N,/,yes,no,0,/; s/$/,,\r/'
	# Nothing is expected where nothing stands.
	grep '^A02,' "$vectors/scenarios.csv" | sed 's/,3A090.b,N,NLR,-,0,0,,/,,,,,,,,/'
} >people.csv
expect 0 "$W" scenarios people.csv
says "2 passed, 0 failed"
# Without columns that expect, what came is shown.
printf 'mode,id,item,qty,destination,export_date\nP,a,nv-h100-sxm,5,MY,%s\n' \
	2025-06-02 >bare.csv
expect 0 "$W" scenarios bare.csv
says "a pass shipment_tpp 79160, eccn 3A090.a, licence_required Y, path LPP"
expect 1 "$W" scenarios <(sed s/2025-06/2022-09/ bare.csv)
says "nothing was judged (no-edition): has family paper an edition for 2022-09-02?"
head -1 "$vectors/scenarios.csv" >empty.csv
expect 2 "$W" scenarios empty.csv
says "nothing was run"
expect 2 "$W" scenarios --chips "$vectors/chips.csv" --family nope
says "no edition of family nope"
: >nothing.csv
expect 2 "$W" scenarios nothing.csv

echo "--- what was shipped before, and cannot be counted, stands beside it"
{
	printf 'id,mode,export_date,item,qty,destination,ultimate_parent_hq,'
	printf 'prior_lpp_tpp_year,prior_country_licensed_tpp,iga,exp_path,'
	printf 'exp_lpp_after,exp_country_after\n'
	h=nv-h100-sxm
	echo "past,P,2025-06-02,$h,100,MY,,60000000,0,1,LICENCE,60000000,1583200"
	echo "barred,P,2025-06-02,$h,50,SG,CN,26884168,0,1,LICENCE,26884168,0"
	echo "before,P,2025-05-12,$h,100,MY,,0,790000000,1,NLR,0,790000000"
	echo "actual,A,2026-06-05,$h,100,CN,,5000,5000,IGA x2,LICENCE,5000,5000"
	echo "small,P,2025-06-02,$h,100,MY,,100,1,x1.5,LPP,1583300,1"
} >before.csv
expect 0 "$W" scenarios before.csv
says "5 passed, 0 failed"

echo "--- interrupted: the folder goes"
set -m # so that it gets the signal that shells keep from their jobs
mkdir "$T/folders"
TMPDIR=$T/folders "$W" scenarios "$vectors/scenarios.csv" \
	"$vectors/scenarios.csv" >interrupted 2>&1 &
run=$!
set +m
until [ -s interrupted ]; do :; done
kill -INT $run
rc=0
wait $run || rc=$?
[ $rc = 130 ] || die "interrupted: exit $rc, $(cat interrupted)"
[ -z "$(ls "$T/folders")" ] || die "$(ls "$T/folders") stays"

echo "--- chips"
expect 0 "$W" scenarios --chips "$vectors/chips.csv" --json
json '.differ == 0 and (.chips | length) == 101'
json '.chips[] | select(.id == "nv-h100-sxm") | .eccn == "3A090.a" and
	.limb == "3A090.a.1" and .tpp == "15832" and .pd == "19.4496"'
cat >chips.csv <<'END'
id,all_formats,die_area_mm2,nonplanar,dc_marketed,eccn,limb
one,"FP8:299.9x8 FP16:150x16",1500,y,y,3A090.b,3A090.b.1
two,FP8:1979x8,814,y,y,3A090.b,
END
expect 1 "$W" scenarios --chips chips.csv
says "one 3A090.b 3A090.b.1 2400 1.6" "the table says 3A090.b" "1 differ"
printf 'id,tpp\n"a\n' >chips.csv
expect 2 "$W" scenarios --chips chips.csv
says "a quote is not closed"

echo "--- a ledger"
rm -rf "$TMPDIR"
trap at_end EXIT
unset TMPDIR
world
start_ledger
settle_world
# ship ID DATE QUANTITY
ship() {
	shipment "$1.json" "$1" "s/\"quantity\": 8/\"quantity\": $3/
		s/\"export_date\": \"[0-9-]*\"/\"export_date\": \"$2\"/"
}
day() { date -u -d "2025-05-15 $1 days" +%F; }
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	ship "w-$i" "$(day $((-7 * i)))" 10
done
ship rush-1 2025-05-13 300
ship rush-2 2025-05-14 300
ship late-1 2025-05-20 100
ship late-2 2025-06-20 200
expect 0 "$W" sign w-*.json rush-*.json late-*.json --key acme.key
expect 0 "$W" submit w-*.note rush-*.note late-*.note --connections 1
expect 0 "$W" audit --key auditor.key --save day.audit

echo "--- replay: the same from the ledger, a download and the folder"
expect 0 "$W" replay --key auditor.key --setting strict_740_2=on --json
json '.judged == 20 and .changed == 0 and .hidden == 0'
expect 0 "$W" replay day.audit --limit lpp=2000000 --json
json '.changed == 1 and .stricter == 1 and .decisions[0].id == "late-2" and
	.decisions[0].was.path == "LPP" and
	.decisions[0].would_be.path == "LICENCE" and
	.tpp_x10 == 31664000 and .h100e == 200'
json '.by_country[0].country == "MY" and .by_month[0].month == "2025-06" and
	.by_party[0].party == "acme"'
jq -S 'del(.ledger)' out >from-file
expect 0 "$W" replay --key auditor.key --limit lpp=2000000 --json
jq -S 'del(.ledger)' out | cmp - from-file || die "another answer from the ledger"
expect 0 "$W" replay "$DATA" --limit lpp=2000000 --json
jq -S 'del(.ledger)' out | cmp - from-file || die "another answer from the folder"
expect 0 "$W" replay day.audit --limit lpp=2000000
says "1 of 20 decisions change, 1 stricter and 0 laxer; 3,166,400 TPP" \
	"acme/late-2" "clear LPP" "review LICENCE, presumption of approval"
says "country changed stricter laxer TPP" "party changed" "month changed" \
	"2025-06 1 1 0 3,166,400 200"
expect 0 "$W" replay day.audit --limit lpp=1000000 --json
json '.changed > 1 and ([.by_country, .by_party, .by_month, .decisions] |
	map([.[].tpp_x10] | add) | unique) == [.tpp_x10]'
json '([.by_country, .by_party, .by_month] | map([.[].changed] | add) |
	unique) == [.changed] and (.decisions | length) == .changed'
expect 0 "$W" replay day.audit --limit lpp=2000000 --csv
[ "$(wc -l <out)" = 2 ] || die "lines of CSV"
says "2025-06-20,acme,late-2,MY,3166400,200,clear,LPP,,review,LICENCE"
sed 's/limit lpp [0-9]*/limit lpp 2000000/; s/^id .*/id mine/' \
	"$root/policy/diffusion.policy" >mine.policy
expect 0 "$W" replay day.audit --edition mine.policy --json
json '.under == "mine.policy" and .changed == 1'
expect 0 "$W" replay day.audit --edition diffusion-2025-1 --json
json '.changed == 0'
expect 0 "$W" replay day.audit --edition rev500 --json
json '.changed > 0'

echo "--- replay: what cannot be tried"
expect 2 "$W" replay day.audit --limit nosuch=1
says "a limit called nosuch"
expect 2 "$W" replay day.audit --limit lpp
expect 2 "$W" replay day.audit --setting strict_740_2=maybe
expect 2 "$W" replay day.audit --factor MY=3
says "from 1 to 2"
expect 4 "$W" replay day.audit --edition nosuch
sed 's/\\"quantity\\": 300/\\"quantity\\": 301/' day.audit >changed.audit
expect 3 "$W" replay changed.audit --limit lpp=1
expect 0 "$W" replay --key acme.key --limit lpp=2000000
says "were not shown to this reader"

echo "--- rush"
expect 0 "$W" rush day.audit --date 2025-05-15 --weeks 3 --json
json '.weeks | length == 6 and .[2].week == -1 and .[2].shipments == 3 and
	.[2].tpp_x10 == 96575200 and .[2].usual_shipments == 1 and
	.[2].usual_tpp_x10 == 1583200 and .[3].tpp_x10 == 15832000'
json '.series | length == 1 and .[0].exporter == "acme" and
	.[0].destination == "MY"'
expect 0 "$W" rush day.audit --date 2025-05-15
says "2025-05-08" "61.0"
expect 0 "$W" rush "$DATA" --date 2025-05-15 --weeks 1 --csv
says "acme,MY,-1,2025-05-08,3,1,9657520,158320"
expect 2 "$W" rush day.audit
says "--date"
expect 2 "$W" rush day.audit --date yesterday

echo "--- check: a draft under another law"
expect 0 "$W" check late-2.json --detail my.json --limit lpp=2000000
says "Under lpp=2000000 the decision changes: review LICENCE"
expect 0 "$W" check late-2.json --detail my.json --limit lpp=3166400 --json
json '.checked[0].what_if.changed == false and
	.checked[0].what_if.judgement.basis == "LPP"'

echo "--- replay: a shipment counts once, as it was last corrected"
amend() { # FILE ID CORRECTION: the shipment under the name of a correction
	"$W" new correction --ledger "$ORIGIN" --party acme --kind shipment \
		--id "$2" | jq --slurpfile s late-2.json "
		.corrects.id = \"late-2\" | .shipment = (\$s[0] |
			del(.type, .ledger, .party, .id, .issued)) | $3" >"$1.json"
	expect 0 "$W" sign "$1.json" --key acme.key
	expect 0 "$W" submit "$1.note"
}
amend again late-2-again '.reason = "the invoice was renumbered"'
expect 0 "$W" replay "$DATA" --limit lpp=2000000 --json
json '.judged == 20 and .changed == 1 and .tpp_x10 == 31664000 and
	.h100e == 200 and [.decisions[].id] == ["late-2"] and
	.decisions[0].seq == .records - 1'
amend less late-2-less '.shipment.items[0].quantity = 5'
expect 0 "$W" replay "$DATA" --limit lpp=2000000 --json
json '.judged == 20 and .changed == 0 and .tpp_x10 == 0'
expect 0 "$W" replay "$DATA" --limit lpp=1 --json
json '.judged == 20 and .changed == 2 and .tpp_x10 == 16623600'
"$W" new void --ledger "$ORIGIN" --party acme --id gone |
	jq '.voids.id = "late-1"' >gone.json
expect 0 "$W" sign gone.json --key acme.key
expect 0 "$W" submit gone.note
expect 0 "$W" replay "$DATA" --limit lpp=1 --json
json '.judged == 19 and .changed == 1 and .tpp_x10 == 791600'
