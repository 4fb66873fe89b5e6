#!/bin/sh
# duty.test.sh: when a figure was reported is told by the commits of a real
# repository: first reports, corrections, deletions, merges, what is not
# committed, a book that moved, other days and time zones. And the account that
# records/departments is made of.
#
# SHIJI_BIN names the folder of the tools, otherwise that of the build.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
bin=$(cd "${SHIJI_BIN:-${BUILD:-$root/build}/bin}" && pwd)
build=$(dirname "$bin")
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
PATH=$bin:$PATH
passed=0 failed=0

# same NAME EXPECTED ACTUAL
same() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
		echo "ok $1"
	else
		failed=$((failed + 1))
		echo "not ok $1"
		printf '    expected: %s\n    actual:   %s\n' "$2" "$3"
	fi
}

# rows PERIOD ROW...: what the office `o` reports, in place of all before.
rows() {
	mkdir -p "book/data/$1"
	file=book/data/$1/o.tsv
	shift
	{
		printf 'measure\tunit\tvalue\tstatus\n'
		printf '%b\n' "$@"
	} >"$file"
}
# commit DATE MESSAGE: with a committer's date of its own.
commit() {
	git add -A . &&
		GIT_COMMITTER_DATE=$1 GIT_AUTHOR_DATE=2000-01-01T00:00:00Z git commit -qm "$2"
}
# due DATE [OPTION...]: measure, units, state, reported, days and working days of
# each row, and the status, on one line.
due() {
	day=$1
	shift
	shiji duty -C book --due="$day" -p 2022-10 "$@" >"$scratch/out" 2>"$scratch/err" &&
		status=0 || status=$?
	cut -f 4,5,7-9,11 "$scratch/out" | sed 1d | tr '\t' , | paste -sd ';'
	echo "status $status"
}

mkdir "$scratch/repository"
cd "$scratch/repository"
git init -q .
mkdir -p book/schemes
cat >book/book.rec <<'END'
%rec: Book

Name: Small
Period: month
Zone: +08:00
Deadline: data day 3
Holiday: 2022-11-04 A day off
Workday: 2022-11-05
END
printf '%%rec: Unit\n\nId: a\n\nId: b\n\nId: c\nFrom: 2022-11\n' >book/units.rec
printf '%%rec: Office\n\nId: o\n\nId: p\n' >book/offices.rec
printf '%%rec: Measure\n\nId: x\nSource: o\n\nId: y\nSource: o\n\nId: e\nSource: p\nEntries: many\n' >book/measures.rec
cat >book/schemes/2022-01.rec <<'END'
%rec: Scheme

Name: One

%rec: Item

Id: i
Points: 10
Rule: x + y
Lead: o

Id: j
Points: 5
Rule: deduct(e, 1)
Lead: p
END

rows 2022-10 'x\ta\t1'
mkdir -p book/data/2022-10
printf 'measure\tunit\tvalue\n' >book/data/2022-10/p.tsv
# 2022-11-02 at 23:30 in Shanghai.
commit 2022-11-02T15:30:00Z 'Some, in time'
same 'nothing is late on the day itself' \
	'x,missing,,,,b;y,missing,,,,*
status 0' "$(due 2022-11-03)"
same 'what is missing a day later is late; the 4th is a day off' \
	'x,missing+late,,1,0,b;y,missing+late,,1,0,*
status 1' "$(due 2022-11-04)"
same 'working days of delay: Saturday is made up' \
	'x,missing+late,,4,2,b;y,missing+late,,4,2,*
status 1' "$(due 2022-11-07)"

rows 2022-10 'x\ta\t1' 'x\tb\t2' 'y\ta\t3\tprovisional'
# 2022-11-06 at 01:00 in Shanghai, and still the 5th in Greenwich.
commit 2022-11-05T17:00:00Z 'More, late'
same 'the day of a commit is that of the Zone' \
	'x,late,2022-11-06,3,1,b;y,late+provisional,2022-11-06,3,1,a;y,missing+late,,4,2,b
status 1' "$(due 2022-11-07)"
same 'on a day before, it was not there yet' \
	'x,missing+late,,2,1,b;y,missing+late,,2,1,*
status 1' "$(due 2022-11-05)"
sed -i 's/^Zone: .*/Zone: +00:00/' book/book.rec
same 'and another in another Zone' \
	'x,late,2022-11-05,2,1,b;y,late+provisional,2022-11-05,2,1,a;y,missing+late,,4,2,b
status 1' "$(due 2022-11-07)"
sed -i 's/^Zone: .*/Zone: +08:00/' book/book.rec

rows 2022-10 'x\ta\t1.5\trevised' 'x\tb\t2' 'y\ta\t4\tfinal' 'y\tb\t4'
commit 2022-11-20T04:00:00Z 'Corrections, and the last one'
same 'a correction does not make a report late' \
	'x,late,2022-11-06,3,1,b;y,late,2022-11-06,3,1,a;y,late,2022-11-20,17,11,b
status 1' "$(due 2022-11-30)"
same 'what was provisional then' \
	'x,late,2022-11-06,3,1,b;y,late+provisional,2022-11-06,3,1,a;y,missing+late,,8,6,b
status 1' "$(due 2022-11-11)"
same 'the revision that is read has its own history' \
	'x,late,2022-11-06,3,1,b;y,late+provisional,2022-11-06,3,1,a;y,missing+late,,27,19,b
status 1' "$(due 2022-11-30 -r HEAD~1)"
same 'one office' 'x,late,2022-11-06,3,1,b;y,late,2022-11-06,3,1,a;y,late,2022-11-20,17,11,b
status 1' "$(due 2022-11-30 -o o)"
same 'an office that is in time' '
status 0' "$(due 2022-11-30 -o p)"
same 'one unit' 'y,late,2022-11-06,3,1,a
status 1' "$(due 2022-11-30 -u a)"

rows 2022-10 'x\ta\t1.5' 'x\tb\t2' 'y\ta\t4'
same 'what is taken out of the folder is missing today' \
	'x,late,2022-11-06,3,1,b;y,late,2022-11-06,3,1,a;y,missing+late,,27,19,b
status 1' "$(SOURCE_DATE_EPOCH=1669780800 due 2022-11-30)"
git checkout -q book
rows 2022-11 'x\ta\t1'
same 'what is not committed is reported today' \
	'x,2022-11,,late,2022-12-06,a' \
	"$(SOURCE_DATE_EPOCH=1670284800 shiji duty -C book --due -p 2022-11 -o o -u a |
		awk -F '\t' -v OFS=, '$4 == "x" { print $4, $2, "", $5, $7, $11 }')"
same 'and was not there yesterday, a Monday, when Saturday the 3rd was due' \
	'missing' \
	"$(SOURCE_DATE_EPOCH=1670284800 shiji duty -C book --due=2022-12-05 -p 2022-11 -o o -u a |
		awk -F '\t' '$4 == "x" { print $5 }')"
same 'the period that is over is asked for' 2022-11 \
	"$(SOURCE_DATE_EPOCH=1670284800 shiji duty -C book --due -o o -u a | cut -f 2 | sort -u | sed -n 1p)"
same 'of a unit that is new nothing was due before' '' \
	"$(shiji duty -C book --due=2022-11-30 -p 2022-10 -u c | sed 1d)"
same 'and it is due from its first period on' 'x,c y,c' \
	"$(shiji duty -C book --due=2022-11-30 -p 2022-11 -u c -o o | awk -F '\t' 'NR > 1 { print $4 "," $11 }' |
		paste -sd ' ')"
rm -r book/data/2022-11

# Two branches report the same figure; the earlier day counts.
git checkout -q -b one
rows 2022-12 'x\ta\t1'
commit 2023-01-05T04:00:00Z 'One branch'
git checkout -q -
git checkout -q -b two
rows 2022-12 'x\ta\t1'
commit 2023-01-02T04:00:00Z 'Another'
GIT_COMMITTER_DATE=2023-01-09T04:00:00Z git merge -q -m 'Both' one
same 'a merge does not make a report late' '' \
	"$(shiji duty -q -C book --due=2023-01-10 -p 2022-12 -o o -u a | awk -F '\t' '$4 == "x"')"

# The book moves within its repository.
git mv book ledger
commit 2023-02-01T04:00:00Z 'Move the book'
same 'a book that was moved keeps its dates' \
	'x,late,2022-11-06;y,late,2022-11-06;y,late,2022-11-20' \
	"$(shiji duty -C ledger --due=2022-11-30 -p 2022-10 2>&1 | cut -f 4,5,7 | sed 1d | tr '\t' , | paste -sd ';')"
same 'the last report is the newest line of its figures' '2022-10,2022-11-20' \
	"$(shiji duty -C ledger -p 2022-10 -u a --dispatch | awk -F '\t' -v OFS=, '$1 == "i" { print $12, $13 }')"

# A close reports the scores.
cd ledger
sed -i 's/^Deadline: .*/&\nDeadline: scores month-end + 3 working days/' book.rec
scores() {
	shiji duty --due="$1" -p 2022-10 2>/dev/null | awk -F '\t' -v OFS=, '$3 == "scores" { print $5, $6, $7, $8, $9 }'
}
same 'scores that are not closed' 'missing+late,2022-11-03,,4,2' "$(scores 2022-11-07)"
mkdir -p closed/2022-10
echo 'Period: 2022-10' >closed/2022-10/close.rec
commit 2022-11-08T04:00:00Z 'Close October'
same 'scores that were closed late' 'late,2022-11-03,2022-11-08,5,3' "$(scores 2023-03-01)"
same 'and were not the day before' 'missing+late,2022-11-03,,4,2' "$(scores 2022-11-07)"
cd ..

# Outside of a repository, and before the first commit.
cp -R ledger "$scratch/alone"
same 'without history only what is missing is told' 'status 0' \
	"$(shiji duty -C "$scratch/alone" --due=2022-11-30 -p 2022-10 -o o 2>"$scratch/err" | sed 1d
		shiji duty -C "$scratch/alone" --due=2022-11-30 -p 2022-10 -o o >/dev/null 2>&1
		echo "status $?")"
same 'and that is said' \
	'shiji-duty: there is no git history here: when something was reported is not known' \
	"$(sed 1q "$scratch/err")"
same 'the sheet has no dates there' '2022-10,' \
	"$(shiji duty -C "$scratch/alone" -p 2022-10 -u a --dispatch | awk -F '\t' -v OFS=, '$1 == "i" { print $12, $13 }')"
sed -i '/^x.b/d;/^y.b/s/4$//' "$scratch/alone/data/2022-10/o.tsv"
same 'what is missing is what validate --due lists' \
	"$(shiji validate -C "$scratch/alone" -p 2022-10 --due | awk -F '\t' 'NR > 1 { print $2, $3 }' | sort)" \
	"$(shiji duty -C "$scratch/alone" --due=2022-11-30 -p 2022-10 2>/dev/null |
		awk -F '\t' 'NR > 1 && $3 == "data" { n = split($11 == "*" ? "a b" : $11, unit, " ")
			for (i = 1; i <= n; i++) print $4, unit[i] }' | sort)"
mkdir "$scratch/unborn"
cp -R ledger "$scratch/unborn/book"
git -C "$scratch/unborn" init -q .
same 'before the first commit there is no history' 0 \
	"$(shiji duty -C "$scratch/unborn/book" --due=2022-11-30 -p 2022-10 -o o >/dev/null 2>&1
		echo $?)"
(cd "$scratch/unborn" && git add book/book.rec && git commit -qm 'Only book.rec')
same 'files that no commit has are reported today' 'late 2022-11-30' \
	"$(SOURCE_DATE_EPOCH=1669780800 shiji duty -C "$scratch/unborn/book" --due -p 2022-10 -o o -u a |
		awk -F '\t' 'NR == 2 { print $5, $7 }')"

# A shallow clone says that it is one.
git clone -q --depth 1 "file://$scratch/repository" "$scratch/shallow"
shiji duty -C "$scratch/shallow/ledger" --due=2023-03-01 -p 2022-10 >/dev/null 2>"$scratch/err" || :
same 'a shallow clone warns' 1 "$(grep -c '\[shallow\]' "$scratch/err")"

# The account that feeds the departments' book, by the lines of its README.
cp -R "$root/records" "$scratch/records"
cd "$scratch/records"
sed -n '/^    export GIT/,/^    shiji duty/s/^    //p' departments/README >"$scratch/pipeline"
cp departments/data/2022/county.tsv "$scratch/want.tsv"
sh -e "$scratch/pipeline" 2>/dev/null
same 'the account of the county is what departments has' '' \
	"$(diff "$scratch/want.tsv" departments/data/2022/county.tsv)"
same 'and its README has two lines for it' 2 "$(wc -l <"$scratch/pipeline")"
same 'points led are points won and lost, where nothing is deducted' 96.0000 \
	"$(awk -F '\t' '$2 == "ecology" { v[$1] = $3 }
		END { printf "%.4f\n", v["won_points"] + v["lost_points"] }' "$scratch/want.tsv")"

echo "$passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
