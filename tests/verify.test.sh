#!/bin/sh
# verify.test.sh: whatever is done to a closed period is found by `shiji close
# --verify`; what is done by a correction is not.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
# shellcheck source=tests/month_end.sh
. "$root/tests/month_end.sh"
# shellcheck source=tests/recfix.sh
. "$root/tests/recfix.sh"
cd "$scratch"

book=repository/book
january='2022-01 proved' february='2022-02 proved' march='2022-03 proved'

commit() {
	git -C repository add -A . && git -C repository commit -qm "$1"
}

# closed: a repository with three closed months, made once.
closed() {
	if [ ! -e three ]; then
		new_repository
		close_months
		cp -R repository three
	fi
	rm -rf repository && cp -R three repository
}

# says NAME TEXT: verify says so, of whatever period.
says() {
	expect "$1" "${3:-1}" "$2" shiji close --verify --dry-run -C $book
}

later_changes() {
	closed
	proves 'closed months are proved' "$january" "$february" "$march"
	sed -i 's/^x\tb\t5/x\tb\t4/' $book/data/2022-02/stats.tsv
	commit 'a quiet change'
	proves 'a changed value' "$january" '2022-02 not-proved changed' "$march"
	says 'names the first row that differs' "data/2022-02/stats.tsv:3: was 'x b 5', is 'x b 4'"
	says 'names the commit' "$(git -C repository rev-parse HEAD)"
	says 'names its author' 'Test Person'
	git -C repository revert --no-edit HEAD >/dev/null
	proves 'a change that was undone is a change' "$january" '2022-02 not-proved changed' "$march"
	shiji close -q -C $book --correct 2022-02 --reason 'a slip, undone' --basis none \
		--approved-by stats >/dev/null
	proves 'until a correction takes it in' "$january" "$february" "$march"
	closed
	(cd $book && scheme 'x / pool.max(x) * 7')
	commit 'another rule'
	proves 'a changed scheme' '2022-01 not-proved changed' '2022-02 not-proved changed' \
		'2022-03 not-proved changed'
	closed
	(cd $book && scheme x 2022-02)
	commit 'a scheme put before'
	proves 'a scheme that would hold in closed months' "$january" \
		'2022-02 not-proved changed' '2022-03 not-proved changed'
	closed
	(cd $book && scheme x 2022-04 && rows 2022-04 stats 'x\ta\t1')
	commit 'the next month'
	proves 'a new month and its scheme are no change' "$january" "$february" "$march"
	closed
	sed -i 's/7.67/7.68/' $book/closed/2022-02/scores.tsv
	commit 'a better score'
	proves 'a changed result' "$january" '2022-02 not-proved changed' "$march"
	says 'names the row of the result' 'closed/2022-02/scores.tsv:'
	closed
	git -C repository rm -qr book/closed/2022-03
	commit 'open again'
	proves 'a removed close' "$january" "$february" '2022-03 not-proved changed'
	says 'says that it was removed' 'closed/2022-03 was removed'
	closed
	rm $book/data/2022-01/agri.tsv
	commit 'a file less'
	proves 'a removed file' '2022-01 not-proved changed' "$february" "$march"
	closed
	printf 't\tc\t4\nspare\ta\t7\n' >rest
	sed -i '$d' $book/data/2022/agri.tsv
	cat rest >>$book/data/2022/agri.tsv
	commit 'a value of the year that no rule reads'
	proves 'values of a longer period are free' "$january" "$february" "$march"
	sed -i 's/^t\ta\t4/t\ta\t3/' $book/data/2022/agri.tsv
	commit 'a target of the year'
	proves 'unless closed months read them' '2022-01 not-proved changed' \
		'2022-02 not-proved changed' '2022-03 not-proved changed'
	# A branch from before a close changes its data, and is merged.
	closed
	git -C repository checkout -qb office HEAD~1
	printf 'x\ta\t7\n' >rest
	sed -i 's/^x\ta\t6/x\ta\t7/' $book/data/2022-03/stats.tsv
	commit 'late figures'
	git -C repository checkout -q main
	git -C repository merge -q --no-edit office
	proves 'a merge that brings a change' "$january" "$february" '2022-03 not-proved changed'
}

tags() {
	closed
	git -C repository tag -d close/2022-02 >/dev/null
	proves 'a deleted tag' "$january" '2022-02 not-proved tag' "$march"
	closed
	git -C repository tag -f close/2022-02 close/2022-02^{} >/dev/null
	proves 'a tag that is not annotated' "$january" '2022-02 not-proved tag' "$march"
	closed
	git -C repository tag -f -a -m moved close/2022-02 HEAD >/dev/null
	proves 'a tag on another commit' "$january" '2022-02 not-proved tag' "$march"
	closed
	git -C repository update-ref refs/tags/close/2022-02 \
		"$(git -C repository rev-parse close/2022-01)"
	proves 'a tag object of another name' "$january" '2022-02 not-proved tag' "$march"
	closed
	git -C repository checkout -q --orphan other
	git -C repository commit -qm 'history begins here'
	proves 'a history that was cut off' '2022-01 not-proved changed' \
		'2022-02 not-proved changed' '2022-03 not-proved changed'
}

# forge: the last close once more, after changes to the work tree, as if by
# hand: the same parent, the tag put on it.
forge() {
	git -C repository add -A .
	git -C repository commit -q --amend --no-edit
	git -C repository tag -f -a -m forged close/2022-03 >/dev/null
}

digest_of() {
	sha256sum <"$1" | cut -d ' ' -f 1
}

forgeries() {
	record=$book/closed/2022-03/close.rec
	closed
	sed -i 's/9.00/9.99/' $book/closed/2022-03/scores.tsv
	forge
	proves 'a forged result' "$january" "$february" '2022-03 not-proved digest'
	sed -i "s/^Digest: scores.tsv .*/Digest: scores.tsv $(digest_of $book/closed/2022-03/scores.tsv)/" $record
	forge
	proves 'a forged result with its digest' "$january" "$february" '2022-03 not-proved results'
	says 'shows both rows' 'published '
	closed
	sed -i 's/^Units: 3/Units: 4/' $record
	forge
	proves 'a forged record' "$january" "$february" '2022-03 not-proved results'
	closed
	sed -i "s/^Previous: 2022-02 .*/Previous: 2022-02 $(digest_of $record)/" $record
	forge
	proves 'a forged chain' "$january" "$february" '2022-03 not-proved chain'
	closed
	sed -i 's/^x\tb\t9/x\tb\t8/' $book/data/2022-03/stats.tsv
	forge
	proves 'a close that changes data as well' "$january" "$february" '2022-03 not-proved changed'
	closed
	touch repository/more
	forge
	proves 'a close that changes other files' "$january" "$february" '2022-03 not-proved commit'
	closed
	touch $book/closed/2022-03/more.tsv
	forge
	proves 'a file that no close writes' "$january" "$february" '2022-03 not-proved digest'
	closed
	sed -i 's/^Rules: 1/Rules: 2/' $record
	sed -i 's/9.00/9.99/' $book/closed/2022-03/scores.tsv
	sed -i "s/^Digest: scores.tsv .*/Digest: scores.tsv $(digest_of $book/closed/2022-03/scores.tsv)/" $record
	forge
	proves 'other rules cannot be told' "$january" "$february" '2022-03 cannot-tell results'
	expect 'and end with status 2' 2 'version 2 of the rules' shiji close --verify --dry-run -C $book
	closed
	echo nonsense >$record
	forge
	proves 'a record that is none' "$january" "$february" '2022-03 not-proved changed'
	closed
	sed -i 's/^Revision: 1/Revision: 999999/' $record
	forge
	proves 'a record of any number' "$january" "$february" '2022-03 not-proved changed'
	# Records that were unsound when closed: no close would have done that.
	closed
	git -C repository reset -q --hard HEAD~1
	cp -R three/book/closed/2022-03 $book/closed/
	mv $book/closed/2022-03 kept
	printf 'x\td\t7\n' >>$book/data/2022-03/stats.tsv
	commit 'unsound'
	mv kept $book/closed/2022-03
	sed -i "s/^Commit: .*/Commit: $(git -C repository rev-parse HEAD)/" $record
	commit 'Close 2022-03'
	git -C repository tag -f -a -m forged close/2022-03 >/dev/null
	proves 'unsound records' "$january" "$february" '2022-03 not-proved sound'
	says 'names what is unsound' 'data/2022-03/stats.tsv:5:3: there is no unit'
}

damage() {
	closed
	blob=$(git -C repository rev-parse HEAD:book/data/2022-03/stats.tsv)
	file=repository/.git/objects/$(echo "$blob" | cut -c 1-2)/$(echo "$blob" | cut -c 3-)
	other=$(git -C repository rev-parse HEAD:book/data/2022-01/stats.tsv)
	chmod u+w "$file"
	cp repository/.git/objects/"$(echo "$other" | cut -c 1-2)/$(echo "$other" | cut -c 3-)" "$file"
	verdicts -q >out || :
	check 'a forged blob under its old id is found' grep -q '^2022-03 cannot-tell' out
	rm -f "$file"
	verdicts -q >out || :
	check 'a lost blob is found' grep -q '^2022-03 cannot-tell' out
	check 'and keeps nobody from proving the others' grep -qx "$february" out
}

doubts() {
	closed
	git -C repository replace HEAD HEAD~1
	says 'tells of replaced objects' "'git log' shows another object" 0
	git -C repository replace -d HEAD >/dev/null
	mkdir -p repository/.git/info
	git -C repository rev-parse HEAD >repository/.git/info/grafts
	says 'tells of grafts' 'info/grafts' 0
	rm repository/.git/info/grafts
	sed -i 's/^x\tb\t5/x\tb\t4/' $book/data/2022-01/stats.tsv
	commit 'another value'
	git -C repository revert --no-edit HEAD >/dev/null
	git -C repository rev-parse HEAD HEAD~2 | paste -sd ' ' >repository/.git/info/grafts
	says 'grafts hide no commit' '2022-01	not-proved	1' 1
	rm repository/.git/info/grafts
	git -C repository reset -q --hard HEAD~2
	GIT_COMMITTER_DATE='1999-01-01T00:00:00+0000' git -C repository commit -q --allow-empty -m old
	says 'tells of dates that run backwards' 'dates run backwards' 0
	git -C repository reset -q --hard HEAD~2
	says 'tells of a close that the branch does not have' 'the tag close/2022-03 marks a commit' 0
	closed
	rm -rf shallow && git clone -q --depth 1 "file://$scratch/repository" shallow
	expect 'a shallow clone proves nothing' 2 'git fetch --unshallow' \
		shiji close --verify --dry-run -C shallow/book
	rm -rf bare.git && git clone -q --bare repository bare.git
	expect 'a bare repository can be proved' 0 "$(printf '2022-03\tproved')" \
		shiji close --verify --dry-run -C bare.git -r HEAD:book
	expect 'an older commit too' 0 "$(printf '2022-01\tproved')" \
		shiji close --verify --dry-run -C $book -r HEAD~1
	expect 'one that is not closed cannot be told' 2 'not closed' \
		shiji close --verify --dry-run -C $book 2022-05
	expect 'a range of periods' 0 "$(printf '2022-02\tproved')" \
		shiji close --verify --dry-run -C $book 2022-01..2022-02
	new_repository
	expect 'where nothing is closed there is nothing to prove' 2 'no period is closed here' \
		shiji close --verify --dry-run -C $book
}

remembers() {
	closed
	export XDG_STATE_HOME="$scratch/state"
	shiji close --verify --dry-run -C $book >/dev/null
	check 'a dry run remembers nothing' test ! -e state
	shiji close --verify -C $book >/dev/null
	check 'what was seen is remembered' grep -rq '^Close: 2022-03 1 ' state
	recfix_takes 'in a file that recutils takes' state/shiji/*.rec
	# Everything is made again, with another value, and looks right.
	git -C repository reset -q --hard close/2022-03~1
	git -C repository tag -d close/2022-03 >/dev/null
	sed -i 's/^x\tb\t9/x\tb\t8/' $book/data/2022-03/stats.tsv
	commit 'as if it had been so'
	shiji close -q -C $book 2022-03 >/dev/null
	proves 'a month made again' "$january" "$february" '2022-03 not-proved seen'
	says 'says what the tag held' 'when last proved'
	says 'says that history was rewritten' 'history was rewritten'
	shiji close --verify -C $book >/dev/null 2>&1 || :
	proves 'and says so again' "$january" "$february" '2022-03 not-proved seen'
	rm -r state
	proves 'whoever never saw it cannot know' "$january" "$february" "$march"
	shiji close --verify -C $book >/dev/null
	git -C repository reset -q --hard close/2022-03~1
	git -C repository tag -d close/2022-03 >/dev/null
	proves 'a close that is gone' "$january" "$february" '2022-03 not-proved seen'
	file=$(echo state/shiji/*.rec)
	echo nonsense >"$file"
	says 'a memory that is none' 'find out who changed it' 2
	rm -r state
	echo >state
	expect 'a memory that cannot be written' 2 'cannot' shiji close --verify -C $book
	rm state
	unset XDG_STATE_HOME
}

later_changes
tags
forgeries
damage
doubts
remembers
