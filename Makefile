# make               the programs and the library, in build/release/
# make demo          1,000 shipments through a ledger, in half a minute
# make check         every test; T=name runs those of that name
# make check-all     again with clang, ASan+UBSan, TSan
# make fuzz T=note   look for inputs that break a parser; S=seconds
# make fault         crashes, failing calls, damage; CYCLES= STATES= SECONDS=
# make properties    10^6 histories and shipments at random; HISTORIES=
# make mutants       each comparison of the rules flipped; T=name EVERY=all
# make mutants-fault each safeguard taken out: which check sees it
# make bench         decisions and statements per second; PRIOR=1000000
# make tidy          layers and measures; make headers; make format
# make install       DESTDIR= PREFIX=/usr/local
# make clean
#
# VARIANT=release|asan|tsan  CC=gcc|clang  V=1
#
# Objects lie under build/<variant>/, dependencies come from the compiler.
# A new .c file needs no edit here.

VERSION := 0.1.0
PREFIX  ?= /usr/local
VARIANT ?= release
V       ?= 0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules -j$(shell nproc)

Q   := $(if $(filter 1,$V),,@)
say  = $(if $(filter 1,$V),,@printf '  %-5s %s\n' $(1) $(patsubst $O/%,%,$@))

# --- variants: release, asan, tsan, fuzz, each with gcc or clang ------------
O := build/$(VARIANT)$(if $(filter clang%,$(CC)),-clang)
VARIANT_release :=
VARIANT_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
VARIANT_tsan    := -O1 -fsanitize=thread
VARIANT_fuzz    := $(VARIANT_asan) -fsanitize=fuzzer-no-link
VARIANT_FLAGS   := $(VARIANT_$(VARIANT))

CFLAGS ?= -O2 -g
OUR_CFLAGS := -std=c11 -D_GNU_SOURCE -DWB_VERSION='"$(VERSION)"' \
	-Iinclude -I. -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings \
	-Wvla -Wformat=2 -Werror -fno-common -fPIE -fno-plt \
	-fstack-protector-strong \
	-fstack-clash-protection -ffile-prefix-map=$(CURDIR)=. -MMD -MP
OUR_CPPFLAGS := $(if $(VARIANT_FLAGS),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
OUR_LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--build-id=sha1

# A daemon whose journal is of short files, so that tests fill several.
small := $O/small/waybilld

# What each program links; the library itself pulls in neither network.
LMDB := -llmdb
LIBS  = -lsodium -lcrypto $(LMDB) -ljansson -lpthread
$O/waybilld $(small): LIBS += -luv -lhttp_parser
$O/waybill: LIBS += -lcurl

# --- what is built ------------------------------------------------------------
objects  = $(patsubst %.c,$O/%.o,$(sort $(wildcard $(1))))
named    = $(patsubst $(1)%.c,$O/$(2)_%,$(sort $(wildcard $(1)*.c)))
units   := $(call named,tests/unit/test_,test)
fuzzers := $(call named,tests/fuzz/fuzz_,fuzz)
tools   := $(call named,tests/tools/,tool)
benches := $(call named,tests/bench/,bench)
programs := $O/waybilld $O/waybill $(small) $(units) $(fuzzers) $(tools) $(benches)
headers := $(sort $(wildcard include/waybill/*.h core/*.h proto/*.h))
manuals := $(patsubst %.scd,$O/%,$(sort $(wildcard */*.[1-8].scd)))
sources := $(sort $(wildcard */*.c tests/*/*.c))

.PHONY: all units demo check check-all fuzz fault properties mutants \
	mutants-fault bench tidy headers format install clean help deps
all: $O/waybilld $O/waybill $O/libwaybill.a

$O/libwaybill.a: $(call objects,core/*.c)
$O/libproto.a: $(call objects,proto/*.c)
$O/libwaybill.a $O/libproto.a:
	$(call say,AR)
	$Qmkdir -p $(@D) && rm -f $@ && ar rcsD $@ $^

$O/waybilld $(small): $(call objects,daemon/*.c)
$O/waybill: $(call objects,client/*.c)
$(units): $O/test_%: $O/tests/unit/test_%.o
$(units): LIBS += -lcmocka
# A test that makes a call fail says here which one it takes over.
$O/test_bytes: WRAP := -Wl,--wrap=realloc
$O/test_crypto: WRAP := -Wl,--wrap=EVP_MD_CTX_new
$O/test_json: WRAP := -Wl,--wrap=malloc
$O/test_ledger $O/test_batch $O/test_history $O/test_recovery: \
	WRAP := -Wl,--wrap=mdb_txn_commit
$O/test_latch: WRAP := -Wl,--wrap=fdatasync,--wrap=wb_sign \
	-Wl,--wrap=wb_put_entry,--wrap=wb_put_id,--wrap=wb_put_index \
	-Wl,--wrap=wb_put_node
$O/test_flip: WRAP := -Wl,--wrap=wb_verify,--wrap=wb_public_check \
	-Wl,--wrap=wb_sign
$O/test_crash: WRAP := -Wl,--wrap=open,--wrap=open64,--wrap=close \
	-Wl,--wrap=pwrite,--wrap=pwrite64,--wrap=writev \
	-Wl,--wrap=fdatasync,--wrap=fsync,--wrap=rename
# LMDB as an archive, so that its calls are taken over too.
$O/test_crash $O/test_orphan: LMDB := -l:liblmdb.a
$O/test_orphan: WRAP := -Wl,--wrap=pwrite,--wrap=pwrite64
$O/test_journal $O/test_segments: WRAP := -Wl,--wrap=pread
$O/test_crash $O/test_segments $(small): $O/small/core/journal.o
# Parts of the daemon that know no loop.
$O/test_http $O/fuzz_http: $O/daemon/http.o
$O/test_http $O/fuzz_http: LIBS += -lhttp_parser
$O/test_config $O/fuzz_config: $O/daemon/config.o
$O/test_route: $O/daemon/route.o
# And the client without its main.
$O/test_scenarios $O/test_second_reading $O/test_vectors: \
	$(filter-out %/main.o,$(call objects,client/*.c))
$O/test_scenarios $O/test_second_reading $O/test_vectors: LIBS += -lcurl
$(tools): $O/tool_%: $O/tests/tools/%.o
$(benches): $O/bench_%: $O/tests/bench/%.o
$(fuzzers): $O/fuzz_%: $O/tests/fuzz/fuzz_%.o
$(fuzzers): $(if $(filter fuzz,$(VARIANT)),,$O/tests/fuzz/replay.o)
$(fuzzers): LDFLAGS += $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer)

$(programs): $O/libproto.a $O/libwaybill.a
	$(call say,LD)
	$Q$(CC) $(VARIANT_FLAGS) $(OUR_LDFLAGS) $(LDFLAGS) $(WRAP) -o $@ \
		$(filter %.o,$^) $(filter %.a,$^) $(LIBS)

# Packages come before compilers, but only for the targets that promise it.
PREPARE := $(if $(filter demo check check-all fuzz fault bench,\
	$(MAKECMDGOALS)),deps)

$O/%.o: %.c Makefile | $(PREPARE)
	$(call say,CC)
	$Qmkdir -p $(@D)
	$Q$(CC) $(CPPFLAGS) $(OUR_CPPFLAGS) $(CFLAGS) $(VARIANT_FLAGS) \
		$(OUR_CFLAGS) -c -o $@ $<

$O/small/%.o: %.c Makefile | $(PREPARE)
	$(call say,CC)
	$Qmkdir -p $(@D)
	$Q$(CC) $(CPPFLAGS) $(OUR_CPPFLAGS) $(CFLAGS) $(VARIANT_FLAGS) \
		$(OUR_CFLAGS) -DWB_SEGMENT_LEN=16384 -c -o $@ $<

# What makes calls fail is loaded into programs of every variant.
$O/failing.so: tests/fault/failing.c Makefile | $(PREPARE)
	$(call say,LD)
	$Qmkdir -p $(@D)
	$Q$(CC) $(CFLAGS) $(OUR_CFLAGS) -U_FORTIFY_SOURCE -fPIC -shared \
		-Wl,-z,relro,-z,now -o $@ $<

$O/%: %.scd | $(PREPARE)
	$(call say,MAN)
	$Qmkdir -p $(@D)
	$QSOURCE_DATE_EPOCH=0 scdoc < $< > $@

# --- what is run ------------------------------------------------------------
deps:
	@tests/deps.sh $(or $(if $(filter check-all fuzz fault,\
		$(MAKECMDGOALS)),all),\
		$(if $(filter check bench,$(MAKECMDGOALS)),check),demo)

demo: all $(tools)
	@tests/demo.sh $O

check: all headers $(units) $(fuzzers) $(tools) $(benches) $(manuals) \
	$O/failing.so $(small)
	@CC='$(CC)' CFLAGS='$(CFLAGS)' tests/run.sh $O $T

# Sanitized builds run what runs our code: units, corpora, integration.
check-all: check
	@$(MAKE) check CC=clang
	@$(MAKE) check CC=clang VARIANT=asan
	@$(MAKE) check CC=clang VARIANT=tsan

units: $(units)
	@set -e; for t in $(filter %test_$(T),$(units)) \
		$(if $T,,$(units)); do $$t; done

# make fuzz T=note S=60: new inputs stay in build/corpus/ until chosen.
fuzz:
	@test -n "$T" || { echo "make fuzz T=name [S=seconds]"; exit 2; }
	@$(MAKE) CC=clang VARIANT=fuzz build/fuzz-clang/fuzz_$T
	@mkdir -p build/corpus/$T
	build/fuzz-clang/fuzz_$T -max_total_time=$(or $S,60) -timeout=10 \
		-print_final_stats=1 -artifact_prefix=build/corpus/$T- \
		build/corpus/$T tests/fuzz/corpus/$T

# Each of these by itself: tests/fault/run.sh build/release NAME.
fault: all $(units) $(tools) $(small) $O/failing.so
	@CYCLES=$(CYCLES) STATES=$(STATES) SECONDS_EACH=$(SECONDS) \
		tests/fault/run.sh $O $T

HISTORIES ?= 1000000
properties: $O/test_properties $O/test_histories
	@WAYBILL_CASES=$(HISTORIES) $O/test_properties
	@WAYBILL_HISTORIES=$(HISTORIES) $O/test_histories

mutants:
	@/usr/bin/python3 -B tests/mutants/rules.py "$T"

mutants-fault:
	@tests/fault/mutants.sh $T

bench: all $(benches) $(tools)
	@PRIOR=$(PRIOR) tests/bench/run.sh $O

tidy:
	@tests/tidy.sh
# Each header compiles alone.
headers: | $(PREPARE)
	@for h in $(headers); do $(CC) $(filter-out -M%,$(OUR_CFLAGS)) \
		-fsyntax-only -Wno-unused-function -x c $$h || exit 1; done
format:
	clang-format -i $(sources)

# --- install ----------------------------------------------------------------
DEST = $(DESTDIR)$(PREFIX)
install: all $(manuals)
	install -Dt $(DEST)/bin $O/waybill $O/waybilld
	install -Dm644 -t $(DEST)/lib $O/libwaybill.a
	install -Dm644 -t $(DEST)/include/waybill \
		$(wildcard include/waybill/*.h)
	install -Dm644 -t $(DEST)/share/waybill/policy \
		$(wildcard policy/*)
	install -Dm644 -t $(DEST)/share/waybill/vectors \
		$(wildcard tests/vectors/*.csv) tests/vectors/test.catalogue
	for m in $(manuals); do install -Dm644 -t \
		$(DEST)/share/man/man$${m##*.} $$m; done
	install -Dm644 -t $(DEST)/lib/systemd/system $(wildcard systemd/*)
	install -Dm644 -t $(DEST)/lib/pkgconfig core/waybill.pc.in
	cd $(DEST)/lib && mv pkgconfig/waybill.pc.in pkgconfig/waybill.pc && \
	sed -i 's,@PREFIX@,$(PREFIX),; s,@VERSION@,$(VERSION),; s,/usr/bin/,$(PREFIX)/bin/,' \
		pkgconfig/waybill.pc systemd/system/*

clean:
	rm -rf build

help:
	@sed -n '/^$$/q; s/^# \{0,1\}//p' Makefile

.SECONDARY:
-include $(shell find $O -name '*.d' 2>/dev/null)
