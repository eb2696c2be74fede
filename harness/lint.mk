# Style and static checks of C, Python and shell.

C_SOURCES := $(wildcard src/*/*.[ch] src/*/*/*.[ch] harness/*.c harness/bench/*.[ch] \
	harness/fuzz/*.[ch])
# Leaves out the files for other machines and for other choices of libraries.
C_FILES = $(filter-out $(filter-out $(MOMENTS_SOURCES),$(wildcard src/moments/*.c)),\
	$(filter %.c,$(C_SOURCES)))
LAB_C_FILES := $(wildcard labs/*/*.c labs/*/starter/*.c labs/instructor/*/solution/*.c)
SHELL_SOURCES := $(wildcard src/*/*.sh harness/*.sh harness/autograder/*) .ci/run \
	src/reaptop/reaptop.bash-completion $(wildcard labs/*/with_room_for)

# On all cores at once: this is most of what `make lint` takes.
CORES = $(shell nproc)
EACH_C_FILE = printf '%s\n' $(C_FILES) | xargs -P $(CORES)
LINT_BUILD = $(MAKE) --no-print-directory -s -j $(CORES) WERROR=1

.PHONY: lint
lint:
	@sh harness/deps.sh lint
	clang-format --dry-run --Werror $(C_SOURCES) $(wildcard harness/handlers/*.c harness/hostile/*.c) \
		$(wildcard harness/foreign/*.[ch] harness/moments/*.[ch]) \
		$(wildcard harness/hostile/witness/*.[ch]) $(LAB_C_FILES) $(wildcard labs/*/*.h)
	# Answers that are wrong on purpose, written out whole: in style, at least.
	rm -rf '$(BUILD)/lint-answers'
	$(PYTHON) harness/answer.py write-all '$(BUILD)/lint-answers'
	find '$(BUILD)/lint-answers' -name '*.c' -exec clang-format --dry-run --Werror {} +
	# What is no part of all is analysed by itself, below.
	$(LINT_BUILD) BUILD=$(BUILD)/lint-gcc CC=gcc CFLAGS='-O2 -g -fanalyzer' all foreign-servers
	$(LINT_BUILD) BUILD=$(BUILD)/lint-clang CC=clang all foreign-servers
	cppcheck --quiet -j $(CORES) --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
		--inline-suppr -D_GNU_SOURCE -Isrc $(C_FILES)
	printf '%s\n' $(filter-out src/%,$(C_FILES)) | xargs -P $(CORES) -n 1 \
		gcc -std=c11 -D_GNU_SOURCE -Isrc -O2 -fanalyzer -Werror -c -o /dev/null
	$(EACH_C_FILE) -n 12 sh -c 'clang-tidy --quiet --warnings-as-errors="*" "$$@" -- \
		-std=c11 -D_GNU_SOURCE -Isrc' clang-tidy
	$(PYTHON) -m flake8 --max-line-length 88 harness labs
	$(PYTHON) harness/first_sighting.py $(shell find harness -name 'test_*.py') \
		$(wildcard labs/*/checks.py)
	shellcheck $(SHELL_SOURCES)
