/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_X86_KHO_H
#define _ASM_X86_KHO_H

#include <linux/types.h>

struct boot_params;
struct kimage;

#ifdef CONFIG_KHO

void kho_x86_parse_setup_data(u64 phys, u32 size);
void kho_x86_memblock_setup(void);
void kho_x86_memory_reserve(void);
unsigned int kho_x86_setup_data_size(const struct kimage *image);
void kho_x86_add_setup_data(struct kimage *image, struct boot_params *params,
			    unsigned long params_load_addr,
			    unsigned int offset);

#else

static inline void kho_x86_parse_setup_data(u64 phys, u32 size)
{
}

static inline void kho_x86_memblock_setup(void)
{
}

static inline void kho_x86_memory_reserve(void)
{
}

static inline unsigned int kho_x86_setup_data_size(const struct kimage *image)
{
	return 0;
}

static inline void kho_x86_add_setup_data(struct kimage *image,
					  struct boot_params *params,
					  unsigned long params_load_addr,
					  unsigned int offset)
{
}

#endif /* CONFIG_KHO */

#endif /* _ASM_X86_KHO_H */
