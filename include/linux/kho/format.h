/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_KHO_FORMAT_H
#define _LINUX_KHO_FORMAT_H

#include <linux/args.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * DOC: formats
 *
 * A format says how a client's subtree and page sets are to be read: a name, a
 * version, and a fingerprint of the layout. A kernel restores a claim only
 * if it knows a format that is equal in all three.
 *
 * The fingerprint guards against a layout that changed without a new version.
 * KHO_FORMAT() computes it at compile time from the size of a struct and from
 * offset and size of the members that it is given.
 */

/**
 * struct kho_format - a format that a client writes or reads
 * @name: name of the format, at most 31 characters of [A-Za-z0-9._-]
 * @version: version of the format
 * @fingerprint: of the layout; 0 if it has none
 *
 * A client lists its formats in an array that ends with an empty entry. The
 * first is the one that it writes, all are those that it reads.
 */
struct kho_format {
	const char	*name;
	u32		version;
	u64		fingerprint;
};

/* FNV-1a over 64 bit words */
#define __KHO_FP(h, x)		(((h) ^ (u64)(x)) * 0x100000001b3ULL)
#define __KHO_FP_INIT(type)	__KHO_FP(0xcbf29ce484222325ULL, sizeof(type))
#define __KHO_FP_MEMBER(h, type, m) \
	__KHO_FP(__KHO_FP(h, offsetof(type, m)), sizeof_field(type, m))

#define __KHO_FP0(h, t)			(h)
#define __KHO_FP1(h, t, m)		__KHO_FP_MEMBER(h, t, m)
#define __KHO_FP2(h, t, m, ...)		__KHO_FP1(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP3(h, t, m, ...)		__KHO_FP2(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP4(h, t, m, ...)		__KHO_FP3(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP5(h, t, m, ...)		__KHO_FP4(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP6(h, t, m, ...)		__KHO_FP5(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP7(h, t, m, ...)		__KHO_FP6(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP8(h, t, m, ...)		__KHO_FP7(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP9(h, t, m, ...)		__KHO_FP8(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP10(h, t, m, ...)	__KHO_FP9(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP11(h, t, m, ...)	__KHO_FP10(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)
#define __KHO_FP12(h, t, m, ...)	__KHO_FP11(__KHO_FP_MEMBER(h, t, m), t, __VA_ARGS__)

/**
 * KHO_FINGERPRINT - fingerprint of a struct
 * @type: the struct
 * @...: up to 12 of its members
 *
 * A constant that changes when the size of @type, or the offset or size of one
 * of the members, changes.
 */
#define KHO_FINGERPRINT(type, ...)					\
	CONCATENATE(__KHO_FP, COUNT_ARGS(__VA_ARGS__))(			\
		__KHO_FP_INIT(type), type, ##__VA_ARGS__)

/**
 * KHO_FORMAT - entry of a client's array of formats
 * @_name: name of the format
 * @_version: its version
 * @_type: the struct that the page sets hold
 * @...: up to 12 members of @_type, for the fingerprint
 */
#define KHO_FORMAT(_name, _version, _type, ...) {			\
	.name		= (_name),					\
	.version	= (_version),					\
	.fingerprint	= KHO_FINGERPRINT(_type, ##__VA_ARGS__),	\
}

/**
 * KHO_FORMAT_FDT - entry for a format that consists of a subtree only
 * @_name: name of the format
 * @_version: its version
 */
#define KHO_FORMAT_FDT(_name, _version) {				\
	.name		= (_name),					\
	.version	= (_version),					\
}

#endif /* _LINUX_KHO_FORMAT_H */
