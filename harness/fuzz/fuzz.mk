# The fuzz targets of the parsers: harness/fuzz/*.c, with all of reaptop.
# libFuzzer comes with clang, so clang compiles them whatever CC is.

# Before what else is soaked; SECONDS for all parsers together, or for TARGETS alone.
SECONDS ?= 60
.PHONY: soak
soak: soak-fuzz

FUZZ := $(BUILD)/fuzz
FUZZ_CC := clang
FUZZ_CFLAGS := -std=c11 -D_GNU_SOURCE -Isrc -O1 -g -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_TARGETS := $(patsubst harness/fuzz/%.c,$(FUZZ)/%,$(wildcard harness/fuzz/*.c))
FUZZ_OBJECTS := $(patsubst src/%.c,$(FUZZ)/obj/%.o,$(filter-out src/reaptop/main.c,\
	$(wildcard src/common/*.c src/reaptop/*.c src/reaptop/*/*.c)))

$(FUZZ)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

# The options' targets have complaints of their own, and no more than they need.
FUZZ_OPTIONS := $(addprefix $(FUZZ)/,server_options client_options reaptop_options)
fuzz_objects = $(addprefix $(FUZZ)/obj/,$(1))
$(FUZZ)/server_options: $(call fuzz_objects,echo/process/options.o common/address.o common/decimal.o)
$(FUZZ)/client_options: $(call fuzz_objects,client/options.o common/address.o common/decimal.o)
$(FUZZ)/reaptop_options: $(filter-out %/common/complain.o,$(FUZZ_OBJECTS))
$(filter-out $(FUZZ_OPTIONS),$(FUZZ_TARGETS)): $(FUZZ_OBJECTS)

$(FUZZ_TARGETS): $(FUZZ)/%: harness/fuzz/%.c harness/fuzz/fuzz.h harness/fuzz/command_line.h
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(CURSES_LIBS)

-include $(FUZZ_OBJECTS:.o=.d) $(wildcard $(FUZZ)/obj/echo/*/*.d $(FUZZ)/obj/client/*.d)

.PHONY: fuzz-targets soak-fuzz
fuzz-targets: $(FUZZ_TARGETS)
soak-fuzz:
	@sh harness/deps.sh soak
	@$(MAKE) --no-print-directory -s all fuzz-targets
	$(PYTHON) harness/fuzz/run.py --targets $(FUZZ) --build $(BUILD) \
		--seconds $(SECONDS) $(TARGETS)
