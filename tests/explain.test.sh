#!/bin/sh
# explain.test.sh: who made a row as it is, across merges, renames, shallow and
# bare clones, and what is not committed; against what git itself says. And the
# score that is explained is the one that score prints, for every unit and item.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
cd "$scratch"
git config --global protocol.file.allow always

report() {
	[ "$1" = "$2" ] && echo "ok $3" && return
	echo "not ok $3"
	printf '    expected: %s\n    actual:   %s\n' "$1" "$2"
}

rows() {
	printf 'measure\tunit\tvalue\n'
	for row; do
		printf '%b\n' "$row"
	done
}

# A book in the folder $1: the score is x, and last period's x.
new_book() {
	mkdir -p "$1/schemes" "$1/data/2022-09" "$1/data/2022-10"
	printf '%%rec: Book\n\nName: Small\nPeriod: month\nSelf: 甲\n' >"$1/book.rec"
	printf '%%rec: Unit\n\nId: 甲\n\nId: 乙\n' >"$1/units.rec"
	printf '%%rec: Measure\n\nId: x\n' >"$1/measures.rec"
	printf '%%rec: Scheme\n\nName: One\nPoints: 10\n\n%%rec: Item\n\nId: i\nPoints: 10\nRule: x + prev(x)\n' \
		>"$1/schemes/2022-01.rec"
	rows 'x\t甲\t1' 'x\t乙\t2' >"$1/data/2022-09/办.tsv"
	rows 'x\t甲\t3' 'x\t乙\t4' >"$1/data/2022-10/办.tsv"
}

commit() {
	git add -A
	git commit -qm "$@"
}

# The subjects of the commits of the rows read, in order; `new` for none.
subjects() {
	shiji explain "$@" -p 2022-10 -i i -f json | python3 -c '
import json, sys
for reading in json.load(sys.stdin)[0]["readings"]:
    for row in reading["rows"]:
        commit = row["commit"]
        text = commit["subject"] if commit else "new" if row.get("uncommitted") else "none"
        print(text + (" (or older)" if commit and commit["boundary"] else ""), end="; ")'
}

new_book outside
report 'none; none; ' "$(subjects -C outside)" 'outside of a repository there are no commits'

mkdir repository && cd repository
git init -q
new_book 账/本
report 'none; none; ' "$(subjects -C 账/本)" 'before the first commit there are none'
commit first
report 'first; first; ' "$(subjects -C 账/本)" 'in a folder of the repository'
sed -i 's/甲\t3/甲\t3.5/' 账/本/data/2022-10/办.tsv
report 'new; first; ' "$(subjects -C 账/本)" 'a line that is changed is not committed'
git add -A
report 'new; first; ' "$(subjects -C 账/本 --cached)" 'nor is one that is staged'
report 'first; first; ' "$(subjects -C 账/本 -r HEAD)" 'a revision has its own'
commit second -m 'Reason: counted again'
report 'second; first; ' "$(subjects -C 账/本)" 'the commit that changed the row'
report 'first; first; ' "$(subjects -C 账/本 -r HEAD~1)" 'an older revision ends before it'
sed -i '2i\
x\t丙\t9' 账/本/data/2022-10/办.tsv
printf '\nId: 丙\n' >>账/本/units.rec
report 'second; first; ' "$(subjects -C 账/本)" 'rows above it may come and go'
commit third
git checkout -q -b side HEAD~1
sed -i 's/甲\t1/甲\t1.5/' 账/本/data/2022-09/办.tsv
commit 'on the side'
git checkout -q main
git merge -q --no-edit side
report 'second; on the side; ' "$(subjects -C 账/本)" 'a merge leaves rows to the side they are from'
git mv 账/本 账本
commit moved
report 'second; on the side; ' "$(subjects -C 账本)" 'a book that moved keeps its history'
git clone -q --bare . ../bare.git
report 'second; on the side; ' "$(subjects -C ../bare.git -r HEAD:账本)" 'in a bare repository'
mkdir -p .git/info
git rev-parse HEAD >.git/info/grafts
report 'second; on the side; ' "$(subjects -C 账本)" 'whatever grafts say'
rm .git/info/grafts
cd ..
git clone -q --depth 1 "file://$PWD/repository" shallow
want=$(git -C shallow log -1 --format=%s)
report "$want (or older); $want (or older); " "$(subjects -C shallow/账本)" 'a shallow clone says where it ends'
shiji explain -C repository/账本 -p 2022-10 -i i --no-commits >plain
report 0 "$(grep -c 'as above\|2022-11-05' plain)" '--no-commits looks up none'
shiji explain -C shallow/账本 -p 2022-10 -i i >text
report 2 "$(grep -c 'shallow\|as above' text)" 'the text says it too'

# What older commits had is not in a partial clone, and nothing fetches it.
git -C repository config uploadpack.allowFilter true
git clone -q --filter=blob:none "file://$PWD/repository" partial 2>/dev/null
shiji explain -C partial/账本 -p 2022-10 -i i >text 2>err && status=0 || status=$?
report "2 2 0" "$status $(grep -c 'partial or damaged' err) $(grep -c 'not committed' text)" \
	'a partial clone is named, and no row is called new'

# check_against_git NAME FOLDER FILE: every row's commit is that of git blame.
check_against_git() {
	git -C "$2" blame -s -l --abbrev=40 HEAD -- "$3" | cut -c 1-40 | tr -d '^' >want.blame
	shiji explain -C "$2" -p 2022-10 -u '*' -i i -f jsonl | python3 -c '
import json, sys
rows = {}
for line in sys.stdin:
    for reading in json.loads(line)["readings"]:
        for row in reading["rows"]:
            if row["file"] == sys.argv[1]:
                rows[row["line"]] = row["commit"]["id"]
want = open("want.blame").read().split()
wrong = [n for n, id in rows.items() if want[n - 1] != id]
print(len(rows), "wrong", wrong)' "$3" >got.blame
	report "${4} wrong []" "$(cat got.blame)" "$1"
}

# Thirty commits, each changing a few rows of fifty, and moving others.
new_book long
cd long
git init -q
awk 'BEGIN { print "%rec: Unit\n"; for (i = 1; i <= 50; i++) print "Id: u" i "\n" }' >units.rec
sed -i 's/^Self: .*//' book.rec
step=0
while [ "$step" -lt 30 ]; do
	for period in 2022-09 2022-10; do
		awk -v step="$step" 'BEGIN {
			print "measure\tunit\tvalue"
			for (i = 1; i <= 50; i++) {
				j = step > 15 ? (i * 7) % 50 + 1 : i
				last = step - (step + j * 13) % 17
				print "x\tu" j "\t" j "." (last < 0 ? 0 : last)
			}
		}' >"data/$period/办.tsv"
	done
	GIT_COMMITTER_DATE="2022-11-05T08:$((step + 10)):00+0000" commit "step $step"
	step=$((step + 1))
done
cd ..
check_against_git 'thirty commits as git blame has them' long data/2022-10/办.tsv 50

# The last change is the score, and the rule's last step what the rule gave.
check_scores() {
	shiji score -C "$RECORDS/$1" -p "$2" -f tsv >scores
	shiji explain -C "$RECORDS/$1" -p "$2" -u '*' -i '*' -f jsonl --no-commits | python3 -c '
import json, sys
from decimal import Decimal
from fractions import Fraction
scores = {}
for line in open("scores").read().splitlines()[1:]:
    cells = line.split("\t")
    scores[cells[1], cells[2]] = cells[3:6]
seen, wrong = 0, []
for line in sys.stdin:
    one = json.loads(line, parse_float=str, parse_int=str)
    seen += 1
    points, score, state = scores.pop((one["unit"], one["item"]))
    said = one["score"] or "", one["points"] or "", one["state"]
    changes = [c for c in one["changes"] if c["kind"] != "points"]
    last = changes[-1]["value"] if changes else "missing"
    good = said == (score, points, state)
    if score:
        good &= abs(Fraction(last) - Fraction(score)) <= abs(Fraction(score)) * Fraction(1, 10 ** 33)
    else:
        good &= last in ("missing", "n/a")
    rules = [r for r in one["rules"] if r["role"] == "rule" and r["step"]]
    if rules:
        step = one["steps"][int(rules[0]["step"]) - 1]
        good &= step["value"] == changes[0]["value"]
    if not good:
        wrong.append((one["unit"], one["item"]))
print(seen > 0 and not scores and not wrong, wrong[:5], list(scores)[:5])' >verdict
	report 'True [] []' "$(cat verdict)" "$1 $2: what is explained is what is scored"
}

for period in 2022-06 2022-08 2022-10 2022-11 2022-12 2022; do
	check_scores county "$period"
done
check_scores township 2022-10
check_scores decathlon 2004

# Lines keep to the width, whatever stands in them.
shiji explain -C "$RECORDS/county" -p 2022-10 -u '*' -i '*' --no-commits >all
python3 - >width <<'END'
import unicodedata
def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
print(max(width(line.rstrip("\n")) for line in open("all", encoding="utf-8")) <= 79)
END
report True "$(cat width)" 'no line is wider than a terminal'
