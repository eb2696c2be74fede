/* What a burst session sends: bytes that anyone can work out again from the
 * session's number and the offset, so an echo is checked without keeping what
 * was sent, and a byte of another session or offset is noticed. */
#ifndef REAP_CLIENT_PATTERN_H
#define REAP_CLIENT_PATTERN_H

#include <stddef.h>
#include <stdint.h>

enum {
	/* The most bytes worked out at once. */
	PATTERN_CHUNK = 65536,
	/* Words of a buffer that holds a chunk from any offset. */
	PATTERN_WORDS = PATTERN_CHUNK / 8 + 1,
};

/* Works out `size` bytes (at most PATTERN_CHUNK) of that session's stream from
 * `offset` on. The result points into `words` and lasts as long as they do. */
const unsigned char *pattern_at(uint64_t words[PATTERN_WORDS], uint64_t session,
				uint64_t offset, size_t size);

#endif
