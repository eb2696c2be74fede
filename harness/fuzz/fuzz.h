/* What the fuzz targets share. Each target is one file, linked with libFuzzer
 * (llvm.org/docs/LibFuzzer.html), ASan and UBSan, that hands arbitrary bytes to
 * one parser and asserts what its header promises. */
#ifndef REAP_FUZZ_FUZZ_H
#define REAP_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* abort(3) is what libFuzzer counts as a failure; assert(3) could be off. */
#define CHECK(what)              \
	do {                     \
		if (!(what))     \
			abort(); \
	} while (0)

/* The bytes as a text that ends in NUL, on the heap, so that a byte read beyond
 * is noticed; to be freed. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	CHECK(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
