# The labs: what students check, and instructors grade.

ECHO_LIBRARY := $(BUILD)/libecho.a
$(ECHO_LIBRARY): $(CORE_OBJECTS) $(COMMON_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

# What the checks of a lab load into the programs that they look at.
SIGNAL_WITNESS := $(wildcard labs/*/signal_witness.c)
LAB_LIBRARIES := $(if $(SIGNAL_WITNESS),$(BUILD)/labs/signal_witness.so)
# It depends on no name that a program can define. So the compiler adds no calls: of
# memcpy (for a loop, at -O2), of __tls_get_addr, of a check of the stack, of helpers for
# atomics (aarch64), or of __gmon_start__ (which start files call).
WITNESS_CFLAGS := -O1 -g -ffreestanding -fno-builtin -fPIC -ftls-model=initial-exec \
	-fno-stack-protector -U_FORTIFY_SOURCE
WITNESS_CFLAGS += $(if $(filter aarch64%,$(shell $(CC) -dumpmachine)),-mno-outline-atomics)
$(BUILD)/labs/signal_witness.so: $(SIGNAL_WITNESS) $(wildcard $(dir $(SIGNAL_WITNESS))*.h)
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) $(WITNESS_CFLAGS) -shared -nostartfiles \
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
	@$(MAKE) --no-print-directory -s BUILD=build SAN=0 LEAN=1 SLOW_FORKS=0 labs-core
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

.PHONY: handout
handout:
	@$(PYTHON) harness/pack.py handout $(LAB:%=--lab %)

.PHONY: gradescope
gradescope:
	@test -n '$(LAB)' || { echo 'usage: make gradescope LAB=NN' >&2; exit 2; }
	@$(PYTHON) harness/pack.py gradescope --lab $(LAB)

# Exit status (make itself turns all but 0 into 2): see harness/diagnose.py --help.
.PHONY: diagnose
diagnose: $(filter $(SERVERS),$(SERVER))
	@test -n '$(SERVER)' || { echo 'usage: make diagnose SERVER=PATH' >&2; exit 2; }
	@$(PYTHON) harness/diagnose.py $(ARGS) $(SERVER)
