// SPDX-License-Identifier: GPL-2.0
/* A few lines of test framework. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

/* No single test takes that much CPU time; one that does, hangs. */
#define LIMIT_SECONDS	60

static jmp_buf failed;
static bool running;	/* a test; fuzzers have none */
static u64 rnd_state;

/* What numbers are made of instead, if it is there. */
static const u8 *fed;
static size_t fed_left;

/* A number of so many bytes; what is missing is 0. */
static u64 next_fed(size_t bytes)
{
	u64 value = 0;

	bytes = bytes < fed_left ? bytes : fed_left;
	memcpy(&value, fed, bytes);
	fed += bytes;
	fed_left -= bytes;
	return value;
}

/* splitmix64 */
u64 rnd64(void)
{
	u64 z;

	if (fed)
		return next_fed(sizeof(z));
	z = (rnd_state += 0x9e3779b97f4a7c15ULL);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

u64 rnd_below(u64 limit)
{
	size_t bytes = 1;

	if (!fed)
		return rnd64() % limit;
	while (bytes < sizeof(limit) && limit > 1ULL << 8 * bytes)
		bytes++;
	return next_fed(bytes) % limit;
}

void rnd_seed(u64 seed)
{
	rnd_state = seed;
	fed = NULL;
}

void rnd_feed(const void *data, size_t size)
{
	fed = data;
	fed_left = size;
}

static u64 clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

u64 now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

u64 cpu_ns(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void limit_is_reached(int signal)
{
	static const char text[] = "# takes more CPU time than it may\n";
	ssize_t written = write(STDOUT_FILENO, text, sizeof(text) - 1);

	(void)written;
	abort();
}

void limit_cpu(unsigned int seconds)
{
	const struct itimerval limit = { .it_value.tv_sec = seconds };

	signal(SIGPROF, limit_is_reached);
	setitimer(ITIMER_PROF, &limit, NULL);
}

void harness_fail(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	printf("# %s:%d: ", file, line);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	if (!running) {
		fflush(stdout);
		abort();
	}
	longjmp(failed, 1);
}

static int run(const struct test *test, unsigned int number, u64 seed)
{
	volatile int ok = 0;

	/* Each test starts from the seed, so that it can be run alone. */
	rnd_seed(seed);
	limit_cpu(LIMIT_SECONDS);
	running = true;
	if (!setjmp(failed)) {
		if (test->run_case)
			test->run_case(test->arg);
		else
			test->run();
		ok = 1;
	}
	limit_cpu(0);
	running = false;
	printf("%sok %u - %s\n", ok ? "" : "not ", number, test->name);
	return !ok;
}

static u64 parse_seed(const char *given)
{
	return given && *given ? strtoull(given, NULL, 0) :
				 (u64)time(NULL) * 1000003 + getpid();
}

/**
 * harness_main - run tests
 * @argc: of main()
 * @argv: of main(): [-s SEED] [part of the name of a test]
 * @tests: the tests
 * @nr: their number
 *
 * Return: the exit code.
 */
int harness_main(int argc, char **argv, const struct test *tests, size_t nr)
{
	const char *seed_arg = getenv("KHO_SEED"), *pattern = "";
	unsigned int number = 0, failures = 0;
	u64 seed;
	size_t i;
	int opt;

	while ((opt = getopt(argc, argv, "s:")) != -1) {
		if (opt != 's')
			return 2;
		seed_arg = optarg;
	}
	if (optind < argc)
		pattern = argv[optind];
	seed = parse_seed(seed_arg);
	setvbuf(stdout, NULL, _IOLBF, 0);
	note("%s, seed %#llx", argv[0], (unsigned long long)seed);
	for (i = 0; i < nr; i++)
		if (strstr(tests[i].name, pattern))
			failures += run(&tests[i], ++number, seed);
	printf("1..%u\n", number);
	return failures ? 1 : 0;
}
