#!/bin/bash
# What `make install` puts down is enough to run the programs and to build
# against the library.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
env -u MAKEFLAGS make -s install DESTDIR="$root" PREFIX=/usr >/dev/null
(cd "$root" && find . -type f | sort)

"$root/usr/bin/waybilld" --version
"$root/usr/bin/waybill" --version
for f in share/man/man1/waybill.1 share/man/man8/waybilld.8 \
	share/waybill/policy/countries.table \
	lib/systemd/system/waybilld.service; do
	test -s "$root/usr/$f" || { echo "missing: $f"; exit 1; }
done

cat >"$root/user.c" <<'END'
#include <waybill/waybill.h>

int main(void)
{
	return wb_crypto_init();
}
END
flags=$(PKG_CONFIG_PATH=$root/usr/lib/pkgconfig pkg-config \
	--define-variable=prefix="$root/usr" --static --cflags --libs waybill)
# shellcheck disable=SC2086 # these are words
cc -o "$root/user" "$root/user.c" $flags
"$root/user"
