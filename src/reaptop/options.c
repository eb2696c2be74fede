/* The command line of reaptop. */
#include "reaptop/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/clock.h"
#include "reaptop/complain.h"
#include "reaptop/demo/script.h"
#include "reaptop/options_help.h"
#include "reaptop/options_value.h"
#include "reaptop/version.h"

enum {
	PID_LIMIT = 4194304, /* PID_MAX_LIMIT in linux/threads.h */
	PORT_LIMIT = 65535,
	SAMPLES_LIMIT = 1000000000,
};

/* The leading `-` makes getopt_long(3) hand over operands one by one, as
 * option 1, so that what stands behind `--` can be told from them. */
static const char short_options[] = "-:d:n:bjhV";

enum {
	OPTION_OPERAND = 1,
	OPTION_PORT = 256,
	OPTION_DEMO,
	OPTION_SCENE,
	OPTION_ZOMBIES,
	OPTION_TRACE,
	OPTION_READ_ONLY,
	OPTION_ASCII,
	OPTION_NO_COLOR,
};

static const struct option long_options[] = {
	{"delay", required_argument, NULL, 'd'},
	{"samples", required_argument, NULL, 'n'},
	{"batch", no_argument, NULL, 'b'},
	{"json", no_argument, NULL, 'j'},
	{"port", required_argument, NULL, OPTION_PORT},
	{"demo", no_argument, NULL, OPTION_DEMO},
	{"scene", required_argument, NULL, OPTION_SCENE},
	{"zombies", no_argument, NULL, OPTION_ZOMBIES},
	{"trace", required_argument, NULL, OPTION_TRACE},
	{"read-only", no_argument, NULL, OPTION_READ_ONLY},
	{"ascii", no_argument, NULL, OPTION_ASCII},
	{"no-color", no_argument, NULL, OPTION_NO_COLOR},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

/* What the command line asked for, before it is known to make sense. */
struct request {
	const char *operands[OPTIONS_TARGETS_MAX];
	size_t operand_count;
	bool ports;
	bool demo;
	bool zombies;
	bool batch;
	bool json;
};

static enum options_result take_operand(struct request *request,
					const char *text)
{
	if (request->operand_count == OPTIONS_TARGETS_MAX)
		return options_wrong("argument", text,
				     "more than 64 cannot be watched");
	request->operands[request->operand_count++] = text;
	return OPTIONS_RUN;
}

static enum options_result take_trace(struct options *options, const char *text)
{
	if (options->trace_count == OPTIONS_TARGETS_MAX)
		return options_wrong("trace", text,
				     "more than there can be servers");
	options->traces[options->trace_count++] = text;
	return OPTIONS_RUN;
}

/* A scene's number, or all of them in turn. */
static enum options_result take_scene(struct options *options, const char *text)
{
	long number;
	bool all = strcmp(text, "all") == 0;
	if (!all && !options_read_number(text, DEMO_SCENES, &number))
		return options_wrong("scene", text,
				     "not a number from 1 to 5, or all");
	long first = all ? 1 : number, last = all ? DEMO_SCENES : number;
	for (long scene = first; scene <= last; scene++) {
		if (options->scene_count == OPTIONS_SCENES_MAX)
			return options_wrong("scene", text,
					     "more than can be played");
		options->scenes[options->scene_count++] = (int)scene;
	}
	return OPTIONS_RUN;
}

/* What getopt_long(3) stumbled over, when it returned `option`. */
static enum options_result stumbled(int option, char **argv)
{
	char letter[] = {'-', (char)optopt, '\0'};
	/* Letters of one dash may share an argument, so that is not quoted. */
	const char *argument = letter;
	if (optopt == 0 || optopt > 255 ||
	    strncmp(argv[optind - 1], "--", 2) == 0)
		argument = argv[optind - 1];
	if (option == ':')
		return options_wrong("option", argument, "needs a value");
	if (optopt >= '0' && optopt <= '9')
		return options_wrong(
			"option", argument,
			"not one that I know, and no PID is negative");
	return options_wrong("option", argument,
			     "not one that I know, see --help");
}

static enum options_result answer(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) != 0) {
		complain_errno("standard output", errno);
		exit(EXIT_FAILED);
	}
	return OPTIONS_DONE;
}

/* What to watch. */
static enum options_result take_target(struct options *options,
				       struct request *request, int option)
{
	switch (option) {
	case OPTION_PORT:
		request->ports = true;
		return take_operand(request, optarg);
	case OPTION_DEMO:
		request->demo = true;
		return OPTIONS_RUN;
	case OPTION_SCENE:
		request->demo = true;
		return take_scene(options, optarg);
	case OPTION_ZOMBIES:
		request->zombies = true;
		return OPTIONS_RUN;
	default:
		return take_operand(request, optarg);
	}
}

static enum options_result
take(struct options *options, struct request *request, int option, char **argv)
{
	long number;
	switch (option) {
	case 'd':
		return options_take_delay(optarg, &options->delay);
	case 'n':
		if (options_take_number("samples", optarg, SAMPLES_LIMIT,
					&number) != OPTIONS_RUN)
			return OPTIONS_WRONG;
		options->samples = (uint64_t)number;
		return OPTIONS_RUN;
	case 'b':
		request->batch = true;
		return OPTIONS_RUN;
	case 'j':
		request->json = true;
		return OPTIONS_RUN;
	case OPTION_PORT:
	case OPTION_OPERAND:
	case OPTION_DEMO:
	case OPTION_SCENE:
	case OPTION_ZOMBIES:
		return take_target(options, request, option);
	case OPTION_TRACE:
		return take_trace(options, optarg);
	case OPTION_READ_ONLY:
		options->read_only = true;
		return OPTIONS_RUN;
	case OPTION_ASCII:
		options->ascii = true;
		return OPTIONS_RUN;
	case OPTION_NO_COLOR:
		options->no_color = true;
		return OPTIONS_RUN;
	case 'h':
		return answer(options_help);
	case 'V':
		return answer("reaptop " REAPTOP_VERSION "\n");
	default:
		return stumbled(option, argv);
	}
}

/* Exactly one thing to watch. */
static enum options_result check_target(struct options *options,
					const struct request *request)
{
	int kinds = (request->operand_count > 0) + request->demo +
		    request->zombies + (options->command != NULL);
	if (kinds == 0) {
		complain("nothing to watch", "give PIDs, --port PORT, --demo, "
					     "--zombies or -- COMMAND, see "
					     "--help");
		return OPTIONS_WRONG;
	}
	if (kinds > 1) {
		complain("too much to watch", "PIDs, ports, --demo, "
					      "--zombies and -- COMMAND do not "
					      "go together");
		return OPTIONS_WRONG;
	}
	options->target = TARGET_PIDS;
	if (request->ports)
		options->target = TARGET_PORTS;
	else if (request->demo)
		options->target = TARGET_DEMO;
	else if (request->zombies)
		options->target = TARGET_ZOMBIES;
	else if (options->command != NULL)
		options->target = TARGET_COMMAND;
	return OPTIONS_RUN;
}

static enum options_result check(struct options *options,
				 const struct request *request)
{
	if (check_target(options, request) != OPTIONS_RUN)
		return OPTIONS_WRONG;
	for (size_t i = 0; i < request->operand_count; i++) {
		if (options_take_number(request->ports ? "port" : "PID",
					request->operands[i],
					request->ports ? PORT_LIMIT : PID_LIMIT,
					&options->numbers[i]) != OPTIONS_RUN)
			return OPTIONS_WRONG;
		options->number_count++;
	}
	if (options->trace_count > 0 && options->target == TARGET_DEMO)
		return options_wrong("trace", options->traces[0],
				     "the demo has its own");
	if (options->trace_count > 0 && options->target == TARGET_ZOMBIES)
		return options_wrong(
			"trace", options->traces[0],
			"whose it is cannot be known with --zombies");
	options->output = OUTPUT_SCREEN;
	if (request->json)
		options->output = OUTPUT_JSON;
	else if (request->batch)
		options->output = OUTPUT_BATCH;
	return OPTIONS_RUN;
}

enum options_result options_parse(struct options *options, int argc,
				  char **argv)
{
	*options = (struct options){.delay = NS_PER_SECOND / 2};
	struct request request = {0};
	const char *last = NULL; /* value of an option */
	int option;
	opterr = 0;
	while ((option = getopt_long(argc, argv, short_options, long_options,
				     NULL)) != -1) {
		enum options_result result =
			take(options, &request, option, argv);
		if (result != OPTIONS_RUN)
			return result;
		last = optarg;
	}
	if (optind < argc)
		options->command = argv + optind;
	else if (strcmp(argv[argc - 1], "--") == 0 && last != argv[argc - 1])
		return options_wrong("argument", "--", "a command must follow");
	return check(options, &request);
}
