#!/bin/sh
# lint.sh: every reader of the sources that is not a compiler. Jobs run several
# at a time; what they find is shown at the end, and then `N passed, N failed`, or
# `N passed, N failed, N skipped` where there is no recfix. BUILD is the build
# folder; its compile_commands.json says how each file is compiled.
#
# Exit status: 0 all passed, 1 some failed.
set -eu

scripts() {
	echo .ci/run
	find tests records -name '*.sh'
	find cmd lib tests records -type f ! -name '*.*' ! -name command \
		-exec grep -lE '^#! ?/bin/sh' {} +
}

recfiles() {
	find lib records -name '*.rec' | sort
}

# Not every release of Debian has GNU recutils.
has_recfix() {
	command -v recfix >/dev/null
}

# Jobs, one to a line: a kind and a file. The slow ones come first.
list_jobs() {
	find lib cmd tests -name '*.c' -exec ls -S {} + | sed 's/^/tidy /'
	find lib cmd tests -name '*.c' -exec ls -S {} + | sed 's/^/cppcheck /'
	find lib cmd tests -name '*.[ch]' | sort | sed 's/^/format /'
	echo layers lib
	echo modules tests/README
	find man -name '*.[1-9]' | sort | sed 's/^/mandoc /'
	! has_recfix || recfiles | sed 's/^/recfix /'
	scripts | sort -u | sed 's/^/shellcheck /'
}

# Each module has a program of unit tests, or a line in tests/README that says
# what tests it instead; not both.
check_modules() {
	find lib -name '*.c' | sort | while read -r source; do
		module=${source#lib/} module=${module%.c}
		program=tests/unit/test_${module#*/}.c
		told=$(grep -c "^$module  " tests/README || :)
		[ ! -e "$program" ] || [ "$told" -eq 0 ] ||
			echo "tests/README: error: $module has $program; remove its line"
		[ -e "$program" ] || [ "$told" -eq 1 ] ||
			echo "$source: error: no $program; write it, or say in tests/README what tests it"
	done >"$2/modules"
	cat "$2/modules"
	[ ! -s "$2/modules" ]
}

run_job() {
	case $1 in
	# The analyzer gives up a function after so many steps. At its own limit,
	# three times this, a dozen of functions took two thirds of all the time, and
	# no finding has ever come of it.
	tidy)
		clang-tidy --quiet -p "$BUILD" --extra-arg=-Xclang \
			--extra-arg=-analyzer-config --extra-arg=-Xclang \
			--extra-arg=max-nodes=75000 "$2"
		;;
	cppcheck)
		cppcheck --quiet --std=c11 --language=c --inline-suppr \
			--enable=warning,performance,portability --error-exitcode=1 \
			--suppress=missingIncludeSystem --suppress=unknownMacro \
			-D_GNU_SOURCE -Ilib "$2"
		;;
	layers) sh tests/layers.sh ;;
	modules) check_modules "$2" "$results" ;;
	format) clang-format --dry-run -Werror "$2" ;;
	mandoc) mandoc -Tlint -Wwarning "$2" ;;
	recfix) recfix --check "$2" ;;
	shellcheck) shellcheck -x "$2" ;;
	esac
}

cd "$(dirname "$0")/.."
if [ "${1:-}" = --job ]; then
	results=$2 output=$2/$3
	if run_job "$4" "$5" >"$output" 2>&1 </dev/null; then
		rm "$output"
		touch "$output.passed"
	else
		echo "== $4 $5" >"$output.failed"
		cat "$output" >>"$output.failed"
		rm "$output"
	fi
	exit 0
fi
results=$(mktemp -d "${TMPDIR:-/tmp}/shiji-lint.XXXXXX")
trap 'rm -rf "$results"' EXIT
trap 'exit 130' INT TERM HUP
list_jobs | awk '{ printf "%04d %s\n", NR, $0 }' |
	xargs -P "${JOBS:-2}" -n 3 sh tests/lint.sh --job "$results"
find "$results" -name '*.failed' | sort | xargs -r cat
passed=$(find "$results" -name '*.passed' | wc -l)
failed=$(find "$results" -name '*.failed' | wc -l)
closing="$passed passed, $failed failed"
if ! has_recfix; then
	echo "skipped: recfix is not installed: the files *.rec of lib and records"
	closing="$closing, $(recfiles | wc -l) skipped"
fi
echo "$closing"
[ "$failed" -eq 0 ]
