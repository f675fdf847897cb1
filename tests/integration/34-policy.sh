#!/bin/bash
# The law as data: policy lint, show, diff and trace.  docs: policy/README.md
# shellcheck source=tests/integration/client.sh
. tests/integration/client.sh "$1"

# All that is shipped is good, one by one and as families.
expect 0 "$W" policy lint
for family in paper actual rev500; do
	grep -q "^family $family: .* no gap, no overlap\$" out ||
		die "family $family is not whole: $(cat out)"
done

# Every fault of a text is told, with its place.
sed -e 's/^licence worldwide when eccn/licence worldwide if eccn/' \
	-e 's/tpp >= 1600 and pd >= 5.92/tpp >= 1,600 and pd >= 5.92/' \
	"$root/policy/diffusion.policy" >bad.policy
expect 1 "$W" policy lint bad.policy
grep -q 'line [0-9]*, column 41$' out || die "no place: $(cat out)"
[ "$(grep -c 'WB-1022' out)" = 2 ] || die "not both faults: $(cat out)"

# Neither gap nor overlap passes.
sed 's/^effective 2023-11-17/effective 2023-11-18/' \
	"$root/policy/us-2023.policy" >gap.policy
expect 1 "$W" policy lint "$root/policy/us-2023-01.policy" gap.policy
says "us-2022-2 ends on 2023-11-16 and us-2023-1 begins on 2023-11-18: no" \
	"edition of the family actual covers the days between"
sed 's/^effective 2023-11-17/effective 2023-11-16/' \
	"$root/policy/us-2023.policy" >overlap.policy
expect 1 "$W" policy lint "$root/policy/us-2023-01.policy" overlap.policy
says "The dates of us-2023-1 overlap those of us-2022-2"

# In words, by file and by id.
expect 0 "$W" policy show rev500-1
says "at most 7,912,000 TPP a year and ultimate parent"
expect 4 "$W" policy show no-such-edition
expect 0 "$W" policy diff "$root/policy/us-2022-10.policy" us-2022-2
says "~ set scope_2022 was: CN, and HK is: CN, and HK, and MO"
expect 0 "$W" policy diff us-2023-1 us-2023-1
says "They say the same"

# Every line has a citation, code and a case; the code is there.
expect 0 "$W" policy trace
grep -q ' 0 not as expected, 0 lines with an empty cell$' out ||
	die "the law is not traced: $(tail -n 1 out)"
sed -n 's/.* | \([a-z]*\/[a-z_]*\.c\):\([a-z0-9_]*\) | .*/\1 \2/p' out |
	sort -u >code
[ "$(wc -l <code)" -gt 15 ] || die "too little code is named"
while read -r file function; do
	grep -q "\<$function(" "$root/$file" || die "$file has no $function"
done <code
# And a case that comes out otherwise, or a line without one, is a fault.
sed 's/,LICENCE,presumption of denial,/,LICENCE,policy of denial,/' \
	"$root/tests/vectors/rules.csv" >wrong.csv
expect 1 "$W" policy trace wrong.csv
grep -q 'expected policy of denial, got presumption of denial' out ||
	die "a wrong case passes"
head -n 2 "$root/tests/vectors/rules.csv" >few.csv
expect 1 "$W" policy trace few.csv -q
grep -q 'EMPTY' out || die "lines without a case pass"
