/* The command line of reaptop. */
#include "reaptop/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/complain.h"
#include "reaptop/demo/script.h"
#include "reaptop/version.h"

enum {
	PID_LIMIT = 4194304, /* PID_MAX_LIMIT in linux/threads.h */
	PORT_LIMIT = 65535,
	SAMPLES_LIMIT = 1000000000,
};

/* The leading `-` makes getopt_long(3) return operands one by one, as option 1,
 * so that they differ from the words behind `--`. */
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

/* The command line, before it is checked. */
struct request {
	const char *operands[OPTIONS_TARGETS_MAX];
	size_t operand_count;
	bool ports;
	bool demo;
	bool zombies;
	bool batch;
	bool json;
};

/* Complains of one argument, quoted and cut. Returns OPTIONS_WRONG. */
static enum options_result wrong(const char *kind, const char *argument,
				 const char *why)
{
	char what[128];
	snprintf(what, sizeof(what), "%s '%.64s'", kind, argument);
	complain(what, why);
	return OPTIONS_WRONG;
}

/* Reads a whole decimal number from 1 to max: digits only. Returns false if the
 * text is no such. */
static bool read_number(const char *text, long max, long *number)
{
	long value = 0;
	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (*text - '0');
		if (value > max)
			return false;
	}
	*number = value;
	return value >= 1;
}

/* Reads such a number, or complains. */
static enum options_result take_number(const char *kind, const char *text,
				       long max, long *number)
{
	char why[64];
	if (read_number(text, max, number))
		return OPTIONS_RUN;
	snprintf(why, sizeof(why), "not a number from 1 to %ld", max);
	return wrong(kind, text, why);
}

/* Reads seconds, 0.01 to 3600, into nanoseconds. Plain decimals only: no
 * exponent, no hexadecimals, no `nan`. */
static enum options_result take_delay(const char *text, int64_t *delay)
{
	double seconds = 0;
	size_t size = strlen(text);
	bool plain = size > 0 && size < 32 &&
		     strspn(text, "0123456789.") == size &&
		     strspn(text, ".") < size;
	char *end = NULL;
	if (plain)
		seconds = strtod(text, &end);
	if (!plain || *end != '\0' || seconds < 0.01 || seconds > 3600)
		return wrong("delay", text,
			     "not a number of seconds from 0.01 to 3600");
	*delay = (int64_t)(seconds * (double)NS_PER_SECOND);
	return OPTIONS_RUN;
}

static enum options_result take_operand(struct request *request,
					const char *text)
{
	if (request->operand_count == OPTIONS_TARGETS_MAX)
		return wrong("argument", text,
			     "more than 64 cannot be watched");
	request->operands[request->operand_count++] = text;
	return OPTIONS_RUN;
}

static enum options_result take_trace(struct options *options, const char *text)
{
	if (options->trace_count == OPTIONS_TARGETS_MAX)
		return wrong("trace", text, "more than there can be servers");
	options->traces[options->trace_count++] = text;
	return OPTIONS_RUN;
}

/* Takes a scene's number, or `all`. */
static enum options_result take_scene(struct options *options, const char *text)
{
	long number;
	bool all = strcmp(text, "all") == 0;
	if (!all && !read_number(text, DEMO_SCENES, &number))
		return wrong("scene", text, "not a number from 1 to 5, or all");
	long first = all ? 1 : number, last = all ? DEMO_SCENES : number;
	for (long scene = first; scene <= last; scene++) {
		if (options->scene_count == OPTIONS_SCENES_MAX)
			return wrong("scene", text, "more than can be played");
		options->scenes[options->scene_count++] = (int)scene;
	}
	return OPTIONS_RUN;
}

/* Complains of the argument for which getopt_long(3) returned `option`. */
static enum options_result stumbled(int option, char **argv)
{
	char letter[] = {'-', (char)optopt, '\0'};
	/* Letters of one dash may share an argument, so that is not quoted. */
	const char *argument = letter;
	if (optopt == 0 || optopt > 255 ||
	    strncmp(argv[optind - 1], "--", 2) == 0)
		argument = argv[optind - 1];
	if (option == ':')
		return wrong("option", argument, "needs a value");
	if (optopt >= '0' && optopt <= '9')
		return wrong("option", argument,
			     "not one that I know, and no PID is negative");
	return wrong("option", argument, "not one that I know, see --help");
}

/* What --help says, in 80 columns. The manual, reaptop.1, explains more. */
static const char help[] =
	"Usage: reaptop [OPTIONS] PID...\n"
	"       reaptop [OPTIONS] --port PORT...\n"
	"       reaptop [OPTIONS] --demo [--scene N]\n"
	"       reaptop [OPTIONS] --zombies\n"
	"       reaptop [OPTIONS] -- COMMAND [ARG...]\n"
	"Watches the children of servers: who lives, who is a zombie, who was "
	"reaped.\n\n"
	"  PID...             watch these processes\n"
	"      --port PORT... watch the processes that listen on these TCP "
	"ports\n"
	"      --demo         start three servers that reap in three ways, "
	"send all the\n"
	"                     same clients, and watch\n"
	"      --scene N      one of the demo's scenes, 1 to 5, or all; repeat "
	"it to play\n"
	"                     several in turn. Goes without --demo\n"
	"      --zombies      watch every parent on this machine that has "
	"zombies\n"
	"  -- COMMAND         start a command, watch it, end it when leaving\n"
	"  -d, --delay S      seconds between samples, 0.01 to 3600 (default "
	"0.5)\n"
	"  -n, --samples N    stop after N samples\n"
	"  -b, --batch        text on standard output, no terminal needed\n"
	"  -j, --json         one JSON object per sample, one per line\n"
	"      --trace FILE   the event log of a server; repeat it for more, "
	"in their\n"
	"                     order. Found without it where the server may be "
	"inspected\n"
	"      --read-only    only watch: no key starts, signals or ends "
	"anything\n"
	"      --ascii        draw with ASCII characters only\n"
	"      --no-color     no colours, as with NO_COLOR in the environment\n"
	"  -h, --help         show this and leave\n"
	"  -V, --version      show the version and leave\n\n"
	"Keys: ? shows them all, q leaves. The manual is reaptop(1).\n"
	"In text, - stands for none, ? for what may not be read; in JSON null "
	"for both.\n"
	"--batch and --json end when all that is watched has ended.\n\n"
	"Exit status: 0 done, 1 it failed, 2 the command line was wrong.\n";

static enum options_result answer(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) != 0) {
		complain_errno("standard output", errno);
		exit(EXIT_FAILED);
	}
	return OPTIONS_DONE;
}

/* Returns what an option without a value sets, or NULL for other options. */
static bool *flag_of(struct options *options, struct request *request,
		     int option)
{
	switch (option) {
	case 'b':
		return &request->batch;
	case 'j':
		return &request->json;
	case OPTION_DEMO:
		return &request->demo;
	case OPTION_ZOMBIES:
		return &request->zombies;
	case OPTION_READ_ONLY:
		return &options->read_only;
	case OPTION_ASCII:
		return &options->ascii;
	case OPTION_NO_COLOR:
		return &options->no_color;
	default:
		return NULL;
	}
}

static enum options_result
take(struct options *options, struct request *request, int option, char **argv)
{
	long number;
	bool *flag = flag_of(options, request, option);
	if (flag != NULL) {
		*flag = true;
		return OPTIONS_RUN;
	}
	switch (option) {
	case 'd':
		return take_delay(optarg, &options->delay);
	case 'n':
		if (take_number("samples", optarg, SAMPLES_LIMIT, &number) !=
		    OPTIONS_RUN)
			return OPTIONS_WRONG;
		options->samples = (uint64_t)number;
		return OPTIONS_RUN;
	case OPTION_PORT:
		request->ports = true;
		return take_operand(request, optarg);
	case OPTION_OPERAND:
		return take_operand(request, optarg);
	case OPTION_SCENE:
		request->demo = true;
		return take_scene(options, optarg);
	case OPTION_TRACE:
		return take_trace(options, optarg);
	case 'h':
		return answer(help);
	case 'V':
		return answer("reaptop " REAPTOP_VERSION "\n");
	default:
		return stumbled(option, argv);
	}
}

/* Checks that there is exactly one thing to watch. */
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
		if (take_number(request->ports ? "port" : "PID",
				request->operands[i],
				request->ports ? PORT_LIMIT : PID_LIMIT,
				&options->numbers[i]) != OPTIONS_RUN)
			return OPTIONS_WRONG;
		options->number_count++;
	}
	if (options->trace_count > 0 && options->target == TARGET_DEMO)
		return wrong("trace", options->traces[0],
			     "the demo has its own");
	if (options->trace_count > 0 && options->target == TARGET_ZOMBIES)
		return wrong("trace", options->traces[0],
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
		return wrong("argument", "--", "a command must follow");
	return check(options, &request);
}
