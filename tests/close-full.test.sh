#!/bin/sh
# close-full.test.sh: `shiji close` where every call that writes finds the disk full.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
# shellcheck source=tests/month_end.sh
. "$root/tests/month_end.sh"
# shellcheck source=tests/interrupt.sh
. "$root/tests/interrupt.sh"
cd "$scratch"

disturb 'a close without room' error=ENOSPC said
