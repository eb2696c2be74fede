/* A server of the lab, started by reaptop. */
#include "reaptop/act/variant.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static int open_log(struct variant *variant)
{
	variant->log = memfd_create(variant->name, MFD_CLOEXEC);
	if (variant->log < 0)
		return -1;
	snprintf(variant->log_path, sizeof(variant->log_path), "/proc/%d/fd/%d",
		 getpid(), variant->log);
	return 0;
}

int variant_start(struct variant *variant, const char *name)
{
	char path[PROGRAM_PATH_SIZE];
	*variant = (struct variant){.log = -1};
	snprintf(variant->name, sizeof(variant->name), "%s", name);
	if (program_find(name, path) != 0 || open_log(variant) != 0)
		return -1;
	char *argv[] = {path, (char[]){"--trace"}, variant->log_path,
			(char[]){"0"}, NULL};
	return launch(argv, LAUNCH_TO_PIPE, &variant->program);
}

int variant_watch(const struct variant *variant, struct watch *watch)
{
	pid_t pid = variant->program.pid, process;
	if (watch_add(watch, pid, &process) != 0)
		return -1;
	return watch_add_log(watch, pid, variant->log_path);
}

void variant_forget(struct variant *variant)
{
	launch_forget(&variant->program);
	if (variant->log >= 0)
		close(variant->log);
	variant->log = -1;
}
