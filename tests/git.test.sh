#!/bin/sh
# git.test.sh: what git shows of a book and does when a commit is made, with the
# attributes, the settings and the hooks that shiji-git(7) tells to set up, on
# real repositories.
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

# has NAME TEXT FILE: a line of the file holds the text.
has() {
	grep -qF -e "$2" "$3" && status=0 || status=$?
	check "$1" "$status"
	[ "$status" -eq 0 ] || sed 's/^/    /' "$3" | head -n 30
}

# A book of two units and two items, of one month, in the folder $1.
new_book() {
	mkdir -p "$1/schemes" "$1/data/2022-10"
	printf '%%rec: Book\n\nName: Small\nPeriod: month\n' >"$1/book.rec"
	printf '%%rec: Unit\n\nId: 甲县\n\nId: E2\nName: East\n' >"$1/units.rec"
	printf '%%rec: Measure\n\nId: grain\nName: 粮食产量\nUnit: t\n\nId: roads\nName: roads\n' \
		>"$1/measures.rec"
	cat >"$1/schemes/2022-01.rec" <<'END'
# A scheme.
%rec: Scheme

Name: One
Points: 20
Digits: 2

%rec: Item

Id: food
Name: 粮食
Points: 10
Rule: min(points, grain)

# More of them.
Id: roads
Name: Roads
Points: 10
Rule: if roads > 3
+ then min(points, roads)
+ else 0
END
	printf '%b\n' 'measure\tunit\tvalue' 'grain\t甲县\t5' 'grain\tE2\t6' >"$1/data/2022-10/agri.tsv"
	printf '%b\n' 'measure\tunit\tvalue' 'roads\t甲县\t4' 'roads\tE2\t2' >"$1/data/2022-10/works.tsv"
	cp "$root/records/county/.gitattributes" "$1"
}

set_up_git() {
	git init -q
	git config diff.shiji.textconv 'shiji textconv'
	git config diff.shiji.xfuncname '^Id: (.*)
^(.*) [|] Id: '
	git config diff.shiji.wordRegex '[^][:space:](),;:|<>=+*/%"-]+|[^[:space:]]'
}

install_hooks() {
	mkdir -p .git/hooks
	cp "$root"/lib/book/hooks/* .git/hooks
}

# set_value MEASURE UNIT VALUE [BOOK]
set_value() {
	sed -i "s/^\($1	$2	\)[^	]*/\1$3/" "${4:-.}"/data/2022-10/*.tsv
}

# The trailers of a commit's message, sorted, on one line.
trailers() {
	git log -1 --format='%(trailers)' "${1:-HEAD}" | sed '/^$/d' | sort | paste -sd ';'
}

#
# git diff
#

new_book one
cd one
set_up_git
git add .
git commit -qm 'As reported'

set_value grain 甲县 7
git diff >../out
has "a line of data has the names of measure and unit" \
	'-grain 粮食产量                           | 甲县       |            5 t' ../out
has "and what the measure counts" \
	'+grain 粮食产量                           | 甲县       |            7 t' ../out
same "both sides are shown alike, the file itself and a copy" 2 "$(grep -c '^[-+][^-+]' ../out)"
git -C data diff >../inside
check "the same from a folder inside" "$(cmp -s ../out ../inside && echo 0 || echo 1)"
git diff --cached >../out
same "nothing is staged" '' "$(cat ../out)"
git commit -qam 'More grain'
git show --format= >../out
has "a commit is shown so too" '| 甲县       |            7 t' ../out

sed -i 's/^+ else 0/+ else 1/' schemes/2022-01.rec
git diff >../out
has "a line of a rule tells its item" '-roads Roads | + else 0' ../out
has "the header of a hunk names the record" '@@ roads Roads' ../out
git diff --no-textconv >../out
has "without the conversion too" '@@ roads' ../out
git diff --no-textconv --word-diff >../out
has "words of a rule are parted at its signs" '+ else [-0-]{+1+}' ../out
git commit -qam 'Roads: a base'

git log --format=%s -s -L ':roads$:schemes/2022-01.rec' >../out
same "git log -L follows a record" 'Roads: a base;As reported' "$(paste -sd ';' ../out)"
git log --format=%s -s -L ':food$:schemes/2022-01.rec' >../out
same "and no other" 'As reported' "$(cat ../out)"
git blame -s schemes/2022-01.rec | sed 's/.* \([0-9]*\)) .*/\1/; /[^0-9]/d' >../out
same "git blame counts the file's own lines" "$(wc -l <schemes/2022-01.rec)" "$(tail -n 1 ../out)"

printf 'Id: a\nName b\377\033[31m\n+\n\134' >>units.rec
printf 'measure\tunit\tvalue\ngrain\n\t\t\t\t\t\n\001\n' >data/2022-10/agri.tsv
printf '\000\001%%rec' >README
git add -A
git diff --cached >../out 2>../err && status=0 || status=$?
check "broken files do not keep git from its work" "$status"
same "nothing is said of them" '' "$(cat ../err)"
has "what a terminal would act upon is escaped" 'Name b\xFF\x1B[31m' ../out
git reset -q --hard

cd ..
mkdir two && mv one two/first && mv two/first/.git two/.git && cd two
new_book second
sed -i 's/粮食产量/Grain/' second/measures.rec
git add -A
git commit -qm 'A second book'
set_value grain E2 9 first
git diff >../out
has "where two books differ over a name there is none" '+grain                                    | E2 East' ../out
git -C first diff >../out
has "inside of one its own holds" '+grain 粮食产量' ../out
cd ..

#
# The hooks
#

new_book hooked
cd hooked
set_up_git
install_hooks
git add .
git commit -qm 'As reported' 2>../err && status=0 || status=$?
check "the first commit" "$status"
same "it moves nothing" '' "$(trailers)"

set_value grain 甲县 7
git commit -qam 'Grain of 甲县' 2>../err && status=0 || status=$?
check "a commit that moves a score" "$status"
first='Score-Change: 2022-10 甲县 total 9.00 -> 11.00'
same "its message says so" "$first" "$(trailers)"
message=$(git log -1 --format=%B)
git commit -q --amend --no-edit
same "an amended message says it once" "$message" "$(git log -1 --format=%B)"

set_value roads 甲县 5
git add .
git commit -q --amend -m 'Grain and roads' -m 'Reason: checked
Signed-off-by: Office <office@example.org>'
same "an amended commit is compared with the one before it" \
	"Reason: checked;Score-Change: 2022-10 甲县 total 9.00 -> 12.00;Signed-off-by: Office <office@example.org>" \
	"$(trailers)"
printf 'note\n' >README
git add README
git commit -qm 'A note'
same "a commit that moves nothing" '' "$(trailers)"

set_value grain E2 8
set_value roads E2 9
git commit -qm 'Grain of E2' data/2022-10/agri.tsv
same "of a part of the files" 'Score-Change: 2022-10 E2 total 6.00 -> 8.00' "$(trailers)"
git commit -qam 'Roads of E2'
same "and of the rest, with the ranks" \
	'Rank-Change: 2022-10 甲县 total 1 -> 2;Score-Change: 2022-10 E2 total 8.00 -> 17.00 rank 2 -> 1' "$(trailers)"
git revert --no-edit HEAD >/dev/null
same "a revert" \
	'Rank-Change: 2022-10 甲县 total 2 -> 1;Score-Change: 2022-10 E2 total 17.00 -> 8.00 rank 1 -> 2' "$(trailers)"

git checkout -q -b side HEAD~2
set_value grain 甲县 1
git commit -qam 'Less grain'
less='Rank-Change: 2022-10 E2 total 2 -> 1;Score-Change: 2022-10 甲县 total 12.00 -> 6.00 rank 1 -> 2'
same "on a branch" "$less" "$(trailers)"
git checkout -q main
git merge -q --no-ff --no-edit side 2>/dev/null
same "a merge says nothing of its own" '' "$(trailers)"
git commit -q --amend --no-edit
same "nor does one that is amended" '' "$(trailers)"
git reset -q --hard HEAD~1
git merge -q --squash side >/dev/null 2>&1
git commit -qm 'Squashed'
same "a squashed branch" "$less" "$(trailers)"
git reset -q --hard HEAD~1
git cherry-pick side >/dev/null
same "a picked commit" "$less" "$(trailers)"
git checkout -q side
set_value roads 甲县 7
git commit -qam 'Roads of 甲县' && git commit -q --allow-empty -m "fixup! Roads of 甲县"
git rebase -q main >/dev/null 2>&1
same "a commit that is rebased says what it does there" \
	'Score-Change: 2022-10 甲县 total 6.00 -> 8.00' "$(trailers HEAD~1 | sed 's/^Rank-Change.*;//; s/ rank.*//')"
git checkout -q main

set_value grain 甲县 2
GIT_EDITOR=true git commit -qa >/dev/null 2>../err && status=1 || status=0
check "an empty message gives the commit up" "$status"
GIT_EDITOR=true git commit -qav >/dev/null 2>../err && status=1 || status=0
check "beside a diff too" "$status"
cat >../editor <<'END'
#!/bin/sh
head -n 1 "$1" | grep -q . && exit 1
{ echo 'By hand' && cat "$1"; } >"$1.new" && mv "$1.new" "$1"
END
chmod +x ../editor
GIT_EDITOR=$PWD/../editor git commit -qa
same "a message written in an editor" 'By hand' "$(git log -1 --format=%s)"
same "has its trailers" 'Score-Change: 2022-10 甲县 total 6.00 -> 7.00' "$(trailers | sed 's/^Rank-Change.*;//; s/ rank.*//')"
printf 'A subject\n\nText\n---\nmore text\n' >../message
set_value grain 甲县 3
git commit -qaF ../message
same "a line of dashes is text" 'Score-Change: 2022-10 甲县 total 7.00 -> 8.00' "$(trailers | sed 's/^Rank-Change.*;//; s/ rank.*//')"

# Records that are unsound
sed -i 's/^Rule: min(points, grain)/Rule: min(points, grian)/' schemes/2022-01.rec
git commit -qam 'A slip' >../out 2>&1 && status=1 || status=0
check "unsound records are refused" "$status"
has "with the reason" "unknown name 'grian'" ../out
git commit -qnam 'A slip' >../out 2>&1 && status=0 || status=$?
check "unless one insists" "$status"
same "such a message says nothing" '' "$(trailers)"
has "and git's user is told" 'nothing is said of the scores' ../out
git reset -q --hard HEAD~1
sed -i 's/grain)/grian)/' schemes/2022-01.rec
set_value roads E2 7
git add data
git commit -qm 'Staged is sound' && status=0 || status=$?
check "what is not staged does not count" "$status"
git checkout -q .

# Without shiji
mkdir ../bare-path
for tool in git sh sed grep tr head cat rm; do
	ln -s "$(command -v $tool)" ../bare-path/$tool
done
set_value roads E2 8
PATH=$PWD/../bare-path git commit -qam 'No shiji' >../out 2>&1 && status=1 || status=0
check "without shiji nothing can be checked" "$status"
PATH=$PWD/../bare-path git commit -qnam 'No shiji' >../out 2>&1 && status=0 || status=$?
check "without shiji a commit goes on that is not checked" "$status"
same "its message says nothing" '' "$(trailers)"

# Several books, one of them new
mkdir books
new_book books/b
git add .
git commit -qm 'Another book' 2>../err
same "a book that comes moves nothing" '' "$(trailers)"
set_value grain E2 1 books/b
git commit -qam 'In the other book'
same "each book in which something is staged" 'Score-Change: 2022-10 E2 total 6.00 -> 1.00' "$(trailers | sed 's/^Rank-Change.*;//; s/ rank.*//')"
git config shiji.book .
set_value grain E2 2 books/b
git commit -qam 'In the other book'
same "only the books that are named" '' "$(trailers)"

exit $failed
