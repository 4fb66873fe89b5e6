#!/bin/sh
# tutorial.test.sh: does what shiji-tutorial(7) tells its reader to do, command
# by command in one empty folder, and compares what each prints with the page.
#
# SHIJI_BIN names the folder of the tools, otherwise that of the build.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
bin=$(cd "${SHIJI_BIN:-${BUILD:-$root/build}/bin}" && pwd)
build=$(dirname "$bin")
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
# shellcheck source=tests/sessions.sh
. "$root/tests/sessions.sh"
PATH=$bin:$PATH

# The literal displays of the page, with what roff escapes taken back.
awk '
/^\.Bd -literal/ { inside = 1; next }
/^\.Ed/ { if (inside) print FNR "\t-- "; inside = 0 }
inside { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print FNR "\t" $0 }' \
	"$root/man/shiji-tutorial.7" | divide_sessions "$scratch/sessions"
mkdir "$scratch/empty"
run_sessions "$scratch/sessions" "$scratch/empty" shiji-tutorial.7
finish_sessions
