# moments, the explorer. Lines of the source need libdw (elfutils); without it the
# program is built all the same, and tells calls alone. LIBDW=0 does without.

LIBDW ?= $(shell pkg-config --exists libdw 2>/dev/null && echo 1 || echo 0)
MOMENTS_SOURCES := $(filter-out src/moments/machine_% src/moments/source_%,\
	$(wildcard src/moments/*.c))
# The machine that the compiler builds for, not the one that it runs on.
MOMENTS_MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
MOMENTS_SOURCES += $(firstword $(wildcard src/moments/machine_$(MOMENTS_MACHINE).c) \
	src/moments/machine_other.c)
ifeq ($(LIBDW),1)
MOMENTS_SOURCES += src/moments/source_libdw.c
MOMENTS_LIBS := $(shell pkg-config --libs libdw 2>/dev/null || echo -ldw -lelf)
else
MOMENTS_SOURCES += src/moments/source_none.c
endif
MOMENTS_OBJECTS := $(call objects,$(MOMENTS_SOURCES))

PROGRAMS += $(BUILD)/moments
all: $(BUILD)/moments
.SECONDARY: $(MOMENTS_OBJECTS)

$(BUILD)/moments: $(MOMENTS_OBJECTS) $(COMMON_OBJECTS)
	$(CC) $(CFLAGS) $(REAP_LDFLAGS) $(LDFLAGS) -o $@ $^ $(MOMENTS_LIBS)

.PHONY: moments moments-page
moments moments-page: $(BUILD)/moments $(filter $(SERVERS),$(SERVER))
	@test -n '$(SERVER)' || { echo 'usage: make $@ SERVER=PATH' >&2; exit 2; }
	@$(if $(findstring page,$@),sh src/moments/page.sh '$(PYTHON)' $(BUILD),$(BUILD)/moments) \
		$(ARGS) $(SERVER)

-include $(MOMENTS_OBJECTS:.o=.d)
