# The benchmark. The servers are measured against src/first/server.c, which is linked as
# the compiler does by default, and against these programs, linked as a server is.

BENCH_PROGRAMS := $(patsubst harness/bench/%.c,$(BUILD)/bench/%,$(wildcard harness/bench/*.c))
BENCH_RESULT := $(BUILD)/bench/result.json
$(BUILD)/bench/fork_limit: $(OBJ)/lean/tls_beside_data.o

$(BUILD)/bench/%: harness/bench/%.c $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(REAP_CFLAGS) $(SERVER_CFLAGS) $(CFLAGS) \
		$(SERVER_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^)

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
