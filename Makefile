# reap: build, demo, test, measure. `make help` lists the targets.
#
# Everything is built below $(BUILD); nothing else in the tree is touched, but for
# slides/node_modules (make slides) and slides/casts (make casts).
#   CC=clang    another compiler      WERROR=1   warnings are errors
#   SAN=1       ASan and UBSan, in a folder of its own
#   STATIC=0    servers linked dynamically (no static C library at hand)
#   LEAN=0      servers without what makes a fork cheap, in a folder of their own
#   SLOW_FORKS=1  each fork and wait 10 ms late, in a folder of its own

# A new way to reap is one file, src/variants/server_<how>.c, and one word here.
VARIANTS := noreap sigchld waitpid_loop
# More right answers.
VARIANTS += sig_ign nocldwait double_fork flag self_pipe signalfd pidfd rtsig thread sweep
# And wrong ones, on purpose.
VARIANTS += serial wait_blocks wait_spins eintr errno unsafe keeps_conn keeps_listener \
	blocked falls_through steals lost_wakeup late_pid one_read

BUILD ?= build
ifneq ($(words [$(BUILD)]),1)
$(error BUILD='$(BUILD)': there is a space in it, and make cannot build there)
endif
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
STATIC ?= 1
LEAN ?= 1

# The only feature macro, for all sources: GNU and POSIX on top of C11.
REAP_CFLAGS := -std=c11 -D_GNU_SOURCE $(WARNINGS) -Isrc
REAP_LDFLAGS :=

ifeq ($(WERROR),1)
REAP_CFLAGS += -Werror
endif

PLAIN_BUILD := $(BUILD)
PLAIN_CFLAGS := $(REAP_CFLAGS)
ifeq ($(SAN),1)
override BUILD := $(BUILD)/sanitize
SUBJECT = --build $(BUILD)
override STATIC := 0
override CFLAGS := -O1 -g -fno-omit-frame-pointer
REAP_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all
REAP_LDFLAGS += -fsanitize=address,undefined
endif
ifeq ($(LEAN),0)
override BUILD := $(BUILD)/not_lean
SUBJECT = --build $(BUILD)
endif
# Each fork and wait comes 10 ms late; in a folder of its own too.
ifeq ($(SLOW_FORKS),1)
override BUILD := $(BUILD)/slow_forks
SUBJECT = --build $(BUILD)
SLOW_FORKS_OBJECT := $(BUILD)/obj/slow_forks.o
REAP_LDFLAGS += -Wl,--wrap=fork,--wrap=_Fork,--wrap=waitpid,--wrap=waitid,--wrap=syscall
endif
CURSES_LIBS := $(shell pkg-config --libs ncursesw 2>/dev/null || echo -lncursesw -ltinfo)
OBJ := $(BUILD)/obj
objects = $(patsubst src/%.c,$(OBJ)/%.o,$(1))

# Those that are here: a students' archive leaves out some that would be answers.
SERVERS := $(patsubst src/variants/%.c,$(BUILD)/%,\
	$(wildcard $(VARIANTS:%=src/variants/server_%.c)))
PROGRAMS := $(SERVERS) $(BUILD)/client $(BUILD)/reaptop

# How the servers are compiled and linked.
include $(wildcard src/lean/lean.mk)

# Shared by all programs, so position-independent.
COMMON_OBJECTS := $(call objects,$(wildcard src/common/*.c))
# What a server is linked with, beside its variant.
CORE_OBJECTS := $(call objects,$(wildcard src/echo/*.c src/echo/*/*.c)) $(LEAN_OBJECTS)
VARIANT_OBJECTS := $(call objects,$(wildcard src/variants/*.c))
CLIENT_OBJECTS := $(call objects,$(wildcard src/client/*.c))
REAPTOP_OBJECTS := $(call objects,$(wildcard src/reaptop/*.c src/reaptop/*/*.c))
ALL_OBJECTS := $(COMMON_OBJECTS) $(CORE_OBJECTS) $(VARIANT_OBJECTS) $(CLIENT_OBJECTS) \
	$(REAPTOP_OBJECTS)

# The first text: one file, linked as the compiler does by default.
FIRST_SERVER := $(if $(wildcard src/first/server.c),$(BUILD)/first_server)

.PHONY: all FORCE
all: $(PROGRAMS) $(FIRST_SERVER)

.SECONDARY: $(ALL_OBJECTS)
.DELETE_ON_ERROR:

$(SERVERS): $(BUILD)/server_%: $(OBJ)/variants/server_%.o $(CORE_OBJECTS) $(COMMON_OBJECTS) $(wildcard src/lean/*.ld)
	$(CC) $(CFLAGS) $(REAP_LDFLAGS) $(SERVER_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^)

$(BUILD)/client: $(CLIENT_OBJECTS) $(COMMON_OBJECTS)
	$(CC) $(CFLAGS) $(REAP_LDFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/reaptop: $(REAPTOP_OBJECTS) $(COMMON_OBJECTS)
	$(CC) $(CFLAGS) $(REAP_LDFLAGS) $(LDFLAGS) -o $@ $^ $(CURSES_LIBS)

$(FIRST_SERVER): src/first/server.c $(OBJ)/flags
	$(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(CFLAGS) $(REAP_LDFLAGS) $(LDFLAGS) -o $@ $<

$(CORE_OBJECTS) $(VARIANT_OBJECTS): REAP_CFLAGS += $(SERVER_CFLAGS)
$(COMMON_OBJECTS): REAP_CFLAGS += -ffunction-sections

$(OBJ)/%.o: src/%.c $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Rewritten only when the compiler or its flags change: then all is rebuilt.
FLAGS := $(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(CFLAGS) $(LDFLAGS) $(SERVER_LDFLAGS)
$(OBJ)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' >$@
FORCE:

-include $(ALL_OBJECTS:.o=.d)

# What the harness needs to find, and once: an interpreter that has pytest. Debian's
# own first, since that is the one apt's modules are for.
HAS_MODULE = -c 'import sys, importlib.util as u; sys.exit(not u.find_spec(sys.argv[1]))'
PYTHON ?= $(eval PYTHON := $$(shell for p in /usr/bin/python3 python3; do \
	$$$$p $$(HAS_MODULE) pytest 2>/dev/null && echo $$$$p && exit; done; echo python3))$(PYTHON)
export PYTHONDONTWRITEBYTECODE = 1
PYTEST = $(PYTHON) -m pytest -p no:cacheprovider

# Most tests only wait: with pytest-xdist four run at a time, but not to judge a server.
SIDE_BY_SIDE = $(shell $(PYTHON) $(HAS_MODULE) xdist && echo --numprocesses=4 --dist=loadgroup)
TEST_ARGS = $(if $(findstring --server,$(ARGS)),,$(SIDE_BY_SIDE)) $(ARGS)
TESTS := harness
# The tests of our own tools run if what they prove has changed, or if they are asked for.
UNLESS_PROVED = $(if $(strip $(ARGS) $(SUBJECT) $(filter-out harness,$(TESTS))),,--unless-proved)

.PHONY: help
help:
	@echo 'make              build all programs into $(BUILD)/'
	@echo 'make demo         three servers under the same load, side by side; or a scene:'
	@echo '                  SCENE=1 to 5, or SCENE=all'
	@echo 'make test         prove every claim (pytest harness; ARGS="-k fin" passes options)'
	@echo 'make test-tools   the tests of our own tools, which make test leaves out while all'
	@echo '                  that they prove is as it was: records what passed'
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
	@echo 'make verdicts     judge all servers whose verdict is known, and count per belief how'
	@echo '                  often it was named: [SET=variants|foreign|labs] [ROUNDS=N] [JOBS=N]'
	@echo 'make moments      let a child die at every moment of a server: SERVER=PATH'
	@echo 'make bench        measure ratios in one run; make bench-report draws the last one'
	@echo 'make lint         style and static checks of C, Python and shell'
	@echo 'make hooks        check the style of each commit: a pre-commit hook for this clone;'
	@echo '                  make compile_commands.json is for clangd'
	@echo 'make soak         storms, chaos, scale, faults, the parsers fuzzed for'
	@echo '                  SECONDS=$(SECONDS) (soak-fuzz: that alone), the README on a bare Debian'
	@echo '                  (soak-walk: that alone); twenty minutes.'
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
	@echo 'Variables: CC=clang  WERROR=1  SAN=1  STATIC=0  LEAN=0  PREFIX=  DESTDIR='

.PHONY: demo
demo:
	@sh harness/deps.sh demo
	@$(MAKE) --no-print-directory -s all
	@$(BUILD)/reaptop --demo $(SCENE:%=--scene %)

.PHONY: test pytest
test:
	@sh harness/deps.sh test
	@$(MAKE) --no-print-directory -s pytest

pytest:
	$(PYTEST) $(TESTS) $(SUBJECT) $(TEST_ARGS) $(UNLESS_PROVED)

.PHONY: clean
clean:
	rm -rf $(BUILD)

# A students' archive has fewer of these.
include $(wildcard src/*.mk src/moments/*.mk labs/*.mk labs/*/*.mk slides/*.mk harness/*.mk harness/*/*.mk)
