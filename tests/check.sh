#!/bin/sh
# check.sh BUILD: runs every test there is, several at a time: the cmocka
# programs of tests/unit, the oracles, the scripts tests/*.test.sh and the
# golden tests. Shows what failed, names what was skipped and why, and ends with
# `N passed, N failed`, or `N passed, N failed, N skipped`, which counts the
# single tests: cmocka's rows, golden cases, and the lines `ok ...` and
# `not ok ...` of a script (one for the whole where it prints none). A line with
# `# SKIP WHY` is a test that was skipped, whatever it begins with. While it
# runs, each job that ends is a line with its seconds; at a terminal, a counter.
#
# SHARE=K/N runs the Kth of N shares of the scripts and oracles, so that builds
# which prove the same of them need not each run all. Units and golden cases are
# quick and always run.
#
# Exit status: 0 all passed, 1 some failed.
set -eu

# Whether a script is left out under sanitisers, as it would say nothing more:
# those that interrupt a tool at each system call watch the files it leaves,
# those of the pages and of the options what it prints, and all run tools many
# hundred times.
runs_once() {
	case $1 in
	*/close-kill.test.sh | */close-full.test.sh) ;;
	*/manual.test.sh | */tutorial.test.sh | */readme.test.sh) ;;
	*/options.test.sh) ;;
	*) return 1 ;;
	esac
	[ -n "${SANITIZE:-}" ]
}

# Those that take long, one to a line. The slowest comes first.
list_scripts() {
	runs_once tests/manual.test.sh || echo script tests/manual.test.sh
	for oracle in tests/oracle/*_oracle.py; do
		[ ! -e "$oracle" ] || echo "oracle $oracle"
	done
	for script in tests/*.test.sh; do
		[ "$script" = tests/manual.test.sh ] || runs_once "$script" ||
			echo "script $script"
	done
}

# Jobs, one to a line: a kind and its argument. The slow ones come first.
list_jobs() {
	list_scripts | awk -v share="${SHARE:-1/1}" '
	BEGIN { split(share, part, "/") }
	NR % part[2] == part[1] % part[2]'
	for source in tests/unit/test_*.c; do
		[ ! -e "$source" ] || echo "unit $source"
	done
	# A dozen golden cases to a job, since each takes milliseconds.
	[ ! -d tests/golden ] ||
		find tests/golden -mindepth 3 -maxdepth 3 -name command |
		sort | sed 's,/command$,,' | xargs -r -n 12 | tr ' ' : |
			sed 's/^/golden /'
}

run_job() {
	case $1 in
	oracle) timeout 600 python3 "$2" "$build/tests/oracle/$(basename "$2" .py)" ;;
	script) (cd "$scratch" && timeout 600 sh "$root/$2") ;;
	unit) CMOCKA_MESSAGE_OUTPUT=TAP timeout 600 "$build/${2%.c}" ;;
	golden) echo "$2" | tr : '\n' | xargs sh tests/golden.sh "$build" ;;
	esac
}

# Of a job's output: tests passed, failed, skipped, and announced (`1..12`).
count_tests() {
	awk '
	/^(not )?ok .*# SKIP/ { skipped++; next }
	/^ok / { passed++ }
	/^not ok / { failed++ }
	/^1\.\.[0-9]+/ { split($1, plan, /\.\./); announced += plan[2] }
	END { print passed + 0, failed + 0, skipped + 0, announced + 0 }' "$1"
}

# Runs job $1, of kind $2 with argument $3. A job that ends badly without
# naming a test, or stops before its last one, counts as one failure more.
run_and_count() {
	output=$results/$1
	start=$(date +%s)
	run_job "$2" "$3" >"$output" 2>&1 </dev/null && status=0 || status=$?
	count_tests "$output" >"$output.counts"
	read -r passed failed skipped announced <"$output.counts"
	if [ "$((passed + failed + skipped))" -lt "$announced" ]; then
		failed=$((failed + 1))
	elif [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
		failed=1
	elif [ "$((passed + failed + skipped))" -eq 0 ]; then
		passed=1
	fi
	echo "$passed $failed $skipped status $status: $2 $3" >"$output.counts"
	say_ended "$2" "$3"
}

# Of a job that has just ended: that it did, what of it failed, its seconds.
say_ended() {
	if [ -t 2 ]; then
		printf '\r%s of %s ' "$(find "$results" -name '*.counts' | wc -l)" \
			"$JOB_COUNT" >&2
		return 0
	fi
	said="$1 $2"
	case $1 in
	golden) said="golden ${2%%:*} ..." ;;
	esac
	[ "$failed" -eq 0 ] || said="$said: $failed failed"
	printf '%4d s  %s\n' "$(($(date +%s) - start))" "$said"
}

show_failures() {
	for counts in "$1"/*.counts; do
		read -r _ failed _ what <"$counts"
		[ "$failed" -gt 0 ] || continue
		printf '\n== %s\n' "$(printf %s "$what" | cut -c 1-72)"
		sed '/^ok /d; /^not ok .*# SKIP/d' "${counts%.counts}" | tail -n 300
	done
}

# `skipped: WHY: TEST`. A row of cmocka says no reason: `ok 1 # SKIP TEST`.
show_skipped() {
	cat "$1"/*[0-9] | sed -nE '
	s/^(not )?ok [0-9]+ +# SKIP +(.*)/skipped: \2/p
	t
	s/^(not )?ok (.*[^ ]) +# SKIP +(.*)/skipped: \3: \2/p' | sort
}

root=$(dirname "$0")/.. build=$1
if [ "${2:-}" = --job ]; then
	scratch=$(mktemp -d) results=$3
	trap 'rm -rf "$scratch"' EXIT
	root=$ROOT build=$BUILD
	cd "$root"
	run_and_count "$4" "$5" "$6"
	exit 0
fi
. "$root/tests/environment.sh"
cd "$root"
mkdir "$scratch/results"
list_jobs | awk '{ printf "%04d %s\n", NR, $0 }' >"$scratch/jobs"
JOB_COUNT=$(wc -l <"$scratch/jobs")
export JOB_COUNT
<"$scratch/jobs" \
	xargs -r -P "${JOBS:-2}" -n 3 sh tests/check.sh "$build" --job "$scratch/results"
[ ! -t 2 ] || printf '\r                \r' >&2
show_failures "$scratch/results"
show_skipped "$scratch/results"
cat "$scratch"/results/*.counts |
	awk '{ passed += $1; failed += $2; skipped += $3 }
	END {
		printf "%d passed, %d failed", passed, failed
		if (skipped > 0)
			printf ", %d skipped", skipped
		print ""
		exit failed > 0 || passed == 0
	}'
