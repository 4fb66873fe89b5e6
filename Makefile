# Shiji. In short: `make`, `make check`, `make install PREFIX=/usr/local`.
# CFLAGS, CPPFLAGS and LDFLAGS are the user's; OWN_... are the project's.
# SANITIZE=address,undefined and CC=clang build in folders of their own;
# WERROR=1 makes warnings errors; V=1 shows whole commands.

CFLAGS     ?= -O2 -g
PREFIX     ?= /usr/local
FUZZ_RUNS  ?= 20000
JOBS       ?= $(shell nproc)
PKG_CONFIG ?= pkg-config

comma := ,
quiet  = $(if $(V),,@echo '  $(1)';)
B     := build$(if $(findstring clang,$(CC)),-clang)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
F     := build-fuzz

# Asked for when first used, since `make check` may have to install them first.
PACKAGES     := gmp mpfr libgit2 libutf8proc nettle
ask           = $(shell $(PKG_CONFIG) $(1))
LIB_CFLAGS    = $(eval LIB_CFLAGS := $(call ask,--cflags $(PACKAGES)))$(LIB_CFLAGS)
LIB_LIBS      = $(eval LIB_LIBS := $(call ask,--libs $(PACKAGES)))$(LIB_LIBS)
CMOCKA_CFLAGS = $(eval CMOCKA_CFLAGS := $(call ask,--cflags cmocka))$(CMOCKA_CFLAGS)
CMOCKA_LIBS   = $(eval CMOCKA_LIBS := $(call ask,--libs cmocka))$(CMOCKA_LIBS)
VERSION       = $(shell sed -n 's/^.define SHIJI_VERSION "\(.*\)"/\1/p' lib/base/version.h)

OWN_CFLAGS := -std=c17 -D_GNU_SOURCE -Ilib -Wall -Wextra -Wpedantic -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wformat=2 \
	-Wwrite-strings -Wcast-qual $(if $(WERROR),-Werror)
OWN_LDFLAGS := -Wl,--as-needed
ifdef SANITIZE
OWN_CFLAGS  += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
OWN_LDFLAGS += -fsanitize=$(SANITIZE)
endif

HOOKS       := $(wildcard lib/book/hooks/*)
EMBEDDED    := scheme/methods.rec book/hooks book/starter
LIB_OBJECTS := $(patsubst %.c,$B/%.o,$(wildcard lib/*/*.c)) $(EMBEDDED:%=$B/embedded/%.o)
LIBRARY     := $B/libshiji.a
TOOLS       := $(patsubst cmd/%.c,$B/bin/%,$(wildcard cmd/*.c))
UNITS       := $(patsubst %.c,$B/%,$(wildcard tests/unit/test_*.c))
UNIT_SHARED := $(patsubst %.c,$B/%.o,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
ORACLES     := $(patsubst %.c,$B/%,$(wildcard tests/oracle/*.c))
BENCHES     := $(patsubst %.c,$B/%,$(wildcard tests/bench/*.c))
FUZZERS     := $(patsubst tests/fuzz/%.c,$F/%,$(wildcard tests/fuzz/fuzz_*.c))
OBJECTS     := $(LIB_OBJECTS) $(UNIT_SHARED) $(UNITS:=.o) $(ORACLES:=.o) \
	$(BENCHES:=.o) $(TOOLS:$B/bin/%=$B/cmd/%.o)
FUZZ_SHARED := $(LIB_OBJECTS:$B/%=$F/%) $F/tests/fuzz/support.o
FUZZ_OBJECTS := $(FUZZ_SHARED) $(FUZZERS:$F/%=$F/tests/fuzz/%.o)
PAGES       := $(wildcard man/*.[1-9])

# On all cores, unless the command line says otherwise.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif
# A file is never made in a way that is not written here.
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all setup demo check check-release golden bench lint fuzz format install uninstall dist clean

all: $(LIBRARY) $(TOOLS) $(HOOKS:lib/book/%=$B/share/shiji/%)

# What is missing is installed for the goals that prove something, and only
# named for the others.
setup:
	@sh tests/setup.sh $(or $(filter demo check check-release golden bench lint fuzz,$(MAKECMDGOALS)),-n build)

$B/%.o: %.c | setup
	@mkdir -p $(@D)
	$(call quiet,CC   $@)$(CC) $(OWN_CFLAGS) $(LIB_CFLAGS) $(MORE_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$B/embedded/%.o: build/embedded/%.c | setup
	@mkdir -p $(@D)
	$(call quiet,CC   $@)$(CC) $(OWN_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# A file of lib/, or all files of a folder, as a table of arrays, byte by byte
# in octal, so that any compiler takes it.
.SECONDEXPANSION:
$(EMBEDDED:%=build/embedded/%.c): build/embedded/%.c: $$(shell find lib/$$*)
	@mkdir -p $(@D)
	@{ printf '#include "base/embedded.h"\n\n'; number=0 rows=; \
	for file in $$(find lib/$* -type f | LC_ALL=C sort); do \
	printf 'static const char text%d[] = {\n' $$number; \
	od -An -v -t o1 $$file | sed "s/[0-7][0-7]*/'\\\\&',/g"; \
	printf '0 };\n'; path=$${file#lib/}; \
	rows="$$rows{ \"$${path#$*/}\", text$$number, sizeof(text$$number) - 1 },\n"; \
	number=$$((number + 1)); done; \
	printf '\nconst struct embedded_file embedded_%s[] = {\n%b{ 0 } };\n' \
	"$$(basename $* | tr -c 'a-z0-9\n' _)" "$$rows"; } > $@

$(LIBRARY): $(LIB_OBJECTS)
	@rm -f $@
	$(call quiet,AR   $@)$(AR) rcs $@ $^

$(TOOLS): $B/bin/%: $B/cmd/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call quiet,LINK $@)$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

$(UNITS:=.o) $(UNIT_SHARED): MORE_CFLAGS = $(CMOCKA_CFLAGS)
$(UNITS): %: %.o $(UNIT_SHARED) $(LIBRARY)
	$(call quiet,LINK $@)$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) $(LIB_LIBS)

$(ORACLES) $(BENCHES): %: %.o $(LIBRARY)
	$(call quiet,LINK $@)$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

demo: all
	@sh tests/demo.sh $B/bin

check: all $(UNITS) $(ORACLES)
	@SANITIZE=$(SANITIZE) SHARE=$(SHARE) JOBS=$(JOBS) sh tests/check.sh $B

# The demo and the tests on the other release of Debian that is supported.
check-release: setup
	@JOBS=$(JOBS) sh tests/release.sh build-release

# Rewrites what golden tests expect: read `git diff tests/golden` afterwards.
golden: all
	@sh tests/golden.sh -r $B $(or $(CASES),$(sort $(dir $(wildcard tests/golden/*/*/command))))

bench: all $(BENCHES)
	@sh tests/bench/bench.sh $B $(SIZES)
	@sh tests/bench/verify.sh $B
	@sh tests/bench/history.sh $B $(COMMITS)

lint: $B/compile_commands.json
	@JOBS=$(JOBS) BUILD=$B sh tests/lint.sh

# How each source is compiled, for what reads C but is not the compiler.
SOURCES := $(wildcard lib/*/*.c cmd/*.c tests/*/*.c)
$B/compile_commands.json: $(SOURCES) Makefile | setup
	@mkdir -p $(@D)
	@{ separator='['; for source in $(SOURCES); do \
	printf '%s{ "directory": "%s", "file": "%s",\n  "command": "%s -c %s" }' \
	"$$separator" "$(CURDIR)" "$$source" \
	"cc $(OWN_CFLAGS) $(LIB_CFLAGS) $(CMOCKA_CFLAGS)" "$$source"; separator=','; \
	done; echo ']'; } > $@

format:
	clang-format -i $(wildcard lib/*/*.[ch] cmd/*.[ch] tests/*/*.[ch])

fuzz: $(FUZZERS)
	@FUZZ_RUNS=$(FUZZ_RUNS) JOBS=$(JOBS) sh tests/fuzz/fuzz.sh $F

FUZZ_FLAGS := -O1 -g -fno-sanitize-recover=all -fno-omit-frame-pointer
$F/%.o: %.c | setup
	@mkdir -p $(@D)
	$(call quiet,CC   $@)clang $(OWN_CFLAGS) $(LIB_CFLAGS) $(FUZZ_FLAGS) \
	-fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<

$F/embedded/%.o: build/embedded/%.c | setup
	@mkdir -p $(@D)
	$(call quiet,CC   $@)clang $(OWN_CFLAGS) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

$(FUZZERS): $F/%: $F/tests/fuzz/%.o $(FUZZ_SHARED)
	$(call quiet,LINK $@)clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIB_LIBS)

# Where a tool finds them, installed or not: ../share/shiji/hooks.
$B/share/shiji/hooks/%: lib/book/hooks/%
	@install -D -m 755 $< $@

# DESTDIR is put before every path, for those who make packages.
BIN   = $(DESTDIR)$(PREFIX)/bin
SHARE = $(DESTDIR)$(PREFIX)/share

install: all
	install -d $(BIN) $(SHARE)/shiji
	install -m 755 $(TOOLS) $(BIN)
	for page in $(PAGES); do install -D -m 644 $$page \
	$(SHARE)/man/man$${page##*.}/$${page#man/} || exit; done
	for hook in $(HOOKS:lib/book/%=%); do \
	install -D -m 755 lib/book/$$hook $(SHARE)/shiji/$$hook || exit; done
	find records -type f -exec install -D -m 644 {} $(SHARE)/shiji/{} \;

uninstall:
	rm -f $(TOOLS:$B/bin/%=$(BIN)/%)
	for page in $(PAGES); do rm -f $(SHARE)/man/man$${page##*.}/$${page#man/}; done
	rm -f $(HOOKS:lib/book/%=$(SHARE)/shiji/%)
	find records -type f -exec rm -f $(SHARE)/shiji/{} \;
	-find $(SHARE)/shiji -depth -type d -empty -exec rmdir {} \;

# The same bytes from the same commit.
dist:
	@mkdir -p build
	git archive --prefix=shiji-$(VERSION)/ -o build/shiji-$(VERSION).tar HEAD
	gzip -n -9 -f build/shiji-$(VERSION).tar

clean:
	rm -rf build build-*

-include $(OBJECTS:.o=.d) $(FUZZ_OBJECTS:.o=.d)
