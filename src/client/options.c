/* The client's command line: see options.h. */
#include "client/options.h"

#include "common/clock.h"
#include "common/complain.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char version[] = "0.1";

enum {
	SESSIONS_MAX = 1000000000,
	CONCURRENCY_MAX = 1000000,
	SIZE_MAX_BYTES = 1 << 30,
	HOLD_MAX_MS = 24 * 60 * 60 * 1000,
	/* The kernel repeats a SYN after 1, 3, 7, 15 and 31 s (tcp(7),
	 * tcp_syn_retries). A session that needs all of them still succeeds. */
	PATIENCE_S = 60,
	PATIENCE_MAX_S = 24 * 60 * 60,
};

static const char help[] =
	"Usage: client [OPTIONS] HOST PORT\n"
	"Type a line, read back what the server echoes. A line of only q or Q, "
	"or the end\nof input, closes the connection. Piped input that has "
	"held a "
	"NUL byte is binary\nand goes to its end, whatever its lines say.\n\n"
	"  HOST                   a name, an IPv4 or an IPv6 address\n"
	"  -t, --timeout S        give up when a server is silent for S "
	"seconds (60) and\n"
	"                         owes something: in a burst, or after the "
	"input's end\n"
	"  -h, --help             show this and leave\n"
	"  -V, --version          show the version and leave\n\n"
	"Load, each byte checked:\n"
	"  -n, --burst N          N sessions: connect, send, read back, hold, "
	"close\n"
	"  -c, --concurrency C    C sessions at a time (default 1)\n"
	"  -s, --size BYTES       sent and read back per session (default 64; "
	"at most\n"
	"                         1073741824, 1 GiB)\n"
	"  -w, --hold MS          keep each session open that long after its "
	"last byte\n"
	"  -f, --half-close       send the FIN with the last byte, then read "
	"the echo\n"
	"                         (not with --hold)\n"
	"  -p, --progress         lines `progress: DONE of ALL, FAILED failed` "
	"on stderr\n"
	"                         while it runs; a terminal gets a bar without "
	"it\n"
	"  -j, --json             the summary as one JSON object\n\n"
	"A session's latency is the time from connect to its last echoed byte, "
	"the hold\nexcluded. The client closes first and waits for the "
	"server's FIN.\n"
	"The JSON object's keys: server, sessions, concurrency, size,\n"
	"hold_ms, ok, failed, unfinished, interrupted, causes {cause:\n"
	"sessions}, first_failure {session, cause, offset, error} or null,\n"
	"bytes, seconds, sessions_per_s, latency_ms {p50, p99, max},\n"
	"syn_retries, data_retries.\n\n"
	"Exit status: 0 done, 1 it failed or a session did, 2 the command line "
	"was wrong.\n";

static const char short_options[] = ":n:c:s:w:fpjt:hV";

static const struct option long_options[] = {
	{"burst", required_argument, NULL, 'n'},
	{"concurrency", required_argument, NULL, 'c'},
	{"size", required_argument, NULL, 's'},
	{"hold", required_argument, NULL, 'w'},
	{"half-close", no_argument, NULL, 'f'},
	{"progress", no_argument, NULL, 'p'},
	{"json", no_argument, NULL, 'j'},
	{"timeout", required_argument, NULL, 't'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

/* The number that an option takes, and its range. */
struct setting {
	const char *name;
	long min;
	long max;
	long value;
	bool burst_only;
	bool given;
};

enum setting_index {
	BURST,
	CONCURRENCY,
	SIZE,
	HOLD,
	TIMEOUT,
	HALF_CLOSE,
	PROGRESS,
	JSON,
	SETTINGS
};

/* Complains about an argument. Quotes at most 64 bytes of it. */
static enum options_result wrong(const char *kind, const char *argument,
				 const char *why)
{
	char what[128];

	snprintf(what, sizeof(what), "%s '%.64s'", kind, argument);
	complain(what, why);
	return OPTIONS_WRONG;
}

static enum options_result set(struct setting *setting, const char *text)
{
	char why[80];

	setting->given = true;
	if (number_parse(text, setting->min, setting->max, &setting->value) ==
	    0)
		return OPTIONS_RUN;
	snprintf(why, sizeof(why), "not a number from %ld to %ld", setting->min,
		 setting->max);
	return wrong(setting->name, text, why);
}

static enum options_result parse_operands(struct options *options, int argc,
					  char **argv)
{
	struct setting port = {.name = "port", .min = 1, .max = 65535};

	if (argc < 2) {
		complain(argc < 1 ? "HOST" : "PORT", "missing, see --help");
		return OPTIONS_WRONG;
	}
	if (argc > 2)
		return wrong("argument", argv[2], "HOST and PORT are enough");
	if (argv[0][0] == '\0')
		return wrong("host", argv[0], "empty");
	if (set(&port, argv[1]) != OPTIONS_RUN)
		return OPTIONS_WRONG;
	options->host = argv[0];
	options->port = (in_port_t)port.value;
	return OPTIONS_RUN;
}

/* Complains about the argument for which getopt_long(3) returned `option`: ':' or
 * '?'. */
static enum options_result stumbled(int option, char **argv)
{
	char letter[] = {'-', (char)optopt, '\0'};
	/* Quotes the letter: its argument may hold other letters, too. */
	const char *argument = letter;

	if (optopt == 0 || strncmp(argv[optind - 1], "--", 2) == 0)
		argument = argv[optind - 1];
	if (option == ':')
		return wrong("option", argument, "needs a value");
	if (optopt != 0 && strchr(short_options, optopt) != NULL)
		return wrong("option", argument, "takes no value");
	if (isdigit(optopt))
		return wrong("option", argument,
			     "not one that I know, and no port is negative");
	return wrong("option", argument, "not one that I know, see --help");
}

static enum options_result check(struct options *options,
				 const struct setting *settings)
{
	const struct setting *concurrency = &settings[CONCURRENCY];
	char text[24];

	for (int i = 0; i < SETTINGS; i++) {
		if (settings[i].burst_only && settings[i].given &&
		    !settings[BURST].given) {
			snprintf(text, sizeof(text), "--%s", settings[i].name);
			return wrong("option", text, "goes only with --burst");
		}
	}
	if (settings[BURST].given &&
	    concurrency->value > settings[BURST].value) {
		snprintf(text, sizeof(text), "%ld", concurrency->value);
		return wrong("concurrency", text,
			     "more than the sessions of --burst");
	}
	if (settings[HALF_CLOSE].given && settings[HOLD].value > 0) {
		complain("option '--half-close'",
			 "goes not with --hold: there is nothing left to hold");
		return OPTIONS_WRONG;
	}
	options->burst = settings[BURST].given;
	options->json = settings[JSON].given;
	options->plan = (struct burst_plan){
		.sessions = (uint64_t)settings[BURST].value,
		.concurrency = (uint64_t)concurrency->value,
		.size = (uint64_t)settings[SIZE].value,
		.hold_ns = (int64_t)settings[HOLD].value * NS_PER_MS,
		.patience_ns =
			(int64_t)settings[TIMEOUT].value * 1000 * NS_PER_MS,
		.half_close = settings[HALF_CLOSE].given,
		.progress_lines = settings[PROGRESS].given,
	};
	return OPTIONS_RUN;
}

/* Returns the setting of an option's letter, or NULL. */
static struct setting *find(struct setting *settings, int letter)
{
	static const char letters[SETTINGS] = {
		[BURST] = 'n',    [CONCURRENCY] = 'c', [SIZE] = 's',
		[HOLD] = 'w',     [TIMEOUT] = 't',     [HALF_CLOSE] = 'f',
		[PROGRESS] = 'p', [JSON] = 'j',
	};

	for (int i = 0; i < SETTINGS; i++) {
		if (letters[i] == letter)
			return &settings[i];
	}
	return NULL;
}

enum options_result options_parse(struct options *options, int argc,
				  char **argv)
{
	struct setting settings[SETTINGS] = {
		[BURST] = {"burst", 1, SESSIONS_MAX, 0, false, false},
		[CONCURRENCY] = {"concurrency", 1, CONCURRENCY_MAX, 1, true,
				 false},
		[SIZE] = {"size", 1, SIZE_MAX_BYTES, 64, true, false},
		[HOLD] = {"hold", 0, HOLD_MAX_MS, 0, true, false},
		[TIMEOUT] = {"timeout", 1, PATIENCE_MAX_S, PATIENCE_S, false,
			     false},
		[HALF_CLOSE] = {"half-close", 0, 0, 0, true, false},
		[PROGRESS] = {"progress", 0, 0, 0, true, false},
		[JSON] = {"json", 0, 0, 0, true, false},
	};
	int option;

	memset(options, 0, sizeof(*options));
	opterr = 0;
	while ((option = getopt_long(argc, argv, short_options, long_options,
				     NULL)) != -1) {
		struct setting *setting = find(settings, option);

		if (option == 'h') {
			fputs(help, stdout);
			return OPTIONS_DONE;
		}
		if (option == 'V') {
			printf("client (reap) %s\n", version);
			return OPTIONS_DONE;
		}
		if (setting == NULL)
			return stumbled(option, argv);
		if (optarg == NULL)
			setting->given = true;
		else if (set(setting, optarg) != OPTIONS_RUN)
			return OPTIONS_WRONG;
	}
	if (parse_operands(options, argc - optind, argv + optind) !=
	    OPTIONS_RUN)
		return OPTIONS_WRONG;
	return check(options, settings);
}
