/* Puts the thread-local storage (TLS) of a statically linked server beside its data.
 *
 * The C library would take the room from the heap. Each child writes to the TLS as soon
 * as it starts (fork(2) stores the thread's ID there), so it gets a page of the TLS and
 * an entry in a page table. The heap lies far from the data, and has a page table of its
 * own; code and data share one. A hypervisor that shadows the page tables of its guest
 * has one page table less to follow for each client: 5% more sessions there, and hardly
 * any difference elsewhere (harness/bench/profile.md). The cost: the heap's address is
 * not random any more, as those of code and data are not.
 *
 * _dl_early_allocate() is a function of glibc since 2.36 (elf/dl-early_allocate.c). It is
 * called once, before main(). It is weak here, so that glibc's own is linked if both are
 * there. Another C library, or ld.so, never calls it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

enum { PAGE_SIZE = 4096 };

/* NOLINTBEGIN(bugprone-reserved-identifier): the name is the C library's. */
void *_dl_early_allocate(size_t size);

/* Begins with a page, so that the TLS lies on as few pages as possible: it takes 3.4 kB
 * with glibc 2.36. Zero, as the C library expects. */
static _Alignas(PAGE_SIZE) unsigned char room[2 * PAGE_SIZE];
static bool taken;

/* Returns `size` bytes that are zero and never freed, or NULL. Runs before there is TLS:
 * it must not use errno or the stack protector. */
__attribute__((weak, no_stack_protector)) void *_dl_early_allocate(size_t size)
{
	if (taken || size > sizeof(room)) {
		void *more = sbrk((intptr_t)size);

		return (intptr_t)more == -1 ? NULL : more;
	}
	taken = true;
	return room;
}
/* NOLINTEND(bugprone-reserved-identifier) */
