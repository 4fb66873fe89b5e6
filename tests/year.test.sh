#!/bin/sh
# year.test.sh: the year that the demo goes through, as its repository has it:
# what offices reported month by month, closes, the new scheme, a correction.
# A report that comes later for a longer period, as a quarter's official growth
# does, breaks no close that does not read it.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
cd "$scratch"

# report NAME EXPECTED ACTUAL
report() {
	if [ "$2" = "$3" ]; then
		echo "ok $1"
	else
		echo "not ok $1"
		printf '    expected: %s\n    actual: %s\n' "$2" "$3"
	fi
}

sh "$root/tests/year.sh" year
cd year
report 'nothing is left over' '' "$(git status --short)"
report 'every close is proved' '11 proved' \
	"$(shiji close --verify --dry-run | awk -F '\t' 'NR > 1 { n[$2]++ } END { for (v in n) print n[v], v }')"
report 'the correction is a second revision' '2' \
	"$(sed -n 's/^Revision: //p' closed/2022-10/close.rec)"
report 'and its causes are told' 'own 0.04' \
	"$(shiji diff close/2022-10:2022-10 close/2022-10.2:2022-10 -i total -u 戊县 --causes | awk -F '\t' 'NR > 1 { print $4, $5 }')"
report 'the closed scores are what the records give' '' \
	"$(shiji diff closed/2022-11/scores.tsv | sed 1d)"
report 'the late report moves no closed month' 'commerce' \
	"$(shiji validate --due -p 2022-12 | awk -F '\t' 'NR > 1 { print $4 }' | sort -u)"
