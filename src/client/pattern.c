/* The bytes of a session: see pattern.h. A stream is a row of 64-bit words,
 * each mixed from its position alone, so that it can be entered anywhere. */
#include "client/pattern.h"

/* The step and the mixing of SplitMix64: Steele, Lea, Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014. */
static const uint64_t step = 0x9e3779b97f4a7c15;

static uint64_t mix(uint64_t word)
{
	word ^= word >> 30;
	word *= 0xbf58476d1ce4e5b9;
	word ^= word >> 27;
	word *= 0x94d049bb133111eb;
	return word ^ (word >> 31);
}

const unsigned char *pattern_at(uint64_t words[PATTERN_WORDS], uint64_t session,
				uint64_t offset, size_t size)
{
	uint64_t stream = mix((session + 1) * step);
	size_t skip = (size_t)(offset % 8);
	size_t count = (skip + size + 7) / 8;

	for (size_t i = 0; i < count; i++)
		words[i] = mix(stream + (offset / 8 + i) * step);
	return (const unsigned char *)words + skip;
}
