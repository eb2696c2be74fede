# How the servers are compiled and linked, so that a fork is cheap: see lean.h.

ifeq ($(LEAN),1)
# fork(2) copies the parent's page tables and mappings. So a server is linked statically,
# at a fixed address and with few segments.
SERVER_CFLAGS := -fno-pie -ffunction-sections
ifeq ($(STATIC),1)
SERVER_LDFLAGS := -static -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,--gc-sections \
	-Wl,-T,src/lean/child_code.ld
else
SERVER_LDFLAGS := -no-pie
endif
LEAN_OBJECTS := $(OBJ)/lean/lean.o $(OBJ)/lean/tls_beside_data.o
else
LEAN_OBJECTS := $(OBJ)/lean/not_lean.o
endif
