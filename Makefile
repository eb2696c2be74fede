# reap: build, demo, test, measure. `make help` lists the targets.
#
# Everything is built below $(BUILD); nothing else in the tree is touched, but for
# slides/node_modules (make slides) and slides/casts (make casts).
#   CC=clang    another compiler      WERROR=1   warnings are errors
#   SAN=1       ASan and UBSan, in a folder of its own
#   STATIC=0    servers linked dynamically (no static C library at hand)
#   SLOW_FORKS=1  each fork and wait 10 ms late, in a folder of its own

# A new way to reap is one file, src/variants/server_<how>.c, and one word here.
VARIANTS := noreap sigchld waitpid_loop
# More right answers.
VARIANTS += sig_ign nocldwait double_fork flag self_pipe signalfd pidfd rtsig thread sweep
# And wrong ones, on purpose.
VARIANTS += serial wait_blocks wait_spins eintr errno unsafe keeps_conn keeps_listener \
	blocked falls_through steals

BUILD ?= build
ifneq ($(words [$(BUILD)]),1)
$(error BUILD='$(BUILD)': there is a space in it, and make cannot build there)
endif
PREFIX ?= /usr/local
# As a shell would have it: not each of them expands PREFIX=~/.local.
ifneq ($(filter ~/%,$(firstword $(PREFIX))),)
override PREFIX := $(subst ~/,$(HOME)/,$(PREFIX))
endif
DESTDIR ?=

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
STATIC ?= 1

# The only feature macro, for all sources: GNU and POSIX on top of C11.
REAP_CFLAGS := -std=c11 -D_GNU_SOURCE $(WARNINGS) -Isrc
REAP_LDFLAGS :=
# fork(2) copies the parent's page tables and mappings, so a server is linked
# statically, at a fixed address and with few segments: less to copy a client.
SERVER_CFLAGS := -fno-pie
SERVER_LDFLAGS :=

ifeq ($(WERROR),1)
REAP_CFLAGS += -Werror
endif

# What the harness starts programs through, if there is a static C library: one,
# in the same place whatever else is built how.
START_CLEAN_CFLAGS := $(REAP_CFLAGS) -O2 -static
START_CLEAN := $(patsubst harness/%.c,$(BUILD)/%,$(if $(filter /%,\
	$(shell $(CC) -print-file-name=libc.a)),$(wildcard harness/start_clean.c)))

ifeq ($(SAN),1)
override BUILD := $(BUILD)/sanitize
SUBJECT = --build $(BUILD)
override STATIC := 0
override CFLAGS := -O1 -g -fno-omit-frame-pointer
REAP_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all
REAP_LDFLAGS += -fsanitize=address,undefined
endif
# Each fork and wait comes 10 ms late; in a folder of its own too.
ifeq ($(SLOW_FORKS),1)
override BUILD := $(BUILD)/slow_forks
SUBJECT = --build $(BUILD)
SLOW_FORKS_OBJECT := $(BUILD)/obj/slow_forks.o
REAP_LDFLAGS += -Wl,--wrap=fork,--wrap=_Fork,--wrap=waitpid,--wrap=waitid,--wrap=syscall
endif
ifeq ($(STATIC),1)
SERVER_LDFLAGS += -static -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,--gc-sections \
	-Wl,-T,src/echo/child_code.ld -Wl,-T,src/echo/one_data_mapping.ld
else
SERVER_LDFLAGS += -no-pie
endif

CURSES_LIBS := $(shell pkg-config --libs ncursesw 2>/dev/null || echo -lncursesw -ltinfo)

OBJ := $(BUILD)/obj
objects = $(patsubst src/%.c,$(OBJ)/%.o,$(1))

# Those that are here: a students' archive leaves out some that would be answers.
SERVERS := $(patsubst src/variants/%.c,$(BUILD)/%,\
	$(wildcard $(VARIANTS:%=src/variants/server_%.c)))
PROGRAMS := $(SERVERS) $(BUILD)/client $(BUILD)/reaptop

ECHO_OBJECTS := $(call objects,$(wildcard src/echo/*.c))
VARIANT_OBJECTS := $(call objects,$(wildcard src/variants/*.c))
CLIENT_OBJECTS := $(call objects,$(wildcard src/client/*.c))
# All that the client may know of the servers' core: addresses, write_all and
# how an error is said.
CLIENT_ECHO_OBJECTS := $(addprefix $(OBJ)/echo/,address.o decimal.o write_all.o complain.o)
REAPTOP_OBJECTS := $(call objects,$(wildcard src/reaptop/*.c src/reaptop/*/*.c))
ALL_OBJECTS := $(sort $(ECHO_OBJECTS) $(VARIANT_OBJECTS) $(CLIENT_OBJECTS) $(REAPTOP_OBJECTS))

.PHONY: all
all: $(PROGRAMS) $(START_CLEAN)

.SECONDARY: $(ALL_OBJECTS)
.DELETE_ON_ERROR:

$(SERVERS): $(BUILD)/server_%: $(OBJ)/variants/server_%.o $(ECHO_OBJECTS) $(wildcard src/echo/*.ld)
	$(CC) $(CFLAGS) $(REAP_LDFLAGS) $(SERVER_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^)

# At a fixed address too, as the objects that it shares with the servers are.
$(BUILD)/client: $(CLIENT_OBJECTS) $(CLIENT_ECHO_OBJECTS)
	$(CC) $(CFLAGS) $(REAP_LDFLAGS) -no-pie $(LDFLAGS) -o $@ $^

$(BUILD)/reaptop: $(REAPTOP_OBJECTS)
	$(CC) $(CFLAGS) $(REAP_LDFLAGS) $(LDFLAGS) -o $@ $^ $(CURSES_LIBS)

$(ECHO_OBJECTS) $(VARIANT_OBJECTS): REAP_CFLAGS += $(SERVER_CFLAGS) -ffunction-sections

$(PROGRAMS): $(SLOW_FORKS_OBJECT)
$(OBJ)/slow_forks.o: harness/slow_forks.c $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(CFLAGS) -c -o $@ $<

$(OBJ)/%.o: src/%.c $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Rewritten only when the compiler or its flags change: then all is rebuilt.
FLAGS := $(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(CFLAGS) $(LDFLAGS) $(SERVER_LDFLAGS)
$(OBJ)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' >$@
.PHONY: FORCE
FORCE:

-include $(ALL_OBJECTS:.o=.d)

# Whole or not at all: tests that run side by side, and makes, may be using it.
$(START_CLEAN): harness/start_clean.c
	@mkdir -p $(@D)
	$(CC) $(START_CLEAN_CFLAGS) -o $@.$$$$ $< && mv $@.$$$$ $@

# What the harness needs to find: an interpreter that has pytest. Debian's own
# first, since that is the one apt's modules are for.
PYTHON ?= $(shell for p in /usr/bin/python3 python3; do \
	$$p -c 'import pytest' 2>/dev/null && echo $$p && exit; done; echo python3)
export PYTHONDONTWRITEBYTECODE = 1
PYTEST = $(PYTHON) -m pytest -p no:cacheprovider

# Most tests wait more than they work: with pytest-xdist, four at a time. A server
# that is judged is judged alone.
SIDE_BY_SIDE = $(shell $(PYTHON) -c 'import xdist' 2>/dev/null && \
	echo --numprocesses=4 --dist=loadgroup)
TEST_ARGS = $(if $(findstring --server,$(ARGS)),,$(SIDE_BY_SIDE)) $(ARGS)

.PHONY: help
help:
	@echo 'make              build all programs into $(BUILD)/'
	@echo 'make demo         three servers under the same load, side by side; or a scene:'
	@echo '                  SCENE=1 to 5, or SCENE=all'
	@echo 'make test         prove every claim (pytest harness; ARGS="-k fin" passes options)'
	@echo 'make diagnose     name the wrong beliefs that an echo server shows: SERVER=PATH'
	@echo 'make predict      say what you expect of a lab before you look: LAB=NN'
	@echo 'make lab          build what you wrote for a lab: LAB=NN'
	@echo 'make check        judge what you wrote for a lab: LAB=NN, and SUBMISSION=DIR for'
	@echo '                  another folder, or SERVER=PATH for any program'
	@echo 'make grade        judge a class, each in a sandbox: SUBMISSIONS=DIR OUT=DIR'
	@echo '                  [LAB=NN] [JOBS=N]'
	@echo 'make answer       write a known answer out whole, or list all: LAB=NN'
	@echo '                  [ANSWER=NAME] [OUT=DIR]; make answer-save keeps it as a patch,'
	@echo '                  make answers-rebase mends patches when a solution has changed'
	@echo 'make handout      the archive for students: of all labs, or of LAB=NN'
	@echo 'make gradescope   the autograder of a lab: LAB=NN'
	@echo 'make report       the lifelines of a run as one HTML page: of the three servers,'
	@echo '                  or LOGS="EVENTLOG..."; ARGS=--chrome-trace for Perfetto'
	@echo 'make figures      draw slides/figures anew from what was measured;'
	@echo '                  make figures-data measures anew'
	@echo 'make variants     who reaps, when, and what you will see: the table (Markdown)'
	@echo 'make bench        measure: ratios, side by side in one run; make bench-report draws'
	@echo '                  the last one'
	@echo 'make lint         style and static checks of C, Python and shell'
	@echo 'make soak         storms, chaos, scale, faults, the parsers fuzzed for'
	@echo '                  SECONDS=$(SECONDS) (soak-fuzz: that alone), the README on a bare Debian'
	@echo '                  (soak-walk: that alone); a quarter of an hour.'
	@echo '                  soak-rounds: each verdict ROUNDS=20 times when busy'
	@echo 'make slides       the lecture, 50 and 15 minutes, into $(BUILD)/slides, with PDF;'
	@echo '                  make slides-serve presents it and reloads on save,'
	@echo '                  make slides-test visits every slide in a real browser'
	@echo 'make casts        record anew what the slides play, where it has changed'
	@echo 'make faults       make each system call fail once: harness/fault_table.md'
	@echo 'make flake-hunt   the suite RUNS times (50), on a machine kept busy'
	@echo 'make sanitize     the harness again, on an ASan and UBSan build'
	@echo 'make deps         install what all of these need (Debian, Ubuntu)'
	@echo 'make install      programs, manual and completion below PREFIX=$(PREFIX);'
	@echo '                  make uninstall undoes it'
	@echo 'make clean        remove $(BUILD)/'
	@echo
	@echo 'Variables: CC=clang  WERROR=1  SAN=1  STATIC=0  PREFIX=  DESTDIR='

.PHONY: demo
demo:
	@sh harness/deps.sh demo
	@$(MAKE) --no-print-directory -s all
	@$(BUILD)/reaptop --demo $(SCENE:%=--scene %)

.PHONY: test
test:
	@sh harness/deps.sh test
	@$(MAKE) --no-print-directory -s pytest

.PHONY: pytest
pytest:
	$(PYTEST) harness $(SUBJECT) $(TEST_ARGS)

# Exit status (make itself turns all but 0 into 2): see harness/diagnose.py --help.
.PHONY: diagnose
diagnose: $(filter $(SERVERS),$(SERVER))
	@test -n '$(SERVER)' || { echo 'usage: make diagnose SERVER=PATH' >&2; exit 2; }
	@$(PYTHON) harness/diagnose.py $(ARGS) $(SERVER)

# --- The labs: what students check, and instructors grade.
ECHO_LIBRARY := $(BUILD)/libecho.a
$(ECHO_LIBRARY): $(ECHO_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

# What the checks of a lab load into the programs that they look at.
SIGNAL_WITNESS := $(wildcard labs/*/signal_witness.c)
LAB_LIBRARIES := $(if $(SIGNAL_WITNESS),$(BUILD)/labs/signal_witness.so)
$(BUILD)/labs/signal_witness.so: $(SIGNAL_WITNESS)
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O2 -g -fno-builtin -fPIC -shared \
		-Wl,-z,initfirst -o $@ $<

# What submissions are built over and run with. A part of all, so that tests that
# run side by side find it; by itself it needs no ncurses.
.PHONY: labs-core
all: labs-core
labs-core: $(SERVERS) $(BUILD)/client $(ECHO_LIBRARY) $(LAB_LIBRARIES)

# Submissions are built over build/, by plain compilers, whatever BUILD and SAN are.
.PHONY: judged-over
ifeq ($(BUILD),build)
judged-over: labs-core
else
judged-over:
	@$(MAKE) --no-print-directory -s BUILD=build SAN=0 SLOW_FORKS=0 labs-core
endif

# Exit status (make itself turns all but 0 into 2): see harness/check.py --help.
.PHONY: check
check: all judged-over
	@test -n '$(LAB)' || { echo 'usage: make check LAB=NN [SUBMISSION=DIR | SERVER=PATH]' >&2; exit 2; }
	@$(PYTHON) harness/check.py $(LAB) $(SUBMISSION:%=--submission %) $(SERVER:%=--server %) $(ARGS)

# The student's file, built to be run by hand: build/labs/NN-name/.
.PHONY: lab
lab: all judged-over
	@test -n '$(LAB)' || { echo 'usage: make lab LAB=NN' >&2; exit 2; }
	@$(PYTHON) harness/check.py $(LAB) --build-only $(SUBMISSION:%=--submission %)

.PHONY: predict
predict:
	@test -n '$(LAB)' || { echo 'usage: make predict LAB=NN [ARGS=--explain]' >&2; exit 2; }
	@$(PYTHON) harness/predict.py $(LAB) $(SUBMISSION:%=--submission %) $(ARGS)

.PHONY: grade
grade: judged-over
	@test -n '$(SUBMISSIONS)' -a -n '$(OUT)' || { \
		echo 'usage: make grade SUBMISSIONS=DIR OUT=DIR [LAB=NN] [JOBS=N]' >&2; exit 2; }
	@sh harness/deps.sh grade
	@$(PYTHON) harness/grade.py $(LAB:%=--lab %) $(JOBS:%=--jobs %) $(ARGS) \
		'$(SUBMISSIONS)' '$(OUT)'

# The instructor's known answers, kept as patches: see harness/answer.py --help.
.PHONY: answer
answer:
	@test -n '$(LAB)' || { echo 'usage: make answer LAB=NN [ANSWER=NAME] [OUT=DIR]' >&2; exit 2; }
	@$(PYTHON) harness/answer.py write $(OUT:%=--out '%') $(LAB) $(ANSWER)

.PHONY: answer-save
answer-save:
	@test -n '$(LAB)' -a -n '$(ANSWER)' || { \
		echo 'usage: make answer-save LAB=NN ANSWER=NAME [FROM=DIR]' >&2; exit 2; }
	@$(PYTHON) harness/answer.py save $(FROM:%=--from '%') $(LAB) $(ANSWER)

.PHONY: answers-rebase
answers-rebase:
	@$(PYTHON) harness/answer.py rebase

.PHONY: handout
handout:
	@$(PYTHON) harness/pack.py handout $(LAB:%=--lab %)

.PHONY: gradescope
gradescope:
	@test -n '$(LAB)' || { echo 'usage: make gradescope LAB=NN' >&2; exit 2; }
	@$(PYTHON) harness/pack.py gradescope --lab $(LAB)
# --- end of the labs'
# --- The pictures. What was measured is kept beside the figures' sources, so that
# drawing needs no measuring; ARGS are the names of some.
.PHONY: report
report: all
	@$(PYTHON) harness/report.py --build $(BUILD) $(ARGS) $(LOGS)

.PHONY: figures
figures:
	@sh harness/deps.sh figures
	$(PYTHON) harness/figures/draw.py $(ARGS)

.PHONY: figures-data
figures-data: all
	@sh harness/deps.sh figures
	$(PYTHON) harness/figures/measure.py --build $(BUILD) $(ARGS)
# --- end of the pictures

.PHONY: variants
variants:
	@cd harness && $(PYTHON) -m reaplab.documents.variants

# In a quarter of an hour: what mostly waits side by side, and beside it the newcomer's
# walk, which mostly waits for packages; then the storms alone, as they leave no core to
# others. Each verdict again and again takes longer: soak-rounds.
.PHONY: soak soak-waits
soak:
	@sh harness/deps.sh soak
	@$(MAKE) --no-print-directory -j2 --output-sync=line soak-waits soak-walk
	$(PYTEST) harness -m 'soak and storm' $(ARGS)

# MAKEFLAGS: this make's job server is not for the makes that tests run.
soak-waits:
	MAKEFLAGS= $(PYTEST) harness -m 'soak and not (storm or rounds or walk)' $(SIDE_BY_SIDE) $(ARGS)

# Each known answer to each lab, and each variant, judged on a machine kept busy.
.PHONY: soak-rounds
soak-rounds: all
	@sh harness/deps.sh soak
	$(PYTEST) harness -m rounds --rounds $(or $(ROUNDS),20) $(ARGS)

# The README's commands on a bare Debian, and what students and Gradescope get.
.PHONY: soak-walk
soak-walk:
	@sh harness/deps.sh soak
	MAKEFLAGS= $(PYTEST) -s -rs harness -m walk $(ARGS)

# What came of each system call that was made to fail, on record. By strace.
.PHONY: faults
faults: all
	@sh harness/deps.sh test
	@cd harness && $(PYTHON) -m reaplab.faults.table $(abspath $(BUILD)) >fault_table.new
	@mv harness/fault_table.new harness/fault_table.md

.PHONY: flake-hunt
flake-hunt: all
	@sh harness/deps.sh test
	@sh harness/flake_hunt.sh $(RUNS)

.PHONY: sanitize
sanitize:
	@sh harness/deps.sh test
	@$(MAKE) --no-print-directory -s pytest SUBJECT='--build $(BUILD)/sanitize'

# --- The bench's own programs: what the servers are measured against. The
# baseline is linked as the compiler does by default, the others as a server is.
BENCH_PROGRAMS := $(patsubst harness/bench/%.c,$(BUILD)/bench/%,$(wildcard harness/bench/*.c))
BENCH_RESULT := $(BUILD)/bench/result.json
BENCH_CFLAGS := $(SERVER_CFLAGS)
BENCH_LDFLAGS := $(SERVER_LDFLAGS)
$(BUILD)/bench/plain_server: BENCH_CFLAGS :=
$(BUILD)/bench/plain_server: BENCH_LDFLAGS :=
$(BUILD)/bench/fork_limit: $(OBJ)/echo/tls_beside_data.o

$(BUILD)/bench/%: harness/bench/%.c $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(BENCH_CFLAGS) $(CFLAGS) \
		$(BENCH_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^)

.PHONY: bench-programs
bench-programs: all $(BENCH_PROGRAMS)

.PHONY: bench
bench:
	@sh harness/deps.sh bench
	@$(MAKE) --no-print-directory -s bench-programs
	$(PYTHON) harness/bench/run.py --build $(BUILD) --json $(BENCH_RESULT) $(ARGS)

# The last run as a picture; where there was none, there is one first. What could
# not be measured (the bench's status 1) is said in the picture.
.PHONY: bench-report
bench-report:
	@sh harness/deps.sh figures
	@test -e $(BENCH_RESULT) || $(MAKE) --no-print-directory bench || \
		test -e $(BENCH_RESULT)
	@$(PYTHON) harness/bench/chart.py $(BENCH_RESULT)
# --- end of the bench's

# Before what else is soaked; SECONDS for all parsers together, or for TARGETS alone.
SECONDS ?= 60
.PHONY: soak
soak: soak-fuzz

# --- The parsers' fuzz targets: harness/fuzz/*.c, with all of reaptop, whatever
# CC is: libFuzzer comes with clang.
FUZZ := $(BUILD)/fuzz
FUZZ_CC := clang
FUZZ_CFLAGS := -std=c11 -D_GNU_SOURCE -Isrc -O1 -g -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_TARGETS := $(patsubst harness/fuzz/%.c,$(FUZZ)/%,$(wildcard harness/fuzz/*.c))
FUZZ_OBJECTS := $(patsubst src/%.c,$(FUZZ)/obj/%.o,$(filter-out src/reaptop/main.c,\
	$(wildcard src/reaptop/*.c src/reaptop/*/*.c)))

$(FUZZ)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

# The options' targets have complaints of their own, and no more than they need.
FUZZ_OPTIONS := $(addprefix $(FUZZ)/,server_options client_options reaptop_options)
fuzz_objects = $(addprefix $(FUZZ)/obj/,$(1))
$(FUZZ)/server_options: $(call fuzz_objects,echo/options.o echo/address.o echo/decimal.o)
$(FUZZ)/client_options: $(call fuzz_objects,client/options.o client/clock.o echo/address.o echo/decimal.o)
$(FUZZ)/reaptop_options: $(filter-out %/reaptop/complain.o,$(FUZZ_OBJECTS))
$(filter-out $(FUZZ_OPTIONS),$(FUZZ_TARGETS)): $(FUZZ_OBJECTS)

$(FUZZ_TARGETS): $(FUZZ)/%: harness/fuzz/%.c harness/fuzz/fuzz.h harness/fuzz/command_line.h
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(CURSES_LIBS)

-include $(FUZZ_OBJECTS:.o=.d) $(wildcard $(FUZZ)/obj/echo/*.d $(FUZZ)/obj/client/*.d)

.PHONY: fuzz-targets soak-fuzz
fuzz-targets: $(FUZZ_TARGETS)
soak-fuzz:
	@sh harness/deps.sh soak
	@$(MAKE) --no-print-directory -s all fuzz-targets
	$(PYTHON) harness/fuzz/run.py --targets $(FUZZ) --build $(BUILD) \
		--seconds $(SECONDS) $(TARGETS)
# --- end of the fuzz targets'

# --- The slides, built in Node into $(BUILD)/slides. What they are built with is
# kept in slides/node_modules, as npm wants it, and fetched when the lock changes.
SLIDES_DEPS := slides/node_modules/.package-lock.json
$(SLIDES_DEPS): slides/package.json slides/package-lock.json slides/.npmrc
	@sh harness/deps.sh slides
	cd slides && npm ci --ignore-scripts --no-progress
	@touch $@

.PHONY: slides
slides: $(SLIDES_DEPS)
	@sh harness/deps.sh slides
	node slides/build/main.js --out $(BUILD)/slides $(ARGS)

.PHONY: slides-serve
slides-serve: $(SLIDES_DEPS)
	node slides/build/serve.js $(PORT:%=--port %)

# The decks in a real browser, and decks that must be refused.
.PHONY: slides-test
slides-test: $(SLIDES_DEPS)
	@sh harness/deps.sh slides
	$(PYTEST) harness -m slides $(ARGS)

# The recordings in the slides: those that are older than what they show.
.PHONY: casts
casts: all
	@sh harness/deps.sh slides
	$(PYTHON) harness/casts.py --build $(BUILD) $(ARGS)
# --- end of the slides'

.PHONY: deps
deps:
	@sh harness/deps.sh test
	@sh harness/deps.sh lint
	@sh harness/deps.sh bench
	@sh harness/deps.sh soak
	@sh harness/deps.sh figures
	@sh harness/deps.sh report

C_SOURCES := $(wildcard src/*/*.[ch] src/*/*/*.[ch] harness/*.c harness/bench/*.[ch] \
	harness/fuzz/*.[ch])
C_FILES := $(filter %.c,$(C_SOURCES))
LAB_C_FILES := $(wildcard labs/*/*.c labs/*/starter/*.c labs/instructor/*/solution/*.c)
SHELL_SOURCES := $(wildcard harness/*.sh harness/autograder/*) .ci/run \
	src/reaptop/reaptop.bash-completion $(wildcard labs/*/with_room_for)

.PHONY: lint
lint:
	@sh harness/deps.sh lint
	clang-format --dry-run --Werror $(C_SOURCES) $(wildcard harness/handlers/*.c harness/hostile/*.c) \
		$(wildcard harness/hostile/witness/*.[ch]) $(LAB_C_FILES)
	# Answers that are wrong on purpose, written out whole: in style, at least.
	rm -rf '$(BUILD)/lint-answers'
	$(PYTHON) harness/answer.py write-all '$(BUILD)/lint-answers'
	find '$(BUILD)/lint-answers' -name '*.c' -exec clang-format --dry-run --Werror {} +
	$(MAKE) --no-print-directory -s BUILD=$(BUILD)/lint-gcc CC=gcc WERROR=1 all
	$(MAKE) --no-print-directory -s BUILD=$(BUILD)/lint-clang CC=clang WERROR=1 all
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
		--inline-suppr -D_GNU_SOURCE -Isrc $(C_FILES)
	for file in $(C_FILES); do gcc -std=c11 -D_GNU_SOURCE -Isrc -O2 -fanalyzer -Werror \
		-c -o /dev/null $$file || exit 1; done
	clang-tidy --quiet --warnings-as-errors='*' $(C_FILES) -- -std=c11 -D_GNU_SOURCE -Isrc
	$(PYTHON) -m flake8 --max-line-length 88 harness labs
	$(PYTHON) harness/first_sighting.py $(shell find harness -name 'test_*.py') \
		$(wildcard labs/*/checks.py)
	shellcheck $(SHELL_SOURCES)

MAN1 := $(PREFIX)/share/man/man1
COMPLETIONS := $(PREFIX)/share/bash-completion/completions

.PHONY: install
install: all
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(MAN1)' '$(DESTDIR)$(COMPLETIONS)'
	install -m 755 $(PROGRAMS) '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 src/reaptop/reaptop.1 '$(DESTDIR)$(MAN1)'
	install -m 644 src/reaptop/reaptop.bash-completion '$(DESTDIR)$(COMPLETIONS)/reaptop'

.PHONY: uninstall
uninstall:
	rm -f $(foreach name,$(notdir $(PROGRAMS)),'$(DESTDIR)$(PREFIX)/bin/$(name)')
	rm -f '$(DESTDIR)$(MAN1)/reaptop.1' '$(DESTDIR)$(COMPLETIONS)/reaptop'

.PHONY: clean
clean:
	rm -rf $(BUILD)
