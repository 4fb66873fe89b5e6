#!/bin/sh
# readme.test.sh: what README.md and README.zh-CN.md tell their reader to do
# must work. Each command of their shell blocks is run at the top of a copy of
# what it needs, and what it prints is compared with what is shown. `make GOAL`
# is not run here; the Makefile must have the goal. `git clone` is left out.
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

# The lines of a page's shell blocks, after their numbers and a tab.
shell_blocks() {
	awk '
	/^```/ { if (inside) print FNR "\t-- "; inside = !inside && /^```sh$/; next }
	inside { print FNR "\t" $0 }' "$1"
}

check_goals() {
	sed -n 's/^[0-9]*	\$ make \([a-z]*\).*/\1/p' "$scratch/lines" >"$scratch/goals"
	while read -r goal; do
		grep -q "^\.PHONY:.* $goal\( \|$\)" "$root/Makefile" &&
			grep -q "^$goal:" "$root/Makefile" && status=0 || status=1
		session_report "$status" "$1: make $goal is a goal of the Makefile"
	done <"$scratch/goals"
}

# A page that cannot be read by a person at a glance is not a first page.
check_length() {
	lines=$(wc -l <"$root/$1")
	[ "$lines" -le 100 ] && status=0 || status=1
	session_report "$status" "$1: $lines lines, two screens"
}

for page in README.md README.zh-CN.md; do
	mkdir "$scratch/$page"
	cp -R "$root/records" "$scratch/$page/records"
	shell_blocks "$root/$page" >"$scratch/lines"
	check_goals "$page"
	grep -v '^[0-9]*	\$ \(make\|git clone\) ' "$scratch/lines" |
		divide_sessions "$scratch/$page.sessions"
	run_sessions "$scratch/$page.sessions" "$scratch/$page" "$page"
	check_length "$page"
done
finish_sessions
