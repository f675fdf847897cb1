#!/bin/bash
# Layers and measures of STYLE: what a reviewer should not have to look for.
#
# Prints one line per fault, as a compiler would; exit 1 when there is one.
set -u
cd "$(dirname "$0")/.." || exit 2
shopt -s nullglob globstar

programs=(core/*.[ch] proto/*.[ch] daemon/*.[ch] client/*.[ch])
public=(include/waybill/*.h)
all=("${programs[@]}" "${public[@]}" tests/**/*.[ch])
format=({core,proto,daemon,client}/*.c tests/**/*.c) # headers: by hand
scripts=(tests/**/*.sh .ci/run)
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT

# fault WHY, with FILE:LINE on each line of standard input
fault() {
	while IFS= read -r where; do
		echo "$where: $1"
	done >>"$faults"
}

# deny PATTERN WHY FILE...: no line of the files matches.
deny() {
	local pattern=$1 why=$2
	shift 2
	[ $# = 0 ] || grep -nHE "$pattern" "$@" | cut -d: -f1,2 | fault "$why"
}

# only PATTERN WHY HOME FILE...: no line outside HOME (a regex) matches.
only() {
	local pattern=$1 why=$2 home=$3 f
	shift 3
	for f in "$@"; do
		[[ $f =~ ^($home)$ ]] || deny "$pattern" "$why" "$f"
	done
}

# --- includes go down the figure --------------------------------------------
inc='^ *# *include'
deny "$inc [<\"](client|daemon|proto)/" 'core includes core and waybill only' \
	core/*.[ch]
deny "$inc [<\"](client|daemon)/" 'proto is below client and daemon' \
	proto/*.[ch]
deny "$inc [<\"]daemon/" 'client and daemon do not know each other' client/*.[ch]
deny "$inc [<\"]client/" 'client and daemon do not know each other' daemon/*.[ch]
deny "$inc [<\"](core|proto|client|daemon)/" 'a public header stands alone' \
	"${public[@]}"
deny "$inc \"[^/]*\"" 'name the folder of the header' "${all[@]}"

use() { # HEADER HOME
	only "$inc <($1)" "only in $2" "$2" "${programs[@]}" "${public[@]}"
}
use 'uv\.h' 'daemon/[a-z_]+\.[ch]'
use 'http_parser\.h|llhttp\.h' 'daemon/http[a-z_]*\.[ch]'
use 'lmdb\.h' 'core/store[a-z_]*\.[ch]'
use 'sodium|openssl/' 'core/crypto\.c'
use 'jansson\.h' 'core/json\.c'
use 'curl/' 'client/http[a-z_]*\.c|daemon/publish[a-z_]*\.c'

# --- what the layers below the programs may not do --------------------------
deny '\b(printf|fprintf|puts|fputs|perror|syslog|exit|_exit|abort) ?\(' \
	'core and proto never print, log or exit' core/*.c proto/*.c
deny '\b(gettimeofday|clock_gettime|time|localtime|gmtime|setlocale) ?\(' \
	'core knows no clock and no locale' core/*.c
deny '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca) ?\(' \
	'a call without bounds' "${all[@]}"
deny 'NDEBUG' 'assertions stay on' Makefile "${all[@]}"

# --- how it is written --------------------------------------------------------
deny '(^|[^:"])//' 'comments are /* */' "${all[@]}"
deny '^typedef +(struct|union|enum)' 'no typedef for structs' "${all[@]}"
deny '\b(TO''DO|FIX''ME|XX''X)\b' 'finish it, or open an issue' "${all[@]}" "${scripts[@]}"
deny $'[ \t]+$' 'white space at the end of the line' \
	"${all[@]}" "${scripts[@]}" Makefile
for f in "${public[@]}" core/*.h proto/*.h daemon/*.h client/*.h; do
	grep -q '^#ifndef WB_[A-Z0-9_]*_H$' "$f" ||
		echo "$f:1" | fault 'no include guard'
done

# 80 columns (a tab is 8), 500 lines a file, 70 a function.  The functions of
# tests are tables and stories, as long as they need to be.
# shellcheck disable=SC2016 # awk expands these
measure='
FNR == 1 { open = 0 }
{
	line = $0
	gsub(/[\200-\277]/, "", line) # a character is one column
	col = 0
	while ((at = index(line, "\t")) > 0) {
		col += at + 7
		col -= col % 8
		line = substr(line, at + 1)
	}
	if (col + length(line) > 80)
		print FILENAME ":" FNR ": over 80 columns"
}
/^\{/ { open = FNR }
/^\}/ && open {
	if (FNR - open - 1 > 70 && FILENAME !~ /^tests/)
		print FILENAME ":" open ": over 70 lines in a function"
	open = 0
}
FNR == 501 { print FILENAME ":501: over 500 lines" }'
LC_ALL=C awk "$measure" "${all[@]}" >>"$faults"

# --- the tools ------------------------------------------------------------------
clang-format --dry-run "${format[@]}" 2>&1 | grep 'warning:' |
	cut -d: -f1,2 | uniq | fault 'make format would change this'
shellcheck -x -f gcc "${scripts[@]}" >>"$faults"

if [ -s "$faults" ]; then
	cat "$faults"
	echo "$(wc -l <"$faults") fault(s)"
	exit 1
fi
