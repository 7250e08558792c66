# Luoshi: `make run` to see it, `make test` to prove it, `make help` for the rest.
# SPDX-License-Identifier: Apache-2.0
SHELL := /bin/sh
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
JOBS ?= $(shell nproc)

B ?= build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
VERSION ?= 0.1.0

# ── flags ────────────────────────────────────────────────────────────────────────────────────────────────
PACKAGES := sqlite3 libpq libcmark-gfm libsodium jansson icu-i18n icu-uc libxml-2.0 libzip libqrencode openssl zlib libbrotlienc
LLHTTP := /usr/share
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
  -Wundef -Wcast-qual -Wnull-dereference -Wdouble-promotion
GCC_WARN := -Wduplicated-cond -Wlogical-op -Wswitch-enum -Wbidi-chars=any
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero
MODE_FLAGS := -O2 -g $(HARDEN)
LINK_HARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack
ifneq ($(findstring clang,$(CC)),)
GCC_WARN :=
endif
ifdef CI
WERROR := -Werror
endif
CPPFLAGS += -D_GNU_SOURCE -DLUOSHI_VERSION='"$(VERSION)"' -Isrc -I$(B)/gen -I$(B) -include src/base/banned.h $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
CFLAGS += -std=c17 -fPIE $(MODE_FLAGS) $(WARN) $(GCC_WARN) $(WERROR)
LDLIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcmark-gfm-extensions -lcmark-gfm -lxlsxwriter -linih -lpthread -lm
LDFLAGS += $(LINK_HARDEN) $(MODE_LINK)

# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────
ROOMS := base store ledger people matter project campaign field forum survey bulletin insight exchange jobs demo web command
MIGRATIONS := $(sort $(wildcard src/store/migrations/*.sql))
SQL := $(sort $(wildcard src/*/*.sql))
VIEWS := $(sort $(wildcard src/*/*.view))
TEMPLATES := $(sort $(foreach r,$(ROOMS),$(wildcard src/$(r)/*.html)))
PO := $(sort $(wildcard locale/zh_CN/*.po))
ALL_C := $(sort $(foreach r,$(ROOMS),$(wildcard src/$(r)/*.c)))
FIXTURES := $(sort $(wildcard src/*/*_world.c))
SRC := $(filter-out %_test.c $(FIXTURES),$(ALL_C))
TESTS := $(filter %_test.c,$(ALL_C))
OBJ := $(SRC:src/%.c=$(B)/obj/%.o)
TOOLS := mksql mktpl mkpo mkembed
GEN := $(B)/gen/.done
LLHTTP_OBJ := $(B)/obj/llhttp/llhttp.o $(B)/obj/llhttp/api.o $(B)/obj/llhttp/http.o
LIB := $(B)/libluoshi.a
BIN := $(B)/luoshi

.PHONY: all run test check unit scenario scenario-pg browser ha fault crash fuzz asan tsan twice lint layers fmt trace bench flame clean help deps deps-test deps-bench pictures

all: $(BIN)

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

deps:
	@tools/deps.sh build
deps-test:
	@tools/deps.sh test

# ── build-time tools ─────────────────────────────────────────────────────────────────────────────────────
TOOL_BASE := $(filter-out src/base/%_test.c,$(wildcard src/base/*.c))
define tool_rule
$(B)/tools/$(1): tools/$(1).c $(wildcard tools/$(1)_*.c) $(wildcard tools/*.h) $(TOOL_BASE) $(wildcard src/base/*.h)
	@mkdir -p $$(@D)
	@echo "  tool $(1)"
	@$$(CC) -std=c17 -O1 -g -D_GNU_SOURCE -Isrc -Itools $$(WARN) $$(GCC_WARN) $$(WERROR) -o $$@ $$(filter tools/%.c,$$^) $(TOOL_BASE) \
	  -lsqlite3 -lz -lbrotlienc -lsodium $$(shell pkg-config --libs icu-i18n icu-uc) -lm -lpthread
endef
$(foreach t,$(TOOLS),$(eval $(call tool_rule,$(t))))

$(B)/assets/app.css: src/web/style/app.scss $(wildcard src/web/style/*.scss) package-lock.json
	@mkdir -p $(@D)
	@echo "  sass app.css"
	@npx --no-install sass --no-source-map --style=compressed --quiet-deps --load-path=node_modules src/web/style/app.scss $@

$(GEN): $(TOOLS:%=$(B)/tools/%) $(MIGRATIONS) $(SQL) $(VIEWS) $(TEMPLATES) $(PO) $(wildcard src/web/assets/*) $(B)/assets/app.css
	@mkdir -p $(B)/gen
	@echo "  generate"
	@$(B)/tools/mkembed --out $(B)/gen src/web/assets $(B)/assets
	@$(B)/tools/mksql --out $(B)/gen --migrations src/store/migrations $(SQL)
	@for f in $(B)/gen/tpl/*.c; do [ -e "$$f" ] || continue; n=$$(basename $$f .c); ls src/*/$$n.html >/dev/null 2>&1 || rm -f $(B)/gen/tpl/$$n.* $(B)/obj/gen/tpl/$$n.*; done
	@for f in $(B)/gen/view/*.c; do [ -e "$$f" ] || continue; n=$$(basename $$f .c); ls src/*/$$n.view >/dev/null 2>&1 || rm -f $(B)/gen/view/$$n.* $(B)/obj/gen/view/$$n.*; done
	@for f in $(B)/gen/sql/*.c; do [ -e "$$f" ] || continue; n=$$(basename $$f .c); ls src/*/$$n.sql >/dev/null 2>&1 || rm -f $(B)/gen/sql/$$n.* $(B)/obj/gen/sql/$$n.*; done
	@$(B)/tools/mktpl --out $(B)/gen $(VIEWS) $(TEMPLATES)
	@$(B)/tools/mkpo --out $(B)/gen $(PO)
	@touch $@

# Everything after generation runs in a second make, which sees what was generated.
GEN_C = $(wildcard $(B)/gen/*.c $(B)/gen/*/*.c)
GEN_S = $(wildcard $(B)/gen/*.S)
GEN_OBJ = $(GEN_C:$(B)/gen/%.c=$(B)/obj/gen/%.o) $(GEN_S:$(B)/gen/%.S=$(B)/obj/gen/%.o)

$(BIN): $(GEN) FORCE
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(B)/.bin B=$(B)
	@true
FORCE:

$(B)/.bin: $(LIB) $(B)/obj/main.o
	@echo "  link luoshi"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $(BIN).new $(B)/obj/main.o -Wl,--whole-archive $(LIB) -Wl,--no-whole-archive $(LDLIBS)
	@mv $(BIN).new $(BIN)
	@touch $@

$(LIB): $(OBJ) $(GEN_OBJ) $(LLHTTP_OBJ)
	@rm -f $@
	@ar qcs $@ $^

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(B)/obj/gen/%.o: $(B)/gen/%.S
	@mkdir -p $(@D)
	@$(CC) -fcf-protection -c -o $@ $<
$(B)/obj/llhttp/%.o: $(LLHTTP)/llhttp/%.c
	@mkdir -p $(@D)
	@$(CC) -std=c17 -fPIE $(MODE_FLAGS) -DLLHTTP_STRICT_MODE=1 -I$(LLHTTP)/include/llhttp -c -o $@ $<
$(B)/obj/exchange/sheet_write.o: CPPFLAGS := -include xlsxwriter.h $(CPPFLAGS)
$(B)/obj/web/http%.o: CPPFLAGS += -I$(LLHTTP)/include/llhttp
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

# ── unit tests: a test of a room links that room and the ones before it; a link failure is an architecture bug ─────
STORE_GEN = $(filter $(B)/obj/gen/sql% $(B)/obj/gen/migrations.o $(B)/obj/gen/tables.o,$(GEN_OBJ))
WEB_GEN = $(filter-out $(STORE_GEN),$(GEN_OBJ)) $(LLHTTP_OBJ)
define room_rule
$(B)/room/$(1).a: $$(filter $(B)/obj/$(1)/%,$$(OBJ)) $$(if $$(filter store,$(1)),$$(STORE_GEN)) $$(if $$(filter web,$(1)),$$(WEB_GEN))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar qcs $$@ $$^
endef
USED_ROOMS := $(filter $(ROOMS),$(notdir $(patsubst %/,%,$(sort $(dir $(SRC))))))
$(foreach r,$(USED_ROOMS),$(eval $(call room_rule,$(r))))
# rooms up to and with $(1), the latest first; pages and what joins rooms may also use web
upto = $(if $(filter $(1),$(firstword $(2))),$(1),$(call upto,$(1),$(wordlist 2,99,$(2))) $(firstword $(2)))
ORDER := $(filter-out web,$(filter $(USED_ROOMS),$(ROOMS)))
rooms_of = $(if $(filter web,$(1)),web people store base,$(call upto,$(1),$(ORDER)) $(if $(filter exchange demo command,$(1)),web people store base))
TEST_BIN := $(TESTS:src/%.c=$(B)/test/%)
define test_rule
$(B)/test/$(1): src/$(1).c $(sort $(wildcard $(dir src/$(1))*_world.c) $(if $(filter base/%,$(1)),,src/store/server_world.c) $(if $(filter exchange/import_test,$(1)),src/matter/matter_world.c)) $(foreach r,$(call rooms_of,$(patsubst %/,%,$(dir $(1)))),$(B)/room/$(r).a)
	@mkdir -p $$(@D)
	@$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(filter %.c,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -lcmocka $$(LDLIBS)
endef
$(foreach t,$(TESTS:src/%.c=%),$(eval $(call test_rule,$(t))))

COMMA := ,
# ── faults: programs of tests/fault, over the whole library ──────────────────────────────────────────────────
FAULT_WORLD := src/matter/matter_world.c src/store/fault_world.c src/store/server_world.c $(filter-out %_test.c,$(wildcard tests/fault/*.c))
$(B)/fault/file_test: FAULT_WRAP := $(patsubst %,-Wl$(COMMA)--wrap=%,open rename link unlink fsync)
FAULT_BIN := $(patsubst tests/fault/%.c,$(B)/fault/%,$(wildcard tests/fault/*_test.c))
$(B)/fault/%: tests/fault/%.c $(FAULT_WORLD) $(wildcard tests/fault/*.h src/*/*_world.h) $(LIB)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -Itests/fault $(LDFLAGS) $(FAULT_WRAP) -o $@ $(filter %.c,$^) $(LIB) -lcmocka $(LDLIBS)
.PHONY: fault-build $(B)/.fault
$(B)/.fault: $(FAULT_BIN)
fault-build: $(GEN)
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(LIB) B=$(B)
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(B)/.fault B=$(B)
FAULT ?= full
fault: fault-build  ## every disk call and allocation of a change fails in turn; FAULT=short samples them
	@FAULT=$(FAULT) tests/run_unit.sh $(B)/fault sqlite

ROUNDS ?= 200
PG_ROUNDS ?= 50
BACKUPS ?= 20
crash: all  ## kill -9 under load: ROUNDS=200 on a file, PG_ROUNDS=50 on PostgreSQL; BACKUPS=20 under load
	@ROUNDS=$(ROUNDS) PG_ROUNDS=$(PG_ROUNDS) BACKUPS=$(BACKUPS) node --test --test-reporter=spec tests/scenario/crash.test.mjs tests/scenario/backup.test.mjs

.PHONY: lib
lib: $(GEN)
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(LIB) B=$(B)

.PHONY: $(B)/.tests
$(B)/.tests: $(TEST_BIN)

unit: $(GEN)  ## unit and rules tests
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(B)/.tests B=$(B)
	@tests/run_unit.sh $(B)/test $(UNIT_ENGINE)

# ── the two commands ─────────────────────────────────────────────────────────────────────────────────────
run: deps  ## build, make the demo city in ./data, serve it on http://127.0.0.1:8080
	@$(MAKE) --no-print-directory all
	@[ -e data/luoshi.db ] || $(BIN) demo --data data
	@$(BIN) serve --data data --listen 127.0.0.1:8080 --greet

test: deps-test  ## everything: unit, rules, tools, scenario, hostile, browser, fuzz, sanitizers
	@tests/run_all.sh

check: all layers lint unit  ## the gate one runs all day

$(B)/echo_server: tests/hostile/echo_server.c $(LIB)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)
.PHONY: echo
echo: $(BIN)
	@$(MAKE) --no-print-directory -s $(B)/echo_server

# Search speaks to each engine in its own words, of documents that each numbers by itself: search_test compares what is found.
PG_OWN_WORDS := src/matter/search.sql src/matter/search_rebuild.sql src/matter/similar.sql src/matter/matter_find.sql
$(B)/check_pg $(B)/same_pg: $(B)/%: tools/%.c $(LIB)
	@$(CC) $(CPPFLAGS) -I$(shell pg_config --includedir) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS) -lpq
.PHONY: check-pg-tool check-pg same-pg
check-pg-tool: $(BIN)
	@$(MAKE) --no-print-directory -s $(B)/check_pg $(B)/same_pg
check-pg: check-pg-tool  ## every statement and table on a private PostgreSQL
	@tests/check_pg.sh $(B)/check_pg
same-pg: check-pg-tool  ## every statement that reads says the same on both engines
	@tests/same_pg.sh $(B) $(PG_OWN_WORDS)

scenario: all echo  ## pages and commands against the real binary
	@node --test --test-reporter=spec tests/scenario/ tests/hostile/
scenario-pg: all  ## the same on a private PostgreSQL; FILE=tests/scenario/x.test.mjs for one
	@tests/lib/on_pg.sh node --test --test-concurrency=2 --test-reporter=spec $(or $(FILE),$(shell grep -L lib/postgres.mjs tests/scenario/*.test.mjs))
browser: all  ## journeys in Chromium
	@node --test --test-reporter=spec tests/browser/

ha: all  ## several nodes: HAProxy, PgBouncer, a node and a primary killed under load
	@node --test --test-reporter=spec tests/ha/ && echo && cat $(B)/ha.txt

# ── sanitizers, fuzzing ──────────────────────────────────────────────────────────────────────────────────
# Instrumented code makes gcc warn of truncations that cannot be: the plain build has looked already.
ASAN := B=build/asan CC=gcc WERROR= UNIT_ENGINE=sqlite MODE_FLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" LINK_HARDEN=-pie MODE_LINK="-fsanitize=address,undefined"
TSAN := B=build/tsan CC=gcc WERROR= UNIT_ENGINE=sqlite MODE_FLAGS="-O1 -g -fsanitize=thread" LINK_HARDEN=-pie MODE_LINK="-fsanitize=thread"
asan:  ## unit tests and the binary under AddressSanitizer and UBSan (in build/asan)
	@$(MAKE) --no-print-directory unit $(ASAN)
	@$(MAKE) --no-print-directory all $(ASAN)
	@LUOSHI=build/asan/luoshi ASAN_OPTIONS=detect_leaks=0 node --test --test-concurrency=2 --test-reporter=spec \
	  tests/scenario/serving.test.mjs tests/scenario/bad_input.test.mjs tests/scenario/public.test.mjs tests/scenario/work.test.mjs tests/scenario/import.test.mjs
twice:  ## scenarios against a program that runs every batch twice: a command must be the same when it is run again
	@$(MAKE) --no-print-directory all B=build/twice MODE_FLAGS="-O1 -g -DSTORE_RUNS_TWICE=1"
	@LUOSHI=build/twice/luoshi node --test --test-concurrency=2 --test-reporter=spec \
	  tests/scenario/serving.test.mjs tests/scenario/bad_input.test.mjs tests/scenario/public.test.mjs tests/scenario/work.test.mjs tests/scenario/import.test.mjs
tsan:  ## the same under ThreadSanitizer (in build/tsan)
	@$(MAKE) --no-print-directory unit $(TSAN)

FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=build/fuzz/%)
FUZZ_FLAGS := B=build/fuzzlib CC=clang MODE_FLAGS="-O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined" LINK_HARDEN=-pie MODE_LINK="-fsanitize=address,undefined"
SECONDS ?= 20
build/fuzz/%: tests/fuzz/%.c build/fuzzlib/libluoshi.a
	@mkdir -p $(@D)
	@clang $(CPPFLAGS) -Ibuild/fuzzlib/gen -Ibuild/fuzzlib -Itools -std=c17 -O1 -g -fsanitize=address,undefined,fuzzer -o $@ $< \
	  $(if $(findstring mktpl,$@),$(wildcard tools/mktpl_*.c)) build/fuzzlib/libluoshi.a $(LDLIBS) -lcmocka
.PHONY: fuzz-build
fuzz-build:
	@$(MAKE) --no-print-directory lib $(FUZZ_FLAGS)
	@$(MAKE) --no-print-directory -j$(JOBS) $(FUZZ_BIN)
fuzz: fuzz-build  ## each parser's fuzzer for SECONDS=20
	@tests/fuzz/run.sh $(SECONDS)

# ── rules that a script can check ────────────────────────────────────────────────────────────────────────
layers:  ## rooms include only what stands before them
	@tools/layers.sh
lint:  ## file and function sizes, banned calls, SPDX lines, messages without translation
	@tools/lint.sh $(B)
fmt:  ## settle the layout
	@clang-format -i $$(git ls-files 'src/*.c' 'src/*.h' 'tools/*.c' 'tools/*.h' 'tests/*.c')
trace:  ## requirement rows and the tests that prove them
	@tools/trace.sh
$(B)/bench_store: tests/bench/bench_store.c $(LIB)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)
.PHONY: bench-store
bench-store: $(BIN)
	@$(MAKE) --no-print-directory -s $(B)/bench_store

$(B)/load $(B)/floor $(B)/issue $(B)/bench_search: $(B)/%: tests/bench/%.c $(LIB)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

$(B)/explain: tests/bench/explain.c $(LIB)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)
.PHONY: explain
explain: $(BIN)  ## how every statement runs: none may read or sort a whole table; DB=data/luoshi.db asks a real one
	@$(MAKE) --no-print-directory -s $(B)/explain
	@$(B)/explain --allowed tests/bench/explain_allowed.txt --out $(B)/explain.txt $(if $(DB),--db $(DB))

.PHONY: bench-tools
bench-tools: all echo bench-store
	@$(MAKE) --no-print-directory -s $(B)/load $(B)/floor $(B)/issue $(B)/explain
deps-bench:
	@tools/deps.sh bench
bench: deps-bench bench-tools  ## measure; writes docs/performance.md; SCALE=small, 100k, 1M or 10M, PARTS="pages raises"
	@node tests/bench/run.mjs $(or $(SCALE),small) $(PARTS)
	@node tests/bench/report.mjs

flame: deps-bench bench-tools  ## the flame graph of the list page, docs/pictures/list-flame.svg
	@node tests/bench/flame.mjs

pictures: all  ## the screenshots of the documents, from the demo city
	@node tools/pictures.mjs docs/pictures

clean:
	rm -rf build
