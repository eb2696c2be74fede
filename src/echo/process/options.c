/* A server's command line: see options.h. */
#include "echo/process/options.h"

#include "common/complain.h"

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char version[] = "0.1";

static const struct option long_options[] = {
	{"address", required_argument, NULL, 'a'},
	{"backlog", required_argument, NULL, 'b'},
	{"trace", required_argument, NULL, 't'},
	{"max-children", required_argument, NULL, 'm'},
	{"idle-timeout", required_argument, NULL, 'i'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

/* Reports one wrong argument, quoted and truncated. */
static enum options_result wrong(const char *kind, const char *argument,
				 const char *why)
{
	char what[128];

	(void)snprintf(what, sizeof(what), "%s '%.64s'", kind, argument);
	complain(what, why);
	return OPTIONS_WRONG;
}

static enum options_result wrong_port(const char *argument)
{
	return wrong("port", argument, "not a number from 0 to 65535");
}

static enum options_result print_help(const struct variant *variant)
{
	printf("Usage: %s [OPTIONS] PORT\n"
	       "Echo server, one child per connection. Who reaps the "
	       "children?\n"
	       "%s.\n\n"
	       "  PORT                    where to listen; 0 picks a free "
	       "port\n"
	       "  -a, --address ADDR      listen on this IPv4 or IPv6 address "
	       "(127.0.0.1)\n"
	       "  -b, --backlog N         connections that may wait for accept "
	       "(5)\n"
	       "  -t, --trace FILE        append the event log to FILE, one "
	       "JSON object a line\n"
	       "  -m, --max-children N    refuse clients while there are N "
	       "children, zombies too\n"
	       "  -i, --idle-timeout SEC  end a session that stands still so "
	       "many seconds\n"
	       "  -h, --help              show this and leave\n"
	       "  -V, --version           show the version and leave\n\n"
	       "SIGINT (Ctrl-C) or SIGTERM ends it with a line of totals.\n"
	       "Exit status: 0 done, 1 it failed, 2 the command line was "
	       "wrong.\n",
	       variant->name, variant->summary);
	return OPTIONS_DONE;
}

/* Reads an option's number, from 1 up. Returns whether it is one, else it has
 * complained. */
static bool take_number(const char *kind, const char *argument, int *number)
{
	long value;

	if (number_parse(argument, 1, INT_MAX, &value) < 0) {
		(void)wrong(kind, argument, "not a number from 1 up");
		return false;
	}
	*number = (int)value;
	return true;
}

/* What getopt_long(3) stumbled over, in its own words. */
static const char *stumbling_block(char **argv, char letter[3])
{
	if (optopt == 0)
		return argv[optind - 1];
	letter[0] = '-';
	letter[1] = (char)optopt;
	letter[2] = '\0';
	return letter;
}

static enum options_result
parse_operands(struct options *options, const char *host, int argc, char **argv)
{
	long port;

	if (argc == 0) {
		complain("PORT", "missing, see --help");
		return OPTIONS_WRONG;
	}
	if (argc > 1)
		return wrong("argument", argv[1], "one PORT is enough");
	if (number_parse(argv[0], 0, 65535, &port) < 0)
		return wrong_port(argv[0]);
	if (address_parse(host, (in_port_t)port, &options->address) < 0)
		return wrong("address", host, "not an IPv4 or IPv6 address");
	return OPTIONS_RUN;
}

enum options_result options_parse(struct options *options,
				  const struct variant *variant, int argc,
				  char **argv)
{
	const char *host = "127.0.0.1";
	char letter[3];
	int option;

	memset(options, 0, sizeof(*options));
	options->backlog = 5; /* as in the first server */
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":a:b:t:m:i:hV", long_options,
				     NULL)) != -1) {
		switch (option) {
		case 'a':
			host = optarg;
			break;
		case 'b':
			if (!take_number("backlog", optarg, &options->backlog))
				return OPTIONS_WRONG;
			break;
		case 't':
			options->trace = optarg;
			break;
		case 'm':
			if (!take_number("children", optarg,
					 &options->limits.children))
				return OPTIONS_WRONG;
			break;
		case 'i':
			if (!take_number("seconds", optarg,
					 &options->limits.idle))
				return OPTIONS_WRONG;
			break;
		case 'h':
			return print_help(variant);
		case 'V':
			printf("%s (reap) %s\n", variant->name, version);
			return OPTIONS_DONE;
		case ':':
			return wrong("option", stumbling_block(argv, letter),
				     "needs a value");
		default:
			/* "-1" is meant as a port, not as an option. */
			if (isdigit(optopt))
				return wrong_port(
					stumbling_block(argv, letter));
			return wrong("option", stumbling_block(argv, letter),
				     "not one that I know, see --help");
		}
	}
	return parse_operands(options, host, argc - optind, argv + optind);
}
