/* What the demo tells of itself. */
#include "reaptop/demo/player.h"

#include <stdio.h>

struct demo_place demo_place(const struct demo *demo)
{
	bool begun = demo->started >= 0;
	return (struct demo_place){
		.scene = demo->number,
		.step = demo->step + (begun ? 1 : 0),
		.steps = demo->scene->count,
	};
}

const char *demo_title(const struct demo *demo, char text[DEMO_TITLE_SIZE])
{
	const char *going = "";
	if (demo->over)
		going = " (end)";
	else if (demo->held)
		going = demo->started < 0 ? " (stopped)" : " (stopping)";
	if (demo->plan.count == 0)
		snprintf(text, DEMO_TITLE_SIZE, "demo%s", going);
	else
		snprintf(text, DEMO_TITLE_SIZE, "Scene %d: %s%s", demo->number,
			 demo->scene->title, going);
	return text;
}

const char *demo_caption(const struct demo *demo)
{
	return demo->caption;
}

const char *demo_why(const struct demo *demo)
{
	return demo->stage.why;
}

int demo_clients(const struct demo *demo)
{
	return demo->expected.clients;
}
