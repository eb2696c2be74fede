/* A list that grows: see story.h. */
#include "moments/story.h"

#include <stdlib.h>

void story_add(struct story *story, const struct note *note)
{
	if (story->count == story->room) {
		size_t room = story->room > 0 ? 2 * story->room : 256;
		struct note *more = realloc(story->notes, room * sizeof(*more));

		if (more == NULL)
			return;
		story->notes = more;
		story->room = room;
	}
	story->notes[story->count++] = *note;
}

void story_free(struct story *story)
{
	free(story->notes);
	story->notes = NULL;
	story->count = story->room = 0;
}
