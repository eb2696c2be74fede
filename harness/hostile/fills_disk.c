/* HOSTILE ON PURPOSE: fills every folder it can write to, then serves rightly. */
#include "echo/reaper.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char *const folders[] = {
	"/tmp",    "/dev/shm",    "/dev", "/var/tmp",
	"/making", "/submission", "/",    ".",
};

static void fill(const char *folder)
{
	static const char block[1 << 16];

	for (int i = 0; i < 1000; i++) {
		char path[64];
		int fd;

		snprintf(path, sizeof path, "%s/full.%d", folder, i);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		if (fd < 0)
			return;
		while (write(fd, block, sizeof block) > 0)
			;
		close(fd);
	}
}

static int setup(struct server *server)
{
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		fill(folders[i]);
	return reap_on_sigchld(server);
}

static const struct variant variant = {
	.name = "fills_disk",
	.summary = "Hostile: fills the disk",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
