# SPDX-License-Identifier: GPL-2.0-only
#
# The developer's loop. Every rule is a script in scripts/; `make help` says
# what each is for.

ARCH ?= x86_64
CFG ?= release
SUITE ?=
VERIFY ?=
PEER ?=
BENCH ?=
MODES ?=
AGAIN ?=
KVER ?=
# Nothing of this make's may reach the kernel's.
unexport ARCH CFG SUITE VERIFY PEER BENCH MODES AGAIN KVER MAKEFLAGS
.NOTPARALLEL:

.PHONY: help demo test check tree refresh kernel initramfs boot compat rebase docs export bench deps clean
help:
	@sed -n 's/^#: //p' Makefile

#: For users (each installs what it needs, on Debian 12 or 13, as root or with sudo):
#:   make demo                  build, boot in QEMU, kexec, show the previous kernel's trace
#:   make test                  the first tier of the tests: half an hour, on a fresh machine an hour
#:   make test SUITE=name       one suite of scripts/test/
#:   make test SUITE=all        the whole ladder, some hours; run again, it goes on where it was
#:                              (AGAIN=1: from the beginning)
#:
#: For developers:
#:   make tree                  build/linux: the pinned source + patches/ + our files as links
#:   make kernel ARCH= CFG=     build/out/ARCH-CFG; ARCH x86_64 or arm64, CFG a name in configs/
#:   make boot RUN=name         one QEMU scenario (CFG= other kernel, KHO_LIMIT=, KHO_ACCEL=kvm)
#:   make refresh               commits of build/linux back into patches/
#:   make check                 form: style, kernel-doc, sparse, spelling, shell
#:   make compat                does the series apply to every 6.12 that Debian carries?
#:   make rebase KVER=          move the work to that version of it, see CONTRIBUTING.md
#:   make docs                  the documents as a book: build/docs/html
#:   make export [VERIFY=1]     the whole work as a mail series in build/export
#:   make bench [PEER=1]        figures and plots of what a handover costs; PEER=1 adds upstream's KHO
#:                              (BENCH="scattered pieces huge jump harness", MODES="icount smp": a part)
#:   make clean                 remove what was built (not downloads, not build/linux)

demo:
	@scripts/demo $(ARCH)
test:
	@AGAIN=$(AGAIN) scripts/test/run $(SUITE)
check:
	@scripts/test/run form
deps:
	@scripts/deps all
tree:
	@scripts/deps tree
	@scripts/tree
kernel:
	@scripts/deps tree kernel $(ARCH)
	@scripts/kernel $(ARCH) $(CFG)
initramfs:
	@scripts/deps tree kernel $(ARCH)
	@scripts/initramfs $(ARCH)
boot:
	@scripts/deps tree kernel qemu $(ARCH)
	@scripts/scenario $(if $(filter command line environment,$(origin CFG)),--cfg $(CFG)) --arch $(ARCH) $(RUN)
refresh:
	@scripts/refresh
compat:
	@scripts/deps tree
	@scripts/compat
rebase:
	@scripts/deps tree
	@scripts/rebase $(KVER)
docs:
	@scripts/deps tree docs
	@scripts/docs
export:
	@scripts/deps tree
	@VERIFY=$(VERIFY) scripts/export
bench:
	@scripts/deps tree kernel qemu bench $(if $(PEER),peer) $(ARCH)
	@PEER=$(PEER) $(if $(BENCH),BENCH='$(BENCH)') $(if $(MODES),MODES='$(MODES)') scripts/bench $(ARCH)
clean:
	@rm -rf build/out build/initramfs build/log build/export build/apply build/run build/docs
