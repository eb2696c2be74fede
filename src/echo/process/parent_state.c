/* The place of the parent's state: see parent_state.h. */
#include "echo/process/parent_state.h"

#include "lean/lean.h"

#include <stddef.h>

_Static_assert(sizeof(struct parent_state) <= LEAN_ROOM_SIZE,
	       "the room is too small");

static struct parent_state elsewhere;

struct parent_state *parent_state = &elsewhere;

void parent_state_move(struct parent_state *place)
{
	if (place == NULL)
		place = &elsewhere;
	*place = *parent_state;
	parent_state = place;
}
