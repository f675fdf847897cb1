#!/bin/bash
# The same decisions, to the byte, from gcc and clang, without optimization and
# with it, in any language, time zone and folder.
#
#   tests/determinism.sh FOLDER    FOLDER as build/release
#
# HISTORIES random ones are decided with each build of what decides; what makes
# them is compiled once, as C leaves open in which order arguments are picked.
# Each prints a digest of all judgements and workings.  What FOLDER was built
# with, as CC and CFLAGS say, is not built again.
set -euo pipefail
cd "$(dirname "$0")/.."
histories=${HISTORIES:-300}
folder=$1

# Languages are made of what libc6 ships the sources of; no rights needed.
export LOCPATH=$PWD/build/determinism/locale
mkdir -p "$LOCPATH"
for language in tr_TR de_DE fr_FR; do
	[ -d "$LOCPATH/$language.UTF-8" ] || localedef -i $language -f UTF-8 \
		"$LOCPATH/$language.UTF-8" 2>/dev/null ||
		echo "no language $language here"
done

decisions() { # PROGRAM LANGUAGE ZONE
	LC_ALL=$2 LANGUAGE=$2 TZ=$3 WAYBILL_HISTORIES=$histories "$1" 2>/dev/null |
		sed -n 's/^decisions //p'
}

want=$(decisions "$folder/test_histories" C UTC)
[ ${#want} -ge 64 ] || { echo "no digest"; exit 1; }
echo "$want $folder"
places=(tr_TR.UTF-8 Asia/Kolkata de_DE.UTF-8 America/St_Johns
	fr_FR.UTF-8 Pacific/Kiritimati C Europe/Berlin)

# The parts of the library that deciding takes, as the linker says.
libs=(-lcmocka -lsodium -lcrypto -llmdb -ljansson -lpthread)
map=build/determinism/map
gcc -pie -o /dev/null "$folder/tests/unit/test_histories.o" \
	"$folder/libwaybill.a" "${libs[@]}" "-Wl,-Map=$map"
mapfile -t parts < <(
	sed -n 's/^.*libwaybill\.a(\([a-z0-9_]*\)\.o)$/\1.o/p' "$map" | sort -u)
[ ${#parts[@]} -gt 50 ] || { echo "what decides? ${parts[*]}"; exit 1; }

# built CC OPTIMIZATION: the program of it, by name
built() {
	local O=build/determinism/$1$2 objects=()
	if [[ ${CC:-gcc} = "$1" && " ${CFLAGS:--O2} " == *" $2 "* ]]; then
		program=$folder/test_histories
		return
	fi
	objects=("${parts[@]/#/$O/core/}")
	# Fortified calls need optimization.
	env -u MAKEFLAGS make -s -j2 CC="$1" CFLAGS="$2" OUR_CPPFLAGS= O="$O" \
		"${objects[@]}" >/dev/null
	program=$O/test_histories
	"$1" -pie -o "$program" "$folder/tests/unit/test_histories.o" \
		"${objects[@]}" "${libs[@]}"
}

for cc in gcc clang; do
	for opt in -O0 -O2; do
		built "$cc" "$opt"
		got=$(decisions "$program" "${places[@]:0:2}")
		echo "$got $cc $opt ${places[*]:0:2}"
		[ "$got" = "$want" ] || exit 1
		places=("${places[@]:2}")
	done
done
