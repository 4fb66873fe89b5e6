#!/bin/sh
# fuzz.sh FOLDER: runs every fuzz target of that build folder for FUZZ_RUNS
# inputs (more where one takes microseconds, fewer where it takes a whole book),
# from the seeds in tests/fuzz/corpus. What a target finds on its way is kept in
# FOLDER/corpus, and an input that breaks it in FOLDER/crash-... .
#
# Ends with `N passed, N failed`. Exit status: 0 all passed, 1 some failed.
set -eu

run_target() {
	runs=${FUZZ_RUNS:-20000}
	case $1 in
	num | rec | rule) runs=$((runs * 5)) ;;
	book) runs=$((runs / 5)) ;;
	esac
	seeds=tests/fuzz/corpus/$1
	dictionary=tests/fuzz/$1.dict
	mkdir -p "$folder/corpus/$1"
	set -- "$folder/fuzz_$1" -runs="$runs" -seed=1 \
		-max_len=20000 -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
		-artifact_prefix="$folder/crash-$1-" "$folder/corpus/$1"
	[ ! -d "$seeds" ] || set -- "$@" "$seeds"
	[ ! -e "$dictionary" ] || set -- "$@" -dict="$dictionary"
	"$@"
}

cd "$(dirname "$0")/../.."
folder=$1
if [ "${2:-}" = --target ]; then
	log=$folder/$3.log
	if run_target "$3" >"$log" 2>&1 </dev/null; then
		echo "ok fuzz_$3"
		echo 1 >"$folder/$3.passed"
	else
		echo "not ok fuzz_$3"
		tail -n 60 "$log"
	fi
	exit 0
fi
# In memory where there is such a place: some targets write thousands of files.
parent=/dev/shm
[ -w "$parent" ] || parent=${TMPDIR:-/tmp}
FUZZ_SCRATCH=$(mktemp -d "$parent/shiji-fuzz.XXXXXX")
export FUZZ_SCRATCH
trap 'rm -rf "$FUZZ_SCRATCH"' EXIT
trap 'exit 130' INT TERM HUP
rm -f "$folder"/*.passed
targets=$(find tests/fuzz -name 'fuzz_*.c' | sed 's,.*/fuzz_,,; s,\.c$,,' | sort)
echo "$targets" | xargs -P "${JOBS:-2}" -n 1 sh tests/fuzz/fuzz.sh "$folder" --target
count=$(echo "$targets" | wc -l)
passed=$(find "$folder" -maxdepth 1 -name '*.passed' | wc -l)
echo "$passed passed, $((count - passed)) failed"
[ "$passed" -eq "$count" ]
