#!/bin/sh
# worldcup.test.sh: the group tables of the World Cup, as published, by a chain
# of tie-breaks. Three losers of a head-to-head match are beyond a table of
# totals: 623 of 626 positions must come out, and only those three must not.
# The figures are read from $SHIJI_CASES, and the test is skipped without them.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
cases=${SHIJI_CASES:-$root/../shared/cases}/worldcup-groups

report() {
	if [ "$1" = "$2" ]; then
		echo "ok $3"
	else
		echo "not ok $3"
		printf '%s\n' "# expected: $2" "# actual: $1"
		failed=1
	fi
}

# Points and goal difference, computed from the totals.
table() {
	awk -F '\t' -v OFS='\t' '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print $0, "points", "gd"; next }
	{ print $0, $at["win_points"] * $at["won"] + $at["drawn"], $at["gf"] - $at["ga"] }
	' "$cases/inputs.tsv"
}

ranked() {
	table | shiji-rank --by points --tiebreak playoff,gd,gf,fair_play,lots \
		--within group "$@"
}

# The rows whose rank is not the position published, as `id`, sorted.
wrong() {
	awk -F '\t' '
	FNR == 1 { file++; for (i = 1; i <= NF; i++) at[file, $i] = i; next }
	file == 1 { position[$at[1, "id"]] = $at[1, "position"]; next }
	{ id = $at[2, "id"]; if ($at[2, "rank"] != position[id]) print id }
	' "$cases/expected.tsv" "$1" | sort | tr '\n' ' '
}

if [ ! -e "$cases/inputs.tsv" ]; then
	echo "1..1"
	echo "ok worldcup # SKIP there is no $cases"
	exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

ranked >"$scratch/ranked.tsv"
report "$(($(wc -l <"$scratch/ranked.tsv") - 1))" 626 "every team has a row"
report "$(wrong "$scratch/ranked.tsv" | wc -w | tr -d ' ')" 3 \
	"623 of 626 positions are as published"
report "$(wrong "$scratch/ranked.tsv")" \
	"1994-men-D/ARG 1994-men-E/ITA 1994-men-F/SAU " \
	"the others lost a head-to-head match"
ranked --keep-order | cut -f 1 >"$scratch/kept"
table | cut -f 1 >"$scratch/given"
report "$(cmp "$scratch/kept" "$scratch/given" && echo same)" same \
	"--keep-order leaves the rows where they are"
exit $failed
