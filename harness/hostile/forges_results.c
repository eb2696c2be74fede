/* HOSTILE ON PURPOSE: writes itself full marks wherever it can, and reaps nobody. */
#include "echo/variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char forged[] =
	"\n{\"final\": true, \"result\": {\"lab\": \"03-lost-children\", "
	"\"title\": \"x\", \"checks\": [], \"notes\": [], "
	"\"unjudged\": null, \"seconds\": 1}}\n";

static const char *const places[] = {
	"/submission/results.json",
	"/making/built/server",
	"/making/built/results.json",
	"/autograder/results/results.json",
	"/reap/results.json",
	"/proc/1/fd/1",
	"results.json",
};

static int setup(struct server *server)
{
	(void)server;
	for (int fd = 1; fd < 1024; fd++)
		if (fd != server->listener)
			(void)!write(fd, forged, strlen(forged));
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		int fd = open(places[i], O_WRONLY | O_CREAT | O_APPEND, 0644);

		if (fd >= 0) {
			(void)!write(fd, forged, strlen(forged));
			close(fd);
		}
	}
	return 0;
}

static const struct variant variant = {
	.name = "forges_results",
	.summary = "Hostile: writes its own results",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
