#!/bin/sh
# history.test.sh: diff, log and explain on repositories as they really get,
# from end to end: every trouble that history can be in is either got over with
# the right answer, or told in one clear message with the documented status and
# nothing on standard output that could be taken for an answer.
set -eu

# A small sound book in ./book, in a repository of its own: three units, whose
# score is the figure x, and a month with data.
new_book() {
	rm -rf book
	git init -q book
	mkdir -p book/schemes
	printf '%%rec: Book\n\nName: Small\nPeriod: month\n' >book/book.rec
	printf '%%rec: Unit\n\nId: a\n\nId: b\n\nId: c\n' >book/units.rec
	printf '%%rec: Measure\n\nId: x\nDigits: 2\nMin: 0\nMax: 1000\n' >book/measures.rec
	rule x
	rows a 3 b 4 c 5
	commit start
}

# The rule of the one item, of 10 points.
rule() {
	printf '%%rec: Scheme\n\nName: One\nPoints: 10\n\n%%rec: Item\n\nId: i\nPoints: 10\nRule: %s\n' \
		"$*" >book/schemes/2022-01.rec
}

# Units and their figures in October, or in $month.
rows() {
	mkdir -p "book/data/${month:-2022-10}"
	{
		printf 'measure\tunit\tvalue\n'
		printf 'x\t%s\t%s\n' "$@"
	} >"book/data/${month:-2022-10}/o.tsv"
}

in_book() {
	git -C book "$@"
}

# Each commit a day after the one before.
day=1
commit() {
	day=$((day + 1))
	in_book add -A
	date=$(printf '2022-11-%02dT08:00:00+08:00' $((day % 28 + 1)))
	GIT_AUTHOR_DATE=$date GIT_COMMITTER_DATE=$date \
		in_book commit -q --allow-empty -m "$@"
}

# Figures and a commit that brings them.
report() {
	subject=$1
	shift
	rows "$@"
	commit "$subject"
}

# How the totals moved in a history, in few words, newest first. (Rows of which
# the rank alone differs are left out.)
history() {
	shiji log -C book -i total -f tsv "$@" |
		awk -F '\t' 'NR > 1 && $8 != $9 { print $15 ": " $6 " " $8 "->" $9 }'
}

# How the totals moved between two sides: from, to and the four causes.
changes() {
	shiji diff -C "${book:-book}" -i total -f tsv "$@" |
		awk -F '\t' 'NR > 1 && $4 != $5 {
			print $2 " " $4 "->" $5 " " $9 " " $10 " " $11 " " $12 }'
}

# same NAME WANTED COMMAND...: it prints exactly these lines.
same() {
	name=$1 want=$2
	shift 2
	"$@" >out 2>err </dev/null || :
	printf '%s\n' "$want" >want
	[ -n "$want" ] || : >want
	if cmp -s want out; then
		echo "ok $name"
	else
		echo "not ok $name"
		diff -u want out | tail -n +3 | head -n 20
		head -n 3 err
	fi
}

# judge NAME STATUS TEXT: of ./out, ./err and $status.
judge() {
	if [ "$status" -ne "$2" ]; then
		echo "not ok $1: status $status, not $2"
		head -c 300 err
	elif [ -s out ]; then
		echo "not ok $1: something on standard output"
		head -n 3 out
	elif ! grep -qF -e "$3" err; then
		echo "not ok $1: not said: $3"
		head -c 600 err
	elif grep -q 'unknown tool' err; then
		echo "not ok $1: no such tool"
	elif grep -q 'Sanitizer' err; then
		echo "not ok $1: sanitizer"
	else
		echo "ok $1"
	fi
}

# refused NAME STATUS TEXT COMMAND...: it ends so, says so once, prints nothing.
refused() {
	name=$1 want_status=$2 text=$3
	shift 3
	"$@" >out 2>err </dev/null && status=0 || status=$?
	judge "$name" "$want_status" "$text"
}

# said NAME TEXT COMMAND...: it says so, and answers nevertheless.
said() {
	name=$1 text=$2
	shift 2
	"$@" >out 2>err </dev/null && status=0 || status=$?
	if [ "$status" -gt 1 ]; then
		echo "not ok $name: status $status"
		head -c 300 err
	elif ! grep -qF -e "$text" err; then
		echo "not ok $name: not said: $text"
		head -c 600 err
	elif [ ! -s out ]; then
		echo "not ok $name: no answer"
	else
		echo "ok $name"
	fi
}

# Histories of every shape.

new_book
report 'b rises' a 3 b 6 c 5
commit 'an empty commit'
report 'a falls' a 1 b 6 c 5
same 'an empty commit changes no score' \
	'a falls: a 3->1
b rises: b 4->6
start: a ->3
start: b ->4
start: c ->5' history
in_book revert --no-edit HEAD >/dev/null
in_book commit -q --amend -m 'undo'
in_book revert --no-edit HEAD >/dev/null
in_book commit -q --amend -m 'undo the undoing'
same 'a revert and the revert of the revert' \
	'undo the undoing: a 3->1
undo: a 1->3
a falls: a 3->1' history -n 3
same 'a revert is the same as never' '' changes HEAD~3 HEAD~1

new_book
in_book branch side
report 'main: a' a 7 b 4 c 5
in_book checkout -q side
printf 'side\n' >book/README
commit 'side: a README'
report 'side: c' a 3 b 4 c 8
in_book checkout -q main
in_book cherry-pick side -Xtheirs >/dev/null 2>&1 || {
	rows a 7 b 4 c 8
	commit 'side: c'
}
same 'a cherry-pick is told where it was picked' \
	'side: c: c 5->8
main: a: a 3->7' history main -n 2
in_book merge -q -s ours -m 'merge side' side
same 'a merge that takes one side is not told' 0 \
	sh -c 'shiji log -C book -i total -f tsv | grep -c "merge side" || :'

new_book
in_book branch one
in_book branch two
report 'main: a' a 9 b 4 c 5
for name in one two; do
	in_book checkout -q "$name"
	echo "$name" >"book/$name"
	commit "$name: no figures"
done
in_book checkout -q main
in_book merge -q -m 'octopus' one two >/dev/null
same 'an octopus merge that adds nothing is not told' 'main: a: a 3->9' history -n 1
rows a 9 b 9 c 9
in_book add -A
in_book commit -q --amend -m 'evil octopus'
same 'what only the merge has is told of the merge' \
	'evil octopus: b 4->9
evil octopus: c 5->9' history -n 1

new_book
month=2022-09 rows a 1 b 2 c 3
commit 'September'
in_book branch left
in_book checkout -q -b right
month=2022-09 rows a 1 b 2 c 9
commit 'right: c'
in_book checkout -q left
rows a 9 b 4 c 5
commit 'left: a'
in_book merge -q -m 'left merges right' right
in_book checkout -q right
in_book merge -q -m 'right merges left' left~1
in_book checkout -q left
in_book merge -q -m 'criss-cross' right
same 'a criss-cross merge adds nothing to what it merges' \
	'left: a: a 3->9
start: a ->3
start: b ->4
start: c ->5' history -p 2022-10 left
same 'each branch is told for itself' 'right: c: c 3->9' history -p 2022-09 -n 1

new_book
report 'a rises' a 7 b 4 c 5
in_book tag -a -m 'first' published
report 'a falls' a 2 b 4 c 5
in_book tag -f -a -m 'second' published >/dev/null
same 'an amended tag is what it is now' '' changes published HEAD
same 'an annotated tag is the commit that it is of' 'a 7->2 0 -5 0 0' changes published~1 published
in_book checkout -q --detach HEAD~1
same 'a detached HEAD' 'a 3->7 0 4 0 0' changes HEAD~1 HEAD
in_book checkout -q main
git clone -q --bare book bare.git
book=bare.git
same 'a bare repository' 'a 7->2 0 -5 0 0' changes HEAD~1 HEAD
unset book

new_book
report 'a slip' a '1,5' b 4 c 5
report 'mended' a 6 b 4 c 5
same 'a broken commit in the middle: the history goes on' 'mended: a 3->6' history -n 1
same 'a broken commit is marked, with its first error' \
	"a slip unsound data/2022-10/o.tsv:2:5: decimal comma; write 1.5 instead of 1,5 [separator]" \
	sh -c "shiji log -C book -i total -f tsv |
		awk -F '\t' 'NR > 1 && \$14 == \"unsound\" { print \$15, \$14, \$NF }'"
refused 'diff: an unsound side' 2 'HEAD~1:data/2022-10/o.tsv:2:5: error: decimal comma' \
	shiji diff -C book HEAD~1 HEAD
refused 'explain: an unsound revision' 2 'HEAD~1:data/2022-10/o.tsv:2:5: error: decimal comma' \
	shiji explain -C book -r HEAD~1 -u a -i total

new_book
printf 'y\n' >book/README
report 'b rises' a 3 b 6 c 5
in_book mv data/2022-10/o.tsv data/2022-10/renamed.tsv
commit 'a file renamed'
sed -i 's/^Id: b$/Id: bee\nAlias: b/' book/units.rec
commit 'a unit renamed'
rows a 3 bee 7 c 5
rm book/data/2022-10/renamed.tsv
commit 'bee rises'
same 'renamed files and units are followed' \
	'bee rises: bee 6->7
b rises: b 4->6' history HEAD~4..HEAD
same 'a renamed unit is matched by its alias' 'bee 4->7 0 3 0 0' changes HEAD~4 HEAD

new_book
mkdir book/moved
(cd book && git mv book.rec units.rec measures.rec schemes data moved/)
commit 'the book moves'
refused 'diff: a book that moved to another folder' 2 'HEAD~1' \
	shiji diff -C book/moved HEAD~1 HEAD
refused 'diff: no book in one revision' 2 'book.rec' shiji diff -C book HEAD HEAD~1
same 'a moved book can be named on either side' '' \
	sh -c 'shiji diff -C book -f tsv HEAD~1: HEAD:moved 2>&1 | tail -n +2'

new_book
month=2022-11 rows a 3 b 4 c 5
commit 'November'
in_book rm -q schemes/2022-01.rec
commit 'the scheme is gone'
refused 'diff: a scheme file that disappeared' 2 'scheme' shiji diff -C book HEAD~1 HEAD
refused 'explain: a scheme file that disappeared' 2 'scheme' \
	shiji explain -C book -r HEAD -u a -i total

new_book
report 'a rises' a 7 b 4 c 5
ln -s /dev/null book/data/2022-10/p.tsv
commit 'a symbolic link'
refused 'diff: a symbolic link for records' 2 'data/2022-10/p.tsv: error: symbolic link' \
	shiji diff -C book HEAD~1 HEAD
in_book rm -q data/2022-10/p.tsv
in_book update-index --add --cacheinfo "160000,$(in_book rev-parse HEAD),data/2022-10/sub.tsv"
in_book commit -q -m 'a submodule'
refused 'diff: a submodule for records' 2 'data/2022-10/sub.tsv: error: submodule' \
	shiji diff -C book HEAD~2 HEAD

# Repositories that do not have the history they seem to have.

new_book
report 'a rises' a 7 b 4 c 5
report 'a falls' a 2 b 4 c 5
git clone -q --depth 2 "file://$PWD/book" shallow
said 'log: a shallow clone is reported' 'shallow' shiji log -C shallow -i total -f tsv
refused 'diff: what a shallow clone lacks' 2 'HEAD~2' shiji diff -C shallow HEAD~2 HEAD
in_book config uploadpack.allowFilter true
git clone -q --no-checkout --filter=blob:none "file://$PWD/book" partial
refused 'diff: what a partial clone lacks' 2 'partial' \
	shiji diff -C partial HEAD~1 HEAD
in_book replace HEAD~1 HEAD~2
said 'log: replaced objects are reported' 'replace' shiji log -C book -i total -f tsv
same 'diff: a replaced commit is read as it was committed' 'a 7->2 0 -5 0 0' \
	changes HEAD~1 HEAD
in_book replace -d HEAD~1 >/dev/null
in_book rev-parse HEAD >book/.git/info/grafts
said 'log: grafts are reported' 'graft' shiji log -C book -i total -f tsv
rm book/.git/info/grafts
if git init -q --object-format=sha256 sha256 2>err; then
	cp -r book/*.rec book/schemes book/data sha256/
	git -C sha256 add -A
	git -C sha256 commit -q -m start
	refused 'diff: a SHA-256 repository' 2 'SHA-256' shiji diff -C sha256 HEAD
	refused 'log: a SHA-256 repository' 2 'SHA-256' shiji log -C sha256
	refused 'explain: a SHA-256 repository' 2 'SHA-256' \
		shiji explain -C sha256 -r HEAD -u a -i total
fi
if [ "$(id -u)" -eq 0 ]; then
	cp -r book other
	chown -R 12345 other
	refused 'diff: a repository of another user' 2 'belongs to another user' shiji diff -C other HEAD~1 HEAD
	refused 'log: a repository of another user' 2 'belongs to another user' shiji log -C other
fi
rm -rf unborn
cp -r book unborn
rm -rf unborn/.git
refused 'diff: no repository' 2 'git repository' shiji diff -C unborn HEAD~1
refused 'log: no repository' 2 'git repository' shiji log -C unborn
git init -q unborn
refused 'diff: an unborn HEAD' 2 'nothing is committed' shiji diff -C unborn HEAD
refused 'log: an unborn HEAD' 2 'nothing is committed' shiji log -C unborn

# What a person can get wrong with diff.

new_book
month=2022-09 rows a 1 b 2 c 3
commit 'September'
report 'a rises' a 7 b 4 c 5
shiji score -C book -r HEAD~1 -p 2022-10 -f tsv >before.tsv
refused 'diff: an unknown revision' 2 'nosuch' shiji diff -C book nosuch HEAD
refused 'diff: a revision alone that is unknown' 2 'nosuch' shiji diff -C book nosuch
refused 'diff: a period without data on either side' 2 '2021-10' \
	shiji diff -C book -p 2021-10 HEAD~1 HEAD
refused 'diff: an impossible period' 2 '2022-13' shiji diff -C book HEAD:2022-13 HEAD:2022-10
refused 'diff: periods of different lengths' 2 'a month and a quarter' shiji diff -C book 2022-10 2022-Q4
refused 'diff: a folder without a book' 2 'book.rec' \
	sh -c 'mkdir -p empty && shiji diff -C book empty HEAD -p 2022-10'
refused 'diff: three operands' 2 'HEAD~2' shiji diff -C book HEAD HEAD~1 HEAD~2
refused 'diff: an unknown cause' 2 'weather' shiji diff -C book --only weather HEAD~1 HEAD
refused 'diff: --min that is no number' 2 'much' shiji diff -C book --min much HEAD~1 HEAD
refused 'diff: a unit that is not there' 2 "'z'" shiji diff -C book -u z HEAD~1 HEAD
refused 'diff: an item that is not there' 2 "'z'" shiji diff -C book -i z HEAD~1 HEAD
refused 'diff: an unknown option' 2 "'--cause'" shiji diff -C book --cause HEAD~1 HEAD
refused 'diff: an unknown format' 2 "'xml'" shiji diff -C book -f xml HEAD~1 HEAD
refused 'diff: a file that is not there' 2 'nosuch.tsv' shiji diff before.tsv nosuch.tsv
: >empty.tsv
refused 'diff: an empty file' 2 'empty.tsv' shiji diff before.tsv empty.tsv
printf 'name\tsize\na\t1\n' >other.tsv
refused 'diff: a file with other columns' 2 'other.tsv' shiji diff before.tsv other.tsv
head -c 4000 /dev/urandom >garbage.tsv
refused 'diff: binary garbage' 2 'garbage.tsv' shiji diff before.tsv garbage.tsv
sed 's/\t4\t/\tfour\t/' before.tsv >words.tsv
refused 'diff: a file whose score is no number' 2 'words.tsv' shiji diff before.tsv words.tsv
cp before.tsv locked.tsv
chmod 000 locked.tsv
if [ ! -r locked.tsv ]; then
	refused 'diff: an unreadable file' 2 'locked.tsv' shiji diff before.tsv locked.tsv
fi
if [ -w /dev/full ]; then
	refused 'diff: a full disk' 2 'No space left on device' \
		sh -c 'shiji diff -C book HEAD~1 HEAD >/dev/full'
	refused 'log: a full disk' 2 'No space left on device' \
		sh -c 'shiji log -C book >/dev/full'
	refused 'explain: a full disk' 2 'No space left on device' \
		sh -c 'shiji explain -C book -p 2022-10 -u a -i total >/dev/full'
fi
in_book branch before HEAD~1
cp -r book/. elsewhere
rm -rf elsewhere/.git
mv elsewhere book/before
refused 'diff: a branch and a folder of one name' 2 'before' \
	sh -c 'cd book && shiji diff before HEAD'
same 'diff: a folder is named as such by a slash' 0 \
	sh -c 'cd book && shiji diff -p 2022-10 ./before HEAD >out 2>&1; echo $?'
rm -rf book/before
same 'diff: one operand of two revisions' 'a 3->7 0 4 0 0' changes HEAD~1..HEAD
same 'diff: one operand of two periods' 'a 1->7 0 6 0 0
b 2->4 0 2 0 0
c 3->5 0 2 0 0' changes 2022-09..2022-10
same 'diff: the records as they stand' 'a 3->7 0 4 0 0' changes HEAD~1
for pair in '0 HEAD HEAD' '1 HEAD~1 HEAD' '2 HEAD~1 nosuch'; do
	# The words of the line.
	# shellcheck disable=SC2086
	set -- $pair
	shiji diff -C book "$2" "$3" >out 2>err && status=0 || status=$?
	[ "$status" -eq "$1" ] && echo "ok diff: status $1" || echo "not ok diff: status $status, not $1"
done

# What a person can get wrong with explain and log.

refused 'explain: no unit' 2 '-u' shiji explain -C book -p 2022-10 -i total
refused 'explain: a unit that is not there' 2 "'z'" shiji explain -C book -p 2022-10 -u z -i total
refused 'explain: an item that is not there' 2 "'z'" shiji explain -C book -p 2022-10 -u a -i z
refused 'explain: a period without data' 2 '2021-10' shiji explain -C book -p 2021-10 -u a -i total
refused 'explain: an impossible period' 2 '2022-13' shiji explain -C book -p 2022-13 -u a -i total
refused 'explain: an unknown revision' 2 'nosuch' shiji explain -C book -r nosuch -u a -i total
refused 'explain: an operand' 2 "'total'" shiji explain -C book -p 2022-10 -u a total
refused 'explain: a folder that is none' 2 'nowhere' shiji explain -C nowhere -u a -i total
refused 'explain: a counterfactual of an unknown measure' 2 "'y'" \
	shiji explain -C book -p 2022-10 -u a -i total --counterfactual y=3
refused 'explain: a counterfactual without a value' 2 'x' \
	shiji explain -C book -p 2022-10 -u a -i total --counterfactual x
refused 'explain: a counterfactual that is no number' 2 'lots' \
	shiji explain -C book -p 2022-10 -u a -i total --counterfactual x=lots
refused 'explain: an unknown format' 2 "'xml'" \
	shiji explain -C book -p 2022-10 -u a -i total -f xml
refused 'log: an unknown revision' 2 'nosuch' shiji log -C book nosuch
refused 'log: a range with an unknown end' 2 'nosuch' shiji log -C book HEAD..nosuch
refused 'log: -n that is no number' 2 'some' shiji log -C book -n some
refused 'log: a date that is none' 2 'yesterday-ish' shiji log -C book --since yesterday-ish
refused 'log: a unit that is not there' 2 "'z'" shiji log -C book -u z
refused 'log: an item that is not there' 2 "'z'" shiji log -C book -i z
refused 'log: a period without data' 2 '2021-10' shiji log -C book -p 2021-10
refused 'log: a folder that is none' 2 'nowhere' shiji log -C nowhere
refused 'log: a measure that is not there' 2 "'y'" shiji log -C book --measure y
