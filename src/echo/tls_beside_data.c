/* Puts a statically linked server's thread-local storage (TLS) among its data.
 *
 * The C library would take the room from the heap. Each child writes to the TLS as
 * soon as it starts (fork(2) leaves the thread's ID there), and so gets a page of it
 * and an entry in a page table of its own. The heap lies far from the data, the
 * entries of data and code are in one page table, and a hypervisor that shadows the
 * page tables of its guest has one less to follow, for each client: 3% more sessions
 * there, hardly any on other machines (harness/bench/profile.md). What it gives up:
 * the heap's random address; code and data have a fixed one already.
 *
 * _dl_early_allocate() is glibc's own since 2.36 (elf/dl-early_allocate.c): it is
 * asked once, before main(). It is weak here, so the library's is taken where both
 * would be linked; another C library, or ld.so, never calls it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#define PAGE_SIZE 4096

/* NOLINTBEGIN(bugprone-reserved-identifier): the name is the C library's. */
void *_dl_early_allocate(size_t size);

/* Begins with a page, for the TLS to lie within as few as it can: it is 3.4 kB with
 * glibc 2.36. Zero, as the C library has to find it. */
static _Alignas(PAGE_SIZE) unsigned char room[2 * PAGE_SIZE];
static bool taken;

/* Returns `size` bytes that are zero and never freed, or NULL if there are none.
 * Runs before there is TLS: no errno, no stack protector. */
__attribute__((weak, no_stack_protector)) void *_dl_early_allocate(size_t size)
{
	if (taken || size > sizeof room) {
		void *more = sbrk((intptr_t)size);

		return (intptr_t)more == -1 ? NULL : more;
	}
	taken = true;
	return room;
}
/* NOLINTEND(bugprone-reserved-identifier) */
