/* Where the parent's state is: see parent_state.h. */
#include "echo/parent_state.h"

#include <stddef.h>

static struct parent_state elsewhere;

struct parent_state *parent_state = &elsewhere;

void parent_state_move(struct parent_state *place)
{
	if (place == NULL)
		place = &elsewhere;
	*place = *parent_state;
	parent_state = place;
}
