/* An answer of netlink, as tcp_diag.c gets it. */
#include "reaptop/read/tcp_diag.h"

#include <errno.h>

#include "fuzz.h"

enum { LIMIT = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tcp_query query = {.limit = LIMIT};
	struct tcp_table table = {0};
	/* Of that size and no more, so that a byte read beyond is noticed. */
	uint8_t *answer = malloc(size);

	CHECK(answer != NULL);
	memcpy(answer, data, size);
	errno = 0;
	int result = tcp_answer_take(answer, size, &query, &table);
	CHECK(result >= -1 && result <= 1);
	CHECK(result != -1 || errno > 0);
	CHECK(table.count <= LIMIT);
	CHECK(!table.cut || (result == 1 && table.count == LIMIT));
	tcp_table_free(&table);
	free(answer);
	return 0;
}
