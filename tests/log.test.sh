#!/bin/sh
# log.test.sh: shiji log on real repositories, one for each shape and each trap
# that a history can have. A case makes a repository, and says which rows must
# come out, in short: subject, subject of the parent, unit, from, to, and what
# became of ranks and states, divided by spaces, `-` where empty.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
cd "$scratch"

tick=1667606400

# commit SUBJECT [MESSAGE...]: all there is, a minute later each time.
commit() {
	tick=$((tick + 60))
	git add -A
	subject=$1
	shift
	GIT_COMMITTER_DATE="$tick +0000" GIT_AUTHOR_DATE="$tick +0800" \
		git commit -q --allow-empty -m "$subject" "$@"
}

# merge SUBJECT REVISION...: whatever conflicts is for the caller to settle.
merge() {
	tick=$((tick + 60))
	subject=$1
	shift
	GIT_COMMITTER_DATE="$tick +0000" GIT_AUTHOR_DATE="$tick +0800" \
		git merge -q --no-ff -m "$subject" "$@" >/dev/null 2>&1
}

# A repository with a book of three units in ./book, nothing committed.
new_book() {
	cd "$scratch"
	rm -rf repo
	git init -q repo
	cd repo
	mkdir -p book/schemes book/data/2022-10
	printf '%%rec: Book\n\nName: Small\nPeriod: month\n' >book/book.rec
	printf '%%rec: Unit\n\nId: a\n\nId: b\n\nId: c\n' >book/units.rec
	printf '%%rec: Measure\n\nId: x\n\nId: y\n' >book/measures.rec
	printf '%%rec: Scheme\n\nName: One\nPoints: 100\nDigits: 1\n\n%%rec: Item\n\nId: i\nPoints: 60\nRule: x\n\nId: j\nPoints: 40\nRule: y\n' \
		>book/schemes/2022-01.rec
	for unit in a b c; do
		values "$unit" 10 10
	done
}

# values UNIT X Y: a file to a unit, so that branches merge by themselves.
values() {
	printf 'measure\tunit\tvalue\nx\t%s\t%s\ny\t%s\t%s\n' "$1" "$2" "$1" "$3" \
		>"book/data/2022-10/$1.tsv"
}

# Rows in short. Arguments go to shiji log.
short() {
	shiji log -C book "$@" >"$scratch/out" 2>"$scratch/err" && status=0 || status=$?
	git --no-replace-objects log --all --reflog --format='%H%x09%s' >"$scratch/subjects" 2>/dev/null || :
	awk -F '\t' '
	FNR == NR { subject[$1] = $2; next }
	FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	function cell(name) { return $at[name] == "" ? "-" : $at[name] }
	{
		parent = $at["parent"] == "" ? "-" : subject[$at["parent"]]
		print subject[$at["commit"]], parent, cell("unit"), cell("from"), cell("to"), \
			cell("from_rank") ">" cell("to_rank"), \
			cell("from_state") ">" cell("to_state")
	}' "$scratch/subjects" "$scratch/out"
	[ "$status" -eq 0 ] || echo "status $status"
}

# check NAME WANT [OPTION...]
check() {
	name=$1
	want=$2
	shift 2
	short "$@" >"$scratch/got"
	if [ "$(cat "$scratch/got")" != "$want" ]; then
		echo "not ok $name"
		echo "$want" | diff -u --label expected --label actual - "$scratch/got" | sed 's/^/    /' || :
		sed 's/^/    /' "$scratch/err"
	elif grep -q Sanitizer "$scratch/err"; then
		echo "not ok $name: sanitizer"
	else
		echo "ok $name"
	fi
}

# says NAME TEXT: on standard error, or among the rows, of the last check.
says() {
	if cat "$scratch/err" "$scratch/out" | grep -qF -e "$2"; then
		echo "ok $1"
	else
		echo "not ok $1: not said: $2"
		sed 's/^/    /' "$scratch/err" "$scratch/out"
	fi
}

silent() {
	if [ -s "$scratch/err" ]; then
		echo "not ok $1"
		sed 's/^/    /' "$scratch/err"
	else
		echo "ok $1"
	fi
}

# agrees NAME [OPTION...]: each row is what scoring the two commits gives.
agrees() {
	name=$1
	shift
	shiji log -C book -i '*' "$@" >"$scratch/out" 2>/dev/null
	tail -n +2 "$scratch/out" | awk -F '\t' '$14 != "unsound"' | cut -f 1,2,5,6,7,8,9,11,12 >"$scratch/rows"
	: >"$scratch/want"
	while IFS="$(printf '\t')" read -r line; do
		printf '%s\n' "$line" | tr '\t' '|' >>"$scratch/want"
	done <"$scratch/rows"
	tr '\t' '|' <"$scratch/rows" | while IFS='|' read -r new old period unit item _; do
		printf '%s|%s|%s|%s|%s|%s|%s|%s|%s\n' "$new" "$old" "$period" "$unit" "$item" \
			"$(score_at "$old" "$period" "$unit" "$item" 5)" \
			"$(score_at "$new" "$period" "$unit" "$item" 5)" \
			"$(score_at "$old" "$period" "$unit" "$item" rank)" \
			"$(score_at "$new" "$period" "$unit" "$item" rank)"
	done >"$scratch/got"
	if cmp -s "$scratch/want" "$scratch/got" && [ -s "$scratch/got" ]; then
		echo "ok $name"
	else
		echo "not ok $name"
		diff -u "$scratch/got" "$scratch/want" | head -n 20 | sed 's/^/    /' || :
	fi
}

score_at() {
	[ -n "$1" ] || return 0
	file=$scratch/scores.$1.$2.$4
	[ -e "$file" ] || shiji score -C book -r "$1" -p "$2" -i "$4" 2>/dev/null |
		shiji rank >"$file" 2>/dev/null || :
	awk -F '\t' -v unit="$3" -v column="$5" '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i == "rank") rank = i }
	NR > 1 && $2 == unit { print column == "rank" ? $rank : $5 }' "$file"
}

start='start - a - 20.0 ->1 none>scored
start - b - 20.0 ->1 none>scored
start - c - 20.0 ->1 none>scored'

a_line() {
	new_book
	commit start
	values a 12 10
	commit up
	commit nothing
	values b 10 8
	commit down
	check 'a line of commits, one empty' "down nothing b 20.0 18.0 2>3 scored>scored
up start a 20.0 22.0 1>1 scored>scored
up start b 20.0 20.0 1>2 scored>scored
up start c 20.0 20.0 1>2 scored>scored
$start"
	silent 'a line of commits says nothing else'
	check 'one unit' "up start a 20.0 22.0 1>1 scored>scored
start - a - 20.0 ->1 none>scored" -u a
	check 'the newest commit alone' 'down nothing b 20.0 18.0 2>3 scored>scored' -n 1
	check 'none' '' -n 0
	check 'the oldest first' "start - b - 20.0 ->1 none>scored
up start b 20.0 20.0 1>2 scored>scored
down nothing b 20.0 18.0 2>3 scored>scored" --reverse -u b
	check 'a range' 'down nothing b 20.0 18.0 2>3 scored>scored' HEAD~2..HEAD
	check 'a range that ends before HEAD' 'up start a 20.0 22.0 1>1 scored>scored' HEAD~3..HEAD~1 -u a
	check 'a revision left out' 'down nothing b 20.0 18.0 2>3 scored>scored' HEAD ^HEAD~1
	check 'an empty range' '' HEAD..HEAD~1
	check 'an older revision' "$start" HEAD~3
	check 'an item' 'up start a 10.0 12.0 1>1 scored>scored
start - a - 10.0 ->1 none>scored' -i i -u a
	check 'since a moment' 'down nothing b 20.0 18.0 2>3 scored>scored' --since 2022-11-05T00:04
	check 'until a moment' "$start" --until 2022-11-05T00:01:00Z
	check 'until a day takes in all of it' 'down nothing b 20.0 18.0 2>3 scored>scored' --until 2022-11-05 -n 1
	agrees 'rows agree with scores'
}

lying_dates() {
	new_book
	commit start
	values a 12 10
	tick=946684800
	commit old
	tick=1967606400
	values a 13 10
	commit new
	check 'dates do not cut the walk' 'new old a 22.0 23.0 1>1 scored>scored
start - a - 20.0 ->1 none>scored' --since 2010-01-01 -u a
	tick=1667606400
}

branches() {
	new_book
	commit start
	git branch one
	git branch two
	values a 12 10
	commit 'on main'
	git checkout -q one
	values b 14 10
	commit 'on one'
	git checkout -q two
	values c 16 10
	commit 'on two'
	git checkout -q main
	merge octopus one two
	# One goes up on each branch: together they rank as on no branch.
	check 'an octopus merge has what no parent has' "octopus on main b 20.0 24.0 2>2 scored>scored" -u b -n 1
	check 'each branch has its own' 'on two start c 20.0 26.0 1>1 scored>scored
on one start c 20.0 20.0 1>2 scored>scored
on main start c 20.0 20.0 1>2 scored>scored
start - c - 20.0 ->1 none>scored' -u c
	agrees 'rows of an octopus merge agree with scores'
}

clean_merge() {
	new_book
	# Ranks stay, so that a merge has nothing of its own.
	values a 30 10
	values b 20 10
	commit start
	git branch side
	values a 32 10
	commit main
	git checkout -q side
	values b 22 10
	commit side
	git checkout -q main
	merge merge side
	check 'a clean merge moves nothing' "side start b 30.0 32.0 2>2 scored>scored
main start a 40.0 42.0 1>1 scored>scored
start - a - 40.0 ->1 none>scored
start - b - 30.0 ->2 none>scored
start - c - 20.0 ->3 none>scored"
	check 'the merge alone' '' HEAD^1..HEAD ^side
}

evil_merge() {
	new_book
	commit start
	git branch side
	values a 12 10
	commit main
	git checkout -q side
	values b 14 10
	commit side
	git checkout -q main
	git merge -q --no-commit --no-ff side >/dev/null 2>&1
	values c 30 10
	commit evil
	check 'an evil merge is told of what it brings' 'evil main c 20.0 40.0 2>1 scored>scored' -u c -n 1
	agrees 'rows of an evil merge agree with scores'
}

criss_cross() {
	new_book
	values a 30 10
	values b 20 10
	commit start
	git branch side
	values a 31 10
	commit main1
	git checkout -q side
	values b 21 10
	commit side1
	git branch side1
	git checkout -q main
	git branch main1
	merge cross1 side1
	git checkout -q side
	merge cross2 main1
	values b 22 10
	commit side2
	git checkout -q main
	values a 33 10
	commit main2
	merge final side
	check 'a criss-cross merge' "main2 cross1 a 41.0 43.0 1>1 scored>scored
side2 cross2 b 31.0 32.0 2>2 scored>scored
side1 start b 30.0 31.0 2>2 scored>scored
main1 start a 40.0 41.0 1>1 scored>scored
start - a - 40.0 ->1 none>scored
start - b - 30.0 ->2 none>scored
start - c - 20.0 ->3 none>scored"
	agrees 'rows of a criss-cross merge agree with scores'
}

# revert MESSAGE: of the last commit. What git itself writes differs with its
# version: the revert of a revert is a reapplication since 2.43.
revert() {
	git revert --no-commit HEAD
	git revert --quit
	commit "$1"
}

reverts() {
	new_book
	commit start
	values a 12 10
	commit up
	revert 'Revert "up"'
	revert 'Reapply "up"'
	check 'a revert, and the revert of a revert' 'Reapply "up" Revert "up" a 20.0 22.0 1>1 scored>scored
Revert "up" up a 22.0 20.0 1>1 scored>scored
up start a 20.0 22.0 1>1 scored>scored
start - a - 20.0 ->1 none>scored' -u a
	git checkout -q -b side HEAD~3
	tick=$((tick + 60))
	GIT_COMMITTER_DATE="$tick +0000" git cherry-pick main >/dev/null 2>&1
	check 'a cherry-pick' 'Reapply "up" start a 20.0 22.0 1>1 scored>scored
start - a - 20.0 ->1 none>scored' -u a
	git checkout -q main
	git tag -a -m one close/2022-10 HEAD~1
	check 'a tag' 'Revert "up" up a 22.0 20.0 1>1 scored>scored' -u a -n 1 close/2022-10
	git tag -f -a -m two close/2022-10 HEAD >/dev/null
	check 'an amended tag' 'Reapply "up" Revert "up" a 20.0 22.0 1>1 scored>scored' -u a -n 1 close/2022-10
}

renames() {
	new_book
	values b 13 10
	commit start
	git mv book/data/2022-10/a.tsv book/data/2022-10/z.tsv
	commit 'file renamed'
	check 'a renamed file moves nothing' "$(echo "$start" | sed 's/b - 20.0 ->1/b - 23.0 ->1/; s/20.0 ->1/20.0 ->2/')"
	printf '%%rec: Unit\n\nId: anew\nAlias: a\n\nId: b\n\nId: c\n' >book/units.rec
	sed 's/	a	/	anew	/' book/data/2022-10/z.tsv >new
	mv new book/data/2022-10/z.tsv
	commit 'unit renamed'
	sed 's/10$/11/' book/data/2022-10/z.tsv >new
	mv new book/data/2022-10/z.tsv
	commit 'unit changed'
	check 'a unit by its newest Id' 'unit changed unit renamed anew 20.0 22.0 2>2 scored>scored
start - a - 20.0 ->2 none>scored' -u anew
	shiji log -C book --measure x -u anew | cut -f 5-8,11,12 >"$scratch/got"
	printf '%s\n' 'measure	unit	from	to	file	line' \
		'x	anew	10	11	data/2022-10/z.tsv	2' 'x	a		10	data/2022-10/a.tsv	2' |
		diff -u - "$scratch/got" && echo 'ok values through renames' || echo 'not ok values through renames'
}

moved_book() {
	new_book
	commit start
	git mv book county
	commit moved
	mv county book
	values a 12 10
	git mv -k county book 2>/dev/null || :
	commit back
	mkdir other
	git mv book other/book
	commit 'moved below'
	ln -s other/book book
	check 'a book that moved' "back moved a 20.0 22.0 1>1 scored>scored
start - a - 20.0 ->1 none>scored" -u a HEAD:other/book
	says 'a move is told' "the book was moved from 'book' to 'other/book' [moved]"
	says 'and the one before' "the book was moved from 'county' to 'book' [moved]"
	rm book
	cp -R other/book twin
	commit twin
	git mv other/book book
	git rm -rq twin
	commit 'two of them'
	check 'a move from one of two begins there' 'two of them twin a - 22.0 ->1 none>scored' -u a -n 1
}

broken() {
	new_book
	commit start
	values a 12 10
	commit up
	printf 'x\n' >>book/data/2022-10/b.tsv
	commit broken1
	printf 'y\n' >>book/data/2022-10/b.tsv
	commit broken2
	values b 10 10
	values a 13 10
	commit mended
	check 'broken commits in the middle' 'mended up a 22.0 23.0 1>1 scored>scored
broken2 up - - - ->- ->unsound
broken1 up - - - ->- ->unsound
up start a 20.0 22.0 1>1 scored>scored
start - a - 20.0 ->1 none>scored' -u a
	says 'the first error' 'data/2022-10/b.tsv:4:1: 1 columns where the header has 3; put one tab between cells [columns]'
	agrees 'rows around broken commits agree with scores'
	git mv book/schemes/2022-01.rec book/schemes/2023-01.rec
	commit 'no scheme'
	check 'a scheme that disappears' 'no scheme mended - - - ->- ->unsound
mended up a 22.0 23.0 1>1 scored>scored' -u a -n 2
	says 'is told' '[no-scheme]'
	git mv book/schemes/2023-01.rec book/schemes/2022-01.rec
	rm book/data/2022-10/b.tsv
	ln -s a.tsv book/data/2022-10/b.tsv
	commit link
	check 'a symbolic link where records should be' 'link mended - - - ->- ->unsound' -u a -n 1
	says 'is refused' 'data/2022-10/b.tsv: symbolic link inside a book; put the file itself here [symlink]'
	rm book/data/2022-10/b.tsv
	git add -A
	git update-index --add --cacheinfo "160000,$(git rev-parse HEAD),book/data/2022-10/m"
	GIT_COMMITTER_DATE="$((tick + 60)) +0000" git commit -qm module
	check 'a submodule where records should be' 'module mended - - - ->- ->unsound' -u a -n 1
	says 'is refused too' 'data/2022-10/m: submodule inside a book'
	git rm -rq --cached book
	GIT_COMMITTER_DATE="$((tick + 120)) +0000" git commit -qm gone
	values b 10 10
	commit again
	check 'a book that goes and comes again' 'again gone a - 23.0 ->1 none>scored' -u a -n 1
}

clones() {
	new_book
	commit start
	values a 12 10
	commit up
	values a 13 10
	commit 'up again'
	git config uploadpack.allowFilter true
	git config uploadpack.allowAnySHA1InWant true
	git clone -q --depth 2 "file://$PWD" ../shallow
	mv ../repo ../origin
	mv ../shallow ../repo
	cd ../repo
	check 'a shallow clone ends where it ends' 'up again up a 22.0 23.0 1>1 scored>scored' -u a
	says 'and says so' 'this clone lacks older commits, so that its history ends too soon'
	check 'what lies behind is no answer' 'status 2' HEAD~2
	says 'and that is said' "unknown revision 'HEAD~2', and this clone lacks older commits"
	cd ..
	rm -rf repo
	git clone -q --filter=blob:none "file://$PWD/origin" repo
	rm -rf origin
	cd repo
	shiji log -C book -u a >"$scratch/out" 2>"$scratch/err" || :
	says 'a partial clone is named' 'this clone is partial'
	says 'with the object that is missing' 'cannot read git object'
	cd ..
	new_book
	commit start
	values a 12 10
	commit up
	git replace HEAD HEAD~1
	mkdir -p .git/info
	git config advice.graftFileDeprecated false
	git rev-parse HEAD >.git/info/grafts
	check 'neither replaced objects nor grafts count' 'up start a 20.0 22.0 1>1 scored>scored
start - a - 20.0 ->1 none>scored' -u a
	says 'replaced objects are told' '[replaced]'
	says 'grafts are told' '[grafted]'
}

repositories() {
	cd "$scratch"
	rm -rf repo
	git init -q --object-format=sha256 repo
	cd repo
	mkdir book
	check 'SHA-256' 'status 2'
	says 'is named' 'names its objects by SHA-256'
	new_book
	check 'an unborn HEAD' 'status 2'
	says 'is named too' 'nothing is committed on this branch yet'
	commit start
	values a 12 10
	commit up
	check 'an unknown revision' 'status 2' nowhere
	says 'an unknown revision is named' "unknown revision 'nowhere'"
	check 'a tree has no history' 'status 2' 'HEAD^{tree}'
	says 'a tree is named' "revision 'HEAD^{tree}' is no commit"
	check 'three dots' 'status 2' HEAD~1...HEAD
	says 'three dots are named' "'HEAD~1...HEAD' is no range of commits here"
	check 'a revision without the book' 'status 2' HEAD:elsewhere
	says 'is named as well' "revision 'HEAD' has no book in 'elsewhere'"
	check 'a unit that is nowhere' 'status 2' -u zz
	says 'a unit is named' "no unit matches 'zz'"
	check 'an item that is nowhere' 'status 2' -i zz
	says 'an item is named' "no item matches 'zz'"
	check 'a period without data' 'status 2' -p 2030-01
	says 'a period is named' 'no commit has scores of 2030-01'
	git checkout -q --detach
	values a 13 10
	commit detached
	check 'a detached HEAD' 'detached up a 22.0 23.0 1>1 scored>scored' -u a -n 1
	git branch -f main
	git clone -q --bare . ../bare.git
	shiji log -C ../bare.git HEAD:book -u a -n 1 2>&1 | cut -f 6-9 | tail -n 1 >"$scratch/got"
	printf 'a\ttotal\t22.0\t23.0\n' | diff -u - "$scratch/got" &&
		echo 'ok a bare repository' || echo 'not ok a bare repository'
	rm -rf ../bare.git
	if [ "$(id -u)" -eq 0 ]; then
		chown 12345 .git .
		check 'an untrusted owner' 'status 2'
		says 'an untrusted owner is named' 'belongs to another user'
		chown 0 .git .
	fi
	cd ..
	mkdir -p plain/book
	cd plain
	shiji log -C book >/dev/null 2>"$scratch/err" && echo 'not ok no repository' || echo 'ok no repository'
	: >"$scratch/out"
	says 'no repository is named' 'there is no git repository in or above'
	cd ..
	rm -rf plain
}

reasons() {
	new_book
	commit start
	values a 12 10
	commit up -m 'Some text.' -m 'Reason: typed wrong
Basis: letter 5
approved-by: the office'
	shiji log -C book -n 1 -u a | cut -f 3,4,15,16 >"$scratch/got"
	printf 'date\tauthor\tsubject\treason\n%s\t%s\tup\ttyped wrong; Basis: letter 5; Approved-by: the office\n' \
		2022-11-05T08:0 'Test Person' >"$scratch/want"
	sed 's/T08:[0-9:+]*/T08:0/' "$scratch/got" | diff -u "$scratch/want" - &&
		echo 'ok trailers give the reason' || echo 'not ok trailers give the reason'
	TZ=Asia/Tokyo shiji log -C book -n 1 -u a | cut -f 3,4,15,16 | diff "$scratch/got" - &&
		echo 'ok the time zone has no say' || echo 'not ok the time zone has no say'
	shiji log -C book -n 1 -u a | cut -f 3 | grep -q '+08:00$' &&
		echo 'ok a date has its own offset' || echo 'not ok a date has its own offset'
}

measures() {
	new_book
	printf 'measure\tunit\tvalue\tstatus\tnote\nx\ta\t10\tprovisional\tfirst\ny\ta\t1\n' >book/data/2022-10/a.tsv
	commit start
	printf 'measure\tunit\tvalue\tstatus\tnote\ny\ta\t1\nx\ta\t11.5\tfinal\tas revised\n' >book/data/2022-10/a.tsv
	commit revised
	git checkout -qb side
	printf 'measure\tunit\tvalue\tstatus\tnote\ny\ta\t1\nx\ta\t12\tfinal\n' >book/data/2022-10/a.tsv
	commit side
	git checkout -q main
	values b 30 10
	commit other
	merge merge side
	sed '/^x/d' book/data/2022-10/a.tsv >new
	mv new book/data/2022-10/a.tsv
	commit removed
	shiji log -C book --measure x -u a | cut -f 5-13 >"$scratch/got"
	printf '%s\n' 'measure	unit	from	to	status	note	file	line	subject' \
		'x	a	12		final		data/2022-10/a.tsv	3	removed' \
		'x	a	11.5	12	final		data/2022-10/a.tsv	3	side' \
		'x	a	10	11.5	final	as revised	data/2022-10/a.tsv	3	revised' \
		'x	a		10	provisional	first	data/2022-10/a.tsv	2	start' |
		diff -u - "$scratch/got" && echo 'ok the history of a value' || echo 'not ok the history of a value'
	shiji log -C book --measure q >/dev/null 2>"$scratch/err" && status=0 || status=$?
	: >"$scratch/out"
	says 'a measure that is nowhere' "no measure matches 'q'"
}

# trailers NAME STATUS: what --check-trailers prints of claims.
trailers() {
	shiji log -C book --check-trailers >"$scratch/out" 2>"$scratch/err" && status=0 || status=$?
	cut -f 5-7 "$scratch/out" | tail -n +2 >"$scratch/got"
	if [ "$status" -eq "$2" ] && diff -u - "$scratch/got"; then
		echo "ok $1"
	else
		echo "not ok $1 (status $status)"
		cat "$scratch/err"
	fi
}

check_trailers() {
	new_book
	commit start
	values a 12 10
	commit up -m 'Score-Change: 2022-10 a total 20.0 -> 22.0
Rank-Change: 2022-10 b total 1 -> 2
Rank-Change: 2022-10 c total 1 -> 2'
	trailers 'trailers that are so' 0 </dev/null
	values b 13 10
	commit false -m 'Score-Change: 2022-10 b total 20.0 -> 24.0 rank 2 -> 1
Rank-Change:  2022-10  a  total 1 -> 2
Rank-Change: 2022-10 c total 2 -> 3'
	commit nothing -m 'Score-Change: 2022-10 a total 1 -> 2'
	values c 9 10
	commit partly -m 'Score-Change: and 1 more'
	values c 8 10
	values b 14 10
	commit unsaid -m 'Score-Change: 2022-10 c total 19.0 -> 18.0'
	trailers 'trailers that are not so' 1 <<'END'
	Score-Change: 2022-10 b total 23.0 -> 24.0	unsaid
Score-Change: and 1 more		partly
Score-Change: 2022-10 a total 1 -> 2		nothing
Score-Change: 2022-10 b total 20.0 -> 24.0 rank 2 -> 1	Score-Change: 2022-10 b total 20.0 -> 23.0 rank 2 -> 1	false
END
}

for case in a_line lying_dates branches clean_merge evil_merge criss_cross reverts renames \
	moved_book broken clones repositories reasons measures check_trailers; do
	$case
done
