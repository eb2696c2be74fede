/* A search in a sorted list: see statements.h. */
#include "moments/statements.h"

bool statements_has(const struct statements *statements, uint64_t address)
{
	size_t low = 0, high = statements->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (statements->addresses[middle] == address)
			return true;
		if (statements->addresses[middle] < address)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
