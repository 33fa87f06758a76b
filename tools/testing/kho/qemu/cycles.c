// SPDX-License-Identifier: GPL-2.0
/*
 * cycles: print the cycle counter.
 * cycles FILE TEXT: print how many cycles it takes to write TEXT to FILE.
 *
 * Built against the kernel's nolibc.
 */
static unsigned long now(void)
{
#ifdef __x86_64__
	return __builtin_ia32_rdtsc();
#else
	unsigned long count;

	asm volatile("isb; mrs %0, cntvct_el0" : "=r" (count));
	return count;
#endif
}

int main(int argc, char **argv)
{
	unsigned long start;
	int fd, len;

	if (argc != 3) {
		printf("%ld\n", (long)now());
		return 0;
	}
	len = strlen(argv[2]);
	fd = open(argv[1], O_WRONLY);
	if (fd < 0)
		return 1;
	start = now();
	if (write(fd, argv[2], len) != len)
		return 1;
	printf("%ld\n", (long)(now() - start));
	return 0;
}
