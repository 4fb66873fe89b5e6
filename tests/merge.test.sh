#!/bin/sh
# merge.test.sh: what real merges make of two sides' work on one file, with the
# merge driver that `shiji init` sets up.
#
# SHIJI_BIN names the folder of the tools, otherwise that of the build.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
bin=$(cd "${SHIJI_BIN:-${BUILD:-$root/build}/bin}" && pwd)
build=$(dirname "$bin")
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
PATH=$bin:$PATH
failed=0

# check NAME STATUS: one line for a check.
check() {
	if [ "$2" -eq 0 ]; then
		echo "ok $1"
	else
		echo "not ok $1"
		failed=1
	fi
}

# same NAME EXPECTED ACTUAL
same() {
	if [ "$2" = "$3" ]; then
		echo "ok $1"
	else
		printf 'not ok %s\n    expected: %s\n    actual:   %s\n' "$1" "$2" "$3"
		failed=1
	fi
}

# status COMMAND...: run it, its output in out; print its status.
status() {
	"$@" >"$scratch/out" 2>&1 && echo 0 || echo $?
}

rows() { # rows FILE LINE...
	file=$1
	shift
	printf '%b\n' "$@" >>"$file"
}

# begin NAME: a new book in the folder NAME with branches main and side, on side.
begin() {
	cd "$scratch"
	shiji init "$1" >/dev/null
	cd "$1"
	git add .
	git commit -qm 'A book'
	git checkout -qb side
}

# commit MESSAGE
commit() {
	git commit -qam "$1"
}

begin additions
rows data/2022-10/lead.tsv 'incidents\teast\t1\t\tnotice 30'
cat >>units.rec <<'UNIT'

Id: centre
Name: Centre County
From: 2022-11
UNIT
commit 'An incident, a county'
git checkout -q main
rows data/2022-10/lead.tsv 'incidents\tnorth\t2\t\tnotice 31'
cat >>units.rec <<'UNIT'

Id: coast
Name: Coast County
From: 2022-11
UNIT
commit 'Another incident, another county'
same "additions of two sides merge" 0 "$(status git merge -q -m Merge side)"
same "with what both brought" 4 "$(grep -c '^incidents' data/2022-10/lead.tsv)"
same "in both files" "east south west north coast centre" "$(sed -n 's/^Id: //p' units.rec | paste -sd ' ')"
same "and are sound" 0 "$(status shiji validate)"
same "nothing is left over" '' "$(git status --porcelain)"
check "git alone would have stopped" "$(
	git checkout -q HEAD^1
	git -c merge.shiji.driver=false merge -q -m Merge side >/dev/null 2>&1 && echo 1 || echo 0
	git merge --abort
	git checkout -q main
)"

begin cells
sed -i 's/^\(grain_output	east	\)611/\1620/' data/2022-10/agri.tsv
commit 'East counted again'
git checkout -q main
sed -i 's/^\(grain_output	south	\)548/\1550/' data/2022-10/agri.tsv
commit 'South counted again'
same "neighbouring cells merge" 0 "$(status git merge -q -m Merge side)"
same "each with its value" "620 550 447 341" "$(sed -n 's/^grain_output.*	//p' data/2022-10/agri.tsv | paste -sd ' ')"
same "and are sound" 0 "$(status shiji validate)"

begin conflict
sed -i 's/^\(grain_output	east	\)611/\1620/' data/2022-10/agri.tsv
sed -i 's/^Cap: 10/Cap: 8/; s/^Lead: stats/Lead: agri/' schemes/2022-10.rec
commit 'East counted again'
git checkout -q main
sed -i 's/^\(grain_output	east	\)611/\1612/; s/^\(grain_output	north	\)341/\1342/' data/2022-10/agri.tsv
sed -i 's/^Cap: 10/Cap: 12/' schemes/2022-10.rec
commit 'East counted otherwise'
same "two values for one cell stop the merge" 1 "$(status git merge -q -m Merge side)"
check "with the cell named" "$(grep -q '^data/2022-10/agri.tsv: grain_output east$' "$scratch/out" && echo 0 || echo 1)"
check "and all three values" "$(grep -q '^    base   grain_output  east  611$' "$scratch/out" && echo 0 || echo 1)"
check "a field is named with its record" "$(grep -q '^schemes/2022-10.rec: Item incidents: Cap$' "$scratch/out" && echo 0 || echo 1)"
same "markers stand around just this line" \
	"<<<<<<< ours|grain_output	east	612|||||||| base|grain_output	east	611|=======|grain_output	east	620|>>>>>>> theirs" \
	"$(sed -n '/^<<<</,/^>>>>/p' data/2022-10/agri.tsv | paste -sd '|')"
same "what one side changed alone is outside" 342 "$(sed -n 's/^grain_output	north	//p' data/2022-10/agri.tsv)"
same "in records too" "Lead: agri" "$(sed -n '/^Id: income/,/^$/s/^Lead.*/&/p' schemes/2022-10.rec)"
same "git knows of both files" 2 "$(git ls-files -u | cut -f 2 | sort -u | grep -c .)"
check "validate finds the markers" "$(shiji validate >/dev/null 2>&1 && echo 1 || echo 0)"

begin rebased
rows data/2022-10/lead.tsv 'incidents\teast\t1\t\tnotice 30'
commit 'An incident'
git checkout -q main
git cherry-pick side >/dev/null
rows data/2022-10/lead.tsv 'incidents\tnorth\t1\t\tnotice 31'
commit 'Another'
same "an entry that was picked is there once" 0 "$(status git merge -q -m Merge side)"
same "though both sides added it" 1 "$(grep -c 'notice 30' data/2022-10/lead.tsv)"
check "as is said" "$(grep -q 'entries that both sides added alike are taken once' "$scratch/out" && echo 0 || echo 1)"
git checkout -q -b third side
rows data/2022-10/lead.tsv 'incidents\tsouth\t1\t\tnotice 32'
commit 'A third'
same "a rebase merges in the same way" 0 "$(status git rebase -q main)"
same "with all entries" 5 "$(grep -c '^incidents' data/2022-10/lead.tsv)"

begin firsts
mkdir -p data/2022-11
rows data/2022-11/lead.tsv 'measure\tunit\tvalue' 'incidents\teast\t1'
git add .
commit 'The first incident of November'
git checkout -q main
mkdir -p data/2022-11
rows data/2022-11/lead.tsv 'measure\tunit\tvalue\tstatus\tnote' 'incidents\teast\t1\t\tnotice 40'
git add .
commit 'Another first one'
same "files that both sides bring merge" 0 "$(status git merge -q -m Merge side)"
same "under the header with more columns" 2 "$(grep -c '^incidents	east	1' data/2022-11/lead.tsv)"
check "and are read" "$(shiji validate -p 2022-10 >/dev/null && echo 0 || echo 1)"

begin unfit
printf 'measure\tunit\tvalue\n\ngrain_output\teast\t611\n' >data/2022-10/agri.tsv
git commit -qnam 'An empty line' 2>/dev/null
git checkout -q main
sed -i 's/341/342/' data/2022-10/agri.tsv
commit 'North counted again'
same "what cannot be read is merged by lines" 1 "$(status git merge -q -m Merge side)"
check "as is said" "$(grep -q 'not read as records; merged line by line' "$scratch/out" && echo 0 || echo 1)"

begin unsound
sed -i '/^Id: north/,$d' units.rec
sed -i '/	north	/d' data/*/*.tsv
commit 'North is no county any more'
git checkout -q main
rows data/2022-10/lead.tsv 'incidents\tnorth\t1\t\tnotice 50'
commit 'An incident of north'
same "a clean merge of what does not fit together" 1 "$(status git merge -q -m Merge side)"
check "is refused by pre-merge-commit" "$(grep -q 'the records of . are unsound as staged' "$scratch/out" && echo 0 || echo 1)"

cd "$scratch"
printf 'a\nb\n' >base
cp base ours
cp base theirs
same "a file that is not there" 2 "$(status shiji merge-records base ours none)"
same "too few files" 2 "$(status shiji merge-records base ours)"
same "a marker of no size" 2 "$(status shiji merge-records -L 0 base ours theirs)"
printf 'a\0b' >theirs
same "no text" 2 "$(status shiji merge-records base ours theirs)"
same "leaves ours as it was" "a b" "$(paste -sd ' ' ours)"

exit "$failed"
