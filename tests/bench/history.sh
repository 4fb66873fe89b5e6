#!/bin/sh
# history.sh BUILD [COMMITS]: what shiji log costs on a history of so many
# commits (10,000), each of which changes 1 to 5 values of 20 files x 3 measures
# x 136 units, beside other ways through the same history. `changed` walks the
# commits and reads the changed files through libgit2, and does nothing else.
#
# CPU is user and system time of all processes; the best of several runs counts.
# Nothing here fails a test. Exit status: 0, or 1 where a command failed.
set -eu

# row LABEL TIMES COMMAND: runs and prints; leaves $cpu and $peak.
row() {
	cpu='' peak=''
	if ! cost=$("$build/tests/bench/run" "$2" "$3" 2>"$scratch/run.err"); then
		printf '%-26s failed: %s\n' "$1" "$(head -n 1 "$scratch/run.err")"
		failed=1
		return
	fi
	read -r cpu wall peak <<-END
		$cost
	END
	[ "$1" != changed ] || floor=$cpu
	printf '%-26s %9.4f %9.4f %9.1f %8s\n' "$1" "$cpu" "$wall" \
		"$(ratio "$peak" 1024)" "$(ratio "$cpu" "$floor")"
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'
}

# aim TEXT ACTUAL LIMIT UNIT
aim() {
	[ -z "$2" ] || awk -v what="$1" -v a="$2" -v b="$3" -v unit="$4" 'BEGIN {
		printf "  aim: %s: %.2f%s, at most %.2f%s: %s\n", what, a, unit, b, unit,
			a <= b ? "met" : "MISSED" }'
}

generate() {
	rm -rf "$scratch/book"
	git init -q -b main "$scratch/book"
	"$build/tests/bench/chronicle" "$1" | git -C "$scratch/book" fast-import --quiet
	git -C "$scratch/book" reset -q --hard
}

build=$(cd "$1" && pwd)
commits=${2:-10000}
scratch=$build/history bin=$build/bin
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
rm -rf "$scratch"
mkdir -p "$scratch"
export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 HOME="$scratch"
failed=0 floor=0

generate $((commits / 10))
row changed 1 "$build/tests/bench/changed $scratch/book" >/dev/null
small_floor=$peak
row log 1 "$bin/shiji-log -C $scratch/book" >/dev/null
small=$peak
generate "$commits"
printf '\nA history of %s commits\n' "$commits"
printf '%-26s %9s %9s %9s %8s\n' "" "CPU s" "wall s" "peak MiB" "x floor"
row changed 5 "$build/tests/bench/changed $scratch/book"
floor_peak=$peak
row "log, all totals" 5 "$bin/shiji-log -C $scratch/book"
log_cpu=$cpu log_peak=$peak
row "log, one unit" 3 "$bin/shiji-log -C $scratch/book -u township-001"
row "log --measure, one value" 3 "$bin/shiji-log -C $scratch/book --measure indicator_00_0 -u township-001"
row "git log --raw" 3 "git -C $scratch/book log --raw"
row "git log -p" 1 "git -C $scratch/book log -p"
row "awk over the changed files" 1 "git -C $scratch/book log --format= --raw --no-abbrev |
	awk '{ print \$4 }' | git -C $scratch/book cat-file --batch |
	awk -F '\t' 'NF == 3 { sum[\$2] += \$3 } END { for (unit in sum) print unit, sum[unit] }'"
aim "log, CPU" "$log_cpu" 3 " s"
aim "log, CPU beside the floor" "$(ratio "$log_cpu" "$floor")" 2 ""
printf '  memory that ten times the commits add: log %s MiB, changed %s MiB\n' \
	"$(ratio $((log_peak - small)) 1024)" "$(ratio $((floor_peak - small_floor)) 1024)"
exit $failed
