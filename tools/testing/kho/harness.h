/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KHO_HARNESS_H
#define _KHO_HARNESS_H

#include <stdio.h>
#include <linux/types.h>

/*
 * A few lines of test framework. A test is a function; the first check that
 * does not hold ends it. Results are printed as TAP.
 */

/**
 * struct test - a test
 * @name: what it shows
 * @run: does it
 * @run_case: or this does it, for tests of one kind
 * @arg: its argument
 */
struct test {
	const char	*name;
	void		(*run)(void);
	void		(*run_case)(const void *arg);
	const void	*arg;
};

int harness_main(int argc, char **argv, const struct test *tests, size_t nr);

void __attribute__((noreturn, format(printf, 3, 4)))
harness_fail(const char *file, int line, const char *fmt, ...);

/* A comment in the output. */
#define note(fmt, ...)	printf("# " fmt "\n", ##__VA_ARGS__)

#define check(cond)							\
	do {								\
		if (!(cond))						\
			harness_fail(__FILE__, __LINE__, "%s", #cond);	\
	} while (0)

#define check_eq(is, must)						\
	do {								\
		long long __is = (is), __must = (must);			\
									\
		if (__is != __must)					\
			harness_fail(__FILE__, __LINE__,		\
				     "%s is %lld (%#llx), not %lld (%#llx)", \
				     #is, __is, __is, __must, __must);	\
	} while (0)

/* Random numbers; the seed is printed, and settable with -s or KHO_SEED. */
u64 rnd64(void);
u64 rnd_below(u64 limit);
void rnd_seed(u64 seed);

/*
 * From now on, random numbers are made of these bytes, as many for each as its
 * limit needs; when there are no more of them, all are 0.
 */
void rnd_feed(const void *data, size_t size);

/* Monotonic time in nanoseconds, for figures; tests judge by cpu_ns() only. */
u64 now_ns(void);

/* CPU time of this process in nanoseconds: the same on a busy machine. */
u64 cpu_ns(void);

/* End this process if it takes so many more seconds of CPU time; 0: never. */
void limit_cpu(unsigned int seconds);

/* What one input of a fuzzer may take. */
#define FUZZ_SECONDS	10

#endif /* _KHO_HARNESS_H */
