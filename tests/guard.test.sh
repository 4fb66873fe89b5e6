#!/bin/sh
# guard.test.sh: two offices' clones push to one bare repository with the guard
# in place. What it refuses it must name, and what it accepts must be there.
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

# as OFFICE: who commits from now on.
as() {
	GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=desk@$1.example.org
	GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
}

# push CLONE ARGUMENT...: what git says, as one line of words, is in out.
push() {
	clone=$1
	shift
	git -C "$clone" push -q "$@" >"$scratch/raw" 2>&1 && pushed=0 || pushed=$?
	sed -n 's/^remote: *//p' "$scratch/raw" | sed 's/ *$//' | paste -sd ' ' >"$scratch/out"
	return 0
}

# accepted NAME CLONE ARGUMENT...
accepted() {
	name=$1
	shift
	push "$@"
	check "$name" "$pushed"
	[ "$pushed" -eq 0 ] || sed 's/^/    /' "$scratch/raw"
}

# refused NAME TEXT CLONE ARGUMENT...: by the guard, with the text, and nothing
# is there that was not there before.
refused() {
	name=$1 text=$2
	shift 2
	git -C "$scratch/server.git" for-each-ref >"$scratch/refs"
	push "$@"
	git -C "$scratch/server.git" for-each-ref >"$scratch/refs.after"
	if [ "$pushed" -ne 0 ] && cmp -s "$scratch/refs" "$scratch/refs.after" &&
		grep -qF -e "$text" "$scratch/out"; then
		echo "ok $name"
	else
		printf 'not ok %s\n    status %s, wanted: %s\n' "$name" "$pushed" "$text"
		sed 's/^/    /' "$scratch/raw"
		failed=1
	fi
}

# set_value CLONE FILE MEASURE UNIT VALUE
set_value() {
	sed -i "s/^\($3	$4	\)[^	]*/\1$5/" "$1/data/$2"
}

# commit CLONE MESSAGE [OPTION...]
commit() {
	commit_clone=$1 commit_message=$2
	shift 2
	git -C "$commit_clone" commit -q -a -m "$commit_message" "$@" 2>/dev/null
}

# undo CLONE: back to what the server has.
undo() {
	git -C "$1" fetch -q --tags --force origin 2>/dev/null
	git -C "$1" reset -q --hard origin/main
}

# clone NAME: one of the server's, with hooks.
clone() {
	git clone -q "$scratch/server.git" "$1" 2>/dev/null
	shiji init "$1" >/dev/null
}

cd "$scratch"
as lead
shiji init --server server.git >/dev/null
clone lead
git -C lead add .
commit lead 'The book'
accepted "a first book" lead origin main

cat >lead/guard.rec <<'REC'
%rec: Guard

Lead: lead
Branch: main
Branch: kept/*

%rec: Officer

Office: lead
Author: *@lead.example.org

%rec: Officer

Office: agri
Author: *@agri.example.org

%rec: Officer

Office: stats
Author: *@stats.example.org
REC
git -C lead add .
commit lead 'Who speaks for whom'
accepted "a guard.rec where there was none" lead origin main
clone agri
clone stats

#
# Offices
#

as agri
set_value agri 2022-10/agri.tsv grain_output east 612
commit agri 'East counted again'
same "the hook has the commit say what moves" "Score-Change: 2022-10 east total 91.75 -> 91.85" \
	"$(git -C agri log -1 --format='%(trailers)' | sed '/^$/d')"
as stats
set_value stats 2022-10/stats.tsv income_growth north 6.6
commit stats 'North settled'
as agri
accepted "an office's own file" agri origin main
as stats
push stats origin main
check "what lacks the other's commit does not come in" "$([ "$pushed" -ne 0 ] && echo 0 || echo 1)"
git -C stats pull -q --no-rebase --no-edit 2>/dev/null
accepted "a merge of the other's" stats origin main

git -C agri pull -q --ff-only
set_value agri 2022-10/stats.tsv income_growth north 9.9
as agri
commit agri 'North does better'
refused "another office's file" \
	'data/2022-10/stats.tsv: this file belongs to the office stats; desk@agri.example.org speaks for agri' \
	agri origin main
check "the commit is named" "$(grep -q 'by agri: North does better' out && echo 0 || echo 1)"
check "and what to do" "$(grep -q 'let stats commit it' out && echo 0 || echo 1)"
git -C agri revert --no-edit HEAD >/dev/null 2>&1
refused "though reverted in the same push" 'data/2022-10/stats.tsv: this file belongs' agri origin main
undo agri

printf '\nId: coast\nName: Coast County\nFrom: 2023-01\n' >>agri/units.rec
commit agri 'A county'
refused "the lead office's file" 'units.rec: this file belongs to the office lead' agri origin main
undo agri

sed -i 's/agri.example.org/*.example.org/' agri/guard.rec
commit agri 'All speak for agri'
refused "guard.rec itself" 'guard.rec: this file belongs to the office lead' agri origin main
set_value agri 2022-10/stats.tsv income_growth north 9.9
as other
commit agri 'By the right just taken'
refused "a right is not used in the push that takes it" 'desk@other.example.org speaks for no office' agri origin main
as agri
undo agri

git -C agri checkout -q -b mine
sed -i 's/agri.example.org/*.example.org/' agri/guard.rec
commit agri 'All speak for agri'
refused "nor in a branch of one's own" 'guard.rec: this file belongs to the office lead' agri origin mine
git -C agri checkout -q main
git -C agri branch -q -D mine

as lead
git -C lead pull -q --ff-only
printf '\n%%rec: Officer\n\nOffice: lead\n' >>lead/guard.rec
commit lead 'Anybody' -n
refused "a guard.rec that is not sound" 'guard.rec:24:1: this would let anybody speak for the office' lead origin main
undo lead
sed -i '/^Office: lead/,/^$/d' lead/guard.rec
commit lead 'Nobody' -n
refused "one that locks out the lead office" 'nobody speaks for the office that Lead names' lead origin main
undo lead
check "validate finds it too" "$(printf '\nOffice: x\n' >>lead/guard.rec; shiji validate -C lead >out || :; grep -q "^guard.rec:22:1: error: " out && echo 0 || echo 1)"
undo lead

# A merge that silently takes a side.
as agri
undo agri
set_value agri 2022-10/agri.tsv grain_output east 613
commit agri 'East once more'
accepted "a figure" agri origin main
as stats
undo stats
git -C stats reset -q --hard HEAD^
set_value stats 2022-10/stats.tsv income_growth north 6.7
commit stats 'North once more'
git -C stats fetch -q
git -C stats merge -q -s ours --no-edit origin/main 2>/dev/null
refused "a merge that drops the other's work" 'data/2022-10/agri.tsv: this file belongs to the office agri' stats origin main
git -C stats reset -q --hard HEAD^
git -C stats merge -q --no-edit --no-commit origin/main 2>/dev/null
set_value stats 2022-10/agri.tsv grain_output east 700
git -C stats commit -q -a --no-edit 2>/dev/null
refused "one that changes it" 'data/2022-10/agri.tsv: this file belongs to the office agri' stats origin main
git -C stats reset -q --hard HEAD^
git -C stats merge -q --no-edit origin/main 2>/dev/null
accepted "one that joins it" stats origin main

# Both sides in one file, joined by the driver and pushed by a third office.
as lead
undo lead
git -C lead checkout -q -b one
printf 'incidents\teast\t1\t\tnotice 30\n' >>lead/data/2022-10/lead.tsv
commit lead 'An incident'
git -C lead checkout -q -b two main
printf 'incidents\tnorth\t1\t\tnotice 31\n' >>lead/data/2022-10/lead.tsv
commit lead 'Another incident'
as stats
git -C lead merge -q --no-edit one 2>/dev/null
git -C lead checkout -q main
git -C lead merge -q --ff-only two
accepted "what mere merging gives is nobody's change" lead origin main
same "with both" 4 "$(git -C server.git show main:data/2022-10/lead.tsv | grep -c '^incidents')"

#
# Merges
#

# merge_of CLONE TREE PARENT...: make a merge of just these parents, named as
# often as given, the tip of main. TREE is a revision, or empty for the index.
merge_of() {
	merge_clone=$1 merge_tree=${2:+$(git -C "$1" rev-parse "$2^{tree}")}
	shift 2
	git -C "$merge_clone" checkout -q --detach
	{
		echo "tree ${merge_tree:-$(git -C "$merge_clone" write-tree)}"
		for parent; do
			echo "parent $(git -C "$merge_clone" rev-parse "$parent")"
		done
		git -C "$merge_clone" var GIT_AUTHOR_IDENT | sed 's/^/author /'
		git -C "$merge_clone" var GIT_COMMITTER_IDENT | sed 's/^/committer /'
		printf '\nA merge\n'
	} >"$scratch/merge"
	merge=$(git -C "$merge_clone" hash-object -t commit -w "$scratch/merge")
	git -C "$merge_clone" checkout -q -f -B main "$merge"
}

# child CLONE COMMIT: a commit upon another one that changes nothing.
child() {
	git -C "$1" commit-tree -p "$2" -m 'Nothing' "$2^{tree}"
}

as lead
undo lead
book=$(git -C lead rev-parse ':/^The book')
sed -i 's/^Name: East County/Name: East/' lead/units.rec
echo 'Read this' >lead/README
git -C lead add .
commit lead 'East has a shorter name'
accepted "the lead office's files" lead origin main

as other
undo stats
tip=$(git -C stats rev-parse HEAD)
child=$(child stats "$tip")
merge_of stats "$book" "$tip" "$child" "$book"
refused "guard.rec taken back by a merge with an older state" \
	'guard.rec: this file belongs to the office lead; desk@other.example.org speaks for no office' stats origin main
undo stats
merge_of stats "$tip~1" "$tip" "$child" "$tip~1"
refused "units.rec likewise" 'units.rec: this file belongs to the office lead' stats origin main
undo stats
merge_of stats "$book" "$tip" "$book"
refused "a merge of a branch with its own past" 'guard.rec: this file belongs to the office lead' stats origin main
undo stats
merge_of stats "$book" "$book" "$tip"
refused "the other way round" 'guard.rec: this file belongs to the office lead' stats origin main
undo stats
merge_of stats "$tip~1" "$tip" "$tip" "$tip~1"
refused "by naming a parent twice" 'units.rec: this file belongs to the office lead' stats origin main
undo stats
merge_of stats "$tip~1" "$tip~1" "$tip" "$child" "$(child stats "$tip~1")" "$(child stats "$book")"
refused "by five parents" 'units.rec: this file belongs to the office lead' stats origin main
undo stats
# shellcheck disable=SC2046
merge_of stats "$tip~1" "$tip" $(for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
	git -C stats commit-tree -p "$tip~1" -m "Nothing $number" "$tip~1^{tree}"
done)
refused "by eighteen" 'units.rec: this file belongs to the office lead' stats origin main
undo stats
side=$(child stats "$tip~2")
git -C stats update-index --chmod=+x units.rec
merge_of stats '' "$tip" "$side"
refused "a file that only a merge lets be run" 'units.rec: this file belongs to the office lead' stats origin main
undo stats
ln -sf /etc/passwd stats/README
git -C stats add README
merge_of stats '' "$tip" "$side"
refused "a file that only a merge makes a symbolic link" 'README: this file belongs to the office lead' stats origin main
undo stats
git -C stats rm -q README
merge_of stats '' "$tip" "$side"
refused "a file that only a merge takes away" 'README: this file belongs to the office lead' stats origin main
undo stats
# Both sides know the shorter name; the merge bases of the two do not agree.
one=$(git -C stats commit-tree -p "$tip" -p "$side" -m 'One way' "$tip^{tree}")
two=$(git -C stats commit-tree -p "$side" -p "$tip" -m 'The other' "$tip^{tree}")
git -C stats checkout -q "$tip~1" -- units.rec
merge_of stats '' "$one" "$two"
refused "by two that merged each other" 'units.rec: this file belongs to the office lead' stats origin main
undo stats
merge_of stats "$tip" "$one" "$two" "$tip" "$one"
accepted "what all of them have, whatever the parents" stats origin main

# Three offices, each on a branch, brought together by a fourth.
for office in agri stats lead; do
	as "$office"
	undo "$office"
	git -C "$office" checkout -q -B "$office"
	case $office in
	agri) set_value agri 2022-10/agri.tsv grain_output south 547 ;;
	stats) set_value stats 2022-10/stats.tsv income_growth north 6.8 ;;
	lead)
		printf 'incidents\tsouth\t1\t\tnotice 32\n' >>lead/data/2022-10/lead.tsv
		chmod +x lead/README
		;;
	esac
	commit "$office" "What $office has"
	accepted "a branch of $office" "$office" origin "$office"
	git -C "$office" checkout -q main
done
as other
undo stats
git -C stats merge -q --no-edit origin/agri origin/stats origin/lead >/dev/null 2>&1
same "an octopus has all parents" 4 "$(git -C stats rev-list --parents -n 1 HEAD | wc -w)"
octopus=$(git -C stats rev-parse HEAD)
git -C stats update-index --chmod=-x README
merge_of stats '' origin/agri origin/stats origin/lead
refused "an octopus that takes back a mode" 'README: this file belongs to the office lead' stats origin main
undo stats
git -C stats reset -q --hard "$octopus"
git -C stats checkout -q origin/main -- data/2022-10/agri.tsv
merge_of stats '' origin/agri origin/stats origin/lead
refused "an octopus that drops an office's work" 'data/2022-10/agri.tsv: this file belongs to the office agri' stats origin main
undo stats
git -C stats reset -q --hard "$octopus"
accepted "an honest octopus, by anybody" stats origin main
as lead
undo lead
merge_of lead "$tip~1" HEAD "$(child lead HEAD)" "$tip~1"
refused "even the lead office takes back its own files alone" \
	'data/2022-10/agri.tsv: this file belongs to the office agri; desk@lead.example.org speaks for lead' lead origin main
undo lead
git -C lead checkout -q "$tip~1" -- units.rec
merge_of lead '' HEAD "$(child lead HEAD)" "$tip~1"
accepted "which it may, by a merge as by any commit" lead origin main

#
# Soundness and trailers
#

as agri
undo agri
set_value agri 2022-10/agri.tsv grain_output east 6l4
commit agri 'A slip' -n
refused "unsound records" "data/2022-10/agri.tsv:2:19: '6l4' is no number" agri origin main
set_value agri 2022-10/agri.tsv grain_output east 614
commit agri 'Mended'
refused "though mended in the same push" "data/2022-10/agri.tsv:2:19: '6l4' is no number" agri origin main
undo agri
set_value agri 2022-10/agri.tsv grain_output east 614
git -C agri -c core.hooksPath=/dev/null commit -q -a -m 'East' -m 'Score-Change: 2022-10 east total 1 -> 2'
refused "a false trailer" "the message says 'Score-Change: 2022-10 east total 1 -> 2', the records" agri origin main
git -C agri commit -q --amend -m 'East' 2>/dev/null
accepted "a true one" agri origin main
git -C agri -c core.hooksPath=/dev/null commit -q --allow-empty -m 'Nothing' -m 'Rank-Change: 2022-10 east total 1 -> 2'
refused "one where nothing moved" 'and nothing moved' agri origin main
undo agri
git -C agri mv data/2022-10/agri.tsv data/2022-10/agri.txt
commit agri 'Renamed' -n
refused "a file that does not belong" 'data/2022-10/agri.txt' agri origin main
undo agri
ln -sf /etc/passwd agri/data/2022-10/agri.tsv
git -C agri -c core.hooksPath=/dev/null commit -q -a -m 'A link'
refused "a symbolic link" 'data/2022-10/agri.tsv' agri origin main
undo agri

#
# History
#

as lead
undo lead
git -C server.git config receive.denyNonFastForwards false
git -C server.git config receive.denyDeletes false
git -C lead reset -q --hard HEAD~2
refused "history that is rewritten" 'history would be rewritten' lead -f origin main
commit lead 'Another way' --allow-empty
mkdir -p server.git/info
echo "$(git -C lead rev-parse HEAD) $(git -C server.git rev-parse main)" >server.git/info/grafts
refused "though a graft says it were not" 'history would be rewritten' lead -f origin main
rm server.git/info/grafts
git -C lead reset -q --hard HEAD~1
undo lead
git -C server.git symbolic-ref HEAD refs/heads/elsewhere
refused "a branch that is deleted" 'refs/heads/main: this branch is kept, and may not be deleted' lead origin :main
git -C server.git symbolic-ref HEAD refs/heads/main
accepted "a new branch that is kept by a pattern" lead origin main:kept/a
refused "cannot be deleted either" 'refs/heads/kept/a: this branch is kept' lead origin :kept/a
accepted "one that is not" lead origin main:free
accepted "can be rewritten" lead -f origin main~1:free
accepted "and deleted" lead origin :free
git -C lead replace HEAD HEAD~1
refused "a replaced object" 'refs/replace/' lead origin 'refs/replace/*'
git -C lead replace -d HEAD >/dev/null
git -C lead tag any
accepted "any other tag" lead origin any
accepted "which may go again" lead origin :any
check "git itself refuses, with init's settings" "$(
	shiji init --server server.git >/dev/null
	git -C server.git config receive.denyDeletes true
	git -C server.git config receive.denyNonFastForwards true
	push lead origin :kept/a
	[ "$pushed" -ne 0 ] && echo 0 || echo 1
)"

#
# Closed periods
#

shiji close -C lead -q 2022-10 >/dev/null
refused "a close's tag without its commit" 'it marks a commit that no branch has' lead origin close/2022-10
accepted "a close, and its tag" lead origin main close/2022-10
same "which verify" 0 "$(git clone -q server.git proof && cd proof && shiji close --verify -q >/dev/null 2>&1 && echo 0 || echo $?)"

as agri
undo agri
set_value agri 2022-10/agri.tsv grain_output east 615
commit agri 'Too late'
refused "a figure of a closed month" 'data/2022-10/agri.tsv:2: 2022-10 is closed, and was computed from this' agri origin main
check "with the way out" "$(grep -q "shiji close --correct 2022-10" out && echo 0 || echo 1)"
git -C agri revert --no-edit HEAD >/dev/null 2>&1
refused "though reverted" '2022-10 is closed' agri origin main
undo agri
git -C agri checkout -q -b late HEAD~1
set_value agri 2022-10/agri.tsv grain_output east 616
commit agri 'From before the close'
git -C agri checkout -q main
git -C agri merge -q --no-edit late >/dev/null 2>&1 || true
refused "by a merge" '2022-10 is closed' agri origin main
undo agri
git -C agri cherry-pick late >/dev/null 2>&1
refused "by a cherry-pick" '2022-10 is closed' agri origin main
undo agri
set_value agri 2022/agri.tsv grain_target east 700
commit agri 'Another target of the year'
refused "a value of the year that the month was computed from" 'data/2022/agri.tsv:2: 2022-10 is closed' agri origin main
undo agri
printf 'measure\tunit\tvalue\ngrain_output\teast\t700\n' >agri/x
mkdir -p agri/data/2022-11
mv agri/x agri/data/2022-11/agri.tsv
git -C agri add .
commit agri 'November begins'
accepted "a month that is open" agri origin main

as lead
undo lead
sed -i 's/^Cap: 10/Cap: 5/' lead/schemes/2022-10.rec
commit lead 'A milder scheme'
refused "the scheme of a closed month" 'schemes/2022-10.rec:' lead origin main
undo lead
sed -i '2s/91[.]/95./' lead/closed/2022-10/ranks.tsv
commit lead 'A better place'
refused "published results" 'the results of 2022-10 are neither as they were published nor made by a close' lead origin main
undo lead
git -C lead rm -q -r closed
commit lead 'Never closed'
refused "results that are removed" '2022-10 is closed, and its results are gone here' lead origin main
undo lead
git -C server.git config receive.denyDeletes false
refused "the tag that is deleted" 'the tag of a close may not be deleted' lead origin :close/2022-10
git -C lead tag -f -a -m moved close/2022-10 HEAD >/dev/null
refused "the tag that is moved" 'the tag of a close may not be moved' lead -f origin close/2022-10
undo lead
git -C lead tag close/2022-11
refused "a tag that no close made" 'not the annotated tag that a close makes' lead origin close/2022-11
git -C lead tag -d close/2022-11 >/dev/null
git -C lead tag -a -m x close/2022-11
refused "one of a month that is not closed there" 'does not mark the commit that closed this period' lead origin close/2022-11
git -C lead tag -d close/2022-11 >/dev/null
git -C lead tag -a -m x close/again
refused "one that names no period" 'this names no period' lead origin close/again
git -C lead tag -d close/again >/dev/null

# A close that is made up: consistent digests, other results.
shiji close -C lead -q --provisional 2022-11 >/dev/null
git -C lead tag -d close/2022-11 >/dev/null
(
	cd lead/closed/2022-11
	sed -i '2s/	total	100	[0-9.]*	/	total	100	99.00	/' scores.tsv
	old=$(git show HEAD:closed/2022-11/scores.tsv | sha256sum | cut -d ' ' -f 1)
	sed -i "s/$old/$(sha256sum <scores.tsv | cut -d ' ' -f 1)/" close.rec
)
git -C lead -c core.hooksPath=/dev/null commit -q -a --amend --no-edit
refused "results that do not recompute" 'closed/2022-11/scores.tsv:' lead origin main
check "with both rows" "$(grep -q "published '.*', computed from its commit '" out && echo 0 || echo 1)"
undo lead
shiji close -C lead -q --provisional 2022-11 >/dev/null
git -C lead tag -d close/2022-11 >/dev/null
echo more >>lead/README
git -C lead add README
git -C lead -c core.hooksPath=/dev/null commit -q --amend --no-edit
refused "a close that does something else too" 'README: a commit that closes a period changes nothing else' lead origin main
undo lead

as agri
undo agri
set_value agri 2022-10/agri.tsv grain_output east 615
commit agri 'A field was left out'
as lead
git -C lead pull -q ../agri main
refused "what is to be corrected, before the correction" '2022-10 is closed' lead origin main
shiji close -C lead -q --correct 2022-10 --reason 'a field was left out' \
	--basis 'survey 12' --approved-by lead >/dev/null
accepted "and with it" lead origin main close/2022-10.2
as agri
undo agri
shiji close -C lead -q --verify 2022-10 >/dev/null 2>&1 && status=0 || status=$?
same "the correction verifies" 0 "$status"
git -C agri checkout -q -b forged
set_value agri 2022-10/agri.tsv grain_output east 620
commit agri 'More'
shiji close -C agri -q --correct 2022-10 --reason r --basis b --approved-by lead >/dev/null
refused "a correction by another office" 'belongs to the office lead; desk@agri.example.org speaks for agri' agri origin forged

#
# Keys
#

if command -v ssh-keygen >/dev/null; then
	as lead
	undo lead
	ssh-keygen -q -t ed25519 -N '' -C lead -f "$scratch/key"
	ssh-keygen -q -t ed25519 -N '' -C other -f "$scratch/other"
	sed -i "/^Author: \*@lead/a Key: $(cut -d ' ' -f 1,2 key.pub)" lead/guard.rec
	commit lead 'The lead office signs'
	accepted "a key for the lead office" lead origin main
	printf 'A note\n' >lead/README
	git -C lead add .
	commit lead 'A note'
	refused "a commit that is not signed" 'the commit is not signed with a key of it' lead origin main
	git -C lead -c gpg.format=ssh -c user.signingKey="$scratch/other" \
		commit -q --amend --no-edit -S 2>/dev/null
	refused "one that is signed by another key" 'the commit is not signed with a key of it' lead origin main
	git -C lead -c gpg.format=ssh -c user.signingKey="$scratch/key" \
		commit -q --amend --no-edit -S 2>/dev/null
	accepted "one that is signed by this key" lead origin main
	check "no key file is left behind" "$([ -z "$(find "$TMPDIR" -name 'shiji-keys*')" ] && echo 0 || echo 1)"
else
	echo "ok keys # SKIP there is no ssh-keygen"
fi

#
# By hand, and what is no push
#

as lead
cd lead
git tag -l >/dev/null
same "a range that may come in" 0 "$(shiji guard HEAD~1..HEAD >/dev/null 2>&1 && echo 0 || echo $?)"
same "one that may not" 1 "$(git checkout -q -B hand HEAD && echo x >>units.rec && git commit -qnam x && shiji guard HEAD~1..HEAD >/dev/null 2>&1 && echo 0 || echo $?)"
same "a range of nothing" 0 "$(shiji guard HEAD..HEAD 2>&1)$(shiji guard HEAD..HEAD && echo 0)"
same "an unknown revision" 2 "$(shiji guard nosuch..HEAD >/dev/null 2>&1 && echo 0 || echo $?)"
same "no range" 2 "$(shiji guard HEAD >/dev/null 2>&1 && echo 0 || echo $?)"
same "no push" 0 "$(shiji guard </dev/null && echo 0 || echo $?)"
same "a push that git did not write" 2 "$(echo nonsense | shiji guard >/dev/null 2>&1 && echo 0 || echo $?)"
same "an object that is not there" 2 "$(
	echo "$(git rev-parse HEAD) 1234567812345678123456781234567812345678 refs/heads/main" |
		shiji guard >/dev/null 2>&1 && echo 0 || echo $?
)"
cd ..

git init -q -b main plain
git -C plain commit -q --allow-empty -m nothing
printf x >plain/file
git -C plain add .
git -C plain commit -q -m something
shiji init --server plain.git >/dev/null
accepted "a repository without a book" plain "$scratch/plain.git" main
shiji init plain/books/city >/dev/null
git -C plain add .
git -C plain commit -q -m 'A book in a folder'
accepted "a book that comes later, in a folder" plain "$scratch/plain.git" main
sed -i 's/611/6l1/' plain/books/city/data/2022-10/agri.tsv
git -C plain commit -qnam 'A slip' 2>/dev/null
push plain "$scratch/plain.git" main
check "is guarded there" "$(grep -q '^books/city/data/2022-10/agri.tsv:2:19: ' out && echo 0 || echo 1)"

PATH=$(dirname "$(command -v git)"):/usr/bin:/bin
push lead origin hand
check "without shiji the server takes nothing" "$([ "$pushed" -ne 0 ] && grep -q 'there is no shiji in PATH' out && echo 0 || echo 1)"

exit "$failed"
