#!/bin/sh
# correct.test.sh: a closed month is corrected in the open: refused without
# reason, basis and approver; what was published stays; what changes is listed,
# ranked in two ways; later closes stay, and those that would differ are named.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
# shellcheck source=tests/month_end.sh
. "$root/tests/month_end.sh"
cd "$scratch"

book=repository/book

correct() {
	shiji close -C $book --correct "$@"
}

# With all that a correction needs.
justified() {
	correct "$@" --reason 'reported late' --basis 'letter 7' --approved-by stats
}

# closed: three closed months; February's x of b, 5, turns out to be 7.
closed() {
	if [ ! -e three ]; then
		new_repository
		close_months
		cp -R repository three
	fi
	rm -rf repository && cp -R three repository
}

mended() {
	closed
	sed -i 's/^x\tb\t5/x\tb\t7/' $book/data/2022-02/stats.tsv
	git -C repository commit -qam 'x of b: as reported

Reason: reported late'
}

refusals() {
	closed
	expect 'needs a reason' 2 '--correct needs --reason' correct 2022-02 --basis b --approved-by stats
	expect 'needs a basis' 2 '--correct needs --basis' correct 2022-02 --reason r --approved-by stats
	expect 'needs an approver' 2 '--correct needs --approved-by' correct 2022-02 --reason r --basis b
	expect 'needs a reason that says something' 2 'is empty' \
		correct 2022-02 --reason ' ' --basis b --approved-by stats
	expect 'on one line' 2 'one line' \
		correct 2022-02 --reason 'a
b' --basis b --approved-by stats
	expect 'by an office of the book' 2 "did you mean 'stats'" \
		correct 2022-02 --reason r --basis b --approved-by stat
	expect 'where something would change' 1 'nothing of 2022-02 would change' justified 2022-02
	expect 'and which is closed' 1 'not closed' justified 2022-04
	sed -i 's/^x\tb\t5/x\tb\t7/' $book/data/2022-02/stats.tsv
	expect 'and what is committed' 1 'data/2022-02/stats.tsv: changed, not committed' \
		justified 2022-02
}

corrects() {
	mended
	fingerprint repository >want
	expect 'a dry run lists what would differ' 0 '2022-02 differs from revision 1: values 1' \
		justified --dry-run 2022-02
	fingerprint repository >out
	check 'and writes nothing' cmp want out
	expect 'closes again as revision 2' 0 'tag close/2022-02.2' justified 2022-02
	cp stdout list
	check 'prints what it publishes' cmp list $book/closed/2022-02/correction.tsv
	cut -f 1,3-8,10-13 list >out
	# Of 7: a has 6/7 of 8 points, c 2/7. Alone b would have 7/6, which is
	# its 8 points, while a keeps its 8.
	cat >want <<-END
		kind	unit	item	measure	at	from	to	from_rank	to_rank	alone	alone_rank
		value	b		x	2022-02	5	7				
		score	a	total			8.50	7.36	1	2	8.50	1
		score	a	i			8.00	6.86	1	2	8.00	1
		score	b	total			7.67	9.00	2	1	9.00	1
		score	b	i			6.67	8.00	2	1	8.00	1
		score	c	total			4.67	4.29	3	3	4.67	3
		score	c	i			2.67	2.29	3	3	2.67	3
	END
	check 'lists values, scores and ranks, ranked in two ways' cmp want out
	awk -F '\t' 'NR > 1 && $1 == "score" && sprintf("%.2f", $14 + $15 + $16 + $17) != $9' list >out
	check 'with causes that add up' test ! -s out
	awk -F '\t' '$1 == "value" { print $20 ":" $21 " " $25 }' list >out
	echo 'data/2022-02/stats.tsv:3 reported late' >want
	check 'and who wrote the value, and why' cmp want out
	sed -nE 's/^(Revision|Reason|Basis|ApprovedBy): //p' $book/closed/2022-02/close.rec >out
	printf '2\nreported late\nletter 7\nstats\n' >want
	check 'records the reason, the basis and the approver' cmp want out
	git -C repository log -1 --format='%(trailers)' >out
	printf 'Close: 2022-02 revision 2\nReason: reported late\nBasis: letter 7\nApproved-by: stats\n\n' >want
	check 'and in the trailers' cmp want out
	git -C repository show close/2022-02:book/closed/2022-02/scores.tsv >out
	cp three/book/closed/2022-02/scores.tsv want
	check 'keeps what was published' cmp want out
	proves 'both are proved' '2022-01 proved' '2022-02 proved' '2022-03 proved'
	sed -i 's/^value\tb/value\tc/; s/\tb\t\tx/\tc\t\tx/' $book/closed/2022-02/correction.tsv
	git -C repository add . && git -C repository commit -q --amend --no-edit
	git -C repository tag -f -a -m forged close/2022-02.2 >/dev/null
	says_of 'a forged list is found' '2022-02 not-proved digest'
}

# Rank and movement of March rest on February's scores, where a rule says so.
later() {
	new_repository
	(cd $book &&
		scheme 'default(x - prev(x), x) / 10' && git commit -qam 'progress counts')
	close_months
	sed -i 's/^x\tb\t5/x\tb\t7/' $book/data/2022-02/stats.tsv
	git -C repository commit -qam 'x of b'
	expect 'names later closes that would differ' 0 '2022-03, closed, would differ now in 2 rows' \
		justified 2022-02
	proves 'and leaves them as they were' '2022-01 proved' '2022-02 proved' '2022-03 proved'
	(cd $book && rows 2022-04 stats 'x\ta\t9' 'x\tb\t9' 'x\tc\t9' &&
		rows 2022-04 agri 'y\ta\t9' 'y\tb\t9' 'y\tc\t9' && git add . && git commit -qm April)
	check 'open months go on from what is right' shiji close -q -C $book 2022-04
	sed -i 's/^x\tb\t7/x\tb\t8/' $book/data/2022-02/stats.tsv
	git -C repository commit -qam 'x of b, again'
	expect 'a correction can be corrected' 0 'tag close/2022-02.3' justified 2022-02
	proves 'all three are proved' '2022-01 proved' '2022-02 proved' '2022-03 proved' '2022-04 proved'
	git -C repository tag -d close/2022-02.2 >/dev/null
	says_of 'each with its tag' '2022-02 not-proved tag'
}

provisional() {
	new_repository
	sed -i 's/^y\tb.*/y\tb\t/' $book/data/2022-01/agri.tsv
	git -C repository commit -qam 'one is missing'
	shiji close -q --provisional -C $book 2022-01 >/dev/null
	expect 'the missing value must be there' 1 'missing: y of b' justified 2022-01
	sed -i 's/^y\tb.*/y\tb\t2/' $book/data/2022-01/agri.tsv
	git -C repository commit -qam 'it has come'
	check 'a correction makes a provisional close final' justified -q 2022-01
	grep -r provisional $book/closed >out || :
	check 'and says so' test ! -s out
	proves 'and is proved' '2022-01 proved'
	closed
	(cd $book && scheme 'x / pool.max(x) * 7.5' && git commit -qam 'the rule was misprinted')
	check 'a scheme can be corrected' justified -q 2022-01
	awk -F '\t' '$1 == "scheme" { print $4, $5, $7, $8 }' $book/closed/2022-01/correction.tsv >out
	echo 'i Rule x / pool.max(x) * 8 x / pool.max(x) * 7.5' >want
	check 'and what it says otherwise is listed' cmp want out
	proves 'but each month that it holds in needs it' '2022-01 proved' '2022-02 not-proved changed' \
		'2022-03 not-proved changed'
}

# An interrupted correction, the files not yet written, is finished first.
interrupted() {
	mended
	justified -q 2022-02 >/dev/null
	git -C repository checkout -q HEAD~1 -- book/closed/2022-02
	git -C repository rm -q --cached --ignore-unmatch book/closed/2022-02/correction.tsv
	rm -f $book/closed/2022-02/correction.tsv
	expect 'finishes what was interrupted' 0 'an interrupted close was finished' \
		shiji close -C $book 2022-02
	git -C repository status --porcelain >out
	check 'and leaves nothing to commit' test ! -s out
}

refusals
corrects
later
provisional
interrupted
