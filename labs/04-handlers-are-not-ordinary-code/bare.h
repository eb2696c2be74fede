/* What signal_witness.c has in place of the C library's names. A program may define any
 * of these names itself, and the dynamic linker then gives its definition to everybody,
 * dlsym(3) not excepted. So nothing here is found by name: system calls are made by
 * instruction, and libc_function() reads the C library's own table of symbols. */
#ifndef BARE_H
#define BARE_H

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
/* Returns what the kernel does: a negative error, not errno. */
static long bare_call(long number, long one, long two, long three, long four,
		      long five, long six)
{
	register long fourth __asm__("r10") = four;
	register long fifth __asm__("r8") = five;
	register long sixth __asm__("r9") = six;
	long result = number;

	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"(one), "S"(two), "d"(three), "r"(fourth),
			   "r"(fifth), "r"(sixth)
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
static long bare_call(long number, long one, long two, long three, long four,
		      long five, long six)
{
	register long which __asm__("x8") = number;
	register long result __asm__("x0") = one;
	register long second __asm__("x1") = two;
	register long third __asm__("x2") = three;
	register long fourth __asm__("x3") = four;
	register long fifth __asm__("x4") = five;
	register long sixth __asm__("x5") = six;

	__asm__ volatile("svc 0"
			 : "+r"(result)
			 : "r"(which), "r"(second), "r"(third), "r"(fourth),
			   "r"(fifth), "r"(sixth)
			 : "memory");
	return result;
}
#else
/* Elsewhere by name: there a program that defines syscall(2) can mislead the witness.
 * Nobody who calls this needs to know which error it is. */
static long bare_call(long number, long one, long two, long three, long four,
		      long five, long six)
{
	return syscall(number, one, two, three, four, five, six);
}
#endif

static size_t length_of(const char *text)
{
	size_t length = 0;

	while (text[length] != '\0')
		length++;
	return length;
}

static bool same_text(const char *one, const char *other)
{
	while (*one != '\0' && *one == *other) {
		one++;
		other++;
	}
	return *one == *other;
}

/* Nothing can be witnessed in this program, nor can it be left to run: it would lack
 * the functions that the witness stands before. */
_Noreturn static void give_up(const char *why)
{
	(void)bare_call(SYS_write, STDERR_FILENO, (long)why,
			(long)length_of(why), 0, 0, 0);
	for (;;)
		(void)bare_call(SYS_exit_group, 127, 0, 0, 0, 0, 0);
}

/* The program's headers, as the kernel has loaded them. Returns how many. */
static size_t program_headers(const ElfW(Phdr) * *headers)
{
	ElfW(auxv_t) entry;
	size_t count = 0;
	int fd = (int)bare_call(SYS_openat, AT_FDCWD, (long)"/proc/self/auxv",
				O_RDONLY | O_CLOEXEC, 0, 0, 0);

	entry.a_type = AT_NULL;
	while (bare_call(SYS_read, fd, (long)&entry, sizeof(entry), 0, 0, 0) ==
	       (long)sizeof(entry)) {
		if (entry.a_type == AT_PHDR)
			*headers = (const ElfW(Phdr) *)entry.a_un.a_val;
		else if (entry.a_type == AT_PHNUM)
			count = entry.a_un.a_val;
	}
	(void)bare_call(SYS_close, fd, 0, 0, 0, 0, 0);
	return *headers == NULL ? 0 : count;
}

/* All that is loaded, as the dynamic linker tells a debugger (DT_DEBUG). NULL: it
 * tells nothing. */
static const struct link_map *loaded(void)
{
	const ElfW(Phdr) *headers = NULL;
	const ElfW(Dyn) *entry = NULL;
	size_t count = program_headers(&headers);
	uintptr_t base = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if (headers[i].p_type == PT_PHDR)
			base = (uintptr_t)headers - headers[i].p_vaddr;
	for (i = 0; i < count; i++)
		if (headers[i].p_type == PT_DYNAMIC)
			entry = (const ElfW(Dyn) *)(base + headers[i].p_vaddr);
	for (; entry != NULL && entry->d_tag != DT_NULL; entry++)
		if (entry->d_tag == DT_DEBUG && entry->d_un.d_ptr != 0)
			return ((const struct r_debug *)entry->d_un.d_ptr)
				->r_map;
	return NULL;
}

/* What a library says of its symbols. */
struct symbols {
	uintptr_t base;
	const char *names;
	const ElfW(Sym) * table;
	const ElfW(Half) * versions;
	const uint32_t *hash; /* DT_GNU_HASH */
	size_t own_name;      /* where in names; 0 if it has none */
};

static struct symbols symbols_of(const struct link_map *map)
{
	struct symbols found;
	const ElfW(Dyn) * entry;

	found.base = map->l_addr;
	found.names = NULL;
	found.table = NULL;
	found.versions = NULL;
	found.hash = NULL;
	found.own_name = 0;
	for (entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
		uintptr_t where = entry->d_un.d_ptr;

		if (where < found.base) /* the linker has not relocated it */
			where += found.base;
		if (entry->d_tag == DT_STRTAB)
			found.names = (const char *)where;
		else if (entry->d_tag == DT_SYMTAB)
			found.table = (const ElfW(Sym) *)where;
		else if (entry->d_tag == DT_VERSYM)
			found.versions = (const ElfW(Half) *)where;
		else if (entry->d_tag == DT_GNU_HASH)
			found.hash = (const uint32_t *)where;
		else if (entry->d_tag == DT_SONAME)
			found.own_name = entry->d_un.d_val;
	}
	return found;
}

/* Whether symbol i is a function of this name, in the version that programs are
 * linked with today. */
static bool is_function(const struct symbols *library, uint32_t i,
			const char *name)
{
	const ElfW(Sym) *symbol = &library->table[i];
	const ElfW(Half) hidden = 0x8000;

	return (symbol->st_info & 0xf) == STT_FUNC &&
	       symbol->st_shndx != SHN_UNDEF &&
	       (library->versions[i] & hidden) == 0 &&
	       same_text(library->names + symbol->st_name, name);
}

/* A function of a library, by DT_GNU_HASH: how many buckets, the first symbol that is
 * in one, the words of a filter, and a shift for it; the filter, the buckets, and a
 * hash for each symbol, whose lowest bit ends a bucket. */
static void *function_of(const struct symbols *library, const char *name)
{
	const uint32_t *head = library->hash;
	const uint32_t *buckets = head + 4 + head[2] * sizeof(ElfW(Addr)) / 4;
	const uint32_t *hashes = buckets + head[0];
	uint32_t hash = 5381;
	const char *one;
	uint32_t i;

	for (one = name; *one != '\0'; one++)
		hash = hash * 33 + (unsigned char)*one;
	i = buckets[hash % head[0]];
	if (i < head[1])
		return NULL;
	for (;; i++) {
		uint32_t found = hashes[i - head[1]];

		if ((found | 1) == (hash | 1) && is_function(library, i, name))
			return (void *)(library->base +
					library->table[i].st_value);
		if (found & 1)
			return NULL;
	}
}

/* A function of the C library, whatever else has its name. */
static void *libc_function(const char *name)
{
	const struct link_map *map;
	void *found = NULL;

	for (map = loaded(); map != NULL && found == NULL; map = map->l_next) {
		struct symbols library = symbols_of(map);

		if (library.own_name != 0 && library.names != NULL &&
		    library.table != NULL && library.versions != NULL &&
		    library.hash != NULL &&
		    same_text(library.names + library.own_name, "libc.so.6"))
			found = function_of(&library, name);
	}
	if (found == NULL)
		give_up("witness: cannot find the C library's functions\n");
	return found;
}

/* Into a variable of the function, once. */
#define FIND(real, name)                                         \
	do {                                                     \
		if ((real) == NULL)                              \
			*(void **)&(real) = libc_function(name); \
	} while (0)

/* Where the C library keeps errno. */
static int *error_number(void)
{
	static int *(*real)(void);

	FIND(real, "__errno_location");
	return real();
}

static pid_t self(void)
{
	return (pid_t)bare_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

/* The kernel's sigset_t, which is smaller than the C library's. */
static void set_mask(int how, const unsigned long *mask, unsigned long *before)
{
	/* It fails only for arguments that are wrong. */
	(void)bare_call(SYS_rt_sigprocmask, how, (long)mask, (long)before,
			sizeof(*mask), 0, 0);
}

#endif
