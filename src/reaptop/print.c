/* What programs get of a run. */
#include "reaptop/print.h"

#include "reaptop/output/batch.h"
#include "reaptop/output/json.h"

enum { DEMO_ROWS = 10 /* lines of children in the demo's text */ };

void printer_free(struct printer *printer)
{
	output_free(&printer->output);
	for (size_t i = 0; i < WATCH_SERVERS_MAX; i++)
		connections_free(&printer->connections[i]);
}

/* 0, or -1 with errno. */
static int sample_connections(struct printer *printer,
			      const struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		if (connections_sample(&printer->connections[i], watch,
				       &watch->servers[i],
				       CONNECTIONS_THOROUGH) != 0)
			return -1;
	return 0;
}

static void add_json(struct printer *printer, const struct run *run)
{
	struct json_scene scene;
	if (run->demo != NULL) {
		const struct demo_place place = demo_place(run->demo);
		scene = (struct json_scene){
			.number = place.scene,
			.step = place.step,
			.steps = place.steps,
			.caption = demo_caption(run->demo),
		};
	}
	json_sample(run->watch, printer->connections,
		    run->demo != NULL ? &scene : NULL, &printer->output);
}

/* The demo looks in text as it does on the screen. */
static void add_demo(const struct run *run, struct output *output)
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

int print_sample(struct printer *printer, const struct run *run)
{
	bool as_json = run->options->output == OUTPUT_JSON;
	if (!as_json && run->demo != NULL)
		add_demo(run, &printer->output);
	else if (sample_connections(printer, run->watch) != 0)
		return -1;
	else if (as_json)
		add_json(printer, run);
	else
		batch_sample(run->watch, printer->connections,
			     &printer->output);
	return output_flush(&printer->output);
}

int print_summary(struct printer *printer, const struct run *run)
{
	if (run->options->output != OUTPUT_BATCH)
		return 0;
	batch_summary(run->watch, demo_clients(run->demo), &printer->output);
	if (run->options->scene_count > 0)
		output_text(&printer->output, "\n");
	return output_flush(&printer->output);
}
