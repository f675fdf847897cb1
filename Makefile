# Waybill.  `make help` lists the targets.
#
# One Makefile, objects under build/<variant>/, dependencies by the compiler.
# A new .c file needs no edit here.

VERSION := 0.1.0
PREFIX  ?= /usr/local
VARIANT ?= release
V       ?= 0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

Q   := $(if $(filter 1,$V),,@)
say  = $(if $(filter 1,$V),,@printf '  %-5s %s\n' $(1) $(patsubst $O/%,%,$@))

# --- variants: release, asan, tsan, each with gcc or clang ------------------
O := build/$(VARIANT)$(if $(filter clang%,$(CC)),-clang)
VARIANT_release :=
VARIANT_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
VARIANT_tsan    := -O1 -fsanitize=thread
VARIANT_FLAGS   := $(VARIANT_$(VARIANT))

PKGS := libsodium lmdb libuv jansson libcurl libcrypto
CFLAGS ?= -O2 -g
OUR_CFLAGS := -std=c11 -D_GNU_SOURCE -DWB_VERSION='"$(VERSION)"' \
	-Iinclude -I. -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings \
	-Wvla -Wformat=2 -Werror -fno-common -fPIE -fstack-protector-strong \
	-fstack-clash-protection -ffile-prefix-map=$(CURDIR)=. -MMD -MP
OUR_CPPFLAGS := $(if $(VARIANT_FLAGS),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
OUR_LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--build-id=sha1

# What each program links; the library itself pulls in neither network.
CORE_LIBS   := -lsodium -lcrypto -llmdb -ljansson -lpthread
DAEMON_LIBS := $(CORE_LIBS) -luv -lhttp_parser
CLIENT_LIBS := $(CORE_LIBS) -lcurl

objects = $(patsubst %.c,$O/%.o,$(sort $(wildcard $(1))))
units   = $(patsubst tests/unit/test_%.c,$O/test_%,\
	$(sort $(wildcard tests/unit/test_*.c)))
fuzzers = $(patsubst tests/fuzz/fuzz_%.c,$O/fuzz_%,\
	$(sort $(wildcard tests/fuzz/fuzz_*.c)))
tools   = $(patsubst tests/tools/%.c,$O/tool_%,\
	$(sort $(wildcard tests/tools/*.c)))

all: $O/waybilld $O/waybill $O/libwaybill.a

$O/libwaybill.a: $(call objects,core/*.c)
	$(call say,AR)
	$Qrm -f $@ && ar rcsD $@ $^
$O/libproto.a: $(call objects,proto/*.c)
	$(call say,AR)
	$Qrm -f $@ && ar rcsD $@ $^

$O/waybilld: $(call objects,daemon/*.c) $O/libproto.a $O/libwaybill.a
$O/waybilld: LIBS := $(DAEMON_LIBS)
$O/waybill: $(call objects,client/*.c) $O/libproto.a $O/libwaybill.a
$O/waybill: LIBS := $(CLIENT_LIBS)

$(units): $O/test_%: $O/tests/unit/test_%.o $O/libproto.a $O/libwaybill.a
$(units): LIBS := -lcmocka $(CORE_LIBS)
$(tools): $O/tool_%: $O/tests/tools/%.o $O/libproto.a $O/libwaybill.a
$(tools): LIBS := $(CORE_LIBS)
$(fuzzers): $O/fuzz_%: $O/tests/fuzz/fuzz_%.o $O/tests/fuzz/replay.o \
	$O/libproto.a $O/libwaybill.a
$(fuzzers): LIBS := $(CORE_LIBS)

$O/waybilld $O/waybill $(units) $(tools) $(fuzzers):
	$(call say,LD)
	$Q$(CC) $(VARIANT_FLAGS) $(OUR_LDFLAGS) $(LDFLAGS) $(WRAP) -o $@ \
		$(filter %.o,$^) $(filter %.a,$^) $(LIBS)

$O/%.o: %.c Makefile
	$(call say,CC)
	$Qmkdir -p $(@D)
	$Q$(CC) $(CPPFLAGS) $(OUR_CPPFLAGS) $(CFLAGS) $(VARIANT_FLAGS) \
		$(OUR_CFLAGS) -c -o $@ $<

units: $(units)
	@set -e; for t in $(filter %test_$(T),$(units)) \
		$(if $T,,$(units)); do $$t; done

.SECONDARY:
.PHONY: all units
-include $(shell find $O -name '*.d' 2>/dev/null)
