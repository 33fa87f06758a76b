// SPDX-License-Identifier: GPL-2.0
/*
 * attempt [-u UID] [-d CAPABILITY] [-n NTH] FILE: read it to its end
 * attempt ... FILE TEXT: write TEXT to it
 * attempt ... -m FILE PARAMETERS: load it as a module
 *
 * As that user; without that capability, a number; with the NTH allocation failing
 * (Documentation/fault-injection/fault-injection.rst). Prints the error number, 0 if
 * all went well, and how much is left of NTH: 0 if an allocation failed.
 *
 * Built against the kernel's nolibc.
 */
#include <linux/capability.h>

static int without(unsigned int cap)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	int err;

	err = my_syscall2(__NR_capget, &head, data);
	if (err)
		return err;
	data[cap / 32].effective &= ~(1U << cap % 32);
	data[cap / 32].permitted &= ~(1U << cap % 32);
	return my_syscall2(__NR_capset, &head, data);
}

static int as_user(unsigned int uid)
{
	return my_syscall1(__NR_setuid, uid);
}

static int all_read(int fd)
{
	static char buf[4096];
	int ret;

	do
		ret = my_syscall3(__NR_read, fd, buf, sizeof(buf));
	while (ret > 0);
	return ret;
}

static int all_written(int fd, const char *text)
{
	int len = strlen(text), ret = my_syscall3(__NR_write, fd, text, len);

	return ret < 0 ? ret : ret == len ? 0 : -EIO;
}

/* Opened before, so that nothing else counts. */
static int attempt(int fd, int module, const char *text)
{
	if (module)
		return my_syscall3(__NR_finit_module, fd, text, 0);
	return text ? all_written(fd, text) : all_read(fd);
}

static int usage(void)
{
	printf("attempt [-u UID] [-d CAPABILITY] [-n NTH] [-m] FILE [TEXT]\n");
	return 2;
}

int main(int argc, char **argv)
{
	int nth_fd = -1, module = 0, err = 0, fd, i;
	char *text, *nth = NULL, left[16] = "0";

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "-m")) {
			module = 1;
			continue;
		}
		if (i + 1 == argc)
			return usage();
		if (!strcmp(argv[i], "-u"))
			err = as_user(atoi(argv[i + 1]));
		else if (!strcmp(argv[i], "-d"))
			err = without(atoi(argv[i + 1]));
		else if (!strcmp(argv[i], "-n"))
			nth = argv[i + 1];
		else
			return usage();
		if (err) {
			printf("%s %s: %d\n", argv[i], argv[i + 1], -err);
			return 2;
		}
		i++;
	}
	if (i == argc || (module && i + 1 == argc))
		return usage();
	text = argv[i + 1];
	if (nth) {
		nth_fd = open("/proc/self/fail-nth", O_RDWR);
		if (nth_fd < 0)
			return usage();
	}
	fd = open(argv[i], text && !module ? O_WRONLY : O_RDONLY);
	if (fd < 0) {
		printf("%d 0\n", errno);
		return 1;
	}
	if (nth)
		all_written(nth_fd, nth);
	err = attempt(fd, module, text);
	if (nth) {
		my_syscall3(__NR_lseek, nth_fd, 0, SEEK_SET);
		my_syscall3(__NR_read, nth_fd, left, sizeof(left) - 1);
		all_written(nth_fd, "0");
	}
	printf("%d %d\n", -err, atoi(left));
	return err != 0;
}
