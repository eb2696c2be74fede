# What the harness is built with, its slow tests and special runs, and what it prints.

# The harness starts programs through this one, if there is a static C library. It is
# built once, in the plain build's folder, for the special builds too.
START_CLEAN_CFLAGS := $(PLAIN_CFLAGS) -O2 -static
START_CLEAN := $(patsubst harness/%.c,$(PLAIN_BUILD)/%,$(if $(filter /%,\
	$(shell $(CC) -print-file-name=libc.a)),$(wildcard harness/start_clean.c)))

all: $(START_CLEAN)

# Build aside, then rename: parallel tests may be running the old file.
$(START_CLEAN): harness/start_clean.c
	@mkdir -p $(@D)
	$(CC) $(START_CLEAN_CFLAGS) -o $@.$$$$ $< && mv $@.$$$$ $@

# Each fork and wait comes 10 ms late: see SLOW_FORKS in the Makefile.
$(PROGRAMS): $(SLOW_FORKS_OBJECT)
$(OBJ)/slow_forks.o: harness/slow_forks.c $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(CFLAGS) -c -o $@ $<

# Servers in C that the diagnosis is tried on: see harness/verdicts/verdicts.toml.
FOREIGN_SERVERS := $(patsubst harness/%.c,$(BUILD)/%,\
	$(filter-out %/forking.c,$(wildcard harness/foreign/*.c)))

.PHONY: foreign-servers
foreign-servers: $(FOREIGN_SERVERS)

$(FOREIGN_SERVERS): $(BUILD)/foreign/%: harness/foreign/%.c $(wildcard harness/foreign/forking.[ch])
	@mkdir -p $(@D)
	$(CC) $(PLAIN_CFLAGS) -O1 -o $@.$$$$ $(filter %.c,$^) && mv $@.$$$$ $@

.PHONY: variants
variants:
	@cd harness && $(PYTHON) -m reaplab.documents.variants

# What make test leaves out while nothing of it has changed: see harness/tool_tests.py.
# The record of what passed is to be committed.
.PHONY: test-tools
test-tools: $(SLIDES_DEPS)
	@sh harness/deps.sh test bench figures slides
	MAKEFLAGS= $(PYTEST) harness -m 'not soak' --prove-tools $(SIDE_BY_SIDE)

# In twenty minutes: our own tools; what mostly waits side by side, beside the newcomer's
# walk, which mostly waits for packages; then the storms alone, as they leave no core to
# others. Each verdict again and again takes longer: soak-rounds.
.PHONY: soak soak-waits
soak:
	@sh harness/deps.sh soak
	@$(MAKE) --no-print-directory test-tools
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

# Of each belief: how often it was named, and how often by mistake. Options of
# harness/verdicts/run.py in ARGS.
.PHONY: verdicts
verdicts: all judged-over foreign-servers
	@sh harness/deps.sh test
	@$(PYTHON) harness/verdicts/run.py --build $(BUILD) $(SET:%=--set %) \
		$(ROUNDS:%=--rounds %) $(JOBS:%=--jobs %) $(ARGS)

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

.PHONY: report
report: all
	@$(PYTHON) harness/report.py --build $(BUILD) $(ARGS) $(LOGS)

.PHONY: deps
deps:
	@sh harness/deps.sh test lint bench soak figures report $(ARGS)
