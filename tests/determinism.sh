#!/bin/bash
# The same decisions, to the byte, from gcc and clang, without optimization and
# with it, in any language, time zone and folder.
#
#   tests/determinism.sh FOLDER    FOLDER as build/release
#
# HISTORIES random ones are decided with each build of the library; what makes
# them is compiled once, as C leaves open in which order arguments are picked.
# Each prints a digest of all judgements and workings.
set -euo pipefail
cd "$(dirname "$0")/.."
histories=${HISTORIES:-300}

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

want=$(decisions "$1/test_histories" C UTC)
[ ${#want} -ge 64 ] || { echo "no digest"; exit 1; }
echo "$want $1"
places=(tr_TR.UTF-8 Asia/Kolkata de_DE.UTF-8 America/St_Johns
	fr_FR.UTF-8 Pacific/Kiritimati C Europe/Berlin)
for cc in gcc clang; do
	for opt in -O0 -O2; do
		O=build/determinism/$cc$opt
		# Fortified calls need optimization.
		env -u MAKEFLAGS make -s -j2 CC=$cc CFLAGS="$opt" \
			OUR_CPPFLAGS= O=$O $O/libwaybill.a >/dev/null
		$cc -pie -o $O/test_histories "$1/tests/unit/test_histories.o" \
			$O/libwaybill.a -lcmocka -lsodium -lcrypto -llmdb \
			-ljansson -lpthread
		got=$(decisions $O/test_histories "${places[@]:0:2}")
		echo "$got $cc $opt ${places[*]:0:2}"
		[ "$got" = "$want" ] || exit 1
		places=("${places[@]:2}")
	done
done
