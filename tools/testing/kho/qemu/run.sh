# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Runs the boot'th part of the scenario that the command line names, on the platform
# that it names.

# shellcheck source=lib.sh
. /kho/lib.sh
# shellcheck source=kho.sh
. /kho/kho.sh
# shellcheck source=damage.sh
. /kho/damage.sh
[ -z "$PLATFORM" ] || {
	# shellcheck source=platform.sh
	. /kho/platform.sh
	# shellcheck source=/dev/null
	. "/kho/platforms/${PLATFORM#*-}.sh"
}
# shellcheck source=/dev/null
. "/kho/scenarios/$SCENARIO.sh"
run_boot
