#!/bin/sh
# golden.sh [-r] BUILD CASE...: runs golden tests.
#
# A case is a folder tests/golden/TOOL/NAME with a file `command`, run by sh in
# a scratch copy of the folder, the built tools first in PATH and $RECORDS
# naming the shipped records. What it must give stands beside it: `out` (absent:
# nothing), `err` (absent: nothing), `status` (absent: 0). With -r these are
# rewritten instead. Prints `ok CASE` or `not ok CASE` with the difference.
#
# Exit status: 0 all passed, 1 some failed.
set -eu

run_case() {
	rm -rf "$scratch/case" "$scratch/got"
	mkdir "$scratch/got"
	cp -R "$1" "$scratch/case"
	(
		cd "$scratch/case"
		rm -f command out err status
		timeout 120 sh "$1/command" >"$scratch/got/out" 2>"$scratch/got/err" </dev/null
	) && status=0 || status=$?
	echo "$status" >"$scratch/got/status"
	[ "$status" -ne 0 ] || rm "$scratch/got/status"
	for file in out err; do
		[ -s "$scratch/got/$file" ] || rm "$scratch/got/$file"
	done
}

rewrite_case() {
	for file in out err status; do
		if [ ! -e "$scratch/got/$file" ]; then
			rm -f "$1/$file"
		elif ! cmp -s "$scratch/got/$file" "$1/$file"; then
			cp "$scratch/got/$file" "$1/$file"
			echo "rewrote ${1#"$root"/}/$file"
		fi
	done
}

# Prints the differences; false where there are any.
compare_case() {
	same=0
	for file in out err status; do
		want=$1/$file got=$scratch/got/$file
		[ -e "$want" ] || want=/dev/null
		[ -e "$got" ] || got=/dev/null
		diff -a -u --label "expected $file" --label "actual $file" \
			"$want" "$got" || same=1
	done
	return $same
}

rewrite=
if [ "${1:-}" = -r ]; then
	rewrite=1
	shift
fi
root=$(dirname "$0")/.. build=$1
shift
. "$root/tests/environment.sh"

failed=0
for case; do
	folder=$(cd "$case" && pwd)
	name=${folder#"$root"/}
	run_case "$folder"
	if [ -n "$rewrite" ]; then
		rewrite_case "$folder"
	elif compare_case "$folder" >"$scratch/difference"; then
		echo "ok $name"
	else
		echo "not ok $name"
		sed 's/^/    /' "$scratch/difference"
		failed=1
	fi
done
exit $failed
