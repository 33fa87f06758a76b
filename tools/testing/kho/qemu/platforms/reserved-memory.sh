# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
# A device tree that reserves memory and leaves it to the kernel where: the next kernel
# has to have it at the same place. One is too large, so there is none in either. And
# what CMA has of it, can't be preserved.
archs=arm64
dts='
/ {
	reserved-memory {
		#address-cells = <2>;
		#size-cells = <2>;
		ranges;
		linux,cma {
			compatible = "shared-dma-pool";
			reusable;
			linux,cma-default;
			size = <0 0x1000000>;
			alloc-ranges = <0 0x40000000 0 0x40000000>;
		};
		firmware {
			no-map;
			size = <0 0x201000>;
			alignment = <0 0x1000>;
		};
		mailbox { size = <0 0x1800>; };
		fixed@70000000 { reg = <0 0x70000000 0 0x100000>; no-map; };
		too-large { size = <0x10 0>; };
		unused { size = <0 0x100000>; status = "disabled"; };
	};
};
'

regions() { dmesg | sed -n 's/.*OF: reserved mem: \(0x.*\)/\1/p' | sort; }

# refuses_lent: does the registry refuse the first page of linux,cma, and say why? And
# those of an array that begins with pages below?
refuses_lent() {
	_base=$(regions | sed -n 's/\.\..* linux,cma$//p')
	module kho_test_bad scratch="$_base" cma="$_base" && rmmod kho_test_bad || return
	logged "page $(printf '%#x' $((_base >> 12))) can't be preserved: in CMA's memory, which the device tree reserves"
}

platform_is() {
	if [ "$BOOT" = 1 ]; then
		regions | save regions
		equal "$(regions | sed 's/.* //' | tr '\n' ' ')" 'fixed@70000000 linux,cma mailbox firmware ' &&
			refuses_lent
	else
		equal "$(regions)" "$(saved regions)" &&
			equal "$(tr -d '\0' </proc/device-tree/reserved-memory/too-large/status)" disabled
	fi
}
