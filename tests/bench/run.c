/*
 * run: what a command costs. run TIMES COMMAND, a line for sh, of which the
 * best of so many runs counts. Its standard output is thrown away.
 *
 * Prints CPU seconds (user and system, of all its processes), wall seconds,
 * and the peak memory in KiB of its largest process. Exit status 2 where the
 * command failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct cost {
	double cpu, wall;
	long peak;
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "run: %s: %s\n", what, strerror(errno));
	exit(2);
}

static double
now(void)
{
	struct timespec time;

	if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
		die("clock");
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double
seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* In the child. */
static _Noreturn void
become(const char *command)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static struct cost
run_once(const char *command)
{
	struct rusage usage;
	struct cost cost;
	int status;
	double start = now();
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (child == 0)
		become(command);
	if (wait4(child, &status, 0, &usage) != child)
		die("wait4");
	cost.wall = now() - start;
	cost.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	cost.peak = usage.ru_maxrss;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "run: failed: %s\n", command);
		exit(2);
	}
	return cost;
}

int
main(int argc, char **argv)
{
	long times = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
	struct cost best = { 0 };

	if (times < 1) {
		fputs("usage: run TIMES COMMAND\n", stderr);
		return 2;
	}
	for (long i = 0; i < times; i++) {
		struct cost cost = run_once(argv[2]);

		if (i == 0 || cost.cpu < best.cpu)
			best.cpu = cost.cpu;
		if (i == 0 || cost.wall < best.wall)
			best.wall = cost.wall;
		if (i == 0 || cost.peak < best.peak)
			best.peak = cost.peak;
	}
	printf("%.4f %.4f %ld\n", best.cpu, best.wall, best.peak);
	return fflush(stdout) == 0 ? 0 : 2;
}
