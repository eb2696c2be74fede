/* What programs get of a run. */
#include "reaptop/print.h"

#include "reaptop/show/batch.h"
#include "reaptop/show/json.h"

enum { DEMO_ROWS = 10 /* lines of children in the demo's text */ };

static void print_json(const struct run *run, struct output *output)
{
	if (run->demo == NULL) {
		json_sample(run->watch, NULL, output);
		return;
	}
	const struct demo_place place = demo_place(run->demo);
	const struct json_scene scene = {
		.number = place.scene,
		.step = place.step,
		.steps = place.steps,
		.caption = demo_caption(run->demo),
	};
	json_sample(run->watch, &scene, output);
}

/* The demo looks in text as it does on the screen. */
static void print_demo(const struct run *run, struct output *output)
{
	char title[DEMO_TITLE_SIZE];
	if (run->options->scene_count > 0) {
		output_text(output, demo_title(run->demo, title));
		output_text(output, "\n");
	}
	output_text(output, demo_caption(run->demo));
	output_text(output, "\n\n");
	batch_side_by_side(run->watch, DEMO_ROWS, output);
}

void print_sample(const struct run *run, struct output *output)
{
	if (run->options->output == OUTPUT_JSON)
		print_json(run, output);
	else if (run->demo != NULL)
		print_demo(run, output);
	else
		batch_sample(run->watch, output);
}

void print_summary(const struct run *run, struct output *output)
{
	if (run->options->output != OUTPUT_BATCH)
		return;
	batch_summary(run->watch, demo_clients(run->demo), output);
	if (run->options->scene_count > 0)
		output_text(output, "\n");
}
