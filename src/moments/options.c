/* The command line: see options.h. */
#include "moments/options.h"

#include "common/address.h"
#include "common/complain.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum {
	SECONDS_MAX = 86400,
	OPTION_PAIRS = 256,
	OPTION_SECONDS,
	OPTION_REPLAY,
	OPTION_LOG
};

/* For a server that is given no argument, as ./server 9190. It never listens there:
 * the explorer replaces the port. */
static char usual_port[] = "9190";

static const struct option long_options[] = {
	{"pairs", no_argument, NULL, OPTION_PAIRS},
	{"seconds", required_argument, NULL, OPTION_SECONDS},
	{"replay", required_argument, NULL, OPTION_REPLAY},
	{"log", required_argument, NULL, OPTION_LOG},
	{"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char help[] =
	"Usage: moments [OPTIONS] SERVER [ARG...]\n"
	"Runs a server many times, and lets one child die each time: at every "
	"moment of\n"
	"its parent. Says at which moments what went wrong.\n\n"
	"  SERVER [ARG...]   the command of a server that forks one child per "
	"client.\n"
	"                    Without ARG it gets a port. Each run listens on "
	"a free port\n"
	"      --pairs       two deaths, too\n"
	"      --seconds N   stop after N seconds, and say what was not "
	"tried\n"
	"      --replay PLAN play one plan, and tell all that happens\n"
	"      --log FILE    write the event log of the run that is told, for "
	"make report\n"
	"  -j, --json        one JSON object\n"
	"  -h, --help        show this and leave\n"
	"  -V, --version     show the version and leave\n\n"
	"A moment is just before a system call (B), when the call was entered "
	"(E) or has\n"
	"returned (X), when a handler is about to start (S), when the parent "
	"sleeps (Z),\n"
	"and, if the program has line numbers (-g), between two statements. "
	"Each run is\n"
	"judged by a run of the same server that nobody disturbs. The server's "
	"output is\n"
	"discarded.\n\n"
	"It proves nothing: what needs more clients, other input, real time or "
	"two\n"
	"processors is not found, nor is damage that does not show.\n\n"
	"Exit status: 0 no counterexample, 1 some, 2 the command line was "
	"wrong, 3 the\n"
	"server could not be explored.\n";

/* Complains of one argument, quoted and cut. */
static enum options_result wrong(const char *kind, const char *argument,
				 const char *why)
{
	char what[128];

	(void)snprintf(what, sizeof(what), "%s '%.64s'", kind, argument);
	complain(what, why);
	return OPTIONS_WRONG;
}

static enum options_result print(const char *text)
{
	(void)fputs(text, stdout); /* main() looks for errors */
	return OPTIONS_DONE;
}

static enum options_result take(struct options *options, int option,
				char **argv)
{
	char letter[] = {'-', (char)optopt, '\0'};

	switch (option) {
	case OPTION_PAIRS:
		options->pairs = true;
		return OPTIONS_RUN;
	case OPTION_SECONDS:
		if (number_parse(optarg, 1, SECONDS_MAX, &options->seconds) < 0)
			return wrong("seconds", optarg,
				     "not a number from 1 to 86400");
		return OPTIONS_RUN;
	case OPTION_REPLAY:
		options->replay = true;
		if (plan_parse(optarg, &options->plan) < 0)
			return wrong("plan", optarg,
				     "not a plan, as 1.3.B.43.0=1");
		return OPTIONS_RUN;
	case OPTION_LOG:
		options->log = optarg;
		return OPTIONS_RUN;
	case 'j':
		options->json = true;
		return OPTIONS_RUN;
	case 'h':
		return print(help);
	case 'V':
		return print("moments 0.1\n");
	default:
		return wrong("option",
			     optopt == 0 || optopt > 255 ? argv[optind - 1]
							 : letter,
			     option == ':' ? "needs a value"
					   : "not one that I know, see --help");
	}
}

static enum options_result take_command(struct options *options, int count,
					char **words)
{
	if (count == 0) {
		complain("SERVER", "missing, see --help");
		return OPTIONS_WRONG;
	}
	if (count >= OPTIONS_WORDS_MAX)
		return wrong("argument", words[OPTIONS_WORDS_MAX - 1],
			     "too many");
	for (int i = 0; i < count; i++)
		options->command[i] = words[i];
	if (count == 1)
		options->command[1] = usual_port;
	return OPTIONS_RUN;
}

enum options_result options_parse(struct options *options, int argc,
				  char **argv)
{
	int option;

	*options = (struct options){.pairs = false};
	opterr = 0;
	/* The `+` stops at the command: its options are its own. */
	while ((option = getopt_long(argc, argv, "+:jhV", long_options,
				     NULL)) != -1) {
		enum options_result result = take(options, option, argv);

		if (result != OPTIONS_RUN)
			return result;
	}
	if (options->replay && options->pairs)
		return wrong("option", "--pairs", "not together with --replay");
	return take_command(options, argc - optind, argv + optind);
}
