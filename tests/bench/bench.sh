#!/bin/sh
# bench.sh BUILD [SIZE...]: what score, rank and validate cost on books of
# several sizes (S M L XL; all), beside what else reads the same figures.
#
# CPU is user and system time of all processes; the best of several runs counts.
# "Ranks off" are those that differ from Shiji's exact ones. Nothing here fails
# a test: times belong to the machine; the aims are printed with what came out.
# Exit status: 0, or 1 where a command failed.
set -eu

units_of() { case $1 in S) echo 136 ;; M) echo 2800 ;; *) echo 40000 ;; esac }
measures_of() { case $1 in S) echo 60 ;; XL) echo 250 ;; *) echo 100 ;; esac }
times_of() { case $1 in S) echo 20 ;; M) echo 10 ;; *) echo 5 ;; esac }

# row LABEL TIMES COMMAND [NOTE]: runs and prints; leaves $cpu, $wall and $peak,
# all empty where it failed.
row() {
	cpu='' wall='' peak=''
	if ! cost=$("$build/tests/bench/run" "$2" "$3" 2>"$scratch/run.err"); then
		printf '%-22s failed: %s\n' "$1" "$(head -n 1 "$scratch/run.err")"
		failed=1
		return
	fi
	read -r cpu wall peak <<-END
		$cost
	END
	[ "$1" != floor ] || floor=$cpu
	printf '%-22s %9.4f %9.4f %9.1f %8s  %s\n' "$1" "$cpu" "$wall" \
		"$(ratio "$peak" 1024)" "$(ratio "$cpu" "$floor")" "${4:-}"
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }'
}

# How many units have another rank in $1 than in $2.
ranks_off() {
	awk -F '\t' '
	FNR == 1 { file++; for (i = 1; i <= NF; i++) at[$i] = i; next }
	file == 1 { rank[$at["unit"]] = $at["rank"]; next }
	{ shown++; off += rank[$at["unit"]] != $at["rank"] }
	END { print off + 0 " of " shown + 0 }' "$1" "$2"
}

# baseline LABEL COMMAND: another program's way to the same ranks.
baseline() {
	row "$1" 1 "$2 >$scratch/other.tsv"
	[ -z "$cpu" ] || [ ! -s "$scratch/ranks.tsv" ] ||
		echo "                       ranks off: $(ranks_off "$scratch/other.tsv" "$scratch/ranks.tsv")"
}

# aim TEXT ACTUAL LIMIT UNIT
aim() {
	[ -z "$2" ] || awk -v what="$1" -v a="$2" -v b="$3" -v unit="$4" 'BEGIN {
		printf "  aim: %s: %.3f%s, at most %.3f%s: %s\n", what, a, unit, b, unit,
			a <= b ? "met" : "MISSED" }'
}

aims() {
	case $1 in
	S)
		aim "score | rank, CPU" "$score_cpu" 0.01 " s"
		aim "1,000 draws, wall" "$draws_wall" 5 " s"
		;;
	M) aim "score | rank, CPU" "$score_cpu" 0.08 " s" ;;
	*) [ -z "$score_cpu" ] ||
		aim "score | rank, CPU beside the floor" "$(ratio "$score_cpu" "$floor")" 2.5 "" ;;
	esac
	[ -z "$score_peak" ] || [ "$1" = S ] ||
		aim "peak memory beside the input" "$(ratio "$score_peak" "$kilobytes")" 2.5 ""
	[ -z "$validate_cpu" ] || [ -z "$score_cpu" ] ||
		aim "validate beside score | rank, CPU" "$(ratio "$validate_cpu" "$score_cpu")" 1.05 ""
}

# generate SIZE [shuffled]: the book, its size in $kilobytes.
generate() {
	rm -rf "$scratch/book"
	"$build/tests/bench/generate" "$scratch/book" \
		"$(units_of "$1")" "$(measures_of "$1")" ${2:+"$2"}
	kilobytes=$(cat "$scratch"/book/*.rec "$scratch"/book/*/*.rec "$data"/*.tsv |
		awk '{ size += length($0) + 1 } END { printf "%.0f", size / 1024 }')
	rows=$(($(units_of "$1") * $(measures_of "$1")))
	printf '\n%s%s: %s units x %s measures, %s rows, %s MiB\n' "$1" "${2:+, $2}" \
		"$(units_of "$1")" "$(measures_of "$1")" "$rows" "$(ratio "$kilobytes" 1024)"
	printf '%-22s %9s %9s %9s %8s\n' "" "CPU s" "wall s" "peak MiB" "x floor"
}

shiji_rows() {
	floor=0
	row floor "$times" "$build/tests/bench/floor $data/*.tsv"
	row "score | rank" "$times" "$score | $rank >$scratch/ranks.tsv"
	score_cpu=$cpu score_peak=$peak
	row "validate" "$times" "$bin/shiji-validate -C $scratch/book -p 2022-10"
	validate_cpu=$cpu
	draws_wall=''
	[ "$1" = S ] || return 0
	row "1,000 draws" 3 "$bin/shiji-gap -C $scratch/book -p 2022-10 --sensitivity 1000 >/dev/null"
	draws_wall=$wall
	unit=$(sed -n 's/^Id: //p' "$scratch/book/units.rec" | sed -n 9p)
	row "gap --solve" 3 "$bin/shiji-gap -C $scratch/book -p 2022-10 -u $unit --to-rank 3 --solve >/dev/null || [ \$? -eq 1 ]"
}

other_rows() {
	row "wc -l" "$times" "wc -l $data/*.tsv"
	[ "$1" != XL ] || return 0
	baseline python3 "python3 $here/baseline.py $scratch/book float"
	baseline mawk "mawk -f $here/baseline.awk $data/*.tsv"
	if command -v duckdb >/dev/null; then
		baseline duckdb "cd $scratch/book && duckdb -bail :memory: <$here/baseline.sql"
	elif python3 -c 'import duckdb' 2>/dev/null; then
		baseline duckdb "cd $scratch/book && python3 -c 'import duckdb, sys
duckdb.sql(sys.stdin.read())' <$here/baseline.sql"
	else
		echo "duckdb                 not installed"
	fi
}

# Fractions of Python's own say which ranks are right, where that is quick.
exact_row() {
	[ "$1" = S ] || [ "$1" = M ] || return 0
	baseline "python3, fractions" "python3 $here/baseline.py $scratch/book exact"
}

measure() {
	times=$(times_of "$1")
	generate "$1" ${2:+"$2"}
	shiji_rows "$1"
	if [ -z "${2:-}" ]; then
		other_rows "$1"
		exact_row "$1"
		[ -z "$score_cpu" ] || echo "$rows $score_cpu" >>"$scratch/linear"
	fi
	aims "$1"
}

build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
shift
[ $# -gt 0 ] || set -- S M L XL
scratch=$build/bench bin=$build/bin
data=$scratch/book/data/2022-10
score="$bin/shiji-score -C $scratch/book -p 2022-10 -i total"
rank=$bin/shiji-rank
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
rm -rf "$scratch"
mkdir -p "$scratch"

export LC_ALL=C
failed=0
for size; do
	measure "$size"
	[ "$size" != L ] || measure "$size" shuffled
done
[ ! -s "$scratch/linear" ] || {
	printf '\nscore | rank, nanoseconds of CPU for a row:'
	awk '{ printf " %.0f (%d rows)", $2 / $1 * 1e9, $1 } END { print "" }' "$scratch/linear"
}
exit $failed
